//! What a decision table leaves open: gaps, overlaps, rules that are never reached; and whether it is a lawful discretion
//! standard (裁量基准).
//!
//! Each input is an axis, cut at every value that a cell or the domain names: into points and the stretches between them
//! for numbers, dates, times and durations, into values and "any other" for texts. Within such a region every cell is
//! either met throughout or nowhere, so that one witness speaks for all of it, and a table is a product of finite axes.
//! Overlaps and reach are found exactly, rule by rule. Gaps are found exactly up to [`CELLS`] cells of that product; beyond,
//! they are looked for with [`SAMPLES`] samples from a fixed seed, and the report says so.

mod axis;
mod calendar;
mod cell;
mod discretion;
mod sweep;

pub use discretion::{Bounds, Discretion, Output, Scale, check_discretion};

use crate::feel::Value;
use crate::model::resolve::{Meant, Models, finding};
use crate::model::tree::{Clause, Kind, Logic, Model, Table};
use crate::model::{Decisions, Finding, HitPolicy, Rule};
use axis::Axis;
use std::collections::BTreeSet;

/// Cells up to which gaps are found exactly.
pub const CELLS: u64 = 1_000_000;

/// Samples beyond.
pub const SAMPLES: u32 = 200_000;

/// Gaps and overlaps listed of one table; more are counted as [`Report::more`].
pub const LISTED: usize = 100;

/// The values of the inputs at one place, in the order of the input clauses.
pub type Witness = Vec<Value>;

/// Inputs that no rule decides.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Gap {
    /// One place in it.
    pub witness: Witness,
}

/// Inputs that two rules decide.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Overlap {
    /// The two rules, numbered from 1.
    pub rules: (u32, u32),
    /// One place that both decide.
    pub witness: Witness,
    /// Whether they say the same there.
    pub same_outputs: bool,
}

/// A cell that could not be read as a test.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cell {
    /// Rule from 1; 0 for the domain of the input.
    pub rule: u32,
    /// Input from 1.
    pub input: u32,
    /// Its text.
    pub text: String,
}

/// What is shown of a table.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// Every cell was read, all inputs of the domain are decided, and the hit policy holds.
    Proved,
    /// A cell was not read, or the table was sampled.
    NotProved,
    /// Something is wrong, with a witness.
    Wrong,
}

/// The analysis of one table.
#[derive(Clone, Debug)]
pub struct Report {
    /// Namespace of its model.
    pub namespace: String,
    /// Id of the decision or business knowledge model that owns it.
    pub owner: String,
    /// Its id, if it has one.
    pub table: Option<String>,
    /// Its hit policy.
    pub policy: HitPolicy,
    /// The input clauses, by label or else by expression.
    pub inputs: Vec<String>,
    /// How many rules it has.
    pub rules: u32,
    /// Whether default outputs answer where no rule matches; gaps are then no fault.
    pub has_default: bool,
    /// Inputs undecided.
    pub gaps: Vec<Gap>,
    /// Inputs decided twice.
    pub overlaps: Vec<Overlap>,
    /// Rules never reached because of others (F, P).
    pub unreachable: Vec<u32>,
    /// Rules that no input meets.
    pub never_matching: Vec<u32>,
    /// Cells that are no tests.
    pub not_analysable: Vec<Cell>,
    /// Cells of the product of the axes.
    pub cells: u64,
    /// Gaps were looked for by samples only.
    pub sampled: bool,
    /// More gaps or overlaps than are listed.
    pub more: bool,
    place: Finding,
    axes: Vec<Axis>,
    /// Met regions per rule and axis; `None` where a cell is not analysable.
    met: Vec<Vec<Option<sweep::Set>>>,
    /// The outputs' texts and, where they are constants, values.
    outputs: Vec<Vec<(String, Option<Value>)>>,
    output_names: Vec<Option<String>>,
}

/// Analyses every table of the models, those within boxed expressions and business knowledge included, in order of file.
pub fn analyse(decisions: &Decisions) -> Vec<Report> {
    let models = decisions.models();
    let mut reports = Vec::new();
    for (at, model) in models.list.iter().enumerate() {
        for decision in &model.decisions {
            for table in decision.logic.iter().flat_map(tables) {
                reports.extend(report(models, at, &decision.id, table));
            }
        }
        for knowledge in &model.knowledge {
            let body = knowledge.function.iter().filter_map(|function| function.body.as_deref());
            for table in body.flat_map(tables) {
                reports.extend(report(models, at, &knowledge.id, table));
            }
        }
    }
    reports
}

