//! Who gets a message: pure, over what waits and what could begin. Source: flow.md §5.
//!
//! Same name, same key; waiting before starting; exactly one for each receiving process. Message flows between pools fix the
//! partners: what is sent from a pool is offered only to the processes at the other ends of its flows.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dmn::Value;

use crate::graph::{ElementId, Graph, Trigger};
use crate::state::Number;

/// A message on its way.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message<'m> {
    /// The process that sends it.
    pub process: &'m ElementId,
    /// The element that sends it.
    pub from: &'m ElementId,
    /// Its name; empty where only a flow between pools says what it is.
    pub name: &'m str,
    /// Its key.
    pub key: Option<&'m Value>,
}

/// Something that waits for a message.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Waiting<'w, I> {
    /// The instance.
    pub instance: I,
    /// Its process.
    pub process: &'w ElementId,
    /// Its wait.
    pub wait: Number,
    /// The message's name.
    pub name: &'w str,
    /// The key.
    pub key: Option<&'w Value>,
}

/// What becomes of a message in one receiving process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Routed<I> {
    /// This one gets it.
    Deliver(I, Number),
    /// An instance of this process begins by it, by this event and trigger of it.
    Start(ElementId, (ElementId, usize)),
    /// More than one waits for it: nobody gets it.
    Ambiguous(ElementId, Vec<I>),
}

/// Who gets a message; empty: nobody waits for it, and nothing begins by it.
pub fn route<I: Clone>(
    message: &Message<'_>,
    waiting: &[Waiting<'_, I>],
    graphs: &BTreeMap<ElementId, Arc<Graph>>,
) -> Vec<Routed<I>> {
    let partners: Vec<_> =
        graphs.get(message.process).into_iter().flat_map(|graph| graph.partners_of(message.from)).collect();
    // What says neither its name nor to whom it goes is for nobody: it would fit everything that waits.
    if message.name.is_empty() && partners.is_empty() {
        return Vec::new();
    }
    // A pool whose inside is not ours is a partner as well, and none of our processes.
    let of_ours: BTreeSet<&ElementId> = partners.iter().filter_map(|partner| partner.process.as_ref()).collect();
    let offered = |process: &ElementId| partners.is_empty() || of_ours.contains(process);
    let named = |name: &str| message.name.is_empty() || name == message.name;
    let mut all = Vec::new();
    let mut served: BTreeSet<&ElementId> = BTreeSet::new();
    let fitting = waiting.iter().filter(|it| offered(it.process) && named(it.name));
    let mut by_process: BTreeMap<&ElementId, Vec<&Waiting<'_, I>>> = BTreeMap::new();
    for it in fitting.filter(|it| it.key.is_none_or(|key| message.key == Some(key))) {
        by_process.entry(it.process).or_default().push(it);
    }
    for (process, found) in by_process {
        served.insert(process);
        match found[..] {
            [one] => all.push(Routed::Deliver(one.instance.clone(), one.wait)),
            _ => {
                let instances = found.iter().map(|it| it.instance.clone()).collect();
                all.push(Routed::Ambiguous(process.clone(), instances));
            }
        }
    }
    for (process, graph) in graphs.iter().filter(|(process, _)| offered(process) && !served.contains(process)) {
        let waits = |trigger: &Trigger| matches!(trigger, Trigger::Message(it) if named(&it.name));
        let start = graph.starters().into_iter().find_map(|at| {
            let receives = graph.receives(at).filter(|it| named(&it.name)).map(|_| 0);
            Some((at, graph.triggers(at).iter().position(waits).or(receives)?))
        });
        all.extend(start.map(|(at, trigger)| Routed::Start(process.clone(), (graph.element(at).id.clone(), trigger))));
    }
    all
}
