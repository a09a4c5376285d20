//! The process engine: BPMN processes and DMN decisions as pure steps.
//!
//! `step(state, command, now, definitions)` gives events; `apply(state, event)` gives the next state and cannot fail. Nothing
//! here does I/O, reads a clock or draws chance; ids come from a counter of the instance. Whoever stores events can fold them
//! again and has the same state, byte for byte. Source: flow.md, which cites BPMN 2.0.2 (ISO/IEC 19510) and DMN 1.5.
//!
//! Read [`graph`] (a model made ready), [`state`] and [`event`] (what an instance is, and what can have happened to it),
//! [`command`] (what can be asked), [`mod@step`] (the rules).

pub mod command;
pub mod event;
pub mod graph;
pub mod state;
pub mod step;

pub use command::{Command, Refusal};
pub use event::{Event, apply};
pub use graph::{Compiled, ElementId, Graph, compile};
pub use state::State;
pub use step::{Definitions, Moment, step};
