//! Pages of erasures: what waits, what was done, and the form that proposes one.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, Query, RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::{MatterId, PostId};
use serde::Deserialize;
use serde_json::{Value, json};
use store::{COPIES_DAYS, Recorded};
use web::http::schema::{both, integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{App, By, MenuEntry, Page, PageError, Parameter, Posted, RouteInfo, Routes, last_page};
use web::locale::Locale;
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Badge, Cell, Choice, Column, ErrorSummary, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Light,
    Moment, Notice, Panel, Row, Said, Seal, State as Empty, Table, TableSpec, Timeline, Total, format,
};

use crate::decide::{Erasure, Given, Hand, MAX_TEXT, Refusal, Stage, Target};
use crate::eraser::{Eraser, EraserError};
use crate::events::{ErasureEvent, Ground};
use crate::rows;
use tell::Answer;

/// Texts of these pages.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/erasure.ftl")),
    (Locale::En, include_str!("../locales/en/erasure.ftl")),
];

access::permissions! {
    /// See erasures 查看依法抹除.
    ReadErasures = "erasure.read";
    /// Propose erasures 提出依法抹除.
    ProposeErasures = "erasure.propose";
    /// Decide on erasures 决定依法抹除.
    DecideErasures = "erasure.decide";
}

/// Whether somebody may see what an act of another platform says; the binary wires it. A reading that is an act is
/// recorded by it before it answers.
pub trait Sight: Send + Sync {
    /// Of the reader of a page.
    fn may_see<'a>(&'a self, page: &'a Page, act: &'a Recorded) -> Answer<'a, bool>;
}

/// What the handlers share.
#[derive(Clone)]
pub struct Erasures {
    eraser: Eraser,
    sight: Arc<dyn Sight>,
}

impl Erasures {
    /// Erases by this, and shows what `sight` lets the reader see.
    pub fn new(eraser: Eraser, sight: Arc<dyn Sight>) -> Erasures {
        Erasures { eraser, sight }
    }

    /// The act at an index, if the reader may see it: what one may not see is not there.
    async fn seen(&self, page: &Page, idx: u64) -> Result<Option<(Target, Recorded)>, PageError> {
        let Some((target, act)) = self.eraser.target(idx).await? else { return Ok(None) };
        // Where nothing can go, nothing is shown.
        let shown = target.there.is_empty() || self.sight.may_see(page, &act).await?;
        Ok(shown.then_some((target, act)))
    }
}

/// Rows of a page.
const SIZE: u32 = 30;

/// The place in the menu.
pub fn menu() -> Vec<MenuEntry> {
    vec![MenuEntry::new("management", "erasure-menu", "/erasures", ReadErasures::CODE, 60)]
}

const LIST: &[Parameter] = &[Parameter { name: "page", meaning: ("页", "page, from 1"), kind: "integer" }];
const NEW: &[Parameter] =
    &[Parameter {
        name: "act", meaning: ("行为在账本中的序号", "the act's index in the ledger"), kind: "string"
    }];

/// What proposing may be refused with.
const PROPOSING: &[&str] = &[
    "erasure.no_act",
    "erasure.nothing_there",
    "erasure.fields",
    "erasure.ground",
    "erasure.reason",
    "erasure.told",
    "erasure.waiting",
];
/// What deciding may be refused with.
const DECIDING: &[&str] = &["erasure.decided", "erasure.reason", "separation.same_officer"];

/// All routes.
pub fn routes(app: App, state: Erasures) -> Routes<()> {
    let read = ReadErasures::CODE;
    Routes::new(app)
        .add(RouteInfo::page("/erasures", read, ("依法抹除", "Erasures by law")).parameters(LIST), list)
        .add(
            RouteInfo::page("/erasures/new", ProposeErasures::CODE, ("提出依法抹除", "Proposes an erasure"))
                .parameters(NEW),
            new,
        )
        .add(
            RouteInfo::act("/erasures", ProposeErasures::CODE, ("提出依法抹除", "Proposes an erasure"))
                .refusals(PROPOSING),
            propose,
        )
        .add(RouteInfo::page("/erasures/{id}", read, ("一项抹除", "An erasure")), one)
        .add(
            RouteInfo::act("/erasures/{id}", DecideErasures::CODE, ("决定一项抹除", "Decides on an erasure"))
                .refusals(DECIDING),
            answer,
        )
        .add(
            RouteInfo::api("/api/erasures", read, ("依法抹除", "Erasures by law")).parameters(LIST).answers(schema),
            api,
        )
        .with_state(state)
}

fn t(page: &Page, key: &str) -> String {
    page.words.t(&format!("erasure-{key}"))
}

