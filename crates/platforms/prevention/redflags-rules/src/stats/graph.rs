//! Connected components and communities of a weighted graph, the same for every order of its edges.

use std::collections::{BTreeMap, BinaryHeap};

/// Connected components of the graph on 0..`nodes`; edges beyond are ignored.
///
/// Members ascend, components ascend by their first member; lone nodes are components of one.
pub fn components(nodes: u32, edges: impl IntoIterator<Item = (u32, u32)>) -> Vec<Vec<u32>> {
    let mut parent: Vec<u32> = (0..nodes).collect();
    fn root(parent: &mut [u32], mut node: u32) -> u32 {
        while parent[node as usize] != node {
            // Halving the path keeps later walks short.
            parent[node as usize] = parent[parent[node as usize] as usize];
            node = parent[node as usize];
        }
        node
    }
    for (a, b) in edges {
        if a >= nodes || b >= nodes {
            continue;
        }
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        // The smaller id stays root, so that the result does not depend on the order of edges.
        parent[a.max(b) as usize] = a.min(b);
    }
    let mut found: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for node in 0..nodes {
        found.entry(root(&mut parent, node)).or_default().push(node);
    }
    found.into_values().collect()
}

/// Communities by greedy modularity (Clauset, Newman, Moore, 2004): starting from single nodes, the pair of communities
/// whose union raises modularity most is joined, until none raises it.
///
/// - `edges`: node ids (any), weight > 0; both directions or repeats add up; loops are ignored.
/// - Ties go to the pair with the smallest members; gains are compared as whole numbers, so nothing is rounded.
/// - Returns communities as [`components`] does: members ascend, communities ascend by their first member.
pub fn modularity_communities(edges: &[(u32, u32, u64)]) -> Vec<Vec<u32>> {
    let mut links: BTreeMap<u32, BTreeMap<u32, u64>> = BTreeMap::new();
    for (a, b, weight) in edges {
        if a != b && *weight > 0 {
            *links.entry(*a).or_default().entry(*b).or_insert(0) += weight;
            *links.entry(*b).or_default().entry(*a).or_insert(0) += weight;
        }
    }
    let mut degree: BTreeMap<u32, u64> = links.iter().map(|(node, to)| (*node, to.values().sum())).collect();
    let twice_total: i128 = degree.values().map(|d| i128::from(*d)).sum();
    let mut members: BTreeMap<u32, Vec<u32>> = links.keys().map(|node| (*node, vec![*node])).collect();

    // 2W·w − k·k is the gain in modularity times 2W², W being the whole weight.
    let gain = |weight: u64, a: u64, b: u64| i128::from(weight) * twice_total - i128::from(a) * i128::from(b);
    let mut heap: BinaryHeap<(i128, std::cmp::Reverse<(u32, u32)>)> = BinaryHeap::new();
    for (a, to) in &links {
        for (b, weight) in to.range(a + 1..) {
            heap.push((gain(*weight, degree[a], degree[b]), std::cmp::Reverse((*a, *b))));
        }
    }
    while let Some((best, std::cmp::Reverse((a, b)))) = heap.pop() {
        if best <= 0 {
            break;
        }
        // An entry made before one of its communities changed no longer states the gain.
        let Some(weight) = links.get(&a).and_then(|to| to.get(&b)).copied() else {
            continue;
        };
        if gain(weight, degree[&a], degree[&b]) != best {
            continue;
        }
        // b joins a: a is the smaller, hence the name of the union.
        let moved = links.remove(&b).unwrap_or_default();
        for (to, weight) in moved {
            if to == a {
                continue;
            }
            if let Some(of_to) = links.get_mut(&to) {
                of_to.remove(&b);
                *of_to.entry(a).or_insert(0) += weight;
            }
            *links.entry(a).or_default().entry(to).or_insert(0) += weight;
        }
        if let Some(of_a) = links.get_mut(&a) {
            of_a.remove(&b);
        }
        let joined = degree.remove(&b).unwrap_or(0);
        *degree.entry(a).or_insert(0) += joined;
        let moved = members.remove(&b).unwrap_or_default();
        members.entry(a).or_default().extend(moved);
        for (to, weight) in links.get(&a).into_iter().flatten() {
            let pair = (a.min(*to), a.max(*to));
            heap.push((gain(*weight, degree[&a], degree[to]), std::cmp::Reverse(pair)));
        }
    }
    let mut found: Vec<Vec<u32>> = members.into_values().collect();
    for community in &mut found {
        community.sort_unstable();
    }
    found.sort();
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn components_by_hand() {
        assert_eq!(components(5, [(3, 1), (1, 0)]), [vec![0, 1, 3], vec![2], vec![4]]);
        assert_eq!(components(2, [(0, 9)]), [vec![0], vec![1]], "an edge out of range is ignored");
        assert!(components(0, []).is_empty());
    }

    #[test]
    fn two_triangles_and_a_bridge() {
        let edges = [(0, 1, 1), (1, 2, 1), (0, 2, 1), (3, 4, 1), (4, 5, 1), (3, 5, 1), (2, 3, 1)];
        assert_eq!(modularity_communities(&edges), [vec![0, 1, 2], vec![3, 4, 5]]);
        // A square: all four first unions gain alike; 0 and 1 join by the smaller ids, then 2 and 3; joining those gains nothing.
        let square = [(0, 1, 1), (1, 2, 1), (2, 3, 1), (3, 0, 1)];
        assert_eq!(modularity_communities(&square), [vec![0, 1], vec![2, 3]]);
        assert_eq!(modularity_communities(&[(7, 7, 3)]), Vec::<Vec<u32>>::new());
        assert_eq!(modularity_communities(&[(7, 9, 3)]), [vec![7, 9]]);
    }

    /// Q·(2W)² in whole numbers.
    fn quality(edges: &[(u32, u32, u64)], parts: &[Vec<u32>]) -> i128 {
        let part = |node: u32| parts.iter().position(|p| p.contains(&node));
        let (mut inside, mut degree, mut total) = (0i128, vec![0i128; parts.len()], 0i128);
        for (a, b, w) in edges.iter().filter(|(a, b, _)| a != b) {
            let w = i128::from(*w);
            total += 2 * w;
            let (Some(pa), Some(pb)) = (part(*a), part(*b)) else {
                continue;
            };
            degree[pa] += w;
            degree[pb] += w;
            if pa == pb {
                inside += 2 * w;
            }
        }
        inside * total - degree.iter().map(|d| d * d).sum::<i128>()
    }

    proptest! {
        #[test]
        fn order_does_not_matter_and_no_union_gains(
            edges in prop::collection::vec((0u32..14, 0u32..14, 1u64..5), 1..50), key in any::<u64>()
        ) {
            let found = modularity_communities(&edges);
            let mut shuffled: Vec<(u32, u32, u64)> = edges.iter().map(|(a, b, w)| (*b, *a, *w)).collect();
            super::super::Random::seeded(&key.to_be_bytes()).shuffle(&mut shuffled);
            prop_assert_eq!(&modularity_communities(&shuffled), &found);
            let best = quality(&edges, &found);
            for i in 0..found.len() {
                for j in i + 1..found.len() {
                    let mut joined = found.clone();
                    let more = joined.remove(j);
                    joined[i].extend(more);
                    prop_assert!(quality(&edges, &joined) <= best);
                }
            }
        }
    }
}
