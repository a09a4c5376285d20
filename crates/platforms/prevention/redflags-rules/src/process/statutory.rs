//! What OCDS alone shows of the Chinese statutory indicators: CN-04, CN-07, CN-09, CN-11 … CN-14, CN-17 … CN-23, CN-25, CN-26, CN-31.
//!
//! They apply where the pack's jurisdiction is China; elsewhere they are exempt. The evidence that only
//! our own platform holds (manifests, accounts, draws, ledger time) is added natively.

use std::cmp::Reverse;

use super::changes::price_rise;
use super::contracts::{deviation, deviation_evidence, signing_days, signing_evidence};
use super::links::{pair_likeness, r032, r033};
use super::planning::{Ground, ground, is_of, published};
use super::prices::{estimate_evidence, r023, r028};
use super::scope::{
    Step, award_date, bids, chinese_law, compared, competitive, exempt, free_prices, is_final, missing, need,
    only_direct, prices, ratio, settle, unit_of, whole_days, winner,
};
use super::tender::period_evidence;
use crate::context::Context;
use crate::facts::{BidStatus, Facts, Method, Money, to_f64};
use crate::moment::Moment;
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Ruling, Spot};
use crate::settings::{Limit, LimitKind, Regime};
use crate::stats::round9;

fn regime(facts: &Facts<'_>) -> Option<Regime> {
    facts.rule.and_then(|rule| rule.regime)
}

/// CN-04: R023 or R028, or most freely priced lines alike. Source: 招标投标法实施条例 art. 40 (TB-26).
pub(super) fn cn04(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let unit = unit_of(spot, facts);
        free_prices(facts)?;
        is_final(unit)?;
        let (pattern, equal) = (r023(spot, facts, cx), r028(spot, facts, cx));
        let lines = line_likeness(spot, facts, cx);
        let (mut marks, mut evidence, mut also) = (0, Vec::new(), Vec::new());
        for outcome in [&pattern, &equal] {
            if let Outcome::Raised { evidence: facts, also: concerned, .. } = outcome {
                marks += 1;
                evidence.extend(facts.iter().cloned());
                also.extend(concerned.iter().cloned());
            }
        }
        if let Some((a, b, share)) = lines {
            marks += 1;
            evidence.push(Evidence::new(format!("/bids/details/{a}/items"), share.to_string()));
            evidence.push(Evidence::new(format!("/bids/details/{b}/items"), share.to_string()));
            also.extend(
                [a, b].into_iter().filter_map(|bid| facts.bids[bid].bidder).flat_map(|bidder| facts.concerned(bidder)),
            );
        }
        if marks > 0 {
            also.sort();
            also.dedup();
            return Ok(Outcome::Raised { value: Number::Count(marks), threshold: Number::Count(1), evidence, also });
        }
        // Not raised only where one of the ways could be judged.
        if matches!(equal, Outcome::NotRaised { .. }) || matches!(pattern, Outcome::NotRaised { .. }) {
            return Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)));
        }
        Err(equal)
    }
    settle(judge(spot, facts, cx))
}

/// Id and unit price of a line.
type Line<'r> = (&'r str, f64);

