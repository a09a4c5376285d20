//! Reading disclosures and duties back.

use std::collections::BTreeSet;

use kernel::{Day, Instant, MatterId, OfficerId, OrganId};
use store::{Recorded, Row, Store, StoreFault, Value, place, places};

use crate::decide::Opened;
use crate::events::DisclosureEvent;
use crate::rows::matter_of;
use crate::state::{Disclosure, Happened, Stage};

/// An organ that discloses on this node.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Discloser {
    /// The organ.
    pub organ: OrganId,
    /// What of it rules look at.
    pub opened: Opened,
}

/// A duty that falls due by the calendar, as it stands.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DutySeen {
    /// Whose.
    pub organ: OrganId,
    /// The entry.
    pub entry: String,
    /// The period.
    pub period: String,
    /// The last day on which it is in time; none where it cannot be counted.
    pub due: Option<Day>,
    /// Code of the clock's refusal, where it cannot be counted.
    pub why: Option<String>,
    /// Whether it was said that the day passed without it.
    pub lapsed: bool,
    /// What was published for it, and when first.
    pub published: Option<(MatterId, Instant)>,
}

/// A disclosure in a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// Whose.
    pub organ: OrganId,
    /// The entry.
    pub entry: String,
    /// The period; empty where it comes by change.
    pub period: String,
    /// The day on which the information came to be.
    pub came: Day,
    /// The last day on which it is in time, where that is counted from when it came to be.
    pub due: Option<Day>,
    /// Where work on it stands.
    pub stage: Stage,
    /// What is worked on.
    pub draft_title: Option<String>,
    /// Who wrote last.
    pub drafter: OfficerId,
    /// When.
    pub drafted_at: Instant,
    /// Whether it was said that its day passed.
    pub lapsed: bool,
    /// The version that the public reads; 0 for none.
    pub number: i64,
    /// Its title.
    pub title: Option<String>,
    /// The digest of its text.
    pub digest: Option<String>,
    /// When it was first published.
    pub first_at: Option<Instant>,
    /// When this version was.
    pub published_at: Option<Instant>,
    /// Until when it stays posted at least.
    pub until: Option<Day>,
}

/// What the public looks for.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wanted {
    /// Of one organ.
    pub organ: Option<OrganId>,
    /// Of these entries.
    pub entries: Option<Vec<String>>,
    /// Words that the title holds, each of them.
    pub words: Vec<String>,
}

const COLUMNS: &str = "select matter, organ, entry, period, came, due, stage, draft_title, drafter, drafted_at, lapsed_at, \
    number, title, digest, first_at, published_at, until from disclosure";

fn nonsense(what: &str) -> StoreFault {
    StoreFault::Nonsense(format!("disclosure.{what} makes no sense"))
}

fn day(number: i64, what: &str) -> Result<Day, StoreFault> {
    Day::from_number(number).ok_or_else(|| nonsense(what))
}

fn listed(row: &Row) -> Result<Listed, StoreFault> {
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        organ: OrganId::new(row.id(1)?),
        entry: row.text(2)?,
        period: row.text(3)?,
        came: day(row.int(4)?, "came")?,
        due: row.opt_int(5)?.map(|due| day(due, "due")).transpose()?,
        stage: Stage::parse(&row.text(6)?).ok_or_else(|| nonsense("stage"))?,
        draft_title: row.opt_text(7)?,
        drafter: OfficerId::new(row.id(8)?),
        drafted_at: Instant::from_ms(row.int(9)?),
        lapsed: row.opt_int(10)?.is_some(),
        number: row.int(11)?,
        title: row.opt_text(12)?,
        digest: row.opt_text(13)?,
        first_at: row.opt_int(14)?.map(Instant::from_ms),
        published_at: row.opt_int(15)?.map(Instant::from_ms),
        until: row.opt_int(16)?.map(|until| day(until, "until")).transpose()?,
    })
}

/// A disclosure with its acts, oldest first; none where the matter is none.
///
/// # Errors
/// If the store cannot be read, or an act of the matter makes no sense.
pub async fn load(store: &Store, node: i64, id: MatterId) -> Result<Option<(Disclosure, Vec<Recorded>)>, StoreFault> {
    let acts = store.acts_of(node, id.value()).await?;
    if acts.first().is_none_or(|act| !act.act.kind.starts_with("disclosure.drafted@")) {
        return Ok(None);
    }
    let mut disclosure: Option<Disclosure> = None;
    for act in &acts {
        let happened = Happened { idx: act.idx, at: Instant::from_ms(act.act.at_ms), event: act.event()? };
        disclosure = match disclosure {
            None => Disclosure::begun(id, &happened),
            Some(it) => Some(it.after(&happened)),
        };
    }
    Ok(disclosure.map(|it| (it, acts)))
}

