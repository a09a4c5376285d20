//! The carrier: what follows from the events of cases, carried over the feed in the order of the log. Cases speak to one
//! another by commands only, and only here.
//!
//! What one act leads to is recorded in one unit with the cursor, so that it happens once, whatever is interrupted.

mod kept;
mod letters;
mod owed;
mod signals;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use dmn::Context;
use flow::command::About;
use flow::graph::Graph;
use flow::state::{IncidentKind, Number, What};
use flow::{Command, ElementId, Event};
use kernel::{Instant, MatterId};
use store::{Change, Changes, Draft, RecordError, Recorded, Row, StoreFault, Unit, move_cursor};

use crate::case::rows::OUTSIDE;
use crate::case::{Begun, Caller, Case, CaseEvent};
use crate::desk::{By, CaseError, Desk, Opening, Wish, derived};
use crate::message::settled;
use crate::model::ModelEvent;
use crate::model::rows::Version;
use crate::tables::{CASES, MESSAGES, MODELS};
use crate::trouble;

use letters::Letter;

/// The subscriber's name in the feed's cursors.
pub const SUBSCRIBER: &str = "flow";

/// Acts read at once.
const BATCH: u64 = 64;
/// Attempts at what one act leads to; each sees what others did meanwhile.
const ATTEMPTS: u32 = 20;
/// The space of claims on messages, each once for a receiving process.
pub(crate) const TAKEN: &str = "flow.message";

/// What an act leads to.
enum Effect {
    /// A case is opened; by what it began, where it is once for that.
    Open(MatterId, Box<Opening>, Option<Begun>, Changes),
    /// A case has a command.
    Do(MatterId, Command, Changes),
    /// A kept message is kept no longer: everything that could take it has it.
    Settle((MatterId, i64)),
}

/// Cases as they stand after what was prepared already.
type Cases = BTreeMap<MatterId, Arc<Case>>;

/// What an act leads to, or the first part of it.
struct Plan {
    effects: Vec<Effect>,
    /// Where a signal stands that has more to reach: the event's place in the step, and the last case.
    rest: Option<(usize, MatterId)>,
}

/// What an act has led to already, while the rest of it is found out.
#[derive(Default)]
struct Meanwhile {
    /// Kept messages that were taken, each by a process.
    taken: BTreeSet<String>,
    /// Cases that begin by a message with a key: process, name, key.
    begun: BTreeSet<(ElementId, String, String)>,
}

/// Carries effects.
pub struct Carrier {
    desk: Desk,
    receivers: Mutex<Receivers>,
}

/// Which processes could take a message of some name, in any version that there is.
#[derive(Default)]
struct Receivers {
    /// The versions it was found out for.
    versions: Arc<Vec<Version>>,
    by_name: BTreeMap<String, BTreeSet<ElementId>>,
}

impl Carrier {
    /// For a node.
    pub fn new(desk: Desk) -> Carrier {
        Carrier { desk, receivers: Mutex::default() }
    }

    fn node(&self) -> i64 {
        self.desk.node()
    }

    fn now(&self) -> Instant {
        self.desk.directory().clock().now()
    }

    async fn read(&self, sql: &str, values: &[store::Value]) -> Result<Vec<Row>, StoreFault> {
        self.desk.directory().store().read(sql, values).await
    }

