//! Who is told: whoever may decide, that a proposal waits.

use kernel::{MatterId, NodeId};
use store::{Recorded, StoreFault};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::ErasureEvent;

/// The duty of who decides 个人信息保护负责人. Source: 个人信息保护法 art. 52.
const DECIDES: &str = "privacy-head";

/// Tells of erasures.
pub struct ErasureTeller;

fn told(act: &Recorded) -> Result<Told, StoreFault> {
    let page = PagePath::new(format!("/erasures/{}", MatterId::new(act.act.matter)));
    let telling = |to, text| page.clone().map(|page| Telling { to, text, number: Number::none(), page });
    let tellings = match act.event()? {
        ErasureEvent::Proposed { .. } => telling(To::Duty { duty: DECIDES, organ: None }, "erasure-told-proposed"),
        ErasureEvent::Refused { .. } | ErasureEvent::Approved { .. } => None,
    };
    // Once it is decided it waits for nobody.
    Ok(Told { settles: true, tellings: tellings.into_iter().collect(), ..Told::default() })
}

impl Teller for ErasureTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("erasure.")
    }

    fn told<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(async move { told(act) })
    }
}
