//! Every event of a trial in words: when, at which step, what.

use std::collections::BTreeMap;

use flow::event::RunEnd;
use flow::state::{Number, Position, What};
use flow::{ElementId, Event};
use kernel::OfficerId;
use web::http::Page;
use web::view::{Cell, Column, Html, Row, State as Empty, Table};

use super::Tried;
use crate::case::rows::rung_code;
use crate::http::{fields, say, t};

/// Events that a page lists at most, the latest.
const MOST_LISTED: usize = 300;

/// What the numbers of events stand for: elements of runs, tasks, jobs, waits, clocks and incidents, by instance.
#[derive(Default)]
struct Known(BTreeMap<(usize, Number), ElementId>);

impl Known {
    /// Takes in what an event names, and says at which element it happens.
    fn element(&mut self, instance: usize, event: &Event) -> Option<ElementId> {
        let known = |number: &Number| self.0.get(&(instance, *number)).cloned();
        let (number, element) = match event {
            Event::RunBegan { run, element, .. } => (Some(run), Some(element.clone())),
            Event::TaskOffered { task, of } => (Some(task), Some(of.element.clone())),
            Event::JobOffered { job, of, .. } => (Some(job), Some(of.element.clone())),
            Event::WaitOpened { wait, of } => (Some(wait), Some(of.element.clone())),
            Event::ClockArmed { clock, of } => (Some(clock), of.element.clone()),
            Event::IncidentOpened { incident, of } => (Some(incident), of.element.clone()),
            Event::Called { call, of, .. } => (Some(call), known(&of.run)),
            Event::SupplementAsked { supplement, of } => (Some(supplement), known(&of.task)),
            Event::TokenPlaced { token, position, .. } | Event::TokenMoved { token, position } => {
                (Some(token), Some(position.place().clone()))
            }
            Event::RunLocal { run, .. }
            | Event::RoundsSet { run, .. }
            | Event::RoundBegan { run }
            | Event::RoundDone { run, .. }
            | Event::RunEnded { run, .. }
            | Event::Decided { run, .. } => (None, known(run)),
            Event::TaskHeld { task, .. } | Event::TaskAssigned { task, .. } | Event::TaskClosed { task, .. } => {
                (None, known(task))
            }
            Event::TakebackOpened { of, .. } => (None, Some(of.element.clone())),
            Event::JobLeased { job, .. } | Event::JobFailed { job, .. } | Event::JobClosed { job, .. } => {
                (None, known(job))
            }
            Event::WaitClosed { wait, .. } | Event::WaitAgain { wait, .. } => (None, known(wait)),
            Event::ClockChanged { clock, .. }
            | Event::RungReached { clock, .. }
            | Event::ClockFinished { clock, .. } => (None, known(clock)),
            Event::IncidentClosed { incident } => (None, known(incident)),
            Event::CallClosed { call, .. } => (None, known(call)),
            Event::SupplementClosed { supplement, .. } => (None, known(supplement)),
            Event::TokenEnded { token } => (None, known(token)),
            Event::Returned { from, .. } => (None, Some(from.clone())),
            Event::MessageSent { from, .. } => (None, Some(from.clone())),
            Event::TakenBack { element, .. }
            | Event::GatewayFired { element, .. }
            | Event::GatewayReset { element, .. } => (None, Some(element.clone())),
            Event::Moved { to, .. } => (None, Some(to.clone())),
            Event::Remembered { done, .. } => (None, Some(done.element.clone())),
            Event::Unqueued { element, .. } => (None, element.clone()),
            Event::Escalated { caught, .. } => (None, caught.clone()),
            _ => (None, None),
        };
        if let (Some(number), Some(element)) = (number, &element) {
            self.0.insert((instance, *number), element.clone());
        }
        element
    }
}

