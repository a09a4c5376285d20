//! Records acts as fast as it can until it is killed, and says each one once it is acknowledged: what tests of faults kill,
//! starve and cut off.
//!
//! `recorder FOLDER STORE SCHEMA FIRST LAST`: commands FIRST to LAST, sixteen at a time, each opening a matter of its own. A
//! line `ok COMMAND INDEX` follows an acknowledgement, `no COMMAND WHY` a refusal; a refused command is given again after a
//! moment. `SCHEMA` is `-` for SQLite.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use store::chain;
use testkit::acts::{open, opened};

/// Commands on their way at once.
const WRITERS: usize = 16;
/// Pause after a refusal.
const MOMENT: Duration = Duration::from_millis(50);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, store, schema, first, last] = arguments.as_slice() else {
        eprintln!("usage: recorder FOLDER STORE SCHEMA FIRST LAST");
        return ExitCode::from(64);
    };
    let (Ok(first), Ok(last)) = (first.parse(), last.parse()) else { return ExitCode::from(64) };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(record(Path::new(folder), store, schema, first, last)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn record(folder: &Path, store: &str, schema: &str, first: u64, last: u64) -> Result<(), String> {
    let store = open(folder, store, schema).await.map_err(|fault| chain(&fault))?;
    let next = Arc::new(AtomicU64::new(first));
    let mut writers = Vec::new();
    for _ in 0..WRITERS {
        let (store, next) = (store.clone(), Arc::clone(&next));
        writers.push(tokio::spawn(async move {
            loop {
                let command = next.fetch_add(1, Ordering::Relaxed);
                if command > last {
                    return;
                }
                loop {
                    let (act, changes) = opened(command);
                    match store.record(act, changes).await {
                        Ok(receipt) => {
                            println!("ok {command} {}", receipt.idx);
                            break;
                        }
                        Err(error) => {
                            println!("no {command} {}", chain(&error).replace('\n', " "));
                            tokio::time::sleep(MOMENT).await;
                        }
                    }
                }
            }
        }));
    }
    for writer in writers {
        writer.await.map_err(|error| error.to_string())?;
    }
    store.close().await;
    Ok(())
}
