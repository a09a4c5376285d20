//! The rows of the inventory, the pure function from events to them, and how they are read back.

use kernel::power::Category;
use kernel::{Day, Instant, MatterId, OfficerId, OrganId, Text};
use store::{
    Changes, Migration, Projector, Recorded, Row, Schema, Store, StoreFault, Table, Value, bytes, int, set, text,
};

use crate::events::{Change, PowerEvent};
use crate::item::{Item, Version};
use crate::types::Content;

static ITEM: Table = Table {
    name: "power_item",
    columns: &[
        int("node"),
        bytes("matter"),
        text("code"),
        text("name"),
        text("name_en"),
        text("category"),
        bytes("organ"),
        text("waiting"),
        text("change"),
        bytes("proposer"),
        int("asked_at"),
        int("version"),
    ],
    key: 2,
};

static VERSION: Table = Table {
    name: "power_version",
    columns: &[
        int("node"),
        bytes("matter"),
        int("version"),
        text("code"),
        text("name"),
        text("name_en"),
        text("category"),
        bytes("organ"),
        text("process"),
        int("online"),
        int("valid_from"),
        int("valid_until"),
        text("content"),
    ],
    key: 3,
};

/// What this platform keeps.
pub const SCHEMA: Schema = Schema {
    migrations: &[Migration { id: "operation/0001", sql: include_str!("../migrations/0001_inventory.sql") }],
    tables: &[&ITEM, &VERSION],
};

/// How the kinds of these acts begin.
pub(crate) const KINDS: &str = "power.";

/// What waits of an item, as it is stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Waiting {
    /// Nothing.
    Nothing,
    /// For the legal review 待合法性审核.
    Review,
    /// For whoever publishes it 待公布.
    Publication,
}

impl Waiting {
    /// The stable word, stored and translated.
    pub fn code(self) -> &'static str {
        match self {
            Waiting::Nothing => "nothing",
            Waiting::Review => "review",
            Waiting::Publication => "publication",
        }
    }

    fn parse(code: &str) -> Option<Waiting> {
        [Waiting::Nothing, Waiting::Review, Waiting::Publication].into_iter().find(|it| it.code() == code)
    }
}

/// Where an item stands, as whoever reads a list wants to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stage {
    /// A change waits for the legal review.
    Review,
    /// A change waits for whoever publishes it.
    Publication,
    /// It holds.
    InForce,
    /// It holds from a later day on.
    ToCome,
    /// It held once.
    Repealed,
    /// It never held, and nothing waits.
    Refused,
}

impl Stage {
    /// What waits comes first.
    ///
    /// - the triple: whether a version holds, whether one is to come, whether there was ever one.
    pub(crate) fn of(waiting: Waiting, (in_force, to_come, known): (bool, bool, bool)) -> Stage {
        match waiting {
            Waiting::Review => Stage::Review,
            Waiting::Publication => Stage::Publication,
            Waiting::Nothing if in_force => Stage::InForce,
            Waiting::Nothing if to_come => Stage::ToCome,
            Waiting::Nothing if known => Stage::Repealed,
            Waiting::Nothing => Stage::Refused,
        }
    }

    /// The stable word, translated.
    pub fn code(self) -> &'static str {
        match self {
            Stage::Review => "review",
            Stage::Publication => "publication",
            Stage::InForce => "force",
            Stage::ToCome => "to-come",
            Stage::Repealed => "repealed",
            Stage::Refused => "refused",
        }
    }
}

