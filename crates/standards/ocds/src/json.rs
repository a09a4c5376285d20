//! A small JSON cursor that reads straight into types.
//!
//! Not serde: a wrong value has to become a fault with its path and text while the rest of the release is kept, and
//! numbers have to reach decimals as text. Broken syntax ends the parse ([`Broken`]); anything else does not.

use std::borrow::Cow;

use memchr::{memchr_iter, memchr2};

use crate::fault::{Code, Fault, excerpt};

/// The text is not JSON from this byte on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Broken {
    pub code: Code,
    pub at: usize,
}

/// A step of reading: `Err` only where nothing further can be read.
pub(crate) type Step<T> = Result<T, Broken>;

/// The most levels of arrays and objects; the figure serde_json uses.
pub(crate) const MAX_DEPTH: usize = 128;

/// A part of a JSON Pointer.
#[derive(Clone, Debug)]
pub(crate) enum Segment {
    Key(&'static str),
    Index(usize),
}

/// A position in a JSON text, with the path to it and the faults found so far.
pub(crate) struct Input<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
    path: Vec<Segment>,
    faults: Vec<Fault>,
}

impl<'a> Input<'a> {
    pub fn new(text: &'a str) -> Input<'a> {
        Input { text, at: 0, depth: 0, path: Vec::with_capacity(16), faults: Vec::new() }
    }

    pub fn into_faults(self) -> Vec<Fault> {
        self.faults
    }

    pub fn position(&self) -> usize {
        self.at
    }

    /// The text from `start` to here, e.g. that of a value just skipped.
    pub fn since(&self, start: usize) -> &'a str {
        self.text.get(start..self.at).unwrap_or_default()
    }

    pub fn broken<T>(&self, code: Code) -> Step<T> {
        Err(Broken { code, at: self.at })
    }

