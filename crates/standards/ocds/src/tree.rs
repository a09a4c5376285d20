//! JSON as a tree that keeps the order of members and the text of numbers: what merging works on.

use std::borrow::Cow;

use crate::json::{Broken, Input, Step};
use crate::types::Text;

/// A JSON value.
#[derive(Clone, Debug)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    /// The number as written.
    Number(&'a str),
    Text(Text<'a>),
    List(Vec<Json<'a>>),
    /// Members in order; of several with one name the last counts.
    Object(Vec<(Text<'a>, Json<'a>)>),
}

/// Reads one JSON value that is the whole text.
pub(crate) fn read_tree(text: &str) -> Result<Json<'_>, Broken> {
    let mut input = Input::new(text);
    let value = read_value(&mut input)?;
    if input.at_end() { Ok(value) } else { input.broken(crate::Code::NotJson) }
}

fn read_value<'a>(input: &mut Input<'a>) -> Step<Json<'a>> {
    Ok(match input.peek()? {
        b'{' => {
            let mut members: Vec<(Text<'a>, Json<'a>)> = Vec::new();
            input.object(|input, name| {
                members.push((Cow::Owned(name.to_owned()), read_value(input)?));
                Ok(())
            })?;
            Json::Object(members)
        }
        b'[' => {
            let mut values = Vec::new();
            input.array(|input| {
                values.push(read_value(input)?);
                Ok(())
            })?;
            Json::List(values)
        }
        b'"' => Json::Text(input.string()?),
        b'n' => input.word("null").map(|()| Json::Null)?,
        b't' => input.word("true").map(|()| Json::Bool(true))?,
        b'f' => input.word("false").map(|()| Json::Bool(false))?,
        _ => Json::Number(input.number()?),
    })
}

impl<'a> Json<'a> {
    /// The member of an object; `None` elsewhere.
    pub fn member(&self, name: &str) -> Option<&Json<'a>> {
        match self {
            Json::Object(members) => members.iter().rev().find(|(held, _)| held == name).map(|(_, value)| value),
            _ => None,
        }
    }

    /// The text of a string; `None` elsewhere.
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    /// Appends the value as compact JSON.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Json::Null => out.extend_from_slice(b"null"),
            Json::Bool(true) => out.extend_from_slice(b"true"),
            Json::Bool(false) => out.extend_from_slice(b"false"),
            Json::Number(number) => out.extend_from_slice(number.as_bytes()),
            Json::Text(text) => write_text(text, out),
            Json::List(values) => write_list(values, out, Json::write),
            Json::Object(members) => {
                write_object(members.iter().map(|(name, value)| (name.as_ref(), value)), out, Json::write);
            }
        }
    }
}

/// Equal as JSON: members in any order, numbers by value where a decimal holds them.
impl PartialEq for Json<'_> {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Json::Null, Json::Null) => true,
            (Json::Bool(a), Json::Bool(b)) => a == b,
            (Json::Number(a), Json::Number(b)) => {
                a == b || matches!((crate::types::decimal(a), crate::types::decimal(b)), (Some(a), Some(b)) if a == b)
            }
            (Json::Text(a), Json::Text(b)) => a == b,
            (Json::List(a), Json::List(b)) => a == b,
            (Json::Object(a), Json::Object(b)) => {
                a.len() == b.len() && a.iter().all(|(name, value)| other.member(name) == Some(value))
            }
            _ => false,
        }
    }
}

/// Appends `[…]`, each value written by `write`.
pub(crate) fn write_list<T>(values: &[T], out: &mut Vec<u8>, write: impl Fn(&T, &mut Vec<u8>)) {
    out.push(b'[');
    for (index, value) in values.iter().enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write(value, out);
    }
    out.push(b']');
}

/// Appends `{…}`, each value written by `write`.
pub(crate) fn write_object<'m, T: 'm>(
    members: impl Iterator<Item = (&'m str, T)>,
    out: &mut Vec<u8>,
    write: impl Fn(T, &mut Vec<u8>),
) {
    out.push(b'{');
    for (index, (name, value)) in members.enumerate() {
        if index > 0 {
            out.push(b',');
        }
        write_text(name, out);
        out.push(b':');
        write(value, out);
    }
    out.push(b'}');
}

/// Appends a JSON string.
pub(crate) fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    let mut clean = 0;
    let bytes = text.as_bytes();
    for (at, &byte) in bytes.iter().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.extend_from_slice(&bytes[clean..at]);
        clean = at + 1;
        match byte {
            b'"' => out.extend_from_slice(b"\\\""),
            b'\\' => out.extend_from_slice(b"\\\\"),
            b'\n' => out.extend_from_slice(b"\\n"),
            b'\r' => out.extend_from_slice(b"\\r"),
            b'\t' => out.extend_from_slice(b"\\t"),
            other => out.extend_from_slice(format!("\\u{other:04x}").as_bytes()),
        }
    }
    out.extend_from_slice(&bytes[clean..]);
    out.push(b'"');
}
