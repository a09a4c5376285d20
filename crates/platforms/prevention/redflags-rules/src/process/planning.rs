//! Planning and choice of procedure: R001, R010, R012.

use ocds::types::Document;

use super::scope::{Step, exempt, missing, need, only_direct, settle};
use crate::context::Context;
use crate::facts::{Facts, Method};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};

const PLANNING_TYPES: [&str; 6] = [
    "procurementPlan",
    "plannedProcurementNotice",
    "needsAssessment",
    "feasibilityStudy",
    "marketStudies",
    "projectPlan",
];

/// Whether a document is of one of these types.
pub(super) fn is_of(document: &Document<'_>, types: &[&str]) -> bool {
    document.document_type.as_deref().is_some_and(|kind| types.iter().any(|known| known.eq_ignore_ascii_case(kind)))
}

/// When a document was published.
pub(super) fn published(document: &Document<'_>, cx: &Context<'_>) -> Option<Moment> {
    document.date_published.as_ref().map(|when| Moment::of(when, &cx.settings.zone))
}

/// R001: no planning document was published by the start of the tender.
pub(super) fn r001(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        if facts.call_off() || facts.rule.is_some_and(|rule| rule.emergency) {
            return exempt(Reason::Exempt);
        }
        let start = need(facts.start, "tender/tenderPeriod/startDate")?;
        if start > cx.as_of {
            return exempt(Reason::Stage);
        }
        let due = start.plus_days(cx.settings.days(Key::R001GraceDays));
        let documents = facts.release.planning.as_ref().map_or(&[][..], |planning| planning.documents.as_slice());
        let mut late = Vec::new();
        let mut count = 0;
        for (index, document) in documents.iter().enumerate().filter(|(_, document)| is_of(document, &PLANNING_TYPES)) {
            match published(document, cx) {
                // Without a date it cannot be shown to be late.
                None => count += 1,
                Some(day) if day <= due => count += 1,
                Some(day) => late.push(Evidence::new(format!("/planning/documents/{index}/datePublished"), day.text())),
            }
        }
        if count > 0 {
            return Ok(Outcome::not_raised(Number::Count(count), Number::Count(1)).into());
        }
        let positive = !late.is_empty();
        let mut evidence = vec![Evidence::new("/tender/tenderPeriod/startDate", start.text())];
        evidence.append(&mut late);
        let outcome = Outcome::raised(Number::Count(0), Number::Count(1), evidence);
        // Late documents show that the source publishes them.
        Ok(if positive { outcome.into() } else { Ruling::absent("planning/documents/documentType", outcome) })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// What R010 finds about the ground of a non-competitive method.
pub(super) enum Ground<'f> {
    /// A ground is stated and, where there is a list, on it.
    Lawful,
    /// A ground is stated that is not on the list.
    Unlisted(&'f str),
    /// None is stated.
    None,
}

/// The ground for a non-competitive method.
pub(super) fn ground<'f>(facts: &'f Facts<'_>, cx: &Context<'_>) -> Ground<'f> {
    let Some(tender) = &facts.release.tender else { return Ground::None };
    let stated = tender.procurement_method_rationale.as_deref().map(str::trim).filter(|text| !text.is_empty());
    if let Some(text) = stated {
        let listed =
            cx.settings.lists.lawful_grounds.is_empty() || cx.settings.lists.lawful_grounds.find(text).is_some();
        return if listed { Ground::Lawful } else { Ground::Unlisted(text) };
    }
    if tender.documents.iter().any(|document| is_of(document, &["procurementMethodRationale"])) {
        return Ground::Lawful;
    }
    Ground::None
}

/// R010: a non-competitive method without a ground, or with one that the law does not list.
pub(super) fn r010(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    if let Err(outcome) = only_direct(facts) {
        return outcome.into();
    }
    let one = Number::Count(1);
    let method = Evidence::new("/tender/procurementMethod", facts.method.map_or("", Method::code));
    match ground(facts, cx) {
        Ground::Lawful => Outcome::not_raised(Number::Count(0), one).into(),
        Ground::Unlisted(text) => {
            let evidence = vec![method, Evidence::new("/tender/procurementMethodRationale", text)];
            Outcome::raised(one, one, evidence).into()
        }
        Ground::None => Ruling::absent("tender/procurementMethodRationale", Outcome::raised(one, one, vec![method])),
    }
}

/// R012: the plan said compete, the deed said not.
pub(super) fn r012(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        only_direct(facts)?;
        if facts.rule.is_some_and(|rule| rule.planned == Some(false) || rule.emergency) {
            return exempt(Reason::Exempt);
        }
        let links = facts.release.related_processes.iter().enumerate();
        let plan = links
            .filter(|(_, link)| link.relationship.iter().any(|code| code == "planning"))
            .find_map(|(index, link)| Some((format!("/relatedProcesses/{index}"), link.identifier.as_deref()?)));
        let project = || {
            let id = facts.release.planning.as_ref()?.budget.as_ref()?.project_id.as_deref()?;
            Some(("/planning/budget/projectID".to_owned(), id))
        };
        let (pointer, id) = need(plan.or_else(project), "planning/budget/projectID")?;
        let planned = match cx.registers.plans.as_ref().and_then(|plans| plans.get(id)) {
            Some(planned) => *planned,
            None => return missing("plan register"),
        };
        let against = matches!(planned, Method::Open | Method::Selective);
        let evidence = || {
            vec![
                Evidence::new(pointer.clone(), format!("{id}: {}", planned.code())),
                Evidence::new("/tender/procurementMethod", facts.method.map_or("", Method::code)),
            ]
        };
        Ok(super::scope::compared(against, Number::Count(i64::from(against)), Number::Count(1), evidence))
    }
    settle(judge(facts, cx))
}
