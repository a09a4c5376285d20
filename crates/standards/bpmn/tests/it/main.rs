//! The crate's tests, in one binary.

mod betsy;
mod data;
mod locales;
mod miwg;
mod model;
mod properties;
mod rules;
mod tree;
