//! One pass over the bytes of a JSON text that ends at a line feed.
//!
//! The scanner accepts exactly what `serde_json` accepts as a `Value` (so also its limit of 127 nested arrays and
//! objects, and no lone surrogates), but builds nothing: whoever walks asks for the few fields wanted and skips the
//! rest. A line feed is never part of a JSON line, so the one that ends the line stops every loop in here; a text
//! without one ends at the end of the slice.

use std::borrow::Cow;

/// `serde_json` refuses the 128th level.
const MAX_DEPTH: u32 = 127;

/// The text is not JSON. What exactly is wrong is found out afterwards, by `serde_json`, for the few lines concerned.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invalid;

/// What a scan answers.
pub type Scan<T> = Result<T, Invalid>;

/// A JSON string as it stands between its quotation marks: checked, not yet unescaped.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    raw: &'a str,
    escaped: bool,
    /// Where the string starts in the scanned slice; orders ids by first appearance.
    pub at: usize,
}

impl<'a> Text<'a> {
    /// The characters meant.
    pub fn decode(self) -> Cow<'a, str> {
        if self.escaped { Cow::Owned(unescape(self.raw)) } else { Cow::Borrowed(self.raw) }
    }

    /// Whether the characters meant are `other`.
    pub fn is(self, other: &str) -> bool {
        if self.escaped { unescape(self.raw) == other } else { self.raw == other }
    }

    /// Whether it is `""`.
    pub fn is_empty(self) -> bool {
        self.raw.is_empty()
    }
}

/// What kind of value comes next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// `"…"`
    String,
    /// `{…}`
    Object,
    /// `[…]`
    Array,
    /// `-1.5e3`
    Number,
    /// `true`, `false`
    Bool,
    /// `null`
    Null,
}

/// A place in a text, and how deep it is nested.
pub struct Scanner<'a> {
    text: &'a str,
    bytes: &'a [u8],
    at: usize,
    depth: u32,
}

impl<'a> Scanner<'a> {
    /// Starts at byte `at` of `text`.
    pub fn new(text: &'a str, at: usize) -> Self {
        Self { text, bytes: text.as_bytes(), at, depth: 0 }
    }

    /// Where the next byte to read is.
    pub fn position(&self) -> usize {
        self.at
    }

    #[inline(always)]
    fn peek(&self) -> u8 {
        // A line feed past the end: the same stop as at the end of a line.
        self.bytes.get(self.at).copied().unwrap_or(b'\n')
    }

    /// Skips spaces (never a line feed: that is the end) and shows the next byte.
    #[inline(always)]
    fn next(&mut self) -> u8 {
        let mut byte = self.peek();
        while matches!(byte, b' ' | b'\t' | b'\r') {
            self.at += 1;
            byte = self.peek();
        }
        byte
    }

    /// Leaves the line after its value: anything but spaces before the line feed is an error.
    #[inline]
    pub fn end(&mut self) -> Scan<()> {
        if self.next() == b'\n' { Ok(()) } else { Err(Invalid) }
    }

    /// What comes next.
    #[inline(always)]
    pub fn kind(&mut self) -> Scan<Kind> {
        match self.next() {
            b'"' => Ok(Kind::String),
            b'{' => Ok(Kind::Object),
            b'[' => Ok(Kind::Array),
            b'-' | b'0'..=b'9' => Ok(Kind::Number),
            b't' | b'f' => Ok(Kind::Bool),
            b'n' => Ok(Kind::Null),
            _ => Err(Invalid),
        }
    }

