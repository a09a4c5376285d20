//! The rows of moves of many, and how they and their cases are read.

use flow::ElementId;
use kernel::{Instant, MatterId, OfficerId, OrganId};
use store::{Changes, Row, Store, StoreFault, Value, place, places, set};

use super::{Asked, Going, Left, MigrationEvent, Stage, Why};
use crate::case::list::{Listed, Reach};
use crate::tables::{LEFT, MIGRATION};

/// The rows of an event of the move `id`.
///
/// - `at`: when its act was, milliseconds since 1970.
///
/// # Errors
/// If a value in it cannot be written.
pub(crate) fn changes(node: i64, id: MatterId, event: &MigrationEvent, at: i64) -> Result<Changes, StoreFault> {
    let key = || vec![node.into(), id.value().into()];
    let stands = |stage: Stage, ended: Option<i64>| {
        vec![set(&MIGRATION, key(), [("stage", stage.code().into()), ("ended_at", ended.into())])]
    };
    Ok(match event {
        MigrationEvent::Begun { process, model, version, officer, of, cases, .. } => vec![MIGRATION.row(vec![
            node.into(),
            id.value().into(),
            process.as_str().into(),
            model.value().into(),
            (*version).into(),
            Stage::Going(Going::Moving).code().into(),
            officer.value().into(),
            of.value().into(),
            cases.cast_signed().into(),
            at.into(),
            Value::NullInt,
        ])],
        MigrationEvent::Left { cases } => {
            let row = |left: &Left| {
                let detail = serde_json::to_string(&left.why)
                    .map_err(|error| StoreFault::Nonsense(format!("why a case was left: {error}")))?;
                let rest = [left.case.value().into(), left.why.code.as_str().into(), detail.into(), at.into()];
                Ok::<_, StoreFault>(LEFT.row(key().into_iter().chain(rest).collect()))
            };
            cases.iter().map(row).collect::<Result<_, _>>()?
        }
        MigrationEvent::Stopped { what, .. } => stands(Stage::Stopped(*what), None),
        MigrationEvent::Resumed { what, .. } => stands(Stage::Going(*what), None),
        MigrationEvent::Reverting { .. } => stands(Stage::Going(Going::Reverting), None),
        MigrationEvent::Ended { what } => stands(Stage::Over(*what), Some(at)),
    })
}

/// A move of many in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct ListedRun {
    /// The matter.
    pub id: MatterId,
    /// The process.
    pub process: ElementId,
    /// The model whose version cases are to follow.
    pub model: MatterId,
    /// That version.
    pub version: i64,
    /// Where it stands.
    pub stage: Stage,
    /// Who began it.
    pub officer: OfficerId,
    /// Of which organ.
    pub organ: OrganId,
    /// How many cases there were.
    pub cases: u64,
    /// When it was begun.
    pub begun_at: Instant,
    /// When it was over.
    pub ended_at: Option<Instant>,
}

fn listed(row: &Row) -> Result<ListedRun, StoreFault> {
    let code = row.text(4)?;
    let stage = Stage::ALL.into_iter().find(|stage| stage.code() == code);
    Ok(ListedRun {
        id: MatterId::new(row.id(0)?),
        process: ElementId::from(row.text(1)?.as_str()),
        model: MatterId::new(row.id(2)?),
        version: row.int(3)?,
        stage: stage.ok_or_else(|| StoreFault::Nonsense(format!("flow_migration.stage {code} makes no sense")))?,
        officer: OfficerId::new(row.id(5)?),
        organ: OrganId::new(row.id(6)?),
        cases: row.int(7)?.unsigned_abs(),
        begun_at: Instant::from_ms(row.int(8)?),
        ended_at: row.opt_int(9)?.map(Instant::from_ms),
    })
}

/// Moves of many that officers of a reader's organs began, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn runs(store: &Store, reach: &Reach, (offset, limit): (u64, u64)) -> Result<Vec<ListedRun>, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let organs = reach.organs_condition("m.", &mut values);
    let (limit, offset) = (place(limit.cast_signed(), &mut values), place(offset.cast_signed(), &mut values));
    let sql = format!(
        "select m.matter, m.process, m.model, m.version, m.stage, m.officer, m.organ, m.cases, m.begun_at, m.ended_at \
         from flow_migration m where m.node = $1 and {organs} order by m.begun_at desc, m.matter \
         limit {limit} offset {offset}"
    );
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// How many there are.
///
/// # Errors
/// If the store cannot be read.
pub async fn count_runs(store: &Store, reach: &Reach) -> Result<u64, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let organs = reach.organs_condition("m.", &mut values);
    let sql = format!("select count(*) from flow_migration m where m.node = $1 and {organs}");
    store.read(&sql, &values).await?.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// The condition of cases that a move of many is for: going on, of these versions, within reach.
