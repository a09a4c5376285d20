//! Activities: tasks with their kinds, calls, sub-processes, and the markers at the foot.

use bpmn::model::{Activity, ActivityKind, EventPlace, FlowElement, Loop, SubProcess, SubProcessKind};

use super::{Brush, event, rectangle};
use crate::geometry::{Point, Rect, point};
use crate::scene::Shape;
use crate::text;

/// Draws an activity.
pub(super) fn draw(brush: &mut Brush, activity: &Activity, name: &str, shape: &Shape) {
    let at = shape.at;
    brush.path(outline(&activity.kind), rectangle(at, 8.0));
    if let ActivityKind::SubProcess(inner) = &activity.kind
        && matches!(inner.kind, SubProcessKind::Transaction { .. })
    {
        brush.path("sign", rectangle(at.padded(-3.0), 6.0));
    }
    if let Some(symbol) = task_symbol(&activity.kind) {
        corner(brush, symbol, at);
    }
    let markers = markers(activity, shape.expanded);
    foot(brush, &markers, at);
    if shape.expanded {
        heading(brush, name, at);
    } else {
        if let ActivityKind::SubProcess(inner) = &activity.kind {
            event_symbol(brush, inner, at);
        }
        let symbol = task_symbol(&activity.kind).is_some() || is_event_sub_process(&activity.kind);
        brush.centred(name, room(at, !markers.is_empty(), symbol, name));
    }
}

/// A rectangle with a name: what the model knows no more of.
pub(super) fn plain(brush: &mut Brush, name: &str, shape: &Shape) {
    brush.path("shape", rectangle(shape.at, 8.0));
    brush.centred(name, room(shape.at, false, false, name));
}

fn outline(kind: &ActivityKind) -> &'static str {
    match kind {
        ActivityKind::Call { .. } => "shape shape-thick",
        ActivityKind::SubProcess(inner) if inner.triggered_by_event => "shape shape-dotted",
        _ => "shape",
    }
}

/// Where the name may stand: clear of the markers below, and of the symbol above where it would run into it.
fn room(at: Rect, markers: bool, symbol: bool, name: &str) -> Rect {
    const SYMBOL: f64 = 20.0;
    let foot = if markers { 18.0 } else { 3.0 };
    let below = |top: f64| Rect::new(at.x + 5.0, at.y + top, (at.w - 10.0).max(10.0), (at.h - top - foot).max(14.0));
    let whole = below(4.0);
    let lines = text::wrap(name, super::NAME, whole.w, 9);
    let widest = lines.iter().map(|line| text::width(line, super::NAME)).fold(0.0, f64::max);
    let top = whole.middle().y - lines.len() as f64 * super::NAME * text::LEADING / 2.0;
    let meets = symbol && top < at.y + SYMBOL && widest > at.w - 2.0 * SYMBOL - 6.0;
    let clear = below(SYMBOL);
    let most = (clear.h / (super::SMALL * text::LEADING)).floor() as usize;
    // A name that is whole under the symbol is better than one that is cut beside it.
    if meets && text::fits(name, super::SMALL, clear.w, most) { clear } else { whole }
}

fn is_event_sub_process(kind: &ActivityKind) -> bool {
    matches!(kind, ActivityKind::SubProcess(inner) if inner.triggered_by_event)
}

/// The name of an open sub-process stands at its head.
fn heading(brush: &mut Brush, name: &str, at: Rect) {
    let lines = text::wrap(name, super::NAME, at.w - 24.0, 2);
    for (i, line) in lines.iter().enumerate() {
        brush.line("word word-head", point(at.x + 12.0, at.y + 20.0 + i as f64 * 16.0), line);
    }
}

/// A symbol that says what kind a task is: what is filled, what is drawn over it.
struct Symbol {
    full: &'static str,
    drawn: &'static str,
    cut: &'static str,
}

