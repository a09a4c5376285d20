//! The thin helper over both databases: pools, transactions, and multi-row statements in SQL that both run.

use std::path::Path;
use std::str::FromStr as _;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Arguments as _, AssertSqlSafe, Connection as _, Postgres, Sqlite};

use crate::fault::StoreFault;
use crate::only::{Holding, Only, RESTED};
use crate::part::{Part, numbered};
use crate::value::{Row, RowInner, Value};

/// PostgreSQL's advisory lock that processes take while they bring a schema up.
pub(crate) const STARTS: i64 = 4838;

/// Both databases behind one face. Reads go through pools that cannot write.
pub(crate) enum Db {
    /// One connection writes, whoever has something to write.
    Sqlite { write: Only<Sqlite>, read: SqlitePool },
    /// Groups have a connection of their own.
    Postgres { groups: Only<Postgres>, write: PgPool, read: PgPool },
}

/// A transaction. Never leaves this crate.
pub(crate) enum Tx {
    Sqlite(OnSqlite),
    Postgres(sqlx::Transaction<'static, Postgres>),
}

/// A transaction of SQLite, on the connection that writes or on one of those that read.
pub(crate) enum OnSqlite {
    Writing(Holding<Sqlite>),
    Reading(sqlx::Transaction<'static, Sqlite>),
}

impl OnSqlite {
    fn connection(&mut self) -> &mut SqliteConnection {
        match self {
            Self::Writing(holding) => holding,
            Self::Reading(tx) => tx,
        }
    }

    async fn end(self, how: &'static str) -> Result<(), sqlx::Error> {
        match self {
            Self::Writing(mut holding) => match sqlx::raw_sql(how).execute(&mut *holding).await {
                Ok(_) => {
                    holding.give_back();
                    Ok(())
                }
                Err(error) => {
                    holding.close().await;
                    Err(error)
                }
            },
            // Nothing was written.
            Self::Reading(tx) => tx.rollback().await,
        }
    }
}

pub(crate) fn sqlite_arguments(values: &[Value]) -> sqlx::sqlite::SqliteArguments {
    let mut arguments = sqlx::sqlite::SqliteArguments::default();
    for value in values {
        match value {
            Value::NullInt => arguments.add(None::<i64>),
            Value::NullText => arguments.add(None::<String>),
            Value::NullBytes => arguments.add(None::<Vec<u8>>),
            Value::Int(int) => arguments.add(*int),
            Value::Text(text) => arguments.add(text.clone()),
            Value::Bytes(bytes) => arguments.add(bytes.clone()),
        }
        .expect("integers, text and bytes always encode");
    }
    arguments
}

pub(crate) fn postgres_arguments(values: &[Value]) -> sqlx::postgres::PgArguments {
    let mut arguments = sqlx::postgres::PgArguments::default();
    for value in values {
        match value {
            Value::NullInt => arguments.add(None::<i64>),
            Value::NullText => arguments.add(None::<String>),
            Value::NullBytes => arguments.add(None::<Vec<u8>>),
            Value::Int(int) => arguments.add(*int),
            // PostgreSQL's text holds no NUL; the door refuses it, and a row from elsewhere shows it as U+FFFD.
            Value::Text(text) if text.contains('\0') => arguments.add(text.replace('\0', "\u{FFFD}")),
            Value::Text(text) => arguments.add(text.as_str()),
            Value::Bytes(bytes) => arguments.add(bytes.as_slice()),
        }
        .expect("integers, text and bytes always encode");
    }
    arguments
}

/// What a failed statement was about, short enough for a log.
fn about(sql: &str) -> String {
    let end = sql.char_indices().nth(90).map_or(sql.len(), |(at, _)| at);
    sql[..end].to_owned()
}

impl Db {
    /// Opens the embedded store, making the file where there is none.
    pub(crate) async fn sqlite(path: &Path, readers: u32) -> Result<Db, StoreFault> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL: an answered act survives the loss of power, not only of the process.
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(Duration::from_secs(10))
            .statement_cache_capacity(256)
            .pragma("cache_size", "-65536")
            // Mapped pages count as a process's memory, for each connection anew.
            .pragma("mmap_size", "67108864")
            .pragma("temp_store", "memory")
            // What was erased by law, or ended, is overwritten and not merely let go.
            .pragma("secure_delete", "on");
        let write = Only::<Sqlite>::new(options.clone());
        let made = write.hold().await.map_err(StoreFault::sql(format!("open {}", path.display())))?;
        made.give_back();
        let read = SqlitePoolOptions::new()
            .max_connections(readers)
            .connect_with(options.create_if_missing(false).pragma("query_only", "on"))
            .await
            .map_err(StoreFault::sql(format!("open {} for reading", path.display())))?;
        Ok(Db::Sqlite { write, read })
    }

