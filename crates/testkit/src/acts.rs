//! A platform of one table for tests of faults: each command opens a matter of its own, and its row says which.

use std::path::Path;

use ledger::Day;
use serde::{Deserialize, Serialize};
use store::{
    Actor, Blobs, Changes, Draft, Location, Migration, Projector, Recorded, Schema, Stamp, Store, StoreFault, Table,
    bytes, int,
};

/// The node of these acts.
pub const NODE: i64 = 320_000_000_000_001;

static OPENED: Table = Table { name: "opened", columns: &[int("node"), bytes("matter"), int("command")], key: 2 };

const SCHEMA: Schema = Schema {
    migrations: &[Migration {
        id: "opened/0001",
        sql: "create table opened (node bigint not null, matter bytea not null, command bigint not null, \
              primary key (node, matter));",
    }],
    tables: &[&OPENED],
};

/// What happened.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Opened {
    /// The command.
    pub command: i64,
    /// Something to store.
    pub words: String,
}

/// Opens the store of a folder; `schema` is `-` for SQLite, whose file is `store`.
///
/// # Errors
/// As [`Store::open`].
pub async fn open(folder: &Path, store: &str, schema: &str) -> Result<Store, StoreFault> {
    let location = if schema == "-" {
        Location::Sqlite(store.into())
    } else {
        Location::Postgres { url: store.to_owned(), schema: Some(schema.to_owned()) }
    };
    Store::open(&location, Blobs::new(folder.join("blobs")), &[SCHEMA]).await
}

/// The act of a command: the same whoever gives it again.
pub fn opened(command: u64) -> (Draft, Changes) {
    let command = i64::try_from(command).unwrap_or(i64::MAX);
    let matter = u128::from(command.unsigned_abs()) + 1;
    let event = Opened { command, words: "核查采购过程中的报价与评审记录。".repeat(4) };
    let day = Day::from_ymd(2026, 11, 24).unwrap_or_else(|| unreachable!("a day of the calendar"));
    let stamp = Stamp { node: NODE, id: uuid::Uuid::now_v7().as_u128(), at: 1_795_000_000_000, day };
    let content = serde_json::to_value(&event).unwrap_or_default();
    let actor = Actor::Officer { pseudonym: "recorder".to_owned() };
    let draft = Draft {
        command: Some(format!("command-{command}")),
        ..Draft::new(stamp, "opened.opened@1.0", (matter, 1), actor, content)
    };
    (draft, changes(matter, &event))
}

fn changes(matter: u128, event: &Opened) -> Changes {
    vec![OPENED.row(vec![NODE.into(), matter.into(), event.command.into()])]
}

/// Replays these acts.
pub struct Replayed;

impl Projector for Replayed {
    fn follows(&self, kind: &str) -> bool {
        kind == "opened.opened@1.0"
    }

    fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
        Ok(changes(act.act.matter, &act.event()?))
    }
}
