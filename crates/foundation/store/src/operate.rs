//! Operational statements: the closed list of tables that hold no matter's state.

use crate::Store;
use crate::fault::StoreFault;
use crate::value::{Row, Value};

/// The closed list of ARCHITECTURE.md. A table outside it is written by acts only.
pub const OPERATIONAL: &[&str] = &[
    "feed_cursor",
    "lease",
    "session",
    "credential",
    "throttle",
    "draft",
    "job",
    "checkpoint",
    "cosignature",
    "witnessed",
    "tally",
    "notice",
    "notice_choice",
    "notice_channel",
    "outbox",
    "taken",
    "flow_reckoned",
];

/// One statement on an operational table.
#[derive(Clone, PartialEq, Debug)]
pub struct Operation {
    sql: &'static str,
    values: Vec<Value>,
    expects: Option<u64>,
}

impl Operation {
    /// An `insert`, `update` or `delete` on a table of [`OPERATIONAL`].
    ///
    /// # Panics
    /// If the statement is of another kind or on another table: a bug, found by the first test that runs it.
    pub fn new(sql: &'static str, values: Vec<Value>) -> Operation {
        let mut words = sql.split_whitespace().map(|word| word.trim_end_matches('('));
        let table = match (words.next(), words.next(), words.next()) {
            (Some("insert"), Some("into"), Some(table)) | (Some("delete"), Some("from"), Some(table)) => table,
            (Some("update"), Some(table), _) => table,
            _ => panic!("not an operational statement: {sql}"),
        };
        assert!(OPERATIONAL.contains(&table), "{table} is not operational: its rows change by acts only");
        Operation { sql, values, expects: None }
    }

    /// Refuses the whole unit unless exactly so many rows are touched: compare-and-set.
    pub fn expecting(mut self, rows: u64) -> Operation {
        self.expects = Some(rows);
        self
    }

    pub(crate) async fn run(&self, tx: &mut crate::db::Tx) -> Result<bool, StoreFault> {
        let touched = tx.run(self.sql, &self.values).await?;
        Ok(self.expects.is_none_or(|expected| expected == touched))
    }
}

impl Store {
    /// Runs operational statements in one transaction. `false`: a compare-and-set did not hold, nothing was written.
    pub async fn operate(&self, operations: &[Operation]) -> Result<bool, StoreFault> {
        let mut tx = self.db().begin().await?;
        for operation in operations {
            if !operation.run(&mut tx).await? {
                tx.rollback().await?;
                return Ok(false);
            }
        }
        tx.commit().await?;
        Ok(true)
    }

    /// Reads. The connection cannot write, whatever the statement.
    pub async fn read(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreFault> {
        self.db().read(sql, values).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_operational_tables() {
        Operation::new("update feed_cursor set idx = $2 where node = $1", vec![]);
        for sql in ["update act set body = $1", "insert into head (node) values ($1)", "drop table act", ""] {
            assert!(std::panic::catch_unwind(|| Operation::new(sql, vec![])).is_err(), "{sql}");
        }
    }
}
