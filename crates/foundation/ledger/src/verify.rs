//! Finds the first row of a log that was tampered with, and tells how (核验).
//!
//! Rows lead to sheets, sheets to roots, roots to leaves, leaves to published leaves, the frontier and every
//! signed checkpoint. Everything here is given; who reads the rows, tiles and checkpoints is no matter.

use crate::checkpoint::{CheckpointError, Keys, Signed};
use crate::commit::Committed;
use crate::hash::{Hash, Seed};
use crate::sheet::whole::ReadError;
use crate::sheet::{Item, Sheet, SheetError, Sheets};
use crate::tree::{Frontier, leaf_hash};

mod classify;

/// The leaf data of an act, as published.
pub type LeafData = [u8; 33];

/// One act as the database has it.
#[derive(Clone, Copy, Debug)]
pub struct StoredRow<'a> {
    /// Its index in the log.
    pub idx: u64,
    /// The header's sheet.
    pub header: &'a [u8],
    /// The body's sheet.
    pub body: &'a [u8],
    /// The routes' sheet.
    pub routes: &'a [u8],
    /// The seed of header and routes.
    pub header_seed: Option<&'a Seed>,
    /// The seed of the body; gone where fields were erased.
    pub body_seed: Option<&'a Seed>,
    /// Its leaf data, as stored beside it.
    pub leaf: LeafData,
    /// Whether a tombstone act (抹除记录) says that fields of it were erased or its key destroyed.
    pub tombstoned: bool,
}

/// A node's log and all that vouches for it.
#[derive(Clone, Copy, Debug)]
pub struct NodeLog<'a> {
    /// Which node.
    pub node: i64,
    /// All acts, by index.
    pub rows: &'a [StoredRow<'a>],
    /// The leaf data in the published entry bundles, by index; may lag behind the rows.
    pub published: &'a [LeafData],
    /// The frontier as stored.
    pub frontier: &'a Frontier,
    /// All signed checkpoints known, those that others keep included; in any order.
    pub checkpoints: &'a [String],
    /// Whose signatures count.
    pub keys: &'a Keys,
}

/// How a log was tampered with.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tampering {
    /// A row says something else than was recorded.
    Changed,
    /// A row is missing.
    Deleted,
    /// A row was put in.
    Inserted,
    /// Rows changed places.
    Reordered,
    /// A row has the payload of another.
    SwappedPayload,
    /// A checkpoint vouches for another past.
    Forked,
    /// The last rows are missing.
    Truncated,
    /// A checkpoint was signed by a key that may not.
    ReSigned,
    /// Something was erased, and no tombstone says so.
    ErasedWithoutTombstone,
}

impl Tampering {
    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Changed => "verify.changed",
            Self::Deleted => "verify.deleted",
            Self::Inserted => "verify.inserted",
            Self::Reordered => "verify.reordered",
            Self::SwappedPayload => "verify.swapped_payload",
            Self::Forked => "verify.forked",
            Self::Truncated => "verify.truncated",
            Self::ReSigned => "verify.re_signed",
            Self::ErasedWithoutTombstone => "verify.erased_without_tombstone",
        }
    }
}

/// The first thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{} at index {idx}: {what}", tampering.code())]
pub struct Finding {
    /// How it was tampered with.
    pub tampering: Tampering,
    /// The index of the first row concerned; for a checkpoint the size it vouches for.
    pub idx: u64,
    /// What was looked at.
    pub what: Evidence,
}

/// What was looked at when something was found wrong.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Evidence {
    /// Sheets that prove nothing.
    #[error("its sheets prove nothing ({})", .0.code())]
    Sheets(SheetError),
    /// The row against the published leaf, or the leaf stored beside it.
    #[error("its row does not lead to its leaf")]
    Leaf,
    /// The indices of the rows.
    #[error("the indices of the rows are not 0, 1, 2 …")]
    Indices,
    /// Withheld fields or a missing seed.
    #[error("fields or the seed are gone")]
    Erasure,
    /// The published leaves.
    #[error("the published leaf is not the recorded one")]
    Published,
    /// The stored frontier.
    #[error("the stored frontier is not that of the leaves")]
    Frontier,
    /// A signed checkpoint.
    #[error("a signed checkpoint has another root")]
    Checkpoint,
    /// The signatures of a checkpoint.
    #[error("a checkpoint's signatures do not count ({})", .0.code())]
    Signatures(CheckpointError),
}

