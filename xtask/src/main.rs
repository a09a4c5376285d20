//! The developer commands that make calls: `test`, `bench`, `shots`, `package`, `tidy`. Each step says what it does and how long it
//! took; the first that fails ends the run with its own exit code.

use std::process::{Command, ExitCode};
use std::time::Instant;

use scratch_postgres::{Server, VARIABLE};
use xtask::package::Packing;
use xtask::{root, tidy};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let outcome = match arguments.next().as_deref() {
        Some("test") => test(),
        Some("tidy") => tidy::report(&root()),
        Some("bench") => bench(&arguments.collect::<Vec<_>>()),
        Some("shots") => shots(),
        Some("package") => package(arguments.next()),
        _ => Err("usage: xtask test | tidy | bench [NAME…] | shots | package [BINARY]".to_owned()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}

/// Formatting, house rules, lints, all Rust tests on both stores, then the browser.
fn test() -> Result<(), String> {
    step("formatting", cargo(&["fmt", "--all", "--check"]))?;
    tidy::report(&root())?;
    let server = Server::start()?;
    let nextest = Command::new("cargo").args(["nextest", "--version"]).output().is_ok_and(|it| it.status.success());
    step("styles and scripts", npm("web", "test"))?;
    // Clippy compiles what is tested: a pass of its own would read all dependencies again, and take minutes.
    let (lint, all) = (root().join("xtask/lint"), ["--workspace", "--locked"]);
    let mut build = cargo(&["test", "--no-run", "--quiet"]);
    step("lints", build.args(all).env("RUSTC_WORKSPACE_WRAPPER", &lint))?;
    let mut tests = cargo(if nextest { &["nextest", "run", "--status-level", "fail"] } else { &["test"] });
    tests.args(all).arg("--no-fail-fast").env("RUSTC_WORKSPACE_WRAPPER", &lint);
    step("unit, property and integration tests", set(&mut tests, server.url()))?;
    // The tests of the command line have built the binary; building it by itself would take its dependencies' other
    // features, and minutes.
    let mut browser = e2e("test");
    step("browser tests", set(&mut browser, server.url()))?;
    Ok(())
}

/// All benchmarks, or those named.
fn bench(names: &[String]) -> Result<(), String> {
    let server = Server::start()?;
    let mut found: Vec<String> = std::fs::read_dir(root().join("benches"))
        .map_err(|error| format!("benches: {error}"))?
        .flatten()
        .filter(|entry| entry.path().join("Cargo.toml").exists())
        .filter_map(|entry| entry.file_name().into_string().ok())
        .collect();
    found.sort();
    // Some benches drive the program as its users do.
    step("the binary", cargo(&["build", "--release", "--locked", "--quiet", "-p", "qingyuan"]))?;
    for name in found.iter().filter(|name| names.is_empty() || names.contains(name)) {
        let mut run = cargo(&["run", "--release", "--locked", "--quiet", "-p", &format!("bench-{name}")]);
        step(name, set(&mut run, server.url()))?;
    }
    Ok(())
}

/// The Debian package of this machine's kind, of a binary that has been built or of one that is built now.
fn package(binary: Option<String>) -> Result<(), String> {
    let binary = match binary {
        Some(binary) => std::path::PathBuf::from(binary),
        None => {
            step("the binary", cargo(&["build", "--release", "--locked", "--quiet", "-p", "qingyuan"]))?;
            root().join("target/release/qingyuan")
        }
    };
    let made = xtask::package::package(&root(), &binary, &root().join("target"), Packing::Xz)?;
    println!("{}", made.display());
    Ok(())
}

fn shots() -> Result<(), String> {
    step("screenshots", &mut e2e("shots"))
}

fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO"));
    command.args(arguments).current_dir(root());
    command
}

fn e2e(script: &str) -> Command {
    npm("e2e", script)
}

fn npm(folder: &str, script: &str) -> Command {
    let mut command = Command::new("npm");
    command.args(["run", "--silent", script]).current_dir(root().join(folder));
    command
}

fn set<'a>(command: &'a mut Command, url: &str) -> &'a mut Command {
    command.env(VARIABLE, url)
}

fn step(name: &str, mut command: impl std::borrow::BorrowMut<Command>) -> Result<(), String> {
    let begun = Instant::now();
    eprintln!("── {name}");
    let status = command.borrow_mut().status().map_err(|error| format!("{name}: {error}"))?;
    if !status.success() {
        return Err(format!("{name} failed"));
    }
    eprintln!("   {name}: {:.1} s", begun.elapsed().as_secs_f64());
    Ok(())
}
