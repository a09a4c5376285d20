//! What an act says: a tree of values, laid out as fields.

use std::collections::BTreeMap;

use crate::path::{MAX_PATH_BYTES, MAX_PATH_STEPS, Path, Step};
use crate::value::{Value, ValueError};

/// Longest value of a field, in bytes of its CBOR; what is longer is a blob.
pub const MAX_VALUE_BYTES: usize = 64 * 1024;
/// Most fields of a body.
pub const MAX_FIELDS: usize = 4095;

/// The fields of an act, by path.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Body {
    fields: BTreeMap<Path, Value>,
    pad: bool,
    partial: bool,
}

/// Why a tree or a list of fields is no body.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BodyError {
    /// The root is not a map.
    #[error("the root of a body is not a map")]
    RootNotMap,
    /// A path longer than 255 bytes or 8 steps.
    #[error("the path {0} is longer than 255 bytes or 8 steps")]
    PathTooLong(Path),
    /// A value longer than 64 KiB.
    #[error("the value at {0} is longer than 64 KiB")]
    ValueTooLong(Path),
    /// More than 4,095 fields.
    #[error("more than 4,095 fields")]
    TooManyFields,
    /// Null at a field.
    #[error("null at {0}")]
    Null(Path),
    /// A path twice.
    #[error("the path {0} twice")]
    PathTwice(Path),
    /// A path that is the beginning of another.
    #[error("the path {0} is the beginning of another")]
    PathBeginsAnother(Path),
    /// A list with an index missing, or a place that has both names and indices below it.
    #[error("a gap in the list at {0}")]
    Gap(Path),
    /// A value without canonical form.
    #[error("the value at {path} has no canonical form")]
    Value {
        /// Where.
        path: Path,
        /// Why.
        #[source]
        source: ValueError,
    },
}

impl BodyError {
    /// A name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RootNotMap => "body.root_not_map",
            Self::PathTooLong(_) => "body.path_too_long",
            Self::ValueTooLong(_) => "body.value_too_long",
            Self::TooManyFields => "body.too_many_fields",
            Self::Null(_) => "body.null",
            Self::PathTwice(_) => "body.path_twice",
            Self::PathBeginsAnother(_) => "body.path_begins_another",
            Self::Gap(_) => "body.gap",
            Self::Value { .. } => "body.value",
        }
    }
}

impl Body {
    /// Lays a tree out as fields. The root is a map; each scalar, each empty list or map and each
    /// [`Value::whole`] in it is a field.
    pub fn new(tree: Value) -> Result<Self, BodyError> {
        Self::with_whole(tree, &[])
    }

    /// The same, keeping together the lists and maps at the paths named in `whole`. Such a path is its names
    /// only: `["parties", "phones"]` is the `phones` of every party of a list.
    pub fn with_whole(tree: Value, whole: &[&[&str]]) -> Result<Self, BodyError> {
        let Value::Map(entries) = tree else {
            return Err(BodyError::RootNotMap);
        };
        let mut fields = BTreeMap::new();
        for (name, value) in entries {
            flatten(Path(vec![Step::Name(name)]), value, whole, &mut fields)?;
        }
        Ok(Self { fields, pad: false, partial: false })
    }

    /// From fields in any order; refuses a path twice or beginning another, and a gap in a list.
    pub fn from_fields(fields: impl IntoIterator<Item = (Path, Value)>) -> Result<Self, BodyError> {
        let fields = by_path(fields)?;
        check_lists(fields.keys())?;
        Ok(Self { fields, pad: false, partial: false })
    }

    /// From the fields that are left after others were erased or withheld: lists may have gaps.
    pub fn from_some_fields(fields: impl IntoIterator<Item = (Path, Value)>) -> Result<Self, BodyError> {
        let fields = by_path(fields)?;
        // Each value of a list had a field of its own, on each of eight levels at most. Larger indices were
        // never recorded; believed, they would make lists of a size that only a forger has in mind.
        if list_slots(&fields) > (MAX_PATH_STEPS * MAX_FIELDS) as u64 {
            return Err(BodyError::TooManyFields);
        }
        Ok(Self { fields, pad: false, partial: true })
    }

