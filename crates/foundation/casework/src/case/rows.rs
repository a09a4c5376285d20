//! The rows of cases: what can be asked of many at once. The state itself is none of them.

use std::collections::BTreeSet;

use flow::event::Mapped;
use flow::state::{Clock, Ending, Number, Rung, Task, Wait, What};
use flow::{Command, ElementId, Event};
use kernel::{MatterId, OrganId};
use store::{Changes, StoreFault, Timer, Value, set};

use super::{Begun, CaseEvent, Step};
use crate::tables::{BEGUN, CANDIDATE, CASE, CLOCK, INCIDENT, JOB, MESSAGE, MOVED, NAMED, RECUSED, TASK, WAIT};

/// The kind of timers of waits.
pub(crate) const TIMER_KIND: &str = "case.wait";

/// Events of a step are numbered below this.
const MOST_EVENTS: i64 = 1_000_000;

/// The number of a message that is kept: by the version that its act makes, and its place in the step.
pub(crate) fn ordinal(version: u64, at: usize) -> i64 {
    version.cast_signed().saturating_mul(MOST_EVENTS).saturating_add(i64::try_from(at).unwrap_or(MOST_EVENTS - 1))
}

/// The version of the act that sent a kept message, by its number; 0 from outside.
pub(crate) fn version_of(ordinal: i64) -> i64 {
    ordinal / MOST_EVENTS
}

/// The number of a message from outside: it is its matter's only one.
pub(crate) const OUTSIDE: i64 = 0;

/// The name of the timer of a wait.
pub(crate) fn timer_name(wait: Number) -> String {
    format!("wait:{wait}")
}

/// The name of the timer of a rung.
fn rung_name(clock: Number, rung: Rung) -> String {
    format!("clock:{clock}:{}", rung_code(rung))
}

/// All rungs, in order.
const RUNGS: [Rung; 4] = [Rung::Remind, Rung::Promised, Rung::Statutory, Rung::LongOverdue];

/// The word of a rung, stored and translated.
pub fn rung_code(rung: Rung) -> &'static str {
    match rung {
        Rung::Remind => "remind",
        Rung::Promised => "promised",
        Rung::Statutory => "statutory",
        Rung::LongOverdue => "long-overdue",
    }
}

/// The command that a timer is for, by its name.
pub(crate) fn due_command(name: &str) -> Option<Command> {
    let (kind, rest) = name.split_once(':')?;
    match kind {
        "wait" => Some(Command::TimerDue { wait: rest.parse().ok()? }),
        "lapse" => Some(Command::LapseDue { supplement: rest.parse().ok()? }),
        "clock" => {
            let (clock, code) = rest.split_once(':')?;
            let rung = RUNGS.into_iter().find(|rung| rung_code(*rung) == code)?;
            Some(Command::RungDue { clock: clock.parse().ok()?, rung })
        }
        _ => None,
    }
}

/// How a status is stored and translated.
pub fn status_code(how: &Ending) -> &'static str {
    match how {
        Ending::Completed => "completed",
        Ending::Terminated => "terminated",
        Ending::ByError(_) => "error",
        Ending::Cancelled => "cancelled",
        Ending::Withdrawn => "withdrawn",
        Ending::Merged(_) => "merged",
    }
}

/// A key as it is stored: the value's canonical writing.
pub(crate) fn correlation(key: Option<&dmn::Value>) -> Result<Option<String>, StoreFault> {
    let write = |key: &dmn::Value| key.to_json();
    key.map(write).transpose().map_err(|fault| StoreFault::Nonsense(format!("the key of a message: {fault}")))
}

