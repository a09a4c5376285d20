//! Buyers and suppliers: counts and sums with their n, never a grade.

use ::store::{Row, Store, StoreFault, place};

use super::{Reach, Source};

/// A sum of processes in one currency; currencies are never added.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Volume {
    /// The currency as published.
    pub currency: String,
    /// Processes with an amount in it.
    pub n: i64,
    /// Hundredths of its unit.
    pub sum: i64,
}

/// A buyer as a list shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Buyer {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its processes.
    pub processes: i64,
    /// The last of their days.
    pub last: Option<i64>,
}

/// A supplier as a list shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Supplier {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Processes it took part in.
    pub processes: i64,
    /// Processes it won.
    pub won: i64,
    /// The last of their days.
    pub last: Option<i64>,
}

fn named(text: Option<&str>, columns: &[&str], values: &mut Vec<::store::Value>) -> String {
    let Some(text) = text else { return String::new() };
    let like = place(format!("%{}%", text.to_ascii_lowercase().replace(['%', '_'], "")), values);
    let any: Vec<String> = columns.iter().map(|column| format!("lower({column}) like {like}")).collect();
    format!(" and ({})", any.join(" or "))
}

/// Buyers over some sources, those with most processes first.
pub async fn buyers(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    text: Option<&str>,
    (offset, limit): (u64, u64),
) -> Result<Vec<Buyer>, StoreFault> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![reach.node().number().into()];
    let list = super::places(sources.iter().map(|source| source.matter.value()), &mut values);
    let condition = reach.condition("buyer", &mut values);
    let named = named(text, &["buyer_name", "buyer"], &mut values);
    let most = place(i64::try_from(limit).unwrap_or(i64::MAX), &mut values);
    let skip = place(i64::try_from(offset).unwrap_or(i64::MAX), &mut values);
    let sql = format!(
        "select buyer, max(buyer_name), count(*), max(day) from process where node = $1 and matter in ({list}) \
         and buyer is not null and {condition}{named} group by buyer order by count(*) desc, buyer limit {most} offset {skip}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter()
        .map(|row| {
            let id = row.text(0)?;
            let name = row.opt_text(1)?.unwrap_or_else(|| id.clone());
            Ok(Buyer { id, name, processes: row.int(2)?, last: row.opt_int(3)? })
        })
        .collect()
}

/// Suppliers over some sources, those with most processes first; only processes within reach count.
pub async fn suppliers(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    text: Option<&str>,
    (offset, limit): (u64, u64),
) -> Result<Vec<Supplier>, StoreFault> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![reach.node().number().into()];
    let list = super::places(sources.iter().map(|source| source.matter.value()), &mut values);
    let named = named(text, &["t.name", "t.organisation"], &mut values);
    // Joined only where the buyer matters: with the whole node in reach the register of parties is enough.
    let (join, condition) = if reach.is_all() {
        ("", "1 = 1".to_owned())
    } else {
        (
            "join process p on p.node = t.node and p.matter = t.matter and p.ocid = t.ocid",
            reach.condition("p.buyer", &mut values),
        )
    };
    let most = place(i64::try_from(limit).unwrap_or(i64::MAX), &mut values);
    let skip = place(i64::try_from(offset).unwrap_or(i64::MAX), &mut values);
    let sql = format!(
        "select t.organisation, max(t.name), count(distinct t.ocid), \
         count(distinct case when t.won = 1 then t.ocid end), max(t.day) from party t {join} \
         where t.node = $1 and t.matter in ({list}) and t.role in ('tenderer', 'supplier') and {condition}{named} \
         group by t.organisation order by count(distinct t.ocid) desc, t.organisation limit {most} offset {skip}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter().map(supplier).collect()
}

fn supplier(row: &Row) -> Result<Supplier, StoreFault> {
    let id = row.text(0)?;
    let name = row.opt_text(1)?.unwrap_or_else(|| id.clone());
    Ok(Supplier { id, name, processes: row.int(2)?, won: row.int(3)?, last: row.opt_int(4)? })
}

/// The name of an organisation in one of the roles; `None` where it has no part in any process within reach.
pub async fn party_name(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    organisation: &str,
    buying: bool,
) -> Result<Option<String>, StoreFault> {
    for source in sources {
        let mut values = vec![reach.node().number().into(), source.matter.value().into(), organisation.into()];
        let roles = if buying { "t.role = 'buyer'" } else { "t.role in ('tenderer', 'supplier')" };
        let condition = reach.condition("p.buyer", &mut values);
        let sql = format!(
            "select t.name from party t join process p on p.node = t.node and p.matter = t.matter and p.ocid = t.ocid \
             where t.node = $1 and t.matter = $2 and t.organisation = $3 and {roles} and {condition} \
             order by t.ocid limit 1"
        );
        if let Some(row) = store.read(&sql, &values).await?.first() {
            return row.text(0).map(Some);
        }
    }
    Ok(None)
}

/// Sums by currency: of a buyer's processes, or of those that a supplier won.
pub async fn volumes(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    organisation: &str,
    buying: bool,
) -> Result<Vec<Volume>, StoreFault> {
    if sources.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![reach.node().number().into(), organisation.into()];
    let list = super::places(sources.iter().map(|source| source.matter.value()), &mut values);
    let condition = reach.condition("p.buyer", &mut values);
    let whose = if buying {
        "p.buyer = $2".to_owned()
    } else {
        format!(
            "p.ocid in (select t.ocid from party t where t.node = $1 and t.matter in ({list}) and t.organisation = $2 \
             and t.won = 1)"
        )
    };
    let sql = format!(
        "select p.currency, count(*), cast(sum(p.amount) as bigint) from process p where p.node = $1 and p.matter in ({list}) and \
         {whose} and {condition} and p.amount is not null group by p.currency order by count(*) desc, p.currency"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter()
        .map(|row| Ok(Volume { currency: row.opt_text(0)?.unwrap_or_default(), n: row.int(1)?, sum: row.int(2)? }))
        .collect()
}

/// How many processes within reach an organisation won.
pub async fn won(store: &Store, reach: &Reach, sources: &[Source], organisation: &str) -> Result<u64, StoreFault> {
    if sources.is_empty() {
        return Ok(0);
    }
    let mut values = vec![reach.node().number().into(), organisation.into()];
    let list = super::places(sources.iter().map(|source| source.matter.value()), &mut values);
    let condition = reach.condition("p.buyer", &mut values);
    let sql = format!(
        "select count(distinct t.ocid) from party t join process p on p.node = t.node and p.matter = t.matter and \
         p.ocid = t.ocid where t.node = $1 and t.organisation = $2 and t.matter in ({list}) and t.won = 1 and {condition}"
    );
    let rows = store.read(&sql, &values).await?;
    rows.first().map_or(Ok(0), |row| row.int(0).map(|count| count as u64))
}
