//! A small node: a city over two districts, with units, organs and officers; its router; and findings to raise.

use std::sync::Arc;
use std::time::Duration;

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{Request, StatusCode, header};
use directory::{Directory, Founded, RegisterEvent, SignIn};
use http_body_util::BodyExt as _;
use kernel::calendar::WorkingCalendar;
use kernel::dated::Period;
use kernel::day::TestClock;
use kernel::officer::{Appointment, Officer, Post};
use kernel::organ::{Organ, OrganKind};
use kernel::packs::Packs;
use kernel::{ActId, Class, Day, DivisionCode, MatterId, NodeId, OfficerId, OrganId, PostId, Secrecy, Text};
use store::{Actor, Projector, Store, Unit};
use supervise::{Evidence, Finding, Light, Reason, RuleRef, Subject, Sum, WarningBook as _, warning_id};
use supervision::http::{Supervision, TEXTS, menu, routes};
use supervision::limits::Limits;
use supervision::{Book, Clockwork};
use testkit::place::Place;
use tower::ServiceExt as _;
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

pub const CITY: OrganId = OrganId::new(1);
pub const CITY_UNIT: OrganId = OrganId::new(2);
pub const DISTRICT: OrganId = OrganId::new(3);
pub const UNIT: OrganId = OrganId::new(4);
pub const BUREAU: OrganId = OrganId::new(5);
pub const ELSEWHERE: OrganId = OrganId::new(6);
pub const OTHER_BUREAU: OrganId = OrganId::new(7);
pub const OTHER_UNIT: OrganId = OrganId::new(8);

/// Logins by post; each officer's password is the login and `-keeps-it`.
const PEOPLE: &[(&str, OrganId, &str)] = &[
    ("ana", UNIT, "inspector"),
    ("boris", UNIT, "inspector"),
    ("chief", UNIT, "supervision-chief"),
    ("clerk", BUREAU, "organ-handler"),
    ("head", BUREAU, "organ-head"),
    ("stranger", OTHER_BUREAU, "organ-handler"),
    ("above", CITY_UNIT, "inspector"),
    ("data", CITY, "data-officer"),
    ("ivan", OTHER_UNIT, "inspector"),
    ("ruth", OTHER_UNIT, "supervision-chief"),
    ("pia", CITY, "privacy-officer"),
    ("paul", CITY, "privacy-head"),
];

pub fn officer(login: &str) -> OfficerId {
    let place = PEOPLE.iter().position(|(name, _, _)| *name == login).unwrap();
    OfficerId::new(100 + place as u128)
}

/// The post of somebody.
pub fn post_of(login: &str) -> PostId {
    let place = PEOPLE.iter().position(|(name, _, _)| *name == login).unwrap();
    PostId::new(200 + place as u128)
}

fn division(code: &str) -> DivisionCode {
    DivisionCode::parse(code).unwrap()
}

fn organs() -> Vec<Organ> {
    let rows = [
        (CITY, "演示市政府", "Demo City", OrganKind::Government, "3205", None),
        (CITY_UNIT, "演示市监督室", "City Supervision", OrganKind::Supervision, "3205", Some(CITY)),
        (DISTRICT, "演示区政府", "Demo District", OrganKind::Government, "320505", Some(CITY)),
        (UNIT, "演示区监督室", "District Supervision", OrganKind::Supervision, "320505", Some(DISTRICT)),
        (BUREAU, "演示区住建局", "District Housing", OrganKind::Department, "320505", Some(DISTRICT)),
        (ELSEWHERE, "演示新区管委会", "New District", OrganKind::Government, "320506", Some(CITY)),
        (OTHER_BUREAU, "演示新区建设局", "New District Works", OrganKind::Department, "320506", Some(ELSEWHERE)),
        (OTHER_UNIT, "演示新区监督室", "New District Supervision", OrganKind::Supervision, "320506", Some(ELSEWHERE)),
    ];
    rows.into_iter()
        .enumerate()
        .map(|(number, (id, zh, en, kind, code, parent))| Organ {
            id,
            number: number as u32 + 1,
            name: Text::new(zh, en),
            short: Text::new(zh, en),
            kind,
            division: division(code),
            parent,
            period: Period::since(Day::constant(2020, 1, 1)),
            uscc: None,
        })
        .collect()
}

