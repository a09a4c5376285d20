//! Sheets as a node stores them, all in clear under a seed, checked over their bytes: what verification meets nearly always.
//!
//! Nothing is allowed here that [`Sheet::check`](super::Sheet::check) refuses; what this does not understand at once is left to it.

use crate::body::{MAX_VALUE_BYTES, check_lists};
use crate::cbor::{self, Reader};
use crate::hash::{Hash, Salter, Seed, Tag};
use crate::header::PLACES;
use crate::path::{MAX_PATH_BYTES, MAX_PATH_STEPS, Path, Place};
use crate::tree::Frontier;
use crate::value::{ValueError, read_value};

/// The root of a stored sheet that is as it should be; nothing where it is not, or is no plain one.
pub(crate) fn root(bytes: &[u8], tag: Tag, seed: &Seed) -> Option<Hash> {
    let mut reader = Reader::new(bytes);
    let leaves = reader.list().ok()?;
    let sized = match tag {
        Tag::Header => leaves == PLACES as u64,
        Tag::Routes => leaves >= 4 && leaves.is_power_of_two() && leaves <= super::MAX_LEAVES,
        Tag::Body => (1..=super::MAX_LEAVES).contains(&leaves),
        Tag::ImportRow => false,
    };
    if !sized {
        return None;
    }
    let salter = Salter::new(seed, tag);
    let mut frontier = Frontier::default();
    let mut paths: Vec<&[u8]> = Vec::with_capacity(leaves as usize);
    let (mut shape, mut said) = (None, Vec::new());
    let (mut before, mut blanks, mut indexed) = (None, 0, false);
    for leaf in 0..leaves {
        if reader.list().ok()? != 2 {
            return None;
        }
        let at = reader.position();
        let steps = place(&mut reader).ok()?;
        let split = reader.position();
        let path = &bytes[at..split];
        let is_shape = tag == Tag::Body && leaf == 0;
        let kind = value(&mut reader, tag == Tag::Header || steps == Steps::Blank || is_shape).ok()?;
        let value = &bytes[split..reader.position()];
        let hash = salter.field(&bytes[at..reader.position()], path.len());
        frontier.append(hash);
        if is_shape {
            if steps != Steps::Empty {
                return None;
            }
            shape = Some(value);
            cbor::head(&mut said, cbor::LIST, leaves - 1);
            continue;
        }
        let fits = match (tag, steps) {
            (Tag::Body | Tag::Routes, Steps::Blank) => {
                blanks += 1;
                kind == Kind::Null
            }
            (Tag::Header, Steps::Indices) => path == [0x81, leaf as u8] && value.len() <= MAX_VALUE_BYTES,
            (Tag::Body, Steps::Names | Steps::Mixed) => value.len() <= MAX_VALUE_BYTES,
            (Tag::Routes, Steps::Indices) => path[0] == 0x81 && path.len() <= 6 && kind == Kind::Unsigned,
            _ => false,
        };
        // Leaves lie by their hashes, but for the header's, whose places are fixed.
        let ordered = tag == Tag::Header || before.is_none_or(|before| before < hash);
        if !fits || !ordered {
            return None;
        }
        before = Some(hash);
        indexed |= steps == Steps::Mixed;
        if steps == Steps::Blank {
            said.push(cbor::NULL);
        } else {
            paths.push(path);
            said.extend_from_slice(path);
        }
    }
    reader.end().ok()?;
    if tag == Tag::Body {
        let padded = leaves >= 8 && leaves.is_power_of_two();
        if shape != Some(said.as_slice()) || (blanks > 0 && !padded) {
            return None;
        }
    }
    if tag != Tag::Header {
        // The head of a path is one byte; what begins another path is the beginning of its bytes, and next to it in order.
        paths.sort_unstable_by_key(|path| &path[1..]);
        if paths.windows(2).any(|pair| pair[1][1..].starts_with(&pair[0][1..])) {
            return None;
        }
    }
    if indexed {
        lists(&paths)?;
    }
    Some(frontier.root())
}

/// Refuses lists with gaps.
fn lists(paths: &[&[u8]]) -> Option<()> {
    let mut paths: Vec<Path> = paths
        .iter()
        .map(|path| match Place::decode(path) {
            Ok(Place::Field(path)) => Some(path),
            _ => None,
        })
        .collect::<Option<_>>()?;
    paths.sort_unstable();
    check_lists(paths.iter()).ok()
}

/// What a path is made of.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Steps {
    Empty,
    Blank,
    Names,
    Indices,
    /// A name first, and an index after it.
    Mixed,
}

fn place(reader: &mut Reader<'_>) -> Result<Steps, ValueError> {
    let start = reader.position();
    let steps = reader.list()?;
    if steps > MAX_PATH_STEPS as u64 {
        return Err(ValueError::TooDeep);
    }
    let mut found = Steps::Empty;
    for at in 0..steps {
        if at == 0 && steps == 2 && reader.null() {
            return reader.uint().map(|_| Steps::Blank);
        }
        let named = match reader.peek_major()? {
            cbor::UINT => reader.uint().map(|_| false)?,
            cbor::TEXT => reader.text().map(|_| true)?,
            _ => return Err(ValueError::Type),
        };
        found = match (found, named) {
            (Steps::Empty | Steps::Names, true) => Steps::Names,
            (Steps::Empty | Steps::Indices, false) => Steps::Indices,
            (Steps::Names | Steps::Mixed, _) => Steps::Mixed,
            // An index first, and a name after it: nowhere in the ledger.
            _ => return Err(ValueError::Type),
        };
    }
    if reader.position() - start > MAX_PATH_BYTES { Err(ValueError::TooDeep) } else { Ok(found) }
}

