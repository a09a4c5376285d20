//! What waits for the end of a run without a frozen reference: measures and absences, as compact rows.
//!
//! Sixteen bytes per measure, sixteen per subject that waits and its id's text; no text or JSON of a process.

mod rows;
mod strata;
mod verdicts;

use serde::{Deserialize, Serialize};

use self::rows::Rows;
use self::strata::Strata;
use crate::facts::{Facts, ItemPlace};
use crate::outcome::{Evidence, MissingPath, Number, Outcome};
use crate::ruling::{Measure, Ruling, Spot};
use crate::subject::SubjectKey;

/// A subject that waits.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct Waiting {
    /// Which process.
    process: u32,
    /// For an item its place (kind and index of the list); else where the id's text begins.
    a: u32,
    /// For an item its index; else the length of the id's text.
    b: u32,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
enum Kind {
    Process,
    Lot,
    Bid,
    Award,
    Contract,
    TenderItem,
    BidItem,
    AwardItem,
    ContractItem,
}

#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct MeasureRow {
    subject: u32,
    stratum: u32,
    value: f64,
}

/// A raised absence: figures of absences are small counts.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
struct AbsenceRow {
    subject: u32,
    path: u32,
    value: i32,
    threshold: i32,
}

/// Rows that wait, per judge.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Pending {
    /// Texts of ids, end to end.
    texts: String,
    /// Where each ocid ends in `texts`, with where it begins.
    processes: Vec<(u32, u32)>,
    subjects: Vec<Waiting>,
    strata: Strata,
    paths: Vec<MissingPath>,
    measures: Vec<Rows<MeasureRow>>,
    absences: Vec<Rows<AbsenceRow>>,
    /// Per judge and path: absences that are clear or not applicable if they mean something.
    quiet: Vec<Vec<(u32, Outcome, u64)>>,
    #[serde(skip)]
    recent: Vec<(Spot, u32)>,
}

impl Pending {
    pub fn new(judges: usize) -> Self {
        Self {
            measures: vec![Rows::default(); judges],
            absences: vec![Rows::default(); judges],
            quiet: vec![Vec::new(); judges],
            ..Self::default()
        }
    }

    /// Whether every index of a stored part points at something.
    pub fn is_sound(&self, judges: usize) -> bool {
        let lists = [self.measures.len(), self.absences.len(), self.quiet.len()];
        let text = |at: u32, length: u32| {
            let at = at as usize;
            self.texts.get(at..at.saturating_add(length as usize)).is_some()
        };
        lists.iter().all(|length| *length == judges)
            && self.processes.iter().all(|(at, length)| text(*at, *length))
            && self.subjects.iter().all(|subject| {
                (subject.process as usize) < self.processes.len()
                    && (!matches!(subject.kind, Kind::Lot | Kind::Bid | Kind::Award | Kind::Contract)
                        || text(subject.a, subject.b))
            })
            && self
                .measures
                .iter()
                .flat_map(Rows::iter)
                .all(|row| (row.subject as usize) < self.subjects.len() && (row.stratum as usize) < self.strata.len())
            && self
                .absences
                .iter()
                .flat_map(Rows::iter)
                .all(|row| (row.subject as usize) < self.subjects.len() && (row.path as usize) < self.paths.len())
            && self.quiet.iter().flatten().all(|(path, ..)| (*path as usize) < self.paths.len())
    }

    fn text(&mut self, text: &str) -> (u32, u32) {
        let at = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push_str(text);
        (at, u32::try_from(text.len()).unwrap_or(u32::MAX))
    }

    /// Begins a process.
    pub fn process(&mut self, ocid: &str) -> u32 {
        self.recent.clear();
        // A process without anything waiting leaves its ocid only if it is the last: the next takes its place.
        if let Some(&(at, _)) = self.processes.last()
            && self.subjects.last().is_none_or(|subject| (subject.process as usize) + 1 < self.processes.len())
        {
            self.texts.truncate(at as usize);
            self.processes.pop();
        }
        let place = self.text(ocid);
        self.processes.push(place);
        u32::try_from(self.processes.len() - 1).unwrap_or(u32::MAX)
    }

