//! From places to pieces of a drawing: the notation of BPMN 2.0.2 (chapters 7 to 13), in our classes.

mod activity;
mod badge;
mod data;
mod event;
mod gateway;
mod line;
mod pool;

pub(crate) use badge::words_of;
use web::locale::{Locale, Words};

use crate::element::{Elements, What};
use crate::geometry::{Point, Rect};
use crate::mark::Mark;
use crate::scene::{Line, Scene, Shape};
use crate::text;

/// A path or a line of text. A drawing is made of nothing else, and the template escapes all of it.
pub(crate) enum Piece {
    /// A path with its class; moved and scaled by the transform, where there is one.
    Path { class: &'static str, d: String, transform: String },
    /// A line of text.
    Text { class: &'static str, x: String, y: String, line: String, transform: String },
}

/// An element with everything that is drawn of it.
pub(crate) struct Group {
    pub(crate) element: usize,
    pub(crate) class: String,
    pub(crate) title: String,
    pub(crate) lang: Option<&'static str>,
    pub(crate) link: Option<String>,
    pub(crate) pieces: Vec<Piece>,
}

/// The pieces of one element, while they are put together.
pub(crate) struct Brush {
    pieces: Vec<Piece>,
    /// Everything drawn so far lies within.
    pub(crate) around: Option<Rect>,
}

/// Sizes of letters in the drawing, in pixels; the classes in `drawing.css` say the same.
pub(crate) const NAME: f64 = 13.0;
pub(crate) const SMALL: f64 = 11.0;
pub(crate) const OUTSIDE: f64 = 12.0;

/// All groups in the order of drawing, and the room they take.
pub(crate) fn groups<'a>(
    words: Words,
    elements: &Elements<'_>,
    scene: &Scene,
    mark: impl Fn(usize) -> Option<&'a Mark>,
) -> (Vec<Group>, Rect) {
    let mut groups = Vec::with_capacity(scene.shapes.len() + scene.lines.len());
    let mut around = scene.around();
    let outer = scene.shapes.iter().take_while(|shape| is_outer(elements, shape)).count();
    let mut add = |element: usize, class: String, brush: Brush| {
        around = [around, brush.around].into_iter().flatten().reduce(Rect::with);
        let title = title(words, elements, element, mark(element));
        let link = mark(element).and_then(|mark| mark.link.clone());
        let lang = language(words, &elements.list[element].name);
        groups.push(Group { element, class, title, lang, link, pieces: brush.pieces });
    };
    for shape in &scene.shapes[..outer] {
        add(
            shape.element,
            class(elements, shape.element, mark(shape.element)),
            shaped(words, elements, shape, mark(shape.element)),
        );
    }
    for line in &scene.lines {
        add(
            line.element,
            class(elements, line.element, mark(line.element)),
            lined(words, elements, line, mark(line.element)),
        );
    }
    for shape in &scene.shapes[outer..] {
        add(
            shape.element,
            class(elements, shape.element, mark(shape.element)),
            shaped(words, elements, shape, mark(shape.element)),
        );
    }
    (groups, around.unwrap_or(Rect::new(0.0, 0.0, 160.0, 40.0)).padded(16.0))
}

/// Whether lines run over a shape: pools, lanes, open sub-processes.
fn is_outer(elements: &Elements<'_>, shape: &Shape) -> bool {
    shape.expanded || matches!(elements.list[shape.element].what, What::Pool { .. } | What::Lane(_) | What::Process)
}

fn shaped(words: Words, elements: &Elements<'_>, shape: &Shape, mark: Option<&Mark>) -> Brush {
    let element = &elements.list[shape.element];
    let mut brush = Brush::new();
    match &element.what {
        What::Activity(it) => activity::draw(&mut brush, it, &element.name, shape),
        What::Choreography | What::Process => activity::plain(&mut brush, &element.name, shape),
        What::Event(it) => {
            event::draw(&mut brush, it, &element.name, shape, elements.in_event_sub_process(shape.element))
        }
        What::Gateway(it) => gateway::draw(&mut brush, it, &element.name, shape),
        What::Pool { many, .. } => pool::draw(&mut brush, &element.name, shape, *many),
        What::Lane(_) => pool::draw(&mut brush, &element.name, shape, false),
        What::Data { collection, side } => data::object(&mut brush, &element.name, shape, *collection, *side),
        What::Store => data::store(&mut brush, &element.name, shape),
        What::Remark => data::remark(&mut brush, &element.name, shape),
        What::Group => data::group(&mut brush, &element.name, shape),
        What::Conversation { called, sub } => data::conversation(&mut brush, &element.name, shape, *called, *sub),
        What::Flow(..) | What::MessageFlow { .. } | What::Association { .. } | What::DataFlow { .. } => {}
    }
    if let Some(mark) = mark {
        badge::draw(&mut brush, words, mark, shape.at, badge::Kind::of(&element.what));
    }
    brush
}

fn lined(words: Words, elements: &Elements<'_>, line: &Line, mark: Option<&Mark>) -> Brush {
    let element = &elements.list[line.element];
    let mut brush = Brush::new();
    line::draw(&mut brush, &element.what, &element.name, line);
    if let (Some(mark), Some((middle, _))) = (mark, crate::geometry::midpoint(&line.points)) {
        badge::draw(&mut brush, words, mark, Rect::new(middle.x, middle.y, 0.0, 0.0), badge::Kind::Line);
    }
    brush
}

fn class(elements: &Elements<'_>, element: usize, mark: Option<&Mark>) -> String {
    let mut class = format!("d-{}", elements.list[element].what.kind());
    if let Some(mark) = mark {
        if let Some(state) = mark.state {
            class.push_str(&format!(" is-{}", state.name()));
        }
        if let Some(heat) = &mark.heat {
            class.push_str(&format!(" {}", heat.class()));
        }
        if let Some(change) = mark.change {
            class.push_str(&format!(" is-{}", change.name()));
        }
    }
    class
}

/// What is read out of an element: its kind, its name, its marks.
pub(crate) fn title(words: Words, elements: &Elements<'_>, element: usize, mark: Option<&Mark>) -> String {
    let element = &elements.list[element];
    let kind = kind(words, element.what);
    let said = match element.name.is_empty() {
        true => kind,
        false => words.with("drawing-title", &[("kind", kind.into()), ("name", element.name.as_str().into())]),
    };
    let marks = mark.map(|mark| badge::words_of(words, mark)).unwrap_or_default();
    std::iter::once(said).chain(marks).collect::<Vec<_>>().join(words.t("drawing-comma").as_str())
}

/// The kind of an element in words; of an event also what it waits for or throws.
pub(crate) fn kind(words: Words, what: What<'_>) -> String {
    let kind = words.t(&format!("drawing-kind-{}", what.kind()));
    match what {
        What::Event(it) => match event::symbol(it) {
            Some(symbol) => {
                let trigger = words.t(&format!("drawing-trigger-{}", symbol.name()));
                words.with("drawing-kind-with-trigger", &[("kind", kind.into()), ("trigger", trigger.into())])
            }
            None => kind,
        },
        _ => kind,
    }
}

/// The language of a name, where it is not the page's.
fn language(words: Words, name: &str) -> Option<&'static str> {
    let tag = web::view::language_of(name)?;
    (words.locale() == Locale::En || tag != "zh-CN").then_some(tag)
}

