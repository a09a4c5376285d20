//! What an instance is, at rest: scopes, tokens, runs of activities, and everything that is open.
//!
//! A state is the fold of its events. Numbers of scopes, tokens and the rest come from one counter of the instance, so that
//! replay gives the same ones. Source: flow.md §1.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use dmn::{Context, Value};
use kernel::clock::StatutoryClock;
use kernel::{Erasable, Instant, OfficerId, PostId};
use serde::{Deserialize, Serialize};

use crate::graph::{ElementId, OnSupplement};

/// A number within an instance.
pub type Number = u64;

/// An instance of a process.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct State {
    /// The process; none before it was started.
    pub process: Option<ElementId>,
    /// Whether another instance called it.
    pub called: bool,
    /// Where the instance stands.
    pub status: Status,
    /// The last number given.
    pub counter: Number,
    /// Its scopes; the root is the one without a parent.
    pub scopes: BTreeMap<Number, Scope>,
    /// Its tokens.
    pub tokens: BTreeMap<Number, Token>,
    /// Activities that are going on.
    pub runs: BTreeMap<Number, Run>,
    /// What it waits for from outside or from itself.
    pub waits: BTreeMap<Number, Wait>,
    /// Work that is offered to workers.
    pub jobs: BTreeMap<Number, Job>,
    /// Work that is offered to people.
    pub tasks: BTreeMap<Number, Task>,
    /// Instances that it has called and waits for.
    pub calls: BTreeMap<Number, Call>,
    /// Completed activities that can be compensated.
    pub done: BTreeMap<Number, Done>,
    /// Compensations that are going on.
    pub undoings: BTreeMap<Number, Undoing>,
    /// Complex gateways that have fired and wait for their reset, by scope: the flows that were filled.
    pub fired: BTreeMap<(Number, ElementId), BTreeSet<ElementId>>,
    /// Completed tasks that can be taken back 撤回: nobody holds yet what they led to.
    pub completions: BTreeMap<Number, Completion>,
    /// Clocks that measure it: the matter's, and those of steps.
    pub clocks: BTreeMap<Number, Clock>,
    /// Notices to complete the papers 补正 that are open.
    pub supplements: BTreeMap<Number, Supplement>,
    /// How many such notices there were: the law wants one.
    pub notices: u64,
    /// What went wrong and waits for somebody.
    pub incidents: BTreeMap<Number, Incident>,
    /// Who did which task: four eyes look at it.
    pub hands: BTreeMap<ElementId, BTreeSet<OfficerId>>,
    /// How often the matter was sent back from each task.
    pub returns: BTreeMap<ElementId, u64>,
    /// Its last move to another version, as long as it may be taken back.
    pub migrated: Option<Migration>,
    /// What was known when it ended.
    pub left: Context,
}

/// A move to another version of the process, and whether it can still be taken back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Migration {
    /// How it stood before; that has no earlier move itself.
    pub before: Arc<State>,
    /// Whether the move is over: what happens from now on stands in the way of taking it back.
    pub settled: bool,
    /// Elements at which something happened since; the process by its own id, for the matter's clock.
    pub touched: BTreeSet<ElementId>,
}

/// Where an instance stands.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Not begun.
    #[default]
    New,
    /// Going on.
    Active,
    /// Stopped until it is resumed.
    Suspended,
    /// Handled within another matter 并案, until it is split off.
    Merged {
        /// That matter, by its number as others write it.
        into: String,
        /// Whether it was stopped before.
        suspended: bool,
    },
    /// Over.
    Ended(Ending),
}

/// How an instance ended.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ending {
    /// Nothing was left to do.
    Completed,
    /// A terminate end event.
    Terminated,
    /// An error that nothing caught.
    ByError(Option<String>),
    /// Somebody cancelled it.
    Cancelled,
    /// The applicant withdrew.
    Withdrawn,
    /// It was decided within another matter 并案.
    Merged(String),
}

/// Where variables live and work lies.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Scope {
    /// The one around it.
    pub parent: Option<Number>,
    /// What it is the inside of.
    pub kind: ScopeKind,
    /// Its variables.
    pub variables: Context,
    /// In an ad-hoc sub-process: what has not started yet.
    pub queue: Vec<ElementId>,
}

