//! Figures for the cockpit and for indicators: what waits for me, months, precision, how long organs take to explain.

use std::collections::BTreeMap;

use kernel::{Instant, MatterId, NodeId, OfficerId, OrganId};
use store::{Store, StoreFault, Value, place, places};
use supervise::Light;

use super::list::{Filter, Listed, Tab, columns, read};
use super::reach::Reach;
use crate::types::Verdict;

/// Which turns are a reader's, by post and duties.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Turns {
    /// Whose work it is: the officer's, or the one's for whom they act.
    pub officer: OfficerId,
    /// The post's organ, and those whose tasks it took over.
    pub organs: Vec<OrganId>,
    /// Judges: what the officer holds, and what a unit has not given to anybody.
    pub judges: bool,
    /// Dispatches what nobody has taken.
    pub dispatches: bool,
    /// Decides appeals of the unit.
    pub decides: bool,
    /// Answers for the organ.
    pub answers: bool,
}

impl Turns {
    /// The condition that it is this reader's turn.
    fn condition(&self, values: &mut Vec<Value>) -> String {
        let mut any = Vec::new();
        let mut of = |column: &str, ids: &[u128], rest: &str| {
            any.push(format!("({column} in ({}) and {rest})", places(ids.iter().copied(), values)));
        };
        let organs: Vec<u128> = self.organs.iter().map(|organ| organ.value()).collect();
        if self.judges {
            of("inspector", &[self.officer.value()], "stage in ('checking', 'corrected')");
        }
        if self.judges || self.dispatches {
            of("unit", &organs, "stage = 'dispatched'");
        }
        if self.dispatches {
            // Its inspector keeps out of it, or it is overdue and nobody is above.
            of("unit", &organs, "inspector is null and stage in ('asked', 'correcting', 'corrected')");
            of("unit", &organs, "at_top = 1");
        }
        if self.decides {
            of("unit", &organs, "stage = 'appealed'");
        }
        if self.answers {
            of("organ", &organs, "stage in ('asked', 'correcting')");
        }
        if any.is_empty() { "1 = 0".to_owned() } else { format!("({})", any.join(" or ")) }
    }
}

/// What waits for a reader.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Waiting {
    /// The first of them, soonest due and weightiest first.
    pub first: Vec<Listed>,
    /// How many there are.
    pub all: u64,
    /// Those whose clock has run out.
    pub late: u64,
    /// Those that are due today.
    pub today: u64,
}

/// What waits for a reader, and the first `limit` of it.
pub async fn waiting(
    store: &Store,
    reach: &Reach,
    turns: &Turns,
    now: Instant,
    today_ends: Instant,
    limit: u32,
) -> Result<Waiting, StoreFault> {
    let mut values = vec![Value::Int(reach.node().number())];
    let known = reach.condition(&mut values);
    let conditions = format!("node = $1 and running = 1 and {known} and {}", turns.condition(&mut values));
    let mut listing = values.clone();
    let first = if limit == 0 {
        Vec::new()
    } else {
        let limit = place(i64::from(limit), &mut listing);
        let sql = format!("{} where {conditions} order by due, score desc, number limit {limit}", columns());
        read(store, reach, &sql, &listing).await?
    };
    let (now, today) = (place(now.ms(), &mut values), place(today_ends.ms(), &mut values));
    let sql = format!(
        "select count(*), coalesce(sum(case when due <= {now} then 1 else 0 end), 0), \
         coalesce(sum(case when due > {now} and due <= {today} then 1 else 0 end), 0) from warning where {conditions}"
    );
    let rows = store.read(&sql, &values).await?;
    let Some(row) = rows.first() else { return Ok(Waiting { first, ..Waiting::default() }) };
    Ok(Waiting { first, all: row.int(0)? as u64, late: row.int(1)? as u64, today: row.int(2)? as u64 })
}

/// What was raised and closed in a month.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Month {
    /// Raised, by the light as it is now: notice, yellow, red.
    pub raised: [u64; 3],
    /// Closed.
    pub closed: u64,
}

/// Months from `since` (202611) on, by number; those without warnings are absent.
pub async fn months(store: &Store, reach: &Reach, since: i64) -> Result<BTreeMap<i64, Month>, StoreFault> {
    let mut months: BTreeMap<i64, Month> = BTreeMap::new();
    let (conditions, mut values) = Filter { tab: Tab::All, ..Filter::default() }.conditions(reach);
    let since = place(since, &mut values);
    let sql = format!(
        "select month, light, count(*) from warning where {conditions} and month >= {since} group by month, light"
    );
    for row in store.read(&sql, &values).await? {
        let light = Light::from_number(row.int(1)?).unwrap_or(Light::Notice);
        months.entry(row.int(0)?).or_default().raised[light as usize] += row.int(2)? as u64;
    }
    let sql = format!(
        "select closed_month, count(*) from warning where {conditions} and closed_month >= {since} \
         group by closed_month"
    );
    for row in store.read(&sql, &values).await? {
        months.entry(row.int(0)?).or_default().closed = row.int(1)? as u64;
    }
    Ok(months)
}