    /// Connects to PostgreSQL. `schema` separates tests that share a server.
    pub(crate) async fn postgres(url: &str, schema: Option<&str>, readers: u32) -> Result<Db, StoreFault> {
        let mut options = PgConnectOptions::from_str(url).map_err(StoreFault::sql("read the store's address"))?;
        if let Some(schema) = schema {
            options = options.options([("search_path", schema)]);
        }
        if let Some(schema) = schema {
            let mut connection =
                sqlx::PgConnection::connect_with(&options).await.map_err(StoreFault::sql("connect to PostgreSQL"))?;
            let quoted = schema.replace('"', "\"\"");
            // "If not exists" does not see what another process is just making: two that start together go one by one.
            let make = format!("select pg_advisory_xact_lock({STARTS}); create schema if not exists \"{quoted}\"");
            sqlx::raw_sql(AssertSqlSafe(make))
                .execute(&mut connection)
                .await
                .map_err(StoreFault::sql("create the schema"))?;
        }
        // A process that died in the middle of a transaction holds its locks no longer than this.
        let options = options.options([("idle_in_transaction_session_timeout", "5000")]);
        let read_only = options.clone().options([("default_transaction_read_only", "on")]);
        let write = PgPoolOptions::new()
            .max_connections(8)
            .acquire_timeout(Duration::from_secs(10))
            // Asking a connection whether it lives is a trip of its own: only those that rested are asked.
            .test_before_acquire(false)
            .before_acquire(|connection, rested| {
                Box::pin(async move {
                    if rested.idle_for > RESTED {
                        connection.ping().await?;
                    }
                    Ok(true)
                })
            })
            .connect_with(options.clone())
            .await
            .map_err(StoreFault::sql("connect to PostgreSQL"))?;
        let groups = Only::<Postgres>::new(options);
        let read = PgPoolOptions::new()
            .max_connections(readers)
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(read_only)
            .await
            .map_err(StoreFault::sql("connect to PostgreSQL for reading"))?;
        Ok(Db::Postgres { groups, write, read })
    }

    pub(crate) fn is_postgres(&self) -> bool {
        matches!(self, Db::Postgres { .. })
    }

    /// Begins a writable transaction. On SQLite it holds the write lock at once, so that it can never fail half-way
    /// for want of it.
    pub(crate) async fn begin(&self) -> Result<Tx, StoreFault> {
        Ok(match self {
            Db::Sqlite { write, .. } => {
                let mut holding = write.hold().await.map_err(StoreFault::sql("connect"))?;
                sqlx::raw_sql("begin immediate").execute(&mut *holding).await.map_err(StoreFault::sql("begin"))?;
                Tx::Sqlite(OnSqlite::Writing(holding))
            }
            Db::Postgres { write, .. } => Tx::Postgres(write.begin().await.map_err(StoreFault::sql("begin"))?),
        })
    }

    /// Begins a transaction that cannot write and sees one moment of the store, however long it lasts.
    pub(crate) async fn snapshot(&self) -> Result<Tx, StoreFault> {
        let begin = "begin isolation level repeatable read read only";
        Ok(match self {
            Db::Sqlite { read, .. } => {
                Tx::Sqlite(OnSqlite::Reading(read.begin().await.map_err(StoreFault::sql("begin"))?))
            }
            Db::Postgres { read, .. } => Tx::Postgres(read.begin_with(begin).await.map_err(StoreFault::sql("begin"))?),
        })
    }

