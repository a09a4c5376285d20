//! Bids and their fate: R015, R030, R035, R037, R056, R061, R062.

use super::planning::is_of;
use super::scope::{
    Step, TIME_LEVELS, award_date, beyond_floor, bids, compared, count_of, exempt, is_final, missing, need,
    only_competitive, settle, unit_of, whole_days,
};
use crate::context::Context;
use crate::facts::{BidStatus, Facts, Method, Unit};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Fenced, Measure, Ruling, Spot};
use crate::stratum::Stratum;

fn time_stratum<'r>(facts: &Facts<'r>) -> Stratum<'r> {
    let (scheme, class) = facts.category.map_or(("", ""), |category| (category.scheme, category.class));
    Stratum { scheme, class, method: facts.method.map_or("", Method::code), ..Stratum::default() }
}

/// R015: days from opening to the start of evaluation.
pub(super) const R015: Fenced = Fenced {
    measure: r015_measure,
    compare: |value, fences, settings| beyond_floor(value, fences, settings.figure(Key::R015FloorDays)),
    explain: |_, facts, cx| {
        let evaluation = evaluation(facts, cx).map(Moment::text).unwrap_or_default();
        let opening = facts.opening.map(Moment::text).unwrap_or_default();
        (
            vec![
                Evidence::new("/tender/bidOpening/date", opening),
                Evidence::new("/tender/awardPeriod/startDate", evaluation),
            ],
            Vec::new(),
        )
    },
    log: false,
    levels: TIME_LEVELS,
};

fn evaluation(facts: &Facts<'_>, cx: &Context<'_>) -> Option<Moment> {
    let start = facts.release.tender.as_ref()?.award_period.as_ref()?.start_date.as_ref()?;
    Some(Moment::of(start, &cx.settings.zone))
}

fn r015_measure<'r>(_: Spot, facts: &Facts<'r>, cx: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    if facts.competitive == Some(false) {
        return exempt(Reason::Method).map_err(Ruling::from);
    }
    let opening = need(facts.opening, "tender/bidOpening/date")?;
    let start = need(evaluation(facts, cx), "tender/awardPeriod/startDate")?;
    only_competitive(facts)?;
    let days = whole_days(opening, start, "tender/awardPeriod/startDate")?;
    Ok(Measure { value: days as f64, stratum: time_stratum(facts) })
}

/// Days from the deadline of the lot to its first active award.
fn decision_days(unit: &Unit<'_>, facts: &Facts<'_>) -> Step<(i64, usize)> {
    if facts.competitive == Some(false) {
        return exempt(Reason::Method);
    }
    if facts.auction() || facts.call_off() {
        return exempt(Reason::Exempt);
    }
    let end = need(unit.end, "tender/tenderPeriod/endDate")?;
    if unit.awards.is_empty() {
        return exempt(Reason::Stage);
    }
    let (award, date) = award_date(unit, facts)?;
    only_competitive(facts)?;
    Ok((date.days_since(end), award))
}

fn decision_evidence(unit: &Unit<'_>, facts: &Facts<'_>, award: usize) -> Vec<Evidence> {
    let mut evidence =
        vec![Evidence::new("/tender/tenderPeriod/endDate", unit.end.map(Moment::text).unwrap_or_default())];
    let date = facts.awards[award].date.map(Moment::text).unwrap_or_default();
    evidence.push(Evidence::new(format!("/awards/{award}/date"), date));
    evidence
}

/// R061: decided too soon after the deadline. An award before the deadline counts with its negative days.
pub(super) fn r061(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        let (days, award) = decision_days(unit, facts)?;
        let least = cx.settings.days(Key::R061MinDays);
        Ok(compared(days < least, Number::Count(days), Number::Count(least), || decision_evidence(unit, facts, award)))
    }
    settle(judge(spot, facts, cx))
}

/// R062: decided too long after the deadline; days of suspension by a complaint are taken off.
pub(super) const R062: Fenced = Fenced {
    measure: r062_measure,
    compare: |value, fences, settings| beyond_floor(value, fences, settings.figure(Key::R062FloorDays)),
    explain: |spot, facts, _| {
        let unit = unit_of(spot, facts);
        let evidence = award_date(unit, facts).map(|(award, _)| decision_evidence(unit, facts, award));
        (evidence.unwrap_or_default(), Vec::new())
    },
    log: false,
    levels: TIME_LEVELS,
};

fn r062_measure<'r>(spot: Spot, facts: &Facts<'r>, cx: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    let unit = unit_of(spot, facts);
    let (days, award) = decision_days(unit, facts)?;
    let (from, to) = (unit.end, facts.awards[award].date);
    let suspended = match (from, to) {
        (Some(from), Some(to)) => suspended_days(facts, cx, from, to),
        _ => 0,
    };
    if days < 0 {
        return Err(Outcome::not_raised(Number::Count(days), count_of(cx, Key::R062FloorDays)).into());
    }
    Ok(Measure { value: (days - suspended).max(0) as f64, stratum: time_stratum(facts) })
}

