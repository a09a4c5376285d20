//! Prices of one lot: R022, R023, R024, R028, R031, R036, R058, and unit prices R017.

use rust_decimal::Decimal;

use super::scope::{
    PRICE_LEVELS, Step, at_least_log, at_most_log, bids, compared, exempt, free_prices, is_final, lot_stratum,
    may_be_price_only, missing, need, outside_log, price_only, prices, ratio, settle, unit_of, winner,
};
use crate::context::Context;
use crate::facts::{BidStatus, Facts, Money, PriceGap, Unit, to_f64};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::ruling::{Fenced, Measure, Ruling, Spot, Verdict};
use crate::stats::{cv, round9};
use crate::stratum::{Mask, NO_SIZE, Stratum};
use crate::subject::SubjectKey;

/// Evidence of every valid price of a lot.
pub(super) fn valid_evidence(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> (Vec<Evidence>, Vec<SubjectKey>) {
    let unit = unit_of(spot, facts);
    (unit.valid.iter().map(|priced| facts.price_evidence(priced.bid)).collect(), Vec::new())
}

/// R022: coefficient of variation of the valid prices.
pub(super) const R022: Fenced = Fenced {
    measure: r022_measure,
    compare: |value, fences, _| at_least_log(value, fences),
    explain: valid_evidence,
    log: true,
    levels: PRICE_LEVELS,
};

fn r022_measure<'r>(spot: Spot, facts: &Facts<'r>, cx: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    let unit = unit_of(spot, facts);
    free_prices(facts)?;
    is_final(unit)?;
    prices(unit, facts, cx.settings.count(Key::R022MinBids).max(2))?;
    let value = round9(cv(&unit.floats).unwrap_or(0.0));
    if value <= 0.0 {
        // Equal prices: left out of the reference, and R028's own matter.
        return Err(Outcome::CLEAR.into());
    }
    Ok(Measure { value, stratum: lot_stratum(unit, facts) })
}

/// R023: the sorted distinct valid prices follow one ratio or one difference.
///
/// "Ratio ≠ 1" is read as: every step exceeds the tolerance, else any close prices would follow every ratio.
pub(super) fn r023(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        free_prices(facts)?;
        if facts.auction() {
            return exempt(Reason::Auction);
        }
        is_final(unit)?;
        let least = cx.settings.count(Key::R023MinBids).max(3);
        let valid = prices(unit, facts, least)?;
        let mut distinct: Vec<Decimal> = valid.iter().map(|priced| priced.price).collect();
        distinct.dedup();
        if distinct.len() < least {
            return exempt(Reason::TooFew);
        }
        let tolerance = cx.settings.figure(Key::R023Tolerance);
        let deviation = need(pattern_deviation(&distinct, tolerance), "bids/details/value/amount")?;
        let threshold = Number::real(tolerance);
        let Some(value) = deviation else {
            return Ok(Outcome::NotRaised { value: None, threshold: Some(threshold) });
        };
        let mut outcome = compared(value <= tolerance, Number::real(value), threshold, || {
            valid.iter().map(|priced| facts.price_evidence(priced.bid)).collect()
        });
        if let Outcome::Raised { also, .. } = &mut outcome {
            also.extend(valid.iter().flat_map(|priced| facts.concerned(priced.bidder)));
        }
        Ok(outcome)
    }
    settle(judge(spot, facts, cx))
}

/// How far consecutive ratios differ among themselves, or differences relative to the lowest price, whichever is less.
///
/// `None`: overflow. `Some(None)`: the prices step by less than the tolerance, so that no pattern can be told.
fn pattern_deviation(ascending: &[Decimal], tolerance: f64) -> Option<Option<f64>> {
    let first = *ascending.first()?;
    let (mut ratios, mut steps) = (Span::new(), Span::new());
    for pair in ascending.windows(2) {
        let step = to_f64(pair[1].checked_sub(pair[0])?.checked_div(first)?);
        ratios.add(to_f64(pair[1].checked_div(pair[0])?));
        steps.add(step);
    }
    if ratios.least - 1.0 <= tolerance {
        return Some(None);
    }
    Some(Some(round9(ratios.width().min(steps.width()))))
}

struct Span {
    least: f64,
    most: f64,
}

