//! The packagings that a reader understands, and going on in the middle.

use std::io::{BufReader, Cursor, Write};

use flate2::Compression;
use flate2::write::GzEncoder;
use ocds::Code;
use ocds::merge::{Merger, Rules};
use ocds::read::{Bookmark, Item, Kind, Limits, Reader, Shape};

fn read(text: &[u8]) -> Vec<Result<Item, ocds::Fault>> {
    Reader::new(text, Limits::default()).collect()
}

/// `ocid @ pointer` of items, `code @ pointer` of faults.
fn told(text: &[u8]) -> Vec<String> {
    read(text)
        .into_iter()
        .map(|output| match output {
            Ok(item) => match item.parse() {
                Ok(parsed) => format!("{} @ {}", parsed.release.ocid.unwrap_or_default(), item.position.prefix),
                Err(fault) => format!("{} @ {}", fault.code, fault.path),
            },
            Err(fault) => format!("{} @ {}", fault.code, fault.path),
        })
        .collect()
}

#[test]
fn packagings() {
    let cases: &[(&str, &str, &[&str])] = &[
        ("a bare release", r#"{"ocid": "a"}"#, &["a @ "]),
        ("a bare release over lines", "{\n\"ocid\": \"a\"\n}\n", &["a @ "]),
        ("a mark before UTF-8", "\u{feff}{\"ocid\": \"a\"}", &["a @ "]),
        ("lines", "{\"ocid\":\"a\"}\n\n{\"ocid\":\"b\"}\r\n", &["a @ ", "b @ "]),
        ("values over lines", "{\n\"ocid\":\"a\"}\n{\n\"ocid\":\"b\"}", &["a @ ", "b @ "]),
        ("a line, then values over lines", "{\"ocid\":\"a\"}\n{\n\"ocid\":\"b\"\n}\n", &["a @ ", "b @ "]),
        ("a list", r#"[{"ocid":"a"}, {"ocid":"b"}]"#, &["a @ /0", "b @ /1"]),
        (
            "a release package",
            r#"{"uri":"u","releases":[{"ocid":"a"},{"ocid":"b"}],"x":1}"#,
            &["a @ /releases/0", "b @ /releases/1"],
        ),
        ("an empty package", r#"{"releases":[]}"#, &[]),
        (
            "packages on lines",
            "{\"releases\":[{\"ocid\":\"a\"}]}\n{\"releases\":[{\"ocid\":\"b\"}]}\n",
            &["a @ /releases/0", "b @ /releases/0"],
        ),
        (
            "a package, a release a line",
            "{\"releases\":[\n{\"ocid\":\"a\"},\n{\"ocid\":\"b\"}\n]}",
            &["a @ /releases/0", "b @ /releases/1"],
        ),
        (
            "a compiled record",
            r#"{"records":[{"ocid":"a","releases":[{"url":"u"}],"compiledRelease":{"ocid":"a"}}]}"#,
            &["a @ /records/0/compiledRelease"],
        ),
        (
            "a record of releases",
            r#"{"records":[{"ocid":"a","releases":[{"ocid":"a","date":"2020-01-01"},{"ocid":"a","date":"2020-01-02"}]}]}"#,
            &["a @ /records/0"],
        ),
        (
            "a record of one release",
            r#"{"records":[{"ocid":"a","releases":[{"ocid":"a"}]}]}"#,
            &["a @ /records/0/releases/0"],
        ),
        ("a bare record, releases first", r#"{"releases":[{"ocid":"a"}],"ocid":"a"}"#, &["a @ /releases/0"]),
        (
            "a record that links",
            r#"{"records":[{"ocid":"a","releases":[{"url":"u"}]}]}"#,
            &["linked_release @ /records/0/releases/0"],
        ),
        ("a record of nothing", r#"{"records":[{"ocid":"a"}]}"#, &["not_ocds @ /records/0"]),
        (
            "mixed list",
            r#"[{"ocid":"a"}, null, 5, {"records":[{"compiledRelease":{"ocid":"b"}}]}]"#,
            &["a @ /0", "not_ocds @ /1", "not_ocds @ /2", "b @ /3/records/0/compiledRelease"],
        ),
        ("the word in a text", r#"{"ocid":"a","title":"\"releases\""}"#, &["a @ "]),
        ("the name deeper down", r#"{"ocid":"a","x":{"releases":[1]}}"#, &["a @ "]),
        ("nothing", "", &[]),
        ("blank", " \n\n ", &[]),
    ];
    for (case, text, expected) in cases {
        assert_eq!(told(text.as_bytes()), *expected, "{case}");
    }
}

/// A package that is taken apart while it is read says the same as a small one.
#[test]
fn a_large_package_is_streamed() {
    let pad = "x".repeat(1000);
    let release = |n: usize| format!("{{\"ocid\": \"o{n}\", \"id\": {n},\n \"title\": \"{pad}\"}}");
    let releases: Vec<String> = (0..2000).map(release).collect();
    let text = format!(
        "{{\"uri\": \"u\",\n\"releases\": [\n{}\n], \"publisher\": {{\"name\": \"p\"}}}}\n",
        releases.join(",\n")
    );
    let items: Vec<Item> = read(text.as_bytes()).into_iter().map(|output| output.expect("a release")).collect();
    assert_eq!(items.len(), 2000);
    for (index, item) in items.iter().enumerate() {
        assert_eq!(item.raw, releases[index].as_bytes());
        assert_eq!(item.position.prefix, format!("/releases/{index}"));
        assert_eq!(item.kind, Kind::Release);
        assert!(text[item.position.byte as usize..].starts_with(&releases[index]), "the byte is right");
        assert_eq!(item.position.line, 3 + 2 * index as u64, "the line is right");
    }
    let cut = &text.as_bytes()[..text.len() / 2];
    let outputs = read(cut);
    assert!(outputs.len() > 900);
    let faults: Vec<_> = outputs.iter().filter_map(|output| output.as_ref().err()).collect();
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), [Code::Truncated], "the rest is one fault");
}

#[test]
fn gzip_is_recognised() {
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(b"{\"ocid\":\"a\"}\n").expect("packed");
    let mut packed = packer.finish().expect("packed");
    let mut second = GzEncoder::new(Vec::new(), Compression::fast());
    second.write_all(b"{\"ocid\":\"b\"}\n").expect("packed");
    packed.extend(second.finish().expect("packed"));
    assert_eq!(told(&packed), ["a @ ", "b @ "], "members one after another are one text");
    let mut reader = Reader::new(BufReader::with_capacity(1, Cursor::new(&packed)), Limits::default());
    assert_eq!(reader.by_ref().count(), 2, "whatever the buffer");
    assert!(reader.is_compressed());
    assert_eq!(reader.bytes_read(), packed.len() as u64);
    let mut again = Reader::resume_from_start(
        packed.as_slice(),
        Limits::default(),
        Bookmark { delivered: 1, ..Bookmark::default() },
    );
    assert_eq!(again.next().and_then(Result::ok).map(|item| item.raw), Some(b"{\"ocid\":\"b\"}".to_vec()));
    assert_eq!(again.bookmark().delivered, 2);
}

/// Resuming at any bookmark yields what was left, whatever the shape of the file.
#[test]
fn going_on_in_the_middle() {
    let files: &[(&str, Shape)] = &[
        ("{\"ocid\":\"a\"}\n{\"ocid\":\"b\"\n{\"ocid\":\"c\"}\n\n{\"ocid\":\"d\"}", Shape::Lines),
        ("{\n\"ocid\":\"a\"} {\"ocid\":\"b\"}\n{\"ocid\":\"c\"}", Shape::Values),
        ("[{\"ocid\":\"a\"},\n3,{\"ocid\":\"b\"}, {\"ocid\":\"c\"}]", Shape::Array),
        (
            "{\"releases\":[{\"ocid\":\"a\"},{\"ocid\":\"b\"}]}\n{\"releases\":[{\"ocid\":\"c\"},{\"ocid\":\"d\"}]}",
            Shape::Lines,
        ),
    ];
    for (text, shape) in files {
        let all = read(text.as_bytes());
        let mut reader = Reader::new(text.as_bytes(), Limits::default());
        let mut seen = 0;
        while reader.next().is_some() {
            seen += 1;
            let mark = reader.bookmark();
            assert_eq!(mark.delivered as usize, seen);
            if seen < all.len() && mark.skip == 0 {
                assert_eq!(mark.shape, *shape, "{text}");
            }
            let rest = Reader::resume(&text.as_bytes()[mark.byte as usize..], Limits::default(), mark);
            assert_eq!(rest.collect::<Vec<_>>(), all[seen..], "{text} after {seen}");
        }
        assert_eq!(seen, all.len());
    }
}

#[test]
fn processes_are_gathered_whether_or_not_they_fit_in_memory() {
    let release = |ocid: usize, day: usize, title: &str| {
        format!(r#"{{"ocid":"o{ocid}","id":"{day}","date":"2020-01-{day:02}","title":"{title}"}}"#).into_bytes()
    };
    let folder = tempfile::tempdir().expect("a folder");
    let gather = |budget: usize| {
        let mut merger = Merger::new(Rules::ocds(), budget, folder.path());
        let mut source = 0;
        for day in [2, 1, 3] {
            for ocid in 0..500 {
                assert_eq!(merger.add(release(ocid, day, &format!("t{day}")), source).expect("room"), None);
                source += 1;
            }
        }
        assert!(merger.add(b"{}".to_vec(), 0).expect("room").is_some_and(|fault| fault.code == Code::MissingOcid));
        assert!(merger.add(b"{\"oc".to_vec(), 0).expect("room").is_some_and(|fault| fault.code == Code::Truncated));
        let mut groups = Vec::new();
        merger.finish(|group| groups.push(group)).expect("read back");
        groups
    };
    let held = gather(1 << 30);
    let mut spilled = gather(4096);
    assert_eq!(held.len(), 500);
    assert_eq!(held[7].ocid, "o7", "in order of first appearance");
    assert_eq!(held[7].sources, [7, 507, 1007]);
    let text = String::from_utf8(held[7].raw.clone()).expect("text");
    assert!(text.contains("\"title\":\"t3\"") && text.contains("\"tag\":[\"compiled\"]"), "{text}");
    spilled.sort_by_key(|group| group.sources[0]);
    assert_eq!(held, spilled);
    assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 0, "no file is left");
}

#[test]
fn a_compiled_release_stands_for_what_came_before() {
    let mut merger = Merger::new(Rules::ocds(), 1 << 20, std::env::temp_dir());
    let releases: [&[u8]; 3] = [
        br#"{"ocid":"o","date":"2020-01-01","title":"old"}"#,
        br#"{"ocid":"o","date":"2020-02-01","tag":["compiled"],"description":"compiled"}"#,
        br#"{"ocid":"o","date":"2020-03-01","language":"en"}"#,
    ];
    for (source, raw) in (0..).zip(releases) {
        assert_eq!(merger.add(raw.to_vec(), source).expect("room"), None);
    }
    let mut groups = Vec::new();
    merger.finish(|group| groups.push(group)).expect("in memory");
    let release = ocds::parse(&groups[0].raw).expect("a release").release;
    assert_eq!(release.title, None);
    assert_eq!(release.description.as_deref(), Some("compiled"));
    assert_eq!(release.language.as_deref(), Some("en"));
}
