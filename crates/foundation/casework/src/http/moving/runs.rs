//! Moves of many: the list, one with what became of its cases, and the form that stops it, lets it go on, takes it back.

use std::collections::BTreeMap;

use access::Permission as _;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use kernel::MatterId;
use serde_json::{Value, json};
use web::http::schema::{integer, list as list_of, maybe_text, moment, object, or_null, text};
use web::http::{By, Page, PageError, Posted, follow, last_page};
use web::view::{
    Action, Cell, Column, Facts, Field, Form, Grid, Heading, Html, IntoHtml as _, Link, Live, Notice, Panel, Row,
    State as Empty, Table, Total,
};

use super::super::{Casework, MigrateCases, ReadCases, cases, say, t};
use super::plan::{asked_page, so_far};
use super::words::{self, Between};
use super::{graph, move_error, named, officer, policy_code};
use crate::case::list::Reach;
use crate::case::number;
use crate::desk::MOST_TEXT;
use crate::migration::mover::Steer;
use crate::migration::rows::{self, Counts, ListedRun, Outcome};
use crate::migration::{Going, Run, Stage};

const SIZE: u64 = 30;

fn path(id: MatterId) -> String {
    format!("/moves/{id}")
}

fn heading(page: &Page, title: String) -> Heading {
    Heading::new(page.words, title)
        .under(page.words.t("http-chapter-power"), "/cases")
        .under(t(page, "cases"), "/cases")
}

/// GET /moves
pub(in super::super) async fn list(
    State(state): State<Casework>,
    by: By<ReadCases>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let query = asked_page("/moves", raw.as_deref());
    let total = rows::count_runs(page.app.store(), &reach).await?;
    if let Some(last) = last_page(&query, total) {
        return Ok(last);
    }
    let listed = rows::runs(page.app.store(), &reach, (query.offset(), SIZE)).await?;
    let columns = vec![
        Column::new(t(page, "move-run")),
        Column::new(t(page, "status")).narrow(),
        Column::new(t(page, "move-cases-column")).figure(),
        Column::new(t(page, "move-by")),
        Column::new(t(page, "move-begun-at")).narrow(),
    ];
    let mut rows = Vec::with_capacity(listed.len());
    for run in &listed {
        let deployed = say::deployed(&state, run.model).await?;
        let process = say::process_name(&deployed, run.process.as_str());
        let version = page.words.with("casework-move-to", &[("version", run.version.into())]);
        let cut_off = state.mover.progress(run.id).is_none();
        rows.push(Row::new(vec![
            Cell::subject(&path(run.id), &process).under(Html::data(&format!("{} · {version}", number(run.id)))),
            Cell::new(words::stage(page, run.stage, cut_off)),
            Cell::number(run.cases),
            Cell::new(Html::data(&page.officer(run.officer))).under(Html::data(&page.organ(run.organ))),
            Cell::new(page.moment(run.begun_at)),
        ]));
    }
    let table = Table::new(page.words, "moves", t(page, "moves"), columns)
        .rows(rows)
        .query(&query, Total::Exactly(total))
        .empty(Empty::empty(t(page, "moves-none"), t(page, "moves-none-next")));
    let heading = heading(page, t(page, "moves")).lead(t(page, "moves-lead"));
    Ok(page.html(heading, Panel::new(t(page, "moves"), table).flush()))
}

fn one(run: &ListedRun) -> Value {
    json!({
        "id": run.id, "number": number(run.id), "process": run.process.as_str(), "model": run.model,
        "version": run.version, "stage": run.stage.code(), "officer": run.officer, "organ": run.organ,
        "cases": run.cases, "begun_at": run.begun_at, "ended_at": run.ended_at, "page": path(run.id),
    })
}

