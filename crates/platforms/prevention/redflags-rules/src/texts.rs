//! Texts kept once, named by number.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::quick::{self, Known};

/// A text in [`Texts`].
pub(crate) type Symbol = u32;

/// The symbol of what is not known.
pub(crate) const NONE: Symbol = Symbol::MAX;

/// Texts end to end, each once.
#[derive(Clone, Debug, Default)]
pub(crate) struct Texts {
    joined: String,
    ends: Vec<u32>,
    known: HashMap<u64, Symbol, Known>,
}

impl Texts {
    /// The symbol of a text, new or known.
    pub fn symbol(&mut self, text: &str) -> Symbol {
        let mut hash = quick::hash(text.as_bytes());
        loop {
            match self.known.get(&hash) {
                Some(&symbol) if self.text(symbol) == text => return symbol,
                Some(_) => hash = hash.wrapping_add(1),
                None => break,
            }
        }
        self.joined.push_str(text);
        let symbol = Symbol::try_from(self.ends.len()).unwrap_or(NONE);
        self.ends.push(u32::try_from(self.joined.len()).unwrap_or(u32::MAX));
        self.known.insert(hash, symbol);
        symbol
    }

    /// The symbol of a text that may not be there.
    pub fn optional(&mut self, text: Option<&str>) -> Symbol {
        text.map_or(NONE, |text| self.symbol(text))
    }

    /// The text of a symbol; empty for [`NONE`].
    pub fn text(&self, symbol: Symbol) -> &str {
        let Some(&end) = self.ends.get(symbol as usize) else { return "" };
        let start = (symbol as usize).checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        self.joined.get(start as usize..end as usize).unwrap_or_default()
    }

    /// All texts in the order of their symbols.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|symbol| self.text(Symbol::try_from(symbol).unwrap_or(NONE)))
    }
}

impl Serialize for Texts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let all = Vec::<String>::deserialize(deserializer)?;
        let mut texts = Self::default();
        for text in all {
            texts.symbol(&text);
        }
        Ok(texts)
    }
}
