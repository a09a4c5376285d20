//! The crate as others use it: real data, the standard's merge cases, bad input, invariants.

mod bad_input;
mod merging;
mod properties;
mod publishers;
mod reading;
mod shapes;
