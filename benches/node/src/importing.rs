//! Import, MB/s into both stores, beside the raw limits in the same run: the same file parsed only, and the same rows
//! inserted only.

use std::fs::File;
use std::io::BufReader;
use std::path::Path;
use std::time::{Duration, Instant};

use ocds::read::{Limits, Reader};
use redflags::tables::{PARTY, PROCESS};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{Connection, PgConnection, QueryBuilder, SqliteConnection};
use store::{Blobs, Location, Store, Table, Value};

use crate::child::{run, text};
use crate::{Bench, Outcome, corpus};

/// Processes of the file: rich ones of the demo, some 6.7 KB each.
const PROCESSES: u32 = 20_000;
/// Rows of one statement, and statements of one transaction: as an import has them, about.
const ROWS: usize = 500;

pub async fn bench(bench: &Bench) -> Outcome<()> {
    let file = bench.folder.join("rich.jsonl");
    let bytes = corpus::write(&file, 1, PROCESSES.min(bench.processes))? as f64 / 1e6;
    let parsed = parse_only(&file)?;
    println!("import: {bytes:.0} MB; parsed only: {:.1} MB/s", bytes / parsed.as_secs_f64());
    let server = testkit::postgres::Server::start()?;
    for name in ["SQLite", "PostgreSQL"] {
        let folder = bench.folder.join(format!("import-{name}"));
        let location = if name == "SQLite" {
            Location::Sqlite(folder.join("node.sqlite"))
        } else {
            Location::Postgres { url: server.url().to_owned(), schema: None }
        };
        let data = text(&folder)?;
        let mut place = vec!["--data", data];
        if name == "PostgreSQL" {
            place.extend(["--store", server.url()]);
        }
        let founding =
            ["--division", "320000000000", "--name", "测", "--name-en", "Bench", "--domain", "bench.invalid"];
        run(bench, &[&["init"], &place[..], &founding].concat())?;
        let took = run(bench, &[&["import", "ocds"], &place[..], &["--source", "bench", text(&file)?]].concat())?;
        let raw = insert_only(&folder, &location, server.url()).await?;
        println!(
            "import into {name}: {:.1} MB/s, {:.0} processes/s; its rows inserted only: {:.1} MB/s of the file; import ÷ inserts {:.2}, import ÷ parsing {:.2}",
            bytes / took.as_secs_f64(),
            f64::from(PROCESSES) / took.as_secs_f64(),
            bytes / raw.as_secs_f64(),
            raw.as_secs_f64() / took.as_secs_f64(),
            parsed.as_secs_f64() / took.as_secs_f64(),
        );
        std::fs::remove_dir_all(&folder)?;
    }
    std::fs::remove_file(&file)?;
    Ok(())
}

/// Reads the file to its end and parses every release.
fn parse_only(file: &Path) -> Outcome<Duration> {
    let begun = Instant::now();
    let reader = Reader::new(BufReader::with_capacity(1 << 20, File::open(file)?), Limits::default());
    let mut good = 0_u64;
    for item in reader {
        good += u64::from(item.is_ok_and(|item| ocds::parse(&item.raw).is_ok()));
    }
    let took = begun.elapsed();
    if good == 0 { Err("nothing could be parsed".into()) } else { Ok(took) }
}

/// Makes the tables, inserts their rows by multi-row statements, and answers how long the inserts took. A macro, since the
/// two databases share no type that a function could be generic over in a few lines.
macro_rules! inserted {
    ($connection:ident, $database:ty, $bytes:literal, $tables:ident) => {{
        for (table, _) in &$tables {
            sqlx::raw_sql(sqlx::AssertSqlSafe(created(table, $bytes))).execute(&mut $connection).await?;
        }
        let begun = Instant::now();
        for (table, rows) in &$tables {
            for some in rows.chunks(ROWS) {
                let mut tx = $connection.begin().await?;
                let mut query = QueryBuilder::<$database>::new(into(table));
                query.push_values(some, |mut places, row| {
                    for cell in row {
                        match cell.clone() {
                            Value::Int(int) => places.push_bind(int),
                            Value::Text(text) => places.push_bind(text),
                            Value::Bytes(bytes) => places.push_bind(bytes),
                            _ => places.push("null"),
                        };
                    }
                });
                query.build().execute(&mut *tx).await?;
                tx.commit().await?;
            }
        }
        Ok(begun.elapsed())
    }};
}

/// The rows that the import stored, inserted again into tables of the same form without anything else.
async fn insert_only(folder: &Path, location: &Location, url: &str) -> Outcome<Duration> {
    let schemas = [directory::SCHEMA, secrecy::SCHEMA, supervision::SCHEMA, redflags::SCHEMA];
    let store = Store::open(location, Blobs::new(folder.join("blobs")), &schemas).await?;
    let node: i64 = 320_000_000_000 * 1000 + 1;
    let mut tables = Vec::new();
    for table in [&PROCESS, &PARTY] {
        let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
        let sql = format!("select {} from {} where node = $1", columns.join(", "), table.name);
        let rows = store.read(&sql, &[node.into()]).await?;
        let mut all: Vec<Vec<Value>> = Vec::with_capacity(rows.len());
        for row in &rows {
            let cells = table.columns.iter().enumerate().map(|(at, column)| {
                Ok::<Value, store::StoreFault>(match column.kind {
                    store::Kind::Int => row.opt_int(at)?.into(),
                    store::Kind::Text => row.opt_text(at)?.into(),
                    store::Kind::Bytes => row.opt_bytes(at)?.into(),
                })
            });
            all.push(cells.collect::<Result<_, _>>()?);
        }
        tables.push((table, all));
    }
    store.close().await;
    if tables.iter().any(|(_, rows)| rows.is_empty()) {
        return Err("the import left no rows".into());
    }
    if matches!(location, Location::Sqlite(_)) {
        let options = SqliteConnectOptions::new()
            .filename(folder.join("raw.sqlite"))
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        let mut connection = SqliteConnection::connect_with(&options).await?;
        inserted!(connection, sqlx::Sqlite, "blob", tables)
    } else {
        let mut connection = PgConnection::connect(url).await?;
        inserted!(connection, sqlx::Postgres, "bytea", tables)
    }
}

fn into(table: &Table) -> String {
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    format!("insert into raw_{} ({}) ", table.name, columns.join(", "))
}

/// The table without its indexes beyond the key.
fn created(table: &Table, bytes: &str) -> String {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| {
            let kind = match column.kind {
                store::Kind::Int => "bigint",
                store::Kind::Text => "text",
                store::Kind::Bytes => bytes,
            };
            format!("{} {kind}", column.name)
        })
        .collect();
    let key: Vec<&str> = table.columns.iter().take(table.key).map(|column| column.name).collect();
    format!("create table raw_{} ({}, primary key ({}))", table.name, columns.join(", "), key.join(", "))
}
