//! The eleven indicators, with the results of Cardinal 0.0.8.
//!
//! A file is cut into pieces, threads read them and keep one [`Tally`] each. Everything in a tally can be added in any
//! order: sums, sets, and records that know their place in the input. So the result is the same for any cut and any
//! number of threads, but for one thing that depends on order by nature: the main currency, if it is not set, is the
//! first one seen. A thread that needs it waits until all pieces before its own are done or have decided it.

mod bids;
mod finish;
mod judge;
mod outliers;
mod report;
mod tally;

use std::collections::BTreeSet;
use std::io::Read;
use std::sync::{Condvar, Mutex, OnceLock, PoisonError};

pub use report::{Code, Group, Maps, Report};

use crate::lines::{self, Place, Work};
use crate::log::{Level, Log, Notes};
use crate::release::{Needs, Release};
use crate::scan::Scanner;
use crate::settings::Settings;
use tally::Tally;

/// Judges all releases of `reader`, one a line.
///
/// - `threads`: how many share the work; the result does not depend on it.
/// - `log`: gets what is wrong with single lines, and amounts in another currency; both are skipped.
/// - The report always holds the mappings from processes to organisations; [`Report::write`] is told whether to print them.
pub fn indicators(settings: &Settings, reader: &mut (dyn Read + Send), threads: usize, log: &mut Log<'_>) -> Report {
    judge(settings, true, reader, threads, log)
}

/// As [`indicators`]; without `maps` nothing is kept for the mappings.
pub(crate) fn judge(
    settings: &Settings,
    maps: bool,
    reader: &mut (dyn Read + Send),
    threads: usize,
    log: &mut Log<'_>,
) -> Report {
    let work = Judging::new(settings, maps, log.level());
    let ran = lines::work(reader, threads, &work, |notes| log.tell_all(notes));
    log.tell_failure(ran.failure);
    finish::report(settings, Tally::sum(ran.threads))
}

struct Judging<'s> {
    settings: &'s Settings,
    needs: Needs,
    maps: bool,
    level: Option<Level>,
    currency: MainCurrency,
}

impl<'s> Judging<'s> {
    fn new(settings: &'s Settings, maps: bool, level: Option<Level>) -> Self {
        let currency = MainCurrency::new(settings.currency.clone());
        Self { settings, needs: Needs::of(settings), maps, level, currency }
    }
}

impl Work for Judging<'_> {
    type Thread = Tally;
    type Output = Notes;

    fn start(&self) -> Tally {
        Tally::new(self.maps)
    }

    fn piece(&self, tally: &mut Tally, place: Place, bytes: &[u8]) -> Notes {
        let piece = self.currency.piece(place.index);
        let mut notes = Notes::new(self.level);
        let (text, bad) = lines::text(bytes, place.line);
        let mut release = Release::default();
        lines::each_line(&text, place.line, |start, number| {
            let mut scanner = Scanner::new(&text, start);
            if release.read(&mut scanner, self.needs).is_ok() {
                let line = judge::Line { offset: place.offset, start, number };
                tally.add(self.settings, &release, line, &piece, &mut notes);
            } else {
                notes.not_json(number, lines::line_at(&text, start));
            }
            // Where an error was found says nothing about where the line ends, and a good line has been read to its end.
            scanner.position().min(text.len())
        });
        notes.not_utf8(&bad);
        notes
    }
}

/// The currency whose amounts are compared.
struct MainCurrency {
    decided: OnceLock<String>,
    done: Mutex<Done>,
    moved: Condvar,
}

/// Which pieces are done: all before `next`, and `later` ones.
#[derive(Default)]
struct Done {
    next: u64,
    later: BTreeSet<u64>,
}

/// One piece's view of the main currency; dropping it tells that the piece is done.
pub(crate) struct Piece<'c> {
    currency: &'c MainCurrency,
    index: u64,
}

impl MainCurrency {
    fn new(set: Option<String>) -> Self {
        let decided = OnceLock::new();
        if let Some(set) = set {
            decided.get_or_init(|| set);
        }
        Self { decided, done: Mutex::default(), moved: Condvar::new() }
    }

    fn piece(&self, index: u64) -> Piece<'_> {
        Piece { currency: self, index }
    }
}

impl Piece<'_> {
    /// The main currency, now that one is seen: `seen`, unless another was seen before it in the file.
    pub fn main(&self, seen: &str) -> &str {
        if let Some(decided) = self.currency.decided.get() {
            return decided;
        }
        let mut done = self.currency.done.lock().unwrap_or_else(PoisonError::into_inner);
        // The first unfinished piece never waits, so somebody always goes on.
        while done.next < self.index && self.currency.decided.get().is_none() {
            done = self.currency.moved.wait(done).unwrap_or_else(PoisonError::into_inner);
        }
        let decided = self.currency.decided.get_or_init(|| seen.to_owned());
        self.currency.moved.notify_all();
        decided
    }
}

impl Drop for Piece<'_> {
    fn drop(&mut self) {
        if self.currency.decided.get().is_some() {
            return;
        }
        let mut done = self.currency.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.later.insert(self.index);
        while let Some(next) = done.later.first().copied().filter(|&first| first == done.next) {
            done.later.remove(&next);
            done.next += 1;
        }
        self.currency.moved.notify_all();
    }
}

#[cfg(test)]
mod tests;
