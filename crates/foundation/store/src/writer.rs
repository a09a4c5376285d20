//! The one writer: takes units from a queue, groups them, and commits each group in one transaction with one fsync.
//!
//! The order of locks is heads, claims, log: no deadlock. A unit that loses on a head or a claim is answered alone; a
//! group that meets a fault is rolled back and its units are tried one by one, so that one unit's fault is its own.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ledger::commit::Route;
use tokio::sync::{mpsc, oneshot, watch};

use crate::apply;
use crate::db::{Db, Tx};
use crate::fault::{RecordError, StoreFault, chain};
use crate::fold::Folded;
use crate::measure::Measures;
use crate::plan;
use crate::record::Receipt;
use crate::seal::Sealed;
use crate::table::{Change, Changes};
use crate::value::Value;

/// Acts in one group at most; more wait for the next.
const GROUP_ACTS: usize = 256;
/// Rough bytes in one group at most, a single larger unit aside.
const GROUP_BYTES: usize = 1 << 20;

/// Attempts of a group that other processes on the node cross; each sees what they have done.
const CROSSED: u32 = 20;

/// After another process was in between, groups go the careful way for so long.
const SHARED: Duration = Duration::from_secs(5);

/// The space of claims that holds command names.
pub(crate) const COMMANDS: &str = "command";

/// A unit on its way: its acts sealed but for their place in the log.
pub(crate) struct Pending {
    pub(crate) node: i64,
    pub(crate) acts: Vec<(Sealed, Changes)>,
    pub(crate) operations: Vec<crate::operate::Operation>,
    pub(crate) weight: usize,
    pub(crate) answer: oneshot::Sender<Result<Vec<Receipt>, RecordError>>,
}

impl Pending {
    /// Keys of the commands of its acts.
    fn commands(&self) -> impl Iterator<Item = &str> {
        self.acts.iter().filter_map(|(act, _)| act.command.as_deref())
    }
}

pub(crate) struct Writer {
    db: Arc<Db>,
    queue: mpsc::Receiver<Pending>,
    /// Tells followers that a node's log has grown.
    grown: watch::Sender<BTreeMap<i64, u64>>,
    measures: Arc<Measures>,
    /// Logs as this process left them.
    logs: HashMap<i64, apply::Log>,
    /// Another process records on a node, too: until then it is expected to be in between.
    alone_again: Option<Instant>,
}

/// What became of the units of a group.
enum Group {
    /// Committed: receipts by unit, in order, and the log as it stands then, if it grew.
    Done { receipts: Vec<Vec<Receipt>>, log: Option<apply::Log> },
    /// Some lost; nothing was written. The others are to be tried again.
    Lost(HashMap<usize, RecordError>),
    /// Another process on the same node was in between; nothing was written. All are to be tried again.
    Crossed,
}

impl Writer {
    pub(crate) fn new(
        db: Arc<Db>,
        queue: mpsc::Receiver<Pending>,
        grown: watch::Sender<BTreeMap<i64, u64>>,
        measures: Arc<Measures>,
    ) -> Writer {
        Writer { db, queue, grown, measures, logs: HashMap::new(), alone_again: None }
    }

    /// Runs until every sender is gone.
    pub(crate) async fn run(mut self) {
        let mut waiting: VecDeque<Pending> = VecDeque::new();
        loop {
            if waiting.is_empty() {
                match self.queue.recv().await {
                    Some(unit) => waiting.push_back(unit),
                    None => return,
                }
            }
            while waiting.len() < GROUP_ACTS {
                match self.queue.try_recv() {
                    Ok(unit) => waiting.push_back(unit),
                    Err(_) => break,
                }
            }
            let group = take_group(&mut waiting);
            self.commit(group).await;
        }
    }

