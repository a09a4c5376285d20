//! Signing in by another system 统一身份认证, and the ties of officers to identities there, as rows.
//!
//! A tie is made and undone by an act, never by what a token claims: a mail address or a name there says nothing here. The
//! row of a tie is named by a digest under the node's own key; who is meant lies sealed in it. What the node remembers
//! while the browser is away lies sealed in the browser, and is taken once.

use std::sync::Arc;

use access::oidc::{Asked, Identity, LONGEST_SUBJECT, OidcRefusal, Returned, mark};
use access::session::{Token, TokenHash, Way};
use access::throttle;
use kernel::day::SystemClock;
use kernel::{Clock, Instant, OfficerId};
use serde::{Deserialize, Serialize};
use store::{RecordError, StoreFault};

use super::factor::{json, read};
use super::provider::Oidc;
use super::refusal::Counted;
use super::{ByProviderRefusal, FirstStep, OwnRefusal, Shown, SignIn, Whence, no_randomness};
use crate::events::RegisterEvent;
use crate::register::Entering;

/// For how long a browser may be away.
const AWAY_MS: i64 = 10 * 60_000;
/// Kinds of rows begin so.
const KIND: &str = "oidc:";
/// What is sealed, so that it opens nowhere else.
const AWAY: &str = "away at a provider";

/// An officer's tie, as it is shown to who may see it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct IdentitySeen {
    /// The other system.
    pub issuer: String,
    /// The officer's name there.
    pub subject: String,
    /// When it was bound.
    pub since: Instant,
    /// When it last signed in.
    pub used: Option<Instant>,
    /// The digest that names it in acts.
    mark: String,
}

/// What a browser has come back with.
#[derive(Clone, Debug)]
pub enum Back {
    /// Somebody is signed in, or has a second factor to show, and wanted to go there.
    In(FirstStep, String),
    /// An officer who is signed in ties themselves to this identity: the act is of whoever calls.
    Bind(OfficerId, Identity),
}

/// A row of a tie.
#[derive(Serialize, Deserialize)]
struct Row {
    /// Issuer and subject.
    sealed: String,
    since: Instant,
    used: Option<Instant>,
}

/// A row with its place, as it was read.
struct Kept {
    officer: OfficerId,
    kind: String,
    stored: String,
    row: Row,
}

/// What is remembered while a browser is away.
#[derive(Serialize, Deserialize)]
struct Away {
    asked: Asked,
    until: Instant,
    purpose: Purpose,
}

#[derive(Serialize, Deserialize)]
enum Purpose {
    SignIn {
        next: String,
    },
    /// In this session and no other.
    Bind {
        officer: OfficerId,
        session: TokenHash,
    },
}

impl SignIn {
    /// The same, with another system by which officers may sign in.
    #[must_use]
    pub fn with_oidc(mut self, oidc: Oidc) -> SignIn {
        self.oidc = Some(oidc.into());
        self
    }

    /// The other system, where one is configured.
    pub fn oidc(&self) -> Option<&Oidc> {
        self.oidc.as_deref()
    }

    /// Begins a sign-in: where the browser is sent, and what it keeps until it is back. Nothing where no other system is
    /// configured.
    ///
    /// - `next`: where the officer wants to go.
    ///
    /// # Errors
    /// If the provider cannot be asked.
    pub async fn begin_by_provider(&self, next: &str) -> Result<Option<(String, String)>, ByProviderRefusal> {
        let Some(oidc) = &self.oidc else { return Ok(None) };
        self.sent(oidc, Purpose::SignIn { next: next.to_owned() }, false).await.map(Some)
    }

    /// Begins to bind an identity, for the officer's password: an open session alone gives nobody a lasting way in.
    ///
    /// # Errors
    /// If the password is wrong or was given wrongly too often, one is bound already, or the provider cannot be asked.
    pub async fn begin_binding(
        &self,
        officer: OfficerId,
        password: &str,
        present: &Token,
    ) -> Result<(String, String), OwnRefusal> {
        let oidc = self.oidc.as_ref().ok_or(OwnRefusal::NoIdentity)?;
        self.own_password(officer, password).await?;
        if self.identity(officer).await?.is_some() {
            return Err(OwnRefusal::IdentityBound);
        }
        let purpose = Purpose::Bind { officer, session: present.hash() };
        self.sent(oidc, purpose, true).await.map_err(|refusal| match refusal {
            ByProviderRefusal::Oidc(refusal) => OwnRefusal::Oidc(refusal),
            ByProviderRefusal::Fault(fault) => OwnRefusal::Fault(fault),
            // Nothing else is refused before the browser is sent away.
            _ => OwnRefusal::NoIdentity,
        })
    }

    async fn sent(
        &self,
        oidc: &Arc<Oidc>,
        purpose: Purpose,
        afresh: bool,
    ) -> Result<(String, String), ByProviderRefusal> {
        let asked = Arc::clone(oidc);
        let work = move || asked.client().begin(&*asked.provider()?, afresh);
        let (url, asked) = tokio::task::spawn_blocking(work).await.map_err(no_randomness)??;
        let until = self.directory.clock().now().plus_ms(AWAY_MS);
        let plain = json(&Away { asked, until, purpose })?;
        let cookie = self.key.seal(&self.away_context(), plain.as_bytes()).map_err(no_randomness)?;
        Ok((url, cookie))
    }

