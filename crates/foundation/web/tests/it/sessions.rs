//! Where one is signed in, and one's own password.

use access::code::Code;
use axum::http::StatusCode;
use kernel::Clock as _;

use crate::support::{PASSWORD, both, officer};

const PHONE: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) \
                     Version/18.1 Mobile/15E148 Safari/604.1";

#[tokio::test(flavor = "multi_thread")]
async fn one_sees_where_one_is_signed_in_and_ends_it_elsewhere() {
    for node in both(false).await {
        let mut stranger = node.browser([10, 9, 9, 9]);
        assert_eq!(stranger.get("/account").await.location(), "/sign-in?next=%2Faccount");
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        let mut phone = node.browser([10, 0, 0, 2]);
        phone.agent = PHONE;
        let mut phone = phone.signed_in("zhang.wei").await;
        let mut other = node.browser([10, 0, 0, 3]).signed_in("li.na").await;
        let page = desk.get("/account").await;
        for shown in ["Firefox · Linux", "Safari · iOS", "10.0.0.1", "10.0.0.2", "This device"] {
            assert!(page.text.contains(shown), "{}: {shown}: {}", node.name, page.text);
        }
        assert!(!page.text.contains("10.0.0.3") && !page.text.contains("http-account-"), "{}", page.text);
        assert_eq!(page.text.matches("This device").count(), 1);
        let token = desk.cookies["qy-session"].clone();
        assert!(!page.text.contains(&token), "a page holds no session's secret");
        let marks = page.values("session");
        assert_eq!(marks.len(), 2, "the phone, and all others: {marks:?}");
        // Whoever knows the name of another's session ends nothing.
        assert_eq!(other.post("/account/sessions", &[("session", &marks[0])]).await.location(), "/account");
        assert_eq!(other.post("/account/sessions", &[("session", "")]).await.location(), "/account");
        assert!(phone.is_in().await && desk.is_in().await);
        let ended = desk.post("/account/sessions", &[("session", &marks[0])]).await;
        assert_eq!(ended.location(), "/account?done=sessions", "{}", ended.text);
        assert!(!phone.is_in().await && desk.is_in().await && other.is_in().await, "{}", node.name);
        assert!(desk.get("/account?done=sessions").await.text.contains("That device has to sign in again"));
        // All others at once; the present one goes on, whatever is asked.
        let mut phone = phone.signed_in("zhang.wei").await;
        desk.post("/account/sessions", &[("session", "others")]).await;
        assert!(!phone.is_in().await && desk.is_in().await && other.is_in().await, "{}", node.name);
        // A session that is over is not shown.
        node.clock.advance_ms(31 * 60_000);
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        assert_eq!(desk.get("/account").await.text.matches("Firefox · Linux").count(), 1);
        desk.language = "zh-CN";
        let chinese = desk.get("/account").await.text;
        assert!(chinese.contains("我的账号") && chinese.contains("当前设备"), "{chinese}");
        // A form from elsewhere does nothing.
        let forged = desk.post("/account/sessions", &[("session", "others"), ("csrf", "forged")]).await;
        assert_eq!(forged.status, StatusCode::FORBIDDEN);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn ones_own_password_changes_by_the_old_one_and_ends_other_sessions() {
    const NEW: &str = "Quite-Another-2027";
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        let mut phone = node.browser([10, 0, 0, 2]).signed_in("zhang.wei").await;
        let cases = [
            ("not the present one", "wrong", NEW, "That is wrong, 4 tries left."),
            ("too short", PASSWORD, "Ab1-xyz", "fewer than 10 characters"),
            ("one's own name", PASSWORD, "Zhang.wei-2026", "contains the sign-in name"),
            ("the same", PASSWORD, PASSWORD, "is the present one"),
            ("nothing, after a right one cleared the count", "", "", "That is wrong, 4 tries left."),
        ];
        for (case, old, new, told) in cases {
            let refused = desk.post("/account/password", &[("old", old), ("new", new)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{case}");
            assert!(refused.text.contains(told), "{case}: {}", refused.text);
            assert!(!refused.text.contains(NEW), "{case}: no password is written back");
        }
        assert!(phone.is_in().await);
        let changed = desk.post("/account/password", &[("old", PASSWORD), ("new", NEW)]).await;
        assert_eq!(changed.location(), "/account?done=password", "{}: {}", node.name, changed.text);
        assert!(desk.is_in().await && !phone.is_in().await, "{}", node.name);
        let acts = node.acts().await;
        assert!(acts.contains("CredentialGranted") && !acts.contains(NEW), "{acts}");
        let mut desk = node.browser([10, 0, 0, 1]);
        assert_eq!(desk.enter("zhang.wei", PASSWORD).await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(desk.enter("zhang.wei", NEW).await.status, StatusCode::SEE_OTHER);
        // Whoever sits at an open session guesses the password five times, and then waits; nobody else does.
        for _ in 0..5 {
            desk.post("/account/password", &[("old", "guess"), ("new", NEW)]).await;
        }
        let waits = desk.post("/account/password", &[("old", NEW), ("new", PASSWORD)]).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}", waits.text);
        assert!(waits.text.contains("Too many wrong attempts"), "{}", waits.text);
        let running = node.sign_in.sessions(officer("zhang.wei")).await.unwrap();
        assert_eq!(running.len(), 2, "{}: what was refused ended nothing", node.name);
        node.clock.advance_ms(31_000);
        let changed = desk.post("/account/password", &[("old", NEW), ("new", PASSWORD)]).await;
        assert_eq!(changed.location(), "/account?done=password", "{}", changed.text);
        desk.language = "zh-CN";
        let chinese = desk.post("/account/password", &[("old", "x"), ("new", NEW)]).await;
        assert!(chinese.text.contains("不对，还可以试 4 次"), "{}", chinese.text);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_says_it_brings_files_is_taken_nowhere_else() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        // The token within such a body would be looked at by nobody here: whatever it says, it ends no session.
        for body in ["", "all=1", "--edge\r\nContent-Disposition: form-data; name=\"csrf\"\r\n\r\nx\r\n--edge--\r\n"] {
            let answer = desk.post_files("/account/sessions", body).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}: {body}: {}", node.name, answer.text);
        }
        assert!(desk.is_in().await, "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_set_by_a_code_ends_the_sessions_of_the_old_one() {
    for node in both(false).await {
        let mut thief = node.browser([203, 0, 113, 9]).signed_in("li.na").await;
        let mut other = node.browser([10, 0, 0, 2]).signed_in("zhang.wei").await;
        let (code, row) = Code::draw(officer("li.na"), node.clock.now(), 3_600_000).unwrap();
        node.sign_in.keep_code(&row).await.unwrap();
        let fields = [("name", "li.na"), ("code", &*code.reveal()), ("password", "Fresh-Start-2026")];
        let set = node.browser([10, 0, 0, 1]).post("/first-password", &fields).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}: {}", node.name, set.text);
        assert!(!thief.is_in().await && other.is_in().await, "{}", node.name);
    }
}
