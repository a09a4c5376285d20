//! Statutory clocks: what is due when is a pure function of budget, suspensions and calendar, and never a stored date.

mod count;

use serde::{Deserialize, Serialize};

use crate::calendar::{NoCalendar, WorkingCalendar};
use crate::day::{Day, Instant, Zone};
use crate::limit::{Cause, Limit};
use crate::refusal::{Param, Refuse};

/// A clock that runs from a moment, by the law's limit and, where the organ promised less, by the promised one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct StatutoryClock {
    /// When it began to run. The day itself is not counted (民法典 art. 201; G-01); hours run from the moment.
    pub started: Instant,
    /// The civil time whose days are counted.
    pub zone: Zone,
    /// The law's limit 法定时限.
    pub statutory: Limit,
    /// The promised limit 承诺时限, which must not be longer.
    pub promised: Option<Limit>,
    /// When and why it stood still, in order; only the last may be open.
    pub suspensions: Vec<Suspension>,
    /// When what it measures was done.
    pub finished: Option<Instant>,
}

/// A time that does not count.
///
/// Of a limit in days every day from that of `from` to the eve of that of `to` is left out: the day on which the clock
/// stops is not counted, the day on which it runs again is. Hours stop and run at the moment.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Suspension {
    /// The lawful cause.
    pub cause: Cause,
    /// When it began.
    pub from: Instant,
    /// When it ended; `None` while it lasts.
    pub to: Option<Instant>,
    /// What proves it, such as the number of the written notice to the applicant (行政许可法 art. 45). Never empty.
    pub voucher: String,
}

/// When both limits end.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Due {
    /// The end of the law's limit.
    pub statutory: Deadline,
    /// The end of the promised one.
    pub promised: Option<Deadline>,
}

/// When one limit ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Deadline {
    /// It ends.
    At {
        /// The last day, in the clock's zone.
        last_day: Day,
        /// The first moment that is too late: for limits in days 24:00 of the last day (民法典 art. 203).
        ends: Instant,
    },
    /// It depends on when the suspension ends.
    Waiting {
        /// Since when the clock stands still.
        since: Instant,
        /// What is left of the budget, in its unit; whole hours, rounded down.
        left: u32,
    },
}

/// How both limits stand at a moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ClockState {
    /// Against the law's limit.
    pub statutory: Standing,
    /// Against the promised one.
    pub promised: Option<Standing>,
}

/// How one limit stands. Amounts are in its own unit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    /// Time is left after today; whole hours, rounded down.
    Running {
        /// How much.
        left: u32,
    },
    /// It ends today.
    DueToday {
        /// Whole hours left.
        hours: u32,
    },
    /// It is over.
    Overdue {
        /// By how much, at least 1: a begun day or hour is one, also a day of rest after the end.
        by: u32,
    },
    /// The clock stands still.
    Suspended {
        /// Since when.
        since: Instant,
        /// Why.
        cause: Cause,
        /// What is left of the budget; `None` where the end of the suspension is known already.
        left: Option<u32>,
    },
    /// What it measures was done.
    Finished {
        /// By how much too late; 0 is in time.
        late_by: u32,
    },
}

/// Why a clock cannot say what is due. The step that needs it stops: nothing runs unmeasured.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotArmed {
    /// The calendar lacks a year.
    #[error(transparent)]
    NoCalendar(#[from] NoCalendar),
    /// A limit of nothing.
    #[error("the limit gives no time")]
    NoBudget,
    /// The end lies beyond the calendar of this world.
    #[error("the limit ends too far away")]
    TooFar,
    /// The promise ends after the law's limit.
    #[error("the promised limit ends on {promised}, after the law's on {statutory}")]
    PromiseBeyondLaw {
        /// Last day promised.
        promised: Day,
        /// Last day of the law.
        statutory: Day,
    },
    /// Suspensions overlap, end before they begin, begin before the clock, or an open one is not the last.
    #[error("the suspensions of the clock are out of order")]
    Disordered,
    /// A suspension without a cause that the law knows, or without voucher.
    #[error("a suspension of the clock has no lawful ground")]
    Unfounded,
}

impl Refuse for NotArmed {
    fn code(&self) -> &'static str {
        match self {
            NotArmed::NoCalendar(_) => "clock.no_calendar",
            NotArmed::NoBudget => "clock.no_budget",
            NotArmed::TooFar => "clock.too_far",
            NotArmed::PromiseBeyondLaw { .. } => "clock.promise_beyond_law",
            NotArmed::Disordered => "clock.disordered",
            NotArmed::Unfounded => "clock.unfounded",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            NotArmed::NoCalendar(none) => none.params(),
            NotArmed::PromiseBeyondLaw { promised, statutory } => {
                vec![("promised", (*promised).into()), ("statutory", (*statutory).into())]
            }
            NotArmed::NoBudget | NotArmed::TooFar | NotArmed::Disordered | NotArmed::Unfounded => Vec::new(),
        }
    }
}

/// Why a clock may not be stopped, started again or finished.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ClockRefusal {
    /// What it measures is done.
    #[error("the clock has finished")]
    Finished,
    /// It stands still already.
    #[error("the clock is suspended already")]
    AlreadySuspended,
    /// It is not standing still.
    #[error("the clock is not suspended")]
    NotSuspended,
    /// It stands still, and is resumed before it is finished.
    #[error("the clock is suspended: it runs again before it finishes")]
    StillSuspended,
    /// The law of the limit does not know that cause.
    #[error("the law of this limit does not stop its clock for that cause")]
    UnlawfulCause,
    /// A suspension without voucher.
    #[error("a suspension needs the voucher that proves it")]
    NoVoucher,
    /// The moment lies before one that has been recorded.
    #[error("that is earlier than what the clock has recorded")]
    TooEarly,
}

