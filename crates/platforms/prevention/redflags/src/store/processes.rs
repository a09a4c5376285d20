//! Processes: lists, one of them, and what the newest run raised on it.

use std::collections::HashMap;

use ::store::{Row, Store, StoreFault, Value};
use kernel::MatterId;

use super::runs::StoredFlag;
use super::{Reach, Source, place, places};
use crate::import::Importer;

/// What a list shows of a process.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Line {
    /// The source.
    pub source: MatterId,
    /// Open Contracting id.
    pub ocid: String,
    /// Title.
    pub title: String,
    /// Who buys: id and name.
    pub buyer: Option<(String, String)>,
    /// open, selective, limited, direct.
    pub method: Option<String>,
    /// The method by local law.
    pub details: Option<String>,
    /// `scheme:class`.
    pub category: Option<String>,
    /// `tender/status` as published.
    pub status: Option<String>,
    /// Days since 1970.
    pub day: Option<i64>,
    /// Hundredths of the currency's unit.
    pub amount: Option<i64>,
    /// Currency as published.
    pub currency: Option<String>,
    /// Distinct bidders.
    pub bidders: Option<i64>,
}

/// What a list is narrowed to; everything absent narrows nothing.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Filter {
    /// Id of the buyer.
    pub buyer: Option<String>,
    /// Id of an organisation that bid or won.
    pub supplier: Option<String>,
    /// Method code.
    pub method: Option<String>,
    /// Beginning of `scheme:class`.
    pub category: Option<String>,
    /// Least amount, hundredths.
    pub least: Option<i64>,
    /// First day, since 1970.
    pub from: Option<i64>,
    /// Last day, since 1970.
    pub to: Option<i64>,
    /// Words in the title or the buyer's name, or a whole ocid.
    pub text: Option<String>,
}

/// What a list is ordered by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Order {
    /// The reference day.
    Day,
    /// The amount; currencies are not converted.
    Amount,
}

const COLUMNS: &str = "p.matter, p.ocid, p.title, p.buyer, p.buyer_name, p.method, p.details, p.category, p.status, \
                       p.day, p.amount, p.currency, p.bidders";

fn line(row: &Row) -> Result<Line, StoreFault> {
    let buyer = row.opt_text(3)?;
    let name = row.opt_text(4)?;
    Ok(Line {
        source: MatterId::new(row.id(0)?),
        ocid: row.text(1)?,
        title: row.text(2)?,
        buyer: buyer.map(|id| (id.clone(), name.unwrap_or(id))),
        method: row.opt_text(5)?,
        details: row.opt_text(6)?,
        category: row.opt_text(7)?,
        status: row.opt_text(8)?,
        day: row.opt_int(9)?,
        amount: row.opt_int(10)?,
        currency: row.opt_text(11)?,
        bidders: row.opt_int(12)?,
    })
}

impl Filter {
    fn condition(&self, reach: &Reach, source: MatterId, values: &mut Vec<Value>) -> String {
        let mut all = vec![
            format!("p.node = {}", place(reach.node().number(), values)),
            format!("p.matter = {}", place(source.value(), values)),
            reach.condition("p.buyer", values),
        ];
        if let Some(buyer) = &self.buyer {
            all.push(format!("p.buyer = {}", place(buyer.as_str(), values)));
        }
        if let Some(supplier) = &self.supplier {
            let (node, matter) = (place(reach.node().number(), values), place(source.value(), values));
            all.push(format!(
                "p.ocid in (select t.ocid from party t where t.node = {node} and t.matter = {matter} and \
                 t.organisation = {} and t.role in ('tenderer', 'supplier'))",
                place(supplier.as_str(), values)
            ));
        }
        if let Some(method) = &self.method {
            all.push(format!("p.method = {}", place(method.as_str(), values)));
        }
        if let Some(category) = &self.category {
            all.push(format!("p.category like {} escape '!'", place(format!("{}%", escaped(category)), values)));
        }
        if let Some(least) = self.least {
            all.push(format!("p.amount >= {}", place(least, values)));
        }
        if let Some(from) = self.from {
            all.push(format!("p.day >= {}", place(from, values)));
        }
        if let Some(to) = self.to {
            all.push(format!("p.day <= {}", place(to, values)));
        }
        if let Some(text) = &self.text {
            let like = place(format!("%{}%", escaped(&text.to_lowercase())), values);
            all.push(format!(
                "(lower(p.title) like {like} escape '!' or lower(p.buyer_name) like {like} escape '!' or p.ocid = {})",
                place(text.as_str(), values)
            ));
        }
        all.join(" and ")
    }
}

