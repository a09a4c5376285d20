//! What a process or sub-process holds: flow elements, lanes, artifacts (BPMN 2.0.2 §8.4.7, 8.4.8, 8.4.1).

use super::activity::{Activity, ActivityKind};
use super::base::{Base, Expression, Reference};
use super::data::{DataObject, DataObjectReference, DataStoreReference};
use super::event::Event;
use super::gateway::Gateway;
use super::process::LaneSet;
use super::read::Reader;
use crate::tree::Node;

/// The content of a process or sub-process.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Content {
    /// Lane sets.
    pub lane_sets: Vec<LaneSet>,
    /// Flow elements in the order of the text, which decides between conditions.
    pub elements: Vec<FlowElement>,
    /// Artifacts.
    pub artifacts: Vec<Artifact>,
}

/// An element of a process's flow.
#[derive(Clone, PartialEq, Debug)]
pub enum FlowElement {
    /// A task, call activity or sub-process.
    Activity(Box<Activity>),
    /// An event.
    Event(Box<Event>),
    /// A gateway.
    Gateway(Box<Gateway>),
    /// A sequence flow.
    SequenceFlow(Box<SequenceFlow>),
    /// A data object.
    DataObject(Box<DataObject>),
    /// A reference to a data object, which is what diagrams show.
    DataObjectReference(Box<DataObjectReference>),
    /// A reference to a data store.
    DataStoreReference(Box<DataStoreReference>),
    /// An activity of a choreography: only that it is there.
    Choreography(Box<ChoreographyActivity>),
}

/// A sequence flow (§8.4.13).
#[derive(Clone, PartialEq, Debug)]
pub struct SequenceFlow {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The flow node it leaves.
    pub source: Option<Reference>,
    /// The flow node it leads to.
    pub target: Option<Reference>,
    /// Its condition.
    pub condition: Option<Expression>,
    /// Whether nothing unmodelled may happen on it.
    pub is_immediate: Option<bool>,
}

/// A choreography task, call or sub-choreography.
#[derive(Clone, PartialEq, Debug)]
pub struct ChoreographyActivity {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// The element's name in the file.
    pub element: String,
}

/// An artifact (§8.4.1).
#[derive(Clone, PartialEq, Debug)]
pub struct Artifact {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// What it is.
    pub kind: ArtifactKind,
}

/// The kinds of artifacts.
#[derive(Clone, PartialEq, Debug)]
pub enum ArtifactKind {
    /// A line between two elements; ties an activity to a compensation event, too.
    Association {
        /// Where it begins.
        source: Option<Reference>,
        /// Where it ends.
        target: Option<Reference>,
        /// Its arrow heads.
        direction: AssociationDirection,
    },
    /// A frame around elements.
    Group {
        /// The value of a category that it stands for.
        category_value: Option<Reference>,
    },
    /// A remark.
    TextAnnotation {
        /// Its text.
        text: String,
        /// Its MIME type.
        format: Option<String>,
    },
}

/// The arrow heads of an association.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssociationDirection {
    /// None.
    None,
    /// At its target.
    One,
    /// At both ends.
    Both,
}

impl Content {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        let mut content = Content::default();
        for child in node.elements() {
            if child.is("laneSet") {
                content.lane_sets.push(LaneSet::of(child, reader));
            } else if let Some(artifact) = Artifact::of(child, reader) {
                content.artifacts.push(artifact);
            } else {
                content.elements.extend(FlowElement::of(child, reader));
            }
        }
        content
    }

    /// All its flow elements, those within sub-processes included, each before what it holds.
    pub fn all(&self) -> Vec<&FlowElement> {
        let mut all = Vec::new();
        // The deepest file has 200 levels, so that this does not run out of stack.
        self.gather(&mut all);
        all
    }

    fn gather<'c>(&'c self, all: &mut Vec<&'c FlowElement>) {
        for element in &self.elements {
            all.push(element);
            if let Some(within) = element.content() {
                within.gather(all);
            }
        }
    }
}

