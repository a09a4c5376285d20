//! What can have happened to an instance. Facts: [`apply`] cannot fail. Variants are only added.

mod fold;

use std::collections::{BTreeMap, BTreeSet};

use dmn::{Context, Value};
use kernel::{Erasable, Instant, OfficerId, PostId};
use serde::{Deserialize, Serialize};

use crate::graph::ElementId;
use crate::migrate::ClockPolicy;
use crate::state::{
    Call, Clock, Completion, Done, Ending, Incident, Job, Number, Owner, Position, Run, Rung, ScopeKind, Supplement,
    Task, Token, Undoing, Wait, What,
};

pub use fold::{apply, change};

/// One thing that happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// The instance began.
    Started {
        /// The process.
        process: ElementId,
        /// Whether another instance called it.
        #[serde(default)]
        called: bool,
    },
    /// A scope opened.
    ScopeOpened {
        /// Its number.
        scope: Number,
        /// The one around it.
        parent: Option<Number>,
        /// What it is the inside of.
        kind: ScopeKind,
        /// Its variables.
        variables: Context,
        /// In an ad-hoc sub-process: what has not started yet.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        queue: Vec<ElementId>,
    },
    /// A scope closed; nothing was left in it.
    ScopeClosed {
        /// Its number.
        scope: Number,
    },
    /// The next activity of an ad-hoc sub-process is taken from its queue, or all are.
    Unqueued {
        /// The scope.
        scope: Number,
        /// Which; none: the rest.
        element: Option<ElementId>,
    },
    /// A token was made.
    TokenPlaced {
        /// Its number.
        token: Number,
        /// Its scope.
        scope: Number,
        /// Where.
        position: Position,
    },
    /// A token moved.
    TokenMoved {
        /// Its number.
        token: Number,
        /// Where to.
        position: Position,
    },
    /// A token ended.
    TokenEnded {
        /// Its number.
        token: Number,
    },
    /// A run of an activity began.
    RunBegan {
        /// Its number.
        run: Number,
        /// The activity.
        element: ElementId,
        /// The scope in which it lies.
        scope: Number,
        /// What it runs for.
        owner: Owner,
    },
    /// A run has variables of its own.
    RunLocal {
        /// Its number.
        run: Number,
        /// Their scope.
        local: Number,
    },
    /// How often a run is to be done was found out.
    RoundsSet {
        /// The run.
        run: Number,
        /// How often; none for a loop.
        total: Option<u64>,
        /// Items of its collection.
        items: Vec<Value>,
    },
    /// A round of a run began.
    RoundBegan {
        /// The run.
        run: Number,
    },
    /// A round of a run is done.
    RoundDone {
        /// The run.
        run: Number,
        /// Which, from 0.
        index: u64,
        /// What it came to, where results are collected.
        result: Option<Value>,
    },
    /// A run ended.
    RunEnded {
        /// Its number.
        run: Number,
        /// How.
        how: RunEnd,
    },
    /// What can be compensated is remembered.
    Remembered {
        /// Its number.
        number: Number,
        /// What was done.
        done: Done,
    },
    /// It was compensated, or cannot be any more.
    Forgotten {
        /// Its number.
        number: Number,
    },
    /// It waits for something.
    WaitOpened {
        /// Its number.
        wait: Number,
        /// For what, and who.
        of: Wait,
    },
    /// It waits no longer.
    WaitClosed {
        /// Its number.
        wait: Number,
        /// Whether it came.
        came: bool,
    },
    /// It came, and is waited for again: a repeating timer, or a condition.
    WaitAgain {
        /// Its number.
        wait: Number,
        /// For what.
        what: What,
    },
    /// Work is offered to workers.
    JobOffered {
        /// Its number.
        job: Number,
        /// What.
        of: Job,
        /// What it is given.
        inputs: Context,
    },
    /// A worker has it.
    JobLeased {
        /// Its number.
        job: Number,
        /// Who.
        worker: String,
        /// Until when.
        until: Instant,
    },
    /// An attempt failed.
    JobFailed {
        /// Its number.
        job: Number,
        /// Why, as the worker says.
        why: String,
        /// Attempts left.
        attempts: u32,
        /// Not before.
        after: Option<Instant>,
    },
    /// Work is over.
    JobClosed {
        /// Its number.
        job: Number,
        /// Whether it was done.
        done: bool,
    },
    /// Work is offered to people.
    TaskOffered {
        /// Its number.
        task: Number,
        /// What.
        of: Task,
    },
    /// Somebody has it, or nobody any more.
    TaskHeld {
        /// Its number.
        task: Number,
        /// Who.
        holder: Option<(OfficerId, PostId)>,
    },
    /// Somebody gave it to somebody else.
    TaskAssigned {
        /// Its number.
        task: Number,
        /// Who gave it.
        by: OfficerId,
        /// Why.
        reason: Erasable<String>,
    },
    /// The matter was sent back to an earlier step; what lay between has ended.
    Returned {
        /// The task from which.
        from: ElementId,
        /// The step to which.
        to: ElementId,
        /// By whom.
        by: OfficerId,
        /// Why.
        reason: Erasable<String>,
    },
    /// Work is over.
    TaskClosed {
        /// Its number.
        task: Number,
        /// Who did it; none: it was cancelled.
        by: Option<OfficerId>,
    },
    /// A completed task can be taken back, until somebody holds what it led to.
    TakebackOpened {
        /// Its number.
        task: Number,
        /// What.
        of: Completion,
    },
    /// Whoever did a task took it back; what it led to has ended.
    TakenBack {
        /// Its number.
        task: Number,
        /// The activity.
        element: ElementId,
        /// Who did it, and took it back.
        by: OfficerId,
    },
    /// A process is called.
    Called {
        /// Its number.
        call: Number,
        /// Which.
        of: Call,
        /// What it is given.
        variables: Context,
    },
    /// The called one has ended, or is to be cancelled.
    CallClosed {
        /// Its number.
        call: Number,
        /// Whether it ended by itself.
        ended: bool,
    },
    /// Variables were written.
    VariablesSet {
        /// The scope.
        scope: Number,
        /// Which, and what.
        values: Context,
    },
    /// A complex gateway fired.
    GatewayFired {
        /// The scope.
        scope: Number,
        /// The gateway.
        element: ElementId,
        /// The flows that were filled.
        filled: Vec<ElementId>,
    },
    /// A complex gateway was reset.
    GatewayReset {
        /// The scope.
        scope: Number,
        /// The gateway.
        element: ElementId,
    },
    /// A compensation began, or goes on with what is left.
    Undoing {
        /// Its number.
        number: Number,
        /// What.
        of: Undoing,
    },
    /// A compensation is over.
    Undone {
        /// Its number.
        number: Number,
    },
    /// A message was sent. Who gets it is found out after this step.
    MessageSent {
        /// The element that sends.
        from: ElementId,
        /// Its name.
        name: String,
        /// Its key.
        key: Option<Value>,
        /// What it says.
        values: Context,
        /// Until when it is kept where nobody waits for it.
        keep_until: Option<Instant>,
    },
    /// A signal was sent. This instance has it already.
    SignalSent {
        /// Its name.
        name: String,
    },
    /// An escalation was thrown.
    Escalated {
        /// Its code.
        code: Option<String>,
        /// The event that caught it.
        caught: Option<ElementId>,
    },
    /// A decision was made.
    Decided {
        /// The run.
        run: Number,
        /// The decision.
        decision: String,
        /// The digest of its model, in hexadecimal.
        version: String,
        /// What it was given.
        inputs: Context,
        /// Rules that matched: table and rule.
        hits: Vec<(String, String)>,
        /// What it came to.
        value: Value,
    },
    /// A clock began to run.
    ClockArmed {
        /// Its number.
        clock: Number,
        /// What it measures, by which limits, and what is to come.
        of: Clock,
    },
    /// A clock stands still, goes on, began anew, or is read by another calendar.
    ClockChanged {
        /// Its number.
        clock: Number,
        /// The whole of it, as it is now.
        of: Clock,
        /// What happened to it.
        why: Changed,
    },
    /// A rung of a clock was reached: somebody is to be told. Nothing else follows from it.
    RungReached {
        /// The clock.
        clock: Number,
        /// Which.
        rung: Rung,
        /// When it was due.
        due: Instant,
    },
    /// What a clock measures is over.
    ClockFinished {
        /// Its number.
        clock: Number,
        /// Whether it was done; else it was ended.
        done: bool,
    },
    /// The applicant was asked to complete the papers.
    SupplementAsked {
        /// Its number.
        supplement: Number,
        /// What, until when; and which notice of the matter it is: a second one is to be looked at.
        of: Supplement,
    },
    /// A notice to complete the papers is no longer open.
    SupplementClosed {
        /// Its number.
        supplement: Number,
        /// How.
        how: Closed,
    },
    /// Something went wrong and waits for somebody.
    IncidentOpened {
        /// Its number.
        incident: Number,
        /// What.
        of: Incident,
    },
    /// It was dealt with, or what it was about is gone.
    IncidentClosed {
        /// Its number.
        incident: Number,
    },
    /// The token of an incident was put elsewhere by two officers; what it stood for there has ended.
    Moved {
        /// The incident.
        incident: Number,
        /// To which element.
        to: ElementId,
        /// Who moved it.
        by: OfficerId,
        /// Who else approved.
        approved_by: OfficerId,
    },
    /// The applicant withdrew.
    Withdrawn {
        /// Why.
        reason: Erasable<String>,
        /// The event sub-process that deals with it; none: the instance ends.
        handled: Option<ElementId>,
    },
    /// The instance stopped.
    Suspended {
        /// Who stopped it.
        #[serde(default)]
        by: Option<OfficerId>,
        /// Why.
        cause: Erasable<String>,
        /// What proves it.
        #[serde(default)]
        voucher: String,
    },
    /// It goes on.
    Resumed {
        /// Who says so.
        #[serde(default)]
        by: Option<OfficerId>,
        /// Why.
        cause: Erasable<String>,
        /// What proves it.
        #[serde(default)]
        voucher: String,
    },
    /// It is handled within another matter 并案.
    Merged {
        /// Which.
        into: String,
        /// Who says so.
        by: OfficerId,
    },
    /// It stands on its own again.
    Split {
        /// Who says so.
        by: OfficerId,
    },
    /// It begins to move to another version of its process: what follows until [`Event::Migrated`] puts everything where it lies there.
    Migrating {
        /// Elements and flows that were paired by hand.
        mapping: BTreeMap<ElementId, ElementId>,
        /// What becomes of its clocks.
        policy: ClockPolicy,
    },
    /// Something open lies elsewhere, or is called otherwise: the whole of it, as it is now.
    Mapped {
        /// Its number.
        number: Number,
        /// What it is now.
        to: Mapped,
    },
    /// What is known by element of what was done lies under the names of another version.
    HistoryMapped {
        /// Who did which task.
        hands: BTreeMap<ElementId, BTreeSet<OfficerId>>,
        /// How often the matter was sent back from each task.
        returns: BTreeMap<ElementId, u64>,
    },
    /// It lies in the other version. What follows in the same step is what that one does by itself.
    Migrated,
    /// The last move to another version is taken back: what follows puts everything where it lay.
    MigrationReverted,
    /// The instance is over.
    Ended {
        /// How.
        how: Ending,
        /// What it came to, for the instance that called it; nothing where none did.
        #[serde(default, skip_serializing_if = "Context::is_empty")]
        variables: Context,
    },
}

