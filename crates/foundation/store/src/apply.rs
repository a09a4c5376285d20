//! The ledger's own statements of one group.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ledger::commit::Route;
use ledger::tree::Frontier;

use crate::db::Tx;
use crate::fault::StoreFault;
use crate::part::Part;
use crate::seal::Sealed;
use crate::table::Change;
use crate::value::Value;
use crate::writer::Pending;

/// Where an act came to stand.
pub(crate) struct Placed {
    pub(crate) idx: u64,
    pub(crate) leaf: [u8; 33],
    routes: Vec<u8>,
}

/// A node's log, to be grown by one group.
#[derive(Clone)]
pub(crate) struct Log {
    node: i64,
    size: u64,
    frontier: Frontier,
}

impl Log {
    /// Takes the log's row. A node's first group makes it.
    pub(crate) async fn grow(tx: &mut Tx, node: i64, by: u64) -> Result<Log, StoreFault> {
        let empty = Frontier::default();
        tx.run(
            "insert into log (node, size, frontier) values ($1, 0, $2) on conflict (node) do nothing",
            &[node.into(), empty.to_bytes().into()],
        )
        .await?;
        let rows = tx
            .rows(
                "update log set size = size + $2 where node = $1 returning size, frontier",
                &[node.into(), (by as i64).into()],
            )
            .await?;
        let row = rows.first().ok_or_else(|| StoreFault::Nonsense(format!("node {node} has no log")))?;
        let frontier = Frontier::from_bytes(&row.bytes(1)?)
            .map_err(|error| StoreFault::Nonsense(format!("log.frontier of node {node}: {error}")))?;
        let size = row.int(0)? as u64 - by;
        if frontier.size() != size {
            return Err(StoreFault::Nonsense(format!(
                "log of node {node}: size {size}, but its frontier covers {}",
                frontier.size()
            )));
        }
        Ok(Log { node, size, frontier })
    }

    /// Gives the act its index and leaf.
    pub(crate) fn append(&mut self, sealed: &Sealed, routes: &[Route]) -> Placed {
        let idx = self.size;
        let (leaf, routes) = sealed.place(self.node, idx, routes);
        self.frontier.append(ledger::tree::leaf_hash(&leaf));
        self.size += 1;
        Placed { idx, leaf, routes }
    }

    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Grows the stored log, known to be of size `from`, to this one; answers one row where it was of that size.
    pub(crate) fn grown(&self, from: u64) -> Part {
        Part::new(
            "update log set size = ?, frontier = ? where node = ? and size = ? returning size",
            vec![(self.size as i64).into(), self.frontier.to_bytes().into(), self.node.into(), (from as i64).into()],
        )
    }

    /// Writes the frontier back.
    pub(crate) async fn store(&self, tx: &mut Tx) -> Result<(), StoreFault> {
        tx.run("update log set frontier = $2 where node = $1", &[self.node.into(), self.frontier.to_bytes().into()])
            .await?;
        Ok(())
    }
}

/// Takes as many places as the group needs in each stream it touches; answers the first free place of each.
pub(crate) async fn streams(tx: &mut Tx, node: i64, units: &[Pending]) -> Result<HashMap<u32, u64>, StoreFault> {
    let mut wanted: BTreeMap<u32, i64> = BTreeMap::new();
    for (act, _) in units.iter().flat_map(|unit| &unit.acts) {
        for stream in &act.streams {
            *wanted.entry(*stream).or_default() += 1;
        }
    }
    let mut first = HashMap::new();
    for (stream, count) in wanted {
        let rows = tx
            .rows(
                "insert into stream (node, stream_no, next) values ($1, $2, $3) \
                 on conflict (node, stream_no) do update set next = stream.next + excluded.next returning next",
                &[node.into(), i64::from(stream).into(), count.into()],
            )
            .await?;
        let next = rows.first().map_or(Ok(count), |row| row.int(0))?;
        first.insert(stream, (next - count) as u64);
    }
    Ok(first)
}

/// The ledger's rows of a group.
#[derive(Default)]
pub(crate) struct ActRows {
    acts: Vec<Vec<Value>>,
    seeds: Vec<Vec<Value>>,
    leaves: Vec<Vec<Value>>,
    keys: Vec<Vec<Value>>,
}

impl ActRows {
    pub(crate) fn add(&mut self, node: i64, sealed: &Sealed, placed: Placed) {
        let at = Value::Int(placed.idx as i64);
        self.acts.push(vec![
            node.into(),
            at.clone(),
            sealed.id.into(),
            sealed.matter.into(),
            (sealed.version as i64).into(),
            sealed.kind.clone().into(),
            sealed.at.into(),
            sealed.prepared.header_sheet.clone().into(),
            sealed.body_sheet().to_vec().into(),
            placed.routes.into(),
        ]);
        self.seeds.push(vec![
            node.into(),
            at.clone(),
            sealed.seeds.header.to_vec().into(),
            sealed.body_seed().map_or(Value::NullBytes, |seed| seed.to_vec().into()),
        ]);
        if let Some(key) = sealed.new_key() {
            self.keys.push(vec![node.into(), sealed.matter.into(), key.to_vec().into()]);
        }
        self.leaves.push(vec![node.into(), at, placed.leaf.to_vec().into()]);
    }

    pub(crate) fn parts(&self) -> Vec<Part> {
        [
            ("insert into act (node, idx, id, matter, version, kind, at, header, body, routes) values ", &self.acts),
            ("insert into seed (node, idx, seed_h, seed_b) values ", &self.seeds),
            ("insert into leaf (node, idx, data) values ", &self.leaves),
            ("insert into matter_key (node, matter, key) values ", &self.keys),
        ]
        .into_iter()
        .flat_map(|(before, rows)| {
            let rows: Vec<&[Value]> = rows.iter().map(Vec::as_slice).collect();
            Part::of_rows(before, &rows, "", &[]).collect::<Vec<_>>()
        })
        .collect()
    }
}

/// Rows may only be touched under a head that the act names: otherwise two acts could race for one row.
pub(crate) fn rows_belong_to_heads(node: i64, heads: &BTreeSet<u128>, changes: &[Change]) -> Result<(), String> {
    for change in changes {
        let loses = match change {
            Change::Erase(erased) => Some(erased.matter()),
            Change::Shred(shredded) => Some(shredded.matter()),
            _ => None,
        };
        if loses.is_some_and(|matter| !heads.contains(&matter)) {
            return Err("what another matter's acts say would be erased".to_owned());
        }
        let Some((table, values)) = change.target() else {
            continue;
        };
        if values[0] != Value::Int(node) {
            return Err(format!("a row of {} belongs to another node", table.name));
        }
        let Value::Bytes(matter) = &values[1] else {
            return Err(format!("the second key column of {} is no matter", table.name));
        };
        let named = <[u8; 16]>::try_from(matter.as_slice()).is_ok_and(|id| heads.contains(&u128::from_be_bytes(id)));
        if !named {
            return Err(format!("a row of {} belongs to a matter that the act does not name", table.name));
        }
    }
    Ok(())
}
