//! A form whose answer an authenticator gives.

use askama::Template;

use super::super::{Html, IntoHtml};
use crate::component;
use crate::locale::Words;

/// What a form does with a passkey.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ceremony {
    /// Makes one.
    Make,
    /// Signs in with one.
    Sign,
}

/// A form with one button: a script asks the node at `asks`, hands what it says to the authenticator, and posts the answer
/// to `action`. Without script, or in a browser without passkeys, a sentence stands in its place.
#[derive(Clone, Debug, Template)]
#[template(path = "ui/passkey.html")]
pub struct PasskeyForm {
    words: Words,
    ceremony: Ceremony,
    action: &'static str,
    asks: &'static str,
    csrf: String,
    body: Html,
    button: String,
    main: bool,
}

impl PasskeyForm {
    /// - `asks`: where the script asks. `action`: where the answer goes.
    pub fn new(
        words: Words,
        ceremony: Ceremony,
        (asks, action): (&'static str, &'static str),
        csrf: impl Into<String>,
        button: impl Into<String>,
    ) -> PasskeyForm {
        let (csrf, button) = (csrf.into(), button.into());
        PasskeyForm { words, ceremony, action, asks, csrf, body: Html::default(), button, main: false }
    }

    /// A field before the button, or any other component.
    pub fn with(mut self, part: impl IntoHtml) -> PasskeyForm {
        self.body = self.body.then(part);
        self
    }

    /// Its button is the main one of the page.
    pub fn main(mut self) -> PasskeyForm {
        self.main = true;
        self
    }

    fn makes(&self) -> bool {
        self.ceremony == Ceremony::Make
    }

    /// Both ceremonies.
    pub fn samples(words: Words) -> Vec<(&'static str, PasskeyForm)> {
        let w = |chinese, english| words.either(chinese, english);
        vec![
            (
                "sign in",
                PasskeyForm::new(
                    words,
                    Ceremony::Sign,
                    ("/sign-in/passkey/ask", "/sign-in/passkey"),
                    "",
                    w("用通行密钥登录", "Sign in with a passkey"),
                ),
            ),
            (
                "make",
                PasskeyForm::new(
                    words,
                    Ceremony::Make,
                    ("/account/passkeys/ask", "/account/passkeys"),
                    "token",
                    w("登记", "Register"),
                )
                .with(super::Field::text("name", w("名称", "Name")))
                .main(),
            ),
        ]
    }
}

component!(PasskeyForm);
