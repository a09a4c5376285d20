//! Attachments: what may be attached, told by content and never by name; sealed under a key of its own and put among the blobs.
//!
//! The key lies in the act that names the file, in a field that can be erased by law: without it the blob says nothing, in
//! every copy. Of a case that is a work secret the act lies under the matter's key, and so does the key to the file.

mod kind;

use std::fmt::Write as _;

use access::seal::SealKey;
use kernel::Erasable;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use store::{BlobId, Blobs, StoreFault};

pub use kind::{ALL, Kind, kind_of};

/// Characters of a file's name that are kept.
const LONGEST_NAME: usize = 100;

/// What only whoever may know of the case knows of a file; it can be erased, and the file with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// As whoever attached it called it; text, never a path.
    pub name: String,
    /// What it is, by its content.
    pub kind: Kind,
    /// Bytes.
    pub size: u64,
    /// SHA-256 of the content, in hexadecimal.
    pub sha256: String,
    /// The key that opens the blob, 32 bytes in hexadecimal.
    key: String,
}

impl std::fmt::Debug for About {
    /// Never prints the key, nor what may be erased.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("About").field("kind", &self.kind).field("size", &self.size).finish_non_exhaustive()
    }
}

/// A file of a case, or of a form that is not sent yet.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Attachment {
    /// The variable it is a value of.
    pub field: String,
    /// The blob: the digest of the sealed bytes, which tells nothing of what is in them.
    pub blob: String,
    /// What it is.
    pub file: Erasable<About>,
}

/// Why there is no file to be had.
#[derive(Debug, thiserror::Error)]
pub enum Closed {
    /// It was erased by law.
    #[error("the attachment was erased")]
    Erased,
    /// The blob is not here, or is none of this key's.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

fn context(field: &str) -> String {
    format!("qingyuan attachment 1 {field}")
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut all, byte| {
        let _ = write!(all, "{byte:02x}");
        all
    })
}

fn key_of(text: &str) -> Option<SealKey> {
    // A key reads like the name of a blob: 64 hexadecimal digits.
    text.parse::<BlobId>().ok().map(|digest| SealKey::new(digest.0))
}

/// A name without folders and control characters, not too long.
fn plain(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let kept: String = last.chars().filter(|c| !c.is_control()).collect();
    let too_long = kept.chars().count().saturating_sub(LONGEST_NAME);
    // The end of a name says more than its middle.
    let kept: String = kept.chars().skip(too_long).collect();
    if kept.trim().is_empty() { "–".to_owned() } else { kept }
}

impl Attachment {
    /// Seals content under a new key and puts it among the blobs; durable when it returns. Blocks.
    ///
    /// # Errors
    /// If it cannot be written, or the system gives no random bytes.
    pub fn put(
        blobs: &Blobs,
        field: &str,
        (name, kind): (&str, Kind),
        content: &[u8],
    ) -> Result<Attachment, StoreFault> {
        let random = |error: access::NoRandomness| StoreFault::Nonsense(error.to_string());
        let key = SealKey::draw().map_err(random)?;
        let blob = blobs.put(&key.seal_bytes(&context(field), content).map_err(random)?)?;
        let file = About {
            name: plain(name),
            kind,
            size: u64::try_from(content.len()).unwrap_or(u64::MAX),
            sha256: hex(&Sha256::digest(content)),
            key: hex(key.reveal()),
        };
        Ok(Attachment { field: field.to_owned(), blob: blob.to_string(), file: Erasable::new(file) })
    }

    /// The content. Blocks.
    ///
    /// # Errors
    /// [`Closed`].
    pub fn open(&self, blobs: &Blobs, eyes: &impl kernel::Eyes) -> Result<Vec<u8>, Closed> {
        let about = self.file.show(eyes).ok_or(Closed::Erased)?;
        let nonsense = || StoreFault::Nonsense(format!("the key of blob {} does not open it", self.blob));
        let key = key_of(&about.key).ok_or_else(nonsense)?;
        let sealed = blobs.get(self.blob.parse()?)?;
        Ok(key.open_bytes(&context(&self.field), &sealed).ok_or_else(nonsense)?)
    }
}

#[cfg(test)]
mod tests;
