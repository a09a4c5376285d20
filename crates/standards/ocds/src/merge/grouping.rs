//! Releases of one process brought together across a whole file, in bounded memory.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

use super::{Rules, compile, object};
use crate::fault::{Code, Fault};
use crate::json::{Input, Step};
use crate::types::Text;

/// Holds releases by process and merges each process once all are in.
///
/// Memory: about `budget` bytes while adding. Beyond it the releases held go to one temporary file, split by process
/// into [`PARTITIONS`] parts; afterwards one part at a time is read back (a 10 GB file: some 40 MB).
#[derive(Debug)]
pub struct Merger {
    rules: Rules,
    budget: usize,
    folder: PathBuf,
    held: Vec<Entry>,
    held_bytes: usize,
    added: u64,
    spill: Option<Spill>,
}

/// Parts of the temporary file. The memory for merging is the size of the whole divided by this.
pub const PARTITIONS: usize = 256;

/// One process, merged.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// Identifies the process.
    pub ocid: String,
    /// The compiled release as JSON. Where only one release was added it is that release, byte for byte.
    pub raw: Vec<u8>,
    /// The `tag` numbers handed to [`Merger::add`], in order: where the process stands in the file.
    pub sources: Vec<u64>,
    /// The releases that `raw` was merged from, as they were added, where there was more than one: what has to be kept for
    /// a later release to be merged in the order of dates. Empty where `raw` stands for itself.
    pub releases: Vec<Vec<u8>>,
    /// What merging met; see [`compile`].
    pub faults: Vec<Fault>,
}

/// Why grouping stopped.
#[derive(Debug, thiserror::Error)]
pub enum MergerFault {
    /// The temporary file could not be written or read.
    #[error("the temporary file of releases in {folder} failed")]
    Spill {
        /// The folder it is in.
        folder: PathBuf,
        /// What the system said.
        #[source]
        cause: io::Error,
    },
}

#[derive(Clone, Debug)]
struct Entry {
    ocid: Box<str>,
    order: u64,
    source: u64,
    raw: Vec<u8>,
}

/// What an entry costs beside its text.
const ENTRY_BYTES: usize = 96;

impl Merger {
    /// - `budget`: bytes of releases held in memory before the temporary file is used.
    /// - `folder`: where the temporary file is made; it has no name there and vanishes with the process.
    pub fn new(rules: Rules, budget: usize, folder: impl Into<PathBuf>) -> Merger {
        Merger { rules, budget, folder: folder.into(), held: Vec::new(), held_bytes: 0, added: 0, spill: None }
    }

    /// Adds a release or compiled release.
    ///
    /// - `source`: any number of the caller's that says where it came from, e.g. the item's number in its file.
    /// - `Ok(Some(fault))`: it was not taken, because it is not a JSON object or has no `ocid`.
    pub fn add(&mut self, raw: Vec<u8>, source: u64) -> Result<Option<Fault>, MergerFault> {
        let ocid = match head(&raw) {
            Ok(Head { ocid: Some(ocid), .. }) => ocid.into_owned().into_boxed_str(),
            Ok(Head { ocid: None, .. }) => return Ok(Some(Fault::new(Code::MissingOcid, "", &raw))),
            Err(fault) => return Ok(Some(fault)),
        };
        self.held_bytes += raw.len() + ocid.len() + ENTRY_BYTES;
        self.held.push(Entry { ocid, order: self.added, source, raw });
        self.added += 1;
        if self.held_bytes > self.budget {
            self.spill().map_err(|cause| self.failed(cause))?;
        }
        Ok(None)
    }

    fn failed(&self, cause: io::Error) -> MergerFault {
        MergerFault::Spill { folder: self.folder.clone(), cause }
    }

    fn spill(&mut self) -> io::Result<()> {
        if self.spill.is_none() {
            self.spill = Some(Spill::new(tempfile::tempfile_in(&self.folder)?));
        }
        if let Some(spill) = &mut self.spill {
            spill.write(&mut self.held)?;
        }
        self.held_bytes = 0;
        Ok(())
    }