/// A number as SVG wants it: to a tenth, without needless zeros.
pub(crate) fn n(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    // No minus before a zero.
    format!("{}", rounded + 0.0)
}

/// A path through points.
pub(crate) fn polyline(points: &[Point]) -> String {
    let mut d = String::new();
    for (i, at) in points.iter().enumerate() {
        d.push_str(&format!("{}{} {}", if i == 0 { "M" } else { "L" }, n(at.x), n(at.y)));
    }
    d
}

/// A rectangle with round corners, as a path.
pub(crate) fn rectangle(at: Rect, radius: f64) -> String {
    let r = radius.min(at.w / 2.0).min(at.h / 2.0).max(0.0);
    let (w, h) = (at.w - 2.0 * r, at.h - 2.0 * r);
    let start = format!("M{} {}", n(at.x + r), n(at.y));
    if r == 0.0 {
        return format!("{start}h{}v{}h{}Z", n(w), n(h), n(-w));
    }
    let corner = |x: f64, y: f64| format!("a{0} {0} 0 0 1 {1} {2}", n(r), n(x), n(y));
    format!(
        "{start}h{}{}v{}{}h{}{}v{}{}Z",
        n(w),
        corner(r, r),
        n(h),
        corner(-r, r),
        n(-w),
        corner(-r, -r),
        n(-h),
        corner(r, -r)
    )
}

/// A circle, as a path.
pub(crate) fn circle(middle: Point, radius: f64) -> String {
    let r = n(radius);
    format!(
        "M{} {}a{r} {r} 0 1 0 {} 0a{r} {r} 0 1 0 {} 0Z",
        n(middle.x - radius),
        n(middle.y),
        n(2.0 * radius),
        n(-2.0 * radius)
    )
}

