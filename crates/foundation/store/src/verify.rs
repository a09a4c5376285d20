//! Verification of a node's rows against its leaves, frontier and checkpoints.

use ledger::checkpoint::Keys;
use ledger::tree::Frontier;
use ledger::verify::{Finding, NodeLog, StoredRow, Verified, verify_log};

use crate::Store;
use crate::fault::StoreFault;

/// What a verification came to.
pub type Verdict = Result<Verified, Finding>;

impl Store {
    /// Reads the whole log and verifies it: rows to sheets to entries to leaves to the frontier to every checkpoint.
    ///
    /// - `keys`: whose signatures count.
    /// - `progress`: called with the number of acts read so far.
    ///
    /// # Errors
    /// If the store cannot be read; tampering is the inner result, which names the first wrong row and the kind.
    pub async fn verify(&self, node: i64, keys: &Keys, mut progress: impl FnMut(u64)) -> Result<Verdict, StoreFault> {
        let begun = self.newest_checkpoint_time(node).await?;
        // The frontier first, and rows up to its size: what is recorded meanwhile waits for the next verification.
        let frontier = match self.read("select frontier from log where node = $1", &[node.into()]).await?.first() {
            Some(row) => Frontier::from_bytes(&row.bytes(0)?)
                .map_err(|error| StoreFault::Nonsense(format!("log.frontier of node {node}: {error}")))?,
            None => Frontier::default(),
        };
        // Rows beyond the frontier that are older than it would be insertions; a truncated log is told by its checkpoints.
        let until = frontier.size();
        let mut stored = Vec::new();
        loop {
            let from = stored.last().map_or(0, |row: &Stored| row.idx + 1);
            let rows = self
                .read(
                    "select act.idx, act.header, act.body, act.routes, seed.seed_h, seed.seed_b, leaf.data \
                     from act left join seed on seed.node = act.node and seed.idx = act.idx \
                     left join leaf on leaf.node = act.node and leaf.idx = act.idx \
                     where act.node = $1 and act.idx >= $2 and act.idx < $3 order by act.idx limit 5000",
                    &[node.into(), (from as i64).into(), (until as i64).into()],
                )
                .await?;
            if rows.is_empty() {
                break;
            }
            for row in &rows {
                stored.push(Stored {
                    idx: row.int(0)? as u64,
                    header: row.bytes(1)?,
                    body: row.bytes(2)?,
                    routes: row.bytes(3)?,
                    seed_h: row.opt_bytes(4)?.and_then(|seed| seed.try_into().ok()),
                    seed_b: row.opt_bytes(5)?.and_then(|seed| seed.try_into().ok()),
                    // A missing leaf is no leaf: it can equal none.
                    leaf: row.opt_bytes(6)?.and_then(|leaf| leaf.try_into().ok()).unwrap_or([0; 33]),
                });
            }
            progress(stored.len() as u64);
        }
        let mut checkpoints = Vec::new();
        let newest = self
            .read(
                "select note from checkpoint where node = $1 and (size <= $2 or at <= $3) order by size",
                &[node.into(), (until as i64).into(), begun.into()],
            )
            .await?;
        for row in newest {
            checkpoints.push(row.text(0)?);
        }
        let rows: Vec<StoredRow<'_>> = stored
            .iter()
            .map(|row| StoredRow {
                idx: row.idx,
                header: &row.header,
                body: &row.body,
                routes: &row.routes,
                header_seed: row.seed_h.as_ref(),
                body_seed: row.seed_b.as_ref(),
                leaf: row.leaf,
                tombstoned: false,
            })
            .collect();
        Ok(verify_log(&NodeLog {
            node,
            rows: &rows,
            published: &[],
            frontier: &frontier,
            checkpoints: &checkpoints,
            keys,
        }))
    }

    /// When the newest checkpoint was signed; those signed while verifying are left for the next time.
    async fn newest_checkpoint_time(&self, node: i64) -> Result<i64, StoreFault> {
        let rows = self.read("select coalesce(max(at), 0) from checkpoint where node = $1", &[node.into()]).await?;
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
}
