//! SpiffWorkflow beside us: in an environment of its own under `target`, made once.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use crate::Outcome;
use crate::model::{PEERS, decision, elements, process};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("spiff")
}

/// The interpreter that has it; nothing where it is not there and cannot be got.
pub(crate) fn interpreter() -> Outcome<Option<PathBuf>> {
    let target = std::env::var_os("CARGO_TARGET_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"), PathBuf::from);
    let home = target.join("spiffworkflow");
    let python = home.join("bin/python");
    let has = |python: &Path| {
        let asked = Command::new(python).args(["-c", "import SpiffWorkflow"]).stderr(Stdio::null()).status();
        asked.is_ok_and(|status| status.success())
    };
    if has(&python) {
        return Ok(Some(python));
    }
    let made = Command::new("python3").args(["-m", "venv"]).arg(&home).status();
    if !made.is_ok_and(|status| status.success()) {
        return Ok(None);
    }
    let wanted = folder().join("requirements.txt");
    let installed = Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(wanted)
        .status();
    Ok((installed.is_ok_and(|status| status.success()) && has(&python)).then_some(python))
}

/// Where it commits.
#[derive(Clone, Copy)]
pub(crate) enum Commits {
    /// After every element, as is asked.
    Element,
    /// Only where a matter comes to rest.
    Rest,
}

/// What it came to: matters a second, and commits of a matter.
pub(crate) struct Said {
    pub(crate) rate: f64,
    pub(crate) commits: f64,
}

/// Runs the same process with it, as many processes as the machine has cores.
pub(crate) fn run(python: &Path, commits: Commits, seconds: f64) -> Outcome<Said> {
    let folder = tempfile::tempdir()?;
    let asked = json!({
        "process": process(),
        "decision": decision(PEERS),
        "seconds": seconds,
        "processes": std::thread::available_parallelism().map_or(1, usize::from),
        "folder": folder.path(),
        "each": match commits { Commits::Element => "element", Commits::Rest => "rest" },
    });
    let mut child = Command::new(python)
        .arg(self::folder().join("matters.py"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    child.stdin.take().ok_or("no standard input")?.write_all(asked.to_string().as_bytes())?;
    let answer: Value = serde_json::from_slice(&child.wait_with_output()?.stdout)?;
    if answer["fee"] != 200 || answer["elements"] != json!(elements()) {
        return Err(format!("SpiffWorkflow does otherwise: {answer}").into());
    }
    let number = |name: &str| answer[name].as_f64().ok_or_else(|| format!("no {name}: {answer}"));
    Ok(Said { rate: number("rate")?, commits: number("commits")? })
}
