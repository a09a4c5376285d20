//! Processes: lists, one of them, and what the newest run raised on it.

use std::collections::{BTreeMap, HashMap};

use ::store::{Row, Store, StoreFault, Value, place, places};
use kernel::MatterId;

use super::runs::StoredFlag;
use super::{Reach, Source};
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

/// Which way the rows of a list are found. A database without statistics cannot know which is the shorter, so the
/// statements leave it only one: a column behind an operator is in no index.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Way {
    /// Along the index of a filter, then sorted: where few match.
    Filter,
    /// Along the index of this order, leaving out what does not match: where many do.
    Along(Order),
}

impl Way {
    /// A column of text that is filtered by equality.
    fn text(self, column: &str) -> String {
        if self == Way::Filter { format!("p.{column}") } else { format!("p.{column} || ''") }
    }

    /// The column that the list is ordered by.
    fn order(self, column: &str) -> String {
        if self == Way::Filter { format!("p.{column} + 0") } else { format!("p.{column}") }
    }
}

/// So many matches at most are few enough to be sorted.
const FEW: u64 = 2_000;

/// The first text, in the order of bytes, behind all that begin with these characters.
fn behind(prefix: &str) -> Option<String> {
    let last = prefix.chars().next_back()?;
    let next = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32)?;
    let mut behind = prefix[..prefix.len() - last.len_utf8()].to_owned();
    behind.push(next);
    Some(behind)
}

