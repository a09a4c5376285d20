//! What benches record to say what the ledger by itself can do: acts of a known size, from so many writers.

pub mod platform;

/// What something of a bench came to.
pub type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;
