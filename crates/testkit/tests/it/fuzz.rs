//! Every parser that meets the outside, over its corpus and 10,000 inputs made from it: it answers or refuses, and never
//! panics. Where what it read can be written again, reading that gives the same.

use std::ffi::OsString;

use administration::sheet;
use kernel::calendar::CalendarPack;
use kernel::citizen::CitizenId;
use kernel::division::DivisionCode;
use kernel::uscc::Uscc;
use kernel::{Day, Instant};
use ledger::checkpoint::{Checkpoint, Keys};
use ledger::commit::read_entry;
use ledger::note::{Algorithm, Note, Vkey};
use ledger::policy::Policy;
use ledger::receipt::Receipt;
use ledger::witness::{Request, Seen, cosignatures};
use ocds::read::{Limits, Reader};
use tables::{InMemory, Mapping};
use testkit::fuzz::inputs;
use web::view::TableSpec;
use web::view::table::{Direction, Sort};

/// Inputs for each parser.
const MANY: u32 = 10_000;

/// Runs a parser of text over what is UTF-8; other bytes never reach it.
fn texts(corpus: &[&str], seed: u64, mut parse: impl FnMut(&str)) {
    let corpus: Vec<&[u8]> = corpus.iter().map(|text| text.as_bytes()).collect();
    let mut read = 0_u32;
    inputs(&corpus, MANY, seed, |bytes| {
        if let Ok(text) = std::str::from_utf8(bytes) {
            read += 1;
            parse(text);
        }
    });
    assert!(read > MANY / 2, "only {read} inputs were text");
}

/// The golden vectors of the ledger: keys, a signed checkpoint, a receipt.
fn golden() -> (Vec<String>, String, String) {
    let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).unwrap() };
    let checkpoints = read(include_str!("../../../foundation/ledger/vectors/checkpoints.json"));
    let receipts = read(include_str!("../../../foundation/ledger/vectors/receipts.json"));
    let word = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    let keys = checkpoints["vkeys"].as_object().unwrap().values().map(word).collect();
    (keys, word(&checkpoints["notes"][0]["note"]), word(&receipts["text"]))
}

#[test]
fn proofs() {
    let (keys, note, receipt) = golden();
    let checkpoint = note.parse::<Note>().unwrap().text;
    assert!(Checkpoint::parse(&checkpoint).is_ok() && receipt.parse::<Receipt>().is_ok());
    texts(&[&note, &checkpoint, &receipt], 1, |text| {
        if let Ok(note) = text.parse::<Note>() {
            assert_eq!(note.to_string().parse::<Note>().as_ref(), Ok(&note));
        }
        if let Ok(checkpoint) = Checkpoint::parse(text) {
            assert_eq!(Checkpoint::parse(&checkpoint.text()), Ok(checkpoint));
        }
        if let Ok(receipt) = text.parse::<Receipt>() {
            let again = receipt.to_text().unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(again.parse::<Receipt>().as_ref(), Ok(&receipt));
        }
    });
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    texts(&keys, 2, |text| {
        if let Ok(key) = text.parse::<Vkey>() {
            assert_eq!(key.to_string(), text);
        }
    });
    let request = Request { old: 3, proof: vec![[7; 32]; 2], checkpoint: note.clone() }.to_string();
    let log = keys.iter().find_map(|key| key.parse::<Vkey>().ok().filter(|key| key.algorithm() == Algorithm::Ed25519));
    let trusted = Keys::single(log.unwrap());
    texts(&[&request], 12, |text| {
        if let Ok(request) = text.parse::<Request>() {
            assert_eq!(request.to_string().parse::<Request>().as_ref(), Ok(&request));
            let _ = request.judge(Some(&trusted), Seen::default());
            let _ = cosignatures(&request.checkpoint, text, &trusted.witnesses);
        }
    });
    let witness =
        keys.iter().find(|key| key.parse::<Vkey>().is_ok_and(|key| key.algorithm() == Algorithm::Cosignature));
    let policy = format!("# 见证\nwitness W {} https://w.invalid\ngroup G any W\nquorum G\n", witness.unwrap());
    assert!(Policy::parse(&policy).is_ok());
    texts(&[&policy], 13, |text| drop(Policy::parse(text)));
    inputs(&[&[0; 116], &[1; 116]], MANY, 3, |bytes| {
        let _ = read_entry(bytes);
    });
}

