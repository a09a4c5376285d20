//! Times, durations and repetitions as models write them (ISO 8601; BPMN 2.0.2 §10.5.5, timer).

use std::str::FromStr;

use kernel::{Day, Instant, Zone};

const SECOND: i64 = 1_000;
const MINUTE: i64 = 60 * SECOND;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// A duration: months of the calendar, and milliseconds of physical time.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Period {
    /// Months; years are twelve.
    pub months: i32,
    /// Milliseconds; weeks and days are of 24 hours.
    pub ms: i64,
}

/// When something is due: once, or again and again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cycle {
    /// At a moment.
    At(Instant),
    /// So long after it is armed.
    After(Period),
    /// Again and again.
    Every {
        /// How often; none: without end.
        times: Option<u64>,
        /// When it is due first; none: one period after it is armed.
        from: Option<Instant>,
        /// The period.
        period: Period,
    },
}

/// A text that is no time, duration or repetition.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("neither a moment nor a duration nor a repetition (ISO 8601)")]
pub struct NoTime;

impl Period {
    /// Whether nothing would pass: a cycle of such a period would never end.
    pub fn is_empty(self) -> bool {
        self.months <= 0 && self.ms <= 0
    }

    /// The moment a period after another; months by the calendar of the zone, held at a shorter month's end.
    pub fn after(self, from: Instant, zone: Zone) -> Instant {
        if self.months == 0 {
            return from.plus_ms(self.ms);
        }
        let day = from.day(zone);
        let of_day = zone.start_of(day).ms_until(from);
        zone.start_of(day.plus_months(self.months)).plus_ms(of_day).plus_ms(self.ms)
    }
}

impl FromStr for Period {
    type Err = NoTime;

    fn from_str(text: &str) -> Result<Period, NoTime> {
        let (negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let rest = rest.strip_prefix('P').ok_or(NoTime)?;
        let (date, time) = rest.split_once('T').map_or((rest, None), |(date, time)| (date, Some(time)));
        let (mut months, mut ms) = (0_i64, 0_i64);
        let mut any = false;
        let mut take = |part: &str, units: &[(char, i64, bool)]| -> Result<(), NoTime> {
            let mut rest = part;
            let mut units = units.iter();
            while !rest.is_empty() {
                let at = rest.find(|c: char| c.is_ascii_alphabetic()).ok_or(NoTime)?;
                let (number, unit) = (&rest[..at], rest[at..].chars().next().ok_or(NoTime)?);
                // Units in their order, each once.
                let (_, size, is_months) = units.find(|(known, _, _)| *known == unit).ok_or(NoTime)?;
                let amount = thousandths(number, unit == 'S')?;
                let amount = amount.checked_mul(*size).ok_or(NoTime)? / 1_000;
                let total = if *is_months { &mut months } else { &mut ms };
                *total = total.checked_add(amount).ok_or(NoTime)?;
                any = true;
                rest = &rest[at + 1..];
            }
            Ok(())
        };
        take(date, &[('Y', 12, true), ('M', 1, true), ('W', 7 * DAY, false), ('D', DAY, false)])?;
        if let Some(time) = time {
            if time.is_empty() {
                return Err(NoTime);
            }
            take(time, &[('H', HOUR, false), ('M', MINUTE, false), ('S', SECOND, false)])?;
        }
        if !any {
            return Err(NoTime);
        }
        let sign = if negative { -1 } else { 1 };
        Ok(Period { months: i32::try_from(sign * months).map_err(|_| NoTime)?, ms: sign * ms })
    }
}

/// A number in thousandths; only seconds may have a fraction.
fn thousandths(text: &str, fraction: bool) -> Result<i64, NoTime> {
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) if fraction && !rest.is_empty() => (whole, rest),
        Some(_) => return Err(NoTime),
        None => (text, ""),
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !digits(rest) {
        return Err(NoTime);
    }
    let parts: String = rest.chars().chain("000".chars()).take(3).collect();
    let whole: i64 = whole.parse().map_err(|_| NoTime)?;
    let parts: i64 = parts.parse().map_err(|_| NoTime)?;
    whole.checked_mul(1_000).and_then(|whole| whole.checked_add(parts)).ok_or(NoTime)
}

/// A moment with its offset, or a day with or without a time of the zone.
fn moment(text: &str, zone: Zone) -> Result<Instant, NoTime> {
    if let Ok(instant) = text.parse() {
        return Ok(instant);
    }
    let (day, time) = text.split_once('T').unwrap_or((text, "00:00:00"));
    let day: Day = day.parse().map_err(|_| NoTime)?;
    let mut of_day = 0;
    let mut units = [HOUR, MINUTE, SECOND].into_iter();
    let mut parts = 0;
    for part in time.split(':') {
        let unit = units.next().ok_or(NoTime)?;
        let part = thousandths(part, unit == SECOND)?.checked_mul(unit).ok_or(NoTime)? / 1_000;
        of_day = part.checked_add(of_day).ok_or(NoTime)?;
        parts += 1;
    }
    if parts < 2 || of_day >= DAY {
        return Err(NoTime);
    }
    Ok(zone.start_of(day).plus_ms(of_day))
}

