//! Changing one's own password.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{OwnRefusal, RegisterEvent};
use kernel::Refuse as _;
use serde::Deserialize;

use super::{OwnAccount, overview, record, shown, t, why};
use crate::http::app::App;
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::Page;
use crate::view::{Action, ErrorSummary, Field, Form, Html, IntoHtml, Panel};

/// The form, with what was wrong with it.
pub(super) fn panel(page: &Page, login: &str, refusal: Option<OwnRefusal>) -> Panel {
    let mut old = Field::password("old", t(page, "old-password"));
    let mut new = Field::password("new", t(page, "new-password"))
        .help(page.words.t("http-first-password-help"))
        .complete("new-password");
    if let Some(refusal) = refusal {
        let about_the_new = refusal.code().starts_with("password.") || refusal.code() == "account.same_password";
        let text = why(page, refusal);
        if about_the_new {
            new = new.error(text);
        } else {
            old = old.error(text);
        }
    }
    let form = Form::new("/account/password", page.csrf.as_str())
        .with(ErrorSummary::of(page.words, &[&old, &new]))
        .with(whose(login))
        .with(old)
        .with(new)
        .button(Action::submit(t(page, "change-password")).main())
        .after(t(page, "change-after"));
    Panel::new(t(page, "password"), form).id("password")
}

/// Tells password managers whose password changes; nobody sees it.
fn whose(login: &str) -> Html {
    Html::raw("<input type=\"text\" name=\"username\" autocomplete=\"username\" hidden readonly value=\"".to_owned())
        .then(login.into_html())
        .then(Html::raw("\">".to_owned()))
}

#[derive(Deserialize)]
pub(super) struct Changing {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
}

pub(super) async fn change(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(changing): Posted<Changing>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    let present = &visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?.token;
    match app.sign_in().change_password(officer, &changing.old, &changing.new, present).await {
        Ok(()) => {
            let granted = RegisterEvent::CredentialGranted { officer, means: "password".to_owned() };
            record(app.sign_in(), &by, granted).await?;
            Ok(Redirect::to("/account?done=password").into_response())
        }
        Err(refusal) => overview(&app, &visitor, &by.page, None, Some(shown(refusal)?)).await,
    }
}
