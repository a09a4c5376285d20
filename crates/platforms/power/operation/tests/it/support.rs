//! A small office on a store, with the inventory, the process of a licence, and a door before the pages.

use std::sync::Arc;

use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use access::{Authority, Hand};
use casework::modeller::Proposal;
use casework::{Desk, Library, Modeller};
use directory::{Directory, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::packs::Packs;
use kernel::{Day, OfficerId, PostId};
use operation::{FromInventory, Inventory};
use store::{Projector, Store};
use testkit::door::{Door, PASSWORD};
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

/// Who works here: login and duty.
const PEOPLE: &[(&str, &str)] = &[
    ("steward", "inventory-steward"),
    ("steward2", "inventory-steward"),
    ("legal", "legal-reviewer"),
    ("publisher", "inventory-approver"),
    ("handler", "organ-handler"),
    ("rules", "rule-steward"),
    ("approver", "rule-approver"),
    ("audit", "audit-administrator"),
];

pub const TODAY: Day = Day::constant(2026, 11, 16);

pub fn hand(login: &str) -> (Hand, PostId) {
    let at = PEOPLE.iter().position(|(name, _)| *name == login).unwrap() as u128;
    (Hand { officer: OfficerId::new(100 + at), organ: ORGAN, on_behalf_of: None }, PostId::new(200 + at))
}

/// An office on one store.
pub struct Office {
    pub name: &'static str,
    pub store: Store,
    pub clock: TestClock,
    pub desk: Desk,
    pub inventory: Inventory,
    pub door: Door,
    // Outlives the store.
    _place: Place,
}

pub async fn both() -> Vec<Office> {
    let [sqlite, postgres] = Place::each();
    vec![office(sqlite).await, office(postgres).await]
}

async fn office(place: Place) -> Office {
    let schemas = [directory::SCHEMA, secrecy::SCHEMA, casework::SCHEMA, operation::SCHEMA];
    let store = place.open(&schemas).await;
    let clock = TestClock::on(TODAY);
    let directory = Directory::new(store.clone(), node(), Arc::new(clock.clone()));
    let seats = PEOPLE.iter().map(|(login, duty)| {
        let (hand, post) = hand(login);
        Seat { officer: hand.officer, post, login, duty }
    });
    found(&directory, "test.invalid", seats).await;
    let library = Library::new(store.clone(), node().number());
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let powers = Arc::new(FromInventory::new(store.clone(), node().number()));
    let desk = Desk::new(directory.clone(), library.clone(), Arc::clone(&calendar)).under(powers);
    let modeller = Modeller::new(directory.clone(), library.clone());
    deploy(&modeller, &store).await;
    let inventory = Inventory::new(directory.clone(), library);
    let sign_in = SignIn::new(directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (login, _) in PEOPLE {
        sign_in.set_password(hand(login).0.officer, PASSWORD).await.unwrap();
    }
    let texts = [secrecy::TEXTS, drawing::TEXTS, casework::http::TEXTS, operation::http::TEXTS].concat();
    let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&texts).unwrap().strict()));
    let places = Places { menu: operation::http::menu(directory), ..Places::default() };
    let settings = AppSettings { second_factor: false, ..AppSettings::default() };
    let app = App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, settings);
    let cases = casework::http::Casework::new(desk.clone(), modeller);
    let powers = operation::http::Operation::new(app.clone(), inventory.clone());
    let routes = account_routes(app.clone(), &[])
        .merge(casework::http::routes(app.clone(), cases))
        .merge(operation::http::routes(app, powers));
    let door = Door::new(routes.finish().0);
    Office { name: place.name, store, clock, desk, inventory, door, _place: place }
}

/// The process of the example, which says that it exercises a power.
async fn deploy(modeller: &Modeller, store: &Store) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../packs/cn/processes/licence");
    let names = ["licence.bpmn", "licence.dmn", "apply.json", "accept.json", "check.json", "serve.json"];
    let files = names.iter().map(|name| ((*name).to_owned(), std::fs::read(folder.join(name)).unwrap())).collect();
    let name = "行政许可".to_owned();
    let proposal = Proposal { name, files, valid_from: TODAY, reason: "试行".to_owned(), based_on: None };
    let id = modeller.propose(hand("rules"), proposal).await.unwrap();
    let (model, _) = casework::model::rows::load(store, node().number(), id).await.unwrap().unwrap();
    modeller.approve(hand("approver"), &model, None).await.unwrap();
}

impl Office {
    /// Replays the log, and finds the tables as they are.
    pub async fn rebuilt_alike(&self) {
        let (register, readings) = (directory::projector(), secrecy::reading::projector());
        let (cases, powers) = (casework::projector(), operation::projector());
        let all: [&dyn Projector; 4] = [&register, &readings, &cases, &powers];
        let report = self.store.rebuild(node().number(), &all, false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", self.name);
    }
}