/// The rows of an event of the case `id`.
///
/// - `version`: that its act makes.
/// - `at`: when its act was, milliseconds since 1970.
///
/// # Errors
/// If a value in it cannot be written.
pub(crate) fn changes(
    node: i64,
    (id, version): (MatterId, u64),
    event: &CaseEvent,
    at: i64,
) -> Result<Changes, StoreFault> {
    let mut changes = Changes::new();
    if let CaseEvent::Opened { model, process, version, title, organ, caller, under, .. } = event {
        changes.push(CASE.row(vec![
            node.into(),
            id.value().into(),
            model.value().into(),
            process.as_str().into(),
            (*version).into(),
            title.clone().into(),
            organ.value().into(),
            i64::from(kernel::Class::Internal.number()).into(),
            0i64.into(),
            "active".into(),
            at.into(),
            Value::NullInt,
            caller.map(|caller| caller.matter.value()).into(),
            caller.map(|caller| caller.call.cast_signed()).into(),
            under.map(|under| under.item.value()).into(),
            under.map(|under| under.version).into(),
        ]));
    }
    let key = || vec![node.into(), id.value().into()];
    if let CaseEvent::Opened { process, begun: Some(begun), .. } = event {
        let rest = match begun {
            Begun::Message { name, key } => [name.as_str().into(), key.as_str().into(), Value::NullInt],
            Begun::Timer { element, due } => [element.as_str().into(), Value::NullText, due.ms().into()],
        };
        changes.push(BEGUN.row([key(), vec![process.as_str().into()], rest.into()].concat()));
    }
    match event {
        CaseEvent::MessagesSettled { messages, .. } => {
            let gone = |message: &i64| store::Change::Delete(MESSAGE.key([key(), vec![(*message).into()]].concat()));
            changes.extend(messages.iter().map(gone));
        }
        CaseEvent::Recused { officer, .. } => {
            changes.push(RECUSED.row([key(), vec![officer.value().into()]].concat()));
        }
        CaseEvent::RecusalLifted { officer, .. } => {
            changes.push(store::Change::Delete(RECUSED.key([key(), vec![officer.value().into()]].concat())));
        }
        CaseEvent::Classified { to, .. } => {
            let class = i64::from(to.class.number()).into();
            changes.push(set(&CASE, key(), [("class", class), ("compartment", to.named.is_some().into())]));
            changes.push(store::Change::DeleteUnder(NAMED.key(key())));
            let named = to.named.iter().flatten();
            changes.extend(named.map(|officer| NAMED.row([key(), vec![officer.value().into()]].concat())));
        }
        _ => {}
    }
    let rows = Rows { node, id, version, at };
    rows.versions(event, &mut changes);
    let step = event.step();
    let passing = passing(step);
    for (ordinal, event) in step.events.iter().enumerate() {
        if number(event).is_none_or(|number| !passing.contains(&number)) {
            rows.of(event, step, ordinal, &mut changes)?;
        }
    }
    changes.extend(super::ran::changes(node, id, step, at)?);
    Ok(changes)
}

/// The number of what an event opens or closes, if it has a row.
fn number(event: &Event) -> Option<Number> {
    match event {
        Event::TaskOffered { task: number, .. }
        | Event::TaskHeld { task: number, .. }
        | Event::TaskClosed { task: number, .. }
        | Event::JobOffered { job: number, .. }
        | Event::JobFailed { job: number, .. }
        | Event::JobLeased { job: number, .. }
        | Event::JobClosed { job: number, .. }
        | Event::WaitOpened { wait: number, .. }
        | Event::WaitAgain { wait: number, .. }
        | Event::WaitClosed { wait: number, .. }
        | Event::IncidentOpened { incident: number, .. }
        | Event::IncidentClosed { incident: number } => Some(*number),
        _ => None,
    }
}

/// What was opened and closed within one step: it needs no row.
fn passing(step: &Step) -> BTreeSet<Number> {
    let opens = |event: &Event| match event {
        Event::TaskOffered { task: number, .. }
        | Event::JobOffered { job: number, .. }
        | Event::WaitOpened { wait: number, .. }
        | Event::IncidentOpened { incident: number, .. } => Some(*number),
        _ => None,
    };
    let closes = |event: &Event| match event {
        Event::TaskClosed { task: number, .. }
        | Event::JobClosed { job: number, .. }
        | Event::WaitClosed { wait: number, .. }
        | Event::IncidentClosed { incident: number } => Some(*number),
        _ => None,
    };
    let opened: BTreeSet<Number> = step.events.iter().filter_map(opens).collect();
    step.events.iter().filter_map(closes).filter(|number| opened.contains(number)).collect()
}

