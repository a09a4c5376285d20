//! A small office on a store: handlers, a head, a steward and an approver of models; and the example of a licence.

use std::sync::Arc;

use access::Hand;
use casework::case::Case;
use casework::desk::{By, Opening, Wish};
use casework::migration::mover::{Mover, Officer};
use casework::modeller::Proposal;
use casework::{Carrier, Clockwork, Desk, Library, Modeller};
use directory::Directory;
use dmn::{Context, Value};
use flow::{Command, ElementId};
use kernel::day::TestClock;
use kernel::{Day, MatterId, OfficerId, PostId};
use store::Store;
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;

/// Who works here: login and duty.
pub const PEOPLE: &[(&str, &str)] = &[
    ("clara", "organ-handler"),
    ("carl", "organ-handler"),
    ("head", "organ-head"),
    ("steward", "rule-steward"),
    ("approver", "rule-approver"),
    ("deputy", "organ-head"),
    ("robot", "connected-system"),
];

fn place_of(login: &str) -> u128 {
    PEOPLE.iter().position(|(name, _)| *name == login).unwrap() as u128
}

pub fn officer(login: &str) -> OfficerId {
    OfficerId::new(100 + place_of(login))
}

pub fn post(login: &str) -> PostId {
    PostId::new(200 + place_of(login))
}

pub fn hand(login: &str) -> (Hand, PostId) {
    (Hand { officer: officer(login), organ: ORGAN, on_behalf_of: None }, post(login))
}

pub fn by(login: &str) -> By {
    let (hand, post) = hand(login);
    By::Officer(hand, post)
}

/// An officer who has many cases moved, whichever they are.
pub fn mover(login: &str) -> Officer {
    let (hand, post) = hand(login);
    Officer { hand, post, reach: casework::case::list::Reach::of_machine(node()) }
}

/// An office on one store.
pub struct Office {
    pub name: &'static str,
    pub store: Store,
    pub clock: TestClock,
    pub desk: Desk,
    pub modeller: Modeller,
    pub carrier: Carrier,
    pub clockwork: Clockwork,
    pub mover: Mover,
    // Outlives the store.
    _place: Place,
}

pub const TODAY: Day = Day::constant(2026, 11, 16);

pub async fn both() -> Vec<Office> {
    let [sqlite, postgres] = Place::each();
    vec![office(sqlite).await, office(postgres).await]
}

/// What such an office keeps.
pub const SCHEMAS: [store::Schema; 3] = [directory::SCHEMA, secrecy::SCHEMA, casework::SCHEMA];

/// A desk on a store.
pub fn desk(store: &Store, clock: Arc<dyn kernel::Clock>) -> Desk {
    let directory = Directory::new(store.clone(), node(), clock);
    let library = Library::new(store.clone(), node().number());
    let calendar = kernel::calendar::WorkingCalendar::from_packs(&kernel::packs::Packs::embedded()).unwrap();
    Desk::new(directory, library, Arc::new(calendar))
}

/// Founds the office with all who work here.
pub async fn staffed(directory: &Directory) {
    let seats = PEOPLE.iter().map(|(login, duty)| Seat { officer: officer(login), post: post(login), login, duty });
    found(directory, "test.invalid", seats).await;
}

/// Proposes and approves a model; it holds from today.
pub async fn deploy(desk: &Desk, name: &str, files: Vec<(String, Vec<u8>)>) -> MatterId {
    let directory = desk.directory();
    let modeller = Modeller::new(directory.clone(), desk.library().clone());
    let proposal = Proposal {
        name: name.to_owned(),
        files,
        valid_from: directory.clock().today(),
        reason: "试行".to_owned(),
        based_on: None,
    };
    let id = modeller.propose(hand("steward"), proposal).await.unwrap_or_else(|error| panic!("{error:?}"));
    let (model, _) = casework::model::rows::load(directory.store(), node().number(), id).await.unwrap().unwrap();
    modeller.approve(hand("approver"), &model, None).await.unwrap();
    id
}

pub async fn office(place: Place) -> Office {
    let store = place.open(&SCHEMAS).await;
    let clock = TestClock::on(TODAY);
    let desk = desk(&store, Arc::new(clock.clone()));
    let (directory, library) = (desk.directory().clone(), desk.library().clone());
    staffed(&directory).await;
    Office {
        name: place.name,
        store,
        clock,
        modeller: Modeller::new(directory, library),
        carrier: Carrier::new(desk.clone()),
        clockwork: Clockwork::new(desk.clone(), vec![Arc::new(casework::clockwork::Remind)]),
        mover: Mover::new(desk.clone()),
        desk,
        _place: place,
    }
}

