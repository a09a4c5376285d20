//! What whoever steers does on the page of a case, and who may not.

use access::Hand;
use axum::http::StatusCode;
use casework::case::Case;
use casework::desk::By;
use casework::message::{MessageEvent, receive};
use dmn::Value;
use flow::state::{Ending, Status};
use kernel::{MatterId, OfficerId};
use testkit::door::Door;
use testkit::office::node;

use crate::http::{door_of, task_of};
use crate::support::{Office, both, hand, licence, officer};

const DAY_MS: i64 = 24 * 3_600_000;

async fn licence_of(office: &Office, file: &str) -> MatterId {
    office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(250))]).await
}

/// The matter's clocks of a case.
fn of_matter(case: &Case) -> usize {
    case.state.clocks.values().filter(|clock| clock.run.is_none()).count()
}

async fn rebuilt_alike(office: &Office) {
    let projector = casework::projector();
    let rebuilt = office.store.rebuild(node().number(), &[&projector], false, |_| {}).await.unwrap();
    assert!(rebuilt.differences.iter().all(|it| !it.table.starts_with("flow_")), "{:?}", rebuilt.differences);
}

/// What a form answers, and that nothing is recorded where it refuses.
async fn refused(office: &Office, door: &Door, cookie: &str, path: &str, fields: &[(&str, &str)], status: StatusCode) {
    let before = office.store.log_size(node().number()).await.unwrap();
    let got = door.post(cookie, path, fields).await;
    assert_eq!(got.status, status, "{} {path} {fields:?}: {}", office.name, got.text);
    assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{} {path} {fields:?}", office.name);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_cases_are_handled_together_the_earlier_limit_rules_and_a_split_undoes_it() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let early = licence_of(&office, "1").await;
        office.clock.advance_ms(2 * DAY_MS);
        let late = licence_of(&office, "2").await;
        let door = door_of(&office).await;
        let (head, clara) = (door.enter("head").await, door.enter("clara").await);
        let path = format!("/cases/{early}/steer");
        let into = late.to_string();
        let merge = [("act", "merge"), ("into", into.as_str()), ("reason", "one applicant")];
        refused(&office, &door, &clara, &path, &merge, StatusCode::FORBIDDEN).await;
        let itself = early.to_string();
        for (wrong, status) in [
            ([("act", "merge"), ("into", itself.as_str()), ("reason", "x")], StatusCode::UNPROCESSABLE_ENTITY),
            ([("act", "merge"), ("into", into.as_str()), ("reason", " ")], StatusCode::UNPROCESSABLE_ENTITY),
            ([("act", "merge"), ("into", "nonsense"), ("reason", "x")], StatusCode::BAD_REQUEST),
            ([("act", "split"), ("into", ""), ("reason", "x")], StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            refused(&office, &door, &head, &path, &wrong, status).await;
        }
        assert_eq!(door.post(&head, &path, &merge).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let (one, two) = (office.case(early).await, office.case(late).await);
        assert!(matches!(&one.state.status, Status::Merged { into, .. } if *into == late.to_string()));
        assert!(two.took_in.contains_key(&early) && of_matter(&two) == 2, "{}: {:?}", office.name, two.took_in);
        let page = door.get(&head, &format!("/cases/{early}")).await.text;
        assert!(page.contains("Handled within") && page.contains(&format!("/cases/{late}")), "{}", office.name);
        refused(
            &office,
            &door,
            &head,
            &format!("/cases/{late}/steer"),
            &[("act", "merge"), ("into", &itself), ("reason", "x")],
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
        let inbox = door.get(&clara, "/inbox").await.text;
        assert!(!inbox.contains(&early.to_string()) && inbox.contains(&late.to_string()), "{}", office.name);
        rebuilt_alike(&office).await;
        let split = [("act", "split"), ("reason", "two after all")];
        assert_eq!(door.post(&head, &path, &split).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let (one, two) = (office.case(early).await, office.case(late).await);
        assert!(one.state.is_active() && two.took_in.is_empty() && of_matter(&two) == 1, "{}", office.name);
        // Merged the other way round the limit of the case that took it in ends earlier: it has one clock.
        let back = [("act", "merge"), ("into", itself.as_str()), ("reason", "x")];
        assert_eq!(door.post(&head, &format!("/cases/{late}/steer"), &back).await.status, StatusCode::SEE_OTHER);
        assert_eq!(of_matter(&*office.case(early).await), 1, "{}", office.name);
        let cancel = [("act", "cancel"), ("reason", "x"), ("confirmed", "yes")];
        assert_eq!(door.post(&head, &path, &cancel).await.status, StatusCode::SEE_OTHER);
        office.settle().await;
        let ended = office.case(late).await.state.status.clone();
        assert_eq!(ended, Status::Ended(Ending::Merged(early.to_string())), "{}: it ends with the other", office.name);
        rebuilt_alike(&office).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_for_a_case_that_is_handled_within_another_one_goes_there() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let mut both = Vec::new();
        for file in ["1", "2"] {
            let id = licence_of(&office, file).await;
            office.complete("clara", id, "accept", &[("complete", Value::Boolean(false))]).await;
            both.push(id);
        }
        office.settle().await;
        let waits = |case: &Case| {
            case.state.waits.values().filter(|it| matches!(it.what, flow::state::What::Message { .. })).count()
        };
        assert_eq!(waits(&*office.case(both[1]).await), 1, "{}: it waits for the papers", office.name);
        office.desk.merge(hand("head"), both[0], both[1], "one").await.unwrap();
        let case = office.case(both[0]).await;
        let name = case.state.waits.values().find_map(|wait| match &wait.what {
            flow::state::What::Message { name, .. } => Some(name.clone()),
            _ => None,
        });
        let message = MessageEvent::Received {
            name: name.unwrap(),
            key: Some(Value::text("1").to_json().unwrap()),
            content: "{}".to_owned(),
            until: 0,
        };
        receive(&office.desk, hand("clara"), &message, None).await.unwrap();
        office.settle().await;
        assert_eq!(waits(&*office.case(both[1]).await), 0, "{}: it came there", office.name);
        assert_eq!(waits(&*office.case(both[0]).await), 1, "{}: and not here", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_did_is_taken_back_until_somebody_holds_what_it_led_to() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = licence_of(&office, "1").await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(true))]).await;
        let door = door_of(&office).await;
        let (clara, carl, head) = (door.enter("clara").await, door.enter("carl").await, door.enter("head").await);
        let task = office.case(id).await.state.completions.keys().next().unwrap().to_string();
        let back = [("task", task.as_str()), ("reason", "the wrong file")];
        let path = format!("/cases/{id}/takeback");
        assert!(door.get(&clara, &format!("/cases/{id}")).await.text.contains("Take it back"), "{}", office.name);
        refused(&office, &door, &carl, &path, &back, StatusCode::NOT_FOUND).await;
        refused(&office, &door, &head, &path, &back, StatusCode::UNPROCESSABLE_ENTITY).await;
        refused(&office, &door, &clara, &path, &[("task", "x"), ("reason", "x")], StatusCode::BAD_REQUEST).await;
        refused(&office, &door, &clara, &path, &[("task", &task), ("reason", "")], StatusCode::UNPROCESSABLE_ENTITY)
            .await;
        assert_eq!(door.post(&clara, &path, &back).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let case = office.case(id).await;
        assert!(case.state.tasks.values().any(|task| task.element.as_str() == "accept"), "{}", office.name);
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(true))]).await;
        let task = office.case(id).await.state.completions.keys().next().unwrap().to_string();
        let check = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        assert_eq!(door.post(&head, &check, &[("act", "claim")]).await.status, StatusCode::SEE_OTHER);
        let late = [("task", task.as_str()), ("reason", "too late")];
        refused(&office, &door, &clara, &path, &late, StatusCode::UNPROCESSABLE_ENTITY).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_keeps_out_is_offered_nothing_and_does_nothing_until_another_lifts_it() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = licence_of(&office, "1").await;
        let door = door_of(&office).await;
        let (clara, head) = (door.enter("clara").await, door.enter("head").await);
        let task = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        assert_eq!(door.post(&clara, &task, &[("act", "claim")]).await.status, StatusCode::SEE_OTHER);
        let path = format!("/cases/{id}/recuse");
        refused(&office, &door, &clara, &path, &[("reason", " ")], StatusCode::UNPROCESSABLE_ENTITY).await;
        let got = door.post(&clara, &path, &[("reason", "a relative applies")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let case = office.case(id).await;
        assert!(case.recused.contains(&officer("clara")), "{}", office.name);
        assert!(case.state.tasks.values().all(|task| task.holder.is_none()), "{}: it is given back", office.name);
        assert!(!door.get(&clara, "/inbox").await.text.contains(&id.to_string()), "{}", office.name);
        let done = [("act", "complete"), ("f-complete", "on"), ("f-opinion", "ok")];
        for form in [&[("act", "claim")][..], &done[..]] {
            refused(&office, &door, &clara, &task, form, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        let assign =
            [("to", format!("{}:{}", officer("clara"), crate::support::post("clara"))), ("reason", "x".to_owned())];
        let assign: Vec<(&str, &str)> = assign.iter().map(|(name, value)| (*name, value.as_str())).collect();
        refused(&office, &door, &head, &format!("{task}/assign"), &assign, StatusCode::UNPROCESSABLE_ENTITY).await;
        // Nobody acts for who keeps out either.
        let (own, post) = hand("carl");
        let instead = By::Officer(Hand { on_behalf_of: Some(officer("clara")), ..own }, post);
        let number = task_of(&office, id).await;
        let claim = flow::Command::Claim { task: number, by: (own.officer, post) };
        assert!(office.desk.act(instead, id, &[claim.into()]).await.is_err(), "{}", office.name);
        let whom = officer("clara").to_string();
        let steer = format!("/cases/{id}/steer");
        let lift = [("act", "lift"), ("officer", whom.as_str()), ("reason", "a mistake")];
        refused(&office, &door, &clara, &steer, &lift, StatusCode::FORBIDDEN).await;
        let again = [("act", "recuse-officer"), ("officer", whom.as_str()), ("reason", "x")];
        refused(&office, &door, &head, &steer, &again, StatusCode::UNPROCESSABLE_ENTITY).await;
        let me = officer("head").to_string();
        let mine = [("act", "recuse-officer"), ("officer", me.as_str()), ("reason", "x")];
        assert_eq!(door.post(&head, &steer, &mine).await.status, StatusCode::SEE_OTHER);
        let own = [("act", "lift"), ("officer", me.as_str()), ("reason", "x")];
        refused(&office, &door, &head, &steer, &own, StatusCode::UNPROCESSABLE_ENTITY).await;
        let deputy = door.enter("deputy").await;
        assert_eq!(door.post(&deputy, &steer, &lift).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        assert_eq!(door.post(&clara, &task, &done).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        rebuilt_alike(&office).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_classified_and_who_may_not_know_finds_it_nowhere() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = licence_of(&office, "1").await;
        let door = door_of(&office).await;
        let (head, deputy, clara) = (door.enter("head").await, door.enter("deputy").await, door.enter("clara").await);
        let named = format!("named-{}", officer("clara"));
        let path = format!("/cases/{id}/classify");
        let form = [("class", "internal"), ("named-only", "on"), (named.as_str(), "on"), ("reason", "a minor")];
        refused(&office, &door, &clara, &path, &form, StatusCode::FORBIDDEN).await;
        refused(
            &office,
            &door,
            &head,
            &path,
            &[("class", "internal"), ("reason", "x")],
            StatusCode::UNPROCESSABLE_ENTITY,
        )
        .await;
        refused(&office, &door, &head, &path, &[("class", "nonsense"), ("reason", "x")], StatusCode::BAD_REQUEST).await;
        let got = door.post(&head, &path, &form).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let who: Vec<OfficerId> = office.case(id).await.secrecy.named.iter().flatten().copied().collect();
        assert_eq!(who, [officer("clara"), officer("head")], "{}: whoever classifies it knows of it", office.name);
        for page in ["/cases".to_owned(), "/inbox".to_owned(), "/api/cases".to_owned()] {
            assert!(!door.get(&deputy, &page).await.text.contains(&id.to_string()), "{} {page}", office.name);
        }
        assert_eq!(door.get(&deputy, &format!("/cases/{id}")).await.status, StatusCode::NOT_FOUND);
        assert_eq!(door.get(&clara, &format!("/cases/{id}")).await.status, StatusCode::OK);
        rebuilt_alike(&office).await;
        office.store.close().await;
    }
}

/// A process that stands still before its only path: the condition needs what nobody has said.
const GATE: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
  xmlns:qy="urn:qingyuan:bpmn:1" targetNamespace="t"><process id="p" isExecutable="true">
  <startEvent id="s"><outgoing>a</outgoing></startEvent>
  <exclusiveGateway id="g" name="Which way"><incoming>a</incoming><outgoing>b</outgoing><outgoing>c</outgoing></exclusiveGateway>
  <userTask id="t" name="Go on" qy:candidates="organ-handler"><incoming>b</incoming><outgoing>d</outgoing></userTask>
  <userTask id="u" name="Or so" qy:candidates="organ-handler"><incoming>c</incoming><outgoing>e</outgoing></userTask>
  <endEvent id="x"><incoming>d</incoming></endEvent><endEvent id="y"><incoming>e</incoming></endEvent>
  <sequenceFlow id="a" sourceRef="s" targetRef="g"/>
  <sequenceFlow id="b" sourceRef="g" targetRef="t"><conditionExpression xsi:type="tFormalExpression">size = 1</conditionExpression></sequenceFlow>
  <sequenceFlow id="c" sourceRef="g" targetRef="u"><conditionExpression xsi:type="tFormalExpression">size = 2</conditionExpression></sequenceFlow>
  <sequenceFlow id="d" sourceRef="t" targetRef="x"/><sequenceFlow id="e" sourceRef="u" targetRef="y"/></process></definitions>"#;

#[tokio::test(flavor = "multi_thread")]
async fn what_stands_still_is_corrected_or_moved_by_two_officers() {
    for office in both().await {
        let form = r#"{"type":"object","properties":{"size":{"type":"integer","title":"大小","x-title-en":"Size"}}}"#;
        let files = vec![("p.bpmn".to_owned(), GATE.into()), ("f.json".to_owned(), form.into())];
        office.deploy("门", files).await;
        let door = door_of(&office).await;
        let (head, deputy, clara) = (door.enter("head").await, door.enter("deputy").await, door.enter("clara").await);
        let stuck = office.open("p", &[("size", Value::whole(9))]).await;
        let path = format!("/cases/{stuck}/steer");
        let incident = office.case(stuck).await.state.incidents.keys().next().unwrap().to_string();
        let page = door.get(&head, &format!("/cases/{stuck}")).await.text;
        assert!(page.contains("Propose to move it") && page.contains("Correct"), "{page}");
        let set = [("act", "set"), ("name", "size"), ("value", "1"), ("reason", "misread")];
        refused(&office, &door, &clara, &path, &set, StatusCode::FORBIDDEN).await;
        for wrong in ["", "many", "1.5"] {
            let wrong = [("act", "set"), ("name", "size"), ("value", wrong), ("reason", "x")];
            if wrong[2].1.is_empty() {
                continue;
            }
            refused(&office, &door, &head, &path, &wrong, StatusCode::UNPROCESSABLE_ENTITY).await;
        }
        let unknown = [("act", "set"), ("name", "other"), ("value", "1"), ("reason", "x")];
        refused(&office, &door, &head, &path, &unknown, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(door.post(&head, &path, &set).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let retry = [("act", "retry"), ("incident", incident.as_str())];
        assert_eq!(door.post(&head, &path, &retry).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        assert_eq!(office.case(stuck).await.state.tasks.values().next().unwrap().element.as_str(), "t");

        let other = office.open("p", &[("size", Value::whole(9))]).await;
        let path = format!("/cases/{other}/steer");
        let incident = office.case(other).await.state.incidents.keys().next().unwrap().to_string();
        let to =
            |to: &'static str| [("act", "move"), ("incident", incident.as_str()), ("to", to), ("reason", "the way")];
        refused(&office, &door, &head, &path, &to("s"), StatusCode::UNPROCESSABLE_ENTITY).await;
        let approve = [("act", "approve-move"), ("incident", incident.as_str())];
        refused(&office, &door, &head, &path, &approve, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert_eq!(door.post(&head, &path, &to("u")).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        refused(&office, &door, &head, &path, &approve, StatusCode::UNPROCESSABLE_ENTITY).await;
        assert!(door.get(&deputy, &format!("/cases/{other}")).await.text.contains("Agree to move it"));
        assert_eq!(door.post(&deputy, &path, &approve).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let case = office.case(other).await;
        assert_eq!(case.state.tasks.values().next().unwrap().element.as_str(), "u", "{}", office.name);
        assert!(case.state.incidents.is_empty() && case.moves.is_empty(), "{}", office.name);
        rebuilt_alike(&office).await;
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_stands_still_for_a_cause_of_its_law_and_goes_on_and_lists_show_what_is_due() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let id = licence_of(&office, "1").await;
        let door = door_of(&office).await;
        let (head, clara) = (door.enter("head").await, door.enter("clara").await);
        let path = format!("/cases/{id}/steer");
        let matter = |case: &Case| *case.state.clocks.iter().find(|(_, clock)| clock.element.is_none()).unwrap().0;
        let clock = matter(&*office.case(id).await).to_string();
        let stop = |voucher: &'static str| {
            [("act", "stop-clock"), ("clock", clock.as_str()), ("cause", "hearing"), ("voucher", voucher)]
        };
        refused(&office, &door, &clara, &path, &stop("H-1"), StatusCode::FORBIDDEN).await;
        refused(&office, &door, &head, &path, &stop(""), StatusCode::UNPROCESSABLE_ENTITY).await;
        let nonsense = [("act", "stop-clock"), ("clock", clock.as_str()), ("cause", "lunch"), ("voucher", "x")];
        refused(&office, &door, &head, &path, &nonsense, StatusCode::BAD_REQUEST).await;
        assert_eq!(door.post(&head, &path, &stop("H-1")).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        let stands = |case: &Case| case.state.clocks[&matter(case)].of.open_suspension().is_some();
        assert!(stands(&*office.case(id).await), "{}", office.name);
        let go_on = [("act", "resume-clock"), ("clock", clock.as_str()), ("reason", "it was held")];
        assert_eq!(door.post(&head, &path, &go_on).await.status, StatusCode::SEE_OTHER, "{}", office.name);
        assert!(!stands(&*office.case(id).await), "{}", office.name);
        let later = licence_of(&office, "2").await;
        office.clock.advance_ms(DAY_MS);
        let head = door.enter("head").await;
        let list = door.get(&head, "/cases?sort=due").await.text;
        let at = |id: MatterId| list.find(&id.to_string()).unwrap();
        assert!(at(id) != at(later) && list.contains("Next limit") && list.contains("ahead"), "{list}");
        office.clock.advance_ms(120 * DAY_MS);
        office.settle().await;
        let head = door.enter("head").await;
        assert!(door.get(&head, "/cases").await.text.contains(">over<"), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn several_tasks_are_done_at_once_and_what_cannot_be_is_said_row_by_row() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let files = vec![
            ("p.bpmn".to_owned(), GATE.into()),
            ("f.json".to_owned(), r#"{"type":"object","properties":{"size":{"type":"integer"}}}"#.into()),
        ];
        office.deploy("门", files).await;
        let plain = office.open("p", &[("size", Value::whole(1))]).await;
        let other = office.open("p", &[("size", Value::whole(2))]).await;
        let asks = licence_of(&office, "1").await;
        let door = door_of(&office).await;
        let (clara, head) = (door.enter("clara").await, door.enter("head").await);
        let mut rows = Vec::new();
        for id in [plain, other, asks] {
            rows.push(format!("{id}:{}", task_of(&office, id).await));
        }
        let chosen: Vec<(&str, &str)> = rows.iter().map(|row| ("row", row.as_str())).collect();
        let complete: Vec<(&str, &str)> = [("act", "complete")].into_iter().chain(chosen.iter().copied()).collect();
        // Offered to another post: nothing of theirs.
        let before = office.store.log_size(node().number()).await.unwrap();
        door.post(&head, "/inbox/take", &complete).await;
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.desk.recuse(hand("clara"), other, officer("clara"), "x").await.unwrap();
        let got = door.post(&clara, "/inbox/take", &complete).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", office.name, got.text);
        let of = |id: MatterId| got.text.contains(&format!("/cases/{id}/tasks/"));
        assert!(!of(plain) && of(other) && of(asks), "{}: {}", office.name, got.text);
        assert!(got.text.contains("asks for a form"), "{}", got.text);
        assert_eq!(office.case(plain).await.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        let take = door.post(&clara, "/inbox/take", &[("row", rows[2].as_str())]).await;
        assert_eq!((take.status, take.location.as_str()), (StatusCode::SEE_OTHER, "/inbox"), "{}", office.name);
        for nonsense in ["", "x", "1:2", ":"] {
            let got = door.post(&clara, "/inbox/take", &[("row", nonsense), ("act", "complete")]).await;
            assert_eq!(got.status, StatusCode::SEE_OTHER, "{nonsense}");
        }
        let none = door.post(&clara, "/inbox/take", &[]).await;
        assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(none.text.contains("Tick the tasks"), "{}", none.text);
        // The rows of the page are what is sent.
        let inbox = door.get(&clara, "/inbox").await;
        assert!(inbox.text.contains(&format!(r#"name="row" value="{}""#, rows[2])), "{}", inbox.text);
        office.store.close().await;
    }
}
