//! Proofs from the hashes of full subtrees, whoever keeps them.

use super::{Frontier, node_hash};
use crate::hash::Hash;

/// Whoever can tell the hashes of full, aligned subtrees.
pub trait Nodes {
    /// Why it cannot.
    type Error;

    /// The root over the leaves `index * 2^level .. (index + 1) * 2^level`, all of which exist.
    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error>;
}

/// The root over the leaves `start..end`; `start` is a multiple of the next power of two of their number.
pub fn range_root<N: Nodes>(nodes: &N, start: u64, end: u64) -> Result<Hash, N::Error> {
    let mut peaks = Vec::new();
    let mut at = start;
    while at < end {
        let level = (end - at).ilog2();
        peaks.push(nodes.node(level as u8, at >> level)?);
        at += 1 << level;
    }
    let right = peaks.pop();
    Ok(right.map_or_else(super::empty_root, |last| peaks.iter().rfold(last, |right, left| node_hash(left, &right))))
}

/// The root of the tree of the first `size` leaves.
pub fn tree_root<N: Nodes>(nodes: &N, size: u64) -> Result<Hash, N::Error> {
    range_root(nodes, 0, size)
}

/// The frontier of the tree of the first `size` leaves.
pub fn frontier<N: Nodes>(nodes: &N, size: u64) -> Result<Frontier, N::Error> {
    let mut frontier = Frontier::default();
    while frontier.size() < size {
        let level = (size - frontier.size()).ilog2() as u8;
        let hash = nodes.node(level, frontier.size() >> level)?;
        frontier.append_subtree(level, hash).expect("subtrees come largest first");
    }
    Ok(frontier)
}

/// The inclusion proof of leaf `index` in the tree of `size` leaves, from the leaf's sibling up
/// (RFC 9162 §2.1.3.1). Empty if there is no such leaf.
pub fn inclusion_proof<N: Nodes>(nodes: &N, index: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    subtree_inclusion_proof(nodes, index, 0, size)
}

/// The inclusion proof of leaf `index` in the subtree over `start..end`.
pub fn subtree_inclusion_proof<N: Nodes>(nodes: &N, index: u64, start: u64, end: u64) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    let (mut low, mut high) = (start, end);
    while low <= index && index < high && high - low > 1 {
        let middle = low + split(high - low);
        if index < middle {
            proof.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(nodes, low, middle)?);
            low = middle;
        }
    }
    proof.reverse();
    Ok(proof)
}

/// The proof that the tree of `size` leaves begins with that of `old` (RFC 9162 §2.1.4.1). Empty if they are
/// the same or `old` is 0.
pub fn consistency_proof<N: Nodes>(nodes: &N, old: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    subtree_consistency_proof(nodes, 0, old, size)
}

/// The proof that the tree of `size` leaves has the subtree over `start..end`.
pub fn subtree_consistency_proof<N: Nodes>(nodes: &N, start: u64, end: u64, size: u64) -> Result<Vec<Hash>, N::Error> {
    let mut proof = Vec::new();
    let (mut low, mut high) = (0, size);
    // `known` while the subtree looked for is all that lies in the part looked at: its hash need not be told.
    let mut known = true;
    if start >= end || end > size {
        return Ok(proof);
    }
    let mut start = start;
    while (low, high) != (start, end) {
        let middle = low + split(high - low);
        if end <= middle {
            proof.push(range_root(nodes, middle, high)?);
            high = middle;
        } else {
            proof.push(range_root(nodes, low, middle)?);
            known &= start >= middle;
            start = start.max(middle);
            low = middle;
        }
    }
    if !known {
        proof.push(range_root(nodes, low, high)?);
    }
    proof.reverse();
    Ok(proof)
}

/// The largest power of two below `leaves` (at least 2).
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}
