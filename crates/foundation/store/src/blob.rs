//! Content-addressed blobs: a folder, named by SHA-256. Written once, made durable before the act that names them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::fault::StoreFault;

/// The digest that names a blob.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BlobId(pub [u8; 32]);

impl BlobId {
    /// The name of this content.
    pub fn of(content: &[u8]) -> BlobId {
        BlobId(Sha256::digest(content).into())
    }
}

impl std::fmt::Display for BlobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for BlobId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::str::FromStr for BlobId {
    type Err = StoreFault;

    fn from_str(text: &str) -> Result<BlobId, StoreFault> {
        let bad = || StoreFault::Nonsense(format!("{text:?} is no blob digest"));
        if text.len() != 64 || !text.is_ascii() {
            return Err(bad());
        }
        let mut digest = [0; 32];
        for (byte, pair) in digest.iter_mut().zip(text.as_bytes().chunks(2)) {
            let pair = std::str::from_utf8(pair).map_err(|_| bad())?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| bad())?;
        }
        Ok(BlobId(digest))
    }
}

/// A folder of blobs. Cheap to clone; calls block, so async callers move them to a blocking thread.
#[derive(Clone, Debug)]
pub struct Blobs {
    folder: PathBuf,
}

impl Blobs {
    /// Uses this folder, made on the first write.
    pub fn new(folder: impl Into<PathBuf>) -> Blobs {
        Blobs { folder: folder.into() }
    }

    /// The folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    fn path(&self, id: BlobId) -> PathBuf {
        let name = id.to_string();
        self.folder.join(&name[..2]).join(&name[2..])
    }

    /// Stores the content compressed; returns the digest of the content as given. Durable when it returns.
    pub fn put(&self, content: &[u8]) -> Result<BlobId, StoreFault> {
        let id = BlobId::of(content);
        let path = self.path(id);
        if path.exists() {
            return Ok(id);
        }
        let folder = path.parent().unwrap_or(&self.folder);
        let doing = || format!("write blob {}", path.display());
        std::fs::create_dir_all(folder).map_err(StoreFault::file(doing()))?;
        let packed = zstd::bulk::compress(content, 3).map_err(StoreFault::file(doing()))?;
        // A name of its own until it is whole: a crash leaves no half blob under a digest.
        let partial = folder.join(format!("{id}.{}.part", uuid::Uuid::now_v7().simple()));
        let mut file = std::fs::File::create(&partial).map_err(StoreFault::file(doing()))?;
        file.write_all(&packed).map_err(StoreFault::file(doing()))?;
        file.sync_all().map_err(StoreFault::file(doing()))?;
        std::fs::rename(&partial, &path).map_err(StoreFault::file(doing()))?;
        // The name, and the folder's own name where it is new: both must survive the loss of power.
        for folder in folder.ancestors().take(3) {
            if folder.as_os_str().is_empty() {
                break;
            }
            sync_folder(folder).map_err(StoreFault::file(doing()))?;
        }
        Ok(id)
    }

    /// Reads a blob and checks its digest: a changed blob is a fault, never an answer.
    pub fn get(&self, id: BlobId) -> Result<Vec<u8>, StoreFault> {
        let path = self.path(id);
        let doing = || format!("read blob {}", path.display());
        let packed = std::fs::File::open(&path).map_err(StoreFault::file(doing()))?;
        let content = zstd::stream::decode_all(packed).map_err(StoreFault::file(doing()))?;
        if BlobId::of(&content) != id {
            return Err(StoreFault::Nonsense(format!("blob {id} does not hold what its name says")));
        }
        Ok(content)
    }

    /// Takes a blob away that no act names: whoever put it there under a key of its own knows. One that is not there is none.
    ///
    /// # Errors
    /// If the file is there and cannot be removed.
    pub fn remove(&self, id: BlobId) -> Result<(), StoreFault> {
        let path = self.path(id);
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StoreFault::file(format!("remove blob {}", path.display()))(error))
            }
            _ => Ok(()),
        }
    }

    /// Whether the blob is here.
    pub fn has(&self, id: BlobId) -> bool {
        self.path(id).exists()
    }
}

fn sync_folder(folder: &Path) -> std::io::Result<()> {
    std::fs::File::open(folder)?.sync_all()
}
