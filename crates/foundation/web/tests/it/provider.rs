//! Signing in by another system: bound by an act, each answer once, and nobody by what a token claims.

use access::session::Way;
use axum::http::{StatusCode, header};
use directory::{Entering, RegisterEvent};
use kernel::Day;
use kernel::officer::Appointment;
use serde_json::json;
use store::Actor;
use testkit::provider::{Bent, Provider};

use crate::support::{Answer, Browser, Node, PASSWORD, both, both_with, officer};

/// What a browser of this node does at the provider: gives the path that it is sent back to.
fn visit(there: &Provider, address: &str) -> String {
    assert!(address.starts_with(there.issuer()), "{address}");
    there.visit(address).trim_start_matches("http://localhost:4000").to_owned()
}

/// Goes there and back.
async fn enter(there: &Provider, browser: &mut Browser<'_>) -> Answer {
    let sent = browser.get("/sign-in/oidc?next=%2Faccount").await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{}", sent.text);
    browser.get(&visit(there, sent.location())).await
}

/// Binds in a signed-in browser; gives the answer to what is brought back.
async fn bind(there: &Provider, browser: &mut Browser<'_>) -> Answer {
    let sent = browser.post("/account/identity", &[("password", PASSWORD)]).await;
    assert_eq!(sent.status, StatusCode::OK, "{}", sent.text);
    let refresh = sent.headers[header::REFRESH].to_str().unwrap();
    browser.get(&visit(there, refresh.strip_prefix("0; url=").unwrap())).await
}

/// Binds as an administrator does who knows the name there.
async fn tie(node: &Node, there: &Provider, login: &str, subject: &str) {
    let by = Entering::alone(Actor::Officer { pseudonym: officer("secadmin").to_string() });
    node.sign_in.bind_identity(officer(login), (there.issuer(), subject), &by).await.unwrap();
}

