//! A spreadsheet as rows of text: CSV (UTF-8, or GB 18030 as Excel in China writes it is refused with the mend) or XLSX.

use std::io::Cursor;

use calamine::{Data, Reader, Xlsx};

/// Rows read at most: an office, not a register of millions.
pub const MOST_ROWS: usize = 20_000;
/// Columns looked at.
const MOST_COLUMNS: usize = 64;

/// One row: its number in the file as people count, from 1, and its cells.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// As a spreadsheet numbers it.
    pub number: u32,
    /// Texts, trimmed.
    pub cells: Vec<String>,
}

/// Why a file is no table.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SheetFault {
    /// Neither CSV nor XLSX, or damaged.
    #[error("the file is neither CSV nor XLSX, or is damaged")]
    Form,
    /// CSV in another encoding than UTF-8.
    #[error("the file is not UTF-8")]
    Encoding,
    /// More rows than [`MOST_ROWS`].
    #[error("more than {MOST_ROWS} rows")]
    TooLong,
}

/// Reads a file; what it is is told by its first bytes, never by its name. Empty rows are passed over.
///
/// # Errors
/// See [`SheetFault`].
pub fn read(content: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let lines = if content.starts_with(b"PK\x03\x04") { xlsx(content)? } else { csv(content)? };
    Ok(lines.into_iter().filter(|line| line.cells.iter().any(|cell| !cell.is_empty())).collect())
}

fn csv(content: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let text = std::str::from_utf8(content).map_err(|_| SheetFault::Encoding)?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut reader = ::csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|_| SheetFault::Form)?;
        let number = record.position().map_or(0, |position| {
            // The reader counts a record from where it began to look, which is before the empty lines that it passed over.
            let ahead = text.as_bytes().get(usize::try_from(position.byte()).unwrap_or(usize::MAX)..);
            let empty = ahead.unwrap_or_default().iter().take_while(|byte| matches!(byte, b'\r' | b'\n'));
            position.line() + empty.filter(|byte| **byte == b'\n').count() as u64
        });
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let cells = record.iter().take(MOST_COLUMNS).map(|cell| cell.trim().to_owned()).collect();
        push(&mut lines, Line { number, cells })?;
    }
    Ok(lines)
}

fn xlsx(content: &[u8]) -> Result<Vec<Line>, SheetFault> {
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(content)).map_err(|_| SheetFault::Form)?;
    let sheet = book.worksheet_range_at(0).ok_or(SheetFault::Form)?.map_err(|_| SheetFault::Form)?;
    let first = sheet.start().map_or(0, |(row, _)| row);
    let left = sheet.start().map_or(0, |(_, column)| column as usize);
    let mut lines = Vec::new();
    for (at, row) in sheet.rows().enumerate() {
        let mut cells = vec![String::new(); left.min(MOST_COLUMNS)];
        cells.extend(row.iter().take(MOST_COLUMNS).map(cell));
        push(&mut lines, Line { number: first + at as u32 + 1, cells })?;
    }
    Ok(lines)
}

fn push(lines: &mut Vec<Line>, line: Line) -> Result<(), SheetFault> {
    if lines.len() >= MOST_ROWS {
        return Err(SheetFault::TooLong);
    }
    lines.push(line);
    Ok(())
}

/// A cell as its reader sees it: whole numbers without a point, days as ISO 8601.
fn cell(cell: &Data) -> String {
    match cell {
        Data::Float(number) if number.fract() == 0.0 && number.abs() < 9e15 => format!("{number:.0}"),
        Data::DateTime(moment) if moment.is_datetime() => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02}")
        }
        other => other.to_string().trim().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn csv_and_xlsx_give_the_same_rows() {
        let csv = "\u{feff}机关,岗位,起始\r\n\r\n甲局, 承办岗 ,2026-01-05\r\n";
        let mut book = rust_xlsxwriter::Workbook::new();
        let sheet = book.add_worksheet();
        for (at, text) in ["机关", "岗位", "起始"].iter().enumerate() {
            sheet.write(0, at as u16, *text).unwrap();
        }
        sheet.write(2, 0, "甲局").unwrap();
        sheet.write(2, 1, " 承办岗 ").unwrap();
        let format = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        let day = rust_xlsxwriter::ExcelDateTime::from_ymd(2026, 1, 5).unwrap();
        sheet.write_with_format(2, 2, &day, &format).unwrap();
        let xlsx = book.save_to_buffer().unwrap();
        let (one, other) = (read(csv.as_bytes()).unwrap(), read(&xlsx).unwrap());
        assert_eq!(
            one.iter().map(|line| &line.cells).collect::<Vec<_>>(),
            other.iter().map(|line| &line.cells).collect::<Vec<_>>()
        );
        assert_eq!((one.len(), one[1].number, other[1].number), (2, 3, 3));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let long = "a\n".repeat(MOST_ROWS + 1);
        let cases: [(&str, &[u8], SheetFault); 4] = [
            ("a damaged workbook", b"PK\x03\x04nonsense", SheetFault::Form),
            ("GB 18030", &[0xbb, 0xfa, 0xb9, 0xd8, b'\n'], SheetFault::Encoding),
            ("a picture", &[0x89, b'P', b'N', b'G', 0xff], SheetFault::Encoding),
            ("too many rows", long.as_bytes(), SheetFault::TooLong),
        ];
        for (case, content, fault) in cases {
            assert_eq!(read(content), Err(fault), "{case}");
        }
        assert_eq!(read(b""), Ok(Vec::new()));
    }
}