/// The tables within an expression.
fn tables(logic: &Logic) -> Vec<&Table> {
    let mut found = Vec::new();
    let mut open = vec![logic];
    while let Some(logic) = open.pop() {
        match &logic.kind {
            Kind::Table(table) => found.push(table.as_ref()),
            Kind::Context(entries) => open.extend(entries.iter().rev().filter_map(|(_, logic)| logic.as_ref())),
            Kind::List(items) => open.extend(items.iter().rev()),
            Kind::Relation { rows, .. } => open.extend(rows.iter().rev().flat_map(|row| row.iter().rev())),
            Kind::Invocation { called, bindings } => {
                open.extend(bindings.iter().rev().filter_map(|(_, logic)| logic.as_ref()));
                open.push(called);
            }
            Kind::Function(function) => open.extend(function.body.as_deref()),
            Kind::Conditional { condition, then, otherwise } => open.extend([&**otherwise, then, condition]),
            Kind::Filter { list, condition } => open.extend([&**condition, list]),
            Kind::For { domain, body, .. } | Kind::Some { domain, body, .. } | Kind::Every { domain, body, .. } => {
                open.extend([&**body, domain]);
            }
            Kind::Literal(_) | Kind::Empty => {}
        }
    }
    found
}

/// Texts that say the values of an input, the nearest first, and its type.
struct Declared {
    domains: Vec<String>,
    feel_type: Option<dsntk_feel::FeelType>,
}

fn declared(models: &Models, at: usize, clause: &Clause) -> Declared {
    let own = [clause.domain.clone(), clause.allowed.as_ref().map(|text| text.text.clone())];
    let mut domains: Vec<String> = own.into_iter().flatten().collect();
    let mut type_ref = clause.type_ref.clone();
    // A clause that is just a name has what its input data or decision declares.
    let model: &Model = models.at(at);
    let name = crate::model::resolve::feel_name(&clause.expression.text);
    let same = |other: &str| crate::model::resolve::feel_name(other) == name;
    if let Some(input) = model.inputs.iter().find(|input| same(&input.variable.name)) {
        domains.extend(input.domain.clone());
        type_ref = type_ref.or_else(|| input.variable.type_ref.clone());
        domains.extend(input.variable.type_ref.as_deref().map(|name| of_type(models, at, name)).unwrap_or_default());
    } else if let Some(decision) = model.decisions.iter().find(|decision| same(&decision.variable.name)) {
        type_ref = type_ref.or_else(|| decision.variable.type_ref.clone());
        domains.extend(decision.variable.type_ref.as_deref().map(|name| of_type(models, at, name)).unwrap_or_default());
    }
    if let Some(name) = &clause.type_ref {
        domains.extend(of_type(models, at, name));
    }
    Declared { domains, feel_type: type_ref.map(|name| models.feel_type(at, Some(&name))) }
}

fn of_type(models: &Models, at: usize, name: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut at, mut name) = (at, name.to_owned());
    // A type may be made of another, which has values of its own; twenty steps are more than any model has.
    for _ in 0..20 {
        let Meant::Item(model, item) = models.type_named(at, &name) else { break };
        found.extend(item.domain.clone());
        found.extend(item.allowed.as_ref().map(|text| text.text.clone()));
        let Some(next) = item.type_ref.clone() else { break };
        (at, name) = (model, next);
    }
    found
}

