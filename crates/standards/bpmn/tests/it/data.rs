//! Outside data, where there is any.

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