/// Two bids whose freely priced lines are mostly equal or in one constant ratio, with the share.
fn line_likeness(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Option<(usize, usize, f64)> {
    let unit = unit_of(spot, facts);
    let least = cx.settings.count(Key::Cn04MinLines).max(2);
    let tolerance = cx.settings.figure(Key::Cn04Tolerance);
    let share = cx.settings.figure(Key::Cn04Share);
    let priced: Vec<(usize, usize, Vec<Line<'_>>)> = unit
        .offers
        .iter()
        .filter(|offer| offer.status.submitted())
        .filter_map(|offer| {
            let lines: Vec<Line<'_>> = facts.bids[offer.bid]
                .raw
                .items
                .iter()
                .filter(|item| {
                    cx.settings.lists.provisional.find(item.description.as_deref().unwrap_or_default()).is_none()
                })
                .filter_map(|item| {
                    let price = item.unit.as_ref()?.value.as_ref()?.amount?;
                    let usable = !price.is_zero() && price.is_sign_positive();
                    usable.then_some((item.id.as_deref()?, to_f64(price)))
                })
                .collect();
            (lines.len() >= least).then_some((offer.bid, offer.bidder?, lines))
        })
        .collect();
    for (at, (a, bidder_a, of_a)) in priced.iter().enumerate() {
        for (b, bidder_b, of_b) in &priced[at + 1..] {
            if !facts.differ(*bidder_a, *bidder_b) {
                continue;
            }
            let mut ratios: Vec<f64> = of_a
                .iter()
                .filter_map(|(id, price)| of_b.iter().find(|(other, _)| other == id).map(|(_, other)| other / price))
                .collect();
            if ratios.len() < least {
                continue;
            }
            ratios.sort_by(f64::total_cmp);
            let whole = ratios.len() as f64;
            // The longest run of ratios within the tolerance of one another: equal lines are the ratio 1.
            let (mut from, mut longest) = (0, 0);
            for to in 0..ratios.len() {
                while ratios[to] - ratios[from] > tolerance * ratios[from] {
                    from += 1;
                }
                longest = longest.max(to - from + 1);
            }
            let found = round9(longest as f64 / whole);
            if found >= share {
                return Some((*a, *b, found));
            }
        }
    }
    None
}

/// CN-07: affiliates in one lot, as owners and shareholders show it. Source: 实施条例 art. 34 (TB-27), 采条例 art. 18 (GP-21).
pub(super) fn cn07(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let outcomes = [r032(spot, facts, cx), r033(spot, facts, cx)];
        if let Some(raised) = outcomes.iter().find(|outcome| outcome.is_raised()) {
            return Ok(raised.clone());
        }
        let [owners, holders] = outcomes;
        Ok(if matches!(holders, Outcome::NotRaised { .. }) { holders } else { owners })
    }
    settle(judge(spot, facts, cx))
}

/// The limit for competition that applies to the process, with its value.
fn over_limit<'c, 'r>(facts: &Facts<'r>, cx: &Context<'c>, under: Regime) -> Step<(Money<'r>, &'c Limit)> {
    let value = need(facts.amount(), "tender/value/amount")?;
    let category = need(facts.main_category, "tender/mainProcurementCategory")?;
    let at = need(facts.date, "tender/tenderPeriod/startDate")?;
    match cx.settings.limit(LimitKind::Competition, Some(under), Some(category), value.currency, Some(at)) {
        Some(limit) => Ok((value, limit)),
        None => exempt(Reason::NoThreshold),
    }
}

/// CN-09: what had to be tendered was not. Source: 16号令 art. 2, 5 (TB-01, TB-04).
pub(super) fn cn09(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        only_direct(facts)?;
        // A method of government procurement law is judged by CN-11.
        if regime(facts) == Some(Regime::Procurement) {
            return exempt(Reason::Method);
        }
        if matches!(ground(facts, cx), Ground::Lawful) {
            return exempt(Reason::Exempt);
        }
        let (value, limit) = over_limit(facts, cx, Regime::Tendering)?;
        Ok(compared(value.amount >= limit.amount, Number::Amount(value.amount), Number::Amount(limit.amount), || {
            vec![
                Evidence::new("/tender/procurementMethod", facts.method.map_or("", Method::code)),
                Evidence::new("/tender/value", format!("{} {}", value.amount.normalize(), value.currency)),
            ]
        }))
    }
    settle(judge(facts, cx))
}

