//! The program as its user meets it: commands, exit codes, sentences.

mod bad_input;
mod commands;
mod demo;
mod doctor;
mod documented;
mod dumps;
mod flow;
mod flow_node;
mod keeping;
mod killed;
mod measured;
mod office;
mod packaged;
mod running;
mod serving;
mod support;
