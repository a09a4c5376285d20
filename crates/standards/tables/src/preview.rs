//! The first mapped releases beside the rows they come from, for a person to look at before importing.

use serde::Serialize;
use serde_json::Value;

use crate::apply::{Applied, Mode};
use crate::fault::{ApplyError, RowFault};
use crate::files::Files;
use crate::mapping::Mapping;
use crate::outcome::{Limits, Mapped, Trace};

/// How many rows of each file a preview reads at most. Processes whose rows lie further apart look poorer than they are.
pub const PREVIEW_ROWS: u64 = 20_000;

/// One release with the cells that filled it, and the faults on the way.
#[derive(Clone, Debug, Serialize)]
pub struct Previewed {
    /// The release; `None` when the process was quarantined, or for faults after the last release.
    pub release: Option<Value>,
    /// Each filled value with file, line, column and raw cell.
    pub traces: Vec<Trace>,
    /// Faults of the rows behind this release. Those met while the files were read stand with the first one.
    pub faults: Vec<RowFault>,
}

impl Mapping {
    /// The first `n` releases. Reads at most [`PREVIEW_ROWS`] rows of each file; rows that fit no process seen are not
    /// called orphans.
    pub fn preview(&self, files: &dyn Files, n: usize, limits: &Limits) -> Result<Vec<Previewed>, Vec<ApplyError>> {
        let limits = Limits { rows: limits.rows.min(PREVIEW_ROWS), ..limits.clone() };
        let cut_on_purpose = |fault: &RowFault| matches!(fault.code, "file.too_many_rows" | "row.orphan");
        let mut applied = Applied::new(self, files, &limits, Mode::Preview)?;
        let (mut previews, mut faults) = (Vec::new(), Vec::new());
        while previews.len() < n {
            match applied.next() {
                Some(Ok(Mapped { release, traces, .. })) => {
                    previews.push(Previewed { release: Some(release), traces, faults: std::mem::take(&mut faults) });
                }
                Some(Err(fault)) if cut_on_purpose(&fault) => {}
                Some(Err(fault)) => faults.push(fault),
                None => break,
            }
        }
        if !faults.is_empty() {
            previews.push(Previewed { release: None, traces: Vec::new(), faults });
        }
        Ok(previews)
    }
}
