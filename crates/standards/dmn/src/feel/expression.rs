//! Expressions and unary tests: read once, evaluated any number of times.

use super::check::{Allowed, Trouble, check};
use super::foreign::{context_to_foreign, from_foreign, to_foreign};
use super::rewrite::rewrite;
use super::stack::with_levels;
use super::tree::levels;
use super::value::{Context, Value};
use super::{meter, scan};
use crate::fault::{Code, Fault};
use dsntk_feel::bif::Bif;
use dsntk_feel::context::FeelContext;
use dsntk_feel::values::Value as Foreign;
use dsntk_feel::{Evaluator, FeelScope, Name};
use dsntk_feel_parser::AstNode;
use std::fmt;
use std::str::FromStr;

/// The names that an expression may use, with the members of contexts where they are known: a member's name may contain
/// spaces, and only who knows the names can read `Applicant.Date of birth`.
#[derive(Clone, Debug, Default)]
pub struct Names(pub(crate) FeelContext);

impl Names {
    /// Names of whose values nothing is known.
    pub fn of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut context = FeelContext::default();
        for name in names {
            context.set_null(Name::from(name));
        }
        Self(context)
    }

    /// The names of these values, and the names within them.
    pub fn in_context(values: &Context) -> Self {
        Self(context_to_foreign(values))
    }

    /// One more name, with the members of a value like the one it will have.
    pub fn with(mut self, name: &str, like: &Value) -> Self {
        self.0.set_entry(&Name::from(name), to_foreign(like));
        self
    }
}

/// The moment that `now()` and `today()` give, for models that use them. An expression of a process may not.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Clock {
    /// A date.
    pub today: Value,
    /// A date and time.
    pub now: Value,
}

/// An expression or a list of unary tests that was read.
pub struct Expression {
    text: String,
    parsed: Parsed,
    is_test: bool,
}

impl fmt::Debug for Expression {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_tuple("Expression").field(&self.text).finish()
    }
}

impl Expression {
    /// Reads an expression (grammar rule 1).
    ///
    /// Refused: text that is no FEEL, nests too deep or is too long; names that are neither in `names` nor bound in the text
    /// (within a filter any name may be a member of the element); `now()`, `today()`; external functions.
    pub fn parse(text: &str, names: &Names) -> Result<Self, Fault> {
        let parsed = parse_strict(text, names, false)?;
        Ok(Self { text: text.to_owned(), parsed, is_test: false })
    }

    /// Reads unary tests (grammar rule 15): `> 5`, `"a", "b"`, `not([1..3])`, `-`. The tested value is `?`.
    ///
    /// Evaluates by [`Self::test`]. A test that says `?` is met if it is true; any other if the tested value is equal to it,
    /// or lies in it (10.3.1.2, 7.3.6).
    pub fn parse_test(text: &str, names: &Names) -> Result<Self, Fault> {
        let mut names = names.clone();
        names.0.set_null(Name::from("?"));
        let parsed = parse_strict(text, &names, true)?;
        Ok(Self { text: text.to_owned(), parsed, is_test: true })
    }

    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The value of the expression. Where FEEL cannot do what is asked, that is null; [`Self::explain`] says why.
    pub fn evaluate(&self, context: &Context) -> Result<Value, Fault> {
        self.explain(context).map(|(value, _)| value)
    }

    /// The value, and for a null the evaluator's reason (in its own words, for a log or an editor), if it gives one.
    pub fn explain(&self, context: &Context) -> Result<(Value, Option<String>), Fault> {
        self.parsed.run(context_to_foreign(context))
    }

    /// Whether `value` meets the unary tests; `None` where that is neither true nor false. False for an expression.
    pub fn test(&self, value: &Value, context: &Context) -> Result<Option<bool>, Fault> {
        if !self.is_test {
            return Ok(Some(false));
        }
        let mut scope = context_to_foreign(context);
        scope.set_entry(&Name::from("?"), to_foreign(value));
        Ok(match self.parsed.run(scope)?.0 {
            Value::Boolean(truth) => Some(truth),
            _ => None,
        })
    }
}

/// A syntax tree made ready to run.
pub(crate) struct Parsed {
    pub(crate) evaluator: Evaluator,
    pub(crate) levels: usize,
    pub(crate) metered: bool,
    pub(crate) calls: bool,
    pub(crate) troubles: Vec<Trouble>,
    pub(crate) tree: AstNode,
}

impl Parsed {
    fn run(&self, context: FeelContext) -> Result<(Value, Option<String>), Fault> {
        let levels = if self.calls { usize::MAX } else { self.levels };
        with_levels(levels, move || {
            let bytes = meter_size(&context);
            meter::measured(bytes?, || {
                let scope = if self.metered { FeelScope::from(meter::functions()) } else { FeelScope::new() };
                scope.push(context);
                finish(&(self.evaluator)(&scope))
            })
        })
    }
}

