//! Opening some fields of a sheet, and what an opened sheet proves.

use super::{Item, Sheet, SheetError};
use crate::body::{check_lists, is_too_long};
use crate::hash::{Hash, Salter, Seed, Tag};
use crate::header::PLACES;
use crate::path::{Path, Place, Step};
use crate::tree::node_hash;
use crate::value::Value;

/// What a sheet proves about the tree with its root.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Opened {
    /// The root that all of it leads to.
    pub root: Hash,
    /// How many leaves the tree has. Proved for a header (20), where the shape is open, and where all is in
    /// clear; else as the sheet says: a root does not tell how large what is withheld is.
    pub size: u64,
    /// The fields in clear, without shape and blanks, in order of the leaves.
    pub fields: Vec<OpenedField>,
    /// Of a body whose shape is open: the paths of leaves 1, 2 …; `None` for a blank. Then each field in clear
    /// is the only one of its path; without it a field proves "committed to this value" and no more.
    pub shape: Option<Vec<Option<Path>>>,
    /// Whether every leaf is in clear: then there is no field but these.
    pub complete: bool,
}

/// A field in clear.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OpenedField {
    /// Which leaf of its tree; as good as [`Opened::size`].
    pub leaf: u64,
    /// Where it lies.
    pub path: Path,
    /// What it states.
    pub value: Value,
}

impl Opened {
    /// The value of the field at a path.
    pub fn get(&self, path: &Path) -> Option<&Value> {
        self.fields.iter().find(|field| field.path == *path).map(|field| &field.value)
    }
}

impl Sheet {
    /// Opens the leaves that `show` chooses (a body's shape is the field with the empty path) and withholds all
    /// others, folded into as few subtrees as there can be. Sealed leaves are withheld.
    pub fn open(&self, tag: Tag, seed: Option<&Seed>, show: impl Fn(&Place) -> bool) -> Result<Sheet, SheetError> {
        let hashes = self.fold(tag, seed)?.leaves;
        let salter = seed.map(|seed| Salter::new(seed, tag));
        let mut opened = Sheet::default();
        let mut at = 0;
        for item in &self.0 {
            let shown = item.clear().filter(|(place, _)| show(place));
            match (item, shown) {
                (Item::Opened { .. }, Some(_)) => opened.0.push(item.clone()),
                (_, Some((place, value))) => {
                    let salter = salter.as_ref().ok_or(SheetError::NoSeed(at))?;
                    let salt = salter.salt(&place.encode());
                    opened.0.push(Item::Opened { place: place.clone(), value: value.clone(), salt });
                }
                (Item::Withheld { level, hash }, None) => opened.withhold(*level, *hash, at),
                (_, None) => {
                    let hash = usize::try_from(at).ok().and_then(|at| hashes[at]).ok_or(SheetError::Form)?;
                    opened.withhold(0, hash, at);
                }
            }
            at += item.leaves();
        }
        Ok(opened)
    }

    /// Appends a withheld subtree that begins at leaf `start`, joining it with what is withheld before it.
    fn withhold(&mut self, level: u8, hash: Hash, start: u64) {
        let (mut level, mut hash, mut start) = (level, hash, start);
        // A right sibling joins its left one; what they make may be a right sibling itself.
        while (start >> level) & 1 == 1
            && let Some(Item::Withheld { level: before, hash: left }) = self.0.last()
            && *before == level
        {
            hash = node_hash(left, &hash);
            start -= 1 << level;
            level += 1;
            self.0.pop();
        }
        self.0.push(Item::Withheld { level, hash });
    }

    /// Folds the sheet and refuses what no honest tree could hold: a header's field out of its place, a body's
    /// not where the shape says, a path twice, leaves out of order, null as a value.
    ///
    /// The root is for the caller to compare: with the entry's, when this is a part of an opening.
    pub fn check(&self, tag: Tag, seed: Option<&Seed>) -> Result<Opened, SheetError> {
        let folded = self.fold(tag, seed)?;
        let mut opened = Opened {
            root: folded.root,
            size: folded.size,
            fields: Vec::new(),
            shape: None,
            complete: self.0.len() as u64 == folded.size && self.0.iter().all(|item| item.clear().is_some()),
        };
        // Header and import have their places; the others lie by leaf hash, a body's after its shape.
        let sorted_from = match tag {
            Tag::Body => Some(1),
            Tag::Routes => Some(0),
            Tag::Header | Tag::ImportRow => None,
        };
        if let Some(from) = sorted_from {
            in_order(&folded.leaves, from)?;
        }
        match tag {
            Tag::Header if folded.size != PLACES as u64 => return Err(SheetError::Size),
            Tag::Routes if folded.size < 4 || !folded.size.is_power_of_two() => {
                return Err(SheetError::Size);
            }
            _ => {}
        }
        let mut leaf = 0;
        for item in &self.0 {
            if let Some((place, value)) = item.clear() {
                opened.take(tag, leaf, place, value)?;
            }
            leaf += item.leaves();
        }
        let mut paths: Vec<_> = opened.fields.iter().map(|field| &field.path).collect();
        paths.sort_unstable();
        if let Some(pair) = paths.windows(2).find(|pair| pair[0].begins(pair[1])) {
            return Err(SheetError::PathTwice(pair[0].clone()));
        }
        Ok(opened)
    }
}

