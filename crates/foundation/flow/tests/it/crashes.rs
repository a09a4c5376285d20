//! Stopped and read again between any two commands, in whatever batches, an instance does the same; and what is asked twice is done
//! once. Source: flow.md §14, items 3 and 7.

use std::sync::Arc;

use dmn::Context;
use flow::migrate::{ClockPolicy, Mapping, migrate, revert};
use flow::state::{State, Status, What};
use flow::step::{Definitions, Moment, NoDecisions};
use flow::{Command, ElementId, Event, Refusal, apply, compile, step};
use kernel::calendar::WorkingCalendar;
use kernel::{Instant, OfficerId, PostId, Zone};
use proptest::prelude::*;

use crate::nets::{Block, block, process};

const START: &str = "2026-03-02T00:00:00Z";

/// A net in which some of the work is done by people.
fn definitions(block: &Block) -> Definitions {
    let (mut text, _) = process(block);
    for number in (0..60).step_by(2) {
        let work = format!("<serviceTask id=\"t{number}\" qy:type=\"t{number}\"/>");
        text = text.replace(&work, &format!("<userTask id=\"t{number}\" qy:candidates=\"x\"/>"));
    }
    let model = bpmn::Model::read(text.as_bytes()).expect("well-formed");
    let graphs = compile(&model, &[]).graphs;
    let graphs = graphs.into_iter().map(|graph| (graph.id.clone(), Arc::new(graph))).collect();
    Definitions { graphs, decisions: Arc::new(NoDecisions) }
}

/// What is asked of an instance.
#[derive(Clone, Debug)]
enum Wish {
    Command(Command),
    /// To the same version.
    Migrate,
    Revert,
}

/// A wish that is likely to be granted, chosen by a number; it may be in vain.
fn wish(state: &State, choice: u16) -> Wish {
    let who = u128::from(choice >> 8 & 3);
    let (by, post) = (OfficerId::new(who), PostId::new(who));
    let nth = |length: usize| if length == 0 { 0 } else { usize::from(choice >> 10) % length };
    let job = state.jobs.keys().nth(nth(state.jobs.len())).copied();
    let task = state.tasks.keys().nth(nth(state.tasks.len())).copied();
    let wait = state.waits.keys().nth(nth(state.waits.len())).copied();
    let incident = state.incidents.keys().next().copied().unwrap_or_default();
    let outputs: Context = [("x".to_owned(), dmn::Value::whole(i64::from(choice)))].into();
    let (cause, voucher) = (|| "c".into(), "1".to_owned());
    let command = match (choice % 24, job, task, wait) {
        (0, ..) => return Wish::Migrate,
        (1, ..) => return Wish::Revert,
        (2, ..) => Command::Suspend { by: Some(by), cause: cause(), voucher },
        (3, ..) if state.status != Status::Active => Command::Resume { by: Some(by), cause: cause(), voucher },
        (4, ..) => Command::Merge { into: "A".to_owned(), by },
        (5, ..) if state.status != Status::Active => Command::Split { by },
        (6, ..) => Command::SetVariables { scope: None, values: outputs },
        (7, Some(job), ..) => Command::LeaseJob { job, worker: "w".to_owned(), until: moment(3_600_000) },
        (8, Some(job), ..) => Command::FailJob { job, why: "no".to_owned(), after: None },
        (9, Some(job), ..) => Command::ThrowFromJob { job, code: "E".to_owned(), escalation: true },
        (10, ..) => Command::Retry { incident },
        (11, _, Some(task), _) => Command::Release { task, by },
        (12, _, Some(task), _) => Command::Assign { task, by, to: (by, post), reason: "r".into() },
        (13, ..) => Command::ReprojectClocks,
        (14, ..) => Command::Takeback { task: state.completions.keys().next().copied().unwrap_or_default(), by },
        (15, _, Some(task), _) => Command::Claim { task, by: (by, post) },
        (_, Some(job), ..) if choice.is_multiple_of(2) => Command::CompleteJob { job, outputs },
        (_, _, Some(task), _) => match state.tasks.get(&task).and_then(|task| task.holder) {
            Some((by, _)) => Command::CompleteTask { task, by, outputs },
            None => Command::Claim { task, by: (by, post) },
        },
        (_, _, _, Some(wait)) => Command::TimerDue { wait },
        (_, Some(job), ..) => Command::CompleteJob { job, outputs },
        _ if state.status == Status::Suspended => Command::Resume { by: None, cause: cause(), voucher },
        _ => Command::Split { by },
    };
    Wish::Command(command)
}

