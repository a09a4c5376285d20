//! The golden vectors: what this crate makes is, byte for byte, what the page of Python made.

use std::process::Command;

use ledger::act::{Act, ActError};
use ledger::checkpoint::{Keys, LogKey};
use ledger::commit::{Route, Seeds, body_root, command_digest, prepare, read_entry};
use ledger::hash::{Hash, Salter, field_hash, sha256};
use ledger::note::Signer;
use ledger::path::Place;
use ledger::tree::{self, Frontier, Nodes, Tile, tile};
use ledger::{
    Body, Checkpoint, Committed, PlainBody, Quorum, Receipt, SealedBody, Sheet, Tag, Value, Whose, verify_receipt,
};
use serde_json::Value as Json;

use crate::notation::{VECTORS, hash, hex, list, path, place, text, to_hex, uint, value, vectors};

fn tag(json: &Json) -> Tag {
    match text(json) {
        "header" => Tag::Header,
        "body" => Tag::Body,
        "routes" => Tag::Routes,
        _ => Tag::ImportRow,
    }
}

#[test]
fn python_makes_the_committed_vectors() {
    let made = Command::new("python3").arg(format!("{VECTORS}/make.py")).arg("--print").output();
    let Ok(made) = made else {
        println!("python3 is missing: the vectors were not made a second time");
        return;
    };
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let made: Json = serde_json::from_slice(&made.stdout).unwrap();
    let files = made.as_object().unwrap();
    for (file, content) in files {
        assert_eq!(*content, vectors(file.trim_end_matches(".json")), "{file} is not what make.py makes");
    }
    println!("{} files of vectors, made again by Python", files.len());
}

#[test]
fn values_and_their_refusals() {
    let vectors = vectors("values");
    for case in list(&vectors["values"]) {
        let (name, value) = (text(&case["name"]), value(&case["value"]));
        assert_eq!(to_hex(&value.encode().unwrap()), text(&case["cbor"]), "{name}");
        assert_eq!(Value::decode(&hex(&case["cbor"])), Ok(value), "{name}");
    }
    for case in list(&vectors["refused"]) {
        let answer = Value::decode(&hex(&case["cbor"])).map_err(|error| error.code());
        assert_eq!(answer, Err(text(&case["error"])), "{}", case["name"]);
    }
}

#[test]
fn salts_and_field_hashes() {
    for case in list(&vectors("fields")) {
        let (tag, place) = (tag(&case["tag"]), place(&case["path"]).encode());
        let value = value(&case["value"]).encode().unwrap();
        let salter = Salter::new(&hash(&case["seed"]), tag);
        let salt = salter.salt(&place);
        assert_eq!(to_hex(&salt), text(&case["salt"]), "{case}");
        assert_eq!(field_hash(tag, &salt, &place, &value), hash(&case["hash"]), "{case}");
        assert_eq!(salter.field(&[place.as_slice(), &value].concat(), place.len()), hash(&case["hash"]), "{case}");
    }
}

fn act(header: &[Json], body: Body, streams: Vec<u32>) -> Result<Act, ActError> {
    let header: Vec<_> = header.iter().map(|json| Some(value(json))).collect();
    Act::from_parts(320_500_000_000_001, &header.try_into().unwrap(), body, streams)
}

fn seeds() -> Seeds {
    let header = std::array::from_fn(|at| at as u8);
    Seeds { header, body: header.map(|byte| byte + 100) }
}

#[test]
fn headers() {
    for case in list(&vectors("headers")) {
        let act = act(list(&case["values"]), Body::default(), Vec::new()).unwrap();
        let values = act.header().unwrap();
        assert!(values.iter().zip(list(&case["values"])).all(|(ours, theirs)| *ours == value(theirs)));
        let prepared = prepare(&act, &seeds()).unwrap();
        assert_eq!(to_hex(&prepared.header_sheet), text(&case["sheet"]), "{}", case["name"]);
        assert_eq!(prepared.header_root, hash(&case["root"]), "{}", case["name"]);
    }
}

