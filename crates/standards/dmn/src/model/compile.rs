//! Boxed expressions (DMN 1.5, 10.2) to evaluators.

use super::finding::{Finding, Rule};
use super::resolve::{Meant, Models, feel_name, finding};
use super::tree::*;
use crate::fault::Code;
use crate::feel::{Allowed, meter, parse_with};
use dsntk_feel::closure::Closure;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value;
use dsntk_feel::{Evaluator, FeelScope, FeelType, FunctionBody, IntervalType, Name, QualifiedName};
use dsntk_feel_evaluator::{
    EveryExpressionEvaluator, FilterExpressionEvaluator, ForExpressionEvaluator, SomeExpressionEvaluator,
};
use dsntk_feel_parser::ClosureBuilder;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Levels of stack that one boxed expression takes beside the texts in it.
const BOXED_LEVELS: usize = 4;

/// What is compiled for one owner: a decision, a piece of knowledge or a type.
pub(crate) struct Compiler<'a> {
    pub(crate) models: &'a Models,
    pub(crate) model: usize,
    /// Id of the decision or knowledge, for hits.
    pub(crate) owner: String,
    pub(crate) clock: bool,
    pub(crate) findings: &'a mut Vec<Finding>,
    /// Deepest text so far, boxes around it included.
    pub(crate) levels: usize,
    /// Something is counted; the functions of the meter must be in scope.
    pub(crate) metered: bool,
    /// Functions are defined or called that are not built in.
    pub(crate) calls: bool,
    /// Names that the texts so far use: what a function around them captures.
    used: Vec<QualifiedName>,
    /// Boxed filters around the present expression.
    members: usize,
    depth: usize,
}

/// An evaluator that gives null with a reason.
pub(crate) fn nothing(reason: &'static str) -> Evaluator {
    Box::new(move |_: &FeelScope| null(reason))
}

pub(crate) fn null(reason: impl Into<String>) -> Value {
    Value::Null(Some(reason.into()))
}

impl<'a> Compiler<'a> {
    pub(crate) fn new(
        models: &'a Models,
        model: usize,
        owner: &str,
        clock: bool,
        findings: &'a mut Vec<Finding>,
    ) -> Self {
        let owner = owner.to_owned();
        Self {
            models,
            model,
            owner,
            clock,
            findings,
            levels: 0,
            metered: false,
            calls: false,
            used: Vec::new(),
            members: 0,
            depth: 0,
        }
    }

    pub(crate) fn find(&mut self, rule: Rule, place: &Place, what: impl Into<String>) {
        self.findings.push(finding(rule, self.models.at(self.model), place, what.into()));
    }

    /// The FEEL type that a reference says; one that means nothing is found and taken as anything.
    pub(crate) fn type_of(&mut self, name: Option<&str>, place: &Place) -> FeelType {
        if let Some(name) = name
            && matches!(self.models.type_named(self.model, name), Meant::Nothing)
        {
            self.find(Rule::TypeUnresolved, place, name);
        }
        self.models.feel_type(self.model, name)
    }

    /// Parses a text; one that cannot be read is found and gives null.
    pub(crate) fn text(&mut self, scope: &FeelScope, text: &Text, test: bool) -> Evaluator {
        if text.language.is_some() {
            return nothing("not FEEL");
        }
        if test {
            scope.push(FeelContext::default());
            scope.set_name(Name::from("?"));
        }
        let names: BTreeSet<String> = scope
            .contexts()
            .iter()
            .flat_map(|context| context.iter().map(|(name, _)| name.to_string()).collect::<Vec<_>>())
            .collect();
        let known = |name: &str| names.contains(name);
        let parsed =
            parse_with(&text.text, scope, test, &known, Allowed { clock: self.clock, members: self.members > 0 });
        if test {
            scope.pop();
        }
        match parsed {
            Ok(parsed) => {
                for trouble in &parsed.troubles {
                    self.find(Rule::Expression(trouble.code), &text.place, trouble.name.clone());
                }
                self.levels = self.levels.max(parsed.levels + self.depth * BOXED_LEVELS);
                self.metered |= parsed.metered;
                self.calls |= parsed.calls;
                self.used.extend(ClosureBuilder::from_node(&parsed.tree).iter().cloned());
                parsed.evaluator
            }
            Err(fault) => {
                let rule = match fault.code {
                    Code::External => Rule::External,
                    code => Rule::Expression(code),
                };
                self.find(rule, &text.place, fault.what.clone());
                Box::new(move |_: &FeelScope| null(fault.to_string()))
            }
        }
    }

