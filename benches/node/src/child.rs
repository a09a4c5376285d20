//! The measured binary as a child: filling a node, serving it.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::{Bench, Outcome, corpus};

/// Processes of the demo, which the node begins with.
const DEMO: u32 = 20_000;

/// The source that the other processes are imported into.
pub const SOURCE: &str = "register";

/// Runs a command to its end; exit code 2 says that something was held back, which is no failure.
pub fn run(bench: &Bench, arguments: &[&str]) -> Outcome<Duration> {
    let begun = Instant::now();
    let output = command(bench, arguments).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
    match output.status.code() {
        Some(0 | 2) => Ok(begun.elapsed()),
        _ => Err(format!("qingyuan {}: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr)).into()),
    }
}

fn command(bench: &Bench, arguments: &[&str]) -> Command {
    let mut command = Command::new(&bench.binary);
    command.args(arguments);
    if let Some(url) = &bench.postgres {
        command.env("QINGYUAN_STORE", url);
    }
    command
}

/// Fills the node unless it is filled: the demo, then one import of all the others, then one run over them.
pub fn fill(bench: &Bench) -> Outcome<()> {
    let data = bench.data();
    let done = bench.folder.join("filled");
    if done.exists() {
        return Ok(());
    }
    let data = text(&data)?;
    let demo = DEMO.min(bench.processes);
    let took = run(bench, &["demo", "--data", data, "--processes", &demo.to_string()])?;
    println!("node: the demo with {demo} processes took {:.0} s", took.as_secs_f64());
    let rest = bench.processes - demo;
    if rest > 0 {
        let file = bench.folder.join("rest.jsonl");
        let bytes = corpus::write_small(&file, rest)?;
        let took = run(bench, &["import", "ocds", "--data", data, "--source", SOURCE, text(&file)?])?;
        std::fs::remove_file(&file)?;
        println!(
            "node: importing {rest} processes, {:.0} MB, took {:.0} s: {:.1} MB/s",
            bytes as f64 / 1e6,
            took.as_secs_f64(),
            bytes as f64 / 1e6 / took.as_secs_f64()
        );
        let took = run(bench, &["screen", "--data", data, "--source", SOURCE])?;
        println!("node: screening them took {:.0} s", took.as_secs_f64());
    }
    std::fs::write(done, "")?;
    Ok(())
}

/// A path as an argument.
pub fn text(path: &Path) -> Outcome<&str> {
    path.to_str().ok_or_else(|| format!("{} is not UTF-8", path.display()).into())
}

/// A node that serves; it ends with this value.
pub struct Serving {
    child: Child,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Serving {
    /// Starts it and waits until it listens.
    pub fn start(bench: &Bench) -> Outcome<Serving> {
        let free = || -> Outcome<SocketAddr> { Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?) };
        let (address, operations) = (free()?, free()?);
        let data = bench.data();
        let (listens, operates) = (address.to_string(), operations.to_string());
        let arguments = ["serve", "--data", text(&data)?, "--listen", &listens, "--operations", &operates];
        let child = command(bench, &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        let serving = Serving { child, address };
        let begun = Instant::now();
        while TcpStream::connect(address).is_err() {
            if begun.elapsed() > Duration::from_secs(60) {
                return Err("the node does not listen after 60 s".into());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        Ok(serving)
    }

    /// Memory that it has, and the most that it had, in MB.
    pub fn memory(&self) -> Outcome<(u64, u64)> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let of = |name: &str| -> Outcome<u64> {
            let line = status.lines().find(|line| line.starts_with(name)).ok_or_else(|| format!("no {name}"))?;
            Ok(line.split_whitespace().nth(1).ok_or("no figure")?.parse::<u64>()? / 1024)
        };
        Ok((of("VmRSS:")?, of("VmHWM:")?))
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Nothing is recorded by reading pages: an end without ceremony loses nothing.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
