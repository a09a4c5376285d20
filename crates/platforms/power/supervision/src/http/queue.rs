//! The queue: a flag is a reason to look, not a finding.

use std::str::FromStr as _;

use access::Permission as _;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use kernel::{Currency, Instant, MatterId, OrganId};
use rust_decimal::Decimal;
use supervise::{Light, Sum};
use web::http::{By, Page, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, FilterBar, Heading, Html, Panel, Row, Seal, Share, State as Shown, Table, TableQuery,
    TableSpec, Tabs, Total, format,
};

use crate::http::{DispatchWarnings, ExportTables, ReadQueue, Supervision, groups, path, say};
use crate::store::{self, Counts, Filter, Indicator, Listed, Order, Reach, Tab, Turns};
use crate::types::Stage;

/// Rows of a page.
pub(super) const SIZE: u32 = 25;
/// Organs that a list can be filtered by; those with the most warnings come first.
const ORGANS: u32 = 200;
const SORTS: &[&str] = &["score", "amount", "due", "number"];
const FILTERS: &[&str] = &["stage", "light", "organ", "rule", "min", "late", "mine", "group"];

/// What the address of a list may say.
pub(super) fn spec(path: &str) -> TableSpec {
    TableSpec::new(path, SORTS, Sort { key: "score", direction: Direction::Down }, FILTERS, SIZE)
}

/// The filter that an address means. `min` counts as lists do: 万元 in Chinese, millions in English.
pub(super) fn filter(page: &Page, query: &TableQuery, currency: &str, now: Instant) -> Filter {
    Filter {
        tab: query.filter("stage").and_then(Tab::of).unwrap_or_default(),
        light: query
            .filter("light")
            .and_then(|word| [Light::Notice, Light::Yellow, Light::Red].into_iter().find(|light| light.code() == word)),
        organ: query.get::<OrganId>("organ"),
        rule: query.filter("rule").map(str::to_owned),
        min: query.decimal("min").and_then(|min| least(page, min, currency)),
        inspector: query.filter("mine").map(|_| page.reader.principal()),
        late: query.filter("late").map(|_| now),
    }
}

/// What a list's address asks of a reader: how far the reader sees, what is asked for, and the currency and moment it counts in.
pub(super) struct Asked {
    pub(super) reach: Reach,
    pub(super) query: TableQuery,
    pub(super) currency: String,
    pub(super) filter: Filter,
    pub(super) now: Instant,
}

/// Reads the address of a list of warnings at `path`.
pub(super) async fn asked(by: &By<ReadQueue>, path: &str, raw: Option<&str>) -> Result<Asked, PageError> {
    let (page, now) = (&by.page, by.page.app.clock().now());
    let reach = Reach::of(&by.may, &page.register, page.today());
    let query = spec(path).read(raw.unwrap_or_default());
    let currency = store::currency(page.app.store(), &reach).await?;
    let filter = filter(page, &query, &currency, now);
    Ok(Asked { reach, query, currency, filter, now })
}

fn least(page: &Page, min: Decimal, currency: &str) -> Option<Sum> {
    let unit = match page.words.locale() {
        kernel::Locale::ZhCn => Decimal::from(10_000),
        kernel::Locale::En => Decimal::from(1_000_000),
    };
    let exponent = Currency::from_str(currency).ok()?.exponent()?;
    let minor = min.checked_mul(unit)?.checked_mul(Decimal::from(10_i64.pow(exponent)))?;
    let minor = i64::try_from(minor.round()).ok()?;
    Some(Sum { minor, currency: currency.to_owned() })
}

pub(super) fn order(query: &TableQuery) -> (Order, bool) {
    let sort = query.sort();
    let order = match sort.key {
        "amount" => Order::Amount,
        "due" => Order::Due,
        "number" => Order::Number,
        _ => Order::Score,
    };
    (order, sort.direction == Direction::Down)
}