/// A node for tests.
pub struct Node {
    pub name: &'static str,
    pub store: Store,
    pub id: NodeId,
    pub clock: TestClock,
    pub directory: Directory,
    pub calendar: Arc<WorkingCalendar>,
    pub limits: Arc<Limits>,
    router: Router,
    // Outlives the store.
    _place: Place,
}

/// A fresh node on each store.
pub async fn both() -> Vec<Node> {
    let [sqlite, postgres] = Place::each();
    vec![node(sqlite).await, node(postgres).await]
}

pub async fn node(place: Place) -> Node {
    let store = place.open(&[directory::SCHEMA, secrecy::SCHEMA, supervision::SCHEMA, erasure::SCHEMA]).await;
    let id = NodeId::of(division("3205"), 0).unwrap();
    let clock = TestClock::on(Day::constant(2026, 11, 2));
    let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let limits = Arc::new(Limits::default());
    let sign_in = SignIn::new(directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    found(&directory, &sign_in).await;
    let catalogue: &'static Catalogue =
        Box::leak(Box::new(Catalogue::new(&[secrecy::TEXTS, TEXTS, erasure::http::TEXTS].concat()).unwrap().strict()));
    let app = App::new(
        sign_in,
        Authority::embedded().unwrap(),
        catalogue,
        Arc::clone(&calendar),
        Places { menu: menu(directory.clone()), finders: vec![supervision::http::finder()], ..Places::default() },
        AppSettings::default(),
    );
    let (router, _) = account_routes(app.clone(), &[])
        .merge(routes(app.clone(), Supervision::new(Arc::clone(&limits)).with_view(Arc::new(Peers))))
        .merge(erasure::http::routes(
            app,
            erasure::http::Erasures::new(
                erasure::Eraser::new(directory.clone(), Arc::new(projectors())),
                Arc::new(WarningSight),
            ),
        ))
        .finish();
    Node { name: place.name, store, id, clock, directory, calendar, limits, router, _place: place }
}

/// As the binary would wire it.
struct WarningSight;

impl erasure::http::Sight for WarningSight {
    fn may_see<'a>(&'a self, page: &'a web::http::Page, act: &'a store::Recorded) -> supervise::Answer<'a, bool> {
        Box::pin(supervision::http::may_see_act(page, act))
    }
}

fn projectors() -> Vec<Box<dyn Projector>> {
    vec![
        Box::new(directory::projector()),
        Box::new(supervision::projector()),
        Box::new(supervision::glass::projector()),
        Box::new(secrecy::reading::projector()),
        Box::new(erasure::projector()),
    ]
}

/// A view of another platform, as the binary would wire it.
struct Peers;

impl supervision::http::SubjectView for Peers {
    fn panel<'a>(
        &'a self,
        _: &'a web::http::Page,
        subject: &'a Subject,
        reasons: &'a [Reason],
    ) -> supervise::Answer<'a, Option<web::view::Html>> {
        let text = format!("peers of {} for {} reasons", subject.key, reasons.len());
        Box::pin(async move { Ok(Some(web::view::Html::text(&text))) })
    }
}

async fn found(directory: &Directory, sign_in: &SignIn) {
    let system = || Actor::System { component: "tests".to_owned(), version: "1".to_owned() };
    let from = Day::constant(2020, 1, 1);
    let founded = Founded {
        name: Text::new("演示市", "Demo City"),
        domain: "demo.example".to_owned(),
        synthetic: true,
        supervisor: Some(CITY_UNIT),
    };
    let posts = PEOPLE.iter().enumerate().map(|(at, (login, organ, duty))| Post {
        id: PostId::new(200 + at as u128),
        organ: *organ,
        name: Text::same(*login),
        duties: vec![(*duty).to_owned()],
        // As in the demo: an organ's own people are cleared for what is internal.
        ceiling: if duty.starts_with("organ-") { Class::Internal } else { Class::WorkSecret },
        valid_from: from,
        valid_to: None,
    });
    let officers = PEOPLE.iter().map(|(login, _, _)| Officer {
        id: officer(login),
        login: (*login).to_owned(),
        name: Text::same(*login),
    });
    let appointments = PEOPLE.iter().enumerate().map(|(at, (login, _, _))| Appointment {
        officer: officer(login),
        post: PostId::new(200 + at as u128),
        from,
        to: None,
    });
    for event in [
        RegisterEvent::Founded(founded),
        RegisterEvent::OrgansEntered { organs: organs() },
        RegisterEvent::PostsEntered { posts: posts.collect() },
        RegisterEvent::OfficersEntered { officers: officers.collect() },
        RegisterEvent::Appointed { appointments: appointments.collect() },
    ] {
        directory.enter(&event, system()).await.unwrap();
    }
    for (login, _, _) in PEOPLE {
        sign_in.set_password(officer(login), &format!("{login}-keeps-it")).await.unwrap();
    }
}

