//! From `init`'s three administrators to a working office, through the door, on both stores.

mod changes;
mod mandates;

use std::sync::{Arc, OnceLock};

use access::Authority;
use access::code::Code;
use access::oidc::{Client, Configured};
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use administration::http::Administration;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use directory::{Directory, Oidc, SignIn};
use kernel::calendar::WorkingCalendar;
use kernel::day::TestClock;
use kernel::{Instant, NodeId, OfficerId, PostId};
use store::{Projector, Store};
use testkit::office::{self, Seat};
use testkit::place::Place;
use tower::ServiceExt as _;
use web::http::{App, AppSettings};
use web::locale::Catalogue;

const PASSWORD: &str = "Long-Enough-2026";
const ADMINISTRATORS: [&str; 3] = ["system-administrator", "security-administrator", "audit-administrator"];

struct Node {
    name: &'static str,
    store: Store,
    id: NodeId,
    sign_in: SignIn,
    router: Router,
    directory: Directory,
    clock: TestClock,
    // Outlives the store.
    _place: Place,
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Answer {
    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    fn location(&self) -> &str {
        self.headers.get(header::LOCATION).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

async fn both() -> Vec<Node> {
    let mut nodes = Vec::new();
    for place in Place::each() {
        nodes.push(founded(place).await);
    }
    nodes
}

/// A node as `init` leaves it, with passwords set.
async fn founded(place: Place) -> Node {
    let store = place.open(&[directory::SCHEMA]).await;
    let id = office::node();
    let clock = TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap());
    let directory = Directory::new(store.clone(), id, Arc::new(clock.clone()));
    let seats = (0..).zip(ADMINISTRATORS).map(|(at, duty)| Seat {
        officer: OfficerId::new(20 + at),
        post: PostId::new(10 + at),
        login: duty,
        duty,
    });
    office::found(&directory, "a.invalid", seats).await;
    let sign_in = SignIn::new(directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    // Nobody asks it: what an administrator binds is written down here.
    let (issuer, address) = ("https://id.a.invalid", "https://a.invalid");
    let there = Client::new(Configured { issuer, client_id: "q", address, acr: &[], amr: &[] }, None).unwrap();
    let sign_in = sign_in.with_oidc(Oidc::new(there, None));
    for at in 0..3 {
        sign_in.set_password(OfficerId::new(20 + at), PASSWORD).await.unwrap();
    }
    static CATALOGUE: OnceLock<Catalogue> = OnceLock::new();
    let catalogue = CATALOGUE.get_or_init(|| Catalogue::new(administration::TEXTS).unwrap());
    let app = App::new(
        sign_in.clone(),
        Authority::embedded().unwrap(),
        catalogue,
        Arc::new(WorkingCalendar::new([])),
        administration::menu(),
        AppSettings::default(),
    );
    let routes = administration::routes(app.clone(), Administration::new(sign_in.clone()));
    let (router, _) = routes.merge(web::http::account_routes(app, &[])).finish();
    Node { name: place.name, store, id, sign_in, router, directory, clock, _place: place }
}

impl Node {
    async fn send(&self, method: &str, path: &str, cookie: &str, media: &str, body: Vec<u8>) -> Answer {
        let mut request = Request::builder().method(method).uri(path).header(header::ACCEPT_LANGUAGE, "en");
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        if !media.is_empty() {
            request = request.header(header::CONTENT_TYPE, media);
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body)).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: to_bytes(body, usize::MAX).await.unwrap().to_vec(),
        }
    }

    async fn get(&self, cookie: &str, path: &str) -> Answer {
        self.send("GET", path, cookie, "", Vec::new()).await
    }

    async fn post(&self, cookie: &str, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut form = form_encoded(fields);
        if !cookie.is_empty() {
            let csrf = self.csrf(cookie).await;
            form = format!("csrf={}&{form}", encoded(&csrf));
        }
        self.send("POST", path, cookie, "application/x-www-form-urlencoded", form.into_bytes()).await
    }

    /// The tables are what the acts tell.
    async fn rebuilds(&self) {
        let projector: &dyn Projector = &directory::projector();
        let report = self.store.rebuild(self.id.number(), &[projector], false, |_| {}).await.unwrap();
        assert!(report.differences.is_empty(), "{}: {:?}", self.name, report.differences);
    }

    async fn csrf(&self, cookie: &str) -> String {
        let page = self.get(cookie, "/design").await.text();
        page.split("name=\"csrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap().to_owned()
    }

    async fn upload(&self, cookie: &str, content: &[u8]) -> Answer {
        let csrf = self.csrf(cookie).await;
        let mut body =
            format!("--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\n{csrf}\r\n").into_bytes();
        body.extend(b"--edge\r\nContent-Disposition: form-data; name=\"file\"; filename=\"office.csv\"\r\n\r\n");
        body.extend(content);
        body.extend(b"\r\n--edge--\r\n");
        self.send("POST", "/admin/import", cookie, "multipart/form-data; boundary=edge", body).await
    }

    async fn enter(&self, login: &str, password: &str) -> Answer {
        self.post("", "/sign-in", &[("name", login), ("password", password)]).await
    }

    async fn cookie(&self, login: &str) -> String {
        let answer = self.enter(login, PASSWORD).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {login} signs in: {}", self.name, answer.text());
        answer.headers[header::SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned()
    }
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

fn form_encoded(fields: &[(&str, &str)]) -> String {
    fields.iter().map(|(name, value)| format!("{}={}", encoded(name), encoded(value))).collect::<Vec<_>>().join("&")
}

/// Twenty people in five organs.
fn office() -> String {
    let mut rows = vec!["机关,机关类别,上级机关,岗位,职责,姓名,登录名".to_owned(), "甲市政府,人民政府,,,,,".to_owned()];
    for bureau in ["财政局", "住建局", "水务局", "教育局"] {
        rows.push(format!("{bureau},,甲市政府,负责人,机关负责人,{bureau}甲,head.{}", rows.len()));
        for n in 0..3 {
            rows.push(format!("{bureau},,,承办岗{n},机关承办人,{bureau}{n},clerk.{}", rows.len()));
        }
    }
    for n in 0..4 {
        rows.push(format!("甲市,,,监督岗{n},监督岗,监督{n},inspector.{n}"));
    }
    rows.join("\r\n")
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_people_from_one_spreadsheet() {
    for node in both().await {
        let security = node.cookie("security-administrator").await;
        let uploaded = node.upload(&security, office().as_bytes()).await;
        assert_eq!(uploaded.status, StatusCode::SEE_OTHER, "{}", uploaded.text());
        let preview_path = uploaded.location().to_owned();
        let preview = node.get(&security, &preview_path).await.text();
        assert!(preview.contains("5 new organs") && preview.contains("20 new officers"), "{}: {preview}", node.name);
        assert!(!preview.contains("administration-"), "every text is there");
        let before = node.store.log_size(node.id.number()).await.unwrap();
        // Another officer neither sees nor confirms it.
        let other = node.cookie("audit-administrator").await;
        assert_eq!(node.get(&other, &preview_path).await.status, StatusCode::FORBIDDEN);
        let confirmed = node.post(&security, &preview_path, &[]).await;
        assert_eq!((confirmed.status, confirmed.location()), (StatusCode::SEE_OTHER, "/admin/officers"));
        assert_eq!(node.store.log_size(node.id.number()).await.unwrap(), before + 4, "four acts, all or none");
        let gone = node.post(&security, &preview_path, &[]).await;
        assert!(gone.text().contains("administration.sheet_gone"), "{}", gone.text());

        // Given again it enters nothing.
        let again = node.upload(&security, office().as_bytes()).await.location().to_owned();
        assert!(node.get(&security, &again).await.text().contains("Nothing to enter"));

        // Codes, shown once; a password; the work begins.
        let officers = node.get(&security, "/admin/officers").await.text();
        let id = |login: &str| {
            let row = officers.split("<tr").find(|row| row.contains(&format!("<code>{login}</code>"))).unwrap();
            row.split("/admin/officers/").nth(1).unwrap().split('"').next().unwrap().to_owned()
        };
        let (inspector, clerk) = (id("inspector.0"), id("inspector.1"));
        let issued = node.post(&security, "/admin/codes", &[("row", &inspector), ("row", &clerk)]).await;
        assert_eq!(issued.status, StatusCode::OK, "{}", issued.text());
        let page = issued.text();
        let row = page.split("<tr").find(|row| row.contains("<code>inspector.0</code>")).unwrap();
        let code = row.split("<code>").nth(2).unwrap().split('<').next().unwrap().to_owned();
        assert_eq!(code.len(), 24, "{code}");
        let fields = [("name", "inspector.0"), ("code", code.as_str()), ("password", PASSWORD)];
        assert_eq!(node.post("", "/first-password", &fields).await.status, StatusCode::SEE_OTHER);
        let cookie = node.cookie("inspector.0").await;
        assert_eq!(node.get(&cookie, "/design").await.status, StatusCode::OK);
        assert_eq!(node.get(&cookie, "/admin/officers").await.status, StatusCode::FORBIDDEN);

        // Disabled: the open session ends, the officer stays.
        let disabled = node.post(&security, &format!("/admin/officers/{inspector}/disable"), &[]).await;
        assert_eq!(disabled.status, StatusCode::SEE_OTHER, "{}", disabled.text());
        assert_eq!(node.get(&cookie, "/design").await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.enter("inspector.0", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert!(node.get(&security, "/admin/officers").await.text().contains("inspector.0"));

        // The record: the auditor reads kinds and names, no code anywhere.
        let audit = node.get(&other, "/audit?kind=directory.").await.text();
        assert!(audit.contains("directory.credential_revoked@1.0") && !audit.contains(&code), "{}", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_by_one_on_the_pages() {
    for node in both().await {
        let security = node.cookie("security-administrator").await;
        let bad = node.post(&security, "/admin/organs", &[("organ", ""), ("kind", "department")]).await;
        assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(bad.text().contains("It is missing."), "{}", bad.text());
        let markup = [("organ", "<script>x</script>局"), ("kind", "department"), ("parent", "甲市")];
        assert_eq!(node.post(&security, "/admin/organs", &markup).await.status, StatusCode::SEE_OTHER);
        let list = node.get(&security, "/admin/organs").await.text();
        assert!(list.contains("&lt;script&gt;") && !list.contains("<script>x"), "names are never markup");
        let organ = list.split("/admin/organs/").skip(1).map(|rest| rest.split('"').next().unwrap()).nth(1).unwrap();
        let path = format!("/admin/organs/{organ}");
        let fields = [("post", "承办岗"), ("duties[]", "organ-handler"), ("name", "乙"), ("login", "yi")];
        let posted = node.post(&security, &format!("{path}/posts"), &fields).await;
        assert_eq!(posted.status, StatusCode::SEE_OTHER, "{}", posted.text());
        let page = node.get(&security, &path).await.text();
        assert!(page.contains("承办岗") && page.contains("乙"), "{page}");
        let empty = node.post(&security, &format!("{path}/posts"), &[("post", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Ends an appointment; a second time there is none.
        let officer = page.split("/admin/officers/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = node.get(&security, &format!("/admin/officers/{officer}")).await.text();
        let key = page.split("name=\"appointment\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let end = format!("/admin/officers/{officer}/end");
        assert_eq!(node.post(&security, &end, &[("appointment", &key)]).await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.post(&security, &end, &[("appointment", &key)]).await.status, StatusCode::CONFLICT);
        assert_eq!(node.post(&security, &end, &[("appointment", "x")]).await.status, StatusCode::BAD_REQUEST);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officers_sessions_and_second_factor_are_ended_by_acts() {
    for node in both().await {
        let security = node.cookie("security-administrator").await;
        let (system, other) = (node.cookie("system-administrator").await, node.cookie("system-administrator").await);
        let officer = OfficerId::new(20);
        let path = format!("/admin/officers/{officer}");
        let page = node.get(&security, &path).await.text();
        assert!(page.contains("Where signed in") && page.contains("Unknown device"), "{}: {page}", node.name);
        assert!(!page.contains("unknown<"), "the network address is for the officer's own eyes");
        let marks: Vec<&str> =
            page.split("name=\"session\" value=\"").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
        assert_eq!((marks.len(), marks[2]), (3, "all"));
        let sessions = format!("{path}/sessions");
        let acts = node.store.log_size(node.id.number()).await.unwrap();
        let nothing = node.post(&security, &sessions, &[("session", "0000000000000000")]).await;
        assert_eq!(nothing.location(), path);
        assert_eq!(node.store.log_size(node.id.number()).await.unwrap(), acts, "what ends nothing is no act");
        node.post(&security, &sessions, &[("session", marks[0])]).await;
        let open = |answer: &Answer| answer.status == StatusCode::OK;
        let left = [open(&node.get(&system, "/design").await), open(&node.get(&other, "/design").await)];
        assert_eq!(left.iter().filter(|open| **open).count(), 1, "{}: one of the two ended", node.name);
        node.post(&security, &sessions, &[("session", "all")]).await;
        for cookie in [&system, &other] {
            assert_eq!(node.get(cookie, "/design").await.status, StatusCode::SEE_OTHER, "{}", node.name);
        }
        assert!(node.get(&security, &path).await.text().contains("Not signed in now"));

        // The second factor: enrolled by its officer, taken away by another.
        let system = node.cookie("system-administrator").await;
        assert_eq!(node.post(&system, "/account/second-factor/begin", &[]).await.status, StatusCode::SEE_OTHER);
        let now = "2026-06-01T02:00:00Z".parse::<Instant>().unwrap();
        let code = node.sign_in.factor_begun(officer).await.unwrap().unwrap().code_at(now);
        assert_eq!(node.post(&system, "/account/second-factor", &[("code", &code)]).await.status, StatusCode::OK);
        assert!(node.get(&security, &path).await.text().contains("Take the second factor away"));
        let revoke = format!("{path}/second-factor");
        assert_eq!(node.post(&security, &revoke, &[]).await.location(), path);
        assert!(node.sign_in.factor(officer).await.unwrap().is_none());
        let acts = node.store.log_size(node.id.number()).await.unwrap();
        node.post(&security, &revoke, &[]).await;
        assert_eq!(node.store.log_size(node.id.number()).await.unwrap(), acts, "a second time there is nothing to end");
        let own = format!("/admin/officers/{}", OfficerId::new(21));
        for path in [format!("{own}/sessions"), format!("{own}/second-factor")] {
            let refused = node.post(&security, &path, &[("session", "all")]).await;
            assert!(refused.text().contains("administration.own"), "{path}: {}", refused.text());
            let audit = node.cookie("audit-administrator").await;
            let forbidden = node.post(&audit, &path, &[("session", "all")]).await;
            assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "{path}");
        }
        let audit = node.cookie("audit-administrator").await;
        let record = node.get(&audit, "/audit?kind=directory.").await.text();
        for kind in ["directory.sessions_ended@1.0", "directory.credential_revoked@1.0"] {
            assert!(record.contains(kind), "{}: {kind}", node.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_administrator_binds_and_unbinds_another_officers_identity_by_acts() {
    for node in both().await {
        let security = node.cookie("security-administrator").await;
        let (other, own) = (OfficerId::new(20), OfficerId::new(21));
        let system = node.cookie("system-administrator").await;
        let path = format!("/admin/officers/{other}");
        let bind = format!("{path}/identity");
        assert!(node.get(&security, &path).await.text().contains("Exactly as that system names the person"));
        for wrong in [String::new(), "  ".to_owned(), "s".repeat(256)] {
            let refused = node.post(&security, &bind, &[("subject", &wrong)]).await;
            assert!(refused.text().contains("oidc.no_identity"), "{wrong:?}: {}", refused.text());
        }
        assert_eq!(node.post(&security, &bind, &[("subject", " s-017 ")]).await.location(), path, "{}", node.name);
        let page = node.get(&security, &path).await.text();
        assert!(page.contains("s-017") && page.contains("https://id.a.invalid") && page.contains("Unbind"), "{page}");
        let again = node.post(&security, &bind, &[("subject", "s-018")]).await;
        assert!(again.text().contains("oidc.bound"), "{}", again.text());
        let third = format!("/admin/officers/{}/identity", OfficerId::new(22));
        let taken = node.post(&security, &third, &[("subject", "s-017")]).await;
        assert!(taken.text().contains("oidc.taken"), "{}", taken.text());
        // Undone: the act says so, and every session of the officer ends.
        assert_eq!(node.post(&security, &format!("{bind}/remove"), &[]).await.location(), path);
        assert_eq!(node.get(&system, "/account").await.status, StatusCode::SEE_OTHER, "{}", node.name);
        assert_eq!(node.post(&security, &format!("{bind}/remove"), &[]).await.status, StatusCode::CONFLICT);
        let (system, audit) = (node.cookie("system-administrator").await, node.cookie("audit-administrator").await);
        for path in [format!("/admin/officers/{own}/identity"), format!("/admin/officers/{own}/identity/remove")] {
            let refused = node.post(&security, &path, &[("subject", "s-019")]).await;
            assert!(refused.text().contains("administration.own"), "{path}: {}", refused.text());
            for cookie in [&system, &audit] {
                let forbidden = node.post(cookie, &path, &[("subject", "s-019")]).await;
                assert_eq!(forbidden.status, StatusCode::FORBIDDEN, "{path}");
            }
        }
        for (path, last, cookie) in [
            ("/audit?page=9", "/audit", &audit),
            ("/audit?kind=directory.&page=2", "/audit?kind=directory.", &audit),
            ("/admin/officers?page=2", "/admin/officers", &security),
            ("/admin/organs?q=nothing&page=3", "/admin/organs?q=nothing", &security),
        ] {
            assert_eq!(node.get(cookie, path).await.location(), last, "{}: {path}", node.name);
        }
        let record = node.get(&audit, "/audit?kind=directory.").await.text();
        for kind in ["directory.identity_bound@1.0", "directory.identity_unbound@1.0"] {
            assert!(record.contains(kind) && !record.contains("s-017"), "{}: {kind}", node.name);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_grants_to_themselves_and_no_administrator_does_anothers_work() {
    for node in both().await {
        let security = node.cookie("security-administrator").await;
        let own = OfficerId::new(21).to_string();
        for (path, fields) in [
            ("/admin/codes".to_owned(), vec![("row", own.as_str())]),
            (format!("/admin/officers/{own}/disable"), vec![]),
            (format!("/admin/officers/{own}/end"), vec![("appointment", "x y")]),
        ] {
            let answer = node.post(&security, &path, &fields).await;
            assert!(answer.text().contains("administration.own"), "{path}: {}", answer.text());
        }
        let fields = [
            ("post", "监督岗"),
            ("duties[]", "inspector"),
            ("name", "security-administrator"),
            ("login", "security-administrator"),
        ];
        let list = node.get(&security, "/admin/organs").await.text();
        let organ = list.split("/admin/organs/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let grant = node.post(&security, &format!("/admin/organs/{organ}/posts"), &fields).await;
        assert_eq!(grant.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(grant.text().contains("Nobody grants a post to themselves"), "{}", grant.text());
        let nobody = node.post(&security, "/admin/codes", &[]).await;
        assert!(nobody.text().contains("administration.nobody_chosen"));
        let (system, audit) = (node.cookie("system-administrator").await, node.cookie("audit-administrator").await);
        let cases = [
            (&security, "/admin/system", StatusCode::FORBIDDEN),
            (&security, "/audit", StatusCode::FORBIDDEN),
            (&system, "/admin/system", StatusCode::OK),
            (&system, "/admin/organs", StatusCode::FORBIDDEN),
            (&system, "/audit", StatusCode::FORBIDDEN),
            (&audit, "/audit", StatusCode::OK),
            (&audit, "/admin/officers", StatusCode::FORBIDDEN),
            (&audit, "/admin/system", StatusCode::FORBIDDEN),
        ];
        for (cookie, path, status) in cases {
            assert_eq!(node.get(cookie, path).await.status, status, "{}: {path}", node.name);
        }
        for (content, code) in [
            (&b"PK\x03\x04broken"[..], "administration.sheet_form"),
            (&[0xbb, 0xfa, b'\n'][..], "administration.sheet_encoding"),
            (&b"Name,Age\nx,1\n"[..], "administration.no_heading"),
            (&b""[..], "administration.no_heading"),
        ] {
            let answer = node.upload(&security, content).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}");
            assert!(answer.text().contains(code), "{code}: {}", answer.text());
        }
        // A code drawn elsewhere opens nothing here.
        let (code, _) = Code::draw(OfficerId::new(20), Instant::from_ms(0), 1_000).unwrap();
        let fields = [("name", "system-administrator"), ("code", &code.reveal()), ("password", PASSWORD)];
        assert_ne!(node.post("", "/first-password", &fields).await.status, StatusCode::SEE_OTHER);
    }
}