    /// An expression with its type.
    pub(crate) fn logic(&mut self, scope: &FeelScope, logic: &Logic) -> Evaluator {
        self.depth += 1;
        let evaluator = self.kind(scope, logic);
        self.depth -= 1;
        let Some(name) = &logic.type_ref else { return evaluator };
        let feel_type = self.type_of(Some(name), &logic.place);
        Box::new(move |scope: &FeelScope| evaluator(scope).coerced(&feel_type))
    }

    fn kind(&mut self, scope: &FeelScope, logic: &Logic) -> Evaluator {
        match &logic.kind {
            Kind::Literal(text) => self.text(scope, text, false),
            Kind::Table(table) => self.table(scope, table),
            Kind::Context(entries) => self.context(scope, entries, &logic.place),
            Kind::List(items) => {
                let items: Vec<Evaluator> = items.iter().map(|item| self.logic(scope, item)).collect();
                Box::new(move |scope: &FeelScope| Value::List(items.iter().map(|item| measured(scope, item)).collect()))
            }
            Kind::Relation { columns, rows } => self.relation(scope, columns, rows),
            Kind::Invocation { called, bindings } => self.invocation(scope, called, bindings, &logic.place),
            Kind::Function(function) => self.function(scope, function, &logic.place),
            Kind::Conditional { condition, then, otherwise } => {
                let condition = self.logic(scope, condition);
                let then = self.logic(scope, then);
                let otherwise = self.logic(scope, otherwise);
                Box::new(move |scope: &FeelScope| match condition(scope) {
                    Value::Boolean(true) => then(scope),
                    Value::Boolean(false) => otherwise(scope),
                    _ => null("the condition is neither true nor false"),
                })
            }
            Kind::Filter { list, condition } => {
                scope.push(members_of(scope, list));
                scope.set_name(Name::from("item"));
                self.members += 1;
                let condition = self.logic(scope, condition);
                self.members -= 1;
                scope.pop();
                let list = self.logic(scope, list);
                let condition = counted(condition, false);
                Box::new(move |scope: &FeelScope| {
                    let list = list(scope);
                    meter::value(&list);
                    FilterExpressionEvaluator::new().evaluate(scope, list, &condition)
                })
            }
            Kind::For { variable, domain, body } => self.for_each(scope, variable, domain, body),
            Kind::Some { variable, domain, body } => {
                let (variable, domain, body) = self.quantified(scope, variable, domain, body);
                Box::new(move |scope: &FeelScope| {
                    let mut some = SomeExpressionEvaluator::new();
                    some.add_list(variable.clone(), domain(scope));
                    spoken("some", some.evaluate(scope, &body))
                })
            }
            Kind::Every { variable, domain, body } => {
                let (variable, domain, body) = self.quantified(scope, variable, domain, body);
                Box::new(move |scope: &FeelScope| {
                    let mut every = EveryExpressionEvaluator::new();
                    every.add_list(variable.clone(), domain(scope));
                    spoken("every", every.evaluate(scope, &body))
                })
            }
            Kind::Empty => nothing("no expression"),
        }
    }

