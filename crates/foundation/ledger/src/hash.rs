//! The suite's hash: SHA-256 and HMAC-SHA-256, and how one field is salted and hashed.
//!
//! Everything hashed in the ledger begins with bytes that cannot begin anything else: `0x00 0x01` a log leaf,
//! `0x00 'q'` a field, `0x01` a node, `'q'` an entry or a command.

use sha2::block_api::compress256;

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
    hasher.finish()
}

/// SHA-256 in the making (FIPS 180-4 §6.2). The rounds are the library's; only the blocks are laid out here, since the
/// ledger hashes a few hundred messages of one or two blocks for every act, and a fifth of the time went into buffers.
#[derive(Clone)]
struct Sha256 {
    state: [u32; 8],
    block: [u8; 64],
    /// Bytes so far.
    length: u64,
}

impl Sha256 {
    fn new() -> Self {
        // FIPS 180-4 §5.3.3.
        let state =
            [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];
        Self { state, block: [0; 64], length: 0 }
    }

    fn update(&mut self, bytes: &[u8]) {
        let filled = (self.length % 64) as usize;
        self.length += bytes.len() as u64;
        let mut rest = bytes;
        if filled > 0 {
            let fits = rest.len().min(64 - filled);
            self.block[filled..filled + fits].copy_from_slice(&rest[..fits]);
            rest = &rest[fits..];
            if filled + fits < 64 {
                return;
            }
            compress256(&mut self.state, &[self.block]);
        }
        let (blocks, rest) = rest.as_chunks::<64>();
        compress256(&mut self.state, blocks);
        self.block[..rest.len()].copy_from_slice(rest);
    }

    fn finish(mut self) -> Hash {
        let filled = (self.length % 64) as usize;
        self.block[filled] = 0x80;
        self.block[filled + 1..].fill(0);
        if filled >= 56 {
            compress256(&mut self.state, &[self.block]);
            self.block.fill(0);
        }
        self.block[56..].copy_from_slice(&(self.length * 8).to_be_bytes());
        compress256(&mut self.state, &[self.block]);
        let mut hash = [0; 32];
        for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(self.state) {
            *bytes = word.to_be_bytes();
        }
        hash
    }
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
/// The two keyed states of HMAC (RFC 2104 §2) are made once and copied for each field, which saves half of the work.
#[derive(Clone)]
pub struct Salter {
    inner: Sha256,
    outer: Sha256,
    tag: Tag,
}

impl Salter {
    /// For the tree `tag` of the act whose seed this is.
    pub fn new(seed: &Seed, tag: Tag) -> Self {
        let keyed = |pad: u8| {
            let mut key = [pad; 64];
            for (byte, seed) in key.iter_mut().zip(seed) {
                *byte ^= seed;
            }
            let mut hasher = Sha256::new();
            hasher.update(&key);
            hasher
        };
        let mut inner = keyed(0x36);
        inner.update(tag.bytes());
        Self { inner, outer: keyed(0x5c), tag }
    }

    /// The salt of the field at `path` (its CBOR).
    pub fn salt(&self, path: &[u8]) -> Salt {
        let mut inner = self.inner.clone();
        inner.update(path);
        let mut outer = self.outer.clone();
        outer.update(&inner.finish());
        let full = outer.finish();
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

#[cfg(test)]
mod tests {
    use hmac::{Hmac, KeyInit, Mac};
    use proptest::prelude::*;
    use sha2::Digest;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_librarys_hash_however_the_parts_are_cut(bytes: Vec<u8>, cuts in prop::collection::vec(0_usize..300, 0..6)) {
            let (mut parts, mut rest) = (Vec::new(), bytes.as_slice());
            for cut in cuts {
                let (part, after) = rest.split_at(cut.min(rest.len()));
                parts.push(part);
                rest = after;
            }
            parts.push(rest);
            prop_assert_eq!(sha256(&parts), <Hash>::from(sha2::Sha256::digest(&bytes)));
        }

        #[test]
        fn salts_are_hmac(seed: Seed, path in prop::collection::vec(any::<u8>(), 0..255)) {
            let mut mac = Hmac::<sha2::Sha256>::new_from_slice(&seed).unwrap();
            mac.update(b"qyb1");
            mac.update(&path);
            prop_assert_eq!(&Salter::new(&seed, Tag::Body).salt(&path)[..], &mac.finalize().into_bytes()[..16]);
        }
    }

    #[test]
    fn every_length_over_three_blocks() {
        for length in 0..200 {
            let bytes = vec![length as u8; length];
            assert_eq!(sha256(&[&bytes]), <Hash>::from(sha2::Sha256::digest(&bytes)), "{length}");
        }
    }
}
