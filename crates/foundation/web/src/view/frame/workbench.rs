//! The frame of every inner page.

use askama::Template;

use super::super::{Band, Heading, Html, IntoHtml};
use super::{Head, Rail, Theme};
use crate::locale::Words;

/// A post the signed-in officer may act under.
#[derive(Clone, Debug)]
pub struct Post {
    /// Sent when switching to it.
    pub id: String,
    /// 监督室·监督岗三.
    pub name: String,
    /// The one that acts now.
    pub current: bool,
}

/// What an inner page needs around it. Made once per request by the HTTP layer; see [`Frame::page`].
#[derive(Clone, Debug)]
pub struct Frame {
    /// Texts in the reader's language.
    pub words: Words,
    /// The reader's choice of colours.
    pub theme: Theme,
    /// Whether everything in the node is made up.
    pub synthetic: bool,
    /// Name of the jurisdiction: 演示市.
    pub place: String,
    /// The day in the top bar and whether it is a working day, in words: 2026年11月18日 周三 · 工作日.
    pub today: String,
    /// Posts of the signed-in officer; none where nobody is signed in.
    pub posts: Vec<Post>,
    /// The chapters this post may enter.
    pub rail: Rail,
    /// Protection against forged requests, for the frame's own forms.
    pub csrf: String,
    /// Path and query of this page: where the switches lead back to.
    pub here: String,
}

#[derive(Template)]
#[template(path = "frame/workbench.html")]
struct Workbench<'a> {
    head: Head,
    frame: &'a Frame,
    band: Option<Band>,
    heading: Html,
    body: Html,
}

impl Frame {
    /// A whole page: the heading, then the body (usually a [`Grid`](crate::view::Grid)).
    pub fn page(&self, heading: Heading, body: impl IntoHtml) -> Html {
        self.whole(heading, body, false)
    }

    /// A whole page that shows something that is going on: without scripts it asks again by itself.
    pub fn going_on(&self, heading: Heading, body: impl IntoHtml) -> Html {
        self.whole(heading, body, true)
    }

    fn whole(&self, heading: Heading, body: impl IntoHtml, again: bool) -> Html {
        let head = Head { again, ..Head::new(self.words, self.theme, heading.title()) };
        let band = self.synthetic.then(|| Band::new(self.words));
        Html::of(&Workbench { head, frame: self, band, heading: heading.into_html(), body: body.into_html() })
    }

    fn other_name(&self) -> &'static str {
        crate::locale::own_name(self.other())
    }

    fn other(&self) -> crate::locale::Locale {
        crate::locale::other(self.words.locale())
    }

    fn post(&self) -> Option<&Post> {
        self.posts.iter().find(|post| post.current)
    }
}
