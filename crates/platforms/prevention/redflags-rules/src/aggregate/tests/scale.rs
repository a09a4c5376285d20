//! Time of each rule and memory of the rows on many processes. Ignored by default: run with
//! `cargo test --release -p redflags-rules -- --ignored --nocapture scale`; `QINGYUAN_SCALE` sets the number of processes.

use std::time::Instant;

use super::*;
use crate::stats::Random;

#[test]
#[ignore = "takes minutes; a measurement, not a check"]
fn scale() {
    let n: u64 = std::env::var("QINGYUAN_SCALE").ok().and_then(|text| text.parse().ok()).unwrap_or(200_000);
    let mut world = World::new();
    let mut random = Random::seeded(b"scale");
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/statm").unwrap_or_default();
        status.split(' ').nth(1).and_then(|pages| pages.parse::<u64>().ok()).unwrap_or(0) * 4096
    };
    let (before, begun) = (resident(), Instant::now());
    let mut bids_seen = 0;
    for i in 0..n {
        // Small towns with their own firms, as markets are: a firm bids in its town.
        let town = random.below(n / 500 + 1);
        let names: Vec<String> =
            (0..1 + random.below(6)).map(|_| format!("firm-{town}-{}", random.below(40))).collect();
        let mut bids: Vec<Bid<'_>> = Vec::new();
        for name in &names {
            if bids.iter().all(|bid| bid.0 != name) {
                let state = if random.below(10) == 0 { 'd' } else { 'v' };
                bids.push((name, 80_000 + random.below(30_000) as i64, state));
            }
        }
        bids_seen += bids.len() as u64;
        let hours: Vec<f64> = bids.iter().map(|_| random.below(240) as f64 / 10.0).collect();
        let (buyer, region) = (format!("buyer-{}", town * 3 + random.below(3)), format!("region-{town}"));
        let ocid = format!("ocds-abcdef-{i:012}");
        let way = if random.below(5) == 0 { Method::Direct } else { Method::Open };
        world.buy(Buy {
            ocid: Some(&ocid),
            buyer: Some(&buyer),
            region: Some(&region),
            category: Some(["CPV:452", "CPV:301", "CPV:909"][random.below(3) as usize]),
            way: Some(way),
            day: Some(random.below(800) as Day),
            value: Some(60_000 + random.below(60_000) as i64),
            bids: &bids,
            hours: &hours,
            winner: bids.iter().position(|bid| bid.2 == 'v'),
            classes: &["CPV:45"],
            ..BUY
        });
    }
    let held = resident().saturating_sub(before);
    println!(
        "{n} processes, {bids_seen} bids: {:.1} s, {} MB, {} bytes per lot or bid",
        begun.elapsed().as_secs_f64(),
        held >> 20,
        held / (n + bids_seen)
    );
    let registers = Registers::default();
    let cx = Context {
        settings: &world.settings,
        reference: None,
        coverage: None,
        registers: &registers,
        as_of: Moment(i64::from(world.as_of) * DAY),
    };
    let all = Instant::now();
    let (mut subjects, mut raised) = (0u64, 0u64);
    world.all.judge(&cx, &mut |judged| {
        subjects += 1;
        raised += u64::from(judged.outcome.is_raised());
    });
    println!("all rules: {:.1} s, {subjects} subjects, {raised} raised", all.elapsed().as_secs_f64());
    println!("peak above the rows: {} MB", resident().saturating_sub(before + held) >> 20);
    for (code, _) in &crate::aggregate::RULES {
        let one = Instant::now();
        let (mut subjects, mut raised) = (0u64, 0u64);
        world.all.run(&cx, &|indicator| indicator.code == *code, &mut |judged| {
            subjects += 1;
            raised += u64::from(judged.outcome.is_raised());
        });
        println!("{code}: {:.2} s, {subjects} subjects, {raised} raised", one.elapsed().as_secs_f64());
    }
}
