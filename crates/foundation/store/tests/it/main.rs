//! The store through its door, on both databases.

mod outlives;
mod proves;
mod records;
mod support;
