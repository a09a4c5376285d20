//! Screens a file against itself and prints counts, time and rate: `cargo run --release --example screen_file FILE`.

use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use ocds::read::{Limits, Reader};
use redflags_rules::moment::Moment;
use redflags_rules::{Plan, Screen, Settings};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).ok_or("a file is expected")?;
    let size = std::fs::metadata(&path)?.len() as f64 / 1e6;
    let only_parse = std::env::args().any(|word| word == "--parse");
    let begun = Instant::now();
    let mut screen = Screen::new(Plan::new(Settings::cn()?, None, Moment::at(jiff::Timestamp::now())));
    let (mut raised, mut parsed_count) = (0_u64, 0_u64);
    for item in Reader::new(BufReader::with_capacity(1 << 20, File::open(&path)?), Limits::default()) {
        let item = item?;
        if let Ok(parsed) = item.parse() {
            parsed_count += 1;
            if !only_parse {
                screen.observe(&parsed.release, &mut |_| raised += 1);
            }
        }
    }
    let read = begun.elapsed();
    let finished = screen.finish(&mut |_| raised += 1);
    finished.report.reconcile()?;
    let all = begun.elapsed();
    println!(
        "{parsed_count} releases, {raised} raised; observed in {read:.2?}, finished after {all:.2?}: {:.0} MB/s",
        size / all.as_secs_f64()
    );
    if std::env::args().any(|word| word == "--rows") {
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
