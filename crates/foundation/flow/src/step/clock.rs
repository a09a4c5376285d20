//! Statutory clocks: armed where what they measure begins, stopped and started by acts, read by nobody but who asks what is due.
//!
//! A clock moves no token: what is overdue is neither completed nor cancelled by it. What is due when is derived from budget,
//! suspensions and calendar by [`kernel::clock`], and derived again when one of these changes. Source: flow.md §7.

use std::collections::BTreeSet;

use kernel::calendar::WorkingCalendar;
use kernel::clock::{Deadline, NotArmed, StatutoryClock};
use kernel::limit::{Budget, Cause, Limit};
use kernel::{Instant, OfficerId, Refuse};

use super::{Moment, Stepper};
use crate::command::Refusal;
use crate::event::{Changed, Event};
use crate::graph::ClockOf;
use crate::state::{Clock, IncidentKind, Number, Owner, Rung};

impl Stepper<'_> {
    /// Arms the clock of a step, if it has one; says whether its work may begin. A clock that cannot be armed is an incident, and the
    /// run waits: nothing runs unmeasured.
    pub(super) fn arm_step(&mut self, run: Number) -> bool {
        let Some((_, activity)) = self.activity_of(run) else { return true };
        let Some(found) = self.state.runs.get(&run) else { return true };
        let (Some(of), false) = (&activity.clock, matches!(found.owner, Owner::Round(..))) else { return true };
        if self.state.clocks.values().any(|clock| clock.run == Some(run)) {
            return true;
        }
        let kept = self.kept.take_if(|(element, _)| *element == found.element).map(|(_, clock)| clock);
        let clock = match kept {
            Some(clock) => to_come(&clock, self.moment.calendar).map(|rungs| Clock { rungs, ..clock }),
            None => armed(of, self.moment),
        };
        match clock {
            Ok(clock) => {
                let element = Some(found.element.clone());
                self.arm(Clock { element, run: Some(run), ..clock });
                true
            }
            Err(why) => {
                self.fail_run(run, IncidentKind::ClockUnarmed, why.code());
                false
            }
        }
    }

    pub(super) fn arm(&mut self, of: Clock) {
        let clock = self.number();
        self.emit(Event::ClockArmed { clock, of });
    }

    pub(super) fn clock(&self, clock: Number) -> Result<Clock, Refusal> {
        self.state.clocks.get(&clock).cloned().ok_or(Refusal::Gone { what: "clock", number: clock })
    }

    /// A rung of a clock is reached.
    pub(super) fn rung_due(&mut self, clock: Number, rung: Rung) -> Result<(), Refusal> {
        let found = self.clock(clock)?;
        let gone = Refusal::Gone { what: "rung", number: clock };
        let due = found.rungs.iter().find(|(other, _)| *other == rung).map(|(_, due)| *due).ok_or(gone)?;
        if self.moment.now < due {
            return Err(Refusal::NotDue);
        }
        self.emit(Event::RungReached { clock, rung, due });
        Ok(())
    }

    pub(super) fn suspend_clock(
        &mut self,
        clock: Number,
        cause: Cause,
        voucher: &str,
        by: OfficerId,
    ) -> Result<(), Refusal> {
        let found = self.clock(clock)?;
        let of = found.of.suspend(cause, self.moment.now, voucher).map_err(Refusal::Clock)?;
        self.change_clock(clock, Clock { of, ..found }, Changed::Stopped { by: Some(by) });
        Ok(())
    }

    /// A clock runs again. One that stands still for a notice to complete the papers runs again by its answer alone.
    pub(super) fn resume_clock(&mut self, clock: Number, by: OfficerId) -> Result<(), Refusal> {
        let found = self.clock(clock)?;
        if let Some(number) = self.state.supplements.iter().find(|(_, it)| it.stopped.contains(&clock)) {
            return Err(Refusal::Supplement(*number.0));
        }
        let of = found.of.resume(self.moment.now).map_err(Refusal::Clock)?;
        self.change_clock(clock, Clock { of, ..found }, Changed::GoesOn { by: Some(by) });
        Ok(())
    }

    /// Derives what is due again, after a calendar has changed; says so only where something else comes of it.
    pub(super) fn reproject_clocks(&mut self) {
        for number in self.state.clocks.keys().copied().collect::<Vec<_>>() {
            let Some(found) = self.state.clocks.get(&number).cloned() else { continue };
            self.change_clock(number, found, Changed::Reprojected);
        }
    }

    /// A clock in its new shape, with what is still to come of it.
    ///
    /// That it changed is a fact and is recorded also where nobody can say what is due, for want of a calendar: then it has no rungs,
    /// and an incident says why, once.
    pub(super) fn change_clock(&mut self, number: Number, clock: Clock, why: Changed) {
        let (rungs, fault) = match to_come(&clock, self.moment.calendar) {
            Ok(rungs) => (rungs, None),
            // What was said before holds until somebody can say better.
            Err(fault) if why == Changed::Reprojected => (clock.rungs.clone(), Some(fault)),
            Err(fault) => (Vec::new(), Some(fault)),
        };
        let run = clock.run;
        let of = Clock { rungs, ..clock };
        if why != Changed::Reprojected || self.state.clocks.get(&number) != Some(&of) {
            self.emit(Event::ClockChanged { clock: number, of, why });
        }
        let known = self.state.incidents.values().any(|it| it.kind == IncidentKind::ClockUnarmed && it.run == run);
        if let Some(fault) = fault.filter(|_| !known) {
            let at = run.and_then(|run| self.activity_of(run)).map(|(at, _)| at);
            self.open_incident(IncidentKind::ClockUnarmed, at, fault.code(), (None, run));
        }
    }

    /// The clock that measures a run is over.
    pub(super) fn finish_clock(&mut self, run: Option<Number>, done: bool) {
        for clock in super::scope::numbers(&self.state.clocks, |clock| clock.run == run) {
            self.emit(Event::ClockFinished { clock, done });
        }
    }
}

