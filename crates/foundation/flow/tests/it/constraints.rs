//! The constraint models of the suites betsy and BPMNspector, by their own lists of expectations.

use std::fs;
use std::path::Path;

use bpmn::model::{ActivityKind, FlowElement};
use bpmn::{Document, Finding, Model, Severity};
use serde_json::Value;

use outside_data::folder;

use crate::report::Report;

/// Whether a rule is one of the standard's: ours are told apart from them.
pub fn is_standards(rule: &str) -> bool {
    rule.starts_with("EXT") || rule == "REF"
}

/// The models of the suite that `expect` one of these verdicts, with their rows.
fn models(suite: &Path, expect: &[&str]) -> Vec<(Value, Vec<u8>)> {
    let list = fs::read_to_string(suite.join("constraints.json")).expect("the list of models");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    let rows = list["models"].as_array().expect("models").iter();
    rows.filter(|row| expect.contains(&row["expect"].as_str().unwrap_or_default()))
        .map(|row| {
            let path = suite.join(row["model"].as_str().expect("a path"));
            (row.clone(), fs::read(path).expect("a model"))
        })
        .collect()
}

/// Each model made to break a rule has a finding of that rule, where the list says so, and as grave as it says.
pub fn every_invalid_model_is_refused_under_its_rule(suite: &Path) -> Report {
    let mut report = Report::default();
    for (row, bytes) in models(suite, &["reject", "warn"]) {
        report.ran += 1;
        let model = row["model"].as_str().unwrap_or_default();
        let rule = row["rule"].as_str().unwrap_or_default();
        let severity = if row["expect"] == "warn" { Severity::Warning } else { Severity::Error };
        let findings = bpmn::lint::lint(&bytes);
        let own: Vec<_> = findings.iter().filter(|found| found.rule == rule && found.severity == severity).collect();
        if own.is_empty() {
            let codes: Vec<_> = findings.iter().map(|found| found.rule).collect();
            report.failed.push(format!("{model}: no finding of {rule}, but {codes:?}"));
            continue;
        }
        let Ok(document) = Document::read(&bytes) else { continue };
        let places = row["where"].as_array().cloned().unwrap_or_default();
        if !places.is_empty() && !places.iter().any(|place| own.iter().any(|found| is_there(&document, place, found))) {
            let lines: Vec<_> = own.iter().map(|found| (found.line, found.element.as_deref())).collect();
            report.failed.push(format!("{model}: {rule} is reported at {lines:?}, not at {places:?}"));
        }
    }
    report
}

/// Whether a finding is about the element that the list names, or about its parent.
fn is_there(document: &Document, place: &Value, finding: &Finding) -> bool {
    let at = |node: bpmn::tree::Node<'_>| node.line() == finding.line && node.column() == finding.column;
    document.nodes().any(|node| {
        let meant = node.is(place["element"].as_str().unwrap_or_default())
            && match place["id"].as_str() {
                Some(id) => node.attribute("id").as_deref() == Some(id),
                None => place["line"].as_u64() == Some(u64::from(node.line())),
            };
        meant && (at(node) || node.parent().is_some_and(at))
    })
}

/// Each model made to keep the rules has no finding of the standard's rules.
pub fn every_valid_model_is_accepted(suite: &Path) -> Report {
    let mut report = Report::default();
    for (row, bytes) in models(suite, &["accept"]) {
        report.ran += 1;
        let findings = bpmn::lint::lint(&bytes);
        let wrong: Vec<_> = findings.iter().filter(|found| is_standards(found.rule)).map(described).collect();
        if !wrong.is_empty() {
            report.failed.push(format!("{}: {wrong:?}", row["model"].as_str().unwrap_or_default()));
        }
    }
    report
}

fn described(finding: &Finding) -> String {
    format!("{} at {}:{} {:?}", finding.rule, finding.line, finding.column, finding.element)
}

#[test]
fn betsy_every_invalid_model_is_refused_under_its_rule() {
    let Some(suite) = folder("bpmn-betsy") else { return };
    every_invalid_model_is_refused_under_its_rule(&suite).settle("betsy, invalid models");
}

#[test]
fn betsy_every_valid_model_is_accepted() {
    let Some(suite) = folder("bpmn-betsy") else { return };
    every_valid_model_is_accepted(&suite).settle("betsy, valid models");
}

/// Each executable model is read with its scripts where the suite's list has them, and has a process to be run.
pub fn every_executable_model_is_read(suite: &Path) -> Report {
    let mut report = Report::default();
    let list = fs::read_to_string(suite.join("expectations.json")).expect("the list of tests");
    let list: Value = serde_json::from_str(&list).expect("JSON");
    for test in list["tests"].as_array().expect("tests") {
        report.ran += 1;
        let name = test["model"].as_str().expect("a path");
        let model = match Model::read(&fs::read(suite.join(name)).expect("a model")) {
            Ok(model) => model,
            Err(fault) => {
                report.failed.push(format!("{name}: {fault}"));
                continue;
            }
        };
        let elements: Vec<_> = model.definitions.processes.iter().flat_map(|process| process.content.all()).collect();
        let script_of = |id: &str| {
            let element = elements.iter().find(|element| element.base().id.as_deref() == Some(id))?;
            match element {
                FlowElement::Activity(activity) => match &activity.kind {
                    ActivityKind::Script { script, .. } => script.as_deref().map(str::trim),
                    _ => None,
                },
                _ => None,
            }
        };
        for (text, ids) in test["scripts"].as_object().into_iter().flatten() {
            for id in ids.as_array().into_iter().flatten().filter_map(Value::as_str) {
                if script_of(id) != Some(text.trim()) {
                    report.failed.push(format!("{name}: {id} has the script {:?}, not {text:?}", script_of(id)));
                }
            }
        }
        if !model.definitions.processes.iter().any(|process| process.is_executable == Some(true)) {
            report.failed.push(format!("{name}: no process to be run"));
        }
    }
    report
}

#[test]
fn betsy_every_executable_model_is_read() {
    let Some(suite) = folder("bpmn-betsy") else { return };
    every_executable_model_is_read(&suite).settle("betsy, executable models");
}
