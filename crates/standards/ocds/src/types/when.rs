//! Dates as published: a day, a local time, or an instant.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::{Offset, TimeZone};

use super::lenient::{Read, Text, read_as};
use crate::fault::Code;
use crate::json::{Input, Step};

/// A date or date-time with the text it was published as.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct When<'a> {
    raw: Text<'a>,
    moment: Moment,
}

/// What a published date says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Moment {
    /// A day without a time: `2026-01-31`.
    Day(Date),
    /// A time without a zone: `2026-01-31T09:30:00`. OCDS asks for a zone; many sources omit it.
    Local(DateTime),
    /// An instant, with the offset it was written in: `2026-01-31T09:30:00+08:00`.
    Instant(Timestamp, Offset),
}

impl<'a> When<'a> {
    /// Reads ISO 8601 as OCDS uses it, a space for the `T` and an offset without colon let through; `None` if it is
    /// not a date that exists.
    pub fn parse(raw: Text<'a>) -> Option<When<'a>> {
        let moment = moment(raw.trim().as_bytes())?;
        Some(When { raw, moment })
    }

    /// The text as published.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What it says.
    pub fn moment(&self) -> Moment {
        self.moment
    }

    /// Whether it is a day without a time.
    pub fn is_day(&self) -> bool {
        matches!(self.moment, Moment::Day(_))
    }

    /// The calendar day as written, in whatever zone it was written.
    pub fn day(&self) -> Date {
        match self.moment {
            Moment::Day(day) => day,
            Moment::Local(time) => time.date(),
            Moment::Instant(at, offset) => offset.to_datetime(at).date(),
        }
    }

    /// The instant; a day is its midnight and a local time is taken in `zone`, the zone of the source.
    pub fn instant(&self, zone: &TimeZone) -> Timestamp {
        let local = match self.moment {
            Moment::Instant(at, _) => return at,
            Moment::Local(time) => time,
            Moment::Day(day) => day.to_datetime(Time::midnight()),
        };
        // Fails only within hours of the first and last representable day, where being off is no harm.
        let edge = if local.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
        zone.to_timestamp(local).unwrap_or(edge)
    }

    /// Whole periods of 24 h from `self` to `later`, truncated towards zero; negative if `later` is earlier.
    /// Source: `Days` in the indicators' words (imported data), as Cardinal counts.
    pub fn whole_days_until(&self, later: &When<'_>, zone: &TimeZone) -> i64 {
        later.instant(zone).duration_since(self.instant(zone)).as_hours() / 24
    }

    /// The same date, owning its text.
    pub fn into_owned(self) -> When<'static> {
        When { raw: Text::Owned(self.raw.into_owned()), moment: self.moment }
    }
}

impl<'a> Read<'a> for When<'a> {
    fn read(input: &mut Input<'a>) -> Step<Option<When<'a>>> {
        read_as(input, Code::BadDate, When::parse)
    }
}

fn moment(text: &[u8]) -> Option<Moment> {
    let date = match text.get(..10)? {
        [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] => {
            Date::new(number(&[*y1, *y2, *y3, *y4])? as i16, number(&[*m1, *m2])? as i8, number(&[*d1, *d2])? as i8)
                .ok()?
        }
        _ => return None,
    };
    let rest = &text[10..];
    if rest.is_empty() {
        return Some(Moment::Day(date));
    }
    let clock = rest.strip_prefix(b"T").or(rest.strip_prefix(b"t")).or(rest.strip_prefix(b" "))?;
    let (time, zone) = time(clock)?;
    let local = date.to_datetime(time);
    let seconds = match zone {
        b"" => return Some(Moment::Local(local)),
        b"Z" | b"z" => 0,
        [sign, h1, h2] => signed(*sign, number(&[*h1, *h2])? * 3600)?,
        [sign, h1, h2, b':', m1, m2] | [sign, h1, h2, m1, m2] => {
            signed(*sign, number(&[*h1, *h2])? * 3600 + number(&[*m1, *m2])? * 60)?
        }
        _ => return None,
    };
    let offset = Offset::from_seconds(seconds).ok()?;
    Some(Moment::Instant(offset.to_timestamp(local).ok()?, offset))
}

/// Reads `HH:MM`, `HH:MM:SS` or `HH:MM:SS.fraction` and returns what follows.
fn time(text: &[u8]) -> Option<(Time, &[u8])> {
    let [h1, h2, b':', m1, m2, rest @ ..] = text else {
        return None;
    };
    let (hour, minute) = (number(&[*h1, *h2])?, number(&[*m1, *m2])?);
    let (mut second, mut nanos, mut rest) = (0, 0, rest);
    if let [b':', s1, s2, tail @ ..] = rest {
        // A leap second is the last moment of its minute: nothing here is counted in seconds.
        second = number(&[*s1, *s2])?.min(59);
        rest = tail;
        if let [b'.' | b',', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let written = fraction[..digits].iter().map(|digit| i32::from(digit - b'0'));
            nanos = written.chain(std::iter::repeat(0)).take(9).fold(0, |sum, digit| sum * 10 + digit);
            if digits == 0 {
                return None;
            }
            rest = &fraction[digits..];
        }
    }
    Some((Time::new(hour as i8, minute as i8, second as i8, nanos).ok()?, rest))
}

fn signed(sign: u8, seconds: i32) -> Option<i32> {
    match sign {
        b'+' => Some(seconds),
        b'-' => Some(-seconds),
        _ => None,
    }
}

/// At most four digits as a number.
fn number(digits: &[u8]) -> Option<i32> {
    digits.iter().try_fold(0, |sum, digit| digit.is_ascii_digit().then(|| sum * 10 + i32::from(digit - b'0')))
}
