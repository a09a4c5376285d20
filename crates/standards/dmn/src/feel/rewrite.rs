//! Puts the functions of [`super::meter`] into a syntax tree, so that work and size are counted wherever they can grow.

use super::meter;
use super::tree::{children_mut, levels};
use dsntk_feel::Name;
use dsntk_feel_parser::AstNode;

/// Names that are read without being counted; each further one costs the largest value, since reading copies.
const FREE_NAMES: usize = 64;

/// What the rewriting found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Rewritten {
    /// Something is counted: the functions must stand at the bottom of the scope.
    pub(crate) metered: bool,
    /// Functions are defined or called that are not built in: how deep it goes is known only when it runs.
    pub(crate) calls: bool,
    names: usize,
}

/// Rewrites a tree. `built_in` says of a name whether, as a function, it means the built-in one.
pub(crate) fn rewrite(tree: &mut AstNode, built_in: &dyn Fn(&str) -> bool) -> Rewritten {
    let mut state = Rewritten::default();
    node(tree, built_in, &mut state);
    state
}

fn call(function: &str, arguments: Vec<AstNode>) -> AstNode {
    let function = AstNode::Name(meter::name(function));
    AstNode::FunctionInvocation(Box::new(function), Box::new(AstNode::PositionalParameters(arguments)))
}

fn take(node: &mut AstNode) -> AstNode {
    std::mem::replace(node, AstNode::Null)
}

fn is_small(node: &AstNode) -> bool {
    matches!(
        node,
        AstNode::Name(_)
            | AstNode::Null
            | AstNode::Boolean(_)
            | AstNode::Numeric(..)
            | AstNode::String(_)
            | AstNode::At(_)
            | AstNode::QualifiedName(_)
            | AstNode::Range(..)
    )
}

fn wrap(node: &mut AstNode, function: &str, state: &mut Rewritten) {
    state.metered = true;
    let inner = take(node);
    *node = call(function, vec![inner]);
}

fn wrap_unless_small(node: &mut AstNode, state: &mut Rewritten) {
    if !is_small(node) {
        wrap(node, meter::VALUE, state);
    }
}

fn node(this: &mut AstNode, built_in: &dyn Fn(&str) -> bool, state: &mut Rewritten) {
    match this {
        AstNode::Name(_) => {
            state.names += 1;
            if state.names > FREE_NAMES {
                wrap(this, meter::VALUE, state);
            }
        }
        AstNode::QualifiedName(_) | AstNode::FormalParameters(_) => {}
        AstNode::Path(left, _) | AstNode::InstanceOf(left, _) => node(left, built_in, state),
        AstNode::For(contexts, body) => {
            domains(contexts, built_in, state);
            if let AstNode::EvaluatedExpression(body) = body.as_mut() {
                node(body, built_in, state);
                wrap(body, meter::PASS, state);
            }
        }
        AstNode::Some(contexts, body) | AstNode::Every(contexts, body) => {
            domains(contexts, built_in, state);
            if let AstNode::Satisfies(body) = body.as_mut() {
                node(body, built_in, state);
                wrap(body, meter::VALUE, state);
            }
        }
        AstNode::Filter(list, condition) => {
            node(list, built_in, state);
            wrap_unless_small(list, state);
            node(condition, built_in, state);
            if !matches!(condition.as_ref(), AstNode::Numeric(..) | AstNode::Boolean(_)) {
                wrap(condition, meter::VALUE, state);
            }
        }
        AstNode::FunctionBody(body, false) => {
            node(body, built_in, state);
            state.metered = true;
            state.calls = true;
            let depth = AstNode::Numeric((levels(body) + 4).to_string(), String::new(), '+', String::new());
            let inner = take(body);
            let enter = call(meter::ENTER, vec![depth.clone()]);
            let leave = call(meter::LEAVE, vec![inner, depth]);
            **body = AstNode::If(Box::new(enter), Box::new(leave), Box::new(AstNode::Null));
        }
        AstNode::ContextEntry(_, value) => {
            node(value, built_in, state);
            if !matches!(value.as_ref(), AstNode::Name(_)) {
                wrap_unless_small(value, state);
            }
        }
        AstNode::FunctionInvocation(function, arguments) => {
            let name = match function.as_ref() {
                AstNode::Name(name) if built_in(name.as_str()) => Some(name.to_string()),
                _ => None,
            };
            node(arguments, built_in, state);
            match name.as_deref() {
                Some("today" | "now") if children_mut(arguments).is_empty() => {
                    state.metered = true;
                    *this = AstNode::Name(meter::name(if name.as_deref() == Some("today") {
                        meter::TODAY
                    } else {
                        meter::NOW
                    }));
                }
                Some(name) => bound_arguments(name, arguments, state),
                None => {
                    if !matches!(function.as_ref(), AstNode::Name(_)) {
                        node(function, built_in, state);
                    }
                    state.calls = true;
                    for argument in children_mut(arguments) {
                        match argument {
                            AstNode::NamedParameter(_, value) => wrap_unless_small(value, state),
                            value => wrap_unless_small(value, state),
                        }
                    }
                }
            }
        }
        AstNode::NamedParameter(_, value) => node(value, built_in, state),
        other => {
            for child in children_mut(other) {
                node(child, built_in, state);
            }
        }
    }
}

