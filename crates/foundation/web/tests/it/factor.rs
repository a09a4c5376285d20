//! The second factor: enrolled, shown, used up, taken away, asked for by duties.

use access::totp::Secret;
use axum::http::StatusCode;
use directory::SignedIn;
use kernel::Clock as _;

use crate::support::{Answer, Browser, Node, both, officer};

/// Enrols a factor in a signed-in browser; gives its secret and the recovery codes.
async fn enrol(node: &Node, browser: &mut Browser<'_>, login: &str) -> (Secret, Vec<String>) {
    assert_eq!(browser.post("/account/second-factor/begin", &[]).await.location(), "/account/second-factor");
    let page = browser.get("/account/second-factor").await;
    let secret = node.sign_in.factor_begun(officer(login)).await.unwrap().unwrap();
    assert!(page.text.contains(&secret.reveal()) && page.text.contains("class=\"qr\""), "{}", page.text);
    let code = secret.code_at(node.clock.now());
    let done = browser.post("/account/second-factor", &[("code", &code)]).await;
    assert_eq!(done.status, StatusCode::OK, "{}: {}", node.name, done.text);
    (secret, codes(&done))
}

/// The recovery codes on a page.
fn codes(page: &Answer) -> Vec<String> {
    let all = page.text.split("<code>").skip(1).map(|rest| rest.split('<').next().unwrap().to_owned());
    all.filter(|code| code.len() == 19 && code.matches('-').count() == 3).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_factor_is_enrolled_by_its_first_code_and_asked_for_from_then_on() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        let mut phone = node.browser([10, 0, 0, 2]).signed_in("zhang.wei").await;
        // Nothing waits yet; a wrong code enrols nothing.
        let early = desk.post("/account/second-factor", &[("code", "000000")]).await;
        assert_eq!(early.status, StatusCode::CONFLICT, "{}", early.text);
        desk.post("/account/second-factor/begin", &[]).await;
        let secret = node.sign_in.factor_begun(officer("zhang.wei")).await.unwrap().unwrap();
        let wrong = secret.code_at(node.clock.now().plus_ms(3_600_000));
        let refused = desk.post("/account/second-factor", &[("code", &wrong)]).await;
        assert!(refused.status == StatusCode::UNPROCESSABLE_ENTITY && refused.text.contains("4 tries left"));
        assert!(refused.text.contains("class=\"qr\""), "the picture stays");
        // Too late, it has to be drawn again.
        node.clock.advance_ms(16 * 60_000);
        let late = desk.post("/account/second-factor", &[("code", &secret.code_at(node.clock.now()))]).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "{}", late.text);

        let before = desk.cookies["qy-session"].clone();
        let (secret, recovery) = enrol(&node, &mut desk, "zhang.wei").await;
        assert_eq!(recovery.len(), 10);
        assert_ne!(desk.cookies["qy-session"], before, "a stronger session has another secret");
        assert!(desk.is_in().await && !phone.is_in().await, "{}: other sessions ended", node.name);
        let account = desk.get("/account").await;
        assert!(account.text.contains("Enrolled") && account.text.contains("10 left"), "{}", account.text);
        assert!(!desk.get("/account/second-factor").await.text.contains(&secret.reveal()), "shown while it waits only");

        // No secret lies in the database or in an act.
        let stored = node.rows("select secret from credential where node = $1").await.join("\n");
        let acts = node.acts().await;
        for text in recovery.iter().chain([&secret.reveal().replace(' ', "")]) {
            assert!(!stored.contains(text.as_str()) && !acts.contains(text.as_str()), "{}", node.name);
        }
        assert!(acts.contains("means: \"totp\""), "{acts}");

        // From now on the password alone opens nothing.
        let first = phone.enter("zhang.wei", crate::support::PASSWORD).await;
        assert_eq!(first.location(), "/sign-in/second?next=%2F", "{}", first.text);
        assert!(!phone.is_in().await);
        let page = phone.get("/sign-in/second").await;
        assert!(page.text.contains("Second step"), "{}", page.text);
        let used = secret.code_at(node.clock.now());
        let again = phone.post("/sign-in/second", &[("code", &used)]).await;
        assert!(again.status == StatusCode::UNAUTHORIZED && again.text.contains("has been used"), "{}", again.text);
        let wrong = phone.post("/sign-in/second", &[("code", "000000"), ("next", "/account")]).await;
        assert!(wrong.text.contains("4 tries left"), "{}", wrong.text);
        node.clock.advance_ms(30_000);
        let code = secret.code_at(node.clock.now());
        let entered = phone.post("/sign-in/second", &[("code", &code), ("next", "/account")]).await;
        assert_eq!(entered.location(), "/account", "{}", entered.text);
        assert!(phone.is_in().await && !phone.cookies.contains_key("qy-halfway"), "{}", node.name);
        let strong: Option<SignedIn> = node.sign_in.signed_in(&phone.cookies["qy-session"]).await.unwrap();
        assert!(strong.unwrap().strong);
        // The next officer's browser with the same code: it is that officer's alone, and it is used.
        let mut thief = node.browser([10, 0, 0, 9]);
        thief.enter("zhang.wei", crate::support::PASSWORD).await;
        assert!(thief.post("/sign-in/second", &[("code", &code)]).await.text.contains("has been used"));
        // A recovery code, typed as people type, is good once.
        let typed = recovery[0].to_lowercase().replace('-', " ");
        assert_eq!(thief.post("/sign-in/second", &[("code", &typed)]).await.status, StatusCode::SEE_OTHER);
        thief.enter("zhang.wei", crate::support::PASSWORD).await;
        assert_eq!(thief.post("/sign-in/second", &[("code", &typed)]).await.status, StatusCode::UNAUTHORIZED);
        assert!(phone.get("/account").await.text.contains("9 left"), "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_second_step_without_the_first_and_few_guesses_at_it() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        let (secret, _) = enrol(&node, &mut desk, "zhang.wei").await;
        node.clock.advance_ms(30_000);
        let mut stranger = node.browser([203, 0, 113, 1]);
        assert_eq!(stranger.get("/sign-in/second").await.location(), "/sign-in");
        for planted in [String::new(), "x".to_owned(), desk.cookies["qy-session"].clone(), "A".repeat(200)] {
            stranger.cookies.insert("qy-halfway".to_owned(), planted);
            let code = secret.code_at(node.clock.now());
            let refused = stranger.post("/sign-in/second", &[("code", &code)]).await;
            assert_eq!(refused.status, StatusCode::UNAUTHORIZED, "{}", refused.text);
            assert!(refused.text.contains("Type the password again"), "{}", refused.text);
        }
        // Who knows the password guesses five codes, and then waits; the officer's own device does not.
        stranger.enter("zhang.wei", crate::support::PASSWORD).await;
        for _ in 0..5 {
            stranger.post("/sign-in/second", &[("code", "000000")]).await;
        }
        let right = secret.code_at(node.clock.now());
        let waits = stranger.post("/sign-in/second", &[("code", &right)]).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
        desk.post("/sign-out", &[]).await;
        desk.enter("zhang.wei", crate::support::PASSWORD).await;
        let entered = desk.post("/sign-in/second", &[("code", &right)]).await;
        assert_eq!(entered.status, StatusCode::SEE_OTHER, "{}: {}", node.name, entered.text);
        // Five minutes after the password it has to be given again.
        let mut slow = node.browser([10, 0, 0, 1]);
        slow.cookies.insert("qy-device".to_owned(), desk.cookies["qy-device"].clone());
        slow.enter("zhang.wei", crate::support::PASSWORD).await;
        node.clock.advance_ms(5 * 60_000);
        let late = slow.post("/sign-in/second", &[("code", &secret.code_at(node.clock.now()))]).await;
        assert!(late.text.contains("More than five minutes"), "{}", late.text);
        slow.language = "zh-CN";
        let late = slow.post("/sign-in/second", &[("code", "1")]).await;
        assert!(late.text.contains("请重新输入密码"), "{}", late.text);
        // A row that was moved from another officer opens nothing: it breaks, and lets nobody in.
        let moved = store::Operation::new(
            "update credential set officer = $2 where node = $1 and kind = 'totp'",
            vec![node.id.number().into(), officer("li.na").value().into()],
        );
        node.store.operate(&[moved]).await.unwrap();
        let mut moved = node.browser([10, 0, 0, 3]);
        moved.enter("li.na", crate::support::PASSWORD).await;
        let answer = moved.post("/sign-in/second", &[("code", &secret.code_at(node.clock.now()))]).await;
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "{}", node.name);
        assert!(!moved.is_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_renews_the_recovery_codes_and_takes_the_factor_away() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        for path in ["/account/second-factor/recovery", "/account/second-factor/remove"] {
            let none = desk.post(path, &[("code", "000000")]).await;
            assert_eq!(none.status, StatusCode::CONFLICT, "{path}: {}", none.text);
        }
        let (secret, old) = enrol(&node, &mut desk, "zhang.wei").await;
        assert_eq!(desk.post("/account/second-factor/begin", &[]).await.status, StatusCode::CONFLICT, "one at a time");
        for path in ["/account/second-factor/recovery", "/account/second-factor/remove"] {
            let used = secret.code_at(node.clock.now());
            let refused = desk.post(path, &[("code", &used)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{path}");
            assert!(refused.text.contains("has been used"), "{path}: {}", refused.text);
        }
        node.clock.advance_ms(30_000);
        let renewed =
            desk.post("/account/second-factor/recovery", &[("code-recovery", &secret.code_at(node.clock.now()))]).await;
        let new = codes(&renewed);
        assert!(new.len() == 10 && new.iter().all(|code| !old.contains(code)), "{}: {}", node.name, renewed.text);
        let gone = desk.post("/account/second-factor/remove", &[("code", &old[0])]).await;
        assert_eq!(gone.status, StatusCode::UNPROCESSABLE_ENTITY, "the earlier ones no longer count");
        let removed = desk.post("/account/second-factor/remove", &[("code-remove", &new[0])]).await;
        assert_eq!(removed.location(), "/account?done=factor-removed", "{}", removed.text);
        assert!(node.acts().await.contains("CredentialRevoked"), "{}", node.name);
        let left = node.rows("select kind from credential where node = $1 and kind <> 'password'").await;
        assert_eq!(left, Vec::<String>::new(), "{}", node.name);
        let mut phone = node.browser([10, 0, 0, 2]).signed_in("zhang.wei").await;
        assert!(phone.is_in().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_holds_a_duty_that_asks_for_it_enrols_first_and_does_nothing_else_until_then() {
    for node in both(true).await {
        let mut clerk = node.browser([10, 0, 0, 2]).signed_in("li.na").await;
        assert_eq!(clerk.get("/design").await.status, StatusCode::OK, "other duties ask for none");
        let mut admin = node.browser([10, 0, 0, 1]).signed_in("secadmin").await;
        for path in ["/design", "/search?q=x"] {
            let led = admin.get(path).await;
            assert_eq!((led.status, led.location()), (StatusCode::SEE_OTHER, "/account/second-factor"), "{path}");
        }
        let api = admin.get("/api/search?q=x").await;
        assert_eq!(api.status, StatusCode::FORBIDDEN);
        assert!(api.text.contains("door.second_factor_needed"), "{}", api.text);
        let page = admin.get("/account/second-factor").await;
        assert!(page.text.contains("Until it is enrolled nothing else can be done"), "{}", page.text);
        assert_eq!(admin.get("/account").await.status, StatusCode::OK);
        let (secret, _) = enrol(&node, &mut admin, "secadmin").await;
        assert_eq!(admin.get("/design").await.status, StatusCode::OK, "{}", node.name);
        // At the next sign-in it is shown, and nothing is asked again.
        admin.post("/sign-out", &[]).await;
        admin.enter("secadmin", crate::support::PASSWORD).await;
        node.clock.advance_ms(30_000);
        admin.post("/sign-in/second", &[("code", &secret.code_at(node.clock.now()))]).await;
        assert_eq!(admin.get("/design").await.status, StatusCode::OK, "{}", node.name);
        // An administrator who loses it is signed out, and enrols anew.
        assert_eq!(node.sign_in.revoke_factor(officer("secadmin")).await.unwrap(), ["totp"]);
        assert!(!admin.is_in().await);
        assert!(node.sign_in.revoke_factor(officer("secadmin")).await.unwrap().is_empty(), "once");
        let mut admin = node.browser([10, 0, 0, 1]).signed_in("secadmin").await;
        assert_eq!(admin.get("/design").await.location(), "/account/second-factor", "{}", node.name);
    }
}
