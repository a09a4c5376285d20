//! What an officer wrote goes by the word of two others, from the page, the API and the rows; the matter goes on.

use axum::http::StatusCode;
use kernel::MatterId;
use supervision::store::{Reach, load};

use crate::support::{Answer, Node, both, finding, id_of, officer, sent};

/// Words that stand nowhere else.
const CANARY: &str = "Telephone of a neighbour: 555-0199";

async fn explained(node: &Node) -> (MatterId, u64) {
    let flag = finding("p-1", 1, &[("R024", "0.3")]);
    let id = id_of(&flag);
    node.raise(vec![flag]).await;
    let ana = officer("ana").to_string();
    for (who, verb, fields) in [
        ("chief", "assign", [("inspector", ana.as_str())]),
        ("ana", "ask", [("question", "Why so close?")]),
        ("clerk", "explain", [("explanation", CANARY)]),
    ] {
        let answer = node.act(who, id, verb, &fields).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {who} {verb}: {}", node.name, answer.text());
    }
    let (_, acts) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
    (id, acts.last().unwrap().idx)
}

/// The form that proposes, filled by the privacy officer.
async fn proposed(node: &Node, act: u64, fields: &[(&str, &str)]) -> Answer {
    let index = act.to_string();
    let all: Vec<(&str, &str)> = fields.iter().copied().chain([("act", index.as_str())]).collect();
    sent(node, "pia", &format!("/erasures/new?act={act}"), "/erasures", &all).await
}

const GIVEN: [(&str, &str); 4] = [
    ("field-explanation", "on"),
    ("ground", "unlawful"),
    ("reason", "It has nothing to do with the matter."),
    ("told", "District Archive"),
];

