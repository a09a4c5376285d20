//! A process from left to right: planning, notice, deadline, opening, award, contract, change, payment.

use jiff::civil::Date;
use kernel::Day;
use kernel::limit::Unit;
use ocds::{Release, When};
use web::locale::Words;
use web::view::{ProcessLine, Step, format};

use super::t;
use crate::store::StoredFlag;

/// The most steps a line shows; of many awards or payments the first and the last count.
const MOST: usize = 14;

struct Event {
    day: Date,
    name: String,
    /// Where in the release the date stands: a flag whose evidence points there marks the step.
    pointer: String,
}

/// The dated steps of a process in order; `None` where not one date is published.
///
/// - `flags`: those of the process; a step is marked where the evidence of one points to its date.
pub fn line(words: Words, release: &Release<'_>, flags: &[StoredFlag]) -> Option<ProcessLine> {
    let mut events = events(words, release);
    if events.is_empty() {
        return None;
    }
    events.sort_by_key(|event| event.day);
    if events.len() > MOST {
        // The end of a process tells more than its middle.
        let cut = events.len() - MOST;
        events.drain(MOST / 2..MOST / 2 + cut);
    }
    let mut before: Option<Date> = None;
    let steps = events
        .into_iter()
        .map(|event| {
            let day = Day::from_date(event.day).ok();
            let mut step = Step::new(event.name, day.map(format::date).unwrap_or_default());
            if let Some(earlier) = before.and_then(|date| Day::from_date(date).ok()).zip(day) {
                let days = u32::try_from(earlier.0.days_until(earlier.1)).unwrap_or(0);
                step = step.after(format::term(words.locale(), days, Unit::CalendarDays));
            }
            before = Some(event.day);
            let flag = flags.iter().find(|flag| flag.content.evidence.iter().any(|fact| fact.pointer == event.pointer));
            match flag {
                Some(flag) => step.flagged(super::indicator_name(words, &flag.indicator)),
                None => step,
            }
        })
        .collect();
    Some(ProcessLine::new(words, steps))
}

fn events(words: Words, release: &Release<'_>) -> Vec<Event> {
    let mut events: Vec<Event> = Vec::new();
    let mut push = |when: Option<&When<'_>>, key: &str, pointer: String| {
        if let Some(when) = when {
            events.push(Event { day: when.day(), name: t(words, &format!("step-{key}")), pointer });
        }
    };
    if let Some(planning) = &release.planning {
        let first = planning
            .documents
            .iter()
            .enumerate()
            .filter_map(|(at, document)| document.date_published.as_ref().map(|when| (when, at)));
        if let Some((when, at)) = first.min_by_key(|(when, _)| when.day()) {
            push(Some(when), "planning", format!("/planning/documents/{at}/datePublished"));
        }
    }
    if let Some(tender) = &release.tender {
        if let Some(period) = &tender.tender_period {
            push(period.start_date.as_ref(), "notice", "/tender/tenderPeriod/startDate".to_owned());
            push(period.end_date.as_ref(), "deadline", "/tender/tenderPeriod/endDate".to_owned());
        }
        for (at, amendment) in tender.amendments.iter().enumerate().take(2) {
            push(amendment.date.as_ref(), "clarification", format!("/tender/amendments/{at}/date"));
        }
        if let Some(opening) = &tender.bid_opening {
            push(opening.date.as_ref(), "opening", "/tender/bidOpening/date".to_owned());
        }
    }
    let ends = |count: usize| -> Vec<usize> {
        match count {
            0 => Vec::new(),
            1 => vec![0],
            count => vec![0, count - 1],
        }
    };
    for at in ends(release.awards.len()) {
        push(release.awards[at].date.as_ref(), "award", format!("/awards/{at}/date"));
    }
    for at in ends(release.contracts.len()) {
        let contract = &release.contracts[at];
        push(contract.date_signed.as_ref(), "contract", format!("/contracts/{at}/dateSigned"));
        for change in ends(contract.amendments.len()) {
            push(
                contract.amendments[change].date.as_ref(),
                "change",
                format!("/contracts/{at}/amendments/{change}/date"),
            );
        }
        if let Some(implementation) = &contract.implementation {
            for paid in ends(implementation.transactions.len()) {
                push(
                    implementation.transactions[paid].date.as_ref(),
                    "payment",
                    format!("/contracts/{at}/implementation/transactions/{paid}/date"),
                );
            }
        }
        push(contract.date_completed.as_ref(), "completed", format!("/contracts/{at}/dateCompleted"));
    }
    events
}