/// An organ's own catalogue, with the version of its matter; none where it does not disclose here.
///
/// # Errors
/// If the store cannot be read.
pub async fn opened(store: &Store, node: i64, organ: OrganId) -> Result<Option<(Opened, u64)>, StoreFault> {
    let matter = matter_of(organ).value();
    let sql = "select since, lacks from disclosing where node = $1 and matter = $2";
    let rows = store.read(sql, &[node.into(), matter.into()]).await?;
    let Some(row) = rows.first() else { return Ok(None) };
    Ok(Some((opening(row, 0)?, store.version(node, matter).await?)))
}

fn opening(row: &Row, from: usize) -> Result<Opened, StoreFault> {
    let without = row.text(from + 1)?;
    let except = without.split(' ').filter(|code| !code.is_empty()).map(str::to_owned).collect();
    Ok(Opened { since: day(row.int(from)?, "since")?, except })
}

/// Organs that disclose on this node, by id.
///
/// # Errors
/// If the store cannot be read.
pub async fn disclosers(store: &Store, node: i64) -> Result<Vec<Discloser>, StoreFault> {
    let sql = "select organ, since, lacks from disclosing where node = $1 order by organ";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.iter().map(|row| Ok(Discloser { organ: OrganId::new(row.id(0)?), opened: opening(row, 1)? })).collect()
}

/// The acts of an organ's catalogue.
///
/// # Errors
/// If the store cannot be read, or an act makes no sense.
pub async fn exceptions(store: &Store, node: i64, organ: OrganId) -> Result<Vec<crate::events::Exception>, StoreFault> {
    let acts = store.acts_of(node, matter_of(organ).value()).await?;
    let Some(first) = acts.first() else { return Ok(Vec::new()) };
    match first.event()? {
        DisclosureEvent::Opened { except, .. } => Ok(except),
        _ => Ok(Vec::new()),
    }
}

/// The disclosure of an organ's entry for a period that was not withdrawn; the one that was published first, where several are.
///
/// # Errors
/// If the store cannot be read.
pub async fn of_period(
    store: &Store,
    node: i64,
    organ: OrganId,
    (entry, period): (&str, &str),
) -> Result<Option<Listed>, StoreFault> {
    let sql = format!(
        "{COLUMNS} where node = $1 and organ = $2 and entry = $3 and period = $4 and shown <> 2 \
         order by case when first_at is null then 1 else 0 end, first_at, matter limit 1"
    );
    let values = [node.into(), organ.value().into(), entry.into(), period.into()];
    store.read(&sql, &values).await?.first().map(listed).transpose()
}

/// The disclosure of an entry that an organ published last, this one aside.
///
/// # Errors
/// If the store cannot be read.
pub async fn last_of(
    store: &Store,
    node: i64,
    organ: OrganId,
    (entry, but): (&str, MatterId),
) -> Result<Option<MatterId>, StoreFault> {
    let sql = "select matter from disclosure where node = $1 and organ = $2 and entry = $3 and shown = 1 and matter <> $4 \
               order by published_at desc, matter limit 1";
    let values = [node.into(), organ.value().into(), entry.into(), but.value().into()];
    store.read(sql, &values).await?.first().map(|row| row.id(0).map(MatterId::new)).transpose()
}

/// Whether a duty for a period is there.
pub(crate) async fn duties_of(store: &Store, node: i64, organ: OrganId) -> Result<BTreeSet<String>, StoreFault> {
    let sql = "select distinct entry from disclosure_duty where node = $1 and matter = $2";
    let rows = store.read(sql, &[node.into(), matter_of(organ).value().into()]).await?;
    rows.iter().map(|row| row.text(0)).collect()
}

/// Duties that could not be counted: organ, entry, period.
pub(crate) async fn unmeasured(store: &Store, node: i64) -> Result<Vec<(OrganId, String, String)>, StoreFault> {
    let sql = "select organ, entry, period from disclosure_duty where node = $1 and stage = 'unmeasured' order by organ, entry";
    let rows = store.read(sql, &[node.into()]).await?;
    rows.iter().map(|row| Ok((OrganId::new(row.id(0)?), row.text(1)?, row.text(2)?))).collect()
}

