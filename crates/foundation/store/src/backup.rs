//! Backup of a node while it serves, and its restoring: the ledger's rows and the operational ones that matter, read in
//! one snapshot into compressed lines that either store reads back. Derived rows are not copied: the log makes them again.
//!
//! A backup is a folder: `manifest.json`; `tables/NAME.jsonl.zst`, a row as a JSON array, bytes as `{"b": base64}`;
//! `private/seed.jsonl.zst`, which alone would let withheld fields be guessed and so is kept, and deleted, in a cycle of
//! its own (ledger.md §1); `blobs/`, with the tiles. Again into the same folder, it copies only blobs that are new.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use base64::prelude::{BASE64_STANDARD as BASE64, Engine as _};
use ledger::hash::hex;
use ledger::tree::Frontier;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::Store;
use crate::db::Tx;
use crate::fault::StoreFault;
use crate::rebuild::pages;
use crate::table::{Column, Table, bytes, int, text};
use crate::value::{Kind, Value};

/// The form of the folder.
const FORMAT: u32 = 1;
/// Rows inserted at once.
const ROWS: usize = 500;

/// The tables of a backup. Sessions, leases, throttles, drafts and jobs are of the moment and begin anew.
pub(crate) static BACKED_UP: &[Table] = &[
    of("head", &[int("node"), bytes("matter"), int("version")], 2),
    of("claim", &[int("node"), text("space"), text("key"), bytes("matter"), bytes("act")], 3),
    of("log", &[int("node"), int("size"), bytes("frontier")], 1),
    of("stream", &[int("node"), int("stream_no"), int("next")], 2),
    of(
        "act",
        &[
            int("node"),
            int("idx"),
            bytes("id"),
            bytes("matter"),
            int("version"),
            text("kind"),
            int("at"),
            bytes("header"),
            bytes("body"),
            bytes("routes"),
        ],
        2,
    ),
    of("seed", &[int("node"), int("idx"), bytes("seed_h"), bytes("seed_b")], 2),
    of("matter_key", &[int("node"), bytes("matter"), bytes("key")], 2),
    of("leaf", &[int("node"), int("idx"), bytes("data")], 2),
    of("checkpoint", &[int("node"), int("size"), int("at"), bytes("root"), text("note"), int("quorum")], 2),
    of("cosignature", &[int("node"), int("size"), text("witness"), text("line"), int("at")], 3),
    of("witnessed", &[int("node"), text("origin"), int("size"), bytes("root"), int("at")], 2),
    of("feed_cursor", &[int("node"), text("subscriber"), int("idx")], 2),
    of("credential", &[int("node"), bytes("officer"), text("kind"), text("secret"), int("changed"), int("expires")], 3),
    of("tally", &[int("node"), text("rule"), text("version"), text("outcome"), int("count")], 4),
    of(
        "notice",
        &[
            int("node"),
            bytes("officer"),
            bytes("id"),
            bytes("matter"),
            int("idx"),
            text("said"),
            text("number"),
            text("page"),
            int("at"),
            int("read_at"),
            int("settled_at"),
        ],
        3,
    ),
    of(
        "notice_choice",
        &[
            int("node"),
            bytes("officer"),
            text("channel"),
            text("way"),
            text("address"),
            text("locale"),
            text("pending"),
            text("pending_way"),
            bytes("code"),
            int("code_at"),
            int("tries"),
            int("code_day"),
            int("codes"),
        ],
        3,
    ),
];

/// Tables that backups of earlier versions do not hold, and the migration that made each.
const LATER: &[(&str, &str)] = &[("notice", "store/0004"), ("notice_choice", "store/0004")];

/// The tables that a backup must hold, by the migrations that its store had seen.
fn held(manifest: &Manifest) -> impl Iterator<Item = &'static Table> {
    BACKED_UP.iter().filter(|table| {
        let made = LATER.iter().find(|(name, _)| *name == table.name);
        made.is_none_or(|(_, migration)| manifest.migrations.iter().any(|id| id == migration))
    })
}

const fn of(name: &'static str, columns: &'static [Column], key: usize) -> Table {
    Table { name, columns, key }
}

