//! Recovery codes 恢复码: what opens the second step when the phone is gone. Ten, shown once, each good once.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::code::{drawn, grouped, plain};
use crate::random::NoRandomness;

/// Codes of a set.
pub const CODES: usize = 10;
/// Characters of a code: 80 random bits.
const CHARS: usize = 16;

/// What is stored of a set: the digests of the codes that are left.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct RecoveryRow {
    /// SHA-256 of the characters without hyphens. A plain digest is enough for 80 random bits.
    left: Vec<[u8; 32]>,
}

impl RecoveryRow {
    /// A new set as the person gets it, `7Q4K-…`, and its row.
    pub fn draw() -> Result<(Vec<String>, RecoveryRow), NoRandomness> {
        let codes = (0..CODES).map(|_| drawn::<CHARS>()).collect::<Result<Vec<String>, _>>()?;
        let left = codes.iter().map(|code| digest(code)).collect();
        Ok((codes.iter().map(|code| grouped(code)).collect(), RecoveryRow { left }))
    }

    /// How many are left.
    pub fn left(&self) -> usize {
        self.left.len()
    }

    /// The row after the use of a code; nothing if it is none that is left.
    pub fn redeem(&self, typed: &str) -> Option<RecoveryRow> {
        let typed = digest(&plain(typed, CHARS));
        // All are looked at, so that the answer's time tells nothing.
        let kept: Vec<[u8; 32]> = self.left.iter().filter(|one| !bool::from(one.ct_eq(&typed))).copied().collect();
        (kept.len() < self.left.len()).then_some(RecoveryRow { left: kept })
    }
}

fn digest(plain: &str) -> [u8; 32] {
    Sha256::digest(plain.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_code_is_good_once() {
        let (codes, row) = RecoveryRow::draw().unwrap();
        assert_eq!((codes.len(), row.left()), (CODES, CODES));
        let unique: std::collections::BTreeSet<&String> = codes.iter().collect();
        assert_eq!(unique.len(), CODES);
        let mut left = row.clone();
        for (used, code) in (1..).zip(&codes) {
            assert_eq!(code.len(), 19, "{code}");
            let typed = code.to_lowercase().replace('-', " ").replace('1', "l").replace('0', "o");
            left = left.redeem(&typed).unwrap();
            assert_eq!((left.left(), left.redeem(code)), (CODES - used, None), "once");
        }
        let longer = format!("{}0", codes[0]);
        for wrong in ["", "x", &longer, &codes[0][1..]] {
            assert_eq!(row.redeem(wrong), None, "{wrong}");
        }
        let stored = serde_json::to_string(&row).unwrap();
        assert!(codes.iter().all(|code| !stored.contains(code.as_str())));
        assert_eq!(serde_json::from_str::<RecoveryRow>(&stored).unwrap(), row);
    }
}
