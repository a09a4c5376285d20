//! Cases that begin by a time: at a moment, or again and again. Source: flow.md §3, start by timer.
//!
//! Times count from when the version came into force; a version takes over with its own times, and what an earlier one missed is
//! not made up for. Each time opens one case in each organ that the process names, under an id that derives from process, start
//! event, organ and time. What was missed while the node was down is made up for, the newest hundred times of each start.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use dmn::Context;
use flow::graph::{Cycle, TimerOf, Trigger};
use flow::{ElementId, Graph};
use kernel::{Instant, MatterId, OrganId, Zone};
use store::{RecordError, StoreFault, Unit};

use super::Rests;
use crate::case::Begun;
use crate::desk::{By, CaseError, Desk, Opening, derived, organ_of};
use crate::model::rows::Version;

/// Times of one start that are made up for at most.
const MOST_MISSED: usize = 100;

/// Looks at what begins by a time.
#[derive(Default)]
pub(super) struct Starts {
    /// When the next one is due, as it was found out last.
    next: Mutex<Option<Instant>>,
}

/// A start of a process by a time.
struct Start<'v> {
    version: &'v Version,
    process: ElementId,
    /// The start event, and which of its triggers.
    at: (ElementId, usize),
}

impl Starts {
    /// When the next one is due.
    pub(super) fn next(&self) -> Option<Instant> {
        *self.next.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens every case whose time has come; answers how many.
    ///
    /// # Errors
    /// If the store fails.
    pub(super) async fn tick(&self, desk: &Desk, rests: &Rests) -> Result<u64, StoreFault> {
        let library = desk.library();
        library.look().await?;
        let (now, zone) = (desk.directory().clock().now(), desk.directory().clock().zone());
        let (mut opened, mut next) = (0, None::<Instant>);
        for version in library.all_in_force(now.day(zone)) {
            let process = ElementId::from(version.definition.process.as_str());
            let deployed = library.deployed(version.model).await?;
            let Some(graph) = deployed.readied.graphs.get(&process) else { continue };
            let Some(organs) = deployed.readied.organs.get(&process) else { continue };
            for (at, cycle) in by_time(graph) {
                let start = Start { version: &version, process: process.clone(), at };
                let since = in_force_since(desk, &version, zone).await?;
                let times = times(cycle, since, now, zone);
                next = [next, times.next].into_iter().flatten().min();
                opened += due(desk, rests, &start, &times.past, organs).await?;
            }
        }
        *self.next.lock().unwrap_or_else(PoisonError::into_inner) = next;
        Ok(opened)
    }
}

/// The starts of a process by a time that the file itself says.
fn by_time(graph: &Graph) -> Vec<((ElementId, usize), Cycle)> {
    let mut all = Vec::new();
    for at in graph.starters() {
        for (trigger, of) in graph.triggers(at).iter().enumerate() {
            if let Trigger::Timer(TimerOf::Literal(cycle)) = of {
                all.push(((graph.element(at).id.clone(), trigger), *cycle));
            }
        }
    }
    all
}

/// Whether a process begins by a time, and whether by one that the file does not say: nothing is known by which it could be
/// reckoned.
pub(crate) fn begins_by_time(graph: &Graph) -> (bool, bool) {
    let timers = graph.starters().into_iter().flat_map(|at| graph.triggers(at)).filter_map(|trigger| match trigger {
        Trigger::Timer(of) => Some(matches!(of, TimerOf::Expression(_))),
        _ => None,
    });
    timers.fold((false, false), |(_, reckoned), this| (true, reckoned || this))
}

/// The organs that a process names: ids or unified social credit codes, parted by blanks.
pub(crate) fn organs_of(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// From when on a version is in force: its first day, or its approval on a later one.
async fn in_force_since(desk: &Desk, version: &Version, zone: Zone) -> Result<Instant, StoreFault> {
    let sql = "select decided_at from flow_model where node = $1 and matter = $2";
    let values = [desk.node().into(), version.model.value().into()];
    let rows = desk.directory().store().read(sql, &values).await?;
    let decided = rows.first().map(|row| row.opt_int(0)).transpose()?.flatten().unwrap_or(i64::MIN);
    Ok(Instant::from_ms(decided.max(zone.start_of(version.valid_from).ms())))
}

/// When something that begins by a time was due and is due next.
#[derive(PartialEq, Eq, Debug)]
struct Times {
    /// The newest times that have come, in order, so many at most.
    past: Vec<Instant>,
    /// The next one.
    next: Option<Instant>,
}

/// The times of a repetition that counts from a moment, up to another one. A time before the moment is none; at it, it is.
fn times(cycle: Cycle, since: Instant, now: Instant, zone: Zone) -> Times {
    let (first, most) = cycle.first(since, zone);
    let mut times = Times { past: Vec::new(), next: None };
    let (mut at, mut left) = (first, most);
    // Over what nobody can count: physical periods are passed at once, months one by one.
    if let Cycle::Every { period, .. } = cycle
        && period.months == 0
        && period.ms > 0
    {
        let most_back = period.ms.saturating_mul(i64::try_from(MOST_MISSED).unwrap_or(i64::MAX));
        let from = since.max(now.plus_ms(most_back.saturating_neg()));
        let passed = (at.ms_until(from).max(0) + period.ms - 1) / period.ms;
        left = left.map(|left| left.saturating_sub(passed.unsigned_abs()));
        at = at.plus_ms(passed.saturating_mul(period.ms));
    }
    while left != Some(0) {
        if at > now {
            times.next = Some(at);
            break;
        }
        if at >= since {
            times.past.push(at);
        }
        left = left.map(|left| left - 1);
        let next = cycle.next(at, zone);
        if next <= at {
            break;
        }
        at = next;
    }
    let beyond = times.past.len().saturating_sub(MOST_MISSED);
    times.past.drain(..beyond);
    times
}

/// Opens what was due and is not opened yet; answers how many.
async fn due(
    desk: &Desk,
    rests: &Rests,
    start: &Start<'_>,
    past: &[Instant],
    organs: &[String],
) -> Result<u64, StoreFault> {
    let Some(first) = past.first() else { return Ok(0) };
    let directory = desk.directory();
    let now = directory.clock().now();
    let Some(register) = directory.register().await? else { return Ok(0) };
    let there = opened(desk, start, *first).await?;
    let mut done = 0;
    for at in past {
        for named in organs {
            let name = format!("{named} {at}");
            let key = [start.process.as_str().as_bytes(), start.at.0.as_str().as_bytes(), named.as_bytes()];
            let id = derived(b"qingyuan.case.at", &[&key[..], &[&at.ms().to_be_bytes()[..]]].concat());
            if there.contains(&id) || rests.rests(id, &name, now.ms()) {
                continue;
            }
            let organ = organ_of(&register, &dmn::Value::text(named.as_str()), now.day(directory.clock().zone()));
            let Some(organ) = organ else {
                tracing::error!(process = %start.process, organ = named, "a process begins in an organ that is not there");
                rests.later(id, &name, now.ms());
                continue;
            };
            match begin(desk, (id, organ), start, *at).await {
                Ok(begun) => {
                    rests.done(id, &name);
                    done += u64::from(begun);
                }
                Err(CaseError::Fault(fault) | CaseError::Record(RecordError::Fault(fault))) => return Err(fault),
                Err(error) => {
                    tracing::error!(process = %start.process, due = %at, %error, "a case did not begin at its time; it tries again");
                    rests.later(id, &name, now.ms());
                }
            }
        }
    }
    Ok(done)
}

/// Which cases a start has opened at or after a time.
async fn opened(desk: &Desk, start: &Start<'_>, from: Instant) -> Result<BTreeSet<MatterId>, StoreFault> {
    let sql = "select matter from flow_begun where node = $1 and process = $2 and name = $3 and due >= $4";
    let values = [desk.node().into(), start.process.as_str().into(), start.at.0.as_str().into(), from.ms().into()];
    let rows = desk.directory().store().read(sql, &values).await?;
    rows.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}

/// Opens a case at its time; says whether another process was not faster.
async fn begin(
    desk: &Desk,
    (id, organ): (MatterId, OrganId),
    start: &Start<'_>,
    due: Instant,
) -> Result<bool, CaseError> {
    let day = due.day(desk.directory().clock().zone());
    let opening = Opening {
        process: start.process.clone(),
        start: Some(start.at.clone()),
        title: format!("{} {day}", start.version.definition.name),
        organ,
        variables: Context::new(),
        caller: None,
        power: None,
    };
    let begun = Begun::Timer { element: start.at.0.clone(), due };
    let prepared = desk.beginning((By::System, id), &opening, Some(begun), &[]).await?;
    let unit = Unit { acts: vec![(prepared.draft, prepared.changes)], operations: Vec::new() };
    match desk.directory().store().record_unit(unit).await {
        Ok(_) => {
            desk.keep(&prepared.after);
            Ok(true)
        }
        Err(RecordError::Conflict { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_count_from_when_the_version_is_in_force() {
        let at = |text: &str| text.parse::<Instant>().unwrap();
        let (since, now) = (at("2026-11-16T00:00:00Z"), at("2026-11-18T12:00:00Z"));
        let cases: [(&str, &[&str], Option<&str>); 9] = [
            ("2026-11-17T08:00:00Z", &["2026-11-17T08:00:00Z"], None),
            ("2026-11-16T00:00:00Z", &["2026-11-16T00:00:00Z"], None),
            ("2026-11-15T08:00:00Z", &[], None),
            ("2026-11-19T08:00:00Z", &[], Some("2026-11-19T08:00:00Z")),
            ("R/P1D", &["2026-11-17T00:00:00Z", "2026-11-18T00:00:00Z"], Some("2026-11-19T00:00:00Z")),
            ("R1/P1D", &["2026-11-17T00:00:00Z"], None),
            // Those before it was in force are over, and counted.
            ("R3/2026-11-15T06:00:00Z/P1D", &["2026-11-16T06:00:00Z", "2026-11-17T06:00:00Z"], None),
            (
                "R/2020-01-01T06:00:00Z/P1D",
                &["2026-11-16T06:00:00Z", "2026-11-17T06:00:00Z", "2026-11-18T06:00:00Z"],
                Some("2026-11-19T06:00:00Z"),
            ),
            ("R/2026-01-17T06:00:00Z/P1M", &["2026-11-17T06:00:00Z"], Some("2026-12-17T06:00:00Z")),
        ];
        for (text, past, next) in cases {
            let found = times(Cycle::read(text, Zone::CHINA).unwrap(), since, now, Zone::CHINA);
            let past = past.iter().map(|text| at(text)).collect::<Vec<_>>();
            assert_eq!(found, Times { past, next: next.map(at) }, "{text}");
        }
    }

    #[test]
    fn of_what_was_missed_the_newest_are_made_up_for() {
        let (since, now) = (Instant::from_ms(0), Instant::from_ms(1_000_000_500));
        let found = times(Cycle::read("R/PT1S", Zone::CHINA).unwrap(), since, now, Zone::CHINA);
        assert_eq!(found.past.len(), MOST_MISSED);
        assert_eq!(found.past.last(), Some(&Instant::from_ms(1_000_000_000)));
        assert_eq!(found.next, Some(Instant::from_ms(1_000_001_000)));
        let months = times(Cycle::read("R/P1M", Zone::CHINA).unwrap(), since, now.plus_ms(1 << 42), Zone::CHINA);
        assert_eq!(months.past.len(), MOST_MISSED);
    }
}
