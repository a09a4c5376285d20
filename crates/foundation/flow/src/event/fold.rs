//! The state after an event: a fold that cannot fail, over facts that nobody edits.

use std::sync::Arc;

use super::{Changed, Event, Mapped};
use crate::graph::ElementId;
use crate::state::{Migration, Number, Owner, Rounds, Run, Scope, State, Status, Token};

/// The state after an event.
pub fn apply(mut state: State, event: &Event) -> State {
    change(&mut state, event);
    state
}

/// [`apply`] in place.
pub fn change(state: &mut State, event: &Event) {
    state.counter = state.counter.max(event.number());
    if state.migrated.as_ref().is_some_and(|it| it.settled)
        && let Some(touched) = touched(state, event)
        && let Some(migrated) = &mut state.migrated
    {
        migrated.touched.insert(touched);
    }
    match event {
        Event::Started { process, called } => {
            state.process = Some(process.clone());
            state.called = *called;
            state.status = Status::Active;
        }
        Event::ScopeOpened { scope, parent, kind, variables, queue } => {
            let (kind, variables, queue) = (kind.clone(), variables.clone(), queue.clone());
            state.scopes.insert(*scope, Scope { parent: *parent, kind, variables, queue });
        }
        Event::ScopeClosed { scope } => {
            let closed = state.scopes.remove(scope);
            if let Some(root) = closed.filter(|closed| closed.parent.is_none()) {
                state.left = root.variables;
            }
            state.fired.retain(|(of, _), _| of != scope);
            state.completions.retain(|_, it| it.scope != *scope);
        }
        Event::Unqueued { scope, element } => {
            if let Some(scope) = state.scopes.get_mut(scope) {
                scope.queue.retain(|other| element.as_ref().is_some_and(|element| element != other));
            }
        }
        Event::VariablesSet { scope, values } => {
            if let Some(scope) = state.scopes.get_mut(scope) {
                scope.variables.extend(values.clone());
            }
        }
        Event::TokenPlaced { token, scope, position } => {
            state.tokens.insert(*token, Token { scope: *scope, position: position.clone() });
        }
        Event::TokenMoved { token, position } => {
            if let Some(token) = state.tokens.get_mut(token) {
                token.position = position.clone();
            }
        }
        Event::TokenEnded { token } => drop(state.tokens.remove(token)),
        Event::WaitOpened { wait, of } => drop(state.waits.insert(*wait, of.clone())),
        Event::WaitClosed { wait, .. } => drop(state.waits.remove(wait)),
        Event::WaitAgain { wait, what } => {
            if let Some(wait) = state.waits.get_mut(wait) {
                wait.what = what.clone();
            }
        }
        Event::Called { call, of, .. } => drop(state.calls.insert(*call, of.clone())),
        Event::CallClosed { call, .. } => drop(state.calls.remove(call)),
        Event::GatewayFired { scope, element, filled } => {
            state.fired.insert((*scope, element.clone()), filled.iter().cloned().collect());
        }
        Event::GatewayReset { scope, element } => drop(state.fired.remove(&(*scope, element.clone()))),
        Event::Remembered { number, done } => drop(state.done.insert(*number, done.clone())),
        Event::Forgotten { number } => drop(state.done.remove(number)),
        Event::Undoing { number, of } => drop(state.undoings.insert(*number, of.clone())),
        Event::Undone { number } => drop(state.undoings.remove(number)),
        Event::IncidentOpened { incident, of } => drop(state.incidents.insert(*incident, of.clone())),
        Event::IncidentClosed { incident } => drop(state.incidents.remove(incident)),
        Event::Suspended { .. } => state.status = Status::Suspended,
        Event::Resumed { .. } => state.status = Status::Active,
        Event::Merged { into, .. } => {
            let suspended = state.status == Status::Suspended;
            state.status = Status::Merged { into: into.clone(), suspended };
        }
        Event::Split { .. } => {
            let suspended = matches!(state.status, Status::Merged { suspended: true, .. });
            state.status = if suspended { Status::Suspended } else { Status::Active };
        }
        Event::Ended { how, .. } => {
            state.status = Status::Ended(how.clone());
            // What is over goes back to no other version.
            state.migrated = None;
        }
        Event::SupplementAsked { supplement, of } => {
            state.notices = of.ordinal;
            state.supplements.insert(*supplement, of.clone());
        }
        Event::SupplementClosed { supplement, .. } => drop(state.supplements.remove(supplement)),
        Event::Returned { from, .. } => *state.returns.entry(from.clone()).or_default() += 1,
        Event::TaskAssigned { .. }
        | Event::Moved { .. }
        | Event::Withdrawn { .. }
        | Event::MessageSent { .. }
        | Event::SignalSent { .. }
        | Event::Escalated { .. }
        | Event::Decided { .. } => {}
        Event::Migrating { .. } => {
            let before = Arc::new(State { migrated: None, ..state.clone() });
            state.migrated = Some(Migration { before, settled: false, touched: Default::default() });
        }
        Event::Migrated => {
            if let Some(migrated) = &mut state.migrated {
                migrated.settled = true;
            }
        }
        Event::MigrationReverted => state.migrated = None,
        Event::HistoryMapped { hands, returns } => (state.hands, state.returns) = (hands.clone(), returns.clone()),
        Event::Mapped { number, to } => put(state, *number, to),
        Event::ClockArmed { .. }
        | Event::ClockChanged { .. }
        | Event::RungReached { .. }
        | Event::ClockFinished { .. } => {
            change_clock(state, event);
        }
        other => change_work(state, other),
    }
}

