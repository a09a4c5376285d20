//! NW-07 隐性关联簇: firms tied by a common telephone, e-mail address or street address that bid in one unit.

use std::collections::BTreeMap;

use super::bench::{Bench, Grounds, figure, judgement, of};
use super::communities::{group_key, names};
use super::view::Id;
use crate::outcome::Number;
use crate::stats::components;
use crate::subject::SubjectKey;

/// A contact that more organisations share is a front desk, an agent or a placeholder.
const MOST_SHARING: usize = 12;

/// Each cluster is a subject; it is raised where two members stood in different bids of one unit. The value is the most members
/// that did.
pub(super) fn nw07(bench: &mut Bench<'_>) {
    let indicator = of("NW-07");
    let desk = bench.desk;
    let view = desk.view;
    let mut sharing: BTreeMap<u64, Vec<Id>> = BTreeMap::new();
    for (organisation, digest) in view.log.contacts() {
        sharing.entry(*digest).or_default().push(view.id(*organisation));
    }
    let mut ties: Vec<(Id, Id)> = Vec::new();
    for ids in sharing.values_mut() {
        ids.sort_unstable();
        ids.dedup();
        if (2..=MOST_SHARING).contains(&ids.len()) {
            ties.extend(ids.iter().skip(1).map(|id| (ids[0], *id)));
        }
    }
    let mut nodes: Vec<Id> = ties.iter().flat_map(|(a, b)| [*a, *b]).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let place = |id: Id| nodes.binary_search(&id).unwrap_or_default() as u32;
    let mut cluster_of: BTreeMap<Id, usize> = BTreeMap::new();
    let clusters: Vec<Vec<Id>> = components(nodes.len() as u32, ties.iter().map(|(a, b)| (place(*a), place(*b))))
        .into_iter()
        .map(|cluster| cluster.into_iter().map(|node| nodes[node as usize]).collect())
        .collect();
    for (index, cluster) in clusters.iter().enumerate() {
        cluster_of.extend(cluster.iter().map(|id| (*id, index)));
    }
    let mut met: BTreeMap<usize, Vec<(u32, usize)>> = BTreeMap::new();
    for (unit, _) in view.unit_rows() {
        // Cluster → members and the bids they stand in.
        let mut here: BTreeMap<usize, (Vec<Id>, Vec<u32>)> = BTreeMap::new();
        for bid in view.log.bids_of(unit).iter().filter(|bid| bid.submitted()) {
            for id in view.members(bid.by) {
                if let Some(cluster) = cluster_of.get(&id) {
                    let entry = here.entry(*cluster).or_default();
                    entry.0.push(id);
                    entry.1.push(bid.by);
                }
            }
        }
        for (cluster, (mut members, mut bids)) in here {
            members.sort_unstable();
            members.dedup();
            bids.sort_unstable();
            bids.dedup();
            if members.len() > 1 && bids.len() > 1 {
                met.entry(cluster).or_default().push((unit, members.len()));
            }
        }
    }
    let mut found: Vec<_> = clusters
        .iter()
        .enumerate()
        .map(|(index, members)| (group_key(desk, "contacts", members), members, met.remove(&index).unwrap_or_default()))
        .collect();
    found.sort_by(|a, b| a.0.cmp(&b.0));
    for (key, members, units) in found {
        let most = units.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let judged = judgement(most >= 2, Number::Count(most as i64), Number::Count(2), || Grounds {
            evidence: vec![figure("units", units.len()), figure("members", members.len())],
            also: members.iter().map(|id| desk.supplier(*id)).collect(),
            processes: units.iter().map(|(unit, _)| view.log.units[*unit as usize].process).collect(),
        });
        bench.give(indicator, SubjectKey::Group { group: key, members: names(desk, members) }, judged);
    }
}
