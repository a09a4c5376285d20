//! Activities (BPMN 2.0.2 §10.3).

use super::base::{Base, Expression, Reference};
use super::data::{AssociationSide, DataAssociation, DataItem, InputOutputSpecification, Property};
use super::event::{Event, EventPlace};
use super::flow::Content;
use super::read::Reader;
use crate::tree::{Node, NodeId};

/// A task, call activity or sub-process.
#[derive(Clone, PartialEq, Debug)]
pub struct Activity {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Flows that the file lists as incoming.
    pub incoming: Vec<Reference>,
    /// Flows that the file lists as outgoing.
    pub outgoing: Vec<Reference>,
    /// The outgoing flow taken when no condition holds.
    pub default: Option<Reference>,
    /// Whether it runs only to compensate.
    pub is_for_compensation: bool,
    /// Tokens that must arrive before it starts. Default 1.
    pub start_quantity: i64,
    /// Tokens that it sends on. Default 1.
    pub completion_quantity: i64,
    /// How often it runs.
    pub repetition: Option<Loop>,
    /// What goes in and out.
    pub io_specification: Option<InputOutputSpecification>,
    /// How inputs are filled and outputs used, in the order of the text.
    pub data_associations: Vec<DataAssociation>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// Who does it.
    pub resource_roles: Vec<ResourceRole>,
    /// What kind it is.
    pub kind: ActivityKind,
}

/// The kinds of activities.
#[derive(Clone, PartialEq, Debug)]
pub enum ActivityKind {
    /// A task of no kind.
    Task,
    /// A service is called.
    Service {
        /// The technology.
        implementation: Option<String>,
        /// The operation.
        operation: Option<Reference>,
    },
    /// A message is sent.
    Send {
        /// The technology.
        implementation: Option<String>,
        /// The operation.
        operation: Option<Reference>,
        /// The message.
        message: Option<Reference>,
    },
    /// A message is waited for.
    Receive {
        /// The technology.
        implementation: Option<String>,
        /// The operation.
        operation: Option<Reference>,
        /// The message.
        message: Option<Reference>,
        /// Whether it starts instances.
        instantiate: bool,
    },
    /// A person with software.
    User {
        /// The technology.
        implementation: Option<String>,
        /// Its `rendering` elements.
        renderings: Vec<NodeId>,
    },
    /// A person without software.
    Manual,
    /// A decision.
    BusinessRule {
        /// The technology.
        implementation: Option<String>,
    },
    /// A script.
    Script {
        /// Its MIME type.
        format: Option<String>,
        /// Its text.
        script: Option<String>,
    },
    /// A process or global task is called.
    Call {
        /// Which.
        called_element: Option<Reference>,
    },
    /// A sub-process.
    SubProcess(Box<SubProcess>),
}

/// A sub-process of any kind.
#[derive(Clone, PartialEq, Debug)]
pub struct SubProcess {
    /// Whether it is an event sub-process.
    pub triggered_by_event: bool,
    /// What kind it is.
    pub kind: SubProcessKind,
    /// Its lanes, elements and artifacts.
    pub content: Content,
}

/// The kinds of sub-processes.
#[derive(Clone, PartialEq, Debug)]
pub enum SubProcessKind {
    /// A plain one.
    Embedded,
    /// One that can be cancelled as a whole.
    Transaction {
        /// How it is undone.
        method: Option<String>,
    },
    /// One whose activities start in no fixed order.
    AdHoc {
        /// Whether its activities may run side by side.
        ordering: Ordering,
        /// When it ends.
        completion_condition: Option<Box<Expression>>,
        /// Whether what still runs then is ended.
        cancel_remaining: bool,
    },
}

/// Whether activities of an ad-hoc sub-process may run side by side.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ordering {
    /// They may.
    Parallel,
    /// One at a time.
    Sequential,
}

/// How often an activity runs (§10.3.8).
#[derive(Clone, PartialEq, Debug)]
pub enum Loop {
    /// While a condition holds.
    Standard(Box<StandardLoop>),
    /// A number of times, known at its start.
    MultiInstance(Box<MultiInstance>),
}

/// A loop while a condition holds.
#[derive(Clone, PartialEq, Debug)]
pub struct StandardLoop {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Whether the condition is looked at before each run, not after.
    pub test_before: bool,
    /// The greatest number of runs.
    pub maximum: Option<i64>,
    /// The condition to go on.
    pub condition: Option<Expression>,
}

