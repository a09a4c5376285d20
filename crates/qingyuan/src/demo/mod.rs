//! `qingyuan demo`: a synthetic jurisdiction with two years of matters, founded once, the same on every machine.
//!
//! The node is filled as it would have been in life: imports, runs and officers' acts at dates of a clock that moves, up
//! to the demo's own today. From then on its clock runs with the machine's.

mod cases;
mod citizens;
mod disclosures;
mod packs;
mod past;
mod powers;
mod stead;

use std::path::Path;
use std::sync::Arc;

use directory::{Founded, RegisterEvent};
use kernel::day::{SystemClock, TestClock, Zone};
use kernel::{Class, Clock, Day, Instant, NodeId, Secrecy};
use redflags::import::{By, Input};
use store::{Actor, Signer};
use testkit::demo::{Jurisdiction, Plan, jurisdiction, releases};
use web::http::DemoSignIn;

use crate::cli::Place;
use crate::commands::bar;
use crate::commands::screen::screened;
use crate::config::Config;
use crate::demo::past::Planted;
use crate::node::{Node, chain};

use crate::say::both;

/// The password of every demo sign-in; printed, and only good on a loopback.
const PASSWORD: &str = "qingyuan-demo";

/// The hour of the demo's last day at which its clock begins to run.
const MORNING_MS: i64 = 9 * 3_600_000 + 30 * 60_000;

/// Left in the folder while the demo is being filled: a folder with it is begun anew.
const UNFINISHED: &str = "demo.unfinished";

/// When the past's imports and runs happened: mid-year, end of summer, the day before yesterday.
const RUNS: [Day; 3] = [Day::constant(2026, 6, 30), Day::constant(2026, 9, 15), Day::constant(2026, 11, 16)];

/// The run after the one of that day; nothing after the last.
pub(crate) fn next_run(day: Day) -> Option<Day> {
    RUNS.into_iter().find(|run| *run > day)
}

/// The demo's sign-ins, one per duty.
pub(crate) fn sign_ins() -> Vec<DemoSignIn> {
    jurisdiction(&Plan { processes: 0, ..Plan::DEMO })
        .roles
        .iter()
        .map(|role| DemoSignIn { duty: role.duty.to_owned(), login: role.login.clone(), password: PASSWORD.to_owned() })
        .collect()
}

/// Founds the demo in a folder that has none; a folder with a finished demo is left as it is.
pub(crate) async fn found(place: &Place, processes: u32, seed: u64) -> Result<(), String> {
    let data = &place.data;
    match Config::read(data) {
        Ok(config) if config.demo => return Ok(()),
        Ok(_) => {
            return Err(both(
                &format!("{} 是正式节点，不能填入演示数据。", data.display()),
                &format!("{} is a node in earnest: no demo data go into it.", data.display()),
            ));
        }
        Err(crate::config::FolderError::NoNode(_)) => {}
        Err(error) => return Err(error.to_string()),
    }
    begin_anew(data)?;
    let plan = Plan { seed, processes, ..Plan::DEMO };
    let place_of_birth = jurisdiction(&plan);
    let supervisor = place_of_birth.organs.iter().find(|organ| organ.id == place_of_birth.supervisor);
    let division = supervisor.map(|organ| organ.division).ok_or("the demo has no supervisor")?;
    let id = NodeId::of(division, 1).ok_or("the demo's division makes no node")?;
    let today = Zone::CHINA.start_of(plan.until).plus_ms(MORNING_MS);
    let offset = SystemClock { zone: Zone::CHINA }.now().ms_until(today);
    let config = Config::new(id, "demo.invalid", true, offset).map_err(|error| error.to_string())?;
    let clock = TestClock::at(noon(plan.begin()));
    let node = Node::with_clock(config.clone(), data, place.store.as_deref(), Arc::new(clock.clone()))
        .await
        .map_err(|error| error.to_string())?;
    if node.store.log_size(id.number()).await.map_err(|fault| chain(&fault))? > 0 {
        return Err(both(
            "--store 指的数据库里已有这个演示节点；请换一个空库。",
            "The database of --store holds this demo already; use an empty one.",
        ));
    }
    println!("{}", both("正在建立演示节点（虚构数据）……", "Founding the demo node (synthetic data) …"));
    register(&node, &place_of_birth).await?;
    fill(&node, &clock, &plan, &place_of_birth).await?;
    clock.set(today);
    cases::plant(&node, &clock, &place_of_birth).await?;
    disclosures::plant(&node, &clock, &place_of_birth).await?;
    let mut signer =
        Signer::found(&data.join("keys"), &node.config.domain, id.number()).map_err(|fault| chain(&fault))?;
    signer.publish(&node.store, today.ms()).await.map_err(|error| chain(&error))?;
    // Nobody outside witnesses a demo: that is said, and warned of, as on any node.
    let mut keeper = node.keeper().map_err(|error| error.to_string())?;
    keeper.look_after().await.map_err(|fault| chain(&fault))?;
    node.watch().catch_up().await.map_err(|fault| chain(&fault))?;
    // Whoever signs in finds told what the past's last weeks asked of them.
    node.follower().map_err(|error| error.to_string())?.catch_up().await.map_err(|fault| chain(&fault))?;
    signer.publish(&node.store, today.ms()).await.map_err(|error| chain(&error))?;
    node.store.close().await;
    // The clock goes on from the demo's morning, not from when the filling began.
    let offset = SystemClock { zone: Zone::CHINA }.now().ms_until(today);
    Config { clock_offset_ms: offset, ..config }.write(data).map_err(|error| error.to_string())?;
    std::fs::remove_file(data.join(UNFINISHED)).map_err(|error| error.to_string())
}

