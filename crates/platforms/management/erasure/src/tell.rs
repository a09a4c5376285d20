//! Who is told: whoever may decide, that a proposal waits; who proposed, that it was decided.

use kernel::NodeId;
use store::{Recorded, StoreFault, TOMBSTONE, Tombstone};
use tell::{Answer, Number, PagePath, Teller, Telling, To, Told};

use crate::events::ErasureEvent;

/// The duty of who decides 个人信息保护负责人. Source: 个人信息保护法 art. 52.
const DECIDES: &str = "privacy-head";

/// Tells of erasures.
pub struct ErasureTeller;

fn told(act: &Recorded) -> Result<Told, StoreFault> {
    let page = |id: kernel::MatterId| PagePath::new(format!("/erasures/{id}"));
    let event: ErasureEvent = act.event()?;
    let telling = |to, text, id| page(id).map(|page| Telling { to, text, number: Number::none(), page });
    let tellings: Vec<Telling> = match &event {
        ErasureEvent::Proposed { .. } => {
            let to = To::Duty { duty: DECIDES, organ: None };
            telling(to, "erasure-told-proposed", kernel::MatterId::new(act.act.matter)).into_iter().collect()
        }
        ErasureEvent::Refused { .. } | ErasureEvent::Erased(Tombstone { .. }) => Vec::new(),
    };
    Ok(Told { settles: matches!(event, ErasureEvent::Refused { .. }), tellings, ..Told::default() })
}

impl Teller for ErasureTeller {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("erasure.") && kind != TOMBSTONE
    }

    fn told<'a>(&'a self, _: NodeId, act: &'a Recorded) -> Answer<'a, Told> {
        Box::pin(async move { told(act) })
    }
}
