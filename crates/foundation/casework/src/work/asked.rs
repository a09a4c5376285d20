//! What a worker beyond the house sends: JSON, and what of it does not fit.

use std::collections::{BTreeMap, BTreeSet};

use dmn::Context;
use flow::Command;
use flow::state::Number;
use kernel::Instant;
use kernel::refusal::{Param, Refuse};
use kernel::words::within;
use serde_json::{Map, Value as Json};

/// Types asked for at once, and characters of each, at most.
const MOST_TYPES: (usize, usize) = (20, 100);
/// Characters of a worker's name, of a reason, and of a code, at most.
const MOST_TEXT: (usize, usize, usize) = (64, 1_000, 100);
/// Seconds of a lease, without a word and at most.
const SECONDS: (u64, u64) = (60, 3_600);
/// Jobs leased at once, without a word and at most.
const MOST_JOBS: (u64, u64) = (1, 50);
/// Seconds after which a job that failed is offered again at most: a week.
const MOST_REST: u64 = 7 * 24 * 3_600;
/// Bytes of outputs, in canonical writing, at most.
const MOST_OUTPUTS: usize = 512 * 1024;

/// What of a worker's request does not fit, by its field.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// It is no object, or has a field that it should not have.
    #[error("the request is no object of the fields that it may have")]
    Fields,
    /// No types, or too many.
    #[error("the types are missing, too many, or too long")]
    Types,
    /// A type that the house serves itself.
    #[error("{0} is done by the node itself")]
    InHouse(String),
    /// No worker, or one of too long a name.
    #[error("the worker is missing, or longer than {} characters", MOST_TEXT.0)]
    Worker,
    /// No number of seconds, or too many.
    #[error("the seconds are no whole number from 1 to {}", SECONDS.1)]
    Seconds,
    /// No number of jobs, or too many.
    #[error("the most is no whole number from 1 to {}", MOST_JOBS.1)]
    Most,
    /// No outputs, or too much.
    #[error("the outputs are no object of values, or larger than {MOST_OUTPUTS} bytes")]
    Outputs,
    /// No reason, or one that is too long.
    #[error("the reason is missing, or longer than {} characters", MOST_TEXT.1)]
    Why,
    /// No number of seconds, or too many.
    #[error("the seconds after which it is tried again are no whole number up to {MOST_REST}")]
    RetryAfter,
    /// Neither the code of an error nor that of an escalation, or both.
    #[error("there is neither an error nor an escalation, or there are both, or the code is too long")]
    Code,
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Fields => "job.fields",
            Refusal::Types => "job.types",
            Refusal::InHouse(_) => "job.in_house",
            Refusal::Worker => "job.worker",
            Refusal::Seconds => "job.seconds",
            Refusal::Most => "job.most",
            Refusal::Outputs => "job.outputs",
            Refusal::Why => "job.why",
            Refusal::RetryAfter => "job.retry_after",
            Refusal::Code => "job.code",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        match self {
            Refusal::InHouse(job_type) => vec![("type", job_type.as_str().into())],
            _ => Vec::new(),
        }
    }
}

fn object<'j>(sent: &'j Json, known: &[&str]) -> Result<&'j Map<String, Json>, Refusal> {
    let all = sent.as_object().ok_or(Refusal::Fields)?;
    if all.keys().any(|name| !known.contains(&name.as_str())) {
        return Err(Refusal::Fields);
    }
    Ok(all)
}

fn text(all: &Map<String, Json>, name: &str, most: usize) -> Option<String> {
    within(all.get(name)?.as_str()?, most).map(str::to_owned)
}

fn whole(all: &Map<String, Json>, name: &str, (without, most): (u64, u64), least: u64) -> Option<u64> {
    match all.get(name) {
        None | Some(Json::Null) => Some(without),
        Some(number) => number.as_u64().filter(|number| (least..=most).contains(number)),
    }
}

