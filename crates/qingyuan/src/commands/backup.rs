//! `qingyuan backup` and `qingyuan restore`, and the proof that one log is the beginning of another.

use std::path::Path;

use ledger::tree::{Tile, TileNodes, Tiles, consistency_proof, verify_consistency};
use store::{Keyring, Manifest, Projector, RestoreError};

use crate::cli::{Ended, Place};
use crate::commands::bar;
use crate::config::Config;
use crate::node::{Node, chain};
use crate::say::both;

/// Files of the data folder that go with a backup: what the node is, and whom it trusts. No key is among them.
const BESIDE: [&str; 2] = ["node.toml", "policy.txt"];

/// Writes a backup while the node serves.
pub(crate) async fn backup(place: &Place, folder: &Path) -> Result<Ended, String> {
    let node = Node::open(&place.data, place.store.as_deref()).await.map_err(|error| error.to_string())?;
    let acts = node.store.log_size(node.id.number()).await.map_err(|fault| chain(&fault))?;
    // An act has three rows of its own, and mostly moves one head.
    let shown = bar(acts.saturating_mul(4), false);
    let manifest = node
        .store
        .backup(node.id.number(), folder, |rows| shown.set_position(rows))
        .await
        .map_err(|fault| chain(&fault))?;
    shown.finish_and_clear();
    for name in BESIDE {
        let from = place.data.join(name);
        if from.exists() {
            std::fs::copy(&from, folder.join(name)).map_err(|error| format!("{}: {error}", from.display()))?;
        }
    }
    println!(
        "{}",
        both(
            &format!(
                "已备份 {} 条行为到 {}，根 {}。密钥不在其中，请用 qingyuan keys backup；private/ 另行保管，最长 35 天。",
                manifest.size,
                folder.display(),
                manifest.root
            ),
            &format!(
                "{} acts are backed up in {}, root {}. Keys are not among them: qingyuan keys backup; keep private/ apart, for 35 days at most.",
                manifest.size,
                folder.display(),
                manifest.root
            ),
        )
    );
    Ok(Ended::Done)
}

/// Restores a backup into an empty data folder: ledger first, then every table from it, then verified.
pub(crate) async fn restore(place: &Place, folder: &Path, live: Option<&str>) -> Result<Ended, String> {
    if place.data.join("node.toml").exists() {
        return Err(crate::config::FolderError::Exists(place.data.display().to_string()).to_string());
    }
    let config = Config::read(folder).map_err(|error| error.to_string())?;
    // Without its keys a log can be read and verified by nobody: they come first, before anything makes new ones.
    let id = config.node().map_err(|error| error.to_string())?;
    let keyring = Keyring::open(&place.data.join("keys"), &config.domain, id.number()).map_err(|_| {
        both(
            &format!("{0}/keys 里没有密钥。请先运行 qingyuan keys restore --data {0} FILE。", place.data.display()),
            &format!(
                "There are no keys in {0}/keys. Run qingyuan keys restore --data {0} FILE first.",
                place.data.display()
            ),
        )
    })?;
    let clock = std::sync::Arc::new(crate::config::MovedClock { offset_ms: config.clock_offset_ms });
    let node = Node::with_clock(config, &place.data, place.store.as_deref(), clock)
        .await
        .map_err(|error| error.to_string())?;
    let total: u64 = Manifest::read(folder).map_err(said)?.tables.values().map(|part| part.rows).sum();
    let shown = bar(total, false);
    let manifest = node.store.restore(folder, |rows| shown.set_position(rows)).await.map_err(said)?;
    shown.finish_and_clear();
    let shown = bar(manifest.size, false);
    let projectors = node.projectors();
    let projectors: Vec<&dyn Projector> = projectors.iter().map(AsRef::as_ref).collect();
    node.store
        .rebuild(node.id.number(), &projectors, true, |acts| shown.set_position(acts))
        .await
        .map_err(|fault| chain(&fault))?;
    shown.finish_and_clear();
    for name in BESIDE {
        let from = folder.join(name);
        if from.exists() {
            std::fs::copy(&from, place.data.join(name)).map_err(|error| format!("{}: {error}", from.display()))?;
        }
    }
    let keys = keyring.keys().under(&node.policy().map_err(|error| error.to_string())?);
    let verdict = node.store.verify(node.id.number(), &keys, |_| {}).await.map_err(|fault| chain(&fault))?;
    let verified = verdict.map_err(|finding| crate::commands::ledger::unsound(&finding))?;
    println!(
        "{}",
        both(
            &format!("已恢复并核验 {} 条行为，各表已由账本重建。", verified.size),
            &format!("{} acts are restored and verified; every table was rebuilt from the ledger.", verified.size),
        )
    );
    if let Some(live) = live {
        prefix(&keys, verified.size, &verified.root, live)?;
    }
    node.store.close().await;
    Ok(Ended::Done)
}

