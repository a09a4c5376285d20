//! Pools and lanes: a frame with the name along its left side, or on top where they stand.

use super::{Brush, NAME, OUTSIDE, n, rectangle};
use crate::geometry::{Point, Rect, point};
use crate::scene::Shape;
use crate::text;

/// How wide the strip with the name is.
const HEAD: f64 = 30.0;

/// Draws a pool or lane; `many`: the pool stands for several partners.
pub(super) fn draw(brush: &mut Brush, name: &str, shape: &Shape, many: bool) {
    let at = shape.at;
    brush.path("frame", rectangle(at, 0.0));
    if shape.lying {
        brush.path("rule", format!("M{} {}v{}", n(at.x + HEAD), n(at.y), n(at.h)));
        upright(brush, name, at);
    } else {
        brush.path("rule", format!("M{} {}h{}", n(at.x), n(at.y + HEAD), n(at.w)));
        let lines = text::wrap(name, NAME, at.w - 8.0, 1);
        lines.iter().for_each(|line| brush.line("word", point(at.middle().x, at.y + 20.0), line));
    }
    if many {
        brush.symbol("sign", "M-4-6V6M0-6V6M4-6V6", point(at.middle().x, at.bottom() - 10.0), 1.0);
    }
}

/// The name along the left side. Han characters stand upright in a column; other scripts are turned.
fn upright(brush: &mut Brush, name: &str, at: Rect) {
    let letters = name.chars().count();
    if text::is_square(name) && letters as f64 * (NAME + 2.0) <= at.h {
        let first = at.middle().y - (letters as f64 - 1.0) / 2.0 * (NAME + 2.0) + NAME * 0.36;
        for (i, letter) in name.chars().enumerate() {
            let place = point(at.x + HEAD / 2.0, first + i as f64 * (NAME + 2.0));
            brush.line("word", place, letter.encode_utf8(&mut [0; 4]));
        }
        return;
    }
    let lines = text::wrap(name, OUTSIDE, at.h - 8.0, 2);
    let middle: Point = point(at.x + HEAD / 2.0 + OUTSIDE * 0.36, at.middle().y);
    for (i, line) in lines.iter().enumerate() {
        let off = (i as f64 - (lines.len() as f64 - 1.0) / 2.0) * (OUTSIDE + 1.0);
        brush.turned("word word-side", point(middle.x + off, middle.y), line);
    }
}
