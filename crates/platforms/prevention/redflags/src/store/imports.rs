//! Imported files, and what they held back.

use ::store::{Store, StoreFault, place};
use kernel::{MatterId, NodeId};
use ledger::hash::hex;

use super::Source;
use crate::events::Counts;
use crate::rows::Said;

/// A file that was imported into a source.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ImportedFile {
    /// The source.
    pub source: MatterId,
    /// SHA-256 in hexadecimal.
    pub digest: String,
    /// As people know it.
    pub name: String,
    /// Bytes.
    pub bytes: i64,
    /// Counts.
    pub counts: Counts,
    /// Whether it was read to its end.
    pub finished: bool,
    /// When, milliseconds since 1970.
    pub at: i64,
    /// Who.
    pub officer: String,
}

/// The newest files of the sources, newest first, at most `limit` of each.
pub async fn files(
    store: &Store,
    node: NodeId,
    sources: &[Source],
    limit: u32,
) -> Result<Vec<ImportedFile>, StoreFault> {
    let mut all = Vec::new();
    for source in sources {
        let rows = store
            .read(
                "select digest, name, bytes, rows_read, loaded, held, set_aside, finished, at, officer from import_file \
                 where node = $1 and matter = $2 order by at desc, digest limit $3",
                &[node.number().into(), source.matter.value().into(), i64::from(limit).into()],
            )
            .await?;
        for row in rows {
            all.push(ImportedFile {
                source: source.matter,
                digest: hex(&row.bytes(0)?),
                name: row.text(1)?,
                bytes: row.int(2)?,
                counts: Counts { read: row.int(3)?, loaded: row.int(4)?, held: row.int(5)?, set_aside: row.int(6)? },
                finished: row.truth(7)?,
                at: row.int(8)?,
                officer: row.text(9)?,
            });
        }
    }
    all.sort_by(|a, b| b.at.cmp(&a.at).then_with(|| a.digest.cmp(&b.digest)));
    Ok(all)
}

/// Everything held back for one reason, with an example.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// Stable code.
    pub code: String,
    /// Whether whole elements were held back, and not values of loaded ones.
    pub whole: bool,
    /// How many.
    pub rows: i64,
    /// The first of them.
    pub example: HeldLine,
}

/// One row or value held back.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct HeldLine {
    /// The file's digest, in hexadecimal.
    pub digest: String,
    /// Running number within the file.
    pub seq: i64,
    /// Line in the file.
    pub line: i64,
    /// JSON pointer, or file and column.
    pub path: String,
    /// Stable code.
    pub code: String,
    /// `quarantine` or `value`.
    pub severity: String,
    /// The value as text.
    pub value: String,
    /// The process, where it is known.
    pub ocid: Option<String>,
    /// Place and exact sentences of a table's fault.
    pub said: Option<Said>,
}

const COLUMNS: &str = "digest, seq, line, path, code, severity, value, ocid, said";

fn held(row: &::store::Row) -> Result<HeldLine, StoreFault> {
    Ok(HeldLine {
        digest: hex(&row.bytes(0)?),
        seq: row.int(1)?,
        line: row.int(2)?,
        path: row.text(3)?,
        code: row.text(4)?,
        severity: row.text(5)?,
        value: row.text(6)?,
        ocid: row.opt_text(7)?,
        said: row
            .opt_text(8)?
            .map(|said| serde_json::from_str(&said))
            .transpose()
            .map_err(|error| StoreFault::Nonsense(format!("held_row.said: {error}")))?,
    })
}

/// What a source held back, by cause: whole elements first, then the most frequent.
pub async fn causes(store: &Store, node: NodeId, source: MatterId) -> Result<Vec<Cause>, StoreFault> {
    let groups = store
        .read(
            "select code, severity, count(*) from held_row where node = $1 and matter = $2 group by code, severity \
             order by severity, count(*) desc, code",
            &[node.number().into(), source.value().into()],
        )
        .await?;
    let mut all = Vec::new();
    for group in groups {
        let (code, severity) = (group.text(0)?, group.text(1)?);
        let sql = format!(
            "select {COLUMNS} from held_row where node = $1 and matter = $2 and code = $3 and severity = $4 \
             order by digest, seq limit 1"
        );
        let rows = store
            .read(&sql, &[node.number().into(), source.value().into(), code.as_str().into(), severity.as_str().into()])
            .await?;
        if let Some(row) = rows.first() {
            all.push(Cause { whole: severity == "quarantine", rows: group.int(2)?, example: held(row)?, code });
        }
    }
    Ok(all)
}

/// Held rows of a source after `(digest, seq)`, perhaps of one cause, in order of file and place.
pub async fn held_rows(
    store: &Store,
    node: NodeId,
    source: MatterId,
    code: Option<&str>,
    (offset, limit): (u64, u64),
) -> Result<Vec<HeldLine>, StoreFault> {
    let mut values = vec![node.number().into(), source.value().into()];
    let of_code = code.map_or_else(String::new, |code| format!(" and code = {}", place(code, &mut values)));
    let most = place(i64::try_from(limit).unwrap_or(i64::MAX), &mut values);
    let skip = place(i64::try_from(offset).unwrap_or(i64::MAX), &mut values);
    let sql = format!(
        "select {COLUMNS} from held_row where node = $1 and matter = $2{of_code} order by digest, seq limit {most} offset {skip}"
    );
    store.read(&sql, &values).await?.iter().map(held).collect()
}