    /// Reads a string; the next byte must be its quotation mark.
    #[inline]
    pub fn string(&mut self) -> Scan<Text<'a>> {
        if self.next() != b'"' {
            return Err(Invalid);
        }
        let start = self.at + 1;
        let (end, escaped) = string_end(self.bytes, start)?;
        self.at = end + 1;
        // Quotation marks are ASCII, so both are character boundaries.
        Ok(Text { raw: &self.text[start..end], escaped, at: start })
    }

    /// Reads a number and gives its text.
    #[inline]
    pub fn number(&mut self) -> Scan<&'a str> {
        self.next();
        let start = self.at;
        self.at = number_end(self.bytes, start)?;
        Ok(&self.text[start..self.at])
    }

    /// Reads `true` or `false`.
    pub fn boolean(&mut self) -> Scan<bool> {
        if self.next() == b't' {
            self.literal(b"true")?;
            Ok(true)
        } else {
            self.literal(b"false")?;
            Ok(false)
        }
    }

    /// Reads `null`.
    pub fn null(&mut self) -> Scan<()> {
        self.next();
        self.literal(b"null")
    }

    #[inline]
    fn literal(&mut self, word: &[u8]) -> Scan<()> {
        if self.bytes[self.at..].starts_with(word) {
            self.at += word.len();
            Ok(())
        } else {
            Err(Invalid)
        }
    }

    /// Walks an array whose bracket is next: `each` must consume one element.
    #[inline]
    pub fn array(&mut self, mut each: impl FnMut(&mut Self) -> Scan<()>) -> Scan<()> {
        self.open()?;
        if self.next() == b']' {
            self.close();
            return Ok(());
        }
        loop {
            each(self)?;
            match self.next() {
                b',' => self.at += 1,
                b']' => {
                    self.close();
                    return Ok(());
                }
                _ => return Err(Invalid),
            }
        }
    }

    /// Walks an object whose brace is next: `each` gets a member's name and must consume its value.
    #[inline]
    pub fn object(&mut self, mut each: impl FnMut(&mut Self, Text<'a>) -> Scan<()>) -> Scan<()> {
        self.open()?;
        if self.next() == b'}' {
            self.close();
            return Ok(());
        }
        loop {
            let name = self.string()?;
            if self.next() != b':' {
                return Err(Invalid);
            }
            self.at += 1;
            each(self, name)?;
            match self.next() {
                b',' => self.at += 1,
                b'}' => {
                    self.close();
                    return Ok(());
                }
                _ => return Err(Invalid),
            }
        }
    }

    #[inline(always)]
    fn open(&mut self) -> Scan<()> {
        self.depth += 1;
        self.at += 1;
        if self.depth > MAX_DEPTH { Err(Invalid) } else { Ok(()) }
    }

    #[inline(always)]
    fn close(&mut self) {
        self.depth -= 1;
        self.at += 1;
    }

    /// Consumes one value of any kind, checking it.
    pub fn skip(&mut self) -> Scan<()> {
        // One bit a level: set for an object. Deeper than 127 levels is refused, so they fit.
        let mut objects: u128 = 0;
        let outer = self.depth;
        'value: loop {
            match self.next() {
                b'"' => self.at = string_end(self.bytes, self.at + 1)?.0 + 1,
                b'{' => {
                    self.open()?;
                    if self.next() == b'}' {
                        self.close();
                    } else {
                        objects = objects << 1 | 1;
                        self.member_name()?;
                        continue 'value;
                    }
                }
                b'[' => {
                    self.open()?;
                    if self.next() == b']' {
                        self.close();
                    } else {
                        objects <<= 1;
                        continue 'value;
                    }
                }
                b'-' | b'0'..=b'9' => self.at = number_end(self.bytes, self.at)?,
                b't' => self.literal(b"true")?,
                b'f' => self.literal(b"false")?,
                b'n' => self.literal(b"null")?,
                _ => return Err(Invalid),
            }
            while self.depth > outer {
                let in_object = objects & 1 == 1;
                match self.next() {
                    b',' => {
                        self.at += 1;
                        if in_object {
                            self.member_name()?;
                        }
                        continue 'value;
                    }
                    b'}' if in_object => {}
                    b']' if !in_object => {}
                    _ => return Err(Invalid),
                }
                self.close();
                objects >>= 1;
            }
            return Ok(());
        }
    }

    #[inline(always)]
    fn member_name(&mut self) -> Scan<()> {
        if self.next() != b'"' {
            return Err(Invalid);
        }
        self.at = string_end(self.bytes, self.at + 1)?.0 + 1;
        if self.next() != b':' {
            return Err(Invalid);
        }
        self.at += 1;
        Ok(())
    }
}

/// Eight copies of `byte`.
const fn eight(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; 8])
}

/// High bits of the bytes that end a plain run inside a string: a quotation mark, a backslash, a control character.
/// Only the lowest one is exact, since a borrow may disturb the bytes above it.
#[inline(always)]
fn stops(word: u64) -> u64 {
    let quote = word ^ eight(b'"');
    let slash = word ^ eight(b'\\');
    let low = word.wrapping_sub(eight(0x20)) & !word;
    (low | (quote.wrapping_sub(eight(1)) & !quote) | (slash.wrapping_sub(eight(1)) & !slash)) & eight(0x80)
}

/// Where the closing quotation mark of the string is whose inside starts at `at`, and whether it has escapes.
#[inline(always)]
fn string_end(bytes: &[u8], mut at: usize) -> Scan<(usize, bool)> {
    let mut escaped = false;
    loop {
        while let Some(&word) = bytes.get(at..).and_then(|rest| rest.first_chunk::<8>()) {
            let stop = stops(u64::from_le_bytes(word));
            if stop != 0 {
                at += stop.trailing_zeros() as usize / 8;
                break;
            }
            at += 8;
        }
        match bytes.get(at) {
            Some(b'"') => return Ok((at, escaped)),
            Some(b'\\') => {
                escaped = true;
                at = escape_end(bytes, at)?;
            }
            Some(0..=0x1f) | None => return Err(Invalid),
            // Fewer than eight bytes are left of the slice.
            Some(_) => at += 1,
        }
    }
}

/// The byte after the escape that starts at `at`; a pair of surrogates is one escape.
#[inline(never)]
fn escape_end(bytes: &[u8], at: usize) -> Scan<usize> {
    match bytes.get(at + 1) {
        Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(at + 2),
        Some(b'u') => match hex(bytes, at + 2)? {
            0xd800..=0xdbff => {
                let second = bytes.get(at + 6..at + 8) == Some(b"\\u");
                if second && (0xdc00..=0xdfff).contains(&hex(bytes, at + 8)?) { Ok(at + 12) } else { Err(Invalid) }
            }
            0xdc00..=0xdfff => Err(Invalid),
            _ => Ok(at + 6),
        },
        _ => Err(Invalid),
    }
}

