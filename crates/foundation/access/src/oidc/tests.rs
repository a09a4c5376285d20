use serde_json::{Value, json};
use testkit::provider::{Bent, CLIENT, Provider as There, SECRET};

use super::*;

const ISSUER: &str = "https://id.office.example";

/// Some moment; the provider's clock shows the same.
fn now() -> Instant {
    "2026-06-01T02:00:00Z".parse().unwrap()
}

fn configured<'a>(issuer: &'a str, acr: &'a [String], amr: &'a [String]) -> Configured<'a> {
    Configured { issuer, client_id: CLIENT, address: "https://office.example", acr, amr }
}

fn client() -> Client {
    Client::new(configured(ISSUER, &["two".to_owned()], &["otp".to_owned()]), Some(SECRET.to_owned())).unwrap()
}

fn ask(there: &There) -> impl Fn(HttpRequest) -> Result<HttpResponse, Unreachable> {
    let there = there.clone();
    move |request| {
        let body = String::from_utf8(request.body().clone()).unwrap();
        let (status, text) = there.answer(request.uri().path(), &body, now().ms() / 1000);
        let answer = openidconnect::http::Response::builder().status(status).header("content-type", "application/json");
        Ok(answer.body(text.into_bytes()).unwrap())
    }
}

/// What the browser brings back, as the query of the address that it is sent to.
fn returned(address: &str) -> Returned {
    let url = Url::parse(address).unwrap();
    let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    Returned {
        code: of("code").unwrap_or_default(),
        state: of("state").unwrap_or_default(),
        iss: of("iss"),
        error: of("error"),
    }
}

/// A whole sign-in at a bent provider.
fn signed(
    bend: impl FnOnce(&mut Bent),
    change: impl FnOnce(&mut Asked, &mut Returned),
) -> Result<Identity, OidcRefusal> {
    let there = There::in_place(ISSUER);
    let ask = ask(&there);
    let client = client();
    let provider = client.discover(&ask).unwrap();
    there.bend(bend);
    let (url, mut asked) = client.begin(&provider, false).unwrap();
    let mut returned = returned(&there.visit(&url));
    change(&mut asked, &mut returned);
    client.finish(&provider, &asked, &returned, now(), &ask)
}

#[test]
fn the_browser_is_sent_with_a_challenge_and_its_answer_names_the_person() {
    let there = There::in_place(ISSUER);
    let client = client();
    let provider = client.discover(&ask(&there)).unwrap();
    let (url, asked) = client.begin(&provider, true).unwrap();
    let (again, other) = client.begin(&provider, false).unwrap();
    assert_ne!(asked, other);
    let url = Url::parse(&url).unwrap();
    let of = |name: &str| url.query_pairs().find(|(key, _)| key == name).map(|(_, value)| value.into_owned());
    assert_eq!(of("redirect_uri").as_deref(), Some("https://office.example/sign-in/oidc/back"));
    assert_eq!(of("code_challenge_method").as_deref(), Some("S256"));
    assert_eq!((of("response_type").as_deref(), of("scope").as_deref()), (Some("code"), Some("openid")));
    assert_eq!((of("prompt").as_deref(), of("acr_values").as_deref()), (Some("login"), Some("two")));
    assert!(!again.contains("prompt="), "whoever signs in need not show it again");
    for secret in [&asked.verifier, &asked.state, &asked.nonce] {
        assert!(secret.len() >= 16 && !format!("{asked:?}").contains(secret.as_str()));
    }
    assert!(!url.as_str().contains(&asked.verifier) && !format!("{client:?}").contains(SECRET));
    let identity = signed(|_| {}, |_, _| {}).unwrap();
    assert_eq!((identity.issuer.as_str(), identity.subject.as_str(), identity.vouched), (ISSUER, "s-017", false));
    assert!(!format!("{identity:?}").contains("s-017"));
}

