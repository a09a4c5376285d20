//! Bad input: a clear fault with its place, everything good around it, never a panic.

use std::io::{self, BufRead, Read, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use ocds::read::{Limits, Reader};
use ocds::{Code, Fault, Language, Severity};

/// The ocids that were read, and the faults, those of parsing included.
fn outcome(reader: impl Iterator<Item = Result<ocds::read::Item, Fault>>) -> (Vec<String>, Vec<Fault>) {
    let (mut ocids, mut faults) = (Vec::new(), Vec::new());
    for output in reader {
        match output.and_then(|item| item.parse().map(|p| (p.release.ocid.unwrap_or_default().into_owned(), p.faults)))
        {
            Ok((ocid, found)) => {
                ocids.push(ocid);
                faults.extend(found);
            }
            Err(fault) => faults.push(fault),
        }
    }
    (ocids, faults)
}

fn read(text: &[u8]) -> (Vec<String>, Vec<Fault>) {
    outcome(Reader::new(text, Limits::default()))
}

/// Its name, the text, the ocids read, and the faults with line and pointer.
type Case<'a> = (&'a str, &'a [u8], &'a [&'a str], &'a [(Code, u64, &'a str)]);

#[test]
fn the_good_ones_are_kept_and_the_bad_ones_named() {
    let deep = format!("{{\"ocid\":\"a\"}}\n{{\"x\":{}1{}}}\n{{\"ocid\":\"b\"}}\n", "[".repeat(200), "]".repeat(200));
    let cases: &[Case] = &[
        ("cut in the last line", b"{\"ocid\":\"a\"}\n{\"ocid\":\"b\",\"te", &["a"], &[(Code::Truncated, 2, "")]),
        (
            "cut in a middle line",
            b"{\"ocid\":\"a\"}\n{\"ocid\":\"b\",\"x\":[1\n{\"ocid\":\"c\"}\n",
            &["a", "c"],
            &[(Code::Truncated, 2, "")],
        ),
        (
            "cut in the first line",
            b"{\"ocid\":\"a\",\"x\":[1\n{\"ocid\":\"b\"}\n{\"ocid\":\"c\"}\n",
            &["b", "c"],
            &[(Code::Truncated, 1, "")],
        ),
        (
            "cut in a text of the first line",
            b"{\"ocid\":\"a\",\"x\":\"[1\n{\"ocid\":\"b\"}\n{\"ocid\":\"c\"}\n",
            &["b", "c"],
            &[(Code::Truncated, 1, "")],
        ),
        (
            "cut in a package",
            b"{\"releases\":[{\"ocid\":\"a\"},\n{\"ocid\":\"b\",",
            &["a"],
            &[(Code::Truncated, 2, "/releases/1")],
        ),
        ("cut between two", b"{\"releases\":[{\"ocid\":\"a\"},", &["a"], &[(Code::Truncated, 1, "")]),
        ("cut in a list", b"[{\"ocid\":\"a\"},{\"ocid\":\"b\"", &["a"], &[(Code::Truncated, 1, "/1")]),
        (
            "rubbish between lines",
            b"rubbish\n{\"ocid\":\"a\"}\nmore <b>rubbish</b>\n{\"ocid\":\"b\"}\n",
            &["a", "b"],
            &[(Code::NotJson, 1, ""), (Code::NotJson, 3, "")],
        ),
        ("a web page", b"<!DOCTYPE html>\n", &[], &[(Code::NotJson, 1, "")]),
        ("brackets that do not meet", b"[{\"ocid\":\"a\"},{\"ocid\":]}]", &["a"], &[(Code::NotJson, 1, "/1")]),
        ("a comma too many", b"{\"ocid\":\"a\",}\n{\"ocid\":\"b\"}\n", &["b"], &[(Code::NotJson, 1, "")]),
        (
            "not UTF-8",
            b"{\"ocid\":\"a\"}\n{\"ocid\":\"b\xff\"}\n{\"ocid\":\"c\"}\n",
            &["a", "c"],
            &[(Code::InvalidUtf8, 2, "")],
        ),
        ("UTF-16", b"\xff\xfe{\0\"\0o\0\"\0:\0{\0}\0", &[], &[(Code::NotJson, 1, "")]),
        ("too deep", deep.as_bytes(), &["a", "b"], &[(Code::TooDeep, 2, "")]),
        (
            "no ocid",
            b"{\"id\":\"a\"}\n{\"ocid\":\" \"}\n",
            &[],
            &[(Code::MissingOcid, 1, ""), (Code::MissingOcid, 2, "")],
        ),
        (
            "a wrong type",
            b"{\"ocid\":\"a\"}\n{\"ocid\":\"b\",\"tender\":[7]}\n",
            &["a", "b"],
            &[(Code::WrongType, 2, "/tender/0")],
        ),
        (
            "in the second release of a package",
            b"{\"releases\":[{\"ocid\":\"a\"},\n{\"ocid\":\"b\",\n\"tender\":7}]}",
            &["a", "b"],
            &[(Code::WrongType, 3, "/releases/1/tender")],
        ),
        ("JSON of something else", b"{\"hello\": \"world\"}", &[], &[(Code::MissingOcid, 1, "")]),
        ("a number a line", b"1\n2\n", &[], &[(Code::NotJson, 1, ""), (Code::NotJson, 2, "")]),
        ("a packed file cut short", &[0x1f, 0x8b, 8, 0, 0], &[], &[(Code::BadGzip, 1, "")]),
        (
            "a packed file of rubbish",
            &[0x1f, 0x8b, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
            &[],
            &[(Code::BadGzip, 1, "")],
        ),
    ];
    for (case, text, ocids, faults) in cases {
        let (found, told) = read(text);
        assert_eq!(found, *ocids, "{case}");
        let told: Vec<_> = told.iter().map(|fault| (fault.code, fault.line, fault.path.as_str())).collect();
        assert_eq!(told, *faults, "{case}");
    }
}

/// `{"ocid":"…` of any length, without having it in memory.
struct LongLine {
    head: &'static [u8],
    left: u64,
    tail: &'static [u8],
}

impl Read for LongLine {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for LongLine {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        const BODY: [u8; 8192] = [b'a'; 8192];
        Ok(match (self.head, self.left) {
            ([], 0) => self.tail,
            ([], left) => &BODY[..left.min(8192) as usize],
            (head, _) => head,
        })
    }

    fn consume(&mut self, length: usize) {
        match (self.head, self.left) {
            ([], 0) => self.tail = &self.tail[length..],
            ([], left) => self.left = left - length as u64,
            (head, _) => self.head = &head[length..],
        }
    }
}

/// What stands before and after the 100 MB, the ocids read, line and pointer of the fault.
type LongCase = (&'static [u8], &'static [u8], &'static [&'static str], (u64, &'static str));

#[test]
fn a_line_of_100_mb_is_passed_over() {
    let files: [LongCase; 4] = [
        (b"{\"ocid\":\"first\"}\n{\"ocid\":\"", b"\"}\n{\"ocid\":\"next\"}\n", &["first", "next"], (2, "")),
        (b"{\"ocid\":\"", b"\"}\n{\"ocid\":\"next\"}\n", &["next"], (1, "")),
        (b"{\"releases\":[{\"ocid\":\"", b"\"},{\"ocid\":\"next\"}]}", &["next"], (1, "/releases/0")),
        (b"[{\"ocid\":\"first\"},\n{\"ocid\":\"", b"\"},{\"ocid\":\"next\"}]", &["first", "next"], (2, "/1")),
    ];
    for (head, tail, expected, (line, path)) in files {
        let limits = Limits { element_bytes: 1 << 20, ..Limits::default() };
        let (ocids, faults) = outcome(Reader::new(LongLine { head, left: 100 << 20, tail }, limits));
        assert_eq!(ocids, expected);
        let [fault] = faults.as_slice() else { panic!("{faults:?}") };
        assert_eq!((fault.code, fault.line, fault.path.as_str()), (Code::TooLong, line, path));
        assert_eq!(fault.value.chars().count(), ocds::fault::VALUE_CHARS);
    }
}

#[test]
fn a_gzip_bomb_is_stopped() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::best());
    packer.write_all(b"{\"ocid\":\"first\"}\n").expect("packed");
    for _ in 0..(100 << 20) / 65536 {
        packer.write_all(&[b' '; 65536]).expect("packed");
    }
    packer.write_all(b"{\"ocid\":\"last\"}\n").expect("packed");
    let packed = packer.finish().expect("packed");
    let (ocids, faults) = read(&packed);
    assert_eq!(ocids, ["first"]);
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::Bomb]);
}

#[test]
fn a_source_that_fails_says_so() {
    struct Failing;
    impl Read for Failing {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("the disk is gone"))
        }
    }
    let good: &[u8] = b"{\"ocid\":\"a\"}\n";
    let source = io::BufReader::new(good.chain(Failing));
    let (ocids, faults) = outcome(Reader::new(source, Limits::default()));
    assert_eq!(ocids, ["a"]);
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::Unreadable]);
}

#[test]
fn an_endless_page_of_rubbish_is_given_up() {
    let page = "<p>not what was asked for</p>\n".repeat(100_000);
    let (ocids, faults) = read(page.as_bytes());
    assert!(ocids.is_empty());
    assert_eq!(faults.len(), 100);
}

#[test]
fn codes_are_complete_in_both_languages() {
    for code in Code::ALL {
        assert_eq!(Code::from_word(code.as_str()), Some(code));
        let (chinese, english) = (code.sentence(Language::Chinese), code.sentence(Language::English));
        assert!(chinese.chars().filter(|c| ('\u{4e00}'..='\u{9fff}').contains(c)).count() > 5, "{code}");
        assert!(english.is_ascii() && english.ends_with('.'), "{code}");
        assert!(matches!(code.severity(), Severity::Value | Severity::Quarantine));
    }
}
