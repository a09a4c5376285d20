//! What can be wrong: with a mapping file, with a file it is applied to, with one row. Each says what and how to mend it,
//! in Chinese and in English, under a code that never changes.

use serde::Serialize;

/// Something wrong in a mapping file.
///
/// - `line`: 1-based line of the mapping file.
/// - `code`: stable, for example `"column.unknown"`; listed in docs/method/mapping.md.
/// - `zh`, `en`: what is wrong and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}: {en}")]
pub struct MappingError {
    /// 1-based line of the mapping file.
    pub line: usize,
    /// Stable code.
    pub code: &'static str,
    /// Chinese text.
    pub zh: String,
    /// English text.
    pub en: String,
}

impl MappingError {
    pub(crate) fn new(line: usize, code: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line, code, zh: zh.into(), en: en.into() }
    }
}

/// Why a mapping cannot be applied to the files given: nothing has been read yet.
///
/// - `file`: name of the register file, or the pattern that no file matches.
/// - `mapping_line`: the line of the mapping file that asks for what is not there, where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}: {en}")]
pub struct ApplyError {
    /// File name or pattern.
    pub file: String,
    /// 1-based line of the mapping file.
    pub mapping_line: Option<usize>,
    /// Stable code.
    pub code: &'static str,
    /// Chinese text.
    pub zh: String,
    /// English text.
    pub en: String,
}

/// How much of the register is left out because of a fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Lost {
    /// One value; the rest of its row is loaded.
    Cell,
    /// One row, or the element it would have made.
    Row,
    /// The whole contracting process.
    Process,
    /// The file from this row on.
    File,
}

impl Lost {
    /// The stable word, as it is serialised.
    pub const fn as_str(self) -> &'static str {
        match self {
            Lost::Cell => "cell",
            Lost::Row => "row",
            Lost::Process => "process",
            Lost::File => "file",
        }
    }
}

/// A quarantined cell, row, process or rest of a file. The good ones around it are loaded.
///
/// - `line`: 1-based line on which the row starts (CSV; quoted line breaks count) or row number (XLSX).
/// - `value`: the offending text as read, cut to 200 characters; malformed bytes show as U+FFFD. It is outside text
///   (perhaps a name): escape it where it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("{file}:{line}: {en}")]
pub struct RowFault {
    /// Name of the register file.
    pub file: String,
    /// 1-based line or sheet row.
    pub line: u64,
    /// Column of the mapping file's vocabulary.
    pub column: Option<String>,
    /// Offending text.
    pub value: String,
    /// Stable code, listed in docs/method/mapping.md.
    pub code: &'static str,
    /// What is left out.
    pub lost: Lost,
    /// Chinese text.
    pub zh: String,
    /// English text.
    pub en: String,
}

/// The longest value a fault repeats, in characters.
const SHOWN: usize = 200;

/// Cuts a value for a fault and makes malformed bytes visible.
pub(crate) fn shown(value: &str) -> String {
    value.chars().take(SHOWN).map(|c| if c == crate::decode::MALFORMED { '\u{FFFD}' } else { c }).collect()
}

/// What is wrong with one value, before the place is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    pub column: Option<String>,
    pub value: String,
    pub code: &'static str,
    pub zh: String,
    pub en: String,
}

impl Problem {
    pub(crate) fn new(code: &'static str, value: &str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { column: None, value: shown(value), code, zh: zh.into(), en: en.into() }
    }

    pub(crate) fn at(self, file: &str, line: u64, lost: Lost) -> RowFault {
        let Self { column, value, code, zh, en } = self;
        RowFault { file: file.to_owned(), line, column, value, code, lost, zh, en }
    }
}

/// The known word nearest to a misspelt one, if it is near enough to be meant.
pub fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = ((word.chars().count() + 1) / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (distance(&word.to_lowercase(), &candidate.to_lowercase()), candidate))
        .filter(|(d, _)| *d <= limit)
        .min_by_key(|(d, candidate)| (*d, *candidate))
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, ca) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, cb) in b.iter().enumerate() {
            let cost = if ca == *cb { diagonal } else { 1 + diagonal.min(row[j]).min(row[j + 1]) };
            diagonal = row[j + 1];
            row[j + 1] = cost;
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn a_slip_of_the_pen_finds_the_word_meant() {
        let known = ["column", "constant", "template"];
        let cases = [("colum", Some("column")), ("Constant", Some("constant")), ("price", None), ("", None)];
        for (word, expected) in cases {
            assert_eq!(nearest(word, known), expected, "{word}");
        }
    }
}
