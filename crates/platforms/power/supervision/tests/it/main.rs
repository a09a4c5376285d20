//! Supervision through its door, on both databases: several officers, a clock that moves, a log that explains it all.

mod book;
mod doors;
mod erased;
mod glass;
mod life;
mod pages;
mod recusal;
mod secrecy;
mod stead;
mod support;
