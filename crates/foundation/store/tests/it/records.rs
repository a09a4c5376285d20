//! What `record` promises.

use store::{Operation, RecordError, Unit, Value, move_cursor};

use crate::support::{NODE, NOTES, Notes, both, claim, noted};

#[tokio::test]
async fn an_act_and_its_rows_stand_together() {
    for it in both().await {
        let (act, changes) = noted(1, 1, &["first", "第二"]);
        let receipt = it.store.record(act, changes).await.unwrap();
        assert_eq!(receipt.idx, 0, "{}", it.name);
        let rows = it.store.read("select words, amount from note where node = $1 order by line", &[NODE.into()]).await;
        let rows = rows.unwrap();
        assert_eq!(rows.len(), 2);
        assert_eq!((rows[1].text(0).unwrap(), rows[1].int(1).unwrap()), ("第二".to_owned(), 6));
        let acts = it.store.feed(NODE, 0, 10).await.unwrap();
        assert_eq!((acts.len(), acts[0].act.kind.as_str()), (1, "notes.noted@1.0"));
        it.store.close().await;
        let again = it.place.open(&[NOTES]).await;
        assert_eq!(again.log_size(NODE).await.unwrap(), 1, "{}: survives", it.name);
    }
}

#[tokio::test]
async fn a_matter_that_moved_on_refuses() {
    for it in both().await {
        let (act, changes) = noted(1, 1, &["a"]);
        it.store.record(act, changes).await.unwrap();
        let cases = [("the same version again", 1, 0, 1), ("a version too far", 3, 2, 1)];
        for (case, version, expected, found) in cases {
            let (act, changes) = noted(1, version, &["b"]);
            match it.store.record(act, changes).await {
                Err(RecordError::Conflict { expected: e, found: f, .. }) => {
                    assert_eq!((e, f), (expected, found), "{}: {case}", it.name);
                }
                other => panic!("{}: {case}: {other:?}", it.name),
            }
        }
        assert_eq!(it.store.log_size(NODE).await.unwrap(), 1, "a refused act leaves no hole");
    }
}

#[tokio::test]
async fn a_claim_has_one_holder() {
    for it in both().await {
        let with_claim = |matter: u128, version: u64| {
            let (act, mut changes) = noted(matter, version, &["x"]);
            changes.push(claim("one name"));
            (act, changes)
        };
        let (act, changes) = with_claim(1, 1);
        it.store.record(act, changes).await.unwrap();
        let (act, changes) = with_claim(2, 1);
        let refused = it.store.record(act, changes).await;
        assert!(matches!(refused, Err(RecordError::Taken { holder: 1, .. })), "{}: {refused:?}", it.name);
        assert_eq!(it.store.version(NODE, 2).await.unwrap(), 0, "{}: the loser's head is not opened", it.name);
        let (act, changes) = with_claim(1, 2);
        it.store.record(act, changes).await.unwrap_or_else(|error| panic!("{}: again by its holder: {error}", it.name));
    }
}

#[tokio::test]
async fn a_command_given_again_returns_its_first_receipt() {
    for it in both().await {
        let with_command = |lines: &[&str]| {
            let (mut act, changes) = noted(1, 1, lines);
            act.command = Some("command-1".to_owned());
            (act, changes)
        };
        let (act, changes) = with_command(&["a"]);
        let first = it.store.record(act, changes).await.unwrap();
        let (act, changes) = with_command(&["a"]);
        assert_eq!(it.store.record(act, changes).await.unwrap(), first, "{}", it.name);
        let (act, changes) = with_command(&["something else"]);
        let refused = it.store.record(act, changes).await;
        assert!(matches!(refused, Err(RecordError::CommandReused)), "{}: {refused:?}", it.name);
    }
}

#[tokio::test]
async fn a_command_given_many_times_at_once_is_recorded_once() {
    for it in both().await {
        for matter in 1..20_u128 {
            let tasks: Vec<_> = (0..8)
                .map(|_| {
                    let (mut act, changes) = noted(matter, 1, &["a"]);
                    act.command = Some(format!("command-{matter}"));
                    let store = it.store.clone();
                    tokio::spawn(async move { store.record(act, changes).await })
                })
                .collect();
            for task in tasks {
                let receipt = task.await.unwrap().unwrap_or_else(|error| panic!("{}: {error}", it.name));
                assert_eq!(u128::from(receipt.idx), matter - 1, "{}", it.name);
            }
        }
    }
}

