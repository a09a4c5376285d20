//! Words that several pages use: names of elements, how a case stands, what was found in files.

use std::sync::Arc;

use flow::state::Rung;
use flow::{ElementId, Found, Graph};
use kernel::MatterId;
use kernel::clock::Deadline;
use web::http::{Page, PageError};
use web::view::{Badge, Cell, Column, Html, Light, Row, State as Empty, Table, format};

use super::{Casework, t};
use crate::case::list::Listed;
use crate::library::Deployed;

/// Where a case is read.
pub(super) fn case_path(id: MatterId) -> String {
    format!("/cases/{id}")
}

/// Where a task is done.
pub(super) fn task_path(id: MatterId, task: u64) -> String {
    format!("/cases/{id}/tasks/{task}")
}

/// Where a model is read.
pub(super) fn model_path(id: MatterId) -> String {
    format!("/models/{id}")
}

/// The model of a case.
pub(super) async fn deployed(state: &Casework, model: MatterId) -> Result<Arc<Deployed>, PageError> {
    Ok(state.desk.library().deployed(model).await?)
}

/// What people call a process of a model.
pub(super) fn process_name(deployed: &Deployed, process: &str) -> String {
    deployed.readied.names.get(&ElementId::from(process)).cloned().unwrap_or_else(|| process.to_owned())
}

/// What people call an element.
pub(super) fn element_name(graph: Option<&Arc<Graph>>, element: &str) -> String {
    let id = ElementId::from(element);
    let found = graph.and_then(|graph| graph.at(&id).map(|at| graph.element(at).name.clone()));
    found.filter(|name| !name.trim().is_empty()).unwrap_or_else(|| element.to_owned())
}

/// The title of a case; that it was erased, where it was.
pub(super) fn title(page: &Page, case: &Listed) -> String {
    case.title.clone().unwrap_or_else(|| page.words.t("http-erased"))
}

/// How a case stands.
pub(super) fn status(page: &Page, status: &str) -> Badge {
    let light = match status {
        "active" => Light::Waiting,
        "suspended" => Light::Unverified,
        "completed" | "terminated" => Light::Done,
        _ => Light::Refused,
    };
    Badge::saying(light, t(page, &format!("status-{status}")))
}

/// The limit of a case that ends first, by its last day, and whether it is over or near: as its clocks stand.
pub(super) async fn due(page: &Page, state: &Casework, id: MatterId) -> Result<Cell, PageError> {
    let Some(case) = state.desk.glance(id).await? else { return Ok(Cell::new("–")) };
    let mut first = None;
    for clock in case.state.clocks.values().filter(|clock| !clock.held) {
        // What cannot be counted is said on the case's page.
        let Ok(due) = clock.of.due(state.desk.calendar()) else { continue };
        let near = clock.reached.contains(&Rung::Remind);
        for deadline in [Some(due.statutory), due.promised].into_iter().flatten() {
            if let Deadline::At { last_day, ends } = deadline {
                first = first.into_iter().chain([(ends, last_day, near)]).min();
            }
        }
    }
    let Some((ends, last_day, near)) = first else { return Ok(Cell::new("–")) };
    let (light, word) = match (ends <= page.app.clock().now(), near) {
        (true, _) => (Light::Red, "due-over"),
        (false, true) => (Light::Yellow, "due-near"),
        (false, false) => (Light::Waiting, "due-ahead"),
    };
    Ok(Cell::new(format::date(last_day)).under(Badge::saying(light, t(page, word))))
}

/// The name of a duty, as the policies have it.
pub(super) fn duty(page: &Page, code: &str) -> String {
    let found = page.app.authority().policies().duties().iter().find(|duty| duty.code == code);
    found.map_or_else(|| code.to_owned(), |duty| page.either(&duty.name).to_owned())
}

/// What was found in files, each with its place and what mends it.
pub(super) fn findings(page: &Page, findings: &[Found]) -> Table {
    let words = page.words;
    let columns = vec![
        Column::new(t(page, "finding-level")).narrow(),
        Column::new(t(page, "finding-place")).narrow(),
        Column::new(t(page, "finding-what")),
        Column::new(t(page, "finding-rule")).narrow(),
    ];
    let rows = findings.iter().map(|found| {
        let (what, mend) = said(page, found);
        let (light, level) = if found.is_error { (Light::Red, "error") } else { (Light::Notice, "warning") };
        Row::new(vec![
            Cell::new(Badge::saying(light, t(page, &format!("finding-{level}")))),
            Cell::new(Html::data(&format!("{}:{}", found.file, found.line)))
                .under(Html::data(found.element.as_deref().unwrap_or_default())),
            Cell::new(Html::data(&what)).under(Html::data(&mend)),
            Cell::code(&found.rule),
        ])
    });
    Table::new(words, "findings", t(page, "findings"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "findings-none"), t(page, "findings-none-next")))
        .plain()
}

/// What a finding says: what is wrong, and what mends it.
pub(super) fn said(page: &Page, found: &Found) -> (String, String) {
    let arguments: Vec<(&str, web::locale::Arg<'_>)> =
        found.arguments.iter().map(|(name, value)| (*name, value.clone().into())).collect();
    (page.words.with(&found.key, &arguments), page.words.with(&format!("{}-mend", found.key), &arguments))
}
