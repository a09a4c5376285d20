//! Pure: when a log counts as unwitnessed, when an old key ends, who may rotate one.

use kernel::{OfficerId, Param, Refuse};
use ledger::{LogKey, Vkey};

use crate::events::{NotaryEvent, Why};

/// For how long checkpoints may go without a quorum before it is said and warned of, in milliseconds: ten minutes, within
/// which a witness restarts and a line comes back.
pub const GRACE_MS: i64 = 10 * 60_000;

/// Checkpoints that both keys sign in a rotation. Source: ledger.md §3.
pub const OVERLAP: usize = 2;

/// What is known of a log's witnessing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Witnessing {
    /// Whether a quorum is asked for at all.
    pub wanted: bool,
    /// The greatest size that a quorum signed; 0 for none.
    pub witnessed: u64,
    /// When the first checkpoint after that was signed; `None` where there is none.
    pub waiting_since: Option<i64>,
}

/// What to record about a log's witnessing, if it has changed.
///
/// - `standing`: what was recorded last: whether it was witnessed; `None` for nothing yet.
pub fn witnessing(standing: Option<bool>, now: i64, seen: Witnessing) -> Option<NotaryEvent> {
    // A log without a checkpoint has nothing that could be witnessed.
    let late = seen.waiting_since.is_some_and(|since| !seen.wanted || now - since > GRACE_MS);
    let size = i64::try_from(seen.witnessed).unwrap_or(i64::MAX);
    match (standing, late) {
        (None | Some(true), true) => {
            let why = if seen.wanted { Why::NoQuorum } else { Why::NoPolicy };
            Some(NotaryEvent::Unwitnessed { why, size, since: seen.waiting_since.unwrap_or(now) })
        }
        (Some(false), false) if seen.wanted && seen.witnessed > 0 => Some(NotaryEvent::Witnessed { size }),
        _ => None,
    }
}

/// The end of an old key, once enough checkpoints carry both signatures.
///
/// - `overlapping`: sizes of checkpoints that both keys have signed, ascending.
pub fn end_of_key(old: &str, overlapping: &[u64]) -> Option<NotaryEvent> {
    let last = overlapping.get(OVERLAP - 1)?;
    Some(NotaryEvent::KeyEnded { vkey: old.to_owned(), to_size: i64::try_from(*last).ok()? })
}

/// A person who takes part in a rotation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hand {
    /// Who.
    pub officer: OfficerId,
    /// The duties of the posts they hold today.
    pub duties: Vec<String>,
}

/// Why a key is not rotated.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum RotationRefusal {
    /// One person twice.
    #[error("a key is rotated by two persons, not by one twice")]
    OnePerson,
    /// Not a system administrator and a security administrator.
    #[error("a key is rotated by a system administrator together with a security administrator")]
    WrongHands,
    /// The last rotation is not finished: both keys still sign.
    #[error("the last rotation is not finished")]
    Underway,
}

