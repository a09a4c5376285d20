//! The shape of what is counted over many processes.
//!
//! A fold reads one process at a time, keeps compact rows (interned ids as `u32`, plain numbers; never a text or JSON
//! of a process; at most 256 bytes for each further lot or bid beyond organisations, pairs and strata), and
//! merges with others of its kind: associative and commutative, so that files can be split over machines
//! and merged in any order with equal results. Implementors: [`crate::aggregate::Aggregates`] (grain `A`) and
//! [`crate::history::History`] (single processes that are judged against earlier ones).

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::context::Context;
use crate::facts::Facts;
use crate::outcome::Outcome;
use crate::registry::Indicator;
use crate::settings::Settings;
use crate::subject::SubjectKey;

/// One indicator's outcome for one subject.
#[derive(Clone, PartialEq, Debug)]
pub struct Judged {
    /// The indicator.
    pub indicator: &'static Indicator,
    /// The subject.
    pub subject: SubjectKey,
    /// What was found.
    pub outcome: Outcome,
    /// The processes (ocid, sorted, at most [`Judged::MAX_PROCESSES`]) that a raised aggregate flag names; its weight reaches them halved
    /// in the queue score. Empty for subjects within one process.
    pub processes: Vec<String>,
}

impl Judged {
    /// The most processes one aggregate flag names; the newest are kept.
    pub const MAX_PROCESSES: usize = 200;

    /// An outcome for a subject within one process.
    pub fn new(indicator: &'static Indicator, subject: SubjectKey, outcome: Outcome) -> Self {
        Self { indicator, subject, outcome, processes: Vec::new() }
    }
}

/// A mergeable partial result over many processes.
pub trait Fold: Sized + Serialize + DeserializeOwned {
    /// Nothing observed yet.
    fn new(settings: &Settings) -> Self;

    /// Counts one process. Cancelled ones are given as well; what a fold skips is its own affair.
    fn observe(&mut self, facts: &Facts<'_>, settings: &Settings);

    /// Adds what another part observed. `merge` in any order and grouping gives the same `finish`.
    fn merge(&mut self, other: Self);

    /// Judges every subject of every indicator it is responsible for, and gives each outcome to `sink`: all four kinds, since the run
    /// report counts them. Order: by indicator; of what is raised, by subject key. `cx.reference` is a frozen snapshot or absent;
    /// absent, the fences come from the subjects at hand (`mode = self`).
    fn finish(&self, cx: &Context<'_>, sink: &mut dyn FnMut(Judged));
}
