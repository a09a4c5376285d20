//! The program as its user meets it: commands, exit codes, sentences.

mod bad_input;
mod commands;
mod dumps;
mod keeping;
mod doctor;
mod killed;
mod running;
mod serving;
mod support;
