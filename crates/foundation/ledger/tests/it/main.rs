//! The ledger's contract, tried: golden vectors, public Merkle cases, properties, tampering.

mod beside;
mod cost;
mod golden;
mod merkle;
mod notation;
mod properties;
mod spoiling;
mod tampering;
