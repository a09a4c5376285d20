//! The tree over the rows of a batch, which its act names (`qyw1`).

use ::store::StoreFault;
use ledger::Value;
use ledger::hash::{Seed, hex};
use ledger::import::{Row, root};
use sha2::{Digest as _, Sha256};

use crate::events::RowTree;

/// The longest row that is a leaf by itself, bytes; of longer ones the leaf holds the digest.
const LONGEST: usize = 64 * 1024;

/// The tree over the lines of some blobs, in their order; `None` where there is no line.
pub(super) fn tree(blobs: &[&[u8]]) -> Result<Option<RowTree>, StoreFault> {
    let mut seed: Seed = [0; 32];
    getrandom::fill(&mut seed).map_err(|error| StoreFault::Nonsense(format!("no randomness: {error}")))?;
    let rows = rows_of(blobs);
    if rows.is_empty() {
        return Ok(None);
    }
    Ok(Some(RowTree { root: hex(&root_of(&seed, &rows)?), seed: hex(&seed), count: rows.len() as i64 }))
}

/// The rows of a batch as leaves.
pub(crate) fn rows_of(blobs: &[&[u8]]) -> Vec<Row> {
    blobs
        .iter()
        .flat_map(|blob| blob.split(|byte| *byte == b'\n'))
        .filter(|line| !line.is_empty())
        .map(|line| match std::str::from_utf8(line) {
            Ok(text) if text.len() <= LONGEST => Row::Kept(Value::text(text)),
            _ => Row::Kept(Value::Bytes(Sha256::digest(line).to_vec())),
        })
        .collect()
}

fn root_of(seed: &Seed, rows: &[Row]) -> Result<[u8; 32], StoreFault> {
    root(seed, rows).map_err(|error| StoreFault::Nonsense(format!("the rows of a batch: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_root_is_over_every_line_in_order() {
        let (accepted, held): (&[u8], &[u8]) = (b"{\"ocid\":\"1\"}\n{\"ocid\":\"2\"}\n", b"{\"line\":3}\n");
        let tree = tree(&[accepted, &[], held]).unwrap().unwrap();
        assert_eq!(tree.count, 3);
        let seed: Vec<u8> = (0..32).map(|at| u8::from_str_radix(&tree.seed[at * 2..at * 2 + 2], 16).unwrap()).collect();
        let seed: Seed = seed.try_into().unwrap();
        assert_eq!(hex(&root_of(&seed, &rows_of(&[accepted, held])).unwrap()), tree.root);
        assert_ne!(hex(&root_of(&seed, &rows_of(&[held, accepted])).unwrap()), tree.root, "order counts");
        assert!(super::tree(&[&[]]).unwrap().is_none());
    }

    #[test]
    fn a_long_line_is_a_leaf_by_its_digest() {
        let long = vec![b'x'; LONGEST + 1];
        let Row::Kept(value) = &rows_of(&[&long])[0] else { panic!("kept") };
        assert_eq!(*value, Value::Bytes(Sha256::digest(&long).to_vec()));
        assert!(tree(&[&long]).unwrap().is_some());
    }
}
