//! The list of rules, and the page of each.

use axum::extract::{Path, State};
use axum::response::Response;
use web::http::{By, PageError};
use web::view::{Cell, Column, Grid, Heading, Panel, Row, State as Empty, Table};

use super::{ReadRules, Watched, parts};
use crate::http::parts::t;

pub(super) async fn list(State(state): State<Watched>, by: By<ReadRules>) -> Result<Response, PageError> {
    let (page, words) = (&by.page, by.page.words);
    let figures = state.figures().await?;
    let columns = vec![
        Column::new(t(words, "column-code")).narrow(),
        Column::new(t(words, "column-name")),
        Column::new(t(words, "column-law")),
        Column::new(t(words, "column-state")).narrow(),
        Column::new(words.t("outcome-raised")).figure(),
        Column::new(t(words, "column-open")).figure(),
        Column::new(t(words, "column-closed")).figure(),
        Column::new(t(words, "column-precision")).figure(),
    ];
    let shown = state.rules.codes().into_iter().filter_map(|code| state.rules.shown(code, page.today()));
    let rows = shown.map(|rule| {
        let (tally, came) = (figures.tally(rule), figures.came(rule));
        let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        // A rule that is off has counted nothing: that is not the same as having found nothing.
        let counted = |n: u64| {
            if rule.enabled || n > 0 { Cell::number(count(n)) } else { Cell::unknown(&t(words, "not-judged")) }
        };
        Row::new(vec![
            Cell::subject(&format!("/rules/{}", rule.code), rule.code.as_str()),
            Cell::new(words.said(&rule.name)).under(t(words, &format!("family-{}", rule.family.code()))),
            Cell::new(words.said(&rule.law.text)).under(words.said(&rule.law.article)),
            Cell::new(parts::standing(words, rule, page.today())),
            counted(tally.raised),
            counted(came.open),
            counted(came.closed),
            Cell::new(parts::share(words, &came)),
        ])
    });
    let table = Table::new(words, "rules", t(words, "rules"), columns)
        .rows(rows)
        .note(t(words, "rules-note"))
        .empty(Empty::empty(t(words, "rules-none"), t(words, "rules-none-next")));
    let heading = Heading::new(words, t(words, "rules"))
        .under(words.t("http-chapter-power"), "/rules")
        .lead(t(words, "rules-lead"));
    Ok(page.html(heading, Panel::new(t(words, "rules"), table).flush()))
}

pub(super) async fn one(
    State(state): State<Watched>,
    by: By<ReadRules>,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let (page, words) = (&by.page, by.page.words);
    let rule = state.rules.shown(&code, page.today()).ok_or(PageError::NotFound)?;
    let figures = state.figures().await?;
    let heading = Heading::new(words, words.said(&rule.name))
        .under(words.t("http-chapter-power"), "/rules")
        .under(t(words, "rules"), "/rules")
        .id(rule.code.as_str())
        .code(format!("{} v{}", rule.code, rule.version))
        .badge(parts::standing(words, rule, page.today()))
        .lead(words.said(&rule.tells));
    let left = (parts::law(page, rule), parts::parameters(words, rule));
    let right = (parts::outcomes(words, &figures.tally(rule)), parts::warnings(words, &figures.came(rule)));
    let versions = parts::versions(words, &state.rules, rule, page.today());
    Ok(page.html(heading, Grid::new().cell(7, left).cell(5, (right, versions))))
}
