//! What checkpoints and verification promise.

use ledger::tree::tile::unbundle;
use ledger::tree::{Tile, leaf_hash};
use ledger::verify::Tampering;
use store::{Operation, PublishError, Signer};

use crate::support::{Both, NODE, both, noted};

async fn filled(it: &Both, acts: u128) {
    for matter in 0..acts {
        let (act, changes) = noted(matter, 1, &[&format!("line of {matter}")]);
        it.store.record(act, changes).await.unwrap();
    }
}

fn signer(it: &Both) -> Signer {
    Signer::found(&it.place.folder().join("keys"), "test.invalid", NODE).unwrap()
}

#[tokio::test]
async fn checkpoints_follow_one_another() {
    for it in both().await {
        let mut signer_one = signer(&it);
        assert_eq!(signer_one.publish(&it.store, 1).await.unwrap(), None, "nothing to sign");
        for (acts, size) in [(3, 3), (5, 8)] {
            for act in 0..acts {
                let (act, changes) = noted(size * 100 + act, 1, &["a"]);
                it.store.record(act, changes).await.unwrap();
            }
            let published = signer_one.publish(&it.store, 2).await.unwrap().unwrap();
            assert_eq!(u128::from(published.size), size, "{}", it.name);
        }
        // Another process takes over with what lies beside the key.
        let mut again = signer(&it);
        assert_eq!(again.publish(&it.store, 3).await.unwrap(), None);
        let verdict = it.store.verify(NODE, &again.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!((verdict.size, verdict.checkpoints), (8, 2), "{}", it.name);
    }
}

#[tokio::test]
async fn a_signature_beside_is_checked_with_the_logs_own() {
    for it in both().await {
        filled(&it, 3).await;
        let mut signer = signer(&it);
        signer.keyring().sign_beside().unwrap();
        let published = signer.publish(&it.store, 1).await.unwrap().unwrap();
        let keys = signer.keys();
        assert_eq!(keys.open(&published.note).unwrap().beside, keys.beside, "{}", it.name);
        it.store.verify(NODE, &keys, |_| {}).await.unwrap().unwrap();
        // The line of another checkpoint under this one.
        filled_more(&it).await;
        let next = signer.publish(&it.store, 2).await.unwrap().unwrap();
        let line = |note: &str| note.lines().last().unwrap().to_owned();
        let forged = published.note.replace(&line(&published.note), &line(&next.note));
        let update = Operation::new("update checkpoint set note = $1 where size = 3", vec![forged.into()]);
        assert!(it.store.operate(&[update]).await.unwrap());
        let finding = it.store.verify(NODE, &keys, |_| {}).await.unwrap().unwrap_err();
        assert_eq!((finding.tampering, finding.idx), (Tampering::ReSigned, 3), "{}", it.name);
    }
}

async fn filled_more(it: &Both) {
    let (act, changes) = noted(999, 1, &["more"]);
    it.store.record(act, changes).await.unwrap();
}

#[tokio::test]
async fn tampering_is_named() {
    let cases: [(&str, &str, u64, Tampering); 8] = [
        (
            "a payload",
            "update act set body = (select body from act where idx = 5) where idx = 2",
            2,
            Tampering::Changed,
        ),
        ("a row gone", "delete from act where idx = 3", 3, Tampering::Deleted),
        ("the end gone", "delete from act where idx >= 6", 6, Tampering::Truncated),
        (
            "two payloads swapped",
            "create temp table swapped as select idx, body from act where idx in (2, 5); \
             update act set body = (select body from swapped where swapped.idx = 7 - act.idx) where idx in (2, 5)",
            2,
            Tampering::SwappedPayload,
        ),
        (
            "two rows reordered",
            "update act set idx = 100 where idx = 2; update act set idx = 2 where idx = 5; \
             update act set idx = 5 where idx = 100; update seed set idx = 100 where idx = 2; \
             update seed set idx = 2 where idx = 5; update seed set idx = 5 where idx = 100",
            2,
            Tampering::Reordered,
        ),
        ("a seed gone", "delete from seed where idx = 4", 4, Tampering::ErasedWithoutTombstone),
        (
            "a checkpoint under another name",
            "update checkpoint set note = replace(note, '— test.invalid', '— best.invalid')",
            8,
            Tampering::ReSigned,
        ),
        ("a leaf", "update leaf set data = (select data from leaf where idx = 1) where idx = 4", 4, Tampering::Changed),
    ];
    for (case, sql, idx, tampering) in cases {
        for it in both().await {
            filled(&it, 8).await;
            let mut signer = signer(&it);
            signer.publish(&it.store, 1).await.unwrap();
            it.tamper(sql).await;
            let found = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap_err();
            assert_eq!((found.tampering, found.idx), (tampering, idx), "{}: {case}: {found}", it.name);
        }
    }
}

#[tokio::test]
async fn nothing_is_signed_over_another_past() {
    for it in both().await {
        filled(&it, 4).await;
        let mut signer = signer(&it);
        signer.publish(&it.store, 1).await.unwrap();
        it.tamper("update log set size = 2").await;
        let refused = signer.publish(&it.store, 2).await;
        assert!(matches!(refused, Err(PublishError::Forked { signed: 4, .. })), "{}: {refused:?}", it.name);
    }
}

/// Many small acts in few units.
async fn many(it: &Both, acts: u128) {
    let units: Vec<Vec<u128>> = (0..acts).collect::<Vec<_>>().chunks(100).map(<[u128]>::to_vec).collect();
    for matters in units {
        let acts = matters.into_iter().map(|matter| noted(matter, 1, &["a"])).collect();
        it.store.record_unit(store::Unit { acts, operations: Vec::new() }).await.unwrap();
    }
}

#[tokio::test]
async fn tiles_are_files_that_others_can_read_and_proofs_hold() {
    for it in both().await {
        many(&it, 700).await;
        let mut signer = signer(&it);
        let published = signer.publish(&it.store, 1).await.unwrap().unwrap();
        let keys = signer.keys();
        let root = keys.open(&published.note).unwrap().checkpoint.root;
        // The whole tree from the bundles alone, as a monitor reads it.
        let mut frontier = ledger::Frontier::default();
        for (index, width) in [(0, 256), (1, 256), (2, 188)] {
            let tile = Tile { level: None, index, width };
            let content = it.store.tile(NODE, tile).await.unwrap().unwrap();
            let hashes = it.store.tile(NODE, Tile { level: Some(0), ..tile }).await.unwrap().unwrap();
            for (entry, hash) in unbundle(&content).unwrap().into_iter().zip(hashes.as_chunks::<32>().0) {
                assert_eq!((entry.len(), leaf_hash(entry)), (33, *hash));
                frontier.append(leaf_hash(entry));
            }
            let file = it.place.folder().join("blobs/tiles").join(NODE.to_string()).join(tile.path());
            assert_eq!(file.exists(), width == 256, "{}: full ones are files", it.name);
        }
        assert_eq!((frontier.size(), frontier.root()), (700, root), "{}", it.name);
        for beyond in [
            Tile { level: None, index: 2, width: 189 },
            Tile { level: Some(0), index: 3, width: 1 },
            Tile { level: Some(1), index: 0, width: 3 },
            Tile { level: Some(9), index: 0, width: 1 },
            Tile { level: None, index: u64::MAX / 8, width: 256 },
        ] {
            assert_eq!(it.store.tile(NODE, beyond).await.unwrap(), None, "{}", beyond.path());
        }
        for idx in [0, 1, 255, 256, 511, 512, 699] {
            let proof = it.store.inclusion_proof(NODE, idx, 700).await.unwrap();
            let leaf = it
                .store
                .tile(NODE, Tile { level: Some(0), index: idx / 256, width: if idx < 512 { 256 } else { 188 } });
            let leaf = leaf.await.unwrap().unwrap().as_chunks::<32>().0[(idx % 256) as usize];
            ledger::tree::verify_inclusion(idx, 700, &leaf, &proof, &root).unwrap();
        }
        many_more(&it).await;
        let later = signer.publish(&it.store, 2).await.unwrap().unwrap();
        let later = keys.open(&later.note).unwrap().checkpoint;
        let proof = it.store.consistency_proof(NODE, 700, later.size).await.unwrap();
        ledger::tree::verify_consistency(700, later.size, &proof, &root, &later.root).unwrap();
    }
}

async fn many_more(it: &Both) {
    for matter in 1_000..1_100 {
        let (act, changes) = noted(matter, 1, &["b"]);
        it.store.record(act, changes).await.unwrap();
    }
}

#[tokio::test]
async fn a_tile_that_holds_another_past_stops_the_signer() {
    for it in both().await {
        many(&it, 256).await;
        let tile = Tile { level: None, index: 0, width: 256 };
        let file = it.place.folder().join("blobs/tiles").join(NODE.to_string()).join(tile.path());
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, b"another past").unwrap();
        let refused = signer(&it).publish(&it.store, 1).await;
        assert!(matches!(refused, Err(PublishError::Forked { .. })), "{}: {refused:?}", it.name);
    }
}

