//! A node with three officers on each store, and browsers that keep cookies as browsers do.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};

use access::Authority;
use access::passkey::RelyingParty;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{HeaderMap, Request, StatusCode, header};
use directory::{Directory, Founded, RegisterEvent, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::dated::Period;
use kernel::day::TestClock;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, Clock, DivisionCode, Instant, NodeId, OfficerId, OrganId, PostId, Text};
use store::{Actor, Blobs, Location, Store};
use testkit::postgres::Fresh;
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
    router: Router,
    _folder: tempfile::TempDir,
    // Outlives the store.
    _fresh: Option<Fresh>,
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
    let mut nodes = Vec::new();
    for (name, fresh) in [("SQLite", None), ("PostgreSQL", Some(Fresh::get()))] {
        let folder = tempfile::tempdir().unwrap();
        let location = match &fresh {
            None => Location::Sqlite(folder.path().join("node.sqlite")),
            Some(fresh) => Location::Postgres { url: fresh.url().to_owned(), schema: Some(fresh.schema().to_owned()) },
        };
        nodes.push(Node { _fresh: fresh, ..founded(name, &location, folder, second_factor).await });
    }
    nodes
}

async fn founded(name: &'static str, location: &Location, folder: tempfile::TempDir, second_factor: bool) -> Node {
    let store = Store::open(location, Blobs::new(folder.path().join("blobs")), &[directory::SCHEMA]).await.unwrap();
    let division = DivisionCode::parse("320500000000").unwrap();
    let id = NodeId::of(division, 1).unwrap();
    let clock = TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap());
    let today = clock.today();
    let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
    let organ = OrganId::new(1);
    let text = |zh: &str| Text::new(zh, zh);
    let mut events = vec![
        RegisterEvent::Founded(Founded {
            name: text("甲市"),
            domain: "a.invalid".to_owned(),
            synthetic: true,
            supervisor: Some(organ),
        }),
        RegisterEvent::OrgansEntered {
            organs: vec![Organ {
                id: organ,
                number: 1,
                name: text("甲市"),
                short: text("甲市"),
                kind: OrganKind::Supervision,
                division,
                parent: None,
                period: Period::since(today),
                uscc: None,
            }],
        },
    ];
    for (login, duty) in OFFICERS {
        let officer = officer(login);
        let post = PostId::new(officer.value() + 100);
        events.push(RegisterEvent::PostsEntered {
            posts: vec![Post {
                id: post,
                organ,
                name: text(duty),
                duties: vec![duty.to_owned()],
                ceiling: Class::WorkSecret,
                valid_from: today,
                valid_to: None,
            }],
        });
        events.push(RegisterEvent::OfficersEntered {
            officers: vec![Officer { id: officer, login: login.to_owned(), name: text(login) }],
        });
        events.push(RegisterEvent::Appointed {
            appointments: vec![Appointment { officer, post, from: today, to: None }],
        });
    }
    let actor = Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    for event in &events {
        directory.enter(event, actor.clone()).await.unwrap();
    }
    let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default())
        .with_passkeys(RelyingParty::new("localhost").unwrap());
    for (login, _) in OFFICERS {
        sign_in.set_password(officer(login), PASSWORD).await.unwrap();
    }
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::new(&[]).unwrap());
    let app = App::new(
        sign_in.clone(),
        Authority::embedded().unwrap(),
        catalogue,
        Arc::new(WorkingCalendar::new([])),
        Vec::new(),
        AppSettings { second_factor, ..AppSettings::default() },
    );
    let (router, _) = web::http::account_routes(app, &[]).finish();
    Node { name, store, id, clock, sign_in, router, _folder: folder, _fresh: None }
}

impl Node {
    /// A browser at an address, with no cookies yet.
    pub fn browser(&self, address: [u8; 4]) -> Browser<'_> {
        let agent = "Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0";
        Browser { node: self, host: "localhost:4000", address, agent, language: "en", cookies: BTreeMap::new() }
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
        self.send("GET", path, String::new()).await
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
        self.send("POST", path, form.join("&")).await
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

    async fn send(&mut self, method: &str, path: &str, body: String) -> Answer {
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
        if method == "POST" {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
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
