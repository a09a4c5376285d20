//! What a syntax tree may not say: names nobody gave, the clock, external functions, costly functions as values.

use super::tree::children;
use crate::fault::Code;
use dsntk_feel::bif::Bif;
use dsntk_feel_parser::AstNode;
use std::str::FromStr;

/// Built-in functions whose cost [`super::rewrite`] bounds by their arguments; as a value they would escape it.
pub(crate) const BOUNDED: [&str; 8] =
    ["replace", "string join", "list replace", "distinct values", "mode", "union", "context put", "sort"];

/// What a text may say beyond the plain language.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Allowed {
    /// `now()` and `today()`, which then read the clock that is handed in.
    pub(crate) clock: bool,
    /// Any name, because it may be a member of the element that a boxed filter looks at.
    pub(crate) members: bool,
}

/// One thing found.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Trouble {
    /// What kind.
    pub(crate) code: Code,
    /// The name.
    pub(crate) name: String,
}

/// All that is wrong in a tree, in the order of the text, each name once. `known` says which names are given from outside.
pub(crate) fn check(tree: &AstNode, known: &dyn Fn(&str) -> bool, allowed: Allowed) -> Vec<Trouble> {
    let open = usize::from(allowed.members);
    let mut walk = Walk { known, allowed, bound: Vec::new(), open, found: Vec::new() };
    walk.node(tree);
    walk.found
}

struct Walk<'a> {
    known: &'a dyn Fn(&str) -> bool,
    allowed: Allowed,
    /// Names bound by contexts, loops and functions around the present node.
    bound: Vec<String>,
    /// Filters around the present node: within one, any name may be an entry of the element.
    open: usize,
    found: Vec<Trouble>,
}

impl Walk<'_> {
    fn add(&mut self, code: Code, name: &str) {
        let trouble = Trouble { code, name: name.to_owned() };
        if !self.found.contains(&trouble) {
            self.found.push(trouble);
        }
    }

    fn is_bound(&self, name: &str) -> bool {
        (self.known)(name) || self.bound.iter().any(|bound| bound == name)
    }

    fn all<'n>(&mut self, nodes: impl IntoIterator<Item = &'n AstNode>) {
        for node in nodes {
            self.node(node);
        }
    }

    fn value(&mut self, name: &str) {
        if self.is_bound(name) {
            return;
        }
        if matches!(name, "now" | "today") {
            self.add(Code::Clock, name);
        } else if BOUNDED.contains(&name) {
            self.add(Code::FunctionAsValue, name);
        } else if Bif::from_str(name).is_err() && self.open == 0 {
            self.add(Code::UnknownName, name);
        }
    }

    fn node(&mut self, node: &AstNode) {
        let mark = self.bound.len();
        match node {
            AstNode::Name(name) => self.value(name.as_str()),
            AstNode::QualifiedName(parts) => {
                if let Some(AstNode::QualifiedNameSegment(name)) = parts.first() {
                    self.value(name.as_str());
                }
            }
            AstNode::Path(left, _) | AstNode::InstanceOf(left, _) => self.node(left),
            AstNode::FunctionInvocation(function, arguments) => {
                match function.as_ref() {
                    AstNode::Name(name) if !self.is_bound(name.as_str()) => self.called(name.as_str(), arguments),
                    other => self.node(other),
                }
                self.node(arguments);
            }
            AstNode::Context(entries) => {
                for entry in entries {
                    if let AstNode::ContextEntry(key, value) = entry {
                        let key = match key.as_ref() {
                            AstNode::ContextEntryKey(name) => name.to_string(),
                            _ => continue,
                        };
                        // A function may call itself by the name it is given.
                        if matches!(value.as_ref(), AstNode::FunctionDefinition(..)) {
                            self.bound.push(key);
                            self.node(value);
                        } else {
                            self.node(value);
                            self.bound.push(key);
                        }
                    }
                }
            }
            AstNode::For(contexts, body) => {
                self.bindings(contexts);
                self.bound.push("partial".to_owned());
                self.node(body);
            }
            AstNode::Some(contexts, body) | AstNode::Every(contexts, body) => {
                self.bindings(contexts);
                self.node(body);
            }
            AstNode::FunctionDefinition(parameters, body) => {
                for parameter in children(parameters) {
                    if let AstNode::FormalParameter(name, _) = parameter
                        && let AstNode::ParameterName(name) = name.as_ref()
                    {
                        self.bound.push(name.to_string());
                    }
                }
                self.node(body);
            }
            AstNode::FunctionBody(_, true) => self.add(Code::External, "external"),
            AstNode::Filter(list, condition) => {
                self.node(list);
                self.open += 1;
                self.node(condition);
                self.open -= 1;
            }
            other => self.all(children(other)),
        }
        self.bound.truncate(mark);
    }

    fn called(&mut self, name: &str, arguments: &AstNode) {
        if matches!(name, "now" | "today") {
            // With arguments both are errors, which the evaluator says without looking at a clock.
            let reads = matches!(arguments, AstNode::PositionalParameters(list) if list.is_empty());
            if reads && !self.allowed.clock {
                self.add(Code::Clock, name);
            }
        } else if Bif::from_str(name).is_err() && self.open == 0 {
            self.add(Code::UnknownName, name);
        }
    }

    fn bindings(&mut self, contexts: &AstNode) {
        for context in children(contexts) {
            let parts = children(context);
            let Some((name, domain)) = parts.split_first() else { continue };
            self.all(domain.iter().copied());
            if let AstNode::Name(name) = name {
                self.bound.push(name.to_string());
            }
        }
    }
}
