//! `[files.NAME]`: what each file is to the register and how it is written.

use crate::date::{Dates, format_is_known, zone};
use crate::decode::ENCODINGS;
use crate::document::{Node, Table};
use crate::mapping::{ColumnRule, FileRule, Find, Role};
use crate::number::Marks;
use crate::sheet::Sheet;

use super::TEXT;
use super::values::Scope;

/// Reads all files, the main one first. `None` when there is no usable one.
pub(crate) fn files(root: &Table<'_>) -> Option<Vec<FileRule>> {
    let table = root.need("files")?.table()?;
    let mut entries: Vec<(&str, Node<'_>, Table<'_>)> =
        table.entries().into_iter().filter_map(|(name, node)| node.table().map(|table| (name, node, table))).collect();
    let is_main = |table: &Table<'_>| table.choice("role", &["main", "rows", "lookup"]).is_none_or(|role| role == 0);
    entries.sort_by_key(|(_, _, table)| !is_main(table));
    let mains = entries.iter().filter(|(_, _, table)| is_main(table)).count();
    if mains != 1 {
        let (zh, en) = ("必须正好有一个文件 role = \"main\"", "exactly one file must have role = \"main\"");
        root.document.error(root.get("files")?.line, "file.role", zh, en);
        return None;
    }
    let names: Vec<&str> = entries.iter().map(|(name, _, _)| *name).collect();
    let mut rules: Vec<FileRule> =
        entries.iter().filter_map(|(name, node, table)| shell(name, node.line, table, &names)).collect();
    if rules.len() != entries.len() {
        return None;
    }
    // Keys and conditions speak of columns, perhaps of another file, so they are read when all columns are known.
    let keyed: Vec<_> = {
        let scope = Scope { document: root.document, files: &rules };
        entries
            .iter()
            .enumerate()
            .map(|(index, (_, _, table))| {
                let key = scope.values(table.get("key"), index, TEXT);
                let on = match rules[index].role {
                    Role::Lookup { of } => scope.values(table.need("on"), of, TEXT),
                    _ => Vec::new(),
                };
                (key, on, scope.conditions(table, index))
            })
            .collect()
    };
    for ((rule, (key, on, when)), (_, _, table)) in rules.iter_mut().zip(keyed).zip(&entries) {
        let mismatch = matches!(rule.role, Role::Lookup { .. }) && key.len() != on.len();
        if mismatch || (rule.role != Role::Main && key.is_empty()) {
            let (zh, en) = (
                "key 与 on 的列数必须相同且不为空",
                "`key` and, for a lookup, `on` must name equally many columns, at least one",
            );
            root.document.error(rule.line, "key.missing", zh, en);
        }
        (rule.key, rule.on, rule.when) = (key, on, when);
        table.finish();
    }
    Some(rules)
}

/// A file without its keys and conditions.
fn shell(name: &str, line: usize, table: &Table<'_>, names: &[&str]) -> Option<FileRule> {
    let document = table.document;
    let role = match table.choice("role", &["main", "rows", "lookup"]) {
        Some(2) => {
            let of = table.need("of")?;
            let text = of.text()?;
            let Some(of_index) = names.iter().position(|candidate| *candidate == text && *candidate != name) else {
                document.error(
                    of.line,
                    "file.unknown",
                    format!("没有名为“{text}”的文件"),
                    format!("there is no file `{text}`"),
                );
                return None;
            };
            Role::Lookup { of: of_index }
        }
        Some(1) => Role::Rows,
        _ => Role::Main,
    };
    let columns = columns(table)?;
    Some(FileRule {
        line,
        name: name.to_owned(),
        role,
        patterns: table.need("path")?.texts(),
        optional: table.flag("optional"),
        encoding: table.choice("encoding", ENCODINGS).map_or("utf-8", |at| ENCODINGS[at]),
        delimiter: byte(table, "delimiter", b',')?,
        quote: if table.get("quote").and_then(|node| node.text()) == Some("none") {
            None
        } else {
            Some(byte(table, "quote", b'"')?)
        },
        header: table.get("header").and_then(|node| node.count()).unwrap_or(1),
        sheet: sheet(table),
        columns,
        key: Vec::new(),
        on: Vec::new(),
        when: Vec::new(),
        drop_duplicates: table.choice("duplicates", &["keep", "drop"]) == Some(1),
        pad_ragged: table.choice("ragged", &["fault", "pad"]) == Some(1),
        grouped: table.flag("grouped"),
        orphans_make_process: table.choice("orphans", &["fault", "process"]) == Some(1),
        blank: table.texts("blank").unwrap_or_default(),
        marks: marks(table, Marks::default()),
        dates: dates(table, &Dates::default()),
    })
}

