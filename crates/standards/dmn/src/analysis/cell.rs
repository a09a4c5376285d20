//! Cells of a table as tests on one value.

use crate::feel::{Allowed, Expression, Names, Value, parse_with, plain};
use dsntk_feel::{FeelScope, IntervalType, Name};
use dsntk_feel_parser::AstNode;

/// A test that can be taken apart.
#[derive(Clone, Debug)]
pub(super) enum Test {
    /// Met by anything: `-`.
    Any,
    /// Met by one value.
    Is(Value),
    /// Met between two ends, each with whether it belongs; `None` is unbounded.
    Between(Option<(Value, bool)>, Option<(Value, bool)>),
    /// Met if one is.
    Or(Vec<Test>),
    /// Met if all are.
    And(Vec<Test>),
    /// Met if it is not.
    Not(Box<Test>),
}

impl Test {
    /// The constants it names.
    pub(super) fn constants<'a>(&'a self, into: &mut Vec<&'a Value>) {
        match self {
            Self::Any => {}
            Self::Is(value) => into.push(value),
            Self::Between(low, high) => into.extend([low, high].into_iter().flatten().map(|(value, _)| value)),
            Self::Or(tests) | Self::And(tests) => tests.iter().for_each(|test| test.constants(into)),
            Self::Not(test) => test.constants(into),
        }
    }
}

/// Reads unary tests; `expression` is the input's, which a cell may repeat instead of `?`. `None` if it is no such test.
pub(super) fn read(text: &str, expression: &str) -> Option<Test> {
    let scope = FeelScope::new();
    let mut names = dsntk_feel::context::FeelContext::default();
    names.set_null(Name::from("?"));
    let expression = crate::model::resolve::feel_name(expression);
    names.set_null(expression.clone());
    scope.push(names);
    let parsed = parse_with(text, &scope, true, &|_| true, Allowed::default()).ok()?;
    let reader = Reader { expression };
    match &parsed.tree {
        AstNode::Irrelevant => Some(Test::Any),
        AstNode::ExpressionList(items) => reader.any_of(items),
        AstNode::NegatedList(items) => Some(Test::Not(Box::new(reader.any_of(items)?))),
        other => reader.item(other),
    }
}

/// The value of a text without names.
pub(super) fn constant(text: &str) -> Option<Value> {
    let expression = Expression::parse(text, &Names::default()).ok()?;
    match expression.explain(&crate::feel::Context::new()) {
        Ok((value, None)) => Some(value),
        _ => None,
    }
}

struct Reader {
    expression: Name,
}

impl Reader {
    fn any_of(&self, items: &[AstNode]) -> Option<Test> {
        let tests: Option<Vec<Test>> = items.iter().map(|item| self.item(item)).collect();
        Some(Test::Or(tests?))
    }

    fn is_tested(&self, node: &AstNode) -> bool {
        match node {
            AstNode::Name(name) => name.as_str() == "?" || *name == self.expression,
            _ => false,
        }
    }

    /// One of the tests of a list: a value, a range, a comparison, or a condition on the tested value.
    fn item(&self, node: &AstNode) -> Option<Test> {
        if let Some(value) = value_of(node) {
            return Some(Test::Is(value));
        }
        Some(match node {
            AstNode::Range(start, end) => range(start, end)?,
            AstNode::UnaryLt(value) => Test::Between(None, Some((value_of(value)?, false))),
            AstNode::UnaryLe(value) => Test::Between(None, Some((value_of(value)?, true))),
            AstNode::UnaryGt(value) => Test::Between(Some((value_of(value)?, false)), None),
            AstNode::UnaryGe(value) => Test::Between(Some((value_of(value)?, true)), None),
            AstNode::UnaryEq(value) => Test::Is(value_of(value)?),
            AstNode::UnaryNe(value) => Test::Not(Box::new(Test::Is(value_of(value)?))),
            AstNode::List(items) => {
                let values: Option<Vec<Test>> = items.iter().map(|item| value_of(item).map(Test::Is)).collect();
                Test::Or(values?)
            }
            other => self.condition(other)?,
        })
    }

