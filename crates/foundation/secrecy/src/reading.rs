//! Reading what is not for everybody: a matter that is a work secret or open to named officers only is read by an act, on
//! record before anything is shown, and whoever reads it sees who did. Source: the document's 全程留痕; issue of the floors §3.
//!
//! Each officer's readings of one matter are a matter of their own, so that they are in the way of nobody who works on it.

use access::Hand;
use directory::draft;
use kernel::{Clock, Instant, MatterId, NodeId, OfficerId, OrganId, PostId, Secrecy};
use serde::{Deserialize, Serialize};
use store::{Changes, Draft, Migration, Projector, RecordError, Recorded, Schema, Store, StoreFault, Table};
use store::{bytes, int, set};

static READING: Table = Table {
    name: "reading",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("about"),
        bytes("officer"),
        bytes("organ"),
        int("readings"),
        int("first_at"),
        int("last_at"),
    ],
    key: 2,
};

/// Who has read what.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "secrecy/0001", sql: include_str!("../migrations/0001_reading.sql") }],
    tables: &[&READING],
};

/// The kind of these acts. Version 1.0 called the matter a warning: only those could be classified.
const READ: &str = "reading.read@1.1";

/// How the kinds of these acts begin.
const KINDS: &str = "reading.read@1.";

/// Attempts to record: of two readings in one moment the second finds the matter moved on.
const ATTEMPTS: u32 = 5;

/// An officer read a matter.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Reading {
    /// Which.
    #[serde(alias = "warning")]
    about: MatterId,
    /// Who.
    officer: OfficerId,
    /// In a post of which organ.
    organ: OrganId,
}

/// One who read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reader {
    /// Who.
    pub officer: OfficerId,
    /// In a post of which organ.
    pub organ: OrganId,
    /// How often.
    pub readings: i64,
    /// The last time.
    pub last_at: Instant,
}

/// The matter of an officer's readings of another one: the same whenever they read.
fn matter(about: MatterId, officer: OfficerId) -> u128 {
    let parts = [b"qy.sup.reading".as_slice(), &about.value().to_be_bytes(), &officer.value().to_be_bytes()];
    let digest = ledger::hash::sha256(&parts);
    u128::from_be_bytes(std::array::from_fn(|at| digest[at]))
}

fn changes(node: i64, matter: u128, version: u64, at: i64, reading: Reading) -> Changes {
    let count = i64::try_from(version).unwrap_or(i64::MAX);
    if version > 1 {
        let columns = [("readings", count.into()), ("last_at", at.into()), ("organ", reading.organ.value().into())];
        return vec![set(&READING, vec![node.into(), matter.into()], columns)];
    }
    vec![READING.row(vec![
        node.into(),
        matter.into(),
        reading.about.value().into(),
        reading.officer.value().into(),
        reading.organ.value().into(),
        count.into(),
        at.into(),
        at.into(),
    ])]
}

/// Records that an officer reads a matter, if that is an act. Nothing of it may be shown where this fails.
///
/// - `about`: the matter, and how secret it is.
///
/// # Errors
/// As [`Store::record`].
pub async fn record(
    store: &Store,
    (node, clock): (NodeId, &dyn Clock),
    by: (Hand, PostId),
    (about, secrecy): (MatterId, &Secrecy),
) -> Result<(), RecordError> {
    if !secrecy.is_on_record() {
        return Ok(());
    }
    let (hand, _) = by;
    let reading = Reading { about, officer: hand.officer, organ: hand.organ };
    let matter = matter(about, hand.officer);
    let mut attempts = 0;
    loop {
        let version = store.version(node.number(), matter).await? + 1;
        let draft = draft((node, clock), by, (matter, version), READ, &reading)?;
        let draft = Draft { class: crate::act_class(about.value(), secrecy), ..draft };
        let rows = changes(node.number(), matter, version, draft.at, reading);
        attempts += 1;
        match store.record(draft, rows).await {
            Err(RecordError::Conflict { .. }) if attempts < ATTEMPTS => {}
            other => return other.map(drop),
        }
    }
}

/// Who read a matter, the last one first.
///
/// # Errors
/// If the store cannot be read.
pub async fn readers(store: &Store, node: NodeId, about: MatterId) -> Result<Vec<Reader>, StoreFault> {
    let sql = "select officer, organ, readings, last_at from reading where node = $1 and about = $2 \
               order by last_at desc, officer limit 200";
    let rows = store.read(sql, &[node.number().into(), about.value().into()]).await?;
    rows.iter()
        .map(|row| {
            Ok(Reader {
                officer: OfficerId::new(row.id(0)?),
                organ: OrganId::new(row.id(1)?),
                readings: row.int(2)?,
                last_at: Instant::from_ms(row.int(3)?),
            })
        })
        .collect()
}

/// Replays readings for rebuild.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS)
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, act.act.matter, act.act.version, act.act.at_ms, act.event()?))
        }
    }
    Replay
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reading_of_the_first_version_is_read() {
        let (about, officer, organ) = (MatterId::new(7), OfficerId::new(8), OrganId::new(9));
        let reading = Reading { about, officer, organ };
        let now = serde_json::to_value(reading).unwrap();
        let mut before = now.clone();
        let fields = before.as_object_mut().unwrap();
        let named = fields.remove("about").unwrap();
        fields.insert("warning".to_owned(), named);
        for said in [now, before] {
            assert_eq!(serde_json::from_value::<Reading>(said).unwrap(), reading);
        }
    }
}
