//! Reading files as published: packages, records, lines, gzip, in bounded memory.
//!
//! A [`Reader`] takes any `BufRead` and yields releases one by one, or the fault that stands in the place of one. What
//! it understands, without being told:
//!
//! - gzip, by its first bytes;
//! - JSON Lines, values one after another, a list, a bare value; of compiled releases, releases, records or packages;
//! - a release package or record package of any size: its `releases` or `records` are taken one by one.
//!
//! Of a record its `compiledRelease` is taken, else its releases are merged; a record that only links to its releases
//! is a fault, since nothing is ever fetched.

mod expand;
mod source;
mod splitter;

use std::collections::VecDeque;
use std::io::{self, BufRead};

use crate::fault::{Code, Fault};
use crate::merge::Rules;
use crate::types::{Parsed, parse};
use source::Source;
use splitter::{Event, Splitter};

/// What is too much.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Bytes of one element (a release, a record, a line); larger ones are passed over. 64 MiB; at least 512 KiB.
    pub element_bytes: usize,
    /// Levels of nesting within one element; at most 128, which is the default.
    pub depth: usize,
    /// How many times larger than the gzip stream its contents may be, once they exceed `ratio_from`. 200; deflate
    /// reaches 1,000 on a single repeated byte, JSON of real processes stays under 50.
    pub ratio: u64,
    /// Unpacked bytes from which the ratio is watched. 32 MiB.
    pub ratio_from: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { element_bytes: 64 << 20, depth: 128, ratio: 200, ratio_from: 32 << 20 }
    }
}

/// How elements stand in a file.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub enum Shape {
    /// Values one after another.
    #[default]
    Values,
    /// One value a line.
    Lines,
    /// Elements of a list.
    Array,
    /// Elements of the `releases` of a package.
    Releases,
    /// Elements of the `records` of a package.
    Records,
}

impl Shape {
    /// The stable word for storing a bookmark.
    pub fn as_str(self) -> &'static str {
        match self {
            Shape::Values => "values",
            Shape::Lines => "lines",
            Shape::Array => "array",
            Shape::Releases => "releases",
            Shape::Records => "records",
        }
    }

    /// The shape of a stored word.
    pub fn from_word(word: &str) -> Option<Shape> {
        let all = [Shape::Values, Shape::Lines, Shape::Array, Shape::Releases, Shape::Records];
        all.into_iter().find(|shape| shape.as_str() == word)
    }
}

/// How far a file has been read: enough to go on in the middle of an uncompressed file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Bookmark {
    /// Offset of the next byte to read.
    pub byte: u64,
    /// Line of that byte, from 1.
    pub line: u64,
    /// Number of the next element in its list.
    pub index: u64,
    /// How the elements stand there.
    pub shape: Shape,
    /// Yielded ones to pass over again after `byte`: an element may hold several releases.
    pub skip: u64,
    /// Items and faults yielded since the beginning of the file.
    pub delivered: u64,
}

impl Default for Bookmark {
    fn default() -> Bookmark {
        Bookmark { byte: 0, line: 1, index: 0, shape: Shape::Values, skip: 0, delivered: 0 }
    }
}

/// Where an item stood in its file.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Position {
    /// Offset of its first byte, in the unpacked text.
    pub byte: u64,
    /// Line of its first byte, from 1.
    pub line: u64,
    /// JSON Pointer from the outermost value to it, e.g. `/releases/17`; empty for a line or a bare release.
    pub prefix: String,
}

/// What an item claims to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A release as published; others of its process may follow. A compiled release in a list of releases is one too.
    Release,
    /// The compiled release of a record.
    Compiled,
}

/// One release of a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Where it stood.
    pub position: Position,
    /// Its JSON text.
    pub raw: Vec<u8>,
    /// What it claims to be.
    pub kind: Kind,
    /// Whether `raw` is what the file says at `position`; false where a record's releases were merged.
    pub verbatim: bool,
}

impl Item {
    /// Reads it into types; faults have their place in the file. See [`parse`].
    pub fn parse(&self) -> Result<Parsed<'_>, Fault> {
        match parse(&self.raw) {
            Ok(mut parsed) => {
                parsed.faults = parsed.faults.into_iter().map(|fault| self.placed(fault)).collect();
                Ok(parsed)
            }
            Err(fault) => Err(self.placed(fault)),
        }
    }

    /// Moves a fault found in `raw` to its place in the file.
    pub fn placed(&self, mut fault: Fault) -> Fault {
        if !self.verbatim {
            (fault.line, fault.byte) = (1, 0);
        }
        fault.moved(self.position.line, self.position.byte, &self.position.prefix)
    }
}

