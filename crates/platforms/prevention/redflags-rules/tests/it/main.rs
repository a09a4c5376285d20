//! Tests over whole runs: real files, merging, reconciliation, worked examples.

mod cases;
mod method;
mod real;
mod stability;
mod threads;
