//! Passkeys: registered for the password, signing in alone or after the password, each answer once.

use axum::http::StatusCode;
use serde_json::Value;

use crate::authenticator::Authenticator;
use crate::support::{Answer, Browser, Node, PASSWORD, both, officer};

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.text).unwrap_or_else(|error| panic!("{error}: {}", answer.text))
}

/// Registers a passkey in a signed-in browser; gives the answer.
async fn register(browser: &mut Browser<'_>, key: &mut Authenticator, name: &str) -> Answer {
    let asked = browser.post("/account/passkeys/ask", &[("password", PASSWORD)]).await;
    assert_eq!(asked.status, StatusCode::OK, "{}", asked.text);
    let credential = key.make(&json(&asked));
    browser.post("/account/passkeys", &[("name", name), ("credential", &credential)]).await
}

/// Signs in with a passkey; gives the answer.
async fn sign(browser: &mut Browser<'_>, key: &mut Authenticator) -> Answer {
    let asked = browser.post("/sign-in/passkey/ask", &[]).await;
    let credential = key.sign(&json(&asked));
    browser.post("/sign-in/passkey", &[("credential", &credential), ("next", "/account")]).await
}

fn recovery_codes(page: &Answer) -> Vec<String> {
    let all = page.text.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    all.filter(|code| code.len() == 19).collect()
}

