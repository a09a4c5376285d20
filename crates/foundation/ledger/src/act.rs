//! An act (行为): who did what, when, to which matter, in which post, on which basis.

use std::str::FromStr;

use crate::body::{Body, BodyError};
use crate::day::Day;
use crate::hash::Hash;
use crate::value::{Value, ValueError};

/// One act, as it is decided and before it has an index.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Act {
    /// Identifies the act: a UUIDv7, or a random id for coarse kinds.
    pub id: u128,
    /// The node whose log it goes into: 12-digit division code × 1000 + ordinal; part of the entry, not the header.
    pub node: i64,
    /// When, in milliseconds since 1970-01-01T00:00Z; for coarse kinds the start of an hour or day.
    pub at_ms: i64,
    /// The working day it counts for, in the node's own time zone.
    pub day: Day,
    /// How confidential it is (密级).
    pub class: Class,
    /// What kind of act, `area.act@major.minor`.
    pub kind: String,
    /// The matter it belongs to (事项).
    pub matter: u128,
    /// The matter's version that it makes: 1, 2, 3 … without gap.
    pub version: u64,
    /// Other heads it touches, each with the version it makes.
    pub also: Vec<(u128, u64)>,
    /// Who did it.
    pub actor: Actor,
    /// The post held (岗位).
    pub post: Option<String>,
    /// The organ (机关).
    pub organ: Option<String>,
    /// For whom, if not for oneself.
    pub on_behalf_of: Option<String>,
    /// The bases in law or order (依据).
    pub basis: Vec<String>,
    /// The versions of the rules that decided.
    pub rule_versions: Vec<String>,
    /// The acts that caused this one.
    pub causes: Vec<u128>,
    /// The command it answers, see [`crate::commit::command_digest`].
    pub command: Option<Hash>,
    /// What it says.
    pub body: Body,
    /// The streams that are told of it; each once.
    pub streams: Vec<u32>,
}

/// Who did it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Actor {
    /// An officer (公职人员), by pseudonym.
    Officer {
        /// The officer's pseudonym at this node.
        pseudonym: String,
    },
    /// A member of the public (当事人), by a random name that is new in each matter.
    Party {
        /// The party's name in this matter.
        pseudonym: String,
        /// How the party proved to be it.
        proof: String,
    },
    /// A part of the system.
    System {
        /// Which part.
        component: String,
        /// In which version.
        version: String,
    },
}

/// How confidential an act is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Class {
    /// The grade of secrecy.
    pub level: Level,
    /// Whether it holds personal information.
    pub personal: Personal,
    /// The compartment, opened to named officers by an act of its own.
    pub compartment: Option<u128>,
}

impl Class {
    /// Of this level, without personal information or compartment.
    pub const fn of(level: Level) -> Self {
        Self { level, personal: Personal::None, compartment: None }
    }
}

/// Grade of secrecy, from open to closed. The upper three are those of the Law on Guarding State Secrets
/// (保守国家秘密法) art. 14; work secrets are its art. 64.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Level {
    /// Public (公开).
    Public,
    /// Internal (内部).
    Internal,
    /// Work secret (工作秘密).
    WorkSecret,
    /// Secret (秘密).
    Secret,
    /// Confidential (机密).
    Confidential,
    /// Top secret (绝密).
    TopSecret,
}

impl Level {
    /// All levels, from open to closed.
    pub const ALL: [Self; 6] =
        [Self::Public, Self::Internal, Self::WorkSecret, Self::Secret, Self::Confidential, Self::TopSecret];

    /// Its name in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::WorkSecret => "work-secret",
            Self::Secret => "secret",
            Self::Confidential => "confidential",
            Self::TopSecret => "top-secret",
        }
    }
}

impl FromStr for Level {
    type Err = ActError;

    fn from_str(name: &str) -> Result<Self, ActError> {
        Self::ALL.into_iter().find(|level| level.name() == name).ok_or(ActError::Header { place: 3 })
    }
}

/// Whether an act holds personal information (个人信息), in the terms of the Personal Information Protection Law.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Personal {
    /// None.
    None,
    /// Personal information (art. 4).
    Personal,
    /// Sensitive personal information (敏感个人信息, art. 28).
    Sensitive,
}

impl Personal {
    /// Its name in the ledger.
    pub const fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Personal => "personal",
            Self::Sensitive => "sensitive",
        }
    }
}

impl FromStr for Personal {
    type Err = ActError;

    fn from_str(name: &str) -> Result<Self, ActError> {
        [Self::None, Self::Personal, Self::Sensitive]
            .into_iter()
            .find(|personal| personal.name() == name)
            .ok_or(ActError::Header { place: 3 })
    }
}