#[test]
fn bodies_under_a_key() {
    for case in list(&vectors("sealed")) {
        let name = text(&case["name"]);
        let whose =
            Whose { node: 320_500_000_000_001, act: u128::from_be_bytes(hex(&case["act"]).try_into().unwrap()) };
        assert_eq!(uint(&case["node"]), whose.node as u64);
        let seed = (!case["seed"].is_null()).then(|| hash(&case["seed"]));
        let (key, root) = (hash(&case["key"]), hash(&case["root"]));
        let body = PlainBody { sheet: hex(&case["sheet"]), seed };
        let sealed = SealedBody::seal(&key, hex(&case["nonce"]).try_into().unwrap(), whose, root, &body);
        assert_eq!(to_hex(&sealed.encode()), text(&case["stored"]), "{name}");
        let read = SealedBody::decode(&hex(&case["stored"])).unwrap();
        assert_eq!(read.open(&key, whose).as_ref(), Some(&body), "{name}");
        let within = Sheet::decode(&body.sheet).unwrap().check(Tag::Body, body.seed.as_ref()).unwrap();
        assert_eq!((within.root, read.root), (root, root), "{name}");
        // Without the key it still leads to the root.
        let withheld = Sheet::decode(&read.withheld().unwrap()).unwrap();
        assert_eq!(withheld.check(Tag::Body, None).unwrap().root, root, "{name}");
    }
}

fn fields(json: &Json) -> Vec<(ledger::Path, Value)> {
    list(json).iter().map(|pair| (path(&pair[0]), value(&pair[1]))).collect()
}

#[test]
fn bodies_and_their_refusals() {
    let vectors = vectors("bodies");
    let header = &self::vectors("headers")[1]["values"];
    for case in list(&vectors["bodies"]) {
        let name = text(&case["name"]);
        let mut body = Body::from_fields(fields(&case["fields"])).unwrap();
        if case["pad"] == Json::Bool(true) {
            body = body.padded();
        }
        let act = act(list(header), body, Vec::new()).unwrap();
        let prepared = prepare(&act, &seeds()).unwrap();
        assert_eq!(prepared.body_root, hash(&case["root"]), "{name}");
        assert_eq!(body_root(&act.body, &seeds().body), Ok(prepared.body_root), "{name}");
        assert_eq!(sha256(&[&prepared.body_sheet]), hash(&case["sheet_hash"]), "{name}");
        if case["sheet"].is_string() {
            assert_eq!(to_hex(&prepared.body_sheet), text(&case["sheet"]), "{name}");
        }
        let checked = Sheet::decode(&prepared.body_sheet).unwrap().check(Tag::Body, Some(&seeds().body)).unwrap();
        assert_eq!(
            (checked.root, checked.size, checked.complete),
            (prepared.body_root, uint(&case["leaves"]), true),
            "{name}"
        );
        assert_eq!(checked.fields.len(), act.body.len(), "{name}");
    }
    for case in list(&vectors["refused"]) {
        let answer = Body::from_fields(fields(&case["fields"])).map_err(|error| error.code());
        assert_eq!(answer, Err(text(&case["error"])), "{}", case["name"]);
    }
}

#[test]
fn routes() {
    let header = &vectors("headers")[1]["values"];
    for case in list(&vectors("routes")) {
        let route = |json: &Json| Route { stream: u32::try_from(uint(&json[0])).unwrap(), seq: uint(&json[1]) };
        let routes: Vec<_> = list(&case["routes"]).iter().map(route).collect();
        let act = act(list(header), Body::default(), routes.iter().map(|route| route.stream).collect()).unwrap();
        let routed = prepare(&act, &seeds()).unwrap().route(&routes).unwrap();
        assert_eq!(routed.committed.routes_root, hash(&case["root"]), "{case}");
        assert_eq!(to_hex(&routed.routes_sheet), text(&case["sheet"]), "{case}");
    }
}

#[test]
fn entries_and_leaves() {
    for case in list(&vectors("entries")) {
        let committed = Committed {
            header_root: hash(&case["header_root"]),
            body_root: hash(&case["body_root"]),
            routes_root: hash(&case["routes_root"]),
        };
        let (node, idx) = (case["node"].as_i64().unwrap(), uint(&case["idx"]));
        let entry = committed.entry(node, idx);
        assert_eq!(to_hex(&entry), text(&case["entry"]));
        assert_eq!(read_entry(&entry), Some((node, idx, committed)));
        assert_eq!(to_hex(&committed.leaf_data(node, idx)), text(&case["leaf_data"]));
        assert_eq!(committed.leaf_hash(node, idx), hash(&case["leaf_hash"]));
    }
}

fn leaf_data(index: u64) -> Vec<u8> {
    [&[1], sha256(&[&index.to_be_bytes()]).as_slice()].concat()
}

/// The leaves of the vectors' trees, hashed anew whenever a node is asked for.
struct VectorLeaves;

impl Nodes for VectorLeaves {
    type Error = std::convert::Infallible;

    fn node(&self, level: u8, index: u64) -> Result<Hash, Self::Error> {
        let mut frontier = Frontier::default();
        (index << level..(index + 1) << level).for_each(|leaf| frontier.append(tree::leaf_hash(&leaf_data(leaf))));
        Ok(frontier.root())
    }
}

