//! What differs between two versions of a file of decisions: rules added, removed and changed, cell by cell.
//!
//! Decisions and rules are the same by their id, a rule without one by its place. Cells are compared as texts: whether two
//! ways of writing mean the same is not asked.

use crate::model::tree::{Function, HitPolicy, Kind, Logic, Table, TableRule, Text};
use crate::model::{Finding, xml};
use std::collections::{BTreeMap, BTreeSet};

/// What happened to a decision, or to a business knowledge model.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Change {
    /// Its id.
    pub id: String,
    /// Its name; the old one where it is gone.
    pub name: String,
    /// What happened.
    pub what: What,
}

/// The kinds of changes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum What {
    /// Only the new version has it.
    Added,
    /// Only the old version had it.
    Removed,
    /// Another hit policy.
    Policy {
        /// What it was; `None` where it was none that the standard knows.
        old: Option<HitPolicy>,
        /// What it is.
        new: Option<HitPolicy>,
    },
    /// Other columns, in their order.
    Columns {
        /// What they were.
        old: Vec<String>,
        /// What they are.
        new: Vec<String>,
    },
    /// A rule that only the new version has.
    RuleAdded(Row),
    /// A rule that only the old version had.
    RuleRemoved(Row),
    /// A rule that says something else.
    RuleChanged {
        /// Its number in the new version, from 1.
        number: usize,
        /// Its id.
        id: Option<String>,
        /// The cells that differ; at least one.
        cells: Vec<Cell>,
    },
    /// The rules that both have stand in another order, which counts where the first to match wins.
    Reordered,
    /// What is no table says something else: its expressions, one after another.
    Rewritten {
        /// What they were.
        old: Vec<String>,
        /// What they are.
        new: Vec<String>,
    },
}

/// A whole rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// Its number in its version, from 1.
    pub number: usize,
    /// Its id.
    pub id: Option<String>,
    /// Column and text of each cell.
    pub cells: Vec<(String, String)>,
}

/// A cell of a rule that says something else; `None` where there is no such column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Its column.
    pub column: String,
    /// What it said.
    pub old: Option<String>,
    /// What it says.
    pub new: Option<String>,
}

/// What differs from `old` to `new`, in the order of the new text, then what is gone.
///
/// # Errors
/// With all findings, if either is no DMN within the limits.
pub fn compare(old: &[u8], new: &[u8]) -> Result<Vec<Change>, Vec<Finding>> {
    let (before, after) = (read("old", old)?, read("new", new)?);
    let find = |all: &[Subject], id: &str| all.iter().position(|subject| subject.id == id);
    let mut changes = Vec::new();
    for subject in &after {
        let mut note = |what: What| changes.push(subject.change(what));
        match find(&before, &subject.id) {
            None => note(What::Added),
            Some(at) => logic(before[at].logic.as_ref(), subject.logic.as_ref()).into_iter().for_each(&mut note),
        }
    }
    let gone = before.iter().filter(|subject| find(&after, &subject.id).is_none());
    changes.extend(gone.map(|subject| subject.change(What::Removed)));
    Ok(changes)
}

/// A decision or business knowledge model.
struct Subject {
    id: String,
    name: String,
    logic: Option<Logic>,
}

impl Subject {
    fn change(&self, what: What) -> Change {
        Change { id: self.id.clone(), name: self.name.clone(), what }
    }
}

fn read(file: &str, bytes: &[u8]) -> Result<Vec<Subject>, Vec<Finding>> {
    let mut findings = Vec::new();
    let Some(model) = xml::read(file, bytes, &mut findings) else { return Err(findings) };
    let decisions = model.decisions.into_iter().map(|it| Subject { id: it.id, name: it.name, logic: it.logic });
    let knowledge = model.knowledge.into_iter().map(|it| Subject {
        id: it.id,
        name: it.variable.name,
        logic: it.function.and_then(|function| function.body).map(|body| *body),
    });
    Ok(decisions.chain(knowledge).collect())
}

/// What two expressions say differently.
fn logic(old: Option<&Logic>, new: Option<&Logic>) -> Vec<What> {
    if let (Some(Kind::Table(old)), Some(Kind::Table(new))) = (old.map(|it| &it.kind), new.map(|it| &it.kind)) {
        return table(old, new);
    }
    let said = |logic: Option<&Logic>| {
        let mut said = Vec::new();
        if let Some(logic) = logic {
            texts(logic, &mut said);
        }
        said
    };
    let (old, new) = (said(old), said(new));
    if old == new { Vec::new() } else { vec![What::Rewritten { old, new }] }
}

