//! One's own identity at another system: bound for the password by a sign-in there, unbound for the password.

use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{BindError, IdentitySeen, OwnRefusal};
use serde::Deserialize;

use super::{Done, OwnAccount, entering, heading, shown, status, t, why};
use crate::http::app::App;
use crate::http::cookie::{self, AWAY, Kept};
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::{Page, respond};
use crate::http::sign_in::provider::lead;
use crate::locale::Arg;
use crate::view::{Action, Facts, Field, Form, Grid, Html, Notice, Panel};

/// Where it is looked after.
const PATH: &str = "/account/identity";

/// What the account's page says of it; nothing where no other system is configured and none is bound.
pub(super) fn panel(app: &App, page: &Page, identity: Option<&IdentitySeen>) -> Option<Panel> {
    let name = app.provider_name(page.words).or_else(|| identity.map(|_| ""))?;
    let state = if identity.is_some() { "identity-on" } else { "identity-off" };
    let body = Html::text(&named(page, state, name)).then(Html::text(" "));
    Some(Panel::new(t(page, "identity"), body.then(Action::go(t(page, "identity-manage"), PATH))))
}

fn named(page: &Page, key: &str, name: &str) -> String {
    page.words.with(&format!("http-account-{key}"), &[("name", Arg::from(name.to_owned()))])
}

pub(super) async fn show(
    State(app): State<App>,
    by: By<OwnAccount>,
    Query(done): Query<Done>,
) -> Result<Response, PageError> {
    let told = match done.done.as_str() {
        "bound" | "unbound" => Some(Notice::done(t(&by.page, &format!("identity-done-{}", done.done)))),
        _ => None,
    };
    shown_page(&app, &by.page, told, None).await
}

async fn shown_page(
    app: &App,
    page: &Page,
    told: Option<Notice>,
    refusal: Option<OwnRefusal>,
) -> Result<Response, PageError> {
    let identity = app.sign_in().identity(page.reader.officer()).await?;
    let name = app.provider_name(page.words);
    if identity.is_none() && name.is_none() {
        return Err(PageError::NotFound);
    }
    let name = name.unwrap_or_default();
    let answer = refusal.as_ref().map_or(StatusCode::OK, status);
    let mut password = Field::password("password", t(page, "old-password")).help(t(page, "identity-password-help"));
    if let Some(refusal) = refusal {
        password = password.error(why(page, refusal));
    }
    let panel = match &identity {
        Some(identity) => {
            let form = Form::new(format!("{PATH}/remove"), page.csrf.as_str())
                .with(password)
                .button(Action::submit(t(page, "identity-unbind")))
                .after(t(page, "identity-unbind-after"));
            Panel::new(t(page, "identity"), (facts(page, identity), form))
        }
        None => {
            let form = Form::new(PATH, page.csrf.as_str())
                .with(password)
                .button(Action::submit(named(page, "identity-bind", name)).main())
                .after(t(page, "identity-bind-after"));
            Panel::new(t(page, "identity"), form)
        }
    };
    let heading = heading(page, t(page, "identity")).lead(named(page, "identity-lead", name));
    Ok(respond(answer, page.frame().page(heading, Grid::new().cell(8, (told, panel)))))
}

/// Who the officer is there, since when, and when it was last used.
fn facts(page: &Page, identity: &IdentitySeen) -> Facts {
    let at = |moment| page.moment(moment);
    Facts::new()
        .fact(t(page, "identity-issuer"), Html::text(&identity.issuer))
        .fact(t(page, "identity-subject"), Html::text(&identity.subject))
        .fact(t(page, "identity-since"), at(identity.since))
        .fact(t(page, "identity-used"), identity.used.map_or_else(|| t(page, "passkey-never"), at))
}

#[derive(Deserialize)]
pub(super) struct Given {
    #[serde(default)]
    password: String,
}

pub(super) async fn bind(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    if app.sign_in().oidc().is_none() {
        return Err(PageError::NotFound);
    }
    let present = &visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?.token;
    match app.sign_in().begin_binding(by.page.reader.officer(), &given.password, present).await {
        Ok((url, kept)) => {
            let mut response = lead(&app, &visitor, &url).await?;
            cookie::set(&mut response, &app, AWAY, &kept, Kept::WhileAway);
            Ok(response)
        }
        Err(refusal) => shown_page(&app, &by.page, None, Some(shown(refusal)?)).await,
    }
}

pub(super) async fn unbind(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(given): Posted<Given>,
) -> Result<Response, PageError> {
    let present = &visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?.token;
    let officer = by.page.reader.officer();
    match app.sign_in().unbind_own(officer, &given.password, present, &entering(&by.may)).await {
        Ok(true) if app.sign_in().oidc().is_none() => Ok(Redirect::to("/account").into_response()),
        Ok(true) => Ok(Redirect::to(&format!("{PATH}?done=unbound")).into_response()),
        Ok(false) => Err(PageError::Conflict),
        Err(BindError::Record(error)) => Err(error.into()),
        Err(BindError::Refused(refusal)) => shown_page(&app, &by.page, None, Some(shown(refusal)?)).await,
    }
}
