//! What holds for any value, any act, any subset that is opened, any tree.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use ledger::act::{Act, Actor, Class, Level, Personal};
use ledger::commit::{Route, Seeds, prepare};
use ledger::hash::{Hash, field_hash};
use ledger::tree::{self, Frontier, Nodes, Tile, TileNodes, Tiles, tile};
use ledger::{Body, Day, Item, Path, Place, Sheets, Tag, Value};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;

fn any_scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<i64>().prop_map(Value::Int),
        any::<bool>().prop_map(Value::Bool),
        "\\PC{0,12}".prop_map(Value::Text),
        vec(any::<u8>(), 0..20).prop_map(Value::Bytes),
        (any::<i64>(), -100..100).prop_map(|(mantissa, exponent)| Value::decimal(mantissa, exponent).unwrap()),
        (-700_000..2_900_000).prop_map(|days| Value::Day(Day::from_epoch_days(days).unwrap())),
        (-60_000_000_000_000_i64..250_000_000_000_000).prop_map(|ms| Value::instant(ms).unwrap()),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    any_scalar().prop_recursive(4, 24, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::List),
            btree_map("\\PC{0,6}", inner.clone(), 0..5).prop_map(Value::Map),
            inner.prop_map(Value::whole),
        ]
    })
}

fn any_body() -> impl Strategy<Value = Body> {
    (btree_map("[a-z名]{1,6}", any_value(), 0..6), any::<bool>()).prop_map(|(tree, pad)| {
        let body = Body::new(Value::Map(tree)).unwrap();
        // Where no blank is needed padding leaves no trace; such a body is read back as a plain one.
        let needs_blanks = !(body.len() + 1).is_power_of_two() || body.len() < 7;
        if pad && needs_blanks { body.padded() } else { body }
    })
}

fn any_act() -> impl Strategy<Value = Act> {
    let word = || "[a-z0-9]{1,8}";
    let actor = prop_oneof![
        word().prop_map(|pseudonym| Actor::Officer { pseudonym }),
        (word(), word()).prop_map(|(pseudonym, proof)| Actor::Party { pseudonym, proof }),
        (word(), word()).prop_map(|(component, version)| Actor::System { component, version }),
    ];
    let class = (0..6_usize, 0..3_usize, any::<Option<u128>>()).prop_map(|(level, personal, compartment)| Class {
        level: Level::ALL[level],
        personal: [Personal::None, Personal::Personal, Personal::Sensitive][personal],
        compartment,
    });
    let who = (actor, class, any::<[Option<bool>; 3]>(), vec(word(), 0..3), vec(any::<u128>(), 0..3));
    let what = (any_body(), proptest::collection::btree_set(any::<u32>(), 0..6), any::<Option<[u8; 32]>>());
    let which = (any::<u128>(), any::<i64>(), 1..i64::MAX, vec(any::<u128>(), 0..3));
    (who, what, which).prop_map(
        |((actor, class, has, words, causes), (body, streams, command), (id, at_ms, version, heads))| {
            let text = |at: usize| has[at].map(|one| format!("text {at} {one}"));
            Act {
                id,
                node: 320_500_000_000_001,
                at_ms,
                day: Day::from_ymd(2026, 1, 31).unwrap(),
                class,
                kind: "matter.changed@1.0".to_owned(),
                matter: 1,
                version: version.unsigned_abs(),
                also: heads
                    .into_iter()
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .filter(|head| *head > 1)
                    .map(|h| (h, 2))
                    .collect(),
                actor,
                post: text(0),
                organ: text(1),
                on_behalf_of: text(2),
                basis: words.clone(),
                rule_versions: words,
                causes,
                command,
                body,
                streams: streams.into_iter().collect(),
            }
        },
    )
}

fn sheets(act: &Act, seeds: &Seeds) -> (Sheets, ledger::Committed) {
    let prepared = prepare(act, seeds).unwrap();
    let routes: Vec<_> = act.streams.iter().zip(5..).map(|(stream, seq)| Route { stream: *stream, seq }).collect();
    let routed = prepared.route(&routes).unwrap();
    let sheets = Sheets::decode_each(&prepared.header_sheet, &prepared.body_sheet, &routed.routes_sheet).unwrap();
    assert_eq!(sheets.encode().and_then(|bytes| Sheets::decode(&bytes)).as_ref(), Ok(&sheets));
    (sheets, routed.committed)
}

fn any_seeds() -> impl Strategy<Value = Seeds> {
    any::<([u8; 32], [u8; 32])>().prop_map(|(header, body)| Seeds { header, body })
}

