//! Forms of tasks and of the start of a case: a plain subset of JSON Schema 2020-12, read strictly, so that what a form says
//! is what it does.
//!
//! An object with `properties` in their order; each has a `title` (and `x-title-en`), perhaps a `description` (and
//! `x-description-en`), and a `type`: `string` (with `maxLength`, `format: date`, `enum` or `x-lines`), `integer` or `number`
//! (with `minimum`, `maximum`), `boolean`. What is not listed in `required` may be left out.

use std::collections::BTreeMap;
use std::fmt;

use dmn::feel::Number;
use dmn::{Context, Value};
use kernel::Text;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// Fields of a form at most.
const MOST_FIELDS: usize = 100;
/// Characters of a field where its form gives no limit.
pub const MOST_TEXT: u32 = 2_000;
/// Characters that a form may allow for a field.
const LONGEST_TEXT: u32 = 20_000;

/// A form.
#[derive(Clone, PartialEq, Debug)]
pub struct Form {
    /// What it is called.
    pub title: Text,
    /// Its fields, in order.
    pub fields: Vec<FormField>,
}

/// A field; its name is the variable that takes its value.
#[derive(Clone, PartialEq, Debug)]
pub struct FormField {
    /// The variable.
    pub name: String,
    /// Its label.
    pub title: Text,
    /// A sentence of help.
    pub help: Option<Text>,
    /// What it takes.
    pub kind: FieldKind,
    /// Whether it must be filled.
    pub required: bool,
}

/// What a field takes.
#[derive(Clone, PartialEq, Debug)]
pub enum FieldKind {
    /// Text.
    Words {
        /// Several lines.
        lines: bool,
        /// Characters at most.
        most: u32,
    },
    /// One of these: value and label.
    Choice(Vec<(String, Text)>),
    /// A number.
    Figure {
        /// Whole numbers only.
        whole: bool,
        /// The least.
        least: Option<Number>,
        /// The greatest.
        most: Option<Number>,
    },
    /// Yes or no.
    Truth,
    /// A day.
    Day,
}

/// Why a file is no form: where in it, and what.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{pointer}: {what}")]
pub struct FormFault {
    /// A JSON pointer.
    pub pointer: String,
    /// Which rule.
    pub what: &'static str,
}

/// What is wrong with a value that was typed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueFault {
    /// It is missing.
    Missing,
    /// It is too long.
    TooLong,
    /// It is none of the choices.
    NoChoice,
    /// It is no number.
    NoNumber,
    /// It is not whole.
    NotWhole,
    /// It is below the least or above the greatest.
    OutOfRange,
    /// It is no day.
    NoDay,
}

impl ValueFault {
    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            ValueFault::Missing => "missing",
            ValueFault::TooLong => "too-long",
            ValueFault::NoChoice => "no-choice",
            ValueFault::NoNumber => "no-number",
            ValueFault::NotWhole => "not-whole",
            ValueFault::OutOfRange => "out-of-range",
            ValueFault::NoDay => "no-day",
        }
    }
}

