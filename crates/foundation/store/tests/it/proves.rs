//! What checkpoints and verification promise.

use ledger::verify::Tampering;
use store::{PublishError, Signer};

use crate::support::{Both, NODE, both, noted};

async fn filled(it: &Both, acts: u128) {
    for matter in 0..acts {
        let (act, changes) = noted(matter, 1, &[&format!("line of {matter}")]);
        it.store.record(act, changes).await.unwrap();
    }
}

fn signer(it: &Both) -> Signer {
    Signer::found(&it.folder.path().join("keys"), "test.invalid", NODE).unwrap()
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
async fn tampering_is_named() {
    let cases: [(&str, &str, u64, Tampering); 4] = [
        (
            "a payload",
            "update act set body = (select body from act where idx = 5) where idx = 2",
            2,
            Tampering::Changed,
        ),
        ("a row gone", "delete from act where idx = 3", 3, Tampering::Deleted),
        ("the end gone", "delete from act where idx >= 6", 6, Tampering::Truncated),
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
