//! One's own second factor: enrolled by a first code, with recovery codes shown once, taken away for a code.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{FactorState, OwnRefusal, RegisterEvent};
use serde::Deserialize;

use super::{OwnAccount, heading, record, shown, status, t, why};
use crate::http::app::App;
use crate::http::cookie::{self, Kept, SESSION};
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::{Page, respond};
use crate::view::{
    Action, Badge, Cell, Column, Facts, Field, Form, Grid, Html, IntoHtml, Light, Notice, Panel, Qr, Row, Table,
};

/// Where it is looked after.
const PATH: &str = "/account/second-factor";

/// Whether there is one, in a word.
pub(super) fn badge(page: &Page, factor: Option<&FactorState>) -> Badge {
    match factor {
        Some(_) => Badge::saying(Light::Done, t(page, "factor-on")),
        None => Badge::saying(Light::Unverified, t(page, "factor-off")),
    }
    .bare()
}

/// What the account's page says of it.
pub(super) fn panel(page: &Page, factor: Option<&FactorState>) -> Panel {
    let go = |key| Action::go(t(page, key), PATH);
    let body = match factor {
        Some(factor) => facts(page, factor).into_html().then(go("factor-manage")),
        None => Html::text(&t(page, "factor-why")).then(go("factor-enrol")),
    };
    Panel::new(t(page, "factor"), body)
}

fn facts(page: &Page, factor: &FactorState) -> Facts {
    let used = page.moment(factor.used);
    let left = page.words.count("http-account-recovery-left", factor.recovery_left as u64);
    Facts::new().fact(t(page, "factor-used"), used).fact(t(page, "recovery"), left)
}

