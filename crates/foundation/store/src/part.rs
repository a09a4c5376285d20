//! Statements as data: a text with `?` where a value stands, so that several can be joined into one, and numbered last.

use std::fmt::Write as _;

use crate::value::Value;

/// Parameters of one statement at most: SQLite takes 32,766, PostgreSQL 65,535.
pub(crate) const PARAMETERS: usize = 30_000;

/// One statement, its values in the order of their marks.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Part {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Part {
    pub(crate) fn new(sql: impl Into<String>, values: Vec<Value>) -> Part {
        Part { sql: sql.into(), values }
    }

    /// `<before> (?, ?), … <after>` for as many rows as one statement takes, each; `more` are the values in `after`.
    pub(crate) fn of_rows<'a>(
        before: &'a str,
        rows: &'a [&'a [Value]],
        after: &'a str,
        more: &'a [Value],
    ) -> impl Iterator<Item = Part> + 'a {
        let width = rows.first().map_or(1, |row| row.len().max(1));
        rows.chunks(((PARAMETERS - more.len()) / width).max(1)).map(move |rows| {
            let row = format!("({})", vec!["?"; width].join(", "));
            let values = vec![row.as_str(); rows.len()].join(", ");
            let mut parameters = Vec::with_capacity(rows.len() * width + more.len());
            parameters.extend(rows.iter().flat_map(|row| row.iter().cloned()));
            parameters.extend_from_slice(more);
            Part { sql: format!("{before}{values}{after}"), values: parameters }
        })
    }
}

/// The text with PostgreSQL's marks, `$1` standing for the mark after `used` others.
pub(crate) fn numbered(sql: &str, used: usize) -> String {
    let mut text = String::with_capacity(sql.len() + sql.len() / 4);
    for (at, piece) in sql.split('?').enumerate() {
        if at > 0 {
            let _ = write!(text, "${}", used + at);
        }
        text.push_str(piece);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_become_as_few_statements_as_fit() {
        let row = [Value::Int(1), Value::Int(2)];
        let rows = vec![&row[..]; PARAMETERS / 2 + 1];
        let parts: Vec<Part> =
            Part::of_rows("insert into t values ", &rows, " returning ?", &[Value::Int(9)]).collect();
        assert_eq!(parts.iter().map(|part| part.values.len()).collect::<Vec<_>>(), [PARAMETERS - 1, 5]);
        assert_eq!(parts[1].sql, "insert into t values (?, ?), (?, ?) returning ?");
        assert_eq!(Part::of_rows("", &[], "", &[]).count(), 0);
    }

    #[test]
    fn marks_are_numbered_on_from_those_before() {
        assert_eq!(numbered("a = ? and b in (?, ?)", 2), "a = $3 and b in ($4, $5)");
        assert_eq!(numbered("none", 7), "none");
    }
}
