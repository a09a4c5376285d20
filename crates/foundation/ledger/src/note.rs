//! Signed notes: a text and the signatures under it (C2SP signed-note).

use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use crate::hash::sha256;

/// What begins a signature line: an em dash and a space.
const DASH: &str = "— ";
/// Longest note that is looked at.
const MAX_BYTES: usize = 1 << 20;
/// Most signatures that are looked at.
const MAX_SIGNATURES: usize = 64;

/// A text and the signatures under it; nothing is said about whether they are good.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// The text, whose last character is a newline.
    pub text: String,
    /// The signatures in their order.
    pub signatures: Vec<NoteSignature>,
}

/// One line under a note.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct NoteSignature {
    /// The key's name.
    pub name: String,
    /// The first bytes of a hash over the key, which with the name tells the key.
    pub key_id: [u8; 4],
    /// What the key's algorithm made.
    pub signature: Vec<u8>,
}

/// How a key signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// Ed25519 over the text (type 0x01): how a log signs.
    Ed25519,
    /// Ed25519 over a time and the text (type 0x04, C2SP tlog-cosignature): how a witness signs.
    Cosignature,
}

impl Algorithm {
    fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Cosignature => 0x04,
        }
    }
}

/// A public key with its name, written `name+id+key`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vkey {
    name: String,
    algorithm: Algorithm,
    key: VerifyingKey,
}

/// A private key with its name.
pub struct Signer {
    name: String,
    algorithm: Algorithm,
    key: SigningKey,
}

/// Why a text is no note, a key no key, or a signature not good.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NoteError {
    /// Not text, blank line, signature lines.
    #[error("not a signed note")]
    Form,
    /// A note of more than a mebibyte or 64 signatures.
    #[error("the note is too long")]
    TooLong,
    /// A name that is empty or has a space or a plus sign.
    #[error("not a name for a key")]
    Name,
    /// A key not of the form `name+id+key`, of an unknown type, or not matching its id.
    #[error("not a public key for notes")]
    Key,
    /// A signature that its key did not make.
    #[error("the signature is not good")]
    Signature,
}

impl NoteError {
    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Form => "note.form",
            Self::TooLong => "note.too_long",
            Self::Name => "note.name",
            Self::Key => "note.key",
            Self::Signature => "note.signature",
        }
    }
}

impl FromStr for Note {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        if note.len() > MAX_BYTES {
            return Err(NoteError::TooLong);
        }
        if note.bytes().any(|byte| byte < 0x20 && byte != b'\n') {
            return Err(NoteError::Form);
        }
        // The text keeps its newline; the last empty line parts it from the signatures.
        let blank = note.rfind("\n\n").ok_or(NoteError::Form)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Form)?;
        let signatures: Vec<_> = lines.split('\n').map(NoteSignature::parse).collect::<Result<_, _>>()?;
        if signatures.len() > MAX_SIGNATURES {
            return Err(NoteError::TooLong);
        }
        Ok(Self { text: text.to_owned(), signatures })
    }
}

impl std::fmt::Display for Note {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        writeln!(f, "{}", self.text)?;
        self.signatures.iter().try_for_each(|signature| f.write_str(&signature.line()))
    }
}

impl NoteSignature {
    /// The line that stands for it under a note, with its newline.
    pub fn line(&self) -> String {
        let bytes = [self.key_id.as_slice(), &self.signature].concat();
        format!("{DASH}{} {}\n", self.name, BASE64.encode(bytes))
    }

    fn parse(line: &str) -> Result<Self, NoteError> {
        let (name, signature) = line.strip_prefix(DASH).and_then(|rest| rest.split_once(' ')).ok_or(NoteError::Form)?;
        check_name(name)?;
        let bytes = BASE64.decode(signature).map_err(|_| NoteError::Form)?;
        let (key_id, signature) = bytes.split_first_chunk().ok_or(NoteError::Form)?;
        if signature.is_empty() {
            return Err(NoteError::Form);
        }
        Ok(Self { name: name.to_owned(), key_id: *key_id, signature: signature.to_vec() })
    }
}

