//! The reading thread: files to batches of accepted compiled releases and what was held back.

use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;

use jiff::civil::Date;
use ocds::merge::{Merger, Rules};
use ocds::read::{Kind, Limits, Reader};
use ocds::{Fault, Severity};
use tables::{Mapping, OnDisk};
use tokio::sync::mpsc::Sender;

use super::{Batch, ImportError};
use crate::events::Counts;
use crate::rows::Held;

/// Processes in one batch: one act, one transaction.
const BATCH: usize = 500;
/// Bytes of one batch's text.
const BATCH_BYTES: usize = 8 << 20;
/// Releases held in memory while they are brought together by process.
const MERGE_BYTES: usize = 128 << 20;

/// What to import.
#[derive(Clone, Debug)]
pub enum Input {
    /// An OCDS file of any packaging.
    Ocds {
        /// Where it lies.
        path: PathBuf,
        /// Its name as people know it.
        name: String,
    },
    /// Tables that a mapping makes into releases.
    Table {
        /// The mapping's text.
        mapping: String,
        /// The files, main and joined.
        paths: Vec<PathBuf>,
        /// The name as people know it.
        name: String,
    },
}

impl Input {
    /// The name as people know it.
    pub fn name(&self) -> String {
        match self {
            Input::Ocds { name, .. } | Input::Table { name, .. } => name.clone(),
        }
    }

    pub(super) fn paths(&self) -> Vec<PathBuf> {
        match self {
            Input::Ocds { path, .. } => vec![path.clone()],
            Input::Table { paths, .. } => paths.clone(),
        }
    }

    pub(super) fn mapping_text(&self) -> Option<String> {
        match self {
            Input::Ocds { .. } => None,
            Input::Table { mapping, .. } => Some(mapping.clone()),
        }
    }
}

/// Collects rows and sends a batch whenever one is full.
struct Batcher<'a> {
    send: &'a Sender<Result<Batch, ImportError>>,
    today: Date,
    accepted: Vec<u8>,
    rows: usize,
    held: Vec<Held>,
    counts: Counts,
    bytes: u64,
}

/// The receiver has gone: it met an error, and has told it.
struct Gone;

impl Batcher<'_> {
    /// One compiled release, with where it stood for its faults.
    fn release(&mut self, raw: &[u8], place: &dyn Fn(Fault) -> Fault) -> Result<(), Gone> {
        match ocds::parse(raw) {
            Err(fault) => self.hold(place(fault), None),
            Ok(mut parsed) => {
                let checked = ocds::set_aside(&mut parsed.release, self.today);
                let ocid = parsed.release.ocid.as_deref().map(str::to_owned);
                let faults: Vec<Fault> = parsed.faults.into_iter().chain(checked).map(place).collect();
                for fault in faults {
                    self.hold(fault, ocid.clone());
                }
                self.counts.loaded += 1;
                self.rows += 1;
                one_line(raw, &mut self.accepted);
            }
        }
        self.send_if_full()
    }

    fn hold(&mut self, fault: Fault, ocid: Option<String>) {
        match fault.severity() {
            Severity::Quarantine => self.counts.held += 1,
            Severity::Value => self.counts.set_aside += 1,
        }
        self.held.push(Held {
            line: fault.line,
            path: fault.path.clone(),
            code: fault.code.as_str().to_owned(),
            severity: fault.severity().as_str().to_owned(),
            value: fault.value.clone(),
            ocid,
        });
    }

    fn send_if_full(&mut self) -> Result<(), Gone> {
        if self.rows >= BATCH || self.accepted.len() >= BATCH_BYTES || self.held.len() >= BATCH * 10 {
            self.send(false)?;
        }
        Ok(())
    }

    fn send(&mut self, finished: bool) -> Result<(), Gone> {
        let batch = Batch {
            accepted: std::mem::take(&mut self.accepted),
            held: std::mem::take(&mut self.held),
            counts: self.counts,
            bytes: self.bytes,
            finished,
        };
        self.rows = 0;
        self.send.blocking_send(Ok(batch)).map_err(|_| Gone)
    }
}

/// Reads the input to its end.
pub(super) fn produce(input: Input, today: Date, send: &Sender<Result<Batch, ImportError>>) {
    let mut batcher =
        Batcher { send, today, accepted: Vec::new(), rows: 0, held: Vec::new(), counts: Counts::default(), bytes: 0 };
    let read = match input {
        Input::Ocds { path, .. } => read_ocds(&path, &mut batcher),
        Input::Table { mapping, paths, .. } => read_tables(&mapping, paths, &mut batcher),
    };
    match read {
        // Even an empty file ends with a batch: that it was read is recorded.
        Ok(()) => drop(batcher.send(true)),
        Err(Some(error)) => drop(send.blocking_send(Err(error))),
        Err(None) => {}
    }
}

