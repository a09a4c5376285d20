//! The ledger's contract, tried: golden vectors, public Merkle cases, properties, tampering.

mod golden;
mod merkle;
mod notation;
mod properties;
mod tampering;
