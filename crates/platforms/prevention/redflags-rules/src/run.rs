//! Screening: all indicators over one process, a file or a stream.
//!
//! [`Screen`] reads processes one by one and keeps no text or JSON of any: counts, compact rows of what has to wait, and the folds.
//! With a frozen [`Reference`] every process is judged at once and completely. Without one (`mode = self`, for a one-off
//! file) measures and absences wait for [`Screen::finish`], since their fences and the source's
//! habits are known only then; [`judge_one`] with the reference that the run returns gives the full evidence of any one of them.

mod coverage;
mod crew;
mod lane;
mod pending;
mod report;
pub(crate) mod tally;

use std::sync::Arc;

use ocds::Release;
use serde::{Deserialize, Serialize};

use self::lane::Lane;
pub use self::report::{IndicatorRow, ReconcileError, RunReport, Unlock};
use self::tally::Tally;
use crate::aggregate::{Aggregates, Apart};
use crate::context::{Context, Coverage, Registers};
use crate::facts::Facts;
use crate::fold::{Fold, Judged};
use crate::history::History;
use crate::moment::Moment;
use crate::outcome::{Outcome, Reason};
use crate::parameters::Key;
use crate::process::judges;
use crate::reference::{Reference, Snapshot};
use crate::registry::Indicator;
use crate::ruling::{Judge, Measure, Ruling, Spot};
use crate::settings::Settings;
use crate::subject::Grain;

/// What a screening run depends on beside the data.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Parameters, limits, lists.
    pub settings: Arc<Settings>,
    /// A frozen snapshot; absent: fences from the data at hand (`mode = self`).
    pub reference: Option<Arc<Reference>>,
    /// Registers.
    pub registers: Arc<Registers>,
    /// The moment of judgement.
    pub as_of: Moment,
}

impl Plan {
    /// A plan without registers.
    pub fn new(settings: Settings, reference: Option<Reference>, as_of: Moment) -> Self {
        Self {
            settings: Arc::new(settings),
            reference: reference.map(Arc::new),
            registers: Arc::new(Registers::default()),
            as_of,
        }
    }

    fn context(&self) -> Context<'_> {
        let reference = self.reference.as_deref();
        Context {
            settings: &self.settings,
            reference,
            coverage: reference.map(|reference| &reference.snapshot().coverage),
            registers: &self.registers,
            as_of: self.as_of,
        }
    }
}

/// What keeps two parts of a run from being merged.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MergeError {
    /// The parts were made with different settings.
    #[error("the parts were screened with different settings")]
    Settings,
    /// The parts were made with different references.
    #[error("the parts were screened against different references")]
    Reference,
    /// The parts were judged as of different moments.
    #[error("the parts were judged as of different moments")]
    AsOf,
}

impl MergeError {
    /// A stable code for translations and statistics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Settings => "redflags.merge_settings",
            Self::Reference => "redflags.merge_reference",
            Self::AsOf => "redflags.merge_as_of",
        }
    }
}

/// A screening run in progress, or a part of one.
#[derive(Clone, Debug)]
pub struct Screen {
    plan: Plan,
    /// Judges that the settings switch on, by their place in [`judges`].
    on: Vec<usize>,
    /// How many threads may work on it; shows in no result.
    threads: usize,
    part: Part,
}

/// What a part of a run has counted; mergeable, serialisable.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Part {
    lane: Lane,
    folds: Folds,
}

/// What is counted over many processes.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Folds {
    aggregates: Aggregates,
    history: History,
}

impl Folds {
    fn observe(&mut self, facts: &Facts<'_>, settings: &Settings) {
        self.aggregates.observe(facts, settings);
        self.history.observe(facts, settings);
    }
}

/// The stored form of a part, with what it was made with.
#[derive(Serialize, Deserialize)]
struct Stored<P> {
    settings: String,
    reference: Option<String>,
    as_of: Moment,
    part: P,
}

/// The result of a finished run.
#[derive(Clone, Debug)]
pub struct Finished {
    /// Counts and reconciliation.
    pub report: RunReport,
    /// What the data at hand give as a reference, to be frozen for later runs (only in `mode = self`).
    pub snapshot: Option<Snapshot>,
}

impl Screen {
    /// Begins a run.
    pub fn new(plan: Plan) -> Self {
        let on = judges()
            .iter()
            .enumerate()
            .filter(|(_, (indicator, _))| plan.settings.setting(indicator).enabled)
            .map(|(place, _)| place)
            .collect();
        let folds = Folds { aggregates: Aggregates::new(&plan.settings), history: History::new(&plan.settings) };
        Self { plan, on, threads: 1, part: Part { lane: Lane::new(), folds } }
    }

    /// Lets up to `threads` threads work on it. The results are the same, bit for bit, whatever their number.
    #[must_use]
    pub const fn with_threads(mut self, threads: usize) -> Self {
        self.threads = if threads == 0 { 1 } else { threads };
        self
    }

    /// How many processes were observed.
    pub const fn processes(&self) -> u64 {
        self.part.lane.processes
    }

