//! The Technology Compatibility Kit of DMN: every case of levels 2 and 3 that is here.

use dmn::feel::{Clock, Context, Number, Value};
use dmn::model::Decisions;
use roxmltree::{Document, Node};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// All folders below that hold a model.
fn model_folders(root: &Path) -> Vec<PathBuf> {
    let mut open = vec![root.to_owned()];
    let mut found = BTreeSet::new();
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if entry.is_dir() {
                open.push(entry);
            } else if entry.extension().is_some_and(|extension| extension == "dmn") {
                found.insert(folder.clone());
            }
        }
    }
    found.into_iter().collect()
}

fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    let mut files: Vec<_> = entries.filter(|path| path.extension().is_some_and(|is| is == extension)).collect();
    files.sort();
    files
}

fn name_of(path: &Path) -> String {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default().to_owned()
}

fn children<'a>(node: Node<'a, 'a>, name: &'static str) -> impl Iterator<Item = Node<'a, 'a>> {
    node.children().filter(move |child| child.is_element() && child.tag_name().name() == name)
}

fn content(node: Node<'_, '_>) -> String {
    node.children().filter(|child| child.is_text()).filter_map(|child| child.text()).collect()
}

/// A value as the kit writes it: `value`, `list` or `component`s, typed by `xsi:type`.
fn value(node: Node<'_, '_>) -> Value {
    if node.attribute((XSI, "nil")) == Some("true") {
        return Value::Null;
    }
    if let Some(simple) = children(node, "value").next() {
        return simple_value(simple);
    }
    if let Some(list) = children(node, "list").next() {
        if list.attribute((XSI, "nil")) == Some("true") {
            return Value::Null;
        }
        return Value::List(children(list, "item").map(value).collect());
    }
    let components: Vec<_> = children(node, "component").collect();
    if components.is_empty() {
        return Value::Null;
    }
    let named = components.into_iter().map(|node| (node.attribute("name").unwrap_or_default().to_owned(), value(node)));
    Value::Context(named.collect())
}

fn simple_value(node: Node<'_, '_>) -> Value {
    if node.attribute((XSI, "nil")) == Some("true") {
        return Value::Null;
    }
    let text = content(node);
    let kind = node.attribute((XSI, "type")).unwrap_or("string");
    let kind = kind.rsplit(':').next().unwrap_or(kind);
    let trimmed = text.trim();
    let read = match kind {
        "string" | "anySimpleType" => Some(Value::String(text.clone())),
        "boolean" => match trimmed {
            "true" | "1" => Some(Value::Boolean(true)),
            "false" | "0" => Some(Value::Boolean(false)),
            _ => None,
        },
        "date" => Value::date(trimmed),
        "time" => Value::time(trimmed),
        "dateTime" => Value::date_time(trimmed),
        "duration" | "dayTimeDuration" | "yearMonthDuration" => Value::duration(trimmed),
        _ => trimmed.parse().ok().map(Value::Number),
    };
    // What cannot be read equals nothing the engine can say, so that the case is a miss and not an accident.
    read.unwrap_or_else(|| Value::String(format!("\u{0}unreadable {kind} {text}")))
}

/// Equality as the kit asks for: numbers by value, to the digits given; lists in order; contexts by name.
fn same(expected: &Value, actual: &Value) -> bool {
    match (expected, actual) {
        (Value::Number(expected), Value::Number(actual)) => same_number(*expected, *actual),
        (Value::List(expected), Value::List(actual)) => {
            expected.len() == actual.len() && expected.iter().zip(actual).all(|(a, b)| same(a, b))
        }
        (Value::Context(expected), Value::Context(actual)) => {
            expected.len() == actual.len()
                && expected.iter().all(|(name, value)| actual.get(name).is_some_and(|other| same(value, other)))
        }
        _ => expected == actual,
    }
}

/// Where eight decimals or more are given, they come from engines that count in doubles: a difference below 10⁻⁸ is none.
fn same_number(expected: Number, actual: Number) -> bool {
    if expected == actual {
        return true;
    }
    let (digits, power) = expected.parts();
    let Some(places) = u32::try_from(-power - 8).ok() else { return false };
    let step = 10_i128.pow(places);
    let near = |by: i128| Number::new(digits + by, power);
    near(-step).zip(near(step)).is_some_and(|(low, high)| low <= actual && actual <= high)
}

/// One case: where it is from and how it went.
struct Case {
    level: String,
    folder: String,
    id: String,
    passed: bool,
    detail: String,
    /// Words that say what the case is about, for the causes.
    about: String,
}

fn clock() -> Clock {
    Clock {
        today: Value::date("2026-03-01").expect("a date"),
        now: Value::date_time("2026-03-01T08:30:00Z").expect("a moment"),
    }
}

