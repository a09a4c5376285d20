//! From an act to its leaf in the log: three roots, the entry, the leaf.
//!
//! [`prepare`] does all that needs neither index nor stream numbers, before any lock is taken;
//! [`Prepared::route`] and [`Committed::leaf_data`] are the few hashes left for within it.

use crate::act::{Act, ActError};
use crate::body::{Body, MAX_VALUE_BYTES};
use crate::cbor;
use crate::hash::{Hash, Salter, Seed, Tag, sha256};
use crate::path::{Path, Place};
use crate::tree::{Frontier, leaf_hash};
use crate::value::ValueError;

/// Fewest leaves of a padded body, its shape included.
const LEAST_BODY: usize = 8;
/// Fewest leaves of the routes.
const LEAST_ROUTES: usize = 4;

/// The two secrets of an act, 32 random bytes each.
#[derive(Clone, PartialEq, Eq)]
pub struct Seeds {
    /// Salts the header and the routes. Kept as long as the act.
    pub header: Seed,
    /// Salts the body. Deleted when fields are erased, sealed with a sealed body.
    pub body: Seed,
}

impl std::fmt::Debug for Seeds {
    /// Never prints them.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seeds(…)")
    }
}

/// That stream `stream` is told of the act as its number `seq`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Route {
    /// Which stream.
    pub stream: u32,
    /// Its place in that stream.
    pub seq: u64,
}

/// What is known of an act's commitment before its index and its places in streams are.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// Root over the twenty places of the header.
    pub header_root: Hash,
    /// Root over shape, fields and blanks of the body.
    pub body_root: Hash,
    /// The header as it is stored: a [`crate::Sheet`]'s bytes.
    pub header_sheet: Vec<u8>,
    /// The body as it is stored.
    pub body_sheet: Vec<u8>,
    routes: Salter,
    streams: Vec<u32>,
}

/// The routes of an act, once its places in the streams are known.
#[derive(Clone, Debug)]
pub struct Routed {
    /// The three roots.
    pub committed: Committed,
    /// The routes as they are stored.
    pub routes_sheet: Vec<u8>,
}

/// The three roots of an act: all of it that its entry holds.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Committed {
    /// Root over the header.
    pub header_root: Hash,
    /// Root over the body.
    pub body_root: Hash,
    /// Root over the routes.
    pub routes_root: Hash,
}

/// Commits to the header and body of an act.
pub fn prepare(act: &Act, seeds: &Seeds) -> Result<Prepared, ActError> {
    let (header_root, header_sheet) = header(act, &seeds.header)?;
    let (body_root, body_sheet) = body(&act.body, &seeds.body)?;
    let routes = Salter::new(&seeds.header, Tag::Routes);
    Ok(Prepared { header_root, body_root, header_sheet, body_sheet, routes, streams: act.streams.clone() })
}

/// The root of a body under a seed: tells whether a command that comes again says the same.
pub fn body_root(body: &Body, seed: &Seed) -> Result<Hash, ActError> {
    self::body(body, seed).map(|(root, _)| root)
}

/// The name of a command: `H("qyc1" ‖ u16be len(principal) ‖ principal ‖ command id)`.
///
/// - `principal`: who sent it, at most 65,535 bytes (else `None`).
/// - `command`: what the sender calls it.
pub fn command_digest(principal: &[u8], command: &[u8]) -> Option<Hash> {
    let length = u16::try_from(principal.len()).ok()?;
    Some(sha256(&[b"qyc1", &length.to_be_bytes(), principal, command]))
}

impl Prepared {
    /// Commits to the places the act has in its streams; `routes` has one for each stream of the act.
    pub fn route(&self, routes: &[Route]) -> Result<Routed, ActError> {
        let streams = || routes.iter().map(|route| &route.stream);
        if routes.len() != self.streams.len() || self.streams.iter().any(|stream| !streams().any(|s| s == stream)) {
            return Err(ActError::Routes);
        }
        let mut leaves = Leaves::new(&self.routes);
        for route in routes {
            let seq = i64::try_from(route.seq).map_err(|_| ActError::Routes)?;
            leaves.push(&Place::Field(Path::index(route.stream.into())), |out| {
                cbor::int(out, seq);
                Ok(())
            })?;
        }
        leaves.pad(0, LEAST_ROUTES)?;
        leaves.fields.sort_unstable_by_key(|field| field.hash);
        let (routes_root, routes_sheet) = leaves.finish(None);
        let committed = Committed { header_root: self.header_root, body_root: self.body_root, routes_root };
        Ok(Routed { committed, routes_sheet })
    }
}

impl Committed {
    /// The entry: `"qye1" ‖ u64be node ‖ u64be idx ‖ header_root ‖ body_root ‖ routes_root`.
    pub fn entry(&self, node: i64, idx: u64) -> [u8; 116] {
        let mut entry = [0; 116];
        entry[..4].copy_from_slice(b"qye1");
        entry[4..12].copy_from_slice(&node.to_be_bytes());
        entry[12..20].copy_from_slice(&idx.to_be_bytes());
        entry[20..52].copy_from_slice(&self.header_root);
        entry[52..84].copy_from_slice(&self.body_root);
        entry[84..].copy_from_slice(&self.routes_root);
        entry
    }

    /// The leaf data, all that tiles and bundles ever hold: `0x01 ‖ H(entry)`.
    pub fn leaf_data(&self, node: i64, idx: u64) -> [u8; 33] {
        leaf_data(&self.entry(node, idx))
    }

    /// The leaf in the log: `H(0x00 ‖ leaf data)`.
    pub fn leaf_hash(&self, node: i64, idx: u64) -> Hash {
        leaf_hash(&self.leaf_data(node, idx))
    }
}

