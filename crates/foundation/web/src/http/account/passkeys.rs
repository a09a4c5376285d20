//! One's own passkeys: registered and removed for the password, each under a name.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{OwnRefusal, PasskeySeen, RegisterEvent};
use serde::Deserialize;
use serde_json::Value;

use super::factor::recovery_page;
use super::{OwnAccount, heading, record, shown, status, t, why};
use crate::http::app::{App, Passkeys};
use crate::http::cookie::{self, CEREMONY, Kept, SESSION};
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::{Page, respond};
use crate::locale::Arg;
use crate::view::{
    Action, Cell, Ceremony, Choice, Column, Field, Form, Grid, Html, IntoHtml, Notice, Panel, PasskeyForm, Row,
    State as Empty, Table,
};

/// Where they are looked after.
const PATH: &str = "/account/passkeys";

/// What the account's page says of them.
pub(super) fn panel(page: &Page, passkeys: &[PasskeySeen]) -> Panel {
    let count = page.words.count("http-account-passkeys-count", passkeys.len() as u64);
    let body = Html::text(&count).then(Html::text(" ")).then(Action::go(t(page, "passkeys-manage"), PATH));
    Panel::new(t(page, "passkeys"), body)
}

pub(super) async fn show(State(app): State<App>, visitor: Visitor, by: By<OwnAccount>) -> Result<Response, PageError> {
    shown_page(&app, &visitor, &by.page, None).await
}

async fn shown_page(
    app: &App,
    visitor: &Visitor,
    page: &Page,
    refusal: Option<OwnRefusal>,
) -> Result<Response, PageError> {
    let passkeys = app.sign_in().passkeys(page.reader.officer()).await?;
    let lacks = visitor.signed_in.as_ref().is_some_and(|signed_in| app.lacks_second_factor(signed_in));
    let must = lacks.then(|| Notice::caution(t(page, "factor-must")));
    let answer = refusal.as_ref().map_or(StatusCode::OK, status);
    let refused = refusal.map(|refusal| Notice::wrong(why(page, refusal)));
    let told = (must, refused);
    let body = Grid::new()
        .cell(8, (told, (table(page, &passkeys), register(app, visitor, page))))
        .cell(4, removal(page, &passkeys));
    let heading = heading(page, t(page, "passkeys")).lead(t(page, "passkeys-lead"));
    Ok(respond(answer, page.frame().page(heading, body)))
}

fn table(page: &Page, passkeys: &[PasskeySeen]) -> Panel {
    let at = |moment| page.moment(moment);
    let columns = vec![
        Column::new(t(page, "passkey-name")),
        Column::new(t(page, "passkey-since")).narrow(),
        Column::new(t(page, "passkey-used")).narrow(),
    ];
    let rows = passkeys.iter().map(|passkey| {
        Row::new(vec![
            Cell::new(Html::data(&passkey.name)),
            Cell::new(at(passkey.since)),
            Cell::new(passkey.used.map_or_else(|| t(page, "passkey-never"), at)),
        ])
    });
    let table = Table::new(page.words, "passkeys", t(page, "passkeys"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "no-passkeys"), t(page, "no-passkeys-next")));
    Panel::new(t(page, "passkeys"), table).flush()
}

/// The form that removes one, where there is one.
fn removal(page: &Page, passkeys: &[PasskeySeen]) -> Option<Panel> {
    if passkeys.is_empty() {
        return None;
    }
    let options = passkeys.iter().map(|passkey| Choice::new(passkey.mark.as_str(), passkey.name.as_str())).collect();
    let form = Form::new(format!("{PATH}/remove"), page.csrf.as_str())
        .with(Field::select("passkey", t(page, "passkey-which"), options))
        .with(Field::password("password-remove", t(page, "old-password")))
        .button(Action::submit(t(page, "passkey-remove")))
        .after(t(page, "passkey-remove-after"));
    Some(Panel::new(t(page, "passkey-remove"), form))
}

