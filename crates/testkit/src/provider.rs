//! A provider of OpenID Connect that does what a test tells it: it signs with a key of its own (ES256), and bends what it
//! says. It serves over HTTP on a loopback port, or answers in place.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

/// The node's name there.
pub const CLIENT: &str = "qingyuan";
/// The node's secret there.
pub const SECRET: &str = "a-secret-of-both";

/// What the provider says; each field bends one thing.
#[derive(Clone, Debug)]
pub struct Bent {
    /// Who is there.
    pub subject: String,
    /// Claims over the ordinary ones; null takes one away.
    pub claims: Value,
    /// The issuer of the answer (RFC 9207); none leaves it out.
    pub iss: Option<String>,
    /// An error in place of a code.
    pub error: Option<&'static str>,
    /// Signs with another key than it publishes.
    pub other_key: bool,
    /// The algorithm that the token's head names.
    pub alg: &'static str,
    /// Seconds that its clock is ahead.
    pub ahead_s: i64,
    /// Answers nothing but this status.
    pub status: Option<u16>,
}

/// A code that was given out.
struct Given {
    nonce: String,
    challenge: String,
}

struct Inner {
    issuer: String,
    bent: Mutex<Bent>,
    given: Mutex<HashMap<String, Given>>,
    /// Which of its keys it signs with: providers change them.
    key: Mutex<u8>,
    asked: Mutex<Vec<String>>,
}

/// The provider; clones are the same.
#[derive(Clone)]
pub struct Provider(Arc<Inner>);

impl Provider {
    /// A provider that answers in place only.
    pub fn in_place(issuer: &str) -> Provider {
        let bent = Bent {
            subject: "s-017".to_owned(),
            claims: json!({}),
            iss: Some(issuer.to_owned()),
            error: None,
            other_key: false,
            alg: "ES256",
            ahead_s: 0,
            status: None,
        };
        Provider(Arc::new(Inner {
            issuer: issuer.to_owned(),
            bent: Mutex::new(bent),
            given: Mutex::default(),
            key: Mutex::new(7),
            asked: Mutex::default(),
        }))
    }

