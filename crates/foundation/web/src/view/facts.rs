//! Labels and values, as a definition list.

use askama::Template;

use super::{Html, IntoHtml};
use crate::component;

/// A definition list: label left, value right.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "ui/facts.html")]
pub struct Facts {
    facts: Vec<(String, Html)>,
    sums: bool,
}

impl Facts {
    /// An empty list.
    pub fn new() -> Facts {
        Facts::default()
    }

    /// One more label with its value.
    pub fn fact(mut self, label: impl Into<String>, value: impl IntoHtml) -> Facts {
        self.facts.push((label.into(), value.into_html()));
        self
    }

    /// Values are figures and stand at the right edge.
    pub fn sums(mut self) -> Facts {
        self.sums = true;
        self
    }
}

component!(Facts);
