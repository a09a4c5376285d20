//! Citizen identity numbers 公民身份号码 (GB 11643-1999), which nothing prints by accident.

use std::fmt;
use std::str::FromStr;

use crate::day::Day;
use crate::division::DivisionCode;

/// A citizen identity number whose form, day of birth and check digit are right.
///
/// Sensitive personal information: `Debug` and `Display` are masked, it does not serialise, and
/// [`reveal`](CitizenId::reveal) is the one way to the digits, easy to search for in a review.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CitizenId([u8; 18]);

/// As the number's third last digit says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    /// Odd.
    Male,
    /// Even.
    Female,
}

/// Why a text is no citizen identity number. Says where, never what: the text may be a real number with one slip.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CitizenFault {
    /// Not 18 characters (15 for the form used until 1999).
    #[error("a citizen identity number has 18 characters, not {found}")]
    Length {
        /// How many there were.
        found: usize,
    },
    /// Not a digit, nor X in the last place.
    #[error("character {position} of the citizen identity number has no place there")]
    Character {
        /// Which character, from 1.
        position: usize,
    },
    /// The first six digits have the form of no division.
    #[error("the citizen identity number begins with no division")]
    Division,
    /// Digits 7 to 14 are no day.
    #[error("the citizen identity number names no day of birth")]
    Birth,
    /// The last character does not fit the others.
    #[error("the citizen identity number does not check")]
    Check,
}

impl CitizenId {
    /// The number of 18 characters. Whether its division existed then is a question to the division tree: retired
    /// codes stay right for life.
    pub fn parse(text: &str) -> Result<CitizenId, CitizenFault> {
        let found = text.chars().count();
        if found != 18 {
            return Err(CitizenFault::Length { found });
        }
        let mut number = [0u8; 18];
        for (at, c) in text.chars().enumerate() {
            if !(c.is_ascii_digit() || (at == 17 && c == 'X')) {
                return Err(CitizenFault::Character { position: at + 1 });
            }
            number[at] = c as u8;
        }
        let id = CitizenId(number);
        DivisionCode::parse(&id.reveal()[..6]).map_err(|_| CitizenFault::Division)?;
        id.parse_birth().ok_or(CitizenFault::Birth)?;
        if number[17] != check(&number[..17]) {
            return Err(CitizenFault::Check);
        }
        Ok(id)
    }

    /// The number for one in the 15-digit form used until 1999: `19` before the year, and a check digit.
    ///
    /// Those born before 1900 had reserved sequence numbers (996 to 999) and are not told apart here.
    pub fn from_15_digits(text: &str) -> Result<CitizenId, CitizenFault> {
        let found = text.chars().count();
        if found != 15 {
            return Err(CitizenFault::Length { found });
        }
        if let Some(at) = text.chars().position(|c| !c.is_ascii_digit()) {
            return Err(CitizenFault::Character { position: at + 1 });
        }
        let mut long = format!("{}19{}", &text[..6], &text[6..]);
        long.push(char::from(check(long.as_bytes())));
        CitizenId::parse(&long)
    }

    /// The 18 characters. For sealing and comparing; never for a list, a log or an error.
    pub fn reveal(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The day of birth.
    pub fn birth(&self) -> Day {
        // Checked on the way in.
        self.parse_birth().unwrap_or(Day::MIN)
    }

    /// The division in which the number was first given.
    pub fn division(&self) -> DivisionCode {
        DivisionCode::parse(&self.reveal()[..6]).unwrap_or(DivisionCode::COUNTRY)
    }

    /// The sex it was given for.
    pub fn sex(&self) -> Sex {
        if self.0[16] % 2 == 1 { Sex::Male } else { Sex::Female }
    }

    /// Full years of age on `day`; negative before birth.
    pub fn age(&self, day: Day) -> i16 {
        let birth = self.birth();
        let had_birthday = (day.month(), day.day_of_month()) >= (birth.month(), birth.day_of_month());
        day.year() - birth.year() - i16::from(!had_birthday)
    }

    fn parse_birth(&self) -> Option<Day> {
        let text = &self.reveal()[6..14];
        Day::new(text[..4].parse().ok()?, text[4..6].parse().ok()?, text[6..].parse().ok()?).ok()
    }
}

/// Source: GB 11643-1999, ISO 7064 MOD 11-2.
fn check(body: &[u8]) -> u8 {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.iter().zip(WEIGHTS).map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
    b"10X98765432"[(sum % 11) as usize]
}

/// `320***************`: the province's and city's first digits only. More, with the check digit, would let a birthday
/// be guessed back into the number.
impl fmt::Display for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}***************", &self.reveal()[..3])
    }
}

impl fmt::Debug for CitizenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for CitizenId {
    type Err = CitizenFault;

    fn from_str(text: &str) -> Result<CitizenId, CitizenFault> {
        CitizenId::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Numbers of the standard and made-up ones with births in 1880.
    #[test]
    fn numbers_are_checked() {
        use CitizenFault::{Birth, Character, Check, Division, Length};
        let cases = [
            ("11010519491231002X", Ok(Sex::Female)),
            ("440524188001010014", Ok(Sex::Male)),
            ("320102188001010017", Ok(Sex::Male)),
            ("320583188012310023", Ok(Sex::Female)),
            ("321100188002290039", Ok(Sex::Male)),
            ("32010218800101005X", Ok(Sex::Male)),
            ("110105194912310021", Err(Check)),
            ("11010519491231002x", Err(Character { position: 18 })),
            ("11010519491231X02X", Err(Character { position: 15 })),
            ("11010519491331002X", Err(Birth)),
            ("321100188102290039", Err(Birth)),
            ("001105194912310020", Err(Division)),
            ("110105491231002", Err(Length { found: 15 })),
            ("1101051949123100２X", Err(Character { position: 17 })),
        ];
        for (text, expected) in cases {
            assert_eq!(CitizenId::parse(text).map(|id| id.sex()), expected, "{text}");
        }
        let old = CitizenId::from_15_digits("110105491231002").unwrap();
        assert_eq!(old.reveal(), "11010519491231002X");
        assert_eq!(old.birth(), Day::constant(1949, 12, 31));
        assert_eq!((old.age(Day::constant(2012, 12, 30)), old.age(Day::constant(2012, 12, 31))), (62, 63));
        assert!(CitizenId::from_15_digits("11010549123100X").is_err());
    }

    #[test]
    fn nothing_prints_the_number() {
        let id = CitizenId::parse("32010218800101005X").unwrap();
        for shown in [format!("{id}"), format!("{id:?}"), format!("{:?}", Some(id))] {
            assert!(shown.contains("320***************") && !shown.contains("1880"), "{shown}");
        }
    }

    proptest! {
        /// The code finds each wrong digit and each pair of neighbours exchanged.
        #[test]
        fn slips_are_noticed(at in 0usize..17, other in b'0'..=b'9') {
            let right = *b"320102188001010017";
            let mut slip = right;
            slip[at] = other;
            let mut swap = right;
            swap.swap(at, at + 1);
            for wrong in [slip, swap].into_iter().filter(|wrong| *wrong != right) {
                prop_assert!(CitizenId::parse(std::str::from_utf8(&wrong).unwrap()).is_err());
            }
        }

        #[test]
        fn any_text_is_answered(text in "\\PC{0,20}") {
            let _ = CitizenId::parse(&text);
            let _ = CitizenId::from_15_digits(&text);
        }
    }
}
