//! What the judges ask first: whether the subject is in scope, and whether the needs are there.
//!
//! Each question answers with the outcome that settles the matter, so that a judge reads
//! `let prices = prices(unit, facts, 3)?` and goes on. Order: scope, needs as listed, reference, formula.

use crate::context::Context;
use crate::facts::{BidStatus, Facts, Finality, Money, PriceGap, Priced, Unit};
use crate::moment::Moment;
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Spot, Verdict};
use crate::stats::{Fences, exp, ln, round9};
use crate::stratum::{Mask, NO_SIZE, Stratum};

/// A step of judging: what was asked for, or the outcome.
pub(super) type Step<T> = Result<T, Outcome>;

/// Not applicable.
pub(super) const fn exempt<T>(reason: Reason) -> Step<T> {
    Err(Outcome::not_applicable(reason))
}

/// Insufficient data.
pub(super) const fn missing<T>(path: &'static str) -> Step<T> {
    Err(Outcome::missing(path))
}

/// What is there, or insufficient data for want of it.
pub(super) fn need<T>(found: Option<T>, path: &'static str) -> Step<T> {
    found.ok_or(Outcome::missing(path))
}

/// The outcome of a judge written with `?`.
pub(super) fn settle(step: Step<Outcome>) -> Outcome {
    step.unwrap_or_else(|outcome| outcome)
}

/// The unit of a spot within a lot.
pub(super) fn unit_of<'f, 'r>(spot: Spot, facts: &'f Facts<'r>) -> &'f Unit<'r> {
    &facts.units[spot.index()]
}

/// Raised where `raised`, else not raised; with the figures.
pub(super) fn compared(
    raised: bool,
    value: Number,
    threshold: Number,
    evidence: impl FnOnce() -> Vec<crate::outcome::Evidence>,
) -> Outcome {
    if raised { Outcome::raised(value, threshold, evidence()) } else { Outcome::not_raised(value, threshold) }
}

/// COMP or NC.
pub(super) fn competitive(facts: &Facts<'_>) -> Step<bool> {
    need(facts.competitive, "tender/procurementMethod")
}

/// Only COMP is in scope.
pub(super) fn only_competitive(facts: &Facts<'_>) -> Step<()> {
    if competitive(facts)? { Ok(()) } else { exempt(Reason::Method) }
}

/// Only NC is in scope.
pub(super) fn only_direct(facts: &Facts<'_>) -> Step<()> {
    if competitive(facts)? { exempt(Reason::Method) } else { Ok(()) }
}

/// The unit is final: each award settled, one at least active.
pub(super) fn is_final(unit: &Unit<'_>) -> Step<()> {
    match unit.finality {
        Finality::Final => Ok(()),
        Finality::NotFinal | Finality::Closed => exempt(Reason::NotFinal),
        Finality::Stage => exempt(Reason::Stage),
        Finality::Unknown => missing("awards/status"),
    }
}

/// Prices were offered by bidders, not set by the buyer.
pub(super) fn free_prices(facts: &Facts<'_>) -> Step<()> {
    if facts.priced_by_buyer() { exempt(Reason::PricedByBuyer) } else { Ok(()) }
}

/// Prices alone decide, or it is not known.
pub(super) fn may_be_price_only(unit: &Unit<'_>) -> Step<()> {
    if unit.price_only == Some(false) { exempt(Reason::Criteria) } else { Ok(()) }
}

/// Prices alone decide, and that is published.
pub(super) fn price_only(unit: &Unit<'_>) -> Step<()> {
    match unit.price_only {
        Some(true) => Ok(()),
        Some(false) => exempt(Reason::Criteria),
        None => missing("tender/awardCriteria"),
    }
}

/// Bids are published and assigned to lots, with a status.
pub(super) fn bids(unit: &Unit<'_>, facts: &Facts<'_>) -> Step<()> {
    if facts.bids.is_empty() {
        return missing("bids/details/id");
    }
    if let Some(path) = unit.unassigned {
        return missing(path);
    }
    if !unit.offers.is_empty() && unit.offers.iter().all(|offer| offer.status == BidStatus::Absent) {
        return missing("bids/details/status");
    }
    Ok(())
}

