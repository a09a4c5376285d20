//! The few value kinds both stores share, and rows as they come back.

use kernel::Erasable;
use sqlx::Row as _;

use crate::fault::StoreFault;

/// What a column holds. Decimals travel as integers of minor units or as text: neither store may round.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// 64-bit signed integer: `bigint` in both stores. Truth is 0 or 1, an instant is milliseconds since 1970.
    Int,
    /// UTF-8 text.
    Text,
    /// Bytes: `blob` in SQLite, `bytea` in PostgreSQL. 128-bit ids are 16 bytes, big-endian, so that they sort by time.
    Bytes,
}

/// One cell. `Null` carries its kind, since PostgreSQL wants to know the type of a parameter that is absent.
#[derive(Clone, PartialEq, Eq, Hash, Debug, PartialOrd, Ord)]
pub enum Value {
    /// Absent, of an integer column.
    NullInt,
    /// Absent, of a text column.
    NullText,
    /// Absent, of a bytes column.
    NullBytes,
    /// See [`Kind::Int`].
    Int(i64),
    /// See [`Kind::Text`].
    Text(String),
    /// See [`Kind::Bytes`].
    Bytes(Vec<u8>),
}

impl Value {
    /// A 128-bit id as 16 big-endian bytes.
    pub fn id(id: u128) -> Value {
        Value::Bytes(id.to_be_bytes().to_vec())
    }

    /// The absent value of a kind.
    pub fn null(kind: Kind) -> Value {
        match kind {
            Kind::Int => Value::NullInt,
            Kind::Text => Value::NullText,
            Kind::Bytes => Value::NullBytes,
        }
    }

    /// The kind of column this value fits.
    pub fn kind(&self) -> Kind {
        match self {
            Value::NullInt | Value::Int(_) => Kind::Int,
            Value::NullText | Value::Text(_) => Kind::Text,
            Value::NullBytes | Value::Bytes(_) => Kind::Bytes,
        }
    }

    /// Whether the value is absent.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::NullInt | Value::NullText | Value::NullBytes)
    }

    /// Rough size on the wire, for the limit of a group.
    pub(crate) fn weight(&self) -> usize {
        match self {
            Value::Text(text) => text.len() + 8,
            Value::Bytes(bytes) => bytes.len() + 8,
            _ => 8,
        }
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::Int(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::Int(value.into())
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Value {
        Value::Bytes(value)
    }
}

impl From<u128> for Value {
    fn from(value: u128) -> Value {
        Value::id(value)
    }
}

impl From<Option<i64>> for Value {
    fn from(value: Option<i64>) -> Value {
        value.map_or(Value::NullInt, Value::Int)
    }
}

impl From<Option<String>> for Value {
    fn from(value: Option<String>) -> Value {
        value.map_or(Value::NullText, Value::Text)
    }
}

impl From<Option<&str>> for Value {
    fn from(value: Option<&str>) -> Value {
        value.map_or(Value::NullText, Value::from)
    }
}

impl From<Erasable<String>> for Value {
    /// As it is kept: nothing where it was erased.
    fn from(value: Erasable<String>) -> Value {
        value.into_kept().into()
    }
}

impl From<Option<u128>> for Value {
    fn from(value: Option<u128>) -> Value {
        value.map_or(Value::NullBytes, Value::id)
    }
}

impl From<Option<Vec<u8>>> for Value {
    fn from(value: Option<Vec<u8>>) -> Value {
        value.map_or(Value::NullBytes, Value::Bytes)
    }
}

/// One more parameter of a query: adds the value, and says its place, such as `$3`.
pub fn place(value: impl Into<Value>, values: &mut Vec<Value>) -> String {
    values.push(value.into());
    format!("${}", values.len())
}

/// Parameters for a list: `$3, $4, $5`.
pub fn places<T: Into<Value>>(all: impl IntoIterator<Item = T>, values: &mut Vec<Value>) -> String {
    all.into_iter().map(|value| place(value, values)).collect::<Vec<_>>().join(", ")
}

/// A row as read, from either store. Columns are addressed by their place in the `select`.
pub struct Row(pub(crate) RowInner);

pub(crate) enum RowInner {
    Sqlite(sqlx::sqlite::SqliteRow),
    Postgres(sqlx::postgres::PgRow),
}

/// Reads one cell of either store unchecked by declared type: SQLite has none worth the name.
macro_rules! cell {
    ($row:expr, $at:expr, $ty:ty) => {
        match &$row.0 {
            RowInner::Sqlite(row) => row.try_get_unchecked::<$ty, _>($at),
            RowInner::Postgres(row) => row.try_get_unchecked::<$ty, _>($at),
        }
        .map_err(|cause| StoreFault::column($at, cause))
    };
}

impl Row {
    /// An integer that must be there.
    pub fn int(&self, at: usize) -> Result<i64, StoreFault> {
        cell!(self, at, i64)
    }

    /// A text that must be there.
    pub fn text(&self, at: usize) -> Result<String, StoreFault> {
        cell!(self, at, String)
    }

    /// Bytes that must be there.
    pub fn bytes(&self, at: usize) -> Result<Vec<u8>, StoreFault> {
        cell!(self, at, Vec<u8>)
    }

    /// An integer or nothing.
    pub fn opt_int(&self, at: usize) -> Result<Option<i64>, StoreFault> {
        cell!(self, at, Option<i64>)
    }

    /// A text or nothing.
    pub fn opt_text(&self, at: usize) -> Result<Option<String>, StoreFault> {
        cell!(self, at, Option<String>)
    }

    /// Bytes or nothing.
    pub fn opt_bytes(&self, at: usize) -> Result<Option<Vec<u8>>, StoreFault> {
        cell!(self, at, Option<Vec<u8>>)
    }

    /// Truth, stored as 0 or 1.
    pub fn truth(&self, at: usize) -> Result<bool, StoreFault> {
        Ok(self.int(at)? != 0)
    }

    /// A 128-bit id.
    pub fn id(&self, at: usize) -> Result<u128, StoreFault> {
        id_of(at, &self.bytes(at)?)
    }

    /// A 128-bit id or nothing.
    pub fn opt_id(&self, at: usize) -> Result<Option<u128>, StoreFault> {
        self.opt_bytes(at)?.map(|bytes| id_of(at, &bytes)).transpose()
    }

    /// The cell as a [`Value`] of the kind given.
    pub fn value(&self, at: usize, kind: Kind) -> Result<Value, StoreFault> {
        Ok(match kind {
            Kind::Int => self.opt_int(at)?.into(),
            Kind::Text => self.opt_text(at)?.into(),
            Kind::Bytes => self.opt_bytes(at)?.into(),
        })
    }
}

fn id_of(at: usize, bytes: &[u8]) -> Result<u128, StoreFault> {
    let bytes: [u8; 16] =
        bytes.try_into().map_err(|_| StoreFault::Nonsense(format!("column {at} is no id: {} bytes", bytes.len())))?;
    Ok(u128::from_be_bytes(bytes))
}
