//! Unified social credit codes 统一社会信用代码 (GB 32100-2015), with the organisation code inside (GB 11714-1997).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::division::DivisionCode;

/// A code whose form and both check characters are right. That it was ever issued is another question.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uscc([u8; 18]);

/// Why a text is no unified social credit code. Positions count characters from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UsccFault {
    /// Not 18 characters.
    #[error("a unified social credit code has 18 characters, not {found}")]
    Length {
        /// How many there were.
        found: usize,
    },
    /// A character that has no place there: I, O, S, V, Z, small letters and full-width forms nowhere, letters not in
    /// the division's six digits.
    #[error("character {position} of the unified social credit code cannot be {found:?}")]
    Character {
        /// Which character.
        position: usize,
        /// What it was.
        found: char,
    },
    /// The check character of the organisation code (the 17th) does not fit the eight before it.
    #[error("character 17 should be {expected:?}: the organisation code inside does not check")]
    OrganisationCheck {
        /// What it should be.
        expected: char,
    },
    /// The last check character does not fit the 17 before it.
    #[error("character 18 should be {expected:?}: the code does not check")]
    Check {
        /// What it should be.
        expected: char,
    },
}

impl UsccFault {
    /// The character at fault, from 1; `None` for a wrong length.
    pub fn position(&self) -> Option<usize> {
        match self {
            UsccFault::Length { .. } => None,
            UsccFault::Character { position, .. } => Some(*position),
            UsccFault::OrganisationCheck { .. } => Some(17),
            UsccFault::Check { .. } => Some(18),
        }
    }
}

/// The 31 characters in the order of their values, 0 to 30. Source: GB 32100-2015, table 2.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";

impl Uscc {
    /// The code of that text: 18 capitals and digits, no spaces. See [`normalise`] for what people type.
    ///
    /// Characters are checked first, from the left, then the organisation code, then the whole. Some early pilot
    /// regions issued codes that break the check rule; they are refused here like any other, and who imports them says so.
    pub fn parse(text: &str) -> Result<Uscc, UsccFault> {
        let found = text.chars().count();
        if found != 18 {
            return Err(UsccFault::Length { found });
        }
        let mut code = [0u8; 18];
        for (at, found) in text.chars().enumerate() {
            let byte = u8::try_from(found).ok().filter(|byte| value(*byte).is_some());
            let byte = byte.filter(|byte| !(2..8).contains(&at) || byte.is_ascii_digit());
            code[at] = byte.ok_or(UsccFault::Character { position: at + 1, found })?;
        }
        let expected = organisation_check(&code[8..16]);
        if code[16] != expected {
            return Err(UsccFault::OrganisationCheck { expected: char::from(expected) });
        }
        let expected = check(&code[..17]);
        if code[17] != expected {
            return Err(UsccFault::Check { expected: char::from(expected) });
        }
        Ok(Uscc(code))
    }

    /// The code as text.
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// Who registers it 登记管理部门, the first character: `1` staffing commission, `5` civil affairs, `9` market regulation…
    pub fn authority(&self) -> char {
        char::from(self.0[0])
    }

    /// The kind of body under that authority, the second character: `91` enterprise, `92` individual business, `11` organ…
    pub fn category(&self) -> char {
        char::from(self.0[1])
    }

    /// The division of registration, characters 3 to 8, or `None` where they are no division's (`100000` is the centre's).
    pub fn division(&self) -> Option<DivisionCode> {
        DivisionCode::parse(&self.as_str()[2..8]).ok()
    }

    /// The organisation code 组织机构代码 inside, nine characters.
    pub fn organisation_code(&self) -> &str {
        &self.as_str()[8..17]
    }
}

/// What people type, made plain: full-width forms narrowed, letters raised, spaces and hyphens dropped.
pub fn normalise(text: &str) -> String {
    let narrow = text.chars().map(|c| match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        _ => c,
    });
    narrow.filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect()
}

/// The check character of 17. Source: GB 32100-2015, 附录 A: `31 − Σ CᵢWᵢ mod 31`, `Wᵢ = 3^(i−1) mod 31`, 31 is 0.
fn check(body: &[u8]) -> u8 {
    let (sum, _) = body.iter().fold((0u32, 1u32), |(sum, weight), byte| {
        let value = value(*byte).unwrap_or(0);
        (sum + value * weight, weight * 3 % 31)
    });
    ALPHABET[(31 - sum % 31) as usize % 31]
}

