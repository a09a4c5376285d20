//! Rows of one file, reduced to the columns that the mapping declares.

use std::io;

use crate::decode::{self, MALFORMED, Utf8};
use crate::fault::{ApplyError, Lost, Problem, RowFault};
use crate::files::Files;
use crate::mapping::{ColumnRule, FileRule, Find};
use crate::outcome::Limits;
use crate::record::{Cell, Dialect, Flaw, Record, Records};
use crate::sheet::{self, SheetLimits};

/// A row: cells in the order of the mapping's `columns`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    /// Index into the names of the files read.
    pub file: usize,
    pub line: u64,
    pub cells: Vec<Cell>,
}

/// The entry of a lookup that belongs to a row.
#[derive(Clone, Debug)]
pub(crate) struct Joined {
    /// Index of the lookup's rule.
    pub file: usize,
    pub row: Option<Row>,
}

/// What reading one record gives.
pub(crate) enum Read {
    Row(Row, Vec<RowFault>),
    /// All declared cells are empty.
    Blank,
    Fault(RowFault),
}

enum Source<'f> {
    Text(Records<'f>),
    Sheet(std::vec::IntoIter<Record>),
}

/// Reads one file.
pub(crate) struct Rows<'f> {
    source: Source<'f>,
    pub name: String,
    pub file: usize,
    /// Index of the file's rule.
    pub rule: usize,
    /// Position in the record of each declared column.
    places: Vec<Option<usize>>,
    width: Option<usize>,
    names: Vec<String>,
    pad: bool,
    left: u64,
    line: u64,
    ended: bool,
}

impl<'f> Rows<'f> {
    /// Opens a file and finds the declared columns in its header.
    pub(crate) fn open(
        files: &'f dyn Files,
        name: &str,
        file: usize,
        (rule_index, rule): (usize, &FileRule),
        limits: &Limits,
    ) -> Result<Self, Vec<ApplyError>> {
        let refuse = |code, zh: String, en: String| {
            vec![ApplyError { file: name.to_owned(), mapping_line: Some(rule.line), code, zh, en }]
        };
        let unreadable = |error: io::Error| {
            refuse("file.unreadable", format!("无法读取:{error}"), format!("cannot be read: {error}"))
        };
        let opened = files.open(name).and_then(|raw| decode::open(raw, limits.file_bytes)).map_err(unreadable)?;
        let source = if opened.zip {
            let sheet_limits = SheetLimits {
                max_bytes: limits.workbook_bytes,
                max_cells: limits.workbook_cells,
                max_cell: limits.cell_bytes,
                max_columns: limits.columns,
            };
            let records = sheet::records(opened.reader, &rule.sheet, sheet_limits)
                .map_err(|(code, zh, en)| refuse(code, zh, en))?;
            Source::Sheet(records.into_iter())
        } else {
            let text = Utf8::new(opened.reader, decode::encoding(rule.encoding));
            let dialect = Dialect {
                delimiter: rule.delimiter,
                quote: rule.quote,
                max_cell: limits.cell_bytes,
                max_columns: limits.columns,
            };
            Source::Text(Records::new(text, dialect))
        };
        let names = rule.columns.iter().map(|column| column.name.clone()).collect();
        let mut rows = Self {
            source,
            name: name.to_owned(),
            file,
            rule: rule_index,
            places: Vec::new(),
            width: None,
            names,
            pad: rule.pad_ragged,
            left: limits.rows,
            line: 0,
            ended: false,
        };
        let mut header = Record::default();
        for _ in 0..rule.header {
            match rows.record().map_err(unreadable)? {
                Some(record) => header = record,
                None => {
                    return Err(refuse(
                        "file.empty",
                        "没有表头行".into(),
                        "the file ends before its header row".into(),
                    ));
                }
            }
        }
        rows.find(&rule.columns, &header, rule.header > 0, name)?;
        Ok(rows)
    }

    fn find(
        &mut self,
        columns: &[ColumnRule],
        header: &Record,
        headed: bool,
        file: &str,
    ) -> Result<(), Vec<ApplyError>> {
        let titles: Vec<String> = header.cells.iter().map(|cell| squeezed(&cell.text)).collect();
        // A sheet has no ragged rows: trailing empty cells are simply not there.
        self.width = (headed && matches!(self.source, Source::Text(_))).then_some(titles.len());
        let mut errors = Vec::new();
        for column in columns {
            let wanted = match &column.find {
                Find::At(at) => Ok(at - 1),
                Find::Header(title) => {
                    let mut hits = titles.iter().enumerate().filter(|(_, candidate)| **candidate == squeezed(title));
                    match (hits.next(), hits.next()) {
                        (Some((at, _)), None) => Ok(at),
                        (Some(_), Some(_)) => Err((
                            "column.ambiguous",
                            format!("表头中有多列“{title}”，请用 at 指定列号"),
                            format!("the header has several columns `{title}`; tell them apart with `at`"),
                        )),
                        _ => Err(missing(title, &titles)),
                    }
                }
            };
            let wanted = wanted.and_then(|at| match self.width {
                Some(width) if at >= width => Err(missing(&column.name, &titles)),
                _ => Ok(at),
            });
            match wanted {
                Ok(at) => self.places.push(Some(at)),
                Err(("column.missing", ..)) if column.optional => self.places.push(None),
                Err((code, zh, en)) => {
                    errors.push(ApplyError { file: file.to_owned(), mapping_line: Some(column.line), code, zh, en });
                }
            }
        }
        if errors.is_empty() { Ok(()) } else { Err(errors) }
    }

