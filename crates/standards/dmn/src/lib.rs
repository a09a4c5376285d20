//! Decisions: DMN models and FEEL expressions, and what a decision table leaves open.
pub mod fault;
pub mod feel;
pub mod limits;
pub mod model;
pub use fault::{Code, Fault};
