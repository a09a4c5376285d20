//! The values of fields, as canonical CBOR: one value, one sequence of bytes.

use std::collections::BTreeMap;

use crate::cbor::{self, Reader};
use crate::day::{Day, instant_text, parse_instant};
use crate::decimal::Decimal;

/// How deep lists and maps may lie in one another within one value.
const MAX_DEPTH: u32 = 16;

const TAG_INSTANT: u64 = 0;
const TAG_DECIMAL: u64 = 4;
const TAG_DAY: u64 = 1004;

/// A value that an act can state.
///
/// Lists and maps are trees: each value in them becomes a field of its own, unless [`Value::whole`] keeps
/// them together. Text is kept byte for byte: the door normalises it, the ledger never does.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Value {
    /// Nothing. Only in blanks, in the shape of a body and at the header's empty places; an option that is
    /// absent is no field.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// UTF-8 text.
    Text(String),
    /// Bytes: digests, ids, keys.
    Bytes(Vec<u8>),
    /// An exact decimal number.
    Decimal(Decimal),
    /// A calendar day.
    Day(Day),
    /// A moment, in milliseconds since 1970-01-01T00:00Z.
    Instant(i64),
    /// A list; an empty one is one value.
    List(Vec<Value>),
    /// A map; an empty one is one value.
    Map(BTreeMap<String, Value>),
    /// A list or map that is one field: its paths and length would tell too much.
    Whole(Box<Value>),
}

/// Why bytes are not the canonical form of a value, or a value has none.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ValueError {
    /// The bytes end within an item.
    #[error("the bytes end within an item")]
    Truncated,
    /// Bytes follow the item.
    #[error("bytes follow the item")]
    Trailing,
    /// A length or number is not in its shortest form.
    #[error("a length or number is not in its shortest form")]
    NotShortest,
    /// An item of indefinite length.
    #[error("an item of indefinite length")]
    Indefinite,
    /// A reserved head (28–30).
    #[error("a reserved head")]
    Reserved,
    /// A floating-point number, −0 among them.
    #[error("a floating-point number")]
    Float,
    /// A simple value other than false, true and null.
    #[error("an unknown simple value")]
    Simple,
    /// A tag other than 0, 4 and 1004.
    #[error("an unknown tag")]
    UnknownTag,
    /// An integer outside i64.
    #[error("an integer outside 64 bits with sign")]
    IntRange,
    /// Text that is not UTF-8.
    #[error("text that is not UTF-8")]
    Utf8,
    /// A map key that is not text.
    #[error("a map key that is not text")]
    KeyNotText,
    /// Map keys out of order.
    #[error("map keys out of order")]
    KeyOrder,
    /// A map key twice.
    #[error("a map key twice")]
    KeyTwice,
    /// A decimal that is not `[exponent, mantissa]` of integers.
    #[error("a decimal that is not two integers")]
    DecimalForm,
    /// A decimal whose mantissa ends in a zero digit, such as 10 × 10⁻¹.
    #[error("a decimal whose digits end in zero")]
    DecimalTen,
    /// A zero with an exponent.
    #[error("a zero with an exponent")]
    DecimalZero,
    /// A decimal whose exponent lies outside −128…127.
    #[error("a decimal whose exponent is out of range")]
    DecimalRange,
    /// A day not written `2026-01-31`, or not in the calendar.
    #[error("not a day in the form 2026-01-31")]
    DayForm,
    /// An instant not written `2026-01-31T08:00:00.000Z`, or not in the calendar.
    #[error("not an instant in the form 2026-01-31T08:00:00.000Z")]
    InstantForm,
    /// `null` where it may not stand.
    #[error("null where it may not stand")]
    Null,
    /// Lists and maps too deep in one another.
    #[error("lists and maps lie too deep")]
    TooDeep,
    /// Another type of item than must stand here.
    #[error("another type of item than must stand here")]
    Type,
}

impl ValueError {
    /// A name that never changes.
    pub fn code(self) -> &'static str {
        match self {
            Self::Truncated => "value.truncated",
            Self::Trailing => "value.trailing",
            Self::NotShortest => "value.not_shortest",
            Self::Indefinite => "value.indefinite",
            Self::Reserved => "value.reserved",
            Self::Float => "value.float",
            Self::Simple => "value.simple",
            Self::UnknownTag => "value.unknown_tag",
            Self::IntRange => "value.int_range",
            Self::Utf8 => "value.utf8",
            Self::KeyNotText => "value.key_not_text",
            Self::KeyOrder => "value.key_order",
            Self::KeyTwice => "value.key_twice",
            Self::DecimalForm => "value.decimal_form",
            Self::DecimalTen => "value.decimal_ten",
            Self::DecimalZero => "value.decimal_zero",
            Self::DecimalRange => "value.decimal_range",
            Self::DayForm => "value.day_form",
            Self::InstantForm => "value.instant_form",
            Self::Null => "value.null",
            Self::TooDeep => "value.too_deep",
            Self::Type => "value.type",
        }
    }
}

