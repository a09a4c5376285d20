//! Contracting processes: list, one of them, its raw data, exports.

use axum::extract::{Path, RawQuery, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use kernel::{MatterId, NodeId};
use redflags_rules::context::{Context, Registers};
use redflags_rules::facts::Facts;
use redflags_rules::moment::Moment;
use redflags_rules::run::judge_one;
use rust_decimal::Decimal;
use web::http::{By, Page, PageError, last_page};
use web::locale::Words;
use web::view::table::{Direction, Sort};
use web::view::{Action, FilterBar, Heading, Panel, State as Empty, TableQuery, TableSpec, Total, format};

use super::sources;
use super::{ExportTables, ReadBuyers, ReadProcesses, ReadSuppliers, Redflags, exported, reach, sees_flags};
use crate::pages::lists::{self, Flagged};
use crate::pages::process::{Shown, body, lead};
use crate::pages::{badge, t};
use crate::rows;
use crate::rule::percent;
use crate::store::{self as queries, Filter, Line, Order, Reach, Source, Stored};
use access::{Permission as _, Reader};

/// Rows of a page.
const SIZE: u32 = 50;
/// Rows of an export.
const EXPORTED: u64 = 50_000;
/// How far matches are counted in each source.
const COUNTED: u64 = 2_000;

/// What the list's address may say.
pub(super) fn spec() -> TableSpec {
    TableSpec::new(
        "/processes",
        &["day", "amount"],
        Sort { key: "day", direction: Direction::Down },
        &["source", "buyer", "method", "category", "min", "from", "to", "q"],
        SIZE,
    )
}

/// The filter that an address asks for.
pub(super) fn filter(query: &TableQuery) -> Filter {
    let text = |key: &str| query.filter(key).map(str::to_owned);
    Filter {
        buyer: text("buyer"),
        supplier: None,
        method: text("method"),
        category: text("category"),
        least: query.decimal("min").and_then(|least| rows::minor(least.max(Decimal::ZERO))),
        from: query.day("from").map(|day| day.number()),
        to: query.day("to").map(|day| day.number()),
        text: text("q"),
    }
}

/// The sources that an address asks for: one, or all.
pub(super) fn narrowed(sources: Vec<Source>, query: &TableQuery) -> Vec<Source> {
    match query.filter("source") {
        Some(code) => sources.into_iter().filter(|source| source.code == code).collect(),
        None => sources,
    }
}

pub(super) fn order(query: &TableQuery) -> (Order, bool) {
    let order = if query.sort().key == "amount" { Order::Amount } else { Order::Day };
    (order, query.sort().direction == Direction::Down)
}

/// What the newest runs raised on these processes.
pub(super) async fn flagged(state: &Redflags, reach: &Reach, lines: &[Line]) -> Result<Flagged, PageError> {
    let mut all = Flagged::new();
    let mut sources: Vec<MatterId> = lines.iter().map(|line| line.source).collect();
    sources.sort_unstable();
    sources.dedup();
    for source in sources {
        let run = state.importer.newest_run(source).await?;
        let of: Vec<&str> = lines.iter().filter(|line| line.source == source).map(|line| line.ocid.as_str()).collect();
        // A statement takes so many parameters; an export asks in pieces.
        for ocids in of.chunks(500) {
            all.extend(queries::flagged(&state.importer.store, reach, source, run, ocids).await?);
        }
    }
    Ok(all)
}

pub(super) async fn list(
    State(state): State<Redflags>,
    by: By<ReadProcesses>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let query = spec().read(raw.as_deref().unwrap_or_default());
    let all = state.sources(&by.page.reader).await?;
    let choices: Vec<(String, String)> = all.iter().map(|source| (source.code.clone(), source.name.clone())).collect();
    let sources = narrowed(all, &query);
    let reach = reach(&by);
    let filter = filter(&query);
    let window = (query.offset(), u64::from(SIZE));
    let most = COUNTED.max(query.offset() + u64::from(SIZE) + 1);
    let store = &state.importer.store;
    let (lines, count) = queries::page(store, &reach, &sources, &filter, order(&query), window, most).await?;
    if let Some(last) = last_page(&query, count) {
        return Ok(last);
    }
    let total = if count >= most { Total::AtLeast(count) } else { Total::Exactly(count) };
    let flagged = if sees_flags(&by.page) { Some(flagged(&state, &reach, &lines).await?) } else { None };
    let choices: Vec<(&str, &str)> = choices.iter().map(|(code, name)| (code.as_str(), name.as_str())).collect();
    let methods: Vec<(&str, String)> =
        ["open", "selective", "limited", "direct"].map(|code| (code, crate::pages::method(words, code))).to_vec();
    let methods: Vec<(&str, &str)> = methods.iter().map(|(code, name)| (*code, name.as_str())).collect();
    let bar = FilterBar::new(words, "processes", &query)
        .choice("source", t(words, "filter-source"), &choices)
        .choice("method", t(words, "filter-method"), &methods)
        .text("category", t(words, "filter-category"))
        .at_least("min", t(words, "filter-min"), t(words, "filter-min-unit"))
        .day("from", t(words, "filter-from"))
        .day("to", t(words, "filter-to"))
        .text("buyer", t(words, "filter-buyer"))
        .text("q", t(words, "filter-text"))
        .count(count);
    let mut table = lists::processes(words, "processes", &lines, flagged.as_ref(), true).query(&query, total);
    if may_export(&by.page) {
        table = table.export("XLSX", query.url_at("/processes.xlsx")).export("CSV", query.url_at("/processes.csv"));
    }
    let empty = if query.filters().next().is_some() {
        Empty::empty(t(words, "processes-none-match"), t(words, "processes-none-match-next"))
    } else {
        Empty::empty(t(words, "processes-none"), t(words, "processes-none-next"))
    };
    let table = table.empty(empty);
    let heading = Heading::new(words, t(words, "processes"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .lead(t(words, "processes-lead"));
    Ok(by.page.html(heading, Panel::new("", (bar, table)).flush()))
}

fn may_export(page: &Page) -> bool {
    page.app.authority().allows(&page.reader, ExportTables::CODE).is_ok()
}

/// Until when an export is true.
pub(super) async fn asof(page: &Page, node: NodeId) -> Result<String, PageError> {
    let size = page.app.store().log_size(node.number()).await?;
    let at = format::date_time(page.app.clock().now(), page.app.clock().zone());
    Ok(format!("{at} {}", format::index(size)))
}

async fn export(state: &Redflags, by: &By<ExportTables>, raw: Option<&str>, xlsx: bool) -> Result<Response, PageError> {
    // Who exports must also be allowed to read, and gets no more than that.
    let may = by.page.app.authority().may::<ReadProcesses>(&by.page.reader)?;
    let reach = Reach::of(may.scope(), &by.page.register, by.page.today());
    let query = spec().read(raw.unwrap_or_default());
    let known = narrowed(state.sources(&by.page.reader).await?, &query);
    let lines =
        queries::lines(&state.importer.store, &reach, &known, &filter(&query), order(&query), (0, EXPORTED)).await?;
    // What leaves the node was read.
    for source in known.iter().filter(|source| lines.iter().any(|line| line.source == source.matter)) {
        sources::on_record(&by.page, &by.may, source).await?;
    }
    let flagged = if sees_flags(&by.page) { Some(flagged(state, &reach, &lines).await?) } else { None };
    let asof = asof(&by.page, state.importer.node).await?;
    let synthetic = by.page.register.profile.synthetic;
    let sheet = lists::sheet(by.page.words, asof, &lines, flagged.as_ref(), synthetic);
    exported(&sheet, "processes", xlsx)
}

pub(super) async fn xlsx(
    State(state): State<Redflags>,
    by: By<ExportTables>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    export(&state, &by, raw.as_deref(), true).await
}

pub(super) async fn csv(
    State(state): State<Redflags>,
    by: By<ExportTables>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    export(&state, &by, raw.as_deref(), false).await
}

/// A process within reach, or "no such page".
pub(super) async fn found(
    state: &Redflags,
    (reader, reach): (&Reader, &Reach),
    ocid: &str,
) -> Result<(Stored, Source), PageError> {
    let sources = state.sources(reader).await?;
    let stored = queries::process(&state.importer.store, reach, &sources, ocid).await?.ok_or(PageError::NotFound)?;
    let source = sources.into_iter().find(|source| source.matter == stored.line.source).ok_or(PageError::NotFound)?;
    Ok((stored, source))
}

pub(super) async fn one(
    State(state): State<Redflags>,
    by: By<ReadProcesses>,
    Path(ocid): Path<String>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let reach = reach(&by);
    let (stored, source) = found(&state, (&by.page.reader, &reach), &ocid).await?;
    sources::on_record(&by.page, &by.may, &source).await?;
    let (run, reference) = state.importer.frozen(source.matter).await?;
    let seen = sees_flags(&by.page);
    let store = &state.importer.store;
    let flags = if seen {
        Some(queries::flags_of_process(store, &reach, source.matter, run, &stored.line.ocid).await?)
    } else {
        None
    };
    let standing = if seen {
        queries::flagged(store, &reach, source.matter, run, &[stored.line.ocid.as_str()]).await?
    } else {
        Flagged::new()
    };
    let as_of = match queries::run(store, state.importer.node, source.matter, run).await? {
        Some(run) => run.as_of,
        None => state.importer.clock.now().ms().div_euclid(1000),
    };
    let mut parsed = ocds::parse(&stored.release).map_err(|fault| PageError::broken(&fault))?;
    ocds::set_aside(&mut parsed.release, rows::day_of(as_of.saturating_mul(1000)));
    let settings = state.importer.settings_in_force().await?;
    let registers = Registers::default();
    let cx = Context {
        settings: &settings,
        reference: reference.as_deref(),
        coverage: reference.as_deref().map(|reference| &reference.snapshot().coverage),
        registers: &registers,
        as_of: Moment(as_of),
    };
    let facts = Facts::of(&parsed.release, &settings);
    let judged = seen.then(|| judge_one(&parsed.release, &cx));
    let allows = |code: &str| by.page.app.authority().allows(&by.page.reader, code).is_ok();
    let shown = Shown {
        words,
        stored: &stored,
        release: &parsed.release,
        facts: &facts,
        cx: &cx,
        flags: flags.as_deref(),
        judged: judged.as_deref(),
        run,
        opens: (allows(ReadBuyers::CODE), allows(ReadSuppliers::CODE)),
    };
    let mut heading = Heading::new(words, stored.line.title.clone())
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "processes"), "/processes")
        .id(stored.line.ocid.clone())
        .lead_facts(lead(&shown, &source.name))
        .action(Action::go(t(words, "raw-data"), format!("/processes/{}/release.json", percent(&stored.line.ocid))));
    if let Some((_, Some(light))) = standing.get(&stored.line.ocid) {
        heading = heading.badge(badge(words, *light));
    }
    let body = body(&shown);
    Ok(by.page.html(heading, body))
}

pub(super) async fn release(
    State(state): State<Redflags>,
    by: By<ReadProcesses>,
    Path(ocid): Path<String>,
) -> Result<Response, PageError> {
    let (stored, source) = found(&state, (&by.page.reader, &reach(&by)), &ocid).await?;
    sources::on_record(&by.page, &by.may, &source).await?;
    Ok((
        [
            (header::CONTENT_TYPE, "application/json"),
            (header::CACHE_CONTROL, "no-store"),
            // Shown as text by whatever opens it: the content came from outside.
            (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        ],
        stored.release,
    )
        .into_response())
}

/// The heading of a page below a list: chapter, list, id.
pub(super) fn heading(words: Words, title: String, kind: &str, href: &str, id: &str) -> Heading {
    Heading::new(words, title)
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, kind), href)
        .id(id)
}
