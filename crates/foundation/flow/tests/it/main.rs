//! The engine against public suites, tables and properties.

mod betsy;
mod world;
