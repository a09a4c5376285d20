//! The parsers that meet the outside, each behind a door: what it is fed to begin with, and what must hold of any bytes.
//!
//! `fuzz.rs` opens them over their corpus and what is made from it, on stable; `make fuzz` by coverage, with cargo-fuzz.

use std::ffi::OsString;
use std::sync::LazyLock;

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
use ledger::{Sheet, Sheets};
use ocds::read::{Limits, Reader};
use tables::spreadsheet as sheet;
use tables::{InMemory, Mapping};
use web::view::TableSpec;
use web::view::table::{Direction, Sort};

/// A parser that meets the outside.
#[derive(Clone, Copy)]
pub struct Door {
    /// Its name: of its target under `fuzz/`, too.
    pub name: &'static str,
    /// Inputs that it takes.
    pub corpus: fn() -> Vec<Vec<u8>>,
    /// Reads bytes and checks what must hold. Panics where it does not.
    pub open: fn(&[u8]),
    /// Whether it is slow: then a tenth of the inputs is enough.
    pub slow: bool,
}

const fn door(name: &'static str, corpus: fn() -> Vec<Vec<u8>>, open: fn(&[u8])) -> Door {
    Door { name, corpus, open, slow: false }
}

/// All of them.
pub const DOORS: &[Door] = &[
    door("proofs", proofs_corpus, proofs),
    door("keys", || texts(golden().keys.iter()), keys),
    door("witness", || texts([&golden().request]), witness),
    door("policy", || texts([&golden().policy]), policy),
    door("entry", || vec![vec![0; 116], vec![1; 116]], entry),
    door("sheets", sheets_corpus, sheets),
    door("procurement", procurement_corpus, procurement),
    Door { slow: true, ..door("coverage", || texts([RELEASE]), coverage) },
    door("mapping", mapping_corpus, mapping),
    door("register", register_corpus, register),
    door("office", office_corpus, office),
    door("codes", codes_corpus, codes),
    door("calendar", || texts([include_str!("../../../../packs/cn/calendars/2025.toml")]), calendar),
    door("rule", rule_corpus, rule),
    door("address", || texts(ADDRESSES), address),
    Door { slow: true, ..door("process", process_corpus, process) },
    door("form", form_corpus, form),
    door("script", script_corpus, script),
    door("outside", || texts(OUTSIDE), outside),
    door("attachment", attachment_corpus, attachment),
    Door { slow: true, ..door("decision", decision_corpus, decision) },
    Door { slow: true, ..door("expression", || texts(EXPRESSIONS), expression) },
];

/// What another system sends: messages, and what it asks and reports of jobs.
const OUTSIDE: [&str; 6] = [
    r#"{"id": "7", "name": "materials", "key": {"date": "2026-03-01"}, "content": {"a": [1, 2.50, null, {"b": "甲"}]}}"#,
    r#"{"id": "8", "name": "m", "key": 12.50, "keep_until": "2026-12-01T00:00:00Z"}"#,
    r#"{"types": ["check", "count"], "worker": "one", "seconds": 60, "most": 5}"#,
    r#"{"outputs": {"number": 8, "until": {"daysTime": "PT36H"}, "all": {"x": true}}}"#,
    r#"{"why": "the register does not answer", "retry_after": 30}"#,
    r#"{"escalation": "slow"}"#,
];

/// What is read of it is recorded as it was read, and no more than is allowed.
fn outside(bytes: &[u8]) {
    use casework::message::{Given, MOST_BYTES, MessageEvent};
    use casework::work::asked::{Lease, complete, fail, throw};
    let Ok(sent) = serde_json::from_slice(bytes) else { return };
    if let Ok(Given { event: MessageEvent::Received { key, content, .. }, .. }) =
        Given::read(&sent, Instant::from_ms(0))
    {
        assert!(content.len() <= MOST_BYTES);
        let values: dmn::Context = serde_json::from_str(&content).expect("what is recorded reads");
        assert_eq!(serde_json::to_string(&values).expect("and is written alike"), content);
        if let Some(key) = key {
            let value = dmn::Value::from_json(&key).expect("a key is canonical");
            assert_eq!(value.to_json().expect("and is written alike"), key);
        }
    }
    if let Ok(lease) = Lease::read(&sent, &["remind"]) {
        assert!(!lease.types.is_empty() && !lease.types.contains("remind") && lease.most > 0);
    }
    if let Ok(done) = complete(&sent) {
        assert_eq!(done(1), done(1));
    }
    let _ = (fail(&sent, Instant::from_ms(0)).map(|of| of(1)), throw(&sent).map(|of| of(1)));
}

