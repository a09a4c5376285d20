//! Writes the demonstration's processes as JSON Lines to standard output, and what is planted in them to a file.
//!
//! `cargo run -p testkit --example demo_corpus -- [PROCESSES] [SEED] [LABELS.jsonl] > corpus.jsonl`
//!
//! One line of labels for each process behind which something lies: `{"ocid":…,"planted":[{"behaviour":…,"limit":…,
//! "strength":…}]}`. Counts for each behaviour go to standard error.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

use testkit::demo::{Plan, jurisdiction, releases};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let mut plan = Plan::DEMO;
    if let Some(processes) = arguments.next() {
        plan.processes = processes.parse()?;
    }
    if let Some(seed) = arguments.next() {
        plan.seed = seed.parse()?;
    }
    let mut labels = arguments.next().map(File::create).transpose()?.map(BufWriter::new);
    let mut corpus = BufWriter::new(std::io::stdout().lock());
    let mut counts: BTreeMap<String, u32> = BTreeMap::new();
    let (start, mut bytes) = (Instant::now(), 0);
    for release in releases(&plan, &jurisdiction(&plan)) {
        bytes += release.json.len() + 1;
        writeln!(corpus, "{}", release.json)?;
        for planted in &release.planted {
            let limit = planted.behaviour.limit().map_or(String::new(), |limit| format!(" {}", limit.code()));
            *counts.entry(format!("{}{limit}", planted.behaviour.code())).or_default() += 1;
        }
        if let Some(labels) = labels.as_mut().filter(|_| !release.planted.is_empty()) {
            let planted: Vec<serde_json::Value> = release
                .planted
                .iter()
                .map(|planted| {
                    serde_json::json!({
                        "behaviour": planted.behaviour.code(),
                        "limit": planted.behaviour.limit().map(|limit| limit.code()),
                        "strength": planted.strength,
                    })
                })
                .collect();
            writeln!(labels, "{}", serde_json::json!({ "ocid": release.ocid, "planted": planted }))?;
        }
    }
    corpus.flush()?;
    if let Some(mut labels) = labels {
        labels.flush()?;
    }
    for (behaviour, count) in counts {
        eprintln!("{count:6} {behaviour}");
    }
    eprintln!("{} processes, {bytes} bytes, {} ms", plan.processes, start.elapsed().as_millis());
    Ok(())
}