    fn context(
        &mut self,
        scope: &FeelScope,
        entries: &[(Option<Variable>, Option<Logic>)],
        place: &Place,
    ) -> Evaluator {
        scope.push(FeelContext::default());
        let mut compiled: Vec<(Option<Name>, FeelType, Evaluator)> = Vec::new();
        for (variable, logic) in entries {
            let evaluator = match logic {
                Some(logic) => self.logic(scope, logic),
                None => nothing("no expression"),
            };
            let Some(variable) = variable else {
                compiled.push((None, FeelType::Any, evaluator));
                continue;
            };
            let name = feel_name(&variable.name);
            let feel_type = self.type_of(variable.type_ref.as_deref(), place);
            scope.set_value(&name, Value::FeelType(feel_type.clone()));
            compiled.push((Some(name), feel_type, evaluator));
        }
        scope.pop();
        Box::new(move |scope: &FeelScope| {
            let mut context = FeelContext::default();
            scope.push(FeelContext::default());
            for (name, feel_type, evaluator) in &compiled {
                let value = evaluator(scope).coerced(feel_type);
                meter::value(&value);
                match name {
                    Some(name) => {
                        scope.set_value(name, value.clone());
                        context.set_entry(name, value);
                    }
                    // An entry without a name is the result (10.2.1.4).
                    None => {
                        scope.pop();
                        return value;
                    }
                }
            }
            scope.pop();
            Value::Context(context)
        })
    }

    fn relation(&mut self, scope: &FeelScope, columns: &[String], rows: &[Vec<Logic>]) -> Evaluator {
        let columns: Vec<Name> = columns.iter().map(|column| feel_name(column)).collect();
        let rows: Vec<Vec<(Name, Evaluator)>> = rows
            .iter()
            .map(|row| {
                let cells = columns.iter().zip(row);
                cells.map(|(column, cell)| (column.clone(), self.logic(scope, cell))).collect()
            })
            .collect();
        Box::new(move |scope: &FeelScope| {
            let row = |row: &Vec<(Name, Evaluator)>| {
                let mut context = FeelContext::default();
                for (column, cell) in row {
                    context.set_entry(column, measured(scope, cell));
                }
                Value::Context(context)
            };
            Value::List(rows.iter().map(row).collect())
        })
    }

    fn invocation(
        &mut self,
        scope: &FeelScope,
        called: &Logic,
        bindings: &[(Variable, Option<Logic>)],
        place: &Place,
    ) -> Evaluator {
        self.calls = true;
        let called = self.logic(scope, called);
        let mut arguments: Vec<(Name, FeelType, Evaluator)> = Vec::new();
        for (variable, logic) in bindings {
            if let Some(logic) = logic {
                let feel_type = self.type_of(variable.type_ref.as_deref(), place);
                arguments.push((feel_name(&variable.name), feel_type, self.logic(scope, logic)));
            }
        }
        Box::new(move |scope: &FeelScope| {
            let mut given = FeelContext::default();
            for (name, feel_type, argument) in &arguments {
                let value = argument(scope).coerced(feel_type);
                meter::value(&value);
                if value.is_invalid_coercion() {
                    return value;
                }
                given.set_entry(name, value);
            }
            let Value::FunctionDefinition(parameters, body, false, _, captured, result) = called(scope) else {
                return null("what is invoked is no function");
            };
            for (name, feel_type) in &parameters {
                let Some(value) = given.get_entry(name) else {
                    return null(format!("argument not provided: {name}"));
                };
                let value = value.coerced(feel_type);
                if value.is_invalid_coercion() {
                    return value;
                }
                given.set_entry(name, value);
            }
            scope.push(captured);
            scope.push(given);
            let value = body.evaluate(scope);
            scope.pop();
            scope.pop();
            value.coerced(&result)
        })
    }

    /// A function as a value, with what it captures where it is defined.
    pub(crate) fn function(&mut self, scope: &FeelScope, function: &Function, place: &Place) -> Evaluator {
        let Some((parameters, body, closure)) = self.function_body(scope, function, place) else {
            return nothing("a function without a body");
        };
        let result = match self.type_of(function.type_ref.as_deref(), place) {
            // The type may be that of the function or that of its result.
            FeelType::Function(_, result) => *result,
            other => other,
        };
        Box::new(move |scope: &FeelScope| {
            let mut captured = FeelContext::default();
            for name in closure.iter() {
                if let Some(value) = scope.search_entry(name) {
                    captured.create_entry(name, value);
                }
            }
            Value::FunctionDefinition(
                parameters.clone(),
                body.clone(),
                false,
                closure.clone(),
                captured,
                result.clone(),
            )
        })
    }