    fn subject(&mut self, process: u32, facts: &Facts<'_>, spot: Spot) -> u32 {
        if let Some((_, known)) = self.recent.iter().rev().find(|(known, _)| *known == spot) {
            return *known;
        }
        let index = |place: usize| u32::try_from(place).unwrap_or(u32::MAX);
        let (kind, a, b) = match spot {
            Spot::Process => (Kind::Process, 0, 0),
            Spot::Item { item } => {
                let item = &facts.priced_items[item];
                let (kind, list) = match item.place {
                    ItemPlace::Tender => (Kind::TenderItem, 0),
                    ItemPlace::Bid(list) => (Kind::BidItem, list),
                    ItemPlace::Award(list) => (Kind::AwardItem, list),
                    ItemPlace::Contract(list) => (Kind::ContractItem, list),
                };
                (kind, index(list), index(item.index))
            }
            Spot::Lot { unit } | Spot::Supplier { unit, .. } | Spot::Pair { unit, .. } => {
                let (a, b) = self.text(facts.units[unit].lot_id);
                (Kind::Lot, a, b)
            }
            Spot::Bid { bid } => {
                let (a, b) = self.text(&id_of(facts.key(Spot::Bid { bid })));
                (Kind::Bid, a, b)
            }
            Spot::Award { award } => {
                let (a, b) = self.text(&id_of(facts.key(Spot::Award { award })));
                (Kind::Award, a, b)
            }
            Spot::Contract { contract } => {
                let (a, b) = self.text(&id_of(facts.key(Spot::Contract { contract })));
                (Kind::Contract, a, b)
            }
        };
        let subject = index(self.subjects.len());
        self.subjects.push(Waiting { process, a, b, kind });
        self.recent.push((spot, subject));
        subject
    }

    /// Keeps a measure.
    pub fn measure(&mut self, judge: usize, process: u32, facts: &Facts<'_>, spot: Spot, measure: &Measure<'_>) {
        let subject = self.subject(process, facts, spot);
        let stratum = self.strata.number(measure.stratum);
        self.measures[judge].push(MeasureRow { subject, stratum, value: measure.value });
    }

    /// Keeps an absence.
    pub fn absence(&mut self, judge: usize, process: u32, facts: &Facts<'_>, spot: Spot, ruling: Ruling) {
        let Ruling::Absent { path, outcome } = ruling else { return };
        let path = self.path(&path);
        match outcome {
            Outcome::Raised { value, threshold, .. } => {
                let small = |number: Number| number.as_f64() as i32;
                let subject = self.subject(process, facts, spot);
                let row = AbsenceRow { subject, path, value: small(value), threshold: small(threshold) };
                self.absences[judge].push(row);
            }
            quiet => self.add_quiet(judge, path, quiet, 1),
        }
    }

    fn add_quiet(&mut self, judge: usize, path: u32, outcome: Outcome, subjects: u64) {
        let known = &mut self.quiet[judge];
        match known.iter_mut().find(|(of, like, _)| *of == path && *like == outcome) {
            Some((.., count)) => *count += subjects,
            None => known.push((path, outcome, subjects)),
        }
    }

    fn path(&mut self, path: &MissingPath) -> u32 {
        let place = self.paths.iter().position(|known| known == path).unwrap_or_else(|| {
            self.paths.push(path.clone());
            self.paths.len() - 1
        });
        u32::try_from(place).unwrap_or(u32::MAX)
    }

