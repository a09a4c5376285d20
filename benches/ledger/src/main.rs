//! The ledger under load, each figure beside the raw rate of the same store in the same run.
//!
//! `cargo run --release -p bench-ledger -- [hash] [acts] [checkpoint] [verify] [memory]`; without a word all five.
//!
//! - `BENCH_ACTS`: how many acts the memory is watched over, by default 2,000,000.

mod acts;
mod checkpoint;
mod memory;
mod raw;
mod verify;

use std::process::ExitCode;

use bench_ledger::Outcome;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| words.is_empty() || words.iter().any(|it| it == word);
    let run = || -> Outcome<()> {
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        if asked("hash") {
            acts::hashing()?;
        }
        if asked("acts") {
            runtime.block_on(acts::bench())?;
        }
        if asked("checkpoint") {
            runtime.block_on(checkpoint::bench())?;
        }
        if asked("verify") {
            runtime.block_on(verify::bench())?;
        }
        if asked("memory") {
            runtime.block_on(memory::bench())?;
        }
        Ok(())
    };
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-ledger: {error}");
            ExitCode::FAILURE
        }
    }
}
