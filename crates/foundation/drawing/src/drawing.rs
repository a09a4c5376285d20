//! The diagram as a component: the drawing, what is to be known about it, the same in words.

use std::collections::BTreeMap;

use askama::Template;
use bpmn::Model;
use web::locale::Words;
use web::view::{Cell, Column, Html, IntoHtml, Row, Table};

use crate::element::{Elements, What};
use crate::mark::{Mark, State};
use crate::paint::{self, Group, Piece, n};
use crate::scene::{MOST_SHAPES, Scene};

/// The text version has at most as many rows; what is beyond is counted and said.
const MOST_ROWS: usize = 1_000;
/// Wider or higher drawings are scaled down to this, in pixels.
const MOST_PIXELS: f64 = 30_000.0;
/// A drawing that is wider than its place is drawn smaller, to this share of its size: letters of 13 pixels can still be read then.
const LEAST_SCALE: f64 = 0.75;

/// A process drawn, with marks at its elements and the same in words below.
///
/// It works without script and prints; a wide one scrolls in its own frame. Whatever a model says, it is drawn: places that
/// make no sense are made by us and said to be, and of what is too much the first part is shown and the rest counted.
pub struct Drawing<'m> {
    words: Words,
    model: &'m Model,
    id: String,
    label: String,
    showing: Option<String>,
    marks: BTreeMap<String, Mark>,
    key: Html,
}

/// What the template writes.
#[derive(Template)]
#[template(path = "drawing.html")]
struct Sheet {
    words: Words,
    id: String,
    label: String,
    width: String,
    height: String,
    /// How narrow it is drawn at least, where its place is narrower than it.
    least: String,
    view: String,
    groups: Vec<Drawn>,
    key: Html,
    done: bool,
    ahead: bool,
    notes: Vec<String>,
    table: Table,
}

/// A group with the ids under which pages and scripts find it.
struct Drawn {
    id: String,
    element: String,
    group: Group,
}

impl<'m> Drawing<'m> {
    /// The first diagram of a model; all of it where the file has none.
    pub fn new(words: Words, model: &'m Model) -> Drawing<'m> {
        let named = model.definitions.processes.iter().find_map(|process| process.name.clone());
        let label = match named.filter(|name| !name.trim().is_empty()) {
            Some(name) => words.with("drawing-label-of", &[("name", name.trim().to_owned().into())]),
            None => words.t("drawing-label"),
        };
        Drawing {
            words,
            model,
            id: "drawing".to_owned(),
            label,
            showing: None,
            marks: BTreeMap::new(),
            key: Html::default(),
        }
    }

    /// The id of the figure, and what all ids in it begin with; `drawing` unless said. A page with several needs several.
    pub fn id(mut self, id: impl Into<String>) -> Drawing<'m> {
        self.id = id.into();
        self
    }

    /// What the drawing is called when it is read out.
    pub fn label(mut self, label: impl Into<String>) -> Drawing<'m> {
        self.label = label.into();
        self
    }

    /// Of several diagrams the first that shows the element of this id: a process, a sub-process, a task.
    pub fn showing(mut self, element: impl Into<String>) -> Drawing<'m> {
        self.showing = Some(element.into());
        self
    }

    /// Marks the element of this id; a second mark replaces the first. Ids that the model does not have change nothing.
    pub fn mark(mut self, element: impl Into<String>, mark: Mark) -> Drawing<'m> {
        self.marks.insert(element.into(), mark);
        self
    }

    /// What the colours stand for: limits of the steps, n, period.
    pub fn key(mut self, key: impl IntoHtml) -> Drawing<'m> {
        self.key = key.into_html();
        self
    }

    fn sheet(self) -> Sheet {
        let words = self.words;
        let elements = Elements::of(self.model);
        let scene = Scene::of(self.model, &elements, self.showing.as_deref());
        let mark = |at: usize| self.marks.get(elements.list[at].id).filter(|_| !elements.list[at].id.is_empty());
        let (groups, around) = paint::groups(words, &elements, &scene, mark);
        let (table, unlisted) = self.table(&elements);
        let has = |state: State| self.marks.values().any(|mark| mark.state == Some(state));
        let width = around.w.min(MOST_PIXELS);
        Sheet {
            words,
            label: self.label.clone(),
            width: n(width),
            least: n(width * LEAST_SCALE),
            height: n((around.h * (MOST_PIXELS / around.w).min(1.0)).min(MOST_PIXELS)),
            view: format!("{} {} {} {}", n(around.x), n(around.y), n(around.w), n(around.h)),
            groups: named(&self.id, &elements, groups),
            done: has(State::Done),
            ahead: has(State::Ahead),
            notes: notes(words, &scene, unlisted),
            key: self.key,
            table,
            id: self.id,
        }
    }

    /// Steps in the order of the text, and whatever else is marked; and how many rows were too many.
    fn table(&self, elements: &Elements<'_>) -> (Table, u64) {
        let words = self.words;
        let columns = ["drawing-element", "drawing-kind", "drawing-leads-to", "drawing-mark"];
        let columns = columns.map(|key| Column::new(words.t(key))).to_vec();
        let leads = leads_to(words, elements);
        let marked = |at: usize| self.marks.get(elements.list[at].id).filter(|_| !elements.list[at].id.is_empty());
        let listed: Vec<usize> =
            (0..elements.list.len()).filter(|at| elements.list[*at].what.is_step() || marked(*at).is_some()).collect();
        let rows = listed.iter().take(MOST_ROWS).map(|at| {
            let element = &elements.list[*at];
            let name = called(elements, *at);
            let holder = element.holder.map(|holder| &elements.list[holder]).filter(|it| it.what.is_sub_process());
            let mark = marked(*at);
            let name = match mark.and_then(|mark| mark.link.as_deref()) {
                Some(href) => Cell::subject(href, &name),
                None if name == element.id => Cell::code(&name),
                None => Cell::new(Html::data(&name)),
            };
            let name = match holder {
                Some(holder) => name.under(Html::data(&holder.name)),
                None => name,
            };
            let said = mark.map(|mark| paint::words_of(words, mark).join(&words.t("drawing-comma")));
            Row::new(vec![
                name,
                Cell::new(paint::kind(words, element.what)),
                Cell::new(Html::data(&leads.get(at).map_or_else(String::new, |to| to.join(&words.t("drawing-comma"))))),
                Cell::new(said.unwrap_or_default()),
            ])
        });
        let table = Table::new(words, format!("{}-text", self.id), words.t("drawing-as-text"), columns).rows(rows);
        (table, listed.len().saturating_sub(MOST_ROWS) as u64)
    }
}