/// Expressions of FEEL of every kind.
const EXPRESSIONS: [&str; 8] = [
    "if amount > 5 then \"many\" else null",
    "for i in 1..3 return i * 2",
    "some x in [1, 2, 3] satisfies x > 2",
    "date(\"2026-03-01\") + duration(\"P1M\")",
    "{a: 1, b: [1..5], c: a + 1}.c",
    "not(contains(name, \"甲\"))",
    "sort([3, 1, 2], function(x, y) x < y)",
    "[1, 2, 3][item > 1]",
];

fn process_corpus() -> Vec<Vec<u8>> {
    texts([include_str!("../../../../packs/cn/processes/permit.bpmn")])
}

fn script_corpus() -> Vec<Vec<u8>> {
    let whole = br#"{"process":"p","now":"2026-03-02T08:00:00+08:00","variables":{"a":[1,{"date":"2026-01-01"},null]},
        "jobs":{"n":{"outputs":{"sent":true}},"s":{"after":"PT10M"},"b":{"error":"E1"}},"steps":[
        {"complete":"d","by":"ana","outputs":{"text":"t"}},{"advance":"P1DT2H"},{"return":"c","to":"d","by":"ben"},
        {"job":"n","fail":"no"},{"message":"m","key":7,"values":{}},{"signal":"s"}],"expect":{"status":"active","done":[]}}"#;
    vec![whole.to_vec(), br#"{"steps":[]}"#.to_vec(), br#"{"steps":[{"advance":"P9999999Y"}]}"#.to_vec()]
}

/// A script that is read is written and read again as the same, and made ready or refused with its place.
fn script(bytes: &[u8]) {
    let Ok(written) = casework::trial::read(text(bytes)) else { return };
    assert_eq!(flow::script::Written::read(&written.text()).as_ref(), Ok(&written));
    if let Ok(script) = flow::script::Script::of(&written) {
        assert_eq!(script.turns.len(), written.steps.len());
    }
}

fn form_corpus() -> Vec<Vec<u8>> {
    texts([
        include_str!("../../../../packs/cn/processes/licence/accept.json"),
        include_str!("../../../../packs/cn/processes/licence/serve.json"),
    ])
}

/// A form that is read names each field once, and any text typed into it is a value or a fault of that field.
fn form(bytes: &[u8]) {
    let Ok(form) = casework::form::Form::read(bytes) else { return };
    let typed = form.fields.iter().map(|field| (field.name.clone(), text(bytes).to_owned())).collect();
    match form.values(&typed) {
        Ok(values) => assert_eq!(values.len(), form.fields.len()),
        Err(faults) => assert!(faults.iter().all(|(name, _)| form.fields.iter().any(|field| field.name == *name))),
    }
}

fn attachment_corpus() -> Vec<Vec<u8>> {
    let mut archive = b"PK\x03\x04\x00\x00PK\x01\x02".to_vec();
    archive.resize(52, 0);
    archive[34] = 7;
    archive.extend(b"OFD.xmlPK\x05\x06\0\0\0\0\x01\0\x01\0\0\0\0\0\x06\0\0\0\0\0");
    vec![b"%PDF-1.7".to_vec(), b"\x89PNG\r\n\x1a\n".to_vec(), vec![0xff, 0xd8, 0xff], "文字".into(), archive]
}