impl Value {
    /// Text, kept as given.
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// A whole number.
    pub fn int(number: impl Into<i64>) -> Self {
        Self::Int(number.into())
    }

    /// Bytes.
    pub fn bytes(bytes: impl Into<Vec<u8>>) -> Self {
        Self::Bytes(bytes.into())
    }

    /// An id of 128 bits: its sixteen bytes, big-endian.
    pub fn id(id: u128) -> Self {
        Self::Bytes(id.to_be_bytes().to_vec())
    }

    /// `mantissa × 10^exponent`, in its normal form.
    pub fn decimal(mantissa: i64, exponent: i32) -> Result<Self, ValueError> {
        Decimal::new(mantissa, exponent).map(Self::Decimal)
    }

    /// A moment in milliseconds since 1970-01-01T00:00Z; refused outside the years 0000–9999.
    pub fn instant(ms: i64) -> Result<Self, ValueError> {
        instant_text(ms).map(|_| Self::Instant(ms)).ok_or(ValueError::InstantForm)
    }

    /// A list.
    pub fn list(values: impl IntoIterator<Item = Value>) -> Self {
        Self::List(values.into_iter().collect())
    }

    /// A map; of two entries with one key the later stays.
    pub fn map<K: Into<String>>(entries: impl IntoIterator<Item = (K, Value)>) -> Self {
        Self::Map(entries.into_iter().map(|(key, value)| (key.into(), value)).collect())
    }

    /// Keeps a list or map together as one field. Anything else, and what is empty, is one field anyway.
    pub fn whole(value: Value) -> Self {
        match value.unwrapped() {
            Self::List(list) if !list.is_empty() => Self::Whole(Box::new(Self::List(list))),
            Self::Map(map) if !map.is_empty() => Self::Whole(Box::new(Self::Map(map))),
            other => other,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// The whole number, if it is one.
    pub fn as_int(&self) -> Option<i64> {
        if let Self::Int(number) = self { Some(*number) } else { None }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        if let Self::Bool(truth) = self { Some(*truth) } else { None }
    }

    /// The bytes, if they are.
    pub fn as_bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    /// The id, if these are sixteen bytes.
    pub fn as_id(&self) -> Option<u128> {
        Some(u128::from_be_bytes(self.as_bytes()?.try_into().ok()?))
    }

    /// The decimal, if it is one; a whole number counts.
    pub fn as_decimal(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(number) => Some(*number),
            Self::Int(number) => Decimal::new(*number, 0).ok(),
            _ => None,
        }
    }

    /// The day, if it is one.
    pub fn as_day(&self) -> Option<Day> {
        if let Self::Day(day) = self { Some(*day) } else { None }
    }

    /// The moment in milliseconds, if it is one.
    pub fn as_instant(&self) -> Option<i64> {
        if let Self::Instant(ms) = self { Some(*ms) } else { None }
    }

    /// The list's values, if it is one, kept together or not.
    pub fn as_list(&self) -> Option<&[Value]> {
        match self {
            Self::List(values) => Some(values),
            Self::Whole(inner) => inner.as_list(),
            _ => None,
        }
    }

    /// The map's entries, if it is one, kept together or not.
    pub fn as_map(&self) -> Option<&BTreeMap<String, Value>> {
        match self {
            Self::Map(entries) => Some(entries),
            Self::Whole(inner) => inner.as_map(),
            _ => None,
        }
    }

    /// The entry of a map.
    pub fn get(&self, key: &str) -> Option<&Value> {
        self.as_map()?.get(key)
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, ValueError> {
        let mut out = Vec::new();
        self.write(&mut out)?;
        Ok(out)
    }

    /// Reads one value from its canonical bytes and refuses all others; no null anywhere.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = Reader::new(bytes);
        let value = read(&mut reader, MAX_DEPTH, false)?;
        reader.end()?;
        Ok(value)
    }

    /// Whether null stands anywhere in it.
    pub(crate) fn has_null(&self) -> bool {
        match self {
            Self::Null => true,
            Self::List(values) => values.iter().any(Self::has_null),
            Self::Map(entries) => entries.values().any(Self::has_null),
            Self::Whole(inner) => inner.has_null(),
            _ => false,
        }
    }

    /// Appends its canonical bytes. `null` is written: who may state it is checked where fields are made.
    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), ValueError> {
        self.write_at(out, MAX_DEPTH)
    }

