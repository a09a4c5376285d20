//! One's own notices and how they reach one; the API beside them; how the channels fare, for who keeps the machine.

mod choice;
mod machine;

use std::sync::Arc;

use access::{Permission, Reader};
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::Directory;
use kernel::Instant;
use serde::Deserialize;
use serde_json::{Value, json};
use web::http::schema::{boolean, integer, list as list_of, maybe_text, moment, object, text};
use web::http::{App, By, MenuEntry, Page, PageError, Parameter, Posted, RouteInfo, Routes};
use web::locale::Locale;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Badge, Cell, Column, Form, Grid, Heading, IntoHtml as _, Light, Panel, Row, State as Empty, Table,
    TableQuery, TableSpec, Tabs, Total,
};

use crate::decide::Refusal;
use crate::rows::{self, Notice};
use crate::send::Channels;
use crate::types::Channel;

pub use machine::panel as machine_panel;

/// The texts of these pages, for the catalogue.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/notices.ftl")),
    (Locale::En, include_str!("../locales/en/notices.ftl")),
];

access::permissions! {
    /// Read one's own notices 查看本人消息.
    OwnNotices = "notices.own";
}

/// What the handlers share.
#[derive(Clone)]
pub struct Notices {
    pub(crate) channels: Channels,
    pub(crate) hour: u8,
}

impl Notices {
    /// With the channels of the node, and the hour of its digests.
    pub fn new(channels: Channels, hour: u8) -> Notices {
        Notices { channels, hour }
    }
}

/// The place in the rail, with what is unread.
pub fn menu(directory: Directory) -> Vec<MenuEntry> {
    let mine = move |reader: Arc<Reader>| {
        let directory = directory.clone();
        let counted: std::pin::Pin<Box<dyn Future<Output = _> + Send>> = Box::pin(async move {
            rows::counts(directory.store(), reader.node(), reader.officer()).await.map(|(_, unread)| unread)
        });
        counted
    };
    vec![MenuEntry {
        chapter: None,
        text: "notices-menu",
        href: "/notices",
        permission: OwnNotices::CODE,
        order: 1,
        mine: Some(Arc::new(mine)),
    }]
}

const LIST: &[Parameter] = &[
    Parameter { name: "only", meaning: ("unread：只看未读", "unread: only what is unread"), kind: "string" },
    Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" },
];

const DONE: &[Parameter] =
    &[Parameter { name: "done", meaning: ("刚刚办成的事", "what was done a moment ago"), kind: "string" }];

/// What choosing may be refused with.
const CHOOSING: &[&str] =
    &["notices.address", "notices.phone", "notices.no_address", "notices.too_soon", "notices.not_sent"];

/// Routes of notices.
pub fn routes(app: App, state: Notices) -> Routes<()> {
    let own = OwnNotices::CODE;
    Routes::new(app)
        .add(RouteInfo::page("/notices", own, ("本人的消息", "One's own notices")).parameters(LIST), show)
        .add(RouteInfo::act("/notices/read", own, ("标为已读", "Marks notices as read")), read)
        .add(
            RouteInfo::page("/notices/choice", own, ("通知方式", "How notices reach one")).parameters(DONE),
            choice::show,
        )
        .add(
            RouteInfo::act("/notices/choice", own, ("选定通知方式", "Chooses how notices reach one"))
                .refusals(CHOOSING),
            choice::choose,
        )
        .add(
            RouteInfo::act("/notices/choice/confirm", own, ("用验证码确认地址", "Confirms an address by its code"))
                .refusals(&["notices.wrong_code", "notices.code_over"]),
            choice::confirm,
        )
        .add(RouteInfo::page("/notices/{id}", own, ("打开一条消息", "Opens a notice: leads to its matter")), open)
        .add(
            RouteInfo::api("/api/notices", own, ("本人的消息", "One's own notices")).parameters(LIST).answers(schema),
            api,
        )
        .with_state(state)
}

