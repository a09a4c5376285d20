use kernel::OfficerId;
use ledger::Policy;
use notary::{RotateError, RotationRefusal, rotate};

use crate::support::{both, until};

const SYSTEM: OfficerId = OfficerId::new(21);
const SECURITY: OfficerId = OfficerId::new(22);
const INSPECTOR: OfficerId = OfficerId::new(23);

#[tokio::test(flavor = "multi_thread")]
async fn the_log_goes_on_over_a_rotation() {
    for node in both("a.invalid").await {
        let id = node.id.number();
        let stop = node.keep("quorum none\n");
        until("published", || async { node.store.checkpoint(id).await.unwrap().is_some() }).await;
        let before = node.keyring().keys();
        // Refused, and nothing is left behind.
        for (first, second, refusal) in [
            (SYSTEM, SYSTEM, RotationRefusal::OnePerson),
            (SECURITY, SYSTEM, RotationRefusal::WrongHands),
            (SYSTEM, INSPECTOR, RotationRefusal::WrongHands),
        ] {
            let refused = rotate(&node.directory, &mut node.keyring(), first, second).await;
            assert!(matches!(refused, Err(RotateError::Refused(found)) if found == refusal), "{refused:?}");
        }
        assert_eq!(node.keyring().keys(), before, "{}", node.name);
        rotate(&node.directory, &mut node.keyring(), SYSTEM, SECURITY).await.unwrap();
        let again = rotate(&node.directory, &mut node.keyring(), SYSTEM, SECURITY).await;
        assert!(matches!(again, Err(RotateError::Refused(RotationRefusal::Underway))), "{again:?}");
        // The running keeper follows: two checkpoints carry both signatures, then the old key ends.
        let policy = Policy::parse("quorum none\n").unwrap();
        let (mut doubly, mut alone) = (0, 0);
        for _ in 0..60 {
            node.grow().await;
            tokio::time::sleep(std::time::Duration::from_millis(300)).await;
            let keys = node.keyring().keys().under(&policy);
            let newest = node.store.checkpoint(id).await.unwrap().unwrap();
            let signed = keys.open(&newest.note).unwrap().keys.len();
            doubly = doubly.max(signed);
            alone = newest.note.lines().filter(|line| line.starts_with('—')).count();
            // The ended key signs no more.
            if keys.log[0].to_size.is_some() && alone == 1 {
                break;
            }
        }
        let keys = node.keyring().keys();
        assert_eq!((doubly, alone, keys.log.len()), (2, 1, 2), "{}", node.name);
        assert!(keys.log[0].to_size.is_some() && keys.log[1].to_size.is_none(), "{}: {keys:?}", node.name);
        let _ = stop.send(true);
        let verified = node.store.verify(id, &keys, |_| {}).await.unwrap().unwrap();
        assert!(verified.checkpoints >= 4, "{}: {}", node.name, verified.checkpoints);
    }
}