/// Bounds calls of built-in functions whose result or time is more than the sum of their arguments.
fn bound_arguments(name: &str, arguments: &mut AstNode, state: &mut Rewritten) {
    // Both call a function with nothing in scope but what it has captured.
    if let Some(by_name) = match name {
        "sort" => Some("precedes"),
        "list replace" => Some("match"),
        _ => None,
    } {
        let function = match &mut *arguments {
            AstNode::PositionalParameters(list) => list.get_mut(1),
            other => named(other, by_name),
        };
        if let Some(function) = function {
            wrap(function, meter::CARRY, state);
        }
    }
    // Which argument is checked against which, by place and by name.
    let (checked, against): ((usize, &str), (usize, &str)) = match name {
        "replace" => ((2, "replacement"), (0, "input")),
        "string join" => ((1, "delimiter"), (0, "list")),
        "list replace" => ((2, "newItem"), (0, "list")),
        "distinct values" | "mode" => ((0, "list"), (0, "list")),
        "union" => {
            let AstNode::PositionalParameters(lists) = arguments else { return };
            let all = AstNode::List(lists.clone());
            for list in lists {
                state.metered = true;
                let inner = take(list);
                *list = call(meter::PRODUCT, vec![inner, all.clone()]);
            }
            return;
        }
        "context put" => {
            let keys = match arguments {
                AstNode::PositionalParameters(list) => list.get_mut(1),
                other => named(other, "keys"),
            };
            if let Some(keys) = keys {
                state.metered = true;
                let inner = take(keys);
                *keys = call(meter::KEYS, vec![inner]);
            }
            return;
        }
        _ => return,
    };
    let other = match &mut *arguments {
        AstNode::PositionalParameters(list) => list.get(against.0).cloned(),
        named_list => named(named_list, against.1).map(|node| node.clone()),
    };
    let given = match arguments {
        AstNode::PositionalParameters(list) if matches!(name, "distinct values" | "mode") && list.len() > 1 => {
            // Several arguments are one list.
            let all = AstNode::List(list.clone());
            for item in list {
                state.metered = true;
                let inner = take(item);
                *item = call(meter::PRODUCT, vec![inner, all.clone()]);
            }
            return;
        }
        AstNode::PositionalParameters(list) => list.get_mut(checked.0),
        named_list => named(named_list, checked.1),
    };
    if let (Some(given), Some(other)) = (given, other) {
        state.metered = true;
        let inner = take(given);
        *given = call(meter::PRODUCT, vec![inner, other]);
    }
}

