//! The suite's hash: SHA-256 and HMAC-SHA-256, and how one field is salted and hashed.
//!
//! Everything hashed in the ledger begins with bytes that cannot begin anything else: `0x00 0x01` a log leaf,
//! `0x00 'q'` a field, `0x01` a node, `'q'` an entry or a command.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

/// A SHA-256 digest.
pub type Hash = [u8; 32];

/// What keeps the hash of a field from being guessed.
pub type Salt = [u8; 16];

/// 32 random bytes from which the salts of one tree are derived. Deleting it erases what it salted.
pub type Seed = [u8; 32];

/// Which tree of fields a field belongs to; part of its salt and of its hash.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tag {
    /// The twenty places of an act's header.
    Header,
    /// What the act says.
    Body,
    /// The streams the act is told to.
    Routes,
    /// One row of an import.
    ImportRow,
}

impl Tag {
    /// The four bytes that stand for it.
    pub const fn bytes(self) -> &'static [u8; 4] {
        match self {
            Self::Header => b"qyh1",
            Self::Body => b"qyb1",
            Self::Routes => b"qyr1",
            Self::ImportRow => b"qyw1",
        }
    }
}

/// Bytes as people compare them: two small hexadecimal digits each.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// SHA-256 over the parts, one after another.
pub fn sha256(parts: &[&[u8]]) -> Hash {
    let mut hasher = Sha256::new();
    for part in parts {
        hasher.update(part);
    }
    hasher.finalize().into()
}

/// The hash of one field: `H(0x00 ‖ tag ‖ salt ‖ u16be len(path) ‖ path ‖ value)`.
///
/// - `path`: the path's CBOR, at most 255 bytes (what is longer was refused before).
/// - `value`: the value's CBOR.
pub fn field_hash(tag: Tag, salt: &Salt, path: &[u8], value: &[u8]) -> Hash {
    let length = u16::try_from(path.len()).expect("paths are at most 255 bytes");
    sha256(&[&[0x00], tag.bytes(), salt, &length.to_be_bytes(), path, value])
}

/// Derives the salts of one tree from its seed: `HMAC-H(seed, tag ‖ path)[..16]`.
///
/// The keyed state is made once and copied for each field, which saves half of the work.
#[derive(Clone)]
pub struct Salter {
    keyed: Hmac<Sha256>,
    tag: Tag,
}

impl Salter {
    /// For the tree `tag` of the act whose seed this is.
    pub fn new(seed: &Seed, tag: Tag) -> Self {
        let mut keyed = Hmac::<Sha256>::new_from_slice(seed).expect("HMAC takes keys of any length");
        keyed.update(tag.bytes());
        Self { keyed, tag }
    }

    /// The salt of the field at `path` (its CBOR).
    pub fn salt(&self, path: &[u8]) -> Salt {
        let mut mac = self.keyed.clone();
        mac.update(path);
        let full: Hash = mac.finalize().into_bytes().into();
        let mut salt = [0; 16];
        salt.copy_from_slice(&full[..16]);
        salt
    }

    /// The hash of the field at `path` with `value`, under its derived salt.
    pub fn field(&self, path: &[u8], value: &[u8]) -> Hash {
        field_hash(self.tag, &self.salt(path), path, value)
    }
}

impl std::fmt::Debug for Salter {
    /// Never prints the seed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Salter").field("tag", &self.tag).finish_non_exhaustive()
    }
}