    /// Hides how many fields there are: blanks are added until their number is a power of two, at least eight.
    #[must_use]
    pub fn padded(mut self) -> Self {
        self.pad = true;
        self
    }

    /// Whether blanks hide the number of fields.
    pub fn is_padded(&self) -> bool {
        self.pad
    }

    /// Whether fields may be missing because they were erased or withheld.
    pub fn is_partial(&self) -> bool {
        self.partial
    }

    /// The fields in order of their paths.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&Path, &Value)> {
        self.fields.iter()
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.fields.len()
    }

    /// Whether there is no field.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty()
    }

    /// The field at a path of names.
    pub fn get(&self, names: &[&str]) -> Option<&Value> {
        self.fields.get(&Path::new(names.iter().copied()))
    }

    /// The field at a path.
    pub fn at(&self, path: &Path) -> Option<&Value> {
        self.fields.get(path)
    }

    /// The text at a path of names.
    pub fn text(&self, names: &[&str]) -> Option<&str> {
        self.get(names)?.as_text()
    }

    /// The whole number at a path of names.
    pub fn int(&self, names: &[&str]) -> Option<i64> {
        self.get(names)?.as_int()
    }

    /// The tree again. In a partial body a list's missing values are null, missing names are absent.
    pub fn tree(&self) -> Value {
        let fields: Vec<_> = self.fields.iter().map(|(path, value)| (path.0.as_slice(), value)).collect();
        unflatten(&fields)
    }
}

fn by_path(fields: impl IntoIterator<Item = (Path, Value)>) -> Result<BTreeMap<Path, Value>, BodyError> {
    let mut by_path = BTreeMap::new();
    for (path, value) in fields {
        let value = Value::whole(value);
        check_field(&path, &value)?;
        if !matches!(path.0.first(), Some(Step::Name(_))) {
            return Err(BodyError::RootNotMap);
        }
        if by_path.insert(path.clone(), value).is_some() {
            return Err(BodyError::PathTwice(path));
        }
        if by_path.len() > MAX_FIELDS {
            return Err(BodyError::TooManyFields);
        }
    }
    // In order of paths, whatever a path begins follows it directly.
    for (one, next) in by_path.keys().zip(by_path.keys().skip(1)) {
        if one.begins(next) {
            return Err(BodyError::PathBeginsAnother(one.clone()));
        }
    }
    Ok(by_path)
}

/// How many values the lists have together, counting those that are missing.
fn list_slots(fields: &BTreeMap<Path, Value>) -> u64 {
    let mut longest: BTreeMap<&[Step], u64> = BTreeMap::new();
    for path in fields.keys() {
        for (at, step) in path.0.iter().enumerate() {
            if let Step::Index(index) = step {
                let length = longest.entry(&path.0[..at]).or_default();
                *length = (*length).max(index.saturating_add(1));
            }
        }
    }
    longest.values().fold(0, |sum, length| sum.saturating_add(*length))
}

fn check_field(path: &Path, value: &Value) -> Result<(), BodyError> {
    let at = || path.clone();
    if path.0.len() > MAX_PATH_STEPS || path.encode().len() > MAX_PATH_BYTES {
        return Err(BodyError::PathTooLong(at()));
    }
    if value.has_null() {
        return Err(BodyError::Null(at()));
    }
    match is_too_long(value) {
        Ok(false) => Ok(()),
        Ok(true) => Err(BodyError::ValueTooLong(at())),
        Err(source) => Err(BodyError::Value { path: at(), source }),
    }
}

/// Whether a value has more than [`MAX_VALUE_BYTES`]. Only what could have is encoded to find out.
pub(crate) fn is_too_long(value: &Value) -> Result<bool, ValueError> {
    let at_most = match value {
        Value::Null | Value::Bool(_) | Value::Int(_) | Value::Decimal(_) | Value::Day(_) => 0,
        Value::Text(text) => text.len() + 5,
        Value::Bytes(bytes) => bytes.len() + 5,
        Value::Instant(_) | Value::List(_) | Value::Map(_) | Value::Whole(_) => MAX_VALUE_BYTES + 1,
    };
    Ok(at_most > MAX_VALUE_BYTES && value.encode()?.len() > MAX_VALUE_BYTES)
}

