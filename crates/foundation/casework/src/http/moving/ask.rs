//! The form that asks for a move of many cases, its dry run, and the same as JSON.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::graph::Graph;
use flow::migrate::ClockPolicy;
use serde::Deserialize;
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, maybe_text, object, text};
use web::http::{By, Page, PageError, Parameter, Posted};
use web::view::{Action, Choice, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Panel, State as Empty};

use super::super::{Casework, MigrateCases, cases, say, t};
use super::{graph, move_error, officer, others, pair_fields, policy_field, typed_asked, version_of};
use crate::case::list::Reach;
use crate::migration::plans::Said;
use crate::migration::{Asked, rows};
use crate::model::rows::Version;
use crate::model::{Model, Stage};

/// Cases of one answer.
const SIZE: u64 = 30;

/// What the dry run takes.
pub(in super::super) const ASKED: &[Parameter] = &[
    Parameter { name: "process", meaning: ("流程编号", "the id of a process"), kind: "string" },
    Parameter {
        name: "from",
        meaning: ("现在遵循的版本，逗号隔开", "versions that are followed, with commas"),
        kind: "string",
    },
    Parameter { name: "organ", meaning: ("机关", "the organ"), kind: "string" },
    Parameter { name: "policy", meaning: ("时限：keep 或 rederive", "limits: keep or rederive"), kind: "string" },
    Parameter { name: "pairs", meaning: ("旧=新，每行一对", "OLD=NEW, a line each"), kind: "string" },
    Parameter {
        name: "behind", meaning: ("上一页最后一件", "the last case of the page before"), kind: "string"
    },
];

/// Which process.
#[derive(Deserialize)]
pub(in super::super) struct Wanted {
    process: Option<String>,
}

pub(super) fn heading(page: &Page, version: &Version, title: String) -> Heading {
    let number = page.words.with("casework-version", &[("version", version.definition.version.into())]);
    Heading::new(page.words, title)
        .under(page.words.t("http-chapter-management"), "/models")
        .under(t(page, "models"), "/models")
        .under(version.definition.name.clone(), say::model_path(version.model))
        .id(format!("{} · {number}", version.definition.name))
}

/// GET /models/{id}/move
pub(in super::super) async fn show(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Query(Wanted { process }): Query<Wanted>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let version = version_of(&state, &id, process.as_deref()).await?;
    let heading = heading(page, &version, t(page, "move-here")).lead(t(page, "move-lead"));
    let asked = Asked {
        process: version.definition.process.as_str().into(),
        to: version.model,
        from: Vec::new(),
        organ: None,
        mapping: BTreeMap::new(),
        policy: ClockPolicy::Keep,
    };
    let form = form(page, &state, &officer(&by).reach, (&version, &asked), &BTreeSet::new()).await?;
    let body = match form {
        Some(form) => Panel::new(t(page, "move-which"), form).into_html(),
        None => {
            let none = Empty::empty(t(page, "move-none"), t(page, "move-none-next"));
            Panel::new(t(page, "move-which"), none).into_html()
        }
    };
    Ok(page.html(heading, Grid::new().cell(8, body)))
}

/// What a model's page offers to whoever may move cases: those that follow other versions of its processes.
pub(in super::super) async fn panel(page: &Page, model: &Model) -> Result<Option<Panel>, PageError> {
    let Ok(may) = page.app.authority().may::<MigrateCases>(&page.reader) else { return Ok(None) };
    if !matches!(model.stage, Stage::Approved { .. }) || model.valid_from > page.today() {
        return Ok(None);
    }
    let reach = Reach::of(&may, &page.register, page.today());
    let mut all = Vec::new();
    for definition in &model.definitions {
        let going_on = rows::going_on(page.app.store(), &reach, &definition.process).await?;
        let others =
            going_on.iter().filter(|(version, _)| *version != definition.version).map(|(_, n)| *n).sum::<u64>();
        let here = going_on.iter().filter(|(version, _)| *version == definition.version).map(|(_, n)| *n).sum::<u64>();
        let counts = Facts::new()
            .fact(t(page, "move-follow-this"), page.words.count("casework-move-cases", here))
            .fact(t(page, "move-follow-others"), page.words.count("casework-move-cases", others));
        all.push(counts.into_html());
        if others > 0 {
            let path = format!("{}/move?process={}", say::model_path(model.id), definition.process);
            all.push(Action::go(t(page, "move-here"), path).into_html());
        }
    }
    let any = !model.definitions.is_empty();
    let moves = Link::new("/moves", t(page, "moves"));
    Ok(any.then(|| Panel::new(t(page, "move-running"), Html::join(all)).foot(moves)))
}

