//! Events between their platform's types and the ledger's values.
//!
//! A platform's event is any `serde` type without floats: numbers that matter are decimals in text or integers of minor
//! units. It travels as JSON to the ledger's canonical CBOR; absent options are no fields at all.

use ledger::Value;
use ledger::body::{Body, BodyError};

/// Why an event is no body.
#[derive(Debug, thiserror::Error)]
pub enum PayloadError {
    /// The ledger knows no floats, and integers of 64 bits only.
    #[error("{0} is not an integer of 64 bits")]
    Number(String),
    /// Only a map has a place for what is absent.
    #[error("null in a list")]
    Null,
    /// The ledger refuses the fields.
    #[error(transparent)]
    Body(#[from] BodyError),
}

/// The body of an act for an event in JSON. An event that is not an object stands under `event`.
pub fn to_body(event: &serde_json::Value) -> Result<Body, PayloadError> {
    let value = match event {
        serde_json::Value::Null => Value::map::<String>([]),
        serde_json::Value::Object(_) => to_value(event)?,
        other => Value::map([("event", to_value(other)?)]),
    };
    Ok(Body::new(value)?)
}

fn to_value(json: &serde_json::Value) -> Result<Value, PayloadError> {
    Ok(match json {
        serde_json::Value::Null => return Err(PayloadError::Null),
        serde_json::Value::Bool(truth) => Value::Bool(*truth),
        serde_json::Value::Number(number) => {
            Value::int(number.as_i64().ok_or_else(|| PayloadError::Number(number.to_string()))?)
        }
        serde_json::Value::String(text) => Value::text(text.as_str()),
        serde_json::Value::Array(items) => Value::list(items.iter().map(to_value).collect::<Result<Vec<_>, _>>()?),
        serde_json::Value::Object(fields) => Value::map(
            fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| Ok((name.clone(), to_value(value)?)))
                .collect::<Result<Vec<_>, PayloadError>>()?,
        ),
    })
}

/// The event in JSON, as [`to_body`] was given it.
pub fn to_json(body: &Body) -> serde_json::Value {
    match from_value(&body.tree()) {
        serde_json::Value::Object(mut fields) if fields.len() == 1 && fields.contains_key("event") => {
            fields.remove("event").unwrap_or_default()
        }
        other => other,
    }
}

fn from_value(value: &Value) -> serde_json::Value {
    if let Some(truth) = value.as_bool() {
        truth.into()
    } else if let Some(int) = value.as_int() {
        int.into()
    } else if let Some(text) = value.as_text() {
        text.into()
    } else if let Some(items) = value.as_list() {
        items.iter().map(from_value).collect()
    } else if let Some(fields) = value.as_map() {
        fields.iter().map(|(name, value)| (name.clone(), from_value(value))).collect()
    } else if let Some(bytes) = value.as_bytes() {
        ledger::hash::hex(bytes).into()
    } else {
        serde_json::Value::Null
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn events_come_back_as_they_went() {
        let cases = [
            json!({"a": 1, "b": "二", "c": true, "d": [1, "x", {"e": []}], "f": {}}),
            json!({}),
            json!("Closed"),
            json!({"Closed": {"outcome": "explained"}}),
        ];
        for case in cases {
            assert_eq!(to_json(&to_body(&case).unwrap()), case);
        }
        assert_eq!(to_json(&to_body(&json!({"gone": null, "here": 1})).unwrap()), json!({"here": 1}));
    }

    #[test]
    fn what_the_ledger_does_not_know_is_refused() {
        for case in [json!({"a": 1.5}), json!({"a": [null]}), json!({"a": u64::MAX})] {
            assert!(to_body(&case).is_err(), "{case}");
        }
    }
}
