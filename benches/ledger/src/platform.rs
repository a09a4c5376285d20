//! A platform of one table, and a fresh store of each kind.

use std::time::Duration;

use ledger::Day;
use store::{Actor, Changes, Column, Draft, Migration, Schema, Stamp, Store, Table, bytes, int, text};
use testkit::place::Place;

use crate::Outcome;

/// The node of all acts here.
pub const NODE: i64 = 320_000_000_000_001;

const COLUMNS: &[Column] = &[int("node"), bytes("matter"), text("stage"), text("words"), int("amount")];

static MATTER: Table = Table { name: "bench_matter", columns: COLUMNS, key: 2 };

const SCHEMA: Schema = Schema {
    migrations: &[Migration {
        id: "bench/0001",
        sql: "create table bench_matter (node bigint not null, matter bytea not null, stage text not null, \
              words text not null, amount bigint not null, primary key (node, matter));",
    }],
    tables: &[&MATTER],
};

/// An act of some 600 bytes in 20 fields, and the one row it makes: a matter is opened.
pub fn opened() -> (Draft, Changes) {
    let matter = uuid::Uuid::now_v7().as_u128();
    let day = Day::from_ymd(2026, 11, 24).unwrap_or_else(|| unreachable!("a day of the calendar"));
    let stamp = Stamp { node: NODE, id: uuid::Uuid::now_v7().as_u128(), at: 1_795_000_000_000, day };
    let words = "核查采购过程中的报价与评审记录，要求说明理由并附证明材料。";
    let event = (0..18).map(|at| (format!("field{at:02}"), text_of(at, words))).collect();
    let actor = Actor::Officer { pseudonym: "officer-1".to_owned() };
    let draft = Draft::new(stamp, "bench.opened@1.0", (matter, 1), actor, event);
    let row = MATTER.row(vec![NODE.into(), matter.into(), "open".into(), words.into(), 42_i64.into()]);
    (draft, vec![row])
}

fn text_of(at: usize, words: &str) -> String {
    if at < 5 { words.to_owned() } else { format!("value {at}") }
}

/// A store, and what must outlive it.
pub struct Fixture {
    /// The kind of store.
    pub name: &'static str,
    /// The store.
    pub store: Store,
    /// Where it is.
    pub place: Place,
}

/// A fresh store of each kind.
pub async fn both() -> Vec<Fixture> {
    let mut stores = Vec::new();
    for place in Place::each() {
        stores.push(Fixture { name: place.name, store: place.open(&[SCHEMA]).await, place });
    }
    stores
}

/// Records acts from so many writers, each waiting for its receipt, until there are `acts`; seconds it took.
///
/// # Errors
/// If one is refused.
pub async fn record(store: &Store, writers: u64, acts: u64) -> Outcome<f64> {
    let begun = std::time::Instant::now();
    let mut tasks = Vec::new();
    for _ in 0..writers {
        let store = store.clone();
        tasks.push(tokio::spawn(async move {
            for _ in 0..acts / writers {
                let (act, changes) = opened();
                store.record(act, changes).await?;
            }
            Ok::<(), store::RecordError>(())
        }));
    }
    for task in tasks {
        task.await??;
    }
    Ok(begun.elapsed().as_secs_f64())
}

/// A percentile of some durations, in milliseconds.
pub fn percentile(durations: &mut [Duration], of_hundred: usize) -> f64 {
    durations.sort_unstable();
    let at = (durations.len() * of_hundred / 100).min(durations.len().saturating_sub(1));
    durations.get(at).map_or(0.0, |duration| duration.as_secs_f64() * 1e3)
}
