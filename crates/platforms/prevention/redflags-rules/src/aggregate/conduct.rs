//! What a community does: NW-02, NW-03 (= R057), NW-04, NW-05, PS-11.

use std::collections::{BTreeMap, BTreeSet};

use super::bench::{Bench, Desk, Grounds, Judgement, Measured, everybody, figure, judgement, of, too_few};
use super::communities::Group;
use super::intern::NONE;
use super::prices::{covered, units_by_market};
use super::view::{Id, MarketId, by_window};
use crate::outcome::{Evidence, Number, Outcome, Reason};
use crate::parameters::Key;
use crate::stats::{
    cv, geometric_mean, mean, normalised_entropy, normalised_mutual_information, permutation_p, round9,
};
use crate::subject::SubjectKey;

const WINNER: &str = "awards/relatedBid";
const PRICE: &str = "bids/details/value/amount";

fn processes(desk: Desk<'_>, units: &[u32]) -> Vec<u32> {
    units.iter().map(|unit| desk.view.log.units[*unit as usize].process).collect()
}

fn setting(desk: Desk<'_>, group: &Group) -> Vec<Evidence> {
    vec![desk.window_figure(Some(group.span)), figure("market", desk.view.market_key(group.market))]
}

/// NW-02 群体内聚排他: the community is close-knit and keeps to itself.
///
/// Weights are shared units. Coherence: geometric ÷ arithmetic mean of the weights between members that met at all.
/// Exclusivity: weight inside ÷ all weight of members.
pub(super) fn nw02(bench: &mut Bench<'_>, groups: &[Group]) {
    let desk = bench.desk;
    let least = desk.real(Key::Nw02Exclusivity);
    let measured = groups
        .iter()
        .map(|group| {
            let weights: Vec<f64> = group.inside.iter().map(|weight| *weight as f64).collect();
            let total: u64 = group.inside.iter().sum();
            let exclusivity = round9(total as f64 / (total + group.outside).max(1) as f64);
            let value = if (group.members.len() as u64) < desk.count(Key::Nw02MinMembers) {
                Err(Outcome::not_applicable(Reason::TooFew))
            } else {
                match (geometric_mean(&weights), mean(&weights)) {
                    (Some(geometric), Some(arithmetic)) if arithmetic > 0.0 => Ok(geometric / arithmetic),
                    _ => Err(Outcome::not_applicable(Reason::Degenerate)),
                }
            };
            Measured { subject: group.subject(desk), value, data: (group, exclusivity) }
        })
        .collect();
    let explain = |(group, exclusivity): &(&Group, f64)| {
        let mut evidence = setting(desk, group);
        evidence.push(figure("exclusivity", Number::real(*exclusivity)));
        evidence.push(figure("least_exclusivity", Number::real(least)));
        Grounds { evidence, also: group.also(desk), processes: processes(desk, &group.units) }
    };
    bench.compare(
        of("NW-02"),
        everybody(),
        measured,
        |_, _| None,
        |_, (_, exclusivity)| *exclusivity >= least,
        explain,
    );
}

/// R057 轮流中标: by the rule of NW-03.
pub(super) fn r057(bench: &mut Bench<'_>, groups: &[Group]) {
    rotations(bench, "R057", groups);
}

/// NW-03 轮流中标: members take turns at winning.
pub(super) fn nw03(bench: &mut Bench<'_>, groups: &[Group]) {
    rotations(bench, "NW-03", groups);
}

fn rotations(bench: &mut Bench<'_>, code: &str, groups: &[Group]) {
    let indicator = of(code);
    let desk = bench.desk;
    for group in groups {
        let judged = rotation(desk, group);
        bench.give(indicator, group.subject(desk), judged);
    }
}

