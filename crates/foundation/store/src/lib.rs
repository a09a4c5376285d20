//! The one write path. Whatever a platform changes, it changes through [`Store::record`]: an act in the ledger and the
//! rows derived from it, in one transaction, durable when it returns. Everything else here serves that: the feed that
//! supervision and indicators follow, the timer queue, blobs, operational tables, migrations, rebuild and verification.
//!
//! Rows are data ([`Change`]), made by a pure function of the event; no transaction leaves this crate, and reads go
//! through connections that cannot write. Source: `ledger.md` §2 (recording), §3 (feed), §5 (SQL both stores run).

mod apply;
mod backup;
mod blob;
mod db;
mod durable;
mod erase;
mod fault;
mod feed;
mod fold;
mod keyed;
mod keyring;
mod lease;
mod measure;
mod migrate;
mod only;
mod operate;
mod part;
pub mod payload;
mod plan;
mod publish;
mod rebuild;
mod receipt;
mod record;
mod seal;
mod table;
mod tiles;
mod timer;
mod trip;
mod value;
mod verify;
mod witness;
mod writer;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

pub use backup::{Manifest, Part, RestoreError};
pub use blob::{BlobId, Blobs};
pub use durable::Durability;
pub use erase::{COPIES_DAYS, EraseError, Erased, TOMBSTONE, Tombstone};
pub use fault::{RecordError, StoreFault, chain};
pub use feed::{Recorded, move_cursor};
pub use keyed::{SHREDDED, Shredded, Shredding};
pub use keyring::{Keyring, write_private};
pub use lease::LEASE_MS;
pub use measure::{Figures, Histogram, Measures};
pub use migrate::{Migration, Schema};
pub use operate::{OPERATIONAL, Operation};
pub use publish::{PublishError, Published, Signer};
pub use rebuild::{Difference, Projector, RebuildReport};
pub use record::{Actor, Class, Draft, Level, Receipt, Stamp, Unit};
pub use table::{Change, Changes, Column, Key, Row as TableRow, Table, bytes, int, set, text};
pub use timer::{TIMER, Timer};
pub use value::{Kind, Row, Value, place, places};
pub use verify::Verdict;
pub use witness::Cosignature;

use db::Db;
use keyed::MatterKey;
use writer::{Pending, Writer};

/// Where a node keeps its database.
#[derive(Clone, PartialEq, Eq)]
pub enum Location {
    /// The embedded store in this file.
    Sqlite(PathBuf),
    /// A PostgreSQL server, and the schema to use where it is not the default one.
    Postgres {
        /// `postgres://…`; holds a password, so it is never printed.
        url: String,
        /// For tests that share a server.
        schema: Option<String>,
    },
}

impl Location {
    /// Reads `--store`: `postgres://…`, `sqlite:PATH` or a path; nothing means a file in the data folder.
    pub fn parse(text: Option<&str>, data: &Path) -> Location {
        match text {
            None => Location::Sqlite(data.join("node.sqlite")),
            Some(url) if url.starts_with("postgres://") || url.starts_with("postgresql://") => {
                Location::Postgres { url: url.to_owned(), schema: None }
            }
            Some(path) => Location::Sqlite(PathBuf::from(path.strip_prefix("sqlite:").unwrap_or(path))),
        }
    }

    /// The kind of store, fit for a log.
    pub fn kind(&self) -> &'static str {
        match self {
            Location::Sqlite(_) => "SQLite",
            Location::Postgres { .. } => "PostgreSQL",
        }
    }
}

/// Connections for reading, unless somebody says otherwise.
const READERS: u32 = 8;

impl std::fmt::Debug for Location {
    /// Never prints the password in an address.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

struct Inner {
    db: Arc<Db>,
    blobs: Blobs,
    schemas: Vec<Schema>,
    queue: mpsc::Sender<Pending>,
    grown: watch::Receiver<BTreeMap<i64, u64>>,
    measures: Arc<Measures>,
}

/// A node's store. Cheap to clone.
#[derive(Clone)]
pub struct Store {
    inner: Arc<Inner>,
}

impl Store {
    /// Opens the store, migrates it, and starts its writer on the running Tokio runtime.
    ///
    /// # Errors
    /// If it cannot be reached, was written by a newer version, or a table is not as its platform describes it.
    pub async fn open(location: &Location, blobs: Blobs, platforms: &[Schema]) -> Result<Store, StoreFault> {
        Store::open_with(location, blobs, platforms, READERS).await
    }

    /// The same with so many connections for reading.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub async fn open_with(
        location: &Location,
        blobs: Blobs,
        platforms: &[Schema],
        readers: u32,
    ) -> Result<Store, StoreFault> {
        let db = match location {
            Location::Sqlite(path) => Db::sqlite(path, readers).await?,
            Location::Postgres { url, schema } => Db::postgres(url, schema.as_deref(), readers).await?,
        };
        let db = Arc::new(db);
        let schemas: Vec<Schema> = std::iter::once(migrate::CORE).chain(platforms.iter().copied()).collect();
        migrate::migrate(&db, &schemas).await?;
        let (queue, waiting) = mpsc::channel(4096);
        let (grow, grown) = watch::channel(BTreeMap::new());
        let measures = Arc::new(Measures::default());
        let writer = Writer::new(Arc::clone(&db), waiting, grow, Arc::clone(&measures));
        tokio::spawn(writer.run());
        Ok(Store { inner: Arc::new(Inner { db, blobs, schemas, queue, grown, measures }) })
    }

