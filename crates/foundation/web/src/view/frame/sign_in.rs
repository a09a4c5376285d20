//! The sign-in page.

use askama::Template;

use super::super::{Action, Field, Form, Heading, Html, IntoHtml, Notice, Panel, PasskeyForm};
use super::PublicFrame;

/// Signing in: name and password. Says what is recorded about a sign-in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Where the form goes.
    pub action: String,
    /// Protection against forged requests.
    pub csrf: String,
    /// The name as it was typed.
    pub name: String,
    /// What is wrong, in words: 姓名或密码不对，还可以试 4 次. One sentence for both, so that no name is confirmed.
    pub error: Option<String>,
    /// Sign-ins of a demo node: role, name and password, shown beside the form.
    pub demo: Vec<(String, String, String)>,
    /// Where the officer wanted to go.
    pub next: String,
    /// Signing in with a passkey, where the node offers it.
    pub passkey: Option<PasskeyForm>,
    /// Signing in by another system, where one is configured.
    pub provider: Option<Html>,
    /// Something to know first.
    pub told: Option<Notice>,
}

#[derive(Template)]
#[template(path = "frame/sign_in_demo.html")]
struct Demo<'a> {
    words: crate::locale::Words,
    demo: &'a [(String, String, String)],
}

impl SignIn {
    /// The whole page.
    pub fn page(&self, frame: &PublicFrame) -> Html {
        let words = frame.words;
        let form = Form::new(self.action.as_str(), self.csrf.as_str())
            .with(self.error.as_ref().map(|error| Notice::wrong(error.as_str())))
            .with(hidden("next", &self.next))
            .with(Field::text("name", words.t("sign-in-name")).value(self.name.as_str()).complete("username"))
            .with(Field::password("password", words.t("sign-in-password")))
            .button(Action::submit(words.t("sign-in-act")).main())
            .after(words.t("sign-in-recorded"));
        let passkey = self.passkey.clone().map(|form| Panel::new("", form.with(hidden("next", &self.next))));
        let mut body =
            self.told.clone().into_html().then(Panel::new("", form)).then(passkey).then(self.provider.clone());
        if !self.demo.is_empty() {
            body = body.then(Panel::new(words.t("sign-in-demo"), Html::of(&Demo { words, demo: &self.demo })).flush());
        }
        frame.narrow_page(Heading::new(words, words.t("sign-in-title")).lead(words.t("sign-in-lead")), body)
    }
}

/// The second step of signing in: a code of the authenticator, or a recovery code.
#[derive(Clone, Debug, Default)]
pub struct SecondStep {
    /// Where the form goes.
    pub action: String,
    /// What is wrong, in words.
    pub error: Option<String>,
    /// Where the officer wanted to go.
    pub next: String,
    /// Showing a passkey instead, where the officer has one.
    pub passkey: Option<PasskeyForm>,
}

impl SecondStep {
    /// The whole page.
    pub fn page(&self, frame: &PublicFrame) -> Html {
        let words = frame.words;
        let code =
            Field::text("code", words.t("sign-in-code")).help(words.t("sign-in-code-help")).complete("one-time-code");
        let form = Form::new(self.action.as_str(), "")
            .with(self.error.as_ref().map(|error| Notice::wrong(error.as_str())))
            .with(hidden("next", &self.next))
            .with(code)
            .button(Action::submit(words.t("sign-in-second-act")).main())
            .button(Action::go(words.t("sign-in-second-back"), "/sign-in"))
            .after(words.t("sign-in-second-lost"));
        let heading = Heading::new(words, words.t("sign-in-second-title")).lead(words.t("sign-in-second-lead"));
        let passkey = self.passkey.clone().map(|form| Panel::new("", form.with(hidden("next", &self.next))));
        frame.narrow_page(heading, Panel::new("", form).into_html().then(passkey))
    }
}

fn hidden(name: &str, value: &str) -> Option<Html> {
    if value.is_empty() {
        return None;
    }
    let field = Html::raw(format!("<input type=\"hidden\" name=\"{name}\" value=\"")).then(value);
    Some(field.then(Html::raw("\">".to_owned())))
}
