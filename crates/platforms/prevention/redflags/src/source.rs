//! A source of processes as a matter: how secret it is 密级, and who may know of it 知悉范围. What is read from it, what its
//! imports hold back and what its runs raise is as secret as the source, for it is nothing but the source's content.
//!
//! Pure: [`classify`] answers with an event or a refusal.

use kernel::secrecy::NotClassified;
use kernel::{Class, OfficerId, Param, Refuse, Secrecy};

use crate::amendment::LONGEST;
use crate::events::RedflagEvent;

/// Expected refusals.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// No such class, or the same as before.
    #[error(transparent)]
    Class(#[from] NotClassified),
    /// Whoever classifies is not among those who may know.
    #[error("whoever classifies must be among those who may know")]
    WithoutOneself,
    /// The grounds are missing.
    #[error("the grounds are missing")]
    NoGrounds,
    /// The grounds are too long.
    #[error("the grounds are longer than {limit} characters")]
    LongGrounds {
        /// The limit.
        limit: usize,
    },
}

/// Codes of all refusals.
pub const REFUSALS: &[&str] = &[
    "source.no_such_class",
    "source.nothing_changes",
    "source.without_oneself",
    "source.no_grounds",
    "source.long_grounds",
];

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Class(NotClassified::NoSuchClass) => "source.no_such_class",
            Refusal::Class(NotClassified::NothingChanges) => "source.nothing_changes",
            Refusal::WithoutOneself => "source.without_oneself",
            Refusal::NoGrounds => "source.no_grounds",
            Refusal::LongGrounds { .. } => "source.long_grounds",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::LongGrounds { limit } => vec![("limit", Param::Count(*limit as i64))],
            _ => Vec::new(),
        }
    }
}

/// An officer says how secret a source is, and opens it to named officers only or to all within reach.
///
/// - `ceiling`: the highest class that the officer's post may read.
/// - `officer`: who classifies. Nobody heads a source, so that whoever names others stays among them: a source that nobody
///   may know of could be classified by nobody again.
///
/// # Errors
/// See [`Refusal`]; checked in the order: class, names, grounds.
pub fn classify(
    before: &Secrecy,
    (officer, ceiling): (OfficerId, Class),
    to: Secrecy,
    grounds: &str,
) -> Result<RedflagEvent, Refusal> {
    let Secrecy { class, named } = before.classified(to, ceiling)?;
    if named.as_ref().is_some_and(|named| !named.contains(&officer)) {
        return Err(Refusal::WithoutOneself);
    }
    let grounds = grounds.trim();
    match grounds.chars().count() {
        0 => Err(Refusal::NoGrounds),
        n if n > LONGEST => Err(Refusal::LongGrounds { limit: LONGEST }),
        _ => Ok(RedflagEvent::SourceClassified {
            class,
            named: named.map(|named| named.into_iter().collect()),
            grounds: grounds.to_owned().into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_classified_and_what_is_refused() {
        let (me, other) = (OfficerId::new(1), OfficerId::new(2));
        let to = |class, named: Option<&[OfficerId]>| Secrecy {
            class,
            named: named.map(|named| named.iter().copied().collect()),
        };
        let (internal, secret) = (Class::Internal, Class::WorkSecret);
        let long = "长".repeat(LONGEST + 1);
        let cases = [
            ("a work secret", secret, to(secret, None), "g", None),
            ("for some", secret, to(internal, Some(&[me, other])), " g ", None),
            ("above the post", internal, to(secret, None), "g", Some("source.no_such_class")),
            ("public", secret, to(Class::Public, None), "g", Some("source.no_such_class")),
            ("as it is", secret, to(internal, None), "g", Some("source.nothing_changes")),
            ("for others only", secret, to(secret, Some(&[other])), "g", Some("source.without_oneself")),
            ("for nobody", secret, to(secret, Some(&[])), "g", Some("source.without_oneself")),
            ("without grounds", secret, to(secret, None), " ", Some("source.no_grounds")),
            ("with long grounds", secret, to(secret, None), &long, Some("source.long_grounds")),
        ];
        for (case, ceiling, to, grounds, refused) in cases {
            match classify(&Secrecy::default(), (me, ceiling), to.clone(), grounds) {
                Ok(RedflagEvent::SourceClassified { class, named, grounds }) => {
                    assert_eq!(refused, None, "{case}");
                    assert_eq!((class, named.map(|it| it.into_iter().collect())), (to.class, to.named), "{case}");
                    assert_eq!(grounds, "g".to_owned().into(), "{case}");
                }
                Ok(other) => panic!("{case}: {other:?}"),
                Err(refusal) => assert_eq!(Some(refusal.code()), refused, "{case}"),
            }
        }
    }
}
