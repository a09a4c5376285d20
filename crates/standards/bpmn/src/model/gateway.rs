//! Gateways (BPMN 2.0.2 §10.6).

use super::base::{Base, Expression, Reference};
use super::read::Reader;
use crate::tree::Node;

/// A gateway.
#[derive(Clone, PartialEq, Debug)]
pub struct Gateway {
    /// Place, id, documentation, extensions.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Flows that the file lists as incoming.
    pub incoming: Vec<Reference>,
    /// Flows that the file lists as outgoing.
    pub outgoing: Vec<Reference>,
    /// Whether it splits or merges, as declared.
    pub direction: Direction,
    /// What kind it is.
    pub kind: GatewayKind,
}

/// The kinds of gateways.
#[derive(Clone, PartialEq, Debug)]
pub enum GatewayKind {
    /// One way.
    Exclusive {
        /// The flow taken when no condition holds.
        default: Option<Reference>,
    },
    /// All ways whose conditions hold.
    Inclusive {
        /// The flow taken when no condition holds.
        default: Option<Reference>,
    },
    /// All ways.
    Parallel,
    /// By its own condition.
    Complex {
        /// The flow taken when no condition holds.
        default: Option<Reference>,
        /// When it fires.
        activation_condition: Option<Box<Expression>>,
    },
    /// By what happens first.
    EventBased {
        /// Whether it starts instances.
        instantiate: bool,
        /// Whether one event is enough.
        gateway_type: EventGatewayType,
    },
}

/// Whether one event is enough for an event-based gateway (§10.6.6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EventGatewayType {
    /// One is enough.
    Exclusive,
    /// All must come.
    Parallel,
}

/// Whether a gateway splits or merges, as declared (§10.6.1).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Direction {
    /// Not said.
    Unspecified,
    /// Merges.
    Converging,
    /// Splits.
    Diverging,
    /// Both.
    Mixed,
}

impl Gateway {
    /// `None` when the element is no gateway.
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        if !node.is(node.local()) {
            return None;
        }
        let default = reader.reference(node, "default");
        let kind = match node.local() {
            "exclusiveGateway" => GatewayKind::Exclusive { default },
            "inclusiveGateway" => GatewayKind::Inclusive { default },
            "parallelGateway" => GatewayKind::Parallel,
            "complexGateway" => GatewayKind::Complex {
                default,
                activation_condition: reader.boxed_expression(node, "activationCondition"),
            },
            "eventBasedGateway" => GatewayKind::EventBased {
                instantiate: reader.flag(node, "instantiate").unwrap_or(false),
                gateway_type: match node.attribute("eventGatewayType").as_deref() {
                    Some("Parallel") => EventGatewayType::Parallel,
                    _ => EventGatewayType::Exclusive,
                },
            },
            _ => return None,
        };
        Some(Gateway {
            base: Base::of(node),
            name: reader.text(node, "name"),
            incoming: reader.child_references(node, "incoming"),
            outgoing: reader.child_references(node, "outgoing"),
            direction: match node.attribute("gatewayDirection").as_deref() {
                Some("Converging") => Direction::Converging,
                Some("Diverging") => Direction::Diverging,
                Some("Mixed") => Direction::Mixed,
                _ => Direction::Unspecified,
            },
            kind,
        })
    }
}
