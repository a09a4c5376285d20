//! An instance moved to another version of its process: what it would come to is said before, and is what then happens.
//!
//! [`plan`] says of one instance whether it fits, of how many must be paired by hand, or what keeps it out; a dry run over all
//! instances is this function and a table. [`migrate`] gives the events, [`revert`] those that take the move back as long as nothing
//! happened since. Source: flow.md §10.
//!
//! A state is named anew ([`rename`]), looked at ([`places`]), then moved by the same rules that run it: outer sub-processes are opened
//! around what lies deeper now, events that are new are armed, clocks are kept or derived again.

mod difference;
mod pairs;
mod places;
mod rename;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use kernel::clock::{Deadline, NotArmed};
use kernel::{Instant, Refuse as _};
use serde::{Deserialize, Serialize};

pub(crate) use difference::difference;
pub(crate) use pairs::Pairs;
pub(crate) use places::{chain, to_offer};
pub(crate) use rename::{Renamed, renamed};

use crate::command::Refusal;
use crate::event::{Event, Mapped};
use crate::graph::{ElementId, Graph};
use crate::state::{Clock, Number, State, Status};
use crate::step::{Definitions, Moment, NoDecisions, moved, moved_back, settled};

/// Elements and flows that are paired by hand: of the old version to the new one. Everything else is paired by id and kind.
pub type Mapping = BTreeMap<ElementId, ElementId>;

/// What becomes of the clocks of an instance that moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockPolicy {
    /// Limits and what has passed of them stay as they were.
    Keep,
    /// The limits of the new version, from the same beginning and with the same suspensions.
    Rederive,
}

/// What a move would come to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Verdict {
    /// It can be made.
    Fits(Plan),
    /// These elements and flows have none of the same id and kind: somebody is to say which stand for them.
    NeedsMapping(Vec<ElementId>),
    /// It cannot be made.
    Blocked(Vec<Blocked>),
}

/// What a move changes, beside names.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Plan {
    /// Sub-processes that are opened around what lies deeper now; they are not run.
    pub opened: Vec<ElementId>,
    /// Events that are waited for from now on.
    pub armed: Vec<ElementId>,
    /// Events that are waited for no longer.
    pub dropped: Vec<ElementId>,
    /// Work that is offered again, because what does it is something else.
    pub reoffered: Vec<ElementId>,
    /// Clocks that begin, end, or are due at another time.
    pub due: Vec<DueChange>,
}

/// A clock before and after a move.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DueChange {
    /// The step, by its name in the new version; none: the matter.
    pub element: Option<ElementId>,
    /// When it was due; none: there was no clock.
    pub before: Option<DueAt>,
    /// When it is due; none: there is no clock any more.
    pub after: Option<DueAt>,
}

/// The first moments that are too late; none where that is not known, as while a clock stands still.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct DueAt {
    /// By the law's limit.
    pub statutory: Option<Instant>,
    /// By the promised one.
    pub promised: Option<Instant>,
}

/// An element that keeps an instance from moving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Blocked {
    /// Of the old version; for a join, of the new one.
    pub element: ElementId,
    /// Why.
    pub reason: Reason,
}

/// Why an element keeps an instance from moving.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reason {
    /// What was said to stand for it is not there.
    NoTarget(ElementId),
    /// What goes on there cannot go on as something of that kind.
    Kind,
    /// Its rounds have begun and would follow each other otherwise.
    Rounds,
    /// What stands for it lies in something that cannot be opened around it, or outside.
    Nesting,
    /// Others would stand at the same element.
    Crowded,
    /// Tokens would wait there for what nothing could bring.
    Join,
    /// Its clock could not be armed.
    Clock(NotArmed),
}

impl Verdict {
    /// The stable word: `fits`, `needs-mapping`, `blocked`. Its sentence has the key `flow-migration-` with it.
    pub fn code(&self) -> &'static str {
        match self {
            Verdict::Fits(_) => "fits",
            Verdict::NeedsMapping(_) => "needs-mapping",
            Verdict::Blocked(_) => "blocked",
        }
    }
}

