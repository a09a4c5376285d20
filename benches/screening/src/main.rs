//! Screening by all indicators: how fast, beside Cardinal's eleven, and how much memory it grows by.
//!
//! `cargo run -p bench-screening --release -- [--mb 200] [--seed 1] [--runs 5] [--processes 1000000] [--only speed|memory]`
//!
//! - `$CARDINAL_BIN`: Cardinal's binary. Where it is not set the bench says so. Its output is compared with that of `screen --compat cardinal` first;
//!   a difference fails. Then all run in turn, each as a process of its own; medians count.
//! - Memory: each measure is the greatest resident size of a process of its own, whose input is made as it is read.

mod memory;
#[path = "../../../crates/standards/cardinal/examples/generate/releases.rs"]
mod releases;
mod speed;

use std::error::Error;
use std::ffi::OsString;
use std::process::ExitCode;

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    let result = match args.next().and_then(|word| word.into_string().ok()).as_deref() {
        Some("all") => speed::all_indicators(&args.collect::<Vec<_>>()),
        Some("compat") => {
            let args: Vec<OsString> = args.collect();
            let code = cardinal::run(&args, &mut std::io::stdin(), &mut std::io::stdout(), &mut std::io::stderr());
            return ExitCode::from(u8::try_from(code).unwrap_or(1));
        }
        Some("grow") => memory::grow(&args.collect::<Vec<_>>()),
        _ => bench(),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-screening: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Outcome<()> {
    let args: Vec<String> = std::env::args().collect();
    let after = |name: &str| args.iter().position(|arg| arg == name).and_then(|at| args.get(at + 1));
    let option = |name: &str, default: u64| after(name).and_then(|word| word.parse().ok()).unwrap_or(default);
    let only = after("--only").map_or("", String::as_str);
    if only != "memory" {
        let runs = usize::try_from(option("--runs", 5).max(1))?;
        let folder = std::env::temp_dir().join(format!("bench-screening-{}", std::process::id()));
        std::fs::create_dir_all(&folder)?;
        let result = speed::bench(&folder, option("--mb", 200), option("--seed", 1), runs);
        std::fs::remove_dir_all(&folder)?;
        result?;
    }
    if only != "speed" {
        memory::bench(option("--processes", 1_000_000).max(1_000))?;
    }
    Ok(())
}

/// Threads that this machine runs at once.
fn threads() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
