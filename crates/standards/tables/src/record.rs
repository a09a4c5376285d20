//! Delimited text into records.
//!
//! Written here rather than taken from a CSV library because a register needs three things at once: a bound on what one
//! cell may hold in memory, line numbers that count a lone CR, and a word about a quote that is never closed.

use std::io;

use crate::decode::Utf8;

/// What was noticed about a cell while it was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    /// Longer than the limit; the text is cut there.
    TooLong,
    /// The file ended inside quotes.
    UnclosedQuote,
    /// A spreadsheet error value such as `#REF!`.
    SheetError,
}

/// One cell as read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub text: String,
    /// A number or date that a spreadsheet holds as such: written with a point, or as ISO.
    pub native: bool,
    pub flaw: Option<Flaw>,
}

/// One record with the line on which it starts.
#[derive(Clone, Debug, Default)]
pub(crate) struct Record {
    pub line: u64,
    pub cells: Vec<Cell>,
    /// The record went on beyond the allowed columns; the rest was passed over.
    pub too_many: bool,
}

/// Delimiter and quoting of a text file.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Dialect {
    pub delimiter: u8,
    pub quote: Option<u8>,
    pub max_cell: usize,
    pub max_columns: usize,
}

/// Reads records one by one. Lines end in LF, CRLF or a lone CR. A doubled quote inside quotes is one quote; a quote in
/// the middle of an unquoted cell is text; text after a closing quote is kept.
pub(crate) struct Records<'f> {
    text: Utf8<'f>,
    dialect: Dialect,
    line: u64,
}

impl<'f> Records<'f> {
    pub(crate) fn new(text: Utf8<'f>, dialect: Dialect) -> Self {
        Self { text, dialect, line: 1 }
    }

    /// The next record; a line without any byte is passed over. `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        loop {
            let Some(first) = self.text.peek()? else { return Ok(None) };
            if first == b'\n' || first == b'\r' {
                self.text.next()?;
                self.end_line(first)?;
                continue;
            }
            return self.record().map(Some);
        }
    }

    fn record(&mut self) -> io::Result<Record> {
        let mut record = Record { line: self.line, ..Record::default() };
        loop {
            let (cell, end) = self.cell()?;
            if record.cells.len() < self.dialect.max_columns {
                record.cells.push(cell);
            } else {
                record.too_many = true;
            }
            if end {
                return Ok(record);
            }
        }
    }

    /// Reads one cell and says whether it ended its record.
    fn cell(&mut self) -> io::Result<(Cell, bool)> {
        let mut kept = Kept { bytes: Vec::new(), max: self.dialect.max_cell, cut: false };
        let quoted = self.dialect.quote.is_some() && self.text.peek()? == self.dialect.quote;
        if quoted {
            self.text.next()?;
            if !self.inside_quotes(&mut kept)? {
                return Ok((kept.cell(Some(Flaw::UnclosedQuote)), true));
            }
        }
        loop {
            match self.text.next()? {
                None => return Ok((kept.cell(None), true)),
                Some(byte) if byte == self.dialect.delimiter => return Ok((kept.cell(None), false)),
                Some(byte @ (b'\n' | b'\r')) => {
                    self.end_line(byte)?;
                    return Ok((kept.cell(None), true));
                }
                Some(byte) => kept.push(byte),
            }
        }
    }

    /// Reads up to the closing quote; false when the file ends first.
    fn inside_quotes(&mut self, kept: &mut Kept) -> io::Result<bool> {
        loop {
            let Some(byte) = self.text.next()? else { return Ok(false) };
            if Some(byte) == self.dialect.quote {
                if self.text.peek()? != self.dialect.quote {
                    return Ok(true);
                }
                self.text.next()?;
            } else if byte == b'\n' || (byte == b'\r' && self.text.peek()? != Some(b'\n')) {
                self.line += 1;
            }
            kept.push(byte);
        }
    }

    fn end_line(&mut self, byte: u8) -> io::Result<()> {
        if byte == b'\r' && self.text.peek()? == Some(b'\n') {
            self.text.next()?;
        }
        self.line += 1;
        Ok(())
    }
}

/// The bytes of a cell up to the limit.
struct Kept {
    bytes: Vec<u8>,
    max: usize,
    cut: bool,
}

