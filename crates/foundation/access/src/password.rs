//! Passwords: Argon2id, kept as PHC strings, and what a good one is.

use argon2::password_hash::phc::PasswordHash;
use argon2::{Algorithm, Argon2, Params, PasswordHasher, PasswordVerifier, Version};
use kernel::{Param, Refuse};
use serde::{Deserialize, Serialize};

use crate::random::{self, NoRandomness};

/// What one hash costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cost {
    /// Memory, in KiB.
    pub memory_kib: u32,
    /// Passes over it.
    pub passes: u32,
    /// Lanes.
    pub lanes: u32,
}

impl Cost {
    /// 19 MiB, two passes, one lane: the first choice of the OWASP password storage cheat sheet. Some 25 ms.
    pub const DEFAULT: Cost = Cost { memory_kib: 19_456, passes: 2, lanes: 1 };

    /// Next to nothing: for tests and demo nodes, which bind the loopback only and print their passwords.
    pub const DEMO: Cost = Cost { memory_kib: 256, passes: 1, lanes: 1 };

    fn hasher(self) -> Result<Argon2<'static>, PasswordFault> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, None).map_err(|_| PasswordFault::Cost)?;
        Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
    }
}

impl Default for Cost {
    fn default() -> Cost {
        Cost::DEFAULT
    }
}

/// Why no hash could be made or read. Never about a person's input.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum PasswordFault {
    /// The configured cost is none that Argon2 takes.
    #[error("the configured password cost is out of range")]
    Cost,
    /// No salt could be drawn.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The stored hash is no PHC string of Argon2id with a sane cost.
    #[error("the stored password hash cannot be read")]
    Stored,
}

/// The PHC string (`$argon2id$v=19$m=…,t=…,p=…$salt$hash`) of a password under a new salt.
pub fn hash(password: &str, cost: Cost) -> Result<String, PasswordFault> {
    let salt = random::draw::<16>()?;
    let hash = cost.hasher()?.hash_password_with_salt(password.as_bytes(), &salt).map_err(|_| PasswordFault::Cost)?;
    Ok(hash.to_string())
}

/// What a look at a password says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It is the one.
    Right,
    /// It is the one, and its hash costs less than it should by now: hash it again while it is at hand.
    RightButCheap,
    /// It is another.
    Wrong,
}

/// Compares a password with a stored hash, in time that does not depend on how much of it is right.
pub fn verify(password: &str, stored: &str, cost: Cost) -> Result<Verdict, PasswordFault> {
    let parsed = PasswordHash::new(stored).map_err(|_| PasswordFault::Stored)?;
    let params = Params::try_from(&parsed).map_err(|_| PasswordFault::Stored)?;
    // A row that asks for a gigabyte is no hash of ours: it would take the node down, once per attempt.
    if parsed.algorithm.as_str() != "argon2id" || params.m_cost() > 1 << 20 || params.t_cost() > 64 {
        return Err(PasswordFault::Stored);
    }
    if Argon2::default().verify_password(password.as_bytes(), &parsed).is_err() {
        return Ok(Verdict::Wrong);
    }
    let cheap = params.m_cost() < cost.memory_kib || params.t_cost() < cost.passes;
    Ok(if cheap { Verdict::RightButCheap } else { Verdict::Right })
}

/// Spends the time of one look for a name that does not exist, so that the answer's time does not tell names apart.
pub fn verify_nobody(password: &str, cost: Cost) -> Result<Verdict, PasswordFault> {
    let mut out = [0; 32];
    let hasher = cost.hasher()?;
    hasher.hash_password_into(password.as_bytes(), b"nobody's own salt", &mut out).map_err(|_| PasswordFault::Cost)?;
    // Looked at so that the work cannot be optimised away.
    std::hint::black_box(out);
    Ok(Verdict::Wrong)
}

/// Fewest characters of a password.
pub const MIN_CHARS: usize = 10;
/// From that many characters on the kinds of characters no longer matter.
pub const LONG_CHARS: usize = 16;
/// Most bytes of a password: longer input is not hashed.
pub const MAX_BYTES: usize = 256;

/// Why a new password is not good enough.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WeakPassword {
    /// Too short.
    #[error("a password has at least {MIN_CHARS} characters")]
    TooShort,
    /// Too long.
    #[error("a password has at most {MAX_BYTES} bytes")]
    TooLong,
    /// Fewer than three kinds of characters, and not long.
    #[error("a password below {LONG_CHARS} characters has three of: small letters, capitals, digits, others")]
    TooPlain,
    /// Few different characters, or one of the common ones.
    #[error("that password is one of the first that anybody would try")]
    Guessable,
    /// It contains the sign-in name, or the other way round.
    #[error("a password does not contain the sign-in name")]
    ContainsName,
}

impl Refuse for WeakPassword {
    fn code(&self) -> &'static str {
        match self {
            WeakPassword::TooShort => "password.too_short",
            WeakPassword::TooLong => "password.too_long",
            WeakPassword::TooPlain => "password.too_plain",
            WeakPassword::Guessable => "password.guessable",
            WeakPassword::ContainsName => "password.contains_name",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            WeakPassword::TooShort => vec![("least", MIN_CHARS.into())],
            WeakPassword::TooLong => vec![("most", MAX_BYTES.into())],
            WeakPassword::TooPlain => vec![("long", LONG_CHARS.into())],
            WeakPassword::Guessable | WeakPassword::ContainsName => Vec::new(),
        }
    }
}

