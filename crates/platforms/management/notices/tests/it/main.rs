//! From an act to what an officer reads and what leaves the node, through the door and a gateway, on both stores.

mod support;

use access::Permission as _;
use axum::http::StatusCode;
use kernel::OfficerId;
use notices::http::OwnNotices;
use notices::send::{Channels, MailServer};
use notices::types::{Channel, Way};
use store::{Operation, Projector};
use supervise::{Judged, Rule as _};
use support::{CHIEF, HOUR_MS, INSPECTOR, MINUTE_MS, Node, OTHER, both, both_with};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_told_is_told_once_to_whom_it_concerns_and_read_by_nobody_else() {
    for node in both().await {
        let inspector = node.cookie("inspector").await;
        let other = node.cookie("inspector-2").await;
        let empty = node.get(&inspector, "/notices").await;
        assert_eq!(empty.status, StatusCode::OK);
        assert!(empty.text().contains("There is no notice yet"), "{}", node.name);
        let act = node.act_by(CHIEF).await;
        node.follow().await;
        // A cursor that was lost changes nothing: the same act makes the same notice.
        let lost = Operation::new(
            "delete from feed_cursor where node = $1 and subscriber = 'notices'",
            vec![node.id.number().into()],
        );
        assert!(node.store.operate(&[lost]).await.unwrap());
        node.follow().await;
        let mine = node.json(&inspector, "/api/notices").await;
        assert_eq!((&mine["total"], &mine["unread"]), (&1.into(), &1.into()), "{}: {mine}", node.name);
        let notice = &mine["notices"][0];
        assert_eq!((&notice["number"], &notice["page"]), (&"W-000001".into(), &"/warnings/1".into()), "{mine}");
        let page = node.get(&inspector, "/notices").await.text();
        assert!(page.contains("W-000001") && page.contains("Mark all as read"), "{}", node.name);
        // The rail counts it beside the place, whatever page one is on.
        assert!(node.get(&inspector, "/notices/choice").await.text().contains("href=\"/notices\""), "{}", node.name);
        let id = notice["id"].as_str().unwrap().to_owned();
        // Both inspectors were told; each has a notice of their own.
        let others = node.json(&other, "/api/notices").await;
        assert_eq!(others["total"], 1);
        assert_ne!(others["notices"][0]["id"], id.as_str());
        let chief = node.cookie("supervision-chief").await;
        assert_eq!(
            node.json(&chief, "/api/notices").await["total"],
            0,
            "{}: nobody is told of their own act",
            node.name
        );
        for (cookie, path, status) in [
            (&other, format!("/notices/{id}"), StatusCode::NOT_FOUND),
            (&inspector, "/notices/0".to_owned(), StatusCode::NOT_FOUND),
            (&inspector, format!("/notices/{id}0"), StatusCode::NOT_FOUND),
            (&inspector, format!("/notices/{}", id.to_uppercase() + "A"), StatusCode::NOT_FOUND),
            (&inspector, format!("/notices/{id}"), StatusCode::SEE_OTHER),
        ] {
            let got = node.get(cookie, &path).await;
            assert_eq!(got.status, status, "{}: {path}", node.name);
            if status == StatusCode::SEE_OTHER {
                assert_eq!(got.location(), "/warnings/1");
            }
        }
        assert_eq!(node.json(&inspector, "/api/notices").await["unread"], 0, "{}: opened is read", node.name);
        assert_eq!(node.json(&other, "/api/notices").await["unread"], 1, "{}: by one, not by the other", node.name);
        assert_eq!(node.json(&inspector, "/api/notices?only=unread").await["total"], 0);
        assert!(node.get(&inspector, "/notices?only=unread").await.text().contains("Nothing is unread"));
        // A further act on the matter settles what was told before, and tells anew.
        node.act_by(CHIEF).await;
        node.follow().await;
        let after = node.json(&other, "/api/notices").await;
        assert_eq!(
            (&after["total"], &after["unread"]),
            (&2.into(), &1.into()),
            "{}: {act} is settled: {after}",
            node.name
        );
        assert!(node.get(&other, "/notices").await.text().contains("Acted on"));
        let read = node.post(&other, "/notices/read", &[]).await;
        assert_eq!((read.status, read.location()), (StatusCode::SEE_OTHER, "/notices"));
        assert_eq!(node.json(&other, "/api/notices").await["unread"], 0, "{}", node.name);
        assert_eq!(node.json(&inspector, "/api/notices").await["unread"], 1, "{}: one's own only", node.name);
        // Another's notice cannot be marked either, and nonsense is none.
        let foreign = after["notices"][0]["id"].as_str().unwrap();
        node.post(&inspector, "/notices/read", &[("notice", foreign)]).await;
        assert_eq!(node.json(&inspector, "/api/notices").await["unread"], 1);
        assert_eq!(node.post(&inspector, "/notices/read", &[("notice", "x")]).await.status, StatusCode::NOT_FOUND);
        // Without a session there is nothing, and without the form's token nothing is done.
        assert_eq!(node.get("", "/api/notices").await.status, StatusCode::UNAUTHORIZED);
        assert_eq!(node.get("", "/notices").await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.forged(&inspector, "/notices/read", "").await.status, StatusCode::FORBIDDEN);
        assert_eq!(node.forged(&inspector, "/notices/choice", "channel=gateway").await.status, StatusCode::FORBIDDEN);
        assert_eq!(OwnNotices::CODE, "notices.own");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_used_once_the_code_that_was_sent_there_was_typed() {
    for node in both().await {
        let inspector = node.cookie("inspector").await;
        let choose = |number: &'static str, way: &'static str| {
            vec![("channel", "gateway"), ("gateway-address", number), ("gateway-way", way)]
        };
        let long = "1".repeat(5_000);
        type Case<'a> = (Vec<(&'a str, &'a str)>, StatusCode, &'a str);
        let refused: Vec<Case<'_>> = vec![
            (choose("12", "at-once"), StatusCode::UNPROCESSABLE_ENTITY, "That is no telephone number"),
            (choose("13800000000\r\nBcc: x", "daily"), StatusCode::UNPROCESSABLE_ENTITY, "That is no telephone number"),
            (choose("", "daily"), StatusCode::UNPROCESSABLE_ENTITY, "there must be an address"),
            (choose("13800000000", "hourly"), StatusCode::BAD_REQUEST, ""),
            (choose("13800000000", ""), StatusCode::BAD_REQUEST, ""),
            (
                vec![("channel", "mail"), ("mail-address", "a@b.example"), ("mail-way", "daily")],
                StatusCode::BAD_REQUEST,
                "",
            ),
            (vec![("channel", "pigeon")], StatusCode::BAD_REQUEST, ""),
            (
                vec![("channel", "gateway"), ("gateway-address", &long), ("gateway-way", "daily")],
                StatusCode::UNPROCESSABLE_ENTITY,
                "That is no telephone number",
            ),
        ];
        for (form, status, words) in refused {
            let got = node.post(&inspector, "/notices/choice", &form).await;
            assert_eq!(got.status, status, "{}: {form:?}", node.name);
            assert!(got.text().contains(words), "{}: {form:?}", node.name);
        }
        assert!(node.gateway.taken().is_empty(), "{}", node.name);
        let sent = node.post(&inspector, "/notices/choice", &choose("138 0000 0000", "at-once")).await;
        assert_eq!(sent.location(), "/notices/choice?done=sent", "{}", sent.text());
        let messages = node.gateway.taken();
        assert_eq!(messages.len(), 1);
        assert_eq!(
            (&messages[0]["type"], &messages[0]["data"]["to"]),
            (&"notices.code".into(), &"+8613800000000".into())
        );
        let text = messages[0]["data"]["text"].as_str().unwrap();
        let code: String = text.chars().filter(char::is_ascii_digit).take(8).collect();
        let too_soon = node.post(&inspector, "/notices/choice", &choose("13900000000", "at-once")).await;
        assert_eq!(too_soon.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(too_soon.text().contains("A code was sent a moment ago"));
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        let confirm = |code: &str| vec![("channel", "gateway".to_owned()), ("gateway-code", code.to_owned())];
        for (typed, words) in
            [(wrong, "That is not the code"), ("", "That is not the code"), ("<script>", "That is not the code")]
        {
            let got = node.post_owned(&inspector, "/notices/choice/confirm", &confirm(typed)).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", node.name);
            assert!(got.text().contains(words), "{}: {typed}", node.name);
        }
        assert_eq!(node.choice(INSPECTOR, Channel::Gateway).await, None, "{}: not used before", node.name);
        let done = node.post_owned(&inspector, "/notices/choice/confirm", &confirm(&code)).await;
        assert_eq!(done.location(), "/notices/choice?done=confirmed", "{}", done.text());
        let kept = ("+8613800000000".to_owned(), Way::AtOnce.code().to_owned());
        assert_eq!(node.choice(INSPECTOR, Channel::Gateway).await, Some(kept.clone()), "{}", node.name);
        // The code is good once, and only for the officer it was drawn for.
        for cookie in [&inspector, &node.cookie("inspector-2").await] {
            let again = node.post_owned(cookie, "/notices/choice/confirm", &confirm(&code)).await;
            assert!(again.text().contains("no longer good"), "{}", node.name);
        }
        // Another number: five tries, then the code is over, and the number in use stays.
        node.clock.advance_ms(2 * MINUTE_MS);
        node.post(&inspector, "/notices/choice", &choose("13900000000", "daily")).await;
        let code: String = last_text(&node).chars().filter(char::is_ascii_digit).take(8).collect();
        let wrong = if code == "00000000" { "00000001" } else { "00000000" };
        for _ in 0..5 {
            node.post_owned(&inspector, "/notices/choice/confirm", &confirm(wrong)).await;
        }
        let over = node.post_owned(&inspector, "/notices/choice/confirm", &confirm(&code)).await;
        assert!(over.text().contains("no longer good"), "{}", node.name);
        assert_eq!(node.choice(INSPECTOR, Channel::Gateway).await, Some(kept.clone()), "{}", node.name);
        // Half an hour is the end of a code too.
        node.clock.advance_ms(2 * MINUTE_MS);
        node.post(&inspector, "/notices/choice", &choose("13900000000", "daily")).await;
        let code: String = last_text(&node).chars().filter(char::is_ascii_digit).take(8).collect();
        node.clock.advance_ms(30 * MINUTE_MS);
        // So is it, unused, of a session.
        let inspector = node.cookie("inspector").await;
        let over = node.post_owned(&inspector, "/notices/choice/confirm", &confirm(&code)).await;
        assert!(over.text().contains("no longer good"), "{}", node.name);
        // A gateway that does not take it: nothing waits, and the page says so.
        node.gateway.answer(503);
        let not_sent = node.post(&inspector, "/notices/choice", &choose("13700000000", "daily")).await;
        assert_eq!(not_sent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(not_sent.text().contains("The code was not sent"), "{}", node.name);
        node.gateway.answer(204);
        // The way changes without a code, and an empty field deletes the number.
        let kept = node.post(&inspector, "/notices/choice", &choose("13800000000", "daily")).await;
        assert_eq!(kept.location(), "/notices/choice?done=kept");
        assert_eq!(node.choice(INSPECTOR, Channel::Gateway).await.unwrap().1, "daily");
        node.post(&inspector, "/notices/choice", &choose("", "never")).await;
        assert_eq!(node.choice(INSPECTOR, Channel::Gateway).await, None, "{}", node.name);
    }
}

fn last_text(node: &Node) -> String {
    node.gateway.taken().last().unwrap()["data"]["text"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_leaves_is_signed_goes_once_and_is_tried_again() {
    for node in both().await {
        node.chooses(INSPECTOR, Channel::Gateway, "+8613800000000", Way::AtOnce).await;
        let mut courier = node.courier();
        node.act_by(CHIEF).await;
        node.follow().await;
        courier.tick().await.unwrap();
        assert!(node.gateway.taken().is_empty(), "{}: it waits for what comes in the same moment", node.name);
        // Two of one moment are one message, which names both.
        node.tell_twice().await;
        let chief = node.cookie("supervision-chief").await;
        assert_eq!(
            node.json(&chief, "/api/notices").await["total"],
            1,
            "{}: of one's own account by all means",
            node.name
        );
        node.clock.advance_ms(5_000);
        courier.tick().await.unwrap();
        let sent = node.gateway.taken();
        assert_eq!(sent.len(), 1, "{}: {sent:?}", node.name);
        assert_eq!(sent[0]["type"], "notices.notice");
        let text = sent[0]["data"]["text"].as_str().unwrap();
        assert!(text.contains("2 notices wait for you") && text.contains("https://q.example/notices"), "{text}");
        assert!(node.gateway.all_signed(), "{}", node.name);
        for _ in 0..3 {
            node.follow().await;
            node.clock.advance_ms(HOUR_MS);
            courier.tick().await.unwrap();
        }
        assert_eq!(node.gateway.taken().len(), 1, "{}: once is once", node.name);
        // Refused by the gateway as such: tried again, later each time, under the same name.
        node.gateway.answer(503);
        node.act_by(CHIEF).await;
        node.follow().await;
        for _ in 0..3 {
            node.clock.advance_ms(5 * MINUTE_MS);
            courier.tick().await.unwrap();
        }
        let tries = node.gateway.taken();
        assert_eq!(tries.len(), 4, "{}: three further tries", node.name);
        assert_eq!(node.gateway.ids()[1..4].iter().collect::<std::collections::BTreeSet<_>>().len(), 1);
        assert_eq!(node.lines("waiting").await, 1);
        node.gateway.answer(204);
        node.clock.advance_ms(10 * MINUTE_MS);
        courier.tick().await.unwrap();
        assert_eq!((node.gateway.taken().len(), node.lines("waiting").await), (5, 0), "{}", node.name);
        // Read before it went: nobody needs to be told.
        let inspector = node.cookie("inspector").await;
        node.act_by(CHIEF).await;
        node.follow().await;
        node.post(&inspector, "/notices/read", &[]).await;
        node.clock.advance_ms(HOUR_MS);
        courier.tick().await.unwrap();
        assert_eq!((node.gateway.taken().len(), node.lines("moot").await), (5, 1), "{}", node.name);
        // A number that the gateway will never take: given up at once, and the channel works.
        node.gateway.answer(422);
        node.act_by(CHIEF).await;
        node.follow().await;
        node.clock.advance_ms(HOUR_MS);
        courier.tick().await.unwrap();
        assert_eq!((node.lines("dead").await, node.lines("waiting").await), (1, 0), "{}", node.name);
        assert_eq!(node.failing(Channel::Gateway).await, None, "{}", node.name);
        // What happened yesterday is in the application, and wakes nobody.
        node.gateway.answer(204);
        node.act_by(CHIEF).await;
        node.clock.advance_ms(25 * HOUR_MS);
        node.follow().await;
        assert_eq!(node.lines("waiting").await, 0, "{}", node.name);
        assert_eq!(node.json(&node.cookie("inspector").await, "/api/notices").await["unread"], 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_digest_goes_once_a_day_with_what_is_unread() {
    for node in both().await {
        node.chooses(INSPECTOR, Channel::Gateway, "+8613800000000", Way::Daily).await;
        node.chooses(OTHER, Channel::Gateway, "+8613900000000", Way::Never).await;
        let mut courier = node.courier();
        for _ in 0..3 {
            courier.tick().await.unwrap();
            node.clock.advance_ms(MINUTE_MS);
        }
        assert!(node.gateway.taken().is_empty(), "{}: nothing is unread", node.name);
        node.act_by(CHIEF).await;
        node.tell_twice().await;
        for _ in 0..4 {
            courier.tick().await.unwrap();
            node.clock.advance_ms(HOUR_MS);
        }
        let sent = node.gateway.taken();
        assert_eq!(sent.len(), 1, "{}: {sent:?}", node.name);
        assert_eq!((&sent[0]["type"], &sent[0]["data"]["to"]), (&"notices.digest".into(), &"+8613800000000".into()));
        let text = sent[0]["data"]["text"].as_str().unwrap();
        assert!(text.contains("2 notices are unread"), "{text}");
        // The next day brings one only if something has come since.
        node.clock.advance_ms(24 * HOUR_MS);
        courier.tick().await.unwrap();
        assert_eq!(node.gateway.taken().len(), 1, "{}: nothing new", node.name);
        node.act_by(CHIEF).await;
        node.follow().await;
        courier.tick().await.unwrap();
        assert_eq!(node.gateway.taken().len(), 2, "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_fails_is_recorded_once_and_found_and_so_is_its_end() {
    for node in both().await {
        node.chooses(INSPECTOR, Channel::Gateway, "+8613800000000", Way::AtOnce).await;
        let mut courier = node.courier();
        node.gateway.answer(500);
        node.act_by(CHIEF).await;
        node.follow().await;
        let mut failed = 0;
        for _ in 0..30 {
            node.clock.advance_ms(MINUTE_MS);
            courier.tick().await.unwrap();
            failed = node.acts("notices.channel_failed").await.len();
        }
        assert_eq!(failed, 1, "{}: said once", node.name);
        assert!(node.failing(Channel::Gateway).await.is_some());
        let rule = notices::FailingChannelRule::new(node.directory.clone());
        let act = &node.acts("notices.channel_failed").await[0];
        assert!(rule.follows(&act.act.kind));
        let judged = rule.judge(node.id, act).await.unwrap();
        let [Judged::Raised(finding)] = judged.as_slice() else { panic!("{judged:?}") };
        assert_eq!((finding.subject.kind.as_str(), finding.subject.key.as_str()), ("channel", "gateway"));
        assert!(!format!("{finding:?}").contains("138"), "no number is in it");
        let administrator = node.cookie("system-administrator").await;
        let page = node.get(&administrator, "/test/machine").await.text();
        assert!(page.contains("fails") && page.contains("HTTP 500"), "{}: {page}", node.name);
        node.gateway.answer(204);
        for _ in 0..8 {
            node.clock.advance_ms(5 * MINUTE_MS);
            courier.tick().await.unwrap();
        }
        let restored = node.acts("notices.channel_restored").await;
        assert_eq!(restored.len(), 1, "{}", node.name);
        assert_eq!(rule.judge(node.id, &restored[0]).await.unwrap(), [Judged::NotRaised]);
        // A second outage is another.
        node.gateway.answer(500);
        node.act_by(CHIEF).await;
        node.follow().await;
        for _ in 0..30 {
            node.clock.advance_ms(MINUTE_MS);
            courier.tick().await.unwrap();
        }
        assert_eq!(node.acts("notices.channel_failed").await.len(), 2, "{}", node.name);
        // What acts say of channels is derived from them; notices are nobody's state.
        let projectors: [&dyn Projector; 2] = [&directory::projector(), &notices::projector()];
        let report = node.store.rebuild(node.id.number(), &projectors, false, |_| {}).await.unwrap();
        assert!(report.differences.is_empty(), "{}: {:?}", node.name, report.differences);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_is_not_there_fails_the_channel_and_loses_nothing() {
    // A port that was free a moment ago: nobody listens.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let server = || MailServer::new(&format!("smtp://127.0.0.1:{port}"), "q@office.example", None, None).unwrap();
    for node in both_with(|_| Channels::new(Some(server()), None)).await {
        node.chooses(INSPECTOR, Channel::Mail, "li@office.example", Way::AtOnce).await;
        let mut courier = node.courier();
        node.act_by(CHIEF).await;
        node.follow().await;
        for _ in 0..4 {
            node.clock.advance_ms(5 * MINUTE_MS);
            courier.tick().await.unwrap();
        }
        assert_eq!(node.lines("waiting").await, 1, "{}", node.name);
        assert_eq!(node.acts("notices.channel_failed").await.len(), 1, "{}", node.name);
        let health = node.failing(Channel::Mail).await.unwrap();
        assert!(health.contains("refused"), "{}: {health}", node.name);
        let administrator = node.cookie("system-administrator").await;
        let inspector = node.cookie("inspector").await;
        assert!(node.get(&inspector, "/notices").await.text().contains("W-000001"), "{}: it is there", node.name);
        let page = node.get(&administrator, "/test/machine").await.text();
        assert!(page.contains("connection refused") && !page.contains("li@office"), "{}", node.name);
        let choose = [("channel", "mail"), ("mail-address", "new@office.example"), ("mail-way", "daily")];
        let not_sent = node.post(&inspector, "/notices/choice", &choose).await;
        assert!(not_sent.text().contains("The code was not sent"), "{}", node.name);
        let kept = node.choice(INSPECTOR, Channel::Mail).await.unwrap();
        assert_eq!(kept.0, "li@office.example", "{}", node.name);
    }
    assert_ne!(OfficerId::new(1), INSPECTOR);
}
