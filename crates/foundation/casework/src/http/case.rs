//! The matter page 事项页: what it is, where it stands, whose turn, what it waits for, what happened, each with its proof.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use dmn::Context;
use flow::state::What;
use flow::{Command, ElementId};
use kernel::{Instant, MatterId};
use serde_json::{Value, json};
use store::Recorded;
use web::http::schema::{integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, Page, PageError, Posted};
use web::view::{
    Action, Cell, Column, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Moment, Panel, Row, Seal,
    State as Empty, Table, Timeline,
};

use super::again::{self, Sent};
use super::{
    Casework, OpenCases, ReadCases, SteerCases, case_error, clocks, diagram, documents, fields, history, moving, say,
    steer, t,
};
use crate::case::list::{self, Mine, OpenTask, Reach};
use crate::case::{Case, CaseEvent, number};
use crate::desk::{self, Wish};
use crate::library::Deployed;
use crate::power::Power;
use crate::tables::CASES;
use crate::together::merged_into;

/// A case with all that its page needs.
pub(super) struct Found {
    pub(super) case: std::sync::Arc<Case>,
    pub(super) acts: Vec<Recorded>,
    pub(super) deployed: std::sync::Arc<Deployed>,
    pub(super) tasks: Vec<OpenTask>,
    pub(super) reach: Reach,
}

impl Found {
    /// The label of a variable, by the forms that ask for it.
    pub(super) fn label_of(&self, page: &Page, variable: &str) -> String {
        let field = self.deployed.readied.forms.values().flat_map(|form| &form.fields).find(|it| it.name == variable);
        field.map_or_else(|| variable.to_owned(), |field| page.either(&field.title).to_owned())
    }

    /// What it came to, as the end event says.
    fn result(&self) -> Result<Option<String>, store::StoreFault> {
        let Some(graph) = self.deployed.readied.graphs.get(&self.case.process) else { return Ok(None) };
        let end = crate::case::outcome::outcome(&self.acts, graph)?;
        Ok(end.map(|end| self.name(end.as_str())))
    }

    pub(super) fn name(&self, element: &str) -> String {
        say::element_name(self.deployed.readied.graphs.get(&self.case.process), element)
    }
}

/// The case, if it lies within the reader's reach, or they took part in it, or have a task of it.
pub(super) async fn found(page: &Page, state: &Casework, reach: Reach, id: &str) -> Result<Found, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let (store, node) = (page.app.store(), page.app.node());
    let acts = store.acts_of(node.number(), id.value()).await?;
    let case = Case::of(&acts)?.ok_or(PageError::NotFound)?;
    let tasks = list::open_tasks(store, node, id).await?;
    let mine = Mine::of(&page.reader, &page.register, page.today());
    let hands = case.state.hands.values().any(|hands| hands.contains(&page.reader.officer()));
    let takes_part = hands || tasks.iter().any(|task| mine.may_do(task));
    if !(reach.covers(&case) || takes_part && mine.may_know(&case)) {
        return Err(PageError::NotFound);
    }
    let deployed = say::deployed(state, case.model).await?;
    Ok(Found { case: std::sync::Arc::new(case), acts, deployed, tasks, reach })
}

/// How a case's row says that it stands.
pub(super) fn status_of(case: &Case) -> &'static str {
    match &case.state.status {
        flow::state::Status::Suspended => "suspended",
        flow::state::Status::Merged { .. } => "merged",
        flow::state::Status::Ended(how) => crate::case::rows::status_code(how),
        flow::state::Status::New | flow::state::Status::Active => "active",
    }
}

