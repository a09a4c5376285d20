//! The three sheets of an act: as it is stored, and back.

use super::{Item, Opened, Sheet, SheetError};
use crate::act::{Act, ActError};
use crate::body::Body;
use crate::cbor::{self, Reader};
use crate::commit::{Committed, Route};
use crate::hash::{Seed, Tag};
use crate::header::PLACES;
use crate::path::{Path, Place, Step};
use crate::value::Value;

/// Header, body and routes of one act.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Sheets {
    /// The twenty places.
    pub header: Sheet,
    /// Shape and fields.
    pub body: Sheet,
    /// Streams.
    pub routes: Sheet,
}

/// What the three sheets of an act prove.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedAct {
    /// The header's fields in clear.
    pub header: Opened,
    /// The body's.
    pub body: Opened,
    /// The routes'.
    pub routes: Opened,
}

/// Why stored sheets are no act.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ReadError {
    /// A sheet that proves nothing.
    #[error("the {tag:?} sheet proves nothing")]
    Sheet {
        /// Which.
        tag: Tag,
        /// Why.
        #[source]
        source: SheetError,
    },
    /// Fields that make no act.
    #[error("the fields make no act")]
    Act(#[from] ActError),
}

impl Sheets {
    /// From the bytes of each as stored.
    pub fn decode_each(header: &[u8], body: &[u8], routes: &[u8]) -> Result<Self, ReadError> {
        let read = |tag, bytes| Sheet::decode(bytes).map_err(|source| ReadError::Sheet { tag, source });
        Ok(Self {
            header: read(Tag::Header, header)?,
            body: read(Tag::Body, body)?,
            routes: read(Tag::Routes, routes)?,
        })
    }

    /// The canonical bytes of all three: the CBOR list `[header, body, routes]`.
    pub fn encode(&self) -> Result<Vec<u8>, SheetError> {
        let mut out = Vec::new();
        cbor::head(&mut out, cbor::LIST, 3);
        for sheet in [&self.header, &self.body, &self.routes] {
            sheet.write(&mut out)?;
        }
        Ok(out)
    }

    /// Reads all three from their canonical bytes.
    pub fn decode(bytes: &[u8]) -> Result<Self, SheetError> {
        let mut reader = Reader::new(bytes);
        if reader.list()? != 3 {
            return Err(SheetError::Form);
        }
        let sheets = Self {
            header: Sheet::read(&mut reader)?,
            body: Sheet::read(&mut reader)?,
            routes: Sheet::read(&mut reader)?,
        };
        reader.end()?;
        Ok(sheets)
    }

    /// Checks each; a body whose seed is gone must be open or withheld.
    pub fn check(&self, header_seed: Option<&Seed>, body_seed: Option<&Seed>) -> Result<OpenedAct, ReadError> {
        let check =
            |tag, sheet: &Sheet, seed| sheet.check(tag, seed).map_err(|source| ReadError::Sheet { tag, source });
        Ok(OpenedAct {
            header: check(Tag::Header, &self.header, header_seed)?,
            body: check(Tag::Body, &self.body, body_seed)?,
            routes: check(Tag::Routes, &self.routes, header_seed)?,
        })
    }

    /// Opens the chosen fields of each of the three; see [`Sheet::open`]. A seed that is gone is not needed where
    /// the stored sheet is an opening itself.
    pub fn open(
        &self,
        header_seed: Option<&Seed>,
        body_seed: Option<&Seed>,
        show: impl Fn(Tag, &Place) -> bool,
    ) -> Result<Self, SheetError> {
        Ok(Self {
            header: self.header.open(Tag::Header, header_seed, |place| show(Tag::Header, place))?,
            body: self.body.open(Tag::Body, body_seed, |place| show(Tag::Body, place))?,
            routes: self.routes.open(Tag::Routes, header_seed, |place| show(Tag::Routes, place))?,
        })
    }

    /// The act as it was stored, without looking at hashes: what the database holds is believed here and
    /// checked by `verify`. The body is partial where fields were withheld, sealed or erased.
    pub fn read(&self, node: i64) -> Result<(Act, Vec<Route>), ReadError> {
        let mut header: [Option<Value>; PLACES] = Default::default();
        for (leaf, path, value) in clear_fields(&self.header) {
            if path == [Step::Index(leaf)]
                && let Some(place) = usize::try_from(leaf).ok().and_then(|place| header.get_mut(place))
            {
                *place = Some(value.clone());
            }
        }
        let mut routes = Vec::new();
        for (_, path, value) in clear_fields(&self.routes) {
            let route = match path {
                [Step::Index(stream)] => u32::try_from(*stream).ok(),
                _ => None,
            };
            let seq = value.as_int().and_then(|seq| u64::try_from(seq).ok());
            let (Some(stream), Some(seq)) = (route, seq) else {
                return Err(ActError::Routes.into());
            };
            routes.push(Route { stream, seq });
        }
        routes.sort_unstable();
        let fields = clear_fields(&self.body).filter(|(_, path, _)| !path.is_empty());
        let fields = fields.map(|(_, path, value)| (Path(path.to_vec()), value.clone()));
        let clear = self.body.0.iter().all(|item| item.clear().is_some());
        let body = if clear { Body::from_fields(fields) } else { Body::from_some_fields(fields) };
        let mut body = body.map_err(ActError::from)?;
        let is_blank = |item: &Item| matches!(item.clear(), Some((Place::Blank(_), _)));
        if self.body.0.iter().any(is_blank) {
            body = body.padded();
        }
        let streams = routes.iter().map(|route| route.stream).collect();
        Ok((Act::from_parts(node, &header, body, streams)?, routes))
    }
}

impl OpenedAct {
    /// The three roots.
    pub fn committed(&self) -> Committed {
        Committed { header_root: self.header.root, body_root: self.body.root, routes_root: self.routes.root }
    }
}

/// Leaf, path and value of the fields in clear, blanks left out.
fn clear_fields(sheet: &Sheet) -> impl Iterator<Item = (u64, &[Step], &Value)> {
    let mut next = 0;
    sheet.0.iter().filter_map(move |item| {
        let leaf = next;
        next += item.leaves();
        match item.clear()? {
            (Place::Field(path), value) => Some((leaf, path.0.as_slice(), value)),
            (Place::Blank(_), _) => None,
        }
    })
}
