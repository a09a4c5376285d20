//! Who may act as what on a day: by appointment, or for the holder of a post, as a substitute 代理 or a delegate 受托人.
//!
//! What one hand may not hold together is not given by a mandate either: one that would bring two administrators' duties,
//! or an administrator's and business, together gives nothing that day. Own appointments are never touched by it.

use std::collections::BTreeSet;

use kernel::officer::{Appointment, Mandate, Post, serving};
use kernel::{Day, OfficerId, PostId};

use crate::separation::one_hand;

/// One post that an officer acts in on a day.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Acting<'a> {
    /// The post.
    pub post: &'a Post,
    /// Codes of the duties that the officer has in it: all of the post's, or those that were delegated.
    pub duties: BTreeSet<&'a str>,
    /// For whom, if not by an appointment of one's own.
    pub on_behalf_of: Option<OfficerId>,
}

/// All posts that an officer acts in on a day: their own first, then those of others.
///
/// - `post`: a post by its id.
/// - `appointments`, `mandates`: all of everybody, or those that concern the officer and whoever they act for.
///
/// A mandate counts where its holder has the post by appointment that day. An own appointment wins over a mandate for the
/// same post; of two holders of one post the first mandate does.
pub fn acting<'a>(
    officer: OfficerId,
    day: Day,
    post: impl Fn(PostId) -> Option<&'a Post>,
    appointments: &[Appointment],
    mandates: &'a [Mandate],
) -> Vec<Acting<'a>> {
    let exists = |id| post(id).filter(|post| post.exists(day));
    let all = |post: &'a Post| post.duties.iter().map(String::as_str);
    let mut acts: Vec<Acting<'a>> = Vec::new();
    for own in serving(appointments, officer, day).filter_map(|appointment| exists(appointment.post)) {
        if !acts.iter().any(|it| it.post.id == own.id) {
            acts.push(Acting { post: own, duties: all(own).collect(), on_behalf_of: None });
        }
    }
    let mut hand: BTreeSet<&str> = acts.iter().flat_map(|it| it.duties.iter().copied()).collect();
    let mine = mandates.iter().filter(|it| it.agent == officer && it.holder != officer && it.holds(day));
    for mandate in mine {
        let held = serving(appointments, mandate.holder, day).any(|appointment| appointment.post == mandate.post);
        let Some(post) = exists(mandate.post).filter(|_| held) else { continue };
        let duties: BTreeSet<&str> = all(post).filter(|duty| mandate.covers(duty)).collect();
        let together: BTreeSet<&str> = hand.union(&duties).copied().collect();
        if duties.is_empty() || one_hand(together.iter().copied()).is_err() {
            continue;
        }
        match acts.iter_mut().find(|it| it.post.id == post.id) {
            Some(known) if known.on_behalf_of == Some(mandate.holder) => known.duties.extend(duties),
            Some(_) => continue,
            None => acts.push(Acting { post, duties, on_behalf_of: Some(mandate.holder) }),
        }
        hand = together;
    }
    acts
}

#[cfg(test)]
mod tests {
    use kernel::officer::MandateKind;
    use kernel::{Class, OrganId, Text};
    use proptest::prelude::*;

    use super::*;
    use crate::separation::ADMINISTRATORS;

    const DAY: Day = Day::constant(2026, 6, 1);
    const ANA: OfficerId = OfficerId::new(1);
    const BORIS: OfficerId = OfficerId::new(2);
    const CHEN: OfficerId = OfficerId::new(3);

    fn post(id: u128, duties: &[&str]) -> Post {
        Post {
            id: PostId::new(id),
            organ: OrganId::new(1),
            name: Text::same("post"),
            duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
            ceiling: Class::WorkSecret,
            valid_from: DAY.plus(-100),
            valid_to: None,
        }
    }

    fn served(officer: OfficerId, post: u128) -> Appointment {
        Appointment { officer, post: PostId::new(post), from: DAY.plus(-50), to: None }
    }

    fn mandate(holder: OfficerId, post: u128, agent: OfficerId, duties: &[&str]) -> Mandate {
        let kind = if duties.is_empty() { MandateKind::Leave } else { MandateKind::Delegation };
        let duties = duties.iter().map(|duty| (*duty).to_owned()).collect();
        Mandate { kind, holder, post: PostId::new(post), agent, duties, from: DAY, to: DAY.plus(7) }
    }

    fn seen(
        officer: OfficerId,
        day: Day,
        posts: &[Post],
        appointments: &[Appointment],
        mandates: &[Mandate],
    ) -> Vec<(u128, Vec<String>, Option<OfficerId>)> {
        let post = |id| posts.iter().find(|post| post.id == id);
        acting(officer, day, post, appointments, mandates)
            .into_iter()
            .map(|it| (it.post.id.value(), it.duties.iter().map(|duty| (*duty).to_owned()).collect(), it.on_behalf_of))
            .collect()
    }

