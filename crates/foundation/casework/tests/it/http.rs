//! Over HTTP: who may do what, what is wrong with what was typed, and what others may not see.

use std::sync::Arc;

use access::Authority;
use access::password::Cost;
use access::seal::SealKey;
use access::session::Lifetimes;
use axum::http::StatusCode;
use casework::http::{Casework, TEXTS, menu, routes};
use directory::SignIn;
use dmn::Value;
use flow::Command;
use flow::state::Status;
use kernel::MatterId;
use kernel::calendar::WorkingCalendar;
use kernel::packs::Packs;
use testkit::door::{Door, PASSWORD};
use testkit::office::node;
use web::http::{App, AppSettings, Places, account_routes};
use web::locale::Catalogue;

use crate::support::{Office, PEOPLE, both, licence, officer};

/// A door before the pages of an office.
pub async fn door_of(office: &Office) -> Door {
    let directory = office.desk.directory().clone();
    let sign_in = SignIn::new(directory.clone(), SealKey::draw().unwrap(), Cost::DEMO, Lifetimes::default());
    for (login, _) in PEOPLE {
        sign_in.set_password(officer(login), PASSWORD).await.unwrap();
    }
    let texts = [secrecy::TEXTS, drawing::TEXTS, TEXTS].concat();
    let catalogue: &'static Catalogue = Box::leak(Box::new(Catalogue::new(&texts).unwrap().strict()));
    let calendar = Arc::new(WorkingCalendar::from_packs(&Packs::embedded()).unwrap());
    let places = Places { menu: menu(directory), ..Places::default() };
    let app = App::new(sign_in, Authority::embedded().unwrap(), catalogue, calendar, places, AppSettings::default());
    let state = Casework::new(office.desk.clone(), office.modeller.clone());
    let (router, _) = account_routes(app.clone(), &[]).merge(routes(app, state)).finish();
    Door::new(router)
}

pub async fn opened(office: &Office) -> MatterId {
    office.deploy("行政许可", licence()).await;
    office.open("licence", &[("file", Value::text("1")), ("area", Value::whole(250))]).await
}

