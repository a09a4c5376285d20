//! Whether the memory of the recording process stays flat.

use store::Signer;

use bench_ledger::Outcome;
use bench_ledger::platform::{NODE, both, record};

/// Parts between which memory is looked at.
const PARTS: u64 = 8;

pub(crate) async fn bench() -> Outcome<()> {
    let acts: u64 = std::env::var("BENCH_ACTS").ok().and_then(|acts| acts.parse().ok()).unwrap_or(2_000_000);
    let fixture = both().await.remove(0);
    let mut signer = Signer::found(&fixture.place.folder().join("keys"), "bench.invalid", NODE)?;
    let mut seen = Vec::new();
    for _ in 0..PARTS {
        record(&fixture.store, 64, acts / PARTS).await?;
        signer.publish(&fixture.store, 1).await?;
        seen.push(resident()?);
    }
    let shown: Vec<String> = seen.iter().map(ToString::to_string).collect();
    println!("{}: memory after each eighth of {acts} acts, MB: {}", fixture.name, shown.join(" "));
    Ok(())
}

/// Memory of this process's own, mapped files aside, in MB.
fn resident() -> Outcome<u64> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find(|line| line.starts_with("RssAnon:")).ok_or("no RssAnon")?;
    let kilobytes: u64 = line.split_whitespace().nth(1).ok_or("no figure")?.parse()?;
    Ok(kilobytes / 1024)
}