/// What a backup holds.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Manifest {
    /// The form of the folder.
    pub format: u32,
    /// Whose log.
    pub node: i64,
    /// Acts in it.
    pub size: u64,
    /// The root over them, in hexadecimal.
    pub root: String,
    /// Migrations that the store had seen.
    pub migrations: Vec<String>,
    /// Each table's lines and the digest of its file.
    pub tables: BTreeMap<String, Part>,
}

/// A table in a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Part {
    /// Rows.
    pub rows: u64,
    /// SHA-256 of the compressed file, in hexadecimal.
    pub sha256: String,
}

/// Why a backup is not restored; nothing is changed then.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// The store has acts of this node already.
    #[error("the store holds {0} acts of this node already; a backup is restored into an empty one")]
    NotEmpty(u64),
    /// Written by a newer version.
    #[error("the backup was written by a newer version ({0}); use that version")]
    Newer(String),
    /// A file that is missing or not what the manifest says.
    #[error("{file}: {why}")]
    Damaged {
        /// The file within the folder.
        file: String,
        /// What is wrong.
        why: String,
    },
    /// The store or a file failed.
    #[error(transparent)]
    Fault(#[from] StoreFault),
}

impl Manifest {
    /// Reads that of a folder.
    ///
    /// # Errors
    /// If there is none, or it is of a newer form.
    pub fn read(folder: &Path) -> Result<Manifest, RestoreError> {
        let damaged = |why: String| RestoreError::Damaged { file: "manifest.json".to_owned(), why };
        let text = std::fs::read_to_string(folder.join("manifest.json")).map_err(|error| damaged(error.to_string()))?;
        let json: serde_json::Value = serde_json::from_str(&text).map_err(|error| damaged(error.to_string()))?;
        match json.get("format").and_then(serde_json::Value::as_u64) {
            Some(format) if format > u64::from(FORMAT) => Err(RestoreError::Newer(format!("format {format}"))),
            _ => serde_json::from_value(json).map_err(|error| damaged(error.to_string())),
        }
    }
}

fn file_of(table: &Table) -> PathBuf {
    let folder = if ["seed", "matter_key"].contains(&table.name) { "private" } else { "tables" };
    Path::new(folder).join(format!("{}.jsonl.zst", table.name))
}

impl Store {
    /// Writes a backup into a folder, while others go on recording: what it holds is one moment of the log.
    ///
    /// - `progress`: called with the rows written so far.
    ///
    /// # Errors
    /// If the store cannot be read or the folder not written. The manifest is written last: a folder without one, or with
    /// that of an earlier backup whose tables do not fit, is no backup.
    pub async fn backup(
        &self,
        node: i64,
        folder: &Path,
        mut progress: impl FnMut(u64),
    ) -> Result<Manifest, StoreFault> {
        let failed = |what: &Path| StoreFault::file(format!("write {}", what.display()));
        for part in ["tables", "private"] {
            let path = folder.join(part);
            std::fs::create_dir_all(&path).map_err(failed(&path))?;
        }
        let manifest = folder.join("manifest.json");
        if manifest.exists() {
            std::fs::remove_file(&manifest).map_err(failed(&manifest))?;
        }
        let mut tx = self.db().snapshot().await?;
        let (mut tables, mut done) = (BTreeMap::new(), 0);
        for table in BACKED_UP {
            let part = self.write_table(&mut tx, node, table, folder, &mut done, &mut progress).await?;
            tables.insert(table.name.to_owned(), part);
        }
        let log = tx.rows("select frontier from log where node = $1", &[node.into()]).await?;
        let frontier = match log.first() {
            Some(row) => Frontier::from_bytes(&row.bytes(0)?)
                .map_err(|error| StoreFault::Nonsense(format!("log.frontier of node {node}: {error}")))?,
            None => Frontier::default(),
        };
        let rows = tx.rows("select id from migration order by id", &[]).await?;
        let migrations = rows.iter().map(|row| row.text(0)).collect::<Result<_, _>>()?;
        tx.rollback().await?;
        // Blobs are written before the acts that name them, so those of the snapshot are all there by now.
        let (from, to) = (self.blobs().folder().to_owned(), folder.join("blobs"));
        tokio::task::spawn_blocking(move || copy_new(&from, &to))
            .await
            .map_err(|error| StoreFault::Nonsense(error.to_string()))?
            .map_err(StoreFault::file(format!("copy blobs to {}", folder.display())))?;
        let root = hex(&frontier.root());
        let whole = Manifest { format: FORMAT, node, size: frontier.size(), root, migrations, tables };
        let text = serde_json::to_string_pretty(&whole).map_err(|error| StoreFault::Nonsense(error.to_string()))?;
        crate::keyring::write_private(&manifest, text.as_bytes())?;
        Ok(whole)
    }

