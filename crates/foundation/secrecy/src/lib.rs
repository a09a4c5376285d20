//! Need to know 知悉范围: who may know of a matter at all, who has read what is not for everybody, and how pages say so.
//!
//! How secret a matter is, is the value [`kernel::Secrecy`], which its platform keeps and an officer changes by an act of the
//! matter. Here is what all platforms do with it: [`Who`] is the reader as far as secrecy looks at them, as a predicate and
//! as a condition of SQL; [`reading`] puts on record who reads; [`view`] has the parts of pages. A platform's reach asks
//! [`Who`], so that no list, export or search has a door of its own. Source: docs/decisions/0022 and 0025.

pub mod reading;
pub mod view;
mod who;

use web::locale::Locale;

pub use reading::SCHEMA;
pub use who::{Columns, Who};

/// Texts of this crate.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/secrecy.ftl")),
    (Locale::En, include_str!("../locales/en/secrecy.ftl")),
];

/// The class of acts on a matter: its own, and where only named officers may know of it, its compartment.
pub fn act_class(matter: u128, secrecy: &kernel::Secrecy) -> store::Class {
    let level = store::Level::ALL[usize::from(secrecy.class.number())];
    store::Class { compartment: secrecy.named.is_some().then_some(matter), ..store::Class::of(level) }
}
