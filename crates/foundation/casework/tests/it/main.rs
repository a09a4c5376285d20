//! Integration tests: cases on both stores.

mod carried;
mod files;
mod http;
mod steering;
mod support;
mod thread;