impl Cycle {
    /// Whether it comes more than once.
    pub fn repeats(self) -> bool {
        matches!(self, Cycle::Every { times, .. } if times != Some(1))
    }

    /// Reads a time, a duration or a repetition.
    ///
    /// - `zone`: of moments that name none.
    ///
    /// # Errors
    /// If the text is none of these, or a repetition would never come to an end of its first moment.
    pub fn read(text: &str, zone: Zone) -> Result<Cycle, NoTime> {
        let text = text.trim();
        if let Some(rest) = text.strip_prefix('R') {
            let (times, rest) = rest.split_once('/').ok_or(NoTime)?;
            let times = match times {
                "" | "-1" => None,
                times => Some(times.parse().map_err(|_| NoTime)?),
            };
            let (from, period) = match rest.split_once('/') {
                Some((from, period)) => (Some(moment(from, zone)?), period),
                None => (None, rest),
            };
            let period: Period = period.parse()?;
            return if period.is_empty() { Err(NoTime) } else { Ok(Cycle::Every { times, from, period }) };
        }
        match text.parse() {
            Ok(period) => Ok(Cycle::After(period)),
            Err(NoTime) => moment(text, zone).map(Cycle::At),
        }
    }

    /// When it is due first, and how often in all; none: without end.
    pub fn first(self, armed: Instant, zone: Zone) -> (Instant, Option<u64>) {
        match self {
            Cycle::At(at) => (at, Some(1)),
            Cycle::After(period) => (period.after(armed, zone), Some(1)),
            Cycle::Every { times, from, period } => (from.unwrap_or_else(|| period.after(armed, zone)), times),
        }
    }

    /// When it is due again after it was.
    pub fn next(self, due: Instant, zone: Zone) -> Instant {
        match self {
            Cycle::At(at) => at,
            Cycle::After(period) | Cycle::Every { period, .. } => period.after(due, zone),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_models_write() {
        let ms = |ms| Cycle::After(Period { months: 0, ms });
        let at = |text: &str| Cycle::At(text.parse().unwrap());
        let every = |times, ms| Cycle::Every { times, from: None, period: Period { months: 0, ms } };
        let cases = [
            ("PT10S", Some(ms(10 * SECOND))),
            (" P1DT2H3M4.5S ", Some(ms(DAY + 2 * HOUR + 3 * MINUTE + 4_500))),
            ("P2W", Some(ms(14 * DAY))),
            ("P1Y2M", Some(Cycle::After(Period { months: 14, ms: 0 }))),
            ("R4/PT10S", Some(every(Some(4), 10 * SECOND))),
            ("R/PT1H", Some(every(None, HOUR))),
            ("2026-03-01T08:00:00Z", Some(at("2026-03-01T08:00:00.000Z"))),
            ("2026-03-01T08:00:00", Some(at("2026-03-01T00:00:00.000Z"))),
            ("2026-03-01", Some(at("2026-02-28T16:00:00.000Z"))),
            ("P", None),
            ("PT", None),
            ("P1S", None),
            ("PT1.5H", None),
            ("P1D2Y", None),
            ("R4/PT0S", None),
            ("R4", None),
            ("tomorrow", None),
            ("2026-02-30", None),
            ("2026-03-01T25:00:00", None),
            ("P99999999999999999999D", None),
        ];
        for (text, read) in cases {
            assert_eq!(Cycle::read(text, Zone::CHINA).ok(), read, "{text}");
        }
    }

    #[test]
    fn months_keep_to_the_calendar() {
        let from: Instant = "2026-01-31T02:00:00.000Z".parse().unwrap();
        let month = Period { months: 1, ms: 0 };
        assert_eq!(month.after(from, Zone::CHINA).to_string(), "2026-02-28T02:00:00.000Z");
        let Ok(cycle) = Cycle::read("R3/2026-01-01T00:00:00Z/P1M", Zone::CHINA) else { panic!("a cycle") };
        let (first, times) = cycle.first(from, Zone::CHINA);
        assert_eq!((first.to_string().as_str(), times), ("2026-01-01T00:00:00.000Z", Some(3)));
        assert_eq!(cycle.next(first, Zone::CHINA).to_string(), "2026-02-01T00:00:00.000Z");
    }
}
