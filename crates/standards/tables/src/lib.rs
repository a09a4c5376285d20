//! Mapping files: how the columns of CSV and XLSX registers become OCDS releases.
//!
//! Most real procurement registers are tables. A mapping (TOML, docs/method/mapping.md) names the files, the key that tells
//! the processes apart, and the OCDS path that each column fills:
//!
//! 1. [`Mapping::parse`] reads and checks it; every fault has a line and says how to mend it.
//! 2. [`Mapping::preview`] shows the first releases beside the cells they come from.
//! 3. [`Mapping::apply`] yields compiled releases one by one, with bad cells and rows as [`RowFault`]s between them.
//! 4. [`Mapping::relations`] serves registers that hold totals only, [`Mapping::labels`] those that carry known answers.
//!
//! The crate opens no file by itself ([`Files`]), reads no clock, and gives the same output for the same input.

mod apply;
mod build;
mod date;
mod decode;
mod document;
mod fault;
mod files;
mod mapping;
mod number;
mod object;
mod outcome;
mod parse;
mod party;
#[rustfmt::skip] // Tables of names: one member a line would hide their shape.
mod paths;
mod preview;
mod record;
mod relation;
mod row;
mod schema;
mod sheet;
mod shipped;
mod spool;
pub mod spreadsheet;
mod value;

pub use apply::Applied;
pub use fault::{ApplyError, Lost, MappingError, RowFault, nearest};
pub use files::{Files, InMemory, OnDisk, Scratch};
pub use mapping::{Mapping, Source, Yields};
pub use outcome::{Counts, Label, Limits, Mapped, RowCounts, RowRef, Trace};
pub use parse::FORMAT;
pub use preview::{PREVIEW_ROWS, Previewed};
pub use relation::{Relation, RelationParty};
pub use shipped::shipped;
