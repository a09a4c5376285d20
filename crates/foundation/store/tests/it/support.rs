//! Both stores for one test, and a small platform to write with.

use ledger::Day;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::{
    Actor, Change, Changes, Column, Draft, Location, Migration, Projector, Recorded, Schema, Stamp, Store, StoreFault,
    Table, bytes, int, text,
};
use testkit::place::Place;

/// A node for tests.
pub const NODE: i64 = 320_000_000_000_001;

const COLUMNS: &[Column] = &[int("node"), bytes("matter"), int("line"), text("words"), int("amount")];

/// One table of a platform that keeps notes.
pub static NOTE: Table = Table { name: "note", columns: COLUMNS, key: 3 };

/// Its schema.
pub const NOTES: Schema = Schema {
    migrations: &[Migration {
        id: "notes/0001",
        sql: "create table note (node bigint not null, matter bytea not null, line bigint not null, words text, \
              amount bigint, primary key (node, matter, line));",
    }],
    tables: &[&NOTE],
};

/// What can have happened to a note.
#[derive(serde::Serialize, serde::Deserialize, Clone)]
pub struct Noted {
    pub lines: Vec<String>,
}

/// The platform's pure function.
pub fn changes(node: i64, matter: u128, event: &Noted) -> Changes {
    event
        .lines
        .iter()
        .enumerate()
        .map(|(line, words)| {
            NOTE.row(vec![
                node.into(),
                matter.into(),
                (line as i64).into(),
                words.as_str().into(),
                Some(words.len() as i64).into(),
            ])
        })
        .collect()
}

/// Replays notes.
pub struct Notes;

impl Projector for Notes {
    fn follows(&self, kind: &str) -> bool {
        kind == "notes.noted@1.0"
    }

    fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
        Ok(changes(act.act.node, act.act.matter, &act.event()?))
    }
}

/// An act that writes these lines to a note.
pub fn noted(matter: u128, version: u64, lines: &[&str]) -> (Draft, Changes) {
    let event = Noted { lines: lines.iter().map(|line| (*line).to_owned()).collect() };
    let stamp = Stamp {
        node: NODE,
        id: uuid::Uuid::now_v7().as_u128(),
        at: 1_764_000_000_000,
        day: Day::from_ymd(2025, 11, 24).unwrap(),
    };
    let actor = Actor::Officer { pseudonym: "officer-1".to_owned() };
    let content = serde_json::to_value(&event).unwrap();
    let draft = Draft { streams: vec![7], ..Draft::new(stamp, "notes.noted@1.0", (matter, version), actor, content) };
    let changes = changes(NODE, matter, &event);
    (draft, changes)
}

/// One claim, for tests of what is taken.
pub fn claim(key: &str) -> Change {
    Change::Claim("name", key.to_owned())
}

/// A store and what must outlive it.
pub struct Both {
    pub name: &'static str,
    pub store: Store,
    // Outlives the store.
    pub place: Place,
}

/// A fresh SQLite and a fresh schema of a real PostgreSQL.
pub async fn both() -> Vec<Both> {
    let mut stores = Vec::new();
    for place in Place::each() {
        stores.push(Both { name: place.name, store: place.open(&[NOTES]).await, place });
    }
    stores
}

impl Both {
    /// What an intruder with SQL access does, by a connection of their own.
    pub async fn tamper(&self, sql: &'static str) {
        match &self.place.location {
            Location::Sqlite(path) => {
                let mut connection =
                    SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(path)).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
            Location::Postgres { url, schema } => {
                let options: PgConnectOptions = url.parse().unwrap();
                let options = options.options([("search_path", schema.as_deref().unwrap())]);
                let mut connection = PgConnection::connect_with(&options).await.unwrap();
                sqlx::raw_sql(sql).execute(&mut connection).await.unwrap();
            }
        }
    }
}
