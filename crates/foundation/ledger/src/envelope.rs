//! A body under the key of its matter: what seals a value seals its salt, and deleting the key erases both (销毁密钥即抹除).
//!
//! Stored is the CBOR list `[root, nonce ‖ ciphertext]`. The root stands outside, since it is in the entry anyhow: header and
//! routes are proved, and the leaf recomputed, by whoever has no key, also after there is none. Within is the CBOR list
//! `[sheet, seed]`, the seed null where fields were erased. Encrypted with XChaCha20-Poly1305 under a random nonce, bound to
//! node, act and part, so that no envelope can stand in another's place. Hashes are over plaintext: the cipher does not
//! commit to a key, the root does.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};

use crate::cbor::{self, Reader};
use crate::hash::{Hash, Seed, Tag};
use crate::sheet::{Item, Sheet, SheetError};

/// The secret of a matter, 32 random bytes.
pub type Key = [u8; 32];

/// 24 random bytes, never used twice under one key.
pub type Nonce = [u8; 24];

/// Which act's body it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Whose {
    /// Whose log.
    pub node: i64,
    /// The act's id.
    pub act: u128,
}

/// A body as it is stored under a key.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SealedBody {
    /// The root of its tree.
    pub root: Hash,
    /// Nonce and ciphertext.
    envelope: Vec<u8>,
}

/// What lay within.
#[derive(Clone, PartialEq, Eq)]
pub struct PlainBody {
    /// The body's sheet.
    pub sheet: Vec<u8>,
    /// Its seed; none where fields were erased.
    pub seed: Option<Seed>,
}

impl std::fmt::Debug for PlainBody {
    /// Never prints the seed.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PlainBody").field("sheet", &self.sheet.len()).finish_non_exhaustive()
    }
}

impl Whose {
    /// `u64be node ‖ u128be act ‖ "qyb1"`.
    fn bytes(self) -> [u8; 28] {
        let mut bytes = [0; 28];
        bytes[..8].copy_from_slice(&self.node.to_be_bytes());
        bytes[8..24].copy_from_slice(&self.act.to_be_bytes());
        bytes[24..].copy_from_slice(Tag::Body.bytes());
        bytes
    }
}

impl SealedBody {
    /// Seals a body.
    ///
    /// - `root`: the root of the sheet under the seed.
    ///
    /// # Panics
    /// If the sheet is longer than the cipher takes, 256 GiB.
    pub fn seal(key: &Key, nonce: Nonce, whose: Whose, root: Hash, body: &PlainBody) -> SealedBody {
        let mut plain = Vec::with_capacity(body.sheet.len() + 48);
        cbor::head(&mut plain, cbor::LIST, 2);
        cbor::bytes(&mut plain, &body.sheet);
        match &body.seed {
            Some(seed) => cbor::bytes(&mut plain, seed),
            None => plain.push(cbor::NULL),
        }
        let sealed = XChaCha20Poly1305::new(key.into())
            .encrypt(&nonce.into(), Payload { msg: &plain, aad: &whose.bytes() })
            .expect("no body is longer than the cipher takes");
        SealedBody { root, envelope: [nonce.as_slice(), &sealed].concat() }
    }

    /// As it is stored.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.envelope.len() + 40);
        cbor::head(&mut out, cbor::LIST, 2);
        cbor::bytes(&mut out, &self.root);
        cbor::bytes(&mut out, &self.envelope);
        out
    }

    /// Reads what [`SealedBody::encode`] wrote; nothing for a sheet, whose items are lists.
    pub fn decode(stored: &[u8]) -> Option<SealedBody> {
        let mut reader = Reader::new(stored);
        if reader.list().ok()? != 2 {
            return None;
        }
        let (root, envelope) = (reader.array().ok()?, reader.bytes().ok()?.to_vec());
        reader.end().ok()?;
        Some(SealedBody { root, envelope })
    }

    /// Opens it; nothing under another key, or for another act than it was sealed for. That what lay within leads to the
    /// root is for the caller to check, by [`Sheet::check`].
    pub fn open(&self, key: &Key, whose: Whose) -> Option<PlainBody> {
        let (nonce, sealed) = self.envelope.split_first_chunk::<24>()?;
        let payload = Payload { msg: sealed, aad: &whose.bytes() };
        let plain = XChaCha20Poly1305::new(key.into()).decrypt(&(*nonce).into(), payload).ok()?;
        let mut reader = Reader::new(&plain);
        if reader.list().ok()? != 2 {
            return None;
        }
        let sheet = reader.bytes().ok()?.to_vec();
        let seed = if reader.null() { None } else { Some(reader.array().ok()?) };
        reader.end().ok()?;
        Some(PlainBody { sheet, seed })
    }

    /// The sheet of a body of which nothing can be told: it leads to the root, and that is all.
    pub fn withheld(&self) -> Result<Vec<u8>, SheetError> {
        Sheet(vec![Item::Withheld { level: 0, hash: self.root }]).encode()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const WHOSE: Whose = Whose { node: 320_500_000_000_001, act: 7 };

    proptest! {
        #[test]
        fn it_opens_to_what_was_sealed(key: Key, nonce: Nonce, root: Hash, sheet: Vec<u8>, seed: Option<Seed>) {
            let body = PlainBody { sheet, seed };
            let sealed = SealedBody::seal(&key, nonce, WHOSE, root, &body);
            let read = SealedBody::decode(&sealed.encode());
            prop_assert_eq!(read.as_ref(), Some(&sealed));
            prop_assert_eq!(sealed.open(&key, WHOSE), Some(body));
        }

        /// Another key, node or act, or one other bit: nothing.
        #[test]
        fn it_opens_for_nobody_else(key: Key, nonce: Nonce, sheet: Vec<u8>, at: prop::sample::Index, bit in 0_u8..8) {
            let body = PlainBody { sheet, seed: Some([3; 32]) };
            let sealed = SealedBody::seal(&key, nonce, WHOSE, [1; 32], &body);
            let mut other = key;
            other[0] ^= 1;
            prop_assert_eq!(sealed.open(&other, WHOSE), None);
            prop_assert_eq!(sealed.open(&key, Whose { node: 1, ..WHOSE }), None);
            prop_assert_eq!(sealed.open(&key, Whose { act: 8, ..WHOSE }), None);
            let mut spoiled = sealed.clone();
            let at = at.index(spoiled.envelope.len());
            spoiled.envelope[at] ^= 1 << bit;
            prop_assert_eq!(spoiled.open(&key, WHOSE), None);
        }

        #[test]
        fn any_bytes_are_read_without_a_panic(bytes: Vec<u8>) {
            if let Some(sealed) = SealedBody::decode(&bytes) {
                prop_assert_eq!(sealed.encode(), bytes);
                prop_assert_eq!(sealed.open(&[0; 32], WHOSE), None);
            }
        }
    }

    #[test]
    fn a_sheet_is_none() {
        let sheet = Sheet(vec![Item::Withheld { level: 0, hash: [1; 32] }, Item::Withheld { level: 0, hash: [2; 32] }]);
        assert_eq!(SealedBody::decode(&sheet.encode().unwrap()), None);
        assert_eq!(SealedBody::decode(&[]), None);
    }
}
