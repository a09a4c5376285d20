//! Tests over the whole program: every route of every platform behind the one door, on a small demo.

use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Method, Request, StatusCode, header};
use serde_json::Value;
use tower::ServiceExt as _;
use web::http::{App, Face, RouteInfo};

use crate::cli::Place;
use crate::node::Node;

/// Routes that ask nobody who they are. A new one is added here on purpose or not at all.
const PUBLIC: &[&str] = &[
    "GET /api",
    "GET /api/disclosure",
    "GET /api/disclosure/{id}",
    "GET /api/disclosure/{id}/comments",
    "GET /api/guide",
    "GET /api/openapi.json",
    "GET /apply/{code}",
    "GET /assets/{file}",
    "GET /disclosure",
    "GET /disclosure/catalogue.jsonld",
    "GET /disclosure/duties",
    "GET /disclosure/feed.atom",
    "GET /disclosure/list.csv",
    "GET /disclosure/{id}",
    "GET /disclosure/{id}/comments",
    "GET /disclosure/{id}/comments/{comment}",
    "GET /disclosure/{id}/receipt",
    "GET /disclosure/{id}/text",
    "GET /favicon.ico",
    "GET /first-password",
    "GET /guide",
    "GET /guide/{code}",
    "GET /licences",
    "GET /log/checkpoint",
    "GET /log/checkpoint/witnessed",
    "GET /log/key",
    "GET /log/tile/{*path}",
    "GET /progress",
    "GET /sign-in",
    "GET /sign-in/oidc",
    "GET /sign-in/oidc/back",
    "GET /sign-in/second",
    "GET /verify",
    "GET /witness/key",
    "POST /apply/{code}",
    "POST /disclosure/{id}/comments",
    "POST /first-password",
    "POST /post",
    "POST /preferences",
    "POST /progress",
    "POST /progress/answer",
    "POST /progress/rate",
    "POST /progress/withdraw",
    "POST /sign-in",
    "POST /sign-in/passkey",
    "POST /sign-in/passkey/ask",
    "POST /sign-in/second",
    "POST /sign-out",
    "POST /verify",
    "POST /witness/add-checkpoint",
];

struct Whole {
    _folder: tempfile::TempDir,
    app: App,
    router: axum::Router,
    table: Vec<RouteInfo>,
}

struct Got {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Got {
    fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {:?}", self.status))
    }

    fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Whole {
    async fn demo() -> Whole {
        let folder = tempfile::tempdir().unwrap();
        let place = Place { data: folder.path().join("data"), store: None };
        crate::demo::found(&place, 300, 7).await.unwrap();
        let node = Node::open(&place.data, None).await.unwrap();
        let keys = notary::SharedKeys::new(node.keys().unwrap());
        let outward = node.outward().unwrap();
        let (app, router, table) = crate::node::routes(&node, keys, &outward).unwrap();
        Whole { _folder: folder, app, router, table }
    }

    async fn send(&self, method: &str, path: &str, cookie: &str, body: &str) -> Got {
        let method: Method = method.parse().unwrap();
        let mut request = Request::builder().method(&method).uri(path).header(header::HOST, "localhost");
        if !cookie.is_empty() {
            request = request.header(header::COOKIE, cookie);
        }
        if method == Method::POST {
            request = request.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_owned())).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        // A stream of events does not end by itself.
        let streams = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if streams { Vec::new() } else { to_bytes(body, 64 << 20).await.unwrap().to_vec() };
        Got { status: parts.status, headers: parts.headers, body }
    }

    async fn get(&self, path: &str, cookie: &str) -> Got {
        self.send("GET", path, cookie, "").await
    }

    /// Sends JSON to an operation.
    async fn json(&self, path: &str, cookie: &str, body: &Value) -> Got {
        let request = Request::builder().method(Method::POST).uri(path).header(header::HOST, "localhost");
        let request = request.header(header::COOKIE, cookie).header(header::CONTENT_TYPE, "application/json");
        let answer = self.router.clone().oneshot(request.body(Body::from(body.to_string())).unwrap()).await.unwrap();
        let (parts, body) = answer.into_parts();
        Got { status: parts.status, headers: parts.headers, body: to_bytes(body, 64 << 20).await.unwrap().to_vec() }
    }

