//! The carrier: what follows from the events of cases, carried over the feed in the order of the log. Cases speak to one
//! another by commands only, and only here.
//!
//! What one act leads to is recorded in one unit with the cursor, so that it happens once, whatever is interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use dmn::{Context, Value};
use flow::exchange::{Message, Routed, Waiting, route};
use flow::graph::{Graph, Trigger};
use flow::state::{Ending, Number, What};
use flow::{Command, ElementId, Event};
use kernel::{Instant, MatterId};
use store::{Change, Changes, Draft, RecordError, Recorded, Row, StoreFault, Unit, move_cursor};

use crate::case::rows::{correlation, version_of};
use crate::case::{Caller, Case, CaseEvent};
use crate::desk::{By, CaseError, Desk, Opening, Refusal, Wish, derived};
use crate::message::MessageEvent;
use crate::model::ModelEvent;
use crate::tables::{CASES, MESSAGES, MODELS};
use crate::together::merged_into;

/// The subscriber's name in the feed's cursors.
pub const SUBSCRIBER: &str = "flow";

/// Acts read at once.
const BATCH: u64 = 64;
/// Attempts at what one act leads to; each sees what others did meanwhile.
const ATTEMPTS: u32 = 20;
/// Subscriptions looked at for one message, and kept messages for one subscription.
const MOST: i64 = 1_000;
/// The space of claims on kept messages, each once for a receiving process.
const TAKEN: &str = "flow.message";

/// What an act leads to.
enum Effect {
    Open(MatterId, Opening, Changes),
    Do(MatterId, Command, Changes),
}

/// A message on its way, wherever it comes from.
struct Letter<'l> {
    /// The sender's process; empty from outside.
    process: ElementId,
    from: ElementId,
    name: &'l str,
    key: Option<&'l Value>,
    values: &'l Context,
    /// Where it is kept, by matter and number, if it is.
    kept: Option<(MatterId, i64)>,
    /// The act that sent it, when, and the event's place in its step.
    act: (u128, i64, usize),
}

/// Carries effects.
pub struct Carrier {
    desk: Desk,
}

