//! Signed notes: a text and the signatures under it (C2SP signed-note).

mod key;

use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
pub use key::{Algorithm, Signer, Vkey};

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

fn check_name(name: &str) -> Result<(), NoteError> {
    let bad = |c: char| c.is_whitespace() || c == '+' || c.is_control();
    if name.is_empty() || name.contains(bad) { Err(NoteError::Name) } else { Ok(()) }
}
