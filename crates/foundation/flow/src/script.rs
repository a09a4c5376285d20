//! The script of a trial: what to start with, what workers answer, what happens when, what it is to come to. JSON:
//!
//! ```json
//! {
//!   "process": "approval", "now": "2026-03-02T08:00:00+08:00", "variables": {"amount": 250},
//!   "jobs": {"notify": {"outputs": {"sent": true}}, "slow": {"after": "PT10M"}, "broken": {"error": "E1"}},
//!   "steps": [
//!     {"complete": "draft", "by": "ana", "outputs": {"text": "…"}}, {"advance": "P1D"},
//!     {"return": "check", "to": "draft", "by": "ben"}, {"job": "notify", "outputs": {}}, {"job": "pay", "fail": "no line"},
//!     {"message": "answer", "key": 7, "values": {}}, {"signal": "stop"}
//!   ],
//!   "expect": {"status": "completed", "done": ["draft", "check"], "incidents": [], "variables": {"fine": 7}}
//! }
//! ```
//!
//! What `jobs` names is answered as soon as it is offered; what it does not name waits for a step `job`. The command line and the
//! page that tries a model read the same.

use std::collections::BTreeMap;

use dmn::{Context, Value};
use kernel::day::Zone;
use kernel::{Instant, OfficerId, PostId};
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::Refusal;
use crate::graph::{ElementId, Period};
use crate::trial::{Answer, Trial, Worker};

/// Why a text is no script, or a step of one cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{place}: {why}")]
pub struct ScriptFault {
    /// Where, as a path of members; empty for the text as a whole.
    pub place: String,
    /// What was found there.
    pub why: String,
}

/// A script, read.
pub struct Script {
    /// The process; none: the only one there is.
    pub process: Option<String>,
    /// When it begins.
    pub now: Instant,
    /// What it begins with.
    pub variables: Context,
    jobs: BTreeMap<String, Answer>,
    /// What happens, in order.
    pub turns: Vec<Turn>,
    /// Who does it, by the names of the script: the officer of number 1 is the first of them.
    pub people: Vec<String>,
    /// What it is to come to.
    pub expected: Option<Expected>,
}

/// One thing that happens.
#[derive(Clone, PartialEq, Debug)]
pub enum Turn {
    /// Time passes, in milliseconds.
    Advance(i64),
    /// A signal comes.
    Signal(String),
    /// A message comes.
    Message {
        /// Its name.
        name: String,
        /// Its key.
        key: Option<Value>,
        /// What it says.
        values: Context,
    },
    /// Somebody does a task.
    Complete {
        /// Its element.
        task: String,
        /// Who.
        by: (OfficerId, PostId),
        /// What it comes to.
        outputs: Context,
    },
    /// Somebody sends the matter back from a task.
    Return {
        /// Its element.
        task: String,
        /// To which element.
        to: String,
        /// Who.
        by: (OfficerId, PostId),
    },
    /// A service answers.
    Job {
        /// The element.
        element: String,
        /// What.
        answer: Answer,
    },
}

/// What it is to come to; what is left out is not compared.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// How the first instance stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Activities that were done, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub done: Option<Vec<String>>,
    /// Incidents that are open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub incidents: Option<Vec<String>>,
    /// Variables of the first instance.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Json>,
}

/// A script as it is written.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Written {
    /// See [`Script::process`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<String>,
    /// See [`Script::now`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub now: Option<String>,
    /// See [`Script::variables`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub variables: BTreeMap<String, Json>,
    /// What workers answer, by the type of their work.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub jobs: BTreeMap<String, WrittenJob>,
    /// What happens.
    #[serde(default)]
    pub steps: Vec<WrittenStep>,
    /// See [`Script::expected`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expect: Option<Expected>,
}

/// What a worker answers, as it is written.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenJob {
    /// What it comes to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Json>,
    /// After which duration.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The code of an error.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<String>,
}

/// One step, as it is written: one of `complete`, `return`, `job`, `advance`, `message`, `signal`, and what belongs to it.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WrittenStep {
    /// The task that is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complete: Option<String>,
    /// The task from which the matter is sent back.
    #[serde(rename = "return", skip_serializing_if = "Option::is_none")]
    pub send_back: Option<String>,
    /// To which step.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// The service that answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// The code of the error that it throws.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fail: Option<String>,
    /// Who does it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// What it comes to.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub outputs: BTreeMap<String, Json>,
    /// The duration that passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advance: Option<String>,
    /// The message that comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// Its key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Json>,
    /// What it says.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub values: BTreeMap<String, Json>,
    /// The signal that comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
}

