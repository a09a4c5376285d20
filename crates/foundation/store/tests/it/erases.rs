//! What erasing by law promises: it is gone, and the log verifies.

use kernel::Erasable;
use ledger::verify::Tampering;
use ledger::{Tag, verify_receipt};
use store::{EraseError, Location, RecordError, Signer};

use crate::support::{Both, NODE, Notes, SignedEvent, both, buried, noted, shredded, signed};

/// A name that is nowhere else.
const CANARY: &str = "欧阳待抹除氏";
/// The matter of the note that is signed by it, and its act.
const MATTER: u128 = 9;
const AT: u64 = 5;

/// Some notes, one of them signed, all of it under a checkpoint.
async fn filled(it: &Both) -> Signer {
    for matter in 100..100 + u128::from(AT) {
        let (act, changes) = noted(matter, 1, &["a line"]);
        it.store.record(act, changes).await.unwrap();
    }
    let (act, changes) = signed(MATTER, CANARY);
    assert_eq!(it.store.record(act, changes).await.unwrap().idx, AT);
    let (act, changes) = signed(MATTER + 1, "另一人");
    it.store.record(act, changes).await.unwrap();
    let mut signer = Signer::found(&it.place.folder().join("keys"), "test.invalid", NODE).unwrap();
    signer.publish(&it.store, 1).await.unwrap();
    signer
}

async fn erase(it: &Both, version: u64) -> Result<(), RecordError> {
    let act = it.store.act_at(NODE, AT).await.unwrap().unwrap();
    let (tombstone, mut changes) = buried(MATTER, version, AT);
    changes.push(it.store.erasing(&act, &["name".to_owned()]).await.unwrap());
    it.store.record(tombstone, changes).await.map(drop)
}

/// All bytes of the embedded store that hold the name.
fn files_with(it: &Both, name: &str) -> Vec<String> {
    let Location::Sqlite(path) = &it.place.location else { return Vec::new() };
    let folder = path.parent().unwrap();
    let mut found = Vec::new();
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap).filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        if bytes.windows(name.len()).any(|part| part == name.as_bytes()) {
            found.push(file.file_name().to_string_lossy().into_owned());
        }
    }
    found
}

