//! Pure: who is meant, by the register of a day.

use std::collections::BTreeSet;

use directory::Register;
use kernel::{Day, OfficerId, OrganId};
use tell::To;

/// The officers meant: holders of a duty by appointment, and whoever acts for one of them that day.
pub fn recipients(register: &Register, day: Day, to: To) -> BTreeSet<OfficerId> {
    match to {
        To::Person(officer) => [officer].into(),
        To::Hand(officer) => {
            let acting = register.mandates().iter().filter(|mandate| mandate.holder == officer && mandate.holds(day));
            acting.map(|mandate| mandate.agent).chain([officer]).collect()
        }
        To::Duty { duty, organ } => {
            let of = |other: OrganId| organ.is_none_or(|organ| register.stands_for(other, organ, day));
            let posts: BTreeSet<_> = register
                .posts()
                .filter(|post| post.exists(day) && post.duties.iter().any(|code| code == duty) && of(post.organ))
                .map(|post| post.id)
                .collect();
            let held = register.appointments().iter().filter(|it| it.serves(day) && posts.contains(&it.post));
            let acted = register
                .mandates()
                .iter()
                .filter(|mandate| mandate.holds(day) && posts.contains(&mandate.post) && mandate.covers(duty));
            held.map(|it| it.officer).chain(acted.map(|mandate| mandate.agent)).collect()
        }
    }
}
