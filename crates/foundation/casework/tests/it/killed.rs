//! Killed without warning while cases run: none stuck, none doubled. Source: flow.md §14, 7.
//!
//! A worker (this test program again, told by its environment where) opens cases and does what people, services, time and
//! other cases owe them. It is killed at moments of a fixed series; the last one ends what it finds. Then every case has come
//! to its end, each element of it once.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, Command as Program, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use casework::case::CaseEvent;
use casework::clockwork::{Asked, Service};
use casework::desk::{CaseError, Opening, Wish};
use casework::{Carrier, Clockwork, Desk};
use dmn::{Context, Value};
use flow::event::RunEnd;
use flow::state::{Ending, Status};
use flow::{Command, ElementId, Event};
use kernel::MatterId;
use kernel::day::{SystemClock, Zone};
use store::{Blobs, Location, Signer, Store, StoreFault};
use testkit::chance::Series;
use testkit::office::{ORGAN, node};
use testkit::place::Place;

use crate::support::{SCHEMAS, by, deploy, desk, officer, post, staffed};

/// Where a worker finds its store and its folder, and how many cases it opens before it ends what is open; `STORE` is a file,
/// or with a schema a server.
const PLACE: [&str; 4] = ["CASEWORKER_FOLDER", "CASEWORKER_STORE", "CASEWORKER_SCHEMA", "CASEWORKER_CASES"];
/// This test, as the program names it.
const WORKER: &str = "killed::a_worker_ends_every_case_that_it_opens";
/// Cases on their way at once, those called and begun among them.
const OPEN: i64 = 30;

/// Kills of each store; `QINGYUAN_KILLS` asks for more, as `make soak` does.
fn kills() -> u64 {
    std::env::var("QINGYUAN_KILLS").ok().and_then(|kills| kills.parse().ok()).unwrap_or(150)
}

/// In parallel: a person, a service and then time, a called process, a message that begins a case and its answer. Then a person.
const MODEL: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
<message id="ping" name="ping"/><message id="pong" name="pong"/>
<process id="outer" name="outer" isExecutable="true">
  <property id="v1" name="name"/>
  <startEvent id="s"><outgoing>f1</outgoing></startEvent>
  <parallelGateway id="split"><incoming>f1</incoming><outgoing>f2</outgoing><outgoing>f3</outgoing><outgoing>f4</outgoing>
    <outgoing>f5</outgoing></parallelGateway>
  <userTask id="look" qy:candidates="organ-handler"><incoming>f2</incoming><outgoing>f6</outgoing></userTask>
  <serviceTask id="count" qy:type="count"><incoming>f3</incoming><outgoing>f7</outgoing></serviceTask>
  <intermediateCatchEvent id="rest"><incoming>f7</incoming><outgoing>f8</outgoing><timerEventDefinition id="w">
    <timeDuration xsi:type="tFormalExpression">PT0.05S</timeDuration></timerEventDefinition></intermediateCatchEvent>
  <callActivity id="call" calledElement="inner"><incoming>f4</incoming><outgoing>f9</outgoing></callActivity>
  <sendTask id="ask" messageRef="ping" qy:key="name"><extensionElements><qy:in name="name">name</qy:in></extensionElements>
    <incoming>f5</incoming><outgoing>f10</outgoing></sendTask>
  <receiveTask id="hear" messageRef="pong" qy:key="name"><incoming>f10</incoming><outgoing>f11</outgoing></receiveTask>
  <parallelGateway id="join"><incoming>f6</incoming><incoming>f8</incoming><incoming>f9</incoming><incoming>f11</incoming>
    <outgoing>f12</outgoing></parallelGateway>
  <userTask id="sign" qy:candidates="organ-handler"><incoming>f12</incoming><outgoing>f13</outgoing></userTask>
  <endEvent id="e"><incoming>f13</incoming></endEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="split"/><sequenceFlow id="f2" sourceRef="split" targetRef="look"/>
  <sequenceFlow id="f3" sourceRef="split" targetRef="count"/><sequenceFlow id="f4" sourceRef="split" targetRef="call"/>
  <sequenceFlow id="f5" sourceRef="split" targetRef="ask"/><sequenceFlow id="f6" sourceRef="look" targetRef="join"/>
  <sequenceFlow id="f7" sourceRef="count" targetRef="rest"/><sequenceFlow id="f8" sourceRef="rest" targetRef="join"/>
  <sequenceFlow id="f9" sourceRef="call" targetRef="join"/><sequenceFlow id="f10" sourceRef="ask" targetRef="hear"/>
  <sequenceFlow id="f11" sourceRef="hear" targetRef="join"/><sequenceFlow id="f12" sourceRef="join" targetRef="sign"/>
  <sequenceFlow id="f13" sourceRef="sign" targetRef="e"/>
