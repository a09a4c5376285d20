//! An act of a case as rules read it: who did what, when. What officers wrote in their own words is not looked at.

use casework::case::CaseEvent;
use flow::{ElementId, Event};
use kernel::{ActId, Instant, MatterId, OfficerId};
use store::{Actor, Recorded, StoreFault};

/// An act of a case.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Its place in the log.
    pub idx: u64,
    /// The act.
    pub id: ActId,
    /// When.
    pub at: Instant,
    /// The case.
    pub case: MatterId,
    /// The version of the case that it made: how many acts the case has with it.
    pub version: u64,
    /// Who did it; none: the node itself.
    pub officer: Option<OfficerId>,
    /// For whom it was done, if for somebody else.
    pub holder: Option<OfficerId>,
    /// What happened.
    pub event: CaseEvent,
}

impl Deed {
    /// An act as it was recorded; nothing where its body is gone with its key.
    ///
    /// # Errors
    /// If the act is none of a case.
    pub fn of(act: &Recorded) -> Result<Option<Deed>, StoreFault> {
        if act.shredded {
            return Ok(None);
        }
        let officer = match &act.act.actor {
            Actor::Officer { pseudonym } => pseudonym.parse().ok(),
            Actor::Party { .. } | Actor::System { .. } => None,
        };
        Ok(Some(Deed {
            idx: act.idx,
            id: ActId::new(act.act.id),
            at: Instant::from_ms(act.act.at_ms),
            case: MatterId::new(act.act.matter),
            version: act.act.version,
            officer,
            holder: act.act.on_behalf_of.as_deref().and_then(|holder| holder.parse().ok()),
            event: act.event()?,
        }))
    }

    /// The engine's events.
    pub fn events(&self) -> &[Event] {
        &self.event.step().events
    }

    /// The step that an officer did with it, and who did it.
    pub fn done(&self) -> Option<(&ElementId, OfficerId)> {
        let CaseEvent::Stepped { element: Some(element), did, .. } = &self.event else { return None };
        if did != "complete" {
            return None;
        }
        self.events().iter().find_map(|event| match event {
            Event::TaskClosed { by: Some(by), .. } => Some((element, *by)),
            _ => None,
        })
    }

    /// Everybody whose act it is: who did it, and for whom.
    pub fn hands(&self) -> impl Iterator<Item = OfficerId> {
        self.officer.into_iter().chain(self.holder)
    }
}
