//! Tests of the rules of supervision over cases.

mod families;
mod late;
mod pages;
mod planted;
mod planting;
mod story;
mod support;