/// Why an act cannot be recorded, or what was read is none.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ActError {
    /// A node number below 0 or from 2^53 on.
    #[error("the node number {0} is not in 0..2^53")]
    Node(i64),
    /// A kind not of the form `area.act@major.minor`.
    #[error("the kind {0:?} is not of the form area.act@major.minor")]
    Kind(String),
    /// A version of 0 or beyond i64.
    #[error("a head's version is 0 or too large")]
    Version,
    /// A head named twice.
    #[error("a head is named twice")]
    HeadTwice,
    /// A stream named twice.
    #[error("a stream is named twice")]
    StreamTwice,
    /// The routes given are not for the act's streams, or a sequence number is beyond i64.
    #[error("the routes are not those of the act's streams")]
    Routes,
    /// A header's value longer than 64 KiB.
    #[error("the value at place {place} of the header is longer than 64 KiB")]
    HeaderTooLong {
        /// Which of the twenty.
        place: usize,
    },
    /// A header's value that makes no sense at its place.
    #[error("the value at place {place} of the header makes no sense there")]
    Header {
        /// Which of the twenty.
        place: usize,
    },
    /// A header's value that was withheld or erased.
    #[error("the header's place {place} is not open")]
    HeaderMissing {
        /// Which of the twenty.
        place: usize,
    },
    /// A value without canonical form.
    #[error("a value has no canonical form")]
    Value(#[from] ValueError),
    /// Fields that make no body.
    #[error("the fields make no body")]
    Body(#[from] BodyError),
}

impl ActError {
    /// A name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Node(_) => "act.node",
            Self::Kind(_) => "act.kind",
            Self::Version => "act.version",
            Self::HeadTwice => "act.head_twice",
            Self::StreamTwice => "act.stream_twice",
            Self::Routes => "act.routes",
            Self::HeaderTooLong { .. } => "act.header_too_long",
            Self::Header { .. } => "act.header",
            Self::HeaderMissing { .. } => "act.header_missing",
            Self::Value(cause) => cause.code(),
            Self::Body(cause) => cause.code(),
        }
    }
}

impl Act {
    /// Refuses what may not be recorded; the first reason found. Sizes are checked where bytes are made.
    pub fn check(&self) -> Result<(), ActError> {
        if !(0..1 << 53).contains(&self.node) {
            return Err(ActError::Node(self.node));
        }
        if !is_kind(&self.kind) {
            return Err(ActError::Kind(self.kind.clone()));
        }
        let fits = |version: u64| version > 0 && i64::try_from(version).is_ok();
        if !fits(self.version) || !self.also.iter().all(|(_, version)| fits(*version)) {
            return Err(ActError::Version);
        }
        let mut heads: Vec<_> = self.also.iter().map(|(head, _)| *head).chain([self.matter]).collect();
        heads.sort_unstable();
        if heads.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(ActError::HeadTwice);
        }
        let mut streams = self.streams.clone();
        streams.sort_unstable();
        if streams.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(ActError::StreamTwice);
        }
        Ok(())
    }
}

impl Actor {
    /// As the header states it.
    pub fn to_value(&self) -> Value {
        let parts: &[&str] = match self {
            Self::Officer { pseudonym } => &["officer", pseudonym],
            Self::Party { pseudonym, proof } => &["party", pseudonym, proof],
            Self::System { component, version } => &["system", component, version],
        };
        Value::list(parts.iter().map(|part| Value::text(*part)))
    }

    /// From the header's value; `None` if it is no actor.
    pub fn from_value(value: &Value) -> Option<Self> {
        let parts: Option<Vec<&str>> = value.as_list()?.iter().map(Value::as_text).collect();
        match parts?.as_slice() {
            ["officer", pseudonym] => Some(Self::Officer { pseudonym: (*pseudonym).to_owned() }),
            ["party", pseudonym, proof] => {
                Some(Self::Party { pseudonym: (*pseudonym).to_owned(), proof: (*proof).to_owned() })
            }
            ["system", component, version] => {
                Some(Self::System { component: (*component).to_owned(), version: (*version).to_owned() })
            }
            _ => None,
        }
    }
}

/// `area.act@major.minor`: lower-case letters, digits, `-` and `_`; at least two names; no leading zeroes.
fn is_kind(kind: &str) -> bool {
    let Some((name, version)) = kind.split_once('@') else {
        return false;
    };
    let is_name = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase())
            && part.bytes().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_' || c == b'-')
    };
    let is_number = |part: &str| {
        !part.is_empty()
            && part.len() <= 9
            && part.bytes().all(|c| c.is_ascii_digit())
            && (part == "0" || !part.starts_with('0'))
    };
    name.contains('.')
        && name.split('.').all(is_name)
        && version.split_once('.').is_some_and(|(major, minor)| is_number(major) && is_number(minor))
}

#[cfg(test)]
mod tests {
    use super::is_kind;

    #[test]
    fn kinds_have_one_form() {
        for good in ["matter.opened@1.0", "a.b.c-d_e2@12.3"] {
            assert!(is_kind(good), "{good}");
        }
        for bad in [
            "",
            "opened@1.0",
            "matter.opened",
            "matter.opened@1",
            "Matter.opened@1.0",
            "a..b@1.0",
            "a.b@01.0",
            "a.b@1.0.0",
        ] {
            assert!(!is_kind(bad), "{bad}");
        }
    }
}