/// The files of the example.
pub fn licence() -> Vec<(String, Vec<u8>)> {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../packs/cn/processes/licence");
    let names = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"];
    names.iter().map(|name| ((*name).to_owned(), std::fs::read(folder.join(name)).unwrap())).collect()
}

impl Office {
    /// Proposes and approves a model.
    pub async fn deploy(&self, name: &str, files: Vec<(String, Vec<u8>)>) -> MatterId {
        deploy(&self.desk, name, files).await
    }

    pub async fn deploy_bpmn(&self, xml: &str) -> MatterId {
        self.deploy("试", vec![("a.bpmn".to_owned(), xml.as_bytes().to_vec())]).await
    }

    pub fn today(&self) -> Day {
        kernel::Clock::today(&self.clock)
    }

    /// Opens a case of a process.
    pub async fn open(&self, process: &str, variables: &[(&str, Value)]) -> MatterId {
        let opening = Opening {
            process: ElementId::from(process),
            start: None,
            title: "一件申请".to_owned(),
            organ: ORGAN,
            variables: context(variables),
            caller: None,
            power: None,
        };
        self.desk.open(by("clara"), &opening, None).await.unwrap_or_else(|error| panic!("{}: {error:?}", self.name))
    }

    pub async fn case(&self, id: MatterId) -> Arc<Case> {
        self.desk.load(id).await.unwrap().unwrap()
    }

    /// Takes and does the open task of an element.
    pub async fn complete(&self, login: &str, id: MatterId, element: &str, outputs: &[(&str, Value)]) {
        let case = self.case(id).await;
        let task = case.state.tasks.iter().find(|(_, task)| task.element.as_str() == element);
        let (task, _) = task.unwrap_or_else(|| panic!("{}: no task {element}: {:?}", self.name, case.state.tasks));
        let claim = Command::Claim { task: *task, by: (officer(login), post(login)) };
        let complete = Command::CompleteTask { task: *task, by: officer(login), outputs: context(outputs) };
        self.desk.act(by(login), id, &[Wish::from(claim), Wish::from(complete)]).await.unwrap();
    }

    /// Everything that follows, until nothing does.
    pub async fn settle(&self) {
        loop {
            let before = self.store.log_size(node().number()).await.unwrap();
            self.carrier.catch_up().await.unwrap();
            self.clockwork.tick().await.unwrap();
            if self.store.log_size(node().number()).await.unwrap() == before {
                return;
            }
        }
    }

    /// Timers of waits, clocks aside.
    pub async fn timers(&self) -> i64 {
        let sql = "select count(*) from timer where node = $1 and name like 'wait:%'";
        self.store.read(sql, &[node().number().into()]).await.unwrap()[0].int(0).unwrap()
    }

    /// Rows of a table.
    pub async fn rows(&self, table: &str) -> i64 {
        let sql = format!("select count(*) from {table} where node = $1");
        self.store.read(&sql, &[node().number().into()]).await.unwrap()[0].int(0).unwrap()
    }
}

pub fn context(pairs: &[(&str, Value)]) -> Context {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect()
}

/// Somebody holds a post of a duty from now on that nobody held.
pub async fn appoint(office: &Office, duty: &str) {
    use directory::RegisterEvent;
    use kernel::officer::{Appointment, Officer, Post};
    let (officer, post, today) = (OfficerId::new(900), PostId::new(901), office.today());
    let actor = store::Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    let made = Post {
        id: post,
        organ: ORGAN,
        name: kernel::Text::same(duty),
        duties: vec![duty.to_owned()],
        ceiling: kernel::Class::WorkSecret,
        valid_from: today,
        valid_to: None,
    };
    let who = Officer { id: officer, login: "new".to_owned(), name: kernel::Text::same("new") };
    let holds = Appointment { officer, post, from: today, to: None };
    for event in [
        RegisterEvent::PostsEntered { posts: vec![made] },
        RegisterEvent::OfficersEntered { officers: vec![who] },
        RegisterEvent::Appointed { appointments: vec![holds] },
    ] {
        office.desk.directory().enter(&event, actor.clone()).await.unwrap();
    }
}
