//! Where a case stands, on the drawing of its process.

use std::collections::{BTreeMap, BTreeSet};

use drawing::{Drawing, Mark, State};
use flow::state::Position;
use flow::{ElementId, Event, Graph};
use store::{Recorded, StoreFault};
use web::http::Page;
use web::view::{IntoHtml as _, Panel};

use super::t;
use crate::case::{Case, CaseEvent};
use crate::library::{Deployed, File};
use crate::tables::CASES;

/// The drawing of a case's process with what it has passed, where it stands, and where it stands still; nothing where the
/// process cannot be drawn.
///
/// # Errors
/// If an act of the case makes no sense.
pub(super) fn panel(
    page: &Page,
    case: &Case,
    acts: &[Recorded],
    deployed: &Deployed,
) -> Result<Option<Panel>, StoreFault> {
    let Some(model) = model_of(deployed, &case.process) else { return Ok(None) };
    let mut marks: BTreeMap<ElementId, Mark> = BTreeMap::new();
    let graph = deployed.readied.graphs.get(&case.process);
    let mut steps = Vec::new();
    for act in acts.iter().filter(|act| act.act.kind.starts_with(CASES) && !act.shredded) {
        steps.push(act.event::<CaseEvent>()?);
    }
    let events = steps.iter().flat_map(|event| &event.step().events);
    marks.extend(passed(events, graph.map(AsRef::as_ref)).into_iter().map(|it| (it, Mark::state(State::Done))));
    marks.extend(standing([&case.state]));
    let mut drawing = Drawing::new(page.words, &model).id("process").showing(case.process.as_str());
    for (element, mark) in marks {
        drawing = drawing.mark(element.as_str(), mark);
    }
    Ok(Some(Panel::new(t(page, "diagram"), drawing.into_html())))
}

/// The file of a model that holds a process.
pub(super) fn model_of(deployed: &Deployed, process: &ElementId) -> Option<bpmn::Model> {
    model_in(&deployed.files, process)
}

/// The one of some files that holds a process.
pub(super) fn model_in(files: &[File], process: &ElementId) -> Option<bpmn::Model> {
    let files = files.iter().filter(|(name, _)| !name.ends_with(".dmn") && !name.ends_with(".json"));
    files
        .filter_map(|(_, bytes)| bpmn::Model::read(bytes).ok())
        .find(|model| model.document.by_id(process.as_str()).is_some_and(|node| node.is("process")))
}

/// Everything that a token came by: where it stood, and where the flows that it took come from.
pub(super) fn passed<'e>(events: impl IntoIterator<Item = &'e Event>, graph: Option<&Graph>) -> BTreeSet<ElementId> {
    let source = |position: &Position| match (position, graph) {
        (Position::Flow(flow), Some(graph)) => {
            graph.via(flow).map(|via| graph.element(graph.flow(via).source).id.clone())
        }
        _ => None,
    };
    let mut all = BTreeSet::new();
    for event in events {
        match event {
            Event::TokenPlaced { position, .. } | Event::TokenMoved { position, .. } => {
                all.extend(position.element().cloned());
                all.extend(source(position));
            }
            Event::RunBegan { element, .. } => drop(all.insert(element.clone())),
            _ => {}
        }
    }
    all
}

/// Where tokens of instances are, how many, and whether something went wrong or is late there.
pub(super) fn standing<'s>(states: impl IntoIterator<Item = &'s flow::State>) -> BTreeMap<ElementId, Mark> {
    let mut all: BTreeMap<ElementId, (State, u64)> = BTreeMap::new();
    for instance in states {
        let late: BTreeSet<&ElementId> = instance
            .clocks
            .values()
            .filter(|clock| clock.reached.iter().any(|rung| *rung >= flow::state::Rung::Promised))
            .filter_map(|clock| clock.element.as_ref())
            .collect();
        for token in instance.tokens.values() {
            let Some(element) = token.position.element() else { continue };
            let state = match &token.position {
                Position::Failed(..) => State::Failed,
                _ if late.contains(element) => State::Overdue,
                _ => State::Here,
            };
            let entry = all.entry(element.clone()).or_insert((state, 0));
            entry.1 += 1;
        }
        for incident in instance.incidents.values() {
            if let Some(element) = &incident.element {
                all.entry(element.clone()).or_insert((State::Failed, 1)).0 = State::Failed;
            }
        }
    }
    let mark = |(element, (state, count)): (ElementId, (State, u64))| {
        let mark = Mark::state(state);
        (element, if count > 1 { mark.count(count) } else { mark })
    };
    all.into_iter().map(mark).collect()
}
