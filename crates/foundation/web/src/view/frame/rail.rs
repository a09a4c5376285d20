//! The rail: the document's chapters, with what is mine in each.

use super::super::{Icon, format};

/// A link in the rail.
#[derive(Clone, Debug)]
pub struct Entry {
    pub(super) label: String,
    pub(super) href: String,
    pub(super) count: Option<String>,
    pub(super) icon: Option<Icon>,
    pub(super) here: bool,
}

impl Entry {
    /// A place.
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Entry {
        Entry { label: label.into(), href: href.into(), count: None, icon: None, here: false }
    }

    /// How much of it is *mine*; zero is not shown. Never a total: a count must not give away what one may not see.
    pub fn mine(mut self, count: u64) -> Entry {
        self.count = (count > 0).then(|| format::at_most(count, 100));
        self
    }

    /// A drawing in front: only for places outside the chapters.
    pub fn icon(mut self, icon: Icon) -> Entry {
        self.icon = Some(icon);
        self
    }

    /// Whether the reader is here.
    pub fn here(mut self, here: bool) -> Entry {
        self.here = here;
        self
    }
}

/// A chapter of the document with its platforms.
#[derive(Clone, Debug)]
pub struct Chapter {
    pub(super) numeral: String,
    pub(super) entry: Entry,
    pub(super) platforms: Vec<Entry>,
}

impl Chapter {
    /// - `numeral`: 一 … 五, 管, 基, or its English counterpart. `platforms`: those that the reader's post may enter.
    pub fn new(numeral: impl Into<String>, entry: Entry, platforms: Vec<Entry>) -> Chapter {
        Chapter { numeral: numeral.into(), entry, platforms }
    }
}

/// The rail: places of one's own, then groups of chapters. What a post may not enter is not in it.
#[derive(Clone, Debug, Default)]
pub struct Rail {
    pub(super) own: Vec<Entry>,
    pub(super) groups: Vec<(String, Vec<Chapter>)>,
}

impl Rail {
    /// A rail with the reader's own places: 工作台, 收件箱.
    pub fn new(own: Vec<Entry>) -> Rail {
        Rail { own, groups: Vec::new() }
    }

    /// A group of chapters: 五大机制. An empty one is left out.
    pub fn group(mut self, name: impl Into<String>, chapters: Vec<Chapter>) -> Rail {
        if !chapters.is_empty() {
            self.groups.push((name.into(), chapters));
        }
        self
    }
}
