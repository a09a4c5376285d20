//! Who acts in somebody's stead: with their post, under their name, until the day it ends.

use axum::http::StatusCode;
use directory::RegisterEvent;
use kernel::Clock as _;
use kernel::officer::{Mandate, MandateKind};
use store::Actor;
use supervision::store::{Reach, load};

use crate::support::{Node, both, finding, id_of, officer, post_of};

async fn mandated(node: &Node, holder: &str, agent: &str, duties: &[&str], days: i64) {
    let today = node.clock.today();
    let mandate = Mandate {
        kind: if duties.is_empty() { MandateKind::Leave } else { MandateKind::Delegation },
        holder: officer(holder),
        post: post_of(holder),
        agent: officer(agent),
        duties: duties.iter().map(|duty| (*duty).to_owned()).collect(),
        from: today,
        to: today.plus(days),
    };
    let actor = Actor::System { component: "tests".to_owned(), version: "1".to_owned() };
    node.directory.enter(&RegisterEvent::Mandated { mandates: vec![mandate] }, actor).await.unwrap();
}

#[tokio::test]
async fn a_substitute_works_under_the_inspectors_post_until_the_leave_ends() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        assert_eq!(node.get("data", &format!("/warnings/{id}")).await.status, StatusCode::FORBIDDEN);
        mandated(&node, "ana", "data", &[], 7).await;
        let cookie = node.enter("data").await;
        assert_eq!(
            node.get_with(&cookie, "/queue").await.status,
            StatusCode::FORBIDDEN,
            "under the own post, as before"
        );
        let cookie = node.switch(&cookie, post_of("ana")).await;
        assert!(
            node.get_with(&cookie, "/").await.has("Demo works p-1"),
            "{}: what waits for Ana waits here",
            node.name
        );
        let taken = node.act_with(&cookie, id, "take", &[]).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let (warning, acts) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        assert_eq!(warning.stage.inspector(), Some(officer("ana")), "{}: it is Ana's", node.name);
        let act = &acts.last().unwrap().act;
        assert_eq!(act.on_behalf_of, Some(officer("ana").to_string()));
        assert_eq!(act.actor, Actor::Officer { pseudonym: officer("data").to_string() });
        assert!(
            node.get("chief", &format!("/warnings/{id}")).await.has("（代ana）"),
            "{}: and the page says so",
            node.name
        );
        let verdict = [("verdict-0", "confirmed"), ("grounds", "So it is.")];
        assert_eq!(node.act_with(&cookie, id, "conclude", &verdict).await.status, StatusCode::SEE_OTHER);

        // It ends by itself: the session under that post is over, and the next begins under the own post.
        node.clock.advance_days(7);
        assert_eq!(node.get_with(&cookie, "/queue").await.location, "/sign-in?next=%2Fqueue");
        let cookie = node.enter("data").await;
        assert_eq!(node.get_with(&cookie, "/queue").await.status, StatusCode::FORBIDDEN);
        let (warning, _) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        assert_eq!((warning.stage.code(), warning.concluded_by), ("correcting", Some(officer("data"))));
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn what_is_apart_stays_apart_for_a_delegate() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        mandated(&node, "chief", "boris", &["supervision-chief"], 7).await;
        let own = node.enter("boris").await;
        // Verdict and appeal are not in one hand: for that time Boris judges nothing and decides no appeal, but dispatches.
        assert_eq!(node.act_with(&own, id, "take", &[]).await.status, StatusCode::FORBIDDEN, "{}", node.name);
        let chief = node.switch(&own, post_of("chief")).await;
        let ana = officer("ana").to_string();
        let given = node.act_with(&chief, id, "assign", &[("inspector", &ana)]).await;
        assert_eq!(given.status, StatusCode::SEE_OTHER, "{}: {}", node.name, given.text());
        assert!(node.get("ana", &format!("/warnings/{id}")).await.has("（代chief）"), "{}", node.name);
        node.rebuilds().await;
    }
}