impl Opened {
    fn take(&mut self, tag: Tag, leaf: u64, place: &Place, value: &Value) -> Result<(), SheetError> {
        let path = match (tag, place) {
            (Tag::Body, Place::Field(path)) if path.0.is_empty() && leaf == 0 => {
                self.shape = Some(shape(value, self.size)?);
                return Ok(());
            }
            (Tag::Body | Tag::Routes, Place::Blank(_)) if *value == Value::Null => {
                return self.is_where_shape_says(leaf, None);
            }
            (_, Place::Blank(_)) => return Err(SheetError::WrongValue(leaf)),
            (_, Place::Field(path)) => path,
        };
        let right = match tag {
            Tag::Header | Tag::ImportRow => path.0 == [Step::Index(leaf)],
            Tag::Body => matches!(path.0.first(), Some(Step::Name(_))),
            Tag::Routes => {
                matches!(path.0.as_slice(), [Step::Index(stream)] if u32::try_from(*stream).is_ok())
            }
        };
        if !right || (tag == Tag::Body && leaf == 0) {
            return Err(SheetError::WrongPlace(leaf));
        }
        let allowed = match tag {
            Tag::Header => !is_too_long(value)?,
            Tag::Body => !value.has_null() && !is_too_long(value)?,
            Tag::Routes => value.as_int().is_some_and(|seq| seq >= 0),
            Tag::ImportRow => !value.has_null(),
        };
        if !allowed {
            return Err(SheetError::WrongValue(leaf));
        }
        self.is_where_shape_says(leaf, Some(path))?;
        self.fields.push(OpenedField { leaf, path: path.clone(), value: value.clone() });
        Ok(())
    }

    /// The shape is leaf 0, so that it is known before any other leaf is looked at.
    fn is_where_shape_says(&self, leaf: u64, path: Option<&Path>) -> Result<(), SheetError> {
        let Some(shape) = &self.shape else {
            return Ok(());
        };
        let said = leaf.checked_sub(1).and_then(|at| shape.get(usize::try_from(at).ok()?));
        if said.is_some_and(|said| said.as_ref() == path) { Ok(()) } else { Err(SheetError::WrongPlace(leaf)) }
    }
}

/// Reads the value of the shape of a tree of `size` leaves. Blanks only where they make a power of two.
fn shape(value: &Value, size: u64) -> Result<Vec<Option<Path>>, SheetError> {
    let paths = value.as_list().ok_or(SheetError::WrongValue(0))?;
    if paths.len() as u64 + 1 != size {
        return Err(SheetError::WrongValue(0));
    }
    let mut shape = Vec::with_capacity(paths.len());
    for path in paths {
        shape.push(match path {
            Value::Null => None,
            Value::List(steps) => {
                Some(Path(steps.iter().map(step).collect::<Option<_>>().ok_or(SheetError::WrongValue(0))?))
            }
            _ => return Err(SheetError::WrongValue(0)),
        });
    }
    let mut sorted: Vec<_> = shape.iter().flatten().collect();
    sorted.sort_unstable();
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0].begins(pair[1])) {
        return Err(SheetError::PathTwice(pair[0].clone()));
    }
    let is_named = |path: &Path| matches!(path.0.first(), Some(Step::Name(_)));
    if !sorted.iter().all(|path| is_named(path)) || check_lists(sorted.iter().copied()).is_err() {
        return Err(SheetError::WrongValue(0));
    }
    let blanks = shape.len() - sorted.len();
    if blanks > 0 && (size < 8 || !size.is_power_of_two()) {
        return Err(SheetError::WrongValue(0));
    }
    Ok(shape)
}

fn step(value: &Value) -> Option<Step> {
    match value {
        Value::Int(index) => u64::try_from(*index).ok().map(Step::Index),
        Value::Text(name) => Some(Step::Name(name.clone())),
        _ => None,
    }
}

/// Among the leaves whose hashes are known, each is greater than the one before.
fn in_order(leaves: &[Option<Hash>], from: usize) -> Result<(), SheetError> {
    let mut before = None;
    for (leaf, hash) in leaves.iter().enumerate().skip(from) {
        let Some(hash) = hash else { continue };
        if before.is_some_and(|before| before >= hash) {
            return Err(SheetError::Order(leaf as u64));
        }
        before = Some(hash);
    }
    Ok(())
}
