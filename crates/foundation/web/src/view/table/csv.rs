//! CSV (RFC 4180) in UTF-8 with a byte order mark, so that office programs read Chinese; nothing in it can act as a formula.

use std::io::{self, Write};

use super::super::format;
use super::{Sheet, Value};

/// Writes rows as they come, for exports that are too long to hold in memory.
pub struct CsvWriter<W: Write> {
    out: W,
}

impl<W: Write> CsvWriter<W> {
    /// Begins a file with its heads.
    pub fn new<'a>(mut out: W, heads: impl IntoIterator<Item = &'a str>) -> io::Result<CsvWriter<W>> {
        out.write_all("\u{FEFF}".as_bytes())?;
        let mut writer = CsvWriter { out };
        writer.line(heads.into_iter().map(text))?;
        Ok(writer)
    }

    /// Writes one row.
    pub fn row(&mut self, row: &[Value]) -> io::Result<()> {
        self.line(row.iter().map(field))
    }

    /// Ends the file and gives back what it was written to.
    pub fn finish(mut self) -> io::Result<W> {
        self.out.flush()?;
        Ok(self.out)
    }

    fn line(&mut self, fields: impl Iterator<Item = String>) -> io::Result<()> {
        let line = fields.map(|field| quoted(&field)).collect::<Vec<_>>().join(",");
        self.out.write_all(line.as_bytes())?;
        self.out.write_all(b"\r\n")
    }
}

impl Sheet {
    /// The whole sheet as CSV.
    pub fn csv(&self) -> io::Result<Vec<u8>> {
        let mut writer = CsvWriter::new(Vec::new(), self.heads())?;
        for row in &self.rows {
            let label = self.synthetic.as_ref().map(|(_, label)| text(label));
            writer.line(row.iter().map(field).chain(label))?;
        }
        writer.finish()
    }
}

fn field(value: &Value) -> String {
    match value {
        Value::Text(value) => text(value),
        Value::Whole(n) => n.to_string(),
        Value::Decimal(value) => value.to_string(),
        Value::Day(day) => format::date(*day),
        Value::Moment(at, zone) => format::date_time(*at, *zone),
        Value::Unknown => String::new(),
    }
}

/// Text that an office program would read as a formula gets an apostrophe in front (OWASP, CSV injection); so does text after
/// white space, which some programs skip, and after the full-width signs, which some fold.
fn text(text: &str) -> String {
    let first = text.chars().find(|c| !matches!(c, ' ' | '\u{A0}' | '\u{3000}'));
    let acts = matches!(first, Some('=' | '+' | '-' | '@' | '\t' | '\r' | '\n' | '＝' | '＋' | '－' | '＠'));
    if acts { format!("'{text}") } else { text.to_owned() }
}

fn quoted(field: &str) -> String {
    if field.contains([',', '"', '\r', '\n', ';']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::{Locale, Words};
    use crate::view::table::SheetColumn;
    use rust_decimal::Decimal;

    #[test]
    fn nothing_can_act_as_a_formula() {
        let cases = [
            ("plain", "演示市", "演示市"),
            ("formula", "=1+1", "'=1+1"),
            ("plus", "+8613", "'+8613"),
            ("minus", "-2", "'-2"),
            ("at", "@SUM(A1)", "'@SUM(A1)"),
            ("tab", "\t=1", "'\t=1"),
            ("space before", "  =1", "'  =1"),
            ("full width", "＝1", "'＝1"),
            ("inside is harmless", "a=b", "a=b"),
        ];
        for (case, given, expected) in cases {
            assert_eq!(text(given), expected, "{case}");
        }
    }

    #[test]
    fn a_sheet_is_written() {
        let column = |head: &str| SheetColumn { head: head.into(), width: 10 };
        let mut sheet =
            Sheet::new("t", "", vec![column("名称"), column("金额"), column("日")]).synthetic(Words::own(Locale::ZhCn));
        sheet.row(vec!["a \"b\", c".into(), Decimal::new(-150, 2).into(), kernel::Day::constant(2026, 1, 2).into()]);
        sheet.row(vec![Value::Unknown, 7.into(), None::<String>.into()]);
        let csv = String::from_utf8(sheet.csv().unwrap()).unwrap();
        assert_eq!(
            csv,
            "\u{FEFF}名称,金额,日,数据性质\r\n\"a \"\"b\"\", c\",-1.50,2026-01-02,演示数据\r\n,7,,演示数据\r\n"
        );
    }
}
