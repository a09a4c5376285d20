//! The queue brought together by the organ concerned: one line for each, the most material first.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use kernel::Instant;
use serde_json::{Value, json};
use supervise::Sum;
use web::http::schema::{integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, Page, PageError, last_page};
use web::view::{Badge, Cell, Column, Html, IntoHtml, Light, Row, Table, TableQuery, Total, format};

use crate::http::queue::Asked;
use crate::http::{ReadQueue, Supervision, queue, say};
use crate::store::{self, Filter, Group, Reach};

/// The filter of an address that asks for groups, and its value.
pub(super) const BY_ORGAN: (&str, &str) = ("group", "organ");

/// The groups of a list, as a table; beyond its last page, the way there.
pub(super) async fn table(
    page: &Page,
    reach: &Reach,
    query: &TableQuery,
    filter: &Filter,
    currency: &str,
    now: Instant,
) -> Result<Result<Table, Response>, PageError> {
    let words = page.words;
    let window = (query.offset(), queue::SIZE.into());
    let (groups, all) = store::groups(page.app.store(), reach, filter, currency, now, window).await?;
    if let Some(last) = last_page(query, all) {
        return Ok(Err(last));
    }
    let columns = vec![
        Column::new(words.t("supervision-column-organ")),
        Column::new(words.t("supervision-column-warnings")).figure(),
        Column::new(words.t("light-red")).figure(),
        Column::new(words.t("light-yellow")).figure(),
        Column::new(words.t("light-notice")).figure(),
        Column::new(words.t("supervision-column-amount")).figure(),
        Column::new(words.t("supervision-column-late")).figure(),
        Column::new(words.t("supervision-column-due")).figure(),
    ];
    let row = |group: &Group| row(page, query, group, currency);
    Ok(Ok(Table::new(words, "groups", words.t("supervision-queue"), columns)
        .rows(groups.iter().map(row))
        .query(query, Total::Exactly(all))
        .empty(queue::empty(page, filter))))
}

fn row(page: &Page, query: &TableQuery, group: &Group, currency: &str) -> Row {
    let words = page.words;
    let name = say::organ(page, group.organ, &group.name);
    let first = match group.organ {
        Some(organ) => {
            let alone = query.without_filter(BY_ORGAN.0).with_filter("organ", &organ.to_string());
            Cell::subject(&alone.url(), &name)
        }
        None => Cell::new(Html::data(&name)),
    };
    let sum = Sum { minor: group.minor, currency: currency.to_owned() };
    let late = match group.late {
        0 => Html::text("0"),
        late => Badge::saying(Light::Red, format::number(late)).bare().into_html(),
    };
    let due = group.due.map_or_else(
        || Cell::new("–"),
        |due| Cell::new(format::date_short(due.plus_ms(-1).day(page.app.clock().zone()), page.today())),
    );
    let [notice, yellow, red] = group.lights;
    Row::new(vec![
        first,
        Cell::new(Html::rich(&format!("**{}**", format::number(group.count)))),
        Cell::number(red as i64),
        Cell::number(yellow as i64),
        Cell::number(notice as i64),
        Cell::new(say::sum(words.locale(), &sum)),
        Cell::new(late),
        due,
    ])
}

/// GET /api/warnings/groups
pub(super) async fn api(
    State(_): State<Supervision>,
    by: By<ReadQueue>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, PageError> {
    let store = by.page.app.store();
    let Asked { reach, query, currency, filter, now } =
        queue::asked(&by, "/api/warnings/groups", raw.as_deref()).await?;
    let size = u64::from(queue::SIZE);
    let (groups, all) = store::groups(store, &reach, &filter, &currency, now, (query.offset(), size)).await?;
    let groups = groups.iter().map(|group| {
        let [notice, yellow, red] = group.lights;
        json!({
            "organ": group.organ, "organ_name": group.name, "warnings": group.count, "late": group.late,
            "notice": notice, "yellow": yellow, "red": red, "score_tenths": group.score,
            "sum": {"minor": group.minor, "currency": currency}, "due": group.due,
        })
    });
    Ok(Json(json!({"total": all, "page": query.page(), "size": size, "groups": groups.collect::<Vec<_>>()})))
}

/// The schema of the groups.
pub(super) fn schema() -> Value {
    let sum = object(json!({"minor": integer(), "currency": text()}), json!({}));
    let group = object(
        json!({
            "organ": maybe_text(), "organ_name": text(), "warnings": integer(), "late": integer(),
            "notice": integer(), "yellow": integer(), "red": integer(), "score_tenths": integer(),
            "sum": sum, "due": or_null(moment()),
        }),
        json!({}),
    );
    object(json!({"total": integer(), "page": integer(), "size": integer(), "groups": list_of(group)}), json!({}))
}
