//! The processes of the bench: the demo's jurisdiction over and over, each time scheduled anew and under other ids.

use std::error::Error;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use testkit::demo::{Plan, jurisdiction, releases};

/// Processes of one round; scheduling far more at once takes time that grows with the square.
const ROUND: u32 = 20_000;

/// How the demo's ids begin.
const DEMO: &str = "ocds-demo00-";

/// How the ids of a round begin.
fn prefix(round: u32) -> String {
    format!("ocds-b{round:05}-")
}

/// Writes `processes` compiled releases as JSON Lines from round `first` on; returns the bytes written. The buyers are
/// organs of the demo.
pub fn write(path: &Path, first: u32, processes: u32) -> Result<u64, Box<dyn Error>> {
    let place = jurisdiction(&Plan::DEMO);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(path)?);
    let mut left = processes;
    for round in first.. {
        if left == 0 {
            break;
        }
        let many = left.min(ROUND);
        let plan = Plan { processes: ROUND + round, ..Plan::DEMO };
        let ours = prefix(round);
        for release in releases(&plan, &place).take(many as usize) {
            out.write_all(release.json.replace(DEMO, &ours).as_bytes())?;
            out.write_all(b"\n")?;
        }
        left -= many;
    }
    out.flush()?;
    Ok(path.metadata()?.len())
}
