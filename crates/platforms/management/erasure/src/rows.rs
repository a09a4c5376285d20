//! The rows of erasures, the pure function from events to them, and how they are read back.

use kernel::{Instant, MatterId, OfficerId, OrganId};
use store::{
    Changes, Migration, Projector, Recorded, Row, Schema, Store, StoreFault, Table, Value, bytes, int, set, text,
};

use crate::decide::{Erasure, Stage};
use crate::events::{ErasureEvent, Ground};

static ERASURE: Table = Table {
    name: "erasure",
    columns: &[
        int("node"),
        bytes("matter"),
        int("idx"),
        text("kind"),
        bytes("erases"),
        text("fields"),
        text("ground"),
        text("stage"),
        bytes("proposer"),
        bytes("organ"),
        int("asked_at"),
        bytes("decider"),
        int("decided_at"),
    ],
    key: 2,
};

/// What this platform keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "erasure/0001", sql: include_str!("../migrations/0001_erasure.sql") }],
    tables: &[&ERASURE],
};

/// How the kinds of these acts begin.
const KINDS: &str = "erasure.";

/// The rows of an event of the erasure `id`.
///
/// - `at`: when its act was, milliseconds since 1970.
pub(crate) fn changes(node: i64, id: MatterId, event: &ErasureEvent, at: i64) -> Changes {
    let decided = |stage: &str, by: OfficerId| {
        let columns = [("stage", stage.into()), ("decider", by.value().into()), ("decided_at", at.into())];
        vec![set(&ERASURE, vec![node.into(), id.value().into()], columns)]
    };
    match event {
        ErasureEvent::Proposed { idx, of, matter, fields, ground, officer, organ, .. } => vec![ERASURE.row(vec![
            node.into(),
            id.value().into(),
            (*idx).into(),
            of.as_str().into(),
            matter.value().into(),
            fields.join(" ").into(),
            ground.code().into(),
            "proposed".into(),
            officer.value().into(),
            organ.value().into(),
            at.into(),
            Value::NullBytes,
            Value::NullInt,
        ])],
        ErasureEvent::Refused { by, .. } => decided("refused", *by),
        ErasureEvent::Approved { by, .. } => decided("done", *by),
    }
}

/// Replays erasures.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS)
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, MatterId::new(act.act.matter), &act.event()?, act.act.at_ms))
        }
    }
    Replay
}

const COLUMNS: &str = "select matter, idx, kind, erases, fields, ground, stage, proposer, organ, asked_at, decider, \
    decided_at from erasure";

/// One row. What only the acts say, reason and receivers, is empty.
fn listed(row: &Row) -> Result<Erasure, StoreFault> {
    let nonsense = |what: &str| StoreFault::Nonsense(format!("erasure.{what} makes no sense"));
    let decided = row.opt_id(10)?.map(OfficerId::new).zip(row.opt_int(11)?.map(Instant::from_ms));
    let stage = match (row.text(6)?.as_str(), decided) {
        ("proposed", None) => Stage::Proposed,
        ("refused", Some((by, at))) => Stage::Refused { by, at },
        ("done", Some((by, at))) => Stage::Done { by, at },
        _ => return Err(nonsense("stage")),
    };
    Ok(Erasure {
        id: MatterId::new(row.id(0)?),
        idx: u64::try_from(row.int(1)?).map_err(|_| nonsense("idx"))?,
        of: row.text(2)?,
        matter: MatterId::new(row.id(3)?),
        fields: row.text(4)?.split(' ').map(str::to_owned).collect(),
        ground: Ground::parse(&row.text(5)?).ok_or_else(|| nonsense("ground"))?,
        reason: String::new(),
        told: Vec::new(),
        proposer: OfficerId::new(row.id(7)?),
        on_behalf_of: None,
        organ: OrganId::new(row.id(8)?),
        asked_at: Instant::from_ms(row.int(9)?),
        stage,
    })
}

/// Erasures, those that wait first, then the newest.
///
/// # Errors
/// If the store cannot be read.
pub async fn list(store: &Store, node: i64, offset: u64, limit: u64) -> Result<Vec<Erasure>, StoreFault> {
    let sql = format!(
        "{COLUMNS} where node = $1 order by case when stage = 'proposed' then 0 else 1 end, asked_at desc, matter \
         limit $2 offset $3"
    );
    let values = [node.into(), (limit as i64).into(), (offset as i64).into()];
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(listed).collect()
}

/// How many there are, and how many of them wait.
///
/// # Errors
/// If the store cannot be read.
pub async fn counts(store: &Store, node: i64) -> Result<(u64, u64), StoreFault> {
    let sql = "select count(*), coalesce(sum(case when stage = 'proposed' then 1 else 0 end), 0) from erasure where node = $1";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs())))
}

/// Whether an erasure from an act waits.
pub(crate) async fn waits(store: &Store, node: i64, idx: u64) -> Result<bool, StoreFault> {
    let sql = "select 1 from erasure where node = $1 and idx = $2 and stage = 'proposed' limit 1";
    Ok(!store.read(sql, &[node.into(), (idx as i64).into()]).await?.is_empty())
}

/// An erasure with its acts, oldest first; nothing where there is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<(Erasure, Vec<Recorded>)>, StoreFault> {
    let sql = format!("{COLUMNS} where node = $1 and matter = $2");
    let rows = store.read(&sql, &[node.into(), id.value().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut erasure = listed(row)?;
    let acts = store.acts_of(node, id.value()).await?;
    if let Some(first) = acts.first()
        && let ErasureEvent::Proposed { reason, told, on_behalf_of, .. } = first.event()?
    {
        (erasure.reason, erasure.told, erasure.on_behalf_of) = (reason, told, on_behalf_of);
    }
    Ok(Some((erasure, acts)))
}
