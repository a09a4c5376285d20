//! Both stores for one test, and a small platform to write with.

use kernel::{Erasable, MatterId};
use ledger::Day;
use sqlx::Connection as _;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use store::{
    Actor, Change, Changes, Column, Draft, Location, Migration, Projector, Recorded, SHREDDED, Schema, Shredding,
    Stamp, Store, StoreFault, TOMBSTONE, Table, Tombstone, Value, bytes, int, set, text,
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

/// What can have happened to a note that somebody signs. The name may be erased by law.
#[derive(serde::Serialize, serde::Deserialize, Clone, PartialEq, Debug)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum SignedEvent {
    Signed { name: Erasable<String>, amount: i64 },
    Erased(Tombstone),
}

/// The kind of a signed note.
pub const SIGNED: &str = "notes.signed@1.0";

fn signed_changes(node: i64, matter: u128, version: u64, event: &SignedEvent) -> Changes {
    match event {
        SignedEvent::Signed { name, amount } => {
            let row = vec![node.into(), matter.into(), 0_i64.into(), name.clone().into(), Some(*amount).into()];
            vec![NOTE.row(row)]
        }
        SignedEvent::Erased(gone) => Notes.blank(node, (matter, version), gone),
    }
}

/// An act by which somebody signs a note.
pub fn signed(matter: u128, name: &str) -> (Draft, Changes) {
    let event = SignedEvent::Signed { name: name.into(), amount: 7 };
    let (draft, _) = noted(matter, 1, &[]);
    let draft = Draft { kind: SIGNED, event: serde_json::to_value(&event).unwrap(), ..draft };
    (draft, signed_changes(NODE, matter, 1, &event))
}

/// The tombstone that says that the name of the signed note at `idx` is gone, with the rows it blanks.
pub fn buried(matter: u128, version: u64, idx: u64) -> (Draft, Changes) {
    let gone = Tombstone {
        erasure: MatterId::new(1),
        idx: idx as i64,
        of: SIGNED.to_owned(),
        fields: vec!["name".to_owned()],
        reason: "不再需要".to_owned(),
        told: Vec::new(),
    };
    let event = SignedEvent::Erased(gone);
    let (draft, _) = noted(matter, version, &[]);
    let draft = Draft { kind: TOMBSTONE, event: serde_json::to_value(&event).unwrap(), ..draft };
    (draft, signed_changes(NODE, matter, version, &event))
}

/// The act that says that the key of a note's matter was destroyed, and its rows with it.
pub fn shredded(matter: u128, version: u64, acts: Vec<i64>) -> (Draft, Changes) {
    let event = Shredding { erasure: MatterId::new(1), acts, reason: "不再需要".to_owned(), told: Vec::new() };
    let (draft, _) = noted(matter, version, &[]);
    let draft = Draft { kind: SHREDDED, event: serde_json::to_value(&event).unwrap(), ..draft };
    (draft, nothing_stays(NODE, matter))
}

fn nothing_stays(node: i64, matter: u128) -> Changes {
    vec![Change::DeleteUnder(NOTE.key(vec![node.into(), matter.into()]))]
}

/// Replays notes.
pub struct Notes;

impl Projector for Notes {
    fn follows(&self, kind: &str) -> bool {
        kind == "notes.noted@1.0" || [SIGNED, TOMBSTONE, SHREDDED].contains(&kind)
    }

    fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
        let (node, matter) = (act.act.node, act.act.matter);
        if act.act.kind == "notes.noted@1.0" {
            return Ok(changes(node, matter, &act.event()?));
        }
        if act.act.kind == SHREDDED {
            return Ok(nothing_stays(node, matter));
        }
        Ok(signed_changes(node, matter, act.act.version, &act.event()?))
    }

    fn erasable(&self, kind: &str) -> &'static [&'static str] {
        if kind == SIGNED { &["name"] } else { &[] }
    }

    fn blank(&self, node: i64, (matter, _): (u128, u64), _: &Tombstone) -> Changes {
        vec![set(&NOTE, vec![node.into(), matter.into(), 0_i64.into()], [("words", Value::NullText)])]
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
