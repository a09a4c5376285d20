//! Runs of activities as rows: entered, offered, held, ended, and by which limit they are measured. Figures are made from them.
//!
//! Rows are written from acts alone. What the events of a step say by numbers only, and what a row says of its case, stands
//! therefore in the act as [`Ran`], found out from the state before it is recorded.

use std::collections::{BTreeMap, BTreeSet};

use flow::event::{Mapped, RunEnd};
use flow::state::{Clock, Number, Owner, Rung};
use flow::{ElementId, Event, State};
use kernel::{MatterId, OrganId};
use serde::{Deserialize, Serialize};
use store::{Change, Changes, StoreFault, Value};

use super::Step;
use crate::tables::{MISHAP, RUN};

/// What the rows of runs need beside the events of a step.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Ran {
    /// The process.
    pub process: ElementId,
    /// The version of it under which what begins in the step is entered.
    pub version: i64,
    /// The organ whose case it is.
    pub organ: OrganId,
    /// The runs of tasks that the step names, by the number of the task; rounds of a repeated activity are no runs of their own.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub runs: BTreeMap<Number, Number>,
    /// Runs that ended because the matter was sent back from them.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub returned: BTreeSet<Number>,
}

impl Ran {
    /// What is to be said beside the events of a step; nothing where they concern no run.
    ///
    /// - `before`: the state before the step.
    pub fn of(before: &State, events: &[Event], (process, version): (&ElementId, i64), organ: OrganId) -> Option<Ran> {
        let mut ran =
            Ran { process: process.clone(), version, organ, runs: BTreeMap::new(), returned: BTreeSet::new() };
        let mut owners: BTreeMap<Number, (&ElementId, bool)> =
            before.runs.iter().map(|(run, of)| (*run, (&of.element, is_round(&of.owner)))).collect();
        let mut of_task: BTreeMap<Number, Number> = before.tasks.iter().map(|(task, of)| (*task, of.run)).collect();
        let mut from: Option<&ElementId> = None;
        let mut any = false;
        for event in events {
            match event {
                Event::RunBegan { run, element, owner, .. } => {
                    owners.insert(*run, (element, is_round(owner)));
                    any = true;
                }
                Event::TaskOffered { task, of } => drop(of_task.insert(*task, of.run)),
                Event::Returned { from: left, .. } => from = Some(left),
                Event::RunEnded { run, .. } => {
                    any = true;
                    if from.is_some() && owners.get(run).map(|(element, _)| *element) == from {
                        ran.returned.insert(*run);
                    }
                }
                Event::IncidentOpened { .. } | Event::IncidentClosed { .. } | Event::JobOffered { .. } => any = true,
                Event::ClockArmed { .. } | Event::ClockChanged { .. } | Event::Mapped { .. } => any = true,
                _ => {}
            }
            if let Event::TaskOffered { task, .. } | Event::TaskHeld { task, .. } = event {
                let run = of_task.get(task).filter(|run| owners.get(run).is_some_and(|(_, round)| !round));
                ran.runs.extend(run.map(|run| (*task, *run)));
            }
        }
        (any || !ran.runs.is_empty()).then_some(ran)
    }
}

fn is_round(owner: &Owner) -> bool {
    matches!(owner, Owner::Round(..))
}

/// The rung at which a run is late: the nearest limit is over.
fn limit(clock: &Clock) -> Rung {
    if clock.by_promise || clock.of.promised.is_some() { Rung::Promised } else { Rung::Statutory }
}

/// A row as a step makes it: columns that it sets.
type Columns = BTreeMap<&'static str, Value>;

/// Rows of one step. A row that is begun and goes on within it is written once: a group may go to the store as one statement,
/// which sees no row of its own.
struct Making {
    node: i64,
    id: MatterId,
    at: i64,
    runs: BTreeMap<Number, (bool, Columns)>,
    mishaps: BTreeMap<Number, (bool, Columns)>,
}

/// The rows of the runs of a step.
///
/// - `at`: when its act was, milliseconds since 1970.
///
/// # Errors
/// If a clock cannot be written.
pub(super) fn changes(node: i64, id: MatterId, step: &Step, at: i64) -> Result<Changes, StoreFault> {
    let Some(ran) = &step.ran else { return Ok(Changes::new()) };
    let mut making = Making { node, id, at, runs: BTreeMap::new(), mishaps: BTreeMap::new() };
    let mut back: Option<&ElementId> = None;
    for event in &step.events {
        match event {
            Event::Returned { to, .. } => back = Some(to),
            Event::RunBegan { run, element, owner, .. } if !is_round(owner) => {
                let again = back.take_if(|to| *to == element).is_some();
                making.begin(*run, element, ran, again);
            }
            other => making.go_on(other, step, ran)?,
        }
    }
    Ok(making.rows())
}

