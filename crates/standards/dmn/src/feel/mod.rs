//! FEEL, the Friendly Enough Expression Language (DMN 1.5, chapter 10): expressions and unary tests over our own values.
//!
//! The grammar and the functions are those of the dependency (`dsntk`), which stays behind this module. What it lacks is
//! added here: unknown names are faults, the clock is an argument, and every evaluation is bounded (see `meter`).

mod check;
mod expression;
mod foreign;
mod json;
pub(crate) mod meter;
mod number;
pub(crate) mod rewrite;
mod scan;
pub(crate) mod stack;
pub(crate) mod tree;
mod value;

pub(crate) use check::Allowed;
pub use expression::{Clock, Expression, Names};
pub(crate) use expression::{finish, meter_size, parse_with};
pub(crate) use foreign::{context_to_foreign, to_foreign};
pub(crate) use json::plain;
pub use number::{NotANumber, Number};
pub use value::{Context, DateTime, Range, Time, Value};
