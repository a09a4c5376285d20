//! Values: where a cell is taken from and the steps it goes through, checked against the files' declared columns and
//! against the kind that the OCDS path asks for.

use std::collections::BTreeMap;

use regex::Regex;
use toml::de::DeValue;

use super::files::{dates, marks};
use crate::date::Dates;
use crate::document::{Document, Node, Table};
use crate::fault::nearest;
use crate::mapping::{ColumnRef, Condition, FileRule, Otherwise, Part, Role, Slot, Take, Test, ValueRule};
use crate::number::Marks;
use crate::schema::{Fields, Kind, WrongPath, leaf};
use crate::value::typed;

/// The files whose columns values may name.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'s> {
    pub document: &'s Document,
    pub files: &'s [FileRule],
}

impl<'s> Scope<'s> {
    /// Index of a file by name.
    pub(crate) fn file(&self, name: &str, line: usize) -> Option<usize> {
        let found = self.files.iter().position(|file| file.name == name);
        if found.is_none() {
            let known: Vec<&str> = self.files.iter().map(|file| file.name.as_str()).collect();
            let known = known.join(", ");
            let (zh, en) = (
                format!("没有名为“{name}”的文件，现有：{known}"),
                format!("there is no file `{name}`; there are: {known}"),
            );
            self.document.error(line, "file.unknown", zh, en);
        }
        found
    }

    /// The kind at an OCDS path; a wrong path is reported.
    pub(crate) fn leaf(&self, fields: Fields, path: &str, line: usize) -> Option<Kind> {
        leaf(fields, path).map_err(|wrong| self.wrong_path(path, line, &wrong)).ok()
    }

    pub(crate) fn wrong_path(&self, path: &str, line: usize, wrong: &WrongPath) {
        let WrongPath { segment, near, through_array } = wrong;
        let (zh, en) = match (near, through_array) {
            (_, true) => (
                format!("“{path}”经过数组，请写在 [[arrays]] 中"),
                format!("`{path}` runs into an array; map it in [[arrays]]"),
            ),
            (Some(near), _) => (
                format!("OCDS 没有路径“{path}”，“{segment}”是否指“{near}”？"),
                format!("`{path}` is no OCDS path; did you mean `{near}` for `{segment}`?"),
            ),
            _ => (
                format!("“{path}”不是可填写的 OCDS 路径（机构请用 [[organisations]]）"),
                format!("`{path}` is no OCDS path to a value (organisations go into [[organisations]])"),
            ),
        };
        self.document.error(line, "path.unknown", zh, en);
    }

    /// A column of a file by its declared name.
    fn column(&self, slot: Slot, file: usize, name: &str, line: usize) -> Option<ColumnRef> {
        let columns = &self.files[file].columns;
        if let Some(index) = columns.iter().position(|column| column.name == name) {
            return Some(ColumnRef { slot, index, name: name.to_owned() });
        }
        let file = &self.files[file].name;
        let names = columns.iter().map(|column| column.name.as_str());
        let (zh, en) = match nearest(name, names) {
            Some(near) => (
                format!("文件“{file}”没有列“{name}”，是否指“{near}”？"),
                format!("file `{file}` declares no column `{name}`; did you mean `{near}`?"),
            ),
            None => (
                format!("文件“{file}”没有列“{name}”，请加入 columns"),
                format!("file `{file}` declares no column `{name}`; add it to its `columns`"),
            ),
        };
        self.document.error(line, "column.unknown", zh, en);
        None
    }

    /// The row that `from` names, seen from rows of `own`.
    fn slot(&self, from: Option<Node<'_>>, own: usize) -> Option<(Slot, usize)> {
        let Some(node) = from else { return Some((Slot::Own, own)) };
        let file = self.file(node.text()?, node.line)?;
        match self.files[file].role {
            _ if file == own => Some((Slot::Own, own)),
            Role::Main => Some((Slot::Main, file)),
            Role::Lookup { of } if of == own => Some((Slot::Joined(file), file)),
            _ => {
                let zh = "from 只能指主文件，或属于本文件的查找表";
                let en = "`from` names the main file, or a lookup whose `of` is this file";
                self.document.error(node.line, "file.role", zh, en);
                None
            }
        }
    }

