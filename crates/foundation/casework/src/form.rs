//! Forms of tasks and of the start of a case: a plain subset of JSON Schema 2020-12, read strictly, so that what a form says
//! is what it does.
//!
//! An object with `properties` in their order; each has a `title` (and `x-title-en`), perhaps a `description` (and
//! `x-description-en`), and a `type`: `string` (with `maxLength`, `format: date`, `enum` or `x-lines`), `integer` or `number`
//! (with `minimum`, `maximum`), `boolean`, or `array` with `x-file` for files (with `maxItems`, `x-max-bytes` for each of them,
//! `x-types`). What is not listed in `required` may be left out.

use std::collections::BTreeMap;
use std::fmt;

use dmn::feel::Number;
use dmn::{Context, Value};
use kernel::Text;
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

use crate::attachment::{self, Kind};

/// Fields of a form at most.
const MOST_FIELDS: usize = 100;
/// Characters of a field where its form gives no limit.
pub const MOST_TEXT: u32 = 2_000;
/// Characters that a form may allow for a field.
const LONGEST_TEXT: u32 = 20_000;
/// Files of a field, and bytes of each, where its form gives no limit.
const USUAL_FILES: (u32, u64) = (5, 10 << 20);
/// Files that a form may allow for a field, and bytes of each.
pub const MOST_FILES: (u32, u64) = (20, 50 << 20);

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
    /// What the house fills in where a member of the public begins the case: it is not asked for then.
    pub fill: Option<Fill>,
}

/// What the house fills in.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// The receipt number of the application.
    Receipt,
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
    /// Files.
    Files(FilesAsked),
}

/// Which files a field takes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FilesAsked {
    /// What they may be, by content; never empty.
    pub kinds: Vec<Kind>,
    /// How many at most.
    pub most: u32,
    /// Bytes of each at most.
    pub most_bytes: u64,
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
    /// There are more files than the field takes.
    TooMany,
    /// A file is larger than the field takes.
    TooLarge,
    /// A file is none of the kinds that the field takes.
    WrongKind,
    /// A file has nothing in it.
    Empty,
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
            ValueFault::TooMany => "too-many",
            ValueFault::TooLarge => "too-large",
            ValueFault::WrongKind => "wrong-kind",
            ValueFault::Empty => "empty",
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
    #[serde(rename = "x-file", default)]
    file: bool,
    #[serde(rename = "x-types", default)]
    types: Vec<String>,
    #[serde(rename = "x-max-bytes", default)]
    max_bytes: Option<u64>,
    #[serde(rename = "maxItems", default)]
    max_items: Option<u32>,
    #[serde(rename = "x-fill", default)]
    fill: Option<String>,
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
            let fill = match (property.fill.as_deref(), &kind) {
                (None, _) => None,
                (Some("receipt"), FieldKind::Words { .. }) => Some(Fill::Receipt),
                _ => return Err(fault(at, "fill")),
            };
            let label = if property.title.is_empty() { name } else { &property.title };
            fields.push(FormField {
                name: name.clone(),
                title: both(label, property.title_en.as_deref()),
                help: property.description.as_deref().map(|zh| both(zh, property.description_en.as_deref())),
                kind,
                required: schema.required.contains(name),
                fill,
            });
        }
        Ok(Form { title: both(&schema.title, schema.title_en.as_deref()), fields })
    }

    /// Whether it asks for files.
    pub fn takes_files(&self) -> bool {
        self.fields.iter().any(|field| matches!(field.kind, FieldKind::Files(_)))
    }

    /// The values of what was typed, or what is wrong with each field. A field left out is null, so that expressions may ask
    /// for it; a box that was not ticked is false.
    ///
    /// # Errors
    /// The fields, in order, each with what is wrong.
    pub fn values(&self, typed: &BTreeMap<String, String>) -> Result<Context, Vec<(String, ValueFault)>> {
        self.filled(typed, &BTreeMap::new())
    }

    /// The same of a form with files: the value of their field is the list of their blobs.
    ///
    /// - `files`: blobs of each field, looked at one by one before.
    ///
    /// # Errors
    /// As [`Form::values`].
    pub fn filled(
        &self,
        typed: &BTreeMap<String, String>,
        files: &BTreeMap<String, Vec<String>>,
    ) -> Result<Context, Vec<(String, ValueFault)>> {
        let mut values = Context::new();
        let mut faults = Vec::new();
        for field in &self.fields {
            let text = typed.get(&field.name).map(|text| text.trim()).unwrap_or_default();
            let value = match &field.kind {
                FieldKind::Files(asked) => field.attached(asked, files.get(&field.name).map_or(&[], Vec::as_slice)),
                _ => field.value(text),
            };
            match value {
                Ok(value) => drop(values.insert(field.name.clone(), value)),
                Err(fault) => faults.push((field.name.clone(), fault)),
            }
        }
        if faults.is_empty() { Ok(values) } else { Err(faults) }
    }
}

