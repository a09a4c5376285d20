//! The notice to complete the papers 补正: one, with everything that is missing, and a limit of its own. Source: flow.md §8.

use std::collections::BTreeSet;

use dmn::Context;
use kernel::clock::{ClockRefusal, Deadline, StatutoryClock};
use kernel::limit::{Cause, Limit};
use kernel::{Erasable, Instant, OfficerId};

use super::Stepper;
use super::scope::numbers;
use crate::command::Refusal;
use crate::event::{Changed, Closed, Event};
use crate::graph::OnSupplement;
use crate::state::{Clock, Number, ScopeKind, Supplement};

/// A notice as its sender writes it.
pub(super) struct Notice<'c> {
    pub(super) by: OfficerId,
    pub(super) items: &'c Erasable<String>,
    pub(super) until: &'c Limit,
    pub(super) number: &'c str,
}

impl Stepper<'_> {
    /// The holder of a task asks for what is missing. One notice at a time: the law wants everything said at once.
    pub(super) fn ask(&mut self, task: Number, notice: &Notice<'_>) -> Result<(), Refusal> {
        let found = self.task(task)?;
        if found.holder.is_none_or(|(holder, _)| holder != notice.by) {
            return Err(Refusal::NotHeld);
        }
        if let Some(open) = self.state.supplements.keys().next() {
            return Err(Refusal::Supplement(*open));
        }
        if notice.number.trim().is_empty() {
            return Err(Refusal::Clock(ClockRefusal::NoVoucher));
        }
        let until = self.until(notice.until)?;
        let measuring = self.measuring(found.run);
        let supplement = self.number();
        let (mut stopped, mut held) = (Vec::new(), Vec::new());
        for number in measuring {
            let Some(clock) = self.state.clocks.get(&number).cloned() else { continue };
            match clock.supplement {
                OnSupplement::Nothing => {}
                OnSupplement::Suspend => {
                    // One that stands still for another cause goes on doing so.
                    if let Ok(of) = clock.of.suspend(Cause::Completion, self.moment.now, notice.number) {
                        stopped.push((number, Clock { of, ..clock }));
                    }
                }
                // What is late already stays late: no notice makes it young again.
                OnSupplement::Anew if self.is_late(&clock) => {}
                OnSupplement::Anew => held.push((number, Clock { held: true, ..clock })),
            }
        }
        let numbers_of = |all: &[(Number, Clock)]| all.iter().map(|(number, _)| *number).collect::<BTreeSet<_>>();
        let of = Supplement {
            task,
            items: notice.items.clone(),
            notice: notice.number.to_owned(),
            until,
            ordinal: self.state.notices + 1,
            stopped: numbers_of(&stopped),
            held: numbers_of(&held),
        };
        self.emit(Event::SupplementAsked { supplement, of });
        for (number, clock) in stopped {
            self.change_clock(number, clock, Changed::Stopped { by: None });
        }
        for (number, clock) in held {
            self.change_clock(number, clock, Changed::Held);
        }
        Ok(())
    }

    /// The papers have come.
    pub(super) fn answered(&mut self, supplement: Number, values: &Context) -> Result<(), Refusal> {
        let found = self.supplement(supplement)?;
        self.close_supplement(supplement, Closed::Answered);
        let run = self.state.tasks.get(&found.task).and_then(|task| self.state.runs.get(&task.run));
        if let Some(scope) = run.map(|run| run.local.unwrap_or(run.scope)) {
            self.write(scope, values.clone());
        }
        Ok(())
    }

    /// Nobody has answered in time: the task goes on with what there is.
    pub(super) fn lapse(&mut self, supplement: Number) -> Result<(), Refusal> {
        if self.moment.now < self.supplement(supplement)?.until {
            return Err(Refusal::NotDue);
        }
        self.close_supplement(supplement, Closed::Lapsed);
        Ok(())
    }

    /// Notices of a task that ends end with it.
    pub(super) fn drop_supplements(&mut self, task: Number) {
        for supplement in numbers(&self.state.supplements, |it| it.task == task) {
            self.close_supplement(supplement, Closed::Dropped);
        }
    }

    fn supplement(&self, supplement: Number) -> Result<Supplement, Refusal> {
        let gone = Refusal::Gone { what: "supplement", number: supplement };
        self.state.supplements.get(&supplement).cloned().ok_or(gone)
    }

    fn close_supplement(&mut self, supplement: Number, how: Closed) {
        let Some(found) = self.state.supplements.get(&supplement).cloned() else { return };
        self.emit(Event::SupplementClosed { supplement, how });
        for number in found.stopped {
            let Some(clock) = self.state.clocks.get(&number).cloned() else { continue };
            if let Ok(of) = clock.of.resume(self.moment.now) {
                self.change_clock(number, Clock { of, ..clock }, Changed::GoesOn { by: None });
            }
        }
        for number in found.held {
            let Some(clock) = self.state.clocks.get(&number).cloned() else { continue };
            let clock = Clock { held: false, ..clock };
            match how {
                Closed::Answered | Closed::Lapsed => {
                    let of = StatutoryClock { started: self.moment.now, suspensions: Vec::new(), ..clock.of };
                    let anew = Clock { of, reached: BTreeSet::new(), ..clock };
                    self.change_clock(number, anew, Changed::Anew);
                }
                // Asked and called off: as if nobody had asked.
                Closed::Dropped => self.change_clock(number, clock, Changed::GoesOn { by: None }),
            }
        }
    }

    /// The first moment that is too late under a limit that begins now.
    fn until(&self, limit: &Limit) -> Result<Instant, Refusal> {
        let clock = StatutoryClock::start(self.moment.now, self.moment.zone, limit.clone());
        match clock.due(self.moment.calendar).map_err(Refusal::Unarmed)?.statutory {
            Deadline::At { ends, .. } => Ok(ends),
            Deadline::Waiting { since, .. } => Ok(since),
        }
    }

    /// Clocks that measure a run: its own, those of the sub-processes it lies in, and the matter's.
    fn measuring(&self, run: Number) -> Vec<Number> {
        let mut runs: BTreeSet<Option<Number>> = [None].into();
        let mut next = Some(run);
        while let Some(run) = next.map(|run| self.state.outermost(run)) {
            runs.insert(Some(run));
            let mut scope = self.state.runs.get(&run).map(|run| run.scope);
            next = None;
            while let Some(found) = scope.and_then(|scope| self.state.scopes.get(&scope)) {
                if let ScopeKind::Sub(outer) = found.kind {
                    next = Some(outer);
                    break;
                }
                scope = found.parent;
            }
        }
        numbers(&self.state.clocks, |clock| runs.contains(&clock.run))
    }

    /// Whether the law's limit of a clock is over.
    fn is_late(&self, clock: &Clock) -> bool {
        let due = clock.of.due(self.moment.calendar).map(|due| due.statutory);
        matches!(due, Ok(Deadline::At { ends, .. }) if ends <= self.moment.now)
    }
}
