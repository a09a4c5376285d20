//! What organs owe: facts with dates for everybody, without a light.

use std::collections::BTreeSet;

use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Day, OrganId};
use web::http::{PageError, Visitor, last_page};
use web::locale::Words;
use web::view::table::{Direction, Sort};
use web::view::{
    Cell, Column, FilterBar, Heading, Html, IntoHtml as _, Panel, Row, State as Empty, Table, TableSpec, Total, format,
};

use super::public::{SIZE, period_words, tabs};
use super::{Disclosures, t};
use crate::lists::{self, DutySeen};

/// How a duty stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Standing {
    /// Published in time.
    Published,
    /// Published after its day.
    Late,
    /// Its day is to come, or today.
    Due,
    /// Its day is over, and nothing is published.
    Missing,
    /// Its day cannot be counted.
    Unmeasured,
}

impl Standing {
    /// How a duty stands on a day.
    pub(super) fn of(duty: &DutySeen, zone: kernel::Zone, today: Day) -> Standing {
        match (&duty.published, duty.due) {
            (Some((_, at)), Some(due)) if at.day(zone) > due => Standing::Late,
            (Some(_), _) => Standing::Published,
            (None, Some(due)) if today > due => Standing::Missing,
            (None, Some(_)) => Standing::Due,
            (None, None) => Standing::Unmeasured,
        }
    }

    /// The stable word, translated.
    pub(super) fn code(self) -> &'static str {
        match self {
            Standing::Published => "published",
            Standing::Late => "late",
            Standing::Due => "due",
            Standing::Missing => "missing",
            Standing::Unmeasured => "unmeasured",
        }
    }
}

/// How it stands, in a sentence.
pub(super) fn words_of(words: Words, duty: &DutySeen, (zone, today): (kernel::Zone, Day)) -> String {
    let standing = Standing::of(duty, zone, today);
    let on = duty.published.map_or_else(String::new, |(_, at)| format::date(at.day(zone)));
    words.with(&format!("disclosure-stands-{}", standing.code()), &[("on", on.into())])
}

/// The last day of a duty, or why there is none.
pub(super) fn due_words(words: Words, duty: &DutySeen) -> String {
    match (duty.due, &duty.why) {
        (Some(due), _) => format::date(due),
        (None, Some(why)) => words
            .find(&format!("disclosure-why-{}", why.replace(['.', '_'], "-")))
            .unwrap_or_else(|| t(words, "why-other")),
        (None, None) => t(words, "no-figure"),
    }
}

/// GET /disclosure/duties
pub(super) async fn list(
    State(state): State<Disclosures>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let sort = Sort { key: "due", direction: Direction::Up };
    let spec = TableSpec::new("/disclosure/duties", &["due"], sort, &["organ", "open"], SIZE);
    let query = spec.read(raw.as_deref().unwrap_or_default());
    let organ: Option<BTreeSet<OrganId>> =
        query.filter("organ").map(|text| text.parse().map(|organ| [organ].into()).unwrap_or_default());
    let wanted = (organ.as_ref(), query.filter("open").is_some());
    let store = state.app.store();
    let (seen, all) = lists::duties(store, state.node(), wanted, (query.offset(), u64::from(SIZE))).await?;
    if seen.is_empty() && query.page() > 1 {
        return last_page(&query, all).ok_or(PageError::NotFound);
    }
    let (zone, today) = (state.app.clock().zone(), state.app.clock().today());
    let names = state.names().await?;
    let mut rows = Vec::new();
    for duty in &seen {
        let organ = names.organ(duty.organ);
        let entry = state.entry_name(&duty.entry);
        let name = words.said(&entry);
        let subject = match duty.published {
            Some((id, _)) => Cell::subject(&format!("/disclosure/{id}"), name),
            None => Cell::new(Html::data(name)),
        };
        rows.push(Row::new(vec![
            subject.under(period_words(words, &duty.period)),
            Cell::new(Html::data(words.said(&organ))),
            Cell::new(due_words(words, duty)),
            Cell::new(words_of(words, duty, (zone, today))),
        ]));
    }
    let columns = vec![
        Column::new(t(words, "entry")),
        Column::new(t(words, "organ")),
        Column::new(t(words, "due")).narrow(),
        Column::new(t(words, "stands")),
    ];
    let table = Table::new(words, "duties", t(words, "tab-duties"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(all))
        .empty(Empty::empty(t(words, "no-duties"), t(words, "no-duties-next")));
    let only = t(words, "only-open");
    let mut bar = FilterBar::new(words, "duties", &query).choice("open", t(words, "stands"), &[("1", only.as_str())]);
    if let Some(organ) = query.filter("organ") {
        let name = match organ.parse() {
            Ok(organ) => words.said(&names.organ(organ)).to_owned(),
            Err(_) => "–".to_owned(),
        };
        bar = bar.choice("organ", t(words, "organ"), &[(organ, name.as_str())]);
    }
    let heading = Heading::new(words, t(words, "public")).lead(t(words, "duties-lead"));
    let body =
        (tabs(words, "/disclosure/duties").into_html(), Panel::new("", (bar.count(all), table)).flush().into_html());
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

#[cfg(test)]
mod tests {
    use kernel::{MatterId, Zone};

    use super::*;

    #[test]
    fn a_duty_stands_as_its_day_and_its_publication_say() {
        let day = |text: &str| text.parse::<Day>().unwrap();
        let duty = |due: Option<&str>, published: Option<&str>| DutySeen {
            organ: OrganId::new(1),
            entry: "GOV-15".to_owned(),
            period: "2025".to_owned(),
            due: due.map(day),
            why: None,
            lapsed: false,
            published: published.map(|at| (MatterId::new(2), Zone::CHINA.start_of(day(at)))),
        };
        let cases = [
            ("to come", duty(Some("2026-01-31"), None), Standing::Due),
            ("today", duty(Some("2026-01-20"), None), Standing::Due),
            ("over", duty(Some("2026-01-19"), None), Standing::Missing),
            ("published on its last day", duty(Some("2026-01-19"), Some("2026-01-19")), Standing::Published),
            ("a day later", duty(Some("2026-01-18"), Some("2026-01-19")), Standing::Late),
            ("not counted", duty(None, None), Standing::Unmeasured),
            ("not counted and published", duty(None, Some("2026-01-19")), Standing::Published),
        ];
        for (case, duty, expected) in cases {
            assert_eq!(Standing::of(&duty, Zone::CHINA, day("2026-01-20")), expected, "{case}");
        }
    }
}
