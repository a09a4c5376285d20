//! The rows of accesses, and how one is read back and recorded.

use directory::draft;
use kernel::{Clock, Instant, MatterId, NodeId, OfficerId, OrganId, PostId};
use store::{
    Changes, Draft, Projector, Receipt, RecordError, Recorded, Row, Store, StoreFault, TOMBSTONE, Table, Tombstone,
    Value, bytes, int, set, text,
};

use super::{Access, GlassEvent, Stage};
use crate::acts::class_of;
use crate::types::Warning;
use access::Hand;

/// What break-glass keeps.
pub(crate) static ACCESS: Table = Table {
    name: "warning_access",
    columns: &[
        int("node"),
        bytes("matter"),
        bytes("warning"),
        int("number"),
        bytes("officer"),
        bytes("organ"),
        int("hours"),
        text("stage"),
        bytes("approver"),
        int("until"),
        int("asked_at"),
        int("readings"),
        text("grounds"),
    ],
    key: 2,
};

/// How the kinds of these acts begin.
const KINDS: &str = "glass.";

/// The rows of an event; `after` is the access as the event leaves it.
pub fn changes(node: i64, after: &Access, event: &GlassEvent, at: Instant) -> Changes {
    let key = vec![node.into(), after.id.value().into()];
    let count = |n: u64| Value::from(i64::try_from(n).unwrap_or(i64::MAX));
    match event {
        GlassEvent::Asked { .. } => vec![ACCESS.row(vec![
            node.into(),
            after.id.value().into(),
            after.warning.value().into(),
            count(after.number),
            after.officer.value().into(),
            after.organ.value().into(),
            i64::from(after.hours).into(),
            after.stage.code().into(),
            Value::NullBytes,
            Value::NullInt,
            at.ms().into(),
            0_i64.into(),
            after.grounds.clone().into(),
        ])],
        GlassEvent::Approved { by, until, .. } => vec![set(
            &ACCESS,
            key,
            [("stage", after.stage.code().into()), ("approver", by.value().into()), ("until", until.ms().into())],
        )],
        GlassEvent::Refused { by, .. } => {
            vec![set(&ACCESS, key, [("stage", after.stage.code().into()), ("approver", by.value().into())])]
        }
        GlassEvent::Read { .. } => vec![set(&ACCESS, key, [("readings", count(after.readings))])],
        GlassEvent::Erased(gone) => blank(node, after.id.value(), gone),
    }
}

/// The kind of the act whose words a row keeps.
const ASKED: &str = "glass.asked@1.0";

/// The grounds go from the row, too, where they were erased.
fn blank(node: i64, matter: u128, gone: &Tombstone) -> Changes {
    if gone.of != ASKED {
        return Changes::new();
    }
    vec![set(&ACCESS, vec![node.into(), matter.into()], [("grounds", Value::NullText)])]
}

/// An access and its acts, oldest first; nothing if the matter is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: NodeId, id: MatterId) -> Result<Option<(Access, Vec<Recorded>)>, StoreFault> {
    let acts = store.acts_of(node.number(), id.value()).await?;
    if acts.first().is_none_or(|act| !act.act.kind.starts_with(KINDS)) {
        return Ok(None);
    }
    let mut access: Option<Access> = None;
    for act in &acts {
        let event: GlassEvent = act.event()?;
        access = match access {
            None => Access::opened(id, &event),
            Some(access) => Some(access.after(&event)),
        };
    }
    let access =
        access.ok_or_else(|| StoreFault::Nonsense(format!("access {id} does not begin with its being asked")))?;
    Ok(Some((access, acts)))
}

/// One row of a list of accesses.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// The warning's number.
    pub number: u64,
    /// Who asked.
    pub officer: OfficerId,
    /// Of which organ.
    pub organ: OrganId,
    /// For how long.
    pub hours: i64,
    /// `asked`, `approved` or `refused`.
    pub stage: String,
    /// Until when, once approved.
    pub until: Option<Instant>,
    /// When it was asked.
    pub asked_at: Instant,
    /// How often it was used.
    pub readings: i64,
}

const COLUMNS: &str = "select a.matter, a.number, a.officer, a.organ, a.hours, a.stage, a.until, a.asked_at, a.readings \
    from warning_access a";

fn listed(row: &Row) -> Result<Listed, StoreFault> {
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        number: u64::try_from(row.int(1)?).unwrap_or(0),
        officer: OfficerId::new(row.id(2)?),
        organ: OrganId::new(row.id(3)?),
        hours: row.int(4)?,
        stage: row.text(5)?,
        until: row.opt_int(6)?.map(Instant::from_ms),
        asked_at: Instant::from_ms(row.int(7)?),
        readings: row.int(8)?,
    })
}

