//! House rules as tests. A rule of ARCHITECTURE.md that a machine can check stands here, with the reason in its message.

pub mod floors;
pub mod package;
pub mod tidy;

use std::path::{Path, PathBuf};

/// The folder of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(PathBuf::new, Path::to_path_buf)
}
