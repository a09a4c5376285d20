//! A case moved to another version of its process, the move taken back, and its limits counted by another calendar.
//!
//! What the dry run says is what then happens: both are [`flow::migrate`] over the case as it stands. Source: flow.md §10.

use std::collections::BTreeSet;
use std::sync::Arc;

use flow::migrate::{self, ClockPolicy, Mapping, Plan, Verdict};
use flow::state::Status;
use flow::step::Moment;
use flow::{Command, ElementId, Graph, event};
use kernel::words::within;
use kernel::{Erasable, Instant, MatterId};
use store::{RecordError, StoreFault};

use super::{ATTEMPTS, By, CaseError, Desk, MOST_TEXT, Prepared, Refusal, Wish};
use crate::case::{Case, CaseEvent, Moved, Reverted};
use crate::tables::CASES;

/// A move to another version, as it is asked for.
#[derive(Clone, Debug)]
pub struct Move {
    /// The model whose version the case is to follow.
    pub to: MatterId,
    /// What stands for what, beside elements of the same id and kind. Of many versions at once: each takes what it has.
    pub mapping: Mapping,
    /// What becomes of the clocks.
    pub policy: ClockPolicy,
    /// Why.
    pub words: Erasable<String>,
    /// The move of many that it belongs to.
    pub run: Option<MatterId>,
}

/// An act that keeps a move from being taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Since {
    /// Its place in the log.
    pub idx: u64,
    /// Elements at which something happened.
    pub elements: BTreeSet<ElementId>,
}

