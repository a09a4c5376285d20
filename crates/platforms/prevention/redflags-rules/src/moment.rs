//! Instants as seconds, for counting days and comparing deadlines.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use ocds::When;
use serde::{Deserialize, Serialize};

/// Seconds of a day.
pub const DAY: i64 = 86_400;

/// An instant in whole seconds since 1970-01-01T00:00:00Z. A date without time is its midnight in the source's zone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Moment(pub i64);

impl Moment {
    /// The date in a zone, as a count of days from 1970-01-01.
    pub fn day_in(self, zone: &jiff::tz::TimeZone) -> i64 {
        let offset = jiff::Timestamp::from_second(self.0).map_or(0, |at| zone.to_offset(at).seconds());
        self.0.saturating_add(i64::from(offset)).div_euclid(DAY)
    }

    /// The instant of a published date, in the source's `zone` where it names none.
    pub fn of(when: &When<'_>, zone: &TimeZone) -> Self {
        Self(when.instant(zone).as_second())
    }

    /// The instant of a timestamp, to the second.
    pub fn at(timestamp: Timestamp) -> Self {
        Self(timestamp.as_second())
    }

    /// Whole periods of 24 h from `earlier` to `self`, truncated towards zero; negative if `self` is earlier.
    pub const fn days_since(self, earlier: Self) -> i64 {
        (self.0 - earlier.0) / DAY
    }

    /// `days` periods of 24 h later.
    pub const fn plus_days(self, days: i64) -> Self {
        Self(self.0.saturating_add(days.saturating_mul(DAY)))
    }

    /// ISO 8601 in UTC, for evidence and reports.
    pub fn text(self) -> String {
        Timestamp::from_second(self.0).map_or_else(|_| self.0.to_string(), |timestamp| timestamp.to_string())
    }

    /// The calendar year in `zone`.
    pub fn year(self, zone: &TimeZone) -> i16 {
        Timestamp::from_second(self.0).map_or(0, |timestamp| zone.to_datetime(timestamp).year())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_truncated_whole_periods() {
        let cases = [(0, 0), (DAY - 1, 0), (DAY, 1), (-DAY + 1, 0), (-DAY, -1), (15 * DAY, 15)];
        for (seconds, days) in cases {
            assert_eq!(Moment(seconds).days_since(Moment(0)), days);
        }
        assert_eq!(Moment(0).text(), "1970-01-01T00:00:00Z");
    }
}