fn report(models: &Models, at: usize, owner: &str, table: &Table) -> Option<Report> {
    let policy = table.policy?;
    if table.rules.iter().any(|rule| rule.inputs.len() != table.inputs.len()) {
        // Found when it was read.
        return None;
    }
    let mut not_analysable = Vec::new();
    let mut axes = Vec::new();
    let mut met: Vec<Vec<Option<sweep::Set>>> = vec![Vec::new(); table.rules.len()];
    for (column, clause) in table.inputs.iter().enumerate() {
        let input = number(column + 1);
        let declared = declared(models, at, clause);
        let expression = clause.expression.text.trim();
        let cells: Vec<Option<cell::Test>> =
            table.rules.iter().map(|rule| cell::read(&rule.inputs[column].text, expression)).collect();
        let domain = declared.domains.iter().find_map(|text| cell::read(text, expression));
        if domain.is_none()
            && let Some(text) = declared.domains.first()
        {
            not_analysable.push(Cell { rule: 0, input, text: text.clone() });
        }
        let axis = Axis::new(&cells, domain.as_ref(), declared.feel_type.as_ref());
        for (row, cell) in cells.iter().enumerate() {
            let set = cell.as_ref().and_then(|cell| axis.met_by(cell));
            if set.is_none() {
                let text = table.rules[row].inputs[column].text.clone();
                not_analysable.push(Cell { rule: number(row + 1), input, text });
            }
            met[row].push(set);
        }
        axes.push(axis);
    }
    let outputs: Vec<Vec<(String, Option<Value>)>> = table
        .rules
        .iter()
        .map(|rule| rule.outputs.iter().map(|text| (text.text.trim().to_owned(), cell::constant(&text.text))).collect())
        .collect();
    not_analysable.sort_by_key(|cell| (cell.rule, cell.input));
    let place = finding(Rule::Gap, models.at(at), &table.place, String::new());
    let mut report = Report {
        namespace: models.at(at).namespace.clone(),
        owner: owner.to_owned(),
        table: table.id.clone(),
        policy,
        inputs: table
            .inputs
            .iter()
            .map(|clause| clause.label.clone().unwrap_or_else(|| clause.expression.text.trim().to_owned()))
            .collect(),
        rules: number(table.rules.len()),
        has_default: table.outputs.iter().any(|output| output.default.is_some()),
        gaps: Vec::new(),
        overlaps: Vec::new(),
        unreachable: Vec::new(),
        never_matching: Vec::new(),
        not_analysable,
        cells: axes.iter().fold(1_u64, |cells, axis| cells.saturating_mul(axis.len() as u64)),
        sampled: false,
        more: false,
        place,
        axes,
        met,
        outputs,
        output_names: table.outputs.iter().map(|output| output.name.clone()).collect(),
    };
    report.fill(&priorities(models, at, table));
    Some(report)
}

