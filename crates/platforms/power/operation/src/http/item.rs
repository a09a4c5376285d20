//! One item: what it says, its versions, what waits of it and what that changes, the forms that decide, the time line.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{Day, Instant, MatterId, OrganId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::Recorded;
use web::http::schema::{boolean, both, integer, list as list_of, maybe_text, object, or_null, text};
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Cell, Choice, Column, Diff, Facts, Field as Input, Form, Grid, Heading, Html, IntoHtml as _, Link, Moment,
    Notice, Panel, Row, Seal, Table, Timeline, format,
};

use super::list::span;
use super::say::{self, path};
use super::{Operation, ProposePowers, PublishPowers, ReadPowers, ReviewPowers, error, t};
use crate::compare::compare;
use crate::events::{Change, PowerEvent};
use crate::item::{Item, Pending, Version};
use crate::rows;
use crate::types::{Content, Field};

pub(super) async fn found(page: &Page, id: &str) -> Result<(Item, Vec<Recorded>), PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)
}

/// Which version.
#[derive(Deserialize)]
pub(super) struct Asked {
    version: Option<i64>,
}

/// GET /powers/{id}
pub(super) async fn show(
    State(_): State<Operation>,
    by: By<ReadPowers>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (words, today) = (page.words, page.today());
    let (item, acts) = found(page, &id).await?;
    let chosen = match asked.version {
        Some(number) => {
            let version = item.versions.iter().find(|version| version.number == number);
            Some(version.ok_or(PageError::NotFound)?)
        }
        None => item.on(today).or(item.newest()),
    };
    let content = chosen.map(|version| &version.content).or(item.content()).ok_or(PageError::NotFound)?;
    let mut main = Vec::new();
    if let Some(pending) = &item.pending {
        main.push(waiting(page, &item, pending));
        main.extend(forms(&by, &item, pending));
    }
    let title = match chosen {
        Some(version) => words.with("operation-says-version", &[("version", version.number.into())]),
        None => t(page, "says-proposed"),
    };
    main.push(Panel::new(title, says(page, content)).into_html());
    if let Some(version) = chosen
        && let Some(before) = item.versions.iter().rev().find(|other| other.number < version.number)
    {
        main.push(
            Panel::new(t(page, "changed-before"), differences(page, &before.content, &version.content)).into_html(),
        );
    }
    main.push(Panel::new(t(page, "time-line"), time_line(page, &acts)?).into_html());
    let mut side = vec![facts(page, &item, today).into_html()];
    if !item.versions.is_empty() {
        side.push(Panel::new(t(page, "versions"), versions(page, &item)).flush().into_html());
    }
    let own = by.may.reader().organ() == content.organ;
    let proposes = own && page.app.authority().allows(&page.reader, ProposePowers::CODE).is_ok();
    let mut heading = Heading::new(words, words.said(&content.name))
        .under(words.t("http-chapter-power"), "/powers")
        .under(t(page, "menu"), "/powers")
        .id(content.code.clone())
        .badge(say::badge(words, item.stage(today)));
    if proposes && item.pending.is_none() && item.goes_on() {
        heading = heading.action(Action::go(t(page, "amend"), format!("{}/edit", path(item.id))).main());
        side.push(repealing(page, &item).into_html());
    }
    Ok(page.html(heading, Grid::new().cell(8, main).cell(4, side)))
}

fn organ_of(page: &Page) -> impl Fn(OrganId) -> String {
    |organ| page.organ(organ)
}

/// Everything that an item says.
fn says(page: &Page, content: &Content) -> Facts {
    let organ = organ_of(page);
    Field::ALL.into_iter().fold(Facts::new(), |facts, field| {
        facts.fact(say::field(page.words, field), say::value(page.words, content, field, &organ))
    })
}

