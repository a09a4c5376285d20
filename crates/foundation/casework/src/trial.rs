//! A model tried before it is deployed: a script of steps, replayed from its beginning each time by the rules that cases follow.
//! Nothing of it is kept or recorded; what it is bounded by is said here.

use std::sync::Arc;

use flow::script::{Script, ScriptFault, Undone, Written, take};
use flow::step::Definitions;
use flow::trial::{Trial, Tried};
use flow::{ElementId, Event};
use kernel::Instant;
use kernel::calendar::WorkingCalendar;
use kernel::refusal::{Param, Refuse};

/// Steps of a script at most: somebody clicks them one by one, and all are replayed for each.
pub const MOST_STEPS: usize = 200;
/// Bytes of a script at most: a page carries it in each of its forms.
pub const MOST_SCRIPT: usize = 64 << 10;
/// Bytes of a changed file that is tried before it is proposed.
pub const MOST_CONTENT: usize = 512 << 10;
/// Commands and events of a trial at most, all its steps together: processes that call or send to one another without end stop
/// there, while somebody waits.
pub const MOST_HAPPENING: u64 = 10_000;
/// Days that may pass in one step.
pub const MOST_DAYS: i64 = 3_660;

/// Why a trial does not go on.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// What the page carried, or somebody gave, is no script.
    #[error("not a script of a trial: {0}")]
    Script(ScriptFault),
    /// Too many steps.
    #[error("a trial has at most {MOST_STEPS} steps")]
    TooLong,
    /// The script, or a file that is tried, is too large.
    #[error("a trial carries at most {} KiB of script and {} KiB of a changed file", MOST_SCRIPT >> 10, MOST_CONTENT >> 10)]
    TooLarge,
    /// It went on without end.
    #[error("more than {MOST_HAPPENING} commands and events")]
    Exhausted,
    /// No such process.
    #[error("the process {0} is not among the files")]
    NoProcess(String),
    /// Nobody waits for a message.
    #[error("nobody waits for the message {0}")]
    NobodyWaits(String),
    /// A task or service is not open.
    #[error("{0} is not open")]
    NotOpen(String),
    /// No time that may pass.
    #[error("no number of days, too many, or nothing is due")]
    Time,
    /// Values that are no JSON object.
    #[error("the values are no JSON object")]
    Values,
    /// The engine's.
    #[error(transparent)]
    Engine(flow::Refusal),
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Script(_) => "trial.script",
            Refusal::TooLong => "trial.too_long",
            Refusal::TooLarge => "trial.too_large",
            Refusal::Exhausted => "trial.exhausted",
            Refusal::NoProcess(_) => "trial.no_process",
            Refusal::NobodyWaits(_) => "trial.nobody_waits",
            Refusal::NotOpen(_) => "trial.not_open",
            Refusal::Time => "trial.time",
            Refusal::Values => "trial.values",
            Refusal::Engine(refusal) => refusal.code(),
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::Script(fault) => vec![("why", fault.to_string().into())],
            Refusal::NoProcess(name) | Refusal::NobodyWaits(name) | Refusal::NotOpen(name) => {
                vec![("name", name.as_str().into())]
            }
            Refusal::Engine(refusal) => refusal.params(),
            _ => Vec::new(),
        }
    }
}

impl From<Undone> for Refusal {
    fn from(undone: Undone) -> Refusal {
        match undone {
            Undone::Refused(refusal) => Refusal::Engine(refusal),
            Undone::NobodyWaits(name) => Refusal::NobodyWaits(name),
            Undone::NotOpen(name) => Refusal::NotOpen(name),
        }
    }
}

/// How a trial stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// Its instances, in the order of their beginning.
    pub instances: Vec<Tried>,
    /// What happened: instance, when, what.
    pub history: Vec<(usize, Instant, Event)>,
    /// How much of the history there was before each step; the first is what the start did.
    pub steps: Vec<usize>,
    /// Its time.
    pub now: Instant,
    /// When something is due next, of itself.
    pub next_due: Option<Instant>,
    /// Who acted, by the names of the script: the officer of number 1 is the first of them.
    pub people: Vec<String>,
}

/// Reads what a page carried.
///
/// # Errors
/// If it is too large or too long, or no script.
pub fn read(text: &str) -> Result<Written, Refusal> {
    if text.len() > MOST_SCRIPT {
        return Err(Refusal::TooLarge);
    }
    let written = Written::read(text).map_err(Refusal::Script)?;
    if written.steps.len() > MOST_STEPS {
        return Err(Refusal::TooLong);
    }
    Ok(written)
}

/// Replays a script from its beginning.
///
/// # Errors
/// Why it does not go to its end, and the step at which (from 0); none: before the first.
pub fn replay(
    written: &Written,
    definitions: Definitions,
    calendar: Arc<WorkingCalendar>,
) -> Result<Standing, (Refusal, Option<usize>)> {
    let script = Script::of(written).map_err(|fault| (Refusal::Script(fault), None))?;
    let process = script.process.clone().unwrap_or_default();
    if !definitions.graphs.contains_key(&ElementId::from(process.as_str())) {
        return Err((Refusal::NoProcess(process), None));
    }
    let trial = Trial::of(definitions, script.now, script.worker()).by(calendar);
    let mut trial = trial.at_most(MOST_HAPPENING);
    trial.arm_starters();
    trial.start(&process, script.variables.clone()).map_err(|refusal| (Refusal::Engine(refusal), None))?;
    let mut steps = vec![0];
    for (at, turn) in script.turns.iter().enumerate() {
        if trial.exhausted {
            break;
        }
        steps.push(trial.history.len());
        take(&mut trial, turn).map_err(|undone| (undone.into(), Some(at)))?;
    }
    if trial.exhausted {
        return Err((Refusal::Exhausted, steps.len().checked_sub(2)));
    }
    let (now, next_due) = (trial.now, trial.next_due());
    Ok(Standing { instances: trial.instances, history: trial.history, steps, now, next_due, people: script.people })
}