impl FilesAsked {
    /// What is wrong with a file; nothing where it may be attached.
    ///
    /// - `content`: whole, or its beginning where it is too large anyhow.
    /// - `size`: in bytes.
    ///
    /// # Errors
    /// The fault of the field.
    pub fn kind(&self, content: &[u8], size: u64) -> Result<Kind, ValueFault> {
        if size == 0 {
            return Err(ValueFault::Empty);
        }
        if size > self.most_bytes {
            return Err(ValueFault::TooLarge);
        }
        attachment::kind_of(content).filter(|kind| self.kinds.contains(kind)).ok_or(ValueFault::WrongKind)
    }
}

impl FormField {
    fn attached(&self, asked: &FilesAsked, blobs: &[String]) -> Result<Value, ValueFault> {
        match blobs.len() {
            0 if self.required => Err(ValueFault::Missing),
            0 => Ok(Value::Null),
            many if many > usize::try_from(asked.most).unwrap_or(usize::MAX) => Err(ValueFault::TooMany),
            _ => Ok(Value::List(blobs.iter().map(|blob| Value::text(blob.as_str())).collect())),
        }
    }

    /// The value of what was typed into it; files are none.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn value(&self, text: &str) -> Result<Value, ValueFault> {
        if self.kind == FieldKind::Truth {
            return Ok(Value::Boolean(matches!(text, "on" | "true")));
        }
        if text.is_empty() {
            return if self.required { Err(ValueFault::Missing) } else { Ok(Value::Null) };
        }
        match &self.kind {
            FieldKind::Truth | FieldKind::Files(_) => Ok(Value::Null),
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
    let of_files = property.file || property.max_bytes.is_some() || property.max_items.is_some();
    if (of_files || !property.types.is_empty()) && !(property.file && property.kind == "array") {
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
        ("array", None) if property.file => files(property).map(FieldKind::Files),
        _ => Err("type"),
    }
}

fn files(property: &Property) -> Result<FilesAsked, &'static str> {
    let kinds: Option<Vec<Kind>> = property.types.iter().map(|code| Kind::of_code(code)).collect();
    let mut kinds = kinds.ok_or("types")?;
    if kinds.is_empty() {
        kinds = vec![Kind::Pdf, Kind::Ofd, Kind::Jpeg, Kind::Png];
    }
    let asked = FilesAsked {
        kinds,
        most: property.max_items.unwrap_or(USUAL_FILES.0),
        most_bytes: property.max_bytes.unwrap_or(USUAL_FILES.1),
    };
    let fits = (1..=MOST_FILES.0).contains(&asked.most) && (1..=MOST_FILES.1).contains(&asked.most_bytes);
    fits.then_some(asked).ok_or("files")
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
    fn files_are_few_enough_small_enough_and_of_a_kind_that_is_asked_for() {
        let schema = r#"{"type":"object","properties":{"plan":{"type":"array","x-file":true,"x-types":["pdf"],"maxItems":2,
            "x-max-bytes":9},"more":{"type":"array","x-file":true}},"required":["plan"]}"#;
        let form = Form::read(schema.as_bytes()).unwrap();
        let FieldKind::Files(asked) = &form.fields[0].kind else { panic!("{:?}", form.fields[0].kind) };
        for (name, content, size, found) in [
            ("fits", &b"%PDF-1.7"[..], 8, Ok(Kind::Pdf)),
            ("one byte too many", b"%PDF-1.7\n\n", 10, Err(ValueFault::TooLarge)),
            ("a picture", b"\x89PNG\r\n\x1a\n", 8, Err(ValueFault::WrongKind)),
            ("called so only", b"a text", 6, Err(ValueFault::WrongKind)),
            ("nothing in it", b"", 0, Err(ValueFault::Empty)),
        ] {
            assert_eq!(asked.kind(content, size), found, "{name}");
        }
        let given = |blobs: &[&str]| {
            let blobs: Vec<String> = blobs.iter().map(|blob| (*blob).to_owned()).collect();
            form.filled(&BTreeMap::new(), &[("plan".to_owned(), blobs)].into())
        };
        assert_eq!(given(&[]), Err(vec![("plan".to_owned(), ValueFault::Missing)]));
        assert_eq!(given(&["1", "2", "3"]), Err(vec![("plan".to_owned(), ValueFault::TooMany)]));
        let values = given(&["1", "2"]).unwrap();
        assert_eq!(values["plan"], Value::List(vec![Value::text("1"), Value::text("2")]));
        assert_eq!(values["more"], Value::Null);
        assert!(form.takes_files() && !Form::read(ACCEPT.as_bytes()).unwrap().takes_files());
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
            (r#"{"type":"object","properties":{"a":{"type":"array"}}}"#, "/properties/a", "type"),
            (r#"{"type":"object","properties":{"a":{"type":"string","x-file":true}}}"#, "/properties/a", "type"),
            (r#"{"type":"object","properties":{"a":{"type":"string","maxItems":1}}}"#, "/properties/a", "type"),
            (
                r#"{"type":"object","properties":{"a":{"type":"array","x-file":true,"x-types":["exe"]}}}"#,
                "/properties/a",
                "types",
            ),
            (
                r#"{"type":"object","properties":{"a":{"type":"array","x-file":true,"maxItems":21}}}"#,
                "/properties/a",
                "files",
            ),
            (
                r#"{"type":"object","properties":{"a":{"type":"array","x-file":true,"x-max-bytes":0}}}"#,
                "/properties/a",
                "files",
            ),
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