/// What an element is called: its name; a line without one by what it joins; else its id.
pub(crate) fn called(elements: &Elements<'_>, at: usize) -> String {
    let element = &elements.list[at];
    if !element.name.is_empty() {
        return element.name.clone();
    }
    let step = |at: usize| {
        Some(&elements.list[at].name).filter(|name| !name.is_empty()).map_or(elements.list[at].id, String::as_str)
    };
    match elements.ends(at) {
        Some((from, to)) => format!("{} → {}", step(from), step(to)),
        None => element.id.to_owned(),
    }
}

/// Where the flow goes from each element: names, with the name of the way where it has one.
fn leads_to(words: Words, elements: &Elements<'_>) -> BTreeMap<usize, Vec<String>> {
    // Of more ways the drawing shows no more either.
    const MOST_WAYS: usize = 20;
    let mut leads: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, line) in elements.list.iter().enumerate() {
        let leading = matches!(line.what, What::Flow(..) | What::MessageFlow { .. });
        let Some((from, to)) = elements.ends(at).filter(|_| leading) else { continue };
        let ways = leads.entry(from).or_default();
        if ways.len() < MOST_WAYS {
            let target = called(elements, to);
            ways.push(match line.name.is_empty() {
                true => target,
                false => words.with("drawing-way", &[("target", target.into()), ("way", line.name.as_str().into())]),
            });
        } else if ways.len() == MOST_WAYS {
            ways.push("…".to_owned());
        }
    }
    leads
}

/// Gives groups their ids: each is used once, though a diagram may show an element twice.
fn named(prefix: &str, elements: &Elements<'_>, groups: Vec<Group>) -> Vec<Drawn> {
    let mut taken = std::collections::HashSet::new();
    groups
        .into_iter()
        .map(|group| {
            let element = elements.list[group.element].id.to_owned();
            // An id of a page has no spaces; a file that was read leniently may have.
            let plain = format!("{prefix}-{}", element.replace(char::is_whitespace, "_"));
            let fresh = !element.is_empty() && taken.insert(plain.clone());
            Drawn { id: if fresh { plain } else { String::new() }, element, group }
        })
        .collect()
}

/// What is to be known about the drawing.
fn notes(words: Words, scene: &Scene, unlisted: u64) -> Vec<String> {
    let whole = scene.placed == scene.shapes.len();
    let mut notes = Vec::new();
    if scene.shapes.is_empty() {
        notes.push(words.t("drawing-empty"));
    } else if whole {
        notes.push(words.t("drawing-laid-out"));
    } else if scene.placed > 0 {
        notes.push(words.count("drawing-laid-out-some", scene.placed as u64));
    }
    if scene.left_out > 0 {
        let most = (MOST_SHAPES as u64).into();
        notes.push(words.with("drawing-left-out", &[("n", (scene.left_out as u64).into()), ("most", most)]));
    }
    if unlisted > 0 {
        notes.push(words.count("drawing-unlisted", unlisted));
    }
    notes
}

impl IntoHtml for Drawing<'_> {
    fn into_html(self) -> Html {
        Html::of(&self.sheet())
    }
}
