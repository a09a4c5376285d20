//! The raw rates: the same rows by hand, with the same durability, over a connection of one's own.

use std::str::FromStr as _;

use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteSynchronous};
use sqlx::{AssertSqlSafe, Connection as _};
use store::Location;

use bench_ledger::Outcome;
use bench_ledger::platform::Fixture;

/// Bytes of an act's row: header, body and routes as they are stored.
const ACT: usize = 1_000;

/// A connection with the settings of the store.
pub(crate) enum Raw {
    Sqlite(SqliteConnection),
    Postgres(PgConnection),
}

impl Raw {
    /// - `run`: each run has empty tables of its own.
    pub(crate) async fn beside(fixture: &Fixture, run: usize) -> Outcome<Raw> {
        let mut raw = match &fixture.place.location {
            Location::Sqlite(_) => {
                let options = SqliteConnectOptions::new()
                    .filename(fixture.place.folder().join(format!("raw{run}.sqlite")))
                    .create_if_missing(true)
                    .journal_mode(SqliteJournalMode::Wal)
                    .synchronous(SqliteSynchronous::Full);
                Raw::Sqlite(SqliteConnection::connect_with(&options).await?)
            }
            Location::Postgres { url, schema } => {
                let options = PgConnectOptions::from_str(url)?;
                let schema = schema.clone().unwrap_or_else(|| "public".to_owned());
                Raw::Postgres(PgConnection::connect_with(&options.options([("search_path", schema)])).await?)
            }
        };
        let bytes = if matches!(raw, Raw::Sqlite(_)) { "blob" } else { "bytea" };
        for (table, rest) in [("raw_act", bytes), ("raw_row", "text")] {
            raw.run(&format!("drop table if exists {table}")).await?;
            raw.run(&format!(
                "create table {table} (node bigint not null, idx bigint not null, content {rest} not null, \
                 primary key (node, idx))"
            ))
            .await?;
        }
        Ok(raw)
    }

    async fn run(&mut self, sql: &str) -> Outcome<()> {
        let sql = AssertSqlSafe(sql.to_owned());
        match self {
            Raw::Sqlite(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
            Raw::Postgres(connection) => sqlx::raw_sql(sql).execute(connection).await.map(drop)?,
        }
        Ok(())
    }

    async fn act(&mut self, idx: i64) -> Outcome<()> {
        let sql = "insert into raw_act (node, idx, content) values (1, $1, $2)";
        let content = vec![7_u8; ACT];
        match self {
            Raw::Sqlite(connection) => sqlx::query(sql).bind(idx).bind(content).execute(connection).await.map(drop)?,
            Raw::Postgres(connection) => {
                sqlx::query(sql).bind(idx).bind(content).execute(connection).await.map(drop)?
            }
        }
        Ok(())
    }

    async fn row(&mut self, idx: i64) -> Outcome<()> {
        let sql = "insert into raw_row (node, idx, content) values (1, $1, $2)";
        let words = "核查采购过程中的报价与评审记录，要求说明理由并附证明材料。";
        match self {
            Raw::Sqlite(connection) => sqlx::query(sql).bind(idx).bind(words).execute(connection).await.map(drop)?,
            Raw::Postgres(connection) => sqlx::query(sql).bind(idx).bind(words).execute(connection).await.map(drop)?,
        }
        Ok(())
    }

    /// Commits of one row each: rows a second.
    pub(crate) async fn single(&mut self, rows: i64) -> Outcome<f64> {
        let begun = std::time::Instant::now();
        for idx in 0..rows {
            self.act(idx).await?;
        }
        Ok(rows as f64 / begun.elapsed().as_secs_f64())
    }

    /// One act row and one platform row, row by row, in transactions of 500 acts: acts a second.
    pub(crate) async fn by_500(&mut self, acts: i64) -> Outcome<f64> {
        let begun = std::time::Instant::now();
        for first in (0..acts).step_by(500) {
            self.run("begin").await?;
            for idx in first..(first + 500).min(acts) {
                // Beyond those of `single`.
                self.act(1_000_000 + idx).await?;
                self.row(idx).await?;
            }
            self.run("commit").await?;
        }
        Ok(acts as f64 / begun.elapsed().as_secs_f64())
    }
}
