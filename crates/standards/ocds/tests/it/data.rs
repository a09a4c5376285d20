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

/// Every file below a folder, in order of name.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut entries: Vec<PathBuf> =
        fs::read_dir(folder).expect("a readable folder").map(|entry| entry.expect("an entry").path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() {
            found.extend(files(&path));
        } else {
            found.push(path);
        }
    }
    found
}
