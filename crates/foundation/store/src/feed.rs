//! The feed: acts in index order. The index is the cursor, gap-free by construction.

use ledger::Whose;

use crate::Store;
use crate::fault::StoreFault;
use crate::keyed;
use crate::operate::Operation;
use crate::payload;
use crate::value::{Row, Value};

/// An act as recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its place in the log.
    pub idx: u64,
    /// The act.
    pub act: ledger::act::Act,
    /// Its body is gone with the key of its matter: there is no event to read.
    pub shredded: bool,
}

impl Recorded {
    /// The event, as the type of its platform.
    ///
    /// # Errors
    /// If the stored event is not of that type: the wrong type for its kind, or a damaged row.
    pub fn event<E: serde::de::DeserializeOwned>(&self) -> Result<E, StoreFault> {
        let json = payload::to_json(&self.act.body);
        serde_json::from_value(json)
            .map_err(|error| StoreFault::Nonsense(format!("act {} is no {}: {error}", self.idx, self.act.kind)))
    }
}

const COLUMNS: &str = "select act.node, act.idx, act.header, act.body, act.routes, act.id, matter_key.key from act \
    left join matter_key on matter_key.node = act.node and matter_key.matter = act.matter";

fn recorded(row: &Row) -> Result<Recorded, StoreFault> {
    let (node, idx) = (row.int(0)?, row.int(1)? as u64);
    let whose = Whose { node, act: row.id(5)? };
    let body = keyed::read(whose, row.bytes(3)?, None, row.opt_bytes(6)?)?;
    let act = ledger::Sheets::decode_each(&row.bytes(2)?, &body.sheet, &row.bytes(4)?)
        .and_then(|sheets| sheets.read(node))
        .map_err(|error| StoreFault::Nonsense(format!("act {idx} of node {node}: {error}")))?;
    Ok(Recorded { idx, act: act.0, shredded: body.shredded })
}

impl Store {
    /// Up to `limit` acts from `from` on, in order.
    pub async fn feed(&self, node: i64, from: u64, limit: u64) -> Result<Vec<Recorded>, StoreFault> {
        let sql = format!("{COLUMNS} where act.node = $1 and idx >= $2 order by idx limit $3");
        let rows = self.read(&sql, &[node.into(), (from as i64).into(), (limit as i64).into()]).await?;
        rows.iter().map(recorded).collect()
    }

    /// All acts of a matter, oldest first.
    pub async fn acts_of(&self, node: i64, matter: u128) -> Result<Vec<Recorded>, StoreFault> {
        let sql = format!("{COLUMNS} where act.node = $1 and act.matter = $2 order by version");
        self.read(&sql, &[node.into(), matter.into()]).await?.iter().map(recorded).collect()
    }

    /// Acts from the newest backwards, of kinds that begin like this.
    ///
    /// - `kind`: beginning of the kind, such as `supervision.`; empty for all.
    pub async fn newest_acts(
        &self,
        node: i64,
        kind: &str,
        offset: u64,
        limit: u64,
    ) -> Result<Vec<Recorded>, StoreFault> {
        let sql =
            format!("{COLUMNS} where act.node = $1 and kind like $2 escape '\\' order by idx desc limit $3 offset $4");
        self.read(&sql, &[node.into(), begins(kind).into(), (limit as i64).into(), (offset as i64).into()])
            .await?
            .iter()
            .map(recorded)
            .collect()
    }

    /// All acts of a kind before an index, in order. For kinds of which there are few.
    pub(crate) async fn acts_of_kind(&self, node: i64, kind: &str, until: u64) -> Result<Vec<Recorded>, StoreFault> {
        let sql = format!("{COLUMNS} where act.node = $1 and kind = $2 and idx < $3 order by idx");
        let rows = self.read(&sql, &[node.into(), kind.into(), (until as i64).into()]).await?;
        // The column is what an intruder could change; the header is what was committed to. A row that does not read is found
        // by its leaf.
        Ok(rows.iter().filter_map(|row| recorded(row).ok()).filter(|act| act.act.kind == kind).collect())
    }

    /// How many acts there are whose kind begins so.
    pub async fn count_acts(&self, node: i64, kind: &str) -> Result<u64, StoreFault> {
        let sql = "select count(*) from act where node = $1 and kind like $2 escape '\\'";
        let rows = self.read(sql, &[node.into(), begins(kind).into()]).await?;
        rows.first().map_or(Ok(0), |row| Ok(row.int(0)?.unsigned_abs()))
    }

    /// One act by its id.
    pub async fn act_by_id(&self, node: i64, id: u128) -> Result<Option<Recorded>, StoreFault> {
        let sql = format!("{COLUMNS} where act.node = $1 and id = $2");
        self.read(&sql, &[node.into(), id.into()]).await?.first().map(recorded).transpose()
    }

    /// One act by its index.
    pub async fn act_at(&self, node: i64, idx: u64) -> Result<Option<Recorded>, StoreFault> {
        Ok(self.feed(node, idx, 1).await?.into_iter().find(|act| act.idx == idx))
    }

    /// How many acts a node's log holds.
    pub async fn log_size(&self, node: i64) -> Result<u64, StoreFault> {
        let rows = self.read("select size from log where node = $1", &[node.into()]).await?;
        rows.first().map_or(Ok(0), |row| row.int(0).map(|size| size as u64))
    }

    /// The version a head stands at; 0 where there is none.
    pub async fn version(&self, node: i64, matter: u128) -> Result<u64, StoreFault> {
        let rows = self
            .read("select version from head where node = $1 and matter = $2", &[node.into(), matter.into()])
            .await?;
        rows.first().map_or(Ok(0), |row| row.int(0).map(|version| version as u64))
    }

    /// Where a subscriber stands: the next index it has not seen.
    pub async fn cursor(&self, node: i64, subscriber: &'static str) -> Result<u64, StoreFault> {
        let rows = self
            .read("select idx from feed_cursor where node = $1 and subscriber = $2", &[node.into(), subscriber.into()])
            .await?;
        rows.first().map_or(Ok(0), |row| row.int(0).map(|idx| idx as u64))
    }
}

/// Moves a subscriber's cursor by compare-and-set; goes into the unit of its effect.
pub fn move_cursor(node: i64, subscriber: &'static str, from: u64, to: u64) -> Vec<Operation> {
    let make = Operation::new(
        "insert into feed_cursor (node, subscriber, idx) values ($1, $2, 0) on conflict (node, subscriber) do nothing",
        vec![node.into(), subscriber.into()],
    );
    let set = Operation::new(
        "update feed_cursor set idx = $4 where node = $1 and subscriber = $2 and idx = $3",
        vec![node.into(), subscriber.into(), Value::Int(from as i64), Value::Int(to as i64)],
    );
    vec![make, set.expecting(1)]
}

/// What `like` is given for kinds that begin so.
fn begins(kind: &str) -> String {
    let escaped: String =
        kind.chars().flat_map(|c| "\\%_".contains(c).then_some('\\').into_iter().chain([c])).collect();
    format!("{escaped}%")
}
