//! What imports held back, by cause: rows and values with line, place, reason and mend.

use axum::extract::{RawQuery, State};
use axum::response::Response;
use web::http::{By, PageError, last_page};
use web::view::table::{Direction, Sheet, SheetColumn, Sort, Value};
use web::view::{
    Action, Cell, Column, FilterBar, Grid, Heading, Held, Html, IntoHtml, Panel, Row, State as Empty, Table, TableSpec,
    Total,
};

use super::sources;
use super::{DownloadQuarantine, ReadQuarantine, Redflags, exported};
use crate::pages::{fault, t};
use crate::rule::percent;
use crate::store::{self as queries, Source};
use access::Permission as _;

/// Held rows on a page.
const SIZE: u32 = 100;
/// Files whose counts are summed.
const SHOWN: u32 = 50;
/// Held rows in a download.
const DOWNLOADED: u64 = 200_000;

pub(super) fn spec() -> TableSpec {
    TableSpec::new(
        "/quarantine",
        &["place"],
        Sort { key: "place", direction: Direction::Up },
        &["source", "code"],
        SIZE,
    )
}

/// The source that is asked for; without a wish all of them.
fn asked(sources: &[Source], code: Option<&str>) -> Vec<Source> {
    sources.iter().filter(|source| code.is_none_or(|code| source.code == code)).cloned().collect()
}

pub(super) async fn list(
    State(state): State<Redflags>,
    by: By<ReadQuarantine>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let query = spec().read(raw.as_deref().unwrap_or_default());
    let known = state.sources(&by.page.reader).await?;
    let (store, node) = (&state.importer.store, state.importer.node);
    let heading = Heading::new(words, t(words, "quarantine"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "imports"), "/imports")
        .lead(t(words, "quarantine-lead"));
    let shown = asked(&known, query.filter("source"));
    if shown.is_empty() {
        let empty = Empty::empty(t(words, "imports-none"), t(words, "imports-none-next"));
        return Ok(by.page.html(heading, Panel::new("", empty)));
    }
    let mut causes = Vec::new();
    for source in &shown {
        sources::on_record(&by.page, &by.may, source).await?;
        causes.extend(queries::causes(store, node, source.matter).await?.into_iter().map(|cause| (source, cause)));
    }
    let columns = vec![
        Column::new(t(words, "column-cause")),
        Column::new(t(words, "column-rows")).figure(),
        Column::new(t(words, "column-line")).figure(),
        Column::new(t(words, "column-place")),
        Column::new(t(words, "column-value")),
        Column::new(t(words, "column-mend")),
    ];
    let wanted = |code: &str| query.filter("code").is_none_or(|wanted| wanted == code);
    let rows = causes.iter().filter(|(_, cause)| wanted(&cause.code)).map(|(source, cause)| {
        let (what, mend) = fault(words, &cause.code);
        let kind = t(words, if cause.whole { "held-whole" } else { "held-value" });
        let href = query.with_filter("source", &source.code).with_filter("code", &cause.code).url();
        Row::new(vec![
            Cell::subject(&href, &what)
                .under(Html::text(&format!("{kind} · {} · ", cause.code)).then(Html::data(&source.name))),
            Cell::number(cause.rows),
            Cell::number(cause.example.line),
            Cell::code(&cause.example.path),
            Cell::new(web::view::RawValue::new(words, &cause.example.value)),
            Cell::new(mend),
        ])
    });
    let table = Table::new(words, "causes", t(words, "quarantine"), columns)
        .rows(rows)
        .empty(Empty::empty(t(words, "quarantine-none"), t(words, "quarantine-none-next")));
    let choices: Vec<(&str, &str)> = known.iter().map(|source| (source.code.as_str(), source.name.as_str())).collect();
    let mut codes: Vec<(String, String)> =
        causes.iter().map(|(_, cause)| (cause.code.clone(), fault(words, &cause.code).0)).collect();
    codes.sort();
    codes.dedup();
    let codes: Vec<(&str, &str)> = codes.iter().map(|(code, what)| (code.as_str(), what.as_str())).collect();
    let bar = FilterBar::new(words, "causes", &query).choice("source", t(words, "filter-source"), &choices).choice(
        "code",
        t(words, "filter-cause"),
        &codes,
    );
    let mut body: Vec<Html> = Vec::new();
    let files = queries::files(store, node, &shown, SHOWN).await?;
    let sums = files
        .iter()
        .fold([0; 3], |sum, file| [sum[0] + file.counts.read, sum[1] + file.counts.loaded, sum[2] + file.counts.held]);
    let names: Vec<&str> = shown.iter().map(|source| source.name.as_str()).collect();
    let note = words.with(
        "redflags-quarantine-sum",
        &[
            ("source", names.join(words.either("、", ", ")).into()),
            ("read", sums[0].into()),
            ("loaded", sums[1].into()),
            ("held", sums[2].into()),
            ("merged", sums[0].saturating_sub(sums[1] + sums[2]).into()),
        ],
    );
    body.push(Panel::new(t(words, "quarantine-causes"), (bar, table)).note(Html::data(&note)).flush().into_html());
    if let (Some(code), [source]) = (query.filter("code"), shown.as_slice()) {
        let mut lines =
            queries::held_rows(store, node, source.matter, Some(code), (query.offset(), u64::from(SIZE) + 1)).await?;
        if lines.is_empty() && query.page() > 1 {
            // Every held row has its cause, and causes are counted.
            let of_code = causes.iter().filter(|(_, cause)| cause.code == code);
            let all: i64 = of_code.map(|(_, cause)| cause.rows).sum();
            if let Some(last) = last_page(&query, all.unsigned_abs()) {
                return Ok(last);
            }
        }
        let seen = query.offset() + lines.len() as u64;
        let total = if lines.len() > SIZE as usize { Total::AtLeast(seen) } else { Total::Exactly(seen) };
        lines.truncate(SIZE as usize);
        let held = lines.iter().map(|line| {
            let (mut reason, mut mend) = fault(words, &line.code);
            // A table's fault says more than its family: which file and column, and in whole sentences.
            if let Some(said) = &line.said {
                reason = format!("{reason} · {}", said.file);
                mend = words.either(&said.zh, &said.en).to_owned();
            }
            Held { line: line.line.max(0) as u64, path: line.path.clone(), value: line.value.clone(), reason, mend }
                .row(words)
        });
        let mut table = Table::new(words, "held", words.t("quarantine-caption"), Held::columns(words))
            .rows(held)
            .query(&query.with_filter("source", &source.code).with_filter("code", code).with_page(query.page()), total);
        if by.page.app.authority().allows(&by.page.reader, DownloadQuarantine::CODE).is_ok() {
            table =
                table.export("CSV", format!("/quarantine.csv?source={}&code={}", percent(&source.code), percent(code)));
        }
        body.push(Panel::new(fault(words, code).0, table).flush().into_html());
    }
    let heading = if by.page.app.authority().allows(&by.page.reader, DownloadQuarantine::CODE).is_ok() {
        heading
            .action(Action::go(t(words, "quarantine-download"), query.without_filter("code").url_at("/quarantine.csv")))
    } else {
        heading
    };
    Ok(by.page.html(heading, Grid::new().cell(12, body)))
}