fn error(error: EraserError) -> PageError {
    match error {
        EraserError::Refused(refusal) => PageError::refused(refusal),
        EraserError::Record(error) => error.into(),
        EraserError::Fault(fault) => fault.into(),
    }
}

fn by_of<P: access::Permission>(by: &By<P>) -> (Hand, PostId) {
    let hand = Hand { officer: by.may.officer(), organ: by.may.organ(), on_behalf_of: by.may.on_behalf_of() };
    (hand, by.may.post())
}

fn path(id: MatterId) -> String {
    format!("/erasures/{id}")
}

fn badge(page: &Page, stage: Stage) -> Badge {
    let light = match stage {
        Stage::Proposed => Light::Waiting,
        Stage::Refused { .. } => Light::Refused,
        Stage::Done { .. } => Light::Done,
    };
    Badge::saying(light, t(page, &format!("stage-{}", stage.code())))
}

fn fields(page: &Page, fields: &[String]) -> String {
    let names: Vec<String> = fields.iter().map(|field| t(page, &format!("field-{field}"))).collect();
    names.join(page.words.either("、", ", "))
}

/// From which day on what was erased is in no copy either.
fn in_every_copy(page: &Page, stage: Stage) -> Option<kernel::Day> {
    match stage {
        Stage::Done { at, .. } => Some(at.day(page.app.clock().zone()).plus(COPIES_DAYS)),
        Stage::Proposed | Stage::Refused { .. } => None,
    }
}

/// GET /erasures
async fn list(by: By<ReadErasures>, RawQuery(raw): RawQuery) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, node) = (page.app.store(), page.app.node().number());
    let sort = Sort { key: "at", direction: Direction::Down };
    let query =
        TableSpec::new("/erasures".to_owned(), &["at"], sort, &[], SIZE).read(raw.as_deref().unwrap_or_default());
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

/// The number that a person typed of an act.
fn index(text: &str) -> Option<u64> {
    let digits: String =
        text.trim().trim_start_matches('#').chars().filter(|c| !",， \u{202f}\u{a0}".contains(*c)).collect();
    digits.parse().ok()
}

fn heading(page: &Page) -> Heading {
    Heading::new(page.words, t(page, "propose"))
        .under(page.words.t("http-chapter-management"), "/erasures")
        .under(t(page, "menu"), "/erasures")
        .lead(t(page, "propose-lead"))
}

/// Of which act.
#[derive(Deserialize)]
struct Asked {
    act: Option<String>,
}

/// GET /erasures/new
async fn new(
    State(state): State<Erasures>,
    by: By<ProposeErasures>,
    Query(asked): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let typed = asked.act.clone().unwrap_or_default();
    let found = match index(&typed) {
        Some(idx) => state.seen(page, idx).await?,
        None => None,
    };
    Ok(match found {
        Some((target, act)) => page.html(heading(page), form(page, &target, &act, &BTreeMap::new(), None)),
        None => {
            let mut field = Field::text("act", t(page, "act")).value(typed.as_str()).help(t(page, "act-help"));
            if asked.act.is_some() {
                field = field.error(page.words.t("refusal-erasure-no-act"));
            }
            let summary = ErrorSummary::of(page.words, &[&field]);
            let form =
                Form::asking("/erasures/new").with(summary).with(field).button(Action::submit(t(page, "find")).main());
            page.html(heading(page), Panel::new(t(page, "which"), form))
        }
    })
}

/// What a refusal is about: the field, and what to say of it.
fn about(refusal: Refusal) -> Option<(&'static str, &'static str)> {
    match refusal {
        Refusal::Fields => Some(("fields", "refusal-erasure-fields")),
        Refusal::Ground => Some(("ground", "refusal-erasure-ground")),
        Refusal::Reason => Some(("reason", "refusal-erasure-reason")),
        Refusal::Told => Some(("told", "refusal-erasure-told")),
        _ => None,
    }
}

