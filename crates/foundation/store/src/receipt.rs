//! Receipts: the proof of one act, with what of it the holder may see opened (C2SP tlog-proof).

use ledger::commit::leaf_data;
use ledger::receipt::{Extra, Receipt as Proof};
use ledger::{Place, Sheets, Tag};

use crate::Store;
use crate::fault::StoreFault;
use crate::publish::Published;

impl Store {
    /// The receipt of an act: under the newest checkpoint that witnesses signed if that covers it, else under the newest;
    /// `None` where there is no such act, or none covers it yet.
    ///
    /// - `show`: which fields are opened; all others are withheld and stay secret.
    ///
    /// # Errors
    /// If the store cannot be read, or the rows are not what was recorded.
    pub async fn receipt(
        &self,
        node: i64,
        idx: u64,
        show: impl Fn(Tag, &Place) -> bool,
    ) -> Result<Option<String>, StoreFault> {
        let covers = |checkpoint: &Published| checkpoint.size > idx;
        let witnessed = self.witnessed_checkpoint(node).await?.filter(covers);
        let checkpoint = match witnessed {
            Some(checkpoint) => Some(checkpoint),
            None => self.checkpoint(node).await?.filter(covers),
        };
        let Some(checkpoint) = checkpoint else { return Ok(None) };
        let rows = self
            .read(
                "select act.header, act.routes, seed.seed_h from act \
                 left join seed on seed.node = act.node and seed.idx = act.idx where act.node = $1 and act.idx = $2",
                &[node.into(), (idx as i64).into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let broken = |why: &dyn std::fmt::Display| StoreFault::Nonsense(format!("act {idx} of node {node}: {why}"));
        let Some(body) = self.stored_body(node, idx).await? else { return Ok(None) };
        let stored = Sheets::decode_each(&row.bytes(0)?, &body.sheet, &row.bytes(1)?).map_err(|why| broken(&why))?;
        let header = row.opt_bytes(2)?.and_then(|seed| <[u8; 32]>::try_from(seed).ok());
        let body = body.seed;
        let committed = stored.check(header.as_ref(), body.as_ref()).map_err(|why| broken(&why))?.committed();
        let entry = committed.entry(node, idx);
        let sheets = stored.open(header.as_ref(), body.as_ref(), show).map_err(|why| broken(&why))?;
        let proof = self.inclusion_proof(node, idx, checkpoint.size).await?;
        debug_assert_eq!(leaf_data(&entry), committed.leaf_data(node, idx));
        let proof = Proof { index: idx, proof, extra: Extra { entry, sheets }, checkpoint: checkpoint.note };
        proof.to_text().map(Some).map_err(|why| broken(&why))
    }
}
