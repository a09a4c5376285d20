//! Signing in, staying signed in, switching posts, signing out: operational rows under access's pure rules.

use std::collections::HashMap;
use std::sync::Arc;

use access::code::{CodeRefusal, CodeRow};
use access::password::{self, Cost, Verdict, WeakPassword};
use access::session::{Lifetimes, Session, Token, TokenHash};
use access::throttle::{After, Patience, Throttle};
use access::{Denied, Facts, Reader};
use kernel::{Instant, OfficerId, Param, PostId, Refuse};
use store::{Operation, StoreFault, Value};

use crate::register::{Directory, Register};

/// Why somebody is not signed in.
#[derive(Debug, thiserror::Error)]
pub enum SignInRefusal {
    /// Name or password is wrong; which of them is not told.
    #[error("name or password is wrong, {tries_left} tries left")]
    Wrong {
        /// Tries left before a wait.
        tries_left: u32,
    },
    /// Too many wrong attempts.
    #[error("too many wrong attempts: wait {seconds} s")]
    Wait {
        /// Seconds to wait.
        seconds: i64,
    },
    /// The officer holds no post today.
    #[error("no post is held today")]
    NoPost,
    /// The store failed, or randomness did.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Refuse for SignInRefusal {
    fn code(&self) -> &'static str {
        match self {
            SignInRefusal::Wrong { .. } => "sign_in.wrong",
            SignInRefusal::Wait { .. } => "sign_in.wait",
            SignInRefusal::NoPost => "sign_in.no_post",
            SignInRefusal::Fault(_) => "sign_in.fault",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            SignInRefusal::Wrong { tries_left } => vec![("tries", (*tries_left).into())],
            SignInRefusal::Wait { seconds } => vec![("seconds", (*seconds).into())],
            SignInRefusal::NoPost | SignInRefusal::Fault(_) => Vec::new(),
        }
    }
}

/// Why a one-time code sets no password.
#[derive(Debug, thiserror::Error)]
pub enum RedeemRefusal {
    /// As at a sign-in: the name, too many attempts.
    #[error(transparent)]
    SignIn(#[from] SignInRefusal),
    /// The code is wrong, used or expired.
    #[error(transparent)]
    Code(#[from] CodeRefusal),
    /// The new password is too weak.
    #[error(transparent)]
    Weak(#[from] WeakPassword),
}

impl Refuse for RedeemRefusal {
    fn code(&self) -> &'static str {
        match self {
            RedeemRefusal::SignIn(refusal) => refusal.code(),
            RedeemRefusal::Code(refusal) => refusal.code(),
            RedeemRefusal::Weak(refusal) => refusal.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            RedeemRefusal::SignIn(refusal) => refusal.params(),
            RedeemRefusal::Code(refusal) => refusal.params(),
            RedeemRefusal::Weak(refusal) => refusal.params(),
        }
    }
}

/// Somebody with a running session, under one post.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's secret: for the form token.
    pub token: Token,
    /// Who, under which post.
    pub reader: Arc<Reader>,
    /// The register this was answered from.
    pub register: Arc<Register>,
}

/// How an officer can sign in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CredentialState {
    /// A one-time code waits to be used.
    Code {
        /// The first moment at which it is no longer good.
        until: Instant,
    },
    /// A password is set.
    Password {
        /// When it was set.
        since: Instant,
    },
}

/// Sign-in of one node.
#[derive(Clone)]
pub struct SignIn {
    directory: Directory,
    cost: Cost,
    lifetimes: Lifetimes,
}

fn no_randomness<E: std::fmt::Display>(error: E) -> StoreFault {
    StoreFault::Nonsense(error.to_string())
}

impl SignIn {
    /// Sign-in with this cost of a password hash.
    pub fn new(directory: Directory, cost: Cost, lifetimes: Lifetimes) -> SignIn {
        SignIn { directory, cost, lifetimes }
    }

