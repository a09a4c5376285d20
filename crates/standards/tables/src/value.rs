//! From cells to typed values: take, trim, blank, capture, split, map, then the type that the OCDS path asks for.

use serde_json::{Number, Value};

use crate::date::date;
use crate::fault::Problem;
use crate::mapping::{ColumnRef, Condition, Otherwise, Part, Slot, Take, Test, ValueRule};
use crate::number::{Marks, decimal};
use crate::row::{Joined, Row};
use crate::schema::Kind;

/// The rows a value can look at.
#[derive(Clone, Copy)]
pub(crate) struct View<'r> {
    pub own: Option<&'r Row>,
    pub main: Option<&'r Row>,
    pub joined: &'r [Joined],
}

impl<'r> View<'r> {
    /// A view of nothing, for constants.
    pub(crate) const NONE: View<'static> = View { own: None, main: None, joined: &[] };

    pub(crate) fn row(&self, slot: Slot) -> Option<&'r Row> {
        match slot {
            Slot::Own => self.own,
            Slot::Main => self.main,
            Slot::Joined(file) => self.joined.iter().find(|joined| joined.file == file)?.row.as_ref(),
        }
    }

    pub(crate) fn is_blank(&self, column: &ColumnRef) -> bool {
        self.cell(column).0.is_empty()
    }

    /// Whether the value would come out the same from another view.
    pub(crate) fn same(&self, other: View<'_>, rule: &ValueRule) -> bool {
        !rule.is_of_the_line() && rule.columns().all(|column| self.cell(column) == other.cell(column))
    }

    /// Whether the conditions look at the same texts in another view.
    pub(crate) fn alike(&self, other: View<'_>, conditions: &[Condition]) -> bool {
        conditions.iter().all(|condition| self.cell(&condition.column) == other.cell(&condition.column))
    }

    /// Trimmed text of a column and whether a spreadsheet held it as a number or date.
    fn cell(&self, column: &ColumnRef) -> (&'r str, bool) {
        let cell = self.row(column.slot).and_then(|row| row.cells.get(column.index));
        cell.map_or(("", false), |cell| (cell.text.trim(), cell.native))
    }
}

/// A text on its way through the steps.
struct Taken {
    text: String,
    native: bool,
    column: Option<String>,
}

impl ValueRule {
    /// The value's text, untyped: keys, ids, names.
    pub(crate) fn text(&self, view: View<'_>) -> Result<Option<String>, Problem> {
        Ok(self.texts(view)?.into_iter().next())
    }

    /// The texts after all steps; several only with `split`.
    pub(crate) fn texts(&self, view: View<'_>) -> Result<Vec<String>, Problem> {
        Ok(self.steps(view)?.0)
    }

    /// The typed value; `None` when the cell is blank.
    pub(crate) fn json(&self, view: View<'_>) -> Result<Option<Value>, Problem> {
        let (texts, native, column) = self.steps(view)?;
        let named = |problem: Problem| Problem { column: column.clone(), ..problem };
        if self.kind == Kind::Texts {
            let list: Vec<Value> = texts.into_iter().map(Value::String).collect();
            return Ok((!list.is_empty()).then_some(Value::Array(list)));
        }
        texts.first().map(|text| typed(text, native, self).map_err(named)).transpose()
    }

    fn steps(&self, view: View<'_>) -> Result<(Vec<String>, bool, Option<String>), Problem> {
        let Some(taken) = self.take(view) else { return Ok((Vec::new(), false, None)) };
        let named = |problem: Problem| Problem { column: taken.column.clone(), ..problem };
        let Some((text, native)) = self.capture(&taken).map_err(named)? else {
            return Ok((Vec::new(), false, taken.column));
        };
        let parts: Vec<&str> = match &self.split {
            Some(separator) => text.split(separator.as_str()).map(str::trim).filter(|part| !part.is_empty()).collect(),
            None => vec![&text],
        };
        let mut texts = Vec::with_capacity(parts.len());
        for part in parts {
            texts.extend(self.mapped(part).map_err(named)?);
        }
        Ok((texts, native, taken.column))
    }

    fn take(&self, view: View<'_>) -> Option<Taken> {
        let clean = |text: &str| -> Option<String> {
            let text =
                if self.collapse { text.split_whitespace().collect::<Vec<_>>().join(" ") } else { text.to_owned() };
            (!text.is_empty() && !self.blank.contains(&text)).then_some(text)
        };
        match &self.take {
            Take::Constant(text) => Some(Taken { text: text.clone(), native: false, column: None }),
            Take::Columns(columns) => columns.iter().find_map(|column| {
                let (text, native) = view.cell(column);
                clean(text).map(|text| Taken { text, native, column: Some(column.name.clone()) })
            }),
            Take::Template(parts) => {
                let mut text = String::new();
                let mut first = None;
                for part in parts {
                    match part {
                        Part::Text(fixed) => text.push_str(fixed),
                        Part::Line => text.push_str(&view.own?.line.to_string()),
                        Part::Column(column) => {
                            first = first.or_else(|| Some(column.name.clone()));
                            text.push_str(&clean(view.cell(column).0)?);
                        }
                    }
                }
                Some(Taken { text, native: false, column: first })
            }
        }
    }