/// The act with what of it may go, and the form.
fn form(
    page: &Page,
    target: &Target,
    act: &Recorded,
    typed: &BTreeMap<String, String>,
    refused: Option<Refusal>,
) -> Grid {
    let words = page.words;
    let value = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let wrong = refused.and_then(about);
    let mend = |field: Field, name: &str| match wrong {
        Some((of, key)) if of == name => field.error(words.t(key)),
        _ => field,
    };
    let facts = Facts::new()
        .fact(t(page, "act"), Seal::new(words, target.idx))
        .fact(t(page, "kind"), Html::data(&target.kind))
        .fact(t(page, "done-at"), page.moment(kernel::Instant::from_ms(act.act.at_ms)))
        .fact(t(page, "matter"), Html::data(&target.matter.to_string()));
    let side = Panel::new(t(page, "facts"), facts);
    if target.waiting || target.there.is_empty() {
        let key = if target.waiting { "refusal-erasure-waiting" } else { "refusal-erasure-nothing-there" };
        let back = Action::go(t(page, "another"), "/erasures/new");
        let panel = Panel::new(t(page, "which"), Notice::caution(words.t(key))).foot(back);
        return Grid::new().cell(8, panel).first(4, side);
    }
    let name_of = |name: &str| t(page, &format!("field-{name}"));
    let checks: Vec<(Field, Facts)> = target
        .there
        .iter()
        .map(|name| {
            let check = Field::check(format!("field-{name}"), name_of(name));
            let check = if typed.contains_key(&format!("field-{name}")) { check.value("on") } else { check };
            // What is to go is read beside its box.
            let content = act.act.body.text(&[name]).unwrap_or_default();
            (check, Facts::new().fact(name_of(name), Said::new(content)))
        })
        .collect();
    let grounds = Ground::ALL
        .into_iter()
        .map(|ground| {
            Choice::new(ground.code(), t(page, &format!("ground-{}", ground.code())))
                .detail(page.either(&ground.basis()))
        })
        .collect();
    let ground = mend(Field::choices("ground", t(page, "ground"), grounds).value(value("ground")), "ground");
    let reason = Field::area("reason", t(page, "reason"))
        .help(t(page, "reason-help"))
        .limit(words, MAX_TEXT as u32)
        .value(value("reason"));
    let reason = mend(reason, "reason");
    let told = Field::area("told", t(page, "told")).optional(words).help(t(page, "told-help")).value(value("told"));
    let told = mend(told, "told");
    let first = checks.first().map(|(check, _)| mend(check.clone(), "fields"));
    let summary = ErrorSummary::of(words, &first.iter().chain([&ground, &reason, &told]).collect::<Vec<_>>());
    let mut form = Form::new("/erasures", page.csrf.as_str()).with(summary);
    for (at, (check, content)) in checks.into_iter().enumerate() {
        form = form.with(content).with(if at == 0 { mend(check, "fields") } else { check });
    }
    let form = form
        .with(ground)
        .with(reason)
        .with(told)
        .button(Action::submit_as(t(page, "propose-button"), "act", target.idx.to_string()).main())
        .after(t(page, "propose-after"));
    Grid::new().cell(8, Panel::new(t(page, "form"), form)).first(4, side)
}

/// POST /erasures
async fn propose(
    State(state): State<Erasures>,
    by: By<ProposeErasures>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let word = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let idx = index(&word("act")).ok_or(PageError::Malformed("act"))?;
    let given = Given {
        fields: typed.keys().filter_map(|name| name.strip_prefix("field-")).map(str::to_owned).collect(),
        ground: Ground::parse(&word("ground")),
        reason: word("reason"),
        told: word("told"),
    };
    let (target, act) = state.seen(page, idx).await?.ok_or_else(|| PageError::refused(Refusal::NoAct))?;
    match state.eraser.propose(by_of(&by), idx, given).await {
        Ok(id) => Ok(Redirect::to(&path(id)).into_response()),
        Err(EraserError::Refused(refusal)) if about(refusal).is_some() => {
            let body = form(page, &target, &act, &typed, Some(refusal));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page), body)).into_response())
        }
        Err(other) => Err(error(other)),
    }
}

async fn found(page: &Page, id: &str) -> Result<(Erasure, Vec<Recorded>), PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)
}

