//! An item of the inventory as it stands: the fold of its acts' events and of nothing else.

use kernel::{Day, Instant, MatterId, OfficerId, OrganId};
use store::{Recorded, StoreFault};

use crate::events::{Change, PowerEvent};
use crate::rows::{KINDS, Stage, Waiting};
use crate::types::Content;

/// A version that was published.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// From 1.
    pub number: i64,
    /// What it says.
    pub content: Content,
    /// The first day on which it holds.
    pub from: Day,
    /// The last day; none: until another takes its place.
    pub until: Option<Day>,
}

/// A change that waits.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Pending {
    /// Of which kind.
    pub change: Change,
    /// What it is to say.
    pub content: Content,
    /// From which day on.
    pub from: Day,
    /// Why.
    pub reason: String,
    /// Who proposed it, and for whom.
    pub proposers: Vec<OfficerId>,
    /// Of which organ.
    pub organ: OrganId,
    /// When.
    pub at: Instant,
    /// What the legal review found, and who did it, and for whom.
    pub review: Option<(String, Vec<OfficerId>)>,
}

/// An item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// The matter.
    pub id: MatterId,
    /// How many acts it has.
    pub acts: u64,
    /// Its versions, oldest first.
    pub versions: Vec<Version>,
    /// What waits.
    pub pending: Option<Pending>,
}

impl Item {
    /// The item that its acts tell; nothing where they are no item's.
    ///
    /// # Errors
    /// If an act makes no sense.
    pub fn of(id: MatterId, acts: &[Recorded]) -> Result<Option<Item>, StoreFault> {
        if !acts.first().is_some_and(|act| act.act.kind.starts_with(KINDS)) {
            return Ok(None);
        }
        let mut item = Item { id, acts: 0, versions: Vec::new(), pending: None };
        for act in acts {
            item.acts = act.act.version;
            if act.act.kind.starts_with(KINDS) {
                item.take(&act.event()?, Instant::from_ms(act.act.at_ms));
            }
        }
        Ok(Some(item))
    }

    /// Takes in what happened.
    pub(crate) fn take(&mut self, event: &PowerEvent, at: Instant) {
        match event {
            PowerEvent::Proposed { change, content, from, reason, by, on_behalf_of, organ } => {
                self.pending = Some(Pending {
                    change: *change,
                    content: content.clone(),
                    from: *from,
                    reason: reason.clone(),
                    proposers: [Some(*by), *on_behalf_of].into_iter().flatten().collect(),
                    organ: *organ,
                    at,
                    review: None,
                });
            }
            PowerEvent::Reviewed { passed: true, opinion, by, on_behalf_of } => {
                let hands = [Some(*by), *on_behalf_of].into_iter().flatten().collect();
                if let Some(pending) = &mut self.pending {
                    pending.review = Some((opinion.clone(), hands));
                }
            }
            PowerEvent::Reviewed { passed: false, .. } | PowerEvent::Refused { .. } | PowerEvent::Withdrawn { .. } => {
                self.pending = None;
            }
            PowerEvent::Published { change, version, content, from, .. } => {
                self.pending = None;
                if let Some(last) = self.versions.last_mut() {
                    last.until = Some(from.plus(-1));
                }
                if *change != Change::Repeal {
                    let content = content.clone();
                    self.versions.push(Version { number: *version, content, from: *from, until: None });
                }
            }
        }
    }

    /// The version that holds on a day.
    pub fn on(&self, day: Day) -> Option<&Version> {
        self.versions.iter().rev().find(|version| version.from <= day && version.until.is_none_or(|until| day <= until))
    }

    /// The newest version, whether or not it holds.
    pub fn newest(&self) -> Option<&Version> {
        self.versions.last()
    }

    /// Whether it will hold some day, as far as is published.
    pub fn goes_on(&self) -> bool {
        self.newest().is_some_and(|version| version.until.is_none())
    }

    /// Where it stands on a day.
    pub fn stage(&self, today: Day) -> Stage {
        let waiting = match &self.pending {
            Some(pending) if pending.review.is_none() => Waiting::Review,
            Some(_) => Waiting::Publication,
            None => Waiting::Nothing,
        };
        let newest = self.newest();
        let to_come = newest.is_some_and(|newest| newest.from > today);
        Stage::of(waiting, (self.on(today).is_some(), to_come, newest.is_some()))
    }

    /// What it says, or is to say first.
    pub fn content(&self) -> Option<&Content> {
        let newest = self.newest().map(|version| &version.content);
        newest.or_else(|| self.pending.as_ref().map(|pending| &pending.content))
    }
}
