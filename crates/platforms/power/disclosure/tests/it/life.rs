//! From an organ's catalogue to a published page, its correction and its end, through the door.

use axum::http::{StatusCode, header};
use serde_json::json;

use testkit::door::Door;

use crate::support::both;

/// The path that an answer leads to.
fn led(got: &testkit::door::Got) -> String {
    assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
    got.header(header::LOCATION).to_owned()
}

const TEXT: &str = "第一段，说明依据和范围，并且足够长，不至于被认为是空洞的内容。\n第二段，某人的住址。\n第三段，施行日期、有效期和解释机关，以及与以前规定的关系。";

async fn drafted(door: &Door, clara: &str) -> String {
    let fields = [("entry", "GOV-01"), ("came", "2026-03-02"), ("title", "某办法"), ("body", TEXT)];
    let path = led(&door.post(clara, "/disclosures", &fields).await);
    assert!(path.starts_with("/disclosures/0"), "{path}");
    path
}

#[tokio::test]
async fn what_one_drafts_another_reviews_and_a_third_publishes_for_everybody() {
    for office in both().await {
        let door = office.door().await;
        let (clara, rose, head) = (door.enter("clara").await, door.enter("rose").await, door.enter("head").await);
        // Before the head opens the catalogue nothing is drafted.
        let early = door.post(&clara, "/disclosures", &[("entry", "GOV-01")]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", office.name);
        let opened = door.post(&head, "/disclosures/open", &[("without-GOV-09", "本机关不收费")]).await;
        assert_eq!(led(&opened), "/disclosures?tab=duties");
        let again = door.post(&head, "/disclosures/open", &[]).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);

        // What is wrong is said at its field, and what was typed stays.
        let fields = [("entry", "GOV-01"), ("came", "2026-03-03"), ("title", "某办法"), ("body", TEXT)];
        let wrong = door.post(&clara, "/disclosures", &fields).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text.contains("today or earlier") && wrong.text.contains("某人的住址"), "{}", wrong.text);
        let path = drafted(&door, &clara).await;
        let public = path.replace("/disclosures/", "/disclosure/");
        assert_eq!(door.get("", &public).await.status, StatusCode::NOT_FOUND, "a draft is nobody's but the organ's");
        assert_eq!(door.get("", &format!("/api{public}")).await.status, StatusCode::NOT_FOUND);

        // Nobody reviews what they wrote, and nobody publishes what was not reviewed.
        let own = door.post(&clara, &format!("{path}/review"), &[("outcome", "passed")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        let early = door.post(&head, &format!("{path}/publish"), &[]).await;
        assert_eq!(early.status, StatusCode::UNPROCESSABLE_ENTITY);
        let no_ground = [("outcome", "partly"), ("withheld", "2"), ("reason", "个人信息"), ("version", "1")];
        let wrong = door.post(&rose, &format!("{path}/review"), &no_ground).await;
        assert!(
            wrong.status == StatusCode::UNPROCESSABLE_ENTITY && wrong.text.contains("Choose the ground"),
            "{}",
            wrong.text
        );
        let partly = [("outcome", "partly"), ("withheld", "2"), ("ground", "privacy"), ("reason", "个人信息")];
        assert_eq!(led(&door.post(&rose, &format!("{path}/review"), &partly).await), path);
        // The reviewer has the permission to publish, and the catalogue asks for a third.
        let second = door.post(&rose, &format!("{path}/publish"), &[]).await;
        assert_eq!(second.status, StatusCode::UNPROCESSABLE_ENTITY);
        // Whoever read an earlier version is told.
        let stale = door.post(&head, &format!("{path}/publish"), &[("version", "1")]).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert_eq!(led(&door.post(&head, &format!("{path}/publish"), &[("version", "2")]).await), path);

        // Everybody reads it, without what was withheld, in page, data and text.
        let keys = office.publish().await;
        let page = door.get("", &public).await;
        assert_eq!(page.status, StatusCode::OK);
        for address in [public.clone(), format!("/api{public}"), format!("{public}/text"), format!("{public}/receipt")]
        {
            let got = door.get("", &address).await;
            assert_eq!(got.status, StatusCode::OK, "{address}");
            assert!(!got.text.contains("住址"), "{address} holds nothing that was withheld");
            assert!(!got.text.contains("clara") && !got.text.contains("rose"), "{address} names nobody");
        }
        assert!(page.text.contains("第15条") && page.text.contains("id=\"p3\""), "{}", page.text);
        let one = door.get("", &format!("/api{public}")).await.json();
        let digest = one["versions"][0]["sha256"].as_str().unwrap().to_owned();
        let text = door.get("", &format!("{public}/text")).await.text;
        assert_eq!(sha256(&text), digest, "the text file is what was hashed");
        let receipt = door.get("", &format!("{public}/receipt")).await.text;
        let proved = ledger::verify_receipt(&receipt, &keys).unwrap();
        let opened: Vec<String> = proved.act.body.fields.iter().map(|field| format!("{:?}", field.value)).collect();
        assert!(opened.iter().any(|value| value.contains(&digest)), "{opened:?}");
        assert!(!proved.act.body.complete, "who published stays withheld");
        let header: Vec<String> = proved.act.header.fields.iter().map(|field| format!("{:?}", field.path)).collect();
        assert_eq!(header.len(), 10, "{header:?}");

        // A correction is reviewed again; until it is published everybody reads what was, and after it both.
        let fixed = TEXT.replace("施行日期", "施行的日期");
        let nothing_said = [("title", "某办法"), ("body", fixed.as_str())];
        let wrong = door.post(&clara, &format!("{path}/text"), &nothing_said).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY, "a correction says what was wrong");
        let fields = [("title", "某办法"), ("body", fixed.as_str()), ("reason", "漏一字")];
        assert_eq!(led(&door.post(&clara, &format!("{path}/text"), &fields).await), path);
        assert!(!door.get("", &public).await.text.contains("施行的日期"));
        led(&door.post(&rose, &format!("{path}/review"), &partly).await);
        led(&door.post(&head, &format!("{path}/publish"), &[]).await);
        let page = door.get("", &public).await.text;
        assert!(page.contains("施行的日期") && page.contains("漏一字") && page.contains("?version=1"), "{page}");
        let old = door.get("", &format!("{public}?version=1")).await.text;
        assert!(!old.contains("施行的日期") && old.contains("earlier version"), "{old}");
        for none in ["?version=3", "?version=0", "?version=x", "?version=-1"] {
            assert_eq!(door.get("", &format!("{public}{none}")).await.status, StatusCode::NOT_FOUND, "{none}");
        }

        // Withdrawn, its text is shown no more; that it was there, and why it went, is.
        let taking = [("because", "unlawful"), ("reason", "含不得公开的内容")];
        led(&door.post(&head, &format!("{path}/withdraw"), &taking).await);
        let page = door.get("", &public).await;
        assert!(
            page.status == StatusCode::OK && page.text.contains("含不得公开的内容") && !page.text.contains("第一段")
        );
        for gone in [format!("{public}?version=1"), public.clone()] {
            let got = door.get("", &gone).await;
            assert!(!got.text.contains("第三段"), "{gone}");
        }
        for gone in [format!("{public}/text"), format!("{public}/receipt?version=1")] {
            assert_eq!(door.get("", &gone).await.status, StatusCode::NOT_FOUND, "{gone}");
        }
        assert!(!door.get("", &format!("/api{public}")).await.text.contains("第一段"));
        assert_eq!(door.get("", "/api/disclosure").await.json()["total"], 0);
        office.rebuilds().await;
    }
}

