//! Division codes of GB/T 2260 (county and above) and GB/T 10114 (township and below).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// A level of administration. Ordered from the country down.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// The country itself: not in the standard, the root of ours.
    Country,
    /// Province, autonomous region, municipality 省级.
    Province,
    /// Prefecture, city 地级.
    Prefecture,
    /// County, district, county-level city 县级.
    County,
    /// Township, town, subdistrict 乡级.
    Township,
    /// Village, community 村级.
    Village,
}

impl Level {
    /// How many of the twelve digits a code of this level uses.
    pub const fn digits(self) -> u32 {
        match self {
            Level::Country => 0,
            Level::Province => 2,
            Level::Prefecture => 4,
            Level::County => 6,
            Level::Township => 9,
            Level::Village => 12,
        }
    }
}

/// A division's code, twelve digits: province 2, prefecture 2, county 2, township 3, village 3; zeros below its level.
///
/// Which codes exist on a day is the business of [`DivisionTree`](super::DivisionTree); this is their form.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DivisionCode(u64);

/// Why something is no division code.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DivisionFault {
    /// Neither 2, 4, 6, 9 nor 12 characters.
    #[error("a division code has 2, 4, 6, 9 or 12 digits, not {found}")]
    Length {
        /// How many characters there were.
        found: usize,
    },
    /// Something that is no digit.
    #[error("character {position} of the division code is no digit")]
    NotADigit {
        /// Which character, from 1.
        position: usize,
    },
    /// A level is given under one that is missing, such as a village under township 000.
    #[error("the division code names a {below:?} under no {missing:?}")]
    Gap {
        /// The level that is zero.
        missing: Level,
        /// The level that is not.
        below: Level,
    },
}

const PROVINCE: u64 = 10_000_000_000;
const PREFECTURE: u64 = 100_000_000;
const COUNTY: u64 = 1_000_000;
const TOWNSHIP: u64 = 1_000;

impl DivisionCode {
    /// The whole country, twelve zeros: ours, since the standard begins at provinces.
    pub const COUNTRY: DivisionCode = DivisionCode(0);

    /// The code of 2, 4, 6, 9 or 12 digits; missing ones are zeros.
    pub fn parse(text: &str) -> Result<DivisionCode, DivisionFault> {
        if let Some(at) = text.bytes().position(|b| !b.is_ascii_digit()) {
            return Err(DivisionFault::NotADigit { position: text[..at].chars().count() + 1 });
        }
        if !matches!(text.len(), 2 | 4 | 6 | 9 | 12) {
            return Err(DivisionFault::Length { found: text.len() });
        }
        let digits = text.bytes().fold(0u64, |number, b| number * 10 + u64::from(b - b'0'));
        DivisionCode::from_number(digits * 10u64.pow(12 - text.len() as u32))
    }

    /// The code of a number of up to twelve digits.
    pub fn from_number(number: u64) -> Result<DivisionCode, DivisionFault> {
        if number >= 100 * PROVINCE {
            return Err(DivisionFault::Length { found: number.to_string().len() });
        }
        let code = DivisionCode(number);
        let [province, prefecture, county, township, village] = code.groups();
        let gap = |missing, below| Err(DivisionFault::Gap { missing, below });
        // No province begins with 0: such a number has lost a digit on its way through a spreadsheet.
        if number != 0 && province < 10 {
            return gap(Level::Province, code.level());
        }
        if prefecture == 0 && (county != 0 || township != 0 || village != 0) {
            return gap(Level::Prefecture, code.level());
        }
        // County 00 above a township is right: Dongguan, Zhongshan and others are cities without districts.
        if township == 0 && village != 0 {
            return gap(Level::Township, Level::Village);
        }
        Ok(code)
    }

    /// The twelve digits as a number.
    pub const fn number(self) -> u64 {
        self.0
    }

    /// The first six digits, as GB/T 2260 writes a county and above.
    pub fn six_digits(self) -> String {
        format!("{:06}", self.0 / COUNTY)
    }

