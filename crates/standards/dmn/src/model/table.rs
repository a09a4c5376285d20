//! Decision tables (DMN 1.5, 8.2) to evaluators that record which rules matched.

use super::compile::{Compiler, null};
use super::finding::Rule;
use super::record;
use super::resolve::{Meant, feel_name};
use super::tree::*;
use crate::feel::meter;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelScope, Name};
use std::cmp::Ordering;

/// A compiled table.
struct Compiled {
    owner: String,
    id: Option<String>,
    policy: HitPolicy,
    inputs: Vec<(Evaluator, Option<Evaluator>)>,
    outputs: Vec<CompiledOutput>,
    rules: Vec<CompiledRule>,
}

struct CompiledOutput {
    name: Name,
    /// Whether a value is among those allowed.
    allowed: Option<Evaluator>,
    /// The allowed values in order, for priorities.
    order: Option<Evaluator>,
    default: Option<Evaluator>,
}

struct CompiledRule {
    /// From 1.
    number: u32,
    id: Option<String>,
    inputs: Vec<Evaluator>,
    outputs: Vec<Evaluator>,
}

impl Compiler<'_> {
    pub(crate) fn table(&mut self, scope: &FeelScope, table: &Table) -> Evaluator {
        let Some(policy) = table.policy else {
            return super::compile::nothing("no such hit policy");
        };
        let inputs: Vec<_> = table
            .inputs
            .iter()
            .map(|clause| {
                let expression = self.text(scope, &clause.expression, false);
                (expression, clause.allowed.as_ref().map(|allowed| self.text(scope, allowed, true)))
            })
            .collect();
        let outputs: Vec<_> = table.outputs.iter().map(|output| self.output(scope, output)).collect();
        let mut rules = Vec::new();
        for (at, rule) in table.rules.iter().enumerate() {
            if rule.inputs.len() != inputs.len() || rule.outputs.len() != outputs.len() {
                // Reading has found it; a table with such a rule decides nothing.
                return super::compile::nothing("a rule with too many or too few entries");
            }
            rules.push(CompiledRule {
                number: u32::try_from(at + 1).unwrap_or(u32::MAX),
                id: rule.id.clone(),
                inputs: rule.inputs.iter().map(|entry| self.text(scope, entry, true)).collect(),
                outputs: rule.outputs.iter().map(|entry| self.text(scope, entry, false)).collect(),
            });
        }
        if outputs.is_empty() {
            self.find(Rule::RuleShape, &table.place, "0");
            return super::compile::nothing("a table without outputs");
        }
        let compiled = Compiled { owner: self.owner.clone(), id: table.id.clone(), policy, inputs, outputs, rules };
        Box::new(move |scope: &FeelScope| compiled.decide(scope))
    }

    fn output(&mut self, scope: &FeelScope, output: &Output) -> CompiledOutput {
        // Without values of its own a clause has those of its type.
        let inherited = match output.type_ref.as_deref().map(|name| self.models.type_named(self.model, name)) {
            Some(Meant::Item(_, item)) if output.allowed.is_none() => item.allowed.as_ref(),
            _ => None,
        };
        let allowed = output.allowed.as_ref().map(|allowed| self.text(scope, allowed, true));
        let order = output.allowed.as_ref().or(inherited).map(|allowed| {
            let list = Text { text: format!("[{}]", allowed.text), ..allowed.clone() };
            let mut unheard = Vec::new();
            let mut apart = Compiler::new(self.models, self.model, "", false, &mut unheard);
            apart.text(scope, &list, false)
        });
        CompiledOutput {
            name: feel_name(output.name.as_deref().unwrap_or_default()),
            allowed,
            order,
            default: output.default.as_ref().map(|text| self.text(scope, text, false)),
        }
    }
}

