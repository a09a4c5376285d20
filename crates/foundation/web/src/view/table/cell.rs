//! Columns, rows and cells of a table.

use super::super::html::language_attribute;
use super::super::{Html, IntoHtml, format};

/// A column: its head, its side, how it sorts.
#[derive(Clone, Debug)]
pub struct Column {
    label: String,
    key: Option<&'static str>,
    figure: bool,
    narrow: bool,
}

impl Column {
    /// A column of text. A unit belongs into the head: 金额，万元.
    pub fn new(label: impl Into<String>) -> Column {
        Column { label: label.into(), key: None, figure: false, narrow: false }
    }

    /// Figures: right-aligned.
    pub fn figure(mut self) -> Column {
        self.figure = true;
        self
    }

    /// As narrow as its content and never broken: lights, days, clocks.
    pub fn narrow(mut self) -> Column {
        self.narrow = true;
        self
    }

    /// Sorts by this key of the [`TableSpec`](super::TableSpec).
    pub fn sorts(mut self, key: &'static str) -> Column {
        self.key = Some(key);
        self
    }

    pub(super) fn label(&self) -> &str {
        &self.label
    }

    pub(super) fn key(&self) -> Option<&'static str> {
        self.key
    }

    pub(super) fn class(&self) -> &'static str {
        match (self.figure, self.narrow) {
            (true, _) => "figure",
            (false, true) => "narrow",
            (false, false) => "",
        }
    }
}

/// One cell: a line, perhaps a smaller second one.
#[derive(Clone, Debug)]
pub struct Cell {
    pub(super) first: Html,
    pub(super) second: Html,
}

impl Cell {
    /// A text or component.
    pub fn new(content: impl IntoHtml) -> Cell {
        Cell { first: content.into_html(), second: Html::default() }
    }

    /// A whole number, grouped.
    pub fn number(n: impl Into<i128>) -> Cell {
        Cell::new(format::number(n))
    }

    /// An id or a path.
    pub fn code(code: &str) -> Cell {
        Cell::new(Html::raw("<code>".to_owned()).then(code).then(Html::raw("</code>".to_owned())))
    }

    /// The row's subject: the link to it. A whole row is never a link, only this cell is. Its name comes from data.
    pub fn subject(href: &str, name: &str) -> Cell {
        let link = Html::raw("<a class=\"subject\"".to_owned())
            .then(language_attribute(name))
            .then(Html::raw(" href=\"".to_owned()))
            .then(href)
            .then(Html::raw("\">".to_owned()))
            .then(name)
            .then(Html::raw("</a>".to_owned()));
        Cell { first: link, second: Html::default() }
    }

    /// Behind the first line, smaller: 4 个过程.
    pub fn aside(mut self, text: impl IntoHtml) -> Cell {
        self.first = self
            .first
            .then(Html::raw(" <span class=\"aside\">".to_owned()))
            .then(text)
            .then(Html::raw("</span>".to_owned()));
        self
    }

    /// A second line, smaller.
    pub fn under(mut self, text: impl IntoHtml) -> Cell {
        self.second = text.into_html();
        self
    }

    /// Not known: a dash that says so, never an empty cell that looks like zero.
    pub fn unknown(word: &str) -> Cell {
        Cell::new(
            Html::raw("<span class=\"unknown\"><span aria-hidden=\"true\">–</span><span class=\"hidden\">".to_owned())
                .then(word)
                .then(Html::raw("</span></span>".to_owned())),
        )
    }
}

/// One row; cells in the order of the columns.
#[derive(Clone, Debug)]
pub struct Row {
    pub(super) cells: Vec<Cell>,
    pub(super) value: String,
    pub(super) name: String,
    pub(super) chosen: bool,
    pub(super) sum: bool,
}

impl Row {
    /// A row of these cells.
    pub fn new(cells: Vec<Cell>) -> Row {
        Row { cells, value: String::new(), name: String::new(), chosen: false, sum: false }
    }

    /// What is sent when the row is chosen, and the subject's name for the choice's label; a row without it cannot be chosen.
    pub fn value(mut self, value: impl Into<String>, name: impl Into<String>) -> Row {
        (self.value, self.name) = (value.into(), name.into());
        self
    }

    /// Chosen already.
    pub fn chosen(mut self, chosen: bool) -> Row {
        self.chosen = chosen;
        self
    }

    /// The sum of the rows above: bold, a line over it.
    pub fn sum(mut self) -> Row {
        self.sum = true;
        self
    }
}
