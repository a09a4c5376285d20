//! Diagrams (BPMN 2.0.2 chapter 12; Diagram Definition 1.0).

use super::base::{Base, Reference};
use super::read::Reader;
use crate::tree::{IN_BPMNDI, IN_DC, IN_DI, Node};

/// A diagram.
#[derive(Clone, PartialEq, Debug)]
pub struct Diagram {
    /// Place and id.
    pub base: Base,
    /// Its name.
    pub name: Option<String>,
    /// Units per inch.
    pub resolution: Option<f64>,
    /// What is drawn on it.
    pub plane: Option<Plane>,
}

/// The surface of a diagram.
#[derive(Clone, PartialEq, Debug)]
pub struct Plane {
    /// Place and id.
    pub base: Base,
    /// The process, sub-process, collaboration or choreography that it shows.
    pub element: Option<Reference>,
    /// Shapes in the order of drawing.
    pub shapes: Vec<Shape>,
    /// Edges in the order of drawing.
    pub edges: Vec<Edge>,
}

/// An element drawn as a shape.
#[derive(Clone, PartialEq, Debug)]
pub struct Shape {
    /// Place and id.
    pub base: Base,
    /// The element.
    pub element: Option<Reference>,
    /// Where it lies.
    pub bounds: Option<Bounds>,
    /// For pools and lanes: whether they lie.
    pub is_horizontal: Option<bool>,
    /// For sub-processes: whether their content is shown.
    pub is_expanded: Option<bool>,
    /// For exclusive gateways: whether the cross is shown.
    pub is_marker_visible: Option<bool>,
    /// Its label.
    pub label: Option<Label>,
}

/// An element drawn as a line.
#[derive(Clone, PartialEq, Debug)]
pub struct Edge {
    /// Place and id.
    pub base: Base,
    /// The element.
    pub element: Option<Reference>,
    /// The shape or edge at its beginning, where the file says.
    pub source: Option<Reference>,
    /// The shape or edge at its end, where the file says.
    pub target: Option<Reference>,
    /// Its points.
    pub waypoints: Vec<Point>,
    /// Its label.
    pub label: Option<Label>,
}

/// A label.
#[derive(Clone, PartialEq, Debug)]
pub struct Label {
    /// Place and id.
    pub base: Base,
    /// Where it lies.
    pub bounds: Option<Bounds>,
    /// Its style.
    pub style: Option<Reference>,
}

/// A rectangle, in units of the diagram; y grows downwards.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bounds {
    /// Left.
    pub x: f64,
    /// Top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

/// A point, in units of the diagram.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Point {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
}

/// A finite number; anything else counts as missing.
fn coordinate(node: Node<'_>, attribute: &str) -> Option<f64> {
    node.attribute(attribute)?.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

impl Diagram {
    pub(super) fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        Diagram {
            base: Base::of(node),
            name: reader.text(node, "name"),
            resolution: coordinate(node, "resolution"),
            plane: node
                .elements()
                .find(|child| child.in_namespace(IN_BPMNDI) && child.local() == "BPMNPlane")
                .map(|node| Plane::of(node, reader)),
        }
    }
}

impl Plane {
    fn of(node: Node<'_>, reader: Reader<'_>) -> Self {
        let mut plane = Plane {
            base: Base::of(node),
            element: reader.reference(node, "bpmnElement"),
            shapes: Vec::new(),
            edges: Vec::new(),
        };
        for child in node.elements().filter(|child| child.in_namespace(IN_BPMNDI)) {
            match child.local() {
                "BPMNShape" => plane.shapes.push(Shape {
                    base: Base::of(child),
                    element: reader.reference(child, "bpmnElement"),
                    bounds: Bounds::within(child),
                    is_horizontal: reader.flag(child, "isHorizontal"),
                    is_expanded: reader.flag(child, "isExpanded"),
                    is_marker_visible: reader.flag(child, "isMarkerVisible"),
                    label: Label::within(child, reader),
                }),
                "BPMNEdge" => plane.edges.push(Edge {
                    base: Base::of(child),
                    element: reader.reference(child, "bpmnElement"),
                    source: reader.reference(child, "sourceElement"),
                    target: reader.reference(child, "targetElement"),
                    waypoints: child
                        .elements()
                        .filter(|point| point.in_namespace(IN_DI) && point.local() == "waypoint")
                        .filter_map(|point| Some(Point { x: coordinate(point, "x")?, y: coordinate(point, "y")? }))
                        .collect(),
                    label: Label::within(child, reader),
                }),
                _ => {}
            }
        }
        plane
    }
}

impl Label {
    fn within(node: Node<'_>, reader: Reader<'_>) -> Option<Self> {
        let label = node.elements().find(|child| child.in_namespace(IN_BPMNDI) && child.local() == "BPMNLabel")?;
        Some(Label {
            base: Base::of(label),
            bounds: Bounds::within(label),
            style: reader.reference(label, "labelStyle"),
        })
    }
}

impl Bounds {
    fn within(node: Node<'_>) -> Option<Self> {
        let bounds = node.elements().find(|child| child.in_namespace(IN_DC) && child.local() == "Bounds")?;
        Some(Bounds {
            x: coordinate(bounds, "x")?,
            y: coordinate(bounds, "y")?,
            width: coordinate(bounds, "width")?,
            height: coordinate(bounds, "height")?,
        })
    }
}
