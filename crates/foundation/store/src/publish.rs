//! Checkpoints: a signer that is a witness of its own database.
//!
//! It keeps a frontier of its own beside the key, extends it over the committed leaves, and signs only if the log's row
//! agrees; a database restored to an older state, or changed behind the node's back, gets no signature.
//! Source: ledger.md §3.

use std::path::{Path, PathBuf};

use ledger::checkpoint::{Checkpoint, Keys};
use ledger::note::Signer as NoteSigner;
use ledger::tree::{Frontier, leaf_hash};

use crate::Store;
use crate::fault::StoreFault;
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
    /// The signed note.
    pub note: String,
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
    key: NoteSigner,
    origin: String,
    own: Frontier,
    path: PathBuf,
}

impl Signer {
    /// Makes the node's key in its `keys` folder, at the node's birth; a key that is there already is used.
    ///
    /// # Errors
    /// If the folder cannot be written, or holds something that is no key.
    pub fn found(folder: &Path, domain: &str, node: i64) -> Result<Signer, StoreFault> {
        std::fs::create_dir_all(folder).map_err(StoreFault::file(format!("make {}", folder.display())))?;
        let path = key_path(folder, node);
        if !path.exists() {
            let mut key = [0; 32];
            getrandom::fill(&mut key).map_err(|error| StoreFault::Nonsense(format!("no randomness: {error}")))?;
            write_whole(&path, &key)?;
        }
        Signer::open(folder, domain, node)
    }

    /// Reads key and frontier from the node's `keys` folder.
    ///
    /// # Errors
    /// If they are missing or make no sense. A lost key is never replaced by a new one in silence: a log that goes on under
    /// another key says so by an act.
    pub fn open(folder: &Path, domain: &str, node: i64) -> Result<Signer, StoreFault> {
        let origin = ledger::checkpoint::origin(domain, node);
        let secret = secret(&key_path(folder, node))?;
        let key = NoteSigner::log(&origin, &secret)
            .map_err(|error| StoreFault::Nonsense(format!("the key of node {node}: {error}")))?;
        let path = folder.join(format!("{node}.frontier"));
        let own = match std::fs::read(&path) {
            Ok(bytes) => Frontier::from_bytes(&bytes)
                .map_err(|error| StoreFault::Nonsense(format!("{}: {error}", path.display())))?,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Frontier::default(),
            Err(error) => return Err(StoreFault::file(format!("read {}", path.display()))(error)),
        };
        Ok(Signer { node, key, origin, own, path })
    }

    /// Whose signatures count for this log: what a verifier needs.
    pub fn keys(&self) -> Keys {
        Keys::single(self.key.vkey())
    }

    /// The log's name.
    pub fn origin(&self) -> &str {
        &self.origin
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
        let checkpoint = Checkpoint { origin: self.origin.clone(), size, root: own.root() };
        let note = checkpoint.sign(&[&self.key]).to_string();
        // Its own memory first: after a crash in between the next checkpoint covers more, never less.
        write_whole(&self.path, &own.to_bytes())?;
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
        Ok(Some(Published { size, at: now, note }))
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

    async fn checkpoint_where(&self, order: &str, node: i64, least: i64) -> Result<Option<Published>, StoreFault> {
        let sql = format!("select size, at, note from checkpoint where node = $1 and size >= $2 {order} limit 1");
        let rows = self.read(&sql, &[node.into(), least.into()]).await?;
        rows.first()
            .map(|row| Ok(Published { size: row.int(0)? as u64, at: row.int(1)?, note: row.text(2)? }))
            .transpose()
    }
}

fn key_path(folder: &Path, node: i64) -> PathBuf {
    folder.join(format!("{node}.ed25519"))
}

/// The 32 bytes of a private key.
fn secret(path: &Path) -> Result<[u8; 32], StoreFault> {
    let bytes = std::fs::read(path).map_err(StoreFault::file(format!("read the key {}", path.display())))?;
    bytes.try_into().map_err(|_| StoreFault::Nonsense(format!("{} is no key of 32 bytes", path.display())))
}

/// Writes a small private file so that it is whole or absent.
fn write_whole(path: &Path, content: &[u8]) -> Result<(), StoreFault> {
    use std::io::Write as _;
    let partial = path.with_extension("part");
    let write = || -> std::io::Result<()> {
        let mut options = std::fs::OpenOptions::new();
        options.write(true).create(true).truncate(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(&partial)?;
        file.write_all(content)?;
        file.sync_all()?;
        std::fs::rename(&partial, path)
    };
    write().map_err(StoreFault::file(format!("write {}", path.display())))
}
