//! Disclosure 权力事项网上公开 (2a): what each organ must disclose, how often and by when; a disclosure is drafted by one officer,
//! reviewed for secrecy by another, published by a third, corrected and withdrawn in the open; what is late or empty raises a
//! warning by itself; and everybody can prove that a page is unaltered.
//!
//! Read: [`catalogue`] (from `packs/cn/disclosure`), [`duty`] (pure: what is owed, until when), [`events`], [`state`], [`decide`]
//! (pure).

pub mod catalogue;
pub mod content;
pub mod decide;
pub mod duty;
pub mod events;
pub mod ground;
pub mod state;
