//! Ids as small numbers, and where each was first seen.

use std::hash::{BuildHasher, RandomState};

/// Strings numbered from 0, each with the place in the input at which it first appeared.
pub struct Interner {
    text: String,
    /// Where each string ends in `text`; it starts where the one before ends.
    ends: Vec<usize>,
    first: Vec<u64>,
    hashes: Vec<u64>,
    /// Open addressing: number + 1, or 0 for a free slot. Length is a power of two.
    slots: Vec<u32>,
    seed: u64,
}

impl Default for Interner {
    fn default() -> Self {
        Self {
            text: String::new(),
            ends: Vec::new(),
            first: Vec::new(),
            hashes: Vec::new(),
            slots: vec![0; 16],
            // Ids come from outside: nobody shall be able to make them collide on purpose.
            seed: RandomState::new().hash_one(0u8),
        }
    }
}

impl Interner {
    /// The number of `id`, given one if new; `at` is where it was seen this time.
    pub fn number(&mut self, id: &str, at: u64) -> u32 {
        let hash = hash(id.as_bytes(), self.seed);
        let mask = self.slots.len() - 1;
        let mut slot = hash as usize & mask;
        while let Some(number) = self.slots[slot].checked_sub(1) {
            let index = number as usize;
            if self.hashes[index] == hash && self.get(number) == id {
                self.first[index] = self.first[index].min(at);
                return number;
            }
            slot = (slot + 1) & mask;
        }
        // 2³² ids would need more memory than the run has; saturating keeps the type honest.
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX - 1);
        self.text.push_str(id);
        self.ends.push(self.text.len());
        self.first.push(at);
        self.hashes.push(hash);
        self.slots[slot] = number + 1;
        if self.ends.len() * 2 > self.slots.len() {
            self.grow();
        }
        number
    }

    fn grow(&mut self) {
        let length = self.slots.len() * 2;
        self.slots = vec![0; length];
        for (hash, number) in self.hashes.iter().zip(1..) {
            let mut slot = *hash as usize & (length - 1);
            while self.slots[slot] != 0 {
                slot = (slot + 1) & (length - 1);
            }
            self.slots[slot] = number;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// The string with a number.
    pub fn get(&self, number: u32) -> &str {
        let index = number as usize;
        let start = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.text[start..self.ends[index]]
    }

    /// Where the string with a number was first seen.
    pub fn first(&self, number: u32) -> u64 {
        self.first[number as usize]
    }

    /// Takes over the strings of another; answers the new number of each of its numbers.
    pub fn absorb(&mut self, other: &Self) -> Vec<u32> {
        (0..).take(other.len()).map(|number| self.number(other.get(number), other.first(number))).collect()
    }
}

/// Folded multiplication over words of eight bytes.
fn hash(bytes: &[u8], seed: u64) -> u64 {
    let mix = |a: u64, b: u64| {
        let wide = u128::from(a) * u128::from(b);
        (wide as u64) ^ ((wide >> 64) as u64)
    };
    let mut state = mix(seed ^ bytes.len() as u64, 0x9e37_79b9_7f4a_7c15);
    let (words, tail) = bytes.as_chunks::<8>();
    for &word in words {
        state = mix(state ^ u64::from_le_bytes(word), 0xd6e8_feb8_6659_fd93 ^ seed.rotate_left(17));
    }
    let last = tail.iter().fold(0u64, |word, &byte| word << 8 | u64::from(byte));
    mix(state ^ last, 0xa076_1d64_78bd_642f ^ seed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_stay_and_first_is_the_smallest_place() {
        let mut ids = Interner::default();
        let numbers: Vec<_> = (0..1000).map(|i| ids.number(&format!("id-{i}"), 1000 - i)).collect();
        assert!(numbers.iter().zip(0..).all(|(&number, i)| number == i));
        assert_eq!(ids.number("id-7", 5), 7);
        assert_eq!((ids.get(7), ids.first(7), ids.len()), ("id-7", 5, 1000));
        let mut other = Interner::default();
        other.number("id-9", 1);
        other.number("", 2);
        assert_eq!(ids.absorb(&other), vec![9, 1000]);
        assert_eq!((ids.first(9), ids.get(1000)), (1, ""));
    }
}
