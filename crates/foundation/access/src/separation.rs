//! Four eyes 四眼原则 and recusal 回避: what no duty can overrule, matter by matter.

use std::collections::BTreeSet;

use kernel::{MatterId, OfficerId, Param, Refuse};

use crate::hand::Hand;

/// Why an officer may not act in a matter though the post would allow it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Separation {
    /// The officer proposed what is to be approved.
    #[error("whoever proposed it does not approve it")]
    SameOfficer,
    /// The officer is recused from the matter.
    #[error("the officer is recused from this matter")]
    Recused,
    /// One hand would hold an administrator's duty and another's, or business of the office.
    #[error("an administrator is no other administrator and does no business")]
    Administrator,
}

impl Refuse for Separation {
    fn code(&self) -> &'static str {
        match self {
            Separation::SameOfficer => "separation.same_officer",
            Separation::Recused => "separation.recused",
            Separation::Administrator => "separation.administrator",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Refuses an approver who is the proposer, under whatever posts.
pub fn four_eyes(proposer: OfficerId, approver: OfficerId) -> Result<(), Separation> {
    if proposer == approver { Err(Separation::SameOfficer) } else { Ok(()) }
}

/// Refuses a hand that proposed, or for whose holder somebody did, whoever acts for whom.
///
/// - `proposers`: who proposed, and for whom.
pub fn another_hand(proposers: impl IntoIterator<Item = OfficerId>, hand: Hand) -> Result<(), Separation> {
    for proposer in proposers {
        four_eyes(proposer, hand.officer)?;
        four_eyes(proposer, hand.principal())?;
    }
    Ok(())
}

/// The three administrators 三员: nobody holds the duties of two, and who is one does no business.
pub const ADMINISTRATORS: [&str; 3] = ["system-administrator", "security-administrator", "audit-administrator"];

/// Refuses duties that one hand may not hold together: an administrator's beside any other.
pub fn one_hand<'a>(duties: impl IntoIterator<Item = &'a str>) -> Result<(), Separation> {
    let distinct: BTreeSet<&str> = duties.into_iter().collect();
    let administers = distinct.iter().any(|duty| ADMINISTRATORS.contains(duty));
    if administers && distinct.len() > 1 { Err(Separation::Administrator) } else { Ok(()) }
}

/// Who is recused from which matters, by recorded decisions (公务员法 art. 76 and its like in each procedure).
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Recusals(BTreeSet<(MatterId, OfficerId)>);

impl Recusals {
    /// The list of these decisions.
    pub fn new(decided: impl IntoIterator<Item = (MatterId, OfficerId)>) -> Recusals {
        Recusals(decided.into_iter().collect())
    }

    /// Refuses an officer who is recused from the matter.
    pub fn admits(&self, matter: MatterId, officer: OfficerId) -> Result<(), Separation> {
        if self.0.contains(&(matter, officer)) { Err(Separation::Recused) } else { Ok(()) }
    }

    /// Both at once: an approver who neither proposed nor is recused.
    pub fn approver(&self, matter: MatterId, proposer: OfficerId, approver: OfficerId) -> Result<(), Separation> {
        four_eyes(proposer, approver)?;
        self.admits(matter, approver)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_approves_alone_or_in_their_own_cause() {
        let [ana, boris, chen] = [1, 2, 3].map(OfficerId::new);
        let [one, two] = [1, 2].map(MatterId::new);
        let recusals = Recusals::new([(one, chen)]);
        let cases = [
            ("another", one, ana, boris, Ok(())),
            ("the same", one, ana, ana, Err(Separation::SameOfficer)),
            ("a recused one", one, ana, chen, Err(Separation::Recused)),
            ("recused elsewhere", two, ana, chen, Ok(())),
        ];
        for (case, matter, proposer, approver, expected) in cases {
            assert_eq!(recusals.approver(matter, proposer, approver), expected, "{case}");
        }
    }
}
