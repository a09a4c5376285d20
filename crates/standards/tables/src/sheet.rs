//! XLSX sheets into records. A sheet is read whole, within limits; larger ones are to be saved as CSV.

use std::io::{Cursor, Read};

use calamine::{DataRef, ExcelDateTime, Reader, Xlsx};

use crate::record::{Cell, Flaw, Record};

/// Which sheet of a workbook.
#[derive(Clone, Debug)]
pub(crate) enum Sheet {
    /// The only one; a workbook with several is refused.
    Only,
    Named(String),
    /// 1-based.
    Numbered(usize),
}

/// Limits on a workbook.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SheetLimits {
    /// Of the archive, and of what it claims to unpack to times 20.
    pub max_bytes: u64,
    pub max_cells: usize,
    pub max_cell: usize,
    pub max_columns: usize,
}

/// Code, Chinese and English of why a workbook cannot be read.
pub(crate) type Refused = (&'static str, String, String);

/// Reads the rows of a sheet, with their row numbers; rows without any cell are not there.
pub(crate) fn records(mut reader: impl Read, sheet: &Sheet, limits: SheetLimits) -> Result<Vec<Record>, Refused> {
    let mut bytes = Vec::new();
    reader.by_ref().take(limits.max_bytes + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limits.max_bytes {
        return Err(too_large());
    }
    let unpacked = claimed_size(&bytes).ok_or_else(|| unreadable("no central directory"))?;
    if unpacked > limits.max_bytes.saturating_mul(20) {
        return Err(too_large());
    }
    let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name = chosen(sheet, &book.sheet_names())?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let (mut records, mut seen): (Vec<Record>, usize) = (Vec::new(), 0);
    while let Some(found) = cells.next_cell().map_err(unreadable)? {
        let (row, column) = found.get_position();
        let (line, column) = (u64::from(row) + 1, column as usize);
        let Some(cell) = cell(found.get_value(), limits.max_cell) else { continue };
        seen += 1;
        if seen > limits.max_cells {
            return Err(too_large());
        }
        if records.last().is_none_or(|record| record.line != line) {
            records.push(Record { line, ..Record::default() });
        }
        let Some(record) = records.last_mut() else { continue };
        if column >= limits.max_columns {
            record.too_many = true;
            continue;
        }
        if record.cells.len() <= column {
            record.cells.resize(column + 1, Cell::default());
        }
        record.cells[column] = cell;
    }
    Ok(records)
}

fn chosen(sheet: &Sheet, names: &[String]) -> Result<String, Refused> {
    let found = match sheet {
        Sheet::Only if names.len() > 1 => None,
        Sheet::Only => names.first(),
        Sheet::Named(name) => names.iter().find(|candidate| *candidate == name),
        Sheet::Numbered(number) => number.checked_sub(1).and_then(|at| names.get(at)),
    };
    let listed = names.join(", ");
    found.cloned().ok_or_else(|| {
        let zh = format!("请在映射文件中用 sheet 指定工作表，现有：{listed}");
        ("file.sheet", zh, format!("name the sheet with `sheet` in the mapping file; there are: {listed}"))
    })
}

fn cell(value: &DataRef<'_>, max: usize) -> Option<Cell> {
    let (text, native, flaw) = match value {
        DataRef::Empty => return None,
        DataRef::Int(number) => (number.to_string(), true, None),
        DataRef::Float(number) => (number.to_string(), true, None),
        DataRef::Bool(flag) => (flag.to_string(), true, None),
        DataRef::DateTime(date) => (iso(*date), true, None),
        DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => (text.clone(), true, None),
        DataRef::String(text) => (text.clone(), false, None),
        DataRef::SharedString(text) => ((*text).to_owned(), false, None),
        DataRef::Error(error) => (error.to_string(), false, Some(Flaw::SheetError)),
    };
    if text.is_empty() {
        return None;
    }
    if text.len() <= max {
        return Some(Cell { text, native, flaw });
    }
    let cut = (0..=max).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    Some(Cell { text: text[..cut].to_owned(), native, flaw: Some(Flaw::TooLong) })
}

fn iso(date: ExcelDateTime) -> String {
    if !date.is_datetime() {
        return date.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    match (hour, minute, second) {
        (0, 0, 0) => format!("{year:04}-{month:02}-{day:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}"),
    }
}

/// Sum of the unpacked sizes that the archive's central directory claims. It guards against archives that blow up; an
/// entry of 64-bit size counts as its largest 32-bit value, which the limit refuses. `None`: no directory.
fn claimed_size(archive: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| -> Option<u64> {
        let bytes = archive.get(at..at + length)?;
        Some(bytes.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    };
    let tail = archive.len().saturating_sub(22 + 0xffff);
    let end = archive[tail..].windows(4).rposition(|window| window == b"PK\x05\x06")? + tail;
    let (entries, mut at) = (number(end + 10, 2)?, usize::try_from(number(end + 16, 4)?).ok()?);
    let mut total = 0u64;
    for _ in 0..entries {
        if archive.get(at..at + 4)? != b"PK\x01\x02" {
            return None;
        }
        total = total.saturating_add(number(at + 24, 4)?);
        let extras = number(at + 28, 2)? + number(at + 30, 2)? + number(at + 32, 2)?;
        at = at.checked_add(46)?.checked_add(usize::try_from(extras).ok()?)?;
    }
    Some(total)
}

fn unreadable(error: impl std::fmt::Display) -> Refused {
    ("file.unreadable", format!("无法读取工作簿:{error}"), format!("the workbook cannot be read: {error}"))
}

fn too_large() -> Refused {
    ("file.too_large", "工作簿过大，请另存为 CSV".into(), "the workbook is too large; save it as CSV".into())
}

#[cfg(test)]
mod tests {
    use super::{Sheet, SheetLimits, claimed_size, records};
    use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

    const LIMITS: SheetLimits = SheetLimits { max_bytes: 1 << 20, max_cells: 100, max_cell: 20, max_columns: 5 };

    fn book() -> Vec<u8> {
        let mut book = Workbook::new();
        let first = book.add_worksheet().set_name("notes").expect("a name");
        first.write(0, 0, "nothing here").expect("writes");
        let second = book.add_worksheet().set_name("data").expect("a name");
        second.write(0, 0, "id").expect("writes");
        second.write(0, 1, "amount").expect("writes");
        second.write(3, 0, "=1+1").expect("writes");
        second.write(3, 1, 1234.5).expect("writes");
        let day = ExcelDateTime::parse_from_str("2024-07-01").expect("a date");
        second.write_with_format(3, 2, &day, &Format::new().set_num_format("yyyy-mm-dd")).expect("writes");
        book.save_to_buffer().expect("saves")
    }

    #[test]
    fn a_sheet_has_rows_with_numbers_dates_and_text() {
        let rows = records(book().as_slice(), &Sheet::Named("data".into()), LIMITS).expect("reads");
        let lines: Vec<u64> = rows.iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 4]);
        let cells: Vec<(&str, bool)> = rows[1].cells.iter().map(|cell| (cell.text.as_str(), cell.native)).collect();
        assert_eq!(cells, [("=1+1", false), ("1234.5", true), ("2024-07-01", true)]);
    }

    #[test]
    fn workbooks_that_are_refused() {
        let whole = book();
        let small = SheetLimits { max_cells: 2, ..LIMITS };
        let cases: [(&str, &[u8], Sheet, SheetLimits, &str); 6] = [
            ("which of two sheets", &whole, Sheet::Only, LIMITS, "file.sheet"),
            ("no such sheet", &whole, Sheet::Named("x".into()), LIMITS, "file.sheet"),
            ("no third sheet", &whole, Sheet::Numbered(3), LIMITS, "file.sheet"),
            ("too many cells", &whole, Sheet::Numbered(2), small, "file.too_large"),
            ("too many bytes", &whole, Sheet::Numbered(2), SheetLimits { max_bytes: 100, ..LIMITS }, "file.too_large"),
            ("cut short", &whole[..whole.len() / 2], Sheet::Numbered(2), LIMITS, "file.unreadable"),
        ];
        for (case, bytes, sheet, limits, code) in cases {
            assert_eq!(records(bytes, &sheet, limits).expect_err(case).0, code, "{case}");
        }
    }

    #[test]
    fn an_archive_says_what_it_unpacks_to() {
        let mut bomb = book();
        let entry = bomb.windows(4).position(|w| w == b"PK\x01\x02").expect("an entry");
        bomb[entry + 24..entry + 28].copy_from_slice(&u32::MAX.to_le_bytes());
        assert!(claimed_size(&bomb).is_some_and(|size| size >= u64::from(u32::MAX)));
        assert_eq!(records(bomb.as_slice(), &Sheet::Numbered(2), LIMITS).expect_err("a bomb").0, "file.too_large");
        assert_eq!(claimed_size(b"PK\x03\x04"), None);
    }
}
