//! Keys, joins, arrays inside elements, organisations, labels, streaming and spooling.

use serde_json::json;
use tables::{InMemory, Limits};

use crate::{applied, mapping};

const MAPPING: &str = r#"
format = 1
[source]
name = "t"
zh = "测试"
en = "test"
match = ["*"]
[release]
ocid_prefix = "t"
currency = "EUR"
snapshot = "2024-12-31"
[files.tender]
path = "tenders.csv"
columns = ["id", "title", "buyer"]
key = "id"
duplicates = "drop"
[files.bid]
role = "rows"
path = "bids.csv"
columns = ["tender", "bid", "firm", "price", "won", "flag"]
key = "tender"
[files.item]
role = "rows"
path = "items.csv"
columns = ["tender", "what", "code"]
key = "tender"
optional = true
[files.agency]
role = "lookup"
of = "tender"
on = "buyer"
path = "agencies.csv"
columns = ["name", "mail"]
key = "name"
[fields.tender]
"tender/title" = "title"
[[organisations]]
file = "tender"
at = ["buyer", "tender/procuringEntity"]
name = "buyer"
[organisations.fields]
"contactPoint/email" = { from = "agency", column = "mail" }
[[arrays]]
file = "bid"
path = "bids/details"
id = "bid"
[arrays.fields]
"value/amount" = { column = "price", required = true }
[[arrays.organisations]]
at = "tenderers"
scheme = "X"
id = { column = "firm", split = "+" }
[[arrays.labels]]
name = "flag"
value = "flag"
[[arrays]]
file = "bid"
path = "awards"
when = { column = "won", is = "1" }
id = { template = "a-{tender}" }
same_id = "merge"
[arrays.fields]
"relatedBid" = "bid"
[[arrays.organisations]]
at = "suppliers"
scheme = "X"
id = { column = "firm", split = "+" }
[[arrays]]
file = "item"
path = "awards/items"
parent = { template = "a-{tender}" }
[arrays.fields]
"description" = "what"
"classification/id" = "code"
"#;

fn files() -> InMemory {
    InMemory::default()
        .with("tenders.csv", "id,title,buyer\n1,road,City\n2,bridge,Town\n1,road,City\n")
        .with("bids.csv", "tender,bid,firm,price,won,flag\n2,b1,A,10,1,1\n1,b1,A+B,5,1,0\n1,b2,C,6,0,\n1,b3,D,x,0,\n9,b1,A,1,0,\n1,b2,E,7,0,\n")
        .with("items.csv", "tender,what,code\n1,asphalt,45\n2,steel,44\n1,sand,\n3,none,\n")
        .with("agencies.csv", "name,mail\nCity,c@example.org\n")
}

#[test]
fn a_release_is_put_together_from_all_files() {
    let (made, faults, counts) = applied(&mapping(MAPPING), &files(), &Limits::default());
    let found: Vec<(&str, u64, &str)> = faults.iter().map(|f| (f.file.as_str(), f.line, f.code)).collect();
    let expected = [
        ("bids.csv", 5, "value.number"),
        ("bids.csv", 7, "row.same_id"),
        ("bids.csv", 6, "row.orphan"),
        ("items.csv", 5, "row.orphan"),
    ];
    assert_eq!(found, expected);
    let lines: Vec<(&str, u64)> = made[0].rows.iter().map(|row| (row.file.as_str(), row.line)).collect();
    let rows = [
        ("tenders.csv", 2),
        ("bids.csv", 3),
        ("bids.csv", 4),
        ("bids.csv", 5),
        ("bids.csv", 7),
        ("items.csv", 2),
        ("items.csv", 4),
    ];
    assert_eq!(lines, rows);
    assert_eq!((counts.rows["tender"].duplicates, counts.rows["bid"].lost, counts.rows["item"].lost), (1, 3, 1));
    let buyer = made[0].release["buyer"]["id"].clone();
    let expected = json!({
        "ocid": "t-1", "id": "t-1-compiled", "date": "2024-12-31T00:00:00Z", "tag": ["compiled"], "initiationType": "tender",
        "parties": [
            {"id": buyer, "name": "City", "roles": ["buyer", "procuringEntity"], "contactPoint": {"email": "c@example.org"}},
            {"id": "X-A", "roles": ["supplier", "tenderer"], "identifier": {"scheme": "X", "id": "A"}},
            {"id": "X-B", "roles": ["supplier", "tenderer"], "identifier": {"scheme": "X", "id": "B"}},
            {"id": "X-C", "roles": ["tenderer"], "identifier": {"scheme": "X", "id": "C"}},
            {"id": "X-E", "roles": ["tenderer"], "identifier": {"scheme": "X", "id": "E"}},
        ],
        "buyer": {"id": buyer, "name": "City"},
        "tender": {"title": "road", "procuringEntity": {"id": buyer, "name": "City"}},
        "bids": {"details": [
            {"id": "b1", "value": {"amount": 5, "currency": "EUR"}, "tenderers": [{"id": "X-A"}, {"id": "X-B"}]},
            {"id": "b2", "value": {"amount": 6, "currency": "EUR"}, "tenderers": [{"id": "X-C"}]},
        ]},
        "awards": [{
            "id": "a-1", "relatedBid": "b1", "suppliers": [{"id": "X-A"}, {"id": "X-B"}],
            "items": [{"id": "1", "description": "asphalt", "classification": {"id": "45"}}, {"id": "2", "description": "sand"}],
        }],
    });
    assert_eq!(made[0].release, expected);
    assert_eq!(made.len(), 2);
}

