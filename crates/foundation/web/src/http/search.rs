//! The search box: every platform looks among its own, within the reader's reach.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use access::Permission;
use axum::Json;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use store::StoreFault;

use crate::http::door::By;
use crate::http::error::PageError;
use crate::http::page::Page;
use crate::http::route::{Parameter, RouteInfo};
use crate::http::schema;
use crate::locale::Arg;
use crate::view::{Cell, Column, Field, Form, Heading, Html, IntoHtml, Panel, Row, State, Table};

/// What may be searched for, in characters; longer wishes are cut.
const LONGEST: usize = 100;

/// What one platform finds at most.
pub const MOST: u64 = 8;

/// One thing found.
#[derive(Clone, Debug)]
pub struct Found {
    /// Its page.
    pub href: String,
    /// Its name.
    pub name: String,
    /// A second line: number, id, organ.
    pub detail: String,
    /// Whether the words name exactly this, by number or id: then the search goes straight there.
    pub exact: bool,
}

/// A kind of things, and those found of it.
#[derive(Clone, Debug)]
pub struct FoundGroup {
    /// Stable code of the kind.
    pub kind: &'static str,
    /// What they are called, in the reader's language.
    pub title: String,
    /// Where all of them are listed for these words.
    pub all: String,
    /// The first ones, [`MOST`] at most.
    pub found: Vec<Found>,
}

/// What a platform finds for a reader's words; what the reader may not see is not found.
pub type Finder = Arc<
    dyn Fn(Page, String) -> Pin<Box<dyn Future<Output = Result<Vec<FoundGroup>, StoreFault>> + Send>> + Send + Sync,
>;

/// Search 检索.
pub struct Search;

impl Permission for Search {
    const CODE: &'static str = "search.read";
}

const WORDS: &[Parameter] =
    &[Parameter {
        name: "q", meaning: ("检索词：名称、编号、代码", "words: names, numbers, codes"), kind: "string"
    }];

/// The page's line in the table of routes.
pub(crate) fn page_info() -> RouteInfo {
    RouteInfo::page("/search", Search::CODE, ("检索", "Search")).parameters(WORDS)
}

/// The operation's.
pub(crate) fn api_info() -> RouteInfo {
    RouteInfo::api("/api/search", Search::CODE, ("检索", "Search")).parameters(WORDS).answers(|| {
        let found = schema::object(
            json!({"href": schema::text(), "name": schema::text(), "detail": schema::text(), "exact": schema::boolean()}),
            json!({}),
        );
        let group = schema::object(
            json!({"kind": schema::text(), "title": schema::text(), "all": schema::text(), "found": schema::list(found)}),
            json!({}),
        );
        schema::object(json!({"q": schema::text(), "groups": schema::list(group)}), json!({}))
    })
}

#[derive(Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    q: String,
}

impl Wish {
    fn words(&self) -> String {
        self.q.trim().chars().take(LONGEST).collect()
    }
}

async fn groups(page: &Page, wanted: &str) -> Result<Vec<FoundGroup>, PageError> {
    let mut groups = vec![places(page, wanted)];
    for find in &page.app.inner.finders {
        groups.extend(find(page.clone(), wanted.to_owned()).await?);
    }
    groups.retain(|group| !group.found.is_empty());
    Ok(groups)
}

/// Places of the rail whose name holds the words.
fn places(page: &Page, wanted: &str) -> FoundGroup {
    let lower = wanted.to_lowercase();
    let found = page
        .app
        .inner
        .menu
        .iter()
        .filter(|entry| page.app.authority().allows(&page.reader, entry.permission).is_ok())
        .map(|entry| (page.words.t(entry.text), entry))
        .filter(|(name, _)| name.to_lowercase().contains(&lower))
        .map(|(name, entry)| Found { href: entry.href.to_owned(), name, detail: String::new(), exact: false })
        .collect();
    FoundGroup { kind: "place", title: page.words.t("http-search-places"), all: String::new(), found }
}

pub(crate) async fn show(by: By<Search>, Query(wish): Query<Wish>) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let wanted = wish.words();
    let found = if wanted.is_empty() { Vec::new() } else { groups(page, &wanted).await? };
    let exact: Vec<&Found> = found.iter().flat_map(|group| &group.found).filter(|found| found.exact).collect();
    if let [only] = exact.as_slice() {
        return Ok(Redirect::to(&only.href).into_response());
    }
    let form = Form::asking("/search")
        .with(Field::text("q", words.t("http-search-field")).value(wanted.as_str()))
        .button(crate::view::Action::submit(words.t("frame-search")).main());
    let heading = Heading::new(words, words.t("http-search")).lead(words.t("http-search-lead"));
    let lists: Html = if wanted.is_empty() {
        Html::default()
    } else if found.is_empty() {
        State::empty(
            words.with("http-search-none", &[("words", Arg::from(wanted.as_str()))]),
            words.t("http-search-none-next"),
        )
        .into_html()
    } else {
        Html::join(found.iter().map(|group| shown(page, group)))
    };
    Ok(page.html(heading, (Panel::new("", form), lists)))
}

fn shown(page: &Page, group: &FoundGroup) -> Html {
    let words = page.words;
    let id = format!("found-{}", group.kind);
    let table = Table::new(words, id, group.title.clone(), vec![Column::new(words.t("http-search-column"))]).rows(
        group.found.iter().map(|found| {
            let cell = Cell::subject(&found.href, &found.name);
            Row::new(vec![if found.detail.is_empty() { cell } else { cell.under(Html::data(&found.detail)) }])
        }),
    );
    let mut panel = Panel::new(group.title.clone(), table.plain()).flush();
    if found_all(group) {
        panel = panel.aside(crate::view::Link::new(&group.all, words.t("http-search-all")));
    }
    panel.into_html()
}

/// A list of all is offered where more may have been found than is shown.
fn found_all(group: &FoundGroup) -> bool {
    !group.all.is_empty() && group.found.len() as u64 >= MOST
}

pub(crate) async fn api(by: By<Search>, Query(wish): Query<Wish>) -> Result<Json<Value>, PageError> {
    let wanted = wish.words();
    let found = if wanted.is_empty() { Vec::new() } else { groups(&by.page, &wanted).await? };
    let groups: Vec<Value> = found
        .iter()
        .map(|group| {
            let found: Vec<Value> = group
                .found
                .iter()
                .map(|found| {
                    json!({"href": found.href, "name": found.name, "detail": found.detail, "exact": found.exact})
                })
                .collect();
            json!({"kind": group.kind, "title": group.title, "all": group.all, "found": found})
        })
        .collect();
    Ok(Json(json!({"q": wanted, "groups": groups})))
}
