//! What operators are told is what the tables and the writer hold, on both stores.

use std::sync::atomic::Ordering;

use store::{Operation, Timer, Value, move_cursor};

use crate::support::{NODE, both, noted};

#[tokio::test]
async fn figures_are_what_the_tables_hold() {
    for it in both().await {
        let nothing = it.store.figures(NODE, 0).await.unwrap();
        assert_eq!((nothing.acts, nothing.checkpoint, nothing.timers, nothing.oldest_late), (0, None, (0, 0), None));
        for (matter, due) in [(1, 100), (2, 200), (3, 900)] {
            let (act, mut changes) = noted(matter, 1, &["x"]);
            let timer = Timer { node: NODE, matter, name: "stage".to_owned(), due, kind: "test".to_owned() };
            changes.push(timer.arm());
            it.store.record(act, changes).await.unwrap();
        }
        let (late, changes) = noted(1, 1, &["too late"]);
        it.store.record(late, changes).await.unwrap_err();
        let tally = |rule: &str, outcome: &str, version: &str, count: i64| {
            Operation::new(
                "insert into tally (node, rule, version, outcome, count) values ($1, $2, $3, $4, $5)",
                vec![NODE.into(), rule.into(), version.into(), outcome.into(), Value::Int(count)],
            )
        };
        let mut operations = move_cursor(NODE, "supervise", 0, 2);
        operations.extend([
            tally("r", "raised", "1", 2),
            tally("r", "raised", "2", 3),
            tally("r", "not_raised", "1", 4),
        ]);
        assert!(it.store.operate(&operations).await.unwrap());
        let figures = it.store.figures(NODE, 200).await.unwrap();
        assert_eq!(figures.acts, 3, "{}", it.name);
        assert_eq!((figures.timers, figures.oldest_late), ((3, 2), Some(100)), "{}", it.name);
        assert_eq!(figures.cursors, [("supervise".to_owned(), 2)], "{}", it.name);
        let outcomes: Vec<(&str, u64)> =
            figures.outcomes.iter().map(|(_, outcome, count)| (outcome.as_str(), *count)).collect();
        assert_eq!(outcomes, [("not_raised", 4), ("raised", 5)], "{}: versions are added up", it.name);
        assert_eq!((figures.sessions, figures.jobs.len()), (0, 0), "{}", it.name);
        let measures = it.store.measures();
        let groups = measures.group_acts.cumulative().last().map(|(_, count)| *count);
        assert_eq!((groups, measures.group_acts.sum()), (Some(3), 3.0), "{}: three groups of one act", it.name);
        assert!(measures.commit_seconds.sum() > 0.0);
        assert_eq!(measures.conflicts.load(Ordering::Relaxed), 1, "{}", it.name);
        assert_eq!(measures.faults.load(Ordering::Relaxed), 0, "{}", it.name);
        let version = it.store.server_version().await.unwrap();
        assert!(version.starts_with(|c: char| c.is_ascii_digit()), "{}: {version}", it.name);
        assert_eq!(it.store.kind(), it.name);
    }
}