/// Accesses listed at most.
const MOST: usize = 100;

/// What an officer asked for, newest first.
pub async fn of_officer(store: &Store, node: NodeId, officer: OfficerId) -> Result<Vec<Listed>, StoreFault> {
    let sql = format!("{COLUMNS} where a.node = $1 and a.officer = $2 order by a.asked_at desc, a.matter limit {MOST}");
    let rows = store.read(&sql, &[node.number().into(), officer.value().into()]).await?;
    rows.iter().map(listed).collect()
}

/// Accesses to the warnings that some units hold, those that wait first, then the newest.
pub async fn asked_of(store: &Store, node: NodeId, units: &[OrganId]) -> Result<Vec<Listed>, StoreFault> {
    let mut values: Vec<Value> = vec![node.number().into()];
    let places: Vec<String> = units
        .iter()
        .map(|unit| {
            values.push(unit.value().into());
            format!("${}", values.len())
        })
        .collect();
    if places.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "{COLUMNS} join warning w on w.node = a.node and w.matter = a.warning where a.node = $1 and w.unit in ({}) \
         order by case when a.stage = 'asked' then 0 else 1 end, a.asked_at desc, a.matter limit {MOST}",
        places.join(", ")
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(listed).collect()
}

/// The access of an officer to a warning that waits or, at this moment, holds.
pub async fn current(
    store: &Store,
    node: NodeId,
    officer: OfficerId,
    warning: MatterId,
    now: Instant,
) -> Result<Option<Listed>, StoreFault> {
    let sql = format!(
        "{COLUMNS} where a.node = $1 and a.officer = $2 and a.warning = $3 \
         and (a.stage = 'asked' or (a.stage = 'approved' and a.until > $4)) order by a.asked_at desc limit 1"
    );
    let values = [node.number().into(), officer.value().into(), warning.value().into(), now.ms().into()];
    let rows = store.read(&sql, &values).await?;
    rows.first().map(listed).transpose()
}

/// Records what an officer did with an access, under the class of the warning that it is about.
///
/// # Errors
/// As [`Store::record`].
pub async fn record(
    store: &Store,
    (node, clock): (NodeId, &dyn Clock),
    by: (Hand, PostId),
    (after, warning): (&Access, &Warning),
    event: &GlassEvent,
) -> Result<Receipt, RecordError> {
    let draft = draft((node, clock), by, (after.id.value(), after.version), event.kind(), event)?;
    let draft = Draft { class: class_of(warning), ..draft };
    let at = Instant::from_ms(draft.at);
    store.record(draft, changes(node.number(), after, event, at)).await
}

/// The same outside a page: the demo's past is made by the same acts as the present.
///
/// # Errors
/// As [`record`].
pub async fn perform(
    directory: &directory::Directory,
    by: (Hand, PostId),
    about: (&Access, &Warning),
    event: &GlassEvent,
) -> Result<Receipt, RecordError> {
    record(directory.store(), (directory.node(), directory.clock()), by, about, event).await
}

/// Replays accesses for rebuild.
pub fn projector() -> impl Projector {
    use std::collections::HashMap;
    use std::sync::{Mutex, PoisonError};

    #[derive(Default)]
    struct Replay {
        known: Mutex<HashMap<u128, Access>>,
    }
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS) || kind == TOMBSTONE
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            let event: GlassEvent = act.event()?;
            let id = act.act.matter;
            let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
            if let GlassEvent::Erased(gone) = &event {
                if let Some(access) = known.remove(&id) {
                    known.insert(id, access.after(&event));
                }
                return Ok(self.blank(act.act.node, (id, act.act.version), gone));
            }
            let after = match known.remove(&id) {
                Some(access) => Some(access.after(&event)),
                None => Access::opened(MatterId::new(id), &event),
            };
            let after =
                after.ok_or_else(|| StoreFault::Nonsense(format!("act {}: access {id} is not open", act.idx)))?;
            let changes = changes(act.act.node, &after, &event, Instant::from_ms(act.act.at_ms));
            // One that was refused is never touched again.
            if !matches!(after.stage, Stage::Refused { .. }) {
                known.insert(id, after);
            }
            Ok(changes)
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            if kind.starts_with(KINDS) { &["grounds"] } else { &[] }
        }

        fn blank(&self, node: i64, (matter, _): (u128, u64), gone: &Tombstone) -> Changes {
            blank(node, matter, gone)
        }
    }
    Replay::default()
}