fn sha256(text: &str) -> String {
    use sha2::{Digest as _, Sha256};
    ledger::hash::hex(&Sha256::digest(text.as_bytes()))
}

#[tokio::test]
async fn who_may_not_is_refused_and_finds_nothing() {
    for office in both().await {
        let door = office.door().await;
        let head = door.enter("head").await;
        led(&door.post(&head, "/disclosures/open", &[]).await);
        let clara = door.enter("clara").await;
        let path = drafted(&door, &clara).await;
        // Another organ's people find no such thing; who supervises reads it; who has no duty is told so.
        for (login, expected) in [
            ("vera", StatusCode::NOT_FOUND),
            ("viktor", StatusCode::NOT_FOUND),
            ("ines", StatusCode::OK),
            ("data", StatusCode::FORBIDDEN),
        ] {
            let cookie = door.enter(login).await;
            for address in [path.clone(), format!("/api{path}")] {
                assert_eq!(door.get(&cookie, &address).await.status, expected, "{login} {address}");
            }
        }
        let vera = door.enter("vera").await;
        assert_eq!(door.post(&vera, &format!("{path}/text"), &[]).await.status, StatusCode::NOT_FOUND);
        assert!(!door.get(&vera, "/disclosures").await.text.contains("某办法"));
        assert_eq!(door.get(&vera, "/api/disclosures").await.json()["total"], 0);
        let ines = door.enter("ines").await;
        for (verb, body) in [("review", json!({"outcome": "passed"})), ("publish", json!({})), ("text", json!({}))] {
            let got = door.json(&ines, &format!("/api{path}/{verb}"), &body).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "who supervises does not {verb}");
        }
        // Without a session nothing of the desk answers.
        assert_eq!(door.get("", "/api/disclosures").await.status, StatusCode::UNAUTHORIZED);
    }
}