/// Puts something where it lies now.
fn put(state: &mut State, number: Number, to: &Mapped) {
    match to.clone() {
        Mapped::Token(it) => drop(state.tokens.insert(number, it)),
        Mapped::Run(it) => drop(state.runs.insert(number, it)),
        Mapped::Scope { parent, kind, queue } => {
            if let Some(scope) = state.scopes.get_mut(&number) {
                (scope.parent, scope.kind, scope.queue) = (parent, kind, queue);
            }
        }
        Mapped::Wait(it) => drop(state.waits.insert(number, it)),
        Mapped::Job(it) => drop(state.jobs.insert(number, it)),
        Mapped::Task(it) => drop(state.tasks.insert(number, it)),
        Mapped::Call(it) => drop(state.calls.insert(number, it)),
        Mapped::Clock(it) => drop(state.clocks.insert(number, it)),
        Mapped::Incident(it) => drop(state.incidents.insert(number, it)),
        Mapped::Done(it) => drop(state.done.insert(number, it)),
        Mapped::Undoing(it) => drop(state.undoings.insert(number, it)),
        Mapped::Completion(Some(it)) => drop(state.completions.insert(number, it)),
        Mapped::Completion(None) => drop(state.completions.remove(&number)),
    }
}

/// The element at which something happens by an event that a move back to the former version would undo: what was only offered,
/// said or written is none.
fn touched(state: &State, event: &Event) -> Option<ElementId> {
    let token = |token: &Number| state.tokens.get(token).map(|token| token.position.place().clone());
    let run = |run: &Number| state.runs.get(run).map(|run| run.element.clone());
    let task = |task: &Number| state.tasks.get(task).map(|task| task.element.clone());
    let job = |job: &Number| state.jobs.get(job).map(|job| job.element.clone());
    let wait = |wait: &Number| state.waits.get(wait).map(|wait| wait.element.clone());
    let clock = |element: &Option<ElementId>| element.clone().or_else(|| state.process.clone());
    match event {
        Event::TokenMoved { token: number, .. } | Event::TokenEnded { token: number } => token(number),
        Event::TokenPlaced { position, .. } => Some(position.place().clone()),
        Event::RunEnded { run: number, .. } | Event::RoundDone { run: number, .. } => run(number),
        Event::TaskHeld { task: number, .. } | Event::TaskClosed { task: number, .. } => task(number),
        Event::JobLeased { job: number, .. }
        | Event::JobFailed { job: number, .. }
        | Event::JobClosed { job: number, .. } => job(number),
        Event::WaitClosed { wait: number, .. } | Event::WaitAgain { wait: number, .. } => wait(number),
        Event::CallClosed { call, .. } => state.calls.get(call).and_then(|call| run(&call.run)),
        Event::SupplementAsked { of, .. } => task(&of.task),
        Event::SupplementClosed { supplement, .. } => {
            state.supplements.get(supplement).and_then(|it| task(&it.task)).or_else(|| state.process.clone())
        }
        // Only what is due when was derived again: that is done in either version.
        Event::ClockChanged { why: Changed::Reprojected, .. } => None,
        Event::ClockArmed { of, .. } | Event::ClockChanged { of, .. } => clock(&of.element),
        Event::ClockFinished { clock: number, .. } => state.clocks.get(number).and_then(|it| clock(&it.element)),
        Event::Remembered { done, .. } => Some(done.element.clone()),
        Event::Forgotten { number } => state.done.get(number).map(|done| done.element.clone()),
        Event::GatewayFired { element, .. } | Event::GatewayReset { element, .. } => Some(element.clone()),
        Event::Unqueued { element, .. } => element.clone().or_else(|| state.process.clone()),
        _ => None,
    }
}

