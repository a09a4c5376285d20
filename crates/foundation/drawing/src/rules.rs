//! Two versions of a file of decisions as a table: which rule, what happened, each cell before and after.

use dmn::compare::{Change, Row as Rule, What};
use dmn::model::HitPolicy;
use web::locale::Words;
use web::view::{Badge, Cell, Column, Html, IntoHtml, Light, Row, State, Table};

/// So many rows are shown; what is beyond is counted and said.
const MOST_ROWS: usize = 500;
/// Texts longer than this are cut, in characters.
const LONGEST: usize = 160;

/// What differs between two versions of a file of decisions.
pub struct RulesComparison {
    words: Words,
    id: String,
    changes: Vec<Change>,
}

impl RulesComparison {
    /// The changes that [`dmn::compare::compare`] found.
    pub fn new(words: Words, changes: Vec<Change>) -> RulesComparison {
        RulesComparison { words, id: "rules-compared".to_owned(), changes }
    }

    /// The id of the table; `rules-compared` unless said.
    pub fn id(mut self, id: impl Into<String>) -> RulesComparison {
        self.id = id.into();
        self
    }

    fn row(&self, change: &Change) -> Row {
        let words = self.words;
        let (light, key, rule, said) = match &change.what {
            What::Added => (Light::Done, "added", String::new(), words.t("drawing-rules-decision")),
            What::Removed => (Light::Refused, "removed", String::new(), words.t("drawing-rules-decision")),
            What::RuleAdded(rule) => (Light::Done, "added", numbered(rule.number), self.cells(rule)),
            What::RuleRemoved(rule) => (Light::Refused, "removed", numbered(rule.number), self.cells(rule)),
            What::RuleChanged { number, cells, .. } => {
                let said = cells.iter().map(|cell| self.both(&cell.column, cell.old.as_deref(), cell.new.as_deref()));
                (Light::Notice, "changed", numbered(*number), said.collect::<Vec<_>>().join("\n"))
            }
            What::Policy { old, new } => {
                let said = self.both(&words.t("drawing-rules-policy"), Some(policy(*old)), Some(policy(*new)));
                (Light::Notice, "changed", String::new(), said)
            }
            What::Columns { old, new } => {
                let (old, new) = (old.join(", "), new.join(", "));
                let said = self.both(&words.t("drawing-rules-columns"), Some(&old), Some(&new));
                (Light::Notice, "changed", String::new(), said)
            }
            What::Reordered => (Light::Notice, "moved", String::new(), words.t("drawing-rules-order")),
            What::Rewritten { old, new } => {
                let (old, new) = (old.join(" · "), new.join(" · "));
                let said = self.both(&words.t("drawing-rules-expression"), Some(&old), Some(&new));
                (Light::Notice, "changed", String::new(), said)
            }
        };
        let lines = said.split('\n').map(Html::data);
        let lines =
            lines.reduce(|said, line| said.then(words.t("drawing-rules-between")).then(line)).unwrap_or_default();
        Row::new(vec![
            Cell::new(Html::data(&cut(&change.name))),
            Cell::new(rule),
            Cell::new(Badge::saying(light, words.t(&format!("drawing-change-{key}"))).bare()),
            Cell::new(lines),
        ])
    }

    /// All cells of a rule.
    fn cells(&self, rule: &Rule) -> String {
        let cells = rule.cells.iter().map(|(column, text)| {
            self.words.with("drawing-rules-cell", &[("column", cut(column).into()), ("text", cut(text).into())])
        });
        cells.collect::<Vec<_>>().join("\n")
    }

    /// A part before and after; `–` where there was or is none.
    fn both(&self, part: &str, old: Option<&str>, new: Option<&str>) -> String {
        let side = |text: Option<&str>| text.filter(|text| !text.is_empty()).map_or_else(|| "–".to_owned(), cut);
        let values = [("part", cut(part).into()), ("old", side(old).into()), ("new", side(new).into())];
        self.words.with("drawing-rules-from-to", &values)
    }
}

impl IntoHtml for RulesComparison {
    fn into_html(self) -> Html {
        let words = self.words;
        let columns = vec![
            Column::new(words.t("drawing-part-qy-decision")),
            Column::new(words.t("drawing-rules-rule")).figure(),
            Column::new(words.t("drawing-mark")).narrow(),
            Column::new(words.t("drawing-rules-what")),
        ];
        let rows = self.changes.iter().take(MOST_ROWS).map(|change| self.row(change));
        let table = Table::new(words, self.id.as_str(), words.t("drawing-rules"), columns)
            .rows(rows)
            .empty(State::empty(words.t("drawing-nothing-changed"), ""));
        let unsaid = self.changes.len().saturating_sub(MOST_ROWS) as u64;
        let table = if unsaid > 0 { table.note(words.count("drawing-unsaid", unsaid)) } else { table };
        table.into_html()
    }
}

fn numbered(number: usize) -> String {
    number.to_string()
}

/// The letter of a hit policy, as tables have it in their corner.
fn policy(policy: Option<HitPolicy>) -> &'static str {
    match policy {
        Some(HitPolicy::Unique) => "U",
        Some(HitPolicy::Any) => "A",
        Some(HitPolicy::Priority) => "P",
        Some(HitPolicy::First) => "F",
        Some(HitPolicy::RuleOrder) => "R",
        Some(HitPolicy::OutputOrder) => "O",
        Some(HitPolicy::Collect) => "C",
        Some(HitPolicy::Sum) => "C+",
        Some(HitPolicy::Min) => "C<",
        Some(HitPolicy::Max) => "C>",
        Some(HitPolicy::Count) => "C#",
        None => "–",
    }
}

fn cut(text: &str) -> String {
    crate::text::cut(text, LONGEST)
}
