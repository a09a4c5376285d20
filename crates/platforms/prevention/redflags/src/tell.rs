//! Who is told what an amendment came to 通知: its approvers that it waits, its proposer that it was decided.

use kernel::{NodeId, OfficerId};
use store::{Recorded, Store, StoreFault};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::RedflagEvent;

/// What an act on an amendment asks to be told.
///
/// - `proposer`: who proposed it, if that is known.
pub fn told(event: &RedflagEvent, proposer: Option<OfficerId>) -> Told {
    let (indicator, to, text) = match event {
        RedflagEvent::AmendmentProposed { indicator, .. } => {
            let approvers = To::Duty { duty: "rule-approver", organ: None };
            (indicator, Some(approvers), "redflags-told-proposed")
        }
        RedflagEvent::AmendmentDecided { indicator, .. } => {
            (indicator, proposer.map(To::Hand), "redflags-told-decided")
        }
        _ => return Told::default(),
    };
    let page = PagePath::new(format!("/indicators/{indicator}#amendments"));
    let tellings = match (to, Number::new(indicator.as_str()), page) {
        (Some(to), Some(number), Some(page)) => vec![Telling { to, text, number, page }],
        _ => Vec::new(),
    };
    Told { settles: true, tellings, ..Told::default() }
}

/// Tells what acts on amendments came to.
pub struct AmendmentTeller {
    store: Store,
}

impl AmendmentTeller {
    /// Over a store.
    pub fn new(store: Store) -> AmendmentTeller {
        AmendmentTeller { store }
    }

    async fn of(&self, node: NodeId, act: &Recorded) -> Result<Told, StoreFault> {
        let event: RedflagEvent = act.event()?;
        let mut proposer = None;
        if let RedflagEvent::AmendmentDecided { number: decided, .. } = &event {
            for other in self.store.acts_of(node.number(), act.act.matter).await? {
                if other.act.kind.starts_with(PROPOSED)
                    && let RedflagEvent::AmendmentProposed { number, proposer: by, .. } = other.event()?
                    && number == *decided
                {
                    proposer = by.parse().ok();
                }
            }
        }
        Ok(told(&event, proposer))
    }
}

const PROPOSED: &str = "redflags.amendment_proposed@";

impl Teller for AmendmentTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("redflags.amendment_")
    }

    fn told<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(self.of(node, act))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::amendment::{Content, Tried};

    #[test]
    fn approvers_are_told_that_one_waits_and_its_proposer_that_it_was_decided() {
        let content = Content { figures: Default::default(), enabled: Some(true) };
        let proposed = RedflagEvent::AmendmentProposed {
            indicator: "CN-12".to_owned(),
            number: 3,
            content: content.clone(),
            tried: Tried::default(),
            reason: "CANARY".into(),
            proposer: OfficerId::new(5).to_string(),
        };
        let decided = RedflagEvent::AmendmentDecided {
            indicator: "CN-12".to_owned(),
            number: 3,
            content,
            approved: true,
            grounds: "CANARY".into(),
            decider: OfficerId::new(6).to_string(),
        };
        let cases = [
            (&proposed, To::Duty { duty: "rule-approver", organ: None }, "redflags-told-proposed"),
            (&decided, To::Hand(OfficerId::new(5)), "redflags-told-decided"),
        ];
        for (event, to, text) in cases {
            let told = told(event, Some(OfficerId::new(5)));
            assert!(told.settles);
            assert_eq!(told.tellings.len(), 1);
            let telling = &told.tellings[0];
            assert_eq!((telling.to, telling.text, telling.number.as_str()), (to, text, "CN-12"));
            assert_eq!(telling.page.as_str(), "/indicators/CN-12#amendments");
            assert!(!format!("{told:?}").contains("CANARY"));
        }
        assert_eq!(told(&decided, None).tellings, [], "an unknown proposer is nobody");
    }
}