/// The clock that a model asks for, from this moment.
pub(super) fn armed(of: &ClockOf, moment: Moment<'_>) -> Result<Clock, NotArmed> {
    begun(of.begun(moment.now, moment.zone), of, moment.calendar)
}

fn begun(clock: StatutoryClock, of: &ClockOf, calendar: &WorkingCalendar) -> Result<Clock, NotArmed> {
    let clock = Clock {
        element: None,
        run: None,
        of: clock,
        by_promise: of.by_promise,
        supplement: of.supplement,
        held: false,
        reached: BTreeSet::new(),
        rungs: Vec::new(),
    };
    Ok(Clock { rungs: to_come(&clock, calendar)?, ..clock })
}

/// The rungs of a clock that are still to come, by time. While it stands still those behind the stop are not known.
pub(super) fn to_come(clock: &Clock, calendar: &WorkingCalendar) -> Result<Vec<(Rung, Instant)>, NotArmed> {
    let due = clock.of.due(calendar)?;
    if clock.held {
        return Ok(Vec::new());
    }
    let law = if clock.by_promise { Rung::Promised } else { Rung::Statutory };
    let nearest = clock.of.promised.as_ref().unwrap_or(&clock.of.statutory);
    let mut all = vec![(Rung::Remind, remind(&clock.of, nearest, calendar)?), (law, ends(Some(due.statutory)))];
    all.push((Rung::Promised, ends(due.promised)));
    // What is long overdue needs the calendar of a later year, perhaps; no limit hangs on it, so that it is said when that year is known.
    let twice = Budget { value: clock.of.statutory.budget.value.saturating_mul(2), ..clock.of.statutory.budget };
    all.push((Rung::LongOverdue, end_of(&clock.of, &clock.of.statutory, twice, calendar).unwrap_or(None)));
    let mut rungs: Vec<(Rung, Instant)> = all.into_iter().filter_map(|(rung, at)| Some((rung, at?))).collect();
    rungs.retain(|(rung, _)| !clock.reached.contains(rung));
    rungs.sort_by_key(|(rung, at)| (*at, *rung));
    Ok(rungs)
}

/// When a fifth of the nearest limit is left, rounded up to whole days or hours. The fifth is ours.
fn remind(clock: &StatutoryClock, nearest: &Limit, calendar: &WorkingCalendar) -> Result<Option<Instant>, NotArmed> {
    let Budget { value, unit } = nearest.budget;
    match value - value.div_ceil(5) {
        0 => Ok(Some(clock.started)),
        before => {
            // The day on which the rest begins is counted, and rolls nowhere.
            end_of(clock, &nearest.clone().without_roll_over(), Budget { value: before, unit }, calendar)
        }
    }
}

/// When this clock would end a limit of that budget.
fn end_of(
    clock: &StatutoryClock,
    limit: &Limit,
    budget: Budget,
    calendar: &WorkingCalendar,
) -> Result<Option<Instant>, NotArmed> {
    let statutory = Limit { budget, ..limit.clone() };
    let other = StatutoryClock { statutory, promised: None, ..clock.clone() };
    Ok(ends(Some(other.due(calendar)?.statutory)))
}

fn ends(deadline: Option<Deadline>) -> Option<Instant> {
    match deadline? {
        Deadline::At { ends, .. } => Some(ends),
        Deadline::Waiting { .. } => None,
    }
}
