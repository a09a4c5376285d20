//! How secret a warning is, on its page: the badge, the chief's form, who has read it; and the record that it is read.

use std::collections::BTreeSet;

use ::store::{RecordError, Recorded, StoreFault};
use access::{Hand, May, Permission as _};
use kernel::{Class, MatterId, OfficerId, OrganId};
use web::http::{Page, PageError};
use web::locale::Words;
use web::view::{
    Action, Badge, Cell, Choice, Column, ErrorSummary, Field, Html, Light, Panel, Row, State as Shown, Table,
};

use crate::decide::{CLASSES, Refusal};
use crate::glass;
use crate::http::forms::{Again, Desk, Hidden};
use crate::http::{ClassifyWarnings, acts};
use crate::reading;
use crate::store::Reach;
use crate::tell::ANSWERS;
use crate::types::Warning;

/// The class, where it is more than internal, and whether only named officers may know of it.
pub(super) fn badge(words: Words, class: Class, named: bool) -> Option<Badge> {
    let said = match (class > Class::Internal, named) {
        (false, false) => return None,
        (true, false) => words.t(&format!("supervision-class-{class}")),
        (false, true) => words.t("supervision-named-only"),
        (true, true) => words
            .with("supervision-class-and-named", &[("class", words.t(&format!("supervision-class-{class}")).into())]),
    };
    Some(Badge::saying(Light::Notice, said))
}

/// Records that the reader reads the warning, before anything of it is shown.
pub(super) async fn on_record<P>(page: &Page, may: &May<P>, warning: &Warning) -> Result<(), PageError> {
    let by = (acts::hand(may), may.post());
    reading::record(page.app.store(), (page.app.node(), page.app.clock()), by, warning).await.map_err(|error| {
        match error {
            // Others read it at the same moment, again and again: the reader tries once more.
            RecordError::Conflict { .. } => PageError::Conflict,
            other => other.into(),
        }
    })
}

/// Whether the reader may see what an act of this platform says, for another platform that shows it: as its warning's page
/// would, whatever their reach. A reading that is an act is recorded.
///
/// # Errors
/// If the store fails, or the reading cannot be recorded.
pub async fn may_see_act(page: &Page, act: &Recorded) -> Result<bool, StoreFault> {
    let (store, node) = (page.app.store(), page.app.node());
    let matter = MatterId::new(act.act.matter);
    let warning = match act.act.kind.split('.').next() {
        Some("supervision") => matter,
        Some("glass") => match glass::load(store, node, matter).await? {
            Some((access, _)) => access.warning,
            None => return Ok(false),
        },
        _ => return Ok(true),
    };
    let reach = Reach::of_reader(&page.reader, &page.register, page.today());
    let Some((warning, _)) = crate::store::load(store, &reach, warning).await? else { return Ok(false) };
    let by = (Hand::of(&page.reader), page.reader.post());
    let recorded = reading::record(store, (node, page.app.clock()), by, &warning).await;
    recorded.map(|()| true).map_err(|error| match error {
        RecordError::Fault(fault) => fault,
        other => StoreFault::Nonsense(other.to_string()),
    })
}

/// Who may be named, and of which organ: the unit's inspectors, who answers for the organ concerned, and whoever is named
/// already.
fn candidates(page: &Page, warning: &Warning) -> Vec<(OfficerId, Option<OrganId>)> {
    let today = page.today();
    let holders = |organ: OrganId, duties: &[&str]| {
        let held = duties.iter().flat_map(|duty| page.register.holders(organ, duty, today));
        held.map(|officer| (officer.id, Some(organ))).collect::<Vec<_>>()
    };
    let mut all = holders(warning.unit, &["inspector"]);
    all.extend(warning.finding.organ.into_iter().flat_map(|organ| holders(organ, &["organ-handler", "organ-head"])));
    all.extend(warning.named.iter().flatten().map(|officer| (*officer, None)));
    let mut seen = BTreeSet::new();
    all.retain(|(officer, _)| seen.insert(*officer));
    all
}

/// The name of the box of an officer.
fn box_of(officer: OfficerId) -> String {
    format!("named-{officer}")
}

/// The officers whose boxes were ticked.
pub(super) fn ticked(page: &Page, warning: &Warning, is_ticked: impl Fn(&str) -> bool) -> BTreeSet<OfficerId> {
    let all = candidates(page, warning).into_iter().map(|(officer, _)| officer);
    all.filter(|officer| is_ticked(&box_of(*officer))).collect()
}

