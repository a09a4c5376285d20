//! Who may not, what is malformed, what is sent twice.

use axum::body::Body;
use axum::http::{Request, StatusCode};
use testkit::place::Place;

use crate::support::{Node, both, encoded, finding, hidden, id_of, node, officer, post};

#[tokio::test]
async fn signed_out_or_in_the_wrong_post() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let page = format!("/warnings/{}", id_of(&flag));
        node.raise(vec![flag]).await;
        for path in ["/", "/queue", "/queue.xlsx", page.as_str()] {
            let answer = node.send(Request::get(path).body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{path}");
            assert!(answer.location.starts_with("/sign-in?next="), "{path}: {}", answer.location);
        }
        for path in ["/api/warnings", "/api/cockpit"] {
            let answer = node.send(Request::get(path).body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.kind.as_str()), (StatusCode::UNAUTHORIZED, "application/problem+json"));
        }
        let cases = [
            ("a data officer sees no warning", "data", page.clone(), StatusCode::FORBIDDEN),
            ("nor the queue", "data", "/queue".to_owned(), StatusCode::FORBIDDEN),
            ("but a cockpit without them", "data", "/".to_owned(), StatusCode::OK),
            ("another organ's is not there", "stranger", page.clone(), StatusCode::NOT_FOUND),
            ("a handler exports nothing", "clerk", "/queue.csv".to_owned(), StatusCode::FORBIDDEN),
            ("the city sees its districts", "above", page.clone(), StatusCode::OK),
            ("no such id", "ana", "/warnings/1".to_owned(), StatusCode::NOT_FOUND),
            ("nobody's id", "ana", "/warnings/00000000-0000-7000-8000-000000000001".to_owned(), StatusCode::NOT_FOUND),
        ];
        for (case, who, path, status) in cases {
            let answer = node.get(who, &path).await;
            assert_eq!(answer.status, status, "{}: {case}", node.name);
            assert!(answer.has("<main"), "{case}: a designed page");
            assert!(!answer.has("Demo works") || status == StatusCode::OK, "{case}: says nothing of it");
        }
        let queue = node.get("stranger", "/queue").await;
        assert!(!queue.has("Demo works") && queue.has("没有预警"), "{}: no count gives it away", node.name);
    }
}

/// Case, who, verb, fields, what is answered.
type Attempt<'a> = (&'a str, &'a str, &'a str, Vec<(&'a str, &'a str)>, StatusCode);

async fn try_act(node: &Node, who: &str, verb: &str, path: &str, fields: &[(&str, &str)]) -> StatusCode {
    let cookie = node.enter(who).await;
    let page = node.get_with(&cookie, path).await;
    // Any form's token of the session will do, and a command of one's own: what a forger with the page could send.
    let csrf = page.text().split("name=\"csrf\" value=\"").nth(1).map(|rest| rest[..43].to_owned()).unwrap_or_default();
    let mut all = vec![("csrf", csrf.as_str()), ("command", "0123456789"), ("version", "1")];
    all.extend(fields);
    node.send(post(&format!("{path}/{verb}"), &cookie, encoded(&all))).await.status
}