/// What happens to clocks.
fn change_clock(state: &mut State, event: &Event) {
    match event {
        Event::ClockArmed { clock, of } | Event::ClockChanged { clock, of, .. } => {
            drop(state.clocks.insert(*clock, of.clone()));
        }
        Event::RungReached { clock, rung, .. } => {
            if let Some(clock) = state.clocks.get_mut(clock) {
                clock.rungs.retain(|(other, _)| other != rung);
                clock.reached.insert(*rung);
            }
        }
        Event::ClockFinished { clock, .. } => drop(state.clocks.remove(clock)),
        _ => {}
    }
}

/// What happens to runs, jobs and tasks.
fn change_work(state: &mut State, event: &Event) {
    match event {
        Event::RunBegan { run, element, scope, owner } => {
            let began = Run { element: element.clone(), scope: *scope, local: None, owner: *owner, rounds: None };
            state.runs.insert(*run, began);
        }
        Event::RunLocal { run, local } => {
            if let Some(run) = state.runs.get_mut(run) {
                run.local = Some(*local);
            }
        }
        Event::RoundsSet { run, total, items } => {
            if let Some(run) = state.runs.get_mut(run) {
                run.rounds = Some(Rounds { total: *total, items: items.clone(), ..Rounds::default() });
            }
        }
        Event::RoundBegan { run } => {
            if let Some(rounds) = state.runs.get_mut(run).and_then(|run| run.rounds.as_mut()) {
                rounds.begun += 1;
            }
        }
        Event::RoundDone { run, index, result } => {
            if let Some(rounds) = state.runs.get_mut(run).and_then(|run| run.rounds.as_mut()) {
                rounds.completed += 1;
                rounds.results.extend(result.clone().map(|result| (*index, result)));
            }
        }
        Event::RunEnded { run, .. } => drop(state.runs.remove(run)),
        Event::JobOffered { job, of, .. } => drop(state.jobs.insert(*job, of.clone())),
        Event::JobLeased { job, worker, until } => {
            if let Some(job) = state.jobs.get_mut(job) {
                job.lease = Some((worker.clone(), *until));
            }
        }
        Event::JobFailed { job, attempts, after, .. } => {
            if let Some(job) = state.jobs.get_mut(job) {
                (job.attempts, job.after, job.lease) = (*attempts, *after, None);
            }
        }
        Event::JobClosed { job, .. } => drop(state.jobs.remove(job)),
        Event::TakebackOpened { task, of } => drop(state.completions.insert(*task, of.clone())),
        Event::TakenBack { task, .. } => drop(state.completions.remove(task)),
        Event::TaskOffered { task, of } => drop(state.tasks.insert(*task, of.clone())),
        Event::TaskHeld { task, holder } => {
            if holder.is_some() {
                state.completions.retain(|_, it| !it.next.contains(task));
            }
            if let Some(task) = state.tasks.get_mut(task) {
                task.holder = *holder;
            }
        }
        Event::TaskClosed { task, by } => {
            state.completions.retain(|_, it| !it.next.contains(task));
            let closed = state.tasks.remove(task);
            let done = closed.and_then(|task| state.runs.get(&task.run)).map(|run| (run.element.clone(), run.owner));
            if let (Some((element, owner)), Some(by)) = (done, by) {
                state.hands.entry(element).or_default().insert(*by);
                if let Owner::Round(whole, _) = owner
                    && let Some(rounds) = state.runs.get_mut(&whole).and_then(|run| run.rounds.as_mut())
                {
                    rounds.signed.insert(*by);
                }
            }
        }
        _ => {}
    }
}

impl Event {
    /// The number that it gives to something new; 0 where it gives none.
    fn number(&self) -> Number {
        match self {
            Event::ScopeOpened { scope: number, .. }
            | Event::TokenPlaced { token: number, .. }
            | Event::RunBegan { run: number, .. }
            | Event::Remembered { number, .. }
            | Event::WaitOpened { wait: number, .. }
            | Event::JobOffered { job: number, .. }
            | Event::TaskOffered { task: number, .. }
            | Event::Called { call: number, .. }
            | Event::Undoing { number, .. }
            | Event::ClockArmed { clock: number, .. }
            | Event::SupplementAsked { supplement: number, .. }
            | Event::IncidentOpened { incident: number, .. } => *number,
            _ => 0,
        }
    }
}
