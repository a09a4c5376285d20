//! A log is tampered with in every way that has a name, and the verifier says which and where.

use ledger::act::{Act, Actor, Class, Level};
use ledger::commit::{Committed, Route, Seeds, prepare};
use ledger::tree::{Frontier, leaf_hash};
use ledger::verify::Verifier;
use ledger::verify::{Evidence, LeafData, NodeLog, StoredRow, Tampering, verify_log};
use ledger::{Body, Checkpoint, Day, Keys, Path, Place, PlainBody, SealedBody, Sheet, Signer, Tag, Value, Whose};

const NODE: i64 = 110_000_000_000_001;
const ORIGIN: &str = "demo.invalid/110000000000001";
/// How many acts the log has, and how many the last checkpoint covers.
const ACTS: u64 = 12;
const SIGNED: u64 = 10;

#[derive(Clone)]
struct Row {
    idx: u64,
    header: Vec<u8>,
    body: Vec<u8>,
    routes: Vec<u8>,
    seeds: Seeds,
    body_seed: bool,
    leaf: LeafData,
    gone: Vec<Path>,
    /// What opens the body, where it is sealed.
    key: Option<([u8; 32], Whose)>,
}

#[derive(Clone)]
struct Log {
    rows: Vec<Row>,
    published: Vec<LeafData>,
    frontier: Frontier,
    checkpoints: Vec<String>,
    keys: Keys,
}

fn signer() -> Signer {
    Signer::log(ORIGIN, &[7; 32]).unwrap()
}

fn row(idx: u64, what: &str) -> (Row, Committed) {
    let act = Act {
        id: u128::from(idx),
        node: NODE,
        at_ms: 1_769_846_400_000,
        day: Day::from_ymd(2026, 1, 31).unwrap(),
        class: Class::of(Level::Internal),
        kind: "matter.changed@1.0".to_owned(),
        matter: 5,
        version: idx + 1,
        also: Vec::new(),
        actor: Actor::Officer { pseudonym: "o-1".to_owned() },
        post: None,
        organ: None,
        on_behalf_of: None,
        basis: Vec::new(),
        rule_versions: Vec::new(),
        causes: Vec::new(),
        command: None,
        body: Body::new(Value::map([("what", Value::text(what)), ("amount", Value::Int(3))])).unwrap(),
        streams: vec![1],
    };
    let seeds = Seeds { header: [idx as u8; 32], body: [idx as u8 + 100; 32] };
    let prepared = prepare(&act, &seeds).unwrap();
    let routed = prepared.route(&[Route { stream: 1, seq: idx }]).unwrap();
    let (header, body, routes) = (prepared.header_sheet, prepared.body_sheet, routed.routes_sheet);
    let leaf = routed.committed.leaf_data(NODE, idx);
    (Row { idx, header, body, routes, seeds, body_seed: true, leaf, gone: Vec::new(), key: None }, routed.committed)
}

impl Log {
    fn whole() -> Self {
        Self::of((0..ACTS).map(|idx| row(idx, &format!("act {idx}")).0).collect())
    }

    /// A log in which everything follows from the rows.
    fn of(rows: Vec<Row>) -> Self {
        let leaves: Vec<_> = rows.iter().map(|row| row.leaf).collect();
        let (mut frontier, mut checkpoints) = (Frontier::default(), Vec::new());
        for leaf in &leaves {
            frontier.append(leaf_hash(leaf));
            if [4, SIGNED].contains(&frontier.size()) {
                checkpoints.push(signed(frontier.size(), &frontier, &signer()));
            }
        }
        let keys = Keys::single(signer().vkey());
        Self { rows, published: leaves[..SIGNED as usize].to_vec(), frontier, checkpoints, keys }
    }

    fn verify(&self) -> Result<ledger::Verified, ledger::Finding> {
        let rows: Vec<_> = self
            .rows
            .iter()
            .map(|row| StoredRow {
                idx: row.idx,
                header: &row.header,
                body: &row.body,
                routes: &row.routes,
                header_seed: Some(&row.seeds.header),
                body_seed: row.body_seed.then_some(&row.seeds.body),
                key: row.key.as_ref().map(|(key, whose)| (key, *whose)),
                leaf: row.leaf,
                gone: &row.gone,
            })
            .collect();
        let whole = verify_log(&NodeLog {
            node: NODE,
            rows: &rows,
            published: &self.published,
            frontier: &self.frontier,
            checkpoints: &self.checkpoints,
            keys: &self.keys,
        });
        // Window by window the same is found at the same place, whatever it is called with less to look at.
        let windows = self.verify_by_windows(&rows);
        let place = |finding: &ledger::Finding| (finding.idx, finding.what == Evidence::Indices);
        assert_eq!(windows.as_ref().map_err(place), whole.as_ref().map_err(place));
        whole
    }

