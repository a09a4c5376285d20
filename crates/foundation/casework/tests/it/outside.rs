//! What reaches cases from outside, over HTTP: messages, and the work of services beyond the house.

use axum::http::StatusCode;
use casework::case::CaseEvent;
use dmn::Value;
use flow::state::Status;
use kernel::organ::Organ;
use kernel::{MatterId, OrganId};
use serde_json::{Value as Json, json};
use testkit::door::{Door, Got};
use testkit::office::{ORGAN, node};

use crate::http::door_of;
use crate::support::{Office, both, licence};

const JOB: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
<error id="bad" errorCode="bad"/><escalation id="slow" escalationCode="slow"/>
<process id="p" isExecutable="true"><property id="v" name="number"/>
  <startEvent id="s"><outgoing>f1</outgoing></startEvent>
  <serviceTask id="check" qy:type="check"><incoming>f1</incoming><outgoing>f2</outgoing>
    <extensionElements><qy:in name="number" value="number"/></extensionElements></serviceTask>
  <boundaryEvent id="b" attachedToRef="check"><outgoing>f3</outgoing><errorEventDefinition id="d" errorRef="bad"/></boundaryEvent>
  <boundaryEvent id="b2" attachedToRef="check" cancelActivity="false"><outgoing>f4</outgoing>
    <escalationEventDefinition id="d2" escalationRef="slow"/></boundaryEvent>
  <endEvent id="e"><incoming>f2</incoming></endEvent><endEvent id="e2"><incoming>f3</incoming></endEvent>
  <endEvent id="e3"><incoming>f4</incoming></endEvent>
  <sequenceFlow id="f1" sourceRef="s" targetRef="check"/><sequenceFlow id="f2" sourceRef="check" targetRef="e"/>
  <sequenceFlow id="f3" sourceRef="b" targetRef="e2"/><sequenceFlow id="f4" sourceRef="b2" targetRef="e3"/>
</process></definitions>"#;

async fn refused(door: &Door, cookie: &str, path: &str, body: Json, expected: (StatusCode, &str)) {
    let got = door.json(cookie, path, &body).await;
    let code = serde_json::from_str::<Json>(&got.text).unwrap_or_default()["code"].clone();
    assert_eq!((got.status, code.as_str().unwrap_or_default()), expected, "{path} {body}: {}", got.text);
}

fn read(got: &Got) -> Json {
    assert_eq!(got.status, StatusCode::OK, "{}", got.text);
    serde_json::from_str(&got.text).unwrap()
}

