//! From commit to signed checkpoint at 5,000 acts a second.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use store::Signer;

use bench_ledger::Outcome;
use bench_ledger::platform::{NODE, both, opened, percentile};

/// Acts a second that are offered.
const RATE: u64 = 5_000;
/// For how long.
const SECONDS: u64 = 15;
/// Writers; each sends at its own times and waits for nobody else.
const WRITERS: u64 = 200;
/// How often a checkpoint is signed at most.
const EVERY: Duration = Duration::from_millis(200);

pub(crate) async fn bench() -> Outcome<()> {
    for fixture in both().await {
        let mut signer = Signer::found(&fixture.place.folder().join("keys"), "bench.invalid", NODE)?;
        let committed: Arc<Mutex<VecDeque<(u64, Instant)>>> = Arc::default();
        let begun = Instant::now();
        let mut writers = Vec::new();
        for writer in 0..WRITERS {
            let (store, committed) = (fixture.store.clone(), Arc::clone(&committed));
            writers.push(tokio::spawn(async move {
                let acts = RATE * SECONDS / WRITERS;
                for act in 0..acts {
                    let at = (act * WRITERS + writer) as f64 / RATE as f64;
                    tokio::time::sleep_until((begun + Duration::from_secs_f64(at)).into()).await;
                    let (draft, changes) = opened();
                    let receipt = store.record(draft, changes).await?;
                    committed
                        .lock()
                        .unwrap_or_else(std::sync::PoisonError::into_inner)
                        .push_back((receipt.idx, Instant::now()));
                }
                Ok::<(), store::RecordError>(())
            }));
        }
        let mut waits = Vec::with_capacity((RATE * SECONDS) as usize);
        while (waits.len() as u64) < RATE * SECONDS {
            if let Some(published) = signer.publish(&fixture.store, 1).await? {
                let now = Instant::now();
                let mut held = committed.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
                held.retain(|(idx, at)| {
                    let covered = *idx < published.size;
                    if covered {
                        waits.push(now - *at);
                    }
                    !covered
                });
            }
            tokio::time::sleep(EVERY).await;
        }
        for writer in writers {
            writer.await??;
        }
        let offered = waits.len() as f64 / begun.elapsed().as_secs_f64();
        println!(
            "{}: {offered:.0} acts/s of {RATE} offered: from commit to signed checkpoint p50 {:.0} ms, p99 {:.0} ms (asked: 1,000)",
            fixture.name,
            percentile(&mut waits.clone(), 50),
            percentile(&mut waits, 99)
        );
    }
    Ok(())
}
