//! Rectangles, points and lines, in units of the diagram; y grows downwards.

/// A place on the plane.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Point {
    pub(crate) x: f64,
    pub(crate) y: f64,
}

/// A rectangle.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Rect {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) w: f64,
    pub(crate) h: f64,
}

/// Beyond this nothing is drawn: no real diagram is so large, and sums of such numbers stay exact.
const FAR: f64 = 100_000.0;
/// The most points of one line.
const MOST_POINTS: usize = 60;

pub(crate) fn point(x: f64, y: f64) -> Point {
    Point { x, y }
}

impl Rect {
    pub(crate) fn new(x: f64, y: f64, w: f64, h: f64) -> Rect {
        Rect { x, y, w, h }
    }

    /// Bounds of a file, where they are a place at all.
    pub(crate) fn sane(bounds: &bpmn::model::Bounds) -> Option<Rect> {
        let near = [bounds.x, bounds.y].iter().all(|at| at.abs() <= FAR);
        let sized = [bounds.width, bounds.height].iter().all(|size| (1.0..=FAR / 2.0).contains(size));
        (near && sized).then(|| Rect::new(bounds.x, bounds.y, bounds.width, bounds.height))
    }

    pub(crate) fn right(&self) -> f64 {
        self.x + self.w
    }

    pub(crate) fn bottom(&self) -> f64 {
        self.y + self.h
    }

    pub(crate) fn middle(&self) -> Point {
        point(self.x + self.w / 2.0, self.y + self.h / 2.0)
    }

    pub(crate) fn moved(self, by: Point) -> Rect {
        Rect { x: self.x + by.x, y: self.y + by.y, ..self }
    }

    /// The least rectangle around both.
    pub(crate) fn with(self, other: Rect) -> Rect {
        let (x, y) = (self.x.min(other.x), self.y.min(other.y));
        Rect::new(x, y, self.right().max(other.right()) - x, self.bottom().max(other.bottom()) - y)
    }

    /// Wider by `by` on every side.
    pub(crate) fn padded(self, by: f64) -> Rect {
        Rect::new(self.x - by, self.y - by, self.w + 2.0 * by, self.h + 2.0 * by)
    }

    /// Where the line from its middle towards `to` leaves it.
    fn border(&self, to: Point) -> Point {
        let middle = self.middle();
        let (dx, dy) = (to.x - middle.x, to.y - middle.y);
        let reach = (dx.abs() / (self.w / 2.0)).max(dy.abs() / (self.h / 2.0));
        if reach <= 1.0 {
            return middle;
        }
        point(middle.x + dx / reach, middle.y + dy / reach)
    }
}

/// The points of a line in a file, where they make one.
pub(crate) fn waypoints(points: &[bpmn::model::Point]) -> Option<Vec<Point>> {
    let near = points.iter().all(|at| at.x.abs() <= FAR && at.y.abs() <= FAR);
    let fits = (2..=MOST_POINTS).contains(&points.len());
    (near && fits).then(|| points.iter().map(|at| point(at.x, at.y)).collect())
}

/// The straight line between two shapes.
pub(crate) fn straight(from: Rect, to: Rect) -> Vec<Point> {
    vec![from.border(to.middle()), to.border(from.middle())]
}

/// Where a line of the flow begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Leaves {
    /// At the right: activities, events in the flow.
    Side,
    /// Above or below where the way is not straight on: gateways.
    Corner,
    /// Below: events on a border.
    Foot,
}

