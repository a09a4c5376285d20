//! Screens a file against itself and prints counts, time and rate: `cargo run --release --example screen_file FILE [--threads N]`.

use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use ocds::read::{Item, Limits, Reader};
use redflags_rules::moment::Moment;
use redflags_rules::{Plan, Screen, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let args: Vec<String> = std::env::args().collect();
    let path = args.get(1).ok_or("a file is expected")?;
    let option = args.iter().position(|word| word == "--threads").and_then(|at| args.get(at + 1));
    let threads = option.map_or(Ok(1), |number| number.parse())?;
    let size = std::fs::metadata(path)?.len() as f64 / 1e6;
    let begun = Instant::now();
    let plan = Plan::new(Settings::cn()?, None, Moment::at(jiff::Timestamp::now()));
    let mut screen = Screen::new(plan).with_threads(threads);
    let mut raised = 0_u64;
    let mut items = Reader::new(BufReader::with_capacity(1 << 20, File::open(path)?), Limits::default()).flatten();
    let batches = std::iter::from_fn(|| {
        let batch: Vec<Item> = items.by_ref().take(16).collect();
        (!batch.is_empty()).then_some(batch)
    });
    screen.observe_all(batches, |item| item.parse().ok().map(|parsed| parsed.release), &mut |_| raised += 1);
    let read = begun.elapsed();
    let processes = screen.processes();
    let finished = screen.finish(&mut |_| raised += 1);
    finished.report.reconcile()?;
    let all = begun.elapsed();
    println!(
        "{processes} processes, {raised} raised; observed in {read:.2?}, finished after {all:.2?}: {:.0} MB/s",
        size / all.as_secs_f64()
    );
    if args.iter().any(|word| word == "--rows") {
        for row in &finished.report.indicators {
            println!(
                "{:6} {:8} = {:7} + {:7} + {:7} + {:7}  {:?} {:?}",
                row.code,
                row.subjects,
                row.raised,
                row.not_raised,
                row.insufficient_data,
                row.not_applicable,
                row.missing.first(),
                row.reasons.first()
            );
        }
    }
    Ok(())
}
