//! The process engine: BPMN processes and DMN decisions as pure steps.
//!
//! `step(state, command, now, definitions)` gives events; `apply(state, event)` gives the next state and cannot fail. Nothing
//! here does I/O, reads a clock or draws chance; ids come from a counter of the instance. Whoever stores events can fold them
//! again and has the same state, byte for byte. Source: flow.md, which cites BPMN 2.0.2 (ISO/IEC 19510) and DMN 1.5.
//!
//! Read [`graph`] (a model made ready), [`state`] and [`event`] (what an instance is, and what can have happened to it),
//! [`command`] (what can be asked), [`mod@step`] (the rules), [`mod@migrate`] (moved to another version); then [`deployment`] (files checked as one), [`exchange`] (who gets a
//! message) and [`trial`] (a model tried in memory), [`script`] (what happens in a trial, as a file).

pub mod command;
pub mod deployment;
pub mod event;
pub mod exchange;
pub mod graph;
pub mod migrate;
pub mod script;
pub mod state;
pub mod step;
pub mod trial;

pub use command::{Command, Refusal};
pub use deployment::{Deployment, Found, check};
pub use event::{Event, apply};
pub use graph::{Compiled, ElementId, Graph, compile};
pub use state::State;
pub use step::{Definitions, Moment, step};

/// The texts of this crate's rules as Fluent, by language tag: `flow-<code>` is the sentence, `flow-<code>-mend` what mends it.
pub const LOCALES: [(&str, &str); 2] =
    [("zh-CN", include_str!("../locales/zh-CN/flow.ftl")), ("en", include_str!("../locales/en/flow.ftl"))];