/// What is taken for a kind begins as that kind does; a page is none.
fn attachment(bytes: &[u8]) {
    use casework::attachment::{Kind, kind_of};
    match kind_of(bytes) {
        Some(Kind::Txt) => assert!(!text(bytes).trim_start().starts_with('<')),
        Some(Kind::Ofd | Kind::Docx | Kind::Xlsx) => assert!(bytes.starts_with(b"PK")),
        Some(_) => assert!(bytes.len() >= 3),
        None => {}
    }
}

fn decision_corpus() -> Vec<Vec<u8>> {
    texts([include_str!("../../../../packs/cn/processes/permit.dmn")])
}

/// A model is checked with every finding in its place; one that is read is written back as it was.
fn process(bytes: &[u8]) {
    if let Ok(document) = bpmn::Document::read(bytes)
        && std::str::from_utf8(bytes).is_ok()
    {
        assert_eq!(document.write(), bytes);
    }
    let checked = flow::check(&[("p.bpmn", bytes)], &["number"]);
    assert!(checked.findings.iter().all(|found| found.line >= 1 && found.column >= 1));
    assert!(checked.is_accepted() || checked.graphs.is_empty());
}

fn decision(bytes: &[u8]) {
    let checked = flow::check(&[("p.dmn", bytes)], &[]);
    assert!(checked.is_accepted() || checked.findings.iter().any(|found| found.is_error));
}

/// What is read is evaluated within its bounds, and its value is written and read again.
fn expression(bytes: &[u8]) {
    let names = dmn::Names::of(["amount", "name"]);
    let Ok(read) = dmn::Expression::parse(text(bytes), &names) else { return };
    let values = [("amount".to_owned(), dmn::Value::whole(7)), ("name".to_owned(), dmn::Value::text("甲乙"))];
    if let Ok(value) = read.evaluate(&values.into())
        && let Ok(written) = value.to_json()
    {
        assert_eq!(dmn::Value::from_json(&written), Ok(value));
    }
}

fn rule_corpus() -> Vec<Vec<u8>> {
    texts([
        include_str!("../../../../packs/cn/watch/limit.toml"),
        include_str!("../../../../packs/cn/watch/licence-order.toml"),
    ])
}

/// A rule that reads has every figure that its family asks for, within bounds; one that does not says where.
fn rule(bytes: &[u8]) {
    let text = text(bytes);
    match watch_rules::Rules::read([("r.toml", text)]) {
        Ok(rules) => {
            for rule in rules.all() {
                assert!(rule.valid_to.is_none_or(|last| rule.valid_from <= last) && (1..=3).contains(&rule.severity));
                for ask in rule.family.asks() {
                    let figure = rule.figure(ask.name);
                    assert!((ask.least..=ask.most).contains(&figure), "{}: {figure}", ask.name);
                }
            }
        }
        Err(bad) => assert!(bad.line >= 1 && bad.line <= text.lines().count() + 1, "{bad}"),
    }
}

fn texts<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Vec<Vec<u8>> {
    texts.into_iter().map(|text| text.as_ref().as_bytes().to_vec()).collect()
}

/// Runs a parser of text over what is UTF-8; other bytes never reach it.
fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

/// What the ledger's golden vectors hold.
struct Golden {
    keys: Vec<String>,
    note: String,
    receipt: String,
    request: String,
    policy: String,
    log: Keys,
}

fn golden() -> &'static Golden {
    static GOLDEN: LazyLock<Golden> = LazyLock::new(|| {
        let read = |text: &str| -> serde_json::Value { serde_json::from_str(text).expect("the vectors are JSON") };
        let checkpoints = read(include_str!("../../../foundation/ledger/vectors/checkpoints.json"));
        let receipts = read(include_str!("../../../foundation/ledger/vectors/receipts.json"));
        let word = |value: &serde_json::Value| value.as_str().expect("a text").to_owned();
        let keys: Vec<String> = checkpoints["vkeys"].as_object().expect("keys").values().map(word).collect();
        let of = |algorithm: Algorithm| {
            let mut all = keys.iter().filter_map(|key| key.parse::<Vkey>().ok());
            all.find(|key| key.algorithm() == algorithm).expect("a key of each kind")
        };
        let note = word(&checkpoints["notes"][0]["note"]);
        let request = Request { old: 3, proof: vec![[7; 32]; 2], checkpoint: note.clone() }.to_string();
        let policy =
            format!("# 见证\nwitness W {} https://w.invalid\ngroup G any W\nquorum G\n", of(Algorithm::Cosignature));
        let log = Keys::single(of(Algorithm::Ed25519));
        Golden { receipt: word(&receipts["text"]), keys, note, request, policy, log }
    });
    &GOLDEN
}

