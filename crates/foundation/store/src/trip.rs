//! A group in one trip to the store, where nobody is in between.
//!
//! What a group needs to know is nearly always what this process knows already: heads stand where its acts expect them, its
//! claims are free, the log is as it left it. So all of it is written at once under these assumptions: on SQLite one script in
//! one transaction, on PostgreSQL one statement, which commits by itself. Where an assumption fails nothing is written, and the
//! group goes the careful way (see `writer`), which finds out whose it was. Locks are taken in the same order: heads, claims, log.

use sqlx::{AssertSqlSafe, Either, Executor as _, PgPool, SqlitePool};
use tokio_stream::StreamExt as _;

use crate::db::{Db, postgres_arguments, sqlite_arguments};
use crate::fault::StoreFault;
use crate::part::{PARAMETERS, Part, numbered};
use crate::value::Value;

/// With so few values a text comes again, and is worth being kept prepared.
const PERSISTENT: usize = 128;

/// What is written together.
pub(crate) struct Trip {
    /// Statements on heads and claims, each with how many rows it answers if what it assumes holds.
    pub(crate) checked: Vec<(Part, usize)>,
    /// Grows the log from one size to another; answers one row if it had the first.
    pub(crate) log: Part,
    /// Statements that assume nothing; each on a table of its own.
    pub(crate) rest: Vec<Part>,
}

impl Trip {
    /// Whether one statement of PostgreSQL takes it.
    pub(crate) fn fits(&self) -> bool {
        self.parts().map(|part| part.values.len()).sum::<usize>() <= PARAMETERS
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.checked.iter().map(|(part, _)| part).chain([&self.log]).chain(&self.rest)
    }

    fn values(&self) -> Vec<Value> {
        self.parts().flat_map(|part| part.values.iter().cloned()).collect()
    }

    /// Writes it and makes it durable. `false`: something was not as assumed, or the store refused; nothing is written.
    ///
    /// # Errors
    /// If the store could not be asked; whether it was written is then not known.
    pub(crate) async fn make(&self, db: &Db) -> Result<bool, StoreFault> {
        match db {
            Db::Sqlite { write, .. } => self.on_sqlite(write).await,
            Db::Postgres { write, .. } => self.on_postgres(write).await,
        }
    }

    async fn on_sqlite(&self, pool: &SqlitePool) -> Result<bool, StoreFault> {
        let mut connection = pool.acquire().await.map_err(StoreFault::sql("connect"))?;
        let mut sql = String::from("begin immediate");
        for part in self.parts() {
            sql.push_str("; ");
            sql.push_str(&part.sql);
        }
        let values = self.values();
        let few = values.len() < PERSISTENT;
        // Rows by statement: the transaction's beginning is the first.
        let mut answered = vec![0; self.checked.len() + self.rest.len() + 2];
        let mut at = 0;
        let query = sqlx::query_with(AssertSqlSafe(sql), sqlite_arguments(&values)).persistent(few);
        let mut steps = connection.fetch_many(query);
        let written = loop {
            match steps.try_next().await {
                Ok(Some(Either::Left(_))) => at += 1,
                Ok(Some(Either::Right(_))) => answered[at] += 1,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(steps);
        let expected = self.checked.iter().map(|(_, rows)| *rows).chain([1]);
        let held = written.is_ok() && answered[1..].iter().zip(expected).all(|(found, rows)| *found == rows);
        let end = connection.execute(sqlx::raw_sql(if held { "commit" } else { "rollback" })).await;
        match (held, end) {
            (held, Ok(_)) => Ok(held),
            // The transaction ended by itself, or never began; the connection is not used again, and takes its locks along.
            (false, Err(_)) => {
                let _ = connection.close().await;
                Ok(false)
            }
            (true, Err(error)) => {
                let _ = connection.close().await;
                Err(StoreFault::sql("commit")(error))
            }
        }
    }

    async fn on_postgres(&self, pool: &PgPool) -> Result<bool, StoreFault> {
        let values = self.values();
        let few = values.len() < PERSISTENT;
        let query = sqlx::query_with(AssertSqlSafe(self.statement()), postgres_arguments(&values)).persistent(few);
        match query.execute(pool).await {
            Ok(_) => Ok(true),
            Err(sqlx::Error::Database(_)) => Ok(false),
            Err(error) => Err(StoreFault::sql("record a group")(error)),
        }
    }

    /// The one statement. The log grows only where the others answered what they should, hence after them; where it did not
    /// grow, the division by the number of its rows ends the statement, and with it all that it did.
    fn statement(&self) -> String {
        let (mut sql, mut used) = (String::from("with "), 0);
        let mut add = |name: &str, part: &Part, suffix: &str| {
            let text = numbered(&part.sql, used);
            used += part.values.len();
            let (before, returning) = text.split_at(text.rfind(" returning ").unwrap_or(text.len()));
            sql.push_str(&format!("{name} as ({before}{suffix}{returning}), "));
        };
        let mut counts = String::new();
        for (at, (part, rows)) in self.checked.iter().enumerate() {
            add(&format!("checked{at}"), part, "");
            counts.push_str(&format!(" and (select count(*) from checked{at}) = {rows}"));
        }
        add("grown", &self.log, &counts);
        for (at, part) in self.rest.iter().enumerate() {
            add(&format!("rest{at}"), part, "");
        }
        sql.truncate(sql.len() - 2);
        sql.push_str(" select 1 / count(*) from grown");
        sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_log_grows_after_the_others_answered() {
        let trip = Trip {
            checked: vec![(Part::new("insert into head values (?) returning matter", vec![Value::Int(1)]), 1)],
            log: Part::new("update log set size = ? where node = ? returning size", vec![Value::Int(2), Value::Int(3)]),
            rest: vec![Part::new("insert into act values (?)", vec![Value::Int(4)])],
        };
        assert_eq!(
            trip.statement(),
            "with checked0 as (insert into head values ($1) returning matter), \
             grown as (update log set size = $2 where node = $3 and (select count(*) from checked0) = 1 returning size), \
             rest0 as (insert into act values ($4)) select 1 / count(*) from grown"
        );
        assert_eq!(trip.values(), [1, 2, 3, 4].map(Value::Int));
    }
}
