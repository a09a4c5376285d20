//! The seal: where an act stands in the ledger. Quiet; opened only by who wants the proof.

use askama::Template;

use super::{Icon, format};
use crate::component;
use crate::locale::Words;

/// What is known about an act's proof.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Mark {
    /// Under a checkpoint that witnesses have signed.
    #[default]
    Ordinary,
    /// Recorded, not yet under a checkpoint.
    AwaitingCheckpoint,
    /// Under a checkpoint that no witness has signed.
    Unwitnessed,
    /// Its content has been erased by law; the entry remains.
    Erased,
}

/// A small square mark and the index in the ledger.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/seal.html")]
pub struct Seal {
    index: String,
    mark: Mark,
    note: String,
    href: Option<String>,
    spoken: String,
}

impl Seal {
    /// The seal of the act with this index.
    pub fn new(words: Words, index: u64) -> Seal {
        Seal {
            index: format::index(index),
            mark: Mark::Ordinary,
            note: String::new(),
            href: None,
            spoken: words.t("seal-spoken"),
        }
    }

    /// Says that the proof is not the ordinary one, in words too.
    pub fn mark(mut self, words: Words, mark: Mark) -> Seal {
        self.mark = mark;
        self.note = match mark {
            Mark::Ordinary => String::new(),
            Mark::AwaitingCheckpoint => words.t("seal-awaiting"),
            Mark::Unwitnessed => words.t("seal-unwitnessed"),
            Mark::Erased => words.t("seal-erased"),
        };
        self
    }

    /// Leads to the proof.
    pub fn href(mut self, href: impl Into<String>) -> Seal {
        self.href = Some(href.into());
        self
    }

    /// A word between mark and index: 立案, 已记录.
    pub fn saying(mut self, note: impl Into<String>) -> Seal {
        self.note = note.into();
        self
    }

    fn icon(&self) -> Icon {
        match self.mark {
            Mark::Ordinary => Icon::Seal,
            Mark::AwaitingCheckpoint => Icon::SealWaiting,
            Mark::Unwitnessed => Icon::Unverified,
            Mark::Erased => Icon::SealErased,
        }
    }

    /// All marks, and one with a word.
    pub fn samples(words: Words) -> Vec<(&'static str, Seal)> {
        let seal = || Seal::new(words, 1_203_877);
        vec![
            ("ordinary", seal().href("/proof/1203877")),
            ("with a word", seal().saying(words.either("立案", "Opened"))),
            ("awaiting checkpoint", seal().mark(words, Mark::AwaitingCheckpoint)),
            ("unwitnessed", seal().mark(words, Mark::Unwitnessed)),
            ("erased", seal().mark(words, Mark::Erased)),
        ]
    }
}

component!(Seal);
