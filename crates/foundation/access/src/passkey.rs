//! Passkeys 通行密钥 (W3C Web Authentication): a key pair in the officer's phone, computer or token, unlocked there by
//! finger, face or PIN. The node keeps the public half; what the device signs is good for this node's name alone, so that
//! no page elsewhere can ask for it.
//!
//! One ceremony is two halves: the node asks ([`RelyingParty::invite`], [`RelyingParty::ask`]), the browser answers
//! ([`RelyingParty::enrol`], [`RelyingParty::check`]). What the node must remember in between is a text, which the caller
//! seals and lets count once.

use kernel::OfficerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use webauthn_rs::prelude::{
    CredentialID, DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Uuid, Webauthn, WebauthnBuilder,
};

/// Bytes of a browser's answer at most; a real one has two thousand.
const LONGEST_ANSWER: usize = 32 * 1024;

/// The host's name makes no relying party: it is a number, or no name at all.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("passkeys need a host name: they do not work under a network address")]
pub struct NoHostName;

/// An answer that is not taken: bent, of another ceremony, of another key, or of a copied key.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("the passkey's answer does not hold")]
pub struct NotTaken;

/// The node as browsers and authenticators know it.
#[derive(Clone, Debug)]
pub struct RelyingParty {
    name: String,
    webauthn: Webauthn,
}

/// The public half of a passkey, with the count of its signatures.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct PublicKey(Passkey);

/// A browser's answer when it signs in: whose it says to be, and by which key.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Whom the authenticator keeps the key for, if it said.
    pub officer: Option<OfficerId>,
    credential: PublicKeyCredential,
}

impl PublicKey {
    /// Its name among all keys, as the authenticator gave it.
    pub fn id(&self) -> &[u8] {
        self.0.cred_id().as_ref()
    }

