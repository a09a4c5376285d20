//! What keeps an instance from lying in another version: looked at before anything is put there, and once it would lie there.

use std::collections::{BTreeMap, BTreeSet};

use super::pairs::{Pairs, Sort, Worker, other_rounds, sort};
use super::rename::{level_in, level_of};
use super::{Blocked, Reason};
use crate::graph::{At, ElementId, Graph, Kind, Level, Reach, Repeat, SubKind, Work};
use crate::state::{Number, Owner, Position, ScopeKind, State};

/// What keeps an instance out before it is put anywhere, by element of the old version.
///
/// - `renamed`: the same under the names of the new version.
pub(crate) fn blocked(state: &State, renamed: &State, pairs: &Pairs<'_>) -> Vec<Blocked> {
    let mut all = BTreeMap::new();
    let mut say = |element: &ElementId, reason: Reason| {
        all.entry(element.clone()).or_insert(reason);
    };
    for run in state.runs.values() {
        if let Some(reason) = run_blocked(pairs, &run.element, run.rounds.is_some()) {
            say(&run.element, reason);
        }
    }
    for token in state.tokens.values() {
        if let Some(reason) = token_blocked(pairs, &token.position) {
            say(token.position.place(), reason);
        }
    }
    for (number, token) in &renamed.tokens {
        let Some(old) = state.tokens.get(number) else { continue };
        let level = place(pairs.to, &token.position).map(|at| pairs.to.element(at).level);
        let around = level_of(pairs, renamed, token.scope);
        if !matches!((around, level), (Some(around), Some(level)) if chain(pairs.to, around, level).is_some()) {
            say(old.position.place(), Reason::Nesting);
        }
    }
    for (number, scope) in &renamed.scopes {
        let ScopeKind::Handler(element, None) = &scope.kind else { continue };
        let around = scope.parent.and_then(|parent| level_of(pairs, renamed, parent));
        let level = pairs.to.at(element).map(|at| pairs.to.element(at).level);
        if around != level
            && let Some(ScopeKind::Handler(old, _)) = state.scopes.get(number).map(|scope| &scope.kind)
        {
            say(old, Reason::Nesting);
        }
    }
    for (scope, gateway) in renamed.fired.keys() {
        let level = pairs.to.at(gateway).map(|at| pairs.to.element(at).level);
        if level_of(pairs, renamed, *scope) != level {
            say(gateway, Reason::Nesting);
        }
    }
    for element in crowded(state, renamed) {
        say(&element, Reason::Crowded);
    }
    all.into_iter().map(|(element, reason)| Blocked { element, reason }).collect()
}

/// What stands before or at which element a token is.
fn place(graph: &Graph, position: &Position) -> Option<At> {
    match position {
        Position::Flow(via) => graph.via(via).map(|via| graph.flow(via).target),
        other => graph.at(other.place()),
    }
}

fn run_blocked(pairs: &Pairs<'_>, element: &ElementId, has_rounds: bool) -> Option<Reason> {
    let (from, to) = (pairs.from.at(element)?, pairs.element(element)?);
    let (Some(a), Some(b)) = (pairs.from.activity(from), pairs.to.activity(to)) else { return Some(Reason::Kind) };
    let kinds = (sort(pairs.from, from), sort(pairs.to, to));
    let rounds = other_rounds(a, b);
    match kinds {
        // Rounds that have begun are counted as they were begun.
        _ if has_rounds && rounds => Some(Reason::Rounds),
        (Sort::Task(_), Sort::Task(_)) => None,
        // What goes on within cannot begin to be done several times.
        _ if rounds => Some(Reason::Rounds),
        (Sort::Sub | Sort::Transaction, Sort::Sub | Sort::Transaction) => None,
        (a, b) if a == b => None,
        _ => Some(Reason::Kind),
    }
}

fn token_blocked(pairs: &Pairs<'_>, position: &Position) -> Option<Reason> {
    let id = match position {
        // It stands before whatever is there.
        Position::Flow(_) | Position::Into(_) => return None,
        other => other.place(),
    };
    let (from, to) = (pairs.from.at(id)?, pairs.element(id)?);
    let join = |sort| matches!(sort, Sort::Exclusive | Sort::Parallel | Sort::Inclusive | Sort::Complex);
    let (a, b) = (sort(pairs.from, from), sort(pairs.to, to));
    let arrives = matches!(position, Position::Arrived(..));
    let alike = match (a, b) {
        (Sort::Task(_), Sort::Task(_)) => true,
        (Sort::Sub | Sort::Transaction, Sort::Sub | Sort::Transaction) => true,
        // What has come to a join may go on to whatever is there now.
        (a, _) if arrives && join(a) => true,
        (Sort::Throw, Sort::End) | (Sort::End, Sort::Throw) => true,
        (a, b) => a == b,
    };
    (!alike).then_some(Reason::Kind)
}

