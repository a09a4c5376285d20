//! Decision Model and Notation 1.2 to 1.5 and its expression language FEEL, as a pure library: no files, no clock, no
//! network.
//!
//! - [`feel`]: expressions and unary tests over our own values; every evaluation is bounded by [`limits`].
//! - [`model`]: models of one or several files, evaluated by name of decision or service; each answer says which rules
//!   matched and which version it is of.
//! - [`analysis`]: what a decision table leaves open, and whether it is a lawful discretion standard (裁量基准).
//! - [`compare`]: what differs between two versions, rule by rule and cell by cell.
//! - [`fault`]: why an expression or value is refused.
//!
//! The grammar and the built-in functions of FEEL are those of `dsntk`, which only `feel` and `model` know; models, boxed
//! expressions and decision tables are evaluated here. Where `dsntk` reads the machine's clock or time zone in spite of us:
//! it compares times of day that have a zone by today's offset, and dates and times without zone by the machine's zone. A
//! process that must replay alike compares values of one kind: all with an offset, or all without.
//!
//! Source: OMG Decision Model and Notation 1.5 (formal/2024-01-01); section numbers in this crate are of that version.

pub mod analysis;
pub mod compare;
pub mod fault;
pub mod feel;
pub mod limits;
pub mod model;

pub use fault::{Code, Fault};
pub use feel::{Context, Expression, Names, Value};
pub use model::{Decisions, Evaluated, Finding, Rule, Severity};

/// The texts of all codes as Fluent, by language tag: `dmn-<code>` is the sentence, `dmn-<code>-mend` what mends it.
pub const LOCALES: [(&str, &str); 2] =
    [("zh-CN", include_str!("../locales/zh-CN/dmn.ftl")), ("en", include_str!("../locales/en/dmn.ftl"))];
