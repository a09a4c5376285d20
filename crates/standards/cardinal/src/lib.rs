//! Cardinal 0.0.8's command line, settings and results, mirrored.
//!
//! *Cardinal* (`ocdscardinal`, Open Contracting Partnership, MIT) computes eleven red-flag indicators over compiled OCDS
//! releases. Whoever uses it can use this crate in its place: [`run`] takes the same arguments, reads the same settings
//! and gives the same results. It was written anew from the published manual and fixtures, not from Cardinal's source.
//! Amounts are `f64` here, because theirs are; the platform's own indicators use decimals.
//!
//! What differs, and why, is said in the design of the red-flag indicators, section 10:
//! the output is deterministic (ids in order of first appearance), the main currency is the first one in the file for
//! any number of threads, and a ratio over a winning amount of zero is left out instead of spoiling the quartiles.

mod command;
mod coverage;
mod date;
mod help;
mod indicators;
mod ini;
mod intern;
mod lines;
mod log;
mod prepare;
mod release;
mod scan;
mod settings;
mod value;

pub use command::run;
pub use coverage::{coverage, shown};
pub use indicators::{Code, Group, Maps, Report, indicators};
pub use ini::BadLine;
pub use log::{Level, Log};
pub use prepare::prepare;
pub use settings::{
    DEFAULT_SETTINGS, Defaults, Modifications, PriceComparison, R003, R018, R025, R035, R038, R048, Redactions,
    Settings, SettingsError, Threshold,
};
