//! Moves over HTTP: tried, done, looked at, taken back; who may not, and what is wrong with what was sent.

use axum::http::StatusCode;
use kernel::MatterId;
use serde_json::Value as Json;
use testkit::door::{Door, Got};
use testkit::office::node;

use crate::http::door_of;
use crate::moving::{accepted, renamed, replays_alike};
use crate::support::{Office, both, licence};

/// Asks for a page until it no longer goes on.
async fn settled(door: &Door, cookie: &str, path: &str, over: &str) -> Got {
    for _ in 0..600 {
        let got = door.get(cookie, path).await;
        assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
        if got.text.contains(over) {
            return got;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{path} does not come to {over}");
}

async fn office_with_two(office: &Office) -> (Vec<MatterId>, MatterId) {
    office.deploy("行政许可", licence()).await;
    let all = vec![accepted(office, "1").await, accepted(office, "2").await];
    let model = office.deploy("行政许可", renamed()).await;
    (all, model)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_are_tried_moved_and_taken_back_by_the_pages_alone() {
    for office in both().await {
        let (all, model) = office_with_two(&office).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let form = format!("/models/{model}/move");
        assert!(door.get(&head, &format!("/models/{model}")).await.text.contains(&form), "{}", office.name);
        let shown = door.get(&head, &form).await;
        assert!(shown.text.contains("name=\"pair-check\"") && shown.text.contains("name=\"from-1\""), "{}", shown.text);
        let got = door.post(&head, &form, &[("process", "licence"), ("from-1", "on")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let plan = settled(&door, &head, &got.location, "Needs a pair").await;
        assert!(plan.text.contains("No case can be moved") && plan.text.contains("(check)"), "{}", plan.text);
        let pair = [("process", "licence"), ("from-1", "on"), ("policy", "rederive"), ("pair-check", "review")];
        let got = door.post(&head, &form, &pair).await;
        let plan = settled(&door, &head, &got.location, "Can be moved").await;
        assert!(plan.text.contains("Limit (复核 (review))"), "which limits change is said: {}", plan.text);
        let number = got.location.rsplit('/').next().unwrap().to_owned();
        let without = door.post(&head, "/moves", &[("plan", &number), ("reason", " ")]).await;
        assert_eq!(without.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
        let got = door.post(&head, "/moves", &[("plan", &number), ("reason", "Rule amended")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let run = got.location.clone();
        let shown = settled(&door, &head, &run, "Take all back").await;
        assert!(shown.text.contains("moved 2") && shown.text.contains("Rule amended"), "{}", shown.text);
        assert!(door.get(&head, "/moves").await.text.contains(&run), "{}", office.name);
        let json: Json = serde_json::from_str(&door.get(&head, &format!("/api{run}")).await.text).unwrap();
        assert_eq!(
            (&json["stage"], &json["moved"], &json["mapping"]["check"]),
            (&"moved".into(), &2.into(), &"review".into())
        );
        let page = door.get(&head, &format!("/cases/{}", all[0])).await.text;
        assert!(page.contains("version 2") && page.contains("Moved from version 1 to version 2"), "{page}");
        // One by itself, then all that are left.
        let one = format!("/cases/{}/move", all[0]);
        let back = [("act", "revert"), ("reason", "not for this one")];
        assert_eq!(door.post(&head, &one, &back).await.status, StatusCode::SEE_OTHER);
        assert_eq!(door.post(&head, &one, &back).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        let got = door.post(&head, &run, &[("act", "revert"), ("reason", "amended again")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let shown = settled(&door, &head, &run, "taken back 2").await;
        assert!(shown.text.contains("amended again"), "{}", shown.text);
        for id in &all {
            assert_eq!(office.case(*id).await.of, 1, "{}", office.name);
        }
        replays_alike(&office).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_case_is_looked_at_and_moved_and_what_was_done_since_is_named() {
    for office in both().await {
        let (all, model) = office_with_two(&office).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let path = format!("/cases/{}/move", all[0]);
        assert!(door.get(&head, &format!("/cases/{}", all[0])).await.text.contains(&path), "{}", office.name);
        let shown = door.get(&head, &format!("{path}?to={model}&policy=keep")).await;
        assert!(shown.text.contains("Needs a pair") && shown.text.contains("pair-check"), "{}", shown.text);
        let shown = door.get(&head, &format!("{path}?to={model}&policy=keep&pair-check=review")).await;
        assert!(shown.text.contains("Can be moved"), "{}", shown.text);
        let to = model.to_string();
        let fields = [("act", "move"), ("to", &to), ("policy", "keep"), ("pair-check", "review"), ("reason", "ok")];
        let without: Vec<(&str, &str)> = fields.iter().filter(|(name, _)| *name != "pair-check").copied().collect();
        let refused = door.post(&head, &path, &without).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", refused.text);
        assert_eq!(door.post(&head, &path, &fields).await.status, StatusCode::SEE_OTHER);
        let task = *office.case(all[0]).await.state.tasks.keys().next().unwrap();
        let claim = door.post(&head, &format!("/cases/{}/tasks/{task}", all[0]), &[("act", "claim")]).await;
        assert_eq!(claim.status, StatusCode::SEE_OTHER);
        let last = office.store.acts_of(node().number(), all[0].value()).await.unwrap().last().unwrap().idx;
        let page = door.get(&head, &format!("/cases/{}", all[0])).await.text;
        assert!(page.contains(&format!("entry {last} of the ledger")), "{page}");
        let refused = door.post(&head, &path, &[("act", "revert"), ("reason", "x")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text.contains(&format!("entry {last} of the ledger")), "{}", refused.text);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_dry_run_is_read_page_by_page_as_json_and_changes_nothing() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        for n in 0..32 {
            let file = dmn::Value::text(format!("{n}"));
            office.open("licence", &[("file", file), ("area", dmn::Value::whole(1))]).await;
        }
        let model = office.deploy("行政许可", renamed()).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let before = office.store.log_size(node().number()).await.unwrap();
        let path = format!("/api/models/{model}/move?process=licence&policy=rederive&pairs=check%3Dreview");
        let first: Json = serde_json::from_str(&door.get(&head, &path).await.text).unwrap();
        assert_eq!((&first["total"], first["cases"].as_array().unwrap().len()), (&32.into(), 30), "{first}");
        assert!(first["cases"].as_array().unwrap().iter().all(|case| case["verdict"] == "fits"), "{first}");
        let next = first["next"].as_str().unwrap();
        let second: Json = serde_json::from_str(&door.get(&head, &format!("{path}&behind={next}")).await.text).unwrap();
        assert_eq!((second["cases"].as_array().unwrap().len(), &second["next"]), (2, &Json::Null), "{second}");
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_move_is_refused_and_what_makes_no_sense_too() {
    for office in both().await {
        let (all, model) = office_with_two(&office).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let before = office.store.log_size(node().number()).await.unwrap();
        let (form, one) = (format!("/models/{model}/move"), format!("/cases/{}/move", all[0]));
        for login in ["clara", "steward", "approver"] {
            let cookie = door.enter(login).await;
            for path in [form.as_str(), &one, "/moves/plans/1", &format!("/api{form}")] {
                assert_eq!(door.get(&cookie, path).await.status, StatusCode::FORBIDDEN, "{login} {path}");
            }
            for path in [form.as_str(), "/moves", &one, &format!("/moves/{model}")] {
                let got = door.post(&cookie, path, &[("act", "revert"), ("reason", "x")]).await;
                assert_eq!(got.status, StatusCode::FORBIDDEN, "{login} {path}");
            }
            assert!(!door.get(&cookie, &format!("/models/{model}")).await.text.contains(&form), "{login}");
        }
        let long = "x".repeat(2_001);
        let to = model.to_string();
        for (path, fields, status) in [
            (&form, &[("process", "licence")][..], StatusCode::UNPROCESSABLE_ENTITY),
            (&form, &[("process", "nothing"), ("from-1", "on")][..], StatusCode::NOT_FOUND),
            (&form, &[("process", "licence"), ("from-2", "on")][..], StatusCode::UNPROCESSABLE_ENTITY),
            (&form, &[("process", "licence"), ("from-x", "on")][..], StatusCode::BAD_REQUEST),
            (&form, &[("process", "licence"), ("from-1", "on"), ("policy", "dance")][..], StatusCode::BAD_REQUEST),
            (&form, &[("process", "licence"), ("from-1", "on"), ("pairs", "check")][..], StatusCode::BAD_REQUEST),
            (&form, &[("process", "licence"), ("from-1", "on"), ("organ", "x")][..], StatusCode::BAD_REQUEST),
            (&"/moves".to_owned(), &[("plan", "999"), ("reason", "x")][..], StatusCode::NOT_FOUND),
            (&"/moves".to_owned(), &[("plan", "x"), ("reason", "x")][..], StatusCode::NOT_FOUND),
            (&format!("/moves/{model}"), &[("act", "stop")][..], StatusCode::NOT_FOUND),
            (&one, &[("act", "move"), ("to", "x"), ("reason", "x")][..], StatusCode::BAD_REQUEST),
            (&one, &[("act", "move"), ("reason", "x")][..], StatusCode::BAD_REQUEST),
            (&one, &[("act", "dance"), ("reason", "x")][..], StatusCode::BAD_REQUEST),
            (&one, &[("act", "move"), ("to", &to), ("reason", "")][..], StatusCode::UNPROCESSABLE_ENTITY),
            (&one, &[("act", "move"), ("to", &to), ("reason", &long)][..], StatusCode::UNPROCESSABLE_ENTITY),
            (&one, &[("act", "revert"), ("reason", "x")][..], StatusCode::UNPROCESSABLE_ENTITY),
            (&format!("/cases/{model}/move"), &[("act", "revert"), ("reason", "x")][..], StatusCode::NOT_FOUND),
        ] {
            let got = door.post(&head, path, fields).await;
            assert_eq!(got.status, status, "{} {path} {fields:?}: {}", office.name, got.text);
        }
        for path in
            ["/moves/plans/999", "/moves/plans/x", "/moves/x", "/moves/x/live", "/models/x/move", "/cases/x/move"]
        {
            assert_eq!(door.get(&head, path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.store.close().await;
    }
}
