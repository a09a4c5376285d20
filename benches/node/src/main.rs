//! A node with a million processes: how fast it imports, how soon a new process is judged, how pages answer; and one with a
//! million cases that wait.
//!
//! `cargo run --release -p bench-node -- [import] [fill] [judged] [pages] [waiting]`; without a word all of them, in this order.
//!
//! - `QINGYUAN_BIN`: the binary that is measured; by default the one beside this bench, built by `cargo build --release -p qingyuan`.
//! - `BENCH_FOLDER`: where the node is filled; what is filled there already is used again. By default a temporary folder that goes.
//! - `BENCH_PROCESSES`: how many processes the node holds, by default 1,000,000; 20,000 of them are the demo's. And how many
//!   cases wait, on a node of its own.
//! - `BENCH_POSTGRES`: the address of an empty database in which the cases wait, instead of SQLite.

mod child;
mod corpus;
mod importing;
mod judged;
mod load;
mod pages;
mod waiting;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use store::{Location, Schema};

/// The node's tables, as its binary knows them.
const SCHEMAS: &[Schema] = &[
    directory::SCHEMA,
    secrecy::SCHEMA,
    supervision::SCHEMA,
    redflags::SCHEMA,
    notary::SCHEMA,
    notices::SCHEMA,
    erasure::SCHEMA,
    casework::SCHEMA,
];

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// Where things are, and how many.
struct Bench {
    binary: PathBuf,
    folder: PathBuf,
    processes: u32,
    /// The address of a PostgreSQL; none: a file in the folder.
    postgres: Option<String>,
}

impl Bench {
    /// The folder of the node with a million processes.
    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The same for cases that wait.
    fn of_cases(&self, postgres: Option<String>) -> Bench {
        let (binary, folder) = (self.binary.clone(), self.folder.join("cases"));
        Bench { binary, folder, processes: self.processes, postgres }
    }

    /// Where the node's rows are.
    fn location(&self) -> Location {
        match &self.postgres {
            Some(url) => Location::Postgres { url: url.clone(), schema: None },
            None => Location::Sqlite(self.data().join("node.sqlite")),
        }
    }
}

fn main() -> ExitCode {
    match bench() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench-node: {error}");
            ExitCode::FAILURE
        }
    }
}

fn bench() -> Outcome<()> {
    let binary = match std::env::var_os("QINGYUAN_BIN") {
        Some(binary) => PathBuf::from(binary),
        None => std::env::current_exe()?.with_file_name("qingyuan"),
    };
    if !binary.exists() {
        println!("node: no binary at {}; build it with cargo build --release -p qingyuan", binary.display());
        return Ok(());
    }
    let kept = std::env::var_os("BENCH_FOLDER").map(PathBuf::from);
    let folder =
        kept.clone().unwrap_or_else(|| std::env::temp_dir().join(format!("bench-node-{}", std::process::id())));
    std::fs::create_dir_all(&folder)?;
    let processes = std::env::var("BENCH_PROCESSES").ok().and_then(|many| many.parse().ok()).unwrap_or(1_000_000);
    let bench = Bench { binary, folder: folder.clone(), processes, postgres: None };
    let words: Vec<String> = std::env::args().skip(1).collect();
    let asked = |word: &str| words.is_empty() || words.iter().any(|it| it == word);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let result = (|| {
        if asked("import") {
            runtime.block_on(importing::bench(&bench))?;
        }
        if asked("fill") || asked("judged") || asked("pages") {
            child::fill(&bench)?;
        }
        if asked("judged") {
            runtime.block_on(judged::bench(&bench))?;
        }
        if asked("pages") {
            runtime.block_on(pages::bench(&bench))?;
        }
        if asked("waiting") {
            let bench = bench.of_cases(std::env::var("BENCH_POSTGRES").ok());
            runtime.block_on(waiting::bench(&bench))?;
        }
        Ok(())
    })();
    if kept.is_none() {
        std::fs::remove_dir_all(&folder)?;
    }
    result
}
