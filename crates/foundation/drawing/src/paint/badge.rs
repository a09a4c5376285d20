//! Marks as they are drawn: a flag above, a check in the corner, a figure there too, what changed on the upper edge.

use bpmn::model::EventPlace;
use web::locale::Words;

use super::{Brush, OUTSIDE, SMALL, circle, rectangle};
use crate::element::What;
use crate::geometry::{Point, Rect, point};
use crate::mark::{Change, Mark, State};
use crate::text;

/// What kind of thing is marked, as far as room goes.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// With room inside, and a corner.
    Box,
    /// With its name below.
    Small,
    /// On the border of another, its name below and its way out there, too.
    Border,
    /// A line.
    Line,
}

impl Kind {
    pub(super) fn of(what: &What<'_>) -> Kind {
        match what {
            What::Event(it) if matches!(it.place, EventPlace::Boundary { .. }) => Kind::Border,
            What::Event(_) | What::Gateway(_) | What::Data { .. } | What::Store => Kind::Small,
            _ => Kind::Box,
        }
    }
}

/// Draws what a mark says.
pub(super) fn draw(brush: &mut Brush, words: Words, mark: &Mark, at: Rect, kind: Kind) {
    if mark.state == Some(State::Done) && kind != Kind::Line {
        check(brush, at);
    }
    if let Some(heat) = &mark.heat {
        figure(brush, &heat.figure, at, kind);
    }
    let middle = at.middle();
    let flag = flag(words, mark);
    if let Some((class, icon, said)) = &flag {
        let label = Label { class, icon, said };
        match kind {
            Kind::Border => label.behind(brush, at.right() + 3.0, middle.y - 9.0),
            Kind::Box | Kind::Small | Kind::Line => label.above(brush, middle.x, at.y - 2.0),
        }
    }
    if let Some(change) = mark.change {
        let said = words.t(&format!("drawing-change-{}", change.name()));
        let label = Label { class: change_class(change), icon: change_icon(change), said: &said };
        match kind {
            // On the upper edge, as events lie on the lower one; clear of a flag at its middle.
            Kind::Box if flag.is_some() => label.behind(brush, at.right() - 12.0, at.y - 9.0),
            Kind::Box => label.above(brush, middle.x, at.y + 11.0),
            Kind::Small => label.above(brush, middle.x, at.y - if flag.is_some() { 24.0 } else { 2.0 }),
            Kind::Border => label.behind(brush, at.right() + 3.0, middle.y - if flag.is_some() { 29.0 } else { 9.0 }),
            Kind::Line => label.alone(brush, middle),
        }
    }
}

/// The words of a mark, as they are read out and as the text version has them.
pub(crate) fn words_of(words: Words, mark: &Mark) -> Vec<String> {
    let state = mark.state.map(|state| words.t(&format!("drawing-state-{}", state.name())));
    let count = mark.count.map(|count| words.count("drawing-count", count));
    let heat = mark.heat.as_ref().map(|heat| match heat.step {
        Some(_) => heat.figure.clone(),
        None => words.with("drawing-heat-few", &[("figure", heat.figure.as_str().into())]),
    });
    let change = mark.change.map(|change| words.t(&format!("drawing-change-{}", change.name())));
    [state, count, heat, change].into_iter().flatten().collect()
}

/// The flag of a mark: class, icon and words. What is done has a check instead, what is ahead is dashed.
fn flag(words: Words, mark: &Mark) -> Option<(&'static str, &'static str, String)> {
    let count = mark.count.map(|count| words.count("drawing-count", count));
    let (class, icon) = match mark.state {
        Some(State::Here) => ("flag flag-here", ""),
        Some(State::Failed) => ("flag flag-failed", "M-2.5-6H2.5L6-2.5V2.5L2.5 6H-2.5L-6 2.5V-2.5ZM0-3.5V.8M0 3.3h.01"),
        Some(State::Overdue) => ("flag flag-overdue", "M0-5.5 6 5H-6ZM0-2V1.5M0 3.3h.01"),
        Some(State::Done | State::Ahead) | None => ("flag", ""),
    };
    let state = mark.state.filter(|state| !matches!(state, State::Done | State::Ahead));
    let state = state.map(|state| words.t(&format!("drawing-state-{}", state.name())));
    let said: Vec<String> = state.into_iter().chain(count).collect();
    (!said.is_empty()).then(|| (class, icon, said.join(" · ")))
}