/// Reads releases from a source, one by one. See the module.
pub struct Reader<R: BufRead> {
    source: Source<R>,
    splitter: Splitter,
    limits: Limits,
    rules: Rules,
    ready: VecDeque<(Result<Item, Fault>, Bookmark)>,
    bookmark: Bookmark,
    /// After the last element that was taken apart.
    behind: Bookmark,
    skip: u64,
    ended: bool,
}

impl<R: BufRead> Reader<R> {
    /// Reads from the beginning. The source is read on the first call of `next`.
    pub fn new(source: R, limits: Limits) -> Reader<R> {
        Reader::at(Source::new(source), limits, Bookmark::default())
    }

    /// Goes on in an uncompressed source that stands at `bookmark.byte`.
    pub fn resume(source: R, limits: Limits, bookmark: Bookmark) -> Reader<R> {
        let mut reader = Reader::at(Source::plain(source), limits, bookmark);
        reader.skip = bookmark.skip;
        reader.bookmark.delivered = bookmark.delivered - bookmark.skip;
        reader
    }

    /// Goes on in any source that stands at its beginning, passing over what was yielded before: the way for gzip.
    pub fn resume_from_start(source: R, limits: Limits, bookmark: Bookmark) -> Reader<R> {
        let mut reader = Reader::new(source, limits);
        reader.skip = bookmark.delivered;
        reader
    }

    fn at(source: Source<R>, mut limits: Limits, bookmark: Bookmark) -> Reader<R> {
        limits.depth = limits.depth.min(128);
        limits.element_bytes = limits.element_bytes.max(512 << 10);
        Reader {
            source,
            splitter: Splitter::new(limits, bookmark),
            limits,
            rules: Rules::ocds(),
            ready: VecDeque::new(),
            bookmark,
            behind: bookmark,
            skip: 0,
            ended: false,
        }
    }

    /// How far what `next` yielded goes: resuming there yields what comes after it.
    pub fn bookmark(&self) -> Bookmark {
        self.bookmark
    }

    /// Bytes taken from the source so far, for a progress bar: of the compressed stream where there is one.
    pub fn bytes_read(&self) -> u64 {
        self.source.bytes_read()
    }

    /// Whether the source is compressed; known after the first `next`.
    pub fn is_compressed(&self) -> bool {
        self.source.is_compressed()
    }

    /// Reads one chunk.
    fn pull(&mut self) {
        match self.source.chunk() {
            Ok([]) => {
                self.splitter.finish();
                self.ended = true;
            }
            Ok(chunk) => {
                let length = chunk.len();
                self.splitter.push(chunk);
                self.source.consume(length);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return,
            Err(error) => self.fail(&error),
        }
        self.drain();
        if self.source.unpacked() > self.limits.ratio_from
            && self.source.unpacked() / self.limits.ratio.max(1) > self.source.bytes_read()
        {
            let shown = format!("{} -> {}", self.source.bytes_read(), self.source.unpacked());
            self.stop(Code::Bomb, &shown);
        }
    }

    fn fail(&mut self, error: &io::Error) {
        let before = self.ready.len();
        self.splitter.finish();
        self.drain();
        let is_packing = matches!(
            error.kind(),
            io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData | io::ErrorKind::UnexpectedEof
        );
        let code = if self.source.is_compressed() && is_packing { Code::BadGzip } else { Code::Unreadable };
        // An archive that ends early has been told as a truncated value where it was inside one.
        if error.kind() != io::ErrorKind::UnexpectedEof || self.ready.len() == before {
            self.stop(code, &error.to_string());
        }
        self.ended = true;
    }

    fn stop(&mut self, code: Code, shown: &str) {
        let mut fault = Fault::new(code, "", shown.as_bytes());
        (fault.line, fault.byte) = (self.behind.line, self.behind.byte);
        self.ready.push_back((Err(fault), self.behind));
        self.ended = true;
    }

    fn drain(&mut self) {
        while let Some(event) = self.splitter.next_event() {
            match event {
                Event::Fault(fault, after) => {
                    self.ready.push_back((Err(fault), after));
                    self.behind = after;
                }
                Event::Piece(piece) => {
                    let after = piece.after;
                    let outputs = expand::expand(piece, &self.rules);
                    let count = outputs.len() as u64;
                    for (index, output) in (1..).zip(outputs) {
                        let bookmark = if index == count { after } else { Bookmark { skip: index, ..self.behind } };
                        self.ready.push_back((output, bookmark));
                    }
                    self.behind = after;
                }
            }
        }
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = Result<Item, Fault>;

    fn next(&mut self) -> Option<Result<Item, Fault>> {
        loop {
            while let Some((output, bookmark)) = self.ready.pop_front() {
                self.bookmark = Bookmark { delivered: self.bookmark.delivered + 1, ..bookmark };
                if self.skip == 0 {
                    return Some(output);
                }
                self.skip -= 1;
            }
            if self.ended {
                return None;
            }
            self.pull();
        }
    }
}