impl Span {
    const fn new() -> Self {
        Self { least: f64::INFINITY, most: f64::NEG_INFINITY }
    }

    fn add(&mut self, value: f64) {
        self.least = self.least.min(value);
        self.most = self.most.max(value);
    }

    fn width(&self) -> f64 {
        self.most - self.least
    }
}

/// The winner and the lowest loser of a lot whose winner is lowest.
struct Gap {
    winner: usize,
    loser: usize,
    ratio: f64,
}

fn gap(unit: &Unit<'_>, facts: &Facts<'_>) -> Step<Gap> {
    free_prices(facts)?;
    may_be_price_only(unit)?;
    is_final(unit)?;
    let valid = prices(unit, facts, 1)?;
    let (bid, price) = winner(unit)?;
    price_only(unit)?;
    let bidder = facts.bids[bid].bidder;
    let Some(loser) = valid.iter().find(|priced| Some(priced.bidder) != bidder) else {
        // A loser whose price is unknown is missing data, not an absence of losers.
        let unpriced = unit
            .offers
            .iter()
            .any(|offer| offer.status == BidStatus::Valid && offer.bidder != bidder && offer.price.is_err());
        return if unpriced { missing("bids/details/value/amount") } else { exempt(Reason::TooFew) };
    };
    if loser.price < price.amount {
        return exempt(Reason::Criteria);
    }
    let difference = need(loser.price.checked_sub(price.amount), "bids/details/value/amount")?;
    let ratio = need(difference.checked_div(price.amount), "bids/details/value/amount")?;
    Ok(Gap { winner: bid, loser: loser.bid, ratio: round9(to_f64(ratio)) })
}

fn gap_measure<'r>(spot: Spot, facts: &Facts<'r>, _: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    let unit = unit_of(spot, facts);
    let gap = gap(unit, facts)?;
    if gap.ratio <= 0.0 {
        // Equal prices are R028's matter and would spoil the logarithm.
        return Err(Outcome::NotRaised { value: Some(Number::Real(0.0)), threshold: None }.into());
    }
    Ok(Measure { value: gap.ratio, stratum: lot_stratum(unit, facts) })
}

fn gap_explain(spot: Spot, facts: &Facts<'_>, with_loser: bool) -> (Vec<Evidence>, Vec<SubjectKey>) {
    let unit = unit_of(spot, facts);
    let Ok(gap) = gap(unit, facts) else { return (Vec::new(), Vec::new()) };
    let mut also: Vec<SubjectKey> =
        facts.bids[gap.winner].bidder.into_iter().flat_map(|bidder| facts.concerned(bidder)).collect();
    if with_loser {
        also.extend(facts.bids[gap.loser].bidder.into_iter().flat_map(|bidder| facts.concerned(bidder)));
    }
    let mut evidence = vec![facts.price_evidence(gap.winner), facts.price_evidence(gap.loser)];
    evidence.extend(set_aside(unit));
    (evidence, also)
}

/// Bids in another currency than the unit's, which were not compared.
fn set_aside<'u>(unit: &'u Unit<'_>) -> impl Iterator<Item = Evidence> + 'u {
    unit.offers
        .iter()
        .filter(|offer| offer.status == BidStatus::Valid && offer.price == Err(PriceGap::Foreign))
        .map(|offer| Evidence::new(format!("/bids/details/{}/value/currency", offer.bid), "≠"))
}

/// R024: the lowest loser is improbably close above the winner.
pub(super) const R024: Fenced = Fenced {
    measure: gap_measure,
    compare: |value, fences, settings| match settings.optional(Key::R024Threshold) {
        Some(most) if value <= most => Verdict::Raised(most),
        Some(most) => Verdict::Clear(most),
        None => at_most_log(value, fences),
    },
    explain: |spot, facts, _| gap_explain(spot, facts, true),
    log: true,
    levels: PRICE_LEVELS,
};

/// R058: the winner is improbably far below the lowest loser.
pub(super) const R058: Fenced = Fenced {
    measure: gap_measure,
    compare: |value, fences, settings| match settings.optional(Key::R058Threshold) {
        Some(least) if value >= least => Verdict::Raised(least),
        Some(least) => Verdict::Clear(least),
        None => at_least_log(value, fences),
    },
    explain: |spot, facts, _| gap_explain(spot, facts, false),
    log: true,
    levels: PRICE_LEVELS,
};

