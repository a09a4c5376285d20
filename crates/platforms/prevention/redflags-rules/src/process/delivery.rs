//! Contracts carried out: R067, R068, R070, R071, X-11, X-15, X-17.

use rust_decimal::Decimal;

use super::contracts::{in_force, money_text, paid};
use super::scope::{Step, compared, exempt, figure_of, missing, need, settle};
use crate::context::Context;
use crate::facts::{Contract, Facts, to_f64};
use crate::moment::{DAY, Moment};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::Spot;
use crate::stats::round9;
use crate::subject::SubjectKey;

/// R067: deliveries late or not made.
pub(super) fn r067(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let done = contract.raw.implementation.as_ref().map_or(&[][..], |done| done.milestones.as_slice());
        let lists = [("implementation/milestones", done), ("milestones", contract.raw.milestones.as_slice())];
        let grace = cx.settings.days(Key::R067GraceDays);
        let (mut evidence, mut any) = (Vec::new(), false);
        for (list, milestones) in lists {
            for (index, milestone) in milestones.iter().enumerate() {
                if !milestone.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("delivery")) {
                    continue;
                }
                let Some(due) = milestone.due_date.as_ref().map(|due| Moment::of(due, &cx.settings.zone)) else {
                    continue;
                };
                any = true;
                let due = due.plus_days(grace);
                let met = milestone.date_met.as_ref().map(|met| Moment::of(met, &cx.settings.zone));
                // Source without the date, but with the status: met is met.
                let status_met = milestone.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("met"));
                // A day without time lasts until its end.
                let end_of_due = due.plus_days(1);
                let failed = met.map_or(end_of_due <= cx.as_of && !status_met, |met| met >= end_of_due);
                if failed {
                    let pointer = format!("/contracts/{}/{list}/{index}", spot.index());
                    evidence.push(Evidence::new(format!("{pointer}/dueDate"), due.text()));
                    if let Some(met) = met {
                        evidence.push(Evidence::new(format!("{pointer}/dateMet"), met.text()));
                    }
                }
            }
        }
        if !any {
            return missing("contracts/implementation/milestones/dueDate");
        }
        let late = evidence.iter().filter(|entry| entry.pointer.ends_with("dueDate")).count();
        let count = i64::try_from(late).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(spot, facts, cx))
}

