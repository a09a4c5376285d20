//! Tables as data, and changes to their rows as data: what a platform's pure `changes` function returns.

use std::collections::BTreeMap;

use crate::erase::Erased;
use crate::keyed::Shredded;
use crate::value::{Kind, Value};

/// One column of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Column {
    /// Name in the store.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// Short hand for tables: an integer column.
pub const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

/// Short hand for tables: a text column.
pub const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

/// Short hand for tables: a bytes column.
pub const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

/// A platform's table. Its key begins with `node`, `matter`: each row belongs to one head, and only an act that names
/// that head may touch it. [`crate::Store::open`] checks that the migrated table has these columns.
#[derive(PartialEq, Eq, Debug)]
pub struct Table {
    /// Name in the store.
    pub name: &'static str,
    /// Key columns first (`node`, `matter`, …), then the others.
    pub columns: &'static [Column],
    /// How many of the columns are the key.
    pub key: usize,
}

impl Table {
    /// A whole row in the order of [`Table::columns`], `node` and `matter` first.
    ///
    /// # Panics
    /// If the number or the kinds of the values do not fit the table: a bug of the platform.
    pub fn row(&'static self, values: Vec<Value>) -> Change {
        self.check(&values, self.columns.len());
        Change::Put(Row { table: self, values })
    }

    /// A key, or a prefix of one.
    ///
    /// # Panics
    /// As [`Table::row`].
    pub fn key(&'static self, values: Vec<Value>) -> Key {
        assert!(values.len() >= 2 && values.len() <= self.key, "{}: a key has 2 to {} values", self.name, self.key);
        self.check(&values, values.len());
        Key { table: self, values }
    }

    fn check(&self, values: &[Value], expected: usize) {
        assert_eq!(values.len(), expected, "{}: wrong number of values", self.name);
        for (column, value) in self.columns.iter().zip(values) {
            assert_eq!(column.kind, value.kind(), "{}.{}: wrong kind of value", self.name, column.name);
        }
    }

    pub(crate) fn place(&self, name: &str) -> usize {
        self.columns
            .iter()
            .position(|column| column.name == name)
            .unwrap_or_else(|| panic!("{} has no column {name}", self.name))
    }
}

/// A whole row of a table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    pub(crate) table: &'static Table,
    pub(crate) values: Vec<Value>,
}

/// A key of a table, or the prefix of one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Key {
    pub(crate) table: &'static Table,
    pub(crate) values: Vec<Value>,
}

/// One change to the rows of a head that the act names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Writes the row, whether or not its key exists.
    Put(Row),
    /// Sets columns of the row with this key; nothing happens where there is none.
    Set(Key, BTreeMap<&'static str, Value>),
    /// Removes the row with this key.
    Delete(Key),
    /// Removes all rows whose key begins so.
    DeleteUnder(Key),
    /// Claims a key in a space for the act's matter; refused as *taken* if another matter holds it.
    Claim(&'static str, String),
    /// Gives a claim of the act's matter back.
    Release(&'static str, String),
    /// Takes fields of an earlier act of the matter away; see [`crate::Store::erasing`]. Not replayed: they stay gone.
    Erase(Erased),
    /// Destroys the key of the matter, and with it what lies under it; see [`crate::Store::shredding`]. Not replayed.
    Shred(Shredded),
}

impl Change {
    /// `(table, values that begin with node, matter)` of changes that touch rows.
    pub(crate) fn target(&self) -> Option<(&'static Table, &[Value])> {
        match self {
            Change::Put(row) => Some((row.table, &row.values)),
            Change::Set(key, _) | Change::Delete(key) | Change::DeleteUnder(key) => Some((key.table, &key.values)),
            Change::Claim(..) | Change::Release(..) | Change::Erase(_) | Change::Shred(_) => None,
        }
    }

    /// Whether it takes something from the ledger for good.
    pub(crate) fn erases(&self) -> bool {
        matches!(self, Change::Erase(_) | Change::Shred(_))
    }

    pub(crate) fn weight(&self) -> usize {
        let values = |values: &[Value]| values.iter().map(Value::weight).sum::<usize>();
        match self {
            Change::Put(row) => values(&row.values),
            Change::Set(key, columns) => values(&key.values) + columns.values().map(Value::weight).sum::<usize>(),
            Change::Delete(key) | Change::DeleteUnder(key) => values(&key.values),
            Change::Claim(_, key) | Change::Release(_, key) => key.len() + 40,
            Change::Erase(erased) => erased.weight(),
            Change::Shred(_) => 40,
        }
    }
}

/// The changes of one act, in the order in which they apply.
pub type Changes = Vec<Change>;

/// Sets columns of one row: `set(&TABLE, key, [("stage", …)])`.
///
/// # Panics
/// If a column is unknown, part of the key, or of another kind: a bug of the platform.
pub fn set<const N: usize>(table: &'static Table, key: Vec<Value>, columns: [(&'static str, Value); N]) -> Change {
    let key = table.key(key);
    assert_eq!(key.values.len(), table.key, "{}: `set` wants the whole key", table.name);
    for (name, value) in &columns {
        let place = table.place(name);
        assert!(place >= table.key, "{}.{name} is part of the key", table.name);
        assert_eq!(table.columns[place].kind, value.kind(), "{}.{name}: wrong kind of value", table.name);
    }
    Change::Set(key, columns.into_iter().collect())
}