/// What differs between two contents, field by field.
pub(super) fn differences(page: &Page, old: &Content, new: &Content) -> Html {
    let organ = organ_of(page);
    let changed = compare(old, new);
    if changed.is_empty() {
        return Html::text(&t(page, "nothing-changed"));
    }
    let one = |field: Field| {
        let (before, after) = (say::plain(page.words, old, field, &organ), say::plain(page.words, new, field, &organ));
        let sentence = page.words.with("operation-changes", &[("field", say::field(page.words, field).into())]);
        Diff::new(page.words, &before, &after).sentence(sentence)
    };
    Html::join(changed.into_iter().map(one))
}

/// What waits, and what it changes.
fn waiting(page: &Page, item: &Item, pending: &Pending) -> Html {
    let words = page.words;
    let mut facts = Facts::new()
        .fact(t(page, "change"), t(page, &format!("change-{}", pending.change.code())))
        .fact(t(page, "from"), format::date(pending.from))
        .fact(t(page, "reason"), Html::data(&pending.reason))
        .fact(t(page, "proposed-by"), Html::data(&names(page, &pending.proposers)))
        .fact(t(page, "proposed-at"), page.moment(pending.at));
    if let Some((opinion, reviewers)) = &pending.review {
        facts = facts
            .fact(t(page, "reviewed-by"), Html::data(&names(page, reviewers)))
            .fact(t(page, "opinion"), Html::data(opinion));
    }
    let changes = match (pending.change, item.newest()) {
        (Change::Amend, Some(newest)) => differences(page, &newest.content, &pending.content),
        (Change::Repeal, _) => {
            let day = [("day", format::date(pending.from).into())];
            Notice::caution(words.with("operation-repeal-means", &day)).into_html()
        }
        _ => Html::default(),
    };
    Panel::new(t(page, "waits"), (facts, changes)).into_html()
}

fn names(page: &Page, officers: &[kernel::OfficerId]) -> String {
    let names: Vec<String> = officers.iter().map(|officer| page.officer(*officer)).collect();
    names.join(page.words.either("、", ", "))
}

/// The forms by which this reader may decide on what waits.
fn forms(by: &By<ReadPowers>, item: &Item, pending: &Pending) -> Vec<Html> {
    let page = &by.page;
    let allowed = |code: &str| page.app.authority().allows(&page.reader, code).is_ok();
    let me = by.may.officer();
    let proposed = pending.proposers.contains(&me);
    let reviewed = pending.review.as_ref().is_some_and(|(_, hands)| hands.contains(&me));
    let mut all = Vec::new();
    if proposed && allowed(ProposePowers::CODE) {
        let form = Form::new(format!("{}/withdraw", path(item.id)), page.csrf.as_str())
            .button(Action::submit(t(page, "withdraw")))
            .after(t(page, "withdraw-after"));
        all.push(Panel::new(t(page, "yours"), form).into_html());
    }
    if pending.review.is_none() && !proposed && allowed(ReviewPowers::CODE) {
        let choices = ["pass", "fail"].map(|code| Choice::new(code, t(page, &format!("review-{code}")))).to_vec();
        let form = Form::new(format!("{}/review", path(item.id)), page.csrf.as_str())
            .with(Input::choices("answer", t(page, "review-answer"), choices))
            .with(Input::area("opinion", t(page, "opinion")).help(t(page, "review-help")))
            .button(Action::submit(t(page, "review-send")).main());
        all.push(Panel::new(t(page, "review"), form).turn().into_html());
    }
    if pending.review.is_some() && !proposed && !reviewed && allowed(PublishPowers::CODE) {
        let choices = ["publish", "refuse"].map(|code| Choice::new(code, t(page, &format!("answer-{code}")))).to_vec();
        let form = Form::new(format!("{}/publish", path(item.id)), page.csrf.as_str())
            .with(Input::choices("answer", t(page, "answer"), choices))
            .with(Input::area("opinion", t(page, "opinion")).optional(page.words).help(t(page, "answer-help")))
            .button(Action::submit(t(page, "answer-send")).main())
            .after(t(page, "answer-after"));
        all.push(Panel::new(t(page, "decide"), form).turn().into_html());
    }
    all
}