/// Size of what is given, as a fault instead of an end beyond the limit.
pub(crate) fn meter_size(context: &FeelContext) -> Result<u64, Fault> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| meter::size_of_context(context)))
        .map_err(|payload| meter::why(&*payload))
}

/// The result as ours, with the reason of a null.
pub(crate) fn finish(result: &Foreign) -> Result<(Value, Option<String>), Fault> {
    let reason = match result {
        Foreign::Null(reason) => reason.clone(),
        _ => None,
    };
    Ok((from_foreign(result)?, reason))
}

fn parse_strict(text: &str, names: &Names, test: bool) -> Result<Parsed, Fault> {
    let known = |name: &str| names.0.contains_entry(&Name::from(name));
    let parsed = parse_with(text, &FeelScope::from(names.0.clone()), test, &known, Allowed::default())?;
    match parsed.troubles.first() {
        Some(trouble) => {
            let at = place(text, &trouble.name);
            Err(Fault::new(trouble.code, trouble.name.clone()).at(at))
        }
        None => Ok(parsed),
    }
}

/// Reads a text in a scope of names. What [`check`] finds is in [`Parsed::troubles`]; only the clock, external functions and
/// costly functions as values are refused here, as they may never run.
pub(crate) fn parse_with(
    text: &str,
    scope: &FeelScope,
    test: bool,
    known: &(dyn Fn(&str) -> bool + Sync),
    allowed: Allowed,
) -> Result<Parsed, Fault> {
    let depth = scan::depth(text)?;
    let scope_names = scope.contexts();
    with_levels(depth.levels, move || {
        let scope = FeelScope::new();
        scope.push(longer_names(&scope_names));
        for names in scope_names {
            scope.push(names);
        }
        let tree = if test {
            dsntk_feel_parser::parse_unary_tests(&scope, text, false)
        } else {
            dsntk_feel_parser::parse_expression(&scope, text, false)
        };
        let tree = tree.map_err(|error| {
            let words = error.to_string();
            // The parser repeats the whole text behind "syntax error", which says nothing more.
            let words = if words.contains("syntax error") { String::new() } else { words };
            Fault::new(Code::Syntax, words)
        })?;
        let troubles = check(&tree, known, allowed);
        if let Some(trouble) = troubles.iter().find(|trouble| trouble.code != Code::UnknownName) {
            return Err(Fault::new(trouble.code, trouble.name.clone()).at(place(text, &trouble.name)));
        }
        let original = tree.clone();
        let tree = if test { as_condition(tree) } else { tree };
        Ok(prepare(tree, original, known, troubles))
    })
}

/// Built-in functions of several words. The parser takes the longest name it knows, and knows these only where none of their
/// beginnings is a name: beside a variable `list`, it would not read `list contains(…)`.
const OF_SEVERAL_WORDS: [&str; 30] = [
    "context merge",
    "context put",
    "day of week",
    "day of year",
    "distinct values",
    "ends with",
    "finished by",
    "get entries",
    "get value",
    "index of",
    "insert before",
    "list contains",
    "list replace",
    "lower case",
    "met by",
    "month of year",
    "overlaps after",
    "overlaps before",
    "round down",
    "round half down",
    "round half up",
    "round up",
    "started by",
    "starts with",
    "string join",
    "string length",
    "substring after",
    "substring before",
    "upper case",
    "week of year",
];

/// Those of them that begin with a name in scope. `date and time` and the like are not among them: the grammar itself has
/// those.
fn longer_names(scope: &[FeelContext]) -> FeelContext {
    let mut names = FeelContext::default();
    for function in OF_SEVERAL_WORDS {
        let begins = function.match_indices(' ').map(|(at, _)| Name::from(&function[..at]));
        if begins.into_iter().any(|name| scope.iter().any(|context| context.contains_entry(&name))) {
            names.set_null(Name::from(function));
        }
    }
    names
}

/// Bounds a tree and builds its evaluator.
fn prepare(mut tree: AstNode, original: AstNode, known: &dyn Fn(&str) -> bool, troubles: Vec<Trouble>) -> Parsed {
    let built_in = |name: &str| !known(name) && Bif::from_str(name).is_ok();
    let operation = operation(&tree, &built_in);
    let rewritten = rewrite(&mut tree, &built_in);
    let evaluator = dsntk_feel_evaluator::prepare(&tree);
    Parsed {
        levels: levels(&tree),
        evaluator: match operation {
            Some(operation) => Box::new(move |scope: &FeelScope| match evaluator(scope) {
                Foreign::Null(None) => Foreign::Null(Some(format!("{operation} gives null"))),
                value => value,
            }),
            None => match &tree {
                // A member of null is an error; a member that is null is none (10.3.2.6).
                AstNode::Path(left, _) => {
                    let left = dsntk_feel_evaluator::prepare(left);
                    Box::new(move |scope: &FeelScope| match evaluator(scope) {
                        Foreign::Null(None) if left(scope).is_null() => {
                            Foreign::Null(Some("a member of null".to_owned()))
                        }
                        value => value,
                    })
                }
                _ => evaluator,
            },
        },
        metered: rewritten.metered,
        calls: rewritten.calls,
        troubles,
        tree: original,
    }
}

