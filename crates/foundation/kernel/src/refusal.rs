//! A "no" is not a fault: the rules forbid it, and the person is owed the reason in their own language.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::day::{Day, Instant};
use crate::locale::Text;
use crate::money::Money;

/// What a module's small `Refusal` enum implements, so that web can translate it.
pub trait Refuse: std::error::Error {
    /// The stable code, `"<module>.<what>"`, such as `"matter.acts_unanswered"`. Never changes: translations, API
    /// clients and statistics rely on it.
    fn code(&self) -> &'static str;

    /// The named parameters of the sentence; web formats them in the reader's language.
    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// One parameter of a refusal, kept typed so that each language formats it its own way.
#[derive(Clone, PartialEq, Debug)]
pub enum Param {
    /// Text as it stands: a name, a code.
    Text(String),
    /// Text that exists in both languages.
    Both(Text),
    /// A count or another whole number.
    Count(i64),
    /// A day.
    Day(Day),
    /// A moment.
    Instant(Instant),
    /// A sum of money.
    Money(Money),
}

impl fmt::Display for Param {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Param::Text(text) => f.write_str(text),
            Param::Both(text) => f.write_str(&text.en),
            Param::Count(count) => count.fmt(f),
            Param::Day(day) => day.fmt(f),
            Param::Instant(at) => at.fmt(f),
            Param::Money(money) => money.fmt(f),
        }
    }
}

/// Numbers stay numbers; everything else is its text, [`Param::Both`] an object of both languages.
impl Serialize for Param {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Param::Count(count) => count.serialize(to),
            Param::Both(text) => text.serialize(to),
            other => to.collect_str(other),
        }
    }
}

impl From<&str> for Param {
    fn from(text: &str) -> Param {
        Param::Text(text.to_owned())
    }
}

impl From<String> for Param {
    fn from(text: String) -> Param {
        Param::Text(text)
    }
}

impl From<Text> for Param {
    fn from(text: Text) -> Param {
        Param::Both(text)
    }
}

impl From<i64> for Param {
    fn from(count: i64) -> Param {
        Param::Count(count)
    }
}

impl From<u32> for Param {
    fn from(count: u32) -> Param {
        Param::Count(i64::from(count))
    }
}

impl From<usize> for Param {
    fn from(count: usize) -> Param {
        Param::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

impl From<Day> for Param {
    fn from(day: Day) -> Param {
        Param::Day(day)
    }
}

impl From<Instant> for Param {
    fn from(at: Instant) -> Param {
        Param::Instant(at)
    }
}

impl From<Money> for Param {
    fn from(money: Money) -> Param {
        Param::Money(money)
    }
}

/// Any module's refusal, carried to whoever shows it: code, parameters, and the English sentence for the log.
///
/// It is not itself [`Refuse`], so that `?` turns every refusal into one.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Refused {
    /// The stable code.
    pub code: &'static str,
    /// The named parameters.
    #[serde(serialize_with = "as_map")]
    pub params: Vec<(&'static str, Param)>,
    /// The English sentence, for logs and for codes that nobody has translated yet.
    pub sentence: String,
}

impl Refused {
    /// The parameter of that name.
    pub fn param(&self, name: &str) -> Option<&Param> {
        self.params.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }
}

impl<R: Refuse> From<R> for Refused {
    fn from(refusal: R) -> Refused {
        Refused { code: refusal.code(), params: refusal.params(), sentence: refusal.to_string() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.sentence, self.code)
    }
}

impl std::error::Error for Refused {}

fn as_map<S: Serializer>(params: &[(&'static str, Param)], to: S) -> Result<S::Ok, S::Error> {
    to.collect_map(params.iter().map(|(name, value)| (name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{count} acts still await an answer")]
    struct Unanswered {
        count: u32,
    }

    impl Refuse for Unanswered {
        fn code(&self) -> &'static str {
            "matter.acts_unanswered"
        }

        fn params(&self) -> Vec<(&'static str, Param)> {
            vec![("count", self.count.into())]
        }
    }

    #[test]
    fn every_refusal_becomes_a_carrier() {
        fn close() -> Result<(), Refused> {
            Err(Unanswered { count: 3 })?
        }
        let refused = close().unwrap_err();
        assert_eq!(refused.code, "matter.acts_unanswered");
        assert_eq!(refused.param("count"), Some(&Param::Count(3)));
        assert_eq!(refused.to_string(), "3 acts still await an answer (matter.acts_unanswered)");
        let json = serde_json::to_value(&refused).unwrap();
        assert_eq!(json["params"]["count"], 3);
    }
}
