//! The inventory as a list, on a page and as JSON.

use access::Permission as _;
use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use kernel::power::Category;
use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list as list_of, maybe_text, object, text};
use web::http::{By, Page, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, FilterBar, Heading, Html, Panel, Row, State as Empty, Table, TableQuery, TableSpec, Tabs,
    Total, format,
};

use super::say::{badge, path};
use super::{Operation, ProposePowers, ReadPowers, t};
use crate::rows::{self, Filter, Listed};

/// Rows of a page.
const SIZE: u32 = 30;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "code", direction: Direction::Up };
    TableSpec::new(address.to_owned(), &["code"], sort, &["state", "category", "organ", "q"], SIZE)
        .read(raw.unwrap_or_default())
}

fn filter(query: &TableQuery) -> Filter {
    Filter {
        category: query.filter("category").and_then(Category::parse),
        organ: query.filter("organ").and_then(|organ| organ.parse().ok()),
        in_force: !matches!(query.filter("state"), Some("waiting" | "all")),
        waiting: query.filter("state") == Some("waiting"),
        words: query.filter("q").unwrap_or_default().to_owned(),
    }
}

/// GET /powers
pub(super) async fn show(
    State(_): State<Operation>,
    by: By<ReadPowers>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (words, today) = (page.words, page.today());
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/powers", raw.as_deref());
    let filter = filter(&query);
    let total = rows::count(store, node, &filter, today).await?;
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let listed = rows::list(store, node, &filter, today, (query.offset(), u64::from(SIZE))).await?;
    let columns = vec![
        Column::new(t(page, "item")),
        Column::new(t(page, "field-category")).narrow(),
        Column::new(t(page, "field-organ")),
        Column::new(t(page, "stage")).narrow(),
        Column::new(t(page, "version")).figure(),
        Column::new(t(page, "holds")).narrow(),
        Column::new(t(page, "field-process")),
    ];
    let mut table = Table::new(words, "powers", t(page, "menu"), columns)
        .rows(listed.iter().map(|it| row(page, it)))
        .query(&query, Total::Exactly(total));
    table = match filter.waiting {
        true => table.empty(Empty::empty(t(page, "none-waiting"), t(page, "none-waiting-next"))),
        false => table.empty(Empty::empty(t(page, "none-found"), t(page, "none-found-next"))),
    };
    let count = async |in_force, waiting| {
        rows::count(store, node, &Filter { in_force, waiting, ..filter.clone() }, today).await
    };
    let mut tabs = Tabs::new(t(page, "menu"));
    for (key, in_force, waiting) in [("force", true, false), ("waiting", false, true), ("all", false, false)] {
        let here = (filter.in_force, filter.waiting) == (in_force, waiting);
        let href = query.with_filter("state", key).url();
        tabs = tabs.tab(t(page, &format!("tab-{key}")), Some(count(in_force, waiting).await?), href, here);
    }
    let categories = Category::ALL.map(|category| (category.code(), category.name()));
    let options: Vec<(&str, &str)> = categories.iter().map(|(code, name)| (*code, page.either(name))).collect();
    let bar = FilterBar::new(words, "powers-filter", &query)
        .choice("category", t(page, "field-category"), &options)
        .text("q", t(page, "words"))
        .count(total);
    let mut heading =
        Heading::new(words, t(page, "menu")).under(words.t("http-chapter-power"), "/powers").lead(t(page, "lead"));
    if page.app.authority().allows(&page.reader, ProposePowers::CODE).is_ok() {
        heading = heading
            .action(Action::go(t(page, "new"), "/powers/new").main())
            .action(Action::go(t(page, "import"), "/powers/import"));
    }
    heading = heading.action(Action::go(t(page, "coverage"), "/powers/coverage"));
    Ok(page.html(heading, (tabs, Panel::new("", (bar, table)).flush())))
}

fn row(page: &Page, it: &Listed) -> Row {
    let words = page.words;
    let holds = it.holds.map_or_else(|| "–".to_owned(), |(from, until)| span(page, from, until));
    Row::new(vec![
        Cell::subject(&path(it.id), words.said(&it.name)).under(Html::data(&it.code)),
        Cell::new(page.either(&it.category.name())),
        Cell::new(Html::data(&page.organ(it.organ))),
        Cell::new(badge(words, it.stage())),
        match it.versions {
            0 => Cell::new("–"),
            number => Cell::number(number),
        },
        Cell::new(holds),
        match (&it.process, it.in_force) {
            (Some(process), _) => Cell::new(Html::data(process)),
            (None, true) => Cell::unknown(&t(page, "not-connected")),
            (None, false) => Cell::new("–"),
        },
    ])
}

/// The days on which a version holds.
pub(super) fn span(page: &Page, from: kernel::Day, until: Option<kernel::Day>) -> String {
    match until {
        None => page.words.with("operation-from-on", &[("from", format::date(from).into())]),
        Some(until) => page.words.with(
            "operation-from-until",
            &[("from", format::date(from).into()), ("until", format::date(until).into())],
        ),
    }
}

/// GET /api/powers
pub(super) async fn api(by: By<ReadPowers>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, node, today) = (page.app.store(), page.app.node().number(), page.today());
    let query = asked("/api/powers", raw.as_deref());
    let filter = filter(&query);
    let total = rows::count(store, node, &filter, today).await?;
    let listed = rows::list(store, node, &filter, today, (query.offset(), u64::from(SIZE))).await?;
    let powers: Vec<Value> = listed.iter().map(one).collect();
    Ok(Json(json!({"total": total, "page": query.page(), "size": SIZE, "powers": powers})))
}

fn one(it: &Listed) -> Value {
    let (from, until) = it.holds.map_or((None, None), |(from, until)| (Some(from), until));
    let day = |day: Option<kernel::Day>| day.map(|day| day.to_string());
    json!({
        "id": it.id, "code": it.code, "name": it.name, "category": it.category.code(), "organ": it.organ,
        "waiting": it.waiting.code(), "change": it.change.code(), "version": it.versions, "in_force": it.in_force,
        "from": day(from), "until": day(until), "process": it.process, "page": path(it.id),
    })
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "id": text(), "code": text(), "name": both(), "category": text(), "organ": text(), "waiting": text(),
            "change": text(), "version": integer(), "in_force": boolean(), "from": maybe_text(), "until": maybe_text(),
            "process": maybe_text(), "page": text(),
        }),
        json!({}),
    );
    object(json!({"total": integer(), "page": integer(), "size": integer(), "powers": list_of(one)}), json!({}))
}
