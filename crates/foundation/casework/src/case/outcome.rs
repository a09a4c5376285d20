//! What a case came to: the end event at which its last token ended, which says so in words.

use std::collections::BTreeMap;

use flow::graph::{Kind, Level};
use flow::state::{Number, Position};
use flow::{ElementId, Event, Graph};
use store::{Recorded, StoreFault};

use super::CaseEvent;
use crate::tables::CASES;

/// The end event of the process itself that was reached last; nothing where none was: a case that was withdrawn or cancelled says
/// how it ended by its status.
///
/// # Errors
/// If an act makes no sense.
pub fn outcome(acts: &[Recorded], graph: &Graph) -> Result<Option<ElementId>, StoreFault> {
    let mut tokens: BTreeMap<Number, Position> = BTreeMap::new();
    let mut last = None;
    for act in acts.iter().filter(|act| act.act.kind.starts_with(CASES)) {
        let event: CaseEvent = act.event()?;
        for event in &event.step().events {
            match event {
                Event::TokenPlaced { token, position, .. } | Event::TokenMoved { token, position } => {
                    tokens.insert(*token, position.clone());
                }
                Event::TokenEnded { token } => {
                    let reached = tokens.remove(token).and_then(|position| end_at(graph, &position));
                    last = reached.or(last);
                }
                _ => {}
            }
        }
    }
    Ok(last)
}

/// The end event at which a token stands, or into which its flow leads.
fn end_at(graph: &Graph, position: &Position) -> Option<ElementId> {
    let at = match position {
        Position::Flow(flow) => graph.flow(graph.via(flow)?).target,
        other => graph.at(other.place())?,
    };
    let element = graph.element(at);
    let ends = matches!(element.kind, Kind::Throw { end: true, .. }) && element.level == Level::TOP;
    ends.then(|| element.id.clone())
}
