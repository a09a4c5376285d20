//! Statutory clocks as a model writes them, and whether the limits of its steps fit into that of the matter.
//!
//! Source: flow.md §7; what a limit is, in which days it is counted and what stops it, is [`kernel::limit`]'s.

use std::collections::BTreeMap;

use kernel::clock::StatutoryClock;
use kernel::limit::{Budget, Limit};
use kernel::{Instant, Zone};
use serde::{Deserialize, Serialize};

use super::{Activity, At, Graph, Kind, Level, Work};

/// A clock of a process (the matter's) or of an activity (环节时限), as its `qy:clock` says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ClockOf {
    /// The law's limit; for a step that has only a promised one, that one.
    pub statutory: Limit,
    /// The promised limit, where there is a law's as well.
    pub promised: Option<Limit>,
    /// Whether the limit is the organ's own promise and no law's.
    pub by_promise: bool,
    /// What a notice to complete the papers does to it.
    pub supplement: OnSupplement,
}

/// What a notice to complete the papers 补正 does to a clock. Source: flow.md §8.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OnSupplement {
    /// It stands still until the answer; only where its law knows that cause.
    Suspend,
    /// It begins anew when the papers are complete.
    Anew,
    /// It runs on.
    Nothing,
}

impl ClockOf {
    /// The limit that ends first by right: the promised one, else the law's.
    pub fn nearest(&self) -> &Limit {
        self.promised.as_ref().unwrap_or(&self.statutory)
    }

    /// The clock, running from a moment.
    pub(crate) fn begun(&self, at: Instant, zone: Zone) -> StatutoryClock {
        let clock = StatutoryClock::start(at, zone, self.statutory.clone());
        match &self.promised {
            Some(promised) => clock.promising(promised.clone()),
            None => clock,
        }
    }
}

/// What the steps of a process may take together, where that is more than the matter's own nearest limit, in its unit.
///
/// Counted along the longest way from its beginning on which no element comes twice; steps with limits of another unit, or with
/// none, count nothing. A sub-process counts by its own limit, or by what lies within.
pub(super) fn beyond(graph: &Graph) -> Option<(u64, Budget)> {
    let whole = graph.clock.as_ref()?.nearest().budget;
    let mut longest = Longest { graph, whole, found: BTreeMap::new() };
    let sum = longest.level(Level::TOP);
    (sum > u64::from(whole.value)).then_some((sum, whole))
}

/// A longest way, looked for once from each element.
struct Longest<'g> {
    graph: &'g Graph,
    whole: Budget,
    /// What lies before the end from an element on; none while it is being looked at, so that no way goes round.
    found: BTreeMap<At, Option<u64>>,
}

impl Longest<'_> {
    fn level(&mut self, level: Level) -> u64 {
        let inside = self.graph.level(level);
        let begins = |at: &At| matches!(self.graph.element(*at).kind, Kind::Start { .. });
        let starts: Vec<At> =
            inside.starts.iter().copied().chain(inside.elements.iter().copied().filter(begins)).collect();
        starts.into_iter().map(|at| self.from(at)).max().unwrap_or(0)
    }

    /// Depth first without calls within each other: a way of ten thousand steps is no ten thousand calls.
    fn from(&mut self, first: At) -> u64 {
        if let Some(known) = self.found.get(&first) {
            return known.unwrap_or(0);
        }
        self.found.insert(first, None);
        let mut open = vec![(first, self.graph.next(first))];
        while let Some((at, rest)) = open.last_mut() {
            let at = *at;
            match rest.pop() {
                Some(next) if !self.found.contains_key(&next) => {
                    self.found.insert(next, None);
                    let further = self.graph.next(next);
                    open.push((next, further));
                }
                Some(_) => {}
                None => {
                    open.pop();
                    let behind =
                        self.graph.next(at).into_iter().filter_map(|next| self.found.get(&next).copied().flatten());
                    let longest = behind.max().unwrap_or(0) + self.own(at);
                    self.found.insert(at, Some(longest));
                }
            }
        }
        self.found.get(&first).copied().flatten().unwrap_or(0)
    }

    /// What an element itself may take, in the unit of the whole.
    fn own(&mut self, at: At) -> u64 {
        let Some(activity) = self.graph.activity(at) else { return 0 };
        match own_limit(activity) {
            Some(budget) if budget.unit == self.whole.unit => u64::from(budget.value),
            Some(_) => 0,
            None => match &activity.work {
                Work::Sub { level, .. } => self.level(*level),
                _ => 0,
            },
        }
    }
}

fn own_limit(activity: &Activity) -> Option<Budget> {
    activity.clock.as_ref().map(|clock| clock.nearest().budget)
}
