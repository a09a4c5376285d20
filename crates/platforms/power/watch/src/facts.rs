//! What is known of a case before an act: a fold of its acts that keeps what rules ask for, and of it only what is open or one per step.

use std::collections::{BTreeMap, BTreeSet};

use casework::case::CaseEvent;
use flow::event::{Changed, Mapped};
use flow::state::{Clock, Ending, Incident, Number};
use flow::{ElementId, Event};
use kernel::{Instant, MatterId, OfficerId, OrganId, Secrecy};

use crate::deed::Deed;

/// Who did a step: the officer, and for whom, if for somebody else.
pub type Hand = (OfficerId, Option<OfficerId>);

/// A step that was sent back to, and is to be done again.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Back {
    /// When it was sent back.
    pub at: Instant,
    /// Whether the clock of the matter began anew since.
    pub anew: bool,
}

/// An incident that is open.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Open {
    /// What.
    pub of: Incident,
    /// Since when.
    pub since: Instant,
}

/// A case before an act.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// The case.
    pub id: MatterId,
    /// Acts that were folded, by the version that the last one made.
    pub version: u64,
    /// The model whose process it follows.
    pub model: MatterId,
    /// The process.
    pub process: ElementId,
    /// The organ whose matter it is.
    pub organ: OrganId,
    /// When it was opened.
    pub opened: Instant,
    /// When its last act was.
    pub last: Instant,
    /// How secret it is.
    pub secrecy: Secrecy,
    /// Its clocks.
    pub clocks: BTreeMap<Number, Clock>,
    /// Steps that were done, each with its place in their order.
    pub done: BTreeMap<ElementId, u64>,
    /// Who did which step.
    pub hands: BTreeMap<ElementId, BTreeSet<Hand>>,
    /// How often it was sent back from each step.
    pub returns: BTreeMap<ElementId, u64>,
    /// Steps that it was sent back to and that were not done again.
    pub back: BTreeMap<ElementId, Back>,
    /// Notices to complete the papers.
    pub notices: u64,
    /// Who keeps out of it.
    pub recused: BTreeSet<OfficerId>,
    /// What stands still.
    pub incidents: BTreeMap<Number, Open>,
    /// How it ended.
    pub ended: Option<Ending>,
    /// Whether an act of it can be read by nobody any more: what is known is not all.
    pub gone: bool,
    /// How its steps stood before its last move to another version.
    moved: Option<Box<Steps>>,
}

/// What is known of steps.
type Steps = (
    BTreeMap<ElementId, u64>,
    BTreeMap<ElementId, BTreeSet<Hand>>,
    BTreeMap<ElementId, u64>,
    BTreeMap<ElementId, Back>,
);

impl Facts {
    /// A case of which nothing is known yet but what its opening act says of it as a whole; nothing where the act opens none.
    pub fn before(opening: &Deed) -> Option<Facts> {
        let CaseEvent::Opened { model, process, organ, .. } = &opening.event else { return None };
        Some(Facts {
            id: opening.case,
            version: 0,
            model: *model,
            process: process.clone(),
            organ: *organ,
            opened: opening.at,
            last: opening.at,
            secrecy: Secrecy::default(),
            clocks: BTreeMap::new(),
            done: BTreeMap::new(),
            hands: BTreeMap::new(),
            returns: BTreeMap::new(),
            back: BTreeMap::new(),
            notices: 0,
            recused: BTreeSet::new(),
            incidents: BTreeMap::new(),
            ended: None,
            gone: false,
            moved: None,
        })
    }