/// The rows of an event of the item `id`.
///
/// - `at`: when its act was, milliseconds since 1970.
///
/// # Errors
/// If what it says is no JSON.
pub(crate) fn changes(node: i64, id: MatterId, event: &PowerEvent, at: i64) -> Result<Changes, StoreFault> {
    let key = || vec![node.into(), id.value().into()];
    let waiting = |waiting: Waiting| set(&ITEM, key(), [("waiting", waiting.code().into())]);
    Ok(match event {
        PowerEvent::Proposed { change: Change::Add, content, by, .. } => vec![ITEM.row(vec![
            node.into(),
            id.value().into(),
            content.code.as_str().into(),
            content.name.zh.as_str().into(),
            content.name.en.as_str().into(),
            content.category.code().into(),
            content.organ.value().into(),
            Waiting::Review.code().into(),
            Change::Add.code().into(),
            by.value().into(),
            at.into(),
            0i64.into(),
        ])],
        PowerEvent::Proposed { change, by, .. } => {
            let columns = [
                ("waiting", Waiting::Review.code().into()),
                ("change", change.code().into()),
                ("proposer", by.value().into()),
                ("asked_at", at.into()),
            ];
            vec![set(&ITEM, key(), columns)]
        }
        PowerEvent::Reviewed { passed: true, .. } => vec![waiting(Waiting::Publication)],
        PowerEvent::Reviewed { passed: false, .. } | PowerEvent::Refused { .. } | PowerEvent::Withdrawn { .. } => {
            vec![waiting(Waiting::Nothing)]
        }
        PowerEvent::Published { change, version, content, from, .. } => {
            let last = if *change == Change::Repeal { *version } else { version - 1 };
            let ends = set(
                &VERSION,
                vec![node.into(), id.value().into(), last.into()],
                [("valid_until", from.plus(-1).number().into())],
            );
            if *change == Change::Repeal {
                return Ok(vec![waiting(Waiting::Nothing), ends]);
            }
            let columns = [
                ("waiting", Waiting::Nothing.code().into()),
                ("name", content.name.zh.as_str().into()),
                ("name_en", content.name.en.as_str().into()),
                ("category", content.category.code().into()),
                ("version", (*version).into()),
            ];
            vec![set(&ITEM, key(), columns), ends, version_row(node, id, *version, content, *from)?]
        }
    })
}

fn version_row(
    node: i64,
    id: MatterId,
    version: i64,
    content: &Content,
    from: Day,
) -> Result<store::Change, StoreFault> {
    let json = serde_json::to_string(content).map_err(|error| StoreFault::Nonsense(format!("an item: {error}")))?;
    Ok(VERSION.row(vec![
        node.into(),
        id.value().into(),
        version.into(),
        content.code.as_str().into(),
        content.name.zh.as_str().into(),
        content.name.en.as_str().into(),
        content.category.code().into(),
        content.organ.value().into(),
        content.process.as_deref().map_or(Value::NullText, Into::into),
        i64::from(content.online).into(),
        from.number().into(),
        Value::NullInt,
        json.into(),
    ]))
}

/// Replays the inventory.
pub fn projector() -> impl Projector {
    struct Replay;
    impl Projector for Replay {
        fn follows(&self, kind: &str) -> bool {
            kind.starts_with(KINDS)
        }

        fn changes(&self, _: &Store, act: &Recorded) -> Result<Changes, StoreFault> {
            changes(act.act.node, MatterId::new(act.act.matter), &act.event()?, act.act.at_ms)
        }
    }
    Replay
}

fn nonsense(what: &str) -> StoreFault {
    StoreFault::Nonsense(format!("power_{what} makes no sense"))
}

/// An item in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// The code.
    pub code: String,
    /// The name of the newest version, or of what is proposed.
    pub name: Text,
    /// The category.
    pub category: Category,
    /// The organ.
    pub organ: OrganId,
    /// What waits.
    pub waiting: Waiting,
    /// Which change waits, or was last asked for.
    pub change: Change,
    /// Who asked for it.
    pub proposer: OfficerId,
    /// When.
    pub asked_at: Instant,
    /// How many versions were published.
    pub versions: i64,
    /// Whether it holds on the day asked for.
    pub in_force: bool,
    /// Whether it comes into force later than that.
    pub to_come: bool,
    /// The process of the version that holds.
    pub process: Option<String>,
    /// From when and, if that is said, until when that version holds.
    pub holds: Option<(Day, Option<Day>)>,
}

