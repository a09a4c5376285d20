//! Supervision: rules over the feed. Every recorded act passes every rule that follows its kind, in order, exactly once
//! in effect; each judgement is one of four outcomes; what is raised becomes a warning, which is a matter too.
//!
//! A rule never writes. The [`Watch`] moves a durable cursor in the same transaction as the warnings it raises and the
//! tallies it keeps, and a warning's id derives from rule, subject and act: doing it twice is doing it once.
//! Flow and supervise never call one another; a warning's own life is decided by the platform behind [`WarningBook`].

mod finding;
mod watch;

pub use finding::{Evidence, Finding, Judged, Light, Reason, RuleRef, Subject, Sum, secrecy_of, warning_id};
pub use watch::{Answer, Rule, Tally, WarningBook, Watch, tallies};
