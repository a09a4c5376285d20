//! Receipts (回执): a proof that an act is in a log, and what of it is opened. Checked without any network.
//!
//! The format is C2SP tlog-proof. Its `extra` line carries entry and sheets; nothing vouches for it but the
//! leaf's hash, which is recomputed from it.

use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};

use crate::cbor::{self, Reader};
use crate::checkpoint::{CheckpointError, Keys, Signed, origin};
use crate::commit::{leaf_data, read_entry};
use crate::hash::{Hash, Tag};
use crate::sheet::whole::{OpenedAct, ReadError};
use crate::sheet::{Sheet, SheetError, Sheets};
use crate::tree::{ProofError, leaf_hash, verify_inclusion};

const FIRST_LINE: &str = "c2sp.org/tlog-proof@v1";
/// Longest proof: one hash for each level of a tree.
const MAX_PROOF: usize = 64;

/// A receipt as it is handed out; nothing in it is checked yet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Receipt {
    /// The act's index in the log.
    pub index: u64,
    /// The inclusion proof, from the leaf's sibling up.
    pub proof: Vec<Hash>,
    /// The entry and what of the act is opened.
    pub extra: Extra,
    /// The signed checkpoint, word for word.
    pub checkpoint: String,
}

/// What the `extra` line carries: CBOR `[entry, header, body, routes]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Extra {
    /// The entry's 116 bytes.
    pub entry: [u8; 116],
    /// The three sheets, opened as far as the holder may see.
    pub sheets: Sheets,
}

/// What a receipt proves.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Proved {
    /// The node in whose log the act is.
    pub node: i64,
    /// The act's index there.
    pub idx: u64,
    /// Its leaf hash.
    pub leaf: Hash,
    /// The fields in clear.
    pub act: OpenedAct,
    /// The checkpoint and who signed it.
    pub signed: Signed,
}

/// Why a receipt proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReceiptError {
    /// Not a tlog-proof with an extra line of ours.
    #[error("not a receipt")]
    Form,
    /// Sheets that are not canonical.
    #[error("the sheets are not canonical")]
    Sheet(#[from] SheetError),
    /// A sheet that proves nothing.
    #[error("what was opened proves nothing")]
    Opened(#[from] ReadError),
    /// Bytes that are no entry.
    #[error("not an entry")]
    Entry,
    /// A sheet that leads to another root than the entry's.
    #[error("the {0:?} sheet leads to another root than the entry's")]
    OtherRoot(Tag),
    /// Another index than the entry's.
    #[error("the receipt's index is not the entry's")]
    OtherIndex,
    /// The checkpoint of another node than the entry's.
    #[error("the checkpoint is that of another node than the entry's")]
    OtherNode,
    /// No proof.
    #[error("the inclusion proof fails")]
    Proof(#[from] ProofError),
    /// No checkpoint that counts.
    #[error("the checkpoint does not count")]
    Checkpoint(#[from] CheckpointError),
}

impl ReceiptError {
    /// A name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Form => "receipt.form",
            Self::Sheet(cause) | Self::Opened(ReadError::Sheet { source: cause, .. }) => cause.code(),
            Self::Opened(ReadError::Act(cause)) => cause.code(),
            Self::Entry => "receipt.entry",
            Self::OtherRoot(_) => "receipt.other_root",
            Self::OtherIndex => "receipt.other_index",
            Self::OtherNode => "receipt.other_node",
            Self::Proof(cause) => cause.code(),
            Self::Checkpoint(cause) => cause.code(),
        }
    }
}

impl Extra {
    /// Its canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, SheetError> {
        let mut out = Vec::new();
        cbor::head(&mut out, cbor::LIST, 4);
        cbor::bytes(&mut out, &self.entry);
        for sheet in [&self.sheets.header, &self.sheets.body, &self.sheets.routes] {
            sheet.write(&mut out)?;
        }
        Ok(out)
    }

    /// Reads it from its canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReceiptError> {
        let of = |error| ReceiptError::Sheet(SheetError::Value(error));
        let mut reader = Reader::new(bytes);
        if reader.list().map_err(of)? != 4 {
            return Err(ReceiptError::Form);
        }
        let entry = reader.array().map_err(|_| ReceiptError::Entry)?;
        let sheets = Sheets {
            header: Sheet::read(&mut reader)?,
            body: Sheet::read(&mut reader)?,
            routes: Sheet::read(&mut reader)?,
        };
        reader.end().map_err(of)?;
        Ok(Self { entry, sheets })
    }
}

