//! What is drawn where: the file's own places as far as they make sense, ours for the rest.

use std::collections::{HashMap, HashSet};

use bpmn::Model;
use bpmn::model::{ActivityKind, Plane, Reference};

use crate::element::{Elements, What};
use crate::geometry::{Leaves, Point, Rect, between, crosses, over, point, route, straight, waypoints};
use crate::layout::Layout;

/// How many shapes and lines are drawn at most; what is beyond is counted and said.
pub(crate) const MOST_SHAPES: usize = 2_000;
const MOST_LINES: usize = 3_000;

/// Everything that is drawn.
#[derive(Default)]
pub(crate) struct Scene {
    /// Outer shapes before what they hold.
    pub(crate) shapes: Vec<Shape>,
    pub(crate) lines: Vec<Line>,
    /// How many shapes have their places from us.
    pub(crate) placed: usize,
    /// How many shapes and lines are not drawn, being too many.
    pub(crate) left_out: usize,
}

/// An element with its place.
pub(crate) struct Shape {
    pub(crate) element: usize,
    pub(crate) at: Rect,
    /// Whether a sub-process shows what it holds.
    pub(crate) expanded: bool,
    /// Whether a pool or lane lies, its name at the left.
    pub(crate) lying: bool,
    /// Whether an exclusive gateway shows its cross.
    pub(crate) cross: bool,
    /// Where the file wants the name, for shapes that have it outside.
    pub(crate) label: Option<Rect>,
}

/// A line with its points; at least two.
pub(crate) struct Line {
    pub(crate) element: usize,
    pub(crate) points: Vec<Point>,
    pub(crate) label: Option<Rect>,
}

impl Scene {
    /// The first diagram of the file, or the one that shows `wanted`; what it lacks is laid out.
    pub(crate) fn of(model: &Model, elements: &Elements<'_>, wanted: Option<&str>) -> Scene {
        let planes: Vec<&Plane> =
            model.definitions.diagrams.iter().filter_map(|diagram| diagram.plane.as_ref()).collect();
        let mut scenes = planes.iter().filter(|plane| wanted.is_none_or(|id| shows(plane, id)));
        let plane = scenes.next().or(planes.first().filter(|_| wanted.is_none()));
        let mut scene = plane.map_or_else(Scene::default, |plane| Scene::read(plane, elements));
        let scope = Scope::of(model, elements, plane.copied(), wanted);
        // A file with several diagrams has chosen what each shows.
        if scene.shapes.is_empty() || planes.len() < 2 {
            scene.complete(elements, &scope);
        }
        scene.join(elements);
        scene.order(elements);
        scene
    }

    /// What the file has placed.
    fn read(plane: &Plane, elements: &Elements<'_>) -> Scene {
        let mut scene = Scene::default();
        for shape in &plane.shapes {
            let element = shape.element.as_ref().and_then(Reference::local).and_then(|id| elements.find(id));
            let (Some(element), Some(at)) = (element, shape.bounds.as_ref().and_then(Rect::sane)) else { continue };
            if elements.list[element].what.is_line() {
                continue;
            }
            if scene.shapes.len() == MOST_SHAPES {
                scene.left_out += 1;
                continue;
            }
            scene.shapes.push(Shape {
                element,
                at,
                expanded: shape.is_expanded.unwrap_or(false),
                lying: shape.is_horizontal.unwrap_or(at.w >= at.h),
                cross: shape.is_marker_visible.unwrap_or(true),
                label: shape.label.as_ref().and_then(|label| label.bounds.as_ref()).and_then(Rect::sane),
            });
        }
        scene.expand(plane, elements);
        for edge in &plane.edges {
            let element = edge.element.as_ref().and_then(Reference::local).and_then(|id| elements.find(id));
            let (Some(element), Some(points)) = (element, waypoints(&edge.waypoints)) else { continue };
            if !elements.list[element].what.is_line() {
                continue;
            }
            if scene.lines.len() == MOST_LINES {
                scene.left_out += 1;
                continue;
            }
            let label = edge.label.as_ref().and_then(|label| label.bounds.as_ref()).and_then(Rect::sane);
            scene.lines.push(Line { element, points, label });
        }
        scene
    }

    /// A sub-process of which the file does not say whether it is open is open where its content is drawn.
    fn expand(&mut self, plane: &Plane, elements: &Elements<'_>) {
        let unsaid: HashSet<&str> = plane
            .shapes
            .iter()
            .filter(|shape| shape.is_expanded.is_none())
            .filter_map(|shape| shape.element.as_ref().and_then(Reference::local))
            .collect();
        let holders: HashSet<usize> =
            self.shapes.iter().filter_map(|shape| elements.list[shape.element].holder).collect();
        for shape in &mut self.shapes {
            let element = &elements.list[shape.element];
            if element.what.is_sub_process() && unsaid.contains(element.id) && holders.contains(&shape.element) {
                shape.expanded = true;
            }
        }
    }

