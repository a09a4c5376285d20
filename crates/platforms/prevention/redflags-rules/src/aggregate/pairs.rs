//! Two suppliers that meet: R034, R053, X-18, NW-06, NW-09.
//!
//! Pairs are formed only among the bidders of one unit, and a pair becomes a subject with its third shared unit. A unit
//! with more than [`MOST_BIDDERS`] organisations forms no pairs; how many such units there were stands in the notes.

use std::collections::{BTreeMap, BTreeSet};

use super::bench::{Bench, Desk, Grounds, Judgement, figure, first_missing, judgement, of, too_few};
use super::seen::Day;
use super::suppliers::win_rates;
use super::view::{Id, Span, by_window};
use crate::outcome::{Number, Outcome};
use crate::parameters::Key;
use crate::stats::{binomial_tail, mean, round9};

/// With more organisations in one unit, pairs say little and would grow with the square of their number.
pub(super) const MOST_BIDDERS: usize = 60;

/// Fewer shared units make no pair a subject.
const LEAST_SHARED: usize = 3;

const START: &str = "tender/tenderPeriod/startDate";

/// In which units each organisation submitted a bid, in canonical order; units that are too large are left out.
struct Presence {
    units: Vec<u32>,
    /// Where the units of an organisation begin among `places`.
    starts: Vec<u32>,
    /// Places among `units`.
    places: Vec<u32>,
}