    /// Takes what a browser brings back from the provider.
    ///
    /// - `cookie`: what it kept. `present`: the session it is in, for an identity that is to be bound.
    ///
    /// # Errors
    /// If it was not sent by us, comes too late or twice; if the provider says no or what it says does not hold; if no
    /// officer is tied to the identity, or the one who is holds no post. What does not hold is counted by address.
    pub async fn back_from_provider(
        &self,
        cookie: &str,
        returned: Returned,
        present: Option<&Token>,
        whence: &Whence,
    ) -> Result<Back, ByProviderRefusal> {
        let answer = self.recognised(cookie, returned, present, whence).await;
        let guess = matches!(
            &answer,
            Err(ByProviderRefusal::Unknown
                | ByProviderRefusal::Oidc(
                    OidcRefusal::NotOurs | OidcRefusal::OtherIssuer | OidcRefusal::BadToken(_) | OidcRefusal::Failed
                ))
        );
        if guess {
            let (counters, now) = ([throttle::of_address(&whence.address)], self.directory.clock().now());
            if let Some(Counted::Wait { seconds }) = self.too_early(&counters, now).await? {
                return Err(ByProviderRefusal::Wait { seconds });
            }
            self.failed(&counters, now).await?;
        }
        if let (Err(ByProviderRefusal::Oidc(refusal)), Some(oidc)) = (&answer, self.oidc()) {
            if matches!(refusal, OidcRefusal::BadToken(_) | OidcRefusal::Unreachable(_)) {
                oidc.forget();
            }
            tracing::warn!(reason = %refusal, "a provider's answer was refused");
        }
        answer
    }

    async fn recognised(
        &self,
        cookie: &str,
        returned: Returned,
        present: Option<&Token>,
        whence: &Whence,
    ) -> Result<Back, ByProviderRefusal> {
        let now = self.directory.clock().now();
        let oidc = self.oidc.as_ref().ok_or(ByProviderRefusal::Unknown)?;
        let Away { asked, until, purpose } = self
            .key
            .open(&self.away_context(), cookie)
            .and_then(|plain| serde_json::from_slice(&plain).ok())
            .ok_or(OidcRefusal::NotOurs)?;
        // Before anything is asked of the provider: a code that is brought twice is not given on twice.
        if until <= now || !self.take_once(cookie, until, now).await? {
            return Err(OidcRefusal::NotOurs.into());
        }
        let asking = Arc::clone(oidc);
        let work = move || {
            let provider = asking.provider()?;
            // The provider's time is that of the machines, not that of a demo's day.
            let now = Clock::now(&SystemClock::default());
            asking.client().finish(&provider, &asked, &returned, now, &|request| asking.ask(request))
        };
        let identity = tokio::task::spawn_blocking(work).await.map_err(no_randomness)??;
        match purpose {
            Purpose::Bind { officer, session } => {
                if present.is_none_or(|token| token.hash() != session) {
                    return Err(OidcRefusal::NotOurs.into());
                }
                Ok(Back::Bind(officer, identity))
            }
            Purpose::SignIn { next } => Ok(Back::In(self.enter_as(&identity, whence, now).await?, next)),
        }
    }

    async fn enter_as(
        &self,
        identity: &Identity,
        whence: &Whence,
        now: Instant,
    ) -> Result<FirstStep, ByProviderRefusal> {
        let mut tied = self.tied(&identity.mark(&self.key)).await?;
        // Two who bound it in the same moment: nobody tells which of them has come.
        let (Some(kept), true) = (tied.pop(), tied.is_empty()) else { return Err(ByProviderRefusal::Unknown) };
        let officer = kept.officer;
        let register = self.directory.register().await?.ok_or(ByProviderRefusal::Unknown)?;
        let login = register.officer(officer).map(|it| it.login.clone()).ok_or(ByProviderRefusal::Unknown)?;
        let post = self.first_post(&register, officer).ok_or(ByProviderRefusal::NoPost)?;
        let next = json(&Row { used: Some(now), ..kept.row })?;
        // Undone meanwhile, it signs nobody in; used meanwhile in another browser, it may have to be tried again.
        if !self.directory.store().operate(&[self.replaced(officer, &kept.kind, kept.stored, next)]).await? {
            return Err(OidcRefusal::NotOurs.into());
        }
        if !identity.vouched && self.has_factor(officer).await? {
            return Ok(FirstStep::SecondFactor(self.halfway(officer, Way::Provider, now)?));
        }
        let shown = Shown { way: Way::Provider, strong: identity.vouched };
        Ok(FirstStep::Entered(self.enter((officer, &login), post, whence, shown, &[]).await?))
    }

