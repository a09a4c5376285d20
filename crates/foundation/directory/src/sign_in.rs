//! Signing in, staying signed in, switching posts, signing out: operational rows under access's pure rules.

mod counting;
mod credentials;
mod factor;
mod key;
mod oidc;
mod passkey;
mod provider;
mod refusal;
mod sessions;
mod taken;

pub use credentials::CredentialState;
pub use factor::FactorState;
pub use key::sign_in_key;
pub use oidc::{Back, BindError, IdentitySeen};
pub use passkey::PasskeySeen;
pub use provider::Oidc;
pub use refusal::{ByProviderRefusal, OwnRefusal, RedeemRefusal, SecondStepRefusal, SignInRefusal};
pub use sessions::{SessionSeen, SignedIn};

use std::sync::Arc;

use access::device::{Agent, KnownDevice};
use access::passkey::RelyingParty;
use access::password::{Cost, Verdict};
use access::seal::SealKey;
use access::session::{Lifetimes, Opening, Session, Token, Way};
use access::throttle::{Counter, Tried};
use kernel::{OfficerId, PostId};
use store::{Migration, StoreFault, Value};

use crate::register::{Directory, Register};

/// What sign-in adds to the operational tables it writes.
pub(crate) const DEVICES: Migration =
    Migration { id: "directory/sign_in_0001", sql: include_str!("../migrations/sign_in_0001_devices.sql") };

/// What signing in at other systems adds to them, and the table of what was taken once.
pub(crate) const PROVIDERS: Migration =
    Migration { id: "directory/sign_in_0002", sql: include_str!("../migrations/sign_in_0002_providers.sql") };

/// Where an attempt comes from, as far as the request tells.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Whence {
    /// Network address.
    pub address: String,
    /// Browser and system.
    pub agent: Agent,
    /// The device, where its cookie came along.
    pub device: Option<KnownDevice>,
}

/// Somebody who has just signed in.
#[derive(Clone, Debug)]
pub struct Entered {
    /// The session's secret, for its cookie.
    pub token: Token,
    /// The device, known for this officer from now on.
    pub device: KnownDevice,
}

/// What a right name and password come to.
#[derive(Clone, Debug)]
pub enum FirstStep {
    /// Signed in.
    Entered(Entered),
    /// A second factor is due: what the browser keeps until it is shown.
    SecondFactor(String),
}

/// What somebody has shown who is let in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Shown {
    /// By what.
    way: Way,
    /// Whether a second factor was among it.
    strong: bool,
}

/// Sign-in of one node.
#[derive(Clone)]
pub struct SignIn {
    directory: Directory,
    key: SealKey,
    cost: Cost,
    lifetimes: Lifetimes,
    party: Option<Arc<RelyingParty>>,
    oidc: Option<Arc<Oidc>>,
}

fn no_randomness<E: std::fmt::Display>(error: E) -> StoreFault {
    StoreFault::Nonsense(error.to_string())
}

impl SignIn {
    /// Sign-in with this cost of a password hash.
    ///
    /// - `key`: the node's own, see [`sign_in_key`].
    pub fn new(directory: Directory, key: SealKey, cost: Cost, lifetimes: Lifetimes) -> SignIn {
        SignIn { directory, key, cost, lifetimes, party: None, oidc: None }
    }

    /// The directory behind it.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// The node's own key, for whoever keeps something that only this node is to read: outside the ledger, under a context that
    /// says what it is and whose.
    pub fn key(&self) -> &SealKey {
        &self.key
    }

    fn node(&self) -> Value {
        Value::Int(self.directory.node().number())
    }

    /// Opens a session for the right name and password, or asks for the second factor where one is enrolled.
    ///
    /// # Errors
    /// A refusal that does not tell whether the name exists.
    pub async fn sign_in(&self, login: &str, password: &str, whence: &Whence) -> Result<FirstStep, SignInRefusal> {
        let now = self.directory.clock().now();
        let counters = self.counters(Tried::Password, login, whence);
        if let Some(wait) = self.too_early(&counters, now).await? {
            return Err(wait.into());
        }
        let register = self.directory.register().await?;
        let officer = register.as_ref().and_then(|register| register.by_login(login)).map(|officer| officer.id);
        let secret = match officer {
            Some(officer) => self.secret(officer, "password").await?,
            None => None,
        };
        let verdict = self.looked_at(secret, password).await?;
        let (Some(register), Some(officer)) = (register, officer.filter(|_| verdict != Verdict::Wrong)) else {
            return Err(self.failed(&counters, now).await?.into());
        };
        if verdict == Verdict::RightButCheap {
            // The password is at hand only now: its hash is renewed at today's cost.
            self.set_password(officer, password).await?;
        }
        let post = self.first_post(&register, officer).ok_or(SignInRefusal::NoPost)?;
        if self.has_factor(officer).await? {
            self.directory.store().operate(&self.cleared(&counters)).await?;
            return Ok(FirstStep::SecondFactor(self.halfway(officer, Way::Password, now)?));
        }
        let shown = Shown { way: Way::Password, strong: false };
        Ok(FirstStep::Entered(self.enter((officer, login), post, whence, shown, &counters).await?))
    }

    /// The post under which an officer begins.
    fn first_post(&self, register: &Register, officer: OfficerId) -> Option<PostId> {
        register.posts_of(officer, self.directory.clock().today()).first().map(|post| post.id)
    }

    /// Opens the session of somebody who has shown all that was asked for.
    async fn enter(
        &self,
        (officer, login): (OfficerId, &str),
        post: PostId,
        whence: &Whence,
        Shown { way, strong }: Shown,
        counters: &[Counter],
    ) -> Result<Entered, StoreFault> {
        let now = self.directory.clock().now();
        let (device, address) = (whence.agent.store(), whence.address.clone());
        let opening = Opening { officer, post, device, address, strong, way };
        let (session, token) = Session::open(opening, now).map_err(no_randomness)?;
        let mut operations = self.cleared(counters);
        operations.extend(self.begin(&session));
        self.directory.store().operate(&operations).await?;
        Ok(Entered { token, device: self.known(whence, login)? })
    }

    /// The device of an attempt, known for this officer from now on.
    fn known(&self, whence: &Whence, login: &str) -> Result<KnownDevice, StoreFault> {
        let device = match &whence.device {
            Some(device) => device.clone(),
            None => KnownDevice::draw().map_err(no_randomness)?,
        };
        Ok(device.and(&self.key, self.directory.node().number(), login))
    }
}
