//! Mail by SMTP (RFC 5321), with TLS from the first byte or STARTTLS; in the clear to the machine itself only.

use std::time::{Duration, UNIX_EPOCH};

use lettre::message::Mailbox;
use lettre::message::header::{ContentType, Header, HeaderName, HeaderValue};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Tokio1Executor};

use super::{Message, SendFault, kind_of};

/// For how long the server may take for one step.
const PATIENCE: Duration = Duration::from_secs(15);

/// How a certificate begins in PEM.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// A server that takes mail.
pub struct MailServer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl MailServer {
    /// - `url`: `smtps://host[:465]` for TLS, `smtp://host[:587]` for STARTTLS, which is then asked for; to the machine itself
    ///   `smtp://127.0.0.1:25` is in the clear.
    /// - `from`: the sender, `清源 <qingyuan@office.example>` or an address alone.
    /// - `account`: name and password, where the server asks for them.
    /// - `ca`: certificates in PEM that are trusted beside the public ones.
    ///
    /// # Errors
    /// A sentence in Chinese and in English.
    pub fn new(
        url: &str,
        from: &str,
        account: Option<(String, String)>,
        ca: Option<&[u8]>,
    ) -> Result<MailServer, (String, String)> {
        let (tls_at_once, host, port) = parse(url).ok_or_else(|| {
            ("应为 smtps://主机 或 smtp://主机:端口".to_owned(), "write smtps://host or smtp://host:port".to_owned())
        })?;
        let from: Mailbox = from.parse().map_err(|_| {
            ("应为发件地址，如 清源 <qingyuan@example.gov.cn>".to_owned(), "write the sender's address".to_owned())
        })?;
        let certificate = |error: lettre::transport::smtp::Error| {
            let why = kind_of(&error);
            (format!("证书不能用：{why}"), format!("the certificate is of no use: {why}"))
        };
        let mut parameters = TlsParameters::builder(host.clone());
        if let Some(ca) = ca {
            // A file without a certificate reads as none, and would silently trust nobody more.
            if !ca.windows(CERTIFICATE.len()).any(|window| window == CERTIFICATE) {
                return Err(("文件里没有证书".to_owned(), "the file holds no certificate".to_owned()));
            }
            parameters = parameters.add_root_certificate(Certificate::from_pem(ca).map_err(certificate)?);
        }
        let parameters = parameters.build().map_err(certificate)?;
        let tls = match (tls_at_once, loopback(&host)) {
            (true, _) => Tls::Wrapper(parameters),
            (false, true) => Tls::None,
            (false, false) => Tls::Required(parameters),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&host)
            .port(port)
            .tls(tls)
            .hello_name(ClientId::Domain(from.email.domain().to_owned()))
            .timeout(Some(PATIENCE));
        if let Some((name, password)) = account {
            builder = builder.credentials(Credentials::new(name, password));
        }
        Ok(MailServer { transport: builder.build(), from })
    }

    pub(super) async fn send(&self, message: &Message, at: i64) -> Result<(), SendFault> {
        let letter = letter(&self.from, message, at)?;
        match tokio::time::timeout(4 * PATIENCE, self.transport.send(letter)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(understood(&error)),
            Err(_) => Err(SendFault::Channel("timed out".to_owned())),
        }
    }

    pub(super) async fn answers(&self) -> Result<(), SendFault> {
        match self.transport.test_connection().await {
            Ok(true) => Ok(()),
            Ok(false) => Err(SendFault::Channel("no answer to NOOP".to_owned())),
            Err(error) => Err(understood(&error)),
        }
    }
}

/// Whether this names a server of mail.
pub fn is_server(url: &str) -> bool {
    parse(url).is_some()
}

/// Whether this names a sender.
pub fn is_sender(from: &str) -> bool {
    from.parse::<Mailbox>().is_ok()
}

/// Whether TLS begins at once, the host, the port.
fn parse(url: &str) -> Option<(bool, String, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let (at_once, usual) = match scheme {
        "smtps" => (true, 465),
        "smtp" => (false, 587),
        _ => return None,
    };
    let (host, port) = super::webhook::host_and_port(rest.trim_end_matches('/'))?;
    Some((at_once, host, port.unwrap_or(usual)))
}