/// Whole days between `from` and `to` during which a decided complaint was pending.
pub(super) fn suspended_days(facts: &Facts<'_>, cx: &Context<'_>, from: Moment, to: Moment) -> i64 {
    let zone = &cx.settings.zone;
    let mut spans: Vec<(Moment, Moment)> = facts
        .release
        .complaints
        .iter()
        .filter_map(|complaint| {
            let start = Moment::of(complaint.date.as_ref()?, zone).max(from);
            let end = Moment::of(complaint.date_decision.as_ref()?, zone).min(to);
            (start < end).then_some((start, end))
        })
        .collect();
    spans.sort_unstable();
    let (mut seconds, mut reached) = (0, from);
    for (start, end) in spans {
        let start = start.max(reached);
        if end > start {
            seconds += end.0 - start.0;
            reached = end;
        }
    }
    seconds / crate::moment::DAY
}

/// R030: a bid handed in after the deadline is valid and won.
pub(super) fn r030(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let index = spot.index();
        let bid = &facts.bids[index];
        if facts.auction() {
            return exempt(Reason::Auction);
        }
        let of_bid = || facts.units.iter().filter(|unit| unit.offers.iter().any(|offer| offer.bid == index));
        if of_bid().next().is_none() {
            return missing("bids/details/relatedLots");
        }
        // A bid that is in no final lot waits; in one of several it is judged there.
        if !of_bid().any(|unit| is_final(unit).is_ok()) {
            let first = of_bid().next().map_or(Ok(()), is_final);
            first?;
        }
        if bid.id.is_empty() {
            return missing("bids/details/id");
        }
        if bid.status == BidStatus::Absent {
            return missing("bids/details/status");
        }
        if bid.status != BidStatus::Valid {
            return Ok(Outcome::CLEAR);
        }
        let (mut won, mut unknown) = (None, None);
        for unit in of_bid().filter(|unit| is_final(unit).is_ok()) {
            match unit.winner {
                Ok(winner) if winner == index => won = Some(unit),
                Ok(_) => {}
                Err(path) => unknown = Some(path),
            }
        }
        let Some(unit) = won else {
            return unknown.map_or(Ok(Outcome::CLEAR), missing);
        };
        let date = need(bid.date, "bids/details/date")?;
        let end = need(unit.end, "tender/tenderPeriod/endDate")?;
        let tolerance = cx.settings.days(Key::R030ToleranceSeconds);
        let late = date.0 - end.0;
        let mut outcome = compared(late > tolerance, Number::Count(late), Number::Count(tolerance), || {
            vec![
                Evidence::new(format!("/bids/details/{index}/date"), date.text()),
                Evidence::new("/tender/tenderPeriod/endDate", end.text()),
            ]
        });
        if let Outcome::Raised { also, .. } = &mut outcome {
            also.extend(bid.bidder.into_iter().flat_map(|bidder| facts.concerned(bidder)));
        }
        Ok(outcome)
    }
    settle(judge(spot, facts, cx))
}

/// R035: only the winner is left valid, and others were disqualified.
pub(super) fn r035(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        is_final(unit)?;
        bids(unit, facts)?;
        if unit.offers.iter().any(|offer| offer.status.submitted() && offer.bidder.is_none()) {
            return missing("bids/details/tenderers/id");
        }
        let winner = unit.winner.map_err(Outcome::missing)?;
        let winner = need(facts.bids[winner].bidder, "bids/details/tenderers/id")?;
        let of = |status: BidStatus| unit.offers.iter().filter(move |offer| offer.status == status);
        let alone = of(BidStatus::Valid).all(|offer| offer.bidder == Some(winner));
        let mut removed: Vec<usize> = of(BidStatus::Disqualified)
            .filter_map(|offer| offer.bidder)
            .filter(|&bidder| facts.differ(bidder, winner))
            .collect();
        removed.sort_unstable();
        removed.dedup();
        let value = Number::Count(i64::try_from(removed.len()).unwrap_or(i64::MAX));
        let least = cx.settings.count(Key::R035Threshold).max(1);
        let raised = alone && of(BidStatus::Valid).next().is_some() && removed.len() >= least;
        let mut outcome = compared(raised, value, count_of(cx, Key::R035Threshold), || {
            of(BidStatus::Disqualified)
                .map(|offer| Evidence::new(format!("/bids/details/{}/status", offer.bid), "disqualified"))
                .collect()
        });
        if let Outcome::Raised { also, .. } = &mut outcome {
            also.extend(facts.concerned(winner));
            also.extend(removed.iter().flat_map(|&bidder| facts.concerned(bidder)));
        }
        Ok(outcome)
    }
    settle(judge(spot, facts, cx))
}

