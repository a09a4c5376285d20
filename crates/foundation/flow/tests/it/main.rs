//! The engine against public suites, tables and properties.

mod betsy;
mod constraints;
mod data;
mod held;
mod miwg;
mod nets;
mod rules;
mod tck;
mod texts;