/// The check character of an organisation code's eight. Source: GB 11714-1997: `11 − Σ CᵢWᵢ mod 11`, 10 is X, 11 is 0;
/// letters count from A = 10.
fn organisation_check(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 =
        body.iter().zip(WEIGHTS).map(|(byte, weight)| char::from(*byte).to_digit(36).unwrap_or(0) * weight).sum();
    b"0X987654321"[(sum % 11) as usize]
}

fn value(byte: u8) -> Option<u32> {
    ALPHABET.iter().position(|known| *known == byte).map(|at| at as u32)
}

/// Whether nine characters are an organisation code that checks; with or without the hyphen before the last.
/// Source: GB 11714-1997.
pub fn is_organisation_code(text: &str) -> bool {
    let bytes: Vec<u8> = text.bytes().collect();
    let (body, last) = match bytes.as_slice() {
        [body @ .., b'-', last] if body.len() == 8 => (body, *last),
        [body @ .., last] if body.len() == 8 => (body, *last),
        _ => return false,
    };
    body.iter().all(|b| b.is_ascii_digit() || b.is_ascii_uppercase()) && organisation_check(body) == last
}

impl fmt::Display for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for Uscc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Uscc {
    type Err = UsccFault;

    fn from_str(text: &str) -> Result<Uscc, UsccFault> {
        Uscc::parse(text)
    }
}

impl Serialize for Uscc {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.as_str())
    }
}

impl<'de> Deserialize<'de> for Uscc {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Uscc, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn codes_are_checked() {
        use UsccFault::{Character, Check, Length, OrganisationCheck};
        let cases = [
            ("91350100M000100Y43", Ok(())),
            ("11320000XXXX00019Q", Ok(())),
            ("12320100XXXX00027M", Ok(())),
            ("91320000XXXX004650", Ok(())),
            ("91320000XXXX0006XK", Ok(())),
            // The standard's own example with Y and X exchanged: already the organisation code inside does not check.
            ("91350100M000100X43", Err(OrganisationCheck { expected: '6' })),
            ("91350100M000100Y44", Err(Check { expected: '3' })),
            ("91350100M000100Y4", Err(Length { found: 17 })),
            ("91350100M000100Y433", Err(Length { found: 19 })),
            ("91350100m000100Y43", Err(Character { position: 9, found: 'm' })),
            ("91350100M000100Y4３", Err(Character { position: 18, found: '３' })),
            ("913501O0M000100Y43", Err(Character { position: 7, found: 'O' })),
            ("9135010AM000100Y43", Err(Character { position: 8, found: 'A' })),
            ("I1350100M000100Y43", Err(Character { position: 1, found: 'I' })),
            ("", Err(Length { found: 0 })),
        ];
        for (text, expected) in cases {
            assert_eq!(Uscc::parse(text).map(drop), expected, "{text}");
        }
        let code = Uscc::parse("91350100M000100Y43").unwrap();
        assert_eq!((code.authority(), code.category(), code.organisation_code()), ('9', '1', "M000100Y4"));
        assert_eq!(code.division(), DivisionCode::parse("350100").ok());
        assert_eq!(normalise(" ９１350100m000100y4-3 "), code.as_str());
    }

    #[test]
    fn organisation_codes_are_checked() {
        for (text, fine) in [
            ("D2143569X", true),
            ("D2143569-X", true),
            ("M000100Y4", true),
            ("100000040", true),
            ("10000018X", true),
            ("100000180", false),
            ("d2143569X", false),
            ("", false),
            ("-", false),
        ] {
            assert_eq!(is_organisation_code(text), fine, "{text}");
        }
    }

    proptest! {
        /// One wrong character never goes unnoticed: the modulus is prime and no weight is 0.
        #[test]
        fn one_slip_is_noticed(at in 0usize..18, other in 0usize..31) {
            let mut bytes = *b"91350100M000100Y43";
            prop_assume!(bytes[at] != ALPHABET[other]);
            bytes[at] = ALPHABET[other];
            prop_assert!(Uscc::parse(std::str::from_utf8(&bytes).unwrap()).is_err());
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,24}") {
            let _ = Uscc::parse(&text);
            let _ = is_organisation_code(&text);
            let _ = normalise(&text);
        }
    }
}
