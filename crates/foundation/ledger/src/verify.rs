//! Finds the first row of a log that was tampered with, and tells how (核验).
//!
//! Rows lead to sheets, sheets to roots, roots to leaves, leaves to published leaves, the frontier and every
//! signed checkpoint. Everything here is given; who reads the rows, tiles and checkpoints is no matter.

use crate::checkpoint::{CheckpointError, Keys, Signed};
use crate::commit::Committed;
use crate::envelope::{Key, SealedBody, Whose};
use crate::hash::{Hash, Seed, Tag};
use crate::path::Path;
use crate::sheet::whole::ReadError;
use crate::sheet::{Item, Sheet, SheetError, Sheets, plain};
use crate::tree::{Frontier, leaf_hash};

mod classify;

/// Rows for which a thread of its own is worth starting.
const LEAST_SHARE: usize = 128;

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
    /// What opens a sealed body; nothing for one in clear, or where the key was destroyed.
    pub key: Option<(&'a Key, Whose)>,
    /// Its leaf data, as stored beside it.
    pub leaf: LeafData,
    /// What tombstone acts (抹除记录) say is gone of its body: fields, each with all below it; the empty path is the whole body.
    pub gone: &'a [Path],
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
    /// The row against the published leaf.
    #[error("its row does not lead to its published leaf")]
    Leaf,
    /// The leaf stored beside the row.
    #[error("the leaf stored beside it is another")]
    StoredLeaf,
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
    /// The frontier over all of them: where a later verification can go on.
    pub frontier: Frontier,
    /// The acts of which fields were erased, with a tombstone.
    pub erased: Vec<u64>,
    /// The acts whose seed or key was destroyed, with a tombstone: proved by their leaf, no more readable.
    pub shredded: Vec<u64>,
    /// How many checkpoints agree.
    pub checkpoints: usize,
    /// The greatest size that a quorum of witnesses vouches for.
    pub witnessed: Option<u64>,
}

/// What one row by itself comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RowState {
    /// All hashes could be recomputed.
    Whole {
        /// The roots.
        committed: Committed,
        /// What is still there.
        left: Left,
    },
    /// Stored fields without the seed that salts them.
    Shredded,
    /// Sheets that prove nothing.
    Broken(SheetError),
}

/// What is still there of a row whose hashes could be recomputed.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Left {
    /// Everything.
    All,
    /// All but these fields of the body.
    Without(Vec<Path>),
    /// Nothing of the body, which lies sealed under a key that is gone.
    Sealed,
    /// Less than one could name: parts of the header or the routes are gone, or the body's shape.
    Untold,
}

/// Recomputes one row from its sheets and seeds.
pub fn read_row(row: &StoredRow<'_>) -> RowState {
    if let Some(committed) = plain_row(row) {
        return RowState::Whole { committed, left: Left::All };
    }
    if let Some(sealed) = SealedBody::decode(row.body) {
        return sealed_row(row, &sealed);
    }
    let sheets = match Sheets::decode_each(row.header, row.body, row.routes) {
        Ok(sheets) => sheets,
        Err(error) => return broken(error),
    };
    match sheets.check(row.header_seed, row.body_seed) {
        Ok(opened) => {
            RowState::Whole { committed: opened.committed(), left: left(&sheets, opened.body.shape.as_deref()) }
        }
        Err(ReadError::Sheet { source: SheetError::NoSeed(_), .. }) => RowState::Shredded,
        Err(error) => broken(error),
    }
}

