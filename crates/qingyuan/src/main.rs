//! `qingyuan`: one binary that runs a node, and every command around it.

mod cli;
mod commands;
mod config;
mod demo;
mod logs;
mod node;
mod say;
mod server;
#[cfg(test)]
mod tests;
mod wires;

use std::process::ExitCode;

fn main() -> ExitCode {
    // A reader that goes away (`| head`) ends the command quietly instead of by a panic.
    let outcome = std::panic::catch_unwind(cli::run);
    match outcome {
        Ok(code) => code,
        Err(_) => {
            eprintln!("{}", say::BROKEN);
            ExitCode::from(1)
        }
    }
}
