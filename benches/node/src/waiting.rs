//! A million cases that wait for somebody: how late timers fire, how the inbox answers meanwhile, how soon the node serves
//! again after it was killed, what memory it takes.

use std::net::TcpStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use access::Hand;
use casework::desk::{By, Opening};
use casework::modeller::Proposal;
use casework::{Desk, Library, Modeller};
use directory::Directory;
use dmn::{Context, Value};
use flow::ElementId;
use kernel::calendar::WorkingCalendar;
use kernel::day::{SystemClock, Zone};
use kernel::packs::Packs;
use kernel::{Clock, MatterId, NodeId, OrganId, PostId};
use store::{Blobs, Store};
use testkit::demo::{Plan, jurisdiction};

use crate::child::{self, Serving};
use crate::load::{Connection, open_loop};
use crate::pages::{get, ms, sign_in};
use crate::{Bench, Outcome, SCHEMAS};

/// Cases opened beside one another, and the part after which is said how far it is.
const WIDTH: u32 = 256;
const PART: u32 = 50_000;
/// One case in so many lies in the organ of the officer whose inbox is read.
const OWN: u32 = 10;
/// Timers that are due while the inbox is read, the first of them so long after they were set.
const DUE: u32 = 1_000;
const AHEAD: i64 = 30_000;
/// The load: requests in a second, over so many connections, for so long.
const RATE: f64 = 100.0;
const CONNECTIONS: usize = 64;
const SECONDS: f64 = 60.0;
/// The duty that the tasks are offered to, and whose inbox is read.
const DUTY: &str = "organ-handler";
/// Restarts that are measured.
const RESTARTS: usize = 5;

/// Somebody has a task, and is reminded at a moment that the case was given.
const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="urn:bench">
<process id="waiting" name="等候" isExecutable="true">
  <property id="at" name="remind"/>
  <startEvent id="s"><outgoing>f1</outgoing></startEvent>
  <userTask id="decide" name="审查" qy:candidates="organ-handler"><incoming>f1</incoming><outgoing>f2</outgoing></userTask>
  <boundaryEvent id="remind" name="提醒" attachedToRef="decide" cancelActivity="false"><outgoing>f3</outgoing>
    <timerEventDefinition id="w"><timeDate xsi:type="tFormalExpression">date and time(remind)</timeDate></timerEventDefinition>
  </boundaryEvent>
  <endEvent id="e"><incoming>f2</incoming></endEvent>
  <endEvent id="r"><incoming>f3</incoming></endEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="decide"/><sequenceFlow id="f2" sourceRef="decide" targetRef="e"/>
  <sequenceFlow id="f3" sourceRef="remind" targetRef="r"/>
</process></definitions>"#;

/// The demo's clock: it goes as ours does, and shows another time.
struct NodeClock {
    ahead_ms: i64,
}

impl Clock for NodeClock {
    fn now(&self) -> kernel::Instant {
        SystemClock { zone: Zone::CHINA }.now().plus_ms(self.ahead_ms)
    }
}

/// How far the node's clock is ahead of ours, by its configuration.
fn ahead_of(bench: &Bench) -> Outcome<i64> {
    let config = std::fs::read_to_string(bench.data().join("node.toml"))?;
    let line = config.lines().find_map(|line| line.strip_prefix("clock_offset_ms = "));
    Ok(line.map_or(Ok(0), |offset| offset.trim().parse())?)
}

/// The node's store while it does not serve.
struct Office {
    store: Store,
    node: NodeId,
    desk: Desk,
    organs: Vec<OrganId>,
    hand: (Hand, PostId),
}

