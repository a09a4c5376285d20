//! A figure is tried, proposed, decided by another, and judged by from the next run on; rebuilt from the acts.

use axum::http::StatusCode;
use redflags::import::{By, Importer, Input};
use redflags::screening::QueuePolicy;

use crate::data;
use crate::support::{Node, both};

/// How many subjects R003 raised in the newest run.
async fn raised(node: &Node) -> i64 {
    let sql = "select count(*) from flag where node = $1 and indicator = 'R003'";
    node.store.read(sql, &[node.node.number().into()]).await.unwrap()[0].int(0).unwrap()
}

async fn run(node: &Node) {
    let source = Importer::source_matter("test");
    node.importer.screen(source, QueuePolicy::default(), &By::system("test"), |_, _| {}).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn tried_proposed_decided_and_in_force() {
    for node in both().await {
        let by = By::system("test");
        let source = node.importer.enter_source("test", "演示来源", None, &by).await.unwrap();
        let path = node.place.folder().join("a.jsonl");
        std::fs::write(&path, data::many(0, 60)).unwrap();
        let input = Input::Ocds { path, name: "a.jsonl".to_owned() };
        node.importer.import(source, input, &by, |_| {}).await.unwrap();
        run(&node).await;
        let before = raised(&node).await;
        assert!(before > 0, "{}: the data have something to find", node.name);

        let steward = node.officer("rule-steward").await;
        let csrf = steward.csrf("/indicators/R003").await;
        let given = [("csrf", csrf.as_str()), ("p-days", "1"), ("state", "off")];
        let trial = steward.post("/indicators/R003/trials", &given).await.location().to_owned();
        let page = steward.ended(&trial).await.text();
        assert!(page.contains("Propose what was tried"), "{page}");
        let propose = format!("{trial}/propose");
        let empty = steward.post(&propose, &[("csrf", &csrf), ("reason", " ")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("amendment.no_reason"));
        let proposed = steward.post(&propose, &[("csrf", &csrf), ("reason", "<b>误报</b>偏多")]).await;
        assert_eq!(proposed.status, StatusCode::SEE_OTHER, "{}", proposed.text());
        let again = steward.post(&propose, &[("csrf", &csrf), ("reason", "x")]).await;
        assert!(again.text().contains("amendment.waits"), "{}", again.text());

        // What waits is not in force, and its proposer has neither the form nor the right.
        run(&node).await;
        assert_eq!(raised(&node).await, before);
        let decide = "/indicators/R003/amendments/1";
        let own = steward.post(decide, &[("csrf", &csrf), ("decision", "approve"), ("grounds", "x")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        assert!(!steward.page("/indicators/R003").await.contains(decide));

        let approver = node.officer("rule-approver").await;
        let page = approver.page("/indicators/R003").await;
        assert!(page.contains(decide) && page.contains("&lt;b&gt;") && !page.contains("<b>误报"), "{page}");
        assert!(!page.contains("redflags-"), "every text is there");
        let csrf = approver.csrf("/indicators/R003").await;
        for (case, fields, code) in [
            ("no grounds", vec![("decision", "approve"), ("grounds", "")], "amendment.no_reason"),
            ("no decision", vec![("decision", "perhaps"), ("grounds", "x")], "door.malformed"),
        ] {
            let mut all = vec![("csrf", csrf.as_str())];
            all.extend(fields);
            let answer = approver.post(decide, &all).await;
            assert!(answer.status.is_client_error() && answer.text().contains(code), "{case}: {}", answer.text());
        }
        let fields = [("csrf", csrf.as_str()), ("decision", "approve"), ("grounds", "同意，试算清楚")];
        let approved = approver.post(decide, &fields).await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}", approved.text());
        let twice = approver.post(decide, &fields).await;
        assert!(twice.text().contains("amendment.nothing_waits"), "{}", twice.text());

        run(&node).await;
        let after = raised(&node).await;
        assert_eq!(after, 0, "{}: {before} before, and now it is switched off", node.name);
        let settings = node.importer.settings_in_force().await.unwrap();
        assert_eq!(settings.figure_named("R003", "days"), Some(1.0));
        let page = approver.page("/indicators/R003").await;
        assert!(page.contains("in force") && page.contains("同意，试算清楚"));

        let projectors: [&dyn store::Projector; 2] =
            [&directory::projector(), &redflags::projector(node.settings.clone())];
        let report = node.store.rebuild(node.node.number(), &projectors, false, |_| {}).await.unwrap();
        assert!(report.differences.is_empty(), "{}: {:?}", node.name, report.differences);
    }
}
