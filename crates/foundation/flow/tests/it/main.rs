//! The engine against public suites, tables and properties.

mod betsy;
mod clocks;
mod constraints;
mod crashes;
mod edges;
mod held;
mod matters;
mod migration;
mod miwg;
mod models;
mod nets;
mod report;
mod reported;
mod robust;
mod rules;
mod semantics;
mod tck;
mod texts;
