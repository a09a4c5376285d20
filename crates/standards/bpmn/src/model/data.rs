//! Data: objects, stores, inputs and outputs, associations (BPMN 2.0.2 §10.4).

use super::base::{Base, Expression, Reference};
use super::read::Reader;
use crate::tree::Node;

/// A data object (§10.4.1).
#[derive(Clone, PartialEq, Debug)]
pub struct DataObject {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its item definition.
    pub item: Option<Reference>,
    /// Whether it is a collection.
    pub is_collection: bool,
}

/// A reference to a data object in a state.
#[derive(Clone, PartialEq, Debug)]
pub struct DataObjectReference {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The data object.
    pub data_object: Option<Reference>,
    /// Its item definition.
    pub item: Option<Reference>,
    /// The state's name.
    pub state: Option<String>,
}

/// A data store.
#[derive(Clone, PartialEq, Debug)]
pub struct DataStore {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its item definition.
    pub item: Option<Reference>,
    /// How much it holds.
    pub capacity: Option<i64>,
    /// Whether it holds without bound.
    pub is_unlimited: bool,
}

/// A reference to a data store.
#[derive(Clone, PartialEq, Debug)]
pub struct DataStoreReference {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The data store.
    pub data_store: Option<Reference>,
    /// Its item definition.
    pub item: Option<Reference>,
}

/// A property of a process, activity or event: data that no diagram shows.
#[derive(Clone, PartialEq, Debug)]
pub struct Property {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its item definition.
    pub item: Option<Reference>,
}

/// A data input or output, or the item of one run of a multi-instance activity.
#[derive(Clone, PartialEq, Debug)]
pub struct DataItem {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its item definition.
    pub item: Option<Reference>,
    /// Whether it is a collection.
    pub is_collection: bool,
}

/// What goes into and out of an activity or process (§10.4.1).
#[derive(Clone, PartialEq, Debug)]
pub struct InputOutputSpecification {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Inputs.
    pub inputs: Vec<DataItem>,
    /// Outputs.
    pub outputs: Vec<DataItem>,
    /// Which inputs belong together; the first filled one is used.
    pub input_sets: Vec<InputSet>,
    /// Which outputs belong together.
    pub output_sets: Vec<OutputSet>,
}

/// Inputs that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct InputSet {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its inputs.
    pub inputs: Vec<Reference>,
    /// Those that may be missing at the start.
    pub optional: Vec<Reference>,
    /// Those that may come while the activity runs.
    pub while_executing: Vec<Reference>,
    /// The output sets that it leads to.
    pub output_sets: Vec<Reference>,
}

/// Outputs that belong together.
#[derive(Clone, PartialEq, Debug)]
pub struct OutputSet {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its outputs.
    pub outputs: Vec<Reference>,
    /// Those that may be missing at the end.
    pub optional: Vec<Reference>,
    /// Those that may be given while the activity runs.
    pub while_executing: Vec<Reference>,
    /// The input sets that it follows from.
    pub input_sets: Vec<Reference>,
}

/// Which input and output of a callable element belong to an operation.
#[derive(Clone, PartialEq, Debug)]
pub struct InputOutputBinding {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The operation.
    pub operation: Option<Reference>,
    /// The input.
    pub input: Option<Reference>,
    /// The output.
    pub output: Option<Reference>,
}

/// Whether an association fills an input or uses an output.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssociationSide {
    /// Fills an input.
    Input,
    /// Uses an output.
    Output,
}

/// How data goes from one place to another.
#[derive(Clone, PartialEq, Debug)]
pub struct DataAssociation {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Which way.
    pub side: AssociationSide,
    /// Where the data comes from.
    pub sources: Vec<Reference>,
    /// Where it goes.
    pub target: Option<Reference>,
    /// What is made of it on the way.
    pub transformation: Option<Expression>,
    /// Parts of it, one by one.
    pub assignments: Vec<Assignment>,
}

/// One part of a data association.
#[derive(Clone, PartialEq, Debug)]
pub struct Assignment {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// What is read.
    pub from: Option<Expression>,
    /// Where it is written.
    pub to: Option<Expression>,
}

