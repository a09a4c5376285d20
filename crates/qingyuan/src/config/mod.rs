//! What a node is and how it is run: `node.toml`, and the environment over it.
//!
//! A value is taken from the command line, else from the environment, else from the file, else it is the default.
//! [`keys`] is the one table of names; [`document`] knows where each value stands, so that a fault names file, line and
//! column; [`read`] makes of them the [`settings`] that the program runs on.

mod document;
mod fault;
mod folder;
pub(crate) mod keys;
mod read;
mod settings;

pub(crate) use fault::Place;
pub(crate) use folder::{FolderError, MovedClock, Told};
pub(crate) use settings::{Config, Log, Secret, Settings, TlsFiles, address};
