//! What an organ owes, and until when: a pure function of catalogue, calendar, the day since when it discloses on this node, and
//! what was published.
//!
//! What comes back is owed for each period; what comes once, from the day on which the organ began; what comes by change, from
//! the day on which the information came to be. Whatever falls due on or after the day of beginning is owed.

use kernel::calendar::WorkingCalendar;
use kernel::clock::{Deadline, NotArmed, StatutoryClock};
use kernel::day::Zone;
use kernel::{Day, Refuse as _};
use serde::{Deserialize, Serialize};

use crate::catalogue::{By, Entry, Often};

/// A time for which something is disclosed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Period {
    /// Once and for all.
    Once,
    /// A month, `1..=12`.
    Month(i16, i8),
    /// A quarter, `1..=4`.
    Quarter(i16, i8),
    /// A year.
    Year(i16),
}

impl Period {
    /// The period of this kind that a day lies in; none for what comes by change.
    pub fn containing(often: Often, day: Day) -> Option<Period> {
        match often {
            Often::OnChange => None,
            Often::Once => Some(Period::Once),
            Often::Monthly => Some(Period::Month(day.year(), day.month())),
            Often::Quarterly => Some(Period::Quarter(day.year(), (day.month() - 1) / 3 + 1)),
            Often::Yearly => Some(Period::Year(day.year())),
        }
    }

    /// From its code: `once`, `2026-03`, `2026-Q1`, `2026`.
    pub fn parse(code: &str) -> Option<Period> {
        if code == "once" {
            return Some(Period::Once);
        }
        let year = |text: &str| text.parse::<i16>().ok().filter(|year| text.len() == 4 && (1..=9998).contains(year));
        match code.split_once('-') {
            None => year(code).map(Period::Year),
            Some((of, rest)) => match rest.strip_prefix('Q') {
                Some(quarter) => {
                    let quarter = quarter.parse().ok().filter(|it| (1..=4).contains(it) && rest.len() == 2)?;
                    Some(Period::Quarter(year(of)?, quarter))
                }
                None => {
                    let month = rest.parse().ok().filter(|it| (1..=12).contains(it) && rest.len() == 2)?;
                    Some(Period::Month(year(of)?, month))
                }
            },
        }
    }

    /// The code by which acts and addresses name it.
    pub fn code(self) -> String {
        match self {
            Period::Once => "once".to_owned(),
            Period::Month(year, month) => format!("{year:04}-{month:02}"),
            Period::Quarter(year, quarter) => format!("{year:04}-Q{quarter}"),
            Period::Year(year) => format!("{year:04}"),
        }
    }

    /// How often periods of this kind come.
    pub fn often(self) -> Often {
        match self {
            Period::Once => Often::Once,
            Period::Month(..) => Often::Monthly,
            Period::Quarter(..) => Often::Quarterly,
            Period::Year(_) => Often::Yearly,
        }
    }

    /// Its first day; none for what comes once.
    pub fn first(self) -> Option<Day> {
        match self {
            Period::Once => None,
            Period::Month(year, month) => Day::new(year, month, 1).ok(),
            Period::Quarter(year, quarter) => Day::new(year, quarter * 3 - 2, 1).ok(),
            Period::Year(year) => Day::new(year, 1, 1).ok(),
        }
    }

    /// Its last day; none for what comes once.
    pub fn last(self) -> Option<Day> {
        let months = match self {
            Period::Once => return None,
            Period::Month(..) => 1,
            Period::Quarter(..) => 3,
            Period::Year(_) => 12,
        };
        self.first().map(|first| first.plus_months(months).plus(-1))
    }

    /// The one after it.
    pub fn next(self) -> Option<Period> {
        Period::containing(self.often(), self.last()?.checked_add(1)?)
    }

    /// The one before it.
    pub fn before(self) -> Option<Period> {
        Period::containing(self.often(), self.first()?.checked_add(-1)?)
    }
}

/// A duty with its end, or with why that cannot be counted.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Armed {
    /// The entry.
    pub entry: String,
    /// The period.
    pub period: String,
    /// The last day on which it is in time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due: Option<Day>,
    /// Code of the refusal of the clock, where it cannot be counted; such a duty is said and not dropped.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// The last day on which something is in time that came to be on `anchor`; none where the law gives no figure.
///
/// The day itself is not counted, a last day of rest moves on (G-01, G-02).
///
/// # Errors
/// If the calendar lacks a year: nothing runs unmeasured.
pub fn after(by: &By, anchor: Day, (calendar, zone): (&WorkingCalendar, Zone)) -> Result<Option<Day>, NotArmed> {
    let By::Within(limit) = by else { return Ok(None) };
    let clock = StatutoryClock::start(zone.start_of(anchor), zone, limit.clone());
    match clock.due(calendar)?.statutory {
        Deadline::At { last_day, .. } => Ok(Some(last_day)),
        // No clock of ours is suspended.
        Deadline::Waiting { .. } => Ok(None),
    }
}

