//! The rules: what comes of a command. Pure; the order in which things happen within a step is part of the contract.
//!
//! Run to rest (flow.md §2): (A) move every token that need not throw, lowest number first; (B) one throw, delivered wholly,
//! then back to A; (C) at rest, one inclusive or complex join that may fire, lowest first, back to A; (D) end scopes that are
//! empty. So a catcher on a parallel branch is subscribed before a throw of the same step, and an interrupted branch never
//! goes on.

mod activity;
mod catch;
mod clock;
mod commands;
mod compensate;
mod data;
mod decision;
mod enter;
mod gateway;
mod incident;
mod matter;
mod migration;
mod scope;
mod supplement;
mod takeback;
mod task;
mod throw;

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use kernel::calendar::WorkingCalendar;
use kernel::{Instant, Zone};

use crate::command::{Command, Refusal};
use crate::event::{Event, change};
use crate::graph::{At, Element, ElementId, Graph};
use crate::state::{Clock, IncidentKind, Number, Phase, Position, State};

pub use activity::ATTEMPTS;
pub use decision::{Decider, Decision, NoDecisions};
pub(crate) use migration::{moved, moved_back, settled};
pub use task::admits;

/// Moves in one step after which something is wrong with the process. Source: flow.md §2.
const MOST_MOVES: u32 = 10_000;

/// Rounds that an activity has at most.
const MOST_ROUNDS: u64 = 10_000;

/// What an instance runs by.
#[derive(Clone)]
pub struct Definitions {
    /// The graphs, by process.
    pub graphs: BTreeMap<ElementId, Arc<Graph>>,
    /// Who makes decisions.
    pub decisions: Arc<dyn Decider>,
}

/// When a step happens.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Moment<'c> {
    /// Now.
    pub now: Instant,
    /// The civil time of the jurisdiction.
    pub zone: Zone,
    /// The days on which people work, as they are known now.
    pub calendar: &'c WorkingCalendar,
}

/// What comes of a command: events, in order, or why not.
///
/// # Errors
/// See [`Refusal`]; nothing has changed then.
pub fn step(
    state: &State,
    command: &Command,
    moment: Moment<'_>,
    definitions: &Definitions,
) -> Result<Vec<Event>, Refusal> {
    let process = match (command, &state.process) {
        (Command::Start { process, .. }, None) => process,
        (Command::Start { .. }, Some(_)) => return Err(Refusal::Started),
        (_, Some(process)) => process,
        (_, None) => return Err(Refusal::NotActive),
    };
    let graph = definitions.graphs.get(process).ok_or_else(|| Refusal::NoProcess(process.to_string()))?;
    let mut stepper = Stepper::new(graph, state.clone(), moment, definitions);
    let before = match command {
        Command::CompleteTask { task, by, .. } => stepper.before(*task, *by),
        _ => None,
    };
    stepper.obey(command)?;
    stepper.rest();
    if let Some(before) = before {
        stepper.offer_takeback(before);
    }
    Ok(stepper.events)
}

/// A step on its way.
struct Stepper<'d> {
    graph: &'d Graph,
    definitions: &'d Definitions,
    moment: Moment<'d>,
    state: State,
    events: Vec<Event>,
    moves: u32,
    /// Whether variables have changed since conditions were looked at.
    changed: bool,
    /// What goes on before any token moves. Empty between steps.
    next: VecDeque<Next>,
    /// The clock with which an activity goes on that was taken back. Empty between steps.
    kept: Option<(ElementId, Clock)>,
}

/// What goes on when something ends at once: put down instead of being called, so that a thousand rounds are no thousand calls
/// within each other, and each counts as a move.
#[derive(Clone, Copy, Debug)]
enum Next {
    /// The next round of a loop or of a sequential multi-instance activity, by its run.
    Round(Number),
    /// What is next to be compensated.
    Undo(Number),
}

