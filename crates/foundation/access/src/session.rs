//! Sessions: a random token in a cookie, its digest in a row, a new one at every change of rights.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use kernel::{Instant, OfficerId, Param, PostId, Refuse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::random::{self, NoRandomness};

/// The secret in the cookie: 32 random bytes. Never stored; `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Token([u8; 32]);

/// What is stored in its place: SHA-256 of the token. Whoever reads the table cannot sign in with it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenHash(pub [u8; 32]);

impl Token {
    /// A new one.
    pub fn draw() -> Result<Token, NoRandomness> {
        Ok(Token(random::draw()?))
    }

    /// The token of a cookie's value, or `None` if it is none: 43 characters of base64url.
    pub fn parse(text: &str) -> Option<Token> {
        Some(Token(URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?))
    }

    /// The cookie's value.
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Its digest, by which the row is found.
    pub fn hash(&self) -> TokenHash {
        TokenHash(Sha256::digest(self.0).into())
    }

    /// The token that every form of this session carries: an HMAC under the session's secret, so nothing is stored for
    /// it, it changes with the session, and no other site can know it.
    pub fn csrf(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.csrf_mac().finalize().into_bytes())
    }

    /// Whether a form came from a page of this session. Compared in constant time.
    pub fn accepts_csrf(&self, given: &str) -> bool {
        URL_SAFE_NO_PAD.decode(given).is_ok_and(|mac| self.csrf_mac().verify_slice(&mac).is_ok())
    }

    fn csrf_mac(&self) -> Hmac<Sha256> {
        // HMAC pads a key to the block with zeros; doing so here leaves no length that could be wrong.
        let mut key = [0; 64];
        key[..32].copy_from_slice(&self.0);
        // A prefix of its own keeps this apart from anything else that may once be derived from the token.
        Hmac::<Sha256>::new(&key.into()).chain_update(b"qingyuan csrf 1")
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

impl TokenHash {
    /// Names the session on a page: 16 characters, from which nobody gets to the token.
    pub fn mark(&self) -> String {
        self.0[..8].iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Compares in constant time.
    pub fn matches(&self, token: &Token) -> bool {
        self.0.ct_eq(&token.hash().0).into()
    }
}

impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({:02x}{:02x}…)", self.0[0], self.0[1])
    }
}

/// How long sessions last.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lifetimes {
    /// Without a request, in ms.
    pub idle_ms: i64,
    /// From sign-in on, whatever happens, in ms.
    pub absolute_ms: i64,
}

impl Default for Lifetimes {
    /// Half an hour idle, twelve hours in all: a long working day, never a night.
    fn default() -> Lifetimes {
        Lifetimes { idle_ms: 30 * 60_000, absolute_ms: 12 * 3_600_000 }
    }
}

/// A session's row.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Session {
    /// Digest of its token: the key.
    pub token: TokenHash,
    /// Who signed in.
    pub officer: OfficerId,
    /// Under which post the officer acts now.
    pub post: PostId,
    /// When the officer signed in; a new token does not change it.
    pub signed_in: Instant,
    /// When the last request came, up to a minute ago.
    pub last_seen: Instant,
    /// On what device, as [`Agent::store`](crate::device::Agent::store) writes it.
    pub device: String,
    /// From which network address the officer signed in.
    pub address: String,
    /// Whether a second factor was shown.
    pub strong: bool,
    /// How the officer signed in; unknown of sessions that began before it was written down.
    pub way: Option<Way>,
}

/// How somebody signs in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// By name and password.
    Password,
    /// By a passkey alone.
    Passkey,
    /// By a sign-in at another system.
    Provider,
}

impl Way {
    /// All of them.
    pub const ALL: [Way; 3] = [Way::Password, Way::Passkey, Way::Provider];

    /// Its word, in rows and in the keys of texts.
    pub fn word(self) -> &'static str {
        match self {
            Way::Password => "password",
            Way::Passkey => "passkey",
            Way::Provider => "provider",
        }
    }

    /// The way of this word.
    pub fn parse(word: &str) -> Option<Way> {
        Way::ALL.into_iter().find(|way| way.word() == word)
    }
}

/// How a session begins.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opening {
    /// Who signed in.
    pub officer: OfficerId,
    /// Under which post.
    pub post: PostId,
    /// On what device.
    pub device: String,
    /// From where.
    pub address: String,
    /// Whether a second factor was shown.
    pub strong: bool,
    /// How the officer signed in.
    pub way: Way,
}

/// Why a session is over.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SessionOver {
    /// No request for too long.
    #[error("signed out after a time without activity")]
    Idle,
    /// It lasted as long as one may.
    #[error("signed out: a session has its longest time")]
    TooOld,
}