async fn words(office: &Office, id: MatterId) -> Vec<String> {
    let acts = office.store.acts_of(node().number(), id.value()).await.unwrap();
    let word = |event: CaseEvent| match event {
        CaseEvent::Stepped { did, .. } => did,
        other => other.kind().to_owned(),
    };
    acts.iter().map(|act| word(act.event().unwrap())).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_comes_once_by_its_senders_id_and_says_what_became_of_it() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = office.open("licence", &[("file", Value::text("许-1")), ("area", Value::whole(1))]).await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(false))]).await;
        let door = door_of(&office).await;
        let (robot, clara) = (door.enter("robot").await, door.enter("clara").await);
        let sent = json!({"id": "7", "name": "materials", "key": "许-1", "content": {"pages": 3, "day": {"date": "2026-11-16"}}});
        let first = read(&door.json(&robot, "/api/messages", &sent).await);
        assert_eq!(read(&door.json(&robot, "/api/messages", &sent).await), first, "{}: the same again", office.name);
        let other = json!({"id": "7", "name": "materials", "key": "许-2"});
        refused(&door, &robot, "/api/messages", other, (StatusCode::UNPROCESSABLE_ENTITY, "message.other_content"))
            .await;
        let waiting = read(&door.get(&robot, "/api/messages").await);
        assert_eq!(waiting["messages"][0]["became"], "on-its-way", "{waiting}");
        office.settle().await;
        assert_eq!(words(&office, id).await.iter().filter(|did| *did == "message").count(), 1, "{}", office.name);
        let case = office.case(id).await;
        let root = case.state.root().unwrap();
        assert_eq!(case.state.visible(root).get("pages"), Some(&Value::whole(3)), "{}", office.name);
        // A system reads no case, so it is not told which one has it; an officer is.
        let list = read(&door.get(&robot, "/api/messages").await);
        assert_eq!((&list["messages"][0]["became"], &list["messages"][0]["cases"]), (&json!("taken"), &json!([])));
        let list = read(&door.get(&clara, "/api/messages").await);
        assert_eq!(list["messages"][0]["cases"], json!([casework::case::number(id)]), "{}", office.name);
        // Nobody waits, and it is not kept; then one that is kept.
        let until = kernel::Clock::now(&office.clock).plus_ms(3_600_000).to_string();
        for (id, keep) in [("8", Json::Null), ("9", json!(until))] {
            let sent = json!({"id": id, "name": "nothing", "keep_until": keep});
            read(&door.json(&robot, "/api/messages", &sent).await);
        }
        office.settle().await;
        let became = async || {
            let list = read(&door.get(&door.enter("robot").await, "/api/messages").await);
            let became: Vec<Json> =
                list["messages"].as_array().unwrap().iter().map(|it| it["became"].clone()).collect();
            became
        };
        assert_eq!(became().await, ["waiting", "over", "taken"], "{}", office.name);
        assert_eq!(office.rows("flow_message").await, 1);
        office.clock.advance_ms(3_600_001);
        assert_eq!(office.clockwork.sweep().await.unwrap(), 1, "{}: it is swept away", office.name);
        assert_eq!((office.rows("flow_message").await, became().await[0].clone()), (0, json!("over")));
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_message_or_comes_from_who_may_not_send_is_refused_and_nothing_is_recorded() {
    for office in both().await {
        let door = door_of(&office).await;
        let (robot, steward) = (door.enter("robot").await, door.enter("steward").await);
        let before = office.store.log_size(node().number()).await.unwrap();
        let path = "/api/messages";
        let fine = json!({"id": "1", "name": "m"});
        refused(&door, "", path, fine.clone(), (StatusCode::UNAUTHORIZED, "door.sign_in_needed")).await;
        refused(&door, &steward, path, fine.clone(), (StatusCode::FORBIDDEN, "door.no_permission")).await;
        for (body, code) in [
            (json!([]), "message.fields"),
            (json!({"id": "1"}), "message.name"),
            (json!({"name": "m"}), "message.id"),
            (json!({"id": "1", "name": "m", "content": {"a": "x".repeat(60_000)}}), "message.content"),
            (json!({"id": "1", "name": "m", "keep_until": "soon"}), "message.keep_until"),
        ] {
            refused(&door, &robot, path, body, (StatusCode::UNPROCESSABLE_ENTITY, code)).await;
        }
        let large = json!({"id": "1", "name": "m", "content": {"a": "x".repeat(300_000)}});
        refused(&door, &robot, path, large, (StatusCode::PAYLOAD_TOO_LARGE, "door.too_large")).await;
        // Neither a form nor what is no JSON.
        let got = door.post(&robot, path, &[("id", "1"), ("name", "m")]).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{}", got.text);
        let got = door.sent(&robot, path, "application/json", "{").await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST, "{}", got.text);
        for cookie in ["", &steward] {
            assert_ne!(door.get(cookie, "/messages").await.status, StatusCode::OK);
        }
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_is_sent_by_hand_and_the_page_says_what_became_of_it() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = office.open("licence", &[("file", Value::text("b")), ("area", Value::whole(1))]).await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(false))]).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        assert!(door.get(&head, "/messages").await.text.contains("No message has come yet"));
        for (fields, expected) in [
            (&[("id", "f-1"), ("name", " ")][..], "at most 200 characters"),
            (&[("id", "f-1"), ("name", "materials"), ("content", "a 1")][..], "name = value"),
            (&[("id", "f-1"), ("name", "materials"), ("keep_until", "2020-01-01")][..], "a year from now"),
        ] {
            let got = door.post(&head, "/messages", fields).await;
            assert!(got.status == StatusCode::UNPROCESSABLE_ENTITY && got.text.contains(expected), "{}", got.text);
        }
        let fields = [("id", "f-1"), ("name", "materials"), ("key", "b"), ("content", "pages = 2")];
        for _ in 0..2 {
            assert_eq!(door.post(&head, "/messages", &fields).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        }
        office.settle().await;
        let page = door.get(&head, "/messages").await.text;
        assert!(page.contains("Taken") && page.contains(&casework::case::number(id)), "{page}");
        assert_eq!(office.store.count_acts(node().number(), "message.received@").await.unwrap(), 1, "{}", office.name);
        let other = [("id", "f-1"), ("name", "materials"), ("key", "c")];
        let got = door.post(&head, "/messages", &other).await;
        assert!(got.text.contains("another id"), "{}", got.text);
        office.store.close().await;
    }
}

