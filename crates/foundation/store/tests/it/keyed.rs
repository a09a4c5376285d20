//! What is confidential lies under the key of its matter, and goes with it.

use kernel::Erasable;
use ledger::verify::Tampering;
use ledger::{Tag, verify_receipt};
use store::{Class, Draft, EraseError, Level, RecordError, Signer};

use crate::support::{Both, NODE, Noted, Notes, SignedEvent, both, buried, noted, shredded, signed};

/// Words that are nowhere else.
const CANARY: &str = "限定知悉的内容";
/// The matter of which they are, and its two acts.
const MATTER: u128 = 9;
const ACTS: [u64; 2] = [2, 3];

fn confidential(draft: Draft) -> Draft {
    Draft { class: Class::of(Level::WorkSecret), ..draft }
}

/// Two open notes, and one of two acts that is a work secret, under a checkpoint.
async fn filled(it: &Both) -> Signer {
    for matter in [100, 101] {
        let (act, changes) = noted(matter, 1, &["a line"]);
        it.store.record(act, changes).await.unwrap();
    }
    for (version, words) in [(1, CANARY), (2, "又一行")] {
        let (act, changes) = noted(MATTER, version, &[words]);
        let receipt = it.store.record(confidential(act), changes).await.unwrap();
        assert_eq!(receipt.idx, ACTS[version as usize - 1]);
    }
    let mut signer = Signer::found(&it.place.folder().join("keys"), "test.invalid", NODE).unwrap();
    signer.publish(&it.store, 1).await.unwrap();
    signer
}

async fn shred(it: &Both) -> Result<(), RecordError> {
    let (acts, destroys) = it.store.shredding(NODE, MATTER).await.unwrap();
    assert_eq!(acts, ACTS.map(|idx| idx as i64), "{}", it.name);
    let (act, mut changes) = shredded(MATTER, 3, acts);
    changes.push(destroys);
    it.store.record(act, changes).await.map(drop)
}

