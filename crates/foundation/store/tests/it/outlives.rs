//! What outlives a process, a disk and a store: leases, witnesses, backups.

use ledger::note::Signer as NoteSigner;
use ledger::tree::verify_consistency;
use ledger::{Keys, Policy};
use store::{Blobs, Cosignature, RestoreError, Signer, Store};

use crate::support::{Both, NODE, NOTES, Notes, both, noted};

fn signer(it: &Both) -> Signer {
    Signer::found(&it.place.folder().join("keys"), "test.invalid", NODE).unwrap()
}

async fn filled(it: &Both, from: u128, to: u128) {
    for matter in from..to {
        let (act, changes) = noted(matter, 1, &["一行", "another"]);
        it.store.record(act, changes).await.unwrap();
    }
}

#[tokio::test]
async fn one_holder_has_a_lease_until_it_runs_out() {
    for it in both().await {
        let take = |holder: &'static str| it.store.lease(NODE, "publish", holder);
        assert!(take("a").await.unwrap() && take("a").await.unwrap(), "{}: taken and renewed", it.name);
        assert!(!take("b").await.unwrap(), "{}: held", it.name);
        assert!(it.store.lease(NODE, "else", "b").await.unwrap(), "{}: another role", it.name);
        it.tamper("update lease set until = 0").await;
        assert!(take("b").await.unwrap() && !take("a").await.unwrap(), "{}: taken over", it.name);
        let sql = "select fence from lease where node = $1 and role = 'publish'";
        let fence = it.store.read(sql, &[NODE.into()]).await.unwrap();
        assert_eq!(fence[0].int(0).unwrap(), 2, "{}: the fence counts holders", it.name);
        it.store.release(NODE, "publish", "b").await.unwrap();
        assert!(take("a").await.unwrap(), "{}: given back", it.name);
    }
}

#[tokio::test]
async fn cosignatures_stand_under_their_checkpoint() {
    for it in both().await {
        filled(&it, 0, 3).await;
        let mut signer = signer(&it);
        let first = signer.publish(&it.store, 1).await.unwrap().unwrap();
        let witness = NoteSigner::witness("w.invalid", &[5; 32]).unwrap();
        let policy = Policy::parse(&format!("witness w {}\nquorum w\n", witness.vkey())).unwrap();
        let keys: Keys = signer.keys().under(&policy);
        let checkpoint = keys.open(&first.note).unwrap().checkpoint;
        let line = ledger::witness::cosign(&witness, &checkpoint, 7);
        let given = [Cosignature { witness: "w.invalid".to_owned(), line }];
        for _ in 0..2 {
            it.store.keep_cosignatures(NODE, 3, &given, true, 2).await.unwrap();
        }
        let witnessed = it.store.witnessed_checkpoint(NODE).await.unwrap().unwrap();
        assert!(witnessed.quorum && keys.open(&witnessed.note).unwrap().quorum, "{}", it.name);
        assert_eq!(it.store.cosigned_by(NODE, "w.invalid").await.unwrap(), 3);
        filled(&it, 3, 5).await;
        signer.publish(&it.store, 3).await.unwrap();
        // A receipt stands under what witnesses signed, if that covers its act.
        for (idx, quorum) in [(1, true), (4, false)] {
            let receipt = it.store.receipt(NODE, idx, |_, _| true).await.unwrap().unwrap();
            assert_eq!(ledger::verify_receipt(&receipt, &keys).unwrap().signed.quorum, quorum, "{}: {idx}", it.name);
        }
        let verified = it.store.verify(NODE, &keys, |_| {}).await.unwrap().unwrap();
        assert_eq!((verified.size, verified.witnessed), (5, Some(3)), "{}", it.name);
        it.tamper("update cosignature set line = replace(line, 'w.invalid ', 'w.invalid A')").await;
        assert!(it.store.verify(NODE, &keys, |_| {}).await.unwrap().is_err(), "{}: a bent cosignature", it.name);
    }
}

#[tokio::test]
async fn a_witness_remembers_before_it_signs() {
    for it in both().await {
        let at = |size| ledger::Checkpoint { origin: "b.invalid/1".to_owned(), size, root: [size as u8; 32] };
        assert_eq!(it.store.seen(NODE, "b.invalid/1").await.unwrap().size, 0);
        let cases = [(0, 4, true), (0, 6, false), (4, 9, true), (4, 9, false), (9, 9, true)];
        for (old, new, kept) in cases {
            assert_eq!(it.store.remember(NODE, old, &at(new), 1).await.unwrap(), kept, "{}: {old} → {new}", it.name);
        }
        let seen = it.store.seen(NODE, "b.invalid/1").await.unwrap();
        assert_eq!((seen.size, seen.root), (9, [9; 32]), "{}", it.name);
        assert_eq!(it.store.seen(NODE, "c.invalid/1").await.unwrap().size, 0);
    }
}

