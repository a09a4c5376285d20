//! Bytes to UTF-8: gzip by its magic number, the declared encoding, malformed bytes kept visible so that the cell they
//! stand in can be named.

use std::io::{self, BufRead, BufReader, Read};

use encoding_rs::{Decoder, DecoderResult, Encoding};
use flate2::bufread::MultiGzDecoder;

/// Stands in the text for a malformed sequence: a noncharacter, which no interchanged text may hold, so that it is not
/// taken for a U+FFFD that the source itself wrote.
pub(crate) const MALFORMED: char = '\u{FDD0}';

/// Names of the encodings a mapping may declare. `latin-1` means windows-1252, as the WHATWG Encoding Standard has it.
pub(crate) const ENCODINGS: &[&str] = &[
    "utf-8",
    "utf-16le",
    "utf-16be",
    "latin-1",
    "windows-1250",
    "windows-1251",
    "macintosh",
    "gbk",
    "gb18030",
    "big5",
    "shift-jis",
];

/// The encoding of a name in [`ENCODINGS`].
pub(crate) fn encoding(name: &str) -> &'static Encoding {
    // GB18030 is a superset of GBK, and files labelled GBK often hold its characters.
    let label = if name == "gbk" { "gb18030" } else { name };
    let label = if label == "latin-1" { "windows-1252" } else { label };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::UTF_8)
}

/// A reader whose first bytes have been looked at.
pub(crate) struct Opened<'f> {
    pub reader: Box<dyn BufRead + 'f>,
    /// The first bytes, after gunzipping, are those of a zip archive (XLSX).
    pub zip: bool,
}

/// Looks for gzip and zip magic; gunzips at most `limit` bytes, after which reading fails.
pub(crate) fn open<'f>(raw: Box<dyn Read + 'f>, limit: u64) -> io::Result<Opened<'f>> {
    let mut reader: Box<dyn BufRead + 'f> = Box::new(BufReader::with_capacity(1 << 16, raw));
    if reader.fill_buf()?.starts_with(&[0x1f, 0x8b]) {
        reader = Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(reader)));
    }
    let mut reader: Box<dyn BufRead + 'f> =
        Box::new(BufReader::with_capacity(1 << 16, Limited { inner: reader, left: limit }));
    let zip = reader.fill_buf()?.starts_with(b"PK\x03\x04");
    Ok(Opened { reader, zip })
}

/// Fails, rather than ends quietly, when more than the allowed bytes come: a file cut at a limit would look complete.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = self.inner.read(buffer)?;
        self.left = self.left.checked_sub(got as u64).ok_or_else(|| io::Error::other("larger than the limit"))?;
        Ok(got)
    }
}

/// Yields UTF-8 bytes.
pub(crate) struct Utf8<'f> {
    reader: Box<dyn BufRead + 'f>,
    decoder: Decoder,
    text: Vec<u8>,
    at: usize,
    ended: bool,
}

impl<'f> Utf8<'f> {
    pub(crate) fn new(reader: Box<dyn BufRead + 'f>, encoding: &'static Encoding) -> Self {
        // A byte order mark wins over the declaration and is taken off.
        Self { reader, decoder: encoding.new_decoder(), text: Vec::new(), at: 0, ended: false }
    }

    /// The next byte, or `None` at the end.
    pub(crate) fn next(&mut self) -> io::Result<Option<u8>> {
        let byte = self.peek()?;
        self.at += 1;
        Ok(byte)
    }

    /// The next byte without taking it.
    pub(crate) fn peek(&mut self) -> io::Result<Option<u8>> {
        while self.at >= self.text.len() {
            if self.ended {
                return Ok(None);
            }
            self.fill()?;
        }
        Ok(Some(self.text[self.at]))
    }

    fn fill(&mut self) -> io::Result<()> {
        self.at = 0;
        self.text.clear();
        let chunk = self.reader.fill_buf()?;
        let (length, last) = (chunk.len(), chunk.is_empty());
        let mut source = chunk;
        let mut out = String::with_capacity(self.decoder.max_utf8_buffer_length(length).unwrap_or(length * 4) + 16);
        loop {
            let (result, read) = self.decoder.decode_to_string_without_replacement(source, &mut out, last);
            source = &source[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => out.reserve(source.len() * 4 + 16),
                DecoderResult::Malformed(_, _) => {
                    out.push(MALFORMED);
                    out.reserve(self.decoder.max_utf8_buffer_length(source.len()).unwrap_or(64) + 16);
                }
            }
        }
        self.reader.consume(length);
        self.text.extend_from_slice(out.as_bytes());
        self.ended = last;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::{MALFORMED, Utf8, encoding, open};

    fn read(bytes: &[u8], name: &str) -> String {
        let opened = open(Box::new(bytes), 1 << 20).expect("opens");
        let mut text = Utf8::new(opened.reader, encoding(name));
        let mut out = Vec::new();
        while let Some(byte) = text.next().expect("reads") {
            out.push(byte);
        }
        String::from_utf8(out).expect("is UTF-8")
    }

    #[test]
    fn encodings_and_marks() {
        let cases: [(&str, &[u8], &str, &str); 8] = [
            ("plain", b"a,b", "utf-8", "a,b"),
            ("byte order mark", b"\xEF\xBB\xBFa", "utf-8", "a"),
            ("latin-1", b"\xE9t\xE9", "latin-1", "été"),
            ("macintosh", b"\x91\xDB", "macintosh", "ë€"),
            ("gbk", b"\xB2\xC9\xB9\xBA", "gbk", "采购"),
            ("utf-16", b"\xFF\xFEa\x00\x2C\x00", "utf-16le", "a,"),
            ("cut in a character", b"a\xC3", "utf-8", "a\u{FDD0}"),
            ("malformed inside", b"a\xFFb", "utf-8", "a\u{FDD0}b"),
        ];
        for (case, bytes, name, expected) in cases {
            assert_eq!(read(bytes, name), expected, "{case}");
        }
        assert_eq!(MALFORMED, '\u{FDD0}');
    }
}
