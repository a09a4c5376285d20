//! Held-back rows of an import: where, what came, why it was held, what would mend it.

use askama::Template;

use super::table::{Cell, Column, Row, Table};
use crate::component;
use crate::locale::Words;

/// The longest value shown; the rest is counted, not shown.
const MOST_CHARS: usize = 160;

/// A value from outside as text: control and direction characters are made visible, nothing is executed, long ones are cut.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/raw_value.html")]
pub struct RawValue {
    shown: Vec<(bool, String)>,
    cut: Option<String>,
}

impl RawValue {
    /// The value as it came.
    pub fn new(words: Words, value: &str) -> RawValue {
        let mut shown: Vec<(bool, String)> = Vec::new();
        let mut push = |mark: bool, text: &str| match shown.last_mut() {
            Some((last, so_far)) if *last == mark => so_far.push_str(text),
            _ => shown.push((mark, text.to_owned())),
        };
        for c in value.chars().take(MOST_CHARS) {
            match visible(c) {
                Some(mark) => push(true, &mark),
                None => push(false, c.encode_utf8(&mut [0; 4])),
            }
        }
        let more = value.chars().count().saturating_sub(MOST_CHARS);
        let cut = (more > 0).then(|| words.count("quarantine-cut", more as u64));
        RawValue { shown, cut }
    }
}

/// The visible stand-in for a character that would hide or disturb, or `None` for an ordinary one.
fn visible(c: char) -> Option<String> {
    let code = u32::from(c);
    match c {
        '\t' => Some("\\t".to_owned()),
        '\n' => Some("\\n".to_owned()),
        '\r' => Some("\\r".to_owned()),
        '\u{0}'..='\u{1F}'
        | '\u{7F}'..='\u{9F}'
        | '\u{AD}'
        | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}'
        | '\u{2060}'..='\u{2069}'
        | '\u{FEFF}'
        | '\u{FFFD}'
        | '\u{FFF9}'..='\u{FFFB}' => Some(format!("U+{code:04X}")),
        _ => None,
    }
}

/// One held-back row.
#[derive(Clone, Debug)]
pub struct Held {
    /// Line in the file, counted from 1.
    pub line: u64,
    /// Where in the line: a JSON path or a column's name.
    pub path: String,
    /// The value as it came.
    pub value: String,
    /// Why it was held, in the reader's language.
    pub reason: String,
    /// What would mend it.
    pub mend: String,
}

impl Held {
    /// The columns of a table of held rows.
    pub fn columns(words: Words) -> Vec<Column> {
        vec![
            Column::new(words.t("quarantine-reason")),
            Column::new(words.t("quarantine-line")).figure(),
            Column::new(words.t("quarantine-path")),
            Column::new(words.t("quarantine-value")),
            Column::new(words.t("quarantine-mend")),
        ]
    }

    /// The row for such a table.
    pub fn row(&self, words: Words) -> Row {
        Row::new(vec![
            Cell::new(self.reason.as_str()),
            Cell::number(self.line),
            Cell::code(&self.path),
            Cell::new(RawValue::new(words, &self.value)),
            Cell::new(self.mend.as_str()),
        ])
    }

    /// Values that try to hide or to act.
    pub fn samples(words: Words) -> Vec<(&'static str, Table)> {
        let w = |chinese: &str, english: &str| words.either(chinese, english).to_owned();
        let rows = [
            Held {
                line: 417,
                path: "tender/value/amount".into(),
                value: "12,80万\t".into(),
                reason: w("金额不是数", "The amount is not a number"),
                mend: w("写成 128000.00", "Write 128000.00"),
            },
            Held {
                line: 1_902,
                path: "tender/title".into(),
                value: "<script>alert(1)</script>\u{202E}fdp.exe\u{0}".into(),
                reason: w("含方向控制字符", "Holds direction marks"),
                mend: w("去掉控制字符", "Remove the control characters"),
            },
            Held {
                line: 20_000,
                path: "buyer/name".into(),
                value: "a".repeat(400),
                reason: w("超过 255 字", "Longer than 255 characters"),
                mend: w("写机关全称", "Write the organ's full name"),
            },
        ];
        let mut table = Table::new(words, "held", words.t("quarantine-caption"), Held::columns(words));
        for row in &rows {
            table = table.row(row.row(words));
        }
        vec![("held rows", table)]
    }
}

component!(RawValue);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Locale;
    use crate::view::Html;

    #[test]
    fn hidden_characters_are_seen_and_markup_is_text() {
        let html = Html::of(&RawValue::new(Words::own(Locale::En), "<i>\u{202E}x\n\u{0}"));
        assert!(html.as_str().contains("&#60;i&#62;") || html.as_str().contains("&lt;i&gt;"), "{html}");
        assert!(html.as_str().contains("U+202E") && html.as_str().contains(r"\nU+0000"), "{html}");
    }
}
