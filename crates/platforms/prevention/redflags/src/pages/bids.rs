//! The bids of each lot: rank, price, how far above the lowest, won or rejected and why.

use std::collections::BTreeMap;

use redflags_rules::facts::{BidStatus, Facts, Unit, to_f64};
use rust_decimal::Decimal;
use web::locale::Words;
use web::view::{Badge, Cell, Column, Html, IntoHtml, Light, Panel, Row, State, Strip, Table, format};

use super::{money, n, t};

/// Lots shown; further ones are counted.
const LOTS: usize = 10;
/// Bids shown of a lot; further ones are counted.
const BIDS: usize = 40;

/// The panel of bids, a table for each lot.
pub fn panel(words: Words, facts: &Facts<'_>, names: &BTreeMap<&str, &str>) -> Panel {
    let offered: Vec<&Unit<'_>> = facts.units.iter().filter(|unit| !unit.offers.is_empty()).collect();
    if offered.is_empty() {
        let told = facts.units.iter().find_map(|unit| unit.bidder_count.ok());
        let next = match told {
            Some(count) => n(words, "bids-only-number", u64::from(count)),
            None => t(words, "bids-none-next"),
        };
        return Panel::new(t(words, "bids"), State::empty(t(words, "bids-none"), next));
    }
    let tables: Vec<Html> = offered.iter().take(LOTS).map(|unit| lot(words, facts, unit, names)).collect();
    let bids: usize = offered.iter().map(|unit| unit.offers.len()).sum();
    let valid: usize = offered.iter().map(|unit| unit.valid.len()).sum();
    let note = words.with("redflags-bids-note", &[("n", (bids as u64).into()), ("valid", (valid as u64).into())]);
    let panel = Panel::new(t(words, "bids"), tables).note(note).flush();
    match offered.len().saturating_sub(LOTS) {
        0 => panel,
        more => panel.foot(n(words, "bids-more-lots", more as u64)),
    }
}

fn lot(words: Words, facts: &Facts<'_>, unit: &Unit<'_>, names: &BTreeMap<&str, &str>) -> Html {
    let currency = unit.currency.unwrap_or_default();
    let lowest = unit.valid.first().map(|priced| priced.price);
    let prices = || unit.offers.iter().filter_map(|offer| offer.price.ok()).filter(|sum| sum.currency == currency);
    let floats = prices().map(|sum| to_f64(sum.amount));
    let (low, high) =
        floats.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), price| (low.min(price), high.max(price)));
    let estimate = unit.estimate.filter(|sum| sum.currency == currency).map(|sum| to_f64(sum.amount));
    let (low, high) = estimate.map_or((low, high), |estimate| (low.min(estimate), high.max(estimate)));
    let mut offers: Vec<_> = unit.offers.iter().collect();
    let key = |bid: usize| unit.valid.iter().position(|priced| priced.bid == bid).unwrap_or(usize::MAX);
    offers.sort_by_key(|offer| (key(offer.bid), offer.bid));
    let columns = vec![
        Column::new(t(words, "bids-bidder")),
        Column::new(t(words, "bids-rank")).figure(),
        Column::new(t(words, "bids-price")).figure(),
        Column::new(t(words, "bids-above")).figure(),
        Column::new(t(words, "bids-place")),
        Column::new(t(words, "bids-result")),
    ];
    let unknown = t(words, "unknown");
    let rows = offers.iter().take(BIDS).map(|offer| {
        let bidder = offer.bidder.map_or_else(
            || unknown.clone(),
            |bidder| {
                let members = facts.bidders[bidder].iter();
                members.map(|id| names.get(id).copied().unwrap_or(*id)).collect::<Vec<_>>().join(" + ")
            },
        );
        let rank = unit.valid.iter().position(|priced| priced.bid == offer.bid);
        let price = offer.price.ok();
        let above = rank.and_then(|_| above(price?.amount, lowest?));
        let won = unit.winner == Ok(offer.bid)
            || offer.bidder.is_some_and(|bidder| {
                unit.winner.is_err() && facts.bidders[bidder].iter().any(|id| unit.winners.contains(id))
            });
        let raw = facts.bids[offer.bid].raw;
        let strip = price.filter(|sum| sum.currency == currency && high > low).map(|sum| {
            let strip = Strip::new(low, to_f64(sum.amount), high);
            let strip = match estimate {
                Some(estimate) => strip.mark(low, estimate, high),
                None => strip,
            };
            match (won, offer.status) {
                (true, _) => strip.won(),
                (_, BidStatus::Disqualified | BidStatus::Withdrawn) => strip.rejected(),
                _ => strip,
            }
        });
        Row::new(vec![
            Cell::new(Html::data(&bidder)),
            rank.map_or_else(|| Cell::unknown(&unknown), |rank| Cell::number(rank as i128 + 1)),
            price.map_or_else(|| Cell::unknown(&unknown), |sum| Cell::new(money(words, sum.amount, sum.currency))),
            above.map_or_else(|| Cell::unknown(&unknown), Cell::new),
            Cell::new(strip),
            result(words, won, offer.status, raw.status_details.as_deref()),
        ])
    });
    let caption = if unit.lot_id.is_empty() {
        t(words, "bids")
    } else {
        words.with("redflags-bids-lot", &[("lot", unit.lot_id.into())])
    };
    let id = format!("bids-{}", unit.lot.unwrap_or(0));
    let mut table = Table::new(words, id, caption.clone(), columns).rows(rows);
    let mut notes = Vec::new();
    if facts.units.len() > 1 {
        notes.push(caption);
    }
    if let Some(estimate) = unit.estimate {
        notes.push(
            words.with("redflags-bids-estimate", &[("sum", money(words, estimate.amount, estimate.currency).into())]),
        );
    }
    if offers.len() > BIDS {
        notes.push(n(words, "bids-more", (offers.len() - BIDS) as u64));
    }
    if !notes.is_empty() {
        table = table.note(notes.join(" · "));
    }
    table.into_html()
}

/// How far a price is above the lowest: `+0.24%`.
fn above(price: Decimal, lowest: Decimal) -> Option<String> {
    let ratio = price.checked_sub(lowest)?.checked_div(lowest)?;
    let ratio = to_f64(ratio);
    Some(if ratio == 0.0 { "0".to_owned() } else { format!("+{}", format::percent(ratio, 2)) })
}

fn result(words: Words, won: bool, status: BidStatus, details: Option<&str>) -> Cell {
    let cell = if won {
        Cell::new(Badge::saying(Light::Done, t(words, "bid-won")))
    } else {
        match status {
            BidStatus::Disqualified => Cell::new(Badge::saying(Light::Refused, t(words, "bid-disqualified"))),
            BidStatus::Withdrawn => Cell::new(Badge::saying(Light::Waiting, t(words, "bid-withdrawn"))),
            BidStatus::Pending => Cell::new(t(words, "bid-pending")),
            BidStatus::Invited => Cell::new(t(words, "bid-invited")),
            BidStatus::Valid => Cell::new(t(words, "bid-valid")),
            BidStatus::Other | BidStatus::Absent => Cell::new(t(words, "unknown")),
        }
    };
    match details {
        Some(details) => cell.under(Html::data(details)),
        None => cell,
    }
}