pub(crate) fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("notices-{key}"))
}

/// Rows of a page.
const SIZE: u32 = 50;

/// What is asked for, and which of one's notices that is.
async fn asked(by: &By<OwnNotices>, raw: Option<&str>) -> Result<(TableQuery, Vec<Notice>, Counts), PageError> {
    let newest = Sort { key: "at", direction: Direction::Down };
    let query = TableSpec::new("/notices", &["at"], newest, &["only"], SIZE).read(raw.unwrap_or_default());
    let unread_only = query.filter("only") == Some("unread");
    let (store, node, officer) = (by.page.app.store(), by.page.app.node(), by.may.officer());
    let (all, unread) = rows::counts(store, node, officer).await?;
    let window = (query.offset(), u64::from(query.size()));
    let notices = rows::list(store, node, officer, unread_only, window).await?;
    Ok((query, notices, Counts { all, unread, unread_only }))
}

/// How many there are.
struct Counts {
    all: u64,
    unread: u64,
    unread_only: bool,
}

impl Counts {
    fn shown(&self) -> u64 {
        if self.unread_only { self.unread } else { self.all }
    }
}

/// GET /notices
async fn show(
    State(state): State<Notices>,
    by: By<OwnNotices>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (query, notices, counts) = asked(&by, raw.as_deref()).await?;
    let columns = vec![
        Column::new(t(page, "column-what")),
        Column::new(t(page, "column-number")).narrow(),
        Column::new(t(page, "column-at")).narrow(),
        Column::new(t(page, "column-state")).narrow(),
    ];
    let empty = if counts.unread_only && counts.all > 0 {
        Empty::empty(t(page, "none-unread"), t(page, "none-unread-next"))
            .action(Action::go(t(page, "see-all"), "/notices"))
    } else {
        Empty::empty(t(page, "none"), t(page, "none-next"))
    };
    let table = Table::new(words, "notices", t(page, "title"), columns)
        .rows(notices.iter().map(|notice| row(page, notice)))
        .query(&query, Total::Exactly(counts.shown()))
        .empty(empty);
    let tabs = Tabs::new(t(page, "title"))
        .tab(t(page, "tab-all"), Some(counts.all), "/notices", !counts.unread_only)
        .tab(t(page, "tab-unread"), Some(counts.unread), "/notices?only=unread", counts.unread_only);
    let panel = Panel::new(t(page, "title"), table).note(t(page, "note")).flush();
    let panel = if counts.unread > 0 {
        panel.foot(Form::new("/notices/read", page.csrf.as_str()).button(Action::submit(t(page, "read-all"))))
    } else {
        panel
    };
    let heading = Heading::new(words, t(page, "title"))
        .lead(lead(page, &state, counts.unread))
        .action(Action::go(t(page, "to-choice"), "/notices/choice"));
    Ok(page.html(heading, Grid::new().cell(12, (tabs, panel))))
}

fn lead(page: &Page, state: &Notices, unread: u64) -> String {
    let waiting = if unread == 0 { t(page, "lead-none") } else { page.words.count("notices-lead", unread) };
    let leaves = Channel::ALL.into_iter().any(|channel| state.channels.has(channel));
    if leaves { waiting } else { waiting + &t(page, "lead-here-only") }
}

fn row(page: &Page, notice: &Notice) -> Row {
    let at = |ms| page.moment(Instant::from_ms(ms));
    let state = match (notice.settled_at, notice.read_at) {
        (None, None) => Cell::new(Badge::saying(Light::Notice, t(page, "state-unread")).into_html()),
        (_, Some(read)) => {
            Cell::new(Badge::saying(Light::Done, t(page, "state-read")).bare().into_html()).under(at(read))
        }
        (Some(settled), None) => {
            Cell::new(Badge::saying(Light::Done, t(page, "state-settled")).bare().into_html()).under(at(settled))
        }
    };
    Row::new(vec![
        Cell::subject(&format!("/notices/{:032x}", notice.id), &page.words.t(&notice.text)),
        if notice.number.is_empty() { Cell::unknown(&t(page, "no-number")) } else { Cell::code(&notice.number) },
        Cell::new(at(notice.at)),
        state,
    ])
}