    /// A name of 16 characters for rows and forms: authenticators make theirs as long as they like.
    pub fn short_name(&self) -> String {
        Sha256::digest(self.id())[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl Answer {
    /// Reads what the browser sent; nothing if it is no answer.
    pub fn read(text: &str) -> Option<Answer> {
        let credential: PublicKeyCredential = serde_json::from_str(within(text)?).ok()?;
        let officer = credential.get_user_unique_id().and_then(|bytes| <[u8; 16]>::try_from(bytes).ok());
        Some(Answer { officer: officer.map(|bytes| OfficerId::new(u128::from_be_bytes(bytes))), credential })
    }

    /// Whether it was made by this key, or says so.
    pub fn is_by(&self, key: &PublicKey) -> bool {
        self.credential.get_credential_id() == key.id()
    }
}

fn within(text: &str) -> Option<&str> {
    (text.len() <= LONGEST_ANSWER).then_some(text)
}

impl RelyingParty {
    /// The node under a host name, over HTTPS; a demo is `localhost`, which browsers trust without.
    pub fn new(host: &str) -> Result<RelyingParty, NoHostName> {
        let local = host == "localhost";
        let origin = format!("{}://{host}", if local { "http" } else { "https" });
        let origin = Url::parse(&origin).map_err(|_| NoHostName)?;
        // The port is not part of the name that keys are bound to; which one is open is the operator's affair.
        let builder = WebauthnBuilder::new(host, &origin).map_err(|_| NoHostName)?;
        let webauthn = builder.rp_name("清源 Qingyuan").allow_any_port(true).build().map_err(|_| NoHostName)?;
        Ok(RelyingParty { name: host.to_owned(), webauthn })
    }

    /// The host name that keys are bound to.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Asks a browser to make a key for an officer who has these already. Gives what the browser is told, and what the
    /// node remembers.
    ///
    /// The key is one that the authenticator finds by itself, so that its officer types no name.
    pub fn invite(&self, officer: OfficerId, login: &str, have: &[PublicKey]) -> Result<(Value, String), NotTaken> {
        let known: Vec<CredentialID> = have.iter().map(|key| key.0.cred_id().clone()).collect();
        let handle = Uuid::from_bytes(officer.value().to_be_bytes());
        let started = self.webauthn.start_passkey_registration(handle, login, login, Some(known));
        let (told, remembered) = started.map_err(|_| NotTaken)?;
        let mut told = serde_json::to_value(told).map_err(|_| NotTaken)?;
        told["publicKey"]["authenticatorSelection"]["residentKey"] = json!("required");
        told["publicKey"]["authenticatorSelection"]["requireResidentKey"] = json!(true);
        Ok((told, serde_json::to_string(&remembered).map_err(|_| NotTaken)?))
    }

    /// The key that a browser made.
    pub fn enrol(&self, remembered: &str, answer: &str) -> Result<PublicKey, NotTaken> {
        let remembered: PasskeyRegistration = serde_json::from_str(remembered).map_err(|_| NotTaken)?;
        let answer = within(answer).ok_or(NotTaken)?;
        let answer: RegisterPublicKeyCredential = serde_json::from_str(answer).map_err(|_| NotTaken)?;
        self.webauthn.finish_passkey_registration(&answer, &remembered).map(PublicKey).map_err(|_| NotTaken)
    }

    /// Asks a browser to sign with a key: any that it has for this node, or one of these.
    pub fn ask(&self, one_of: &[PublicKey]) -> Result<(Value, String), NotTaken> {
        let (told, remembered) = self.webauthn.start_discoverable_authentication().map_err(|_| NotTaken)?;
        let mut told = serde_json::to_value(told).map_err(|_| NotTaken)?;
        // The library means fields that fill in by themselves; here the officer presses a button.
        if let Some(all) = told.as_object_mut() {
            all.remove("mediation");
        }
        if !one_of.is_empty() {
            let ids = one_of.iter().map(|key| json!({ "type": "public-key", "id": key.0.cred_id() }));
            told["publicKey"]["allowCredentials"] = ids.collect();
        }
        Ok((told, serde_json::to_string(&remembered).map_err(|_| NotTaken)?))
    }

    /// The key after it signed, with the new count of its signatures.
    ///
    /// Refused if finger, face or PIN did not unlock it, or if its count did not grow: then there are two of it.
    /// Source: W3C Web Authentication Level 3, §7.2 steps 17 and 22.
    pub fn check(&self, remembered: &str, answer: &Answer, key: &PublicKey) -> Result<PublicKey, NotTaken> {
        let remembered: DiscoverableAuthentication = serde_json::from_str(remembered).map_err(|_| NotTaken)?;
        let finished = self.webauthn.finish_discoverable_authentication_v2(&answer.credential, remembered, &key.0);
        let result = finished.map_err(|_| NotTaken)?;
        if !result.user_verified() {
            return Err(NotTaken);
        }
        let mut key = key.clone();
        key.0.update_credential(&result);
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_relying_party_is_a_host_name() {
        let cases = [
            ("localhost", true),
            ("office.example", true),
            ("a.b.office.example", true),
            ("127.0.0.1", false),
            ("[::1]", false),
            ("", false),
            ("no host", false),
        ];
        for (host, good) in cases {
            assert_eq!(RelyingParty::new(host).is_ok(), good, "{host:?}");
        }
    }

    #[test]
    fn a_browser_is_told_what_it_needs() {
        let node = RelyingParty::new("office.example").unwrap();
        let (told, remembered) = node.invite(OfficerId::new(7), "zhang.wei", &[]).unwrap();
        let options = &told["publicKey"];
        assert_eq!(options["rp"]["id"], "office.example");
        assert_eq!(options["user"]["name"], "zhang.wei");
        assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
        assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
        let (asked, other) = node.ask(&[]).unwrap();
        assert_eq!((&asked["publicKey"]["rpId"], asked.get("mediation")), (&json!("office.example"), None));
        assert_eq!(asked["publicKey"]["userVerification"], "required");
        assert_ne!(remembered, other);
        let (again, _) = node.ask(&[]).unwrap();
        assert_ne!(asked["publicKey"]["challenge"], again["publicKey"]["challenge"], "a new challenge each time");
    }

    #[test]
    fn nonsense_is_refused() {
        let node = RelyingParty::new("office.example").unwrap();
        let (_, remembered) = node.invite(OfficerId::new(7), "zhang.wei", &[]).unwrap();
        let long = "{".repeat(LONGEST_ANSWER + 1);
        for answer in ["", "{}", "null", "[]", "{\"id\":\"x\",\"rawId\":\"!\"}", &long] {
            assert_eq!(node.enrol(&remembered, answer), Err(NotTaken), "{answer:.20}");
            assert!(Answer::read(answer).is_none(), "{answer:.20}");
        }
        assert_eq!(node.enrol("nothing remembered", "{}"), Err(NotTaken));
    }
}