/// CN-11: a non-open method at open-tender size without ground. Source: 采法 art. 26, 27, 31 (GP-01, GP-07).
pub(super) fn cn11(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        chinese_law(cx)?;
        only_direct(facts)?;
        if regime(facts) == Some(Regime::Tendering) {
            return exempt(Reason::Method);
        }
        let (value, limit) = over_limit(facts, cx, Regime::Procurement)?;
        if value.amount < limit.amount {
            return exempt(Reason::Exempt);
        }
        let one = Number::Count(1);
        let mut evidence = vec![
            Evidence::new("/tender/procurementMethod", facts.method.map_or("", Method::code)),
            Evidence::new("/tender/value", format!("{} {}", value.amount.normalize(), value.currency)),
        ];
        Ok(match ground(facts, cx) {
            Ground::Lawful => Outcome::not_raised(Number::Count(0), one).into(),
            Ground::Unlisted(text) => {
                evidence.push(Evidence::new("/tender/procurementMethodRationale", text));
                Outcome::raised(one, one, evidence).into()
            }
            Ground::None => Ruling::absent("tender/procurementMethodRationale", Outcome::raised(one, one, evidence)),
        })
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// CN-12: the period is below the minimum that the law sets for the method. Source: 招法 art. 24, 采法 art. 35, 74号令 art. 29 and 45, 214号 art. 10 (TB-09, GP-03, GP-05).
///
/// Calendar days are whole 24 hours. Working days are counted by the calendar of the State Council's notices, the day of issue not included
/// (民法典 art. 201); a year without notice is *insufficient data*, since Monday to Friday would be wrong on some thirty days of it.
pub(super) fn cn12(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let by_calendar = facts.rule.and_then(|rule| rule.working_days);
        let least = match (by_calendar.or(facts.rule.and_then(|rule| rule.days)), competitive(facts)?) {
            (Some(days), _) => i64::from(days),
            (None, true) if !facts.auction() => cx.settings.days(Key::Cn12Days),
            _ => return exempt(Reason::Method),
        };
        let start = need(facts.start, "tender/tenderPeriod/startDate")?;
        let end = need(facts.end, "tender/tenderPeriod/endDate")?;
        let mut days = whole_days(start, end, "tender/tenderPeriod/endDate")?;
        if by_calendar.is_some() {
            days = need(working_days(start, end, cx), "calendar")?;
        }
        Ok(compared(days < least, Number::Count(days), Number::Count(least), || {
            period_evidence("/tender/tenderPeriod", Some(start), Some(end))
        }))
    }
    settle(judge(facts, cx))
}

/// Working days after the day of `start` up to that of `end`; `None` where a year has no calendar.
fn working_days(start: Moment, end: Moment, cx: &Context<'_>) -> Option<i64> {
    let day = |at: Moment| kernel::Day::from_number(at.day_in(&cx.settings.zone));
    cx.settings.calendar.working_days_between(day(start)?, day(end)?).ok()
}

/// CN-13: changed late, and the deadline stayed. Source: 招法 art. 23, 实施条例 art. 21 (TB-10), 采条例 art. 31 (GP-04).
pub(super) fn cn13(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        chinese_law(cx)?;
        let amendments = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.amendments.as_slice());
        if amendments.is_empty() {
            return Ok(Ruling::absent("tender/amendments", Outcome::CLEAR));
        }
        let end = need(facts.end, "tender/tenderPeriod/endDate")?;
        let least = cx.settings.days(Key::Cn13Days);
        let dated = amendments
            .iter()
            .enumerate()
            .filter_map(|(index, amendment)| Some((Moment::of(amendment.date.as_ref()?, &cx.settings.zone), index)));
        // What was changed after the deadline is another matter.
        let (at, index) = need(dated.filter(|(at, _)| *at <= end).max(), "tender/amendments/date")?;
        let days = end.days_since(at);
        let outcome = compared(days < least, Number::Count(days), Number::Count(least), || {
            vec![
                Evidence::new(format!("/tender/amendments/{index}/date"), at.text()),
                Evidence::new("/tender/tenderPeriod/endDate", end.text()),
            ]
        });
        Ok(outcome.into())
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// CN-14: awarded with fewer than three bidders. Source: 招法 art. 28 (TB-15), 采法 art. 36 (GP-03).
pub(super) fn cn14(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let unit = unit_of(spot, facts);
        let least = match (facts.rule.and_then(|rule| rule.min_bidders), competitive(facts)?) {
            (Some(least), _) => least,
            (None, true) => u32::try_from(cx.settings.count(Key::Cn14MinBidders)).unwrap_or(3),
            (None, false) => return exempt(Reason::Method),
        };
        is_final(unit)?;
        let count = unit.bidder_count.map_err(Outcome::missing)?;
        Ok(compared(count < least, Number::Count(count.into()), Number::Count(least.into()), || {
            let awards = unit.awards.iter().map(|award| Evidence::new(format!("/awards/{award}/status"), "active"));
            awards.take(1).collect()
        }))
    }
    settle(judge(spot, facts, cx))
}

