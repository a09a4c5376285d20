//! The log's own matter, its tables, and the pure function from its events to their rows.

use kernel::MatterId;
use ledger::{LogKey, Vkey};
use store::{Changes, Migration, Projector, Recorded, Schema, Store, StoreFault, Table, Value, bytes, int, set, text};

use crate::events::NotaryEvent;

/// The matter of a node's log: one per node, the same in every node.
pub const LOG: MatterId = MatterId::new(u128::from_be_bytes(*b"qy.notary.log.1."));

static LOG_KEY: Table = Table {
    name: "log_key",
    columns: &[int("node"), bytes("matter"), text("vkey"), int("from_size"), int("to_size")],
    key: 3,
};

static LOG_STANDING: Table = Table {
    name: "log_standing",
    columns: &[int("node"), bytes("matter"), int("witnessed"), int("size"), int("at")],
    key: 2,
};

/// What the notary keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "notary/0001", sql: include_str!("../migrations/0001_log.sql") }],
    tables: &[&LOG_KEY, &LOG_STANDING],
};

/// The rows of an event.
///
/// - `at`: when its act was, milliseconds since 1970.
pub fn changes(node: i64, at: i64, event: &NotaryEvent) -> Changes {
    let start = || vec![Value::from(node), LOG.value().into()];
    let row = |rest: Vec<Value>| [start(), rest].concat();
    match event {
        NotaryEvent::KeyRotated { old, old_from, new, from_size, .. } => vec![
            // The first key of a log has no act of its own; it gets its row with the first rotation.
            LOG_KEY.row(row(vec![old.as_str().into(), (*old_from).into(), Value::NullInt])),
            LOG_KEY.row(row(vec![new.as_str().into(), (*from_size).into(), Value::NullInt])),
        ],
        NotaryEvent::KeyEnded { vkey, to_size } => {
            vec![set(&LOG_KEY, row(vec![vkey.as_str().into()]), [("to_size", Value::Int(*to_size))])]
        }
        NotaryEvent::Unwitnessed { size, since, .. } => {
            vec![LOG_STANDING.row(row(vec![Value::Int(0), (*size).into(), (*since).into()]))]
        }
        NotaryEvent::Witnessed { size } => {
            vec![LOG_STANDING.row(row(vec![Value::Int(1), (*size).into(), at.into()]))]
        }
    }
}

struct Log;

/// What replays the log's own acts.
pub fn projector() -> impl Projector {
    Log
}

impl Projector for Log {
    fn follows(&self, kind: &str) -> bool {
        kind.starts_with("notary.")
    }

    fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
        Ok(changes(act.act.node, act.act.at_ms, &act.event()?))
    }
}

/// The keys of a node's log as its acts have them; none before the first rotation.
pub(crate) async fn log_keys(store: &Store, node: i64) -> Result<Vec<LogKey>, StoreFault> {
    let sql = "select vkey, from_size, to_size from log_key where node = $1 order by from_size, vkey";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.iter()
        .map(|row| {
            let text = row.text(0)?;
            let vkey: Vkey =
                text.parse().map_err(|error| StoreFault::Nonsense(format!("log_key.vkey {text}: {error}")))?;
            let size = |number: i64| u64::try_from(number).unwrap_or(0);
            Ok(LogKey { vkey, from_size: size(row.int(1)?), to_size: row.opt_int(2)?.map(size) })
        })
        .collect()
}

/// Whether the log was last said to be witnessed.
pub(crate) async fn standing(store: &Store, node: i64) -> Result<Option<bool>, StoreFault> {
    let rows = store.read("select witnessed from log_standing where node = $1", &[node.into()]).await?;
    rows.first().map(|row| row.int(0).map(|witnessed| witnessed == 1)).transpose()
}
