//! Asking another system: what it publishes, kept for an hour, and requests over HTTP.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use access::oidc::{Client, HttpRequest, HttpResponse, OidcRefusal, Provider, Unreachable};
use outward::Roots;

/// For how long a provider may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer at most; keys and tokens have some thousand.
const LONGEST: u64 = 256 * 1024;
/// For how long what a provider publishes is believed to stand.
const KEPT: Duration = Duration::from_secs(3600);

/// The other system by which officers may sign in.
#[derive(Debug)]
pub struct Oidc {
    client: Client,
    agent: ureq::Agent,
    published: Mutex<Option<(Instant, Arc<Provider>)>>,
}

impl Oidc {
    /// A provider that is not asked before somebody signs in by it: a node starts without it.
    pub fn new(client: Client, roots: Option<Roots>) -> Oidc {
        Oidc { client, agent: outward::agent(PATIENCE, roots), published: Mutex::default() }
    }

    /// The node there.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// Asks once; blocks. What is told of a failure names no more than the address of a host.
    pub(super) fn ask(&self, request: HttpRequest) -> Result<HttpResponse, Unreachable> {
        let told = |error: ureq::Error| Unreachable(error.to_string());
        let (parts, mut body) = self.agent.run(request).map_err(told)?.into_parts();
        let bytes = body.with_config().limit(LONGEST).read_to_vec().map_err(told)?;
        Ok(HttpResponse::from_parts(parts, bytes))
    }

    /// What the provider publishes; blocks where it is not known or may be old.
    pub(super) fn provider(&self) -> Result<Arc<Provider>, OidcRefusal> {
        let kept = self.published.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((_, provider)) = kept.filter(|(at, _)| at.elapsed() < KEPT) {
            return Ok(provider);
        }
        let provider = Arc::new(self.client.discover(&|request| self.ask(request))?);
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&provider)));
        Ok(provider)
    }

    /// Asks again next time: what was known has just failed.
    pub(super) fn forget(&self) {
        *self.published.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