/// The form that proposes the end of an item.
fn repealing(page: &Page, item: &Item) -> Panel {
    let form = Form::new(format!("{}/repeal", path(item.id)), page.csrf.as_str())
        .with(Input::day("from", t(page, "repeal-from")).help(t(page, "repeal-from-help")))
        .with(Input::area("reason", t(page, "reason")))
        .button(Action::submit(t(page, "repeal")));
    Panel::new(t(page, "repeal"), form)
}

fn facts(page: &Page, item: &Item, today: Day) -> Panel {
    let words = page.words;
    let mut facts = Facts::new();
    if let Some(version) = item.on(today) {
        facts = facts
            .fact(t(page, "version"), version.number.to_string())
            .fact(t(page, "holds"), span(page, version.from, version.until));
        let code = &version.content.code;
        facts = facts.fact(t(page, "public-page"), Link::new(format!("/guide/{code}"), t(page, "guide-of")));
        let cases = page.app.authority().allows(&page.reader, casework::http::ReadCases::CODE).is_ok();
        if let Some(process) = version.content.process.as_ref().filter(|_| cases) {
            let cases = format!("/cases?status=all&process={process}");
            facts = facts.fact(t(page, "cases"), Link::new(cases, t(page, "cases-of")));
        }
    } else {
        facts = facts.fact(t(page, "holds"), t(page, "holds-not"));
    }
    facts = facts.fact(t(page, "record"), words.count("operation-acts", item.acts));
    Panel::new(t(page, "facts"), facts)
}

fn versions(page: &Page, item: &Item) -> Table {
    let columns =
        vec![Column::new(t(page, "version")).narrow(), Column::new(t(page, "holds")), Column::new(t(page, "changed"))];
    let one = |at: usize, version: &Version| {
        let number = page.words.with("operation-version-number", &[("version", version.number.into())]);
        let changed = match at.checked_sub(1).and_then(|before| item.versions.get(before)) {
            None => t(page, "change-add"),
            Some(before) => {
                let fields = compare(&before.content, &version.content);
                let names: Vec<String> = fields.iter().map(|field| say::field(page.words, *field)).collect();
                names.join(page.words.either("、", ", "))
            }
        };
        Row::new(vec![
            Cell::subject(&format!("{}?version={}", path(item.id), version.number), &number),
            Cell::new(span(page, version.from, version.until)),
            Cell::new(changed),
        ])
    };
    let rows = item.versions.iter().enumerate().rev().map(|(at, version)| one(at, version));
    Table::new(page.words, "versions", t(page, "versions"), columns).rows(rows).plain()
}

fn time_line(page: &Page, acts: &[Recorded]) -> Result<Timeline, PageError> {
    let mut moments = Vec::new();
    for act in acts.iter().rev() {
        let (key, quoted) = match act.event()? {
            PowerEvent::Proposed { change, reason, .. } => (format!("did-{}", change.code()), reason),
            PowerEvent::Reviewed { passed: true, opinion, .. } => ("did-passed".to_owned(), opinion),
            PowerEvent::Reviewed { passed: false, opinion, .. } => ("did-failed".to_owned(), opinion),
            PowerEvent::Published { change: Change::Repeal, from, .. } => {
                ("did-ended".to_owned(), page.words.with("operation-from-on", &[("from", format::date(from).into())]))
            }
            PowerEvent::Published { version, from, .. } => {
                let of = [("version", version.into()), ("from", format::date(from).into())];
                ("did-published".to_owned(), page.words.with("operation-version-from", &of))
            }
            PowerEvent::Refused { opinion, .. } => ("did-refused".to_owned(), opinion),
            PowerEvent::Withdrawn { .. } => ("did-withdrawn".to_owned(), String::new()),
        };
        let mut detail = Html::data(&page.whose(act).unwrap_or_default());
        if !quoted.is_empty() {
            detail = detail.then(Html::data(&page.words.with("operation-quoted", &[("text", quoted.into())])));
        }
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, t(page, &key)).detail(detail).seal(Seal::new(page.words, act.idx)));
    }
    Ok(Timeline::new(moments))
}

