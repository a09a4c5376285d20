//! A completion taken back 撤回, as long as nobody holds what it led to. Source: flow.md §8.

use std::collections::BTreeSet;

use kernel::OfficerId;

use super::Stepper;
use super::scope::numbers;
use crate::command::Refusal;
use crate::event::{Event, RunEnd};
use crate::graph::ElementId;
use crate::state::{Clock, Completion, Number, Owner, Position};

/// A task on its way to be done, as it stood before.
pub(super) struct Before {
    task: Number,
    element: ElementId,
    scope: Number,
    by: OfficerId,
    clock: Option<Clock>,
    /// Events of the step until then.
    events: usize,
}

impl Stepper<'_> {
    /// What is to be known of a task before it is done.
    pub(super) fn before(&self, task: Number, by: OfficerId) -> Option<Before> {
        let run = self.state.tasks.get(&task)?.run;
        let found = self.state.runs.get(&run)?;
        // A round cannot be asked for alone.
        let Owner::Token(_) = found.owner else { return None };
        let clock = self.state.clocks.values().find(|clock| clock.run == Some(run)).cloned();
        let (element, scope) = (found.element.clone(), found.scope);
        Some(Before { task, element, scope, by, clock, events: self.events.len() })
    }

    /// At rest after a task was done: whether it can be taken back, which is said.
    ///
    /// It can where it led to nothing but tasks that are offered: no work of others has begun, no message was sent, no token was
    /// used up at a join, nothing went wrong.
    pub(super) fn offer_takeback(&mut self, before: Before) {
        let since = self.events.get(before.events..).unwrap_or_default();
        let (mut next, mut tokens) = (BTreeSet::new(), BTreeSet::new());
        for event in since {
            match event {
                Event::TaskOffered { task, .. } => drop(next.insert(*task)),
                Event::TokenMoved { token, .. } | Event::TokenPlaced { token, .. } => drop(tokens.insert(*token)),
                Event::TaskClosed { task, .. } if *task == before.task => {}
                other if leaves_no_trace(other) => {}
                _ => return,
            }
        }
        let waiting: BTreeSet<Number> = next.iter().filter_map(|task| self.token_of(*task)).collect();
        if next.is_empty() || waiting != tokens {
            return;
        }
        let Before { task, element, scope, by, clock, .. } = before;
        self.emit(Event::TakebackOpened { task, of: Completion { element, scope, by, next, clock } });
    }

    /// The token that waits for a task.
    fn token_of(&self, task: Number) -> Option<Number> {
        let run = self.state.outermost(self.state.tasks.get(&task)?.run);
        match self.state.runs.get(&run)?.owner {
            Owner::Token(token) => Some(token),
            _ => None,
        }
    }

    /// Whoever did a task takes it back: what it led to ends, and it is offered again. Its clock goes on as if it had never ended,
    /// and the officer stays among those who did it: four eyes see both.
    pub(super) fn take_back(&mut self, task: Number, by: OfficerId) -> Result<(), Refusal> {
        let found = self.state.completions.get(&task).filter(|found| found.by == by).cloned();
        let found = found.ok_or(Refusal::NoTakeback)?;
        self.emit(Event::TakenBack { task, element: found.element.clone(), by });
        let tokens: BTreeSet<Number> = found.next.iter().filter_map(|task| self.token_of(*task)).collect();
        for token in tokens {
            for run in numbers(&self.state.runs, |run| run.owner == Owner::Token(token)) {
                self.end_run(run, RunEnd::Terminated);
            }
            self.end_token(token);
        }
        self.kept = found.clock.map(|clock| (found.element.clone(), clock));
        self.place(found.scope, Position::Into(found.element));
        Ok(())
    }
}

/// What follows from a completion and is undone with what it led to, or may stay: results stay visible.
fn leaves_no_trace(event: &Event) -> bool {
    matches!(
        event,
        Event::RunBegan { .. }
            | Event::RunEnded { .. }
            | Event::RunLocal { .. }
            | Event::RoundsSet { .. }
            | Event::RoundBegan { .. }
            | Event::ScopeOpened { .. }
            | Event::ScopeClosed { .. }
            | Event::VariablesSet { .. }
            | Event::Decided { .. }
            | Event::ClockArmed { .. }
            | Event::ClockFinished { .. }
            | Event::WaitOpened { .. }
            | Event::WaitClosed { came: false, .. }
    )
}
