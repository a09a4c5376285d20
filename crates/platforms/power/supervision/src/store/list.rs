//! Lists of warnings within a reader's reach: filters, order, pages, counts.

use std::collections::BTreeMap;

use kernel::{Class, Instant, MatterId, OfficerId, OrganId, Text};
use store::{Row, Store, StoreFault, Value, place, places};
use supervise::{Light, Subject, Sum};

use super::reach::Reach;
use crate::types::Stage;

/// Which stage a list shows.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Tab {
    /// Everything that is not closed.
    #[default]
    Open,
    /// One stage, by its code.
    Stage(&'static str),
    /// Open and closed.
    All,
}

impl Tab {
    /// The tab of a word in an address: `open`, `all` or a stage's code.
    pub fn of(word: &str) -> Option<Tab> {
        match word {
            "open" => Some(Tab::Open),
            "all" => Some(Tab::All),
            other => Stage::CODES.into_iter().find(|code| *code == other).map(Tab::Stage),
        }
    }

    /// Its word.
    pub fn word(self) -> &'static str {
        match self {
            Tab::Open => "open",
            Tab::All => "all",
            Tab::Stage(code) => code,
        }
    }
}

/// What a list leaves out.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Stage.
    pub tab: Tab,
    /// The light.
    pub light: Option<Light>,
    /// The organ concerned.
    pub organ: Option<OrganId>,
    /// An indicator among the reasons.
    pub rule: Option<String>,
    /// At least so much, in minor units of one currency; sums of others are left out, since currencies never mix.
    pub min: Option<Sum>,
    /// Whose.
    pub inspector: Option<OfficerId>,
    /// Only those whose clock has run out by then.
    pub late: Option<Instant>,
}

/// In which order a list stands; each ends with the number, so that pages never overlap.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// By queue score.
    Score,
    /// By currency, then amount.
    Amount,
    /// By what is due; what has no clock comes last.
    Due,
    /// By the time of raising.
    Number,
}

/// A warning as a list shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Listed {
    /// The matter.
    pub id: MatterId,
    /// How many acts it has.
    pub version: u64,
    /// Its number.
    pub number: u64,
    /// Its light.
    pub light: Light,
    /// The stage's code.
    pub stage: String,
    /// The supervisory unit.
    pub unit: OrganId,
    /// The inspector.
    pub inspector: Option<OfficerId>,
    /// The organ concerned.
    pub organ: Option<OrganId>,
    /// Its name in the record.
    pub organ_name: String,
    /// What it is about.
    pub subject: Subject,
    /// Queue score in tenths.
    pub score: i64,
    /// What is at stake.
    pub sum: Option<Sum>,
    /// Since when the present clock runs.
    pub clock_from: Option<Instant>,
    /// The first moment that is too late.
    pub due: Option<Instant>,
    /// When it was raised.
    pub raised_at: Instant,
    /// When it was closed.
    pub closed_at: Option<Instant>,
    /// How it ended.
    pub outcome: Option<String>,
    /// How often it was passed up.
    pub passed_up: i64,
    /// Codes of its reasons, each once.
    pub codes: String,
    /// How secret it is.
    pub class: Class,
    /// Whether only named officers may know of it.
    pub compartment: bool,
    /// Its reasons by name, gravest first.
    pub reasons: Vec<Named>,
}

/// A reason's name in a list.
#[derive(Clone, PartialEq, Debug)]
pub struct Named {
    /// The indicator.
    pub rule: String,
    /// Its name.
    pub name: Text,
    /// The verdict, once there is one.
    pub verdict: Option<String>,
}

const COLUMNS: &str = "select matter, version, number, light, stage, unit, inspector, organ, organ_name, subject_kind, \
     subject_key, subject_label, subject_page, score, amount, currency, clock_from, due, raised_at, closed_at, \
     outcome, passed_up, codes, class, compartment from warning";

impl Filter {
    /// The conditions of this filter and the reach, and their parameters.
    pub(super) fn conditions(&self, reach: &Reach) -> (String, Vec<Value>) {
        let mut values = vec![Value::Int(reach.node().number())];
        let mut all = vec!["node = $1".to_owned(), reach.condition(&mut values)];
        match self.tab {
            Tab::Open => all.push("running = 1".to_owned()),
            Tab::Stage(code) => all.push(format!("stage = {}", place(code, &mut values))),
            Tab::All => {}
        }
        if let Some(light) = self.light {
            all.push(format!("light = {}", place(light.number(), &mut values)));
        }
        if let Some(organ) = self.organ {
            all.push(format!("organ = {}", place(organ.value(), &mut values)));
        }
        if let Some(rule) = &self.rule {
            let rule = place(rule.as_str(), &mut values);
            all.push(format!("matter in (select matter from warning_reason where node = $1 and rule = {rule})"));
        }
        if let Some(min) = &self.min {
            let currency = place(min.currency.as_str(), &mut values);
            all.push(format!("currency = {currency} and amount >= {}", place(min.minor, &mut values)));
        }
        if let Some(inspector) = self.inspector {
            all.push(format!("inspector = {}", place(inspector.value(), &mut values)));
        }
        if let Some(now) = self.late {
            all.push(format!("running = 1 and due <= {}", place(now.ms(), &mut values)));
        }
        (all.join(" and "), values)
    }
}