    /// Commits a group of one node, trying again without the losers until all are answered.
    async fn commit(&mut self, mut units: Vec<Pending>) {
        let (mut crossed, mut later) = (0, Vec::new());
        while !units.is_empty() {
            let begun = Instant::now();
            match self.attempt(&units).await {
                Ok(Group::Done { receipts, .. }) => {
                    self.measures.committed(receipts.iter().map(Vec::len).sum(), begun.elapsed());
                    if let Some(last) = receipts.iter().flatten().last() {
                        self.grown.send_modify(|sizes| {
                            sizes.insert(last.node, last.idx + 1);
                        });
                    }
                    for (unit, receipts) in units.drain(..).zip(receipts) {
                        let _ = unit.answer.send(Ok(receipts));
                    }
                    units = std::mem::take(&mut later);
                }
                Ok(Group::Lost(mut losers)) => {
                    let commands: BTreeSet<String> = (0..)
                        .zip(&units)
                        .filter(|(place, _)| !losers.contains_key(place))
                        .flat_map(|(_, unit)| unit.commands().map(str::to_owned))
                        .collect();
                    let mut rest = Vec::with_capacity(units.len());
                    for (place, unit) in units.into_iter().enumerate() {
                        match losers.remove(&place) {
                            // It was given twice at once: once the other is recorded, this one is told its receipt.
                            Some(_) if unit.commands().any(|command| commands.contains(command)) => later.push(unit),
                            Some(error) => {
                                self.measures.lost(1);
                                let _ = unit.answer.send(Err(error));
                            }
                            None => rest.push(unit),
                        }
                    }
                    units = rest;
                }
                Ok(Group::Crossed) if crossed < CROSSED => crossed += 1,
                Ok(Group::Crossed) => {
                    for unit in units.drain(..) {
                        let _ = unit.answer.send(Err(RecordError::Conflict { matter: 0, expected: 0, found: 0 }));
                    }
                    units = std::mem::take(&mut later);
                }
                Err(fault) if units.len() == 1 => {
                    self.measures.failed();
                    tracing::error!(fault = chain(&fault), "a unit could not be recorded");
                    for unit in units.drain(..) {
                        let _ = unit.answer.send(Err(RecordError::Fault(StoreFault::Nonsense(chain(&fault)))));
                    }
                    units = std::mem::take(&mut later);
                }
                Err(fault) => {
                    tracing::warn!(fault = chain(&fault), units = units.len(), "a group failed; one by one now");
                    for unit in units.into_iter().chain(later) {
                        Box::pin(self.commit(vec![unit])).await;
                    }
                    return;
                }
            }
        }
    }

    /// In one trip where nobody is in between, else with care.
    async fn attempt(&mut self, units: &[Pending]) -> Result<Group, StoreFault> {
        let node = units[0].node;
        let known = self.logs.remove(&node);
        if let Some(known) = &known
            && self.alone_again.is_none_or(|when| when <= Instant::now())
            && let Some((receipts, log)) = self.at_once(units, known).await?
        {
            self.logs.insert(node, log);
            return Ok(Group::Done { receipts, log: None });
        }
        let group = self.carefully(units).await?;
        if let Group::Done { receipts, log: Some(log) } = &group {
            let acts: usize = receipts.iter().map(Vec::len).sum();
            if known.is_some_and(|known| known.size() + acts as u64 != log.size()) {
                self.alone_again = Some(Instant::now() + SHARED);
            }
            self.logs.insert(node, log.clone());
        }
        Ok(group)
    }

    /// Nothing where something was not as this process knows it.
    async fn at_once(
        &self,
        units: &[Pending],
        known: &apply::Log,
    ) -> Result<Option<(Vec<Vec<Receipt>>, apply::Log)>, StoreFault> {
        let looks = |unit: &Pending| {
            !unit.operations.is_empty()
                || unit.acts.is_empty()
                || unit.acts.iter().any(|(act, changes)| !act.streams.is_empty() || changes.iter().any(Change::erases))
        };
        if units.iter().any(looks) {
            return Ok(None);
        }
        let mut log = known.clone();
        let (receipts, rows) = place(units, &mut log, HashMap::new());
        let Some(trip) = plan::trip(self.db.is_postgres(), units, log.grown(known.size()), rows.parts()) else {
            return Ok(None);
        };
        Ok(trip.make(&self.db).await?.then_some((receipts, log)))
    }

    async fn carefully(&self, units: &[Pending]) -> Result<Group, StoreFault> {
        let mut tx = self.db.begin().await?;
        match self.write(&mut tx, units).await {
            Ok(done @ Group::Done { .. }) => {
                tx.commit().await?;
                Ok(done)
            }
            Ok(undone) => {
                tx.rollback().await?;
                Ok(undone)
            }
            Err(fault) => {
                // The first fault is the one worth telling; the connection is dropped if even this fails.
                let _ = tx.rollback().await;
                Err(fault)
            }
        }
    }

