//! Figures of the activities of a process, as a pure function of their runs. Source: flow.md §12.
//!
//! A *run* is one time that a case enters an activity; an activity that is repeated or countersigned is one run, whatever rounds it
//! has. All figures of an activity are about the same runs, so that they add up: entered = completed + ended otherwise + open.

use std::collections::BTreeMap;

use kernel::Instant;
use kernel::limit::Unit;

/// How a run ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum How {
    /// It was done.
    Completed,
    /// The matter was sent back from it.
    Returned,
    /// Something else ended it.
    Terminated,
}

impl How {
    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            How::Completed => "completed",
            How::Returned => "returned",
            How::Terminated => "terminated",
        }
    }

    /// The ending of that word.
    pub fn of(code: &str) -> Option<How> {
        [How::Completed, How::Returned, How::Terminated].into_iter().find(|how| how.code() == code)
    }
}

/// How a run is measured.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Measured {
    /// From when on it is late; nothing while its clock stands still.
    pub late_from: Option<Instant>,
    /// What of the limit it used, in the limit's unit and without suspensions; nothing where no calendar says so.
    pub used: Option<(Unit, u32)>,
}

/// One run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    /// The activity.
    pub element: String,
    /// When it was entered.
    pub entered: Instant,
    /// When its work was offered; nothing where it has no work to offer, or has rounds.
    pub offered: Option<Instant>,
    /// When whoever did it took it.
    pub held: Option<Instant>,
    /// When and how it ended.
    pub ended: Option<(Instant, How)>,
    /// Whether it was entered by a return.
    pub again: bool,
    /// How it is measured, if it has a limit.
    pub measured: Option<Measured>,
}

impl Run {
    /// When it was done, if it was.
    fn done(&self) -> Option<Instant> {
        self.ended.filter(|(_, how)| *how == How::Completed).map(|(at, _)| at)
    }

    /// How long it took, from the offer (or from its entering, where nothing was offered) to when it was done.
    pub fn took(&self) -> Option<i64> {
        Some(self.offered.unwrap_or(self.entered).ms_until(self.done()?).max(0))
    }

    /// How long it was offered before it was taken.
    pub fn waited(&self) -> Option<i64> {
        self.done().and(Some(self.offered?.ms_until(self.held?).max(0)))
    }

    /// How long whoever did it had it.
    pub fn worked(&self) -> Option<i64> {
        Some(self.held?.ms_until(self.done()?).max(0))
    }

    /// Whether it is, or was, past its limit; nothing where it has none.
    pub fn is_late(&self, now: Instant) -> Option<bool> {
        let at = self.ended.map_or(now, |(at, _)| at);
        self.measured.map(|measured| measured.late_from.is_some_and(|late| late <= at))
    }
}

/// How values are spread: milliseconds, or units of a limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Spread {
    /// How many there are.
    pub n: u64,
    /// All together.
    pub sum: i128,
    /// The middle one by nearest rank.
    pub median: i64,
    /// The one that 95 in 100 do not exceed, by nearest rank.
    pub p95: i64,
}

impl Spread {
    /// Of values in any order; nothing of none.
    pub fn of(mut values: Vec<i64>) -> Option<Spread> {
        values.sort_unstable();
        let nearest = |percent: usize| {
            let rank = (values.len() * percent).div_ceil(100).max(1);
            values.get(rank - 1).copied()
        };
        let (median, p95) = (nearest(50)?, nearest(95)?);
        let n = u64::try_from(values.len()).unwrap_or(u64::MAX);
        Some(Spread { n, sum: values.iter().map(|value| i128::from(*value)).sum(), median, p95 })
    }

    /// The mean, rounded to the nearest.
    pub fn mean(&self) -> i64 {
        let n = i128::from(self.n.max(1));
        i64::try_from((self.sum + n / 2).div_euclid(n)).unwrap_or(i64::MAX)
    }

    /// The mean in tenths, rounded to the nearest.
    pub fn mean_tenths(&self) -> i64 {
        let n = i128::from(self.n.max(1));
        i64::try_from((self.sum * 10 + n / 2).div_euclid(n)).unwrap_or(i64::MAX)
    }
}

/// What can be said of an activity.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Figures {
    /// Runs that were entered.
    pub entered: u64,
    /// Those that were done.
    pub completed: u64,
    /// Those that the matter was sent back from.
    pub returned: u64,
    /// Those that something else ended.
    pub terminated: u64,
    /// Those that are going on.
    pub open: u64,
    /// Those that a return led to.
    pub again: u64,
    /// Those with a limit.
    pub limited: u64,
    /// Those past it, open ones included.
    pub late: u64,
    /// Offered to done, in milliseconds.
    pub took: Option<Spread>,
    /// Offered to held, in milliseconds.
    pub waited: Option<Spread>,
    /// Held to done, in milliseconds.
    pub worked: Option<Spread>,
    /// What completed runs used of their limit, by its unit and in it.
    pub used: BTreeMap<Unit, Spread>,
}

impl Figures {
    /// Returns from it for each hundred runs, in tenths; nothing without runs.
    pub fn returned_per_hundred_tenths(&self) -> Option<u64> {
        per_thousand(self.returned, self.entered)
    }

    /// Runs past their limit for each hundred runs with one, in tenths; nothing where none has one: not applicable.
    pub fn late_per_hundred_tenths(&self) -> Option<u64> {
        per_thousand(self.late, self.limited)
    }
}

fn per_thousand(part: u64, of: u64) -> Option<u64> {
    (of > 0).then(|| (part.saturating_mul(1000) + of / 2) / of)
}

/// The figures of each activity.
pub fn of(runs: &[Run], now: Instant) -> BTreeMap<String, Figures> {
    #[derive(Default)]
    struct Values {
        took: Vec<i64>,
        waited: Vec<i64>,
        worked: Vec<i64>,
        used: BTreeMap<Unit, Vec<i64>>,
    }
    let mut all: BTreeMap<&str, (Figures, Values)> = BTreeMap::new();
    for run in runs {
        let (figures, values) = all.entry(&run.element).or_default();
        figures.entered += 1;
        match run.ended {
            None => figures.open += 1,
            Some((_, How::Completed)) => figures.completed += 1,
            Some((_, How::Returned)) => figures.returned += 1,
            Some((_, How::Terminated)) => figures.terminated += 1,
        }
        figures.again += u64::from(run.again);
        if let Some(late) = run.is_late(now) {
            figures.limited += 1;
            figures.late += u64::from(late);
        }
        values.took.extend(run.took());
        values.waited.extend(run.waited());
        values.worked.extend(run.worked());
        let used = run.done().and(run.measured).and_then(|measured| measured.used);
        if let Some((unit, used)) = used {
            values.used.entry(unit).or_default().push(i64::from(used));
        }
    }
    let spread = |(element, (figures, values)): (&str, (Figures, Values))| {
        let used = values.used.into_iter().filter_map(|(unit, values)| Some((unit, Spread::of(values)?)));
        let figures = Figures {
            took: Spread::of(values.took),
            waited: Spread::of(values.waited),
            worked: Spread::of(values.worked),
            used: used.collect(),
            ..figures
        };
        (element.to_owned(), figures)
    };
    all.into_iter().map(spread).collect()
}

#[cfg(test)]
mod tests;
