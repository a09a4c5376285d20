//! Importing: a file becomes batches, each an act that names the blob of its accepted rows.
//!
//! Streaming and resumable: a batch's command is the file's digest and the batch's number, so that an import given again
//! goes over what is recorded without writing it twice, and goes on where it stopped. Bad lines and values are held
//! back with line, path and reason; the good ones are loaded. What arrives of a process that the node holds is brought
//! together with it ([`settle`]); a small import is judged at once (see [`crate::prompt`]).

mod produce;
mod settle;
mod tree;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::store::{Actor, Draft, RecordError, Store, StoreFault};
use kernel::{Clock, MatterId, NodeId, Secrecy};
use redflags_rules::settings::Settings;
use sha2::{Digest as _, Sha256};

use crate::events::{Counts, RedflagEvent};
use crate::prompt::{MOST_AT_ONCE, Prompted};
use crate::rows;
use crate::screening::QueuePolicy;
use crate::store as queries;

pub use produce::Input;

/// Who imports or screens: what the act states and the page shows.
#[derive(Clone, Debug)]
pub struct By {
    /// The actor of the act.
    pub actor: Actor,
    /// The post, if an officer acts.
    pub post: Option<String>,
    /// The organ.
    pub organ: Option<String>,
    /// For whom, if an officer acts for another.
    pub on_behalf_of: Option<String>,
    /// The post's name for pages.
    pub name: String,
}

impl By {
    /// The system itself, from the command line.
    pub fn system(component: &str) -> By {
        By {
            actor: Actor::System { component: component.to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() },
            post: None,
            organ: None,
            on_behalf_of: None,
            name: component.to_owned(),
        }
    }
}

/// Why an import stopped. What was recorded before stays; the same import goes on from there.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The file cannot be read.
    #[error("{path}: {cause}", path = path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// The system's words.
        #[source]
        cause: std::io::Error,
    },
    /// The mapping does not fit the file.
    #[error("the mapping does not fit: {0}")]
    Mapping(String),
    /// Somebody else imports into the same source at the same time.
    #[error("another import into this source is running; try again when it has ended")]
    Busy,
    /// The store failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// How an import is going.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Progress {
    /// Bytes read.
    pub bytes: u64,
    /// Bytes of the file.
    pub total: u64,
    /// Counts so far.
    pub counts: Counts,
}

/// What an import came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Imported {
    /// Counts of the file.
    pub counts: Counts,
    /// Whether the same file had been imported before, to its end.
    pub before: bool,
    /// What judging it at once came to; `None` where it is left to the next run.
    pub prompt: Option<Prompted>,
}

/// How far a file was imported before.
#[derive(Clone, Copy)]
struct Recorded {
    counts: Counts,
    finished: bool,
    batches: i64,
    /// When the newest of its batches was recorded, milliseconds since 1970.
    at: i64,
}

/// Imports into the sources of one node.
#[derive(Clone)]
pub struct Importer {
    pub(crate) store: Store,
    pub(crate) node: NodeId,
    pub(crate) clock: Arc<dyn Clock>,
    /// The pack; what is in force is asked for by [`Importer::settings_in_force`].
    pub(crate) settings: Arc<Settings>,
    pub(crate) in_force: crate::force::InForce,
    pub(crate) policy: QueuePolicy,
    pub(crate) references: crate::frozen::Kept,
}

/// One batch on its way from the reading thread to the ledger.
struct Batch {
    loaded: Vec<settle::Loaded>,
    held: Vec<rows::Held>,
    counts: Counts,
    bytes: u64,
    finished: bool,
}

impl Importer {
    /// An importer of a node.
    pub fn new(store: Store, node: NodeId, clock: Arc<dyn Clock>, settings: Arc<Settings>) -> Importer {
        Importer {
            store,
            node,
            clock,
            settings,
            in_force: Default::default(),
            policy: QueuePolicy::default(),
            references: Default::default(),
        }
    }

    /// The same with another rule of what goes to the queue when an import is judged at once.
    #[must_use]
    pub fn with_policy(self, policy: QueuePolicy) -> Importer {
        Importer { policy, ..self }
    }

    /// The matter of a source, by its code: derived, so that entering it twice is entering it once.
    pub fn source_matter(code: &str) -> MatterId {
        derived("qingyuan.redflags.source", code)
    }

