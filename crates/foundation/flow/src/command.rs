//! What can be asked of an instance, and the expected "no".

use dmn::Context;
use kernel::clock::{ClockRefusal, NotArmed};
use kernel::limit::{Cause, Limit};
use kernel::refusal::{Param, Refuse};
use kernel::{Erasable, Instant, OfficerId, PostId};
use serde::{Deserialize, Serialize};

use crate::graph::ElementId;
use crate::migrate::Blocked;
use crate::state::{Clock, Ending, IncidentKind, Number, Rung};

/// One wish. Whoever stores instances makes the same command, by its own name, the same act once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Begin.
    Start {
        /// Which process.
        process: ElementId,
        /// By which event, and which of its triggers, from 0; none: by its none start event.
        by: Option<(ElementId, usize)>,
        /// Variables to begin with.
        variables: Context,
        /// Whether another instance calls it: what it does not catch comes out there.
        #[serde(default)]
        called: bool,
    },
    /// A timer is due.
    TimerDue {
        /// Which.
        wait: Number,
    },
    /// A message or signal has come for something that waits.
    Deliver {
        /// For what.
        wait: Number,
        /// What it says.
        values: Context,
    },
    /// A signal was sent somewhere in the node.
    Signal {
        /// Its name.
        name: String,
    },
    /// A worker takes a job.
    LeaseJob {
        /// Which.
        job: Number,
        /// Who.
        worker: String,
        /// Until when.
        until: Instant,
    },
    /// A worker has done its work.
    CompleteJob {
        /// Which.
        job: Number,
        /// What it came to.
        outputs: Context,
    },
    /// A worker could not do it.
    FailJob {
        /// Which.
        job: Number,
        /// Why.
        why: String,
        /// Not before, where an attempt is left.
        after: Option<Instant>,
    },
    /// A worker reports a business error or an escalation.
    ThrowFromJob {
        /// Which.
        job: Number,
        /// The code.
        code: String,
        /// An escalation lets the work go on.
        escalation: bool,
    },
    /// An officer takes a task.
    Claim {
        /// Which.
        task: Number,
        /// Who, in which post.
        by: (OfficerId, PostId),
    },
    /// An officer gives it back.
    Release {
        /// Which.
        task: Number,
        /// Who.
        by: OfficerId,
    },
    /// Another officer is to have it: by whoever heads the organ, or by the holder's delegation on file. That somebody may give
    /// it, and to whom, is looked at before; four eyes are looked at here.
    Assign {
        /// Which.
        task: Number,
        /// Who gives it.
        by: OfficerId,
        /// To whom, in which post.
        to: (OfficerId, PostId),
        /// Why.
        reason: Erasable<String>,
    },
    /// The holder sends the matter back to an earlier step 退回.
    Return {
        /// Which task.
        task: Number,
        /// Who.
        by: OfficerId,
        /// To which step.
        to: ElementId,
        /// Why.
        reason: Erasable<String>,
    },
    /// An officer has done it.
    CompleteTask {
        /// Which.
        task: Number,
        /// Who.
        by: OfficerId,
        /// What it came to.
        outputs: Context,
    },
    /// Whoever did a task takes it back 撤回, as long as nobody holds what it led to.
    Takeback {
        /// Which.
        task: Number,
        /// Who.
        by: OfficerId,
    },
    /// A called instance has ended.
    ChildEnded {
        /// The call.
        call: Number,
        /// How.
        how: Ending,
        /// Its variables.
        variables: Context,
    },
    /// A called instance has thrown an escalation that it did not catch; it goes on.
    ChildEscalated {
        /// The call.
        call: Number,
        /// The code.
        code: Option<String>,
    },
    /// An activity of an ad-hoc sub-process is chosen.
    Choose {
        /// The scope.
        scope: Number,
        /// Which.
        element: ElementId,
    },
    /// Variables are set by hand.
    SetVariables {
        /// The scope; none: the root.
        scope: Option<Number>,
        /// Which, and what.
        values: Context,
    },
    /// The holder asks the applicant to complete the papers 补正: one notice, with everything that is missing.
    Supplement {
        /// Which task.
        task: Number,
        /// Who.
        by: OfficerId,
        /// What is missing.
        items: Erasable<String>,
        /// How much time the applicant has.
        until: Limit,
        /// The number of the written notice.
        notice: String,
    },
    /// The applicant has answered.
    Answered {
        /// Which notice.
        supplement: Number,
        /// What came.
        values: Context,
    },
    /// The time to answer is over.
    LapseDue {
        /// Which notice.
        supplement: Number,
    },
    /// A rung of a clock is due.
    RungDue {
        /// The clock.
        clock: Number,
        /// Which.
        rung: Rung,
    },
    /// A clock is to stand still, for a cause that its law knows.
    SuspendClock {
        /// Which.
        clock: Number,
        /// The cause.
        cause: Cause,
        /// What proves it.
        voucher: String,
        /// Who says so.
        by: OfficerId,
    },
    /// A clock is to run again.
    ResumeClock {
        /// Which.
        clock: Number,
        /// Who says so.
        by: OfficerId,
    },
    /// The calendar has changed: what is due when is derived again.
    ReprojectClocks,
    /// What was owed to the instance from outside could not be given: somebody is to look at it. What is open stays open.
    Report {
        /// What it is about.
        about: About,
        /// What went wrong.
        kind: IncidentKind,
        /// More about it, for whoever knows the model.
        detail: String,
    },
    /// What failed is tried again.
    Retry {
        /// The incident.
        incident: Number,
    },
    /// The token of an incident is put at another element of its scope, by two officers.
    Move {
        /// The incident.
        incident: Number,
        /// To which element.
        to: ElementId,
        /// Who moves it.
        by: OfficerId,
        /// Who else approved.
        approved_by: OfficerId,
    },
    /// The applicant withdraws.
    Withdraw {
        /// Why.
        reason: Erasable<String>,
    },
    /// The instance is stopped. Its clocks run on: a stop is no lawful cause.
    Suspend {
        /// Who stops it; none: the house itself.
        by: Option<OfficerId>,
        /// Why.
        cause: Erasable<String>,
        /// What proves it. Never empty.
        voucher: String,
    },
    /// It goes on.
    Resume {
        /// Who says so; none: the house itself.
        by: Option<OfficerId>,
        /// Why.
        cause: Erasable<String>,
        /// What proves it.
        voucher: String,
    },
    /// The matter is handled within another one 并案.
    Merge {
        /// Which, by its number as others write it.
        into: String,
        /// Who says so.
        by: OfficerId,
    },
    /// Another matter is handled within this one from now on 并案: of the two limits the one that ends earlier rules, so that its
    /// clock runs here beside this one's own.
    TakeIn {
        /// The other matter's clock; none where it has none.
        clock: Option<Box<Clock>>,
    },
    /// The other one stands on its own again, and its clock here is over.
    LetGo {
        /// The clock that came with it; none where none did.
        clock: Option<Number>,
    },
    /// A matter that is handled within another one stands on its own again, as it did. That the other one is not decided yet is
    /// looked at before.
    Split {
        /// Who says so.
        by: OfficerId,
    },
    /// The instance is ended; one that is handled within another one is over with it.
    Cancel,
}

