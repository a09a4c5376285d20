//! Speed of `cardinal indicators` and `cardinal coverage` beside Cardinal itself, on the same generated file.
//!
//! `cargo run -p bench-cardinal --release -- [--mb 200] [--seed 1] [--runs 5]`
//!
//! - `$CARDINAL_BIN`: Cardinal's binary, for `indicators`. `$PYTHONPATH` (or the system) with the wheel `ocdscardinal`
//!   that `python3` can import, for `coverage`. A peer that is not there is said in one line.
//! - Outputs are compared first; a difference fails. Then both run in turn, each as a process of its own; medians count.

#[path = "../../../crates/standards/cardinal/examples/generate/releases.rs"]
mod releases;

use std::error::Error;
use std::ffi::OsString;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};

use serde_json::Value;
use testkit::timing::{median, timed};

type Outcome<T> = Result<T, Box<dyn Error>>;

/// Prints the seconds that `coverage` took, without Python's start, and the result.
const WHEEL: &str = "import json, ocdscardinal, sys, time
start = time.perf_counter()
paths = ocdscardinal.coverage(sys.argv[1])
seconds = time.perf_counter() - start
print(json.dumps({'seconds': seconds, 'paths': paths}))";

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    if args.next().is_some_and(|first| first == "ours") {
        let args: Vec<OsString> = args.collect();
        let code = cardinal::run(&args, &mut std::io::stdin(), &mut std::io::stdout(), &mut std::io::stderr());
        return ExitCode::from(u8::try_from(code).unwrap_or(1));
    }
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-cardinal: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The file and how much is in it.
struct Input {
    path: PathBuf,
    bytes: u64,
    processes: u64,
    runs: usize,
}

fn bench() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    let option = |name: &str, default: u64| {
        let at = args.iter().position(|arg| arg == name);
        at.and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let (mb, seed, runs) = (option("--mb", 200), option("--seed", 1), option("--runs", 5).max(1));
    let folder = std::env::temp_dir().join(format!("bench-cardinal-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let result = in_folder(&folder, mb, seed, runs as usize);
    std::fs::remove_dir_all(&folder)?;
    result
}

fn in_folder(folder: &Path, mb: u64, seed: u64, runs: usize) -> Outcome<()> {
    let path = folder.join("releases.jsonl");
    let mut out = BufWriter::with_capacity(1 << 20, File::create(&path)?);
    let processes = releases::write(&mut out, mb * 1_000_000, seed)?;
    let bytes = path.metadata()?.len();
    println!("{processes} processes, {:.1} MB, seed {seed}, median of {runs}", bytes as f64 / 1e6);
    let input = Input { path, bytes, processes, runs };

    let settings = folder.join("settings.ini");
    // The main currency is set, for Cardinal's threads each choose one otherwise.
    std::fs::write(&settings, format!("currency = USD\n{}", cardinal::DEFAULT_SETTINGS))?;
    indicators(&input, &settings)?;
    coverage(&input)
}

fn ours(args: &[&std::ffi::OsStr]) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("ours").args(args);
    Ok(command)
}

fn indicators(input: &Input, settings: &Path) -> Outcome<()> {
    let args = ["indicators".as_ref(), "-s".as_ref(), settings.as_os_str(), input.path.as_os_str()];
    let our = || timed(&mut ours(&args)?);
    let Some(peer) = std::env::var_os("CARDINAL_BIN") else {
        println!("indicators: $CARDINAL_BIN is not set, so there is no peer");
        return compare(input, "indicators", || Ok(our()?.0), None::<fn() -> Outcome<f64>>);
    };
    let theirs = || timed(Command::new(&peer).args(args));
    let parse = |text: &str| serde_json::from_str::<Value>(text);
    if parse(&our()?.1)? != parse(&theirs()?.1)? {
        return Err("indicators: results differ from the peer's".into());
    }
    println!("indicators: results equal the peer's");
    compare(input, "indicators", || Ok(our()?.0), Some(|| Ok(theirs()?.0)))
}

fn coverage(input: &Input) -> Outcome<()> {
    let args = ["coverage".as_ref(), input.path.as_os_str()];
    let our = || timed(&mut ours(&args)?);
    let theirs = || -> Outcome<(f64, Value)> {
        let (_, printed) = timed(Command::new("python3").args(["-c", WHEEL]).arg(&input.path))?;
        let mut printed: Value = serde_json::from_str(&printed)?;
        let seconds = printed["seconds"].as_f64().ok_or("the wheel gave no time")?;
        Ok((seconds, printed["paths"].take()))
    };
    let importable = Command::new("python3").args(["-c", "import ocdscardinal"]).stderr(Stdio::null()).status();
    if !importable.is_ok_and(|status| status.success()) {
        println!("coverage: python3 cannot import ocdscardinal, so there is no peer");
        return compare(input, "coverage", || Ok(our()?.0), None::<fn() -> Outcome<f64>>);
    }
    if serde_json::from_str::<Value>(&our()?.1)? != theirs()?.1 {
        return Err("coverage: results differ from the peer's".into());
    }
    println!("coverage: results equal the peer's");
    compare(input, "coverage", || Ok(our()?.0), Some(|| Ok(theirs()?.0)))
}

/// Runs both in turn and prints the medians.
fn compare(
    input: &Input,
    what: &str,
    our: impl Fn() -> Outcome<f64>,
    theirs: Option<impl Fn() -> Outcome<f64>>,
) -> Outcome<()> {
    let (mut our_seconds, mut their_seconds) = (Vec::new(), Vec::new());
    for _ in 0..input.runs {
        our_seconds.push(our()?);
        if let Some(theirs) = &theirs {
            their_seconds.push(theirs()?);
        }
    }
    let our = median(&mut our_seconds);
    print(input, what, "ours", our);
    if theirs.is_some() {
        let theirs = median(&mut their_seconds);
        print(input, what, "peer", theirs);
        println!("{what}: {:.1} times the peer's throughput", theirs / our);
    }
    Ok(())
}

fn print(input: &Input, what: &str, who: &str, seconds: f64) {
    println!(
        "{what}: {who} {seconds:.3} s, {:.0} MB/s, {:.0} processes/s",
        input.bytes as f64 / 1e6 / seconds,
        input.processes as f64 / seconds,
    );
}
