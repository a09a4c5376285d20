//! An authenticator of our own making: it keeps one key, counts its signatures, and answers as a browser passes it on.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The address that the browser would show.
pub const ORIGIN: &str = "http://localhost:4000";

pub struct Authenticator {
    pub key: SigningKey,
    pub id: [u8; 16],
    /// Whom it keeps the key for.
    pub handle: String,
    /// Signatures so far.
    pub count: u32,
    pub origin: &'static str,
    /// Whether finger, face or PIN unlock it.
    pub unlocked: bool,
}

impl Authenticator {
    pub fn new(seed: u8) -> Authenticator {
        let key = SigningKey::from_slice(&[seed; 32]).unwrap();
        Authenticator { key, id: [seed; 16], handle: String::new(), count: 0, origin: ORIGIN, unlocked: true }
    }

    /// Makes its key for the node.
    pub fn make(&mut self, options: &Value) -> String {
        let options = &options["publicKey"];
        self.handle = options["user"]["id"].as_str().unwrap().to_owned();
        let point = self.key.verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        // COSE: an elliptic curve key (1: 2) for ES256 (3: -7) on P-256 (-1: 1) with its coordinates (-2, -3).
        let cose = [&[0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32][..], x, &[0x22, 0x58, 32], y].concat();
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), 0x40);
        data.extend([0; 16]);
        data.extend(16u16.to_be_bytes());
        data.extend(self.id);
        data.extend(cose);
        // CBOR: {"fmt": "none", "attStmt": {}, "authData": …}
        let mut object = vec![0xa3];
        object.extend(b"\x63fmt\x64none\x67attStmt\xa0\x68authData\x58");
        object.push(u8::try_from(data.len()).unwrap());
        object.extend(data);
        let client = self.client("webauthn.create", options);
        self.answer(json!({ "attestationObject": BASE64.encode(object), "clientDataJSON": BASE64.encode(client) }))
    }

    /// Signs in.
    pub fn sign(&mut self, options: &Value) -> String {
        let options = &options["publicKey"];
        self.count += 1;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client("webauthn.get", options);
        let signed = [data.as_slice(), Sha256::digest(&client).as_slice()].concat();
        let signature: Signature = self.key.sign(&signed);
        self.answer(json!({
            "authenticatorData": BASE64.encode(data),
            "clientDataJSON": BASE64.encode(client),
            "signature": BASE64.encode(signature.to_der().as_bytes()),
            "userHandle": self.handle,
        }))
    }

    fn data(&self, party: &str, more: u8) -> Vec<u8> {
        let verified = if self.unlocked { 0x04 } else { 0 };
        let mut data = Sha256::digest(party.as_bytes()).to_vec();
        data.push(0x01 | verified | more);
        data.extend(self.count.to_be_bytes());
        data
    }

    fn client(&self, kind: &str, options: &Value) -> Vec<u8> {
        let client =
            json!({ "type": kind, "challenge": options["challenge"], "origin": self.origin, "crossOrigin": false });
        client.to_string().into_bytes()
    }

    fn answer(&self, response: Value) -> String {
        let id = BASE64.encode(self.id);
        json!({ "id": id, "rawId": id, "type": "public-key", "response": response, "clientExtensionResults": {} })
            .to_string()
    }
}
