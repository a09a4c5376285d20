//! The shape of what is judged within one process.
//!
//! Most indicators settle at once. Two kinds may have to wait for the end of a one-off file: those measured against
//! the distribution of their like, and those that rest on an absence, which means something
//! only if the source publishes the field at all. With a frozen reference and coverage snapshot nothing waits.

use crate::context::Context;
use crate::facts::Facts;
use crate::outcome::{Evidence, MissingPath, Number, Outcome, Reason};
use crate::settings::Settings;
use crate::stats::Fences;
use crate::stratum::{Mask, Stratum};
use crate::subject::SubjectKey;

/// A subject within a process, by its place in the facts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Spot {
    /// The process.
    Process,
    /// `facts.units[unit]`.
    Lot {
        /// Index of the unit.
        unit: usize,
    },
    /// `facts.bids[bid]`.
    Bid {
        /// Index of the bid.
        bid: usize,
    },
    /// `facts.awards[award]`.
    Award {
        /// Index of the award.
        award: usize,
    },
    /// `facts.contracts[contract]`.
    Contract {
        /// Index of the contract.
        contract: usize,
    },
    /// `facts.priced_items[item]`.
    Item {
        /// Index of the item.
        item: usize,
    },
    /// `facts.units[unit].suppliers[supplier]`.
    Supplier {
        /// Index of the unit.
        unit: usize,
        /// Index of the organisation among those of the unit.
        supplier: usize,
    },
    /// `facts.units[unit].bidders[a]` and `[b]`, `a < b`.
    Pair {
        /// Index of the unit.
        unit: usize,
        /// Index of the one bidder.
        a: usize,
        /// Index of the other.
        b: usize,
    },
}

impl Spot {
    /// The index that tells subjects of one grain apart; the unit for those within a lot.
    pub const fn index(self) -> usize {
        match self {
            Self::Process => 0,
            Self::Lot { unit } | Self::Supplier { unit, .. } | Self::Pair { unit, .. } => unit,
            Self::Bid { bid } => bid,
            Self::Award { award } => award,
            Self::Contract { contract } => contract,
            Self::Item { item } => item,
        }
    }
}

/// Facts behind a raised outcome, and others concerned.
pub type Grounds = (Vec<Evidence>, Vec<SubjectKey>);

/// A judge: an indicator as a pure function over one subject within a process.
#[derive(Clone, Copy)]
pub enum Judge {
    /// Settles at once.
    Plain(fn(Spot, &Facts<'_>, &Context<'_>) -> Outcome),
    /// Measured first, then compared with the fences of its like.
    Fenced(Fenced),
    /// Raised by an absence, which the source's coverage has to make meaningful.
    Absence(fn(Spot, &Facts<'_>, &Context<'_>) -> Ruling),
}

/// A measure and what to make of it.
#[derive(Clone, Copy)]
pub struct Fenced {
    /// The measure, or the ruling that settles the matter before any comparison.
    pub measure: for<'r> fn(Spot, &Facts<'r>, &Context<'_>) -> Result<Measure<'r>, Ruling>,
    /// Compares, given the fences of the first stratum with enough subjects; pure in its arguments.
    pub compare: fn(f64, Option<Fences>, &Settings) -> Verdict,
    /// Facts behind a raised measure, and others concerned.
    pub explain: fn(Spot, &Facts<'_>, &Context<'_>) -> Grounds,
    /// Whether fences are taken on the natural logarithm, since the measure is positive and right-skewed.
    pub log: bool,
    /// The chain of strata, finest first, as masks over [`Stratum`].
    pub levels: &'static [Mask],
}

/// A measure with the strata it belongs to.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Measure<'r> {
    /// The value on its natural scale, rounded to nine decimals.
    pub value: f64,
    /// Where it belongs.
    pub stratum: Stratum<'r>,
}

/// The result of comparing a measure.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Verdict {
    /// Raised against this threshold (natural scale).
    Raised(f64),
    /// Not raised; the threshold it was compared with.
    Clear(f64),
    /// No stratum had enough subjects.
    NoReference,
    /// The distribution has no usable fence.
    Degenerate,
}

impl Verdict {
    /// The outcome for a measure of `value`; `explain` is asked only where it is raised.
    pub fn outcome(self, value: f64, explain: impl FnOnce() -> Grounds) -> Outcome {
        match self {
            Self::Raised(threshold) => {
                let (evidence, also) = explain();
                Outcome::Raised { value: Number::real(value), threshold: Number::real(threshold), evidence, also }
            }
            Self::Clear(threshold) => Outcome::not_raised(Number::real(value), Number::real(threshold)),
            Self::NoReference => Outcome::missing("reference"),
            Self::Degenerate => Outcome::not_applicable(Reason::Degenerate),
        }
    }
}

/// What an absence indicator says before the source's coverage is known.
#[derive(Clone, PartialEq, Debug)]
pub enum Ruling {
    /// Settled without regard to coverage.
    Settled(Outcome),
    /// Raised if the source fills `path` at all, else insufficient for want of it.
    Absent {
        /// The path that is absent.
        path: MissingPath,
        /// The outcome if the absence means something.
        outcome: Outcome,
    },
}

impl From<Outcome> for Ruling {
    fn from(outcome: Outcome) -> Self {
        Self::Settled(outcome)
    }
}

impl Ruling {
    /// Raised by, or clear for, an absence of `path` that the source's coverage has to make meaningful.
    pub const fn absent(path: &'static str, outcome: Outcome) -> Self {
        Self::Absent { path: MissingPath::new(path), outcome }
    }
}
