//! May an officer act for another? Pure: the register and the day come in.

use access::separation::{ADMINISTRATORS, one_hand};
use kernel::officer::{Mandate, MandateKind, serving};
use kernel::refusal::{Param, Refuse};
use kernel::{Day, OrganId};

use crate::register::Register;

/// For how long a mandate lasts at most, in days: what is to last longer is an appointment.
pub const MOST_DAYS: i64 = 366;

/// Why nobody is put in another's stead.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum MandateRefusal {
    /// Nobody stands in for themselves.
    #[error("nobody acts in their own stead")]
    Oneself,
    /// It would begin in the past.
    #[error("it would begin in the past")]
    Past,
    /// It would end before it begins.
    #[error("it would end before it begins")]
    Empty,
    /// Longer than [`MOST_DAYS`].
    #[error("it would last longer than {MOST_DAYS} days")]
    TooLong,
    /// The holder does not have the post by appointment then: what was delegated cannot be delegated.
    #[error("the post is not held by appointment on the first day")]
    NotHeld,
    /// No duty is named, or one that the post does not have.
    #[error("no duty of the post is named")]
    NoDuty,
    /// An administrator's duty is not delegated; during a leave a substitute is named for it.
    #[error("an administrator's duty is not delegated")]
    AdministratorsDuty,
    /// The delegate serves in no post of the same organ or of one below.
    #[error("the delegate serves in another organ")]
    OtherOrgan,
    /// The substitute serves in no post at all.
    #[error("the substitute is not in office")]
    NotInOffice,
    /// One hand would hold what is kept apart 三员分立.
    #[error("one hand would hold an administrator's duty and another")]
    Administrator,
    /// The same mandate runs then already.
    #[error("such a mandate is entered already")]
    Twice,
    /// It has ended.
    #[error("it has ended")]
    Over,
}

impl MandateRefusal {
    /// All.
    pub const ALL: [MandateRefusal; 12] = [
        MandateRefusal::Oneself,
        MandateRefusal::Past,
        MandateRefusal::Empty,
        MandateRefusal::TooLong,
        MandateRefusal::NotHeld,
        MandateRefusal::NoDuty,
        MandateRefusal::AdministratorsDuty,
        MandateRefusal::OtherOrgan,
        MandateRefusal::NotInOffice,
        MandateRefusal::Administrator,
        MandateRefusal::Twice,
        MandateRefusal::Over,
    ];
}

impl Refuse for MandateRefusal {
    fn code(&self) -> &'static str {
        match self {
            MandateRefusal::Oneself => "mandate.oneself",
            MandateRefusal::NotHeld => "mandate.not_held",
            MandateRefusal::Past => "mandate.past",
            MandateRefusal::Empty => "mandate.empty",
            MandateRefusal::TooLong => "mandate.too_long",
            MandateRefusal::NoDuty => "mandate.no_duty",
            MandateRefusal::AdministratorsDuty => "mandate.administrators_duty",
            MandateRefusal::OtherOrgan => "mandate.other_organ",
            MandateRefusal::NotInOffice => "mandate.not_in_office",
            MandateRefusal::Administrator => "mandate.administrator",
            MandateRefusal::Twice => "mandate.twice",
            MandateRefusal::Over => "mandate.over",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// Admits a mandate into the register, or says why not; in the order of [`MandateRefusal`].
///
/// A leave names a substitute for the whole post, whoever is in office; a delegation names duties of the post for an
/// officer of the same organ or of one below.
///
/// # Errors
/// See [`MandateRefusal`]; the first that applies.
pub fn admit(mandate: &Mandate, register: &Register, today: Day) -> Result<(), MandateRefusal> {
    let first = mandate.from;
    if mandate.agent == mandate.holder {
        return Err(MandateRefusal::Oneself);
    }
    if first < today {
        return Err(MandateRefusal::Past);
    }
    if mandate.to <= first {
        return Err(MandateRefusal::Empty);
    }
    if mandate.to > first.plus(MOST_DAYS) {
        return Err(MandateRefusal::TooLong);
    }
    let post = register.post(mandate.post).filter(|post| post.exists(first)).ok_or(MandateRefusal::NotHeld)?;
    if !serving(register.appointments(), mandate.holder, first).any(|it| it.post == post.id) {
        return Err(MandateRefusal::NotHeld);
    }
    let of_post = mandate.duties.iter().all(|duty| post.duties.contains(duty));
    let view = register.organs(first);
    let own: Vec<OrganId> = serving(register.appointments(), mandate.agent, first)
        .filter_map(|it| register.post(it.post))
        .map(|post| post.organ)
        .collect();
    match mandate.kind {
        MandateKind::Leave if !mandate.duties.is_empty() => return Err(MandateRefusal::NoDuty),
        MandateKind::Leave if own.is_empty() => return Err(MandateRefusal::NotInOffice),
        MandateKind::Leave => {}
        MandateKind::Delegation if mandate.duties.is_empty() || !of_post => return Err(MandateRefusal::NoDuty),
        MandateKind::Delegation if mandate.duties.iter().any(|duty| ADMINISTRATORS.contains(&duty.as_str())) => {
            return Err(MandateRefusal::AdministratorsDuty);
        }
        MandateKind::Delegation if !own.iter().any(|organ| view.contains(post.organ, *organ)) => {
            return Err(MandateRefusal::OtherOrgan);
        }
        MandateKind::Delegation => {}
    }
    let acts = register.acting(mandate.agent, first);
    let gets = post.duties.iter().map(String::as_str).filter(|duty| mandate.covers(duty));
    one_hand(acts.iter().flat_map(|it| it.duties.iter().copied()).chain(gets))
        .map_err(|_| MandateRefusal::Administrator)?;
    let runs = |it: &&Mandate| {
        (it.kind, it.holder, it.post, it.agent) == (mandate.kind, mandate.holder, mandate.post, mandate.agent)
            && it.from < mandate.to
            && first < it.to
            && (it.kind == MandateKind::Leave || it.duties.iter().any(|duty| mandate.duties.contains(duty)))
    };
    // A row that begins on the same day would take the place of the other.
    let replaced = |it: &Mandate| it.is_same(mandate);
    if register.mandates().iter().any(|it| runs(&it) || replaced(it)) {
        return Err(MandateRefusal::Twice);
    }
    Ok(())
}

/// The mandate revoked from today on; one that has not begun never does.
///
/// # Errors
/// [`MandateRefusal::Over`] if it has ended.
pub fn revoke(mandate: &Mandate, today: Day) -> Result<Mandate, MandateRefusal> {
    if mandate.to <= today {
        return Err(MandateRefusal::Over);
    }
    Ok(Mandate { to: today.max(mandate.from), ..mandate.clone() })
}

#[cfg(test)]
mod tests;
