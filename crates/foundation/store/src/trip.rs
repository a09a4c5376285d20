//! A group in one trip to the store, where nobody is in between.
//!
//! What a group needs to know is nearly always what this process knows already: heads stand where its acts expect them, its
//! claims are free, the log is as it left it. So all of it is written at once under these assumptions: on SQLite one script in
//! one transaction, on PostgreSQL one statement, which commits by itself. Where an assumption fails nothing is written, and the
//! group goes the careful way (see `writer`), which finds out whose it was. Locks are taken in the same order: heads, claims, log.

use sqlx::{AssertSqlSafe, Executor as _, Postgres, Sqlite};
use tokio_stream::StreamExt as _;

use crate::db::{Db, postgres_arguments, sqlite_arguments};
use crate::fault::StoreFault;
use crate::only::Only;
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
    /// Statements that assume nothing; each on rows of its own, or in this order.
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
            Db::Postgres { groups, .. } => self.on_postgres(groups).await,
        }
    }

    async fn on_sqlite(&self, only: &Only<Sqlite>) -> Result<bool, StoreFault> {
        let mut holding = only.hold().await.map_err(StoreFault::sql("connect"))?;
        let script = self.script();
        let last = script.len() - 1;
        let values = self.values();
        let few = values.len() < PERSISTENT;
        let mut done = 0;
        let query = sqlx::query_with(AssertSqlSafe(script.join("; ")), sqlite_arguments(&values)).persistent(few);
        let mut steps = (&mut *holding).fetch_many(query);
        let written = loop {
            match steps.try_next().await {
                Ok(Some(_)) => done += 1,
                Ok(None) => break Ok(()),
                Err(error) => break Err(error),
            }
        };
        drop(steps);
        match written {
            Ok(()) => {
                holding.give_back();
                Ok(true)
            }
            Err(error) => {
                // Where the transaction has ended by itself, or never began, the connection is not used again, and takes its
                // locks along.
                match sqlx::raw_sql("rollback").execute(&mut *holding).await {
                    Ok(_) => holding.give_back(),
                    Err(_) => holding.close().await,
                }
                if done < last { Ok(false) } else { Err(StoreFault::sql("commit")(error)) }
            }
        }
    }

    async fn on_postgres(&self, only: &Only<Postgres>) -> Result<bool, StoreFault> {
        let mut holding = only.hold().await.map_err(StoreFault::sql("connect"))?;
        let values = self.values();
        let few = values.len() < PERSISTENT;
        let query = sqlx::query_with(AssertSqlSafe(self.statement()), postgres_arguments(&values)).persistent(few);
        let written = match query.execute(&mut *holding).await {
            Ok(_) => true,
            Err(sqlx::Error::Database(_)) => false,
            Err(error) => return Err(StoreFault::sql("record a group")(error)),
        };
        holding.give_back();
        Ok(written)
    }

    /// The statements of SQLite's script, none of which answers rows. After each that assumes something, one more sees whether
    /// it touched the rows it should, and ends the script by an overflow where it did not.
    fn script(&self) -> Vec<String> {
        let silent = |part: &Part| part.sql.split(" returning ").next().unwrap_or_default().to_owned();
        let held = |rows: usize| {
            format!("select 1 where iif(changes() = {rows}, 0, abs(-9223372036854775807 - (changes() >= 0)))")
        };
        let mut script = vec!["begin immediate".to_owned()];
        for (part, rows) in self.checked.iter().map(|(part, rows)| (part, *rows)).chain([(&self.log, 1)]) {
            script.extend([silent(part), held(rows)]);
        }
        script.extend(self.rest.iter().map(|part| part.sql.clone()));
        script.push("commit".to_owned());
        script
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
    use sqlx::sqlite::SqliteConnectOptions;

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

    #[tokio::test]
    async fn a_script_of_sqlite_ends_where_an_assumption_fails() {
        let only = Only::<Sqlite>::new("sqlite::memory:".parse::<SqliteConnectOptions>().unwrap());
        let mut holding = only.hold().await.unwrap();
        let tables =
            "create table head (matter int primary key); create table log (size int); insert into log values (0)";
        sqlx::raw_sql(tables).execute(&mut *holding).await.unwrap();
        holding.give_back();
        let trip = |matters: [i64; 2], from: i64| Trip {
            checked: vec![(
                Part::new(
                    "insert into head values (?), (?) on conflict do nothing returning matter",
                    matters.map(Value::Int).to_vec(),
                ),
                2,
            )],
            log: Part::new(
                "update log set size = ? where size = ? returning size",
                vec![(from + 1).into(), from.into()],
            ),
            rest: Vec::new(),
        };
        assert!(trip([1, 2], 0).on_sqlite(&only).await.unwrap());
        assert!(!trip([2, 3], 1).on_sqlite(&only).await.unwrap(), "a head that stands elsewhere");
        assert!(!trip([4, 5], 0).on_sqlite(&only).await.unwrap(), "a log of another size");
        assert!(trip([3, 4], 1).on_sqlite(&only).await.unwrap(), "and nothing of it was written");
    }
}