/// GET /api/moves
pub(in super::super) async fn list_api(by: By<ReadCases>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let query = asked_page("/api/moves", raw.as_deref());
    let total = rows::count_runs(page.app.store(), &reach).await?;
    let listed = rows::runs(page.app.store(), &reach, (query.offset(), SIZE)).await?;
    let moves: Vec<Value> = listed.iter().map(one).collect();
    Ok(Json(json!({"total": total, "page": query.page(), "size": SIZE, "moves": moves})))
}

pub(in super::super) fn list_schema() -> Value {
    let one = object(
        json!({
            "id": text(), "number": text(), "process": text(), "model": text(), "version": integer(), "stage": text(),
            "officer": text(), "organ": text(), "cases": integer(), "begun_at": moment(), "ended_at": or_null(moment()),
            "page": text(),
        }),
        json!({}),
    );
    object(json!({"total": integer(), "page": integer(), "size": integer(), "moves": list_of(one)}), json!({}))
}

/// A move that officers of a reader's organs began.
async fn found(state: &Casework, page: &Page, reach: &Reach, id: &str) -> Result<Run, PageError> {
    let id: MatterId = id.parse().map_err(|_| PageError::NotFound)?;
    let run = state.mover.load(id).await?.ok_or(PageError::NotFound)?;
    let inside = reach.organs().is_none_or(|organs| organs.contains(&run.of)) || run.officer == page.reader.officer();
    if inside { Ok(run) } else { Err(PageError::NotFound) }
}

/// GET /moves/{id}
pub(in super::super) async fn show(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let run = found(&state, page, &reach, &id).await?;
    let progress = state.mover.progress(run.id);
    let deployed = say::deployed(&state, run.asked.to).await?;
    let process = say::process_name(&deployed, run.asked.process.as_str());
    let version = page.words.with("casework-move-to", &[("version", run.version.into())]);
    let heading = heading(page, format!("{process} · {version}"))
        .under(t(page, "moves"), "/moves")
        .id(number(run.id))
        .badge(words::stage(page, run.stage, progress.is_none()));
    let steers = page.app.authority().allows(&page.reader, MigrateCases::CODE).is_ok();
    let mut side = vec![facts(page, &state, &run).await?.into_html()];
    if let (Some(progress), Stage::Going(_)) = (progress, run.stage) {
        let live = Live::new(format!("{}/live", path(run.id)), so_far(page.words, progress.done, progress.total));
        let mut main = vec![Panel::new(t(page, "move-going"), live).into_html()];
        if steers {
            main.push(steering(page, &run, true).into_html());
        }
        return Ok(page.going_on(heading, Grid::new().cell(8, main).cell(4, side)));
    }
    let counts = rows::counts(page.app.store(), &reach, run.id).await?;
    let query = asked_page(&path(run.id), raw.as_deref());
    let mut main = Vec::new();
    if matches!(run.stage, Stage::Going(_)) {
        main.push(Notice::caution(t(page, "move-cut-off")).into_html());
    }
    main.push(results(page, &state, &run, (&reach, counts), &query).await?.into_html());
    if steers && !matches!(run.stage, Stage::Over(Going::Reverting)) {
        side.push(steering(page, &run, false).into_html());
    }
    Ok(page.html(heading, Grid::new().cell(8, main).cell(4, side)))
}

async fn facts(page: &Page, state: &Casework, run: &Run) -> Result<Panel, PageError> {
    let versions: Vec<String> = run.asked.from.iter().map(ToString::to_string).collect();
    let versions = versions.join(page.words.either("、", ", "));
    let mut facts = Facts::new()
        .fact(t(page, "move-model"), Link::new(say::model_path(run.asked.to), t(page, "move-model-look")))
        .fact(t(page, "move-from-versions"), Html::data(&versions))
        .fact(t(page, "move-limits"), t(page, &format!("move-policy-{}", policy_code(run.asked.policy))))
        .fact(t(page, "move-by"), Html::data(&format!("{} · {}", page.organ(run.of), page.officer(run.officer))))
        .fact(t(page, "move-begun-at"), page.moment(run.begun_at))
        .fact(t(page, "reason"), Html::data(&page.shown(&run.words)));
    if let Some(organ) = run.asked.organ {
        facts = facts.fact(t(page, "organ"), Html::data(&page.organ(organ)));
    }
    let to = graph(state, run.asked.to, run.asked.process.as_str()).await?;
    for (old, new) in &run.asked.mapping {
        facts = facts.fact(old.as_str(), Html::data(&format!("→ {}", named(page.words, Some(&to), new.as_str()))));
    }
    if let Some(back) = &run.back {
        facts = facts.fact(t(page, "move-back-reason"), Html::data(&page.shown(back)));
    }
    Ok(Panel::new(t(page, "facts"), facts))
}