/// The last day on which the entry is in time for a period.
///
/// - `since`: when the organ began to disclose here; what comes once is counted from there.
///
/// # Errors
/// As [`after`].
pub fn due(
    entry: &Entry,
    period: Period,
    since: Day,
    counting: (&WorkingCalendar, Zone),
) -> Result<Option<Day>, NotArmed> {
    match &entry.by {
        By::Within(_) => after(&entry.by, period.last().unwrap_or(since), counting),
        // A named day is that day, at rest or not: nothing is counted up to it.
        By::Day { month, day } => {
            let year = period.last().map_or(since.year(), Day::year);
            Ok(Day::new(year.saturating_add(1), *month, *day).ok())
        }
        By::Period => Ok(period.last()),
        By::NoLimit(_) => Ok(None),
    }
}

/// The duty of an entry for a period.
pub fn arm(entry: &Entry, period: Period, since: Day, counting: (&WorkingCalendar, Zone)) -> Armed {
    let (due, why) = match due(entry, period, since, counting) {
        Ok(due) => (due, None),
        Err(cannot) => (None, Some(cannot.code().to_owned())),
    };
    Armed { entry: entry.code.clone(), period: period.code(), due, why }
}

/// The first duty of an entry for an organ that discloses here since a day: none where it comes by change or is not owed.
pub fn first(entry: &Entry, since: Day, counting: (&WorkingCalendar, Zone)) -> Option<Armed> {
    if !entry.is_owed() {
        return None;
    }
    let since = entry.begins.map_or(since, |begins| begins.max(since));
    let now = Period::containing(entry.often, since)?;
    // What of the period before falls due yet is owed too: the report on last year, say.
    let earlier = now.before().filter(|period| entry.begins.is_none_or(|begins| period.last() >= Some(begins)));
    let still_due = earlier.filter(|it| matches!(due(entry, *it, since, counting), Ok(Some(due)) if due >= since));
    Some(arm(entry, still_due.unwrap_or(now), since, counting))
}

/// The duty that follows one for a period: none where it comes once.
pub fn next(entry: &Entry, period: Period, since: Day, counting: (&WorkingCalendar, Zone)) -> Option<Armed> {
    Some(arm(entry, period.next()?, since, counting)).filter(|_| entry.is_owed())
}

#[cfg(test)]
mod tests {
    use kernel::packs::Packs;

    use super::*;
    use crate::catalogue::Catalogue;

    fn day(text: &str) -> Day {
        text.parse().unwrap()
    }

    fn calendar() -> WorkingCalendar {
        WorkingCalendar::from_packs(&Packs::embedded()).unwrap()
    }

    #[test]
    fn a_period_is_what_its_code_says() {
        let cases = [
            ("2026-02", "2026-02-01", "2026-02-28", "2026-03", "2026-01"),
            ("2024-02", "2024-02-01", "2024-02-29", "2024-03", "2024-01"),
            ("2026-12", "2026-12-01", "2026-12-31", "2027-01", "2026-11"),
            ("2026-Q1", "2026-01-01", "2026-03-31", "2026-Q2", "2025-Q4"),
            ("2026-Q4", "2026-10-01", "2026-12-31", "2027-Q1", "2026-Q3"),
            ("2026", "2026-01-01", "2026-12-31", "2027", "2025"),
        ];
        for (code, first, last, next, before) in cases {
            let period = Period::parse(code).unwrap();
            assert_eq!(period.code(), code);
            assert_eq!((period.first(), period.last()), (Some(day(first)), Some(day(last))), "{code}");
            assert_eq!(period.next().map(Period::code).as_deref(), Some(next), "{code}");
            assert_eq!(period.before().map(Period::code).as_deref(), Some(before), "{code}");
            for at in [first, last] {
                assert_eq!(Period::containing(period.often(), day(at)), Some(period), "{at}");
            }
        }
        assert_eq!((Period::Once.next(), Period::Once.last()), (None, None));
        for none in
            ["", "2026-13", "2026-00", "2026-Q0", "2026-Q5", "26", "2026-1", "x", "2026-Q", "2026-Q11", "-", "０"]
        {
            assert_eq!(Period::parse(none), None, "{none}");
        }
    }