/// R068: paid more than the contract's value.
pub(super) fn r068(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let value = need(contract.money, "contracts/value")?;
        let (paid, at) = need(paid(contract), "contracts/implementation/transactions/value")?;
        if paid.currency != value.currency {
            return missing("contracts/implementation/transactions/value/currency");
        }
        let tolerance = Decimal::try_from(cx.settings.figure(Key::R068Tolerance)).unwrap_or_default();
        let most = need(value.amount.checked_mul(Decimal::ONE + tolerance), "contracts/value")?;
        Ok(compared(paid.amount > most, Number::Amount(paid.amount), Number::Amount(most), || {
            vec![
                Evidence::new(format!("/contracts/{}/value", spot.index()), money_text(value)),
                Evidence::new(format!("/contracts/{}/implementation/{at}", spot.index()), money_text(paid)),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// Subcontractors named for a contract: with the pointer of the list they stand in.
fn subcontractors<'r>(contract: &Contract<'r>, facts: &Facts<'r>, spot: Spot) -> Vec<(&'r str, String)> {
    let mut all = Vec::new();
    let mut add = |subcontracting: Option<&'r ocds::types::Subcontracting<'r>>, pointer: String| {
        for (index, named) in subcontracting.iter().flat_map(|found| found.subcontractors.iter().enumerate()) {
            if let Some(id) = named.id.as_deref() {
                all.push((id, format!("{pointer}/subcontracting/subcontractors/{index}")));
            }
        }
    };
    add(contract.raw.subcontracting.as_ref(), format!("/contracts/{}", spot.index()));
    for &award in &contract.awards {
        add(facts.awards[award].raw.subcontracting.as_ref(), format!("/awards/{award}"));
    }
    for unit in facts.units.iter().filter(|unit| unit.awards.iter().any(|award| contract.awards.contains(award))) {
        if let Ok(bid) = unit.winner {
            add(facts.bids[bid].raw.subcontracting.as_ref(), format!("/bids/details/{bid}"));
        }
    }
    all
}

fn subcontracted(spot: Spot, facts: &Facts<'_>, withdrawn: bool) -> Step<Outcome> {
    let contract = in_force(spot, facts)?;
    let named = subcontractors(contract, facts, spot);
    if named.is_empty() {
        return missing("awards/subcontracting/subcontractors");
    }
    if facts.bids.is_empty() {
        return missing("bids/details/tenderers/id");
    }
    if contract.awards.is_empty() {
        return missing("contracts/awardID");
    }
    let mut found: Vec<(&str, String)> = Vec::new();
    for unit in facts.units.iter().filter(|unit| unit.awards.iter().any(|award| contract.awards.contains(award))) {
        for offer in &unit.offers {
            let Some(bidder) = offer.bidder else { continue };
            let members = &facts.bidders[bidder];
            let won = members.iter().any(|id| unit.winners.contains(id));
            let left =
                offer.status == crate::facts::BidStatus::Withdrawn || facts.bids[offer.bid].raw.rank == Some(1) && !won;
            let looked_for = if withdrawn { left } else { offer.status.submitted() };
            if won || !looked_for {
                continue;
            }
            for (id, pointer) in named.iter().filter(|(id, _)| members.contains(id)) {
                if !found.iter().any(|(known, _)| known == id) {
                    found.push((id, pointer.clone()));
                }
            }
        }
    }
    let count = Number::Count(i64::try_from(found.len()).unwrap_or(i64::MAX));
    let mut outcome = compared(!found.is_empty(), count, Number::Count(1), || {
        found.iter().map(|(id, pointer)| Evidence::new(pointer.clone(), *id)).collect()
    });
    if let Outcome::Raised { also, .. } = &mut outcome {
        also.extend(found.iter().map(|(id, _)| SubjectKey::Supplier { supplier: (*id).to_owned() }));
    }
    Ok(outcome)
}

/// R070: losing bidders of the same lot are subcontractors.
pub(super) fn r070(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    settle(subcontracted(spot, facts, false))
}

/// who withdrew, or was ranked first and gave way, is a subcontractor of the winner.
pub(super) fn x17(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    settle(subcontracted(spot, facts, true))
}

/// R071: all or most of the work is passed on.
pub(super) fn r071(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        let of_award = contract.awards.first().map(|&award| (facts.awards[award].raw, award));
        let has = contract.raw.has_subcontracting.or(of_award.and_then(|(award, _)| award.has_subcontracting));
        let (part, pointer) = match (&contract.raw.subcontracting, of_award) {
            (Some(part), _) => (Some(part), format!("/contracts/{}/subcontracting", spot.index())),
            (None, Some((award, index))) => (award.subcontracting.as_ref(), format!("/awards/{index}/subcontracting")),
            (None, None) => (None, String::new()),
        };
        let most = figure_of(cx, Key::R071MaxShare);
        if has == Some(false) {
            return Ok(Outcome::not_raised(Number::Real(0.0), most));
        }
        let Some(part) = part else {
            return missing(if has.is_none() {
                "awards/hasSubcontracting"
            } else {
                "awards/subcontracting/minimumPercentage"
            });
        };
        let by_value = || {
            let value = part.value.as_ref()?;
            let whole = contract.money.or(of_award.and_then(|(_, index)| facts.awards[index].money))?;
            if value.currency.as_deref() != Some(whole.currency) {
                return None;
            }
            value.amount?.checked_div(whole.amount).map(to_f64)
        };
        let share = part.minimum_percentage.map(to_f64).or_else(by_value);
        let share = round9(need(share, "awards/subcontracting/minimumPercentage")?);
        // Some sources write per cent where the standard asks for a ratio.
        let share = if share > 1.0 && share <= 100.0 { round9(share / 100.0) } else { share };
        Ok(compared(share >= most.as_f64(), Number::real(share), most, || {
            vec![Evidence::new(pointer, share.to_string())]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// works were completed implausibly fast.
pub(super) fn x11(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        if need(facts.main_category, "tender/mainProcurementCategory")? != "works" {
            return exempt(Reason::Exempt);
        }
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let zone = &cx.settings.zone;
        let milestones = contract
            .raw
            .implementation
            .iter()
            .flat_map(|done| &done.milestones)
            .filter(|milestone| milestone.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("delivery")))
            .filter_map(|milestone| milestone.date_met.as_ref())
            .map(|met| Moment::of(met, zone))
            .max();
        let stated = contract.raw.date_completed.as_ref().map(|date| Moment::of(date, zone));
        let completed = need(stated.or(milestones), "contracts/implementation/milestones/dateMet")?;
        let from = facts.start.unwrap_or(signed);
        let days = super::scope::whole_days(from, completed, "contracts/implementation/milestones/dateMet")?;
        let least = cx.settings.days(Key::X11Days);
        let planned = contract.raw.period.as_ref().and_then(|period| {
            Some((Moment::of(period.start_date.as_ref()?, zone), Moment::of(period.end_date.as_ref()?, zone)))
        });
        let short = planned.is_some_and(|(start, end)| {
            let whole = end.0 - start.0;
            whole > 0 && ((completed.0 - start.0) as f64) < cx.settings.figure(Key::X11Share) * whole as f64
        });
        Ok(compared(days < least || short, Number::Count(days), Number::Count(least), || {
            vec![
                Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
                Evidence::new(format!("/contracts/{}/implementation/milestones", spot.index()), completed.text()),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// signed before the standstill ended.
pub(super) fn x15(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let contract = in_force(spot, facts)?;
        if contract.awards.is_empty() {
            return missing("contracts/awardID");
        }
        let signed = need(contract.signed, "contracts/dateSigned")?;
        let zone = &cx.settings.zone;
        let mut latest: Option<(Moment, String)> = None;
        for &index in &contract.awards {
            let award = &facts.awards[index];
            let stated = award.raw.standstill_period.as_ref().and_then(|period| period.end_date.as_ref());
            let end = match (stated, cx.settings.optional(Key::X15StandstillDays)) {
                (Some(end), _) => Some((Moment::of(end, zone), format!("/awards/{index}/standstillPeriod/endDate"))),
                (None, Some(days)) => {
                    let date = need(award.date, "awards/date")?;
                    Some((date.plus_days(days as i64), format!("/awards/{index}/date")))
                }
                (None, None) => None,
            };
            if let Some(end) = end
                && latest.as_ref().is_none_or(|(known, _)| end.0 > *known)
            {
                latest = Some(end);
            }
        }
        let (end, pointer) = need(latest, "awards/standstillPeriod")?;
        let left = (end.0 - signed.0).max(0);
        let days = (left + DAY - 1) / DAY;
        Ok(compared(left > 0, Number::Count(days), Number::Count(0), || {
            vec![
                Evidence::new(pointer, end.text()),
                Evidence::new(format!("/contracts/{}/dateSigned", spot.index()), signed.text()),
            ]
        }))
    }
    settle(judge(spot, facts, cx))
}