fn hex(bytes: &[u8], at: usize) -> Scan<u32> {
    let digits = bytes.get(at..at + 4).ok_or(Invalid)?;
    digits.iter().try_fold(0, |sum, &digit| Some(sum * 16 + char::from(digit).to_digit(16)?)).ok_or(Invalid)
}

/// The byte after the number that starts at `at`.
#[inline(always)]
fn number_end(bytes: &[u8], mut at: usize) -> Scan<usize> {
    let byte = |at: usize| bytes.get(at).copied().unwrap_or(b'\n');
    let digits = |mut at: usize| {
        let start = at;
        while byte(at).is_ascii_digit() {
            at += 1;
        }
        if at == start { Err(Invalid) } else { Ok(at) }
    };
    if byte(at) == b'-' {
        at += 1;
    }
    at = if byte(at) == b'0' { at + 1 } else { digits(at)? };
    if byte(at) == b'.' {
        at = digits(at + 1)?;
    }
    if matches!(byte(at), b'e' | b'E') {
        at += 1;
        if matches!(byte(at), b'+' | b'-') {
            at += 1;
        }
        at = digits(at)?;
    }
    Ok(at)
}

/// The characters that the inside of a checked string means.
fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(slash) = rest.find('\\') {
        out.push_str(&rest[..slash]);
        let bytes = rest.as_bytes();
        let end = escape_end(bytes, slash).unwrap_or(rest.len());
        let unit = |at: usize| hex(bytes, at).unwrap_or(0xfffd);
        out.push(match bytes.get(slash + 1) {
            Some(b'b') => '\u{8}',
            Some(b'f') => '\u{c}',
            Some(b'n') => '\n',
            Some(b'r') => '\r',
            Some(b't') => '\t',
            Some(b'u') if end == slash + 12 => {
                let point = 0x10000 + ((unit(slash + 2) & 0x3ff) << 10) + (unit(slash + 8) & 0x3ff);
                char::from_u32(point).unwrap_or(char::REPLACEMENT_CHARACTER)
            }
            Some(b'u') => char::from_u32(unit(slash + 2)).unwrap_or(char::REPLACEMENT_CHARACTER),
            Some(&other) => char::from(other),
            None => char::REPLACEMENT_CHARACTER,
        });
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn accepts(text: &str) -> bool {
        let mut scanner = Scanner::new(text, 0);
        scanner.skip().and_then(|()| scanner.end()).is_ok()
    }

    fn serde_accepts(text: &str) -> bool {
        serde_json::from_str::<serde_json::Value>(text).is_ok()
    }

    #[test]
    fn what_is_json() {
        let nested = |n: usize| format!("{}1{}", "[".repeat(n), "]".repeat(n));
        let cases = [
            "1",
            "-0",
            "0.5e+3",
            "1e999",
            "01",
            "1.",
            ".5",
            "-",
            "+1",
            "1e",
            "nul",
            "null",
            "true",
            "truex",
            "\"\"",
            "\"a",
            "\"\\u00e9\"",
            "\"\\ud83d\\ude00\"",
            "\"\\ud800\"",
            "\"\\udc00\"",
            "\"\\ud83dx\"",
            "\"\\x\"",
            "\"a\tb\"",
            "{}",
            "{\"a\":1,}",
            "{\"a\"}",
            "{a:1}",
            "[1,]",
            "[]",
            "[1 2]",
            "{\"a\":[{\"b\":[]}]}",
            " 1 ",
            "1 2",
            "",
            " ",
            "[}",
            "{]",
            "\u{feff}1",
            "\"é\u{200b}\"",
            "{\"\"a\":0}",
            "[1",
            "{\"a\":1",
            "\"\\u12\"",
        ];
        for text in cases.iter().map(ToString::to_string).chain([nested(127), nested(128)]) {
            assert_eq!(accepts(&text), serde_accepts(&text), "{text}");
        }
    }

    proptest! {
        #[test]
        fn agrees_with_serde_json_on_mutated_text(
            tokens in prop::collection::vec(prop::sample::select(vec![
                "{", "}", "[", "]", ",", ":", "\"a\"", "\"\\n\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "12", "-0.5e3",
                "1.", "null", "true", " ", "\"长长长长长长\"", "\"x", "\\", "0",
            ]), 0..12)
        ) {
            let text = tokens.concat();
            prop_assert_eq!(accepts(&text), serde_accepts(&text), "{}", text);
        }

        #[test]
        fn strings_come_back(content in any::<String>()) {
            let text = serde_json::to_string(&content).expect("a string is JSON");
            let mut scanner = Scanner::new(&text, 0);
            let got = scanner.string().expect("valid");
            prop_assert_eq!(got.decode().into_owned(), content.clone());
            prop_assert!(got.is(&content));
        }
    }
}