    /// Skips white space and returns the first byte of the next token.
    pub fn peek(&mut self) -> Step<u8> {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            if !matches!(byte, b' ' | b'\n' | b'\r' | b'\t') {
                return Ok(byte);
            }
            self.at += 1;
        }
        self.broken(Code::Truncated)
    }

    /// Whether only white space is left.
    pub fn at_end(&mut self) -> bool {
        self.peek().is_err()
    }

    fn expect(&mut self, wanted: u8) -> Step<()> {
        if self.peek()? != wanted {
            return self.broken(Code::NotJson);
        }
        self.at += 1;
        Ok(())
    }

    fn deeper(&mut self) -> Step<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH { self.broken(Code::TooDeep) } else { Ok(()) }
    }

    /// Reads an object, handing each name to `member`, which must consume the value.
    pub fn object(&mut self, mut member: impl FnMut(&mut Self, &str) -> Step<()>) -> Step<()> {
        self.expect(b'{')?;
        self.deeper()?;
        if self.peek()? == b'}' {
            self.at += 1;
            self.depth -= 1;
            return Ok(());
        }
        loop {
            if self.peek()? != b'"' {
                return self.broken(Code::NotJson);
            }
            let name = self.string()?;
            self.expect(b':')?;
            self.peek()?;
            member(self, &name)?;
            match self.peek()? {
                b',' => self.at += 1,
                b'}' => {
                    self.at += 1;
                    self.depth -= 1;
                    return Ok(());
                }
                _ => return self.broken(Code::NotJson),
            }
        }
    }

    /// Reads an array, calling `element` at each value, which it must consume.
    pub fn array(&mut self, mut element: impl FnMut(&mut Self) -> Step<()>) -> Step<()> {
        self.expect(b'[')?;
        self.deeper()?;
        if self.peek()? == b']' {
            self.at += 1;
            self.depth -= 1;
            return Ok(());
        }
        self.path.push(Segment::Index(0));
        loop {
            self.peek()?;
            element(self)?;
            match self.peek()? {
                b',' => {
                    self.at += 1;
                    if let Some(Segment::Index(index)) = self.path.last_mut() {
                        *index += 1;
                    }
                }
                b']' => {
                    self.at += 1;
                    self.depth -= 1;
                    self.path.pop();
                    return Ok(());
                }
                _ => return self.broken(Code::NotJson),
            }
        }
    }

    /// Reads a string; the cursor must stand on its quote. Control characters inside are let through: files in the
    /// wild have raw line breaks in descriptions, and nothing is gained by losing the release.
    pub fn string(&mut self) -> Step<Cow<'a, str>> {
        let bytes = self.text.as_bytes();
        let start = self.at + 1;
        let mut owned: Option<String> = None;
        let mut from = start;
        loop {
            let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
                self.at = bytes.len();
                return self.broken(Code::Truncated);
            };
            let end = from + found;
            let piece = self.text.get(from..end).unwrap_or_default();
            if bytes[end] == b'"' {
                self.at = end + 1;
                return Ok(match owned {
                    None => Cow::Borrowed(piece),
                    Some(mut text) => {
                        text.push_str(piece);
                        Cow::Owned(text)
                    }
                });
            }
            let text = owned.get_or_insert_default();
            text.push_str(piece);
            self.at = end;
            from = self.escape(text)?;
        }
    }

    /// Decodes the escape the cursor stands on and returns the byte after it.
    fn escape(&self, text: &mut String) -> Step<usize> {
        let bytes = self.text.as_bytes();
        let Some(&kind) = bytes.get(self.at + 1) else {
            return self.broken(Code::Truncated);
        };
        let plain = match kind {
            b'"' => '"',
            b'\\' => '\\',
            b'/' => '/',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'n' => '\n',
            b'r' => '\r',
            b't' => '\t',
            b'u' => return self.unicode_escape(text),
            _ => return self.broken(Code::NotJson),
        };
        text.push(plain);
        Ok(self.at + 2)
    }

    fn unicode_escape(&self, text: &mut String) -> Step<usize> {
        let first = self.hex4(self.at + 2)?;
        let after = self.at + 6;
        if (0xD800..0xDC00).contains(&first) && self.text.as_bytes().get(after..after + 2) == Some(b"\\u") {
            let second = self.hex4(after + 2)?;
            if (0xDC00..0xE000).contains(&second) {
                let code = 0x10000 + ((first - 0xD800) << 10) + (second - 0xDC00);
                text.push(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
                return Ok(after + 6);
            }
        }
        // Half a surrogate pair has no character; the rest of the string is still worth having.
        text.push(char::from_u32(first).unwrap_or(char::REPLACEMENT_CHARACTER));
        Ok(after)
    }

    fn hex4(&self, at: usize) -> Step<u32> {
        let Some(digits) = self.text.as_bytes().get(at..at + 4) else {
            return self.broken(Code::Truncated);
        };
        let mut code = 0;
        for &digit in digits {
            match char::from(digit).to_digit(16) {
                Some(value) => code = code * 16 + value,
                None => return self.broken(Code::NotJson),
            }
        }
        Ok(code)
    }

    /// Reads a number as its text.
    pub fn number(&mut self) -> Step<&'a str> {
        let start = self.at;
        let bytes = self.text.as_bytes();
        while let Some(b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E') = bytes.get(self.at) {
            self.at += 1;
        }
        let text = self.since(start);
        if is_number(text) {
            return Ok(text);
        }
        self.at = start;
        self.broken(Code::NotJson)
    }

    /// Reads one of the three words of JSON.
    pub fn word(&mut self, word: &'static str) -> Step<()> {
        let rest = self.text.get(self.at..).unwrap_or_default();
        if rest.starts_with(word) {
            self.at += word.len();
            return Ok(());
        }
        if word.starts_with(rest) {
            self.at = self.text.len();
            return self.broken(Code::Truncated);
        }
        self.broken(Code::NotJson)
    }

    /// Passes over any value. Brackets, strings and words are checked, commas and colons are not: what nobody reads
    /// may be a little wrong.
    pub fn skip(&mut self) -> Step<()> {
        let mut open: u128 = 0; // One bit a level, 1 for an object.
        let mut level = 0_usize;
        loop {
            match self.peek()? {
                b'"' => self.skip_string()?,
                bracket @ (b'{' | b'[') => {
                    level += 1;
                    if self.depth + level > MAX_DEPTH {
                        return self.broken(Code::TooDeep);
                    }
                    open = (open << 1) | u128::from(bracket == b'{');
                    self.at += 1;
                    continue;
                }
                bracket @ (b'}' | b']') => {
                    if level == 0 || (open & 1 == 1) != (bracket == b'}') {
                        return self.broken(Code::NotJson);
                    }
                    level -= 1;
                    open >>= 1;
                    self.at += 1;
                }
                b',' | b':' if level > 0 => {
                    self.at += 1;
                    continue;
                }
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => drop(self.number()?),
            }
            if level == 0 {
                return Ok(());
            }
        }
    }

    fn skip_string(&mut self) -> Step<()> {
        let bytes = self.text.as_bytes();
        let mut from = self.at + 1;
        loop {
            let Some(found) = bytes.get(from..).and_then(|rest| memchr2(b'"', b'\\', rest)) else {
                self.at = bytes.len();
                return self.broken(Code::Truncated);
            };
            if bytes[from + found] == b'"' {
                self.at = from + found + 1;
                return Ok(());
            }
            from += found + 2;
        }
    }

    /// Reads the value under `name` with `read`, so that faults inside name it in their path.
    pub fn within<T>(&mut self, name: &'static str, read: impl FnOnce(&mut Self) -> Step<T>) -> Step<T> {
        self.path.push(Segment::Key(name));
        let value = read(self)?;
        self.path.pop();
        Ok(value)
    }

    /// Passes over the value here and keeps a fault about it.
    pub fn refuse(&mut self, code: Code) -> Step<()> {
        let start = self.at;
        self.skip()?;
        self.fault(code, start);
        Ok(())
    }

    /// Keeps a fault about the value that began at `start` and ends here.
    pub fn fault(&mut self, code: Code, start: usize) {
        let fault = Fault {
            code,
            path: self.pointer(),
            value: excerpt(self.since(start).as_bytes()),
            line: line_of(self.text, start),
            byte: start as u64,
        };
        self.faults.push(fault);
    }

    fn pointer(&self) -> String {
        let mut pointer = String::new();
        for segment in &self.path {
            pointer.push('/');
            match segment {
                // Names come from our own tables and hold neither `~` nor `/`.
                Segment::Key(name) => pointer.push_str(name),
                Segment::Index(index) => pointer.push_str(&index.to_string()),
            }
        }
        pointer
    }
}

/// The line, from 1, of byte `at`.
pub(crate) fn line_of(text: &str, at: usize) -> u64 {
    let before = text.as_bytes().get(..at).unwrap_or(text.as_bytes());
    1 + memchr_iter(b'\n', before).count() as u64
}

/// Whether `text` is a number of RFC 8259, leading zeros let through.
fn is_number(text: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_digit).count();
    let mut rest = text.strip_prefix('-').unwrap_or(text);
    let whole = digits(rest);
    rest = &rest[whole..];
    if whole == 0 {
        return false;
    }
    if let Some(fraction) = rest.strip_prefix('.') {
        let count = digits(fraction);
        rest = &fraction[count..];
        if count == 0 {
            return false;
        }
    }
    if let Some(exponent) = rest.strip_prefix(['e', 'E']) {
        let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
        let count = digits(exponent);
        rest = &exponent[count..];
        if count == 0 {
            return false;
        }
    }
    rest.is_empty()
}