/// What became of its cases.
async fn results(
    page: &Page,
    state: &Casework,
    run: &Run,
    (reach, counts): (&Reach, Counts),
    query: &web::view::TableQuery,
) -> Result<Panel, PageError> {
    let found = rows::outcomes(page.app.store(), reach, run.id, (query.offset(), SIZE)).await?;
    let columns = vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "move-outcome")).narrow(),
        Column::new(t(page, "move-what")),
    ];
    let to = graph(state, run.asked.to, run.asked.process.as_str()).await?;
    let mut table_rows = Vec::with_capacity(found.len());
    for (case, outcome) in &found {
        let deployed = say::deployed(state, case.model).await?;
        let from = deployed.readied.graphs.get(&flow::ElementId::from(case.process.as_str()));
        let [badge, detail] = words::outcome(page, Between { words: page.words, from, to: Some(&to) }, outcome);
        let version = page.words.with("casework-version", &[("version", case.version.into())]);
        let subject = Cell::subject(&say::case_path(case.id), &say::title(page, case))
            .under(Html::data(&format!("{} · {version}", number(case.id))));
        table_rows.push(Row::new(vec![subject, badge, detail]));
    }
    let total = rows::count_outcomes(page.app.store(), reach, run.id).await?;
    let note = page.words.with(
        "casework-move-outcomes",
        &[
            ("moved", counts.moved.into()),
            ("reverted", counts.reverted.into()),
            ("left", counts.left.into()),
            ("cases", run.cases.into()),
        ],
    );
    let table = Table::new(page.words, "outcomes", t(page, "move-outcomes-title"), columns)
        .rows(table_rows)
        .query(query, Total::Exactly(total))
        .empty(Empty::empty(t(page, "move-outcomes-none"), t(page, "move-outcomes-none-next")));
    Ok(Panel::new(t(page, "move-outcomes-title"), table).note(Html::data(&note)).flush())
}

/// The form that stops a move, lets it go on, takes it back.
fn steering(page: &Page, run: &Run, goes_on: bool) -> Panel {
    let form = Form::new(path(run.id), page.csrf.as_str());
    if goes_on {
        let form =
            form.button(Action::submit_as(t(page, "move-stop"), "act", "stop")).after(t(page, "move-stop-after"));
        return Panel::new(t(page, "move-stop"), form);
    }
    let most = u32::try_from(MOST_TEXT.1).unwrap_or(u32::MAX);
    let resume = || Action::submit_as(t(page, "move-resume"), "act", "resume");
    let reason = || Field::area("reason", t(page, "reason")).help(t(page, "move-reason-help")).limit(page.words, most);
    let revert = || Action::submit_as(t(page, "move-revert-all"), "act", "revert");
    let form = match run.stage {
        Stage::Going(_) | Stage::Stopped(Going::Reverting) => form.button(resume()),
        Stage::Stopped(Going::Moving) => {
            // Each has a form of its own: to go on asks for no reason.
            let back = Form::new(path(run.id), page.csrf.as_str()).with(reason()).button(revert());
            let both = form.button(resume()).into_html().then(back);
            return Panel::new(t(page, "move-steer"), both);
        }
        Stage::Over(_) => {
            let form = form.with(reason()).button(revert()).after(t(page, "move-revert-all-after"));
            return Panel::new(t(page, "move-revert"), form);
        }
    };
    Panel::new(t(page, "move-steer"), form)
}

