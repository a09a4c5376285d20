//! The run report: where every subject of every indicator fell, and what one more field would unlock.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tally::Tally;
use crate::context::Coverage;
use crate::moment::Moment;
use crate::outcome::Reason;
use crate::registry::Indicator;

/// Counts of one indicator.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct IndicatorRow {
    /// Code.
    pub code: &'static str,
    /// Version of the formula.
    pub version: u16,
    /// Subjects met, counted apart from the outcomes.
    pub subjects: u64,
    /// Subjects raised.
    pub raised: u64,
    /// Subjects judged and not raised.
    pub not_raised: u64,
    /// Subjects that could not be judged.
    pub insufficient_data: u64,
    /// Subjects out of scope.
    pub not_applicable: u64,
    /// Missing path → subjects, most first.
    pub missing: Vec<(String, u64)>,
    /// Reason code → subjects.
    pub reasons: Vec<(&'static str, u64)>,
}

impl IndicatorRow {
    pub(super) fn new(indicator: &Indicator, subjects: u64, tally: &Tally) -> Self {
        let mut missing: Vec<(String, u64)> =
            tally.missing.iter().map(|(path, count)| (path.0.clone().into_owned(), *count)).collect();
        missing.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let reasons = Reason::ALL.iter().zip(tally.reasons);
        Self {
            code: indicator.code,
            version: indicator.version,
            subjects,
            raised: tally.raised,
            not_raised: tally.not_raised,
            insufficient_data: tally.insufficient(),
            not_applicable: tally.not_applicable(),
            missing,
            reasons: reasons.filter(|(_, count)| *count > 0).map(|(reason, count)| (reason.code(), count)).collect(),
        }
    }

    /// The sum of the four outcomes.
    pub const fn outcomes(&self) -> u64 {
        self.raised + self.not_raised + self.insufficient_data + self.not_applicable
    }
}

/// What one more published field would unlock.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Unlock {
    /// The missing path.
    pub path: String,
    /// Codes of the indicators that lack it first.
    pub indicators: Vec<&'static str>,
    /// Subjects, over those indicators, that lack it first.
    pub subjects: u64,
}

/// A run does not reconcile: a bug, shown and never hidden.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{code}: {subjects} subjects, but {outcomes} outcomes")]
pub struct ReconcileError {
    /// The indicator.
    pub code: &'static str,
    /// Subjects met.
    pub subjects: u64,
    /// Sum of the four outcomes.
    pub outcomes: u64,
}

/// The report of a run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RunReport {
    /// Processes observed.
    pub processes: u64,
    /// The moment of judgement.
    pub as_of: Moment,
    /// Digest of the settings.
    pub settings: String,
    /// Id of the frozen reference; absent in `mode = self`.
    pub reference: Option<String>,
    /// A row per enabled indicator, in the order of the registry.
    pub indicators: Vec<IndicatorRow>,
    /// How many processes fill the paths that absences rest on.
    pub coverage: Coverage,
    /// Processes that indicators over many processes left out, because another with the same ocid was kept.
    pub repeated_processes: u64,
    /// Units with so many bidders that no pairs were formed in them.
    pub units_too_many: u64,
}

impl RunReport {
    /// Checks subjects = raised + not raised + insufficient + not applicable, per indicator.
    pub fn reconcile(&self) -> Result<(), ReconcileError> {
        match self.indicators.iter().find(|row| row.subjects != row.outcomes()) {
            None => Ok(()),
            Some(row) => Err(ReconcileError { code: row.code, subjects: row.subjects, outcomes: row.outcomes() }),
        }
    }

    /// Sums over all indicators: subjects × indicators, raised, not raised, insufficient data, not applicable.
    pub fn totals(&self) -> [u64; 5] {
        self.indicators.iter().fold([0; 5], |sum, row| {
            let of = [row.subjects, row.raised, row.not_raised, row.insufficient_data, row.not_applicable];
            std::array::from_fn(|at| sum[at] + of[at])
        })
    }

    /// Field → indicators and subjects it would unlock, most subjects first.
    pub fn unlocks(&self) -> Vec<Unlock> {
        let mut fields: BTreeMap<&str, (Vec<&'static str>, u64)> = BTreeMap::new();
        for row in &self.indicators {
            for (path, subjects) in &row.missing {
                let entry = fields.entry(path).or_default();
                entry.0.push(row.code);
                entry.1 += subjects;
            }
        }
        let mut all: Vec<Unlock> = fields
            .into_iter()
            .map(|(path, (indicators, subjects))| Unlock { path: path.to_owned(), indicators, subjects })
            .collect();
        all.sort_by(|a, b| b.subjects.cmp(&a.subjects).then_with(|| a.path.cmp(&b.path)));
        all
    }
}
