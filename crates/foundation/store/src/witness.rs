//! Witnesses, both ways: the cosignatures that others gave over this node's checkpoints, and what this node has seen of
//! the logs that it witnesses. Operational: nothing of it is any matter's state.

use ledger::checkpoint::Checkpoint;
use ledger::witness::Seen;

use crate::Store;
use crate::fault::StoreFault;
use crate::operate::Operation;
use crate::publish::Published;

/// A witness's signature over a checkpoint.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cosignature {
    /// The witness's name, from its key.
    pub witness: String,
    /// The line under the note, with its newline.
    pub line: String,
}

impl Store {
    /// Keeps cosignatures of a checkpoint, and whether they make a quorum. Again does nothing.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn keep_cosignatures(
        &self,
        node: i64,
        size: u64,
        lines: &[Cosignature],
        quorum: bool,
        now: i64,
    ) -> Result<(), StoreFault> {
        let size = size as i64;
        let mut operations: Vec<Operation> = lines
            .iter()
            .map(|cosignature| {
                Operation::new(
                    "insert into cosignature (node, size, witness, line, at) values ($1, $2, $3, $4, $5) \
                     on conflict (node, size, witness) do nothing",
                    vec![
                        node.into(),
                        size.into(),
                        cosignature.witness.as_str().into(),
                        cosignature.line.as_str().into(),
                        now.into(),
                    ],
                )
            })
            .collect();
        if quorum {
            operations.push(Operation::new(
                "update checkpoint set quorum = 1 where node = $1 and size = $2",
                vec![node.into(), size.into()],
            ));
        }
        self.operate(&operations).await.map(drop)
    }

    /// The newest checkpoint that a quorum of witnesses signed.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn witnessed_checkpoint(&self, node: i64) -> Result<Option<Published>, StoreFault> {
        self.checkpoint_where("and quorum = 1 order by size desc", node, 0).await
    }

    /// The greatest size that a witness of this name has signed for this node; 0 for none.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn cosigned_by(&self, node: i64, witness: &str) -> Result<u64, StoreFault> {
        let sql = "select coalesce(max(size), 0) from cosignature where node = $1 and witness = $2";
        let rows = self.read(sql, &[node.into(), witness.into()]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0).map(|size| size as u64))
    }

    /// What this node, as a witness, has cosigned for a log.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn seen(&self, node: i64, origin: &str) -> Result<Seen, StoreFault> {
        let sql = "select size, root from witnessed where node = $1 and origin = $2";
        let rows = self.read(sql, &[node.into(), origin.into()]).await?;
        let Some(row) = rows.first() else { return Ok(Seen::default()) };
        let root = row.bytes(1)?.try_into();
        let root = root.map_err(|_| StoreFault::Nonsense(format!("witnessed.root of {origin} is no hash")))?;
        Ok(Seen { size: row.int(0)? as u64, root })
    }

    /// Remembers what is about to be cosigned, if nothing else was in between: compare-and-set, before the signature leaves.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn remember(&self, node: i64, old: u64, to: &Checkpoint, now: i64) -> Result<bool, StoreFault> {
        let origin = to.origin.as_str();
        let set = |sql, rows| {
            let values = vec![
                node.into(),
                origin.into(),
                (to.size as i64).into(),
                to.root.to_vec().into(),
                now.into(),
                (old as i64).into(),
            ];
            Operation::new(sql, values).expecting(rows)
        };
        let operation = if old == 0 {
            // A log without acts may have been seen at size 0: that is as good as never.
            set(
                "insert into witnessed (node, origin, size, root, at) values ($1, $2, $3, $4, $5) \
                 on conflict (node, origin) do update set size = excluded.size, root = excluded.root, at = excluded.at \
                 where witnessed.size = $6",
                1,
            )
        } else {
            set("update witnessed set size = $3, root = $4, at = $5 where node = $1 and origin = $2 and size = $6", 1)
        };
        self.operate(&[operation]).await
    }

    /// Cosignature lines of a checkpoint, by witness.
    pub(crate) async fn cosignature_lines(&self, node: i64, size: u64) -> Result<String, StoreFault> {
        let sql = "select line from cosignature where node = $1 and size = $2 order by witness";
        let rows = self.read(sql, &[node.into(), (size as i64).into()]).await?;
        rows.iter().map(|row| row.text(0)).collect()
    }
}