impl Presence {
    fn new(desk: Desk<'_>) -> Presence {
        let view = desk.view;
        let mut units: Vec<u32> = view.unit_rows().map(|(unit, _)| unit).collect();
        units.retain(|unit| view.bidders(*unit).len() <= MOST_BIDDERS);
        let mut starts = vec![0; view.log.texts.len() + 1];
        for bidder in units.iter().flat_map(|unit| view.bidders(*unit)) {
            starts[*bidder as usize + 1] += 1;
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut places = vec![0; starts.last().copied().unwrap_or(0) as usize];
        for (place, unit) in units.iter().enumerate() {
            for bidder in view.bidders(*unit) {
                places[next[*bidder as usize] as usize] = place as u32;
                next[*bidder as usize] += 1;
            }
        }
        Presence { units, starts, places }
    }
}

/// Units in which pairs were not formed.
pub(super) fn too_many(desk: Desk<'_>) -> u64 {
    desk.view.unit_rows().filter(|(unit, _)| desk.view.bidders(*unit).len() > MOST_BIDDERS).count() as u64
}

/// Visits each pair that is a subject, in order. What is held at once are the meetings of one organisation, not those of all.
fn each_pair(desk: Desk<'_>, days: Day, mut visit: impl FnMut((Id, Id), Option<Span>, &[u32])) {
    let presence = Presence::new(desk);
    let mut meetings: Vec<(Id, u32)> = Vec::new();
    for (a, ends) in presence.starts.windows(2).enumerate() {
        let a = a as Id;
        meetings.clear();
        for &place in &presence.places[ends[0] as usize..ends[1] as usize] {
            let others = desk.view.bidders(presence.units[place as usize]).iter().filter(|b| **b > a);
            meetings.extend(others.map(|b| (*b, place)));
        }
        meetings.sort_unstable();
        for group in meetings.chunk_by(|one, other| one.0 == other.0).filter(|group| group.len() >= LEAST_SHARED) {
            let row = |(b, place): &(Id, u32)| {
                let unit = presence.units[*place as usize];
                ((a, *b), desk.view.unit_day(unit), unit)
            };
            by_window(group.iter().map(row).collect(), days, |pair, span, units| {
                if units.len() >= LEAST_SHARED {
                    visit(pair, span, units);
                }
            });
        }
    }
}

/// Rows of the processes of units.
fn processes(desk: Desk<'_>, units: &[u32]) -> Vec<u32> {
    units.iter().map(|unit| desk.view.log.units[*unit as usize].process).collect()
}

/// R034 递交次序雷同: two firms hand in always in the same order, or within minutes of one another.
///
/// The tail is that of the more frequent order at p = ½; equal instants count for neither. Raised by order, or by closeness.
pub(super) fn r034(bench: &mut Bench<'_>) {
    let indicator = of("R034");
    let desk = bench.desk;
    let view = desk.view;
    each_pair(desk, desk.window(), |(a, b), span, units| {
        let at = |unit: u32, who: Id| {
            let bids = view.log.bids_of(unit).iter().filter(|bid| bid.submitted());
            bids.filter(|bid| view.members(bid.by).any(|member| member == who))
                .filter_map(|bid| Some((bid.at()?, bid.by)))
                .min()
        };
        // Members of one consortium hand in one bid; that is no meeting of two.
        let timed: Vec<(u32, u32, u32)> = units
            .iter()
            .filter_map(|unit| Some((*unit, at(*unit, a)?, at(*unit, b)?)))
            .filter(|(_, a, b)| a.1 != b.1)
            .map(|(unit, a, b)| (unit, a.0, b.0))
            .collect();
        let judged: Judgement = if span.is_none() {
            Outcome::missing(START).into()
        } else if timed.is_empty() {
            Outcome::missing("bids/details/date").into()
        } else if (timed.len() as u64) < desk.count(Key::R034MinUnits) {
            too_few()
        } else {
            let n = timed.len() as u64;
            let first = timed.iter().filter(|(_, a, b)| a < b).count() as u64;
            let second = timed.iter().filter(|(_, a, b)| b < a).count() as u64;
            let (more, leader) = if first >= second { (first, a) } else { (second, b) };
            let share = round9(more as f64 / n as f64);
            let tail = binomial_tail(more, n, 0.5);
            let minutes = desk.real(Key::R034Minutes);
            let close = timed.iter().filter(|(_, a, b)| f64::from(a.abs_diff(*b)) <= minutes * 60.0).count() as u64;
            let ordered = share >= desk.real(Key::R034Share) && round9(tail) <= desk.real(Key::R034Tail);
            let grounds = || Grounds {
                evidence: vec![
                    desk.window_figure(span),
                    figure("units", n),
                    figure("first_mostly", view.name(leader)),
                    figure("share", Number::real(share)),
                    figure("binomial_tail", format!("{tail:.3e}")),
                    figure("close_calls", close),
                ],
                also: vec![desk.supplier(a), desk.supplier(b)],
                processes: timed.iter().map(|(unit, ..)| view.log.units[*unit as usize].process).collect(),
            };
            if !ordered && close >= desk.count(Key::R034MinClose) {
                let least = desk.count(Key::R034MinClose) as i64;
                judgement(true, Number::Count(close as i64), Number::Count(least), grounds)
            } else {
                judgement(ordered, Number::real(share), Number::real(desk.real(Key::R034Share)), grounds)
            }
        };
        bench.give(indicator, desk.pair(a, b), judged);
    });
}

/// Wins of either side among the shared units that are decided; consortia of both count for neither.
struct Record {
    decided: Vec<u32>,
    a: Vec<u32>,
    b: Vec<u32>,
}

fn record(desk: Desk<'_>, (a, b): (Id, Id), units: &[u32]) -> Record {
    let mut found = Record { decided: Vec::new(), a: Vec::new(), b: Vec::new() };
    for unit in units {
        let winners = desk.view.winners(*unit);
        if winners.is_empty() {
            continue;
        }
        let (won_a, won_b) = (winners.binary_search(&a).is_ok(), winners.binary_search(&b).is_ok());
        if won_a && won_b {
            continue;
        }
        found.decided.push(*unit);
        if won_a {
            found.a.push(*unit);
        }
        if won_b {
            found.b.push(*unit);
        }
    }
    found
}

/// R053 固定陪标组合: two firms meet often, one wins nearly always and the other never.
pub(super) fn r053(bench: &mut Bench<'_>) {
    let indicator = of("R053");
    let desk = bench.desk;
    each_pair(desk, desk.window(), |pair, span, units| {
        let record = record(desk, pair, units);
        let judged = if let Some(missing) =
            first_missing(&[("awards/relatedBid", !record.decided.is_empty()), (START, span.is_some())])
        {
            missing.into()
        } else if (record.decided.len() as u64) < desk.count(Key::R053MinUnits) {
            too_few()
        } else {
            let (winner, wins, others) = if record.a.len() >= record.b.len() {
                (pair.0, &record.a, &record.b)
            } else {
                (pair.1, &record.b, &record.a)
            };
            let share = round9(wins.len() as f64 / record.decided.len() as f64);
            let least = desk.real(Key::R053Share);
            judgement(share >= least && others.is_empty(), Number::real(share), Number::real(least), || Grounds {
                evidence: vec![
                    desk.window_figure(span),
                    figure("units", record.decided.len()),
                    figure("winner", desk.view.name(winner)),
                    figure("wins", wins.len()),
                ],
                also: vec![desk.supplier(winner)],
                processes: processes(desk, &record.decided),
            })
        };
        bench.give(indicator, desk.pair(pair.0, pair.1), judged);
    });
}

/// NW-09 中标失衡: l lost to w many times and w never to l, though l wins elsewhere as often as others do.
pub(super) fn nw09(bench: &mut Bench<'_>) {
    let indicator = of("NW-09");
    let desk = bench.desk;
    let view = desk.view;
    let rates = win_rates(desk);
    let elsewhere = decided_units(desk);
    each_pair(desk, desk.days(Key::Nw01Days), |pair, span, units| {
        let record = record(desk, pair, units);
        let (w, l, losses, reverse) = if record.a.len() >= record.b.len() {
            (pair.0, pair.1, &record.a, &record.b)
        } else {
            (pair.1, pair.0, &record.b, &record.a)
        };
        let least = desk.count(Key::Nw09MinLosses);
        let judged = if let Some(missing) =
            first_missing(&[("awards/relatedBid", !record.decided.is_empty()), (START, span.is_some())])
        {
            missing.into()
        } else if (record.decided.len() as u64) < least {
            too_few()
        } else {
            let mut shared = units.to_vec();
            shared.sort_unstable();
            // Where l bids without w.
            let apart: Vec<(u32, bool)> = elsewhere
                .get(&l)
                .into_iter()
                .flatten()
                .filter(|(unit, _)| shared.binary_search(unit).is_err())
                .filter(|(unit, _)| span.is_none_or(|span| view.unit_day(*unit).is_some_and(|day| span.contains(day))))
                .copied()
                .collect();
            let won = apart.iter().filter(|(_, won)| *won).count();
            let rate = won as f64 / apart.len().max(1) as f64;
            let usual: Vec<f64> =
                apart.iter().map(|(unit, _)| rates.get(&view.field_of(*unit)).copied().unwrap_or_default()).collect();
            let usual = mean(&usual).unwrap_or(1.0);
            let able = won > 0 && round9(rate) >= round9(usual);
            let raised = losses.len() as u64 >= least && reverse.is_empty() && able;
            judgement(raised, Number::Count(losses.len() as i64), Number::Count(least as i64), || Grounds {
                evidence: vec![
                    desk.window_figure(span),
                    figure("winner", view.name(w)),
                    figure("loser", view.name(l)),
                    figure("units_apart", apart.len()),
                    figure("wins_apart", won),
                    figure("market_win_rate", Number::real(usual)),
                ],
                also: vec![desk.supplier(w)],
                processes: processes(desk, losses),
            })
        };
        bench.give(indicator, desk.pair(pair.0, pair.1), judged);
    });
}

/// Decided units of each organisation that bid, and whether it won.
fn decided_units(desk: Desk<'_>) -> BTreeMap<Id, Vec<(u32, bool)>> {
    let view = desk.view;
    let mut found: BTreeMap<Id, Vec<(u32, bool)>> = BTreeMap::new();
    for (unit, _) in view.unit_rows() {
        let winners = view.winners(unit);
        if winners.is_empty() {
            continue;
        }
        for bidder in view.bidders(unit) {
            found.entry(*bidder).or_default().push((unit, winners.binary_search(bidder).is_ok()));
        }
    }
    found
}

/// X-18 对手结成联合体: firms that bid against each other now bid together, or one firm stands in two bids of a unit.
///
/// Subjects are the pairs that stand in one bid, and those in overlapping bids of one unit. That each of them were able
/// alone is shown by their having bid alone.
pub(super) fn x18(bench: &mut Bench<'_>) {
    let indicator = of("X-18");
    let desk = bench.desk;
    let view = desk.view;
    let mut together: BTreeMap<(Id, Id), Vec<u32>> = BTreeMap::new();
    let mut overlapping: BTreeMap<(Id, Id), Vec<u32>> = BTreeMap::new();
    for (unit, _) in view.unit_rows() {
        let bids: Vec<Vec<Id>> = view
            .log
            .bids_of(unit)
            .iter()
            .filter(|bid| bid.submitted())
            .map(|bid| {
                let mut members: Vec<Id> = view.members(bid.by).collect();
                members.sort_unstable();
                members
            })
            .collect();
        for (i, bid) in bids.iter().enumerate().filter(|(_, bid)| bid.len() > 1 && bid.len() <= MOST_BIDDERS) {
            for (j, a) in bid.iter().enumerate() {
                for b in &bid[j + 1..] {
                    together.entry((*a, *b)).or_default().push(unit);
                    // The same partners in another bid of theirs is one bid changed, not an overlap.
                    let other = bids.iter().enumerate().any(|(k, rival)| {
                        k != i && rival != bid && (rival.binary_search(a).is_ok() != rival.binary_search(b).is_ok())
                    });
                    if other {
                        overlapping.entry((*a, *b)).or_default().push(unit);
                    }
                }
            }
        }
    }
    let mut against: BTreeMap<(Id, Id), Vec<u32>> = BTreeMap::new();
    // Only those who ever stood together matter here, and mostly there are none.
    let partners: BTreeSet<Id> = together.keys().flat_map(|(a, b)| [*a, *b]).collect();
    for (unit, _) in view.unit_rows().take_while(|_| !partners.is_empty()) {
        let alone: Vec<Id> = {
            let single = view.log.bids_of(unit).iter().filter(|bid| bid.submitted());
            let mut ids: Vec<Id> = single
                .filter(|bid| view.log.sets.get(bid.by).len() == 1)
                .flat_map(|bid| view.members(bid.by))
                .filter(|id| partners.contains(id))
                .collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        if alone.len() > MOST_BIDDERS {
            continue;
        }
        for (i, a) in alone.iter().enumerate() {
            for b in &alone[i + 1..] {
                if together.contains_key(&(*a, *b)) {
                    against.entry((*a, *b)).or_default().push(unit);
                }
            }
        }
    }
    let (days, least) = (desk.days(Key::X18Days), desk.count(Key::X18MinUnits));
    for (pair, joint) in together {
        let newest = joint.iter().filter_map(|unit| view.unit_day(*unit)).max();
        let overlaps = overlapping.get(&pair).map_or(&[][..], Vec::as_slice);
        let before: Vec<u32> = against
            .get(&pair)
            .into_iter()
            .flatten()
            .copied()
            .filter(|unit| {
                let day = view.unit_day(*unit);
                day.zip(newest).is_some_and(|(day, newest)| day < newest && day >= newest.saturating_sub(days))
            })
            .collect();
        let judged = if newest.is_none() && overlaps.is_empty() {
            Outcome::missing(START).into()
        } else {
            let raised = before.len() as u64 >= least || !overlaps.is_empty();
            let (value, threshold) = if before.len() as u64 >= least || overlaps.is_empty() {
                (before.len() as i64, least as i64)
            } else {
                (overlaps.len() as i64, 1)
            };
            judgement(raised, Number::Count(value), Number::Count(threshold), || Grounds {
                evidence: vec![
                    figure("against_each_other", before.len()),
                    figure("together", joint.len()),
                    figure("overlapping_bids", overlaps.len()),
                ],
                also: vec![desk.supplier(pair.0), desk.supplier(pair.1)],
                processes: processes(desk, &[&joint[..], &before[..], overlaps].concat()),
            })
        };
        bench.give(indicator, desk.pair(pair.0, pair.1), judged);
    }
}

/// NW-06 互为分包: each was the other's subcontractor after having lost to it, within the time set.
///
/// Subjects are pairs of a winner and a named subcontractor that bid for the same unit.
pub(super) fn nw06(bench: &mut Bench<'_>) {
    let indicator = of("NW-06");
    let desk = bench.desk;
    let view = desk.view;
    // Pair → the contracts in which the first, or the second, was the winner.
    type Ways = (Vec<(Option<Day>, u32)>, Vec<(Option<Day>, u32)>);
    let mut found: BTreeMap<(Id, Id), Ways> = BTreeMap::new();
    for (award, row) in view.award_rows().filter(|(_, row)| row.active()) {
        let names = view.log.subcontractors_of(award);
        if names.is_empty() {
            continue;
        }
        let losers: Vec<Id> = match view.log.unit_of(award) {
            Some(unit) => view.bidders(unit).to_vec(),
            None => view.log.units_of(row.process).flat_map(|unit| view.bidders(unit as u32)).copied().collect(),
        };
        let winners: Vec<Id> = view.members(row.to).collect();
        for name in names.iter().map(|symbol| view.id(*symbol)) {
            if winners.contains(&name) || !losers.contains(&name) {
                continue;
            }
            for winner in &winners {
                let ways = found.entry(((*winner).min(name), (*winner).max(name))).or_default();
                let side = if *winner < name { &mut ways.0 } else { &mut ways.1 };
                side.push((row.day().or(view.process_day(row.process)), row.process));
            }
        }
    }
    let days = desk.days(Key::Nw06Days);
    for ((a, b), (one, other)) in found {
        let near = one.iter().any(|(x, _)| {
            other.iter().any(|(y, _)| x.zip(*y).is_some_and(|(x, y)| x.abs_diff(y) <= days.unsigned_abs()))
        });
        let undated = one.iter().chain(&other).all(|(day, _)| day.is_none());
        let judged = if undated {
            Outcome::missing("awards/date").into()
        } else {
            let directions = i64::from(!one.is_empty()) + i64::from(!other.is_empty());
            let value = if near { 2 } else { directions.min(1) };
            judgement(near, Number::Count(value), Number::Count(2), || Grounds {
                evidence: vec![figure("first_wins", one.len()), figure("second_wins", other.len())],
                also: vec![desk.supplier(a), desk.supplier(b)],
                processes: one.iter().chain(&other).map(|(_, process)| *process).collect(),
            })
        };
        bench.give(indicator, desk.pair(a, b), judged);
    }
}
