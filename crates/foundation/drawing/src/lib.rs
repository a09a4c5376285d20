//! Processes as pages show them: a BPMN model drawn as SVG on the server, with marks, and the same in words.
//!
//! - [`Drawing`]: a diagram of a [`bpmn::Model`], drawn in the standard's notation from the file's own places; what has none
//!   is laid out from left to right, and the page says so.
//! - [`Mark`]: where a matter is, how many are there, how long a step takes, what has changed; each as icon and word, colour
//!   third.
//! - [`Scale`] and [`HeatKey`]: the steps of a heat map, and what they stand for.
//! - [`Comparison`]: two versions, what changed in sentences and as marks; [`RulesComparison`] for tables of decisions.
//!
//! The drawing is made in steps that know one another in one direction: `element` (what the model has) → `scene` (what lies
//! where, with `layout` for what has no place) → `paint` (paths and texts) → a template, which escapes everything. Colours
//! are classes, in `web/styles/drawing.css`.

mod comparison;
mod drawing;
mod element;
mod geometry;
mod layout;
mod mark;
mod paint;
mod rules;
mod samples;
mod scale;
mod scene;
mod text;

use web::locale::Locale;

pub use comparison::Comparison;
pub use drawing::Drawing;
pub use mark::{Change, Heat, Mark, State};
pub use rules::RulesComparison;
pub use samples::{Samples, samples};
pub use scale::{FEW, HeatKey, Scale};

/// Texts of this crate.
pub const TEXTS: &[(Locale, &str)] = &[
    (Locale::ZhCn, include_str!("../locales/zh-CN/drawing.ftl")),
    (Locale::En, include_str!("../locales/en/drawing.ftl")),
];
