//! A small node on both stores, with one officer for each duty, reached through the door.

use std::collections::HashMap;
use std::sync::{Arc, OnceLock};

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::{Router, body::to_bytes};
use directory::{Directory, Founded, RegisterEvent, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::dated::Period;
use kernel::day::TestClock;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::{Class, Day, DivisionCode, Instant, MatterId, NodeId, OfficerId, OrganId, PostId, Text};
use redflags::import::{By, Importer, Input};
use redflags::screening::QueuePolicy;
use redflags::{NoVerdicts, Redflags};
use redflags_rules::settings::Settings;
use store::{Actor, Store};
use testkit::place::Place;
use tower::ServiceExt as _;
use web::http::{App, AppSettings, RouteInfo};
use web::locale::Catalogue;

/// The password of everybody here.
const PASSWORD: &str = "qingyuan-test-2026";

/// Duties with an officer each; the login is the duty.
pub const DUTIES: [&str; 6] =
    ["data-officer", "supervision-chief", "rule-steward", "rule-approver", "organ-handler", "audit-administrator"];

/// A node behind its door.
pub struct Node {
    pub name: &'static str,
    pub store: Store,
    pub node: NodeId,
    pub importer: Importer,
    pub settings: Arc<Settings>,
    pub router: Router,
    pub table: Vec<RouteInfo>,
    // Outlives the store.
    pub place: Place,
}

/// The texts of this platform and of the frame. A missing one shows its key, which the tests look for.
pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    CATALOGUE.get_or_init(|| Catalogue::new(&[secrecy::TEXTS, &redflags::TEXTS].concat()).unwrap())
}

/// A fresh node on SQLite and one on a real PostgreSQL.
pub async fn both() -> Vec<Node> {
    let mut nodes = Vec::new();
    for place in Place::each() {
        nodes.push(node(place).await);
    }
    nodes
}

/// Begins an import and breaks it off after its first batch has been recorded, as by a power cut.
pub async fn break_off(node: &Node, source: MatterId, input: Input) {
    let (stop, stopped) = tokio::sync::oneshot::channel::<()>();
    let mut stop = Some(stop);
    let by = By::system("test");
    let importing = node.importer.import(source, input, &by, |_| {
        if let Some(stop) = stop.take() {
            let _ = stop.send(());
        }
    });
    tokio::select! {
        biased;
        _ = stopped => {}
        done = importing => panic!("it was to be interrupted: {done:?}"),
    }
}

/// A fresh node on SQLite alone.
pub async fn sqlite() -> Node {
    node(Place::sqlite()).await
}

async fn node(place: Place) -> Node {
    let store = place.open(&[directory::SCHEMA, secrecy::SCHEMA, redflags::SCHEMA]).await;
    let province = DivisionCode::parse("32").unwrap();
    let number = NodeId::of(province, 1).unwrap();
    let clock = Arc::new(TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap()));
    let directory = Directory::new(store.clone(), number, clock.clone());
    found(&directory, province).await;
    let sign_in = SignIn::new(directory, SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (at, _) in DUTIES.iter().enumerate() {
        sign_in.set_password(OfficerId::new(100 + at as u128), PASSWORD).await.unwrap();
    }
    let settings = Arc::new(Settings::cn().unwrap());
    let importer = Importer::new(store.clone(), number, clock, Arc::clone(&settings));
    let state = Redflags::new(importer.clone(), Arc::new(NoVerdicts), QueuePolicy::default());
    let app = App::new(
        sign_in,
        Authority::embedded().unwrap(),
        catalogue(),
        Arc::new(WorkingCalendar::new([])),
        redflags::menu(store.clone()),
        AppSettings::default(),
    );
    let (router, table) = redflags::routes(app.clone(), state).merge(web::http::account_routes(app, &[])).finish();
    Node { name: place.name, store, node: number, importer, settings, router, table, place }
}

