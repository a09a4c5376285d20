//! Our values: what a process keeps and an evaluation takes and gives.

use super::number::Number;
use std::collections::BTreeMap;

/// Named values, in order of name.
pub type Context = BTreeMap<String, Value>;

/// A FEEL value that is data (DMN 1.5, 10.3.2.2); functions are none.
///
/// Equality is total and by what is written: two times in different zones are different values here, though FEEL's own
/// `=` may call them the same instant. Numbers are equal by value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing; also what FEEL gives where an operation cannot be done.
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// A decimal number.
    Number(Number),
    /// Text.
    String(String),
    /// A day of the calendar, years beyond four digits included.
    Date {
        /// Astronomical year.
        year: i32,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// A time of day.
    Time(Time),
    /// A day and a time of day.
    DateTime(DateTime),
    /// Months; years are twelve.
    YearsMonths(i64),
    /// Nanoseconds; days are 24 hours.
    DaysTime(i64),
    /// Values in order.
    List(Vec<Value>),
    /// Named values.
    Context(Context),
    /// Values between two ends.
    Range(Box<Range>),
}

/// A time of day in the canonical writing `hh:mm:ss[.fraction][Z | ±hh:mm[:ss] | @Area/Place]`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Time(pub(super) String);

/// A day and time in the canonical writing: the date, `T`, the time.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct DateTime(pub(super) String);

impl Time {
    /// The canonical writing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl DateTime {
    /// The canonical writing.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A range. An end that is `None` is unbounded.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Range {
    /// The lower end.
    pub start: Option<Value>,
    /// Whether the lower end belongs to it.
    pub start_closed: bool,
    /// The upper end.
    pub end: Option<Value>,
    /// Whether the upper end belongs to it.
    pub end_closed: bool,
}

impl Value {
    /// A number from a whole number.
    pub fn whole(number: i64) -> Self {
        Self::Number(Number::from(number))
    }

    /// A text.
    pub fn text(text: impl Into<String>) -> Self {
        Self::String(text.into())
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }
}