struct Rows {
    node: i64,
    id: MatterId,
    version: u64,
    at: i64,
}

impl Rows {
    fn key(&self, number: Number) -> Vec<Value> {
        vec![self.node.into(), self.id.value().into(), number.cast_signed().into()]
    }

    fn row(&self, number: Number, rest: impl IntoIterator<Item = Value>) -> Vec<Value> {
        self.key(number).into_iter().chain(rest).collect()
    }

    fn status(&self, status: &str, ended: Option<i64>) -> store::Change {
        let key = vec![self.node.into(), self.id.value().into()];
        set(&CASE, key, [("status", status.into()), ("ended_at", ended.into())])
    }

    /// Which version the case follows, and in which move of many it was moved.
    fn versions(&self, event: &CaseEvent, changes: &mut Changes) {
        let key = || vec![self.node.into(), self.id.value().into()];
        let follows = |model: MatterId, version: i64| {
            set(&CASE, key(), [("model", model.value().into()), ("version", version.into())])
        };
        let of = |run: MatterId| key().into_iter().chain([run.value().into()]).collect::<Vec<Value>>();
        match event {
            CaseEvent::Migrated(moved) => {
                changes.push(follows(moved.model, moved.version));
                if let Some(run) = moved.run {
                    let rest = [moved.from.into(), moved.version.into(), self.at.into(), Value::NullInt];
                    changes.push(MOVED.row(of(run).into_iter().chain(rest).collect()));
                }
            }
            CaseEvent::MigrationReverted(reverted) => {
                changes.push(follows(reverted.model, reverted.version));
                if let Some(run) = reverted.run {
                    changes.push(set(&MOVED, of(run), [("reverted_at", self.at.into())]));
                }
            }
            _ => {}
        }
    }

    /// What lies elsewhere now: what is asked of its row. What it is offered as and since when stays.
    fn mapped(&self, number: Number, to: &Mapped, changes: &mut Changes) -> Result<(), StoreFault> {
        match to {
            Mapped::Task(of) => {
                let columns = [("element", of.element.as_str().into()), ("duties", of.posts.join(" ").into())];
                changes.push(set(&TASK, self.key(number), columns));
            }
            Mapped::Job(of) => {
                changes.push(set(&JOB, self.key(number), [("type", of.job_type.as_str().into())]));
            }
            Mapped::Incident(of) => {
                let element = of.element.as_ref().map_or("", ElementId::as_str);
                let columns = [("kind", of.kind.code().into()), ("element", element.into())];
                changes.push(set(&INCIDENT, self.key(number), columns));
            }
            Mapped::Wait(of) => match &of.what {
                What::Timer { due, .. } => changes.push(self.timer(timer_name(number), due.ms())),
                What::Condition(_) => {}
                What::Message { .. } | What::Signal(_) => {
                    let [kind, name, key] = awaited(&of.what)?;
                    let columns = [("kind", kind), ("name", name), ("correlation", key)];
                    changes.push(set(&WAIT, self.key(number), columns));
                }
            },
            Mapped::Clock(of) => {
                self.no_rungs(number, changes);
                self.rungs(number, of, changes);
                self.due(number, of, changes);
            }
            Mapped::Token(_)
            | Mapped::Run(_)
            | Mapped::Scope { .. }
            | Mapped::Call(_)
            | Mapped::Done(_)
            | Mapped::Undoing(_)
            | Mapped::Completion(_) => {}
        }
        Ok(())
    }

