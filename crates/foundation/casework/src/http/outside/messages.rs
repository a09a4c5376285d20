//! Messages from outside: taken in as JSON, or sent by hand on a page that also says what became of the newest.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Day, OrganId};
use serde_json::{Map, Value, json};
use web::http::schema::{list as list_of, maybe_text, moment, object, text};
use web::http::{By, Page, PageError, Posted, Sent};
use web::view::{
    Action, Badge, Cell, Column, ErrorSummary, Field, Form, Grid, Heading, Html, IntoHtml as _, Light, Link, Panel,
    Row, State as Empty, Table,
};

use super::super::{Casework, ReadCases, SendMessages, case_error, say, t};
use crate::case::list::Reach;
use crate::case::number;
use crate::desk::{CaseError, Refusal as DeskRefusal};
use crate::message::{self, Became, Given, Listed, Refusal};

/// Takes a message in; answers its id.
async fn taken_in(state: &Casework, by: &By<SendMessages>, given: &Given) -> Result<kernel::MatterId, CaseError> {
    message::receive(&state.desk, by.hand(), &given.event, Some(&given.id)).await
}

/// POST /api/messages
pub(super) async fn receive(
    State(state): State<Casework>,
    by: By<SendMessages>,
    Sent(sent): Sent,
) -> Result<Json<Value>, PageError> {
    let given = Given::read(&sent, by.page.app.clock().now()).map_err(PageError::refused)?;
    let id = taken_in(&state, &by, &given).await.map_err(case_error)?;
    Ok(Json(json!({ "message": id })))
}

pub(super) fn takes() -> Value {
    object(
        json!({"id": text(), "name": text()}),
        json!({"key": {}, "content": {"type": ["object", "null"]}, "keep_until": maybe_text()}),
    )
}

pub(super) fn received_schema() -> Value {
    object(json!({"message": text()}), json!({}))
}

async fn newest(state: &Casework, by: &By<SendMessages>) -> Result<Vec<Listed>, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let within = |organ: &str| {
        let organ: Option<OrganId> = organ.parse().ok();
        reach.organs().is_none_or(|organs| organ.is_some_and(|organ| organs.contains(&organ)))
    };
    state.desk.library().look().await?;
    let versions = state.desk.library().versions();
    let processes: BTreeSet<String> = versions.iter().map(|version| version.definition.process.clone()).collect();
    let (store, node) = (page.app.store(), page.app.node().number());
    Ok(message::newest(store, node, page.app.clock().now(), within, &processes).await?)
}

/// The cases of a list that the reader may know of.
async fn known(state: &Casework, page: &Page, cases: &[kernel::MatterId]) -> Result<Vec<kernel::MatterId>, PageError> {
    let Ok(may) = page.app.authority().may::<ReadCases>(&page.reader) else { return Ok(Vec::new()) };
    let reach = Reach::of(&may, &page.register, page.today());
    let mut all = Vec::new();
    for id in cases {
        if state.desk.glance(*id).await?.is_some_and(|case| reach.covers(&case)) {
            all.push(*id);
        }
    }
    Ok(all)
}

/// GET /api/messages
pub(super) async fn api(State(state): State<Casework>, by: By<SendMessages>) -> Result<Json<Value>, PageError> {
    let mut all = Vec::new();
    for one in newest(&state, &by).await? {
        let cases = match &one.became {
            Became::Taken(cases) => known(&state, &by.page, cases).await?,
            _ => Vec::new(),
        };
        let until = match one.became {
            Became::Waiting(until) => Some(until),
            _ => None,
        };
        all.push(json!({
            "message": one.id, "name": one.name, "key": one.key, "at": one.at, "became": one.became.code(),
            "kept_until": until, "cases": cases.into_iter().map(number).collect::<Vec<_>>(),
        }));
    }
    Ok(Json(json!({ "messages": all })))
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "message": text(), "name": text(), "key": maybe_text(), "at": moment(), "became": text(),
            "kept_until": maybe_text(), "cases": list_of(text()),
        }),
        json!({}),
    );
    object(json!({"messages": list_of(one)}), json!({}))
}