/// The list of what happened, the latest first.
pub(super) fn events(page: &Page, tried: &Tried) -> Table {
    let columns = vec![
        Column::new(t(page, "try-when")).narrow(),
        Column::new(t(page, "step")),
        Column::new(t(page, "try-what")),
        Column::new(t(page, "try-detail")),
    ];
    let standing = &tried.standing;
    let mut known = Known::default();
    let several = standing.instances.len() > 1;
    let lines: Vec<Row> = standing
        .history
        .iter()
        .enumerate()
        .map(|(at, (instance, when, event))| {
            let element = known.element(*instance, event);
            let place = element.map_or_else(|| "–".to_owned(), |element| tried.place(*instance, &element));
            let step = standing.steps.partition_point(|begin| *begin <= at).saturating_sub(1);
            let of = page.words.with("casework-try-step", &[("n", u64::try_from(step).unwrap_or(u64::MAX).into())]);
            let place = match several {
                true => Cell::new(Html::data(&place)).under(Html::data(&tried.process_name(*instance))),
                false => Cell::new(Html::data(&place)),
            };
            Row::new(vec![
                Cell::new(page.moment(*when)).under(Html::data(&of)),
                place,
                Cell::new(t(page, &format!("event-{}", code(event)))),
                Cell::new(Html::data(&detail(page, tried, *instance, event))),
            ])
        })
        .collect();
    let left_out = lines.len().saturating_sub(MOST_LISTED);
    let table = Table::new(page.words, "try-events", t(page, "try-events"), columns)
        .rows(lines.into_iter().rev().take(MOST_LISTED))
        .empty(Empty::empty(t(page, "try-events-none"), ""));
    match left_out {
        0 => table,
        n => table.note(page.words.with("casework-try-events-more", &[("n", n.to_string().into())])),
    }
}

/// The word of an event, as its JSON has it.
fn code(event: &Event) -> &'static str {
    match event {
        Event::Started { .. } => "started",
        Event::ScopeOpened { .. } => "scope-opened",
        Event::ScopeClosed { .. } => "scope-closed",
        Event::Unqueued { .. } => "unqueued",
        Event::TokenPlaced { .. } => "token-placed",
        Event::TokenMoved { position: Position::Failed(..), .. } => "token-failed",
        Event::TokenMoved { position: Position::Flow(_), .. } => "token-left",
        Event::TokenMoved { .. } => "token-moved",
        Event::TokenEnded { .. } => "token-ended",
        Event::RunBegan { .. } => "run-began",
        Event::RunLocal { .. } => "run-local",
        Event::RoundsSet { .. } => "rounds-set",
        Event::RoundBegan { .. } => "round-began",
        Event::RoundDone { .. } => "round-done",
        Event::RunEnded { how: RunEnd::Completed, .. } => "run-done",
        Event::RunEnded { .. } => "run-ended",
        Event::Remembered { .. } => "remembered",
        Event::Forgotten { .. } => "forgotten",
        Event::WaitOpened { .. } => "wait-opened",
        Event::WaitClosed { came: true, .. } => "wait-came",
        Event::WaitClosed { .. } => "wait-closed",
        Event::WaitAgain { .. } => "wait-again",
        Event::JobOffered { .. } => "job-offered",
        Event::JobLeased { .. } => "job-leased",
        Event::JobFailed { .. } => "job-failed",
        Event::JobClosed { done: true, .. } => "job-done",
        Event::JobClosed { .. } => "job-closed",
        Event::TaskOffered { .. } => "task-offered",
        Event::TaskHeld { holder: Some(_), .. } => "task-held",
        Event::TaskHeld { .. } => "task-released",
        Event::TaskAssigned { .. } => "task-assigned",
        Event::Returned { .. } => "returned",
        Event::TaskClosed { by: Some(_), .. } => "task-done",
        Event::TaskClosed { .. } => "task-closed",
        Event::TakebackOpened { .. } => "takeback-opened",
        Event::TakenBack { .. } => "taken-back",
        Event::Called { .. } => "called",
        Event::CallClosed { .. } => "call-closed",
        Event::VariablesSet { .. } => "variables-set",
        Event::GatewayFired { .. } => "gateway-fired",
        Event::GatewayReset { .. } => "gateway-reset",
        Event::Undoing { .. } => "undoing",
        Event::Undone { .. } => "undone",
        Event::MessageSent { .. } => "message-sent",
        Event::SignalSent { .. } => "signal-sent",
        Event::Escalated { .. } => "escalated",
        Event::Decided { .. } => "decided",
        Event::ClockArmed { .. } => "clock-armed",
        Event::ClockChanged { .. } => "clock-changed",
        Event::RungReached { .. } => "rung-reached",
        Event::ClockFinished { .. } => "clock-finished",
        Event::SupplementAsked { .. } => "supplement-asked",
        Event::SupplementClosed { .. } => "supplement-closed",
        Event::IncidentOpened { .. } => "incident-opened",
        Event::IncidentClosed { .. } => "incident-closed",
        Event::Moved { .. } => "moved",
        Event::Withdrawn { .. } => "withdrawn",
        Event::Suspended { .. } => "suspended",
        Event::Resumed { .. } => "resumed",
        Event::Merged { .. } => "merged",
        Event::Split { .. } => "split",
        Event::Migrating { .. } | Event::Mapped { .. } | Event::HistoryMapped { .. } => "migrating",
        Event::Migrated | Event::MigrationReverted => "migrated",
        Event::Ended { .. } => "ended",
    }
}