#[tokio::test]
async fn rows_of_a_confidential_act_say_nothing_without_the_key() {
    for it in both().await {
        let signer = filled(&it).await;
        let bodies = it.store.read("select body from act order by idx", &[]).await.unwrap();
        let says = |at: usize, words: &str| {
            bodies[at].bytes(0).unwrap().windows(words.len()).any(|part| part == words.as_bytes())
        };
        assert!(says(0, "a line") && !says(2, CANARY), "{}", it.name);
        let seeds = it.store.read("select idx from seed where seed_b is null order by idx", &[]).await.unwrap();
        let seeds: Vec<u64> = seeds.iter().map(|row| row.int(0).unwrap() as u64).collect();
        assert_eq!(seeds, ACTS, "{}: what seals a value seals its salt", it.name);
        let keys = it.store.read("select matter from matter_key where key is not null", &[]).await.unwrap();
        assert_eq!(keys.len(), 1, "{}: one key for a matter", it.name);
        // With the key everything goes on as for an open act.
        let acts = it.store.acts_of(NODE, MATTER).await.unwrap();
        assert_eq!(acts[0].event::<Noted>().unwrap().lines, [CANARY], "{}", it.name);
        let verified = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert!(verified.erased.is_empty() && verified.shredded.is_empty(), "{}", it.name);
        let receipt = it.store.receipt(NODE, ACTS[0], |_, _| true).await.unwrap().unwrap();
        assert!(verify_receipt(&receipt, &signer.keys()).unwrap().act.body.complete, "{}", it.name);
        let report = it.store.rebuild(NODE, &[&Notes], false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", it.name);
    }
}

#[tokio::test]
async fn a_command_given_again_is_known_by_what_lies_under_the_key() {
    for it in both().await {
        let again = |words| {
            let (act, changes) = noted(MATTER, 1, &[words]);
            (confidential(Draft { command: Some("once".to_owned()), ..act }), changes)
        };
        let (act, changes) = again(CANARY);
        let first = it.store.record(act, changes).await.unwrap();
        let (act, changes) = again(CANARY);
        assert_eq!(it.store.record(act, changes).await.unwrap(), first, "{}", it.name);
        let (act, changes) = again("别的内容");
        let refused = it.store.record(act, changes).await;
        assert!(matches!(refused, Err(RecordError::CommandReused)), "{}: {refused:?}", it.name);
    }
}

#[tokio::test]
async fn fields_are_erased_from_under_the_key() {
    for it in both().await {
        let mut signer = Signer::found(&it.place.folder().join("keys"), "test.invalid", NODE).unwrap();
        let (act, changes) = signed(MATTER, CANARY);
        it.store.record(confidential(act), changes).await.unwrap();
        let act = it.store.act_at(NODE, 0).await.unwrap().unwrap();
        let (tombstone, mut changes) = buried(MATTER, 2, 0);
        changes.push(it.store.erasing(&act, &["name".to_owned()]).await.unwrap());
        it.store.record(confidential(tombstone), changes).await.unwrap();
        signer.publish(&it.store, 1).await.unwrap();
        let verified = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!((verified.erased, verified.shredded), (vec![0], vec![]), "{}", it.name);
        let event: SignedEvent = it.store.act_at(NODE, 0).await.unwrap().unwrap().event().unwrap();
        assert_eq!(event, SignedEvent::Signed { name: Erasable::erased(), amount: 7 }, "{}", it.name);
    }
}

#[tokio::test]
async fn what_a_destroyed_key_sealed_is_gone_and_the_log_verifies() {
    for it in both().await {
        let mut signer = filled(&it).await;
        shred(&it).await.unwrap();
        signer.publish(&it.store, 2).await.unwrap();
        let verified = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!((verified.size, verified.shredded), (5, ACTS.to_vec()), "{}", it.name);
        let acts = it.store.acts_of(NODE, MATTER).await.unwrap();
        assert_eq!(acts.iter().map(|act| act.shredded).collect::<Vec<_>>(), [true, true, false], "{}", it.name);
        assert!(acts[0].event::<Noted>().is_err(), "{}", it.name);
        // That it was done, when, by whom and of what kind, is proved as before.
        let receipt = it.store.receipt(NODE, ACTS[0], |tag, _| tag == Tag::Header).await.unwrap().unwrap();
        let proved = verify_receipt(&receipt, &signer.keys()).unwrap();
        assert!(proved.act.header.complete && proved.act.body.fields.is_empty(), "{}", it.name);
        // Replayed without them the rows are what the last act left.
        let rows = it.store.read("select 1 from note where matter = $1", &[MATTER.into()]).await.unwrap();
        assert!(rows.is_empty(), "{}", it.name);
        let report = it.store.rebuild(NODE, &[&Notes], true, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", it.name);
        // There is no way back, and nothing more to destroy.
        let (act, changes) = noted(MATTER, 4, &["一行"]);
        let refused = it.store.record(confidential(act), changes).await;
        assert!(matches!(refused, Err(RecordError::Malformed(_))), "{}: {refused:?}", it.name);
        assert!(matches!(it.store.shredding(NODE, MATTER).await, Err(EraseError::NoKey)), "{}", it.name);
        assert!(matches!(it.store.shredding(NODE, 100).await, Err(EraseError::NoKey)), "{}", it.name);
    }
}

#[tokio::test]
async fn keys_are_backed_up_with_the_seeds_and_go_from_the_next_backup() {
    for (from, to) in both().await.into_iter().zip(both().await.into_iter().rev()) {
        let signer = filled(&from).await;
        let backup = tempfile::tempdir().unwrap();
        from.store.backup(NODE, backup.path(), |_| {}).await.unwrap();
        assert!(backup.path().join("private/matter_key.jsonl.zst").exists(), "{}", from.name);
        to.store.restore(backup.path(), |_| {}).await.unwrap();
        let acts = to.store.acts_of(NODE, MATTER).await.unwrap();
        assert_eq!(acts[0].event::<Noted>().unwrap().lines, [CANARY], "{} → {}", from.name, to.name);
        to.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
    }
}

#[tokio::test]
async fn a_key_that_went_without_an_act_is_named_and_so_is_another() {
    let cases = [
        ("update matter_key set key = null", Tampering::ErasedWithoutTombstone),
        ("delete from matter_key", Tampering::ErasedWithoutTombstone),
        ("update act set id = (select id from act where idx = 0) where idx = 2", Tampering::Changed),
        ("update act set body = (select body from act where idx = 3) where idx = 2", Tampering::Changed),
    ];
    for (tamper, expected) in cases {
        for it in both().await {
            let signer = filled(&it).await;
            it.tamper(tamper).await;
            let finding = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap_err();
            assert_eq!((finding.tampering, finding.idx), (expected, ACTS[0]), "{}: {tamper}", it.name);
        }
    }
}

#[tokio::test]
async fn nobody_destroys_the_key_of_another_matter() {
    for it in both().await {
        filled(&it).await;
        let (_, destroys) = it.store.shredding(NODE, MATTER).await.unwrap();
        let (stranger, mut changes) = noted(500, 1, &[]);
        changes.push(destroys);
        let refused = it.store.record(stranger, changes).await;
        assert!(matches!(refused, Err(RecordError::Malformed(_))), "{}: {refused:?}", it.name);
    }
}