/// Whether a host is the machine itself.
pub(super) fn loopback(host: &str) -> bool {
    host == "localhost" || host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

/// RFC 3834: no holiday answers to this.
#[derive(Clone)]
struct AutoSubmitted;

impl Header for AutoSubmitted {
    fn name() -> HeaderName {
        HeaderName::new_from_ascii_str("Auto-Submitted")
    }

    fn parse(_: &str) -> Result<AutoSubmitted, Box<dyn std::error::Error + Send + Sync>> {
        Ok(AutoSubmitted)
    }

    fn display(&self) -> HeaderValue {
        HeaderValue::new(AutoSubmitted::name(), "auto-generated".to_owned())
    }
}

/// The mail as its bytes will be.
///
/// # Errors
/// If the address is none: it was stored by another version.
pub fn letter(from: &Mailbox, message: &Message, at: i64) -> Result<lettre::Message, SendFault> {
    let malformed = |_| SendFault::Refused("not an address".to_owned());
    let to: Mailbox = message.to.parse().map_err(malformed)?;
    let date = UNIX_EPOCH + Duration::from_millis(u64::try_from(at).unwrap_or_default());
    lettre::Message::builder()
        .from(from.clone())
        .to(to)
        .subject(message.subject.clone())
        .date(date)
        .message_id(Some(format!("<{}@{}>", message.id, from.email.domain())))
        .header(AutoSubmitted)
        .header(ContentType::TEXT_PLAIN)
        .body(message.body.clone())
        .map_err(|_| SendFault::Refused("not a mail".to_owned()))
}

/// A mailbox that does not exist or is not ours to write to is the message's fault (RFC 5321 §4.2.3); all else, a refused
/// sign-in above all, is the channel's.
fn understood(error: &lettre::transport::smtp::Error) -> SendFault {
    match error.status() {
        Some(code) => {
            let code = code.to_string();
            let words = format!("SMTP {code}");
            if matches!(code.as_str(), "550" | "551" | "552" | "553") {
                SendFault::Refused(words)
            } else {
                SendFault::Channel(words)
            }
        }
        None if error.is_timeout() => SendFault::Channel("timed out".to_owned()),
        None if error.is_tls() => SendFault::Channel("no TLS".to_owned()),
        None if error.is_client() => {
            SendFault::Channel("the server lacks what is asked for, STARTTLS perhaps".to_owned())
        }
        None => SendFault::Channel(kind_of(error)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn servers_are_told_from_what_is_none() {
        let cases = [
            ("smtps://mail.example", Some((true, "mail.example", 465))),
            ("smtp://mail.example", Some((false, "mail.example", 587))),
            ("smtp://127.0.0.1:2525/", Some((false, "127.0.0.1", 2525))),
            ("smtp://[::1]:25", Some((false, "::1", 25))),
            ("smtp://", None),
            ("http://mail.example", None),
            ("mail.example", None),
            ("smtp://name:password@mail.example", None),
            ("smtp://mail.example:none", None),
        ];
        for (url, server) in cases {
            let server = server.map(|(at_once, host, port)| (at_once, host.to_owned(), port));
            assert_eq!(parse(url), server, "{url}");
        }
        for (host, itself) in
            [("localhost", true), ("127.0.0.9", true), ("::1", true), ("10.0.0.1", false), ("a.b", false)]
        {
            assert_eq!(loopback(host), itself, "{host}");
        }
        assert!(MailServer::new("smtps://mail.example", "清源 <q@office.example>", None, None).is_ok());
        assert!(MailServer::new("smtps://mail.example", "nobody", None, None).is_err());
        assert!(MailServer::new("smtps://mail.example", "q@office.example", None, Some(b"no PEM")).is_err());
    }

    #[test]
    fn a_letter_has_the_headers_of_one() {
        let from: Mailbox = "清源 <q@office.example>".parse().unwrap();
        let message = Message {
            id: "00ff".to_owned(),
            kind: "notice",
            to: "li@office.example".to_owned(),
            subject: "有一件预警待分派\r\nBcc: all@office.example".to_owned(),
            body: "正文\n".to_owned(),
            line: String::new(),
        };
        let bytes = letter(&from, &message, 1_795_000_000_000).unwrap().formatted();
        let text = String::from_utf8(bytes).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        for wanted in [
            "Message-ID: <00ff@office.example>",
            "To: li@office.example",
            "Auto-Submitted: auto-generated",
            "Content-Type: text/plain; charset=utf-8",
            "Date: Wed, 18 Nov 2026",
        ] {
            assert!(head.contains(wanted), "{wanted}: {head}");
        }
        assert!(!head.lines().any(|line| line.starts_with("Bcc")), "{head}");
        for to in ["", "a b", "a@b.example\r\nBcc: c@d.example"] {
            let message = Message { to: to.to_owned(), ..message.clone() };
            assert!(letter(&from, &message, 0).is_err(), "{to:?}");
        }
    }
}