    /// Reads through the pool that cannot write.
    pub(crate) async fn read(&self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreFault> {
        let text = AssertSqlSafe(sql.to_owned());
        Ok(match self {
            Db::Sqlite { read, .. } => sqlx::query_with(text, sqlite_arguments(values))
                .fetch_all(read)
                .await
                .map_err(StoreFault::sql(about(sql)))?
                .into_iter()
                .map(|row| Row(RowInner::Sqlite(row)))
                .collect(),
            Db::Postgres { read, .. } => sqlx::query_with(text, postgres_arguments(values))
                .fetch_all(read)
                .await
                .map_err(StoreFault::sql(about(sql)))?
                .into_iter()
                .map(|row| Row(RowInner::Postgres(row)))
                .collect(),
        })
    }

    /// Overwrites what was deleted: SQLite's journal is folded into the file and emptied. PostgreSQL frees such rows when it
    /// vacuums.
    pub(crate) async fn forget(&self) -> Result<(), StoreFault> {
        match self {
            Db::Sqlite { write, .. } => {
                let mut holding = write.hold().await.map_err(StoreFault::sql("connect"))?;
                let folded = sqlx::query("pragma wal_checkpoint(truncate)").fetch_one(&mut *holding).await;
                let row = folded.map_err(StoreFault::sql("fold the journal"))?;
                holding.give_back();
                // It says so, and does not fail, where somebody still reads what was there before.
                match Row(RowInner::Sqlite(row)).int(0) {
                    Ok(0) => Ok(()),
                    _ => Err(StoreFault::Nonsense("the journal is being read; it is folded later".to_owned())),
                }
            }
            Db::Postgres { .. } => Ok(()),
        }
    }

    /// Closes all connections; SQLite folds its journal into the file.
    pub(crate) async fn close(&self) {
        match self {
            Db::Sqlite { write, read } => {
                read.close().await;
                write.close().await;
            }
            Db::Postgres { groups, write, read } => {
                read.close().await;
                groups.close().await;
                write.close().await;
            }
        }
    }
}

impl Tx {
    /// Runs a statement; tells how many rows it touched.
    pub(crate) async fn run(&mut self, sql: &str, values: &[Value]) -> Result<u64, StoreFault> {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Tx::Sqlite(tx) => sqlx::query_with(text, sqlite_arguments(values))
                .persistent(values.len() < 64)
                .execute(tx.connection())
                .await
                .map(|done| done.rows_affected()),
            Tx::Postgres(tx) => sqlx::query_with(text, postgres_arguments(values))
                .persistent(values.len() < 64)
                .execute(&mut **tx)
                .await
                .map(|done| done.rows_affected()),
        }
        .map_err(StoreFault::sql(about(sql)))
    }

    /// Runs a statement that answers rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, StoreFault> {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Tx::Sqlite(tx) => sqlx::query_with(text, sqlite_arguments(values))
                .persistent(values.len() < 64)
                .fetch_all(tx.connection())
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RowInner::Sqlite(row))).collect()),
            Tx::Postgres(tx) => sqlx::query_with(text, postgres_arguments(values))
                .persistent(values.len() < 64)
                .fetch_all(&mut **tx)
                .await
                .map(|rows| rows.into_iter().map(|row| Row(RowInner::Postgres(row))).collect()),
        }
        .map_err(StoreFault::sql(about(sql)))
    }

    /// Runs a script of several statements without parameters.
    pub(crate) async fn script(&mut self, sql: &str) -> Result<(), StoreFault> {
        let text = AssertSqlSafe(sql.to_owned());
        match self {
            Tx::Sqlite(tx) => sqlx::raw_sql(text).execute(tx.connection()).await.map(drop),
            Tx::Postgres(tx) => sqlx::raw_sql(text).execute(&mut **tx).await.map(drop),
        }
        .map_err(StoreFault::sql(about(sql)))
    }

    pub(crate) async fn commit(self) -> Result<(), StoreFault> {
        match self {
            Tx::Sqlite(tx) => tx.end("commit").await,
            Tx::Postgres(tx) => tx.commit().await,
        }
        .map_err(StoreFault::sql("commit"))
    }

    pub(crate) async fn rollback(self) -> Result<(), StoreFault> {
        match self {
            Tx::Sqlite(tx) => tx.end("rollback").await,
            Tx::Postgres(tx) => tx.rollback().await,
        }
        .map_err(StoreFault::sql("roll back"))
    }

    /// Runs a statement whose values are marked by `?`, and answers its rows.
    pub(crate) async fn part(&mut self, part: &Part) -> Result<Vec<Row>, StoreFault> {
        match self {
            Tx::Sqlite(_) => self.rows(&part.sql, &part.values).await,
            Tx::Postgres(_) => self.rows(&numbered(&part.sql, 0), &part.values).await,
        }
    }

    /// Runs `<before> (?, ?), … <after>` in as few statements as rows allow, and collects what they answer. `more` are the
    /// values in `after`.
    pub(crate) async fn values(
        &mut self,
        before: &str,
        rows: &[&[Value]],
        after: &str,
        more: &[Value],
    ) -> Result<Vec<Row>, StoreFault> {
        let mut answered = Vec::new();
        for part in Part::of_rows(before, rows, after, more) {
            answered.extend(self.part(&part).await?);
        }
        Ok(answered)
    }
}
