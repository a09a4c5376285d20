//! Speed on one generated file.

use std::ffi::{OsStr, OsString};
use std::fs::File;
use std::io::{BufReader, BufWriter};
use std::path::Path;
use std::process::Command;

use ocds::read::{Item, Limits, Reader};
use redflags_rules::moment::Moment;
use redflags_rules::{Plan, Screen, Settings};
use serde_json::Value;
use testkit::timing::{median, timed};

use crate::{Outcome, releases, threads};

/// Processes judged by one thread at a time.
const BATCH: usize = 16;

/// The moment of judgement: after every date of the generator.
pub(crate) const AS_OF: Moment = Moment(1_767_225_600);

/// The child that screens a file by all indicators: `all FILE`. Prints the run report.
pub(crate) fn all_indicators(args: &[OsString]) -> Outcome<()> {
    let path = args.first().ok_or("a file is expected")?;
    let mut screen = Screen::new(Plan::new(Settings::cn()?, None, AS_OF)).with_threads(threads());
    let mut items = Reader::new(BufReader::with_capacity(1 << 20, File::open(path)?), Limits::default()).flatten();
    let batches = std::iter::from_fn(|| {
        let batch: Vec<Item> = items.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then_some(batch)
    });
    let mut raised = 0_u64;
    screen.observe_all(batches, |item| item.parse().ok().map(|parsed| parsed.release), &mut |_| raised += 1);
    let finished = screen.finish(&mut |_| raised += 1);
    finished.report.reconcile()?;
    println!("{raised} {}", serde_json::to_string(&finished.report)?);
    Ok(())
}

/// The file and how much is in it.
struct Input {
    bytes: u64,
    processes: u64,
    runs: usize,
}

/// Makes the file and runs all.
pub(crate) fn bench(folder: &Path, mb: u64, seed: u64, runs: usize) -> Outcome<()> {
    let path = folder.join("releases.jsonl");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let processes = releases::write(&mut out, mb * 1_000_000, seed)?;
    drop(out);
    let bytes = path.metadata()?.len();
    println!(
        "{processes} processes, {:.1} MB, seed {seed}, {} threads, median of {runs}",
        bytes as f64 / 1e6,
        threads()
    );
    let input = Input { bytes, processes, runs };
    let settings = folder.join("settings.ini");
    // The main currency is set, for Cardinal's threads each choose one otherwise.
    std::fs::write(&settings, format!("currency = USD\n{}", cardinal::DEFAULT_SETTINGS))?;
    let arguments: [&OsStr; 4] = ["indicators".as_ref(), "-s".as_ref(), settings.as_os_str(), path.as_os_str()];

    let all = || Ok::<_, Box<dyn std::error::Error>>(timed(&mut own("all", &[path.as_os_str()])?)?.0);
    let compat = || timed(&mut own("compat", &arguments)?);
    let peer = std::env::var_os("CARDINAL_BIN");
    match &peer {
        None => println!("$CARDINAL_BIN is not set, so there is no peer"),
        Some(peer) => {
            let parse = |text: &str| serde_json::from_str::<Value>(text);
            if parse(&compat()?.1)? != parse(&timed(Command::new(peer).args(arguments))?.1)? {
                return Err("screen --compat cardinal: results differ from the peer's".into());
            }
            println!("screen --compat cardinal: results equal the peer's");
        }
    }
    let (mut by_all, mut by_compat, mut by_peer) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..input.runs {
        by_all.push(all()?);
        by_compat.push(compat()?.0);
        if let Some(peer) = &peer {
            by_peer.push(timed(Command::new(peer).args(arguments))?.0);
        }
    }
    let (all, compat) = (median(&mut by_all), median(&mut by_compat));
    print(&input, "all indicators", all);
    print(&input, "screen --compat cardinal", compat);
    if peer.is_some() {
        let peer = median(&mut by_peer);
        print(&input, "peer, its eleven", peer);
        println!("all indicators: {:.2} times the peer's throughput (aim: 1)", peer / all);
        println!("screen --compat cardinal: {:.2} times the peer's throughput (aim: 5)", peer / compat);
    }
    Ok(())
}

fn own(mode: &str, args: &[&OsStr]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg(mode).args(args);
    Ok(command)
}

fn print(input: &Input, what: &str, seconds: f64) {
    println!(
        "{what}: {seconds:.3} s, {:.0} MB/s, {:.0} processes/s",
        input.bytes as f64 / 1e6 / seconds,
        input.processes as f64 / seconds,
    );
}
