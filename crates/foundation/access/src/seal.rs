//! A key that seals: the node's own for sign-in and drafts, and one for each attachment. What it seals is read by whoever has
//! it, what it marks is known again.
//!
//! Whoever reads the database has not the node's own: it lies in the data folder beside the signing key. Two keys are derived from it,
//! one to seal (XChaCha20-Poly1305: 192 random bits of nonce never meet twice) and one to mark (HMAC-SHA256).

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{Aead, KeyInit as _, Payload};
use hmac::{Hmac, Mac};
use sha2::Sha256;

use crate::random::{self, NoRandomness};

/// Bytes of a nonce.
const NONCE: usize = 24;

/// 32 secret bytes; `Debug` shows nothing of them.
#[derive(Clone)]
pub struct SealKey([u8; 32]);

impl SealKey {
    /// The key with these bytes.
    pub fn new(bytes: [u8; 32]) -> SealKey {
        SealKey(bytes)
    }

    /// A new one.
    pub fn draw() -> Result<SealKey, NoRandomness> {
        Ok(SealKey(random::draw()?))
    }

    /// Its bytes, for the file they are kept in.
    pub fn reveal(&self) -> &[u8; 32] {
        &self.0
    }

    /// Seals bytes so that only this key opens them, and only under the same context.
    ///
    /// - `context`: what the bytes are and whose. It is not in the result; bytes moved to another place do not open there.
    pub fn seal(&self, context: &str, plain: &[u8]) -> Result<String, NoRandomness> {
        Ok(URL_SAFE_NO_PAD.encode(self.seal_bytes(context, plain)?))
    }

    /// Opens what [`SealKey::seal`] sealed under this context; nothing for anything else.
    pub fn open(&self, context: &str, sealed: &str) -> Option<Vec<u8>> {
        self.open_bytes(context, &URL_SAFE_NO_PAD.decode(sealed).ok()?)
    }

    /// As [`SealKey::seal`], as bytes: for what is too large to be a text. 40 bytes longer than `plain`.
    pub fn seal_bytes(&self, context: &str, plain: &[u8]) -> Result<Vec<u8>, NoRandomness> {
        let nonce = random::draw::<NONCE>()?;
        let sealed = self
            .cipher()
            .encrypt(&nonce.into(), Payload { msg: plain, aad: context.as_bytes() })
            .unwrap_or_else(|_| panic!("nothing that is sealed is longer than the cipher takes"));
        Ok([&nonce[..], &sealed].concat())
    }

    /// Opens what [`SealKey::seal_bytes`] sealed under this context; nothing for anything else.
    pub fn open_bytes(&self, context: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        self.cipher().decrypt(&(*nonce).into(), Payload { msg: sealed, aad: context.as_bytes() }).ok()
    }

    /// The first 128 bits of an HMAC over the parts, each with its length before it.
    pub(crate) fn mark(&self, purpose: &str, parts: &[&[u8]]) -> [u8; 16] {
        let mut mac = self.derived(b"qingyuan mark 1");
        for part in std::iter::once(purpose.as_bytes()).chain(parts.iter().copied()) {
            mac.update(&(part.len() as u64).to_be_bytes());
            mac.update(part);
        }
        let full: [u8; 32] = mac.finalize().into_bytes().into();
        std::array::from_fn(|at| full[at])
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&self.derived(b"qingyuan seal 1").finalize().into_bytes())
    }

    fn derived(&self, label: &[u8]) -> Hmac<Sha256> {
        let mut key = [0; 64];
        key[..32].copy_from_slice(&self.0);
        let derived: [u8; 32] = Hmac::<Sha256>::new(&key.into()).chain_update(label).finalize().into_bytes().into();
        key[..32].copy_from_slice(&derived);
        Hmac::<Sha256>::new(&key.into())
    }
}

impl fmt::Debug for SealKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SealKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_the_same_key_and_context_open() {
        let (key, other) = (SealKey::draw().unwrap(), SealKey::draw().unwrap());
        let sealed = key.seal("totp 1", b"secret").unwrap();
        assert_ne!(sealed, key.seal("totp 1", b"secret").unwrap(), "a new nonce each time");
        assert_eq!(key.open("totp 1", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!(SealKey::new(*key.reveal()).open("totp 1", &sealed).as_deref(), Some(&b"secret"[..]));
        assert_eq!((key.open("totp 2", &sealed), other.open("totp 1", &sealed)), (None, None));
        for at in 0..sealed.len() {
            let mut bent = sealed.clone().into_bytes();
            bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
            let bent = String::from_utf8(bent).unwrap();
            assert!(bent == sealed || key.open("totp 1", &bent).is_none(), "byte {at}");
        }
        assert!(!format!("{key:?}").contains(|c: char| c.is_ascii_digit()));
    }

    #[test]
    fn marks_tell_parts_apart() {
        let key = SealKey::new([7; 32]);
        assert_eq!(key.mark("a", &[b"bc"]), key.mark("a", &[b"bc"]));
        let others = [key.mark("a", &[b"b", b"c"]), key.mark("ab", &[b"c"]), SealKey::new([8; 32]).mark("a", &[b"bc"])];
        assert!(others.iter().all(|other| *other != key.mark("a", &[b"bc"])));
    }

    proptest! {
        #[test]
        fn any_text_is_answered(text in "\\PC{0,80}") {
            prop_assert_eq!(SealKey::new([1; 32]).open("x", &text), None);
        }
    }
}