impl Making {
    fn begin(&mut self, run: Number, element: &ElementId, ran: &Ran, again: bool) {
        let columns: [(&'static str, Value); 6] = [
            ("process", ran.process.as_str().into()),
            ("element", element.as_str().into()),
            ("version", ran.version.into()),
            ("organ", ran.organ.value().into()),
            ("entered_at", self.at.into()),
            ("again", i64::from(again).into()),
        ];
        self.runs.insert(run, (true, columns.into()));
    }

    fn go_on(&mut self, event: &Event, step: &Step, ran: &Ran) -> Result<(), StoreFault> {
        let at: Value = self.at.into();
        match event {
            Event::RunEnded { run, how } => {
                let how = match how {
                    RunEnd::Completed => "completed",
                    RunEnd::Terminated if ran.returned.contains(run) => "returned",
                    RunEnd::Terminated => "terminated",
                };
                self.run(*run, [("ended_at", at), ("how", how.into())]);
            }
            Event::TaskOffered { task, .. } => {
                let Some(run) = ran.runs.get(task) else { return Ok(()) };
                self.run(*run, [("offered_at", at)]);
                if let Some(organ) = step.organs.get(task) {
                    self.run(*run, [("organ", organ.value().into())]);
                }
            }
            Event::TaskHeld { task, holder } => {
                let Some(run) = ran.runs.get(task) else { return Ok(()) };
                self.run(*run, [("held_at", holder.map(|_| self.at).into())]);
            }
            Event::JobOffered { of, .. } => {
                // A job of a round has no row to be set, and none is.
                self.run(of.run, [("offered_at", at)]);
            }
            Event::ClockArmed { of, .. } => self.clock(of, true)?,
            Event::ClockChanged { of, .. } | Event::Mapped { to: Mapped::Clock(of), .. } => self.clock(of, false)?,
            Event::IncidentOpened { incident, of } => {
                let element = of.element.as_ref().map_or("", ElementId::as_str);
                let columns: [(&'static str, Value); 5] = [
                    ("process", ran.process.as_str().into()),
                    ("element", element.into()),
                    ("version", ran.version.into()),
                    ("kind", of.kind.code().into()),
                    ("opened_at", at),
                ];
                self.mishaps.insert(*incident, (true, columns.into()));
            }
            Event::IncidentClosed { incident } => {
                let (_, columns) = self.mishaps.entry(*incident).or_default();
                columns.insert("closed_at", at);
            }
            _ => {}
        }
        Ok(())
    }

    fn run(&mut self, run: Number, columns: impl IntoIterator<Item = (&'static str, Value)>) {
        self.runs.entry(run).or_default().1.extend(columns);
    }

    /// The clock of a step, and from when on it is late. While it stands still nobody can say when; what was late stays late.
    fn clock(&mut self, of: &Clock, armed: bool) -> Result<(), StoreFault> {
        let Some(run) = of.run else { return Ok(()) };
        let text = serde_json::to_string(&of.of)
            .map_err(|error| StoreFault::Nonsense(format!("the clock of a step: {error}")))?;
        self.run(run, [("clock", text.into())]);
        let rung = limit(of);
        match of.rungs.iter().find(|(other, _)| *other == rung) {
            Some((_, due)) => self.run(run, [("late_from", due.ms().into())]),
            // A completion that was taken back goes on with the clock it had: what was late is late from its beginning.
            None if of.reached.contains(&rung) && armed => self.run(run, [("late_from", self.at.into())]),
            None if of.reached.contains(&rung) => {}
            None => self.run(run, [("late_from", Value::NullInt)]),
        }
        Ok(())
    }

    fn rows(self) -> Changes {
        let head = [self.node.into(), self.id.value().into()];
        let one = |table: &'static store::Table, number: Number, (new, columns): (bool, Columns)| -> Option<Change> {
            let key: Vec<Value> = head.iter().cloned().chain([number.cast_signed().into()]).collect();
            if new {
                let value = |column: &store::Column| columns.get(column.name).cloned();
                let rest = table.columns.iter().skip(table.key);
                let rest = rest.map(|column| value(column).unwrap_or_else(|| Value::null(column.kind)));
                return Some(table.row(key.into_iter().chain(rest).collect()));
            }
            (!columns.is_empty()).then(|| Change::Set(table.key(key), columns))
        };
        let runs = self.runs.into_iter().filter_map(|(number, it)| one(&RUN, number, it));
        let mishaps = self.mishaps.into_iter().filter_map(|(number, it)| one(&MISHAP, number, it));
        runs.collect::<Vec<_>>().into_iter().chain(mishaps).collect()
    }
}