    fn capture(&self, taken: &Taken) -> Result<Option<(String, bool)>, Problem> {
        let Some(regex) = &self.capture else { return Ok(Some((taken.text.clone(), taken.native))) };
        let group = regex.captures(&taken.text).and_then(|found| found.get(1));
        match (group, self.uncaptured) {
            (Some(group), _) => {
                Ok(Some((group.as_str().trim().to_owned(), false)).filter(|(text, _)| !text.is_empty()))
            }
            (None, Otherwise::Keep) => Ok(Some((taken.text.clone(), taken.native))),
            (None, Otherwise::Absent) => Ok(None),
            (None, Otherwise::Fault) => Err(Problem::new(
                "value.uncaptured",
                &taken.text,
                "不符合 capture 的写法",
                "does not have the form that `capture` asks for",
            )),
        }
    }

    fn mapped(&self, text: &str) -> Result<Option<String>, Problem> {
        let Some(map) = &self.map else { return Ok(Some(text.to_owned())) };
        match (map.get(text), self.unmapped) {
            // A value mapped to the empty text is known and means nothing.
            (Some(mapped), _) => Ok(Some(mapped.clone()).filter(|mapped| !mapped.is_empty())),
            (None, Otherwise::Keep) => Ok(Some(text.to_owned())),
            (None, Otherwise::Absent) => Ok(None),
            (None, Otherwise::Fault) => {
                Err(Problem::new("value.unmapped", text, "对照表中没有此值", "is not in the `map` of known values"))
            }
        }
    }
}

/// Reads a text as the kind of its target.
pub(crate) fn typed(text: &str, native: bool, rule: &ValueRule) -> Result<Value, Problem> {
    let marks = if native { Marks::default() } else { rule.marks };
    let wrong = |code, zh: &str, en: &str| Problem::new(code, text, zh, en);
    match rule.kind {
        Kind::Number => number(text, marks, rule),
        Kind::Integer => {
            // Spreadsheets and floats-to-text write 3.0 for 3.
            let whole =
                decimal(text, marks).filter(|number| number.fract().is_zero()).map(|number| number.trunc().normalize());
            let whole = whole.ok_or_else(|| wrong("value.integer", "不是整数", "is not a whole number"))?;
            if rule.min.is_some_and(|min| whole < min) {
                return Err(below(text));
            }
            json_number(&whole.to_string()).ok_or_else(|| wrong("value.integer", "不是整数", "is not a whole number"))
        }
        Kind::Boolean => match text.to_ascii_lowercase().as_str() {
            "true" => Ok(Value::Bool(true)),
            "false" => Ok(Value::Bool(false)),
            _ => Err(wrong(
                "value.boolean",
                "应为 true 或 false，请用 map 对照",
                "is neither true nor false; translate it with `map`",
            )),
        },
        Kind::Date => date(text, &rule.dates)
            .map(Value::String)
            .ok_or_else(|| wrong("value.date", "不是可识别的日期", "is not a date in any of the formats")),
        Kind::Currency => currency(text).map(|code| Value::String(code.to_owned())).ok_or_else(|| {
            wrong("value.currency", "不是三个大写字母的货币代码", "is not a currency code of three capital letters")
        }),
        Kind::Code(codes) if codes.contains(&text) => Ok(Value::String(text.to_owned())),
        Kind::Code(codes) => {
            let list = codes.join(", ");
            Err(wrong("value.code", &format!("不在代码表中:{list}"), &format!("is not one of: {list}")))
        }
        _ => Ok(Value::String(text.to_owned())),
    }
}

fn number(text: &str, marks: Marks, rule: &ValueRule) -> Result<Value, Problem> {
    let wrong = || Problem::new("value.number", text, "不是数字", "is not a number as this file writes them");
    let number = decimal(text, marks).ok_or_else(wrong)?;
    if rule.min.is_some_and(|min| number < min) {
        return Err(below(text));
    }
    // Trailing zeros carry nothing and would make equal amounts differ in text.
    json_number(&number.normalize().to_string()).ok_or_else(wrong)
}

fn below(text: &str) -> Problem {
    Problem::new("value.below_minimum", text, "小于允许的最小值", "is below the minimum")
}

fn json_number(text: &str) -> Option<Value> {
    text.parse::<Number>().ok().map(Value::Number)
}

/// A currency code: three capital letters. Whether the code exists is the business of who reads the release.
pub(crate) fn currency(text: &str) -> Option<&str> {
    (text.len() == 3 && text.bytes().all(|b| b.is_ascii_uppercase())).then_some(text)
}

/// Whether all conditions hold.
pub(crate) fn hold(conditions: &[Condition], view: View<'_>) -> bool {
    conditions.iter().all(|condition| {
        let text = view.cell(&condition.column).0;
        let text = if condition.blank.iter().any(|blank| blank == text) { "" } else { text };
        match &condition.test {
            Test::Is(values) => values.iter().any(|value| value == text),
            Test::IsNot(values) => values.iter().all(|value| value != text),
            Test::Present(present) => text.is_empty() != *present,
            Test::Matches(regex) => regex.is_match(text),
        }
    })
}