/// CN-17: the award went past the first ranked. Source: 实施条例 art. 55 (TB-21).
pub(super) fn cn17(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let unit = unit_of(spot, facts);
        if regime(facts) == Some(Regime::Procurement) {
            return exempt(Reason::Method);
        }
        is_final(unit)?;
        bids(unit, facts)?;
        let bid = unit.winner.map_err(Outcome::missing)?;
        let rank = need(facts.bids[bid].raw.rank, "bids/details/rank")?;
        let reasons = &cx.settings.lists.lawful_reasons;
        let excused = rank > 1
            && unit.offers.iter().any(|offer| {
                let other = &facts.bids[offer.bid];
                // The ranked before it left, or a reason is written at the award.
                other.raw.rank.is_some_and(|theirs| theirs < rank)
                    && matches!(other.status, BidStatus::Withdrawn | BidStatus::Disqualified)
            })
            || unit.awards.iter().any(|&award| {
                facts.awards[award].raw.status_details.as_deref().is_some_and(|text| reasons.find(text).is_some())
            });
        if excused {
            return exempt(Reason::Exempt);
        }
        Ok(compared(rank > 1, Number::Count(rank.into()), Number::Count(1), || {
            vec![Evidence::new(format!("/bids/details/{bid}/rank"), rank.to_string())]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// CN-18: the notice of candidates stood for too few days before the award. Source: 实施条例 art. 54 (TB-20).
pub(super) fn cn18(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        const NOTICES: [&str; 3] = ["candidateNotice", "shortlistedFirms", "x_candidateNotice"];
        chinese_law(cx)?;
        if regime(facts) == Some(Regime::Procurement) || !competitive(facts)? {
            return exempt(Reason::Method);
        }
        let tender = facts
            .release
            .tender
            .iter()
            .flat_map(|tender| tender.documents.iter().enumerate())
            .map(|(index, document)| (format!("/tender/documents/{index}"), document));
        let awards = facts.release.awards.iter().enumerate().flat_map(|(award, found)| {
            found
                .documents
                .iter()
                .enumerate()
                .map(move |(index, document)| (format!("/awards/{award}/documents/{index}"), document))
        });
        let notices: Vec<_> = tender.chain(awards).filter(|(_, document)| is_of(document, &NOTICES)).collect();
        if notices.is_empty() {
            return missing("tender/documents/documentType");
        }
        let first = notices.iter().filter_map(|(pointer, document)| Some((published(document, cx)?, pointer))).min();
        let (shown, pointer) = need(first, "tender/documents/datePublished")?;
        let decided =
            facts.units.iter().filter_map(|unit| award_date(unit, facts).ok()).map(|(award, date)| (date, award)).min();
        let (date, award) = need(decided, "awards/date")?;
        let days = date.days_since(shown);
        let least = cx.settings.days(Key::Cn18MinDays);
        Ok(compared(days < least, Number::Count(days), Number::Count(least), || {
            vec![
                Evidence::new(format!("{pointer}/datePublished"), shown.text()),
                Evidence::new(format!("/awards/{award}/date"), date.text()),
            ]
        }))
    }
    settle(judge(facts, cx))
}

/// CN-19: the contract's price departs from the award, or it was signed too late. Source: 招法 art. 46 (TB-22), 采法 art. 46 (GP-14).
pub(super) fn cn19(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        if facts.call_off() {
            return exempt(Reason::Exempt);
        }
        let price = deviation(spot, facts);
        let signing = signing_days(spot, facts, cx);
        let (mut departures, mut evidence) = (0, Vec::new());
        if price.as_ref().is_ok_and(|(found, ..)| *found > cx.settings.figure(Key::Cn19Tolerance)) {
            departures += 1;
            evidence.extend(deviation_evidence(spot, facts));
        }
        if let Ok((days, award, date, signed)) = signing
            && days > cx.settings.days(Key::Cn19SignDays)
        {
            departures += 1;
            evidence.extend(signing_evidence(spot, award, date, signed));
        }
        if departures > 0 {
            return Ok(Outcome::raised(Number::Count(departures), Number::Count(1), evidence));
        }
        // Clear only where both could be judged; else the first need that is missing is named.
        price?;
        signing?;
        Ok(Outcome::not_raised(Number::Count(0), Number::Count(1)))
    }
    settle(judge(spot, facts, cx))
}

/// CN-20: a bond beyond its limit. Source: 实施条例 art. 26, 58 (TB-12), 采条例 art. 33, 48 (GP-11).
pub(super) fn cn20(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge<'r>(facts: &Facts<'r>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let bonds = facts.release.tender.as_ref().map_or(&[][..], |tender| tender.guarantees.as_slice());
        let performance = facts.contracts.iter().any(|contract| !contract.raw.guarantees.is_empty());
        if bonds.is_empty() && !performance {
            return missing("tender/guarantees/value");
        }
        let mut worst: Option<(f64, f64, String, Money<'r>)> = None;
        let mut consider = |bond: &ocds::types::Guarantee<'_>, base: Money<'r>, most: f64, pointer: String| {
            let Some(value) = &bond.value else { return };
            let (Some(amount), true) = (value.amount, value.currency.as_deref() == Some(base.currency)) else { return };
            let Some(share) = amount.checked_div(base.amount).map(|share| round9(to_f64(share))) else { return };
            if worst.as_ref().is_none_or(|(known, limit, ..)| share / most > known / limit) {
                worst = Some((share, most, pointer, base));
            }
        };
        for (index, bond) in bonds.iter().enumerate() {
            let base = need(facts.value, "tender/value/amount")?;
            consider(bond, base, cx.settings.figure(Key::Cn20BidRatio), format!("/tender/guarantees/{index}/value"));
        }
        for (at, contract) in facts.contracts.iter().enumerate() {
            for (index, bond) in contract.raw.guarantees.iter().enumerate() {
                let base = need(contract.money, "contracts/value")?;
                let most = cx.settings.figure(Key::Cn20PerformanceRatio);
                consider(bond, base, most, format!("/contracts/{at}/guarantees/{index}/value"));
            }
        }
        let (share, most, pointer, base) = need(worst, "tender/guarantees/value")?;
        Ok(compared(share > most, Number::real(share), Number::real(most), || {
            vec![Evidence::new(pointer, format!("{share} × {} {}", base.amount.normalize(), base.currency))]
        }))
    }
    settle(judge(facts, cx))
}

/// CN-21: supplements beyond a tenth of the contract. Source: 采法 art. 31, 49 (GP-15).
pub(super) fn cn21(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        chinese_law(cx)?;
        if regime(facts) == Some(Regime::Tendering) || regime(facts).is_none() && facts.main_category == Some("works") {
            return exempt(Reason::Method);
        }
        let (rise, evidence) = match price_rise(spot, facts, cx)? {
            Ok(found) => found,
            Err(ruling) => return Ok(ruling),
        };
        let most = cx.settings.figure(Key::Cn21Tolerance);
        Ok(compared(rise > most, Number::real(rise), Number::real(most), || evidence).into())
    }
    judge(spot, facts, cx).unwrap_or_else(Ruling::from)
}

/// CN-22: price weighs too little under comprehensive scoring. Source: 87号令 art. 55 (GP-10).
pub(super) fn cn22(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        free_prices(facts)?;
        let criteria = facts.release.tender.as_ref().and_then(|tender| tender.award_criteria.as_ref());
        let criteria = need(criteria, "tender/awardCriteria")?;
        if criteria.code.as_deref().is_some_and(|code| ["priceOnly", "lowestCost", "costOnly"].contains(&code)) {
            return exempt(Reason::Criteria);
        }
        let least = match need(facts.main_category, "tender/mainProcurementCategory")? {
            "goods" => cx.settings.figure(Key::Cn22Goods),
            "services" => cx.settings.figure(Key::Cn22Services),
            _ => return exempt(Reason::Exempt),
        };
        let weight = criteria
            .criteria
            .iter()
            .enumerate()
            .filter(|(_, criterion)| criterion.kind.as_deref().is_some_and(|kind| kind.eq_ignore_ascii_case("price")))
            .find_map(|(index, criterion)| {
                let exact = |number: &&ocds::types::CriterionNumber<'_>| {
                    number
                        .weight
                        .as_deref()
                        .is_some_and(|kind| kind.starts_with("percentage") || kind.starts_with("points"))
                };
                Some((criterion.numbers.iter().find(exact)?.number?, index))
            });
        let (weight, index) = need(weight, "tender/awardCriteria/criteria/numbers")?;
        // A weight is a percentage or points of a hundred, or a ratio.
        let weight = to_f64(weight);
        let weight = round9(if weight > 1.0 { weight / 100.0 } else { weight });
        Ok(compared(weight < least, Number::real(weight), Number::real(least), || {
            vec![Evidence::new(format!("/tender/awardCriteria/criteria/{index}/numbers"), weight.to_string())]
        }))
    }
    settle(judge(facts, cx))
}

