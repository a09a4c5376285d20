//! BPMN 2.0.2 (ISO/IEC 19510) files, as a pure library: bytes in, values out.
//!
//! - [`tree`]: the text without loss, read with limits, edited by element, written back byte for byte.
//! - [`model`]: what the text says, typed: all that an engine needs.
//!
//! Start at [`Model::read`].

pub mod lint;
pub mod model;
pub mod tree;

pub use lint::{Finding, LOCALES, RULES, Rule, Severity};
pub use model::Model;
pub use tree::Document;