fn noon(day: Day) -> Instant {
    Zone::CHINA.start_of(day).plus_ms(12 * 3_600_000)
}

/// Clears what an interrupted founding left; nothing else is ever removed.
fn begin_anew(data: &Path) -> Result<(), String> {
    let unwritable = |error: std::io::Error| {
        crate::config::FolderError::Unwritable(data.display().to_string(), error.to_string()).to_string()
    };
    std::fs::create_dir_all(data).map_err(unwritable)?;
    let mark = data.join(UNFINISHED);
    if mark.exists() {
        for name in ["node.sqlite", "node.sqlite-wal", "node.sqlite-shm"] {
            let _ = std::fs::remove_file(data.join(name));
        }
        for name in ["blobs", "keys"] {
            let _ = std::fs::remove_dir_all(data.join(name));
        }
    } else if data.join("node.sqlite").exists() {
        return Err(both(
            &format!("{} 里有数据库但没有 node.toml，没有改动它。", data.display()),
            &format!("{} has a database but no node.toml; it was left as it is.", data.display()),
        ));
    }
    std::fs::write(mark, "").map_err(unwritable)
}

/// Organs, posts, officers, appointments, sign-ins.
async fn register(node: &Node, place: &Jurisdiction) -> Result<(), String> {
    let actor = || Actor::System { component: "demo".to_owned(), version: env!("CARGO_PKG_VERSION").to_owned() };
    let mut events = vec![RegisterEvent::Founded(Founded {
        name: place.name.clone(),
        domain: node.config.domain.clone(),
        synthetic: true,
        supervisor: Some(place.supervisor),
    })];
    // A body holds 4,095 fields: some two hundred rows of the widest.
    const ROWS: usize = 200;
    events.extend(place.organs.chunks(ROWS).map(|rows| RegisterEvent::OrgansEntered { organs: rows.to_vec() }));
    events.extend(place.successions.chunks(ROWS).scan(0, |first, rows| {
        let event = RegisterEvent::SuccessionsEntered { first: *first, successions: rows.to_vec() };
        *first += rows.len() as i64;
        Some(event)
    }));
    events.extend(place.posts.chunks(ROWS).map(|rows| RegisterEvent::PostsEntered { posts: rows.to_vec() }));
    events.extend(place.officers.chunks(ROWS).map(|rows| RegisterEvent::OfficersEntered { officers: rows.to_vec() }));
    events.extend(place.appointments.chunks(ROWS).map(|rows| RegisterEvent::Appointed { appointments: rows.to_vec() }));
    for event in &events {
        node.directory.enter(event, actor()).await.map_err(|error| chain(&error))?;
    }
    for role in &place.roles {
        node.sign_in.set_password(role.officer, PASSWORD).await.map_err(|fault| chain(&fault))?;
        let granted = RegisterEvent::CredentialGranted { officer: role.officer, means: "password".to_owned() };
        node.directory.enter(&granted, actor()).await.map_err(|error| chain(&error))?;
    }
    Ok(())
}