</process>
<process id="inner" name="inner" isExecutable="true">
  <startEvent id="s2"><outgoing>g1</outgoing></startEvent>
  <serviceTask id="count2" qy:type="count"><incoming>g1</incoming><outgoing>g2</outgoing></serviceTask>
  <endEvent id="e2"><incoming>g2</incoming></endEvent>
  <sequenceFlow id="g1" sourceRef="s2" targetRef="count2"/><sequenceFlow id="g2" sourceRef="count2" targetRef="e2"/>
</process>
<process id="answer" name="answer" isExecutable="true">
  <property id="v3" name="name"/>
  <startEvent id="s3"><outgoing>h1</outgoing><messageEventDefinition id="m" messageRef="ping"/></startEvent>
  <serviceTask id="count3" qy:type="count"><incoming>h1</incoming><outgoing>h2</outgoing></serviceTask>
  <sendTask id="tell" messageRef="pong" qy:key="name" qy:keep="PT1H"><incoming>h2</incoming><outgoing>h3</outgoing></sendTask>
  <endEvent id="e3"><incoming>h3</incoming></endEvent>
  <sequenceFlow id="h1" sourceRef="s3" targetRef="count3"/><sequenceFlow id="h2" sourceRef="count3" targetRef="tell"/>
  <sequenceFlow id="h3" sourceRef="tell" targetRef="e3"/>
</process>
</definitions>"#;

/// How often each element of a process runs in one case: gateways have no run.
const ELEMENTS: [(&str, &[&str]); 3] = [
    ("outer", &["look", "count", "call", "ask", "hear", "sign"]),
    ("inner", &["count2"]),
    ("answer", &["count3", "tell"]),
];

/// Notes the key of each job in a file, one line each: at least once, the same key for the same job.
struct Count(PathBuf);

impl Service for Count {
    fn job_type(&self) -> &'static str {
        "count"
    }

    fn run<'a>(&'a self, asked: &'a Asked) -> tell::Answer<'a, Result<Context, String>> {
        Box::pin(async move {
            let noted = std::fs::OpenOptions::new().create(true).append(true).open(&self.0);
            let noted = noted.and_then(|mut file| file.write_all(format!("{}\n", asked.key).as_bytes()));
            Ok(noted.map(|()| Context::new()).map_err(|error| error.to_string()))
        })
    }
}

fn effects(folder: &Path) -> PathBuf {
    folder.join("effects")
}