async fn session(node: &Node, browser: &Browser<'_>) -> directory::SignedIn {
    node.sign_in.signed_in(&browser.cookies["qy-session"]).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn an_officer_binds_an_identity_by_an_act_signs_in_by_it_and_unbinds_it() {
    let there = Provider::serve().unwrap();
    for node in both_with(false, Some(&there)).await {
        there.straight("s-017");
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        assert!(desk.get("/account").await.text.contains("No identity at Demo ID is bound."));
        // An open session alone binds nothing.
        let refused = desk.post("/account/identity", &[("password", "guess")]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("4 tries left"));
        assert!(!refused.headers.contains_key(header::REFRESH) && !desk.cookies.contains_key("qy-away"));
        let bound = bind(&there, &mut desk).await;
        assert_eq!(bound.location(), "/account/identity?done=bound", "{}: {}", node.name, bound.text);
        assert!(desk.is_in().await && !desk.cookies.contains_key("qy-away"));
        let page = desk.get(bound.location()).await.text;
        assert!(page.contains("s-017") && page.contains(there.issuer()) && page.contains("is bound"), "{page}");
        let again = desk.post("/account/identity", &[("password", PASSWORD)]).await;
        assert_eq!(again.status, StatusCode::CONFLICT);
        // The act names a digest; neither it nor the database says who is meant.
        let acts = node.acts().await;
        assert!(acts.contains("IdentityBound") && acts.contains(there.issuer()) && !acts.contains("s-017"), "{acts}");
        for column in ["kind", "secret"] {
            let rows = node.rows(&format!("select {column} from credential where node = $1")).await;
            assert!(rows.iter().all(|row| !row.contains("s-017")), "{}: {rows:?}", node.name);
        }

        // Without name or password, in a browser that knows nothing of the officer.
        let mut elsewhere = node.browser([10, 0, 0, 3]);
        assert!(elsewhere.get("/sign-in").await.text.contains("Sign in by Demo ID"));
        let entered = enter(&there, &mut elsewhere).await;
        assert_eq!(entered.location(), "/account", "{}: {}", node.name, entered.text);
        let signed_in = session(&node, &elsewhere).await;
        assert_eq!((signed_in.reader.officer(), signed_in.way), (officer("zhang.wei"), Some(Way::Provider)));
        assert!(elsewhere.cookies.contains_key("qy-device") && !elsewhere.cookies.contains_key("qy-away"));
        let listed = desk.get("/account").await.text;
        assert!(listed.contains("Single sign-on") && listed.contains("Password"), "{listed}");

        // Another officer is told that it is taken, and somebody unknown that no account was made: whatever mail address
        // and name the token claims, which are those of officers here.
        let mut other = node.browser([10, 0, 0, 2]).signed_in("li.na").await;
        let taken = bind(&there, &mut other).await;
        assert!(taken.text.contains("oidc.taken") && taken.text.contains("another officer"), "{}", taken.text);
        there.straight("s-999");
        let mut stranger = node.browser([10, 0, 0, 4]);
        let unknown = enter(&there, &mut stranger).await;
        assert_eq!(unknown.status, StatusCode::FORBIDDEN);
        assert!(unknown.text.contains("oidc.unknown") && unknown.text.contains("No account was made"));
        assert!(!stranger.is_in().await && !unknown.text.contains("s-999"));
        let register = node.sign_in.directory().register().await.unwrap().unwrap();
        assert_eq!(register.officers().count(), 3);

        // Signing out ends the session here, and says what goes on there.
        let left = elsewhere.post("/sign-out", &[]).await;
        assert_eq!(left.location(), "/sign-in?left=provider");
        assert!(elsewhere.get(left.location()).await.text.contains("Your sign-in at Demo ID goes on"));
        assert_eq!(desk.post("/sign-out", &[]).await.location(), "/sign-in", "who came by password is told nothing");

        // Unbound for the password; other sessions end, and the identity is nobody's again.
        there.straight("s-017");
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        enter(&there, &mut elsewhere).await;
        let refused = desk.post("/account/identity/remove", &[("password", "guess")]).await;
        assert!(refused.text.contains("4 tries left"), "{}", refused.text);
        let done = desk.post("/account/identity/remove", &[("password", PASSWORD)]).await;
        assert_eq!(done.location(), "/account/identity?done=unbound");
        assert!(desk.is_in().await && !elsewhere.is_in().await && node.acts().await.contains("IdentityUnbound"));
        assert_eq!(desk.post("/account/identity/remove", &[("password", PASSWORD)]).await.status, StatusCode::CONFLICT);
        assert_eq!(enter(&there, &mut elsewhere).await.status, StatusCode::FORBIDDEN);
        assert_eq!(bind(&there, &mut other).await.location(), "/account/identity?done=bound", "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_back_wrong_signs_nobody_in() {
    let there = Provider::serve().unwrap();
    for node in both_with(false, Some(&there)).await {
        there.straight("s-017");
        tie(&node, &there, "zhang.wei", "s-017").await;
        let mut browser = node.browser([10, 0, 0, 1]);
        // Browsers keep the cookies at home when a page elsewhere leads here: a page of ours leads once more, and once only.
        let sent = browser.get("/sign-in/oidc?next=%2Faccount").await;
        let path = visit(&there, sent.location());
        let kept = browser.cookies.remove("qy-away").unwrap();
        let led = browser.get(&path).await;
        let to = led.headers[header::REFRESH].to_str().unwrap().strip_prefix("0; url=").unwrap().to_owned();
        assert_eq!((led.status, &to), (StatusCode::OK, &format!("{path}&again=1")));
        let nowhere = node.browser([10, 0, 0, 2]).get(&to).await;
        assert!(nowhere.status == StatusCode::UNAUTHORIZED && nowhere.text.contains("oidc.not_ours"));
        browser.cookies.insert("qy-away".to_owned(), kept.clone());
        assert_eq!(browser.get(&to).await.location(), "/account", "{}", node.name);
        // The same again, with the same cookie: it was taken; what the other browser asked is no question of this one.
        let asked = there.asked().len();
        let mut thief = node.browser([10, 0, 0, 2]);
        thief.cookies.insert("qy-away".to_owned(), kept);
        let replayed = thief.get(&to).await;
        assert!(replayed.status == StatusCode::UNAUTHORIZED && replayed.text.contains("oidc.not_ours"));
        let (mut one, mut other) = (node.browser([10, 0, 0, 3]), node.browser([10, 0, 0, 4]));
        let sent = one.get("/sign-in/oidc").await;
        other.get("/sign-in/oidc").await;
        let foreign = other.get(&visit(&there, sent.location())).await;
        assert!(foreign.status == StatusCode::UNAUTHORIZED && foreign.text.contains("oidc.not_ours"));
        assert_eq!(there.asked().len(), asked, "{}: the provider was asked for nothing of it", node.name);
        // Later than ten minutes.
        let sent = one.get("/sign-in/oidc").await;
        let path = visit(&there, sent.location());
        node.clock.advance_ms(10 * 60_000);
        assert!(one.get(&path).await.text.contains("oidc.not_ours"), "{}: late", node.name);

        type Bend = fn(&mut Bent);
        let bent: [(&str, Bend, u16, &str); 12] = [
            ("a no", |bent| bent.error = Some("access_denied"), 401, "oidc.denied"),
            ("an error", |bent| bent.error = Some("server_error"), 401, "oidc.failed"),
            (
                "another issuer's answer",
                |bent| bent.iss = Some("https://evil.example".into()),
                401,
                "oidc.other_issuer",
            ),
            ("an answer of nobody", |bent| bent.iss = None, 401, "oidc.other_issuer"),
            ("not there", |bent| bent.status = Some(503), 502, "oidc.unreachable"),
            ("another nonce", |bent| bent.claims = json!({ "nonce": "x" }), 401, "oidc.bad_token"),
            ("expired", |bent| bent.ahead_s = -301, 401, "oidc.bad_token"),
            ("of the future", |bent| bent.ahead_s = 900, 401, "oidc.bad_token"),
            ("for another", |bent| bent.claims = json!({ "aud": "another" }), 401, "oidc.bad_token"),
            ("of another issuer", |bent| bent.claims = json!({ "iss": "https://evil.example" }), 401, "oidc.bad_token"),
            ("signed by another", |bent| bent.other_key = true, 401, "oidc.bad_token"),
            ("signed by nobody", |bent| bent.alg = "none", 401, "oidc.bad_token"),
        ];
        for (case, bend, status, code) in bent {
            there.straight("s-017");
            let mut browser = node.browser([10, 0, 0, 5]);
            let sent = browser.get("/sign-in/oidc").await;
            there.bend(bend);
            let path = visit(&there, sent.location());
            let refused = browser.get(&path).await;
            assert_eq!(refused.status, status, "{}: {case}: {}", node.name, refused.text);
            assert!(refused.text.contains(code) && refused.text.contains("<main"), "{case}: {}", refused.text);
            let secret = path.split("code=").nth(1).and_then(|rest| rest.split('&').next());
            assert!(secret.is_none_or(|secret| !refused.text.contains(secret)), "{case}: a code is on no page");
            assert!(!browser.is_in().await && !browser.cookies.contains_key("qy-away"), "{case}");
        }
        // A provider that does not answer is told before anybody is sent away; the password still does.
        there.straight("s-017");
        there.bend(|bent| bent.status = Some(503));
        let away = node.browser([10, 0, 0, 6]).get("/sign-in/oidc").await;
        assert!(away.status == StatusCode::BAD_GATEWAY && away.text.contains("oidc.unreachable"), "{}", away.text);
        let mut desk = node.browser([10, 0, 0, 6]).signed_in("li.na").await;
        let away = desk.post("/account/identity", &[("password", PASSWORD)]).await;
        assert!(away.status == StatusCode::BAD_GATEWAY && away.text.contains("does not answer"), "{}", away.text);
        there.straight("s-017");
        // No link leads away by it.
        let mut browser = node.browser([10, 0, 0, 7]);
        let sent = browser.get("/sign-in/oidc?next=%2F%2Fevil.example").await;
        assert_eq!(browser.get(&visit(&there, sent.location())).await.location(), "/");
        // Whoever brings one wrong answer after the other has to wait.
        let mut busy = node.browser([203, 0, 113, 9]);
        let mut statuses = Vec::new();
        for _ in 0..51 {
            busy.cookies.insert("qy-away".to_owned(), "nonsense".to_owned());
            statuses.push(busy.get("/sign-in/oidc/back?state=x").await.status);
        }
        assert!(statuses[..50].iter().all(|status| *status == StatusCode::UNAUTHORIZED), "{}: {statuses:?}", node.name);
        assert_eq!(statuses[50], StatusCode::TOO_MANY_REQUESTS, "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_factor_is_asked_for_here_unless_the_provider_is_believed_to_vouch() {
    let there = Provider::serve().unwrap();
    for node in both_with(true, Some(&there)).await {
        there.straight("s-1");
        tie(&node, &there, "secadmin", "s-1").await;
        // None is enrolled: it is before anything else, as after a password.
        let mut browser = node.browser([10, 0, 0, 1]);
        assert_eq!(enter(&there, &mut browser).await.location(), "/account");
        assert_eq!(browser.get("/design").await.location(), "/account/second-factor", "{}", node.name);
        for (claims, strong) in [(json!({ "acr": "one" }), false), (json!({ "acr": "two" }), true)] {
            there.bend(|bent| bent.claims = claims);
            let mut browser = node.browser([10, 0, 0, 2]);
            enter(&there, &mut browser).await;
            assert_eq!(session(&node, &browser).await.strong, strong, "{}", node.name);
            assert_eq!(browser.get("/design").await.status == StatusCode::OK, strong, "{}", node.name);
        }
        // One is enrolled: it is shown, and the way is remembered.
        node.sign_in.begin_factor(officer("secadmin")).await.unwrap();
        let secret = node.sign_in.factor_begun(officer("secadmin")).await.unwrap().unwrap();
        let now = || node.sign_in.directory().clock().now();
        let present = session(&node, &browser).await.token;
        node.sign_in.confirm_factor(officer("secadmin"), &secret.code_at(now()), &present).await.unwrap();
        node.clock.advance_ms(60_000);
        there.straight("s-1");
        let mut browser = node.browser([10, 0, 0, 3]);
        let second = enter(&there, &mut browser).await;
        assert_eq!(second.location(), "/sign-in/second?next=%2Faccount", "{}: {}", node.name, second.text);
        assert!(!browser.is_in().await);
        let code = secret.code_at(now());
        let entered = browser.post("/sign-in/second", &[("code", &code), ("next", "/account")]).await;
        assert_eq!(entered.location(), "/account", "{}", entered.text);
        let signed_in = session(&node, &browser).await;
        assert_eq!((signed_in.strong, signed_in.way), (true, Some(Way::Provider)), "{}", node.name);
        there.bend(|bent| bent.claims = json!({ "acr": "two" }));
        assert_eq!(enter(&there, &mut node.browser([10, 0, 0, 4])).await.location(), "/account", "it vouches");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn disabled_officers_and_those_without_a_post_are_refused_as_at_the_password() {
    let there = Provider::serve().unwrap();
    for node in both_with(false, Some(&there)).await {
        there.straight("s-1");
        tie(&node, &there, "zhang.wei", "s-1").await;
        tie(&node, &there, "li.na", "s-2").await;
        node.sign_in.revoke(officer("zhang.wei")).await.unwrap();
        let disabled = enter(&there, &mut node.browser([10, 0, 0, 1])).await;
        assert!(disabled.status == StatusCode::FORBIDDEN && disabled.text.contains("oidc.unknown"), "{}", node.name);
        let register = node.sign_in.directory().register().await.unwrap().unwrap();
        let held = *register.appointments().iter().find(|it| it.officer == officer("li.na")).unwrap();
        let today: Day = node.sign_in.directory().clock().today();
        let ended = RegisterEvent::Appointed { appointments: vec![Appointment { to: Some(today), ..held }] };
        node.sign_in
            .directory()
            .enter(&ended, Actor::Officer { pseudonym: officer("secadmin").to_string() })
            .await
            .unwrap();
        there.straight("s-2");
        let without = enter(&there, &mut node.browser([10, 0, 0, 2])).await;
        assert!(without.status == StatusCode::FORBIDDEN && without.text.contains("no post today"), "{}", without.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn without_another_system_nothing_of_it_shows() {
    for node in both(false).await {
        let mut browser = node.browser([10, 0, 0, 1]);
        assert!(!browser.get("/sign-in?left=provider").await.text.contains("/sign-in/oidc"));
        for path in ["/sign-in/oidc", "/sign-in/oidc/back?code=x&state=x"] {
            assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        let mut desk = browser.signed_in("zhang.wei").await;
        assert!(!desk.get("/account").await.text.contains("/account/identity"));
        assert_eq!(desk.get("/account/identity").await.status, StatusCode::NOT_FOUND);
        for path in ["/account/identity", "/account/identity/remove"] {
            let answer = desk.post(path, &[("password", PASSWORD)]).await.status;
            assert!(answer == StatusCode::NOT_FOUND || answer == StatusCode::CONFLICT, "{path}: {answer}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_taken_by_one_process_is_taken_for_all() {
    for (at, there) in [Provider::serve().unwrap(), Provider::serve().unwrap()].into_iter().enumerate() {
        let node = both_with(false, Some(&there)).await.remove(at);
        tie(&node, &there, "zhang.wei", "s-017").await;
        let (one, other) = (&node.sign_in, node.another_process(&there));
        let (url, kept) = one.begin_by_provider("/account").await.unwrap().unwrap();
        let path = visit(&there, &url);
        let returned = || -> access::oidc::Returned {
            let query = path.split_once('?').unwrap().1;
            let fields = query.split('&').filter_map(|pair| pair.split_once('='));
            let fields =
                fields.map(|(name, value)| (name.to_owned(), json!(value.replace("%3A", ":").replace("%2F", "/"))));
            serde_json::from_value(fields.collect::<serde_json::Map<_, _>>().into()).unwrap()
        };
        let whence = directory::Whence::default();
        let first = other.back_from_provider(&kept, returned(), None, &whence).await.unwrap();
        assert!(matches!(first, directory::Back::In(directory::FirstStep::Entered(_), next) if next == "/account"));
        for process in [one, &other] {
            let again = process.back_from_provider(&kept, returned(), None, &whence).await.unwrap_err();
            assert_eq!(kernel::Refuse::code(&again), "oidc.not_ours", "{}", node.name);
        }
        assert_eq!(there.asked().iter().filter(|path| *path == "/token").count(), 1, "the code was given on once");
    }
}