/// GET /cases/{id}
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let found = found(page, &state, reach, &id).await?;
    let case = &found.case;
    secrecy::view::on_record(page, &by.may, (case.id, &case.secrecy)).await?;
    let version = words.with("casework-version", &[("version", case.of.into())]);
    let process = say::process_name(&found.deployed, case.process.as_str());
    let heading = Heading::new(words, page.shown(&case.title))
        .under(words.t("http-chapter-power"), "/cases")
        .under(t(page, "cases"), "/cases")
        .id(number(case.id))
        .badge(say::status(page, status_of(case)))
        .lead_facts([Html::data(&format!("{process} · {version}")), Html::data(&page.organ(case.organ))]);
    let heading = match secrecy::view::badge(words, case.secrecy.class, case.secrecy.named.is_some()) {
        Some(badge) => heading.badge(badge),
        None => heading,
    };
    let steers = page.app.authority().allows(&page.reader, SteerCases::CODE).is_ok();
    let mut main = vec![turns(page, &found).into_html()];
    main.extend(incidents(page, &found, steers).map(|panel| panel.into_html()));
    main.extend(waiting(page, &found).map(|panel| panel.into_html()));
    main.extend(diagram::panel(page, case, &found.acts, &found.deployed)?.map(|panel| panel.into_html()));
    main.extend(documents::panel(page, &found).map(|panel| panel.into_html()));
    main.push(Panel::new(t(page, "time-line"), time_line(page, &state, &found).await?).into_html());
    let (over, ended) = crate::case::finished::finished(&found.acts)?;
    let root = case.state.root().map_or_else(|| case.state.left.clone(), |root| case.state.visible(root));
    let result = match ended {
        Some(_) => found.result()?,
        None => None,
    };
    let power = state.desk.power_of(&found.case).await?;
    let mut side = vec![facts(page, &found, ended, result, power).into_html()];
    let clocks = match ended {
        Some(_) => clocks::over(page, &state.desk, &over, |it| found.name(it)),
        None => clocks::panel(page, &state.desk, case, |it| found.name(it)),
    };
    side.extend(clocks.map(|panel| panel.into_html()));
    side.push(Panel::new(t(page, "known"), fields::data(page, &found.deployed, case, &root)).into_html());
    side.extend(related(page, &state, &found).await?.map(|panel| panel.into_html()));
    side.extend(warnings(page, &state, case).await?.map(|panel| panel.into_html()));
    side.extend(secrecy::view::readers(page, (case.id, &case.secrecy)).await?.map(|panel| panel.into_html()));
    side.extend(steer::own(page, &found).map(|panel| panel.into_html()));
    if steers && found.reach.covers(case) {
        side.extend(steer::panels(page, &found).await?.into_iter().map(|panel| panel.into_html()));
    }
    if found.reach.covers(case) {
        side.extend(steer::classifying(page, &found).map(|panel| panel.into_html()));
    }
    let migrates = page.app.authority().allows(&page.reader, super::MigrateCases::CODE).is_ok();
    if migrates && found.reach.covers(case) && matches!(status_of(case), "active" | "suspended") {
        side.extend(moving::case::panel(page, &state, case).await?.map(|panel| panel.into_html()));
    }
    Ok(page.html(heading, Grid::new().cell(8, main).cell(4, side)))
}

/// Whose turn it is.
fn turns(page: &Page, found: &Found) -> Panel {
    let mine = Mine::of(&page.reader, &page.register, page.today());
    let columns =
        vec![Column::new(t(page, "step")), Column::new(t(page, "whose-turn")), Column::new(t(page, "since")).narrow()];
    let rows = found.tasks.iter().map(|task| {
        let name = found.name(&task.element);
        let step = match mine.may_do(task) {
            true => Cell::subject(&say::task_path(found.case.id, task.task), &name),
            false => Cell::new(Html::data(&name)),
        };
        let duties: Vec<String> = task.duties.iter().map(|code| say::duty(page, code)).collect();
        let offered = format!("{} · {}", page.organ(task.organ), duties.join(page.words.either("、", ", ")));
        let whose = match task.holder {
            Some(holder) => Cell::new(Html::data(&page.officer(holder))).under(Html::data(&offered)),
            None => Cell::new(Html::data(&offered)).under(Html::text(&t(page, "nobody-has-it"))),
        };
        Row::new(vec![step, whose, Cell::new(page.moment(task.offered_at))])
    });
    let none = match status_of(&found.case) {
        "active" | "suspended" => Empty::empty(t(page, "turn-none"), t(page, "turn-none-next")),
        ended => {
            let how = t(page, &format!("status-{ended}"));
            let over = page.words.with("casework-turn-over", &[("how", how.into())]);
            Empty::empty(over, t(page, "turn-over-next"))
        }
    };
    let table = Table::new(page.words, "turns", t(page, "turn"), columns).rows(rows).empty(none).plain();
    let panel = Panel::new(t(page, "turn"), table).flush();
    if found.tasks.iter().any(|task| mine.may_do(task)) { panel.turn() } else { panel }
}

