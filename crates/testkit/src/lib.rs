//! A whole node for tests and demonstrations: a PostgreSQL of one's own, a clock that moves, a seeded synthetic
//! jurisdiction. Imports no rule and no indicator: what it plants is behaviour, not what a rule looks for.

pub mod acts;
pub mod chance;
pub mod demo;
pub mod door;
pub mod fuzz;
pub mod office;
pub mod place;
pub mod provider;
pub mod timing;

pub use scratch_postgres as postgres;