impl Filter {
    fn condition(&self, way: Way, reach: &Reach, source: MatterId, values: &mut Vec<Value>) -> String {
        // An index of buyers has each buyer's days in order already: it helps either way, unless there are many of them.
        let buyers = if self.buyer.is_some() { "p.buyer".to_owned() } else { way.text("buyer") };
        let mut all = vec![
            format!("p.node = {}", place(reach.node().number(), values)),
            format!("p.matter = {}", place(source.value(), values)),
            reach.condition(&buyers, values),
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
            // An index has the days of each method in order.
            let column = if way == Way::Along(Order::Day) { "p.method".to_owned() } else { way.text("method") };
            all.push(format!("{column} = {}", place(method.as_str(), values)));
        }
        if let Some(category) = &self.category {
            let column = way.text("category");
            all.push(format!("{column} >= {}", place(category.as_str(), values)));
            if let Some(behind) = behind(category) {
                all.push(format!("{column} < {}", place(behind, values)));
            }
        }
        if let Some(least) = self.least {
            // A method leaves fewer than a least amount does.
            let other = way == Way::Along(Order::Day) || (way == Way::Filter && self.method.is_some());
            let column = if other { "p.amount + 0" } else { "p.amount" };
            all.push(format!("{column} >= {}", place(least, values)));
        }
        let day = if way == Way::Along(Order::Amount) { "p.day + 0" } else { "p.day" };
        if let Some(from) = self.from {
            all.push(format!("{day} >= {}", place(from, values)));
        }
        if let Some(to) = self.to {
            all.push(format!("{day} <= {}", place(to, values)));
        }
        if let Some(text) = &self.text {
            // The stores know small letters of ASCII only.
            let like = place(format!("%{}%", escaped(&text.to_ascii_lowercase())), values);
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

/// What a list is ordered by, and whether downwards.
pub type Ordered = (Order, bool);

/// A page of processes over some sources, and how many match in all, counted up to `most` in each source: counting
/// further would cost more than it tells. Those without a day (or amount) come last, whichever way.
pub async fn page(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    filter: &Filter,
    order: Ordered,
    window: (u64, u64),
    most: u64,
) -> Result<(Vec<Line>, u64), StoreFault> {
    let (mut all, mut sum) = (Vec::new(), 0);
    for source in sources {
        let count = matching(store, reach, source, filter, most.max(FEW + 1)).await?;
        sum += count.min(most);
        all.extend(first(store, reach, source, filter, order, window.0 + window.1, count <= FEW).await?);
    }
    Ok((merged(all, order, window), sum))
}

/// A page of processes as [`page`] gives it, without their number.
pub async fn lines(
    store: &Store,
    reach: &Reach,
    sources: &[Source],
    filter: &Filter,
    order: Ordered,
    window: (u64, u64),
) -> Result<Vec<Line>, StoreFault> {
    let mut all = Vec::new();
    for source in sources {
        // Words are in no index: counting first would read everything twice.
        let few = filter.text.is_none() && matching(store, reach, source, filter, FEW + 1).await? <= FEW;
        all.extend(first(store, reach, source, filter, order, window.0 + window.1, few).await?);
    }
    Ok(merged(all, order, window))
}

/// The first processes of one source: each source is read by itself, for a database would sort them all.
async fn first(
    store: &Store,
    reach: &Reach,
    source: &Source,
    filter: &Filter,
    (order, down): Ordered,
    wanted: u64,
    few: bool,
) -> Result<Vec<Line>, StoreFault> {
    let column = match order {
        Order::Day => "day",
        Order::Amount => "amount",
    };
    let direction = if down { "desc" } else { "asc" };
    let way = if few { Way::Filter } else { Way::Along(order) };
    let ordered = way.order(column);
    let mut all = Vec::new();
    for known in [true, false] {
        let missing = i64::try_from(wanted).unwrap_or(i64::MAX).saturating_sub(all.len() as i64);
        if missing <= 0 {
            break;
        }
        let mut values = Vec::new();
        let condition = filter.condition(way, reach, source.matter, &mut values);
        let most = place(missing, &mut values);
        let (is, by) = if known {
            ("is not null", format!("{ordered} {direction}, p.ocid"))
        } else {
            ("is null", "p.ocid".to_owned())
        };
        let sql =
            format!("select {COLUMNS} from process p where {condition} and {ordered} {is} order by {by} limit {most}");
        let rows = store.read(&sql, &values).await?;
        all.extend(rows.iter().map(line).collect::<Result<Vec<_>, _>>()?);
    }
    Ok(all)
}

/// One page of what several sources have first.
fn merged(mut all: Vec<Line>, (order, down): Ordered, (offset, limit): (u64, u64)) -> Vec<Line> {
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
    all.into_iter().skip(offset).take(usize::try_from(limit).unwrap_or(usize::MAX)).collect()
}

/// How many processes of one source match, counted up to `most`.
async fn matching(
    store: &Store,
    reach: &Reach,
    source: &Source,
    filter: &Filter,
    most: u64,
) -> Result<u64, StoreFault> {
    let mut values = Vec::new();
    let condition = filter.condition(Way::Filter, reach, source.matter, &mut values);
    let limit = place(i64::try_from(most).unwrap_or(i64::MAX), &mut values);
    let sql = format!("select count(*) from (select 1 as one from process p where {condition} limit {limit}) as found");
    let rows = store.read(&sql, &values).await?;
    Ok(rows.first().map_or(Ok(0), |row| row.int(0))? as u64)
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
                .map_err(|error| crate::rows::damaged(ocid, error))?;
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
    // Grouped and ordered here: asked to do so, SQLite reads all flags of the run along another index.
    let sql = format!(
        "select ocid, indicator, severity from flag where node = $1 and matter = $2 and run = $3 and ocid in ({list})"
    );
    let mut gravest: BTreeMap<(String, String), i64> = BTreeMap::new();
    for row in store.read(&sql, &values).await? {
        let severity = gravest.entry((row.text(0)?, row.text(1)?)).or_default();
        *severity = row.int(2)?.max(*severity);
    }
    let mut gravest: Vec<_> = gravest.into_iter().collect();
    gravest.sort_by_key(|(_, severity)| std::cmp::Reverse(*severity));
    for ((ocid, indicator), _) in gravest {
        all.entry(ocid).or_default().0.push(indicator);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_with_a_prefix_lies_before_what_is_behind_it() {
        for (prefix, expected) in [("CPV:15", "CPV:16"), ("CPV:", "CPV;"), ("类", "籼"), ("a\u{d7ff}", "a\u{e000}")] {
            let behind = behind(prefix).unwrap();
            assert_eq!(behind, expected);
            assert!(format!("{prefix}\u{10ffff}").as_str() < behind.as_str(), "{prefix}");
        }
        assert_eq!(behind(""), None);
        assert_eq!(behind("\u{10ffff}"), None);
    }
}
