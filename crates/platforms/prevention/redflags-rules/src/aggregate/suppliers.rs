//! A supplier's record: R025, R048, X-16, X-21.

use std::collections::{BTreeMap, BTreeSet};

use super::bench::{Bench, Desk, Grounds, Measured, everybody, figure, first_missing, judgement, of, too_few};
use super::intern::Symbol;
use super::seen::{BidState, Day};
use super::view::{Id, MarketId, Span, by_window, number};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{Counts, binomial_tail, mean, round9};
use crate::stratum::{Mask, Stratum};

const WINNER: &str = "awards/relatedBid";

/// Bidders credited in each unit, with the row of the unit.
fn participations(desk: Desk<'_>, counts: impl Fn(&super::log::BidRow) -> bool) -> Vec<(Id, Option<Day>, u32)> {
    let view = desk.view;
    let mut rows = Vec::new();
    for (unit, _) in view.unit_rows() {
        let day = view.unit_day(unit);
        let mut parties: Vec<Id> =
            view.log.bids_of(unit).iter().filter(|bid| counts(bid)).flat_map(|bid| desk.credited(bid.by)).collect();
        parties.sort_unstable();
        parties.dedup();
        rows.extend(parties.into_iter().map(|supplier| (supplier, day, unit)));
    }
    rows
}

struct Losses {
    supplier: Id,
    span: Option<Span>,
    units: Vec<u32>,
    wins: u64,
    /// The chance of winning that its markets give to the average bidder.
    chance: f64,
}

/// R025 屡投不中: bids often and hardly ever wins.
///
/// Often: as many valid units as the `percentile` of all suppliers. Hardly ever: the ratio of wins is at or below a set
/// threshold, or the lower fence of such suppliers; where that fence is degenerate, as it mostly is, the chance of so few
/// wins at the mean win rate of its markets is at most `tail`.
pub(super) fn r025(bench: &mut Bench<'_>) {
    let indicator = of("R025");
    let desk = bench.desk;
    let view = desk.view;
    let rates = win_rates(desk);
    let mut subjects: Vec<(Id, Result<Losses, Outcome>)> = Vec::new();
    let mut counts: Vec<f64> = Vec::new();
    by_window(participations(desk, super::log::BidRow::valid), desk.window(), |supplier, span, units| {
        let decided: Vec<u32> = units.iter().copied().filter(|unit| view.winning_bid(*unit).is_some()).collect();
        let wins = decided.iter().filter(|unit| view.winners(**unit).binary_search(&supplier).is_ok()).count() as u64;
        let chances: Vec<f64> =
            decided.iter().map(|unit| rates.get(&view.field_of(*unit)).copied().unwrap_or_default()).collect();
        counts.push(decided.len() as f64);
        let result = if span.is_none() {
            Err(Outcome::missing("tender/tenderPeriod/startDate"))
        } else if decided.is_empty() {
            Err(Outcome::missing(WINNER))
        } else if (decided.len() as u64) < desk.count(Key::R025MinUnits) {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(Losses { supplier, span, units: decided, wins, chance: mean(&chances).unwrap_or_default() })
        };
        subjects.push((supplier, result));
    });
    let counts: Counts = counts.into_iter().collect();
    let often = counts.quantile(desk.real(Key::R025Percentile) / 100.0).unwrap_or_default();
    let ratio = |losses: &Losses| round9(losses.wins as f64 / losses.units.len() as f64);
    let regular: Counts = subjects
        .iter()
        .filter_map(|(_, result)| result.as_ref().ok())
        .filter(|losses| losses.units.len() as f64 >= often)
        .map(ratio)
        .collect();
    let fence = bench.fences(indicator, regular, everybody()).and_then(|fences| fences.guarded_lower());
    let set = desk.cx.settings.optional(Key::R025Threshold);
    for (supplier, result) in subjects {
        let judged = match result {
            Err(outcome) => outcome.into(),
            Ok(losses) if (losses.units.len() as f64) < often => too_few(),
            Ok(losses) => {
                let value = Number::real(ratio(&losses));
                // Losing all of n units is as likely as winning none of them.
                let n = losses.units.len() as u64;
                let chance = binomial_tail(n - losses.wins, n, 1.0 - losses.chance);
                let (raised, threshold) = match set.or(fence) {
                    Some(threshold) => (ratio(&losses) <= round9(threshold), Number::real(threshold)),
                    None => (round9(chance) <= desk.real(Key::R025Tail), Number::real(losses.chance)),
                };
                judgement(raised, value, threshold, || Grounds {
                    evidence: vec![
                        desk.window_figure(losses.span),
                        figure("units", n),
                        figure("wins", losses.wins),
                        figure("often", Number::real(often)),
                        figure("market_win_rate", Number::real(losses.chance)),
                        figure("binomial_tail", format!("{chance:.3e}")),
                    ],
                    also: usual_winner(desk, &losses),
                    processes: losses.units.iter().map(|unit| view.log.units[*unit as usize].process).collect(),
                })
            }
        };
        bench.give(indicator, desk.supplier(supplier), judged);
    }
}