#[tokio::test]
async fn a_receipt_is_checked_without_the_node_and_opens_what_was_chosen() {
    for it in both().await {
        filled(&it, 5).await;
        let mut signer = signer(&it);
        assert_eq!(it.store.receipt(NODE, 3, |_, _| true).await.unwrap(), None, "no checkpoint yet");
        signer.publish(&it.store, 1).await.unwrap();
        let keys = signer.keys();
        let whole = it.store.receipt(NODE, 3, |_, _| true).await.unwrap().unwrap();
        let proved = ledger::verify_receipt(&whole, &keys).unwrap();
        assert_eq!((proved.node, proved.idx), (NODE, 3));
        assert!(proved.act.body.complete && whole.contains("c2sp.org/tlog-proof@v1"));
        let header = it.store.receipt(NODE, 3, |tag, _| tag == ledger::Tag::Header).await.unwrap().unwrap();
        let proved = ledger::verify_receipt(&header, &keys).unwrap();
        assert!(proved.act.body.fields.is_empty() && proved.act.header.complete, "the body stays secret");
        assert!(!header.contains("line of 3"));
        assert_eq!(it.store.receipt(NODE, 5, |_, _| true).await.unwrap(), None, "no such act");
        // One bit elsewhere, and it proves nothing.
        let mut bent = whole.clone().into_bytes();
        let at = whole.find("extra ").unwrap() + 20;
        bent[at] = if bent[at] == b'A' { b'B' } else { b'A' };
        assert!(ledger::verify_receipt(&String::from_utf8(bent).unwrap(), &keys).is_err());
    }
}
