//! Who may do what: sign-in, sessions, posts, Cedar policies, permissions as types.
//!
//! Pure: the store gives it rows, web gives it requests; it answers. The one thing it takes from the world is randomness,
//! for secrets that must not be guessed.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`password`] | is this the officer's password, and is it good enough |
//! | [`throttle`] | may somebody try again yet |
//! | [`session`] | which session is this, does it still run, did the form come from our page |
//! | [`device`] | which device is this, in words; has this officer signed in on it before |
//! | [`code`] | is this the one-time code of the first administrators |
//! | [`totp`], [`recovery`] | is this the second factor, and was it used before |
//! | [`passkey`] | was this signed by the officer's own device, unlocked by them, for this node |
//! | [`oidc`] | was this officer recognised by another system, and by a question of ours |
//! | [`seal`] | what only this node can read, and what only this node can have marked |
//! | [`acting`] | who may act as what on a day, by appointment or for another |
//! | [`reader`], [`hand`] | under which post does somebody act today; whose hand that is, for the rules |
//! | [`policy`], [`authority`] | what the policies in `packs/cn/policies` say to that, once, and from the cache after |
//! | [`permission`] | permissions as types, and [`May`], the proof that one was held |
//! | [`scope`] | which records the permission reaches: what every query takes |
//! | [`separation`] | four eyes 四眼原则, recusal 回避 |
//!
//! ```
//! use std::sync::Arc;
//! use access::{Authority, Denied, May, Permission, Reader};
//!
//! /// See the queue 查看待办队列.
//! pub struct ReadQueue;
//! impl Permission for ReadQueue {
//!     const CODE: &'static str = "queue.read";
//! }
//!
//! fn queue(authority: &Authority, reader: &Arc<Reader>) -> Result<(), Denied> {
//!     let officer: May<ReadQueue> = authority.may(reader)?;
//!     let _ = officer.scope().division_ranges(); // what the store's query takes
//!     Ok(())
//! }
//! ```

pub mod acting;
pub mod authority;
pub mod code;
pub mod device;
pub mod hand;
pub mod oidc;
pub mod packs;
pub mod passkey;
pub mod password;
pub mod permission;
pub mod policy;
mod random;
pub mod reader;
pub mod recovery;
pub mod scope;
pub mod seal;
pub mod separation;
pub mod session;
pub mod throttle;
pub mod totp;

pub use authority::Authority;
pub use hand::Hand;
pub use permission::{Denied, Forbidding, May, MissingDuty, Permission};
pub use random::NoRandomness;
pub use reader::{Facts, Reader};
pub use scope::{Scope, Subject};
