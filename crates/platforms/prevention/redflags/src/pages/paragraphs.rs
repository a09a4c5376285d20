//! Sentences under each other.

use askama::Template;
use web::view::{Html, IntoHtml};

/// Paragraphs, each already markup or text.
#[derive(Template)]
#[template(source = "{% for line in lines %}<p>{{ line }}</p>{% endfor %}", ext = "html")]
pub struct Paragraphs {
    lines: Vec<Html>,
}

impl Paragraphs {
    /// One paragraph per part.
    pub fn new(parts: impl IntoIterator<Item = impl IntoHtml>) -> Paragraphs {
        Paragraphs { lines: parts.into_iter().map(IntoHtml::into_html).collect() }
    }
}

web::component!(Paragraphs);