impl Written {
    /// Reads the text of a script.
    ///
    /// # Errors
    /// If it is no JSON, or says something that no script says.
    pub fn read(text: &str) -> Result<Written, ScriptFault> {
        serde_json::from_str(text).map_err(|error| ScriptFault { place: String::new(), why: error.to_string() })
    }

    /// The text of it, as [`Written::read`] reads it.
    pub fn text(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default()
    }
}

/// When a trial begins unless its script says so.
const BEGINNING: &str = "2026-01-05T01:00:00Z";

impl Default for Script {
    fn default() -> Script {
        Script {
            process: None,
            now: BEGINNING.parse().unwrap_or_default(),
            variables: Context::new(),
            jobs: BTreeMap::new(),
            turns: Vec::new(),
            people: Vec::new(),
            expected: None,
        }
    }
}

/// Why a step was not done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Undone {
    /// The instance's refusal.
    Refused(Refusal),
    /// Nobody waits for the message of that name.
    NobodyWaits(String),
    /// The task or service of that element is not open.
    NotOpen(String),
}

impl Script {
    /// Makes a written script ready.
    ///
    /// # Errors
    /// The first place that cannot be used.
    pub fn of(written: &Written) -> Result<Script, ScriptFault> {
        let at = |place: &str| {
            let place = place.to_owned();
            move |why: String| ScriptFault { place, why }
        };
        let mut script =
            Script { process: written.process.clone(), expected: written.expect.clone(), ..Script::default() };
        if let Some(now) = &written.now {
            script.now = now.parse().map_err(|_| at("now")(now.clone()))?;
        }
        script.variables = context(&written.variables).map_err(at("variables"))?;
        for (job_type, job) in &written.jobs {
            let answer = answer(&job.outputs, (&job.error, &job.fail, &job.after));
            script.jobs.insert(job_type.clone(), answer.map_err(at(&format!("jobs.{job_type}")))?);
        }
        for (number, step) in written.steps.iter().enumerate() {
            let turn = turn(step, &mut script.people).map_err(at(&format!("steps[{number}]")))?;
            script.turns.push(turn);
        }
        Ok(script)
    }

    /// Names that workers and people bring along.
    pub fn names(&self) -> Vec<String> {
        let of_answer = |answer: &Answer| match answer {
            Answer::Done(outputs) | Answer::Later(_, outputs) => outputs.keys().cloned().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        let of_turns = self.turns.iter().flat_map(|turn| match turn {
            Turn::Complete { outputs, .. } => outputs.keys().cloned().collect(),
            Turn::Message { values, .. } => values.keys().cloned().collect(),
            Turn::Job { answer, .. } => of_answer(answer),
            _ => Vec::new(),
        });
        self.jobs.values().flat_map(of_answer).chain(of_turns).collect()
    }

    /// Who answers jobs as the script says; what it says nothing of nobody does.
    pub fn worker(&self) -> Worker<'static> {
        let jobs = self.jobs.clone();
        Box::new(move |job_type: &str, _: &ElementId, _: &Context| {
            jobs.get(job_type).cloned().unwrap_or(Answer::Nobody)
        })
    }
}

/// Lets one thing happen in a trial.
///
/// # Errors
/// Why it was not done; what had happened before stays.
pub fn take(trial: &mut Trial<'_>, turn: &Turn) -> Result<(), Undone> {
    let open = |done: bool, element: &str| match done {
        true => Ok(()),
        false => Err(Undone::NotOpen(element.to_owned())),
    };
    match turn {
        Turn::Advance(ms) => {
            trial.advance(*ms);
            Ok(())
        }
        Turn::Signal(name) => {
            trial.signal(name);
            Ok(())
        }
        Turn::Message { name, key, values } => match trial.message(name, key.as_ref(), values) {
            0 => Err(Undone::NobodyWaits(name.clone())),
            _ => Ok(()),
        },
        Turn::Complete { task, by, outputs } => {
            let done = trial.complete_task(&ElementId::from(task.as_str()), *by, outputs);
            open(done.map_err(Undone::Refused)?, task)
        }
        Turn::Return { task, to, by } => {
            let to = ElementId::from(to.as_str());
            let done = trial.return_task(&ElementId::from(task.as_str()), *by, &to);
            open(done.map_err(Undone::Refused)?, task)
        }
        Turn::Job { element, answer } => {
            let done = trial.answer_job(&ElementId::from(element.as_str()), answer);
            open(done.map_err(Undone::Refused)?, element)
        }
    }
}