    fn write_at(&self, out: &mut Vec<u8>, depth: u32) -> Result<(), ValueError> {
        let deeper = || depth.checked_sub(1).ok_or(ValueError::TooDeep);
        match self {
            Self::Null => out.push(cbor::NULL),
            Self::Bool(truth) => out.push(0xf4 | u8::from(*truth)),
            Self::Int(number) => cbor::int(out, *number),
            Self::Text(text) => cbor::text(out, text),
            Self::Bytes(bytes) => cbor::bytes(out, bytes),
            Self::Decimal(number) => {
                cbor::head(out, cbor::TAG, TAG_DECIMAL);
                cbor::head(out, cbor::LIST, 2);
                cbor::int(out, i64::from(number.exponent()));
                cbor::int(out, number.mantissa());
            }
            Self::Day(day) => {
                cbor::head(out, cbor::TAG, TAG_DAY);
                cbor::text(out, &day.to_string());
            }
            Self::Instant(ms) => {
                cbor::head(out, cbor::TAG, TAG_INSTANT);
                cbor::text(out, &instant_text(*ms).ok_or(ValueError::InstantForm)?);
            }
            Self::List(values) => {
                cbor::head(out, cbor::LIST, values.len() as u64);
                let depth = deeper()?;
                values.iter().try_for_each(|value| value.write_at(out, depth))?;
            }
            Self::Map(entries) => {
                cbor::head(out, cbor::MAP, entries.len() as u64);
                let depth = deeper()?;
                // §4.2.1 orders keys by their encoded bytes: shorter ones first, since the length leads.
                let mut sorted: Vec<_> = entries.iter().collect();
                sorted.sort_by_key(|(key, _)| (key.len(), key.as_bytes()));
                for (key, value) in sorted {
                    cbor::text(out, key);
                    value.write_at(out, depth)?;
                }
            }
            Self::Whole(inner) => inner.write_at(out, depth)?,
        }
        Ok(())
    }

    /// Without any mark of being kept together, at any depth.
    pub(crate) fn unwrapped(self) -> Self {
        match self {
            Self::Whole(inner) => inner.unwrapped(),
            Self::List(values) => Self::List(values.into_iter().map(Self::unwrapped).collect()),
            Self::Map(entries) => Self::Map(entries.into_iter().map(|(k, v)| (k, v.unwrapped())).collect()),
            other => other,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl From<Day> for Value {
    fn from(day: Day) -> Self {
        Self::Day(day)
    }
}

impl From<Decimal> for Value {
    fn from(number: Decimal) -> Self {
        Self::Decimal(number)
    }
}

/// Reads the next value; `nulls` lets null stand (in sheets, where the place decides later).
pub(crate) fn read_value(reader: &mut Reader<'_>, nulls: bool) -> Result<Value, ValueError> {
    read(reader, MAX_DEPTH, nulls)
}

fn read(reader: &mut Reader<'_>, depth: u32, nulls: bool) -> Result<Value, ValueError> {
    match reader.peek_major()? {
        cbor::UINT | cbor::NEGATIVE => reader.int().map(Value::Int),
        cbor::BYTES => Ok(Value::Bytes(reader.bytes()?.to_vec())),
        cbor::TEXT => Ok(Value::Text(reader.text()?.to_owned())),
        cbor::LIST => {
            let length = reader.list()?;
            let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
            (0..length).map(|_| read(reader, depth, nulls)).collect::<Result<_, _>>().map(Value::List)
        }
        cbor::MAP => read_map(reader, depth, nulls),
        cbor::TAG => read_tagged(reader),
        _ => match reader.head()?.1 {
            20 => Ok(Value::Bool(false)),
            21 => Ok(Value::Bool(true)),
            22 if nulls => Ok(Value::Null),
            22 => Err(ValueError::Null),
            _ => Err(ValueError::Simple),
        },
    }
}

fn read_map(reader: &mut Reader<'_>, depth: u32, nulls: bool) -> Result<Value, ValueError> {
    let (_, length) = reader.head()?;
    let depth = depth.checked_sub(1).ok_or(ValueError::TooDeep)?;
    let mut entries = BTreeMap::new();
    let mut previous: Option<&str> = None;
    for _ in 0..length {
        if reader.peek_major()? != cbor::TEXT {
            return Err(ValueError::KeyNotText);
        }
        let key = reader.text()?;
        if let Some(previous) = previous {
            match (previous.len(), previous).cmp(&(key.len(), key)) {
                std::cmp::Ordering::Less => {}
                std::cmp::Ordering::Equal => return Err(ValueError::KeyTwice),
                std::cmp::Ordering::Greater => return Err(ValueError::KeyOrder),
            }
        }
        previous = Some(key);
        entries.insert(key.to_owned(), read(reader, depth, nulls)?);
    }
    Ok(Value::Map(entries))
}

fn read_tagged(reader: &mut Reader<'_>) -> Result<Value, ValueError> {
    // Another type within a tag is a wrong form of that tag; what is wrong with the bytes keeps its own name.
    let within = |form| {
        move |error| {
            if error == ValueError::Type { form } else { error }
        }
    };
    match reader.head()?.1 {
        TAG_INSTANT => parse_instant(reader.text().map_err(within(ValueError::InstantForm))?).map(Value::Instant),
        TAG_DAY => reader.text().map_err(within(ValueError::DayForm))?.parse().map(Value::Day),
        TAG_DECIMAL => {
            let form = within(ValueError::DecimalForm);
            if reader.list().map_err(form)? != 2 {
                return Err(ValueError::DecimalForm);
            }
            let exponent = reader.int().map_err(form)?;
            let mantissa = reader.int().map_err(form)?;
            Decimal::strict(mantissa, exponent).map(Value::Decimal)
        }
        _ => Err(ValueError::UnknownTag),
    }
}
