//! Tiles and entry bundles of a node's log (C2SP tlog-tiles): full ones as files, written once; partial ones, which the
//! next act outdates, from the rows whenever somebody asks.
//!
//! A file that is there is never written again, and one that holds something else than the log is a fork.
//! Source: ledger.md §3.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use ledger::Hash;
use ledger::tree::tile::{TileError, WIDTH, bundle};
use ledger::tree::{Tile, TileNodes, Tiles, consistency_proof, inclusion_proof, leaf_hash, node_hash};

use crate::Store;
use crate::fault::StoreFault;

/// The folder of one node's tiles.
#[derive(Clone, Debug)]
pub(crate) struct TileFolder {
    root: PathBuf,
}

impl TileFolder {
    /// Beside the blobs.
    pub(crate) fn of(blobs: &Path, node: i64) -> TileFolder {
        TileFolder { root: blobs.join("tiles").join(node.to_string()) }
    }

    fn path(&self, tile: Tile) -> PathBuf {
        self.root.join(tile.path())
    }

    /// The content of a full tile; `None` where it is not written yet.
    fn read(&self, tile: Tile) -> Result<Option<Vec<u8>>, StoreFault> {
        let path = self.path(tile);
        match std::fs::read(&path) {
            Ok(content) => Ok(Some(content)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreFault::file(format!("read {}", path.display()))(error)),
        }
    }

    /// Writes a full tile that is whole or absent; answers whether one that was there already holds the same.
    fn write(&self, tile: Tile, content: &[u8]) -> Result<bool, StoreFault> {
        if let Some(there) = self.read(tile)? {
            return Ok(there == content);
        }
        let path = self.path(tile);
        let failed = |error| StoreFault::file(format!("write {}", path.display()))(error);
        let folder = path.parent().unwrap_or(&self.root);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let partial = path.with_extension("part");
        std::fs::write(&partial, content)
            .and_then(|()| std::fs::File::open(&partial)?.sync_all())
            .and_then(|()| std::fs::rename(&partial, &path))
            .map_err(failed)?;
        Ok(true)
    }
}

/// The root over the 256 hashes of a full tile.
fn root_of(content: &[u8]) -> Option<Hash> {
    let mut hashes = content.as_chunks::<32>().0.to_vec();
    if hashes.len() as u64 != WIDTH {
        return None;
    }
    while hashes.len() > 1 {
        hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
    }
    hashes.first().copied()
}

/// What was read of a log to answer for it.
struct Read(HashMap<(Option<u8>, u64), Vec<u8>>);

/// Why a proof cannot be made.
#[derive(Debug)]
struct Lacking(TileError);

impl From<TileError> for Lacking {
    fn from(error: TileError) -> Lacking {
        Lacking(error)
    }
}

impl Tiles for &Read {
    type Error = Lacking;

    fn read(&self, tile: Tile) -> Result<Vec<u8>, Lacking> {
        self.0.get(&(tile.level, tile.index)).cloned().ok_or_else(|| Lacking(TileError(tile.path())))
    }
}

impl Store {
    fn tile_folder(&self, node: i64) -> TileFolder {
        TileFolder::of(self.blobs().folder(), node)
    }

    /// Leaf data of the indices `from..to`, from the rows.
    async fn leaf_data(&self, node: i64, from: u64, to: u64) -> Result<Vec<[u8; 33]>, StoreFault> {
        let rows = self
            .read(
                "select data from leaf where node = $1 and idx >= $2 and idx < $3 order by idx",
                &[node.into(), (from as i64).into(), (to as i64).into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                row.bytes(0)?
                    .try_into()
                    .map_err(|_| StoreFault::Nonsense(format!("a leaf of node {node} from {from} on is no leaf")))
            })
            .collect()
    }

    /// Writes the full tiles and bundles that a log of `size` acts has and one of `old` had not; answers the path of a
    /// file that was there and holds something else, if one does.
    pub(crate) async fn write_tiles(&self, node: i64, old: u64, size: u64) -> Result<Option<String>, StoreFault> {
        let folder = self.tile_folder(node);
        for tile in Tile::added(old, size).into_iter().filter(Tile::is_full) {
            let content = self.tile_content(node, &folder, tile).await?;
            let (folder, path) = (folder.clone(), tile.path());
            let same = tokio::task::spawn_blocking(move || folder.write(tile, &content))
                .await
                .map_err(|error| StoreFault::Nonsense(format!("writing {path}: {error}")))??;
            if !same {
                return Ok(Some(path));
            }
        }
        Ok(None)
    }