/// What a scope is the inside of.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ScopeKind {
    /// The process.
    Process,
    /// A sub-process that a run does.
    Sub(Number),
    /// An event sub-process, by its id; or the compensation of a finished sub-process, by the undoing.
    Handler(ElementId, Option<Number>),
    /// The variables of a run by itself.
    Local(Number),
}

/// A token.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Token {
    /// Its scope.
    pub scope: Number,
    /// Where it is.
    pub position: Position,
}

/// Where a token is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// On a flow, about to enter its target.
    Flow(ElementId),
    /// About to enter an element, by no flow.
    Into(ElementId),
    /// Before its throw.
    Throwing(ElementId),
    /// At an element; something open moves it.
    Waiting(ElementId),
    /// At a join, or before an activity that waits for more, by a flow.
    Arrived(ElementId, Option<ElementId>),
    /// Where something went wrong: before entering, or before leaving.
    Failed(ElementId, Phase),
}

/// What a token was about to do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Enter, by no flow.
    Enter,
    /// Enter, by this flow.
    By(ElementId),
    /// Leave.
    Leave,
    /// Choose among the ways out of a join that has fired.
    Split,
    /// Choose among the ways out of a complex join that was reset.
    Reset,
}

impl Position {
    /// The element at which it stands, or before which; for one on a flow, the flow.
    pub fn place(&self) -> &ElementId {
        match self {
            Position::Flow(place) | Position::Into(place) | Position::Throwing(place) => place,
            Position::Waiting(place) | Position::Arrived(place, _) | Position::Failed(place, _) => place,
        }
    }

    /// The element at which it stands, once it has entered.
    pub fn element(&self) -> Option<&ElementId> {
        match self {
            Position::Flow(_) | Position::Into(_) => None,
            Position::Throwing(at) | Position::Waiting(at) | Position::Arrived(at, _) | Position::Failed(at, _) => {
                Some(at)
            }
        }
    }
}

/// An activity that is going on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Run {
    /// The activity.
    pub element: ElementId,
    /// The scope in which it lies.
    pub scope: Number,
    /// Variables of its own.
    pub local: Option<Number>,
    /// What it runs for.
    pub owner: Owner,
    /// How often it has run, for one that repeats; and its items.
    pub rounds: Option<Rounds>,
}

/// What a run goes on for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    /// A token waits for it.
    Token(Number),
    /// It is a round of another run.
    Round(Number, u64),
    /// It undoes something.
    Undoing(Number),
}

/// The rounds of an activity that repeats.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Rounds {
    /// How many there are to be; none for a loop.
    pub total: Option<u64>,
    /// Items of the collection.
    pub items: Vec<Value>,
    /// Begun.
    pub begun: u64,
    /// Completed.
    pub completed: u64,
    /// Results by round, from 0.
    #[serde(with = "by_number")]
    pub results: BTreeMap<u64, Value>,
    /// Who did one of them: where they are opinions, one person has one.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub signed: BTreeSet<OfficerId>,
}

/// What is kept by number, as a list of pairs: within a tagged event a key of JSON would not read as a number again.
mod by_number {
    use std::collections::BTreeMap;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<T: Serialize, S: Serializer>(all: &BTreeMap<u64, T>, to: S) -> Result<S::Ok, S::Error> {
        all.iter().collect::<Vec<_>>().serialize(to)
    }

    pub fn deserialize<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<BTreeMap<u64, T>, D::Error> {
        Ok(Vec::<(u64, T)>::deserialize(from)?.into_iter().collect())
    }
}

/// Something that an instance waits for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Wait {
    /// The event or receive task.
    pub element: ElementId,
    /// Which of its triggers, from 0.
    pub trigger: usize,
    /// What happens when it comes.
    pub holder: Holder,
    /// For what.
    pub what: What,
}

/// Who waits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holder {
    /// A token, at an event or an event-based gateway.
    Token(Number),
    /// A run: a receive task, or an event on its border.
    Run(Number),
    /// A scope: the start of an event sub-process.
    Scope(Number),
}

/// What is waited for.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum What {
    /// A message.
    Message {
        /// Its name.
        name: String,
        /// Its key.
        key: Option<Value>,
    },
    /// A signal of that name.
    Signal(String),
    /// A time.
    Timer {
        /// When.
        due: Instant,
        /// How often still, this time included; none: without end.
        left: Option<u64>,
        /// The repetition as it was read, where there is one.
        cycle: Option<String>,
    },
    /// A condition, and whether it held when it was looked at last.
    Condition(bool),
}

