//! Migrations: numbered SQL files of each crate, applied once, in one transaction each.

use crate::db::{Db, STARTS};
use crate::fault::StoreFault;
use crate::table::Table;

/// One step of a crate's schema. `sql` is text both stores run, but for `bytea`, which becomes `blob` in SQLite,
/// and for `without rowid`, which PostgreSQL is not told.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique and ordered within its crate: `"supervision/0001"`.
    pub id: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// What a crate keeps in the store: its migrations, and its tables as the newest migration leaves them.
#[derive(Clone, Copy, Debug)]
pub struct Schema {
    /// In order.
    pub migrations: &'static [Migration],
    /// All derived tables; `rebuild` drops what they hold and fills them again.
    pub tables: &'static [&'static Table],
}

/// The ledger's own tables and the operational ones.
pub(crate) const CORE: Schema = Schema {
    migrations: &[
        Migration { id: "store/0001", sql: include_str!("../migrations/0001_ledger.sql") },
        Migration { id: "store/0002", sql: include_str!("../migrations/0002_operational.sql") },
        Migration { id: "store/0003", sql: include_str!("../migrations/0003_witness.sql") },
        Migration { id: "store/0004", sql: include_str!("../migrations/0004_notices.sql") },
        Migration { id: "store/0005", sql: include_str!("../migrations/0005_matter_key.sql") },
        Migration { id: "store/0006", sql: include_str!("../migrations/0006_timer_kind.sql") },
    ],
    tables: &[&crate::timer::TIMER],
};

/// Brings the store to the newest schema; refuses one that a newer version wrote.
pub(crate) async fn migrate(db: &Db, schemas: &[Schema]) -> Result<(), StoreFault> {
    let mut tx = db.begin().await?;
    if db.is_postgres() {
        // Two processes that start together: the second waits here, then finds everything done.
        tx.rows("select pg_advisory_xact_lock($1)", &[STARTS.into()]).await?;
    }
    tx.script(&dialect(db, "create table if not exists migration (id text not null primary key)")).await?;
    let mut done: Vec<String> = Vec::new();
    for row in tx.rows("select id from migration order by id", &[]).await? {
        done.push(row.text(0)?);
    }
    let known: Vec<Migration> = schemas.iter().flat_map(|schema| schema.migrations.iter().copied()).collect();
    if let Some(found) = done.iter().find(|id| !known.iter().any(|step| step.id == **id)) {
        return Err(StoreFault::Newer { found: found.clone() });
    }
    for step in known.iter().filter(|step| !done.iter().any(|id| id == step.id)) {
        tx.script(&dialect(db, step.sql)).await?;
        tx.run("insert into migration (id) values ($1)", &[step.id.into()]).await?;
    }
    tx.commit().await?;
    let derived = schemas.iter().flat_map(|schema| schema.tables.iter().copied());
    for table in derived.chain(crate::backup::BACKED_UP) {
        agrees(db, table).await?;
    }
    Ok(())
}

/// A migration as the store understands it. Texts are ordered by their bytes in both, whatever language a PostgreSQL was
/// set up for: lists are merged and prefixes are found by that order.
fn dialect(db: &Db, sql: &str) -> String {
    if !db.is_postgres() {
        return sql.replace("bytea", "blob");
    }
    [" ", ",", ")", ";"].iter().fold(sql.replace(" without rowid", ""), |sql, end| {
        sql.replace(&format!(" text{end}"), &format!(" text collate \"C\"{end}"))
    })
}

/// A table's description must be what the migrations made: `changes` writes by it, and backups read by it.
async fn agrees(db: &Db, table: &Table) -> Result<(), StoreFault> {
    let (sql, name) = if db.is_postgres() {
        (
            "select column_name::text from information_schema.columns where table_schema = current_schema() \
             and table_name = $1 order by ordinal_position",
            table.name,
        )
    } else {
        ("select name from pragma_table_info($1) order by cid", table.name)
    };
    let mut found = Vec::new();
    for row in db.read(sql, &[name.into()]).await? {
        found.push(row.text(0)?);
    }
    let expected: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    if found != expected {
        return Err(StoreFault::Nonsense(format!("table {name} has columns {found:?}, expected {expected:?}")));
    }
    Ok(())
}
