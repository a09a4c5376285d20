//! Integration tests: cases on both stores.

mod carried;
mod files;
mod http;
mod support;
mod thread;
