//! Lines: sequence flows, message flows, associations; heads are drawn, so that no drawing needs names of its own.

use super::{Brush, OUTSIDE, n, polyline};
use crate::element::{Branch, What};
use crate::geometry::{Point, Rect, midpoint, point};
use crate::scene::Line;
use crate::text;

/// Draws a line with its ends and its name.
pub(super) fn draw(brush: &mut Brush, what: &What<'_>, name: &str, line: &Line) {
    let points = &line.points;
    let (Some(begin), Some(end)) = (Ray::begin(points), Ray::end(points)) else { return };
    match what {
        What::Flow(_, branch) => {
            brush.path("flow", polyline(&shortened(points, 6.0)));
            brush.path("head", end.shape(&[(0.0, 0.0), (-9.0, -4.5), (-9.0, 4.5)]));
            match branch {
                Branch::Default => brush.path("flow", begin.open(&[(8.0, -5.0), (13.0, 5.0)])),
                Branch::Conditional => {
                    brush.path("end", begin.shape(&[(0.0, 0.0), (8.0, -4.5), (16.0, 0.0), (8.0, 4.5)]))
                }
                Branch::Plain => {}
            }
        }
        What::MessageFlow { .. } => {
            brush.path("flow flow-message", polyline(&shortened(points, 9.0)));
            brush.path("end", super::circle(begin.along(4.0), 4.0));
            brush.path("end", end.shape(&[(0.0, 0.0), (-9.0, -4.5), (-9.0, 4.5)]));
        }
        What::Association { heads, .. } => {
            brush.path("flow flow-dotted", polyline(points));
            if *heads > 0 {
                brush.path("flow", end.open(&[(-7.0, -4.5), (0.0, 0.0), (-7.0, 4.5)]));
            }
            if *heads > 1 {
                brush.path("flow", begin.open(&[(7.0, -4.5), (0.0, 0.0), (7.0, 4.5)]));
            }
        }
        What::DataFlow { .. } => {
            brush.path("flow flow-dotted", polyline(points));
            brush.path("flow", end.open(&[(-7.0, -4.5), (0.0, 0.0), (-7.0, 4.5)]));
        }
        _ => {}
    }
    label(brush, name, line);
}

fn label(brush: &mut Brush, name: &str, line: &Line) {
    if name.is_empty() {
        return;
    }
    if let Some(label) = line.label {
        brush.lines_below(name, label.middle().x, label.y, label.w.max(84.0));
        return;
    }
    let Some((middle, lies)) = midpoint(&line.points) else { return };
    if lies {
        let rows = text::wrap(name, OUTSIDE, 84.0, 5).len() as f64;
        brush.lines_below(name, middle.x, middle.y - rows * OUTSIDE * text::LEADING - 5.0, 84.0);
        return;
    }
    let lines = text::wrap(name, OUTSIDE, 100.0, 4);
    let widest = lines.iter().map(|line| text::width(line, OUTSIDE)).fold(0.0, f64::max);
    for (i, line) in lines.iter().enumerate() {
        let y = middle.y + (i as f64 - (lines.len() as f64 - 1.0) / 2.0) * OUTSIDE * text::LEADING + 4.0;
        brush.line("word word-outside word-beside", point(middle.x + 6.0, y), line);
    }
    brush.reach(Rect::new(middle.x, middle.y - 20.0, widest + 10.0, 40.0));
}

/// The line without its last stretch under a head, so that it does not show beside the tip.
fn shortened(points: &[Point], by: f64) -> Vec<Point> {
    let mut points = points.to_vec();
    if let (Some(end), Some(last)) = (Ray::end(&points), points.last_mut())
        && end.length > by
    {
        *last = end.along(-by);
    }
    points
}

/// An end of a line and its direction.
struct Ray {
    at: Point,
    dx: f64,
    dy: f64,
    length: f64,
}

impl Ray {
    fn towards(from: Point, to: Point, at: Point) -> Ray {
        let length = (to.x - from.x).hypot(to.y - from.y);
        let (dx, dy) = if length > 0.0 { ((to.x - from.x) / length, (to.y - from.y) / length) } else { (1.0, 0.0) };
        Ray { at, dx, dy, length }
    }

    /// The beginning, looking along the line; points that lie on each other say no direction.
    fn begin(points: &[Point]) -> Option<Ray> {
        let first = *points.first()?;
        let next = points.iter().copied().find(|at| *at != first).unwrap_or(first);
        Some(Ray::towards(first, next, first))
    }

    /// The end, looking along the line.
    fn end(points: &[Point]) -> Option<Ray> {
        let last = *points.last()?;
        let before = points.iter().rev().copied().find(|at| *at != last).unwrap_or(last);
        Some(Ray::towards(before, last, last))
    }

    fn along(&self, by: f64) -> Point {
        point(self.at.x + self.dx * by, self.at.y + self.dy * by)
    }

    /// Points given along and across the line, as a path.
    fn open(&self, points: &[(f64, f64)]) -> String {
        let placed = points.iter().map(|(along, across)| {
            let at = self.along(*along);
            (at.x - self.dy * across, at.y + self.dx * across)
        });
        placed.enumerate().map(|(i, (x, y))| format!("{}{} {}", if i == 0 { "M" } else { "L" }, n(x), n(y))).collect()
    }

    fn shape(&self, points: &[(f64, f64)]) -> String {
        self.open(points) + "Z"
    }
}
