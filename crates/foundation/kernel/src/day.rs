//! Days, instants and zones, and the clock that tests can move.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::civil::{Date, Weekday};
use jiff::{Span, Timestamp};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const DAY_MS: i64 = 86_400_000;

/// One civil day, `0000-01-01..=9999-12-31`; prints, parses and serialises as `2026-01-31`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(Date);

/// The text or numbers name no day.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a day (YYYY-MM-DD)")]
pub struct NoSuchDay;

impl Day {
    /// The first day that can be written down.
    pub const MIN: Day = Day(Date::constant(0, 1, 1));
    /// The last day that can be written down.
    pub const MAX: Day = Day(Date::constant(9999, 12, 31));

    /// The day of that year, month (`1..=12`) and day of the month.
    pub fn new(year: i16, month: i8, day: i8) -> Result<Day, NoSuchDay> {
        if year < 0 {
            return Err(NoSuchDay);
        }
        Date::new(year, month, day).map(Day).map_err(|_| NoSuchDay)
    }

    /// The same for days that are written in source code.
    ///
    /// # Panics
    /// Where there is no such day (at compile time in a constant): a bug, never data.
    pub const fn constant(year: i16, month: i8, day: i8) -> Day {
        assert!(year >= 0, "years before 0 are not written down");
        Day(Date::constant(year, month, day))
    }

    /// The day of a `jiff` date, if its year has four digits.
    pub fn from_date(date: Date) -> Result<Day, NoSuchDay> {
        if date.year() < 0 { Err(NoSuchDay) } else { Ok(Day(date)) }
    }

    /// The day as a `jiff` date.
    pub const fn date(self) -> Date {
        self.0
    }

    /// The year, `0..=9999`.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, `1..=12`.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, `1..=31`.
    pub fn day_of_month(self) -> i8 {
        self.0.day()
    }

    /// The day of the year, `1..=366`.
    pub fn day_of_year(self) -> i16 {
        self.0.day_of_year()
    }

    /// Whether it is a Saturday or a Sunday, which says nothing about whether people work: see
    /// [`WorkingCalendar`](crate::calendar::WorkingCalendar).
    pub fn is_weekend(self) -> bool {
        matches!(self.0.weekday(), Weekday::Saturday | Weekday::Sunday)
    }

    /// The day of the week, Monday = 1 … Sunday = 7.
    pub fn weekday(self) -> i8 {
        self.0.weekday().to_monday_one_offset()
    }

    /// The day `days` later (earlier if negative), or `None` beyond the years 0 to 9999.
    pub fn checked_add(self, days: i64) -> Option<Day> {
        let span = Span::new().try_days(days).ok()?;
        Day::from_date(self.0.checked_add(span).ok()?).ok()
    }

    /// The day `days` later (earlier if negative), at most [`Day::MAX`] and at least [`Day::MIN`].
    pub fn plus(self, days: i64) -> Day {
        self.checked_add(days).unwrap_or(if days < 0 { Day::MIN } else { Day::MAX })
    }

    /// The day `months` later, the last of the month where that has no such day (民法典 art. 202).
    pub fn plus_months(self, months: i32) -> Day {
        let ends = if months < 0 { Day::MIN } else { Day::MAX };
        let Ok(span) = Span::new().try_months(months) else {
            return ends;
        };
        self.0.checked_add(span).ok().and_then(|date| Day::from_date(date).ok()).unwrap_or(ends)
    }

    /// Days from this one to `later`; negative if that is earlier.
    pub fn days_until(self, later: Day) -> i64 {
        later.number() - self.number()
    }

    /// Days since 1970-01-01, negative before.
    pub fn number(self) -> i64 {
        // Days from civil, the usual arithmetic of the proleptic Gregorian calendar with years that begin in March.
        let (year, month, day) = (i64::from(self.year()), i64::from(self.month()), i64::from(self.day_of_month()));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    /// The day of a number of days since 1970-01-01, or `None` beyond the years 0 to 9999.
    pub fn from_number(number: i64) -> Option<Day> {
        Day::constant(1970, 1, 1).checked_add(number)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year(), self.month(), self.day_of_month())
    }
}

impl fmt::Debug for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Day {
    type Err = NoSuchDay;

