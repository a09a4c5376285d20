//! The strict subset of CBOR that the ledger reads and writes: definite lengths, shortest heads, no floats
//! (RFC 8949 §4.2.1). Heads and their refusal; what the items mean is said in `value`, `path` and `sheet`.

use crate::value::ValueError;

/// Major types (RFC 8949 §3.1).
pub(crate) const UINT: u8 = 0;
pub(crate) const NEGATIVE: u8 = 1;
pub(crate) const BYTES: u8 = 2;
pub(crate) const TEXT: u8 = 3;
pub(crate) const LIST: u8 = 4;
pub(crate) const MAP: u8 = 5;
pub(crate) const TAG: u8 = 6;
pub(crate) const SIMPLE: u8 = 7;

/// The one byte of `null`.
pub(crate) const NULL: u8 = 0xf6;

/// Writes the shortest head of a major type with its argument.
pub(crate) fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let major = major << 5;
    match argument {
        0..=23 => out.push(major | argument as u8),
        24..=0xff => out.extend_from_slice(&[major | 24, argument as u8]),
        0x100..=0xffff => {
            out.push(major | 25);
            out.extend_from_slice(&(argument as u16).to_be_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(major | 26);
            out.extend_from_slice(&(argument as u32).to_be_bytes());
        }
        _ => {
            out.push(major | 27);
            out.extend_from_slice(&argument.to_be_bytes());
        }
    }
}

/// Writes an integer in its shortest form.
pub(crate) fn int(out: &mut Vec<u8>, number: i64) {
    if number < 0 {
        head(out, NEGATIVE, !number.cast_unsigned());
    } else {
        head(out, UINT, number.cast_unsigned());
    }
}

/// Writes a byte string.
pub(crate) fn bytes(out: &mut Vec<u8>, bytes: &[u8]) {
    head(out, BYTES, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// Writes a text string.
pub(crate) fn text(out: &mut Vec<u8>, text: &str) {
    head(out, TEXT, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Reads items one after another and refuses whatever is not in the one canonical form.
pub(crate) struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// How many bytes were read.
    pub(crate) fn position(&self) -> usize {
        self.at
    }

    /// The major type of the next item, without reading it.
    pub(crate) fn peek_major(&self) -> Result<u8, ValueError> {
        Ok(self.bytes.get(self.at).ok_or(ValueError::Truncated)? >> 5)
    }

    /// Whether `null` comes next; reads it if so.
    pub(crate) fn null(&mut self) -> bool {
        let found = self.bytes.get(self.at) == Some(&NULL);
        self.at += usize::from(found);
        found
    }

    /// Reads a head: major type and argument. For [`SIMPLE`] the argument is the simple value.
    pub(crate) fn head(&mut self) -> Result<(u8, u64), ValueError> {
        let first = *self.bytes.get(self.at).ok_or(ValueError::Truncated)?;
        self.at += 1;
        let (major, info) = (first >> 5, first & 0x1f);
        if major == SIMPLE {
            return match info {
                0..=23 => Ok((major, u64::from(info))),
                25..=27 => Err(ValueError::Float),
                31 => Err(ValueError::Indefinite),
                _ => Err(ValueError::Simple),
            };
        }
        let (argument, least) = match info {
            0..=23 => return Ok((major, u64::from(info))),
            24 => (self.be(1)?, 24),
            25 => (self.be(2)?, 0x100),
            26 => (self.be(4)?, 0x1_0000),
            27 => (self.be(8)?, 0x1_0000_0000),
            31 => return Err(ValueError::Indefinite),
            _ => return Err(ValueError::Reserved),
        };
        if argument < least { Err(ValueError::NotShortest) } else { Ok((major, argument)) }
    }

    /// Reads an integer that fits i64.
    pub(crate) fn int(&mut self) -> Result<i64, ValueError> {
        match self.head()? {
            (UINT, n) => i64::try_from(n).map_err(|_| ValueError::IntRange),
            (NEGATIVE, n) => Ok(!i64::try_from(n).map_err(|_| ValueError::IntRange)?),
            _ => Err(ValueError::Type),
        }
    }

    /// Reads an unsigned integer.
    pub(crate) fn uint(&mut self) -> Result<u64, ValueError> {
        self.argument_of(UINT)
    }

    /// Reads the head of a list and gives its length.
    pub(crate) fn list(&mut self) -> Result<u64, ValueError> {
        self.argument_of(LIST)
    }

    /// Reads a byte string.
    pub(crate) fn bytes(&mut self) -> Result<&'a [u8], ValueError> {
        let length = self.argument_of(BYTES)?;
        self.take(length)
    }

    /// Reads a byte string of exactly `N` bytes.
    pub(crate) fn array<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        self.bytes()?.try_into().map_err(|_| ValueError::Type)
    }

    /// Reads a text string.
    pub(crate) fn text(&mut self) -> Result<&'a str, ValueError> {
        let length = self.argument_of(TEXT)?;
        std::str::from_utf8(self.take(length)?).map_err(|_| ValueError::Utf8)
    }

    /// Takes `length` bytes.
    pub(crate) fn take(&mut self, length: u64) -> Result<&'a [u8], ValueError> {
        let rest = &self.bytes[self.at..];
        let length = usize::try_from(length).map_err(|_| ValueError::Truncated)?;
        let taken = rest.get(..length).ok_or(ValueError::Truncated)?;
        self.at += length;
        Ok(taken)
    }

    /// Refuses bytes after the end.
    pub(crate) fn end(&self) -> Result<(), ValueError> {
        if self.at == self.bytes.len() { Ok(()) } else { Err(ValueError::Trailing) }
    }

    fn argument_of(&mut self, major: u8) -> Result<u64, ValueError> {
        match self.head()? {
            (found, argument) if found == major => Ok(argument),
            _ => Err(ValueError::Type),
        }
    }

    fn be(&mut self, width: u64) -> Result<u64, ValueError> {
        Ok(self.take(width)?.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
    }
}