#[test]
fn trees_frontiers_proofs_and_tiles() {
    let vectors = vectors("trees");
    let mut frontier = Frontier::default();
    for case in list(&vectors["trees"]) {
        while frontier.size() < uint(&case["size"]) {
            frontier.append(tree::leaf_hash(&leaf_data(frontier.size())));
        }
        assert_eq!(frontier.root(), hash(&case["root"]), "{case}");
        assert_eq!(to_hex(&frontier.to_bytes()), text(&case["frontier"]), "{case}");
        assert_eq!(Frontier::from_bytes(&hex(&case["frontier"])), Ok(frontier.clone()));
    }
    let hashes = |json: &Json| list(json).iter().map(hash).collect::<Vec<_>>();
    for case in list(&vectors["inclusion"]) {
        let proof = tree::inclusion_proof(&VectorLeaves, uint(&case["index"]), uint(&case["size"])).unwrap();
        assert_eq!(proof, hashes(&case["proof"]), "{case}");
    }
    for case in list(&vectors["consistency"]) {
        let proof = tree::consistency_proof(&VectorLeaves, uint(&case["old"]), uint(&case["size"])).unwrap();
        assert_eq!(proof, hashes(&case["proof"]), "{case}");
    }
    for path in list(&vectors["tiles"]) {
        assert_eq!(Tile::parse(text(path)).map(|tile| tile.path()).as_deref(), Some(text(path)));
    }
    for path in list(&vectors["refused_tiles"]) {
        assert_eq!(Tile::parse(text(path)), None, "{path}");
    }
    let entries: Vec<_> = list(&vectors["bundle"]["entries"]).iter().map(|index| leaf_data(uint(index))).collect();
    let content = tile::bundle(entries.iter().map(Vec::as_slice)).unwrap();
    assert_eq!(to_hex(&content), text(&vectors["bundle"]["content"]));
    assert_eq!(tile::unbundle(&content).unwrap(), entries);
    assert_eq!(tile::unbundle(&content[1..]), None);
}

#[test]
fn sheets() {
    for case in list(&vectors("sheets")) {
        let name = text(&case["name"]);
        let bytes = hex(&case["sheet"]);
        let seed = case["seed"].is_string().then(|| hash(&case["seed"]));
        let checked = Sheet::decode(&bytes).and_then(|sheet| {
            assert_eq!(sheet.encode().unwrap(), bytes, "{name}");
            sheet.check(tag(&case["tag"]), seed.as_ref())
        });
        if case["error"].is_string() {
            assert_eq!(checked.map_err(|error| error.code()), Err(text(&case["error"])), "{name}");
            continue;
        }
        let opened = checked.unwrap();
        assert_eq!((opened.root, opened.size), (hash(&case["root"]), uint(&case["size"])), "{name}");
        assert_eq!(Json::Bool(opened.complete), case["complete"], "{name}");
        let mut shown: Vec<_> = opened.fields.iter().map(|field| field.leaf).collect();
        if opened.shape.is_some() {
            shown.insert(0, 0);
        }
        let expected: Vec<_> = list(&case["shown"]).iter().map(uint).collect();
        // A stored blank is in clear and is no field; these bodies and headers have none.
        assert_eq!(shown, expected, "{name}");
    }
    let other = vectors("other_tag");
    let sheet = Sheet::decode(&hex(&other["sheet"])).unwrap();
    assert_eq!(sheet.fold(Tag::Body, None).unwrap().root, hash(&other["root_as_body"]));
    assert_eq!(sheet.fold(Tag::Routes, None).unwrap().root, hash(&other["root_as_routes"]));
}

#[test]
fn commands_and_imports() {
    for case in list(&vectors("command")) {
        let digest = command_digest(text(&case["principal"]).as_bytes(), &hex(&case["command"]));
        assert_eq!(digest, Some(hash(&case["digest"])), "{case}");
    }
    assert_eq!(command_digest(&[0; 65_536], b""), None);
    let case = vectors("import");
    let seed = hash(&case["seed"]);
    let mut rows: Vec<_> = list(&case["rows"]).iter().map(|row| ledger::import::Row::Kept(value(row))).collect();
    assert_eq!(ledger::import::root(&seed, &rows), Ok(hash(&case["root"])));
    let cut = usize::try_from(uint(&case["cut"])).unwrap();
    rows[cut] = ledger::import::Row::Cut(hash(&case["leaves"][cut]));
    assert_eq!(ledger::import::root(&seed, &rows), Ok(hash(&case["root"])));
}