/// A run per number or item.
#[derive(Clone, PartialEq, Debug)]
pub struct MultiInstance {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Whether runs follow one another.
    pub is_sequential: bool,
    /// When it throws.
    pub behavior: FlowCondition,
    /// The number of runs.
    pub cardinality: Option<Expression>,
    /// The collection with an item per run.
    pub data_input: Option<Reference>,
    /// The collection of results.
    pub data_output: Option<Reference>,
    /// The item of one run.
    pub input_item: Option<DataItem>,
    /// The result of one run.
    pub output_item: Option<DataItem>,
    /// Its own throws, for [`FlowCondition::Complex`].
    pub complex_behaviors: Vec<ComplexBehavior>,
    /// When the rest is ended.
    pub completion_condition: Option<Expression>,
    /// What [`FlowCondition::One`] throws.
    pub one_behavior_event: Option<Reference>,
    /// What [`FlowCondition::None`] throws.
    pub none_behavior_event: Option<Reference>,
}

/// When a multi-instance activity throws an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FlowCondition {
    /// At each completion of a run.
    None,
    /// At the first.
    One,
    /// Never.
    All,
    /// By conditions of its own.
    Complex,
}

/// A throw of a multi-instance activity under a condition.
#[derive(Clone, PartialEq, Debug)]
pub struct ComplexBehavior {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// When.
    pub condition: Option<Expression>,
    /// What is thrown.
    pub event: Option<Event>,
}

/// Who does an activity (§10.3.1).
#[derive(Clone, PartialEq, Debug)]
pub struct ResourceRole {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// In what role.
    pub kind: RoleKind,
    /// The resource.
    pub resource: Option<Reference>,
    /// Values of the resource's parameters.
    pub bindings: Vec<ResourceParameterBinding>,
    /// The expression that names who.
    pub assignment: Option<Expression>,
}

/// The roles of a resource.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RoleKind {
    /// Not said.
    Resource,
    /// Does it.
    Performer,
    /// A person who does it.
    HumanPerformer,
    /// A person who may take it.
    PotentialOwner,
}

/// The value of a parameter of a resource.
#[derive(Clone, PartialEq, Debug)]
pub struct ResourceParameterBinding {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// The parameter.
    pub parameter: Option<Reference>,
    /// Its value.
    pub value: Option<Expression>,
}

impl Activity {
    /// `None` when the element is no activity.
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        let kind = ActivityKind::of(node, reader)?;
        Some(Activity {
            base: Base::of(node),
            name: reader.text(node, "name"),
            incoming: reader.child_references(node, "incoming"),
            outgoing: reader.child_references(node, "outgoing"),
            default: reader.reference(node, "default"),
            is_for_compensation: reader.flag(node, "isForCompensation").unwrap_or(false),
            start_quantity: reader.number(node, "startQuantity").unwrap_or(1),
            completion_quantity: reader.number(node, "completionQuantity").unwrap_or(1),
            repetition: node.elements().find_map(|child| Loop::of(child, reader)),
            io_specification: node.first("ioSpecification").map(|node| InputOutputSpecification::of(node, reader)),
            data_associations: AssociationSide::all(node, reader),
            properties: reader.each(node, "property", Property::of),
            resource_roles: ResourceRole::all(node, reader),
            kind,
        })
    }
}

impl ActivityKind {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let implementation = || reader.text(node, "implementation");
        let operation = || reader.reference(node, "operationRef");
        let message = || reader.reference(node, "messageRef");
        Some(match node.local() {
            "task" => ActivityKind::Task,
            "serviceTask" => ActivityKind::Service { implementation: implementation(), operation: operation() },
            "sendTask" => {
                ActivityKind::Send { implementation: implementation(), operation: operation(), message: message() }
            }
            "receiveTask" => ActivityKind::Receive {
                implementation: implementation(),
                operation: operation(),
                message: message(),
                instantiate: reader.flag(node, "instantiate").unwrap_or(false),
            },
            "userTask" => ActivityKind::User {
                implementation: implementation(),
                renderings: node.all("rendering").map(Node::id).collect(),
            },
            "manualTask" => ActivityKind::Manual,
            "businessRuleTask" => ActivityKind::BusinessRule { implementation: implementation() },
            "scriptTask" => ActivityKind::Script {
                format: reader.text(node, "scriptFormat"),
                script: reader.child_text(node, "script"),
            },
            "callActivity" => ActivityKind::Call { called_element: reader.reference(node, "calledElement") },
            "subProcess" => sub_process(node, reader, SubProcessKind::Embedded),
            "transaction" => {
                sub_process(node, reader, SubProcessKind::Transaction { method: reader.text(node, "method") })
            }
            "adHocSubProcess" => sub_process(
                node,
                reader,
                SubProcessKind::AdHoc {
                    ordering: match node.attribute("ordering").as_deref() {
                        Some("Sequential") => Ordering::Sequential,
                        _ => Ordering::Parallel,
                    },
                    completion_condition: reader.boxed_expression(node, "completionCondition"),
                    cancel_remaining: reader.flag(node, "cancelRemainingInstances").unwrap_or(true),
                },
            ),
            _ => return None,
        })
    }
}

