//! Matters a second, durable: from start to end through ten steps, with 64 clients.
//!
//! Ours goes the way of the node's pages: through the desk, every command an act in the ledger with its rows and timers, the
//! carrier following the feed beside. A client takes a task and does it in two acts, as an officer does; the timer is fired by
//! the client, as the clockwork would. SpiffWorkflow knows no taking; it has no ledger, no register, no lists.

use std::sync::Arc;
use std::time::{Duration, Instant};

use access::Hand;
use bench_ledger::platform::{both, record};
use casework::desk::{By, Opening, Wish};
use casework::modeller::Proposal;
use casework::{Carrier, Desk, Library, Modeller};
use directory::Directory;
use dmn::{Context, Value};
use flow::state::{Ending, Status};
use flow::{Command, ElementId};
use kernel::calendar::WorkingCalendar;
use kernel::day::{SystemClock, Zone};
use kernel::{OfficerId, PostId};
use store::Store;
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;
use testkit::timing::median;

use crate::model::{OURS, decision, process};
use crate::spiff::{self, Commits};
use crate::{Asked, Outcome};

const CLIENTS: u128 = 64;
/// Acts of one matter: opened, three tasks taken and done, the timer.
const ACTS: f64 = 8.0;
/// Acts of the measurement of plain ones.
const PLAIN: u64 = 16_000;

/// A node of our own with the process deployed.
struct Office {
    name: &'static str,
    store: Store,
    desk: Desk,
    _place: Place,
}

fn hand(officer: u128) -> (Hand, PostId) {
    (Hand { officer: OfficerId::new(officer), organ: ORGAN, on_behalf_of: None }, PostId::new(officer))
}

async fn office(place: Place) -> Outcome<Office> {
    let store = place.open(&[directory::SCHEMA, secrecy::SCHEMA, casework::SCHEMA]).await;
    let clock = SystemClock { zone: Zone::CHINA };
    let directory = Directory::new(store.clone(), node(), Arc::new(clock));
    let logins: Vec<String> = (0..CLIENTS + 2).map(|at| format!("officer-{at}")).collect();
    let duty = |at: u128| match at {
        CLIENTS => "rule-steward",
        at if at > CLIENTS => "rule-approver",
        _ => "clerk",
    };
    let seats = (0..).zip(&logins).map(|(at, login)| Seat {
        officer: OfficerId::new(1 + at),
        post: PostId::new(1 + at),
        login,
        duty: duty(at),
    });
    found(&directory, "bench.invalid", seats).await;
    let library = Library::new(store.clone(), node().number());
    let calendar = WorkingCalendar::from_packs(&kernel::packs::Packs::embedded())?;
    let desk = Desk::new(directory.clone(), library.clone(), Arc::new(calendar));
    let modeller = Modeller::new(directory.clone(), library);
    let proposal = Proposal {
        name: "bench".to_owned(),
        files: vec![("p.bpmn".to_owned(), process().into()), ("fee.dmn".to_owned(), decision(OURS).into())],
        valid_from: directory.clock().today(),
        reason: "bench".to_owned(),
        based_on: None,
    };
    let model = modeller.propose(hand(1 + CLIENTS), proposal).await.map_err(|error| format!("{error:?}"))?;
    let (model, _) = casework::model::rows::load(&store, node().number(), model).await?.ok_or("no model")?;
    modeller.approve(hand(2 + CLIENTS), &model, None).await.map_err(|error| format!("{error:?}"))?;
    Ok(Office { name: place.name, store, desk, _place: place })
}