    /// Hands every process to `each`: in order of first appearance, and where the temporary file was used so within
    /// each part. The order is the same on every run over the same file.
    pub fn finish(mut self, mut each: impl FnMut(Group)) -> Result<(), MergerFault> {
        if self.spill.is_none() {
            let held = std::mem::take(&mut self.held);
            merge_all(held, &self.rules, &mut each);
            return Ok(());
        }
        self.spill().map_err(|cause| self.failed(cause))?;
        let Some(mut spill) = self.spill.take() else { return Ok(()) };
        for partition in 0..PARTITIONS {
            let entries = spill.read(partition).map_err(|cause| self.failed(cause))?;
            merge_all(entries, &self.rules, &mut each);
        }
        Ok(())
    }
}

fn merge_all(mut entries: Vec<Entry>, rules: &Rules, each: &mut impl FnMut(Group)) {
    let mut first: HashMap<Box<str>, u64> = HashMap::with_capacity(entries.len());
    for entry in &entries {
        first.entry(entry.ocid.clone()).or_insert(entry.order);
    }
    entries.sort_by_key(|entry| (first.get(&entry.ocid).copied(), entry.order));
    drop(first);
    let mut group: Vec<Entry> = Vec::new();
    for entry in entries {
        if group.first().is_some_and(|held| held.ocid != entry.ocid) {
            each(merge(std::mem::take(&mut group), rules));
        }
        group.push(entry);
    }
    if !group.is_empty() {
        each(merge(group, rules));
    }
}

/// Merges the releases of one process. A compiled release stands for everything up to its date: only what is dated
/// later is merged on top of it.
fn merge(group: Vec<Entry>, rules: &Rules) -> Group {
    let ocid = group.first().map(|entry| String::from(&*entry.ocid)).unwrap_or_default();
    let sources = group.iter().map(|entry| entry.source).collect();
    let mut raws: Vec<Vec<u8>> = group.into_iter().map(|entry| entry.raw).collect();
    let mut faults = Vec::new();
    if raws.len() > 1 {
        // One that is broken further in would keep the others from being merged.
        raws.retain(|raw| object(raw).map_err(|fault| faults.push(fault)).is_ok());
        drop_compiled_over(&mut raws);
    }
    if raws.len() > 1 {
        match compile(&raws, rules) {
            Ok(merged) => {
                faults.extend(merged.faults);
                return Group { ocid, raw: merged.raw, sources, releases: raws, faults };
            }
            Err(fault) => faults.push(fault),
        }
    }
    Group { ocid, raw: raws.pop().unwrap_or_default(), sources, releases: Vec::new(), faults }
}

/// Leaves the newest compiled release and what is later; nothing to do where none is compiled.
fn drop_compiled_over(raws: &mut Vec<Vec<u8>>) {
    let heads: Vec<(bool, Option<jiff::Timestamp>)> = raws
        .iter()
        .map(|raw| match head(raw) {
            Ok(head) => (head.compiled, head.at()),
            Err(_) => (false, None),
        })
        .collect();
    let newest = (0..heads.len()).filter(|index| heads[*index].0).max_by_key(|index| heads[*index].1);
    let Some(newest) = newest else { return };
    let mut index = 0;
    raws.retain(|_| {
        let kept = index == newest || (!heads[index].0 && heads[index].1 > heads[newest].1);
        index += 1;
        kept
    });
}

/// What grouping asks of a release without reading the rest of it.
#[derive(Default)]
pub(crate) struct Head<'a> {
    pub ocid: Option<Text<'a>>,
    date: Option<Text<'a>>,
    compiled: bool,
}

impl Head<'_> {
    fn at(&self) -> Option<jiff::Timestamp> {
        let when = crate::types::When::parse(self.date.as_deref()?.into())?;
        Some(when.instant(&jiff::tz::TimeZone::UTC))
    }
}

pub(crate) fn head(raw: &[u8]) -> Result<Head<'_>, Fault> {
    let text = std::str::from_utf8(raw).map_err(|_| Fault::new(Code::InvalidUtf8, "", raw))?;
    let mut input = Input::new(text);
    read_head(&mut input).map_err(|broken| {
        let shown = raw.get(broken.at..).unwrap_or_default();
        let line = crate::json::line_of(text, broken.at);
        Fault { line, byte: broken.at as u64, ..Fault::new(broken.code, "", shown) }
    })
}

