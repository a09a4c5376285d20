//! Steps of the engine by themselves: a process of ten steps, from start to end in memory.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

use dmn::{Context, Value};
use flow::deployment::Decided;
use flow::state::{State, Status};
use flow::step::{Definitions, Moment};
use flow::{Command, Event, check, step};
use kernel::day::Zone;
use kernel::{OfficerId, PostId};
use testkit::timing::median;

use crate::model::{OURS, decision, process};
use crate::{Asked, Outcome};

pub(crate) fn bench(asked: &Asked) -> Outcome {
    let (text, fees) = (process(), decision(OURS));
    let deployment = check(&[("p.bpmn", text.as_bytes()), ("fees.dmn", fees.as_bytes())], &["area"]);
    if !deployment.is_accepted() {
        return Err(format!("{:?}", deployment.findings).into());
    }
    let graphs: BTreeMap<_, _> =
        deployment.graphs.into_iter().map(|graph| (graph.id.clone(), Arc::new(graph))).collect();
    let decisions = Arc::new(Decided(deployment.decisions.ok_or("no decisions")?));
    let definitions = Definitions { graphs, decisions };
    let mut rates = Vec::new();
    let mut commands = 0;
    for _ in 0..asked.runs {
        let (begun, mut matters) = (Instant::now(), 0_u64);
        while begun.elapsed().as_secs_f64() < asked.seconds {
            commands = one(&definitions)?;
            matters += 1;
        }
        rates.push(matters as f64 / begun.elapsed().as_secs_f64());
    }
    let rate = median(&mut rates);
    println!(
        "matters from start to end in memory, 10 steps, {commands} commands, one core: {rate:.0}/s, {:.1} µs a command",
        1e6 / rate / f64::from(commands)
    );
    Ok(())
}

/// One matter; says how many commands it took.
fn one(definitions: &Definitions) -> Outcome<u32> {
    let by = (OfficerId::new(1), PostId::new(1));
    let mut now = "2026-03-02T00:00:00Z".parse::<kernel::Instant>()?;
    let mut state = State::default();
    let calendar = kernel::calendar::WorkingCalendar::default();
    let mut commands = 0;
    let start = Command::Start {
        process: "p".into(),
        by: None,
        variables: Context::from([("area".to_owned(), Value::whole(250))]),
        called: false,
    };
    let mut next = Some(start);
    while let Some(command) = next.take() {
        let events: Vec<Event> =
            step(&state, &command, Moment { now, zone: Zone::CHINA, calendar: &calendar }, definitions)?;
        state = events.iter().fold(state, flow::apply);
        commands += 1;
        next = if let Some((task, of)) = state.tasks.iter().next() {
            Some(match of.holder {
                None => Command::Claim { task: *task, by },
                Some(_) => Command::CompleteTask { task: *task, by: by.0, outputs: Context::new() },
            })
        } else {
            now = now.plus_ms(1);
            state.waits.keys().next().map(|wait| Command::TimerDue { wait: *wait })
        };
    }
    match state.status {
        Status::Ended(_) => Ok(commands),
        other => Err(format!("{other:?}").into()),
    }
}
