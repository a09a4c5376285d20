//! The call: R003, R004, R005, R006, R007, R008, R014, R016, R018, R020, R039.

use super::planning::{is_of, published};
use super::scope::{
    Step, at_least_plain, compared, count_of, exempt, is_final, missing, need, only_competitive, outside_log, settle,
    size_of, unit_of, whole_days,
};
use crate::context::Context;
use crate::facts::{Facts, Finality, Method, to_f64};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Fenced, Measure, Ruling, Spot, Verdict};
use crate::stats::{Fences, round9};
use crate::stratum::{Mask, Stratum};
use crate::subject::SubjectKey;

const START: &str = "tender/tenderPeriod/startDate";
const END: &str = "tender/tenderPeriod/endDate";

/// R003: the shortest submission period of the process or one of its lots is below the minimum for its method.
pub(super) fn r003(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let method = need(facts.method, "tender/procurementMethod");
        let by_law = facts.rule.and_then(|rule| rule.days);
        // Where the law counts working days, CN-12 does.
        let by_calendar = facts.rule.is_some_and(|rule| rule.working_days.is_some());
        if by_law.is_none() && (by_calendar || method == Ok(Method::Direct)) {
            return exempt(Reason::Method);
        }
        let mut shortest: Option<(i64, usize)> = None;
        let mut gap = None;
        for (index, unit) in facts.units.iter().enumerate() {
            let days = need(unit.start, START)
                .and_then(|start| need(unit.end, END).and_then(|end| whole_days(start, end, END)));
            match days {
                Ok(days) if shortest.is_none_or(|(least, _)| days < least) => shortest = Some((days, index)),
                Ok(_) => {}
                Err(outcome) => gap = gap.or(Some(outcome)),
            }
        }
        let Some((days, unit)) = shortest else {
            return Err(gap.unwrap_or(Outcome::missing(START)));
        };
        method?;
        let threshold = by_law.map_or_else(|| cx.settings.days(Key::R003Days), i64::from);
        let period = match facts.units[unit].lot {
            Some(lot) if lot_has_period(facts, lot) => format!("/tender/lots/{lot}/tenderPeriod"),
            _ => "/tender/tenderPeriod".to_owned(),
        };
        Ok(compared(days < threshold, Number::Count(days), Number::Count(threshold), || {
            let unit = &facts.units[unit];
            period_evidence(&period, unit.start, unit.end)
        }))
    }
    settle(judge(facts, cx))
}

fn lot_has_period(facts: &Facts<'_>, lot: usize) -> bool {
    facts.release.lots().get(lot).is_some_and(|lot| lot.tender_period.is_some())
}

/// Both ends of a period as evidence.
pub(super) fn period_evidence(pointer: &str, start: Option<Moment>, end: Option<Moment>) -> Vec<Evidence> {
    [("startDate", start), ("endDate", end)]
        .into_iter()
        .filter_map(|(name, at)| Some(Evidence::new(format!("{pointer}/{name}"), at?.text())))
        .collect()
}

/// R004: no tender notice was published by the start of submission.
pub(super) fn r004(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        only_competitive(facts)?;
        let start = need(facts.start, START)?;
        let due = start.plus_days(cx.settings.days(Key::R004GraceDays));
        if due > cx.as_of {
            return exempt(Reason::Stage);
        }
        let documents = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.documents.as_slice());
        let (mut in_time, mut late, mut undated) = (0, Vec::new(), false);
        for (index, notice) in documents.iter().enumerate().filter(|(_, document)| is_of(document, &["tenderNotice"])) {
            match published(notice, cx) {
                None => undated = true,
                Some(day) if day <= due => in_time += 1,
                Some(day) => late.push(Evidence::new(format!("/tender/documents/{index}/datePublished"), day.text())),
            }
        }
        if in_time > 0 {
            return Ok(Outcome::not_raised(Number::Count(in_time), Number::Count(1)).into());
        }
        if undated {
            return missing("tender/documents/datePublished");
        }
        let positive = !late.is_empty();
        late.insert(0, Evidence::new("/tender/tenderPeriod/startDate", start.text()));
        let outcome = Outcome::raised(Number::Count(0), Number::Count(1), late);
        Ok(if positive { outcome.into() } else { Ruling::absent("tender/documents/documentType", outcome) })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// R005: bidding documents, specifications or criteria are missing or came after the start.
