//! Small numbers for texts and for sets of them, with their bytes in one arena.
//!
//! A million organisations cost their letters and twelve bytes each; a `HashMap<String, u32>` beside a `Vec<String>` would
//! cost five times as much.

use crate::quick::{Bits, hash};

/// The number of a text or a set within one log.
pub(super) type Symbol = u32;

/// The symbol that stands for "absent".
pub(super) const NONE: Symbol = u32::MAX;

/// Sequences of `T`, each kept once.
#[derive(Clone, Debug)]
pub(super) struct Interner<T> {
    arena: Vec<T>,
    /// Where each sequence ends in the arena.
    ends: Vec<u32>,
    /// Open addressing: symbol + 1, or 0 where free; its length is a power of two.
    slots: Vec<u32>,
}

/// Texts.
pub(super) type Texts = Interner<u8>;

/// Sorted sets of symbols: the organisations of a bid, the classes of an award.
pub(super) type Sets = Interner<Symbol>;

impl<T> Default for Interner<T> {
    fn default() -> Self {
        Interner { arena: Vec::new(), ends: Vec::new(), slots: vec![0; 16] }
    }
}

impl<T: Copy + Eq + Bits> Interner<T> {
    /// How many different sequences.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The sequence of `symbol`; empty for [`NONE`].
    pub(super) fn get(&self, symbol: Symbol) -> &[T] {
        let index = symbol as usize;
        let Some(end) = self.ends.get(index) else { return &[] };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        &self.arena[start as usize..*end as usize]
    }

    /// The symbol of `sequence`, a new one where it was not seen before. [`NONE`] once four thousand million
    /// elements are held, which no supported size reaches.
    pub(super) fn intern(&mut self, sequence: &[T]) -> Symbol {
        let mask = self.slots.len() - 1;
        let mut slot = hash(sequence) as usize & mask;
        while self.slots[slot] != 0 {
            let symbol = self.slots[slot] - 1;
            if self.get(symbol) == sequence {
                return symbol;
            }
            slot = (slot + 1) & mask;
        }
        let Ok(end) = u32::try_from(self.arena.len() + sequence.len()) else { return NONE };
        let symbol = self.ends.len() as Symbol;
        self.arena.extend_from_slice(sequence);
        self.ends.push(end);
        self.slots[slot] = symbol + 1;
        if self.ends.len() * 4 > self.slots.len() * 3 {
            self.grow();
        }
        symbol
    }

    fn grow(&mut self) {
        let length = self.slots.len() * 2;
        let mut slots = vec![0; length];
        for symbol in 0..self.ends.len() as Symbol {
            let mut slot = hash(self.get(symbol)) as usize & (length - 1);
            while slots[slot] != 0 {
                slot = (slot + 1) & (length - 1);
            }
            slots[slot] = symbol + 1;
        }
        self.slots = slots;
    }
}

impl Texts {
    /// The text of `symbol`; empty for [`NONE`].
    pub(super) fn text(&self, symbol: Symbol) -> &str {
        // Only whole texts are put in.
        std::str::from_utf8(self.get(symbol)).unwrap_or("")
    }

    /// The symbol of a text.
    pub(super) fn symbol(&mut self, text: &str) -> Symbol {
        self.intern(text.as_bytes())
    }

    /// Place of each symbol in the sorted list of all texts, and that list: the numbering that every split of the data
    /// agrees on.
    pub(super) fn ranks(&self) -> (Vec<u32>, Vec<Symbol>) {
        let mut sorted: Vec<Symbol> = (0..self.len() as Symbol).collect();
        sorted.sort_unstable_by(|a, b| self.get(*a).cmp(self.get(*b)));
        let mut ranks = vec![0; sorted.len()];
        for (rank, symbol) in sorted.iter().enumerate() {
            ranks[*symbol as usize] = rank as u32;
        }
        (ranks, sorted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_text_once() {
        let mut texts = Texts::default();
        let symbols: Vec<Symbol> = (0..1000).map(|n| texts.symbol(&format!("org-{n}"))).collect();
        for (n, symbol) in symbols.iter().enumerate() {
            assert_eq!(texts.symbol(&format!("org-{n}")), *symbol);
            assert_eq!(texts.text(*symbol), format!("org-{n}"));
        }
        assert_eq!(texts.len(), 1000);
        assert_eq!(texts.symbol(""), 1000);
        assert_eq!(texts.text(NONE), "");
        let (ranks, sorted) = texts.ranks();
        assert_eq!(ranks[1000], 0, "the empty text comes first");
        assert_eq!(texts.text(sorted[1]), "org-0");
    }
}
