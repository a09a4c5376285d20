//! Administrative divisions 行政区划: 12-digit codes, and their tree as of a day.

mod code;
mod tree;

pub use code::{DivisionCode, DivisionFault, Level};
pub use tree::{Division, DivisionTree, DivisionView};