/// The operation a text consists of, where a null of it means that it could not be done: the evaluator often does not say
/// so, and without a reason an error looks like a null that was meant.
fn operation(tree: &AstNode, built_in: &dyn Fn(&str) -> bool) -> Option<String> {
    match tree {
        AstNode::FunctionInvocation(function, _) => match function.as_ref() {
            // A context without the entry is no error.
            AstNode::Name(name) if name.as_str() != "get value" && built_in(name.as_str()) => Some(name.to_string()),
            _ => None,
        },
        AstNode::Between(..) => Some("between".to_owned()),
        AstNode::Some(..) => Some("some".to_owned()),
        AstNode::Every(..) => Some("every".to_owned()),
        AstNode::And(..) => Some("and".to_owned()),
        AstNode::Or(..) => Some("or".to_owned()),
        AstNode::In(..) => Some("in".to_owned()),
        AstNode::Add(..) => Some("+".to_owned()),
        AstNode::Sub(..) | AstNode::Neg(_) => Some("-".to_owned()),
        AstNode::Mul(..) => Some("*".to_owned()),
        AstNode::Div(..) => Some("/".to_owned()),
        AstNode::Exp(..) => Some("**".to_owned()),
        AstNode::Eq(..) => Some("=".to_owned()),
        AstNode::Nq(..) => Some("!=".to_owned()),
        AstNode::Lt(..) => Some("<".to_owned()),
        AstNode::Le(..) => Some("<=".to_owned()),
        AstNode::Gt(..) => Some(">".to_owned()),
        AstNode::Ge(..) => Some(">=".to_owned()),
        _ => None,
    }
}

/// Unary tests as one condition on `?`.
fn as_condition(tests: AstNode) -> AstNode {
    let tested = || Box::new(AstNode::Name(Name::from("?")));
    let (items, negated) = match tests {
        AstNode::ExpressionList(items) => (items, false),
        AstNode::NegatedList(items) => (items, true),
        other => return AstNode::In(tested(), Box::new(other)),
    };
    let (saying, plain): (Vec<_>, Vec<_>) = items.into_iter().partition(mentions_tested);
    let mut conditions = Vec::new();
    if !plain.is_empty() {
        conditions.push(AstNode::In(tested(), Box::new(AstNode::ExpressionList(plain))));
    }
    conditions.extend(saying.into_iter().map(|test| AstNode::Eq(Box::new(test), Box::new(AstNode::Boolean(true)))));
    let any = conditions
        .into_iter()
        .reduce(|left, right| AstNode::Or(Box::new(left), Box::new(right)))
        .unwrap_or(AstNode::Boolean(false));
    if !negated {
        return any;
    }
    let not = AstNode::Name(Name::from("not"));
    AstNode::FunctionInvocation(Box::new(not), Box::new(AstNode::PositionalParameters(vec![any])))
}

fn mentions_tested(test: &AstNode) -> bool {
    let mut open = vec![test];
    while let Some(node) = open.pop() {
        match node {
            AstNode::Name(name) if name.as_str() == "?" => return true,
            AstNode::QualifiedName(parts) => {
                if matches!(parts.first(), Some(AstNode::QualifiedNameSegment(name)) if name.as_str() == "?") {
                    return true;
                }
            }
            _ => {}
        }
        open.extend(super::tree::children(node));
    }
    false
}

/// Where a name first stands in a text, strings aside.
fn place(text: &str, name: &str) -> Option<usize> {
    let first = name.split([' ', '.', '/', '-', '\'', '+', '*']).next().filter(|word| !word.is_empty())?;
    let mut in_string = false;
    let bytes = text.as_bytes();
    let word =
        |at: usize| bytes.get(at).is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80);
    let mut at = 0;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_string => at += 1,
            b'"' => in_string = !in_string,
            _ if !in_string
                && text.is_char_boundary(at)
                && text[at..].starts_with(first)
                && (at == 0 || !word(at - 1))
                && !word(at + first.len()) =>
            {
                return Some(at);
            }
            _ => {}
        }
        at += 1;
    }
    None
}
