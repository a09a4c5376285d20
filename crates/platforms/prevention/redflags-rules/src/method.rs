//! The method pages: what each indicator is, and a worked example that runs as a test.
//!
//! An example is the base release with a few values changed, so that a reader sees what makes the difference.
//! Every name in it is invented.

mod base;
mod examples;
mod page;

use std::collections::HashMap;

use crate::context::{Context, Coverage, Registers};
use crate::facts::{Facts, Method};
use crate::fold::{Fold, Judged};
use crate::history::History;
use crate::moment::Moment;
use crate::outcome::Outcome;
use crate::process::judges;
use crate::reference::{Distribution, Reference, Snapshot};
use crate::registry::{By, indicator};
use crate::ruling::Judge;
use crate::settings::{PackError, Settings};
use crate::stats::ln;

pub use self::base::{Change, base, changed};
pub use self::page::{index_page, method_page};

/// The moment at which examples are judged: 2025-12-01, noon in UTC.
pub const AS_OF: Moment = Moment(1_764_590_400);

/// A worked case: releases, what is set, and what is expected.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// The indicator.
    pub code: &'static str,
    /// The case in words.
    pub name: &'static str,
    /// What differs from the base release.
    pub changes: &'static [Change],
    /// Earlier releases, each by what differs from the base; their ocids count from 2.
    pub before: &'static [&'static [Change]],
    /// Values of the peers, for indicators with a reference.
    pub peers: &'static [f64],
    /// An override of the Chinese pack.
    pub pack: &'static str,
    /// Registers.
    pub registers: fn() -> Registers,
    /// Key of the subject looked at.
    pub subject: &'static str,
    /// What it is to be.
    pub expected: Expected,
}

/// What a case is to yield.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Expected {
    /// Raised with this value and threshold, as [`crate::Number`] prints them.
    Raised(&'static str, &'static str),
    /// Not raised.
    Clear,
    /// Insufficient data for want of this path.
    Missing(&'static str),
    /// Not applicable, by the reason's code.
    NotApplicable(&'static str),
}

/// Nothing set: the base release against the Chinese pack.
pub const PLAIN: Case = Case {
    code: "",
    name: "",
    changes: &[],
    before: &[],
    peers: &[],
    pack: "",
    registers: Registers::default,
    subject: "process|ocds-demo-0001",
    expected: Expected::Clear,
};

/// What goes wrong while a case is run; in a test, a fault of the case.
#[derive(Debug, thiserror::Error)]
pub enum CaseError {
    /// The code is not in the register, or is not judged within a process or against the past.
    #[error("{0} cannot be run as a case")]
    Code(&'static str),
    /// The override does not read.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A changed release does not read.
    #[error("the release does not read: {0}")]
    Release(String),
    /// No such subject.
    #[error("no subject {subject}; there are {known}")]
    Subject {
        /// The subject asked for.
        subject: &'static str,
        /// Those there are.
        known: String,
    },
}

impl CaseError {
    /// A stable code for translations and statistics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Code(_) => "redflags.case_code",
            Self::Pack(error) => error.code(),
            Self::Release(_) => "redflags.case_release",
            Self::Subject { .. } => "redflags.case_subject",
        }
    }
}

/// The worked example of each indicator judged within a process or against the past, in the order of their chapters.
pub fn examples() -> impl Iterator<Item = &'static Case> {
    examples::ALL.iter().flat_map(|chapter| chapter.iter())
}

impl Case {
    /// The texts of its releases, the one judged last.
    pub fn releases(&self) -> Vec<String> {
        let mut all: Vec<String> = self
            .before
            .iter()
            .enumerate()
            .map(|(at, changes)| {
                let mut release = changed(changes);
                release["ocid"] = format!("ocds-demo-{:04}", at + 2).into();
                release.to_string()
            })
            .collect();
        all.push(changed(self.changes).to_string());
        all
    }

