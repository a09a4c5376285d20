//! The store through its door, on both databases.

mod erases;
mod keyed;
mod measures;
mod outlives;
mod proves;
mod records;
mod support;
