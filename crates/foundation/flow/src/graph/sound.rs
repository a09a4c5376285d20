//! Whether tokens that begin in a process always come to an end: played through on the graph before anything runs.
//!
//! Only the flow of control is looked at: each exclusive or inclusive split may go any way, each wait may end, each event on a
//! border may come. What happens in which order within a step is as in [`mod@crate::step`], so that joins are judged as they will
//! fire. Each level (the process, each sub-process) is played by itself; from outside a sub-process is a wait that ends if a token
//! within can come to an end. How much is looked at is bounded: beyond it a level counts as not proved, and nothing is said.
//! Source: flow.md §4, "soundness".
//!
//! What is simplified, and so may be said though it cannot happen, or not be said though it can: conditions are taken as
//! independent of each other; an event on a border that does not interrupt comes once for each activity at most; complex joins wait
//! for a condition that nobody knows beforehand, so that a level with one is not proved.

mod explore;
mod net;
mod trace;

use super::{At, Graph, Kind, Level, SubKind, Via, Work};

pub(crate) use net::host_in;

/// What a level came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// The level.
    pub level: Level,
    /// Whether everything that can happen in it was looked at.
    pub proved: bool,
    /// What can go wrong, each once.
    pub faults: Vec<Fault>,
}

/// Something that can go wrong, and how it comes to it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What.
    pub kind: FaultKind,
    /// Where: the join that waits in vain, or where tokens come together.
    pub at: At,
    /// A shortest run that leads there, move by move.
    pub run: Vec<Fired>,
    /// The elements of the run that have a part in it, in order, [`Fault::at`] the last.
    pub path: Vec<At>,
}

/// What can go wrong.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum FaultKind {
    /// A join waits for tokens that nothing can bring.
    Deadlock,
    /// Several tokens come by one flow where one was split, so that what follows is done several times.
    SeveralTokens,
    /// A join waits in vain after a task was returned.
    DeadlockAfterReturn {
        /// The task.
        task: At,
        /// What it was returned to.
        target: At,
    },
}

/// One move of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fired {
    /// The element at which the token was; of an event-based gateway the gateway.
    pub element: At,
    /// What is done there.
    pub how: How,
    /// The flows that get a token.
    pub ways: Vec<Via>,
}

/// What is done at an element.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It is passed: done, if it is an activity; come, if it is an event.
    Passes,
    /// Of an event-based gateway that event comes, or that receive task.
    Came(At),
    /// That event on its border comes.
    Border(At),
    /// A task, at the element or within it, is returned to another one.
    Returned {
        /// The task.
        task: At,
        /// To what.
        target: At,
    },
}

/// Markings that are kept in one search.
const MOST_MARKINGS: usize = 20_000;

/// What one search may cost: each token of a marking once for each time that it is come to, and at a join once for each of its
/// flows.
const MOST_WORK: usize = 600_000;

/// What all searches of one process may cost.
const MOST_WORK_IN_ALL: usize = 5 * MOST_WORK;

/// Plays all levels of a process, the outermost first.
pub fn examine(graph: &Graph) -> Vec<Verdict> {
    let mut ends = vec![true; graph.levels.len()];
    let mut left = MOST_WORK_IN_ALL;
    let (returns, mut all) = (net::returns(graph), Vec::new());
    // An inner level comes behind the one around it.
    for level in (0..graph.levels.len()).rev().map(Level) {
        let played = explore::play(graph, level, &returns, &ends, &mut left);
        ends[level.0] = played.ends || interrupted_ends(graph, level, &ends);
        all.push(Verdict { level, proved: played.proved, faults: played.faults });
    }
    all.reverse();
    all
}

/// Whether a level can come to its end by an event sub-process that takes its place.
fn interrupted_ends(graph: &Graph, level: Level, ends: &[bool]) -> bool {
    graph.level(level).handlers.iter().any(|at| {
        let Some(Work::Sub { level: inner, kind: SubKind::Event }) = graph.activity(*at).map(|it| &it.work) else {
            return false;
        };
        interrupts(graph, *inner) && ends[inner.0]
    })
}

/// Whether an event sub-process ends the rest of what is around it.
pub(crate) fn interrupts(graph: &Graph, inner: Level) -> bool {
    let starts = graph.level(inner).elements.iter();
    starts.copied().any(|at| matches!(graph.element(at).kind, Kind::Start { interrupting: true, .. }))
}
