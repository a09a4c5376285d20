//! Integration tests: cases on both stores.

mod carried;
mod support;
mod thread;