/// What is asked of a case here.
enum Wished<'w> {
    Move(&'w Move),
    Back(&'w Erasable<String>, Option<MatterId>),
    Reckon(&'w str),
}

impl Desk {
    /// What moving a case would come to. Nothing happens.
    ///
    /// # Errors
    /// If it is over or merged, or the model has no other version of its process in force.
    pub async fn verdict(&self, case: &Case, wish: &Move) -> Result<Verdict, CaseError> {
        let (from, to) = (self.graph(case.model, case).await?, self.target(case, wish.to).await?.0);
        let mapping = known(&wish.mapping, &from);
        let now = self.directory.clock().now();
        Ok(migrate::plan(&case.state, &from, &to, &mapping, wish.policy, self.moment(now)))
    }

    /// Moves a case to another version of its process; answers the case after it.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn migrate(&self, by: By, id: MatterId, wish: &Move) -> Result<Arc<Case>, CaseError> {
        self.recorded(by, id, &Wished::Move(wish)).await.map(|(case, _)| case)
    }

    /// Takes the last move of a case back; answers the case after it.
    ///
    /// # Errors
    /// See [`CaseError`]; where something happened since, the acts are named.
    pub async fn revert(&self, by: By, id: MatterId, words: &Erasable<String>) -> Result<Arc<Case>, CaseError> {
        self.recorded(by, id, &Wished::Back(words, None)).await.map(|(case, _)| case)
    }

    /// The same, if its last move belonged to this move of many.
    ///
    /// # Errors
    /// See [`CaseError`]; where something happened since, the acts are named.
    pub(crate) async fn revert_of(
        &self,
        by: By,
        id: MatterId,
        words: &Erasable<String>,
        run: Option<MatterId>,
    ) -> Result<Arc<Case>, CaseError> {
        self.recorded(by, id, &Wished::Back(words, run)).await.map(|(case, _)| case)
    }

    /// Counts the limits of a case again, after a calendar has changed; says whether anything came of it.
    ///
    /// - `words`: what changed.
    ///
    /// # Errors
    /// See [`CaseError`].
    pub async fn reckon(&self, id: MatterId, words: &str) -> Result<bool, CaseError> {
        self.recorded(By::System, id, &Wished::Reckon(words)).await.map(|(_, done)| done)
    }

    /// The acts that keep the last move of a case from being taken back, oldest first.
    ///
    /// # Errors
    /// If the store cannot be read, or an act makes no sense.
    pub async fn since(&self, case: &Case) -> Result<Vec<Since>, StoreFault> {
        let Some(took) = &case.took else { return Ok(Vec::new()) };
        let acts = self.directory.store().acts_of(self.node(), case.id.value()).await?;
        let (before, later): (Vec<_>, Vec<_>) = acts.into_iter().partition(|act| act.act.version <= took.version);
        let Some(Case { mut state, .. }) = Case::of(&before)? else { return Ok(Vec::new()) };
        // What the new version did by itself in the act of the move stands in the way as well.
        let mut all = Vec::new();
        let mut named = BTreeSet::new();
        let mut look = |idx, state: &flow::State| {
            let touched = state.migrated.as_ref().map(|migrated| &migrated.touched);
            let elements: BTreeSet<ElementId> =
                touched.into_iter().flatten().filter(|element| named.insert((*element).clone())).cloned().collect();
            if !elements.is_empty() {
                all.push(Since { idx, elements });
            }
        };
        if let Some(last) = before.last() {
            look(last.idx, &state);
        }
        for act in later.iter().filter(|act| act.act.kind.starts_with(CASES)) {
            let of: CaseEvent = act.event()?;
            of.step().events.iter().for_each(|event| event::change(&mut state, event));
            look(act.idx, &state);
        }
        Ok(all)
    }

    fn moment(&self, now: Instant) -> Moment<'_> {
        Moment { now, zone: self.directory.clock().zone(), calendar: &self.calendar }
    }

    /// The process of a case as a model has it.
    async fn graph(&self, model: MatterId, case: &Case) -> Result<Arc<Graph>, CaseError> {
        let deployed = self.library.deployed(model).await?;
        let graph = deployed.readied.graphs.get(&case.process).map(Arc::clone);
        graph.ok_or_else(|| Refusal::NoVersion(case.process.to_string()).into())
    }

    /// The process of a case as it is to be followed, and its version; of what goes on, to another version in force.
    async fn target(&self, case: &Case, to: MatterId) -> Result<(Arc<Graph>, i64), CaseError> {
        if !matches!(case.state.status, Status::Active | Status::Suspended) {
            return Err(flow::Refusal::NotActive.into());
        }
        self.library.refresh().await?;
        let versions = self.library.versions();
        let own = |version: &&crate::model::rows::Version| {
            version.model == to && version.definition.process == case.process.as_str()
        };
        let none = || Refusal::NoVersion(case.process.to_string());
        let version = versions.iter().find(own).ok_or_else(none)?;
        if version.model == case.model {
            return Err(Refusal::SameVersion.into());
        }
        if version.valid_from > self.directory.clock().today() {
            return Err(Refusal::NotYet(version.valid_from).into());
        }
        Ok((self.graph(to, case).await?, version.definition.version))
    }

    /// Records what is asked of a case, on the case as it stands; says whether anything came of it.
    async fn recorded(&self, by: By, id: MatterId, wished: &Wished<'_>) -> Result<(Arc<Case>, bool), CaseError> {
        let mut attempts = 0;
        loop {
            attempts += 1;
            let case = self.known(id).await?;
            let prepared = match self.made(by, &case, wished).await {
                Ok(Some(prepared)) => prepared,
                Ok(None) if attempts == 1 && self.lags(&case).await? => {
                    self.forget(id);
                    continue;
                }
                Ok(None) => return Ok((case, false)),
                // What this process knows may lag behind: the store is asked before a "no" is given.
                Err(CaseError::Refused(_)) if attempts == 1 && self.lags(&case).await? => {
                    self.forget(id);
                    continue;
                }
                Err(error) => return Err(error),
            };
            match self.directory.store().record(prepared.draft, prepared.changes).await {
                Ok(_) => {
                    self.keep(&prepared.after);
                    return Ok((prepared.after, true));
                }
                Err(RecordError::Conflict { .. }) if attempts < ATTEMPTS => self.forget(id),
                Err(error) => {
                    self.forget(id);
                    return Err(error.into());
                }
            }
        }
    }

    async fn made(&self, by: By, case: &Case, wished: &Wished<'_>) -> Result<Option<Prepared>, CaseError> {
        match wished {
            Wished::Move(wish) => self.moving(by, case, wish).await.map(Some),
            Wished::Back(words, run) => self.reverting(by, case, words, *run).await.map(Some),
            Wished::Reckon(words) => {
                let definitions = self.definitions(case).await?;
                let now = self.directory.clock().now();
                if self.step(&case.state, &Command::ReprojectClocks, now, &definitions)?.is_empty() {
                    return Ok(None);
                }
                let wish = Wish { command: Command::ReprojectClocks, words: Some((*words).to_owned()) };
                self.prepare(by, case, &wish, &[]).await.map(Some)
            }
        }
    }

    /// The act that moves a case.
    async fn moving(&self, by: By, case: &Case, wish: &Move) -> Result<Prepared, CaseError> {
        let (_, version) = self.target(case, wish.to).await?;
        let from = self.graph(case.model, case).await?;
        let definitions = self.library.definitions(wish.to, self.opened_on(case)).await?;
        let mapping = known(&wish.mapping, &from);
        let now = self.directory.clock().now();
        let moment = self.moment(now);
        let events = migrate::migrate(&case.state, &from, &definitions, &mapping, wish.policy, moment)?;
        let plan = Plan::of(&case.state, &events, moment);
        let moved = Moved {
            run: wish.run,
            from: case.of,
            model: wish.to,
            version,
            mapping,
            policy: wish.policy,
            plan,
            words: wish.words.clone(),
            step: self.placed(&case.state, events, (&case.process, version), case.organ).await?,
        };
        let event = CaseEvent::Migrated(moved);
        self.prepared(by, case.after(&event, None), &event, now, &[])
    }

    /// The act that takes the last move of a case back.
    async fn reverting(
        &self,
        by: By,
        case: &Case,
        words: &Erasable<String>,
        run: Option<MatterId>,
    ) -> Result<Prepared, CaseError> {
        let of_run = |took: &&crate::case::Took| run.is_none() || took.run == run;
        let took = case.took.as_ref().filter(of_run).ok_or(flow::Refusal::NotMigrated)?;
        let definitions = self.library.definitions(took.from.0, self.opened_on(case)).await?;
        let now = self.directory.clock().now();
        let events = match migrate::revert(&case.state, &definitions, self.moment(now)) {
            Err(flow::Refusal::Touched(elements)) => {
                let acts: Vec<String> = self.since(case).await?.iter().map(|since| since.idx.to_string()).collect();
                let elements: Vec<&str> = elements.iter().map(ElementId::as_str).collect();
                return Err(Refusal::Since { acts: acts.join(", "), elements: elements.join(", ") }.into());
            }
            other => other?,
        };
        let reverted = Reverted {
            run: took.run,
            model: took.from.0,
            version: took.from.1,
            words: words.clone(),
            step: self.placed(&case.state, events, (&case.process, took.from.1), case.organ).await?,
        };
        let event = CaseEvent::MigrationReverted(reverted);
        self.prepared(by, case.after(&event, None), &event, now, &[])
    }
}

/// The reason of a move as it was typed.
///
/// # Errors
/// If it is missing, or too long.
pub fn reason(typed: &str) -> Result<Erasable<String>, Refusal> {
    within(typed, MOST_TEXT.1).map(|words| words.to_owned().into()).ok_or(Refusal::Words)
}

/// The pairs that a version has something to say to.
fn known(mapping: &Mapping, from: &Graph) -> Mapping {
    let there = |(old, _): &(&ElementId, &ElementId)| from.at(old).is_some() || from.via(old).is_some();
    mapping.iter().filter(there).map(|(old, new)| (old.clone(), new.clone())).collect()
}
