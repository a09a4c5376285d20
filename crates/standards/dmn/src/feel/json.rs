//! The canonical writing of values: JSON that says each value's type and loses no digit.
//!
//! `null`, `true`, `"text"` and `[…]` stand for themselves. All else is an object with one member that names the type:
//! `{"number":"12.50"}` (digits as text, without trailing zeros), `{"date":"2026-03-01"}`, `{"time":"08:30:00Z"}`,
//! `{"dateTime":"2026-03-01T08:30:00+08:00"}`, `{"yearsMonths":"P1Y2M"}`, `{"daysTime":"PT36H"}` (written as days, hours,
//! minutes, seconds), `{"context":{…}}` in order of name, `{"range":{"from":…,"fromIncluded":true,"to":…,"toIncluded":false}}`
//! without the ends that are unbounded.

use super::value::{Context, DateTime, Range, Time, Value};
use crate::fault::{Code, Fault};
use crate::limits;
use dsntk_feel_temporal::{FeelDateTime, FeelTime};
use serde::de::{Error, MapAccess, SeqAccess, Visitor};
use serde::ser::{SerializeMap, SerializeSeq};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;

const NANOS: i128 = 1_000_000_000;

impl Value {
    /// The canonical writing; refused beyond [`limits::VALUE_BYTES`] or [`limits::VALUE_DEPTH`].
    pub fn to_json(&self) -> Result<String, Fault> {
        if depth_over(self, limits::VALUE_DEPTH) {
            return Err(Fault::new(Code::ValueTooLarge, ""));
        }
        let text = serde_json::to_string(self).map_err(|error| Fault::new(Code::NotCanonical, error.to_string()))?;
        if text.len() > limits::VALUE_BYTES { Err(Fault::new(Code::ValueTooLarge, "")) } else { Ok(text) }
    }

    /// Reads the canonical writing; unknown members, numbers that are not text, two members of one name are refused.
    pub fn from_json(text: &str) -> Result<Self, Fault> {
        if text.len() > limits::VALUE_BYTES {
            return Err(Fault::new(Code::ValueTooLarge, ""));
        }
        let value: Self =
            serde_json::from_str(text).map_err(|error| Fault::new(Code::NotCanonical, error.to_string()))?;
        if depth_over(&value, limits::VALUE_DEPTH) { Err(Fault::new(Code::ValueTooLarge, "")) } else { Ok(value) }
    }

    /// A date from `2026-03-01`.
    pub fn date(text: &str) -> Option<Self> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let mut parts = digits.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let whole = |part: &str, least: usize| {
            part.len() >= least && part.len() <= 9 && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        if parts.next().is_some() || !whole(year, 4) || !whole(month, 2) || !whole(day, 2) {
            return None;
        }
        let year = year.parse::<i32>().ok().map(|year| if negative { -year } else { year })?;
        let (month, day) = (month.parse::<u8>().ok()?, day.parse::<u8>().ok()?);
        (1..=days_in(year, month)).contains(&day).then_some(Self::Date { year, month, day })
    }

    /// A time of day from `08:30:00`, with `Z`, an offset or `@Area/Place`.
    pub fn time(text: &str) -> Option<Self> {
        FeelTime::from_str(text).ok().map(|time| Self::Time(Time(time.to_string())))
    }

    /// A date and time from `2026-03-01T08:30:00+08:00`.
    pub fn date_time(text: &str) -> Option<Self> {
        FeelDateTime::try_from(text).ok().map(|moment| Self::DateTime(DateTime(moment.to_string())))
    }

