//! A tree of fields as it is stored, opened, erased and sent: one format for all four.
//!
//! A sheet is a CBOR list of items in the order of the leaves. Folded like a frontier it gives the tree's size
//! and root, whatever of it is left in clear.

use crate::body::MAX_FIELDS;
use crate::cbor::{self, Reader};
use crate::hash::{Hash, Salt, Salter, Seed, Tag, field_hash};
use crate::import::MAX_ROWS;
use crate::path::{Path, Place};
use crate::tree::Frontier;
use crate::value::{Value, ValueError, read_value};

pub mod open;
pub(crate) mod plain;
pub mod whole;

pub use open::{Opened, OpenedField};
pub use whole::Sheets;

/// Most leaves of a tree of fields: 4,095 and the shape.
const MAX_LEAVES: u64 = MAX_FIELDS as u64 + 1;

/// One item of a sheet.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Item {
    /// `[path, value, salt]`: a leaf that anybody can check.
    Opened {
        /// What the leaf stands for.
        place: Place,
        /// Its value.
        value: Value,
        /// The salt of its hash.
        salt: Salt,
    },
    /// `[path, value]`: a leaf as stored, whose salt comes from the seed.
    Stored {
        /// What the leaf stands for.
        place: Place,
        /// Its value.
        value: Value,
    },
    /// `[level, hash]`: a full, aligned subtree of 2^level leaves of which nothing is told.
    Withheld {
        /// Its level; 0 is a single leaf.
        level: u8,
        /// Its root.
        hash: Hash,
    },
    /// `[0, hash, envelope]`: a leaf whose path, value and salt lie encrypted in the envelope.
    Sealed {
        /// The leaf's hash.
        hash: Hash,
        /// What only the holder of a key can read.
        envelope: Vec<u8>,
    },
}

/// A tree of fields, item by item.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Sheet(pub Vec<Item>);

/// Why a sheet proves nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum SheetError {
    /// Bytes that are not canonical.
    #[error("the sheet is not canonical CBOR")]
    Value(#[from] ValueError),
    /// An item of none of the four forms.
    #[error("an item has none of the four forms")]
    Form,
    /// A withheld subtree that cannot begin where it stands.
    #[error("the subtree withheld at leaf {0} is not aligned")]
    Misaligned(u64),
    /// More leaves than there can be, or none, or a number that this tree cannot have.
    #[error("no such tree has that number of leaves")]
    Size,
    /// A stored item, but no seed to salt it.
    #[error("leaf {0} is stored without its salt, and there is no seed")]
    NoSeed(u64),
    /// A leaf at a place where it may not lie.
    #[error("leaf {0} lies at the wrong place")]
    WrongPlace(u64),
    /// Leaves not in the order of their hashes.
    #[error("leaf {0} is out of order")]
    Order(u64),
    /// One path twice, or beginning another: a proof that the sheet is forged.
    #[error("two leaves have the path {0}, or one has its beginning")]
    PathTwice(Path),
    /// An envelope that its key does not open, or whose content leads to another root.
    #[error("the envelope does not hold what it was sealed for")]
    Envelope,
    /// A value that may not stand at its place: null, or a blank's that is not null, or too long.
    #[error("the value of leaf {0} may not stand there")]
    WrongValue(u64),
}

impl SheetError {
    /// A name that never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Value(cause) => cause.code(),
            Self::Form => "sheet.form",
            Self::Misaligned(_) => "sheet.misaligned",
            Self::Size => "sheet.size",
            Self::NoSeed(_) => "sheet.no_seed",
            Self::WrongPlace(_) => "sheet.wrong_place",
            Self::Order(_) => "sheet.order",
            Self::PathTwice(_) => "sheet.path_twice",
            Self::Envelope => "sheet.envelope",
            Self::WrongValue(_) => "sheet.wrong_value",
        }
    }
}

impl Sheet {
    /// Its canonical bytes.
    pub fn encode(&self) -> Result<Vec<u8>, SheetError> {
        let mut out = Vec::new();
        self.write(&mut out)?;
        Ok(out)
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), SheetError> {
        cbor::head(out, cbor::LIST, self.0.len() as u64);
        for item in &self.0 {
            match item {
                Item::Opened { place, value, salt } => {
                    cbor::head(out, cbor::LIST, 3);
                    place.write(out);
                    value.write(out)?;
                    cbor::bytes(out, salt);
                }
                Item::Stored { place, value } => {
                    cbor::head(out, cbor::LIST, 2);
                    place.write(out);
                    value.write(out)?;
                }
                Item::Withheld { level, hash } => {
                    cbor::head(out, cbor::LIST, 2);
                    cbor::head(out, cbor::UINT, u64::from(*level));
                    cbor::bytes(out, hash);
                }
                Item::Sealed { hash, envelope } => {
                    cbor::head(out, cbor::LIST, 3);
                    cbor::head(out, cbor::UINT, 0);
                    cbor::bytes(out, hash);
                    cbor::bytes(out, envelope);
                }
            }
        }
        Ok(())
    }