pub(super) fn r005(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        if facts.method == Some(Method::Direct) {
            return exempt(Reason::Method);
        }
        let start = need(facts.start, START)?;
        let due = start.plus_days(cx.settings.days(Key::R005GraceDays));
        if due > cx.as_of {
            return exempt(Reason::Stage);
        }
        let tender = need(facts.release.tender.as_ref(), "tender/documents/documentType")?;
        let has_criteria = tender.award_criteria.is_some() || tender.award_criteria_details.is_some();
        let wanted: [(&str, &[&str], bool); 3] = [
            ("biddingDocuments", &["biddingDocuments"], false),
            ("technicalSpecifications", &["technicalSpecifications"], false),
            ("evaluationCriteria", &["evaluationCriteria"], has_criteria),
        ];
        let (mut faults, mut evidence, mut positive) = (0, Vec::new(), false);
        for (name, types, given) in wanted {
            if given {
                continue;
            }
            let found = tender.documents.iter().enumerate().filter(|(_, document)| is_of(document, types));
            let first = found.map(|(index, document)| (published(document, cx), index)).min();
            match first {
                None => {
                    faults += 1;
                    evidence.push(Evidence::new("/tender/documents", format!("– {name}")));
                }
                // Without a date it is there, and cannot be shown to be late.
                Some((None, _)) => {}
                Some((Some(day), index)) if day > due => {
                    faults += 1;
                    positive = true;
                    evidence.push(Evidence::new(
                        format!("/tender/documents/{index}/datePublished"),
                        format!("{name} {}", day.text()),
                    ));
                }
                Some(_) => {}
            }
        }
        if faults == 0 {
            return Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)).into());
        }
        let outcome = Outcome::raised(Number::Count(faults), Number::Count(1), evidence);
        Ok(if positive { outcome.into() } else { Ruling::absent("tender/documents/documentType", outcome) })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// R006: turnover, similar contracts, registered capital or local registration are asked beyond reason.
///
/// The length of free text against its category is left to the native platform, where criteria are structured.
pub(super) fn r006(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        if facts.method == Some(Method::Direct) {
            return exempt(Reason::Method);
        }
        let tender = need(facts.release.tender.as_ref(), "tender/eligibilityCriteria")?;
        if tender.eligibility_criteria.is_none() && tender.selection_criteria.is_none() {
            return missing("tender/eligibilityCriteria");
        }
        let words = &cx.settings.lists.unreasonable_conditions;
        let mut evidence = Vec::new();
        let mut look = |pointer: String, text: Option<&str>| {
            if let Some(found) = text.and_then(|text| words.find(text)) {
                evidence.push(Evidence::new(pointer, found));
            }
        };
        look("/tender/eligibilityCriteria".into(), tender.eligibility_criteria.as_deref());
        if let Some(selection) = &tender.selection_criteria {
            look("/tender/selectionCriteria/description".into(), selection.description.as_deref());
            for (index, criterion) in selection.criteria.iter().enumerate() {
                let pointer = format!("/tender/selectionCriteria/criteria/{index}");
                look(format!("{pointer}/description"), criterion.description.as_deref());
                look(format!("{pointer}/minimum"), criterion.minimum.as_deref());
            }
            for (index, criterion) in selection.criteria.iter().enumerate() {
                let pointer = format!("/tender/selectionCriteria/criteria/{index}/numbers");
                let says = |terms: [&str; 3]| {
                    let texts = [criterion.description.as_deref(), criterion.minimum.as_deref()];
                    texts.into_iter().flatten().any(|text| terms.iter().any(|term| text.to_lowercase().contains(term)))
                };
                // Figures with a weight are marks, not conditions.
                for number in criterion.numbers.iter().filter(|number| number.weight.is_none()) {
                    let Some(figure) = number.number.map(to_f64) else { continue };
                    let turnover = says(["turnover", "营业额", "营业收入"]);
                    let beyond_turnover = facts.value.is_some_and(|value| {
                        figure > cx.settings.figure(Key::R006TurnoverRatio) * to_f64(value.amount)
                    });
                    let similar = says(["similar contract", "类似业绩", "同类业绩"]);
                    if (turnover && beyond_turnover) || (similar && figure > cx.settings.figure(Key::R006Similar)) {
                        evidence.push(Evidence::new(pointer.clone(), figure.to_string()));
                    }
                }
            }
        }
        let count = i64::try_from(evidence.len()).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(facts, cx))
}