    /// Every entry of the catalogue that falls due: since when the organ discloses, its first duty, and the one after it.
    #[test]
    fn each_entry_falls_due_as_its_law_says() {
        let catalogue = Catalogue::embedded().unwrap();
        let calendar = calendar();
        let counting = (&calendar, Zone::CHINA);
        let cases = [
            // Twenty working days after 2 March: no day of rest but weekends until the 30th.
            ("GOV-02", "2026-03-02", Some(("once", "2026-03-30")), None),
            // Over the Spring Festival of 2026, from 15 to 23 February, with make-up days on 14 and 28.
            ("GOV-02", "2026-02-09", Some(("once", "2026-03-13")), None),
            ("GOV-09", "2026-03-02", Some(("once", "2026-03-30")), None),
            // The report on the year before is owed by whoever begins before it is due, and is not moved by a Saturday.
            ("GOV-15", "2026-01-05", Some(("2025", "2026-01-31")), Some(("2026", "2027-01-31"))),
            ("GOV-15", "2026-01-31", Some(("2025", "2026-01-31")), Some(("2026", "2027-01-31"))),
            ("GOV-15", "2026-02-01", Some(("2026", "2027-01-31")), Some(("2027", "2028-01-31"))),
            ("GOV-16", "2026-03-31", Some(("2025", "2026-03-31")), Some(("2026", "2027-03-31"))),
            ("VIL-01", "2026-02-15", Some(("2026-Q1", "2026-03-31")), Some(("2026-Q2", "2026-06-30"))),
            ("VIL-02", "2026-02-15", Some(("2026-02", "2026-02-28")), Some(("2026-03", "2026-03-31"))),
            ("INS-01", "2026-03-02", Some(("once", "2026-03-30")), None),
            // By change, or uncertain: nothing is owed by the calendar.
            ("GOV-01", "2026-03-02", None, None),
            ("VIL-04", "2026-03-02", None, None),
            ("PTY-02", "2026-03-02", None, None),
        ];
        for (code, since, expected, after) in cases {
            let entry = catalogue.entry(code).unwrap();
            let armed = first(entry, day(since), counting);
            let said = |armed: &Armed| (armed.period.clone(), armed.due.unwrap().to_string());
            let owned = |(period, due): (&str, &str)| (period.to_owned(), due.to_owned());
            assert_eq!(armed.as_ref().map(said), expected.map(owned), "{code} since {since}");
            let following = armed.and_then(|it| next(entry, Period::parse(&it.period).unwrap(), day(since), counting));
            assert_eq!(following.as_ref().map(said), after.map(owned), "{code} since {since}, the next");
        }
    }

    #[test]
    fn what_comes_by_change_is_counted_from_the_day_it_came_to_be() {
        let catalogue = Catalogue::embedded().unwrap();
        let calendar = calendar();
        let cases = [
            ("twenty working days", "GOV-01", "2026-03-02", Some("2026-03-30")),
            ("twenty calendar days end on a Sunday", "GOV-06", "2026-03-02", Some("2026-03-23")),
            ("twenty calendar days", "GOV-06", "2026-03-04", Some("2026-03-24")),
            ("a last day at rest moves on", "GOV-07", "2026-09-12", Some("2026-10-08")),
            ("no figure in the law", "VIL-03", "2026-03-02", None),
        ];
        for (case, code, came, expected) in cases {
            let entry = catalogue.entry(code).unwrap();
            let due = after(&entry.by, day(came), (&calendar, Zone::CHINA)).unwrap();
            assert_eq!(due, expected.map(day), "{case}");
        }
    }

    #[test]
    fn what_no_calendar_measures_is_said_and_not_guessed() {
        let catalogue = Catalogue::embedded().unwrap();
        let calendar = calendar();
        let entry = catalogue.entry("GOV-02").unwrap();
        let armed = first(entry, day("2026-12-20"), (&calendar, Zone::CHINA)).unwrap();
        assert_eq!((armed.due, armed.why.as_deref()), (None, Some("clock.no_calendar")));
        // A named day needs no calendar.
        let armed = first(catalogue.entry("GOV-15").unwrap(), day("2029-12-20"), (&calendar, Zone::CHINA)).unwrap();
        assert_eq!((armed.due, armed.why), (Some(day("2030-01-31")), None));
    }

    #[test]
    fn an_entry_that_is_younger_is_owed_from_its_first_day_on() {
        let mut entry = Catalogue::embedded().unwrap().entry("VIL-01").unwrap().clone();
        entry.begins = Some(day("2026-01-01"));
        let calendar = calendar();
        let armed = first(&entry, day("2025-11-03"), (&calendar, Zone::CHINA)).unwrap();
        assert_eq!(armed.period, "2026-Q1");
    }
}