    /// Judges the subject it is about.
    pub fn run(&self) -> Result<Judged, CaseError> {
        let indicator = indicator(self.code).ok_or(CaseError::Code(self.code))?;
        let settings = Settings::cn()?.with(self.pack)?;
        let registers = (self.registers)();
        let coverage = everything_published();
        let texts = self.releases();
        let parsed = texts
            .iter()
            .map(|text| ocds::parse(text.as_bytes()).map_err(|fault| CaseError::Release(format!("{fault:?}"))))
            .collect::<Result<Vec<_>, _>>()?;
        let mut cx = Context {
            settings: &settings,
            reference: None,
            coverage: Some(&coverage),
            registers: &registers,
            as_of: AS_OF,
        };
        let mut all: Vec<Judged> = Vec::new();
        if indicator.by == By::History {
            let mut history = History::new(&settings);
            for release in &parsed {
                history.observe(&Facts::of(&release.release, &settings), &settings);
            }
            history.finish(&cx, &mut |judged| all.push(judged));
            all.retain(|judged| judged.indicator.code == self.code);
        } else {
            let Some((_, judge)) = judges().iter().find(|(known, _)| known.code == self.code) else {
                return Err(CaseError::Code(self.code));
            };
            let Some(last) = parsed.last() else { return Err(CaseError::Code(self.code)) };
            let facts = Facts::of(&last.release, &settings);
            let reference = self.reference(judge, &facts, &cx);
            cx.reference = reference.as_ref();
            all = crate::run::judge_one(&last.release, &cx);
            all.retain(|judged| judged.indicator.code == self.code);
        }
        let known = || all.iter().map(|judged| judged.subject.to_string()).collect::<Vec<_>>().join(", ");
        all.iter()
            .find(|judged| judged.subject.to_string() == self.subject)
            .cloned()
            .ok_or_else(|| CaseError::Subject { subject: self.subject, known: known() })
    }

    /// The peers as a snapshot, in the coarsest stratum that the subject's measure belongs to.
    fn reference(&self, judge: &Judge, facts: &Facts<'_>, cx: &Context<'_>) -> Option<Reference> {
        let Judge::Fenced(fenced) = judge else { return None };
        let indicator = indicator(self.code)?;
        let mut distributions = Vec::new();
        facts.each(indicator.grain, &mut |spot| {
            let Ok(measure) = (fenced.measure)(spot, facts, cx) else { return };
            let Some(mask) = fenced.levels.iter().rev().copied().find(|mask| measure.stratum.fills(*mask)) else {
                return;
            };
            let values = self.peers.iter().map(|value| if fenced.log { ln(*value) } else { *value });
            distributions.push(Distribution {
                code: self.code.into(),
                version: indicator.version,
                mask,
                stratum: measure.stratum.masked(mask).to_key(),
                counts: values.collect(),
            });
        });
        distributions.dedup_by(|a, b| a.stratum == b.stratum);
        let snapshot = Snapshot { distributions, coverage: everything_published(), ..Snapshot::default() };
        Some(Reference::new(snapshot))
    }
}

impl Expected {
    /// Whether an outcome is what was expected.
    pub fn fits(&self, outcome: &Outcome) -> bool {
        match (self, outcome) {
            (Self::Raised(value, threshold), Outcome::Raised { value: found, threshold: limit, .. }) => {
                found.to_string() == *value && limit.to_string() == *threshold
            }
            (Self::Clear, Outcome::NotRaised { .. }) => true,
            (Self::Missing(path), Outcome::InsufficientData { missing }) => missing.0 == *path,
            (Self::NotApplicable(code), Outcome::NotApplicable { reason }) => reason.code() == *code,
            _ => false,
        }
    }
}

/// A source that publishes every path, so that an absence means something.
fn everything_published() -> Coverage {
    let empty = crate::run::coverage_of([]);
    Coverage { processes: 1, filled: empty.filled.into_keys().map(|path| (path, 1)).collect() }
}

/// Registers for the examples that need them: two plans, and an exclusion of S1.
pub fn demo_registers() -> Registers {
    let debarment = crate::context::Debarment {
        from: Moment(1_735_689_600),
        until: Some(Moment(1_767_225_600)),
        list: "演示禁入清单".into(),
        categories: Vec::new(),
    };
    Registers {
        debarments: Some(HashMap::from([("S1".to_owned(), vec![debarment])])),
        companies: HashMap::new(),
        plans: Some(HashMap::from([("P-1".to_owned(), Method::Open), ("P-2".to_owned(), Method::Direct)])),
    }
}
