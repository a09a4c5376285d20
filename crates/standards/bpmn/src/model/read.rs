//! Reading values of attributes and children.

use std::borrow::Cow;

use super::base::{Expression, Reference};
use crate::tree::Node;

/// Reads values in a file of one target namespace.
#[derive(Clone, Copy)]
pub(super) struct Reader<'t> {
    pub(super) target: &'t str,
}

impl Reader<'_> {
    pub(super) fn text(self, node: Node<'_>, attribute: &str) -> Option<String> {
        node.attribute(attribute).map(Cow::into_owned)
    }

    /// A boolean of XML schema.
    pub(super) fn flag(self, node: Node<'_>, attribute: &str) -> Option<bool> {
        match node.attribute(attribute)?.trim() {
            "true" | "1" => Some(true),
            "false" | "0" => Some(false),
            _ => None,
        }
    }

    pub(super) fn number(self, node: Node<'_>, attribute: &str) -> Option<i64> {
        node.attribute(attribute)?.trim().parse().ok()
    }

    pub(super) fn reference(self, node: Node<'_>, attribute: &str) -> Option<Reference> {
        node.attribute(attribute).map(|name| Reference::of(node, &name, self.target))
    }

    pub(super) fn child_text(self, node: Node<'_>, child: &'static str) -> Option<String> {
        node.first(child).map(|child| child.text().into_owned())
    }

    pub(super) fn child_reference(self, node: Node<'_>, child: &'static str) -> Option<Reference> {
        node.first(child).map(|child| Reference::of(child, &child.text(), self.target))
    }

    pub(super) fn child_references(self, node: Node<'_>, child: &'static str) -> Vec<Reference> {
        node.all(child).map(|child| Reference::of(child, &child.text(), self.target)).collect()
    }

    pub(super) fn expression(self, node: Node<'_>, child: &'static str) -> Option<Expression> {
        node.first(child).map(|child| Expression::of(child, self))
    }

    /// The same on the heap, for variants that would else dwarf their siblings.
    pub(super) fn boxed_expression(self, node: Node<'_>, child: &'static str) -> Option<Box<Expression>> {
        self.expression(node, child).map(Box::new)
    }

    /// What `read` makes of each child of a name.
    pub(super) fn each<T>(self, node: Node<'_>, child: &'static str, read: impl Fn(Node<'_>, Self) -> T) -> Vec<T> {
        node.all(child).map(|child| read(child, self)).collect()
    }
}
