//! The commands. Each answers how it ended, or one clear sentence about why it did not.

pub(crate) mod about;
pub(crate) mod backup;
pub(crate) mod configuration;
pub(crate) mod doctor;
pub(crate) mod flow;
pub(crate) mod import;
pub(crate) mod init;
pub(crate) mod keys;
pub(crate) mod ledger;
pub(crate) mod office;
pub(crate) mod screen;
pub(crate) mod serve;

use std::ffi::OsString;
use std::io::Write as _;

use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::Ended;

/// `qingyuan cardinal …`: its own arguments, outputs and exit codes.
pub(crate) fn cardinal(arguments: &[OsString]) -> Ended {
    let (stdout, stderr) = (std::io::stdout(), std::io::stderr());
    let mut out = std::io::BufWriter::with_capacity(1 << 16, stdout.lock());
    let code = cardinal::run(arguments, &mut std::io::stdin(), &mut out, &mut stderr.lock());
    // A reader that has gone away is not our failure.
    let _ = out.flush();
    Ended::Code(u8::try_from(code).unwrap_or(1))
}

/// A bar that shows bytes or counts, and says nothing where nobody watches.
pub(crate) fn bar(total: u64, unit_bytes: bool) -> ProgressBar {
    let bar = ProgressBar::new(total);
    let template = if unit_bytes {
        "{wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta} {msg}"
    } else {
        "{wide_bar} {pos}/{len} {per_sec} {eta} {msg}"
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}