/// What came back.
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub cookie: String,
    pub kind: String,
    pub bytes: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    pub fn has(&self, needle: &str) -> bool {
        self.text().contains(needle)
    }
}

impl Node {
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let header = |name: header::HeaderName| {
            response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
        };
        let (location, kind) = (header(header::LOCATION), header(header::CONTENT_TYPE));
        let cookie = header(header::SET_COOKIE).split(';').next().unwrap_or_default().to_owned();
        let status = response.status();
        let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap().to_vec();
        Answer { status, location, cookie, kind, bytes }
    }

    /// Signs somebody in; the cookie.
    pub async fn enter(&self, who: &str) -> String {
        let form = encoded(&[("name", who), ("password", &format!("{who}-keeps-it"))]);
        let answer = self.send(post("/sign-in", "", form)).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{who} signs in");
        answer.cookie
    }

    pub async fn get_with(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        self.send(request).await
    }

    /// How an answer begins that does not end by itself.
    pub async fn begins(&self, cookie: &str, path: &str) -> String {
        let request = Request::get(path).header(header::COOKIE, cookie).body(Body::empty()).unwrap();
        let mut body = self.router.clone().oneshot(request).await.unwrap().into_body();
        let mut text = String::new();
        while let Ok(Some(Ok(frame))) = tokio::time::timeout(Duration::from_millis(100), body.frame()).await {
            text.extend(frame.data_ref().map(|data| String::from_utf8_lossy(data).into_owned()));
        }
        text
    }

    /// A page as somebody sees it, in Chinese.
    pub async fn get(&self, who: &str, path: &str) -> Answer {
        let cookie = self.enter(who).await;
        self.get_with(&cookie, path).await
    }

    /// Opens a page, takes the fields of its form to `action` as a browser would, fills in the others, and sends it.
    pub async fn act(&self, who: &str, id: MatterId, verb: &str, fields: &[(&str, &str)]) -> Answer {
        let cookie = self.enter(who).await;
        self.act_with(&cookie, id, verb, fields).await
    }

    /// The same in a session that runs.
    pub async fn act_with(&self, cookie: &str, id: MatterId, verb: &str, fields: &[(&str, &str)]) -> Answer {
        let page = self.get_with(cookie, &format!("/warnings/{id}")).await;
        let action = format!("/warnings/{id}/{verb}");
        let mut all = hidden(&page.text(), &action);
        all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        self.post_with(cookie, &action, &all).await
    }

    /// Goes on under another post; the new cookie.
    pub async fn switch(&self, cookie: &str, post: PostId) -> String {
        let page = self.get_with(cookie, "/").await;
        let mut fields: Vec<_> = hidden(&page.text(), "/post").into_iter().filter(|(name, _)| name == "csrf").collect();
        fields.push(("post".to_owned(), post.to_string()));
        let answer = self.post_with(cookie, "/post", &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", self.name, answer.text());
        answer.cookie
    }

    pub async fn post_with(&self, cookie: &str, path: &str, fields: &[(String, String)]) -> Answer {
        let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        self.send(post(path, cookie, encoded(&pairs))).await
    }

    pub fn book(&self) -> Book {
        Book::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits))
    }

    pub fn clockwork(&self) -> Clockwork {
        Clockwork::new(self.directory.clone(), Arc::clone(&self.calendar), Arc::clone(&self.limits))
    }

    /// Enters findings through the book, as the watch does; how many acts that made.
    pub async fn raise(&self, findings: Vec<Finding>) -> usize {
        let findings: Vec<(MatterId, Finding)> =
            findings.into_iter().map(|finding| (id_of(&finding), finding)).collect();
        let acts = self.book().enter(self.id, &findings).await.unwrap();
        let made = acts.len();
        self.store.record_unit(Unit { acts, operations: Vec::new() }).await.unwrap();
        made
    }

    /// Has the warnings that quote what a matter's acts led to follow its class, as the watch does; how many acts that made.
    pub async fn follow(&self, found_in: MatterId, secrecy: &Secrecy) -> usize {
        let acts = self.book().classify(self.id, found_in, secrecy, ActId::new(77)).await.unwrap();
        let made = acts.len();
        self.store.record_unit(Unit { acts, operations: Vec::new() }).await.unwrap();
        made
    }

    /// The tables are what the acts tell.
    pub async fn rebuilds(&self) {
        let all = projectors();
        let projectors: Vec<&dyn Projector> = all.iter().map(AsRef::as_ref).collect();
        let report = self.store.rebuild(self.id.number(), &projectors, false, |_| {}).await.unwrap();
        assert!(report.differences.is_empty(), "{}: {:?}", self.name, report.differences);
        assert!(report.acts > 5);
    }
}