    /// Takes in an act.
    pub fn take(&mut self, deed: &Deed) {
        self.version = deed.version;
        match &deed.event {
            CaseEvent::Recused { officer, .. } => drop(self.recused.insert(*officer)),
            CaseEvent::RecusalLifted { officer, .. } => drop(self.recused.remove(officer)),
            CaseEvent::Classified { to, .. } => self.secrecy = to.clone(),
            CaseEvent::Migrated(moved) => {
                self.model = moved.model;
                self.rename(&moved.mapping);
            }
            CaseEvent::MigrationReverted(reverted) => {
                self.model = reverted.model;
                self.revert();
            }
            _ => {}
        }
        for event in deed.events() {
            self.change(event, deed);
        }
        if let Some((element, by)) = deed.done() {
            let place = self.done.values().max().map_or(0, |last| last + 1);
            self.done.entry(element.clone()).or_insert(place);
            self.hands.entry(element.clone()).or_default().insert((by, deed.holder));
            self.back.remove(element);
        }
        self.last = deed.at;
    }

    fn change(&mut self, event: &Event, deed: &Deed) {
        change_clocks(&mut self.clocks, event);
        match event {
            Event::ClockArmed { of, .. } | Event::ClockChanged { of, why: Changed::Anew, .. } if of.run.is_none() => {
                self.back.values_mut().for_each(|back| back.anew = true);
            }
            Event::Returned { from, to, .. } => {
                *self.returns.entry(from.clone()).or_default() += 1;
                self.back.insert(to.clone(), Back { at: deed.at, anew: false });
            }
            Event::TakenBack { element, .. } => {
                self.done.remove(element);
                self.hands.remove(element);
            }
            Event::SupplementAsked { of, .. } => self.notices = of.ordinal,
            Event::IncidentOpened { incident, of } => {
                self.incidents.insert(*incident, Open { of: of.clone(), since: deed.at });
            }
            Event::Mapped { number, to: Mapped::Incident(of) } => {
                if let Some(open) = self.incidents.get_mut(number) {
                    open.of = of.clone();
                }
            }
            Event::IncidentClosed { incident } => drop(self.incidents.remove(incident)),
            Event::Ended { how, .. } => self.ended = Some(how.clone()),
            _ => {}
        }
    }

    /// Steps are called again as they were before the last move: nothing was done since, or it could not be taken back.
    fn revert(&mut self) {
        if let Some(steps) = self.moved.take() {
            (self.done, self.hands, self.returns, self.back) = *steps;
        }
    }

    /// Steps are called otherwise from now on.
    fn rename(&mut self, mapping: &BTreeMap<ElementId, ElementId>) {
        self.moved = Some(Box::new((self.done.clone(), self.hands.clone(), self.returns.clone(), self.back.clone())));
        fn renamed<T>(
            all: BTreeMap<ElementId, T>,
            mapping: &BTreeMap<ElementId, ElementId>,
        ) -> impl Iterator<Item = (ElementId, T)> {
            all.into_iter().map(|(element, of)| (mapping.get(&element).cloned().unwrap_or(element), of))
        }
        self.done = renamed(std::mem::take(&mut self.done), mapping).collect();
        self.returns = renamed(std::mem::take(&mut self.returns), mapping).collect();
        self.back = renamed(std::mem::take(&mut self.back), mapping).collect();
        let mut hands: BTreeMap<ElementId, BTreeSet<Hand>> = BTreeMap::new();
        for (element, of) in renamed(std::mem::take(&mut self.hands), mapping) {
            hands.entry(element).or_default().extend(of);
        }
        self.hands = hands;
    }
}

/// What an event does to clocks, as the engine's own fold does it.
pub(crate) fn change_clocks(clocks: &mut BTreeMap<Number, Clock>, event: &Event) {
    match event {
        Event::ClockArmed { clock, of }
        | Event::ClockChanged { clock, of, .. }
        | Event::Mapped { number: clock, to: Mapped::Clock(of) } => drop(clocks.insert(*clock, of.clone())),
        Event::RungReached { clock, rung, .. } => {
            if let Some(clock) = clocks.get_mut(clock) {
                clock.rungs.retain(|(other, _)| other != rung);
                clock.reached.insert(*rung);
            }
        }
        Event::ClockFinished { clock, .. } => drop(clocks.remove(clock)),
        _ => {}
    }
}
