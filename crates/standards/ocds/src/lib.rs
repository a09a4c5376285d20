//! The Open Contracting Data Standard 1.0 and 1.1, as a pure library.
//!
//! - [`types`]: a compiled release, typed, borrowing from its JSON text. One wrong value becomes a [`Fault`]
//!   and costs that value, never the release. OCDS 1.0 shapes arrive as 1.1.
//! - [`fault`]: what can be wrong, as a closed list of stable codes with a sentence in Chinese and in English.
//!
//! - [`read`]: files of any size and packaging, one release at a time.
//! - [`merge`]: releases of one process into a compiled or versioned release; processes gathered across a file.
//! - [`check`]: what no type can see: negative amounts, unknown currencies, future dates, ids used twice.
//!
//! Start at [`read::Reader`] for a file, at [`parse`] for one release in memory.
//! Source: <https://standard.open-contracting.org/1.1/en/> and its extensions.

pub mod check;
pub mod fault;
mod json;
pub mod merge;
pub mod read;
mod tree;
pub mod types;

pub use check::{faults_of, set_aside};
pub use fault::{Code, Fault, Language, Severity};
pub use types::{Moment, Parsed, Release, Text, When, parse};