    /// A provider on a free loopback port.
    pub fn serve() -> std::io::Result<Provider> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let provider = Provider::in_place(&format!("http://{}", listener.local_addr()?));
        let serving = provider.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let provider = serving.clone();
                // A browser or node that goes away in the middle is nobody's fault.
                std::thread::spawn(move || drop(provider.talk(stream)));
            }
        });
        Ok(provider)
    }

    /// Its issuer identifier.
    pub fn issuer(&self) -> &str {
        &self.0.issuer
    }

    /// Bends it from now on.
    pub fn bend(&self, how: impl FnOnce(&mut Bent)) {
        how(&mut held(&self.0.bent));
    }

    /// Straight again, with this person there.
    pub fn straight(&self, subject: &str) {
        let fresh = Provider::in_place(&self.0.issuer);
        *held(&self.0.bent) = held(&fresh.0.bent).clone();
        self.bend(|bent| bent.subject = subject.to_owned());
    }

    /// Another key from now on; the earlier one is no longer published.
    pub fn change_key(&self) {
        *held(&self.0.key) += 1;
    }

    /// The paths that it was asked for.
    pub fn asked(&self) -> Vec<String> {
        held(&self.0.asked).clone()
    }

    /// Does what a browser does that is sent there: gives the address that it is sent back to.
    pub fn visit(&self, address: &str) -> String {
        let query: HashMap<String, String> = pairs(address.split_once('?').map_or("", |(_, query)| query));
        let of = |name: &str| query.get(name).cloned().unwrap_or_default();
        let bent = held(&self.0.bent).clone();
        let mut answer = form_urlencoded::Serializer::new(String::new());
        answer.append_pair("state", &of("state"));
        match bent.error {
            Some(error) => drop(answer.append_pair("error", error)),
            None => {
                let code = format!("code-{}-{}", held(&self.0.given).len(), of("nonce"));
                let given = Given { nonce: of("nonce"), challenge: of("code_challenge") };
                held(&self.0.given).insert(code.clone(), given);
                answer.append_pair("code", &code);
            }
        }
        if let Some(iss) = &bent.iss {
            answer.append_pair("iss", iss);
        }
        format!("{}?{}", of("redirect_uri"), answer.finish())
    }

    /// Answers a request: status and JSON.
    pub fn answer(&self, path: &str, body: &str, now_s: i64) -> (u16, String) {
        held(&self.0.asked).push(path.to_owned());
        if let Some(status) = held(&self.0.bent).status {
            return (status, "{}".to_owned());
        }
        match path {
            "/.well-known/openid-configuration" => (200, self.published().to_string()),
            "/jwks" => (200, json!({ "keys": [self.public_key()] }).to_string()),
            "/token" => self.token(&pairs(body), now_s),
            _ => (404, "{}".to_owned()),
        }
    }

    fn published(&self) -> Value {
        let at = |path: &str| format!("{}{path}", self.0.issuer);
        json!({
            "issuer": self.0.issuer, "authorization_endpoint": at("/authorize"), "token_endpoint": at("/token"),
            "jwks_uri": at("/jwks"), "response_types_supported": ["code"], "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["ES256", "HS256"],
            "authorization_response_iss_parameter_supported": true,
        })
    }

    fn signing_key(&self, other: bool) -> SigningKey {
        let seed = if other { 99 } else { *held(&self.0.key) };
        SigningKey::from_slice(&[seed; 32]).unwrap_or_else(|error| panic!("{seed}: {error}"))
    }

    fn public_key(&self) -> Value {
        let point = self.signing_key(false).verifying_key().to_sec1_point(false);
        let (x, y) = point.as_bytes()[1..].split_at(32);
        let kid = format!("key-{}", held(&self.0.key));
        json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": BASE64.encode(x), "y": BASE64.encode(y) })
    }

    /// A code is taken once, from who holds its verifier (RFC 7636 §4.6).
    fn token(&self, form: &HashMap<String, String>, now_s: i64) -> (u16, String) {
        let of = |name: &str| form.get(name).cloned().unwrap_or_default();
        let refused = (400, json!({ "error": "invalid_grant" }).to_string());
        let Some(given) = held(&self.0.given).remove(&of("code")) else { return refused };
        if BASE64.encode(Sha256::digest(of("code_verifier"))) != given.challenge {
            return refused;
        }
        let bent = held(&self.0.bent).clone();
        let now = now_s + bent.ahead_s;
        let mut claims = json!({ "iss": self.0.issuer, "sub": bent.subject, "aud": CLIENT, "nonce": given.nonce,
            "iat": now, "exp": now + 300, "email": "zhang.wei@a.invalid", "preferred_username": "secadmin" });
        for (name, value) in bent.claims.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        if let Some(claims) = claims.as_object_mut() {
            claims.retain(|_, value| !value.is_null());
        }
        let token = self.signed(&bent, &claims);
        let answer = json!({ "access_token": "opaque", "token_type": "Bearer", "expires_in": 300, "id_token": token });
        (200, answer.to_string())
    }

    fn signed(&self, bent: &Bent, claims: &Value) -> String {
        let kid = format!("key-{}", held(&self.0.key));
        let head = json!({ "alg": bent.alg, "kid": kid, "typ": "JWT" });
        let text = format!("{}.{}", BASE64.encode(head.to_string()), BASE64.encode(claims.to_string()));
        let signature: Signature = self.signing_key(bent.other_key).sign(text.as_bytes());
        match bent.alg {
            "none" => format!("{text}."),
            _ => format!("{text}.{}", BASE64.encode(signature.to_bytes())),
        }
    }

    fn talk(&self, mut stream: TcpStream) -> std::io::Result<()> {
        let mut reader = BufReader::new(stream.try_clone()?);
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let path = line.split_whitespace().nth(1).unwrap_or("/").to_owned();
        let mut length = 0;
        loop {
            let mut header = String::new();
            reader.read_line(&mut header)?;
            let header = header.trim().to_lowercase();
            if header.is_empty() {
                break;
            }
            if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
        }
        let mut body = vec![0; length];
        reader.read_exact(&mut body)?;
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let (status, text) = self.answer(&path, &String::from_utf8_lossy(&body), since.as_secs().cast_signed());
        write!(
            stream,
            "HTTP/1.1 {status} told\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
            text.len()
        )
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn pairs(text: &str) -> HashMap<String, String> {
    form_urlencoded::parse(text.as_bytes()).map(|(name, value)| (name.into_owned(), value.into_owned())).collect()
}
