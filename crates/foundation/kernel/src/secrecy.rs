//! How secret a matter is and who may know of it at all: class 密级 and compartment 知悉范围, as one value.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Class, OfficerId};

/// Classes that a matter may be given: none is public, and a state secret stands in no node by default.
/// Source: ledger.md §4.
pub const CLASSES: [Class; 2] = [Class::Internal, Class::WorkSecret];

/// How secret a matter is, and who may know of it: everybody within reach, or named officers only.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Secrecy {
    /// How secret.
    pub class: Class,
    /// Who may know of it; none: everybody within reach.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub named: Option<BTreeSet<OfficerId>>,
}

impl Secrecy {
    /// Whether it is what every matter is: internal, and open to everybody within reach.
    pub fn is_ordinary(&self) -> bool {
        *self == Secrecy::default()
    }

    /// Whether reading it is an act, so that its readers see who read it.
    pub fn is_on_record(&self) -> bool {
        self.class >= Class::WorkSecret || self.named.is_some()
    }

    /// Whether somebody whose post reads up to `ceiling` may know of it.
    ///
    /// - `officers`: the one who reads, and the one for whom they act.
    pub fn opens_to(&self, ceiling: Class, officers: &BTreeSet<OfficerId>) -> bool {
        self.class <= ceiling && self.named.as_ref().is_none_or(|named| !named.is_disjoint(officers))
    }

    /// What comes of two matters at once is as secret as the more secret of them, and open to whom both are open.
    #[must_use]
    pub fn with(self, other: &Secrecy) -> Secrecy {
        let named = match (self.named, &other.named) {
            (Some(these), Some(those)) => Some(these.intersection(those).copied().collect()),
            (these, those) => these.or_else(|| those.clone()),
        };
        Secrecy { class: self.class.max(other.class), named }
    }

    /// The same matter classified anew by an officer.
    ///
    /// - `ceiling`: the highest class that the officer's post may read: nobody puts a matter beyond their own eyes.
    ///
    /// # Errors
    /// If it is none of [`CLASSES`] up to the ceiling, or nothing changes.
    pub fn classified(&self, to: Secrecy, ceiling: Class) -> Result<Secrecy, NotClassified> {
        if !CLASSES.contains(&to.class) || to.class > ceiling {
            return Err(NotClassified::NoSuchClass);
        }
        if to == *self {
            return Err(NotClassified::NothingChanges);
        }
        Ok(to)
    }
}

/// Why a matter is not classified so.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum NotClassified {
    /// A matter has no such class, or the post may not read it.
    #[error("a matter has no such class, or none that the post may read")]
    NoSuchClass,
    /// It is classified so already.
    #[error("it is classified so already")]
    NothingChanges,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(officers: &[u128]) -> Option<BTreeSet<OfficerId>> {
        Some(officers.iter().map(|id| OfficerId::new(*id)).collect())
    }

    fn of(class: Class, named: Option<BTreeSet<OfficerId>>) -> Secrecy {
        Secrecy { class, named }
    }

    #[test]
    fn who_may_know() {
        let ana: BTreeSet<OfficerId> = [OfficerId::new(1)].into();
        for (secrecy, ceiling, may) in [
            (Secrecy::default(), Class::Internal, true),
            (Secrecy::default(), Class::Public, false),
            (of(Class::WorkSecret, None), Class::Internal, false),
            (of(Class::WorkSecret, None), Class::WorkSecret, true),
            (of(Class::Internal, named(&[1, 2])), Class::Internal, true),
            (of(Class::Internal, named(&[2])), Class::WorkSecret, false),
            (of(Class::Internal, named(&[])), Class::TopSecret, false),
        ] {
            assert_eq!(secrecy.opens_to(ceiling, &ana), may, "{secrecy:?} {ceiling}");
        }
    }

    #[test]
    fn two_together_are_open_to_nobody_to_whom_one_is_closed() {
        let one = of(Class::WorkSecret, named(&[1, 2]));
        assert_eq!(Secrecy::default().with(&one), one);
        assert_eq!(one.clone().with(&Secrecy::default()), one);
        assert_eq!(one.with(&of(Class::Internal, named(&[2, 3]))), of(Class::WorkSecret, named(&[2])));
    }

    #[test]
    fn classifying() {
        let before = Secrecy::default();
        let secret = of(Class::WorkSecret, None);
        assert_eq!(before.classified(secret.clone(), Class::WorkSecret), Ok(secret.clone()));
        assert_eq!(before.classified(secret, Class::Internal), Err(NotClassified::NoSuchClass));
        assert_eq!(before.classified(of(Class::Public, None), Class::TopSecret), Err(NotClassified::NoSuchClass));
        assert_eq!(before.classified(of(Class::Secret, None), Class::TopSecret), Err(NotClassified::NoSuchClass));
        assert_eq!(before.classified(before.clone(), Class::TopSecret), Err(NotClassified::NothingChanges));
    }

    #[test]
    fn an_ordinary_one_reads_back_from_nothing_said() {
        let ordinary: Secrecy = serde_json::from_str(r#"{"class":"internal"}"#).unwrap();
        assert!(ordinary.is_ordinary() && !ordinary.is_on_record());
        assert!(of(Class::Internal, named(&[1])).is_on_record());
    }
}
