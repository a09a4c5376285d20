//! Durable acts a second, and what hashing one costs.

use ledger::commit::{Route, Seeds, prepare};
use ledger::{Act, Body, Day, Level, Value};

use crate::raw::Raw;
use bench_ledger::Outcome;
use bench_ledger::platform::{both, record};

/// Runs of each measurement; the middle one counts.
const RUNS: usize = 3;

/// Acts a second with 1, 8 and 64 writers, beside the raw rates.
pub(crate) async fn bench() -> Outcome<()> {
    for fixture in both().await {
        let (mut ones, mut eights, mut sixties, mut singles, mut batches) =
            (Vec::new(), Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for run in 0..RUNS {
            // In turn, so that what else the machine does falls on all alike.
            let mut raw = Raw::beside(&fixture, run).await?;
            singles.push(raw.single(1_500).await?);
            ones.push(1_500.0 / record(&fixture.store, 1, 1_500).await?);
            eights.push(8_000.0 / record(&fixture.store, 8, 8_000).await?);
            batches.push(raw.by_500(20_000).await?);
            sixties.push(32_000.0 / record(&fixture.store, 64, 32_000).await?);
        }
        let middle = |rates: &mut Vec<f64>| testkit::timing::median(rates);
        let (single, batch) = (middle(&mut singles), middle(&mut batches));
        println!(
            "{}: raw, a row a commit: {single:.0}/s; raw, row by row in transactions of 500: {batch:.0}/s",
            fixture.name
        );
        for (writers, rates, raw, least) in
            [(1, &mut ones, single, Some(0.5)), (8, &mut eights, single, None), (64, &mut sixties, batch, Some(2.0))]
        {
            let rate = middle(rates);
            let asked = least.map_or_else(String::new, |least| format!(" (asked: {least})"));
            println!(
                "{}: {writers:>2} writers: {rate:.0} durable acts/s, {:.2} of raw{asked}",
                fixture.name,
                rate / raw
            );
        }
    }
    Ok(())
}

/// What commitment costs before the lock and within it, per act of 20 fields.
pub(crate) fn hashing() -> Outcome<()> {
    let words = "核查采购过程中的报价与评审记录，要求说明理由并附证明材料。";
    let fields = (0..20).map(|at| {
        let value = if at < 5 { Value::text(words) } else { Value::text(format!("value {at}")) };
        (format!("field{at:02}"), value)
    });
    let body = Body::new(Value::map(fields))?;
    let act = Act {
        id: 1,
        node: 1,
        at_ms: 1_795_000_000_000,
        day: Day::from_ymd(2026, 11, 24).ok_or("no day")?,
        class: ledger::Class::of(Level::Internal),
        kind: "bench.opened@1.0".to_owned(),
        matter: 2,
        version: 1,
        also: Vec::new(),
        actor: ledger::Actor::Officer { pseudonym: "officer-1".to_owned() },
        post: Some("post".to_owned()),
        organ: Some("organ".to_owned()),
        on_behalf_of: None,
        basis: Vec::new(),
        rule_versions: Vec::new(),
        causes: Vec::new(),
        command: None,
        body,
        streams: vec![7],
    };
    const ROUNDS: u32 = 20_000;
    let begun = std::time::Instant::now();
    let mut prepared = Vec::with_capacity(ROUNDS as usize);
    for round in 0..ROUNDS {
        let seed = [(round % 251) as u8; 32];
        prepared.push(prepare(&act, &Seeds { header: seed, body: seed })?);
    }
    let before = begun.elapsed().as_secs_f64() / f64::from(ROUNDS) * 1e6;
    let begun = std::time::Instant::now();
    let mut frontier = ledger::Frontier::default();
    for (idx, one) in (0_u64..).zip(&prepared) {
        let routed = one.route(&[Route { stream: 7, seq: idx }])?;
        frontier.append(ledger::tree::leaf_hash(&routed.committed.leaf_data(1, idx)));
    }
    let within = begun.elapsed().as_secs_f64() / f64::from(ROUNDS) * 1e6;
    println!(
        "hashing an act of 20 fields: {before:.1} µs before the lock (asked: 18), {within:.1} µs within it (asked: 2)"
    );
    Ok(())
}