impl Receipt {
    /// The text that is handed out.
    pub fn to_text(&self) -> Result<String, SheetError> {
        let mut text = format!("{FIRST_LINE}\nextra {}\nindex {}\n", BASE64.encode(self.extra.encode()?), self.index);
        for hash in &self.proof {
            text.push_str(&BASE64.encode(hash));
            text.push('\n');
        }
        text.push('\n');
        text.push_str(&self.checkpoint);
        Ok(text)
    }

    /// Checks everything a receipt claims, by the keys that count for its log.
    pub fn verify(&self, keys: &Keys) -> Result<Proved, ReceiptError> {
        let (node, idx, committed) = read_entry(&self.extra.entry).ok_or(ReceiptError::Entry)?;
        if idx != self.index {
            return Err(ReceiptError::OtherIndex);
        }
        let act = self.extra.sheets.check(None, None)?;
        let found = act.committed();
        for (tag, found, entered) in [
            (Tag::Header, found.header_root, committed.header_root),
            (Tag::Body, found.body_root, committed.body_root),
            (Tag::Routes, found.routes_root, committed.routes_root),
        ] {
            if found != entered {
                return Err(ReceiptError::OtherRoot(tag));
            }
        }
        let signed = keys.open(&self.checkpoint)?;
        let at = &signed.checkpoint;
        let domain = at.origin.rsplit_once('/').map_or("", |(domain, _)| domain);
        if at.origin != origin(domain, node) {
            return Err(ReceiptError::OtherNode);
        }
        let leaf = leaf_hash(&leaf_data(&self.extra.entry));
        verify_inclusion(idx, at.size, &leaf, &self.proof, &at.root)?;
        Ok(Proved { node, idx, leaf, act, signed })
    }
}

impl FromStr for Receipt {
    type Err = ReceiptError;

    /// Reads exactly the form that [`Receipt::to_text`] writes.
    fn from_str(text: &str) -> Result<Self, ReceiptError> {
        let form = ReceiptError::Form;
        let (head, checkpoint) = text.split_once("\n\n").ok_or(form.clone())?;
        let mut lines = head.split('\n');
        if lines.next() != Some(FIRST_LINE) {
            return Err(form);
        }
        let mut after = |word| lines.next().and_then(|line: &str| line.strip_prefix(word)).ok_or(ReceiptError::Form);
        let extra = BASE64.decode(after("extra ")?).map_err(|_| ReceiptError::Form)?;
        let index: &str = after("index ")?;
        let number: u64 = index.parse().map_err(|_| ReceiptError::Form)?;
        if number.to_string() != index {
            return Err(form);
        }
        let hash = |line: &str| BASE64.decode(line).ok().and_then(|hash| hash.try_into().ok());
        let proof: Vec<_> = lines.map(hash).collect::<Option<_>>().ok_or(form.clone())?;
        if proof.len() > MAX_PROOF {
            return Err(form);
        }
        Ok(Self { index: number, proof, extra: Extra::decode(&extra)?, checkpoint: checkpoint.to_owned() })
    }
}

/// Reads a receipt and checks everything it claims; tells what was proved.
pub fn verify_receipt(text: &str, keys: &Keys) -> Result<Proved, ReceiptError> {
    text.parse::<Receipt>()?.verify(keys)
}