impl Refuse for RotationRefusal {
    fn code(&self) -> &'static str {
        match self {
            RotationRefusal::OnePerson => "notary.one_person",
            RotationRefusal::WrongHands => "notary.wrong_hands",
            RotationRefusal::Underway => "notary.underway",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Rotates a key: who keeps the machine 系统管理员 does it, who grants access 安全管理员 stands beside.
///
/// - `keys`: the log's keys; exactly one of them must be in use.
/// - `size`: the log's size now; the new key signs from there on.
///
/// # Errors
/// A refusal; nothing is changed then.
pub fn rotate(
    first: &Hand,
    second: &Hand,
    keys: &[LogKey],
    new: &Vkey,
    size: u64,
) -> Result<NotaryEvent, RotationRefusal> {
    let holds = |hand: &Hand, duty: &str| hand.duties.iter().any(|held| held == duty);
    if first.officer == second.officer {
        return Err(RotationRefusal::OnePerson);
    }
    if !holds(first, "system-administrator") || !holds(second, "security-administrator") {
        return Err(RotationRefusal::WrongHands);
    }
    let open: Vec<&LogKey> = keys.iter().filter(|key| key.to_size.is_none()).collect();
    let [old] = open.as_slice() else { return Err(RotationRefusal::Underway) };
    let number = |size| i64::try_from(size).unwrap_or(i64::MAX);
    Ok(NotaryEvent::KeyRotated {
        old: old.vkey.to_string(),
        old_from: number(old.from_size),
        new: new.to_string(),
        from_size: number(size),
        with: second.officer,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unwitnessed_for_long_is_said_once_and_so_is_its_end() {
        let seen = |wanted, witnessed, since: Option<i64>| Witnessing { wanted, witnessed, waiting_since: since };
        let unwitnessed = |why, size, since| Some(NotaryEvent::Unwitnessed { why, size, since });
        let now = 100 * GRACE_MS;
        let old = Some(now - GRACE_MS - 1);
        let cases = [
            ("an empty log", None, seen(false, 0, None), None),
            ("no policy", None, seen(false, 0, Some(now)), unwitnessed(Why::NoPolicy, 0, now)),
            ("no policy, said already", Some(false), seen(false, 0, Some(now)), None),
            ("within grace", None, seen(true, 0, Some(now - GRACE_MS)), None),
            ("beyond grace", None, seen(true, 0, old), unwitnessed(Why::NoQuorum, 0, now - GRACE_MS - 1)),
            ("lost", Some(true), seen(true, 9, old), unwitnessed(Why::NoQuorum, 9, now - GRACE_MS - 1)),
            ("still lost", Some(false), seen(true, 9, old), None),
            ("back", Some(false), seen(true, 12, None), Some(NotaryEvent::Witnessed { size: 12 })),
            (
                "back, and the next waits",
                Some(false),
                seen(true, 12, Some(now)),
                Some(NotaryEvent::Witnessed { size: 12 }),
            ),
            ("always there", None, seen(true, 12, None), None),
            ("the policy was taken away", Some(true), seen(false, 12, Some(now)), unwitnessed(Why::NoPolicy, 12, now)),
        ];
        for (case, standing, seen, event) in cases {
            assert_eq!(witnessing(standing, now, seen), event, "{case}");
        }
    }

    #[test]
    fn an_old_key_ends_with_the_second_checkpoint_of_both() {
        assert_eq!(end_of_key("k", &[]), None);
        assert_eq!(end_of_key("k", &[7]), None);
        for sizes in [&[7, 9][..], &[7, 9, 30]] {
            assert_eq!(end_of_key("k", sizes), Some(NotaryEvent::KeyEnded { vkey: "k".to_owned(), to_size: 9 }));
        }
    }

    #[test]
    fn a_key_is_rotated_by_two_administrators_together() {
        let hand = |id, duty: &str| Hand { officer: OfficerId::new(id), duties: vec![duty.to_owned()] };
        let (system, security) = (hand(1, "system-administrator"), hand(2, "security-administrator"));
        let vkey = |n| ledger::Signer::log("a.invalid/1", &[n; 32]).unwrap().vkey();
        let one = [LogKey::always(vkey(1))];
        let two = [LogKey::always(vkey(1)), LogKey { from_size: 5, ..LogKey::always(vkey(2)) }];
        let both = Hand { duties: [system.duties.clone(), security.duties.clone()].concat(), ..system.clone() };
        let cases = [
            ("as it should be", &system, &security, &one[..], Ok(())),
            ("the other way round", &security, &system, &one, Err(RotationRefusal::WrongHands)),
            ("an inspector", &system, &hand(3, "inspector"), &one, Err(RotationRefusal::WrongHands)),
            ("alone", &both, &both, &one, Err(RotationRefusal::OnePerson)),
            ("too soon", &system, &security, &two, Err(RotationRefusal::Underway)),
        ];
        for (case, first, second, keys, outcome) in cases {
            assert_eq!(rotate(first, second, keys, &vkey(3), 5).map(drop), outcome, "{case}");
        }
    }
}
