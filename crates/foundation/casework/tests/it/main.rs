//! Integration tests: cases on both stores.

mod carried;
mod http;
mod support;
mod thread;