/// What an event says beside its kind and place.
fn detail(page: &Page, tried: &Tried, instance: usize, event: &Event) -> String {
    let named = |values: &dmn::Context| {
        let all = values.iter().map(|(name, value)| fields::named(page, &tried.readied.readied, name, value));
        all.collect::<Vec<_>>().join(page.words.either("；", "; "))
    };
    let who = |officer: &OfficerId| person(page, tried, *officer);
    match event {
        Event::ScopeOpened { variables, .. } => named(variables),
        Event::VariablesSet { values, .. } => named(values),
        Event::TaskOffered { of, .. } => {
            let duties: Vec<String> = of.posts.iter().map(|code| say::duty(page, code)).collect();
            duties.join(page.words.either("、", ", "))
        }
        Event::TaskHeld { holder: Some((officer, _)), .. } | Event::TaskClosed { by: Some(officer), .. } => {
            who(officer)
        }
        Event::Returned { to, by, .. } => format!("{} → {}", who(by), tried.place(instance, to)),
        Event::Called { of, .. } => of.process.to_string(),
        Event::JobOffered { of, .. } => of.job_type.clone(),
        Event::JobFailed { why, .. } => why.clone(),
        Event::WaitOpened { of, .. } => waited(page, &of.what),
        Event::WaitAgain { what, .. } => waited(page, what),
        Event::MessageSent { name, key, .. } => {
            let key = key.as_ref().map(|key| format!("（{}）", fields::plainly(page, key)));
            format!("{name}{}", key.unwrap_or_default())
        }
        Event::SignalSent { name } => name.clone(),
        Event::Escalated { code, .. } => code.clone().unwrap_or_default(),
        Event::Decided { decision, inputs, hits, value, .. } => {
            let hits: Vec<String> = hits
                .iter()
                .map(|(table, rule)| {
                    let number = tried.rules.get(&(table.clone(), rule.clone()));
                    let number = number.map_or_else(|| rule.clone(), |number| number.to_string());
                    page.words.with("casework-try-hit", &[("table", table.as_str().into()), ("rule", number.into())])
                })
                .collect();
            let hits = match hits.is_empty() {
                true => t(page, "try-no-hit"),
                false => hits.join(page.words.either("；", "; ")),
            };
            page.words.with(
                "casework-try-decided",
                &[
                    ("decision", decision.as_str().into()),
                    ("inputs", named(inputs).into()),
                    ("hits", hits.into()),
                    ("value", fields::plainly(page, value).into()),
                ],
            )
        }
        Event::ClockArmed { of, .. } | Event::ClockChanged { of, .. } => {
            let rungs = of
                .rungs
                .iter()
                .map(|(rung, due)| format!("{} {}", t(page, &format!("rung-{}", rung_code(*rung))), page.moment(*due)));
            rungs.collect::<Vec<_>>().join(page.words.either("；", "; "))
        }
        Event::RungReached { rung, .. } => t(page, &format!("rung-{}", rung_code(*rung))),
        Event::IncidentOpened { of, .. } => {
            let kind = t(page, &format!("incident-{}", of.kind.code()));
            if of.detail.is_empty() { kind } else { format!("{kind}: {}", of.detail) }
        }
        Event::Ended { how, .. } => t(page, &format!("status-{}", crate::case::rows::status_code(how))),
        _ => String::new(),
    }
}

/// What is waited for.
pub(super) fn waited(page: &Page, what: &What) -> String {
    match what {
        What::Timer { due, .. } => page.words.with("casework-waits-time", &[("at", page.moment(*due).into())]),
        What::Message { name, key } => {
            let key = key.as_ref().map(|key| format!("（{}）", fields::plainly(page, key)));
            format!("{} {name}{}", t(page, "waits-message"), key.unwrap_or_default())
        }
        What::Signal(name) => format!("{} {name}", t(page, "waits-other")),
        What::Condition(_) => t(page, "waits-other"),
    }
}

/// A made-up officer, by the letter of the script.
pub(super) fn person(page: &Page, tried: &Tried, officer: OfficerId) -> String {
    let place = usize::try_from(officer.value()).ok().and_then(|number| number.checked_sub(1));
    let name = place.and_then(|place| tried.standing.people.get(place)).cloned().unwrap_or_default();
    page.words.with("casework-try-person", &[("name", name.into())])
}
