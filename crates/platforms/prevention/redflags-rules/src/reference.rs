//! Frozen distributions that a measure is compared with (named snapshots).
//!
//! A process is judged when it becomes final, one at a time, against a frozen reference, so the answer tomorrow is that of today.
//! Counts are kept at six decimals, so merging parts is addition and exact.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::moment::Moment;
use crate::registry::Indicator;
use crate::stats::{Counts, Fences};
use crate::stratum::{Mask, Stratum, StratumKey};

/// One distribution: of an indicator's measure among subjects that are alike.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Distribution {
    /// Indicator code.
    pub code: String,
    /// Version of its formula.
    pub version: u16,
    /// Which parts of the stratum count.
    pub mask: Mask,
    /// The stratum.
    pub stratum: StratumKey,
    /// Values at six decimals (of the logarithm where the indicator is fenced on it) and how many.
    pub counts: Counts,
}

/// A named snapshot of distributions; its id is the digest of everything in it.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Reference {
    id: String,
    snapshot: Snapshot,
    places: HashMap<(usize, Mask, u64), usize>,
    fences: Vec<Option<Fences>>,
}

/// The stored form of a snapshot.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Snapshot {
    /// First moment of the window, if bounded.
    pub from: Option<Moment>,
    /// Moment until which subjects were final.
    pub as_of: Option<Moment>,
    /// Where the subjects came from: names or data digests, sorted.
    pub sources: Vec<String>,
    /// The distributions, sorted by code, mask and stratum.
    pub distributions: Vec<Distribution>,
    /// How much of each path the sources fill.
    pub coverage: crate::context::Coverage,
}

impl Reference {
    /// Freezes a snapshot.
    pub fn new(mut snapshot: Snapshot) -> Self {
        snapshot
            .distributions
            .sort_by(|a, b| (a.code.as_str(), a.mask, &a.stratum).cmp(&(b.code.as_str(), b.mask, &b.stratum)));
        snapshot.sources.sort_unstable();
        snapshot.sources.dedup();
        let id = digest(&snapshot);
        let mut places = HashMap::with_capacity(snapshot.distributions.len());
        for (place, distribution) in snapshot.distributions.iter().enumerate() {
            if let Some(indicator) = crate::registry::indicator(&distribution.code) {
                let hash = distribution.stratum.as_stratum().hash();
                places.insert((indicator.index(), distribution.mask, hash), place);
            }
        }
        let fences = snapshot.distributions.iter().map(|distribution| distribution.counts.fences()).collect();
        Self { id, snapshot, places, fences }
    }

    /// The digest of everything in the snapshot, in hexadecimal.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The stored form.
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// Fences of the first stratum of `levels` (finest first) with at least `least` subjects.
    pub fn fences(&self, indicator: &Indicator, stratum: Stratum<'_>, levels: &[Mask], least: u64) -> Option<Fences> {
        levels.iter().filter(|mask| stratum.fills(**mask)).find_map(|&mask| {
            let masked = stratum.masked(mask);
            let place = *self.places.get(&(indicator.index(), mask, masked.hash()))?;
            let known = &self.snapshot.distributions[place];
            // The equality check makes a collision of hashes a miss instead of a wrong answer.
            if known.version != indicator.version || known.stratum.as_stratum() != masked {
                return None;
            }
            self.fences[place].filter(|fences| fences.n >= least)
        })
    }

    /// The whole distribution behind [`Reference::fences`], for pages that show the peers.
    pub fn distribution(
        &self,
        indicator: &Indicator,
        stratum: Stratum<'_>,
        levels: &[Mask],
        least: u64,
    ) -> Option<&Distribution> {
        levels.iter().filter(|mask| stratum.fills(**mask)).find_map(|&mask| {
            let masked = stratum.masked(mask);
            let place = *self.places.get(&(indicator.index(), mask, masked.hash()))?;
            let known = &self.snapshot.distributions[place];
            let fits = known.version == indicator.version && known.stratum.as_stratum() == masked;
            (fits && known.counts.n() >= least).then_some(known)
        })
    }
}