#[test]
fn labels_travel_apart() {
    let labels: Vec<_> = mapping(MAPPING).labels(&files(), &Limits::default()).expect("applies").collect();
    let labels: Vec<_> =
        labels.iter().map(|l| (l.ocid.as_str(), l.element.as_deref(), l.name.as_str(), l.value.as_str())).collect();
    assert_eq!(labels, [("t-1", Some("b1"), "flag", "0"), ("t-2", Some("b1"), "flag", "1")]);
    let (made, ..) = applied(&mapping(MAPPING), &files(), &Limits::default());
    assert!(made.iter().all(|m| !m.release.to_string().contains("flag")));
}

#[test]
fn orphans_can_make_processes() {
    let text =
        MAPPING.replace("columns = [\"tender\", \"bid\"", "orphans = \"process\"\ncolumns = [\"tender\", \"bid\"");
    let (made, faults, counts) = applied(&mapping(&text), &files(), &Limits::default());
    let ocids: Vec<_> = made.iter().map(|m| m.release["ocid"].as_str().expect("an ocid")).collect();
    assert_eq!(ocids, ["t-1", "t-2", "t-9"]);
    assert_eq!(faults.iter().filter(|f| f.code == "row.orphan").count(), 1, "the item file still refuses them");
    assert_eq!(counts.processes, 3);
}

#[test]
fn streaming_spooling_and_scratch_agree() {
    let rows: String = (0..3000).map(|n| format!("{},title,Town\n", n / 2)).collect();
    let bids: String = (0..3000).rev().map(|n| format!("{},b{n},F{},{n},0,\n", n / 2, n % 7)).collect();
    let files = files()
        .with("tenders.csv", format!("id,title,buyer\n{rows}"))
        .with("bids.csv", format!("tender,bid,firm,price,won,flag\n{bids}"));
    let small = Limits { memory_bytes: 0, ..Limits::default() };
    let spooled = applied(&mapping(MAPPING), &files, &Limits::default());
    assert_eq!(spooled.0.len(), 1500);
    let scratch = applied(&mapping(MAPPING), &files, &small);
    assert!(spooled == scratch, "a scratch file changes nothing");
    let grouped = MAPPING.replace("duplicates = \"drop\"", "duplicates = \"drop\"\ngrouped = true");
    let streamed = applied(&mapping(&grouped), &files, &small);
    assert!(spooled.0 == streamed.0 && spooled.2 == streamed.2, "streaming changes nothing");
    assert!(applied(&mapping(MAPPING), &files, &Limits::default()) == spooled, "twice the same");
}

#[test]
fn a_file_that_is_not_grouped_says_so() {
    let grouped = MAPPING.replace("duplicates = \"drop\"", "grouped = true");
    let (made, faults, counts) = applied(&mapping(&grouped), &files(), &Limits::default());
    assert!(faults.iter().any(|f| f.code == "row.not_grouped" && f.line == 4));
    assert_eq!((made.len(), counts.rows["tender"].lost), (2, 1));
}

#[test]
fn a_preview_shows_cells_beside_values() {
    let previews = mapping(MAPPING).preview(&files(), 1, &Limits::default()).expect("applies");
    let codes: Vec<_> = previews[0].faults.iter().map(|f| f.code).collect();
    assert_eq!((previews.len(), codes), (1, vec!["value.number", "row.same_id"]));
    let traces: Vec<_> =
        previews[0].traces.iter().map(|t| (t.pointer.as_str(), t.line, t.column.as_str(), t.raw.as_str())).collect();
    assert!(traces.contains(&("/tender/title", 2, "title", "road")), "{traces:?}");
    assert!(traces.contains(&("/bids/details/0/value/amount", 3, "price", "5")), "{traces:?}");
    assert!(traces.contains(&("/awards/0/items/1/description", 4, "what", "sand")), "{traces:?}");
}
