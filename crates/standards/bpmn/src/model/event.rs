//! Events and what triggers them (BPMN 2.0.2 §10.5).

use super::base::{Base, Expression, Reference};
use super::data::{AssociationSide, DataAssociation, DataItem, InputSet, OutputSet, Property};
use super::read::Reader;
use crate::tree::Node;

/// An event.
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Flows that the file lists as incoming.
    pub incoming: Vec<Reference>,
    /// Flows that the file lists as outgoing.
    pub outgoing: Vec<Reference>,
    /// Where it stands.
    pub place: EventPlace,
    /// Whether all its definitions must come, not any.
    pub parallel_multiple: bool,
    /// Its definitions in the order of the text; see [`super::Model::triggers`].
    pub triggers: Vec<Trigger>,
    /// Its properties.
    pub properties: Vec<Property>,
    /// What a throw event takes in.
    pub data_inputs: Vec<DataItem>,
    /// What a catch event gives out.
    pub data_outputs: Vec<DataItem>,
    /// Which inputs belong together.
    pub input_set: Option<InputSet>,
    /// Which outputs belong together.
    pub output_set: Option<OutputSet>,
    /// How its inputs are filled or its outputs used.
    pub associations: Vec<DataAssociation>,
}

/// Where an event stands in the flow.
#[derive(Clone, PartialEq, Debug)]
pub enum EventPlace {
    /// At the start.
    Start {
        /// For event sub-processes: whether the rest of the parent ends.
        is_interrupting: bool,
    },
    /// In the flow, waiting.
    IntermediateCatch,
    /// In the flow, throwing.
    IntermediateThrow,
    /// On the border of an activity.
    Boundary {
        /// The activity.
        attached_to: Option<Reference>,
        /// Whether the activity ends.
        cancel_activity: bool,
    },
    /// At the end.
    End,
    /// Thrown by a multi-instance activity.
    Implicit,
}

/// A definition of an event, inline or by reference.
#[derive(Clone, PartialEq, Debug)]
pub enum Trigger {
    /// Within the event.
    Inline(EventDefinition),
    /// At the root, or in another file.
    Reference(Reference),
}

/// What triggers an event or what it throws (§10.5.5).
#[derive(Clone, PartialEq, Debug)]
pub struct EventDefinition {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// What it is.
    pub kind: EventDefinitionKind,
}

/// The kinds of event definitions.
#[derive(Clone, PartialEq, Debug)]
pub enum EventDefinitionKind {
    /// A message.
    Message {
        /// Which.
        message: Option<Reference>,
        /// The operation it belongs to.
        operation: Option<Reference>,
    },
    /// A time. Exactly one of the three is meant to be there.
    Timer {
        /// A date and time.
        date: Option<Box<Expression>>,
        /// A repeating interval.
        cycle: Option<Box<Expression>>,
        /// A duration.
        duration: Option<Box<Expression>>,
    },
    /// A signal.
    Signal {
        /// Which.
        signal: Option<Reference>,
    },
    /// A condition that becomes true.
    Conditional {
        /// Which.
        condition: Option<Box<Expression>>,
    },
    /// An error; without one: any.
    Error {
        /// Which.
        error: Option<Reference>,
    },
    /// An escalation; without one: any.
    Escalation {
        /// Which.
        escalation: Option<Reference>,
    },
    /// Compensation.
    Compensate {
        /// The activity to compensate; without one: the scope.
        activity: Option<Reference>,
        /// Whether the thrower waits.
        wait_for_completion: bool,
    },
    /// Cancellation of a transaction.
    Cancel,
    /// A jump within one level.
    Link {
        /// The name that source and target share.
        name: Option<String>,
        /// The throwing definitions, where the file names them.
        sources: Vec<Reference>,
        /// The catching definition, where the file names it.
        target: Option<Reference>,
    },
    /// The end of its scope.
    Terminate,
}

impl Event {
    /// `None` when the element is no event.
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let place = match node.local() {
            "startEvent" => EventPlace::Start { is_interrupting: reader.flag(node, "isInterrupting").unwrap_or(true) },
            "intermediateCatchEvent" => EventPlace::IntermediateCatch,
            "intermediateThrowEvent" => EventPlace::IntermediateThrow,
            "boundaryEvent" => EventPlace::Boundary {
                attached_to: reader.reference(node, "attachedToRef"),
                cancel_activity: reader.flag(node, "cancelActivity").unwrap_or(true),
            },
            "endEvent" => EventPlace::End,
            "implicitThrowEvent" => EventPlace::Implicit,
            _ => return None,
        };
        Some(Event::at(node, reader, place))
    }

    pub(super) fn at(node: Node<'_>, reader: Reader<'_>, place: EventPlace) -> Self {
        Event {
            base: Base::of(node),
            name: reader.text(node, "name"),
            incoming: reader.child_references(node, "incoming"),
            outgoing: reader.child_references(node, "outgoing"),
            place,
            parallel_multiple: reader.flag(node, "parallelMultiple").unwrap_or(false),
            triggers: node
                .elements()
                .filter_map(|child| match child.is("eventDefinitionRef") {
                    true => Some(Trigger::Reference(Reference::of(child, &child.text(), reader.target))),
                    false => definition(child, reader).map(Trigger::Inline),
                })
                .collect(),
            properties: reader.each(node, "property", Property::of),
            data_inputs: reader.each(node, "dataInput", DataItem::of),
            data_outputs: reader.each(node, "dataOutput", DataItem::of),
            input_set: node.first("inputSet").map(|node| InputSet::of(node, reader)),
            output_set: node.first("outputSet").map(|node| OutputSet::of(node, reader)),
            associations: AssociationSide::all(node, reader),
        }
    }
}

/// The event definition that an element is; `None` when it is none.
pub(super) fn definition(node: Node<'_>, reader: Reader<'_>) -> Option<EventDefinition> {
    if !node.is(node.local()) {
        return None;
    }
    let kind = match node.local() {
        "messageEventDefinition" => EventDefinitionKind::Message {
            message: reader.reference(node, "messageRef"),
            operation: reader.child_reference(node, "operationRef"),
        },
        "timerEventDefinition" => EventDefinitionKind::Timer {
            date: reader.boxed_expression(node, "timeDate"),
            cycle: reader.boxed_expression(node, "timeCycle"),
            duration: reader.boxed_expression(node, "timeDuration"),
        },
        "signalEventDefinition" => EventDefinitionKind::Signal { signal: reader.reference(node, "signalRef") },
        "conditionalEventDefinition" => {
            EventDefinitionKind::Conditional { condition: reader.boxed_expression(node, "condition") }
        }
        "errorEventDefinition" => EventDefinitionKind::Error { error: reader.reference(node, "errorRef") },
        "escalationEventDefinition" => {
            EventDefinitionKind::Escalation { escalation: reader.reference(node, "escalationRef") }
        }
        "compensateEventDefinition" => EventDefinitionKind::Compensate {
            activity: reader.reference(node, "activityRef"),
            wait_for_completion: reader.flag(node, "waitForCompletion").unwrap_or(true),
        },
        "cancelEventDefinition" => EventDefinitionKind::Cancel,
        "linkEventDefinition" => EventDefinitionKind::Link {
            name: reader.text(node, "name"),
            sources: reader.child_references(node, "source"),
            target: reader.child_reference(node, "target"),
        },
        "terminateEventDefinition" => EventDefinitionKind::Terminate,
        _ => return None,
    };
    Some(EventDefinition { base: Base::of(node), kind })
}
