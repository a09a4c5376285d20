//! Public services 公共服务 (row 0c): what citizens apply for online, how it stands, and what they say of it.
//!
//! An *application* is a matter: the applicant 当事人 is a party of it by a random name, known by receipt number and code, and
//! by nothing else. It opens a case under an item of the inventory, in the same transaction; what the applicant sends later, takes
//! back or answers is an act of theirs on that case. When it has ended they rate it once (好差评); a bad rating opens a case of its
//! own, with its clock.
//!
//! Read: [`types`], [`events`], [`decide`] (pure), [`progress`] (what an applicant sees of a case, pure), [`rows`], [`counter`]
//! (records), [`http`]. Source: 国办发〔2019〕51号; 国发〔2022〕5号; 国办发〔2020〕42号.

pub mod counter;
pub mod decide;
pub mod events;
pub mod http;
pub mod progress;
pub mod rows;
pub mod types;

pub use counter::{Counter, CounterError};
pub use rows::{SCHEMA, projector};