    /// Lays out what the file has not placed, below what it has.
    fn complete(&mut self, elements: &Elements<'_>, scope: &Scope) {
        let drawn: HashSet<usize> = self.shapes.iter().map(|shape| shape.element).collect();
        let closed: HashSet<usize> = self
            .shapes
            .iter()
            .filter(|shape| !shape.expanded && elements.list[shape.element].what.is_sub_process())
            .map(|shape| shape.element)
            .collect();
        let closed: HashSet<usize> = closed.into_iter().chain(elsewhere(elements, &drawn)).collect();
        let lacking: HashSet<usize> = scope
            .members
            .iter()
            .copied()
            .filter(|at| elements.list[*at].what.is_wanted() && !drawn.contains(at))
            // A store of the root is shown by references to it.
            .filter(|at| !matches!(elements.list[*at].what, What::Store) || elements.list[*at].holder.is_some())
            .filter(|at| !elements.ancestors(*at).any(|outer| closed.contains(&outer)))
            .collect();
        // In the order of the text, so that what holds others comes before what it holds.
        let mut chosen: Vec<usize> = lacking.iter().copied().collect();
        chosen.sort_unstable();
        let room = MOST_SHAPES.saturating_sub(self.shapes.len());
        self.left_out += chosen.len().saturating_sub(room);
        let chosen: HashSet<usize> = chosen.into_iter().take(room).collect();
        let whole = self.shapes.is_empty();
        let wanted = |at: usize| chosen.contains(&at);
        let layout = Layout::new(elements, &wanted);
        let block = layout.all(&scope.holders(elements, &drawn), scope.pools);
        let corner = self.around().map_or(point(0.0, 0.0), |around| point(around.x, around.bottom() + 60.0));
        // Lanes come along with a layout of the whole only: pools that the file placed have theirs.
        let rects = block.placed.into_iter().filter(|(at, _)| whole || elements.list[*at].what.is_wanted());
        for (element, rect) in rects {
            let at = rect.moved(corner);
            let expanded = elements.list[element].what.is_sub_process() && at.h > 80.0;
            self.shapes.push(Shape { element, at, expanded, lying: true, cross: true, label: None });
            self.placed += 1;
        }
    }

    /// Draws the lines that the file has not drawn though both their ends are.
    fn join(&mut self, elements: &Elements<'_>) {
        let drawn: HashSet<usize> = self.lines.iter().map(|line| line.element).collect();
        let places: HashMap<usize, Rect> = self.shapes.iter().map(|shape| (shape.element, shape.at)).collect();
        for (at, element) in elements.list.iter().enumerate() {
            if !element.what.is_line() || drawn.contains(&at) {
                continue;
            }
            let Some((from, to)) = elements.ends(at) else { continue };
            let (Some(source), Some(target)) = (places.get(&from), places.get(&to)) else { continue };
            if self.lines.len() >= MOST_LINES {
                self.left_out += 1;
                continue;
            }
            let points = match element.what {
                What::Flow(..) => self.way(elements, (from, *source), (to, *target)),
                What::MessageFlow { .. } => between(*source, *target),
                _ => straight(*source, *target),
            };
            self.lines.push(Line { element: at, points, label: None });
        }
    }

    /// The way of a sequence flow: straight on, or over what would be in its way.
    fn way(&self, elements: &Elements<'_>, (from, source): (usize, Rect), (to, target): (usize, Rect)) -> Vec<Point> {
        let straight = route(source, target, leaves(elements, from), self.floor(elements, from, (source, target)));
        let holder = elements.list[from].holder;
        let host = elements.host(from);
        let beside = self.shapes.iter().filter(|shape| {
            let element = &elements.list[shape.element];
            let is_end = [Some(from), Some(to), host].contains(&Some(shape.element));
            element.holder == holder && element.what.is_step() && !is_end && elements.host(shape.element).is_none()
        });
        let in_the_way: Vec<Rect> = beside.map(|shape| shape.at).filter(|at| crosses(&straight, *at)).collect();
        let forward = target.x > source.right();
        let ceiling = in_the_way.iter().map(|at| at.y).reduce(f64::min);
        match ceiling.filter(|_| forward && host.is_none()) {
            Some(ceiling) => over(source, target, ceiling),
            None => straight,
        }
    }