impl Listed {
    /// Where it stands on the day asked for.
    pub fn stage(&self) -> Stage {
        Stage::of(self.waiting, (self.in_force, self.to_come, self.versions > 0))
    }
}

/// Which items of a list.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Of a category.
    pub category: Option<Category>,
    /// Of an organ.
    pub organ: Option<OrganId>,
    /// That hold on the day; else of any state.
    pub in_force: bool,
    /// That wait for somebody.
    pub waiting: bool,
    /// Whose code or name holds these words.
    pub words: String,
}

const LISTED: &str = "select i.matter, i.code, i.name, i.name_en, i.category, i.organ, i.waiting, i.change, i.proposer, \
    i.asked_at, i.version, v.process, v.valid_from, v.valid_until, \
    (select max(w.valid_from) from power_version w where w.node = i.node and w.matter = i.matter) \
    from power_item i left join power_version v on v.node = i.node and v.matter = i.matter \
    and v.valid_from <= $2 and (v.valid_until is null or v.valid_until >= $2)";

fn listed(row: &Row, day: Day) -> Result<Listed, StoreFault> {
    let change = [Change::Add, Change::Amend, Change::Repeal].into_iter();
    let (code, waiting, word) = (row.text(4)?, row.text(6)?, row.text(7)?);
    let holds = match row.opt_int(12)? {
        None => None,
        Some(from) => Some((self::day(from)?, row.opt_int(13)?.map(self::day).transpose()?)),
    };
    let newest = row.opt_int(14)?.map(self::day).transpose()?;
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        code: row.text(1)?,
        name: Text::new(row.text(2)?, row.text(3)?),
        category: Category::parse(&code).ok_or_else(|| nonsense("item.category"))?,
        organ: OrganId::new(row.id(5)?),
        waiting: Waiting::parse(&waiting).ok_or_else(|| nonsense("item.waiting"))?,
        change: change.into_iter().find(|it| it.code() == word).ok_or_else(|| nonsense("item.change"))?,
        proposer: OfficerId::new(row.id(8)?),
        asked_at: Instant::from_ms(row.int(9)?),
        versions: row.int(10)?,
        in_force: holds.is_some(),
        to_come: newest.is_some_and(|newest| newest > day),
        process: row.opt_text(11)?,
        holds,
    })
}

fn day(number: i64) -> Result<Day, StoreFault> {
    Day::from_number(number).ok_or_else(|| nonsense("version.valid_from"))
}

/// The condition of a filter, behind the node and the day.
fn condition(filter: &Filter, values: &mut Vec<Value>) -> String {
    let mut all = vec!["i.node = $1".to_owned()];
    let mut add = |text: &str, value: Value| {
        values.push(value);
        all.push(text.replace('?', &format!("${}", values.len())));
    };
    if let Some(category) = filter.category {
        add("i.category = ?", category.code().into());
    }
    if let Some(organ) = filter.organ {
        add("i.organ = ?", organ.value().into());
    }
    for word in filter.words.split_whitespace() {
        // What means something to `like` means itself.
        let word = word.to_lowercase().replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
        add("lower(i.code || ' ' || i.name || ' ' || i.name_en) like ? escape '\\'", format!("%{word}%").into());
    }
    if filter.in_force {
        all.push("v.matter is not null".to_owned());
    }
    if filter.waiting {
        all.push("i.waiting <> 'nothing'".to_owned());
    }
    all.join(" and ")
}

/// Items of a list as they are on a day, by organ and code; those that wait first where these are asked for.
///
/// # Errors
/// If the store cannot be read.
pub async fn list(
    store: &Store,
    node: i64,
    filter: &Filter,
    on: Day,
    (offset, limit): (u64, u64),
) -> Result<Vec<Listed>, StoreFault> {
    let mut values: Vec<Value> = vec![node.into(), on.number().into()];
    let condition = condition(filter, &mut values);
    values.extend([limit.cast_signed().into(), offset.cast_signed().into()]);
    let (limit, offset) = (values.len() - 1, values.len());
    let order = if filter.waiting { "i.asked_at, i.matter" } else { "i.organ, i.code, i.matter" };
    let sql = format!("{LISTED} where {condition} order by {order} limit ${limit} offset ${offset}");
    store.read(&sql, &values).await?.iter().map(|row| listed(row, on)).collect()
}

