//! Drawings as pages show them: samples as snapshots, models of others, and what no file may do to a page.

mod hostile;
mod samples;
mod support;