impl<'d> Stepper<'d> {
    /// From a state in which everything is at rest.
    fn new(graph: &'d Graph, state: State, moment: Moment<'d>, definitions: &'d Definitions) -> Stepper<'d> {
        Stepper {
            graph,
            definitions,
            moment,
            state,
            events: Vec::new(),
            moves: 0,
            changed: false,
            next: VecDeque::new(),
            kept: None,
        }
    }

    fn emit(&mut self, event: Event) {
        change(&mut self.state, &event);
        self.events.push(event);
    }

    /// The next number of the instance.
    fn number(&mut self) -> Number {
        self.state.counter += 1;
        self.state.counter
    }

    fn at(&self, id: &ElementId) -> Option<At> {
        self.graph.at(id)
    }

    fn element(&self, at: At) -> &'d Element {
        self.graph.element(at)
    }

    /// Until nothing can move by itself.
    fn rest(&mut self) {
        loop {
            if self.moves > MOST_MOVES {
                self.run_away();
                return;
            }
            // Also where the instance is suspended: what was reported meanwhile is not lost.
            if let Some(next) = self.next.pop_front() {
                self.moves += 1;
                match next {
                    Next::Round(run) => self.next_round(run),
                    Next::Undo(number) => self.undo_next(number),
                }
                continue;
            }
            if !self.state.is_active() {
                return;
            }
            if let Some(token) = self.mover() {
                self.moves += 1;
                self.move_token(token);
                continue;
            }
            if std::mem::take(&mut self.changed) && self.meet_conditions() {
                continue;
            }
            if let Some((token, at)) = self.thrower() {
                self.moves += 1;
                self.throw(token, at);
                continue;
            }
            if self.fire_a_join() || self.close_a_scope() {
                self.moves += 1;
                continue;
            }
            self.look_for_stuck();
            return;
        }
    }

    /// The lowest token that is on its way.
    fn mover(&self) -> Option<Number> {
        let moves = |position: &Position| matches!(position, Position::Flow(_) | Position::Into(_));
        self.state.tokens.iter().find(|(_, token)| moves(&token.position)).map(|(number, _)| *number)
    }

    /// The lowest token that stands before its throw.
    fn thrower(&self) -> Option<(Number, At)> {
        self.state.tokens.iter().find_map(|(number, token)| match &token.position {
            Position::Throwing(id) => self.at(id).map(|at| (*number, at)),
            _ => None,
        })
    }

    fn move_token(&mut self, token: Number) {
        let Some(found) = self.state.tokens.get(&token) else { return };
        let (at, via) = match &found.position {
            Position::Flow(flow) => match self.graph.via(flow) {
                Some(via) => (Some(self.graph.flow(via).target), Some(via)),
                None => (None, None),
            },
            Position::Into(id) => (self.at(id), None),
            _ => return,
        };
        match at {
            Some(at) => self.enter(token, at, via),
            // A graph that does not know its own flow is another process: nothing can be done with it.
            None => self.emit(Event::TokenEnded { token }),
        }
    }

    /// Tokens that go round without end stop where they stood.
    fn run_away(&mut self) {
        for next in std::mem::take(&mut self.next) {
            match next {
                Next::Round(run) => self.fail_run(run, IncidentKind::Runaway, ""),
                Next::Undo(_) => self.open_incident(IncidentKind::Runaway, None, "", (None, None)),
            }
        }
        while let Some(token) = self.mover().or_else(|| self.thrower().map(|(token, _)| token)) {
            let Some(found) = self.state.tokens.get(&token) else { return };
            let place = match &found.position {
                Position::Flow(flow) => self.graph.via(flow).map(|via| self.graph.flow(via).target),
                Position::Into(id) | Position::Throwing(id) => self.at(id),
                _ => None,
            };
            let Some(place) = place else {
                self.emit(Event::TokenEnded { token });
                continue;
            };
            self.fail(token, place, Phase::Enter, IncidentKind::Runaway, "");
        }
    }
}