impl Reason {
    /// The stable word. Its sentence has the key `flow-migration-blocked-` with it; with `-mend` behind it, what mends it.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::NoTarget(_) => "no-target",
            Reason::Kind => "kind",
            Reason::Rounds => "rounds",
            Reason::Nesting => "nesting",
            Reason::Crowded => "crowded",
            Reason::Join => "join",
            Reason::Clock(_) => "clock",
        }
    }

    /// Every word, for whoever looks whether each has its sentence.
    pub const CODES: [&'static str; 7] = ["no-target", "kind", "rounds", "nesting", "crowded", "join", "clock"];
}

impl Blocked {
    /// What its sentence names: the element, and for a clock or a missing target what it is about.
    pub fn arguments(&self) -> Vec<(&'static str, String)> {
        let about = match &self.reason {
            Reason::NoTarget(to) => to.to_string(),
            Reason::Clock(why) => why.code().to_owned(),
            _ => String::new(),
        };
        vec![("element", self.element.to_string()), ("about", about)]
    }
}

/// What moving an instance to another version would come to. Nothing happens.
///
/// - `from`, `to`: the version it follows, and the other one.
/// - `mapping`: pairs beside those of the same id and kind.
pub fn plan(
    state: &State,
    from: &Graph,
    to: &Graph,
    mapping: &Mapping,
    policy: ClockPolicy,
    moment: Moment<'_>,
) -> Verdict {
    let pairs = Pairs::new(from, to, mapping);
    let missing: Vec<Blocked> = pairs
        .without_target()
        .map(|(element, to)| Blocked { element: element.clone(), reason: Reason::NoTarget(to.clone()) })
        .collect();
    if !missing.is_empty() {
        return Verdict::Blocked(missing);
    }
    let missing = pairs.missing(state);
    if !missing.is_empty() {
        return Verdict::NeedsMapping(missing);
    }
    let named = renamed(state, &pairs);
    let blocked = places::blocked(state, &named.state, &pairs);
    if !blocked.is_empty() {
        return Verdict::Blocked(blocked);
    }
    // Nothing of a move asks for a decision or calls a process: that is done by what follows it.
    let nothing = Definitions { graphs: BTreeMap::new(), decisions: Arc::new(NoDecisions) };
    match moved(state, &pairs, policy, moment, &nothing) {
        Err(blocked) => Verdict::Blocked(blocked),
        Ok(moved) => match places::starved(state, &moved.state, &pairs) {
            blocked if blocked.is_empty() => Verdict::Fits(Plan::of(state, &moved.events, moment)),
            blocked => Verdict::Blocked(blocked),
        },
    }
}

/// Moves an instance to another version; what [`plan`] says of it happens, then what the new version does by itself.
///
/// - `from`: the version it follows.
/// - `definitions`: what it runs by from now on.
///
/// # Errors
/// Unless it is going on or stopped, the process is there, and the verdict is that it fits; nothing has changed then.
pub fn migrate(
    state: &State,
    from: &Graph,
    definitions: &Definitions,
    mapping: &Mapping,
    policy: ClockPolicy,
    moment: Moment<'_>,
) -> Result<Vec<Event>, Refusal> {
    let to = graph_of(state, definitions)?;
    match plan(state, from, to, mapping, policy, moment) {
        Verdict::NeedsMapping(all) => Err(Refusal::Unmapped(all)),
        Verdict::Blocked(all) => Err(Refusal::Blocked(all)),
        Verdict::Fits(_) => {
            let pairs = Pairs::new(from, to, mapping);
            let moved = moved(state, &pairs, policy, moment, definitions).map_err(Refusal::Blocked)?;
            Ok(settled(moved, to, moment, definitions))
        }
    }
}