/// R007: a brand, model or patent in the specification without "or equivalent".
pub(super) fn r007(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        if facts.method == Some(Method::Direct) {
            return exempt(Reason::Method);
        }
        let lists = &cx.settings.lists;
        let tender = need(facts.release.tender.as_ref(), "tender/items/description")?;
        if lists.brands.is_empty() {
            return missing("brand list");
        }
        let (mut any, mut evidence) = (false, Vec::new());
        for (index, item) in tender.items.iter().enumerate() {
            let Some(text) = item.description.as_deref() else { continue };
            any = true;
            if let Some(found) = lists.brands.find(text).filter(|_| lists.equivalents.find(text).is_none()) {
                evidence.push(Evidence::new(format!("/tender/items/{index}/description"), found));
            }
        }
        for (index, document) in tender.documents.iter().enumerate() {
            if !is_of(document, &["technicalSpecifications"]) {
                continue;
            }
            let Some(text) = document.description.as_deref() else { continue };
            any = true;
            if let Some(found) = lists.brands.find(text).filter(|_| lists.equivalents.find(text).is_none()) {
                evidence.push(Evidence::new(format!("/tender/documents/{index}/description"), found));
            }
        }
        if !any {
            return missing("tender/items/description");
        }
        need(facts.method, "tender/procurementMethod")?;
        let count = i64::try_from(evidence.len()).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(facts, cx))
}

/// R008: fees to take part against the value.
pub(super) const R008: Fenced = Fenced {
    measure: r008_measure,
    compare: r008_compare,
    explain: r008_explain,
    log: false,
    levels: &[Mask::CATEGORY, Mask::ALL],
};

fn r008_measure<'r>(_: Spot, facts: &Facts<'r>, _: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    const FEES: &str = "tender/participationFees/value";
    let fees = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.participation_fees.as_slice());
    if fees.is_empty() {
        return Err(Ruling::absent(FEES, Outcome::CLEAR));
    }
    let value = need(facts.value, "tender/value")?;
    let mut sum = rust_decimal::Decimal::ZERO;
    for fee in fees {
        let fee = need(fee.value.as_ref(), FEES)?;
        if fee.currency.as_deref().is_some_and(|currency| currency != value.currency) {
            return Err(Outcome::missing("tender/participationFees/value/currency").into());
        }
        let amount = need(fee.amount.filter(|amount| !amount.is_sign_negative()), FEES)?;
        sum = need(sum.checked_add(amount), FEES)?;
    }
    let ratio = need(sum.checked_div(value.amount), "tender/value")?;
    if ratio.is_zero() {
        return Err(Outcome::CLEAR.into());
    }
    let (scheme, class) = facts.category.map_or(("", ""), |category| (category.scheme, category.class));
    Ok(Measure { value: round9(to_f64(ratio)), stratum: Stratum { scheme, class, ..Stratum::default() } })
}

fn r008_compare(value: f64, fences: Option<Fences>, settings: &crate::settings::Settings) -> Verdict {
    let most = settings.figure(Key::R008MaxRatio);
    if value > most {
        return Verdict::Raised(most);
    }
    // The fixed maximum suffices to judge; the fence of the category only adds to it.
    match at_least_plain(value, fences) {
        raised @ Verdict::Raised(_) => raised,
        _ => Verdict::Clear(most),
    }
}

