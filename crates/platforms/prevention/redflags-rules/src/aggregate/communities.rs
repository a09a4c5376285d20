//! Who bids together more often than chance allows: NW-01, the groups that the other group indicators judge.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use super::bench::{Bench, Desk, Grounds, figure, judgement, of};
use super::pairs::MOST_BIDDERS;
use super::prices::units_by_market;
use super::shares::class_known;
use super::view::{Id, MarketId, Span, by_window};
use crate::outcome::Number;
use crate::parameters::Key;
use crate::stats::{components, hypergeometric_tail, modularity_communities, round9};
use crate::subject::SubjectKey;

/// A community of suppliers in a market and a window.
pub(super) struct Group {
    /// Digest of the market, the window and the sorted member ids.
    pub(super) key: String,
    /// Sorted.
    pub(super) members: Vec<Id>,
    pub(super) market: MarketId,
    pub(super) span: Span,
    /// Units of the window in which two members or more bid, by day.
    pub(super) units: Vec<u32>,
    /// Validated pairs: shared units, tail.
    pub(super) links: Vec<(Id, Id, u64, f64)>,
    /// Pairs tested in the market.
    pub(super) tested: u64,
    /// Shared units of members among themselves, each pair once, ascending.
    pub(super) inside: Vec<u64>,
    /// Shared units of members with others.
    pub(super) outside: u64,
}

impl Group {
    /// Whether an organisation is a member.
    pub(super) fn has(&self, id: Id) -> bool {
        self.members.binary_search(&id).is_ok()
    }

    /// The first of a unit's winners that is a member.
    pub(super) fn winner(&self, desk: Desk<'_>, unit: u32) -> Option<Id> {
        desk.view.winners(unit).iter().copied().find(|id| self.has(*id))
    }

    /// The subject.
    pub(super) fn subject(&self, desk: Desk<'_>) -> SubjectKey {
        SubjectKey::Group { group: self.key.clone(), members: names(desk, &self.members) }
    }

    /// The members, as parties concerned.
    pub(super) fn also(&self, desk: Desk<'_>) -> Vec<SubjectKey> {
        self.members.iter().map(|id| desk.supplier(*id)).collect()
    }
}

/// Ids as texts.
pub(super) fn names(desk: Desk<'_>, ids: &[Id]) -> Vec<String> {
    ids.iter().map(|id| desk.view.name(*id).to_owned()).collect()
}

