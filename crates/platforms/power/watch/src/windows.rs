//! What was done lately around a case: by one officer, and by one organ. Each window keeps so many entries at most, so that memory
//! follows from how many officers and organs there are, and not from how long the log is.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use dmn::Value;
use flow::Event;
use flow::state::Rung;
use kernel::day::Zone;
use kernel::limit::Unit;
use kernel::{Instant, MatterId, OfficerId, OrganId, Secrecy};
use sha2::{Digest as _, Sha256};

use crate::deed::Deed;
use crate::facts::{Facts, change_clocks};

/// Steps of an officer that are kept, closings of an organ, and texts of an officer: what rules can count at most.
pub const MOST: (usize, usize, usize) = (200, 1_000, 500);
/// Entries beyond that, for acts that are judged again: as many as are read from the feed at once.
const SLACK: usize = 64;

/// One entry: where in the log, when, in which case, and how secret that was.
#[derive(Clone, PartialEq, Debug)]
pub struct Entry<T> {
    /// Place in the log.
    pub idx: u64,
    /// When.
    pub at: Instant,
    /// The case.
    pub case: MatterId,
    /// How secret it was; none: as every matter.
    pub secrecy: Option<Arc<Secrecy>>,
    /// What it was.
    pub of: T,
}

/// A text that an officer gave, by its digest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reply {
    /// Of the text without its blanks.
    pub digest: u64,
    /// How long that is.
    pub characters: i64,
}

/// Windows by whose acts they are of.
#[derive(Clone, Debug, Default)]
pub struct Windows {
    upto: u64,
    steps: BTreeMap<OfficerId, VecDeque<Entry<()>>>,
    closings: BTreeMap<OrganId, VecDeque<Entry<bool>>>,
    replies: BTreeMap<OfficerId, VecDeque<Entry<Reply>>>,
}

impl Windows {
    /// Windows that know nothing of what lies before this place in the log.
    pub fn from(idx: u64) -> Windows {
        Windows { upto: idx, ..Windows::default() }
    }

    /// Up to which place in the log they go.
    pub fn upto(&self) -> u64 {
        self.upto
    }

    /// Says that nothing else lies before this place.
    pub fn pass(&mut self, idx: u64) {
        self.upto = self.upto.max(idx);
    }

    /// Takes in an act, once.
    ///
    /// - `before`: its case before it.
    pub fn take(&mut self, deed: &Deed, before: &Facts, zone: Zone) {
        if deed.idx < self.upto {
            return;
        }
        self.upto = deed.idx + 1;
        if let Some((_, officer)) = deed.done() {
            push(self.steps.entry(officer).or_default(), entry(deed, before, ()), MOST.0);
            if let Some(reply) = reply(deed) {
                push(self.replies.entry(officer).or_default(), entry(deed, before, reply), MOST.2);
            }
        }
        if let Some(last) = closing(deed, before, zone) {
            push(self.closings.entry(before.organ).or_default(), entry(deed, before, last), MOST.1);
        }
    }

    /// Steps of an officer before a place in the log, the last one first.
    pub fn steps(&self, officer: OfficerId, before: u64) -> impl Iterator<Item = &Entry<()>> {
        earlier(self.steps.get(&officer), before)
    }

    /// Cases of an organ that were closed before a place in the log, and whether on the last day of their limit.
    pub fn closings(&self, organ: OrganId, before: u64) -> impl Iterator<Item = &Entry<bool>> {
        earlier(self.closings.get(&organ), before)
    }

    /// Texts that an officer gave before a place in the log.
    pub fn replies(&self, officer: OfficerId, before: u64) -> impl Iterator<Item = &Entry<Reply>> {
        earlier(self.replies.get(&officer), before)
    }

    /// How many entries are kept, for who measures memory.
    pub fn kept(&self) -> usize {
        self.steps.values().map(VecDeque::len).sum::<usize>()
            + self.closings.values().map(VecDeque::len).sum::<usize>()
            + self.replies.values().map(VecDeque::len).sum::<usize>()
    }
}

fn earlier<T>(of: Option<&VecDeque<Entry<T>>>, before: u64) -> impl Iterator<Item = &Entry<T>> {
    of.into_iter().flat_map(|all| all.iter().rev()).skip_while(move |entry| entry.idx >= before)
}

fn entry<T>(deed: &Deed, before: &Facts, of: T) -> Entry<T> {
    let secrecy = (!before.secrecy.is_ordinary()).then(|| Arc::new(before.secrecy.clone()));
    Entry { idx: deed.idx, at: deed.at, case: deed.case, secrecy, of }
}

fn push<T>(all: &mut VecDeque<Entry<T>>, entry: Entry<T>, most: usize) {
    all.push_back(entry);
    while all.len() > most + SLACK {
        all.pop_front();
    }
}

/// The longest text that an officer gave with a step.
pub(crate) fn reply(deed: &Deed) -> Option<Reply> {
    let values = deed.events().iter().filter_map(|event| match event {
        Event::VariablesSet { values, .. } => Some(values.values()),
        _ => None,
    });
    let texts = values.flatten().filter_map(|value| if let Value::String(text) = value { Some(text) } else { None });
    let text = texts.max_by_key(|text| text.len())?;
    let plain: String = text.split_whitespace().collect();
    let digest: [u8; 32] = Sha256::digest(plain.as_bytes()).into();
    let digest = digest.iter().take(8).fold(0, |all, byte| (all << 8) | u64::from(*byte));
    Some(Reply { digest, characters: i64::try_from(plain.chars().count()).unwrap_or(i64::MAX) })
}

/// Whether an act closes the matter's clock, and whether on the last day of its nearest limit. Limits in hours have no last day.
pub(crate) fn closing(deed: &Deed, before: &Facts, zone: Zone) -> Option<bool> {
    let finishes = |event: &Event| matches!(event, Event::ClockFinished { done: true, .. });
    if !deed.events().iter().any(finishes) {
        return None;
    }
    let mut clocks = before.clocks.clone();
    for event in deed.events() {
        if let Event::ClockFinished { clock, done: true } = event
            && let Some(clock) = clocks.get(clock).filter(|clock| clock.run.is_none())
        {
            let nearest = clock.of.promised.as_ref().unwrap_or(&clock.of.statutory);
            if nearest.budget.unit == Unit::Hours {
                return None;
            }
            let limit = if clock.by_promise || clock.of.promised.is_some() { Rung::Promised } else { Rung::Statutory };
            let ends = clock.rungs.iter().find(|(rung, _)| *rung == limit).map(|(_, ends)| *ends);
            return Some(ends.is_some_and(|ends| ends.plus_ms(-1).day(zone) == deed.at.day(zone)));
        }
        change_clocks(&mut clocks, event);
    }
    None
}
