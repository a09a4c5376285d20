//! The typed values that a node runs on.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use web::http::{Network, Rate};

/// `node.toml`, with the environment over it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Config {
    /// Layout of the folder; a larger one was written by a newer version.
    pub(crate) layout: u32,
    /// The node's number.
    pub(crate) node: i64,
    /// Domain of the installation, the first part of the log's origin.
    pub(crate) domain: String,
    /// A demo: synthetic data, printed passwords, loopback only.
    pub(crate) demo: bool,
    /// By how many milliseconds the node's clock differs from the machine's; a demo lives on its own day.
    pub(crate) clock_offset_ms: i64,
    /// Host names under which browsers reach the node, beside the loopback's; a request under another name is refused.
    pub(crate) hosts: Vec<String>,
    /// How it is run.
    pub(crate) settings: Settings,
}

/// How a node is run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Settings {
    /// Addresses and limits.
    pub(crate) serve: Serve,
    /// Certificate and key, where the node speaks TLS itself.
    pub(crate) tls: Option<TlsFiles>,
    /// For how many days browsers are asked to keep to HTTPS.
    pub(crate) hsts_days: u32,
    /// Proxies in front.
    pub(crate) proxies: Vec<Network>,
    /// Requests of one address; none is no limit.
    pub(crate) rate: Option<Rate>,
    /// The public address, where it is known.
    pub(crate) address: Option<String>,
    /// The other system by which officers may sign in.
    pub(crate) oidc: Option<OidcKeys>,
    /// The database, where it is not in the folder. Holds a password: never printed.
    pub(crate) store: Option<Secret>,
    /// Connections for reading.
    pub(crate) readers: u32,
    /// Whether checkpoints carry an SM2 signature beside the log's own.
    pub(crate) sm2: bool,
    /// How people are told elsewhere.
    pub(crate) notices: Notices,
    /// The log.
    pub(crate) log: Log,
}

impl Settings {
    /// Takes relative paths from the data folder.
    pub(crate) fn beside(&mut self, data: &Path) {
        let files = self.tls.iter_mut().flat_map(|tls| [&mut tls.certificate, &mut tls.key]);
        let told = &mut self.notices;
        let mail = told.smtp.iter_mut().flat_map(|smtp| [&mut smtp.password, &mut smtp.ca]).flatten();
        let gateway = told.webhook.iter_mut().flat_map(|it| [Some(&mut it.secret), it.ca.as_mut()]).flatten();
        let oidc = self.oidc.iter_mut().flat_map(|oidc| [&mut oidc.secret, &mut oidc.roots]).flatten();
        let files = files.chain(self.serve.operations_token.as_mut()).chain(mail).chain(gateway).chain(oidc);
        for file in files {
            *file = data.join(&*file);
        }
    }
}

/// `[serve]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Serve {
    pub(crate) listen: SocketAddr,
    pub(crate) operations: SocketAddr,
    pub(crate) operations_token: Option<PathBuf>,
    pub(crate) connections: usize,
    pub(crate) header_time: Duration,
    pub(crate) body_idle: Duration,
    pub(crate) request_time: Duration,
    pub(crate) upload_bytes: usize,
}

/// `[oidc]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct OidcKeys {
    pub(crate) issuer: String,
    pub(crate) client_id: String,
    /// A file with the secret.
    pub(crate) secret: Option<PathBuf>,
    /// A file with certificates.
    pub(crate) roots: Option<PathBuf>,
    /// What people call it.
    pub(crate) name: kernel::Text,
    pub(crate) acr: Vec<String>,
    pub(crate) amr: Vec<String>,
}

/// `[tls]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct TlsFiles {
    /// The chain.
    pub(crate) certificate: PathBuf,
    /// The private key.
    pub(crate) key: PathBuf,
}

/// `[notices]`, `[smtp]`, `[webhook]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Notices {
    /// The hour of digests.
    pub(crate) digest_hour: u8,
    /// For how long a channel may fail before that is said.
    pub(crate) failing: Duration,
    /// The mail server.
    pub(crate) smtp: Option<Smtp>,
    /// The SMS gateway.
    pub(crate) webhook: Option<Webhook>,
}

/// `[smtp]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Smtp {
    pub(crate) url: String,
    pub(crate) from: String,
    pub(crate) user: Option<String>,
    pub(crate) password: Option<PathBuf>,
    pub(crate) ca: Option<PathBuf>,
}

/// `[webhook]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Webhook {
    pub(crate) url: String,
    pub(crate) secret: PathBuf,
    pub(crate) ca: Option<PathBuf>,
}

/// `[log]`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Log {
    /// Directives that the subscriber understands.
    pub(crate) level: String,
    /// Lines of JSON instead of text.
    pub(crate) json: bool,
}

/// A text that no log and no debug print shows.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Secret(pub(super) String);

impl Secret {
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("(secret)")
    }
}

/// Reads `address:port`; the port may be 0 for any free one.
pub(crate) fn address(text: &str) -> Option<SocketAddr> {
    text.parse().ok()
}
