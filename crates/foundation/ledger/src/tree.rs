//! Merkle trees as in RFC 6962 §2.1, with the proofs of RFC 9162 §2.1 and the tiles of C2SP tlog-tiles.

pub mod build;
pub mod check;
pub mod frontier;
pub mod tile;

pub use build::{
    Nodes, consistency_proof, inclusion_proof, subtree_consistency_proof, subtree_inclusion_proof, tree_root,
};
pub use check::{
    ProofError, verify_consistency, verify_inclusion, verify_subtree_consistency, verify_subtree_inclusion,
};
pub use frontier::{Frontier, FrontierError};
pub use tile::{Tile, TileNodes, Tiles};

use crate::hash::{Hash, sha256};

/// The hash of a leaf: `H(0x00 ‖ data)`.
pub fn leaf_hash(data: &[u8]) -> Hash {
    sha256(&[&[0x00], data])
}

/// The hash of a node: `H(0x01 ‖ left ‖ right)`.
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256(&[&[0x01], left, right])
}

/// The root of the tree without leaves: `H()`.
pub fn empty_root() -> Hash {
    sha256(&[])
}
