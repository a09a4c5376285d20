//! An organ's changes: forms for a new name, another superior, merging, splitting, abolishing; what was entered about it,
//! on a time line, as known on a day.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::dated::SuccessionKind;
use kernel::{Day, OrganId, Text};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Choice, ErrorSummary, Field as Input, Form, Grid, Heading, Html, IntoHtml, Moment, Panel, Timeline, format,
};

use super::organs::{asked, status, tree};
use super::{AdministerPosts, Administration, t};
use crate::entering::with_ids;
use crate::history::{self, What};
use crate::reorganise::{self, Around, Change, Field};

/// What a form of a change was given.
#[derive(Deserialize, Default)]
pub(super) struct Given {
    #[serde(default)]
    what: String,
    #[serde(default)]
    on: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    name_en: String,
    #[serde(default)]
    short: String,
    #[serde(default)]
    parent: String,
    #[serde(default)]
    into: String,
    #[serde(default)]
    people: String,
    #[serde(default)]
    names: String,
}

/// Kinds of changes, in the order of their forms.
const KINDS: [&str; 5] = ["rename", "move", "merge", "split", "abolish"];

impl Given {
    fn change(&self) -> Result<Change, PageError> {
        let text = |zh: &str, en: &str| match en.trim() {
            "" => Text::same(zh.trim()),
            en => Text::new(zh.trim(), en),
        };
        let organ = |id: &str| id.parse::<OrganId>().map_err(|_| PageError::Malformed("organ"));
        Ok(match self.what.as_str() {
            "rename" => {
                let name = text(&self.name, &self.name_en);
                let short = if self.short.trim().is_empty() { name.clone() } else { Text::same(self.short.trim()) };
                Change::Rename { name, short }
            }
            "move" if self.parent.is_empty() => Change::Move { parent: None },
            "move" => Change::Move { parent: Some(organ(&self.parent)?) },
            "merge" => Change::Merge { into: organ(&self.into)?, people: !self.people.is_empty() },
            "split" => Change::Split { names: self.names.lines().map(str::to_owned).collect() },
            "abolish" => Change::Abolish,
            _ => return Err(PageError::Malformed("what")),
        })
    }
}

/// GET /admin/organs/{id}/change
pub(super) async fn form(
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Query(given): Query<Given>,
) -> Result<Response, PageError> {
    shown(&by.page, asked(&by.page, &id)?, &given, None)
}

/// POST /admin/organs/{id}/change
pub(super) async fn enter(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let organ = asked(page, &id)?;
    let change = given.change()?;
    let Ok(on) = given.on.trim().parse::<Day>() else {
        return shown(page, organ, &given, Some((Field::On, "bad-day")));
    };
    let around = Around { register: &page.register, today: page.today(), by: by.may.officer() };
    let now = page.app.clock().now();
    let events = with_ids(now, |new_id| reorganise::events(organ, &change, on, &around, new_id))?;
    match events {
        Ok(events) => {
            state.enter(&by, &events).await?;
            Ok(Redirect::to(&format!("/admin/organs/{organ}")).into_response())
        }
        Err((field, wrong)) => shown(page, organ, &given, Some((field, wrong.code()))),
    }
}

