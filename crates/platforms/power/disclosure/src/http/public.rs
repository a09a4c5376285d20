//! The public face: what was disclosed, and one disclosure with its history and its proof.

use axum::extract::{Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::{Instant, OrganId};
use serde::Deserialize;
use web::http::{PageError, Visitor, last_page};
use web::locale::Words;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, Facts, FilterBar, Grid, Heading, Html, IntoHtml as _, Link, Moment, Notice, Panel, Row, Seal,
    State as Empty, Table, TableQuery, TableSpec, Tabs, Timeline, Total, format,
};

use super::paragraphs::Paragraphs;
use super::shown::{read, text_of};
use super::{Disclosures, t};
use crate::lists;
use crate::state::{Disclosure, Publication};

/// Rows of a page.
pub(super) const SIZE: u32 = 30;

/// How the public list at an address is asked for.
pub(super) fn asked(address: &str, size: u32, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Down };
    const FILTERS: &[&str] = &["q", "organ", "family", "entry"];
    TableSpec::new(address.to_owned(), &["at"], sort, FILTERS, size).read(raw.unwrap_or_default())
}

/// The two lists of the public face.
pub(super) fn tabs(words: Words, here: &str) -> Tabs {
    Tabs::new(t(words, "tabs")).tab(t(words, "tab-published"), None, "/disclosure", here == "/disclosure").tab(
        t(words, "tab-duties"),
        None,
        "/disclosure/duties",
        here == "/disclosure/duties",
    )
}

