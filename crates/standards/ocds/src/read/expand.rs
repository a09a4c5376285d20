//! What a piece of a file holds: a release, a record, a small package, a list.

use std::ops::Range;

use memchr::memmem;

use super::splitter::Piece;
use super::{Item, Kind, Position, Shape};
use crate::fault::{Code, Fault, excerpt};
use crate::json::{Broken, Input, Step, line_of};
use crate::merge::{Rules, compile};

type Outputs = Vec<Result<Item, Fault>>;

/// The releases in a piece, or what is wrong with it; at least one of either unless its lists are empty.
pub(super) fn expand(piece: Piece, rules: &Rules) -> Outputs {
    let Piece { raw, byte, line, shape, prefix, .. } = piece;
    let blank = raw.len() - raw.trim_ascii_start().len();
    let whole = Part { raw: raw.trim_ascii(), byte: byte + blank as u64, line, prefix };
    match (shape, whole.raw.first()) {
        (Shape::Records, Some(b'{')) => whole.record(rules),
        (Shape::Releases, Some(b'{')) => vec![Ok(whole.item(Kind::Release))],
        (Shape::Array, Some(b'{')) | (Shape::Values | Shape::Lines, Some(b'{' | b'[')) => whole.value(rules),
        _ => vec![Err(whole.misfit())],
    }
}

/// A part of a file in memory, with its place.
struct Part<'p> {
    raw: &'p [u8],
    byte: u64,
    line: u64,
    prefix: String,
}

/// The members of an object that tell what it is.
#[derive(Default)]
struct Members {
    has_ocid: bool,
    has_url: bool,
    compiled: Option<Range<usize>>,
    releases: Option<Vec<Range<usize>>>,
    records: Option<Vec<Range<usize>>>,
}

