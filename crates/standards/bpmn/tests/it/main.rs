//! The crate's tests, in one binary.

mod betsy;
mod data;
mod miwg;