/// Which jobs a worker asks for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Lease {
    /// Kinds of work that it does.
    pub types: BTreeSet<String>,
    /// What it calls itself.
    pub worker: String,
    /// For how long, in seconds.
    pub seconds: u64,
    /// How many at most.
    pub most: usize,
}

impl Lease {
    /// Reads `types` and `worker`, and where there are any `seconds` and `most`.
    ///
    /// - `in_house`: types that the node serves itself.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn read(sent: &Json, in_house: &[&str]) -> Result<Lease, Refusal> {
        let all = object(sent, &["types", "worker", "seconds", "most"])?;
        let types = all.get("types").and_then(Json::as_array).ok_or(Refusal::Types)?;
        if types.is_empty() || types.len() > MOST_TYPES.0 {
            return Err(Refusal::Types);
        }
        let one = |of: &Json| of.as_str().and_then(|of| within(of, MOST_TYPES.1)).map(str::to_owned);
        let types = types.iter().map(one).collect::<Option<BTreeSet<String>>>().ok_or(Refusal::Types)?;
        if let Some(own) = types.iter().find(|of| in_house.contains(&of.as_str())) {
            return Err(Refusal::InHouse(own.clone()));
        }
        let worker = text(all, "worker", MOST_TEXT.0).ok_or(Refusal::Worker)?;
        let seconds = whole(all, "seconds", SECONDS, 1).ok_or(Refusal::Seconds)?;
        let most = whole(all, "most", MOST_JOBS, 1).and_then(|most| usize::try_from(most).ok()).ok_or(Refusal::Most)?;
        Ok(Lease { types, worker, seconds, most })
    }
}

/// What a job came to: `outputs`, by name.
///
/// # Errors
/// The field that does not fit.
pub fn complete(sent: &Json) -> Result<impl Fn(Number) -> Command + use<>, Refusal> {
    let all = object(sent, &["outputs"])?;
    let outputs = match all.get("outputs") {
        None | Some(Json::Null) => Context::new(),
        Some(Json::Object(outputs)) => {
            let outputs: BTreeMap<String, Json> =
                outputs.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
            flow::script::context(&outputs).map_err(|_| Refusal::Outputs)?
        }
        Some(_) => return Err(Refusal::Outputs),
    };
    let size: usize = outputs
        .values()
        .map(|value| value.to_json().map(|text| text.len()))
        .sum::<Result<_, _>>()
        .map_err(|_| Refusal::Outputs)?;
    if size > MOST_OUTPUTS || outputs.keys().any(|name| name.trim().is_empty() || name.chars().any(char::is_control)) {
        return Err(Refusal::Outputs);
    }
    Ok(move |job| Command::CompleteJob { job, outputs: outputs.clone() })
}

/// Why a job could not be done: `why`, and in how many seconds it may be tried again, `retry_after`.
///
/// # Errors
/// The field that does not fit.
pub fn fail(sent: &Json, now: Instant) -> Result<impl Fn(Number) -> Command + use<>, Refusal> {
    let all = object(sent, &["why", "retry_after"])?;
    let why = text(all, "why", MOST_TEXT.1).ok_or(Refusal::Why)?;
    let rest = whole(all, "retry_after", (0, MOST_REST), 0).ok_or(Refusal::RetryAfter)?;
    let after = now.plus_ms(i64::try_from(rest).unwrap_or(0).saturating_mul(1_000));
    Ok(move |job| Command::FailJob { job, why: why.clone(), after: Some(after) })
}

