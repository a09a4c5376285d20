//! What has to happen so that one state becomes another: the events, the endings before the beginnings.

use std::collections::BTreeMap;

use dmn::Context;

use crate::event::{Closed, Event, Mapped, RunEnd};
use crate::state::{Number, State};

/// Events after which everything open in `now` is as in `wanted`. Status, variables of scopes that are in both, numbers of notices
/// and the counter stay as they are now.
pub(crate) fn difference(now: &State, wanted: &State) -> Vec<Event> {
    let mut all = Vec::new();
    endings(now, wanted, &mut all);
    beginnings(now, wanted, &mut all);
    changes(now, wanted, &mut all);
    all
}

/// What is in one and not in the other.
fn without<'a, T>(a: &'a BTreeMap<Number, T>, b: &'a BTreeMap<Number, T>) -> impl Iterator<Item = (Number, &'a T)> {
    a.iter().filter(|(number, _)| !b.contains_key(number)).map(|(number, it)| (*number, it))
}

/// What is in both and not the same.
fn changed<'a, T: PartialEq>(
    now: &'a BTreeMap<Number, T>,
    wanted: &'a BTreeMap<Number, T>,
) -> impl Iterator<Item = (Number, &'a T)> {
    wanted.iter().filter(|(number, it)| now.get(number).is_some_and(|was| was != *it)).map(|(n, it)| (*n, it))
}

fn endings(now: &State, wanted: &State, all: &mut Vec<Event>) {
    for (scope, element) in now.fired.keys().filter(|key| !wanted.fired.contains_key(*key)) {
        all.push(Event::GatewayReset { scope: *scope, element: element.clone() });
    }
    let closed = |number| Event::WaitClosed { wait: number, came: false };
    all.extend(without(&now.waits, &wanted.waits).map(|(number, _)| closed(number)));
    all.extend(without(&now.jobs, &wanted.jobs).map(|(job, _)| Event::JobClosed { job, done: false }));
    all.extend(without(&now.tasks, &wanted.tasks).map(|(task, _)| Event::TaskClosed { task, by: None }));
    let dropped = |supplement| Event::SupplementClosed { supplement, how: Closed::Dropped };
    all.extend(without(&now.supplements, &wanted.supplements).map(|(number, _)| dropped(number)));
    all.extend(without(&now.calls, &wanted.calls).map(|(call, _)| Event::CallClosed { call, ended: false }));
    all.extend(without(&now.clocks, &wanted.clocks).map(|(clock, _)| Event::ClockFinished { clock, done: false }));
    all.extend(without(&now.incidents, &wanted.incidents).map(|(incident, _)| Event::IncidentClosed { incident }));
    all.extend(without(&now.undoings, &wanted.undoings).map(|(number, _)| Event::Undone { number }));
    all.extend(without(&now.done, &wanted.done).map(|(number, _)| Event::Forgotten { number }));
    all.extend(without(&now.tokens, &wanted.tokens).map(|(token, _)| Event::TokenEnded { token }));
    all.extend(without(&now.runs, &wanted.runs).map(|(run, _)| Event::RunEnded { run, how: RunEnd::Terminated }));
    all.extend(without(&now.scopes, &wanted.scopes).map(|(scope, _)| Event::ScopeClosed { scope }));
}