    async fn write(&self, tx: &mut Tx, units: &[Pending]) -> Result<Group, StoreFault> {
        let node = units[0].node;
        let Some(losers) = heads(tx, self.db.is_postgres(), node, units).await? else { return Ok(Group::Crossed) };
        if !losers.is_empty() {
            return Ok(Group::Lost(losers));
        }
        let losers = claims(tx, node, units).await?;
        if !losers.is_empty() {
            return Ok(Group::Lost(losers));
        }
        for (place, unit) in units.iter().enumerate() {
            for operation in &unit.operations {
                if !operation.run(tx).await? {
                    let error = RecordError::Conflict { matter: 0, expected: 0, found: 0 };
                    return Ok(Group::Lost(HashMap::from([(place, error)])));
                }
            }
        }
        let count: usize = units.iter().map(|unit| unit.acts.len()).sum();
        if count == 0 {
            return Ok(Group::Done { receipts: units.iter().map(|_| Vec::new()).collect(), log: None });
        }
        // From here to the commit no other group of this node runs: the log's row is locked.
        let mut log = apply::Log::grow(tx, node, count as u64).await?;
        let streams = apply::streams(tx, node, units).await?;
        let (receipts, rows) = place(units, &mut log, streams);
        let changes = units.iter().flat_map(|unit| &unit.acts).flat_map(|(_, changes)| changes);
        for part in rows.parts().iter().chain(&Folded::of(changes).parts(node)) {
            tx.part(part).await?;
        }
        log.store(tx).await?;
        Ok(Group::Done { receipts, log: Some(log) })
    }
}

/// Gives the acts of a group their places in the log and in the streams.
fn place(
    units: &[Pending],
    log: &mut apply::Log,
    mut next_in_stream: HashMap<u32, u64>,
) -> (Vec<Vec<Receipt>>, apply::ActRows) {
    let mut receipts = Vec::with_capacity(units.len());
    let mut rows = apply::ActRows::default();
    for unit in units {
        let mut of_unit = Vec::with_capacity(unit.acts.len());
        for (sealed, _) in &unit.acts {
            let routes: Vec<Route> = sealed
                .streams
                .iter()
                .map(|stream| {
                    let next = next_in_stream.entry(*stream).or_insert(0);
                    *next += 1;
                    Route { stream: *stream, seq: *next - 1 }
                })
                .collect();
            let placed = log.append(sealed, &routes);
            of_unit.push(Receipt { node: unit.node, idx: placed.idx, leaf: placed.leaf });
            rows.add(unit.node, sealed, placed);
        }
        receipts.push(of_unit);
    }
    (receipts, rows)
}

/// Takes what may share a group: the first unit's node, in order, within the limits.
fn take_group(waiting: &mut VecDeque<Pending>) -> Vec<Pending> {
    let Some(first) = waiting.pop_front() else {
        return Vec::new();
    };
    let node = first.node;
    let (mut acts, mut bytes) = (first.acts.len(), first.weight);
    let mut group = vec![first];
    let mut others = VecDeque::new();
    while let Some(unit) = waiting.pop_front() {
        if unit.node == node && acts + unit.acts.len() <= GROUP_ACTS && bytes + unit.weight <= GROUP_BYTES {
            acts += unit.acts.len();
            bytes += unit.weight;
            group.push(unit);
        } else {
            others.push_back(unit);
        }
    }
    *waiting = others;
    group
}

