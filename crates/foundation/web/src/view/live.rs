//! Parts of a page that the node keeps up to date while the page is open.

use askama::Template;

use super::{Html, IntoHtml};
use crate::component;

/// A part that is sent again whenever it changes, by server-sent events; when what it shows has ended, the page is asked
/// for once more. Without scripts a page asks again by itself, see [`Frame::going_on`](super::Frame::going_on).
#[derive(Clone, Debug, Template)]
#[template(path = "ui/live.html")]
pub struct Live {
    stream: String,
    part: Html,
}

impl Live {
    /// The event with the part as it is now.
    pub const PART: &'static str = "part";
    /// The event that says that the log has grown.
    pub const GROWN: &'static str = "grown";
    /// The event that says that it has ended.
    pub const ENDED: &'static str = "ended";

    /// The part as it is now, and the address of the stream that follows it.
    pub fn new(stream: impl Into<String>, part: impl IntoHtml) -> Live {
        Live { stream: stream.into(), part: part.into_html() }
    }

    /// A part that is being followed.
    pub fn samples() -> Vec<(&'static str, Live)> {
        vec![("live", Live::new("/runs/jobs/1/live", super::Share::new(3, 8)))]
    }
}

component!(Live);

/// A part that is asked for again, with the page it stands in, when the log has grown.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/renewed.html")]
pub struct Renewed {
    stream: String,
    page: String,
    id: String,
    part: Html,
}

impl Renewed {
    /// The part of the page at `page` with this id, followed by the stream at `stream`.
    pub fn new(
        id: impl Into<String>,
        page: impl Into<String>,
        stream: impl Into<String>,
        part: impl IntoHtml,
    ) -> Renewed {
        Renewed { stream: stream.into(), page: page.into(), id: id.into(), part: part.into_html() }
    }
}

component!(Renewed);