    /// Reads a sheet from its canonical bytes; what its items prove is told by [`Sheet::check`].
    pub fn decode(bytes: &[u8]) -> Result<Self, SheetError> {
        let mut reader = Reader::new(bytes);
        let sheet = Self::read(&mut reader)?;
        reader.end()?;
        Ok(sheet)
    }

    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, SheetError> {
        let items = reader.list()?;
        if items > MAX_ROWS as u64 {
            return Err(SheetError::Size);
        }
        (0..items).map(|_| Item::read(reader)).collect::<Result<_, _>>().map(Self)
    }

    /// The tree's size and root, and the hash of each leaf that is known (`None` within a withheld subtree).
    ///
    /// `seed`: for stored items; that of the header for header and routes, that of the body for the body.
    pub fn fold(&self, tag: Tag, seed: Option<&Seed>) -> Result<Folded, SheetError> {
        let most = if tag == Tag::ImportRow { MAX_ROWS as u64 } else { MAX_LEAVES };
        let salter = seed.map(|seed| Salter::new(seed, tag));
        let (mut frontier, mut leaves) = (Frontier::default(), Vec::with_capacity(self.0.len()));
        let (mut field, mut split) = (Vec::new(), 0);
        for item in &self.0 {
            let at = frontier.size();
            if let Some((place, value)) = item.clear() {
                field.clear();
                place.write(&mut field);
                split = field.len();
                value.write(&mut field)?;
            }
            let (level, hash) = match item {
                Item::Withheld { level, hash } => (*level, *hash),
                Item::Sealed { hash, .. } => (0, *hash),
                Item::Opened { salt, .. } => (0, field_hash(tag, salt, &field[..split], &field[split..])),
                Item::Stored { .. } => {
                    let salter = salter.as_ref().ok_or(SheetError::NoSeed(at))?;
                    (0, salter.field(&field, split))
                }
            };
            let end = 1_u64.checked_shl(level.into()).and_then(|leaves| at.checked_add(leaves));
            if end.is_none_or(|end| end > most) {
                return Err(SheetError::Size);
            }
            frontier.append_subtree(level, hash).ok_or(SheetError::Misaligned(at))?;
            leaves.resize(frontier.size() as usize, None);
            if level == 0 {
                leaves[at as usize] = Some(hash);
            }
        }
        if leaves.is_empty() {
            return Err(SheetError::Size);
        }
        Ok(Folded { size: frontier.size(), root: frontier.root(), leaves })
    }
}

/// What a sheet comes to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Folded {
    /// How many leaves the tree has.
    pub size: u64,
    /// Its root.
    pub root: Hash,
    /// The hashes of its leaves, where known.
    pub leaves: Vec<Option<Hash>>,
}

impl Item {
    fn read(reader: &mut Reader<'_>) -> Result<Self, SheetError> {
        let parts = reader.list()?;
        match (reader.peek_major()?, parts) {
            (cbor::LIST, 2) => Ok(Self::Stored { place: Place::read(reader)?, value: read_value(reader, true)? }),
            (cbor::LIST, 3) => Ok(Self::Opened {
                place: Place::read(reader)?,
                value: read_value(reader, true)?,
                salt: reader.array()?,
            }),
            (cbor::UINT, 2) => {
                let level = u8::try_from(reader.uint()?).map_err(|_| SheetError::Form)?;
                Ok(Self::Withheld { level, hash: reader.array()? })
            }
            (cbor::UINT, 3) => match reader.uint()? {
                0 => Ok(Self::Sealed { hash: reader.array()?, envelope: reader.bytes()?.to_vec() }),
                _ => Err(SheetError::Form),
            },
            _ => Err(SheetError::Form),
        }
    }

    /// The place and value of a leaf in clear.
    pub(crate) fn clear(&self) -> Option<(&Place, &Value)> {
        match self {
            Self::Opened { place, value, .. } | Self::Stored { place, value } => Some((place, value)),
            Self::Withheld { .. } | Self::Sealed { .. } => None,
        }
    }

    /// How many leaves it stands for.
    pub(crate) fn leaves(&self) -> u64 {
        if let Self::Withheld { level, .. } = self { 1_u64.checked_shl((*level).into()).unwrap_or(0) } else { 1 }
    }
}