fn asked_for(asked: &Asked, reach: &Reach, values: &mut Vec<Value>) -> String {
    let reached = reach.condition("c.", values);
    let process = place(asked.process.as_str(), values);
    let versions = match asked.from.is_empty() {
        true => "1 = 0".to_owned(),
        false => format!("c.version in ({})", places(asked.from.iter().copied(), values)),
    };
    let organ = match asked.organ {
        Some(organ) => format!("c.organ = {}", place(organ.value(), values)),
        None => "1 = 1".to_owned(),
    };
    format!("c.ended_at is null and c.process = {process} and {versions} and {organ} and {reached}")
}

/// How many cases a move of many would be for.
///
/// # Errors
/// If the store cannot be read.
pub async fn count_asked(store: &Store, reach: &Reach, asked: &Asked) -> Result<u64, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let condition = asked_for(asked, reach, &mut values);
    let sql = format!("select count(*) from flow_case c where c.node = $1 and {condition}");
    store.read(&sql, &values).await?.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// Cases that a move of many is for, by their ids, behind one of them.
///
/// - `of`: the move, with when it was begun: what it left already and what was opened later is none of it.
///
/// # Errors
/// If the store cannot be read.
pub async fn asked_cases(
    store: &Store,
    reach: &Reach,
    asked: &Asked,
    of: Option<(MatterId, Instant)>,
    (behind, limit): (Option<MatterId>, u64),
) -> Result<Vec<Listed>, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let mut condition = asked_for(asked, reach, &mut values);
    if let Some((run, begun)) = of {
        let run = place(run.value(), &mut values);
        let begun = place(begun.ms(), &mut values);
        condition = format!(
            "{condition} and c.opened_at <= {begun} and not exists (select 1 from flow_left l \
             where l.node = c.node and l.matter = {run} and l.subject = c.matter)"
        );
    }
    if let Some(behind) = behind {
        condition = format!("{condition} and c.matter > {}", place(behind.value(), &mut values));
    }
    let limit = place(limit.cast_signed(), &mut values);
    let sql =
        format!("{} where c.node = $1 and {condition} order by c.matter limit {limit}", crate::case::list::COLUMNS);
    store.read(&sql, &values).await?.iter().map(crate::case::list::listed).collect()
}

/// How many cases of a process are going on in each version, within reach.
///
/// # Errors
/// If the store cannot be read.
pub async fn going_on(store: &Store, reach: &Reach, process: &str) -> Result<Vec<(i64, u64)>, StoreFault> {
    let mut values = vec![reach.node().number().into()];
    let reached = reach.condition("c.", &mut values);
    let process = place(process, &mut values);
    let sql = format!(
        "select c.version, count(*) from flow_case c where c.node = $1 and c.ended_at is null \
         and c.process = {process} and {reached} group by c.version order by c.version"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(|row| Ok((row.int(0)?, row.int(1)?.unsigned_abs()))).collect()
}

/// What became of a case.
#[derive(Clone, PartialEq, Debug)]
pub enum Outcome {
    /// It was moved.
    Moved {
        /// From this version.
        from: i64,
        /// When.
        at: Instant,
        /// When that was taken back.
        reverted_at: Option<Instant>,
    },
    /// It stays as it was.
    Left(Why),
}

/// Cases of a move of many that are moved and not moved back, by their ids, behind one of them.
///
/// # Errors
/// If the store cannot be read.
pub async fn moved_cases(
    store: &Store,
    reach: &Reach,
    run: MatterId,
    (behind, limit): (Option<MatterId>, u64),
) -> Result<Vec<MatterId>, StoreFault> {
    let mut values = vec![reach.node().number().into(), run.value().into()];
    let reached = reach.condition("c.", &mut values);
    let behind = match behind {
        Some(behind) => format!("v.matter > {}", place(behind.value(), &mut values)),
        None => "1 = 1".to_owned(),
    };
    let limit = place(limit.cast_signed(), &mut values);
    let sql = format!(
        "select v.matter from flow_moved v join flow_case c on c.node = v.node and c.matter = v.matter \
         where v.node = $1 and v.run = $2 and v.reverted_at is null and {behind} and {reached} \
         order by v.matter limit {limit}"
    );
    store.read(&sql, &values).await?.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}

/// How many cases a move of many has moved, moved back, and left.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Moved, and not moved back.
    pub moved: u64,
    /// Moved back.
    pub reverted: u64,
    /// Left as they were, or left moved.
    pub left: u64,
}