    /// Adds another part's rows.
    pub fn merge(&mut self, other: Self) {
        self.recent.clear();
        // The first part of a run is taken as it is: copied, it would be there twice.
        if self.processes.is_empty() && self.paths.is_empty() {
            *self = other;
            return;
        }
        let shift = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        let (text, process, subject) =
            (shift(self.texts.len()), shift(self.processes.len()), shift(self.subjects.len()));
        self.texts.push_str(&other.texts);
        self.processes.extend(other.processes.iter().map(|(at, length)| (at + text, *length)));
        self.subjects.extend(other.subjects.iter().map(|waiting| {
            let texted = matches!(waiting.kind, Kind::Lot | Kind::Bid | Kind::Award | Kind::Contract);
            Waiting {
                process: waiting.process + process,
                a: if texted { waiting.a + text } else { waiting.a },
                ..*waiting
            }
        }));
        let strata = self.strata.merge(&other.strata);
        let paths: Vec<u32> = other.paths.iter().map(|path| self.path(path)).collect();
        for (mine, mut theirs) in self.measures.iter_mut().zip(other.measures) {
            for row in theirs.iter_mut() {
                (row.subject, row.stratum) = (row.subject + subject, strata[row.stratum as usize]);
            }
            mine.append(theirs);
        }
        for (mine, mut theirs) in self.absences.iter_mut().zip(other.absences) {
            for row in theirs.iter_mut() {
                (row.subject, row.path) = (row.subject + subject, paths[row.path as usize]);
            }
            mine.append(theirs);
        }
        for (judge, theirs) in other.quiet.into_iter().enumerate() {
            for (path, outcome, count) in theirs {
                self.add_quiet(judge, paths[path as usize], outcome, count);
            }
        }
    }

    fn slice(&self, (at, length): (u32, u32)) -> &str {
        let at = at as usize;
        self.texts.get(at..at + length as usize).unwrap_or_default()
    }

    /// The key of a subject, and where it stands.
    fn key(&self, subject: u32) -> (SubjectKey, Vec<Evidence>) {
        let waiting = &self.subjects[subject as usize];
        let text = |place| self.slice(place).to_owned();
        let ocid = text(self.processes[waiting.process as usize]);
        let id = |waiting: &Waiting| text((waiting.a, waiting.b));
        let item = |list: String| format!("{list}/items/{}", waiting.b);
        let (key, pointer) = match waiting.kind {
            Kind::Process => (SubjectKey::Process { ocid }, String::new()),
            Kind::Lot => {
                let lot = id(waiting);
                let pointer = if lot.is_empty() { "/tender" } else { "/tender/lots" };
                (SubjectKey::Lot { ocid, lot }, pointer.into())
            }
            Kind::Bid => (SubjectKey::Bid { ocid, bid: id(waiting) }, "/bids/details".into()),
            Kind::Award => (SubjectKey::Award { ocid, award: id(waiting) }, "/awards".into()),
            Kind::Contract => (SubjectKey::Contract { ocid, contract: id(waiting) }, "/contracts".into()),
            Kind::TenderItem => {
                let pointer = item("/tender".into());
                (SubjectKey::Item { ocid, item: pointer.clone() }, pointer)
            }
            Kind::BidItem => {
                let pointer = item(format!("/bids/details/{}", waiting.a));
                (SubjectKey::Item { ocid, item: pointer.clone() }, pointer)
            }
            Kind::AwardItem => {
                let pointer = item(format!("/awards/{}", waiting.a));
                (SubjectKey::Item { ocid, item: pointer.clone() }, pointer)
            }
            Kind::ContractItem => {
                let pointer = item(format!("/contracts/{}", waiting.a));
                (SubjectKey::Item { ocid, item: pointer.clone() }, pointer)
            }
        };
        let value = match &key {
            SubjectKey::Lot { lot, .. } => lot.clone(),
            SubjectKey::Bid { bid, .. } => bid.clone(),
            SubjectKey::Award { award, .. } => award.clone(),
            SubjectKey::Contract { contract, .. } => contract.clone(),
            _ => String::new(),
        };
        (key, vec![Evidence::new(pointer, value)])
    }
}

/// The id within a key of a bid, an award or a contract.
fn id_of(key: SubjectKey) -> String {
    match key {
        SubjectKey::Bid { bid, .. } => bid,
        SubjectKey::Award { award, .. } => award,
        SubjectKey::Contract { contract, .. } => contract,
        _ => String::new(),
    }
}
