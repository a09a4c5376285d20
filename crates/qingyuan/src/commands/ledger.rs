//! `qingyuan verify` and `qingyuan rebuild`.

use store::Projector;

use crate::cli::{Ended, Place};
use crate::commands::bar;
use crate::node::{Node, chain};
use crate::say::both;

/// Verifies rows, leaves, frontier and checkpoints; names the first wrong row and the kind of tampering.
pub(crate) async fn verify(place: &Place) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let keys = node.signer().map_err(|fault| chain(&fault))?.keys();
    let size = node.store.log_size(node.id.number()).await.map_err(|fault| chain(&fault))?;
    let shown = bar(size, false);
    let verdict = node
        .store
        .verify(node.id.number(), &keys, |done| shown.set_position(done))
        .await
        .map_err(|fault| chain(&fault))?;
    shown.finish_and_clear();
    match verdict {
        Ok(verified) => {
            println!(
                "{}",
                both(
                    &format!("账本完好：{} 条行为，{} 个检查点一致。", verified.size, verified.checkpoints),
                    &format!(
                        "The ledger is sound: {} acts, {} checkpoints agree.",
                        verified.size, verified.checkpoints
                    ),
                )
            );
            if verified.witnessed.is_none() {
                println!("{}", both("没有外部见证。", "No outside witness."));
            }
            Ok(Ended::Done)
        }
        Err(finding) => Err(both(
            &format!("账本有问题：第 {} 条，{}（{}）。", finding.idx, finding.what, finding.tampering.code()),
            &format!(
                "The ledger is not sound: index {}, {} ({}).",
                finding.idx,
                finding.what,
                finding.tampering.code()
            ),
        )),
    }
}

/// Replays the log into empty tables and compares each with what it was.
pub(crate) async fn rebuild(place: &Place, keep: bool) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let size = node.store.log_size(node.id.number()).await.map_err(|fault| chain(&fault))?;
    let shown = bar(size, false);
    let projectors = node.projectors();
    let projectors: Vec<&dyn Projector> = projectors.iter().map(AsRef::as_ref).collect();
    let report = node
        .store
        .rebuild(node.id.number(), &projectors, keep, |done| shown.set_position(done))
        .await
        .map_err(|fault| chain(&fault))?;
    shown.finish_and_clear();
    for difference in &report.differences {
        println!("{}: {} → {}", difference.table, difference.before, difference.after);
    }
    if report.differences.is_empty() {
        println!(
            "{}",
            both(
                &format!("重放 {} 条行为，{} 张表逐一相同。", report.acts, report.tables),
                &format!("Replayed {} acts; all {} tables are the same.", report.acts, report.tables),
            )
        );
        Ok(Ended::Done)
    } else {
        Err(both("有数据表与账本不一致。", "Some tables differ from the ledger."))
    }
}