/// GET /disclosure
pub(super) async fn list(
    State(state): State<Disclosures>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let store = state.app.store();
    let query = asked("/disclosure", SIZE, raw.as_deref());
    let wanted = state.wanted(|key| query.filter(key).map(str::to_owned));
    let (listed, all) = lists::public(store, state.node(), &wanted, (query.offset(), u64::from(SIZE))).await?;
    if listed.is_empty() && query.page() > 1 {
        return last_page(&query, all).ok_or(PageError::NotFound);
    }
    let zone = state.app.clock().zone();
    let names = state.names().await?;
    let mut rows = Vec::new();
    for it in &listed {
        let title = state.title_of(it).await?.unwrap_or_else(|| words.t("http-erased"));
        let organ = names.organ(it.organ);
        let entry = state.entry_name(&it.entry);
        let mut name = Cell::subject(&format!("/disclosure/{}", it.id), &title);
        if it.number > 1 {
            name = name.aside(words.with("disclosure-version-n", &[("n", it.number.into())]));
        }
        let published = it.published_at.map_or_else(|| "–".to_owned(), |at| format::date(at.day(zone)));
        rows.push(Row::new(vec![
            name.under(Html::data(words.said(&entry))),
            Cell::new(Html::data(words.said(&organ))),
            Cell::new(published),
        ]));
    }
    let columns = vec![
        Column::new(t(words, "title")),
        Column::new(t(words, "organ")),
        Column::new(t(words, "published-on")).narrow(),
    ];
    let table = Table::new(words, "published", t(words, "tab-published"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(all))
        .export("CSV", query.url_at("/disclosure/list.csv"))
        .export("JSON", query.url_at("/api/disclosure"))
        .export("Atom", query.url_at("/disclosure/feed.atom"))
        .export("DCAT", "/disclosure/catalogue.jsonld")
        .empty(Empty::empty(t(words, "none"), t(words, "none-next")));
    let organs = disclosing(&state, words).await?;
    let organs: Vec<(&str, &str)> = organs.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
    let families = state.desk.catalogue().families.clone();
    let families: Vec<(&str, &str)> = families.iter().map(|it| (it.code.as_str(), words.said(&it.name))).collect();
    let named = query.filter("entry").map(|code| state.entry_name(code));
    let entries: Vec<(&str, &str)> =
        query.filter("entry").zip(named.as_ref()).map(|(code, name)| (code, words.said(name))).into_iter().collect();
    let mut bar = FilterBar::new(words, "published", &query)
        .text("q", t(words, "words"))
        .choice("family", t(words, "family"), &families)
        .count(all);
    if organs.len() <= MOST_CHOICES || query.filter("organ").is_some() {
        bar = bar.choice("organ", t(words, "organ"), &organs);
    }
    if !entries.is_empty() {
        bar = bar.choice("entry", t(words, "entry"), &entries);
    }
    let heading = Heading::new(words, t(words, "public")).lead(t(words, "public-lead"));
    let body = (tabs(words, "/disclosure").into_html(), Panel::new("", (bar, table)).flush().into_html());
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

/// Organs offered as a filter at most: beyond, each disclosure's page leads to those of its organ.
const MOST_CHOICES: usize = 60;

/// Organs that disclose here, by their names.
async fn disclosing(state: &Disclosures, words: Words) -> Result<Vec<(String, String)>, PageError> {
    let names = state.names().await?;
    let mut organs = Vec::new();
    for it in lists::disclosers(state.app.store(), state.node()).await? {
        organs.push((it.organ.to_string(), words.said(&names.organ(it.organ)).to_owned()));
    }
    Ok(organs)
}

/// Which version.
#[derive(Deserialize)]
pub(super) struct Which {
    pub(super) version: Option<String>,
}

impl Which {
    /// Its number; what is none names no version.
    pub(super) fn number(&self) -> Result<Option<i64>, PageError> {
        self.version.as_deref().map(|text| text.parse().map_err(|_| PageError::NotFound)).transpose()
    }
}

/// GET /disclosure/{id}
pub(super) async fn one(
    State(state): State<Disclosures>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(which): Query<Which>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let disclosure = state.published(&id).await?;
    let entry = state.entry_name(&disclosure.entry);
    let organ = state.names().await?.organ(disclosure.organ);
    let under = |heading: Heading| heading.under(t(words, "public"), "/disclosure");
    if disclosure.withdrawn.is_some() {
        let heading = under(Heading::new(words, t(words, "withdrawn")))
            .lead_facts([Html::data(words.said(&organ)), Html::data(words.said(&entry))]);
        let body = Panel::new(t(words, "history"), history(&state, words, &disclosure, None)).into_html();
        let why = Notice::note(t(words, "withdrawn-says"));
        return visitor.public_page(&state.app, StatusCode::OK, heading, (why.into_html(), body)).await;
    }
    let publication = state.version(&disclosure, which.number()?)?;
    let text = text_of(publication);
    let title = text.map_or_else(|| words.t("http-erased"), |text| text.name.clone());
    let heading = under(Heading::new(words, title)).lead_facts([
        Html::data(words.said(&organ)),
        Html::data(words.said(&entry)),
        Html::text(&words.with("disclosure-version-n", &[("n", publication.number.into())])),
    ]);
    let mut main = Vec::new();
    if disclosure.current().is_some_and(|current| current.number != publication.number) {
        let newest = Link::new(format!("/disclosure/{id}"), t(words, "to-newest"));
        main.push(Notice::caution(t(words, "older-version")).link(newest).into_html());
    }
    main.push(match text {
        Some(text) => Panel::new("", Paragraphs::new(words, text)).into_html(),
        None => Notice::note(t(words, "text-erased")).into_html(),
    });
    main.extend(super::comments::asked_panel(&state, (words, &visitor.csrf()), &disclosure, text, None).await?);
    main.push(
        Panel::new(t(words, "history"), history(&state, words, &disclosure, Some(publication.number))).into_html(),
    );
    let side = vec![
        Panel::new(t(words, "facts"), facts(&state, words, &disclosure, publication, &organ)).into_html(),
        proof(&state, words, &disclosure, publication).await?.into_html(),
    ];
    let body = Grid::new().cell(8, main).cell(4, side);
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

fn facts(
    state: &Disclosures,
    words: Words,
    disclosure: &Disclosure,
    publication: &Publication,
    organ: &kernel::Text,
) -> Facts {
    let zone = state.app.clock().zone();
    let day = |at: Instant| format::date(at.day(zone));
    let of_organ = |organ: OrganId| format!("/disclosure?organ={organ}");
    let mut facts =
        Facts::new().fact(t(words, "organ"), Link::new(of_organ(disclosure.organ), words.said(organ))).fact(
            t(words, "entry"),
            Link::new(
                format!("/disclosure?entry={}", disclosure.entry),
                words.said(&state.entry_name(&disclosure.entry)),
            ),
        );
    if let Some(period) = &disclosure.period {
        facts = facts.fact(t(words, "period"), period_words(words, period));
    }
    if let Some(entry) = state.desk.catalogue().entry(&disclosure.entry) {
        facts = facts.fact(t(words, "basis"), Html::data(&entry.basis));
    }
    facts =
        facts.fact(t(words, "came"), format::date(disclosure.came)).fact(t(words, "published-on"), day(publication.at));
    if let Some(until) = publication.until {
        facts = facts.fact(t(words, "until"), format::date(until));
    }
    if let Some(ground) = publication.ground.filter(|_| !publication.withheld.is_empty()) {
        let numbers: Vec<String> = publication.withheld.iter().map(ToString::to_string).collect();
        let numbers = numbers.join(words.either("、", ", "));
        let said = words.with(
            "disclosure-withheld-says",
            &[
                ("numbers", numbers.into()),
                ("ground", t(words, &format!("ground-{}", ground.code().replace('_', "-"))).into()),
            ],
        );
        facts = facts.fact(t(words, "withheld"), said);
    }
    facts
}

/// A period as people read it.
pub(super) fn period_words(words: Words, code: &str) -> String {
    use crate::duty::Period;
    match Period::parse(code) {
        Some(Period::Once) => t(words, "period-once"),
        Some(Period::Month(year, month)) => words
            .with("disclosure-period-month", &[("year", year.to_string().into()), ("month", month.to_string().into())]),
        Some(Period::Quarter(year, quarter)) => words.with(
            "disclosure-period-quarter",
            &[("year", year.to_string().into()), ("quarter", quarter.to_string().into())],
        ),
        Some(Period::Year(year)) => words.with("disclosure-period-year", &[("year", year.to_string().into())]),
        None => code.to_owned(),
    }
}

/// What proves that the text is unaltered.
async fn proof(
    state: &Disclosures,
    words: Words,
    disclosure: &Disclosure,
    publication: &Publication,
) -> Result<Panel, PageError> {
    let version = format!("?version={}", publication.number);
    let path = format!("/disclosure/{}", disclosure.id);
    let covered = state.app.store().checkpoint(state.node()).await?.is_some_and(|it| it.size > publication.idx);
    let mut seal = Seal::new(words, publication.idx);
    if !covered {
        seal = seal.mark(words, web::view::Mark::AwaitingCheckpoint);
    }
    let mut facts = Facts::new().fact(t(words, "recorded-at"), seal);
    if let Some(text) = text_of(publication) {
        facts = facts.fact(t(words, "digest"), Html::text(&text.sha256));
    }
    let mut actions = Vec::new();
    if text_of(publication).is_some() {
        actions.push(Action::go(t(words, "get-text"), format!("{path}/text{version}")).into_html());
    }
    if covered {
        actions.push(Action::go(t(words, "get-receipt"), format!("{path}/receipt{version}")).into_html());
    }
    actions.push(Action::go(t(words, "check-receipt"), "/verify").into_html());
    let says = if covered { t(words, "proof-says") } else { t(words, "proof-awaits") };
    let buttons = Html::join(actions.into_iter().map(|action| action.then(Html::text(" "))));
    Ok(Panel::new(t(words, "prove"), (facts, buttons)).foot(says))
}

/// What happened to it, oldest first.
fn history(state: &Disclosures, words: Words, disclosure: &Disclosure, shown: Option<i64>) -> Timeline {
    let clock = state.app.clock();
    let when = |at: Instant| format::date_time_short(at, clock.zone(), clock.today());
    let mut moments = Vec::new();
    for it in &disclosure.published {
        let title = words.with("disclosure-published-n", &[("n", it.number.into())]);
        let mut detail = Html::default();
        if let Some(correction) = &it.correction {
            let said = read(correction).cloned().unwrap_or_else(|| words.t("http-erased"));
            detail = Html::data(&words.with("disclosure-corrected-since", &[("why", said.into())]));
        }
        if shown.is_some_and(|shown| shown != it.number) {
            let href = format!("/disclosure/{}?version={}", disclosure.id, it.number);
            detail = detail.then(Html::text(" ")).then(Link::new(href, t(words, "see-version")));
        }
        moments.push(Moment::past(when(it.at), title).detail(detail).seal(Seal::new(words, it.idx)));
    }
    if let Some(withdrawn) = &disclosure.withdrawn {
        let said = read(&withdrawn.reason).cloned().unwrap_or_else(|| words.t("http-erased"));
        let because = t(words, &format!("because-{}", withdrawn.because.code()));
        let detail =
            Html::data(&words.with("disclosure-withdrawn-since", &[("because", because.into()), ("why", said.into())]));
        moments.push(
            Moment::past(when(withdrawn.at), t(words, "did-withdrawn"))
                .detail(detail)
                .seal(Seal::new(words, withdrawn.idx)),
        );
    }
    Timeline::new(moments)
}