impl Kept {
    fn push(&mut self, byte: u8) {
        if self.bytes.len() < self.max {
            self.bytes.push(byte);
        } else {
            self.cut = true;
        }
    }

    fn cell(self, flaw: Option<Flaw>) -> Cell {
        let flaw = flaw.or(self.cut.then_some(Flaw::TooLong));
        // Only a cut can leave half a character, since what came in was UTF-8.
        let text = String::from_utf8(self.bytes).unwrap_or_else(|cut| {
            let valid = cut.utf8_error().valid_up_to();
            String::from_utf8_lossy(&cut.as_bytes()[..valid]).into_owned()
        });
        Cell { text, native: false, flaw }
    }
}

#[cfg(test)]
mod tests {
    use super::{Dialect, Flaw, Records};
    use crate::decode::{Utf8, encoding, open};
    use proptest::prelude::*;

    /// Line, and text and flaw of each cell.
    type Seen = (u64, Vec<(String, Option<Flaw>)>);

    fn records(text: &str) -> Vec<Seen> {
        let opened = open(Box::new(text.as_bytes()), 1 << 20).expect("opens");
        let dialect = Dialect { delimiter: b',', quote: Some(b'"'), max_cell: 10, max_columns: 4 };
        let mut reader = Records::new(Utf8::new(opened.reader, encoding("utf-8")), dialect);
        let mut out = Vec::new();
        while let Some(record) = reader.next().expect("reads") {
            out.push((record.line, record.cells.into_iter().map(|cell| (cell.text, cell.flaw)).collect()));
        }
        out
    }

    fn row(line: u64, cells: &[&str]) -> Seen {
        (line, cells.iter().map(|cell| ((*cell).to_owned(), None)).collect())
    }

    #[test]
    fn texts_and_their_records() {
        let cases = [
            (
                "three line ends",
                "a,b\nc,d\r\ne,f\rg",
                vec![row(1, &["a", "b"]), row(2, &["c", "d"]), row(3, &["e", "f"]), row(4, &["g"])],
            ),
            ("breaks in quotes count", "\"a\r\nb\rc\",d\ne", vec![row(1, &["a\r\nb\rc", "d"]), row(4, &["e"])]),
            ("doubled quote", "\"a\"\"b\",c", vec![row(1, &["a\"b", "c"])]),
            ("quote inside", "a\"b,c", vec![row(1, &["a\"b", "c"])]),
            ("text after quote", "\"a\"b,c", vec![row(1, &["ab", "c"])]),
            ("blank lines", "\n\na\n\n", vec![row(3, &["a"])]),
            ("empty cells", ",\n,", vec![row(1, &["", ""]), row(2, &["", ""])]),
            ("last delimiter", "a,", vec![row(1, &["a", ""])]),
            ("too many columns", "1,2,3,4,5,6\n7", vec![row(1, &["1", "2", "3", "4"]), row(2, &["7"])]),
        ];
        for (case, text, expected) in cases {
            assert_eq!(records(text), expected, "{case}");
        }
        assert_eq!(records("12345678901234,b\nc")[0].1[0], ("1234567890".to_owned(), Some(Flaw::TooLong)));
        assert_eq!(records("采购采购采购,b")[0].1[0], ("采购采".to_owned(), Some(Flaw::TooLong)));
        assert_eq!(records("a,\"b\nc")[0].1[1], ("b\nc".to_owned(), Some(Flaw::UnclosedQuote)));
    }

    proptest! {
        /// What is written with quotes is read back, and any text at all gives records without a panic.
        #[test]
        fn quoted_rows_are_read_back(rows in prop::collection::vec(prop::collection::vec("[a-c\",\n\r采 ]{0,6}", 1..4), 1..6), junk in ".*") {
            let quote = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
            let text: String = rows.iter().map(|row| row.iter().map(quote).collect::<Vec<_>>().join(",") + "\r\n").collect();
            let read: Vec<Vec<String>> =
                records(&text).into_iter().map(|(_, cells)| cells.into_iter().map(|(text, _)| text).collect()).collect();
            let fits = rows.iter().flatten().all(|cell| cell.len() <= 10);
            if fits {
                prop_assert_eq!(read, rows);
            }
            let _ = records(&junk);
        }
    }
}
