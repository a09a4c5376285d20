//! A model tried in the browser with made-up data: step by step, the clock moved by hand. Nothing of it is recorded; the page carries
//! the script of its steps, which the server replays each time.

mod asked;
mod forms;
mod said;

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Permission as _;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use drawing::{Drawing, Mark, State as Shown};
use flow::ElementId;
use flow::script::Written;
use flow::state::Status;
use kernel::{Instant, MatterId};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted, attachment};
use web::view::{Action, Facts, Grid, Heading, Html, IntoHtml as _, Notice, Panel};

use super::{Casework, ProposeModels, TryModels, diagram, edit, fields, models, say, t};
use crate::library::{Deployed, File, Readied};
use crate::model::{Model, rows};
use crate::trial::{self, MOST_CONTENT, Refusal, Standing};

/// A model on trial: its files, one of them perhaps changed and not yet proposed.
struct Trying {
    model: Model,
    deployed: Arc<Deployed>,
    /// The file that was changed, and its content.
    changed: Option<(String, String)>,
}

/// A trial as it stands, with everything that is said of it.
struct Tried {
    written: Written,
    standing: Standing,
    readied: Arc<Deployed>,
    /// Numbers of rules, by table and id.
    rules: BTreeMap<(String, String), usize>,
}

impl Tried {
    fn process(&self, instance: usize) -> Option<&ElementId> {
        self.standing.instances.get(instance)?.state.process.as_ref()
    }

    /// What people call an element of an instance.
    fn place(&self, instance: usize, element: &ElementId) -> String {
        let graph = self.process(instance).and_then(|process| self.readied.readied.graphs.get(process));
        let flow =
            graph.and_then(|graph| graph.via(element).map(|via| graph.element(graph.flow(via).target).id.clone()));
        say::element_name(graph, flow.as_ref().unwrap_or(element).as_str())
    }

    fn process_name(&self, instance: usize) -> String {
        let process = self.process(instance).map(ElementId::as_str).unwrap_or_default();
        say::process_name(&self.readied, process)
    }
}

/// Which process.
#[derive(Deserialize)]
pub(super) struct Asked {
    process: Option<String>,
}

/// The model, with one file as it was typed, if it was.
async fn trying(
    page: &Page,
    state: &Casework,
    id: &str,
    given: &BTreeMap<String, String>,
) -> Result<Trying, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let (model, _) = rows::load(page.app.store(), page.app.node().number(), id).await?.ok_or(PageError::NotFound)?;
    let mut files: Vec<File> = state.desk.library().files(&model.files).await?;
    let changed = match (given.get("file"), given.get("content")) {
        (Some(name), Some(content)) if !name.is_empty() => {
            if content.len() > MOST_CONTENT {
                return Err(PageError::refused(Refusal::TooLarge));
            }
            if !files.iter().any(|(other, _)| other == name) {
                return Err(PageError::Malformed("file"));
            }
            let content = content.replace("\r\n", "\n");
            models::put(&mut files, name.clone(), content.clone().into_bytes());
            Some((name.clone(), content))
        }
        _ => None,
    };
    let (files, readied) = tokio::task::spawn_blocking(move || {
        let readied = Readied::of(&files);
        (files, readied)
    })
    .await
    .map_err(|error| PageError::broken(&error))?;
    let valid_from = page.today();
    Ok(Trying { deployed: Arc::new(Deployed { id: model.id, valid_from, files, readied }), model, changed })
}

/// Replays a script; at most a few at once, so that trials never take the place of work.
async fn replayed(
    state: &Casework,
    trying: &Trying,
    written: Written,
) -> Result<Result<Tried, (Refusal, Option<usize>)>, PageError> {
    let _turn = state.trials.acquire().await.map_err(|error| PageError::broken(&error))?;
    let definitions = state.desk.library().trial(Arc::clone(&trying.deployed), trying.deployed.valid_from).await?;
    let calendar = Arc::new(state.desk.calendar().clone());
    let again = written.clone();
    let standing = tokio::task::spawn_blocking(move || trial::replay(&again, definitions, calendar));
    let standing = standing.await.map_err(|error| PageError::broken(&error))?;
    let rules = rules(&trying.deployed.files);
    Ok(standing.map(|standing| Tried { written, standing, readied: Arc::clone(&trying.deployed), rules }))
}