/// R028: two different bidders in S offer the same amount in the same currency.
pub(super) fn r028(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        free_prices(facts)?;
        if facts.rule.is_some_and(|rule| rule.lottery) {
            return exempt(Reason::Exempt);
        }
        is_final(unit)?;
        bids(unit, facts)?;
        let mut offers: Vec<(Money<'_>, usize, usize)> = Vec::with_capacity(unit.offers.len());
        let (mut unpriced, mut unnamed) = (None, false);
        for offer in unit.offers.iter().filter(|offer| offer.status.submitted()) {
            // Equality needs no common currency for the lot, only for the two.
            let price = match offer.price {
                Err(PriceGap::Foreign) => facts.bids[offer.bid].money.ok_or(PriceGap::Amount),
                other => other,
            };
            match (price, offer.bidder) {
                (Ok(price), Some(bidder)) if !price.currency.is_empty() => offers.push((price, bidder, offer.bid)),
                (Ok(_), Some(_)) => unpriced = unpriced.or(Some("bids/details/value/currency")),
                (Err(PriceGap::UnitValue), _) => unpriced = unpriced.or(Some("bids/details/items/unit/value")),
                (Err(PriceGap::NoCurrency), _) => unpriced = unpriced.or(Some("bids/details/value/currency")),
                (Err(_), _) => unpriced = unpriced.or(Some("bids/details/value/amount")),
                (Ok(_), None) => unnamed = true,
            }
        }
        offers.sort_by(|a, b| a.0.currency.cmp(b.0.currency).then(a.0.amount.cmp(&b.0.amount)).then(a.2.cmp(&b.2)));
        let mut best: Vec<&(Money<'_>, usize, usize)> = Vec::new();
        for group in offers.chunk_by(|a, b| a.0 == b.0) {
            let alike: Vec<_> =
                group.iter().filter(|one| group.iter().any(|other| facts.differ(one.1, other.1))).collect();
            if alike.len() > best.len() {
                best = alike;
            }
        }
        if best.is_empty() {
            if let Some(path) = unpriced {
                return missing(path);
            }
            if unnamed {
                return missing("bids/details/tenderers/id");
            }
            if offers.len() < 2 {
                return exempt(Reason::TooFew);
            }
            return Ok(Outcome::not_raised(Number::Count(0), Number::Count(2)));
        }
        let mut bidders: Vec<usize> = best.iter().map(|(_, bidder, _)| *bidder).collect();
        bidders.sort_unstable();
        bidders.dedup();
        Ok(Outcome::Raised {
            value: Number::Count(i64::try_from(bidders.len()).unwrap_or(i64::MAX)),
            threshold: Number::Count(2),
            evidence: best.iter().map(|(_, _, bid)| facts.price_evidence(*bid)).collect(),
            also: bidders.iter().flat_map(|&bidder| facts.concerned(bidder)).collect(),
        })
    }
    settle(judge(spot, facts))
}

/// R031: the winning price lies at or above the estimate.
pub(super) fn r031(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        free_prices(facts)?;
        is_final(unit)?;
        prices(unit, facts, 1)?;
        let estimate = need(unit.estimate, if unit.lot.is_some() { "tender/lots/value" } else { "tender/value" })?;
        let (bid, price) = winner(unit)?;
        let value = need(ratio(price, estimate), "bids/details/value/currency")?;
        let threshold = round9(1.0 - cx.settings.figure(Key::R031Close));
        Ok(compared(value >= threshold, Number::real(value), Number::real(threshold), || {
            vec![facts.price_evidence(bid), estimate_evidence(unit, facts, estimate)]
        }))
    }
    settle(judge(spot, facts, cx))
}

/// The estimate of a unit as evidence, where it stands.
pub(super) fn estimate_evidence(unit: &Unit<'_>, facts: &Facts<'_>, estimate: Money<'_>) -> Evidence {
    let of_lot = unit.lot.filter(|&lot| facts.release.lots().get(lot).is_some_and(|lot| lot.value.is_some()));
    let pointer = of_lot.map_or_else(|| "/tender/value".to_owned(), |lot| format!("/tender/lots/{lot}/value"));
    Evidence::new(pointer, format!("{} {}", estimate.amount.normalize(), estimate.currency))
}

