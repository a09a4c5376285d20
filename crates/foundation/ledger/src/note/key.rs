//! Keys of notes: how each algorithm writes its public key, signs and verifies.

use std::str::FromStr;

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sm2::dsa::signature::Verifier as _;

use super::{NoteError, NoteSignature, check_name};
use crate::hash::sha256;

/// How a key signs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Algorithm {
    /// Ed25519 over the text (type 0x01): how a log signs.
    Ed25519,
    /// Ed25519 over a time and the text (type 0x04, C2SP tlog-cosignature): how a witness signs.
    Cosignature,
    /// SM2 with SM3 over the text (GB/T 32918.2, GB/T 32905; type 0xff and a name, as C2SP signed-note leaves it to others):
    /// how a log signs beside Ed25519 where that is asked for.
    Sm2,
}

/// Whom an SM2 signature is by where no other name was agreed. Source: GM/T 0009 §10.
const SM2_ID: &str = "1234567812345678";
/// Bytes of a public point, uncompressed.
const SM2_POINT: usize = 65;

impl Algorithm {
    /// What tells it before a public key.
    fn kind(self) -> &'static [u8] {
        match self {
            Self::Ed25519 => &[0x01],
            Self::Cosignature => &[0x04],
            Self::Sm2 => b"\xffsm2-sm3",
        }
    }
}

/// A public key of one of the algorithms.
#[derive(Clone, Debug)]
enum Public {
    Ed25519(VerifyingKey),
    Sm2([u8; SM2_POINT], sm2::dsa::VerifyingKey),
}

impl Public {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Ed25519(key) => key.as_bytes(),
            Self::Sm2(point, _) => point,
        }
    }

    fn sm2(bytes: &[u8]) -> Option<Self> {
        let point = bytes.try_into().ok()?;
        Some(Self::Sm2(point, sm2::dsa::VerifyingKey::from_sec1_bytes(SM2_ID, bytes).ok()?))
    }
}

impl PartialEq for Public {
    fn eq(&self, other: &Self) -> bool {
        self.bytes() == other.bytes()
    }
}

impl Eq for Public {}

/// A private key of one of the algorithms.
enum Private {
    Ed25519(SigningKey),
    Sm2(sm2::dsa::SigningKey),
}

/// A public key with its name, written `name+id+key`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Vkey {
    name: String,
    algorithm: Algorithm,
    key: Public,
}

/// A private key with its name.
pub struct Signer {
    name: String,
    algorithm: Algorithm,
    key: Private,
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
        let hash = sha256(&[self.name.as_bytes(), b"\n", self.algorithm.kind(), self.key.bytes()]);
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
            Algorithm::Ed25519 | Algorithm::Sm2 => (text.to_owned(), None, signature.signature.as_slice()),
            Algorithm::Cosignature => {
                let (time, rest) = signature.signature.split_first_chunk().ok_or(no)?;
                let time = u64::from_be_bytes(*time);
                (cosigned(time, text), Some(time), rest)
            }
        };
        match &self.key {
            Public::Ed25519(key) => {
                let signature = Signature::from_slice(bytes).map_err(|_| no)?;
                key.verify_strict(message.as_bytes(), &signature).map_err(|_| no)?;
            }
            Public::Sm2(_, key) => {
                let signature = sm2::dsa::Signature::from_slice(bytes).map_err(|_| no)?;
                key.verify(message.as_bytes(), &signature).map_err(|_| no)?;
            }
        }
        Ok(time)
    }
}

impl std::fmt::Display for Vkey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}+", self.name)?;
        self.id().iter().try_for_each(|byte| write!(f, "{byte:02x}"))?;
        write!(f, "+{}", BASE64.encode([self.algorithm.kind(), self.key.bytes()].concat()))
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
        let known = [Algorithm::Ed25519, Algorithm::Cosignature, Algorithm::Sm2];
        let read = |algorithm: Algorithm| Some((algorithm, bytes.strip_prefix(algorithm.kind())?));
        let (algorithm, key) = known.into_iter().find_map(read).ok_or(NoteError::Key)?;
        let key = match algorithm {
            Algorithm::Sm2 => Public::sm2(key).ok_or(NoteError::Key)?,
            Algorithm::Ed25519 | Algorithm::Cosignature => {
                let key = key.try_into().map_err(|_| NoteError::Key)?;
                Public::Ed25519(VerifyingKey::from_bytes(key).map_err(|_| NoteError::Key)?)
            }
        };
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

    /// The key by which a log signs beside its own: `secret` is a scalar of SM2's curve, which all but one in 2³² of 32
    /// random bytes are.
    ///
    /// # Errors
    /// If the name is none, or the secret no such scalar.
    pub fn beside(name: &str, secret: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        let key = sm2::dsa::SigningKey::from_slice(SM2_ID, secret).map_err(|_| NoteError::Key)?;
        Ok(Self { name: name.to_owned(), algorithm: Algorithm::Sm2, key: Private::Sm2(key) })
    }

    fn new(name: &str, algorithm: Algorithm, secret: &[u8; 32]) -> Result<Self, NoteError> {
        check_name(name)?;
        Ok(Self { name: name.to_owned(), algorithm, key: Private::Ed25519(SigningKey::from_bytes(secret)) })
    }

    /// Its public key.
    pub fn vkey(&self) -> Vkey {
        let key = match &self.key {
            Private::Ed25519(key) => Public::Ed25519(key.verifying_key()),
            Private::Sm2(key) => Public::sm2(&key.verifying_key().to_sec1_bytes())
                .unwrap_or_else(|| unreachable!("the public key of a private one is a point")),
        };
        Vkey { name: self.name.clone(), algorithm: self.algorithm, key }
    }

    /// Signs a text; `time` (seconds since 1970) counts only for a witness.
    pub fn sign(&self, text: &str, time: u64) -> NoteSignature {
        let signature = match (&self.key, self.algorithm) {
            (Private::Ed25519(key), Algorithm::Cosignature) => {
                let signature = key.sign(cosigned(time, text).as_bytes()).to_bytes();
                [time.to_be_bytes().as_slice(), &signature].concat()
            }
            (Private::Ed25519(key), _) => key.sign(text.as_bytes()).to_bytes().to_vec(),
            (Private::Sm2(key), _) => key.sign(text.as_bytes()).to_bytes().to_vec(),
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
