//! Buyers and suppliers: their processes with the same reasons, counts and sums with n, never a grade.

use access::Permission;
use axum::extract::{Path, RawQuery, State};
use axum::response::Response;
use web::http::{By, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Cell, Column, Facts, FilterBar, Grid, Panel, Row, State as Empty, Table, TableQuery, TableSpec, Total,
};

use super::processes::{flagged, heading};
use super::{ReadBuyers, ReadProcesses, ReadSuppliers, Redflags, reach, sees_flags};
use crate::pages::{day, lists, n, sum, t};
use crate::rule::percent;
use crate::store::{self as queries, Filter, Order, Reach, Source};

/// Rows of a page.
const SIZE: u32 = 50;
/// Processes counted at one organisation.
const COUNTED: u64 = 100_000;

fn spec(path: String) -> TableSpec {
    TableSpec::new(path, &["processes"], Sort { key: "processes", direction: Direction::Down }, &["q"], SIZE)
}

/// One more than a page is read, to know whether there is a next.
fn total<T>(found: &mut Vec<T>, query: &TableQuery) -> Total {
    let seen = query.offset() + found.len() as u64;
    if found.len() > SIZE as usize {
        found.truncate(SIZE as usize);
        Total::AtLeast(seen)
    } else {
        Total::Exactly(seen)
    }
}