fn contains(bytes: &[u8], canary: &[u8]) -> bool {
    bytes.windows(canary.len()).any(|window| window == canary)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(128) })]

    /// One value has one form: what is read is written again byte for byte, even after one byte was changed.
    #[test]
    fn canonical_bytes_are_unique(value in any_value(), at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let mut bytes = value.encode().unwrap();
        prop_assert_eq!(Value::decode(&bytes).unwrap().encode().unwrap(), bytes.clone());
        let at = at.index(bytes.len());
        bytes[at] = byte;
        if let Ok(other) = Value::decode(&bytes) {
            prop_assert_eq!(other.encode().unwrap(), bytes);
        }
    }

    #[test]
    fn a_body_is_its_tree(body in any_body()) {
        let fields = body.fields().map(|(path, value)| (path.clone(), value.clone()));
        let again = Body::from_fields(fields).unwrap();
        prop_assert!(again.fields().eq(body.fields()));
        prop_assert!(Body::new(body.tree()).unwrap().fields().eq(body.fields()));
    }

    #[test]
    fn an_act_is_read_as_it_was_stored(act in any_act(), seeds in any_seeds()) {
        let (sheets, committed) = sheets(&act, &seeds);
        let checked = sheets.check(Some(&seeds.header), Some(&seeds.body)).unwrap();
        prop_assert_eq!(checked.committed(), committed);
        prop_assert!(checked.header.complete && checked.body.complete && checked.routes.complete);
        prop_assert_eq!(sheets.read(act.node).unwrap().0, act);
    }

    /// Whatever is opened leads to the same roots, needs no seed, and holds nothing of what was not.
    #[test]
    fn opening_any_subset_reveals_no_other(
        count in 0..40_usize, pad in any::<bool>(), chosen in vec(any::<bool>(), 64), twice in vec(any::<bool>(), 64),
        seeds in any_seeds(), secret in any::<[u8; 8]>(),
    ) {
        let canary = |at: usize| [&secret[..], &[at as u8, 0xa5, at as u8]].concat();
        let tree: BTreeMap<_, _> = (0..count).map(|at| (format!("field{at:02}"), Value::bytes(canary(at)))).collect();
        let mut body = Body::new(Value::Map(tree)).unwrap();
        if pad {
            body = body.padded();
        }
        let act = Act { body, ..plain_act() };
        let (stored, committed) = sheets(&act, &seeds);
        let number = |place: &Place| match place {
            Place::Field(path) => path.to_string().trim_start_matches("field").parse::<usize>().unwrap_or(63),
            Place::Blank(number) => 40 + usize::try_from(*number).unwrap() % 20,
        };
        let shown = |tag, place: &Place| tag == Tag::Body && chosen[number(place)];
        let opened = stored.open(Some(&seeds.header), Some(&seeds.body), shown).unwrap();
        let bytes = opened.encode().unwrap();
        prop_assert_eq!(opened.check(None, None).unwrap().committed(), committed);
        for (at, chosen) in chosen.iter().enumerate().take(count) {
            prop_assert_eq!(contains(&bytes, &canary(at)), *chosen);
        }
        prop_assert!(!contains(&bytes, &seeds.header) && !contains(&bytes, &seeds.body));
        // A guesser who knows every candidate has no salt that fits: none of those told salts what is hidden.
        let salts = opened.body.0.iter().filter_map(|item| if let Item::Opened { salt, .. } = item { Some(salt) } else { None });
        for salt in salts {
            for at in (0..count).filter(|at| !chosen[*at]) {
                let path = Path::new([format!("field{at:02}").as_str()]).encode();
                let guess = field_hash(Tag::Body, salt, &path, &Value::bytes(canary(at)).encode().unwrap());
                prop_assert!(!contains(&bytes, &guess));
            }
        }
        // Opened again from what was opened, without any seed: what is erased stays erased, and all verifies on.
        let less = opened.body.open(Tag::Body, None, |place| shown(Tag::Body, place) && twice[number(place)]).unwrap();
        prop_assert_eq!(less.check(Tag::Body, None).unwrap().root, committed.body_root);
        let direct = stored.body.open(Tag::Body, Some(&seeds.body), |place| shown(Tag::Body, place) && twice[number(place)]);
        prop_assert_eq!(less, direct.unwrap());
    }
}

fn plain_act() -> Act {
    Act {
        id: 7,
        node: 1,
        at_ms: 0,
        day: Day::from_epoch_days(20_000).unwrap(),
        class: Class::of(Level::Internal),
        kind: "matter.opened@1.0".to_owned(),
        matter: 8,
        version: 1,
        also: Vec::new(),
        actor: Actor::Officer { pseudonym: "o".to_owned() },
        post: None,
        organ: None,
        on_behalf_of: None,
        basis: Vec::new(),
        rule_versions: Vec::new(),
        causes: Vec::new(),
        command: None,
        body: Body::default(),
        streams: vec![3],
    }
}

/// RFC 6962's definition, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => tree::empty_root(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(1 << (leaves.len() - 1).ilog2());
            tree::node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// Published files, by path.
#[derive(Default)]
struct Folder(RefCell<BTreeMap<String, Vec<u8>>>);

