//! What arrives meets what the node holds: by process, in the order of dates, whichever came first.
//!
//! A process is the function of a set of releases that the standard gives: its newest compiled release, and on top of it
//! the plain ones dated later. So the set is kept wherever there is more than one (`process.releases`), and a release that
//! arrives late takes its place by date. A release with the id and date of one that is held stands in for it: once more
//! the same changes nothing. Registers read by a mapping say how things stand, not what happened: the last import counts.
//! Source: <https://standard.open-contracting.org/1.1/en/schema/merging/>; why so: docs/decisions/0010.

use std::collections::{BTreeSet, HashMap};

use ::store::{BlobId, StoreFault, Value};
use kernel::MatterId;
use ocds::Fault;
use ocds::merge::{Group, Merger, Rules};

use super::produce::one_line;
use super::{Importer, blocking};
use crate::rows::History;

/// A process on its way into the node.
pub(super) struct Loaded {
    pub(super) ocid: String,
    /// Where a person begins to look in the file.
    pub(super) line: u64,
    /// The compiled release, on one line.
    pub(super) raw: Vec<u8>,
    pub(super) stands: Stands,
}

/// What a release stands for.
pub(super) enum Stands {
    /// The process as a register has it.
    Register,
    /// Everything that was published up to its date.
    Compiled,
    /// These releases, of which it was merged; none where it is one itself.
    Published(Vec<Vec<u8>>),
}

impl Stands {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Stands::Register | Stands::Compiled => 0,
            Stands::Published(releases) => releases.iter().map(Vec::len).sum(),
        }
    }
}

/// A batch as it will stand in the node.
#[derive(Default)]
pub(super) struct Settled {
    /// Compiled releases, one a line.
    pub(super) accepted: Vec<u8>,
    /// What those with more than one release were merged from.
    pub(super) history: Vec<History>,
    /// Processes that are new or not what they were.
    pub(super) changed: Vec<String>,
    /// What merging met, with line and process.
    pub(super) faults: Vec<(Fault, String)>,
}

/// A process as the node holds it: the compiled release and what it was merged from, if that is more than one.
struct Known {
    raw: Vec<u8>,
    releases: Vec<Vec<u8>>,
}

impl Importer {
    /// Brings a batch together with what is stored. The caller has read the version of the source's matter before, so that an
    /// import in between makes it conflict.
    pub(super) async fn settle(&self, source: MatterId, loaded: Vec<Loaded>) -> Result<Settled, StoreFault> {
        let mut known = HashMap::new();
        let ocids: BTreeSet<&str> = loaded.iter().map(|it| it.ocid.as_str()).collect();
        if !ocids.is_empty() {
            let mut values: Vec<Value> = vec![self.node.number().into(), source.value().into()];
            values.extend(ocids.iter().map(|ocid| Value::from(*ocid)));
            let list: Vec<String> = (3..values.len() + 1).map(|place| format!("${place}")).collect();
            let sql = format!(
                "select ocid, body, releases from process where node = $1 and matter = $2 and ocid in ({})",
                list.join(", ")
            );
            for row in self.store.read(&sql, &values).await? {
                known.insert(row.text(0)?, (row.bytes(1)?, row.opt_bytes(2)?));
            }
        }
        blocking(move || {
            let mut stored = HashMap::with_capacity(known.len());
            for (ocid, (body, releases)) in known {
                let unpacked = |packed: &[u8]| {
                    zstd::stream::decode_all(packed).map_err(|error| crate::rows::damaged(&ocid, error))
                };
                let releases = match releases {
                    Some(packed) => unpacked(&packed)?.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect(),
                    None => Vec::new(),
                };
                let raw = unpacked(&body)?;
                stored.insert(ocid, Known { raw, releases });
            }
            settle(loaded, stored)
        })
        .await
    }
}

fn settle(loaded: Vec<Loaded>, mut known: HashMap<String, Known>) -> Result<Settled, StoreFault> {
    let mut settled = Settled::default();
    // A process may stand in a batch more than once: what it comes to is written once.
    let mut order: Vec<String> = Vec::new();
    let mut before: HashMap<String, Option<BlobId>> = HashMap::new();
    for item in loaded {
        let held = known.remove(&item.ocid);
        if !before.contains_key(&item.ocid) {
            before.insert(item.ocid.clone(), held.as_ref().map(|held| BlobId::of(&held.raw)));
            order.push(item.ocid.clone());
        }
        let (now, faults) = meet(held, item.raw, item.stands)?;
        settled.faults.extend(faults.into_iter().map(|mut fault| {
            fault.line = item.line;
            (fault, item.ocid.clone())
        }));
        known.insert(item.ocid, now);
    }
    for ocid in order {
        let Some(now) = known.remove(&ocid) else { continue };
        if before.get(&ocid).copied().flatten() != Some(BlobId::of(&now.raw)) {
            settled.changed.push(ocid.clone());
        }
        settled.accepted.extend_from_slice(&now.raw);
        settled.accepted.push(b'\n');
        if !now.releases.is_empty() {
            let releases = now.releases.into_iter().map(|raw| String::from_utf8_lossy(&raw).into_owned()).collect();
            settled.history.push(History { ocid, releases });
        }
    }
    Ok(settled)
}

/// One process and what arrives of it.
fn meet(held: Option<Known>, raw: Vec<u8>, stands: Stands) -> Result<(Known, Vec<Fault>), StoreFault> {
    let alone = |raw| (Known { raw, releases: Vec::new() }, Vec::new());
    let (held, arriving) = match (held, stands) {
        (_, Stands::Register) | (None, Stands::Compiled) => return Ok(alone(raw)),
        (None, Stands::Published(releases)) => return Ok((Known { raw, releases }, Vec::new())),
        (Some(held), Stands::Published(releases)) if !releases.is_empty() => (held, releases),
        (Some(held), Stands::Published(_) | Stands::Compiled) => (held, vec![raw]),
    };
    let mut set = if held.releases.is_empty() { vec![held.raw] } else { held.releases };
    for raw in arriving {
        let name = name_of(&raw);
        // An id and date that are there already: the one that arrives stands in for it, in its place.
        match set.iter_mut().find(|there| **there == raw || (name.is_some() && name_of(there) == name)) {
            Some(there) => *there = raw,
            None => set.push(raw),
        }
    }
    // Held in memory: one process.
    let mut merger = Merger::new(Rules::ocds(), usize::MAX, std::env::temp_dir());
    let mut faults = Vec::new();
    let mut group: Option<Group> = None;
    let failed = |error| StoreFault::Nonsense(format!("merging: {error}"));
    for (place, raw) in (0..).zip(set) {
        faults.extend(merger.add(raw, place).map_err(failed)?);
    }
    merger.finish(|merged| group = Some(merged)).map_err(failed)?;
    // Every release here has been parsed before, so there is a group.
    let group = group.ok_or_else(|| StoreFault::Nonsense("a process has no release".to_owned()))?;
    faults.extend(group.faults);
    let releases = group.releases.iter().map(|raw| one_line(raw)).collect();
    Ok((Known { raw: one_line(&group.raw), releases }, faults))
}

/// Id and date of a release, if it has both; whether it is compiled is part of its name.
fn name_of(raw: &[u8]) -> Option<(String, String, bool)> {
    let parsed = ocds::parse(raw).ok()?;
    let (id, date) = (parsed.release.id.as_deref()?, parsed.release.date.as_ref()?);
    let compiled = parsed.release.tag.iter().any(|tag| tag == "compiled");
    Some((id.to_owned(), format!("{date:?}"), compiled))
}