impl Brush {
    pub(crate) fn new() -> Brush {
        Brush { pieces: Vec::new(), around: None }
    }

    /// A path.
    pub(crate) fn path(&mut self, class: &'static str, d: impl Into<String>) {
        self.pieces.push(Piece::Path { class, d: d.into(), transform: String::new() });
    }

    /// A symbol, drawn around zero, put to a place and scaled.
    pub(crate) fn symbol(&mut self, class: &'static str, d: &str, at: Point, scale: f64) {
        let transform = match (scale - 1.0).abs() < 0.01 {
            true => format!("translate({} {})", n(at.x), n(at.y)),
            false => format!("translate({} {}) scale({:.2})", n(at.x), n(at.y), scale),
        };
        self.pieces.push(Piece::Path { class, d: d.to_owned(), transform });
    }

    /// Makes room for what is drawn outside of the shapes' own places.
    pub(crate) fn reach(&mut self, rect: Rect) {
        self.around = Some(self.around.map_or(rect, |around| around.with(rect)));
    }

    /// One line of text; where it is anchored is the class's.
    pub(crate) fn line(&mut self, class: &'static str, at: Point, line: &str) {
        self.pieces.push(Piece::Text {
            class,
            x: n(at.x),
            y: n(at.y),
            line: line.to_owned(),
            transform: String::new(),
        });
    }

    /// A line of text turned to be read from below.
    pub(crate) fn turned(&mut self, class: &'static str, at: Point, line: &str) {
        let transform = format!("rotate(-90 {} {})", n(at.x), n(at.y));
        self.pieces.push(Piece::Text { class, x: n(at.x), y: n(at.y), line: line.to_owned(), transform });
    }

    /// Lines set around the middle of a rectangle, in the size that fits; cut where none does.
    pub(crate) fn centred(&mut self, text: &str, room: Rect) {
        let most = |size: f64| ((room.h / (size * text::LEADING)).floor() as usize).max(1);
        let small = !text::fits(text, NAME, room.w, most(NAME));
        let (class, size) = if small { ("word word-small", SMALL) } else { ("word", NAME) };
        let lines = text::wrap(text, size, room.w, most(size));
        let middle = room.middle();
        let first = middle.y - (lines.len() as f64 - 1.0) / 2.0 * size * text::LEADING + size * 0.36;
        for (i, line) in lines.iter().enumerate() {
            self.line(class, crate::geometry::point(middle.x, first + i as f64 * size * text::LEADING), line);
        }
    }

    /// The name of a shape outside of it: where the file has it, else below.
    pub(crate) fn outside(&mut self, text: &str, shape: Rect, label: Option<Rect>) {
        const ROOM: f64 = 104.0;
        let (middle, top, room) = match label {
            Some(label) => (label.middle().x, label.y, label.w.max(ROOM)),
            None => (shape.middle().x, shape.bottom() + 4.0, ROOM),
        };
        self.lines_below(text, middle, top, room);
    }

    /// Lines from `top` downwards, each centred.
    pub(crate) fn lines_below(&mut self, text: &str, middle: f64, top: f64, room: f64) {
        let lines = text::wrap(text, OUTSIDE, room, 5);
        for (i, line) in lines.iter().enumerate() {
            let y = top + OUTSIDE + i as f64 * OUTSIDE * text::LEADING;
            self.line("word word-outside", crate::geometry::point(middle, y), line);
        }
        let widest = lines.iter().map(|line| text::width(line, OUTSIDE)).fold(0.0, f64::max);
        if !lines.is_empty() {
            let h = lines.len() as f64 * OUTSIDE * text::LEADING + 4.0;
            self.reach(Rect::new(middle - widest / 2.0, top, widest, h));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::point;

    #[test]
    fn numbers_are_short() {
        for (number, written) in [(1.0, "1"), (-0.04, "0"), (10.26, "10.3"), (-3.5, "-3.5"), (100_000.0, "100000")] {
            assert_eq!(n(number), written);
        }
    }

    #[test]
    fn paths_are_what_they_say() {
        assert_eq!(rectangle(Rect::new(1.0, 2.0, 30.0, 20.0), 0.0), "M1 2h30v20h-30Z");
        assert_eq!(polyline(&[point(0.0, 0.0), point(5.5, 0.0)]), "M0 0L5.5 0");
        assert_eq!(circle(point(10.0, 10.0), 5.0), "M5 10a5 5 0 1 0 10 0a5 5 0 1 0 -10 0Z");
    }
}