/// What matters of a value.
#[derive(PartialEq, Eq)]
enum Kind {
    Null,
    Unsigned,
    Other,
}

/// Passes over a value that is canonical. What is most frequent is not copied.
fn value(reader: &mut Reader<'_>, nulls: bool) -> Result<Kind, ValueError> {
    match reader.peek_major()? {
        cbor::UINT => return reader.int().map(|_| Kind::Unsigned),
        cbor::NEGATIVE => drop(reader.int()?),
        cbor::BYTES => drop(reader.bytes()?),
        cbor::TEXT => drop(reader.text()?),
        cbor::SIMPLE if nulls && reader.null() => return Ok(Kind::Null),
        _ => drop(read_value(reader, nulls)?),
    }
    Ok(Kind::Other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::commit::{Route, Seeds, prepare};
    use crate::sheet::Sheet;
    use crate::{Act, Actor, Body, Class, Day, Level, Value};

    const SEEDS: Seeds = Seeds { header: [7; 32], body: [9; 32] };

    fn act(padded: bool, lists: usize) -> Act {
        let list = (0..lists).map(|at| Value::map([("name".to_owned(), Value::text(format!("第{at}项")))]));
        let fields = [
            ("title".to_owned(), Value::text("采购")),
            ("amount".to_owned(), Value::Int(-5)),
            ("when".to_owned(), Value::Day(Day::from_ymd(2026, 11, 26).unwrap())),
            ("parties".to_owned(), Value::List(list.collect())),
        ];
        let body = Body::new(Value::map(fields)).unwrap();
        Act {
            id: 1,
            node: 1,
            at_ms: 1_795_000_000_000,
            day: Day::from_ymd(2026, 11, 26).unwrap(),
            class: Class::of(Level::Internal),
            kind: "test.opened@1.0".to_owned(),
            matter: 2,
            version: 1,
            also: vec![(9, 4)],
            actor: Actor::Officer { pseudonym: "officer-1".to_owned() },
            post: Some("post".to_owned()),
            organ: None,
            on_behalf_of: None,
            basis: vec!["law".to_owned()],
            rule_versions: Vec::new(),
            causes: vec![3],
            command: None,
            body: if padded { body.padded() } else { body },
            streams: vec![7, 1_000],
        }
    }

    /// The three sheets of an act with their tags and seeds.
    fn sheets(act: &Act) -> [(Vec<u8>, Tag, Seed); 3] {
        let prepared = prepare(act, &SEEDS).unwrap();
        let routed = prepared.route(&[Route { stream: 7, seq: 0 }, Route { stream: 1_000, seq: 5 }]).unwrap();
        [
            (prepared.header_sheet, Tag::Header, SEEDS.header),
            (prepared.body_sheet, Tag::Body, SEEDS.body),
            (routed.routes_sheet, Tag::Routes, SEEDS.header),
        ]
    }

    fn checked(bytes: &[u8], tag: Tag, seed: &Seed) -> Option<Hash> {
        Some(Sheet::decode(bytes).ok()?.check(tag, Some(seed)).ok()?.root)
    }

    #[test]
    fn what_is_stored_is_plain() {
        for (padded, lists) in [(false, 0), (true, 0), (false, 3), (true, 12)] {
            for (bytes, tag, seed) in sheets(&act(padded, lists)) {
                let root = root(&bytes, tag, &seed);
                assert_eq!(root, checked(&bytes, tag, &seed), "{tag:?}");
                assert!(root.is_some(), "{tag:?}");
            }
        }
    }

    proptest! {
        /// Whatever is done to the bytes: what passes here passes there, to the same root.
        #[test]
        fn it_allows_nothing_that_is_refused_elsewhere(
            padded: bool, lists in 0_usize..4, which in 0_usize..3,
            changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0_u8..3), 1..4),
        ) {
            let (mut bytes, tag, seed) = sheets(&act(padded, lists))[which].clone();
            for (at, byte, how) in changes {
                let at = at.index(bytes.len());
                match how {
                    0 => bytes[at] = byte,
                    1 => drop(bytes.remove(at)),
                    _ => bytes.insert(at, byte),
                }
            }
            if let Some(root) = root(&bytes, tag, &seed) {
                prop_assert_eq!(Some(root), checked(&bytes, tag, &seed));
            }
        }
    }

    #[test]
    fn a_sheet_that_says_more_than_it_holds_is_left_to_the_careful_reader() {
        let [(header, ..), (body, ..), (routes, ..)] = sheets(&act(false, 2));
        assert_eq!(root(&header, Tag::Routes, &SEEDS.header), None);
        assert_eq!(root(&routes, Tag::Body, &SEEDS.header), None);
        assert_eq!(root(&body, Tag::Body, &SEEDS.header), None, "another seed gives another order");
        assert_eq!(root(&[], Tag::Body, &SEEDS.body), None);
    }
}
