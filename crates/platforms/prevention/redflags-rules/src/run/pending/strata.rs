//! The strata of a run, each once, and their groups on each level.

use std::collections::{BTreeMap, HashMap};
use std::sync::OnceLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::quick::{self, Known};
use crate::stratum::{Mask, Stratum, StratumKey};
use crate::texts::{Symbol, Texts};

/// A stratum with symbols for its texts: 24 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Row {
    /// Scheme, class, method, currency, unit.
    texts: [Symbol; 5],
    size: i8,
    band: u8,
}

/// Strata by number.
#[derive(Clone, Debug, Default)]
pub(super) struct Strata {
    texts: Texts,
    rows: Vec<Row>,
    /// First row of a hash; equal hashes of different rows follow one another.
    known: HashMap<u64, u32, Known>,
    last: Option<u32>,
}

impl Strata {
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    pub fn get(&self, number: u32) -> Stratum<'_> {
        let row = self.rows[number as usize];
        let [scheme, class, method, currency, unit] = row.texts.map(|symbol| self.texts.text(symbol));
        Stratum { scheme, class, method, currency, unit, size: row.size, band: row.band }
    }

    /// The number of a stratum, a new one where it was not seen before.
    pub fn number(&mut self, stratum: Stratum<'_>) -> u32 {
        // The screens of one lot share its stratum.
        if let Some(last) = self.last
            && self.get(last) == stratum
        {
            return last;
        }
        let Stratum { scheme, class, method, currency, unit, size, band } = stratum;
        let texts = [scheme, class, method, currency, unit].map(|text| self.texts.symbol(text));
        let row = Row { texts, size, band };
        let mut hash = quick::hash(&texts).wrapping_add(u64::from(size.to_le_bytes()[0]) << 8 | u64::from(band));
        let number = loop {
            match self.known.get(&hash) {
                Some(&number) if self.rows[number as usize] == row => break number,
                Some(_) => hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15),
                None => {
                    let number = u32::try_from(self.rows.len()).unwrap_or(u32::MAX);
                    self.rows.push(row);
                    self.known.insert(hash, number);
                    break number;
                }
            }
        };
        self.last = Some(number);
        number
    }

    /// Adds another part's strata; answers the number here of each number there.
    pub fn merge(&mut self, other: &Self) -> Vec<u32> {
        (0..other.len()).map(|number| self.number(other.get(u32::try_from(number).unwrap_or(u32::MAX)))).collect()
    }

    fn group(&self, mask: Mask) -> Groups {
        let mut found: BTreeMap<StratumKey, u32> = BTreeMap::new();
        let mut by_row: HashMap<[u32; 6], u32> = HashMap::new();
        let of = self.rows.iter().enumerate().map(|(number, row)| {
            let stratum = self.get(u32::try_from(number).unwrap_or(u32::MAX));
            if !stratum.fills(mask) {
                return NO_GROUP;
            }
            // Most strata of a coarse level are alike: symbols tell it without copying a text.
            let masked = stratum.masked(mask);
            let symbol = |part: &str, symbol: Symbol| if part.is_empty() { u32::MAX } else { symbol };
            let [scheme, class, method, currency, unit] = row.texts;
            let key = [
                symbol(masked.scheme, scheme),
                symbol(masked.class, class),
                symbol(masked.method, method),
                symbol(masked.currency, currency),
                symbol(masked.unit, unit),
                u32::from(masked.size.to_le_bytes()[0]) << 8 | u32::from(masked.band),
            ];
            *by_row.entry(key).or_insert_with(|| {
                let next = u32::try_from(found.len()).unwrap_or(NO_GROUP);
                *found.entry(masked.to_key()).or_insert(next)
            })
        });
        let of = of.collect();
        Groups { of, keys: found.into_iter().collect() }
    }
}

/// The group of a stratum that does not fill a level.
pub(super) const NO_GROUP: u32 = u32::MAX;

/// The groups of one level.
pub(super) struct Groups {
    /// Group of each stratum, or [`NO_GROUP`].
    pub of: Vec<u32>,
    /// Key and number of each group, by key.
    pub keys: Vec<(StratumKey, u32)>,
}

/// The groups of every level that is asked for, each worked out once.
pub(super) struct Levels<'s> {
    strata: &'s Strata,
    groups: BTreeMap<Mask, OnceLock<Groups>>,
}

impl<'s> Levels<'s> {
    pub fn new(strata: &'s Strata, masks: impl IntoIterator<Item = Mask>) -> Self {
        Self { strata, groups: masks.into_iter().map(|mask| (mask, OnceLock::new())).collect() }
    }

    /// `None` only for a level that was not announced.
    pub fn get(&self, mask: Mask) -> Option<&Groups> {
        Some(self.groups.get(&mask)?.get_or_init(|| self.strata.group(mask)))
    }
}

impl Serialize for Strata {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer
            .collect_seq((0..self.len()).map(|number| self.get(u32::try_from(number).unwrap_or(u32::MAX)).to_key()))
    }
}

impl<'de> Deserialize<'de> for Strata {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut strata = Self::default();
        // Kept in the order given, since rows point into it; a stratum given twice would shift those behind it.
        for key in Vec::<StratumKey>::deserialize(deserializer)? {
            strata.number(key.as_stratum());
        }
        Ok(strata)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stratum(class: &str, band: u8) -> Stratum<'_> {
        Stratum { scheme: "CPV", class, method: "open", currency: "CNY", unit: "", size: 6, band }
    }

    #[test]
    fn each_stratum_once_and_groups_by_level() {
        let mut strata = Strata::default();
        let numbers: Vec<u32> = [("451", 3), ("452", 3), ("451", 3), ("", 4), ("451", 4)]
            .map(|(class, band)| strata.number(stratum(class, band)))
            .into();
        assert_eq!(numbers, [0, 1, 0, 2, 3]);
        assert_eq!(strata.get(3), stratum("451", 4));
        let levels = Levels::new(&strata, [Mask::CATEGORY, Mask::BAND]);
        let by_class = levels.get(Mask::CATEGORY).unwrap();
        assert_eq!(by_class.of, [0, 1, NO_GROUP, 0]);
        assert_eq!(by_class.keys.iter().map(|(key, _)| key.label()).collect::<Vec<_>>(), ["CPV:451", "CPV:452"]);
        assert_eq!(levels.get(Mask::BAND).unwrap().of, [0, 0, 1, 1]);
        assert!(levels.get(Mask::UNIT).is_none());
        let stored = serde_json::to_string(&strata).unwrap();
        let mut read: Strata = serde_json::from_str(&stored).unwrap();
        assert_eq!(read.number(stratum("", 4)), 2);
        assert_eq!(read.merge(&strata), [0, 1, 2, 3]);
    }
}