/// The leaf data of an entry: `0x01 ‖ H(entry)`.
pub fn leaf_data(entry: &[u8; 116]) -> [u8; 33] {
    let mut data = [1; 33];
    data[1..].copy_from_slice(&sha256(&[entry]));
    data
}

/// Reads an entry: its node, index and roots. `None` if it is none.
pub fn read_entry(entry: &[u8]) -> Option<(i64, u64, Committed)> {
    let entry: &[u8; 116] = entry.try_into().ok()?;
    let eight = |at: usize| entry[at..at + 8].try_into().map(u64::from_be_bytes).ok();
    let root = |at: usize| entry[at..at + 32].try_into().ok();
    let node = i64::try_from(eight(4)?).ok()?;
    let committed = Committed { header_root: root(20)?, body_root: root(52)?, routes_root: root(84)? };
    entry.starts_with(b"qye1").then_some((node, eight(12)?, committed))
}

fn header(act: &Act, seed: &Seed) -> Result<(Hash, Vec<u8>), ActError> {
    let salter = Salter::new(seed, Tag::Header);
    let mut leaves = Leaves::new(&salter);
    for (place, value) in act.header()?.iter().enumerate() {
        let length = leaves.push(&Place::Field(Path::index(place as u64)), |out| value.write(out))?;
        if length > MAX_VALUE_BYTES {
            return Err(ActError::HeaderTooLong { place });
        }
    }
    Ok(leaves.finish(None))
}

fn body(body: &Body, seed: &Seed) -> Result<(Hash, Vec<u8>), ActError> {
    let salter = Salter::new(seed, Tag::Body);
    let mut leaves = Leaves::new(&salter);
    for (path, value) in body.fields() {
        leaves.push_path(path, |out| value.write(out))?;
    }
    if body.is_padded() {
        leaves.pad(1, LEAST_BODY)?;
    }
    leaves.fields.sort_unstable_by_key(|field| field.hash);
    let shape = leaves.shape();
    Ok(leaves.finish(Some(&shape)))
}

/// The leaves of one tree in the making. Their bytes lie one after another in one buffer.
struct Leaves<'a> {
    salter: &'a Salter,
    bytes: Vec<u8>,
    fields: Vec<Leaf>,
}

struct Leaf {
    hash: Hash,
    /// Where the path begins, the value begins, and the value ends.
    path: usize,
    value: usize,
    end: usize,
    blank: bool,
}

impl<'a> Leaves<'a> {
    fn new(salter: &'a Salter) -> Self {
        Self { salter, bytes: Vec::with_capacity(1024), fields: Vec::with_capacity(24) }
    }

    /// Adds a leaf; gives the length of its value.
    fn push(
        &mut self,
        place: &Place,
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), ValueError>,
    ) -> Result<usize, ValueError> {
        let path = self.bytes.len();
        place.write(&mut self.bytes);
        self.push_value(path, matches!(place, Place::Blank(_)), value)
    }

    fn push_path(
        &mut self,
        at: &Path,
        value: impl FnOnce(&mut Vec<u8>) -> Result<(), ValueError>,
    ) -> Result<usize, ValueError> {
        let path = self.bytes.len();
        at.write(&mut self.bytes);
        self.push_value(path, false, value)
    }

    fn push_value(
        &mut self,
        path: usize,
        blank: bool,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), ValueError>,
    ) -> Result<usize, ValueError> {
        let value = self.bytes.len();
        write(&mut self.bytes)?;
        let end = self.bytes.len();
        let hash = self.salter.field(&self.bytes[path..end], value - path);
        self.fields.push(Leaf { hash, path, value, end, blank });
        Ok(end - value)
    }

    /// Adds blanks until there are a power of two of leaves, at least `least`, `others` of them not in here.
    fn pad(&mut self, others: usize, least: usize) -> Result<(), ValueError> {
        let wanted = (others + self.fields.len()).next_power_of_two().max(least);
        for number in 0..wanted - others - self.fields.len() {
            self.push(&Place::Blank(number as u64), |out| {
                out.push(cbor::NULL);
                Ok(())
            })?;
        }
        Ok(())
    }

    /// The value of the shape: the paths of all leaves in their order, null for a blank.
    fn shape(&self) -> Vec<u8> {
        let mut shape = Vec::with_capacity(self.bytes.len());
        cbor::head(&mut shape, cbor::LIST, self.fields.len() as u64);
        for field in &self.fields {
            if field.blank {
                shape.push(cbor::NULL);
            } else {
                shape.extend_from_slice(&self.bytes[field.path..field.value]);
            }
        }
        shape
    }

    /// Root and sheet, with the shape as the first leaf if there is one.
    fn finish(&self, shape: Option<&[u8]>) -> (Hash, Vec<u8>) {
        let mut frontier = Frontier::default();
        let mut sheet = Vec::with_capacity(self.bytes.len() + self.fields.len() + shape.map_or(8, <[u8]>::len));
        cbor::head(&mut sheet, cbor::LIST, (self.fields.len() + usize::from(shape.is_some())) as u64);
        let empty = Path::default().encode();
        let mut add = |path: &[u8], value: &[u8], hash| {
            cbor::head(&mut sheet, cbor::LIST, 2);
            sheet.extend_from_slice(path);
            sheet.extend_from_slice(value);
            frontier.append(hash);
        };
        if let Some(shape) = shape {
            add(&empty, shape, self.salter.field(&[&empty, shape].concat(), empty.len()));
        }
        for field in &self.fields {
            add(&self.bytes[field.path..field.value], &self.bytes[field.value..field.end], field.hash);
        }
        (frontier.root(), sheet)
    }
}