/// Sub-processes that lie around a level within another one, the outermost first: each is opened once and does its inside once.
pub(crate) fn chain(graph: &Graph, outer: Level, inner: Level) -> Option<Vec<At>> {
    let mut all = Vec::new();
    let mut here = inner;
    while here != outer {
        let owner = graph.level(here).owner?;
        let activity = graph.activity(owner)?;
        let plain = matches!(&activity.work, Work::Sub { kind: SubKind::Embedded | SubKind::Transaction, .. });
        if !plain || !matches!(activity.repeat, Repeat::Once) || activity.is_handler {
            return None;
        }
        all.push(owner);
        here = graph.element(owner).level;
    }
    all.reverse();
    Some(all)
}

/// Elements of the old version whose tokens would stand at one and the same element with those of others.
fn crowded(state: &State, renamed: &State) -> BTreeSet<ElementId> {
    let mut places: BTreeMap<(Number, &ElementId), BTreeSet<&ElementId>> = BTreeMap::new();
    for (number, token) in &renamed.tokens {
        let stands = matches!(token.position, Position::Waiting(_) | Position::Throwing(_) | Position::Failed(..));
        if let (true, Some(old)) = (stands, state.tokens.get(number)) {
            places.entry((token.scope, token.position.place())).or_default().insert(old.position.place());
        }
    }
    let several = places.into_values().filter(|from| from.len() > 1);
    several.flatten().cloned().collect()
}

/// Parallel joins of the new version that tokens would wait at, or come to, and that nothing could ever complete; but for those
/// that were so before.
pub(crate) fn starved(before: &State, after: &State, pairs: &Pairs<'_>) -> Vec<Blocked> {
    let known: BTreeSet<ElementId> =
        starving(pairs.from, before).iter().filter_map(|(_, join)| pairs.id(join)).collect();
    let new = starving(pairs.to, after).into_iter().map(|(_, join)| join).filter(|join| !known.contains(join));
    let new: BTreeSet<ElementId> = new.collect();
    new.into_iter().map(|element| Blocked { element, reason: Reason::Join }).collect()
}

/// Parallel joins, by scope, of which some flow has a token or may get one and another one has none and can get none.
fn starving(graph: &Graph, state: &State) -> BTreeSet<(Number, ElementId)> {
    let mut all = BTreeSet::new();
    for (scope, level) in levels(graph, state) {
        let here: Vec<&Position> =
            state.tokens.values().filter(|token| token.scope == scope).map(|token| &token.position).collect();
        if here.is_empty() {
            continue;
        }
        for join in graph.level(level).elements.iter().copied().filter(|at| is_join(graph, *at)) {
            let reach = Reach::of(graph, join);
            let may_get = |via: &crate::graph::Via| {
                here.iter().any(|position| match position {
                    Position::Arrived(id, by) if graph.at(id) == Some(join) => {
                        let by = by.as_ref().and_then(|by| graph.via(by));
                        by.or(graph.element(join).incoming.first().copied()) == Some(*via)
                    }
                    Position::Flow(by) if graph.via(by) == Some(*via) => true,
                    other => place(graph, other)
                        .is_some_and(|at| at != join && reach.leads(at, &[*via].into_iter().collect())),
                })
            };
            let some = graph.element(join).incoming.iter().filter(|via| may_get(via)).count();
            if some > 0 && some < graph.element(join).incoming.len() {
                all.insert((scope, graph.element(join).id.clone()));
            }
        }
    }
    all
}

fn is_join(graph: &Graph, at: At) -> bool {
    let element = graph.element(at);
    matches!(element.kind, Kind::Parallel) && element.incoming.len() > 1
}

/// The levels that scopes are the inside of.
fn levels(graph: &Graph, state: &State) -> Vec<(Number, Level)> {
    state.scopes.iter().filter_map(|(scope, of)| Some((*scope, level_in(graph, state, &of.kind)?))).collect()
}

/// Runs whose work is to be offered again in the new version: what does it, or how often, is another thing.
pub(crate) fn to_offer(state: &State, pairs: &Pairs<'_>) -> Vec<Number> {
    let differs = |number: &Number| {
        let Some(run) = state.runs.get(number) else { return false };
        let (Some(from), Some(to)) = (pairs.from.at(&run.element), pairs.element(&run.element)) else { return false };
        let (Some(a), Some(b)) = (pairs.from.activity(from), pairs.to.activity(to)) else { return false };
        let kinds = (sort(pairs.from, from), sort(pairs.to, to));
        let (Sort::Task(was), Sort::Task(is)) = kinds else { return false };
        // Work that somebody holds stays in their hands as long as people do it.
        let held = state.tasks.values().any(|task| task.run == *number && task.holder.is_some());
        let stays = was == is && (super::pairs::offers_alike(a, b) || (held && is == Worker::User));
        let once_more = other_rounds(a, b) && !matches!(run.owner, Owner::Round(..));
        !stays || once_more
    };
    state.runs.keys().copied().filter(|run| state.is_at_work(*run)).filter(differs).collect()
}
