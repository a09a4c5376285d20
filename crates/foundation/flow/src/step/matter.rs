//! What happens to a matter as a whole: withdrawn, stopped, handled together with another. Source: flow.md §8.

use dmn::Context;
use kernel::clock::{ClockRefusal, Deadline};
use kernel::{Erasable, Instant, OfficerId};

use super::Stepper;
use crate::command::Refusal;
use crate::event::Event;
use crate::graph::At;
use crate::state::{Clock, Ending, Holder, Number, ScopeKind, Status};

impl Stepper<'_> {
    /// The applicant withdraws: what the process has for it begins; without it, or where that waits no more, the instance ends.
    pub(super) fn withdraw(&mut self, reason: &Erasable<String>) -> Result<(), Refusal> {
        let root = self.state.root().unwrap_or_default();
        let handler = self.graph.withdraw;
        if handler.is_some_and(|handler| self.handles(root, handler)) {
            return Err(Refusal::Withdrawing);
        }
        let start = handler.and_then(|handler| self.starts_of(handler).first().copied());
        let start = start.filter(|start| self.waits_to_handle(root, *start));
        let handled = start.and(handler).map(|at| self.element(at).id.clone());
        self.emit(Event::Withdrawn { reason: reason.clone(), handled });
        match start {
            Some(start) => self.handle(root, start, Context::new()),
            None => self.end(Ending::Withdrawn),
        }
        Ok(())
    }

    /// Whether an event sub-process runs in a scope.
    fn handles(&self, scope: Number, handler: At) -> bool {
        let kind = ScopeKind::Handler(self.element(handler).id.clone(), None);
        self.state.scopes.values().any(|other| other.parent == Some(scope) && other.kind == kind)
    }

    /// Whether the start of an event sub-process could still come: another one may have ended what it lies in.
    fn waits_to_handle(&self, scope: Number, start: At) -> bool {
        let id = &self.element(start).id;
        self.state.waits.values().any(|wait| wait.holder == Holder::Scope(scope) && wait.element == *id)
    }

    pub(super) fn suspend(
        &mut self,
        by: Option<OfficerId>,
        cause: &Erasable<String>,
        voucher: &str,
    ) -> Result<(), Refusal> {
        if voucher.trim().is_empty() {
            return Err(Refusal::Clock(ClockRefusal::NoVoucher));
        }
        self.emit(Event::Suspended { by, cause: cause.clone(), voucher: voucher.to_owned() });
        Ok(())
    }

    pub(super) fn resume(&mut self, by: Option<OfficerId>, cause: &Erasable<String>, voucher: &str) {
        self.emit(Event::Resumed { by, cause: cause.clone(), voucher: voucher.to_owned() });
        // What was written meanwhile may have made conditions true.
        self.changed = true;
    }

    /// The matter is handled within another one from now on; everything of it stays where it is, so that it can be split off again.
    pub(super) fn merge(&mut self, into: &str, by: OfficerId) {
        self.emit(Event::Merged { into: into.to_owned(), by });
    }

    /// Another matter is handled within this one: its clock runs here where it ends before every one that this matter has.
    pub(super) fn take_in(&mut self, clock: Option<&Clock>) {
        let calendar = self.moment.calendar;
        let ends = |clock: &Clock| match clock.of.due(calendar).ok()?.statutory {
            Deadline::At { ends, .. } => Some(ends),
            Deadline::Waiting { .. } => None,
        };
        let Some((clock, theirs)) = clock.and_then(|clock| Some((clock, ends(clock)?))) else { return };
        let mut own = self.state.clocks.values().filter(|clock| clock.run.is_none()).filter_map(ends);
        // What stands still has no end yet, and rules nothing; a matter without a limit takes none from another.
        if own.next().is_some_and(|first| theirs < own.fold(first, Instant::min))
            && let Ok(rungs) = super::clock::to_come(clock, calendar)
        {
            self.arm(Clock { element: None, run: None, rungs, ..clock.clone() });
        }
    }

    /// The other one stands on its own again.
    pub(super) fn let_go(&mut self, clock: Option<Number>) {
        if let Some(clock) = clock.filter(|clock| self.state.clocks.contains_key(clock)) {
            self.emit(Event::ClockFinished { clock, done: false });
        }
    }

    /// The matter stands on its own again, as it did.
    pub(super) fn split_off(&mut self, by: OfficerId) {
        self.emit(Event::Split { by });
        self.changed = true;
    }

    /// The instance is ended: one that was handled within another one is over with it.
    pub(super) fn cancel_all(&mut self) {
        let how = match &self.state.status {
            Status::Merged { into, .. } => Ending::Merged(into.clone()),
            _ => Ending::Cancelled,
        };
        self.end(how);
    }
}