/// What of an instance a report from outside is about.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum About {
    /// A task that is offered.
    Task(Number),
    /// Something that is waited for.
    Wait(Number),
    /// A called instance.
    Call(Number),
    /// An element, or the instance as a whole.
    Element(Option<ElementId>),
}

/// An expected "no": nothing has changed.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// It was started already.
    #[error("the instance was started already")]
    Started,
    /// It is over, or stopped.
    #[error("the instance is not going on")]
    NotActive,
    /// There is no such process.
    #[error("there is no process {0}")]
    NoProcess(String),
    /// The process does not begin so.
    #[error("the process has no such start")]
    NoStart,
    /// It is not there any more, or never was.
    #[error("there is no {what} {number}")]
    Gone {
        /// What.
        what: &'static str,
        /// Which.
        number: Number,
    },
    /// The time has not come.
    #[error("the timer is not due")]
    NotDue,
    /// Another worker has the job.
    #[error("another worker has the job")]
    Leased,
    /// Another officer has it.
    #[error("another officer has the task")]
    Held,
    /// The officer does not have it.
    #[error("the officer does not hold the task")]
    NotHeld,
    /// One officer may not do both tasks.
    #[error("whoever did {0} may not do this")]
    Separate(ElementId),
    /// Only whoever did the other task may do this one.
    #[error("only whoever did {0} may do this")]
    Same(ElementId),
    /// Of several opinions one person gives one.
    #[error("the officer has signed {0} already, or has another opinion of it in hand")]
    Signed(ElementId),
    /// The task is not returned there.
    #[error("the task is not returned to {0}")]
    NoReturn(ElementId),
    /// The task was not theirs, or somebody holds already what it led to.
    #[error("the completion cannot be taken back any more")]
    NoTakeback,
    /// What the process has for a withdrawal is under way.
    #[error("the withdrawal is being dealt with already")]
    Withdrawing,
    /// It is not handled within another matter.
    #[error("the matter is not handled within another one")]
    NotMerged,
    /// The token is not moved there, or there is none to be moved.
    #[error("nothing of this incident can be moved to {0}")]
    NoMove(ElementId),
    /// Two officers are needed, and they are one.
    #[error("whoever moves it does not approve it")]
    OneOfficer,
    /// It is not stopped.
    #[error("the instance is not suspended")]
    NotSuspended,
    /// The matter's clock cannot be armed, or a limit cannot be counted: nothing runs unmeasured.
    #[error("the limit cannot be counted: {0}")]
    Unarmed(NotArmed),
    /// The clock does not allow it.
    #[error("{0}")]
    Clock(ClockRefusal),
    /// A notice to complete the papers is open.
    #[error("the notice to complete the papers ({0}) is open")]
    Supplement(Number),
    /// It cannot be chosen now.
    #[error("{0} cannot be chosen now")]
    NotChoosable(ElementId),
    /// Somebody is to say what stands for these elements and flows in the other version.
    #[error("the other version has nothing of the same id and kind for {}", list(.0))]
    Unmapped(Vec<ElementId>),
    /// It cannot lie in the other version.
    #[error("it cannot lie in the other version: {}", reasons(.0))]
    Blocked(Vec<Blocked>),
    /// It was not moved to another version, or that was taken back.
    #[error("there is no move to another version to be taken back")]
    NotMigrated,
    /// Something happened at these elements since.
    #[error("something happened since at {}", list(.0))]
    Touched(Vec<ElementId>),
}