/// GET /messages
pub(super) async fn show(State(state): State<Casework>, by: By<SendMessages>) -> Result<Response, PageError> {
    let body = body(&state, &by, &BTreeMap::new(), None).await?;
    Ok(by.page.html(heading(&by.page), body))
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "messages")).lead(t(page, "messages-lead"))
}

async fn body(
    state: &Casework,
    by: &By<SendMessages>,
    typed: &BTreeMap<String, String>,
    wrong: Option<(&'static str, String)>,
) -> Result<Grid, PageError> {
    let page = &by.page;
    let listed = list(state, page, newest(state, by).await?).await?;
    let form = form(page, typed, wrong)?;
    Ok(Grid::new().cell(5, Panel::new(t(page, "message-send"), form)).cell(7, listed))
}

/// The form by which a message is sent by hand.
///
/// - `wrong`: the field that does not fit, and what is wrong with it.
fn form(page: &Page, typed: &BTreeMap<String, String>, wrong: Option<(&str, String)>) -> Result<Form, PageError> {
    let words = page.words;
    let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let mend = |name: &str, field: Field| match &wrong {
        Some((of, why)) if *of == name => field.error(why.as_str()),
        _ => field,
    };
    let fields = [
        mend(
            "name",
            Field::text("name", t(page, "message-name")).help(t(page, "message-name-help")).value(value("name")),
        ),
        mend(
            "key",
            Field::text("key", t(page, "message-key"))
                .help(t(page, "message-key-help"))
                .optional(words)
                .value(value("key")),
        ),
        mend(
            "content",
            Field::area("content", t(page, "message-content"))
                .help(t(page, "message-content-help"))
                .optional(words)
                .value(value("content")),
        ),
        mend(
            "keep_until",
            Field::day("keep_until", t(page, "message-keep"))
                .help(t(page, "message-keep-help"))
                .optional(words)
                .value(value("keep_until")),
        ),
    ];
    // One form sends one message, however often it is sent.
    let id = match typed.get("id").filter(|id| !id.is_empty()) {
        Some(id) => id.clone(),
        None => directory::new_act(page.app.clock().now())?.to_string(),
    };
    let summary = ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>());
    let mut form = Form::new("/messages", page.csrf.as_str()).with(summary).hidden("id", id);
    for field in fields {
        form = form.with(field);
    }
    Ok(form.button(Action::submit(t(page, "message-send-button")).main()).after(t(page, "message-send-after")))
}

async fn list(state: &Casework, page: &Page, all: Vec<Listed>) -> Result<Panel, PageError> {
    let columns = vec![
        Column::new(t(page, "message-name-and-key")),
        Column::new(t(page, "message-came")).narrow(),
        Column::new(t(page, "message-became")),
    ];
    let mut rows = Vec::with_capacity(all.len());
    for one in all {
        let (light, detail) = match &one.became {
            Became::Taken(cases) => {
                let known = known(state, page, cases).await?;
                let beyond = cases.len() - known.len();
                let links = known.iter().map(|id| Link::new(say::case_path(*id), number(*id)).into_html());
                let mut shown: Vec<Html> = links.collect();
                if beyond > 0 {
                    shown.push(Html::text(&page.words.count("casework-message-others", beyond as u64)));
                }
                let between = || Html::data(page.words.either("、", ", "));
                let joined = shown.into_iter().reduce(|all, one| all.then(between()).then(one));
                (Light::Done, joined.unwrap_or_default())
            }
            Became::Waiting(until) => {
                let until = page.words.with("casework-message-until", &[("at", page.moment(*until).into())]);
                (Light::Waiting, Html::data(&until))
            }
            Became::Over => (Light::Refused, Html::text(&t(page, "message-over-why"))),
            Became::OnItsWay => (Light::Waiting, Html::default()),
        };
        let key = one.key.as_deref().and_then(|key| dmn::Value::from_json(key).ok()).map(|key| shown(&key));
        let by = one.by.map(|by| page.officer(by)).unwrap_or_default();
        let badge = Badge::saying(light, t(page, &format!("message-{}", one.became.code())));
        rows.push(Row::new(vec![
            Cell::new(Html::data(&one.name)).under(Html::data(&key.unwrap_or_default())),
            Cell::new(page.moment(one.at)).under(Html::data(&by)),
            Cell::new(badge).under(detail),
        ]));
    }
    let table = Table::new(page.words, "messages", t(page, "messages-newest"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "messages-none"), t(page, "messages-none-next")))
        .plain();
    Ok(Panel::new(t(page, "messages-newest"), table).flush())
}