pub async fn task_of(office: &Office, id: MatterId) -> u64 {
    *office.case(id).await.state.tasks.keys().next().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_opened_and_done_by_the_pages_alone() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let door = door_of(&office).await;
        let clara = door.enter("clara").await;
        let form = door.get(&clara, "/cases/new?process=licence").await;
        assert!(form.status == StatusCode::OK && form.text.contains("Floor area"), "{}", form.text);
        let wrong = [("process", "licence"), ("title", " "), ("f-file", "1"), ("f-area", "many")];
        let got = door.post(&clara, "/cases", &wrong).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("Give a title") && got.text.contains("Write a number"), "{}", office.name);
        let right = [("process", "licence"), ("title", "<b>甲</b>"), ("f-file", "1"), ("f-area", "250")];
        let got = door.post(&clara, "/cases", &right).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let page = door.get(&clara, &got.location).await;
        assert!(page.text.contains("&lt;b&gt;") || page.text.contains("&#60;b&#62;"), "what was typed is no markup");
        let id: MatterId = got.location.rsplit('/').next().unwrap().parse().unwrap();
        let task = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        let got = door.post(&clara, &task, &[("act", "complete"), ("f-complete", "on")]).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "an opinion is asked for");
        let got = door.post(&clara, &task, &[("act", "complete"), ("f-complete", "on"), ("f-opinion", "ok")]).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let head = door.enter("head").await;
        let inbox = door.get(&head, "/inbox").await;
        let task = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        assert!(inbox.text.contains(&task), "{}", office.name);
        let back = [("act", "return"), ("to", "accept"), ("reason", "look again")];
        assert_eq!(door.post(&head, &task, &back).await.status, StatusCode::SEE_OTHER);
        assert!(door.get(&clara, &format!("/cases/{id}")).await.text.contains("look again"), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_is_refused_and_nothing_is_recorded() {
    for office in both().await {
        let id = opened(&office).await;
        let door = door_of(&office).await;
        let (steward, clara) = (door.enter("steward").await, door.enter("clara").await);
        let task = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        let before = office.store.log_size(node().number()).await.unwrap();
        for (cookie, path, fields, status) in [
            (&steward, task.clone(), &[("act", "claim")][..], StatusCode::NOT_FOUND),
            (&steward, "/cases".to_owned(), &[("process", "licence"), ("title", "x")][..], StatusCode::FORBIDDEN),
            (
                &clara,
                format!("/cases/{id}/steer"),
                &[("act", "cancel"), ("reason", "x"), ("confirmed", "yes")][..],
                StatusCode::FORBIDDEN,
            ),
            (&clara, format!("{task}/assign"), &[("to", "x:y"), ("reason", "x")][..], StatusCode::FORBIDDEN),
            (&clara, task.clone(), &[("act", "dance")][..], StatusCode::BAD_REQUEST),
            (
                &clara,
                task.clone(),
                &[("act", "return"), ("to", "accept"), ("reason", "")][..],
                StatusCode::UNPROCESSABLE_ENTITY,
            ),
            (&clara, format!("/cases/{id}/tasks/999"), &[("act", "claim")][..], StatusCode::NOT_FOUND),
        ] {
            let got = door.post(cookie, &path, fields).await;
            assert_eq!(got.status, status, "{} {path} {fields:?}: {}", office.name, got.text);
        }
        for path in [format!("/cases/{id}"), "/cases".to_owned(), "/api/cases".to_owned()] {
            assert_eq!(door.get(&steward, &path).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert_eq!(door.get(&clara, "/cases/nonsense").await.status, StatusCode::NOT_FOUND);
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_is_checked_proposed_and_approved_by_another_and_running_cases_stay() {
    for office in both().await {
        let running = opened(&office).await;
        let base = office.case(running).await.model;
        let door = door_of(&office).await;
        let (steward, approver) = (door.enter("steward").await, door.enter("approver").await);
        let xml = String::from_utf8(licence().remove(0).1).unwrap();
        let edit = door.get(&steward, &format!("/models/{base}/edit")).await;
        assert!(edit.text.contains("qy-model-editor"), "{}", edit.text);
        let broken = xml.replace("</process>", "");
        let today = office.today().to_string();
        let change = async |content: &str, reason: &str| {
            let fields = [
                ("file", "licence.bpmn"),
                ("content", content),
                ("name", "许可"),
                ("valid_from", &today),
                ("reason", reason),
            ];
            door.post(&steward, &format!("/models/{base}/change"), &fields).await
        };
        let got = change(&broken, "x").await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(got.text.contains("licence.bpmn:"), "the place of the fault is said");
        let bomb = r#"<!DOCTYPE a [<!ENTITY b "b">]><a>&b;</a>"#;
        assert_eq!(change(bomb, "x").await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(change(&xml, " ").await.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason is asked for");
        let checked = door
            .post(&steward, &format!("/models/{base}/check"), &[("file", "licence.bpmn"), ("content", &broken)])
            .await;
        let json: serde_json::Value = serde_json::from_str(&checked.text).unwrap();
        assert!(json["accepted"] == false && json["findings"][0]["line"].as_u64().unwrap() > 1, "{json}");
        let got = change(&xml.replace(r#"promised="3""#, r#"promised="2""#), "faster").await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        let model = got.location;
        assert_eq!(door.post(&steward, &model, &[("answer", "approve")]).await.status, StatusCode::FORBIDDEN);
        let page = door.get(&approver, &model).await;
        assert!(page.text.contains("from 3 to 2"), "what changed is said in words: {}", page.text);
        assert_eq!(door.post(&approver, &model, &[("answer", "approve")]).await.status, StatusCode::SEE_OTHER);
        let fresh = office.open("licence", &[("file", Value::text("2")), ("area", Value::whole(1))]).await;
        assert_eq!((office.case(running).await.of, office.case(fresh).await.of), (1, 2), "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn papers_are_asked_for_once_and_the_clock_begins_anew_when_they_come() {
    for office in both().await {
        let id = opened(&office).await;
        let door = door_of(&office).await;
        let clara = door.enter("clara").await;
        let task = format!("/cases/{id}/tasks/{}", task_of(&office, id).await);
        assert_eq!(door.post(&clara, &task, &[("act", "claim")]).await.status, StatusCode::SEE_OTHER);
        let ask = |days: &'static str| [("act", "supplement"), ("reason", "a plan"), ("notice", "N-1"), ("days", days)];
        assert_eq!(door.post(&clara, &task, &ask("0")).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        let got = door.post(&clara, &task, &ask("5")).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER, "{}", got.text);
        assert_eq!(door.post(&clara, &task, &ask("5")).await.status, StatusCode::UNPROCESSABLE_ENTITY, "one at a time");
        let done = [("act", "complete"), ("f-complete", "on"), ("f-opinion", "ok")];
        assert_eq!(door.post(&clara, &task, &done).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it waits");
        let number = office.case(id).await.state.supplements.keys().next().unwrap().to_string();
        office.clock.advance_ms(2 * 24 * 3_600_000);
        office.settle().await;
        // A session does not last so long.
        let clara = door.enter("clara").await;
        let answer = [("act", "answered"), ("supplement", number.as_str()), ("reason", "the plan")];
        assert_eq!(door.post(&clara, &task, &answer).await.status, StatusCode::SEE_OTHER);
        let case = office.case(id).await;
        let matter = case.state.clocks.values().find(|clock| clock.element.is_none()).unwrap();
        assert_eq!(matter.of.started, kernel::Clock::now(&office.clock), "{}", office.name);
        assert_eq!(door.post(&clara, &task, &done).await.status, StatusCode::SEE_OTHER);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_limit_that_runs_out_is_said_once_and_stops_nothing() {
    for office in both().await {
        let id = opened(&office).await;
        office.clock.advance_ms(90 * 24 * 3_600_000);
        office.settle().await;
        let case = office.case(id).await;
        assert_eq!(case.state.status, Status::Active, "{}", office.name);
        let rungs: usize = case.state.clocks.values().map(|clock| clock.reached.len()).sum();
        let before = case.version;
        office.settle().await;
        assert!(rungs >= 5, "{}: {rungs}", office.name);
        assert_eq!(office.case(id).await.version, before, "{}: once", office.name);
        let task = task_of(&office, id).await;
        let claim = Command::Claim { task, by: (officer("clara"), crate::support::post("clara")) };
        assert!(office.desk.act(crate::support::by("clara"), id, &[claim.into()]).await.is_ok());
        office.store.close().await;
    }
}