async fn leased(door: &Door, cookie: &str, seconds: u64) -> Vec<Json> {
    let asked = json!({"types": ["check"], "worker": "one", "seconds": seconds, "most": 10});
    read(&door.json(cookie, "/api/jobs/lease", &asked).await)["jobs"].as_array().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_leased_reported_under_its_key_and_once_in_effect() {
    for office in both().await {
        office.deploy_bpmn(JOB).await;
        let id = office.open("p", &[("number", Value::whole(7))]).await;
        let door = door_of(&office).await;
        let robot = door.enter("robot").await;
        let jobs = leased(&door, &robot, 60).await;
        assert_eq!(jobs.len(), 1, "{}", office.name);
        let first = (&jobs[0]["attempt"], &jobs[0]["inputs"], &jobs[0]["element"]);
        assert_eq!(first, (&json!(1), &json!({"number": 7}), &json!("check")));
        assert!(leased(&door, &robot, 60).await.is_empty(), "{}: it is out", office.name);
        // Whose lease is over has it no longer, and its key stays.
        office.clock.advance_ms(60_000);
        let again = leased(&door, &robot, 60).await;
        assert_eq!(again[0]["key"], jobs[0]["key"], "{}", office.name);
        let key = jobs[0]["key"].as_str().unwrap();
        let path = |what: &str| format!("/api/jobs/{key}/{what}");
        let outcome =
            async |what: &str, body: Json| read(&door.json(&robot, &path(what), &body).await)["outcome"].clone();
        // A failure rests; said twice it is one.
        let failed = json!({"why": "the register does not answer", "retry_after": 30});
        assert_eq!(outcome("fail", failed.clone()).await, "done", "{}", office.name);
        assert_eq!(outcome("fail", failed).await, "known", "{}", office.name);
        assert!(leased(&door, &robot, 60).await.is_empty());
        office.clock.advance_ms(30_000);
        assert_eq!(leased(&door, &robot, 60).await[0]["attempt"], 2, "{}", office.name);
        // An escalation lets it go on; said twice it is one.
        for expected in ["done", "known"] {
            assert_eq!(outcome("throw", json!({"escalation": "slow"})).await, expected, "{}", office.name);
        }
        assert_eq!(outcome("complete", json!({"outputs": {"number": 8}})).await, "done");
        assert_eq!(outcome("complete", json!({"outputs": {"number": 8}})).await, "known");
        assert!(matches!(office.case(id).await.state.status, Status::Ended(_)), "{}", office.name);
        for _ in 0..2 {
            let other = json!({"outputs": {"number": 9}});
            refused(&door, &robot, &path("complete"), other, (StatusCode::UNPROCESSABLE_ENTITY, "job.other_result"))
                .await;
        }
        let all = words(&office, id).await;
        let expected =
            ["case.opened@1.0", "lease", "lease", "job_failed", "lease", "job_threw", "job_done", "case.job_late@1.0"];
        assert_eq!(all, expected, "{}: another result is on record once", office.name);
        let head = door.enter("head").await;
        let page = door.get(&head, &format!("/cases/{id}")).await.text;
        assert!(page.contains("another result for work that was done"), "{page}");
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_reported_late_is_on_record_and_an_error_goes_its_way() {
    for office in both().await {
        office.deploy_bpmn(JOB).await;
        let door = door_of(&office).await;
        let (robot, head) = (door.enter("robot").await, door.enter("head").await);
        let cancelled = office.open("p", &[("number", Value::whole(1))]).await;
        let key = leased(&door, &robot, 60).await[0]["key"].as_str().unwrap().to_owned();
        let steer = format!("/cases/{cancelled}/steer");
        assert_eq!(
            door.post(&head, &steer, &[("act", "cancel"), ("reason", "x"), ("confirmed", "yes")]).await.status,
            StatusCode::SEE_OTHER
        );
        for _ in 0..2 {
            let got = read(&door.json(&robot, &format!("/api/jobs/{key}/complete"), &json!({})).await);
            assert_eq!(got["outcome"], "late", "{}", office.name);
        }
        assert_eq!(words(&office, cancelled).await.last().unwrap(), "case.job_late@1.0");
        assert_eq!(words(&office, cancelled).await.len(), 4, "{}: once", office.name);
        let other = office.open("p", &[("number", Value::whole(2))]).await;
        let key = leased(&door, &robot, 60).await[0]["key"].as_str().unwrap().to_owned();
        let got = read(&door.json(&robot, &format!("/api/jobs/{key}/throw"), &json!({"error": "bad"})).await);
        assert_eq!(got["outcome"], "done");
        let case = office.case(other).await;
        assert!(matches!(case.state.status, Status::Ended(_)) && case.state.incidents.is_empty(), "{}", office.name);
        // What stands still is not handed out.
        let still = office.open("p", &[("number", Value::whole(3))]).await;
        let stop = [("act", "suspend"), ("reason", "x"), ("voucher", "V-1")];
        assert_eq!(door.post(&head, &format!("/cases/{still}/steer"), &stop).await.status, StatusCode::SEE_OTHER);
        assert!(leased(&door, &robot, 60).await.is_empty(), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_work_has_no_job_and_a_wrong_key_opens_nothing() {
    for office in both().await {
        office.deploy_bpmn(JOB).await;
        office.open("p", &[("number", Value::whole(1))]).await;
        let door = door_of(&office).await;
        let (robot, clara) = (door.enter("robot").await, door.enter("clara").await);
        let asked = json!({"types": ["check"], "worker": "one"});
        let lease = "/api/jobs/lease";
        refused(&door, "", lease, asked.clone(), (StatusCode::UNAUTHORIZED, "door.sign_in_needed")).await;
        refused(&door, &clara, lease, asked, (StatusCode::FORBIDDEN, "door.no_permission")).await;
        let own = json!({"types": ["remind"], "worker": "one"});
        refused(&door, &robot, lease, own, (StatusCode::UNPROCESSABLE_ENTITY, "job.in_house")).await;
        let long = json!({"types": ["check"], "worker": "one", "seconds": 3_601});
        refused(&door, &robot, lease, long, (StatusCode::UNPROCESSABLE_ENTITY, "job.seconds")).await;
        let key = leased(&door, &robot, 60).await[0]["key"].as_str().unwrap().to_owned();
        let (place, _) = key.rsplit_once('.').unwrap();
        for wrong in ["x".to_owned(), format!("{place}.{}", MatterId::new(1)), format!("{key}.1")] {
            let path = format!("/api/jobs/{wrong}/complete");
            refused(&door, &robot, &path, json!({}), (StatusCode::NOT_FOUND, "door.not_found")).await;
        }
        for (what, body, code) in [
            ("complete", json!({"outputs": 1}), "job.outputs"),
            ("fail", json!({}), "job.why"),
            ("throw", json!({"error": "a", "escalation": "b"}), "job.code"),
        ] {
            let path = format!("/api/jobs/{key}/{what}");
            refused(&door, &robot, &path, body, (StatusCode::UNPROCESSABLE_ENTITY, code)).await;
            refused(&door, &clara, &path, json!({}), (StatusCode::FORBIDDEN, "door.no_permission")).await;
        }
        office.store.close().await;
    }
}

/// An organ of the register beside or below the office's own.
async fn another_organ(office: &Office, id: u128, below: bool) -> OrganId {
    let register = office.desk.directory().register().await.unwrap().unwrap();
    let own = register.organ(ORGAN).unwrap().clone();
    let organ = OrganId::new(id);
    let entered = Organ {
        id: organ,
        number: own.number + u32::try_from(id % 100).unwrap(),
        name: kernel::Text::same("他机关"),
        short: kernel::Text::same("他机关"),
        parent: below.then_some(ORGAN),
        ..own
    };
    let event = directory::RegisterEvent::OrgansEntered { organs: vec![entered] };
    let actor = store::Actor::System { component: "test".to_owned(), version: "0".to_owned() };
    office.desk.directory().enter(&event, actor).await.unwrap();
    organ
}

/// What an organ's system sends reaches its own cases and those of organs below it, whether they wait or come later.
#[tokio::test(flavor = "multi_thread")]
async fn a_message_reaches_the_senders_own_organ_only() {
    for office in both().await {
        let waits = r#"<receiveTask id="r" messageRef="m" qy:key="number"><incoming>f1</incoming><outgoing>f2</outgoing></receiveTask>"#;
        let xml = format!(
            r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t">
<message id="m" name="m"/><process id="w" isExecutable="true"><property id="v" name="number"/>
<startEvent id="s"><outgoing>f1</outgoing></startEvent>{waits}<endEvent id="e"><incoming>f2</incoming></endEvent>
<sequenceFlow id="f1" sourceRef="s" targetRef="r"/><sequenceFlow id="f2" sourceRef="r" targetRef="e"/></process></definitions>"#
        );
        office.deploy_bpmn(&xml).await;
        let (beside, below) = (another_organ(&office, 51, false).await, another_organ(&office, 52, true).await);
        let open = async |organ: OrganId, number: i64| {
            let opening = casework::desk::Opening {
                process: "w".to_owned().into(),
                start: None,
                title: "等".to_owned(),
                organ,
                variables: [("number".to_owned(), Value::whole(number))].into(),
                caller: None,
                power: None,
            };
            office.desk.open(casework::desk::By::System, &opening, None).await.unwrap()
        };
        let door = door_of(&office).await;
        let robot = door.enter("robot").await;
        let (far, near) = (open(beside, 1).await, open(below, 2).await);
        let until = kernel::Clock::now(&office.clock).plus_ms(3_600_000).to_string();
        for number in [1, 2, 3, 4] {
            let sent = json!({"id": number.to_string(), "name": "m", "key": number, "keep_until": until});
            read(&door.json(&robot, "/api/messages", &sent).await);
        }
        office.settle().await;
        office.clock.advance_ms(1);
        let (later_far, later_near) = (open(beside, 3).await, open(below, 4).await);
        office.settle().await;
        for (id, has) in [(far, false), (near, true), (later_far, false), (later_near, true)] {
            let ended = matches!(office.case(id).await.state.status, Status::Ended(_));
            assert_eq!(ended, has, "{}", office.name);
        }
        office.store.close().await;
    }
}