/// Work for a worker.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Job {
    /// The run it belongs to.
    pub run: Number,
    /// The activity.
    pub element: ElementId,
    /// What kind of worker.
    pub job_type: String,
    /// The same over attempts, leases and restarts; the called side makes the same key the same effect.
    pub key: String,
    /// Attempts left, the present one included.
    pub attempts: u32,
    /// Not before; none: at once.
    pub after: Option<Instant>,
    /// Who has it and until when.
    pub lease: Option<(String, Instant)>,
}

/// Work for a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Task {
    /// The run it belongs to.
    pub run: Number,
    /// The activity.
    pub element: ElementId,
    /// Codes of the posts that may do it.
    pub posts: Vec<String>,
    /// The organ, as its expression gave it.
    pub organ: Option<Value>,
    /// Who has it.
    pub holder: Option<(OfficerId, PostId)>,
}

/// A called instance.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Call {
    /// The run it belongs to.
    pub run: Number,
    /// The process.
    pub process: ElementId,
}

/// A completed activity that can be compensated.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Done {
    /// The scope in which it lay.
    pub scope: Number,
    /// The activity.
    pub element: ElementId,
    /// For a sub-process: the scope that was its inside.
    pub inside: Option<Number>,
    /// Variables at its completion.
    pub variables: Context,
}

/// A compensation that is going on.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Undoing {
    /// The scope that it goes on in.
    pub scope: Number,
    /// What is being compensated.
    pub current: Option<Done>,
    /// What is still to be compensated, the next one first.
    pub queue: Vec<Number>,
    /// What comes after it.
    pub then: Then,
}

/// What comes after a compensation.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Then {
    /// Its thrower goes on.
    Token(Number),
    /// Nothing: its thrower has gone on.
    Nothing,
    /// A transaction is left by its cancel event.
    Cancelled(Number),
}

/// A completed task that can be taken back 撤回.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Completion {
    /// The activity.
    pub element: ElementId,
    /// The scope in which it lies.
    pub scope: Number,
    /// Who did it.
    pub by: OfficerId,
    /// The tasks it led to; once one of them is held, it is too late.
    pub next: BTreeSet<Number>,
    /// Its clock, as it stood: it goes on where it is taken back.
    pub clock: Option<Clock>,
}

/// A clock that measures a matter or a step. Source: flow.md §7.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Clock {
    /// The activity; none: the matter.
    pub element: Option<ElementId>,
    /// The run that it measures; none: the matter.
    pub run: Option<Number>,
    /// Its limits, its beginning and its suspensions: what is due when follows from these and the calendar.
    pub of: StatutoryClock,
    /// Whether its limit is the organ's own promise and no law's.
    #[serde(default)]
    pub by_promise: bool,
    /// What a notice to complete the papers does to it.
    pub supplement: OnSupplement,
    /// Whether it is held back: it begins anew when the papers are complete.
    #[serde(default)]
    pub held: bool,
    /// Rungs that it has reached since it began.
    #[serde(default)]
    pub reached: BTreeSet<Rung>,
    /// Rungs still to come and when, the next first. A projection: it is made anew when a suspension or the calendar changes.
    pub rungs: Vec<(Rung, Instant)>,
}

/// What is said of a clock, each once since it began. Source: flow.md §7.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rung {
    /// A fifth of the nearest limit is left, rounded up to whole days or hours. The fifth is a setting of ours.
    Remind,
    /// The promised limit is over.
    Promised,
    /// The law's limit is over.
    Statutory,
    /// As long again as the law's limit has passed since. A setting of ours.
    LongOverdue,
}

/// One notice to complete the papers 补正, with everything that is missing. Source: flow.md §8.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Supplement {
    /// The task whose holder asked.
    pub task: Number,
    /// What is missing.
    pub items: Erasable<String>,
    /// The number of the written notice.
    pub notice: String,
    /// The first moment at which an answer is too late.
    pub until: Instant,
    /// Which notice of the matter it is, from 1; a second one is to be looked at.
    pub ordinal: u64,
    /// Clocks that stand still for it.
    pub stopped: BTreeSet<Number>,
    /// Clocks that begin anew behind it.
    pub held: BTreeSet<Number>,
}

