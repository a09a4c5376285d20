//! The engine against public suites, tables and properties.

mod betsy;
mod clocks;
mod consent;
mod constraints;
mod crashes;
mod edges;
mod ended;
mod held;
mod matters;
mod mended;
mod migration;
mod miwg;
mod models;
mod nets;
mod report;
mod reported;
mod robust;
mod rules;
mod semantics;
mod soundness;
mod tck;
mod texts;
mod wild;