/// What stands still, and what may be done about it.
fn incidents(page: &Page, found: &Found, steers: bool) -> Option<Panel> {
    if found.case.state.incidents.is_empty() {
        return None;
    }
    let mut all = Vec::new();
    let idle = steer::idle(page, &found.case);
    for (number, incident) in &found.case.state.incidents {
        let element = incident.element.as_ref().map_or_else(|| "–".to_owned(), |element| found.name(element.as_str()));
        let facts = Facts::new()
            .fact(t(page, "incident-where"), Html::data(&element))
            .fact(t(page, "incident-what"), t(page, &format!("incident-{}", incident.kind.code())))
            .fact(t(page, "incident-means"), t(page, &format!("incident-means-{}", incident.kind.code())))
            .fact(t(page, "incident-detail"), Html::data(&incident.detail));
        all.push(facts.into_html());
        if steers && idle.is_none() {
            let form = Form::new(format!("{}/steer", say::case_path(found.case.id)), page.csrf.as_str())
                .hidden("incident", number.to_string())
                .button(Action::submit_as(t(page, "retry"), "act", "retry"));
            all.push(form.into_html());
            all.push(steer::moving(page, found, *number));
        }
    }
    if steers {
        match idle {
            Some(why) => all.push(web::view::Notice::note(why).into_html()),
            None => all.push(steer::correcting(page, found)),
        }
    }
    Some(Panel::new(t(page, "incidents"), Html::join(all)).tone(web::view::Light::Yellow))
}

/// What the case waits for from outside and from time, with a way to enter what came.
fn waiting(page: &Page, found: &Found) -> Option<Panel> {
    let state = &found.case.state;
    let may_enter = page.app.authority().allows(&page.reader, OpenCases::CODE).is_ok();
    let mut facts = Facts::new();
    let mut any = false;
    for (number, wait) in &state.waits {
        let name = found.name(wait.element.as_str());
        let text = match &wait.what {
            What::Timer { due, .. } => page.words.with("casework-waits-time", &[("at", page.moment(*due).into())]),
            What::Message { .. } => t(page, "waits-message"),
            What::Signal(_) | What::Condition(_) => t(page, "waits-other"),
        };
        let mut shown = Html::data(&text);
        if matches!(wait.what, What::Message { .. }) && may_enter && status_of(&found.case) == "active" {
            let form = Form::new(format!("{}/received", say::case_path(found.case.id)), page.csrf.as_str())
                .hidden("wait", number.to_string())
                .with(
                    Field::area("words", t(page, "received-words"))
                        .optional(page.words)
                        .of_form(format!("wait-{number}")),
                )
                .button(Action::submit(t(page, "received")));
            shown = shown.then(form);
        }
        facts = facts.fact(name, shown);
        any = true;
    }
    for job in state.jobs.values() {
        let text = page.words.with("casework-waits-service", &[("service", job.job_type.clone().into())]);
        facts = facts.fact(found.name(job.element.as_str()), Html::data(&text));
        any = true;
    }
    any.then(|| Panel::new(t(page, "waits"), facts))
}

