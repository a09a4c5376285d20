//! What is shown beside or instead of a password: a code of the second step, a passkey.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::SecondStepRefusal;
use serde::Deserialize;

use super::{Account, Next, sign_in_page, welcome};
use crate::http::account;
use crate::http::app::{App, Passkeys};
use crate::http::cookie::{self, CEREMONY, HALFWAY, Kept};
use crate::http::door::Visitor;
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::{public_frame, refusal_words, respond};
use crate::view::{Ceremony, PasskeyForm, SecondStep};

pub(super) async fn form(
    State(account): State<Account>,
    visitor: Visitor,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    // Without the first step there is no second.
    if !visitor.halfway.as_deref().is_some_and(|halfway| account.app.sign_in().is_halfway(halfway)) {
        return Ok(Redirect::to("/sign-in").into_response());
    }
    page(&account.app, &visitor, &next.next, None, StatusCode::OK).await
}

async fn page(
    app: &App,
    visitor: &Visitor,
    next: &str,
    error: Option<String>,
    status: StatusCode,
) -> Result<Response, PageError> {
    let frame = public_frame(app, visitor.words, visitor.theme, "/sign-in").await?;
    let passkey = passkey_form(app, visitor);
    let page = SecondStep { action: "/sign-in/second".to_owned(), error, next: next.to_owned(), passkey };
    Ok(respond(status, page.page(&frame)))
}

#[derive(Deserialize)]
pub(super) struct Showing {
    #[serde(default)]
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn enter(
    State(account): State<Account>,
    visitor: Visitor,
    Posted(showing): Posted<Showing>,
) -> Result<Response, PageError> {
    let app = &account.app;
    let halfway = visitor.halfway.clone().unwrap_or_default();
    let refusal = match app.sign_in().second_step(&halfway, &showing.code, &visitor.whence).await {
        Ok(entered) => {
            let mut response = welcome(app, &visitor, &entered, &showing.next).await?;
            cookie::expire(&mut response, HALFWAY);
            return Ok(response);
        }
        Err(SecondStepRefusal::Fault(fault)) => return Err(fault.into()),
        Err(refusal) => refusal,
    };
    let (status, late) = match &refusal {
        SecondStepRefusal::Wait { .. } => (StatusCode::TOO_MANY_REQUESTS, false),
        SecondStepRefusal::NoPost => (StatusCode::FORBIDDEN, false),
        SecondStepRefusal::Late => (StatusCode::UNAUTHORIZED, true),
        SecondStepRefusal::Wrong { .. } | SecondStepRefusal::Used | SecondStepRefusal::PasskeyNotTaken => {
            (StatusCode::UNAUTHORIZED, false)
        }
        SecondStepRefusal::Fault(_) => (StatusCode::INTERNAL_SERVER_ERROR, true),
    };
    let (why, _) = refusal_words(visitor.words, &refusal.into());
    if late {
        return sign_in_page(app, &visitor, "", &showing.next, Some(why), status).await;
    }
    page(app, &visitor, &showing.next, Some(why), status).await
}

/// The form that signs in with a passkey, where the browser came by the name that keys are bound to.
pub(super) fn passkey_form(app: &App, visitor: &Visitor) -> Option<PasskeyForm> {
    let words = visitor.words;
    // Nobody is signed in as a rule; whoever is shows that the form is from their page.
    let form = || {
        let paths = ("/sign-in/passkey/ask", "/sign-in/passkey");
        PasskeyForm::new(words, Ceremony::Sign, paths, visitor.csrf(), words.t("sign-in-passkey"))
    };
    (app.passkeys(&visitor.host) == Passkeys::Here).then(form)
}

pub(super) async fn passkey_ask(State(account): State<Account>, visitor: Visitor) -> Result<Response, PageError> {
    let asked = account.app.sign_in().ask_passkey(visitor.halfway.as_deref()).await?;
    let (options, remembered) = asked.ok_or(PageError::NotFound)?;
    let mut response = account::passkeys::told(StatusCode::OK, &options);
    cookie::set(&mut response, &account.app, CEREMONY, &remembered, Kept::ForACeremony);
    Ok(response)
}

#[derive(Deserialize)]
pub(super) struct Signing {
    #[serde(default)]
    credential: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn passkey_enter(
    State(account): State<Account>,
    visitor: Visitor,
    Posted(signing): Posted<Signing>,
) -> Result<Response, PageError> {
    let app = &account.app;
    let remembered = visitor.ceremony.clone().unwrap_or_default();
    let refusal = match app.sign_in().sign_in_by_passkey(&remembered, &signing.credential, &visitor.whence).await {
        Ok(entered) => {
            let mut response = welcome(app, &visitor, &entered, &signing.next).await?;
            cookie::expire(&mut response, CEREMONY);
            cookie::expire(&mut response, HALFWAY);
            return Ok(response);
        }
        Err(SecondStepRefusal::Fault(fault)) => return Err(fault.into()),
        Err(refusal) => refusal,
    };
    let status = match &refusal {
        SecondStepRefusal::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
        SecondStepRefusal::NoPost => StatusCode::FORBIDDEN,
        _ => StatusCode::UNAUTHORIZED,
    };
    let (why, _) = refusal_words(visitor.words, &refusal.into());
    sign_in_page(app, &visitor, "", &signing.next, Some(why), status).await
}