impl Tiles for &Folder {
    type Error = tile::TileError;

    fn read(&self, tile: Tile) -> Result<Vec<u8>, Self::Error> {
        self.0.borrow().get(&tile.path()).cloned().ok_or_else(|| tile::TileError(tile.path()))
    }
}

/// Hashes of full subtrees, as they were completed.
#[derive(Default)]
struct Completed(BTreeMap<(u8, u64), Hash>);

impl Nodes for Completed {
    type Error = ();

    fn node(&self, level: u8, index: u64) -> Result<Hash, ()> {
        self.0.get(&(level, index)).copied().ok_or(())
    }
}

/// A log of `size` leaves with its tiles written at the sizes given, and the leaves' hashes.
fn grown(steps: &[u64]) -> (Completed, Folder, Vec<Hash>) {
    let (mut frontier, mut completed, mut leaves) = (Frontier::default(), Completed::default(), Vec::new());
    let folder = Folder::default();
    for step in steps {
        let old = frontier.size();
        for _ in 0..*step {
            let leaf = tree::leaf_hash(&frontier.size().to_be_bytes());
            leaves.push(leaf);
            frontier.append_with(leaf, |level, index, hash| {
                completed.0.insert((level, index), hash);
            });
        }
        for tile in Tile::added(old, frontier.size()) {
            if let Some(hashes) = tile.hashes(&completed) {
                folder.0.borrow_mut().insert(tile.path(), hashes.unwrap());
            }
        }
    }
    assert_eq!(frontier.root(), naive_root(&leaves));
    assert_eq!(Frontier::from_bytes(&frontier.to_bytes()), Ok(frontier));
    (completed, folder, leaves)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(48) })]

    #[test]
    fn every_proof_of_a_tree_verifies_and_no_other(
        steps in vec(1..300_u64, 1..5), first in any::<prop::sample::Index>(), second in any::<prop::sample::Index>(),
        broken in any::<prop::sample::Index>(),
    ) {
        let (completed, folder, leaves) = grown(&steps);
        let size = leaves.len() as u64;
        let root = naive_root(&leaves);
        let tiles = TileNodes { tiles: &folder, size };
        prop_assert_eq!(tree::tree_root(&tiles, size).unwrap(), root);
        prop_assert_eq!(tree::build::frontier(&tiles, size).unwrap().root(), root);

        let at = first.index(leaves.len());
        let proof = tree::inclusion_proof(&tiles, at as u64, size).unwrap();
        prop_assert_eq!(&proof, &tree::inclusion_proof(&completed, at as u64, size).unwrap());
        prop_assert_eq!(tree::verify_inclusion(at as u64, size, &leaves[at], &proof, &root), Ok(()));

        let old = second.index(leaves.len()) + 1;
        let old_root = naive_root(&leaves[..old]);
        let consistency = tree::consistency_proof(&tiles, old as u64, size).unwrap();
        prop_assert_eq!(tree::verify_consistency(old as u64, size, &consistency, &old_root, &root), Ok(()));

        let level = (at ^ old).count_ones().min(size.ilog2());
        let start = (at >> level << level) as u64;
        let end = (start + 1 + (old as u64 & ((1 << level) - 1))).min(size);
        let subtree = naive_root(&leaves[start as usize..end as usize]);
        let part = tree::subtree_consistency_proof(&tiles, start, end, size).unwrap();
        prop_assert_eq!(tree::verify_subtree_consistency(start, end, size, &part, &subtree, &root), Ok(()));
        let within = tree::subtree_inclusion_proof(&tiles, start, start, end).unwrap();
        prop_assert_eq!(tree::verify_subtree_inclusion(start, start, end, &leaves[start as usize], &within, &subtree), Ok(()));

        let included = |proof: &[Hash]| tree::verify_inclusion(at as u64, size, &leaves[at], proof, &root);
        let begun = |proof: &[Hash]| tree::verify_consistency(old as u64, size, proof, &old_root, &root);
        let held = |proof: &[Hash]| tree::verify_subtree_consistency(start, end, size, proof, &subtree, &root);
        for (good, check) in [(proof, &included as &dyn Fn(&[Hash]) -> _), (consistency, &begun), (part, &held)] {
            let longer = [&good[..], &[root]].concat();
            prop_assert!(check(&longer).is_err());
            if let Some(at) = (!good.is_empty()).then(|| broken.index(good.len())) {
                let mut bad = good.clone();
                bad[at][0] ^= 1;
                let shorter = [&good[..at], &good[at + 1..]].concat();
                prop_assert!(check(&bad).is_err() && check(&shorter).is_err());
            }
        }
    }

    #[test]
    fn tile_paths_are_read_as_written(level in proptest::option::of(0..64_u8), index in any::<u64>(), width in 1..=256_u16) {
        let tile = Tile { level, index, width };
        prop_assert_eq!(Tile::parse(&tile.path()), Some(tile));
    }
}