    fn record(&mut self) -> io::Result<Option<Record>> {
        match &mut self.source {
            Source::Text(records) => records.next(),
            Source::Sheet(records) => Ok(records.next()),
        }
    }

    /// The next row; `None` at the end.
    pub(crate) fn next(&mut self) -> Option<Read> {
        if self.ended {
            return None;
        }
        let record = match self.record() {
            Ok(Some(record)) => record,
            Ok(None) => return None,
            Err(error) => {
                // What came before stands; a broken archive cannot be read on.
                self.ended = true;
                let problem = Problem::new(
                    "file.unreadable",
                    "",
                    format!("此处起无法读取:{error}"),
                    format!("cannot be read from here on: {error}"),
                );
                return Some(Read::Fault(problem.at(&self.name, self.line + 1, Lost::File)));
            }
        };
        self.line = record.line;
        if self.left == 0 {
            self.ended = true;
            let problem = Problem::new("file.too_many_rows", "", "行数超过上限", "has more rows than the limit allows");
            return Some(Read::Fault(problem.at(&self.name, record.line, Lost::File)));
        }
        self.left -= 1;
        Some(self.row(record))
    }

    fn row(&self, mut record: Record) -> Read {
        if record.cells.iter().all(|cell| cell.flaw.is_none() && cell.text.trim().is_empty()) {
            return Read::Blank;
        }
        let got = record.cells.len();
        let ragged = self.width.is_some_and(|width| got > width || (got < width && !self.pad)) || record.too_many;
        let mut cells = Vec::with_capacity(self.places.len());
        let mut faults = Vec::new();
        for (place, name) in self.places.iter().zip(&self.names) {
            let mut cell = place.and_then(|at| record.cells.get_mut(at)).map(std::mem::take).unwrap_or_default();
            if let Some(problem) = flawed(&cell) {
                let problem = Problem { column: Some(name.clone()), ..problem };
                faults.push(problem.at(&self.name, record.line, Lost::Cell));
                cell = Cell::default();
            }
            cells.push(cell);
        }
        let unclosed = record.cells.iter().any(|cell| cell.flaw == Some(Flaw::UnclosedQuote));
        if let Some(fault) = faults.iter_mut().find(|fault| fault.code == "cell.unclosed_quote") {
            // The rest of the file is inside this cell, so the row is not to be trusted.
            fault.lost = Lost::Row;
            return Read::Fault(fault.clone());
        }
        if ragged || unclosed {
            let width = self.width.unwrap_or_default();
            let problem = Problem::new(
                "row.ragged",
                "",
                format!("应有 {width} 列，实有 {got} 列"),
                format!("has {got} cells where the header has {width}"),
            );
            return Read::Fault(problem.at(&self.name, record.line, Lost::Row));
        }
        if faults.is_empty() && cells.iter().all(|cell| cell.text.trim().is_empty()) {
            return Read::Blank;
        }
        Read::Row(Row { file: self.file, line: record.line, cells }, faults)
    }
}

fn missing(title: &str, titles: &[String]) -> (&'static str, String, String) {
    let there = titles.join(" | ");
    (
        "column.missing",
        format!("表头中没有列“{title}”，现有：{there}"),
        format!("the header has no column `{title}`; it has: {there}"),
    )
}

/// Headers are compared without the line breaks and double spaces that spreadsheets leave in them.
fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn flawed(cell: &Cell) -> Option<Problem> {
    let problem = |code, zh: &str, en: &str| Some(Problem::new(code, &cell.text, zh, en));
    match cell.flaw {
        Some(Flaw::TooLong) => problem("cell.too_long", "单元格过长", "is longer than the limit for a cell"),
        Some(Flaw::UnclosedQuote) => {
            problem("cell.unclosed_quote", "引号未闭合，直到文件末尾", "opens a quote that is never closed")
        }
        Some(Flaw::SheetError) => problem("cell.sheet_error", "电子表格错误值", "is a spreadsheet error value"),
        None if cell.text.contains(MALFORMED) => {
            problem("cell.encoding", "含有不属于该编码的字节", "has bytes that are not in the file's encoding")
        }
        None => None,
    }
}
