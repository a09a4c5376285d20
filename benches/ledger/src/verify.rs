//! How fast a log is verified, beside how fast the same store reads the same rows.

use store::Signer;

use bench_ledger::Outcome;
use bench_ledger::platform::{NODE, both, record};

/// Acts that are verified.
const ACTS: u64 = 100_000;
/// Rows read at once, as verification does.
const WINDOW: i64 = 4_096;

pub(crate) async fn bench() -> Outcome<()> {
    for fixture in both().await {
        record(&fixture.store, 64, ACTS).await?;
        let mut signer = Signer::found(&fixture.place.folder().join("keys"), "bench.invalid", NODE)?;
        signer.publish(&fixture.store, 1).await?;
        let (mut reads, mut verifications) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let begun = std::time::Instant::now();
            let mut from = 0;
            loop {
                let rows = fixture
                    .store
                    .read(
                        "select act.idx, act.header, act.body, act.routes, seed.seed_h, seed.seed_b, leaf.data \
                         from act left join seed on seed.node = act.node and seed.idx = act.idx \
                         left join leaf on leaf.node = act.node and leaf.idx = act.idx \
                         where act.node = $1 and act.idx >= $2 order by act.idx limit $3",
                        &[NODE.into(), from.into(), WINDOW.into()],
                    )
                    .await?;
                let Some(last) = rows.last() else { break };
                from = last.int(0)? + 1;
            }
            reads.push(ACTS as f64 / begun.elapsed().as_secs_f64());
            let begun = std::time::Instant::now();
            fixture.store.verify(NODE, &signer.keys(), |_| {}).await?.map_err(|finding| finding.to_string())?;
            verifications.push(ACTS as f64 / begun.elapsed().as_secs_f64());
        }
        let (read, verified) = (testkit::timing::median(&mut reads), testkit::timing::median(&mut verifications));
        println!(
            "{}: verified {verified:.0} acts/s, rows read {read:.0}/s: {:.2} of raw (asked: 0.5)",
            fixture.name,
            verified / read
        );
    }
    Ok(())
}
