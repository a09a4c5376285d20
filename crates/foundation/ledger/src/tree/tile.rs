//! Tiles and entry bundles: the log as files (C2SP tlog-tiles).

use super::{Nodes, node_hash};
use crate::hash::Hash;

/// Hashes or entries of a full tile.
pub const WIDTH: u64 = 256;
/// Levels of the tree that one tile spans.
const HEIGHT: u8 = 8;

/// Which file: some of the hashes of one level, or the entries they are made of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Tile {
    /// The tile's level (the tree's level divided by 8), or `None` for a bundle of entries.
    pub level: Option<u8>,
    /// Its place on that level.
    pub index: u64,
    /// How many hashes or entries it holds, 1 to 256.
    pub width: u16,
}

impl Tile {
    /// `tile/0/x001/234.p/5` or `tile/entries/000`.
    pub fn path(&self) -> String {
        let mut index = format!("{:03}", self.index % 1000);
        let mut rest = self.index / 1000;
        while rest > 0 {
            index = format!("x{:03}/{index}", rest % 1000);
            rest /= 1000;
        }
        let level = self.level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let partial = if u64::from(self.width) == WIDTH { String::new() } else { format!(".p/{}", self.width) };
        format!("tile/{level}/{index}{partial}")
    }

    /// Reads what [`Tile::path`] writes, and nothing else.
    pub fn parse(path: &str) -> Option<Self> {
        let (level, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let level = if level == "entries" { None } else { Some(level.parse().ok().filter(|level| *level < 64)?) };
        let (groups, width) = match rest.split_once(".p/") {
            Some((groups, width)) => (groups, width.parse().ok().filter(|width| (1..256).contains(width))?),
            None => (rest, 256),
        };
        let index = groups.split('/').try_fold(0_u64, |sum, group| {
            let digits = group.strip_prefix('x').unwrap_or(group);
            let number = digits.parse::<u64>().ok().filter(|_| digits.len() == 3)?;
            sum.checked_mul(1000)?.checked_add(number)
        })?;
        let tile = Self { level, index, width };
        (tile.path() == path).then_some(tile)
    }

    /// All tiles and bundles that a tree of `size` leaves has and one of `old` leaves has not, in the order in
    /// which they can be written: entries, then levels upwards.
    pub fn added(old: u64, size: u64) -> Vec<Self> {
        let mut tiles = Vec::new();
        let mut add = |level, old: u64, size: u64| {
            for index in old / WIDTH..size.div_ceil(WIDTH) {
                let width = (size - index * WIDTH).min(WIDTH) as u16;
                tiles.push(Self { level, index, width });
            }
        };
        if size > old {
            add(None, old, size);
        }
        let (mut level, mut old, mut size) = (0, old, size);
        while size > old {
            add(Some(level), old, size);
            (level, old, size) = (level + 1, old / WIDTH, size / WIDTH);
        }
        tiles
    }

    /// Whether the tile is full, and so never written again.
    pub fn is_full(&self) -> bool {
        u64::from(self.width) == WIDTH
    }

    /// The content of a tile of hashes, from the hashes of full subtrees; `None` for a bundle of entries.
    pub fn hashes<N: Nodes>(&self, nodes: &N) -> Option<Result<Vec<u8>, N::Error>> {
        let level = self.level?;
        let content = (0..u64::from(self.width))
            .map(|at| nodes.node(level * HEIGHT, self.index * WIDTH + at))
            .collect::<Result<Vec<_>, _>>();
        Some(content.map(|hashes| hashes.concat()))
    }

    /// The first leaf whose entry a bundle holds.
    pub fn first_entry(&self) -> u64 {
        self.index * WIDTH
    }
}

/// The content of a bundle: each entry after its length (u16, big-endian). `None` if one is too long.
pub fn bundle<'a>(entries: impl IntoIterator<Item = &'a [u8]>) -> Option<Vec<u8>> {
    let mut content = Vec::new();
    for entry in entries {
        content.extend_from_slice(&u16::try_from(entry.len()).ok()?.to_be_bytes());
        content.extend_from_slice(entry);
    }
    Some(content)
}

/// The entries of a bundle; `None` if its bytes end within one.
pub fn unbundle(content: &[u8]) -> Option<Vec<&[u8]>> {
    let (mut rest, mut entries) = (content, Vec::new());
    while !rest.is_empty() {
        let (length, after) = rest.split_first_chunk::<2>()?;
        let (entry, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
        entries.push(entry);
        rest = after;
    }
    Some(entries)
}

/// Whoever can read tiles.
pub trait Tiles {
    /// Why it cannot.
    type Error: From<TileError>;

    /// The content of the tile; where only the full one is left of a partial one, that will do.
    fn read(&self, tile: Tile) -> Result<Vec<u8>, Self::Error>;
}

/// A tile that does not hold what it should.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0} is too short")]
pub struct TileError(pub String);

/// The hashes of full subtrees, from the tiles of a tree of `size` leaves.
pub struct TileNodes<T> {
    /// Where the tiles are.
    pub tiles: T,
    /// How many leaves the tree has.
    pub size: u64,
}

impl<T: Tiles> Nodes for TileNodes<T> {
    type Error = T::Error;

    fn node(&self, level: u8, index: u64) -> Result<Hash, T::Error> {
        let (tile_level, above) = (level / HEIGHT, level % HEIGHT);
        let first = index << above;
        let on_level = self.size.checked_shr(u32::from(tile_level * HEIGHT)).unwrap_or(0);
        let tile_index = first / WIDTH;
        let width = on_level.saturating_sub(tile_index * WIDTH).min(WIDTH) as u16;
        let tile = Tile { level: Some(tile_level), index: tile_index, width };
        let content = self.tiles.read(tile)?;
        let from = (first % WIDTH) as usize;
        let hashes = content.as_chunks::<32>().0.get(from..from + (1 << above));
        let mut hashes = hashes.ok_or_else(|| TileError(tile.path()))?.to_vec();
        while hashes.len() > 1 {
            hashes = hashes.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
        }
        Ok(hashes[0])
    }
}