    /// Signs a demo officer in; gives the cookie.
    async fn enter(&self, duty: &str) -> String {
        let sign_in = crate::demo::sign_ins().into_iter().find(|sign_in| sign_in.duty == duty).unwrap();
        let form = format!("name={}&password={}", sign_in.login, sign_in.password);
        let got = self.send("POST", "/sign-in", "", &form).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{duty} signs in");
        got.header(header::SET_COOKIE).split(';').next().unwrap().to_owned()
    }
}

/// A path with something in the place of each parameter.
fn filled(path: &str) -> String {
    path.split('/').map(|part| if part.starts_with('{') { "x" } else { part }).collect::<Vec<_>>().join("/")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_lets_in_whom_the_policies_let_in_and_nobody_else() {
    let whole = Whole::demo().await;
    let mut public: Vec<String> = Vec::new();
    for route in whole.table.iter().filter(|route| route.permission.is_none()) {
        assert!(route.face.is_public(), "{}", route.path);
        public.push(format!("{} {}", route.method.name(), route.path));
    }
    public.sort();
    assert_eq!(public, PUBLIC);
    let mut asked = 0;
    for route in whole.table.iter().filter(|route| route.permission.is_some()) {
        let got = whole.send(route.method.name(), &filled(route.path), "", "").await;
        match route.face {
            Face::Api | Face::PublicApi => {
                assert_eq!(got.status, StatusCode::UNAUTHORIZED, "{}", route.path);
                assert_eq!(got.json()["code"], "door.sign_in_needed");
            }
            Face::Inner | Face::Public => {
                assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", route.path);
                assert!(got.header(header::LOCATION).starts_with("/sign-in?next="));
            }
        }
        asked += 1;
    }
    for sign_in in crate::demo::sign_ins() {
        let cookie = whole.enter(&sign_in.duty).await;
        for route in whole.table.iter() {
            let Some(code) = route.permission else { continue };
            let allowed = whole.app.authority().duties_with(code).iter().any(|duty| duty.code == sign_in.duty);
            let got = whole.send(route.method.name(), &filled(route.path), &cookie, "").await;
            let (who, path) = (&sign_in.duty, route.path);
            if allowed {
                let forged = route.method.name() == "POST";
                // A form without its token is refused as forged, which is 403 of another code.
                assert!(got.status != StatusCode::FORBIDDEN || forged, "{who} may open {path}: {}", got.status);
                assert!(got.status.as_u16() < 500, "{who} {path}: {}", got.status);
            } else {
                assert_eq!(got.status, StatusCode::FORBIDDEN, "{who} may not open {path}");
                if route.face.is_api() {
                    assert_eq!(got.json()["code"], "door.no_permission", "{who} {path}");
                } else {
                    let page = String::from_utf8_lossy(&got.body);
                    assert!(page.contains("<main"), "{who} {path}: a designed page");
                }
            }
            asked += 1;
        }
    }
    println!("{} routes, {asked} requests", whole.table.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_description_holds_what_a_reader_may_know_and_answers_fit_it() {
    let whole = Whole::demo().await;
    let outside = whole.get("/api/openapi.json", "").await.json();
    let mut paths: Vec<&String> = outside["paths"].as_object().unwrap().keys().collect();
    paths.sort();
    let public =
        ["/api/disclosure", "/api/disclosure/{id}", "/api/disclosure/{id}/comments", "/api/guide", "/api/openapi.json"];
    assert_eq!(paths, public, "the public face describes only its own");
    assert_eq!(outside["paths"]["/api/openapi.json"]["get"]["security"], serde_json::json!([]));
    let cookie = whole.enter("data-officer").await;
    let inside = whole.get("/api/openapi.json", &cookie).await.json();
    assert_eq!(inside["openapi"], "3.1.0");
    for (path, operations) in inside["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            let schema = &operation["responses"]["200"]["content"]["application/json"]["schema"];
            assert!(schema.get("properties").is_some(), "{method} {path} describes its answer");
            let public = operation["security"] == serde_json::json!([]);
            let stranger = whole.send(&method.to_uppercase(), &filled(path), "", "").await;
            assert_eq!(
                !public,
                stranger.status == StatusCode::UNAUTHORIZED,
                "{method} {path}: security says what the door does"
            );
        }
    }
    let fits = Fits { whole: &whole, description: &inside };
    let (inspector, chief) = (whole.enter("inspector").await, whole.enter("supervision-chief").await);
    let steward = whole.enter("rule-steward").await;
    fits.check("/api/openapi.json", "/api/openapi.json", "").await;
    let processes = fits.check("/api/processes", "/api/processes", &inspector).await;
    let first = &processes["processes"][0];
    let ocid = first["ocid"].as_str().unwrap();
    for cookie in [&inspector, &cookie] {
        fits.check("/api/processes/{ocid}", &format!("/api/processes/{ocid}"), cookie).await;
    }
    let buyer = first["buyer"]["id"].as_str().unwrap();
    fits.check("/api/buyers/{id}", &format!("/api/buyers/{buyer}"), &inspector).await;
    let suppliers = whole.get("/suppliers", &inspector).await;
    let page = String::from_utf8_lossy(&suppliers.body).into_owned();
    let supplier = page.split("href=\"/suppliers/").nth(1).and_then(|rest| rest.split('"').next()).unwrap();
    let found = fits.check("/api/search", &format!("/api/search?q={supplier}"), &inspector).await;
    assert_eq!(found["groups"][0]["found"][0]["exact"], true, "{found}");
    let supplier = format!("/suppliers/{supplier}");
    fits.check("/api/suppliers/{id}", &format!("/api{supplier}"), &inspector).await;
    fits.check("/api/indicators", "/api/indicators", &steward).await;
    let rules = fits.check("/api/rules", "/api/rules", &steward).await;
    let raised = |code: &str| rules["rules"].as_array().unwrap().iter().find(|it| it["code"] == code).cloned().unwrap();
    assert!(raised("ES-11")["warnings"]["open"].as_u64() > Some(0), "the demo has cases past their limits: {rules}");
    let privacy = whole.enter("privacy-officer").await;
    let erasures = fits.check("/api/erasures", "/api/erasures", &privacy).await;
    assert_eq!((erasures["total"].as_i64(), erasures["waiting"].as_i64()), (Some(2), Some(1)), "{erasures}");
    let notices = fits.check("/api/notices", "/api/notices", &chief).await;
    assert!(notices["total"].as_i64() > Some(0), "the demo has told its chief something: {notices}");
    fits.check("/api/indicators/{code}", "/api/indicators/R003", &steward).await;
    let runs = fits.check("/api/runs", "/api/runs", &cookie).await;
    fits.check("/api/sources", "/api/sources", &cookie).await;
    let run = &runs["runs"][0]["run"];
    fits.check("/api/runs/{n}", &format!("/api/runs/{run}"), &cookie).await;
    fits.check("/api/imports", "/api/imports", &cookie).await;
    fits.check("/api/quarantine", "/api/quarantine", &cookie).await;
    let warnings = fits.check("/api/warnings", "/api/warnings?stage=all", &chief).await;
    let groups = fits.check("/api/warnings/groups", "/api/warnings/groups?stage=all", &chief).await;
    assert!(groups["total"].as_u64() > Some(0), "{groups}");
    let warning = warnings["warnings"][0]["id"].as_str().unwrap();
    fits.check("/api/warnings/{id}", &format!("/api/warnings/{warning}"), &chief).await;
    let (handler, head) = (whole.enter("organ-handler").await, whole.enter("organ-head").await);
    let inbox = fits.check("/api/inbox", "/api/inbox", &handler).await;
    assert!(inbox["offered"].as_u64() > Some(0), "the demo offers its handler tasks: {inbox}");
    let cases = fits.check("/api/cases", "/api/cases?status=all", &head).await;
    let case = cases["cases"][0]["id"].as_str().unwrap();
    fits.check("/api/cases/{id}", &format!("/api/cases/{case}"), &head).await;
    let models = fits.check("/api/models", "/api/models", &steward).await;
    assert_eq!((models["total"].as_i64(), models["waiting"].as_i64()), (Some(13), Some(1)), "{models}");
    let moves = fits.check("/api/moves", "/api/moves", &head).await;
    let run = &moves["moves"][0];
    let one = fits.check("/api/moves/{id}", &format!("/api{}", run["page"].as_str().unwrap()), &head).await;
    assert!(
        one["moved"].as_u64() > Some(0) && one["left"].as_u64() > Some(0),
        "the demo moved some and left one: {one}"
    );
    let model = run["model"].as_str().unwrap();
    let planned =
        fits.check("/api/models/{id}/move", &format!("/api/models/{model}/move?process=licence"), &head).await;
    assert_eq!(planned["cases"][0]["verdict"], "needs-mapping", "{planned}");
    let approved = models["models"].as_array().unwrap().iter().find(|it| it["id"] == run["model"]).unwrap();
    let figures = format!("/api/models/{}/figures", approved["id"].as_str().unwrap());
    let figures = fits.check("/api/models/{id}/figures", &figures, &steward).await;
    let accept = figures["elements"].as_array().unwrap().iter().find(|it| it["element"] == "accept").unwrap();
    assert!(accept["took"]["n"].as_u64() > Some(0), "the demo's figures show: {figures}");
    let powers = fits.check("/api/powers", "/api/powers", &handler).await;
    assert!(powers["total"].as_u64() >= Some(15), "the demo has an inventory: {powers}");
    let power = powers["powers"][0]["id"].as_str().unwrap();
    fits.check("/api/powers/{id}", &format!("/api/powers/{power}"), &handler).await;
    let coverage = fits.check("/api/powers/coverage", "/api/powers/coverage", &chief).await;
    assert!(coverage["all"]["exercised"].as_u64() >= Some(12), "the demo exercises its powers: {coverage}");
    fits.check("/api/guide", "/api/guide", "").await;
    let services = fits.check("/api/services", "/api/services", &head).await;
    assert_eq!(services["total"].as_u64(), Some(5), "the demo's citizens have applied: {services}");
    for cookie in [&chief, &cookie] {
        fits.check("/api/cockpit", "/api/cockpit", cookie).await;
    }
    let system = whole.enter("connected-system").await;
    let message = serde_json::json!({"id": "1", "name": "nobody waits", "key": 1});
    fits.sent("/api/messages", "/api/messages", &system, &message).await;
    let messages = fits.check("/api/messages", "/api/messages", &system).await;
    assert_eq!(messages["messages"].as_array().map(Vec::len), Some(1), "{messages}");
    let asked = serde_json::json!({"types": ["demo-check"], "worker": "walk"});
    let leased = fits.sent("/api/jobs/lease", "/api/jobs/lease", &system, &asked).await;
    assert_eq!(leased, serde_json::json!({"jobs": []}), "the demo has no work for others");
    for (what, body) in [
        ("complete", serde_json::json!({"outputs": {}})),
        ("fail", serde_json::json!({"why": "x"})),
        ("throw", serde_json::json!({"error": "x"})),
    ] {
        let operation = format!("/api/jobs/{{key}}/{what}");
        let got = whole.json(&format!("/api/jobs/x/{what}"), &system, &body).await;
        assert_eq!((got.status, got.json()["code"].clone()), (StatusCode::NOT_FOUND, "door.not_found".into()));
        SEEN.lock().unwrap().insert(operation);
    }
    let public = fits.check("/api/disclosure", "/api/disclosure", "").await;
    assert!(public["total"].as_u64() > Some(5), "the demo has disclosed something: {public}");
    let id = public["disclosures"][0]["id"].as_str().unwrap();
    fits.check("/api/disclosure/{id}", &format!("/api/disclosure/{id}"), "").await;
    let comments = format!("/api/disclosure/{id}/comments");
    fits.check("/api/disclosure/{id}/comments", &comments, "").await;
    for tab in ["work", "duties", "published"] {
        fits.check("/api/disclosures", &format!("/api/disclosures?tab={tab}"), &handler).await;
    }
    let draft =
        serde_json::json!({"entry": "GOV-01", "came": "2026-11-01", "title": "walk", "paragraphs": ["one", "two"]});
    let made = fits.sent("/api/disclosures", "/api/disclosures", &handler, &draft).await;
    let one = format!("/api/disclosures/{}", made["id"].as_str().unwrap());
    fits.check("/api/disclosures/{id}", &one, &handler).await;
    let text = serde_json::json!({"title": "walk", "paragraphs": ["one", "two", "three"]});
    fits.sent("/api/disclosures/{id}/text", &format!("{one}/text"), &handler, &text).await;
    let reviewer = whole.enter("secrecy-reviewer").await;
    let partly = serde_json::json!({"outcome": "partly", "withheld": [2], "ground": "privacy", "reason": "x"});
    fits.sent("/api/disclosures/{id}/review", &format!("{one}/review"), &reviewer, &partly).await;
    let nothing = serde_json::json!({});
    let stands = fits.sent("/api/disclosures/{id}/publish", &format!("{one}/publish"), &head, &nothing).await;
    assert_eq!(stands["stage"], "published");
    let taking = serde_json::json!({"because": "mistake", "reason": "x"});
    fits.sent("/api/disclosures/{id}/withdraw", &format!("{one}/withdraw"), &head, &taking).await;
    let described = inside["paths"].as_object().unwrap().len();
    assert_eq!(fits.seen(), described, "every described operation was held against its schema");
}

/// Holds answers against their schemas, and counts which operations were.
struct Fits<'a> {
    whole: &'a Whole,
    description: &'a Value,
}

static SEEN: std::sync::Mutex<std::collections::BTreeSet<String>> =
    std::sync::Mutex::new(std::collections::BTreeSet::new());

impl Fits<'_> {
    async fn check(&self, operation: &str, path: &str, cookie: &str) -> Value {
        let got = self.whole.get(path, cookie).await;
        self.fits(("get", operation, path), &got)
    }

    /// The same for an operation that takes JSON.
    async fn sent(&self, operation: &str, path: &str, cookie: &str, body: &Value) -> Value {
        let takes =
            &self.description["paths"][operation]["post"]["requestBody"]["content"]["application/json"]["schema"];
        assert!(jsonschema::validator_for(takes).unwrap().is_valid(body), "{path}: what it takes is described");
        let got = self.whole.json(path, cookie, body).await;
        self.fits(("post", operation, path), &got)
    }

    fn fits(&self, (method, operation, path): (&str, &str, &str), got: &Got) -> Value {
        assert_eq!(got.status, StatusCode::OK, "{path}");
        let answer = got.json();
        let schema =
            &self.description["paths"][operation][method]["responses"]["200"]["content"]["application/json"]["schema"];
        let validator = jsonschema::validator_for(schema).unwrap();
        let faults: Vec<String> =
            validator.iter_errors(&answer).map(|error| format!("{}: {error}", error.instance_path())).take(5).collect();
        assert_eq!(faults, Vec::<String>::new(), "{path}");
        SEEN.lock().unwrap().insert(operation.to_owned());
        answer
    }

    fn seen(&self) -> usize {
        SEEN.lock().unwrap().len()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_search_goes_straight_to_what_is_named_and_finds_nothing_beyond_reach() {
    let whole = Whole::demo().await;
    let inspector = whole.enter("inspector").await;
    let found = whole.get("/api/search?q=W-000001", &inspector).await.json();
    let exact = |found: &Value| {
        let groups = found["groups"].as_array().unwrap().clone();
        groups
            .iter()
            .flat_map(|group| group["found"].as_array().unwrap().clone())
            .filter(|one| one["exact"] == true)
            .count()
    };
    let seen = exact(&found);
    let got = whole.get("/search?q=W-000001", &inspector).await;
    if seen == 1 {
        assert_eq!(got.status, StatusCode::SEE_OTHER);
        assert!(got.header(header::LOCATION).starts_with("/warnings/"));
    }
    let indicator = whole.get("/search?q=r003", &whole.enter("rule-steward").await).await;
    assert_eq!((indicator.status, indicator.header(header::LOCATION)), (StatusCode::SEE_OTHER, "/indicators/R003"));
    // An administrator touches no business: the same words find no process and no warning.
    for duty in ["security-administrator", "audit-administrator"] {
        let nothing = whole.get("/api/search?q=a", &whole.enter(duty).await).await.json();
        for group in nothing["groups"].as_array().unwrap() {
            assert_eq!(group["kind"], "place", "{duty}");
        }
    }
    let none = whole.get("/search?q=%E2%98%83nothing&lang=en", &inspector).await;
    assert!(String::from_utf8_lossy(&none.body).contains("Nothing found for"), "the empty state says so");
    let markup = whole.get("/search?q=%3Cscript%3Ealert(1)%3C%2Fscript%3E", &inspector).await;
    assert!(!String::from_utf8_lossy(&markup.body).contains("<script>alert"), "words are never markup");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ledger_is_read_by_outsiders_and_a_receipt_is_checked_by_anybody() {
    let whole = Whole::demo().await;
    let note = whole.get("/log/checkpoint", "").await;
    let key = whole.get("/log/key", "").await;
    let (note, key) = (String::from_utf8(note.body).unwrap(), String::from_utf8(key.body).unwrap());
    let keys = ledger::Keys::single(key.trim().parse().unwrap());
    let checkpoint = keys.open(&note).unwrap().checkpoint;
    // A monitor reads every bundle and comes to the same root.
    let mut frontier = ledger::Frontier::default();
    while frontier.size() < checkpoint.size {
        let width = (checkpoint.size - frontier.size()).min(256) as u16;
        let tile = ledger::tree::Tile { level: None, index: frontier.size() / 256, width };
        let got = whole.get(&format!("/log/{}", tile.path()), "").await;
        assert_eq!(got.status, StatusCode::OK, "{}", tile.path());
        for entry in ledger::tree::tile::unbundle(&got.body).unwrap() {
            frontier.append(ledger::tree::leaf_hash(entry));
        }
    }
    assert_eq!(frontier.root(), checkpoint.root);
    for path in ["tile/entries/999", "tile/0/000.p/0", "tile/../checkpoint", "tile/64/000", "tile/0/x000/000/extra"] {
        let got = whole.get(&format!("/log/{path}"), "").await;
        assert!(got.status.is_client_error(), "{path}: {}", got.status);
    }
    // Who may read a warning holds the receipts of its acts; others neither, and no act of another matter by this path.
    let chief = whole.enter("supervision-chief").await;
    let warnings = whole.get("/api/warnings?stage=all", &chief).await.json();
    let id = warnings["warnings"][0]["id"].as_str().unwrap();
    let acts = whole.get(&format!("/api/warnings/{id}"), &chief).await.json();
    let index = acts["acts"][0]["index"].as_u64().unwrap();
    let path = format!("/warnings/{id}/acts/{index}/receipt");
    let receipt = whole.get(&path, &chief).await;
    assert_eq!(receipt.status, StatusCode::OK);
    let receipt = String::from_utf8(receipt.body).unwrap();
    let proved = ledger::verify_receipt(&receipt, &keys).unwrap();
    assert!(proved.idx == index && proved.act.body.complete);
    assert_eq!(whole.get(&path, &whole.enter("data-officer").await).await.status, StatusCode::FORBIDDEN);
    let other = whole.get(&format!("/warnings/{id}/acts/0/receipt"), &chief).await;
    assert_eq!(other.status, StatusCode::NOT_FOUND);
    // Anybody checks it, without signing in; a bent one proves nothing, and says why.
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let mailed = format!("  {}\r\n \r\n", receipt.trim().replace('\n', "\r\n"));
    for text in [receipt.as_str(), receipt.trim(), &mailed] {
        let checked = whole.send("POST", "/verify?lang=en", "", &format!("receipt={}", encoded(text))).await;
        let page = String::from_utf8_lossy(&checked.body).into_owned();
        assert!(checked.status == StatusCode::OK && page.contains("It holds"), "{page}");
    }
    let bent = receipt.replacen("index ", "index 1", 1);
    for (case, text) in [("bent", bent.as_str()), ("nothing", ""), ("markup", "<script>alert(1)</script>")] {
        let checked = whole.send("POST", "/verify?lang=en", "", &format!("receipt={}", encoded(text))).await;
        let page = String::from_utf8_lossy(&checked.body).into_owned();
        assert_eq!(checked.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
        assert!(page.contains("proves nothing") && !page.contains("<script>alert"), "{case}");
    }
    // The auditor's receipt opens the header alone.
    let auditor = whole.enter("audit-administrator").await;
    let header = whole.get(&format!("/receipts/{index}"), &auditor).await;
    let header = ledger::verify_receipt(&String::from_utf8(header.body).unwrap(), &keys).unwrap();
    assert!(header.act.header.complete && header.act.body.fields.is_empty());
}

#[tokio::test]
async fn an_event_stream_is_counted_until_its_reader_goes() {
    let whole = Whole::demo().await;
    let cookie = whole.enter("supervision-chief").await;
    let traced = axum::middleware::from_fn_with_state(whole.app.clone(), web::http::traced);
    let router = whole.router.clone().layer(traced);
    let request = Request::builder().uri("/cockpit/live").header(header::HOST, "localhost");
    let request = request.header(header::COOKIE, cookie).body(Body::empty()).unwrap();
    let open = || {
        let mut out = web::http::Exposition::default();
        whole.app.metrics().expose(&mut out);
        let text = out.finish();
        text.lines().find_map(|line| line.strip_prefix("qingyuan_event_streams ")).map(str::to_owned)
    };
    let answer = router.oneshot(request).await.unwrap();
    assert_eq!(answer.headers()[header::CONTENT_TYPE], "text/event-stream");
    assert_eq!(answer.headers()["x-request-id"].len(), 16);
    assert_eq!(open().as_deref(), Some("1"));
    drop(answer);
    assert_eq!(open().as_deref(), Some("0"));
}

#[tokio::test]
async fn an_upload_weighs_no_more_than_is_configured() {
    let folder = tempfile::tempdir().unwrap();
    let place = Place { data: folder.path().join("data"), store: None };
    crate::demo::found(&place, 60, 7).await.unwrap();
    let mut node = Node::open(&place.data, None).await.unwrap();
    let limit = |node: &Node| {
        let (_, _, table) =
            crate::node::routes(node, notary::SharedKeys::new(node.keys().unwrap()), &node.outward().unwrap()).unwrap();
        table.iter().find(|info| info.method.name() == "POST" && info.path == "/imports").unwrap().body_limit
    };
    let own = limit(&node);
    assert_eq!(own, 500_000_000, "by default the page's own limit holds");
    node.config.settings.serve.upload_bytes = 3 << 20;
    assert_eq!(limit(&node), 3 << 20);
    let (_, _, table) =
        crate::node::routes(&node, notary::SharedKeys::new(node.keys().unwrap()), &node.outward().unwrap()).unwrap();
    assert!(table.iter().all(|info| info.body_limit <= 3 << 20));
}