fn moment(ms: i64) -> Instant {
    START.parse::<Instant>().unwrap().plus_ms(ms)
}

/// The time of a wish: that at which a timer is due, where it is one.
fn time(state: &State, wish: &Wish, at: usize) -> Instant {
    let due = match wish {
        Wish::Command(Command::TimerDue { wait }) => state.waits.get(wait).map(|wait| &wait.what),
        _ => None,
    };
    let at = moment(1000 * at as i64);
    match due {
        Some(What::Timer { due, .. }) => at.max(*due),
        _ => at,
    }
}

fn grant(state: &State, wish: &Wish, now: Instant, definitions: &Definitions) -> Result<Vec<Event>, Refusal> {
    let calendar = WorkingCalendar::default();
    let moment = Moment { now, zone: Zone::CHINA, calendar: &calendar };
    match wish {
        Wish::Command(command) => step(state, command, moment, definitions),
        Wish::Migrate => {
            let from = &definitions.graphs[&ElementId::from("p")];
            migrate(state, from, definitions, &Mapping::new(), ClockPolicy::Keep, moment)
        }
        Wish::Revert => revert(state, definitions, moment),
    }
}

fn fold(state: State, events: &[Event]) -> State {
    events.iter().fold(state, apply)
}

/// The state from what was written, in batches of these sizes.
fn read_again(events: &[Event], batches: &[u8]) -> State {
    let (mut rest, mut state) = (events, State::default());
    for size in batches.iter().map(|size| usize::from(*size) + 1).cycle() {
        if rest.is_empty() {
            return state;
        }
        let (batch, left) = rest.split_at(size.min(rest.len()));
        let text = serde_json::to_string(batch).unwrap();
        let read: Vec<Event> = serde_json::from_str(&text).unwrap();
        (state, rest) = (fold(state, &read), left);
    }
    state
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn stopped_anywhere_it_does_the_same(
        block in block(),
        choices in proptest::collection::vec(any::<u16>(), 1..60),
        batches in proptest::collection::vec(0..9_u8, 1..5),
    ) {
        let definitions = definitions(&block);
        let start = Command::Start { process: "p".into(), by: None, variables: Context::new(), called: false };
        let begun = grant(&State::default(), &Wish::Command(start), moment(0), &definitions).expect("it starts");
        let (mut state, mut log) = (fold(State::default(), &begun), begun);
        for (at, choice) in choices.into_iter().enumerate() {
            let wish = wish(&state, choice);
            let now = time(&state, &wish, at);
            let straight = grant(&state, &wish, now, &definitions);
            let stopped = read_again(&log, &batches);
            prop_assert_eq!(&stopped, &state);
            prop_assert_eq!(&grant(&stopped, &wish, now, &definitions), &straight, "{:?}", wish);
            let Ok(events) = straight else { continue };
            state = fold(state, &events);
            log.extend(events);
            // The same again: what was asked for is there, or cannot be asked for any more.
            let again = grant(&state, &wish, now, &definitions);
            if !repeats(&wish) {
                prop_assert!(again.as_ref().map_or(true, Vec::is_empty), "{:?}: {:?}", wish, again);
            }
        }
        prop_assert_eq!(read_again(&log, &batches), state);
    }
}

/// Wishes that, made again, are new ones: who stores instances tells them by their names.
fn repeats(wish: &Wish) -> bool {
    matches!(wish, Wish::Migrate | Wish::Command(Command::FailJob { .. } | Command::ThrowFromJob { .. }))
}