impl Snapshot {
    /// Adds another node's snapshot: counts add up, the window widens, the sources join.
    pub fn merge(mut self, other: Self) -> Self {
        let mut all: BTreeMap<(String, Mask, StratumKey), Distribution> = BTreeMap::new();
        for distribution in self.distributions.drain(..).chain(other.distributions) {
            let key = (distribution.code.clone(), distribution.mask, distribution.stratum.clone());
            match all.get_mut(&key) {
                Some(known) => known.counts.merge(&distribution.counts),
                None => {
                    all.insert(key, distribution);
                }
            }
        }
        self.distributions = all.into_values().collect();
        self.sources.extend(other.sources);
        self.sources.sort_unstable();
        self.sources.dedup();
        self.from = match (self.from, other.from) {
            (Some(a), Some(b)) => Some(a.min(b)),
            _ => None,
        };
        self.as_of = self.as_of.max(other.as_of);
        self.coverage.merge(&other.coverage);
        self
    }
}

/// A hash as a place to write to.
struct Hashing(Sha256);

impl std::io::Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn digest(snapshot: &Snapshot) -> String {
    use std::fmt::Write as _;
    use std::io::Write as _;
    // The stored form is deterministic: vectors are sorted and maps are ordered. It is hashed as it is written, since as a text it
    // would take many times the room of the snapshot.
    let mut hashing = std::io::BufWriter::with_capacity(1 << 16, Hashing(Sha256::new()));
    let written = serde_json::to_writer(&mut hashing, snapshot).is_ok() && hashing.flush().is_ok();
    // A hash takes all there is, and a snapshot holds nothing that JSON has no form for.
    let hash = if written { hashing.get_ref().0.clone() } else { Sha256::new() };
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::registry::indicator;

    fn distribution(class: &str, mask: Mask, values: &[f64]) -> Distribution {
        let stratum = Stratum { scheme: "CPV", class, ..Stratum::default() }.masked(mask).to_key();
        Distribution { code: "R022".into(), version: 1, mask, stratum, counts: values.iter().copied().collect() }
    }

    #[test]
    fn strata_fall_back_to_the_first_with_enough() {
        let many: Vec<f64> = (0..30).map(f64::from).collect();
        let snapshot = Snapshot {
            distributions: vec![
                distribution("452", Mask::CATEGORY, &[1.0, 2.0]),
                distribution("331", Mask::CATEGORY, &many),
                distribution("", Mask::ALL, &many),
            ],
            ..Snapshot::default()
        };
        let reference = Reference::new(snapshot);
        let r022 = indicator("R022").unwrap();
        let levels = [Mask::CATEGORY, Mask::ALL];
        let of = |class| {
            let stratum = Stratum { scheme: "CPV", class, ..Stratum::default() };
            reference.distribution(r022, stratum, &levels, 20).map(|found| found.mask)
        };
        assert_eq!(of("331"), Some(Mask::CATEGORY));
        assert_eq!(of("452"), Some(Mask::ALL), "two cases are too few");
        assert_eq!(of("999"), Some(Mask::ALL), "unknown class");
        let none = reference.fences(r022, Stratum::default(), &levels, 31);
        assert_eq!(none, None);
    }

    #[test]
    fn merging_is_addition_in_any_order() {
        let part = |values: &[f64]| Snapshot {
            distributions: vec![distribution("331", Mask::CATEGORY, values)],
            ..Snapshot::default()
        };
        let (a, b) = (part(&[1.0, 2.0]), part(&[2.0, 3.0]));
        let one = Reference::new(a.clone().merge(b.clone()));
        let other = Reference::new(b.merge(a));
        assert_eq!(one.id(), other.id());
        assert_eq!(one.snapshot().distributions[0].counts.n(), 4);
    }
}
