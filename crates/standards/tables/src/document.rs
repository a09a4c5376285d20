//! A TOML text whose every key knows its line. Reading a table marks the keys that are known; what is left over is reported.

use std::cell::RefCell;
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::fault::{MappingError, nearest};

/// Text, line starts and the errors found so far.
pub(crate) struct Document {
    line_starts: Vec<usize>,
    errors: RefCell<Vec<MappingError>>,
}

impl Document {
    pub(crate) fn new(text: &str) -> Self {
        let breaks = text.bytes().enumerate().filter(|(_, b)| *b == b'\n').map(|(i, _)| i + 1);
        Self { line_starts: std::iter::once(0).chain(breaks).collect(), errors: RefCell::default() }
    }

    /// 1-based line of a byte range.
    pub(crate) fn line(&self, span: &Range<usize>) -> usize {
        self.line_starts.partition_point(|start| *start <= span.start)
    }

    pub(crate) fn error(&self, line: usize, code: &'static str, zh: impl Into<String>, en: impl Into<String>) {
        self.errors.borrow_mut().push(MappingError::new(line, code, zh, en));
    }

    /// The errors in order of lines, each once.
    pub(crate) fn into_errors(self) -> Vec<MappingError> {
        let mut errors = self.errors.into_inner();
        errors.sort_by(|a, b| (a.line, a.code, &a.en).cmp(&(b.line, b.code, &b.en)));
        errors.dedup();
        errors
    }
}

/// One value with its line.
#[derive(Clone, Copy)]
pub(crate) struct Node<'d> {
    pub document: &'d Document,
    pub line: usize,
    pub value: &'d DeValue<'d>,
}

impl<'d> Node<'d> {
    fn wrong(&self, zh: &str, en: &str) {
        let got = self.value.type_str();
        self.document.error(
            self.line,
            "value.type",
            format!("此处应为{zh},得到 {got}"),
            format!("expected {en}, got {got}"),
        );
    }

    pub(crate) fn text(&self) -> Option<&'d str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong("带引号的文本", "a quoted text");
        }
        text
    }

    pub(crate) fn flag(&self) -> Option<bool> {
        let flag = self.value.as_bool();
        if flag.is_none() {
            self.wrong("true 或 false", "true or false");
        }
        flag
    }

    pub(crate) fn count(&self) -> Option<usize> {
        let count = self.value.as_integer().and_then(|i| usize::from_str_radix(i.as_str(), i.radix()).ok());
        if count.is_none() {
            self.wrong("非负整数", "a whole number, 0 or more");
        }
        count
    }

    /// A list; a lone value counts as a list of one.
    pub(crate) fn list(&self) -> Vec<Node<'d>> {
        match self.value {
            DeValue::Array(items) => items.iter().map(|item| self.child(item)).collect(),
            _ => vec![*self],
        }
    }

    pub(crate) fn texts(&self) -> Vec<String> {
        self.list().iter().filter_map(|node| node.text().map(str::to_owned)).collect()
    }

    pub(crate) fn table(&self) -> Option<Table<'d>> {
        let DeValue::Table(table) = self.value else {
            self.wrong("表 { … }", "a table { … }");
            return None;
        };
        Some(Table { document: self.document, line: self.line, table, asked: RefCell::default() })
    }

    fn child(&self, value: &'d Spanned<DeValue<'d>>) -> Node<'d> {
        Node { document: self.document, line: self.document.line(&value.span()), value: value.get_ref() }
    }
}

/// A table that remembers which keys were asked for.
pub(crate) struct Table<'d> {
    pub document: &'d Document,
    pub line: usize,
    table: &'d DeTable<'d>,
    asked: RefCell<Vec<&'static str>>,
}

impl<'d> Table<'d> {
    pub(crate) fn root(document: &'d Document, table: &'d DeTable<'d>) -> Self {
        Self { document, line: 1, table, asked: RefCell::default() }
    }

    pub(crate) fn get(&self, key: &'static str) -> Option<Node<'d>> {
        self.asked.borrow_mut().push(key);
        let (name, value) = self.table.get_key_value(key)?;
        Some(self.node(name.span(), value))
    }

    pub(crate) fn text(&self, key: &'static str) -> Option<String> {
        self.get(key)?.text().map(str::to_owned)
    }

    pub(crate) fn flag(&self, key: &'static str) -> bool {
        self.get(key).and_then(|node| node.flag()).unwrap_or(false)
    }

    pub(crate) fn texts(&self, key: &'static str) -> Option<Vec<String>> {
        self.get(key).map(|node| node.texts())
    }

    /// A key that must be there; its absence is reported on the table's line.
    pub(crate) fn need(&self, key: &'static str) -> Option<Node<'d>> {
        let node = self.get(key);
        if node.is_none() {
            let (zh, en) = (format!("缺少“{key}”"), format!("`{key}` is missing here"));
            self.document.error(self.line, "key.missing", zh, en);
        }
        node
    }

    /// A text out of a closed list, with the position in it.
    pub(crate) fn choice(&self, key: &'static str, choices: &[&'static str]) -> Option<usize> {
        let node = self.get(key)?;
        let text = node.text()?;
        let found = choices.iter().position(|choice| *choice == text);
        if found.is_none() {
            let list = choices.join(", ");
            let (zh, en) = (format!("“{key}”只能是:{list}"), format!("`{key}` must be one of: {list}"));
            self.document.error(node.line, "value.choice", zh, en);
        }
        found
    }

    /// All entries in order of their lines, for tables whose keys are free.
    pub(crate) fn entries(&self) -> Vec<(&'d str, Node<'d>)> {
        let mut entries: Vec<_> = self
            .table
            .iter()
            .map(|(key, value)| (key.span().start, key.get_ref().as_ref(), self.node(key.span(), value)))
            .collect();
        entries.sort_by_key(|(start, _, _)| *start);
        entries.into_iter().map(|(_, key, node)| (key, node)).collect()
    }

    /// Reports every key nobody asked for.
    pub(crate) fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, node) in self.entries() {
            if asked.contains(&key) {
                continue;
            }
            let near = nearest(key, asked.iter().copied());
            let known = asked.join(", ");
            let (zh, en) = match near {
                Some(near) => (
                    format!("未知的键“{key}”，是否指“{near}”？"),
                    format!("unknown key `{key}`; did you mean `{near}`?"),
                ),
                None => {
                    (format!("未知的键“{key}”，此处可用：{known}"), format!("unknown key `{key}`; known here: {known}"))
                }
            };
            self.document.error(node.line, "key.unknown", zh, en);
        }
    }

    /// The line of a key counts, not that of its value: a long list starts where it is named.
    fn node(&self, key: Range<usize>, value: &'d Spanned<DeValue<'d>>) -> Node<'d> {
        Node { document: self.document, line: self.document.line(&key), value: value.get_ref() }
    }
}
