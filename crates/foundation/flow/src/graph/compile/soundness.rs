//! What is looked at once a graph is whole: who is reached, what goes round, what is sent to nobody, limits against each other.

use std::collections::{BTreeMap, BTreeSet};

use bpmn::model::Base;

use crate::graph::clock::beyond;
use crate::graph::lint::{Finding, Rule};
use crate::graph::{At, ElementId, Graph, Kind, Level, MessageOf, SubKind, Throw, Work};

/// Where elements stand in the text.
pub(super) type Places<'m> = BTreeMap<ElementId, &'m Base>;

/// Everything that this layer finds in one process.
pub(super) fn look_at(places: &Places<'_>, graph: &Graph, process: &Base, findings: &mut Vec<Finding>) {
    unreachable(places, graph, findings);
    endless(places, graph, findings);
    returns(places, graph, findings);
    nameless(places, graph, findings);
    if let Some((sum, whole)) = beyond(graph) {
        findings.push(Finding::at(Rule::StepsBeyondMatter, process, format!("{sum} > {}", whole.value), ""));
    }
}

/// Elements that nothing leads to.
fn unreachable(places: &Places<'_>, graph: &Graph, findings: &mut Vec<Finding>) {
    let mut seen: BTreeSet<At> = graph.starters().into_iter().collect();
    let mut next: Vec<At> = seen.iter().copied().collect();
    let enter = |at: At, seen: &mut BTreeSet<At>, next: &mut Vec<At>| {
        if seen.insert(at) {
            next.push(at);
        }
    };
    for at in &graph.level(Level(0)).starts {
        enter(*at, &mut seen, &mut next);
    }
    for level in &graph.levels {
        for at in &level.handlers {
            enter(*at, &mut seen, &mut next);
        }
    }
    while let Some(at) = next.pop() {
        let element = graph.element(at);
        for via in &element.outgoing {
            enter(graph.flow(*via).target, &mut seen, &mut next);
        }
        match &element.kind {
            Kind::Activity(activity) => {
                activity.boundary.iter().chain(&activity.handler).for_each(|at| enter(*at, &mut seen, &mut next));
                if let Work::Sub { level, .. } = &activity.work {
                    let inside = graph.level(*level);
                    inside.starts.iter().for_each(|at| enter(*at, &mut seen, &mut next));
                    let started =
                        inside.elements.iter().filter(|at| matches!(graph.element(**at).kind, Kind::Start { .. }));
                    started.for_each(|at| enter(*at, &mut seen, &mut next));
                }
            }
            Kind::Boundary { .. } => {}
            Kind::Throw { throws, .. } => {
                for throw in throws {
                    if let Throw::Link(target) = throw {
                        enter(*target, &mut seen, &mut next);
                    }
                }
            }
            _ => {}
        }
    }
    let handlers: BTreeSet<At> = graph
        .elements
        .iter()
        .enumerate()
        .filter_map(|(at, _)| graph.activity(At(at)).filter(|activity| activity.is_handler).map(|_| At(at)))
        .collect();
    for at in (0..graph.elements.len()).map(At).filter(|at| !seen.contains(at) && !handlers.contains(at)) {
        let element = graph.element(at);
        if let Some(base) = places.get(&element.id) {
            findings.push(Finding::at(Rule::Unreachable, base, element.name.clone(), ""));
        }
    }
}

/// Messages that are sent without a name, and without a flow that says to whom: nobody could get them.
fn nameless(places: &Places<'_>, graph: &Graph, findings: &mut Vec<Finding>) {
    let of_nobody = |message: &MessageOf| message.name.is_empty();
    for element in &graph.elements {
        let sends = match &element.kind {
            Kind::Activity(activity) => matches!(&activity.work, Work::Send(message) if of_nobody(message)),
            Kind::Throw { throws, .. } => {
                throws.iter().any(|throw| matches!(throw, Throw::Message(message) if of_nobody(message)))
            }
            _ => false,
        };
        if sends
            && graph.partners_of(&element.id).next().is_none()
            && let Some(base) = places.get(&element.id)
        {
            findings.push(Finding::at(Rule::Name, base, element.name.clone(), ""));
        }
    }
}

/// Tasks that are to be returned to what cannot be begun again from where they lie: only a step of the same level or of one around
/// it can.
fn returns(places: &Places<'_>, graph: &Graph, findings: &mut Vec<Finding>) {
    for element in &graph.elements {
        let Kind::Activity(activity) = &element.kind else { continue };
        let (Work::User(human), Some(base)) = (&activity.work, places.get(&element.id)) else { continue };
        for id in &human.return_to {
            let Some(at) = graph.at(id) else { continue };
            let begins_again = graph.activity(at).is_some_and(|target| {
                !target.is_handler && !matches!(&target.work, Work::Sub { kind: SubKind::Event, .. })
            });
            if !begins_again || !graph.lies_within(element.level, graph.element(at).level) {
                findings.push(Finding::at(Rule::Return, base, id.as_str(), ""));
            }
        }
    }
}

/// Ways round on which nothing waits and nothing decides: a token on one would go on for ever. Where a token has one way
/// only, the ways make a function, whose circles are found by marking.
fn endless(places: &Places<'_>, graph: &Graph, findings: &mut Vec<Finding>) {
    let next = |at: At| {
        let element = graph.element(at);
        let passes = match &element.kind {
            Kind::Exclusive | Kind::Throw { end: false, .. } => true,
            Kind::Activity(activity) => matches!(activity.work, Work::Pass) && activity.boundary.is_empty(),
            _ => false,
        };
        let [only] = element.outgoing[..] else { return None };
        let flow = graph.flow(only);
        (passes && flow.condition.is_none()).then_some(flow.target)
    };
    // Which walk came by: 0 is none.
    let mut walks = vec![0; graph.elements.len()];
    for first in 0..graph.elements.len() {
        let walk = first + 1;
        let mut at = At(first);
        let circle = loop {
            if walks[at.0] != 0 {
                break (walks[at.0] == walk).then_some(at);
            }
            walks[at.0] = walk;
            match next(at) {
                Some(further) => at = further,
                None => break None,
            }
        };
        if let Some(at) = circle
            && let Some(base) = places.get(&graph.element(at).id)
        {
            findings.push(Finding::at(Rule::EndlessCycle, base, graph.element(at).name.clone(), ""));
        }
    }
}
