//! What is deployed: files checked as one, accepted whole or not at all. The same function serves deployment, the editor as
//! one draws, and the command line. Source: flow.md §4.

use std::collections::{BTreeMap, BTreeSet};

use bpmn::{Document, Model, Severity};
use dmn::{Context, Decisions};

use crate::graph::{Binding, DecisionOf, Finding, Graph, Rule, Work, compile};
use crate::step::{Decider, Decision};

/// One finding, of whichever layer, with everything that its sentence needs.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The file.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
    /// The element, or the nearest around it that has an id.
    pub element: Option<String>,
    /// Whether it keeps the files from being deployed.
    pub is_error: bool,
    /// The stable code of its rule.
    pub rule: String,
    /// The key of its sentence; `-mend` behind it is the key of what mends it.
    pub key: String,
    /// What the sentence names.
    pub arguments: Vec<(&'static str, String)>,
    /// The elements of a way through the process that shows it, in order; most findings need none.
    pub path: Vec<String>,
}

/// Files that were checked as one.
pub struct Deployment {
    /// What was found, by place.
    pub findings: Vec<Found>,
    /// The processes, ready to run; none where an error was found.
    pub graphs: Vec<Graph>,
    /// The decisions, if any were among the files.
    pub decisions: Option<Decisions>,
}

impl Deployment {
    /// Whether it can be deployed.
    pub fn is_accepted(&self) -> bool {
        !self.findings.iter().any(|found| found.is_error)
    }
}

/// Checks files as one.
///
/// - `files`: names and bytes; what ends in `.dmn` holds decisions, all else processes.
/// - `extra`: names that expressions may use though no file declares them: what a start brings along.
pub fn check(files: &[(&str, &[u8])], extra: &[&str]) -> Deployment {
    let (decisions, processes): (Vec<_>, Vec<_>) = files.iter().copied().partition(|(name, _)| name.ends_with(".dmn"));
    let mut findings = Vec::new();
    let decisions = read_decisions(&decisions, &mut findings);
    let (mut graphs, mut seen) = (Vec::new(), BTreeMap::new());
    for (name, bytes) in processes {
        graphs.extend(read_processes(name, bytes, extra, decisions.as_ref(), &mut seen, &mut findings));
    }
    findings.sort_by(|a, b| (&a.file, a.line, a.column, &a.rule).cmp(&(&b.file, b.line, b.column, &b.rule)));
    if findings.iter().any(|found| found.is_error) {
        graphs.clear();
    }
    Deployment { findings, graphs, decisions }
}

fn read_decisions(files: &[(&str, &[u8])], findings: &mut Vec<Found>) -> Option<Decisions> {
    if files.is_empty() {
        return None;
    }
    let (decisions, found) = match Decisions::read(files) {
        Ok(decisions) => {
            let mut found = decisions.findings().to_vec();
            found.extend(dmn::analysis::analyse(&decisions).iter().flat_map(dmn::analysis::Report::findings));
            (Some(decisions), found)
        }
        Err(found) => (None, found),
    };
    findings.extend(found.into_iter().map(|found| Found {
        file: found.file,
        line: found.line,
        column: found.column,
        element: found.element,
        is_error: found.severity == dmn::Severity::Error,
        rule: found.rule.code().to_owned(),
        key: format!("dmn-{}", found.rule.code()),
        arguments: found.arguments.into_iter().collect(),
        path: Vec::new(),
    }));
    decisions
}

/// Rules of the standard that are told and stand in nobody's way: a message event names an operation where services are
/// described by interfaces; here messages are matched by name and key (flow.md §5).
const TOLD: [&str; 1] = ["EXT128"];

/// The standard's rules on how times are written. Source: BPMN 2.0.2 §10.5.5; flow.md §7 (literal or FEEL).
const TIMES: [&str; 3] = ["EXT132", "EXT133", "EXT134"];

