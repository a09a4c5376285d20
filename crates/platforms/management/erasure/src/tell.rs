//! Who is told: whoever may decide, that a proposal waits.

use kernel::{MatterId, NodeId};
use store::Recorded;
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::ErasureEvent;

/// The duty of who decides 个人信息保护负责人. Source: 个人信息保护法 art. 52.
const DECIDES: &str = "privacy-head";

/// Tells of erasures.
pub struct ErasureTeller;

/// What is told for an event of the erasure `id`.
fn told(id: MatterId, event: &ErasureEvent) -> Told {
    let page = PagePath::new(format!("/erasures/{id}"));
    let telling = |to, text| page.clone().map(|page| Telling { to, text, number: Number::none(), page });
    let tellings = match event {
        ErasureEvent::Proposed { .. } => telling(To::Duty { duty: DECIDES, organ: None }, "erasure-told-proposed"),
        ErasureEvent::Refused { .. } | ErasureEvent::Approved { .. } => None,
    };
    // Once it is decided it waits for nobody.
    Told { settles: true, tellings: tellings.into_iter().collect(), ..Told::default() }
}

impl Teller for ErasureTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("erasure.")
    }

    fn told<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(async move { Ok(told(MatterId::new(act.act.matter), &act.event()?)) })
    }
}

#[cfg(test)]
mod tests {
    use kernel::{ActId, OfficerId, OrganId};

    use super::*;
    use crate::events::Ground;

    /// Whoever decides is told that it waits, by path alone; what was decided waits for nobody.
    #[test]
    fn who_decides_is_told_that_it_waits_and_no_word_of_it() {
        let id = MatterId::new(7);
        let proposed = ErasureEvent::Proposed {
            idx: 1,
            of: "supervision.explained@1.0".to_owned(),
            matter: MatterId::new(2),
            fields: vec!["explanation".to_owned()],
            ground: Ground::Unlawful,
            reason: "CANARY".to_owned(),
            told: vec!["CANARY".to_owned()],
            officer: OfficerId::new(3),
            on_behalf_of: None,
            organ: OrganId::new(4),
        };
        let waits = told(id, &proposed);
        assert!(waits.settles);
        let [telling] = &waits.tellings[..] else { panic!("one telling: {waits:?}") };
        assert_eq!(telling.to, To::Duty { duty: DECIDES, organ: None });
        assert_eq!((telling.text, telling.page.as_str()), ("erasure-told-proposed", &*format!("/erasures/{id}")));
        assert!(!format!("{waits:?}").contains("CANARY"));
        let by = OfficerId::new(5);
        let refused = ErasureEvent::Refused { by, grounds: "CANARY".to_owned() };
        for decided in [refused, ErasureEvent::Approved { by, tombstone: ActId::new(6) }] {
            let settled = told(id, &decided);
            assert!(settled.settles && settled.tellings.is_empty(), "{decided:?}");
        }
    }
}
