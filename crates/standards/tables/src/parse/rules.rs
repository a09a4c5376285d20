//! `[fields.*]`, `[[organisations]]`, `[[arrays]]`, `[[labels]]`, `[[relations]]`.

use super::values::Scope;
use super::{TEXT, Targets};
use crate::document::{Node, Table};
use crate::mapping::{ArrayRule, FieldRule, LabelRule, OrganisationPath, OrganisationRule, RelationRule, Role, SameId};
use crate::schema::{Fields, Kind, PARTY, WrongPath, place};

/// A table of path = value.
pub(crate) fn fields(
    table: &Table<'_>,
    scope: Scope<'_>,
    schema: Fields,
    file: usize,
    targets: &mut Targets,
) -> Vec<FieldRule> {
    let fields = table.entries().into_iter().filter_map(|(path, node)| {
        targets.claim(scope.document, path, node.line);
        let kind = scope.leaf(schema, path, node.line)?;
        Some(FieldRule { file: Some(file), path: path.to_owned(), value: scope.value(node, file, kind)? })
    });
    fields.collect()
}

fn tables<'d>(table: &Table<'d>, key: &'static str) -> Vec<Table<'d>> {
    table.get(key).map(|node| node.list()).unwrap_or_default().iter().filter_map(Node::table).collect()
}

/// The file a rule is about: its own `file`, or the one of the rule it stands in.
fn file(table: &Table<'_>, scope: Scope<'_>, outer: Option<usize>) -> Option<usize> {
    if let Some(outer) = outer {
        return Some(outer);
    }
    let node = table.need("file")?;
    let index = scope.file(node.text()?, node.line)?;
    if matches!(scope.files[index].role, Role::Lookup { .. }) {
        scope.document.error(
            node.line,
            "file.role",
            "查找表不能产生元素",
            "a lookup makes nothing by itself; name the file it belongs to",
        );
        return None;
    }
    Some(index)
}

/// `[[organisations]]`, of the release or of an array's elements.
pub(crate) fn organisations(
    table: &Table<'_>,
    scope: Scope<'_>,
    schema: Fields,
    outer: Option<usize>,
    targets: &mut Targets,
) -> Vec<OrganisationRule> {
    tables(table, "organisations")
        .iter()
        .filter_map(|table| organisation(table, scope, Some((schema, targets)), outer))
        .collect()
}

/// One organisation. Without a schema it stands at no path (relations).
fn organisation(
    table: &Table<'_>,
    scope: Scope<'_>,
    at: Option<(Fields, &mut Targets)>,
    outer: Option<usize>,
) -> Option<OrganisationRule> {
    let file = file(table, scope, outer)?;
    let mut paths = Vec::new();
    let mut roles = table.texts("roles").unwrap_or_default();
    if let Some((schema, targets)) = at {
        for node in table.need("at")?.list() {
            let path = node.text()?;
            targets.claim(scope.document, path, node.line);
            let found = place(schema, path);
            let many = match found.as_ref().map(|place| (place.kind, place.arrays.is_empty())) {
                Ok((Kind::Organisation, true)) => false,
                Ok((Kind::Organisations, true)) => true,
                Ok((_, inside)) => {
                    let wrong = WrongPath { segment: path.to_owned(), near: None, through_array: !inside };
                    scope.wrong_path(path, node.line, &wrong);
                    continue;
                }
                Err(wrong) => {
                    scope.wrong_path(path, node.line, wrong);
                    continue;
                }
            };
            roles.extend(role(path).map(str::to_owned));
            paths.push(OrganisationPath { path: path.to_owned(), many });
        }
    }
    roles.sort();
    roles.dedup();
    let id = table.get("id").and_then(|node| scope.value(node, file, TEXT));
    let name = table.get("name").and_then(|node| scope.value(node, file, TEXT));
    if id.is_none() && name.is_none() {
        scope.document.error(
            table.line,
            "organisation.unnamed",
            "机构须有 id 或 name",
            "an organisation needs `id` or `name`",
        );
    }
    let scheme = table.text("scheme");
    if id.is_some() && scheme.is_none() {
        let zh = "有 id 的机构须写 scheme（登记机关代码，如 CN-USCC）";
        let en = "an organisation with `id` needs `scheme`: the register its ids come from, such as EC-RUC";
        scope.document.error(table.line, "key.missing", zh, en);
    }
    let fields = match table.get("fields").and_then(|node| node.table()) {
        Some(inner) => fields(&inner, scope, PARTY, file, &mut Targets::default()),
        None => Vec::new(),
    };
    let rule =
        OrganisationRule { file, at: paths, roles, scheme, id, name, fields, when: scope.conditions(table, file) };
    table.finish();
    Some(rule)
}

