//! Where tests find data that nobody here wrote: the folder that `QINGYUAN_DATA` names, else `shared/data` beside the
//! repository. Where it is absent a test says so on one line and has nothing to try.

use std::path::{Path, PathBuf};

/// The folder `name` of the data, or `None` with one line said.
pub fn folder(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data"));
    let folder = std::env::var_os("QINGYUAN_DATA").map_or_else(beside, PathBuf::from).join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    println!("no test data in {}: nothing was tried", folder.display());
    None
}

/// Every file that is `wanted` below a folder, in order of path; none below one that cannot be read.
pub fn files(folder: &Path, wanted: impl Fn(&Path) -> bool) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![folder.to_path_buf()]);
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                open.push(path);
            } else if wanted(&path) {
                found.push(path);
            }
        }
    }
    found.sort();
    found
}

/// Whether a file's name has this extension.
pub fn ends(path: &Path, extension: &str) -> bool {
    path.extension().is_some_and(|found| found == extension)
}
