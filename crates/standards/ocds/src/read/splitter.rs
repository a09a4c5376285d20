//! Cuts a stream of bytes into the JSON values that matter, holding no more than one of them.
//!
//! It knows brackets and strings, nothing else of JSON: whether a piece is sound is for its parser to say. Bytes may
//! arrive in chunks of any size.

mod kept;
mod modes;

use std::collections::VecDeque;
use std::mem::take;

use memchr::{memchr, memchr3};

use super::{Bookmark, Limits, Shape};
use crate::fault::{Code, Fault};

/// A value cut out of the stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Piece {
    pub raw: Vec<u8>,
    pub byte: u64,
    pub line: u64,
    /// Where it stood; its [`Bookmark::index`] is in the prefix.
    pub shape: Shape,
    pub prefix: String,
    pub after: Bookmark,
}

/// What came out of the stream.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Event {
    Piece(Piece),
    Fault(Fault, Bookmark),
}

/// How bytes are being read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mode {
    /// Values one after another.
    Values,
    /// One value a line: the end of a line ends it, whatever its brackets say.
    Lines,
    /// Elements of the list that holds everything.
    Elements,
    /// After rubbish: until the line ends.
    Resync,
    /// Nothing further can be made out.
    Dead,
}

/// A member of the outermost object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Name {
    Ocid,
    Releases,
    Records,
    Other,
}

/// Where the list of a package begins, while it is not yet known to be too large for one piece.
#[derive(Clone, Copy, Debug)]
struct Inner {
    shape: Shape,
    offset: usize,
    byte: u64,
    line: u64,
    /// Whether the list has not ended yet.
    is_open: bool,
}

/// A package larger than this is taken apart while it is read; a smaller object is looked at as a whole, which tells
/// a record from a package whatever the order of their members.
const SNIFF_BYTES: usize = 256 * 1024;

/// Bytes looked at between two looks at the whole.
const STEP_BYTES: usize = 64 * 1024;

/// Kept of an element that is let go, to show what it was.
const SHOWN_BYTES: usize = 800;

/// Lines of rubbish in a row after which the file is given up.
const RUBBISH_LINES: u32 = 100;

/// Brackets are remembered up to this depth, and only counted beyond.
const REMEMBERED: usize = 128;

pub(super) struct Splitter {
    limits: Limits,
    mode: Mode,
    shape: Shape,
    /// Offset and line of the next byte.
    byte: u64,
    line: u64,
    index: u64,
    depth: usize,
    /// One bit a level, 1 for an object.
    kinds: u128,
    in_string: bool,
    escaped: bool,
    /// Depth at which elements stand, in [`Mode::Elements`].
    base: usize,
    in_elements: bool,
    /// Where the value being kept began.
    capture: Option<(u64, u64)>,
    buffer: Vec<u8>,
    /// Why the value is no longer kept.
    lost: Option<Code>,
    expects_name: bool,
    in_name: bool,
    name_bytes: Vec<u8>,
    name: Name,
    ocid_seen: bool,
    inner: Option<Inner>,
    value_line: u64,
    /// The first name of the value with its brace, e.g. `{"ocid":`; a line that begins so begins a value.
    signature: Vec<u8>,
    /// Bytes of the signature seen since the line began, if it may be a new value.
    matched: Option<usize>,
    values: u64,
    rubbish: u32,
    events: VecDeque<Event>,
}

impl Splitter {
    /// Starts at a bookmark; the default one is the beginning.
    pub fn new(limits: Limits, at: Bookmark) -> Splitter {
        let mut splitter = Splitter {
            limits,
            mode: Mode::Values,
            shape: Shape::Values,
            byte: at.byte,
            line: at.line,
            index: at.index,
            depth: 0,
            kinds: 0,
            in_string: false,
            escaped: false,
            base: 0,
            in_elements: false,
            capture: None,
            buffer: Vec::new(),
            lost: None,
            expects_name: false,
            in_name: false,
            name_bytes: Vec::new(),
            name: Name::Other,
            ocid_seen: false,
            inner: None,
            value_line: at.line,
            signature: Vec::new(),
            matched: None,
            values: u64::from(at.byte > 0),
            rubbish: 0,
            events: VecDeque::new(),
        };
        match at.shape {
            Shape::Values => {}
            Shape::Lines => splitter.start_lines(),
            shape => splitter.start_elements(shape, at.index),
        }
        splitter
    }

    /// What has been found and not been taken yet.
    pub fn next_event(&mut self) -> Option<Event> {
        self.events.pop_front()
    }