impl Refuse for ClockRefusal {
    fn code(&self) -> &'static str {
        match self {
            ClockRefusal::Finished => "clock.finished",
            ClockRefusal::AlreadySuspended => "clock.already_suspended",
            ClockRefusal::NotSuspended => "clock.not_suspended",
            ClockRefusal::StillSuspended => "clock.still_suspended",
            ClockRefusal::UnlawfulCause => "clock.unlawful_cause",
            ClockRefusal::NoVoucher => "clock.no_voucher",
            ClockRefusal::TooEarly => "clock.too_early",
        }
    }
}

impl StatutoryClock {
    /// A clock that begins to run at `started`.
    pub fn start(started: Instant, zone: Zone, statutory: Limit) -> StatutoryClock {
        StatutoryClock { started, zone, statutory, promised: None, suspensions: Vec::new(), finished: None }
    }

    /// The same with a promised limit; [`due`](Self::due) refuses one that ends after the law's.
    #[must_use]
    pub fn promising(self, promised: Limit) -> StatutoryClock {
        StatutoryClock { promised: Some(promised), ..self }
    }

    /// The clock stopped at `from`, for a cause that the law of its limit knows, on a voucher.
    pub fn suspend(&self, cause: Cause, from: Instant, voucher: &str) -> Result<StatutoryClock, ClockRefusal> {
        self.still_runs()?;
        if self.open_suspension().is_some() {
            return Err(ClockRefusal::AlreadySuspended);
        }
        if !self.statutory.law.excludes(cause) {
            return Err(ClockRefusal::UnlawfulCause);
        }
        if voucher.trim().is_empty() {
            return Err(ClockRefusal::NoVoucher);
        }
        self.not_before(from)?;
        let mut clock = self.clone();
        clock.suspensions.push(Suspension { cause, from, to: None, voucher: voucher.to_owned() });
        Ok(clock)
    }

    /// The clock running again from `at`.
    pub fn resume(&self, at: Instant) -> Result<StatutoryClock, ClockRefusal> {
        self.still_runs()?;
        self.open_suspension().ok_or(ClockRefusal::NotSuspended)?;
        self.not_before(at)?;
        let mut clock = self.clone();
        if let Some(last) = clock.suspensions.last_mut() {
            last.to = Some(at);
        }
        Ok(clock)
    }

    /// The clock finished at `at`.
    pub fn finish(&self, at: Instant) -> Result<StatutoryClock, ClockRefusal> {
        self.still_runs()?;
        if self.open_suspension().is_some() {
            return Err(ClockRefusal::StillSuspended);
        }
        self.not_before(at)?;
        Ok(StatutoryClock { finished: Some(at), ..self.clone() })
    }

    /// What is due when.
    pub fn due(&self, calendar: &WorkingCalendar) -> Result<Due, NotArmed> {
        self.check()?;
        let statutory = count::deadline(self, &self.statutory, calendar)?;
        let promised = self.promised.as_ref().map(|limit| count::deadline(self, limit, calendar)).transpose()?;
        if let (Deadline::At { last_day: law, ends: limit }, Some(Deadline::At { last_day: promise, ends })) =
            (statutory, promised)
            && ends > limit
        {
            return Err(NotArmed::PromiseBeyondLaw { promised: promise, statutory: law });
        }
        Ok(Due { statutory, promised })
    }

    /// How it stands at `now`; at the moment it finished, if it has.
    pub fn state(&self, calendar: &WorkingCalendar, now: Instant) -> Result<ClockState, NotArmed> {
        let due = self.due(calendar)?;
        let statutory = count::standing(self, &self.statutory, due.statutory, calendar, now)?;
        let promised = match (&self.promised, due.promised) {
            (Some(limit), Some(deadline)) => Some(count::standing(self, limit, deadline, calendar, now)?),
            _ => None,
        };
        Ok(ClockState { statutory, promised })
    }

    /// How much of the law's limit was used up to `until`, in its unit and without suspensions: days after the day on which
    /// the clock began, or whole hours.
    ///
    /// # Errors
    /// If the suspensions make no sense, or the calendar lacks a year.
    pub fn used(&self, calendar: &WorkingCalendar, until: Instant) -> Result<u32, NotArmed> {
        self.check()?;
        count::counted(self, &self.statutory, calendar, self.started, until)
    }

    /// The suspension that lasts, if one does.
    pub fn open_suspension(&self) -> Option<&Suspension> {
        self.suspensions.last().filter(|last| last.to.is_none())
    }

    fn still_runs(&self) -> Result<(), ClockRefusal> {
        if self.finished.is_some() { Err(ClockRefusal::Finished) } else { Ok(()) }
    }

    fn not_before(&self, at: Instant) -> Result<(), ClockRefusal> {
        let latest = self.suspensions.last().map_or(self.started, |last| last.to.unwrap_or(last.from));
        if at < latest { Err(ClockRefusal::TooEarly) } else { Ok(()) }
    }

    /// A clock read back from a store is checked like one that was built step by step.
    fn check(&self) -> Result<(), NotArmed> {
        let mut latest = self.started;
        for (at, suspension) in self.suspensions.iter().enumerate() {
            if !self.statutory.law.excludes(suspension.cause) || suspension.voucher.trim().is_empty() {
                return Err(NotArmed::Unfounded);
            }
            let open_before_the_last = suspension.to.is_none() && at + 1 < self.suspensions.len();
            if suspension.from < latest || suspension.to.is_some_and(|to| to < suspension.from) || open_before_the_last
            {
                return Err(NotArmed::Disordered);
            }
            latest = suspension.to.unwrap_or(suspension.from);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
