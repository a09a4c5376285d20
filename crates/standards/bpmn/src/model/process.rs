//! Processes, lanes and global tasks (BPMN 2.0.2 §10.2, 10.3.7, 10.8).

use super::activity::ResourceRole;
use super::base::{Base, Reference};
use super::data::{InputOutputBinding, InputOutputSpecification, Property};
use super::flow::Content;
use super::read::Reader;
use super::root::CorrelationSubscription;
use crate::tree::Node;

/// A process.
#[derive(Clone, PartialEq, Debug)]
pub struct Process {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is to be run; `None`: not said.
    pub is_executable: Option<bool>,
    /// Whether nothing beyond what is modelled may happen between its partners.
    pub is_closed: bool,
    /// `None`, `Public` or `Private` as written.
    pub process_type: Option<String>,
    /// The collaboration that defines its partners.
    pub definitional_collaboration: Option<Reference>,
    /// Processes that this one conforms to.
    pub supports: Vec<Reference>,
    /// The interfaces by which it is offered.
    pub supported_interfaces: Vec<Reference>,
    /// What goes in and out when it is called.
    pub io_specification: Option<InputOutputSpecification>,
    /// Which input and output belong to which operation.
    pub io_bindings: Vec<InputOutputBinding>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// Who does it.
    pub resource_roles: Vec<ResourceRole>,
    /// How it fills correlation keys.
    pub correlation_subscriptions: Vec<CorrelationSubscription>,
    /// Its lanes, elements and artifacts.
    pub content: Content,
}

/// A partition of a process into lanes.
#[derive(Clone, PartialEq, Debug)]
pub struct LaneSet {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its lanes.
    pub lanes: Vec<Lane>,
}

/// A lane.
#[derive(Clone, PartialEq, Debug)]
pub struct Lane {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The element that all in it have in common.
    pub partition_element: Option<Reference>,
    /// The flow nodes that lie in it.
    pub flow_nodes: Vec<Reference>,
    /// Lanes within it.
    pub children: Option<LaneSet>,
}

/// A task that call activities can call.
#[derive(Clone, PartialEq, Debug)]
pub struct GlobalTask {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// What kind of task it is.
    pub kind: GlobalTaskKind,
    /// The interfaces by which it is offered.
    pub supported_interfaces: Vec<Reference>,
    /// What goes in and out when it is called.
    pub io_specification: Option<InputOutputSpecification>,
    /// Which input and output belong to which operation.
    pub io_bindings: Vec<InputOutputBinding>,
    /// Who does it.
    pub resource_roles: Vec<ResourceRole>,
}

/// The kinds of global tasks.
#[derive(Clone, PartialEq, Debug)]
pub enum GlobalTaskKind {
    /// Of no kind.
    Abstract,
    /// A person with software.
    User {
        /// The technology.
        implementation: Option<String>,
    },
    /// A person without software.
    Manual,
    /// A script.
    Script {
        /// Its MIME type.
        format: Option<String>,
        /// Its text.
        script: Option<String>,
    },
    /// A decision.
    BusinessRule {
        /// The technology.
        implementation: Option<String>,
    },
}

impl Process {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Process {
            base: Base::of(node),
            name: reader.text(node, "name"),
            is_executable: reader.flag(node, "isExecutable"),
            is_closed: reader.flag(node, "isClosed").unwrap_or(false),
            process_type: reader.text(node, "processType"),
            definitional_collaboration: reader.reference(node, "definitionalCollaborationRef"),
            supports: reader.child_references(node, "supports"),
            supported_interfaces: reader.child_references(node, "supportedInterfaceRef"),
            io_specification: node.first("ioSpecification").map(|node| InputOutputSpecification::of(node, reader)),
            io_bindings: reader.each(node, "ioBinding", InputOutputBinding::of),
            properties: reader.each(node, "property", Property::of),
            resource_roles: ResourceRole::all(node, reader),
            correlation_subscriptions: reader.each(node, "correlationSubscription", CorrelationSubscription::of),
            content: Content::of(node, reader),
        }
    }
}

impl LaneSet {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        LaneSet {
            base: Base::of(node),
            name: reader.text(node, "name"),
            lanes: reader.each(node, "lane", |node, reader| Lane {
                base: Base::of(node),
                name: reader.text(node, "name"),
                partition_element: reader.reference(node, "partitionElementRef"),
                flow_nodes: reader.child_references(node, "flowNodeRef"),
                children: node.first("childLaneSet").map(|node| LaneSet::of(node, reader)),
            }),
        }
    }
}

impl GlobalTask {
    /// `None` when the element is no global task.
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        let implementation = reader.text(node, "implementation");
        let kind = match node.local() {
            "globalTask" => GlobalTaskKind::Abstract,
            "globalUserTask" => GlobalTaskKind::User { implementation },
            "globalManualTask" => GlobalTaskKind::Manual,
            "globalScriptTask" => GlobalTaskKind::Script {
                format: reader.text(node, "scriptLanguage"),
                script: reader.child_text(node, "script"),
            },
            "globalBusinessRuleTask" => GlobalTaskKind::BusinessRule { implementation },
            _ => return None,
        };
        Some(GlobalTask {
            base: Base::of(node),
            name: reader.text(node, "name"),
            kind,
            supported_interfaces: reader.child_references(node, "supportedInterfaceRef"),
            io_specification: node.first("ioSpecification").map(|node| InputOutputSpecification::of(node, reader)),
            io_bindings: reader.each(node, "ioBinding", InputOutputBinding::of),
            resource_roles: ResourceRole::all(node, reader),
        })
    }
}