/// One page of warnings, with the names of their reasons.
pub async fn list(
    store: &Store,
    reach: &Reach,
    filter: &Filter,
    order: (Order, bool),
    page: (u64, u64),
) -> Result<Vec<Listed>, StoreFault> {
    let (conditions, mut values) = filter.conditions(reach);
    let (column, turn) = (order.0, if order.1 { "desc" } else { "asc" });
    let order = match column {
        Order::Score => format!("score {turn}, number {turn}"),
        // Null sorts differently in the two stores; a constant in its place sorts alike.
        Order::Amount => {
            format!("coalesce(currency, '') {turn}, coalesce(amount, 0) {turn}, number {turn}")
        }
        Order::Due => format!("coalesce(due, {}) {turn}, number {turn}", i64::MAX),
        Order::Number => format!("number {turn}"),
    };
    let limit = place(i64::try_from(page.1).unwrap_or(i64::MAX), &mut values);
    let offset = place(i64::try_from(page.0).unwrap_or(i64::MAX), &mut values);
    let sql = format!("{COLUMNS} where {conditions} order by {order} limit {limit} offset {offset}");
    read(store, reach, &sql, &values).await
}

/// Warnings of this number, or whose organ or subject holds these words; newest first.
///
/// - `limit`: at most so many.
pub async fn find(
    store: &Store,
    reach: &Reach,
    number: Option<u64>,
    words: &str,
    limit: u64,
) -> Result<Vec<Listed>, StoreFault> {
    let mut values = vec![Value::Int(reach.node().number())];
    let reached = reach.condition(&mut values);
    // The marks of `like` stand for themselves.
    let escaped: String = words
        .to_ascii_lowercase()
        .chars()
        .flat_map(|c| ['\\', '%', '_'].contains(&c).then_some('\\').into_iter().chain([c]))
        .collect();
    let like = place(format!("%{escaped}%"), &mut values);
    let number = place(number.and_then(|number| i64::try_from(number).ok()).unwrap_or(-1), &mut values);
    let limit = place(i64::try_from(limit).unwrap_or(i64::MAX), &mut values);
    let sql = format!(
        "{COLUMNS} where node = $1 and {reached} and (number = {number} or lower(organ_name) like {like} escape '\\' \
         or lower(subject_label) like {like} escape '\\' or subject_key = {key}) order by number desc limit {limit}",
        key = place(words, &mut values),
    );
    read(store, reach, &sql, &values).await
}

/// Warnings that a statement selects, with the names of their reasons.
pub(super) async fn read(store: &Store, reach: &Reach, sql: &str, values: &[Value]) -> Result<Vec<Listed>, StoreFault> {
    let rows = store.read(sql, values).await?;
    let mut listed: Vec<Listed> = rows.iter().map(listed).collect::<Result<_, _>>()?;
    let mut names = names(store, reach, &listed).await?;
    for warning in &mut listed {
        warning.reasons = names.remove(&warning.id).unwrap_or_default();
    }
    Ok(listed)
}

pub(super) fn columns() -> &'static str {
    COLUMNS
}

fn listed(row: &Row) -> Result<Listed, StoreFault> {
    let light = row.int(3)?;
    let amount = row.opt_int(14)?.zip(row.opt_text(15)?);
    Ok(Listed {
        id: MatterId::new(row.id(0)?),
        version: row.int(1)? as u64,
        number: row.int(2)? as u64,
        light: Light::from_number(light)
            .ok_or_else(|| StoreFault::Nonsense(format!("warning.light: {light} is no light")))?,
        stage: row.text(4)?,
        unit: OrganId::new(row.id(5)?),
        inspector: row.opt_id(6)?.map(OfficerId::new),
        organ: row.opt_id(7)?.map(OrganId::new),
        organ_name: row.text(8)?,
        subject: Subject { kind: row.text(9)?, key: row.text(10)?, label: row.text(11)?, page: row.text(12)? },
        score: row.int(13)?,
        sum: amount.map(|(minor, currency)| Sum { minor, currency }),
        clock_from: row.opt_int(16)?.map(Instant::from_ms),
        due: row.opt_int(17)?.map(Instant::from_ms),
        raised_at: Instant::from_ms(row.int(18)?),
        closed_at: row.opt_int(19)?.map(Instant::from_ms),
        outcome: row.opt_text(20)?,
        passed_up: row.int(21)?,
        codes: row.text(22)?,
        class: u8::try_from(row.int(23)?)
            .ok()
            .and_then(Class::from_number)
            .ok_or_else(|| StoreFault::Nonsense("warning.class is no class".to_owned()))?,
        compartment: row.truth(24)?,
        reasons: Vec::new(),
    })
}

