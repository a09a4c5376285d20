//! Icons: our own drawings, kept once per page in a sprite and referred to by name.

use std::fmt;

use super::{Html, IntoHtml};

/// A drawing of 16 × 16 in the colour of the text around it. It is hidden from screen readers: a word always stands beside it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names say what is drawn")]
pub enum Icon {
    Notice,
    Yellow,
    Red,
    Done,
    Waiting,
    Refused,
    Unverified,
    Seal,
    SealWaiting,
    SealErased,
    Desk,
    Inbox,
    Search,
    Check,
    Close,
    Menu,
    Down,
    Up,
    Left,
    Right,
    Download,
    File,
    Print,
    Globe,
    Diamond,
    Outside,
    Book,
    Speech,
}

impl Icon {
    /// Every icon, for the page of samples.
    pub const ALL: [Icon; 28] = [
        Icon::Notice,
        Icon::Yellow,
        Icon::Red,
        Icon::Done,
        Icon::Waiting,
        Icon::Refused,
        Icon::Unverified,
        Icon::Seal,
        Icon::SealWaiting,
        Icon::SealErased,
        Icon::Desk,
        Icon::Inbox,
        Icon::Search,
        Icon::Check,
        Icon::Close,
        Icon::Menu,
        Icon::Down,
        Icon::Up,
        Icon::Left,
        Icon::Right,
        Icon::Download,
        Icon::File,
        Icon::Print,
        Icon::Globe,
        Icon::Diamond,
        Icon::Outside,
        Icon::Book,
        Icon::Speech,
    ];

    /// Name of the drawing in the sprite (`templates/ui/sprite.html`).
    pub fn name(self) -> &'static str {
        match self {
            Icon::Notice => "notice",
            Icon::Yellow => "yellow",
            Icon::Red => "red",
            Icon::Done => "done",
            Icon::Waiting => "waiting",
            Icon::Refused => "refused",
            Icon::Unverified => "unverified",
            Icon::Seal => "seal",
            Icon::SealWaiting => "seal-waiting",
            Icon::SealErased => "seal-erased",
            Icon::Desk => "desk",
            Icon::Inbox => "inbox",
            Icon::Search => "search",
            Icon::Check => "check",
            Icon::Close => "close",
            Icon::Menu => "menu",
            Icon::Down => "down",
            Icon::Up => "up",
            Icon::Left => "left",
            Icon::Right => "right",
            Icon::Download => "download",
            Icon::File => "file",
            Icon::Print => "print",
            Icon::Globe => "globe",
            Icon::Diamond => "diamond",
            Icon::Outside => "outside",
            Icon::Book => "book",
            Icon::Speech => "speech",
        }
    }
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name();
        write!(
            f,
            r##"<svg class="icon icon-{name}" width="16" height="16" aria-hidden="true"><use href="#i-{name}"/></svg>"##
        )
    }
}

impl askama::filters::HtmlSafe for Icon {}

impl IntoHtml for Icon {
    fn into_html(self) -> Html {
        Html::raw(self.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_drawn() {
        let sprite = include_str!("../../templates/ui/sprite.html");
        for icon in Icon::ALL {
            assert!(sprite.contains(&format!(r#"id="i-{}""#, icon.name())), "{icon:?} is not in the sprite");
        }
        assert_eq!(sprite.matches("<symbol").count(), Icon::ALL.len(), "the sprite draws something that has no name");
    }
}
