//! The whole life of a warning, by several officers.

use axum::http::StatusCode;
use kernel::MatterId;
use supervision::store::{Filter, Reach, Tab, counts, load, precision, wilson};
use supervision::types::Warning;

use crate::support::{CITY_UNIT, Node, both, finding, id_of, officer};

async fn now(node: &Node, id: MatterId) -> Warning {
    load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap().0
}

async fn done(node: &Node, who: &str, id: MatterId, verb: &str, fields: &[(&str, &str)], stage: &str) {
    let answer = node.act(who, id, verb, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {who} {verb}: {}", node.name, answer.text());
    assert_eq!(answer.location, format!("/warnings/{id}"));
    assert_eq!(now(node, id).await.stage.code(), stage, "{}: {who} {verb}", node.name);
    // Whoever acts, each reader's page still opens.
    for reader in ["ana", "chief", "clerk", "head"] {
        let page = node.get(reader, &format!("/warnings/{id}")).await;
        assert_eq!(page.status, StatusCode::OK, "{reader} after {verb}");
    }
}

#[tokio::test]
async fn from_flag_to_closed() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3"), ("CN-04", "0")]);
        let id = id_of(&flag);
        assert_eq!(node.raise(vec![flag]).await, 1);
        let ana = officer("ana").to_string();

        let cockpit = node.get("chief", "/").await;
        assert!(cockpit.has("Demo works p-1") && cockpit.has("派给核查人"), "{}: it waits for the chief", node.name);
        assert!(node.get("clerk", "/").await.has("没有等您办的预警"));

        done(&node, "chief", id, "assign", &[("inspector", &ana)], "checking").await;
        done(&node, "ana", id, "ask", &[("question", "Why so close?")], "asked").await;
        assert!(node.get("clerk", "/").await.has("向监督单位说明"), "{}: it is the organ's turn", node.name);
        done(&node, "clerk", id, "explain", &[("explanation", "One price norm.\n\n<b>Really</b>")], "checking").await;
        let page = node.get("ana", &format!("/warnings/{id}")).await;
        assert!(page.has("One price norm.") && page.has("b&gt;Really") && !page.has("<b>Really"), "{}", node.name);

        // A verdict is missing: nothing happens, and nothing that was typed is lost.
        let half = node.act("ana", id, "conclude", &[("verdict-0", "confirmed"), ("grounds", "typed before")]).await;
        assert_eq!(half.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(half.has("typed before") && half.has("请为这一条作出结论"), "{}", node.name);
        assert_eq!(now(&node, id).await.stage.code(), "checking");

        let verdicts = [("verdict-0", "confirmed"), ("verdict-1", "explained"), ("grounds", "The norm is no reason.")];
        done(&node, "ana", id, "conclude", &verdicts, "correcting").await;
        done(&node, "head", id, "appeal", &[("grounds", "It is one.")], "appealed").await;
        let own = node.act("ana", id, "decide", &[("decision", "uphold"), ("grounds", "mine")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN, "who judges does not decide appeals");
        done(&node, "chief", id, "decide", &[("decision", "uphold"), ("grounds", "It is not.")], "correcting").await;
        done(&node, "clerk", id, "correct", &[("measures", "We wrote a letter.")], "corrected").await;
        done(&node, "ana", id, "return", &[("why", "The sum is not paid back.")], "correcting").await;
        done(&node, "clerk", id, "correct", &[("measures", "Paid back.")], "corrected").await;
        done(&node, "ana", id, "accept", &[("note", "Seen the transfer.")], "closed").await;

        let page = node.get("chief", &format!("/warnings/{id}")).await;
        for text in
            ["The norm is no reason.", "It is one.", "Seen the transfer.", "已整改", "peers of p-1 for 2 reasons"]
        {
            assert!(page.has(text), "{}: {text}", node.name);
        }
        let known = precision(&node.store, node.id, &["R024", "CN-04"]).await.unwrap();
        assert_eq!((known["R024"].confirmed, known["CN-04"].explained), (1, 1));
        assert!(
            node.store.due(node.id.number(), "supervision.clock", i64::MAX, 10).await.unwrap().is_empty(),
            "no clock runs on"
        );
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn an_appeal_that_is_right_takes_the_conclusion_back() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        done(&node, "boris", id, "take", &[], "checking").await;
        let verdict = [("verdict-0", "confirmed"), ("grounds", "So it seems.")];
        done(&node, "boris", id, "conclude", &verdict, "correcting").await;
        done(&node, "head", id, "appeal", &[("grounds", "Wrong lot.")], "appealed").await;
        done(&node, "chief", id, "decide", &[("decision", "revoke"), ("grounds", "Wrong lot indeed.")], "closed").await;
        let known = precision(&node.store, node.id, &["R024"]).await.unwrap();
        assert_eq!((known["R024"].confirmed, known["R024"].refuted), (0, 1), "it counts as refuted");
        assert_eq!(known["R024"].share(), None);
        assert!(wilson(1, 10).0 < 0.1);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn what_runs_out_of_time_goes_up() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        assert_eq!(node.clockwork().tick().await.unwrap(), 0, "its time has just begun");
        node.clock.advance_days(4);
        assert!(node.get("chief", "/").await.has("逾期"), "{}: the cockpit says it is late", node.name);
        assert_eq!(node.clockwork().tick().await.unwrap(), 1);
        assert_eq!(node.clockwork().tick().await.unwrap(), 0, "once");
        let warning = now(&node, id).await;
        assert_eq!((warning.unit, warning.light.code(), warning.passed_up), (CITY_UNIT, "red", 1));
        let refused = node.act("ana", id, "take", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN, "ana's page offers no such form any more");
        done(&node, "above", id, "take", &[], "checking").await;
        let all = Filter { tab: Tab::All, ..Filter::default() };
        let found =
            counts(&node.store, &Reach::of_system(node.id), &all, kernel::Clock::now(&node.clock)).await.unwrap();
        assert_eq!((found.of(Tab::Open), found.late), (1, 0));
        node.rebuilds().await;
    }
}