fn table(old: &Table, new: &Table) -> Vec<What> {
    let mut found = Vec::new();
    if old.policy != new.policy {
        found.push(What::Policy { old: old.policy, new: new.policy });
    }
    let (was, is) = (columns(old), columns(new));
    if was != is {
        found.push(What::Columns { old: was.clone(), new: is.clone() });
    }
    let (before, after) = (keyed(&old.rules), keyed(&new.rules));
    let places: BTreeMap<&str, usize> = before.iter().enumerate().map(|(at, key)| (key.as_str(), at)).collect();
    let kept: BTreeSet<&str> = after.iter().map(String::as_str).filter(|key| places.contains_key(key)).collect();
    for (at, key) in after.iter().enumerate() {
        let row = row(&new.rules[at], at, &is);
        match places.get(key.as_str()) {
            None => found.push(What::RuleAdded(row)),
            Some(was_at) => {
                let cells = cells(&self::row(&old.rules[*was_at], *was_at, &was), &row);
                if !cells.is_empty() {
                    found.push(What::RuleChanged { number: row.number, id: row.id, cells });
                }
            }
        }
    }
    let gone = before.iter().enumerate().filter(|(_, key)| !kept.contains(key.as_str()));
    found.extend(gone.map(|(at, _)| What::RuleRemoved(row(&old.rules[at], at, &was))));
    let order: Vec<usize> = after.iter().filter_map(|key| places.get(key.as_str()).copied()).collect();
    if !order.is_sorted() {
        found.push(What::Reordered);
    }
    found
}

/// What columns are called: inputs by label, else by expression, outputs by name; each name once.
fn columns(table: &Table) -> Vec<String> {
    let inputs = table.inputs.iter().map(|input| input.label.clone().unwrap_or_else(|| said(&input.expression)));
    let outputs = table.outputs.iter().map(|output| output.name.clone().unwrap_or_else(|| "→".to_owned()));
    unique(inputs.chain(outputs))
}

/// The key of each rule: its id, else its place.
fn keyed(rules: &[TableRule]) -> Vec<String> {
    unique(rules.iter().enumerate().map(|(at, rule)| rule.id.clone().unwrap_or_else(|| format!("#{}", at + 1))))
}

/// The same names, told apart where one comes again.
fn unique(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    names
        .map(|name| {
            let count = seen.entry(name.clone()).or_default();
            *count += 1;
            if *count == 1 { name } else { format!("{name} ({count})") }
        })
        .collect()
}

fn row(rule: &TableRule, at: usize, columns: &[String]) -> Row {
    let texts = rule.inputs.iter().chain(&rule.outputs).map(said);
    Row { number: at + 1, id: rule.id.clone(), cells: columns.iter().cloned().zip(texts).collect() }
}

/// The cells of one rule in two versions that differ, by the names of their columns.
fn cells(old: &Row, new: &Row) -> Vec<Cell> {
    let find =
        |row: &Row, column: &str| row.cells.iter().find(|(name, _)| name == column).map(|(_, text)| text.clone());
    let here = new.cells.iter().map(|(column, text)| Cell {
        column: column.clone(),
        old: find(old, column),
        new: Some(text.clone()),
    });
    let gone = old.cells.iter().filter(|(column, _)| find(new, column).is_none());
    let gone = gone.map(|(column, text)| Cell { column: column.clone(), old: Some(text.clone()), new: None });
    here.chain(gone).filter(|cell| cell.old != cell.new).collect()
}

fn said(text: &Text) -> String {
    text.text.trim().to_owned()
}

/// All texts of an expression in their order.
fn texts(logic: &Logic, said: &mut Vec<String>) {
    // The deepest file has few levels, so that this does not run out of stack.
    match &logic.kind {
        Kind::Literal(text) => said.push(self::said(text)),
        Kind::Table(table) => {
            said.extend(columns(table));
            said.extend(table.rules.iter().flat_map(|rule| rule.inputs.iter().chain(&rule.outputs)).map(self::said));
        }
        Kind::Context(entries) => {
            for (variable, value) in entries {
                said.extend(variable.iter().map(|variable| variable.name.clone()));
                value.iter().for_each(|value| texts(value, said));
            }
        }
        Kind::List(items) => items.iter().for_each(|item| texts(item, said)),
        Kind::Relation { columns, rows } => {
            said.extend(columns.iter().cloned());
            rows.iter().flatten().for_each(|cell| texts(cell, said));
        }
        Kind::Invocation { called, bindings } => {
            texts(called, said);
            for (variable, value) in bindings {
                said.push(variable.name.clone());
                value.iter().for_each(|value| texts(value, said));
            }
        }
        Kind::Function(function) => of_function(function, said),
        Kind::Conditional { condition, then, otherwise } => {
            [condition, then, otherwise].iter().for_each(|part| texts(part, said));
        }
        Kind::Filter { list, condition } => [list, condition].iter().for_each(|part| texts(part, said)),
        Kind::For { variable, domain, body }
        | Kind::Some { variable, domain, body }
        | Kind::Every { variable, domain, body } => {
            said.push(variable.clone());
            [domain, body].iter().for_each(|part| texts(part, said));
        }
        Kind::Empty => {}
    }
}

fn of_function(function: &Function, said: &mut Vec<String>) {
    said.extend(function.parameters.iter().map(|parameter| parameter.name.clone()));
    function.body.iter().for_each(|body| texts(body, said));
}