    /// A duration from `P1Y2M` or `P1DT2H`, which are different types and do not mix.
    pub fn duration(text: &str) -> Option<Self> {
        let (negative, rest) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let rest = rest.strip_prefix('P')?;
        let (date, time) = match rest.split_once('T') {
            Some((_, "")) => return None,
            Some((date, time)) => (date, time),
            None => (rest, ""),
        };
        if date.is_empty() && time.is_empty() {
            return None;
        }
        let sign = if negative { -1 } else { 1 };
        if time.is_empty() && !date.contains('D') {
            let [years, months] = fields(date, ['Y', 'M'])?;
            let months = whole(years)?.checked_mul(12)?.checked_add(whole(months)?)?;
            return i64::try_from(sign * months).ok().map(Self::YearsMonths);
        }
        let [days] = fields(date, ['D'])?;
        let [hours, minutes, seconds] = fields(time, ['H', 'M', 'S'])?;
        let seconds = seconds.unwrap_or("0");
        let (seconds, fraction) = seconds.split_once('.').unwrap_or((seconds, "0"));
        if fraction.is_empty() || fraction.len() > 9 {
            return None;
        }
        let nanos = whole(Some(fraction))?.checked_mul(10_i128.pow(9 - u32::try_from(fraction.len()).ok()?))?;
        let whole_seconds = whole(days)?
            .checked_mul(86_400)?
            .checked_add(whole(hours)?.checked_mul(3_600)?)?
            .checked_add(whole(minutes)?.checked_mul(60)?)?
            .checked_add(whole(Some(seconds))?)?;
        let nanos = whole_seconds.checked_mul(NANOS)?.checked_add(nanos)?;
        i64::try_from(sign * nanos).ok().map(Self::DaysTime)
    }
}

/// Days of a month in the proleptic Gregorian calendar; none for a month that is no month.
pub(crate) fn days_in(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year.rem_euclid(4) == 0 && (year.rem_euclid(100) != 0 || year.rem_euclid(400) == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// The parts of a duration before its letters, in this order, each at most once.
fn fields<const N: usize>(text: &str, letters: [char; N]) -> Option<[Option<&str>; N]> {
    let mut parts = [None; N];
    let mut rest = text;
    for (part, letter) in parts.iter_mut().zip(letters) {
        if let Some(at) = rest.find(letter) {
            *part = Some(&rest[..at]);
            rest = &rest[at + 1..];
        }
    }
    rest.is_empty().then_some(parts)
}

fn whole(text: Option<&str>) -> Option<i128> {
    let Some(text) = text else { return Some(0) };
    let digits = !text.is_empty() && text.len() <= 20 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok()).flatten()
}

fn depth_over(value: &Value, left: usize) -> bool {
    match value {
        Value::List(values) => left == 0 || values.iter().any(|value| depth_over(value, left - 1)),
        Value::Context(context) => left == 0 || context.values().any(|value| depth_over(value, left - 1)),
        Value::Range(range) => {
            left == 0 || [&range.start, &range.end].into_iter().flatten().any(|value| depth_over(value, left - 1))
        }
        _ => false,
    }
}

/// The text of a value that is written as one: a number, date, time or duration; `None` for all others.
pub(crate) fn plain(value: &Value) -> Option<(&'static str, String)> {
    Some(match value {
        Value::Number(number) => ("number", number.to_string()),
        Value::Date { year, month, day } => ("date", date_text(*year, *month, *day)),
        Value::Time(time) => ("time", time.as_str().to_owned()),
        Value::DateTime(moment) => ("dateTime", moment.as_str().to_owned()),
        Value::YearsMonths(months) => ("yearsMonths", years_months(*months)),
        Value::DaysTime(nanos) => ("daysTime", days_time(*nanos)),
        _ => return None,
    })
}

fn date_text(year: i32, month: u8, day: u8) -> String {
    let sign = if year < 0 { "-" } else { "" };
    format!("{sign}{:04}-{month:02}-{day:02}", year.unsigned_abs())
}

fn years_months(months: i64) -> String {
    let sign = if months < 0 { "-" } else { "" };
    let months = months.unsigned_abs();
    match (months / 12, months % 12) {
        (0, months) => format!("{sign}P{months}M"),
        (years, 0) => format!("{sign}P{years}Y"),
        (years, months) => format!("{sign}P{years}Y{months}M"),
    }
}

fn days_time(nanos: i64) -> String {
    let mut text = String::from(if nanos < 0 { "-P" } else { "P" });
    let nanos = nanos.unsigned_abs();
    let (seconds, fraction) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    let (days, hours, minutes, seconds) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60, seconds % 60);
    if days > 0 {
        text.push_str(&format!("{days}D"));
    }
    if days > 0 && hours == 0 && minutes == 0 && seconds == 0 && fraction == 0 {
        return text;
    }
    text.push('T');
    for (amount, letter) in [(hours, 'H'), (minutes, 'M')] {
        if amount > 0 {
            text.push_str(&format!("{amount}{letter}"));
        }
    }
    if fraction > 0 {
        let fraction = format!("{fraction:09}");
        text.push_str(&format!("{seconds}.{}S", fraction.trim_end_matches('0')));
    } else if seconds > 0 || text.ends_with('T') {
        text.push_str(&format!("{seconds}S"));
    }
    text
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        if let Some((kind, text)) = plain(self) {
            let mut map = out.serialize_map(Some(1))?;
            map.serialize_entry(kind, &text)?;
            return map.end();
        }
        match self {
            Self::Boolean(truth) => out.serialize_bool(*truth),
            Self::String(text) => out.serialize_str(text),
            Self::List(values) => {
                let mut list = out.serialize_seq(Some(values.len()))?;
                for value in values {
                    list.serialize_element(value)?;
                }
                list.end()
            }
            Self::Context(context) => {
                let mut map = out.serialize_map(Some(1))?;
                map.serialize_entry("context", context)?;
                map.end()
            }
            Self::Range(range) => {
                let mut map = out.serialize_map(Some(1))?;
                map.serialize_entry("range", range.as_ref())?;
                map.end()
            }
            _ => out.serialize_unit(),
        }
    }
}

