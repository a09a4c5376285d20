//! A node with three officers on each store, and browsers that keep cookies as browsers do.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use access::Authority;
use access::oidc::{Client, Configured};
use access::passkey::RelyingParty;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use directory::{Directory, Oidc, RegisterEvent, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::{Instant, NodeId, OfficerId, PostId};
use store::Store;
use testkit::office::{self, Seat};
use testkit::place::Place;
use testkit::provider::{CLIENT, Provider, SECRET};
use tower::ServiceExt as _;
use web::http::{App, AppSettings};
use web::locale::Catalogue;

pub const PASSWORD: &str = "Long-Enough-2026";

/// Sign-in name and duty of each officer, in the order of their ids.
pub const OFFICERS: [(&str, &str); 3] =
    [("zhang.wei", "inspector"), ("li.na", "organ-handler"), ("secadmin", "security-administrator")];

pub fn officer(login: &str) -> OfficerId {
    let at = OFFICERS.iter().position(|(name, _)| *name == login).unwrap();
    OfficerId::new(20 + at as u128)
}

pub struct Node {
    pub name: &'static str,
    pub store: Store,
    pub id: NodeId,
    pub clock: TestClock,
    pub sign_in: SignIn,
    key: SealKey,
    router: Router,
    // Outlives the store.
    _place: Place,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// The values of buttons and fields of this name.
    pub fn values(&self, name: &str) -> Vec<String> {
        let mark = format!("name=\"{name}\" value=\"");
        self.text.split(&mark).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect()
    }
}

/// A node on each store.
///
/// - `second_factor`: whether duties that ask for a second factor get it.
pub async fn both(second_factor: bool) -> Vec<Node> {
    both_with(second_factor, None).await
}

/// The same with another system by which officers may sign in.
pub async fn both_with(second_factor: bool, there: Option<&Provider>) -> Vec<Node> {
    let mut nodes = Vec::new();
    for place in Place::each() {
        nodes.push(founded(place, second_factor, there).await);
    }
    nodes
}

async fn founded(place: Place, second_factor: bool, there: Option<&Provider>) -> Node {
    let store = place.open(&[directory::SCHEMA]).await;
    let id = office::node();
    let clock = TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap());
    let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
    let seats = OFFICERS.iter().map(|(login, duty)| {
        let officer = officer(login);
        Seat { officer, post: PostId::new(officer.value() + 100), login, duty }
    });
    office::found(&directory, "a.invalid", seats).await;
    let key = SealKey::draw().unwrap();
    let sign_in = SignIn::new(directory, key.clone(), Cost::DEMO, Lifetimes::default())
        .with_passkeys(RelyingParty::new("localhost").unwrap());
    let sign_in = match there {
        Some(there) => sign_in.with_oidc(oidc(there)),
        None => sign_in,
    };
    for (login, _) in OFFICERS {
        sign_in.set_password(officer(login), PASSWORD).await.unwrap();
    }
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::new(&[]).unwrap());
    let provider_name = kernel::Text { zh: "演示认证".to_owned(), en: "Demo ID".to_owned() };
    let app = App::new(
        sign_in.clone(),
        Authority::embedded().unwrap(),
        catalogue,
        Arc::new(WorkingCalendar::new([])),
        Vec::new(),
        AppSettings { second_factor, provider_name, ..AppSettings::default() },
    );
    let (router, _) = web::http::account_routes(app, &[]).finish();
    Node { name: place.name, store, id, clock, sign_in, key, router, _place: place }
}

/// The node at a provider, under the address of the browsers below.
fn oidc(there: &Provider) -> Oidc {
    let configured = Configured {
        issuer: there.issuer(),
        client_id: CLIENT,
        address: "http://localhost:4000",
        acr: &["two".to_owned()],
        amr: &[],
    };
    Oidc::new(Client::new(configured, Some(SECRET.to_owned())).unwrap(), None)
}

impl Node {
    /// A browser at an address, with no cookies yet.
    pub fn browser(&self, address: [u8; 4]) -> Browser<'_> {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
        Browser { node: self, host: "localhost:4000", address, agent, language: "en", cookies: BTreeMap::new() }
    }

    /// Sign-in of another process on this node: it shares the store and the key's file, and no memory.
    pub fn another_process(&self, there: &Provider) -> SignIn {
        let directory = Directory::new(self.store.clone(), self.id, Arc::new(self.clock.clone()));
        SignIn::new(directory, self.key.clone(), Cost::DEMO, Lifetimes::default()).with_oidc(oidc(there))
    }

    /// One row of one text or number, as an outsider with the database would see it.
    pub async fn rows(&self, sql: &str) -> Vec<String> {
        let rows = self.store.read(sql, &[self.id.number().into()]).await.unwrap();
        rows.iter().map(|row| row.text(0).unwrap()).collect()
    }

    /// Everything the acts of the register say, in one text.
    pub async fn acts(&self) -> String {
        let acts = self.store.feed(self.id.number(), 0, 1_000).await.unwrap();
        let events = acts.iter().map(|act| act.event::<RegisterEvent>().unwrap());
        events.map(|event| format!("{event:?}\n")).collect()
    }
}

/// Somebody's browser.
pub struct Browser<'a> {
    node: &'a Node,
    pub host: &'static str,
    pub address: [u8; 4],
    pub agent: &'static str,
    pub language: &'static str,
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", String::new()).await
    }

    /// Sends a form as a page of this node does: with the token of its session.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form: Vec<String> =
            fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect();
        if self.cookies.contains_key("qy-session") {
            let page = self.get("/account/second-factor").await;
            if let Some(csrf) = page.values("csrf").into_iter().find(|value| !value.is_empty()) {
                form.push(format!("csrf={}", encoded(&csrf)));
            }
        }
        self.send("POST", path, "application/x-www-form-urlencoded", form.join("&")).await
    }

    /// The first step of signing in.
    pub async fn enter(&mut self, login: &str, password: &str) -> Answer {
        self.post("/sign-in", &[("name", login), ("password", password)]).await
    }

    /// Signs in to the end.
    pub async fn signed_in(mut self, login: &str) -> Self {
        let answer = self.enter(login, PASSWORD).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{login}: {}", answer.text);
        self
    }

    /// Whether its session runs.
    pub async fn is_in(&mut self) -> bool {
        self.get("/account").await.status == StatusCode::OK
    }

    /// Sends a body that says it brings files.
    pub async fn post_files(&mut self, path: &str, body: &str) -> Answer {
        self.send("POST", path, "multipart/form-data; boundary=edge", body.to_owned()).await
    }

    async fn send(&mut self, method: &str, path: &str, media: &str, body: String) -> Answer {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, self.host)
            .header(header::ACCEPT_LANGUAGE, self.language)
            .header(header::USER_AGENT, self.agent)
            .extension(ConnectInfo(SocketAddr::from((self.address, 40_000))));
        if !cookies.is_empty() {
            request = request.header(header::COOKIE, cookies.join("; "));
        }
        if !media.is_empty() {
            request = request.header(header::CONTENT_TYPE, media);
        }
        let answer = self.node.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let cookie = cookie.to_str().unwrap();
            let (name, value) = cookie.split(';').next().unwrap().split_once('=').unwrap();
            assert!(cookie.contains("SameSite=Strict"), "{cookie}");
            if cookie.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let text = String::from_utf8(to_bytes(body, usize::MAX).await.unwrap().to_vec()).unwrap();
        Answer { status: parts.status, headers: parts.headers, text }
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}
