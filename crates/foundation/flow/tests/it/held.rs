//! What must hold of every trial: no token lost or doubled, nothing left of what ended, the history tells the state.

use std::collections::BTreeSet;

use flow::state::{IncidentKind, Number, Position, State, Status};
use flow::trial::Trial;
use flow::{Event, apply};

/// Incidents that ever opened, by kind.
pub fn incidents(trial: &Trial<'_>, kind: IncidentKind) -> usize {
    let of_kind = |event: &Event| matches!(event, Event::IncidentOpened { of, .. } if of.kind == kind);
    trial.history.iter().filter(|(_, _, event)| of_kind(event)).count()
}

/// The events of one instance, in order.
fn events<'t>(trial: &'t Trial<'_>, number: usize) -> impl Iterator<Item = &'t Event> {
    trial.history.iter().filter(move |(of, _, _)| *of == number).map(|(_, _, event)| event)
}

/// Each token is made once and ends at most once; what is open lies in the state; nothing of an ended instance is left; at
/// rest every token stands for something that is open.
pub fn assert_conserved(trial: &Trial<'_>) {
    for (number, instance) in trial.instances.iter().enumerate() {
        let state = &instance.state;
        let (mut made, mut ended) = (BTreeSet::<Number>::new(), BTreeSet::<Number>::new());
        for event in events(trial, number) {
            match event {
                Event::TokenPlaced { token, .. } => assert!(made.insert(*token), "token {token} was made twice"),
                Event::TokenEnded { token } => {
                    assert!(
                        made.contains(token) && ended.insert(*token),
                        "token {token} ended twice or was never made"
                    );
                }
                _ => {}
            }
        }
        let open: BTreeSet<Number> = made.difference(&ended).copied().collect();
        assert_eq!(open, state.tokens.keys().copied().collect(), "tokens of instance {number}");
        if matches!(state.status, Status::Ended(_)) {
            let left = (state.tokens.len(), state.runs.len(), state.scopes.len(), state.waits.len(), state.jobs.len());
            assert_eq!(left, (0, 0, 0, 0, 0), "instance {number} ended");
            assert!(state.clocks.is_empty() && state.supplements.is_empty(), "clocks of instance {number}");
            assert!(
                state.tasks.is_empty() && state.calls.is_empty() && state.undoings.is_empty() && state.done.is_empty()
            );
            continue;
        }
        for (token, of) in &state.tokens {
            let stands = match &of.position {
                Position::Flow(_) | Position::Into(_) | Position::Throwing(_) => false,
                Position::Failed(..) => state.incidents.values().any(|incident| incident.token == Some(*token)),
                Position::Waiting(_) | Position::Arrived(..) => {
                    state.has_something_open() || !state.undoings.is_empty()
                }
            };
            assert!(stands || state.is_still(), "token {token} stands for nothing: {of:?}");
        }
        for (run, of) in &state.runs {
            assert!(state.scopes.contains_key(&of.scope), "run {run} lies nowhere");
        }
        for job in state.jobs.values() {
            assert!(state.runs.contains_key(&job.run), "a job of nothing");
        }
        for task in state.tasks.values() {
            assert!(state.runs.contains_key(&task.run), "a task of nothing");
        }
    }
}

/// Folding the events from nothing gives the state, also after they were written and read.
pub fn assert_replays(trial: &Trial<'_>) {
    for (number, instance) in trial.instances.iter().enumerate() {
        let folded = events(trial, number).fold(State::default(), |state, event| {
            let text = serde_json::to_string(event).unwrap();
            let read: Event = serde_json::from_str(&text).unwrap();
            assert_eq!(read, *event);
            apply(state, &read)
        });
        assert_eq!(folded, instance.state, "instance {number}");
    }
}

/// Activities that were done, in order, rounds of repeating ones each.
pub fn done(trial: &Trial<'_>) -> Vec<String> {
    let mut runs = std::collections::BTreeMap::new();
    let mut all = Vec::new();
    for (instance, _, event) in &trial.history {
        match event {
            Event::RunBegan { run, element, .. } => drop(runs.insert((*instance, *run), element.to_string())),
            Event::RunEnded { run, how: flow::event::RunEnd::Completed } => {
                all.extend(runs.get(&(*instance, *run)).cloned());
            }
            _ => {}
        }
    }
    all
}
