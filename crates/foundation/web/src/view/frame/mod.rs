//! The frames that pages stand in: the workbench (inside), the public face (outside), the sign-in page.

mod public;
mod rail;
mod sign_in;
mod workbench;

pub use public::PublicFrame;
pub use rail::{Chapter, Entry, Rail};
pub use sign_in::{SecondStep, SignIn};
pub use workbench::{Frame, Post};

use crate::locale::Words;

/// The reader's stored choice of colours; without one the device decides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the device says.
    #[default]
    Device,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// Reads the stored choice; anything unknown is the device's.
    pub fn from_tag(tag: &str) -> Theme {
        match tag {
            "light" => Theme::Light,
            "dark" => Theme::Dark,
            _ => Theme::Device,
        }
    }

    /// As stored, and as in the attribute `data-theme`.
    pub fn tag(self) -> &'static str {
        match self {
            Theme::Device => "device",
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }

    const ALL: [Theme; 3] = [Theme::Device, Theme::Light, Theme::Dark];
}

/// What every frame's head needs.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    words: Words,
    theme: Theme,
    title: String,
    /// Whether a page without scripts asks again by itself.
    again: bool,
}

impl Head {
    fn new(words: Words, theme: Theme, title: &str) -> Head {
        Head { words, theme, title: format!("{title} · {}", words.t("name")), again: false }
    }

    fn lang(&self) -> &'static str {
        self.words.locale().tag()
    }

    fn asset(&self, name: &str) -> String {
        crate::assets::url(name)
    }
}
