//! Moves many cases, in batches, beside what else the node does: each case by an act of its own, and one that fails stops only itself.
//!
//! What was done is in the ledger; what is still to be done follows from it. So a move that was stopped, or that the end of a process
//! cut off, goes on where it was, as soon as an officer says so again.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use access::Hand;
use directory::{new_act, signed, stamp};
use kernel::{Erasable, MatterId, OfficerId, PostId};
use store::{Actor, Draft, RecordError, StoreFault};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::plans::{DryRun, Planned, Plans, Said, State};
use super::{Asked, Going, Left, MigrationEvent, Refusal, Run, Stage, Why, rows};
use crate::case::list::{Listed, Reach};
use crate::desk::{self, By, CaseError, Desk, Move};

/// Cases looked at, or moved, before it says how far it has come.
const BATCH: u64 = 50;
/// Cases moved beside one another.
const WIDTH: usize = 8;
/// Attempts to record something of a move of many; each sees what an officer said meanwhile.
const ATTEMPTS: u32 = 8;

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum MoveError {
    /// There is no such move.
    #[error("there is no such move")]
    NoRun,
    /// The rules say no.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// The act was not recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl From<CaseError> for MoveError {
    fn from(error: CaseError) -> MoveError {
        match error {
            CaseError::NoCase => MoveError::Refused(Refusal::Nothing),
            CaseError::Refused(refusal) => MoveError::Refused(refusal.into()),
            CaseError::Record(error) => MoveError::Record(error),
            CaseError::Fault(fault) => MoveError::Fault(fault),
        }
    }
}

/// How far a move of many has come in this process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Progress {
    /// Cases that were looked at.
    pub done: u64,
    /// Of how many.
    pub total: u64,
}

/// An officer who has many cases moved, with what they reach.
#[derive(Clone, Debug)]
pub struct Officer {
    /// Who.
    pub hand: Hand,
    /// In which post.
    pub post: PostId,
    /// Cases that they may move.
    pub reach: Reach,
}

impl Officer {
    fn by(&self) -> By {
        By::Officer(self.hand, self.post)
    }
}

/// Moves cases. Cheap to clone.
#[derive(Clone)]
pub struct Mover {
    desk: Desk,
    /// Dry runs.
    pub plans: Plans,
    going: Arc<Mutex<BTreeMap<MatterId, Progress>>>,
    changed: Arc<watch::Sender<()>>,
}

impl Mover {
    /// For a node.
    pub fn new(desk: Desk) -> Mover {
        Mover { desk, plans: Plans::default(), going: Arc::default(), changed: Arc::default() }
    }

    fn going(&self) -> MutexGuard<'_, BTreeMap<MatterId, Progress>> {
        self.going.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How far a move has come in this process; nothing where it is not at it.
    pub fn progress(&self, id: MatterId) -> Option<Progress> {
        self.going().get(&id).copied()
    }

