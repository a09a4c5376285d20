//! How secret a source is: what is read from it and what its runs raise is seen by whoever may know of it, and by nobody else.

use axum::http::StatusCode;
use directory::Directory;
use kernel::day::TestClock;
use kernel::{Class, Instant, OfficerId};
use redflags::import::{By, Importer, Input};
use redflags::rule::RedflagRule;
use redflags::screening::QueuePolicy;
use supervise::{Judged, Rule as _};

use crate::data;
use crate::support::{Browser, DUTIES, Node, both, sqlite};

/// Sixty processes, screened.
async fn screened(node: &Node) {
    let by = By::system("test");
    let source = node.importer.enter_source("test", "演示来源", None, &by).await.unwrap();
    let path = node.place.folder().join("many.jsonl");
    std::fs::write(&path, [data::mixed(), data::many(100, 60)].concat()).unwrap();
    let input = Input::Ocds { path, name: "many.jsonl".to_owned() };
    node.importer.import(source, input, &by, |_| {}).await.unwrap();
    node.importer.screen(source, QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
}

fn officer(duty: &str) -> OfficerId {
    OfficerId::new(100 + DUTIES.iter().position(|known| *known == duty).unwrap() as u128)
}

async fn classify(chief: &Browser, fields: &[(&str, &str)]) -> crate::support::Answer {
    let csrf = chief.csrf("/sources/test").await;
    chief.post("/sources/test/classify", &[&[("csrf", csrf.as_str())], fields].concat()).await
}

/// Everything that would show something of the source.
const SHOWN: [&str; 18] = [
    "/processes",
    "/processes.csv",
    "/processes/ocds-test-00107",
    "/processes/ocds-test-00107/release.json",
    "/buyers",
    "/buyers/B1",
    "/suppliers",
    "/suppliers/S1",
    "/runs",
    "/runs/1?source=test",
    "/sources/test",
    "/imports",
    "/quarantine",
    "/quarantine.csv",
    "/api/processes",
    "/api/runs",
    "/api/sources",
    "/api/imports",
];

/// Words that nothing but the source's content has.
const MARKS: [&str; 4] = ["ocds-test-00107", "演示来源", "many.jsonl", "negative_amount"];

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_know_of_a_source_sees_nothing_of_it() {
    for node in both().await {
        screened(&node).await;
        let (chief, data, steward) = (
            node.officer("supervision-chief").await,
            node.officer("data-officer").await,
            node.officer("rule-steward").await,
        );
        let shows = async |who: &Browser| {
            let mut shown = Vec::new();
            for path in SHOWN {
                let answer = who.get(path).await;
                // An answer that there is no such page repeats the address that was asked for.
                let text = if answer.status == StatusCode::OK { answer.text() } else { String::new() };
                if MARKS.iter().any(|mark| text.contains(mark)) {
                    shown.push(path);
                }
            }
            shown
        };
        assert!(shows(&data).await.len() > 8 && shows(&steward).await.len() > 3, "{}: open to begin with", node.name);

        let secret = [("class", "work-secret"), ("grounds", "标的涉及工作秘密")];
        let answer = classify(&chief, &secret).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", node.name, answer.text());
        for who in [&data, &steward] {
            assert_eq!(shows(who).await, Vec::<&str>::new(), "{}: beyond what their posts may read", node.name);
            assert_eq!(who.get("/sources/test").await.status, StatusCode::NOT_FOUND);
        }
        assert!(shows(&chief).await.contains(&"/processes/ocds-test-00107"), "{}", node.name);

        // Reading it is an act, and whoever reads it sees who did.
        let readings = async || {
            let source = Importer::source_matter("test");
            let readers = secrecy::reading::readers(&node.store, node.node, source).await.unwrap();
            readers.into_iter().map(|it| (it.officer, it.readings)).collect::<Vec<_>>()
        };
        let before = readings().await;
        assert_eq!(before.iter().map(|(officer, _)| *officer).collect::<Vec<_>>(), [officer("supervision-chief")]);
        for path in ["/processes/ocds-test-00107", "/api/processes/ocds-test-00107", "/processes.csv"] {
            assert_eq!(chief.get(path).await.status, StatusCode::OK, "{path}");
        }
        assert_eq!(readings().await[0].1, before[0].1 + 3, "{}: page, API and export", node.name);
        assert!(chief.page("/sources/test").await.contains("Who has read it"));

        // Open to named officers only: the class alone does not open it.
        let me = format!("named-{}", officer("supervision-chief"));
        let other = format!("named-{}", officer("data-officer"));
        let named = [
            ("class", "internal"),
            ("named-only", "on"),
            (me.as_str(), "on"),
            (other.as_str(), "on"),
            ("grounds", "g"),
        ];
        assert_eq!(classify(&chief, &named).await.status, StatusCode::SEE_OTHER);
        assert!(shows(&data).await.len() > 8, "{}: named", node.name);
        assert_eq!(shows(&steward).await, Vec::<&str>::new(), "{}: not named", node.name);

        // What was found in it follows.
        let clock = std::sync::Arc::new(TestClock::at("2026-06-01T02:00:00Z".parse::<Instant>().unwrap()));
        let rule = RedflagRule::new(Directory::new(node.store.clone(), node.node, clock));
        let may: std::collections::BTreeSet<_> = [officer("supervision-chief"), officer("data-officer")].into();
        let acts = node.store.feed(node.node.number(), 0, 10_000).await.unwrap();
        let said = acts.iter().rev().find(|act| act.act.kind.starts_with("redflags.source_classified")).unwrap();
        assert!(rule.follows(&said.act.kind));
        let follows = Judged::Classified {
            found_in: Importer::screening_matter(Importer::source_matter("test")),
            secrecy: kernel::Secrecy { class: Class::Internal, named: Some(may.clone()) },
        };
        assert_eq!(rule.judge(node.node, said).await.unwrap(), [follows], "{}", node.name);

        // Acts from then on have its class, and what a run finds is no more open than the source.
        let by = By::system("test");
        node.importer.screen(Importer::source_matter("test"), QueuePolicy::default(), &by, |_, _| {}).await.unwrap();
        let acts = node.store.feed(node.node.number(), 0, 10_000).await.unwrap();
        let run = acts.iter().rev().find(|act| act.act.kind.starts_with("redflags.screened")).unwrap();
        assert!(run.act.class.compartment.is_some(), "{}", node.name);
        let judged = rule.judge(node.node, run).await.unwrap();
        let found: Vec<_> =
            judged.iter().filter_map(|it| if let Judged::Raised(it) = it { Some(it) } else { None }).collect();
        assert!(!found.is_empty());
        assert!(found.iter().all(|it| it.secrecy.class == Class::Internal && it.secrecy.named.as_ref() == Some(&may)));

        let projectors: [&dyn store::Projector; 3] =
            [&directory::projector(), &secrecy::reading::projector(), &redflags::projector(node.settings.clone())];
        let rebuilt = node.store.rebuild(node.node.number(), &projectors, false, |_| {}).await.unwrap();
        assert_eq!(rebuilt.differences, [], "{}", node.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_classify_and_what_is_refused() {
    let node = sqlite().await;
    screened(&node).await;
    let (chief, data) = (node.officer("supervision-chief").await, node.officer("data-officer").await);
    let page = data.page("/sources/test").await;
    assert!(!page.contains("/sources/test/classify"), "no form for who may not");
    let csrf = data.csrf("/runs").await;
    let wrong =
        data.post("/sources/test/classify", &[("csrf", &csrf), ("class", "work-secret"), ("grounds", "g")]).await;
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);

    let other = format!("named-{}", officer("data-officer"));
    type Case<'a> = (&'a str, &'a [(&'a str, &'a str)], StatusCode, &'a str);
    let cases: [Case<'_>; 5] = [
        (
            "no grounds",
            &[("class", "work-secret")],
            StatusCode::UNPROCESSABLE_ENTITY,
            "grounds of the class are missing",
        ),
        ("no such class", &[("class", "top"), ("grounds", "g")], StatusCode::BAD_REQUEST, ""),
        ("a state secret", &[("class", "secret"), ("grounds", "g")], StatusCode::UNPROCESSABLE_ENTITY, "work secret"),
        ("as it is", &[("class", "internal"), ("grounds", "typed")], StatusCode::UNPROCESSABLE_ENTITY, "same as now"),
        (
            "without oneself",
            &[("class", "internal"), ("named-only", "on"), (&other, "on"), ("grounds", "typed")],
            StatusCode::UNPROCESSABLE_ENTITY,
            "whoever classifies must be one of them",
        ),
    ];
    for (case, fields, status, says) in cases {
        let answer = classify(&chief, fields).await;
        assert_eq!(answer.status, status, "{case}: {}", answer.text());
        assert!(answer.text().contains(says), "{case}: {}", answer.text());
        if fields.contains(&("grounds", "typed")) {
            assert!(answer.text().contains("typed"), "{case}: what was typed is kept");
        }
    }
    let kinds = node.store.feed(node.node.number(), 0, 10_000).await.unwrap();
    assert!(kinds.iter().all(|act| !act.act.kind.starts_with("redflags.source_classified")), "nothing half written");
    assert_eq!(chief.get("/sources/none").await.status, StatusCode::NOT_FOUND);

    // Whoever may not know of a source imports nothing into it, and is not told that it is there.
    assert_eq!(classify(&chief, &[("class", "work-secret"), ("grounds", "g")]).await.status, StatusCode::SEE_OTHER);
    let csrf = data.csrf("/imports/new").await;
    let into = data
        .upload("/imports", &[("csrf", &csrf), ("kind", "ocds"), ("source", "test")], &[("a.jsonl", &data::many(0, 3))])
        .await;
    assert!(into.text().contains("redflags.bad_source"), "{}", into.text());
}