    /// The identity an officer is tied to.
    ///
    /// # Errors
    /// If the store cannot be read, or the row was sealed with another key.
    pub async fn identity(&self, officer: OfficerId) -> Result<Option<IdentitySeen>, StoreFault> {
        let sql =
            "select officer, kind, secret from credential where node = $1 and officer = $2 and kind like 'oidc:%'";
        let kept = self.kept_ties(sql, officer.value().into()).await?;
        kept.into_iter().next().map(|kept| self.seen(kept)).transpose()
    }

    /// Ties an officer to an identity: the act and its row together.
    ///
    /// # Errors
    /// If the officer is tied already, another is tied to it, or it is no identity.
    pub async fn bind_identity(
        &self,
        officer: OfficerId,
        (issuer, subject): (&str, &str),
        by: &Entering,
    ) -> Result<(), BindError> {
        if self.oidc.is_none() || subject.is_empty() || subject.len() > LONGEST_SUBJECT {
            return Err(OwnRefusal::NoIdentity.into());
        }
        if self.identity(officer).await?.is_some() {
            return Err(OwnRefusal::IdentityBound.into());
        }
        let identity = mark(&self.key, issuer, subject);
        if !self.tied(&identity).await?.is_empty() {
            return Err(OwnRefusal::IdentityTaken.into());
        }
        let plain = json(&(issuer, subject))?;
        let sealed = self.key.seal(&self.tie_context(officer), plain.as_bytes()).map_err(no_randomness)?;
        let row = Row { sealed, since: self.directory.clock().now(), used: None };
        let kept = self.kept(officer, &format!("{KIND}{identity}"), json(&row)?, None);
        let bound = RegisterEvent::IdentityBound { officer, issuer: issuer.to_owned(), identity };
        self.directory.enter_with(&[bound], by, vec![kept]).await?;
        Ok(())
    }

    /// Undoes the tie for the officer's password, and ends the officer's other sessions.
    ///
    /// # Errors
    /// If the password is wrong or was given wrongly too often.
    pub async fn unbind_own(
        &self,
        officer: OfficerId,
        password: &str,
        present: &Token,
        by: &Entering,
    ) -> Result<bool, BindError> {
        self.own_password(officer, password).await?;
        self.unbind(officer, Some(present), by).await
    }

    /// Undoes the tie and ends the officer's sessions but one. `false` where there is none.
    ///
    /// # Errors
    /// If it cannot be recorded.
    pub async fn unbind(&self, officer: OfficerId, but: Option<&Token>, by: &Entering) -> Result<bool, BindError> {
        let Some(tie) = self.identity(officer).await? else { return Ok(false) };
        let gone = self.without(officer, &format!("{KIND}{}", tie.mark)).expecting(1);
        let unbound = RegisterEvent::IdentityUnbound { officer, issuer: tie.issuer, identity: tie.mark };
        self.directory.enter_with(&[unbound], by, vec![gone]).await?;
        self.end_sessions(officer, None, but).await?;
        Ok(true)
    }

    /// The ties to an identity: one, or none.
    async fn tied(&self, mark: &str) -> Result<Vec<Kept>, StoreFault> {
        let sql = "select officer, kind, secret from credential where node = $1 and kind = $2";
        self.kept_ties(sql, format!("{KIND}{mark}").into()).await
    }

    async fn kept_ties(&self, sql: &str, of: store::Value) -> Result<Vec<Kept>, StoreFault> {
        let rows = self.directory.store().read(sql, &[self.node(), of]).await?;
        let kept = rows.iter().map(|row| {
            let (officer, kind, stored) = (OfficerId::new(row.id(0)?), row.text(1)?, row.text(2)?);
            Ok(Kept { row: read(officer, &stored)?, officer, kind, stored })
        });
        kept.collect()
    }

    fn seen(&self, kept: Kept) -> Result<IdentitySeen, StoreFault> {
        let plain = self.key.open(&self.tie_context(kept.officer), &kept.row.sealed);
        let (issuer, subject) = plain.and_then(|plain| serde_json::from_slice(&plain).ok()).ok_or_else(|| {
            let officer = kept.officer;
            StoreFault::Nonsense(format!("the identity of {officer} was sealed with another key than the node has"))
        })?;
        let mark = kept.kind.trim_start_matches(KIND).to_owned();
        Ok(IdentitySeen { issuer, subject, since: kept.row.since, used: kept.row.used, mark })
    }

    fn away_context(&self) -> String {
        format!("{AWAY} {}", self.directory.node())
    }

    /// Whose tie it is: moved to another officer's row it does not open.
    fn tie_context(&self, officer: OfficerId) -> String {
        format!("identity {} {officer}", self.directory.node())
    }
}

/// Why a tie is not made or undone.
#[derive(Debug, thiserror::Error)]
pub enum BindError {
    /// A rule says no.
    #[error(transparent)]
    Refused(#[from] OwnRefusal),
    /// It could not be recorded.
    #[error(transparent)]
    Record(#[from] RecordError),
}

impl From<StoreFault> for BindError {
    fn from(fault: StoreFault) -> BindError {
        BindError::Refused(fault.into())
    }
}
