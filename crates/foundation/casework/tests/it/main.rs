//! Integration tests: cases on both stores.

mod carried;
mod figures;
mod files;
mod http;
mod http_moving;
mod killed;
mod moving;
mod moving_many;
mod reckoned;
mod sound;
mod steering;
mod support;
mod thread;
mod trial;
