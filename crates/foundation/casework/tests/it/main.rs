//! Integration tests: cases on both stores.

mod carried;
mod http;
mod moving;
mod moving_many;
mod support;
mod thread;