/// An object whose members keep their order; one name twice is refused.
struct Ordered<T>(Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Ordered<T> {
        Ordered(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Ordered<T>, D::Error> {
        struct Members<T>(std::marker::PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Ordered<T>, A::Error> {
                let mut all: Vec<(String, T)> = Vec::new();
                while let Some((name, value)) = map.next_entry::<String, T>()? {
                    if all.len() >= MOST_FIELDS || all.iter().any(|(other, _)| *other == name) {
                        return Err(serde::de::Error::custom("too many members, or one name twice"));
                    }
                    all.push((name, value));
                }
                Ok(Ordered(all))
            }
        }
        from.deserialize_map(Members(std::marker::PhantomData))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Schema {
    #[serde(rename = "$schema", default)]
    _schema: Option<String>,
    #[serde(rename = "$id", default)]
    _id: Option<String>,
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(rename = "x-title-en", default)]
    title_en: Option<String>,
    #[serde(rename = "description", default)]
    _description: Option<String>,
    properties: Ordered<Property>,
    #[serde(default)]
    required: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Property {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    title: String,
    #[serde(rename = "x-title-en", default)]
    title_en: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(rename = "x-description-en", default)]
    description_en: Option<String>,
    #[serde(rename = "maxLength", default)]
    max_length: Option<u32>,
    #[serde(default)]
    format: Option<String>,
    #[serde(rename = "enum", default)]
    choices: Vec<String>,
    #[serde(rename = "x-enum-titles", default)]
    choice_titles: Vec<String>,
    #[serde(rename = "x-enum-titles-en", default)]
    choice_titles_en: Vec<String>,
    #[serde(rename = "x-lines", default)]
    lines: bool,
    #[serde(default)]
    minimum: Option<serde_json::Number>,
    #[serde(default)]
    maximum: Option<serde_json::Number>,
}

/// Text of both languages, the Chinese one where there is no English one.
fn both(zh: &str, en: Option<&str>) -> Text {
    Text::new(zh, en.filter(|en| !en.is_empty()).unwrap_or(zh))
}

impl Form {
    /// Reads a form.
    ///
    /// # Errors
    /// If the file is no JSON, or says something that a form of ours does not do.
    pub fn read(bytes: &[u8]) -> Result<Form, FormFault> {
        let schema: Schema = serde_json::from_slice(bytes).map_err(|error| {
            // Where serde stopped: its line is the best there is, the text itself is not repeated.
            FormFault { pointer: format!("{}:{}", error.line(), error.column()), what: "schema" }
        })?;
        let fault = |pointer: String, what| FormFault { pointer, what };
        if schema.kind != "object" {
            return Err(fault("/type".to_owned(), "object"));
        }
        if let Some(name) = schema.required.iter().find(|name| !schema.properties.0.iter().any(|(it, _)| it == *name)) {
            return Err(fault(format!("/required/{name}"), "required"));
        }
        let mut fields = Vec::new();
        for (name, property) in &schema.properties.0 {
            let at = format!("/properties/{name}");
            if !is_name(name) {
                return Err(fault(at, "name"));
            }
            let kind = kind_of(property).map_err(|what| fault(at.clone(), what))?;
            let label = if property.title.is_empty() { name } else { &property.title };
            fields.push(FormField {
                name: name.clone(),
                title: both(label, property.title_en.as_deref()),
                help: property.description.as_deref().map(|zh| both(zh, property.description_en.as_deref())),
                kind,
                required: schema.required.contains(name),
            });
        }
        Ok(Form { title: both(&schema.title, schema.title_en.as_deref()), fields })
    }

    /// The values of what was typed, or what is wrong with each field. A field left out is null, so that expressions may ask
    /// for it; a box that was not ticked is false.
    ///
    /// # Errors
    /// The fields, in order, each with what is wrong.
    pub fn values(&self, typed: &BTreeMap<String, String>) -> Result<Context, Vec<(String, ValueFault)>> {
        let mut values = Context::new();
        let mut faults = Vec::new();
        for field in &self.fields {
            let text = typed.get(&field.name).map(|text| text.trim()).unwrap_or_default();
            match field.value(text) {
                Ok(value) => drop(values.insert(field.name.clone(), value)),
                Err(fault) => faults.push((field.name.clone(), fault)),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

impl FormField {
    fn value(&self, text: &str) -> Result<Value, ValueFault> {
        if self.kind == FieldKind::Truth {
            return Ok(Value::Boolean(matches!(text, "on" | "true")));
        }
        if text.is_empty() {
            return if self.required { Err(ValueFault::Missing) } else { Ok(Value::Null) };
        }
        match &self.kind {
            FieldKind::Truth => Ok(Value::Null),
            FieldKind::Words { most, .. } => {
                let fits = text.chars().count() <= usize::try_from(*most).unwrap_or(usize::MAX);
                fits.then(|| Value::text(text)).ok_or(ValueFault::TooLong)
            }
            FieldKind::Choice(choices) => {
                let known = choices.iter().any(|(value, _)| value == text);
                known.then(|| Value::text(text)).ok_or(ValueFault::NoChoice)
            }
            FieldKind::Figure { whole, least, most } => {
                let plain = text.bytes().all(|byte| byte.is_ascii_digit() || b"+-.".contains(&byte));
                let number: Number = plain.then(|| text.parse().ok()).flatten().ok_or(ValueFault::NoNumber)?;
                if *whole && !number.is_whole() {
                    return Err(ValueFault::NotWhole);
                }
                if least.is_some_and(|least| number < least) || most.is_some_and(|most| number > most) {
                    return Err(ValueFault::OutOfRange);
                }
                Ok(Value::Number(number))
            }
            FieldKind::Day => Value::date(text).ok_or(ValueFault::NoDay),
        }
    }
}

/// Whether a name can be a variable: letters, digits and `_`, beginning with a letter.
fn is_name(name: &str) -> bool {
    let first = name.chars().next().is_some_and(char::is_alphabetic);
    first && name.len() <= 64 && name.chars().all(|c| c.is_alphanumeric() || c == '_')
}

fn kind_of(property: &Property) -> Result<FieldKind, &'static str> {
    let bound = |number: &Option<serde_json::Number>| match number {
        None => Ok(None),
        Some(number) => number.to_string().parse::<Number>().map(Some).map_err(|_| "bound"),
    };
    let is_text = property.kind == "string";
    if !is_text && (property.max_length.is_some() || property.format.is_some() || !property.choices.is_empty()) {
        return Err("type");
    }
    if property.max_length.is_some_and(|most| most == 0 || most > LONGEST_TEXT) {
        return Err("length");
    }
    match (property.kind.as_str(), property.format.as_deref()) {
        ("boolean", None) => Ok(FieldKind::Truth),
        ("string", Some("date")) => Ok(FieldKind::Day),
        ("string", None) if !property.choices.is_empty() => Ok(FieldKind::Choice(choices(property)?)),
        ("string", None) => {
            Ok(FieldKind::Words { lines: property.lines, most: property.max_length.unwrap_or(MOST_TEXT) })
        }
        ("integer" | "number", None) => {
            let (least, most) = (bound(&property.minimum)?, bound(&property.maximum)?);
            Ok(FieldKind::Figure { whole: property.kind == "integer", least, most })
        }
        _ => Err("type"),
    }
}

fn choices(property: &Property) -> Result<Vec<(String, Text)>, &'static str> {
    let titles = &property.choice_titles;
    let english = &property.choice_titles_en;
    let fits = |given: &[String]| given.is_empty() || given.len() == property.choices.len();
    if !fits(titles) || !fits(english) {
        return Err("choices");
    }
    let one = |(at, value): (usize, &String)| {
        let zh = titles.get(at).unwrap_or(value);
        (value.clone(), both(zh, english.get(at).map(String::as_str)))
    };
    Ok(property.choices.iter().enumerate().map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCEPT: &str = r#"{
      "type": "object", "title": "受理审查", "x-title-en": "Acceptance",
      "properties": {
        "complete": {"type": "boolean", "title": "材料齐全"},
        "area": {"type": "number", "title": "面积", "minimum": 0, "maximum": 1000},
        "rooms": {"type": "integer", "title": "房间"},
        "kind": {"type": "string", "title": "类别", "enum": ["a", "b"], "x-enum-titles": ["甲", "乙"]},
        "since": {"type": "string", "format": "date", "title": "日期"},
        "opinion": {"type": "string", "title": "意见", "x-lines": true, "maxLength": 5}
      },
      "required": ["area", "opinion"]
    }"#;

    fn typed(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn fields_keep_their_order_and_their_languages() {
        let form = Form::read(ACCEPT.as_bytes()).unwrap();
        let names: Vec<&str> = form.fields.iter().map(|field| field.name.as_str()).collect();
        assert_eq!(names, ["complete", "area", "rooms", "kind", "since", "opinion"]);
        assert_eq!((form.title.zh.as_str(), form.title.en.as_str()), ("受理审查", "Acceptance"));
        assert_eq!(form.fields[1].title.en, "面积", "what has no English name keeps its own");
    }

    #[test]
    fn what_was_typed_becomes_typed_values() {
        let form = Form::read(ACCEPT.as_bytes()).unwrap();
        let given = typed(&[
            ("complete", "on"),
            ("area", " 12.50 "),
            ("kind", "b"),
            ("since", "2026-11-16"),
            ("opinion", "同意"),
        ]);
        let values = form.values(&given).unwrap();
        assert_eq!(values["complete"], Value::Boolean(true));
        assert_eq!(values["area"], Value::Number("12.5".parse().unwrap()));
        assert_eq!(values["rooms"], Value::Null, "what may be left out is null, and not absent");
        assert_eq!(values["since"], Value::date("2026-11-16").unwrap());
        assert_eq!(form.values(&typed(&[("area", "1"), ("opinion", "x")])).unwrap()["complete"], Value::Boolean(false));
    }

    #[test]
    fn every_wrong_field_is_named() {
        let form = Form::read(ACCEPT.as_bytes()).unwrap();
        for (name, text, fault) in [
            ("area", "", ValueFault::Missing),
            ("area", "NaN", ValueFault::NoNumber),
            ("area", "1e9", ValueFault::NoNumber),
            ("area", "-1", ValueFault::OutOfRange),
            ("area", "1000.01", ValueFault::OutOfRange),
            ("rooms", "1.5", ValueFault::NotWhole),
            ("kind", "c", ValueFault::NoChoice),
            ("since", "2026-02-30", ValueFault::NoDay),
            ("opinion", "一二三四五六", ValueFault::TooLong),
        ] {
            let mut given = typed(&[("area", "1"), ("opinion", "x")]);
            given.insert(name.to_owned(), text.to_owned());
            assert_eq!(form.values(&given), Err(vec![(name.to_owned(), fault)]), "{name} {text:?}");
        }
        let both = form.values(&typed(&[])).unwrap_err();
        assert_eq!(both.len(), 2, "all are said, not the first: {both:?}");
    }

    #[test]
    fn what_a_form_does_not_do_is_refused_with_its_place() {
        for (schema, pointer, what) in [
            ("[]", "1:2", "schema"),
            (r#"{"type":"array","properties":{}}"#, "/type", "object"),
            (r#"{"type":"object","properties":{},"required":["x"]}"#, "/required/x", "required"),
            (r#"{"type":"object","properties":{"a b":{"type":"string"}}}"#, "/properties/a b", "name"),
            (r#"{"type":"object","properties":{"a":{"type":"object"}}}"#, "/properties/a", "type"),
            (r#"{"type":"object","properties":{"a":{"type":"string","format":"uri"}}}"#, "/properties/a", "type"),
            (r#"{"type":"object","properties":{"a":{"type":"boolean","maxLength":3}}}"#, "/properties/a", "type"),
            (r#"{"type":"object","properties":{"a":{"type":"string","maxLength":0}}}"#, "/properties/a", "length"),
            (
                r#"{"type":"object","properties":{"a":{"type":"string","enum":["x"],"x-enum-titles":["1","2"]}}}"#,
                "/properties/a",
                "choices",
            ),
        ] {
            let fault = Form::read(schema.as_bytes()).unwrap_err();
            assert_eq!((fault.pointer.as_str(), fault.what), (pointer, what), "{schema}");
        }
        for schema in [
            r#"{"type":"object","properties":{"a":{"type":"string"},"a":{"type":"string"}}}"#,
            r#"{"type":"object","properties":{"a":{"type":"string","pattern":".*"}}}"#,
            r#"{"type":"object","properties":{},"if":{}}"#,
        ] {
            assert_eq!(Form::read(schema.as_bytes()).unwrap_err().what, "schema", "{schema}");
        }
    }
}