/// GET /erasures/{id}
async fn one(
    State(state): State<Erasures>,
    by: By<ReadErasures>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (erasure, acts) = found(page, &id).await?;
    let none =
        |list: &[String]| if list.is_empty() { t(page, "told-nobody") } else { list.join(words.either("、", ", ")) };
    let mut facts = Facts::new()
        .fact(t(page, "act"), Seal::new(words, erasure.idx))
        .fact(t(page, "kind"), Html::data(&erasure.of))
        .fact(t(page, "what"), fields(page, &erasure.fields))
        .fact(t(page, "ground"), t(page, &format!("ground-{}", erasure.ground.code())))
        .fact(t(page, "basis"), Html::data(page.either(&erasure.ground.basis())))
        .fact(t(page, "told"), Html::data(&none(&erasure.told)));
    if let Some(day) = in_every_copy(page, erasure.stage) {
        facts = facts.fact(t(page, "in-every-copy"), format::date(day));
    }
    let mut moments: Vec<Moment> = Vec::new();
    for act in acts.iter().rev() {
        let (key, quoted) = match act.event()? {
            ErasureEvent::Proposed { reason, .. } => ("did-proposed", reason),
            ErasureEvent::Refused { grounds, .. } => ("did-refused", grounds),
            ErasureEvent::Approved { .. } => ("did-erased", String::new()),
        };
        let mut detail = Html::data(&who(page, act));
        if !quoted.is_empty() {
            detail = detail.then(Html::data(&words.with("erasure-quoted", &[("text", quoted.into())])));
        }
        let when = page.moment(kernel::Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, t(page, key)).detail(detail).seal(Seal::new(words, act.idx)));
    }
    let mut main = Vec::new();
    let decides = page.app.authority().allows(&page.reader, DecideErasures::CODE).is_ok();
    if decides && erasure.stage == Stage::Proposed && erasure.proposer != by.may.officer() {
        main.push(decision(page, &state, &erasure).await?.into_html());
    }
    main.push(Panel::new(t(page, "line"), Timeline::new(moments)).into_html());
    let mut side = vec![Panel::new(t(page, "facts"), facts).into_html()];
    if in_every_copy(page, erasure.stage).is_some() {
        side.push(
            Panel::new(
                t(page, "copies"),
                Html::text(&words.with("erasure-copies-text", &[("days", COPIES_DAYS.into())])),
            )
            .into_html(),
        );
    }
    let title = words.with("erasure-of", &[("index", format::index(erasure.idx).into())]);
    let heading = Heading::new(words, title)
        .under(words.t("http-chapter-management"), "/erasures")
        .under(t(page, "menu"), "/erasures")
        .badge(badge(page, erasure.stage));
    Ok(page.html(heading, Grid::new().cell(8, main).first(4, side)))
}

/// What is to go, as it stands, and the form that decides.
async fn decision(page: &Page, state: &Erasures, erasure: &Erasure) -> Result<Panel, PageError> {
    let Some((_, act)) = state.seen(page, erasure.idx).await? else {
        return Ok(Panel::new(t(page, "decide"), Notice::caution(t(page, "beyond"))));
    };
    let choice = |code: &str| Choice::new(code, t(page, &format!("answer-{code}")));
    let mut going = Facts::new();
    for field in &erasure.fields {
        let content = act.act.body.text(&[field.as_str()]).unwrap_or_default();
        going = going.fact(t(page, &format!("field-{field}")), Said::new(content));
    }
    let form = Form::new(path(erasure.id), page.csrf.as_str())
        .with(going)
        .with(Field::choices("answer", t(page, "answer"), vec![choice("approve"), choice("refuse")]))
        .with(Field::area("grounds", t(page, "grounds")).optional(page.words).help(t(page, "grounds-help")))
        .button(Action::submit(t(page, "answer-button")).main())
        .after(t(page, "answer-after"));
    Ok(Panel::new(t(page, "decide"), form).turn())
}

fn who(page: &Page, act: &Recorded) -> String {
    let store::Actor::Officer { pseudonym } = &act.act.actor else { return String::new() };
    let name = pseudonym.parse().map_or_else(|_| pseudonym.clone(), |id| page.officer(id));
    match act.act.organ.as_deref().and_then(|organ| organ.parse().ok()) {
        Some(organ) => format!("{}·{name}", page.organ(organ)),
        None => name,
    }
}

/// POST /erasures/{id}
async fn answer(
    State(state): State<Erasures>,
    by: By<DecideErasures>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (erasure, _) = found(page, &id).await?;
    let word = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    // Nobody decides on what they may not read.
    state.seen(page, erasure.idx).await?.ok_or(PageError::NotFound)?;
    match word("answer") {
        "approve" => state.eraser.approve(by_of(&by), &erasure).await.map_err(error)?,
        "refuse" => state.eraser.refuse(by_of(&by), &erasure, word("grounds")).await.map_err(error)?,
        _ => return Err(PageError::Malformed("answer")),
    }
    Ok(Redirect::to(&path(erasure.id)).into_response())
}

/// GET /api/erasures
async fn api(by: By<ReadErasures>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, node) = (page.app.store(), page.app.node().number());
    let sort = Sort { key: "at", direction: Direction::Down };
    let query =
        TableSpec::new("/api/erasures".to_owned(), &["at"], sort, &[], SIZE).read(raw.as_deref().unwrap_or_default());
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

fn schema() -> Value {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_are_complete() {
        let catalogue = web::locale::Catalogue::new(TEXTS).unwrap_or_else(|fault| panic!("{fault}"));
        assert_eq!(catalogue.findings(), []);
    }

    #[test]
    fn an_index_is_read_as_people_write_it() {
        for (typed, read) in [("7", Some(7)), (" #1,234 ", Some(1234)), ("1 234", Some(1234)), ("", None), ("-1", None)]
        {
            assert_eq!(index(typed), read, "{typed:?}");
        }
    }
}
