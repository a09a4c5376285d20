//! A small office whose node tells through a gateway of the test's own.

use std::sync::{Arc, Mutex, OnceLock};

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::State;
use axum::http::{HeaderMap, Request, StatusCode, header};
use directory::{Directory, RegisterEvent, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::{Instant, NodeId, OfficerId, PostId};
use notices::http::Notices;
use notices::send::{Channels, Secret, Webhook, signature};
use notices::types::{Channel, Way};
use notices::{Courier, Follower, Outward};
use serde_json::Value;
use store::{Actor, Operation, Recorded, Store};
use tell::{Number, PagePath, Teller, Telling, To, Told};
use testkit::office::{self, Seat};
use testkit::place::Place;
use tower::ServiceExt as _;
use web::http::{App, AppSettings, By, Page, PageError, RouteInfo, Routes};
use web::locale::Catalogue;
use web::view::Heading;

pub const MINUTE_MS: i64 = 60_000;
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
pub const CHIEF: OfficerId = OfficerId::new(21);
pub const INSPECTOR: OfficerId = OfficerId::new(22);
pub const OTHER: OfficerId = OfficerId::new(23);
const PASSWORD: &str = "Long-Enough-2026";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

/// Tells every inspector of each means of signing in: any act does for a test. What another teller says of the same act is
/// told beside it.
struct Test {
    text: &'static str,
    kind: &'static str,
}

impl Teller for Test {
    fn follows(&self, kind: &str) -> bool {
        kind == self.kind
    }

    fn told<'a>(&'a self, _: NodeId, _: &'a Recorded) -> tell::Answer<'a, Told> {
        let telling = Telling {
            to: To::Duty { duty: "inspector", organ: None },
            text: self.text,
            number: Number::new("W-000001").unwrap(),
            page: PagePath::new("/warnings/1").unwrap(),
        };
        let settles = self.kind == GRANTED;
        let mut tellings = vec![telling.clone()];
        if self.kind == ENDED {
            tellings.push(Telling { to: To::Person(CHIEF), ..telling });
        }
        Box::pin(async move { Ok(Told { settles, tellings, ..Told::default() }) })
    }
}

const GRANTED: &str = "directory.credential_granted@1.0";
const ENDED: &str = "directory.sessions_ended@1.0";

/// Head and body of a request.
type Sent = (HeaderMap, String);

/// A gateway that remembers what it was sent.
#[derive(Clone, Default)]
pub struct Gateway {
    state: Arc<Mutex<(u16, Vec<Sent>)>>,
}

impl Gateway {
    /// Serves it; gives the address.
    async fn serve(&self) -> String {
        self.answer(204);
        let take = |State(gateway): State<Gateway>, headers: HeaderMap, body: String| async move {
            let mut state = gateway.state.lock().unwrap();
            state.1.push((headers, body));
            StatusCode::from_u16(state.0).unwrap()
        };
        let router = Router::new().route("/send", axum::routing::post(take)).with_state(self.clone());
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}/send", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        address
    }

    /// From now on it answers so.
    pub fn answer(&self, status: u16) {
        self.state.lock().unwrap().0 = status;
    }

    /// The bodies it was sent, oldest first.
    pub fn taken(&self) -> Vec<Value> {
        self.state.lock().unwrap().1.iter().map(|(_, body)| serde_json::from_str(body).unwrap()).collect()
    }

    /// Their names.
    pub fn ids(&self) -> Vec<String> {
        let of = |headers: &HeaderMap| headers["webhook-id"].to_str().unwrap().to_owned();
        self.state.lock().unwrap().1.iter().map(|(headers, _)| of(headers)).collect()
    }

    /// Whether each carries the signature of what it says.
    pub fn all_signed(&self) -> bool {
        let secret = Secret::parse(SECRET).unwrap();
        self.state.lock().unwrap().1.iter().all(|(headers, body)| {
            let of = |name: &str| headers[name].to_str().unwrap();
            let at = of("webhook-timestamp").parse().unwrap();
            of("webhook-signature") == signature(&secret, of("webhook-id"), at, body)
        })
    }
}

/// A node of the office.
pub struct Node {
    pub name: &'static str,
    pub store: Store,
    pub id: NodeId,
    pub clock: TestClock,
    pub directory: Directory,
    pub gateway: Gateway,
    app: App,
    router: Router,
    outward: Outward,
    // Outlives the store.
    _place: Place,
}

pub struct Answer {
    pub status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A node on each store, with a gateway.
pub async fn both() -> Vec<Node> {
    both_with(|address| Channels::new(None, Some(Webhook::new(address, Secret::parse(SECRET).unwrap(), None).unwrap())))
        .await
}

/// A node on each store, with these channels.
pub async fn both_with(channels: impl Fn(&str) -> Channels) -> Vec<Node> {
    let mut nodes = Vec::new();
    for place in Place::each() {
        let gateway = Gateway::default();
        let address = gateway.serve().await;
        nodes.push(founded(place, gateway, channels(&address)).await);
    }
    nodes
}

async fn founded(place: Place, gateway: Gateway, channels: Channels) -> Node {
    let store = place.open(&[directory::SCHEMA, notices::SCHEMA]).await;
    let id = office::node();
    // Ten o'clock in China.
    let clock = TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap());
    let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
    let people = [
        (20, "system-administrator", "system-administrator"),
        (21, "supervision-chief", "supervision-chief"),
        (22, "inspector", "inspector"),
        (23, "inspector-2", "inspector"),
    ];
    let seats = people.map(|(officer, login, duty)| Seat {
        officer: OfficerId::new(officer),
        post: PostId::new(100 + officer),
        login,
        duty,
    });
    office::found(&directory, "a.invalid", seats).await;
    let sign_in = SignIn::new(directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (officer, ..) in people {
        sign_in.set_password(OfficerId::new(officer), PASSWORD).await.unwrap();
    }
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::new(notices::http::TEXTS).unwrap());
    let app = App::new(
        sign_in,
        Authority::embedded().unwrap(),
        catalogue,
        Arc::new(WorkingCalendar::new([])),
        notices::http::menu(directory.clone()),
        AppSettings::default(),
    );
    let machine = Routes::new(app.clone())
        .add(RouteInfo::page("/test/machine", "admin.system", ("机器", "machine")), machine)
        .with_state(channels.clone());
    let routes = notices::http::routes(app.clone(), Notices::new(channels.clone(), 8)).merge(machine);
    let (router, _) = routes.merge(web::http::account_routes(app.clone(), &[])).finish();
    let outward = Outward { channels, base: "https://q.example".to_owned(), hour: 8, grace_ms: 10 * MINUTE_MS };
    Node { name: place.name, store, id, clock, directory, gateway, app, router, outward, _place: place }
}