    /// Carries everything that follows from what is recorded; answers how many acts it covered, its own included.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn catch_up(&self) -> Result<u64, StoreFault> {
        let store = self.desk.directory().store();
        let mut covered = 0;
        loop {
            let from = store.cursor(self.node(), SUBSCRIBER).await?;
            let acts = store.feed(self.node(), from, BATCH).await?;
            if acts.is_empty() {
                return Ok(covered);
            }
            covered += self.carry(from, &acts).await?;
        }
    }

    /// Follows the feed for ever; a fault is logged and tried again: effects may be late, never skipped.
    pub async fn run(self) {
        let mut grown = self.desk.directory().store().grown();
        loop {
            if let Err(fault) = self.catch_up().await {
                tracing::error!(%fault, "the effects of cases are not carried; it tries again");
                tokio::time::sleep(Duration::from_secs(2)).await;
                continue;
            }
            // Another process may record as well: look once a second even without news.
            let news = tokio::time::timeout(Duration::from_secs(1), grown.changed()).await;
            if matches!(news, Ok(Err(_))) {
                return;
            }
        }
    }

    /// Carries acts up to and including the first that leads to something.
    async fn carry(&self, from: u64, acts: &[Recorded]) -> Result<u64, StoreFault> {
        let mut to = from;
        for act in acts {
            to += 1;
            let mut attempts = 0;
            loop {
                attempts += 1;
                let plan = self.effects(act).await?;
                if plan.effects.is_empty() && plan.rest.is_none() {
                    break;
                }
                let whole = plan.rest.is_none();
                if self.done(act, plan, (from, to)).await? {
                    // Of what comes in parts the cursor waits for the last.
                    return Ok(if whole { to - from } else { 0 });
                }
                // Another process was faster, or a case moved meanwhile: it is looked at as it is now.
                if self.desk.directory().store().cursor(self.node(), SUBSCRIBER).await? != from {
                    return Ok(0);
                }
                if attempts >= ATTEMPTS {
                    return Err(StoreFault::Nonsense(format!("what act {} leads to does not stand", act.idx)));
                }
            }
        }
        let moved = self.desk.directory().store().operate(&move_cursor(self.node(), SUBSCRIBER, from, to)).await?;
        Ok(if moved { to - from } else { 0 })
    }

    /// Records effects with the cursor; says whether they stand.
    async fn done(&self, act: &Recorded, plan: Plan, (from, to): (u64, u64)) -> Result<bool, StoreFault> {
        let mut cases = Cases::new();
        let mut acts = Vec::new();
        for effect in plan.effects {
            let made = match effect {
                Effect::Open(id, opening, begun, more) => {
                    self.opened(act, (id, begun), &opening, &mut cases).await.map(|made| with(made, more))
                }
                Effect::Do(id, command, more) => {
                    self.given(act, id, command, &mut cases).await.map(|made| with(made, more))
                }
                Effect::Settle(message) => self.settled(message, &mut cases).await.map(Some),
            };
            match made {
                Ok(made) => acts.extend(made),
                Err(CaseError::Fault(fault)) => return Err(fault),
                // What was to be done is not there any more: nothing is owed.
                Err(error) => tracing::debug!(%error, act = act.idx, "an effect found nobody"),
            }
        }
        let operations = match plan.rest {
            None => move_cursor(self.node(), SUBSCRIBER, from, to),
            Some((place, behind)) => {
                let sender = self.known(MatterId::new(act.act.matter), &cases).await;
                let event = CaseEvent::SignalCarried { from: (act.act.version, place), behind };
                let said = sender.and_then(|sender| self.desk.said(By::System, &sender, &event));
                let nonsense = |error| StoreFault::Nonsense(format!("a signal of act {}: {error}", act.idx));
                let said = said.map_err(nonsense)?;
                cases.insert(said.after.id, said.after);
                acts.push((said.draft, said.changes));
                // It stays where it is; what is compared is that nobody else has moved it.
                move_cursor(self.node(), SUBSCRIBER, from, from)
            }
        };
        match self.desk.directory().store().record_unit(Unit { acts, operations }).await {
            Ok(_) => {
                cases.values().for_each(|case| self.desk.keep(case));
                Ok(true)
            }
            Err(RecordError::Conflict { .. } | RecordError::Taken { .. }) => Ok(false),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(other) => Err(StoreFault::Nonsense(format!("an effect of act {}: {other}", act.idx))),
        }
    }

    /// The act that opens a case; where it cannot be opened, the one that says so where it was called or sent for.
    async fn opened(
        &self,
        act: &Recorded,
        (id, begun): (MatterId, Option<Begun>),
        opening: &Opening,
        cases: &mut Cases,
    ) -> Result<Option<(Draft, Changes)>, CaseError> {
        let there = self.desk.directory().store().version(self.node(), id.value()).await? > 0;
        if there || cases.contains_key(&id) {
            return Ok(None);
        }
        let error = match self.desk.beginning((By::System, id), opening, begun, &[act.act.id]).await {
            Ok(prepared) => {
                cases.insert(id, prepared.after);
                return Ok(Some((prepared.draft, prepared.changes)));
            }
            Err(CaseError::Fault(fault)) => return Err(fault.into()),
            Err(error) => error,
        };
        tracing::warn!(process = %opening.process, %error, "a case could not be opened");
        let (kind, detail) = trouble::of(&error, IncidentKind::MissingDefinition);
        let detail = format!("{}: {detail}", opening.process);
        let (owner, about) = match opening.caller {
            Some(Caller { matter, call }) => (matter, About::Call(call)),
            None if act.act.kind.starts_with(CASES) => (MatterId::new(act.act.matter), About::Element(None)),
            // A message from outside has no case that could say so: its list does.
            None => return Ok(None),
        };
        self.prepared(act, owner, Command::Report { about, kind, detail }, cases).await
    }

    /// The act by which a case has what it is owed; where it refuses it, the one by which somebody is to look at that.
    async fn given(
        &self,
        act: &Recorded,
        id: MatterId,
        command: Command,
        cases: &mut Cases,
    ) -> Result<Option<(Draft, Changes)>, CaseError> {
        let about = trouble::about(&command);
        match self.prepared(act, id, command, cases).await {
            Err(error) if !matches!(error, CaseError::Fault(_)) && !trouble::is_gone(&error) => {
                tracing::warn!(%error, case = %id, act = act.idx, "what an act leads to was refused");
                let (kind, detail) = trouble::of(&error, IncidentKind::BadExpression);
                self.prepared(act, id, Command::Report { about, kind, detail }, cases).await
            }
            other => other,
        }
    }

    /// The act by which a message is kept no longer.
    async fn settled(
        &self,
        (matter, message): (MatterId, i64),
        cases: &mut Cases,
    ) -> Result<(Draft, Changes), CaseError> {
        if message == OUTSIDE {
            return Ok(settled(&self.desk, matter, true)?);
        }
        let case = self.known(matter, cases).await?;
        let event = CaseEvent::MessagesSettled { messages: vec![message], taken: true };
        let said = self.desk.said(By::System, &case, &event)?;
        cases.insert(matter, said.after);
        Ok((said.draft, said.changes))
    }

    /// A case as it stands after what was prepared already.
    async fn known(&self, id: MatterId, cases: &Cases) -> Result<Arc<Case>, CaseError> {
        match cases.get(&id) {
            Some(case) => Ok(Arc::clone(case)),
            None => self.desk.load(id).await?.ok_or(CaseError::NoCase),
        }
    }

    async fn prepared(
        &self,
        act: &Recorded,
        id: MatterId,
        command: Command,
        cases: &mut Cases,
    ) -> Result<Option<(Draft, Changes)>, CaseError> {
        let case = self.known(id, cases).await?;
        let prepared = match command {
            Command::Report { .. } => self.desk.reporting(&case, command, &[act.act.id]).await?,
            _ => Some(self.desk.prepare(By::System, &case, &Wish::from(command), &[act.act.id]).await?),
        };
        let Some(prepared) = prepared else { return Ok(None) };
        cases.insert(id, prepared.after);
        Ok(Some((prepared.draft, prepared.changes)))
    }

    /// What an act leads to.
    async fn effects(&self, act: &Recorded) -> Result<Plan, StoreFault> {
        let nothing = || Plan { effects: Vec::new(), rest: None };
        if act.shredded {
            return Ok(nothing());
        }
        let kind = act.act.kind.as_str();
        if kind.starts_with(MODELS) {
            if matches!(act.event()?, ModelEvent::Approved { .. }) {
                self.desk.library().refresh().await?;
            }
            return Ok(nothing());
        }
        if kind.starts_with(MESSAGES) {
            return Ok(Plan { effects: self.received(act).await?, rest: None });
        }
        if !kind.starts_with(CASES) {
            return Ok(nothing());
        }
        let event: CaseEvent = act.event()?;
        let id = MatterId::new(act.act.matter);
        let (mut effects, mut meanwhile) = (Vec::new(), Meanwhile::default());
        let events = &event.step().events;
        let sends = events.iter().any(|event| matches!(event, Event::SignalSent { .. }));
        let begun = if sends { self.carried_until(act).await? } else { None };
        for (at, one) in events.iter().enumerate() {
            let behind = match begun {
                Some((place, _)) if at < place => continue,
                Some((place, behind)) if at == place => Some(behind),
                _ => None,
            };
            match one {
                Event::SignalSent { name } => {
                    let (reached, last) = self.signalled(act, (id, at), name, behind).await?;
                    effects.extend(reached);
                    if let Some(last) = last {
                        return Ok(Plan { effects, rest: Some((at, last)) });
                    }
                }
                Event::TaskOffered { .. } => {}
                one => effects.extend(self.follows(act, (id, at), one, &mut meanwhile).await?),
            }
        }
        effects.extend(self.unattended(act, id, &event).await?);
        if matches!(&event, CaseEvent::Stepped { did, .. } if did == "retry") {
            effects.extend(self.owed_still(act, id, &mut meanwhile).await?);
        }
        Ok(Plan { effects, rest: None })
    }

    /// What one event of a case leads to.
    ///
    /// - `meanwhile`: what the act has led to already.
    async fn follows(
        &self,
        act: &Recorded,
        (id, at): (MatterId, usize),
        event: &Event,
        meanwhile: &mut Meanwhile,
    ) -> Result<Vec<Effect>, StoreFault> {
        match event {
            Event::Called { call, of, variables } => {
                let Some(case) = self.desk.load(id).await? else { return Ok(Vec::new()) };
                Ok(vec![self.call(&case, *call, &of.process, variables.clone()).await?])
            }
            // Also where it is called in this very step.
            Event::CallClosed { call, ended: false } => {
                Ok(vec![Effect::Do(called_id(id, *call), Command::Cancel, Changes::new())])
            }
            // What was sent meanwhile and kept is there when it goes on.
            Event::Resumed { .. } | Event::Split { .. } => {
                let Some(case) = self.desk.load(id).await? else { return Ok(Vec::new()) };
                self.kept_for(act.idx, &case, meanwhile).await
            }
            Event::Ended { how, variables } => {
                let ended = |call| Command::ChildEnded { call, how: how.clone(), variables: variables.clone() };
                let mut all = self.told_caller(id, ended).await?;
                // What is handled within it is decided with it.
                let case = self.desk.load(id).await?;
                let within = case.iter().flat_map(|case| case.took_in.keys());
                all.extend(within.map(|other| Effect::Do(*other, Command::Cancel, Changes::new())));
                // What was kept for its key begins the next one.
                if let Some(case) = case.filter(|case| matches!(case.begun, Some(Begun::Message { .. }))) {
                    all.extend(self.begun_by_kept(act.idx, &case, meanwhile).await?);
                }
                Ok(all)
            }
            Event::Escalated { code, caught: None } => {
                self.told_caller(id, |call| Command::ChildEscalated { call, code: code.clone() }).await
            }
            Event::MessageSent { from, name, key, values, keep_until } => {
                let process = self.process_of(id).await?;
                // Its number among what is kept, as its row has it.
                let ordinal = crate::case::rows::ordinal(act.act.version, at);
                let kept = keep_until.map(|_| (id, ordinal));
                let from = from.clone();
                let act = (act.act.id, act.act.at_ms, at);
                let letter = Letter { process, from, name, key: key.as_ref(), values, kept, act };
                self.delivered(&letter, meanwhile).await
            }
            Event::WaitOpened { wait, of } => match &of.what {
                What::Message { name, key } => {
                    self.waited_for(act.idx, (id, *wait), name, key.as_ref(), meanwhile).await
                }
                _ => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
    }

    /// The opening of a case that another one calls.
    async fn call(
        &self,
        case: &Case,
        call: Number,
        process: &ElementId,
        variables: Context,
    ) -> Result<Effect, StoreFault> {
        let opening = Opening {
            process: process.clone(),
            start: None,
            title: self.title_of(case, process).await?,
            organ: case.organ,
            variables,
            caller: Some(Caller { matter: case.id, call }),
            power: None,
        };
        Ok(Effect::Open(called_id(case.id, call), Box::new(opening), None, Changes::new()))
    }

    /// A called case is called as its process is.
    async fn title_of(&self, case: &Case, process: &ElementId) -> Result<String, StoreFault> {
        let own = self.desk.library().deployed(case.model).await?;
        let named = own.readied.names.get(process).cloned();
        let other = || {
            let versions = self.desk.library().versions();
            let found = versions.iter().find(|version| version.definition.process == process.as_str());
            found.map(|version| version.definition.name.clone())
        };
        Ok(named.or_else(other).unwrap_or_else(|| process.to_string()))
    }

    async fn told_caller(&self, id: MatterId, command: impl Fn(Number) -> Command) -> Result<Vec<Effect>, StoreFault> {
        let Some(case) = self.desk.glance(id).await? else { return Ok(Vec::new()) };
        let tell = |caller: Caller| Effect::Do(caller.matter, command(caller.call), Changes::new());
        Ok(case.caller.map(tell).into_iter().collect())
    }

    async fn process_of(&self, id: MatterId) -> Result<ElementId, StoreFault> {
        Ok(self.desk.glance(id).await?.map_or_else(|| ElementId::from(""), |case| case.process.clone()))
    }

    /// Processes that are in force now, ready to run.
    async fn graphs(&self) -> Result<BTreeMap<ElementId, Arc<Graph>>, StoreFault> {
        let library = self.desk.library();
        library.look().await?;
        let mut graphs = BTreeMap::new();
        for version in library.all_in_force(self.desk.directory().clock().today()) {
            let process = ElementId::from(version.definition.process.as_str());
            let deployed = library.deployed(version.model).await?;
            graphs.extend(deployed.readied.graphs.get(&process).map(|graph| (process, Arc::clone(graph))));
        }
        Ok(graphs)
    }

    /// A case that begins by an event, named after what began it.
    ///
    /// - `begun`: where it is once for that.
    async fn begun(
        &self,
        (cause, at): (u128, usize),
        (process, start): (ElementId, (ElementId, usize)),
        organ: kernel::OrganId,
        variables: Context,
        (begun, more): (Option<Begun>, Changes),
    ) -> Effect {
        let parts = [&cause.to_be_bytes()[..], &at.to_be_bytes(), process.as_str().as_bytes()];
        let id = derived(b"qingyuan.case.begun", &parts);
        let today = self.desk.directory().clock().today();
        let version = self.desk.library().in_force(process.as_str(), today);
        let title = version.map_or_else(|| process.to_string(), |version| version.definition.name);
        let opening = Opening { process, start: Some(start), title, organ, variables, caller: None, power: None };
        Effect::Open(id, Box::new(opening), begun, more)
    }
}

/// An act with more rows.
fn with(made: Option<(Draft, Changes)>, more: Changes) -> Option<(Draft, Changes)> {
    made.map(|(draft, mut rows)| {
        rows.extend(more);
        (draft, rows)
    })
}

/// The case that a call opens.
fn called_id(caller: MatterId, call: Number) -> MatterId {
    derived(b"qingyuan.case.called", &[&caller.value().to_be_bytes(), &call.to_be_bytes()])
}

/// The key of the claim of a process on a message.
pub(crate) fn claim_key((matter, ordinal): (MatterId, i64), process: &ElementId) -> String {
    format!("{matter}/{ordinal}/{process}")
}

/// A kept message is taken once by each process.
fn claim(kept: (MatterId, i64), process: &ElementId) -> Change {
    Change::Claim(TAKEN, claim_key(kept, process))
}
