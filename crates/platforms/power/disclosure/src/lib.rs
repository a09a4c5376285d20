//! Disclosure 权力事项网上公开 (2a): what each organ must disclose, how often and by when; a disclosure is drafted by one officer,
//! reviewed for secrecy by another, published by a third, corrected and withdrawn in the open; what is late or empty raises a
//! warning by itself; and everybody can prove that a page is unaltered.
//!
//! Read: [`catalogue`] (from `packs/cn/disclosure`), [`duty`] (pure: what is owed, until when), [`events`], [`state`], [`decide`]
//! (pure), `rows`, [`lists`], [`desk`] (records), `clockwork` (what falls due), `rule` (what is asked about), [`http`].

pub mod catalogue;
mod clockwork;
pub mod comment;
pub mod content;
pub mod decide;
pub mod desk;
pub mod duty;
pub mod events;
pub mod ground;
pub mod http;
pub mod lists;
mod rows;
mod rule;
pub mod state;
mod tell;

pub use clockwork::Clockwork;
pub use desk::{Desk, DeskError};
pub use rows::{SCHEMA, matter_of, projector};
pub use rule::DisclosureRule;
pub use tell::DisclosureTeller;