fn list(all: &[ElementId]) -> String {
    all.iter().map(ElementId::as_str).collect::<Vec<_>>().join(", ")
}

fn reasons(all: &[Blocked]) -> String {
    all.iter().map(|it| format!("{} ({})", it.element, it.reason.code())).collect::<Vec<_>>().join(", ")
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Started => "flow.started",
            Refusal::NotActive => "flow.not_active",
            Refusal::NoProcess(_) => "flow.no_process",
            Refusal::NoStart => "flow.no_start",
            Refusal::Gone { .. } => "flow.gone",
            Refusal::NotDue => "flow.not_due",
            Refusal::Leased => "flow.leased",
            Refusal::Held => "flow.held",
            Refusal::NotHeld => "flow.not_held",
            Refusal::Separate(_) => "flow.separate",
            Refusal::Same(_) => "flow.same",
            Refusal::Signed(_) => "flow.signed",
            Refusal::NoReturn(_) => "flow.no_return",
            Refusal::NoTakeback => "flow.no_takeback",
            Refusal::Withdrawing => "flow.withdrawing",
            Refusal::NotMerged => "flow.not_merged",
            Refusal::NoMove(_) => "flow.no_move",
            Refusal::OneOfficer => "flow.one_officer",
            Refusal::NotSuspended => "flow.not_suspended",
            Refusal::Unarmed(_) => "flow.unarmed",
            Refusal::Clock(_) => "flow.clock",
            Refusal::Supplement(_) => "flow.supplement",
            Refusal::NotChoosable(_) => "flow.not_choosable",
            Refusal::Unmapped(_) => "flow.unmapped",
            Refusal::Blocked(_) => "flow.blocked",
            Refusal::NotMigrated => "flow.not_migrated",
            Refusal::Touched(_) => "flow.touched",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::NoProcess(process) => vec![("process", Param::Text(process.clone()))],
            Refusal::Gone { what, number } => {
                vec![("what", Param::Text((*what).to_owned())), ("number", Param::Text(number.to_string()))]
            }
            Refusal::Unarmed(why) => [("why", word(why.code()))].into_iter().chain(why.params()).collect(),
            Refusal::Clock(why) => vec![("why", word(why.code()))],
            Refusal::Supplement(number) => vec![("number", Param::Text(number.to_string()))],
            Refusal::Separate(element)
            | Refusal::Same(element)
            | Refusal::Signed(element)
            | Refusal::NoReturn(element)
            | Refusal::NoMove(element)
            | Refusal::NotChoosable(element) => {
                vec![("element", Param::Text(element.to_string()))]
            }
            Refusal::Unmapped(all) | Refusal::Touched(all) => vec![("elements", Param::Text(list(all)))],
            Refusal::Blocked(all) => vec![("elements", Param::Text(reasons(all)))],
            _ => Vec::new(),
        }
    }
}

/// A code of the kernel as a text may choose by it: without the name of its module.
fn word(code: &str) -> Param {
    Param::from(code.split_once('.').map_or(code, |(_, word)| word))
}
