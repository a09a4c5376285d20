//! The engine against public suites, tables and properties.

mod betsy;
mod constraints;
mod data;
mod miwg;
mod tck;
mod world;