#[tokio::test]
async fn one_loser_changes_no_other_outcome() {
    for it in both().await {
        let (act, changes) = noted(1, 1, &["taken"]);
        it.store.record(act, changes).await.unwrap();
        let mut tasks = Vec::new();
        for matter in 0..64_u128 {
            // Matter 1 is open already: its act must lose, alone.
            let (act, changes) = noted(matter, 1, &["x"]);
            let store = it.store.clone();
            tasks.push(tokio::spawn(async move { (matter, store.record(act, changes).await) }));
        }
        let mut indexes = Vec::new();
        for task in tasks {
            let (matter, outcome) = task.await.unwrap();
            match outcome {
                Ok(receipt) => indexes.push(receipt.idx),
                Err(error) => assert_eq!((matter, error.code()), (1, "record.conflict"), "{}", it.name),
            }
        }
        indexes.sort_unstable();
        assert_eq!(indexes, (1..64).collect::<Vec<u64>>(), "{}: no gap", it.name);
    }
}

#[tokio::test]
async fn a_unit_is_all_or_nothing() {
    for it in both().await {
        let good = noted(1, 1, &["a"]);
        let bad = noted(1, 1, &["b"]);
        let unit = Unit { acts: vec![good, bad], operations: Vec::new() };
        assert!(it.store.record_unit(unit).await.is_err());
        assert_eq!(it.store.log_size(NODE).await.unwrap(), 0, "{}", it.name);
        let unit = Unit { acts: vec![noted(1, 1, &["a"]), noted(1, 2, &["b"])], operations: Vec::new() };
        assert_eq!(it.store.record_unit(unit).await.unwrap().len(), 2, "{}: versions follow one another", it.name);
    }
}

#[tokio::test]
async fn a_cursor_moves_with_its_effect_or_not_at_all() {
    for it in both().await {
        let unit = |matter, from, to| Unit {
            acts: vec![noted(matter, 1, &["effect"])],
            operations: move_cursor(NODE, "tester", from, to),
        };
        it.store.record_unit(unit(1, 0, 5)).await.unwrap();
        assert!(it.store.record_unit(unit(2, 0, 5)).await.is_err(), "{}: another was faster", it.name);
        assert_eq!(it.store.cursor(NODE, "tester").await.unwrap(), 5);
        assert_eq!(it.store.version(NODE, 2).await.unwrap(), 0, "{}: no effect without its cursor", it.name);
    }
}

#[tokio::test]
async fn rows_of_other_matters_are_out_of_reach() {
    for it in both().await {
        let (act, _) = noted(1, 1, &["a"]);
        let (_, foreign) = noted(2, 1, &["b"]);
        assert!(matches!(it.store.record(act, foreign).await, Err(RecordError::Malformed(_))), "{}", it.name);
    }
}

#[tokio::test]
async fn reads_cannot_write() {
    for it in both().await {
        let (act, changes) = noted(1, 1, &["a"]);
        it.store.record(act, changes).await.unwrap();
        for sql in ["delete from act where node = $1 returning 1", "update note set words = 'x' where node = $1"] {
            assert!(it.store.read(sql, &[NODE.into()]).await.is_err(), "{}: {sql}", it.name);
        }
    }
}

#[tokio::test]
async fn state_is_derived() {
    for it in both().await {
        for (matter, version, lines) in
            [(1, 1, &["a", "b"][..]), (2, 1, &["c"][..]), (1, 2, &["a again"][..]), (3, 1, &[][..])]
        {
            let (act, changes) = noted(matter, version, lines);
            it.store.record(act, changes).await.unwrap();
        }
        let report = it.store.rebuild(NODE, &[&Notes], false, |_| {}).await.unwrap();
        assert_eq!((report.acts, report.differences.len()), (4, 0), "{}", it.name);
        // A row changed behind the store's back does not survive a rebuild, and is told.
        let operations = [Operation::new("delete from job where node = $1", vec![Value::Int(NODE)])];
        assert!(it.store.operate(&operations).await.unwrap());
    }
}

#[tokio::test]
async fn many_rows_in_one_act() {
    for it in both().await {
        let lines: Vec<String> = (0..4_000).map(|line| format!("line {line}")).collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let (act, changes) = noted(1, 1, &lines);
        it.store.record(act, changes).await.unwrap();
        let rows = it.store.read("select count(*) from note where node = $1", &[NODE.into()]).await.unwrap();
        assert_eq!(rows[0].int(0).unwrap(), 4_000, "{}", it.name);
    }
}