/// Duties of organs that fall due by the calendar: what is open first, by the day; then what is over, the latest first.
///
/// - `organs`: of these; none: of all.
/// - `open`: only what is due and not published.
///
/// # Errors
/// If the store cannot be read.
pub async fn duties(
    store: &Store,
    node: i64,
    (organs, open): (Option<&BTreeSet<OrganId>>, bool),
    (offset, limit): (u64, u64),
) -> Result<(Vec<DutySeen>, u64), StoreFault> {
    if organs.is_some_and(BTreeSet::is_empty) {
        return Ok((Vec::new(), 0));
    }
    let mut values: Vec<Value> = vec![node.into()];
    // The first publication that was not withdrawn counts.
    let published = "select min(d.first_at) from disclosure d where d.node = duty.node and d.organ = duty.organ and \
                     d.entry = duty.entry and d.period = duty.period and d.shown = 1";
    let mut condition = String::from("duty.node = $1 and duty.stage <> 'void'");
    if let Some(organs) = organs {
        condition.push_str(&format!(
            " and duty.organ in ({})",
            places(organs.iter().map(|organ| organ.value()), &mut values)
        ));
    }
    if open {
        condition.push_str(&format!(" and ({published}) is null"));
    }
    let counted = format!("select count(*) from disclosure_duty duty where {condition}");
    let all = store.read(&counted, &values).await?.first().map_or(Ok(0), |row| row.int(0))?;
    let (limit, offset) = (place(limit as i64, &mut values), place(offset as i64, &mut values));
    let sql = format!(
        "select duty.organ, duty.entry, duty.period, duty.due, duty.why, duty.stage, ({published}) as first_at \
         from disclosure_duty duty where {condition} \
         order by case when duty.stage in ('armed', 'unmeasured') then 0 else 1 end, \
         case when duty.stage in ('armed', 'unmeasured') then coalesce(duty.due, 99999999) else -coalesce(duty.due, 0) end, duty.organ, duty.entry, duty.period \
         limit {limit} offset {offset}"
    );
    let mut seen = Vec::new();
    for row in store.read(&sql, &values).await? {
        let (organ, entry, period) = (OrganId::new(row.id(0)?), row.text(1)?, row.text(2)?);
        let published = match row.opt_int(6)? {
            None => None,
            Some(first) => of_period(store, node, organ, (&entry, &period))
                .await?
                .map(|listed| (listed.id, Instant::from_ms(first))),
        };
        seen.push(DutySeen {
            organ,
            due: row.opt_int(3)?.map(|due| day(due, "due")).transpose()?,
            why: row.opt_text(4)?,
            lapsed: row.text(5)? == "lapsed",
            published,
            entry,
            period,
        });
    }
    Ok((seen, all.unsigned_abs()))
}

/// What the public reads, the newest first.
///
/// # Errors
/// If the store cannot be read.
pub async fn public(
    store: &Store,
    node: i64,
    wanted: &Wanted,
    (offset, limit): (u64, u64),
) -> Result<(Vec<Listed>, u64), StoreFault> {
    let mut values: Vec<Value> = vec![node.into()];
    let mut condition = String::from("node = $1 and shown = 1");
    if let Some(organ) = wanted.organ {
        condition.push_str(&format!(" and organ = {}", place(organ.value(), &mut values)));
    }
    if let Some(entries) = &wanted.entries {
        if entries.is_empty() {
            return Ok((Vec::new(), 0));
        }
        condition.push_str(&format!(" and entry in ({})", places(entries.iter().map(String::as_str), &mut values)));
    }
    for word in &wanted.words {
        let pattern = format!("%{}%", word.to_lowercase().replace('!', "!!").replace('%', "!%").replace('_', "!_"));
        condition.push_str(&format!(" and lower(title) like {} escape '!'", place(pattern, &mut values)));
    }
    page(store, condition, "published_at desc, matter", values, (offset, limit)).await
}

/// Disclosures of organs by where work on them stands, what waits longest first.
///
/// - `but`: not those that this officer wrote last: nobody reviews their own.
///
/// # Errors
/// If the store cannot be read.
pub async fn worked_on(
    store: &Store,
    node: i64,
    (organs, stages, but): (&BTreeSet<OrganId>, &[Stage], Option<OfficerId>),
    (offset, limit): (u64, u64),
) -> Result<(Vec<Listed>, u64), StoreFault> {
    if organs.is_empty() || stages.is_empty() {
        return Ok((Vec::new(), 0));
    }
    let mut values: Vec<Value> = vec![node.into()];
    let mut condition =
        format!("node = $1 and organ in ({})", places(organs.iter().map(|organ| organ.value()), &mut values));
    condition.push_str(&format!(" and stage in ({})", places(stages.iter().map(|stage| stage.code()), &mut values)));
    if let Some(officer) = but {
        condition.push_str(&format!(" and drafter <> {}", place(officer.value(), &mut values)));
    }
    let newest = stages.iter().all(|stage| matches!(stage, Stage::Published | Stage::Withdrawn));
    let order = if newest { "published_at desc, matter" } else { "drafted_at, matter" };
    page(store, condition, order, values, (offset, limit)).await
}

async fn page(
    store: &Store,
    condition: String,
    order: &str,
    mut values: Vec<Value>,
    (offset, limit): (u64, u64),
) -> Result<(Vec<Listed>, u64), StoreFault> {
    let counted = format!("select count(*) from disclosure where {condition}");
    let all = store.read(&counted, &values).await?.first().map_or(Ok(0), |row| row.int(0))?;
    let (limit, offset) = (place(limit as i64, &mut values), place(offset as i64, &mut values));
    let sql = format!("{COLUMNS} where {condition} order by {order} limit {limit} offset {offset}");
    let rows = store.read(&sql, &values).await?;
    Ok((rows.iter().map(listed).collect::<Result<_, _>>()?, all.unsigned_abs()))
}
