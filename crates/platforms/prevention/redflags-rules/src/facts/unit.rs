//! The fields of competition: which bids and awards belong to which lot, what they cost there, who won.

use ocds::types as raw;

use super::build::category;
use super::price::{items_total, money, to_f64};
use super::{AwardStatus, BidStatus, Facts, Finality, Money, Offer, PriceGap, Priced, Unit};
use crate::moment::Moment;
use crate::settings::Settings;

const LOTS: &str = "bids/details/relatedLots";

pub(super) fn units<'r>(facts: &Facts<'r>, settings: &Settings) -> Vec<Unit<'r>> {
    let lots = facts.release.lots();
    if lots.is_empty() {
        return vec![unit(facts, None, true, settings)];
    }
    let only = lots.len() == 1;
    lots.iter()
        .enumerate()
        .filter(|(_, lot)| {
            !lot.status.as_deref().is_some_and(|status| {
                status.eq_ignore_ascii_case("cancelled") || status.eq_ignore_ascii_case("withdrawn")
            })
        })
        .map(|(index, lot)| unit(facts, Some((index, lot)), only, settings))
        .collect()
}

/// Whether something that names lots (itself or by its items) belongs to this one.
enum Belongs {
    Yes { alone: bool },
    No,
    Unknown,
}

fn belongs(related: &[ocds::Text<'_>], items: &[raw::Item<'_>], lot: &str, only: bool) -> Belongs {
    if !related.is_empty() {
        return if related.iter().any(|id| id == lot) {
            Belongs::Yes { alone: related.len() == 1 }
        } else {
            Belongs::No
        };
    }
    let mut named = items.iter().flat_map(|item| &item.related_lots).peekable();
    if named.peek().is_some() {
        let (mut here, mut elsewhere) = (false, false);
        for id in named {
            if id == lot { here = true } else { elsewhere = true }
        }
        return if here { Belongs::Yes { alone: !elsewhere } } else { Belongs::No };
    }
    if only { Belongs::Yes { alone: true } } else { Belongs::Unknown }
}

fn unit<'r>(facts: &Facts<'r>, lot: Option<(usize, &'r raw::Lot<'r>)>, only: bool, settings: &Settings) -> Unit<'r> {
    let lot_id = lot.and_then(|(_, lot)| lot.id.as_deref()).unwrap_or_default();
    let mut unassigned = None;
    let mut offers = Vec::with_capacity(facts.bids.len());
    for (index, bid) in facts.bids.iter().enumerate() {
        let alone = match lot {
            None => true,
            Some(_) => match belongs(&bid.raw.related_lots, &bid.raw.items, lot_id, only) {
                Belongs::Yes { alone } => alone,
                Belongs::No => continue,
                Belongs::Unknown => {
                    unassigned = Some(LOTS);
                    continue;
                }
            },
        };
        let price = if alone {
            bid.money.ok_or(PriceGap::Amount)
        } else {
            items_total(&bid.raw.items, lot_id).ok_or(PriceGap::UnitValue)
        };
        offers.push(Offer { bid: index, status: bid.status, bidder: bid.bidder, price });
    }
    let mut awards = Vec::new();
    let mut award_unassigned = false;
    for (index, award) in facts.awards.iter().enumerate() {
        match lot {
            None => awards.push(index),
            Some(_) => match belongs(&award.raw.related_lots, &award.raw.items, lot_id, only) {
                Belongs::Yes { .. } => awards.push(index),
                Belongs::No => {}
                Belongs::Unknown => award_unassigned = true,
            },
        }
    }
    let tender = facts.release.tender.as_ref();
    let lot_value = money(lot.and_then(|(_, lot)| lot.value.as_ref()));
    let estimate = lot_value.or(if only { facts.value } else { None });
    let currency = unit_currency(estimate.or(facts.value), &offers);
    for offer in &mut offers {
        if let (Ok(price), Some(currency)) = (offer.price, currency) {
            if price.currency.is_empty() {
                offer.price = Err(PriceGap::NoCurrency);
            } else if price.currency != currency {
                offer.price = Err(PriceGap::Foreign);
            }
        } else if offer.price.is_ok() {
            offer.price = Err(PriceGap::NoCurrency);
        }
    }
    let period = lot.and_then(|(_, lot)| lot.tender_period.as_ref());
    let of = |when: Option<&ocds::When<'r>>| when.map(|when| Moment::of(when, &settings.zone));
    let criteria = lot
        .and_then(|(_, lot)| lot.award_criteria.as_ref())
        .or(tender.and_then(|tender| tender.award_criteria.as_ref()))
        .and_then(|criteria| criteria.code.as_deref());
    let price_only = match criteria {
        Some(code) => Some(["priceOnly", "lowestCost"].iter().any(|name| name.eq_ignore_ascii_case(code.trim()))),
        None => settings.assume_price_only().then_some(true),
    };
    let mut bidders: Vec<usize> =
        offers.iter().filter(|offer| offer.status.submitted()).filter_map(|offer| offer.bidder).collect();
    bidders.sort_unstable();
    bidders.dedup();
    let mut winners: Vec<&'r str> =
        active(facts, &awards).flat_map(|award| facts.awards[award].suppliers.iter().copied()).collect();
    winners.sort_unstable();
    winners.dedup();
    let mut suppliers: Vec<&'r str> = bidders
        .iter()
        .flat_map(|&bidder| facts.bidders[bidder].iter().copied())
        .chain(winners.iter().copied())
        .collect();
    suppliers.sort_unstable();
    suppliers.dedup();
    let unit_category = match lot {
        None => facts.category,
        Some(_) => {
            let mut items = tender
                .into_iter()
                .flat_map(|tender| &tender.items)
                .filter(|item| only || item.related_lots.iter().any(|id| id == lot_id));
            category(&mut items, settings).or(facts.category)
        }
    };
    let valid = valid_prices(&offers);
    let mut unit = Unit {
        lot: lot.map(|(index, _)| index),
        lot_id,
        category: unit_category,
        estimate,
        currency,
        start: of(period.and_then(|period| period.start_date.as_ref())).or(facts.start),
        end: of(period.and_then(|period| period.end_date.as_ref())).or(facts.end),
        bidder_count: bidder_count(facts, &offers, bidders.len(), unassigned, lot.is_none() || only),
        bidders,
        suppliers,
        finality: finality(facts, lot.map(|(_, lot)| lot), &awards, award_unassigned),
        offers,
        unassigned,
        floats: valid.iter().map(|priced| priced.float).collect(),
        valid,
        awards,
        winner: Err("awards/relatedBid"),
        winners,
        price_only,
    };
    unit.winner = winner(facts, &unit);
    unit
}

