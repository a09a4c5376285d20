//! Checkpoints: size and root of a log, signed (C2SP tlog-checkpoint), and the keys that may sign them.

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};

use crate::hash::Hash;
use crate::note::{Algorithm, Note, NoteError, Signer, Vkey};
use crate::policy::{Policy, Quorum};

/// The state of a log that a signature vouches for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Checkpoint {
    /// Which log: `<domain of the installation>/<node>`, fixed at birth.
    pub origin: String,
    /// How many leaves it has.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
}

/// A key of a log and the sizes of the log for which it counts. A size, never a day: a signature's day can be
/// forged by whoever holds the old key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LogKey {
    /// The key.
    pub vkey: Vkey,
    /// The first size it may sign.
    pub from_size: u64,
    /// The last size it may sign; `None` while it is in use.
    pub to_size: Option<u64>,
}

/// Whose signatures count for one log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Keys {
    /// The origin of the log.
    pub origin: String,
    /// The log's own keys; several around a rotation.
    pub log: Vec<LogKey>,
    /// Keys by which the log signs beside those (SM2), never instead.
    pub beside: Vec<Vkey>,
    /// Witnesses, such as the superior node.
    pub witnesses: Vec<Vkey>,
    /// Which of them must have cosigned for a checkpoint to count as witnessed.
    pub quorum: Quorum,
}

/// A checkpoint whose signatures were checked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Signed {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The log's keys that signed it.
    pub keys: Vec<Vkey>,
    /// The keys beside those that signed it, too.
    pub beside: Vec<Vkey>,
    /// The witnesses that signed it, with their times (seconds since 1970).
    pub witnesses: Vec<(Vkey, u64)>,
    /// Whether they are enough. Where the policy asks for none, nothing is witnessed: a quorum of nobody proves nothing.
    pub quorum: bool,
}

/// Why a checkpoint does not count.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CheckpointError {
    /// No signed note.
    #[error("the checkpoint is no signed note")]
    Note(#[from] NoteError),
    /// Not origin, size and root, and nothing else.
    #[error("the note is no checkpoint")]
    Form,
    /// Another log's.
    #[error("the checkpoint is that of another log")]
    Origin,
    /// A key that is known, and a signature that it did not make.
    #[error("the signature of {0} is not good")]
    Signature(String),
    /// No signature by a key that may sign this size.
    #[error("no key that may sign the log at size {0} has signed")]
    Unsigned(u64),
}

impl CheckpointError {
    /// A name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Note(cause) => cause.code(),
            Self::Form => "checkpoint.form",
            Self::Origin => "checkpoint.origin",
            Self::Signature(_) => "checkpoint.signature",
            Self::Unsigned(_) => "checkpoint.unsigned",
        }
    }
}

/// The origin of a node's log: `<domain>/<node>`.
pub fn origin(domain: &str, node: i64) -> String {
    format!("{domain}/{node}")
}

impl Checkpoint {
    /// The text that is signed: three lines.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, BASE64.encode(self.root))
    }

    /// Reads the text of a checkpoint. Extension lines are refused: no monitor could check them.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let form = CheckpointError::Form;
        let lines: Vec<_> = text.split('\n').collect();
        let [origin, size, root, ""] = lines.as_slice() else {
            return Err(form);
        };
        let root = BASE64.decode(root).ok().and_then(|root| root.try_into().ok());
        let (Ok(size), Some(root)) = (size.parse(), root) else {
            return Err(form);
        };
        let checkpoint = Self { origin: (*origin).to_owned(), size, root };
        // Sizes with a sign or leading zeroes read as numbers too, but are not the one form.
        if checkpoint.text() == text && !origin.is_empty() { Ok(checkpoint) } else { Err(form) }
    }

    /// Signs it by each of the keys; two of them around a rotation.
    pub fn sign(&self, signers: &[&Signer]) -> Note {
        let text = self.text();
        let signatures = signers.iter().map(|signer| signer.sign(&text, 0)).collect();
        Note { text, signatures }
    }
}

impl LogKey {
    /// A key that counts for every size.
    pub fn always(vkey: Vkey) -> Self {
        Self { vkey, from_size: 0, to_size: None }
    }

    /// Whether it may sign the log at this size.
    pub fn may_sign(&self, size: u64) -> bool {
        self.from_size <= size && self.to_size.is_none_or(|last| size <= last)
    }
}

impl Keys {
    /// The keys of a log that has one key and no witness.
    pub fn single(vkey: Vkey) -> Self {
        let log = vec![LogKey::always(vkey.clone())];
        Self { origin: vkey.name().to_owned(), log, beside: Vec::new(), witnesses: Vec::new(), quorum: Quorum::None }
    }

    /// The same keys under a policy's witnesses and quorum.
    pub fn under(mut self, policy: &Policy) -> Self {
        self.witnesses = policy.vkeys();
        self.quorum = policy.quorum.clone();
        self
    }

    /// Reads a checkpoint and checks the signatures of all keys known here; others are passed over, as the
    /// standard demands. At least one key of the log must have signed.
    pub fn open(&self, note: &str) -> Result<Signed, CheckpointError> {
        let note: Note = note.parse()?;
        let checkpoint = Checkpoint::parse(&note.text)?;
        if checkpoint.origin != self.origin {
            return Err(CheckpointError::Origin);
        }
        let mut signed =
            Signed { checkpoint, keys: Vec::new(), beside: Vec::new(), witnesses: Vec::new(), quorum: false };
        for signature in &note.signatures {
            let bad = |_| CheckpointError::Signature(signature.name.clone());
            let by_log = self.log.iter().find(|key| key.vkey.claims(signature));
            if let Some(key) = by_log {
                key.vkey.verify(&note.text, signature).map_err(bad)?;
                // A log signs by its own algorithm; a cosignature would vouch for having seen, not for being.
                let may_sign = |one: &LogKey| one.vkey == key.vkey && one.may_sign(signed.checkpoint.size);
                let counts = self.log.iter().any(may_sign) && key.vkey.algorithm() == Algorithm::Ed25519;
                if counts && !signed.keys.contains(&key.vkey) {
                    signed.keys.push(key.vkey.clone());
                }
            } else if let Some(key) = self.beside.iter().find(|key| key.claims(signature)) {
                key.verify(&note.text, signature).map_err(bad)?;
                if !signed.beside.contains(key) {
                    signed.beside.push(key.clone());
                }
            } else if let Some(witness) = self.witnesses.iter().find(|witness| witness.claims(signature)) {
                let time = witness.verify(&note.text, signature).map_err(bad)?;
                let seen = signed.witnesses.iter().any(|(known, _)| known == witness);
                if let (Some(time), false) = (time, seen) {
                    signed.witnesses.push((witness.clone(), time));
                }
            }
        }
        if signed.keys.is_empty() {
            return Err(CheckpointError::Unsigned(signed.checkpoint.size));
        }
        let cosigned = |vkey: &Vkey| signed.witnesses.iter().any(|(known, _)| known == vkey);
        signed.quorum = self.quorum != Quorum::None && self.quorum.met(&cosigned);
        Ok(signed)
    }
}
