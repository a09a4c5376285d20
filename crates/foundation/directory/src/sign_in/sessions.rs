//! Sessions: who a cookie belongs to, which sessions run, and how they end.

use std::sync::Arc;

use access::device::Agent;
use access::session::{Rotation, Session, Token, TokenHash, Way};
use access::{Denied, Facts, Reader};
use kernel::{Instant, OfficerId, PostId};
use store::{Operation, Row, StoreFault};

use super::{SignIn, no_randomness};
use crate::register::Register;

/// Somebody with a running session, under one post.
#[derive(Clone, Debug)]
pub struct SignedIn {
    /// The session's secret: for the form token.
    pub token: Token,
    /// Who, under which post.
    pub reader: Arc<Reader>,
    /// The register this was answered from.
    pub register: Arc<Register>,
    /// Whether a second factor was shown.
    pub strong: bool,
    /// How the officer signed in; unknown of sessions that began before it was written down.
    pub way: Option<Way>,
}

/// A running session as its officer recognises it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SessionSeen {
    /// Names it in forms.
    pub mark: String,
    /// On what device.
    pub agent: Agent,
    /// From where; for the officer's own eyes.
    pub address: String,
    /// Under which post.
    pub post: PostId,
    /// Since when.
    pub since: Instant,
    /// When it was last seen, up to a minute ago.
    pub last_seen: Instant,
    /// Whether a second factor was shown.
    pub strong: bool,
    /// How the officer signed in.
    pub way: Option<Way>,
}

/// Columns of a session, in the order of [`session_of`].
const COLUMNS: &str = "select token, officer, post, signed_in, last_seen, device, address, strong, way from session";

fn session_of(row: &Row) -> Result<Session, StoreFault> {
    let token = row.bytes(0)?.try_into().map_err(|_| StoreFault::Nonsense("session.token is no digest".to_owned()))?;
    Ok(Session {
        token: TokenHash(token),
        officer: OfficerId::new(row.id(1)?),
        post: PostId::new(row.id(2)?),
        signed_in: Instant::from_ms(row.int(3)?),
        last_seen: Instant::from_ms(row.int(4)?),
        device: row.text(5)?,
        address: row.text(6)?,
        strong: row.int(7)? != 0,
        way: Way::parse(&row.text(8)?),
    })
}

impl SignIn {
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
        Ok(Some(SignedIn { token, reader: Arc::new(reader), register, strong: session.strong, way: session.way }))
    }

    /// The reader of an officer under a post, today.
    ///
    /// # Errors
    /// As [`Reader::new`].
    pub fn reader(&self, register: &Register, officer: OfficerId, post: PostId) -> Result<Reader, Denied> {
        let today = self.directory.clock().today();
        let mandates: Vec<_> = register.mandates().iter().filter(|it| it.agent == officer).cloned().collect();
        let concerned = |who| who == officer || mandates.iter().any(|it| it.holder == who);
        let appointments: Vec<_> =
            register.appointments().iter().filter(|appointment| concerned(appointment.officer)).copied().collect();
        let named = appointments.iter().map(|appointment| appointment.post).chain(mandates.iter().map(|it| it.post));
        let posts: Vec<_> = named.filter_map(|post| register.post(post)).cloned().collect();
        Reader::new(&Facts {
            node: self.directory.node(),
            officer,
            post,
            posts: &posts,
            appointments: &appointments,
            mandates: &mandates,
            organs: &register.organs(today),
            today,
        })
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
        self.rotate(session.switch_post(post, now).map_err(no_randomness)?).await.map(Some)
    }

    pub(super) async fn rotate(&self, rotation: Rotation) -> Result<Token, StoreFault> {
        self.directory.store().operate(&[self.delete(rotation.old), self.insert(&rotation.session)]).await?;
        Ok(rotation.token)
    }

    /// Ends the session of a token.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn sign_out(&self, token: &Token) -> Result<(), StoreFault> {
        self.directory.store().operate(&[self.delete(token.hash())]).await.map(drop)
    }

    /// The sessions of an officer that run, the newest first.
    ///
    /// # Errors
    /// If the store cannot be read.
    pub async fn sessions(&self, officer: OfficerId) -> Result<Vec<SessionSeen>, StoreFault> {
        let running = self.running(officer).await?;
        Ok(running
            .into_iter()
            .map(|session| SessionSeen {
                mark: session.token.mark(),
                agent: Agent::parse(&session.device),
                address: session.address,
                post: session.post,
                since: session.signed_in,
                last_seen: session.last_seen,
                strong: session.strong,
                way: session.way,
            })
            .collect())
    }

    /// Ends sessions of an officer: the one of this mark, or all; never the one of `but`. Gives how many.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end_sessions(
        &self,
        officer: OfficerId,
        mark: Option<&str>,
        but: Option<&Token>,
    ) -> Result<u64, StoreFault> {
        let kept = but.map(Token::hash);
        let running = self.running(officer).await?;
        let ends = running
            .iter()
            .map(|session| session.token)
            .filter(|token| mark.is_none_or(|mark| token.mark() == mark) && Some(*token) != kept);
        let ends: Vec<Operation> = ends.map(|token| self.delete(token)).collect();
        self.directory.store().operate(&ends).await?;
        Ok(ends.len() as u64)
    }

    async fn running(&self, officer: OfficerId) -> Result<Vec<Session>, StoreFault> {
        let sql = format!("{COLUMNS} where node = $1 and officer = $2 order by signed_in desc, token");
        let rows = self.directory.store().read(&sql, &[self.node(), officer.value().into()]).await?;
        let now = self.directory.clock().now();
        let all: Vec<Session> = rows.iter().map(session_of).collect::<Result<_, _>>()?;
        Ok(all.into_iter().filter(|session| session.runs(&self.lifetimes, now).is_ok()).collect())
    }

    pub(super) async fn session(&self, token: &Token) -> Result<Option<Session>, StoreFault> {
        let sql = format!("{COLUMNS} where node = $1 and token = $2");
        let rows = self.directory.store().read(&sql, &[self.node(), token.hash().0.to_vec().into()]).await?;
        rows.first().map(session_of).transpose()
    }

    /// Writes a session, and clears away those of its officer that nobody will come back to.
    pub(super) fn begin(&self, session: &Session) -> [Operation; 2] {
        let dead = Operation::new(
            "delete from session where node = $1 and officer = $2 and (last_seen <= $3 or signed_in <= $4)",
            vec![
                self.node(),
                session.officer.value().into(),
                session.signed_in.plus_ms(-self.lifetimes.idle_ms).ms().into(),
                session.signed_in.plus_ms(-self.lifetimes.absolute_ms).ms().into(),
            ],
        );
        [dead, self.insert(session)]
    }

    fn insert(&self, session: &Session) -> Operation {
        Operation::new(
            "insert into session (node, token, officer, post, signed_in, last_seen, device, address, strong, way) \
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            vec![
                self.node(),
                session.token.0.to_vec().into(),
                session.officer.value().into(),
                session.post.value().into(),
                session.signed_in.ms().into(),
                session.last_seen.ms().into(),
                session.device.as_str().into(),
                session.address.as_str().into(),
                i64::from(session.strong).into(),
                session.way.map_or("", Way::word).into(),
            ],
        )
    }

    fn delete(&self, token: TokenHash) -> Operation {
        Operation::new("delete from session where node = $1 and token = $2", vec![self.node(), token.0.to_vec().into()])
    }
}