/// GET /queue
pub(super) async fn show(
    State(state): State<Supervision>,
    by: By<ReadQueue>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let store = page.app.store();
    let Asked { reach, query, currency, filter, now } = asked(&by, "/queue", raw.as_deref()).await?;
    let counts = store::counts(store, &reach, &filter, now).await?;
    let organs = store::organs(store, &reach, ORGANS).await?;
    let indicators = store::indicators(store, &reach, 24).await?;
    let size = store.log_size(page.app.node().number()).await?;
    let turns = Turns::of(&page.reader, &page.register, page.today());
    let held =
        if turns.judges { Some(store::held(store, page.app.node(), page.reader.principal()).await?) } else { None };
    let words = page.words;
    let mut heading = Heading::new(words, words.t("supervision-queue"))
        .under(words.t("http-chapter-power"), "/queue")
        .lead(words.t("supervision-queue-lead"))
        .asof(words, &format::time(now, page.app.clock().zone()), Seal::new(words, size.saturating_sub(1)));
    let may = |code: &str| page.app.authority().allows(&page.reader, code).is_ok();
    let exports = may(ExportTables::CODE);
    let grouped = query.filter(groups::BY_ORGAN.0) == Some(groups::BY_ORGAN.1);
    if exports && !grouped {
        heading = heading.action(Action::go(words.t("supervision-export-xlsx"), query.url_at("/queue.xlsx")));
    }
    let all_late = if filter.late.is_none() && hides(&filter) {
        let open = Filter { tab: Tab::Open, ..Filter::default() };
        store::counts(store, &reach, &open, now).await?.late.saturating_sub(counts.late)
    } else {
        0
    };
    let total = counts.of(filter.tab);
    let bar = filters(page, &query, &organs, &indicators, &currency).hides_late(all_late);
    let tabs = tabs(page, &query, &filter, &counts, held.map(|held| (held, state.limits.quota_per_inspector)));
    let foot = Html::text(&words.t("supervision-queue-foot"));
    if grouped {
        let bar = bar.note(words.t("supervision-group-note"));
        let table = match groups::table(page, &reach, &query, &filter, &currency, now).await? {
            Ok(table) => table,
            Err(last) => return Ok(last),
        };
        return Ok(page.html(heading, (tabs, Panel::new("", (bar, table)).flush().foot(foot))));
    }
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let bar = bar.count(total).note(words.t("supervision-sort-note"));
    let listed = store::list(store, &reach, &filter, order(&query), (query.offset(), SIZE.into())).await?;
    let mut table = Table::new(words, "queue", words.t("supervision-queue"), columns(page))
        .rows(listed.iter().map(|warning| row(page, warning, now)))
        .query(&query, Total::Exactly(total))
        .empty(empty(page, &filter));
    if exports {
        table = table.export("CSV", query.url_at("/queue.csv"));
    }
    if may(DispatchWarnings::CODE) && listed.iter().any(|warning| say::is_own(page, warning)) {
        table = table.bulk(
            "/queue/assign",
            page.csrf.as_str(),
            vec![Action::submit(words.t("supervision-assign-chosen")).main().small()],
            words.t("supervision-bulk-note"),
        );
    }
    Ok(page.html(heading, (tabs, Panel::new("", (bar, table)).flush().foot(foot))))
}

fn hides(filter: &Filter) -> bool {
    filter.light.is_some()
        || filter.organ.is_some()
        || filter.rule.is_some()
        || filter.min.is_some()
        || filter.inspector.is_some()
}

fn tabs(page: &Page, query: &TableQuery, filter: &Filter, counts: &Counts, held: Option<(u32, u32)>) -> Tabs {
    let words = page.words;
    let tab = |tabs: Tabs, tab: Tab, label: String| {
        let href = match tab {
            Tab::Open => query.without_filter("stage").url(),
            other => query.with_filter("stage", other.word()).url(),
        };
        tabs.tab(label, Some(counts.of(tab)), href, filter.tab == tab)
    };
    let mut tabs = tab(Tabs::new(words.t("supervision-tabs")), Tab::Open, words.t("supervision-tab-open"));
    for code in Stage::CODES {
        tabs = tab(tabs, Tab::Stage(code), say::stage(words, code));
    }
    match held {
        None => tabs,
        Some((held, quota)) => tabs.aside((
            words.rich("supervision-quota", &[("held", held.into()), ("quota", quota.into())]),
            Share::new(held.into(), quota.into()).short(),
        )),
    }
}

fn borrow(options: &[(String, String)]) -> Vec<(&str, &str)> {
    options.iter().map(|(value, label)| (value.as_str(), label.as_str())).collect()
}