fn rotation(desk: Desk<'_>, group: &Group) -> Judgement {
    let wins: Vec<(u32, Id)> =
        group.units.iter().filter_map(|unit| group.winner(desk, *unit).map(|winner| (*unit, winner))).collect();
    if group.units.iter().all(|unit| desk.view.winning_bid(*unit).is_none()) {
        return Outcome::missing(WINNER).into();
    }
    let mut times: BTreeMap<Id, Vec<usize>> = BTreeMap::new();
    for (turn, (_, winner)) in wins.iter().enumerate() {
        times.entry(*winner).or_default().push(turn);
    }
    let few =
        (wins.len() as u64) < desk.count(Key::Nw03MinUnits) || (times.len() as u64) < desk.count(Key::Nw03MinWinners);
    let counts: Vec<u64> = times.values().map(|turns| turns.len() as u64).collect();
    let Some(evenness) = normalised_entropy(&counts).map(round9).filter(|_| !few) else {
        return too_few();
    };
    let limit = desk.real(Key::Nw03Entropy);
    if evenness < limit {
        return Outcome::not_raised(Number::real(evenness), Number::real(limit)).into();
    }
    let order: Vec<u32> = wins.iter().map(|(_, winner)| *winner).collect();
    let repeats = |order: &[u32]| order.windows(2).filter(|pair| pair[0] == pair[1]).count();
    // Seldom: the share of shuffles that repeat as seldom as this or less.
    let shuffles = desk.count(Key::Nw03Shuffles).min(1_000_000) as u32;
    let p = permutation_p(&order, shuffles, group.key.as_bytes(), |order| -(repeats(order) as f64));
    let gaps: Vec<f64> = times.values().flat_map(|turns| turns.windows(2).map(|t| (t[1] - t[0]) as f64)).collect();
    // Two gaps are regular by chance too often.
    let regularity = if gaps.len() >= 3 { cv(&gaps).map(round9) } else { None };
    let seldom = round9(p) <= desk.real(Key::Nw03Tail);
    let regular = regularity.is_some_and(|cv| cv <= desk.real(Key::Nw03GapCv));
    judgement(seldom || regular, Number::real(evenness), Number::real(limit), || {
        let mut evidence = setting(desk, group);
        evidence.push(figure("wins", counts.iter().map(u64::to_string).collect::<Vec<_>>().join(" ")));
        evidence.push(figure("immediate_repeats", repeats(&order)));
        evidence.push(figure("permutation_p", Number::real(p)));
        evidence.extend(regularity.map(|cv| figure("gap_cv", Number::real(cv))));
        let turns: Vec<&str> = wins.iter().take(60).map(|(_, winner)| desk.view.name(*winner)).collect();
        evidence.push(figure("order_of_wins", turns.join(" ")));
        let units: Vec<u32> = wins.iter().map(|(unit, _)| *unit).collect();
        Grounds { evidence, also: group.also(desk), processes: processes(desk, &units) }
    })
}

/// NW-04 专职陪标人: a member that never wins, mostly beside one winner, at prices in a narrow band above the winner's.
pub(super) fn nw04(bench: &mut Bench<'_>, groups: &[Group]) {
    let indicator = of("NW-04");
    let desk = bench.desk;
    let mut by_market: BTreeMap<MarketId, Vec<u32>> = BTreeMap::new();
    let wanted: BTreeSet<MarketId> = groups.iter().map(|group| group.market).collect();
    for (market, _, unit) in units_by_market(desk) {
        if wanted.contains(&market) {
            by_market.entry(market).or_default().push(unit);
        }
    }
    // Decided units of each supplier in the market: the group's own would leave out what it does elsewhere.
    let mut bids: BTreeMap<(MarketId, Id), Vec<u32>> = BTreeMap::new();
    for (market, units) in &by_market {
        for unit in units.iter().filter(|unit| desk.view.winning_bid(**unit).is_some()) {
            for bidder in desk.view.bidders(*unit) {
                bids.entry((*market, *bidder)).or_default().push(*unit);
            }
        }
    }
    for group in groups {
        for member in &group.members {
            let own: Vec<u32> = bids
                .get(&(group.market, *member))
                .into_iter()
                .flatten()
                .copied()
                .filter(|unit| desk.view.unit_day(*unit).is_some_and(|day| group.span.contains(day)))
                .collect();
            let subject =
                SubjectKey::GroupMember { group: group.key.clone(), supplier: desk.view.name(*member).to_owned() };
            let judged = companion(desk, group, *member, &own);
            bench.give(indicator, subject, judged);
        }
    }
}

