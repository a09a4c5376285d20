//! Writes a file for the benchmark: `cargo run -p cardinal --release --example generate -- --mb 200 --seed 1 > FILE`.

mod releases;

use std::io::{self, BufWriter};

fn main() -> io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let option = |name: &str, default: u64| {
        let at = args.iter().position(|arg| arg == name);
        at.and_then(|at| args.get(at + 1)?.parse().ok()).unwrap_or(default)
    };
    let mut out = BufWriter::with_capacity(1 << 20, io::stdout().lock());
    releases::write(&mut out, option("--mb", 200) * 1_000_000, option("--seed", 1))?;
    Ok(())
}