/// Valid prices ascending, one per bidder: at least `least`, else what keeps them from being as many.
pub(super) fn prices<'u>(unit: &'u Unit<'_>, facts: &Facts<'_>, least: usize) -> Step<&'u [Priced]> {
    bids(unit, facts)?;
    if unit.valid.len() >= least {
        return Ok(&unit.valid);
    }
    let gap = |wanted: fn(PriceGap) -> bool| {
        unit.offers.iter().any(|offer| offer.status == BidStatus::Valid && offer.price.is_err_and(wanted))
    };
    if gap(|gap| gap == PriceGap::UnitValue) {
        return missing("bids/details/items/unit/value");
    }
    if gap(|gap| gap == PriceGap::Amount) {
        return missing("bids/details/value/amount");
    }
    if gap(|gap| matches!(gap, PriceGap::NoCurrency | PriceGap::Foreign)) {
        return missing("bids/details/value/currency");
    }
    if unit.offers.iter().any(|offer| offer.status == BidStatus::Valid && offer.bidder.is_none()) {
        return missing("bids/details/tenderers/id");
    }
    exempt(Reason::TooFew)
}

/// The winning bid with its price for the unit.
pub(super) fn winner<'r>(unit: &Unit<'r>) -> Step<(usize, Money<'r>)> {
    let bid = match unit.winner {
        Ok(bid) => bid,
        Err("awards/relatedBid") if unit.winners.is_empty() => return missing("awards/suppliers/id"),
        Err(path) => return missing(path),
    };
    let offer = need(unit.offers.iter().find(|offer| offer.bid == bid), "awards/relatedBid")?;
    match offer.price {
        Ok(price) => Ok((bid, price)),
        Err(PriceGap::Amount) => missing("bids/details/value/amount"),
        Err(PriceGap::UnitValue) => missing("bids/details/items/unit/value"),
        Err(PriceGap::NoCurrency | PriceGap::Foreign) => missing("bids/details/value/currency"),
    }
}

/// Date of the first active award of the unit.
pub(super) fn award_date(unit: &Unit<'_>, facts: &Facts<'_>) -> Step<(usize, Moment)> {
    let active =
        unit.awards.iter().copied().filter(|&award| facts.awards[award].status == crate::facts::AwardStatus::Active);
    need(
        active.filter_map(|award| facts.awards[award].date.map(|date| (award, date))).min_by_key(|(_, date)| *date),
        "awards/date",
    )
}

/// What a lot is like, for comparing its prices: category, method, currency, size, band of bids.
pub(super) fn lot_stratum<'r>(unit: &Unit<'r>, facts: &Facts<'r>) -> Stratum<'r> {
    let (scheme, class) = unit.category.map_or(("", ""), |category| (category.scheme, category.class));
    let size = unit
        .estimate
        .map(|estimate| crate::facts::to_f64(estimate.amount))
        .or_else(|| unit.valid.first().map(|priced| priced.float))
        .map_or(NO_SIZE, size_of);
    Stratum {
        scheme,
        class,
        method: facts.method.map_or("", |method| method.code()),
        currency: unit.currency.unwrap_or_default(),
        unit: "",
        size,
        band: band_of(unit.valid.len()),
    }
}

/// Order of magnitude: ⌊log₁₀⌋.
pub(super) fn size_of(value: f64) -> i8 {
    if value > 0.0 && value.is_finite() { value.log10().floor() as i8 } else { NO_SIZE }
}

/// Band of the number of bids: 3, 4–5, 6 and more; two bids are a band of their own.
const fn band_of(bids: usize) -> u8 {
    match bids {
        0 | 1 => 0,
        2 => 2,
        3 => 3,
        4 | 5 => 4,
        _ => 6,
    }
}

/// category × method × currency × size → category × method × currency → method × currency → all.
pub(super) const PRICE_LEVELS: &[Mask] = &[
    Mask::CATEGORY.and(Mask::METHOD).and(Mask::CURRENCY).and(Mask::SIZE),
    Mask::CATEGORY.and(Mask::METHOD).and(Mask::CURRENCY),
    Mask::METHOD.and(Mask::CURRENCY),
    Mask::ALL,
];

/// category × band of bids → band of bids.
pub(super) const SCREEN_LEVELS: &[Mask] = &[Mask::CATEGORY.and(Mask::BAND), Mask::BAND];

/// category × method → method → all.
pub(super) const TIME_LEVELS: &[Mask] = &[Mask::CATEGORY.and(Mask::METHOD), Mask::METHOD, Mask::ALL];

/// Fences taken on the logarithm, with their guard: Q3 > Q1.
fn on_log(fences: Option<Fences>) -> Result<(f64, f64), Verdict> {
    let fences = fences.ok_or(Verdict::NoReference)?;
    fences.guarded_signed().ok_or(Verdict::Degenerate)
}