/// A business error, which ends the job, or an escalation, which does not: `error` or `escalation`, a code.
///
/// # Errors
/// The field that does not fit.
pub fn throw(sent: &Json) -> Result<impl Fn(Number) -> Command + use<>, Refusal> {
    let all = object(sent, &["error", "escalation"])?;
    let code = |name: &str| text(all, name, MOST_TEXT.2);
    let (code, escalation) = match (all.get("error"), all.get("escalation")) {
        (Some(_), None) => (code("error"), false),
        (None, Some(_)) => (code("escalation"), true),
        _ => (None, false),
    };
    let code = code.ok_or(Refusal::Code)?;
    Ok(move |job| Command::ThrowFromJob { job, code: code.clone(), escalation })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_worker_asks_is_read_or_refused_by_its_field() {
        let many: Vec<String> = (0..21).map(|at| at.to_string()).collect();
        let cases = [
            (json!({"types": ["a"], "worker": "w"}), Ok((60, 1))),
            (json!({"types": ["a", "b"], "worker": "w", "seconds": 5, "most": 50}), Ok((5, 50))),
            (json!("a"), Err(Refusal::Fields)),
            (json!({"types": ["a"], "worker": "w", "until": 1}), Err(Refusal::Fields)),
            (json!({"worker": "w"}), Err(Refusal::Types)),
            (json!({"types": [], "worker": "w"}), Err(Refusal::Types)),
            (json!({"types": [1], "worker": "w"}), Err(Refusal::Types)),
            (json!({"types": many, "worker": "w"}), Err(Refusal::Types)),
            (json!({"types": ["remind"], "worker": "w"}), Err(Refusal::InHouse("remind".to_owned()))),
            (json!({"types": ["a"], "worker": " "}), Err(Refusal::Worker)),
            (json!({"types": ["a"], "worker": "w".repeat(65)}), Err(Refusal::Worker)),
            (json!({"types": ["a"], "worker": "w", "seconds": 0}), Err(Refusal::Seconds)),
            (json!({"types": ["a"], "worker": "w", "seconds": 1.5}), Err(Refusal::Seconds)),
            (json!({"types": ["a"], "worker": "w", "most": 51}), Err(Refusal::Most)),
        ];
        for (sent, expected) in cases {
            let read = Lease::read(&sent, &["remind"]).map(|lease| (lease.seconds, lease.most));
            assert_eq!(read, expected, "{sent}");
        }
    }

    #[test]
    fn what_a_worker_reports_is_read_or_refused_by_its_field() {
        let now = Instant::from_ms(0);
        let outputs = [("a".to_owned(), dmn::Value::whole(1))].into();
        let done = complete(&json!({"outputs": {"a": 1}})).map(|of| of(3));
        assert_eq!(done, Ok(Command::CompleteJob { job: 3, outputs }));
        for wrong in
            [json!({"outputs": []}), json!({"outputs": {"": 1}}), json!({"outputs": {"a": "x".repeat(600_000)}})]
        {
            assert_eq!(complete(&wrong).map(drop), Err(Refusal::Outputs));
        }
        assert_eq!(complete(&json!({"output": {}})).map(drop), Err(Refusal::Fields));
        let failed = fail(&json!({"why": "x", "retry_after": 2}), now).map(|of| of(3));
        let after = Some(Instant::from_ms(2_000));
        assert_eq!(failed, Ok(Command::FailJob { job: 3, why: "x".to_owned(), after }));
        for (wrong, refusal) in [
            (json!({}), Refusal::Why),
            (json!({"why": "x".repeat(1_001)}), Refusal::Why),
            (json!({"why": "x", "retry_after": -1}), Refusal::RetryAfter),
            (json!({"why": "x", "retry_after": MOST_REST + 1}), Refusal::RetryAfter),
        ] {
            assert_eq!(fail(&wrong, now).map(drop), Err(refusal), "{wrong}");
        }
        let threw = throw(&json!({"escalation": "e"})).map(|of| of(3));
        assert_eq!(threw, Ok(Command::ThrowFromJob { job: 3, code: "e".to_owned(), escalation: true }));
        for wrong in [json!({}), json!({"error": "a", "escalation": "b"}), json!({"error": ""}), json!({"error": 1})] {
            assert_eq!(throw(&wrong).map(drop), Err(Refusal::Code), "{wrong}");
        }
    }
}