/// Numbers of the rules of decision tables, as they are counted on the drawing.
fn rules(files: &[File]) -> BTreeMap<(String, String), usize> {
    let mut all = BTreeMap::new();
    for (_, bytes) in files.iter().filter(|(name, _)| name.ends_with(".dmn")) {
        let Ok(document) = bpmn::Document::read(bytes) else { continue };
        for table in document.nodes().filter(|node| node.local() == "decisionTable") {
            let Some(owner) = table.parent().and_then(|owner| Some(owner.attribute("id")?.into_owned())) else {
                continue;
            };
            for (at, rule) in table.children().filter(|node| node.local() == "rule").enumerate() {
                all.extend(rule.attribute("id").map(|id| ((owner.clone(), id.into_owned()), at + 1)));
            }
        }
    }
    all
}

/// GET /models/{id}/try
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<TryModels>,
    Path(id): Path<String>,
    Query(Asked { process }): Query<Asked>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let trying = trying(page, &state, &id, &BTreeMap::new()).await?;
    let given = process.map(|process| ("process".to_owned(), process)).into_iter().collect();
    Ok(page.html(heading(page, &trying), beginning(page, &trying, &given, &[], None)))
}

fn heading(page: &Page, trying: &Trying) -> Heading {
    let changed = trying.changed.as_ref().and_then(|(file, _)| edit::path_of(&trying.model, file));
    let proposes = page.app.authority().allows(&page.reader, ProposeModels::CODE).is_ok();
    let heading = Heading::new(page.words, t(page, "try"))
        .under(page.words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .under(trying.model.name.clone(), say::model_path(trying.model.id))
        .badge(models::badge(page, trying.model.stage))
        .lead(t(page, "try-lead"));
    match changed.filter(|_| proposes) {
        Some(back) => heading.action(Action::go(t(page, "change-on"), back)),
        None => heading,
    }
}

/// What stands before a trial: the form that begins it, or what the files need before they can be tried.
fn beginning(
    page: &Page,
    trying: &Trying,
    given: &BTreeMap<String, String>,
    faults: &[(String, crate::form::ValueFault)],
    refused: Option<Refusal>,
) -> Html {
    let mut all = Vec::new();
    if let Some(refusal) = refused {
        all.push(Notice::caution(page.words.refusal(&refusal.into())).into_html());
    }
    if trying.deployed.readied.graphs.is_empty() {
        all.push(Notice::caution(t(page, "try-findings")).into_html());
        let findings = say::findings(page, &trying.deployed.readied.findings);
        all.push(Panel::new(t(page, "findings"), findings).flush().into_html());
        return Html::join(all);
    }
    all.push(forms::beginning(page, trying, given, faults).into_html());
    Grid::new().cell(8, all).into_html()
}

/// POST /models/{id}/try
pub(super) async fn act(
    State(state): State<Casework>,
    by: By<TryModels>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let trying = trying(page, &state, &id, &given).await?;
    // From the editor: what is not proposed yet is there again when somebody goes back.
    if !given.contains_key("act") {
        edit::keep(page, &state, &id, &given).await?;
    }
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let unprocessable = |body: Html| (StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page, &trying), body));
    if trying.deployed.readied.graphs.is_empty() {
        return Ok(unprocessable(beginning(page, &trying, &given, &[], None)).into_response());
    }
    match word("act") {
        "start" => {
            let begun = match asked::begun(page, &trying, &given) {
                Ok(begun) => begun,
                Err(asked::Wrong::Fields(faults)) => {
                    return Ok(unprocessable(beginning(page, &trying, &given, &faults, None)).into_response());
                }
                Err(asked::Wrong::Refused(refusal)) => {
                    return Ok(unprocessable(beginning(page, &trying, &given, &[], Some(refusal))).into_response());
                }
            };
            match replayed(&state, &trying, begun).await? {
                Ok(tried) => Ok(page.html(heading(page, &trying), standing(page, &trying, &tried, &given, &[], None))),
                Err((refusal, _)) => {
                    Ok(unprocessable(beginning(page, &trying, &given, &[], Some(refusal))).into_response())
                }
            }
        }
        "" | "anew" => {
            let none = BTreeMap::new();
            Ok(page.html(heading(page, &trying), beginning(page, &trying, &none, &[], None)))
        }
        "download" => {
            let written = trial::read(word("script")).map_err(PageError::refused)?;
            Ok(attachment("trial.json", "application/json", written.text()))
        }
        act => stepped(page, &state, &trying, &given, act).await,
    }
}