fn read_ocds(path: &PathBuf, batcher: &mut Batcher<'_>) -> Result<(), Option<ImportError>> {
    let failed = |cause| Some(ImportError::File { path: path.clone(), cause });
    let file = File::open(path).map_err(failed)?;
    let mut reader = Reader::new(BufReader::with_capacity(1 << 20, file), Limits::default());
    // Releases of one process may stand anywhere in the file: they are brought together first. Compiled ones go at once.
    let mut merger = Merger::new(Rules::ocds(), MERGE_BYTES, std::env::temp_dir());
    let mut lines: Vec<u64> = Vec::new();
    while let Some(item) = reader.next() {
        batcher.bytes = reader.bytes_read();
        batcher.counts.read += 1;
        match item {
            Err(fault) => {
                batcher.hold(fault, None);
                batcher.send_if_full().map_err(|Gone| None)?;
            }
            Ok(item) if item.kind == Kind::Compiled || is_compiled(&item.raw) => {
                batcher.release(&item.raw, &|fault| item.placed(fault)).map_err(|Gone| None)?;
            }
            Ok(item) => {
                lines.push(item.position.line);
                let place = lines.len() as u64 - 1;
                let line = item.position.line;
                let taken = merger.add(item.raw, place).map_err(|error| failed(std::io::Error::other(error)))?;
                if let Some(mut fault) = taken {
                    fault.line = line;
                    batcher.hold(fault, None);
                }
            }
        }
    }
    let mut gone = false;
    merger
        .finish(|group| {
            if gone {
                return;
            }
            let line = group.sources.first().and_then(|place| lines.get(*place as usize)).copied().unwrap_or(1);
            for mut fault in group.faults {
                fault.line = line;
                batcher.hold(fault, Some(group.ocid.clone()));
            }
            // A merged process has no one place: its first release's line is where a person begins to look.
            let place = |mut fault: Fault| {
                fault.line = line;
                fault
            };
            gone = batcher.release(&group.raw, &place).is_err();
        })
        .map_err(|error| failed(std::io::Error::other(error)))?;
    if gone { Err(None) } else { Ok(()) }
}

fn read_tables(mapping: &str, paths: Vec<PathBuf>, batcher: &mut Batcher<'_>) -> Result<(), Option<ImportError>> {
    let words = |errors: Vec<String>| Some(ImportError::Mapping(errors.join("; ")));
    let mapping = Mapping::parse(mapping)
        .map_err(|errors| words(errors.iter().map(|error| format!("{}: {}", error.line, error.zh)).collect()))?;
    let files = OnDisk::new(paths, Some(std::env::temp_dir()));
    let applied = mapping
        .apply(&files, &tables::Limits::default())
        .map_err(|errors| words(errors.iter().map(|error| error.zh.clone()).collect()))?;
    for mapped in applied {
        batcher.counts.read += 1;
        match mapped {
            Err(fault) => {
                match fault.lost {
                    tables::Lost::Cell => batcher.counts.set_aside += 1,
                    _ => batcher.counts.held += 1,
                }
                batcher.held.push(Held {
                    line: fault.line,
                    path: format!("{} · {}", fault.file, fault.column.as_deref().unwrap_or_default()),
                    code: fault.code.to_owned(),
                    severity: if fault.lost == tables::Lost::Cell { "value" } else { "quarantine" }.to_owned(),
                    value: fault.value.chars().take(200).collect(),
                    ocid: None,
                });
                batcher.send_if_full().map_err(|Gone| None)?;
            }
            Ok(mapped) => {
                let line = mapped.rows.first().map_or(1, |row| row.line);
                let raw = mapped.release.to_string();
                let place = |mut fault: Fault| {
                    fault.line = line;
                    fault
                };
                batcher.release(raw.as_bytes(), &place).map_err(|Gone| None)?;
            }
        }
    }
    Ok(())
}

/// Whether a release says of itself that it is compiled.
fn is_compiled(raw: &[u8]) -> bool {
    ocds::parse(raw).is_ok_and(|parsed| parsed.release.tag.iter().any(|tag| tag == "compiled"))
}

/// Appends a JSON text as one line. Line ends within it stand between tokens only: inside strings JSON writes them as
/// `\n`, so they may become spaces.
fn one_line(raw: &[u8], out: &mut Vec<u8>) {
    out.extend(raw.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }));
    out.push(b'\n');
}