/// Something that went wrong and waits for a person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Incident {
    /// What kind.
    pub kind: IncidentKind,
    /// At which element.
    pub element: Option<ElementId>,
    /// What it is about, in words of the engine.
    pub detail: String,
    /// The token that waits there.
    pub token: Option<Number>,
    /// The run that waits there.
    pub run: Option<Number>,
}

/// Kinds of incidents. Source: flow.md §9.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IncidentKind {
    /// No condition held, and there is no default.
    NoPath,
    /// An expression gave what cannot be used there.
    BadExpression,
    /// A job has no attempt left.
    JobFailed,
    /// A decision could not be made.
    DecisionFailed,
    /// Nobody could do a task.
    NoCandidate,
    /// A clock could not be armed.
    ClockUnarmed,
    /// A message fits several.
    Ambiguous,
    /// An error that nothing caught.
    UncaughtError,
    /// More moves in a step than any process needs.
    Runaway,
    /// Tokens wait for what nothing will bring.
    Stuck,
    /// What is called is not deployed.
    MissingDefinition,
}

impl IncidentKind {
    /// The stable word.
    pub fn code(self) -> &'static str {
        match self {
            IncidentKind::NoPath => "no_path",
            IncidentKind::BadExpression => "bad_expression",
            IncidentKind::JobFailed => "job_failed",
            IncidentKind::DecisionFailed => "decision_failed",
            IncidentKind::NoCandidate => "no_candidate",
            IncidentKind::ClockUnarmed => "clock_unarmed",
            IncidentKind::Ambiguous => "ambiguous",
            IncidentKind::UncaughtError => "uncaught_error",
            IncidentKind::Runaway => "runaway",
            IncidentKind::Stuck => "stuck",
            IncidentKind::MissingDefinition => "missing_definition",
        }
    }
}

impl State {
    /// The root scope.
    pub fn root(&self) -> Option<Number> {
        self.scopes.iter().find(|(_, scope)| scope.parent.is_none()).map(|(number, _)| *number)
    }

    /// Whether it stands still: stopped, or handled within another matter.
    pub fn is_still(&self) -> bool {
        matches!(self.status, Status::Suspended | Status::Merged { .. })
    }

    /// Whether it is going on.
    pub fn is_active(&self) -> bool {
        self.status == Status::Active
    }

    /// The variables that are seen from a scope, inner ones before outer ones.
    pub fn visible(&self, scope: Number) -> Context {
        let mut seen = Context::new();
        let mut next = Some(scope);
        while let Some(at) = next.and_then(|number| self.scopes.get(&number)) {
            for (name, value) in &at.variables {
                seen.entry(name.clone()).or_insert_with(|| value.clone());
            }
            next = at.parent;
        }
        seen
    }

    /// The scope to which a variable is written from another one: the nearest that has it, else the root.
    pub fn home(&self, scope: Number, name: &str) -> Number {
        let mut at = scope;
        while let Some(found) = self.scopes.get(&at) {
            match found.parent {
                _ if found.variables.contains_key(name) => return at,
                Some(parent) => at = parent,
                None => return at,
            }
        }
        at
    }

    /// The run on whose border the events of an activity lie: the one that a token waits for.
    pub fn outermost(&self, run: Number) -> Number {
        let mut at = run;
        while let Some(Run { owner: Owner::Round(of, _), .. }) = self.runs.get(&at) {
            at = *of;
        }
        at
    }

    /// Whether something is left in a scope.
    pub fn is_empty_scope(&self, scope: Number) -> bool {
        !self.tokens.values().any(|token| token.scope == scope)
            && !self.runs.values().any(|run| run.scope == scope)
            && !self.scopes.values().any(|other| other.parent == Some(scope))
            && !self.undoings.values().any(|undoing| undoing.scope == scope)
    }

    /// Whether somebody or something is asked for what a run is to bring.
    pub fn is_at_work(&self, run: Number) -> bool {
        self.tasks.values().any(|task| task.run == run)
            || self.jobs.values().any(|job| job.run == run)
            || self.calls.values().any(|call| call.run == run)
            || self.waits.values().any(|wait| {
                wait.holder == Holder::Run(run) && self.runs.get(&run).is_some_and(|it| it.element == wait.element)
            })
    }

    /// Whether anything is open that could go on by itself or from outside.
    pub fn has_something_open(&self) -> bool {
        let nothing = self.waits.is_empty() && self.jobs.is_empty() && self.tasks.is_empty();
        !(nothing && self.calls.is_empty() && self.incidents.is_empty())
    }
}