impl Compiled {
    fn decide(&self, scope: &FeelScope) -> Value {
        let values: Vec<Option<Value>> = self.inputs.iter().map(|input| input_value(scope, input)).collect();
        let matching: Vec<&CompiledRule> = self.rules.iter().filter(|rule| rule.matches(scope, &values)).collect();
        let record = |rules: &[&CompiledRule]| {
            let rules = rules.iter().map(|rule| (rule.number, rule.id.clone())).collect();
            record::hit(&self.owner, self.id.as_deref(), rules);
        };
        if matching.is_empty() {
            record(&[]);
            return self.default(scope);
        }
        match self.policy {
            HitPolicy::Unique if matching.len() > 1 => {
                record(&matching);
                null("several rules match, only one may")
            }
            HitPolicy::Unique | HitPolicy::First => {
                record(&matching[..1]);
                self.result(scope, matching[0])
            }
            HitPolicy::Any => {
                record(&matching);
                let first = self.result(scope, matching[0]);
                let same = matching[1..].iter().all(|rule| self.result(scope, rule) == first);
                if same { first } else { null("rules that match say different things") }
            }
            HitPolicy::Priority => {
                let sorted = self.by_priority(scope, matching);
                record(&[sorted[0].0]);
                self.compose(&sorted[0].1)
            }
            HitPolicy::OutputOrder => {
                let sorted = self.by_priority(scope, matching);
                record(&sorted.iter().map(|(rule, _)| *rule).collect::<Vec<_>>());
                Value::List(sorted.iter().map(|(_, outputs)| self.compose(outputs)).collect())
            }
            HitPolicy::RuleOrder | HitPolicy::Collect => {
                record(&matching);
                Value::List(matching.iter().map(|rule| self.result(scope, rule)).collect())
            }
            HitPolicy::Count => {
                record(&matching);
                Value::Number(matching.len().into())
            }
            HitPolicy::Sum | HitPolicy::Min | HitPolicy::Max => {
                record(&matching);
                if self.outputs.len() > 1 {
                    return null("several outputs cannot be aggregated");
                }
                let values = matching.iter().map(|rule| self.result(scope, rule)).collect();
                match self.policy {
                    HitPolicy::Sum => dsntk_feel_evaluator::evaluate_sum(values),
                    HitPolicy::Min => dsntk_feel_evaluator::evaluate_min(values),
                    _ => dsntk_feel_evaluator::evaluate_max(values),
                }
            }
        }
    }

    /// The default outputs, where no rule matches (8.2.11).
    fn default(&self, scope: &FeelScope) -> Value {
        if self.outputs.iter().all(|output| output.default.is_none()) {
            return null("no rule matches");
        }
        let defaults: Vec<Value> = self
            .outputs
            .iter()
            .map(|output| output.default.as_ref().map_or(Value::Null(None), |default| default(scope)))
            .collect();
        self.compose(&defaults)
    }

    fn outputs(&self, scope: &FeelScope, rule: &CompiledRule) -> Vec<Value> {
        let outputs = rule.outputs.iter().zip(&self.outputs);
        outputs
            .map(|(entry, output)| {
                let value = entry(scope);
                // A table may have thousands of rules, each with the same large input as its output.
                meter::value(&value);
                match &output.allowed {
                    Some(allowed) if !meets(scope, allowed, &value) => null("an output that is not allowed"),
                    _ => value,
                }
            })
            .collect()
    }

    fn result(&self, scope: &FeelScope, rule: &CompiledRule) -> Value {
        self.compose(&self.outputs(scope, rule))
    }

    fn compose(&self, outputs: &[Value]) -> Value {
        if let [one] = outputs {
            return one.clone();
        }
        let mut context = FeelContext::default();
        for (output, value) in self.outputs.iter().zip(outputs) {
            context.set_entry(&output.name, value.clone());
        }
        Value::Context(context)
    }

    /// Rules with their outputs, in decreasing priority; those of equal priority stay in order (8.2.8).
    fn by_priority<'r>(
        &self,
        scope: &FeelScope,
        matching: Vec<&'r CompiledRule>,
    ) -> Vec<(&'r CompiledRule, Vec<Value>)> {
        let orders: Vec<Vec<Value>> = self
            .outputs
            .iter()
            .map(|output| match output.order.as_ref().map(|order| order(scope)) {
                Some(Value::List(values)) => values,
                _ => Vec::new(),
            })
            .collect();
        let mut rules: Vec<_> = matching.into_iter().map(|rule| (rule, self.outputs(scope, rule))).collect();
        let rank = |order: &[Value], value: &Value| order.iter().position(|one| one == value).unwrap_or(usize::MAX);
        rules.sort_by(|(_, a), (_, b)| {
            orders
                .iter()
                .zip(a.iter().zip(b))
                .map(|(order, (a, b))| rank(order, a).cmp(&rank(order, b)))
                .find(|order| order.is_ne())
                .unwrap_or(Ordering::Equal)
        });
        rules
    }
}

/// The value of an input, or `None` if it is not among the allowed ones: no rule matches then.
fn input_value(scope: &FeelScope, (expression, allowed): &(Evaluator, Option<Evaluator>)) -> Option<Value> {
    let value = expression(scope);
    match allowed {
        Some(allowed) if !meets(scope, allowed, &value) => None,
        _ => Some(value),
    }
}

/// Whether a value meets tests that were compiled as a condition on `?`.
pub(crate) fn meets(scope: &FeelScope, tests: &Evaluator, value: &Value) -> bool {
    let mut tested = FeelContext::default();
    tested.set_entry(&Name::from("?"), value.clone());
    scope.push(tested);
    let met = tests(scope).is_true();
    scope.pop();
    met
}

impl CompiledRule {
    fn matches(&self, scope: &FeelScope, values: &[Option<Value>]) -> bool {
        self.inputs
            .iter()
            .zip(values)
            .all(|(tests, value)| value.as_ref().is_some_and(|value| meets(scope, tests, value)))
    }
}