/// A text in which the marks of `like` stand for themselves.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '%' | '_' | '!') {
            out.push('!');
        }
        out.push(c);
        out
    })
}

/// A page of processes over some sources: those without a day (or amount) last, whichever way.
///
/// Each source is read along its own index and the pages are merged here; a database would sort them all.
pub async fn lines(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    filter: &Filter,
    (order, down): (Order, bool),
    (offset, limit): (u64, u64),
) -> Result<Vec<Line>, StoreFault> {
    let wanted = i64::try_from(offset + limit).unwrap_or(i64::MAX);
    let column = match order {
        Order::Day => "day",
        Order::Amount => "amount",
    };
    let direction = if down { "desc" } else { "asc" };
    let mut all = Vec::new();
    for source in sources {
        let mut values = Vec::new();
        let condition = filter.condition(reach, source.matter, &mut values);
        let most = place(wanted, &mut values);
        let sql = format!(
            "select {COLUMNS} from process p where {condition} and p.{column} is not null \
             order by p.{column} {direction}, p.ocid limit {most}"
        );
        let known = store.read(&sql, &values).await?;
        let missing = wanted - known.len() as i64;
        all.extend(known.iter().map(line).collect::<Result<Vec<_>, _>>()?);
        if missing > 0 {
            let mut values = Vec::new();
            let condition = filter.condition(reach, source.matter, &mut values);
            let most = place(missing, &mut values);
            let sql = format!(
                "select {COLUMNS} from process p where {condition} and p.{column} is null order by p.ocid limit {most}"
            );
            let unknown = store.read(&sql, &values).await?;
            all.extend(unknown.iter().map(line).collect::<Result<Vec<_>, _>>()?);
        }
    }
    let key = |line: &Line| match order {
        Order::Day => line.day,
        Order::Amount => line.amount,
    };
    all.sort_by(|a, b| match (key(a), key(b)) {
        (Some(a_key), Some(b_key)) if down => b_key.cmp(&a_key).then_with(|| a.ocid.cmp(&b.ocid)),
        (Some(a_key), Some(b_key)) => a_key.cmp(&b_key).then_with(|| a.ocid.cmp(&b.ocid)),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.ocid.cmp(&b.ocid),
    });
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    Ok(all.into_iter().skip(offset).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect())
}

/// How many processes match, counted up to `most` in each source: counting further would cost more than it tells.
pub async fn count(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    filter: &Filter,
    most: u64,
) -> Result<u64, StoreFault> {
    let mut sum = 0;
    for source in sources {
        let mut values = Vec::new();
        let condition = filter.condition(reach, source.matter, &mut values);
        let limit = place(i64::try_from(most).unwrap_or(i64::MAX), &mut values);
        let sql =
            format!("select count(*) from (select 1 as one from process p where {condition} limit {limit}) as found");
        let rows = store.read(&sql, &values).await?;
        sum += rows.first().map_or(Ok(0), |row| row.int(0))? as u64;
    }
    Ok(sum)
}

/// A process with its compiled release.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Stored {
    /// What lists show.
    pub line: Line,
    /// The compiled release, JSON text as it was imported.
    pub release: Vec<u8>,
}

/// One process, if there is one within reach. An ocid that several sources have is shown from the first by name.
pub async fn process(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    ocid: &str,
) -> Result<Option<Stored>, StoreFault> {
    for source in sources {
        let mut values = vec![reach.node().number().into(), source.matter.value().into(), ocid.into()];
        let condition = reach.condition("p.buyer", &mut values);
        let sql = format!(
            "select {COLUMNS}, p.body from process p where p.node = $1 and p.matter = $2 and p.ocid = $3 and {condition}"
        );
        if let Some(row) = store.read(&sql, &values).await?.first() {
            let release = zstd::stream::decode_all(row.bytes(13)?.as_slice())
                .map_err(|error| StoreFault::Nonsense(format!("process.body of {ocid}: {error}")))?;
            return Ok(Some(Stored { line: line(row)?, release }));
        }
    }
    Ok(None)
}

