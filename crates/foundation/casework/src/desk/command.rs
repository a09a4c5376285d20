//! What an act says of the command that it was: its word, the element it is about, and whose deed it is.

use flow::command::About;
use flow::state::Number;
use flow::{Command, ElementId, State};
use kernel::Erasable;

use super::By;

/// The same as if the person did it for whom an officer acts: taking and doing a task.
pub(super) fn for_whom(by: By, command: &Command) -> Option<Command> {
    let By::Officer(hand, post) = by else { return None };
    let holder = hand.on_behalf_of?;
    match command {
        Command::Claim { task, .. } | Command::CompleteTask { task, .. } => {
            Some(Command::Assign { task: *task, by: holder, to: (holder, post), reason: Erasable::erased() })
        }
        _ => None,
    }
}

/// The word of a command.
pub(crate) fn did(command: &Command) -> &'static str {
    match command {
        Command::Start { .. } => "start",
        Command::TimerDue { .. } => "timer",
        Command::Deliver { .. } => "message",
        Command::Signal { .. } => "signal",
        Command::LeaseJob { .. } => "lease",
        Command::CompleteJob { .. } => "job_done",
        Command::FailJob { .. } => "job_failed",
        Command::ThrowFromJob { .. } => "job_threw",
        Command::Claim { .. } => "claim",
        Command::Release { .. } => "release",
        Command::Assign { .. } => "assign",
        Command::Return { .. } => "return",
        Command::CompleteTask { .. } => "complete",
        Command::ChildEnded { .. } => "child_ended",
        Command::ChildEscalated { .. } => "child_escalated",
        Command::Choose { .. } => "choose",
        Command::SetVariables { .. } => "set_variables",
        Command::Report { .. } => "report",
        Command::Retry { .. } => "retry",
        Command::Suspend { .. } => "suspend",
        Command::Resume { .. } => "resume",
        Command::Cancel => "cancel",
        Command::RungDue { .. } => "rung",
        Command::SuspendClock { .. } => "suspend_clock",
        Command::ResumeClock { .. } => "resume_clock",
        Command::ReprojectClocks => "reproject_clocks",
        Command::Supplement { .. } => "supplement",
        Command::Answered { .. } => "answered",
        Command::LapseDue { .. } => "lapsed",
        Command::Withdraw { .. } => "withdraw",
        Command::Merge { .. } => "merge",
        Command::Split { .. } => "split",
        Command::Move { .. } => "move",
        Command::TakeIn { .. } => "take_in",
        Command::LetGo { .. } => "let_go",
        Command::Takeback { .. } => "takeback",
    }
}

/// The element that a command is about.
pub(super) fn about(state: &State, command: &Command) -> Option<ElementId> {
    let of_task = |task: &Number| state.tasks.get(task).map(|task| task.element.clone());
    let of_job = |job: &Number| state.jobs.get(job).map(|job| job.element.clone());
    match command {
        Command::TimerDue { wait } | Command::Deliver { wait, .. } => {
            state.waits.get(wait).map(|wait| wait.element.clone())
        }
        Command::LeaseJob { job, .. }
        | Command::CompleteJob { job, .. }
        | Command::FailJob { job, .. }
        | Command::ThrowFromJob { job, .. } => of_job(job),
        Command::Claim { task, .. }
        | Command::Release { task, .. }
        | Command::Assign { task, .. }
        | Command::Return { task, .. }
        | Command::Supplement { task, .. }
        | Command::CompleteTask { task, .. } => of_task(task),
        Command::Takeback { task, .. } => state.completions.get(task).map(|done| done.element.clone()),
        Command::Answered { supplement, .. } | Command::LapseDue { supplement } => {
            state.supplements.get(supplement).and_then(|notice| of_task(&notice.task))
        }
        Command::RungDue { clock, .. } | Command::SuspendClock { clock, .. } | Command::ResumeClock { clock, .. } => {
            state.clocks.get(clock).and_then(|clock| clock.element.clone())
        }
        Command::ChildEnded { call, .. } | Command::ChildEscalated { call, .. } => {
            let run = state.calls.get(call).and_then(|call| state.runs.get(&call.run));
            run.map(|run| run.element.clone())
        }
        Command::Report { about, .. } => match about {
            About::Task(task) => of_task(task),
            About::Wait(wait) => state.waits.get(wait).map(|wait| wait.element.clone()),
            About::Call(call) => {
                let run = state.calls.get(call).and_then(|call| state.runs.get(&call.run));
                run.map(|run| run.element.clone())
            }
            About::Element(element) => element.clone(),
        },
        Command::Choose { element, .. } => Some(element.clone()),
        Command::Retry { incident } | Command::Move { incident, .. } => {
            state.incidents.get(incident).and_then(|incident| incident.element.clone())
        }
        _ => None,
    }
}