fn companion(desk: Desk<'_>, group: &Group, member: Id, own: &[u32]) -> Judgement {
    let view = desk.view;
    if own.is_empty() {
        return Outcome::missing(WINNER).into();
    }
    if (own.len() as u64) < desk.count(Key::Nw04MinUnits) {
        return too_few();
    }
    let limit = desk.real(Key::Nw04Share);
    let mut beside: BTreeMap<Id, Vec<u32>> = BTreeMap::new();
    let mut wins = 0;
    for unit in own {
        for winner in view.winners(*unit).iter().copied() {
            if winner == member {
                wins += 1;
            } else if group.has(winner) {
                beside.entry(winner).or_default().push(*unit);
            }
        }
    }
    let most = beside.values().map(Vec::len).max().unwrap_or(0);
    let Some((winner, with)) = beside.iter().find(|(_, units)| units.len() == most) else {
        return Outcome::not_raised(Number::real(0.0), Number::real(limit)).into();
    };
    let share = round9(with.len() as f64 / own.len() as f64);
    let price = |unit: u32, who: Id| {
        view.prices(unit).iter().find(|price| view.members(price.by).any(|id| id == who)).map(|price| price.amount)
    };
    let mut ratios: Vec<f64> = with
        .iter()
        .filter_map(|unit| Some((price(*unit, member)?, price(*unit, *winner)?)))
        .filter(|(_, of_winner)| *of_winner > 0.0)
        .map(|(own, of_winner)| round9(own / of_winner))
        .collect();
    if ratios.is_empty() {
        return Outcome::missing(PRICE).into();
    }
    ratios.sort_by(f64::total_cmp);
    let width = desk.real(Key::Nw04Band);
    let (mut widest, mut from) = (0usize, ratios[0]);
    for (i, low) in ratios.iter().enumerate() {
        let n = ratios[i..].partition_point(|ratio| round9(ratio - low) <= width);
        if n > widest {
            (widest, from) = (n, *low);
        }
    }
    let narrow = round9(widest as f64 / with.len() as f64) >= desk.real(Key::Nw04Half);
    judgement(wins == 0 && share >= limit && narrow, Number::real(share), Number::real(limit), || {
        let mut evidence = setting(desk, group);
        evidence.push(figure("units", own.len()));
        evidence.push(figure("winner", view.name(*winner)));
        evidence.push(figure("units_with_winner", with.len()));
        evidence.push(figure("price_ratio_band", format!("{}–{}", Number::real(from), Number::real(from + width))));
        evidence.push(figure("ratios_in_band", widest));
        Grounds {
            evidence,
            also: vec![desk.supplier(member), desk.supplier(*winner)],
            processes: processes(desk, with),
        }
    })
}

/// NW-05 地域或客户划分: who wins is told by where, or for whom.
///
/// Units of all regions with the group's category and currency, won by a member; regions and buyers are tried, and the stronger is
/// kept. Members are able where at least two of them bid in more than one region, or for more than one buyer.
pub(super) fn nw05(bench: &mut Bench<'_>, groups: &[Group]) {
    let indicator = of("NW-05");
    let desk = bench.desk;
    let view = desk.view;
    let wanted: BTreeSet<(Id, Id)> =
        groups.iter().map(|group| (group.market.category, group.market.currency)).collect();
    let mut by_trade: BTreeMap<(Id, Id), Vec<u32>> = BTreeMap::new();
    for (market, _, unit) in units_by_market(desk) {
        let trade = (market.category, market.currency);
        if wanted.contains(&trade) {
            by_trade.entry(trade).or_default().push(unit);
        }
    }
    for group in groups {
        let units: Vec<u32> = by_trade
            .get(&(group.market.category, group.market.currency))
            .into_iter()
            .flatten()
            .copied()
            .filter(|unit| view.unit_day(*unit).is_some_and(|day| group.span.contains(day)))
            .collect();
        let judged = sharing(desk, group, &units);
        bench.give(indicator, group.subject(desk), judged);
    }
}