    async fn write_table(
        &self,
        tx: &mut Tx,
        node: i64,
        table: &'static Table,
        folder: &Path,
        done: &mut u64,
        progress: &mut impl FnMut(u64),
    ) -> Result<Part, StoreFault> {
        let path = folder.join(file_of(table));
        let failed = || StoreFault::file(format!("write {}", path.display()));
        let file = std::fs::File::create(&path).map_err(failed())?;
        let mut out = zstd::Encoder::new(Hashing { inner: file, hash: Sha256::new() }, 3).map_err(failed())?;
        let mut rows = 0;
        pages(tx, table, node, |values| {
            let line: Vec<serde_json::Value> = values.iter().map(to_json).collect();
            rows += 1;
            serde_json::to_writer(&mut out, &line).map_err(|error| StoreFault::Nonsense(error.to_string()))?;
            out.write_all(b"\n").map_err(StoreFault::file(format!("write {}", table.name)))?;
            if rows % 1_000 == 0 {
                progress(*done + rows);
            }
            Ok(())
        })
        .await?;
        let written = out.finish().map_err(failed())?;
        written.inner.sync_all().map_err(failed())?;
        *done += rows;
        Ok(Part { rows, sha256: hex(&written.hash.finalize()) })
    }

    /// Loads a backup into an empty store, all of it or nothing. The derived tables are filled by `rebuild` afterwards.
    ///
    /// - `progress`: called with the rows loaded so far.
    ///
    /// # Errors
    /// See [`RestoreError`].
    pub async fn restore(&self, folder: &Path, mut progress: impl FnMut(u64)) -> Result<Manifest, RestoreError> {
        let manifest = Manifest::read(folder)?;
        let there = self.log_size(manifest.node).await?;
        if there > 0 {
            return Err(RestoreError::NotEmpty(there));
        }
        let known: Vec<String> = self
            .read("select id from migration", &[])
            .await?
            .iter()
            .map(|row| row.text(0))
            .collect::<Result<_, _>>()?;
        if let Some(newer) = manifest.migrations.iter().find(|id| !known.contains(id)) {
            return Err(RestoreError::Newer(newer.clone()));
        }
        for table in held(&manifest) {
            check(folder, table, &manifest)?;
        }
        let from = folder.join("blobs");
        let to = self.blobs().folder().to_owned();
        if from.exists() {
            copy_new(&from, &to).map_err(StoreFault::file(format!("copy blobs to {}", to.display())))?;
        }
        let mut tx = self.db().begin().await?;
        let mut done = 0;
        for table in held(&manifest) {
            load(&mut tx, folder, table, manifest.node, |rows| {
                done += rows;
                progress(done);
            })
            .await?;
        }
        tx.commit().await?;
        Ok(manifest)
    }
}

/// Whether a table's file is the one that the manifest names.
fn check(folder: &Path, table: &Table, manifest: &Manifest) -> Result<(), RestoreError> {
    let path = file_of(table);
    let damaged = |why: String| RestoreError::Damaged { file: path.display().to_string(), why };
    let part = manifest.tables.get(table.name).ok_or_else(|| damaged("not in the manifest".to_owned()))?;
    let mut file = std::fs::File::open(folder.join(&path)).map_err(|error| damaged(error.to_string()))?;
    let mut hashing = Hashing { inner: std::io::sink(), hash: Sha256::new() };
    std::io::copy(&mut file, &mut hashing).map_err(|error| damaged(error.to_string()))?;
    if hex(&hashing.hash.finalize()) == part.sha256 {
        Ok(())
    } else {
        Err(damaged("its digest is not that of the manifest".to_owned()))
    }
}