fn keys(vectors: &Json) -> Keys {
    let vkey = |name: &str| text(&vectors["vkeys"][name]).parse().unwrap();
    let rotation = &vectors["rotation"];
    Keys {
        origin: text(&vectors["origin"]).to_owned(),
        log: vec![
            LogKey { vkey: vkey("old"), from_size: 0, to_size: Some(uint(&rotation["old_to_size"])) },
            LogKey { vkey: vkey("new"), from_size: uint(&rotation["new_from_size"]), to_size: None },
        ],
        beside: Vec::new(),
        witnesses: vec![vkey("witness")],
        quorum: Quorum::None,
    }
}

#[test]
fn checkpoints_and_a_rotation() {
    let vectors = vectors("checkpoints");
    let keys = keys(&vectors);
    let secret = |name: &str| hash(&vectors["secrets"][name]);
    let (old, new) =
        (Signer::log(&keys.origin, &secret("old")).unwrap(), Signer::log(&keys.origin, &secret("new")).unwrap());
    let witness = Signer::witness("witness.invalid/1", &secret("witness")).unwrap();
    for (name, signer) in [("old", &old), ("new", &new), ("witness", &witness)] {
        assert_eq!(signer.vkey().to_string(), text(&vectors["vkeys"][name]));
    }
    for case in list(&vectors["notes"]) {
        let (name, note) = (text(&case["name"]), text(&case["note"]));
        let opened = keys.open(note);
        if case["error"].is_string() {
            assert_eq!(opened.map_err(|error| error.code()), Err(text(&case["error"])), "{name}");
            continue;
        }
        let signed = opened.unwrap();
        assert_eq!(signed.checkpoint.size, uint(&case["size"]), "{name}");
        let signers: Vec<_> = [&old, &new].into_iter().filter(|signer| signed.keys.contains(&signer.vkey())).collect();
        let mut again = signed.checkpoint.sign(&signers);
        for (_, time) in &signed.witnesses {
            again.signatures.push(witness.sign(&again.text, *time));
        }
        assert_eq!(again.to_string(), note, "{name}");
        assert_eq!(Checkpoint::parse(&again.text), Ok(signed.checkpoint), "{name}");
    }
}

#[test]
fn receipts_byte_for_byte() {
    let (vectors, keys) = (vectors("receipts"), keys(&vectors("checkpoints")));
    let written = text(&vectors["text"]);
    let receipt: Receipt = written.parse().unwrap();
    assert_eq!(receipt.to_text().unwrap(), written);
    let proved = verify_receipt(written, &keys).unwrap();
    assert_eq!(proved.node, vectors["node"].as_i64().unwrap());
    assert_eq!((proved.idx, proved.leaf), (uint(&vectors["idx"]), hash(&vectors["leaf"])));
    let leaves = |opened: &ledger::sheet::Opened| opened.fields.iter().map(|field| field.leaf).collect::<Vec<_>>();
    let expected = |json: &Json| list(json).iter().map(uint).collect::<Vec<_>>();
    assert_eq!(leaves(&proved.act.header), expected(&vectors["header_shown"]));
    assert_eq!([vec![0], leaves(&proved.act.body)].concat(), expected(&vectors["body_shown"]));
    assert_eq!(proved.signed.witnesses.len(), 1);

    // The same receipt, made by us from the act.
    let case = &self::vectors("bodies")["bodies"][6];
    let body = Body::from_fields(fields(&case["fields"])).unwrap();
    let act = act(list(&self::vectors("headers")[0]["values"]), body, vec![7]).unwrap();
    let prepared = prepare(&act, &seeds()).unwrap();
    let routed = prepared.route(&[Route { stream: 7, seq: 0 }]).unwrap();
    let sheets =
        ledger::Sheets::decode_each(&prepared.header_sheet, &prepared.body_sheet, &routed.routes_sheet).unwrap();
    assert_eq!(sheets.read(act.node).unwrap().0, act);
    let shown = |tag, place: &Place| match (tag, place) {
        (Tag::Header, Place::Field(path)) => [2, 4, 5, 6].iter().any(|at| *path == ledger::Path::index(*at)),
        (Tag::Body, Place::Field(path)) => path.0.is_empty() || *path == ledger::Path::new(["f1"]),
        _ => false,
    };
    let sheets = sheets.open(Some(&seeds().header), Some(&seeds().body), shown).unwrap();
    let extra = ledger::receipt::Extra { entry: routed.committed.entry(act.node, 5), sheets };
    assert_eq!(extra, receipt.extra);

    for case in list(&vectors["refused"]) {
        let answer = verify_receipt(text(&case["text"]), &keys).map_err(|error| error.code());
        assert_eq!(answer, Err(text(&case["error"])), "{}", case["name"]);
    }
}
