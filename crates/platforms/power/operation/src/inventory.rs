//! Proposing, reviewing, publishing: what pages, imports and the demo record by the same way.

use access::Hand;
use casework::Library;
use directory::{Directory, draft, new_act};
use flow::ElementId;
use kernel::{Clock, Day, MatterId, NodeId, PostId};
use store::{Change as RowChange, Changes, Draft, RecordError, StoreFault};

use crate::decide::{self, Around, Bound, Given, Refusal};
use crate::events::{Change, PowerEvent};
use crate::item::Item;
use crate::rows;
use crate::types::{Content, Fault, Faulty, Field, Wrong};

/// The space of claims on codes: no two items of a node have one.
const CODES: &str = "power.code";

/// Records what becomes of items. Cheap to clone.
#[derive(Clone)]
pub struct Inventory {
    directory: Directory,
    library: Library,
}

/// Why nothing was recorded.
#[derive(Debug, thiserror::Error)]
pub enum InventoryError {
    /// There is no such item.
    #[error("there is no such item")]
    NoItem,
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

impl Inventory {
    /// For a node, and the processes that items are bound to.
    pub fn new(directory: Directory, library: Library) -> Inventory {
        Inventory { directory, library }
    }

    /// The directory.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The processes.
    pub fn library(&self) -> &Library {
        &self.library
    }

    pub(crate) fn node(&self) -> i64 {
        self.directory.node().number()
    }

    fn here(&self) -> (NodeId, &dyn Clock) {
        (self.directory.node(), self.directory.clock())
    }

    /// An item as it stands.
    ///
    /// # Errors
    /// If there is none, or the store fails.
    pub async fn load(&self, id: MatterId) -> Result<Item, InventoryError> {
        let found = rows::load(self.directory.store(), self.node(), id).await?;
        found.map(|(item, _)| item).ok_or(InventoryError::NoItem)
    }

    /// What is known beside an item.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn around(&self, content: &Content, from: Day) -> Result<Around, StoreFault> {
        let today = self.directory.clock().today();
        let on = from.max(today);
        let register = self.directory.register().await?;
        let organ_stands = register.is_some_and(|register| register.organ_on(content.organ, on).is_some());
        Ok(Around { today, organ_stands, bound: self.bound(content.process.as_deref(), on).await? })
    }

    /// The process of that name as it is in force on a day.
    ///
    /// # Errors
    /// If its model cannot be read.
    pub async fn bound(&self, process: Option<&str>, on: Day) -> Result<Bound, StoreFault> {
        let Some(process) = process else { return Ok(Bound::None) };
        self.library.look().await?;
        let Some(version) = self.library.in_force(process, on) else { return Ok(Bound::NotThere) };
        let deployed = self.library.deployed(version.model).await?;
        let graph = deployed.readied.graphs.get(&ElementId::from(process));
        let clock = graph.and_then(|graph| graph.clock.as_ref());
        let counted = clock.map(|clock| (clock.statutory.budget, clock.promised.as_ref().map(|limit| limit.budget)));
        let (statutory, promised) = match (clock, counted) {
            // What only the organ promises stands where a law's limit would.
            (Some(clock), Some((own, _))) if clock.by_promise => (None, Some(own)),
            (_, Some((statutory, promised))) => (Some(statutory), promised),
            (_, None) => (None, None),
        };
        Ok(Bound::There { statutory, promised })
    }

    /// Proposes a new item; answers its matter.
    ///
    /// # Errors
    /// See [`InventoryError`]; a code that another item has is a fault of that field.
    pub async fn propose(&self, by: (Hand, PostId), given: Given) -> Result<MatterId, InventoryError> {
        let around = self.around(&given.content, given.from).await?;
        let code = given.content.code.clone();
        let event = decide::propose(None, by.0, given, around)?;
        let id = MatterId::new(new_act(self.directory.clock().now())?.value());
        let (draft, mut rows) = self.act(by, (id, 1), &event)?;
        rows.push(RowChange::Claim(CODES, code));
        match self.directory.store().record(draft, rows).await {
            Ok(_) => Ok(id),
            Err(RecordError::Taken { .. }) => {
                Err(Refusal::from(Faulty(vec![Fault { field: Field::Code, wrong: Wrong::Taken }])).into())
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Proposes another version of an item.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn amend(&self, by: (Hand, PostId), id: MatterId, given: Given) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let around = self.around(&given.content, given.from).await?;
        let event = decide::propose(Some(&item), by.0, given, around)?;
        self.record(by, &item, &event).await
    }

    /// Proposes that an item ends.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn repeal(
        &self,
        by: (Hand, PostId),
        id: MatterId,
        from: Day,
        reason: &str,
    ) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let event = decide::repeal(&item, by.0, from, reason, self.directory.clock().today())?;
        self.record(by, &item, &event).await
    }

    /// Says whether the law bears what waits.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn review(
        &self,
        by: (Hand, PostId),
        id: MatterId,
        passed: bool,
        opinion: &str,
    ) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let event = decide::review(&item, by.0, passed, opinion)?;
        self.record(by, &item, &event).await
    }

    /// Publishes what waits.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn publish(&self, by: (Hand, PostId), id: MatterId) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let pending = item.pending.as_ref().ok_or(Refusal::NothingWaits)?;
        let around = self.around(&pending.content, pending.from).await?;
        let event = decide::publish(&item, by.0, around)?;
        self.record(by, &item, &event).await
    }

    /// Does not publish what waits.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn refuse(&self, by: (Hand, PostId), id: MatterId, opinion: &str) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let event = decide::refuse(&item, by.0, opinion)?;
        self.record(by, &item, &event).await
    }

    /// Takes back what one proposed.
    ///
    /// # Errors
    /// See [`InventoryError`].
    pub async fn withdraw(&self, by: (Hand, PostId), id: MatterId) -> Result<(), InventoryError> {
        let item = self.load(id).await?;
        let event = decide::withdraw(&item, by.0)?;
        self.record(by, &item, &event).await
    }

    async fn record(&self, by: (Hand, PostId), item: &Item, event: &PowerEvent) -> Result<(), InventoryError> {
        let (draft, mut rows) = self.act(by, (item.id, item.acts + 1), event)?;
        rows.extend(code_free_after(item, event).map(|code| RowChange::Release(CODES, code)));
        self.directory.store().record(draft, rows).await?;
        Ok(())
    }

    fn act(
        &self,
        by: (Hand, PostId),
        (id, version): (MatterId, u64),
        event: &PowerEvent,
    ) -> Result<(Draft, Changes), StoreFault> {
        let draft = draft(self.here(), by, (id.value(), version), event.kind(), event)?;
        let rows = rows::changes(self.node(), id, event, draft.at)?;
        Ok((draft, rows))
    }
}

/// The code of an item that never came into force and does not any more: another may have it.
fn code_free_after(item: &Item, event: &PowerEvent) -> Option<String> {
    let over = matches!(
        event,
        PowerEvent::Refused { .. } | PowerEvent::Withdrawn { .. } | PowerEvent::Reviewed { passed: false, .. }
    );
    let pending = item.pending.as_ref().filter(|pending| over && pending.change == Change::Add)?;
    Some(pending.content.code.clone())
}
