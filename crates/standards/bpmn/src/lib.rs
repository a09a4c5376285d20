//! BPMN 2.0.2 (ISO/IEC 19510) files, as a pure library: bytes in, values out.
//!
//! - [`tree`]: the text without loss, read with limits, edited by element, written back byte for byte.
//! - [`model`]: what the text says, typed: all that an engine needs.
//! - [`compare`]: what differs between two versions, element by element.
//! - [`lint`]: what is not as the standard has it, with place, and with sentences in Chinese and in English.
//!
//! Start at [`Model::read`] to use a file, at [`lint::lint`] to judge one. A file that breaks rules is still read;
//! only what is no XML, or beyond the limits, is refused.

pub mod compare;
pub mod lint;
pub mod model;
pub mod tree;

pub use lint::{Finding, LOCALES, RULES, Rule, Severity};
pub use model::Model;
pub use tree::Document;
