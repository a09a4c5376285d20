//! Electronic supervision 电子监察 (2c): the life of a warning 预警, from being raised to being closed.
//!
//! A warning asks a person to look. It is dispatched to the supervisory unit responsible 监督机关或派驻机构, taken by an
//! inspector, put to the organ concerned, concluded reason by reason as *confirmed*, *explained* or *refuted*, corrected
//! or appealed, closed; and passed up when its clock runs out. Software decides nothing against anybody: each step but
//! the passing up is an officer's act.
//!
//! Read top to bottom: [`types`] (nouns), [`events`] (what can have happened), [`decide`] (may it happen?), then [`store`],
//! [`book`] and [`clockwork`] (the node's own acts), [`http`] (people's acts and pages). [`glass`] is how one warning is read
//! beyond one's reach, by the word of two.

mod acts;
pub mod book;
pub mod clockwork;
pub mod decide;
pub mod events;
pub mod glass;
pub mod http;
pub mod limits;
pub mod store;
mod tell;
pub mod types;

pub use self::store::{SCHEMA, projector};
pub use acts::{SERIES, perform};
pub use book::Book;
pub use clockwork::Clockwork;
pub use glass::GlassRule;
pub use tell::{SupervisionTeller, told, told_of_access};
