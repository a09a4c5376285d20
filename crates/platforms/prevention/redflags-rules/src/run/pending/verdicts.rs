//! The end of a run: fences from the data at hand, habits of the source, and the verdicts on what waited.

use super::rows::Rows;
use super::strata::{Levels, NO_GROUP};
use super::{AbsenceRow, Kind, MeasureRow, Pending};
use crate::context::Context;
use crate::fold::Judged;
use crate::outcome::{Evidence, Number, Outcome};
use crate::parameters::Key;
use crate::process::judges;
use crate::reference::Distribution;
use crate::ruling::{Fenced, Judge, Verdict};
use crate::run::tally::Tally;
use crate::stats::{Counts, Fences, ln};
use crate::subject::SubjectKey;
use crate::work::spread;

/// What was raised of one indicator, as compact as what waited.
#[derive(Clone, Copy)]
enum Found {
    Absence(AbsenceRow),
    Measure { subject: u32, value: f64, threshold: f64 },
}

impl Found {
    const fn subject(&self) -> u32 {
        match self {
            Self::Absence(row) => row.subject,
            Self::Measure { subject, .. } => *subject,
        }
    }

    const fn value(&self) -> f64 {
        match self {
            Self::Absence(row) => row.value as f64,
            Self::Measure { value, .. } => *value,
        }
    }
}

/// What one indicator's rows came to.
struct Verdicts {
    place: usize,
    tally: Tally,
    found: Vec<Found>,
    distributions: Vec<Distribution>,
}

/// The group of each stratum, and the fences of each group.
type Level<'l> = (&'l [u32], Vec<Option<Fences>>);

impl Pending {
    /// Judges all that waited, on up to `threads` threads, and returns the distributions they were compared with. `raised` hears in the
    /// order of judges and, within one, of subjects, whatever the order in which parts were merged.
    pub fn finish(
        &self,
        on: &[usize],
        cx: &Context<'_>,
        threads: usize,
        tallies: &mut [Tally],
        raised: &mut dyn FnMut(Judged),
    ) -> Vec<Distribution> {
        let masks = judges().iter().filter_map(|(_, judge)| match judge {
            Judge::Fenced(fenced) => Some(fenced.levels),
            Judge::Plain(_) | Judge::Absence(_) => None,
        });
        let levels = Levels::new(&self.strata, masks.flatten().copied());
        let mut distributions = Vec::new();
        let judge = |at: usize| {
            let place = on[at];
            let mut verdicts =
                Verdicts { place, tally: Tally::default(), found: Vec::new(), distributions: Vec::new() };
            self.absences(cx, &mut verdicts);
            self.measures(cx, &levels, &mut verdicts);
            verdicts.found.sort_unstable_by(|a, b| self.order(a, b));
            verdicts
        };
        spread(threads, on.len(), judge, |verdicts| {
            tallies[verdicts.place].merge(&verdicts.tally);
            distributions.extend(verdicts.distributions);
            let (indicator, _) = judges()[verdicts.place];
            for found in verdicts.found {
                let (key, outcome) = self.raised(&found);
                raised(Judged::new(indicator, key, outcome));
            }
        });
        distributions
    }

    fn raised(&self, found: &Found) -> (SubjectKey, Outcome) {
        let (key, mut evidence) = self.key(found.subject());
        match found {
            Found::Absence(row) => {
                evidence.push(Evidence::new(format!("/{}", self.paths[row.path as usize]), "∅"));
                let (value, threshold) = (Number::Count(row.value.into()), Number::Count(row.threshold.into()));
                (key, Outcome::raised(value, threshold, evidence))
            }
            Found::Measure { value, threshold, .. } => {
                (key, Outcome::raised(Number::real(*value), Number::real(*threshold), evidence))
            }
        }
    }

