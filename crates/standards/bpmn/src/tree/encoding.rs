//! From bytes to text and back.
//!
//! Source: XML 1.0 (Fifth Edition) §4.3.3 and appendix F; labels as the WHATWG Encoding Standard maps them.

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};

use super::fault::FaultKind;

/// How the bytes of a document spell its text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spelling {
    encoding: &'static Encoding,
    mark: bool,
}

impl Spelling {
    /// The name of the encoding, such as `UTF-8` or `windows-1252`.
    pub fn name(&self) -> &'static str {
        self.encoding.name()
    }

    /// Whether a byte order mark stood before the text.
    pub fn has_mark(&self) -> bool {
        self.mark
    }
}

/// The text of `bytes` without its byte order mark.
///
/// A mark wins over the declaration; without either the text is UTF-8. A declaration of UTF-16 that could be read byte
/// by byte is plainly wrong, and such files (strings written to disk with their old declaration) are read as UTF-8.
pub fn decode(bytes: &[u8]) -> Result<(String, Spelling), FaultKind> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        let text = decode_as(encoding, &bytes[length..])?;
        return Ok((text, Spelling { encoding, mark: true }));
    }
    let encoding = match declared(bytes) {
        None => UTF_8,
        Some(label) => match Encoding::for_label_no_replacement(label) {
            Some(found) if found == UTF_16BE || found == UTF_16LE => UTF_8,
            Some(found) => found,
            None => return Err(FaultKind::Encoding { label: String::from_utf8_lossy(label).into_owned() }),
        },
    };
    let text = decode_as(encoding, bytes)?;
    Ok((text, Spelling { encoding, mark: false }))
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<String, FaultKind> {
    let wrong = || FaultKind::Encoding { label: encoding.name().to_owned() };
    if encoding == UTF_8 {
        return std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| wrong());
    }
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(std::borrow::Cow::into_owned)
        .ok_or_else(wrong)
}

/// The label in `<?xml … encoding="…"?>`, if the bytes begin with such a declaration.
fn declared(bytes: &[u8]) -> Option<&[u8]> {
    let head = bytes.get(..bytes.len().min(1024))?;
    let head = head.strip_prefix(b"<?xml")?;
    let end = head.windows(2).position(|pair| pair == b"?>")?;
    let head = &head[..end];
    let at = head.windows(8).position(|word| word == b"encoding")?;
    let rest = head[at + 8..].trim_ascii_start().strip_prefix(b"=")?.trim_ascii_start();
    let (quote, rest) = rest.split_first()?;
    let close = rest.iter().position(|byte| byte == quote)?;
    (matches!(*quote, b'"' | b'\'')).then_some(&rest[..close])
}

/// `text` as bytes of the spelling it was read in. A character that the encoding lacks, which only an edit can have
/// brought in, becomes a numeric character reference.
pub fn encode(text: &str, spelling: Spelling) -> Vec<u8> {
    let encoding = spelling.encoding;
    let mut bytes = Vec::with_capacity(text.len() + 4);
    if encoding == UTF_16LE || encoding == UTF_16BE {
        let little = encoding == UTF_16LE;
        let mark = spelling.mark.then_some(0xFEFF);
        for unit in mark.into_iter().chain(text.encode_utf16()) {
            bytes.extend_from_slice(&if little { unit.to_le_bytes() } else { unit.to_be_bytes() });
        }
        return bytes;
    }
    if spelling.mark {
        bytes.extend_from_slice(b"\xEF\xBB\xBF");
    }
    if encoding == UTF_8 {
        bytes.extend_from_slice(text.as_bytes());
    } else {
        bytes.extend_from_slice(&encoding.encode(text).0);
    }
    bytes
}