/// One more step, or one less.
async fn stepped(
    page: &Page,
    state: &Casework,
    trying: &Trying,
    given: &BTreeMap<String, String>,
    act: &str,
) -> Result<Response, PageError> {
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let mut written = trial::read(word("script")).map_err(PageError::refused)?;
    if act == "undo" {
        written.steps.pop();
    }
    let before = match replayed(state, trying, written.clone()).await? {
        Ok(before) => before,
        // What this page gave away always goes to its end, unless files changed meanwhile or somebody wrote in it.
        Err((refusal, _)) => {
            let body = beginning(page, trying, &BTreeMap::new(), &[], Some(refusal));
            return Ok((StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page, trying), body)).into_response());
        }
    };
    if act == "undo" {
        let none = BTreeMap::new();
        return Ok(page.html(heading(page, trying), standing(page, trying, &before, &none, &[], None)));
    }
    let refused = |refusal: Option<Refusal>, faults: &[(String, crate::form::ValueFault)]| {
        let body = standing(page, trying, &before, given, faults, refusal);
        (StatusCode::UNPROCESSABLE_ENTITY, page.html(heading(page, trying), body)).into_response()
    };
    let step = match asked::step(page, &before, given, act)? {
        Ok(step) => step,
        Err(asked::Wrong::Fields(faults)) => return Ok(refused(None, &faults)),
        Err(asked::Wrong::Refused(refusal)) => return Ok(refused(Some(refusal), &[])),
    };
    written.steps.push(step);
    // What is carried on is what would be read again.
    if let Err(refusal) = trial::read(&written.text()) {
        return Ok(refused(Some(refusal), &[]));
    }
    match replayed(state, trying, written).await? {
        Ok(after) => {
            let none = BTreeMap::new();
            Ok(page.html(heading(page, trying), standing(page, trying, &after, &none, &[], None)))
        }
        Err((refusal, _)) => Ok(refused(Some(refusal), &[])),
    }
}

/// The trial as it stands.
fn standing(
    page: &Page,
    trying: &Trying,
    tried: &Tried,
    given: &BTreeMap<String, String>,
    faults: &[(String, crate::form::ValueFault)],
    refused: Option<Refusal>,
) -> Html {
    let mut main = Vec::new();
    if let Some(refusal) = refused {
        main.push(Notice::caution(page.words.refusal(&refusal.into())).into_html());
    }
    if let Some((file, _)) = &trying.changed {
        let said = page.words.with("casework-try-changed", &[("file", file.as_str().into())]);
        main.push(Notice::note(said).into_html());
    }
    main.extend(pictures(page, tried));
    main.extend(forms::open(page, trying, tried, given, faults));
    let mut side = vec![now(page, tried).into_html(), forms::controls(page, trying, tried).into_html()];
    let first = tried.standing.instances.first().map(|instance| &instance.state);
    let root = first.and_then(|state| state.root().map(|root| state.visible(root))).unwrap_or_default();
    side.push(Panel::new(t(page, "known"), fields::data_of(page, &tried.readied.readied, None, &root)).into_html());
    let events = Panel::new(t(page, "try-events"), said::events(page, tried)).flush();
    Grid::new().cell(8, main).cell(4, side).cell(12, events).into_html()
}

