//! Links and buttons. A link is a link, a button acts.

use askama::Template;

use crate::component;
use crate::locale::Words;

/// The name of the hidden field that carries the protection against forged requests.
pub const CSRF_FIELD: &str = "csrf";

/// A link in a sentence, list or panel head.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/link.html")]
pub struct Link {
    href: String,
    text: String,
    quiet: bool,
}

impl Link {
    /// A link to `href` that reads `text`.
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Link {
        Link { href: href.into(), text: text.into(), quiet: false }
    }

    /// Without an underline, where its place says that it is a link.
    pub fn quiet(mut self) -> Link {
        self.quiet = true;
        self
    }
}

/// A button: a link that looks like one, or a form of its own with one button in it.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/action.html")]
pub struct Action {
    label: String,
    target: Target,
    main: bool,
    small: bool,
    unchecked: bool,
    closed: Option<String>,
}

#[derive(Clone, Debug)]
enum Target {
    Go(String),
    Post { action: String, csrf: String },
    Submit { name: String, value: String },
    Elsewhere { action: String },
}

impl Action {
    /// Goes somewhere.
    pub fn go(label: impl Into<String>, href: impl Into<String>) -> Action {
        Action::new(label, Target::Go(href.into()))
    }

    /// Acts by itself: posts nothing but the protection against forged requests.
    pub fn post(label: impl Into<String>, action: impl Into<String>, csrf: impl Into<String>) -> Action {
        Action::new(label, Target::Post { action: action.into(), csrf: csrf.into() })
    }

    /// Sends the form it stands in.
    pub fn submit(label: impl Into<String>) -> Action {
        Action::submit_as(label, "", "")
    }

    /// Sends the form it stands in and says by `name=value` which button it was.
    pub fn submit_as(label: impl Into<String>, name: impl Into<String>, value: impl Into<String>) -> Action {
        Action::new(label, Target::Submit { name: name.into(), value: value.into() })
    }

    /// Sends the form it stands in to another place, as it is: what that place does not ask for may be missing.
    pub fn submit_to(label: impl Into<String>, action: impl Into<String>) -> Action {
        Action::new(label, Target::Elsewhere { action: action.into() })
    }

    fn new(label: impl Into<String>, target: Target) -> Action {
        Action { label: label.into(), target, main: false, small: false, unchecked: false, closed: None }
    }

    /// The one main button of its page.
    pub fn main(mut self) -> Action {
        self.main = true;
        self
    }

    /// 28 px high, for rows and table feet.
    pub fn small(mut self) -> Action {
        self.small = true;
        self
    }

    /// Sends the form as it is, half filled: for a button that asks for none of its fields.
    pub fn unchecked(mut self) -> Action {
        self.unchecked = true;
        self
    }

    /// Closed for now; the reason is text that everybody can read, not a tooltip.
    pub fn closed(mut self, reason: impl Into<String>) -> Action {
        self.closed = Some(reason.into());
        self
    }

    /// Every kind of button.
    pub fn samples(words: Words) -> Vec<(&'static str, Action)> {
        vec![
            ("main", Action::go(words.either("开始第一件", "Begin with the first"), "/w/1").main()),
            ("ordinary", Action::go(words.either("按机关看", "By organ"), "/by-organ")),
            ("small", Action::submit(words.either("并入一组", "Merge")).small()),
            ("posts", Action::post(words.either("撤回", "Withdraw"), "/w/1/withdraw", "token")),
            (
                "closed, with the reason",
                Action::submit(words.either("提交结论", "Submit verdict")).main().closed(
                    words.either("还缺一份材料：房屋使用证明。", "One document is missing: proof of premises."),
                ),
            ),
        ]
    }
}

component!(Link, Action);