    /// Enters a source unless it is there.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn enter_source(
        &self,
        code: &str,
        name: &str,
        mapping: Option<&str>,
        by: &By,
    ) -> Result<MatterId, StoreFault> {
        let matter = Importer::source_matter(code);
        if self.store.version(self.node.number(), matter.value()).await? > 0 {
            return Ok(matter);
        }
        let event = RedflagEvent::SourceEntered {
            code: code.to_owned(),
            name: name.to_owned(),
            mapping: mapping.map(str::to_owned),
        };
        match self.record(matter, 1, &event, by, None, Default::default()).await {
            // Entered by another process meanwhile.
            Ok(()) | Err(RecordError::Conflict { .. } | RecordError::Taken { .. }) => Ok(matter),
            Err(RecordError::Fault(fault)) => Err(fault),
            Err(other) => Err(StoreFault::Nonsense(other.to_string())),
        }
    }

    /// Records how secret a source is from now on.
    ///
    /// # Errors
    /// If somebody imported into it or classified it meanwhile, or the store fails.
    pub async fn classify_source(&self, source: MatterId, event: &RedflagEvent, by: &By) -> Result<(), RecordError> {
        let version = self.store.version(self.node.number(), source.value()).await? + 1;
        self.record(source, version, event, by, None, Default::default()).await
    }

    /// How secret the source is that a matter belongs to: its own, or that of its runs. What belongs to no source is ordinary.
    pub(crate) async fn secrecy_of(&self, matter: MatterId) -> Result<Secrecy, StoreFault> {
        let mut sources = queries::sources(&self.store, self.node, None).await?.into_iter();
        let of = sources.find(|it| it.matter == matter || Importer::screening_matter(it.matter) == matter);
        Ok(of.map(|source| source.secrecy).unwrap_or_default())
    }

    /// Imports one input into a source. Recorded batch by batch; may be given again after any interruption.
    ///
    /// A small one is judged at once where the source has been screened before: see [`Importer::judge_at_once`].
    ///
    /// # Errors
    /// See [`ImportError`]; bad rows are no error but counted and held.
    pub async fn import(
        &self,
        source: MatterId,
        input: Input,
        by: &By,
        mut progress: impl FnMut(Progress),
    ) -> Result<Imported, ImportError> {
        let (digest, total) = digest_of(&input).await?;
        let recorded = self.recorded(source, &digest).await?;
        if let Some(recorded) = recorded.filter(|recorded| recorded.finished) {
            let prompt = self.judge_what_was_left(source, &digest, input, &recorded, by).await?;
            return Ok(Imported { counts: recorded.counts, before: true, prompt });
        }
        let (send, mut batches) = tokio::sync::mpsc::channel::<Result<Batch, ImportError>>(2);
        let name = input.name();
        let today = rows::day_of(self.clock.now().ms());
        let reading = tokio::task::spawn_blocking(move || produce::produce(input, today, &send));
        let mut ordinal = 0;
        let mut counts = Counts::default();
        // Values that merging set aside, which the reading thread does not know of.
        let mut merged = 0;
        let mut changed = Changed::default();
        while let Some(batch) = batches.recv().await {
            let batch = batch?;
            if let Some(recorded) = recorded
                && ordinal < recorded.batches
            {
                // Recorded before an interruption, by whomever; batches of one file are the same each time. Which of its
                // processes were new then nobody knows any more.
                merged = recorded.counts.set_aside.saturating_sub(batch.counts.set_aside).max(0);
                changed.extend(batch.loaded.into_iter().map(|loaded| loaded.ocid));
                counts = batch.counts;
                ordinal += 1;
                progress(Progress { bytes: batch.bytes, total, counts });
                continue;
            }
            let version = self.store.version(self.node.number(), source.value()).await? + 1;
            let settled = self.settle(source, batch.loaded).await?;
            merged += settled.faults.len() as i64;
            counts = Counts { set_aside: batch.counts.set_aside + merged, ..batch.counts };
            changed.extend(settled.changed);
            let mut held = batch.held;
            held.extend(settled.faults.into_iter().map(|(fault, ocid)| produce::held(&fault, Some(ocid))));
            let blobs = self.make_durable(settled.accepted, settled.history, held).await?;
            let event = RedflagEvent::BatchImported {
                file: digest.clone(),
                name: name.clone(),
                bytes: i64::try_from(total).unwrap_or(i64::MAX),
                ordinal,
                accepted: blobs.accepted,
                history: blobs.history,
                held: blobs.held,
                rows: blobs.rows,
                counts,
                finished: batch.finished,
                officer: by.name.clone(),
            };
            // With the source: the same file may be imported into two.
            let command = format!("import:{source}:{digest}:{ordinal}");
            match self.record(source, version, &event, by, Some(command), blobs.contents).await {
                // The same batch of the same file was recorded before, by whomever: an import that goes on passes over it.
                Ok(()) | Err(RecordError::CommandReused) => {}
                Err(RecordError::Conflict { .. } | RecordError::Taken { .. }) => return Err(ImportError::Busy),
                Err(RecordError::Fault(fault)) => return Err(fault.into()),
                Err(other) => return Err(StoreFault::Nonsense(other.to_string()).into()),
            }
            ordinal += 1;
            progress(Progress { bytes: batch.bytes, total, counts });
        }
        reading.await.map_err(|error| StoreFault::Nonsense(format!("the reading thread: {error}")))?;
        let prompt = match changed.few() {
            Some(ocids) => self.judge_at_once(source, &digest, ocids, by).await?,
            None => None,
        };
        Ok(Imported { counts, before: false, prompt })
    }

    /// The second half of an import that broke off between the two: all is recorded, and not yet judged.
    async fn judge_what_was_left(
        &self,
        source: MatterId,
        digest: &str,
        input: Input,
        recorded: &Recorded,
        by: &By,
    ) -> Result<Option<Prompted>, ImportError> {
        if recorded.counts.loaded > MOST_AT_ONCE as i64 || !self.is_left(source, digest, recorded.at).await? {
            return Ok(None);
        }
        let (send, mut batches) = tokio::sync::mpsc::channel::<Result<Batch, ImportError>>(2);
        let today = rows::day_of(self.clock.now().ms());
        let reading = tokio::task::spawn_blocking(move || produce::produce(input, today, &send));
        let mut all = Changed::default();
        while let Some(batch) = batches.recv().await {
            all.extend(batch?.loaded.into_iter().map(|loaded| loaded.ocid));
        }
        reading.await.map_err(|error| StoreFault::Nonsense(format!("the reading thread: {error}")))?;
        match all.few() {
            Some(ocids) => Ok(self.judge_at_once(source, digest, ocids, by).await?),
            None => Ok(None),
        }
    }

    /// Puts a batch's blobs where they stay; nothing is recorded before they are.
    async fn make_durable(
        &self,
        accepted: Vec<u8>,
        history: Vec<rows::History>,
        held: Vec<rows::Held>,
    ) -> Result<BatchBlobs, StoreFault> {
        let store = self.store.clone();
        blocking(move || {
            let no_json = |error| StoreFault::Nonsense(format!("rows of a batch: {error}"));
            let history = rows::to_lines(&history).map_err(no_json)?;
            let held = rows::to_lines(&held).map_err(no_json)?;
            let rows = tree::tree(&[&accepted, &history, &held])?;
            let mut contents = std::collections::BTreeMap::new();
            let mut put = |content: Vec<u8>| {
                if content.is_empty() {
                    return Ok::<_, StoreFault>(None);
                }
                let id = store.blobs().put(&content)?.to_string();
                contents.insert(id.clone(), content);
                Ok(Some(id))
            };
            let (accepted, history, held) = (put(accepted)?, put(history)?, put(held)?);
            Ok(BatchBlobs { accepted, history, held, rows, contents })
        })
        .await
    }

    /// How far a file was imported before.
    async fn recorded(&self, source: MatterId, digest: &str) -> Result<Option<Recorded>, StoreFault> {
        let id: ::store::BlobId = digest.parse()?;
        let rows = self
            .store
            .read(
                "select rows_read, loaded, held, set_aside, finished, batches, at from import_file \
                 where node = $1 and matter = $2 and digest = $3",
                &[self.node.number().into(), source.value().into(), id.0.to_vec().into()],
            )
            .await?;
        rows.first()
            .map(|row| {
                let counts =
                    Counts { read: row.int(0)?, loaded: row.int(1)?, held: row.int(2)?, set_aside: row.int(3)? };
                Ok(Recorded { counts, finished: row.truth(4)?, batches: row.int(5)?, at: row.int(6)? })
            })
            .transpose()
    }

    /// Records one event with its rows.
    pub(crate) async fn record(
        &self,
        matter: MatterId,
        version: u64,
        event: &RedflagEvent,
        by: &By,
        command: Option<String>,
        blobs: std::collections::BTreeMap<String, Vec<u8>>,
    ) -> Result<(), RecordError> {
        let now = self.clock.now();
        let node = self.node.number();
        let (settings, of, at) = (Arc::clone(&self.settings), event.clone(), now.ms());
        let changes = blocking(move || {
            rows::changes(node, matter.value(), at, &of, &blobs, &settings)
                .map_err(|error| StoreFault::Nonsense(error.to_string()))
        })
        .await?;
        let content = Draft::event_of(event).map_err(|error| RecordError::Malformed(error.to_string()))?;
        let stamp = directory::stamp(self.node, now, self.clock.today())?;
        // What changes the class has the class that it makes.
        let secrecy = match event.classified() {
            Some(secrecy) => secrecy,
            None => self.secrecy_of(matter).await?,
        };
        let draft = Draft {
            class: secrecy::act_class(matter.value(), &secrecy),
            post: by.post.clone(),
            organ: by.organ.clone(),
            on_behalf_of: by.on_behalf_of.clone(),
            command,
            ..Draft::new(stamp, event.kind(), (matter.value(), version), by.actor.clone(), content)
        };
        self.store.record(draft, changes).await.map(drop)
    }
}