fn shown(page: &Page, id: OrganId, given: &Given, fault: Option<(Field, &str)>) -> Result<Response, PageError> {
    let words = page.words;
    let today = page.today();
    let organ = page.register.organ_on(id, today).ok_or(PageError::NotFound)?;
    let view = page.register.organs(today);
    let others = || {
        tree(&view)
            .into_iter()
            .filter(|(_, other)| other.id != id)
            .map(|(_, other)| Choice::new(other.id.to_string(), page.either(&other.name)))
            .collect::<Vec<_>>()
    };
    let what = KINDS.into_iter().find(|kind| *kind == given.what).unwrap_or(KINDS[0]);
    let was = |value: &str, else_is: &str| if fault.is_some() { value.to_owned() } else { else_is.to_owned() };
    let wrong = |field: Field, input: Input| match fault.filter(|(at, _)| *at == field) {
        Some((_, code)) => input.error(t(page, &format!("change-wrong-{code}"))),
        None => input,
    };
    let mut fields = match what {
        "rename" => vec![
            wrong(Field::Name, Input::text("name", t(page, "change-name")).value(was(&given.name, &organ.name.zh))),
            Input::text("name_en", t(page, "change-name-en")).value(was(&given.name_en, &organ.name.en)),
            Input::text("short", t(page, "change-short")).value(was(&given.short, "")).optional(words),
        ],
        "move" => {
            let none = std::iter::once(Choice::new("", t(page, "no-parent")));
            let parent = organ.parent.map(|parent| parent.to_string()).unwrap_or_default();
            let select = Input::select("parent", t(page, "parent"), none.chain(others()).collect());
            vec![wrong(Field::Parent, select.value(was(&given.parent, &parent)))]
        }
        "merge" => vec![
            wrong(Field::Into, Input::select("into", t(page, "change-into"), others()).value(was(&given.into, ""))),
            Input::check("people", t(page, "change-people")).value(was(&given.people, "")),
        ],
        "split" => {
            let names = Input::area("names", t(page, "change-names")).help(t(page, "change-names-help"));
            vec![wrong(Field::Names, names.value(was(&given.names, "")))]
        }
        _ => Vec::new(),
    };
    let on = Input::day("on", t(page, "change-on")).help(t(page, "change-on-help"));
    fields.push(wrong(Field::On, on.value(was(&given.on, &today.to_string()))));
    let mut form = Form::new(format!("/admin/organs/{id}/change"), page.csrf.as_str())
        .with(ErrorSummary::of(words, &fields.iter().collect::<Vec<_>>()));
    for field in fields {
        form = form.with(field);
    }
    let form = form
        .button(Action::submit_as(t(page, &format!("change-{what}")), "what", what).main())
        .after(t(page, &format!("change-{what}-after")));
    let kinds = KINDS.map(|kind| {
        let link = Action::go(t(page, &format!("change-{kind}")), format!("/admin/organs/{id}/change?what={kind}"));
        link.small().into_html().then(" ")
    });
    let heading = Heading::new(words, t(page, "change"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "organs"), "/admin/organs")
        .under(page.either(&organ.name), format!("/admin/organs/{id}"))
        .lead(t(page, "change-lead"));
    let body = Grid::new()
        .cell(7, Panel::new(t(page, &format!("change-{what}")), form))
        .cell(5, Panel::new(t(page, "change-kinds"), Html::join(kinds)));
    Ok(status(page.html(heading, body), fault.is_some()))
}

/// The history of an organ as known on a day, newest first, on a time line.
pub(super) fn line(page: &Page, id: OrganId, known: Day) -> Panel {
    let words = page.words;
    let all = history::of(&page.register, id, known);
    let count = all.len() as u64;
    let moments = all.into_iter().rev().map(|happened| {
        let with = |key: &str, what: String| words.with(&format!("administration-was-{key}"), &[("what", what.into())]);
        let named = |ids: &[OrganId]| {
            let names: Vec<String> = ids.iter().map(|id| name(page, *id)).collect();
            names.join(words.either("、", ", "))
        };
        let title = match &happened.what {
            What::SetUp(name) => with("set-up", page.either(name).to_owned()),
            What::Renamed(name) => with("renamed", page.either(name).to_owned()),
            What::Moved(Some(parent)) => with("moved", name(page, *parent)),
            What::Moved(None) => t(page, "was-freed"),
            What::Changed => t(page, "was-changed"),
            What::TookOver(ids) => with("took-over", named(ids)),
            What::WentInto(SuccessionKind::Split, ids) => with("split", named(ids)),
            What::WentInto(_, ids) => with("merged", named(ids)),
            What::Abolished => t(page, "was-abolished"),
        };
        let when = format::date(happened.on);
        let moment = if happened.on > page.today() { Moment::to_come(when, title) } else { Moment::past(when, title) };
        moment.detail(words.with("administration-known-from", &[("day", format::date(happened.known_from).into())]))
    });
    let moments: Vec<Moment> = moments.collect();
    Panel::new(t(page, "history"), Timeline::new(moments)).note(words.count("administration-history-note", count))
}

/// The full name of an organ, whenever it was.
fn name(page: &Page, id: OrganId) -> String {
    let organ = page.register.organ_on(id, page.today());
    organ.map_or_else(|| "–".to_owned(), |organ| page.either(&organ.name).to_owned())
}

/// A fault's text is there for every code that a form can meet.
#[cfg(test)]
pub(super) fn texts() -> impl Iterator<Item = String> {
    let kinds = KINDS.into_iter().flat_map(|kind| [format!("change-{kind}"), format!("change-{kind}-after")]);
    let wrongs = reorganise::Wrong::ALL.into_iter().map(|wrong| format!("change-wrong-{}", wrong.code()));
    kinds.chain(wrongs).map(|key| format!("administration-{key}"))
}