/// What happened, the newest first, each with its proof.
async fn time_line(page: &Page, state: &Casework, found: &Found) -> Result<Timeline, PageError> {
    let mut lines = history::lines(page, state, found).await?;
    let mut moments = Vec::with_capacity(found.acts.len());
    for act in found.acts.iter().rev() {
        let (what, words) = match act.act.kind.starts_with(CASES) && !act.shredded {
            true => did(page, found, &act.event()?),
            false => (t(page, "did-other"), None),
        };
        let whose = page.whose(act).unwrap_or_else(|| t(page, "by-node"));
        let mut detail = Html::data(&whose);
        if let Some(words) = words {
            detail = detail.then(Html::data(&page.words.with("casework-quoted", &[("text", words.into())])));
        }
        let mut did = lines.remove(&act.idx).unwrap_or_default();
        let changes = moving::case::changes(page, (&found.deployed, &found.case.process), act)?;
        did.extend(changes.iter().map(|line| Html::data(line)));
        let when = page.moment(Instant::from_ms(act.act.at_ms));
        moments.push(Moment::past(when, what).lines(did).detail(detail).seal(Seal::new(page.words, act.idx)));
    }
    Ok(Timeline::new(moments))
}

/// What an act did, and what was said with it.
fn did(page: &Page, found: &Found, event: &CaseEvent) -> (String, Option<String>) {
    match event {
        CaseEvent::Opened { .. } => (t(page, "did-opened"), None),
        CaseEvent::Filed { field, .. } => {
            let (what, element) = (t(page, "did-filed"), found.label_of(page, field));
            (page.words.with("casework-did-at", &[("what", what.into()), ("element", element.into())]), None)
        }
        CaseEvent::JobLate { element, done, .. } => {
            let what = t(page, if *done { "did-job-other" } else { "did-job-late" });
            let element = found.name(element.as_str());
            (page.words.with("casework-did-at", &[("what", what.into()), ("element", element.into())]), None)
        }
        CaseEvent::MessagesSettled { taken, .. } => {
            (t(page, if *taken { "did-messages-taken" } else { "did-messages-over" }), None)
        }
        CaseEvent::SignalCarried { .. } => (t(page, "did-signal-carried"), None),
        CaseEvent::TookIn { .. } => (t(page, "did-take-in"), None),
        CaseEvent::LetGo { .. } => (t(page, "did-let-go"), None),
        CaseEvent::MoveProposed { to, words, .. } => {
            let (what, element) = (t(page, "did-move-proposed"), found.name(to.as_str()));
            let what = page.words.with("casework-did-at", &[("what", what.into()), ("element", element.into())]);
            (what, Some(page.shown(words)))
        }
        CaseEvent::Recused { officer, words } => {
            let who = page.officer(*officer);
            let what = page.words.with("casework-did-recused", &[("officer", who.into())]);
            (what, Some(page.shown(words)))
        }
        CaseEvent::RecusalLifted { officer, words } => {
            let who = page.officer(*officer);
            let what = page.words.with("casework-did-lifted", &[("officer", who.into())]);
            (what, Some(page.shown(words)))
        }
        CaseEvent::Classified { words, .. } => (t(page, "did-classified"), Some(page.shown(words))),
        CaseEvent::Stepped { did, element, said, words, step, .. } => {
            let rung = step.events.iter().find_map(|event| match event {
                flow::Event::RungReached { rung, .. } => Some(format!("rung-{}", crate::case::rows::rung_code(*rung))),
                _ => None,
            });
            let what = t(page, &rung.unwrap_or_else(|| format!("did-{}", did.replace('_', "-"))));
            let what = match element {
                Some(element) => {
                    let name = found.name(element.as_str());
                    page.words.with("casework-did-at", &[("what", what.into()), ("element", name.into())])
                }
                None => what,
            };
            (what, said.then(|| page.shown(words)))
        }
        CaseEvent::Migrated(moved) => {
            let versions = [("from", moved.from.into()), ("to", moved.version.into())];
            (page.words.with("casework-did-migrated", &versions), Some(page.shown(&moved.words)))
        }
        CaseEvent::MigrationReverted(reverted) => {
            let versions = [("to", reverted.version.into())];
            (page.words.with("casework-did-migration-reverted", &versions), Some(page.shown(&reverted.words)))
        }
    }
}