fn r008_explain(_: Spot, facts: &Facts<'_>, _: &Context<'_>) -> (Vec<Evidence>, Vec<SubjectKey>) {
    let fees = facts.release.tender.iter().flat_map(|tender| tender.participation_fees.iter().enumerate());
    let evidence = fees
        .filter_map(|(index, fee)| {
            let value = fee.value.as_ref()?;
            let text = format!("{} {}", value.amount?.normalize(), value.currency.as_deref().unwrap_or_default());
            Some(Evidence::new(format!("/tender/participationFees/{index}/value"), text))
        })
        .collect();
    (evidence, Vec::new())
}

/// R014: from the earliest notice to the opening there were too few days.
pub(super) fn r014(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        if facts.competitive == Some(false) {
            return exempt(Reason::Method);
        }
        let documents = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.documents.as_slice());
        let notice = documents
            .iter()
            .enumerate()
            .filter(|(_, document)| is_of(document, &["tenderNotice"]))
            .filter_map(|(index, document)| Some((published(document, cx)?, index)))
            .min();
        let advert = match notice {
            Some((day, index)) => (day, format!("/tender/documents/{index}/datePublished")),
            None => (need(facts.start, START)?, "/tender/tenderPeriod/startDate".to_owned()),
        };
        let opening = need(facts.opening, "tender/bidOpening/date")?;
        only_competitive(facts)?;
        let days = whole_days(advert.0, opening, "tender/bidOpening/date")?;
        let threshold = cx.settings.days(Key::R014Days);
        Ok(compared(days < threshold, Number::Count(days), Number::Count(threshold), || {
            vec![Evidence::new(advert.1, advert.0.text()), Evidence::new("/tender/bidOpening/date", opening.text())]
        }))
    }
    settle(judge(facts, cx))
}

/// R016: the value, or the unit value of a single item, is off the norm of its category.
pub(super) const R016: Fenced = Fenced {
    measure: r016_measure,
    compare: |value, fences, _| outside_log(value, fences),
    explain: |_, facts, _| {
        let value = facts.value.map(|value| format!("{} {}", value.amount.normalize(), value.currency));
        (vec![Evidence::new("/tender/value", value.unwrap_or_default())], Vec::new())
    },
    log: true,
    levels: &[
        Mask::CATEGORY.and(Mask::METHOD).and(Mask::CURRENCY),
        Mask::CATEGORY.and(Mask::METHOD).and(Mask::CURRENCY).and(Mask::UNIT),
    ],
};

fn r016_measure<'r>(_: Spot, facts: &Facts<'r>, _: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    let value = need(facts.value, "tender/value")?;
    let category = need(facts.category, "tender/items/classification")?;
    let method = need(facts.method, "tender/procurementMethod")?;
    if facts.units.iter().any(|unit| unit.category.is_some_and(|other| other != category)) {
        return exempt(Reason::MixedCategory).map_err(Ruling::from);
    }
    let items = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.items.as_slice());
    // A unit price is compared with unit prices of the same unit only, a total with totals: `each` stands for totals.
    let (amount, unit) = match items {
        [item] => {
            match (item.quantity.filter(|quantity| !quantity.is_zero() && quantity.is_sign_positive()), &item.unit) {
                (Some(quantity), Some(unit)) => {
                    let name = unit.id.as_deref().or(unit.name.as_deref()).unwrap_or("each");
                    (need(value.amount.checked_div(quantity), "tender/value")?, name)
                }
                _ => (value.amount, "total"),
            }
        }
        _ => (value.amount, "total"),
    };
    let stratum = Stratum {
        scheme: category.scheme,
        class: category.class,
        method: method.code(),
        currency: value.currency,
        unit,
        size: size_of(to_f64(amount)),
        band: 0,
    };
    Ok(Measure { value: round9(to_f64(amount)), stratum })
}