impl DataObject {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        DataObject {
            base: Base::of(node),
            name: reader.text(node, "name"),
            item: reader.reference(node, "itemSubjectRef"),
            is_collection: reader.flag(node, "isCollection").unwrap_or(false),
        }
    }
}

impl DataObjectReference {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        DataObjectReference {
            base: Base::of(node),
            name: reader.text(node, "name"),
            data_object: reader.reference(node, "dataObjectRef"),
            item: reader.reference(node, "itemSubjectRef"),
            state: node.first("dataState").and_then(|state| reader.text(state, "name")),
        }
    }
}

impl DataStore {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        DataStore {
            base: Base::of(node),
            name: reader.text(node, "name"),
            item: reader.reference(node, "itemSubjectRef"),
            capacity: reader.number(node, "capacity"),
            is_unlimited: reader.flag(node, "isUnlimited").unwrap_or(true),
        }
    }
}

impl DataStoreReference {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        DataStoreReference {
            base: Base::of(node),
            name: reader.text(node, "name"),
            data_store: reader.reference(node, "dataStoreRef"),
            item: reader.reference(node, "itemSubjectRef"),
        }
    }
}

impl Property {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        let item = reader.reference(node, "itemSubjectRef");
        Property { base: Base::of(node), name: reader.text(node, "name"), item }
    }
}

impl DataItem {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        DataItem {
            base: Base::of(node),
            name: reader.text(node, "name"),
            item: reader.reference(node, "itemSubjectRef"),
            is_collection: reader.flag(node, "isCollection").unwrap_or(false),
        }
    }
}

impl InputOutputSpecification {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        InputOutputSpecification {
            base: Base::of(node),
            inputs: reader.each(node, "dataInput", DataItem::of),
            outputs: reader.each(node, "dataOutput", DataItem::of),
            input_sets: reader.each(node, "inputSet", InputSet::of),
            output_sets: reader.each(node, "outputSet", OutputSet::of),
        }
    }
}

impl InputSet {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        InputSet {
            base: Base::of(node),
            name: reader.text(node, "name"),
            inputs: reader.child_references(node, "dataInputRefs"),
            optional: reader.child_references(node, "optionalInputRefs"),
            while_executing: reader.child_references(node, "whileExecutingInputRefs"),
            output_sets: reader.child_references(node, "outputSetRefs"),
        }
    }
}

impl OutputSet {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        OutputSet {
            base: Base::of(node),
            name: reader.text(node, "name"),
            outputs: reader.child_references(node, "dataOutputRefs"),
            optional: reader.child_references(node, "optionalOutputRefs"),
            while_executing: reader.child_references(node, "whileExecutingOutputRefs"),
            input_sets: reader.child_references(node, "inputSetRefs"),
        }
    }
}

impl InputOutputBinding {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        InputOutputBinding {
            base: Base::of(node),
            operation: reader.reference(node, "operationRef"),
            input: reader.reference(node, "inputDataRef"),
            output: reader.reference(node, "outputDataRef"),
        }
    }
}

impl AssociationSide {
    /// The data associations of an activity or event, in the order of the text.
    pub(super) fn all(node: Node<'_>, reader: Reader<'_>) -> Vec<DataAssociation> {
        let sides = node.elements().filter_map(|child| match child.local() {
            "dataInputAssociation" if child.is("dataInputAssociation") => Some((AssociationSide::Input, child)),
            "dataOutputAssociation" if child.is("dataOutputAssociation") => Some((AssociationSide::Output, child)),
            _ => None,
        });
        sides
            .map(|(side, node)| DataAssociation {
                base: Base::of(node),
                side,
                sources: reader.child_references(node, "sourceRef"),
                target: reader.child_reference(node, "targetRef"),
                transformation: reader.expression(node, "transformation"),
                assignments: reader.each(node, "assignment", |node, reader| Assignment {
                    base: Base::of(node),
                    from: reader.expression(node, "from"),
                    to: reader.expression(node, "to"),
                }),
            })
            .collect()
    }
}
