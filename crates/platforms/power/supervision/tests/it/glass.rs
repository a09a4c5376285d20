//! Reading one warning beyond one's reach: by two persons, for some hours, every reading on record.

use std::sync::Arc;

use axum::http::StatusCode;
use supervise::Watch;
use supervision::GlassRule;
use supervision::store::{Reach, load};

use crate::support::{CITY_UNIT, both, finding, id_of, sent};

const ASKED: [(&str, &str); 3] =
    [("number", "W-000001"), ("grounds", "The same firm bids here.\n<i>x</i>"), ("hours", "24")];

#[tokio::test]
async fn two_persons_open_it_for_some_hours_and_supervision_is_told() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        let path = format!("/warnings/{id}");
        assert_eq!(node.get("ivan", &path).await.status, StatusCode::NOT_FOUND);
        let asked = sent(&node, "ivan", "/break-glass", "/break-glass", &ASKED).await;
        assert_eq!(asked.status, StatusCode::SEE_OTHER, "{}: {}", node.name, asked.text());
        let access = asked.location.clone();
        assert_eq!(node.get("ivan", &path).await.status, StatusCode::NOT_FOUND, "nothing before it is approved");
        let again = sent(&node, "ivan", "/break-glass", "/break-glass", &ASKED).await;
        assert!(again.has("glass.twice"), "{}", again.text());

        // Neither who asked, nor their own chief, nor an inspector of the unit approves.
        let yes = [("answer", "approve"), ("grounds", "Seen the file of the other district.")];
        for (who, status) in
            [("ivan", StatusCode::FORBIDDEN), ("ruth", StatusCode::NOT_FOUND), ("ana", StatusCode::FORBIDDEN)]
        {
            let answer = sent(&node, who, &access, &access, &yes).await;
            assert_eq!(answer.status, status, "{}: {who}: {}", node.name, answer.text());
        }
        assert!(node.get("chief", "/break-glass").await.has("W-000001"), "{}: the head of the unit sees it", node.name);
        let page = node.get("chief", &access).await;
        assert!(page.has("The same firm bids here.") && !page.has("<i>x"), "{}", page.text());
        let silent = sent(&node, "chief", &access, &access, &[("answer", "approve"), ("grounds", " ")]).await;
        assert!(silent.has("glass.grounds"), "{}", silent.text());
        let approved = sent(&node, "chief", &access, &access, &yes).await;
        assert_eq!(approved.status, StatusCode::SEE_OTHER, "{}: {}", node.name, approved.text());
        assert!(sent(&node, "chief", &access, &access, &yes).await.has("glass.decided"));

        // Who asked reads it, and nobody beside; each reading is an act, and the warning is not touched by it.
        let (before, _) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        for reading in 1..=2_usize {
            let read = node.get("ivan", &path).await;
            assert_eq!(read.status, StatusCode::OK, "{}: {}", node.name, read.text());
            assert!(read.has("Demo works p-1") && read.has("这次查阅已记账"), "{}", node.name);
            assert!(!read.has(&format!("{path}/take")), "reading is all");
            let acts = node.store.newest_acts(node.id.number(), "glass.read", 0, 10).await.unwrap();
            assert_eq!(acts.len(), reading, "{}", node.name);
        }
        let (after, _) = load(&node.store, &Reach::of_system(node.id), id).await.unwrap().unwrap();
        assert_eq!(before.version, after.version);
        assert_eq!(node.get("ruth", &path).await.status, StatusCode::NOT_FOUND);
        let receipt = node.get("ivan", &format!("{path}/acts/0/receipt")).await;
        assert_eq!(receipt.status, StatusCode::NOT_FOUND, "the page is opened, and no receipt");

        // The superior of who asked gets a warning about it.
        let watch = Watch::new(
            node.store.clone(),
            node.id,
            vec![GlassRule::new(node.directory.clone())],
            Arc::new(node.book()),
        );
        watch.catch_up().await.unwrap();
        let found = node.get("above", "/queue").await;
        assert!(found.has("紧急查阅 Break-glass W-000001"), "{}: {}", node.name, found.text());
        let raised = supervision::store::by_number(&node.store, node.id, 2).await.unwrap().unwrap();
        let (raised, _) = load(&node.store, &Reach::of_system(node.id), raised).await.unwrap().unwrap();
        assert_eq!(raised.unit, CITY_UNIT, "{}: not the unit's own", node.name);
        let page = node.get("above", &format!("/warnings/{}", raised.id)).await;
        assert!(
            page.status == StatusCode::OK && page.has("24 小时") && !page.has("/indicators/BG-01"),
            "{}",
            page.text()
        );
        assert_eq!(node.get("above", &access).await.status, StatusCode::OK, "{}: and sees what was read", node.name);

        node.clock.advance_days(1);
        assert_eq!(node.get("ivan", &path).await.status, StatusCode::NOT_FOUND, "{}: it ends by itself", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn what_does_not_fit_opens_nothing() {
    for node in both().await {
        let flag = finding("p-1", 1, &[("R024", "0.3")]);
        let id = id_of(&flag);
        node.raise(vec![flag]).await;
        let before = node.store.log_size(node.id.number()).await.unwrap();
        let with = |name: &str, value: &'static str| {
            ASKED.map(|(field, given)| if field == name { (field, value) } else { (field, given) })
        };
        let cases = [
            ("ivan", with("number", "x"), "glass.no_such_warning"),
            ("ivan", with("number", "W-999999"), "glass.no_such_warning"),
            ("ivan", with("number", "<script>"), "glass.no_such_warning"),
            ("ivan", with("hours", "0"), "glass.hours"),
            ("ivan", with("hours", "73"), "glass.hours"),
            ("ivan", with("hours", "soon"), "glass.hours"),
            ("ivan", with("grounds", " "), "glass.grounds"),
            ("boris", ASKED, "glass.within_reach"),
        ];
        for (who, fields, code) in cases {
            let answer = sent(&node, who, "/break-glass", "/break-glass", &fields).await;
            assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY, "{code}: {}", answer.text());
            assert!(answer.has(code), "{code}: {}", answer.text());
        }
        for who in ["clerk", "head", "data"] {
            assert_eq!(node.get(who, "/break-glass").await.status, StatusCode::FORBIDDEN, "{who}");
        }
        assert_eq!(node.get("ivan", "/break-glass/x").await.status, StatusCode::NOT_FOUND);
        assert_eq!(
            node.get("ivan", &format!("/break-glass/{id}")).await.status,
            StatusCode::NOT_FOUND,
            "a warning is no access"
        );
        assert_eq!(node.store.log_size(node.id.number()).await.unwrap(), before, "{}", node.name);
        // Refused by the head: it stays closed.
        let asked = sent(&node, "ivan", "/break-glass", "/break-glass", &ASKED).await.location;
        assert_eq!(
            node.get("boris", &asked).await.status,
            StatusCode::OK,
            "whoever reaches the warning sees who asked"
        );
        let odd = sent(&node, "chief", &asked, &asked, &[("answer", "perhaps"), ("grounds", "x")]).await;
        assert_eq!(odd.status, StatusCode::BAD_REQUEST);
        let no = sent(&node, "chief", &asked, &asked, &[("answer", "refuse"), ("grounds", "No need.")]).await;
        assert_eq!(no.status, StatusCode::SEE_OTHER);
        assert_eq!(node.get("ivan", &format!("/warnings/{id}")).await.status, StatusCode::NOT_FOUND);
        assert!(node.get("ivan", &asked).await.has("No need."), "{}", node.name);
        node.rebuilds().await;
    }
}