async fn load(
    tx: &mut Tx,
    folder: &Path,
    table: &'static Table,
    node: i64,
    mut progress: impl FnMut(u64),
) -> Result<(), RestoreError> {
    let path = file_of(table);
    let damaged = |line: u64, why: String| RestoreError::Damaged {
        file: path.display().to_string(),
        why: format!("line {line}: {why}"),
    };
    let file = std::fs::File::open(folder.join(&path)).map_err(|error| damaged(0, error.to_string()))?;
    let lines = zstd::Decoder::new(file).map_err(|error| damaged(0, error.to_string()))?;
    let columns: Vec<&str> = table.columns.iter().map(|column| column.name).collect();
    let insert = format!("insert into {} ({}) values ", table.name, columns.join(", "));
    let (mut waiting, mut number) = (Vec::with_capacity(ROWS), 0);
    for line in BufReader::new(lines).lines() {
        number += 1;
        let line = line.map_err(|error| damaged(number, error.to_string()))?;
        let values = from_line(table, &line).ok_or_else(|| damaged(number, "not a row of this table".to_owned()))?;
        if values.first() != Some(&Value::Int(node)) {
            return Err(damaged(number, "a row of another node".to_owned()));
        }
        waiting.push(values);
        if waiting.len() == ROWS {
            flush(tx, &insert, &mut waiting, &mut progress).await?;
        }
    }
    flush(tx, &insert, &mut waiting, &mut progress).await?;
    Ok(())
}

async fn flush(
    tx: &mut Tx,
    insert: &str,
    waiting: &mut Vec<Vec<Value>>,
    progress: &mut impl FnMut(u64),
) -> Result<(), StoreFault> {
    let rows: Vec<&[Value]> = waiting.iter().map(Vec::as_slice).collect();
    tx.values(insert, &rows, "", &[]).await?;
    progress(waiting.len() as u64);
    waiting.clear();
    Ok(())
}

fn to_json(value: &Value) -> serde_json::Value {
    match value {
        Value::NullInt | Value::NullText | Value::NullBytes => serde_json::Value::Null,
        Value::Int(int) => (*int).into(),
        Value::Text(text) => text.as_str().into(),
        Value::Bytes(bytes) => serde_json::json!({ "b": BASE64.encode(bytes) }),
    }
}

fn from_line(table: &Table, line: &str) -> Option<Vec<Value>> {
    let cells: Vec<serde_json::Value> = serde_json::from_str(line).ok()?;
    if cells.len() != table.columns.len() {
        return None;
    }
    table.columns.iter().zip(&cells).map(|(column, cell)| from_json(column.kind, cell)).collect()
}

fn from_json(kind: Kind, cell: &serde_json::Value) -> Option<Value> {
    if cell.is_null() {
        return Some(Value::null(kind));
    }
    match kind {
        Kind::Int => cell.as_i64().map(Value::Int),
        Kind::Text => cell.as_str().map(Value::from),
        Kind::Bytes => cell.get("b")?.as_str().and_then(|text| BASE64.decode(text).ok()).map(Value::Bytes),
    }
}

/// A sink that hashes what passes.
struct Hashing<W> {
    inner: W,
    hash: Sha256,
}

impl<W: std::io::Write> std::io::Write for Hashing<W> {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        let written = self.inner.write(part)?;
        self.hash.update(&part[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.inner.flush()
    }
}

/// Copies a tree of write-once files, those that are not there yet; each is whole or absent.
fn copy_new(from: &Path, to: &Path) -> std::io::Result<()> {
    if !from.exists() {
        return Ok(());
    }
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        let unfinished = source.extension().is_some_and(|end| end == "part");
        if entry.file_type()?.is_dir() {
            copy_new(&source, &target)?;
        } else if !unfinished && !target.exists() {
            let partial = target.with_extension("part");
            std::fs::copy(&source, &partial)?;
            std::fs::File::open(&partial)?.sync_all()?;
            std::fs::rename(&partial, &target)?;
        }
    }
    Ok(())
}