/// How many items a filter lets through.
///
/// # Errors
/// If the store cannot be read.
pub async fn count(store: &Store, node: i64, filter: &Filter, on: Day) -> Result<u64, StoreFault> {
    let mut values: Vec<Value> = vec![node.into(), on.number().into()];
    let condition = condition(filter, &mut values);
    let sql = format!(
        "select count(*) from power_item i left join power_version v on v.node = i.node and v.matter = i.matter \
         and v.valid_from <= $2 and (v.valid_until is null or v.valid_until >= $2) where {condition}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
}

/// An item with its acts, oldest first; nothing where there is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<(Item, Vec<Recorded>)>, StoreFault> {
    let acts = store.acts_of(node, id.value()).await?;
    Ok(Item::of(id, &acts)?.map(|item| (item, acts)))
}

/// A version of an item, as it is looked up.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct InForce {
    /// The item.
    pub item: MatterId,
    /// The version.
    pub version: Version,
}

const IN_FORCE: &str = "select matter, version, content, valid_from, valid_until from power_version where node = $1 and \
    valid_from <= $2 and (valid_until is null or valid_until >= $2)";

fn in_force(row: &Row) -> Result<InForce, StoreFault> {
    let content = serde_json::from_str(&row.text(2)?).map_err(|_| nonsense("version.content"))?;
    let version =
        Version { number: row.int(1)?, content, from: day(row.int(3)?)?, until: row.opt_int(4)?.map(day).transpose()? };
    Ok(InForce { item: MatterId::new(row.id(0)?), version })
}

/// The versions that hold on a day and are bound to a process, by code.
///
/// # Errors
/// If the store cannot be read.
pub async fn of_process(store: &Store, node: i64, process: &str, on: Day) -> Result<Vec<InForce>, StoreFault> {
    let sql = format!("{IN_FORCE} and process = $3 order by code");
    store.read(&sql, &[node.into(), on.number().into(), process.into()]).await?.iter().map(in_force).collect()
}

/// Whether an item was ever bound to a process.
///
/// # Errors
/// If the store cannot be read.
pub async fn was_bound(store: &Store, node: i64, process: &str) -> Result<bool, StoreFault> {
    let sql = "select 1 from power_version where node = $1 and process = $2 limit 1";
    Ok(!store.read(sql, &[node.into(), process.into()]).await?.is_empty())
}

/// All versions that hold on a day, by organ and code.
///
/// # Errors
/// If the store cannot be read.
pub async fn all_in_force(store: &Store, node: i64, on: Day) -> Result<Vec<InForce>, StoreFault> {
    let sql = format!("{IN_FORCE} order by organ, code");
    store.read(&sql, &[node.into(), on.number().into()]).await?.iter().map(in_force).collect()
}

/// The version that holds of an item with a code.
///
/// # Errors
/// If the store cannot be read.
pub async fn by_code(store: &Store, node: i64, code: &str, on: Day) -> Result<Option<InForce>, StoreFault> {
    let sql = format!("{IN_FORCE} and code = $3");
    store.read(&sql, &[node.into(), on.number().into(), code.into()]).await?.first().map(in_force).transpose()
}

/// How many items wait, for the legal review and for publication.
///
/// # Errors
/// If the store cannot be read.
pub async fn waiting(store: &Store, node: i64) -> Result<(u64, u64), StoreFault> {
    let sql = "select coalesce(sum(case when waiting = 'review' then 1 else 0 end), 0), \
               coalesce(sum(case when waiting = 'publication' then 1 else 0 end), 0) from power_item where node = $1 \
               and waiting <> 'nothing'";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.first().map_or(Ok((0, 0)), |row| Ok((row.int(0)?.unsigned_abs(), row.int(1)?.unsigned_abs())))
}