fn change_class(change: Change) -> &'static str {
    match change {
        Change::Added => "flag flag-added",
        Change::Removed => "flag flag-removed",
        Change::Changed => "flag flag-changed",
        Change::Moved => "flag flag-moved",
    }
}

/// Icons of changes, around zero in a square of 12.
fn change_icon(change: Change) -> &'static str {
    match change {
        Change::Added => "M-5 0H5M0-5V5",
        Change::Removed => "M-5 0H5",
        Change::Changed => "M-5 5-4 1 3-6 6-3-1 4Z",
        Change::Moved => "M-6 0H6M-3-3-6 0-3 3M3-3 6 0 3 3",
    }
}

/// Icon and words on a ground.
struct Label<'l> {
    class: &'static str,
    icon: &'static str,
    said: &'l str,
}

impl Label<'_> {
    const HEIGHT: f64 = 18.0;

    /// Centred, its foot at `foot`.
    fn above(&self, brush: &mut Brush, middle: f64, foot: f64) {
        self.put(brush, middle - self.width() / 2.0, foot - Self::HEIGHT);
    }

    /// Its left end at `left`.
    fn behind(&self, brush: &mut Brush, left: f64, top: f64) {
        self.put(brush, left, top);
    }

    /// The icon alone: on a line a word would hide where it leads. The title and the list have the word.
    fn alone(&self, brush: &mut Brush, middle: Point) {
        brush.path(self.class, circle(middle, 9.0));
        brush.symbol(icon_class(self.class), self.icon, middle, 0.8);
        brush.reach(Rect::new(middle.x - 10.0, middle.y - 10.0, 20.0, 20.0));
    }

    fn before(&self) -> f64 {
        if self.icon.is_empty() { 6.0 } else { 20.0 }
    }

    fn width(&self) -> f64 {
        text::width(self.said, OUTSIDE) + self.before() + 6.0
    }

    fn put(&self, brush: &mut Brush, left: f64, top: f64) {
        let ground = Rect::new(left, top, self.width(), Self::HEIGHT);
        brush.path(self.class, rectangle(ground, 3.0));
        if !self.icon.is_empty() {
            brush.symbol(icon_class(self.class), self.icon, point(left + 11.0, top + 9.0), 0.8);
        }
        brush.line(text_class(self.class), point(left + self.before(), top + 13.3), self.said);
        brush.reach(ground);
    }
}

fn icon_class(class: &str) -> &'static str {
    match class {
        "flag flag-failed" => "flag-icon flag-failed",
        "flag flag-overdue" => "flag-icon flag-overdue",
        "flag flag-added" => "flag-icon flag-added",
        "flag flag-removed" => "flag-icon flag-removed",
        "flag flag-changed" => "flag-icon flag-changed",
        _ => "flag-icon",
    }
}

fn text_class(class: &str) -> &'static str {
    match class {
        "flag flag-here" => "word flag-text flag-here",
        "flag flag-failed" => "word flag-text flag-failed",
        "flag flag-overdue" => "word flag-text flag-overdue",
        "flag flag-added" => "word flag-text flag-added",
        "flag flag-removed" => "word flag-text flag-removed",
        "flag flag-changed" => "word flag-text flag-changed",
        _ => "word flag-text",
    }
}

/// A check in the upper right corner.
fn check(brush: &mut Brush, at: Rect) {
    let middle = point(at.right() - (at.w / 8.0).min(12.0), at.y);
    brush.path("check", circle(middle, 8.0));
    brush.symbol("check-mark", "M-3.7 .2-1.2 2.7 3.7-2.7", middle, 1.0);
    brush.reach(Rect::new(middle.x - 9.0, middle.y - 9.0, 18.0, 18.0));
}

/// A figure in the upper right corner, on a ground of its own so that it is read on any step.
fn figure(brush: &mut Brush, said: &str, at: Rect, kind: Kind) {
    let room = if kind == Kind::Box { at.w } else { 90.0 };
    let lines = text::wrap(said, SMALL, room.max(40.0), 1);
    let Some(said) = lines.first() else { return };
    let w = text::width(said, SMALL) + 8.0;
    let ground = match kind {
        Kind::Box => Rect::new(at.right() - w - 3.0, at.y + 3.0, w, 15.0),
        Kind::Small | Kind::Border | Kind::Line => Rect::new(at.right() - 6.0, at.y - 8.0, w, 15.0),
    };
    brush.path("figure-ground", rectangle(ground, 2.0));
    brush.line("word figure", point(ground.x + 4.0, ground.y + 11.3), said);
    brush.reach(ground);
}
