//! Whom a verifier trusts (C2SP tlog-policy): logs, witnesses 见证方, and the quorum 见证法定数 of witnesses without which
//! a checkpoint counts as unwitnessed. A text file of lines, so that an office can read and other tools can check it.

use std::collections::{BTreeMap, BTreeSet};

use crate::note::{Algorithm, Vkey};

/// Logs, witnesses or groups in one policy; more is refused.
const MOST: usize = 256;

/// A witness of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Witness {
    /// Its name within the policy; means nothing elsewhere.
    pub name: String,
    /// Its key, which carries its name for the world.
    pub vkey: Vkey,
    /// The submission prefix of C2SP tlog-witness, where there is one.
    pub url: Option<String>,
}

/// A log of a policy.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Log {
    /// Its key, named by the log's origin.
    pub vkey: Vkey,
    /// Where the log is read, where that is said.
    pub url: Option<String>,
}

/// Which cosignatures are enough.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Quorum {
    /// None are asked for.
    #[default]
    None,
    /// That of this witness.
    Witness(Vkey),
    /// Those of so many members; each can contribute in one way only.
    Group {
        /// How many, at least 1 and at most all.
        least: usize,
        /// Witnesses and groups.
        members: Vec<Quorum>,
    },
}

/// Whom a verifier trusts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Policy {
    /// Logs it knows.
    pub logs: Vec<Log>,
    /// Witnesses it knows, whether or not the quorum names them.
    pub witnesses: Vec<Witness>,
    /// Which of them must have cosigned.
    pub quorum: Quorum,
}

/// Why a text is no policy, and in which line (from 1; the line after the last where something is missing).
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct PolicyError {
    /// The line.
    pub line: usize,
    /// What is wrong with it.
    pub why: PolicyFault,
}

/// What can be wrong with a line of a policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PolicyFault {
    /// A control character.
    #[error("a control character other than tab and newline")]
    Character,
    /// Not `log`, `witness`, `group` or `quorum`.
    #[error("not a log, witness, group or quorum")]
    Keyword,
    /// Too few or too many words for its keyword.
    #[error("the wrong number of words")]
    Words,
    /// Not a public key of the kind that is wanted here.
    #[error("not a public key for this purpose")]
    Key,
    /// The same key was given before.
    #[error("the same key was given before")]
    Twice,
    /// A name that is taken, or that is `none`.
    #[error("the name is taken")]
    Taken,
    /// A name that no line above defines.
    #[error("a name that no line above defines")]
    Unknown,
    /// A member of two groups, or twice of one.
    #[error("a member of more than one group")]
    Shared,
    /// A threshold that is not a number from 1 to the number of members.
    #[error("a threshold that is not between 1 and the number of members")]
    Threshold,
    /// Not exactly one quorum.
    #[error("not exactly one quorum")]
    Quorum,
    /// More lines than anybody needs.
    #[error("too many lines")]
    Many,
}

impl PolicyFault {
    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Character => "policy.character",
            Self::Keyword => "policy.keyword",
            Self::Words => "policy.words",
            Self::Key => "policy.key",
            Self::Twice => "policy.twice",
            Self::Taken => "policy.taken",
            Self::Unknown => "policy.unknown",
            Self::Shared => "policy.shared",
            Self::Threshold => "policy.threshold",
            Self::Quorum => "policy.quorum",
            Self::Many => "policy.many",
        }
    }
}

impl Quorum {
    /// Whether these cosignatures are enough.
    pub fn met(&self, by: &impl Fn(&Vkey) -> bool) -> bool {
        match self {
            Self::None => true,
            Self::Witness(vkey) => by(vkey),
            Self::Group { least, members } => members.iter().filter(|member| member.met(by)).count() >= *least,
        }
    }
}