/// The form that registers one, or why there is none here.
fn register(app: &App, visitor: &Visitor, page: &Page) -> Html {
    match app.passkeys(&visitor.host) {
        Passkeys::Here => {
            let name = Field::text("name", t(page, "passkey-name"));
            let password = Field::password("password", t(page, "old-password"));
            let form = PasskeyForm::new(
                page.words,
                Ceremony::Make,
                ("/account/passkeys/ask", "/account/passkeys"),
                page.csrf.as_str(),
                t(page, "passkey-register"),
            )
            .with(name.help(t(page, "passkey-name-help")).limit(page.words, 40))
            .with(password.help(t(page, "passkey-password-help")))
            .main();
            Panel::new(t(page, "passkey-register"), form).into_html()
        }
        Passkeys::At(host) => {
            let text = page.words.with("http-account-passkey-elsewhere", &[("host", Arg::from(host))]);
            Notice::note(text).into_html()
        }
        Passkeys::Nowhere => Notice::note(t(page, "passkey-nowhere")).into_html(),
    }
}

#[derive(Deserialize)]
pub(super) struct Asking {
    #[serde(default)]
    password: String,
}

/// What a script is told: the options, or a sentence.
pub(in crate::http) fn told(status: StatusCode, json: &Value) -> Response {
    let headers = [(header::CONTENT_TYPE, "application/json"), (header::CACHE_CONTROL, "no-store")];
    (status, headers, json.to_string()).into_response()
}

pub(super) async fn ask(
    State(app): State<App>,
    by: By<OwnAccount>,
    Posted(asking): Posted<Asking>,
) -> Result<Response, PageError> {
    match app.sign_in().invite_passkey(by.page.reader.officer(), &asking.password).await {
        Ok((options, remembered)) => {
            let mut response = told(StatusCode::OK, &options);
            cookie::set(&mut response, &app, CEREMONY, &remembered, Kept::ForACeremony);
            Ok(response)
        }
        Err(refusal) => {
            let refusal = shown(refusal)?;
            let status = status(&refusal);
            Ok(told(status, &serde_json::json!({ "detail": why(&by.page, refusal) })))
        }
    }
}

#[derive(Deserialize)]
pub(super) struct Making {
    #[serde(default)]
    name: String,
    #[serde(default)]
    credential: String,
}

pub(super) async fn keep(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(making): Posted<Making>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    let present = &visitor.signed_in.as_ref().ok_or(PageError::SignInNeeded)?.token;
    let remembered = visitor.ceremony.clone().unwrap_or_default();
    let name = match making.name.trim() {
        "" => t(&by.page, "passkey-unnamed"),
        name => name.to_owned(),
    };
    match app.sign_in().keep_passkey(officer, (&remembered, &making.credential), &name, present).await {
        Ok((codes, token)) => {
            let granted = RegisterEvent::CredentialGranted { officer, means: "passkey".to_owned() };
            record(app.sign_in(), &by, granted).await?;
            let mut response = match codes {
                // The session goes on under a new secret, so the forms of this page must be its.
                Some(codes) => {
                    let page = Page { csrf: token.csrf(), ..by.page.clone() };
                    recovery_page(&page, &codes, "passkey-done")
                }
                None => Redirect::to(PATH).into_response(),
            };
            cookie::set(&mut response, &app, SESSION, &token.reveal(), Kept::WithTheBrowser);
            cookie::expire(&mut response, CEREMONY);
            Ok(response)
        }
        Err(refusal) => shown_page(&app, &visitor, &by.page, Some(shown(refusal)?)).await,
    }
}

#[derive(Deserialize)]
pub(super) struct Removing {
    #[serde(default)]
    passkey: String,
    #[serde(default, rename = "password-remove")]
    password: String,
}

pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(removing): Posted<Removing>,
) -> Result<Response, PageError> {
    let officer = by.page.reader.officer();
    match app.sign_in().remove_passkey(officer, &removing.passkey, &removing.password).await {
        Ok(true) => {
            let revoked = RegisterEvent::CredentialRevoked { officer, means: "passkey".to_owned() };
            record(app.sign_in(), &by, revoked).await?;
            Ok(Redirect::to(PATH).into_response())
        }
        Ok(false) => Err(PageError::Conflict),
        Err(refusal) => shown_page(&app, &visitor, &by.page, Some(shown(refusal)?)).await,
    }
}
