//! Signing in by another system: the browser is sent there and comes back.
//!
//! All cookies of this node stay at home when a page elsewhere leads here, so who comes back is sent once more by a page of
//! ours, and then brings them. For the same reason a form leads away by a page of ours: no form of this node leads elsewhere.

use access::oidc::{OidcRefusal, Returned};
use axum::extract::{Query, RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{Back, BindError, ByProviderRefusal, FirstStep};
use kernel::Refused;

use super::{Account, Next, inside, to_second, welcome};
use crate::http::account::{OwnAccount, entering, shown};
use crate::http::app::App;
use crate::http::cookie::{self, AWAY, Kept};
use crate::http::door::Visitor;
use crate::http::error::PageError;
use crate::http::page::{public_frame, refusal_words, respond};
use crate::view::{Action, Heading, Html, IntoHtml as _, Panel, State as Shown};

/// Says that a browser that brings nothing was sent once more already.
const AGAIN: &str = "&again=1";

/// GET /sign-in/oidc
pub(super) async fn begin(
    State(account): State<Account>,
    visitor: Visitor,
    Query(next): Query<Next>,
) -> Result<Response, PageError> {
    let app = &account.app;
    if app.sign_in().oidc().is_none() {
        return Err(PageError::NotFound);
    }
    if visitor.signed_in.is_some() {
        return Ok(Redirect::to(inside(&next.next)).into_response());
    }
    match app.sign_in().begin_by_provider(inside(&next.next)).await {
        Ok(Some((url, kept))) => {
            let mut response = Redirect::to(&url).into_response();
            cookie::set(&mut response, app, AWAY, &kept, Kept::WhileAway);
            Ok(response)
        }
        Ok(None) => Err(PageError::NotFound),
        Err(refusal) => refused(app, &visitor, refusal).await,
    }
}

/// GET /sign-in/oidc/back
pub(super) async fn back(
    State(account): State<Account>,
    visitor: Visitor,
    Query(returned): Query<Returned>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let app = &account.app;
    if app.sign_in().oidc().is_none() {
        return Err(PageError::NotFound);
    }
    let raw = raw.unwrap_or_default();
    let Some(kept) = &visitor.away else {
        if raw.ends_with(AGAIN) {
            return refused(app, &visitor, OidcRefusal::NotOurs.into()).await;
        }
        return lead(app, &visitor, &format!("{}?{raw}{AGAIN}", access::oidc::BACK)).await;
    };
    let present = visitor.signed_in.as_ref().map(|signed_in| &signed_in.token);
    let mut response = match app.sign_in().back_from_provider(kept, returned, present, &visitor.whence).await {
        Ok(Back::In(FirstStep::Entered(entered), next)) => welcome(app, &visitor, &entered, &next).await?,
        Ok(Back::In(FirstStep::SecondFactor(halfway), next)) => to_second(app, &halfway, &next),
        Ok(Back::Bind(officer, identity)) => {
            // The session is the one in which the password was given again; it may have changed its post since.
            let signed_in = visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?;
            let may = app.authority().may::<OwnAccount>(&signed_in.reader)?;
            let tie = (identity.issuer.as_str(), identity.subject.as_str());
            match app.sign_in().bind_identity(officer, tie, &entering(&may)).await {
                Ok(()) => Redirect::to("/account/identity?done=bound").into_response(),
                Err(BindError::Record(error)) => return Err(error.into()),
                Err(BindError::Refused(refusal)) => {
                    let refusal = shown(refusal)?;
                    page(app, &visitor, &refusal.into(), StatusCode::UNPROCESSABLE_ENTITY).await?
                }
            }
        }
        Err(refusal) => refused(app, &visitor, refusal).await?,
    };
    cookie::expire(&mut response, AWAY);
    Ok(response)
}

/// A page that leads on by itself, and by its link where a browser does not follow.
pub(in crate::http) async fn lead(app: &App, visitor: &Visitor, to: &str) -> Result<Response, PageError> {
    let words = visitor.words;
    let frame = public_frame(app, words, visitor.theme, "/sign-in").await?;
    let body = Panel::new("", Action::go(words.t("sign-in-provider-go"), to).main());
    let heading = Heading::new(words, words.t("sign-in-provider-going")).lead(words.t("sign-in-provider-going-lead"));
    let mut response = respond(StatusCode::OK, frame.narrow_page(heading, body));
    // Addresses are visible ASCII; one that is not is followed by its link.
    if let Ok(value) = HeaderValue::from_str(&format!("0; url={to}")) {
        response.headers_mut().insert(header::REFRESH, value);
    }
    Ok(response)
}

async fn refused(app: &App, visitor: &Visitor, refusal: ByProviderRefusal) -> Result<Response, PageError> {
    let status = match &refusal {
        ByProviderRefusal::Oidc(OidcRefusal::Unreachable(_)) => StatusCode::BAD_GATEWAY,
        ByProviderRefusal::Oidc(_) => StatusCode::UNAUTHORIZED,
        ByProviderRefusal::Unknown | ByProviderRefusal::NoPost => StatusCode::FORBIDDEN,
        ByProviderRefusal::Wait { .. } => StatusCode::TOO_MANY_REQUESTS,
        ByProviderRefusal::Fault(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    if let ByProviderRefusal::Fault(fault) = refusal {
        return Err(fault.into());
    }
    app.metrics().sign_in_refused(status);
    page(app, visitor, &refusal.into(), status).await
}

/// What did not happen, why, and the way on.
async fn page(app: &App, visitor: &Visitor, refusal: &Refused, status: StatusCode) -> Result<Response, PageError> {
    let words = visitor.words;
    let frame = public_frame(app, words, visitor.theme, "/sign-in").await?;
    let (why, next) = refusal_words(words, refusal);
    let (what, way) = match &visitor.signed_in {
        Some(_) => (
            words.t("sign-in-provider-not-bound"),
            Action::go(words.t("sign-in-provider-to-account"), "/account/identity"),
        ),
        None => (words.t("sign-in-provider-not-in"), Action::go(words.t("sign-in-provider-to-sign-in"), "/sign-in")),
    };
    let heading = Heading::new(words, what.clone());
    Ok(respond(status, frame.narrow_page(heading, Shown::refused(what, why, next, refusal.code).action(way))))
}

/// The button on the page of signing in, where another system is configured.
pub(super) fn button(app: &App, visitor: &Visitor, next: &str) -> Option<Html> {
    let name = app.provider_name(visitor.words)?;
    let next: String = form_urlencoded::byte_serialize(inside(next).as_bytes()).collect();
    let label = visitor.words.with("sign-in-provider", &[("name", name.into())]);
    Some(Panel::new("", Action::go(label, format!("/sign-in/oidc?next={next}"))).into_html())
}