fn proofs_corpus() -> Vec<Vec<u8>> {
    let checkpoint = golden().note.parse::<Note>().expect("a note").text;
    assert!(Checkpoint::parse(&checkpoint).is_ok() && golden().receipt.parse::<Receipt>().is_ok());
    texts([&golden().note, &checkpoint, &golden().receipt])
}

fn proofs(bytes: &[u8]) {
    let text = text(bytes);
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
}

fn keys(bytes: &[u8]) {
    if let Ok(key) = text(bytes).parse::<Vkey>() {
        assert_eq!(key.to_string(), text(bytes));
    }
}

fn witness(bytes: &[u8]) {
    if let Ok(request) = text(bytes).parse::<Request>() {
        assert_eq!(request.to_string().parse::<Request>().as_ref(), Ok(&request));
        let _ = request.judge(Some(&golden().log), Seen::default());
        let _ = cosignatures(&request.checkpoint, text(bytes), &golden().log.witnesses);
    }
}

fn policy(bytes: &[u8]) {
    let _ = Policy::parse(text(bytes));
}

fn entry(bytes: &[u8]) {
    let _ = read_entry(bytes);
}

/// The sheets that the golden receipt brings.
fn sheets_corpus() -> Vec<Vec<u8>> {
    let receipt: Receipt = golden().receipt.parse().expect("a receipt");
    let sheets = receipt.extra.sheets;
    let mut corpus = vec![sheets.encode().expect("sheets that were read")];
    for sheet in [&sheets.header, &sheets.body, &sheets.routes] {
        corpus.push(sheet.encode().expect("a sheet that was read"));
    }
    corpus
}

fn sheets(bytes: &[u8]) {
    use ledger::hash::Tag;
    if let Ok(sheet) = Sheet::decode(bytes) {
        assert_eq!(sheet.encode().as_deref(), Ok(bytes), "one form only");
        for tag in [Tag::Header, Tag::Body, Tag::Routes, Tag::ImportRow] {
            let _ = (sheet.check(tag, None), sheet.check(tag, Some(&[7; 32])));
        }
    }
    if let Ok(sheets) = Sheets::decode(bytes) {
        let _ = (sheets.read(1), sheets.check(Some(&[7; 32]), None));
    }
}

const RELEASE: &str = r#"{"ocid":"ocds-x-1","id":"1","date":"2026-01-05T09:00:00+08:00","tag":["award"],"parties":[{"id":"b","name":"B","roles":["buyer"]}],"tender":{"id":"1","value":{"amount":1.5,"currency":"CNY"},"procurementMethod":"open","tenderPeriod":{"startDate":"2026-01-01T00:00:00Z","endDate":"2026-01-20T00:00:00Z"},"items":[{"id":"1","classification":{"scheme":"CPV","id":"45000000"}}]},"bids":{"details":[{"id":"1","status":"valid","value":{"amount":2,"currency":"CNY"},"tenderers":[{"id":"s"}]}]},"awards":[{"id":"1","status":"active","suppliers":[{"id":"s"}]}]}"#;