/// - `ended`: when the case ended, if it has. `result`: the end that it came to. `power`: the item it was opened under.
fn facts(page: &Page, found: &Found, ended: Option<Instant>, result: Option<String>, power: Option<Power>) -> Panel {
    let case = &found.case;
    let process = say::process_name(&found.deployed, case.process.as_str());
    let version = page.words.with("casework-version", &[("version", case.of.into())]);
    let mut facts = Facts::new()
        .fact(t(page, "number"), Html::data(&number(case.id)))
        .fact(t(page, "process"), Link::new(say::model_path(case.model), format!("{process} · {version}")))
        .fact(t(page, "organ"), Html::data(&page.organ(case.organ)))
        .fact(t(page, "opened-at"), page.moment(case.opened_at));
    if let Some(power) = power {
        let name = format!("{} · {}", power.code, page.either(&power.name));
        facts = facts.fact(t(page, "power"), Link::new(power.page, name));
    }
    if let Some(ended) = ended {
        let status = say::status(page, status_of(case)).into_html();
        let said = match result {
            Some(result) => status.then(Html::data(&format!(" {result}"))),
            None => status,
        };
        facts = facts.fact(t(page, "result"), said).fact(t(page, "ended-at"), page.moment(ended));
    }
    // Until when an answer is expected 补正.
    for notice in case.state.supplements.values() {
        let asked = [("notice", notice.notice.clone().into()), ("until", page.moment(notice.until).into())];
        facts = facts.fact(t(page, "supplement"), Html::data(&page.words.with("casework-supplement-waits", &asked)));
    }
    for (element, times) in &case.state.returns {
        let text = page.words.count("casework-returned-times", *times);
        facts = facts.fact(found.name(element.as_str()), text);
    }
    Panel::new(t(page, "facts"), facts)
}

/// The case that called this one, and those that it called.
async fn related(page: &Page, state: &Casework, found: &Found) -> Result<Option<Panel>, PageError> {
    let mut facts = Facts::new();
    let mut any = false;
    if let Some(caller) = found.case.caller
        && let Some(case) = state.desk.load(caller.matter).await?.filter(|case| found.reach.covers(case))
    {
        facts = facts.fact(t(page, "called-by"), Link::new(say::case_path(case.id), page.shown(&case.title)));
        any = true;
    }
    let together = merged_into(&found.case).map(|into| (into, "merged-into"));
    for (other, key) in together.into_iter().chain(found.case.took_in.keys().map(|other| (*other, "took-in"))) {
        // What the reader may not know of is not named.
        if let Some(case) = state.desk.load(other).await?.filter(|case| found.reach.covers(case)) {
            let link = Link::new(say::case_path(case.id), page.shown(&case.title)).into_html();
            let files = case.files.iter().map(|(_, file)| documents::named(page, &case, file));
            let between = || Html::data(page.words.either("、", ", "));
            let shown = files.fold(link, |all, file| all.then(between()).then(file));
            facts = facts.fact(t(page, key), shown);
            any = true;
        }
    }
    for case in list::called(page.app.store(), &found.reach, found.case.id).await? {
        let link = Link::new(say::case_path(case.id), say::title(page, &case));
        facts = facts.fact(t(page, "calls"), link);
        any = true;
    }
    Ok(any.then(|| Panel::new(t(page, "related"), facts)))
}

/// Warnings whose subject the case is, as far as the reader may know of them.
async fn warnings(page: &Page, state: &Casework, case: &Case) -> Result<Option<Panel>, PageError> {
    let Some(book) = &state.warnings else { return Ok(None) };
    let all = book.of(page.clone(), number(case.id)).await?;
    let facts = all.iter().fold(Facts::new(), |facts, warning| {
        facts.fact(warning.detail.as_str(), Link::new(warning.href.as_str(), warning.name.as_str()))
    });
    Ok((!all.is_empty()).then(|| Panel::new(t(page, "warnings"), facts).tone(web::view::Light::Yellow)))
}

/// The case, if it lies within the reach of a permission.
pub(super) async fn reached<P>(state: &Casework, by: &By<P>, id: &str) -> Result<std::sync::Arc<Case>, PageError> {
    let reach = Reach::of(&by.may, &by.page.register, by.page.today());
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    state.desk.load(id).await?.filter(|case| reach.covers(case)).ok_or(PageError::NotFound)
}