impl Office {
    async fn open(bench: &Bench) -> Outcome<Office> {
        let data = bench.data();
        let store = Store::open(&bench.location(), Blobs::new(data.join("blobs")), SCHEMAS).await?;
        let node = crate::judged::node_of(&std::fs::read_to_string(data.join("node.toml"))?)?;
        let clock = Arc::new(NodeClock { ahead_ms: ahead_of(bench)? });
        let directory = Directory::new(store.clone(), node, clock);
        let register = directory.register().await?.ok_or("the node has no register")?;
        let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded())?);
        let library = Library::new(store.clone(), node.number());
        library.refresh().await?;
        let desk = Desk::new(directory.clone(), library.clone(), calendar);
        let place = jurisdiction(&Plan::DEMO);
        let seat = |duty: &str| -> Outcome<(Hand, PostId)> {
            let role = place.roles.iter().find(|role| role.duty == duty).ok_or_else(|| format!("no {duty}"))?;
            let organ = register.post(role.post).ok_or("the post is not there")?.organ;
            Ok((Hand { officer: role.officer, organ, on_behalf_of: None }, role.post))
        };
        if library.in_force("waiting", directory.clock().today()).is_none() {
            let modeller = Modeller::new(directory.clone(), library.clone());
            let proposal = Proposal {
                name: "等候".to_owned(),
                files: vec![("waiting.bpmn".to_owned(), MODEL.into())],
                valid_from: directory.clock().today(),
                reason: "性能测量".to_owned(),
                based_on: None,
            };
            let steward = seat("rule-steward")?;
            let model = modeller.propose(steward, proposal).await.map_err(|error| format!("{error:?}"))?;
            let (model, _) = casework::model::rows::load(&store, node.number(), model).await?.ok_or("no model")?;
            let approver = seat("rule-approver")?;
            modeller.approve(approver, &model, None).await.map_err(|error| format!("{error:?}"))?;
            library.refresh().await?;
        }
        // Where nobody holds the post each case would be an incident, and not one that waits for somebody.
        let today = directory.clock().today();
        let staffed = |organ: &OrganId| !register.holders(*organ, DUTY, today).is_empty();
        let organs = register.organs(today).all().map(|organ| organ.id).filter(staffed).collect();
        Ok(Office { store, node, desk, organs, hand: seat(DUTY)? })
    }

    fn now(&self) -> i64 {
        self.desk.directory().clock().now().ms()
    }

    /// Opens cases, each reminded at a moment of its own, beside one another.
    async fn opened(&self, from: u32, to: u32, remind_at: impl Fn(u32) -> i64) -> Outcome<Vec<(MatterId, i64)>> {
        let mut all = Vec::with_capacity((to - from) as usize);
        let mut going = tokio::task::JoinSet::new();
        for number in from..to {
            if going.len() >= WIDTH as usize {
                all.extend(going.join_next().await.transpose()?.transpose()?);
            }
            let (desk, (hand, post), at) = (self.desk.clone(), self.hand, remind_at(number));
            let organ = match number % OWN {
                0 => hand.organ,
                _ => self.organs[number as usize % self.organs.len()],
            };
            let moment = jiff::Timestamp::from_millisecond(at)?.to_string();
            let opening = Opening {
                process: ElementId::from("waiting"),
                start: None,
                title: format!("等候的申请 {number}"),
                organ,
                variables: Context::from([("remind".to_owned(), Value::String(moment))]),
                caller: None,
                power: None,
            };
            going.spawn(async move { Outcome::Ok((desk.open(By::Officer(hand, post), &opening, None).await?, at)) });
        }
        while let Some(opened) = going.join_next().await {
            all.push(opened??);
        }
        Ok(all)
    }
}

/// Opens the cases that are missing; what an earlier run opened stays.
async fn fill(bench: &Bench) -> Outcome<()> {
    if !bench.data().join("node.toml").exists() {
        let data = bench.data();
        let took = child::run(bench, &["demo", "--data", child::text(&data)?, "--processes", "300"])?;
        println!("waiting: the demo took {:.0} s", took.as_secs_f64());
    }
    let office = Office::open(bench).await?;
    let there =
        office.store.read("select count(*) from flow_case where node = $1", &[office.node.number().into()]).await?;
    let there = u32::try_from(there.first().map_or(Ok(0), |row| row.int(0))?)?;
    let begun = Instant::now();
    let mut from = there;
    while from < bench.processes {
        let to = bench.processes.min(from + PART);
        // Within the year that follows the next month.
        let now = office.now();
        let remind_at = |number: u32| now + 86_400_000 * (30 + i64::from(number % 365));
        office.opened(from, to, remind_at).await?;
        let rate = f64::from(to - there) / begun.elapsed().as_secs_f64();
        eprintln!("waiting: {to} of {} cases are open, {rate:.0} opened in a second", bench.processes);
        from = to;
    }
    if from > there {
        let rate = f64::from(from - there) / begun.elapsed().as_secs_f64();
        println!("waiting: {} cases opened, {rate:.0} in a second", from - there);
    }
    office.store.close().await;
    Ok(())
}

