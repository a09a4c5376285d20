//! What a file is, by its first bytes and, of an archive, by the names in its directory. What is none of these is attached
//! nowhere: pages and programs are not among them.

use serde::{Deserialize, Serialize};

/// What a file is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Portable Document Format.
    Pdf,
    /// OFD 版式文档 (GB/T 33190).
    Ofd,
    /// A photograph.
    Jpeg,
    /// A picture.
    Png,
    /// A text document of Office Open XML.
    Docx,
    /// A sheet of Office Open XML.
    Xlsx,
    /// Plain text in UTF-8.
    Txt,
}

/// All kinds, in the order in which they are offered.
pub const ALL: [Kind; 7] = [Kind::Pdf, Kind::Ofd, Kind::Jpeg, Kind::Png, Kind::Docx, Kind::Xlsx, Kind::Txt];

impl Kind {
    /// The word, as forms and acts write it.
    pub fn code(self) -> &'static str {
        match self {
            Kind::Pdf => "pdf",
            Kind::Ofd => "ofd",
            Kind::Jpeg => "jpeg",
            Kind::Png => "png",
            Kind::Docx => "docx",
            Kind::Xlsx => "xlsx",
            Kind::Txt => "txt",
        }
    }

    /// The kind of a word.
    pub fn of_code(code: &str) -> Option<Kind> {
        ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// The media type that it is sent as.
    pub fn media(self) -> &'static str {
        match self {
            Kind::Pdf => "application/pdf",
            Kind::Ofd => "application/ofd",
            Kind::Jpeg => "image/jpeg",
            Kind::Png => "image/png",
            Kind::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Kind::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Kind::Txt => "text/plain; charset=utf-8",
        }
    }

    /// Endings of names that a browser offers to choose from.
    pub fn endings(self) -> &'static str {
        match self {
            Kind::Pdf => ".pdf",
            Kind::Ofd => ".ofd",
            Kind::Jpeg => ".jpg,.jpeg",
            Kind::Png => ".png",
            Kind::Docx => ".docx",
            Kind::Xlsx => ".xlsx",
            Kind::Txt => ".txt",
        }
    }
}

/// What content is; nothing where it is none of the kinds.
pub fn kind_of(content: &[u8]) -> Option<Kind> {
    match content {
        [b'%', b'P', b'D', b'F', b'-', ..] => Some(Kind::Pdf),
        [0xff, 0xd8, 0xff, ..] => Some(Kind::Jpeg),
        [0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, ..] => Some(Kind::Png),
        [b'P', b'K', 3, 4, ..] => of_archive(content),
        _ => is_text(content).then_some(Kind::Txt),
    }
}

/// Text that no browser would take for a page, even one that guesses: UTF-8 without control characters or markup at its start.
fn is_text(content: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(content) else { return false };
    let begins = text.trim_start_matches('\u{feff}').trim_start();
    let controls = text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'));
    !begins.is_empty() && !begins.starts_with('<') && !begins.starts_with("#!") && !controls
}

/// Entries of an archive's directory that are looked at: what makes a document lies among the first.
const MOST_ENTRIES: usize = 10_000;

/// Which document an archive is, by the names in its central directory (APPNOTE 4.3.12, 4.3.16).
fn of_archive(content: &[u8]) -> Option<Kind> {
    const END: [u8; 4] = [b'P', b'K', 5, 6];
    const ENTRY: [u8; 4] = [b'P', b'K', 1, 2];
    const LONGEST_COMMENT: usize = 65_535 + 22;
    let number = |at: usize, bytes: usize| {
        let field = content.get(at..at.checked_add(bytes)?)?;
        Some(field.iter().rev().fold(0usize, |all, byte| (all << 8) | usize::from(*byte)))
    };
    let tail = content.len().saturating_sub(LONGEST_COMMENT);
    let end = content.get(tail..)?.windows(4).rposition(|found| found == END)?.checked_add(tail)?;
    let mut at = number(end.checked_add(16)?, 4)?;
    for _ in 0..number(end.checked_add(10)?, 2)?.min(MOST_ENTRIES) {
        if content.get(at..at.checked_add(4)?)? != ENTRY {
            return None;
        }
        let (name, extra, comment) = (number(at + 28, 2)?, number(at + 30, 2)?, number(at + 32, 2)?);
        match content.get(at + 46..(at + 46).checked_add(name)?)? {
            b"OFD.xml" => return Some(Kind::Ofd),
            b"word/document.xml" => return Some(Kind::Docx),
            b"xl/workbook.xml" => return Some(Kind::Xlsx),
            // With macros it is a program.
            b"word/vbaProject.bin" | b"xl/vbaProject.bin" => return None,
            _ => at = (at + 46).checked_add(name + extra + comment)?,
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An archive of empty files of these names.
    fn archive(names: &[&str]) -> Vec<u8> {
        let mut all = vec![b'P', b'K', 3, 4, 0, 0];
        let begin = u32::try_from(all.len()).unwrap();
        for name in names {
            let mut entry = vec![0; 46];
            entry[..4].copy_from_slice(&[b'P', b'K', 1, 2]);
            entry[28..30].copy_from_slice(&u16::try_from(name.len()).unwrap().to_le_bytes());
            all.extend(entry);
            all.extend(name.as_bytes());
        }
        let mut end = vec![0; 22];
        end[..4].copy_from_slice(&[b'P', b'K', 5, 6]);
        end[10..12].copy_from_slice(&u16::try_from(names.len()).unwrap().to_le_bytes());
        end[16..20].copy_from_slice(&begin.to_le_bytes());
        all.extend(end);
        all
    }

    #[test]
    fn a_file_is_what_its_content_says() {
        let cases: [(&str, Vec<u8>, Option<Kind>); 17] = [
            ("pdf", b"%PDF-1.7\n".to_vec(), Some(Kind::Pdf)),
            ("photograph", vec![0xff, 0xd8, 0xff, 0xe0, 0], Some(Kind::Jpeg)),
            ("picture", b"\x89PNG\r\n\x1a\n".to_vec(), Some(Kind::Png)),
            ("text document", archive(&["[Content_Types].xml", "word/document.xml"]), Some(Kind::Docx)),
            ("sheet", archive(&["xl/workbook.xml"]), Some(Kind::Xlsx)),
            ("ofd", archive(&["OFD.xml", "Doc_0/Document.xml"]), Some(Kind::Ofd)),
            ("any archive", archive(&["a.exe"]), None),
            ("macros", archive(&["word/vbaProject.bin", "word/document.xml"]), None),
            ("an archive without a directory", b"PK\x03\x04 word/document.xml".to_vec(), None),
            ("text", "示范街 1 号\r\n".as_bytes().to_vec(), Some(Kind::Txt)),
            ("page", b" \n<!doctype html>".to_vec(), None),
            ("page behind a mark", "\u{feff}<svg/>".as_bytes().to_vec(), None),
            ("script", b"#!/bin/sh\n".to_vec(), None),
            ("program", b"MZ\x90\x00\x03".to_vec(), None),
            ("text of another writing", vec![0xc4, 0xe3, 0xba, 0xc3], None),
            ("empty", Vec::new(), None),
            ("blank", b" \n".to_vec(), None),
        ];
        for (name, content, kind) in cases {
            assert_eq!(kind_of(&content), kind, "{name}");
        }
    }

    #[test]
    fn words_and_kinds_are_one_to_one() {
        for kind in ALL {
            assert_eq!(Kind::of_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.code());
        }
        assert_eq!(Kind::of_code("exe"), None);
    }
}
