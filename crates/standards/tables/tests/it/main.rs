//! Mappings at work: on small files made here, and on the real registers where the data folder is present.

mod bad_input;
mod documentation;
mod joining;
mod mapping_errors;
mod registers;

use tables::{Counts, Files, Limits, Mapped, Mapping, RowFault};

/// Parses a mapping that is expected to be right.
fn mapping(text: &str) -> Mapping {
    Mapping::parse(text).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// Everything a mapping makes of some files.
fn applied(mapping: &Mapping, files: &dyn Files, limits: &Limits) -> (Vec<Mapped>, Vec<RowFault>, Counts) {
    let mut applied = mapping.apply(files, limits).unwrap_or_else(|errors| panic!("{errors:#?}"));
    let (mut releases, mut faults) = (Vec::new(), Vec::new());
    for item in applied.by_ref() {
        match item {
            Ok(mapped) => releases.push(mapped),
            Err(fault) => faults.push(fault),
        }
    }
    (releases, faults, applied.counts().clone())
}
