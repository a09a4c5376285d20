//! A message as somebody outside sends it: JSON, and what of it does not fit.

use kernel::refusal::{Param, Refuse};
use kernel::{Instant, words};
use serde_json::{Map, Value as Json};

use super::MessageEvent;

/// Characters of an id, and of a name, at most.
const MOST_TEXT: (usize, usize) = (100, 200);
/// Bytes of a key, in canonical writing, at most.
const MOST_KEY: usize = 500;
/// Bytes of what a message says, in canonical writing, at most: it is one field of an act.
pub const MOST_BYTES: usize = 48 * 1024;
/// How long a message is kept at most: a year, in milliseconds.
const MOST_KEPT_MS: i64 = 366 * 24 * 3_600_000;

/// What of a message does not fit, by its field.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refusal {
    /// It is no object, or has a field that no message has.
    #[error("a message is an object of id, name, key, content and keep_until")]
    Fields,
    /// No id, or one that is too long.
    #[error("the id is missing, or longer than {} characters", MOST_TEXT.0)]
    Id,
    /// No name, or one that is too long.
    #[error("the name is missing, or longer than {} characters", MOST_TEXT.1)]
    Name,
    /// A key that is none.
    #[error("the key is no value, or longer than {MOST_KEY} bytes")]
    Key,
    /// What it says is no object of values, or too much.
    #[error("the content is no object of values, or larger than {MOST_BYTES} bytes")]
    Content,
    /// The moment until which it is kept is none, is over, or lies too far ahead.
    #[error("the moment until which it is kept is none, is over, or lies more than a year ahead")]
    KeepUntil,
}

impl Refusal {
    /// The field that does not fit.
    pub fn field(self) -> &'static str {
        match self {
            Refusal::Fields => "",
            Refusal::Id => "id",
            Refusal::Name => "name",
            Refusal::Key => "key",
            Refusal::Content => "content",
            Refusal::KeepUntil => "keep_until",
        }
    }
}

impl Refuse for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Refusal::Fields => "message.fields",
            Refusal::Id => "message.id",
            Refusal::Name => "message.name",
            Refusal::Key => "message.key",
            Refusal::Content => "message.content",
            Refusal::KeepUntil => "message.keep_until",
        }
    }

    fn params(&self) -> Vec<(&'static str, Param)> {
        Vec::new()
    }
}

/// A message as it was sent, read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Given {
    /// The sender's name for it: the same again is the same message.
    pub id: String,
    /// What is recorded of it.
    pub event: MessageEvent,
}

impl Given {
    /// Reads what was sent: `id`, `name`, and where there are any `key`, `content`, `keep_until`.
    ///
    /// # Errors
    /// The first field that does not fit.
    pub fn read(sent: &Json, now: Instant) -> Result<Given, Refusal> {
        const KNOWN: [&str; 5] = ["id", "name", "key", "content", "keep_until"];
        let all = sent.as_object().ok_or(Refusal::Fields)?;
        if all.keys().any(|name| !KNOWN.contains(&name.as_str())) {
            return Err(Refusal::Fields);
        }
        let text = |name: &str, most: usize| {
            let text = all.get(name).and_then(Json::as_str)?;
            let plain = !text.chars().any(char::is_control);
            words::within(text, most).filter(|_| plain).map(str::to_owned)
        };
        let id = text("id", MOST_TEXT.0).ok_or(Refusal::Id)?;
        let name = text("name", MOST_TEXT.1).ok_or(Refusal::Name)?;
        let key = match all.get("key") {
            None | Some(Json::Null) => None,
            Some(key) => Some(written(key).filter(|key| key.len() <= MOST_KEY).ok_or(Refusal::Key)?),
        };
        let content = match all.get("content") {
            None | Some(Json::Null) => "{}".to_owned(),
            Some(Json::Object(content)) => values(content).ok_or(Refusal::Content)?,
            Some(_) => return Err(Refusal::Content),
        };
        let until = match all.get("keep_until") {
            None | Some(Json::Null) => 0,
            Some(until) => {
                let until: Option<Instant> = until.as_str().and_then(|until| until.parse().ok());
                let ahead = |until: &Instant| (1..=MOST_KEPT_MS).contains(&now.ms_until(*until));
                until.filter(ahead).ok_or(Refusal::KeepUntil)?.ms()
            }
        };
        Ok(Given { id, event: MessageEvent::Received { name, key, content, until } })
    }
}