impl Refuse for SessionOver {
    fn code(&self) -> &'static str {
        match self {
            SessionOver::Idle => "session.idle",
            SessionOver::TooOld => "session.too_old",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// A new token for a session that goes on: the row to delete, the row to write, the cookie to set.
#[derive(Debug)]
pub struct Rotation {
    /// Key of the row that is to be deleted, in the same transaction.
    pub old: TokenHash,
    /// The row in its place.
    pub session: Session,
    /// The cookie's new token.
    pub token: Token,
}

impl Session {
    /// A session that begins. Whatever token the browser brought before is not taken over: a planted one gains nothing.
    pub fn open(opening: Opening, now: Instant) -> Result<(Session, Token), NoRandomness> {
        let Opening { officer, post, device, address, strong, way } = opening;
        let token = Token::draw()?;
        let hash = token.hash();
        let (signed_in, last_seen, way) = (now, now, Some(way));
        Ok((Session { token: hash, officer, post, signed_in, last_seen, device, address, strong, way }, token))
    }

    /// Refuses one that is over.
    pub fn runs(&self, lifetimes: &Lifetimes, now: Instant) -> Result<(), SessionOver> {
        if self.signed_in.ms_until(now) >= lifetimes.absolute_ms {
            return Err(SessionOver::TooOld);
        }
        if self.last_seen.ms_until(now) >= lifetimes.idle_ms {
            return Err(SessionOver::Idle);
        }
        Ok(())
    }

    /// The row to write at a request, `None` while the last is recent: reading a page should not write one row each.
    #[must_use]
    pub fn seen(&self, now: Instant) -> Option<Session> {
        const MINUTE_MS: i64 = 60_000;
        (self.last_seen.ms_until(now) >= MINUTE_MS).then(|| Session { last_seen: now, ..self.clone() })
    }

    /// The session going on under another post, with a new token: rights changed, so the secret does.
    pub fn switch_post(&self, post: PostId, now: Instant) -> Result<Rotation, NoRandomness> {
        let token = Token::draw()?;
        let session = Session { token: token.hash(), post, last_seen: now, ..self.clone() };
        Ok(Rotation { old: self.token, session, token })
    }

    /// The session going on after a second factor was shown, with a new token for the same reason.
    pub fn strengthened(&self, now: Instant) -> Result<Rotation, NoRandomness> {
        let token = Token::draw()?;
        let session = Session { token: token.hash(), strong: true, last_seen: now, ..self.clone() };
        Ok(Rotation { old: self.token, session, token })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(ms: i64) -> Instant {
        Instant::from_ms(ms)
    }

    fn open() -> (Session, Token) {
        let (device, address) = ("Firefox/Linux".to_owned(), "10.0.0.1".to_owned());
        let (officer, post) = (OfficerId::new(1), PostId::new(2));
        Session::open(Opening { officer, post, device, address, strong: false, way: Way::Passkey }, at(0)).unwrap()
    }

    #[test]
    fn tokens_are_random_and_only_their_digest_is_kept() {
        let (session, token) = open();
        assert_eq!(token.reveal().len(), 43);
        assert_eq!(Token::parse(&token.reveal()).unwrap().hash(), session.token);
        assert!(session.token.matches(&token) && !session.token.matches(&Token::draw().unwrap()));
        assert!(!format!("{token:?}{session:?}").contains(&token.reveal()));
        for wrong in ["", "x", &token.reveal()[1..], &format!("{}=", token.reveal()), "密码"] {
            assert!(Token::parse(wrong).is_none(), "{wrong}");
        }
    }

    #[test]
    fn forms_are_accepted_from_their_own_session_only() {
        let (one, other) = (Token::draw().unwrap(), Token::draw().unwrap());
        assert!(one.accepts_csrf(&one.csrf()));
        assert_eq!(one.csrf(), one.csrf(), "the same for all forms of a session");
        assert_ne!(one.csrf(), one.reveal());
        for wrong in [other.csrf(), String::new(), one.reveal(), one.csrf()[..42].to_owned()] {
            assert!(!one.accepts_csrf(&wrong), "{wrong}");
        }
    }

    #[test]
    fn sessions_end() {
        let lifetimes = Lifetimes::default();
        let minute = 60_000;
        let (session, _) = open();
        let cases = [
            ("at once", 0, Ok(())),
            ("a moment before", 30 * minute - 1, Ok(())),
            ("half an hour idle", 30 * minute, Err(SessionOver::Idle)),
            ("twelve hours", 720 * minute, Err(SessionOver::TooOld)),
        ];
        for (case, now, expected) in cases {
            assert_eq!(session.runs(&lifetimes, at(now)), expected, "{case}");
        }
        assert_eq!(session.seen(at(minute - 1)), None);
        let mut busy = session.clone();
        for now in (1..).map(|n| n * 20 * minute).take_while(|now| *now < 720 * minute) {
            assert_eq!(busy.runs(&lifetimes, at(now)), Ok(()));
            busy = busy.seen(at(now)).unwrap();
        }
        assert_eq!(busy.runs(&lifetimes, at(720 * minute)), Err(SessionOver::TooOld), "however busy");
    }

    #[test]
    fn another_post_is_another_token() {
        let (session, token) = open();
        let rotation = session.switch_post(PostId::new(3), at(5)).unwrap();
        assert_eq!(rotation.old, token.hash());
        assert_eq!(rotation.session.token, rotation.token.hash());
        assert_ne!(rotation.session.token, session.token);
        assert_eq!((rotation.session.post, rotation.session.signed_in), (PostId::new(3), at(0)));
        assert!(!rotation.token.accepts_csrf(&token.csrf()), "old forms are dead");
        let strong = rotation.session.strengthened(at(9)).unwrap();
        assert_eq!(
            (strong.old, strong.session.strong, strong.session.post),
            (rotation.session.token, true, PostId::new(3))
        );
        assert_ne!(strong.session.token.mark(), strong.old.mark());
        assert_eq!((strong.old.mark().len(), &strong.session.device), (16, &session.device));
        assert_eq!(strong.session.way, Some(Way::Passkey), "what happens after it does not change how it began");
        assert_eq!(Way::ALL.map(|way| Way::parse(way.word())), Way::ALL.map(Some));
        assert_eq!(Way::parse(""), None);
    }

    proptest! {
        #[test]
        fn any_cookie_is_answered(text in "\\PC{0,60}") {
            let _ = Token::parse(&text);
            prop_assert!(!Token([7; 32]).accepts_csrf(&text));
        }
    }
}