/// Something open as it is after it was put elsewhere.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mapped {
    /// A token.
    Token(Token),
    /// A run.
    Run(Run),
    /// A scope; its variables stay.
    Scope {
        /// The one around it.
        parent: Option<Number>,
        /// What it is the inside of.
        kind: ScopeKind,
        /// In an ad-hoc sub-process: what has not started yet.
        queue: Vec<ElementId>,
    },
    /// Something that is waited for.
    Wait(Wait),
    /// Work for a worker.
    Job(Job),
    /// Work for a person.
    Task(Task),
    /// A called instance.
    Call(Call),
    /// A clock.
    Clock(Clock),
    /// An incident.
    Incident(Incident),
    /// What can be compensated.
    Done(Done),
    /// A compensation.
    Undoing(Undoing),
    /// A completion that can be taken back, by the number of its task; none: it cannot be any more.
    Completion(Option<Completion>),
}

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnd {
    /// It was done.
    Completed,
    /// Something ended it.
    Terminated,
}

/// How a notice to complete the papers was closed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Closed {
    /// The papers came.
    Answered,
    /// Its time was over.
    Lapsed,
    /// Its task ended.
    Dropped,
}

/// What happened to a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Changed {
    /// It stands still.
    Stopped {
        /// By whose act; none: by a notice to complete the papers.
        by: Option<OfficerId>,
    },
    /// It goes on.
    GoesOn {
        /// By whose act; none: the notice is answered, or its time is over.
        by: Option<OfficerId>,
    },
    /// It is held back until the papers are complete, to begin anew then.
    Held,
    /// It began anew: it has all its rungs again.
    Anew,
    /// Its calendar changed.
    Reprojected,
    /// Its limits are those of another version of the process; its beginning and its suspensions are kept.
    Rederived,
}