    /// How far down shapes reach between the ends of a line that leads back, of those that its source stands beside.
    fn floor(&self, elements: &Elements<'_>, source: usize, (from, to): (Rect, Rect)) -> f64 {
        let (left, right) = (to.x.min(from.x), from.right().max(to.right()));
        // Only shapes of about the same height: rows further down keep their own room.
        let low = from.bottom().max(to.bottom()) + 90.0;
        let holder = elements.list[source].holder;
        let beside = self.shapes.iter().filter(|shape| {
            let element = &elements.list[shape.element];
            let between = shape.at.right() > left && shape.at.x < right;
            element.holder == holder && element.what.is_step() && between && shape.at.y < low
        });
        beside.map(|shape| shape.at.bottom()).fold(f64::NEG_INFINITY, f64::max)
    }

    /// Puts outer shapes before inner ones, and events on borders after what they lie on.
    fn order(&mut self, elements: &Elements<'_>) {
        self.shapes.sort_by_key(|shape| {
            let element = &elements.list[shape.element];
            match element.what {
                What::Pool { .. } | What::Process => (0, 0),
                What::Lane(_) => (1, depth(elements, shape.element)),
                _ if shape.expanded => (2, depth(elements, shape.element)),
                What::Group => (4, 0),
                _ if elements.host(shape.element).is_some() => (5, 0),
                _ => (3, 0),
            }
        });
    }

    /// The least rectangle around all shapes and lines.
    pub(crate) fn around(&self) -> Option<Rect> {
        let labels = |label: &Option<Rect>| *label;
        let shapes = self.shapes.iter().flat_map(|shape| [Some(shape.at), labels(&shape.label)]);
        let points = self.lines.iter().flat_map(|line| {
            let points = line.points.iter().map(|at| Some(Rect::new(at.x, at.y, 0.0, 0.0)));
            points.chain([labels(&line.label)])
        });
        shapes.chain(points).flatten().reduce(Rect::with)
    }
}

/// What a diagram is about.
struct Scope {
    /// The process or sub-process it shows; `None`: all of the file.
    holder: Option<usize>,
    /// Whether pools are shown.
    pools: bool,
    /// Elements it may show.
    members: Vec<usize>,
}

impl Scope {
    fn of(model: &Model, elements: &Elements<'_>, plane: Option<&Plane>, wanted: Option<&str>) -> Scope {
        let named = plane.and_then(|plane| plane.element.as_ref()).and_then(Reference::local);
        let named = wanted.filter(|_| plane.is_none()).or(named);
        let holder = named.and_then(|id| elements.find(id)).filter(|at| {
            let what = elements.list[*at].what;
            matches!(what, What::Process) || what.is_sub_process()
        });
        let pools = holder.is_none() && model.definitions.collaborations.iter().any(|it| !it.participants.is_empty());
        let shown = |at: &usize| match holder {
            Some(holder) => elements.holds(holder, *at),
            None => true,
        };
        Scope { holder, pools, members: (0..elements.list.len()).filter(shown).collect() }
    }

    /// What is laid out level by level: the process, or all of them; and sub-processes that the file placed open, but not
    /// what they hold.
    fn holders(&self, elements: &Elements<'_>, drawn: &HashSet<usize>) -> Vec<usize> {
        let opened = drawn.iter().copied().filter(|at| elements.list[*at].what.is_sub_process());
        let mut holders: Vec<usize> = match self.holder {
            Some(holder) => vec![holder],
            None => (0..elements.list.len()).filter(|at| matches!(elements.list[*at].what, What::Process)).collect(),
        };
        holders.extend(opened.filter(|at| self.holder.is_none_or(|holder| elements.holds(holder, *at))));
        holders.sort_unstable();
        holders
    }
}

/// Processes of which the diagram shows nothing for a reason: a call activity stands for them, or a closed pool.
fn elsewhere(elements: &Elements<'_>, drawn: &HashSet<usize>) -> HashSet<usize> {
    let stood_for = drawn.iter().filter_map(|at| match elements.list[*at].what {
        What::Pool { process, .. } => process,
        What::Activity(it) => match &it.kind {
            ActivityKind::Call { called_element } => called_element.as_ref().and_then(Reference::local),
            _ => None,
        },
        _ => None,
    });
    let mut elsewhere: HashSet<usize> = stood_for.filter_map(|id| elements.find(id)).collect();
    for at in drawn.iter().flat_map(|at| elements.ancestors(*at)) {
        elsewhere.remove(&at);
    }
    elsewhere
}

/// Whether a plane is about an element, or has it.
fn shows(plane: &Plane, id: &str) -> bool {
    let is = |reference: &Option<Reference>| reference.as_ref().and_then(Reference::local) == Some(id);
    is(&plane.element) || plane.shapes.iter().any(|shape| is(&shape.element))
}

fn depth(elements: &Elements<'_>, at: usize) -> usize {
    elements.ancestors(at).count()
}

fn leaves(elements: &Elements<'_>, source: usize) -> Leaves {
    match elements.list[source].what {
        What::Gateway(_) => Leaves::Corner,
        _ if elements.host(source).is_some() => Leaves::Foot,
        _ => Leaves::Side,
    }
}