    #[test]
    fn a_substitute_has_the_post_while_it_lasts() {
        let posts =
            [post(1, &["inspector", "data-officer"]), post(2, &["organ-handler"]), post(3, &["system-administrator"])];
        let served = [served(ANA, 1), served(BORIS, 2)];
        let own = (2, vec!["organ-handler".to_owned()], None);
        let both = vec!["data-officer".to_owned(), "inspector".to_owned()];
        let leave = mandate(ANA, 1, BORIS, &[]);
        let part = mandate(ANA, 1, BORIS, &["inspector"]);
        let cases = [
            ("nothing", DAY, vec![], vec![own.clone()]),
            ("the eve", DAY.plus(-1), vec![leave.clone()], vec![own.clone()]),
            ("the first day", DAY, vec![leave.clone()], vec![own.clone(), (1, both.clone(), Some(ANA))]),
            ("the last day", DAY.plus(6), vec![leave.clone()], vec![own.clone(), (1, both.clone(), Some(ANA))]),
            ("its end", DAY.plus(7), vec![leave.clone()], vec![own.clone()]),
            ("a part", DAY, vec![part.clone()], vec![own.clone(), (1, vec!["inspector".to_owned()], Some(ANA))]),
            (
                "two parts",
                DAY,
                vec![part.clone(), mandate(ANA, 1, BORIS, &["data-officer"])],
                vec![own.clone(), (1, both.clone(), Some(ANA))],
            ),
            ("a duty that the post has not", DAY, vec![mandate(ANA, 1, BORIS, &["organ-head"])], vec![own.clone()]),
            ("a post that the holder has not", DAY, vec![mandate(CHEN, 1, BORIS, &[])], vec![own.clone()]),
            ("an administrator's", DAY, vec![mandate(ANA, 3, BORIS, &[])], vec![own.clone()]),
            ("from oneself", DAY, vec![mandate(BORIS, 2, BORIS, &[])], vec![own.clone()]),
        ];
        for (case, day, mandates, expected) in cases {
            assert_eq!(seen(BORIS, day, &posts, &served, &mandates), expected, "{case}");
        }
        let chain = [leave, mandate(BORIS, 1, CHEN, &[])];
        assert!(seen(CHEN, DAY, &posts, &served, &chain).is_empty(), "what was delegated is not delegated");
    }

    proptest! {
        /// Whoever acts for whom: no mandate brings two administrators' duties into one hand, nor an administrator's and
        /// business; nobody loses what they have by appointment; nothing outlasts its end.
        #[test]
        fn no_mandate_brings_together_what_is_apart(
            holds in prop::collection::vec((1_u128..6, 0_u128..10), 0..8),
            given in prop::collection::vec((1_u128..6, 0_u128..10, 1_u128..6, any::<bool>(), -5_i64..5, 1_i64..6), 0..10),
            day in -6_i64..12,
        ) {
            let codes = ["inspector", "supervision-chief", "organ-handler", "organ-head", "data-officer", "rule-steward",
                "rule-approver", "system-administrator", "security-administrator", "audit-administrator"];
            let posts: Vec<Post> = (0..).zip(codes).map(|(id, code)| post(id, &[code])).collect();
            let served: Vec<Appointment> = holds.iter().map(|(who, post)| served(OfficerId::new(*who), *post)).collect();
            let mandates: Vec<Mandate> = given.iter().map(|(holder, post, agent, all, from, days)| {
                let duties: &[&str] = if *all { &[] } else { &[codes[*post as usize]] };
                let from = DAY.plus(*from);
                Mandate { from, to: from.plus(*days), ..mandate(OfficerId::new(*holder), *post, OfficerId::new(*agent), duties) }
            }).collect();
            let day = DAY.plus(day);
            let find = |id| posts.iter().find(|post| post.id == id);
            for who in (1..6).map(OfficerId::new) {
                let own = acting(who, day, find, &served, &[]);
                let all = acting(who, day, find, &served, &mandates);
                prop_assert_eq!(&all[..own.len()], &own[..], "own appointments come first and whole");
                let duties = |acts: &[Acting<'_>]| acts.iter().flat_map(|it| it.duties.iter().map(|it| (*it).to_owned())).collect::<BTreeSet<String>>();
                let (before, after) = (duties(&own), duties(&all));
                if before != after {
                    let administrators = after.iter().filter(|duty| ADMINISTRATORS.contains(&duty.as_str())).count();
                    prop_assert!(administrators == 0 || after.len() == 1, "{:?}", after);
                }
                for it in &all[own.len()..] {
                    let holder = it.on_behalf_of.unwrap();
                    prop_assert!(holder != who && serving(&served, holder, day).any(|one| one.post == it.post.id));
                    prop_assert!(mandates.iter().any(|one| one.agent == who && one.holder == holder && one.holds(day)));
                }
            }
        }
    }
}
