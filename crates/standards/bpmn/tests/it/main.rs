//! The crate's tests, in one binary.

mod data;
mod locales;
mod model;
mod properties;
mod rules;
mod tree;