    fn of(&self, event: &Event, step: &Step, ordinal: usize, changes: &mut Changes) -> Result<(), StoreFault> {
        match event {
            Event::Suspended { .. } => changes.push(self.status("suspended", None)),
            Event::Resumed { .. } | Event::Split { .. } => changes.push(self.status("active", None)),
            Event::Merged { .. } => changes.push(self.status("merged", None)),
            Event::ClockArmed { clock, of } => {
                self.rungs(*clock, of, changes);
                // One that was taken back goes on as late as it was; when it became so stands in an earlier act.
                let due = if is_late(of) { Some(of.of.started.ms()) } else { nearest(of) };
                changes.push(CLOCK.row(self.row(*clock, [due.into()])));
            }
            Event::ClockChanged { clock, of, .. } => {
                self.no_rungs(*clock, changes);
                self.rungs(*clock, of, changes);
                self.due(*clock, of, changes);
            }
            Event::RungReached { clock, rung, .. } => {
                changes.push(Timer::disarm(self.node, self.id.value(), &rung_name(*clock, *rung)));
            }
            Event::ClockFinished { clock, .. } => {
                self.no_rungs(*clock, changes);
                changes.push(store::Change::Delete(CLOCK.key(self.key(*clock))));
            }
            Event::SupplementAsked { supplement, of } => {
                changes.push(self.timer(format!("lapse:{supplement}"), of.until.ms()));
            }
            Event::SupplementClosed { supplement, .. } => {
                changes.push(Timer::disarm(self.node, self.id.value(), &format!("lapse:{supplement}")));
            }
            Event::Ended { how, .. } => changes.push(self.status(status_code(how), Some(self.at))),
            Event::TaskOffered { task, of } => {
                let organ = step.organs.get(task).copied().unwrap_or(OrganId::new(0));
                self.offered(*task, of, organ, changes);
            }
            Event::TaskHeld { task, holder } => {
                let columns = [
                    ("holder", holder.map(|(officer, _)| officer.value()).into()),
                    ("holder_post", holder.map(|(_, post)| post.value()).into()),
                ];
                changes.push(set(&TASK, self.key(*task), columns));
            }
            Event::TaskClosed { task, .. } => {
                changes.push(store::Change::Delete(TASK.key(self.key(*task))));
                changes.push(store::Change::DeleteUnder(CANDIDATE.key(self.key(*task))));
            }
            Event::Mapped { number, to } => self.mapped(*number, to, changes)?,
            Event::JobOffered { job, of, .. } => {
                // One that a move back puts there again rests as it did.
                let until = [of.after, of.lease.as_ref().map(|(_, until)| *until)];
                let rests = until.into_iter().flatten().map(|until| until.ms()).max().unwrap_or(self.at);
                let next = if of.attempts == 0 { i64::MAX } else { rests.max(self.at) };
                changes.push(JOB.row(self.row(*job, [of.job_type.as_str().into(), next.into()])));
            }
            Event::JobLeased { job, until, .. } => {
                changes.push(set(&JOB, self.key(*job), [("not_before", until.ms().into())]));
            }
            Event::JobFailed { job, attempts, after, .. } => {
                // Without an attempt left nobody takes it; who tries the incident again offers it again.
                let next = if *attempts == 0 { i64::MAX } else { after.map_or(self.at, |after| after.ms()) };
                changes.push(set(&JOB, self.key(*job), [("not_before", next.into())]));
            }
            Event::JobClosed { job, .. } => changes.push(store::Change::Delete(JOB.key(self.key(*job)))),
            Event::WaitOpened { wait, of } => self.waiting(*wait, of, changes)?,
            Event::WaitAgain { wait, what: What::Timer { due, .. } } => {
                changes.push(self.timer(timer_name(*wait), due.ms()))
            }
            Event::WaitClosed { wait, .. } => {
                changes.push(store::Change::Delete(WAIT.key(self.key(*wait))));
                changes.push(Timer::disarm(self.node, self.id.value(), &timer_name(*wait)));
            }
            Event::IncidentOpened { incident, of } => {
                let element = of.element.as_ref().map_or("", ElementId::as_str);
                changes
                    .push(INCIDENT.row(self.row(*incident, [of.kind.code().into(), element.into(), self.at.into()])));
            }
            Event::IncidentClosed { incident } => {
                changes.push(store::Change::Delete(INCIDENT.key(self.key(*incident))));
            }
            Event::MessageSent { from, name, key, values, keep_until: Some(until) } => {
                let content = serde_json::to_string(values)
                    .map_err(|error| StoreFault::Nonsense(format!("the content of a message: {error}")))?;
                let ordinal = self::ordinal(self.version, ordinal);
                changes.push(MESSAGE.row(vec![
                    self.node.into(),
                    self.id.value().into(),
                    ordinal.into(),
                    from.as_str().into(),
                    name.as_str().into(),
                    correlation(key.as_ref())?.into(),
                    content.into(),
                    until.ms().into(),
                    self.at.into(),
                ]));
            }
            _ => {}
        }
        Ok(())
    }

