//! Price screens over a market: PS-09, PS-10, PS-12, PS-13; and its cast, NW-08.

use std::collections::{BTreeMap, BTreeSet};

use super::bench::{Bench, Desk, Grounds, Judgement, figure, judgement, of, too_few};
use super::intern::Symbol;
use super::seen::Day;
use super::shares::class_known;
use super::view::{Id, MarketId, Price, Span, by_window, number};
use crate::outcome::{Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{cv, jaccard_sorted, mean, median, normal_cdf, poisson_lower_tail, rank_sum, round9, spearman};

const PRICE: &str = "bids/details/value/amount";
const ESTIMATE: &str = "tender/value/amount";
const START: &str = "tender/tenderPeriod/startDate";
const BIDS: &str = "bids/details/tenderers/id";

/// Units by the field in which they are compared.
pub(super) fn units_by_market(desk: Desk<'_>) -> Vec<(MarketId, Option<Day>, u32)> {
    let view = desk.view;
    view.unit_rows().map(|(unit, _)| (view.field_of(unit), view.unit_day(unit), unit)).collect()
}

/// The estimate of a unit in the currency of its bids, above zero.
fn estimate(desk: Desk<'_>, unit: u32) -> Option<f64> {
    let row = &desk.view.log.units[unit as usize];
    row.estimate().filter(|sum| sum.currency == row.currency).map(|sum| number(sum.amount)).filter(|value| *value > 0.0)
}

fn processes(desk: Desk<'_>, units: &[u32]) -> Vec<u32> {
    units.iter().map(|unit| desk.view.log.units[*unit as usize].process).collect()
}

/// Judges each market over a window of `days`.
fn each_market(
    bench: &mut Bench<'_>,
    code: &str,
    days: Day,
    judge: impl Fn(Desk<'_>, MarketId, Span, &[u32]) -> Judgement,
) {
    let indicator = of(code);
    let desk = bench.desk;
    by_window(units_by_market(desk), days, |market, span, units| {
        let judged = match (class_known(market), span) {
            (Err(outcome), _) => outcome.into(),
            (Ok(()), None) => Outcome::missing(START).into(),
            (Ok(()), Some(span)) => judge(desk, market, span, units),
        };
        bench.give(indicator, desk.market(market), judged);
    });
}

/// PS-09 消失的竞价: bids just beside the winning edge are missing.
///
/// Δ = (own − lowest rival) ÷ estimate of every valid bid; the bin (−ε, ε) against the mean of the four bins of width 2ε beside it.
pub(super) fn ps09(bench: &mut Bench<'_>) {
    each_market(bench, "PS-09", bench.desk.window(), |desk, _, span, units| {
        let priced: Vec<(u32, &[Price])> =
            units.iter().map(|unit| (*unit, desk.view.prices(*unit))).filter(|(_, prices)| prices.len() >= 2).collect();
        if priced.is_empty() {
            return Outcome::missing(PRICE).into();
        }
        if priced.iter().all(|(unit, _)| estimate(desk, *unit).is_none()) {
            return Outcome::missing(ESTIMATE).into();
        }
        let (mut deltas, mut near) = (Vec::new(), Vec::new());
        for (unit, prices) in &priced {
            let Some(estimate) = estimate(desk, *unit) else { continue };
            for (i, price) in prices.iter().enumerate() {
                let rival = if i == 0 { prices[1].amount } else { prices[0].amount };
                deltas.push(round9((price.amount - rival) / estimate));
            }
            near.push(*unit);
        }
        if (deltas.len() as u64) < desk.count(Key::Ps09MinBids) {
            return too_few();
        }
        let band = desk.real(Key::Ps09Band);
        let within = |from: f64, to: f64| deltas.iter().filter(|delta| from <= **delta && **delta < to).count();
        let centre = deltas.iter().filter(|delta| delta.abs() < band).count();
        let beside = [-5.0, -3.0, 1.0, 3.0].map(|k| within(k * band, (k + 2.0) * band));
        let usual = beside.iter().sum::<usize>() as f64 / 4.0;
        if usual <= 0.0 {
            return Outcome::not_applicable(Reason::Degenerate).into();
        }
        let ratio = round9(centre as f64 / usual);
        let tail = poisson_lower_tail(centre as u64, usual);
        let limit = desk.real(Key::Ps09Ratio);
        let raised = ratio < limit && round9(tail) <= desk.real(Key::Ps09Tail);
        judgement(raised, Number::real(ratio), Number::real(limit), || Grounds {
            evidence: vec![
                desk.window_figure(Some(span)),
                figure("bids", deltas.len()),
                figure("beside_the_win", centre),
                figure("neighbouring_bins", beside.map(|n| n.to_string()).join(" ")),
                figure("poisson_tail", format!("{tail:.3e}")),
            ],
            also: Vec::new(),
            processes: processes(desk, &near),
        })
    });
}

/// PS-10 方差骤变: the spread of prices breaks between one window and the next.
pub(super) fn ps10(bench: &mut Bench<'_>) {
    let window = bench.desk.window();
    each_market(bench, "PS-10", window * 2, |desk, _, span, units| {
        let boundary = span.to - window;
        let measured: Vec<(bool, u32, f64)> = units
            .iter()
            .filter_map(|unit| {
                let prices: Vec<f64> = desk.view.prices(*unit).iter().map(|price| price.amount).collect();
                let spread = (prices.len() >= 3).then(|| cv(&prices)).flatten()?;
                Some((desk.view.unit_day(*unit)? > boundary, *unit, round9(spread)))
            })
            .collect();
        if measured.is_empty() {
            return Outcome::missing(PRICE).into();
        }
        let side = |late: bool| -> Vec<f64> { measured.iter().filter(|m| m.0 == late).map(|m| m.2).collect() };
        let (before, now) = (side(false), side(true));
        let least = desk.count(Key::Ps10MinUnits);
        if (before.len() as u64) < least || (now.len() as u64) < least {
            return too_few();
        }
        let (Some(old), Some(new), Some(test)) = (median(&before), median(&now), rank_sum(&now, &before)) else {
            return too_few();
        };
        if old <= 0.0 {
            return Outcome::not_applicable(Reason::Degenerate).into();
        }
        let (ratio, p) = (round9(new / old), test.two_sided());
        let (drop, rise) = (desk.real(Key::Ps10Drop), desk.real(Key::Ps10Rise));
        let threshold = if ratio >= 1.0 { rise } else { drop };
        let raised = (ratio <= drop || ratio >= rise) && round9(p) <= desk.real(Key::Ps10Tail);
        judgement(raised, Number::real(ratio), Number::real(threshold), || Grounds {
            evidence: vec![
                figure("window", Span { from: boundary + 1, to: span.to }),
                figure("window_before", Span { from: span.from, to: boundary }),
                figure("units", format!("{} {}", now.len(), before.len())),
                figure("median_cv", format!("{} {}", Number::real(new), Number::real(old))),
                figure("rank_sum_p", format!("{p:.3e}")),
            ],
            also: Vec::new(),
            processes: measured.iter().filter(|m| m.0).map(|m| desk.view.log.units[m.1 as usize].process).collect(),
        })
    });
}

/// PS-12 新进入者效应: prices drop when somebody new bids.
///
/// New: has not bid in the market within one window before. Units of the market's first window cannot be told and are left out.
pub(super) fn ps12(bench: &mut Bench<'_>) {
    let window = bench.desk.window();
    each_market(bench, "PS-12", window * 2, |desk, _, span, units| {
        let view = desk.view;
        let mut last_seen: BTreeMap<Id, Day> = BTreeMap::new();
        let (mut fresh, mut usual, mut with) = (Vec::new(), Vec::new(), Vec::new());
        let (mut priced, mut estimated) = (false, false);
        for unit in units {
            let Some(day) = view.unit_day(*unit) else { continue };
            let bidders = view.bidders(*unit);
            let newcomer = bidders.iter().any(|id| last_seen.get(id).is_none_or(|seen| *seen < day - window));
            last_seen.extend(bidders.iter().map(|id| (*id, day)));
            let winner = view.winning_bid(*unit).map(|bid| bid.by);
            let own = view.prices(*unit).iter().find(|price| Some(price.by) == winner).map(|price| price.amount);
            priced |= own.is_some();
            estimated |= estimate(desk, *unit).is_some();
            if let (Some(own), Some(estimate), true) = (own, estimate(desk, *unit), day >= span.from + window) {
                if newcomer {
                    fresh.push(round9(own / estimate));
                    with.push(*unit);
                } else {
                    usual.push(round9(own / estimate));
                }
            }
        }
        if !priced {
            return Outcome::missing(PRICE).into();
        }
        if !estimated {
            return Outcome::missing(ESTIMATE).into();
        }
        let least = desk.count(Key::Ps12MinUnits);
        if (fresh.len() as u64) < least || (usual.len() as u64) < least {
            return too_few();
        }
        let (Some(new), Some(old), Some(test)) = (median(&fresh), median(&usual), rank_sum(&fresh, &usual)) else {
            return too_few();
        };
        // The parameter is the size of the drop.
        let (difference, limit) = (round9(new - old), -desk.real(Key::Ps12Drop).abs());
        let raised = difference <= limit && round9(test.lower) <= desk.real(Key::Ps12Tail);
        judgement(raised, Number::real(difference), Number::real(limit), || Grounds {
            evidence: vec![
                desk.window_figure(Some(span)),
                figure("units_with_newcomer", fresh.len()),
                figure("units_without", usual.len()),
                figure("medians", format!("{} {}", Number::real(new), Number::real(old))),
                figure("rank_sum_p", format!("{:.3e}", test.lower)),
            ],
            also: Vec::new(),
            processes: processes(desk, &with),
        })
    });
}

/// PS-13 落标价失真: losing prices run against cost while winning prices follow it.
///
/// Cost is the bidder's backlog: what it was awarded, in the same currency, in the window before the unit. Distance would be the
/// other measure, but OCDS carries no coordinates. Right is a positive rank correlation of price ÷ estimate with backlog;
/// wrong a negative one whose one-sided level under the normal approximation is at most [`WRONG_LEVEL`].
pub(super) fn ps13(bench: &mut Bench<'_>) {
    let desk = bench.desk;
    let view = desk.view;
    let mut won: BTreeMap<(Id, Symbol), Vec<(Day, f64)>> = BTreeMap::new();
    for (_, row) in view.award_rows().filter(|(_, row)| row.active()) {
        if let (Some(day), Some(sum)) = (row.day(), row.value()) {
            for supplier in desk.credited(row.to) {
                won.entry((supplier, sum.currency)).or_default().push((day, number(sum.amount)));
            }
        }
    }
    // Running totals, so that a backlog is the difference of two of them.
    for list in won.values_mut() {
        list.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let mut total = 0.0;
        for entry in list {
            total += entry.1;
            entry.1 = total;
        }
    }
    let backlog = |supplier: Id, currency: Symbol, day: Day| {
        let Some(list) = won.get(&(supplier, currency)) else { return 0.0 };
        let until = |day: Day| {
            let n = list.partition_point(|(when, _)| *when < day);
            n.checked_sub(1).map_or(0.0, |last| list[last].1)
        };
        until(day) - until(day.saturating_sub(desk.window()))
    };
    each_market(bench, "PS-13", bench.desk.window(), |desk, _, span, units| {
        // Prices and backlogs of winners, and of losers.
        let mut winning: (Vec<f64>, Vec<f64>) = Default::default();
        let mut losing: (Vec<f64>, Vec<f64>) = Default::default();
        let (mut used, mut priced, mut estimated) = (Vec::new(), false, false);
        for unit in units {
            let prices = view.prices(*unit);
            priced |= !prices.is_empty();
            estimated |= estimate(desk, *unit).is_some();
            let (Some(estimate), Some(day), Some(winner)) =
                (estimate(desk, *unit), view.unit_day(*unit), view.winning_bid(*unit))
            else {
                continue;
            };
            if prices.len() < 2 {
                continue;
            }
            used.push(*unit);
            let currency = view.log.units[*unit as usize].currency;
            for price in prices {
                let of: f64 = desk.credited(price.by).into_iter().map(|id| backlog(id, currency, day)).sum();
                let side = if price.by == winner.by { &mut winning } else { &mut losing };
                side.0.push(round9(price.amount / estimate));
                side.1.push(round9(of));
            }
        }
        if !priced {
            return Outcome::missing(PRICE).into();
        }
        if !estimated {
            return Outcome::missing(ESTIMATE).into();
        }
        if (used.len() as u64) < desk.count(Key::Ps13MinUnits) {
            return too_few();
        }
        let (Some(of_winners), Some(of_losers)) =
            (spearman(&winning.0, &winning.1).map(round9), spearman(&losing.0, &losing.1).map(round9))
        else {
            return Outcome::not_applicable(Reason::Degenerate).into();
        };
        let level = normal_cdf(of_losers * ((losing.0.len() - 1) as f64).sqrt());
        let raised = of_winners > 0.0 && of_losers < 0.0 && round9(level) <= WRONG_LEVEL;
        judgement(raised, Number::real(of_losers), Number::real(0.0), || Grounds {
            evidence: vec![
                desk.window_figure(Some(span)),
                figure("units", used.len()),
                figure("winners_correlation", Number::real(of_winners)),
                figure("losers_correlation", Number::real(of_losers)),
                figure("level", format!("{level:.3e}")),
            ],
            also: Vec::new(),
            processes: processes(desk, &used),
        })
    });
}

/// Greatest level at which a wrong sign counts: without it, half of all honest markets with a right sign of the winners would be
/// raised by chance.
const WRONG_LEVEL: f64 = 0.01;

/// NW-08 投标班底固定: the same firms bid again and again though many more are there.
pub(super) fn nw08(bench: &mut Bench<'_>) {
    each_market(bench, "NW-08", bench.desk.window(), |desk, _, span, units| {
        let view = desk.view;
        let casts: Vec<(u32, &[Id])> =
            units.iter().map(|unit| (*unit, view.bidders(*unit))).filter(|(_, cast)| !cast.is_empty()).collect();
        if casts.is_empty() {
            return Outcome::missing(BIDS).into();
        }
        let active: BTreeSet<Id> = casts.iter().flat_map(|(_, cast)| cast.iter().copied()).collect();
        let full: Vec<&(u32, &[Id])> =
            casts.iter().filter(|(_, cast)| cast.len() as u64 >= desk.count(Key::Nw08MinBidders)).collect();
        if (full.len() as u64) < desk.count(Key::Nw08MinUnits) {
            return too_few();
        }
        let likeness: Vec<f64> = full.windows(2).map(|pair| jaccard_sorted(pair[0].1, pair[1].1)).collect();
        let sizes: Vec<f64> = full.iter().map(|(_, cast)| cast.len() as f64).collect();
        let (Some(likeness), Some(size)) = (mean(&likeness).map(round9), mean(&sizes).map(round9)) else {
            return too_few();
        };
        let limit = desk.real(Key::Nw08Jaccard);
        let many = round9(active.len() as f64 / size) >= desk.real(Key::Nw08Factor);
        judgement(likeness >= limit && many, Number::real(likeness), Number::real(limit), || {
            let mut times: BTreeMap<Id, usize> = BTreeMap::new();
            for id in full.iter().flat_map(|(_, cast)| cast.iter()) {
                *times.entry(*id).or_insert(0) += 1;
            }
            let cast: Vec<Id> = times.iter().filter(|(_, n)| **n * 2 > full.len()).map(|(id, _)| *id).collect();
            Grounds {
                evidence: vec![
                    desk.window_figure(Some(span)),
                    figure("units", full.len()),
                    figure("mean_bidders", Number::real(size)),
                    figure("active_suppliers", active.len()),
                ],
                also: cast.into_iter().map(|id| desk.supplier(id)).collect(),
                processes: full.iter().map(|(unit, _)| view.log.units[*unit as usize].process).collect(),
            }
        })
    });
}

/// Whether the prices of a unit have the shape of cover bids: close together (CV at most `most`), with the lowest apart from the
/// rest (relative distance above `distance`). `None` below three prices.
pub(super) fn covered(prices: &[Price], most: f64, distance: f64) -> Option<bool> {
    let amounts: Vec<f64> = prices.iter().map(|price| price.amount).collect();
    if amounts.len() < 3 {
        return None;
    }
    let spread = round9(cv(&amounts)?);
    let gap = amounts[1] - amounts[0];
    let sigma = crate::stats::standard_deviation(&amounts[1..])?;
    let apart = if sigma > 0.0 { round9(gap / sigma) > distance } else { gap > 0.0 };
    Some(spread <= most && apart)
}