/// The blobs of a batch: their names, their contents by name, and the tree over their lines.
struct BatchBlobs {
    accepted: Option<String>,
    history: Option<String>,
    held: Option<String>,
    rows: Option<crate::events::RowTree>,
    contents: std::collections::BTreeMap<String, Vec<u8>>,
}

/// The processes that an import changed, as long as they are few.
#[derive(Default)]
struct Changed {
    ocids: std::collections::BTreeSet<String>,
    many: bool,
}

impl Changed {
    fn extend(&mut self, ocids: impl IntoIterator<Item = String>) {
        if !self.many {
            self.ocids.extend(ocids);
            self.many = self.ocids.len() > MOST_AT_ONCE;
        }
        if self.many {
            self.ocids.clear();
        }
    }

    fn few(self) -> Option<Vec<String>> {
        (!self.many).then(|| self.ocids.into_iter().collect())
    }
}

/// A 128-bit id from a domain and a text.
pub(crate) fn derived(domain: &str, text: &str) -> MatterId {
    let mut hash = Sha256::new();
    hash.update(domain.as_bytes());
    hash.update([0]);
    hash.update(text.as_bytes());
    let digest = hash.finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&digest[..16]);
    MatterId::new(u128::from_be_bytes(id))
}

/// Work that computes or waits for the disk, off the threads that answer requests.
pub(crate) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, StoreFault> + Send + 'static,
) -> Result<T, StoreFault> {
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| StoreFault::Nonsense(format!("a worker thread ended: {error}")))?
}

/// SHA-256 over the files of an input, in hexadecimal, and their size.
async fn digest_of(input: &Input) -> Result<(String, u64), ImportError> {
    let (paths, mapping) = (input.paths(), input.mapping_text());
    tokio::task::spawn_blocking(move || {
        let mut hash = Sha256::new();
        let mut total = 0;
        for path in paths {
            total += hash_file(&mut hash, &path).map_err(|cause| ImportError::File { path, cause })?;
        }
        if let Some(mapping) = mapping {
            hash.update(mapping.as_bytes());
        }
        let digest: [u8; 32] = hash.finalize().into();
        Ok((::store::BlobId(digest).to_string(), total))
    })
    .await
    .map_err(|error| StoreFault::Nonsense(format!("a worker thread ended: {error}")))?
}

fn hash_file(hash: &mut Sha256, path: &Path) -> std::io::Result<u64> {
    use std::io::Read as _;
    let mut file = std::fs::File::open(path)?;
    let mut buffer = vec![0; 1 << 20];
    let mut total = 0;
    loop {
        let read = file.read(&mut buffer)?;
        if read == 0 {
            return Ok(total);
        }
        hash.update(&buffer[..read]);
        total += read as u64;
    }
}
