//! Where a field lies: names and list indices, as a CBOR array.

use crate::cbor::{self, Reader};
use crate::value::ValueError;

/// Longest path: its bytes as CBOR, and its steps.
pub const MAX_PATH_BYTES: usize = 255;
/// Most steps of a path.
pub const MAX_PATH_STEPS: usize = 8;

/// One step of a path.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A place in a list, from 0.
    Index(u64),
    /// A key of a map.
    Name(String),
}

impl From<&str> for Step {
    fn from(name: &str) -> Self {
        Self::Name(name.to_owned())
    }
}

impl From<u64> for Step {
    fn from(index: u64) -> Self {
        Self::Index(index)
    }
}

/// The steps from the root of a tree of fields to one of them. The empty path is the body's shape.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Path(pub Vec<Step>);

impl Path {
    /// From its steps.
    pub fn new<S: Into<Step>>(steps: impl IntoIterator<Item = S>) -> Self {
        Self(steps.into_iter().map(Into::into).collect())
    }

    /// The path of one list index: a header's place, a route's stream, an import's row.
    pub fn index(index: u64) -> Self {
        Self(vec![Step::Index(index)])
    }

    /// The path one step further.
    pub fn then(&self, step: impl Into<Step>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }

    /// Whether this path is the beginning of the other, or the other itself.
    pub fn begins(&self, other: &Path) -> bool {
        other.0.starts_with(&self.0)
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        cbor::head(out, cbor::LIST, self.0.len() as u64);
        for step in &self.0 {
            match step {
                Step::Index(index) => cbor::head(out, cbor::UINT, *index),
                Step::Name(name) => cbor::text(out, name),
            }
        }
    }
}

impl std::fmt::Display for Path {
    /// `parties.0.name`; for people, not for parsing.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (at, step) in self.0.iter().enumerate() {
            let dot = if at == 0 { "" } else { "." };
            match step {
                Step::Index(index) => write!(f, "{dot}{index}")?,
                Step::Name(name) => write!(f, "{dot}{name}")?,
            }
        }
        Ok(())
    }
}

/// What a leaf stands for: a field, or nothing (a blank that hides how many fields there are).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// The field at this path.
    Field(Path),
    /// The blank with this number: path `[null, number]`, value null.
    Blank(u64),
}

impl Place {
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Field(path) => path.write(out),
            Self::Blank(number) => {
                out.extend_from_slice(&[0x82, cbor::NULL]);
                cbor::head(out, cbor::UINT, *number);
            }
        }
    }

    /// Its canonical bytes.
    pub fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write(&mut out);
        out
    }

    /// Reads it from its canonical bytes; refuses paths beyond the limits.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let mut reader = Reader::new(bytes);
        let place = Self::read(&mut reader)?;
        reader.end()?;
        Ok(place)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, ValueError> {
        let start = reader.position();
        let steps = reader.list()?;
        if steps > MAX_PATH_STEPS as u64 {
            return Err(ValueError::TooDeep);
        }
        let mut path = Vec::new();
        for at in 0..steps {
            if at == 0 && steps == 2 && reader.null() {
                return Ok(Self::Blank(reader.uint()?));
            }
            path.push(match reader.peek_major()? {
                cbor::UINT => Step::Index(reader.uint()?),
                cbor::TEXT => Step::Name(reader.text()?.to_owned()),
                _ => return Err(ValueError::Type),
            });
        }
        if reader.position() - start > MAX_PATH_BYTES {
            return Err(ValueError::TooDeep);
        }
        Ok(Self::Field(Path(path)))
    }
}
