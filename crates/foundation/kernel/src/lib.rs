//! Vocabulary of the house: the words that every other crate speaks, and nothing that touches the world.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`id`] | numbers of nodes, matters, acts, organs, posts, officers |
//! | [`class`], [`secrecy`] | classification 密级 and personal-data grade; how secret a matter is and who may know of it |
//! | [`division`], [`organ`], [`dated`] | administrative divisions and organs as dated trees |
//! | [`uscc`], [`citizen`] | codes with check characters |
//! | [`officer`] | posts 岗位, officers, appointments |
//! | [`money`] | exact amounts that never mix currencies |
//! | [`day`] | days, instants, zones, and the clock that tests can move |
//! | [`calendar`], [`packs`] | working calendars with make-up working days 调休, from packs |
//! | [`limit`], [`clock`] | statutory limits and the clocks that keep them |
//! | [`erasable`] | what may have to be erased by law, carried along unread |
//! | [`refusal`] | a "no" with a stable code and named parameters |
//! | [`words`] | what people type, within its bounds |
//! | [`locale`] | languages and bilingual text |
//!
//! Floor 0: no I/O, no randomness; the one reading of the world is [`day::SystemClock`].

pub mod calendar;
pub mod citizen;
pub mod class;
pub mod clock;
pub mod dated;
pub mod day;
pub mod division;
pub mod erasable;
pub mod id;
pub mod limit;
pub mod locale;
pub mod money;
pub mod officer;
pub mod organ;
pub mod packs;
pub mod power;
pub mod refusal;
pub mod secrecy;
pub mod uscc;
pub mod words;

pub use class::{Class, Personal};
pub use day::{Clock, Day, Instant, Zone};
pub use division::DivisionCode;
pub use erasable::{Erasable, Eyes};
pub use id::{ActId, MatterId, NodeId, OfficerId, OrganId, PostId};
pub use locale::{Locale, Text};
pub use money::{Currency, Money};
pub use refusal::{Param, Refuse, Refused};
pub use secrecy::Secrecy;
