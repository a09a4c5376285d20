//! Moments of the demonstration: seconds of civil time in Beijing, which has one offset all year.

use std::fmt;
use std::ops::Add;

use kernel::Day;

/// Seconds since 1970-01-01T00:00:00+08:00.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Moment(pub(super) i64);

/// One day in seconds.
pub(super) const DAY: i64 = 86_400;

impl Moment {
    /// A time of day on a day given by its number since 1970-01-01.
    pub(super) const fn at(day: i64, hour: i64, minute: i64) -> Moment {
        Moment(day * DAY + hour * 3600 + minute * 60)
    }

    /// The number of its day.
    pub(super) const fn day(self) -> i64 {
        self.0.div_euclid(DAY)
    }

    /// The same time of day some days later.
    pub(super) const fn plus_days(self, days: i64) -> Moment {
        Moment(self.0 + days * DAY)
    }
}

impl Add<i64> for Moment {
    type Output = Moment;

    fn add(self, seconds: i64) -> Moment {
        Moment(self.0 + seconds)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seconds = self.0.rem_euclid(DAY);
        let day = Day::from_number(self.day()).unwrap_or(Day::MAX);
        write!(f, "{day}T{:02}:{:02}:{:02}+08:00", seconds / 3600, seconds / 60 % 60, seconds % 60)
    }
}

/// Whether nobody works: weekends and the fixed days of the great holidays. A plain guess that makes dates look
/// natural; what a working day is in law is the kernel's calendar.
pub(super) fn is_rest(day: i64) -> bool {
    let Some(day) = Day::from_number(day) else { return false };
    day.is_weekend()
        || matches!((day.month(), day.day_of_month()), (10, 1..=8) | (5, 1..=5) | (1, 1..=3))
        || matches!((day.month(), day.day_of_month()), (1, 28..=31) | (2, 1..=4 | 15..=23) | (4, 4..=6) | (6, 19..=21))
}

/// The day itself or the next on which people work.
pub(super) fn working(mut day: i64) -> i64 {
    while is_rest(day) {
        day += 1;
    }
    day
}

/// The day that is `n` working days later.
pub(super) fn plus_working(day: i64, n: i64) -> i64 {
    (0..n).fold(day, |day, _| working(day + 1))
}

/// The first Monday on or after the day in whose neighbourhood no holiday lies: there working days are the same in every
/// calendar.
pub(super) fn plain_monday(mut day: i64) -> i64 {
    let weekday = |day| Day::from_number(day).map_or(1, Day::weekday);
    while weekday(day) != 1 || (day - 7..day + 14).any(is_near_feast) {
        day += 1;
    }
    day
}

/// Weeks in which holidays and make-up working days 调休 lie, in one year or another.
fn is_near_feast(day: i64) -> bool {
    Day::from_number(day).is_some_and(|day| match (day.month(), day.day_of_month()) {
        (1 | 2, _) | (5, ..=11) | (10, ..=14) => true,
        (4, date) => date <= 8 || date >= 24,
        (6, date) => date <= 28,
        (5, date) => date >= 27,
        (9, date) => date >= 13,
        (12, date) => date >= 27,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_print_with_their_offset() {
        let day = Day::constant(2026, 3, 2).number();
        assert_eq!(Moment::at(day, 9, 5).to_string(), "2026-03-02T09:05:00+08:00");
        assert_eq!((Moment::at(day, 9, 5) + 61).plus_days(1).to_string(), "2026-03-03T09:06:01+08:00");
        assert_eq!((working(day), working(day + 5), plus_working(day, 5)), (day, day + 7, day + 7));
        assert_eq!(Moment::at(day, 23, 59).day(), day);
        for day in day..day + 800 {
            let monday = plain_monday(day);
            assert!(monday - day < 130 && plus_working(monday, 5) == monday + 7, "{day}");
        }
    }
}