fn id(text: &str) -> Result<u128, PageError> {
    // Written one way only: 32 hexadecimal digits.
    let ours = text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    u128::from_str_radix(text, 16).ok().filter(|_| ours).ok_or(PageError::NotFound)
}

/// GET /notices/{id}: the reader's own mark, and the way to the matter. Whether it may still be read is said there.
async fn open(State(_): State<Notices>, by: By<OwnNotices>, Path(wanted): Path<String>) -> Result<Response, PageError> {
    let app = &by.page.app;
    let (store, node, officer) = (app.store(), app.node(), by.may.officer());
    let notice = rows::one(store, node, officer, id(&wanted)?).await?.ok_or(PageError::NotFound)?;
    if notice.read_at.is_none() {
        rows::read(store, node, officer, Some(notice.id), app.clock().now().ms()).await?;
    }
    Ok(Redirect::to(&notice.page).into_response())
}

#[derive(Deserialize)]
struct Reading {
    #[serde(default)]
    notice: String,
}

/// POST /notices/read: one, or without a name all.
async fn read(
    State(_): State<Notices>,
    by: By<OwnNotices>,
    Posted(reading): Posted<Reading>,
) -> Result<Response, PageError> {
    let app = &by.page.app;
    let one = if reading.notice.is_empty() { None } else { Some(id(&reading.notice)?) };
    rows::read(app.store(), app.node(), by.may.officer(), one, app.clock().now().ms()).await?;
    Ok(Redirect::to("/notices").into_response())
}

/// GET /api/notices
async fn api(State(_): State<Notices>, by: By<OwnNotices>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let (query, notices, counts) = asked(&by, raw.as_deref()).await?;
    let one = |notice: &Notice| {
        json!({
            "id": format!("{:032x}", notice.id), "kind": notice.text, "text": by.page.words.t(&notice.text),
            "number": (!notice.number.is_empty()).then_some(&notice.number), "page": notice.page,
            "at": Instant::from_ms(notice.at), "unread": notice.read_at.is_none() && notice.settled_at.is_none(),
        })
    };
    Ok(Json(json!({
        "total": counts.shown(), "unread": counts.unread, "page": query.page(), "size": query.size(),
        "notices": notices.iter().map(one).collect::<Vec<_>>(),
    })))
}

fn schema() -> Value {
    let notice = object(
        json!({
            "id": text(), "kind": text(), "text": text(), "number": maybe_text(), "page": text(), "at": moment(),
            "unread": boolean(),
        }),
        json!({}),
    );
    let counts = json!({
        "total": integer(), "unread": integer(), "page": integer(), "size": integer(), "notices": list_of(notice),
    });
    object(counts, json!({}))
}

/// A refusal in the reader's words.
pub(crate) fn why(page: &Page, refusal: Refusal) -> String {
    page.words.t(&format!("refusal-{}", kernel::Refuse::code(&refusal).replace(['.', '_'], "-")))
}

#[cfg(test)]
mod tests {
    use kernel::Refuse as _;
    use web::locale::Catalogue;

    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
        for refusal in Refusal::ALL {
            let key = format!("refusal-{}", refusal.code().replace(['.', '_'], "-"));
            assert!(catalogue.has(Locale::En, &key), "{key}");
        }
    }

    #[test]
    fn a_name_of_a_notice_is_written_one_way() {
        assert_eq!(id(&format!("{:032x}", 7)).unwrap(), 7);
        let none = ["", "7", "x", &format!("+{:031x}", 7), &format!("{:032X}", 10), &format!("{:033x}", 7)];
        for text in none {
            assert!(id(text).is_err(), "{text}");
        }
    }
}