/// A request as a form of our own page makes it.
pub fn post(path: &str, cookie: &str, body: String) -> Request<Body> {
    Request::post(path)
        .header(header::COOKIE, cookie)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Body::from(body))
        .unwrap()
}

pub fn encoded(fields: &[(&str, &str)]) -> String {
    form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish()
}

/// The hidden fields of the form that goes to `action`.
pub fn hidden(page: &str, action: &str) -> Vec<(String, String)> {
    let Some(start) = page.find(&format!("action=\"{action}\"")) else { return Vec::new() };
    let form = &page[start..start + page[start..].find("</form>").unwrap()];
    form.split("<input type=\"hidden\" ")
        .skip(1)
        .map(|rest| {
            let attribute = |name: &str| {
                let from = rest.find(&format!("{name}=\"")).unwrap() + name.len() + 2;
                rest[from..from + rest[from..].find('"').unwrap()].to_owned()
            };
            (attribute("name"), attribute("value"))
        })
        .collect()
}

pub fn id_of(finding: &Finding) -> MatterId {
    warning_id(&finding.rule, &finding.subject, finding.cause)
}

fn reason(code: &str, value: &str) -> Reason {
    Reason {
        rule: RuleRef { code: code.into(), version: "1".into() },
        name: Text::new(format!("规则{code}"), format!("rule {code}")),
        sentence: Text::new("价差 **0.3%**，低于 **1%**。", "The difference is **0.3%**, below **1%**."),
        subject: "lot 1".into(),
        value: Some(value.into()),
        threshold: Some("1".into()),
        severity: 2,
        evidence: vec![Evidence { pointer: "/bids/details/0".into(), value: "12.5".into() }],
    }
}

/// A finding about a process of the bureau, raised by the act `cause`.
pub fn finding(key: &str, cause: u128, reasons: &[(&str, &str)]) -> Finding {
    Finding {
        rule: RuleRef { code: "redflags".into(), version: "1".into() },
        subject: Subject {
            kind: "process".into(),
            key: key.into(),
            label: format!("Demo works {key}"),
            page: format!("/processes/{key}"),
        },
        organ: Some(BUREAU),
        organ_name: "District Housing".into(),
        light: Light::Yellow,
        score: 420,
        sum: Some(Sum { minor: 128_000_000, currency: "CNY".into() }),
        reasons: reasons.iter().map(|(code, value)| reason(code, value)).collect(),
        cause: ActId::new(cause),
        as_of: 2,
        secrecy: Secrecy::default(),
        once: false,
    }
}

/// Sends a form of a page, as a browser would.
pub async fn sent(node: &Node, who: &str, page: &str, action: &str, fields: &[(&str, &str)]) -> Answer {
    let cookie = node.enter(who).await;
    let shown = node.get_with(&cookie, page).await;
    let mut all = hidden(&shown.text(), action);
    if all.is_empty() {
        // The form is not offered: whoever sends it all the same has a token of their own from elsewhere.
        let home = node.get_with(&cookie, "/").await.text();
        all = hidden(&home, "/post").into_iter().filter(|(name, _)| name == "csrf").collect();
        all.truncate(1);
        if all.is_empty() {
            all = hidden(&home, "/sign-out");
        }
    }
    all.extend(fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    node.post_with(&cookie, action, &all).await
}
