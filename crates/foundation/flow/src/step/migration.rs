//! A move to another version, as far as it opens, arms and derives: by the rules that run the instance. Source: flow.md §10.

use std::collections::{BTreeMap, BTreeSet};

use dmn::Context;
use kernel::clock::{NotArmed, StatutoryClock};

use super::clock::{armed, to_come};
use super::scope::numbers;
use super::{Definitions, Moment, Stepper};
use crate::event::{Changed, Event, Mapped};
use crate::graph::{At, ClockOf, ElementId, Graph, Kind, Level, Work};
use crate::migrate::{
    Blocked, ClockPolicy, Pairs, Reason, Renamed, before_with_now, chain, difference, put, renamed, to_offer,
};
use crate::state::{Clock, Holder, Number, Owner, Position, Run, Scope, ScopeKind, State, Token};

/// An instance that lies in another version, before that does anything by itself.
pub(crate) struct Moved {
    pub(crate) state: State,
    pub(crate) events: Vec<Event>,
    /// Runs whose work is to be offered again.
    offer: Vec<Number>,
    /// Whether conditions are to be looked at.
    recheck: bool,
}

/// Puts an instance into another version.
pub(crate) fn moved(
    state: &State,
    pairs: &Pairs<'_>,
    policy: ClockPolicy,
    moment: Moment<'_>,
    definitions: &Definitions,
) -> Result<Moved, Vec<Blocked>> {
    let offer = to_offer(state, pairs);
    let Renamed { state: named, arm, recheck } = renamed(state, pairs);
    let mut stepper = Stepper::new(pairs.to, state.clone(), moment, definitions);
    stepper.emit(Event::Migrating { mapping: pairs.given().clone(), policy });
    for event in difference(state, &named) {
        stepper.emit(event);
    }
    let mut blocked = stepper.nest();
    for (holder, id) in arm {
        stepper.arm_event(holder, &id);
    }
    for run in &offer {
        stepper.withdraw_offer(*run);
    }
    blocked.extend(stepper.move_clocks(pairs, policy));
    if !blocked.is_empty() {
        return Err(blocked);
    }
    let recheck = recheck || stepper.changed;
    stepper.emit(Event::Migrated);
    Ok(Moved { state: stepper.state, events: stepper.events, offer, recheck })
}

/// What the new version does by itself once an instance lies in it: all events from the beginning of the move.
pub(crate) fn settled(moved: Moved, graph: &Graph, moment: Moment<'_>, definitions: &Definitions) -> Vec<Event> {
    let Moved { state, events, offer, recheck } = moved;
    let mut stepper = Stepper::new(graph, state, moment, definitions);
    stepper.events = events;
    stepper.changed = recheck;
    for run in offer {
        stepper.work_on(run);
    }
    stepper.rest();
    stepper.events
}

/// The events that put everything where it lay before a move.
pub(crate) fn moved_back(
    now: &State,
    before: &State,
    graph: &Graph,
    moment: Moment<'_>,
    definitions: &Definitions,
) -> Vec<Event> {
    let mut wanted = before_with_now(before, now);
    for clock in wanted.clocks.values_mut() {
        // The calendar may have changed meanwhile.
        if let Ok(rungs) = to_come(clock, moment.calendar) {
            clock.rungs = rungs;
        }
    }
    let mut stepper = Stepper::new(graph, now.clone(), moment, definitions);
    stepper.emit(Event::MigrationReverted);
    for event in difference(now, &wanted) {
        stepper.emit(event);
    }
    let written = |(number, scope): (&Number, &Scope)| {
        before.scopes.get(number).is_some_and(|before| before.variables != scope.variables)
    };
    stepper.changed = stepper.state.scopes.iter().any(written);
    stepper.rest();
    stepper.events
}