fn sub_process(node: Node<'_>, reader: Reader<'_>, kind: SubProcessKind) -> ActivityKind {
    ActivityKind::SubProcess(Box::new(SubProcess {
        triggered_by_event: reader.flag(node, "triggeredByEvent").unwrap_or(false),
        kind,
        content: Content::of(node, reader),
    }))
}

impl Loop {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if node.is("standardLoopCharacteristics") {
            return Some(Loop::Standard(Box::new(StandardLoop {
                base: Base::of(node),
                test_before: reader.flag(node, "testBefore").unwrap_or(false),
                maximum: reader.number(node, "loopMaximum"),
                condition: reader.expression(node, "loopCondition"),
            })));
        }
        if !node.is("multiInstanceLoopCharacteristics") {
            return None;
        }
        Some(Loop::MultiInstance(Box::new(MultiInstance {
            base: Base::of(node),
            is_sequential: reader.flag(node, "isSequential").unwrap_or(false),
            behavior: match node.attribute("behavior").as_deref() {
                Some("None") => FlowCondition::None,
                Some("One") => FlowCondition::One,
                Some("Complex") => FlowCondition::Complex,
                _ => FlowCondition::All,
            },
            cardinality: reader.expression(node, "loopCardinality"),
            data_input: reader.child_reference(node, "loopDataInputRef"),
            data_output: reader.child_reference(node, "loopDataOutputRef"),
            input_item: node.first("inputDataItem").map(|node| DataItem::of(node, reader)),
            output_item: node.first("outputDataItem").map(|node| DataItem::of(node, reader)),
            complex_behaviors: reader.each(node, "complexBehaviorDefinition", |node, reader| ComplexBehavior {
                base: Base::of(node),
                condition: reader.expression(node, "condition"),
                event: node.first("event").map(|event| Event::at(event, reader, EventPlace::Implicit)),
            }),
            completion_condition: reader.expression(node, "completionCondition"),
            one_behavior_event: reader.reference(node, "oneBehaviorEventRef"),
            none_behavior_event: reader.reference(node, "noneBehaviorEventRef"),
        })))
    }
}

impl ResourceRole {
    /// The roles of an activity, process or global task.
    pub(super) fn all(node: Node<'_>, reader: Reader<'_>) -> Vec<ResourceRole> {
        node.elements().filter_map(|child| ResourceRole::of(child, reader)).collect()
    }

    fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let kind = match node.local() {
            "resourceRole" => RoleKind::Resource,
            "performer" => RoleKind::Performer,
            "humanPerformer" => RoleKind::HumanPerformer,
            "potentialOwner" => RoleKind::PotentialOwner,
            _ => return None,
        };
        let assignment = node.first("resourceAssignmentExpression");
        Some(ResourceRole {
            base: Base::of(node),
            name: reader.text(node, "name"),
            kind,
            resource: reader.child_reference(node, "resourceRef"),
            bindings: reader.each(node, "resourceParameterBinding", |node, reader| ResourceParameterBinding {
                base: Base::of(node),
                parameter: reader.reference(node, "parameterRef"),
                value: expression_within(node, reader),
            }),
            assignment: assignment.and_then(|node| expression_within(node, reader)),
        })
    }
}

fn expression_within(node: Node<'_>, reader: Reader<'_>) -> Option<Expression> {
    reader.expression(node, "formalExpression").or_else(|| reader.expression(node, "expression"))
}
