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

use crate::{Asked, Outcome};

/// Three tasks of people, a decision, a timer, four jobs, and a split over the decision.
fn process() -> String {
    let flows = [
        ("s", "a1"),
        ("a1", "j1"),
        ("j1", "d"),
        ("d", "a2"),
        ("a2", "j2"),
        ("j2", "t"),
        ("t", "j3"),
        ("j3", "a3"),
        ("a3", "j4"),
        ("j4", "e"),
    ];
    let lists = |id: &str| {
        let into = flows.iter().filter(|(_, to)| *to == id).map(|(a, b)| format!("<incoming>{a}-{b}</incoming>"));
        let out = flows.iter().filter(|(from, _)| *from == id).map(|(a, b)| format!("<outgoing>{a}-{b}</outgoing>"));
        into.chain(out).collect::<String>()
    };
    let mut all = format!("<startEvent id=\"s\">{}</startEvent>", lists("s"));
    for id in ["a1", "a2", "a3"] {
        all.push_str(&format!("<userTask id=\"{id}\" qy:candidates=\"clerk\">{}</userTask>", lists(id)));
    }
    for id in ["j1", "j2", "j3", "j4"] {
        all.push_str(&format!("<serviceTask id=\"{id}\" qy:type=\"work\">{}</serviceTask>", lists(id)));
    }
    all.push_str(&format!(
        "<businessRuleTask id=\"d\" qy:decision=\"Fee\" qy:result=\"fee\">{}</businessRuleTask>",
        lists("d")
    ));
    all.push_str(&format!(
        "<intermediateCatchEvent id=\"t\">{}<timerEventDefinition id=\"w\"><timeDuration xsi:type=\"tFormalExpression\">PT1H</timeDuration>\
         </timerEventDefinition></intermediateCatchEvent><endEvent id=\"e\">{}</endEvent>",
        lists("t"),
        lists("e")
    ));
    for (from, to) in flows {
        all.push_str(&format!("<sequenceFlow id=\"{from}-{to}\" sourceRef=\"{from}\" targetRef=\"{to}\"/>"));
    }
    format!(
        "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" xmlns:qy=\"urn:qingyuan:bpmn:1\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" id=\"x\" targetNamespace=\"urn:bench\">\
         <process id=\"p\" isExecutable=\"true\">{all}</process></definitions>"
    )
}

pub(crate) fn bench(asked: &Asked) -> Outcome {
    let text = process();
    let fees = include_bytes!("../../../packs/cn/processes/permit.dmn");
    let deployment = check(&[("p.bpmn", text.as_bytes()), ("fees.dmn", fees)], &["area"]);
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
        } else if let Some(job) = state.jobs.keys().next() {
            Some(Command::CompleteJob { job: *job, outputs: Context::new() })
        } else {
            now = now.plus_ms(3_600_000);
            state.waits.keys().next().map(|wait| Command::TimerDue { wait: *wait })
        };
    }
    match state.status {
        Status::Ended(_) => Ok(commands),
        other => Err(format!("{other:?}").into()),
    }
}
