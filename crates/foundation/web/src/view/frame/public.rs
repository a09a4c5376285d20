//! The frame of every outer page.

use askama::Template;

use super::super::{Band, Heading, Html, IntoHtml};
use super::{Entry, Head, Theme};
use crate::locale::Words;

/// What an outer page needs around it.
#[derive(Clone, Debug)]
pub struct PublicFrame {
    /// Texts in the reader's language.
    pub words: Words,
    /// The reader's choice of colours.
    pub theme: Theme,
    /// Whether everything in the node is made up.
    pub synthetic: bool,
    /// Name of the face: 演示市公开与服务.
    pub place: String,
    /// The doors: 办事, 公开, 意见与提问, 投诉举报, 查验 – those that exist.
    pub doors: Vec<Entry>,
    /// Where the page is in the other language.
    pub other_language: String,
    /// Where to sign in; `None` leaves it out.
    pub sign_in: Option<String>,
    /// Host, as-of, checkpoint and witnesses, for the foot.
    pub foot: Vec<Html>,
    /// Links in the foot: accessibility, privacy, licences, API.
    pub foot_links: Vec<Entry>,
}

#[derive(Template)]
#[template(path = "frame/public.html")]
struct Public<'a> {
    head: Head,
    frame: &'a PublicFrame,
    band: Option<Band>,
    heading: Html,
    body: Html,
    narrow: bool,
}

impl PublicFrame {
    /// A whole page.
    pub fn page(&self, heading: Heading, body: impl IntoHtml) -> Html {
        self.render(heading, body, false)
    }

    /// A whole page for a form or a verdict: at most 880 px wide.
    pub fn narrow_page(&self, heading: Heading, body: impl IntoHtml) -> Html {
        self.render(heading, body, true)
    }

    fn render(&self, heading: Heading, body: impl IntoHtml, narrow: bool) -> Html {
        let head = Head::new(self.words, self.theme, heading.title());
        let band = self.synthetic.then(|| Band::new(self.words));
        Html::of(&Public { head, frame: self, band, heading: heading.into_html(), body: body.into_html(), narrow })
    }

    fn other_name(&self) -> &'static str {
        crate::locale::own_name(self.other())
    }

    fn other(&self) -> crate::locale::Locale {
        crate::locale::other(self.words.locale())
    }
}