    /// Accepts `YYYY-MM-DD` only.
    fn from_str(text: &str) -> Result<Day, NoSuchDay> {
        let bytes = text.as_bytes();
        let shaped = bytes.len() == 10
            && bytes.iter().enumerate().all(|(i, b)| if matches!(i, 4 | 7) { *b == b'-' } else { b.is_ascii_digit() });
        if !shaped {
            return Err(NoSuchDay);
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<i16>().map_err(|_| NoSuchDay);
        let small = |range| number(range).and_then(|n| i8::try_from(n).map_err(|_| NoSuchDay));
        Day::new(number(0..4)?, small(5..7)?, small(8..10)?)
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Day, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// One moment: milliseconds since 1970-01-01T00:00:00Z.
///
/// Prints, parses and serialises as `2026-01-31T08:00:00.000Z`, always UTC and always three digits of a second.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(i64);

/// The text names no moment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a moment (RFC 3339)")]
pub struct NoSuchInstant;

impl Instant {
    /// The moment of that many milliseconds.
    pub const fn from_ms(ms: i64) -> Instant {
        Instant(ms)
    }

    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The moment `ms` later (earlier if negative), held at the ends of the range.
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Instant {
        Instant(self.0.saturating_add(ms))
    }

    /// Milliseconds from this moment to `later`; negative if that is earlier.
    pub const fn ms_until(self, later: Instant) -> i64 {
        later.0.saturating_sub(self.0)
    }

    /// The civil day of this moment in `zone`.
    pub fn day(self, zone: Zone) -> Day {
        let local = self.0.saturating_add(zone.offset_ms());
        let number = local.div_euclid(DAY_MS);
        Day::from_number(number).unwrap_or(if number < 0 { Day::MIN } else { Day::MAX })
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = self.day(Zone::UTC);
        let of_day = self.0.rem_euclid(DAY_MS);
        let (hours, minutes, seconds) = (of_day / 3_600_000, of_day / 60_000 % 60, of_day / 1000 % 60);
        write!(f, "{day}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", of_day % 1000)
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Instant {
    type Err = NoSuchInstant;

    /// Accepts RFC 3339 with any offset; what is finer than a millisecond is cut off.
    fn from_str(text: &str) -> Result<Instant, NoSuchInstant> {
        let moment: Timestamp = text.parse().map_err(|_| NoSuchInstant)?;
        Ok(Instant(i64::try_from(moment.as_nanosecond().div_euclid(1_000_000)).map_err(|_| NoSuchInstant)?))
    }
}

impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Instant, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

/// A civil time: a fixed distance from UTC, in minutes.
///
/// Fixed because the law of a jurisdiction counts whole civil days, and China has had one time without summer time
/// since 1992 (北京时间, UTC+8). A moment before then may fall on the neighbouring day in the last hour of a summer day.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Zone {
    /// Minutes east of UTC.
    pub offset_minutes: i16,
}

impl Zone {
    /// UTC.
    pub const UTC: Zone = Zone { offset_minutes: 0 };
    /// Beijing time 北京时间.
    pub const CHINA: Zone = Zone { offset_minutes: 480 };

    const fn offset_ms(self) -> i64 {
        self.offset_minutes as i64 * 60_000
    }

    /// The moment at which `day` begins, 00:00.
    pub fn start_of(self, day: Day) -> Instant {
        Instant(day.number() * DAY_MS - self.offset_ms())
    }

    /// The moment at which `day` is over, 24:00: the first that no longer belongs to it.
    pub fn end_of(self, day: Day) -> Instant {
        self.start_of(day).plus_ms(DAY_MS)
    }
}

impl Default for Zone {
    fn default() -> Zone {
        Zone::CHINA
    }
}

/// Where time comes from: the system in earnest, a test's hand in tests. Never read by a decision, which takes `today`.
pub trait Clock: Send + Sync {
    /// The present moment.
    fn now(&self) -> Instant;

    /// The civil time of the jurisdiction.
    fn zone(&self) -> Zone {
        Zone::CHINA
    }

    /// The present day.
    fn today(&self) -> Day {
        self.now().day(self.zone())
    }
}

impl<C: Clock + ?Sized> Clock for Arc<C> {
    fn now(&self) -> Instant {
        (**self).now()
    }

    fn zone(&self) -> Zone {
        (**self).zone()
    }
}

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock {
    /// The civil time of the jurisdiction.
    pub zone: Zone,
}

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        // A machine set before 1970 reads as 1970: certificates and signatures fail long before that matters.
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Instant(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    fn zone(&self) -> Zone {
        self.zone
    }
}

/// A clock that stands still until moved. Clones move together.
#[derive(Clone, Debug)]
pub struct TestClock {
    ms: Arc<AtomicI64>,
    zone: Zone,
}

impl TestClock {
    /// A clock that stands at `at`, in Beijing time.
    pub fn at(at: Instant) -> TestClock {
        TestClock { ms: Arc::new(AtomicI64::new(at.ms())), zone: Zone::CHINA }
    }

    /// A clock that stands at 09:00 Beijing time of that day.
    pub fn on(day: Day) -> TestClock {
        TestClock::at(Zone::CHINA.start_of(day).plus_ms(9 * 3_600_000))
    }

    /// Moves it by that many milliseconds, back if negative.
    pub fn advance_ms(&self, ms: i64) {
        self.ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// Moves it by whole days.
    pub fn advance_days(&self, days: i64) {
        self.advance_ms(days.saturating_mul(DAY_MS));
    }

    /// Sets it.
    pub fn set(&self, at: Instant) {
        self.ms.store(at.ms(), Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Instant {
        Instant(self.ms.load(Ordering::SeqCst))
    }

    fn zone(&self) -> Zone {
        self.zone
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn days_parse_strictly() {
        let cases = [
            ("2026-01-31", true),
            ("2024-02-29", true),
            ("2026-02-29", false),
            ("2026-1-31", false),
            ("20260131", false),
            ("2026-01-31T00:00:00Z", false),
            ("-026-01-31", false),
            ("2026-00-10", false),
            ("二〇二六-01-01", false),
            ("", false),
        ];
        for (text, fine) in cases {
            assert_eq!(text.parse::<Day>().is_ok(), fine, "{text}");
        }
        assert_eq!(Day::constant(2026, 1, 31).plus_months(1), Day::constant(2026, 2, 28));
        assert_eq!(Day::MAX.plus(1), Day::MAX);
        assert_eq!(Day::MIN.checked_add(-1), None);
    }

    #[test]
    fn a_moment_belongs_to_a_day_of_a_zone() {
        let moment: Instant = "2026-01-31T16:00:00Z".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-01-31T16:00:00.000Z");
        assert_eq!(moment.day(Zone::UTC), Day::constant(2026, 1, 31));
        assert_eq!(moment.day(Zone::CHINA), Day::constant(2026, 2, 1));
        assert_eq!(Zone::CHINA.start_of(Day::constant(2026, 2, 1)), moment);
        assert_eq!("2026-02-01T00:00:00.0009+08:00".parse::<Instant>().unwrap(), moment);
        assert!("2026-02-01".parse::<Instant>().is_err());
        assert_eq!(Instant::from_ms(i64::MAX).day(Zone::CHINA), Day::MAX);
    }

    #[test]
    fn the_test_clock_moves_by_hand() {
        let clock = TestClock::on(Day::constant(2026, 7, 1));
        let same = clock.clone();
        clock.advance_days(2);
        assert_eq!(same.today(), Day::constant(2026, 7, 3));
        assert!(SystemClock::default().today() > Day::constant(2020, 1, 1));
    }

    proptest! {
        #[test]
        fn day_numbers_read_back(number in -719_528i64..2_932_896) {
            let day = Day::from_number(number).unwrap();
            prop_assert_eq!(day.number(), number);
            prop_assert_eq!(day.to_string().parse::<Day>().unwrap(), day);
            prop_assert_eq!(Zone::CHINA.start_of(day).day(Zone::CHINA), day);
            prop_assert_eq!(Zone::CHINA.end_of(day).plus_ms(-1).day(Zone::CHINA), day);
        }

        #[test]
        fn moments_read_back(ms in -62_167_219_200_000i64..253_402_300_800_000) {
            // jiff's timestamps end a few hours before the last day of 9999 does.
            prop_assume!(ms < 253_402_200_000_000);
            prop_assert_eq!(Instant::from_ms(ms).to_string().parse::<Instant>().unwrap().ms(), ms);
        }
    }
}
