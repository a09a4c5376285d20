//! Further indicators of a process.

use super::scope::{Step, bids, compared, exempt, is_final, missing, need, settle, unit_of};
use crate::context::Context;
use crate::facts::{AwardStatus, BidStatus, Facts};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};
use crate::subject::SubjectKey;

/// many lots, one winner. Source: SASU 2-3, 2-4.
pub(super) fn x04(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let least = cx.settings.count(Key::X04MinLots).max(2);
        if facts.release.lots().is_empty() {
            return missing("tender/lots");
        }
        if facts.units.len() < least {
            return exempt(Reason::TooFew);
        }
        let mut lots = Vec::new();
        for unit in &facts.units {
            match is_final(unit) {
                Ok(()) => lots.push(unit),
                // A lot that nobody won does not break the row; a pending one may.
                Err(Outcome::NotApplicable { reason: Reason::NotFinal })
                    if unit.finality == crate::facts::Finality::Closed => {}
                Err(outcome) => return Err(outcome),
            }
        }
        if lots.len() < least {
            return exempt(Reason::TooFew);
        }
        if lots.iter().any(|unit| unit.winners.is_empty()) {
            return missing("awards/suppliers/id");
        }
        let winners = &lots[0].winners;
        let one = lots.iter().all(|unit| unit.winners == *winners);
        let count = Number::Count(i64::try_from(lots.len()).unwrap_or(i64::MAX));
        let threshold = Number::Count(i64::try_from(least).unwrap_or(i64::MAX));
        if !one {
            return Ok(Outcome::NotRaised { value: None, threshold: Some(threshold) });
        }
        let mut evidence: Vec<Evidence> = lots
            .iter()
            .flat_map(|unit| &unit.awards)
            .filter(|award| facts.awards[**award].status == AwardStatus::Active)
            .map(|award| Evidence::new(format!("/awards/{award}/suppliers"), winners.join("+")))
            .collect();
        let removed = facts.bids.iter().enumerate().filter(|(_, bid)| bid.status == BidStatus::Disqualified);
        evidence
            .extend(removed.map(|(index, _)| Evidence::new(format!("/bids/details/{index}/status"), "disqualified")));
        let also = winners.iter().map(|id| SubjectKey::Supplier { supplier: (*id).to_owned() }).collect();
        Ok(Outcome::Raised { value: count, threshold, evidence, also })
    }
    settle(judge(facts, cx))
}

fn upheld(status: Option<&str>, cx: &Context<'_>) -> Option<bool> {
    let status = status?.trim().to_lowercase();
    Some(cx.settings.lists.upheld.contains(&status))
}