/// Which form of the page was refused, and why.
struct Refused {
    form: Asked,
    refusal: OwnRefusal,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Asked {
    Confirm,
    Renew,
    Remove,
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, by: By<OwnAccount>) -> Result<Response, PageError> {
    shown_page(&app, &visitor, &by.page, None).await
}

async fn shown_page(
    app: &App,
    visitor: &Visitor,
    page: &Page,
    refused: Option<Refused>,
) -> Result<Response, PageError> {
    let officer = page.reader.officer();
    let lacks = visitor.signed_in.as_ref().is_some_and(|signed_in| app.lacks_second_factor(signed_in));
    let must = lacks.then(|| Notice::caution(t(page, "factor-must")));
    let answer = refused.as_ref().map_or(StatusCode::OK, |refused| status(&refused.refusal));
    let refused = refused.map(|Refused { form, refusal }| (form, why(page, refusal)));
    let error = |form| refused.as_ref().filter(|(of, _)| *of == form).map(|(_, why)| why.as_str());
    let body = match (app.sign_in().factor(officer).await?, app.sign_in().factor_begun(officer).await?) {
        (Some(factor), _) => enrolled(page, &factor, error(Asked::Renew), error(Asked::Remove)),
        (None, Some(secret)) => {
            let login = page.register.officer(officer).map(|it| it.login.clone()).unwrap_or_default();
            begun(page, &secret, &login, error(Asked::Confirm))
        }
        (None, None) => {
            let begin = Form::new(format!("{PATH}/begin"), page.csrf.as_str())
                .with(error(Asked::Confirm).map(Notice::wrong))
                .button(Action::submit(t(page, "factor-begin")).main())
                .button(Action::go(t(page, "passkeys-instead"), "/account/passkeys"))
                .after(t(page, "factor-begin-after"));
            Panel::new(t(page, "factor"), (page.words.rich("http-account-factor-lead", &[]), begin)).into_html()
        }
    };
    let heading = heading(page, t(page, "factor")).lead(t(page, "factor-why"));
    Ok(respond(answer, page.frame().page(heading, Grid::new().cell(8, (must, body)))))
}

fn code_field(page: &Page, label: &str) -> Field {
    Field::text("code", t(page, label)).complete("one-time-code")
}

/// The secret as a picture and as text, and the form for its first code.
fn begun(page: &Page, secret: &access::totp::Secret, login: &str, error: Option<&str>) -> Html {
    let issuer = format!("{} {}", page.words.t("name"), page.either(&page.register.profile.name));
    let form = Form::new(PATH, page.csrf.as_str())
        .with(code_field(page, "first-code").help(t(page, "first-code-help")).error(error.unwrap_or_default()))
        .button(Action::submit(t(page, "factor-confirm")).main())
        .after(t(page, "factor-confirm-after"));
    let again = Form::new(format!("{PATH}/begin"), page.csrf.as_str())
        .button(Action::submit(t(page, "factor-again")).small())
        .after(t(page, "factor-again-after"));
    let facts = Facts::new()
        .fact(t(page, "factor-secret"), Html::rich(&format!("`{}`", secret.reveal())))
        .fact(t(page, "login"), Html::data(login));
    let picture = Qr::of(&secret.uri(&issuer, login), t(page, "factor-picture"));
    Panel::new(t(page, "factor-scan"), (page.words.rich("http-account-factor-scan-lead", &[]), (picture, facts)))
        .into_html()
        .then(Panel::new(t(page, "factor-first"), form))
        .then(Panel::new(t(page, "factor-lost-picture"), again))
}

fn enrolled(page: &Page, factor: &FactorState, renew: Option<&str>, remove: Option<&str>) -> Html {
    let form = |action: &str, error: Option<&str>, button: &str, after: &str| {
        // Two forms of one page ask for a code: each is a panel with its own words, and errors stand above the field.
        Form::new(format!("{PATH}/{action}"), page.csrf.as_str())
            .with(error.map(Notice::wrong))
            .with(Field::text(format!("code-{action}"), t(page, "code")).complete("one-time-code"))
            .button(Action::submit(t(page, button)))
            .after(t(page, after))
    };
    Panel::new(t(page, "factor-on"), facts(page, factor))
        .into_html()
        .then(Panel::new(t(page, "recovery-renew"), form("recovery", renew, "recovery-renew", "recovery-renew-after")))
        .then(Panel::new(t(page, "factor-remove"), form("remove", remove, "factor-remove", "factor-remove-after")))
}

/// Recovery codes, shown once.
pub(super) fn recovery_page(page: &Page, codes: &[String], lead: &str) -> Response {
    let columns = vec![Column::new(t(page, "recovery-number")).narrow(), Column::new(t(page, "recovery-code"))];
    let rows = (1i64..).zip(codes).map(|(number, code)| Row::new(vec![Cell::number(number), Cell::code(code)]));
    let table = Table::new(page.words, "recovery", t(page, "recovery"), columns).rows(rows).plain();
    let next = Action::go(t(page, "recovery-kept"), "/account").main();
    let body = Grid::new().cell(
        8,
        (Notice::caution(t(page, "recovery-once")), Panel::new(t(page, "recovery"), table).flush().foot(next)),
    );
    respond(StatusCode::OK, page.frame().page(heading(page, t(page, "recovery")).lead(t(page, lead)), body))
}

pub(super) async fn begin(State(app): State<App>, visitor: Visitor, by: By<OwnAccount>) -> Result<Response, PageError> {
    match app.sign_in().begin_factor(by.page.reader.officer()).await {
        Ok(()) => Ok(Redirect::to(PATH).into_response()),
        Err(refusal) => refused(&app, &visitor, &by.page, Asked::Renew, refusal).await,
    }
}

/// The page again, with why one of its forms was refused.
async fn refused(
    app: &App,
    visitor: &Visitor,
    page: &Page,
    form: Asked,
    refusal: OwnRefusal,
) -> Result<Response, PageError> {
    shown_page(app, visitor, page, Some(Refused { form, refusal: shown(refusal)? })).await
}

#[derive(Deserialize)]
pub(super) struct Coded {
    #[serde(default, alias = "code-recovery", alias = "code-remove")]
    code: String,
}

pub(super) async fn confirm(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(given): Posted<Coded>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    let present = &visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?.token;
    match app.sign_in().confirm_factor(officer, &given.code, present).await {
        Ok((codes, token)) => {
            record(app.sign_in(), &by, RegisterEvent::CredentialGranted { officer, means: "totp".to_owned() }).await?;
            // The session goes on under a new secret, so the forms of this page must be its.
            let page = Page { csrf: token.csrf(), ..by.page.clone() };
            let mut response = recovery_page(&page, &codes, "factor-done");
            cookie::set(&mut response, &app, SESSION, &token.reveal(), Kept::WithTheBrowser);
            Ok(response)
        }
        Err(refusal) => refused(&app, &visitor, &by.page, Asked::Confirm, refusal).await,
    }
}

pub(super) async fn renew(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(given): Posted<Coded>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    match app.sign_in().renew_recovery(officer, &given.code).await {
        Ok(codes) => {
            let granted = RegisterEvent::CredentialGranted { officer, means: "recovery codes".to_owned() };
            record(app.sign_in(), &by, granted).await?;
            Ok(recovery_page(&by.page, &codes, "recovery-renewed"))
        }
        Err(refusal) => refused(&app, &visitor, &by.page, Asked::Renew, refusal).await,
    }
}

pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(given): Posted<Coded>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    match app.sign_in().remove_factor(officer, &given.code).await {
        Ok(()) => {
            record(app.sign_in(), &by, RegisterEvent::CredentialRevoked { officer, means: "totp".to_owned() }).await?;
            Ok(Redirect::to("/account?done=factor-removed").into_response())
        }
        Err(refusal) => refused(&app, &visitor, &by.page, Asked::Remove, refusal).await,
    }
}
