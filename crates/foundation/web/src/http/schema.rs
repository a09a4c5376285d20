//! JSON Schema (2020-12, as OpenAPI 3.1 takes it) of answers, said shortly.

use serde_json::{Map, Value, json};

/// An object: fields that are always there, and fields that are there for some readers or some cases.
pub fn object(always: Value, sometimes: Value) -> Value {
    let mut properties = Map::new();
    let mut required = Vec::new();
    for (fields, needed) in [(always, true), (sometimes, false)] {
        let Value::Object(fields) = fields else { continue };
        for (name, schema) in fields {
            if needed {
                required.push(Value::from(name.clone()));
            }
            properties.insert(name, schema);
        }
    }
    json!({"type": "object", "required": required, "properties": properties})
}

/// A list of such things.
pub fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

/// Text.
pub fn text() -> Value {
    json!({"type": "string"})
}

/// Text, or null where it is not known.
pub fn maybe_text() -> Value {
    json!({"type": ["string", "null"]})
}

/// A whole number.
pub fn integer() -> Value {
    json!({"type": "integer"})
}

/// A whole number, or null where it is not known.
pub fn maybe_integer() -> Value {
    json!({"type": ["integer", "null"]})
}

/// True or false.
pub fn boolean() -> Value {
    json!({"type": "boolean"})
}

/// A moment as RFC 3339 writes it.
pub fn moment() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// A text in both languages.
pub fn both() -> Value {
    object(json!({"zh": text(), "en": text()}), json!({}))
}

/// Such a thing, or null.
pub fn or_null(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_requires_what_is_always_there() {
        let schema = object(json!({"id": text()}), json!({"light": maybe_text()}));
        assert_eq!(schema["required"], json!(["id"]));
        assert_eq!(schema["properties"]["light"]["type"], json!(["string", "null"]));
    }
}
