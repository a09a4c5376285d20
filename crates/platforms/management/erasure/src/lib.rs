//! Erasing by law 依法抹除: what officers wrote in their own words goes from the ledger, by the word of two persons, and a
//! tombstone stays that says what went, why and from whom. The log still verifies; the index, the kind, the hour and the
//! hand of the act stay provable. Source: ledger.md §1 "Secrecy and erasure"; 个人信息保护法 arts. 47 and 52.
//!
//! Read: [`events`], [`decide`] (pure), `rows`, [`eraser`] (records), [`http`]. What may go at all, each platform says of its
//! own acts ([`store::Projector::erasable`]).

pub mod decide;
pub mod eraser;
pub mod events;
pub mod http;
mod rows;
mod tell;

pub use eraser::{Eraser, EraserError, Platforms};
pub use rows::{SCHEMA, counts, list, load, projector};
pub use tell::ErasureTeller;
