//! Integration tests: cases on both stores.

mod carried;
mod consent;
mod figures;
mod files;
mod history;
mod http;
mod http_moving;
mod killed;
mod moving;
mod moving_many;
mod outside;
mod overdue;
mod owed;
mod reckoned;
mod sound;
mod starts;
mod steering;
mod support;
mod thread;
mod trial;