fn number(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// The values of each output in order of priority, where they are declared and constant.
fn priorities(models: &Models, at: usize, table: &Table) -> Vec<Option<Vec<Value>>> {
    table
        .outputs
        .iter()
        .map(|output| {
            let inherited = || output.type_ref.as_deref().and_then(|name| of_type(models, at, name).into_iter().next());
            let text = output.allowed.as_ref().map(|text| text.text.clone()).or_else(inherited)?;
            match cell::constant(&format!("[{text}]")) {
                Some(Value::List(values)) => Some(values),
                _ => None,
            }
        })
        .collect()
}

impl Report {
    fn fill(&mut self, priorities: &[Option<Vec<Value>>]) {
        let sizes: Vec<usize> = self.axes.iter().map(Axis::len).collect();
        // A domain without any value, or a table without rules: nothing to look at beyond the empty product.
        let known: Vec<(u32, Vec<sweep::Set>)> = self
            .met
            .iter()
            .enumerate()
            .filter_map(|(row, cells)| {
                let cells: Option<Vec<_>> = cells.iter().cloned().collect();
                cells.map(|cells| (number(row + 1), cells))
            })
            .collect();
        let open: Vec<Vec<Option<sweep::Set>>> =
            self.met.iter().filter(|cells| cells.iter().any(Option::is_none)).cloned().collect();
        self.never_matching =
            known.iter().filter(|(_, cells)| cells.iter().any(sweep::Set::is_empty)).map(|(rule, _)| *rule).collect();
        let sets: Vec<&[sweep::Set]> = known.iter().map(|(_, cells)| cells.as_slice()).collect();
        // What a rule with an unread cell may decide is no certain gap.
        let maybe = |place: &[usize]| {
            open.iter().any(|cells| {
                cells.iter().zip(place).all(|(cell, at)| cell.as_ref().is_none_or(|cell| cell.contains(*at)))
            })
        };
        let places = if self.cells <= CELLS {
            sweep::gaps(&sizes, &sets, LISTED + 1, &maybe)
        } else {
            self.sampled = true;
            sweep::sampled_gaps(&sizes, &sets, SAMPLES, LISTED + 1, &maybe)
        };
        self.gaps = places.iter().map(|place| Gap { witness: self.witness(place) }).collect();
        for (at, (first, cells)) in known.iter().enumerate() {
            for (second, others) in &known[at + 1..] {
                if self.overlaps.len() > LISTED {
                    break;
                }
                if let Some(place) = sweep::common(cells, others) {
                    let same_outputs = self.same_outputs(*first, *second);
                    let witness = self.witness(&place);
                    self.overlaps.push(Overlap { rules: (*first, *second), witness, same_outputs });
                }
            }
        }
        self.more = self.gaps.len() > LISTED || self.overlaps.len() > LISTED;
        self.gaps.truncate(LISTED);
        self.overlaps.truncate(LISTED);
        self.unreachable = self.shadowed(&sizes, &known, priorities);
    }

    /// Rules that others always come before.
    fn shadowed(
        &self,
        sizes: &[usize],
        known: &[(u32, Vec<sweep::Set>)],
        priorities: &[Option<Vec<Value>>],
    ) -> Vec<u32> {
        if !matches!(self.policy, HitPolicy::First | HitPolicy::Priority) {
            return Vec::new();
        }
        let rank = |rule: u32| -> Option<Vec<usize>> {
            let outputs = self.outputs.get(rule as usize - 1)?;
            let ranks = outputs.iter().zip(priorities).map(|((_, value), order)| match order {
                Some(order) => Some(order.iter().position(|one| Some(one) == value.as_ref()).unwrap_or(usize::MAX)),
                None => Some(usize::MAX),
            });
            ranks.collect()
        };
        let before = |other: u32, rule: u32| match self.policy {
            HitPolicy::First => other < rule,
            _ => match (rank(other), rank(rule)) {
                (Some(a), Some(b)) => a < b || (a == b && other < rule),
                _ => false,
            },
        };
        let mut shadowed = Vec::new();
        for (rule, cells) in known {
            if cells.iter().any(sweep::Set::is_empty) {
                continue;
            }
            let ahead: Vec<&[sweep::Set]> =
                known.iter().filter(|(other, _)| before(*other, *rule)).map(|(_, cells)| cells.as_slice()).collect();
            if sweep::is_covered(sizes, cells, &ahead) == Some(true) {
                shadowed.push(*rule);
            }
        }
        shadowed
    }

    fn witness(&self, place: &[usize]) -> Witness {
        self.axes.iter().zip(place).map(|(axis, at)| axis.witness(*at)).collect()
    }

    fn same_outputs(&self, first: u32, second: u32) -> bool {
        let of = |rule: u32| self.outputs.get(rule as usize - 1);
        let (Some(first), Some(second)) = (of(first), of(second)) else { return false };
        first.iter().zip(second).all(|((text, value), (other_text, other))| match (value, other) {
            (Some(value), Some(other)) => value == other,
            _ => text == other_text,
        })
    }

    /// What is shown.
    pub fn verdict(&self) -> Verdict {
        let findings = self.findings();
        let wrong = findings.iter().any(|finding| !matches!(finding.rule, Rule::NotAnalysable | Rule::Sampled));
        if wrong {
            Verdict::Wrong
        } else if findings.is_empty() {
            Verdict::Proved
        } else {
            Verdict::NotProved
        }
    }

    /// The findings that the hit policy makes of it. Overlaps are errors for U, and for A where the outputs differ; rules
    /// never reached are warnings for F and P; gaps are warnings unless a default answers; R, O and C mean to overlap.
    pub fn findings(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        let rule_list = |rules: &[u32]| rules.iter().map(u32::to_string).collect::<Vec<_>>().join(", ");
        if !self.has_default {
            findings.extend(self.gaps.iter().map(|gap| self.found(Rule::Gap, &[], Some(&gap.witness), "")));
        }
        for overlap in &self.overlaps {
            let rule = match self.policy {
                HitPolicy::Unique => Rule::Overlap,
                HitPolicy::Any if !overlap.same_outputs => Rule::Conflict,
                _ => continue,
            };
            let rules = [overlap.rules.0, overlap.rules.1];
            findings.push(self.found(rule, &rules, Some(&overlap.witness), &rule_list(&rules)));
        }
        for (rule, rules) in [(Rule::Unreachable, &self.unreachable), (Rule::NeverMatches, &self.never_matching)] {
            for number in rules {
                findings.push(self.found(rule, &[*number], None, &number.to_string()));
            }
        }
        for cell in &self.not_analysable {
            findings.push(self.found(Rule::NotAnalysable, &[cell.rule], None, &cell.text));
        }
        if self.sampled {
            findings.push(self.found(Rule::Sampled, &[], None, &self.cells.to_string()));
        }
        findings
    }

    pub(crate) fn found(&self, rule: Rule, rules: &[u32], witness: Option<&Witness>, what: &str) -> Finding {
        let mut finding = self.place.clone();
        finding.rule = rule;
        finding.severity = rule.severity();
        finding.arguments.insert("what", what.to_owned());
        let rules: BTreeSet<u32> = rules.iter().copied().collect();
        let rules: Vec<String> = rules.iter().map(u32::to_string).collect();
        finding.arguments.insert("rules", rules.join(", "));
        finding.arguments.insert("witness", witness.map(|witness| self.say(witness)).unwrap_or_default());
        finding
    }

    /// A witness as people read it: `age = 17, kind = "x"`.
    fn say(&self, witness: &Witness) -> String {
        let pairs = self.inputs.iter().zip(witness).map(|(input, value)| format!("{input} = {}", cell::say(value)));
        pairs.collect::<Vec<_>>().join(", ")
    }
}
