//! Erasures as a list, on a page and as JSON.

use access::Permission as _;
use axum::Json;
use axum::extract::RawQuery;
use axum::response::Response;
use serde_json::{Value, json};
use web::http::schema::{both, integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, Heading, Html, Panel, Row, State as Empty, Table, TableQuery, TableSpec, Total, format,
};

use super::{ProposeErasures, ReadErasures, badge, fields, in_every_copy, path, t};
use crate::decide::{Erasure, Stage};
use crate::rows;

/// Rows of a page.
const SIZE: u32 = 30;

/// How a list at an address is asked for.
fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Down };
    TableSpec::new(address.to_owned(), &["at"], sort, &[], SIZE).read(raw.unwrap_or_default())
}

/// GET /erasures
pub(super) async fn show(by: By<ReadErasures>, RawQuery(raw): RawQuery) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/erasures", raw.as_deref());
    let (all, waiting) = rows::counts(store, node).await?;
    let listed = rows::list(store, node, query.offset(), u64::from(SIZE)).await?;
    if listed.is_empty() && query.page() > 1 {
        return last_page(&query, all).ok_or(PageError::Conflict);
    }
    let columns = vec![
        Column::new(t(page, "act")).narrow(),
        Column::new(t(page, "what")),
        Column::new(t(page, "ground")),
        Column::new(t(page, "stage")).narrow(),
        Column::new(t(page, "proposed-by")),
        Column::new(t(page, "asked-at")).narrow(),
        Column::new(t(page, "in-every-copy")).narrow(),
    ];
    let rows = listed.iter().map(|it| {
        Row::new(vec![
            Cell::subject(&path(it.id), &format::index(it.idx)),
            Cell::new(fields(page, &it.fields)).under(Html::data(&it.of)),
            Cell::new(t(page, &format!("ground-{}", it.ground.code()))),
            Cell::new(badge(page, it.stage)),
            Cell::new(Html::data(&page.officer(it.proposer))).under(page.organ(it.organ)),
            Cell::new(page.moment(it.asked_at)),
            in_every_copy(page, it.stage).map_or_else(|| Cell::new("–"), |day| Cell::new(format::date(day))),
        ])
    });
    let table = Table::new(words, "erasures", t(page, "menu"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(all))
        .empty(Empty::empty(t(page, "none"), t(page, "none-next")));
    let mut heading = Heading::new(words, t(page, "menu"))
        .under(words.t("http-chapter-management"), "/erasures")
        .lead(words.count("erasure-lead", waiting));
    if page.app.authority().allows(&page.reader, ProposeErasures::CODE).is_ok() {
        heading = heading.action(Action::go(t(page, "propose"), "/erasures/new").main());
    }
    Ok(page.html(heading, Panel::new("", table).flush()))
}

/// GET /api/erasures
pub(super) async fn api(by: By<ReadErasures>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/api/erasures", raw.as_deref());
    let (all, waiting) = rows::counts(store, node).await?;
    let listed = rows::list(store, node, query.offset(), u64::from(SIZE)).await?;
    let one = |it: &Erasure| {
        let (by, at) = match it.stage {
            Stage::Proposed => (None, None),
            Stage::Refused { by, at } | Stage::Done { by, at } => (Some(by), Some(at)),
        };
        json!({
            "id": it.id, "act": it.idx, "kind": it.of, "fields": it.fields, "ground": it.ground, "basis": it.ground.basis(),
            "stage": it.stage.code(), "proposer": it.proposer, "organ": it.organ, "asked_at": it.asked_at, "decided_by": by,
            "decided_at": at, "in_every_copy_from": in_every_copy(page, it.stage).map(|day| day.to_string()),
            "page": path(it.id),
        })
    };
    Ok(Json(json!({
        "total": all, "waiting": waiting, "page": query.page(), "size": SIZE,
        "erasures": listed.iter().map(one).collect::<Vec<_>>(),
    })))
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "id": text(), "act": integer(), "kind": text(), "fields": list_of(text()), "ground": text(), "basis": both(),
            "stage": text(), "proposer": text(), "organ": text(), "asked_at": moment(), "decided_by": maybe_text(),
            "decided_at": or_null(moment()), "in_every_copy_from": maybe_text(), "page": text(),
        }),
        json!({}),
    );
    object(
        json!({"total": integer(), "waiting": integer(), "page": integer(), "size": integer(), "erasures": list_of(one)}),
        json!({}),
    )
}
