//! The children of a node of the dependency's syntax tree, in one place: all walks go through here.

use dsntk_feel_parser::AstNode;

macro_rules! children_of {
    ($node:expr, $box:ident, $all:ident) => {
        match $node {
            AstNode::Add(a, b)
            | AstNode::And(a, b)
            | AstNode::ContextEntry(a, b)
            | AstNode::ContextTypeEntry(a, b)
            | AstNode::Div(a, b)
            | AstNode::Eq(a, b)
            | AstNode::Every(a, b)
            | AstNode::Exp(a, b)
            | AstNode::Filter(a, b)
            | AstNode::For(a, b)
            | AstNode::FormalParameter(a, b)
            | AstNode::FunctionDefinition(a, b)
            | AstNode::FunctionInvocation(a, b)
            | AstNode::FunctionType(a, b)
            | AstNode::Ge(a, b)
            | AstNode::Gt(a, b)
            | AstNode::In(a, b)
            | AstNode::InstanceOf(a, b)
            | AstNode::IterationContextSingle(a, b)
            | AstNode::Le(a, b)
            | AstNode::Lt(a, b)
            | AstNode::Mul(a, b)
            | AstNode::NamedParameter(a, b)
            | AstNode::Nq(a, b)
            | AstNode::Or(a, b)
            | AstNode::Out(a, b)
            | AstNode::Path(a, b)
            | AstNode::QuantifiedContext(a, b)
            | AstNode::Range(a, b)
            | AstNode::Some(a, b)
            | AstNode::Sub(a, b) => vec![a.$box(), b.$box()],
            AstNode::Between(a, b, c) | AstNode::If(a, b, c) | AstNode::IterationContextInterval(a, b, c) => {
                vec![a.$box(), b.$box(), c.$box()]
            }
            AstNode::EvaluatedExpression(a)
            | AstNode::FunctionBody(a, _)
            | AstNode::IntervalEnd(a, _)
            | AstNode::IntervalStart(a, _)
            | AstNode::ListType(a)
            | AstNode::Neg(a)
            | AstNode::RangeType(a)
            | AstNode::Satisfies(a)
            | AstNode::UnaryGe(a)
            | AstNode::UnaryGt(a)
            | AstNode::UnaryLe(a)
            | AstNode::UnaryLt(a)
            | AstNode::UnaryEq(a)
            | AstNode::UnaryNe(a) => vec![a.$box()],
            AstNode::CommaList(items)
            | AstNode::Context(items)
            | AstNode::ContextType(items)
            | AstNode::ExpressionList(items)
            | AstNode::FormalParameters(items)
            | AstNode::IterationContexts(items)
            | AstNode::List(items)
            | AstNode::NamedParameters(items)
            | AstNode::NegatedList(items)
            | AstNode::ParameterTypes(items)
            | AstNode::PositionalParameters(items)
            | AstNode::QualifiedName(items)
            | AstNode::QuantifiedContexts(items) => items.$all().collect(),
            AstNode::At(_)
            | AstNode::Boolean(_)
            | AstNode::ContextEntryKey(_)
            | AstNode::ContextTypeEntryKey(_)
            | AstNode::FeelType(_)
            | AstNode::Irrelevant
            | AstNode::Name(_)
            | AstNode::Null
            | AstNode::Numeric(..)
            | AstNode::ParameterName(_)
            | AstNode::QualifiedNameSegment(_)
            | AstNode::String(_) => Vec::new(),
        }
    };
}

/// The node's children, in the order of the text.
pub(crate) fn children(node: &AstNode) -> Vec<&AstNode> {
    children_of!(node, as_ref, iter)
}

/// The node's children, to change them.
pub(crate) fn children_mut(node: &mut AstNode) -> Vec<&mut AstNode> {
    children_of!(node, as_mut, iter_mut)
}

/// Levels of a tree, counted without recursion.
pub(crate) fn levels(node: &AstNode) -> usize {
    let mut open = vec![(node, 1)];
    let mut deepest = 0;
    while let Some((node, level)) = open.pop() {
        deepest = deepest.max(level);
        open.extend(children(node).into_iter().map(|child| (child, level + 1)));
    }
    deepest
}
