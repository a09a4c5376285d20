//! What tokens come to: said of the model as warnings, each with the way that leads there. Source: flow.md §4, "soundness".

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::soundness::Places;
use crate::graph::lint::{Finding, Rule};
use crate::graph::sound::{self, Fault, FaultKind};
use crate::graph::{At, Graph, Kind, Level, SubKind, Throw, TimerOf, Trigger, Work};

/// Elements of a way that are named; of a longer one the middle is left out.
const MOST_NAMED: usize = 16;

/// Steps that tasks are returned to, of which it is looked whether they lead back; a model with more is not looked at further.
const MOST_TARGETS: usize = 500;

/// Everything that the play of tokens finds in one process.
pub(super) fn look_at(places: &Places<'_>, graph: &Graph, findings: &mut Vec<Finding>) {
    let mut say = |rule: Rule, at: At, about: &str, why: &str, path: &[At]| {
        if let Some(base) = places.get(&graph.element(at).id) {
            let path_of = path.iter().map(|at| graph.element(*at).id.to_string()).collect();
            let found = Finding::at(rule, base, about, why);
            findings.push(Finding { what: in_words(graph, path), path: path_of, ..found });
        }
    };
    for verdict in sound::examine(graph) {
        for Fault { kind, at, path, .. } in &verdict.faults {
            let name = graph.element(*at).name.as_str();
            match kind {
                FaultKind::Deadlock => say(Rule::Deadlock, *at, name, "", path),
                FaultKind::SeveralTokens => say(Rule::SeveralTokens, *at, name, "", path),
                FaultKind::DeadlockAfterReturn { task, target } => {
                    say(Rule::ReturnOutside, *task, &graph.element(*target).name, "stuck", path);
                }
            }
        }
    }
    for at in repeating(graph) {
        say(Rule::SeveralTokens, at, &graph.element(at).name, "", &[at]);
    }
    for (task, target) in returns_aside(graph) {
        say(Rule::ReturnOutside, task, &graph.element(target).name, "aside", &[task, target]);
    }
    for path in (0..graph.levels.len()).flat_map(|level| without_end(graph, Level(level))) {
        if let [.., last] = path[..] {
            say(Rule::NoEnd, last, &graph.element(last).name, "", &path);
        }
    }
}

/// Events in the flow whose time comes again and again, and sends a token each time. Behind an event-based gateway it comes once.
fn repeating(graph: &Graph) -> Vec<At> {
    let again = |trigger: &Trigger| matches!(trigger, Trigger::Timer(TimerOf::Literal(cycle)) if cycle.repeats());
    let chosen = |at: At| {
        let mut sources = graph.element(at).incoming.iter().map(|via| graph.flow(*via).source);
        sources.any(|source| matches!(graph.element(source).kind, Kind::EventBased { .. }))
    };
    let all = (0..graph.elements.len()).map(At);
    all.filter(|at| matches!(graph.element(*at).kind, Kind::Catch { .. }))
        .filter(|at| graph.triggers(*at).iter().any(again) && !chosen(*at))
        .collect()
}

/// A way as people read it.
fn in_words(graph: &Graph, path: &[At]) -> String {
    let name = |at: &At| graph.element(*at).name.as_str();
    let names: Vec<&str> = match path.len() > MOST_NAMED {
        true => {
            let (head, tail) = (path.iter().take(3), path.iter().skip(path.len() + 4 - MOST_NAMED));
            head.map(name).chain(["…"]).chain(tail.map(name)).collect()
        }
        false => path.iter().map(name).collect(),
    };
    names.join(" → ")
}