/// Key of a group: SHA-256 over what it is about and its members, the first 32 hexadecimal digits.
pub(super) fn group_key(desk: Desk<'_>, about: &str, members: &[Id]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(about.as_bytes());
    for member in names(desk, members) {
        hasher.update(b"\n");
        hasher.update(member.as_bytes());
    }
    hasher.finalize().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

/// The groups of all markets, by key.
pub(super) fn groups(desk: Desk<'_>) -> Vec<Group> {
    let mut found = Vec::new();
    by_window(units_by_market(desk), desk.days(Key::Nw01Days), |market, span, units| {
        if let (Ok(()), Some(span)) = (class_known(market), span) {
            in_market(desk, market, span, units, &mut found);
        }
    });
    found.sort_by(|a, b| a.key.cmp(&b.key));
    found
}

fn in_market(desk: Desk<'_>, market: MarketId, span: Span, units: &[u32], found: &mut Vec<Group>) {
    let casts: Vec<(u32, &[Id])> = units
        .iter()
        .map(|unit| (*unit, desk.view.bidders(*unit)))
        .filter(|(_, cast)| (2..=MOST_BIDDERS).contains(&cast.len()))
        .collect();
    let mut each: BTreeMap<Id, u64> = BTreeMap::new();
    let mut meetings: Vec<(Id, Id)> = Vec::new();
    for (_, cast) in &casts {
        for (i, a) in cast.iter().enumerate() {
            *each.entry(*a).or_insert(0) += 1;
            meetings.extend(cast[i + 1..].iter().map(|b| (*a, *b)));
        }
    }
    meetings.sort_unstable();
    let pairs: Vec<((Id, Id), u64)> =
        meetings.chunk_by(|x, y| x == y).map(|same| (same[0], same.len() as u64)).collect();
    drop(meetings);
    let (tested, least, level) = (pairs.len() as u64, desk.count(Key::Nw01MinUnits), desk.real(Key::Nw01Tail));
    let links: Vec<(Id, Id, u64, f64)> = pairs
        .iter()
        .filter(|(_, shared)| *shared >= least)
        .map(|((a, b), shared)| (*a, *b, *shared, hypergeometric_tail(*shared, casts.len() as u64, each[a], each[b])))
        // Bonferroni: multiplied out, so that a tail far below nine decimals still counts.
        .filter(|(.., tail)| round9(tail * tested as f64) <= level)
        .collect();
    let nodes: Vec<Id> = {
        let mut ids: Vec<Id> = links.iter().flat_map(|(a, b, ..)| [*a, *b]).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    };
    let place = |id: Id| nodes.binary_search(&id).unwrap_or_default() as u32;
    let largest = desk.count(Key::Nw01MaxSize) as usize;
    for component in components(nodes.len() as u32, links.iter().map(|(a, b, ..)| (place(*a), place(*b)))) {
        let of_component: Vec<(u32, u32, u64)> = links
            .iter()
            .map(|(a, b, shared, _)| (place(*a), place(*b), *shared))
            .filter(|(a, _, _)| component.binary_search(a).is_ok())
            .collect();
        let parts = if component.len() > largest { modularity_communities(&of_component) } else { vec![component] };
        for part in parts.into_iter().filter(|part| part.len() > 1) {
            let members: Vec<Id> = part.into_iter().map(|node| nodes[node as usize]).collect();
            found.push(group(desk, market, span, members, &casts, &pairs, &links, tested));
        }
    }
}

#[expect(clippy::too_many_arguments, reason = "the parts of one market's search, gathered once")]
fn group(
    desk: Desk<'_>,
    market: MarketId,
    span: Span,
    members: Vec<Id>,
    casts: &[(u32, &[Id])],
    pairs: &[((Id, Id), u64)],
    links: &[(Id, Id, u64, f64)],
    tested: u64,
) -> Group {
    let has = |id: &Id| members.binary_search(id).is_ok();
    let (mut inside, mut outside) = (Vec::new(), 0);
    for ((a, b), shared) in pairs {
        match (has(a), has(b)) {
            (true, true) => inside.push(*shared),
            (true, false) | (false, true) => outside += shared,
            (false, false) => {}
        }
    }
    inside.sort_unstable();
    let about = format!("{}\n{span}", desk.view.market_key(market));
    Group {
        key: group_key(desk, &about, &members),
        market,
        span,
        units: casts
            .iter()
            .filter(|(_, cast)| cast.iter().filter(|id| has(id)).count() > 1)
            .map(|(unit, _)| *unit)
            .collect(),
        links: links.iter().filter(|(a, b, ..)| has(a) && has(b)).copied().collect(),
        tested,
        inside,
        outside,
        members,
    }
}

/// NW-01 围标群体: a community exists. The value is the most units that two members share.
///
/// A community is a reason to look at its prices and wins; by itself it may be no more than firms of one trade and place.
pub(super) fn nw01(bench: &mut Bench<'_>, groups: &[Group]) {
    let indicator = of("NW-01");
    let desk = bench.desk;
    for group in groups {
        let most = group.links.iter().map(|(_, _, shared, _)| *shared).max().unwrap_or(0);
        let least = desk.count(Key::Nw01MinUnits);
        let judged = judgement(true, Number::Count(most as i64), Number::Count(least as i64), || {
            let mut evidence = vec![
                desk.window_figure(Some(group.span)),
                figure("market", desk.view.market_key(group.market)),
                figure("units", group.units.len()),
                figure("pairs_tested", group.tested),
            ];
            evidence.extend(group.links.iter().take(30).map(|(a, b, shared, tail)| {
                let (a, b) = (desk.view.name(*a), desk.view.name(*b));
                figure("pair", format!("{a} · {b}: {shared}, {tail:.3e}"))
            }));
            Grounds {
                evidence,
                also: group.also(desk),
                processes: group.units.iter().map(|unit| desk.view.log.units[*unit as usize].process).collect(),
            }
        });
        bench.give(indicator, group.subject(desk), judged);
    }
}
