//! Reading what is not for everybody: a warning that is a work secret or open to named officers only is read by an act, on
//! record before anything is shown, and whoever reads it sees who did. Source: the document's 全程留痕; issue of the floors §3.
//!
//! Each officer's readings of one warning are a matter of their own, so that they are in the way of nobody who works on it.

use access::Hand;
use directory::{Directory, draft};
use kernel::{Class, Clock, Instant, MatterId, NodeId, OfficerId, OrganId, PostId};
use serde::{Deserialize, Serialize};
use store::{Changes, Draft, Projector, RecordError, Recorded, Store, StoreFault, Table, bytes, int, set};

use crate::acts::class_of;
use crate::types::Warning;

pub(crate) static READING: Table = Table {
    name: "warning_reading",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("warning"),
        bytes("officer"),
        bytes("organ"),
        int("readings"),
        int("first_at"),
        int("last_at"),
    ],
    key: 2,
};

/// The kind of these acts.
const READ: &str = "reading.read@1.0";

/// Attempts to record: of two readings in one moment the second finds the matter moved on.
const ATTEMPTS: u32 = 5;

/// An officer read a warning.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
struct Reading {
    /// Which.
    warning: MatterId,
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

/// Whether reading it is an act.
pub fn is_on_record(warning: &Warning) -> bool {
    warning.class >= Class::WorkSecret || warning.named.is_some()
}

/// The matter of an officer's readings of a warning: the same whenever they read.
fn matter(warning: MatterId, officer: OfficerId) -> u128 {
    let parts = [b"qy.sup.reading".as_slice(), &warning.value().to_be_bytes(), &officer.value().to_be_bytes()];
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
        reading.warning.value().into(),
        reading.officer.value().into(),
        reading.organ.value().into(),
        count.into(),
        at.into(),
        at.into(),
    ])]
}

/// Records that an officer reads a warning, if that is an act. Nothing of it may be shown where this fails.
///
/// # Errors
/// As [`Store::record`].
pub async fn record(
    store: &Store,
    (node, clock): (NodeId, &dyn Clock),
    by: (Hand, PostId),
    warning: &Warning,
) -> Result<(), RecordError> {
    if !is_on_record(warning) {
        return Ok(());
    }
    let (hand, _) = by;
    let reading = Reading { warning: warning.id, officer: hand.officer, organ: hand.organ };
    let matter = matter(warning.id, hand.officer);
    let mut attempts = 0;
    loop {
        let version = store.version(node.number(), matter).await? + 1;
        let draft = draft((node, clock), by, (matter, version), READ, &reading)?;
        let draft = Draft { class: class_of(warning), ..draft };
        let rows = changes(node.number(), matter, version, draft.at, reading);
        attempts += 1;
        match store.record(draft, rows).await {
            Err(RecordError::Conflict { .. }) if attempts < ATTEMPTS => {}
            other => return other.map(drop),
        }
    }
}

/// The same outside a page: the demo's past is made by the same acts as the present.
///
/// # Errors
/// As [`record`].
pub async fn perform(directory: &Directory, by: (Hand, PostId), warning: &Warning) -> Result<(), RecordError> {
    record(directory.store(), (directory.node(), directory.clock()), by, warning).await
}

/// Who read a warning, the last one first.
///
/// # Errors
/// If the store cannot be read.
pub async fn readers(store: &Store, node: NodeId, warning: MatterId) -> Result<Vec<Reader>, StoreFault> {
    let sql = "select officer, organ, readings, last_at from warning_reading where node = $1 and warning = $2 \
               order by last_at desc, officer limit 200";
    let rows = store.read(sql, &[node.number().into(), warning.value().into()]).await?;
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
            kind == READ
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, act.act.matter, act.act.version, act.act.at_ms, act.event()?))
        }
    }
    Replay
}
