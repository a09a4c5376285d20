//! The counting itself.

use super::{Deadline, NotArmed, Standing, StatutoryClock};
use crate::calendar::WorkingCalendar;
use crate::day::{Day, Instant};
use crate::limit::{Limit, Unit};

const HOUR_MS: i64 = 3_600_000;

/// When `limit` ends on this clock.
pub(super) fn deadline(
    clock: &StatutoryClock,
    limit: &Limit,
    calendar: &WorkingCalendar,
) -> Result<Deadline, NotArmed> {
    if limit.budget.value == 0 {
        return Err(NotArmed::NoBudget);
    }
    match limit.budget.unit {
        Unit::Hours => Ok(hours(clock, limit.budget.value)),
        Unit::CalendarDays | Unit::WorkingDays => days(clock, limit, calendar),
    }
}

fn hours(clock: &StatutoryClock, budget: u32) -> Deadline {
    let mut left = i64::from(budget) * HOUR_MS;
    let mut at = clock.started;
    for suspension in &clock.suspensions {
        let ran = at.ms_until(suspension.from);
        if ran >= left {
            break;
        }
        left -= ran;
        match suspension.to {
            Some(to) => at = to,
            None => {
                return Deadline::Waiting { since: suspension.from, left: whole_hours(left) };
            }
        }
    }
    let ends = at.plus_ms(left);
    Deadline::At { last_day: ends.plus_ms(-1).day(clock.zone), ends }
}

fn days(clock: &StatutoryClock, limit: &Limit, calendar: &WorkingCalendar) -> Result<Deadline, NotArmed> {
    let working = limit.budget.unit == Unit::WorkingDays;
    let mut left = limit.budget.value;
    let mut day = clock.started.day(clock.zone);
    loop {
        day = day.checked_add(1).ok_or(NotArmed::TooFar)?;
        match suspended_on(clock, day) {
            Still::No => {}
            Still::Until(until) => {
                // On to the eve of the day on which it runs again; suspensions are long and clocks are many.
                day = until.plus(-1);
                continue;
            }
            Still::Open(since) => return Ok(Deadline::Waiting { since, left }),
        }
        if left > 0 {
            left -= u32::from(!working || calendar.is_working(day)?);
        }
        // With nothing left a limit that rolls over goes on to a day on which people work.
        if left == 0 && (working || !limit.rolls_over || calendar.is_working(day)?) {
            break;
        }
    }
    Ok(Deadline::At { last_day: day, ends: clock.zone.end_of(day) })
}

/// How `limit`, which ends at `deadline`, stands at `now`.
pub(super) fn standing(
    clock: &StatutoryClock,
    limit: &Limit,
    deadline: Deadline,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Result<Standing, NotArmed> {
    if let Some(finished) = clock.finished {
        let late_by = match deadline {
            Deadline::At { last_day, ends } if finished >= ends => {
                over_by(clock, limit, last_day, ends, calendar, finished)?
            }
            Deadline::At { .. } | Deadline::Waiting { .. } => 0,
        };
        return Ok(Standing::Finished { late_by });
    }
    let still = clock.suspensions.iter().find(|s| s.from <= now && s.to.is_none_or(|to| now < to));
    match (deadline, still) {
        (Deadline::At { last_day, ends }, _) if now >= ends => {
            Ok(Standing::Overdue { by: over_by(clock, limit, last_day, ends, calendar, now)? })
        }
        (Deadline::At { .. }, Some(s)) => Ok(Standing::Suspended { since: s.from, cause: s.cause, left: None }),
        (Deadline::Waiting { left, .. }, Some(s)) => {
            Ok(Standing::Suspended { since: s.from, cause: s.cause, left: Some(left) })
        }
        // Asked about a moment before the open suspension began: what was left then is what is left now and the days between.
        (Deadline::Waiting { since, left }, None) => {
            Ok(Standing::Running { left: left.saturating_add(counted(clock, limit, calendar, now, since)?) })
        }
        (Deadline::At { last_day, ends }, None) => {
            if now.day(clock.zone) == last_day {
                return Ok(Standing::DueToday { hours: whole_hours(now.ms_until(ends)) });
            }
            Ok(Standing::Running { left: counted(clock, limit, calendar, now, ends.plus_ms(-1))? })
        }
    }
}

/// What of the limit's unit is counted after `now` up to `until`: days after today, or whole hours.
pub(super) fn counted(
    clock: &StatutoryClock,
    limit: &Limit,
    calendar: &WorkingCalendar,
    now: Instant,
    until: Instant,
) -> Result<u32, NotArmed> {
    if limit.budget.unit == Unit::Hours {
        let still: i64 = clock.suspensions.iter().map(|s| overlap_ms(now, until, s.from, s.to.unwrap_or(until))).sum();
        return Ok(whole_hours(now.ms_until(until.plus_ms(1)) - still));
    }
    let mut count = 0;
    let mut day = now.max(clock.started).day(clock.zone);
    let last = until.day(clock.zone);
    while day < last {
        day = day.plus(1);
        let runs = matches!(suspended_on(clock, day), Still::No);
        count += u32::from(runs && (limit.budget.unit == Unit::CalendarDays || calendar.is_working(day)?));
    }
    Ok(count)
}

/// By how much `now` is past the end, at least 1.
fn over_by(
    clock: &StatutoryClock,
    limit: &Limit,
    last_day: Day,
    ends: Instant,
    calendar: &WorkingCalendar,
    now: Instant,
) -> Result<u32, NotArmed> {
    let today = now.day(clock.zone);
    let by = match limit.budget.unit {
        Unit::Hours => (ends.ms_until(now) + HOUR_MS - 1) / HOUR_MS,
        Unit::CalendarDays => last_day.days_until(today),
        Unit::WorkingDays => calendar.working_days_between(last_day, today)?,
    };
    Ok(u32::try_from(by.max(1)).unwrap_or(u32::MAX))
}

enum Still {
    No,
    Until(Day),
    Open(Instant),
}

fn suspended_on(clock: &StatutoryClock, day: Day) -> Still {
    for suspension in &clock.suspensions {
        if suspension.from.day(clock.zone) > day {
            continue;
        }
        match suspension.to.map(|to| to.day(clock.zone)) {
            None => return Still::Open(suspension.from),
            Some(to) if day < to => return Still::Until(to),
            Some(_) => {}
        }
    }
    Still::No
}

fn overlap_ms(from: Instant, to: Instant, other_from: Instant, other_to: Instant) -> i64 {
    from.max(other_from).ms_until(to.min(other_to)).max(0)
}

fn whole_hours(ms: i64) -> u32 {
    u32::try_from(ms / HOUR_MS).unwrap_or(0)
}
