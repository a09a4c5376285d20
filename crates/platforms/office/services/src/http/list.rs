//! What came in from the public, and how it was rated: for the organ.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::Response;
use casework::case::list::Reach;
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, Page, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Badge, Cell, Column, Heading, Html, IntoHtml as _, Light, Link, Panel, Row, Stat, State as Empty, Stats, Table,
    TableQuery, TableSpec, Tabs, Total, format,
};

use super::{ReadServices, Services, t};
use crate::rows::{self, Filter, Listed};
use crate::types::Grade;

/// Rows of a page.
const SIZE: u32 = 30;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Down };
    TableSpec::new(address.to_owned(), &["at"], sort, &["bad"], SIZE).read(raw.unwrap_or_default())
}

/// The applications whose cases a reader may know of.
fn filter(by: &By<ReadServices>, query: &TableQuery) -> Filter {
    let reach = Reach::of(&by.may, &by.page.register, by.page.today());
    Filter { reach, bad: query.filter("bad") == Some("1") }
}

/// GET /services
pub(super) async fn show(
    State(_): State<Services>,
    by: By<ReadServices>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/services", raw.as_deref());
    let filter = filter(&by, &query);
    let total = rows::count(store, node, &filter).await?;
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let listed = rows::list(store, node, &filter, (query.offset(), u64::from(SIZE))).await?;
    let all = rows::count(store, node, &Filter { bad: false, ..filter.clone() }).await?;
    let grades = rows::grades(store, node, &Filter { bad: false, ..filter.clone() }).await?;
    let bad = grades.iter().zip(Grade::ALL).filter(|(_, grade)| grade.is_bad()).map(|(count, _)| count).sum();
    let columns = vec![
        Column::new(t(words, "number")),
        Column::new(t(words, "item-code")),
        Column::new(t(words, "organ")),
        Column::new(t(words, "applied-at")).narrow(),
        Column::new(t(words, "grade")).narrow(),
        Column::new(t(words, "rating-case")).narrow(),
    ];
    let table = Table::new(words, "services", t(words, "menu"), columns)
        .rows(listed.iter().map(|it| row(page, it)))
        .query(&query, Total::Exactly(total))
        .empty(Empty::empty(t(words, "none"), t(words, "none-next")));
    let tabs = Tabs::new(t(words, "menu"))
        .tab(t(words, "tab-all"), Some(all), query.without_filter("bad").url(), !filter.bad)
        .tab(t(words, "tab-bad"), Some(bad), query.with_filter("bad", "1").url(), filter.bad);
    let heading =
        Heading::new(words, t(words, "menu")).under(words.t("http-chapter-power"), "/services").lead(t(words, "lead"));
    let body = (figures(page, grades), (tabs, Panel::new("", table).flush()));
    Ok(page.html(heading, body))
}

/// How many of each grade, with their share; under ten ratings no share is told.
fn figures(page: &Page, grades: [u64; 5]) -> Html {
    let words = page.words;
    let all: u64 = grades.iter().sum();
    if all == 0 {
        return Html::default();
    }
    let stats = Grade::ALL.iter().zip(grades).map(|(grade, count)| {
        let note = match all {
            10.. => words.with(
                "services-share",
                &[("share", format::percent(count as f64 / all as f64, 1).into()), ("of", all.into())],
            ),
            _ => words.with("services-of", &[("of", all.into())]),
        };
        let href = if grade.is_bad() { "/services?bad=1" } else { "/services" };
        Stat::new(format::number(i128::from(count)), t(words, &format!("grade-{}", grade.code())), note, href)
    });
    Panel::new("", Stats::new(stats.collect())).into_html()
}

fn row(page: &Page, it: &Listed) -> Row {
    let words = page.words;
    let case = format!("/cases/{}", it.case);
    let number = Cell::subject(&case, &it.number);
    let number = match it.withdrawn_at {
        Some(at) => number.under(words.with("services-withdrawn-at", &[("at", page.moment(at).into())])),
        None => number,
    };
    let grade = match it.rated {
        None => Cell::new("–"),
        Some((grade, _)) => {
            let light = if grade.is_bad() { Light::Yellow } else { Light::Done };
            Cell::new(Badge::saying(light, t(words, &format!("grade-{}", grade.code()))))
        }
    };
    let answer = match (it.rating_case, it.rated) {
        (Some(case), _) => Cell::new(Link::new(format!("/cases/{case}"), t(words, "rating-see"))),
        (None, Some((grade, _))) if grade.is_bad() => Cell::unknown(&t(words, "rating-none")),
        _ => Cell::new("–"),
    };
    Row::new(vec![
        number,
        Cell::new(Link::new(format!("/guide/{}", it.code), it.code.clone())),
        Cell::new(Html::data(&page.organ(it.organ))),
        Cell::new(page.moment(it.applied_at)),
        grade,
        answer,
    ])
}

/// GET /api/services
pub(super) async fn api(by: By<ReadServices>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, node) = (page.app.store(), page.app.node().number());
    let query = asked("/api/services", raw.as_deref());
    let filter = filter(&by, &query);
    let total = rows::count(store, node, &filter).await?;
    let listed = rows::list(store, node, &filter, (query.offset(), u64::from(SIZE))).await?;
    let services: Vec<Value> = listed.iter().map(one).collect();
    Ok(Json(json!({"total": total, "page": query.page(), "size": SIZE, "services": services})))
}

fn one(it: &Listed) -> Value {
    json!({
        "number": it.number, "case": it.case, "code": it.code, "organ": it.organ, "applied_at": it.applied_at,
        "withdrawn_at": it.withdrawn_at, "grade": it.rated.map(|(grade, _)| grade.code()),
        "rated_at": it.rated.map(|(_, at)| at), "rating_case": it.rating_case,
    })
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "number": text(), "case": text(), "code": text(), "organ": text(), "applied_at": moment(),
            "withdrawn_at": or_null(moment()), "grade": maybe_text(), "rated_at": or_null(moment()),
            "rating_case": maybe_text(),
        }),
        json!({}),
    );
    object(json!({"total": integer(), "page": integer(), "size": integer(), "services": list_of(one)}), json!({}))
}
