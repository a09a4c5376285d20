//! Figures of a process: made from runs that acts tell, the same after a rebuild; who sees what of them.

use axum::http::StatusCode;
use casework::desk::Wish;
use dmn::Value;
use flow::Command;
use kernel::{Erasable, MatterId};
use serde_json::Value as Json;
use testkit::office::node;

use crate::http::door_of;
use crate::support::{Office, both, by, licence, officer, post};

const HOUR: i64 = 3_600_000;

fn projectors() -> Vec<&'static dyn store::Projector> {
    let all: [Box<dyn store::Projector>; 2] = [Box::new(directory::projector()), Box::new(casework::projector())];
    all.into_iter().map(|one| &*Box::leak(one)).collect()
}

async fn opened(office: &Office, file: &str) -> MatterId {
    office.open("licence", &[("file", Value::text(file)), ("area", Value::whole(250))]).await
}

async fn claim(office: &Office, login: &str, id: MatterId) -> u64 {
    let task = *office.case(id).await.state.tasks.keys().next().unwrap();
    let claim = Command::Claim { task, by: (officer(login), post(login)) };
    office.desk.act(by(login), id, &[Wish::from(claim)]).await.unwrap();
    task
}

async fn back(office: &Office, id: MatterId) {
    let task = claim(office, "head", id).await;
    let reason = Erasable::erased();
    let back = Command::Return { task, by: officer("head"), to: "accept".into(), reason };
    office.desk.act(by("head"), id, &[Wish { command: back, words: Some("look again".to_owned()) }]).await.unwrap();
}

/// One case is accepted after an hour of waiting and three of work, sent back an hour later and accepted again; another waits.
async fn worked(office: &Office) -> MatterId {
    let model = office.deploy("行政许可", licence()).await;
    let id = opened(office, "1").await;
    let accepted = [("complete", Value::Boolean(true)), ("opinion", Value::text("齐"))];
    office.clock.advance_ms(HOUR);
    claim(office, "clara", id).await;
    office.clock.advance_ms(3 * HOUR);
    office.complete("clara", id, "accept", &accepted).await;
    office.clock.advance_ms(HOUR);
    back(office, id).await;
    office.clock.advance_ms(2 * HOUR);
    office.complete("clara", id, "accept", &accepted).await;
    opened(office, "2").await;
    office.settle().await;
    model
}