#[test]
fn what_does_not_hold_is_refused() {
    type Bend = fn(&mut Bent);
    type Change = fn(&mut Asked, &mut Returned);
    let bad = |why| Err(OidcRefusal::BadToken(why));
    let none: (Bend, Change) = (|_| {}, |_, _| {});
    let claims = |claims: Value| move |bent: &mut Bent| bent.claims = claims;
    // What the browser brings: answered before the provider is asked.
    let brought: [(&str, Bend, Change, Result<(), OidcRefusal>); 9] = [
        ("as it should be", none.0, none.1, Ok(())),
        ("another state", none.0, |_, back| back.state.push('x'), Err(OidcRefusal::NotOurs)),
        ("no state", none.0, |_, back| back.state.clear(), Err(OidcRefusal::NotOurs)),
        ("another browser's question", none.0, |asked, _| asked.state = "x".to_owned(), Err(OidcRefusal::NotOurs)),
        (
            "another issuer's answer",
            |bent| bent.iss = Some("https://evil.example".to_owned()),
            none.1,
            Err(OidcRefusal::OtherIssuer),
        ),
        ("an answer that names nobody", |bent| bent.iss = None, none.1, Err(OidcRefusal::OtherIssuer)),
        ("a no", |bent| bent.error = Some("access_denied"), none.1, Err(OidcRefusal::Denied)),
        ("another error", |bent| bent.error = Some("server_error"), none.1, Err(OidcRefusal::Failed)),
        (
            "an error under another state",
            |bent| bent.error = Some("access_denied"),
            |_, back| back.state.clear(),
            Err(OidcRefusal::NotOurs),
        ),
    ];
    for (case, bend, change, expected) in brought {
        assert_eq!(signed(bend, change).map(drop), expected, "{case}");
    }
    // What the provider gives for the code.
    let given: [(&str, Bend, Change, Result<(), OidcRefusal>); 6] = [
        ("another code", none.0, |_, back| back.code.push('x'), bad("the code is not taken")),
        ("no code", none.0, |_, back| back.code.clear(), bad("the code is not taken")),
        ("another verifier", none.0, |asked, _| asked.verifier.replace_range(..1, "~"), bad("the code is not taken")),
        ("another question's nonce", none.0, |asked, _| asked.nonce.push('x'), bad("nonce")),
        ("signed by another", |bent| bent.other_key = true, none.1, bad("signature")),
        ("signed with the shared secret", |bent| bent.alg = "HS256", none.1, bad("signature")),
    ];
    for (case, bend, change, expected) in given {
        assert_eq!(signed(bend, change).map(drop), expected, "{case}");
    }
    let at = now().ms() / 1000;
    let token = [
        ("signed by nobody", json!({}), "none", "signature"),
        ("another issuer", json!({ "iss": "https://evil.example" }), "ES256", "issuer"),
        ("another audience", json!({ "aud": "another" }), "ES256", "audience"),
        ("an audience beside ours", json!({ "aud": [CLIENT, "another"] }), "ES256", "audience"),
        ("another authorised party", json!({ "azp": "another" }), "ES256", "authorised party"),
        ("expired", json!({ "exp": at }), "ES256", "time"),
        ("of the future", json!({ "iat": at + 301 }), "ES256", "time"),
        ("without a nonce", json!({ "nonce": null }), "ES256", "nonce"),
        ("with another nonce", json!({ "nonce": "x" }), "ES256", "nonce"),
        ("nobody", json!({ "sub": "" }), "ES256", "subject"),
        ("somebody with too long a name", json!({ "sub": "s".repeat(256) }), "ES256", "subject"),
    ];
    for (case, changed, alg, why) in token {
        let bend = claims(changed);
        let answer = signed(
            |bent| {
                bend(bent);
                bent.alg = alg;
            },
            |_, _| {},
        );
        assert_eq!(answer.map(drop), bad(why), "{case}");
    }
    let fine = json!({ "azp": CLIENT, "aud": [CLIENT], "exp": at + 1, "iat": at + 300 });
    assert!(signed(claims(fine), |_, _| {}).is_ok());
}

