//! The red-flag indicators as pure functions over typed contracting processes.
//!
//! A red flag is a reason for a person to look, never a finding. 148 indicators are described in [`registry`]; the 127
//! that imported OCDS data allow wholly or partly are computed here: within one process by the judges of
//! [`process`], over many by the folds of [`aggregate`] and [`history`]. No I/O and no clock: the moment of judgement,
//! settings, registers and the reference are parameters. Start at [`Screen`] for a file or a stream, and at [`judge_one`] for one process.

pub mod aggregate;
pub mod context;
pub mod explain;
pub mod facts;
pub mod fold;
pub mod history;
pub mod method;
pub mod moment;
pub mod outcome;
pub mod parameters;
pub mod process;
mod quick;
pub mod reference;
pub mod registry;
pub mod ruling;
pub mod run;
pub mod score;
pub mod settings;
pub mod stats;
pub mod stratum;
pub mod subject;
pub mod text;
mod texts;
pub mod words;
mod work;

pub use fold::Judged;
pub use outcome::{Evidence, MissingPath, Number, Outcome, OutcomeKind, Reason};
pub use registry::{Indicator, importable, indicator, indicators};
pub use run::{Finished, Plan, RunReport, Screen, coverage_of, judge_one};
pub use settings::Settings;
pub use subject::{Grain, SubjectKey};
pub use text::{Lang, Text};