/// The form that asks for a dry run; nothing where no case follows another version.
///
/// - `asked`: what was asked before; without versions, all are chosen.
/// - `needed`: elements that some case needs a pair for.
pub(super) async fn form(
    page: &Page,
    state: &Casework,
    reach: &Reach,
    (version, asked): (&Version, &Asked),
    needed: &BTreeSet<flow::ElementId>,
) -> Result<Option<Form>, PageError> {
    let words = page.words;
    let process = version.definition.process.as_str();
    let going_on = rows::going_on(page.app.store(), reach, process).await?;
    let going_on: Vec<(i64, u64)> =
        going_on.into_iter().filter(|(number, _)| *number != version.definition.version).collect();
    if going_on.is_empty() {
        return Ok(None);
    }
    let mut form = Form::new(format!("{}/move", say::model_path(version.model)), page.csrf.as_str());
    for (number, cases) in &going_on {
        let label = words.with("casework-move-from", &[("version", (*number).into()), ("n", (*cases).into())]);
        let field = Field::check(format!("from-{number}"), label);
        let chosen = asked.from.is_empty() || asked.from.contains(number);
        form = form.with(if chosen { field.value("on") } else { field });
    }
    let organs = organs(page, reach);
    if organs.len() > 1 {
        let all = Choice::new("", t(page, "move-organ-all"));
        let each = organs.iter().map(|organ| Choice::new(organ.to_string(), page.organ(*organ)));
        let field = Field::select("organ", t(page, "organ"), [all].into_iter().chain(each).collect());
        let chosen = asked.organ.map(|organ| organ.to_string()).unwrap_or_default();
        form = form.with(field.value(chosen));
    }
    form = form.with(policy_field(page, asked.policy));
    let to = graph(state, version.model, process).await?;
    let from = graphs_from(state, version).await?;
    for field in pair_fields(page, (&from, &to), needed, &asked.mapping) {
        form = form.with(field);
    }
    Ok(Some(
        form.hidden("process", process)
            .button(Action::submit(t(page, "move-try")).main())
            .after(t(page, "move-try-after")),
    ))
}

/// The other versions of a process, ready to compare.
pub(super) async fn graphs_from(state: &Casework, version: &Version) -> Result<Vec<Arc<Graph>>, PageError> {
    let mut all = Vec::new();
    for other in others(state, version) {
        all.push(graph(state, other.model, &other.definition.process).await?);
    }
    Ok(all)
}

/// Organs within reach that can be chosen.
fn organs(page: &Page, reach: &Reach) -> Vec<kernel::OrganId> {
    match reach.organs() {
        Some(organs) => organs.iter().copied().collect(),
        None => page.register.organs(page.today()).all().map(|organ| organ.id).collect(),
    }
}

/// POST /models/{id}/move
pub(in super::super) async fn tried(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Posted(typed): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let version = version_of(&state, &id, typed.get("process").map(String::as_str)).await?;
    let asked = typed_asked(&version, &typed)?;
    let n = state.mover.try_out(&officer(&by), asked).await.map_err(move_error)?;
    Ok(Redirect::to(&format!("/moves/plans/{n}")).into_response())
}

/// What is asked for by an address.
#[derive(Deserialize)]
pub(in super::super) struct AskedBy {
    process: Option<String>,
    from: Option<String>,
    organ: Option<String>,
    policy: Option<String>,
    pairs: Option<String>,
    behind: Option<String>,
}

/// GET /api/models/{id}/move
pub(in super::super) async fn api(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Query(given): Query<AskedBy>,
) -> Result<Json<Value>, PageError> {
    let version = version_of(&state, &id, given.process.as_deref()).await?;
    let mut typed = BTreeMap::new();
    for number in given.from.as_deref().unwrap_or_default().split(',').map(str::trim).filter(|it| !it.is_empty()) {
        typed.insert(format!("from-{number}"), "on".to_owned());
    }
    let others = [("organ", given.organ), ("policy", given.policy), ("pairs", given.pairs)];
    typed.extend(others.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
    let mut asked = typed_asked(&version, &typed)?;
    if asked.from.is_empty() {
        asked.from = super::others(&state, &version).iter().map(|other| other.definition.version).collect();
    }
    let behind = given.behind.map(|id| id.parse().map_err(|_| PageError::Malformed("behind"))).transpose()?;
    let (reach, store) = (officer(&by).reach, by.page.app.store());
    let total = rows::count_asked(store, &reach, &asked).await?;
    let listed = rows::asked_cases(store, &reach, &asked, None, (behind, SIZE)).await?;
    let next = listed.last().filter(|_| listed.len() as u64 == SIZE).map(|case| case.id);
    let planned = state.mover.planned(&asked, &reach, listed).await?;
    let cases: Vec<Value> = planned
        .iter()
        .map(|planned| {
            let mut said = cases::one(&planned.case);
            said["called"] = planned.called.into();
            said["verdict"] = planned.said.code().into();
            match &planned.said {
                Said::Fits(plan) => said["plan"] = json!(plan),
                Said::Stays(why) => said["why"] = json!(why),
            }
            said
        })
        .collect();
    Ok(Json(json!({
        "model": version.model, "process": version.definition.process, "version": version.definition.version,
        "from": asked.from, "total": total, "size": SIZE, "next": next, "cases": cases,
    })))
}

pub(in super::super) fn schema() -> Value {
    let mut case = cases::one_schema();
    case["properties"]["called"] = json!({"type": "boolean"});
    case["properties"]["verdict"] = text();
    case["properties"]["plan"] = json!({"type": "object"});
    case["properties"]["why"] = json!({"type": "object"});
    object(
        json!({
            "model": text(), "process": text(), "version": integer(), "from": list_of(integer()), "total": integer(),
            "size": integer(), "next": maybe_text(), "cases": list_of(case),
        }),
        json!({}),
    )
}