    /// Changes whenever a move has come further.
    pub fn changed(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn come(&self, id: MatterId, further: u64) {
        if let Some(progress) = self.going().get_mut(&id) {
            progress.done += further;
        }
        self.changed.send_replace(());
    }

    /// A move as it stands.
    ///
    /// # Errors
    /// If the store cannot be read, or an act makes no sense.
    pub async fn load(&self, id: MatterId) -> Result<Option<Run>, StoreFault> {
        Run::of(&self.desk.directory().store().acts_of(self.desk.node(), id.value()).await?)
    }

    /// The version of the process that a model has.
    async fn version_of(&self, asked: &Asked) -> Result<i64, MoveError> {
        let library = self.desk.library();
        library.refresh().await?;
        let versions = library.versions();
        let own = |version: &&crate::model::rows::Version| {
            version.model == asked.to && version.definition.process == asked.process.as_str()
        };
        let none = || Refusal::Case(desk::Refusal::NoVersion(asked.process.to_string()));
        let version = versions.iter().find(own).ok_or_else(none)?;
        if version.valid_from > self.desk.directory().clock().today() {
            return Err(Refusal::Case(desk::Refusal::NotYet(version.valid_from)).into());
        }
        Ok(version.definition.version)
    }

    /// Begins a dry run; answers its number.
    ///
    /// # Errors
    /// See [`MoveError`].
    pub async fn try_out(&self, officer: &Officer, asked: Asked) -> Result<u64, MoveError> {
        let version = self.version_of(&asked).await?;
        asked.check(version)?;
        let total = rows::count_asked(self.desk.directory().store(), &officer.reach, &asked).await?;
        let id = self.plans.begin(officer.hand.officer, asked.clone(), version, total);
        let (mover, reach) = (self.clone(), officer.reach.clone());
        tokio::spawn(async move {
            let state = match mover.tried(id, &asked, &reach).await {
                Ok(()) => State::Done,
                Err(fault) => {
                    tracing::error!(%fault, dry_run = id, "a dry run stopped");
                    State::Failed(format!("dry-run-{id}"))
                }
            };
            mover.plans.end(id, state);
        });
        Ok(id)
    }

    async fn tried(&self, id: u64, asked: &Asked, reach: &Reach) -> Result<(), StoreFault> {
        let mut behind = None;
        loop {
            let cases = self.batch(reach, asked, behind).await?;
            let Some(last) = cases.last() else { return Ok(()) };
            behind = Some(last.id);
            let looked_at = u64::try_from(cases.len()).unwrap_or(u64::MAX);
            let planned = self.planned(asked, reach, cases).await?;
            self.plans.said(id, looked_at, planned);
        }
    }

    async fn batch(&self, reach: &Reach, asked: &Asked, behind: Option<MatterId>) -> Result<Vec<Listed>, StoreFault> {
        rows::asked_cases(self.desk.directory().store(), reach, asked, None, (behind, BATCH)).await
    }

    /// What moving some cases would come to, each with those that it called.
    ///
    /// # Errors
    /// If the store cannot be read; a case that makes no sense is said to stay.
    pub async fn planned(&self, asked: &Asked, reach: &Reach, cases: Vec<Listed>) -> Result<Vec<Planned>, StoreFault> {
        let wish = asked.wish(None, Erasable::erased());
        let mut all = Vec::with_capacity(cases.len());
        let mut open: Vec<(Listed, bool)> = cases.into_iter().rev().map(|case| (case, false)).collect();
        let mut seen = BTreeSet::new();
        while let Some((case, called)) = open.pop() {
            if !seen.insert(case.id) {
                continue;
            }
            let verdict = match self.desk.load(case.id).await {
                Ok(Some(loaded)) => self.desk.verdict(&loaded, &wish).await,
                Ok(None) => Err(CaseError::NoCase),
                Err(fault) => Err(fault.into()),
            };
            if called && verdict.as_ref().is_err_and(is_no_concern) {
                continue;
            }
            if let Err(CaseError::Fault(fault)) = &verdict {
                tracing::error!(%fault, case = %case.id, "a case cannot be looked at");
            }
            let said = Said::of(verdict);
            if matches!(said, Said::Fits(_)) {
                let store = self.desk.directory().store();
                let inner = rows::called(store, reach, case.id).await?;
                // Those that follow the process themselves are looked at on their own.
                let others = inner.into_iter().filter(|it| it.process != asked.process.as_str());
                open.extend(others.map(|it| (it, true)));
            }
            all.push(Planned { case, called, said });
        }
        Ok(all)
    }

    /// Begins a move of many and lets it go on; answers its matter.
    ///
    /// # Errors
    /// See [`MoveError`].
    pub async fn begin(&self, officer: &Officer, asked: &Asked, words: &str) -> Result<MatterId, MoveError> {
        let run = self.begun(officer, asked, words).await?;
        self.go(officer, &run);
        Ok(run.id)
    }

    /// Records that a move of many was begun; nothing goes on yet.
    async fn begun(&self, officer: &Officer, asked: &Asked, words: &str) -> Result<Run, MoveError> {
        let version = self.version_of(asked).await?;
        let cases = rows::count_asked(self.desk.directory().store(), &officer.reach, asked).await?;
        let event = super::begin(asked, version, words, officer.hand, cases)?;
        let now = self.desk.directory().clock().now();
        let id = MatterId::new(new_act(now)?.value());
        let none = || StoreFault::Nonsense("a move begins by its first act".to_owned());
        let run = Run::begun(id, &event, now).ok_or_else(none)?;
        self.record(officer.by(), (id, 1), &event).await?;
        Ok(run)
    }

    /// Moves cases in this very task, until all were looked at: for the command line and the demo.
    ///
    /// # Errors
    /// See [`MoveError`].
    pub async fn move_all(&self, officer: &Officer, asked: &Asked, words: &str) -> Result<MatterId, MoveError> {
        let run = self.begun(officer, asked, words).await?;
        self.work(officer, run.id, Going::Moving).await?;
        Ok(run.id)
    }

    /// Stops a move, lets it go on, or takes it back.
    ///
    /// # Errors
    /// See [`MoveError`].
    pub async fn steer(&self, officer: &Officer, id: MatterId, what: Steer<'_>) -> Result<(), MoveError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let run = self.load(id).await?.ok_or(MoveError::NoRun)?;
            let by = officer.hand.officer;
            let event = match what {
                Steer::Stop => super::stop(run.stage, by)?,
                Steer::Resume => super::resume(run.stage, by, self.progress(id).is_some())?,
                Steer::Revert(words) => match self.progress(id) {
                    Some(_) => return Err(Refusal::GoesOn.into()),
                    None => super::revert(run.stage, words, by)?,
                },
            };
            match self.record(officer.by(), (id, run.acts + 1), &event).await {
                Ok(()) => {
                    let run = run.after(&event, self.desk.directory().clock().now());
                    if matches!(run.stage, Stage::Going(_)) {
                        self.go(officer, &run);
                    }
                    self.changed.send_replace(());
                    return Ok(());
                }
                Err(MoveError::Record(RecordError::Conflict { .. })) if attempts < ATTEMPTS => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Goes on with what a move stands at, beside everything else.
    fn go(&self, officer: &Officer, run: &Run) {
        let Stage::Going(what) = run.stage else { return };
        match self.going().entry(run.id) {
            Entry::Occupied(_) => return,
            Entry::Vacant(place) => drop(place.insert(Progress { done: 0, total: 0 })),
        }
        let (mover, officer, id) = (self.clone(), officer.clone(), run.id);
        tokio::spawn(async move {
            if let Err(error) = mover.work(&officer, id, what).await {
                // What was done is recorded; an officer lets it go on.
                tracing::error!(%error, run = %id, "a move of cases was cut off");
            }
            mover.going().remove(&id);
            mover.changed.send_replace(());
        });
    }

    async fn work(&self, officer: &Officer, id: MatterId, what: Going) -> Result<(), MoveError> {
        let store = self.desk.directory().store();
        let first = self.load(id).await?.ok_or(MoveError::NoRun)?;
        let counts = rows::counts(store, &officer.reach, id).await?;
        let total = match what {
            Going::Moving => first.cases.saturating_sub(counts.moved + counts.left),
            Going::Reverting => counts.moved,
        };
        if let Some(progress) = self.going().get_mut(&id) {
            progress.total = total;
        }
        let mut behind = None;
        loop {
            let run = self.load(id).await?.ok_or(MoveError::NoRun)?;
            if run.stage != Stage::Going(what) {
                return Ok(());
            }
            let batch: Vec<MatterId> = match what {
                Going::Moving => {
                    let of = Some((id, run.begun_at));
                    let cases = rows::asked_cases(store, &officer.reach, &run.asked, of, (behind, BATCH)).await?;
                    cases.iter().map(|case| case.id).collect()
                }
                Going::Reverting => rows::moved_cases(store, &officer.reach, id, (behind, BATCH)).await?,
            };
            let Some(last) = batch.last() else {
                return self.note(id, what, &MigrationEvent::Ended { what }).await;
            };
            behind = Some(*last);
            let done = u64::try_from(batch.len()).unwrap_or(u64::MAX);
            let left = self.each(officer, &run, what, batch).await;
            if !left.is_empty() {
                self.note(id, what, &MigrationEvent::Left { cases: left }).await?;
            }
            self.come(id, done);
        }
    }

    /// Moves a batch, some beside one another; answers those that stay.
    async fn each(&self, officer: &Officer, run: &Run, what: Going, batch: Vec<MatterId>) -> Vec<Left> {
        // The words lie in each act, so that each stands alone; where they were erased, the cases have none.
        let words = match what {
            Going::Moving => run.words.clone(),
            Going::Reverting => run.back.clone().unwrap_or_else(Erasable::erased),
        };
        let wish = Arc::new(run.asked.wish(Some(run.id), words));
        let (mut going, mut left) = (JoinSet::new(), Vec::new());
        for id in batch {
            if going.len() >= WIDTH {
                left.extend(joined(going.join_next().await));
            }
            let (mover, officer, wish) = (self.clone(), officer.clone(), Arc::clone(&wish));
            going.spawn(async move {
                match what {
                    Going::Moving => mover.family(&officer, id, &wish).await,
                    Going::Reverting => mover.back(&officer, id, &wish).await,
                }
            });
        }
        while let Some(done) = going.join_next().await {
            left.extend(joined(Some(done)));
        }
        left.sort_by_key(|left| left.case);
        left
    }

    /// Moves a case and those that it called, each by its own verdict; answers those that stay.
    async fn family(&self, officer: &Officer, id: MatterId, wish: &Move) -> Vec<Left> {
        let (mut left, mut open, mut seen) = (Vec::new(), vec![(id, false)], BTreeSet::new());
        while let Some((id, called)) = open.pop() {
            if !seen.insert(id) {
                continue;
            }
            match self.desk.migrate(officer.by(), id, wish).await {
                Ok(_) => match rows::called(self.desk.directory().store(), &officer.reach, id).await {
                    Ok(inner) => open.extend(inner.into_iter().map(|case| (case.id, true))),
                    Err(fault) => tracing::error!(%fault, case = %id, "cases that a case called are not looked at"),
                },
                // Somebody else moved it meanwhile.
                Err(CaseError::Refused(desk::Refusal::SameVersion)) => {}
                Err(error) if called && is_no_concern(&error) => {}
                Err(error) => left.push(stays(id, &error)),
            }
        }
        left
    }

    async fn back(&self, officer: &Officer, id: MatterId, wish: &Move) -> Vec<Left> {
        match self.desk.revert_of(officer.by(), id, &wish.words, wish.run).await {
            Ok(_) => Vec::new(),
            Err(error) => vec![stays(id, &error)],
        }
    }

    /// Records what the node itself found of a move, as long as that goes on.
    async fn note(&self, id: MatterId, what: Going, event: &MigrationEvent) -> Result<(), MoveError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let run = self.load(id).await?.ok_or(MoveError::NoRun)?;
            let goes_on = run.stage == Stage::Going(what);
            if !goes_on && matches!(event, MigrationEvent::Ended { .. }) {
                return Ok(());
            }
            match self.record(By::System, (id, run.acts + 1), event).await {
                Err(MoveError::Record(RecordError::Conflict { .. })) if attempts < ATTEMPTS => {}
                other => return other,
            }
        }
    }

    async fn record(&self, by: By, (id, act): (MatterId, u64), event: &MigrationEvent) -> Result<(), MoveError> {
        let directory = self.desk.directory();
        let body = Draft::event_of(event).map_err(|error| StoreFault::Nonsense(format!("a move of cases: {error}")))?;
        let now = directory.clock().now();
        let stamp = stamp(directory.node(), now, now.day(directory.clock().zone()))?;
        let system = Actor::System { component: "casework".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
        let draft = Draft::new(stamp, event.kind(), (id.value(), act), system, body);
        let draft = match by {
            By::Officer(hand, post) => signed(draft, hand, post),
            By::System | By::Party(_) => draft,
        };
        let changes = rows::changes(self.desk.node(), id, event, draft.at)?;
        directory.store().record(draft, changes).await?;
        Ok(())
    }

    /// A dry run of an officer.
    pub fn dry_run(&self, id: u64, officer: OfficerId) -> Option<DryRun> {
        self.plans.get(id, officer)
    }
}

/// What an officer says to a move.
#[derive(Clone, Copy, Debug)]
pub enum Steer<'w> {
    /// Stop.
    Stop,
    /// Go on.
    Resume,
    /// Take back what was moved, for this reason.
    Revert(&'w str),
}

impl Asked {
    /// What it asks of each case.
    pub fn wish(&self, run: Option<MatterId>, words: Erasable<String>) -> Move {
        Move { to: self.to, mapping: self.mapping.clone(), policy: self.policy, words, run }
    }
}

/// A called case of which the model has no other version: it goes on as it does.
fn is_no_concern(error: &CaseError) -> bool {
    matches!(error, CaseError::Refused(desk::Refusal::NoVersion(_) | desk::Refusal::SameVersion))
}

fn stays(case: MatterId, error: &CaseError) -> Left {
    if !matches!(error, CaseError::Refused(_)) {
        tracing::error!(%error, %case, "a case was not moved");
    }
    Left { case, why: Why::of(error) }
}

fn joined(done: Option<Result<Vec<Left>, tokio::task::JoinError>>) -> Vec<Left> {
    match done {
        Some(Ok(left)) => left,
        Some(Err(error)) => {
            tracing::error!(%error, "moving a case stopped");
            Vec::new()
        }
        None => Vec::new(),
    }
}