impl Stepper<'_> {
    /// Opens sub-processes around tokens that lie deeper now, once for each scope; says whose clocks could not be armed.
    fn nest(&mut self) -> Vec<Blocked> {
        let mut blocked = Vec::new();
        let mut open: BTreeMap<(Number, At), Number> = BTreeMap::new();
        for (token, of) in self.state.tokens.clone() {
            let at = match &of.position {
                Position::Flow(via) => self.graph.via(via).map(|via| self.graph.flow(via).target),
                other => self.at(other.place()),
            };
            let levels = at.map(|at| self.element(at).level).zip(self.level_of(of.scope));
            let Some(around) = levels.and_then(|(inner, outer)| chain(self.graph, outer, inner)) else { continue };
            let mut scope = of.scope;
            for sub in around {
                scope = match open.get(&(scope, sub)) {
                    Some(inside) => *inside,
                    None => {
                        let inside = self.open_around(scope, sub, &mut blocked);
                        open.insert((scope, sub), inside);
                        inside
                    }
                };
            }
            if scope != of.scope {
                self.rehome(token, of.scope, scope);
            }
        }
        blocked
    }

    /// A sub-process as if it had been entered: its border is watched, its clock runs, and nothing in it begins.
    fn open_around(&mut self, scope: Number, sub: At, blocked: &mut Vec<Blocked>) -> Number {
        let element = self.element(sub).id.clone();
        let token = self.place(scope, Position::Waiting(element.clone()));
        let run = self.number();
        self.emit(Event::RunBegan { run, element: element.clone(), scope, owner: Owner::Token(token) });
        let Some((_, activity)) = self.activity_of(run) else { return scope };
        for event in &activity.boundary {
            self.open_waits(Holder::Run(run), *event, scope);
        }
        if let Some(of) = &activity.clock
            && let Err(why) = self.arm_anew(Some((element.clone(), run)), of)
        {
            blocked.push(Blocked { element, reason: Reason::Clock(why) });
        }
        let level = match &activity.work {
            Work::Sub { level, .. } => *level,
            _ => Level::TOP,
        };
        self.open_scope(Some(scope), ScopeKind::Sub(run), level, Context::new())
    }

    /// A token lies in an inner scope from now on, with what it waits for.
    fn rehome(&mut self, token: Number, from: Number, to: Number) {
        let mut runs: BTreeSet<Number> =
            numbers(&self.state.runs, |run| run.owner == Owner::Token(token)).into_iter().collect();
        loop {
            let rounds =
                numbers(&self.state.runs, |run| matches!(run.owner, Owner::Round(of, _) if runs.contains(&of)));
            let known = runs.len();
            runs.extend(rounds);
            if runs.len() == known {
                break;
            }
        }
        for run in &runs {
            if let Some(found) = self.state.runs.get(run).filter(|run| run.scope == from).cloned() {
                self.emit(put(*run, Mapped::Run(Run { scope: to, ..found })));
            }
        }
        let within = |scope: &Scope| match scope.kind {
            ScopeKind::Sub(run) | ScopeKind::Local(run) => scope.parent == Some(from) && runs.contains(&run),
            _ => false,
        };
        for scope in numbers(&self.state.scopes, within) {
            let Some(Scope { kind, queue, .. }) = self.state.scopes.get(&scope).cloned() else { continue };
            self.emit(put(scope, Mapped::Scope { parent: Some(to), kind, queue }));
        }
        if let Some(found) = self.state.tokens.get(&token).cloned() {
            self.emit(put(token, Mapped::Token(Token { scope: to, ..found })));
        }
    }

    /// An event is waited for from now on.
    fn arm_event(&mut self, holder: Holder, id: &ElementId) {
        let scope = match holder {
            Holder::Token(token) => Some(self.scope_of(token)),
            Holder::Run(run) => self.state.runs.get(&run).map(|run| run.scope),
            Holder::Scope(scope) => Some(scope),
        };
        let Some((at, scope)) = self.at(id).zip(scope) else { return };
        // A receive task whose message is another one is offered again with all others.
        if !matches!(self.element(at).kind, Kind::Activity(_)) {
            self.open_waits(holder, at, scope);
        }
    }

    /// Work that is to be offered again is no longer offered as it was.
    fn withdraw_offer(&mut self, run: Number) {
        for job in numbers(&self.state.jobs, |job| job.run == run) {
            self.emit(Event::JobClosed { job, done: false });
        }
        for task in numbers(&self.state.tasks, |task| task.run == run) {
            self.emit(Event::TaskClosed { task, by: None });
            self.drop_supplements(task);
        }
        let own = self.state.runs.get(&run).map(|run| run.element.clone());
        for wait in
            numbers(&self.state.waits, |wait| wait.holder == Holder::Run(run) && own.as_ref() == Some(&wait.element))
        {
            self.emit(Event::WaitClosed { wait, came: false });
        }
        for incident in numbers(&self.state.incidents, |incident| incident.run == Some(run)) {
            self.emit(Event::IncidentClosed { incident });
        }
    }

    /// Clocks as the act says, and those that the new version has beside them; says which could not be armed.
    fn move_clocks(&mut self, pairs: &Pairs<'_>, policy: ClockPolicy) -> Vec<Blocked> {
        let mut blocked = Vec::new();
        let process = self.graph.id.clone();
        for (number, clock) in self.state.clocks.clone() {
            let of = match &clock.element {
                None => self.graph.clock.as_ref(),
                Some(element) => self.clock_of(element),
            };
            match (policy, of) {
                (ClockPolicy::Keep, _) => {}
                (ClockPolicy::Rederive, None) => self.emit(Event::ClockFinished { clock: number, done: false }),
                (ClockPolicy::Rederive, Some(of)) => match rederived(&clock, of, self.moment) {
                    Ok(of) if of == clock => {}
                    Ok(of) => self.emit(Event::ClockChanged { clock: number, of, why: Changed::Rederived }),
                    Err(why) => {
                        let element = clock.element.clone().unwrap_or_else(|| process.clone());
                        blocked.push(Blocked { element, reason: Reason::Clock(why) });
                    }
                },
            }
        }
        if let (Some(of), None) = (&self.graph.clock, &pairs.from.clock)
            && let Err(why) = self.arm_anew(None, of)
        {
            blocked.push(Blocked { element: process, reason: Reason::Clock(why) });
        }
        let known = |element: &ElementId| pairs.old_clock_of(element).is_some();
        for (run, found) in self.state.runs.clone() {
            let measured = self.state.clocks.values().any(|clock| clock.run == Some(run));
            if measured || matches!(found.owner, Owner::Round(..)) || known(&found.element) {
                continue;
            }
            let Some(of) = self.clock_of(&found.element) else { continue };
            if let Err(why) = self.arm_anew(Some((found.element.clone(), run)), of) {
                blocked.push(Blocked { element: found.element, reason: Reason::Clock(why) });
            }
        }
        blocked
    }

    fn arm_anew(&mut self, what: Option<(ElementId, Number)>, of: &ClockOf) -> Result<(), NotArmed> {
        let clock = armed(of, self.moment)?;
        let (element, run) = what.unzip();
        self.arm(Clock { element, run, ..clock });
        Ok(())
    }
}

impl<'d> Stepper<'d> {
    fn clock_of(&self, element: &ElementId) -> Option<&'d ClockOf> {
        self.graph.activity(self.at(element)?)?.clock.as_ref()
    }
}

/// A clock by other limits, from its own beginning and with its own suspensions. Rungs that it has reached are not told again.
fn rederived(clock: &Clock, of: &ClockOf, moment: Moment<'_>) -> Result<Clock, NotArmed> {
    let limits = StatutoryClock { statutory: of.statutory.clone(), promised: of.promised.clone(), ..clock.of.clone() };
    let clock = Clock { of: limits, by_promise: of.by_promise, supplement: of.supplement, ..clock.clone() };
    Ok(Clock { rungs: to_come(&clock, moment.calendar)?, ..clock })
}