/// A row whose body is sealed: with its key as if it were not, without it as far as its root goes.
fn sealed_row(row: &StoredRow<'_>, sealed: &SealedBody) -> RowState {
    let envelope = RowState::Broken(SheetError::Envelope);
    let Some((key, whose)) = row.key else {
        let Ok(body) = sealed.withheld() else { return envelope };
        return match read_row(&StoredRow { body: &body, body_seed: None, ..*row }) {
            RowState::Whole { committed, .. } => {
                let told = |bytes| Sheet::decode(bytes).is_ok_and(|sheet| withheld(&sheet).next().is_none());
                let left = if told(row.header) && told(row.routes) { Left::Sealed } else { Left::Untold };
                RowState::Whole { committed, left }
            }
            other => other,
        };
    };
    let Some(plain) = sealed.open(key, whose) else { return envelope };
    match read_row(&StoredRow { body: &plain.sheet, body_seed: plain.seed.as_ref(), key: None, ..*row }) {
        RowState::Whole { committed, .. } if committed.body_root != sealed.root => envelope,
        // An envelope in an envelope.
        RowState::Whole { left: Left::Sealed, .. } => envelope,
        other => other,
    }
}

/// The roots of a row of which nothing is gone.
fn plain_row(row: &StoredRow<'_>) -> Option<Committed> {
    let (header, body) = (row.header_seed?, row.body_seed?);
    Some(Committed {
        header_root: plain::root(row.header, Tag::Header, header)?,
        body_root: plain::root(row.body, Tag::Body, body)?,
        routes_root: plain::root(row.routes, Tag::Routes, header)?,
    })
}

