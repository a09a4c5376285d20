//! The reference that the newest run of a source froze. A large one takes seconds to read, so each is read once in a
//! process, however many ask for it at the same time.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use ::store::{BlobId, StoreFault};
use kernel::MatterId;
use redflags_rules::reference::{Reference, Snapshot};
use tokio::sync::OnceCell;

use crate::import::{Importer, blocking};
use crate::store as queries;

/// By screening: the digest of its newest reference, and the reference once somebody has asked for it.
pub(crate) type Kept = Arc<Mutex<HashMap<MatterId, (String, Cell)>>>;

type Cell = Arc<OnceCell<Arc<Reference>>>;

impl Importer {
    /// The number of the newest run of a source (0: none), and the reference that it froze.
    ///
    /// # Errors
    /// If the store cannot be read, or the blob is no snapshot.
    pub async fn frozen(&self, source: MatterId) -> Result<(i64, Option<Arc<Reference>>), StoreFault> {
        let matter = Importer::screening_matter(source);
        let rows = self
            .store
            .read(
                "select run, reference from run where node = $1 and matter = $2 order by run desc limit 1",
                &[self.node.number().into(), matter.value().into()],
            )
            .await?;
        let Some(row) = rows.first() else { return Ok((0, None)) };
        let reference = match row.opt_text(1)? {
            Some(digest) => Some(self.thawed(matter, &digest).await?),
            None => None,
        };
        Ok((row.int(0)?, reference))
    }

    /// Reads the references of all sources, so that the first who opens a process or imports one does not wait.
    ///
    /// # Errors
    /// As [`Importer::frozen`].
    pub async fn warm(&self) -> Result<(), StoreFault> {
        for source in queries::sources(&self.store, self.node, None).await? {
            self.frozen(source.matter).await?;
        }
        Ok(())
    }

    /// A screening's reference by the digest of its blob.
    pub(crate) async fn thawed(&self, screening: MatterId, digest: &str) -> Result<Arc<Reference>, StoreFault> {
        let cell = {
            let mut kept = self.references.lock().unwrap_or_else(PoisonError::into_inner);
            let (known, cell) = kept.entry(screening).or_insert_with(|| (digest.to_owned(), Cell::default()));
            if known.as_str() != digest {
                (*known, *cell) = (digest.to_owned(), Cell::default());
            }
            Arc::clone(cell)
        };
        let (store, id) = (self.store.clone(), digest.parse::<BlobId>()?);
        let read = move || {
            let snapshot: Snapshot = serde_json::from_slice(&store.blobs().get(id)?)
                .map_err(|error| StoreFault::Nonsense(format!("blob {id} is no reference snapshot: {error}")))?;
            Ok(Arc::new(Reference::new(snapshot)))
        };
        cell.get_or_try_init(|| blocking(read)).await.cloned()
    }
}
