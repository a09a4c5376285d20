//! An instance under the names of another version, before anything is opened there. Pure, and never refused: what has no pair was
//! looked for before.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::Pairs;
use crate::graph::{At, ElementId, Kind, Level, SubKind, Work};
use crate::state::{Clock, Completion, Done, Holder, Number, Owner, Position, ScopeKind, State, Wait};

/// An instance under other names, and what is still to be waited for.
pub(crate) struct Renamed {
    pub(crate) state: State,
    /// What waits in the new version and did not wait in the old one, or for something else.
    pub(crate) arm: BTreeSet<(Holder, ElementId)>,
    /// Whether a condition that is waited for reads otherwise.
    pub(crate) recheck: bool,
}

/// The instance under the names of the new version; what waits at events that are gone is left out.
pub(crate) fn renamed(state: &State, pairs: &Pairs<'_>) -> Renamed {
    let mut renamed = Renamed { state: state.clone(), arm: BTreeSet::new(), recheck: false };
    renamed.name_work(pairs);
    renamed.name_history(pairs);
    renamed.name_waits(state, pairs);
    renamed.find_new(state, pairs);
    renamed
}

impl Renamed {
    /// Tokens, runs and what they do.
    fn name_work(&mut self, pairs: &Pairs<'_>) {
        let name = |id: &mut ElementId| {
            if let Some(to) = pairs.id(id) {
                *id = to;
            }
        };
        let state = &mut self.state;
        for token in state.tokens.values_mut() {
            if let Ok(position) = pairs.position(&token.position) {
                token.position = position;
            }
        }
        state.runs.values_mut().for_each(|run| name(&mut run.element));
        state.jobs.values_mut().for_each(|job| name(&mut job.element));
        state.tasks.values_mut().for_each(|task| name(&mut task.element));
        state.clocks.values_mut().filter_map(|clock| clock.element.as_mut()).for_each(name);
        state.incidents.values_mut().filter_map(|incident| incident.element.as_mut()).for_each(name);
        state.done.values_mut().for_each(|done| name(&mut done.element));
        let undone = state.undoings.values_mut().filter_map(|undoing| undoing.current.as_mut());
        undone.for_each(|done: &mut Done| name(&mut done.element));
        for scope in state.scopes.values_mut() {
            if let ScopeKind::Handler(element, _) = &mut scope.kind {
                name(element);
            }
            scope.queue = scope.queue.iter().filter_map(|id| pairs.id(id)).collect();
        }
    }

    /// What is known of what was done. Who did a task that is gone did it all the same.
    fn name_history(&mut self, pairs: &Pairs<'_>) {
        let name = |id: &ElementId| pairs.id(id).unwrap_or_else(|| id.clone());
        let state = &mut self.state;
        let mut hands: BTreeMap<ElementId, BTreeSet<_>> = BTreeMap::new();
        for (element, by) in std::mem::take(&mut state.hands) {
            hands.entry(name(&element)).or_default().extend(by);
        }
        state.hands = hands;
        let mut returns: BTreeMap<ElementId, u64> = BTreeMap::new();
        for (element, times) in std::mem::take(&mut state.returns) {
            *returns.entry(name(&element)).or_default() += times;
        }
        state.returns = returns;
        let flow = |id: &ElementId| pairs.flow(id).map(|via| pairs.to.flow(via).id.clone());
        let fired = std::mem::take(&mut state.fired).into_iter();
        state.fired = fired
            .filter_map(|((scope, gateway), filled)| {
                let at = pairs.element(&gateway)?;
                let is_complex = matches!(pairs.to.element(at).kind, Kind::Complex { .. });
                let filled = filled.iter().filter_map(flow).collect();
                is_complex.then(|| ((scope, pairs.to.element(at).id.clone()), filled))
            })
            .collect();
        let completions = std::mem::take(&mut state.completions).into_iter();
        // What is taken back is placed again in its scope: only where the new version has it there.
        state.completions = completions
            .filter_map(|(task, of)| {
                let at = pairs.element(&of.element)?;
                if level_of(pairs, state, of.scope) != Some(pairs.to.element(at).level) {
                    return None;
                }
                let element = pairs.to.element(at).id.clone();
                let clock = of.clock.map(|clock| Clock { element: Some(element.clone()), ..clock });
                Some((task, Completion { element, clock, ..of }))
            })
            .collect();
    }

    /// What is waited for, under its new name; what is waited for otherwise is armed anew.
    fn name_waits(&mut self, before: &State, pairs: &Pairs<'_>) {
        for (number, wait) in &before.waits {
            match self.wait(before, pairs, wait) {
                Some(named) => drop(self.state.waits.insert(*number, named)),
                None => drop(self.state.waits.remove(number)),
            }
        }
    }

    fn wait(&mut self, before: &State, pairs: &Pairs<'_>, wait: &Wait) -> Option<Wait> {
        let from = pairs.from.at(&wait.element)?;
        let to = pairs.element(&wait.element)?;
        if !self.is_there(before, pairs, wait, to) {
            return None;
        }
        let element = pairs.to.element(to).id.clone();
        if !pairs.waits_for_the_same(from, to) {
            self.arm.insert((wait.holder, element));
            return None;
        }
        self.recheck |= pairs.asks_otherwise(from, to);
        Some(Wait { element, ..wait.clone() })
    }

