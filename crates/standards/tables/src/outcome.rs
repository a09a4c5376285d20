//! What applying a mapping gives, and the bounds it keeps to.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

/// Bounds on what is read, and the memory it may take.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Columns of a file.
    pub columns: usize,
    /// Bytes of a cell, in UTF-8.
    pub cell_bytes: usize,
    /// Rows of a file.
    pub rows: u64,
    /// Bytes of a file after gunzipping.
    pub file_bytes: u64,
    /// Bytes of an XLSX archive; it may claim to unpack to 20 times as much.
    pub workbook_bytes: u64,
    /// Cells of an XLSX sheet.
    pub workbook_cells: usize,
    /// Rows of one process, over all files: a key that is no key is noticed here.
    pub process_rows: usize,
    /// Bytes of rows kept in memory before a scratch file is used, over all files. 24 bytes a row come on top.
    pub memory_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            columns: 1024,
            cell_bytes: 65_536,
            rows: 20_000_000,
            file_bytes: 32 << 30,
            workbook_bytes: 64 << 20,
            workbook_cells: 10_000_000,
            process_rows: 50_000,
            memory_bytes: 64 << 20,
        }
    }
}

/// A row of a register file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RowRef {
    /// File name.
    pub file: String,
    /// 1-based line, or sheet row.
    pub line: u64,
}

impl RowRef {
    pub(crate) fn new(file: &str, line: u64) -> Self {
        Self { file: file.to_owned(), line }
    }
}

/// Where one value of a previewed release came from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Trace {
    /// JSON pointer into the release.
    pub pointer: String,
    /// File name.
    pub file: String,
    /// 1-based line, or sheet row.
    pub line: u64,
    /// Column of the mapping.
    pub column: String,
    /// The cell as read.
    pub raw: String,
}

/// A compiled release and the rows it was made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Mapped {
    /// OCDS 1.1 compiled release.
    pub release: Value,
    /// Its rows, in the order of the mapping's files.
    pub rows: Vec<RowRef>,
    /// Where its values came from; filled by [`Mapping::preview`] only.
    pub traces: Vec<Trace>,
}

/// A label for evaluation, kept out of the release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The process.
    pub ocid: String,
    /// Id of the array element (a bid) the label is about; `None`: the process.
    pub element: Option<String>,
    /// Name of the label.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// Rows of one file of a mapping.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RowCounts {
    /// Rows read, blank ones not counted.
    pub read: u64,
    /// Rows without any value.
    pub blank: u64,
    /// Rows that `when` leaves out.
    pub left_out: u64,
    /// Exact repeats dropped by `duplicates = "drop"`.
    pub duplicates: u64,
    /// Rows lost to a fault.
    pub lost: u64,
}

/// What was read and made so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// By the mapping's name of the file.
    pub rows: BTreeMap<String, RowCounts>,
    /// Processes met.
    pub processes: u64,
    /// Releases made.
    pub releases: u64,
    /// Faults by code.
    pub faults: BTreeMap<&'static str, u64>,
}
