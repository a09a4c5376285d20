//! Releases of one process in several files, in both orders, on both stores; and the tree over a batch's rows.

use std::path::PathBuf;

use ledger::Value;
use ledger::import::{Row, root};
use redflags::events::RedflagEvent;
use redflags::import::{By, Importer, Input};
use redflags::rows::History;
use serde_json::{Value as Json, json};

use crate::support::{Node, both, sqlite};

const OCID: &str = "ocds-test-77777";

/// A source of its own, so that orders can be compared on one node.
async fn import(node: &Node, source: &str, name: &str, content: &[u8]) -> redflags::import::Imported {
    let path: PathBuf = node.place.folder().join(name);
    std::fs::write(&path, content).unwrap();
    let by = By::system("test");
    let source = node.importer.enter_source(source, source, None, &by).await.unwrap();
    let input = Input::Ocds { path, name: name.to_owned() };
    node.importer.import(source, input, &by, |_| {}).await.unwrap()
}

async fn stored(node: &Node, source: &str) -> Json {
    let matter = Importer::source_matter(source);
    let sql = "select body from process where node = $1 and matter = $2 and ocid = $3";
    let rows = node.store.read(sql, &[node.node.number().into(), matter.value().into(), OCID.into()]).await.unwrap();
    serde_json::from_slice(&zstd::stream::decode_all(rows[0].bytes(0).unwrap().as_slice()).unwrap()).unwrap()
}

/// Releases in one package.
fn package(releases: &[Json]) -> Vec<u8> {
    json!({"version": "1.1", "releases": releases}).to_string().into_bytes()
}

fn planning() -> Json {
    json!({"ocid": OCID, "id": "r1", "date": "2026-01-01T00:00:00Z", "tag": ["planning"],
           "planning": {"budget": {"description": "年初预算"}}, "tender": {"id": "t", "title": "初拟的名称"}})
}

fn tender() -> Json {
    json!({"ocid": OCID, "id": "r2", "date": "2026-02-01T00:00:00Z", "tag": ["tender"],
           "tender": {"id": "t", "title": "演示道路工程", "value": {"amount": 100, "currency": "CNY"}}})
}

fn contract() -> Json {
    json!({"ocid": OCID, "id": "r3", "date": "2026-03-01T00:00:00Z", "tag": ["contract"],
           "tender": {"id": "t", "status": "complete"},
           "contracts": [{"id": "c1", "value": {"amount": 90, "currency": "CNY"}}]})
}