/// A value in canonical writing; none where it cannot be written.
fn written(value: &Json) -> Option<String> {
    let one = [("it".to_owned(), value.clone())].into();
    flow::script::context(&one).ok()?.get("it")?.to_json().ok()
}

/// What a message says in canonical writing; none where it is too much, or no value.
fn values(content: &Map<String, Json>) -> Option<String> {
    let plain = |name: &String| !name.trim().is_empty() && !name.chars().any(char::is_control);
    let all: std::collections::BTreeMap<String, Json> =
        content.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    let values = flow::script::context(&all).ok().filter(|_| all.keys().all(plain))?;
    // Each within the depth that a value may have; the whole within one field of an act.
    if values.values().any(|value| value.to_json().is_err()) {
        return None;
    }
    serde_json::to_string(&values).ok().filter(|text| text.len() <= MOST_BYTES)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_does_not_fit_is_named_by_its_field() {
        let now = Instant::from_ms(1_800_000_000_000);
        let until = |ms: i64| now.plus_ms(ms).to_string();
        let cases = [
            (json!({"id": "1", "name": "m"}), Ok(())),
            (json!({"id": "1", "name": "m", "key": 7, "content": {"a": [1, {"date": "2026-01-01"}]}}), Ok(())),
            (json!({"id": "1", "name": "m", "key": null, "content": null, "keep_until": null}), Ok(())),
            (json!({"id": "1", "name": "m", "keep_until": until(1)}), Ok(())),
            (json!([]), Err(Refusal::Fields)),
            (json!({"id": "1", "name": "m", "kee_until": "x"}), Err(Refusal::Fields)),
            (json!({"name": "m"}), Err(Refusal::Id)),
            (json!({"id": " ", "name": "m"}), Err(Refusal::Id)),
            (json!({"id": 1, "name": "m"}), Err(Refusal::Id)),
            (json!({"id": "x".repeat(101), "name": "m"}), Err(Refusal::Id)),
            (json!({"id": "a\nb", "name": "m"}), Err(Refusal::Id)),
            (json!({"id": "1"}), Err(Refusal::Name)),
            (json!({"id": "1", "name": "x".repeat(201)}), Err(Refusal::Name)),
            (json!({"id": "1", "name": "m", "key": "x".repeat(500)}), Err(Refusal::Key)),
            (json!({"id": "1", "name": "m", "key": {"date": "2026-02-30"}}), Err(Refusal::Key)),
            (json!({"id": "1", "name": "m", "content": []}), Err(Refusal::Content)),
            (json!({"id": "1", "name": "m", "content": {"": 1}}), Err(Refusal::Content)),
            (json!({"id": "1", "name": "m", "content": {"a": "x".repeat(MOST_BYTES)}}), Err(Refusal::Content)),
            (json!({"id": "1", "name": "m", "content": {"a": {"time": "25:00"}}}), Err(Refusal::Content)),
            (json!({"id": "1", "name": "m", "keep_until": until(0)}), Err(Refusal::KeepUntil)),
            (json!({"id": "1", "name": "m", "keep_until": until(MOST_KEPT_MS + 1)}), Err(Refusal::KeepUntil)),
            (json!({"id": "1", "name": "m", "keep_until": "tomorrow"}), Err(Refusal::KeepUntil)),
            (json!({"id": "1", "name": "m", "keep_until": 5}), Err(Refusal::KeepUntil)),
        ];
        for (sent, expected) in cases {
            assert_eq!(Given::read(&sent, now).map(drop), expected, "{sent}");
        }
    }

    #[test]
    fn what_is_recorded_is_canonical() {
        let sent = json!({"id": "1", "name": "m", "key": 12.50, "content": {"b": true, "a": 1}});
        let given = Given::read(&sent, Instant::from_ms(0)).unwrap();
        let MessageEvent::Received { key, content, .. } = given.event else { panic!("it came") };
        assert_eq!(key.as_deref(), Some(r#"{"number":"12.5"}"#));
        assert_eq!(content, r#"{"a":{"number":"1"},"b":true}"#);
    }
}