fn active<'a>(facts: &'a Facts<'_>, awards: &'a [usize]) -> impl Iterator<Item = usize> + 'a {
    awards.iter().copied().filter(|&award| facts.awards[award].status == AwardStatus::Active)
}

/// The currency of the estimate, else of most bids in S, ties alphabetically.
fn unit_currency<'r>(estimate: Option<Money<'r>>, offers: &[Offer<'r>]) -> Option<&'r str> {
    if let Some(money) = estimate.filter(|money| !money.currency.is_empty()) {
        return Some(money.currency);
    }
    let mut found: Vec<(&'r str, u32)> = Vec::new();
    for offer in offers.iter().filter(|offer| offer.status.submitted()) {
        let Ok(price) = offer.price else { continue };
        if price.currency.is_empty() {
            continue;
        }
        match found.iter_mut().find(|(known, _)| *known == price.currency) {
            Some((_, count)) => *count += 1,
            None => found.push((price.currency, 1)),
        }
    }
    found.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(currency, _)| currency)
}

/// Valid prices ascending, one per bidder; equal prices in published order.
fn valid_prices(offers: &[Offer<'_>]) -> Vec<Priced> {
    let mut valid: Vec<Priced> = Vec::new();
    for offer in offers.iter().filter(|offer| offer.status == BidStatus::Valid) {
        let (Ok(price), Some(bidder)) = (offer.price, offer.bidder) else {
            continue;
        };
        let priced = Priced { price: price.amount, float: to_f64(price.amount), bid: offer.bid, bidder };
        match valid.iter_mut().find(|known| known.bidder == bidder) {
            Some(known) if priced.price < known.price => *known = priced,
            Some(_) => {}
            None => valid.push(priced),
        }
    }
    valid.sort_by(|a, b| a.price.cmp(&b.price).then(a.bid.cmp(&b.bid)));
    valid
}

/// NBID: distinct bidders in S, else the process's published figures where it has one unit only.
fn bidder_count(
    facts: &Facts<'_>,
    offers: &[Offer<'_>],
    bidders: usize,
    unassigned: Option<&'static str>,
    one_unit: bool,
) -> Result<u32, &'static str> {
    if let Some(path) = unassigned {
        return Err(path);
    }
    let submitted = offers.iter().filter(|offer| offer.status.submitted());
    let (mut some, mut unnamed) = (false, false);
    for offer in submitted {
        some = true;
        unnamed |= offer.bidder.is_none();
    }
    if some && !unnamed {
        return Ok(u32::try_from(bidders).unwrap_or(u32::MAX));
    }
    // Bids are published, but none for this lot: nobody bid here.
    if !some && !facts.bids.is_empty() && !one_unit && facts.bids.iter().any(|bid| bid.status.submitted()) {
        return Ok(0);
    }
    if !one_unit {
        return Err(LOTS);
    }
    let Some(tender) = &facts.release.tender else {
        return Err("bids/details/tenderers/id");
    };
    if !tender.tenderers.is_empty() {
        let ids = super::build::sorted_ids(&tender.tenderers);
        if !ids.is_empty() {
            return Ok(u32::try_from(ids.len()).unwrap_or(u32::MAX));
        }
    }
    if let Some(number) = tender.number_of_tenderers {
        return Ok(number);
    }
    let statistic = facts
        .release
        .bids
        .iter()
        .flat_map(|bids| &bids.statistics)
        .find(|statistic| statistic.measure.as_deref() == Some("bidders") && statistic.related_lots.is_empty());
    statistic
        .and_then(|statistic| statistic.value)
        .and_then(|value| u32::try_from(value.normalize().mantissa()).ok().filter(|_| value.normalize().scale() == 0))
        .ok_or("bids/details/tenderers/id")
}

fn finality(facts: &Facts<'_>, lot: Option<&raw::Lot<'_>>, awards: &[usize], unassigned: bool) -> Finality {
    if awards.is_empty() {
        if unassigned {
            return Finality::NotFinal;
        }
        let status = lot.and_then(|lot| lot.status.as_deref()).or(facts.status);
        return match status {
            None => Finality::Unknown,
            Some(status)
                if ["complete", "unsuccessful", "withdrawn"].iter().any(|over| over.eq_ignore_ascii_case(status)) =>
            {
                Finality::Closed
            }
            Some(_) => Finality::Stage,
        };
    }
    let mut any_active = false;
    for &award in awards {
        match facts.awards[award].status {
            AwardStatus::Active => any_active = true,
            AwardStatus::Cancelled | AwardStatus::Unsuccessful => {}
            AwardStatus::Pending | AwardStatus::Other | AwardStatus::Absent => {
                return Finality::NotFinal;
            }
        }
    }
    if any_active { Finality::Final } else { Finality::Closed }
}

/// The bid of `awards/relatedBid`; else the lowest valid bid whose bidder equals the supplier set; else contains it.
fn winner(facts: &Facts<'_>, unit: &Unit<'_>) -> Result<usize, &'static str> {
    const MISSING: &str = "awards/relatedBid";
    let mut won: Option<usize> = None;
    let mut several = false;
    for award in active(facts, &unit.awards) {
        let award = &facts.awards[award];
        let named = award.raw.related_bid.iter().chain(&award.raw.related_bids);
        let bid = named
            .filter_map(|id| unit.offers.iter().find(|offer| facts.bids[offer.bid].id == id.as_ref()))
            .map(|offer| offer.bid)
            .next()
            .or_else(|| by_suppliers(facts, unit, &award.suppliers));
        let Some(bid) = bid else { return Err(MISSING) };
        several |= won.is_some_and(|other| facts.bids[other].bidder != facts.bids[bid].bidder);
        won = won.or(Some(bid));
    }
    // Several winners and no lots: which price is compared with which cannot be told.
    if several && unit.lot.is_none() {
        return Err("tender/lots");
    }
    won.ok_or(MISSING)
}

fn by_suppliers(facts: &Facts<'_>, unit: &Unit<'_>, suppliers: &[&str]) -> Option<usize> {
    if suppliers.is_empty() {
        return None;
    }
    let mut equal: Option<&Offer<'_>> = None;
    let mut containing: Option<&Offer<'_>> = None;
    let lower = |offer: &Offer<'_>, than: Option<&Offer<'_>>| {
        let price = |offer: &Offer<'_>| offer.price.ok().map(|price| price.amount);
        match (price(offer), than.map(price)) {
            (_, None) => true,
            (Some(a), Some(Some(b))) => a < b,
            (Some(_), Some(None)) => true,
            (None, _) => false,
        }
    };
    for offer in unit.offers.iter().filter(|offer| offer.status == BidStatus::Valid) {
        let Some(bidder) = offer.bidder else { continue };
        let members = &facts.bidders[bidder];
        if members.as_slice() == suppliers {
            if lower(offer, equal) {
                equal = Some(offer);
            }
        } else if suppliers.iter().all(|id| members.contains(id)) && lower(offer, containing) {
            containing = Some(offer);
        }
    }
    equal.or(containing).map(|offer| offer.bid)
}