    /// What a tile holds, from the rows and from the full tiles below it.
    async fn tile_content(&self, node: i64, folder: &TileFolder, tile: Tile) -> Result<Vec<u8>, StoreFault> {
        let (first, width) = (tile.index * WIDTH, u64::from(tile.width));
        let short = || StoreFault::Nonsense(format!("{} of node {node} lacks leaves", tile.path()));
        match tile.level {
            None | Some(0) => {
                let leaves = self.leaf_data(node, first, first + width).await?;
                if leaves.len() as u64 != width {
                    return Err(short());
                }
                Ok(match tile.level {
                    None => bundle(leaves.iter().map(<[u8; 33]>::as_slice)).ok_or_else(short)?,
                    Some(_) => leaves.iter().flat_map(|leaf| leaf_hash(leaf)).collect(),
                })
            }
            Some(level) => {
                let mut content = Vec::with_capacity(32 * width as usize);
                for below in first..first + width {
                    let below = Tile { level: Some(level - 1), index: below, width: WIDTH as u16 };
                    let hashes = match folder.read(below)? {
                        Some(hashes) => hashes,
                        None => Box::pin(self.tile_content(node, folder, below)).await?,
                    };
                    content.extend(root_of(&hashes).ok_or_else(short)?);
                }
                Ok(content)
            }
        }
    }

    /// A tile or bundle of the published log; `None` where the log does not reach so far.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn tile(&self, node: i64, tile: Tile) -> Result<Option<Vec<u8>>, StoreFault> {
        let published = self.checkpoint(node).await?.map_or(0, |published| published.size);
        let on_level = published >> (8 * u32::from(tile.level.unwrap_or(0))).min(63);
        if tile.index.saturating_mul(WIDTH).saturating_add(u64::from(tile.width)) > on_level {
            return Ok(None);
        }
        let folder = self.tile_folder(node);
        if tile.is_full()
            && let Some(content) = folder.read(tile)?
        {
            return Ok(Some(content));
        }
        self.tile_content(node, &folder, tile).await.map(Some)
    }

    /// The tiles that proofs about these leaves in a log of `size` acts need.
    async fn tiles_for(&self, node: i64, leaves: &[u64], size: u64) -> Result<Read, StoreFault> {
        let folder = self.tile_folder(node);
        let mut read = HashMap::new();
        let (mut level, mut on_level) = (0, size);
        while on_level > 0 {
            let shift = 8 * u32::from(level);
            let mut wanted: Vec<u64> = leaves.iter().map(|leaf| (leaf >> shift) / WIDTH).collect();
            wanted.push((on_level - 1) / WIDTH);
            for index in wanted {
                let width = on_level.saturating_sub(index * WIDTH).min(WIDTH) as u16;
                if width == 0 || read.contains_key(&(Some(level), index)) {
                    continue;
                }
                let tile = Tile { level: Some(level), index, width };
                let full = if tile.is_full() { folder.read(tile)? } else { None };
                let content = match full {
                    Some(content) => content,
                    None => self.tile_content(node, &folder, tile).await?,
                };
                read.insert((Some(level), index), content);
            }
            (level, on_level) = (level + 1, on_level / WIDTH);
        }
        Ok(Read(read))
    }

    /// The proof that a leaf is in the log of `size` acts, from the leaf's sibling up.
    ///
    /// # Errors
    /// If the store cannot be read, or lacks leaves below `size`.
    pub async fn inclusion_proof(&self, node: i64, idx: u64, size: u64) -> Result<Vec<Hash>, StoreFault> {
        let tiles = self.tiles_for(node, &[idx], size).await?;
        inclusion_proof(&TileNodes { tiles: &tiles, size }, idx, size)
            .map_err(|Lacking(error)| StoreFault::Nonsense(format!("proof of {idx} in {size}: {error}")))
    }

    /// The proof that the log of `size` acts begins with that of `old`.
    ///
    /// # Errors
    /// As [`Store::inclusion_proof`].
    pub async fn consistency_proof(&self, node: i64, old: u64, size: u64) -> Result<Vec<Hash>, StoreFault> {
        let tiles = self.tiles_for(node, &[old.saturating_sub(1), old], size).await?;
        consistency_proof(&TileNodes { tiles: &tiles, size }, old, size)
            .map_err(|Lacking(error)| StoreFault::Nonsense(format!("proof of {old} in {size}: {error}")))
    }
}
