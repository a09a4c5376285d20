//! The rows of models, the pure function from events to them, and how they are read back.

use kernel::{Day, Instant, MatterId, OfficerId, OrganId};
use store::{Changes, Recorded, Row, Store, StoreFault, Value, set};

use super::{Definition, Model, ModelEvent, Stage};
use crate::tables::{DEFINITION, MODEL};

/// The rows of an event of the model `id`.
///
/// - `at`: when its act was, milliseconds since 1970.
pub(crate) fn changes(node: i64, id: MatterId, event: &ModelEvent, at: i64) -> Changes {
    let decided = |stage: &str, by: OfficerId| {
        let columns = [("stage", stage.into()), ("decider", by.value().into()), ("decided_at", at.into())];
        set(&MODEL, vec![node.into(), id.value().into()], columns)
    };
    match event {
        ModelEvent::Proposed { name, valid_from, officer, organ, .. } => vec![MODEL.row(vec![
            node.into(),
            id.value().into(),
            name.as_str().into(),
            "proposed".into(),
            officer.value().into(),
            organ.value().into(),
            at.into(),
            Value::NullBytes,
            Value::NullInt,
            valid_from.number().into(),
        ])],
        ModelEvent::Refused { by, .. } => vec![decided("refused", *by)],
        ModelEvent::Approved { by, valid_from, definitions } => {
            let key = vec![node.into(), id.value().into()];
            let in_force = set(&MODEL, key, [("valid_from", valid_from.number().into())]);
            let rows = definitions.iter().map(|definition| {
                DEFINITION.row(vec![
                    node.into(),
                    id.value().into(),
                    definition.process.as_str().into(),
                    definition.version.into(),
                    definition.name.as_str().into(),
                    valid_from.number().into(),
                ])
            });
            [decided("approved", *by), in_force].into_iter().chain(rows).collect()
        }
    }
}

const COLUMNS: &str =
    "select matter, name, stage, proposer, organ, proposed_at, decider, decided_at, valid_from from flow_model";

fn nonsense(what: &str) -> StoreFault {
    StoreFault::Nonsense(format!("flow_model.{what} makes no sense"))
}

/// A day as it is stored.
pub(crate) fn day(number: i64) -> Result<Day, StoreFault> {
    Day::from_number(number).ok_or_else(|| nonsense("valid_from"))
}

/// One row. What only the acts say is empty.
fn listed(row: &Row) -> Result<Model, StoreFault> {
    let decided = row.opt_id(6)?.map(OfficerId::new).zip(row.opt_int(7)?.map(Instant::from_ms));
    let stage = match (row.text(2)?.as_str(), decided) {
        ("proposed", None) => Stage::Proposed,
        ("refused", Some((by, at))) => Stage::Refused { by, at },
        ("approved", Some((by, at))) => Stage::Approved { by, at },
        _ => return Err(nonsense("stage")),
    };
    Ok(Model {
        id: MatterId::new(row.id(0)?),
        name: row.text(1)?,
        files: Vec::new(),
        reason: String::new(),
        based_on: None,
        proposer: OfficerId::new(row.id(3)?),
        on_behalf_of: None,
        organ: OrganId::new(row.id(4)?),
        proposed_at: Instant::from_ms(row.int(5)?),
        valid_from: day(row.int(8)?)?,
        stage,
        definitions: Vec::new(),
    })
}

/// Models, those that wait first, then the newest.
///
/// # Errors
/// If the store cannot be read.
pub async fn list(store: &Store, node: i64, offset: u64, limit: u64) -> Result<Vec<Model>, StoreFault> {
    let sql = format!(
        "{COLUMNS} where node = $1 order by case when stage = 'proposed' then 0 else 1 end, proposed_at desc, matter \
         limit $2 offset $3"
    );
    let values = [node.into(), (limit.cast_signed()).into(), (offset.cast_signed()).into()];
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// How many there are, and how many of them wait.
///
/// # Errors
/// If the store cannot be read.
pub async fn counts(store: &Store, node: i64) -> Result<(u64, u64), StoreFault> {
    let sql = "select count(*), coalesce(sum(case when stage = 'proposed' then 1 else 0 end), 0) from flow_model \
               where node = $1";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs())))
}

/// A model with its acts, oldest first; nothing where there is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<(Model, Vec<Recorded>)>, StoreFault> {
    let sql = format!("{COLUMNS} where node = $1 and matter = $2");
    let rows = store.read(&sql, &[node.into(), id.value().into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    let mut model = listed(row)?;
    let acts = store.acts_of(node, id.value()).await?;
    for act in &acts {
        match act.event()? {
            ModelEvent::Proposed { files, reason, based_on, on_behalf_of, .. } => {
                (model.files, model.reason, model.based_on, model.on_behalf_of) =
                    (files, reason, based_on, on_behalf_of);
            }
            ModelEvent::Approved { definitions, .. } => model.definitions = definitions,
            ModelEvent::Refused { .. } => {}
        }
    }
    Ok(Some((model, acts)))
}

/// A version of a process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Version {
    /// The model that it came with.
    pub model: MatterId,
    /// The process and its number.
    pub definition: Definition,
    /// The first day on which new cases follow it.
    pub valid_from: Day,
}

/// All versions of all processes, by process, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn versions(store: &Store, node: i64) -> Result<Vec<Version>, StoreFault> {
    let sql = "select matter, process, version, name, valid_from from flow_definition where node = $1 \
               order by process, valid_from desc, version desc";
    let one = |row: &Row| {
        Ok(Version {
            model: MatterId::new(row.id(0)?),
            definition: Definition { process: row.text(1)?, version: row.int(2)?, name: row.text(3)? },
            valid_from: day(row.int(4)?)?,
        })
    };
    store.read(sql, &[node.into()]).await?.iter().map(one).collect()
}

/// Approved models with the day from which they are in force, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn approved(store: &Store, node: i64) -> Result<Vec<(MatterId, Day)>, StoreFault> {
    let sql = "select matter, valid_from from flow_model where node = $1 and stage = 'approved' \
               order by valid_from desc, decided_at desc, matter";
    let one = |row: &Row| Ok((MatterId::new(row.id(0)?), day(row.int(1)?)?));
    store.read(sql, &[node.into()]).await?.iter().map(one).collect()
}
