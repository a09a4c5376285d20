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

use super::settle::{Loaded, Stands};
use super::{Batch, ImportError};
use crate::events::Counts;
use crate::rows::{Held, Said};

/// Processes in one batch: one act, one transaction.
const BATCH: usize = 500;
/// Rows held back in one batch: with its processes far fewer than the rows of one act.
const HELD: usize = 5_000;
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
    loaded: Vec<Loaded>,
    text: usize,
    held: Vec<Held>,
    counts: Counts,
    bytes: u64,
}

/// The receiver has gone: it met an error, and has told it.
struct Gone;

impl Batcher<'_> {
    /// One release, with where it stood for its faults, and what it stands for.
    fn release(&mut self, raw: &[u8], line: u64, place: &dyn Fn(Fault) -> Fault, stands: Stands) -> Result<(), Gone> {
        match ocds::parse(raw) {
            Err(fault) => self.hold(held(&place(fault), None))?,
            Ok(mut parsed) => {
                let checked = ocds::set_aside(&mut parsed.release, self.today);
                let ocid = parsed.release.ocid.as_deref().map(str::to_owned);
                let faults: Vec<Fault> = parsed.faults.into_iter().chain(checked).map(place).collect();
                self.counts.loaded += 1;
                self.text += raw.len() + stands.bytes();
                let raw = one_line(raw);
                self.loaded.push(Loaded { ocid: ocid.clone().unwrap_or_default(), line, raw, stands });
                for fault in faults {
                    self.hold(held(&fault, ocid.clone()))?;
                }
            }
        }
        self.send_if_full()
    }

    fn hold(&mut self, held: Held) -> Result<(), Gone> {
        if held.severity == Severity::Value.as_str() {
            self.counts.set_aside += 1;
        } else {
            self.counts.held += 1;
        }
        self.held.push(held);
        // One release may have more faults than an act can hold.
        if self.held.len() >= HELD { self.send(false) } else { Ok(()) }
    }

    fn send_if_full(&mut self) -> Result<(), Gone> {
        if self.loaded.len() >= BATCH || self.text >= BATCH_BYTES {
            self.send(false)?;
        }
        Ok(())
    }

    fn send(&mut self, finished: bool) -> Result<(), Gone> {
        let batch = Batch {
            loaded: std::mem::take(&mut self.loaded),
            held: std::mem::take(&mut self.held),
            counts: self.counts,
            bytes: self.bytes,
            finished,
        };
        self.text = 0;
        self.send.blocking_send(Ok(batch)).map_err(|_| Gone)
    }
}

/// A fault as a row of what is held back.
pub(super) fn held(fault: &Fault, ocid: Option<String>) -> Held {
    Held {
        line: fault.line,
        path: fault.path.clone(),
        code: fault.code.as_str().to_owned(),
        severity: fault.severity().as_str().to_owned(),
        value: fault.value.clone(),
        ocid,
        said: None,
    }
}

/// Reads the input to its end.
pub(super) fn produce(input: Input, today: Date, send: &Sender<Result<Batch, ImportError>>) {
    let mut batcher =
        Batcher { send, today, loaded: Vec::new(), text: 0, held: Vec::new(), counts: Counts::default(), bytes: 0 };
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
                batcher.hold(held(&fault, None)).map_err(|Gone| None)?;
            }
            Ok(item) if item.kind == Kind::Compiled || is_compiled(&item.raw) => {
                let line = item.position.line;
                batcher.release(&item.raw, line, &|fault| item.placed(fault), Stands::Compiled).map_err(|Gone| None)?;
            }
            Ok(item) => {
                lines.push(item.position.line);
                let place = lines.len() as u64 - 1;
                let line = item.position.line;
                let taken = merger.add(item.raw, place).map_err(|error| failed(std::io::Error::other(error)))?;
                if let Some(mut fault) = taken {
                    fault.line = line;
                    batcher.hold(held(&fault, None)).map_err(|Gone| None)?;
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
                gone |= batcher.hold(held(&fault, Some(group.ocid.clone()))).is_err();
            }
            // A merged process has no one place: its first release's line is where a person begins to look.
            let place = |mut fault: Fault| {
                fault.line = line;
                fault
            };
            let releases = group.releases.iter().map(|raw| one_line(raw)).collect();
            gone |= batcher.release(&group.raw, line, &place, Stands::Published(releases)).is_err();
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
                let value = fault.lost == tables::Lost::Cell;
                let said = Said {
                    file: fault.file.clone(),
                    column: fault.column.clone(),
                    lost: fault.lost.as_str().to_owned(),
                    zh: fault.zh,
                    en: fault.en,
                };
                let row = Held {
                    line: fault.line,
                    path: format!("{} · {}", fault.file, fault.column.as_deref().unwrap_or_default()),
                    code: fault.code.to_owned(),
                    severity: if value { Severity::Value } else { Severity::Quarantine }.as_str().to_owned(),
                    value: fault.value.chars().take(200).collect(),
                    ocid: None,
                    said: Some(said),
                };
                batcher.hold(row).map_err(|Gone| None)?;
            }
            Ok(mapped) => {
                let line = mapped.rows.first().map_or(1, |row| row.line);
                let raw = mapped.release.to_string();
                let place = |mut fault: Fault| {
                    fault.line = line;
                    fault
                };
                batcher.release(raw.as_bytes(), line, &place, Stands::Register).map_err(|Gone| None)?;
            }
        }
    }
    Ok(())
}

/// Whether a release says of itself that it is compiled.
fn is_compiled(raw: &[u8]) -> bool {
    ocds::parse(raw).is_ok_and(|parsed| parsed.release.tag.iter().any(|tag| tag == "compiled"))
}

/// A JSON text on one line. Line ends within it stand between tokens only: inside strings JSON writes them as `\n`, so they
/// may become spaces.
pub(super) fn one_line(raw: &[u8]) -> Vec<u8> {
    raw.iter().map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { *byte }).collect()
}
