//! How the vectors' JSON writes values, paths and bytes; see `vectors/make.py`.

use ledger::day::parse_instant;
use ledger::{Decimal, Path, Place, Step, Value};
use serde_json::Value as Json;

/// The vectors' folder.
pub const VECTORS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/vectors");

pub fn vectors(name: &str) -> Json {
    let text = std::fs::read_to_string(format!("{VECTORS}/{name}.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

pub fn list(json: &Json) -> &[Json] {
    json.as_array().unwrap()
}

pub fn text(json: &Json) -> &str {
    json.as_str().unwrap()
}

pub fn uint(json: &Json) -> u64 {
    json.as_u64().unwrap()
}

pub fn hex(json: &Json) -> Vec<u8> {
    let digits = text(json);
    (0..digits.len()).step_by(2).map(|at| u8::from_str_radix(&digits[at..at + 2], 16).unwrap()).collect()
}

pub fn hash(json: &Json) -> [u8; 32] {
    hex(json).try_into().unwrap()
}

pub fn to_hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn value(json: &Json) -> Value {
    if json.is_null() {
        return Value::Null;
    }
    let (kind, json) = json.as_object().unwrap().iter().next().unwrap();
    match kind.as_str() {
        "int" => Value::Int(json.as_i64().unwrap()),
        "text" => Value::text(text(json)),
        "bytes" => Value::bytes(hex(json)),
        "zeros" => Value::bytes(vec![0; usize::try_from(uint(json)).unwrap()]),
        "bool" => Value::Bool(json.as_bool().unwrap()),
        "decimal" => {
            let parts = list(json);
            let exponent = i32::try_from(parts[1].as_i64().unwrap()).unwrap();
            Value::Decimal(Decimal::new(parts[0].as_i64().unwrap(), exponent).unwrap())
        }
        "day" => Value::Day(text(json).parse().unwrap()),
        "instant" => Value::instant(parse_instant(text(json)).unwrap()).unwrap(),
        "list" => Value::list(list(json).iter().map(value)),
        "map" => Value::map(json.as_object().unwrap().iter().map(|(key, json)| (key.as_str(), value(json)))),
        other => panic!("the notation has no {other}"),
    }
}

pub fn place(json: &Json) -> Place {
    match list(json) {
        [Json::Null, number] => Place::Blank(uint(number)),
        steps => {
            let step = |json: &Json| match json {
                Json::String(name) => Step::Name(name.clone()),
                index => Step::Index(uint(index)),
            };
            Place::Field(Path(steps.iter().map(step).collect()))
        }
    }
}

pub fn path(json: &Json) -> Path {
    match place(json) {
        Place::Field(path) => path,
        Place::Blank(_) => panic!("a blank is no field"),
    }
}
