//! Dry runs: what moving many cases would come to, case by case. Kept in memory for whoever asked; nothing is recorded.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use flow::ElementId;
use flow::migrate::{Plan, Verdict};
use kernel::OfficerId;
use tokio::sync::watch;

use super::{Asked, Why};
use crate::case::list::Listed;
use crate::desk::CaseError;

/// Dry runs that are remembered; the oldest go first.
const REMEMBERED: usize = 20;
/// Cases of a dry run that are kept with their verdicts; further ones are counted.
const KEPT: usize = 20_000;

/// What moving a case would come to.
#[derive(Clone, PartialEq, Debug)]
pub enum Said {
    /// It can be moved.
    Fits(Plan),
    /// It would stay.
    Stays(Why),
}

impl Said {
    /// Of a verdict, or of what kept it from being given.
    pub fn of(verdict: Result<Verdict, CaseError>) -> Said {
        match verdict {
            Ok(Verdict::Fits(plan)) => Said::Fits(plan),
            Ok(verdict) => Said::Stays(
                Why::of_verdict(&verdict)
                    .unwrap_or_else(|| Why::of(&CaseError::Refused(flow::Refusal::NotActive.into()))),
            ),
            Err(error) => Said::Stays(Why::of(&error)),
        }
    }

    /// The group that it is counted in: `fits`, `needs-mapping` or `blocked`.
    pub fn code(&self) -> &'static str {
        match self {
            Said::Fits(_) => "fits",
            Said::Stays(why) if why.code == "flow.unmapped" => "needs-mapping",
            Said::Stays(_) => "blocked",
        }
    }
}

/// A case in a dry run.
#[derive(Clone, PartialEq, Debug)]
pub struct Planned {
    /// The case.
    pub case: Listed,
    /// Whether it would be moved because the case that called it is.
    pub called: bool,
    /// What moving it would come to.
    pub said: Said,
}

/// Where a dry run stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum State {
    /// Going on.
    Running,
    /// Every case was looked at.
    Done,
    /// It stopped: the reference that finds the fault in the log.
    Failed(String),
}

/// A dry run.
#[derive(Clone, Debug)]
pub struct DryRun {
    /// Its number in this process.
    pub id: u64,
    /// Who asked: nobody else sees it.
    pub officer: OfficerId,
    /// What for.
    pub asked: Asked,
    /// The version that the cases would follow.
    pub version: i64,
    /// Cases looked at.
    pub done: u64,
    /// Of how many.
    pub total: u64,
    /// How many of each group.
    pub counts: BTreeMap<&'static str, u64>,
    /// Elements that some case needs a pair for.
    pub unmapped: std::collections::BTreeSet<ElementId>,
    /// The cases, in the order in which they were looked at.
    pub cases: Arc<Vec<Planned>>,
    /// Where it stands.
    pub state: State,
}

#[derive(Default)]
struct Inner {
    next: u64,
    all: BTreeMap<u64, DryRun>,
}

/// All dry runs of this process.
#[derive(Clone, Default)]
pub struct Plans {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<watch::Sender<()>>,
}

impl Plans {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Each change is whole, so a lock that a panicking thread held is still good.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins one.
    pub(super) fn begin(&self, officer: OfficerId, asked: Asked, version: i64, total: u64) -> u64 {
        let mut inner = self.inner();
        inner.next += 1;
        let id = inner.next;
        let run = DryRun {
            id,
            officer,
            asked,
            version,
            done: 0,
            total,
            counts: BTreeMap::new(),
            unmapped: std::collections::BTreeSet::new(),
            cases: Arc::default(),
            state: State::Running,
        };
        inner.all.insert(id, run);
        while inner.all.len() > REMEMBERED {
            inner.all.pop_first();
        }
        id
    }

    /// Takes in what was said of cases.
    pub(super) fn said(&self, id: u64, looked_at: u64, cases: Vec<Planned>) {
        if let Some(run) = self.inner().all.get_mut(&id) {
            run.done += looked_at;
            let all = Arc::make_mut(&mut run.cases);
            for planned in cases {
                *run.counts.entry(planned.said.code()).or_default() += 1;
                if let Said::Stays(why) = &planned.said {
                    run.unmapped.extend(why.elements.iter().cloned());
                }
                if all.len() < KEPT {
                    all.push(planned);
                }
            }
        }
        self.changed.send_replace(());
    }

    /// Ends one.
    pub(super) fn end(&self, id: u64, state: State) {
        if let Some(run) = self.inner().all.get_mut(&id) {
            run.state = state;
        }
        self.changed.send_replace(());
    }

    /// A dry run of an officer.
    pub fn get(&self, id: u64, officer: OfficerId) -> Option<DryRun> {
        self.inner().all.get(&id).filter(|run| run.officer == officer).cloned()
    }

    /// Changes whenever one has come further.
    pub fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }
}
