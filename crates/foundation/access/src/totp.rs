//! Time-based one-time codes 动态码 (RFC 6238): six digits, a new one every 30 seconds, from a secret that phone and node share.

use std::fmt;

use kernel::{Instant, Param, Refuse};
use totp_rs::{Builder, Secret as Shared, Totp};

use crate::random::{self, NoRandomness};

/// Seconds of one code.
const STEP: u64 = 30;
/// Steps before and after now that count: clocks differ, and typing takes time. Source: RFC 6238 §5.2.
const SKEW: u64 = 1;

/// What phone and node share: 160 random bits, as RFC 4226 §4 recommends. Kept sealed; `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 20]);

/// Why a code does not count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CodeRefusal {
    /// It is none of now, of half a minute ago or of half a minute ahead.
    #[error("that is not the code of the moment")]
    Wrong,
    /// It was used before, or an older one is given after a newer one.
    #[error("that code has been used: wait for the next")]
    Used,
}

impl Refuse for CodeRefusal {
    fn code(&self) -> &'static str {
        match self {
            CodeRefusal::Wrong => "totp.wrong",
            CodeRefusal::Used => "totp.used",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

impl Secret {
    /// A new one.
    pub fn draw() -> Result<Secret, NoRandomness> {
        Ok(Secret(random::draw()?))
    }

    /// The secret of these bytes, as they were sealed.
    pub fn from_bytes(bytes: &[u8]) -> Option<Secret> {
        Some(Secret(bytes.try_into().ok()?))
    }

    /// Its bytes, to be sealed.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// As people type it where they cannot scan: base 32 in groups of four.
    pub fn reveal(&self) -> String {
        let text = Shared::from(self.0.to_vec()).to_base32();
        let groups: Vec<&str> =
            (0..text.len().div_ceil(4)).map(|at| &text[at * 4..text.len().min(at * 4 + 4)]).collect();
        groups.join(" ")
    }

    /// The address that authenticators scan. Source: Key Uri Format of Google Authenticator, which all of them read.
    ///
    /// - `issuer`: what the person calls the node; `account`: the sign-in name.
    pub fn uri(&self, issuer: &str, account: &str) -> String {
        let (issuer, account) = (escaped(issuer), escaped(account));
        let secret = Shared::from(self.0.to_vec()).to_base32();
        format!(
            "otpauth://totp/{issuer}:{account}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period={STEP}"
        )
    }

    /// The code of a moment.
    pub fn code_at(&self, now: Instant) -> String {
        self.totp().generate(seconds(now)).to_string()
    }

    /// The step whose code was typed; to be kept as `last`, so that no code counts twice.
    ///
    /// - `last`: the step of the last code that counted. Refused up to it: RFC 6238 §5.2 wants a code to count once.
    pub fn check(&self, typed: &str, last: Option<u64>, now: Instant) -> Result<u64, CodeRefusal> {
        let typed: String = typed.chars().filter(|c| !c.is_whitespace()).take(7).collect();
        let step = self.totp().check(&typed, seconds(now)).ok_or(CodeRefusal::Wrong)?;
        if last.is_some_and(|last| step <= last) { Err(CodeRefusal::Used) } else { Ok(step) }
    }

    fn totp(&self) -> Totp {
        // SHA-1 because authenticators ignore any other wish; its weakness does not touch HMAC.
        let shared = Shared::from(self.0.to_vec());
        Builder::new()
            .with_secret(shared)
            .with_digits(6)
            .with_skew(SKEW as u16)
            .with_step_duration(STEP)
            .build_noncompliant()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// Seconds since 1970; nothing before it happens to a node.
fn seconds(now: Instant) -> u64 {
    u64::try_from(now.ms() / 1000).unwrap_or(0)
}

/// Percent-encoding as a label of the Key Uri Format wants it: no `+` for blanks, no colon.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(seconds: i64) -> Instant {
        Instant::from_ms(seconds * 1000)
    }

    /// The secret of RFC 6238, appendix B; six of its eight digits.
    fn published() -> Secret {
        Secret::from_bytes(b"12345678901234567890").unwrap()
    }

    #[test]
    fn codes_are_those_of_the_standard() {
        let cases = [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ];
        for (seconds, code) in cases {
            assert_eq!(published().code_at(at(seconds)), code, "{seconds}");
            assert_eq!(published().check(code, None, at(seconds)), Ok(seconds as u64 / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_around_counts_and_none_twice() {
        let (secret, now) = (published(), 1_111_111_110);
        let step = now as u64 / 30;
        let code = |seconds| secret.code_at(at(seconds));
        let cases = [
            ("of now", code(now), None, Ok(step)),
            ("with a blank as phones show it", format!("{} {}", &code(now)[..3], &code(now)[3..]), None, Ok(step)),
            ("of half a minute ago", code(now - 30), None, Ok(step - 1)),
            ("of half a minute ahead", code(now + 30), None, Ok(step + 1)),
            ("of a minute ago", code(now - 60), None, Err(CodeRefusal::Wrong)),
            ("of a minute ahead", code(now + 60), None, Err(CodeRefusal::Wrong)),
            ("the same again", code(now), Some(step), Err(CodeRefusal::Used)),
            ("an older one after a newer", code(now - 30), Some(step), Err(CodeRefusal::Used)),
            ("the next", code(now + 30), Some(step), Ok(step + 1)),
            ("nothing", String::new(), None, Err(CodeRefusal::Wrong)),
            ("too short", code(now)[..5].to_owned(), None, Err(CodeRefusal::Wrong)),
            ("too long", format!("{}0", code(now)), None, Err(CodeRefusal::Wrong)),
            ("letters", "abcdef".to_owned(), None, Err(CodeRefusal::Wrong)),
            ("a sign", format!("+{}", &code(now)[1..]), None, Err(CodeRefusal::Wrong)),
        ];
        for (case, typed, last, expected) in cases {
            assert_eq!(secret.check(&typed, last, at(now)), expected, "{case}");
        }
    }

    #[test]
    fn the_address_is_one_that_authenticators_read() {
        let uri = published().uri("清源 演示市", "zhang.wei");
        assert_eq!(
            uri,
            "otpauth://totp/%E6%B8%85%E6%BA%90%20%E6%BC%94%E7%A4%BA%E5%B8%82:zhang.wei?\
             secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=%E6%B8%85%E6%BA%90%20%E6%BC%94%E7%A4%BA%E5%B8%82\
             &algorithm=SHA1&digits=6&period=30"
        );
        assert_eq!(published().reveal(), "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ");
        let drawn = Secret::draw().unwrap();
        assert_ne!(drawn, Secret::draw().unwrap());
        assert_eq!(Secret::from_bytes(drawn.bytes()), Some(drawn.clone()));
        assert_eq!((Secret::from_bytes(b"short"), format!("{drawn:?}")), (None, "Secret(…)".to_owned()));
    }

    proptest! {
        /// However codes are tried, no step counts twice.
        #[test]
        fn each_step_counts_once(pauses in proptest::collection::vec(0i64..40, 60)) {
            let (secret, mut now, mut last) = (published(), 1_000_000, None);
            let mut counted = Vec::new();
            for pause in pauses {
                now += pause;
                for offset in [-30, 0, 30] {
                    if let Ok(step) = secret.check(&secret.code_at(at(now + offset)), last, at(now)) {
                        counted.push(step);
                        last = Some(step);
                    }
                }
            }
            prop_assert!(counted.windows(2).all(|pair| pair[0] < pair[1]));
        }

        #[test]
        fn any_text_is_answered(typed in "\\PC{0,20}", now: i64) {
            let _ = published().check(&typed, None, Instant::from_ms(now));
        }
    }
}
