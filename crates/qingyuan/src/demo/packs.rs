//! The demo's other powers: each packaged process deployed, and cases of it that do what its own trials say, as far as the demo's
//! calendar goes.

use std::collections::BTreeMap;

use casework::desk::{By, Opening, Wish};
use casework::modeller::Proposal;
use dmn::{Context, Value};
use flow::script::{Script, Turn, Written};
use flow::state::What;
use flow::{Command, ElementId};
use kernel::day::{TestClock, Zone};
use kernel::{Clock as _, Day, Erasable, MatterId};

use super::cases::{Bureau, Person, deploy};
use crate::node::{Node, chain};

/// A folder of `packs/cn/processes`: its name, its files.
type Pack = (&'static str, &'static [(&'static str, &'static [u8])]);

/// All folders.
static PACKS: &[Pack] = include!(concat!(env!("OUT_DIR"), "/processes.rs"));

/// The day from which they hold. Limits of ninety days lead into a year without a calendar from October on.
pub(super) const BEGINS: Day = Day::constant(2026, 8, 3);

/// What is played: the process, the trial, the day it begins, and after how many turns it stays where it is, so that some are going on.
const PLAYED: [(&str, &str, Day, usize); 18] = [
    ("penalty", "paid", Day::constant(2026, 8, 10), usize::MAX),
    ("penalty", "on-the-spot", Day::constant(2026, 9, 15), usize::MAX),
    ("penalty", "hearing-and-late", Day::constant(2026, 9, 28), 4),
    ("compulsion", "extended-and-forfeited", Day::constant(2026, 10, 15), usize::MAX),
    ("compulsion", "not-approved", Day::constant(2026, 10, 28), usize::MAX),
    ("levy", "paid", Day::constant(2026, 10, 19), usize::MAX),
    ("levy", "exempt", Day::constant(2026, 11, 4), usize::MAX),
    ("benefit", "granted", Day::constant(2026, 10, 20), usize::MAX),
    ("benefit", "refused", Day::constant(2026, 11, 10), 2),
    ("inspection", "clean", Day::constant(2026, 10, 21), usize::MAX),
    ("confirmation", "confirmed", Day::constant(2026, 10, 22), usize::MAX),
    ("confirmation", "not-accepted", Day::constant(2026, 10, 29), usize::MAX),
    ("award", "granted", Day::constant(2026, 10, 23), usize::MAX),
    ("award", "unqualified", Day::constant(2026, 11, 12), usize::MAX),
    ("adjudication", "ruled", Day::constant(2026, 10, 26), usize::MAX),
    ("adjudication", "settled", Day::constant(2026, 10, 30), 3),
    ("filing", "at-once", Day::constant(2026, 10, 27), usize::MAX),
    ("filing", "corrected", Day::constant(2026, 11, 13), 1),
];

/// The files of a model, what is drawn first: what is no trial of it.
fn model(files: &[(&str, &[u8])]) -> Vec<(String, Vec<u8>)> {
    let own = files.iter().filter(|(name, _)| !name.ends_with(".trial.json"));
    let mut own: Vec<_> = own.map(|(name, bytes)| ((*name).to_owned(), bytes.to_vec())).collect();
    own.sort_by_key(|(name, _): &(String, Vec<u8>)| {
        [".bpmn", ".dmn"].iter().position(|end| name.ends_with(end)).unwrap_or(2)
    });
    own
}

/// Deploys every packaged process but the licence, which has a past of its own.
pub(super) async fn deploy_all(node: &Node, by: (Person, Person), from: Day) -> Result<(), String> {
    for (name, files) in PACKS.iter().filter(|(name, _)| *name != "licence") {
        let files = model(files);
        let reason = "法定程序统一按示例流程网上办理。".to_owned();
        let proposal = Proposal { name: title_of(&files, name), files, valid_from: from, reason, based_on: None };
        deploy(node, by, proposal).await?;
    }
    Ok(())
}

/// What people call a process.
fn title_of(files: &[(String, Vec<u8>)], process: &str) -> String {
    let readied = casework::library::Readied::of(files);
    readied.names.get(&ElementId::from(process)).cloned().unwrap_or_else(|| process.to_owned())
}

/// Plays cases, each as its trial says.
///
/// - `reviewer`: who does what is left to neither the handler nor the head.
pub(super) async fn play(
    node: &Node,
    clock: &TestClock,
    (bureau, reviewer): (&Bureau, Person),
    powers: &BTreeMap<&'static str, MatterId>,
) -> Result<(), String> {
    for (number, (process, trial, day, turns)) in PLAYED.into_iter().enumerate() {
        let Some((_, files)) = PACKS.iter().find(|(name, _)| *name == process) else { continue };
        let Some(power) = powers.get(process) else { continue };
        let file = format!("{trial}.trial.json");
        let script = files.iter().find(|(name, _)| *name == file).ok_or_else(|| format!("{process} has no {file}"))?;
        let script = read(script.1).map_err(|why| format!("{process}/{file}: {why}"))?;
        let played =
            Played { node, clock, people: [bureau.handler, bureau.head, reviewer], shift: shift(&script, day) };
        let title = format!("示例{}第{}号", title_of(&model(files), process), number + 1);
        played
            .case(&script, (process, &title, *power), turns)
            .await
            .map_err(|why| format!("{process}/{trial}: {why}"))?;
    }
    Ok(())
}

fn read(bytes: &[u8]) -> Result<Script, String> {
    let text = String::from_utf8_lossy(bytes);
    let written = Written::read(&text).map_err(|fault| fault.why)?;
    Script::of(&written).map_err(|fault| fault.why)
}