impl FlowElement {
    /// What it holds, when it is a sub-process.
    pub fn content(&self) -> Option<&Content> {
        match self {
            FlowElement::Activity(activity) => match &activity.kind {
                ActivityKind::SubProcess(sub_process) => Some(&sub_process.content),
                _ => None,
            },
            _ => None,
        }
    }

    /// `None` when the element is no flow element.
    fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if let Some(activity) = Activity::of(node, reader) {
            return Some(FlowElement::Activity(Box::new(activity)));
        }
        if let Some(event) = Event::of(node, reader) {
            return Some(FlowElement::Event(Box::new(event)));
        }
        if let Some(gateway) = Gateway::of(node, reader) {
            return Some(FlowElement::Gateway(Box::new(gateway)));
        }
        if !node.is(node.local()) {
            return None;
        }
        Some(match node.local() {
            "sequenceFlow" => FlowElement::SequenceFlow(Box::new(SequenceFlow {
                base: Base::of(node),
                name: reader.text(node, "name"),
                source: reader.reference(node, "sourceRef"),
                target: reader.reference(node, "targetRef"),
                condition: reader.expression(node, "conditionExpression"),
                is_immediate: reader.flag(node, "isImmediate"),
            })),
            "dataObject" => FlowElement::DataObject(Box::new(DataObject::of(node, reader))),
            "dataObjectReference" => FlowElement::DataObjectReference(Box::new(DataObjectReference::of(node, reader))),
            "dataStoreReference" => FlowElement::DataStoreReference(Box::new(DataStoreReference::of(node, reader))),
            element @ ("choreographyTask" | "callChoreography" | "subChoreography") => {
                FlowElement::Choreography(Box::new(ChoreographyActivity {
                    base: Base::of(node),
                    name: reader.text(node, "name"),
                    element: element.to_owned(),
                }))
            }
            _ => return None,
        })
    }

    /// What it has in common with all elements.
    pub fn base(&self) -> &Base {
        match self {
            FlowElement::Activity(element) => &element.base,
            FlowElement::Event(element) => &element.base,
            FlowElement::Gateway(element) => &element.base,
            FlowElement::SequenceFlow(element) => &element.base,
            FlowElement::DataObject(element) => &element.base,
            FlowElement::DataObjectReference(element) => &element.base,
            FlowElement::DataStoreReference(element) => &element.base,
            FlowElement::Choreography(element) => &element.base,
        }
    }

    /// Its name.
    pub fn name(&self) -> Option<&str> {
        match self {
            FlowElement::Activity(element) => element.name.as_deref(),
            FlowElement::Event(element) => element.name.as_deref(),
            FlowElement::Gateway(element) => element.name.as_deref(),
            FlowElement::SequenceFlow(element) => element.name.as_deref(),
            FlowElement::DataObject(element) => element.name.as_deref(),
            FlowElement::DataObjectReference(element) => element.name.as_deref(),
            FlowElement::DataStoreReference(element) => element.name.as_deref(),
            FlowElement::Choreography(element) => element.name.as_deref(),
        }
    }
}

impl Artifact {
    /// `None` when the element is no artifact.
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let kind = match node.local() {
            "association" => ArtifactKind::Association {
                source: reader.reference(node, "sourceRef"),
                target: reader.reference(node, "targetRef"),
                direction: match node.attribute("associationDirection").as_deref() {
                    Some("One") => AssociationDirection::One,
                    Some("Both") => AssociationDirection::Both,
                    _ => AssociationDirection::None,
                },
            },
            "group" => ArtifactKind::Group { category_value: reader.reference(node, "categoryValueRef") },
            "textAnnotation" => ArtifactKind::TextAnnotation {
                text: reader.child_text(node, "text").unwrap_or_default(),
                format: reader.text(node, "textFormat"),
            },
            _ => return None,
        };
        Some(Artifact { base: Base::of(node), kind })
    }
}