#[tokio::test]
async fn what_was_explained_goes_by_the_word_of_two_and_the_matter_goes_on() {
    for node in both().await {
        let (id, act) = explained(&node).await;
        let warning = format!("/warnings/{id}");
        let found = node.get("pia", &format!("/erasures/new?act={act}")).await;
        assert!(found.has(CANARY) && found.has("field-explanation"), "{}: {}", node.name, found.text());
        let answer = proposed(&node, act, &GIVEN).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", node.name, answer.text());
        let erasure = answer.location.clone();
        assert!(node.get("ana", &warning).await.has(CANARY), "{}: nothing goes before it is decided", node.name);
        let twice = proposed(&node, act, &GIVEN).await;
        assert!(twice.has("这条行为已有一项抹除待决定"), "{}: {}", node.name, twice.text());

        // Not by who proposed it, nor by anybody else.
        for who in ["pia", "chief", "data"] {
            let answer = sent(&node, who, "/erasures", &erasure, &[("answer", "approve")]).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{}: {who}: {}", node.name, answer.text());
        }
        let page = node.get("paul", &erasure).await;
        assert!(page.has(CANARY) && page.has("District Archive"), "{}: who decides sees what is to go", node.name);
        let done = sent(&node, "paul", &erasure, &erasure, &[("answer", "approve")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}: {}", node.name, done.text());
        let again = sent(&node, "paul", "/erasures", &erasure, &[("answer", "approve")]).await;
        assert!(again.has("这项抹除已经决定"), "{}: {}", node.name, again.text());

        // From every place where it stood.
        for (who, path) in [
            ("ana", warning.clone()),
            ("ana", format!("/api{warning}")),
            ("clerk", warning.clone()),
            ("paul", erasure.clone()),
            ("pia", format!("/erasures/new?act={act}")),
        ] {
            let page = node.get(who, &path).await;
            assert_eq!(page.status, StatusCode::OK, "{}: {path}", node.name);
            assert!(!page.has(CANARY), "{}: {path} shows {}", node.name, page.text());
        }
        let page = node.get("ana", &warning).await;
        assert!(page.has("（已依法抹除）") && page.has("It has nothing to do with the matter."), "{}", node.name);
        let listed = node.get("pia", "/api/erasures").await;
        assert!(listed.has("\"stage\":\"done\"") && listed.has("2026-12-07"), "{}: {}", node.name, listed.text());

        // The matter goes on from there, and all of it is what the acts tell.
        let verdicts = [("verdict-0", "explained"), ("grounds", "It is explained.")];
        let answer = node.act("ana", id, "conclude", &verdicts).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", node.name, answer.text());
        node.rebuilds().await;
        let none = proposed(&node, act, &GIVEN).await;
        assert!(none.has("没有可以抹除的文字"), "{}: {}", node.name, none.text());
        // A closed matter, too.
        let (_, acts) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        let last = acts.last().unwrap().idx;
        let answer = proposed(&node, last, &[("field-grounds", "on"), GIVEN[1], GIVEN[2]]).await;
        let erasure = answer.location.clone();
        let done = sent(&node, "paul", &erasure, &erasure, &[("answer", "approve")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}: {}", node.name, done.text());
        assert!(!node.get("ana", &warning).await.has("It is explained."), "{}", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn the_grounds_of_an_access_go_from_its_row_and_from_its_page() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        node.raise(vec![flag]).await;
        let given = [("number", "W-000001"), ("grounds", CANARY), ("hours", "24")];
        let access = sent(&node, "ivan", "/break-glass", "/break-glass", &given).await.location;
        let act = node.store.log_size(node.id.number()).await.unwrap() - 1;
        let erasure = proposed(&node, act, &[("field-grounds", "on"), GIVEN[1], GIVEN[2]]).await.location;
        sent(&node, "paul", &erasure, &erasure, &[("answer", "approve")]).await;
        let page = node.get("ivan", &access).await;
        assert!(page.has("（已依法抹除）") && !page.has(CANARY), "{}: {}", node.name, page.text());
        let rows = node.store.read("select grounds from warning_access", &[]).await.unwrap();
        assert_eq!(rows[0].opt_text(0).unwrap(), None, "{}", node.name);
        // It is still decided.
        let yes = [("answer", "approve"), ("grounds", "Seen.")];
        let answer = sent(&node, "chief", &access, &access, &yes).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {}", node.name, answer.text());
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn what_does_not_fit_proposes_nothing_and_loses_nothing() {
    for node in both().await {
        let (_, act) = explained(&node).await;
        for (given, says) in [
            (vec![GIVEN[1], GIVEN[2]], "请至少选择一项"),
            (vec![GIVEN[0], GIVEN[2]], "请选择一种法定情形"),
            (vec![GIVEN[0], GIVEN[1], ("reason", " ")], "请写明理由"),
            (vec![("field-clock", "on"), GIVEN[1], GIVEN[2]], "请至少选择一项"),
        ] {
            let answer = proposed(&node, act, &given).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {}", node.name, answer.text());
            assert!(answer.has(says), "{}: {says}: {}", node.name, answer.text());
        }
        let kept = proposed(&node, act, &[GIVEN[0], GIVEN[1], ("told", "Typed before")]).await;
        assert!(kept.has("Typed before"), "{}", node.name);
        for (path, says) in
            [("/erasures/new?act=999999", "账本中没有这个序号"), ("/erasures/new?act=x", "账本中没有这个序号")]
        {
            assert!(node.get("pia", path).await.has(says), "{}: {path}", node.name);
        }
        // An act that holds nobody's words.
        assert!(node.get("pia", "/erasures/new?act=0").await.has("没有可以抹除的文字"), "{}", node.name);
        assert_eq!(node.get("pia", "/erasures/none").await.status, StatusCode::NOT_FOUND);
        // Who has nothing to do with erasures sees none, and no act through them.
        for (who, path) in [("ana", "/erasures"), ("paul", "/erasures/new"), ("clerk", "/api/erasures")] {
            assert_eq!(node.get(who, path).await.status, StatusCode::FORBIDDEN, "{}: {who} {path}", node.name);
        }
        assert!(node.get("pia", "/api/erasures").await.has("\"total\":0"), "{}", node.name);
    }
}
