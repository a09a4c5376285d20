//! Tables: what the address asks for ([`TableQuery`]), what is shown ([`Table`]), what is exported ([`Sheet`]).

mod cell;
mod csv;
mod query;
pub(crate) mod samples;
mod sheet;
mod xlsx;

pub use cell::{Cell, Column, Row};
pub use csv::CsvWriter;
pub use query::{Direction, Sort, TableQuery, TableSpec};
pub use sheet::{Sheet, SheetColumn, Value};
pub use xlsx::XlsxFault;

use askama::Template;

use super::{Action, Html, IntoHtml, Link, State, format};
use crate::component;
use crate::locale::Words;

/// How many rows match in all.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Total {
    /// Counted.
    Exactly(u64),
    /// Counting further would cost more than it tells.
    AtLeast(u64),
}

/// Where the shown rows stand among all.
#[derive(Clone, Debug)]
struct Range {
    text: String,
    previous: Option<String>,
    next: Option<String>,
}

/// Acts on several chosen rows.
#[derive(Clone, Debug)]
struct Bulk {
    action: String,
    csrf: String,
    buttons: Vec<Action>,
    note: String,
}

/// A real `<table>` with caption, sort links, range and total, exports, acts on chosen rows, and a state for "empty".
#[derive(Clone, Debug, Template)]
#[template(path = "ui/table.html")]
pub struct Table {
    words: Words,
    id: String,
    caption: String,
    columns: Vec<Column>,
    rows: Vec<Row>,
    query: Option<TableQuery>,
    range: Option<Range>,
    exports: Vec<Link>,
    bulk: Option<Bulk>,
    empty: Option<Html>,
    note: Html,
    plain: bool,
}

impl Table {
    /// A table without rows. The caption is read out and printed; on the screen the panel's title says the same.
    pub fn new(words: Words, id: impl Into<String>, caption: impl Into<String>, columns: Vec<Column>) -> Table {
        Table {
            words,
            id: id.into(),
            caption: caption.into(),
            columns,
            rows: Vec::new(),
            query: None,
            range: None,
            exports: Vec::new(),
            bulk: None,
            empty: None,
            note: Html::default(),
            plain: false,
        }
    }

    /// One more row.
    pub fn row(mut self, row: Row) -> Table {
        self.rows.push(row);
        self
    }

    /// More rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Table {
        self.rows.extend(rows);
        self
    }

    /// Makes heads sort and feet page: everything keeps the rest of the address.
    pub fn query(mut self, query: &TableQuery, total: Total) -> Table {
        let first = query.offset() + 1;
        let last = query.offset() + self.rows.len() as u64;
        let (key, n) = match total {
            Total::Exactly(n) => ("table-range", n),
            Total::AtLeast(n) => ("table-range-at-least", n),
        };
        let more = match total {
            Total::Exactly(n) | Total::AtLeast(n) => last < n,
        };
        let text = self.words.with(key, &[("total", n.into()), ("first", first.into()), ("last", last.into())]);
        self.range = Some(Range {
            text: if self.rows.is_empty() { self.words.t("table-range-none") } else { text },
            previous: (query.page() > 1).then(|| query.with_page(query.page() - 1).url()),
            next: more.then(|| query.with_page(query.page() + 1).url()),
        });
        self.query = Some(query.clone());
        self
    }

    /// A file of all matching rows: name as on the link (`XLSX`) and address.
    pub fn export(mut self, name: impl Into<String>, href: impl Into<String>) -> Table {
        self.exports.push(Link::new(href, name).quiet());
        self
    }

    /// Lets rows be chosen and sends their values as `row` to `action`; `note` says that each stays an act of its own.
    pub fn bulk(
        mut self,
        action: impl Into<String>,
        csrf: impl Into<String>,
        buttons: Vec<Action>,
        note: impl Into<String>,
    ) -> Table {
        self.bulk = Some(Bulk { action: action.into(), csrf: csrf.into(), buttons, note: note.into() });
        self
    }

    /// What stands in place of rows: why there are none, and what fills it.
    pub fn empty(mut self, state: State) -> Table {
        self.empty = Some(state.into_html());
        self
    }

    /// A sentence in the foot.
    pub fn note(mut self, note: impl IntoHtml) -> Table {
        self.note = note.into_html();
        self
    }

    /// Stays a table on a phone: for two or three narrow columns of figures.
    pub fn plain(mut self) -> Table {
        self.plain = true;
        self
    }

    fn has_foot(&self) -> bool {
        self.range.is_some() || !self.exports.is_empty() || self.bulk.is_some() || !self.note.is_empty()
    }

    fn width(&self) -> usize {
        self.columns.len() + usize::from(self.bulk.is_some())
    }

    /// The sort state of a column: the word for `aria-sort`, and the address that sorts by it.
    fn sort(&self, column: &Column) -> Option<(&'static str, String)> {
        let query = self.query.as_ref()?;
        let key = column.key()?;
        let sort = query.sort();
        let state = match (sort.key == key, sort.direction) {
            (true, Direction::Up) => "ascending",
            (true, Direction::Down) => "descending",
            (false, _) => "none",
        };
        Some((state, query.sorted_by(key).url()))
    }

    fn head(&self, column: &Column) -> Html {
        use super::Icon;
        let Some((state, href)) = self.sort(column) else { return Html::text(column.label()) };
        let arrow = match state {
            "ascending" => Some(Icon::Up),
            "descending" => Some(Icon::Down),
            _ => None,
        };
        Html::raw("<a class=\"sort\" href=\"".to_owned())
            .then(href)
            .then(Html::raw("\">".to_owned()))
            .then(column.label())
            .then(arrow)
            .then(Html::raw("</a>".to_owned()))
    }

    fn aria_sort(&self, column: &Column) -> Option<&'static str> {
        self.sort(column).map(|(state, _)| state)
    }
}

component!(Table);

/// A figure for a cell: grouped, `–` where there is none.
pub(crate) fn figure(n: Option<u64>) -> String {
    n.map_or_else(|| "–".to_owned(), format::number)
}
