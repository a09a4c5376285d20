//! Outside data, where there is any.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder `name` of the test data, or `None` with one line said.
pub fn folder(name: &str) -> Option<PathBuf> {
    let base = std::env::var_os("QINGYUAN_DATA")
        .map(PathBuf::from)
        .unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../../shared/data"));
    let folder = base.join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no test data in {}: nothing was tried", folder.display());
    None
}

/// Every file with this extension below a folder, in order of name.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let entries = fs::read_dir(folder).expect("a readable folder");
    let mut entries: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

/// What a suite came to.
#[derive(Default)]
pub struct Report {
    /// Cases that ran.
    pub ran: usize,
    /// One sentence per case that failed.
    pub failed: Vec<String>,
}

impl Report {
    /// Says on one line how many ran and passed, and fails with what did not.
    pub fn settle(self, suite: &str) {
        println!("{suite}: {} ran, {} passed", self.ran, self.ran - self.failed.len());
        assert!(self.failed.is_empty(), "{suite}:\n{}", self.failed.join("\n"));
    }
}