async fn worker(folder: &Path, location: &Location, cases: u64) -> Result<(), CaseError> {
    let store = Store::open(location, Blobs::new(folder.join("blobs")), &SCHEMAS).await?;
    let desk = desk(&store, Arc::new(SystemClock { zone: Zone::CHINA }));
    let service: Arc<dyn Service> = Arc::new(Count(effects(folder)));
    tokio::spawn(Carrier::new(desk.clone()).run());
    tokio::spawn(Clockwork::new(desk.clone(), vec![service]).run());
    let mut next = opened(&store).await? + 1;
    loop {
        let sql = "select count(*) from flow_case where node = $1 and ended_at is null";
        let open = store.read(sql, &[node().number().into()]).await?[0].int(0)?;
        if next <= cases && open < OPEN {
            open_one(&desk, next).await?;
            println!("opened {next}");
            next += 1;
        } else if next > cases && open == 0 {
            store.close().await;
            return Ok(());
        }
        people(&desk, &store).await?;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// How many cases were opened by workers before.
async fn opened(store: &Store) -> Result<u64, StoreFault> {
    let sql = "select count(*) from flow_case where node = $1 and process = 'outer'";
    Ok(store.read(sql, &[node().number().into()]).await?[0].int(0)?.cast_unsigned())
}

async fn open_one(desk: &Desk, number: u64) -> Result<MatterId, CaseError> {
    let name = format!("case-{number}");
    let opening = Opening {
        process: ElementId::from("outer"),
        start: None,
        title: name.clone(),
        organ: ORGAN,
        variables: Context::from([("name".to_owned(), Value::text(&name))]),
        caller: None,
        power: None,
    };
    desk.open(by("clara"), &opening, Some(&name)).await
}

/// Takes and does some of the tasks, each in two acts.
async fn people(desk: &Desk, store: &Store) -> Result<(), CaseError> {
    let sql = "select matter, task, holder from flow_task where node = $1 order by offered_at limit 4";
    for row in store.read(sql, &[node().number().into()]).await? {
        let (id, task) = (MatterId::new(row.id(0)?), row.int(1)?.cast_unsigned());
        let wish = match row.opt_id(2)? {
            None => Command::Claim { task, by: (officer("clara"), post("clara")) },
            Some(_) => Command::CompleteTask { task, by: officer("clara"), outputs: Context::new() },
        };
        desk.act(by("clara"), id, &[Wish::from(wish)]).await?;
    }
    Ok(())
}

/// A store that workers share.
struct Workplace {
    name: &'static str,
    folder: tempfile::TempDir,
    place: Place,
}

impl Workplace {
    async fn each() -> Vec<Workplace> {
        let mut all = Vec::new();
        for place in Place::each() {
            let folder = tempfile::tempdir().unwrap();
            let blobs = Blobs::new(folder.path().join("blobs"));
            let store = Store::open(&place.location, blobs, &SCHEMAS).await.unwrap();
            let desk = desk(&store, Arc::new(SystemClock { zone: Zone::CHINA }));
            staffed(desk.directory()).await;
            deploy(&desk, "杀", vec![("a.bpmn".to_owned(), MODEL.as_bytes().to_vec())]).await;
            store.close().await;
            all.push(Workplace { name: place.name, folder, place });
        }
        all
    }

    /// Starts a worker; its lines as they come.
    fn worker(&self, cases: u64) -> (Child, Receiver<String>) {
        let (store, schema) = match &self.place.location {
            Location::Sqlite(path) => (path.display().to_string(), String::new()),
            Location::Postgres { url, schema } => (url.clone(), schema.clone().unwrap_or_default()),
        };
        let folder = self.folder.path().display().to_string();
        let given = [folder, store, schema, cases.to_string()];
        let mut child = Program::new(std::env::current_exe().unwrap())
            .args([WORKER, "--exact", "--nocapture", "--test-threads=1"])
            .envs(PLACE.iter().zip(given))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = child.stdout.take().unwrap();
        let (tell, lines) = channel();
        std::thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                if tell.send(line).is_err() {
                    return;
                }
            }
        });
        (child, lines)
    }

    /// Every case at its end, each element of it once, each job under one key; nothing left open.
    async fn sound(&self, at_least: u64) -> u64 {
        let name = self.name;
        let blobs = Blobs::new(self.folder.path().join("blobs"));
        let store = Store::open(&self.place.location, blobs, &SCHEMAS).await.unwrap();
        let desk = desk(&store, Arc::new(SystemClock { zone: Zone::CHINA }));
        let sql = "select matter, process from flow_case where node = $1";
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for row in store.read(sql, &[node().number().into()]).await.unwrap() {
            let (id, process) = (MatterId::new(row.id(0).unwrap()), row.text(1).unwrap());
            let case = desk.load(id).await.unwrap().unwrap();
            assert_eq!(case.state.status, Status::Ended(Ending::Completed), "{name}: {process} {id}");
            assert!(case.state.tokens.is_empty() && case.state.scopes.is_empty(), "{name}: {process} {id}");
            self.each_once(&store, id, &process).await;
            *counts.entry(process).or_default() += 1;
        }
        let cases = opened(&store).await.unwrap();
        assert!(cases >= at_least, "{name}: {cases} of {at_least} that were acknowledged");
        let all = |process: &str| (process.to_owned(), cases);
        assert_eq!(counts, [all("answer"), all("inner"), all("outer")].into(), "{name}: none missing, none twice");
        let keys = std::fs::read_to_string(effects(self.folder.path())).unwrap();
        let each: BTreeSet<&str> = keys.lines().collect();
        assert_eq!(each.len() as u64, 3 * cases, "{name}: one key for each job, over attempts");
        for table in ["flow_task", "flow_candidate", "flow_wait", "flow_job", "flow_incident"] {
            let sql = format!("select count(*) from {table} where node = $1");
            let rows = store.read(&sql, &[node().number().into()]).await.unwrap()[0].int(0).unwrap();
            assert_eq!(rows, 0, "{name}: {table}");
        }
        let mut signer = Signer::found(&self.folder.path().join("keys"), "test.invalid", node().number()).unwrap();
        signer.publish(&store, 1).await.unwrap();
        let acts = store.log_size(node().number()).await.unwrap();
        let verified = store.verify(node().number(), &signer.keys(), |_| {}).await.unwrap().unwrap();
        assert_eq!(verified.size, acts, "{name}");
        let projectors: [&dyn store::Projector; 2] = [&directory::projector(), &casework::projector()];
        let rebuilt = store.rebuild(node().number(), &projectors, false, |_| {}).await.unwrap();
        assert_eq!(rebuilt.differences, [], "{name}: acts tell the rows");
        store.close().await;
        cases
    }

    async fn each_once(&self, store: &Store, id: MatterId, process: &str) {
        let mut began: BTreeMap<String, u32> = BTreeMap::new();
        let (mut completed, mut ended) = (0, 0);
        for act in store.acts_of(node().number(), id.value()).await.unwrap() {
            let event: CaseEvent = act.event().unwrap();
            for event in &event.step().events {
                match event {
                    Event::RunBegan { element, .. } => *began.entry(element.to_string()).or_default() += 1,
                    Event::RunEnded { how: RunEnd::Completed, .. } => completed += 1,
                    Event::Ended { .. } => ended += 1,
                    _ => {}
                }
            }
        }
        let (_, elements) = ELEMENTS.iter().find(|(own, _)| *own == process).unwrap();
        for element in *elements {
            assert_eq!(began.get(*element), Some(&1), "{}: {process} {id}: {element} of {began:?}", self.name);
        }
        assert_eq!((completed, ended), (began.len(), 1), "{}: {process} {id}: {began:?}", self.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_ends_every_case_that_it_opens() {
    if let [Ok(folder), Ok(store), Ok(schema), Ok(cases)] = PLACE.map(std::env::var) {
        let location = match schema.is_empty() {
            true => Location::Sqlite(store.into()),
            false => Location::Postgres { url: store, schema: Some(schema) },
        };
        return worker(Path::new(&folder), &location, cases.parse().unwrap()).await.unwrap();
    }
    for workplace in Workplace::each().await {
        worker(workplace.folder.path(), &workplace.place.location, 5).await.unwrap();
        assert_eq!(workplace.sound(5).await, 5, "{}", workplace.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn kills_while_cases_run_leave_none_stuck_and_none_doubled() {
    for (workplace, seed) in Workplace::each().await.into_iter().zip([20_261_127, 20_261_128]) {
        let (mut series, mut acknowledged, mut cut) = (Series::of(seed), 0, 0);
        for _ in 0..kills() {
            let (mut child, lines) = workplace.worker(u64::MAX);
            // The clock starts with its first line: before it there is nothing to lose. Some kills come before.
            let patience = Duration::from_millis(series.below(2_000).max(100));
            let first = lines.recv_timeout(patience);
            let until = Instant::now() + Duration::from_millis(series.below(250));
            let mut line = first.ok();
            while let Some(said) = &line {
                let number = said.split_once("opened ").and_then(|(_, number)| number.parse().ok());
                acknowledged = acknowledged.max(number.unwrap_or(0));
                line = lines.recv_timeout(until.saturating_duration_since(Instant::now())).ok();
            }
            cut += u64::from(child.try_wait().unwrap().is_none());
            child.kill().unwrap();
            child.wait().unwrap();
        }
        assert_eq!(cut, kills(), "{}: a worker ended by itself", workplace.name);
        let (mut last, lines) = workplace.worker(0);
        for said in lines {
            assert!(!said.contains("panicked"), "{}: {said}", workplace.name);
        }
        assert!(last.wait().unwrap().success(), "{}", workplace.name);
        let cases = workplace.sound(acknowledged).await;
        println!("{}: {} kills, {cases} cases with as many called and as many begun", workplace.name, kills());
    }
}