    /// Judges one process; `raised` receives what is raised now. What has to wait is raised by [`Screen::finish`].
    pub fn observe(&mut self, release: &Release<'_>, raised: &mut dyn FnMut(Judged)) {
        let plan = self.plan.clone();
        let cx = plan.context();
        let facts = Facts::of(release, &plan.settings);
        self.part.lane.observe(&facts, &cx, &self.on, raised);
        self.part.folds.observe(&facts, &plan.settings);
    }

    /// Adds another part of the same run. Any order and grouping of parts gives the same result.
    pub fn merge(&mut self, other: Self) -> Result<(), MergeError> {
        if self.plan.settings.digest() != other.plan.settings.digest() {
            return Err(MergeError::Settings);
        }
        let id = |plan: &Plan| plan.reference.as_ref().map(|reference| reference.id().to_owned());
        if id(&self.plan) != id(&other.plan) {
            return Err(MergeError::Reference);
        }
        if self.plan.as_of != other.plan.as_of {
            return Err(MergeError::AsOf);
        }
        let (mine, theirs) = (&mut self.part, other.part);
        mine.lane.merge(theirs.lane);
        mine.folds.aggregates.merge(theirs.folds.aggregates);
        mine.folds.history.merge(theirs.folds.history);
        Ok(())
    }

    /// The part as JSON, for `screen --partial`. Raised outcomes are not in it: they went to the caller as they came.
    pub fn to_partial(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec(&Stored {
            settings: self.plan.settings.digest(),
            reference: self.plan.reference.as_ref().map(|reference| reference.id().to_owned()),
            as_of: self.plan.as_of,
            part: &self.part,
        })
    }

    /// A part that was stored by [`Screen::to_partial`] under the same plan.
    pub fn from_partial(plan: Plan, bytes: &[u8]) -> Result<Self, PartialError> {
        let stored: Stored<Part> = serde_json::from_slice(bytes)?;
        if stored.settings != plan.settings.digest() {
            return Err(MergeError::Settings.into());
        }
        if stored.reference.as_deref() != plan.reference.as_ref().map(|reference| reference.id()) {
            return Err(MergeError::Reference.into());
        }
        if stored.as_of != plan.as_of {
            return Err(MergeError::AsOf.into());
        }
        let mut screen = Self::new(plan);
        if !stored.part.lane.is_sound() {
            return Err(PartialError::Shape);
        }
        screen.part = stored.part;
        Ok(screen)
    }

    /// Ends the run: judges what waited and the folds; `raised` receives what is raised, in the order of the registry.
    pub fn finish(mut self, raised: &mut dyn FnMut(Judged)) -> Finished {
        let plan = self.plan.clone();
        let lane = &mut self.part.lane;
        let coverage = lane.coverage();
        let cx = Context { coverage: Some(plan.context().coverage.unwrap_or(&coverage)), ..plan.context() };
        let mut distributions = lane.finish(&self.on, &cx, self.threads, raised);
        let mut rows = lane.rows(&self.on);
        let of_aggregates = self.part.folds.aggregates.judge_apart(&cx, self.threads, &mut |apart| match apart {
            Apart::Raised(judged) => raised(judged),
            Apart::Counted(indicator, tally) => rows.push(IndicatorRow::new(indicator, tally.total(), &tally)),
        });
        let mut folded: Vec<(&'static Indicator, Tally)> = Vec::new();
        self.part.folds.history.finish(&cx, &mut |judged| {
            let place = match folded.iter().position(|(known, _)| known.code == judged.indicator.code) {
                Some(place) => place,
                None => {
                    folded.push((judged.indicator, Tally::default()));
                    folded.len() - 1
                }
            };
            folded[place].1.count(&judged.outcome);
            if judged.outcome.is_raised() {
                raised(judged);
            }
        });
        rows.extend(folded.iter().map(|(indicator, tally)| IndicatorRow::new(indicator, tally.total(), tally)));
        // Indicators over many processes without a single subject have a row as well: nothing is left out silently.
        for indicator in crate::registry::importable().filter(|indicator| plan.settings.setting(indicator).enabled) {
            if rows.iter().all(|row| row.code != indicator.code) {
                rows.push(IndicatorRow::new(indicator, 0, &Tally::default()));
            }
        }
        rows.sort_by_key(|row| crate::registry::indicator(row.code).map(Indicator::index));
        distributions.extend(of_aggregates.distributions);
        let snapshot = plan.reference.is_none().then(|| Snapshot {
            from: None,
            as_of: Some(plan.as_of),
            sources: Vec::new(),
            distributions,
            coverage: coverage.clone(),
        });
        let report = RunReport {
            processes: self.part.lane.processes,
            as_of: plan.as_of,
            settings: plan.settings.digest(),
            reference: plan.reference.as_ref().map(|reference| reference.id().to_owned()),
            indicators: rows,
            coverage,
            repeated_processes: of_aggregates.repeated_processes,
            units_too_many: of_aggregates.units_too_many,
        };
        Finished { report, snapshot }
    }
}

/// A stored part that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum PartialError {
    /// Not the JSON of a part.
    #[error("the part cannot be read")]
    Json(#[from] serde_json::Error),
    /// A part of another version of this program.
    #[error("the part was made by another version")]
    Shape,
    /// A part of another run.
    #[error(transparent)]
    Merge(#[from] MergeError),
}

impl PartialError {
    /// A stable code for translations and statistics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Json(_) => "redflags.partial_json",
            Self::Shape => "redflags.partial_shape",
            Self::Merge(error) => error.code(),
        }
    }
}