impl Policy {
    /// Reads the text of a policy.
    ///
    /// # Errors
    /// The first line that is wrong.
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let mut reading = Reading::default();
        let mut last = 0;
        for (at, line) in text.lines().enumerate() {
            last = at + 1;
            reading.line(line).map_err(|why| PolicyError { line: last, why })?;
        }
        let quorum = reading.quorum.ok_or(PolicyError { line: last + 1, why: PolicyFault::Quorum })?;
        Ok(Self { quorum, ..reading.policy })
    }

    /// The keys of its witnesses.
    pub fn vkeys(&self) -> Vec<Vkey> {
        self.witnesses.iter().map(|witness| witness.vkey.clone()).collect()
    }
}

#[derive(Default)]
struct Reading {
    policy: Policy,
    names: BTreeMap<String, Quorum>,
    /// Names that a group has already.
    members: BTreeSet<String>,
    quorum: Option<Quorum>,
}

impl Reading {
    fn line(&mut self, line: &str) -> Result<(), PolicyFault> {
        if line.chars().any(|c| c.is_ascii_control() && c != '\t') {
            return Err(PolicyFault::Character);
        }
        if self.policy.logs.len() + self.names.len() >= MOST {
            return Err(PolicyFault::Many);
        }
        // Only these two part words: other blanks are letters like any other.
        let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        match words.as_slice() {
            [] => Ok(()),
            [first, ..] if first.starts_with('#') => Ok(()),
            ["log", vkey, url @ ..] if url.len() <= 1 => self.log(vkey, url.first()),
            ["witness", name, vkey, url @ ..] if url.len() <= 1 => self.witness(name, vkey, url.first()),
            ["group", name, least, members @ ..] if !members.is_empty() => self.group(name, least, members),
            ["quorum", name] => self.settle(name),
            ["log" | "witness" | "group" | "quorum", ..] => Err(PolicyFault::Words),
            _ => Err(PolicyFault::Keyword),
        }
    }

    fn log(&mut self, vkey: &str, url: Option<&&str>) -> Result<(), PolicyFault> {
        let vkey = key(vkey, Algorithm::Ed25519)?;
        if self.policy.logs.iter().any(|log| log.vkey.same_key(&vkey)) {
            return Err(PolicyFault::Twice);
        }
        self.policy.logs.push(Log { vkey, url: url.map(|url| (*url).to_owned()) });
        Ok(())
    }

    fn witness(&mut self, name: &str, vkey: &str, url: Option<&&str>) -> Result<(), PolicyFault> {
        let vkey = key(vkey, Algorithm::Cosignature)?;
        if self.policy.witnesses.iter().any(|witness| witness.vkey.same_key(&vkey)) {
            return Err(PolicyFault::Twice);
        }
        self.name(name, Quorum::Witness(vkey.clone()))?;
        let witness = Witness { name: name.to_owned(), vkey, url: url.map(|url| (*url).to_owned()) };
        self.policy.witnesses.push(witness);
        Ok(())
    }

    fn group(&mut self, name: &str, least: &str, members: &[&str]) -> Result<(), PolicyFault> {
        let least = match least {
            "any" => 1,
            "all" => members.len(),
            number => number.parse().map_err(|_| PolicyFault::Threshold)?,
        };
        if least == 0 || least > members.len() {
            return Err(PolicyFault::Threshold);
        }
        let mut parts = Vec::with_capacity(members.len());
        for member in members {
            parts.push(self.names.get(*member).cloned().ok_or(PolicyFault::Unknown)?);
            if !self.members.insert((*member).to_owned()) {
                return Err(PolicyFault::Shared);
            }
        }
        self.name(name, Quorum::Group { least, members: parts })
    }

    fn settle(&mut self, name: &str) -> Result<(), PolicyFault> {
        if self.quorum.is_some() {
            return Err(PolicyFault::Quorum);
        }
        let named = if name == "none" { Some(&Quorum::None) } else { self.names.get(name) };
        self.quorum = Some(named.cloned().ok_or(PolicyFault::Unknown)?);
        Ok(())
    }

    fn name(&mut self, name: &str, means: Quorum) -> Result<(), PolicyFault> {
        if name == "none" || self.names.contains_key(name) {
            return Err(PolicyFault::Taken);
        }
        self.names.insert(name.to_owned(), means);
        Ok(())
    }
}

