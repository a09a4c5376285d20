//! The likes that a measure is compared with.

use serde::{Deserialize, Serialize};

/// What a subject is like. Which parts count is said by a [`Mask`].
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub struct Stratum<'r> {
    /// Category, `scheme:prefix`; for items the full classification.
    pub scheme: &'r str,
    /// Class code or its prefix.
    pub class: &'r str,
    /// Procurement method code.
    pub method: &'r str,
    /// Currency.
    pub currency: &'r str,
    /// Unit of measure.
    pub unit: &'r str,
    /// Order of magnitude of the value, ⌊log₁₀⌋.
    pub size: i8,
    /// Band of the number of bids: 3, 4 (4–5) or 6 (6 and more).
    pub band: u8,
}

/// Which parts of a stratum count, as bits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Mask(pub u8);

impl Mask {
    /// All subjects together.
    pub const ALL: Self = Self(0);
    /// By category.
    pub const CATEGORY: Self = Self(1);
    /// By method.
    pub const METHOD: Self = Self(2);
    /// By currency.
    pub const CURRENCY: Self = Self(4);
    /// By unit of measure.
    pub const UNIT: Self = Self(8);
    /// By order of magnitude.
    pub const SIZE: Self = Self(16);
    /// By number of bids.
    pub const BAND: Self = Self(32);

    /// Both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    const fn has(self, part: Self) -> bool {
        self.0 & part.0 != 0
    }
}

/// A stratum that owns its parts; those that do not count are empty.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Debug, Serialize, Deserialize)]
pub struct StratumKey {
    /// Scheme of the category.
    pub scheme: String,
    /// Class code or its prefix.
    pub class: String,
    /// Method code.
    pub method: String,
    /// Currency.
    pub currency: String,
    /// Unit of measure.
    pub unit: String,
    /// Order of magnitude, `i8::MIN` where it does not count.
    pub size: i8,
    /// Band of the number of bids, 0 where it does not count.
    pub band: u8,
}

/// The size of what has no value.
pub const NO_SIZE: i8 = i8::MIN;

impl<'r> Stratum<'r> {
    /// Itself with only the parts that count.
    pub const fn masked(self, mask: Mask) -> Self {
        Self {
            scheme: if mask.has(Mask::CATEGORY) { self.scheme } else { "" },
            class: if mask.has(Mask::CATEGORY) { self.class } else { "" },
            method: if mask.has(Mask::METHOD) { self.method } else { "" },
            currency: if mask.has(Mask::CURRENCY) { self.currency } else { "" },
            unit: if mask.has(Mask::UNIT) { self.unit } else { "" },
            size: if mask.has(Mask::SIZE) { self.size } else { NO_SIZE },
            band: if mask.has(Mask::BAND) { self.band } else { 0 },
        }
    }

    /// Whether every part that counts is known; a level of unknown parts would compare unlike things.
    pub const fn fills(&self, mask: Mask) -> bool {
        !(mask.has(Mask::CATEGORY) && self.class.is_empty()
            || mask.has(Mask::METHOD) && self.method.is_empty()
            || mask.has(Mask::CURRENCY) && self.currency.is_empty()
            || mask.has(Mask::SIZE) && self.size == NO_SIZE
            || mask.has(Mask::BAND) && self.band == 0)
    }

    /// A hash that is the same on every machine.
    pub fn hash(&self) -> u64 {
        let mut hash = Fnv::new();
        for part in [self.scheme, self.class, self.method, self.currency, self.unit] {
            hash.text(part);
        }
        hash.byte(self.size.to_le_bytes()[0]);
        hash.byte(self.band);
        hash.0
    }

    /// Owns its parts.
    pub fn to_key(self) -> StratumKey {
        StratumKey {
            scheme: self.scheme.to_owned(),
            class: self.class.to_owned(),
            method: self.method.to_owned(),
            currency: self.currency.to_owned(),
            unit: self.unit.to_owned(),
            size: self.size,
            band: self.band,
        }
    }
}

impl StratumKey {
    /// Borrows its parts.
    pub fn as_stratum(&self) -> Stratum<'_> {
        Stratum {
            scheme: &self.scheme,
            class: &self.class,
            method: &self.method,
            currency: &self.currency,
            unit: &self.unit,
            size: self.size,
            band: self.band,
        }
    }

    /// What a person reads, for example `CPV:452 · open · CNY`; `*` for all.
    pub fn label(&self) -> String {
        let mut parts: Vec<String> = Vec::new();
        if !self.class.is_empty() {
            parts.push(format!("{}:{}", self.scheme, self.class));
        }
        for part in [&self.method, &self.unit, &self.currency] {
            if !part.is_empty() {
                parts.push(part.clone());
            }
        }
        if self.size != NO_SIZE {
            parts.push(format!("10^{}", self.size));
        }
        match self.band {
            0 => {}
            2 => parts.push("n=2".into()),
            3 => parts.push("n=3".into()),
            4 => parts.push("n=4–5".into()),
            _ => parts.push("n≥6".into()),
        }
        if parts.is_empty() { "*".into() } else { parts.join(" · ") }
    }
}

/// Fowler–Noll–Vo 1a, 64 bits: stable, small, good enough with the equality check that follows every hit.
pub(crate) struct Fnv(pub u64);

impl Fnv {
    pub const fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    pub const fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ byte as u64).wrapping_mul(0x0100_0000_01b3);
    }

    pub fn text(&mut self, text: &str) {
        for byte in text.bytes() {
            self.byte(byte);
        }
        self.byte(0xff);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_drops_what_does_not_count() {
        let full = Stratum { scheme: "CPV", class: "452", method: "open", currency: "CNY", unit: "", size: 6, band: 4 };
        let cases = [
            (Mask::ALL, "*"),
            (Mask::CATEGORY, "CPV:452"),
            (Mask::CATEGORY.and(Mask::METHOD).and(Mask::CURRENCY), "CPV:452 · open · CNY"),
            (Mask::CATEGORY.and(Mask::SIZE), "CPV:452 · 10^6"),
            (Mask::BAND, "n=4–5"),
        ];
        for (mask, label) in cases {
            let masked = full.masked(mask);
            assert_eq!(masked.to_key().label(), label);
            assert_eq!(masked.to_key().as_stratum(), masked);
            assert_eq!(masked.hash(), masked.to_key().as_stratum().hash());
        }
    }
}
