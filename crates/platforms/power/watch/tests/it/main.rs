//! Tests of the rules of supervision over cases.

mod families;
mod late;
mod method;
mod pages;
mod planted;
mod planting;
mod story;
mod support;
