//! Rows put aside until the process they belong to is built: in memory up to a budget, then in a scratch file. What stays
//! in memory for each row is 24 bytes: a 128-bit digest of its key and its place.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, SeekFrom};

use crate::files::{Files, Scratch};
use crate::record::Cell;
use crate::row::Row;

/// Digest of a key. Two keys that meet in 128 bits are not expected in the lifetime of the universe.
pub(crate) type Key = (u64, u64);

/// Digests the parts of a key.
pub(crate) fn key(parts: &[String]) -> Key {
    let digest = |salt: u8| {
        let mut hasher = DefaultHasher::new();
        (salt, parts).hash(&mut hasher);
        hasher.finish()
    };
    (digest(1), digest(2))
}

/// Rows of one rule by key.
pub(crate) struct Spool<'f> {
    files: &'f dyn Files,
    budget: usize,
    /// Bytes from `flushed` on.
    memory: Vec<u8>,
    flushed: u64,
    scratch: Option<Box<dyn Scratch>>,
    index: Vec<(Key, u64)>,
    sealed: bool,
}

impl<'f> Spool<'f> {
    pub(crate) fn new(files: &'f dyn Files, budget: usize) -> Self {
        Self {
            files,
            budget: budget.max(1 << 12),
            memory: Vec::new(),
            flushed: 0,
            scratch: None,
            index: Vec::new(),
            sealed: false,
        }
    }

    /// Puts a row aside.
    pub(crate) fn push(&mut self, key: Key, row: &Row) -> io::Result<()> {
        let place = self.flushed + self.memory.len() as u64;
        self.index.push((key, place));
        let start = self.memory.len();
        self.memory.extend_from_slice(&[0; 4]);
        pack(row, &mut self.memory);
        // A row is bounded by columns × cell length, far below 4 GiB.
        let length = (self.memory.len() - start - 4) as u32;
        self.memory[start..start + 4].copy_from_slice(&length.to_le_bytes());
        if self.memory.len() > self.budget {
            self.flush()?;
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        let scratch = match &mut self.scratch {
            Some(scratch) => scratch,
            none => none.insert(self.files.scratch()?),
        };
        scratch.seek(SeekFrom::Start(self.flushed))?;
        scratch.write_all(&self.memory)?;
        self.flushed += self.memory.len() as u64;
        self.memory.clear();
        Ok(())
    }

    /// Ends the pushing; from here on rows can be asked for.
    pub(crate) fn seal(&mut self) {
        self.index.sort_unstable();
        self.sealed = true;
    }

    /// The keys in order of their first row.
    pub(crate) fn keys(&self) -> Vec<Key> {
        let mut firsts: Vec<(u64, Key)> = Vec::new();
        for (key, place) in &self.index {
            if firsts.last().is_none_or(|(_, last)| last != key) {
                firsts.push((*place, *key));
            }
        }
        firsts.sort_unstable();
        firsts.into_iter().map(|(_, key)| key).collect()
    }

    /// Whether any row has this key.
    pub(crate) fn has(&self, key: Key) -> bool {
        let at = self.index.partition_point(|(candidate, _)| *candidate < key);
        self.index.get(at).is_some_and(|(candidate, _)| *candidate == key)
    }

    /// At most `limit` rows of a key, in the order they were put aside, and how many there are.
    pub(crate) fn rows(&mut self, key: Key, limit: usize) -> io::Result<(Vec<Row>, usize)> {
        debug_assert!(self.sealed);
        let start = self.index.partition_point(|(candidate, _)| *candidate < key);
        let count = self.index[start..].iter().take_while(|(candidate, _)| *candidate == key).count();
        let places: Vec<u64> = self.index[start..start + count.min(limit)].iter().map(|(_, place)| *place).collect();
        let rows = places.into_iter().map(|place| self.read(place)).collect::<io::Result<_>>()?;
        Ok((rows, count))
    }

    fn read(&mut self, place: u64) -> io::Result<Row> {
        if let Some(at) = place.checked_sub(self.flushed) {
            let at = usize::try_from(at).map_err(io::Error::other)?;
            return unpack(self.memory.get(at + 4..).unwrap_or_default());
        }
        let scratch = self.scratch.as_mut().ok_or(io::ErrorKind::NotFound)?;
        scratch.seek(SeekFrom::Start(place))?;
        let mut length = [0; 4];
        scratch.read_exact(&mut length)?;
        let mut bytes = vec![0; u32::from_le_bytes(length) as usize];
        scratch.read_exact(&mut bytes)?;
        unpack(&bytes)
    }
}

fn pack(row: &Row, out: &mut Vec<u8>) {
    out.extend_from_slice(&(row.file as u32).to_le_bytes());
    out.extend_from_slice(&row.line.to_le_bytes());
    out.extend_from_slice(&(row.cells.len() as u32).to_le_bytes());
    for cell in &row.cells {
        out.push(u8::from(cell.native));
        out.extend_from_slice(&(cell.text.len() as u32).to_le_bytes());
        out.extend_from_slice(cell.text.as_bytes());
    }
}

fn unpack(mut bytes: &[u8]) -> io::Result<Row> {
    let bytes = &mut bytes;
    let file = number(bytes, 4)? as usize;
    let line = number(bytes, 8)?;
    let count = number(bytes, 4)? as usize;
    let mut cells = Vec::new();
    for _ in 0..count {
        let native = number(bytes, 1)? != 0;
        let length = number(bytes, 4)? as usize;
        let text = std::str::from_utf8(split(bytes, length)?).map_err(io::Error::other)?.to_owned();
        cells.push(Cell { text, native, flaw: None });
    }
    Ok(Row { file, line, cells })
}

fn split<'b>(bytes: &mut &'b [u8], length: usize) -> io::Result<&'b [u8]> {
    let (head, tail) = bytes.split_at_checked(length).ok_or(io::ErrorKind::UnexpectedEof)?;
    *bytes = tail;
    Ok(head)
}

fn number(bytes: &mut &[u8], length: usize) -> io::Result<u64> {
    Ok(split(bytes, length)?.iter().rev().fold(0, |sum, byte| sum << 8 | u64::from(*byte)))
}

#[cfg(test)]
mod tests {
    use super::{Spool, key};
    use crate::files::InMemory;
    use crate::record::Cell;
    use crate::row::Row;

    #[test]
    fn rows_come_back_by_key_in_order_from_memory_and_from_scratch() {
        let files = InMemory::default();
        let mut spool = Spool::new(&files, 0);
        let row = |n: u64| Row {
            file: 3,
            line: n,
            cells: vec![Cell {
                text: format!("采购 {n} {}", "x".repeat(90)), native: n.is_multiple_of(2), flaw: None
            }],
        };
        let name = |n: u64| key(&[format!("k{}", n % 7)]);
        for n in 0..500 {
            spool.push(name(n), &row(n)).expect("pushes");
        }
        spool.seal();
        assert!(spool.flushed > 0, "the budget is small enough to need scratch");
        assert_eq!(spool.keys(), (0..7).map(name).collect::<Vec<_>>());
        let (rows, count) = spool.rows(name(3), 1000).expect("reads");
        assert_eq!(rows, (0..500).filter(|n| n % 7 == 3).map(row).collect::<Vec<_>>());
        assert_eq!(count, rows.len());
        assert_eq!(spool.rows(name(3), 2).expect("reads").0.len(), 2);
        assert!(!spool.has(key(&["other".into()])) && spool.has(name(0)));
    }
}