fn sharing(desk: Desk<'_>, group: &Group, units: &[u32]) -> Judgement {
    let view = desk.view;
    let won: Vec<(u32, Id)> =
        units.iter().filter_map(|unit| group.winner(desk, *unit).map(|winner| (*unit, winner))).collect();
    if units.iter().all(|unit| view.winning_bid(*unit).is_none()) {
        return Outcome::missing(WINNER).into();
    }
    if (won.len() as u64) < desk.count(Key::Nw05MinUnits) {
        return too_few();
    }
    let region = |unit: u32| view.id(view.process_of(unit).region);
    let buyer = |unit: u32| view.id(view.process_of(unit).buyer_or_entity());
    let able = |of: &dyn Fn(u32) -> Id| {
        let mut places: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
        for unit in units.iter().filter(|unit| of(**unit) != NONE) {
            for bidder in view.bidders(*unit).iter().copied().filter(|id| group.has(*id)) {
                places.entry(bidder).or_default().insert(of(*unit));
            }
        }
        places.values().filter(|places| places.len() > 1).count() > 1
    };
    let ways: [(&str, &dyn Fn(u32) -> Id); 2] = [("region", &region), ("buyer", &buyer)];
    let winners: Vec<u32> = won.iter().map(|(_, winner)| *winner).collect();
    let mut best: Option<(&str, f64, Vec<u32>)> = None;
    for (name, of) in ways {
        let labels: Vec<u32> = won.iter().map(|(unit, _)| of(*unit)).collect();
        if labels.contains(&NONE) || !able(of) {
            continue;
        }
        if let Some(information) = normalised_mutual_information(&winners, &labels).map(round9)
            && best.as_ref().is_none_or(|(_, most, _)| information > *most)
        {
            best = Some((name, information, labels));
        }
    }
    let Some((name, information, labels)) = best else {
        return Outcome::not_applicable(Reason::Nothing).into();
    };
    let limit = desk.real(Key::Nw05Information);
    if information < limit {
        return Outcome::not_raised(Number::real(information), Number::real(limit)).into();
    }
    let p = permutation_p(&winners, 9_999, group.key.as_bytes(), |winners| {
        normalised_mutual_information(winners, &labels).unwrap_or(0.0)
    });
    judgement(round9(p) <= desk.real(Key::Nw05Tail), Number::real(information), Number::real(limit), || {
        let mut evidence = setting(desk, group);
        evidence.push(figure("divided_by", name));
        evidence.push(figure("units_won", won.len()));
        evidence.push(figure("permutation_p", Number::real(p)));
        let mut table: BTreeMap<(Id, Id), u64> = BTreeMap::new();
        for ((_, winner), label) in won.iter().zip(&labels) {
            *table.entry((*winner, *label)).or_insert(0) += 1;
        }
        evidence.extend(table.iter().take(40).map(|((winner, label), n)| {
            figure("wins", format!("{} · {}: {n}", view.name(*winner), view.name(*label)))
        }));
        let units: Vec<u32> = won.iter().map(|(unit, _)| *unit).collect();
        Grounds { evidence, also: group.also(desk), processes: processes(desk, &units) }
    })
}

/// PS-11 陪标分布: in most of the group's units prices have the shape of cover bids, far more than in its market.
pub(super) fn ps11(bench: &mut Bench<'_>, groups: &[Group]) {
    let indicator = of("PS-11");
    let desk = bench.desk;
    let (most, distance) = (desk.real(Key::Ps01MaxCv), desk.real(Key::Ps05Distance));
    let shape = |unit: u32| covered(desk.view.prices(unit), most, distance);
    let wanted: BTreeSet<MarketId> = groups.iter().map(|group| group.market).collect();
    let rows = units_by_market(desk).into_iter().filter(|(market, ..)| wanted.contains(market)).collect();
    // The market over the same window: covered units and units with a shape.
    let mut market_share: BTreeMap<MarketId, (u64, u64)> = BTreeMap::new();
    by_window(rows, desk.days(Key::Nw01Days), |market, _, units| {
        let shapes: Vec<bool> = units.iter().filter_map(|unit| shape(*unit)).collect();
        let hits = shapes.iter().filter(|covered| **covered).count() as u64;
        market_share.insert(market, (hits, shapes.len() as u64));
    });
    for group in groups {
        let shapes: Vec<(u32, bool)> = group.units.iter().filter_map(|unit| Some((*unit, shape(*unit)?))).collect();
        let hits: Vec<u32> = shapes.iter().filter(|(_, covered)| *covered).map(|(unit, _)| *unit).collect();
        let judged = if shapes.is_empty() && group.units.iter().all(|unit| desk.view.prices(*unit).is_empty()) {
            Outcome::missing(PRICE).into()
        } else if (shapes.len() as u64) < desk.count(Key::Ps11MinUnits) {
            too_few()
        } else {
            let share = round9(hits.len() as f64 / shapes.len() as f64);
            let (of, all) = market_share.get(&group.market).copied().unwrap_or_default();
            let usual = round9(of as f64 / all.max(1) as f64);
            let limit = desk.real(Key::Ps11Share);
            let raised = share >= limit && share >= round9(desk.real(Key::Ps11Factor) * usual);
            judgement(raised, Number::real(share), Number::real(limit), || {
                let mut evidence = setting(desk, group);
                evidence.push(figure("units", shapes.len()));
                evidence.push(figure("cover_bid_shapes", hits.len()));
                evidence.push(figure("share_in_market", Number::real(usual)));
                Grounds { evidence, also: group.also(desk), processes: processes(desk, &hits) }
            })
        };
        bench.give(indicator, group.subject(desk), judged);
    }
}
