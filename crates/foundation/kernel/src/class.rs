//! Classification 密级: how secret something is, and how personal.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How secret a record is; ordered, so that `record.class <= reader.ceiling` reads as it should.
///
/// Source: 保守国家秘密法 art. 14 (secret, confidential, top secret 秘密、机密、绝密) and art. 64 (work secrets 工作秘密).
/// The numbers are stored in the ledger and never change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Class {
    /// 公开: anybody may read it.
    Public = 0,
    /// 内部: officers only. The default, since openness is decided and not slipped into.
    #[default]
    Internal = 1,
    /// 工作秘密: would hinder the work if it leaked. The default ceiling of a node.
    WorkSecret = 2,
    /// 秘密.
    Secret = 3,
    /// 机密.
    Confidential = 4,
    /// 绝密.
    TopSecret = 5,
}

impl Class {
    /// All classes, lowest first.
    pub const ALL: [Class; 6] =
        [Class::Public, Class::Internal, Class::WorkSecret, Class::Secret, Class::Confidential, Class::TopSecret];

    /// The stable word, such as `"work-secret"`.
    pub const fn code(self) -> &'static str {
        match self {
            Class::Public => "public",
            Class::Internal => "internal",
            Class::WorkSecret => "work-secret",
            Class::Secret => "secret",
            Class::Confidential => "confidential",
            Class::TopSecret => "top-secret",
        }
    }

    /// The stable number, `0..=5`.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The class of a stored number.
    pub fn from_number(number: u8) -> Option<Class> {
        Class::ALL.get(usize::from(number)).copied()
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Class {
    type Err = NoSuchClass;

    fn from_str(text: &str) -> Result<Class, NoSuchClass> {
        Class::ALL.into_iter().find(|class| class.code() == text).ok_or(NoSuchClass)
    }
}

/// The word names no class.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("not a classification")]
pub struct NoSuchClass;

/// How personal a record is. Source: 个人信息保护法 art. 4 and art. 28 (sensitive 敏感个人信息).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Personal {
    /// Nothing about a natural person.
    #[default]
    None = 0,
    /// 个人信息.
    Personal = 1,
    /// 敏感个人信息.
    Sensitive = 2,
}

impl Personal {
    /// The stable number, `0..=2`.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The grade of a stored number.
    pub fn from_number(number: u8) -> Option<Personal> {
        [Personal::None, Personal::Personal, Personal::Sensitive].get(usize::from(number)).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_ordered_and_read_back() {
        assert!(Class::ALL.windows(2).all(|pair| pair[0] < pair[1]));
        for class in Class::ALL {
            assert_eq!(class.code().parse(), Ok(class));
            assert_eq!(Class::from_number(class.number()), Some(class));
            assert_eq!(serde_json::to_string(&class).unwrap(), format!("\"{class}\""));
        }
        assert_eq!("Secret".parse::<Class>(), Err(NoSuchClass));
        assert_eq!(Class::from_number(6), None);
        assert_eq!(Personal::from_number(2), Some(Personal::Sensitive));
    }
}
