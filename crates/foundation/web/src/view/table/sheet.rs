//! What is exported: heads, kinds and values, the same for CSV and XLSX.

use kernel::{Day, Instant, Zone};
use rust_decimal::Decimal;

use crate::locale::Words;

/// One value of an export.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// Text; never read as a formula by whoever opens the file.
    Text(String),
    /// A whole number.
    Whole(i64),
    /// An exact decimal.
    Decimal(Decimal),
    /// A day.
    Day(Day),
    /// A moment, written in this civil time; the head names it.
    Moment(Instant, Zone),
    /// Not known: an empty cell.
    Unknown,
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<i64> for Value {
    fn from(n: i64) -> Value {
        Value::Whole(n)
    }
}

impl From<Decimal> for Value {
    fn from(value: Decimal) -> Value {
        Value::Decimal(value)
    }
}

impl From<Day> for Value {
    fn from(day: Day) -> Value {
        Value::Day(day)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Unknown, Into::into)
    }
}

/// A column of an export.
#[derive(Clone, Debug)]
pub struct SheetColumn {
    /// Head with unit.
    pub head: String,
    /// Width in characters, for XLSX.
    pub width: u16,
}

/// An export: a table with its title, what it is as of, and whether it is made up.
#[derive(Clone, Debug)]
pub struct Sheet {
    pub(super) title: String,
    pub(super) asof: String,
    pub(super) columns: Vec<SheetColumn>,
    pub(super) rows: Vec<Vec<Value>>,
    pub(super) synthetic: Option<(String, String)>,
}

impl Sheet {
    /// An empty sheet. `asof`: until when and to which index of the log its figures are true.
    pub fn new(title: impl Into<String>, asof: impl Into<String>, columns: Vec<SheetColumn>) -> Sheet {
        Sheet { title: title.into(), asof: asof.into(), columns, rows: Vec::new(), synthetic: None }
    }

    /// Marks every row as made up, in a last column that goes wherever a row goes.
    pub fn synthetic(mut self, words: Words) -> Sheet {
        self.synthetic = Some((words.t("export-kind"), words.t("synthetic-name")));
        self
    }

    /// One more row, in the order of the columns.
    pub fn row(&mut self, row: Vec<Value>) {
        self.rows.push(row);
    }

    pub(super) fn heads(&self) -> impl Iterator<Item = &str> {
        let label = self.synthetic.as_ref().map(|(head, _)| head.as_str());
        self.columns.iter().map(|column| column.head.as_str()).chain(label)
    }
}
