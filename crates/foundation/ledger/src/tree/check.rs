//! Verification of proofs, for hashes that came from anywhere.
//!
//! Source: RFC 9162 §2.1.3.2 and §2.1.4.2; for subtrees the draft on Merkle tree certificates, §4.

use super::{empty_root, node_hash};
use crate::hash::Hash;

/// Why a proof proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ProofError {
    /// The leaf is not in the tree.
    #[error("the index is not within the tree")]
    Index,
    /// The range is no subtree of the tree.
    #[error("the range is no subtree of the tree")]
    Subtree,
    /// A tree cannot become smaller.
    #[error("the newer tree is smaller than the older")]
    Shrunk,
    /// An empty tree is consistent with anything: such a proof proves nothing.
    #[error("the older tree is empty")]
    Empty,
    /// Too few or too many hashes.
    #[error("the proof has too few or too many hashes")]
    Length,
    /// A hash that is not 32 bytes long.
    #[error("a hash is not 32 bytes long")]
    HashLength,
    /// The hashes lead to another root.
    #[error("the proof leads to another root")]
    Root,
}

impl ProofError {
    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Index => "proof.index",
            Self::Subtree => "proof.subtree",
            Self::Shrunk => "proof.shrunk",
            Self::Empty => "proof.empty",
            Self::Length => "proof.length",
            Self::HashLength => "proof.hash_length",
            Self::Root => "proof.root",
        }
    }
}

/// Whether the tree of `size` leaves with this root has this leaf at `index`.
pub fn verify_inclusion<H: AsRef<[u8]>>(
    index: u64,
    size: u64,
    leaf: &[u8],
    proof: &[H],
    root: &[u8],
) -> Result<(), ProofError> {
    if index >= size {
        return Err(ProofError::Index);
    }
    verify_subtree_inclusion(index, 0, size, leaf, proof, root)
}

/// Whether the subtree over `start..end` with this root has this leaf at `index` (of the whole tree).
pub fn verify_subtree_inclusion<H: AsRef<[u8]>>(
    index: u64,
    start: u64,
    end: u64,
    leaf: &[u8],
    proof: &[H],
    root: &[u8],
) -> Result<(), ProofError> {
    if start >= end || !is_subtree(start, end) {
        return Err(ProofError::Subtree);
    }
    if !(start..end).contains(&index) {
        return Err(ProofError::Index);
    }
    let (mut node, mut last) = (index - start, end - start - 1);
    let mut hash = hash(leaf)?;
    for sibling in proof {
        let sibling = self::hash(sibling.as_ref())?;
        if last == 0 {
            return Err(ProofError::Length);
        }
        if node & 1 == 1 || node == last {
            hash = node_hash(&sibling, &hash);
            // The right edge rises over the levels on which it has no sibling.
            while node & 1 == 0 {
                (node, last) = (node >> 1, last >> 1);
            }
        } else {
            hash = node_hash(&hash, &sibling);
        }
        (node, last) = (node >> 1, last >> 1);
    }
    if last != 0 {
        return Err(ProofError::Length);
    }
    same(&hash, root)
}

/// Whether the tree of `size` leaves with root `root` begins with the tree of `old` leaves with root `old_root`.
pub fn verify_consistency<H: AsRef<[u8]>>(
    old: u64,
    size: u64,
    proof: &[H],
    old_root: &[u8],
    root: &[u8],
) -> Result<(), ProofError> {
    if old > size {
        return Err(ProofError::Shrunk);
    }
    if old == 0 {
        return Err(ProofError::Empty);
    }
    verify_subtree_consistency(0, old, size, proof, old_root, root)
}

/// Whether the tree of `size` leaves with root `root` has the subtree over `start..end` with root
/// `subtree_root`. An empty range is a subtree of any tree: its root is that of the empty tree.
pub fn verify_subtree_consistency<H: AsRef<[u8]>>(
    start: u64,
    end: u64,
    size: u64,
    proof: &[H],
    subtree_root: &[u8],
    root: &[u8],
) -> Result<(), ProofError> {
    if start > end || end > size || !is_subtree(start, end) {
        return Err(ProofError::Subtree);
    }
    if start == end {
        return if proof.is_empty() { same(&empty_root(), subtree_root) } else { Err(ProofError::Length) };
    }
    if (start, end) == (0, size) {
        return if proof.is_empty() { same(subtree_root, root) } else { Err(ProofError::Length) };
    }
    let (mut first, mut last, mut edge) = (start, end - 1, size - 1);
    // Up to where the proof begins: a subtree at the tree's right edge is a node itself; another one's first
    // hash in the proof is its largest full subtree on the right.
    while first != last && (last == edge || last & 1 == 1) {
        (first, last, edge) = (first >> 1, last >> 1, edge >> 1);
    }
    let (seed, rest) = if first == last {
        (hash(subtree_root)?, proof)
    } else {
        let (seed, rest) = proof.split_first().ok_or(ProofError::Length)?;
        (hash(seed.as_ref())?, rest)
    };
    let (mut subtree, mut tree) = (seed, seed);
    for sibling in rest {
        let sibling = hash(sibling.as_ref())?;
        if edge == 0 {
            return Err(ProofError::Length);
        }
        if last & 1 == 1 || last == edge {
            if first < last {
                subtree = node_hash(&sibling, &subtree);
            }
            tree = node_hash(&sibling, &tree);
            while last & 1 == 0 {
                (first, last, edge) = (first >> 1, last >> 1, edge >> 1);
            }
        } else {
            tree = node_hash(&tree, &sibling);
        }
        (first, last, edge) = (first >> 1, last >> 1, edge >> 1);
    }
    if edge != 0 {
        return Err(ProofError::Length);
    }
    same(&subtree, subtree_root)?;
    same(&tree, root)
}

/// Whether `start` is a multiple of the next power of two of the number of leaves.
fn is_subtree(start: u64, end: u64) -> bool {
    start == 0 || (end - start).checked_next_power_of_two().is_some_and(|leaves| start.is_multiple_of(leaves))
}

fn hash(bytes: &[u8]) -> Result<Hash, ProofError> {
    bytes.try_into().map_err(|_| ProofError::HashLength)
}

fn same(found: &[u8], claimed: &[u8]) -> Result<(), ProofError> {
    if found == claimed { Ok(()) } else { Err(ProofError::Root) }
}
