//! Telling: for an act of the feed a platform says who is to be told what 通知. It says it as data; who keeps notices and
//! sends them knows no platform.
//!
//! What leaves the node must hold no confidential word. So a telling has no room for one: the key of a text that is the
//! same for every matter, a number, and a path, neither of which can hold a sentence.

use std::collections::BTreeSet;
use std::future::Future;
use std::pin::Pin;

use kernel::{Class, NodeId, OfficerId, OrganId};
use store::{Recorded, StoreFault};

/// What an asynchronous method of a boxed trait returns.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreFault>> + Send + 'a>>;

/// Characters of a number or a path at most.
const LONGEST: usize = 80;

/// Who is told.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum To {
    /// This person and nobody else, even where they did it: what concerns their own account.
    Person(OfficerId),
    /// Whose work it is, and who acts for them.
    Hand(OfficerId),
    /// Who holds a post with a duty, and who acts for them in it.
    Duty {
        /// The duty's code.
        duty: &'static str,
        /// Of this organ, or of one that took its tasks over; none: of any.
        organ: Option<OrganId>,
    },
}

/// The public number of a matter, such as `W-000123`: letters, digits, `-`, `_` and `.` only, so that no words fit in.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Number(String);

impl Number {
    /// Nothing where the text is no number.
    pub fn new(text: impl Into<String>) -> Option<Number> {
        let text = text.into();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        (text.len() <= LONGEST && text.chars().all(fits)).then_some(Number(text))
    }

    /// Where a matter has none.
    pub fn none() -> Number {
        Number::default()
    }

    /// As people read it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A page of this node, such as `/warnings/…`: a path and perhaps a fragment, of characters that need no escape.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PagePath(String);

impl PagePath {
    /// Nothing where the text is no path of this node.
    pub fn new(text: impl Into<String>) -> Option<PagePath> {
        let text = text.into();
        let fits = |c: char| c.is_ascii_alphanumeric() || "-_.#/".contains(c);
        let ours = text.starts_with('/') && !text.starts_with("//");
        (ours && text.len() <= LONGEST && text.chars().all(fits)).then_some(PagePath(text))
    }

    /// The path.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One thing to tell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Telling {
    /// Whom.
    pub to: To,
    /// Key of the text, one of the platform's own; it takes no values.
    pub text: &'static str,
    /// The matter's number.
    pub number: Number,
    /// Where it is read.
    pub page: PagePath,
}

/// All that is to be told for one act.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Told {
    /// Whether what was told before about the act's matter is past: somebody has acted, and whose turn it is has changed.
    pub settles: bool,
    /// What is told; of work nothing to who did it.
    pub tellings: Vec<Telling>,
    /// Who is told nothing, because they keep out of the matter 回避.
    pub except: BTreeSet<OfficerId>,
    /// Where only named officers may know of the matter: these, and who acts for them. Nobody else is told.
    pub only: Option<BTreeSet<OfficerId>>,
    /// How secret the matter is: who holds no post cleared for it is not told.
    pub class: Class,
}

/// A platform that has something to tell. It reads; it never writes.
pub trait Teller: Send + Sync {
    /// Whether acts of this kind may be told of.
    fn follows(&self, kind: &str) -> bool;

    /// What one act asks to be told. The same whenever it is asked: it depends on the act and on what was recorded before.
    fn told<'a>(&'a self, node: NodeId, act: &'a Recorded) -> Answer<'a, Told>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_paths_have_no_room_for_words() {
        for (text, fits) in [
            ("W-000123", true),
            ("CN-12", true),
            ("", true),
            ("the mayor", false),
            ("市长", false),
            ("a\r\nBcc:x", false),
            (&"x".repeat(81), false),
        ] {
            assert_eq!(Number::new(text).is_some(), fits, "{text:?}");
        }
        for (text, fits) in [
            ("/warnings/0190-af", true),
            ("/indicators/CN-12#amendments", true),
            ("warnings", false),
            ("//elsewhere.example", false),
            ("/search?q=mayor", false),
            ("/a b", false),
            ("/市长", false),
            ("", false),
        ] {
            assert_eq!(PagePath::new(text).is_some(), fits, "{text:?}");
        }
    }
}
