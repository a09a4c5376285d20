//! The inbox: what an officer has in hand, and what is offered to the post.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use flow::Command;
use kernel::MatterId;
use serde_json::{Value, json};
use web::http::schema::{boolean, integer, list as list_of, maybe_text, moment, object, text};
use web::http::{By, Page, PageError, last_page};
use web::view::table::{Direction, Sort};
use web::view::{
    Action, Cell, Column, Heading, Html, Panel, Row, State as Empty, Table, TableQuery, TableSpec, Total, format,
};

use super::{Casework, DoTasks, case_error, say, t};
use crate::case::list::{self, Mine, OpenTask};
use crate::case::number;
use crate::desk::{self, Wish};

/// Rows of a page.
const SIZE: u32 = 30;
/// Tasks in hand that are shown at most.
const MOST_HELD: u64 = 200;
/// Tasks taken at once at most.
const MOST_TAKEN: usize = 100;

fn asked(address: &str, raw: Option<&str>) -> TableQuery {
    let sort = Sort { key: "at", direction: Direction::Up };
    TableSpec::new(address.to_owned(), &["at"], sort, &[], SIZE).read(raw.unwrap_or_default())
}

fn mine(page: &Page) -> Mine {
    Mine::of(&page.reader, &page.register, page.today())
}

fn columns(page: &Page) -> Vec<Column> {
    vec![
        Column::new(t(page, "case")),
        Column::new(t(page, "step")),
        Column::new(t(page, "process")),
        Column::new(t(page, "organ")).narrow(),
        Column::new(t(page, "since")).narrow(),
        Column::new(t(page, "due")).narrow(),
    ]
}

async fn row(page: &Page, state: &Casework, task: &OpenTask) -> Result<Row, PageError> {
    let deployed = say::deployed(state, task.case.model).await?;
    let graph = deployed.readied.graphs.get(&flow::ElementId::from(task.case.process.as_str()));
    let name = say::title(page, &task.case);
    let row = Row::new(vec![
        Cell::subject(&say::task_path(task.case.id, task.task), &name).under(Html::data(&number(task.case.id))),
        Cell::new(Html::data(&say::element_name(graph, &task.element))),
        Cell::new(Html::data(&say::process_name(&deployed, &task.case.process))),
        Cell::new(Html::data(&page.organ(task.case.organ))),
        Cell::new(page.moment(task.offered_at)),
        say::due(page, state, task.case.id).await?,
    ]);
    Ok(row.value(format!("{}:{}", task.case.id, task.task), name))
}

/// GET /inbox
pub(super) async fn show(
    State(state): State<Casework>,
    by: By<DoTasks>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let (store, mine) = (page.app.store(), mine(page));
    let query = asked("/inbox", raw.as_deref());
    let (in_hand, waiting) = list::counts(store, &mine).await?;
    let mut offered = list::offered(store, &mine, (query.offset(), u64::from(SIZE) + 1)).await?;
    if offered.is_empty() && query.page() > 1 {
        return last_page(&query, waiting.max(1)).ok_or(PageError::Conflict);
    }
    // One more than are shown says whether there are more: all of them are counted by nobody.
    let seen = query.offset() + offered.len() as u64;
    let total = if offered.len() > SIZE as usize { Total::AtLeast(seen) } else { Total::Exactly(seen) };
    offered.truncate(SIZE as usize);
    let held = list::held(store, &mine, MOST_HELD).await?;
    let mut held_rows = Vec::with_capacity(held.len());
    for task in &held {
        held_rows.push(row(page, &state, task).await?);
    }
    let mut offered_rows = Vec::with_capacity(offered.len());
    for task in &offered {
        offered_rows.push(row(page, &state, task).await?);
    }
    let complete = || Action::submit_as(t(page, "complete-chosen"), "act", "complete").small();
    let mut held_table = Table::new(words, "held", t(page, "held"), columns(page))
        .rows(held_rows)
        .empty(Empty::empty(t(page, "held-none"), t(page, "held-none-next")))
        .plain();
    if !held.is_empty() {
        held_table =
            held_table.bulk("/inbox/take", page.csrf.as_str(), vec![complete()], t(page, "complete-chosen-note"));
    }
    let mut offered_table = Table::new(words, "offered", t(page, "offered"), columns(page))
        .rows(offered_rows)
        .query(&query, total)
        .empty(Empty::empty(t(page, "offered-none"), t(page, "offered-none-next")));
    if !offered.is_empty() {
        let take = Action::submit(t(page, "take-chosen")).main().small();
        offered_table =
            offered_table.bulk("/inbox/take", page.csrf.as_str(), vec![take, complete()], t(page, "take-chosen-note"));
    }
    let lead = words.with(
        "casework-inbox-lead",
        &[("held", in_hand.into()), ("offered", format::at_most(waiting, list::MOST_COUNTED).into())],
    );
    let heading = Heading::new(words, t(page, "inbox")).lead(lead);
    let panels =
        (Panel::new(t(page, "held"), held_table).flush().turn(), Panel::new(t(page, "offered"), offered_table).flush());
    Ok(page.html(heading, panels))
}

/// A task as a table's row names it.
fn named(text: &str) -> Option<(MatterId, u64)> {
    let (id, task) = text.split_once(':')?;
    Some((id.parse().ok()?, task.parse().ok()?))
}

