//! The Open Contracting Data Standard 1.0 and 1.1, as a pure library.
//!
//! - [`types`]: a compiled release, typed, borrowing from its JSON text. One wrong value becomes a [`Fault`]
//!   and costs that value, never the release. OCDS 1.0 shapes arrive as 1.1.
//! - [`fault`]: what can be wrong, as a closed list of stable codes with a sentence in Chinese and in English.
//!
//! Start at [`parse`] for one release in memory.
//! Source: <https://standard.open-contracting.org/1.1/en/> and its extensions.

pub mod fault;
mod json;
pub mod types;

pub use fault::{Code, Fault, Language, Severity};
pub use types::{Moment, Parsed, Release, Text, When, parse};