/// GET /moves/{id}/live
pub(in super::super) async fn live(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let reach = Reach::of(&by.may, &by.page.register, by.page.today());
    let run = found(&state, &by.page, &reach, &id).await?;
    let (words, mover) = (by.page.words, state.mover.clone());
    Ok(follow(state.mover.changed(), move |()| match mover.progress(run.id) {
        Some(progress) => web::http::Said::Part(so_far(words, progress.done, progress.total)),
        None => web::http::Said::Ended,
    }))
}

/// POST /moves/{id}
pub(in super::super) async fn steer(
    State(state): State<Casework>,
    by: By<MigrateCases>,
    Path(id): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    let officer = officer(&by);
    let run = found(&state, &by.page, &officer.reach, &id).await?;
    let word = |name: &str| given.get(name).map(String::as_str).unwrap_or_default();
    let what = match word("act") {
        "stop" => Steer::Stop,
        "resume" => Steer::Resume,
        "revert" => Steer::Revert(word("reason")),
        _ => return Err(PageError::Malformed("act")),
    };
    state.mover.steer(&officer, run.id, what).await.map_err(move_error)?;
    Ok(Redirect::to(&path(run.id)).into_response())
}

/// GET /api/moves/{id}
pub(in super::super) async fn api(
    State(state): State<Casework>,
    by: By<ReadCases>,
    Path(id): Path<String>,
    RawQuery(raw): RawQuery,
) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let reach = Reach::of(&by.may, &page.register, page.today());
    let run = found(&state, page, &reach, &id).await?;
    let query = asked_page(&format!("/api/moves/{id}"), raw.as_deref());
    let counts = rows::counts(page.app.store(), &reach, run.id).await?;
    let found = rows::outcomes(page.app.store(), &reach, run.id, (query.offset(), SIZE)).await?;
    let each = found.iter().map(|(case, outcome)| {
        let mut said = cases::one(case);
        match outcome {
            Outcome::Moved { from, at, reverted_at } => {
                said["outcome"] = if reverted_at.is_some() { "reverted" } else { "moved" }.into();
                (said["from"], said["moved_at"]) = ((*from).into(), json!(at));
            }
            Outcome::Left(why) => (said["outcome"], said["why"]) = ("left".into(), json!(why)),
        }
        said
    });
    let going = state.mover.progress(run.id).is_some();
    Ok(Json(json!({
        "id": run.id, "number": number(run.id), "process": run.asked.process.as_str(), "model": run.asked.to,
        "version": run.version, "from": run.asked.from, "organ": run.asked.organ, "mapping": run.asked.mapping,
        "policy": policy_code(run.asked.policy), "stage": run.stage.code(), "going": going, "officer": run.officer,
        "begun_at": run.begun_at, "ended_at": run.ended_at, "cases": run.cases, "moved": counts.moved,
        "reverted": counts.reverted, "left": counts.left, "page_number": query.page(), "size": SIZE,
        "outcomes": each.collect::<Vec<_>>(), "page": path(run.id),
    })))
}

pub(in super::super) fn schema() -> Value {
    let mut case = cases::one_schema();
    case["properties"]["outcome"] = text();
    case["properties"]["from"] = integer();
    case["properties"]["moved_at"] = moment();
    case["properties"]["why"] = json!({"type": "object"});
    object(
        json!({
            "id": text(), "number": text(), "process": text(), "model": text(), "version": integer(),
            "from": list_of(integer()), "organ": maybe_text(), "mapping": {"type": "object"}, "policy": text(),
            "stage": text(), "going": {"type": "boolean"}, "officer": text(), "begun_at": moment(),
            "ended_at": or_null(moment()), "cases": integer(), "moved": integer(), "reverted": integer(),
            "left": integer(), "page_number": integer(), "size": integer(), "outcomes": list_of(case), "page": text(),
        }),
        json!({}),
    )
}
