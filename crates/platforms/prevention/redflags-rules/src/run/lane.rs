//! What one thread counts of the processes it judges: outcomes, rows that wait, the source's habits.

use serde::{Deserialize, Serialize};

use super::pending::Pending;
use super::report::IndicatorRow;
use super::tally::Tally;
use super::{GRAINS, Ruled, coverage, rule};
use crate::context::{Context, Coverage};
use crate::facts::Facts;
use crate::fold::Judged;
use crate::process::judges;
use crate::reference::Distribution;

/// Counts of processes judged one by one.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Lane {
    pub processes: u64,
    /// Per grain within a process, the subjects met.
    subjects: Vec<u64>,
    /// Per judge, in the order of [`judges`].
    tallies: Vec<Tally>,
    pending: Pending,
    filled: coverage::Filled,
}

impl Lane {
    pub fn new() -> Self {
        Self {
            processes: 0,
            subjects: vec![0; GRAINS.len()],
            tallies: vec![Tally::default(); judges().len()],
            pending: Pending::new(judges().len()),
            filled: coverage::Filled::default(),
        }
    }

    /// Judges one process by the judges at the places `on`; `raised` receives what is raised now.
    pub fn observe(&mut self, facts: &Facts<'_>, cx: &Context<'_>, on: &[usize], raised: &mut dyn FnMut(Judged)) {
        self.processes += 1;
        self.filled.count(facts.release);
        for (count, grain) in self.subjects.iter_mut().zip(GRAINS) {
            facts.each(grain, &mut |_| *count += 1);
        }
        let process = self.pending.process(facts.ocid);
        for &place in on {
            let (indicator, judge) = &judges()[place];
            let (tally, pending) = (&mut self.tallies[place], &mut self.pending);
            facts.each(indicator.grain, &mut |spot| match rule(indicator, judge, spot, facts, cx) {
                Ruled::Settled(outcome) => {
                    tally.count(&outcome);
                    if outcome.is_raised() {
                        raised(Judged::new(indicator, facts.key(spot), outcome));
                    }
                }
                Ruled::Measured(measure) => pending.measure(place, process, facts, spot, &measure),
                Ruled::Absent(ruling) => pending.absence(place, process, facts, spot, ruling),
            });
        }
    }

    /// Adds another lane. Any order and grouping gives the same result.
    pub fn merge(&mut self, other: Self) {
        self.processes += other.processes;
        for (count, more) in self.subjects.iter_mut().zip(other.subjects) {
            *count += more;
        }
        for (tally, more) in self.tallies.iter_mut().zip(&other.tallies) {
            tally.merge(more);
        }
        self.pending.merge(other.pending);
        self.filled.merge(&other.filled);
    }

    /// Whether a stored lane was made by this version and every index in it points at something.
    pub fn is_sound(&self) -> bool {
        self.tallies.len() == judges().len()
            && self.subjects.len() == GRAINS.len()
            && self.pending.is_sound(judges().len())
    }

    /// The coverage of the processes observed.
    pub fn coverage(&self) -> Coverage {
        self.filled.to_coverage(self.processes)
    }

    /// Judges what waited and forgets it; the distributions it was compared with.
    pub fn finish(
        &mut self,
        on: &[usize],
        cx: &Context<'_>,
        threads: usize,
        raised: &mut dyn FnMut(Judged),
    ) -> Vec<Distribution> {
        let pending = std::mem::take(&mut self.pending);
        pending.finish(on, cx, threads, &mut self.tallies, raised)
    }

    /// A row for each judge that is on.
    pub fn rows(&self, on: &[usize]) -> Vec<IndicatorRow> {
        let row = |place: &usize| {
            let (indicator, _) = judges()[*place];
            let grain = GRAINS.iter().position(|grain| *grain == indicator.grain);
            IndicatorRow::new(indicator, grain.map_or(0, |grain| self.subjects[grain]), &self.tallies[*place])
        };
        on.iter().map(row).collect()
    }
}