impl Part<'_> {
    fn item(&self, kind: Kind) -> Item {
        let position = Position { byte: self.byte, line: self.line, prefix: self.prefix.clone() };
        Item { position, raw: self.raw.to_vec(), kind, verbatim: true }
    }

    fn fault(&self, code: Code) -> Fault {
        Fault { code, path: self.prefix.clone(), value: excerpt(self.raw), line: self.line, byte: self.byte }
    }

    /// Neither an object nor a list.
    fn misfit(&self) -> Fault {
        let Ok(text) = std::str::from_utf8(self.raw) else { return self.fault(Code::InvalidUtf8) };
        let mut input = Input::new(text);
        match input.skip() {
            Ok(()) if input.at_end() => self.fault(Code::NotOcds),
            _ => self.fault(Code::NotJson),
        }
    }

    fn text(&self) -> Result<&str, Fault> {
        std::str::from_utf8(self.raw).map_err(|error| {
            let at = error.valid_up_to();
            let shown = &self.raw[at.saturating_sub(20)..];
            let line = self.line + memchr::memchr_iter(b'\n', &self.raw[..at]).count() as u64;
            let fault = Fault::new(Code::InvalidUtf8, self.prefix.clone(), shown);
            Fault { line, byte: self.byte + at as u64, ..fault }
        })
    }

    fn broken(&self, text: &str, broken: Broken) -> Fault {
        let from = if broken.code == Code::Truncated { text.len().saturating_sub(40) } else { broken.at };
        let fault = Fault::new(broken.code, "", self.raw.get(from..).unwrap_or_default());
        let fault = Fault { line: line_of(text, broken.at), byte: broken.at as u64, ..fault };
        fault.moved(self.line, self.byte, &self.prefix)
    }

    fn part(&self, range: Range<usize>, path: &str) -> Part<'_> {
        let before = self.raw.get(..range.start).unwrap_or_default();
        Part {
            byte: self.byte + range.start as u64,
            line: self.line + memchr::memchr_iter(b'\n', before).count() as u64,
            raw: self.raw.get(range).unwrap_or_default(),
            prefix: format!("{}{path}", self.prefix),
        }
    }

    /// An object or list that may be anything.
    fn value(&self, rules: &Rules) -> Outputs {
        if self.raw.first() == Some(&b'[') {
            return self.list(rules);
        }
        // Most are releases, and most releases mention none of these: no need to look closer.
        let words: [&[u8]; 3] = [b"\"compiledRelease\"", b"\"releases\"", b"\"records\""];
        if words.iter().all(|word| memmem::find(self.raw, word).is_none()) {
            return vec![Ok(self.item(Kind::Release))];
        }
        let members = match self.members() {
            Ok(members) => members,
            Err(fault) => return vec![Err(fault)],
        };
        if let Some(records) = members.records {
            let records = (0..).zip(records);
            return records
                .flat_map(|(index, range)| self.part(range, &format!("/records/{index}")).record(rules))
                .collect();
        }
        if members.compiled.is_some() || (members.releases.is_some() && members.has_ocid) {
            return self.record(rules);
        }
        if let Some(releases) = members.releases {
            let releases = (0..).zip(releases);
            return releases.map(|(index, range)| self.part(range, &format!("/releases/{index}")).release()).collect();
        }
        vec![Ok(self.item(Kind::Release))]
    }

    fn list(&self, rules: &Rules) -> Outputs {
        let read = || {
            let text = self.text()?;
            let mut input = Input::new(text);
            let mut ranges = Vec::new();
            ranges_of(&mut input, &mut ranges).map_err(|broken| self.broken(text, broken))?;
            Ok(ranges)
        };
        let ranges: Vec<Range<usize>> = match read() {
            Ok(ranges) => ranges,
            Err(fault) => return vec![Err(fault)],
        };
        let parts = (0..).zip(ranges).map(|(index, range)| self.part(range, &format!("/{index}")));
        parts
            .flat_map(|part| if part.raw.first() == Some(&b'{') { part.value(rules) } else { vec![part.release()] })
            .collect()
    }

    fn release(&self) -> Result<Item, Fault> {
        if self.raw.first() == Some(&b'{') { Ok(self.item(Kind::Release)) } else { Err(self.misfit()) }
    }

    fn record(&self, rules: &Rules) -> Outputs {
        match self.members() {
            Ok(members) => self.record_with(members, rules),
            Err(fault) => vec![Err(fault)],
        }
    }

    fn record_with(&self, members: Members, rules: &Rules) -> Outputs {
        if let Some(range) = members.compiled {
            return vec![Ok(self.part(range, "/compiledRelease").item(Kind::Compiled))];
        }
        let releases = members.releases.unwrap_or_default();
        let parts: Vec<Part<'_>> =
            (0..).zip(releases).map(|(index, range)| self.part(range, &format!("/releases/{index}"))).collect();
        for part in &parts {
            match part.members() {
                Ok(members) if members.has_url && !members.has_ocid => {
                    return vec![Err(part.fault(Code::LinkedRelease))];
                }
                Ok(_) => {}
                Err(fault) => return vec![Err(fault)],
            }
        }
        match parts.as_slice() {
            [] => vec![Err(self.fault(Code::NotOcds))],
            [only] => vec![only.release()],
            _ => self.merged(&parts, rules),
        }
    }

    fn merged(&self, parts: &[Part<'_>], rules: &Rules) -> Outputs {
        let raws: Vec<&[u8]> = parts.iter().map(|part| part.raw).collect();
        match compile(&raws, rules) {
            Ok(merged) => {
                let item = Item { raw: merged.raw, verbatim: false, ..self.head() };
                let faults = merged.faults.into_iter().map(|fault| Err(item.placed(fault)));
                let mut outputs: Outputs = faults.collect();
                outputs.push(Ok(item));
                outputs
            }
            Err(fault) => vec![Err(fault.moved(self.line, self.byte, &self.prefix))],
        }
    }

    /// An item at this place, without its text.
    fn head(&self) -> Item {
        Part { raw: &[], byte: self.byte, line: self.line, prefix: self.prefix.clone() }.item(Kind::Compiled)
    }

    fn members(&self) -> Result<Members, Fault> {
        if self.raw.first() != Some(&b'{') {
            return Err(self.misfit());
        }
        let text = self.text()?;
        let mut input = Input::new(text);
        read_members(&mut input).map_err(|broken| self.broken(text, broken))
    }
}

fn read_members(input: &mut Input<'_>) -> Step<Members> {
    let mut members = Members::default();
    input.object(|input, name| {
        let start = input.position();
        match (name, input.peek()?) {
            ("compiledRelease", b'{') => {
                let start = input.position();
                input.skip()?;
                members.compiled = Some(start..input.position());
            }
            ("releases", b'[') => ranges_of(input, members.releases.get_or_insert_default())?,
            ("records", b'[') => ranges_of(input, members.records.get_or_insert_default())?,
            ("ocid", b'"' | b'0'..=b'9') => {
                members.has_ocid = true;
                input.skip()?;
            }
            ("url", b'"') => {
                members.has_url = true;
                input.skip()?;
            }
            _ => input.skip()?,
        }
        debug_assert!(input.position() > start, "a member was read");
        Ok(())
    })?;
    if input.at_end() { Ok(members) } else { input.broken(Code::NotJson) }
}

fn ranges_of(input: &mut Input<'_>, ranges: &mut Vec<Range<usize>>) -> Step<()> {
    input.array(|input| {
        let start = input.position();
        input.skip()?;
        ranges.push(start..input.position());
        Ok(())
    })
}
