//! What stands at the root beside processes: items, messages, signals, errors, interfaces, correlation
//! (BPMN 2.0.2 §8.4).

use super::base::{Base, Expression, Reference};
use super::read::Reader;
use crate::tree::Node;

/// A type of data or of physical things (§8.4.10).
#[derive(Clone, PartialEq, Debug)]
pub struct ItemDefinition {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The type in the type language. Kept as written: it is a name of that language.
    pub structure: Option<String>,
    /// Whether it is a collection.
    pub is_collection: bool,
    /// Whether it is physical rather than information.
    pub is_physical: bool,
}

/// A message (§8.4.11).
#[derive(Clone, PartialEq, Debug)]
pub struct Message {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name, by which it is matched.
    pub name: Option<String>,
    /// Its item definition.
    pub item: Option<Reference>,
}

/// A signal (§10.5.5).
#[derive(Clone, PartialEq, Debug)]
pub struct Signal {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name, by which it is matched.
    pub name: Option<String>,
    /// Its item definition.
    pub structure: Option<Reference>,
}

/// An error (§8.4.3).
#[derive(Clone, PartialEq, Debug)]
pub struct Error {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its code, by which it is caught.
    pub code: Option<String>,
    /// Its item definition.
    pub structure: Option<Reference>,
}

/// An escalation (§8.4.4).
#[derive(Clone, PartialEq, Debug)]
pub struct Escalation {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its code, by which it is caught.
    pub code: Option<String>,
    /// Its item definition.
    pub structure: Option<Reference>,
}

/// A service's interface (§8.5.1).
#[derive(Clone, PartialEq, Debug)]
pub struct Interface {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// What implements it.
    pub implementation: Option<String>,
    /// Its operations.
    pub operations: Vec<Operation>,
}

/// An operation of an interface (§8.5.3).
#[derive(Clone, PartialEq, Debug)]
pub struct Operation {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// What implements it.
    pub implementation: Option<String>,
    /// The message it takes.
    pub in_message: Option<Reference>,
    /// The message it gives.
    pub out_message: Option<Reference>,
    /// The errors it may give instead.
    pub errors: Vec<Reference>,
}

/// A named part of messages by which they are told apart (§8.4.2).
#[derive(Clone, PartialEq, Debug)]
pub struct CorrelationProperty {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its type, as written.
    pub item_type: Option<String>,
    /// How it is found in each message.
    pub retrievals: Vec<RetrievalExpression>,
}

/// Where a message holds a correlation property.
#[derive(Clone, PartialEq, Debug)]
pub struct RetrievalExpression {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The message.
    pub message: Option<Reference>,
    /// The path in it.
    pub path: Option<Expression>,
}

/// Properties that together make a key (§8.4.2).
#[derive(Clone, PartialEq, Debug)]
pub struct CorrelationKey {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its properties.
    pub properties: Vec<Reference>,
}

/// How a process fills a correlation key from its own data (§8.4.2).
#[derive(Clone, PartialEq, Debug)]
pub struct CorrelationSubscription {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The key.
    pub key: Option<Reference>,
    /// One binding per property.
    pub bindings: Vec<PropertyBinding>,
}

/// Where a process holds a correlation property.
#[derive(Clone, PartialEq, Debug)]
pub struct PropertyBinding {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The property.
    pub property: Option<Reference>,
    /// The path in the process's data.
    pub path: Option<Expression>,
}

/// Somebody or something that does work (§8.4.12).
#[derive(Clone, PartialEq, Debug)]
pub struct Resource {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
}

/// A category with its values, which groups name (§8.4.1).
#[derive(Clone, PartialEq, Debug)]
pub struct Category {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Ids and words of its values.
    pub values: Vec<(Option<String>, Option<String>)>,
}

impl ItemDefinition {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        ItemDefinition {
            base: Base::of(node),
            structure: reader.text(node, "structureRef"),
            is_collection: reader.flag(node, "isCollection").unwrap_or(false),
            is_physical: node.attribute("itemKind").as_deref() == Some("Physical"),
        }
    }
}

impl Message {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Message { base: Base::of(node), name: reader.text(node, "name"), item: reader.reference(node, "itemRef") }
    }
}

impl Signal {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        let structure = reader.reference(node, "structureRef");
        Signal { base: Base::of(node), name: reader.text(node, "name"), structure }
    }
}

impl Error {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Error {
            base: Base::of(node),
            name: reader.text(node, "name"),
            code: reader.text(node, "errorCode"),
            structure: reader.reference(node, "structureRef"),
        }
    }
}

impl Escalation {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Escalation {
            base: Base::of(node),
            name: reader.text(node, "name"),
            code: reader.text(node, "escalationCode"),
            structure: reader.reference(node, "structureRef"),
        }
    }
}

impl Interface {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Interface {
            base: Base::of(node),
            name: reader.text(node, "name"),
            implementation: reader.text(node, "implementationRef"),
            operations: reader.each(node, "operation", Operation::of),
        }
    }
}

impl Operation {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Operation {
            base: Base::of(node),
            name: reader.text(node, "name"),
            implementation: reader.text(node, "implementationRef"),
            in_message: reader.child_reference(node, "inMessageRef"),
            out_message: reader.child_reference(node, "outMessageRef"),
            errors: reader.child_references(node, "errorRef"),
        }
    }
}

impl CorrelationProperty {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        CorrelationProperty {
            base: Base::of(node),
            name: reader.text(node, "name"),
            item_type: reader.text(node, "type"),
            retrievals: reader.each(node, "correlationPropertyRetrievalExpression", |node, reader| {
                RetrievalExpression {
                    base: Base::of(node),
                    message: reader.reference(node, "messageRef"),
                    path: reader.expression(node, "messagePath"),
                }
            }),
        }
    }
}

impl CorrelationKey {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        CorrelationKey {
            base: Base::of(node),
            name: reader.text(node, "name"),
            properties: reader.child_references(node, "correlationPropertyRef"),
        }
    }
}

impl CorrelationSubscription {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        CorrelationSubscription {
            base: Base::of(node),
            key: reader.reference(node, "correlationKeyRef"),
            bindings: reader.each(node, "correlationPropertyBinding", |node, reader| PropertyBinding {
                base: Base::of(node),
                property: reader.reference(node, "correlationPropertyRef"),
                path: reader.expression(node, "dataPath"),
            }),
        }
    }
}

impl Resource {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Resource { base: Base::of(node), name: reader.text(node, "name") }
    }
}

impl Category {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Category {
            base: Base::of(node),
            name: reader.text(node, "name"),
            values: reader
                .each(node, "categoryValue", |node, reader| (reader.text(node, "id"), reader.text(node, "value"))),
        }
    }
}
