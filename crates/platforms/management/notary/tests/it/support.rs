//! Nodes that serve on the loopback, on both stores.

use std::sync::{Arc, OnceLock};

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use directory::{Directory, RegisterEvent, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::{Instant, NodeId, OfficerId, PostId};
use ledger::Policy;
use notary::{Keeper, Notary, SharedKeys};
use store::{Actor, Keyring, Signer, Store};
use testkit::office::{self, Seat};
use testkit::place::Place;
use tokio::sync::watch;
use web::http::{App, AppSettings};
use web::locale::Catalogue;

/// Duties of officers 21, 22, … of every node here.
pub const DUTIES: [&str; 3] = ["system-administrator", "security-administrator", "inspector"];

/// A node with its folder.
pub struct Node {
    pub name: &'static str,
    pub store: Store,
    pub id: NodeId,
    pub clock: TestClock,
    pub directory: Directory,
    pub domain: String,
    place: Place,
}

/// A fresh node on each store.
pub async fn both(domain: &str) -> Vec<Node> {
    let mut nodes = Vec::new();
    for place in Place::each() {
        let store = place.open(&[directory::SCHEMA, notary::SCHEMA]).await;
        let id = office::node();
        let clock = TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap());
        let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
        let seats = (1..).zip(DUTIES).map(|(at, duty)| Seat {
            officer: OfficerId::new(20 + at),
            post: PostId::new(10 + at),
            login: duty,
            duty,
        });
        office::found(&directory, domain, seats).await;
        let node = Node { name: place.name, store, id, clock, directory, domain: domain.to_owned(), place };
        Keyring::found(&node.keys(), domain, id.number()).unwrap();
        nodes.push(node);
    }
    nodes
}

impl Node {
    /// Records an act of the register: anything that makes the log grow.
    pub async fn act(&self, event: &RegisterEvent) {
        let actor = Actor::System { component: "test".to_owned(), version: "0".to_owned() };
        self.directory.enter(event, actor).await.unwrap();
    }

    /// Makes the log grow by one.
    pub async fn grow(&self) {
        let means = "password".to_owned();
        self.act(&RegisterEvent::CredentialGranted { officer: OfficerId::new(21), means }).await;
    }

    pub fn keys(&self) -> std::path::PathBuf {
        self.place.folder().join("keys")
    }

    pub fn keyring(&self) -> Keyring {
        Keyring::open(&self.keys(), &self.domain, self.id.number()).unwrap()
    }

    pub fn signer(&self) -> Signer {
        Signer::open(&self.keys(), &self.domain, self.id.number()).unwrap()
    }

    /// Its keeper under a policy.
    pub fn keeper(&self, policy: &str) -> Keeper {
        Keeper::new(self.directory.clone(), self.signer(), Policy::parse(policy).unwrap(), "test".to_owned())
    }

    /// Runs the keeper until the returned sender says stop or goes away.
    pub fn keep(&self, policy: &str) -> watch::Sender<bool> {
        let (stop, stopped) = watch::channel(false);
        tokio::spawn(self.keeper(policy).run(stopped));
        stop
    }

    /// Serves its public face; gives the address.
    pub async fn serve(&self, policy: &str) -> String {
        static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
        let catalogue = CATALOGUE.get_or_init(|| Catalogue::new(notary::TEXTS).unwrap());
        let sign_in = SignIn::new(self.directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
        let calendar = Arc::new(WorkingCalendar::new([]));
        let places = web::http::Places::default();
        let authority = Authority::embedded().unwrap();
        let app = App::new(sign_in, authority, catalogue, calendar, places, AppSettings::default());
        let policy = Policy::parse(policy).unwrap();
        let keys = SharedKeys::new(self.keyring().keys().under(&policy));
        let notary = Notary::new(app.clone(), keys, policy, self.keyring().into_witness());
        let (router, _) = notary::routes(app, notary).finish();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }
}

/// Waits until something holds; a minute is for a machine that does much else.
pub async fn until<F: Future<Output = bool>>(what: &str, mut holds: impl FnMut() -> F) {
    for _ in 0..600 {
        if holds().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{what}: not within a minute");
}

/// A request by hand: status, type, body.
pub async fn ask(method: &'static str, address: String, body: String) -> (u16, String, String) {
    tokio::task::spawn_blocking(move || {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().new_agent();
        let mut answer = match method {
            "POST" => agent.post(&address).send(body).unwrap(),
            _ => agent.get(&address).call().unwrap(),
        };
        let kind = answer.headers().get("content-type").map_or("", |kind| kind.to_str().unwrap()).to_owned();
        (answer.status().as_u16(), kind, answer.body_mut().read_to_string().unwrap())
    })
    .await
    .unwrap()
}