impl Vkey {
    /// The key's name; for a log its origin.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it signs.
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// `SHA-256(name ‖ 0x0A ‖ type ‖ key)[..4]`.
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[self.algorithm.byte()], self.key.as_bytes()]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// Whether both wrap the same public key, whatever their names and uses.
    pub fn same_key(&self, other: &Vkey) -> bool {
        self.key == other.key
    }

    /// Whether the signature claims to be by this key.
    pub fn claims(&self, signature: &NoteSignature) -> bool {
        signature.name == self.name && signature.key_id == self.id()
    }

    /// Checks a signature that claims to be by this key; tells a witness's time (seconds since 1970).
    pub fn verify(&self, text: &str, signature: &NoteSignature) -> Result<Option<u64>, NoteError> {
        let no = NoteError::Signature;
        if !self.claims(signature) {
            return Err(no);
        }
        let (message, time, bytes) = match self.algorithm {
            Algorithm::Ed25519 => (text.to_owned(), None, signature.signature.as_slice()),
            Algorithm::Cosignature => {
                let (time, rest) = signature.signature.split_first_chunk().ok_or(no)?;
                let time = u64::from_be_bytes(*time);
                (cosigned(time, text), Some(time), rest)
            }
        };
        let signature = Signature::from_slice(bytes).map_err(|_| no)?;
        self.key.verify_strict(message.as_bytes(), &signature).map_err(|_| no)?;
        Ok(time)
    }
}

impl std::fmt::Display for Vkey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+", self.name)?;
        self.id().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        let mut key = vec![self.algorithm.byte()];
        key.extend(self.key.as_bytes());
        write!(f, "+{}", BASE64.encode(key))
    }
}

impl FromStr for Vkey {
    type Err = NoteError;

    fn from_str(vkey: &str) -> Result<Self, NoteError> {
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(_), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(NoteError::Key);
        };
        check_name(name)?;
        let bytes = BASE64.decode(key).map_err(|_| NoteError::Key)?;
        let (kind, key) = bytes.split_first().ok_or(NoteError::Key)?;
        let algorithm = match kind {
            0x01 => Algorithm::Ed25519,
            0x04 => Algorithm::Cosignature,
            _ => return Err(NoteError::Key),
        };
        let key = key.try_into().map_err(|_| NoteError::Key)?;
        let key = VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key)?;
        let parsed = Self { name: name.to_owned(), algorithm, key };
        // The id is part of what was written: a key whose id does not match was mixed up.
        if parsed.to_string() == vkey { Ok(parsed) } else { Err(NoteError::Key) }
    }
}

impl Signer {
    /// The key of a log: `secret` is 32 random bytes (RFC 8032 §5.1.5).
    pub fn log(name: &str, secret: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, Algorithm::Ed25519, secret)
    }

    /// The key of a witness.
    pub fn witness(name: &str, secret: &[u8; 32]) -> Result<Self, NoteError> {
        Self::new(name, Algorithm::Cosignature, secret)
    }

    fn new(name: &str, algorithm: Algorithm, secret: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), algorithm, key: SigningKey::from_bytes(secret) })
    }

    /// Its public key.
    pub fn vkey(&self) -> Vkey {
        Vkey { name: self.name.clone(), algorithm: self.algorithm, key: self.key.verifying_key() }
    }

    /// Signs a text; `time` (seconds since 1970) counts only for a witness.
    pub fn sign(&self, text: &str, time: u64) -> NoteSignature {
        let signature = match self.algorithm {
            Algorithm::Ed25519 => self.key.sign(text.as_bytes()).to_bytes().to_vec(),
            Algorithm::Cosignature => {
                let mut bytes = time.to_be_bytes().to_vec();
                bytes.extend(self.key.sign(cosigned(time, text).as_bytes()).to_bytes());
                bytes
            }
        };
        NoteSignature { name: self.name.clone(), key_id: self.vkey().id(), signature }
    }
}

impl std::fmt::Debug for Signer {
    /// Never prints the secret.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Signer({})", self.vkey())
    }
}

/// What a witness signs: the first lines say that it saw the text, and when.
fn cosigned(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

fn check_name(name: &str) -> Result<(), NoteError> {
    let bad = |c: char| c.is_whitespace() || c == '+' || c.is_control();
    if name.is_empty() || name.contains(bad) { Err(NoteError::Name) } else { Ok(()) }
}
