//! The report of a run: totals, a row per indicator, what to mend first.

use std::collections::BTreeMap;

use redflags_rules::registry;
use web::http::Page;
use web::locale::Words;
use web::view::{Cell, Column, Facts, Grid, Html, IntoHtml, Legend, Link, Outcomes, Panel, Row, State, Table, format};

use super::{indicator_name, missing, moment, reason, t};
use crate::rows::ReportRow;
use crate::store::{IndicatorCounts, Run};

/// Missing paths shown.
const PATHS: usize = 20;

/// The body of the page.
///
/// - `rows`: this run's; `before`: the run's before it, empty where there is none.
pub fn body(
    page: &Page,
    run: &Run,
    source: &str,
    rows: &[IndicatorCounts],
    before: &[IndicatorCounts],
    report: &[ReportRow],
) -> Html {
    let words = page.words;
    let [raised, not_raised, insufficient, not_applicable] = run.outcomes.map(|count| count as u64);
    let label = words
        .with("redflags-run-sum", &[("processes", run.processes.into()), ("indicators", (rows.len() as u64).into())]);
    let bar = Outcomes::new(words, raised, not_raised, insufficient, not_applicable)
        .must_be(label, run.subjects as u64)
        .legend(Legend::Shares);
    let facts = Facts::new()
        .fact(t(words, "run-source"), Html::data(source))
        .fact(t(words, "run-at"), moment(page, run.at))
        .fact(t(words, "run-as-of"), moment(page, run.as_of.saturating_mul(1000)))
        .fact(t(words, "run-by"), Html::data(&run.officer))
        .fact(t(words, "run-took"), format::milliseconds(words.locale(), run.millis.max(0) as u64))
        .fact(t(words, "run-settings"), short(&run.settings))
        .fact(t(words, "run-reference"), run.reference.as_deref().map_or_else(|| "–".to_owned(), short))
        .fact(t(words, "run-queued"), format::number(run.queued))
        .fact(t(words, "run-held-back"), format::number(run.held_back));
    Grid::new()
        .cell(7, Panel::new(t(words, "run-outcomes"), bar))
        .cell(5, Panel::new(t(words, "run-facts"), facts).foot(t(words, "run-held-back-why")))
        .cell(12, mend(words, report))
        .cell(12, indicators(page, rows, before, report))
        .into_html()
}

/// The first eight digits of a digest.
pub fn short(digest: &str) -> String {
    digest.chars().take(8).collect()
}

/// What one more published field would unlock, most subjects first.
fn mend(words: Words, report: &[ReportRow]) -> Panel {
    let mut paths: BTreeMap<&str, (u64, Vec<&str>)> = BTreeMap::new();
    for row in report {
        for (path, subjects) in &row.missing {
            let entry = paths.entry(path).or_default();
            entry.0 += subjects;
            entry.1.push(&row.code);
        }
    }
    let mut paths: Vec<_> = paths.into_iter().collect();
    paths.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(b.0)));
    let columns = vec![
        Column::new(t(words, "column-missing")),
        Column::new(t(words, "column-subjects")).figure(),
        Column::new(t(words, "column-indicators")),
    ];
    let rows = paths.iter().take(PATHS).map(|(path, (subjects, codes))| {
        let said = missing(words, path);
        let cell = if said == *path { Cell::code(path) } else { Cell::new(said).under(*path) };
        Row::new(vec![cell, Cell::number(*subjects as i128), Cell::new(codes.join(" "))])
    });
    let mut table = Table::new(words, "mend", t(words, "run-mend"), columns)
        .rows(rows)
        .empty(State::empty(t(words, "run-mend-none"), ""));
    if paths.len() > PATHS {
        table = table.note(super::n(words, "run-mend-more", (paths.len() - PATHS) as u64));
    }
    Panel::new(t(words, "run-mend"), table).note(t(words, "run-mend-note")).flush()
}

fn indicators(page: &Page, rows: &[IndicatorCounts], before: &[IndicatorCounts], report: &[ReportRow]) -> Panel {
    let words = page.words;
    // A data officer starts runs and opens no method page: no link leads to a refusal.
    let methods = page.app.authority().allows(&page.reader, "indicator.read").is_ok();
    let linked = |code: &str, name: String| match methods {
        true => Cell::subject(&format!("/indicators/{code}"), &name),
        false => Cell::new(name),
    };
    let columns = vec![
        Column::new(t(words, "column-indicator")),
        Column::new(words.t("outcome-raised")).figure(),
        Column::new(words.t("outcome-not-raised")).figure(),
        Column::new(words.t("outcome-insufficient")).figure(),
        Column::new(words.t("outcome-not-applicable")).figure(),
        Column::new(t(words, "column-sum")).figure(),
        Column::new(t(words, "column-changed")).figure(),
        Column::new(t(words, "column-first-reason")),
    ];
    let mut rows: Vec<&IndicatorCounts> = rows.iter().collect();
    rows.sort_by_key(|row| registry::indicator(&row.code).map_or(usize::MAX, registry::Indicator::index));
    let table_rows = rows.iter().map(|row| {
        let sum: i64 = row.outcomes.iter().sum();
        let adds = if sum == row.subjects { "✓" } else { "≠" };
        let changed = before.iter().find(|old| old.code == row.code).map_or_else(
            || "–".to_owned(),
            |old| match row.outcomes[0] - old.outcomes[0] {
                0 => "0".to_owned(),
                more if more > 0 => format!("+{}", format::number(more)),
                fewer => format::number(fewer),
            },
        );
        let why = report.iter().find(|it| it.code == row.code).map(|it| first_reason(words, it)).unwrap_or_default();
        Row::new(vec![
            linked(&row.code, indicator_name(words, &row.code)).aside(row.code.as_str()),
            Cell::number(row.outcomes[0]),
            Cell::number(row.outcomes[1]),
            Cell::number(row.outcomes[2]),
            Cell::number(row.outcomes[3]),
            Cell::new(format!("{} {adds}", format::number(row.subjects))),
            Cell::new(changed),
            Cell::new(why),
        ])
    });
    let table = Table::new(words, "run-indicators", t(words, "run-indicators"), columns).rows(table_rows);
    let panel = Panel::new(t(words, "run-indicators"), table).note(t(words, "run-indicators-note")).flush();
    if methods { panel.aside(Link::new("/indicators", t(words, "indicators")).quiet()) } else { panel }
}

/// The most frequent cause why an indicator did not judge.
fn first_reason(words: Words, row: &ReportRow) -> String {
    let lacking = row.missing.first().map(|(path, count)| (*count, missing(words, path)));
    let outside = row.reasons.iter().max_by_key(|(_, count)| *count).map(|(code, count)| (*count, reason(words, code)));
    match lacking.into_iter().chain(outside).max_by_key(|(count, _)| *count) {
        Some((count, why)) => format!("{why} {}", format::number(count as i128)),
        None => String::new(),
    }
}