async fn strong(node: &Node, browser: &Browser<'_>) -> bool {
    node.sign_in.signed_in(&browser.cookies["qy-session"]).await.unwrap().unwrap().strong
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_signs_in_alone_and_each_answer_counts_once() {
    for node in both(true).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("secadmin").await;
        let mut phone = node.browser([10, 0, 0, 2]).signed_in("secadmin").await;
        let mut key = Authenticator::new(1);
        let empty = desk.get("/account/passkeys").await;
        assert!(empty.text.contains("Until it is enrolled nothing else can be done"), "{}", empty.text);
        // An open session alone registers nothing: the password is asked for.
        let refused = desk.post("/account/passkeys/ask", &[("password", "guess")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(json(&refused)["detail"].as_str().unwrap().contains("4 tries left"), "{}", refused.text);
        let unasked = desk.post("/account/passkeys", &[("name", "x"), ("credential", "{}")]).await;
        assert!(unasked.text.contains("could not be taken"), "{}", unasked.text);
        let done = register(&mut desk, &mut key, "门禁卡 <b>").await;
        assert_eq!((done.status, recovery_codes(&done).len()), (StatusCode::OK, 10), "{}: {}", node.name, done.text);
        assert!(desk.is_in().await && strong(&node, &desk).await && !phone.is_in().await, "{}", node.name);
        assert_eq!(desk.get("/design").await.status, StatusCode::OK, "it is a second factor");
        let listed = desk.get("/account/passkeys").await.text;
        assert!(listed.contains("门禁卡 &lt;b&gt;") && listed.contains("never"), "{listed}");
        assert!(node.acts().await.contains("means: \"passkey\""));

        // Without name or password, in a browser that knows nothing of the officer.
        let mut elsewhere = node.browser([10, 0, 0, 3]);
        let page = elsewhere.get("/sign-in").await;
        assert!(page.text.contains("data-passkey=\"/sign-in/passkey/ask\""), "{}", page.text);
        let entered = sign(&mut elsewhere, &mut key).await;
        assert_eq!(entered.location(), "/account", "{}: {}", node.name, entered.text);
        assert!(strong(&node, &elsewhere).await && elsewhere.cookies.contains_key("qy-device"), "{}", node.name);

        // The same answer again, with the same cookie: it was taken.
        let mut thief = node.browser([203, 0, 113, 1]);
        let asked = thief.post("/sign-in/passkey/ask", &[]).await;
        let (ceremony, credential) = (thief.cookies["qy-ceremony"].clone(), key.sign(&json(&asked)));
        assert_eq!(thief.post("/sign-in/passkey", &[("credential", &credential)]).await.status, StatusCode::SEE_OTHER);
        let mut thief = node.browser([203, 0, 113, 2]);
        thief.cookies.insert("qy-ceremony".to_owned(), ceremony);
        let again = thief.post("/sign-in/passkey", &[("credential", &credential)]).await;
        assert_eq!(again.status, StatusCode::UNAUTHORIZED, "{}", again.text);
        assert!(again.text.contains("could not be taken") && !thief.is_in().await);

        // A copy of the key whose count lags behind, a page elsewhere, a key that nobody unlocked, a key of nobody.
        type Bend = fn(&mut Authenticator);
        let bent: [(&str, Bend); 4] = [
            ("a copy", |key| key.count = 0),
            ("another origin", |key| key.origin = "http://elsewhere.invalid"),
            ("not unlocked", |key| key.unlocked = false),
            ("of another officer", |key| key.handle = "AAAAAAAAAAAAAAAAAAAAFA".to_owned()),
        ];
        for (case, bend) in bent {
            let (mut browser, before) = (node.browser([203, 0, 113, 3]), key.count);
            let handle = key.handle.clone();
            bend(&mut key);
            let refused = sign(&mut browser, &mut key).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}: {case}: {}", node.name, refused.text);
            let count = key.count.max(before + 1);
            key = Authenticator { handle, count, ..Authenticator::new(1) };
        }
        // Late answers, and answers to nothing.
        let mut slow = node.browser([10, 0, 0, 4]);
        let asked = slow.post("/sign-in/passkey/ask", &[]).await;
        let credential = key.sign(&json(&asked));
        node.clock.advance_ms(5 * 60_000);
        assert_eq!(
            slow.post("/sign-in/passkey", &[("credential", &credential)]).await.status,
            StatusCode::UNAUTHORIZED
        );
        for credential in ["", "{}", "null", "<script>"] {
            let refused = slow.post("/sign-in/passkey", &[("credential", credential)]).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{credential}");
        }
        assert_eq!(sign(&mut slow, &mut key).await.status, StatusCode::SEE_OTHER, "{}: the key still does", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_passkey_is_a_second_factor_of_its_own_officer_and_is_removed_for_the_password() {
    for node in both(false).await {
        let mut key = Authenticator::new(1);
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        let codes = recovery_codes(&register(&mut desk, &mut key, "").await);
        let mut other_key = Authenticator::new(2);
        let mut other = node.browser([10, 0, 0, 2]).signed_in("li.na").await;
        register(&mut other, &mut other_key, "phone").await;
        // The same key twice for one officer is offered to no authenticator; a second one gives no second set of codes.
        let mut second = Authenticator::new(3);
        let more = register(&mut desk, &mut second, "token").await;
        assert_eq!((more.status, more.location()), (StatusCode::SEE_OTHER, "/account/passkeys"), "{}", more.text);

        let mut phone = node.browser([10, 0, 0, 3]);
        assert_eq!(phone.enter("zhang.wei", PASSWORD).await.location(), "/sign-in/second?next=%2F", "{}", node.name);
        let asked = phone.post("/sign-in/passkey/ask", &[]).await;
        assert_eq!(json(&asked)["publicKey"]["allowCredentials"].as_array().unwrap().len(), 2);
        let wrong = sign(&mut phone, &mut other_key).await;
        assert_eq!(wrong.status, StatusCode::UNAUTHORIZED, "{}: another officer's key: {}", node.name, wrong.text);
        let mut phone = node.browser([10, 0, 0, 3]);
        phone.enter("zhang.wei", PASSWORD).await;
        assert_eq!(sign(&mut phone, &mut key).await.location(), "/account", "{}", node.name);
        let mut phone = node.browser([10, 0, 0, 3]);
        phone.enter("zhang.wei", PASSWORD).await;
        let recovered = phone.post("/sign-in/second", &[("code", &codes[0])]).await;
        assert_eq!(recovered.status, StatusCode::SEE_OTHER, "{}: {}", node.name, recovered.text);

        // Removed one after the other; the recovery codes go with the last.
        let mark = |page: &Answer| page.text.split("<option value=\"").nth(1).unwrap()[..16].to_owned();
        let first = mark(&desk.get("/account/passkeys").await);
        let refused = desk.post("/account/passkeys/remove", &[("passkey", &first), ("password-remove", "guess")]).await;
        assert!(refused.text.contains("4 tries left"), "{}", refused.text);
        for left in [1, 0] {
            let next = mark(&desk.get("/account/passkeys").await);
            let fields = [("passkey", next.as_str()), ("password-remove", PASSWORD)];
            assert_eq!(desk.post("/account/passkeys/remove", &fields).await.location(), "/account/passkeys");
            assert_eq!(node.sign_in.passkeys(officer("zhang.wei")).await.unwrap().len(), left, "{}", node.name);
        }
        let fields = [("passkey", first.as_str()), ("password-remove", PASSWORD)];
        assert_eq!(desk.post("/account/passkeys/remove", &fields).await.status, StatusCode::CONFLICT);
        let rows = node.rows("select kind from credential where node = $1 and kind <> 'password' order by kind").await;
        assert_eq!(rows.len(), 2, "li.na's passkey and codes: {rows:?}");
        assert_eq!(sign(&mut node.browser([10, 0, 0, 5]), &mut key).await.status, StatusCode::UNAUTHORIZED);
        let mut password_alone = node.browser([10, 0, 0, 6]).signed_in("zhang.wei").await;
        assert!(password_alone.is_in().await);
        // An administrator takes them all away.
        assert_eq!(node.sign_in.revoke_factor(officer("li.na")).await.unwrap(), ["passkey"]);
        assert!(!other.is_in().await && node.sign_in.passkeys(officer("li.na")).await.unwrap().is_empty());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_passkeys_cannot_be_the_page_says_where_they_can() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        desk.host = "127.0.0.1:4000";
        let page = desk.get("/account/passkeys").await.text;
        assert!(page.contains("localhost") && !page.contains("data-passkey="), "{page}");
        desk.language = "zh-CN";
        assert!(desk.get("/account/passkeys").await.text.contains("网络地址不能"), "{}", node.name);
        let mut elsewhere = node.browser([10, 0, 0, 2]);
        elsewhere.host = "127.0.0.1:4000";
        assert!(!elsewhere.get("/sign-in").await.text.contains("data-passkey="));
    }
}