pub(super) async fn buyers(
    State(state): State<Redflags>,
    by: By<ReadBuyers>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let query = spec("/buyers".to_owned()).read(raw.as_deref().unwrap_or_default());
    let sources = state.sources(&by.page.reader).await?;
    let window = (query.offset(), u64::from(SIZE) + 1);
    let mut found = queries::buyers(&state.importer.store, &reach(&by), &sources, query.filter("q"), window).await?;
    if found.is_empty() && query.page() > 1 {
        let all =
            queries::buyers(&state.importer.store, &reach(&by), &sources, query.filter("q"), (0, COUNTED)).await?;
        return last_page(&query, all.len() as u64).ok_or(PageError::Conflict);
    }
    let total = total(&mut found, &query);
    let columns = vec![
        Column::new(t(words, "column-buyer")),
        Column::new(t(words, "column-processes")).figure(),
        Column::new(t(words, "column-last")).narrow(),
    ];
    let rows = found.iter().map(|buyer| {
        Row::new(vec![
            Cell::subject(&format!("/buyers/{}", percent(&buyer.id)), &buyer.name).under(buyer.id.as_str()),
            Cell::number(buyer.processes),
            Cell::new(buyer.last.map_or_else(|| "–".to_owned(), day)),
        ])
    });
    let table = Table::new(words, "buyers", t(words, "buyers"), columns)
        .rows(rows)
        .query(&query, total)
        .empty(Empty::empty(t(words, "buyers-none"), t(words, "processes-none-next")));
    let bar = FilterBar::new(words, "buyers", &query).text("q", t(words, "filter-name"));
    let heading = web::view::Heading::new(words, t(words, "buyers"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .lead(t(words, "buyers-lead"));
    Ok(by.page.html(heading, Panel::new("", (bar, table)).flush()))
}

pub(super) async fn suppliers(
    State(state): State<Redflags>,
    by: By<ReadSuppliers>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let query = spec("/suppliers".to_owned()).read(raw.as_deref().unwrap_or_default());
    let sources = state.sources(&by.page.reader).await?;
    let window = (query.offset(), u64::from(SIZE) + 1);
    let mut found = queries::suppliers(&state.importer.store, &reach(&by), &sources, query.filter("q"), window).await?;
    if found.is_empty() && query.page() > 1 {
        let all =
            queries::suppliers(&state.importer.store, &reach(&by), &sources, query.filter("q"), (0, COUNTED)).await?;
        return last_page(&query, all.len() as u64).ok_or(PageError::Conflict);
    }
    let total = total(&mut found, &query);
    let columns = vec![
        Column::new(t(words, "column-supplier")),
        Column::new(t(words, "column-took-part")).figure(),
        Column::new(t(words, "column-won")).figure(),
        Column::new(t(words, "column-last")).narrow(),
    ];
    let rows = found.iter().map(|supplier| {
        Row::new(vec![
            Cell::subject(&format!("/suppliers/{}", percent(&supplier.id)), &supplier.name).under(supplier.id.as_str()),
            Cell::number(supplier.processes),
            Cell::number(supplier.won),
            Cell::new(supplier.last.map_or_else(|| "–".to_owned(), day)),
        ])
    });
    let table = Table::new(words, "suppliers", t(words, "suppliers"), columns)
        .rows(rows)
        .query(&query, total)
        .empty(Empty::empty(t(words, "suppliers-none"), t(words, "processes-none-next")));
    let bar = FilterBar::new(words, "suppliers", &query).text("q", t(words, "filter-name"));
    let heading = web::view::Heading::new(words, t(words, "suppliers"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .lead(t(words, "suppliers-lead"));
    Ok(by.page.html(heading, Panel::new("", (bar, table)).flush()))
}

/// An organisation with its processes.
pub(super) struct Organisation {
    pub name: String,
    pub count: u64,
    pub won: Option<u64>,
    pub volumes: Vec<queries::Volume>,
    pub lines: Vec<queries::Line>,
}

/// Looks an organisation up within reach; `None` where it has no part in anything there.
pub(super) async fn organisation(
    state: &Redflags,
    reach: &Reach,
    sources: &[Source],
    id: &str,
    buying: bool,
    window: (u64, u64),
) -> Result<Option<Organisation>, PageError> {
    let store = &state.importer.store;
    let Some(name) = queries::party_name(store, reach, sources, id, buying).await? else { return Ok(None) };
    let filter = if buying {
        Filter { buyer: Some(id.to_owned()), ..Filter::default() }
    } else {
        Filter { supplier: Some(id.to_owned()), ..Filter::default() }
    };
    let (lines, count) = queries::page(store, reach, sources, &filter, (Order::Day, true), window, COUNTED).await?;
    let volumes = queries::volumes(store, reach, sources, id, buying).await?;
    let won = if buying { None } else { Some(queries::won(store, reach, sources, id).await?) };
    Ok(Some(Organisation { name, count, won, volumes, lines }))
}

async fn page<P: Permission>(
    state: &Redflags,
    by: &By<P>,
    id: &str,
    raw: Option<&str>,
    buying: bool,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let reach = reach(by);
    let (kind, key) = if buying { ("buyers", "buyer") } else { ("suppliers", "supplier") };
    let query = TableSpec::new(
        format!("/{kind}/{}", percent(id)),
        &["day"],
        Sort { key: "day", direction: Direction::Down },
        &[],
        SIZE,
    )
    .read(raw.unwrap_or_default());
    let sources = state.sources(&by.page.reader).await?;
    let found = organisation(state, &reach, &sources, id, buying, (query.offset(), u64::from(SIZE)))
        .await?
        .ok_or(PageError::NotFound)?;
    if let Some(last) = last_page(&query, found.count) {
        return Ok(last);
    }
    let flagged = if sees_flags(&by.page) { Some(flagged(state, &reach, &found.lines).await?) } else { None };
    let mut facts = Facts::new().fact(t(words, "column-id"), id);
    facts = facts.fact(
        t(words, if buying { "fact-processes" } else { "fact-took-part" }),
        n(words, "count-processes", found.count),
    );
    if let Some(won) = found.won {
        facts = facts.fact(t(words, "fact-won"), n(words, "count-processes", won));
    }
    for volume in &found.volumes {
        facts = facts.fact(
            t(words, if buying { "fact-volume" } else { "fact-volume-won" }),
            words.with(
                "redflags-volume",
                &[("sum", sum(words, volume.sum, &volume.currency).into()), ("n", volume.n.into())],
            ),
        );
    }
    let opens = by.page.app.authority().allows(&by.page.reader, ReadProcesses::CODE).is_ok();
    let mut table = lists::processes(words, "processes", &found.lines, flagged.as_ref(), false)
        .query(&query, Total::Exactly(found.count));
    if let (true, true) = (opens, buying) {
        table = table.export(t(words, "filter-more"), format!("/processes?buyer={}", percent(id)));
    }
    let mut parts = vec![Panel::new(t(words, "processes"), table).flush()];
    if sees_flags(&by.page) {
        // What was raised on the organisation itself, over many processes.
        let subject = format!("{key}|{id}");
        let raised = super::runs::raised_on(state, by, &reach, &sources, &subject).await?;
        if !raised.is_empty() {
            let reasons: Vec<_> = raised.iter().map(|flag| crate::pages::process::evidence(words, flag)).collect();
            parts.insert(0, Panel::new(t(words, "reasons-over-many"), reasons).foot(t(words, "reasons-foot")));
        }
    }
    let side = Panel::new(t(words, "known"), facts).foot(t(words, "no-grade"));
    let heading = heading(words, found.name, kind, &format!("/{kind}"), id);
    Ok(by.page.html(heading, Grid::new().cell(8, parts).cell(4, side)))
}

pub(super) async fn buyer(
    State(state): State<Redflags>,
    by: By<ReadBuyers>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    page(&state, &by, &id, raw.as_deref(), true).await
}

pub(super) async fn supplier(
    State(state): State<Redflags>,
    by: By<ReadSuppliers>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    page(&state, &by, &id, raw.as_deref(), false).await
}