fn is_whole(path: &Path, whole: &[&[&str]]) -> bool {
    let names = || {
        path.0.iter().filter_map(|step| match step {
            Step::Name(name) => Some(name.as_str()),
            Step::Index(_) => None,
        })
    };
    // The list itself is meant, not the values in it.
    matches!(path.0.last(), Some(Step::Name(_))) && whole.iter().any(|path| names().eq(path.iter().copied()))
}

fn flatten(path: Path, value: Value, whole: &[&[&str]], fields: &mut BTreeMap<Path, Value>) -> Result<(), BodyError> {
    if path.0.len() > MAX_PATH_STEPS {
        return Err(BodyError::PathTooLong(path));
    }
    match value {
        Value::List(values) if !values.is_empty() && !is_whole(&path, whole) => {
            for (index, value) in values.into_iter().enumerate() {
                flatten(path.then(index as u64), value, whole, fields)?;
            }
        }
        Value::Map(entries) if !entries.is_empty() && !is_whole(&path, whole) => {
            for (name, value) in entries {
                flatten(path.then(name.as_str()), value, whole, fields)?;
            }
        }
        field => {
            let field = Value::whole(field);
            check_field(&path, &field)?;
            fields.insert(path, field);
            if fields.len() > MAX_FIELDS {
                return Err(BodyError::TooManyFields);
            }
        }
    }
    Ok(())
}

/// Runs of paths (in order) that share their first step.
fn runs<T>(items: &[T], first: impl Fn(&T) -> Option<&Step>) -> impl Iterator<Item = &[T]> {
    items.chunk_by(move |one, next| first(one) == first(next))
}

/// Every list has the indices 0, 1, 2 … and no names. `paths` are in their order.
pub(crate) fn check_lists<'a>(paths: impl Iterator<Item = &'a Path>) -> Result<(), BodyError> {
    check_below(&Path::default(), &paths.map(|path| path.0.as_slice()).collect::<Vec<_>>())
}

fn check_below(at: &Path, paths: &[&[Step]]) -> Result<(), BodyError> {
    let is_list = matches!(paths.first().and_then(|path| path.first()), Some(Step::Index(_)));
    for (expected, run) in runs(paths, |path| path.first()).enumerate() {
        let Some(step) = run[0].first() else { continue };
        if is_list && *step != Step::Index(expected as u64) {
            return Err(BodyError::Gap(at.clone()));
        }
        let below: Vec<_> = run.iter().map(|path| &path[1..]).collect();
        check_below(&at.then(step.clone()), &below)?;
    }
    Ok(())
}

fn unflatten(fields: &[(&[Step], &Value)]) -> Value {
    if let [([], value)] = fields {
        return (*value).clone();
    }
    if matches!(fields.first(), Some(([Step::Index(_), ..], _))) {
        let mut list = Vec::new();
        for run in runs(fields, |(path, _)| path.first()) {
            let Some(Step::Index(index)) = run[0].0.first() else {
                continue;
            };
            // How far a partial body's lists may reach was checked when it was made.
            let index = usize::try_from(*index).unwrap_or_default();
            list.resize(index.max(list.len()), Value::Null);
            list.push(unflatten(&run.iter().map(|(path, value)| (&path[1..], *value)).collect::<Vec<_>>()));
        }
        return Value::List(list);
    }
    let mut map = BTreeMap::new();
    for run in runs(fields, |(path, _)| path.first()) {
        let Some(Step::Name(name)) = run[0].0.first() else {
            continue;
        };
        let below: Vec<_> = run.iter().map(|(path, value)| (&path[1..], *value)).collect();
        map.insert(name.clone(), unflatten(&below));
    }
    Value::Map(map)
}