/// What time it is in the trial, how it stands, what is due.
fn now(page: &Page, tried: &Tried) -> Panel {
    let mut facts = Facts::new().fact(t(page, "try-time"), page.moment(tried.standing.now));
    for (at, instance) in tried.standing.instances.iter().enumerate() {
        let status = match &instance.state.status {
            Status::Ended(how) => crate::case::rows::status_code(how),
            Status::Suspended => "suspended",
            Status::Merged { .. } => "merged",
            Status::New | Status::Active => "active",
        };
        facts = facts.fact(tried.process_name(at), say::status(page, status));
    }
    let mut any = false;
    for (at, instance) in tried.standing.instances.iter().enumerate() {
        let mut due = |element: Option<&ElementId>, text: String| {
            let name = element.map_or_else(|| t(page, "clock-whole"), |element| tried.place(at, element));
            facts = std::mem::take(&mut facts).fact(name, Html::data(&text));
            any = true;
        };
        for clock in instance.state.clocks.values() {
            if let Some((rung, when)) = clock.rungs.first() {
                let rung = t(page, &format!("rung-{}", crate::case::rows::rung_code(*rung)));
                due(clock.element.as_ref(), format!("{rung}: {}", page.moment(*when)));
            }
        }
        for wait in instance.state.waits.values() {
            due(Some(&wait.element), said::waited(page, &wait.what));
        }
        for incident in instance.state.incidents.values() {
            let what = t(page, &format!("incident-{}", incident.kind.code()));
            due(incident.element.as_ref(), format!("{} · {what} {}", t(page, "incidents"), incident.detail));
        }
    }
    if !any {
        facts = facts.fact(t(page, "waits"), t(page, "try-nothing-due"));
    }
    Panel::new(t(page, "try-now"), facts)
}

/// Each process that has instances, with where they stand.
fn pictures(page: &Page, tried: &Tried) -> Vec<Html> {
    let mut processes: Vec<ElementId> = Vec::new();
    for at in 0..tried.standing.instances.len() {
        processes.extend(tried.process(at).filter(|process| !processes.contains(process)).cloned());
    }
    let of = |process: &ElementId| {
        let model = diagram::model_in(&tried.readied.files, process)?;
        let own = |at: usize| tried.process(at) == Some(process);
        let events = tried.standing.history.iter().filter(|(at, ..)| own(*at)).map(|(.., event)| event);
        let graph = tried.readied.readied.graphs.get(process);
        let mut marks: BTreeMap<ElementId, Mark> = diagram::passed(events, graph.map(AsRef::as_ref))
            .into_iter()
            .map(|element| (element, Mark::state(Shown::Done)))
            .collect();
        let states = tried.standing.instances.iter().enumerate().filter(|(at, _)| own(*at));
        marks.extend(diagram::standing(states.map(|(_, instance)| &instance.state)));
        let mut drawing = Drawing::new(page.words, &model).id(format!("try-{process}")).showing(process.as_str());
        for (element, mark) in marks {
            drawing = drawing.mark(element.as_str(), mark);
        }
        let name = say::process_name(&tried.readied, process.as_str());
        Some(Panel::new(name, drawing.into_html()).into_html())
    };
    processes.iter().filter_map(of).collect()
}

/// The moment at which a trial begins: today, now, to the minute.
fn first_moment(page: &Page) -> Instant {
    let now = page.app.clock().now().ms();
    Instant::from_ms(now - now.rem_euclid(60_000))
}