/// Drawn in a square of 18 from zero.
fn task_symbol(kind: &ActivityKind) -> Option<Symbol> {
    let (full, drawn, cut) = match kind {
        ActivityKind::User { .. } => (
            "",
            "M9 1.5a3.6 3.6 0 1 0 .01 0ZM2 16.5c0-4 2.6-6.3 4.8-6.8M16 16.5c0-4-2.6-6.3-4.8-6.8M2 16.5H16M5.5 16.5V14M12.5 16.5V14",
            "",
        ),
        ActivityKind::Service { .. } => (
            "",
            "M9 4.2a4.8 4.8 0 1 0 .01 0ZM9 7a2 2 0 1 0 .01 0ZM9 1V4.2M9 13.8V17M1 9H4.2M13.8 9H17M3.3 3.3 5.6 5.6M12.4 12.4 14.7 14.7M3.3 14.7 5.6 12.4M12.4 5.6 14.7 3.3",
            "",
        ),
        ActivityKind::Send { .. } => ("M1 3H17V15H1Z", "", "M1 3.5 9 10 17 3.5"),
        ActivityKind::Receive { .. } => ("", "M1 3H17V15H1ZM1 3 9 10 17 3", ""),
        ActivityKind::Manual => (
            "",
            "M2 15.5V8.2L7.2 3c.6-.6 1.7-.5 2 .4.2.5.1 1-.3 1.5L7.5 6.6H15.7c1.5 0 1.5 2.2 0 2.2H11M15 8.8c1.7 0 1.7 2.2 0 2.2H11M14.3 11c1.6 0 1.6 2.2 0 2.2H11M13.2 13.2c1.5 0 1.5 2.3 0 2.3H2",
            "",
        ),
        ActivityKind::BusinessRule { .. } => ("M1 3H17V6.5H1Z", "M1 3H17V15.5H1ZM1 6.5H17M1 11H17M6 6.5V15.5", ""),
        ActivityKind::Script { .. } => (
            "",
            "M5 1.5H16c-3.5 4-3.5 4.5-1 7.5s2 4 0 7.5H3.5c2.5-3.5 2.5-4.5 0-7.5s-2-4 1.5-7.5ZM6.5 5H12M5.5 9H12.5M7 13H13.5",
            "",
        ),
        _ => return None,
    };
    Some(Symbol { full, drawn, cut })
}

/// Puts the symbol of a task into its upper left corner.
fn corner(brush: &mut Brush, symbol: Symbol, at: Rect) {
    let scale = (at.h / 72.0).clamp(0.3, 0.9);
    let place = point(at.x + 5.0, at.y + 5.0);
    for (class, d) in [("full", symbol.full), ("sign", symbol.drawn), ("cut", symbol.cut)] {
        if !d.is_empty() {
            brush.symbol(class, d, place, scale);
        }
    }
}

/// A closed event sub-process shows what starts it.
fn event_symbol(brush: &mut Brush, inner: &SubProcess, at: Rect) {
    let start = inner.content.elements.iter().find_map(|element| match element {
        FlowElement::Event(event) if matches!(event.place, EventPlace::Start { .. }) => Some(event),
        _ => None,
    });
    let (true, Some(start)) = (inner.triggered_by_event, start) else { return };
    let middle = point(at.x + 15.0, at.y + 15.0);
    let beside = matches!(start.place, EventPlace::Start { is_interrupting: false });
    brush.path(if beside { "ring ring-dashed" } else { "ring" }, super::circle(middle, 10.0));
    if let Some(symbol) = event::symbol(start) {
        event::put(brush, symbol, middle, 0.58, false);
    }
}

/// Markers, each drawn in a square of 14 around zero.
fn markers(activity: &Activity, expanded: bool) -> Vec<&'static str> {
    let mut markers = Vec::new();
    if activity.is_for_compensation {
        markers.push("M-6.5 0-.5-5V5ZM-.5 0 5.5-5V5Z");
    }
    match &activity.repetition {
        Some(Loop::Standard(_)) => markers.push("M-1.5 5A5.2 5.2 0 1 1 2.5 4.6M-5.5 5.2H-1.5V1.2"),
        Some(Loop::MultiInstance(many)) if many.is_sequential => markers.push("M-6-4H6M-6 0H6M-6 4H6"),
        Some(Loop::MultiInstance(_)) => markers.push("M-4-6V6M0-6V6M4-6V6"),
        None => {}
    }
    if let ActivityKind::SubProcess(inner) = &activity.kind {
        if matches!(inner.kind, SubProcessKind::AdHoc { .. }) {
            markers.push("M-6.5 2C-4-4-1.5-3 0 0S4 4 6.5-2");
        }
        if !expanded {
            markers.push("M-7-7H7V7H-7ZM-4 0H4M0-4V4");
        }
    }
    markers
}

fn foot(brush: &mut Brush, markers: &[&'static str], at: Rect) {
    const STEP: f64 = 18.0;
    let middle: Point = at.middle();
    let first = middle.x - (markers.len() as f64 - 1.0) / 2.0 * STEP;
    for (i, marker) in markers.iter().enumerate() {
        brush.symbol("sign", marker, point(first + i as f64 * STEP, at.bottom() - 11.0), 1.0);
    }
}