/// POST /cases/{id}/received
pub(super) async fn received(
    State(state): State<Casework>,
    by: By<OpenCases>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let case = reached(&state, &by, &id).await?;
    let word = |name: &str| given.get(name).cloned().unwrap_or_default();
    let wait = word("wait").parse().map_err(|_| PageError::Malformed("wait"))?;
    // Time, a signal and a condition come by themselves; what comes from outside is a message.
    if !case.state.waits.get(&wait).is_some_and(|it| matches!(it.what, What::Message { .. })) {
        return Err(PageError::NotFound);
    }
    let command = Command::Deliver { wait, values: Context::new() };
    let (hand, post) = by.hand();
    let wish = Wish { command, words: Some(word("words")) };
    let path = say::case_path(case.id);
    let answer = state.desk.act(desk::By::Officer(hand, post), case.id, &[wish]).await.map_err(case_error);
    let answer = answer.map(|_| Redirect::to(&path).into_response());
    let (to, button) = (format!("{path}/received"), t(&by.page, "received"));
    again::refused(&by.page, &state, &case, &Sent { path: to, from: path, given: &given, button }, answer).await
}

/// GET /api/cases/{id}
pub(super) async fn api(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let found = found(page, &state, reach, &id).await?;
    let case = &found.case;
    secrecy::view::on_record(page, &by.may, (case.id, &case.secrecy)).await?;
    let tasks = found.tasks.iter().map(|task| {
        json!({
            "task": task.task, "element": task.element, "organ": task.organ, "duties": task.duties,
            "holder": task.holder, "offered_at": task.offered_at,
        })
    });
    let incidents = case.state.incidents.iter().map(|(number, incident)| {
        json!({
            "incident": number, "kind": incident.kind.code(),
            "element": incident.element.as_ref().map(ElementId::as_str), "detail": incident.detail,
        })
    });
    let files = case.files.iter().map(|(_, file)| {
        let about = file.file.show(page);
        json!({
            "blob": file.blob, "field": file.field, "name": about.map(|about| &about.name),
            "kind": about.map(|about| about.kind.code()), "size": about.map(|about| about.size),
            "sha256": about.map(|about| &about.sha256),
        })
    });
    let acts = found
        .acts
        .iter()
        .map(|act| json!({"index": act.idx, "kind": act.act.kind, "at": Instant::from_ms(act.act.at_ms)}));
    Ok(Json(json!({
        "id": case.id, "number": number(case.id), "title": case.title.show(page), "process": case.process.as_str(),
        "version": case.of, "model": case.model, "organ": case.organ, "status": status_of(case),
        "opened_at": case.opened_at, "tasks": tasks.collect::<Vec<_>>(), "incidents": incidents.collect::<Vec<_>>(),
        "files": files.collect::<Vec<_>>(), "acts": acts.collect::<Vec<_>>(), "page": say::case_path(case.id),
    })))
}

pub(super) fn schema() -> Value {
    let task = object(
        json!({
            "task": integer(), "element": text(), "organ": text(), "duties": list_of(text()), "holder": maybe_text(),
            "offered_at": moment(),
        }),
        json!({}),
    );
    let incident =
        object(json!({"incident": integer(), "kind": text(), "element": maybe_text(), "detail": text()}), json!({}));
    let file = object(
        json!({
            "blob": text(), "field": text(), "name": maybe_text(), "kind": maybe_text(), "size": or_null(integer()),
            "sha256": maybe_text(),
        }),
        json!({}),
    );
    let act = object(json!({"index": integer(), "kind": text(), "at": moment()}), json!({}));
    object(
        json!({
            "id": text(), "number": text(), "title": maybe_text(), "process": text(), "version": integer(),
            "model": text(), "organ": text(), "status": text(), "opened_at": moment(), "tasks": list_of(task),
            "incidents": list_of(incident), "files": list_of(file), "acts": list_of(act), "page": text(),
        }),
        json!({}),
    )
}
