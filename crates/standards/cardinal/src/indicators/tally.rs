//! What one thread has found so far, and how it is added to what others have.

use std::collections::HashSet;
use std::ops::Range;

use super::Code;
use crate::intern::Interner;

/// A process something was recorded of.
#[derive(Clone, Debug)]
pub struct Process {
    /// Where its line starts in the file.
    pub at: u64,
    /// Its ocid, in [`Tally::ocids`].
    pub ocid: Range<usize>,
}

/// A flagged process.
#[derive(Clone, Debug)]
pub struct Flag {
    /// Which one.
    pub process: Process,
    /// By what.
    pub code: Code,
    /// Its value.
    pub value: f64,
    /// The organisations flagged with it.
    pub tenderers: Vec<u32>,
}

/// How far the best losing bid is above the winning one.
#[derive(Clone, Debug)]
pub struct Ratio {
    /// In which process.
    pub process: Process,
    /// (lowest loser − winner) ÷ winner.
    pub ratio: f64,
    /// Who won.
    pub winner: u32,
    /// The lowest loser.
    pub loser: u32,
}

/// Bids counted for a buyer, a procuring entity or a tenderer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Submitted {
    /// Submitted bids.
    pub submitted: u64,
    /// Disqualified ones of them.
    pub disqualified: u64,
}

/// What is counted for a tenderer.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tenderer {
    /// R025: processes with a valid bid.
    pub valid: u64,
    /// R025: those won.
    pub won: u64,
    /// R038
    pub bids: Submitted,
    /// R048: processes with classified awards.
    pub awarded: u64,
}

/// The organisations around one process, for the mappings.
#[derive(Clone, Debug)]
pub struct Around {
    /// Which process.
    pub process: Process,
    /// Its buyer, if a bid was disqualified.
    pub buyer: Option<u32>,
    /// Its procuring entity, if a bid was disqualified.
    pub entity: Option<u32>,
    /// The tenderers and suppliers counted.
    pub tenderers: Vec<u32>,
}

/// What was found. Tallies are added with [`Tally::sum`]; in which order does not matter.
#[derive(Default)]
pub struct Tally {
    /// Whether the mappings are wanted.
    pub maps: bool,
    /// The ocids of the processes recorded, one after the other.
    pub ocids: String,
    /// Ids of tenderers and suppliers.
    pub tenderers: Interner,
    /// By number of tenderer.
    pub tenderer_counts: Vec<Tenderer>,
    /// Ids of buyers.
    pub buyers: Interner,
    /// By number of buyer.
    pub buyer_counts: Vec<Submitted>,
    /// Ids of procuring entities.
    pub entities: Interner,
    /// By number of procuring entity.
    pub entity_counts: Vec<Submitted>,
    /// Classes of items.
    pub classes: Interner,
    /// Supplier and class of item.
    pub supplied: HashSet<(u32, u32)>,
    /// For R024 and R058.
    pub ratios: Vec<Ratio>,
    /// Flagged processes.
    pub flags: Vec<Flag>,
    /// For the mappings; empty unless they are wanted.
    pub around: Vec<Around>,
}

/// The counter of `number`, made if new.
pub fn count<T: Default + Clone>(counts: &mut Vec<T>, number: u32) -> &mut T {
    let index = number as usize;
    if index >= counts.len() {
        counts.resize(index + 1, T::default());
    }
    &mut counts[index]
}

impl Tally {
    /// Nothing yet.
    pub fn new(maps: bool) -> Self {
        Self { maps, ..Self::default() }
    }

    /// The ocid of a process.
    pub fn ocid(&self, process: &Process) -> &str {
        &self.ocids[process.ocid.clone()]
    }

    /// Adds up what the threads found.
    pub fn sum(tallies: Vec<Self>) -> Self {
        let mut tallies = tallies.into_iter();
        let mut sum = tallies.next().unwrap_or_default();
        for tally in tallies {
            sum.absorb(tally);
        }
        sum
    }

    fn absorb(&mut self, other: Self) {
        let shift = self.ocids.len();
        self.ocids.push_str(&other.ocids);
        let tenderers = self.tenderers.absorb(&other.tenderers);
        let buyers = self.buyers.absorb(&other.buyers);
        let entities = self.entities.absorb(&other.entities);
        let classes = self.classes.absorb(&other.classes);
        let process =
            |process: Process| Process { at: process.at, ocid: process.ocid.start + shift..process.ocid.end + shift };
        let tenderer = |number: u32| tenderers[number as usize];
        for (old, counts) in (0..).zip(other.tenderer_counts) {
            let sum = count(&mut self.tenderer_counts, tenderer(old));
            sum.valid += counts.valid;
            sum.won += counts.won;
            sum.bids.add(counts.bids);
            sum.awarded += counts.awarded;
        }
        for (&new, counts) in buyers.iter().zip(other.buyer_counts) {
            count(&mut self.buyer_counts, new).add(counts);
        }
        for (&new, counts) in entities.iter().zip(other.entity_counts) {
            count(&mut self.entity_counts, new).add(counts);
        }
        self.supplied.extend(other.supplied.into_iter().map(|(by, class)| (tenderer(by), classes[class as usize])));
        self.ratios.extend(other.ratios.into_iter().map(|ratio| Ratio {
            process: process(ratio.process),
            ratio: ratio.ratio,
            winner: tenderer(ratio.winner),
            loser: tenderer(ratio.loser),
        }));
        self.flags.extend(other.flags.into_iter().map(|flag| Flag {
            process: process(flag.process),
            tenderers: flag.tenderers.into_iter().map(tenderer).collect(),
            ..flag
        }));
        self.around.extend(other.around.into_iter().map(|around| Around {
            process: process(around.process),
            buyer: around.buyer.map(|number| buyers[number as usize]),
            entity: around.entity.map(|number| entities[number as usize]),
            tenderers: around.tenderers.into_iter().map(tenderer).collect(),
        }));
    }
}

impl Submitted {
    /// Adds other bids.
    pub fn add(&mut self, other: Self) {
        self.submitted += other.submitted;
        self.disqualified += other.disqualified;
    }
}
