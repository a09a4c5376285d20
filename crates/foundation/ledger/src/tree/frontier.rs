//! The right edge of a growing tree: enough to append and to know the root.

use super::{empty_root, node_hash};
use crate::hash::Hash;

/// The full subtrees of a tree, the largest first; one for each bit of its size.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

/// Why bytes are no frontier.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the bytes are not a size and one hash for each of its bits")]
pub struct FrontierError;

impl Frontier {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Appends a leaf.
    pub fn append(&mut self, leaf: Hash) {
        self.append_with(leaf, |_, _, _| {});
    }

    /// Appends a leaf and tells every full subtree that this completes, the leaf itself first:
    /// its level (0 for a leaf), its index on that level, its hash.
    pub fn append_with(&mut self, leaf: Hash, mut completed: impl FnMut(u8, u64, Hash)) {
        completed(0, self.size, leaf);
        let mut hash = leaf;
        for level in 0..self.size.trailing_ones() {
            let left = self.peaks.pop().expect("a peak for each bit of the size");
            hash = node_hash(&left, &hash);
            completed(level as u8 + 1, self.size >> (level + 1), hash);
        }
        self.peaks.push(hash);
        self.size = self.size.checked_add(1).expect("a log of fewer than 2^64 leaves");
    }

    /// Appends a full subtree of 2^level leaves; `None`, and nothing done, where none can begin.
    pub fn append_subtree(&mut self, level: u8, hash: Hash) -> Option<()> {
        let leaves = 1_u64.checked_shl(level.into())?;
        if !self.size.is_multiple_of(leaves) {
            return None;
        }
        let size = self.size.checked_add(leaves)?;
        let mut hash = hash;
        for _ in 0..(self.size >> level).trailing_ones() {
            hash = node_hash(&self.peaks.pop()?, &hash);
        }
        self.peaks.push(hash);
        self.size = size;
        Some(())
    }

    /// The root of the tree.
    pub fn root(&self) -> Hash {
        let mut from_right = self.peaks.iter().rev();
        let Some(last) = from_right.next() else {
            return empty_root();
        };
        from_right.fold(*last, |right, left| node_hash(left, &right))
    }

    /// `u64be size`, then the peaks, the largest first.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = self.size.to_be_bytes().to_vec();
        bytes.extend(self.peaks.iter().flatten());
        bytes
    }

    /// Reads what [`Frontier::to_bytes`] wrote, and nothing else.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, FrontierError> {
        let (size, rest) = bytes.split_first_chunk().ok_or(FrontierError)?;
        let size = u64::from_be_bytes(*size);
        let (peaks, left) = rest.as_chunks::<32>();
        if !left.is_empty() || peaks.len() as u64 != u64::from(size.count_ones()) {
            return Err(FrontierError);
        }
        Ok(Self { size, peaks: peaks.to_vec() })
    }
}