/// Stems of what people choose when asked for three kinds of characters; compared without case and with 0, 1, 3, 4, 5, @,
/// $ read as letters.
const COMMON: [&str; 14] = [
    "password", "passw0rd", "qwerty", "asdfgh", "zxcvbn", "admin", "letmein", "welcome", "iloveyou", "woaini",
    "123456", "abc123", "1qaz2wsx", "qingyuan",
];

/// Refuses a new password that is not good enough for that sign-in name.
///
/// Source: GB/T 22239-2019 8.1.4.1 (complexity); length before complexity, and a list of the common ones, as NIST
/// SP 800-63B advises. The numbers are ours.
pub fn check(password: &str, login: &str) -> Result<(), WeakPassword> {
    let chars = password.chars().count();
    if chars < MIN_CHARS {
        return Err(WeakPassword::TooShort);
    }
    if password.len() > MAX_BYTES {
        return Err(WeakPassword::TooLong);
    }
    let lower = password.to_lowercase();
    let login = login.to_lowercase();
    if login.chars().count() >= 3 && (lower.contains(&login) || login.contains(&lower)) {
        return Err(WeakPassword::ContainsName);
    }
    let different: std::collections::HashSet<char> = lower.chars().collect();
    let plain = spelt_out(&lower);
    // A common stem is all right as a small part of something long.
    let common = COMMON
        .iter()
        .any(|stem| (lower.contains(stem) || plain.contains(&spelt_out(stem))) && chars < stem.chars().count() + 8);
    if different.len() < 5 || common {
        return Err(WeakPassword::Guessable);
    }
    let has = |kind: fn(char) -> bool| usize::from(password.chars().any(kind));
    let kinds = has(char::is_lowercase)
        + has(char::is_uppercase)
        + has(char::is_numeric)
        + has(|c| !c.is_lowercase() && !c.is_uppercase() && !c.is_numeric());
    if kinds < 3 && chars < LONG_CHARS {
        return Err(WeakPassword::TooPlain);
    }
    Ok(())
}

fn spelt_out(text: &str) -> String {
    let letter = |c| match c {
        '0' => 'o',
        '1' => 'l',
        '3' => 'e',
        '4' | '@' => 'a',
        '5' | '$' => 's',
        other => other,
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hashes_verify_and_age() {
        let stored = hash("correct horse battery", Cost::DEMO).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=256,t=1,p=1$"), "{stored}");
        assert_ne!(stored, hash("correct horse battery", Cost::DEMO).unwrap(), "a new salt each time");
        assert_eq!(verify("correct horse battery", &stored, Cost::DEMO), Ok(Verdict::Right));
        assert_eq!(verify("correct horse battery", &stored, Cost::DEFAULT), Ok(Verdict::RightButCheap));
        assert_eq!(verify("correct horse batterY", &stored, Cost::DEMO), Ok(Verdict::Wrong));
        assert_eq!(verify("", &stored, Cost::DEMO), Ok(Verdict::Wrong));
        assert_eq!(verify_nobody("anything", Cost::DEMO), Ok(Verdict::Wrong));
    }

    #[test]
    fn the_default_is_what_it_should_be() {
        let stored = hash("correct horse battery", Cost::DEFAULT).unwrap();
        assert!(stored.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{stored}");
        assert_eq!(verify("correct horse battery", &stored, Cost::DEFAULT), Ok(Verdict::Right));
    }

    #[test]
    fn stored_nonsense_is_a_fault() {
        let huge = hash("x", Cost::DEMO).unwrap().replace("m=256", "m=4194304");
        let other = hash("x", Cost::DEMO).unwrap().replace("argon2id", "argon2i");
        for stored in ["", "plain", "$2b$12$abc", "$argon2id$", &huge, &other] {
            assert_eq!(verify("x", stored, Cost::DEMO), Err(PasswordFault::Stored), "{stored}");
        }
        assert_eq!(hash("x", Cost { memory_kib: 1, ..Cost::DEMO }), Err(PasswordFault::Cost));
    }

    #[test]
    fn weak_passwords_are_refused() {
        let cases = [
            ("Kx7-plover", Ok(())),
            ("rains on tin roofs", Ok(())),
            ("春江潮水连海平海上明月共潮生", Err("password.too_plain")),
            ("春江潮水连海平Aa1海上", Ok(())),
            ("Ab1-xyz", Err("password.too_short")),
            ("abcdefghijk", Err("password.too_plain")),
            ("aaaaaaaaaaaaaaaaaaaa", Err("password.guessable")),
            ("Password1!", Err("password.guessable")),
            ("P@ssw0rd2026", Err("password.guessable")),
            ("Qingyuan.2026", Err("password.guessable")),
            ("Zhang.wei-2026", Err("password.contains_name")),
        ];
        for (password, expected) in cases {
            assert_eq!(check(password, "zhang.wei").map_err(|no| no.code()), expected, "{password}");
        }
        assert_eq!(check(&"aB3-".repeat(65), "x"), Err(WeakPassword::TooLong));
    }
}
