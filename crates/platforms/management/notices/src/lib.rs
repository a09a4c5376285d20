//! Notices 消息: what waits for an officer is told to them in the application, by mail and through a gateway to text
//! messages 短信网关, as each chose.
//!
//! The [`Follower`] reads the feed and asks the platforms ([`tell::Teller`]) who is to be told what; the [`Courier`] takes
//! what is to leave the node out of the outbox and sends it, now or as a digest. What leaves holds a sentence that is the
//! same for every matter, the matter's public number and a link; to read more one signs in.
//!
//! Read: [`types`] (nouns), [`decide`] (pure: when, how often, which address), `recipients` (pure: who), [`events`] and `rule`
//! (a channel that fails is recorded and warned of), `rows` (SQL), `follow`, `courier`, `send` (the channels), [`http`].

mod courier;
pub mod decide;
pub mod events;
mod follow;
pub mod http;
mod letter;
mod recipients;
mod rows;
mod rule;
pub mod send;
mod standing;
pub mod types;

pub use courier::{Courier, Outward};
pub use follow::Follower;
pub use recipients::recipients;
pub use rule::FailingChannelRule;
pub use standing::{SCHEMA, projector};
