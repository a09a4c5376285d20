//! The inventory as everybody may read it 办事指南: what organs do, who may have it, what to bring, how long it takes, what it costs.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use kernel::OrganId;
use kernel::power::Category;
use serde_json::{Value, json};
use web::http::schema::{boolean, both, integer, list as list_of, object, or_null, text};
use web::http::{PageError, Visitor, last_page};
use web::locale::Locale;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, Facts, FilterBar, Grid, Heading, Html, IntoHtml as _, Panel, Row, State as Empty, Table,
    TableQuery, TableSpec, Total, format,
};

use super::Operation;
use super::say::{self, t};
use crate::rows::{self, Filter, InForce};
use crate::types::Field;

/// Rows of a page.
const SIZE: u32 = 30;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "code", direction: Direction::Up };
    TableSpec::new(address.to_owned(), &["code"], sort, &["category", "q"], SIZE).read(raw.unwrap_or_default())
}

fn filter(query: &TableQuery) -> Filter {
    Filter {
        category: query.filter("category").and_then(Category::parse),
        in_force: true,
        words: query.filter("q").unwrap_or_default().to_owned(),
        ..Filter::default()
    }
}

/// What organs are called today.
async fn organs(state: &Operation, locale: Locale) -> Result<impl Fn(OrganId) -> String + use<>, PageError> {
    let register = state.inventory.directory().register().await?;
    let today = state.inventory.directory().clock().today();
    Ok(move |organ| {
        let found = register.as_ref().and_then(|register| register.organ_on(organ, today));
        found.map_or_else(|| "–".to_owned(), |organ| organ.name.said(locale).to_owned())
    })
}

/// GET /guide
pub(super) async fn list(
    State(state): State<Operation>,
    visitor: Visitor,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let directory = state.inventory.directory();
    let (store, node, today) = (directory.store(), directory.node().number(), directory.clock().today());
    let query = asked("/guide", raw.as_deref());
    let filter = filter(&query);
    let total = rows::count(store, node, &filter, today).await?;
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let listed = rows::list(store, node, &filter, today, (query.offset(), u64::from(SIZE))).await?;
    let organ = organs(&state, words.locale()).await?;
    let columns = vec![
        Column::new(t(words, "item")),
        Column::new(t(words, "field-category")).narrow(),
        Column::new(t(words, "field-organ")),
    ];
    let rows = listed.iter().map(|it| {
        Row::new(vec![
            Cell::subject(&format!("/guide/{}", it.code), words.said(&it.name)),
            Cell::new(it.category.name().get(words.locale())),
            Cell::new(Html::data(&organ(it.organ))),
        ])
    });
    let table = Table::new(words, "guide", t(words, "guide"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(total))
        .empty(Empty::empty(t(words, "none-found"), t(words, "guide-none-next")));
    let categories = Category::ALL.map(|category| (category.code(), category.name()));
    let options: Vec<(&str, &str)> = categories.iter().map(|(code, name)| (*code, name.get(words.locale()))).collect();
    let bar = FilterBar::new(words, "guide-filter", &query)
        .text("q", t(words, "words"))
        .choice("category", t(words, "field-category"), &options)
        .count(total);
    let heading = Heading::new(words, t(words, "guide")).lead(t(words, "guide-lead"));
    visitor.public_page(&state.app, StatusCode::OK, heading, Panel::new("", (bar, table)).flush()).await
}

/// GET /guide/{code}
pub(super) async fn show(
    State(state): State<Operation>,
    visitor: Visitor,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let words = visitor.words;
    let directory = state.inventory.directory();
    let (store, node, today) = (directory.store(), directory.node().number(), directory.clock().today());
    let found = rows::by_code(store, node, &code, today).await?.ok_or(PageError::NotFound)?;
    let content = &found.version.content;
    let organ = organs(&state, words.locale()).await?;
    let fact =
        |facts: Facts, field: Field| facts.fact(say::field(words, field), say::value(words, content, field, &organ));
    let panel = |key: &str, fields: &[Field]| {
        let facts = fields.iter().fold(Facts::new(), |facts, field| fact(facts, *field));
        Panel::new(t(words, key), facts).into_html()
    };
    let main = vec![
        panel("guide-who", &[Field::Clients, Field::Conditions]),
        panel("guide-bring", &[Field::Materials]),
        panel("guide-long", &[Field::Promised, Field::Statutory]),
        panel("guide-cost", &[Field::Fee]),
        panel("guide-get", &[Field::Result]),
    ];
    let side = vec![
        panel("guide-where", &[Field::Organ, Field::Place, Field::Complaints]),
        panel("guide-law", &[Field::Category, Field::Bases, Field::Code]),
        Panel::new(
            t(words, "guide-version"),
            Facts::new()
                .fact(t(words, "version"), found.version.number.to_string())
                .fact(t(words, "from"), format::date(found.version.from)),
        )
        .into_html(),
    ];
    let mut heading = Heading::new(words, words.said(&content.name)).under(t(words, "guide"), "/guide");
    if content.online {
        heading = heading.action(Action::go(t(words, "apply"), format!("/apply/{}", content.code)).main());
    }
    let body = Grid::new().cell(8, main).cell(4, side);
    visitor.public_page(&state.app, StatusCode::OK, heading, body).await
}

/// GET /api/guide
pub(super) async fn api(State(state): State<Operation>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let directory = state.inventory.directory();
    let (store, node, today) = (directory.store(), directory.node().number(), directory.clock().today());
    let query = asked("/api/guide", raw.as_deref());
    let filter = filter(&query);
    let total = rows::count(store, node, &filter, today).await?;
    let listed = rows::list(store, node, &filter, today, (query.offset(), u64::from(SIZE))).await?;
    let organ = organs(&state, Locale::ZhCn).await?;
    let mut items = Vec::with_capacity(listed.len());
    for it in &listed {
        let Some(InForce { version, .. }) = rows::by_code(store, node, &it.code, today).await? else { continue };
        let content = version.content;
        items.push(json!({
            "code": content.code, "name": content.name, "category": content.category.code(),
            "organ": organ(content.organ), "conditions": content.conditions, "materials": content.materials,
            "statutory": content.statutory, "promised": content.promised, "fee": content.fee,
            "result": content.result, "place": content.place, "version": version.number,
            "from": version.from.to_string(), "online": content.online, "page": format!("/guide/{}", content.code),
        }));
    }
    Ok(Json(json!({"total": total, "page": query.page(), "size": SIZE, "items": items})))
}

pub(super) fn schema() -> Value {
    let material = object(json!({"name": both(), "need": text(), "copies": integer()}), json!({}));
    let limit = || or_null(object(json!({"value": integer(), "unit": text()}), json!({})));
    let fee = or_null(object(json!({"standard": both(), "basis": text()}), json!({})));
    let one = object(
        json!({
            "code": text(), "name": both(), "category": text(), "organ": text(), "conditions": both(),
            "materials": list_of(material), "statutory": limit(), "promised": limit(), "fee": fee, "result": both(),
            "place": both(), "version": integer(), "from": text(), "online": boolean(), "page": text(),
        }),
        json!({}),
    );
    object(json!({"total": integer(), "page": integer(), "size": integer(), "items": list_of(one)}), json!({}))
}
