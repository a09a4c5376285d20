//! Warnings of a list brought together by the organ concerned, so that one buyer with many of them is one line.

use kernel::{Instant, OrganId};
use store::{Store, StoreFault, place};
use supervise::Light;

use super::list::Filter;
use super::reach::Reach;

/// The warnings that concern one organ.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Group {
    /// The organ, where the record names one of ours.
    pub organ: Option<OrganId>,
    /// Its name in the record.
    pub name: String,
    /// How many.
    pub count: u64,
    /// How many of each light: notice, yellow, red.
    pub lights: [u64; 3],
    /// Open ones whose clock has run out.
    pub late: u64,
    /// The greatest queue score, in tenths.
    pub score: i64,
    /// What is at stake in the currency asked for, in its minor units; sums of others are left out.
    pub minor: i64,
    /// The earliest clock of an open one.
    pub due: Option<Instant>,
}

/// An organ that is not ours is told apart by its name.
const KEY: &str = "organ, case when organ is null then organ_name else '' end";

/// One page of groups, that of the greatest score first, and how many groups there are.
///
/// - `currency`: of the sums. `window`: offset and limit.
pub async fn groups(
    store: &Store,
    reach: &Reach,
    filter: &Filter,
    currency: &str,
    now: Instant,
    window: (u64, u64),
) -> Result<(Vec<Group>, u64), StoreFault> {
    let (conditions, values) = filter.conditions(reach);
    let sql = format!("select count(*) from (select 1 as one from warning where {conditions} group by {KEY}) as found");
    let rows = store.read(&sql, &values).await?;
    let all = rows.first().map_or(Ok(0), |row| row.int(0))?;
    let (conditions, mut values) = filter.conditions(reach);
    let light = |light: Light| format!("sum(case when light = {} then 1 else 0 end)", light.number());
    let now = place(now.ms(), &mut values);
    let currency = place(currency, &mut values);
    let limit = place(i64::try_from(window.1).unwrap_or(i64::MAX), &mut values);
    let offset = place(i64::try_from(window.0).unwrap_or(i64::MAX), &mut values);
    let sql = format!(
        "select organ, max(organ_name), count(*), {}, {}, {}, \
         sum(case when running = 1 and due <= {now} then 1 else 0 end), max(score), \
         cast(coalesce(sum(case when currency = {currency} then amount end), 0) as bigint), \
         min(case when running = 1 then due end) \
         from warning where {conditions} group by {KEY} \
         order by max(score) desc, count(*) desc, max(organ_name) limit {limit} offset {offset}",
        light(Light::Notice),
        light(Light::Yellow),
        light(Light::Red),
    );
    let rows = store.read(&sql, &values).await?;
    let groups = rows.iter().map(|row| {
        Ok(Group {
            organ: row.opt_id(0)?.map(OrganId::new),
            name: row.text(1)?,
            count: row.int(2)? as u64,
            lights: [row.int(3)? as u64, row.int(4)? as u64, row.int(5)? as u64],
            late: row.int(6)? as u64,
            score: row.int(7)?,
            minor: row.int(8)?,
            due: row.opt_int(9)?.map(Instant::from_ms),
        })
    });
    Ok((groups.collect::<Result<_, StoreFault>>()?, all as u64))
}