pub(super) async fn csv(
    State(state): State<Redflags>,
    by: By<DownloadQuarantine>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let query = spec().read(raw.as_deref().unwrap_or_default());
    let known = state.sources(&by.page.reader).await?;
    let shown = asked(&known, query.filter("source"));
    if shown.is_empty() {
        return Err(PageError::NotFound);
    }
    let (store, node) = (&state.importer.store, state.importer.node);
    let files = queries::files(store, node, &shown, 1_000).await?;
    let mut rows = Vec::new();
    for source in &shown {
        sources::on_record(&by.page, &by.may, source).await?;
        let left = DOWNLOADED.saturating_sub(rows.len() as u64);
        rows.extend(queries::held_rows(store, node, source.matter, query.filter("code"), (0, left)).await?);
    }
    let columns = [
        ("column-file", 32),
        ("column-line", 10),
        ("column-place", 36),
        ("column-value", 40),
        ("column-code", 20),
        ("column-cause", 48),
        ("column-mend", 48),
        ("sheet-ocid", 32),
    ]
    .into_iter()
    .map(|(key, width)| SheetColumn { head: t(words, key), width })
    .collect();
    let asof = super::processes::asof(&by.page, node).await?;
    let mut sheet = Sheet::new(t(words, "quarantine"), asof, columns);
    if by.page.register.profile.synthetic {
        sheet = sheet.synthetic(words);
    }
    for row in rows {
        let (what, mend) = fault(words, &row.code);
        let file = files.iter().find(|file| file.digest == row.digest).map(|file| file.name.clone());
        sheet.row(vec![
            file.into(),
            row.line.into(),
            row.path.into(),
            Value::Text(row.value),
            row.code.into(),
            what.into(),
            mend.into(),
            row.ocid.into(),
        ]);
    }
    exported(&sheet, "quarantine", false)
}
