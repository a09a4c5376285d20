//! `qingyuan verify` and `qingyuan rebuild`.

use std::path::Path;

use ledger::{Finding, Frontier};
use store::Projector;

use crate::cli::{Ended, Place};
use crate::commands::bar;
use crate::node::{Node, chain};
use crate::say::both;

/// Verifies rows, leaves, frontier and checkpoints; names the first wrong row and the kind of tampering.
pub(crate) async fn verify(place: &Place, incremental: bool, live: Option<&str>) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let keys = node.keys().map_err(|error| error.to_string())?;
    let size = node.store.log_size(node.id.number()).await.map_err(|fault| chain(&fault))?;
    let before = node.key_folder().join(format!("{}.verified", node.id.number()));
    let from = if incremental { verified_before(&before)? } else { Frontier::default() };
    let shown = bar(size, false);
    let verdict = node
        .store
        .verify_from(node.id.number(), &keys, &from, |done| shown.set_position(done))
        .await
        .map_err(|fault| chain(&fault))?;
    shown.finish_and_clear();
    match verdict {
        Ok(verified) => {
            println!(
                "{}",
                both(
                    &format!(
                        "账本完好：{} 条行为（本次核验 {} 条），{} 个检查点一致。",
                        verified.size,
                        verified.size - from.size(),
                        verified.checkpoints
                    ),
                    &format!(
                        "The ledger is sound: {} acts ({} verified now), {} checkpoints agree.",
                        verified.size,
                        verified.size - from.size(),
                        verified.checkpoints
                    ),
                )
            );
            match verified.witnessed {
                Some(size) => println!(
                    "{}",
                    both(
                        &format!("见证方已为前 {size} 条作证。"),
                        &format!("A quorum of witnesses vouches for the first {size}."),
                    )
                ),
                None => println!("{}", both("没有外部见证。", "No outside witness.")),
            }
            // What was verified is remembered beside the keys, out of reach of whoever can only write to the database.
            store::write_private(&before, &verified.frontier.to_bytes()).map_err(|fault| chain(&fault))?;
            if let Some(live) = live {
                super::backup::prefix(&keys, verified.size, &verified.root, live)?;
            }
            Ok(Ended::Done)
        }
        Err(finding) => Err(unsound(&finding)),
    }
}

/// Where the last verification ended.
fn verified_before(path: &Path) -> Result<Frontier, String> {
    match std::fs::read(path) {
        Ok(bytes) => Frontier::from_bytes(&bytes).map_err(|error| format!("{}: {error}", path.display())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Frontier::default()),
        Err(error) => Err(format!("{}: {error}", path.display())),
    }
}

/// What is wrong with a log, in a sentence.
pub(crate) fn unsound(finding: &Finding) -> String {
    both(
        &format!("账本有问题：第 {} 条，{}（{}）。", finding.idx, finding.what, finding.tampering.code()),
        &format!("The ledger is not sound: index {}, {} ({}).", finding.idx, finding.what, finding.tampering.code()),
    )
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
