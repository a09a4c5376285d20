//! Findings against the standard.
//!
//! Three layers: what is wrong as XML or by the schema, references that lead nowhere or to the wrong kind of element,
//! and the constraints that the standard states in words. All findings are given, not the first, sorted by place.
//!
//! Codes beginning with `EXT`, and `REF`, are those of the conformance suite betsy; the others are ours. Some rules of
//! the suite say the same of a narrower or wider group of elements. Then each code is reported, and
//! [`Rule::repeats`] names the one that says it all, so that a surface may show one sentence instead of two.
//!
//! Sentences about findings are Fluent messages in [`LOCALES`]: `bpmn-ext023` says what is wrong with the finding's
//! arguments, `bpmn-ext023-mend` what to do.

mod activities;
mod collaboration;
mod compensation;
mod data;
mod events;
mod expressions;
mod flows;
mod form;
mod gateways;
mod items;
mod links;
mod moment;
mod references;
mod rules;
mod scene;
mod schema;
mod subprocesses;
mod timers;

pub use rules::{RULES, Rule, Severity};

use crate::tree::{Document, Fault, FaultKind, Limits, Node};
use scene::Scene;

/// The sentences about findings: language tag and Fluent text.
pub const LOCALES: [(&str, &str); 2] =
    [("zh-CN", include_str!("../locales/zh-CN/bpmn.ftl")), ("en", include_str!("../locales/en/bpmn.ftl"))];

/// Something that is not as the standard has it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// The rule's code, such as `EXT023`; see [`RULES`].
    pub rule: &'static str,
    /// How grave it is.
    pub severity: Severity,
    /// Line of the element in the text, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
    /// The id of the element, or of the nearest one around it that has an id. `None` when there is none, or a
    /// senselessly long one.
    pub element: Option<String>,
    /// Named values for the rule's sentences: those of [`Rule::arguments`], in that order, clipped where they are long.
    pub arguments: Vec<(&'static str, String)>,
}

/// What is wrong with a file, read within the default limits. Never fails: bytes that cannot be read are a finding.
pub fn lint(bytes: &[u8]) -> Vec<Finding> {
    lint_within(bytes, &Limits::default())
}

/// What is wrong with a file, read within `limits`.
pub fn lint_within(bytes: &[u8], limits: &Limits) -> Vec<Finding> {
    match Document::read_within(bytes, limits) {
        Ok(document) => lint_document(&document),
        Err(fault) => vec![unreadable(&fault)],
    }
}

/// What is wrong with a document.
pub fn lint_document(document: &Document) -> Vec<Finding> {
    let mut report = Report { findings: Vec::new() };
    if !document.root().is("definitions") {
        report.say("XSD1", document.root(), &[]);
        return report.findings;
    }
    let scene = Scene::of(document);
    schema::check(&scene, &mut report);
    references::check(&scene, &mut report);
    flows::check(&scene, &mut report);
    gateways::check(&scene, &mut report);
    events::check(&scene, &mut report);
    links::check(&scene, &mut report);
    compensation::check(&scene, &mut report);
    timers::check(&scene, &mut report);
    activities::check(&scene, &mut report);
    subprocesses::check(&scene, &mut report);
    data::check(&scene, &mut report);
    items::check(&scene, &mut report);
    expressions::check(&scene, &mut report);
    collaboration::check(&scene, &mut report);
    let mut findings = report.findings;
    findings.sort_by(|one, other| (one.line, one.column, one.rule).cmp(&(other.line, other.column, other.rule)));
    findings
}

/// The finding about bytes that the reader refuses.
pub fn unreadable(fault: &Fault) -> Finding {
    let (code, detail) = match &fault.kind {
        FaultKind::NotWellFormed { detail } => ("XML1", detail.clone()),
        FaultKind::Encoding { label } => ("XML2", label.clone()),
        FaultKind::Doctype => ("XML3", "DOCTYPE".to_owned()),
        FaultKind::Entity { name } => ("XML3", format!("&{name};")),
        FaultKind::TooDeep { limit } => ("XML4", limit.to_string()),
        FaultKind::TooLarge { limit, .. } | FaultKind::TooMany { limit, .. } => ("XML5", limit.to_string()),
    };
    Finding {
        rule: code,
        severity: Severity::Error,
        line: fault.line,
        column: fault.column,
        element: None,
        arguments: vec![("detail", detail)],
    }
}

/// Gathers findings.
pub(crate) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// Says that `rule` is broken at an element. What the element is called becomes the argument `element`; `more` are
    /// the rule's other arguments in its order.
    pub(crate) fn say(&mut self, rule: &'static str, at: Node<'_>, more: &[&str]) {
        // A code that is in no table would be a bug; a test calls every check.
        let Some(row) = rules::find(rule) else { return };
        let mut arguments = vec![("element", called(at))];
        let shown = |value: &str| clipped(value, 4 * LONGEST).0.to_owned();
        arguments.extend(row.arguments.iter().skip(1).zip(more).map(|(&name, value)| (name, shown(value))));
        let own = std::iter::once(at).chain(at.ancestors());
        // A thousand bytes are no id that anybody wrote; repeated in each finding below they would fill the memory.
        let element = own.filter(|node| node.is_element()).find_map(|node| node.attribute("id"));
        let element = element.filter(|id| id.len() < 1000);
        self.findings.push(Finding {
            rule: row.code,
            severity: row.severity,
            line: at.line(),
            column: at.column(),
            element: element.map(|id| id.trim().to_owned()),
            arguments,
        });
    }
}

/// What people call an element: its name on one line, else its id, else what kind of element it is; clipped.
pub(crate) fn called(node: Node<'_>) -> String {
    // The raw value is clipped first: many findings may name one element with a very long name.
    let start = |attribute: &str| {
        let attribute = node.attributes().find(|found| found.local() == attribute && found.namespace().is_empty())?;
        let value = crate::tree::escape::value(clipped(attribute.raw(), 8 * LONGEST).0).into_owned();
        Some(value.split_whitespace().collect::<Vec<_>>().join(" ")).filter(|shown| !shown.is_empty())
    };
    let shown = start("name").or_else(|| start("id")).unwrap_or_else(|| node.local().to_owned());
    match clipped(&shown, LONGEST) {
        (start, true) => format!("{start}…"),
        (_, false) => shown,
    }
}

/// How many characters of a name are shown.
const LONGEST: usize = 60;

/// The first characters of a text, and whether there are more.
fn clipped(text: &str, characters: usize) -> (&str, bool) {
    match text.char_indices().nth(characters) {
        Some((at, _)) => (&text[..at], true),
        None => (text, false),
    }
}
