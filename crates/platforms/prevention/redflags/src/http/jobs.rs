//! Work that takes longer than a request: imports, runs, trials. Kept in memory; what they record is in the ledger.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kernel::{MatterId, OfficerId};
use tokio::sync::watch;

use super::trial::TrialResult;
use crate::events::Counts;
use crate::import::Imported;
use crate::screening::Screened;

/// How many ended jobs are remembered.
const REMEMBERED: usize = 200;
/// How many uploads wait for a confirmation at once; the oldest goes first.
const STAGED: usize = 16;

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A file is imported.
    Import,
    /// A source is screened.
    Run,
    /// An indicator is tried on the past.
    Trial,
}

/// What a job came to.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// An import.
    Imported(Imported),
    /// A run.
    Screened(Screened),
    /// A trial.
    Tried(Arc<TrialResult>),
}

/// Where a job stands.
#[derive(Clone, Debug)]
pub enum State {
    /// Going on.
    Running,
    /// Ended.
    Done(Outcome),
    /// Stopped: a stable code, and a reference that finds the fault in the log where there is one.
    Failed {
        /// Stable code, as `redflags.busy`.
        code: &'static str,
        /// What the code's sentence takes in: the mapping's fault.
        why: String,
    },
}

/// One job.
#[derive(Clone, Debug)]
pub struct Job {
    /// Its number in this process.
    pub id: u64,
    /// What is being done.
    pub kind: Kind,
    /// For which source.
    pub source: MatterId,
    /// On what: a file's name, an indicator's code.
    pub label: String,
    /// Who started it.
    pub officer: OfficerId,
    /// Done so far: bytes or processes.
    pub done: u64,
    /// Of how many; 0 where it is not known yet.
    pub total: u64,
    /// Counts of an import so far.
    pub counts: Counts,
    /// Where it stands.
    pub state: State,
}

/// Files that were uploaded and wait for a confirmation.
pub struct Staged {
    /// Its number.
    pub id: u64,
    /// Who uploaded: nobody else confirms.
    pub officer: OfficerId,
    /// Name of the mapping.
    pub mapping: &'static str,
    /// The mapping's text.
    pub text: &'static str,
    /// The files, under the names people know.
    pub paths: Vec<PathBuf>,
    /// Name of the upload.
    pub name: String,
    /// The folder they lie in; goes when this does.
    pub folder: tempfile::TempDir,
}

#[derive(Default)]
struct Inner {
    next: u64,
    jobs: BTreeMap<u64, Job>,
    staged: BTreeMap<u64, Arc<Staged>>,
}

/// All jobs of this process.
#[derive(Clone, Default)]
pub struct Jobs {
    inner: Arc<Mutex<Inner>>,
    changed: Arc<watch::Sender<()>>,
}

impl Jobs {
    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Each change is whole, so a lock that a panicking thread held is still good.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins a job; `None` where one of its kind is going on for the same source, or for the same label in a trial.
    pub fn begin(&self, kind: Kind, source: MatterId, label: &str, officer: OfficerId) -> Option<u64> {
        let mut inner = self.inner();
        let same = |job: &Job| {
            job.kind == kind
                && job.source == source
                && matches!(job.state, State::Running)
                && (kind != Kind::Trial || job.label == label)
        };
        if inner.jobs.values().any(same) {
            return None;
        }
        inner.next += 1;
        let id = inner.next;
        let job = Job {
            id,
            kind,
            source,
            label: label.to_owned(),
            officer,
            done: 0,
            total: 0,
            counts: Counts::default(),
            state: State::Running,
        };
        inner.jobs.insert(id, job);
        while inner.jobs.len() > REMEMBERED {
            let ended = inner.jobs.iter().find(|(_, job)| !matches!(job.state, State::Running)).map(|(id, _)| *id);
            match ended {
                Some(id) => drop(inner.jobs.remove(&id)),
                None => break,
            }
        }
        Some(id)
    }

    /// Says how far a job has come.
    pub fn progress(&self, id: u64, done: u64, total: u64, counts: Counts) {
        if let Some(job) = self.inner().jobs.get_mut(&id) {
            (job.done, job.total, job.counts) = (done, total, counts);
        }
        self.changed.send_replace(());
    }

    /// Ends a job.
    pub fn end(&self, id: u64, state: State) {
        if let Some(job) = self.inner().jobs.get_mut(&id) {
            job.state = state;
        }
        self.changed.send_replace(());
    }

    /// Changes whenever a job has come further.
    pub fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    /// One job of a kind.
    pub fn get(&self, id: u64, kind: Kind) -> Option<Job> {
        self.inner().jobs.get(&id).filter(|job| job.kind == kind).cloned()
    }

    /// Jobs of a kind, newest first.
    pub fn of(&self, kind: Kind) -> Vec<Job> {
        self.inner().jobs.values().rev().filter(|job| job.kind == kind).cloned().collect()
    }

    /// Keeps uploaded files until they are confirmed.
    pub fn stage(&self, make: impl FnOnce(u64) -> Staged) -> u64 {
        let mut inner = self.inner();
        inner.next += 1;
        let id = inner.next;
        inner.staged.insert(id, Arc::new(make(id)));
        while inner.staged.len() > STAGED {
            inner.staged.pop_first();
        }
        id
    }

    /// Uploaded files of an officer.
    pub fn staged(&self, id: u64, officer: OfficerId) -> Option<Arc<Staged>> {
        self.inner().staged.get(&id).filter(|staged| staged.officer == officer).cloned()
    }

    /// Takes them out: they are imported now.
    pub fn take_staged(&self, id: u64) {
        self.inner().staged.remove(&id);
    }
}
