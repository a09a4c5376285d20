//! Checkpoints: a signer that is a witness of its own database.
//!
//! It keeps a frontier of its own beside the key, extends it over the committed leaves, and signs only if the log's row
//! agrees; a database restored to an older state, or changed behind the node's back, gets no signature.
//! Source: ledger.md §3.

use std::path::{Path, PathBuf};

use ledger::checkpoint::{Checkpoint, Keys};
use ledger::tree::{Frontier, leaf_hash};

use crate::Store;
use crate::fault::StoreFault;
use crate::keyring::{Keyring, write_private};
use crate::operate::Operation;

/// Leaves read at once.
const PAGE: i64 = 20_000;

/// A checkpoint as published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Published {
    /// Acts it covers.
    pub size: u64,
    /// When it was signed, milliseconds since 1970.
    pub at: i64,
    /// The signed note, with the cosignatures of witnesses that have come in.
    pub note: String,
    /// Whether a quorum of witnesses is among them.
    pub quorum: bool,
}

/// Why nothing was signed.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// The database does not agree with what was signed before: nothing is signed until a person has looked.
    #[error("the log of node {node} is not the one that was signed up to {signed}: {what} (ledger.forked)")]
    Forked {
        /// Whose log.
        node: i64,
        /// What the signer vouched for last.
        signed: u64,
        /// What differs.
        what: &'static str,
    },
    /// The store or the signer's own file failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

/// Signs the log of one node.
pub struct Signer {
    node: i64,
    keyring: Keyring,
    own: Frontier,
    path: PathBuf,
}

impl Signer {
    /// Makes the node's keys in its `keys` folder, at the node's birth; a key that is there already is used.
    ///
    /// # Errors
    /// As [`Keyring::found`].
    pub fn found(folder: &Path, domain: &str, node: i64) -> Result<Signer, StoreFault> {
        Keyring::found(folder, domain, node)?;
        Signer::open(folder, domain, node)
    }

    /// Reads keys and frontier from the node's `keys` folder.
    ///
    /// # Errors
    /// If they are missing or make no sense.
    pub fn open(folder: &Path, domain: &str, node: i64) -> Result<Signer, StoreFault> {
        let keyring = Keyring::open(folder, domain, node)?;
        let path = folder.join(format!("{node}.frontier"));
        let own = match std::fs::read(&path) {
            Ok(bytes) => Frontier::from_bytes(&bytes)
                .map_err(|error| StoreFault::Nonsense(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Frontier::default(),
            Err(error) => return Err(StoreFault::file(format!("read {}", path.display()))(error)),
        };
        Ok(Signer { node, keyring, own, path })
    }

    /// Whose signatures count for this log: what a verifier needs.
    pub fn keys(&self) -> Keys {
        self.keyring.keys()
    }

    /// The keys behind it.
    pub fn keyring(&mut self) -> &mut Keyring {
        &mut self.keyring
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        self.keyring.origin()
    }

    /// Signs what has been committed since the last time, if anything.
    ///
    /// # Errors
    /// [`PublishError::Forked`] if the database is not a continuation of what was signed.
    pub async fn publish(&mut self, store: &Store, now: i64) -> Result<Option<Published>, PublishError> {
        let forked = |signed, what| PublishError::Forked { node: self.node, signed, what };
        let rows = store.read("select size, frontier from log where node = $1", &[self.node.into()]).await?;
        let Some(row) = rows.first() else {
            return if self.own.size() == 0 { Ok(None) } else { Err(forked(self.own.size(), "the log is gone")) };
        };
        let size = row.int(0)? as u64;
        let stored = Frontier::from_bytes(&row.bytes(1)?)
            .map_err(|error| StoreFault::Nonsense(format!("log.frontier of node {}: {error}", self.node)))?;
        if size < self.own.size() {
            return Err(forked(self.own.size(), "acts are missing"));
        }
        if size == self.own.size() {
            let agrees = stored.root() == self.own.root();
            return if agrees { Ok(None) } else { Err(forked(size, "its root is another")) };
        }
        let mut own = self.own.clone();
        while own.size() < size {
            let from = own.size() as i64;
            let leaves = store
                .read(
                    "select data from leaf where node = $1 and idx >= $2 and idx < $3 order by idx",
                    &[self.node.into(), from.into(), (from + PAGE).min(size as i64).into()],
                )
                .await?;
            if leaves.is_empty() {
                return Err(forked(own.size(), "leaves are missing"));
            }
            for leaf in leaves {
                let data: [u8; 33] = leaf.bytes(0)?.try_into().map_err(|_| forked(own.size(), "a leaf is no leaf"))?;
                own.append(leaf_hash(&data));
            }
        }
        if own.size() != size || own.root() != stored.root() {
            return Err(forked(self.own.size(), "its leaves lead to another root"));
        }
        // Tiles before the checkpoint: whoever reads it finds them.
        if store.write_tiles(self.node, self.own.size(), size).await?.is_some() {
            return Err(forked(self.own.size(), "a tile that was written holds another past"));
        }
        let checkpoint = Checkpoint { origin: self.origin().to_owned(), size, root: own.root() };
        let signing = self.keyring.signing(size);
        if signing.is_empty() {
            let why = format!("no key of node {} may sign its log at size {size}", self.node);
            return Err(StoreFault::Nonsense(why).into());
        }
        let note = checkpoint.sign(&signing).to_string();
        // Its own memory first: after a crash in between the next checkpoint covers more, never less.
        write_private(&self.path, &own.to_bytes())?;
        let insert = Operation::new(
            "insert into checkpoint (node, size, at, root, note) values ($1, $2, $3, $4, $5) \
             on conflict (node, size) do nothing",
            vec![
                self.node.into(),
                (size as i64).into(),
                now.into(),
                checkpoint.root.to_vec().into(),
                note.as_str().into(),
            ],
        );
        store.operate(&[insert]).await?;
        self.own = own;
        Ok(Some(Published { size, at: now, note, quorum: false }))
    }
}

impl Store {
    /// The newest checkpoint, if there is one.
    pub async fn checkpoint(&self, node: i64) -> Result<Option<Published>, StoreFault> {
        self.checkpoint_where("order by size desc", node, 0).await
    }

    /// The first checkpoint that covers this index.
    pub async fn checkpoint_over(&self, node: i64, idx: u64) -> Result<Option<Published>, StoreFault> {
        self.checkpoint_where("order by size", node, idx as i64 + 1).await
    }

    pub(crate) async fn checkpoint_where(
        &self,
        which: &str,
        node: i64,
        least: i64,
    ) -> Result<Option<Published>, StoreFault> {
        let sql =
            format!("select size, at, note, quorum from checkpoint where node = $1 and size >= $2 {which} limit 1");
        let rows = self.read(&sql, &[node.into(), least.into()]).await?;
        let Some(row) = rows.first() else { return Ok(None) };
        let size = row.int(0)? as u64;
        let note = row.text(2)? + &self.cosignature_lines(node, size).await?;
        Ok(Some(Published { size, at: row.int(1)?, note, quorum: row.int(3)? == 1 }))
    }
}
