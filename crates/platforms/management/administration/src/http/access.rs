//! An officer's sessions and second factor, as the security administrator sees and ends them: devices and times, no
//! network address. Each is an act.

use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{BindError, OwnRefusal, RegisterEvent};
use kernel::OfficerId;
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted, device_words, way_words};
use web::view::{
    Action, Badge, Cell, Column, Facts, Field, Form, Html, IntoHtml, Light, Panel, Row, State as Empty, Table,
};

use super::officers::found;
use super::{AdministerCredentials, Administration, Refusal, t};

/// Names all sessions.
const ALL: &str = "all";

/// The running sessions of another officer, with what ends them.
pub(super) async fn sessions(state: &Administration, page: &Page, officer: OfficerId) -> Result<Panel, PageError> {
    let sessions = state.sign_in.sessions(officer).await?;
    let at = |moment| page.moment(moment);
    let action = format!("/admin/officers/{officer}/sessions");
    let columns = vec![
        Column::new(t(page, "device")),
        Column::new(t(page, "post")),
        Column::new(page.words.t("http-account-way")),
        Column::new(t(page, "session-since")).narrow(),
        Column::new(t(page, "session-seen")).narrow(),
        Column::new(t(page, "act")).narrow(),
    ];
    let running = !sessions.is_empty();
    let rows = sessions.iter().map(|session| {
        let post = page.register.post(session.post);
        let end = Form::new(action.as_str(), page.csrf.as_str())
            .button(Action::submit_as(t(page, "session-end"), "session", session.mark.as_str()).small());
        Row::new(vec![
            Cell::new(device_words(page.words, session.agent)),
            Cell::new(Html::data(post.map_or("–", |post| page.either(&post.name)))),
            Cell::new(way_words(page.words, session.way)),
            Cell::new(at(session.since)),
            Cell::new(at(session.last_seen)),
            Cell::new(end),
        ])
    });
    let table = Table::new(page.words, "sessions", t(page, "sessions"), columns)
        .rows(rows)
        .empty(Empty::empty(t(page, "no-sessions"), ""));
    let panel = Panel::new(t(page, "sessions"), table).flush();
    Ok(if running {
        let all = Form::new(action, page.csrf.as_str())
            .button(Action::submit_as(t(page, "sessions-end-all"), "session", ALL))
            .after(t(page, "sessions-after"));
        panel.foot(all)
    } else {
        panel
    })
}

/// Whether an officer has a second factor, and the form that takes it away.
pub(super) async fn factor(
    state: &Administration,
    page: &Page,
    officer: OfficerId,
) -> Result<(Badge, Html), PageError> {
    Ok(match state.sign_in.has_factor(officer).await? {
        true => {
            let form = Form::new(format!("/admin/officers/{officer}/second-factor"), page.csrf.as_str())
                .button(Action::submit(t(page, "factor-revoke")))
                .after(t(page, "factor-revoke-after"));
            (Badge::saying(Light::Done, t(page, "factor-on")).bare(), form.into_html())
        }
        false => (Badge::saying(Light::Unverified, t(page, "factor-off")).bare(), Html::default()),
    })
}

#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default)]
    session: String,
}

pub(super) async fn end_sessions(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    Path(id): Path<String>,
    Posted(ending): Posted<Ending>,
) -> Result<Response, PageError> {
    let officer = another(&by.page, &id)?;
    let mark = (ending.session != ALL).then_some(ending.session.as_str());
    // Ended first, then said: a session that goes on for want of a record would be the worse of the two.
    let sessions = state.sign_in.end_sessions(officer, mark, None).await?;
    if sessions > 0 {
        state.enter(&by, &[RegisterEvent::SessionsEnded { officer, sessions }]).await?;
    }
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

pub(super) async fn revoke_factor(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let officer = another(&by.page, &id)?;
    let taken = state.sign_in.revoke_factor(officer).await?;
    let revoked = taken.into_iter().map(|means| RegisterEvent::CredentialRevoked { officer, means: means.to_owned() });
    state.enter(&by, &revoked.collect::<Vec<_>>()).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

/// An officer's identity at another system, with the form that binds or unbinds it; nothing where there is neither.
pub(super) async fn identity(
    state: &Administration,
    page: &Page,
    officer: OfficerId,
) -> Result<Option<Panel>, PageError> {
    let bound = state.sign_in.identity(officer).await?;
    let at = |moment| page.moment(moment);
    let action = format!("/admin/officers/{officer}/identity");
    let body = match bound {
        Some(bound) => {
            let facts = Facts::new()
                .fact(t(page, "identity-issuer"), Html::text(&bound.issuer))
                .fact(t(page, "identity-subject"), Html::text(&bound.subject))
                .fact(t(page, "identity-since"), at(bound.since))
                .fact(t(page, "identity-used"), bound.used.map_or_else(|| t(page, "identity-never"), at));
            let form = Form::new(format!("{action}/remove"), page.csrf.as_str())
                .button(Action::submit(t(page, "identity-unbind")))
                .after(t(page, "identity-unbind-after"));
            (facts, form).into_html()
        }
        None => {
            let Some(name) = page.app.provider_name(page.words) else { return Ok(None) };
            let label = page.words.with("administration-identity-name-there", &[("name", name.to_owned().into())]);
            Form::new(action, page.csrf.as_str())
                .with(Field::text("subject", label).help(t(page, "identity-help")))
                .button(Action::submit(t(page, "identity-bind")))
                .after(t(page, "identity-bind-after"))
                .into_html()
        }
    };
    Ok(Some(Panel::new(t(page, "identity"), body)))
}

#[derive(Deserialize)]
pub(super) struct Binding {
    #[serde(default)]
    subject: String,
}

pub(super) async fn bind_identity(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    Path(id): Path<String>,
    Posted(binding): Posted<Binding>,
) -> Result<Response, PageError> {
    let officer = another(&by.page, &id)?;
    let issuer = state.sign_in.oidc().ok_or(PageError::NotFound)?.client().issuer().to_owned();
    let tie = (issuer.as_str(), binding.subject.trim());
    state.sign_in.bind_identity(officer, tie, &Administration::entering(&by)).await.map_err(not_bound)?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

pub(super) async fn unbind_identity(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let officer = another(&by.page, &id)?;
    let undone = state.sign_in.unbind(officer, None, &Administration::entering(&by)).await.map_err(not_bound)?;
    if undone { Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response()) } else { Err(PageError::Conflict) }
}

fn not_bound(error: BindError) -> PageError {
    match error {
        BindError::Record(error) => error.into(),
        BindError::Refused(OwnRefusal::Fault(fault)) => fault.into(),
        BindError::Refused(refusal) => PageError::refused(refusal),
    }
}

/// An officer who is not the administrator: one's own are looked after at one's own account.
fn another(page: &Page, id: &str) -> Result<OfficerId, PageError> {
    let officer = found(page, id)?.id;
    if officer == page.reader.officer() { Err(PageError::refused(Refusal::Own)) } else { Ok(officer) }
}
