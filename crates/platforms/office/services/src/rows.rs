//! The rows of applications, the pure function from events to them, and how they are read back.

use casework::case::list::Reach;
use kernel::{Instant, MatterId, OrganId};
use store::{
    Changes, Migration, Projector, Recorded, Row, Schema, Store, StoreFault, Table, Value, bytes, int, set, text,
};

use crate::decide::Application;
use crate::events::ServiceEvent;
use crate::types::Grade;

static SERVICE: Table = Table {
    name: "service",
    columns: &[
        int("node"),
        bytes("matter"),
        text("number"),
        bytes("case_matter"),
        bytes("item"),
        text("code"),
        bytes("organ"),
        int("applied_at"),
        int("withdrawn_at"),
        int("grade"),
        int("rated_at"),
        bytes("rating_case"),
    ],
    key: 2,
};

/// What this platform keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "services/0001", sql: include_str!("../migrations/0001_services.sql") }],
    tables: &[&SERVICE],
};

/// How the kinds of these acts begin.
const KINDS: &str = "service.";

/// The rows of an event of the application `id`.
///
/// - `at`: when its act was, milliseconds since 1970.
pub(crate) fn changes(node: i64, id: MatterId, event: &ServiceEvent, at: i64) -> Changes {
    let key = || vec![node.into(), id.value().into()];
    match event {
        ServiceEvent::Applied { number, case, item, code, organ, .. } => vec![SERVICE.row(vec![
            node.into(),
            id.value().into(),
            number.as_str().into(),
            case.value().into(),
            item.value().into(),
            code.as_str().into(),
            organ.value().into(),
            at.into(),
            Value::NullInt,
            Value::NullInt,
            Value::NullInt,
            Value::NullBytes,
        ])],
        ServiceEvent::Withdrawn { .. } => vec![set(&SERVICE, key(), [("withdrawn_at", at.into())])],
        ServiceEvent::Rated { grade, case, .. } => {
            let case = case.map_or(Value::NullBytes, |case| case.value().into());
            let columns = [("grade", grade.points().into()), ("rated_at", at.into()), ("rating_case", case)];
            vec![set(&SERVICE, key(), columns)]
        }
    }
}

/// Replays applications.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS)
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            Ok(changes(act.act.node, MatterId::new(act.act.matter), &act.event()?, act.act.at_ms))
        }

        fn erasable(&self, kind: &str) -> &'static [&'static str] {
            match kind.split('@').next() {
                Some("service.applied") => &["applicant"],
                Some("service.rated") => &["words"],
                _ => &[],
            }
        }
    }
    Replay
}

fn nonsense(what: &str) -> StoreFault {
    StoreFault::Nonsense(format!("service.{what} makes no sense"))
}

/// The application that its acts tell; nothing where they are none's.
///
/// # Errors
/// If an act makes no sense.
pub fn of(id: MatterId, acts: &[Recorded]) -> Result<Option<Application>, StoreFault> {
    let mut found: Option<Application> = None;
    for act in acts {
        if act.act.kind.starts_with(KINDS) {
            match (act.event()?, &mut found) {
                (ServiceEvent::Applied { number, case, item, code, name, organ, lock, party, to_follow, .. }, _) => {
                    let party = u128::from_str_radix(&party, 16).map_err(|_| nonsense("party"))?;
                    let (acts, withdrawn, rating) = (0, false, None);
                    let it = Application {
                        id,
                        acts,
                        number,
                        case,
                        item,
                        code,
                        name,
                        organ,
                        lock,
                        party,
                        to_follow,
                        withdrawn,
                        rating,
                    };
                    found = Some(it);
                }
                (ServiceEvent::Withdrawn { .. }, Some(it)) => it.withdrawn = true,
                (ServiceEvent::Rated { grade, reasons, case, .. }, Some(it)) => {
                    it.rating = Some((grade, reasons, case));
                }
                (_, None) => return Err(nonsense("first act")),
            }
        }
        if let Some(it) = &mut found {
            it.acts = act.act.version;
        }
    }
    Ok(found)
}

/// An application with its acts, by its matter.
///
/// # Errors
/// If the store cannot be read, or an act of it makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<(Application, Vec<Recorded>)>, StoreFault> {
    let acts = store.acts_of(node, id.value()).await?;
    Ok(of(id, &acts)?.map(|it| (it, acts)))
}

