//! The page frame, forms, tables, charts, locale, errors, API description.

pub mod assets;
pub mod http;
pub mod locale;
pub mod view;