async fn found(directory: &Directory, division: DivisionCode) {
    let from = Day::constant(2020, 1, 1);
    let supervision = OrganId::new(1);
    let organs = [(1, OrganKind::Supervision, "监督室"), (2, OrganKind::Department, "演示局")]
        .into_iter()
        .map(|(id, kind, name)| Organ {
            id: OrganId::new(id),
            number: id as u32,
            name: Text::new(name, "Demo organ"),
            short: Text::new(name, "Demo organ"),
            kind,
            division,
            parent: None,
            period: Period::since(from),
            uscc: None,
        })
        .collect();
    let events = [
        RegisterEvent::Founded(Founded {
            name: Text::new("演示省", "Demo province"),
            domain: "demo.example".to_owned(),
            synthetic: true,
            supervisor: Some(supervision),
        }),
        RegisterEvent::OrgansEntered { organs },
        RegisterEvent::PostsEntered {
            posts: DUTIES
                .iter()
                .enumerate()
                .map(|(at, duty)| Post {
                    id: PostId::new(10 + at as u128),
                    organ: OrganId::new(if *duty == "organ-handler" { 2 } else { 1 }),
                    name: Text::new(format!("岗{at}"), format!("Post {at}")),
                    duties: vec![(*duty).to_owned()],
                    ceiling: if *duty == "supervision-chief" { Class::WorkSecret } else { Class::Internal },
                    valid_from: from,
                    valid_to: None,
                })
                .collect(),
        },
        RegisterEvent::OfficersEntered {
            officers: DUTIES
                .iter()
                .enumerate()
                .map(|(at, duty)| Officer {
                    id: OfficerId::new(100 + at as u128),
                    login: (*duty).to_owned(),
                    name: Text::new(format!("官{at}"), format!("Officer {at}")),
                })
                .collect(),
        },
        RegisterEvent::Appointed {
            appointments: (0..DUTIES.len() as u128)
                .map(|at| Appointment { officer: OfficerId::new(100 + at), post: PostId::new(10 + at), from, to: None })
                .collect(),
        },
    ];
    for event in &events {
        let system = Actor::System { component: "test".to_owned(), version: "1".to_owned() };
        directory.enter(event, system).await.unwrap();
    }
}

/// An answer, read to its end.
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {}", self.text()))
    }

    pub fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// A browser with its session.
#[derive(Clone)]
pub struct Browser {
    router: Router,
    cookie: String,
    pub language: &'static str,
}

impl Node {
    /// Nobody signed in.
    pub fn stranger(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: String::new(), language: "en" }
    }

    /// Somebody signed in with a duty.
    pub async fn officer(&self, duty: &str) -> Browser {
        let mut browser = self.stranger();
        let form = format!("name={duty}&password={PASSWORD}&next=%2F");
        let answer = browser.send("POST", "/sign-in", "application/x-www-form-urlencoded", form.into_bytes()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{duty}: {}", answer.text());
        let cookie = answer.headers.get(header::SET_COOKIE).unwrap().to_str().unwrap();
        browser.cookie = cookie.split(';').next().unwrap().to_owned();
        browser
    }
}

impl Browser {
    /// Sends a request.
    pub async fn send(&self, method: &str, path: &str, media: &str, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, self.language);
        if !self.cookie.is_empty() {
            request = request.header(header::COOKIE, &self.cookie);
        }
        if !media.is_empty() {
            request = request.header(header::CONTENT_TYPE, media);
        }
        let response = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.unwrap().to_vec();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", Vec::new()).await
    }

    /// A page that must be there.
    pub async fn page(&self, path: &str) -> String {
        let answer = self.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text());
        answer.text()
    }

    /// The form token that a page of this session carries.
    pub async fn csrf(&self, path: &str) -> String {
        let page = self.page(path).await;
        let at = page.find("name=\"csrf\" value=\"").unwrap_or_else(|| panic!("{path} has no form")) + 19;
        page[at - 1..].trim_start_matches('"').split('"').next().unwrap().to_owned()
    }

    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body = fields
            .iter()
            .map(|(name, value)| format!("{name}={}", redflags::rule::percent(value)))
            .collect::<Vec<_>>()
            .join("&");
        self.send("POST", path, "application/x-www-form-urlencoded", body.into_bytes()).await
    }

    /// Uploads files as a browser does; the token first.
    pub async fn upload(&self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--edge\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").into_bytes(),
            );
        }
        for (name, content) in files {
            body.extend(
                format!(
                    "--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                     Content-Type: application/octet-stream\r\n\r\n"
                )
                .into_bytes(),
            );
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--edge--\r\n");
        self.send("POST", path, "multipart/form-data; boundary=edge", body).await
    }

    /// Follows a job's page until it has ended.
    pub async fn ended(&self, path: &str) -> Answer {
        for _ in 0..3_000 {
            let answer = self.get(path).await;
            if !answer.text().contains("http-equiv=\"refresh\"") {
                return answer;
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        }
        panic!("{path} does not end");
    }
}

/// Rows of a table as they are counted, for looking behind the pages.
pub async fn count(node: &Node, table: &str) -> i64 {
    let sql = format!("select count(*) from {table} where node = $1");
    node.store.read(&sql, &[node.node.number().into()]).await.unwrap()[0].int(0).unwrap()
}

/// Counts of acts and rows: what an import that changes nothing leaves as it was.
pub async fn state_of(node: &Node) -> HashMap<&'static str, i64> {
    let mut all = HashMap::new();
    for table in ["process", "party", "held_row", "import_file", "source", "flag", "standing", "judged_import"] {
        all.insert(table, count(node, table).await);
    }
    all.insert("acts", node.store.log_size(node.node.number()).await.unwrap() as i64);
    all
}
