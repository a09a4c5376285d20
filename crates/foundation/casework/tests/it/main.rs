//! Integration tests: cases on both stores.

mod carried;
mod http;
mod http_moving;
mod moving;
mod moving_many;
mod reckoned;
mod support;
mod thread;
