//! Where the register files come from. The crate opens nothing by itself: the caller hands over named readers and, for
//! registers larger than the memory budget, a scratch file.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Cursor, Read, Seek, Write};
use std::path::PathBuf;

/// A temporary file that is read back while the releases are built.
pub trait Scratch: Read + Write + Seek + Send {}
impl<T: Read + Write + Seek + Send> Scratch for T {}

/// The register files the caller offers.
pub trait Files {
    /// Names without folders, as the patterns of a mapping see them.
    fn names(&self) -> Vec<String>;
    /// Opens one of the names for reading from its start.
    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>>;
    /// An empty scratch file that vanishes when dropped.
    fn scratch(&self) -> io::Result<Box<dyn Scratch>>;
}

/// Files on disk that the caller has chosen. Scratch files are unlinked at once, so nothing is left behind after a crash.
#[derive(Clone, Debug, Default)]
pub struct OnDisk {
    paths: BTreeMap<String, PathBuf>,
    scratch: Option<PathBuf>,
}

impl OnDisk {
    /// Offers `paths`; of two with one name the later counts. Scratch files go to `scratch`, or to the system's folder.
    pub fn new(paths: impl IntoIterator<Item = PathBuf>, scratch: Option<PathBuf>) -> Self {
        let name = |path: &PathBuf| path.file_name().map(|name| name.to_string_lossy().into_owned());
        let paths = paths.into_iter().filter_map(|path| name(&path).map(|name| (name, path))).collect();
        Self { paths, scratch }
    }
}

impl Files for OnDisk {
    fn names(&self) -> Vec<String> {
        self.paths.keys().cloned().collect()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        let path = self.paths.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(File::open(path)?))
    }

    fn scratch(&self) -> io::Result<Box<dyn Scratch>> {
        let file = match &self.scratch {
            Some(folder) => tempfile::tempfile_in(folder)?,
            None => tempfile::tempfile()?,
        };
        Ok(Box::new(file))
    }
}

/// Files held in memory: small uploads and tests.
#[derive(Clone, Debug, Default)]
pub struct InMemory(pub BTreeMap<String, Vec<u8>>);

impl InMemory {
    /// One file more.
    #[must_use]
    pub fn with(mut self, name: &str, bytes: impl Into<Vec<u8>>) -> Self {
        self.0.insert(name.to_owned(), bytes.into());
        self
    }
}

impl Files for InMemory {
    fn names(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn Read + '_>> {
        let bytes = self.0.get(name).ok_or(io::ErrorKind::NotFound)?;
        Ok(Box::new(bytes.as_slice()))
    }

    fn scratch(&self) -> io::Result<Box<dyn Scratch>> {
        Ok(Box::new(Cursor::new(Vec::new())))
    }
}

/// Whether a name fits a pattern in which `*` stands for any text and `?` for one character. Case does not count.
pub(crate) fn fits(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.to_lowercase().chars().collect();
    let name: Vec<char> = name.to_lowercase().chars().collect();
    // The last star seen and how much of the name it has swallowed; enough to go back to, since stars are greedy alike.
    let (mut p, mut n, mut star) = (0, 0, None);
    while n < name.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
            }
            Some(c) if *c == '?' || *c == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match star {
                Some((at, taken)) => {
                    star = Some((at, taken + 1));
                    p = at + 1;
                    n = taken + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn patterns() {
        let cases = [
            ("*.csv", "a.csv", true),
            ("*.csv", "a.csv.gz", false),
            ("processes-*.csv*", "processes-2020-batch11.csv.gz", true),
            ("a?c", "abc", true),
            ("a?c", "ac", false),
            ("*a*b*", "xxaxxbxx", true),
            ("*ab", "aab", true),
            ("Bids.CSV", "bids.csv", true),
            ("", "", true),
        ];
        for (pattern, name, expected) in cases {
            assert_eq!(fits(pattern, name), expected, "{pattern} {name}");
        }
    }
}