    /// Whether in the new version the same holder waits at that event.
    fn is_there(&self, before: &State, pairs: &Pairs<'_>, wait: &Wait, to: At) -> bool {
        let graph = pairs.to;
        match wait.holder {
            Holder::Run(run) => {
                let Some(host) = self.state.runs.get(&run).and_then(|run| graph.at(&run.element)) else { return false };
                match &graph.element(to).kind {
                    Kind::Boundary { host: other, .. } => *other == host,
                    _ => host == to && graph.receives(to).is_some(),
                }
            }
            Holder::Token(token) => {
                let Some(stood) = before.tokens.get(&token).and_then(|it| it.position.element()) else { return false };
                let Some(stands) = pairs.element(stood) else { return false };
                match *stood == wait.element {
                    true => stands == to,
                    false => follows(graph, stands).any(|other| other == to),
                }
            }
            Holder::Scope(scope) => {
                level_of(pairs, &self.state, scope).is_some_and(|level| starts_of_handlers(pairs, level).contains(&to))
            }
        }
    }

    /// Events that the new version has beside those of the old one: on borders, behind event-based gateways, as event sub-processes.
    fn find_new(&mut self, before: &State, pairs: &Pairs<'_>) {
        let graph = pairs.to;
        let mut arm: BTreeSet<(Holder, ElementId)> = BTreeSet::new();
        let mut new = |holder, known: BTreeSet<At>, all: &mut dyn Iterator<Item = At>| {
            let added = all.filter(|at| !known.contains(at));
            arm.extend(added.map(|at| (holder, graph.element(at).id.clone())));
        };
        let paired = |at: At| pairs.element(&pairs.from.element(at).id);
        for (number, run) in before.runs.iter().filter(|(_, run)| !matches!(run.owner, Owner::Round(..))) {
            let (Some(from), Some(to)) = (pairs.from.at(&run.element), pairs.element(&run.element)) else { continue };
            let border = pairs.from.activity(from).map_or(&[][..], |it| &it.boundary);
            let known = border.iter().filter_map(|at| paired(*at)).collect();
            let all = graph.activity(to).map_or(&[][..], |it| &it.boundary);
            new(Holder::Run(*number), known, &mut all.iter().copied());
        }
        for (number, token) in &before.tokens {
            let Position::Waiting(id) = &token.position else { continue };
            let (Some(from), Some(to)) = (pairs.from.at(id), pairs.element(id)) else { continue };
            if matches!(graph.element(to).kind, Kind::EventBased { .. }) {
                let known = follows(pairs.from, from).filter_map(paired).collect();
                new(Holder::Token(*number), known, &mut follows(graph, to));
            }
        }
        for (number, scope) in &before.scopes {
            let Some(level) = level_of(pairs, &self.state, *number) else { continue };
            // One that ended the rest has ended its fellows, too: nothing but itself goes on there.
            if is_interrupted(pairs, before, *number) {
                continue;
            }
            let was = old_level(pairs, before, &scope.kind);
            let known = was.iter().flat_map(|level| starts(pairs.from, *level)).filter_map(paired).collect();
            new(Holder::Scope(*number), known, &mut starts_of_handlers(pairs, level).into_iter());
        }
        self.arm.extend(arm);
    }
}

/// The elements that follow a gateway.
fn follows(graph: &crate::graph::Graph, at: At) -> impl Iterator<Item = At> {
    graph.element(at).outgoing.iter().map(|via| graph.flow(*via).target)
}

/// The level of the new version that a scope is the inside of; `state` has the new names already.
pub(crate) fn level_of(pairs: &Pairs<'_>, state: &State, scope: Number) -> Option<Level> {
    level_in(pairs.to, state, &state.scopes.get(&scope)?.kind)
}

fn old_level(pairs: &Pairs<'_>, before: &State, kind: &ScopeKind) -> Option<Level> {
    level_in(pairs.from, before, kind)
}

/// The level of a graph that a scope is the inside of.
pub(crate) fn level_in(graph: &crate::graph::Graph, state: &State, kind: &ScopeKind) -> Option<Level> {
    let element = match kind {
        ScopeKind::Process => return Some(Level::TOP),
        ScopeKind::Local(_) => return None,
        ScopeKind::Sub(run) => &state.runs.get(run)?.element,
        ScopeKind::Handler(element, _) => element,
    };
    match &graph.activity(graph.at(element)?)?.work {
        Work::Sub { level, .. } => Some(*level),
        _ => None,
    }
}

/// The start events of a level's event sub-processes.
fn starts_of_handlers(pairs: &Pairs<'_>, level: Level) -> Vec<At> {
    starts(pairs.to, level)
}

fn starts(graph: &crate::graph::Graph, level: Level) -> Vec<At> {
    let inside = |handler: &At| match graph.activity(*handler).map(|activity| &activity.work) {
        Some(Work::Sub { level, kind: SubKind::Event }) => Some(*level),
        _ => None,
    };
    let within = graph.level(level).handlers.iter().filter_map(inside).flat_map(|level| &graph.level(level).elements);
    within.copied().filter(|at| matches!(graph.element(*at).kind, Kind::Start { .. })).collect()
}

/// Whether an event sub-process that ended the rest of a scope goes on in it.
fn is_interrupted(pairs: &Pairs<'_>, state: &State, scope: Number) -> bool {
    let interrupts = |kind: &ScopeKind| {
        let ScopeKind::Handler(_, None) = kind else { return false };
        let Some(level) = level_in(pairs.from, state, kind) else { return false };
        let all = &pairs.from.level(level).elements;
        all.iter().any(|at| matches!(pairs.from.element(*at).kind, Kind::Start { interrupting: true, .. }))
    };
    state.scopes.values().any(|other| other.parent == Some(scope) && interrupts(&other.kind))
}