    /// A condition that says the tested value itself.
    fn condition(&self, node: &AstNode) -> Option<Test> {
        let sides = |left: &AstNode, right: &AstNode| -> Option<(Value, bool)> {
            if self.is_tested(left) {
                value_of(right).map(|value| (value, false))
            } else if self.is_tested(right) {
                value_of(left).map(|value| (value, true))
            } else {
                None
            }
        };
        let below = |value: Value, closed: bool| Test::Between(None, Some((value, closed)));
        let above = |value: Value, closed: bool| Test::Between(Some((value, closed)), None);
        Some(match node {
            AstNode::And(left, right) => Test::And(vec![self.condition(left)?, self.condition(right)?]),
            AstNode::Or(left, right) => Test::Or(vec![self.condition(left)?, self.condition(right)?]),
            AstNode::Eq(left, right) => Test::Is(sides(left, right)?.0),
            AstNode::Nq(left, right) => Test::Not(Box::new(Test::Is(sides(left, right)?.0))),
            AstNode::Lt(left, right) => match sides(left, right)? {
                (value, false) => below(value, false),
                (value, true) => above(value, false),
            },
            AstNode::Le(left, right) => match sides(left, right)? {
                (value, false) => below(value, true),
                (value, true) => above(value, true),
            },
            AstNode::Gt(left, right) => match sides(left, right)? {
                (value, false) => above(value, false),
                (value, true) => below(value, false),
            },
            AstNode::Ge(left, right) => match sides(left, right)? {
                (value, false) => above(value, true),
                (value, true) => below(value, true),
            },
            AstNode::Between(tested, low, high) if self.is_tested(tested) => {
                Test::Between(Some((value_of(low)?, true)), Some((value_of(high)?, true)))
            }
            AstNode::In(tested, tests) if self.is_tested(tested) => match tests.as_ref() {
                AstNode::ExpressionList(items) => self.any_of(items)?,
                AstNode::NegatedList(items) => Test::Not(Box::new(self.any_of(items)?)),
                other => self.item(other)?,
            },
            AstNode::FunctionInvocation(function, arguments) => match (function.as_ref(), arguments.as_ref()) {
                (AstNode::Name(name), AstNode::PositionalParameters(list)) if name.as_str() == "not" => {
                    match list.as_slice() {
                        [one] => Test::Not(Box::new(self.condition(one)?)),
                        _ => return None,
                    }
                }
                _ => return None,
            },
            _ => return None,
        })
    }
}

fn range(start: &AstNode, end: &AstNode) -> Option<Test> {
    let (AstNode::IntervalStart(low, low_kind), AstNode::IntervalEnd(high, high_kind)) = (start, end) else {
        return None;
    };
    let side = |node: &AstNode, kind: &IntervalType| {
        if kind.undefined() { Some(None) } else { value_of(node).map(|value| Some((value, kind.closed()))) }
    };
    Some(Test::Between(side(low, low_kind)?, side(high, high_kind)?))
}

/// The value of a literal: a number, text, boolean, date, time or duration. Null is no test on values.
fn value_of(node: &AstNode) -> Option<Value> {
    if !is_literal(node) {
        return None;
    }
    let value = dsntk_feel_evaluator::prepare(node)(&FeelScope::new());
    match crate::feel::finish(&value) {
        Ok((value @ (Value::Number(_) | Value::String(_) | Value::Boolean(_)), _)) => Some(value),
        Ok((value, _)) if plain(&value).is_some() => Some(value),
        _ => None,
    }
}

fn is_literal(node: &AstNode) -> bool {
    match node {
        AstNode::Numeric(..) | AstNode::String(_) | AstNode::Boolean(_) | AstNode::At(_) => true,
        AstNode::Neg(inner) => matches!(inner.as_ref(), AstNode::Numeric(..)),
        AstNode::FunctionInvocation(function, arguments) => match (function.as_ref(), arguments.as_ref()) {
            (AstNode::Name(name), AstNode::PositionalParameters(list)) => {
                matches!(name.as_str(), "date" | "time" | "date and time" | "duration") && list.iter().all(is_literal)
            }
            _ => false,
        },
        _ => false,
    }
}

/// A value as FEEL writes it.
pub(super) fn say(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Boolean(truth) => truth.to_string(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
        other => plain(other).map_or_else(|| "…".to_owned(), |(_, text)| format!("@\"{text}\"")),
    }
}
