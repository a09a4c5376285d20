//! The store through its door, on both databases.

mod records;
mod support;