/// Step 1: every head that an act names must stand where the act expects it. First on a head wins. Nothing is answered
/// where another process opened one of the heads between the look and the insert.
async fn heads(
    tx: &mut Tx,
    postgres: bool,
    node: i64,
    units: &[Pending],
) -> Result<Option<HashMap<usize, RecordError>>, StoreFault> {
    let named: BTreeSet<u128> =
        units.iter().flat_map(|unit| unit.acts.iter().flat_map(|(act, _)| act.heads().map(|(head, _)| head))).collect();
    let mut stands: HashMap<u128, u64> = HashMap::with_capacity(named.len());
    for part in named.iter().copied().collect::<Vec<_>>().chunks(900) {
        let places: Vec<String> = (0..part.len()).map(|at| format!("${}", at + 2)).collect();
        let sql = format!(
            "select matter, version from head where node = $1 and matter in ({}) order by matter{}",
            places.join(", "),
            if postgres { " for update" } else { "" }
        );
        let mut values = vec![Value::Int(node)];
        values.extend(part.iter().map(|head| Value::id(*head)));
        for row in tx.rows(&sql, &values).await? {
            stands.insert(row.id(0)?, row.int(1)? as u64);
        }
    }
    let before = stands.clone();
    let mut losers = HashMap::new();
    for (place, unit) in units.iter().enumerate() {
        // A unit's own acts follow one another; what it moved is kept only if all of it may go.
        let mut moved: HashMap<u128, u64> = HashMap::new();
        let mut lost = None;
        for (head, makes) in unit.acts.iter().flat_map(|(act, _)| act.heads()) {
            let found = moved.get(&head).or_else(|| stands.get(&head)).copied().unwrap_or(0);
            if found + 1 == makes {
                moved.insert(head, makes);
            } else {
                lost = Some(RecordError::Conflict { matter: head, expected: makes.saturating_sub(1), found });
                break;
            }
        }
        match lost {
            None => stands.extend(moved),
            Some(error) => {
                losers.insert(place, error);
            }
        }
    }
    if !losers.is_empty() {
        replay_of_a_command(tx, node, units, &mut losers).await?;
        return Ok(Some(losers));
    }
    let opened: Vec<Vec<Value>> = stands
        .iter()
        .filter(|(head, _)| !before.contains_key(head))
        .map(|(head, version)| vec![node.into(), (*head).into(), (*version as i64).into()])
        .collect();
    let opened: Vec<&[Value]> = opened.iter().map(Vec::as_slice).collect();
    let made = tx
        .values(
            "insert into head (node, matter, version) values ",
            &opened,
            " on conflict (node, matter) do nothing returning matter",
            &[],
        )
        .await?;
    if made.len() < opened.len() {
        return Ok(None);
    }
    let moved: Vec<Vec<Value>> = stands
        .iter()
        .filter(|(head, version)| before.get(head).is_some_and(|old| old < version))
        .map(|(head, version)| vec![(*head).into(), (*version as i64).into()])
        .collect();
    let moved: Vec<&[Value]> = moved.iter().map(Vec::as_slice).collect();
    tx.values(
        "update head set version = v.column2 from (values ",
        &moved,
        ") as v where node = ? and matter = v.column1",
        &[node.into()],
    )
    .await?;
    Ok(Some(losers))
}

/// A retry loses on its head, because its first attempt moved it: it is owed the first receipt, not a conflict.
async fn replay_of_a_command(
    tx: &mut Tx,
    node: i64,
    units: &[Pending],
    losers: &mut HashMap<usize, RecordError>,
) -> Result<(), StoreFault> {
    for (place, error) in losers.iter_mut() {
        let Some(command) = units[*place].acts.iter().find_map(|(act, _)| act.command.as_ref()) else {
            continue;
        };
        let held = tx
            .rows(
                "select act from claim where node = $1 and space = $2 and key = $3",
                &[node.into(), COMMANDS.into(), command.as_str().into()],
            )
            .await?;
        if let Some(row) = held.first() {
            *error = RecordError::Taken { space: COMMANDS.to_owned(), key: command.clone(), holder: row.id(0)? };
        }
    }
    Ok(())
}

/// Step 2: claims in key order, command names among them. What is not returned is taken.
async fn claims(tx: &mut Tx, node: i64, units: &[Pending]) -> Result<HashMap<usize, RecordError>, StoreFault> {
    let (wanted, mut losers) = plan::claims(units);
    if !losers.is_empty() || wanted.is_empty() {
        return Ok(losers);
    }
    let rows = plan::claim_rows(node, &wanted);
    let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
    let made = tx
        .values(
            "insert into claim (node, space, key, matter, act) values ",
            &rows,
            " on conflict (node, space, key) do nothing returning space, key",
            &[],
        )
        .await?;
    if made.len() == wanted.len() {
        return Ok(losers);
    }
    let mut won = BTreeSet::new();
    for row in &made {
        won.insert((row.text(0)?, row.text(1)?));
    }
    for ((space, key), (place, matter, _)) in wanted.iter().filter(|(claim, _)| !won.contains(claim)) {
        let holder = tx
            .rows(
                "select matter, act from claim where node = $1 and space = $2 and key = $3",
                &[node.into(), space.as_str().into(), key.as_str().into()],
            )
            .await?;
        let holder = holder.first().map_or(Ok(0), |row| if space == COMMANDS { row.id(1) } else { row.id(0) })?;
        // A matter may claim again what it holds.
        if space == COMMANDS || holder != *matter {
            losers.insert(*place, RecordError::Taken { space: space.clone(), key: key.clone(), holder });
        }
    }
    Ok(losers)
}