/// Recomputes rows on all cores, since one row needs no other.
fn read_rows(rows: &[StoredRow<'_>]) -> Vec<RowState> {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = rows.len().div_ceil(cores).max(LEAST_SHARE);
    std::thread::scope(|scope| {
        let read = |share: &[StoredRow<'_>]| share.iter().map(read_row).collect::<Vec<_>>();
        let (mine, others) = rows.split_at(share.min(rows.len()));
        let others: Vec<_> = others.chunks(share).map(|share| scope.spawn(move || read(share))).collect();
        let mut states = read(mine);
        for other in others {
            // A panic there is one here.
            states.extend(other.join().unwrap_or_else(|cause| std::panic::resume_unwind(cause)));
        }
        states
    })
}

fn broken(error: ReadError) -> RowState {
    RowState::Broken(match error {
        ReadError::Sheet { source, .. } => source,
        ReadError::Act(_) => SheetError::Form,
    })
}

/// - `shape`: the paths of the body's leaves from 1 on, where they are told.
fn left(sheets: &Sheets, shape: Option<&[Option<Path>]>) -> Left {
    if [&sheets.header, &sheets.routes].into_iter().any(|sheet| withheld(sheet).next().is_some()) {
        return Left::Untold;
    }
    let mut gone = Vec::new();
    for leaf in withheld(&sheets.body) {
        let place = usize::try_from(leaf).ok().and_then(|leaf| leaf.checked_sub(1));
        match place.and_then(|place| shape?.get(place)) {
            Some(Some(path)) => gone.push(path.clone()),
            // A blank says nothing.
            Some(None) => {}
            None => return Left::Untold,
        }
    }
    if gone.is_empty() { Left::All } else { Left::Without(gone) }
}

/// The leaves of which only hashes are left. No kind seals fields, so that what is sealed is gone for whoever verifies.
fn withheld(sheet: &Sheet) -> impl Iterator<Item = u64> {
    let mut next = 0;
    sheet.0.iter().flat_map(move |item| {
        let first = next;
        next += item.leaves();
        if matches!(item, Item::Withheld { .. } | Item::Sealed { .. }) { first..next } else { 0..0 }
    })
}

/// Whether a tombstone accounts for what is gone of a row.
fn is_told(state: &RowState, gone: &[Path]) -> bool {
    let told = |path: &Path| gone.iter().any(|gone| gone.begins(path));
    match state {
        RowState::Whole { left: Left::All, .. } | RowState::Broken(_) => true,
        RowState::Whole { left: Left::Without(paths), .. } => paths.iter().all(told),
        RowState::Whole { left: Left::Untold, .. } => false,
        RowState::Whole { left: Left::Sealed, .. } | RowState::Shredded => told(&Path::default()),
    }
}

/// Verifies a node's whole log, from its rows to its checkpoints; the first finding ends it.
pub fn verify_log(log: &NodeLog<'_>) -> Result<Verified, Finding> {
    let mut verifier = Verifier::new(log.node, log.keys, log.checkpoints)?;
    verifier.feed(log.rows, log.published)?;
    verifier.finish(log.published.len() as u64, log.frontier)
}

/// Verifies a log window by window, so that a long one need not lie in memory.
///
/// Rows are held against what is published, and both against every signed checkpoint. Where they differ it is
/// the next checkpoint that tells which of them is wrong; until then the finding waits.
#[derive(Clone, Debug)]
pub struct Verifier {
    node: i64,
    signed: Vec<Signed>,
    /// How many of the checkpoints were reached.
    reached: usize,
    /// Over the leaves that the rows lead to.
    rows: Frontier,
    /// Over the leaves that are published, or stored where none is published yet.
    published: Frontier,
    waiting: Option<Finding>,
    erased: Vec<u64>,
    shredded: Vec<u64>,
}

impl Verifier {
    /// Begins with all signed checkpoints known; the first whose signatures do not count is a finding, and so
    /// are two of one size with different roots.
    pub fn new(node: i64, keys: &Keys, checkpoints: &[String]) -> Result<Self, Finding> {
        Self::resume(node, keys, checkpoints, &Frontier::default())
    }

    /// Goes on where an earlier verification ended, over rows that it vouches for. Checkpoints of smaller sizes were held
    /// against them then; their signatures are checked again.
    ///
    /// # Errors
    /// As [`Verifier::new`]; a checkpoint of just this size with another root is a fork.
    pub fn resume(node: i64, keys: &Keys, checkpoints: &[String], from: &Frontier) -> Result<Self, Finding> {
        let mut verifier = Self {
            node,
            signed: check_signatures(keys, checkpoints)?,
            reached: 0,
            rows: from.clone(),
            published: from.clone(),
            waiting: None,
            erased: Vec::new(),
            shredded: Vec::new(),
        };
        verifier.reached = verifier.signed.iter().filter(|one| one.checkpoint.size < from.size()).count();
        verifier.settle()?;
        Ok(verifier)
    }

    /// The next rows, and the leaves published for them (fewer at the end, where publishing lags). What was
    /// done to a row is told by looking at the rows of its window, so let windows be large: 4,096 rows, say.
    pub fn feed(&mut self, rows: &[StoredRow<'_>], published: &[LeafData]) -> Result<(), Finding> {
        let window = Window { node: self.node, first: self.rows.size(), rows, published };
        for ((at, row), state) in rows.iter().enumerate().zip(read_rows(rows)) {
            if row.idx != window.first + at as u64 {
                return Err(self.waiting.take().unwrap_or_else(|| window.misplaced(at)));
            }
            let leaf = self.judge(&window, at, state);
            self.rows.append(leaf_hash(&leaf));
            self.published.append(leaf_hash(window.trusted(at)));
            self.settle()?;
        }
        Ok(())
    }

    /// Ends: nothing may be missing of what is published (so many leaves), signed, or in the stored frontier.
    pub fn finish(self, published: u64, frontier: &Frontier) -> Result<Verified, Finding> {
        if let Some(finding) = self.waiting {
            return Err(finding);
        }
        let size = self.rows.size();
        let known = self.signed.last().map_or(0, |last| last.checkpoint.size);
        if size < known.max(published).max(frontier.size()) {
            let what = if size < known { Evidence::Checkpoint } else { Evidence::Frontier };
            return Err(Finding { tampering: Tampering::Truncated, idx: size, what });
        }
        if self.rows != *frontier {
            let tampering = if size > frontier.size() { Tampering::Inserted } else { Tampering::Changed };
            return Err(Finding { tampering, idx: frontier.size(), what: Evidence::Frontier });
        }
        let witnessed = self.signed.iter().filter(|one| one.quorum);
        Ok(Verified {
            size,
            root: self.rows.root(),
            frontier: frontier.clone(),
            erased: self.erased,
            shredded: self.shredded,
            checkpoints: self.signed.len(),
            witnessed: witnessed.map(|one| one.checkpoint.size).max(),
        })
    }

    /// Judges one row; gives the leaf that it leads to.
    fn judge(&mut self, window: &Window<'_>, at: usize, state: RowState) -> LeafData {
        let (row, idx) = (&window.rows[at], window.first + at as u64);
        let leaf = match &state {
            RowState::Whole { committed, .. } => committed.leaf_data(self.node, idx),
            // Nothing to recompute: the leaf stored beside it must still be the published one.
            RowState::Shredded | RowState::Broken(_) => row.leaf,
        };
        if self.waiting.is_some() {
            return leaf;
        }
        let wrong = if let RowState::Broken(error) = &state {
            Some((classify::wrong_row(window, at), Evidence::Sheets(error.clone())))
        } else if leaf != *window.trusted(at) {
            Some((classify::wrong_row(window, at), Evidence::Leaf))
        } else if row.leaf != leaf {
            Some((Tampering::Changed, Evidence::StoredLeaf))
        } else if !is_told(&state, row.gone) {
            Some((Tampering::ErasedWithoutTombstone, Evidence::Erasure))
        } else {
            None
        };
        match (wrong, state) {
            (Some((tampering, what)), _) => {
                self.waiting = Some(Finding { tampering, idx, what });
            }
            (None, RowState::Whole { left: Left::All, .. }) => {}
            (None, RowState::Shredded | RowState::Whole { left: Left::Sealed, .. }) => self.shredded.push(idx),
            (None, _) => self.erased.push(idx),
        }
        leaf
    }

    /// Holds both trees against the checkpoints of just this size.
    fn settle(&mut self) -> Result<(), Finding> {
        while let Some(next) = self.signed.get(self.reached)
            && next.checkpoint.size == self.rows.size()
        {
            let root = next.checkpoint.root;
            let (rows, published) = (self.rows.root() == root, self.published.root() == root);
            match self.waiting.take() {
                None if rows => self.reached += 1,
                None => {
                    let idx = self.rows.size();
                    return Err(Finding { tampering: Tampering::Forked, idx, what: Evidence::Checkpoint });
                }
                Some(finding) if finding.what == Evidence::Leaf && rows && !published => {
                    let what = Evidence::Published;
                    return Err(Finding { tampering: Tampering::Changed, what, ..finding });
                }
                Some(finding) => return Err(finding),
            }
        }
        Ok(())
    }
}

/// Rows that follow one another, and the leaves published for them.
pub(crate) struct Window<'a> {
    node: i64,
    first: u64,
    rows: &'a [StoredRow<'a>],
    published: &'a [LeafData],
}

impl Window<'_> {
    /// The leaf that the row at this place must lead to.
    fn trusted(&self, at: usize) -> &LeafData {
        self.published.get(at).unwrap_or(&self.rows[at].leaf)
    }

    /// A row whose index is not its place: one is missing before it, or it is one too many.
    fn misplaced(&self, at: usize) -> Finding {
        let (expected, found) = (self.first + at as u64, self.rows[at].idx);
        let (tampering, idx) = if found < expected {
            // Of two rows with one index one was put in; rows that merely lie in another order are reordered.
            let again = found < self.first || self.rows[..at].iter().any(|row| row.idx == found);
            (if again { Tampering::Inserted } else { Tampering::Reordered }, found)
        } else if self.rows[at..].iter().any(|row| row.idx == expected) {
            (Tampering::Reordered, expected)
        } else {
            (Tampering::Deleted, expected)
        };
        Finding { tampering, idx, what: Evidence::Indices }
    }
}

/// All checkpoints whose signatures count, by size; the first that does not count is a finding.
fn check_signatures(keys: &Keys, checkpoints: &[String]) -> Result<Vec<Signed>, Finding> {
    let mut signed = Vec::with_capacity(checkpoints.len());
    for note in checkpoints {
        signed.push(keys.open(note).map_err(|error| {
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
