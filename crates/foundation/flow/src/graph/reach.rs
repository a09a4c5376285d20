//! Who can reach whom: what an inclusive join must know of the tokens that are still on their way.
//!
//! Source: BPMN 2.0.2 §13.4.3 as flow.md §3 states it. Computed once for each join; edges are sequence flows, links, and
//! from an activity to the events on its border (compensation aside).

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::{At, Graph, Kind, Throw, Trigger, Via};

/// For each flow into a join: the elements from which it can be reached without passing the join.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reach(BTreeMap<Via, HashSet<At>>);

impl Reach {
    /// Whether one of `flows` can be reached from a place.
    pub fn leads(&self, from: At, flows: &BTreeSet<Via>) -> bool {
        flows.iter().any(|via| self.0.get(via).is_some_and(|places| places.contains(&from)))
    }

    /// That of a join.
    pub(crate) fn of(graph: &Graph, join: At) -> Reach {
        let into = sources(graph, join);
        Reach(
            graph
                .element(join)
                .incoming
                .iter()
                .map(|via| {
                    let mut found = HashSet::new();
                    let mut next = vec![graph.flow(*via).source];
                    while let Some(place) = next.pop() {
                        if place != join && found.insert(place) {
                            next.extend(into.get(&place).into_iter().flatten().copied());
                        }
                    }
                    (*via, found)
                })
                .collect(),
        )
    }
}

/// From which elements each element of the join's level can be entered next.
fn sources(graph: &Graph, join: At) -> BTreeMap<At, Vec<At>> {
    let mut into: BTreeMap<At, Vec<At>> = BTreeMap::new();
    for at in &graph.level(graph.element(join).level).elements {
        let element = graph.element(*at);
        for via in &element.outgoing {
            into.entry(graph.flow(*via).target).or_default().push(*at);
        }
        match &element.kind {
            Kind::Activity(activity) => {
                for event in &activity.boundary {
                    if !compensates(graph, *event) {
                        into.entry(*event).or_default().push(*at);
                    }
                }
            }
            Kind::Throw { throws, .. } => {
                for throw in throws {
                    if let Throw::Link(target) = throw {
                        into.entry(*target).or_default().push(*at);
                    }
                }
            }
            _ => {}
        }
    }
    into
}

/// Whether an event on a border only marks what is done when its activity is compensated.
pub(super) fn compensates(graph: &Graph, event: At) -> bool {
    graph.triggers(event).iter().any(|trigger| matches!(trigger, Trigger::Compensation))
}
