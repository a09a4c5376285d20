//! Collaborations and conversations (BPMN 2.0.2 chapter 9), and that there are choreographies (chapter 11).

use super::base::{Base, Reference};
use super::flow::Artifact;
use super::read::Reader;
use super::root::CorrelationKey;
use crate::tree::Node;

/// A collaboration or global conversation.
#[derive(Clone, PartialEq, Debug)]
pub struct Collaboration {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Whether it is a `globalConversation`.
    pub is_global_conversation: bool,
    /// Whether nothing beyond what is modelled may happen.
    pub is_closed: bool,
    /// Its partners.
    pub participants: Vec<Participant>,
    /// Its message flows.
    pub message_flows: Vec<MessageFlow>,
    /// Its conversations.
    pub conversations: Vec<Conversation>,
    /// Its correlation keys.
    pub correlation_keys: Vec<CorrelationKey>,
    /// Choreographies it refers to.
    pub choreographies: Vec<Reference>,
    /// Its artifacts.
    pub artifacts: Vec<Artifact>,
}

/// A partner, drawn as a pool (§9.3).
#[derive(Clone, PartialEq, Debug)]
pub struct Participant {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Its process; without one the pool is a black box.
    pub process: Option<Reference>,
    /// Interfaces it offers.
    pub interfaces: Vec<Reference>,
    /// How many of it there are.
    pub multiplicity: Option<Multiplicity>,
}

/// How many partners of a kind there are. Defaults: 0 and 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Multiplicity {
    /// At least.
    pub minimum: i64,
    /// At most.
    pub maximum: i64,
}

/// A message flow between partners (§9.4).
#[derive(Clone, PartialEq, Debug)]
pub struct MessageFlow {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// A partner, activity or event.
    pub source: Option<Reference>,
    /// A partner, activity or event.
    pub target: Option<Reference>,
    /// The message.
    pub message: Option<Reference>,
}

/// A node of a conversation diagram (§9.5).
#[derive(Clone, PartialEq, Debug)]
pub struct Conversation {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// What it is.
    pub kind: ConversationKind,
    /// Its partners.
    pub participants: Vec<Reference>,
    /// Its message flows.
    pub message_flows: Vec<Reference>,
    /// Nodes within a sub-conversation.
    pub children: Vec<Conversation>,
}

/// The kinds of conversation nodes.
#[derive(Clone, PartialEq, Debug)]
pub enum ConversationKind {
    /// A plain one.
    Conversation,
    /// One with others in it.
    SubConversation,
    /// A call of a global one.
    CallConversation {
        /// Which.
        called: Option<Reference>,
    },
}

/// A choreography or global choreography task: only that it is there.
#[derive(Clone, PartialEq, Debug)]
pub struct Choreography {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
}

impl Collaboration {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Collaboration {
            base: Base::of(node),
            name: reader.text(node, "name"),
            is_global_conversation: node.is("globalConversation"),
            is_closed: reader.flag(node, "isClosed").unwrap_or(false),
            participants: reader.each(node, "participant", Participant::of),
            message_flows: reader.each(node, "messageFlow", MessageFlow::of),
            conversations: node.elements().filter_map(|child| Conversation::of(child, reader)).collect(),
            correlation_keys: reader.each(node, "correlationKey", CorrelationKey::of),
            choreographies: reader.child_references(node, "choreographyRef"),
            artifacts: node.elements().filter_map(|child| Artifact::of(child, reader)).collect(),
        }
    }
}

impl Participant {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Participant {
            base: Base::of(node),
            name: reader.text(node, "name"),
            process: reader.reference(node, "processRef"),
            interfaces: reader.child_references(node, "interfaceRef"),
            multiplicity: node.first("participantMultiplicity").map(|node| Multiplicity {
                minimum: reader.number(node, "minimum").unwrap_or(0),
                maximum: reader.number(node, "maximum").unwrap_or(1),
            }),
        }
    }
}

impl MessageFlow {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        MessageFlow {
            base: Base::of(node),
            name: reader.text(node, "name"),
            source: reader.reference(node, "sourceRef"),
            target: reader.reference(node, "targetRef"),
            message: reader.reference(node, "messageRef"),
        }
    }
}

impl Conversation {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let kind = match node.local() {
            "conversation" => ConversationKind::Conversation,
            "subConversation" => ConversationKind::SubConversation,
            "callConversation" => {
                ConversationKind::CallConversation { called: reader.reference(node, "calledCollaborationRef") }
            }
            _ => return None,
        };
        Some(Conversation {
            base: Base::of(node),
            name: reader.text(node, "name"),
            kind,
            participants: reader.child_references(node, "participantRef"),
            message_flows: reader.child_references(node, "messageFlowRef"),
            children: node.elements().filter_map(|child| Conversation::of(child, reader)).collect(),
        })
    }
}

impl Choreography {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Choreography { base: Base::of(node), name: reader.text(node, "name") }
    }
}