#[tokio::test]
async fn what_is_erased_is_gone_and_the_log_verifies() {
    for it in both().await {
        let mut signer = filled(&it).await;
        let before = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert!(before.erased.is_empty(), "{}", it.name);
        let sqlite = matches!(it.place.location, Location::Sqlite(_));
        assert_eq!(files_with(&it, CANARY).is_empty(), !sqlite, "{}: it is there before", it.name);
        erase(&it, 2).await.unwrap();
        assert_eq!(files_with(&it, CANARY), Vec::<String>::new(), "{}: not one byte of it is left", it.name);
        // The act reads on without the field, and so does the row.
        let acts = it.store.acts_of(NODE, MATTER).await.unwrap();
        assert_eq!(acts.iter().map(|act| act.act.version).collect::<Vec<_>>(), [1, 2], "{}", it.name);
        let event: SignedEvent = acts[0].event().unwrap();
        assert_eq!(event, SignedEvent::Signed { name: Erasable::erased(), amount: 7 }, "{}", it.name);
        let rows = it.store.read("select words, amount from note where matter = $1", &[MATTER.into()]).await.unwrap();
        assert_eq!((rows[0].opt_text(0).unwrap(), rows[0].int(1).unwrap()), (None, 7), "{}", it.name);
        // No seed is left from which the salt of a guessed name would come; the others have theirs.
        let seeds = it.store.read("select idx from seed where seed_b is null", &[]).await.unwrap();
        assert_eq!(seeds.iter().map(|row| row.int(0).unwrap()).collect::<Vec<_>>(), [AT as i64], "{}", it.name);
        // Rows lead to the same leaves, and replay to the same rows.
        signer.publish(&it.store, 2).await.unwrap();
        let after = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!((after.size, after.checkpoints, after.erased), (before.size + 1, 2, vec![AT]), "{}", it.name);
        let report = it.store.rebuild(NODE, &[&Notes], false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", it.name);
        // Who has a receipt of the act still proves what stayed.
        let receipt = it.store.receipt(NODE, AT, |_, _| true).await.unwrap().unwrap();
        let proved = verify_receipt(&receipt, &signer.keys()).unwrap();
        let opened = proved.act;
        assert!(opened.header.complete && !opened.body.complete, "{}", it.name);
        let shown =
            |sheet: &ledger::sheet::Opened| sheet.fields.iter().map(|field| field.path.to_string()).collect::<Vec<_>>();
        let mut fields = shown(&opened.body);
        fields.sort();
        assert_eq!(fields, ["amount", "event"], "{}", it.name);
        assert!(it.store.receipt(NODE, AT, |tag, _| tag == Tag::Header).await.unwrap().is_some());
    }
}

#[tokio::test]
async fn an_erased_log_is_backed_up_and_restored_without_it() {
    for (from, to) in both().await.into_iter().zip(both().await.into_iter().rev()) {
        let signer = filled(&from).await;
        erase(&from, 2).await.unwrap();
        let backup = tempfile::tempdir().unwrap();
        from.store.backup(NODE, backup.path(), |_| {}).await.unwrap();
        to.store.restore(backup.path(), |_| {}).await.unwrap();
        let report = to.store.rebuild(NODE, &[&Notes], true, |_| {}).await.unwrap();
        assert_eq!(report.acts, AT + 3, "{} → {}", from.name, to.name);
        let verified = to.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!(verified.erased, [AT], "{} → {}", from.name, to.name);
        assert_eq!(files_with(&to, CANARY), Vec::<String>::new());
    }
}

#[tokio::test]
async fn nothing_is_erased_but_by_an_act_of_its_matter_and_once() {
    for it in both().await {
        let signer = filled(&it).await;
        let act = it.store.act_at(NODE, AT).await.unwrap().unwrap();
        let name = || vec!["name".to_owned()];
        // By an act of another matter.
        let (stranger, mut changes) = noted(500, 1, &[]);
        changes.push(it.store.erasing(&act, &name()).await.unwrap());
        let refused = it.store.record(stranger, changes).await;
        assert!(matches!(refused, Err(RecordError::Malformed(_))), "{}: {refused:?}", it.name);
        // Of a version that has passed: nothing goes.
        assert!(matches!(erase(&it, 1).await, Err(RecordError::Conflict { .. })), "{}", it.name);
        let verified = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert!(verified.erased.is_empty(), "{}", it.name);
        // A field that is none; and, once it went, the one that did.
        let none = it.store.erasing(&act, &["words".to_owned()]).await;
        assert!(matches!(none, Err(EraseError::NoField { idx: AT, .. })), "{}: {none:?}", it.name);
        erase(&it, 2).await.unwrap();
        let again = it.store.act_at(NODE, AT).await.unwrap().unwrap();
        let again = it.store.erasing(&again, &name()).await;
        assert!(matches!(again, Err(EraseError::NoField { .. })), "{}: {again:?}", it.name);
    }
}

/// What says that something is gone speaks for its own matter.
#[tokio::test]
async fn a_tombstone_of_another_matter_accounts_for_nothing() {
    for it in both().await {
        let signer = filled(&it).await;
        let (stranger, changes) = shredded(MATTER + 1, 2, vec![AT as i64]);
        it.store.record(stranger, changes).await.unwrap();
        it.tamper("update seed set seed_b = null where idx = 5").await;
        let finding = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap_err();
        assert_eq!((finding.tampering, finding.idx), (Tampering::ErasedWithoutTombstone, AT), "{}", it.name);
    }
}

#[tokio::test]
async fn what_went_without_a_tombstone_is_named() {
    for it in both().await {
        let signer = filled(&it).await;
        erase(&it, 2).await.unwrap();
        it.tamper("update seed set seed_b = null where idx = 2").await;
        let finding = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap_err();
        assert_eq!((finding.tampering, finding.idx), (Tampering::ErasedWithoutTombstone, 2), "{}", it.name);
    }
    for it in both().await {
        let signer = filled(&it).await;
        erase(&it, 2).await.unwrap();
        // The tombstone says one field, and more is gone.
        it.tamper("update act set body = (select body from act where idx = 5) where idx = 6").await;
        let finding = it.store.verify(NODE, &signer.keys(), |_| {}).await.unwrap().unwrap_err();
        assert_eq!(finding.idx, 6, "{}: {finding}", it.name);
    }
}
