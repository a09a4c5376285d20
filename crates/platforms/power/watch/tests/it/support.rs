//! A small office on each store, with the rules over its feed and the book behind them.

use std::collections::BTreeMap;
use std::sync::Arc;

use access::Hand;
use casework::desk::{By, Opening, Wish};
use casework::modeller::Proposal;
use casework::{Clockwork, Desk, Library, Modeller};
use directory::Directory;
use dmn::Value;
use flow::{Command, ElementId};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::packs::Packs;
use kernel::{Clock as _, Day, Instant, MatterId, OfficerId, PostId};
use store::{Recorded, Store};
use supervise::{Rule, Watch};
use supervision::Book;
use supervision::limits::Limits;
use supervision::store::Reach;
use supervision::types::Warning;
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;
use watch_rules::{CaseClassRule, Eye, Rules, rules_of};

/// Who works here: login and duty.
pub const PEOPLE: &[(&str, &str)] = &[
    ("clara", "organ-handler"),
    ("carl", "organ-handler"),
    ("head", "organ-head"),
    ("steward", "rule-steward"),
    ("approver", "rule-approver"),
    ("ivy", "inspector"),
    ("chief", "supervision-chief"),
];

/// The day on which the office begins: a Monday, with the year before it.
pub const TODAY: Day = Day::constant(2026, 3, 2);

fn place_of(login: &str) -> u128 {
    PEOPLE.iter().position(|(name, _)| *name == login).unwrap() as u128
}

pub fn officer(login: &str) -> OfficerId {
    OfficerId::new(100 + place_of(login))
}

pub fn hand(login: &str) -> (Hand, PostId) {
    let hand = Hand { officer: officer(login), organ: ORGAN, on_behalf_of: None };
    (hand, PostId::new(200 + place_of(login)))
}

/// An office on one store.
pub struct Office {
    pub name: &'static str,
    pub store: Store,
    pub clock: TestClock,
    pub desk: Desk,
    pub limits: Arc<Limits>,
    calendar: Arc<WorkingCalendar>,
    clockwork: Clockwork,
    // Outlives the store.
    _place: Place,
}

pub async fn both() -> Vec<Office> {
    let [sqlite, postgres] = Place::each();
    vec![office(sqlite).await, office(postgres).await]
}

async fn office(place: Place) -> Office {
    let schemas = [directory::SCHEMA, secrecy::SCHEMA, casework::SCHEMA, supervision::SCHEMA];
    let store = place.open(&schemas).await;
    let clock = TestClock::on(TODAY);
    let directory = Directory::new(store.clone(), node(), Arc::new(clock.clone()));
    let library = Library::new(store.clone(), node().number());
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let desk = Desk::new(directory.clone(), library.clone(), Arc::clone(&calendar));
    let seats = PEOPLE.iter().map(|(login, duty)| {
        let (hand, post) = hand(login);
        Seat { officer: hand.officer, post, login, duty }
    });
    found(&directory, "test.invalid", seats).await;
    let office = Office {
        name: place.name,
        store,
        clock,
        clockwork: Clockwork::new(desk.clone(), casework::clockwork::house()),
        limits: Arc::new(Limits::default()),
        calendar,
        desk,
        _place: place,
    };
    let modeller = Modeller::new(directory, library);
    let proposal = Proposal {
        name: "行政许可".to_owned(),
        files: licence(),
        valid_from: TODAY,
        reason: "试行".to_owned(),
        based_on: None,
    };
    let id = modeller.propose(hand("steward"), proposal).await.unwrap_or_else(|error| panic!("{error:?}"));
    let (model, _) = casework::model::rows::load(&office.store, node().number(), id).await.unwrap().unwrap();
    modeller.approve(hand("approver"), &model, None).await.unwrap();
    office
}

fn licence() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../packs/cn/processes/licence");
    let names = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"];
    names.iter().map(|name| ((*name).to_owned(), std::fs::read(folder.join(name)).unwrap())).collect()
}

