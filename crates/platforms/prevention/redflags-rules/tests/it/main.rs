//! Tests over whole runs: real files, merging, reconciliation, worked examples.

mod method;
mod real;