/// Grains within a process, in the order of the subject counts.
const GRAINS: [Grain; 8] = [
    Grain::Process,
    Grain::Lot,
    Grain::Bid,
    Grain::Award,
    Grain::Contract,
    Grain::Item,
    Grain::LotSupplier,
    Grain::LotPair,
];

/// A judge's answer with what the context already settles.
enum Ruled<'r> {
    Settled(Outcome),
    Measured(Measure<'r>),
    Absent(Ruling),
}

fn rule<'r>(
    indicator: &'static Indicator,
    judge: &Judge,
    spot: Spot,
    facts: &Facts<'r>,
    cx: &Context<'_>,
) -> Ruled<'r> {
    // The one indicator about cancellations judges cancelled processes too.
    if facts.cancelled && indicator.code != "X-12" {
        return Ruled::Settled(Outcome::not_applicable(Reason::Cancelled));
    }
    match judge {
        Judge::Plain(judge) => Ruled::Settled(judge(spot, facts, cx)),
        Judge::Absence(judge) => ruled(judge(spot, facts, cx), cx),
        Judge::Fenced(fenced) => {
            let measure = match (fenced.measure)(spot, facts, cx) {
                Ok(measure) => measure,
                Err(ruling) => return ruled(ruling, cx),
            };
            let Some(reference) = cx.reference else { return Ruled::Measured(measure) };
            let least = cx.settings.count(Key::GeneralReferenceMinN) as u64;
            let fences = reference.fences(indicator, measure.stratum, fenced.levels, least);
            let verdict = (fenced.compare)(measure.value, fences, cx.settings);
            Ruled::Settled(verdict.outcome(measure.value, || (fenced.explain)(spot, facts, cx)))
        }
    }
}

fn ruled<'r>(ruling: Ruling, cx: &Context<'_>) -> Ruled<'r> {
    match ruling {
        Ruling::Settled(outcome) => Ruled::Settled(outcome),
        Ruling::Absent { path, outcome } => match cx.coverage {
            Some(coverage) if coverage.publishes(&path.0, cx.settings.figure(Key::GeneralAbsenceFloor)) => {
                Ruled::Settled(outcome)
            }
            Some(_) => Ruled::Settled(Outcome::InsufficientData { missing: path }),
            None => Ruled::Absent(Ruling::Absent { path, outcome }),
        },
    }
}

/// Judges one process by every enabled indicator that lives within a process; all four kinds of outcome, in the order of the registry.
///
/// Without `cx.reference` measures are *insufficient data* for want of `reference`, and without `cx.coverage` absences
/// are for want of their path. Judged in well under a second: nothing but the release is read.
pub fn judge_one(release: &Release<'_>, cx: &Context<'_>) -> Vec<Judged> {
    let facts = Facts::of(release, cx.settings);
    let mut all = Vec::new();
    for (indicator, judge) in judges() {
        if !cx.settings.setting(indicator).enabled {
            continue;
        }
        facts.each(indicator.grain, &mut |spot| {
            let outcome = match rule(indicator, judge, spot, &facts, cx) {
                Ruled::Settled(outcome) => outcome,
                Ruled::Measured(measure) => alone(judge, measure.value, spot, &facts, cx),
                Ruled::Absent(Ruling::Absent { path, .. }) => Outcome::InsufficientData { missing: path },
                Ruled::Absent(Ruling::Settled(outcome)) => outcome,
            };
            all.push(Judged::new(indicator, facts.key(spot), outcome));
        });
    }
    all
}

/// A measure judged without a reference: fixed thresholds still decide.
fn alone(judge: &Judge, value: f64, spot: Spot, facts: &Facts<'_>, cx: &Context<'_>) -> Outcome {
    match judge {
        Judge::Fenced(fenced) => {
            (fenced.compare)(value, None, cx.settings).outcome(value, || (fenced.explain)(spot, facts, cx))
        }
        Judge::Plain(_) | Judge::Absence(_) => Outcome::missing("reference"),
    }
}

/// A coverage snapshot of releases, for judging single processes of a source.
pub fn coverage_of<'r>(releases: impl IntoIterator<Item = &'r Release<'r>>) -> Coverage {
    let mut filled = coverage::Filled::default();
    let mut processes = 0;
    for release in releases {
        processes += 1;
        filled.count(release);
    }
    filled.to_coverage(processes)
}