/// A line of right angles from one shape to another: forward along the row, backward below `floor`,
/// which is at least below both.
pub(crate) fn route(from: Rect, to: Rect, leaves: Leaves, floor: f64) -> Vec<Point> {
    const STUB: f64 = 20.0;
    let (a, b) = (from.middle(), to.middle());
    let forward = to.x >= from.right() + 4.0;
    let level = (a.y - b.y).abs() < 1.0;
    let stacked = a.x.max(b.x) < from.right().min(to.right()) && a.x.min(b.x) > from.x.max(to.x);
    match leaves {
        _ if stacked && to.y >= from.bottom() + 8.0 => vec![point(b.x, from.bottom()), point(b.x, to.y)],
        // Beside the middle, where a line down would lie.
        _ if stacked && from.y >= to.bottom() + 8.0 => vec![point(b.x + 12.0, from.y), point(b.x + 12.0, to.bottom())],
        Leaves::Foot if to.x >= a.x + 4.0 && b.y > from.bottom() => {
            vec![point(a.x, from.bottom()), point(a.x, b.y), point(to.x, b.y)]
        }
        Leaves::Foot if forward => {
            let (low, turn) = (from.bottom() + STUB, to.x - STUB);
            vec![point(a.x, from.bottom()), point(a.x, low), point(turn, low), point(turn, b.y), point(to.x, b.y)]
        }
        _ if forward && level => vec![point(from.right(), a.y), point(to.x, b.y)],
        Leaves::Corner if forward => {
            let edge = if b.y > a.y { from.bottom() } else { from.y };
            vec![point(a.x, edge), point(a.x, b.y), point(to.x, b.y)]
        }
        _ if forward => {
            let turn = (to.x - STUB).max(from.right() + 2.0);
            vec![point(from.right(), a.y), point(turn, a.y), point(turn, b.y), point(to.x, b.y)]
        }
        _ => {
            let low = from.bottom().max(to.bottom()).max(floor) + STUB;
            vec![point(a.x, from.bottom()), point(a.x, low), point(b.x, low), point(b.x, to.bottom())]
        }
    }
}

/// A line forward over everything between its ends: up, along above `ceiling`, and down again.
pub(crate) fn over(from: Rect, to: Rect, ceiling: f64) -> Vec<Point> {
    let (a, b) = (from.middle().x, to.middle().x);
    let high = ceiling.min(from.y).min(to.y) - 20.0;
    vec![point(a, from.y), point(a, high), point(b, high), point(b, to.y)]
}

/// Whether a line of right angles runs through a rectangle.
pub(crate) fn crosses(points: &[Point], rect: Rect) -> bool {
    let inner = rect.padded(-1.0);
    points.windows(2).any(|pair| {
        let (low, high) = (pair[0].x.min(pair[1].x), pair[0].x.max(pair[1].x));
        let (top, foot) = (pair[0].y.min(pair[1].y), pair[0].y.max(pair[1].y));
        high > inner.x && low < inner.right() && foot > inner.y && top < inner.bottom()
    })
}

/// A line between two pools or what is in them: up or down, with a step where they do not stand above each other.
pub(crate) fn between(from: Rect, to: Rect) -> Vec<Point> {
    let down = to.middle().y > from.middle().y;
    let (begin, end) = if down { (from.bottom(), to.y) } else { (from.y, to.bottom()) };
    // Of a wide pool any place will do: the one right above or below the other end.
    let wide = |rect: Rect| rect.w > 300.0;
    let x = match (wide(from), wide(to)) {
        (true, false) => (to.middle().x, to.middle().x),
        (false, true) => (from.middle().x, from.middle().x),
        _ => (from.middle().x, to.middle().x),
    };
    if (x.0 - x.1).abs() < 1.0 {
        return vec![point(x.0, begin), point(x.1, end)];
    }
    let middle = (begin + end) / 2.0;
    vec![point(x.0, begin), point(x.0, middle), point(x.1, middle), point(x.1, end)]
}

/// The middle of a line's longest stretch, where its label stands, and whether the stretch lies.
pub(crate) fn midpoint(points: &[Point]) -> Option<(Point, bool)> {
    let length = |pair: &[Point]| (pair[1].x - pair[0].x).hypot(pair[1].y - pair[0].y);
    let longest = points.windows(2).max_by(|a, b| length(a).total_cmp(&length(b)))?;
    let (a, b) = (longest[0], longest[1]);
    Some((point((a.x + b.x) / 2.0, (a.y + b.y) / 2.0), (a.x - b.x).abs() >= (a.y - b.y).abs()))
}
