//! The store through its door, on both databases.

mod proves;
mod records;
mod support;