/// What inspectors concluded about a rule's reasons.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Precision {
    /// 属实.
    pub confirmed: u64,
    /// 已说明.
    pub explained: u64,
    /// 不属实.
    pub refuted: u64,
}

impl Precision {
    /// Below so many verdicts no figure is computed: a share of three says nothing about a rule.
    pub const LEAST: u64 = 10;

    /// All verdicts.
    pub fn verdicts(&self) -> u64 {
        self.confirmed + self.explained + self.refuted
    }

    /// Share of confirmed verdicts with its 95 % range; nothing under [`Precision::LEAST`].
    pub fn share(&self) -> Option<(f64, f64, f64)> {
        (self.verdicts() >= Precision::LEAST).then(|| {
            let (low, high) = wilson(self.confirmed, self.verdicts());
            (low, self.confirmed as f64 / self.verdicts() as f64, high)
        })
    }
}

/// The 95 % range of a share (Wilson 1927), both ends in `0.0..=1.0`; the whole range where nothing was counted.
pub fn wilson(hits: u64, of: u64) -> (f64, f64) {
    if of == 0 {
        return (0.0, 1.0);
    }
    const Z: f64 = 1.959_964;
    let (n, p) = (of as f64, hits.min(of) as f64 / of as f64);
    let z2 = Z * Z;
    let middle = (p + z2 / (2.0 * n)) / (1.0 + z2 / n);
    let half = Z / (1.0 + z2 / n) * (p * (1.0 - p) / n + z2 / (4.0 * n * n)).sqrt();
    ((middle - half).max(0.0), (middle + half).min(1.0))
}

/// Verdicts on rules by code; all rules that have any where no codes are given. A verdict taken back on appeal counts as
/// refuted.
pub async fn precision(store: &Store, node: NodeId, rules: &[&str]) -> Result<BTreeMap<String, Precision>, StoreFault> {
    let mut values = vec![Value::Int(node.number())];
    let only = if rules.is_empty() {
        String::new()
    } else {
        let list: Vec<String> = rules.iter().map(|rule| place(*rule, &mut values)).collect();
        format!(" and rule in ({})", list.join(", "))
    };
    let sql = format!(
        "select rule, verdict, count(*) from warning_reason where node = $1 and verdict is not null{only} \
         group by rule, verdict"
    );
    let mut precision: BTreeMap<String, Precision> = BTreeMap::new();
    for row in store.read(&sql, &values).await? {
        let entry = precision.entry(row.text(0)?).or_default();
        let count = row.int(2)? as u64;
        match row.text(1)?.parse() {
            Ok(Verdict::Confirmed) => entry.confirmed += count,
            Ok(Verdict::Explained) => entry.explained += count,
            Ok(Verdict::Refuted) => entry.refuted += count,
            Err(()) => return Err(StoreFault::Nonsense("warning_reason.verdict is no verdict".to_owned())),
        }
    }
    Ok(precision)
}

/// Warnings by rule: how many are open, and how many closed. One with several reasons of a rule is one.
pub async fn by_rule(store: &Store, node: NodeId) -> Result<BTreeMap<String, (u64, u64)>, StoreFault> {
    let sql = "select r.rule, case when w.closed_at is null then 0 else 1 end, count(distinct r.matter) \
               from warning_reason r join warning w on w.node = r.node and w.matter = r.matter where r.node = $1 \
               group by r.rule, case when w.closed_at is null then 0 else 1 end";
    let mut all: BTreeMap<String, (u64, u64)> = BTreeMap::new();
    for row in store.read(sql, &[node.number().into()]).await? {
        let (open, closed) = all.entry(row.text(0)?).or_default();
        *if row.int(1)? == 0 { open } else { closed } += row.int(2)? as u64;
    }
    Ok(all)
}

/// A verdict of the past, for trials of a rule.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PastVerdict {
    /// The warning.
    pub warning: MatterId,
    /// Kind of the warning's subject.
    pub kind: String,
    /// Key of the warning's subject.
    pub key: String,
    /// What exactly was judged.
    pub subject: String,
    /// How.
    pub verdict: Verdict,
}