    fn offered(&self, task: Number, of: &Task, organ: OrganId, changes: &mut Changes) {
        let duties = &of.posts;
        // Whoever held it when a version was left holds it again when that is taken back.
        changes.push(TASK.row(self.row(
            task,
            [
                of.element.as_str().into(),
                organ.value().into(),
                duties.join(" ").into(),
                of.holder.map(|(officer, _)| officer.value()).into(),
                of.holder.map(|(_, post)| post.value()).into(),
                self.at.into(),
            ],
        )));
        let each: BTreeSet<&String> = duties.iter().collect();
        for duty in each {
            changes.push(CANDIDATE.row(self.row(task, [duty.as_str().into(), organ.value().into(), self.at.into()])));
        }
    }

    /// What is still to come of a clock.
    fn rungs(&self, clock: Number, of: &Clock, changes: &mut Changes) {
        for (rung, due) in &of.rungs {
            changes.push(self.timer(rung_name(clock, *rung), due.ms()));
        }
    }

    /// When the nearest limit of a clock is over; one that is over stays what it was, until the clock begins anew.
    fn due(&self, clock: Number, of: &Clock, changes: &mut Changes) {
        if of.held || !is_late(of) {
            changes.push(set(&CLOCK, self.key(clock), [("due", nearest(of).into())]));
        }
    }

    fn no_rungs(&self, clock: Number, changes: &mut Changes) {
        let disarm = |rung: &Rung| Timer::disarm(self.node, self.id.value(), &rung_name(clock, *rung));
        changes.extend(RUNGS.iter().map(disarm));
    }

    fn timer(&self, name: String, due: i64) -> store::Change {
        let kind = TIMER_KIND.to_owned();
        Timer { node: self.node, matter: self.id.value(), name, due, kind }.arm()
    }

    fn waiting(&self, wait: Number, of: &Wait, changes: &mut Changes) -> Result<(), StoreFault> {
        match &of.what {
            What::Timer { due, .. } => changes.push(self.timer(timer_name(wait), due.ms())),
            What::Condition(_) => {}
            What::Message { .. } | What::Signal(_) => {
                let row = self.row(wait, awaited(&of.what)?.into_iter().chain([self.at.into()]));
                changes.push(WAIT.row(row));
            }
        }
        Ok(())
    }
}

/// Rungs that are limits.
const LIMITS: [Rung; 2] = [Rung::Promised, Rung::Statutory];

/// Whether a limit of a clock is over.
fn is_late(clock: &Clock) -> bool {
    LIMITS.iter().any(|rung| clock.reached.contains(rung))
}

/// When the nearest limit of a clock that is still to come ends; nothing where it stands still.
fn nearest(clock: &Clock) -> Option<i64> {
    let limits = clock.rungs.iter().filter(|(rung, _)| LIMITS.contains(rung));
    limits.map(|(_, due)| due.ms()).min().filter(|_| !clock.held)
}

/// What is waited for from outside, as its row has it: kind, name, key.
fn awaited(what: &What) -> Result<[Value; 3], StoreFault> {
    Ok(match what {
        What::Message { name, key } => ["message".into(), name.as_str().into(), correlation(key.as_ref())?.into()],
        What::Signal(name) => ["signal".into(), name.as_str().into(), Value::NullText],
        What::Timer { .. } | What::Condition(_) => ["".into(), "".into(), Value::NullText],
    })
}