    fn verify_by_windows(&self, rows: &[StoredRow<'_>]) -> Result<ledger::Verified, ledger::Finding> {
        let mut verifier = Verifier::new(NODE, &self.keys, &self.checkpoints)?;
        let mut published = self.published.as_slice();
        for window in rows.chunks(3) {
            let (now, later) = published.split_at(published.len().min(window.len()));
            verifier.feed(window, now)?;
            published = later;
        }
        verifier.finish(self.published.len() as u64, &self.frontier)
    }

    /// Numbers the rows anew, as someone would who removed or added one.
    fn renumber(&mut self) {
        (0..).zip(&mut self.rows).for_each(|(idx, row)| row.idx = idx);
    }

    fn erase(&mut self, at: usize) {
        let row = &mut self.rows[at];
        let sheet = Sheet::decode(&row.body).unwrap();
        let kept = |place: &Place| *place != Place::Field(Path::new(["what"]));
        row.body = sheet.open(Tag::Body, Some(&row.seeds.body), kept).unwrap().encode().unwrap();
        row.body_seed = false;
    }

    /// Puts the body under a key, as it was stored from the beginning.
    fn seal(&mut self, at: usize) {
        let row = &mut self.rows[at];
        let seed = row.body_seed.then_some(row.seeds.body);
        let root = Sheet::decode(&row.body).unwrap().check(Tag::Body, seed.as_ref()).unwrap().root;
        let (key, whose) = ([9; 32], Whose { node: NODE, act: u128::from(row.idx) });
        let body = PlainBody { sheet: row.body.clone(), seed };
        row.body = SealedBody::seal(&key, [row.idx as u8; 24], whose, root, &body).encode();
        row.body_seed = false;
        row.key = Some((key, whose));
    }
}

/// That the one field is gone which [`Log::erase`] takes.
fn what() -> Vec<Path> {
    vec![Path::new(["what"])]
}

/// That the whole body is.
fn all() -> Vec<Path> {
    vec![Path::default()]
}

fn signed(size: u64, frontier: &Frontier, signer: &Signer) -> String {
    Checkpoint { origin: ORIGIN.to_owned(), size, root: frontier.root() }.sign(&[signer]).to_string()
}

#[test]
fn a_whole_log_verifies() {
    let mut log = Log::whole();
    let verified = log.verify().unwrap();
    assert_eq!((verified.size, verified.checkpoints, verified.witnessed), (ACTS, 2, None));
    assert_eq!(verified.root, log.frontier.root());
    log.erase(3);
    log.rows[3].gone = what();
    log.rows[6].body_seed = false;
    log.rows[6].gone = all();
    let verified = log.verify().unwrap();
    assert_eq!((verified.erased, verified.shredded), (vec![3], vec![6]));
    // Sealed bodies are verified by their key; erased in part; and proved by their root when the key is gone.
    [2, 3, 8].into_iter().for_each(|at| log.seal(at));
    let verified = log.verify().unwrap();
    assert_eq!((verified.erased, verified.shredded), (vec![3], vec![6]));
    log.rows[8].key = None;
    log.rows[8].gone = all();
    let verified = log.verify().unwrap();
    assert_eq!((verified.erased, verified.shredded), (vec![3], vec![6, 8]));
}

#[test]
fn every_tampering_is_named_where_it_begins() {
    type Tamper = fn(&mut Log);
    let cases: &[(&str, Tamper, Tampering, u64)] = &[
        ("a field's bytes changed", |log| log.rows[5].body = row(5, "other").0.body, Tampering::Changed, 5),
        ("a row rewritten, leaf and all", |log| log.rows[5] = row(5, "other").0, Tampering::Changed, 5),
        ("a sheet that is no CBOR", |log| log.rows[5].header.truncate(40), Tampering::Changed, 5),
        ("the leaf beside the row changed", |log| log.rows[5].leaf[9] ^= 1, Tampering::Changed, 5),
        ("the index in the leaf's stead", |log| log.rows[11].leaf = log.rows[10].leaf, Tampering::Changed, 11),
        ("a published leaf changed", |log| log.published[5][9] ^= 1, Tampering::Changed, 5),
        ("a copy of another row", |log| log.rows[5] = Row { idx: 5, ..log.rows[2].clone() }, Tampering::Changed, 5),
        ("a row removed", |log| drop(log.rows.remove(5)), Tampering::Deleted, 5),
        (
            "a row removed, the others renumbered",
            |log| {
                log.rows.remove(5);
                log.renumber()
            },
            Tampering::Deleted,
            5,
        ),
        (
            "a row put in, the others renumbered",
            |log| {
                log.rows.insert(5, row(5, "new").0);
                log.renumber()
            },
            Tampering::Inserted,
            5,
        ),
        ("an index twice", |log| log.rows.insert(6, row(5, "new").0), Tampering::Inserted, 5),
        ("a row beyond the frontier", |log| log.rows.push(row(ACTS, "new").0), Tampering::Inserted, ACTS),
        (
            "two rows changed over",
            |log| {
                log.rows.swap(5, 8);
                log.renumber()
            },
            Tampering::Reordered,
            5,
        ),
        ("rows in another order", |log| log.rows.swap(5, 8), Tampering::Reordered, 5),
        (
            "a row moved to the end",
            |log| {
                let moved = log.rows.remove(5);
                log.rows.push(moved);
                log.renumber()
            },
            Tampering::Reordered,
            5,
        ),
        (
            "payloads changed over, with their seeds",
            |log| {
                let (five, eight) = (log.rows[5].clone(), log.rows[8].clone());
                (log.rows[5].body, log.rows[5].seeds.body) = (eight.body, eight.seeds.body);
                (log.rows[8].body, log.rows[8].seeds.body) = (five.body, five.seeds.body);
            },
            Tampering::SwappedPayload,
            5,
        ),
        ("the last rows removed", |log| log.rows.truncate(9), Tampering::Truncated, 9),
        (
            "the last rows and tiles removed",
            |log| {
                log.rows.truncate(7);
                log.published.truncate(7)
            },
            Tampering::Truncated,
            7,
        ),
        ("the unsigned end removed", |log| log.rows.truncate(11), Tampering::Truncated, 11),
        (
            "another past for the same key",
            |log| {
                let mut rows = log.rows.clone();
                rows[2] = row(2, "other").0;
                let old = log.checkpoints.clone();
                *log = Log { checkpoints: old, ..Log::of(rows) };
            },
            Tampering::Forked,
            4,
        ),
        (
            "two checkpoints of one size",
            |log| {
                let other = Frontier::default();
                log.checkpoints.push(signed(SIGNED, &other, &signer()));
            },
            Tampering::Forked,
            SIGNED,
        ),
        (
            "signed by another key",
            |log| {
                let other = Signer::log(ORIGIN, &[9; 32]).unwrap();
                log.checkpoints[1] = signed(SIGNED, &Frontier::default(), &other);
            },
            Tampering::ReSigned,
            SIGNED,
        ),
        (
            "a root put under a signature",
            |log| {
                let at = log.checkpoints[1].find("\n\n").unwrap();
                let note = Checkpoint { origin: ORIGIN.to_owned(), size: SIGNED, root: [1; 32] }.text();
                log.checkpoints[1] = format!("{note}{}", &log.checkpoints[1][at + 1..]);
            },
            Tampering::ReSigned,
            SIGNED,
        ),
        ("a field erased", |log| log.erase(4), Tampering::ErasedWithoutTombstone, 4),
        (
            "more erased than the tombstone says",
            |log| {
                log.erase(4);
                log.rows[4].gone = vec![Path::new(["amount"])];
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        (
            "the shape erased with the field",
            |log| {
                let row = &mut log.rows[4];
                let sheet = Sheet::decode(&row.body).unwrap();
                let kept = |place: &Place| *place == Place::Field(Path::new(["amount"]));
                row.body = sheet.open(Tag::Body, Some(&row.seeds.body), kept).unwrap().encode().unwrap();
                row.gone = what();
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        (
            "a seed deleted where fields were to go",
            |log| {
                log.rows[4].gone = what();
                log.rows[4].body_seed = false;
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        (
            "a field sealed by whoever likes",
            |log| {
                let row = &mut log.rows[4];
                let sheet = Sheet::decode(&row.body).unwrap();
                let hashes = sheet.fold(Tag::Body, Some(&row.seeds.body)).unwrap().leaves;
                let mut items = sheet.0;
                items[1] = ledger::Item::Sealed { hash: hashes[1].unwrap(), envelope: vec![7; 40] };
                row.body = Sheet(items).encode().unwrap();
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        ("a seed deleted", |log| log.rows[4].body_seed = false, Tampering::ErasedWithoutTombstone, 4),
        (
            "erased with a tombstone, and another leaf",
            |log| {
                log.erase(4);
                log.rows[4].gone = what();
                log.rows[4].leaf[3] ^= 1;
            },
            Tampering::Changed,
            4,
        ),
        (
            "shredded with a tombstone, and another leaf",
            |log| {
                log.rows[4].gone = all();
                log.rows[4].body_seed = false;
                log.rows[4].leaf[3] ^= 1;
            },
            Tampering::Changed,
            4,
        ),
        (
            "a key destroyed, and no tombstone",
            |log| {
                log.seal(4);
                log.rows[4].key = None;
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        (
            "a key destroyed with a tombstone, and another root beside the envelope",
            |log| {
                log.seal(4);
                log.rows[4].key = None;
                log.rows[4].gone = all();
                let mut body = SealedBody::decode(&log.rows[4].body).unwrap();
                body.root[0] ^= 1;
                log.rows[4].body = body.encode();
            },
            Tampering::Changed,
            4,
        ),
        (
            "a key destroyed with a tombstone, and fields of the header gone, too",
            |log| {
                log.seal(4);
                let row = &mut log.rows[4];
                (row.key, row.gone) = (None, all());
                let header = Sheet::decode(&row.header).unwrap();
                let opened =
                    header.open(Tag::Header, Some(&row.seeds.header), |place| *place != Place::Field(Path::index(8)));
                row.header = opened.unwrap().encode().unwrap();
            },
            Tampering::ErasedWithoutTombstone,
            4,
        ),
        (
            "an envelope that its key does not open",
            |log| {
                log.seal(4);
                log.rows[4].key.as_mut().unwrap().0[0] ^= 1;
            },
            Tampering::Changed,
            4,
        ),
        (
            "an envelope with other content",
            |log| {
                log.seal(4);
                let (key, whose) = log.rows[4].key.unwrap();
                let root = SealedBody::decode(&log.rows[4].body).unwrap().root;
                let other = PlainBody { sheet: log.rows[5].body.clone(), seed: Some(log.rows[5].seeds.body) };
                log.rows[4].body = SealedBody::seal(&key, [1; 24], whose, root, &other).encode();
            },
            Tampering::Changed,
            4,
        ),
        (
            "sealed rows that changed places",
            |log| {
                [4, 7].into_iter().for_each(|at| log.seal(at));
                log.rows.swap(4, 7);
                log.renumber();
            },
            Tampering::Reordered,
            4,
        ),
        ("frontier of another log", |log| log.frontier = Frontier::default(), Tampering::Inserted, 0),
    ];
    for (case, tamper, expected, idx) in cases {
        let mut log = Log::whole();
        tamper(&mut log);
        let found = log.verify().map_err(|finding| (finding.tampering, finding.idx));
        assert_eq!(found, Err((*expected, *idx)), "{case}");
    }
}

/// A payload alone, moved without its seed, makes two leaves under order rules of another seed: its sheet
/// proves nothing, and is still known for what it is.
#[test]
fn a_payload_moved_without_its_seed() {
    let mut log = Log::whole();
    let (five, eight) = (log.rows[5].body.clone(), log.rows[8].body.clone());
    (log.rows[5].body, log.rows[8].body) = (eight, five);
    let found = log.verify().unwrap_err();
    assert_eq!((found.tampering, found.idx), (Tampering::SwappedPayload, 5));
    assert!(matches!(found.what, Evidence::Leaf | Evidence::Sheets(_)));
}
