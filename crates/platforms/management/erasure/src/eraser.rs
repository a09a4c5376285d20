//! Proposing, refusing and doing: what a page and the demo record by the same way.

use std::sync::Arc;

use access::Hand;
use directory::{Directory, draft, new_act};
use kernel::{ActId, Clock, MatterId, NodeId, PostId};
use serde::Serialize;
use store::{
    Change, Changes, Class, Draft, EraseError, Projector, RecordError, Recorded, StoreFault, TOMBSTONE, Tombstone, Unit,
};

use crate::decide::{self, Erasure, Given, Refusal, Target};
use crate::events::ErasureEvent;
use crate::rows::{self, changes};

/// Attempts to record a tombstone; each sees what others did to the matter meanwhile.
const ATTEMPTS: u32 = 5;

/// The space of claims on acts from which an erasure waits: one at a time.
const WAITING: &str = "erasure.act";

/// All platforms of the house: what of their acts may go, and where else they keep it.
pub type Platforms = Arc<Vec<Box<dyn Projector>>>;

/// The tombstone as an event of the matter that it erases from: its platform has a variant for it.
#[derive(Serialize)]
#[serde(tag = "event", rename_all = "snake_case")]
enum Buried<'a> {
    Erased(&'a Tombstone),
}

/// Records what becomes of erasures.
#[derive(Clone)]
pub struct Eraser {
    directory: Directory,
    platforms: Platforms,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum EraserError {
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

impl From<EraseError> for EraserError {
    fn from(error: EraseError) -> EraserError {
        match error {
            EraseError::NoAct(_) | EraseError::NoField { .. } | EraseError::NoKey => Refusal::Fields.into(),
            EraseError::Sheet { .. } => StoreFault::Nonsense(error.to_string()).into(),
            EraseError::Fault(fault) => fault.into(),
        }
    }
}

impl Eraser {
    /// For a node.
    pub fn new(directory: Directory, platforms: Platforms) -> Eraser {
        Eraser { directory, platforms }
    }

    fn node(&self) -> i64 {
        self.directory.node().number()
    }

    fn here(&self) -> (NodeId, &dyn Clock) {
        (self.directory.node(), self.directory.clock())
    }

    /// The act at an index, and what of it may go.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn target(&self, idx: u64) -> Result<Option<(Target, Recorded)>, StoreFault> {
        let store = self.directory.store();
        // The store counts in 63 bits.
        let Some(act) = (if i64::try_from(idx).is_ok() { store.act_at(self.node(), idx).await? } else { None }) else {
            return Ok(None);
        };
        let kind = &act.act.kind;
        let may_go = self.platforms.iter().flat_map(|platform| platform.erasable(kind));
        let is_there = |field: &str| act.act.body.fields().any(|(path, _)| ledger::Path::new([field]).begins(path));
        let there: Vec<String> = may_go.filter(|field| is_there(field)).map(|field| (*field).to_owned()).collect();
        let waiting = rows::waits(store, self.node(), idx).await?;
        let target = Target { idx, kind: kind.clone(), matter: MatterId::new(act.act.matter), there, waiting };
        Ok(Some((target, act)))
    }

    /// Proposes an erasure; answers its matter.
    ///
    /// # Errors
    /// See [`EraserError`].
    pub async fn propose(&self, by: (Hand, PostId), idx: u64, given: Given) -> Result<MatterId, EraserError> {
        let (target, act) = self.target(idx).await?.ok_or(Refusal::NoAct)?;
        let event = decide::propose(&target, by.0, given)?;
        let id = MatterId::new(new_act(self.directory.clock().now())?.value());
        let (draft, mut rows) = self.act(by, (id, 1), act.act.class, &event)?;
        rows.push(Change::Claim(WAITING, idx.to_string()));
        match self.directory.store().record(draft, rows).await {
            Ok(_) => Ok(id),
            Err(RecordError::Taken { .. }) => Err(Refusal::Waiting.into()),
            Err(error) => Err(error.into()),
        }
    }

    /// Refuses a proposal.
    ///
    /// # Errors
    /// See [`EraserError`].
    pub async fn refuse(&self, by: (Hand, PostId), erasure: &Erasure, grounds: &str) -> Result<(), EraserError> {
        let event = decide::refuse(erasure, by.0, grounds)?;
        let (_, act) = self.target(erasure.idx).await?.ok_or(Refusal::NoAct)?;
        let (draft, rows) = self.act(by, (erasure.id, 2), act.act.class, &event)?;
        let rows = [rows, vec![Change::Release(WAITING, erasure.idx.to_string())]].concat();
        self.directory.store().record(draft, rows).await?;
        Ok(())
    }

    /// Approves a proposal, and erases: the tombstone with what it takes from the ledger and from the platforms' tables, and
    /// the approval, stand together.
    ///
    /// # Errors
    /// See [`EraserError`].
    pub async fn approve(&self, by: (Hand, PostId), erasure: &Erasure) -> Result<(), EraserError> {
        let tombstone = decide::approve(erasure, by.0)?;
        let mut attempts = 0;
        loop {
            attempts += 1;
            match self.bury(by, erasure, &tombstone).await {
                // Somebody worked on the matter meanwhile.
                Err(EraserError::Record(RecordError::Conflict { .. })) if attempts < ATTEMPTS => {}
                other => return other,
            }
        }
    }

    async fn bury(&self, by: (Hand, PostId), erasure: &Erasure, tombstone: &Tombstone) -> Result<(), EraserError> {
        let (store, node) = (self.directory.store(), self.node());
        let (_, act) = self.target(erasure.idx).await?.ok_or(Refusal::NoAct)?;
        let matter = act.act.matter;
        let version = store.version(node, matter).await? + 1;
        let buried = Draft {
            basis: vec![erasure.ground.basis().zh],
            class: act.act.class,
            causes: vec![act.act.id],
            ..draft(self.here(), by, (matter, version), TOMBSTONE, &Buried::Erased(tombstone))?
        };
        let mut blanks = self.blanks(node, (matter, version), tombstone);
        blanks.push(store.erasing(&act, &tombstone.fields).await?);
        let event = ErasureEvent::Approved { by: by.0.officer, tombstone: ActId::new(buried.id) };
        let (draft, rows) = self.act(by, (erasure.id, 2), act.act.class, &event)?;
        let approved = (draft, [rows, vec![Change::Release(WAITING, erasure.idx.to_string())]].concat());
        store.record_unit(Unit { acts: vec![(buried, blanks), approved], operations: Vec::new() }).await?;
        Ok(())
    }

    fn blanks(&self, node: i64, head: (u128, u64), tombstone: &Tombstone) -> Changes {
        let follows = self.platforms.iter().filter(|platform| platform.follows(TOMBSTONE));
        follows.flat_map(|platform| platform.blank(node, head, tombstone)).collect()
    }

    /// An act of an erasure, of the class of what it is about, with its rows.
    fn act(
        &self,
        by: (Hand, PostId),
        (id, version): (MatterId, u64),
        class: Class,
        event: &ErasureEvent,
    ) -> Result<(Draft, Changes), EraserError> {
        let draft = Draft { class, ..draft(self.here(), by, (id.value(), version), event.kind(), event)? };
        let rows = changes(self.node(), id, event, draft.at);
        Ok((draft, rows))
    }
}
