//! Rules of electronic supervision over acts of cases in the order of the log: how many a second on one core, how that and memory grow
//! with the log, beside reading the same acts alone.
//!
//! `cargo run -p bench-watch --release -- [--acts 300000] [--runs 3]`
//!
//! Cases are opened, accepted, checked and served day by day over years of the working calendar; most in time, some late, some asked for
//! papers twice, some by one hand, so that every rule has something to judge. All rules are on. Acts are made as they are read and not
//! kept. Reading is JSON to the event, less than what a feed costs; judging is reading, and what is known folded, and all rules. Both
//! read the same bytes in turn, CPU time of the one thread counts, the median of runs.

mod office;
mod watched;

use std::process::ExitCode;

use office::Office;
use watched::Watched;

/// What something of the bench came to.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Acts made at once, before the clock runs over them.
const CHUNK: usize = 2_000;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |name: &str, default: usize| {
        let at = arguments.iter().position(|argument| argument == name);
        at.and_then(|at| arguments.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    match bench(number("--acts", 300_000), number("--runs", 3)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-watch: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What so many acts cost.
#[derive(Clone, Copy, Default)]
struct Cost {
    reading: f64,
    judging: f64,
    resident: u64,
    kept: usize,
    raised: u64,
}

fn bench(acts: usize, runs: usize) -> Outcome {
    let (few, many) = (acts / 10, acts);
    let mut costs: Vec<[Cost; 2]> = Vec::new();
    let mut rules = 0;
    for run in 0..runs.max(1) {
        let (cost, of) = once(few, many)?;
        rules = of;
        println!(
            "run {}: {few} acts {:.2} s reading, {:.2} s judging; {many} acts {:.2} s reading, {:.2} s judging",
            run + 1,
            cost[0].reading,
            cost[0].judging,
            cost[1].reading,
            cost[1].judging
        );
        costs.push(cost);
    }
    let median = |of: fn(&[Cost; 2]) -> f64| {
        let mut all: Vec<f64> = costs.iter().map(of).collect();
        all.sort_by(f64::total_cmp);
        all.get(all.len() / 2).copied().unwrap_or(f64::NAN)
    };
    let (reading, judging) = (median(|cost| cost[1].reading), median(|cost| cost[1].judging));
    let (early, late) = (median(|cost| cost[0].judging) / few as f64, judging / many as f64);
    let [at_few, at_many] = costs.first().copied().unwrap_or_default();
    let (acts_a_second, all) = (many as f64 / judging, rules as f64);
    println!(
        "{rules} rules on, {many} acts: {acts_a_second:.0} acts/s, {:.0} rules/s on one core",
        acts_a_second * all
    );
    println!("judging beside reading alone: {:.2} ×", judging / reading);
    println!(
        "an act of the first {few}: {:.2} µs, of all {many}: {:.2} µs: {:.2} × (1 is linear)",
        early * 1e6,
        late * 1e6,
        late / early
    );
    println!(
        "memory: {:.1} MB after {few}, {:.1} MB after {many}; entries of windows {} and {}; findings {} and {}",
        at_few.resident as f64 / 1e6,
        at_many.resident as f64 / 1e6,
        at_few.kept,
        at_many.kept,
        at_few.raised,
        at_many.raised
    );
    Ok(())
}

/// One run: what the first acts cost, and all of them.
fn once(few: usize, many: usize) -> Outcome<([Cost; 2], usize)> {
    let calendar = kernel::calendar::WorkingCalendar::from_packs(&kernel::packs::Packs::embedded())?;
    let mut office = Office::new(many, &calendar);
    let mut watched = Watched::new(&calendar)?;
    let (mut cost, mut at_few) = (Cost::default(), Cost::default());
    let mut seen = 0;
    while seen < many {
        let chunk = office.chunk(CHUNK.min(many - seen))?;
        let before = on_cpu()?;
        for act in &chunk {
            std::hint::black_box(act.read()?);
        }
        let between = on_cpu()?;
        for act in &chunk {
            cost.raised += watched.act(act.read()?);
        }
        cost.reading += between - before;
        cost.judging += on_cpu()? - between;
        seen += chunk.len();
        if seen <= few {
            at_few = Cost { resident: resident()?, kept: watched.kept(), ..cost };
        }
    }
    Ok(([at_few, Cost { resident: resident()?, kept: watched.kept(), ..cost }], watched.rules()))
}

/// Seconds that this thread was on a core.
fn on_cpu() -> Outcome<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat")?;
    let nanoseconds: f64 = text.split_whitespace().next().ok_or("no schedstat")?.parse()?;
    Ok(nanoseconds / 1e9)
}

/// Bytes of this process in memory.
fn resident() -> Outcome<u64> {
    let text = std::fs::read_to_string("/proc/self/statm")?;
    let pages: u64 = text.split_whitespace().nth(1).ok_or("no statm")?.parse()?;
    Ok(pages * 4_096)
}