fn word<'t>(typed: &'t BTreeMap<String, String>, name: &str) -> &'t str {
    typed.get(name).map(String::as_str).unwrap_or_default()
}

fn id_of(id: &str) -> Result<MatterId, PageError> {
    id.parse().map_err(|_| PageError::NotFound)
}

/// POST /powers/{id}/review
pub(super) async fn review(
    State(state): State<Operation>,
    by: By<ReviewPowers>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    let passed = match word(&typed, "answer") {
        "pass" => true,
        "fail" => false,
        _ => return Err(PageError::Malformed("answer")),
    };
    state.inventory.review(by.hand(), id, passed, word(&typed, "opinion")).await.map_err(error)?;
    Ok(Redirect::to(&path(id)).into_response())
}

/// POST /powers/{id}/publish
pub(super) async fn publish(
    State(state): State<Operation>,
    by: By<PublishPowers>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    match word(&typed, "answer") {
        "publish" => state.inventory.publish(by.hand(), id).await.map_err(error)?,
        "refuse" => state.inventory.refuse(by.hand(), id, word(&typed, "opinion")).await.map_err(error)?,
        _ => return Err(PageError::Malformed("answer")),
    }
    Ok(Redirect::to(&path(id)).into_response())
}

/// POST /powers/{id}/withdraw
pub(super) async fn withdraw(
    State(state): State<Operation>,
    by: By<ProposePowers>,
    Path(id): Path<String>,
    Posted(_): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let id = id_of(&id)?;
    state.inventory.withdraw(by.hand(), id).await.map_err(error)?;
    Ok(Redirect::to(&path(id)).into_response())
}

/// GET /api/powers/{id}
pub(super) async fn api(by: By<ReadPowers>, Path(id): Path<String>) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (item, acts) = found(page, &id).await?;
    let versions: Vec<Value> = item
        .versions
        .iter()
        .map(|version| {
            json!({
                "number": version.number, "from": version.from.to_string(),
                "until": version.until.map(|until| until.to_string()), "content": version.content,
            })
        })
        .collect();
    let pending = item.pending.as_ref().map(|pending| {
        json!({
            "change": pending.change.code(), "from": pending.from.to_string(), "reason": pending.reason,
            "reviewed": pending.review.is_some(), "content": pending.content,
        })
    });
    let acts: Vec<u64> = acts.iter().map(|act| act.idx).collect();
    Ok(Json(json!({"id": item.id, "versions": versions, "pending": pending, "acts": acts})))
}

/// What an item says.
pub(super) fn content_schema() -> Value {
    let basis = object(json!({"law": text(), "article": text()}), json!({}));
    let material = object(json!({"name": both(), "need": text(), "copies": integer()}), json!({}));
    let limit = || object(json!({"value": integer(), "unit": text()}), json!({}));
    let fee = object(json!({"standard": both(), "basis": text()}), json!({}));
    object(
        json!({
            "code": text(), "name": both(), "category": text(), "organ": text(), "standing": text(), "level": text(),
            "clients": text(), "bases": list_of(basis), "conditions": both(), "materials": list_of(material),
            "result": both(), "place": both(), "complaints": both(), "online": boolean(),
        }),
        json!({"statutory": limit(), "promised": limit(), "fee": fee, "process": text(), "discretion": text()}),
    )
}

pub(super) fn schema() -> Value {
    let version = object(
        json!({"number": integer(), "from": text(), "until": maybe_text(), "content": content_schema()}),
        json!({}),
    );
    let pending = object(
        json!({"change": text(), "from": text(), "reason": text(), "reviewed": boolean(), "content": content_schema()}),
        json!({}),
    );
    object(
        json!({"id": text(), "versions": list_of(version), "pending": or_null(pending), "acts": list_of(integer())}),
        json!({}),
    )
}
