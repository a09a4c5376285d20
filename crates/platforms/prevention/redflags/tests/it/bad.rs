//! Bad input: clear reasons, the good ones loaded, nothing half-written, memory bounded.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use redflags::import::{By, Imported, Importer, Input};
use serde_json::{Value as Json, json};

use crate::data::{self, MARKUP};
use crate::support::{Node, both, count, sqlite};

async fn import(node: &Node, name: &str, content: &[u8]) -> Imported {
    let path = node.place.folder().join(name);
    std::fs::write(&path, content).unwrap();
    import_path(node, path).await
}

async fn import_path(node: &Node, path: std::path::PathBuf) -> Imported {
    let by = By::system("test");
    let source = node.importer.enter_source("bad", "坏数据", None, &by).await.unwrap();
    let input = Input::Ocds { path, name: "bad".to_owned() };
    node.importer.import(source, input, &by, |_| {}).await.unwrap()
}

/// Line, path and code of what was held back.
async fn held(node: &Node) -> Vec<(i64, String, String)> {
    let matter = Importer::source_matter("bad");
    let rows = redflags::store::held_rows(&node.store, node.node, matter, None, (0, 1_000)).await.unwrap();
    rows.into_iter().map(|row| (row.line, row.path, row.code)).collect()
}

fn with(number: usize, change: impl Fn(&mut Json)) -> Vec<u8> {
    let mut process = data::process(number, "演示工程");
    change(&mut process);
    process.to_string().into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_bad_line_has_its_reason_and_costs_itself() {
    let invalid = {
        let mut line = with(3, |_| {});
        let at = line.windows(6).position(|window| window == "演示".as_bytes()).unwrap();
        line[at] = 0xff;
        line
    };
    // (case, the bad line, code, path, whether its process is loaded all the same)
    let cases: [(&str, Vec<u8>, &str, &str, bool); 9] = [
        (
            "wrong type",
            with(3, |it| it["tender"]["value"]["amount"] = json!([1])),
            "wrong_type",
            "/tender/value/amount",
            true,
        ),
        (
            "negative",
            with(3, |it| it["tender"]["value"]["amount"] = json!(-1)),
            "negative_amount",
            "/tender/value/amount",
            true,
        ),
        (
            "currency",
            with(3, |it| it["tender"]["value"]["currency"] = json!("QQQ")),
            "unknown_currency",
            "/tender/value/currency",
            true,
        ),
        ("future", with(3, |it| it["awards"][0]["date"] = json!("2099-01-01")), "future_date", "/awards/0/date", true),
        (
            "ids twice",
            with(3, |it| it["awards"] = json!([{"id": "1", "title": "a"}, {"id": "1", "title": "b"}])),
            "duplicate_id",
            "/awards/1/id",
            true,
        ),
        ("not UTF-8", invalid, "invalid_utf8", "", false),
        ("no JSON", b"{\"ocid\": oops}".to_vec(), "not_json", "", false),
        ("no release", b"[1, 2]".to_vec(), "not_ocds", "", false),
        ("no ocid", with(3, |it| drop(it.as_object_mut().unwrap().remove("ocid"))), "missing_ocid", "", false),
    ];
    for node in both().await {
        for (number, (case, bad, code, path, loaded)) in cases.iter().enumerate() {
            let source = count(&node, "held_row").await;
            let before = count(&node, "process").await;
            let good = |at: usize| with(100 * (number + 1) + at, |_| {});
            // The process's own number, so that each case has a new one.
            let bad = String::from_utf8_lossy(bad).replace("ocds-test-00003", &format!("ocds-test-9{number:04}"));
            let bad = if *code == "invalid_utf8" { cases[number].1.clone() } else { bad.into_bytes() };
            let content = [good(1), bad, good(2)].join(&b'\n');
            let counts = import(&node, &format!("{number}.jsonl"), &content).await.counts;
            assert_eq!(counts.loaded, 2 + i64::from(*loaded), "{} {case}: {counts:?}", node.name);
            assert_eq!(count(&node, "process").await, before + 2 + i64::from(*loaded), "{} {case}", node.name);
            assert!(count(&node, "held_row").await > source, "{} {case}", node.name);
            let held = held(&node).await;
            assert!(
                held.iter().any(|(line, at, what)| *line == 2 && what == code && at.ends_with(path)),
                "{} {case}: {held:?}",
                node.name
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_cut_off_costs_its_last_element() {
    let node = sqlite().await;
    let whole = data::many(0, 3);
    let counts = import(&node, "cut.jsonl", &whole[..whole.len() - 200]).await.counts;
    assert_eq!((counts.loaded, counts.held), (2, 1));
    assert!(held(&node).await.iter().any(|(line, _, code)| *line == 3 && code == "truncated"));
    // Cut off within its packing: what came through is loaded, and the end is told.
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(&data::many(10, 200)).unwrap();
    let packed = packed.finish().unwrap();
    let counts = import(&node, "cut.jsonl.gz", &packed[..packed.len() / 2]).await.counts;
    assert!(counts.loaded > 0 && counts.held >= 1, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_of_a_hundred_megabytes_is_passed_over_without_being_held() {
    let node = sqlite().await;
    let path = node.place.folder().join("long.jsonl");
    let mut file = std::io::BufWriter::new(std::fs::File::create(&path).unwrap());
    file.write_all(&data::many(0, 1)).unwrap();
    file.write_all(b"{\"ocid\":\"ocds-test-55555\",\"x\":\"").unwrap();
    let piece = vec![b'x'; 1 << 20];
    for _ in 0..100 {
        file.write_all(&piece).unwrap();
    }
    file.write_all(b"\"}\n").unwrap();
    file.write_all(&data::many(1, 1)).unwrap();
    file.flush().unwrap();
    drop(file);
    let before = peak();
    let counts = import_path(&node, path).await.counts;
    let grown = peak().zip(before).map(|(after, before)| after.saturating_sub(before));
    assert_eq!((counts.loaded, counts.held), (2, 1), "{counts:?}");
    assert!(
        held(&node).await.iter().any(|(line, _, code)| *line == 2 && code == "too_long"),
        "{:?}",
        held(&node).await
    );
    // At most one element of the largest size the reader takes (64 MiB, its buffer doubling on the way), never the line.
    if let Some(grown) = grown {
        println!("peak memory grew by {} MiB", grown >> 20);
        assert!(grown < 140 << 20, "{grown} bytes");
    }
}

/// The most memory this process has held, bytes; `None` where the system does not say.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse::<u64>().ok().map(|kib| kib * 1024)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gzip_bomb_is_stopped_and_told() {
    let node = sqlite().await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&data::many(0, 2)).unwrap();
    let piece = vec![b' '; 1 << 20];
    for _ in 0..512 {
        packed.write_all(&piece).unwrap();
    }
    packed.write_all(&data::many(2, 2)).unwrap();
    let counts = import(&node, "bomb.gz", &packed.finish().unwrap()).await.counts;
    assert_eq!(counts.loaded, 2, "{counts:?}");
    assert!(held(&node).await.iter().any(|(_, _, code)| code == "bomb"), "{:?}", held(&node).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_with_more_faults_than_an_act_holds_is_split_over_acts() {
    let node = sqlite().await;
    let many = with(3, |it| {
        let items: Vec<Json> = (0..12_000)
            .map(|at| json!({"id": at.to_string(), "unit": {"value": {"amount": -1, "currency": "CNY"}}}))
            .collect();
        it["tender"]["items"] = json!(items);
    });
    let counts = import(&node, "many.jsonl", &many).await.counts;
    assert_eq!((counts.loaded, counts.held), (1, 0));
    assert_eq!(count(&node, "held_row").await, counts.set_aside);
    assert!(counts.set_aside >= 12_000, "{counts:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn markup_is_text_from_end_to_end() {
    let node = sqlite().await;
    let bad = with(1, |it| it["tender"]["title"] = json!(MARKUP));
    import(&node, "markup.jsonl", &bad).await;
    let sql = "select title from process where node = $1";
    let rows = node.store.read(sql, &[node.node.number().into()]).await.unwrap();
    assert_eq!(rows[0].text(0).unwrap(), MARKUP, "stored as it was published; pages escape it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_register_that_does_not_fit_says_so_in_both_languages() {
    let node = sqlite().await;
    let by = By::system("test");
    let source = node.importer.enter_source("bad", "坏数据", None, &by).await.unwrap();
    let path = node.place.folder().join("demo-bids.csv");
    let table = "pid,date,bidder,bidder_id,reserveprice,minprice,bid,bidresult,bidresult_details,winner,projecttitle,projectdetails,num_bidders,is_cartel,auction_cartelized\n\
                 1,20140401,Demo One,1,1000000,800000,900000,,,1,Demo road,,2,0,0\n\
                 2,2014-99-99,Demo One,1,oops,800000,910000,,,1,Demo bridge,,1,0,0\n";
    std::fs::write(&path, table).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../packs/mappings");
    let mapping = std::fs::read_to_string(format!("{folder}/tsuchiura.toml")).unwrap();
    let input = Input::Table { mapping, paths: vec![path], name: "demo-bids.csv".to_owned() };
    node.importer.import(source, input, &by, |_| {}).await.unwrap();
    let rows = redflags::store::held_rows(&node.store, node.node, source, None, (0, 100)).await.unwrap();
    assert!(!rows.is_empty());
    for row in rows {
        let said = row.said.expect("a table's fault says what it is");
        assert_eq!((said.file.as_str(), row.line), ("demo-bids.csv", 3));
        assert!(said.column.is_some() && !said.zh.is_empty() && !said.en.is_empty() && said.zh != said.en, "{said:?}");
    }
}