#[tokio::test]
async fn bad_input_changes_nothing() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        let path = format!("/warnings/{id}");
        node.raise(vec![flag]).await;
        let boris = officer("boris").to_string();
        let clerk = officer("clerk").to_string();
        let long = "字".repeat(4_001);
        let cases: Vec<Attempt<'_>> = vec![
            ("an inspector does not dispatch", "ana", "assign", vec![("inspector", &boris)], StatusCode::FORBIDDEN),
            ("a chief does not conclude", "chief", "conclude", vec![], StatusCode::FORBIDDEN),
            ("a handler does not take", "clerk", "take", vec![], StatusCode::FORBIDDEN),
            (
                "another organ explains nothing",
                "stranger",
                "explain",
                vec![("explanation", "x")],
                StatusCode::NOT_FOUND,
            ),
            ("no inspector", "chief", "assign", vec![("inspector", &clerk)], StatusCode::BAD_REQUEST),
            ("no officer", "chief", "assign", vec![("inspector", "' or 1=1 --")], StatusCode::BAD_REQUEST),
            ("not yet asked", "clerk", "explain", vec![("explanation", "x")], StatusCode::UNPROCESSABLE_ENTITY),
            ("not taken", "ana", "ask", vec![("question", "why?")], StatusCode::UNPROCESSABLE_ENTITY),
            ("another unit", "above", "take", vec![], StatusCode::UNPROCESSABLE_ENTITY),
            ("no decision", "chief", "decide", vec![("decision", "maybe")], StatusCode::BAD_REQUEST),
            ("an older page", "ana", "take", vec![("version", "7")], StatusCode::CONFLICT),
        ];
        for (case, who, verb, mut fields, status) in cases {
            if case == "an older page" {
                // The first of a name counts, so the stale version must be the only one.
                let cookie = node.enter(who).await;
                let mut form = hidden(&node.get_with(&cookie, &path).await.text(), &format!("{path}/{verb}"));
                form.retain(|(name, _)| name != "version");
                form.extend(fields.drain(..).map(|(name, value)| (name.to_owned(), value.to_owned())));
                let answer = node.post_with(&cookie, &format!("{path}/{verb}"), &form).await;
                assert_eq!(answer.status, status, "{}: {case}", node.name);
                continue;
            }
            let found = try_act(&node, who, verb, &path, &fields).await;
            assert_eq!(found, status, "{}: {case}", node.name);
        }
        assert_eq!(node.store.version(node.id.number(), id.value()).await.unwrap(), 1, "nothing was recorded");

        assert_eq!(node.act("ana", id, "take", &[]).await.status, StatusCode::SEE_OTHER);
        for (case, question) in [("nothing", "  "), ("too much", long.as_str())] {
            let answer = node.act("ana", id, "ask", &[("question", question)]).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{}: {case}", node.name);
            assert!(answer.has("要机关说明什么") && answer.has("field-error"), "{case}");
        }
        let stranger = node.act("ana", id, "conclude", &[("verdict-0", "guilty"), ("grounds", "x")]).await;
        assert_eq!(stranger.status, StatusCode::UNPROCESSABLE_ENTITY, "no such verdict");
        assert_eq!(node.store.version(node.id.number(), id.value()).await.unwrap(), 2);
    }
}

#[tokio::test]
async fn forged_and_doubled_forms() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        let (path, action) = (format!("/warnings/{id}"), format!("/warnings/{id}/take"));
        let cookie = node.enter("ana").await;
        let form = hidden(&node.get_with(&cookie, &path).await.text(), &action);
        let forged: Vec<(String, String)> = form
            .iter()
            .map(|(name, value)| (name.clone(), if name == "csrf" { "x".repeat(43) } else { value.clone() }))
            .collect();
        assert_eq!(node.post_with(&cookie, &action, &forged).await.status, StatusCode::FORBIDDEN, "forged token");
        let without: Vec<_> = form.iter().filter(|(name, _)| name != "command").cloned().collect();
        assert_eq!(node.post_with(&cookie, &action, &without).await.status, StatusCode::BAD_REQUEST, "no command");
        let elsewhere = Request::post(&action)
            .header("cookie", &cookie)
            .header("sec-fetch-site", "cross-site")
            .header("content-type", "application/x-www-form-urlencoded")
            .body(Body::from("csrf=x"))
            .unwrap();
        assert_eq!(node.send(elsewhere).await.status, StatusCode::FORBIDDEN, "from elsewhere");
        // Twice one after the other, then at once: one act.
        let (one, other) =
            tokio::join!(node.post_with(&cookie, &action, &form), node.post_with(&cookie, &action, &form));
        assert_eq!((one.status, other.status), (StatusCode::SEE_OTHER, StatusCode::SEE_OTHER), "{}", node.name);
        assert_eq!(node.post_with(&cookie, &action, &form).await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.store.version(node.id.number(), id.value()).await.unwrap(), 2, "{}: one act", node.name);
    }
}

#[tokio::test]
async fn a_quota_holds() {
    let node = node(Place::sqlite()).await;
    let findings: Vec<_> = (0..26).map(|at| finding(&format!("p-{at}"), 1, &[("R024", "0.3")])).collect();
    let ids: Vec<_> = findings.iter().map(id_of).collect();
    node.raise(findings).await;
    let cookie = node.enter("chief").await;
    let queue = node.get_with(&cookie, "/queue").await;
    let csrf = hidden(&queue.text(), "/queue/assign");
    let mut rows = csrf.clone();
    rows.extend(ids.iter().take(25).map(|id| ("row".to_owned(), id.to_string())));
    let whom = node.post_with(&cookie, "/queue/assign", &rows).await;
    assert_eq!(whom.status, StatusCode::OK);
    assert!(whom.has("ana（在手 0 件）"));
    let mut form = hidden(&whom.text(), "/queue/assign");
    form.push(("inspector".to_owned(), officer("ana").to_string()));
    assert_eq!(node.post_with(&cookie, "/queue/assign", &form).await.location, "/queue");
    let last = ids[25];
    let refused = node.act("chief", last, "assign", &[("inspector", &officer("ana").to_string())]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.has("已达上限 25 件"));
    let none = node.post_with(&cookie, "/queue/assign", &csrf).await;
    assert!(none.has("没有选中任何一件"), "an empty choice says so");
}