    /// As their keys are ordered, without making them; equal keys (an ocid published twice) by their figures.
    fn order(&self, a: &Found, b: &Found) -> std::cmp::Ordering {
        let subject = |found: &Found| &self.subjects[found.subject() as usize];
        let (of_a, of_b) = (subject(a), subject(b));
        let (a_at, b_at) = (self.processes[of_a.process as usize], self.processes[of_b.process as usize]);
        self.slice(a_at)
            .cmp(self.slice(b_at))
            .then_with(|| match (of_a.kind, of_b.kind) {
                (Kind::Process, Kind::Process) => std::cmp::Ordering::Equal,
                (Kind::Lot, Kind::Lot)
                | (Kind::Bid, Kind::Bid)
                | (Kind::Award, Kind::Award)
                | (Kind::Contract, Kind::Contract) => self.slice((of_a.a, of_a.b)).cmp(self.slice((of_b.a, of_b.b))),
                // Items are told by their pointers.
                _ => self.key(a.subject()).0.cmp(&self.key(b.subject()).0),
            })
            .then_with(|| a.value().total_cmp(&b.value()))
            .then_with(|| match (a, b) {
                (Found::Absence(a), Found::Absence(b)) => {
                    (&self.paths[a.path as usize], a.threshold).cmp(&(&self.paths[b.path as usize], b.threshold))
                }
                (Found::Measure { threshold: a, .. }, Found::Measure { threshold: b, .. }) => a.total_cmp(b),
                (Found::Absence(_), _) => std::cmp::Ordering::Less,
                (_, Found::Absence(_)) => std::cmp::Ordering::Greater,
            })
    }

    fn absences(&self, cx: &Context<'_>, verdicts: &mut Verdicts) {
        let floor = cx.settings.figure(Key::GeneralAbsenceFloor);
        let published: Vec<bool> = self
            .paths
            .iter()
            .map(|path| cx.coverage.is_some_and(|coverage| coverage.publishes(&path.0, floor)))
            .collect();
        let tally = &mut verdicts.tally;
        for (path, outcome, count) in &self.quiet[verdicts.place] {
            if !published[*path as usize] {
                tally.count_missing(&self.paths[*path as usize], *count);
                continue;
            }
            match outcome {
                Outcome::NotApplicable { reason } => tally.count_reason(*reason, *count),
                Outcome::InsufficientData { missing } => tally.count_missing(missing, *count),
                Outcome::NotRaised { .. } | Outcome::Raised { .. } => tally.not_raised += count,
            }
        }
        for row in self.absences[verdicts.place].iter() {
            if published[row.path as usize] {
                tally.raised += 1;
                verdicts.found.push(Found::Absence(*row));
            } else {
                tally.count_missing(&self.paths[row.path as usize], 1);
            }
        }
    }

    fn measures(&self, cx: &Context<'_>, levels: &Levels<'_>, verdicts: &mut Verdicts) {
        let (indicator, judge) = judges()[verdicts.place];
        let Judge::Fenced(fenced) = judge else { return };
        let rows = &self.measures[verdicts.place];
        if rows.is_empty() {
            return;
        }
        let least = cx.settings.count(Key::GeneralReferenceMinN) as u64;
        let sorted = in_order(rows, &fenced);
        let mut fences: Vec<Level<'_>> = Vec::new();
        for &mask in fenced.levels {
            let Some(groups) = levels.get(mask) else { continue };
            let mut counts = vec![Counts::new(); groups.keys.len()];
            for (value, stratum) in &sorted {
                let group = groups.of[*stratum as usize];
                if group != NO_GROUP {
                    counts[group as usize].add(*value);
                }
            }
            let found = counts.iter().map(|counts| (counts.n() >= least).then(|| counts.fences()).flatten()).collect();
            for (stratum, group) in &groups.keys {
                let mut counts = std::mem::take(&mut counts[*group as usize]);
                if !counts.is_empty() {
                    counts.shrink();
                    let (code, version) = (indicator.code.to_owned(), indicator.version);
                    verdicts.distributions.push(Distribution { code, version, mask, stratum: stratum.clone(), counts });
                }
            }
            fences.push((&groups.of, found));
        }
        for row in rows.iter() {
            let known = fences.iter().find_map(|(of, fences)| *fences.get(of[row.stratum as usize] as usize)?);
            let verdict = (fenced.compare)(row.value, known, cx.settings);
            verdicts.tally.count(&verdict.outcome(row.value, Default::default));
            if let Verdict::Raised(threshold) = verdict {
                verdicts.found.push(Found::Measure { subject: row.subject, value: row.value, threshold });
            }
        }
    }
}

/// Values on the scale of the fences with their strata, ascending: every group then counts in order, which is its cheapest.
fn in_order(rows: &Rows<MeasureRow>, fenced: &Fenced) -> Vec<(f64, u32)> {
    let scaled = |row: &MeasureRow| (if fenced.log { ln(row.value) } else { row.value }, row.stratum);
    let mut sorted: Vec<(f64, u32)> = rows.iter().map(scaled).collect();
    sorted.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    sorted
}