    /// Takes the next bytes.
    pub fn push(&mut self, chunk: &[u8]) {
        let mut rest = chunk;
        while !rest.is_empty() {
            // In small steps, so that a package is recognised as one before it is too large to hold.
            let step = &rest[..rest.len().min(STEP_BYTES)];
            let used = match self.mode {
                Mode::Values | Mode::Elements => self.scan(step),
                Mode::Lines => self.line(step),
                Mode::Resync => self.resync(step),
                Mode::Dead => rest.len(),
            };
            self.byte += used as u64;
            rest = &rest[used..];
            if self.is_streamable() {
                self.stream_what_is_held();
            }
        }
    }

    /// Ends the stream.
    pub fn finish(&mut self) {
        if self.mode == Mode::Values && self.inner.is_some() && !self.ocid_seen && self.lost.is_none() {
            // A small package cut off inside its list: what is complete is still worth having.
            self.stream_what_is_held();
        }
        match self.mode {
            Mode::Lines => self.end_line(0),
            Mode::Values | Mode::Elements if self.depth > 0 || self.capture.is_some() => self.cut_off(Code::Truncated),
            _ => {}
        }
        self.mode = Mode::Dead;
    }

    /// Reads until something changes how bytes are read; returns how many were used.
    fn scan(&mut self, rest: &[u8]) -> usize {
        let (mut at, mut from) = (0, 0);
        while at < rest.len() {
            let byte = rest[at];
            if let Some(matched) = self.matched {
                self.matched = (self.signature.get(matched) == Some(&byte)).then_some(matched + 1);
                if self.matched == Some(self.signature.len()) {
                    self.keep(&rest[from..=at]);
                    self.value_was_cut(self.byte + at as u64 + 1);
                    return at + 1;
                }
            }
            if self.in_string {
                // While a line may be the beginning of a value, every byte of it has to be looked at.
                let end = if self.matched.is_some() { at + 1 } else { rest.len() };
                at = self.scan_string(&rest[..end], at);
                continue;
            }
            match byte {
                b'\n' => self.newline(),
                b' ' | b'\t' | b'\r' => {}
                _ if self.capture.is_none() && self.is_at_base() => {
                    match self.begin(rest, at) {
                        Some(used) => return used,
                        None => from = at,
                    }
                    if self.capture.is_some() && self.token(rest, at, &mut from) {
                        return at + 1;
                    }
                }
                _ => {
                    if self.token(rest, at, &mut from) {
                        return at + 1;
                    }
                }
            }
            at += 1;
        }
        self.keep(&rest[from..]);
        rest.len()
    }

    fn is_at_base(&self) -> bool {
        match self.mode {
            Mode::Values => self.depth == 0,
            _ => self.in_elements && self.depth == self.base,
        }
    }

    /// A byte where a value may begin. `Some(used)`: the way of reading has changed.
    fn begin(&mut self, rest: &[u8], at: usize) -> Option<usize> {
        let (byte, here) = (rest[at], self.byte + at as u64);
        if self.mode == Mode::Elements {
            match byte {
                b',' => {}
                b']' | b'}' => return self.token(rest, at, &mut 0).then_some(at + 1),
                _ => self.capture = Some((here, self.line)),
            }
            return None;
        }
        match byte {
            b'{' => {
                self.capture = Some((here, self.line));
                self.value_line = self.line;
                None
            }
            b'[' => {
                self.value_line = self.line;
                self.start_elements(Shape::Array, 0);
                Some(at + 1)
            }
            // The mark that some editors put before UTF-8.
            0xEF | 0xBB | 0xBF if here < 3 => None,
            _ => {
                let end = memchr(b'\n', &rest[at..]).map_or(rest.len(), |end| at + end);
                self.rubbish += 1;
                self.fault(Code::NotJson, here, self.line, String::new(), &rest[at..end]);
                self.mode = if self.rubbish >= RUBBISH_LINES { Mode::Dead } else { Mode::Resync };
                Some(at)
            }
        }
    }