    /// The directory behind it.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    fn node(&self) -> Value {
        Value::Int(self.directory.node().number())
    }

    /// Sets an officer's password. The grant itself is an act of whoever calls; its secret is in none.
    ///
    /// # Errors
    /// If it cannot be hashed or stored.
    pub async fn set_password(&self, officer: OfficerId, password: &str) -> Result<(), StoreFault> {
        let hash = password::hash(password, self.cost).map_err(no_randomness)?;
        let now = self.directory.clock().now();
        let put = Operation::new(
            "insert into credential (node, officer, kind, secret, changed) values ($1, $2, 'password', $3, $4) \
             on conflict (node, officer, kind) do update set secret = excluded.secret, changed = excluded.changed",
            vec![self.node(), officer.value().into(), hash.into(), now.ms().into()],
        );
        self.directory.store().operate(&[put]).await.map(drop)
    }

    /// Keeps the digest of a one-time code; the officer's earlier one no longer counts.
    ///
    /// # Errors
    /// If it cannot be stored.
    pub async fn keep_code(&self, row: &CodeRow) -> Result<(), StoreFault> {
        let secret = serde_json::to_string(row).map_err(no_randomness)?;
        let put = Operation::new(
            "insert into credential (node, officer, kind, secret, changed, expires) \
             values ($1, $2, 'code', $3, $4, $5) on conflict (node, officer, kind) do update \
             set secret = excluded.secret, changed = excluded.changed, expires = excluded.expires",
            vec![
                self.node(),
                row.officer.value().into(),
                secret.into(),
                self.directory.clock().now().ms().into(),
                Some(row.expires.ms()).into(),
            ],
        );
        self.directory.store().operate(&[put]).await.map(drop)
    }

    /// Sets a password with a one-time code, which is gone afterwards. Throttled like a sign-in.
    ///
    /// # Errors
    /// A refusal that does not tell whether the name exists; one that does say what a weak password lacks.
    pub async fn redeem(
        &self,
        login: &str,
        code: &str,
        password: &str,
        address: &str,
    ) -> Result<OfficerId, RedeemRefusal> {
        let now = self.directory.clock().now();
        let (name, address) = (format!("name:{login}"), format!("address:{address}"));
        for (subject, patience) in [(&name, Patience::NAME), (&address, Patience::ADDRESS)] {
            let wait = self.throttle(subject).await.map_err(SignInRefusal::Fault)?.admits(&patience, now);
            wait.map_err(|wait| SignInRefusal::Wait { seconds: wait.seconds })?;
        }
        password::check(password, login)?;
        let register = self.directory.register().await.map_err(SignInRefusal::Fault)?;
        let officer = register.as_ref().and_then(|register| register.by_login(login)).map(|officer| officer.id);
        let row = match officer {
            Some(officer) => self.code(officer).await.map_err(SignInRefusal::Fault)?,
            None => None,
        };
        let (Some(officer), Some(row)) = (officer, row) else {
            return Err(self.failed(&name, &address, now).await.map_err(SignInRefusal::Fault)?.into());
        };
        match row.redeem(code, now) {
            Ok(_) => {}
            // The same answer as for a name that does not exist. Only who has the code learns that it was used or expired.
            Err(CodeRefusal::Wrong) => {
                return Err(self.failed(&name, &address, now).await.map_err(SignInRefusal::Fault)?.into());
            }
            Err(refusal) => return Err(refusal.into()),
        }
        let gone = Operation::new(
            "delete from credential where node = $1 and officer = $2 and kind = 'code'",
            vec![self.node(), officer.value().into()],
        )
        .expecting(1);
        // Of two that come at once one finds the code gone.
        if !self.directory.store().operate(&[gone]).await.map_err(SignInRefusal::Fault)? {
            return Err(CodeRefusal::Used.into());
        }
        self.set_password(officer, password).await.map_err(SignInRefusal::Fault)?;
        Ok(officer)
    }

    /// Takes away every means by which an officer signs in, and ends their sessions. The officer stays in the register.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn revoke(&self, officer: OfficerId) -> Result<(), StoreFault> {
        let gone = |sql| Operation::new(sql, vec![self.node(), officer.value().into()]);
        let all = [
            gone("delete from credential where node = $1 and officer = $2"),
            gone("delete from session where node = $1 and officer = $2"),
        ];
        self.directory.store().operate(&all).await.map(drop)
    }

    /// How each officer can sign in now; who is absent cannot.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn credentials(&self) -> Result<HashMap<OfficerId, CredentialState>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read("select officer, kind, changed, expires from credential where node = $1", &[self.node()])
            .await?;
        let now = self.directory.clock().now();
        let mut all = HashMap::new();
        for row in rows {
            let (officer, kind) = (OfficerId::new(row.id(0)?), row.text(1)?);
            let state = match kind.as_str() {
                "password" => CredentialState::Password { since: Instant::from_ms(row.int(2)?) },
                "code" => match row.opt_int(3)?.map(Instant::from_ms) {
                    Some(until) if until > now => CredentialState::Code { until },
                    _ => continue,
                },
                _ => continue,
            };
            // A password says more than a code that was drawn to replace it.
            let entry = all.entry(officer).or_insert(state);
            if matches!(state, CredentialState::Password { .. }) {
                *entry = state;
            }
        }
        Ok(all)
    }

    async fn code(&self, officer: OfficerId) -> Result<Option<CodeRow>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select secret from credential where node = $1 and officer = $2 and kind = 'code'",
                &[self.node(), officer.value().into()],
            )
            .await?;
        rows.first()
            .map(|row| {
                serde_json::from_str(&row.text(0)?)
                    .map_err(|error| StoreFault::Nonsense(format!("credential.secret of {officer}: {error}")))
            })
            .transpose()
    }

    /// Opens a session for the right name and password.
    ///
    /// - `address`: where the attempt comes from; throttled beside the name.
    ///
    /// # Errors
    /// A refusal that does not tell whether the name exists.
    pub async fn sign_in(&self, login: &str, password: &str, address: &str) -> Result<Token, SignInRefusal> {
        let (register, officer) = self.prove(login, password, address).await?;
        let today = self.directory.clock().today();
        let post = register.posts_of(officer, today).first().map(|post| post.id).ok_or(SignInRefusal::NoPost)?;
        let (session, token) = Session::open(officer, post, self.directory.clock().now()).map_err(no_randomness)?;
        self.directory.store().operate(&[self.insert(&session)]).await?;
        Ok(token)
    }

    /// Checks name and password, throttled, without opening a session: for what asks who somebody is once more.
    ///
    /// # Errors
    /// As [`SignIn::sign_in`], posts aside.
    pub async fn prove(
        &self,
        login: &str,
        password: &str,
        address: &str,
    ) -> Result<(Arc<Register>, OfficerId), SignInRefusal> {
        let now = self.directory.clock().now();
        let name = format!("name:{login}");
        let address = format!("address:{address}");
        for (subject, patience) in [(&name, Patience::NAME), (&address, Patience::ADDRESS)] {
            let wait = self.throttle(subject).await?.admits(&patience, now);
            wait.map_err(|wait| SignInRefusal::Wait { seconds: wait.seconds })?;
        }
        let register = self.directory.register().await?;
        let officer = register.as_ref().and_then(|register| register.by_login(login)).map(|officer| officer.id);
        let secret = match officer {
            Some(officer) => self.secret(officer).await?,
            None => None,
        };
        let (typed, password, cost) = (password.to_owned(), password.to_owned(), self.cost);
        let verdict = tokio::task::spawn_blocking(move || match secret {
            Some(secret) => password::verify(&password, &secret, cost),
            None => password::verify_nobody(&password, cost),
        })
        .await
        .map_err(no_randomness)?
        .map_err(no_randomness)?;
        let (Some(register), Some(officer)) = (register, officer.filter(|_| verdict != Verdict::Wrong)) else {
            return Err(self.failed(&name, &address, now).await?);
        };
        if verdict == Verdict::RightButCheap {
            // The password is at hand only now: its hash is renewed at today's cost.
            self.set_password(officer, &typed).await?;
        }
        let forget = Operation::new(
            "delete from throttle where node = $1 and subject = $2",
            vec![self.node(), name.as_str().into()],
        );
        self.directory.store().operate(&[forget]).await?;
        Ok((register, officer))
    }

    async fn failed(&self, name: &str, address: &str, now: Instant) -> Result<SignInRefusal, StoreFault> {
        let mut operations = Vec::new();
        let mut told = After::TriesLeft(0);
        for (subject, patience) in [(address, Patience::ADDRESS), (name, Patience::NAME)] {
            let (row, after) = self.throttle(subject).await?.failed(&patience, now);
            told = after;
            operations.push(Operation::new(
                "insert into throttle (node, subject, failures, last_failure) values ($1, $2, $3, $4) \
                 on conflict (node, subject) do update set failures = excluded.failures, \
                 last_failure = excluded.last_failure",
                vec![self.node(), subject.into(), i64::from(row.failures).into(), row.last_failure.ms().into()],
            ));
        }
        self.directory.store().operate(&operations).await?;
        Ok(match told {
            After::TriesLeft(tries_left) => SignInRefusal::Wrong { tries_left },
            After::WaitUntil(until) => SignInRefusal::Wait { seconds: (now.ms_until(until) + 999) / 1000 },
        })
    }

    async fn throttle(&self, subject: &str) -> Result<Throttle, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select failures, last_failure from throttle where node = $1 and subject = $2",
                &[self.node(), subject.into()],
            )
            .await?;
        rows.first().map_or(Ok(Throttle::default()), |row| {
            Ok(Throttle {
                failures: u32::try_from(row.int(0)?).unwrap_or(u32::MAX),
                last_failure: Instant::from_ms(row.int(1)?),
            })
        })
    }

    async fn secret(&self, officer: OfficerId) -> Result<Option<String>, StoreFault> {
        let rows = self
            .directory
            .store()
            .read(
                "select secret from credential where node = $1 and officer = $2 and kind = 'password'",
                &[self.node(), officer.value().into()],
            )
            .await?;
        rows.first().map(|row| row.text(0)).transpose()
    }

    /// Who a cookie belongs to; nothing if the session is over, or its post is no longer held.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn signed_in(&self, cookie: &str) -> Result<Option<SignedIn>, StoreFault> {
        let Some(token) = Token::parse(cookie) else { return Ok(None) };
        let Some(session) = self.session(&token).await? else { return Ok(None) };
        let now = self.directory.clock().now();
        if session.runs(&self.lifetimes, now).is_err() {
            self.directory.store().operate(&[self.delete(session.token)]).await?;
            return Ok(None);
        }
        let Some(register) = self.directory.register().await? else { return Ok(None) };
        let Ok(reader) = self.reader(&register, session.officer, session.post) else { return Ok(None) };
        if let Some(seen) = session.seen(now) {
            let touch = Operation::new(
                "update session set last_seen = $3 where node = $1 and token = $2",
                vec![self.node(), seen.token.0.to_vec().into(), seen.last_seen.ms().into()],
            );
            self.directory.store().operate(&[touch]).await?;
        }
        Ok(Some(SignedIn { token, reader: Arc::new(reader), register }))
    }

    /// The reader of an officer under a post, today.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn reader(&self, register: &Register, officer: OfficerId, post: PostId) -> Result<Reader, Denied> {
        let today = self.directory.clock().today();
        let appointments: Vec<_> =
            register.appointments().iter().filter(|appointment| appointment.officer == officer).copied().collect();
        let posts: Vec<_> =
            appointments.iter().filter_map(|appointment| register.post(appointment.post)).cloned().collect();
        Reader::new(&Facts {
            node: self.directory.node(),
            officer,
            post,
            posts: &posts,
            appointments: &appointments,
            organs: &register.organs(today),
            today,
        })
    }

    async fn session(&self, token: &Token) -> Result<Option<Session>, StoreFault> {
        let hash = token.hash();
        let rows = self
            .directory
            .store()
            .read(
                "select officer, post, signed_in, last_seen from session where node = $1 and token = $2",
                &[self.node(), hash.0.to_vec().into()],
            )
            .await?;
        rows.first()
            .map(|row| {
                Ok(Session {
                    token: hash,
                    officer: OfficerId::new(row.id(0)?),
                    post: PostId::new(row.id(1)?),
                    signed_in: Instant::from_ms(row.int(2)?),
                    last_seen: Instant::from_ms(row.int(3)?),
                })
            })
            .transpose()
    }

    /// Goes on under another post that the officer holds, with a new token. Nothing if the post is not held.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn switch_post(&self, token: &Token, post: PostId) -> Result<Option<Token>, StoreFault> {
        let (Some(session), Some(register)) = (self.session(token).await?, self.directory.register().await?) else {
            return Ok(None);
        };
        if self.reader(&register, session.officer, post).is_err() {
            return Ok(None);
        }
        let now = self.directory.clock().now();
        let rotation = session.switch_post(post, now).map_err(no_randomness)?;
        self.directory.store().operate(&[self.delete(rotation.old), self.insert(&rotation.session)]).await?;
        Ok(Some(rotation.token))
    }

    /// Ends the session of a token.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sign_out(&self, token: &Token) -> Result<(), StoreFault> {
        self.directory.store().operate(&[self.delete(token.hash())]).await.map(drop)
    }

    fn insert(&self, session: &Session) -> Operation {
        Operation::new(
            "insert into session (node, token, officer, post, signed_in, last_seen) values ($1, $2, $3, $4, $5, $6)",
            vec![
                self.node(),
                session.token.0.to_vec().into(),
                session.officer.value().into(),
                session.post.value().into(),
                session.signed_in.ms().into(),
                session.last_seen.ms().into(),
            ],
        )
    }

    fn delete(&self, token: TokenHash) -> Operation {
        Operation::new("delete from session where node = $1 and token = $2", vec![self.node(), token.0.to_vec().into()])
    }
}
