//! Rebuild: state is derived. Empties every platform table, replays the acts in index order through the same `changes`
//! functions that made the rows, and compares what was with what comes out.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::erase::Tombstone;
use crate::fault::StoreFault;
use crate::feed::Recorded;
use crate::fold::Folded;
use crate::table::{Changes, Table};
use crate::value::Value;

/// A platform's pure function from an act to its changes, as the request used it.
pub trait Projector: Send + Sync {
    /// Whether acts of this kind are this platform's.
    fn follows(&self, kind: &str) -> bool;

    /// The changes of a recorded act. Reads blobs that the act names, and nothing else.
    ///
    /// # Errors
    /// If the event is not of its kind's type, or a blob is missing: rebuild halts and names the act.
    fn changes(&self, store: &Store, act: &Recorded) -> Result<Changes, StoreFault>;

    /// The top-level fields of acts of this kind that may be erased by law: the event has them as [`kernel::Erasable`].
    fn erasable(&self, _kind: &str) -> &'static [&'static str] {
        &[]
    }

    /// Where else this platform keeps what a tombstone erases, made nothing; together with [`Projector::changes`] of the
    /// tombstone act, which must say the same.
    ///
    /// - `version`: that the tombstone makes of the matter.
    fn blank(&self, _node: i64, _head: (u128, u64), _tombstone: &Tombstone) -> Changes {
        Changes::new()
    }
}

/// A table that came out otherwise than it was.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Difference {
    /// The table.
    pub table: &'static str,
    /// Rows before.
    pub before: u64,
    /// Rows after.
    pub after: u64,
}

/// What a rebuild found.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RebuildReport {
    /// Acts replayed.
    pub acts: u64,
    /// Tables compared.
    pub tables: u64,
    /// Tables that differ; none in a sound node.
    pub differences: Vec<Difference>,
}

impl Store {
    /// Rebuilds every platform table of a node in one transaction. With `keep`, the new rows stay; without, everything is
    /// rolled back after the comparison. The node must not be serving meanwhile.
    ///
    /// # Errors
    /// If an act cannot be replayed, or the store fails; nothing is changed then.
    pub async fn rebuild(
        &self,
        node: i64,
        projectors: &[&dyn Projector],
        keep: bool,
        mut progress: impl FnMut(u64),
    ) -> Result<RebuildReport, StoreFault> {
        let tables: Vec<&'static Table> = self.tables().collect();
        let mut tx = self.db().begin().await?;
        let mut before = BTreeMap::new();
        for table in &tables {
            before.insert(table.name, digest(&mut tx, table, node).await?);
            tx.run(&format!("delete from {} where node = $1", table.name), &[node.into()]).await?;
        }
        let mut report = RebuildReport { tables: tables.len() as u64, ..RebuildReport::default() };
        loop {
            let acts = self.feed(node, report.acts, 256).await?;
            if acts.is_empty() {
                break;
            }
            // What was erased with its key is told by the act that destroyed it.
            let mut changes = Vec::new();
            for act in acts.iter().filter(|act| !act.shredded) {
                for projector in projectors.iter().filter(|projector| projector.follows(&act.act.kind)) {
                    changes.extend(projector.changes(self, act)?);
                }
            }
            let rows = changes.iter().filter(|change| change.target().is_some());
            for part in Folded::of(rows).parts(node) {
                tx.part(&part).await?;
            }
            report.acts += acts.len() as u64;
            progress(report.acts);
        }
        for table in &tables {
            let (was, rows) = before[table.name];
            let (is, now) = digest(&mut tx, table, node).await?;
            if was != is {
                report.differences.push(Difference { table: table.name, before: rows, after: now });
            }
        }
        if keep {
            tx.commit().await?;
        } else {
            tx.rollback().await?;
        }
        Ok(report)
    }
}

/// Digest and number of a table's rows in key order.
async fn digest(tx: &mut crate::db::Tx, table: &Table, node: i64) -> Result<([u8; 32], u64), StoreFault> {
    let mut hash = Sha256::new();
    let mut rows = 0;
    pages(tx, table, node, |values| {
        rows += 1;
        for value in values {
            match value {
                Value::Int(int) => hash.update([&[1], int.to_be_bytes().as_slice()].concat()),
                Value::Text(text) => {
                    hash.update([&[2], (text.len() as u64).to_be_bytes().as_slice(), text.as_bytes()].concat());
                }
                Value::Bytes(bytes) => {
                    hash.update([&[3], (bytes.len() as u64).to_be_bytes().as_slice(), bytes].concat());
                }
                _ => hash.update([0]),
            }
        }
        Ok(())
    })
    .await?;
    Ok((hash.finalize().into(), rows))
}

/// Reads a table's rows of a node in key order, in pages so that a large table needs no large memory.
pub(crate) async fn pages(
    tx: &mut crate::db::Tx,
    table: &Table,
    node: i64,
    mut each: impl FnMut(&[Value]) -> Result<(), StoreFault>,
) -> Result<(), StoreFault> {
    const PAGE: usize = 5_000;
    let names: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let key = &names[..table.key];
    let after: Vec<String> = (1..table.key).map(|at| format!("${}", at + 1)).collect();
    let mut last: Option<Vec<Value>> = None;
    loop {
        // A row comparison walks the key in its own order, which both stores do alike.
        let (wheres, values) = match &last {
            None => ("node = $1".to_owned(), vec![Value::Int(node)]),
            Some(key_values) => {
                let mut values = vec![Value::Int(node)];
                values.extend(key_values.iter().cloned());
                (format!("node = $1 and ({}) > ({})", key[1..].join(", "), after.join(", ")), values)
            }
        };
        let sql = format!(
            "select {} from {} where {wheres} order by {} limit {PAGE}",
            names.join(", "),
            table.name,
            key.join(", ")
        );
        let page = tx.rows(&sql, &values).await?;
        let mut row_values = Vec::with_capacity(table.columns.len());
        for row in &page {
            row_values.clear();
            for (at, column) in table.columns.iter().enumerate() {
                row_values.push(row.value(at, column.kind)?);
            }
            each(&row_values)?;
        }
        // A table with one row per node has no further page.
        if page.len() < PAGE || table.key == 1 {
            return Ok(());
        }
        last = Some(row_values[1..table.key].to_vec());
    }
}
