//! The suite's hash: SHA-256 and HMAC-SHA-256, and how one field is salted and hashed.
//!
//! Everything hashed in the ledger begins with bytes that cannot begin anything else: `0x00 0x01` a log leaf,
//! `0x00 'q'` a field, `0x01` a node, `'q'` an entry or a command.

use sha2::Digest;
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
#[inline]
pub fn sha256(parts: &[&[u8]]) -> Hash {
    match parts.iter().map(|part| part.len()).sum::<usize>() {
        length if length <= TWO_BLOCKS => Short::<2>::of(parts).hash(INITIAL, 0),
        length if length <= FOUR_BLOCKS => Short::<4>::of(parts).hash(INITIAL, 0),
        _ => {
            let mut hasher = sha2::Sha256::new();
            for part in parts {
                hasher.update(part);
            }
            hasher.finalize().into()
        }
    }
}

/// FIPS 180-4 §5.3.3.
const INITIAL: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// The longest messages that fit two and four blocks with their ends.
const TWO_BLOCKS: usize = 2 * 64 - 9;
const FOUR_BLOCKS: usize = 4 * 64 - 9;

/// A message that fits `N` blocks with its end (FIPS 180-4 §5.1.1). The rounds are the library's; only the blocks are laid
/// out here, since the ledger hashes a few hundred such messages for every act, and a third of the time went into general
/// buffers and into going to the rounds block by block.
struct Short<const N: usize> {
    blocks: [[u8; 64]; N],
    length: usize,
}

impl<const N: usize> Short<N> {
    /// The parts, one after another.
    #[inline]
    fn of(parts: &[&[u8]]) -> Self {
        let mut message = Self { blocks: [[0; 64]; N], length: 0 };
        let bytes = message.blocks.as_flattened_mut();
        for part in parts {
            let end = message.length + part.len();
            bytes[message.length..end].copy_from_slice(part);
            message.length = end;
        }
        message
    }

    /// The hash, from a state in which `before` bytes have been hashed, whole blocks.
    fn hash(mut self, mut state: [u32; 8], before: usize) -> Hash {
        let bytes = self.blocks.as_flattened_mut();
        bytes[self.length] = 0x80;
        let end = (self.length + 9).next_multiple_of(64);
        bytes[end - 8..end].copy_from_slice(&((before + self.length) as u64 * 8).to_be_bytes());
        compress256(&mut state, &self.blocks[..end / 64]);
        let mut hash = [0; 32];
        for (bytes, word) in hash.as_chunks_mut::<4>().0.iter_mut().zip(state) {
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
    sha256(&[&field_head(tag, salt, path.len()), path, value])
}

/// What is hashed before path and value.
fn field_head(tag: Tag, salt: &Salt, path: usize) -> [u8; 23] {
    let length = u16::try_from(path).expect("paths are at most 255 bytes");
    let mut head = [0; 23];
    head[1..5].copy_from_slice(tag.bytes());
    head[5..21].copy_from_slice(salt);
    head[21..].copy_from_slice(&length.to_be_bytes());
    head
}

/// Derives the salts of one tree from its seed: `HMAC-H(seed, tag ‖ path)[..16]`.
///
/// The two keyed states of HMAC (RFC 2104 §2) are made once and used for each field, which saves half of the work.
#[derive(Clone)]
pub struct Salter {
    inner: [u32; 8],
    outer: [u32; 8],
    tag: Tag,
    /// For paths that no block takes.
    seed: Seed,
}

impl Salter {
    /// For the tree `tag` of the act whose seed this is.
    pub fn new(seed: &Seed, tag: Tag) -> Self {
        let keyed = |pad: u8| {
            let mut state = INITIAL;
            compress256(&mut state, &[padded(seed, pad)]);
            state
        };
        Self { inner: keyed(INNER), outer: keyed(OUTER), tag, seed: *seed }
    }

    /// The salt of the field at `path` (its CBOR).
    pub fn salt(&self, path: &[u8]) -> Salt {
        let parts: [&[u8]; 2] = [self.tag.bytes(), path];
        let inner = if path.len() <= TWO_BLOCKS - 4 {
            Short::<2>::of(&parts).hash(self.inner, 64)
        } else {
            sha256(&[&padded(&self.seed, INNER), parts[0], parts[1]])
        };
        let full = Short::<1>::of(&[&inner]).hash(self.outer, 64);
        let mut salt = [0; 16];
        salt.copy_from_slice(&full[..16]);
        salt
    }

    /// The hash of a field under its derived salt.
    ///
    /// - `field`: the CBOR of its path, and behind it that of its value.
    /// - `value`: where the value begins.
    pub fn field(&self, field: &[u8], value: usize) -> Hash {
        let salt = self.salt(&field[..value]);
        sha256(&[&field_head(self.tag, &salt, value), field])
    }
}

/// RFC 2104 §2: what a key is masked with.
const INNER: u8 = 0x36;
const OUTER: u8 = 0x5c;

/// The key of HMAC as its first block.
fn padded(seed: &Seed, pad: u8) -> [u8; 64] {
    let mut key = [pad; 64];
    for (byte, seed) in key.iter_mut().zip(seed) {
        *byte ^= seed;
    }
    key
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
    fn every_length_over_six_blocks() {
        for length in 0..384 {
            let bytes = vec![length as u8; length];
            assert_eq!(sha256(&[&bytes]), <Hash>::from(sha2::Sha256::digest(&bytes)), "{length}");
        }
    }
}