/// R018: one bidder under a competitive method.
pub(super) fn r018(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        only_competitive(facts)?;
        // A lot decided without a winner had its competition as well; only an open or pending one has not.
        if unit.finality != Finality::Closed {
            is_final(unit)?;
        }
        let count = unit.bidder_count.map_err(Outcome::missing)?;
        Ok(compared(count == 1, Number::Count(i64::from(count)), Number::Count(1), || {
            match unit.offers.iter().find(|offer| offer.status.submitted()) {
                Some(offer) => {
                    vec![Evidence::new(format!("/bids/details/{}/tenderers", offer.bid), facts.bids[offer.bid].id)]
                }
                None => vec![Evidence::new("/tender/numberOfTenderers", count.to_string())],
            }
        }))
    }
    settle(judge(spot, facts))
}

/// R020: somebody complained.
pub(super) fn r020(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    let complaints = &facts.release.complaints;
    let threshold = count_of(cx, Key::R020Min);
    let count = i64::try_from(complaints.len()).unwrap_or(i64::MAX);
    if complaints.is_empty() {
        return Ruling::absent("complaints/id", Outcome::not_raised(Number::Count(0), threshold));
    }
    compared(count >= cx.settings.days(Key::R020Min), Number::Count(count), threshold, || {
        complaints
            .iter()
            .enumerate()
            .map(|(index, complaint)| {
                let status = complaint.status.as_deref().unwrap_or_default();
                Evidence::new(
                    format!("/complaints/{index}"),
                    format!("{} {status}", complaint.id.as_deref().unwrap_or_default()),
                )
            })
            .collect()
    })
    .into()
}

/// R039: a question unanswered at its due time, or answered after the deadline.
pub(super) fn r039(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let Some(tender) = &facts.release.tender else { return missing("tender/enquiries/date") };
        if tender.enquiries.is_empty() {
            return match tender.has_enquiries {
                Some(true) => missing("tender/enquiries/date"),
                Some(false) => Ok(Outcome::CLEAR.into()),
                None => Ok(Ruling::absent("tender/enquiries", Outcome::CLEAR)),
            };
        }
        let end = need(facts.end, END);
        let due_days = cx.settings.days(Key::R039DueDays);
        let (mut evidence, mut unknown, mut answers) = (Vec::new(), None, false);
        for (index, enquiry) in tender.enquiries.iter().enumerate() {
            let pointer = format!("/tender/enquiries/{index}");
            let Some(asked) = enquiry.date.as_ref().map(|when| Moment::of(when, &cx.settings.zone)) else {
                unknown = unknown.or(Some(Outcome::missing("tender/enquiries/date")));
                continue;
            };
            let answered = enquiry.date_answered.as_ref().map(|when| Moment::of(when, &cx.settings.zone));
            answers |= answered.is_some() || enquiry.answer.is_some();
            match (answered, &end) {
                (Some(day), Ok(end)) if day > *end => {
                    evidence.push(Evidence::new(format!("{pointer}/dateAnswered"), day.text()));
                }
                (Some(_), Ok(_)) => {}
                (Some(_), Err(outcome)) => unknown = unknown.or(Some(outcome.clone())),
                (None, _) if enquiry.answer.is_some() => {
                    unknown = unknown.or(Some(Outcome::missing("tender/enquiries/dateAnswered")));
                }
                (None, _) if asked.plus_days(due_days) < cx.as_of => {
                    evidence.push(Evidence::new(format!("{pointer}/date"), asked.text()));
                }
                (None, _) => {}
            }
        }
        if evidence.is_empty() {
            return match unknown {
                Some(outcome) => Err(outcome),
                None => Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)).into()),
            };
        }
        let count = Number::Count(i64::try_from(evidence.len()).unwrap_or(i64::MAX));
        let outcome = Outcome::raised(count, Number::Count(1), evidence);
        // Where one answer is published the source publishes answers; else its habit decides.
        Ok(if answers { outcome.into() } else { Ruling::absent("tender/enquiries/dateAnswered", outcome) })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}