async fn names(store: &Store, reach: &Reach, listed: &[Listed]) -> Result<BTreeMap<MatterId, Vec<Named>>, StoreFault> {
    let mut names: BTreeMap<MatterId, Vec<Named>> = BTreeMap::new();
    for part in listed.chunks(5_000) {
        let mut values = vec![Value::Int(reach.node().number())];
        let sql = format!(
            "select matter, rule, name_zh, name_en, verdict from warning_reason where node = $1 and matter in ({}) \
             order by matter, ordinal",
            places(part.iter().map(|warning| warning.id.value()), &mut values)
        );
        for row in store.read(&sql, &values).await? {
            names.entry(MatterId::new(row.id(0)?)).or_default().push(Named {
                rule: row.text(1)?,
                name: Text::new(row.text(2)?, row.text(3)?),
                verdict: row.opt_text(4)?,
            });
        }
    }
    Ok(names)
}

/// How many warnings a filter leaves, per stage.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    by_stage: BTreeMap<String, u64>,
    /// Open ones whose clock has run out.
    pub late: u64,
}

impl Counts {
    /// Those of a tab.
    pub fn of(&self, tab: Tab) -> u64 {
        let all: u64 = self.by_stage.values().sum();
        let stage = |code: &str| self.by_stage.get(code).copied().unwrap_or(0);
        match tab {
            Tab::All => all,
            Tab::Open => all - stage("closed"),
            Tab::Stage(code) => stage(code),
        }
    }
}

/// Counts by stage of everything that the filter, but for its tab, leaves.
pub async fn counts(store: &Store, reach: &Reach, filter: &Filter, now: Instant) -> Result<Counts, StoreFault> {
    let (conditions, mut values) = Filter { tab: Tab::All, ..filter.clone() }.conditions(reach);
    let now = place(now.ms(), &mut values);
    let sql = format!(
        "select stage, count(*), coalesce(sum(case when running = 1 and due <= {now} then 1 else 0 end), 0) \
         from warning where {conditions} group by stage"
    );
    let mut counts = Counts::default();
    for row in store.read(&sql, &values).await? {
        counts.by_stage.insert(row.text(0)?, row.int(1)? as u64);
        counts.late += row.int(2)? as u64;
    }
    Ok(counts)
}

/// How many open warnings an inspector holds: what the quota limits.
pub async fn held(store: &Store, node: kernel::NodeId, inspector: OfficerId) -> Result<u32, StoreFault> {
    let rows = store
        .read(
            "select count(*) from warning where node = $1 and inspector = $2 and running = 1",
            &[node.number().into(), inspector.value().into()],
        )
        .await?;
    rows.first().map_or(Ok(0), |row| Ok(u32::try_from(row.int(0)?).unwrap_or(u32::MAX)))
}

/// The currency that most sums within reach are in; yuan where there are none.
pub async fn currency(store: &Store, reach: &Reach) -> Result<String, StoreFault> {
    let (conditions, values) = Filter { tab: Tab::All, ..Filter::default() }.conditions(reach);
    let sql = format!(
        "select currency from warning where {conditions} and currency is not null group by currency \
         order by count(*) desc, currency limit 1"
    );
    let rows = store.read(&sql, &values).await?;
    rows.first().map_or_else(|| Ok("CNY".to_owned()), |row| row.text(0))
}

/// Organs concerned by open warnings within reach, most first: what a list can be filtered by.
pub async fn organs(store: &Store, reach: &Reach, limit: u32) -> Result<Vec<(OrganId, String)>, StoreFault> {
    let (conditions, mut values) = Filter::default().conditions(reach);
    let limit = place(i64::from(limit), &mut values);
    let sql = format!(
        "select organ, max(organ_name) from warning where {conditions} and organ is not null group by organ \
         order by count(*) desc, organ limit {limit}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(|row| Ok((OrganId::new(row.id(0)?), row.text(1)?))).collect()
}

/// An indicator that a list can be filtered by.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Indicator {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
}

/// Indicators behind open warnings within reach, by code.
pub async fn indicators(store: &Store, reach: &Reach, limit: u32) -> Result<Vec<Indicator>, StoreFault> {
    let (conditions, mut values) = Filter::default().conditions(reach);
    let limit = place(i64::from(limit), &mut values);
    let sql = format!(
        "select rule, max(name_zh), max(name_en) from warning_reason where node = $1 and matter in \
         (select matter from warning where {conditions}) group by rule order by rule limit {limit}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(|row| Ok(Indicator { code: row.text(0)?, name: Text::new(row.text(1)?, row.text(2)?) })).collect()
}

/// The warning of a number.
///
/// # Errors
/// If the store cannot be read.
pub async fn by_number(store: &Store, node: kernel::NodeId, number: u64) -> Result<Option<MatterId>, StoreFault> {
    let number = i64::try_from(number).unwrap_or(-1);
    let sql = "select matter from warning where node = $1 and number = $2";
    let rows = store.read(sql, &[node.number().into(), number.into()]).await?;
    rows.first().map(|row| row.id(0).map(MatterId::new)).transpose()
}
