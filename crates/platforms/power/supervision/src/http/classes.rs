//! How secret a warning is, on its page: the chief's form; and who may know of it, for other platforms.

use std::collections::BTreeSet;

use ::store::{Recorded, StoreFault};
use access::Permission as _;
use kernel::{MatterId, OrganId};
use secrecy::view::Candidate;
use web::http::{Page, PageError};
use web::view::{Action, ErrorSummary, Form, Panel};

use crate::decide::Refusal;
use crate::glass;
use crate::http::ClassifyWarnings;
use crate::http::forms::{Again, Desk, Hidden};
use crate::store::Reach;
use crate::tell::ANSWERS;
use crate::types::Warning;

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
    secrecy::view::on_record_elsewhere(page, (warning.id, &warning.secrecy)).await.map(|()| true)
}

/// Who may be named, and of which organ: the unit's inspectors, who answers for the organ concerned, and whoever is named
/// already.
pub(super) fn candidates(page: &Page, warning: &Warning) -> Vec<Candidate> {
    let today = page.today();
    let holders = |organ: OrganId, duties: &[&str]| {
        let held = duties.iter().flat_map(|duty| page.register.holders(organ, duty, today));
        held.map(|officer| (officer.id, Some(organ))).collect::<Vec<_>>()
    };
    let mut all = holders(warning.unit, &["inspector"]);
    all.extend(warning.finding.organ.into_iter().flat_map(|organ| holders(organ, &["organ-handler", "organ-head"])));
    all.extend(warning.secrecy.named.iter().flatten().map(|officer| (*officer, None)));
    let mut seen = BTreeSet::new();
    all.retain(|(officer, _)| seen.insert(*officer));
    all
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
    let sent = again.map(|again| |name: &str| again.fields.get(name).to_owned());
    let sent = sent.as_ref().map(|sent| sent as &dyn Fn(&str) -> String);
    let candidates = candidates(page, warning);
    let help = words.t("supervision-named-only-help");
    let mut fields = secrecy::view::fields(page, &warning.secrecy, (&candidates, help), sent);
    if again.is_some_and(|again| {
        matches!(again.refusal, Refusal::NothingChanges | Refusal::NoSuchClass | Refusal::OpenerThanSource)
    }) {
        fields.class = fields.class.error(desk.why());
    }
    let grounds = desk.area("classify", "class-grounds", "supervision-class-grounds", "supervision-class-grounds-help");
    let summary = ErrorSummary::of(words, &[&fields.class, &grounds]);
    let form = desk.begin("classify")?.with(Hidden::new("verb", "classify")).with(summary);
    let form = fields.names.into_iter().fold(form.with(fields.class).with(fields.only), Form::with);
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
        answers.into_iter().any(|(officer, ceiling)| warning.secrecy.opens_to(ceiling, &[officer].into()))
    })
}