access::permissions! {
    /// As administration has it.
    AdministerSystem = "admin.system";
}

/// A page with the panel of channels alone.
async fn machine(
    State(channels): State<Channels>,
    by: By<AdministerSystem>,
) -> Result<axum::response::Response, PageError> {
    let page: &Page = &by.page;
    Ok(page.html(Heading::new(page.words, "machine"), notices::http::machine_panel(page, &channels).await?))
}

impl Node {
    /// An act of an officer that the inspectors are told of, and that settles what they were told before.
    pub async fn act_by(&self, officer: OfficerId) -> &'static str {
        let granted = RegisterEvent::CredentialGranted { officer: CHIEF, means: "password".to_owned() };
        self.directory.enter(&granted, Actor::Officer { pseudonym: officer.to_string() }).await.unwrap();
        GRANTED
    }

    /// An act that the inspectors are told of beside what they were told before.
    pub async fn tell_twice(&self) {
        let ended = RegisterEvent::SessionsEnded { officer: CHIEF, sessions: 1 };
        self.directory.enter(&ended, Actor::Officer { pseudonym: CHIEF.to_string() }).await.unwrap();
        self.follow().await;
    }

    pub async fn follow(&self) {
        let tellers: Vec<Arc<dyn Teller>> = vec![
            Arc::new(Test { text: "notices-menu", kind: GRANTED }),
            Arc::new(Test { text: "notices-title", kind: ENDED }),
        ];
        Follower::new(self.directory.clone(), tellers).catch_up().await.unwrap();
    }

    pub fn courier(&self) -> Courier {
        Courier::new(self.app.clone(), self.outward.clone(), "test".to_owned())
    }

    /// An officer with a confirmed address.
    pub async fn chooses(&self, officer: OfficerId, channel: Channel, address: &str, way: Way) {
        let choose = Operation::new(
            "insert into notice_choice (node, officer, channel, way, address, locale, tries, code_day, codes) \
             values ($1, $2, $3, $4, $5, 'en', 0, 0, 0)",
            vec![
                self.id.number().into(),
                officer.value().into(),
                channel.code().into(),
                way.code().into(),
                address.into(),
            ],
        );
        assert!(self.store.operate(&[choose]).await.unwrap());
    }

    /// Address and way, where there is an address.
    pub async fn choice(&self, officer: OfficerId, channel: Channel) -> Option<(String, String)> {
        let sql = "select address, way from notice_choice where node = $1 and officer = $2 and channel = $3";
        let values = [self.id.number().into(), officer.value().into(), channel.code().into()];
        let rows = self.store.read(sql, &values).await.unwrap();
        let row = rows.first()?;
        Some((row.opt_text(0).unwrap()?, row.text(1).unwrap()))
    }

    /// Lines of the outbox in a state.
    pub async fn lines(&self, state: &str) -> i64 {
        let sql = "select count(*) from outbox where node = $1 and state = $2";
        self.store.read(sql, &[self.id.number().into(), state.into()]).await.unwrap()[0].int(0).unwrap()
    }

    /// What went wrong with a channel, while it fails.
    pub async fn failing(&self, channel: Channel) -> Option<String> {
        let sql = "select fault from notice_channel where node = $1 and channel = $2 and failing_since is not null";
        let rows = self.store.read(sql, &[self.id.number().into(), channel.code().into()]).await.unwrap();
        rows.first().map(|row| row.text(0).unwrap())
    }

    pub async fn acts(&self, kind: &str) -> Vec<Recorded> {
        self.store.newest_acts(self.id.number(), kind, 0, 100).await.unwrap()
    }

    async fn send(&self, method: &str, path: &str, cookie: &str, body: String) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        if method == "POST" {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.send("GET", path, cookie, String::new()).await
    }

    pub async fn json(&self, cookie: &str, path: &str) -> Value {
        serde_json::from_slice(&self.get(cookie, path).await.body).unwrap()
    }

    /// A form without its token.
    pub async fn forged(&self, cookie: &str, path: &str, form: &str) -> Answer {
        self.send("POST", path, cookie, form.to_owned()).await
    }

    pub async fn post_owned(&self, cookie: &str, path: &str, fields: &[(&str, String)]) -> Answer {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        self.post(cookie, path, &fields).await
    }

    pub async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if !cookie.is_empty() {
            let page = self.get(cookie, "/design").await.text();
            let csrf = page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
            form.push(format!("csrf={}", encoded(csrf)));
        }
        self.send("POST", path, cookie, form.join("&")).await
    }

    pub async fn cookie(&self, login: &str) -> String {
        let answer = self.post("", "/sign-in", &[("name", login), ("password", PASSWORD)]).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {login} signs in: {}", self.name, answer.text());
        answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
