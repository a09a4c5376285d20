//! Verification of a node's rows against its leaves, frontier and checkpoints.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use ledger::checkpoint::Keys;
use ledger::envelope::Key;
use ledger::tree::Frontier;
use ledger::verify::{Finding, StoredRow, Tampering, Verified, Verifier};
use ledger::{Path, Whose};

use crate::Store;
use crate::fault::StoreFault;

/// Rows held at once: a log of any length is verified in the memory of one window.
const WINDOW: i64 = 4_096;

/// Readings of a log from which something is erased meanwhile.
const ATTEMPTS: u32 = 3;

/// What a verification came to.
pub type Verdict = Result<Verified, Finding>;

impl Store {
    /// Reads the whole log, window by window, and verifies it: rows to sheets to entries to leaves to the frontier to every checkpoint.
    ///
    /// - `keys`: whose signatures count.
    /// - `progress`: called with the number of acts read so far.
    ///
    /// # Errors
    /// If the store cannot be read; tampering is the inner result, which names the first wrong row and the kind.
    pub async fn verify(&self, node: i64, keys: &Keys, progress: impl FnMut(u64)) -> Result<Verdict, StoreFault> {
        self.verify_from(node, keys, &Frontier::default(), progress).await
    }

    /// Verifies what was recorded since an earlier verification, which vouches for `from`.
    ///
    /// # Errors
    /// As [`Store::verify`].
    pub async fn verify_from(
        &self,
        node: i64,
        keys: &Keys,
        from: &Frontier,
        mut progress: impl FnMut(u64),
    ) -> Result<Verdict, StoreFault> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let size = self.log_size(node).await?;
            let verdict = self.verify_once(node, keys, from, &mut progress).await?;
            // Something may have been erased while it was read, by a tombstone beyond what was read: then it is read again.
            let gone = matches!(&verdict, Err(finding) if finding.tampering == Tampering::ErasedWithoutTombstone);
            if !gone || attempts == ATTEMPTS || self.log_size(node).await? == size {
                return Ok(verdict);
            }
        }
    }

    async fn verify_once(
        &self,
        node: i64,
        keys: &Keys,
        from: &Frontier,
        progress: &mut impl FnMut(u64),
    ) -> Result<Verdict, StoreFault> {
        let begun = self.newest_checkpoint_size(node).await?;
        // The frontier first, and rows up to its size: what is recorded meanwhile waits for the next verification.
        let frontier = match self.read("select frontier from log where node = $1", &[node.into()]).await?.first() {
            Some(row) => Frontier::from_bytes(&row.bytes(0)?)
                .map_err(|error| StoreFault::Nonsense(format!("log.frontier of node {node}: {error}")))?,
            None => Frontier::default(),
        };
        // Rows beyond the frontier that are older than it would be insertions; a truncated log is told by its checkpoints.
        let until = frontier.size();
        let checkpoints = self.checkpoints_until(node, until, begun).await?;
        let mut verifier = match Verifier::resume(node, keys, &checkpoints, from) {
            Ok(verifier) => verifier,
            Err(finding) => return Ok(Err(finding)),
        };
        let gone = Arc::new(self.tombstones(node, until).await?);
        let mut window = self.stored_rows(node, from.size(), until).await?;
        while let Some(last) = window.last() {
            let from = last.idx + 1;
            // The next window is read while this one is verified.
            let gone = Arc::clone(&gone);
            let judged = tokio::task::spawn_blocking(move || {
                let rows: Vec<StoredRow<'_>> = window.iter().map(|row| row.row(&gone)).collect();
                verifier.feed(&rows, &[]).map(|()| verifier)
            });
            let next = self.stored_rows(node, from, until).await;
            verifier = match judged.await.map_err(|error| StoreFault::Nonsense(format!("verification: {error}")))? {
                Ok(verifier) => verifier,
                Err(finding) => return Ok(Err(finding)),
            };
            window = next?;
            progress(from);
        }
        Ok(verifier.finish(0, &frontier))
    }

    /// The next window of rows with their seeds and leaves.
    async fn stored_rows(&self, node: i64, from: u64, until: u64) -> Result<Vec<Stored>, StoreFault> {
        let rows = self
            .read(
                "select act.idx, act.header, act.body, act.routes, seed.seed_h, seed.seed_b, leaf.data, act.id, matter_key.key \
                 from act left join seed on seed.node = act.node and seed.idx = act.idx \
                 left join leaf on leaf.node = act.node and leaf.idx = act.idx \
                 left join matter_key on matter_key.node = act.node and matter_key.matter = act.matter \
                 where act.node = $1 and act.idx >= $2 and act.idx < $3 order by act.idx limit $4",
                &[node.into(), (from as i64).into(), (until as i64).into(), WINDOW.into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok(Stored {
                    idx: row.int(0)? as u64,
                    header: row.bytes(1)?,
                    body: row.bytes(2)?,
                    routes: row.bytes(3)?,
                    seed_h: row.opt_bytes(4)?.and_then(|seed| seed.try_into().ok()),
                    seed_b: row.opt_bytes(5)?.and_then(|seed| seed.try_into().ok()),
                    // A missing leaf is no leaf: it can equal none.
                    leaf: row.opt_bytes(6)?.and_then(|leaf| leaf.try_into().ok()).unwrap_or([0; 33]),
                    key: match row.opt_bytes(8)?.and_then(|key| key.try_into().ok()) {
                        Some(key) => Some((key, Whose { node, act: row.id(7)? })),
                        None => None,
                    },
                })
            })
            .collect()
    }

    /// Signed notes up to a size, with what witnesses signed under them; a greater one counts where it was there when the verification began, since then rows are gone.
    async fn checkpoints_until(&self, node: i64, size: u64, begun: i64) -> Result<Vec<String>, StoreFault> {
        let rows = self
            .read(
                "select note, size from checkpoint where node = $1 and (size <= $2 or size <= $3) order by size",
                &[node.into(), (size as i64).into(), begun.into()],
            )
            .await?;
        let mut cosigned: HashMap<i64, String> = HashMap::new();
        let lines = "select size, line from cosignature where node = $1 order by size, witness";
        for row in self.read(lines, &[node.into()]).await? {
            cosigned.entry(row.int(0)?).or_default().push_str(&row.text(1)?);
        }
        rows.iter().map(|row| Ok(row.text(0)? + &cosigned.remove(&row.int(1)?).unwrap_or_default())).collect()
    }

    /// The size of the newest checkpoint; those signed while verifying are left for the next time. A size, since a clock may
    /// have been set back meanwhile.
    async fn newest_checkpoint_size(&self, node: i64) -> Result<i64, StoreFault> {
        let rows = self.read("select coalesce(max(size), 0) from checkpoint where node = $1", &[node.into()]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0))
    }
}

struct Stored {
    idx: u64,
    header: Vec<u8>,
    body: Vec<u8>,
    routes: Vec<u8>,
    seed_h: Option<[u8; 32]>,
    seed_b: Option<[u8; 32]>,
    leaf: [u8; 33],
    key: Option<(Key, Whose)>,
}

impl Stored {
    fn row<'a>(&'a self, gone: &'a BTreeMap<u64, Vec<Path>>) -> StoredRow<'a> {
        StoredRow {
            idx: self.idx,
            header: &self.header,
            body: &self.body,
            routes: &self.routes,
            header_seed: self.seed_h.as_ref(),
            body_seed: self.seed_b.as_ref(),
            leaf: self.leaf,
            key: self.key.as_ref().map(|(key, whose)| (key, *whose)),
            gone: gone.get(&self.idx).map_or(&[], Vec::as_slice),
        }
    }
}