/// One matter from start to end.
async fn matter(desk: &Desk, officer: u128) -> Outcome {
    let (hand, post) = hand(officer);
    let by = By::Officer(hand, post);
    let opening = Opening {
        process: ElementId::from("p"),
        start: None,
        title: "一件申请".to_owned(),
        organ: ORGAN,
        variables: Context::from([("area".to_owned(), Value::whole(250))]),
        caller: None,
        power: None,
    };
    let id = desk.open(by, &opening, None).await?;
    let mut case = desk.load(id).await?.ok_or("no case")?;
    while case.state.status == Status::Active {
        let (by, command) = match case.state.tasks.iter().next() {
            Some((task, of)) if of.holder.is_none() => (by, Command::Claim { task: *task, by: (hand.officer, post) }),
            Some((task, _)) => (by, Command::CompleteTask { task: *task, by: hand.officer, outputs: Context::new() }),
            None => {
                let wait = case.state.waits.keys().next().ok_or("it waits for nothing")?;
                (By::System, Command::TimerDue { wait: *wait })
            }
        };
        case = desk.act(by, id, &[Wish::from(command)]).await?;
    }
    match (&case.state.status, case.version) {
        (Status::Ended(Ending::Completed), 8) => Ok(()),
        other => Err(format!("{other:?}").into()),
    }
}

/// Matters a second of an office, with all clients.
async fn rate(office: &Office, seconds: f64) -> Outcome<f64> {
    let (begun, long) = (Instant::now(), Duration::from_secs_f64(seconds));
    let mut clients = Vec::new();
    for client in 0..CLIENTS {
        let desk = office.desk.clone();
        clients.push(tokio::spawn(async move {
            let mut matters = 0_u32;
            while begun.elapsed() < long {
                matter(&desk, 1 + client).await?;
                matters += 1;
            }
            Outcome::Ok(matters)
        }));
    }
    let mut matters = 0.0;
    for client in clients {
        matters += f64::from(client.await??);
    }
    Ok(matters / begun.elapsed().as_secs_f64())
}

pub(crate) fn bench(asked: &Asked) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(measure(asked))
}

async fn measure(asked: &Asked) -> Outcome {
    let python = spiff::interpreter()?;
    if python.is_none() {
        println!("SpiffWorkflow is not there: python3 with pip is needed");
    }
    let plain = both().await;
    let mut offices = Vec::new();
    for place in Place::each() {
        let office = office(place).await?;
        tokio::spawn(Carrier::new(office.desk.clone()).run());
        offices.push(office);
    }
    let (mut elements, mut rests) = (Vec::new(), Vec::new());
    let mut ours: Vec<Vec<f64>> = vec![Vec::new(); offices.len()];
    let mut acts: Vec<Vec<f64>> = vec![Vec::new(); offices.len()];
    for _ in 0..asked.runs {
        // In turn, so that what else the machine does falls on all alike.
        for (at, office) in offices.iter().enumerate() {
            ours[at].push(rate(office, asked.seconds).await?);
            acts[at].push(PLAIN as f64 / record(&plain[at].store, 64, PLAIN).await?);
        }
        if let Some(python) = &python {
            elements.push(spiff::run(python, Commits::Element, asked.seconds)?);
            rests.push(spiff::run(python, Commits::Rest, asked.seconds)?);
        }
    }
    let peer = |all: &[spiff::Said]| {
        let commits = all.first().map_or(0.0, |said| said.commits);
        let mut rates: Vec<f64> = all.iter().map(|said| said.rate).collect();
        (median(&mut rates), commits)
    };
    let ((element, commits), (rest, rests_commits)) = (peer(&elements), peer(&rests));
    if python.is_some() {
        println!(
            "SpiffWorkflow, a process on each core, committed after each element ({commits:.0}): {element:.0} matters/s"
        );
        println!("SpiffWorkflow, committed only at rest ({rests_commits:.0}): {rest:.0} matters/s");
    }
    for ((office, ours), acts) in offices.iter().zip(&mut ours).zip(&mut acts) {
        let (ours, acts) = (median(ours), median(acts));
        println!(
            "{}: {CLIENTS} clients: {ours:.0} matters/s, {:.0} acts/s, {:.2} of plain acts of 64 writers ({acts:.0}/s; asked: 0.4)",
            office.name,
            ours * ACTS,
            ours * ACTS / acts
        );
        if python.is_some() {
            println!(
                "{}: {:.1} of SpiffWorkflow after each element (asked: 20), {:.1} of it at rest",
                office.name,
                ours / element,
                ours / rest
            );
        }
        office.store.close().await;
    }
    Ok(())
}
