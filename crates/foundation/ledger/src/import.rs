//! The rows of an import (导入): a tree of their own, so that one row can be shown, or cut out, by itself.

use crate::hash::{Hash, Salter, Seed, Tag};
use crate::path::Path;
use crate::tree::Frontier;
use crate::value::{Value, ValueError};

/// Most rows of one import.
pub const MAX_ROWS: usize = 10_000;

/// One row of an import's blob.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Row {
    /// The row as it was accepted.
    Kept(Value),
    /// The leaf of a row that was cut out; it stands in for it.
    Cut(Hash),
}

/// The leaf of a row: the field with path `[row]` under tag `qyw1`.
pub fn row_leaf(salter: &Salter, row: u64, value: &Value) -> Result<Hash, ValueError> {
    let path = Path::index(row).encode();
    let field = [path.as_slice(), &value.encode()?].concat();
    Ok(salter.field(&field, path.len()))
}

/// The root over all rows in their order, which the import's act names.
pub fn root(seed: &Seed, rows: &[Row]) -> Result<Hash, ValueError> {
    let salter = Salter::new(seed, Tag::ImportRow);
    let mut frontier = Frontier::default();
    for (number, row) in rows.iter().enumerate() {
        frontier.append(match row {
            Row::Kept(value) => row_leaf(&salter, number as u64, value)?,
            Row::Cut(leaf) => *leaf,
        });
    }
    Ok(frontier.root())
}