impl Carrier {
    /// For a node.
    pub fn new(desk: Desk) -> Carrier {
        Carrier { desk }
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
                let effects = self.effects(act).await?;
                if effects.is_empty() {
                    break;
                }
                if self.done(act, effects, (from, to)).await? {
                    return Ok(to - from);
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
    async fn done(&self, act: &Recorded, effects: Vec<Effect>, (from, to): (u64, u64)) -> Result<bool, StoreFault> {
        let mut cases: BTreeMap<MatterId, Arc<Case>> = BTreeMap::new();
        let mut acts = Vec::new();
        for effect in effects {
            let made = match effect {
                Effect::Open(id, opening, more) => {
                    self.opened(act, id, &opening, &mut cases).await.map(|made| with(made, more))
                }
                Effect::Do(id, command, more) => {
                    self.prepared(act, id, command, &mut cases).await.map(|made| with(made, more))
                }
            };
            match made {
                Ok(made) => acts.extend(made),
                Err(CaseError::Fault(fault)) => return Err(fault),
                // What was to be done is not there any more: nothing is owed.
                Err(error) if is_gone(&error) => tracing::debug!(%error, act = act.idx, "an effect found nobody"),
                Err(error) => tracing::error!(%error, act = act.idx, "what an act leads to was refused"),
            }
        }
        let operations = move_cursor(self.node(), SUBSCRIBER, from, to);
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

    /// The act that opens a case; where it cannot be opened, the one that tells its caller.
    async fn opened(
        &self,
        act: &Recorded,
        id: MatterId,
        opening: &Opening,
        cases: &mut BTreeMap<MatterId, Arc<Case>>,
    ) -> Result<Option<(Draft, Changes)>, CaseError> {
        let there = self.desk.directory().store().version(self.node(), id.value()).await? > 0;
        if there || cases.contains_key(&id) {
            return Ok(None);
        }
        match self.desk.opening(By::System, id, opening, &[act.act.id]).await {
            Ok(prepared) => {
                cases.insert(id, prepared.after);
                Ok(Some((prepared.draft, prepared.changes)))
            }
            Err(CaseError::Refused(refusal)) => {
                tracing::warn!(process = %opening.process, %refusal, "a case could not be opened");
                let Some(Caller { matter, call }) = opening.caller else { return Ok(None) };
                let ended = Command::ChildEnded { call, how: Ending::Cancelled, variables: Context::new() };
                self.prepared(act, matter, ended, cases).await
            }
            Err(other) => Err(other),
        }
    }

    async fn prepared(
        &self,
        act: &Recorded,
        id: MatterId,
        command: Command,
        cases: &mut BTreeMap<MatterId, Arc<Case>>,
    ) -> Result<Option<(Draft, Changes)>, CaseError> {
        let case = match cases.get(&id) {
            Some(case) => Arc::clone(case),
            None => self.desk.load(id).await?.ok_or(CaseError::NoCase)?,
        };
        let prepared = self.desk.prepare(By::System, &case, &Wish::from(command), &[act.act.id]).await?;
        cases.insert(id, prepared.after);
        Ok(Some((prepared.draft, prepared.changes)))
    }

    /// What an act leads to.
    async fn effects(&self, act: &Recorded) -> Result<Vec<Effect>, StoreFault> {
        if act.shredded {
            return Ok(Vec::new());
        }
        let kind = act.act.kind.as_str();
        if kind.starts_with(MODELS) {
            if matches!(act.event()?, ModelEvent::Approved { .. }) {
                self.desk.library().refresh().await?;
            }
            return Ok(Vec::new());
        }
        if kind.starts_with(MESSAGES) {
            return self.received(act).await;
        }
        if !kind.starts_with(CASES) {
            return Ok(Vec::new());
        }
        let event: CaseEvent = act.event()?;
        let id = MatterId::new(act.act.matter);
        let (mut all, mut taken) = (Vec::new(), BTreeSet::new());
        for (at, event) in event.step().events.iter().enumerate() {
            all.extend(self.follows(act, (id, at), event, &mut taken).await?);
        }
        Ok(all)
    }

    /// What one event of a case leads to.
    ///
    /// - `taken`: kept messages that the act has led to already.
    async fn follows(
        &self,
        act: &Recorded,
        (id, at): (MatterId, usize),
        event: &Event,
        taken: &mut BTreeSet<String>,
    ) -> Result<Vec<Effect>, StoreFault> {
        match event {
            Event::Called { call, of, variables } => {
                let Some(case) = self.desk.load(id).await? else { return Ok(Vec::new()) };
                let child = called_id(id, *call);
                let title = self.title_of(&case, &of.process).await?;
                let opening = Opening {
                    process: of.process.clone(),
                    start: None,
                    title,
                    organ: case.organ,
                    variables: variables.clone(),
                    caller: Some(Caller { matter: id, call: *call }),
                };
                Ok(vec![Effect::Open(child, opening, Changes::new())])
            }
            // Also where it is called in this very step.
            Event::CallClosed { call, ended: false } => {
                Ok(vec![Effect::Do(called_id(id, *call), Command::Cancel, Changes::new())])
            }
            // What was sent meanwhile and kept is there when it goes on.
            Event::Resumed { .. } | Event::Split { .. } => {
                let Some(case) = self.desk.load(id).await? else { return Ok(Vec::new()) };
                let mut all = Vec::new();
                for (wait, of) in &case.state.waits {
                    if let What::Message { name, key } = &of.what {
                        all.extend(self.waited_for(act.idx, (id, *wait), name, key.as_ref(), taken).await?);
                    }
                }
                Ok(all)
            }
            Event::Ended { how, variables } => {
                let ended = |call| Command::ChildEnded { call, how: how.clone(), variables: variables.clone() };
                let mut all = self.told_caller(id, ended).await?;
                // What is handled within it is decided with it.
                let case = self.desk.load(id).await?;
                let within = case.iter().flat_map(|case| case.took_in.keys());
                all.extend(within.map(|other| Effect::Do(*other, Command::Cancel, Changes::new())));
                Ok(all)
            }
            Event::Escalated { code, caught: None } => {
                self.told_caller(id, |call| Command::ChildEscalated { call, code: code.clone() }).await
            }
            Event::SignalSent { name } => self.signalled(act, (id, at), name).await,
            Event::MessageSent { from, name, key, values, keep_until } => {
                let process = self.process_of(id).await?;
                // Its number among what is kept, as its row has it.
                let ordinal = crate::case::rows::ordinal(act.act.version, at);
                let kept = keep_until.map(|_| (id, ordinal));
                let from = from.clone();
                let act = (act.act.id, act.act.at_ms, at);
                let letter = Letter { process, from, name, key: key.as_ref(), values, kept, act };
                self.delivered(&letter).await
            }
            Event::WaitOpened { wait, of } => match &of.what {
                What::Message { name, key } => self.waited_for(act.idx, (id, *wait), name, key.as_ref(), taken).await,
                _ => Ok(Vec::new()),
            },
            _ => Ok(Vec::new()),
        }
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

    /// Who has a signal: whoever waits for it elsewhere, and what begins by it.
    async fn signalled(
        &self,
        act: &Recorded,
        (id, at): (MatterId, usize),
        name: &str,
    ) -> Result<Vec<Effect>, StoreFault> {
        let sql = "select distinct matter from flow_wait where node = $1 and kind = 'signal' and name = $2 and matter <> $3 and opened_at <= $4 \
                   order by matter";
        let values = [self.node().into(), name.into(), id.value().into(), act.act.at_ms.into()];
        // A signal has no memory: who waits later does not have it.
        let rows = self.read(sql, &values).await?;
        let mut all = Vec::new();
        for row in &rows {
            let command = Command::Signal { name: name.to_owned() };
            all.push(Effect::Do(MatterId::new(row.id(0)?), command, Changes::new()));
        }
        let Some(sender) = self.desk.glance(id).await? else { return Ok(all) };
        let begins = |trigger: &Trigger| matches!(trigger, Trigger::Signal(own) if own == name);
        for (process, graph) in self.graphs().await? {
            let start = graph.starters().into_iter().find_map(|start| {
                let trigger = graph.triggers(start).iter().position(begins)?;
                Some((graph.element(start).id.clone(), trigger))
            });
            if let Some(start) = start {
                let cause = (act.act.id, at);
                let nothing = (Context::new(), Changes::new());
                all.push(self.begun(cause, process, start, sender.organ, nothing.0, nothing.1).await?);
            }
        }
        Ok(all)
    }

    /// A case that begins by an event, named after what began it.
    async fn begun(
        &self,
        (cause, at): (u128, usize),
        process: ElementId,
        start: (ElementId, usize),
        organ: kernel::OrganId,
        variables: Context,
        more: Changes,
    ) -> Result<Effect, StoreFault> {
        let parts = [&cause.to_be_bytes()[..], &at.to_be_bytes(), process.as_str().as_bytes()];
        let id = derived(b"qingyuan.case.begun", &parts);
        let today = self.desk.directory().clock().today();
        let version = self.desk.library().in_force(process.as_str(), today);
        let title = version.map_or_else(|| process.to_string(), |version| version.definition.name);
        let opening = Opening { process, start: Some(start), title, organ, variables, caller: None };
        Ok(Effect::Open(id, opening, more))
    }

    /// Who gets a message. Source: flow.md §5.
    async fn delivered(&self, letter: &Letter<'_>) -> Result<Vec<Effect>, StoreFault> {
        let key = correlation(letter.key)?;
        // A message without a name is told by the flow between pools that it goes by. Who waits later finds it by itself.
        let sql = "select w.matter, w.wait, w.name, w.correlation, c.process, c.status from flow_wait w \
                   join flow_case c on c.node = w.node and c.matter = w.matter \
                   where w.node = $1 and w.kind = 'message' and c.ended_at is null and (w.name = $2 or $2 = '') \
                   and (w.correlation is null or w.correlation = $3) and w.opened_at <= $5 order by w.matter, w.wait limit $4";
        let values = [self.node().into(), letter.name.into(), key.into(), MOST.into(), letter.act.1.into()];
        let rows = self.read(sql, &values).await?;
        let mut found = Vec::with_capacity(rows.len());
        for row in &rows {
            let key = row.opt_text(3)?.map(|key| Value::from_json(&key)).transpose();
            let key = key.map_err(|fault| StoreFault::Nonsense(format!("flow_wait.correlation: {fault}")))?;
            let (process, active) = (ElementId::from(row.text(4)?), row.text(5)? == "active");
            found.push((MatterId::new(row.id(0)?), row.int(1)?.cast_unsigned(), row.text(2)?, key, process, active));
        }
        let waiting: Vec<Waiting<'_, MatterId>> = found
            .iter()
            .map(|(instance, wait, name, key, process, _)| Waiting {
                instance: *instance,
                process,
                wait: *wait,
                name,
                key: key.as_ref(),
            })
            .collect();
        let message = Message { process: &letter.process, from: &letter.from, name: letter.name, key: letter.key };
        let mut all = Vec::new();
        for routed in route(&message, &waiting, &self.graphs().await?) {
            match routed {
                Routed::Deliver(id, wait) => {
                    let target = found.iter().find(|(matter, at, ..)| (*matter, *at) == (id, wait));
                    let Some((.., process, active)) = target else { continue };
                    // What stands still takes nothing: what is kept is there when it goes on. What is handled within another
                    // case has its messages there.
                    let (id, wait, active) = match active {
                        true => (id, wait, true),
                        false => match self.instead(id, wait).await? {
                            Some((id, wait)) => (id, wait, true),
                            None => (id, wait, false),
                        },
                    };
                    if active && !self.is_taken(letter.kept, process).await? {
                        let command = Command::Deliver { wait, values: letter.values.clone() };
                        let claim = letter.kept.map(|kept| claim(kept, process));
                        all.push(Effect::Do(id, command, claim.into_iter().collect()));
                    }
                }
                Routed::Start(process, start) => {
                    let organ = self.organ_for(letter).await?;
                    if let (Some(organ), false) = (organ, self.is_taken(letter.kept, &process).await?) {
                        let claim = letter.kept.map(|kept| claim(kept, &process)).into_iter().collect();
                        let (cause, values) = ((letter.act.0, letter.act.2), letter.values.clone());
                        all.push(self.begun(cause, process, start, organ, values, claim).await?);
                    }
                }
                Routed::Ambiguous(process, instances) => {
                    tracing::warn!(%process, waiting = instances.len(), "a message fits several cases: nobody gets it");
                }
            }
        }
        Ok(all)
    }

    /// Where a message for a case goes that is handled within another one: to what waits for the same there.
    async fn instead(&self, id: MatterId, wait: Number) -> Result<Option<(MatterId, Number)>, StoreFault> {
        let Some(case) = self.desk.load(id).await? else { return Ok(None) };
        let Some(into) = merged_into(&case) else { return Ok(None) };
        let Some(What::Message { name, .. }) = case.state.waits.get(&wait).map(|wait| &wait.what) else {
            return Ok(None);
        };
        let Some(into) = self.desk.load(into).await?.filter(|into| into.state.is_active()) else { return Ok(None) };
        let same = |what: &What| matches!(what, What::Message { name: other, .. } if other == name);
        Ok(into.state.waits.iter().find(|(_, wait)| same(&wait.what)).map(|(wait, _)| (into.id, *wait)))
    }

    /// The organ of a case that begins by a message: the sender's, or from outside the one that took it in.
    async fn organ_for(&self, letter: &Letter<'_>) -> Result<Option<kernel::OrganId>, StoreFault> {
        let Some(act) = self.desk.directory().store().act_by_id(self.node(), letter.act.0).await? else {
            return Ok(None);
        };
        if let Some(organ) = act.act.organ.as_deref().and_then(|organ| organ.parse().ok()) {
            return Ok(Some(organ));
        }
        Ok(self.desk.glance(MatterId::new(act.act.matter)).await?.map(|case| case.organ))
    }

    /// Whether a kept message was taken by a process already.
    async fn is_taken(&self, kept: Option<(MatterId, i64)>, process: &ElementId) -> Result<bool, StoreFault> {
        let Some(kept) = kept else { return Ok(false) };
        let sql = "select 1 from claim where node = $1 and space = $2 and key = $3";
        let values = [self.node().into(), TAKEN.into(), claim_key(kept, process).into()];
        Ok(!self.read(sql, &values).await?.is_empty())
    }

    /// Whether the act that sent a kept message lies before a place in the log: what comes later finds its receiver itself.
    async fn came_before(&self, (matter, ordinal): (MatterId, i64), idx: u64) -> Result<bool, StoreFault> {
        let version = version_of(ordinal).max(1);
        let sql = "select 1 from act where node = $1 and matter = $2 and version = $3 and idx < $4";
        let values = [self.node().into(), matter.value().into(), version.into(), idx.cast_signed().into()];
        Ok(!self.read(sql, &values).await?.is_empty())
    }

    /// The oldest kept message that a subscription finds.
    ///
    /// - `idx`: the place of the act that opened it, or by which its case goes on.
    async fn waited_for(
        &self,
        idx: u64,
        (id, wait): (MatterId, Number),
        name: &str,
        key: Option<&Value>,
        taken: &mut BTreeSet<String>,
    ) -> Result<Vec<Effect>, StoreFault> {
        let key = correlation(key)?;
        let sql = "select m.matter, m.ordinal, m.content from flow_message m where m.node = $1 and m.name = $2 \
                   and m.until > $3 and ($4 is null or m.correlation = $4) order by m.matter, m.ordinal limit $5";
        let values = [self.node().into(), name.into(), self.now().ms().into(), key.into(), MOST.into()];
        let process = self.process_of(id).await?;
        for row in self.read(sql, &values).await? {
            let kept = (MatterId::new(row.id(0)?), row.int(1)?);
            let place = claim_key(kept, &process);
            if taken.contains(&place) || self.is_taken(Some(kept), &process).await? {
                continue;
            }
            if self.came_before(kept, idx).await? {
                taken.insert(place);
                let values: Context = serde_json::from_str(&row.text(2)?)
                    .map_err(|error| StoreFault::Nonsense(format!("flow_message.content: {error}")))?;
                return Ok(vec![Effect::Do(id, Command::Deliver { wait, values }, vec![claim(kept, &process)])]);
            }
        }
        Ok(Vec::new())
    }

    /// What a message from outside leads to.
    async fn received(&self, act: &Recorded) -> Result<Vec<Effect>, StoreFault> {
        let MessageEvent::Received { name, key, content, .. } = act.event()?;
        let nonsense = |what: &dyn std::fmt::Display| StoreFault::Nonsense(format!("message {}: {what}", act.idx));
        let key = key.map(|key| Value::from_json(&key)).transpose().map_err(|fault| nonsense(&fault))?;
        let values: Context = serde_json::from_str(&content).map_err(|error| nonsense(&error))?;
        let nobody = ElementId::from("");
        let kept = Some((MatterId::new(act.act.matter), 0));
        let (process, from) = (nobody.clone(), nobody);
        self.delivered(&Letter {
            process,
            from,
            name: &name,
            key: key.as_ref(),
            values: &values,
            kept,
            act: (act.act.id, act.act.at_ms, 0),
        })
        .await
    }
}

/// An act with more rows.
fn with(made: Option<(Draft, Changes)>, more: Changes) -> Option<(Draft, Changes)> {
    made.map(|(draft, mut rows)| {
        rows.extend(more);
        (draft, rows)
    })
}

/// Whether a refusal says that what was to be done is there no more.
fn is_gone(error: &CaseError) -> bool {
    use flow::Refusal::{Gone, NotActive, Started};
    match error {
        CaseError::NoCase => true,
        CaseError::Refused(Refusal::Engine(refusal)) => matches!(refusal, Gone { .. } | NotActive | Started),
        _ => false,
    }
}

/// The case that a call opens.
fn called_id(caller: MatterId, call: Number) -> MatterId {
    derived(b"qingyuan.case.called", &[&caller.value().to_be_bytes(), &call.to_be_bytes()])
}

fn claim_key((matter, ordinal): (MatterId, i64), process: &ElementId) -> String {
    format!("{matter}/{ordinal}/{process}")
}

/// A kept message is taken once by each process.
fn claim(kept: (MatterId, i64), process: &ElementId) -> Change {
    Change::Claim(TAKEN, claim_key(kept, process))
}