/// Applications of a receipt number: one, or, by a chance of one in a trillion, several.
///
/// # Errors
/// If the store cannot be read.
pub async fn by_number(store: &Store, node: i64, number: &str) -> Result<Vec<MatterId>, StoreFault> {
    let sql = "select matter from service where node = $1 and number = $2 order by matter limit 8";
    let rows = store.read(sql, &[node.into(), number.into()]).await?;
    rows.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}

/// An application in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// The receipt number.
    pub number: String,
    /// The case.
    pub case: MatterId,
    /// The item's code.
    pub code: String,
    /// The organ.
    pub organ: OrganId,
    /// When it came.
    pub applied_at: Instant,
    /// When it was taken back.
    pub withdrawn_at: Option<Instant>,
    /// How it was rated, and when.
    pub rated: Option<(Grade, Instant)>,
    /// The case that a bad rating opened.
    pub rating_case: Option<MatterId>,
}

fn listed(row: &Row) -> Result<Listed, StoreFault> {
    let grade = row.opt_int(7)?.map(|points| Grade::of_points(points).ok_or_else(|| nonsense("grade"))).transpose()?;
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        number: row.text(1)?,
        case: MatterId::new(row.id(2)?),
        code: row.text(3)?,
        organ: OrganId::new(row.id(4)?),
        applied_at: Instant::from_ms(row.int(5)?),
        withdrawn_at: row.opt_int(6)?.map(Instant::from_ms),
        rated: grade.zip(row.opt_int(8)?.map(Instant::from_ms)),
        rating_case: row.opt_id(9)?.map(MatterId::new),
    })
}

/// Which applications: those whose cases a reader may know of.
#[derive(Clone, Debug)]
pub struct Filter {
    /// What the reader reaches.
    pub reach: Reach,
    /// Those that were rated badly.
    pub bad: bool,
}

fn condition(filter: &Filter, values: &mut Vec<Value>) -> String {
    let known = filter.reach.knows_of("service.case_matter", values);
    let bad = if filter.bad { "grade <= 2" } else { "1 = 1" };
    format!("node = $1 and {known} and {bad}")
}

/// Applications, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn list(
    store: &Store,
    node: i64,
    filter: &Filter,
    (offset, limit): (u64, u64),
) -> Result<Vec<Listed>, StoreFault> {
    let mut values: Vec<Value> = vec![node.into()];
    let condition = condition(filter, &mut values);
    values.extend([limit.cast_signed().into(), offset.cast_signed().into()]);
    let (limit, offset) = (values.len() - 1, values.len());
    let sql = format!(
        "select matter, number, case_matter, code, organ, applied_at, withdrawn_at, grade, rated_at, rating_case \
         from service where {condition} order by applied_at desc, matter limit ${limit} offset ${offset}"
    );
    store.read(&sql, &values).await?.iter().map(listed).collect()
}

/// How many applications a filter lets through.
///
/// # Errors
/// If the store cannot be read.
pub async fn count(store: &Store, node: i64, filter: &Filter) -> Result<u64, StoreFault> {
    let mut values: Vec<Value> = vec![node.into()];
    let condition = condition(filter, &mut values);
    let rows = store.read(&format!("select count(*) from service where {condition}"), &values).await?;
    rows.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// Ratings: how many of each grade, best first.
///
/// # Errors
/// If the store cannot be read.
pub async fn grades(store: &Store, node: i64, filter: &Filter) -> Result<[u64; 5], StoreFault> {
    let mut values: Vec<Value> = vec![node.into()];
    let condition = condition(filter, &mut values);
    let sql = format!("select grade, count(*) from service where {condition} and grade is not null group by grade");
    let mut all = [0; 5];
    for row in store.read(&sql, &values).await? {
        let grade = Grade::of_points(row.int(0)?).ok_or_else(|| nonsense("grade"))?;
        let at = Grade::ALL.iter().position(|other| *other == grade).unwrap_or(0);
        if let Some(count) = all.get_mut(at) {
            *count = row.int(1)?.unsigned_abs();
        }
    }
    Ok(all)
}