fn key(text: &str, algorithm: Algorithm) -> Result<Vkey, PolicyFault> {
    text.parse::<Vkey>().ok().filter(|vkey| vkey.algorithm() == algorithm).ok_or(PolicyFault::Key)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note::Signer;

    fn witness(n: u8) -> Vkey {
        Signer::witness(&format!("witness.example/{n}"), &[n; 32]).unwrap().vkey()
    }

    fn log() -> Vkey {
        Signer::log("log.example/1", &[99; 32]).unwrap().vkey()
    }

    /// Two of three of one organisation, and one of two of another.
    fn two_levels() -> String {
        let mut text = format!("# 见证政策\nlog {} https://log.example\n\n", log());
        for n in 1..=5 {
            text += &format!("\twitness  W{n} {} https://w{n}.example/\n", witness(n));
        }
        text + "group X 2 W1 W2 W3\ngroup Y any W4 W5\ngroup both all X Y\nquorum both\n"
    }

    #[test]
    fn a_quorum_of_groups_is_met_by_enough_of_each() {
        let policy = Policy::parse(&two_levels()).unwrap();
        assert_eq!((policy.logs.len(), policy.witnesses.len()), (1, 5));
        assert_eq!(policy.witnesses[0].url.as_deref(), Some("https://w1.example/"));
        let cases: [(&[u8], bool); 7] = [
            (&[], false),
            (&[1, 2], false),
            (&[1, 4], false),
            (&[4, 5], false),
            (&[1, 3, 5], true),
            (&[2, 3, 4], true),
            (&[1, 2, 3, 4, 5], true),
        ];
        for (by, met) in cases {
            let signed: Vec<Vkey> = by.iter().map(|n| witness(*n)).collect();
            assert_eq!(policy.quorum.met(&|vkey| signed.contains(vkey)), met, "{by:?}");
        }
    }

    #[test]
    fn each_fault_names_its_line() {
        let (w1, w2) = (witness(1), witness(2));
        let begin = format!("witness A {w1}\nwitness B {w2}\n");
        let cases = [
            (String::new(), 1, PolicyFault::Quorum),
            (begin.clone(), 3, PolicyFault::Quorum),
            ("quorum none\nquorum none\n".to_owned(), 2, PolicyFault::Quorum),
            ("quorum A\n".to_owned(), 1, PolicyFault::Unknown),
            (begin.clone() + "quorum A B\n", 3, PolicyFault::Words),
            (begin.clone() + "group G 3 A B\n", 3, PolicyFault::Threshold),
            (begin.clone() + "group G 0 A B\n", 3, PolicyFault::Threshold),
            (begin.clone() + "group G some A B\n", 3, PolicyFault::Threshold),
            (begin.clone() + "group G any A C\n", 3, PolicyFault::Unknown),
            (begin.clone() + "group G any A A\n", 3, PolicyFault::Shared),
            (begin.clone() + "group G any A\ngroup H any A\n", 4, PolicyFault::Shared),
            (begin.clone() + "group A any B\n", 3, PolicyFault::Taken),
            (begin.clone() + "group none any B\n", 3, PolicyFault::Taken),
            (begin.clone() + &format!("witness C {w1}\n"), 3, PolicyFault::Twice),
            (format!("witness A {}\n", log()), 1, PolicyFault::Key),
            (format!("log {w1}\n"), 1, PolicyFault::Key),
            (format!("log {}\nlog {0}\n", log()), 2, PolicyFault::Twice),
            ("trust everybody\n".to_owned(), 1, PolicyFault::Keyword),
            ("quorum\u{7} none\n".to_owned(), 1, PolicyFault::Character),
        ];
        for (text, line, why) in cases {
            assert_eq!(Policy::parse(&text), Err(PolicyError { line, why }), "{text}");
        }
        let many: String = (0..300).map(|n| format!("group G{n} any A\n")).collect();
        assert!(Policy::parse(&(begin + &many)).is_err());
    }

    #[test]
    fn no_quorum_is_always_met() {
        let policy = Policy::parse("  # nobody yet\nquorum none").unwrap();
        assert!(policy.quorum.met(&|_| false) && policy.witnesses.is_empty());
    }
}
