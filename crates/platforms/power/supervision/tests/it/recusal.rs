//! Who keeps out of a warning, and what happens to it; what is overdue where nobody is above.

use axum::http::StatusCode;
use kernel::MatterId;
use supervision::store::{Reach, load};
use supervision::types::Warning;

use crate::support::{Node, both, finding, id_of, officer};

async fn now(node: &Node, id: MatterId) -> Warning {
    load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap().0
}

async fn done(node: &Node, who: &str, id: MatterId, verb: &str, fields: &[(&str, &str)]) {
    let answer = node.act(who, id, verb, fields).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}: {who} {verb}: {}", node.name, answer.text());
}

#[tokio::test]
async fn an_inspector_recuses_themselves_and_the_chief_names_another() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        done(&node, "ana", id, "take", &[]).await;
        let silent = node.act("ana", id, "recuse", &[("reason", " ")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY, "a recusal has a reason");
        done(&node, "ana", id, "recuse", &[("reason", "My brother bids there.\n<b>x</b>")]).await;
        assert_eq!(now(&node, id).await.stage.code(), "dispatched", "{}: it waits for another", node.name);
        // Ana reads it, and does nothing in it any more: her page has no form, and a form kept from before is refused.
        let page = node.get("ana", &format!("/warnings/{id}")).await;
        assert!(page.has("My brother bids there.") && !page.has("<b>x") && page.has("已回避"), "{}", node.name);
        let refused = node.act("ana", id, "take", &[]).await;
        assert_ne!(refused.status, StatusCode::SEE_OTHER, "{}: {}", node.name, refused.text());
        let chosen = node.act("chief", id, "assign", &[("inspector", &officer("ana").to_string())]).await;
        assert_eq!(chosen.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", chosen.text());
        assert!(chosen.has("已经回避"), "{}", chosen.text());
        done(&node, "chief", id, "assign", &[("inspector", &officer("boris").to_string())]).await;
        done(&node, "boris", id, "ask", &[("question", "Why?")]).await;

        // The chief recuses Boris while the organ is asked: another has it, stage and clock stay.
        let before = now(&node, id).await;
        let boris = officer("boris").to_string();
        let clerk = node.act("clerk", id, "recuse-officer", &[("officer", &boris), ("reason", "x")]).await;
        assert_eq!(clerk.status, StatusCode::FORBIDDEN, "only who dispatches recuses others");
        done(&node, "chief", id, "recuse-officer", &[("officer", &boris), ("reason", "He was their clerk.")]).await;
        assert!(node.get("chief", "/").await.has("Demo works p-1"), "{}: it waits for the chief", node.name);
        let own = node.act("boris", id, "lift", &[("lifted", &boris), ("lift-grounds", "x")]).await;
        assert_eq!(own.status, StatusCode::FORBIDDEN);
        let ana = officer("ana").to_string();
        let empty = node.act("chief", id, "lift", &[("lifted", &ana), ("lift-grounds", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        done(&node, "chief", id, "lift", &[("lifted", &ana), ("lift-grounds", "Another of that name.")]).await;
        done(&node, "chief", id, "assign", &[("inspector", &ana)]).await;
        let after = now(&node, id).await;
        assert_eq!((after.stage.code(), &after.clock), ("asked", &before.clock));
        assert_eq!(after.active_inspector(), Some(officer("ana")));
        let page = node.get("chief", &format!("/warnings/{id}")).await;
        for text in ["He was their clerk.", "Another of that name.", "改由"] {
            assert!(page.has(text), "{}: {text}", node.name);
        }
        let stranger = node.act("chief", id, "recuse-officer", &[("officer", "x"), ("reason", "x")]).await;
        assert_eq!(stranger.status, StatusCode::BAD_REQUEST);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn at_the_top_it_is_overdue_and_stays() {
    for node in both().await {
        let mut flag = finding("p-1", 1, &[("R024", "0.3")]);
        flag.organ = Some(crate::support::CITY);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        done(&node, "above", id, "take", &[]).await;
        node.clock.advance_days(60);
        assert_eq!(node.clockwork().tick().await.unwrap(), 1);
        assert_eq!(node.clockwork().tick().await.unwrap(), 0, "once");
        let warning = now(&node, id).await;
        assert_eq!((warning.passed_up, warning.at_top, warning.stage.code()), (0, true, "checking"), "{}", node.name);
        let page = node.get("above", &format!("/warnings/{id}")).await;
        assert!(page.has("没有可以升级的单位"), "{}", page.text());
        node.rebuilds().await;
    }
}
