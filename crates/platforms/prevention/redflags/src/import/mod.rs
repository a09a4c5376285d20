//! Importing: a file becomes batches, each an act that names the blob of its accepted rows.
//!
//! Streaming and resumable: a batch's command is the file's digest and the batch's number, so that an import given again
//! goes over what is recorded without writing it twice, and goes on where it stopped. Bad lines and values are held
//! back with line, path and reason; the good ones are loaded.

mod produce;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::store::{Actor, Class, Draft, Level, RecordError, Store, StoreFault};
use kernel::{Clock, MatterId, NodeId};
use redflags_rules::settings::Settings;
use sha2::{Digest as _, Sha256};

use crate::events::{Counts, RedflagEvent};
use crate::rows;

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
}

/// Imports into the sources of one node.
#[derive(Clone)]
pub struct Importer {
    pub(crate) store: Store,
    pub(crate) node: NodeId,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) settings: Arc<Settings>,
}

/// One batch on its way from the reading thread to the ledger.
struct Batch {
    accepted: Vec<u8>,
    held: Vec<rows::Held>,
    counts: Counts,
    bytes: u64,
    finished: bool,
}

impl Importer {
    /// An importer of a node.
    pub fn new(store: Store, node: NodeId, clock: Arc<dyn Clock>, settings: Arc<Settings>) -> Importer {
        Importer { store, node, clock, settings }
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

    /// Imports one input into a source. Recorded batch by batch; may be given again after any interruption.
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
        let node = self.node.number();
        let recorded = self.recorded(source, &digest).await?;
        if let Some((counts, true)) = recorded {
            return Ok(Imported { counts, before: true });
        }
        let recorded = recorded.map_or(Counts::default(), |(counts, _)| counts);
        let (send, mut batches) = tokio::sync::mpsc::channel::<Result<Batch, ImportError>>(2);
        let name = input.name();
        let today = rows::day_of(self.clock.now().ms());
        let reading = tokio::task::spawn_blocking(move || produce::produce(input, today, &send));
        let mut ordinal = 0;
        let mut counts = Counts::default();
        while let Some(batch) = batches.recv().await {
            let batch = batch?;
            counts = batch.counts;
            if !batch.finished && within(&counts, &recorded) {
                // Recorded before an interruption, by whomever; batches of one file are the same each time.
                ordinal += 1;
                progress(Progress { bytes: batch.bytes, total, counts });
                continue;
            }
            let store = self.store.clone();
            let (accepted, held, accepted_id, held_id) = blocking(move || {
                let held_lines =
                    rows::to_lines(&batch.held).map_err(|error| StoreFault::Nonsense(format!("held rows: {error}")))?;
                let accepted_id =
                    (!batch.accepted.is_empty()).then(|| store.blobs().put(&batch.accepted)).transpose()?;
                let held_id = (!held_lines.is_empty()).then(|| store.blobs().put(&held_lines)).transpose()?;
                Ok((batch.accepted, held_lines, accepted_id, held_id))
            })
            .await?;
            let event = RedflagEvent::BatchImported {
                file: digest.clone(),
                name: name.clone(),
                bytes: i64::try_from(total).unwrap_or(i64::MAX),
                ordinal,
                accepted: accepted_id.map(|id| id.to_string()),
                held: held_id.map(|id| id.to_string()),
                counts,
                finished: batch.finished,
                officer: by.name.clone(),
            };
            let blobs = [(accepted_id, accepted), (held_id, held)]
                .into_iter()
                .filter_map(|(id, content)| Some((id?.to_string(), content)))
                .collect();
            let version = self.store.version(node, source.value()).await? + 1;
            // With the source: the same file may be imported into two.
            let command = format!("import:{source}:{digest}:{ordinal}");
            match self.record(source, version, &event, by, Some(command), blobs).await {
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
        Ok(Imported { counts, before: false })
    }

    /// The counts of a file as far as it was imported before, and whether to its end.
    async fn recorded(&self, source: MatterId, digest: &str) -> Result<Option<(Counts, bool)>, StoreFault> {
        let id: ::store::BlobId = digest.parse()?;
        let rows = self
            .store
            .read(
                "select rows_read, loaded, held, set_aside, finished from import_file \
                 where node = $1 and matter = $2 and digest = $3",
                &[self.node.number().into(), source.value().into(), id.0.to_vec().into()],
            )
            .await?;
        rows.first()
            .map(|row| {
                let counts =
                    Counts { read: row.int(0)?, loaded: row.int(1)?, held: row.int(2)?, set_aside: row.int(3)? };
                Ok((counts, row.truth(4)?))
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
        let draft = Draft {
            node,
            id: directory::new_act(now)?.value(),
            at: now.ms(),
            day: directory::civil_day(self.clock.today()),
            kind: event.kind(),
            matter: matter.value(),
            version,
            also: Vec::new(),
            actor: by.actor.clone(),
            post: by.post.clone(),
            organ: by.organ.clone(),
            on_behalf_of: None,
            basis: Vec::new(),
            rules: Vec::new(),
            causes: Vec::new(),
            command,
            class: Class::of(Level::Internal),
            event: Draft::event_of(event).map_err(|error| RecordError::Malformed(error.to_string()))?,
            streams: Vec::new(),
        };
        self.store.record(draft, changes).await.map(drop)
    }
}

/// Whether a batch that ended with these counts lies within what was recorded.
fn within(counts: &Counts, recorded: &Counts) -> bool {
    counts.read <= recorded.read && counts.loaded <= recorded.loaded && counts.held <= recorded.held
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