/// The supplier that won most of the units lost, ties by id, where it won two or more.
fn usual_winner(desk: Desk<'_>, losses: &Losses) -> Vec<crate::subject::SubjectKey> {
    let mut wins: BTreeMap<Id, u64> = BTreeMap::new();
    for unit in &losses.units {
        for winner in desk.view.winners(*unit) {
            if *winner != losses.supplier {
                *wins.entry(*winner).or_insert(0) += 1;
            }
        }
    }
    let most = wins.values().copied().max().unwrap_or(0);
    wins.iter().find(|(_, n)| **n == most && most >= 2).map(|(id, _)| vec![desk.supplier(*id)]).unwrap_or_default()
}

/// Share of valid bidders that won, by market.
pub(super) fn win_rates(desk: Desk<'_>) -> BTreeMap<MarketId, f64> {
    let view = desk.view;
    let mut counts: BTreeMap<MarketId, (u64, u64)> = BTreeMap::new();
    for (unit, _) in view.unit_rows() {
        if view.winning_bid(unit).is_some() {
            let mut bidders: Vec<Symbol> =
                view.log.bids_of(unit).iter().filter(|bid| bid.valid()).map(|bid| bid.by).collect();
            bidders.sort_unstable();
            bidders.dedup();
            let entry = counts.entry(view.field_of(unit)).or_default();
            entry.0 += 1;
            entry.1 += bidders.len() as u64;
        }
    }
    counts.into_iter().map(|(market, (wins, bids))| (market, wins as f64 / bids.max(1) as f64)).collect()
}

/// R048 经营品类过杂: awarded goods and services of too many kinds.
pub(super) fn r048(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let rows: Vec<(Id, Option<Day>, u32)> = view
        .award_rows()
        .filter(|(_, row)| row.active())
        .flat_map(|(award, row)| {
            let day = row.day().or(view.process_day(row.process));
            desk.credited(row.to).into_iter().map(move |supplier| (supplier, day, award))
        })
        .collect();
    let mut measured = Vec::new();
    by_window(rows, desk.window(), |supplier, span, awards| {
        let row = |award: &u32| &view.log.awards[*award as usize];
        let classes: BTreeSet<Id> = awards.iter().flat_map(|a| view.members(row(a).classes)).collect();
        let processes: BTreeSet<u32> = awards.iter().map(|a| row(a).process).collect();
        let value = if classes.is_empty() {
            Err(Outcome::missing("awards/items/classification"))
        } else if (processes.len() as u64) < desk.count(Key::R048MinProcesses) {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(classes.len() as f64)
        };
        let exempt = desk.cx.settings.lists.exempt_suppliers.iter().any(|id| id == view.name(supplier));
        let value = if exempt { Err(Outcome::not_applicable(Reason::Exempt)) } else { value };
        measured.push(Measured { subject: desk.supplier(supplier), value, data: (span, classes, processes) });
    });
    bench.compare(
        of("R048"),
        everybody(),
        measured,
        |_, _| None,
        |_, _| true,
        |(span, classes, processes)| Grounds {
            evidence: [desk.window_figure(*span), figure("processes", processes.len())]
                .into_iter()
                .chain(classes.iter().take(40).map(|class| figure("class", view.name(*class))))
                .collect(),
            also: Vec::new(),
            processes: processes.iter().copied().collect(),
        },
    );
}

