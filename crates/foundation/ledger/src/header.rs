//! The twenty places of an act's header. The field at place *n* has the path `[n]`.

use crate::act::{Act, ActError, Actor, Class};
use crate::body::Body;
use crate::value::Value;

/// How many places a header has.
pub const PLACES: usize = 20;

/// What stands at the first sixteen places, for people; 16–19 are kept for later and are null.
pub const NAMES: [&str; 16] = [
    "id",
    "at",
    "day",
    "class",
    "kind",
    "matter",
    "version",
    "also",
    "actor",
    "post",
    "organ",
    "on_behalf_of",
    "basis",
    "rule_versions",
    "causes",
    "command",
];

impl Act {
    /// The values at the twenty places of the header; null where there is nothing, an empty list included.
    ///
    /// Ids are sixteen bytes, `at` is milliseconds, the class `[level, personal, compartment or null]`.
    pub fn header(&self) -> Result<[Value; PLACES], ActError> {
        self.check()?;
        let version = |version: u64| i64::try_from(version).map(Value::Int).map_err(|_| ActError::Version);
        let also = self
            .also
            .iter()
            .map(|(head, at)| Ok(Value::list([Value::id(*head), version(*at)?])))
            .collect::<Result<Vec<_>, ActError>>()?;
        let texts = |texts: &[String]| list(texts.iter().map(|text| Value::text(text.as_str())).collect());
        let text = |text: &Option<String>| text.as_deref().map_or(Value::Null, Value::text);
        Ok([
            Value::id(self.id),
            Value::Int(self.at_ms),
            Value::Day(self.day),
            self.class.to_value(),
            Value::text(self.kind.as_str()),
            Value::id(self.matter),
            version(self.version)?,
            list(also),
            self.actor.to_value(),
            text(&self.post),
            text(&self.organ),
            text(&self.on_behalf_of),
            texts(&self.basis),
            texts(&self.rule_versions),
            list(self.causes.iter().map(|cause| Value::id(*cause)).collect()),
            self.command.map_or(Value::Null, Value::bytes),
            Value::Null,
            Value::Null,
            Value::Null,
            Value::Null,
        ])
    }

    /// The act of a node with these header values (`None` where one was withheld), body and streams.
    pub fn from_parts(
        node: i64,
        header: &[Option<Value>; PLACES],
        body: Body,
        streams: Vec<u32>,
    ) -> Result<Self, ActError> {
        let read = Places(header);
        let act = Self {
            id: read.one(0, Value::as_id)?,
            node,
            at_ms: read.one(1, Value::as_int)?,
            day: read.one(2, Value::as_day)?,
            class: read.one(3, Class::from_value)?,
            kind: read.one(4, |value| value.as_text().map(str::to_owned))?,
            matter: read.one(5, Value::as_id)?,
            version: read.one(6, |value| u64::try_from(value.as_int()?).ok())?,
            also: read.list(7, |pair| {
                let [head, version] = pair.as_list()? else {
                    return None;
                };
                Some((head.as_id()?, u64::try_from(version.as_int()?).ok()?))
            })?,
            actor: read.one(8, Actor::from_value)?,
            post: read.maybe(9, |value| value.as_text().map(str::to_owned))?,
            organ: read.maybe(10, |value| value.as_text().map(str::to_owned))?,
            on_behalf_of: read.maybe(11, |value| value.as_text().map(str::to_owned))?,
            basis: read.list(12, |value| value.as_text().map(str::to_owned))?,
            rule_versions: read.list(13, |value| value.as_text().map(str::to_owned))?,
            causes: read.list(14, Value::as_id)?,
            command: read.maybe(15, |value| value.as_bytes()?.try_into().ok())?,
            body,
            streams,
        };
        for place in 16..PLACES {
            read.maybe(place, |_| None::<()>)?;
        }
        act.check()?;
        Ok(act)
    }
}

impl Class {
    /// As the header states it: `[level, personal, compartment or null]`.
    pub fn to_value(&self) -> Value {
        let compartment = self.compartment.map_or(Value::Null, Value::id);
        Value::list([Value::text(self.level.name()), Value::text(self.personal.name()), compartment])
    }

    /// From the header's value; `None` if it is no class.
    pub fn from_value(value: &Value) -> Option<Self> {
        let [level, personal, compartment] = value.as_list()? else {
            return None;
        };
        let compartment = match compartment {
            Value::Null => None,
            id => Some(id.as_id()?),
        };
        Some(Self { level: level.as_text()?.parse().ok()?, personal: personal.as_text()?.parse().ok()?, compartment })
    }
}

/// A list, or null if it is empty: nothing has one form.
fn list(values: Vec<Value>) -> Value {
    if values.is_empty() { Value::Null } else { Value::List(values) }
}

struct Places<'a>(&'a [Option<Value>; PLACES]);

impl Places<'_> {
    fn one<T>(&self, place: usize, read: impl Fn(&Value) -> Option<T>) -> Result<T, ActError> {
        let value = self.0[place].as_ref().ok_or(ActError::HeaderMissing { place })?;
        read(value).ok_or(ActError::Header { place })
    }

    fn maybe<T>(&self, place: usize, read: impl Fn(&Value) -> Option<T>) -> Result<Option<T>, ActError> {
        self.one(place, |value| if *value == Value::Null { Some(None) } else { read(value).map(Some) })
    }

    fn list<T>(&self, place: usize, read: impl Fn(&Value) -> Option<T>) -> Result<Vec<T>, ActError> {
        self.one(place, |value| match value {
            Value::Null => Some(Vec::new()),
            Value::List(values) if !values.is_empty() => values.iter().map(&read).collect(),
            _ => None,
        })
    }
}
