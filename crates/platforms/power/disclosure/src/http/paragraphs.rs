//! Numbered paragraphs: people cite them by number, and each can be led to.

use askama::Template;
use web::locale::Words;
use web::view::Html;

use crate::content::Content;

struct Paragraph {
    number: usize,
    label: String,
    text: Html,
}

/// The paragraphs of a text.
#[derive(Template)]
#[template(path = "paragraphs.html")]
pub(super) struct Paragraphs {
    paragraphs: Vec<Paragraph>,
}

web::component!(Paragraphs);

impl Paragraphs {
    pub(super) fn new(words: Words, content: &Content) -> Paragraphs {
        let paragraphs = (1..)
            .zip(&content.paragraphs)
            .map(|(number, text)| Paragraph {
                number,
                label: words.with("disclosure-paragraph", &[("n", number.into())]),
                text: Html::data(text),
            })
            .collect();
        Paragraphs { paragraphs }
    }
}
