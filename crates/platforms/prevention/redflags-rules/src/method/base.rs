//! The base release of the examples, and how values in it are changed.

use serde_json::{Map, Value};

/// A JSON pointer and the value put there, as JSON; `""` takes the member or element away.
pub type Change = (&'static str, &'static str);

const BASE: &str = include_str!("base.json");

/// The base release: one lot, three valid bids and one disqualified, an award, a contract, paid and delivered; nothing to be raised.
pub fn base() -> Value {
    serde_json::from_str(BASE).unwrap_or(Value::Null)
}

/// The base release with changes, in their order. Members on the way are made; the index after the last appends.
pub fn changed(changes: &[Change]) -> Value {
    let mut release = base();
    for (pointer, text) in changes {
        let path: Vec<&str> = pointer.split('/').skip(1).collect();
        let value = if text.is_empty() { None } else { serde_json::from_str(text).ok() };
        put(&mut release, &path, value);
    }
    release
}

fn put(at: &mut Value, path: &[&str], value: Option<Value>) {
    let [name, rest @ ..] = path else { return };
    if let Value::Array(list) = at {
        let Ok(index) = name.parse::<usize>() else { return };
        match (rest.is_empty(), value) {
            (true, None) if index < list.len() => {
                list.remove(index);
            }
            (true, None) => {}
            (true, Some(value)) if index < list.len() => list[index] = value,
            (true, Some(value)) => list.push(value),
            (false, value) => {
                if index >= list.len() {
                    list.push(Value::Object(Map::new()));
                }
                let index = index.min(list.len() - 1);
                put(&mut list[index], rest, value);
            }
        }
        return;
    }
    if !at.is_object() {
        *at = Value::Object(Map::new());
    }
    let Value::Object(members) = at else { return };
    match (rest.is_empty(), value) {
        (true, None) => {
            members.remove(*name);
        }
        (true, Some(value)) => {
            members.insert((*name).to_owned(), value);
        }
        (false, value) => {
            let empty =
                if rest[0].parse::<usize>().is_ok() { Value::Array(Vec::new()) } else { Value::Object(Map::new()) };
            put(members.entry((*name).to_owned()).or_insert(empty), rest, value);
        }
    }
}
