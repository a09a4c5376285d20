//! One thread through the whole: deployed, opened, done step by step, ended; recorded, replayed, the same.

use casework::desk::{CaseError, Wish};
use dmn::Value;
use flow::state::{Ending, Status};
use flow::{Command, Refusal};
use testkit::office::node;

use crate::support::{Office, both, by, licence, officer, post};

async fn opened(office: &Office) -> kernel::MatterId {
    office.deploy("行政许可", licence()).await;
    office.open("licence", &[("file", Value::text("2026-1")), ("area", Value::whole(250))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_case_is_opened_done_and_ended_and_its_acts_tell_its_state() {
    for office in both().await {
        let id = opened(&office).await;
        assert_eq!(office.rows("flow_task").await, 1, "{}", office.name);
        office
            .complete("clara", id, "accept", &[("complete", Value::Boolean(true)), ("opinion", Value::text("齐"))])
            .await;
        let case = office.case(id).await;
        let root = case.state.root().unwrap();
        assert_eq!(case.state.scopes[&root].variables["fee"], Value::whole(200), "{}", office.name);
        office.complete("head", id, "check", &[("agreed", Value::Boolean(true)), ("grounds", Value::text("可"))]).await;
        office.complete("carl", id, "serve", &[]).await;
        let case = office.case(id).await;
        assert_eq!(case.state.status, Status::Ended(Ending::Completed), "{}", office.name);
        assert!(case.state.tokens.is_empty() && case.state.scopes.is_empty());
        for table in ["flow_task", "flow_candidate", "flow_wait", "flow_job", "flow_incident", "timer"] {
            assert_eq!(office.rows(table).await, 0, "{}: {table}", office.name);
        }
        let report = office.store.rebuild(node().number(), &projectors(), false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", office.name);
        office.store.close().await;
    }
}

fn projectors() -> Vec<&'static dyn store::Projector> {
    let all: [Box<dyn store::Projector>; 2] = [Box::new(directory::projector()), Box::new(casework::projector())];
    all.into_iter().map(|one| &*Box::leak(one)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn rows_in_the_middle_of_a_case_are_replayed_alike() {
    for office in both().await {
        let id = opened(&office).await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(false))]).await;
        let other = office.open("licence", &[("file", Value::text("2026-2")), ("area", Value::whole(50))]).await;
        office.complete("clara", other, "accept", &[("complete", Value::Boolean(true))]).await;
        office.settle().await;
        assert_eq!((office.rows("flow_wait").await, office.timers().await), (1, 1), "{}", office.name);
        let report = office.store.rebuild(node().number(), &projectors(), false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_checks_their_own_work_and_nothing_is_recorded_of_what_was_refused() {
    for office in both().await {
        let id = opened(&office).await;
        office.complete("head", id, "accept", &[("complete", Value::Boolean(true))]).await;
        let before = office.store.log_size(node().number()).await.unwrap();
        let case = office.case(id).await;
        let task = *case.state.tasks.keys().next().unwrap();
        let claim = |login: &str| Wish::from(Command::Claim { task, by: (officer(login), post(login)) });
        let refused = office.desk.act(by("head"), id, &[claim("head")]).await.unwrap_err();
        assert!(
            matches!(&refused, CaseError::Refused(casework::desk::Refusal::Engine(Refusal::Separate(_)))),
            "{}: {refused:?}",
            office.name
        );
        let done = Wish::from(Command::CompleteTask { task, by: officer("carl"), outputs: Default::default() });
        assert!(office.desk.act(by("carl"), id, &[done]).await.is_err(), "nobody holds it");
        assert_eq!(office.store.log_size(node().number()).await.unwrap(), before, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_who_take_one_task_one_has_it() {
    for office in both().await {
        let id = opened(&office).await;
        let case = office.case(id).await;
        let task = *case.state.tasks.keys().next().unwrap();
        let mut going = tokio::task::JoinSet::new();
        for login in ["clara", "carl", "head", "steward"] {
            let desk = office.desk.clone();
            let wish = Wish::from(Command::Claim { task, by: (officer(login), post(login)) });
            going.spawn(async move { desk.act(by(login), id, &[wish]).await.is_ok() });
        }
        let won = going.join_all().await.into_iter().filter(|won| *won).count();
        assert_eq!(won, 1, "{}", office.name);
        let case = office.case(id).await;
        assert!(case.state.tasks[&task].holder.is_some() && case.version == 2, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_name_opens_one_case() {
    for office in both().await {
        office.deploy("行政许可", licence()).await;
        let opening = casework::desk::Opening {
            process: "licence".into(),
            start: None,
            title: "甲".to_owned(),
            organ: testkit::office::ORGAN,
            variables: crate::support::context(&[("file", Value::text("1")), ("area", Value::whole(1))]),
            caller: None,
            power: None,
        };
        let first = office.desk.open(by("clara"), &opening, Some("form-1")).await.unwrap();
        assert_eq!(office.desk.open(by("clara"), &opening, Some("form-1")).await.unwrap(), first);
        assert_ne!(office.desk.open(by("clara"), &opening, Some("form-2")).await.unwrap(), first);
        assert_eq!(office.rows("flow_case").await, 2, "{}", office.name);
        office.store.close().await;
    }
}

/// Whoever acts for somebody does not do what that person may not, and the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn four_eyes_see_for_whom_one_acts() {
    for office in both().await {
        let id = opened(&office).await;
        office.complete("clara", id, "accept", &[("complete", Value::Boolean(true))]).await;
        let case = office.case(id).await;
        let task = *case.state.tasks.keys().next().unwrap();
        let (mut hand, _) = crate::support::hand("head");
        hand.on_behalf_of = Some(officer("clara"));
        let instead = casework::desk::By::Officer(hand, post("head"));
        let claim = || Wish::from(Command::Claim { task, by: (officer("head"), post("head")) });
        let refused = office.desk.act(instead, id, &[claim()]).await.unwrap_err();
        assert!(
            matches!(&refused, CaseError::Refused(casework::desk::Refusal::Engine(Refusal::Separate(_)))),
            "{}: {refused:?}",
            office.name
        );
        assert!(office.desk.act(by("head"), id, &[claim()]).await.is_ok(), "for oneself it is another hand");
        office.store.close().await;
    }
}