fn procurement_corpus() -> Vec<Vec<u8>> {
    assert!(ocds::parse(RELEASE.as_bytes()).is_ok());
    let package = format!(r#"{{"uri":"u","publishedDate":"2026-01-05T00:00:00Z","releases":[{RELEASE}]}}"#);
    texts([RELEASE.to_owned(), package, format!("{RELEASE}\n{RELEASE}\n")])
}

fn procurement(bytes: &[u8]) {
    drop(ocds::parse(bytes));
    for item in Reader::new(bytes, Limits::default()) {
        drop(item.map(|item| ocds::parse(&item.raw).map(drop)));
    }
}

fn coverage(mut bytes: &[u8]) {
    let command = [OsString::from("coverage"), OsString::from("-")];
    let code = cardinal::run(&command, &mut bytes, &mut Vec::new(), &mut Vec::new());
    assert!((0..=2).contains(&code), "{code}");
}

const MAPPING: &str = "format = 1\n[source]\nname = \"t\"\nzh = \"测\"\nen = \"t\"\nmatch = [\"*\"]\n[release]\nocid_prefix = \"t\"\n\
    currency = \"EUR\"\nsnapshot = \"2024-12-31\"\n[files.main]\npath = \"main.*\"\ncolumns = [\"id\", \"title\", \"amount\"]\n\
    key = \"id\"\n[fields.main]\n\"tender/title\" = \"title\"\n\"tender/value/amount\" = { column = \"amount\", min = 0 }\n";

fn mapping_corpus() -> Vec<Vec<u8>> {
    texts([MAPPING].into_iter().chain(tables::shipped().iter().map(|(_, text)| *text)))
}

fn mapping(bytes: &[u8]) {
    let _ = Mapping::parse(text(bytes));
}

fn register_corpus() -> Vec<Vec<u8>> {
    texts(["id,title,amount\n1,a,5\n2,\"b, c\",6\n", "id;title;amount\r\n1;a;5,50\r\n", "\u{feff}id\ttitle\tamount\n"])
}

fn register(bytes: &[u8]) {
    let mapping = Mapping::parse(MAPPING).unwrap_or_else(|errors| panic!("{errors:?}"));
    let files = InMemory::default().with("main.csv", bytes);
    if let Ok(applied) = mapping.apply(&files, &tables::Limits::default()) {
        applied.for_each(drop);
    }
}

fn office_corpus() -> Vec<Vec<u8>> {
    let mut corpus = texts([
        "机关,上级机关,岗位,职责,姓名,登录名\n演示局,演示市政府,承办岗,机关承办人,示例甲,shili.jia\n",
        "organ;post;name\r\n\"A \"\"B\"\"\";\"x\r\ny\";z\r\n",
    ]);
    corpus.push(b"PK\x03\x04\x14\0\0\0\0\0\0\0!\0".to_vec());
    corpus
}

fn office(bytes: &[u8]) {
    drop(sheet::read(bytes));
}

fn codes_corpus() -> Vec<Vec<u8>> {
    texts(["320500000000", "91320500MA1MHTX37X", "110101199001011237", "2026-02-28", "2026-02-28T23:59:59.999+08:00"])
}

fn codes(bytes: &[u8]) {
    let text = text(bytes);
    let _ = (DivisionCode::parse(text), Uscc::parse(text), CitizenId::parse(text), text.parse::<Instant>());
    if let Ok(day) = text.parse::<Day>() {
        assert_eq!(day.to_string().parse::<Day>().ok(), Some(day));
    }
}

fn calendar(bytes: &[u8]) {
    drop(CalendarPack::parse(text(bytes)));
}

const ADDRESSES: [&str; 2] =
    ["q=%E6%BC%94&min=3.5&sort=amount&dir=asc&page=2", "from=2026-01-01&page=99999999999&q=%00"];

fn address(bytes: &[u8]) {
    let sort = Sort { key: "day", direction: Direction::Down };
    let spec = TableSpec::new("/x", &["day", "amount"], sort, &["q", "min", "from"], 25);
    let query = spec.read(text(bytes));
    let again = query.url();
    let rest = again.split_once('?').map_or("", |(_, rest)| rest);
    assert_eq!(spec.read(rest).url(), again, "an address says the same when it is read again");
    let _ = (query.decimal("min"), query.day("from"), query.offset());
}