/// Its counts, within reach.
///
/// # Errors
/// If the store cannot be read.
pub async fn counts(store: &Store, reach: &Reach, run: MatterId) -> Result<Counts, StoreFault> {
    let mut values = vec![reach.node().number().into(), run.value().into()];
    let reached = reach.condition("c.", &mut values);
    let moved = format!(
        "select count(*), count(v.reverted_at) from flow_moved v \
         join flow_case c on c.node = v.node and c.matter = v.matter where v.node = $1 and v.run = $2 and {reached}"
    );
    let left = format!(
        "select count(*) from flow_left l join flow_case c on c.node = l.node and c.matter = l.subject \
         where l.node = $1 and l.matter = $2 and {reached}"
    );
    let mut counts = Counts::default();
    if let Some(row) = store.read(&moved, &values).await?.first() {
        counts.reverted = row.int(1)?.unsigned_abs();
        counts.moved = row.int(0)?.unsigned_abs().saturating_sub(counts.reverted);
    }
    if let Some(row) = store.read(&left, &values).await?.first() {
        counts.left = row.int(0)?.unsigned_abs();
    }
    Ok(counts)
}

/// How many cases a move of many moved or left, within reach, each once.
///
/// # Errors
/// If the store cannot be read.
pub async fn count_outcomes(store: &Store, reach: &Reach, run: MatterId) -> Result<u64, StoreFault> {
    let mut values = vec![reach.node().number().into(), run.value().into()];
    let reached = reach.condition("c.", &mut values);
    let sql = format!(
        "select count(*) from flow_case c where c.node = $1 \
         and (c.matter in (select s.subject from flow_left s where s.node = $1 and s.matter = $2) \
         or c.matter in (select w.matter from flow_moved w where w.node = $1 and w.run = $2)) and {reached}"
    );
    store.read(&sql, &values).await?.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// What became of the cases of a move of many, within reach: those that were left first, then by case.
///
/// # Errors
/// If the store cannot be read, or a row makes no sense.
pub async fn outcomes(
    store: &Store,
    reach: &Reach,
    run: MatterId,
    (offset, limit): (u64, u64),
) -> Result<Vec<(Listed, Outcome)>, StoreFault> {
    let mut values = vec![reach.node().number().into(), run.value().into()];
    let reached = reach.condition("c.", &mut values);
    let (limit, offset) = (place(limit.cast_signed(), &mut values), place(offset.cast_signed(), &mut values));
    let columns = crate::case::list::COLUMNS.trim_end_matches(" from flow_case c");
    // A case that was moved and could not be moved back is in both: the latter is what became of it.
    let sql = format!(
        "{columns}, l.detail, v.from_version, v.moved_at, v.reverted_at from flow_case c \
         left join flow_left l on l.node = c.node and l.matter = $2 and l.subject = c.matter \
         left join flow_moved v on v.node = c.node and v.matter = c.matter and v.run = $2 \
         where c.node = $1 and (c.matter in (select s.subject from flow_left s where s.node = $1 and s.matter = $2) \
         or c.matter in (select w.matter from flow_moved w where w.node = $1 and w.run = $2)) and {reached} \
         order by case when l.detail is null then 1 else 0 end, c.matter limit {limit} offset {offset}"
    );
    let read = |row: &Row| {
        let case = crate::case::list::listed(row)?;
        let outcome = match (row.opt_text(9)?, row.opt_int(10)?, row.opt_int(11)?) {
            (Some(detail), ..) => {
                let why = serde_json::from_str(&detail);
                Outcome::Left(why.map_err(|error| StoreFault::Nonsense(format!("flow_left.detail: {error}")))?)
            }
            (None, Some(from), Some(at)) => {
                let reverted_at = row.opt_int(12)?.map(Instant::from_ms);
                Outcome::Moved { from, at: Instant::from_ms(at), reverted_at }
            }
            _ => return Err(StoreFault::Nonsense("flow_moved: a case without its move".to_owned())),
        };
        Ok((case, outcome))
    };
    store.read(&sql, &values).await?.iter().map(read).collect()
}

/// Cases that a case called and that are going on, within reach.
///
/// # Errors
/// If the store cannot be read.
pub async fn called(store: &Store, reach: &Reach, caller: MatterId) -> Result<Vec<Listed>, StoreFault> {
    let all = crate::case::list::called(store, reach, caller).await?;
    Ok(all.into_iter().filter(|case| case.ended_at.is_none()).collect())
}