fn filters(
    page: &Page,
    query: &TableQuery,
    organs: &[(OrganId, String)],
    indicators: &[Indicator],
    currency: &str,
) -> FilterBar {
    let words = page.words;
    let organs: Vec<(String, String)> =
        organs.iter().map(|(id, name)| (id.to_string(), say::organ(page, Some(*id), name))).collect();
    let indicators: Vec<(String, String)> =
        indicators.iter().map(|it| (it.code.clone(), format!("{} {}", it.code, page.either(&it.name)))).collect();
    let lights: Vec<(String, String)> = ["red", "yellow", "notice"]
        .iter()
        .map(|code| ((*code).to_owned(), words.t(&format!("light-{code}"))))
        .collect();
    let yes = vec![("1".to_owned(), words.t("supervision-yes"))];
    let unit = Currency::from_str(currency)
        .map_or_else(|_| currency.to_owned(), |currency| format::money_unit(words.locale(), currency));
    let mut bar = FilterBar::new(words, "queue", query)
        .choice("organ", words.t("supervision-filter-organ"), &borrow(&organs))
        .choice("rule", words.t("supervision-filter-rule"), &borrow(&indicators))
        .at_least("min", words.t("supervision-filter-min"), unit)
        .choice("light", words.t("supervision-filter-light"), &borrow(&lights))
        .choice("late", words.t("supervision-filter-late"), &borrow(&yes));
    if Turns::of(&page.reader, &page.register, page.today()).judges {
        bar = bar.choice("mine", words.t("supervision-filter-mine"), &borrow(&yes));
    }
    let by_organ = vec![(groups::BY_ORGAN.1.to_owned(), words.t("supervision-group-organ"))];
    bar.choice(groups::BY_ORGAN.0, words.t("supervision-filter-group"), &borrow(&by_organ))
}

/// The columns of a list of warnings.
pub(super) fn columns(page: &Page) -> Vec<Column> {
    let words = page.words;
    vec![
        Column::new(words.t("supervision-column-light")).narrow(),
        Column::new(words.t("supervision-column-subject")).sorts("number"),
        Column::new(words.t("supervision-column-reasons")).sorts("score"),
        Column::new(words.t("supervision-column-amount")).figure().sorts("amount"),
        Column::new(words.t("supervision-column-state")),
        Column::new(words.t("supervision-column-clock")).narrow().sorts("due"),
    ]
}

fn row(page: &Page, warning: &Listed, now: Instant) -> Row {
    let words = page.words;
    let (first, second) = say::reasons(words, warning);
    let number = say::number(warning.number);
    let about = Html::data(&say::organ(page, warning.organ, &warning.organ_name))
        .then(Html::text(" "))
        .then(Html::rich(&format!("`{number}`")));
    let amount = match &warning.sum {
        Some(sum) => Cell::new(say::sum(words.locale(), sum)),
        None => Cell::unknown(&words.t("supervision-unknown")),
    };
    let row = Row::new(vec![
        Cell::new(say::badge(words, warning)),
        match secrecy::view::badge(words, warning.class, warning.compartment) {
            Some(badge) => Cell::subject(&path(warning.id), &warning.subject.label).aside(badge).under(about),
            None => Cell::subject(&path(warning.id), &warning.subject.label).under(about),
        },
        Cell::new(first).under(second),
        amount,
        Cell::new(say::stage(words, &warning.stage)).under(say::holder(page, warning)),
        Cell::new(say::clock(page, warning, now)),
    ]);
    // What another unit holds is not this one's to give.
    if say::is_own(page, warning) { row.value(warning.id.to_string(), warning.subject.label.clone()) } else { row }
}

pub(super) fn empty(page: &Page, filter: &Filter) -> Shown {
    let words = page.words;
    if hides(filter) || filter.late.is_some() {
        Shown::empty(words.t("supervision-queue-empty-filtered"), words.t("supervision-queue-empty-filtered-next"))
    } else {
        Shown::empty(words.t("supervision-queue-empty"), words.t("supervision-queue-empty-next"))
    }
}

/// The ids of chosen rows, each once, at most a page of them.
pub(super) fn chosen<'a>(rows: impl Iterator<Item = &'a str>) -> Result<Vec<MatterId>, PageError> {
    let mut ids = Vec::new();
    for row in rows.take(SIZE as usize) {
        let id: MatterId = row.parse().map_err(|_| PageError::Malformed("row"))?;
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    Ok(ids)
}
