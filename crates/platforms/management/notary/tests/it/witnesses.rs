use ledger::tree::{Tile, TileNodes, Tiles};
use ledger::witness::Request;
use notary::{GRACE_MS, NotaryEvent, UnwitnessedRule, Why};
use store::Projector as _;
use supervise::{Judged, Rule as _};

use crate::support::{Node, ask, both, until};

/// The superior node as a witness of its subordinate, and the subordinate's policy that asks for it.
async fn pair(superior: &Node, node: &Node) -> (String, String) {
    let trusts = format!("log {}\nquorum none\n", node.keyring().keys().log[0].vkey);
    let address = superior.serve(&trusts).await;
    let policy =
        format!("witness superior {} {address}/witness\nquorum superior\n", superior.keyring().into_witness().vkey());
    (address, policy)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_superior_witnesses_its_subordinate() {
    for (superior, node) in both("a.invalid").await.into_iter().zip(both("b.invalid").await) {
        let (address, policy) = pair(&superior, &node).await;
        let stop = node.keep(&policy);
        let id = node.id.number();
        for round in 0..3 {
            node.grow().await;
            let size = node.store.log_size(id).await.unwrap();
            until("witnessed", || async {
                let witnessed = node.store.witnessed_checkpoint(id).await.unwrap();
                witnessed.is_some_and(|witnessed| witnessed.size >= size)
            })
            .await;
            assert_eq!(superior.store.seen(id, "b.invalid/320500000000001").await.unwrap().size, size, "{round}");
        }
        // The receipt proves it offline, with the node's key and the witness's.
        let keys = node.keyring().keys().under(&ledger::Policy::parse(&policy).unwrap());
        let receipt = node.store.receipt(id, 2, |_, _| true).await.unwrap().unwrap();
        let proved = ledger::verify_receipt(&receipt, &keys).unwrap();
        assert!(proved.signed.quorum && proved.signed.witnesses[0].0.name() == "a.invalid/320500000000001/witness");
        // The witness shows the key that the policy names, and the node what was witnessed.
        let (status, _, key) = ask("GET", format!("{address}/witness/key"), String::new()).await;
        assert!(status == 200 && policy.contains(key.trim()), "{}", node.name);
        let served = node.serve(&policy).await;
        let (_, _, note) = ask("GET", format!("{served}/log/checkpoint/witnessed"), String::new()).await;
        assert!(keys.open(&note).unwrap().quorum, "{}", node.name);
        for (lang, words) in [("en", "Who stands behind the log"), ("zh-CN", "谁在为账本作证")] {
            let (_, _, page) = ask("GET", format!("{served}/verify?lang={lang}"), String::new()).await;
            assert!(page.contains(words) && page.contains("a.invalid/320500000000001/witness"), "{lang}");
        }
        let _ = stop.send(true);
    }
}

/// A log's tiles, read from its store beforehand.
struct Read(std::collections::HashMap<String, Vec<u8>>);

#[derive(Debug)]
struct Lacking;

impl From<ledger::tree::tile::TileError> for Lacking {
    fn from(_: ledger::tree::tile::TileError) -> Lacking {
        Lacking
    }
}

impl Tiles for &Read {
    type Error = Lacking;

    fn read(&self, tile: Tile) -> Result<Vec<u8>, Lacking> {
        self.0.get(&tile.path()).cloned().ok_or(Lacking)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_answers_as_the_standard_says() {
    for (superior, node) in both("a.invalid").await.into_iter().zip(both("b.invalid").await) {
        let (address, _) = pair(&superior, &node).await;
        let address = format!("{address}/witness/add-checkpoint");
        let mut signer = node.signer();
        let first = signer.publish(&node.store, 1).await.unwrap().unwrap();
        node.grow().await;
        let second = signer.publish(&node.store, 2).await.unwrap().unwrap();
        let tile = Tile { level: Some(0), index: 0, width: second.size as u16 };
        let content = node.store.tile(node.id.number(), tile).await.unwrap().unwrap();
        let tiles = Read([(tile.path(), content)].into());
        let nodes = TileNodes { tiles: &tiles, size: second.size };
        let proof = ledger::tree::consistency_proof(&nodes, first.size, second.size).unwrap();
        let of = |old, proof: &[_], note: &str| {
            Request { old, proof: proof.to_vec(), checkpoint: note.to_owned() }.to_string()
        };
        let stranger = ledger::Signer::log("b.invalid/320500000000001", &[9; 32]).unwrap();
        let checkpoint = node.keyring().keys().open(&second.note).unwrap().checkpoint;
        let forged = checkpoint.sign(&[&stranger]).to_string();
        let other =
            ledger::Checkpoint { origin: "c.invalid/1".to_owned(), ..checkpoint }.sign(&[&stranger]).to_string();
        let cases = [
            ("nonsense", "nonsense".to_owned(), 400),
            ("empty", String::new(), 400),
            ("not text", "old 0\n\n\u{0}".to_owned(), 404),
            ("another log", of(0, &[], &other), 404),
            ("another key", of(0, &[], &forged), 403),
            ("not seen yet", of(first.size, &proof, &second.note), 409),
            ("the first", of(0, &[], &first.note), 200),
            ("a wrong proof", of(first.size, &[[0; 32]], &second.note), 422),
            ("the second", of(first.size, &proof, &second.note), 200),
            ("again", of(second.size, &[], &second.note), 200),
            ("an old one", of(first.size, &[], &first.note), 409),
            ("too large", "x".repeat(100_000), 413),
        ];
        for (case, body, status) in cases {
            let (got, kind, text) = ask("POST", address.clone(), body).await;
            assert_eq!(got, status, "{}: {case}: {text}", node.name);
            if status == 409 {
                assert_eq!(kind, "text/x.tlog.size", "{case}");
                assert!(text.trim_end().parse::<u64>().is_ok(), "{case}: {text}");
            }
            if status == 200 {
                assert!(text.starts_with("— a.invalid/320500000000001/witness "), "{case}: {text}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nobody_witnesses_is_recorded_once_and_found() {
    for node in both("b.invalid").await {
        let id = node.id.number();
        node.signer().publish(&node.store, node.directory.clock().now().ms()).await.unwrap();
        // No policy: said at once, and once.
        let mut keeper = node.keeper("quorum none\n");
        for _ in 0..2 {
            keeper.look_after().await.unwrap();
        }
        let acts = node.store.newest_acts(id, "notary.", 0, 10).await.unwrap();
        let [act] = acts.as_slice() else { panic!("{}: {} acts", node.name, acts.len()) };
        let event: NotaryEvent = act.event().unwrap();
        assert!(matches!(event, NotaryEvent::Unwitnessed { why: Why::NoPolicy, size: 0, .. }), "{event:?}");
        let rule = UnwitnessedRule::new(node.directory.clone(), "b.invalid/320500000000001");
        let judged = rule.judge(node.id, act).await.unwrap();
        let [Judged::Raised(finding)] = judged.as_slice() else { panic!("{judged:?}") };
        assert_eq!((finding.subject.kind.as_str(), finding.reasons.len()), ("log", 1));
        // A witness that is away: said after the grace, not before.
        let away = ledger::Signer::witness("w.invalid", &[4; 32]).unwrap().vkey();
        let policy = format!("witness w {away} http://127.0.0.1:9/\nquorum w\n");
        let rows = notary::projector().changes(&node.store, act).unwrap();
        assert_eq!(rows.len(), 1, "replay gives the same row");
        let mut keeper = node.keeper(&policy);
        node.clock.advance_ms(GRACE_MS * 2);
        keeper.look_after().await.unwrap();
        assert_eq!(node.store.newest_acts(id, "notary.", 0, 10).await.unwrap().len(), 1, "said already");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_comes_back_ends_it() {
    for (superior, node) in both("a.invalid").await.into_iter().zip(both("b.invalid").await) {
        let id = node.id.number();
        let (_, policy) = pair(&superior, &node).await;
        let away = policy.replace("/witness\n", "/nowhere\n");
        let kinds = || async {
            let acts = node.store.newest_acts(id, "notary.", 0, 10).await.unwrap();
            acts.into_iter().map(|act| act.act.kind).collect::<Vec<_>>()
        };
        let stop = node.keep(&away);
        until("published", || async { node.store.checkpoint(id).await.unwrap().is_some() }).await;
        assert!(kinds().await.is_empty(), "within the grace nothing is said");
        node.clock.advance_ms(GRACE_MS + 1);
        until("said", || async { kinds().await == ["notary.unwitnessed@1.0"] }).await;
        let _ = stop.send(true);
        let stop = node.keep(&policy);
        until("ended", || async { kinds().await == ["notary.witnessed@1.0", "notary.unwitnessed@1.0"] }).await;
        let _ = stop.send(true);
    }
}
