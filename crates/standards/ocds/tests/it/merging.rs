//! The merge cases of the publishers' tool: `X.json` with `X-compiled.json` and `X-versioned.json` beside it.

use std::fs;
use std::path::Path;

use ocds::merge::{Rule, Rules, Strategy, compile, version};
use serde_json::Value;

use outside_data::{files, folder};

/// The cases under `schema/` use a schema of their own; these are its rules, told by the names.
const OWN_SCHEMA: &[(&str, Rule)] = &[
    ("/id", Rule::Omit),
    ("/date", Rule::Omit),
    ("omitWhenMerged", Rule::Omit),
    ("/wholeListMergeObject/c", Rule::Omit),
    ("arrayWithoutObjectId", Rule::Whole),
    ("wholeListMerge", Rule::Whole),
    ("wholeListMergeVersionId", Rule::Whole),
    ("mixedArray", Rule::Whole),
];

#[test]
fn the_cases_of_the_publishers_tool() {
    let Some(folder) = folder("ocds/merge-fixtures") else { return };
    let (mut ran, mut failed) = (0, Vec::new());
    for path in files(&folder, |_| true) {
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default().to_owned();
        let suffixes = ["-compiled", "-versioned", "-append", "-by-position"];
        let Some(suffix) = suffixes.into_iter().find(|suffix| name.ends_with(suffix)) else { continue };
        let source = path.with_file_name(format!("{}.json", name.trim_end_matches(suffix)));
        if !source.is_file() {
            continue;
        }
        ran += 1;
        let expected: Value = json(&path);
        let merged = merged(&source, suffix);
        if merged != expected {
            failed.push(format!("{name}\n  expected {expected}\n  merged   {merged}"));
        }
    }
    println!("merge cases: {ran} ran, {} passed", ran - failed.len());
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

fn merged(source: &Path, suffix: &str) -> Value {
    let is_own_schema = source.parent().is_some_and(|folder| folder.ends_with("schema"));
    let rules = if is_own_schema { Rules::from_table(OWN_SCHEMA) } else { Rules::ocds() };
    let releases: Vec<Value> = serde_json::from_value(json(source)).expect("a list of releases");
    let mut raws: Vec<Vec<u8>> = releases.iter().map(|release| release.to_string().into_bytes()).collect();
    let merged = match suffix {
        "-versioned" => version(&raws, &rules),
        "-compiled" => compile(&raws, &rules),
        _ => {
            // These two are merged twice, the second time as a release of its own.
            let again: Vec<Vec<u8>> = releases.iter().map(|release| second(release).to_string().into_bytes()).collect();
            raws.extend(again);
            let strategy = if suffix == "-append" { Strategy::Append } else { Strategy::ByPosition };
            compile(&raws, &rules.with_strategy("/nested/array", strategy))
        }
    };
    let merged = merged.expect("objects");
    serde_json::from_slice(&merged.raw).expect("what merging writes is JSON")
}

/// The same release once more: identical copies are dropped, so it needs an id of its own.
fn second(release: &Value) -> Value {
    let mut release = release.clone();
    release["id"] = format!("{}-again", release["id"]).into();
    release
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).expect("a readable file")).expect("JSON")
}

/// Our table of merge rules against the schema: the same verdict for every path that the schema knows.
#[test]
fn the_rules_are_those_of_the_schema() {
    let Some(folder) = folder("ocds/schema-1.1") else { return };
    let schema = json(&folder.join("release-schema.json"));
    let mut paths = Vec::new();
    walk(&schema, &schema["properties"], "", 0, &mut paths);
    let rules = Rules::ocds();
    let mut wrong = Vec::new();
    for (path, expected) in &paths {
        let ours = rules.at(path).filter(|rule| *rule != Rule::WholeWithoutIds);
        if ours != *expected {
            wrong.push(format!("{path}: the schema says {expected:?}, we say {ours:?}"));
        }
    }
    println!("merge rules: {} paths of the schema, {} with a rule", paths.len(), {
        paths.iter().filter(|(_, rule)| rule.is_some()).count()
    });
    assert!(paths.len() > 300, "the schema was walked");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Every path with its rule, as the merge page of the standard derives it from the schema.
fn walk(schema: &Value, properties: &Value, path: &str, depth: usize, out: &mut Vec<(String, Option<Rule>)>) {
    let Some(properties) = properties.as_object().filter(|_| depth < 8) else { return };
    for (name, property) in properties {
        let property = resolved(schema, property);
        let path = format!("{path}/{name}");
        let is_array = has_type(&property, "array");
        let items = resolved(schema, &property["items"]);
        let is_mixed = is_array && items["type"] != "object" && !items["type"].is_null();
        let lacks_ids = is_array && items["properties"].is_object() && items["properties"]["id"].is_null();
        let rule = if property["omitWhenMerged"] == true {
            Some(Rule::Omit)
        } else if is_array && (property["wholeListMerge"] == true || lacks_ids) {
            Some(Rule::Whole)
        } else {
            None
        };
        // Lists of plain values are replaced whole by what they hold; that needs no rule.
        if !is_mixed || rule == Some(Rule::Omit) {
            out.push((path.clone(), rule));
        }
        if rule.is_none() {
            let inside = if is_array { &items["properties"] } else { &property["properties"] };
            walk(schema, inside, &path, depth + 1, out);
        }
    }
}

fn resolved(schema: &Value, value: &Value) -> Value {
    let mut value = value.clone();
    while let Some(name) = value["$ref"].as_str().and_then(|target| target.rsplit('/').next()) {
        let mut target = schema["definitions"][name].clone();
        // What stands beside the reference is kept: rules are given there.
        for rule in ["omitWhenMerged", "wholeListMerge"] {
            if !value[rule].is_null() {
                target[rule] = value[rule].clone();
            }
        }
        value = target;
    }
    value
}

fn has_type(property: &Value, wanted: &str) -> bool {
    match &property["type"] {
        Value::String(kind) => kind == wanted,
        Value::Array(kinds) => kinds.iter().any(|kind| kind == wanted),
        _ => false,
    }
}