fn of<'j>(figures: &'j Json, element: &str) -> &'j Json {
    figures["elements"].as_array().unwrap().iter().find(|it| it["element"] == element).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn figures_tell_what_happened_and_are_rebuilt_alike() {
    for office in both().await {
        let model = worked(&office).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let got = door.get(&head, &format!("/api/models/{model}/figures?process=licence")).await;
        assert_eq!(got.status, StatusCode::OK, "{}: {}", office.name, got.text);
        let figures: Json = serde_json::from_str(&got.text).unwrap();
        let (accept, check) = (of(&figures, "accept"), of(&figures, "check"));
        let count = |of: &Json, keys: &[&str]| keys.iter().map(|key| of[*key].as_u64().unwrap()).collect::<Vec<_>>();
        let keys = ["entered", "completed", "returned", "terminated", "open", "again", "limited", "late"];
        assert_eq!(count(accept, &keys), [3, 2, 0, 0, 1, 1, 3, 0], "{}: {accept}", office.name);
        assert_eq!(count(check, &keys), [2, 0, 1, 0, 1, 0, 2, 0], "{}: {check}", office.name);
        let ms = |of: &Json, what: &str| of[what]["p95_ms"].as_i64();
        assert_eq!(
            (ms(accept, "took"), ms(accept, "waited"), ms(accept, "worked")),
            (Some(4 * HOUR), Some(2 * HOUR), Some(3 * HOUR))
        );
        assert_eq!(accept["took"]["median_ms"].as_i64(), Some(2 * HOUR), "the nearest rank of two is the lower one");
        assert_eq!(check["took"], Json::Null, "what was sent back has taken no time");
        assert_eq!(of(&figures, "fee")["completed"], 2, "a decision is a run as well");
        assert_eq!((figures["runs"].as_u64(), figures["complete"].as_bool()), (Some(7), Some(true)));
        // Days on which nobody did anything make what is open late.
        office.clock.advance_ms(9 * 24 * HOUR);
        let head = door.enter("head").await;
        let got = door.get(&head, &format!("/api/models/{model}/figures")).await;
        let later: Json = serde_json::from_str(&got.text).unwrap();
        assert_eq!(count(of(&later, "accept"), &keys), [3, 2, 0, 0, 1, 1, 3, 1], "{}", office.name);
        office.settle().await;
        let report = office.store.rebuild(node().number(), &projectors(), false, |_| {}).await.unwrap();
        assert_eq!(report.differences, [], "{}", office.name);
        assert!(office.rows("flow_run").await >= 7, "{}", office.name);
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_figure_opens_its_runs_and_the_address_chooses() {
    for office in both().await {
        let model = worked(&office).await;
        let door = door_of(&office).await;
        let head = door.enter("head").await;
        let page = door.get(&head, &format!("/models/{model}/figures")).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.text);
        assert!(page.text.contains("heat-few") && page.text.contains("figures/runs?"), "{}", office.name);
        for figure in [
            "open",
            "entered",
            "completed",
            "took",
            "waited",
            "worked",
            "used",
            "late",
            "returned",
            "again",
            "mishaps",
            "standing",
        ] {
            for statistic in ["mean", "median", "p95"] {
                let path = format!("/models/{model}/figures?figure={figure}&statistic={statistic}&version=all");
                assert_eq!(door.get(&head, &path).await.status, StatusCode::OK, "{path}");
            }
            let of = if figure == "used" { "took" } else { figure };
            let path = format!("/models/{model}/figures/runs?element=accept&of={of}");
            let got = door.get(&head, &path).await;
            assert_eq!(got.status, StatusCode::OK, "{path}: {}", got.text);
            let some = !matches!(figure, "late" | "returned" | "mishaps" | "standing");
            assert_eq!(got.text.contains("/cases/"), some, "{} {path}", office.name);
        }
        let empty = door.get(&head, &format!("/api/models/{model}/figures?from=2020-01-01&to=2020-02-01")).await;
        let empty: Json = serde_json::from_str(&empty.text).unwrap();
        assert_eq!((empty["runs"].as_u64(), of(&empty, "accept")["entered"].as_u64()), (Some(0), Some(0)));
        let csv = door.get(&head, &format!("/models/{model}/figures.csv")).await;
        assert!(
            csv.status == StatusCode::OK && csv.text.contains(",accept,3,2,0,0,1,1,3,0,0,0,2,2.00,3.00,4.00"),
            "{}",
            csv.text
        );
        // What makes no sense counts as not said, or is not there.
        let nonsense = format!(
            "/models/{model}/figures?from=x&to=9999-99-99&organ=zz&version=7&figure=%3Cb%3E&statistic=&process=none"
        );
        assert_eq!(door.get(&head, &nonsense).await.status, StatusCode::OK);
        for path in [
            "/models/x/figures".to_owned(),
            format!("/models/{model}/figures/runs"),
            format!("/models/{model}/figures/runs?element=accept&of=dance"),
        ] {
            assert_eq!(door.get(&head, &path).await.status, StatusCode::NOT_FOUND, "{path}");
        }
        office.store.close().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_steward_sees_figures_and_no_cases() {
    for office in both().await {
        let model = worked(&office).await;
        let door = door_of(&office).await;
        let steward = door.enter("steward").await;
        let page = door.get(&steward, &format!("/models/{model}/figures")).await;
        assert!(page.status == StatusCode::OK && !page.text.contains("figures/runs?"), "{}", page.text);
        let list = format!("/models/{model}/figures/runs?element=accept&of=entered");
        assert_eq!(door.get(&steward, &list).await.status, StatusCode::FORBIDDEN);
        assert_eq!(door.get(&steward, &format!("/models/{model}/figures.csv")).await.status, StatusCode::FORBIDDEN);
        let figures: Json =
            serde_json::from_str(&door.get(&steward, &format!("/api/models/{model}/figures")).await.text).unwrap();
        assert_eq!(of(&figures, "accept")["entered"], 3, "{}", office.name);
        office.store.close().await;
    }
}