/// The party role that a path implies.
fn role(path: &str) -> Option<&'static str> {
    match path.rsplit('/').next()? {
        "buyer" => Some("buyer"),
        "procuringEntity" => Some("procuringEntity"),
        "tenderers" => Some("tenderer"),
        "suppliers" => Some("supplier"),
        "payer" => Some("payer"),
        "payee" => Some("payee"),
        _ => None,
    }
}

/// `[[arrays]]`; those inside elements of other arrays come last, whatever the order in the file.
pub(crate) fn arrays(root: &Table<'_>, scope: Scope<'_>) -> Vec<ArrayRule> {
    let mut rules: Vec<ArrayRule> = tables(root, "arrays").iter().filter_map(|table| array(table, scope)).collect();
    rules.sort_by_key(|rule| rule.parents.is_some());
    rules
}

fn array(table: &Table<'_>, scope: Scope<'_>) -> Option<ArrayRule> {
    let file = file(table, scope, None)?;
    let node = table.need("path")?;
    let path = node.text()?;
    let found = place(crate::schema::RELEASE, path).map_err(|wrong| scope.wrong_path(path, node.line, &wrong)).ok()?;
    let Kind::Array(element) = found.kind else {
        scope.document.error(
            node.line,
            "path.unknown",
            format!("“{path}”不是数组"),
            format!("`{path}` is no array of objects"),
        );
        return None;
    };
    let segments: Vec<&str> = path.split('/').collect();
    let (parents, inner) = match found.arrays.as_slice() {
        [] => (None, path.to_owned()),
        [at] => (Some(segments[..*at].join("/")), segments[*at..].join("/")),
        _ => {
            scope.document.error(node.line, "path.unknown", "数组最多嵌套一层", "arrays nest at most once");
            return None;
        }
    };
    let parent = table.get("parent").and_then(|node| scope.value(node, file, TEXT));
    if parents.is_some() != parent.is_some() {
        let zh = "元素内的数组须写 parent（上级元素的 id），顶层数组不写";
        let en = "an array inside elements needs `parent`, the id of the element it belongs to; others have none";
        scope.document.error(table.line, "array.parent", zh, en);
    }
    let mut targets = Targets::default();
    let id = table.get("id").and_then(|node| scope.value(node, file, TEXT));
    if let Some(node) = table.get("id") {
        targets.claim(scope.document, "id", node.line);
    }
    let fields = match table.get("fields").and_then(|node| node.table()) {
        Some(inner) => fields(&inner, scope, element, file, &mut targets),
        None => Vec::new(),
    };
    let rule = ArrayRule {
        file,
        parents,
        path: inner,
        parent,
        id,
        same_id: match table.choice("same_id", &["fault", "merge", "number"]) {
            Some(1) => SameId::Merge,
            Some(2) => SameId::Number,
            _ => SameId::Fault,
        },
        when: scope.conditions(table, file),
        fields,
        organisations: organisations(table, scope, element, Some(file), &mut targets),
        labels: labels(table, scope, Some(file)),
    };
    table.finish();
    Some(rule)
}

/// `[[labels]]`, of processes or of an array's elements.
pub(crate) fn labels(table: &Table<'_>, scope: Scope<'_>, outer: Option<usize>) -> Vec<LabelRule> {
    let rules = tables(table, "labels").into_iter().filter_map(|table| {
        let file = file(&table, scope, outer)?;
        let name = table.need("name")?.text()?.to_owned();
        let value = scope.value(table.need("value")?, file, TEXT)?;
        let rule = LabelRule { file, name, value, when: scope.conditions(&table, file) };
        table.finish();
        Some(rule)
    });
    rules.collect()
}

/// `[[relations]]`: totals between a buyer and a supplier, where the register has no processes.
pub(crate) fn relations(root: &Table<'_>, scope: Scope<'_>) -> Vec<RelationRule> {
    let rules = tables(root, "relations").into_iter().filter_map(|table| {
        let file = file(&table, scope, None)?;
        let party = |key: &'static str| organisation(&table.need(key)?.table()?, scope, None, Some(file));
        let rule = RelationRule {
            file,
            buyer: party("buyer")?,
            supplier: party("supplier")?,
            contracts: table.get("contracts").and_then(|node| scope.value(node, file, Kind::Integer)),
            amount: table.get("amount").and_then(|node| scope.value(node, file, Kind::Number)),
            currency: table.get("currency").and_then(|node| scope.value(node, file, Kind::Currency)),
            when: scope.conditions(&table, file),
        };
        table.finish();
        Some(rule)
    });
    rules.collect()
}