/// Runs every case of one folder.
fn run(folder: &Path, cases: &mut Vec<Case>) {
    let models = files(folder, "dmn");
    let bytes: Vec<(String, Vec<u8>)> =
        models.iter().map(|path| (name_of(path), std::fs::read(path).expect("a model"))).collect();
    let named: Vec<(&str, &[u8])> = bytes.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let decisions = Decisions::read_with_clock(&named);
    let level = folder.parent().map(name_of).unwrap_or_default();
    for file in files(folder, "xml") {
        let text = std::fs::read_to_string(&file).expect("cases");
        let document = Document::parse(&text).expect("XML");
        let root = document.root_element();
        let model = children(root, "modelName").next().map(content).unwrap_or_default();
        let namespace = bytes
            .iter()
            .find(|(name, _)| *name == model.trim())
            .and_then(|(_, bytes)| {
                let text = std::str::from_utf8(bytes).ok()?;
                let document = Document::parse(text).ok()?;
                document.root_element().attribute("namespace").map(str::to_owned)
            })
            .unwrap_or_default();
        for case in children(root, "testCase") {
            let id = format!("{}/{}", name_of(&file), case.attribute("id").unwrap_or_default());
            let mut about = model.clone();
            let result = match &decisions {
                Err(findings) => {
                    about = findings.iter().map(|finding| finding.rule.code()).collect::<Vec<_>>().join(" ");
                    Err(format!("not read: {findings:?}"))
                }
                Ok(decisions) => one(decisions, &namespace, case),
            };
            cases.push(Case {
                level: level.clone(),
                folder: name_of(folder),
                id,
                passed: result.is_ok(),
                detail: result.err().unwrap_or_default(),
                about,
            });
        }
    }
}

fn one(decisions: &Decisions, namespace: &str, case: Node<'_, '_>) -> Result<(), String> {
    let mut inputs = Context::new();
    for node in children(case, "inputNode") {
        inputs.insert(node.attribute("name").unwrap_or_default().to_owned(), value(node));
    }
    let results: Vec<_> = children(case, "resultNode").collect();
    let several = results.len() > 1;
    for result in results {
        let name = result.attribute("name").unwrap_or_default();
        let called = case.attribute("invocableName").unwrap_or(name);
        let namespace = result.attribute("namespace").unwrap_or(namespace);
        let expected = children(result, "expected").next().map_or(Value::Null, value);
        let answer = decisions.evaluate_at(namespace, called, &inputs, &clock());
        let must_fail = result.attribute("errorResult") == Some("true");
        let (actual, reason) = match answer {
            Ok(evaluated) => (evaluated.value, evaluated.reason),
            Err(_) if must_fail => continue,
            Err(fault) => return Err(format!("{name}: expected {expected:?}, fault {fault}")),
        };
        let actual = match actual {
            Value::Context(mut context) if several && called != name => context.remove(name).unwrap_or(Value::Null),
            other => other,
        };
        if must_fail {
            if !actual.is_null() || reason.is_none() {
                return Err(format!("{name}: expected an error, is {actual:?} ({reason:?})"));
            }
        } else if !same(&expected, &actual) {
            return Err(format!("{name}: expected {expected:?}, is {actual:?} ({reason:?})"));
        }
    }
    Ok(())
}

/// All cases of both levels.
fn all() -> Option<Vec<Case>> {
    let root = outside_data::folder("dmn-tck")?;
    let mut cases = Vec::new();
    for folder in model_folders(&root) {
        run(&folder, &mut cases);
    }
    Some(cases)
}

/// Why a case misses, seen from the case itself: what holds for cases that are kept back, too. The words are those of
/// docs/method/dmn-tck.md.
fn cause(case: &Case) -> Option<&'static str> {
    if case.about.contains("external-function") {
        return Some("no-jvm");
    }
    let back_reference = (b'1'..=b'9').any(|digit| case.detail.contains(&format!("\\\\{}", char::from(digit))));
    if case.detail.contains("invalid regex pattern") && back_reference {
        return Some("back-reference");
    }
    if case.detail.contains("invalid scale, allowed range is") {
        return Some("scale");
    }
    None
}

/// The committed list: case and cause.
fn listed() -> BTreeMap<String, String> {
    let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/method/dmn-tck.md");
    let page = std::fs::read_to_string(page).expect("the page");
    let rows = page.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let mut cells = line.trim_matches(['|', ' ']).split(" | ");
        let mut cell = || cells.next().unwrap_or_default().trim().trim_matches('`').to_owned();
        (cell(), cell())
    })
    .filter(|(case, _)| case.contains('/'))
    .collect()
}

#[test]
fn tck_every_case_that_the_engine_can_pass_passes() {
    let Some(cases) = all() else { return };
    let mut counts: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for case in &cases {
        let count = counts.entry(&case.level).or_default();
        count.0 += 1;
        count.1 += usize::from(case.passed);
    }
    for (level, (all, passed)) in &counts {
        println!("{level}: {passed} of {all} cases pass");
    }
    let listed = listed();
    let mut wrong = Vec::new();
    for case in &cases {
        let name = format!("{}/{}", case.folder, case.id);
        let known = listed.get(&name).map(String::as_str);
        match (case.passed, known, cause(case)) {
            (true, None, _) => {}
            (true, Some(cause), _) => wrong.push(format!("{name} passes, but is listed as {cause}")),
            (false, Some(known), Some(cause)) if known == cause => println!("{name}: {cause}"),
            // Cases that are not here when this is written may miss for the same causes, and for no other.
            (false, None, Some(cause)) => println!("{name}: {cause}, not listed"),
            (false, ..) => wrong.push(format!("{name} misses: {}", case.detail.chars().take(400).collect::<String>())),
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(!cases.is_empty());
}
