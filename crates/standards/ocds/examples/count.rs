//! Reads files as an import would and prints what they yield, the speed and the peak of memory:
//! `cargo run --release -p ocds --example count -- [--merge] FILE…`

use std::collections::BTreeMap;
use std::fs::File;
use std::io::BufReader;
use std::time::Instant;

use ocds::merge::{Merger, Rules};
use ocds::read::{Limits, Reader};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut releases, mut bytes) = (0_u64, 0_u64);
    let mut faults: BTreeMap<&str, u64> = BTreeMap::new();
    let merges = std::env::args().any(|argument| argument == "--merge");
    let mut merger = Merger::new(Rules::ocds(), 64 << 20, std::env::temp_dir());
    let started = Instant::now();
    for path in std::env::args().skip(1).filter(|argument| argument != "--merge") {
        let mut reader = Reader::new(BufReader::with_capacity(1 << 16, File::open(path)?), Limits::default());
        for output in reader.by_ref() {
            let item = match output {
                Ok(item) => item,
                Err(fault) => {
                    *faults.entry(fault.code.as_str()).or_default() += 1;
                    continue;
                }
            };
            bytes += item.raw.len() as u64;
            match item.parse() {
                Ok(mut parsed) => {
                    parsed.faults.extend(ocds::set_aside(&mut parsed.release, jiff::civil::date(2026, 1, 1)));
                    releases += 1;
                    for fault in parsed.faults {
                        *faults.entry(fault.code.as_str()).or_default() += 1;
                    }
                }
                Err(fault) => *faults.entry(fault.code.as_str()).or_default() += 1,
            }
            if merges {
                merger.add(item.raw, releases)?;
            }
        }
    }
    let mut processes = 0;
    merger.finish(|_| processes += 1)?;
    let seconds = started.elapsed().as_secs_f64();
    println!("{releases} releases, faults {faults:?}");
    if merges {
        println!("{processes} processes");
    }
    println!("{:.0} MB/s", bytes as f64 / 1e6 / seconds);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    println!("{}", status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or("peak memory unknown"));
    Ok(())
}