#[test]
fn only_the_values_that_are_configured_vouch_for_a_second_factor() {
    let cases = [
        (json!({ "acr": "two" }), true),
        (json!({ "amr": ["pwd", "otp"] }), true),
        (json!({ "acr": "otp", "amr": ["two"] }), false),
        (json!({ "acr": "TWO" }), false),
        (json!({ "amr": [] }), false),
    ];
    for (claims, vouched) in cases {
        let said = claims.to_string();
        assert_eq!(signed(|bent| bent.claims = claims, |_, _| {}).unwrap().vouched, vouched, "{said}");
    }
}

#[test]
fn a_provider_that_has_changed_its_key_is_asked_for_the_new_one() {
    let there = There::in_place(ISSUER);
    let (ask, client) = (ask(&there), client());
    let provider = client.discover(&ask).unwrap();
    there.change_key();
    let (url, asked) = client.begin(&provider, false).unwrap();
    let back = returned(&there.visit(&url));
    assert_eq!(client.finish(&provider, &asked, &back, now(), &ask).map(|it| it.subject).as_deref(), Ok("s-017"));
    assert_eq!(there.asked().iter().filter(|path| *path == "/jwks").count(), 2);
    let again = client.finish(&provider, &asked, &back, now(), &ask);
    assert_eq!(again.map(drop), Err(OidcRefusal::BadToken("the code is not taken")), "a code is given once");
}

#[test]
fn a_provider_that_is_not_there_or_another_is_told() {
    let there = There::in_place("https://elsewhere.example");
    let refusal = client().discover(&ask(&there)).map(drop).unwrap_err();
    assert_eq!(refusal, told("it names another issuer than it is asked for"));
    let there = There::in_place(ISSUER);
    there.bend(|bent| bent.status = Some(503));
    let refusal = client().discover(&ask(&there)).map(drop).unwrap_err();
    assert_eq!((refusal.code(), refusal.clone()), ("oidc.unreachable", told("it answers 503 Service Unavailable")));
    let down = |_: HttpRequest| Err(Unreachable("connection refused".to_owned()));
    assert_eq!(client().discover(&down).map(drop), Err(told("connection refused")));
    // One over HTTPS that leads the browser or the code into the clear.
    let clear = |request: HttpRequest| {
        let mut answer = ask(&There::in_place(ISSUER))(request)?;
        let text = String::from_utf8(answer.body().clone()).unwrap();
        *answer.body_mut() = text.replace("https://id.office.example/token", "http://localhost/token").into_bytes();
        Ok(answer)
    };
    assert_eq!(client().discover(&clear).map(drop), Err(told("it leads into the clear")));
}

#[test]
fn addresses_are_safe_or_of_this_machine() {
    let cases = [
        ("https://id.example", true),
        ("https://id.example/realms/office", true),
        ("http://localhost:4000", true),
        ("http://127.0.0.1:4000", true),
        ("http://[::1]:4000/x", true),
        ("http://id.example", false),
        ("http://localhost.example", false),
        ("https://id.example?x", false),
        ("https://id.example#x", false),
        ("https://u:p@id.example", false),
        ("ftp://id.example", false),
        ("id.example", false),
        ("", false),
    ];
    for (text, good) in cases {
        assert_eq!(Client::new(configured(text, &[], &[]), None).is_ok(), good, "{text}");
        assert_eq!(address(text).is_ok(), good, "{text}");
    }
}

#[test]
fn a_mark_names_issuer_and_subject_under_the_node_s_key() {
    let (key, other) = (SealKey::new([7; 32]), SealKey::new([8; 32]));
    let one = mark(&key, ISSUER, "s-017");
    assert_eq!((one.len(), mark(&key, ISSUER, "s-017") == one), (32, true));
    for another in
        [mark(&key, ISSUER, "s-018"), mark(&key, "https://b.example", "s-017"), mark(&other, ISSUER, "s-017")]
    {
        assert_ne!(another, one);
    }
    assert_ne!(mark(&key, "https://a", "b"), mark(&key, "https://ab", ""));
}