/// Lets the node see all that was opened while it did not serve, as one that serves would have by then.
async fn settle(bench: &Bench) -> Outcome<()> {
    let office = Office::open(bench).await?;
    let serving = Serving::start(bench)?;
    let node = office.node.number();
    let until = office.store.log_size(node).await?;
    let mut said = Instant::now();
    loop {
        let seen = office.store.read("select min(idx) from feed_cursor where node = $1", &[node.into()]).await?;
        let seen = seen.first().map_or(Ok(0), |row| row.int(0))?.unsigned_abs();
        if seen >= until {
            break;
        }
        if said.elapsed() >= Duration::from_secs(30) {
            eprintln!("waiting: the node has seen {seen} of {until} acts");
            said = Instant::now();
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
    office.store.close().await;
    drop(serving);
    Ok(())
}

pub async fn bench(bench: &Bench) -> Outcome<()> {
    fill(bench).await?;
    settle(bench).await?;
    let office = Office::open(bench).await?;
    let first = office.now() + AHEAD;
    let step = (SECONDS * 1e3) as i64 / i64::from(DUE);
    let due = office.opened(0, DUE, |number| first + step * i64::from(number)).await?;
    office.store.close().await;
    drop(office);

    let serving = Serving::start(bench)?;
    let cookie = sign_in(serving.address, DUTY).await?;
    let paths = ["/inbox", "/inbox?page=2", "/inbox?page=10"];
    let requests: Arc<Vec<Vec<u8>>> = Arc::new(paths.iter().map(|path| get(path, &cookie)).collect());
    let mut connection = Connection::open(serving.address).await?;
    for (request, path) in requests.iter().zip(paths) {
        let answer = connection.send(request).await?;
        if answer.status != 200 || !String::from_utf8_lossy(&answer.body).contains("等候的申请") {
            return Err(format!("{path}: {}", answer.head).into());
        }
    }
    let clock = NodeClock { ahead_ms: ahead_of(bench)? };
    tokio::time::sleep(Duration::from_millis((first - clock.now().ms()).max(0).unsigned_abs())).await;
    let run = open_loop(serving.address, Arc::clone(&requests), RATE, SECONDS, CONNECTIONS).await?;
    println!(
        "waiting: {} cases wait; inbox at {RATE:.0} requests/s over {CONNECTIONS} connections: p50 {:.1} ms, p99 {:.1} ms \
         (asked: 50), {} errors",
        bench.processes + DUE,
        ms(run.quantile(0.5)),
        ms(run.quantile(0.99)),
        run.errors
    );
    for (number, path) in paths.iter().enumerate() {
        let of = |share| ms(run.quantile_of(share, paths.len(), number));
        println!("waiting:   {path:<16} p50 {:>6.1} ms  p99 {:>6.1} ms", of(0.5), of(0.99));
    }
    tokio::time::sleep(Duration::from_secs(5)).await;
    let (now, most) = serving.memory()?;
    println!("waiting: memory of the node then {now} MB, at most {most} MB (asked: 500)");
    drop(serving);
    late(bench, &due).await?;

    let mut times = Vec::new();
    for _ in 0..RESTARTS {
        let begun = Instant::now();
        let serving = Serving::start(bench)?;
        let page = serves(serving.address, &cookie).await?;
        times.push((begun.elapsed(), page));
        drop(serving);
    }
    times.sort_unstable();
    let (median, inbox) = times[RESTARTS / 2];
    let most = times[RESTARTS - 1].0;
    println!(
        "waiting: killed and started again {RESTARTS} times: serving after {:.0} ms, at most {:.0} ms (asked: 3000){}",
        ms(median),
        ms(most),
        if inbox { ", the inbox shown" } else { ", the sign-in shown" }
    );
    Ok(())
}

/// Waits until the node shows a page; says whether it is the inbox.
async fn serves(address: std::net::SocketAddr, cookie: &str) -> Outcome<bool> {
    loop {
        if TcpStream::connect(address).is_ok()
            && let Ok(answer) = Connection::open(address).await?.send(&get("/inbox", cookie)).await
        {
            match answer.status {
                200 => return Ok(true),
                303 => return Ok(false),
                _ => {}
            }
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How late timers were: from the moment at which each was due to that of the act that says it fired.
async fn late(bench: &Bench, due: &[(MatterId, i64)]) -> Outcome<()> {
    let office = Office::open(bench).await?;
    let (mut late, mut missing) = (Vec::with_capacity(due.len()), 0);
    for (case, at) in due {
        match office.store.acts_of(office.node.number(), case.value()).await?.get(1) {
            Some(act) => late.push(act.act.at_ms - at),
            None => missing += 1,
        }
    }
    late.sort_unstable();
    office.store.close().await;
    let Some(most) = late.last() else { return Err("no timer fired".into()) };
    let at = |share: usize| late[(late.len() * share / 100).min(late.len() - 1)];
    println!(
        "waiting: {} timers due meanwhile: fired {} ms late in the middle, {} at p99, {most} at most (asked: 1000); {missing} did not",
        due.len(),
        at(50),
        at(99)
    );
    Ok(())
}