/// Takes the last move to another version back: positions, clocks and everything that is open lie as before.
///
/// - `definitions`: those of the version before the move; what may go on there does.
///
/// # Errors
/// If there was no move, or something happened at an element since: those are named.
pub fn revert(state: &State, definitions: &Definitions, moment: Moment<'_>) -> Result<Vec<Event>, Refusal> {
    let to = graph_of(state, definitions)?;
    let migrated = state.migrated.as_ref().ok_or(Refusal::NotMigrated)?;
    if !migrated.touched.is_empty() {
        return Err(Refusal::Touched(migrated.touched.iter().cloned().collect()));
    }
    Ok(moved_back(state, &migrated.before, to, moment, definitions))
}

fn graph_of<'d>(state: &State, definitions: &'d Definitions) -> Result<&'d Graph, Refusal> {
    let process = match (&state.process, &state.status) {
        (Some(process), Status::Active | Status::Suspended) => process,
        _ => return Err(Refusal::NotActive),
    };
    let found = definitions.graphs.get(process).ok_or_else(|| Refusal::NoProcess(process.to_string()))?;
    Ok(found)
}

impl Plan {
    /// What a move changes, by its events: those before [`Event::Migrated`].
    ///
    /// - `before`: the instance before them.
    pub fn of(before: &State, events: &[Event], moment: Moment<'_>) -> Plan {
        let mut state = before.clone();
        let mut plan = Plan::default();
        let mut reoffered = BTreeSet::new();
        for event in events.iter().take_while(|event| **event != Event::Migrated) {
            match event {
                Event::RunBegan { element, .. } => plan.opened.push(element.clone()),
                Event::WaitOpened { of, .. } => plan.armed.push(of.element.clone()),
                Event::WaitClosed { wait, .. } => {
                    plan.dropped.extend(before.waits.get(wait).map(|wait| wait.element.clone()));
                }
                Event::TaskClosed { task, .. } => {
                    reoffered.extend(state.tasks.get(task).map(|task| task.element.clone()));
                }
                Event::JobClosed { job, .. } => reoffered.extend(state.jobs.get(job).map(|job| job.element.clone())),
                _ => {}
            }
            crate::event::change(&mut state, event);
        }
        plan.reoffered = reoffered.into_iter().collect();
        plan.due = due(before, &state, moment);
        plan
    }
}

/// Clocks that are due at another time.
fn due(before: &State, after: &State, moment: Moment<'_>) -> Vec<DueChange> {
    let numbers: BTreeSet<_> = before.clocks.keys().chain(after.clocks.keys()).collect();
    let change = |number| {
        let (was, is) = (before.clocks.get(number), after.clocks.get(number));
        let at = |clock: Option<&Clock>| clock.map(|clock| due_at(clock, moment));
        let element = is.or(was).and_then(|clock| clock.element.clone());
        DueChange { element, before: at(was), after: at(is) }
    };
    numbers.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

fn due_at(clock: &Clock, moment: Moment<'_>) -> DueAt {
    let ends = |deadline: Deadline| match deadline {
        Deadline::At { ends, .. } => Some(ends),
        Deadline::Waiting { .. } => None,
    };
    match clock.of.due(moment.calendar) {
        Ok(due) => DueAt { statutory: ends(due.statutory), promised: due.promised.and_then(ends) },
        Err(_) => DueAt { statutory: None, promised: None },
    }
}

/// What is still there of a state after a move that is taken back: what happened to all of it, whichever version it follows.
pub(crate) fn before_with_now(before: &State, now: &State) -> State {
    let mut wanted = before.clone();
    wanted.status = now.status.clone();
    wanted.counter = now.counter;
    wanted.notices = now.notices;
    for (number, scope) in &mut wanted.scopes {
        if let Some(now) = now.scopes.get(number) {
            scope.variables.clone_from(&now.variables);
        }
    }
    // What was told of a clock is not told again.
    for (number, clock) in &mut wanted.clocks {
        if let Some(now) = now.clocks.get(number) {
            clock.reached.extend(&now.reached);
            let reached = clock.reached.clone();
            clock.rungs.retain(|(rung, _)| !reached.contains(rung));
        }
    }
    wanted
}

/// That something lies elsewhere now.
pub(crate) fn put(number: Number, to: Mapped) -> Event {
    Event::Mapped { number, to }
}