fn compiled(date: &str, title: &str) -> Json {
    json!({"ocid": OCID, "id": format!("c-{date}"), "date": date, "tag": ["compiled"], "tender": {"id": "t", "title": title}})
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_release_leaves_the_earlier_ones_in_place_whichever_comes_first() {
    for node in both().await {
        let (p, t, c) = (planning(), tender(), contract());
        let orders: [[&Json; 3]; 6] =
            [[&p, &t, &c], [&p, &c, &t], [&t, &p, &c], [&t, &c, &p], [&c, &p, &t], [&c, &t, &p]];
        let mut all = Vec::new();
        for (number, order) in orders.iter().enumerate() {
            let source = format!("order{number}");
            for (at, release) in order.iter().enumerate() {
                import(&node, &source, &format!("{source}-{at}.json"), &package(&[(*release).clone()])).await;
            }
            all.push(stored(&node, &source).await);
        }
        // One package with all of them is the standard's own merging.
        import(&node, "whole", "whole.json", &package(&[c.clone(), p.clone(), t.clone()])).await;
        let whole = stored(&node, "whole").await;
        assert_eq!(whole["tender"]["title"], "演示道路工程", "{}", node.name);
        assert_eq!(whole["tender"]["status"], "complete");
        assert_eq!(whole["planning"]["budget"]["description"], "年初预算");
        assert_eq!(whole["contracts"][0]["value"]["amount"], 90);
        for (number, merged) in all.iter().enumerate() {
            assert_eq!(*merged, whole, "{}: order {number}", node.name);
        }
        // Once more in another package: nothing is added.
        import(&node, "order0", "again.json", &package(&[t.clone(), c.clone()])).await;
        assert_eq!(stored(&node, "order0").await, whole, "{}", node.name);
        let projectors: [&dyn store::Projector; 2] =
            [&directory::projector(), &redflags::projector(node.settings.clone())];
        let rebuilt = node.store.rebuild(node.node.number(), &projectors, false, |_| {}).await.unwrap();
        assert_eq!(rebuilt.differences, [], "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_compiled_release_stands_for_everything_up_to_its_date() {
    for node in both().await {
        let (old, new) = (compiled("2026-01-15T00:00:00Z", "旧"), compiled("2026-02-15T00:00:00Z", "新"));
        // (case, files in order of arrival, title, whether there is a contract)
        let cases: [(&str, Vec<Json>, &str, bool); 6] = [
            ("newer replaces", vec![old.clone(), new.clone()], "新", false),
            ("older changes nothing", vec![new.clone(), old.clone()], "新", false),
            ("plain and later goes on top", vec![new.clone(), contract()], "新", true),
            ("compiled comes after what is later", vec![contract(), new.clone()], "新", true),
            ("plain and earlier is covered", vec![new.clone(), tender()], "新", false),
            ("compiled covers what was there", vec![planning(), tender(), new.clone()], "新", false),
        ];
        for (number, (case, files, title, contracted)) in cases.iter().enumerate() {
            let source = format!("case{number}");
            for (at, release) in files.iter().enumerate() {
                import(&node, &source, &format!("{source}-{at}.jsonl"), format!("{release}\n").as_bytes()).await;
            }
            let stored = stored(&node, &source).await;
            assert_eq!(stored["tender"]["title"], *title, "{} {case}: {stored}", node.name);
            assert_eq!(stored.get("contracts").is_some(), *contracted, "{} {case}: {stored}", node.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_release_with_the_id_and_date_of_another_takes_its_place() {
    let node = sqlite().await;
    import(&node, "test", "a.json", &package(&[planning(), tender()])).await;
    let mut corrected = tender();
    corrected["tender"]["value"]["amount"] = json!(120);
    import(&node, "test", "b.json", &package(&[corrected])).await;
    let stored = stored(&node, "test").await;
    assert_eq!(stored["tender"]["value"]["amount"], 120);
    let held = crate::support::count(&node, "held_row").await;
    assert_eq!(held, 0, "a correction is no conflict");
}

fn bytes_of(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2).map(|at| u8::from_str_radix(&hex[at * 2..at * 2 + 2], 16).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_act_holds_the_root_of_its_rows() {
    let node = sqlite().await;
    import(&node, "test", "mixed.jsonl", &crate::data::mixed()).await;
    import(&node, "test", "two.json", &package(&[planning(), tender()])).await;
    let acts = node.store.acts_of(node.node.number(), Importer::source_matter("test").value()).await.unwrap();
    let mut seen = 0;
    for act in acts {
        let RedflagEvent::BatchImported { accepted, history, held, rows, .. } = act.event().unwrap() else { continue };
        let rows = rows.expect("a batch with rows has a tree");
        let mut lines = Vec::new();
        for (at, blob) in [&accepted, &history, &held].into_iter().enumerate() {
            let Some(blob) = blob else { continue };
            let content = node.store.blobs().get(blob.parse().unwrap()).unwrap();
            for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
                if at == 1 {
                    let history: History = serde_json::from_slice(line).unwrap();
                    assert_eq!(history.releases.len(), 2);
                }
                lines.push(Row::Kept(Value::text(std::str::from_utf8(line).unwrap())));
            }
        }
        assert_eq!(rows.count as usize, lines.len());
        let seed: [u8; 32] = bytes_of(&rows.seed).try_into().unwrap();
        assert_eq!(bytes_of(&rows.root), root(&seed, &lines).unwrap());
        // One row can be cut out: its leaf stands in for it.
        let Row::Kept(value) = &lines[0] else { panic!("kept") };
        let leaf =
            ledger::import::row_leaf(&ledger::hash::Salter::new(&seed, ledger::Tag::ImportRow), 0, value).unwrap();
        lines[0] = Row::Cut(leaf);
        assert_eq!(bytes_of(&rows.root), root(&seed, &lines).unwrap());
        seen += 1;
    }
    assert_eq!(seen, 2);
}
