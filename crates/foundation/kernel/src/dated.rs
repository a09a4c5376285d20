//! Rows that are dated twice: what was so (valid) and since when we know it (known).
//!
//! A subject (an organ, a division) has one row per *period*. A period is named by the day it begins, `valid_from`. A
//! later-known row with the same `valid_from` replaces the earlier one: that is how a period gets an end, or a mistake a
//! correction. A row whose period is empty (`valid_to <= valid_from`) withdraws it. Nothing is ever edited, so what was
//! known on any past day can still be read.

use crate::day::Day;

/// When a row is so, and since when it is known.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
pub struct Period {
    /// First day on which it is so.
    pub valid_from: Day,
    /// First day on which it is no longer so; `None` while no end is known.
    pub valid_to: Option<Day>,
    /// First day on which this was known.
    pub known_from: Day,
}

impl Period {
    /// A period without a known end, known from its first day.
    pub const fn since(valid_from: Day) -> Period {
        Period { valid_from, valid_to: None, known_from: valid_from }
    }

    /// The same with an end.
    #[must_use]
    pub const fn until(self, valid_to: Day) -> Period {
        Period { valid_to: Some(valid_to), ..self }
    }

    /// The same, known from another day.
    #[must_use]
    pub const fn known(self, known_from: Day) -> Period {
        Period { known_from, ..self }
    }

    /// Whether the row withdraws its period.
    pub fn is_withdrawn(&self) -> bool {
        self.valid_to.is_some_and(|to| to <= self.valid_from)
    }

    /// Whether it is so on `day`.
    pub fn holds(&self, day: Day) -> bool {
        self.valid_from <= day && self.valid_to.is_none_or(|to| day < to)
    }
}

/// A row with a [`Period`].
pub trait Dated {
    /// The row's period.
    fn period(&self) -> Period;
}

/// The row of one subject that holds on `day`, by what was known on `known`; `None` if there is none.
///
/// - `rows`: all rows of one subject, in the order in which they were written; of two rows for the same period known
///   from the same day the later one counts.
/// - Where an earlier period has no end, the next one ends it.
pub fn as_of<T: Dated>(rows: &[T], day: Day, known: Day) -> Option<&T> {
    as_of_iter(rows.iter(), day, known)
}

/// [`as_of`] over rows that lie apart.
pub fn as_of_iter<'a, T: Dated + 'a>(rows: impl Iterator<Item = &'a T> + Clone, day: Day, known: Day) -> Option<&'a T> {
    let visible = rows.filter(|row| row.period().known_from <= known);
    let current = |row: &T| {
        // The last known row of this period: `max_by_key` keeps the last of equals.
        let of_period = visible.clone().filter(|other| other.period().valid_from == row.period().valid_from);
        of_period.max_by_key(|other| other.period().known_from).is_some_and(|last| std::ptr::eq(last, row))
    };
    let begun = visible.clone().filter(|row| row.period().valid_from <= day && !row.period().is_withdrawn());
    let latest = begun.filter(|row| current(row)).max_by_key(|row| row.period().valid_from)?;
    latest.period().holds(day).then_some(latest)
}

/// What kind of change turned some subjects into others.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SuccessionKind {
    /// Several became one 合并.
    Merge,
    /// One became several 分立.
    Split,
    /// One became another: a new code or number for the same thing 更名、改码.
    Rename,
    /// Its tasks went to one that went on existing 并入.
    Absorb,
}

/// One reorganisation: what was before, what came after, on which day.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Succession<I> {
    /// The kind of change.
    pub kind: SuccessionKind,
    /// The first day of the new order.
    pub on: Day,
    /// First day on which this was known.
    pub known_from: Day,
    /// Those that ended or gave something up.
    pub before: Vec<I>,
    /// Those that took over.
    pub after: Vec<I>,
}

/// All that took over from `subject` by `day`, through any number of reorganisations, sorted; by what was known on
/// `known`. Those that were themselves succeeded are left out; `subject` alone if nothing succeeded it.
pub fn successors<I: Copy + Ord>(successions: &[Succession<I>], subject: I, day: Day, known: Day) -> Vec<I> {
    follow(subject, |at, since| {
        let next = visible(successions, day, known).filter(|s| s.on >= since && s.before.contains(&at));
        next.flat_map(|s| s.after.iter().filter(|i| **i != at).map(|i| (*i, s.on))).collect()
    })
}

/// All that `subject` took over from, back to `day`, sorted: the mirror of [`successors`]. Successions on or before
/// `day` are not undone.
pub fn predecessors<I: Copy + Ord>(successions: &[Succession<I>], subject: I, day: Day, known: Day) -> Vec<I> {
    let mut ends = Vec::new();
    let mut open = vec![(subject, Day::MAX)];
    let mut seen = std::collections::BTreeSet::new();
    while let Some((at, until)) = open.pop() {
        if !seen.insert(at) {
            continue;
        }
        let back =
            visible(successions, Day::MAX, known).filter(|s| s.on > day && s.on <= until && s.after.contains(&at));
        let before: Vec<(I, Day)> =
            back.flat_map(|s| s.before.iter().filter(|i| **i != at).map(|i| (*i, s.on))).collect();
        if before.is_empty() {
            ends.push(at);
        }
        open.extend(before);
    }
    ends.sort_unstable();
    ends
}

fn visible<I>(all: &[Succession<I>], day: Day, known: Day) -> impl Iterator<Item = &Succession<I>> {
    all.iter().filter(move |s| s.on <= day && s.known_from <= known)
}

fn follow<I: Copy + Ord>(subject: I, next: impl Fn(I, Day) -> Vec<(I, Day)>) -> Vec<I> {
    let mut ends = Vec::new();
    let mut open = vec![(subject, Day::MIN)];
    let mut seen = std::collections::BTreeSet::new();
    while let Some((at, since)) = open.pop() {
        // Data may name a circle; each subject is visited once, so it ends.
        if !seen.insert(at) {
            continue;
        }
        let after = next(at, since);
        if after.is_empty() {
            ends.push(at);
        }
        open.extend(after);
    }
    ends.sort_unstable();
    ends
}
