//! Disclosure on a real store, on both kinds, and over HTTP.

mod comments;
mod due;
mod life;
mod open;
mod support;