#[tokio::test]
async fn the_same_is_done_by_the_api_and_what_makes_no_sense_is_refused() {
    for office in both().await {
        let door = office.door().await;
        let (vera, viktor, vhead) = (door.enter("vera").await, door.enter("viktor").await, door.enter("vhead").await);
        led(&door.post(&vhead, "/disclosures/open", &[]).await);
        let draft = |period: &str, paragraphs: &[&str]| json!({"entry": "VIL-01", "period": period, "came": "2026-03-01", "title": "村务", "paragraphs": paragraphs});
        let bad = [
            (
                "no such key",
                json!({"entry": "VIL-01", "title": "x", "paragraphs": [], "came": "2026-03-01", "x": 1}),
                StatusCode::BAD_REQUEST,
            ),
            ("a list", json!([]), StatusCode::BAD_REQUEST),
            (
                "no day",
                json!({"entry": "VIL-01", "came": "2026-02-30", "title": "x", "paragraphs": ["x"]}),
                StatusCode::BAD_REQUEST,
            ),
            ("no paragraph", draft("2026-Q1", &[]), StatusCode::UNPROCESSABLE_ENTITY),
            ("a period to come", draft("2026-Q2", &["一"]), StatusCode::UNPROCESSABLE_ENTITY),
            ("no period", draft("x", &["一"]), StatusCode::UNPROCESSABLE_ENTITY),
        ];
        for (case, body, expected) in bad {
            let got = door.json(&vera, "/api/disclosures", &body).await;
            assert_eq!(got.status, expected, "{case}: {}", got.text);
        }
        let made = door
            .json(&vera, "/api/disclosures", &draft("2026-Q1", &["修路", "<script>alert(1)</script>"]))
            .await
            .json();
        let path = format!("/api/disclosures/{}", made["id"].as_str().unwrap());
        assert_eq!((made["stage"].clone(), made["version"].clone()), (json!("to-review"), json!(1)));
        let twice = door.json(&vera, "/api/disclosures", &draft("2026-Q1", &["又一份"])).await;
        assert_eq!(twice.json()["code"], "disclosure.taken");
        let passed = door.json(&viktor, &format!("{path}/review"), &json!({"outcome": "passed"})).await.json();
        assert_eq!(passed["stage"], "to-publish");
        // In a village who reviewed may publish; who drafted may not.
        let done = door.json(&viktor, &format!("{path}/publish"), &json!({})).await.json();
        assert_eq!(done["stage"], "published", "{done}");
        let page = door.get("", &format!("/disclosure/{}", made["id"].as_str().unwrap())).await.text;
        assert!(!page.contains("<script>alert"), "words are never markup");
        assert!(page.contains("2026-03-17"), "it stays posted for fifteen days");
        let listed = door.get(&vera, "/api/disclosures?tab=duties").await.json();
        let duty = listed["duties"].as_array().unwrap().iter().find(|it| it["entry"] == "VIL-01").unwrap();
        assert_eq!((duty["period"].clone(), duty["due"].clone()), (json!("2026-Q1"), json!("2026-03-31")));
        assert!(duty["disclosure"].is_string() && duty["published_at"].is_string(), "{duty}");
        let withdrawn = json!({"because": "mistake", "reason": "发错"});
        assert_eq!(door.json(&vhead, &format!("{path}/withdraw"), &withdrawn).await.json()["stage"], "withdrawn");
        let after = door.json(&vera, "/api/disclosures", &draft("2026-Q1", &["重新公布"])).await;
        assert_eq!(after.status, StatusCode::OK, "the period is free again: {}", after.text);
        office.rebuilds().await;
    }
}
