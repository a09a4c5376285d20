//! One-time codes, by which the first administrators of a node set their passwords: there is no default password.

use std::fmt;

use kernel::{Instant, OfficerId, Param, Refuse};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::random::{self, NoRandomness};

/// A code as a person gets it: 20 characters in groups of four, 100 random bits. Shown once, stored nowhere.
#[derive(Clone)]
pub struct Code(String);

/// What is stored of a code.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct CodeRow {
    /// SHA-256 of the characters without hyphens. A plain digest is enough for 100 random bits.
    pub digest: [u8; 32],
    /// Whose password it sets.
    pub officer: OfficerId,
    /// The first moment at which it is no longer good.
    pub expires: Instant,
    /// When it was used.
    pub used: Option<Instant>,
}

/// Why a code is not taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeRefusal {
    /// It is another.
    #[error("that is not the code")]
    Wrong,
    /// Its time is over.
    #[error("the code has expired")]
    Expired,
    /// It was used.
    #[error("the code has been used")]
    Used,
}

impl Refuse for CodeRefusal {
    fn code(&self) -> &'static str {
        match self {
            CodeRefusal::Wrong => "code.wrong",
            CodeRefusal::Expired => "code.expired",
            CodeRefusal::Used => "code.used",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Crockford's base 32: no I, L, O, U, which people misread.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHARS: usize = 20;

impl Code {
    /// A new code for an officer, good for `valid_ms`, and its row.
    pub fn draw(officer: OfficerId, now: Instant, valid_ms: i64) -> Result<(Code, CodeRow), NoRandomness> {
        let plain = drawn::<CHARS>()?;
        let row = CodeRow { digest: digest(&plain), officer, expires: now.plus_ms(valid_ms), used: None };
        Ok((Code(plain), row))
    }

    /// The code for the person, in groups: `7Q4K-…`.
    pub fn reveal(&self) -> String {
        grouped(&self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Code(…)")
    }
}

impl CodeRow {
    /// The row after its use; refused for another code, too late, or a second time. Only whoever has the code learns
    /// that it was used or expired.
    pub fn redeem(&self, typed: &str, now: Instant) -> Result<CodeRow, CodeRefusal> {
        let right: bool = digest(&plain(typed, CHARS)).ct_eq(&self.digest).into();
        if !right {
            return Err(CodeRefusal::Wrong);
        }
        if self.used.is_some() {
            return Err(CodeRefusal::Used);
        }
        if now >= self.expires {
            return Err(CodeRefusal::Expired);
        }
        Ok(CodeRow { used: Some(now), ..self.clone() })
    }
}

/// So many random characters.
pub(crate) fn drawn<const N: usize>() -> Result<String, NoRandomness> {
    let random = random::draw::<N>()?;
    // 256 is eight times 32, so each character is equally likely.
    Ok(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect())
}

/// Characters in groups of four.
pub(crate) fn grouped(plain: &str) -> String {
    let groups: Vec<&str> = (0..plain.len() / 4).map(|group| &plain[group * 4..group * 4 + 4]).collect();
    groups.join("-")
}

/// A code of so many characters as people type it: small letters, spaces, missing hyphens, look-alikes.
pub(crate) fn plain(typed: &str, chars: usize) -> String {
    let kept = typed.chars().filter(|c| !c.is_whitespace() && *c != '-');
    let read = kept.map(|c| match c.to_ascii_uppercase() {
        'I' | 'L' => '1',
        'O' => '0',
        other => other,
    });
    // Nobody types a megabyte by hand.
    read.take(chars + 1).collect()
}

fn digest(plain: &str) -> [u8; 32] {
    Sha256::digest(plain.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_good_once_and_for_a_time() {
        let now = Instant::from_ms(0);
        let (code, row) = Code::draw(OfficerId::new(1), now, 86_400_000).unwrap();
        let shown = code.reveal();
        assert_eq!((shown.len(), shown.matches('-').count()), (24, 4));
        assert!(!format!("{code:?}").contains(&shown));

        let used = row.redeem(&shown, now).unwrap();
        let late = Instant::from_ms(86_400_000);
        let typed = shown.to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o");
        let cases = [
            ("as typed", row.redeem(&typed, late.plus_ms(-1)).map(drop), Ok(())),
            ("too late", row.redeem(&shown, late).map(drop), Err(CodeRefusal::Expired)),
            ("again", used.redeem(&shown, now).map(drop), Err(CodeRefusal::Used)),
            ("longer", row.redeem(&format!("{shown}0"), now).map(drop), Err(CodeRefusal::Wrong)),
            ("nothing", row.redeem("", now).map(drop), Err(CodeRefusal::Wrong)),
            ("another after use", used.redeem("x", now).map(drop), Err(CodeRefusal::Wrong)),
        ];
        for (case, answer, expected) in cases {
            assert_eq!(answer, expected, "{case}");
        }
        let (_, other) = Code::draw(OfficerId::new(1), now, 1).unwrap();
        assert_ne!(other.digest, row.digest);
    }
}
