//! Who may come in: every route, signed out and in the wrong post.

use axum::http::{StatusCode, header};

use crate::support::sqlite;

fn filled(path: &str) -> String {
    path.replace("{ocid}", "x").replace("{id}", "1").replace("{n}", "1").replace("{code}", "R003")
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_strangers_and_wrong_posts_with_the_designed_refusal() {
    let node = sqlite().await;
    let stranger = node.stranger();
    let auditor = node.officer("audit-administrator").await;
    let mut walked = 0;
    // What every post may open (their own account, the cockpit, the search, the samples of components) has no wrong post.
    let everybodys = ["account.own", "cockpit.read", "design.read", "notices.own", "search.read"];
    let guarded = |permission: Option<&str>| permission.is_some_and(|code| !everybodys.contains(&code));
    for route in node.table.iter().filter(|route| guarded(route.permission)) {
        let path = filled(route.path);
        let media = if route.method.name() == "POST" { "application/x-www-form-urlencoded" } else { "" };
        let out = stranger.send(route.method.name(), &path, media, Vec::new()).await;
        if route.face.is_api() {
            assert_eq!(out.status, StatusCode::UNAUTHORIZED, "{path}");
            assert_eq!(out.json()["code"], "door.sign_in_needed", "{path}");
        } else {
            assert_eq!(out.status, StatusCode::SEE_OTHER, "{path}");
            assert!(out.location().starts_with("/sign-in?next="), "{path}: {}", out.location());
        }
        let wrong = auditor.send(route.method.name(), &path, media, Vec::new()).await;
        assert_eq!(wrong.status, StatusCode::FORBIDDEN, "{path}");
        if route.face.is_api() {
            assert_eq!(wrong.headers[header::CONTENT_TYPE], "application/problem+json");
            assert_eq!(wrong.json()["code"], "door.no_permission", "{path}");
        }
        walked += 1;
    }
    println!("{walked} routes walked");
    assert!(walked >= 35, "{walked}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervised_organ_sees_its_own_processes_and_no_flag() {
    let node = sqlite().await;
    let by = redflags::import::By::system("test");
    let source = node.importer.enter_source("test", "演示来源", None, &by).await.unwrap();
    let path = node.place.folder().join("a.jsonl");
    std::fs::write(&path, crate::data::many(0, 3)).unwrap();
    let input = redflags::import::Input::Ocds { path, name: "a.jsonl".to_owned() };
    node.importer.import(source, input, &by, |_| {}).await.unwrap();
    let handler = node.officer("organ-handler").await;
    // The buyer of these is none of the node's organs: nobody but the supervisors of the whole node reaches them.
    assert_eq!(handler.get("/processes/ocds-test-00001").await.status, StatusCode::NOT_FOUND);
    let list = handler.get("/api/processes").await.json();
    assert_eq!(list["processes"].as_array().unwrap().len(), 0);
    assert_eq!(handler.get("/buyers/B1").await.status, StatusCode::NOT_FOUND);
    let officer = node.officer("data-officer").await;
    let process = officer.get("/api/processes/ocds-test-00001").await.json();
    assert!(process.get("reasons").is_none() && process.get("flags").is_none(), "a data officer sees facts only");
}

#[test]
fn both_languages_say_the_same() {
    assert_eq!(crate::support::catalogue().findings(), []);
}
