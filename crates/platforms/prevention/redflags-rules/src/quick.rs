//! A quick hash for tables within one run. The same on every machine; never stored, and an equality check follows each hit.

use std::hash::{BuildHasherDefault, Hasher};

/// What can be hashed as a plain number.
pub(crate) trait Bits: Copy {
    /// Eight or fewer elements' bits per step.
    fn fold(elements: &[Self], hash: u64) -> u64;
}

const fn step(hash: u64, word: u64) -> u64 {
    (hash.rotate_left(5) ^ word).wrapping_mul(0x517c_c1b7_2722_0a95)
}

impl Bits for u8 {
    fn fold(bytes: &[u8], mut hash: u64) -> u64 {
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            hash = step(hash, u64::from_le_bytes(*word));
        }
        if rest.is_empty() {
            return hash;
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        step(hash, u64::from_le_bytes(last))
    }
}

impl Bits for u32 {
    fn fold(symbols: &[u32], hash: u64) -> u64 {
        symbols.iter().fold(hash, |hash, symbol| step(hash, u64::from(*symbol)))
    }
}

/// The hash of a sequence; its length counts.
pub(crate) fn hash<T: Bits>(sequence: &[T]) -> u64 {
    let hash = T::fold(sequence, sequence.len() as u64);
    // Tables look at both ends of a hash.
    hash ^ (hash >> 32)
}

/// For maps whose keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = u8::fold(bytes, self.0);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// Builds [`Identity`].
pub(crate) type Known = BuildHasherDefault<Identity>;