/// Imports, runs and the officers' work, date by date.
async fn fill(node: &Node, clock: &TestClock, plan: &Plan, place: &Jurisdiction) -> Result<(), String> {
    let by = By::system("demo");
    let code = "demo";
    let name = "演示登记簿 Demo register";
    let source = node.importer.enter_source(code, name, None, &by).await.map_err(|fault| chain(&fault))?;
    clock.set(noon(RUNS[0]));
    reserved(node, plan, place).await?;
    let (files, planted) = corpus(&node.data, plan, place)?;
    for (day, path) in RUNS.iter().zip(&files) {
        clock.set(noon(*day));
        let shown = bar(0, true);
        let input = Input::Ocds { path: path.clone(), name: format!("demo-{day}.jsonl") };
        node.importer
            .import(source, input, &by, |progress| {
                shown.set_length(progress.total);
                shown.set_position(progress.bytes);
            })
            .await
            .map_err(|error| chain(&error))?;
        shown.finish_and_clear();
        screened(node, source, &by).await?;
        past::work(node, clock, &planted, (*day, plan.until)).await?;
        let _ = std::fs::remove_file(path);
        // One figure was changed between the runs, and one change waits for whoever signs in as its approver.
        if *day == RUNS[1] {
            let reason = "单独一次合同变更多属正常，拟提高最少件数；得失见试算结果。";
            let grounds = "试算清楚，同意；两次以上变更才提示。";
            past::amend(node, place, ("R064", &[("min", "2")]), reason, Some(grounds)).await?;
        }
        if *day == RUNS[2] {
            let reason = "相对距离略高于 1 的标段多为正常报价，拟提高到 1.5。";
            past::amend(node, place, ("PS-05", &[("distance", "1.5")]), reason, None).await?;
        }
    }
    stead::plant(node, clock, place).await?;
    node.watch().catch_up().await.map_err(|fault| chain(&fault))?;
    Ok(())
}

/// How many processes the reserved register has.
const RESERVED: usize = 12;

/// A small register of a second source, which is a work secret: the chief classifies it before anything is imported.
async fn reserved(node: &Node, plan: &Plan, place: &Jurisdiction) -> Result<(), String> {
    let by = By::system("demo");
    let name = "演示专项采购备案 Demo reserved register";
    let matter = node.importer.enter_source("reserved", name, None, &by).await.map_err(|fault| chain(&fault))?;
    let (chief, hand) = past::hand_of(place, "supervision-chief")?;
    let chief = chief.parse().map_err(|_| "the chief has no id".to_owned())?;
    let secret = Secrecy { class: Class::WorkSecret, named: None };
    let grounds = "专项采购备案含尚未公开的定点供应信息，按工作秘密管理。";
    let event = redflags::source::classify(&Secrecy::default(), (chief, Class::WorkSecret), secret, grounds)
        .map_err(|refusal| chain(&refusal))?;
    node.importer.classify_source(matter, &event, &hand).await.map_err(|error| chain(&error))?;
    let path = node.data.join("demo-reserved.jsonl");
    let few = Plan { processes: 97, ..*plan };
    // Numbers of its own: a process of the other register is another one.
    let lines =
        releases(&few, place).take(RESERVED).map(|it| it.json.replace(&it.ocid, &format!("{}-r", it.ocid)) + "\n");
    std::fs::write(&path, lines.collect::<String>()).map_err(|error| format!("{}: {error}", path.display()))?;
    let input = Input::Ocds { path: path.clone(), name: "demo-reserved.jsonl".to_owned() };
    node.importer.import(matter, input, &by, |_| {}).await.map_err(|error| chain(&error))?;
    let _ = std::fs::remove_file(path);
    Ok(())
}

/// The corpus in one file per run (a process is imported by the first run after its own date), and the processes that
/// something is behind: no near miss, which is within the law.
fn corpus(data: &Path, plan: &Plan, place: &Jurisdiction) -> Result<(Vec<std::path::PathBuf>, Planted), String> {
    use std::io::Write as _;
    let paths: Vec<_> = (0..RUNS.len()).map(|part| data.join(format!("demo-{part}.jsonl"))).collect();
    let mut files = Vec::new();
    let mut planted = Planted::new();
    for path in &paths {
        let file = std::fs::File::create(path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push(std::io::BufWriter::with_capacity(1 << 20, file));
    }
    for release in releases(plan, place) {
        if release.planted.iter().any(|planted| planted.strength > 0) {
            planted.insert(release.ocid.clone());
        }
        let date = date_of(&release.json);
        let part = RUNS.iter().position(|day| date < day.to_string().as_str()).unwrap_or(RUNS.len() - 1);
        writeln!(files[part], "{}", release.json).map_err(|error| error.to_string())?;
    }
    for file in &mut files {
        file.flush().map_err(|error| error.to_string())?;
    }
    Ok((paths, planted))
}

/// The release's own date: the text after the first `"date":"`.
fn date_of(json: &str) -> &str {
    json.split_once("\"date\":\"").map_or("", |(_, rest)| rest.get(..10).unwrap_or(""))
}
