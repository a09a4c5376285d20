//! Rules of electronic supervision 电子监察 over the acts of cases (2c).
//!
//! A *rule* is a file of `packs/cn/watch`: its law, its parameters, whom it is for, from when to when it holds, and the sentence that
//! it says. What it measures is its [`family`]: a pure function of what is known of a case before an act ([`facts`]), of what was
//! done lately around it ([`windows`]), of the act itself ([`deed`]) and of the calendar, with four outcomes. [`eye`] keeps what
//! is known along the feed, [`rule`] hands what was found to supervision. A rule reads nothing that may be erased by law.
//!
//! Read: [`pack`], [`deed`], [`facts`], [`windows`], [`judge`], a family such as [`family::limit`], [`eye`], [`rule`], [`http`].
//! Source: rules-cn.md §4 and the articles that each rule names; decision 0034.

pub mod deed;
pub mod eye;
pub mod facts;
pub mod family;
mod finding;
pub mod http;
pub mod judge;
pub mod pack;
pub mod rule;
mod sentence;
pub mod windows;

pub use eye::Eye;
pub use pack::Rules;
pub use rule::{CaseClassRule, rules_of};