/// R037: disqualified without a reason.
pub(super) fn r037(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    let index = spot.index();
    let bid = &facts.bids[index];
    match bid.status {
        BidStatus::Absent => return Outcome::missing("bids/details/status").into(),
        BidStatus::Disqualified => {}
        _ => return Outcome::not_applicable(Reason::Nothing).into(),
    }
    let least = cx.settings.days(Key::R037MinCharacters);
    let reason = bid.raw.status_details.as_deref().map_or(0, |text| text.trim().chars().count());
    let characters = i64::try_from(reason).unwrap_or(i64::MAX);
    const REPORTS: [&str; 2] = ["unsuccessfulDetails", "evaluationReports"];
    let release = facts.release;
    let documents = bid
        .raw
        .documents
        .iter()
        .chain(release.awards.iter().flat_map(|award| &award.documents))
        .chain(release.tender.iter().flat_map(|tender| &tender.documents));
    if characters >= least || documents.into_iter().any(|document| is_of(document, &REPORTS)) {
        return Outcome::not_raised(Number::Count(characters), Number::Count(least)).into();
    }
    let text = bid.raw.status_details.as_deref().unwrap_or_default();
    let outcome = Outcome::Raised {
        value: Number::Count(characters),
        threshold: Number::Count(least),
        evidence: vec![
            Evidence::new(format!("/bids/details/{index}/status"), "disqualified"),
            Evidence::new(format!("/bids/details/{index}/statusDetails"), text),
        ],
        also: bid.bidder.into_iter().flat_map(|bidder| facts.concerned(bidder)).collect(),
    };
    // A reason of a few characters shows that reasons are published.
    if characters > 0 { outcome.into() } else { Ruling::absent("bids/details/statusDetails", outcome) }
}

/// R056: the winning bid leaves a mandatory requirement unanswered or answers it below its minimum.
pub(super) fn r056(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>) -> Step<Outcome> {
        let award = spot.index();
        let of_award = |unit: &&Unit<'_>| unit.awards.contains(&award);
        let unit = need(facts.units.iter().find(of_award), "awards/relatedLots")?;
        if facts.awards[award].status != crate::facts::AwardStatus::Active {
            return exempt(Reason::NotFinal);
        }
        is_final(unit)?;
        let criteria = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.criteria.as_slice());
        if criteria.is_empty() {
            return missing("tender/criteria");
        }
        bids(unit, facts)?;
        let winner = unit.winner.map_err(Outcome::missing)?;
        let responses = &facts.bids[winner].raw.requirement_responses;
        if responses.is_empty() {
            return missing("bids/details/requirementResponses");
        }
        let mut evidence = Vec::new();
        for (c, criterion) in criteria.iter().enumerate() {
            // Of alternative groups one suffices: the one with fewest faults speaks.
            let faults = criterion.requirement_groups.iter().enumerate().map(|(g, group)| {
                let unmet =
                    group.requirements.iter().enumerate().filter(|(_, requirement)| unmet(requirement, responses));
                unmet
                    .map(|(r, requirement)| {
                        Evidence::new(
                            format!("/tender/criteria/{c}/requirementGroups/{g}/requirements/{r}"),
                            requirement.title.as_deref().or(requirement.id.as_deref()).unwrap_or_default(),
                        )
                    })
                    .collect::<Vec<_>>()
            });
            evidence.extend(faults.min_by_key(Vec::len).unwrap_or_default());
        }
        let count = i64::try_from(evidence.len()).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence))
    }
    settle(judge(spot, facts))
}

/// Whether a requirement has no answer, or one that falls short. One without expectation only wants an answer.
fn unmet(requirement: &ocds::types::Requirement<'_>, responses: &[ocds::types::RequirementResponse<'_>]) -> bool {
    let answer = responses
        .iter()
        .find(|response| {
            response.requirement.as_ref().is_some_and(|asked| asked.id.is_some() && asked.id == requirement.id)
        })
        .and_then(|response| response.value.as_ref());
    let Some(answer) = answer else { return true };
    if let Some(expected) = &requirement.expected_value {
        return !answer.0.trim().eq_ignore_ascii_case(expected.0.trim());
    }
    if requirement.min_value.is_none() && requirement.max_value.is_none() {
        return false;
    }
    // An answer that is no number cannot be shown to fall short.
    let Ok(number) = answer.0.trim().parse::<rust_decimal::Decimal>() else { return false };
    requirement.min_value.is_some_and(|least| number < least) || requirement.max_value.is_some_and(|most| number > most)
}
