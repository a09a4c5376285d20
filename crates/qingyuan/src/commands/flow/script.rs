//! The script of a trial: what to start with, what workers answer, what happens when, what it is to come to. JSON:
//!
//! ```json
//! {
//!   "process": "approval", "now": "2026-03-02T08:00:00+08:00", "variables": {"amount": 250},
//!   "jobs": {"notify": {"outputs": {"sent": true}}, "slow": {"after": "PT10M"}, "broken": {"error": "E1"}},
//!   "steps": [
//!     {"complete": "draft", "by": "ana", "outputs": {"text": "…"}}, {"advance": "P1D"},
//!     {"message": "answer", "key": 7, "values": {}}, {"signal": "stop"}
//!   ],
//!   "expect": {"status": "completed", "done": ["draft", "check"], "incidents": [], "variables": {"fine": 7}}
//! }
//! ```

use std::collections::BTreeMap;
use std::path::Path;

use dmn::{Context, Value};
use flow::ElementId;
use flow::graph::Period;
use flow::trial::{Answer, Worker};
use kernel::day::Zone;
use kernel::{Instant, OfficerId, PostId};
use serde::Deserialize;
use serde_json::Value as Json;

use crate::say::both;

/// A script, read.
pub(super) struct Script {
    pub(super) process: Option<String>,
    pub(super) now: Instant,
    pub(super) variables: Context,
    jobs: BTreeMap<String, Answer>,
    pub(super) turns: Vec<Turn>,
    pub(super) expected: Option<Expected>,
}

/// One thing that happens.
pub(super) enum Turn {
    /// Time passes, in milliseconds.
    Advance(i64),
    /// A signal comes.
    Signal(String),
    /// A message comes.
    Message { name: String, key: Option<Value>, values: Context },
    /// Somebody does a task.
    Complete { task: String, by: (OfficerId, PostId), outputs: Context },
}

/// What it is to come to; what is left out is not compared.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct Expected {
    pub(super) status: Option<String>,
    pub(super) done: Option<Vec<String>>,
    pub(super) incidents: Option<Vec<String>>,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Json>,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
struct Written {
    process: Option<String>,
    now: Option<String>,
    #[serde(default)]
    variables: BTreeMap<String, Json>,
    #[serde(default)]
    jobs: BTreeMap<String, WrittenJob>,
    #[serde(default)]
    steps: Vec<WrittenStep>,
    expect: Option<Expected>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenJob {
    #[serde(default)]
    outputs: BTreeMap<String, Json>,
    after: Option<String>,
    error: Option<String>,
    fail: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenStep {
    complete: Option<String>,
    by: Option<String>,
    #[serde(default)]
    outputs: BTreeMap<String, Json>,
    advance: Option<String>,
    message: Option<String>,
    key: Option<Json>,
    #[serde(default)]
    values: BTreeMap<String, Json>,
    signal: Option<String>,
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
            expected: None,
        }
    }
}

impl Script {
    /// Reads a script; the error names the place and the mend.
    pub(super) fn read(path: &Path) -> Result<Script, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| {
            both(&format!("{shown} 读不出：{error}。"), &format!("{shown} cannot be read: {error}."))
        })?;
        let written: Written = serde_json::from_str(&text).map_err(|error| {
            both(&format!("{shown} 不是试运行脚本：{error}。"), &format!("{shown} is no script of a trial: {error}."))
        })?;
        Script::of(written).map_err(|(place, why)| {
            both(&format!("{shown}：{place} 不可用：{why}。"), &format!("{shown}: {place} cannot be used: {why}."))
        })
    }

    fn of(written: Written) -> Result<Script, (String, String)> {
        let mut script = Script { process: written.process, expected: written.expect, ..Script::default() };
        if let Some(now) = &written.now {
            script.now = now.parse().map_err(|_| ("now".to_owned(), now.clone()))?;
        }
        script.variables = context(&written.variables).map_err(|why| ("variables".to_owned(), why))?;
        for (job_type, job) in &written.jobs {
            let place = || format!("jobs.{job_type}");
            let outputs = context(&job.outputs).map_err(|why| (place(), why))?;
            let answer = match (&job.error, &job.fail, &job.after) {
                (Some(code), None, None) => Answer::Error(code.clone()),
                (None, Some(why), None) => Answer::Failed(why.clone()),
                (None, None, Some(after)) => {
                    let ms = duration(after).ok_or_else(|| (place(), after.clone()))?;
                    Answer::Later(ms, outputs)
                }
                (None, None, None) => Answer::Done(outputs),
                _ => return Err((place(), "error, fail, after".to_owned())),
            };
            script.jobs.insert(job_type.clone(), answer);
        }
        let mut people: BTreeMap<String, u128> = BTreeMap::new();
        for (at, step) in written.steps.iter().enumerate() {
            let place = || format!("steps[{at}]");
            script.turns.push(turn(step, &mut people).map_err(|why| (place(), why))?);
        }
        Ok(script)
    }

    /// Names that workers and people bring along.
    pub(super) fn names(&self) -> Vec<String> {
        let of_jobs = self.jobs.values().flat_map(|answer| match answer {
            Answer::Done(outputs) | Answer::Later(_, outputs) => outputs.keys().cloned().collect(),
            _ => Vec::new(),
        });
        let of_turns = self.turns.iter().flat_map(|turn| match turn {
            Turn::Complete { outputs, .. } => outputs.keys().cloned().collect::<Vec<_>>(),
            Turn::Message { values, .. } => values.keys().cloned().collect(),
            _ => Vec::new(),
        });
        of_jobs.chain(of_turns).collect()
    }

    /// Who answers jobs as the script says; what it says nothing of nobody does.
    pub(super) fn worker(&self) -> Worker<'static> {
        let jobs = self.jobs.clone();
        Box::new(move |job_type: &str, _: &ElementId, _: &Context| {
            jobs.get(job_type).cloned().unwrap_or(Answer::Nobody)
        })
    }
}

fn turn(step: &WrittenStep, people: &mut BTreeMap<String, u128>) -> Result<Turn, String> {
    match (&step.complete, &step.advance, &step.message, &step.signal) {
        (Some(task), None, None, None) => {
            let next = people.len() as u128 + 1;
            let who = *people.entry(step.by.clone().unwrap_or_default()).or_insert(next);
            let by = (OfficerId::new(who), PostId::new(who));
            Ok(Turn::Complete { task: task.clone(), by, outputs: context(&step.outputs)? })
        }
        (None, Some(advance), None, None) => duration(advance).map(Turn::Advance).ok_or_else(|| advance.clone()),
        (None, None, Some(name), None) => {
            let key = step.key.as_ref().map(value).transpose()?;
            Ok(Turn::Message { name: name.clone(), key, values: context(&step.values)? })
        }
        (None, None, None, Some(name)) => Ok(Turn::Signal(name.clone())),
        _ => Err("complete, advance, message, signal".to_owned()),
    }
}

/// A duration in milliseconds; months are counted from the beginning of a year.
fn duration(text: &str) -> Option<i64> {
    let period: Period = text.trim().parse().ok()?;
    let from: Instant = BEGINNING.parse().ok()?;
    Some(from.ms_until(period.after(from, Zone::CHINA))).filter(|ms| *ms >= 0)
}

fn context(values: &BTreeMap<String, Json>) -> Result<Context, String> {
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
pub(super) fn plain(value: &Value) -> Json {
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
