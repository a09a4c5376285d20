//! Integration tests: cases on both stores.

mod carried;
mod figures;
mod http;
mod support;
mod thread;
mod trial;