/// R036: the lowest submitted price is that of disqualified bids only.
pub(super) fn r036(spot: Spot, facts: &Facts<'_>, _: &Context<'_>) -> Outcome {
    fn judge(spot: Spot, facts: &Facts<'_>) -> Step<Outcome> {
        let unit = unit_of(spot, facts);
        free_prices(facts)?;
        may_be_price_only(unit)?;
        is_final(unit)?;
        price_only(unit)?;
        let valid = prices(unit, facts, 1)?;
        let lowest_valid = valid[0].price;
        let disqualified = unit
            .offers
            .iter()
            .filter(|offer| offer.status == BidStatus::Disqualified)
            .filter_map(|offer| Some((offer.price.ok()?.amount, offer.bid)))
            .min();
        let unpriced = unit
            .offers
            .iter()
            .any(|offer| offer.status == BidStatus::Disqualified && offer.price == Err(PriceGap::Amount));
        let Some((lowest, bid)) = disqualified else {
            return if unpriced {
                missing("bids/details/value/amount")
            } else {
                Ok(Outcome::NotRaised { value: None, threshold: Some(Number::Amount(lowest_valid)) })
            };
        };
        // A pending bid at that price is not disqualified, and a tie does not count.
        let tied = unit.offers.iter().any(|offer| {
            offer.status.submitted()
                && offer.status != BidStatus::Disqualified
                && offer.price.is_ok_and(|price| price.amount <= lowest)
        });
        let raised = lowest < lowest_valid && !tied;
        let mut outcome = compared(raised, Number::Amount(lowest), Number::Amount(lowest_valid), || {
            vec![facts.price_evidence(bid), facts.price_evidence(valid[0].bid)]
        });
        if let Outcome::Raised { also, .. } = &mut outcome {
            also.extend(facts.bids[bid].bidder.into_iter().flat_map(|bidder| facts.concerned(bidder)));
        }
        Ok(outcome)
    }
    settle(judge(spot, facts))
}

/// R017: a unit price off the norm of its class, unit and currency.
pub(super) const R017: Fenced = Fenced {
    measure: r017_measure,
    compare: |value, fences, _| outside_log(value, fences),
    explain: |spot, facts, _| {
        let pointer = facts.pointer(spot);
        let price =
            facts.priced_items.get(spot.index()).and_then(|item| item.raw.unit.as_ref()?.value.as_ref()?.amount);
        let value = price.map(|price| price.normalize().to_string()).unwrap_or_default();
        (vec![Evidence::new(format!("{pointer}/unit/value"), value)], Vec::new())
    },
    log: true,
    levels: &[Mask::CATEGORY.and(Mask::UNIT).and(Mask::CURRENCY)],
};

fn r017_measure<'r>(spot: Spot, facts: &Facts<'r>, cx: &Context<'_>) -> Result<Measure<'r>, Ruling> {
    let item = &facts.priced_items[spot.index()];
    let text = item.raw.description.as_deref().unwrap_or_default();
    if cx.settings.lists.provisional.find(text).is_some() {
        return exempt(Reason::PricedByBuyer).map_err(Ruling::from);
    }
    let class = need(item.raw.classification.as_ref(), "tender/items/classification")?;
    let id = need(class.id.as_deref(), "tender/items/classification/id")?;
    let unit = need(item.raw.unit.as_ref(), "tender/items/unit/value")?;
    let price = need(unit.value.as_ref().and_then(|value| value.amount), "tender/items/unit/value")?;
    if price.is_zero() || price.is_sign_negative() {
        return Err(Outcome::missing("tender/items/unit/value").into());
    }
    let name = need(unit.id.as_deref().or(unit.name.as_deref()), "tender/items/unit/id")?;
    if item.currency.is_empty() {
        return Err(Outcome::missing("tender/items/unit/value/currency").into());
    }
    let stratum = Stratum {
        scheme: class.scheme.as_deref().unwrap_or_default(),
        class: id,
        method: "",
        currency: item.currency,
        unit: name,
        size: NO_SIZE,
        band: 0,
    };
    Ok(Measure { value: round9(to_f64(price)), stratum })
}
