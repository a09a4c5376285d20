//! Parts of pages: how secret a matter is, the form of who classifies it, who has read it; and the record that it is read.

use std::collections::BTreeSet;

use access::{Hand, May};
use kernel::secrecy::CLASSES;
use kernel::{Class, MatterId, OfficerId, OrganId, Secrecy};
use store::{RecordError, StoreFault};
use web::http::{Page, PageError};
use web::locale::Words;
use web::view::{Badge, Cell, Choice, Column, Field, Html, Light, Panel, Row, State as Shown, Table};

use crate::reading;

/// The class, where it is more than internal, and whether only named officers may know of it.
pub fn badge(words: Words, class: Class, named: bool) -> Option<Badge> {
    let said = match (class > Class::Internal, named) {
        (false, false) => return None,
        (true, false) => words.t(&format!("secrecy-class-{class}")),
        (false, true) => words.t("secrecy-named-only"),
        (true, true) => {
            words.with("secrecy-class-and-named", &[("class", words.t(&format!("secrecy-class-{class}")).into())])
        }
    };
    Some(Badge::saying(Light::Notice, said))
}

/// Records that the reader reads the matter, before anything of it is shown.
///
/// # Errors
/// If it cannot be recorded; then nothing may be shown.
pub async fn on_record<P>(page: &Page, may: &May<P>, about: (MatterId, &Secrecy)) -> Result<(), PageError> {
    let by = (Hand::of(may.reader()), may.post());
    let recorded = reading::record(page.app.store(), (page.app.node(), page.app.clock()), by, about).await;
    recorded.map_err(|error| match error {
        // Others read it at the same moment, again and again: the reader tries once more.
        RecordError::Conflict { .. } => PageError::Conflict,
        other => other.into(),
    })
}

/// The same for what another platform shows of the matter.
///
/// # Errors
/// If it cannot be recorded; then nothing may be shown.
pub async fn on_record_elsewhere(page: &Page, about: (MatterId, &Secrecy)) -> Result<(), StoreFault> {
    let by = (Hand::of(&page.reader), page.reader.post());
    let recorded = reading::record(page.app.store(), (page.app.node(), page.app.clock()), by, about).await;
    recorded.map_err(|error| match error {
        RecordError::Fault(fault) => fault,
        other => StoreFault::Nonsense(other.to_string()),
    })
}

/// One who may be named, and of which organ, where that says more than the name.
pub type Candidate = (OfficerId, Option<OrganId>);

/// The fields of a form that classifies a matter; what they are called is what [`asked`] reads.
pub struct Fields {
    /// Which class.
    pub class: Field,
    /// Whether named officers only may know of it.
    pub only: Field,
    /// A box for each candidate.
    pub names: Vec<Field>,
}

/// The name of the box of an officer.
fn box_of(officer: OfficerId) -> String {
    format!("named-{officer}")
}

/// The fields, filled with what holds or with what was typed and refused.
///
/// - `only`: what it says where only named officers may know, and who may beside them.
/// - `again`: the value of a field that was sent, where the form is shown again.
pub fn fields(
    page: &Page,
    now: &Secrecy,
    (candidates, only): (&[Candidate], String),
    again: Option<&dyn Fn(&str) -> String>,
) -> Fields {
    let words = page.words;
    let classes = CLASSES.into_iter().filter(|class| *class <= page.reader.ceiling());
    let classes = classes.map(|class| Choice::new(class.code(), words.t(&format!("secrecy-class-{class}")))).collect();
    let chosen = again.map_or_else(|| now.class.code().to_owned(), |again| again("class"));
    let tick = |name: String, label: String, before: bool| {
        let on = again.map_or(before, |again| !again(&name).is_empty());
        let field = Field::check(name, label);
        if on { field.value("on") } else { field }
    };
    let names = candidates.iter().map(|(officer, organ)| {
        let before = now.named.as_ref().is_some_and(|named| named.contains(officer));
        let label = match organ {
            Some(organ) => format!("{}·{}", page.organ(*organ), page.officer(*officer)),
            None => page.officer(*officer),
        };
        tick(box_of(*officer), label, before)
    });
    Fields {
        class: Field::select("class", words.t("secrecy-class"), classes).value(chosen),
        only: tick("named-only".to_owned(), only, now.named.is_some()),
        names: names.collect(),
    }
}

/// What a sent form asks for.
///
/// - `field`: the value of a field, empty where it was not sent.
///
/// # Errors
/// If the class is no class at all: then no form of ours was sent.
pub fn asked(candidates: &[Candidate], field: impl Fn(&str) -> String) -> Result<Secrecy, PageError> {
    let class = field("class").parse().map_err(|_| PageError::Malformed("class"))?;
    let ticked = |officer: &OfficerId| !field(&box_of(*officer)).is_empty();
    let named = (!field("named-only").is_empty()).then(|| {
        let all = candidates.iter().map(|(officer, _)| *officer);
        all.filter(ticked).collect::<BTreeSet<_>>()
    });
    Ok(Secrecy { class, named })
}

/// Who has read a matter, where reading it is an act.
///
/// # Errors
/// If the store cannot be read.
pub async fn readers(page: &Page, (about, secrecy): (MatterId, &Secrecy)) -> Result<Option<Panel>, PageError> {
    let readers = reading::readers(page.app.store(), page.app.node(), about).await?;
    if readers.is_empty() && !secrecy.is_on_record() {
        return Ok(None);
    }
    let words = page.words;
    let columns = vec![
        Column::new(words.t("secrecy-reader")),
        Column::new(words.t("secrecy-readings")).figure(),
        Column::new(words.t("secrecy-last-read")).narrow(),
    ];
    let rows = readers.iter().map(|reader| {
        Row::new(vec![
            Cell::new(Html::data(&page.officer(reader.officer))).under(Html::data(&page.organ(reader.organ))),
            Cell::number(reader.readings),
            Cell::new(page.moment(reader.last_at)),
        ])
    });
    let title = words.t("secrecy-readers");
    let table = Table::new(words, "readers", title.as_str(), columns)
        .rows(rows)
        .empty(Shown::empty(words.t("secrecy-readers-none"), ""));
    let panel = Panel::new(title.as_str(), table).flush().foot(words.t("secrecy-readers-foot"));
    Ok(Some(panel.id("who-read")))
}