fn named<'a>(arguments: &'a mut AstNode, wanted: &str) -> Option<&'a mut AstNode> {
    let AstNode::NamedParameters(list) = arguments else { return None };
    list.iter_mut().find_map(|argument| match argument {
        AstNode::NamedParameter(name, value) => {
            matches!(name.as_ref(), AstNode::ParameterName(name) if name.as_str() == wanted).then_some(value.as_mut())
        }
        _ => None,
    })
}

/// Bounds the product of the domains of one loop, which may spin without its body ever running. All domains are evaluated
/// in the scope around the loop, before the first pass, except a variable of an earlier one, which walks its elements.
fn domains(contexts: &mut AstNode, built_in: &dyn Fn(&str) -> bool, state: &mut Rewritten) {
    let mut kinds: Vec<(String, Option<AstNode>)> = Vec::new();
    let mut described = Vec::new();
    let mut items = children_mut(contexts);
    for item in &mut items {
        let described_one = match item {
            AstNode::IterationContextInterval(name, start, end) => {
                node(start, built_in, state);
                node(end, built_in, state);
                kinds.push((name_of(name), None));
                AstNode::List(vec![start.as_ref().clone(), end.as_ref().clone()])
            }
            AstNode::IterationContextSingle(name, domain) | AstNode::QuantifiedContext(name, domain) => {
                let earlier = match domain.as_ref() {
                    AstNode::Name(domain) => kinds.iter().find(|(name, _)| name == domain.as_str()),
                    _ => None,
                };
                if let Some((_, root)) = earlier {
                    let root = root.clone();
                    kinds.push((name_of(name), root.clone()));
                    root.map_or(AstNode::Null, |root| entry("nested", root))
                } else {
                    node(domain, built_in, state);
                    if let AstNode::Range(start, end) = domain.as_ref()
                        && let (AstNode::IntervalStart(start, _), AstNode::IntervalEnd(end, _)) =
                            (start.as_ref(), end.as_ref())
                    {
                        kinds.push((name_of(name), None));
                        AstNode::List(vec![start.as_ref().clone(), end.as_ref().clone()])
                    } else {
                        wrap_unless_small(domain, state);
                        kinds.push((name_of(name), Some(domain.as_ref().clone())));
                        entry("list", domain.as_ref().clone())
                    }
                }
            }
            _ => AstNode::Null,
        };
        described.push(described_one);
    }
    let Some((first, _)) = items.split_first_mut() else { return };
    let others = AstNode::List(described.split_off(1));
    let several = matches!(&others, AstNode::List(list) if !list.is_empty());
    match first {
        AstNode::IterationContextInterval(_, start, end) => {
            state.metered = true;
            let inner = take(end);
            **end = call(meter::SPAN, vec![start.as_ref().clone(), inner, others]);
        }
        AstNode::IterationContextSingle(_, domain) | AstNode::QuantifiedContext(_, domain) => {
            if let AstNode::Range(start, end) = domain.as_mut()
                && let (AstNode::IntervalStart(start, _), AstNode::IntervalEnd(end, _)) = (start.as_ref(), end.as_mut())
            {
                state.metered = true;
                let inner = take(end);
                **end = call(meter::SPAN, vec![start.as_ref().clone(), inner, others]);
            } else if several {
                state.metered = true;
                let inner = take(domain);
                **domain = call(meter::DOMAIN, vec![inner, others]);
            }
        }
        _ => {}
    }
}

fn name_of(node: &AstNode) -> String {
    match node {
        AstNode::Name(name) => name.to_string(),
        _ => String::new(),
    }
}

fn entry(key: &str, value: AstNode) -> AstNode {
    let key = AstNode::ContextEntryKey(Name::from(key));
    AstNode::Context(vec![AstNode::ContextEntry(Box::new(key), Box::new(value))])
}
