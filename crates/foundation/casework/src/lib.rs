//! Processes on a node: what the pure engine `flow` says, made durable.
//!
//! A *model* is a set of files (BPMN, DMN, forms) that one officer proposes and another approves; each of its processes gets a
//! version. A *case* 办件 is a matter that follows a process: every command to it is an act whose events fold to its state,
//! and nothing else is kept of the state. What follows from events (messages, signals, called cases, work of services) is
//! carried by [`carrier`] over the feed; what time brings, by [`clockwork`].
//!
//! A running case is moved to another version of its process on purpose, alone or with many: [`migration`], [`desk::Move`].
//!
//! Read: [`model`] (events, `decide`, rows, [`library`]), [`case`] (events, fold, rows, [`desk`]), [`carrier`], [`clockwork`],
//! [`form`], [`attachment`], [`draft`], [`together`], [`figures`] (of the runs that [`case::ran`] keeps), [`trial`],
//! [`migration`], then [`http`]. Source: flow.md; decisions 0027, 0028 and 0029.

pub mod attachment;
mod candidates;
pub mod carrier;
pub mod case;
pub mod clockwork;
pub mod desk;
pub mod draft;
pub mod figures;
pub mod form;
pub mod http;
pub mod library;
pub mod message;
pub mod migration;
pub mod model;
pub mod modeller;
pub mod power;
mod reckoning;
mod rule;
mod tables;
mod tell;
pub mod together;
pub mod trial;
mod trouble;
pub mod work;

pub use carrier::Carrier;
pub use clockwork::Clockwork;
pub use desk::{CaseError, Desk};
pub use library::Library;
pub use modeller::Modeller;
pub use rule::IncidentRule;
pub use tables::{SCHEMA, projector};
pub use tell::CaseTeller;