/// CN-23: the winning price lies above the ceiling. Source: 实施条例 art. 51 (TB-28).
pub(super) fn cn23(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let unit = unit_of(spot, facts);
        is_final(unit)?;
        prices(unit, facts, 1)?;
        let (bid, price) = winner(unit)?;
        let ceiling = need(unit.estimate, if unit.lot.is_some() { "tender/lots/value" } else { "tender/value" })?;
        let over = need(ratio(price, ceiling), "bids/details/value/currency")? > 1.0;
        Ok(compared(over, Number::Count(i64::from(over)), Number::Count(1), || {
            vec![facts.price_evidence(bid), estimate_evidence(unit, facts, ceiling)]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// CN-25: the award was made while a complaint was undecided. Source: 实施条例 art. 22, 54 (TB-11, TB-20), 采法 art. 57 (GP-17).
pub(super) fn cn25(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        chinese_law(cx)?;
        let complaints = &facts.release.complaints;
        if complaints.is_empty() {
            return Ok(Ruling::absent("complaints/id", Outcome::CLEAR));
        }
        let mut steps: Vec<(Moment, String)> = facts
            .awards
            .iter()
            .enumerate()
            .filter_map(|(index, award)| Some((award.date?, format!("/awards/{index}/date"))))
            .collect();
        let signatures = facts.contracts.iter().enumerate();
        steps.extend(
            signatures
                .filter_map(|(index, contract)| Some((contract.signed?, format!("/contracts/{index}/dateSigned")))),
        );
        if steps.is_empty() {
            return if facts.awards.is_empty() { exempt(Reason::Stage) } else { missing("awards/date") };
        }
        let (mut evidence, mut undated, mut pending_unknown) = (Vec::new(), false, false);
        for (index, complaint) in complaints.iter().enumerate() {
            let Some(from) = complaint.date.as_ref().map(|date| Moment::of(date, &cx.settings.zone)) else {
                undated = true;
                continue;
            };
            let until = complaint.date_decision.as_ref().map(|date| Moment::of(date, &cx.settings.zone));
            // Without a decision date only a complaint still open at the step is certain; its status may be old.
            let open = until.is_none()
                && complaint.status.as_deref().is_some_and(|status| status.eq_ignore_ascii_case("pending"));
            for (at, pointer) in &steps {
                if *at < from {
                    continue;
                }
                if until.is_some_and(|until| *at < until) || open {
                    evidence.push(Evidence::new(format!("/complaints/{index}/date"), from.text()));
                    evidence.push(Evidence::new(pointer.clone(), at.text()));
                } else if until.is_none() {
                    pending_unknown = true;
                }
            }
        }
        if evidence.is_empty() {
            if undated {
                return missing("complaints/date");
            }
            if pending_unknown {
                return missing("complaints/dateDecision");
            }
        }
        let count = i64::try_from(evidence.len() / 2).unwrap_or(i64::MAX);
        Ok(compared(count > 0, Number::Count(count), Number::Count(1), || evidence).into())
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}

/// CN-26: the cheapest withdrew, a dearer bid won, and the two are linked by R044. Source: 实施条例 art. 55 (TB-21).
pub(super) fn cn26(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        chinese_law(cx)?;
        let unit = unit_of(spot, facts);
        is_final(unit)?;
        bids(unit, facts)?;
        let withdrawn = unit.offers.iter().filter(|offer| offer.status == BidStatus::Withdrawn);
        // The first ranked, where ranks are published; else the cheapest.
        let first = withdrawn
            .filter_map(|offer| Some((offer.bid, offer.bidder?, offer.price.ok()?)))
            .min_by_key(|(bid, _, price)| (Reverse(facts.bids[*bid].raw.rank == Some(1)), price.amount, *bid));
        let Some((left, left_bidder, left_price)) = first else {
            let unpriced = unit.offers.iter().any(|offer| offer.status == BidStatus::Withdrawn);
            return if unpriced { missing("bids/details/value/amount") } else { exempt(Reason::Nothing) };
        };
        let (bid, price) = winner(unit)?;
        let winner = need(facts.bids[bid].bidder, "bids/details/tenderers/id")?;
        let rise = need(price.amount.checked_sub(left_price.amount), "bids/details/value/amount")?;
        let zero = Number::Amount(rust_decimal::Decimal::ZERO);
        if rise.is_sign_negative() || rise.is_zero() {
            return Ok(Outcome::not_raised(Number::Amount(rise), zero));
        }
        let linked = pair_likeness(facts, cx, left_bidder, winner)?;
        match linked {
            Outcome::Raised { evidence: link, .. } => {
                let mut evidence = vec![facts.price_evidence(left), facts.price_evidence(bid)];
                evidence.extend(link);
                let also = facts.concerned(left_bidder).chain(facts.concerned(winner)).collect();
                Ok(Outcome::Raised { value: Number::Amount(rise), threshold: zero, evidence, also })
            }
            _ => Ok(Outcome::not_raised(Number::Amount(rise), zero)),
        }
    }
    settle(judge(spot, facts, cx))
}

/// CN-31: the intention was published too late or not at all. Source: 财库〔2020〕10号 (GP-08).
pub(super) fn cn31(_: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Ruling {
    fn judge(facts: &Facts<'_>, cx: &Context<'_>) -> Result<Ruling, Outcome> {
        chinese_law(cx)?;
        if facts.rule.is_some_and(|rule| rule.emergency || rule.framework) || regime(facts) == Some(Regime::Tendering) {
            return exempt(Reason::Exempt);
        }
        let start = need(facts.start, "tender/tenderPeriod/startDate")?;
        if start > cx.as_of {
            return exempt(Reason::Stage);
        }
        let least = cx.settings.days(Key::Cn31Days);
        let documents = facts.release.planning.as_ref().map_or(&[][..], |planning| planning.documents.as_slice());
        let notices =
            documents.iter().enumerate().filter(|(_, document)| is_of(document, &["plannedProcurementNotice"]));
        let (mut first, mut any) = (None, false);
        for (index, notice) in notices {
            any = true;
            if let Some(day) = published(notice, cx)
                && first.is_none_or(|(known, _)| day < known)
            {
                first = Some((day, index));
            }
        }
        let Some((day, index)) = first else {
            if any {
                return missing("planning/documents/datePublished");
            }
            let evidence = vec![Evidence::new("/tender/tenderPeriod/startDate", start.text())];
            let outcome = Outcome::raised(Number::Count(0), Number::Count(least), evidence);
            return Ok(Ruling::absent("planning/documents/documentType", outcome));
        };
        let days = start.days_since(day);
        let outcome = compared(days < least, Number::Count(days), Number::Count(least), || {
            vec![
                Evidence::new(format!("/planning/documents/{index}/datePublished"), day.text()),
                Evidence::new("/tender/tenderPeriod/startDate", start.text()),
            ]
        });
        Ok(outcome.into())
    }
    judge(facts, cx).unwrap_or_else(Ruling::from)
}
