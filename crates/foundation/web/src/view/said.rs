//! Somebody's words as they were written, paragraph by paragraph.

use askama::Template;

use super::Html;
use crate::component;
use crate::locale::Words;

/// What somebody wrote.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/said.html")]
pub struct Said {
    lines: Vec<Html>,
}

impl Said {
    /// With a paragraph for each line that is not empty.
    pub fn new(text: &str) -> Said {
        Said { lines: text.lines().filter(|line| !line.trim().is_empty()).map(Html::data).collect() }
    }

    /// Two paragraphs.
    pub fn samples(words: Words) -> Vec<(&'static str, Said)> {
        let text = words.either(
            "该项目因供应商退出重新组织采购。\n\n有关材料已附。",
            "The project was tendered again since a supplier withdrew.\n\nThe papers are attached.",
        );
        vec![("paragraphs", Said::new(text))]
    }
}

component!(Said);
