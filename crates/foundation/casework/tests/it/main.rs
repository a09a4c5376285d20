//! Integration tests: cases on both stores.

mod carried;
mod http;
mod killed;
mod support;
mod thread;
