//! Tests of the rules of supervision over cases.

mod families;
mod planted;
mod planting;
mod story;