    /// Parameters, body and captured names of a function.
    #[expect(clippy::type_complexity, reason = "the three parts of the dependency's function value")]
    pub(crate) fn function_body(
        &mut self,
        scope: &FeelScope,
        function: &Function,
        place: &Place,
    ) -> Option<(Vec<(Name, FeelType)>, FunctionBody, Closure)> {
        let body = function.body.as_deref()?;
        self.calls = true;
        let mut names = FeelContext::default();
        let mut parameters = Vec::new();
        for parameter in &function.parameters {
            let name = feel_name(&parameter.name);
            let feel_type = self.type_of(parameter.type_ref.as_deref(), place);
            names.set_entry(&name, Value::FeelType(feel_type.clone()));
            parameters.push((name, feel_type));
        }
        scope.push(names);
        let before = std::mem::take(&mut self.levels);
        let mark = self.used.len();
        let evaluator = self.logic(scope, body);
        let mut closure = Closure::from(self.used[mark..].to_vec());
        scope.pop();
        for (name, _) in &parameters {
            closure.remove(name.clone());
        }
        let levels = u32::try_from(self.levels + BOXED_LEVELS).unwrap_or(u32::MAX);
        self.levels = self.levels.max(before);
        let counted: Evaluator = Box::new(move |scope: &FeelScope| {
            meter::enter(levels);
            let value = evaluator(scope);
            meter::leave(levels);
            meter::value(&value);
            value
        });
        Some((parameters, FunctionBody::LiteralExpression(Arc::new(counted)), closure))
    }

    fn for_each(&mut self, scope: &FeelScope, variable: &str, domain: &Logic, body: &Logic) -> Evaluator {
        let variable = feel_name(variable);
        let domain = self.logic(scope, domain);
        scope.push(FeelContext::default());
        scope.set_name(variable.clone());
        scope.set_name(Name::from("partial"));
        let body = counted(self.logic(scope, body), true);
        scope.pop();
        Box::new(move |scope: &FeelScope| {
            let mut each = ForExpressionEvaluator::new();
            let values = domain(scope);
            meter::product([meter::length(&values)]);
            let walked = match values {
                Value::Range(start, IntervalType::Closed, end, IntervalType::Closed) => {
                    each.add_interval(variable.clone(), *start, *end).is_ok()
                }
                list @ Value::List(_) => {
                    each.add_list(variable.clone(), list);
                    true
                }
                _ => false,
            };
            if !walked {
                return null("what is to be walked is no list and no closed range");
            }
            Value::List(each.evaluate(scope, &body))
        })
    }

    fn quantified(
        &mut self,
        scope: &FeelScope,
        variable: &str,
        domain: &Logic,
        body: &Logic,
    ) -> (Name, Evaluator, Evaluator) {
        let variable = feel_name(variable);
        let domain = self.logic(scope, domain);
        scope.push(FeelContext::default());
        scope.set_name(variable.clone());
        let body = counted(self.logic(scope, body), false);
        scope.pop();
        (variable, domain, body)
    }
}

/// A part of a box whose parts are as many as the file has room for.
fn measured(scope: &FeelScope, part: &Evaluator) -> Value {
    let value = part(scope);
    meter::value(&value);
    value
}

/// The members of the elements of a list that is just a name, where its type says them: without, a member's name with a
/// space could not be read.
fn members_of(scope: &FeelScope, list: &Logic) -> FeelContext {
    let mut members = FeelContext::default();
    if let Kind::Literal(text) = &list.kind
        && let Some(Value::FeelType(FeelType::List(element))) = scope.get_value(&feel_name(&text.text))
        && let FeelType::Context(entries) = *element
    {
        for (name, feel_type) in entries {
            members.set_entry(&name, Value::FeelType(feel_type));
        }
    }
    members
}

/// A null of an operation that could not be done, with its name where the evaluator gives no reason.
fn spoken(operation: &str, value: Value) -> Value {
    match value {
        Value::Null(None) => null(format!("{operation} gives null")),
        value => value,
    }
}

/// The body of a loop or filter, counted in each pass.
fn counted(body: Evaluator, is_for: bool) -> Evaluator {
    Box::new(move |scope: &FeelScope| {
        let value = body(scope);
        if is_for {
            meter::pass();
        }
        meter::value(&value);
        value
    })
}