#[tokio::test]
async fn a_backup_is_one_moment_and_is_restored_into_either_store() {
    for (from, to) in both().await.into_iter().zip(both().await.into_iter().rev()) {
        let names = format!("{} → {}", from.name, to.name);
        filled(&from, 0, 600).await;
        let mut signer = signer(&from);
        signer.publish(&from.store, 1).await.unwrap();
        let blob = from.store.blobs().put(b"an attachment").unwrap();
        let backup = tempfile::tempdir().unwrap();
        // Others go on recording while it is written.
        let writing = {
            let store = from.store.clone();
            tokio::spawn(async move {
                for matter in 1_000..1_050 {
                    let (act, changes) = noted(matter, 1, &["meanwhile"]);
                    store.record(act, changes).await.unwrap();
                }
            })
        };
        let manifest = from.store.backup(NODE, backup.path(), |_| {}).await.unwrap();
        writing.await.unwrap();
        assert!((600..=650).contains(&manifest.size), "{names}");
        let restored = to.store.restore(backup.path(), |_| {}).await.unwrap();
        assert_eq!(restored, manifest, "{names}");
        to.store.rebuild(NODE, &[&Notes], true, |_| {}).await.unwrap();
        assert_eq!(to.store.blobs().get(blob).unwrap(), b"an attachment", "{names}");
        let verified = to.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!(verified.size, manifest.size, "{names}");
        // It is a prefix of the log that lives on.
        signer.publish(&from.store, 2).await.unwrap();
        let live = from.store.checkpoint(NODE).await.unwrap().unwrap();
        let live = signer.keys().open(&live.note).unwrap().checkpoint;
        let proof = from.store.consistency_proof(NODE, verified.size, live.size).await.unwrap();
        verify_consistency(verified.size, live.size, &proof, &verified.root, &live.root).unwrap();
        // And it goes on: the same command returns its first receipt, and the next act follows.
        let (act, changes) = noted(5_000, 1, &["after"]);
        assert_eq!(to.store.record(act, changes).await.unwrap().idx, manifest.size, "{names}");
        let again = to.store.restore(backup.path(), |_| {}).await;
        assert!(matches!(again, Err(RestoreError::NotEmpty(_))), "{names}: {again:?}");
    }
}

#[tokio::test]
async fn a_damaged_backup_changes_nothing() {
    let [it, _] = both().await.try_into().unwrap_or_else(|_| panic!("two stores"));
    filled(&it, 0, 5).await;
    type Spoil = fn(&std::path::Path);
    let spoil: [(&str, &str, Spoil); 4] = [
        ("a bit", "act.jsonl.zst", |folder| {
            let path = folder.join("tables/act.jsonl.zst");
            let mut content = std::fs::read(&path).unwrap();
            let middle = content.len() / 2;
            content[middle] ^= 1;
            std::fs::write(path, content).unwrap();
        }),
        ("a file gone", "seed.jsonl.zst", |folder| {
            std::fs::remove_file(folder.join("private/seed.jsonl.zst")).unwrap()
        }),
        ("no manifest", "manifest.json", |folder| std::fs::remove_file(folder.join("manifest.json")).unwrap()),
        ("a newer one", "newer", |folder| {
            let path = folder.join("manifest.json");
            let text = std::fs::read_to_string(&path).unwrap().replace("\"format\": 1", "\"format\": 2");
            std::fs::write(path, text).unwrap();
        }),
    ];
    for (case, names, spoil) in spoil {
        let (backup, folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        it.store.backup(NODE, backup.path(), |_| {}).await.unwrap();
        spoil(backup.path());
        let location = store::Location::Sqlite(folder.path().join("node.sqlite"));
        let empty = Store::open(&location, Blobs::new(folder.path().join("blobs")), &[NOTES]).await.unwrap();
        let refused = empty.restore(backup.path(), |_| {}).await.unwrap_err();
        assert!(refused.to_string().contains(names), "{case}: {refused}");
        assert_eq!(empty.log_size(NODE).await.unwrap(), 0, "{case}");
        let rows = empty.read("select count(*) from head where node = $1", &[NODE.into()]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 0, "{case}");
    }
}
