//! From TOML text to a checked [`Mapping`]. Every complaint names its line; all are collected before any is returned.

mod files;
mod rules;
mod values;

use std::collections::BTreeMap;

use toml::de::DeTable;

use crate::date::{Dates, date};
use crate::document::{Document, Table};
use crate::fault::MappingError;
use crate::mapping::{FieldRule, Mapping, ReleaseRule, Role, Source};
use crate::schema::{Kind, RELEASE};
use values::Scope;

/// The version of the mapping language that this crate reads (`format = 1`).
pub const FORMAT: usize = 1;

impl Mapping {
    /// Reads and checks a mapping file.
    ///
    /// - `text`: TOML as docs/method/mapping.md describes it.
    /// - Error: every fault found, in order of lines.
    pub fn parse(text: &str) -> Result<Self, Vec<MappingError>> {
        let document = Document::new(text);
        let table = match DeTable::parse(text) {
            Ok(table) => table,
            Err(error) => {
                let line = error.span().map_or(1, |span| document.line(&span));
                let why = error.message();
                return Err(vec![MappingError::new(
                    line,
                    "toml.syntax",
                    format!("TOML 语法错误:{why}"),
                    format!("not TOML: {why}"),
                )]);
            }
        };
        let mapping = mapping(&document, table.get_ref());
        let errors = document.into_errors();
        match mapping {
            Some(mapping) if errors.is_empty() => Ok(mapping),
            _ => Err(errors),
        }
    }
}

fn mapping<'d>(document: &'d Document, table: &'d DeTable<'d>) -> Option<Mapping> {
    let root = Table::root(document, table);
    let format = root.need("format")?;
    if format.count()? != FORMAT {
        document.error(format.line, "format.version", "此版本只读 format = 1", "this version reads format = 1");
        return None;
    }
    let source = source(&root);
    let release = release(&root);
    let files = files::files(&root)?;
    let scope = Scope { document, files: &files };
    let mut targets = Targets::default();
    let mut fields = constants(&root, scope, &mut targets);
    fields.extend(file_fields(&root, scope, &mut targets));
    let organisations = rules::organisations(&root, scope, RELEASE, None, &mut targets);
    let arrays = rules::arrays(&root, scope);
    let labels = rules::labels(&root, scope, None);
    let relations = rules::relations(&root, scope);
    root.finish();
    let yields_releases = relations.is_empty();
    if yields_releases && files[0].key.is_empty() {
        let (zh, en) = ("主文件必须有 key", "the main file needs a `key` that tells the processes apart");
        document.error(files[0].line, "key.missing", zh, en);
    }
    if yields_releases && fields.is_empty() && arrays.is_empty() {
        document.error(1, "mapping.empty", "没有任何映射", "nothing is mapped: write [fields.…] or [[arrays]]");
    }
    Some(Mapping { source: source?, release: release?, files, fields, organisations, arrays, labels, relations })
}

fn source(root: &Table<'_>) -> Option<Source> {
    let table = root.need("source")?.table()?;
    let name = table.need("name")?;
    let text = name.text()?;
    let plain = !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !plain {
        let (zh, en) =
            ("name 只能用小写字母、数字和连字符", "`name` takes lower-case letters, digits and hyphens only");
        root.document.error(name.line, "source.name", zh, en);
    }
    let source = Source {
        name: text.to_owned(),
        version: table.get("version").and_then(|node| node.count()).unwrap_or(1),
        zh: table.need("zh").and_then(|node| node.text()).unwrap_or_default().to_owned(),
        en: table.need("en").and_then(|node| node.text()).unwrap_or_default().to_owned(),
        publisher: table.text("publisher"),
        licence: table.text("licence"),
        matches: table.texts("match").unwrap_or_default(),
    };
    table.finish();
    Some(source)
}

fn release(root: &Table<'_>) -> Option<ReleaseRule> {
    let table = root.need("release")?.table()?;
    let currency = table.get("currency");
    if let Some(node) = &currency
        && node.text().is_some_and(|text| crate::value::currency(text).is_none())
    {
        root.document.error(node.line, "value.currency", "货币应为三个大写字母", "a currency is three capital letters");
    }
    let snapshot = table.need("snapshot");
    let dated = snapshot.and_then(|node| {
        let dated = date(node.text()?, &Dates::default());
        if dated.is_none() {
            root.document.error(
                node.line,
                "value.date",
                "snapshot 应为 2024-07-01 这样的日期",
                "`snapshot` is a date such as 2024-07-01",
            );
        }
        dated
    });
    let rule = ReleaseRule {
        prefix: table.need("ocid_prefix").and_then(|node| node.text()).unwrap_or_default().to_owned(),
        key_is_ocid: table.choice("ocid_from", &["prefix", "key"]) == Some(1),
        currency: currency.and_then(|node| node.text()).map(str::to_owned),
        language: table.text("language"),
        snapshot: dated.unwrap_or_default(),
    };
    table.finish();
    Some(rule)
}

/// Targets already filled, with their lines: each may be filled once.
#[derive(Default)]
pub(crate) struct Targets(BTreeMap<String, usize>);

impl Targets {
    pub(crate) fn claim(&mut self, document: &Document, path: &str, line: usize) {
        if let Some(before) = self.0.insert(path.to_owned(), line) {
            let zh = format!("“{path}”已在第 {before} 行填写；一处只能填一次，备用列请写 columns = [\"甲\", \"乙\"]");
            let en = format!(
                "`{path}` is already filled on line {before}; to fall back on another column write columns = [\"a\", \"b\"]"
            );
            document.error(line, "target.duplicate", zh, en);
        }
    }
}

fn constants(root: &Table<'_>, scope: Scope<'_>, targets: &mut Targets) -> Vec<FieldRule> {
    let Some(table) = root.get("constants").and_then(|node| node.table()) else { return Vec::new() };
    let fields = table.entries().into_iter().filter_map(|(path, node)| {
        targets.claim(root.document, path, node.line);
        let kind = scope.leaf(RELEASE, path, node.line)?;
        let value = scope.constant(node, kind)?;
        Some(FieldRule { file: None, path: path.to_owned(), value })
    });
    fields.collect()
}

fn file_fields(root: &Table<'_>, scope: Scope<'_>, targets: &mut Targets) -> Vec<FieldRule> {
    let Some(table) = root.get("fields").and_then(|node| node.table()) else { return Vec::new() };
    let mut fields = Vec::new();
    for (file, node) in table.entries() {
        let Some(index) = scope.file(file, node.line) else { continue };
        if matches!(scope.files[index].role, Role::Lookup { .. }) {
            let zh = "查找表的列请用 { from = …, column = … } 引用";
            let en = "columns of a lookup are reached by { from = …, column = … } from the file it belongs to";
            root.document.error(node.line, "file.role", zh, en);
            continue;
        }
        if let Some(table) = node.table() {
            fields.extend(rules::fields(&table, scope, RELEASE, index, targets));
        }
    }
    fields
}

/// The kinds of organisations and labels, used by the rules.
pub(crate) const TEXT: Kind = Kind::Text;
