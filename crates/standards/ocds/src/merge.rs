//! The standard's merge routine: releases of one process into a compiled or a versioned release.
//!
//! Source: <https://standard.open-contracting.org/1.1/en/schema/merging/>; where that leaves room, the behaviour of
//! the publishers' own tool (ocds-merge) is followed and tested on its cases: elements of a list meet by `id`,
//! compared as text; those without one are added; null takes a plain value away and leaves an object alone; an empty
//! object or list changes nothing.
//!
//! Ours: releases are ordered by instant, not by the text of the date, so that offsets cannot reorder them; equal
//! instants are ordered by id and content, so that the order of reading never shows.

mod grouping;
mod node;
mod rules;

pub use grouping::{Group, Merger, MergerFault};
pub use rules::{Rule, Rules, Strategy};

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::fault::{Code, Fault, excerpt};
use crate::json::{Broken, line_of};
use crate::tree::{Json, read_tree};
use crate::types::When;
use node::{History, Node, SourceOf};

/// The compiled release of `releases`, as JSON.
///
/// - `releases`: JSON objects of one process, in any order; at least one.
/// - Returns the release with tag `compiled`, id `ocid-date` and the date of the last one, and the faults that merging
///   met: undated releases (taken as the earliest) and releases of one instant that disagree (the later by id wins).
/// - `Err`: one of them is not a JSON object; nothing is merged.
pub fn compile<B: AsRef<[u8]>>(releases: &[B], rules: &Rules) -> Result<Merged, Fault> {
    let (ordered, faults) = in_order(releases)?;
    let mut merged: Node<'_, Option<Json<'_>>> = Node::default();
    for release in &ordered {
        merged.take_in(&release.json, rules, &());
    }
    let last = ordered.last();
    let mut head: Vec<(&str, Json<'_>)> = Vec::with_capacity(4);
    head.push(("tag", Json::List(vec![Json::Text("compiled".into())])));
    let ocid = last.and_then(|release| release.json.member("ocid")).cloned().unwrap_or(Json::Null);
    let date = last.and_then(|release| release.json.member("date")).cloned().unwrap_or(Json::Null);
    // The publishers' tool writes what is missing as Python's `None`; nobody should read that as a name.
    let id = format!("{}-{}", ocid.as_text().unwrap_or_default(), date.as_text().unwrap_or_default());
    head.push(("id", Json::Text(id.into())));
    head.push(("date", date));
    head.push(("ocid", ocid));
    let head = head.into_iter().filter(|(_, value)| !matches!(value, Json::Null)).collect();
    Ok(Merged { raw: merged.write_root(head), faults })
}

/// The versioned release of `releases`, as JSON: every value with the releases that set it.
///
/// Arguments, faults and errors as in [`compile`].
pub fn version<B: AsRef<[u8]>>(releases: &[B], rules: &Rules) -> Result<Merged, Fault> {
    let (ordered, faults) = in_order(releases)?;
    let mut merged: Node<'_, History<'_>> = Node::default();
    for release in &ordered {
        merged.take_in(&release.json, rules, &SourceOf::from(release));
    }
    let ocid = ordered.last().and_then(|release| release.json.member("ocid")).cloned().unwrap_or(Json::Null);
    Ok(Merged { raw: merged.write_root(vec![("ocid", ocid)]), faults })
}

/// What merging made.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Merged {
    /// The release as compact JSON.
    pub raw: Vec<u8>,
    /// What was wrong with the order of the releases.
    pub faults: Vec<Fault>,
}

/// A release about to be merged.
#[derive(Debug)]
pub(crate) struct Dated<'a> {
    pub json: Json<'a>,
    pub at: Option<Timestamp>,
}

impl<'a> Dated<'a> {
    fn key(&self) -> (Option<Timestamp>, &str, &str) {
        let text = |name| self.json.member(name).and_then(Json::as_text).unwrap_or_default();
        // Without an instant the text of the date still says more than nothing.
        (self.at, if self.at.is_none() { text("date") } else { "" }, text("id"))
    }
}

/// Parses and sorts the releases; identical copies are dropped.
fn in_order<B: AsRef<[u8]>>(releases: &[B]) -> Result<(Vec<Dated<'_>>, Vec<Fault>), Fault> {
    let mut faults = Vec::new();
    let mut ordered: Vec<Dated<'_>> = Vec::with_capacity(releases.len());
    for raw in releases {
        let json = object(raw.as_ref())?;
        let date = json.member("date").and_then(Json::as_text);
        let at = date.and_then(|date| When::parse(date.into())).map(|when| when.instant(&TimeZone::UTC));
        if at.is_none() && releases.len() > 1 {
            faults.push(Fault::new(Code::MissingDate, "/date", date.unwrap_or_default().as_bytes()));
        }
        ordered.push(Dated { json, at });
    }
    ordered.sort_by(|a, b| a.key().cmp(&b.key()).then_with(|| written(&a.json).cmp(&written(&b.json))));
    ordered.dedup_by(|later, earlier| later.key() == earlier.key() && later.json == earlier.json);
    for pair in ordered.windows(2) {
        if let [earlier, later] = pair
            && earlier.at.is_some()
            && earlier.at == later.at
        {
            let date = later.json.member("date").and_then(Json::as_text).unwrap_or_default();
            faults.push(Fault::new(Code::ConflictingRelease, "/date", date.as_bytes()));
        }
    }
    Ok((ordered, faults))
}

fn written(json: &Json<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    json.write(&mut out);
    out
}

/// Reads a JSON object, or says why it is none.
pub(crate) fn object(raw: &[u8]) -> Result<Json<'_>, Fault> {
    let text = std::str::from_utf8(raw)
        .map_err(|error| Fault { byte: error.valid_up_to() as u64, ..Fault::new(Code::InvalidUtf8, "", raw) })?;
    match read_tree(text) {
        Ok(json @ Json::Object(_)) => Ok(json),
        Ok(_) => Err(Fault::new(Code::NotOcds, "", raw)),
        Err(Broken { code, at }) => Err(Fault {
            code,
            path: String::new(),
            value: excerpt(raw.get(at..).unwrap_or_default()),
            line: line_of(text, at),
            byte: at as u64,
        }),
    }
}