fn columns(table: &Table<'_>) -> Option<Vec<ColumnRule>> {
    let mut rules: Vec<ColumnRule> = Vec::new();
    for node in table.need("columns")?.list() {
        let rule = match node.value.as_str() {
            Some(name) => ColumnRule {
                line: node.line,
                name: name.to_owned(),
                find: Find::Header(name.to_owned()),
                optional: false,
            },
            None => {
                let table = node.table()?;
                let name = table.need("name")?.text()?.to_owned();
                let find = match table.get("at").and_then(|node| node.count()) {
                    Some(at) => Find::At(at.max(1)),
                    None => Find::Header(table.text("header").unwrap_or_else(|| name.clone())),
                };
                let optional = table.flag("optional");
                table.finish();
                ColumnRule { line: node.line, name, find, optional }
            }
        };
        if rules.iter().any(|before| before.name == rule.name) {
            let name = &rule.name;
            table.document.error(
                rule.line,
                "column.duplicate",
                format!("列“{name}”重复"),
                format!("column `{name}` is declared twice"),
            );
        }
        rules.push(rule);
    }
    Some(rules)
}

/// A one-byte character such as a delimiter.
fn byte(table: &Table<'_>, key: &'static str, default: u8) -> Option<u8> {
    let Some(node) = table.get(key) else { return Some(default) };
    let text = node.text()?;
    let text = if text == "tab" { "\t" } else { text };
    match text.as_bytes() {
        [byte] if !b"\r\n".contains(byte) => Some(*byte),
        _ => {
            let (zh, en) = (format!("“{key}”应为一个字符或 tab"), format!("`{key}` is one character, or tab"));
            table.document.error(node.line, "value.choice", zh, en);
            None
        }
    }
}

fn sheet(table: &Table<'_>) -> Sheet {
    match table.get("sheet") {
        None => Sheet::Only,
        Some(node) if node.value.is_integer() => Sheet::Numbered(node.count().unwrap_or(1)),
        Some(node) => node.text().map_or(Sheet::Only, |name| Sheet::Named(name.to_owned())),
    }
}

/// Decimal and group marks, of a file or of one value.
pub(crate) fn marks(table: &Table<'_>, default: Marks) -> Marks {
    let mark = |key: &'static str| -> Option<char> {
        let node = table.get(key)?;
        let mut letters = node.text()?.chars();
        let letter = letters.next().filter(|letter| letters.next().is_none() && !letter.is_alphanumeric());
        if letter.is_none() {
            let (zh, en) = (
                format!("“{key}”应为一个非字母数字的字符"),
                format!("`{key}` is one character that is no letter or digit"),
            );
            table.document.error(node.line, "value.choice", zh, en);
        }
        letter
    };
    let marks = Marks { decimal: mark("decimal").unwrap_or(default.decimal), group: mark("group").or(default.group) };
    if marks.group == Some(marks.decimal) {
        table.document.error(
            table.line,
            "value.marks",
            "decimal 与 group 不能相同",
            "`decimal` and `group` must differ",
        );
    }
    marks
}

/// Date formats and zone, of a file or of one value.
pub(crate) fn dates(table: &Table<'_>, default: &Dates) -> Dates {
    let mut dates = default.clone();
    if let Some(node) = table.get("dates") {
        for format in node.list() {
            if format.text().is_some_and(|text| !format_is_known(text)) {
                let zh = "日期格式须含 %Y(或 %y)、%m(或 %b)、%d 等";
                let en = "a date format needs year, month and day, such as %d.%m.%Y or %d-%b-%y";
                table.document.error(format.line, "value.date_format", zh, en);
            }
        }
        dates.formats = node.texts();
    }
    if let Some(node) = table.get("zone")
        && let Some(name) = node.text()
    {
        match zone(name) {
            Some(zone) => dates.zone = zone,
            None => {
                let (zh, en) = (
                    format!("未知时区“{name}”"),
                    format!("unknown zone `{name}`: write Europe/Belgrade, UTC or +09:00"),
                );
                table.document.error(node.line, "value.zone", zh, en);
            }
        }
    }
    dates
}
