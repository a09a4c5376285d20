//! A JSON value that keeps the order of members and the text of numbers, whatever features other crates ask of `serde_json`.

use std::collections::HashMap;
use std::io::{self, Write};

use crate::scan::{Kind, Scan, Scanner};

/// Any JSON value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Json {
    /// `null`
    Null,
    /// `true`, `false`
    Bool(bool),
    /// A number, as written.
    Number(String),
    /// A string, unescaped.
    String(String),
    /// An array.
    Array(Vec<Json>),
    /// An object.
    Object(Object),
}

/// Members in order. Names are unique: of duplicates, the first gives the place and the last the value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Object(Vec<(String, Json)>);

/// Above this many members an object being read looks names up rather than comparing all of them.
const FEW: usize = 16;

impl Json {
    /// Reads the next value.
    pub fn read(scanner: &mut Scanner<'_>) -> Scan<Self> {
        Ok(match scanner.kind()? {
            Kind::Null => {
                scanner.null()?;
                Self::Null
            }
            Kind::Bool => Self::Bool(scanner.boolean()?),
            Kind::Number => Self::Number(scanner.number()?.to_owned()),
            Kind::String => Self::String(scanner.string()?.decode().into_owned()),
            Kind::Array => {
                let mut array = Vec::new();
                scanner.array(|scanner| {
                    array.push(Self::read(scanner)?);
                    Ok(())
                })?;
                Self::Array(array)
            }
            Kind::Object => {
                let mut members: Vec<(String, Self)> = Vec::new();
                let mut index = HashMap::new();
                scanner.object(|scanner, name| {
                    let name = name.decode().into_owned();
                    let value = Self::read(scanner)?;
                    if members.len() == FEW {
                        index = members.iter().map(|(name, _)| name.clone()).zip(0..).collect();
                    }
                    let at = if members.len() < FEW {
                        members.iter().position(|(one, _)| *one == name)
                    } else {
                        index.get(&name).copied()
                    };
                    if let Some(at) = at {
                        members[at].1 = value;
                    } else {
                        if members.len() >= FEW {
                            index.insert(name.clone(), members.len());
                        }
                        members.push((name, value));
                    }
                    Ok(())
                })?;
                Self::Object(Object(members))
            }
        })
    }

    /// The text of a string.
    pub fn as_str(&self) -> Option<&str> {
        if let Self::String(text) = self { Some(text) } else { None }
    }

    /// The value of a number, if an `f64` can hold it.
    pub fn as_f64(&self) -> Option<f64> {
        let Self::Number(text) = self else { return None };
        text.parse().ok().filter(|number: &f64| number.is_finite())
    }

    /// The members of an object.
    pub fn as_object_mut(&mut self) -> Option<&mut Object> {
        if let Self::Object(object) = self { Some(object) } else { None }
    }

    /// The elements of an array; none for anything else.
    pub fn elements_mut(&mut self) -> &mut [Self] {
        if let Self::Array(array) = self { array } else { &mut [] }
    }

    /// Prints it without spaces, as `serde_json` does.
    pub fn write(&self, out: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Null => out.write_all(b"null"),
            Self::Bool(true) => out.write_all(b"true"),
            Self::Bool(false) => out.write_all(b"false"),
            Self::Number(text) => out.write_all(text.as_bytes()),
            Self::String(text) => Ok(serde_json::to_writer(out, text)?),
            Self::Array(array) => {
                for (index, element) in array.iter().enumerate() {
                    out.push(if index == 0 { b'[' } else { b',' });
                    element.write(out)?;
                }
                out.write_all(if array.is_empty() { b"[]" } else { b"]" })
            }
            Self::Object(Object(members)) => {
                for (index, (name, value)) in members.iter().enumerate() {
                    out.push(if index == 0 { b'{' } else { b',' });
                    serde_json::to_writer(&mut *out, name)?;
                    out.push(b':');
                    value.write(out)?;
                }
                out.write_all(if members.is_empty() { b"{}" } else { b"}" })
            }
        }
    }
}

impl Object {
    /// Members in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Json)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// The value of a member.
    pub fn get(&self, name: &str) -> Option<&Json> {
        self.0.iter().find(|(one, _)| one == name).map(|(_, value)| value)
    }

    /// The value of a member, to change.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Json> {
        self.0.iter_mut().find(|(one, _)| one == name).map(|(_, value)| value)
    }

    /// The members of a member that is an object.
    pub fn object_mut(&mut self, name: &str) -> Option<&mut Self> {
        self.get_mut(name)?.as_object_mut()
    }

    /// The elements of a member that is an array; none otherwise.
    pub fn elements_mut(&mut self, name: &str) -> &mut [Json] {
        self.get_mut(name).map_or(&mut [], Json::elements_mut)
    }

    /// Sets a member: in its place if there is one, else at the end.
    pub fn set(&mut self, name: &str, value: Json) {
        match self.get_mut(name) {
            Some(old) => *old = value,
            None => self.0.push((name.to_owned(), value)),
        }
    }

    /// Takes a member out; the others keep their order.
    pub fn remove(&mut self, name: &str) -> Option<Json> {
        let at = self.0.iter().position(|(one, _)| one == name)?;
        Some(self.0.remove(at).1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round(text: &str) -> String {
        let json = Json::read(&mut Scanner::new(text, 0)).expect("valid");
        let mut out = Vec::new();
        json.write(&mut out).expect("a vector takes everything");
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn order_and_numbers_are_kept() {
        let cases = [
            (
                r#"{ "b" : 1.10, "a" : [1e5, -0, 12345678901234567890.0] }"#,
                r#"{"b":1.10,"a":[1e5,-0,12345678901234567890.0]}"#,
            ),
            (r#"{"a":1,"b":2,"\u0061":{"c":null}}"#, r#"{"a":{"c":null},"b":2}"#),
            (r#"["\u00e9\n\/\"\u0001",{},[],true,false]"#, r#"["é\n/\"\u0001",{},[],true,false]"#),
        ];
        for (text, expected) in cases {
            assert_eq!(round(text), expected);
        }
        let many: Vec<String> = (0..40).map(|i| format!("\"m{}\":{i}", i % 20)).collect();
        let expected: Vec<String> = (20..40).map(|i| format!("\"m{}\":{i}", i % 20)).collect();
        assert_eq!(round(&format!("{{{}}}", many.join(","))), format!("{{{}}}", expected.join(",")));
    }
}