const RELEASE: &str = r#"{"ocid":"ocds-x-1","id":"1","date":"2026-01-05T09:00:00+08:00","tag":["award"],"parties":[{"id":"b","name":"B","roles":["buyer"]}],"tender":{"id":"1","value":{"amount":1.5,"currency":"CNY"},"procurementMethod":"open","tenderPeriod":{"startDate":"2026-01-01T00:00:00Z","endDate":"2026-01-20T00:00:00Z"},"items":[{"id":"1","classification":{"scheme":"CPV","id":"45000000"}}]},"bids":{"details":[{"id":"1","status":"valid","value":{"amount":2,"currency":"CNY"},"tenderers":[{"id":"s"}]}]},"awards":[{"id":"1","status":"active","suppliers":[{"id":"s"}]}]}"#;

#[test]
fn procurement_records() {
    assert!(ocds::parse(RELEASE.as_bytes()).is_ok());
    let package = format!(r#"{{"uri":"u","publishedDate":"2026-01-05T00:00:00Z","releases":[{RELEASE}]}}"#);
    let lines = format!("{RELEASE}\n{RELEASE}\n");
    let corpus = [RELEASE.as_bytes(), package.as_bytes(), lines.as_bytes()];
    inputs(&corpus, MANY, 4, |bytes| {
        drop(ocds::parse(bytes));
        for item in Reader::new(bytes, Limits::default()) {
            drop(item.map(|item| ocds::parse(&item.raw).map(drop)));
        }
    });
    let command = [OsString::from("coverage"), OsString::from("-")];
    inputs(&corpus[..1], MANY / 10, 5, |mut bytes| {
        let code = cardinal::run(&command, &mut bytes, &mut Vec::new(), &mut Vec::new());
        assert!((0..=2).contains(&code), "{code}");
    });
}

const MAPPING: &str = "format = 1\n[source]\nname = \"t\"\nzh = \"测\"\nen = \"t\"\nmatch = [\"*\"]\n[release]\nocid_prefix = \"t\"\n\
    currency = \"EUR\"\nsnapshot = \"2024-12-31\"\n[files.main]\npath = \"main.*\"\ncolumns = [\"id\", \"title\", \"amount\"]\n\
    key = \"id\"\n[fields.main]\n\"tender/title\" = \"title\"\n\"tender/value/amount\" = { column = \"amount\", min = 0 }\n";

#[test]
fn registers_and_their_mappings() {
    let mut corpus = vec![MAPPING];
    corpus.extend(tables::shipped().iter().map(|(_, text)| *text));
    texts(&corpus, 6, |text| drop(Mapping::parse(text)));
    let mapping = Mapping::parse(MAPPING).unwrap_or_else(|errors| panic!("{errors:?}"));
    let rows: [&[u8]; 3] = [
        b"id,title,amount\n1,a,5\n2,\"b, c\",6\n",
        b"id;title;amount\r\n1;a;5,50\r\n",
        b"\xef\xbb\xbfid\ttitle\tamount\n",
    ];
    inputs(&rows, MANY, 7, |bytes| {
        let files = InMemory::default().with("main.csv", bytes);
        if let Ok(applied) = mapping.apply(&files, &tables::Limits::default()) {
            applied.for_each(drop);
        }
    });
}

#[test]
fn sheets_of_an_office() {
    let corpus: [&[u8]; 3] = [
        "机关,上级机关,岗位,职责,姓名,登录名\n演示局,演示市政府,承办岗,机关承办人,示例甲,shili.jia\n".as_bytes(),
        b"organ;post;name\r\n\"A \"\"B\"\"\";\"x\r\ny\";z\r\n",
        b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0",
    ];
    inputs(&corpus, MANY, 8, |bytes| drop(sheet::read(bytes)));
}

#[test]
fn codes_days_and_addresses() {
    texts(
        &["320500000000", "91320500MA1MHTX37X", "110101199001011237", "2026-02-28", "2026-02-28T23:59:59.999+08:00"],
        9,
        |text| {
            let _ = DivisionCode::parse(text);
            let _ = Uscc::parse(text);
            let _ = CitizenId::parse(text);
            if let Ok(day) = text.parse::<Day>() {
                assert_eq!(day.to_string().parse::<Day>().ok(), Some(day));
            }
            let _ = text.parse::<Instant>();
        },
    );
    texts(&[include_str!("../../../../packs/cn/calendars/2025.toml")], 10, |text| drop(CalendarPack::parse(text)));
    let sort = Sort { key: "day", direction: Direction::Down };
    let spec = TableSpec::new("/x", &["day", "amount"], sort, &["q", "min", "from"], 25);
    texts(&["q=%E6%BC%94&min=3.5&sort=amount&dir=asc&page=2", "from=2026-01-01&page=99999999999&q=%00"], 11, |text| {
        let query = spec.read(text);
        let again = query.url();
        let rest = again.split_once('?').map_or("", |(_, rest)| rest);
        assert_eq!(spec.read(rest).url(), again, "an address says the same when it is read again");
        let _ = (query.decimal("min"), query.day("from"), query.offset());
    });
}