/// Tasks with what they can be returned to though nothing leads back to them from there.
fn returns_aside(graph: &Graph) -> Vec<(At, At)> {
    let (mut all, mut behind) = (Vec::new(), BTreeMap::new());
    for task in (0..graph.elements.len()).map(At) {
        let Some(Work::User(human)) = graph.activity(task).map(|activity| &activity.work) else { continue };
        for target in human.return_to.iter().filter_map(|id| graph.at(id)) {
            let level = graph.element(target).level;
            if behind.len() >= MOST_TARGETS && !behind.contains_key(&target) {
                return all;
            }
            let behind = behind.entry(target).or_insert_with(|| ahead(graph, target, BTreeSet::new()));
            if let Some(host) = sound::host_in(graph, task, level)
                && host != target
                && !behind.contains(&host)
                // What an event sub-process does goes on beside or instead of all else of the level.
                && !graph.level(level).handlers.contains(&host)
            {
                all.push((task, target));
            }
        }
    }
    all
}

/// Elements that can be entered from one, itself and those seen before included.
fn ahead(graph: &Graph, from: At, mut seen: BTreeSet<At>) -> BTreeSet<At> {
    let mut open = vec![from];
    while let Some(at) = open.pop() {
        if seen.insert(at) {
            open.extend(graph.next(at));
        }
    }
    seen
}

/// Ways into what has no way to an end: the first element of each such part the last of its way. Where something from outside ends
/// the level, it needs no end of its own.
fn without_end(graph: &Graph, level: Level) -> Vec<Vec<At>> {
    if is_ended_from_outside(graph, level) {
        return Vec::new();
    }
    let found = graph.level(level);
    let mut before: BTreeMap<At, Vec<At>> = BTreeMap::new();
    let mut ends = Vec::new();
    for at in &found.elements {
        let all = graph.next(*at);
        let has_way = match &graph.element(*at).kind {
            Kind::Throw { throws, .. } => throws.iter().any(|throw| matches!(throw, Throw::Link(_))),
            _ => false,
        };
        if graph.element(*at).outgoing.is_empty() && !has_way {
            ends.push(*at);
        }
        for other in all {
            before.entry(other).or_default().push(*at);
        }
    }
    let mut end: BTreeSet<At> = BTreeSet::new();
    while let Some(at) = ends.pop() {
        if end.insert(at) {
            ends.extend(before.get(&at).into_iter().flatten());
        }
    }
    let begins = found.elements.iter().copied().filter(|at| {
        let element = graph.element(*at);
        matches!(element.kind, Kind::Start { .. }) || found.starts.contains(at) || element.incoming.is_empty()
    });
    let mut from: BTreeMap<At, Option<At>> = begins.map(|at| (at, None)).collect();
    let mut open: VecDeque<At> = from.keys().copied().collect();
    let (mut all, mut said) = (Vec::new(), BTreeSet::new());
    while let Some(at) = open.pop_front() {
        if !end.contains(&at) {
            if !said.contains(&at) {
                said = ahead(graph, at, said);
                let mut path = vec![at];
                while let Some(Some(earlier)) = path.last().and_then(|at| from.get(at)) {
                    path.push(*earlier);
                }
                path.reverse();
                all.push(path);
            }
            continue;
        }
        for other in graph.next(at) {
            if let Entry::Vacant(entry) = from.entry(other) {
                entry.insert(Some(at));
                open.push_back(other);
            }
        }
    }
    all
}

/// Whether an event can end a level whatever goes on in it: on the border of its sub-process or of one around it, or by an event
/// sub-process that takes the place of the rest.
fn is_ended_from_outside(graph: &Graph, level: Level) -> bool {
    let mut level = level;
    loop {
        let found = graph.level(level);
        let interrupts = |at: &At| match graph.activity(*at).map(|it| &it.work) {
            Some(Work::Sub { level: inner, kind: SubKind::Event }) => sound::interrupts(graph, *inner),
            _ => false,
        };
        if found.handlers.iter().any(interrupts) {
            return true;
        }
        let Some(owner) = found.owner else { return false };
        let Some(activity) = graph.activity(owner) else { return false };
        let by_border = activity
            .boundary
            .iter()
            .any(|at| matches!(graph.element(*at).kind, Kind::Boundary { interrupting: true, .. }));
        if by_border || matches!(&activity.work, Work::Sub { kind: SubKind::AdHoc { .. }, .. }) {
            return true;
        }
        level = graph.element(owner).level;
    }
}