impl Serialize for Range {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        let mut map = out.serialize_map(None)?;
        if let Some(start) = &self.start {
            map.serialize_entry("from", start)?;
            map.serialize_entry("fromIncluded", &self.start_closed)?;
        }
        if let Some(end) = &self.end {
            map.serialize_entry("to", end)?;
            map.serialize_entry("toIncluded", &self.end_closed)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Value {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(AnyValue)
    }
}

struct AnyValue;

impl<'de> Visitor<'de> for AnyValue {
    type Value = Value;

    fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("a value in its canonical writing")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_none<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, from: D) -> Result<Value, D::Error> {
        from.deserialize_any(self)
    }

    fn visit_bool<E: Error>(self, truth: bool) -> Result<Value, E> {
        Ok(Value::Boolean(truth))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        Ok(Value::String(text.to_owned()))
    }

    fn visit_string<E: Error>(self, text: String) -> Result<Value, E> {
        Ok(Value::String(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = items.next_element()? {
            values.push(value);
        }
        Ok(Value::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let kind: String = map.next_key()?.ok_or_else(|| A::Error::custom("an empty object"))?;
        let wrong = || A::Error::custom("not a value of its type");
        let value = match kind.as_str() {
            "number" => Value::Number(map.next_value::<String>()?.parse().map_err(|_| wrong())?),
            "date" => Value::date(&map.next_value::<String>()?).ok_or_else(wrong)?,
            "time" => Value::time(&map.next_value::<String>()?).ok_or_else(wrong)?,
            "dateTime" => Value::date_time(&map.next_value::<String>()?).ok_or_else(wrong)?,
            "yearsMonths" => match Value::duration(&map.next_value::<String>()?) {
                Some(value @ Value::YearsMonths(_)) => value,
                _ => return Err(wrong()),
            },
            "daysTime" => match Value::duration(&map.next_value::<String>()?) {
                Some(value @ Value::DaysTime(_)) => value,
                _ => return Err(wrong()),
            },
            "context" => Value::Context(map.next_value::<Entries>()?.0),
            "range" => Value::Range(Box::new(map.next_value()?)),
            _ => return Err(A::Error::custom("unknown type")),
        };
        if map.next_key::<String>()?.is_some() { Err(A::Error::custom("more than one member")) } else { Ok(value) }
    }
}

/// A context whose names are each there once.
struct Entries(Context);

impl<'de> Deserialize<'de> for Entries {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Named;
        impl<'de> Visitor<'de> for Named {
            type Value = Context;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("named values")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Context, A::Error> {
                let mut context = Context::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if context.insert(name, value).is_some() {
                        return Err(A::Error::custom("a name that is there twice"));
                    }
                }
                Ok(context)
            }
        }
        from.deserialize_map(Named).map(Self)
    }
}

impl<'de> Deserialize<'de> for Range {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "camelCase")]
        struct Ends {
            #[serde(default)]
            from: Option<Value>,
            #[serde(default)]
            from_included: bool,
            #[serde(default)]
            to: Option<Value>,
            #[serde(default)]
            to_included: bool,
        }
        let ends = Ends::deserialize(from)?;
        Ok(Self {
            start_closed: ends.from.is_some() && ends.from_included,
            start: ends.from,
            end_closed: ends.to.is_some() && ends.to_included,
            end: ends.to,
        })
    }
}
