//! The band that says that everything on the page is made up.

use askama::Template;

use crate::component;
use crate::locale::Words;

/// 演示数据: striped, on top of every page with synthetic data, in print and exports too; cannot be closed.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/band.html")]
pub struct Band {
    name: String,
    text: String,
}

impl Band {
    /// The band in this language.
    pub fn new(words: Words) -> Band {
        Band { name: words.t("synthetic-name"), text: words.t("synthetic-text") }
    }

    /// The band.
    pub fn samples(words: Words) -> Vec<(&'static str, Band)> {
        vec![("band", Band::new(words))]
    }
}

component!(Band);