/// Raised where ln(value) ≤ the lower fence.
pub(super) fn at_most_log(value: f64, fences: Option<Fences>) -> Verdict {
    let (lower, _) = match on_log(fences) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let threshold = exp(lower);
    if round9(ln(value)) <= round9(lower) { Verdict::Raised(threshold) } else { Verdict::Clear(threshold) }
}

/// Raised where ln(value) ≥ the upper fence.
pub(super) fn at_least_log(value: f64, fences: Option<Fences>) -> Verdict {
    let (_, upper) = match on_log(fences) {
        Ok(found) => found,
        Err(verdict) => return verdict,
    };
    let threshold = exp(upper);
    if round9(ln(value)) >= round9(upper) { Verdict::Raised(threshold) } else { Verdict::Clear(threshold) }
}

/// Raised where ln(value) lies on or beyond either fence; the threshold is the one met, else the nearer.
pub(super) fn outside_log(value: f64, fences: Option<Fences>) -> Verdict {
    match at_most_log(value, fences) {
        Verdict::Clear(lower) => match at_least_log(value, fences) {
            Verdict::Clear(upper) => Verdict::Clear(if value - lower < upper - value { lower } else { upper }),
            raised => raised,
        },
        settled => settled,
    }
}

/// Raised where value ≥ the upper fence of a plain measure (guard: fence > 0).
pub(super) fn at_least_plain(value: f64, fences: Option<Fences>) -> Verdict {
    let Some(fences) = fences else { return Verdict::NoReference };
    match fences.guarded_upper().map(round9) {
        None => Verdict::Degenerate,
        Some(upper) if value >= upper => Verdict::Raised(upper),
        Some(upper) => Verdict::Clear(upper),
    }
}

/// Raised where value ≤ the lower fence of a signed measure (guard: Q3 > Q1).
pub(super) fn at_most_signed(value: f64, fences: Option<Fences>) -> Verdict {
    match on_log(fences) {
        Err(verdict) => verdict,
        Ok((lower, _)) if value <= round9(lower) => Verdict::Raised(lower),
        Ok((lower, _)) => Verdict::Clear(lower),
    }
}

/// Raised where value ≥ the upper fence of a signed measure (guard: Q3 > Q1).
pub(super) fn at_least_signed(value: f64, fences: Option<Fences>) -> Verdict {
    match on_log(fences) {
        Err(verdict) => verdict,
        Ok((_, upper)) if value >= round9(upper) => Verdict::Raised(upper),
        Ok((_, upper)) => Verdict::Clear(upper),
    }
}

/// Raised where value > max(upper fence, floor). At or below the floor nothing needs a reference.
pub(super) fn beyond_floor(value: f64, fences: Option<Fences>, floor: f64) -> Verdict {
    if value <= floor {
        return Verdict::Clear(floor);
    }
    let Some(fences) = fences else { return Verdict::NoReference };
    let threshold = round9(fences.upper.max(floor));
    if value > threshold { Verdict::Raised(threshold) } else { Verdict::Clear(threshold) }
}

/// Whether the indicators of Chinese law apply: the pack's jurisdiction is China.
pub(super) fn chinese_law(cx: &Context<'_>) -> Step<()> {
    if cx.settings.pack.jurisdiction == "CN" { Ok(()) } else { exempt(Reason::Exempt) }
}

/// Days between an opening and a deadline of the process; a deadline before its opening is no period.
pub(super) fn whole_days(from: Moment, to: Moment, bad: &'static str) -> Step<i64> {
    if to < from { missing(bad) } else { Ok(to.days_since(from)) }
}

/// A count of the settings as a threshold.
pub(super) fn count_of(cx: &Context<'_>, key: Key) -> Number {
    Number::Count(cx.settings.days(key))
}

/// A figure of the settings as a threshold.
pub(super) fn figure_of(cx: &Context<'_>, key: Key) -> Number {
    Number::real(cx.settings.figure(key))
}

/// Whether two sums have one currency and `a` ÷ `b` can be formed; the ratio as a float, rounded.
pub(super) fn ratio(a: Money<'_>, b: Money<'_>) -> Option<f64> {
    if a.currency != b.currency {
        return None;
    }
    a.amount.checked_div(b.amount).map(|ratio| round9(crate::facts::to_f64(ratio)))
}