/// A key as people read it.
fn shown(key: &dmn::Value) -> String {
    match flow::script::plain(key) {
        Value::String(text) => text,
        other => other.to_string(),
    }
}

/// What was typed as what a message says: a line each, `name = value`; numbers, `true` and `false` are what they are, all else is
/// text.
fn lines(text: &str) -> Option<Map<String, Value>> {
    let mut all = Map::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(['=', '＝'])?;
        let (name, value) = (name.trim(), value.trim());
        let read = serde_json::from_str(value).ok().filter(|it: &Value| !it.is_object() && !it.is_array());
        let value = read.unwrap_or_else(|| Value::from(value));
        if name.is_empty() || all.insert(name.to_owned(), value).is_some() {
            return None;
        }
    }
    Some(all)
}

/// POST /messages
pub(super) async fn send(
    State(state): State<Casework>,
    by: By<SendMessages>,
    Posted(mut typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let word = |name: &str| typed.get(name).map(|word| word.trim()).unwrap_or_default();
    let some = |name: &str| Some(word(name)).filter(|word| !word.is_empty());
    let now = page.app.clock().now();
    // To the end of the day that was typed; what is no day is none.
    let day =
        |text: &str| text.parse::<Day>().ok().map(|day| page.app.clock().zone().start_of(day.plus(1)).to_string());
    let until = some("keep_until").map(|text| day(text).unwrap_or_else(|| text.to_owned()));
    let sent = lines(word("content")).ok_or(Refusal::Content).map(|content| {
        json!({
            "id": word("id"), "name": word("name"), "key": some("key"), "content": content, "keep_until": until,
        })
    });
    let wrong = match sent.and_then(|sent| Given::read(&sent, now)) {
        Err(refusal) => (refusal.field(), page.words.refusal(&refusal.into())),
        Ok(given) => match taken_in(&state, &by, &given).await {
            Ok(_) => return Ok(Redirect::to("/messages").into_response()),
            Err(CaseError::Refused(refusal @ DeskRefusal::OtherMessage)) => ("id", page.words.refusal(&refusal.into())),
            Err(error) => return Err(case_error(error)),
        },
    };
    // The id is the form's own affair: what is wrong with it stands at the first field, and the next attempt has another one.
    let wrong = match wrong {
        ("id" | "", why) => {
            typed.remove("id");
            ("name", why)
        }
        other => other,
    };
    let body = body(&state, &by, &typed, Some(wrong)).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page), body)).into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_values_or_not_at_all() {
        let cases = [
            ("", Some(json!({}))),
            ("a = 1\n\n b=true \nc = 好 = 坏", Some(json!({"a": 1, "b": true, "c": "好 = 坏"}))),
            ("a = \"1\"", Some(json!({"a": "1"}))),
            ("a = [1]", Some(json!({"a": "[1]"}))),
            ("a：1", None),
            ("= 1", None),
            ("a = 1\na = 2", None),
        ];
        for (text, expected) in cases {
            assert_eq!(lines(text).map(Value::Object), expected, "{text}");
        }
    }
}