    /// A constant of every release.
    pub(crate) fn constant(&self, node: Node<'_>, kind: Kind) -> Option<ValueRule> {
        let text = scalar(node)?;
        let value = ValueRule { take: Take::Constant(text), ..plain(kind, &[], Marks::default(), &Dates::default()) };
        self.check_fixed(&value, node.line);
        Some(value)
    }

    /// One value: a column's name, or a table of options.
    pub(crate) fn value(&self, node: Node<'_>, own: usize, kind: Kind) -> Option<ValueRule> {
        let file = &self.files[own];
        let base = plain(kind, &file.blank, file.marks, &file.dates);
        if let DeValue::String(name) = node.value {
            let column = self.column(Slot::Own, own, name, node.line)?;
            return Some(ValueRule { take: Take::Columns(vec![column]), ..base });
        }
        let table = node.table()?;
        let take = self.take(&table, own);
        let capture = self.regex(table.get("capture"));
        if let (Some(node), Some(regex)) = (table.get("capture"), &capture)
            && regex.captures_len() != 2
        {
            let (zh, en) = ("capture 须有且仅有一个括号组", "`capture` needs exactly one group in parentheses");
            self.document.error(node.line, "value.capture", zh, en);
        }
        let otherwise = |key: &'static str, default| match table.choice(key, &["fault", "keep", "absent"]) {
            Some(0) => Otherwise::Fault,
            Some(1) => Otherwise::Keep,
            Some(2) => Otherwise::Absent,
            _ => default,
        };
        let value = ValueRule {
            take: take?,
            collapse: table.choice("spaces", &["keep", "collapse"]) == Some(1),
            blank: base.blank.iter().cloned().chain(table.texts("blank").unwrap_or_default()).collect(),
            capture,
            uncaptured: otherwise("uncaptured", Otherwise::Fault),
            split: table.text("split").filter(|text| !text.is_empty()),
            map: self.map(&table),
            unmapped: otherwise("unmapped", Otherwise::Fault),
            marks: marks(&table, base.marks),
            min: self.min(&table),
            dates: dates(&table, &base.dates),
            required: table.flag("required"),
            kind,
        };
        table.finish();
        self.check_fixed(&value, node.line);
        Some(value)
    }

    /// Several values, as keys have them.
    pub(crate) fn values(&self, node: Option<Node<'_>>, own: usize, kind: Kind) -> Vec<ValueRule> {
        node.map(|node| node.list())
            .unwrap_or_default()
            .into_iter()
            .filter_map(|node| self.value(node, own, kind))
            .collect()
    }

    fn take(&self, table: &Table<'_>, own: usize) -> Option<Take> {
        let from = table.get("from");
        let (column, columns) = (table.get("column"), table.get("columns"));
        let (template, constant) = (table.get("template"), table.get("constant"));
        let given = [column, columns, template, constant].iter().flatten().count();
        if given != 1 {
            let zh = "请写且只写 column、columns、template、constant 之一";
            let en = "write exactly one of `column`, `columns`, `template`, `constant`";
            self.document.error(table.line, "value.take", zh, en);
            return None;
        }
        if let Some(node) = constant {
            return scalar(node).map(Take::Constant);
        }
        let (slot, file) = self.slot(from, own)?;
        if let Some(node) = template {
            return self.template(node, slot, file);
        }
        let named = column.or(columns)?.list();
        let found: Vec<ColumnRef> =
            named.iter().filter_map(|node| self.column(slot, file, node.text()?, node.line)).collect();
        (found.len() == named.len() && !found.is_empty()).then_some(Take::Columns(found))
    }

    /// `"{a}-{b}"`; `{#}` is the row's line; doubled braces stand for themselves.
    fn template(&self, node: Node<'_>, slot: Slot, file: usize) -> Option<Take> {
        let (mut parts, mut text) = (Vec::new(), String::new());
        let mut letters = node.text()?.chars().peekable();
        while let Some(letter) = letters.next() {
            match letter {
                '{' | '}' if letters.peek() == Some(&letter) => {
                    letters.next();
                    text.push(letter);
                }
                '{' => {
                    let name: String = letters.by_ref().take_while(|letter| *letter != '}').collect();
                    parts.push(Part::Text(std::mem::take(&mut text)));
                    parts.push(if name == "#" {
                        Part::Line
                    } else {
                        Part::Column(self.column(slot, file, &name, node.line)?)
                    });
                }
                _ => text.push(letter),
            }
        }
        parts.push(Part::Text(text));
        Some(Take::Template(parts))
    }

    fn map(&self, table: &Table<'_>) -> Option<BTreeMap<String, String>> {
        let entries = table.get("map")?.table()?;
        Some(entries.entries().into_iter().filter_map(|(key, node)| Some((key.to_owned(), scalar(node)?))).collect())
    }

    fn min(&self, table: &Table<'_>) -> Option<rust_decimal::Decimal> {
        let node = table.get("min")?;
        let min = crate::number::decimal(&scalar(node)?, Marks::default());
        if min.is_none() {
            self.document.error(node.line, "value.type", "min 应为数字", "`min` is a number");
        }
        min
    }

    fn regex(&self, node: Option<Node<'_>>) -> Option<Regex> {
        let node = node?;
        match Regex::new(node.text()?) {
            Ok(regex) => Some(regex),
            Err(error) => {
                let last = error.to_string().lines().last().unwrap_or_default().to_owned();
                self.document.error(
                    node.line,
                    "value.regex",
                    format!("正则表达式有误:{last}"),
                    format!("not a regular expression: {last}"),
                );
                None
            }
        }
    }

    /// Constants and mapped values are known now, so a code that OCDS does not have is refused now.
    fn check_fixed(&self, value: &ValueRule, line: usize) {
        let constant = match &value.take {
            Take::Constant(text) if value.map.is_none() => Some(text),
            _ => None,
        };
        for text in constant.into_iter().chain(value.map.iter().flat_map(|map| map.values())) {
            if let Err(problem) = typed(text, false, value)
                && !text.is_empty()
            {
                self.document.error(
                    line,
                    "value.not_allowed",
                    format!("“{text}”:{}", problem.zh),
                    format!("`{text}`: {}", problem.en),
                );
            }
        }
    }

    /// `when`: one condition or a list, all of which must hold.
    pub(crate) fn conditions(&self, table: &Table<'_>, own: usize) -> Vec<Condition> {
        let nodes = table.get("when").map(|node| node.list()).unwrap_or_default();
        nodes.into_iter().filter_map(|node| self.condition(&node.table()?, own)).collect()
    }

    fn condition(&self, table: &Table<'_>, own: usize) -> Option<Condition> {
        let (slot, file) = self.slot(table.get("from"), own)?;
        let column = table.need("column")?;
        let column = self.column(slot, file, column.text()?, column.line);
        let tests = [
            table.texts("is").map(Test::Is),
            table.texts("is_not").map(Test::IsNot),
            table.get("present").and_then(|node| node.flag()).map(Test::Present),
            self.regex(table.get("matches")).map(Test::Matches),
        ];
        table.finish();
        let mut tests = tests.into_iter().flatten();
        let (Some(test), None) = (tests.next(), tests.next()) else {
            let (zh, en) = (
                "条件须写且只写 is、is_not、present、matches 之一",
                "a condition has exactly one of `is`, `is_not`, `present`, `matches`",
            );
            self.document.error(table.line, "value.condition", zh, en);
            return None;
        };
        Some(Condition { column: column?, blank: self.files[file].blank.clone(), test })
    }
}

fn plain(kind: Kind, blank: &[String], marks: Marks, dates: &Dates) -> ValueRule {
    ValueRule {
        take: Take::Constant(String::new()),
        collapse: false,
        blank: blank.to_vec(),
        capture: None,
        uncaptured: Otherwise::Fault,
        split: None,
        map: None,
        unmapped: Otherwise::Fault,
        marks,
        min: None,
        dates: dates.clone(),
        required: false,
        kind,
    }
}

/// A TOML text, number or boolean as text.
fn scalar(node: Node<'_>) -> Option<String> {
    match node.value {
        DeValue::Integer(number) => Some(number.as_str().to_owned()),
        DeValue::Float(number) => Some(number.as_str().to_owned()),
        DeValue::Boolean(flag) => Some(flag.to_string()),
        _ => node.text().map(str::to_owned),
    }
}