fn beginnings(now: &State, wanted: &State, all: &mut Vec<Event>) {
    for (scope, it) in without(&wanted.scopes, &now.scopes) {
        let (kind, variables, queue) = (it.kind.clone(), it.variables.clone(), it.queue.clone());
        all.push(Event::ScopeOpened { scope, parent: it.parent, kind, variables, queue });
    }
    for (token, it) in without(&wanted.tokens, &now.tokens) {
        all.push(Event::TokenPlaced { token, scope: it.scope, position: it.position.clone() });
    }
    for (run, it) in without(&wanted.runs, &now.runs) {
        all.push(Event::RunBegan { run, element: it.element.clone(), scope: it.scope, owner: it.owner });
        all.push(Event::Mapped { number: run, to: Mapped::Run(it.clone()) });
    }
    all.extend(without(&wanted.waits, &now.waits).map(|(wait, of)| Event::WaitOpened { wait, of: of.clone() }));
    for (job, of) in without(&wanted.jobs, &now.jobs) {
        all.push(Event::JobOffered { job, of: of.clone(), inputs: inputs(now, of.run) });
    }
    all.extend(without(&wanted.tasks, &now.tasks).map(|(task, of)| Event::TaskOffered { task, of: of.clone() }));
    for (supplement, of) in without(&wanted.supplements, &now.supplements) {
        all.push(Event::SupplementAsked { supplement, of: of.clone() });
    }
    for (call, of) in without(&wanted.calls, &now.calls) {
        all.push(Event::Called { call, of: of.clone(), variables: inputs(now, of.run) });
    }
    all.extend(without(&wanted.clocks, &now.clocks).map(|(clock, of)| Event::ClockArmed { clock, of: of.clone() }));
    for (incident, of) in without(&wanted.incidents, &now.incidents) {
        all.push(Event::IncidentOpened { incident, of: of.clone() });
    }
    for (number, of) in without(&wanted.undoings, &now.undoings) {
        all.push(Event::Undoing { number, of: of.clone() });
    }
    for (number, done) in without(&wanted.done, &now.done) {
        all.push(Event::Remembered { number, done: done.clone() });
    }
    for ((scope, element), filled) in wanted.fired.iter().filter(|(key, _)| !now.fired.contains_key(*key)) {
        let filled = filled.iter().cloned().collect();
        all.push(Event::GatewayFired { scope: *scope, element: element.clone(), filled });
    }
}

fn changes(now: &State, wanted: &State, all: &mut Vec<Event>) {
    let mut put = |number, to| all.push(Event::Mapped { number, to });
    changed(&now.tokens, &wanted.tokens).for_each(|(number, it)| put(number, Mapped::Token(it.clone())));
    changed(&now.runs, &wanted.runs).for_each(|(number, it)| put(number, Mapped::Run(it.clone())));
    for (number, it) in &wanted.scopes {
        let other =
            |was: &&crate::state::Scope| (was.parent, &was.kind, &was.queue) != (it.parent, &it.kind, &it.queue);
        if now.scopes.get(number).is_some_and(|was| other(&was)) {
            let (parent, kind, queue) = (it.parent, it.kind.clone(), it.queue.clone());
            put(*number, Mapped::Scope { parent, kind, queue });
        }
    }
    changed(&now.waits, &wanted.waits).for_each(|(number, it)| put(number, Mapped::Wait(it.clone())));
    changed(&now.jobs, &wanted.jobs).for_each(|(number, it)| put(number, Mapped::Job(it.clone())));
    changed(&now.tasks, &wanted.tasks).for_each(|(number, it)| put(number, Mapped::Task(it.clone())));
    changed(&now.calls, &wanted.calls).for_each(|(number, it)| put(number, Mapped::Call(it.clone())));
    changed(&now.clocks, &wanted.clocks).for_each(|(number, it)| put(number, Mapped::Clock(it.clone())));
    changed(&now.incidents, &wanted.incidents).for_each(|(number, it)| put(number, Mapped::Incident(it.clone())));
    changed(&now.undoings, &wanted.undoings).for_each(|(number, it)| put(number, Mapped::Undoing(it.clone())));
    changed(&now.done, &wanted.done).for_each(|(number, it)| put(number, Mapped::Done(it.clone())));
    // Other endings may have taken these away already: they are said last.
    without(&now.completions, &wanted.completions).for_each(|(number, _)| put(number, Mapped::Completion(None)));
    for (number, it) in &wanted.completions {
        if now.completions.get(number) != Some(it) {
            put(*number, Mapped::Completion(Some(it.clone())));
        }
    }
    for ((scope, element), filled) in &wanted.fired {
        if now.fired.get(&(*scope, element.clone())).is_some_and(|was| was != filled) {
            let filled = filled.iter().cloned().collect();
            all.push(Event::GatewayFired { scope: *scope, element: element.clone(), filled });
        }
    }
    if now.hands != wanted.hands || now.returns != wanted.returns {
        let (hands, returns) = (wanted.hands.clone(), wanted.returns.clone());
        all.push(Event::HistoryMapped { hands, returns });
    }
}

/// What work is given that is offered as it was: the variables of its own, else those that it sees.
fn inputs(state: &State, run: Number) -> Context {
    let Some(run) = state.runs.get(&run) else { return Context::new() };
    match run.local.and_then(|local| state.scopes.get(&local)) {
        Some(local) => local.variables.clone(),
        None => state.visible(run.scope),
    }
}