/// POST /inbox/take: each is an act of its own; what could not be done is said row by row, and the rest is done all the same.
pub(super) async fn take(
    State(state): State<Casework>,
    by: By<DoTasks>,
    axum::Form(fields): axum::Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let (store, mine, (hand, post)) = (page.app.store(), mine(page), by.hand());
    let completes = fields.iter().any(|(name, value)| name == "act" && value == "complete");
    let chosen: Vec<&str> = fields.iter().filter(|(name, _)| name == "row").map(|(_, row)| row.as_str()).collect();
    if chosen.is_empty() {
        return Err(PageError::refused(crate::desk::Refusal::NothingChosen));
    }
    let (mut done, mut refused) = (0u64, Vec::new());
    for (id, number) in chosen.iter().take(MOST_TAKEN).filter_map(|text| named(text)) {
        let Some(open) = list::open_task(store, page.app.node(), id, number).await? else { continue };
        if !mine.is_candidate(&open) && !mine.holds(&open) {
            continue;
        }
        let claim = Wish::from(Command::Claim { task: number, by: (hand.officer, post) });
        let mut wishes: Vec<Wish> = open.holder.is_none().then_some(claim).into_iter().collect();
        if completes {
            match outputs(&state, &open).await? {
                Some(outputs) => {
                    wishes.push(Command::CompleteTask { task: number, by: hand.officer, outputs }.into());
                }
                None => {
                    refused.push((open, page.words.t("casework-bulk-form")));
                    continue;
                }
            }
        }
        match state.desk.act(desk::By::Officer(hand, post), id, &wishes).await {
            Ok(_) => done += 1,
            Err(desk::CaseError::Refused(refusal)) => {
                refused.push((open, page.words.refusal(&kernel::Refused::from(refusal))));
            }
            Err(desk::CaseError::NoCase) => {}
            Err(error) => return Err(case_error(error)),
        }
    }
    if refused.is_empty() {
        return Ok(Redirect::to("/inbox").into_response());
    }
    let columns = vec![Column::new(t(page, "case")), Column::new(t(page, "bulk-why"))];
    let rows = refused.iter().map(|(task, why)| {
        let path = say::task_path(task.case.id, task.task);
        let name = Cell::subject(&path, &say::title(page, &task.case));
        Row::new(vec![name.under(Html::data(&number(task.case.id))), Cell::new(Html::data(why))])
    });
    let table = Table::new(page.words, "refused", t(page, "bulk-refused"), columns).rows(rows).plain();
    let counts = [("done", done.into()), ("refused", (refused.len() as u64).into())];
    let heading = Heading::new(page.words, t(page, "bulk-refused"))
        .under(t(page, "inbox"), "/inbox")
        .lead(page.words.with("casework-bulk-lead", &counts));
    let panel = Panel::new(t(page, "bulk-refused"), table).flush().foot(Action::go(t(page, "bulk-back"), "/inbox"));
    Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page.html(heading, panel)).into_response())
}

/// What a task comes to that asks for nothing; nothing where its form must be filled.
async fn outputs(state: &Casework, task: &OpenTask) -> Result<Option<dmn::Context>, PageError> {
    let deployed = say::deployed(state, task.case.model).await?;
    let graph = deployed.readied.graphs.get(&flow::ElementId::from(task.case.process.as_str()));
    let at = graph.and_then(|graph| graph.at(&flow::ElementId::from(task.element.as_str())).map(|at| (graph, at)));
    let form = at.and_then(|(graph, at)| match &graph.activity(at)?.work {
        flow::graph::Work::User(human) => human.form.as_deref(),
        _ => None,
    });
    let Some(form) = form.and_then(|code| deployed.readied.forms.get(code)) else {
        return Ok(Some(dmn::Context::new()));
    };
    // A box that nobody ticked would be a "no" that nobody said.
    Ok(form.fields.is_empty().then(dmn::Context::new))
}

/// GET /api/inbox
pub(super) async fn api(by: By<DoTasks>, RawQuery(raw): RawQuery) -> Result<Json<Value>, PageError> {
    let page = &by.page;
    let (store, mine) = (page.app.store(), mine(page));
    let query = asked("/api/inbox", raw.as_deref());
    let (in_hand, waiting) = list::counts(store, &mine).await?;
    let held = list::held(store, &mine, MOST_HELD).await?;
    let offered = list::offered(store, &mine, (query.offset(), u64::from(SIZE))).await?;
    let one = |task: &OpenTask| {
        json!({
            "case": task.case.id, "number": number(task.case.id), "title": task.case.title, "process": task.case.process,
            "version": task.case.version, "task": task.task, "element": task.element, "organ": task.organ,
            "held": task.holder.is_some(), "offered_at": task.offered_at, "page": say::task_path(task.case.id, task.task),
        })
    };
    Ok(Json(json!({
        "held": in_hand, "offered": waiting, "page": query.page(), "size": SIZE,
        "tasks": held.iter().chain(&offered).map(one).collect::<Vec<_>>(),
    })))
}

pub(super) fn schema() -> Value {
    let one = object(
        json!({
            "case": text(), "number": text(), "title": maybe_text(), "process": text(), "version": integer(),
            "task": integer(), "element": text(), "organ": text(), "held": boolean(), "offered_at": moment(), "page": text(),
        }),
        json!({}),
    );
    object(
        json!({"held": integer(), "offered": integer(), "page": integer(), "size": integer(), "tasks": list_of(one)}),
        json!({}),
    )
}
