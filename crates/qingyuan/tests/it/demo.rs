//! What a newcomer meets is the same every time.

use sqlx::{Connection as _, Row as _, SqliteConnection};

use crate::support::Folder;

/// Warnings as they stand in a small demo: whose they are, how far they came, and what became of them.
async fn past() -> Vec<(i64, String, String, i64, Option<String>)> {
    let folder = Folder::new();
    let ran = folder.run(&["demo", "--processes", "120"]);
    assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
    let file = folder.data().join("node.sqlite");
    let mut connection = SqliteConnection::connect(&format!("sqlite:{}", file.display())).await.unwrap();
    // Acts, cases and disclosures have random ids, and what time brings to cases comes side by side: of these the rule tells, and
    // its score.
    let sql = "select case when subject_kind in ('case', 'disclosure') then 0 else number end, \
               case when subject_kind in ('case', 'disclosure') then codes else subject_key end, stage, score, outcome from warning \
               where subject_kind <> 'act' order by 1, 2, 4";
    let rows = sqlx::query(sql);
    let rows = rows.fetch_all(&mut connection).await.unwrap();
    rows.iter().map(|row| (row.get(0), row.get(1), row.get(2), row.get(3), row.get(4))).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_demos_of_one_seed_have_one_past() {
    let (one, other) = (past().await, past().await);
    assert!(one.iter().filter(|warning| warning.2 == "closed").count() > 3, "{one:?}");
    let of_cases = one.iter().filter(|warning| warning.1.contains("ES-")).count();
    assert!(of_cases >= 3, "rules over cases have found something: {one:?}");
    assert_eq!(one, other);
}