/// What a log that is whole comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verified {
    /// How many acts there are.
    pub size: u64,
    /// The root over all of them.
    pub root: Hash,
    /// The acts of which fields were erased, with a tombstone.
    pub erased: Vec<u64>,
    /// The acts whose seed or key was destroyed, with a tombstone: proved by their leaf, no more readable.
    pub shredded: Vec<u64>,
    /// How many checkpoints agree.
    pub checkpoints: usize,
    /// The greatest size that a witness vouches for.
    pub witnessed: Option<u64>,
}

/// What one row by itself comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowState {
    /// All hashes could be recomputed.
    Whole {
        /// The roots.
        committed: Committed,
        /// Whether fields are withheld in the stored sheet.
        erased: bool,
    },
    /// Stored fields without the seed that salts them.
    Shredded,
    /// Sheets that prove nothing.
    Broken(SheetError),
}

/// Recomputes one row from its sheets and seeds.
pub fn read_row(row: &StoredRow<'_>) -> RowState {
    let sheets = match Sheets::decode_each(row.header, row.body, row.routes) {
        Ok(sheets) => sheets,
        Err(error) => return broken(error),
    };
    let erased = [&sheets.header, &sheets.body, &sheets.routes].into_iter().any(has_withheld);
    match sheets.check(row.header_seed, row.body_seed) {
        Ok(opened) => RowState::Whole { committed: opened.committed(), erased },
        Err(ReadError::Sheet { source: SheetError::NoSeed(_), .. }) => RowState::Shredded,
        Err(error) => broken(error),
    }
}

fn broken(error: ReadError) -> RowState {
    RowState::Broken(match error {
        ReadError::Sheet { source, .. } => source,
        ReadError::Act(_) => SheetError::Form,
    })
}

fn has_withheld(sheet: &Sheet) -> bool {
    sheet.0.iter().any(|item| matches!(item, Item::Withheld { .. }))
}

/// Verifies a node's whole log, from its rows to its checkpoints; the first finding ends it.
pub fn verify_log(log: &NodeLog<'_>) -> Result<Verified, Finding> {
    let signed = check_signatures(log)?;
    let states: Vec<_> = log.rows.iter().map(read_row).collect();
    let (mut erased, mut shredded) = (Vec::new(), Vec::new());
    for (at, (row, state)) in log.rows.iter().zip(&states).enumerate() {
        let expected = at as u64;
        if row.idx != expected {
            return Err(misplaced(log, at));
        }
        let finding = |tampering, what| Err(Finding { tampering, idx: expected, what });
        let leaf = match state {
            RowState::Whole { committed, .. } => committed.leaf_data(log.node, expected),
            // Nothing to recompute: the leaf stored beside it must still be the published one.
            RowState::Shredded => row.leaf,
            RowState::Broken(error) => {
                let tampering = classify::wrong_row(log, at);
                return finding(tampering, Evidence::Sheets(error.clone()));
            }
        };
        let trusted = log.published.get(at).unwrap_or(&row.leaf);
        if leaf != *trusted {
            // Where the signed checkpoints agree with the rows, it is the published copy that is wrong.
            if rows_agree(log, &states, &signed, expected) {
                return finding(Tampering::Changed, Evidence::Published);
            }
            return finding(classify::wrong_row(log, at), Evidence::Leaf);
        }
        if row.leaf != leaf {
            return finding(Tampering::Changed, Evidence::Leaf);
        }
        match state {
            RowState::Whole { erased: false, .. } => {}
            _ if !row.tombstoned => {
                return finding(Tampering::ErasedWithoutTombstone, Evidence::Erasure);
            }
            RowState::Shredded => shredded.push(expected),
            _ => erased.push(expected),
        }
    }
    let frontier = check_roots(log, &signed)?;
    Ok(Verified {
        size: frontier.size(),
        root: frontier.root(),
        erased,
        shredded,
        checkpoints: signed.len(),
        witnessed: signed.iter().filter(|one| !one.witnesses.is_empty()).map(|one| one.checkpoint.size).max(),
    })
}

