//! Our values to the dependency's and back.

use super::number::Number;
use super::value::{Context, DateTime, Range, Time, Value};
use crate::fault::{Code, Fault};
use crate::limits;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Foreign;
use dsntk_feel::{FeelNumber, IntervalType, Name};
use dsntk_feel_temporal::{FeelDate, FeelDateTime, FeelDaysAndTimeDuration, FeelTime, FeelYearsAndMonthsDuration};
use std::str::FromStr;

/// Our value as the dependency's. A date outside its calendar becomes a null with a reason, as FEEL has it.
pub(crate) fn to_foreign(value: &Value) -> Foreign {
    match value {
        Value::Null => Foreign::Null(None),
        Value::Boolean(truth) => Foreign::Boolean(*truth),
        Value::Number(number) => match FeelNumber::from_str(&number.to_string()) {
            Ok(number) => Foreign::Number(number),
            Err(_) => Foreign::Null(Some("number out of range".to_owned())),
        },
        Value::String(text) => Foreign::String(text.clone()),
        Value::Date { year, month, day } => match FeelDate::new(*year, u32::from(*month), u32::from(*day)) {
            Some(date) => Foreign::Date(date),
            None => Foreign::Null(Some("date out of range".to_owned())),
        },
        Value::Time(time) => match FeelTime::from_str(time.as_str()) {
            Ok(time) => Foreign::Time(time),
            Err(_) => Foreign::Null(Some("no such time".to_owned())),
        },
        Value::DateTime(moment) => match FeelDateTime::try_from(moment.as_str()) {
            Ok(moment) => Foreign::DateTime(moment),
            Err(_) => Foreign::Null(Some("no such date and time".to_owned())),
        },
        Value::YearsMonths(months) => Foreign::YearsAndMonthsDuration(FeelYearsAndMonthsDuration::from_m(*months)),
        Value::DaysTime(nanos) => Foreign::DaysAndTimeDuration(FeelDaysAndTimeDuration::from_n(*nanos)),
        Value::List(values) => Foreign::List(values.iter().map(to_foreign).collect()),
        Value::Context(context) => Foreign::Context(context_to_foreign(context)),
        Value::Range(range) => {
            let end = |value: &Option<Value>, closed: bool| match (value, closed) {
                (Some(value), true) => (Box::new(to_foreign(value)), IntervalType::Closed),
                (Some(value), false) => (Box::new(to_foreign(value)), IntervalType::Opened),
                (None, _) => (Box::new(Foreign::Null(None)), IntervalType::OpenedUndef),
            };
            let (start, start_kind) = end(&range.start, range.start_closed);
            let (end, end_kind) = end(&range.end, range.end_closed);
            Foreign::Range(start, start_kind, end, end_kind)
        }
    }
}

/// Our context as the dependency's.
pub(crate) fn context_to_foreign(context: &Context) -> FeelContext {
    let mut foreign = FeelContext::default();
    for (name, value) in context {
        foreign.set_entry(&Name::from(name), to_foreign(value));
    }
    foreign
}

/// The dependency's value as ours. Functions and types are no data; a value too deep or too large is refused.
pub(crate) fn from_foreign(foreign: &Foreign) -> Result<Value, Fault> {
    let mut left = limits::VALUE_BYTES;
    convert(foreign, 0, &mut left)
}

fn convert(foreign: &Foreign, depth: usize, left: &mut usize) -> Result<Value, Fault> {
    let mut spend = |bytes: usize| match left.checked_sub(bytes) {
        Some(rest) => {
            *left = rest;
            Ok(())
        }
        None => Err(Fault::new(Code::ValueTooLarge, "")),
    };
    spend(8)?;
    if depth > limits::VALUE_DEPTH {
        return Err(Fault::new(Code::ValueTooLarge, ""));
    }
    Ok(match foreign {
        Foreign::Null(_) => Value::Null,
        Foreign::Boolean(truth) => Value::Boolean(*truth),
        Foreign::Number(number) => Value::Number(number_from(*number)?),
        Foreign::String(text) => {
            spend(text.len())?;
            Value::String(text.clone())
        }
        Foreign::Date(date) => date_from(date)?,
        Foreign::Time(time) => Value::Time(Time(time.to_string())),
        Foreign::DateTime(moment) => Value::DateTime(DateTime(moment.to_string())),
        Foreign::YearsAndMonthsDuration(months) => Value::YearsMonths(months.as_months()),
        Foreign::DaysAndTimeDuration(nanos) => Value::DaysTime(nanos.as_nanos()),
        Foreign::List(values) | Foreign::ExpressionList(values) => {
            Value::List(values.iter().map(|value| convert(value, depth + 1, left)).collect::<Result<_, _>>()?)
        }
        Foreign::Context(context) => {
            let mut ours = Context::new();
            for (name, value) in context.iter() {
                match left.checked_sub(name.as_str().len()) {
                    Some(rest) => *left = rest,
                    None => return Err(Fault::new(Code::ValueTooLarge, "")),
                }
                ours.insert(name.to_string(), convert(value, depth + 1, left)?);
            }
            Value::Context(ours)
        }
        Foreign::Range(start, start_kind, end, end_kind) => {
            let mut side = |value: &Foreign, kind: IntervalType| {
                if kind.undefined() { Ok(None) } else { convert(value, depth + 1, left).map(Some) }
            };
            let start = side(start, *start_kind)?;
            let end = side(end, *end_kind)?;
            Value::Range(Box::new(Range {
                start_closed: start.is_some() && start_kind.closed(),
                start,
                end_closed: end.is_some() && end_kind.closed(),
                end,
            }))
        }
        Foreign::Transparent(inner) => convert(inner, depth, left)?,
        // A comparison without a left side, `> 5` as a value, is the range it stands for.
        Foreign::UnaryGreater(value) => half(Some((value, false)), None, depth, left)?,
        Foreign::UnaryGreaterOrEqual(value) => half(Some((value, true)), None, depth, left)?,
        Foreign::UnaryLess(value) => half(None, Some((value, false)), depth, left)?,
        Foreign::UnaryLessOrEqual(value) => half(None, Some((value, true)), depth, left)?,
        Foreign::UnaryEqual(value) => half(Some((value, true)), Some((value, true)), depth, left)?,
        _ => return Err(Fault::new(Code::NotData, "")),
    })
}

type End<'a> = Option<(&'a Foreign, bool)>;

fn half(start: End<'_>, end: End<'_>, depth: usize, left: &mut usize) -> Result<Value, Fault> {
    let mut side = |end: End<'_>| match end {
        Some((value, closed)) => convert(value, depth + 1, left).map(|value| (Some(value), closed)),
        None => Ok((None, false)),
    };
    let (start, start_closed) = side(start)?;
    let (end, end_closed) = side(end)?;
    Ok(Value::Range(Box::new(Range { start, start_closed, end, end_closed })))
}

fn number_from(number: FeelNumber) -> Result<Number, Fault> {
    // The debug form is the digits and the exponent, which loses nothing and adds no zeros.
    format!("{number:?}").parse().map_err(|_| Fault::new(Code::NotData, "number"))
}

fn date_from(date: &FeelDate) -> Result<Value, Fault> {
    let (year, month, day) = date.as_tuple();
    match (u8::try_from(month), u8::try_from(day)) {
        (Ok(month), Ok(day)) => Ok(Value::Date { year, month, day }),
        _ => Err(Fault::new(Code::NotData, "date")),
    }
}