/// The form of who classifies; nothing for others.
pub(super) fn form(page: &Page, warning: &Warning, again: Option<Again<'_>>) -> Result<Option<Panel>, PageError> {
    let words = page.words;
    let may = page.app.authority().allows(&page.reader, ClassifyWarnings::CODE).is_ok();
    let keeps_out = [page.reader.officer(), page.reader.principal()].iter().any(|it| warning.recused.contains(it));
    if !may || keeps_out || page.reader.organ() != warning.unit {
        return Ok(None);
    }
    let desk = Desk { page, warning, again };
    let again = again.filter(|again| again.fields.get("verb") == "classify");
    let classes = CLASSES.into_iter().filter(|class| *class <= page.reader.ceiling());
    let classes =
        classes.map(|class| Choice::new(class.code(), words.t(&format!("supervision-class-{class}")))).collect();
    let chosen = again.map_or(warning.class.code(), |again| again.fields.get("class"));
    let mut class = Field::select("class", words.t("supervision-class"), classes).value(chosen);
    if again.is_some_and(|again| matches!(again.refusal, Refusal::NothingChanges | Refusal::NoSuchClass)) {
        class = class.error(desk.why());
    }
    let tick = |name: String, label: String, before: bool| {
        let on = again.map_or(before, |again| !again.fields.get(&name).is_empty());
        let field = Field::check(name, label);
        if on { field.value("on") } else { field }
    };
    let only = tick("named-only".to_owned(), words.t("supervision-named-only-help"), warning.named.is_some());
    let grounds = desk.area("classify", "class-grounds", "supervision-class-grounds", "supervision-class-grounds-help");
    let summary = ErrorSummary::of(words, &[&class, &grounds]);
    let mut form = desk.begin("classify")?.with(Hidden::new("verb", "classify")).with(summary).with(class).with(only);
    for (officer, organ) in candidates(page, warning) {
        let before = warning.named.as_ref().is_some_and(|named| named.contains(&officer));
        let label = match organ {
            Some(organ) => format!("{}·{}", page.organ(organ), page.officer(officer)),
            None => page.officer(officer),
        };
        form = form.with(tick(box_of(officer), label, before));
    }
    let form = form
        .with(grounds)
        .button(Action::submit(words.t("supervision-classify-button")))
        .after(words.t("supervision-classify-after"));
    Ok(Some(Panel::new(words.t("supervision-classify"), form).id("classify")))
}

/// Whether somebody who answers for an organ, or for the one that took over its tasks, is cleared for a warning and named where
/// it names who may know.
pub(super) fn is_known_to(page: &Page, organ: OrganId, warning: &Warning) -> bool {
    let today = page.today();
    let heirs = page.register.organs(today);
    let heirs = heirs.all().map(|other| other.id).filter(|other| page.register.stands_for(*other, organ, today));
    std::iter::once(organ).chain(heirs).any(|organ| {
        let answers = ANSWERS.into_iter().flat_map(|duty| page.register.cleared(organ, duty, today));
        answers.into_iter().any(|(officer, ceiling)| {
            warning.class <= ceiling && warning.named.as_ref().is_none_or(|named| named.contains(&officer))
        })
    })
}

/// Who has read it, where reading it is an act.
pub(super) async fn readers(page: &Page, warning: &Warning) -> Result<Option<Panel>, PageError> {
    let readers = reading::readers(page.app.store(), page.app.node(), warning.id).await?;
    if readers.is_empty() && !reading::is_on_record(warning) {
        return Ok(None);
    }
    let words = page.words;
    let columns = vec![
        Column::new(words.t("supervision-reader")),
        Column::new(words.t("supervision-readings")).figure(),
        Column::new(words.t("supervision-last-read")).narrow(),
    ];
    let rows = readers.iter().map(|reader| {
        Row::new(vec![
            Cell::new(Html::data(&page.officer(reader.officer))).under(Html::data(&page.organ(reader.organ))),
            Cell::number(reader.readings),
            Cell::new(page.moment(reader.last_at)),
        ])
    });
    let title = words.t("supervision-readers");
    let table = Table::new(words, "readers", title.as_str(), columns)
        .rows(rows)
        .empty(Shown::empty(words.t("supervision-readers-none"), ""));
    let panel = Panel::new(title.as_str(), table).flush().foot(words.t("supervision-readers-foot"));
    Ok(Some(panel.id("who-read")))
}