    /// Records one act and the rows derived from it. When it returns, both are durable and the log's frontier covers
    /// the act. A command given again with the same content returns the first receipt.
    ///
    /// # Errors
    /// See [`RecordError`]: the expected ones concern this act alone, whoever shared its group.
    pub async fn record(&self, act: Draft, changes: Changes) -> Result<Receipt, RecordError> {
        let receipts = self.record_unit(Unit { acts: vec![(act, changes)], operations: Vec::new() }).await?;
        receipts.into_iter().next().ok_or(RecordError::Fault(StoreFault::Stopped))
    }

    /// Records several acts of one node that stand or fall together.
    ///
    /// # Errors
    /// As [`Store::record`]; a compare-and-set among the operations that does not hold is a conflict.
    pub async fn record_unit(&self, unit: Unit) -> Result<Vec<Receipt>, RecordError> {
        let Some(node) = unit.acts.first().map(|(act, _)| act.node) else {
            return if self.operate(&unit.operations).await? {
                Ok(Vec::new())
            } else {
                Err(RecordError::Conflict { matter: 0, expected: 0, found: 0 })
            };
        };
        let erases = unit.acts.iter().flat_map(|(_, changes)| changes).any(Change::erases);
        let mut weight = 0;
        let mut acts = Vec::with_capacity(unit.acts.len());
        let mut keys: BTreeMap<u128, MatterKey> = BTreeMap::new();
        for (draft, changes) in unit.acts {
            if draft.node != node {
                return Err(RecordError::Malformed("acts of several nodes in one unit".to_owned()));
            }
            let heads = std::iter::once(draft.matter).chain(draft.also.iter().map(|(head, _)| *head)).collect();
            apply::rows_belong_to_heads(node, &heads, &changes).map_err(RecordError::Malformed)?;
            let key = match keys.get(&draft.matter) {
                // One act of the unit brings the key of its matter, the others use it.
                Some(key) if keyed::is_confidential(draft.kind, &draft.class) => {
                    Some(MatterKey { is_new: false, ..*key })
                }
                _ => self.key_for(&draft).await?,
            };
            keys.extend(key.map(|key| (draft.matter, key)));
            let sealed = seal::seal(draft, key).map_err(RecordError::Malformed)?;
            weight += sealed.weight() + changes.iter().map(Change::weight).sum::<usize>();
            acts.push((sealed, changes));
        }
        let retried = acts.iter().find_map(|(sealed, _)| Some((sealed.command.clone()?, sealed.content())));
        let (answer, answered) = oneshot::channel();
        let pending = Pending { node, acts, operations: unit.operations, weight, answer };
        self.inner.queue.send(pending).await.map_err(|_| StoreFault::Stopped)?;
        match answered.await.map_err(|_| StoreFault::Stopped)? {
            Err(RecordError::Taken { space, holder, .. }) if space == writer::COMMANDS => match retried {
                Some((_, content)) => self.first_receipt(node, holder, &content).await.map(|receipt| vec![receipt]),
                None => Err(RecordError::CommandReused),
            },
            Ok(receipts) if erases => {
                // Recorded it is; what lingers in the journal goes with the next checkpoint of the file at the latest.
                if let Err(fault) = self.db().forget().await {
                    tracing::warn!(fault = chain(&fault), "the journal keeps what was erased until it is folded");
                }
                Ok(receipts)
            }
            other => other,
        }
    }

    /// The receipt of the act a command first made, if it had the same content.
    async fn first_receipt(&self, node: i64, act: u128, content: &seal::Content) -> Result<Receipt, RecordError> {
        let first = self.act_by_id(node, act).await?.ok_or(RecordError::CommandReused)?;
        let body = self.stored_body(node, first.idx).await?.ok_or(RecordError::CommandReused)?;
        let same = body.seed.is_some_and(|seed| content.is_committed_by(&seed, &first));
        if !same {
            return Err(RecordError::CommandReused);
        }
        let leaf = self
            .read("select data from leaf where node = $1 and idx = $2", &[node.into(), (first.idx as i64).into()])
            .await?;
        let leaf = leaf.first().ok_or_else(|| StoreFault::Nonsense(format!("act {} has no leaf", first.idx)))?;
        let leaf = leaf
            .bytes(0)?
            .try_into()
            .map_err(|_| StoreFault::Nonsense(format!("leaf {} is not 33 bytes", first.idx)))?;
        Ok(Receipt { node, idx: first.idx, leaf })
    }

    /// The store of attachments, imports and reports.
    pub fn blobs(&self) -> &Blobs {
        &self.inner.blobs
    }

    /// Sizes of the logs that grew in this process; changes whenever an act commits.
    pub fn grown(&self) -> watch::Receiver<BTreeMap<i64, u64>> {
        self.inner.grown.clone()
    }

    /// The kind of store: `SQLite` or `PostgreSQL`.
    pub fn kind(&self) -> &'static str {
        if self.inner.db.is_postgres() { "PostgreSQL" } else { "SQLite" }
    }

    /// Whether it answers.
    pub async fn ping(&self) -> Result<(), StoreFault> {
        self.read("select 1", &[]).await.map(drop)
    }

    /// Lets the connections go; for a clean end.
    pub async fn close(&self) {
        self.inner.db.close().await;
    }

    pub(crate) fn db(&self) -> &Db {
        &self.inner.db
    }

    pub(crate) fn tables(&self) -> impl Iterator<Item = &'static Table> + '_ {
        self.inner.schemas.iter().flat_map(|schema| schema.tables.iter().copied())
    }
}
