//! Speed of decisions beside a runner from npm, of the process engine's steps by themselves, and of durable matters beside
//! SpiffWorkflow.
//!
//! `cargo run -p bench-flow --release -- [--only decisions|steps|matters] [--seconds 3] [--runs 3]`
//!
//! - `decisions`: one unique-hit table of 20 rules, parsed beforehand, on one core; dmn-eval-js on the same table and the same
//!   cases. Outputs are compared first, a difference fails; then both run in turn, medians count.
//! - `steps`: a process of ten steps with three tasks of people, a decision and a timer, from start to end in memory: what the
//!   engine costs before anything is recorded.
//! - `matters`: the same process durable, from start to end, with 64 clients on each store, beside SpiffWorkflow that writes
//!   its JSON to SQLite, and beside plain acts of 64 writers.

mod decisions;
mod matters;
mod model;
mod spiff;
mod steps;

use std::process::ExitCode;

/// What something of the bench came to.
type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// A part of the bench.
type Part = fn(&Asked) -> Outcome;

/// What was asked for.
struct Asked {
    seconds: f64,
    runs: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    let option = |name: &str| {
        let at = arguments.iter().position(|argument| argument == name)?;
        arguments.get(at + 1).cloned()
    };
    let number = |name: &str, default: f64| option(name).and_then(|text| text.parse().ok()).unwrap_or(default);
    let asked = Asked { seconds: number("--seconds", 3.0), runs: number("--runs", 3.0) as usize };
    let only = option("--only");
    let parts: [(&str, Part); 3] =
        [("decisions", decisions::bench), ("steps", steps::bench), ("matters", matters::bench)];
    for (name, bench) in parts {
        if only.as_ref().is_none_or(|only| only == name)
            && let Err(error) = bench(&asked)
        {
            eprintln!("bench-flow {name}: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}