/// By how many days a trial is moved to begin on a day.
fn shift(script: &Script, day: Day) -> i64 {
    script.now.day(Zone::CHINA).days_until(day)
}

struct Played<'n> {
    node: &'n Node,
    clock: &'n TestClock,
    /// The handler, the head, and a third one.
    people: [Person; 3],
    shift: i64,
}

impl Played<'_> {
    async fn case(
        &self,
        script: &Script,
        (process, title, power): (&str, &str, MatterId),
        turns: usize,
    ) -> Result<(), String> {
        self.clock.set(script.now.plus_ms(self.shift * 86_400_000));
        let (hand, post) = self.people[0];
        let opening = Opening {
            process: ElementId::from(process),
            start: None,
            title: title.to_owned(),
            organ: hand.organ,
            variables: self.moved(&script.variables),
            caller: None,
            power: Some(power),
        };
        let id = self.node.desk.open(By::Officer(hand, post), &opening, None).await.map_err(|error| chain(&error))?;
        for turn in script.turns.iter().take(turns) {
            let later = match turn {
                Turn::Advance(ms) => *ms,
                // People work one after the other.
                _ => 10 * 60_000,
            };
            let then = self.clock.now().plus_ms(later);
            if then.day(Zone::CHINA) >= LAST {
                return Ok(());
            }
            self.clock.set(then);
            self.settle().await?;
            self.turn(id, turn).await?;
            self.settle().await?;
        }
        Ok(())
    }

    async fn turn(&self, id: MatterId, turn: &Turn) -> Result<(), String> {
        match turn {
            Turn::Advance(_) | Turn::Signal(_) | Turn::Job { .. } => Ok(()),
            Turn::Message { name, values, .. } => {
                let case = self.node.desk.load(id).await.map_err(|fault| chain(&fault))?.ok_or("no case")?;
                let waits = case.state.waits.iter().find_map(|(number, wait)| match &wait.what {
                    What::Message { name: other, .. } if other == name => Some(*number),
                    _ => None,
                });
                let wait = waits.ok_or_else(|| format!("nobody waits for {name}"))?;
                let command = Command::Deliver { wait, values: self.moved(values) };
                self.act(self.people[0], id, vec![Wish::from(command)]).await
            }
            Turn::Complete { task, outputs, .. } => {
                let (number, person) = self.whose(id, task).await?;
                let (hand, post) = person;
                let claim = Command::Claim { task: number, by: (hand.officer, post) };
                let outputs = self.moved(outputs);
                let complete = Command::CompleteTask { task: number, by: hand.officer, outputs };
                self.act(person, id, vec![Wish::from(claim), Wish::from(complete)]).await
            }
            Turn::Return { task, to, .. } => {
                let (number, person) = self.whose(id, task).await?;
                let (hand, post) = person;
                let claim = Command::Claim { task: number, by: (hand.officer, post) };
                let (to, reason) = (ElementId::from(to.as_str()), Erasable::erased());
                let back = Command::Return { task: number, by: hand.officer, to, reason };
                let words = Some("请补充后重报。".to_owned());
                self.act(person, id, vec![Wish::from(claim), Wish { command: back, words }]).await
            }
        }
    }

    async fn act(&self, (hand, post): Person, id: MatterId, wishes: Vec<Wish>) -> Result<(), String> {
        self.node.desk.act(By::Officer(hand, post), id, &wishes).await.map(drop).map_err(|error| chain(&error))
    }

    /// The open task of an element, and who does it: the first of the duty it is offered to whom four eyes let.
    async fn whose(&self, id: MatterId, element: &str) -> Result<(u64, Person), String> {
        let case = self.node.desk.load(id).await.map_err(|fault| chain(&fault))?.ok_or("no case")?;
        let found = case.state.tasks.iter().find(|(_, task)| task.element.as_str() == element);
        let (number, task) = found.ok_or_else(|| format!("no task {element} is open"))?;
        for (person, duty) in self.people.iter().zip(["organ-handler", "organ-head", "legal-reviewer"]) {
            if !task.posts.iter().any(|post| post == duty) {
                continue;
            }
            let claim = Command::Claim { task: *number, by: (person.0.officer, person.1) };
            let by = By::Officer(person.0, person.1);
            if self.node.desk.prepare(by, &case, &Wish::from(claim), &[]).await.is_ok() {
                return Ok((*number, *person));
            }
        }
        Err(format!("nobody may do {element}, which is offered to {}", task.posts.join(", ")))
    }

    /// Values with their days moved.
    fn moved(&self, values: &Context) -> Context {
        let one = |value: &Value| match value {
            Value::Date { year, month, day } => {
                let text = format!("{year:04}-{month:02}-{day:02}");
                let moved = text.parse::<Day>().ok().map(|day| day.plus(self.shift).to_string());
                moved.and_then(|text| Value::date(&text)).unwrap_or_else(|| value.clone())
            }
            other => other.clone(),
        };
        values.iter().map(|(name, value)| (name.clone(), one(value))).collect()
    }

    async fn settle(&self) -> Result<(), String> {
        let (carrier, clockwork) = (self.node.carrier(), self.node.case_clockwork());
        while carrier.catch_up().await.map_err(|fault| chain(&fault))? > 0
            || clockwork.tick().await.map_err(|fault| chain(&fault))? > 0
        {}
        Ok(())
    }
}

/// No case is played to the demo's own day or beyond it.
const LAST: Day = Day::constant(2026, 11, 17);