/// What a worker answers.
///
/// - `instead`: the code of an error, why it failed, after which duration: at most one of them.
fn answer(
    outputs: &BTreeMap<String, Json>,
    instead: (&Option<String>, &Option<String>, &Option<String>),
) -> Result<Answer, String> {
    let outputs = context(outputs)?;
    match instead {
        (Some(code), None, None) => Ok(Answer::Error(code.clone())),
        (None, Some(why), None) => Ok(Answer::Failed(why.clone())),
        (None, None, Some(after)) => duration(after).map(|ms| Answer::Later(ms, outputs)).ok_or_else(|| after.clone()),
        (None, None, None) => Ok(Answer::Done(outputs)),
        _ => Err("error, fail, after".to_owned()),
    }
}

fn turn(step: &WrittenStep, people: &mut Vec<String>) -> Result<Turn, String> {
    let mut person = || {
        let name = step.by.clone().unwrap_or_default();
        let place = people.iter().position(|other| *other == name).unwrap_or_else(|| {
            people.push(name);
            people.len() - 1
        });
        let number = u128::try_from(place).unwrap_or(u128::MAX - 1) + 1;
        (OfficerId::new(number), PostId::new(number))
    };
    match (&step.complete, &step.send_back, &step.job, &step.advance, &step.message, &step.signal) {
        (Some(task), None, None, None, None, None) => {
            Ok(Turn::Complete { task: task.clone(), by: person(), outputs: context(&step.outputs)? })
        }
        (None, Some(task), None, None, None, None) => {
            let to = step.to.clone().ok_or("to")?;
            Ok(Turn::Return { task: task.clone(), to, by: person() })
        }
        (None, None, Some(element), None, None, None) => {
            let answer = answer(&step.outputs, (&step.error, &step.fail, &None))?;
            Ok(Turn::Job { element: element.clone(), answer })
        }
        (None, None, None, Some(advance), None, None) => {
            duration(advance).map(Turn::Advance).ok_or_else(|| advance.clone())
        }
        (None, None, None, None, Some(name), None) => {
            let key = step.key.as_ref().map(value).transpose()?;
            Ok(Turn::Message { name: name.clone(), key, values: context(&step.values)? })
        }
        (None, None, None, None, None, Some(name)) => Ok(Turn::Signal(name.clone())),
        _ => Err("complete, return, job, advance, message, signal".to_owned()),
    }
}

/// A duration in milliseconds; months are counted from the beginning of a year.
fn duration(text: &str) -> Option<i64> {
    let period: Period = text.trim().parse().ok()?;
    let from: Instant = BEGINNING.parse().ok()?;
    Some(from.ms_until(period.after(from, Zone::CHINA))).filter(|ms| *ms >= 0)
}

/// Values as people write JSON, by name.
///
/// # Errors
/// What cannot be read.
pub fn context(values: &BTreeMap<String, Json>) -> Result<Context, String> {
    values.iter().map(|(name, given)| Ok((name.clone(), value(given)?))).collect()
}

/// A value as people write JSON: numbers bare; dates and durations as objects of one member that names the type, as in the
/// trace.
fn value(given: &Json) -> Result<Value, String> {
    const TYPES: [&str; 6] = ["number", "date", "time", "dateTime", "yearsMonths", "daysTime"];
    Ok(match given {
        Json::Null => Value::Null,
        Json::Bool(truth) => Value::Boolean(*truth),
        Json::Number(number) => Value::Number(number.to_string().parse().map_err(|_| number.to_string())?),
        Json::String(text) => Value::text(text.as_str()),
        Json::Array(items) => Value::List(items.iter().map(value).collect::<Result<_, _>>()?),
        Json::Object(members) => match members.iter().next() {
            Some((name, _)) if members.len() == 1 && TYPES.contains(&name.as_str()) => {
                Value::from_json(&given.to_string()).map_err(|fault| fault.to_string())?
            }
            _ => {
                Value::Context(members.iter().map(|(name, given)| Ok((name.clone(), value(given)?))).collect::<Result<
                    _,
                    String,
                >>(
                )?)
            }
        },
    })
}

/// The same the other way: a value as [`value`] reads it.
pub fn plain(value: &Value) -> Json {
    match value {
        Value::Null => Json::Null,
        Value::Boolean(truth) => Json::Bool(*truth),
        Value::Number(number) => serde_json::from_str(&number.to_string()).unwrap_or(Json::Null),
        Value::String(text) => Json::String(text.clone()),
        Value::List(items) => Json::Array(items.iter().map(plain).collect()),
        Value::Context(members) => {
            Json::Object(members.iter().map(|(name, value)| (name.clone(), plain(value))).collect())
        }
        other => serde_json::to_value(other).unwrap_or(Json::Null),
    }
}
