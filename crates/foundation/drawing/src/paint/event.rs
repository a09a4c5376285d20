//! Events: one ring at the start, two between, a thick one at the end; dashed where they interrupt nothing.

use bpmn::model::{Event, EventDefinitionKind, EventPlace, Trigger};

use super::{Brush, circle};
use crate::geometry::{Point, point};
use crate::scene::Shape;

/// What an event waits for or throws.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Symbol {
    Message,
    Timer,
    Signal,
    Conditional,
    Error,
    Escalation,
    Compensation,
    Cancel,
    Link,
    Terminate,
    Multiple,
    Parallel,
    /// By a reference alone, which a drawing does not follow.
    Other,
}

/// Draws an event. One that starts an event sub-process is dashed where the rest goes on.
pub(super) fn draw(brush: &mut Brush, event: &Event, name: &str, shape: &Shape, starts_beside: bool) {
    let middle = shape.at.middle();
    let radius = shape.at.w.min(shape.at.h) / 2.0;
    let scale = radius / 18.0;
    let (dashed, double, thick) = match event.place {
        EventPlace::Start { is_interrupting } => (starts_beside && !is_interrupting, false, false),
        EventPlace::Boundary { cancel_activity, .. } => (!cancel_activity, true, false),
        EventPlace::IntermediateCatch | EventPlace::IntermediateThrow | EventPlace::Implicit => (false, true, false),
        EventPlace::End => (false, false, true),
    };
    let class = match (thick, dashed) {
        (true, _) => "shape shape-thick",
        (false, true) => "shape shape-dashed",
        (false, false) => "shape",
    };
    brush.path(class, circle(middle, radius - if thick { 1.0 } else { 0.0 }));
    if double {
        brush.path(if dashed { "ring ring-dashed" } else { "ring" }, circle(middle, radius - 3.5 * scale));
    }
    let throws = matches!(event.place, EventPlace::End | EventPlace::IntermediateThrow | EventPlace::Implicit);
    if let Some(symbol) = symbol(event) {
        put(brush, symbol, middle, scale, throws);
    }
    brush.outside(name, shape.at, shape.label);
}

/// The symbol of an event; `None` for one without definition.
pub(crate) fn symbol(event: &Event) -> Option<Symbol> {
    match (&event.triggers[..], event.parallel_multiple) {
        ([], _) => None,
        ([one], _) => Some(match one {
            Trigger::Inline(definition) => match definition.kind {
                EventDefinitionKind::Message { .. } => Symbol::Message,
                EventDefinitionKind::Timer { .. } => Symbol::Timer,
                EventDefinitionKind::Signal { .. } => Symbol::Signal,
                EventDefinitionKind::Conditional { .. } => Symbol::Conditional,
                EventDefinitionKind::Error { .. } => Symbol::Error,
                EventDefinitionKind::Escalation { .. } => Symbol::Escalation,
                EventDefinitionKind::Compensate { .. } => Symbol::Compensation,
                EventDefinitionKind::Cancel => Symbol::Cancel,
                EventDefinitionKind::Link { .. } => Symbol::Link,
                EventDefinitionKind::Terminate => Symbol::Terminate,
            },
            Trigger::Reference(_) => Symbol::Other,
        }),
        (_, true) => Some(Symbol::Parallel),
        (_, false) => Some(Symbol::Multiple),
    }
}

impl Symbol {
    /// Name in the texts.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Symbol::Message => "message",
            Symbol::Timer => "timer",
            Symbol::Signal => "signal",
            Symbol::Conditional => "conditional",
            Symbol::Error => "error",
            Symbol::Escalation => "escalation",
            Symbol::Compensation => "compensation",
            Symbol::Cancel => "cancel",
            Symbol::Link => "link",
            Symbol::Terminate => "terminate",
            Symbol::Multiple => "multiple",
            Symbol::Parallel => "parallel",
            Symbol::Other => "other",
        }
    }

    /// Drawn around zero in an event of radius 18: the outline, and what is drawn over it.
    fn paths(self) -> (&'static str, &'static str) {
        match self {
            Symbol::Message => ("M-9-6H9V6H-9Z", "M-9-6 0 1.5 9-6"),
            Symbol::Timer => ("", "M0-9.5a9.5 9.5 0 1 0 .01 0ZM0-6.5V0L4 2.5M0-9.5V-8M0 9.5V8M-9.5 0H-8M9.5 0H8"),
            Symbol::Signal => ("M0-9 8.5 6H-8.5Z", ""),
            Symbol::Conditional => ("", "M-6.5-8.5H6.5V8.5H-6.5ZM-4-5H4M-4-1.7H4M-4 1.7H4M-4 5H4"),
            Symbol::Error => ("M-8.5 7.5-3.8-6.5 2.3 1.5 8.5-7.5 4 7-2.3-1Z", ""),
            Symbol::Escalation => ("M0-9 7 8 0 1-7 8Z", ""),
            Symbol::Compensation => ("M-9.5 0-1-6V6ZM-1 0 7.5-6V6Z", ""),
            Symbol::Cancel => ("M-5.7-8 0-2.3 5.7-8 8-5.7 2.3 0 8 5.7 5.7 8 0 2.3-5.7 8-8 5.7-2.3 0-8-5.7Z", ""),
            Symbol::Link => ("M-9.5-3.5H2V-8L10 0 2 8V3.5H-9.5Z", ""),
            Symbol::Terminate => ("M0-9.5a9.5 9.5 0 1 0 .01 0Z", ""),
            Symbol::Multiple => ("M0-9.5 9-2.9 5.6 7.7H-5.6L-9-2.9Z", ""),
            Symbol::Parallel => ("M-2.7-9H2.7V-2.7H9V2.7H2.7V9H-2.7V2.7H-9V-2.7H-2.7Z", ""),
            Symbol::Other => ("", "M-6 0h.01M0 0h.01M6 0h.01"),
        }
    }
}

/// Puts a symbol to a place; one that is thrown is filled.
pub(super) fn put(brush: &mut Brush, symbol: Symbol, at: Point, scale: f64, throws: bool) {
    let (outline, over) = symbol.paths();
    let filled = throws || symbol == Symbol::Terminate;
    let at = point(at.x, at.y);
    if !outline.is_empty() {
        brush.symbol(if filled { "full" } else { "sign" }, outline, at, scale);
    }
    if !over.is_empty() {
        brush.symbol(if filled && !outline.is_empty() { "cut" } else { "sign" }, over, at, scale);
    }
}