fn read_processes(
    name: &str,
    bytes: &[u8],
    extra: &[&str],
    decisions: Option<&Decisions>,
    seen: &mut BTreeMap<String, String>,
    findings: &mut Vec<Found>,
) -> Vec<Graph> {
    let of_standard = |found: bpmn::Finding| Found {
        file: name.to_owned(),
        line: found.line,
        column: found.column,
        element: found.element,
        is_error: found.severity == Severity::Error && !TOLD.contains(&found.rule),
        key: format!("bpmn-{}", found.rule.to_ascii_lowercase()),
        rule: found.rule.to_owned(),
        arguments: found.arguments,
        path: Vec::new(),
    };
    let document = match Document::read(bytes) {
        Ok(document) => document,
        Err(fault) => {
            findings.push(of_standard(bpmn::lint::unreadable(&fault)));
            return Vec::new();
        }
    };
    let standard = bpmn::lint::lint_document(&document);
    let model = Model::of(document);
    let compiled = compile(&model, extra);
    // A time that is no literal may be an expression that gives one: then it was read as one.
    let is_read = |found: &bpmn::Finding| {
        TIMES.contains(&found.rule) && !compiled.findings.iter().any(|other| other.element == found.element)
    };
    findings.extend(standard.into_iter().filter(|found| !is_read(found)).map(of_standard));
    let mut of_ours = |found: Finding, is_error: bool| {
        findings.push(Found {
            file: name.to_owned(),
            line: found.line,
            column: found.column,
            element: found.element,
            is_error,
            rule: found.rule.code().to_owned(),
            key: format!("flow-{}", found.rule.code().to_ascii_lowercase()),
            arguments: vec![("about", found.about), ("why", found.why), ("what", found.what)],
            path: found.path,
        });
    };
    for found in compiled.findings {
        let is_error = found.is_error();
        of_ours(found, is_error);
    }
    for process in &model.definitions.processes {
        let Some(id) = process.base.id.as_ref() else { continue };
        // Within one file ids are looked at by the standard's own rule.
        match seen.get(id) {
            Some(other) if other != name => {
                of_ours(Finding::at(Rule::SameProcess, &process.base, id.as_str(), other.as_str()), true);
            }
            _ => drop(seen.insert(id.clone(), name.to_owned())),
        }
    }
    let known: BTreeSet<String> =
        decisions.into_iter().flat_map(Decisions::invocables).map(|invocable| invocable.name).collect();
    for graph in &compiled.graphs {
        for element in &graph.elements {
            let crate::graph::Kind::Activity(activity) = &element.kind else { continue };
            let Work::Decision(of) = &activity.work else { continue };
            if !known.contains(&of.name) {
                // What is bound to another deployment is looked for when it is asked; what is to be here is not here.
                let is_error = of.binding == Binding::Deployment;
                let node = model.document.by_id(element.id.as_str());
                let (line, column) = node.map_or((1, 1), |node| (node.line(), node.column()));
                let found = Finding {
                    rule: Rule::UnknownDecision,
                    line,
                    column,
                    element: Some(element.id.to_string()),
                    about: of.name.clone(),
                    why: element.name.clone(),
                    what: String::new(),
                    path: Vec::new(),
                };
                of_ours(found, is_error);
            }
        }
    }
    compiled.graphs
}

/// Decisions of one deployment, asked by name.
pub struct Decided(pub Decisions);

impl Decider for Decided {
    fn decide(&self, of: &DecisionOf, inputs: &Context) -> Result<Decision, String> {
        let Decided(decisions) = self;
        let namespace = match of.namespace.as_str() {
            "" => {
                let found = decisions.invocables().into_iter().find(|it| it.name == of.name);
                found.ok_or_else(|| format!("{}: no such decision is deployed", of.name))?.namespace
            }
            namespace => namespace.to_owned(),
        };
        let made = decisions.evaluate(&namespace, &of.name, inputs).map_err(|fault| fault.to_string())?;
        if let (true, Some(reason)) = (made.value.is_null(), &made.reason) {
            return Err(format!("{}: {reason}", of.name));
        }
        let hits = made.hits.iter().flat_map(|hit| {
            let table = hit.decision.clone();
            // By its id, or where it has none by its number.
            hit.rules.iter().map(move |(number, id)| (table.clone(), id.clone().unwrap_or_else(|| number.to_string())))
        });
        let version = made.digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Decision { hits: hits.collect(), version, value: made.value })
    }
}