fn said(error: RestoreError) -> String {
    match error {
        RestoreError::NotEmpty(acts) => both(
            &format!("数据库里已有这个节点的 {acts} 条行为；备份只恢复到空库。"),
            &format!("The store holds {acts} acts of this node already; a backup is restored into an empty one."),
        ),
        RestoreError::Newer(what) => both(
            &format!("备份由更新的版本写成（{what}），请换用新版本程序。"),
            &format!("The backup was written by a newer version ({what}): use that version."),
        ),
        RestoreError::Damaged { file, why } => {
            both(&format!("备份已损坏：{file}：{why}"), &format!("The backup is damaged: {file}: {why}"))
        }
        RestoreError::Fault(fault) => chain(&fault),
    }
}

/// Proves that a log of this size and root is the beginning of the one served at `live`.
pub(crate) fn prefix(keys: &ledger::Keys, size: u64, root: &ledger::Hash, live: &str) -> Result<(), String> {
    let served = Served::at(live);
    let note = served.get("log/checkpoint")?;
    let note = String::from_utf8(note).map_err(|_| format!("{live}/log/checkpoint"))?;
    let checkpoint = keys.open(&note).map_err(|error| format!("{live}/log/checkpoint: {error}"))?.checkpoint;
    let differs = |why: &str| {
        both(
            &format!("不是 {live} 上账本的开头：{why}"),
            &format!("This log is not the beginning of the one at {live}: {why}"),
        )
    };
    if checkpoint.size < size {
        return Err(differs(&format!("{} < {size}", checkpoint.size)));
    }
    let nodes = TileNodes { tiles: &served, size: checkpoint.size };
    let proof = if size == 0 {
        Vec::new()
    } else {
        consistency_proof(&nodes, size, checkpoint.size).map_err(|error| error.to_string())?
    };
    if size > 0 {
        verify_consistency(size, checkpoint.size, &proof, root, &checkpoint.root)
            .map_err(|error| differs(&error.to_string()))?;
    }
    println!(
        "{}",
        both(
            &format!(
                "已证明：这里的 {size} 条行为是 {live} 上 {} 条行为的开头（一致性证明 {} 个散列）。",
                checkpoint.size,
                proof.len()
            ),
            &format!(
                "Proved: the {size} acts here are the beginning of the {} at {live} (consistency proof of {} hashes).",
                checkpoint.size,
                proof.len()
            ),
        )
    );
    Ok(())
}

/// A log as it is served (C2SP tlog-tiles).
struct Served {
    base: String,
    agent: ureq::Agent,
}

/// Bytes of a tile at most.
const TILE: u64 = 64 * 1024;

impl Served {
    fn at(base: &str) -> Served {
        let config = ureq::Agent::config_builder().timeout_global(Some(std::time::Duration::from_secs(20))).build();
        Served { base: base.trim_end_matches('/').to_owned(), agent: config.new_agent() }
    }

    fn get(&self, path: &str) -> Result<Vec<u8>, String> {
        let address = format!("{}/{path}", self.base);
        let failed = |error: ureq::Error| format!("{address}: {error}");
        let mut answer = self.agent.get(&address).call().map_err(failed)?;
        answer.body_mut().with_config().limit(TILE).read_to_vec().map_err(failed)
    }
}

impl Tiles for &Served {
    type Error = Unread;

    fn read(&self, tile: Tile) -> Result<Vec<u8>, Unread> {
        self.get(&format!("log/{}", tile.path())).map_err(Unread)
    }
}

/// A tile that could not be read, or is not one.
#[derive(Debug)]
struct Unread(String);

impl std::fmt::Display for Unread {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<ledger::tree::tile::TileError> for Unread {
    fn from(error: ledger::tree::tile::TileError) -> Unread {
        Unread(error.to_string())
    }
}
