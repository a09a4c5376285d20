//! The book: every finding once, numbered without gaps, and what was dealt with not again.

use axum::http::StatusCode;
use store::{RecordError, Unit};
use supervise::WarningBook as _;
use supervision::store::{Filter, Order, Reach, Tab, list};
use testkit::place::Place;

use crate::support::{CITY_UNIT, Node, UNIT, both, finding, id_of, node};

async fn all(node: &Node) -> Vec<(u64, String, usize)> {
    let filter = Filter { tab: Tab::All, ..Filter::default() };
    let reach = Reach::of_system(node.id);
    let listed = list(&node.store, &reach, &filter, (Order::Number, false), (0, 100)).await.unwrap();
    listed.into_iter().map(|warning| (warning.number, warning.stage, warning.reasons.len())).collect()
}

#[tokio::test]
async fn a_finding_is_entered_once() {
    for node in both().await {
        let first = || finding("p-1", 1, &[("R024", "0.3")]);
        let second = || finding("p-2", 1, &[("R018", "1")]);
        assert_eq!(node.raise(vec![first(), second()]).await, 2);
        assert_eq!(node.raise(vec![first(), second()]).await, 0, "{}: the same act again", node.name);
        assert_eq!(node.raise(vec![finding("p-1", 2, &[("R024", "0.3")])]).await, 0, "a later run, the same facts");
        assert_eq!(node.raise(vec![finding("p-1", 3, &[("R024", "0.3"), ("CN-04", "0")])]).await, 1, "one more reason");
        let stages = |rows: &[(u64, &str, usize)]| -> Vec<(u64, String, usize)> {
            rows.iter().map(|(number, stage, reasons)| (*number, (*stage).to_owned(), *reasons)).collect()
        };
        assert_eq!(all(&node).await, stages(&[(1, "dispatched", 2), (2, "dispatched", 1)]));

        // Closed as refuted: the same facts stay closed, others are a new warning.
        let id = id_of(&second());
        assert_eq!(node.act("ana", id, "take", &[]).await.status, StatusCode::SEE_OTHER);
        let verdict = [("verdict-0", "refuted"), ("grounds", "The record was wrong.")];
        assert_eq!(node.act("ana", id, "conclude", &verdict).await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.raise(vec![finding("p-2", 4, &[("R018", "1")])]).await, 0, "refuted, and unchanged");
        assert_eq!(node.raise(vec![finding("p-2", 5, &[("R018", "0")])]).await, 1, "the facts have changed");
        assert_eq!(
            all(&node).await,
            stages(&[(1, "dispatched", 2), (2, "closed", 1), (3, "dispatched", 1)]),
            "{}: numbers have no gap",
            node.name
        );
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn what_nobody_finds_again_is_a_warning_beside_a_dispute() {
    for node in both().await {
        let first = finding("p-1", 1, &[("ES-11", "1")]);
        assert_eq!(node.raise(vec![first.clone()]).await, 1);
        let later = |cause, once| supervise::Finding { once, ..finding("p-1", cause, &[("ES-11", "2")]) };
        let id = id_of(&first);
        assert_eq!(node.act("ana", id, "take", &[]).await.status, StatusCode::SEE_OTHER);
        let verdict = [("verdict-0", "confirmed"), ("grounds", "It was late.")];
        assert_eq!(node.act("ana", id, "conclude", &verdict).await.status, StatusCode::SEE_OTHER);
        assert_eq!(node.raise(vec![later(2, false)]).await, 0, "{}: the next run finds it again", node.name);
        assert_eq!(node.raise(vec![later(3, true)]).await, 1, "{}: nobody does", node.name);
        assert_eq!(node.raise(vec![later(4, true)]).await, 0, "{}: the same once more", node.name);
        let rows = all(&node).await;
        let rows: Vec<(u64, &str)> = rows.iter().map(|(number, stage, _)| (*number, stage.as_str())).collect();
        assert_eq!(rows, [(1, "correcting"), (2, "dispatched")], "{}", node.name);
        node.rebuilds().await;
    }
}

#[tokio::test]
async fn two_at_once_do_not_share_a_number() {
    let node = node(Place::sqlite()).await;
    let enter = |key: &str| {
        let flag = finding(key, 1, &[("R024", "0.3")]);
        vec![(id_of(&flag), flag)]
    };
    let (one, other) = (enter("p-1"), enter("p-2"));
    let book = node.book();
    let first = book.enter(node.id, &one).await.unwrap();
    let second = book.enter(node.id, &other).await.unwrap();
    node.store.record_unit(Unit { acts: first, operations: Vec::new() }).await.unwrap();
    let late = node.store.record_unit(Unit { acts: second, operations: Vec::new() }).await;
    assert!(matches!(late, Err(RecordError::Conflict { .. })), "the second sees the series as it is, next time");
    assert_eq!(node.raise(other.into_iter().map(|(_, finding)| finding).collect()).await, 1);
    assert_eq!(all(&node).await.iter().map(|row| row.0).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn each_goes_to_the_unit_responsible() {
    let node = node(Place::sqlite()).await;
    let ours = finding("p-1", 1, &[("R024", "0.3")]);
    let mut nobodys = finding("p-2", 1, &[("R024", "0.3")]);
    nobodys.organ = None;
    let mut huge = finding("p-3", 1, &[]);
    huge.reasons = (0..600).map(|at| finding("x", 1, &[("R024", &at.to_string())]).reasons.remove(0)).collect();
    assert_eq!(node.raise(vec![ours, nobodys, huge]).await, 3, "an act holds what it can");
    let filter = Filter::default();
    let listed = list(&node.store, &Reach::of_system(node.id), &filter, (Order::Number, false), (0, 10)).await.unwrap();
    let units: Vec<_> = listed.iter().map(|warning| warning.unit).collect();
    assert_eq!(units, [UNIT, CITY_UNIT, UNIT]);
    assert_eq!(listed[2].reasons.len(), 100);
    node.rebuilds().await;
}