/// All shipped rules judge, those that ship off as well.
pub fn every_rule() -> Rules {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../../packs/cn/watch");
    let files: BTreeMap<String, String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = std::fs::read_to_string(&path).unwrap().replacen("enabled = false", "enabled = true", 1);
            (path.file_name().unwrap().to_str().unwrap().to_owned(), text)
        })
        .collect();
    Rules::with(&files).unwrap_or_else(|bad| panic!("{bad}"))
}

pub fn shipped() -> Rules {
    Rules::with(&BTreeMap::new()).unwrap_or_else(|bad| panic!("{bad}"))
}

impl Office {
    pub fn eye(&self, rules: Rules) -> Arc<Eye> {
        Eye::new(self.desk.clone(), rules)
    }

    /// Supervision as a process begins it.
    pub fn watch(&self, rules: Rules) -> Watch {
        let mut all: Vec<Arc<dyn Rule>> = vec![Arc::new(CaseClassRule)];
        all.extend(rules_of(&self.eye(rules)));
        let directory = self.desk.directory().clone();
        let book = Book::new(directory, Arc::clone(&self.calendar), Arc::clone(&self.limits));
        Watch::new(self.store.clone(), node(), all, Arc::new(book))
    }

    pub fn set(&self, at: Instant) {
        self.clock.set(at);
    }

    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// What time brings.
    pub async fn tick(&self) {
        self.clockwork.tick().await.unwrap();
    }

    pub async fn open(&self, file: &str) -> MatterId {
        let variables = [("file".to_owned(), Value::text(file)), ("area".to_owned(), Value::whole(250))].into();
        let opening = Opening {
            process: ElementId::from("licence"),
            start: None,
            title: "一件申请".to_owned(),
            organ: ORGAN,
            variables,
            caller: None,
            power: None,
        };
        let (hand, post) = hand("clara");
        let opened = self.desk.open(By::Officer(hand, post), &opening, None).await;
        opened.unwrap_or_else(|error| panic!("{}: {error:?}", self.name))
    }

    pub async fn command(&self, login: &str, id: MatterId, command: Command) {
        let (hand, post) = hand(login);
        let done = self.desk.act(By::Officer(hand, post), id, &[Wish::from(command)]).await;
        done.unwrap_or_else(|error| panic!("{}: {error:?}", self.name));
    }

    pub async fn task(&self, id: MatterId, element: &str) -> u64 {
        let case = self.desk.load(id).await.unwrap().unwrap();
        let found = case.state.tasks.iter().find(|(_, task)| task.element.as_str() == element);
        *found.unwrap_or_else(|| panic!("{}: no task {element}", self.name)).0
    }

    pub async fn complete(&self, login: &str, id: MatterId, element: &str, outputs: &[(&str, Value)]) {
        let task = self.task(id, element).await;
        let (hand, post) = hand(login);
        self.command(login, id, Command::Claim { task, by: (hand.officer, post) }).await;
        let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.command(login, id, Command::CompleteTask { task, by: hand.officer, outputs }).await;
    }

    /// Warnings, oldest first.
    pub async fn warnings(&self) -> Vec<Warning> {
        let acts = self.store.newest_acts(node().number(), "supervision.warning_raised@", 0, 1_000).await.unwrap();
        let mut all = Vec::new();
        for act in acts.iter().rev() {
            let id = MatterId::new(act.act.matter);
            let (warning, _) =
                supervision::store::load(&self.store, &Reach::of_system(node()), id).await.unwrap().unwrap();
            all.push(warning);
        }
        all
    }

    /// The warning of a rule whose subject's key begins so and ends so.
    pub async fn about(&self, id: MatterId, code: &str) -> Vec<Warning> {
        let begins = format!("{id}/{code}");
        self.warnings().await.into_iter().filter(|it| it.finding.subject.key.starts_with(&begins)).collect()
    }

    /// The whole log.
    pub async fn acts(&self) -> Vec<Recorded> {
        self.store.feed(node().number(), 0, 100_000).await.unwrap()
    }
}
