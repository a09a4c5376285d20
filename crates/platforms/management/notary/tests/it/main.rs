//! The notary: witnesses over real HTTP, rotation by two persons, and what is said when nobody outside stands behind a log.

mod rotation;
mod support;
mod witnesses;