/// a complaint against an award to a supplier was upheld, and the supplier won again. Source: ProZorro 24-3-9.
pub(super) fn x05(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let unit = unit_of(spot, facts);
        let complaints = &facts.release.complaints;
        if complaints.is_empty() {
            return Ok(Ruling::absent("complaints/id", Outcome::not_applicable(Reason::Nothing)));
        }
        is_final(unit)?;
        let (mut evidence, mut any, mut undecided) = (Vec::new(), false, false);
        for (index, complaint) in complaints.iter().enumerate() {
            match upheld(complaint.status.as_deref(), cx) {
                None => {
                    undecided = true;
                    continue;
                }
                Some(false) => continue,
                Some(true) => {}
            }
            let Some(against) = complaint.related_award.as_deref() else { continue };
            let Some(old) = unit.awards.iter().copied().find(|&award| facts.awards[award].id == against) else {
                continue;
            };
            any = true;
            for &award in unit.awards.iter().filter(|&&award| award != old) {
                let again = &facts.awards[award];
                let same = again.suppliers.iter().any(|id| facts.awards[old].suppliers.contains(id));
                if again.status == AwardStatus::Active && same {
                    evidence.push(Evidence::new(format!("/complaints/{index}"), against));
                    evidence.push(Evidence::new(format!("/awards/{award}/suppliers"), again.suppliers.join("+")));
                }
            }
        }
        if !any {
            return if undecided { missing("complaints/status") } else { exempt(Reason::Nothing) };
        }
        let count = i64::try_from(evidence.len() / 2).unwrap_or(i64::MAX);
        let mut outcome = compared(count > 0, Number::Count(count), Number::Count(1), || evidence);
        if let Outcome::Raised { also, .. } = &mut outcome {
            also.extend(unit.winners.iter().map(|id| SubjectKey::Supplier { supplier: (*id).to_owned() }));
        }
        Ok(outcome.into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// a decision in the complainant's favour was not carried out by its due day. Source: ProZorro 24-3-1.
pub(super) fn x06(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let complaints = &facts.release.complaints;
        if complaints.is_empty() {
            return Ok(Ruling::absent("complaints/id", Outcome::not_applicable(Reason::Nothing)));
        }
        let due_days = cx.settings.days(Key::X06DueDays);
        let (mut late, mut absent, mut decided, mut waiting, mut unknown) = (Vec::new(), Vec::new(), 0, 0, None);
        for (index, complaint) in complaints.iter().enumerate() {
            match upheld(complaint.status.as_deref(), cx) {
                None => unknown = unknown.or(Some("complaints/status")),
                Some(false) => {}
                Some(true) => {
                    decided += 1;
                    let Some(date) = complaint.date_decision.as_ref().map(|date| Moment::of(date, &cx.settings.zone))
                    else {
                        unknown = Some("complaints/dateDecision");
                        continue;
                    };
                    let due = date.plus_days(due_days);
                    let executed = complaint.date_executed.as_ref().map(|date| Moment::of(date, &cx.settings.zone));
                    let pointer = format!("/complaints/{index}");
                    match executed {
                        Some(done) if done > due => {
                            late.push(Evidence::new(format!("{pointer}/dateExecuted"), done.text()))
                        }
                        Some(_) => {}
                        None if due <= cx.as_of => {
                            absent.push(Evidence::new(format!("{pointer}/dateDecision"), date.text()))
                        }
                        None => waiting += 1,
                    }
                }
            }
        }
        let positive = !late.is_empty();
        late.append(&mut absent);
        if late.is_empty() {
            if let Some(path) = unknown {
                return missing(path);
            }
            return match (decided, waiting) {
                (0, _) => exempt(Reason::Nothing),
                (_, 0) => Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)).into()),
                _ => exempt(Reason::Stage),
            };
        }
        let count = Number::Count(i64::try_from(late.len()).unwrap_or(i64::MAX));
        let outcome = Outcome::raised(count, Number::Count(1), late);
        Ok(if positive { outcome.into() } else { Ruling::absent("complaints/dateExecuted", outcome) })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// cancelled or unsuccessful with valid bids and no lawful reason. Source: SASU 2-11, 2-12. The one indicator that judges cancelled processes.
pub(super) fn x12(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        let status = need(facts.status, "tender/status")?;
        if !facts.cancelled && !status.eq_ignore_ascii_case("unsuccessful") {
            return exempt(if status.eq_ignore_ascii_case("active") { Reason::Stage } else { Reason::Nothing });
        }
        if facts.opening.is_some_and(|opening| opening > cx.as_of) {
            return exempt(Reason::Stage);
        }
        let Some(unit) = facts.units.first() else { return exempt(Reason::Nothing) };
        if facts.bids.is_empty() {
            return missing("bids/details/status");
        }
        if facts.units.len() == 1 {
            bids(unit, facts)?;
        }
        let mut valid: Vec<usize> =
            facts.bids.iter().filter(|bid| bid.status == BidStatus::Valid).filter_map(|bid| bid.bidder).collect();
        valid.sort_unstable();
        valid.dedup();
        let count = i64::try_from(valid.len()).unwrap_or(i64::MAX);
        let least = cx.settings.days(Key::X12MinBids);
        let threshold = Number::Count(least);
        if count < least {
            return Ok(Outcome::not_raised(Number::Count(count), threshold).into());
        }
        let stated = facts.release.tender.as_ref().and_then(|tender| tender.status_details.as_deref());
        let reasons = &cx.settings.lists.lawful_reasons;
        let mut evidence = vec![Evidence::new("/tender/status", status)];
        match stated {
            // Without a list of lawful reasons any reason counts.
            Some(text) if reasons.is_empty() || reasons.find(text).is_some() => {
                Ok(Outcome::not_raised(Number::Count(count), threshold).into())
            }
            Some(text) => {
                evidence.push(Evidence::new("/tender/statusDetails", text));
                Ok(Outcome::raised(Number::Count(count), threshold, evidence).into())
            }
            None => {
                Ok(Ruling::absent("tender/statusDetails", Outcome::raised(Number::Count(count), threshold, evidence)))
            }
        }
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}