/// What the newest run raised on some processes of one source: codes, gravest first, and the light of each standing.
pub async fn flagged(
    store: &Store,
    reach: &Reach,
    source: MatterId,
    run: i64,
    ocids: &[&str],
) -> Result<HashMap<String, (Vec<String>, Option<i64>)>, StoreFault> {
    let mut all: HashMap<String, (Vec<String>, Option<i64>)> = HashMap::new();
    if ocids.is_empty() || run == 0 {
        return Ok(all);
    }
    let matter = Importer::screening_matter(source).value();
    let mut values = vec![reach.node().number().into(), matter.into(), run.into()];
    let list = places(ocids.iter().copied(), &mut values);
    let sql = format!(
        "select ocid, indicator, max(severity) from flag where node = $1 and matter = $2 and run = $3 and ocid in ({list}) \
         group by ocid, indicator order by ocid, max(severity) desc, indicator"
    );
    for row in store.read(&sql, &values).await? {
        all.entry(row.text(0)?).or_default().0.push(row.text(1)?);
    }
    let mut values = vec![reach.node().number().into(), matter.into()];
    let list = places(ocids.iter().copied(), &mut values);
    let sql = format!(
        "select subject, light from standing where node = $1 and matter = $2 and kind = 'process' and subject in ({list})"
    );
    for row in store.read(&sql, &values).await? {
        all.entry(row.text(0)?).or_default().1 = Some(row.int(1)?);
    }
    Ok(all)
}

const FLAG: &str = "indicator, subject, version, grain, ocid, severity, value, threshold, zh, en, content";

/// The flags of a process in a run, gravest first.
pub async fn flags_of_process(
    store: &Store,
    reach: &Reach,
    source: MatterId,
    run: i64,
    ocid: &str,
) -> Result<Vec<StoredFlag>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let sql = format!(
        "select {FLAG} from flag where node = $1 and matter = $2 and run = $3 and ocid = $4 \
         order by severity desc, indicator, subject limit 200"
    );
    let rows = store.read(&sql, &[reach.node().number().into(), matter.into(), run.into(), ocid.into()]).await?;
    rows.iter().map(StoredFlag::of).collect()
}

/// The flags of a subject that is no process, in a run.
pub async fn flags_of_subject(
    store: &Store,
    reach: &Reach,
    source: MatterId,
    run: i64,
    subject: &str,
) -> Result<Vec<StoredFlag>, StoreFault> {
    let matter = Importer::screening_matter(source).value();
    let sql = format!(
        "select {FLAG} from flag where node = $1 and matter = $2 and run = $3 and subject = $4 \
         order by severity desc, indicator limit 200"
    );
    let rows = store.read(&sql, &[reach.node().number().into(), matter.into(), run.into(), subject.into()]).await?;
    rows.iter().map(StoredFlag::of).collect()
}

/// Day and buyer's name of some processes; for trials, which count by month and organ.
pub async fn places_of(
    store: &Store,
    node: kernel::NodeId,
    source: MatterId,
    ocids: &[&str],
) -> Result<Vec<(String, (Option<i64>, String))>, StoreFault> {
    if ocids.is_empty() {
        return Ok(Vec::new());
    }
    let mut values = vec![node.number().into(), source.value().into()];
    let list = places(ocids.iter().copied(), &mut values);
    let sql = format!(
        "select ocid, day, buyer_name, buyer from process where node = $1 and matter = $2 and ocid in ({list})"
    );
    let rows = store.read(&sql, &values).await?;
    rows.iter()
        .map(|row| {
            let buyer = row.opt_text(2)?.or(row.opt_text(3)?).unwrap_or_default();
            Ok((row.text(0)?, (row.opt_int(1)?, buyer)))
        })
        .collect()
}
