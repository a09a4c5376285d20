//! Text messages by a webhook to a gateway, signed as the Standard Webhooks specification says
//! (github.com/standard-webhooks/standard-webhooks): headers `webhook-id`, `webhook-timestamp`, and `webhook-signature`
//! `v1,base64(HMAC-SHA256(secret, id.timestamp.body))`.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use kernel::Instant;
use sha2::Sha256;

use super::{Message, SendFault, kind_of};

/// For how long a gateway may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// The key of the signatures; in no log.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Vec<u8>);

impl Secret {
    /// Reads `whsec_…`: base64 of 24 to 64 bytes. Nothing where it is none.
    pub fn parse(text: &str) -> Option<Secret> {
        let bytes = STANDARD.decode(text.trim().strip_prefix("whsec_")?).ok()?;
        (24..=64).contains(&bytes.len()).then_some(Secret(bytes))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// The value of `webhook-signature`.
///
/// - `at`: seconds since 1970.
pub fn signature(secret: &Secret, id: &str, at: i64, body: &str) -> String {
    // HMAC takes keys of any length; there is none that it refuses.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&secret.0) else { return String::new() };
    mac.update(format!("{id}.{at}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

/// A gateway; connections are kept alive.
#[derive(Clone)]
pub struct Webhook {
    agent: ureq::Agent,
    url: Arc<str>,
    secret: Secret,
}

impl Webhook {
    /// - `url`: `https://…`; to the machine itself `http://` as well.
    /// - `ca`: certificates in PEM that are trusted instead of the public ones.
    ///
    /// # Errors
    /// A sentence in Chinese and in English.
    pub fn new(url: &str, secret: Secret, ca: Option<&[u8]>) -> Result<Webhook, (String, String)> {
        if !is_gateway(url) {
            return Err((
                "应为 https:// 开头的网址；只有本机可用 http://".to_owned(),
                "write an address that begins with https://; http:// is for the machine itself only".to_owned(),
            ));
        }
        let none = || ("文件里没有证书".to_owned(), "the file holds no certificate".to_owned());
        let roots = ca.map(|pem| outward::Roots::read(pem).ok_or_else(none)).transpose()?;
        Ok(Webhook { agent: outward::agent(PATIENCE, roots), url: url.into(), secret })
    }

    pub(super) async fn send(&self, message: &Message, at: i64) -> Result<(), SendFault> {
        let (webhook, message) = (self.clone(), message.clone());
        let sent = tokio::task::spawn_blocking(move || webhook.post(&message, at));
        sent.await.unwrap_or_else(|_| Err(SendFault::Channel("not sent".to_owned())))
    }

    fn post(&self, message: &Message, at: i64) -> Result<(), SendFault> {
        let body = body(message, at);
        let seconds = at / 1000;
        let answer = self
            .agent
            .post(&*self.url)
            .header("content-type", "application/json")
            .header("webhook-id", &message.id)
            .header("webhook-timestamp", &seconds.to_string())
            .header("webhook-signature", &signature(&self.secret, &message.id, seconds, &body))
            .send(body.as_str());
        match answer {
            Ok(answer) => understood(answer.status().as_u16()),
            Err(ureq::Error::Timeout(_)) => Err(SendFault::Channel("timed out".to_owned())),
            Err(error) => Err(SendFault::Channel(kind_of(&error))),
        }
    }
}

/// What is posted: `type`, `timestamp`, `data` as the specification recommends.
fn body(message: &Message, at: i64) -> String {
    serde_json::json!({
        "type": format!("notices.{}", message.kind),
        "timestamp": Instant::from_ms(at).to_string(),
        "data": {"to": message.to, "text": message.line},
    })
    .to_string()
}

/// 400 and 422 say that this message will never do; any other refusal is the channel's.
fn understood(status: u16) -> Result<(), SendFault> {
    match status {
        200..=299 => Ok(()),
        400 | 422 => Err(SendFault::Refused(format!("HTTP {status}"))),
        _ => Err(SendFault::Channel(format!("HTTP {status}"))),
    }
}

/// A host and perhaps a port; nothing where an account or anything else stands with it.
pub(super) fn host_and_port(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let fits = |c: char| c.is_ascii_alphanumeric() || "-.:".contains(c);
    let port = port.map(str::parse).transpose().ok()?;
    (!host.is_empty() && host.chars().all(fits)).then(|| (host.to_owned(), port))
}

/// Whether this is the address of a gateway: over TLS, or on the machine itself.
pub fn is_gateway(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let Some((host, _)) = host_and_port(authority) else { return false };
    match scheme {
        "https" => true,
        "http" => super::mail::loopback(&host),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signature_is_the_specifications() {
        // The example of the specification and of its reference libraries.
        let secret = Secret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let signed = signature(&secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, "{\"test\": 2432232314}");
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
        assert_eq!(format!("{secret:?}"), "(secret)");
        for none in ["", "whsec_", "whsec_c2hvcnQ=", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_!"] {
            assert_eq!(Secret::parse(none), None, "{none}");
        }
    }

    #[test]
    fn in_the_clear_to_the_machine_itself_only() {
        let cases = [
            ("https://sms.example/send", true),
            ("https://sms.example:8443/send?x=1", true),
            ("http://127.0.0.1:9/send", true),
            ("http://localhost/", true),
            ("http://[::1]:9/", true),
            ("http://sms.example/", false),
            ("http://127.0.0.1.sms.example/", false),
            ("http://localhost@sms.example/", false),
            ("ftp://localhost/", false),
            ("sms.example", false),
            ("https://", false),
        ];
        for (url, fits) in cases {
            assert_eq!(is_gateway(url), fits, "{url}");
        }
    }

    #[test]
    fn refusals_are_the_messages_or_the_channels() {
        for (status, expected) in [
            (200, Ok(())),
            (204, Ok(())),
            (422, Err(SendFault::Refused("HTTP 422".to_owned()))),
            (401, Err(SendFault::Channel("HTTP 401".to_owned()))),
            (302, Err(SendFault::Channel("HTTP 302".to_owned()))),
            (503, Err(SendFault::Channel("HTTP 503".to_owned()))),
        ] {
            assert_eq!(understood(status), expected, "{status}");
        }
    }
}
