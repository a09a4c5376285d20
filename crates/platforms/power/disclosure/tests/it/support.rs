//! A department, a village and a supervising unit on a store, with a router before them.

use std::sync::Arc;

use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use access::{Authority, Hand};
use directory::{Directory, RegisterEvent, SignIn};
use disclosure::catalogue::Catalogue as Entries;
use disclosure::http::{Disclosures, TEXTS, menu, routes};
use disclosure::{Clockwork, Desk};
use kernel::calendar::WorkingCalendar;
use kernel::dated::Period;
use kernel::day::TestClock;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::packs::Packs;
use kernel::{Class, Day, DivisionCode, OfficerId, OrganId, PostId, Text};
use store::{Actor, Signer, Store};
use testkit::door::{Door, PASSWORD};
use testkit::office::{ORGAN, Seat, found, node};
use testkit::place::Place;
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

pub const DEPARTMENT: OrganId = OrganId::new(2);
pub const VILLAGE: OrganId = OrganId::new(3);

/// Who works here: login, duty, organ.
const PEOPLE: &[(&str, &str, OrganId)] = &[
    ("clara", "organ-handler", DEPARTMENT),
    ("rose", "secrecy-reviewer", DEPARTMENT),
    ("head", "organ-head", DEPARTMENT),
    ("vera", "organ-handler", VILLAGE),
    ("viktor", "secrecy-reviewer", VILLAGE),
    ("vhead", "organ-head", VILLAGE),
];

/// Who supervises.
const WATCHERS: &[(&str, &str)] = &[("ines", "inspector"), ("data", "data-officer")];

fn place_of(login: &str) -> u128 {
    let names = PEOPLE.iter().map(|it| it.0).chain(WATCHERS.iter().map(|it| it.0));
    names.into_iter().position(|name| name == login).unwrap_or_else(|| panic!("{login} works elsewhere")) as u128
}

pub fn hand(login: &str) -> (Hand, PostId) {
    let organ = PEOPLE.iter().find(|it| it.0 == login).map_or(ORGAN, |it| it.2);
    let officer = OfficerId::new(100 + place_of(login));
    (Hand { officer, organ, on_behalf_of: None }, PostId::new(200 + place_of(login)))
}

/// A node on one store.
pub struct Office {
    pub name: &'static str,
    pub store: Store,
    pub clock: TestClock,
    pub desk: Desk,
    place: Place,
}

pub const TODAY: Day = Day::constant(2026, 3, 2);

pub async fn both() -> Vec<Office> {
    let mut offices = Vec::new();
    for place in Place::each() {
        offices.push(office(place).await);
    }
    offices
}

async fn office(place: Place) -> Office {
    let store = place.open(&[directory::SCHEMA, disclosure::SCHEMA]).await;
    let clock = TestClock::on(TODAY);
    let directory = Directory::new(store.clone(), node(), Arc::new(clock.clone()));
    let seats = WATCHERS.iter().map(|(login, duty)| {
        let (hand, post) = hand(login);
        Seat { officer: hand.officer, post, login, duty }
    });
    found(&directory, "test.invalid", seats).await;
    let organ = |id: OrganId, number, name: &str, kind| Organ {
        id,
        number,
        name: Text::new(name, format!("{name} EN")),
        short: Text::same(name),
        kind,
        division: DivisionCode::parse("320500000000").unwrap(),
        parent: Some(ORGAN),
        period: Period::since(TODAY.plus_months(-12)),
        uscc: None,
    };
    let mut events = vec![RegisterEvent::OrgansEntered {
        organs: vec![
            organ(DEPARTMENT, 2, "甲局", OrganKind::Department),
            organ(VILLAGE, 3, "乙村", OrganKind::Village),
        ],
    }];
    for (login, duty, organ) in PEOPLE {
        let (hand, post) = hand(login);
        let (from, to) = (TODAY, None);
        let duties = vec![(*duty).to_owned()];
        let post = Post {
            id: post,
            organ: *organ,
            name: Text::same(*duty),
            duties,
            ceiling: Class::Internal,
            valid_from: from,
            valid_to: to,
        };
        events.push(RegisterEvent::Appointed {
            appointments: vec![Appointment { officer: hand.officer, post: post.id, from, to }],
        });
        events.push(RegisterEvent::PostsEntered { posts: vec![post] });
        let officer = Officer { id: hand.officer, login: (*login).to_owned(), name: Text::same(*login) };
        events.push(RegisterEvent::OfficersEntered { officers: vec![officer] });
    }
    let actor = Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    for event in &events {
        directory.enter(event, actor.clone()).await.unwrap();
    }
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let desk = Desk::new(directory, Arc::new(Entries::embedded().unwrap()), calendar);
    Office { name: place.name, store, clock, desk, place }
}

impl Office {
    pub fn node(&self) -> i64 {
        node().number()
    }

    /// Says of each duty whose day is over whether it was met; answers how many acts that took.
    pub async fn tick(&self) -> u64 {
        Clockwork::new(self.desk.clone()).tick().await.unwrap()
    }

    /// Kinds of the acts of a matter, in order.
    pub async fn kinds(&self, matter: u128) -> Vec<String> {
        let acts = self.store.acts_of(self.node(), matter).await.unwrap();
        acts.into_iter().map(|act| act.act.kind).collect()
    }

    /// Signs a checkpoint over everything.
    pub async fn publish(&self) -> ledger::Keys {
        let folder = self.place.folder().join("keys");
        let mut signer = match Signer::open(&folder, "test.invalid", self.node()) {
            Ok(signer) => signer,
            Err(_) => Signer::found(&folder, "test.invalid", self.node()).unwrap(),
        };
        signer.publish(&self.store, 1_800_000_000_000).await.unwrap();
        signer.keys()
    }

    /// Whether replaying the acts gives the same rows.
    pub async fn rebuilds(&self) {
        let (zone, own) = (kernel::Zone::CHINA, directory::projector());
        let ours = disclosure::projector(zone);
        let report = self
            .store
            .rebuild(self.node(), &[&own, &ours, &disclosure::comment::rows::projector()], false, |_| {})
            .await
            .unwrap();
        assert_eq!(report.differences, [], "{}", self.name);
    }

    pub async fn door(&self) -> Door {
        let directory = self.desk.directory().clone();
        let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
        for login in PEOPLE.iter().map(|it| it.0).chain(WATCHERS.iter().map(|it| it.0)) {
            sign_in.set_password(hand(login).0.officer, PASSWORD).await.unwrap();
        }
        let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(TEXTS).unwrap().strict()));
        let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
        let doors = vec![disclosure::http::DOOR];
        let places = Places { menu: menu(), doors, ..Places::default() };
        let app =
            App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, AppSettings::default());
        let state = Disclosures::new(app.clone(), self.desk.clone(), "https://test.invalid/");
        let (router, _) = account_routes(app.clone(), &[]).merge(routes(app, state)).finish();
        Door::new(router)
    }
}
