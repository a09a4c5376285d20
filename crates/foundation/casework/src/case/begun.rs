//! What of a case is once: what it began by where no officer opened it, and what a worker reported of a job.

use flow::state::Number;
use flow::{Command, ElementId};
use kernel::Instant;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// By what a case began that no officer opened. Source: flow.md §3 and §5.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "by", rename_all = "snake_case")]
pub enum Begun {
    /// A message with a key: while it lives, the same begins no other case.
    Message {
        /// The message.
        name: String,
        /// The key, in canonical writing.
        key: String,
    },
    /// A time.
    Timer {
        /// The start event.
        element: ElementId,
        /// When it was due.
        due: Instant,
    },
}

/// What a worker reported of a job.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Reported {
    /// The job.
    pub job: Number,
    /// The digest of what it said, 32 hexadecimal digits: whether a second report says the same is told by it.
    pub result: String,
}

impl Reported {
    /// What a command reports of a job; nothing where it is no report.
    pub fn of(command: &Command) -> Option<Reported> {
        let (job, said) = match command {
            Command::CompleteJob { job, outputs } => (*job, serde_json::json!({"outputs": outputs})),
            Command::FailJob { job, why, .. } => (*job, serde_json::json!({"why": why})),
            Command::ThrowFromJob { job, code, escalation } => {
                (*job, serde_json::json!({"code": code, "escalation": escalation}))
            }
            _ => return None,
        };
        let digest = Sha256::digest(said.to_string());
        let result = digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
        Some(Reported { job, result })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_reports_are_the_same_where_they_say_the_same() {
        let outputs = |text: &str| [("a".to_owned(), dmn::Value::text(text))].into();
        let done = |job, text| Reported::of(&Command::CompleteJob { job, outputs: outputs(text) }).unwrap();
        assert_eq!(done(1, "x"), done(1, "x"));
        assert_ne!(done(1, "x"), done(1, "y"));
        assert_ne!(done(1, "x"), done(2, "x"));
        let threw = |escalation| Command::ThrowFromJob { job: 1, code: "x".to_owned(), escalation };
        assert_ne!(Reported::of(&threw(true)), Reported::of(&threw(false)));
        assert_eq!(Reported::of(&Command::Cancel), None);
    }
}
