//! XLSX: typed cells, frozen head, the title and as-of in the printed head. Text is written as text, so nothing acts as a formula.

use kernel::Day;
use rust_decimal::prelude::ToPrimitive;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, Workbook, XlsxError};

use super::super::format;
use super::{Sheet, Value};

/// A workbook cannot be written: more rows than a sheet holds, or no memory.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be written")]
pub struct XlsxFault(#[from] XlsxError);

/// The longest text a cell can hold; the rest is cut with a mark.
const LONGEST: usize = 32_000;

impl Sheet {
    /// The whole sheet as a workbook with one sheet.
    ///
    /// Decimals become floating-point numbers, which is all a workbook has: exact up to 15 digits. Use CSV for more.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxFault> {
        let mut workbook = Workbook::new();
        let head = Format::new().set_bold().set_align(FormatAlign::Left).set_text_wrap();
        let decimal = Format::new().set_num_format("#,##0.00##");
        let whole = Format::new().set_num_format("#,##0");
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let sheet = workbook.add_worksheet();
        sheet.set_name(sheet_name(&self.title))?;
        let label = self.synthetic.as_ref().map_or("", |(_, label)| label.as_str());
        // `&` begins a code in printed heads.
        sheet.set_header(format!(
            "&L{}&R{} {}",
            self.title.replace('&', "&&"),
            label.replace('&', "&&"),
            self.asof.replace('&', "&&")
        ));
        sheet.set_footer("&C&P / &N");
        sheet.set_freeze_panes(1, 0)?;
        sheet.set_repeat_rows(0, 0)?;
        for (at, column) in (0u16..).zip(&self.columns) {
            sheet.set_column_width(at, f64::from(column.width))?;
        }
        for (at, text) in (0u16..).zip(self.heads()) {
            sheet.write_string_with_format(0, at, text, &head)?;
        }
        for (line, row) in (1u32..).zip(&self.rows) {
            for (at, value) in (0u16..).zip(row) {
                match value {
                    Value::Text(text) => {
                        sheet.write_string(line, at, cut(text))?;
                    }
                    Value::Whole(n) => {
                        sheet.write_number_with_format(line, at, *n as f64, &whole)?;
                    }
                    Value::Decimal(value) => match value.to_f64() {
                        Some(number) => {
                            sheet.write_number_with_format(line, at, number, &decimal)?;
                        }
                        None => {
                            sheet.write_string(line, at, value.to_string())?;
                        }
                    },
                    Value::Day(date) => match ymd(*date) {
                        Some(when) => {
                            sheet.write_datetime_with_format(line, at, when, &day)?;
                        }
                        None => {
                            sheet.write_string(line, at, date.to_string())?;
                        }
                    },
                    Value::Moment(time, zone) => {
                        let since = zone.start_of(time.day(*zone)).ms_until(*time);
                        let (hour, minute) = (u16::try_from(since / 3_600_000), u8::try_from(since / 60_000 % 60));
                        let when = match (ymd(time.day(*zone)), hour, minute) {
                            (Some(day), Ok(hour), Ok(minute)) => day.and_hms(hour, minute, 0.0).ok(),
                            _ => None,
                        };
                        match when {
                            Some(when) => {
                                sheet.write_datetime_with_format(line, at, when, &moment)?;
                            }
                            None => {
                                sheet.write_string(line, at, format::date_time(*time, *zone))?;
                            }
                        }
                    }
                    Value::Unknown => {}
                }
            }
            if let (Some((_, label)), Ok(last)) = (&self.synthetic, u16::try_from(self.columns.len())) {
                sheet.write_string(line, last, label)?;
            }
        }
        Ok(workbook.save_to_buffer()?)
    }
}

/// A day as the workbook counts it; `None` before 1900, which it cannot hold.
fn ymd(day: Day) -> Option<ExcelDateTime> {
    let year = u16::try_from(day.year()).ok()?;
    ExcelDateTime::from_ymd(year, day.month().unsigned_abs(), day.day_of_month().unsigned_abs()).ok()
}

/// Sheet names hold at most 31 characters and none of `[]:*?/\`.
fn sheet_name(title: &str) -> String {
    let name: String = title.chars().filter(|c| !r"[]:*?/\'".contains(*c)).take(31).collect();
    if name.trim().is_empty() { "1".to_owned() } else { name }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::table::SheetColumn;

    #[test]
    fn a_workbook_is_written() {
        let column = |head: &str| SheetColumn { head: head.into(), width: 10 };
        let mut sheet =
            Sheet::new("a/b: 核查队列 & more", "2026-11-18", vec![column("a"), column("b"), column("c"), column("d")]);
        sheet.row(vec![
            "=HYPERLINK(1)".into(),
            7.into(),
            rust_decimal::Decimal::new(125, 2).into(),
            Day::constant(2026, 1, 2).into(),
        ]);
        sheet.row(vec!["x".repeat(40_000).into(), Value::Unknown, Value::Unknown, Day::constant(1800, 1, 2).into()]);
        sheet.row(vec![Value::Moment(kernel::Instant::from_ms(1_767_300_000_000), kernel::Zone::CHINA)]);
        let bytes = sheet.xlsx().unwrap();
        assert!(bytes.starts_with(b"PK"));
        assert_eq!(sheet_name("a/b[c]"), "abc");
        assert_eq!(sheet_name("//"), "1");
    }
}
