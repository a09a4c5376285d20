//! Data, stores, remarks, frames around several elements, conversations.

use super::{Brush, OUTSIDE, n, polyline, rectangle};
use crate::element::Side;
use crate::geometry::point;
use crate::scene::Shape;
use crate::text;

/// A sheet with a folded corner; an arrow for input and output, bars for a collection.
pub(super) fn object(brush: &mut Brush, name: &str, shape: &Shape, collection: bool, side: Side) {
    let at = shape.at;
    let fold = (at.w / 3.0).min(at.h / 3.0).min(12.0);
    let corners = [
        point(at.x, at.y),
        point(at.right() - fold, at.y),
        point(at.right(), at.y + fold),
        point(at.right(), at.bottom()),
        point(at.x, at.bottom()),
    ];
    brush.path("shape", polyline(&corners) + "Z");
    brush.path("sign", format!("M{} {}v{}h{}", n(at.right() - fold), n(at.y), n(fold), n(fold)));
    let arrow = "M-7-3H0V-6L7 0 0 6V3H-7Z";
    match side {
        Side::Input => brush.symbol("sign", arrow, point(at.x + 11.0, at.y + 11.0), 1.0),
        Side::Output => brush.symbol("full", arrow, point(at.x + 11.0, at.y + 11.0), 1.0),
        Side::Within | Side::Declared => {}
    }
    if collection {
        brush.symbol("sign", "M-4-5V5M0-5V5M4-5V5", point(at.middle().x, at.bottom() - 8.0), 1.0);
    }
    brush.outside(name, at, shape.label);
}

/// A drum.
pub(super) fn store(brush: &mut Brush, name: &str, shape: &Shape) {
    let at = shape.at;
    let (rx, ry) = (at.w / 2.0, (at.h / 8.0).min(8.0));
    let arc = |sweep: u8, dx: f64| format!("a{} {} 0 0 {sweep} {} 0", n(rx), n(ry), n(dx));
    let (left, right) = (n(at.x), n(at.right()));
    let (top, foot) = (at.y + ry, at.bottom() - ry);
    brush.path("shape", format!("M{left} {}{}V{}{}Z", n(top), arc(1, at.w), n(foot), arc(1, -at.w)));
    let rims: String =
        [0.0, 5.0, 10.0].iter().map(|down| format!("M{right} {}{}", n(top + down), arc(1, -at.w))).collect();
    brush.path("sign", rims);
    brush.outside(name, at, shape.label);
}

/// A bracket with its text.
pub(super) fn remark(brush: &mut Brush, words: &str, shape: &Shape) {
    let at = shape.at;
    let tip = (at.w / 2.0).min(14.0);
    brush.path("sign", format!("M{} {}h{}v{}h{}", n(at.x + tip), n(at.y), n(-tip), n(at.h), n(tip)));
    let most = ((at.h / (OUTSIDE * text::LEADING)).floor() as usize).max(1);
    for (i, line) in text::wrap(words, OUTSIDE, (at.w - 10.0).max(20.0), most).iter().enumerate() {
        brush.line("word word-remark", point(at.x + 7.0, at.y + 14.0 + i as f64 * OUTSIDE * text::LEADING), line);
    }
}

/// A frame of dashes and dots.
pub(super) fn group(brush: &mut Brush, name: &str, shape: &Shape) {
    brush.path("group", rectangle(shape.at, 8.0));
    let (middle, top) = match shape.label {
        Some(label) => (label.middle().x, label.y),
        None => (shape.at.middle().x, shape.at.y + 2.0),
    };
    brush.lines_below(name, middle, top, shape.at.w.max(60.0));
}

/// A hexagon.
pub(super) fn conversation(brush: &mut Brush, name: &str, shape: &Shape, called: bool, sub: bool) {
    let at = shape.at;
    let (quarter, middle) = (at.w / 4.0, at.middle());
    let corners = [
        point(at.x + quarter, at.y),
        point(at.right() - quarter, at.y),
        point(at.right(), middle.y),
        point(at.right() - quarter, at.bottom()),
        point(at.x + quarter, at.bottom()),
        point(at.x, middle.y),
    ];
    brush.path(if called { "shape shape-thick" } else { "shape" }, polyline(&corners) + "Z");
    if sub {
        brush.symbol("sign", "M-6-6H6V6H-6ZM-3.5 0H3.5M0-3.5V3.5", point(middle.x, at.bottom() - 9.0), 1.0);
    }
    brush.outside(name, at, shape.label);
}
