//! A small office on a store: a handler and a head, the process of a licence, the process of a bad rating, and a door before the
//! pages.

use std::sync::Arc;

use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use access::{Authority, Hand};
use casework::case::Case;
use casework::desk::{By, Wish};
use casework::modeller::Proposal;
use casework::{Desk, Library, Modeller};
use directory::{Directory, SignIn};
use dmn::Value;
use flow::Command;
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::limit::Budget;
use kernel::packs::Packs;
use kernel::{Day, MatterId, OfficerId, PostId, Text};
use services::Counter;
use services::types::{Offer, Offers};
use store::{Projector, Store};
use tell::Answer;
use testkit::door::{Door, PASSWORD};
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

/// Who works here: login and duty.
const PEOPLE: &[(&str, &str)] = &[
    ("handler", "organ-handler"),
    ("head", "organ-head"),
    ("rules", "rule-steward"),
    ("approver", "rule-approver"),
    ("data", "data-officer"),
];

pub const TODAY: Day = Day::constant(2026, 11, 16);

pub fn hand(login: &str) -> (Hand, PostId) {
    let at = PEOPLE.iter().position(|(name, _)| *name == login).unwrap() as u128;
    (Hand { officer: OfficerId::new(100 + at), organ: ORGAN, on_behalf_of: None }, PostId::new(200 + at))
}

/// One thing is offered.
struct OneOffer;

impl Offers for OneOffer {
    fn offer<'a>(&'a self, code: &'a str) -> Answer<'a, Option<Offer>> {
        let offer = (code == "A-1").then(|| Offer {
            item: MatterId::new(77),
            code: "A-1".to_owned(),
            name: Text::new("示例许可", "Sample licence"),
            organ: ORGAN,
            process: "licence".to_owned(),
            promised: Some(Budget::working_days(10)),
            may_follow: vec![Text::new("现状照片", "Photographs")],
            page: "/guide/A-1".to_owned(),
        });
        Box::pin(async move { Ok(offer) })
    }
}

/// The inventory knows the same.
struct OnePower;

impl casework::power::Powers for OnePower {
    fn of<'a>(&'a self, process: &'a str, _: kernel::OrganId, _: Day) -> Answer<'a, casework::power::Known> {
        let known = match process {
            "licence" => casework::power::Known { is_power: true, in_force: vec![power()] },
            _ => casework::power::Known::default(),
        };
        Box::pin(async move { Ok(known) })
    }

    fn item(&self, _: casework::power::Under) -> Answer<'_, Option<casework::power::Power>> {
        Box::pin(async { Ok(Some(power())) })
    }
}

fn power() -> casework::power::Power {
    casework::power::Power {
        under: casework::power::Under { item: MatterId::new(77), version: 1 },
        code: "A-1".to_owned(),
        name: Text::same("示例许可"),
        page: "/powers/x".to_owned(),
    }
}

/// An office on one store.
pub struct Office {
    pub name: &'static str,
    pub store: Store,
    pub desk: Desk,
    pub door: Door,
    modeller: Modeller,
    // Outlives the store.
    _place: Place,
}

pub async fn both() -> Vec<Office> {
    let [sqlite, postgres] = Place::each();
    vec![office(sqlite).await, office(postgres).await]
}

async fn office(place: Place) -> Office {
    let schemas = [directory::SCHEMA, secrecy::SCHEMA, casework::SCHEMA, services::SCHEMA];
    let store = place.open(&schemas).await;
    let clock = TestClock::on(TODAY);
    let directory = Directory::new(store.clone(), node(), Arc::new(clock));
    let seats = PEOPLE.iter().map(|(login, duty)| {
        let (hand, post) = hand(login);
        Seat { officer: hand.officer, post, login, duty }
    });
    found(&directory, "test.invalid", seats).await;
    let library = Library::new(store.clone(), node().number());
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let desk = Desk::new(directory.clone(), library.clone(), Arc::clone(&calendar)).under(Arc::new(OnePower));
    let modeller = Modeller::new(directory.clone(), library);
    let counter = Counter::new(desk.clone(), Arc::new(OneOffer));
    let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (login, _) in PEOPLE {
        sign_in.set_password(hand(login).0.officer, PASSWORD).await.unwrap();
    }
    let texts = [secrecy::TEXTS, drawing::TEXTS, casework::http::TEXTS, services::http::TEXTS].concat();
    let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&texts).unwrap().strict()));
    let places = Places { menu: services::http::menu(), ..Places::default() };
    let app = App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, AppSettings::default());
    let cases = casework::http::Casework::new(desk.clone(), modeller.clone());
    let services = services::http::Services::new(app.clone(), counter);
    let routes = account_routes(app.clone(), &[])
        .merge(casework::http::routes(app.clone(), cases))
        .merge(services::http::routes(app, services));
    let door = Door::new(routes.finish().0);
    let office = Office { name: place.name, store, desk, door, modeller, _place: place };
    let licence = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"];
    office.deploy("licence", &licence).await;
    office
}

impl Office {
    /// Deploys an example.
    pub async fn deploy(&self, folder: &str, files: &[&str]) {
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../packs/cn/processes").join(folder);
        let files = files.iter().map(|name| ((*name).to_owned(), std::fs::read(path.join(name)).unwrap())).collect();
        self.deploy_files(folder, files).await;
    }

    /// Deploys files.
    pub async fn deploy_files(&self, name: &str, files: Vec<(String, Vec<u8>)>) {
        let (name, reason) = (name.to_owned(), "试行".to_owned());
        let proposal = Proposal { name, files, valid_from: TODAY, reason, based_on: None };
        let id = self.modeller.propose(hand("rules"), proposal).await.unwrap();
        let found = casework::model::rows::load(&self.store, node().number(), id).await.unwrap();
        self.modeller.approve(hand("approver"), &found.unwrap().0, None).await.unwrap();
    }

    pub async fn case(&self, id: MatterId) -> Arc<Case> {
        self.desk.load(id).await.unwrap().unwrap()
    }

    /// Takes and does the open task of an element.
    pub async fn done(&self, login: &str, id: MatterId, element: &str, outputs: &[(&str, Value)]) {
        let case = self.case(id).await;
        let task = case.state.tasks.iter().find(|(_, task)| task.element.as_str() == element);
        let (task, _) = task.unwrap_or_else(|| panic!("{}: no task {element}: {:?}", self.name, case.state.tasks));
        let (hand, post) = hand(login);
        let outputs = outputs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        let claim = Command::Claim { task: *task, by: (hand.officer, post) };
        let complete = Command::CompleteTask { task: *task, by: hand.officer, outputs };
        self.desk.act(By::Officer(hand, post), id, &[Wish::from(claim), Wish::from(complete)]).await.unwrap();
    }

    /// Replays the log, and finds the tables as they are.
    pub async fn rebuilt_alike(&self) {
        let (register, readings) = (directory::projector(), secrecy::reading::projector());
        let (cases, services) = (casework::projector(), services::projector());
        let all: [&dyn Projector; 4] = [&register, &readings, &cases, &services];
        let report = self.store.rebuild(node().number(), &all, false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", self.name);
    }
}