fn read_head<'a>(input: &mut Input<'a>) -> Step<Head<'a>> {
    let mut head = Head::default();
    if input.peek()? != b'{' {
        return input.broken(Code::NotOcds);
    }
    input.object(|input, name| {
        match (name, input.peek()?) {
            ("ocid", b'"') => head.ocid = Some(input.string()?).filter(|ocid| !ocid.trim().is_empty()),
            ("ocid", b'-' | b'0'..=b'9') => head.ocid = Some(input.number()?.into()),
            ("date", b'"') => head.date = Some(input.string()?),
            ("tag", b'[') => input.array(|input| {
                if input.peek()? == b'"' {
                    head.compiled |= input.string()? == "compiled";
                    return Ok(());
                }
                input.skip()
            })?,
            _ => input.skip()?,
        }
        Ok(())
    })?;
    Ok(head)
}

/// The temporary file: blocks of entries, each of one partition.
#[derive(Debug)]
struct Spill {
    file: File,
    /// Offset and length of the blocks of each partition.
    blocks: Vec<Vec<(u64, u64)>>,
    end: u64,
}

impl Spill {
    fn new(file: File) -> Spill {
        Spill { file, blocks: vec![Vec::new(); PARTITIONS], end: 0 }
    }

    fn write(&mut self, entries: &mut Vec<Entry>) -> io::Result<()> {
        let mut parts: Vec<Vec<Entry>> = Vec::new();
        parts.resize_with(PARTITIONS, Vec::new);
        for entry in entries.drain(..) {
            parts[partition(&entry.ocid)].push(entry);
        }
        self.file.seek(SeekFrom::Start(self.end))?;
        for (index, part) in parts.into_iter().enumerate() {
            if part.is_empty() {
                continue;
            }
            let mut block = Vec::new();
            for entry in part {
                entry.write(&mut block);
            }
            self.file.write_all(&block)?;
            self.blocks[index].push((self.end, block.len() as u64));
            self.end += block.len() as u64;
        }
        Ok(())
    }

    fn read(&mut self, partition: usize) -> io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for (offset, length) in std::mem::take(&mut self.blocks[partition]) {
            self.file.seek(SeekFrom::Start(offset))?;
            let mut block = Vec::new();
            (&self.file).take(length).read_to_end(&mut block)?;
            let mut rest = block.as_slice();
            while !rest.is_empty() {
                let (entry, after) = Entry::read(rest).ok_or(io::ErrorKind::UnexpectedEof)?;
                entries.push(entry);
                rest = after;
            }
        }
        Ok(entries)
    }
}

impl Entry {
    fn write(&self, out: &mut Vec<u8>) {
        for number in [self.order, self.source, self.ocid.len() as u64, self.raw.len() as u64] {
            out.extend_from_slice(&number.to_le_bytes());
        }
        out.extend_from_slice(self.ocid.as_bytes());
        out.extend_from_slice(&self.raw);
    }

    fn read(bytes: &[u8]) -> Option<(Entry, &[u8])> {
        let number = |index: usize| {
            let bytes = bytes.get(index * 8..index * 8 + 8)?;
            Some(u64::from_le_bytes(bytes.try_into().ok()?))
        };
        let (ocid_length, raw_length) = (usize::try_from(number(2)?).ok()?, usize::try_from(number(3)?).ok()?);
        let rest = bytes.get(32..)?;
        let (ocid, rest) = rest.split_at_checked(ocid_length)?;
        let (raw, rest) = rest.split_at_checked(raw_length)?;
        let ocid = std::str::from_utf8(ocid).ok()?.into();
        Some((Entry { ocid, order: number(0)?, source: number(1)?, raw: raw.to_vec() }, rest))
    }
}

/// FNV-1a: the same on every machine, so that the order of processes is too.
fn partition(ocid: &str) -> usize {
    let hash = crate::types::fnv1a(ocid.as_bytes());
    (hash % PARTITIONS as u64) as usize
}
