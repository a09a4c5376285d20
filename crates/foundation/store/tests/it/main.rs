//! The store through its door, on both databases.

mod outlives;
mod measures;
mod proves;
mod records;
mod support;
