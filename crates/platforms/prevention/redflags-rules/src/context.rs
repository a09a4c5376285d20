//! What a judge may look at beside the facts: settings, reference, coverage, registers, and the moment.

use std::collections::{BTreeMap, HashMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::moment::Moment;
use crate::reference::Reference;
use crate::settings::Settings;

/// Everything a judge may depend on beside the facts. Pure data: no clock, no I/O.
#[derive(Clone, Copy)]
pub struct Context<'c> {
    /// Parameters and lists.
    pub settings: &'c Settings,
    /// A frozen snapshot of distributions, or absent (`mode = self`).
    pub reference: Option<&'c Reference>,
    /// How much of each path the source fills, or absent (not known yet).
    pub coverage: Option<&'c Coverage>,
    /// Registers: debarment, companies, plans.
    pub registers: &'c Registers,
    /// The moment of judgement.
    pub as_of: Moment,
}

/// How many of a source's processes fill a path, for the absence rule.
#[derive(Clone, PartialEq, Eq, Default, Debug, Serialize, Deserialize)]
pub struct Coverage {
    /// Processes counted.
    pub processes: u64,
    /// Path → processes that fill it.
    pub filled: BTreeMap<String, u64>,
}

impl Coverage {
    /// Whether the source publishes `path` at all: in at least `floor` (a ratio) of its processes.
    pub fn publishes(&self, path: &str, floor: f64) -> bool {
        let filled = self.filled.get(path).copied().unwrap_or_default();
        self.processes > 0 && filled as f64 >= floor * self.processes as f64 && filled > 0
    }

    /// Adds another part's counts.
    pub fn merge(&mut self, other: &Self) {
        self.processes += other.processes;
        for (path, count) in &other.filled {
            match self.filled.get_mut(path) {
                Some(sum) => *sum += count,
                None => {
                    self.filled.insert(path.clone(), *count);
                }
            }
        }
    }
}

/// Registers that OCDS does not carry. An absent one makes the indicators that need it *insufficient data*.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct Registers {
    /// Exclusions in force, per organisation id; `None` where no list was loaded.
    pub debarments: Option<HashMap<String, Vec<Debarment>>>,
    /// Companies by organisation id (scheme-identifier), per scheme that has a snapshot.
    pub companies: HashMap<String, CompanySnapshot>,
    /// Planned methods by process or project id; `None` where no plan register was loaded.
    pub plans: Option<HashMap<String, crate::facts::Method>>,
}

/// One exclusion.
#[derive(Clone, PartialEq, Debug)]
pub struct Debarment {
    /// From when.
    pub from: Moment,
    /// Until when; open-ended if absent.
    pub until: Option<Moment>,
    /// The list it stands on, for the evidence.
    pub list: String,
    /// Categories it covers (`scheme:prefix`); empty means all.
    pub categories: Vec<String>,
}

/// A snapshot of one scheme's company registry.
#[derive(Clone, PartialEq, Default, Debug)]
pub struct CompanySnapshot {
    /// Identifiers in good standing.
    pub active: HashSet<String>,
    /// Identifiers struck off, and since when.
    pub struck_off: HashMap<String, Moment>,
}
