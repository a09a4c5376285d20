//! Counts of outcomes of one indicator.

use serde::{Deserialize, Serialize};

use crate::outcome::{MissingPath, Outcome, Reason};

/// How many subjects fell where.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Tally {
    pub raised: u64,
    pub not_raised: u64,
    /// Missing path → subjects; few, so a list.
    pub missing: Vec<(MissingPath, u64)>,
    /// Reason → subjects, in the order of [`Reason::ALL`].
    pub reasons: [u64; Reason::ALL.len()],
}

impl Tally {
    /// Counts one outcome.
    pub fn count(&mut self, outcome: &Outcome) {
        match outcome {
            Outcome::Raised { .. } => self.raised += 1,
            Outcome::NotRaised { .. } => self.not_raised += 1,
            Outcome::InsufficientData { missing } => self.count_missing(missing, 1),
            Outcome::NotApplicable { reason } => self.count_reason(*reason, 1),
        }
    }

    /// Counts subjects that lack a path.
    pub fn count_missing(&mut self, path: &MissingPath, subjects: u64) {
        if subjects == 0 {
            return;
        }
        match self.missing.iter_mut().find(|(known, _)| known == path) {
            Some((_, count)) => *count += subjects,
            None => self.missing.push((path.clone(), subjects)),
        }
    }

    /// Counts subjects that are out of scope.
    pub fn count_reason(&mut self, reason: Reason, subjects: u64) {
        if let Some(place) = Reason::ALL.iter().position(|known| *known == reason) {
            self.reasons[place] += subjects;
        }
    }

    /// Adds another part's counts.
    pub fn merge(&mut self, other: &Self) {
        self.raised += other.raised;
        self.not_raised += other.not_raised;
        for (path, count) in &other.missing {
            self.count_missing(path, *count);
        }
        for (count, more) in self.reasons.iter_mut().zip(other.reasons) {
            *count += more;
        }
    }

    /// Subjects that could not be judged.
    pub fn insufficient(&self) -> u64 {
        self.missing.iter().map(|(_, count)| count).sum()
    }

    /// Subjects out of scope.
    pub fn not_applicable(&self) -> u64 {
        self.reasons.iter().sum()
    }

    /// The sum of the four.
    pub fn total(&self) -> u64 {
        self.raised + self.not_raised + self.insufficient() + self.not_applicable()
    }
}