/// All verdicts on a rule, newest first, at most `limit`.
pub async fn past_verdicts(
    store: &Store,
    node: NodeId,
    rule: &str,
    limit: u32,
) -> Result<Vec<PastVerdict>, StoreFault> {
    let rows = store
        .read(
            "select r.matter, w.subject_kind, w.subject_key, r.subject, r.verdict from warning_reason r join warning w \
             on w.node = r.node and w.matter = r.matter where r.node = $1 and r.rule = $2 and r.verdict is not null \
             order by r.verdict_at desc, r.matter, r.ordinal limit $3",
            &[node.number().into(), rule.into(), i64::from(limit).into()],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(PastVerdict {
                warning: MatterId::new(row.id(0)?),
                kind: row.text(1)?,
                key: row.text(2)?,
                subject: row.text(3)?,
                verdict: row
                    .text(4)?
                    .parse()
                    .map_err(|()| StoreFault::Nonsense("warning_reason.verdict is no verdict".to_owned()))?,
            })
        })
        .collect()
}

/// One explanation: which organ, asked when, answered when.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Explaining {
    /// The organ.
    pub organ: OrganId,
    /// When it was asked.
    pub asked: Instant,
    /// When it answered.
    pub answered: Instant,
}

/// Explanations given since a moment, for medians against the limit; the newest 20,000.
pub async fn explanations(store: &Store, reach: &Reach, since: Instant) -> Result<Vec<Explaining>, StoreFault> {
    let (conditions, mut values) = Filter { tab: Tab::All, ..Filter::default() }.conditions(reach);
    let since = place(since.ms(), &mut values);
    let sql = format!(
        "select organ, asked_at, explained_at from warning where {conditions} and organ is not null and asked_at is \
         not null and explained_at >= {since} order by explained_at desc limit 20000"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter()
        .map(|row| {
            Ok(Explaining {
                organ: OrganId::new(row.id(0)?),
                asked: Instant::from_ms(row.int(1)?),
                answered: Instant::from_ms(row.int(2)?),
            })
        })
        .collect()
}

/// The newest warning about each subject: what the book compares findings with.
pub(crate) async fn newest_about(
    store: &Store,
    node: NodeId,
    subjects: &[(&str, &str)],
) -> Result<BTreeMap<(String, String), MatterId>, StoreFault> {
    let mut newest: BTreeMap<(String, String), (i64, MatterId)> = BTreeMap::new();
    let mut by_kind: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (kind, key) in subjects {
        by_kind.entry(kind).or_default().push(key);
    }
    for (kind, keys) in by_kind {
        for part in keys.chunks(5_000) {
            let mut values = vec![Value::Int(node.number()), kind.into()];
            let list: Vec<String> = part.iter().map(|key| place(*key, &mut values)).collect();
            let sql = format!(
                "select subject_key, number, matter from warning where node = $1 and subject_kind = $2 and subject_key \
                 in ({})",
                list.join(", ")
            );
            for row in store.read(&sql, &values).await? {
                let found = (row.int(1)?, MatterId::new(row.id(2)?));
                let entry = newest.entry((kind.to_owned(), row.text(0)?)).or_insert(found);
                *entry = (*entry).max(found);
            }
        }
    }
    Ok(newest.into_iter().map(|(subject, (_, id))| (subject, id)).collect())
}

/// All warnings of a node, in the order in which they were raised.
pub(crate) async fn all(store: &Store, node: NodeId) -> Result<Vec<MatterId>, StoreFault> {
    let rows =
        store.read("select matter from warning where node = $1 order by number", &[node.number().into()]).await?;
    rows.iter().map(|row| Ok(MatterId::new(row.id(0)?))).collect()
}

/// Which of these ids are warnings already.
pub(crate) async fn known(store: &Store, node: NodeId, ids: &[MatterId]) -> Result<Vec<MatterId>, StoreFault> {
    let mut known = Vec::new();
    for part in ids.chunks(5_000) {
        let mut values = vec![Value::Int(node.number())];
        let list = places(part.iter().map(|id| id.value()), &mut values);
        let rows =
            store.read(&format!("select matter from warning where node = $1 and matter in ({list})"), &values).await?;
        for row in rows {
            known.push(MatterId::new(row.id(0)?));
        }
    }
    Ok(known)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_range_of_a_share() {
        // Reference values: Wilson's interval as Brown, Cai and DasGupta (2001) compute it.
        let cases = [(0, 0, 0.0, 1.0), (0, 10, 0.0, 0.277_5), (5, 10, 0.236_6, 0.763_4), (26, 41, 0.480_9, 0.764_2)];
        for (hits, of, low, high) in cases {
            let (found_low, found_high) = wilson(hits, of);
            assert!(
                (found_low - low).abs() < 0.001 && (found_high - high).abs() < 0.001,
                "{hits}/{of}: {found_low} {found_high}"
            );
        }
    }

    #[test]
    fn few_verdicts_make_no_figure() {
        let few = Precision { confirmed: 9, ..Precision::default() };
        assert_eq!(few.share(), None);
        assert!(Precision { refuted: 1, ..few }.share().is_some());
    }
}
