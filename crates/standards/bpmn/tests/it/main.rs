//! The crate's tests, in one binary.

mod compare;
mod locales;
mod merge;
mod model;
mod properties;
mod rules;
mod tree;