/// X-16 频繁撤标: the share of bids withdrawn.
pub(super) fn x16(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let rows = participations(desk, |bid| bid.state != Some(BidState::Invited));
    let mut measured = Vec::new();
    by_window(rows, desk.window(), |supplier, span, units| {
        let (mut all, mut back) = (0u64, Vec::new());
        for unit in units {
            for bid in view.log.bids_of(*unit).iter().filter(|bid| desk.credited(bid.by).contains(&supplier)) {
                if bid.state == Some(BidState::Withdrawn) {
                    back.push(view.log.units[*unit as usize].process);
                }
                all += u64::from(bid.submitted() || bid.state == Some(BidState::Withdrawn));
            }
        }
        let value = if all == 0 {
            Err(Outcome::missing("bids/details/status"))
        } else if all < desk.count(Key::X16MinN) {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            Ok(back.len() as f64 / all as f64)
        };
        measured.push(Measured { subject: desk.supplier(supplier), value, data: (span, all, back) });
    });
    bench.compare(
        of("X-16"),
        everybody(),
        measured,
        |_, _| None,
        |_, _| true,
        |(span, all, back)| Grounds {
            evidence: vec![desk.window_figure(*span), figure("bids", all), figure("withdrawn", back.len())],
            also: Vec::new(),
            processes: back.clone(),
        },
    );
}

/// X-21 低价高结: contracts won at a heavy discount end dear.
///
/// Heavy: (lowest losing price − winning price) ÷ winning price at or above the upper fence of R058, taken from the units
/// at hand. Dear: the mean of final payment ÷ award at or above the upper fence of such suppliers.
pub(super) fn x21(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let discount = |unit: u32| -> Option<f64> {
        let winner = view.winning_bid(unit)?;
        let prices = view.prices(unit);
        let own = prices.iter().find(|price| price.by == winner.by)?.amount;
        let rival = prices.iter().find(|price| price.by != winner.by)?.amount;
        (own > 0.0).then(|| (rival - own) / own)
    };
    // Fenced on the logarithm, as R058 is; zero and below are no discounts.
    let logs: Counts = view
        .unit_rows()
        .filter_map(|(unit, _)| discount(unit))
        .filter(|discount| *discount > 0.0)
        .map(crate::stats::ln)
        .collect();
    let set = desk.cx.settings.optional(Key::R058Threshold);
    // R058 freezes its own distribution; here it is only read.
    let least = desk.count(Key::GeneralReferenceMinN);
    let fences = match desk.cx.reference {
        Some(reference) => reference.fences(of("R058"), Stratum::default(), &[Mask::ALL], least),
        None if logs.n() >= least => logs.fences(),
        None => None,
    };
    let fence =
        set.or_else(|| fences.and_then(|fences| fences.guarded_signed()).map(|(_, upper)| crate::stats::exp(upper)));
    let mut rows = Vec::new();
    let mut paid_anywhere: BTreeSet<Id> = BTreeSet::new();
    for (award, row) in view.award_rows().filter(|(_, row)| row.active()) {
        let paid = view.log.paid_for(award).is_some();
        for supplier in desk.credited(row.to) {
            rows.push((supplier, row.day().or(view.process_day(row.process)), award));
            if paid {
                paid_anywhere.insert(supplier);
            }
        }
    }
    let mut measured = Vec::new();
    by_window(rows, desk.window(), |supplier, span, awards| {
        let row = |award: &u32| &view.log.awards[*award as usize];
        let mut ratios = Vec::new();
        let mut processes = Vec::new();
        for award in awards {
            let heavy = view
                .log
                .unit_of(*award)
                .and_then(discount)
                .zip(fence)
                .is_some_and(|(discount, fence)| round9(discount) >= round9(fence));
            let end = view.log.paid_for(*award).zip(row(award).value()).filter(|(_, value)| !value.amount.is_zero());
            if let (true, Some((paid, value))) = (heavy, end) {
                ratios.push(number(paid) / number(value.amount));
                processes.push(row(award).process);
            }
        }
        let value = if let Some(missing) = first_missing(&[
            ("awards/value", awards.iter().any(|a| row(a).value().is_some())),
            ("contracts/implementation/transactions/value", paid_anywhere.contains(&supplier)),
            ("reference", fence.is_some()),
        ]) {
            Err(missing)
        } else if (ratios.len() as u64) < desk.count(Key::X21MinN) {
            Err(Outcome::not_applicable(Reason::TooFew))
        } else {
            mean(&ratios).ok_or(Outcome::not_applicable(Reason::TooFew))
        };
        measured.push(Measured { subject: desk.supplier(supplier), value, data: (span, processes) });
    });
    bench.compare(
        of("X-21"),
        everybody(),
        measured,
        |_, _| None,
        |_, _| true,
        |(span, processes)| Grounds {
            evidence: vec![
                desk.window_figure(*span),
                figure("contracts", processes.len()),
                figure("discount", Number::real(fence.unwrap_or_default())),
            ],
            also: Vec::new(),
            processes: processes.clone(),
        },
    );
}