/// All checkpoints whose signatures count, by size; the first that does not count is a finding.
fn check_signatures(log: &NodeLog<'_>) -> Result<Vec<Signed>, Finding> {
    let mut signed = Vec::with_capacity(log.checkpoints.len());
    for note in log.checkpoints {
        signed.push(log.keys.open(note).map_err(|error| {
            let size = note.lines().nth(1).and_then(|size| size.parse().ok()).unwrap_or(0);
            Finding { tampering: Tampering::ReSigned, idx: size, what: Evidence::Signatures(error) }
        })?);
    }
    signed.sort_by_key(|one| one.checkpoint.size);
    for pair in signed.windows(2) {
        let (one, next) = (&pair[0].checkpoint, &pair[1].checkpoint);
        if one.size == next.size && one.root != next.root {
            return Err(Finding { tampering: Tampering::Forked, idx: one.size, what: Evidence::Checkpoint });
        }
    }
    Ok(signed)
}

/// A row whose index is not its place: one is missing before it, or it is one too many.
fn misplaced(log: &NodeLog<'_>, at: usize) -> Finding {
    let (expected, found) = (at as u64, log.rows[at].idx);
    let (tampering, idx) = if found < expected {
        // An index again: of the two rows one was put in. Rows that merely lie in another order are reordered.
        let again = log.rows[..at].iter().any(|row| row.idx == found);
        (if again { Tampering::Inserted } else { Tampering::Reordered }, found)
    } else if log.rows[at..].iter().any(|row| row.idx == expected) {
        (Tampering::Reordered, expected)
    } else {
        (Tampering::Deleted, expected)
    };
    Finding { tampering, idx, what: Evidence::Indices }
}

/// The leaves that the rows themselves lead to, as far as they can be recomputed.
fn row_leaves(log: &NodeLog<'_>, states: &[RowState]) -> Vec<LeafData> {
    let leaf = |(row, state): (&StoredRow<'_>, &RowState)| match state {
        RowState::Whole { committed, .. } => committed.leaf_data(log.node, row.idx),
        _ => row.leaf,
    };
    log.rows.iter().zip(states).map(leaf).collect()
}

/// Whether the rows lead to every signed root, and one of them covers the row at `idx`.
fn rows_agree(log: &NodeLog<'_>, states: &[RowState], signed: &[Signed], idx: u64) -> bool {
    let covered = signed.last().is_some_and(|last| last.checkpoint.size > idx);
    covered && disagreeing(&row_leaves(log, states), signed).is_none()
}

/// The first signed checkpoint, by size, that these leaves do not lead to. Those beyond the leaves count too.
fn disagreeing<'a>(leaves: &[LeafData], signed: &'a [Signed]) -> Option<&'a Signed> {
    let mut frontier = Frontier::default();
    let mut leaves = leaves.iter();
    signed.iter().find(|one| {
        while frontier.size() < one.checkpoint.size {
            let Some(leaf) = leaves.next() else {
                return true;
            };
            frontier.append(leaf_hash(leaf));
        }
        frontier.root() != one.checkpoint.root
    })
}

/// The rows' leaves, which agree with those published, against frontier and checkpoints.
fn check_roots(log: &NodeLog<'_>, signed: &[Signed]) -> Result<Frontier, Finding> {
    let size = log.rows.len() as u64;
    let leaves: Vec<_> = log.rows.iter().map(|row| row.leaf).collect();
    let known = signed.last().map_or(0, |last| last.checkpoint.size);
    if size < known.max(log.published.len() as u64).max(log.frontier.size()) {
        let what = if size < known { Evidence::Checkpoint } else { Evidence::Frontier };
        return Err(Finding { tampering: Tampering::Truncated, idx: size, what });
    }
    if let Some(fork) = disagreeing(&leaves, signed) {
        let idx = fork.checkpoint.size;
        return Err(Finding { tampering: Tampering::Forked, idx, what: Evidence::Checkpoint });
    }
    let mut frontier = Frontier::default();
    leaves.iter().for_each(|leaf| frontier.append(leaf_hash(leaf)));
    if frontier != *log.frontier {
        let tampering = if size > log.frontier.size() { Tampering::Inserted } else { Tampering::Changed };
        return Err(Finding { tampering, idx: log.frontier.size().min(size), what: Evidence::Frontier });
    }
    Ok(frontier)
}
