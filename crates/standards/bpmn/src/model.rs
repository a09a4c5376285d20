//! The semantic model of a BPMN file, typed.
//!
//! Made from the tree, it never fails: foreign elements and attributes stay in the tree, a value that makes no sense
//! is read as if it were absent, and [`crate::lint`] says so. Enumerations follow the standard's class diagrams
//! (BPMN 2.0.2 chapters 8 to 12); defaults are those of its XML schema (chapter 15).
//!
//! Every element carries its [`Base`]: the tree node, its place, its id, its documentation, its extensions.

mod activity;
mod base;
mod collaboration;
mod data;
mod definitions;
mod event;
mod flow;
mod gateway;
mod interchange;
mod process;
mod read;
mod root;

pub use activity::{
    Activity, ActivityKind, ComplexBehavior, FlowCondition, Loop, MultiInstance, Ordering, ResourceParameterBinding,
    ResourceRole, RoleKind, StandardLoop, SubProcess, SubProcessKind,
};
pub(crate) use base::is_formal;
pub use base::{Base, Documentation, Expression, Reference};
pub use collaboration::{
    Choreography, Collaboration, Conversation, ConversationKind, MessageFlow, Multiplicity, Participant,
};
pub use data::{
    Assignment, AssociationSide, DataAssociation, DataItem, DataObject, DataObjectReference, DataStore,
    DataStoreReference, InputOutputBinding, InputOutputSpecification, InputSet, OutputSet, Property,
};
pub use definitions::{Definitions, Import};
pub use event::{Event, EventDefinition, EventDefinitionKind, EventPlace, Trigger};
pub use flow::{
    Artifact, ArtifactKind, AssociationDirection, ChoreographyActivity, Content, FlowElement, SequenceFlow,
};
pub use gateway::{Direction, EventGatewayType, Gateway, GatewayKind};
pub use interchange::{Bounds, Diagram, Edge, Label, Plane, Point, Shape};
pub use process::{GlobalTask, GlobalTaskKind, Lane, LaneSet, Process};
pub use root::{
    Category, CorrelationKey, CorrelationProperty, CorrelationSubscription, Error, Escalation, Interface,
    ItemDefinition, Message, Operation, PropertyBinding, Resource, RetrievalExpression, Signal,
};

use crate::tree::{Document, Fault, Limits, Node};

/// A BPMN file: its text and what it says.
#[derive(Clone, Debug)]
pub struct Model {
    /// The text, lossless.
    pub document: Document,
    /// What it says.
    pub definitions: Definitions,
}

impl Model {
    /// Reads a file within the default limits.
    pub fn read(bytes: &[u8]) -> Result<Model, Fault> {
        Document::read(bytes).map(Model::of)
    }

    /// Reads a file within `limits`.
    pub fn read_within(bytes: &[u8], limits: &Limits) -> Result<Model, Fault> {
        Document::read_within(bytes, limits).map(Model::of)
    }

    /// What a document says. One whose root is no BPMN `definitions` says nothing.
    pub fn of(document: Document) -> Model {
        let definitions = Definitions::of(document.root());
        Model { document, definitions }
    }

    /// The tree node of an element.
    pub fn node(&self, base: &Base) -> Node<'_> {
        self.document.node(base.node)
    }

    /// The definitions of an event in the order of the text, those by reference included. A reference that leads
    /// nowhere is left out.
    pub fn triggers<'m>(&'m self, event: &'m Event) -> Vec<&'m EventDefinition> {
        event
            .triggers
            .iter()
            .filter_map(|trigger| match trigger {
                Trigger::Inline(definition) => Some(definition),
                Trigger::Reference(reference) => {
                    let id = reference.local()?;
                    let node = self.document.by_id(id)?.id();
                    // They stand in the order of the text, as node ids do.
                    let definitions = &self.definitions.event_definitions;
                    let at = definitions.binary_search_by_key(&node, |definition| definition.base.node).ok()?;
                    Some(&definitions[at])
                }
            })
            .collect()
    }
}