    /// The level it names.
    pub const fn level(self) -> Level {
        let [province, prefecture, county, township, village] = self.groups();
        if village != 0 {
            Level::Village
        } else if township != 0 {
            Level::Township
        } else if county != 0 {
            Level::County
        } else if prefecture != 0 {
            Level::Prefecture
        } else if province != 0 {
            Level::Province
        } else {
            Level::Country
        }
    }

    /// The division above by the code's own digits; `None` for the country.
    ///
    /// A town of a city without districts is directly under the city.
    pub const fn parent(self) -> Option<DivisionCode> {
        let unit = match self.level() {
            Level::Country => return None,
            Level::Province => return Some(DivisionCode::COUNTRY),
            Level::Prefecture => PROVINCE,
            Level::County => PREFECTURE,
            Level::Township if self.groups()[2] == 0 => PREFECTURE,
            Level::Township => COUNTY,
            Level::Village => TOWNSHIP,
        };
        Some(DivisionCode(self.0 / unit * unit))
    }

    /// The division of that level which this one lies in, itself included; `None` if it lies in none, being above it
    /// or in a city without districts.
    pub fn at(self, level: Level) -> Option<DivisionCode> {
        let mut at = self;
        while at.level() > level {
            at = at.parent()?;
        }
        (at.level() == level).then_some(at)
    }

    /// Whether `other` lies in this division by the codes' digits, itself included.
    pub fn contains(self, other: DivisionCode) -> bool {
        let unit = 10u64.pow(12 - self.level().digits());
        self.0 / unit == other.0 / unit
    }

    const fn groups(self) -> [u64; 5] {
        let n = self.0;
        [n / PROVINCE, n / PREFECTURE % 100, n / COUNTY % 100, n / TOWNSHIP % 1000, n % 1000]
    }
}

impl fmt::Display for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:012}", self.0)
    }
}

impl fmt::Debug for DivisionCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for DivisionCode {
    type Err = DivisionFault;

    fn from_str(text: &str) -> Result<DivisionCode, DivisionFault> {
        DivisionCode::parse(text)
    }
}

impl Serialize for DivisionCode {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for DivisionCode {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<DivisionCode, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_know_level_and_parent() {
        let cases = [
            ("32", Level::Province, Some("000000000000")),
            ("3205", Level::Prefecture, Some("32")),
            ("320583", Level::County, Some("3205")),
            ("320102002", Level::Township, Some("320102")),
            ("320102002001", Level::Village, Some("320102002")),
            ("441900003", Level::Township, Some("441900")),
            ("429004", Level::County, Some("4290")),
            ("000000000000", Level::Country, None),
        ];
        for (text, level, parent) in cases {
            let code = DivisionCode::parse(text).unwrap();
            assert_eq!(code.level(), level, "{text}");
            assert_eq!(code.parent(), parent.map(|p| DivisionCode::parse(p).unwrap()), "{text}");
            assert!(code.parent().is_none_or(|p| p.contains(code) && !code.contains(p)), "{text}");
            assert_eq!(code.to_string().parse(), Ok(code));
        }
        let town = DivisionCode::parse("441900003").unwrap();
        assert_eq!(town.at(Level::County), None, "Dongguan has no districts");
        assert_eq!(town.at(Level::Province), DivisionCode::parse("44").ok());
    }

    #[test]
    fn faults_are_named() {
        let cases = [
            ("", DivisionFault::Length { found: 0 }),
            ("320", DivisionFault::Length { found: 3 }),
            ("32O5", DivisionFault::NotADigit { position: 3 }),
            ("3205８3", DivisionFault::NotADigit { position: 5 }),
            ("320001", DivisionFault::Gap { missing: Level::Prefecture, below: Level::County }),
            ("320102000001", DivisionFault::Gap { missing: Level::Township, below: Level::Village }),
            ("000500", DivisionFault::Gap { missing: Level::Province, below: Level::Prefecture }),
        ];
        for (text, fault) in cases {
            assert_eq!(DivisionCode::parse(text), Err(fault), "{text}");
        }
        assert!(DivisionCode::from_number(1_000_000_000_000).is_err());
    }
}