    /// A byte of structure outside strings. True: the way of reading has changed and the byte is used up.
    fn token(&mut self, rest: &[u8], at: usize, from: &mut usize) -> bool {
        match rest[at] {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 && self.expects_name && self.kinds & 1 == 1 {
                    self.in_name = true;
                    self.name_bytes.clear();
                }
            }
            bracket @ (b'{' | b'[') => return self.open(bracket, rest, at, from),
            bracket @ (b'}' | b']') => return self.close(bracket, rest, at, from),
            b',' => {
                if self.mode == Mode::Elements && self.capture.is_some() && self.depth == self.base {
                    self.keep(&rest[*from..at]);
                    self.end_element(at);
                }
                if self.depth == 1 {
                    self.expects_name = true;
                    self.name = Name::Other;
                }
            }
            b':' if self.depth == 1 && self.mode == Mode::Values && self.signature.is_empty() => {
                self.keep(&rest[*from..=at]);
                *from = at + 1;
                if self.buffer.len() <= 64 {
                    self.signature.extend_from_slice(&self.buffer);
                }
            }
            _ => {}
        }
        false
    }

    fn open(&mut self, bracket: u8, rest: &[u8], at: usize, from: &mut usize) -> bool {
        self.depth += 1;
        if self.depth <= REMEMBERED {
            self.kinds = (self.kinds << 1) | u128::from(bracket == b'{');
        }
        if self.capture.is_some() && self.depth - self.base > self.limits.depth {
            self.let_go(Code::TooDeep);
        }
        if self.depth == 1 {
            self.expects_name = bracket == b'{';
            self.name = Name::Other;
            self.ocid_seen = false;
        }
        let list = match self.name {
            Name::Releases if self.depth == 2 && bracket == b'[' => Shape::Releases,
            Name::Records if self.depth == 2 && bracket == b'[' => Shape::Records,
            _ => return false,
        };
        match self.mode {
            // A second list in the same package.
            Mode::Elements if self.base == 2 => {
                self.start_elements(list, 0);
                true
            }
            Mode::Values if self.ocid_seen => false,
            Mode::Values if self.lost == Some(Code::TooLong) => {
                self.start_elements(list, 0);
                true
            }
            Mode::Values => {
                self.keep(&rest[*from..=at]);
                *from = at + 1;
                let byte = self.byte + at as u64 + 1;
                self.inner =
                    Some(Inner { shape: list, offset: self.buffer.len(), byte, line: self.line, is_open: true });
                false
            }
            _ => false,
        }
    }

    fn close(&mut self, bracket: u8, rest: &[u8], at: usize, from: &mut usize) -> bool {
        if self.mode == Mode::Elements && self.in_elements && self.depth == self.base {
            if self.capture.is_some() {
                self.keep(&rest[*from..at]);
                self.end_element(at);
            }
            self.in_elements = false;
        }
        let matches = self.depth > REMEMBERED || (self.kinds & 1 == 1) == (bracket == b'}');
        if self.depth == 0 || !matches {
            self.broken(rest, at);
            return true;
        }
        if self.depth <= REMEMBERED {
            self.kinds >>= 1;
        }
        self.depth -= 1;
        match self.mode {
            Mode::Elements if self.depth == 0 => {
                self.end_value();
                return true;
            }
            Mode::Elements if self.in_elements && self.depth == self.base => {
                self.keep(&rest[*from..=at]);
                *from = at + 1;
                self.end_element(at + 1);
            }
            Mode::Values if self.depth == 0 => {
                self.keep(&rest[*from..=at]);
                self.end_value_piece(at + 1);
                return true;
            }
            Mode::Values if self.depth == 1 => {
                if let Some(inner) = &mut self.inner {
                    inner.is_open = false;
                }
            }
            _ => {}
        }
        false
    }

    /// Reads inside a string from `at`; returns where to go on.
    fn scan_string(&mut self, rest: &[u8], at: usize) -> usize {
        if self.escaped {
            self.escaped = false;
            return at + 1;
        }
        let found = memchr3(b'"', b'\\', b'\n', &rest[at..]).map_or(rest.len(), |found| at + found);
        if self.in_name && self.name_bytes.len() < 32 {
            self.name_bytes.extend_from_slice(&rest[at..found]);
        }
        match rest.get(found) {
            Some(b'"') => {
                self.in_string = false;
                if take(&mut self.in_name) {
                    self.expects_name = false;
                    self.name = match self.name_bytes.as_slice() {
                        b"ocid" => Name::Ocid,
                        b"releases" => Name::Releases,
                        b"records" => Name::Records,
                        _ => Name::Other,
                    };
                    self.ocid_seen |= self.name == Name::Ocid;
                }
            }
            Some(b'\\') => self.escaped = true,
            Some(_) => self.newline(),
            None => return rest.len(),
        }
        // The byte after is looked at afresh, so that a new line can be recognised as a new value.
        found + 1
    }

    fn newline(&mut self) {
        if self.mode == Mode::Values
            && !self.signature.is_empty()
            && self.inner.is_none_or(|inner| !inner.is_open || self.depth != 2 || self.in_string)
            && self.capture.is_some_and(|(_, line)| line == self.line)
        {
            self.matched = Some(0);
        }
        self.line += 1;
    }
}
