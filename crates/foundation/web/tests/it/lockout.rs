//! Wrong attempts slow down whoever makes them, and shut out nobody else.

use access::code::Code;
use axum::http::StatusCode;
use kernel::Clock as _;

use crate::support::{PASSWORD, both, officer};

#[tokio::test(flavor = "multi_thread")]
async fn guessing_elsewhere_shuts_out_no_device_on_which_the_officer_has_signed_in() {
    for node in both(false).await {
        let mut desk = node.browser([10, 0, 0, 1]).signed_in("zhang.wei").await;
        desk.post("/sign-out", &[]).await;
        // Five guesses from as many addresses: from then on the name waits, wherever the next one comes from.
        for address in 0..5 {
            let mut attacker = node.browser([203, 0, 113, address]);
            let guess = attacker.enter("zhang.wei", "guess").await;
            assert_ne!(guess.status, StatusCode::SEE_OTHER, "{}", node.name);
            assert!(!attacker.cookies.contains_key("qy-device"), "a wrong password makes no device known");
        }
        let mut elsewhere = node.browser([10, 0, 0, 7]);
        let waits = elsewhere.enter("zhang.wei", PASSWORD).await;
        assert_eq!(waits.status, StatusCode::TOO_MANY_REQUESTS, "{}: {}", node.name, waits.text);
        // Nor does a device's cookie help that others signed in on, or one of the attacker's own making.
        let mut others = node.browser([10, 0, 0, 8]).signed_in("li.na").await;
        others.post("/sign-out", &[]).await;
        assert_eq!(others.enter("zhang.wei", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        let own = desk.cookies["qy-device"].clone();
        let end = if own.ends_with('A') { "Q" } else { "A" };
        for planted in [format!("{}{end}", &own[..own.len() - 1]), own[..22].to_owned(), "x".repeat(5_000)] {
            let mut attacker = node.browser([203, 0, 113, 9]);
            attacker.cookies.insert("qy-device".to_owned(), planted);
            assert_eq!(attacker.enter("zhang.wei", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        }
        // The officer's own device is let in at once, and has mistakes of its own.
        assert!(desk.enter("zhang.wei", "typo").await.text.contains("4 tries left"), "{}", node.name);
        let mut desk = desk.signed_in("zhang.wei").await;
        assert!(desk.is_in().await);
        desk.post("/sign-out", &[]).await;
        // Its right password gave nobody else fresh tries.
        assert_eq!(elsewhere.enter("zhang.wei", "guess").await.status, StatusCode::TOO_MANY_REQUESTS);
        // A known device that guesses waits as well: whoever steals its cookie gains five tries, and no more.
        for _ in 0..5 {
            desk.enter("zhang.wei", "guess").await;
        }
        assert_eq!(desk.enter("zhang.wei", PASSWORD).await.status, StatusCode::TOO_MANY_REQUESTS);
        node.clock.advance_ms(31_000);
        assert_eq!(desk.enter("zhang.wei", PASSWORD).await.status, StatusCode::SEE_OTHER);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_right_one_time_code_is_taken_whatever_others_did() {
    for node in both(false).await {
        let now = node.clock.now();
        let (code, row) = Code::draw(officer("li.na"), now, 3_600_000).unwrap();
        node.sign_in.keep_code(&row).await.unwrap();
        let right = code.reveal();
        let fields = |code| [("name", "li.na"), ("code", code), ("password", "Fresh-Start-2026")];
        let mut desk = node.browser([10, 0, 0, 4]);
        let mut told = StatusCode::OK;
        // The attacker sits in the same office, behind the same address.
        for _ in 0..55 {
            let mut attacker = node.browser([10, 0, 0, 4]);
            let answer = attacker.post("/first-password", &fields("AAAA-AAAA-AAAA-AAAA-AAAA")).await;
            told = answer.status;
            attacker.enter("li.na", "guess").await;
        }
        assert_eq!(told, StatusCode::UNPROCESSABLE_ENTITY);
        let waiting = desk.post("/first-password", &fields("AAAA-AAAA-AAAA-AAAA-AAAA")).await;
        assert!(waiting.text.contains("Too many wrong attempts"), "{}: {}", node.name, waiting.text);
        let weak = desk.post("/first-password", &[("name", "li.na"), ("code", &right), ("password", "x")]).await;
        assert!(weak.text.contains("fewer than 10"), "a weak password leaves the code good: {}", weak.text);
        let set = desk.post("/first-password", &fields(&right)).await;
        assert_eq!(set.status, StatusCode::SEE_OTHER, "{}: {}", node.name, set.text);
        // The device on which it was used is known, so that the password just set works there.
        assert_eq!(desk.enter("li.na", "Fresh-Start-2026").await.status, StatusCode::SEE_OTHER, "{}", node.name);
        let again = node.browser([10, 0, 0, 5]).post("/first-password", &fields(&right)).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        // What is forgotten is cleared away with the next mistake.
        node.clock.advance_days(2);
        node.browser([10, 0, 0, 6]).enter("nobody", "x").await;
        let left = node.rows("select subject from throttle where node = $1 order by subject").await;
        assert_eq!(left, ["address:10.0.0.6", "name:nobody"], "{}", node.name);
    }
}
