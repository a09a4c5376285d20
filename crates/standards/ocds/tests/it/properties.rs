//! What holds for any input.

use std::io::{self, BufRead, Read};

use ocds::merge::{Rules, compile};
use ocds::read::{Limits, Reader};
use ocds::{When, parse, set_aside};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// A source that hands out its bytes in chunks of given sizes, over and over.
struct Chunks<'a> {
    rest: &'a [u8],
    sizes: Vec<usize>,
    turn: usize,
}

impl Read for Chunks<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.fill_buf()?.read(buffer)?;
        self.consume(length);
        Ok(length)
    }
}

impl BufRead for Chunks<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        let size = self.sizes[self.turn % self.sizes.len()];
        Ok(&self.rest[..size.min(self.rest.len())])
    }

    fn consume(&mut self, length: usize) {
        self.rest = &self.rest[length..];
        self.turn += 1;
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[a-z\"\\\\\\[\\]{}:,\n\té中😀 ]{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::from),
            btree_map("[a-c\"\\\\{é]{0,3}", inner, 0..4).prop_map(|map| Value::from(Map::from_iter(map))),
        ]
    })
}

/// A release: an ocid and anything else.
fn any_document() -> impl Strategy<Value = Value> {
    (btree_map("[a-e\"\\\\]{1,3}", any_json(), 0..5), 0..40_u32).prop_map(|(members, pad)| {
        let mut document = Map::from_iter(members);
        document.insert("ocid".into(), "o".into());
        // Now and then large enough for a package to be taken apart while it is read.
        if pad == 0 {
            document.insert("pad".into(), "p".repeat(300_000).into());
        }
        Value::from(document)
    })
}

#[derive(Clone, Copy, Debug)]
enum Packaging {
    Lines,
    Pretty,
    List,
    Package,
    PrettyPackage,
}

fn written(documents: &[Value], packaging: Packaging) -> String {
    let line = |value: &Value| format!("{value}\n");
    match packaging {
        Packaging::Lines => documents.iter().map(line).collect(),
        Packaging::Pretty => documents.iter().map(|value| format!("{value:#}\n")).collect(),
        Packaging::List => Value::from(documents).to_string(),
        Packaging::Package => json!({"a": [{"b": "]"}], "releases": documents, "z": {"releases": 1}}).to_string(),
        Packaging::PrettyPackage => format!("{:#}", json!({"releases": documents, "uri": "u"})),
    }
}

fn any_packaging() -> impl Strategy<Value = Packaging> {
    prop_oneof![
        Just(Packaging::Lines),
        Just(Packaging::Pretty),
        Just(Packaging::List),
        Just(Packaging::Package),
        Just(Packaging::PrettyPackage),
    ]
}

fn any_release() -> impl Strategy<Value = Value> {
    let item = (0..4_u8, any_json()).prop_map(|(id, value)| json!({"id": id.to_string(), "x": value}));
    (vec(item, 0..4), any_json(), any_json()).prop_map(|(items, title, other)| {
        json!({"ocid": "o", "tender": {"items": items, "title": title}, "other": other, "additionalIdentifiers": [other]})
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// The elements found are those that serde_json finds, whatever the packaging and the chunks.
    #[test]
    fn splitting_equals_parsing(
        documents in vec(any_document(), 1..6),
        packaging in any_packaging(),
        sizes in vec(prop_oneof![1..9_usize, 100..70_000_usize], 1..5),
    ) {
        let text = written(&documents, packaging);
        let source = Chunks { rest: text.as_bytes(), sizes, turn: 0 };
        let mut found = Vec::new();
        for output in Reader::new(source, Limits::default()) {
            let item = output.map_err(|fault| TestCaseError::fail(format!("{fault} in {packaging:?}")))?;
            let (start, end) = (item.position.byte as usize, item.position.byte as usize + item.raw.len());
            prop_assert_eq!(&text.as_bytes()[start..end], item.raw.as_slice(), "the place is right");
            let line = 1 + text[..start].matches('\n').count() as u64;
            prop_assert_eq!(item.position.line, line, "the line is right");
            found.push(serde_json::from_slice::<Value>(&item.raw).expect("an element is JSON"));
        }
        prop_assert_eq!(found, documents);
    }

    /// Whatever is cut off or changed, nothing panics, and what stood complete before the damage is found.
    #[test]
    fn damage_is_survived(
        documents in vec(any_document(), 1..5),
        packaging in any_packaging(),
        at in any::<prop::sample::Index>(),
        byte in any::<u8>(),
        cut in any::<bool>(),
    ) {
        let mut text = written(&documents, packaging).into_bytes();
        let at = at.index(text.len());
        if cut { text.truncate(at) } else { text[at] = byte }
        let whole = written(&documents, packaging);
        let before: Vec<_> = Reader::new(whole.as_bytes(), Limits::default())
            .filter_map(Result::ok)
            .filter(|item| item.position.byte as usize + item.raw.len() + usize::from(!cut) <= at)
            .collect();
        let mut found = Vec::new();
        for item in Reader::new(text.as_slice(), Limits::default()).flatten() {
            if let Ok(mut parsed) = item.parse() {
                set_aside(&mut parsed.release, jiff::civil::date(2026, 1, 1));
            }
            found.push(item);
        }
        // The end of a line belongs to it. A small object is looked at as a whole, so that a changed byte behind the list of a package can cost it.
        let is_whole = cut || matches!(packaging, Packaging::Lines);
        if is_whole {
            for item in before {
                prop_assert!(found.contains(&item), "{:?} lost {:?}", packaging, item.position);
            }
        }
    }

    /// Releases with dates of their own merge to the same bytes in any order.
    #[test]
    fn merging_does_not_depend_on_the_order_of_reading(
        releases in vec(any_release(), 1..6),
        seed in any::<u64>(),
    ) {
        let mut raws: Vec<Vec<u8>> = releases
            .into_iter()
            .enumerate()
            .map(|(day, mut release)| {
                release["date"] = format!("2020-01-{:02}T00:00:00Z", day + 1).into();
                release.to_string().into_bytes()
            })
            .collect();
        let ordered = compile(&raws, &Rules::ocds()).expect("objects");
        let length = raws.len() as u64;
        for index in 0..raws.len() {
            raws.swap(index, (seed.rotate_left(index as u32 * 7) % length) as usize);
        }
        prop_assert_eq!(compile(&raws, &Rules::ocds()).expect("objects"), ordered);
    }

    /// Any bytes at all are answered with faults.
    #[test]
    fn any_bytes_are_refused_politely(bytes in vec(any::<u8>(), 0..200)) {
        let _ = parse(&bytes);
        for output in Reader::new(bytes.as_slice(), Limits::default()) {
            let _ = output.map(|item| item.parse().is_ok());
        }
    }

    /// An instant written with any offset is that instant.
    #[test]
    fn instants_are_read_exactly(seconds in -60_000_000_000_i64..250_000_000_000, hours in -12_i8..=14) {
        let at = jiff::Timestamp::from_second(seconds).expect("in range");
        let offset = jiff::tz::Offset::from_hours(hours).expect("an offset");
        let local = offset.to_datetime(at);
        prop_assume!((0..=9999).contains(&local.year()));
        let text = format!("{local}{offset}:00");
        let when = When::parse(text.clone().into()).ok_or_else(|| TestCaseError::fail(text))?;
        prop_assert_eq!(when.instant(&jiff::tz::TimeZone::UTC), at);
        prop_assert_eq!(when.day(), local.date());
    }
}
