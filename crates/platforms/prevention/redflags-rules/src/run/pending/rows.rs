//! Rows in blocks: growing copies nothing and leaves no holes, and joining two lists moves blocks.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Rows of a block.
const BLOCK: usize = 1024;

/// A list that is only added to and read through.
#[derive(Clone, Debug)]
pub(super) struct Rows<T> {
    blocks: Vec<Vec<T>>,
}

impl<T> Default for Rows<T> {
    fn default() -> Self {
        Self { blocks: Vec::new() }
    }
}

impl<T> Rows<T> {
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    pub fn push(&mut self, row: T) {
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(row),
            _ => self.blocks.push(vec![row]),
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.blocks.iter().flatten()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut T> {
        self.blocks.iter_mut().flatten()
    }

    /// Adds the rows of another list.
    pub fn append(&mut self, other: Self) {
        self.blocks.extend(other.blocks);
    }
}

impl<T: Serialize> Serialize for Rows<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Rows<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let mut rows = Self::default();
        Vec::<T>::deserialize(deserializer)?.into_iter().for_each(|row| rows.push(row));
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_as_they_were_added() {
        let mut rows = Rows::default();
        assert!(rows.is_empty());
        (0..3000).for_each(|row| rows.push(row));
        let mut more = Rows::default();
        (3000..3010).for_each(|row| more.push(row));
        rows.append(more);
        (3010..5000).for_each(|row| rows.push(row));
        assert_eq!(rows.iter().copied().collect::<Vec<_>>(), (0..5000).collect::<Vec<_>>());
        let stored = serde_json::to_string(&rows).unwrap();
        let mut read: Rows<i32> = serde_json::from_str(&stored).unwrap();
        read.iter_mut().for_each(|row| *row += 1);
        assert_eq!(read.iter().copied().collect::<Vec<_>>(), (1..5001).collect::<Vec<_>>());
    }
}
