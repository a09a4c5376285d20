//! Officers: how each can sign in, their appointments, one-time codes shown once, signing in disabled.

use std::time::Duration;

use ::access::code::Code;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use directory::{CredentialState, RegisterEvent};
use kernel::officer::{Appointment, Officer};
use kernel::{Day, OfficerId, PostId};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted, last_page};
use web::view::{
    Action, Badge, Cell, Choice, Column, Facts, FilterBar, Form, Grid, Heading, Html, IntoHtml, Light, Notice, Panel,
    Row, State as Empty, Table, Total, format,
};

use super::mandates;
use super::organs::{Term, term_panel, until};
use super::{AdministerCredentials, AdministerPosts, Administration, Refusal, access, t};
use crate::reorganise;

/// For how long a code is good.
const VALID: Duration = Duration::from_secs(72 * 3600);

fn posts(page: &Page, officer: OfficerId) -> String {
    let posts: Vec<String> = page
        .register
        .posts_of(officer, page.today())
        .into_iter()
        .map(|post| format!("{}·{}", page.organ(post.organ), page.either(&post.name)))
        .collect();
    if posts.is_empty() { t(page, "no-post") } else { posts.join(page.words.either("；", "; ")) }
}

fn credential(page: &Page, state: Option<&CredentialState>) -> Badge {
    let at = |moment| page.moment(moment);
    match state {
        Some(CredentialState::Password { since }) => {
            Badge::saying(Light::Done, page.words.with("administration-password-since", &[("at", at(*since).into())]))
        }
        Some(CredentialState::Code { until }) => {
            Badge::saying(Light::Waiting, page.words.with("administration-code-until", &[("at", at(*until).into())]))
        }
        None => Badge::saying(Light::Unverified, t(page, "no-credential")),
    }
    .bare()
}

pub(super) async fn list(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    RawQuery(raw): RawQuery,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let credentials = state.sign_in.credentials().await?;
    let columns = vec![
        Column::new(t(page, "name")),
        Column::new(t(page, "login")),
        Column::new(t(page, "posts")),
        Column::new(t(page, "credential")),
    ];
    let query = super::listing("/admin/officers").read(raw.as_deref().unwrap_or_default());
    let wanted = query.filter("q").unwrap_or_default().to_lowercase();
    let count = page.register.officers().count() as u64;
    let mut officers: Vec<&Officer> = page
        .register
        .officers()
        .filter(|officer| {
            officer.login.contains(&wanted) || page.either(&officer.name).to_lowercase().contains(&wanted)
        })
        .collect();
    officers.sort_by(|a, b| a.login.cmp(&b.login));
    if let Some(last) = last_page(&query, officers.len() as u64) {
        return Ok(last);
    }
    let total = Total::Exactly(officers.len() as u64);
    let shown = officers.into_iter().skip(query.offset() as usize).take(super::ROWS as usize);
    let rows = shown.map(|officer| {
        let name = page.either(&officer.name);
        let state = credentials.get(&officer.id);
        Row::new(vec![
            Cell::subject(&format!("/admin/officers/{}", officer.id), name),
            Cell::code(&officer.login),
            Cell::new(Html::data(&posts(page, officer.id))),
            Cell::new(credential(page, state)),
        ])
        .value(officer.id.to_string(), name)
    });
    let mut table = Table::new(words, "officers", t(page, "officers"), columns)
        .rows(rows)
        .query(&query, total)
        .empty(Empty::empty(t(page, "none-of-that-name"), ""));
    let bar = FilterBar::new(words, "officers", &query).text("q", t(page, "name"));
    if page.app.authority().allows(&page.reader, <AdministerCredentials as ::access::Permission>::CODE).is_ok() {
        let issue = Action::submit(t(page, "issue-codes")).small();
        table = table.bulk("/admin/codes", page.csrf.as_str(), vec![issue], t(page, "issue-note"));
    }
    let heading = Heading::new(words, t(page, "officers"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .lead(words.count("administration-officers-lead", count))
        .action(Action::go(t(page, "menu-import"), "/admin/import"));
    Ok(page.html(heading, Panel::new("", (bar, table)).flush()))
}

pub(super) fn found<'a>(page: &'a Page, id: &str) -> Result<&'a Officer, PageError> {
    let id: OfficerId = id.parse().map_err(|_| PageError::NotFound)?;
    page.register.officer(id).ok_or(PageError::NotFound)
}

pub(super) async fn one(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let officer = found(page, &id)?;
    let credentials = state.sign_in.credentials().await?;
    let own = officer.id == page.reader.officer();
    let columns = vec![
        Column::new(t(page, "organ")),
        Column::new(t(page, "post")),
        Column::new(t(page, "from")).narrow(),
        Column::new(t(page, "until")).narrow(),
        Column::new(t(page, "act")),
    ];
    let rows = held(page, officer.id).map(|appointment| {
        let post = page.register.post(appointment.post);
        let end = if appointment.to.is_none() && !own {
            let form = Form::new(format!("/admin/officers/{}/end", officer.id), page.csrf.as_str())
                .button(Action::submit_as(t(page, "end-today"), "appointment", key(appointment)).small());
            form.into_html()
        } else {
            Html::default()
        };
        Row::new(vec![
            Cell::new(Html::data(&post.map_or_else(|| "–".to_owned(), |post| page.organ(post.organ)))),
            Cell::new(Html::data(post.map_or("–", |post| page.either(&post.name)))),
            Cell::new(format::date(appointment.from)),
            Cell::new(appointment.to.map_or_else(|| t(page, "open-end"), format::date)),
            Cell::new(end),
        ])
    });
    let table = Table::new(words, "appointments", t(page, "appointments"), columns).rows(rows);
    let (factor, revoke) = access::factor(&state, page, officer.id).await?;
    let facts = Facts::new()
        .fact(t(page, "login"), officer.login.as_str())
        .fact(t(page, "credential"), credential(page, credentials.get(&officer.id)))
        .fact(t(page, "factor"), factor)
        .fact(t(page, "posts"), Html::data(&posts(page, officer.id)));
    let mut side = Html::default();
    let mut sessions = None;
    let may = page.app.authority().allows(&page.reader, <AdministerCredentials as ::access::Permission>::CODE).is_ok();
    if own {
        side = side.then(Notice::note(t(page, "own-note")));
    } else if may {
        let issue = Form::new("/admin/codes", page.csrf.as_str())
            .button(Action::submit_as(t(page, "issue-code"), "row", officer.id.to_string()).main())
            .after(t(page, "issue-after"));
        let disable = Form::new(format!("/admin/officers/{}/disable", officer.id), page.csrf.as_str())
            .button(Action::submit(t(page, "disable")))
            .after(t(page, "disable-after"));
        side = side.then(Panel::new(t(page, "credential"), ((issue, revoke), disable)));
        side = side.then(access::identity(&state, page, officer.id).await?);
        sessions = Some(access::sessions(&state, page, officer.id).await?);
    }
    if !own {
        let running = held(page, officer.id).filter(|it| it.to.is_none_or(|to| to > page.today()));
        let choices = running.map(|it| Choice::new(key(it), post_name(page, it.post))).collect();
        side = side.then(term_panel(
            page,
            &format!("/admin/officers/{}/term", officer.id),
            "term-of-appointment",
            choices,
        ));
    }
    let heading = Heading::new(words, page.either(&officer.name))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "officers"), "/admin/officers")
        .id(officer.login.clone());
    let (mandates, leave) = mandates::panels(page, officer);
    side = side.then(leave);
    let body = Grid::new()
        .cell(8, (Panel::new(t(page, "appointments"), table).flush(), (mandates, sessions)))
        .first(4, vec![Panel::new(t(page, "facts"), facts).into_html(), side]);
    Ok(page.html(heading, body))
}

/// All appointments of an officer, past ones included.
fn held(page: &Page, officer: OfficerId) -> impl Iterator<Item = &Appointment> {
    page.register.appointments().iter().filter(move |appointment| appointment.officer == officer)
}

/// A post with its organ, as people say it.
pub(super) fn post_name(page: &Page, id: PostId) -> String {
    let post = page.register.post(id);
    post.map_or_else(|| "–".to_owned(), |post| format!("{}·{}", page.organ(post.organ), page.either(&post.name)))
}

/// Names an appointment in a form: its post and first day.
fn key(appointment: &Appointment) -> String {
    format!("{} {}", appointment.post, appointment.from)
}

/// The appointment that a form names.
fn keyed(text: &str) -> Result<(PostId, Day), PageError> {
    let malformed = || PageError::Malformed("appointment");
    let (post, from) = text.split_once(' ').ok_or_else(malformed)?;
    Ok((post.parse().map_err(|_| malformed())?, from.parse().map_err(|_| malformed())?))
}

#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default)]
    appointment: String,
}

pub(super) async fn end(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Ending>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let officer = found(page, &id)?;
    if officer.id == page.reader.officer() {
        return Err(PageError::refused(Refusal::Own));
    }
    let (post, from) = keyed(&given.appointment)?;
    let appointment = page
        .register
        .appointments()
        .iter()
        .find(|it| it.officer == officer.id && it.post == post && it.from == from && it.to.is_none())
        .ok_or(PageError::Conflict)?;
    // Who was appointed from today on or later has not served a day.
    let to = page.today().max(appointment.from);
    let ended = Appointment { to: Some(to), ..*appointment };
    state.enter(&by, &[RegisterEvent::Appointed { appointments: vec![ended] }]).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

/// POST /admin/officers/{id}/term: an appointment ends sooner or later, or without a known end.
pub(super) async fn term(
    State(state): State<Administration>,
    by: By<AdministerPosts>,
    Path(id): Path<String>,
    Posted(given): Posted<Term>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let officer = found(page, &id)?;
    if officer.id == page.reader.officer() {
        return Err(PageError::refused(Refusal::Own));
    }
    let (post, from) = keyed(&given.of)?;
    let appointment = page
        .register
        .appointments()
        .iter()
        .find(|it| it.officer == officer.id && it.post == post && it.from == from)
        .ok_or(PageError::Conflict)?;
    let to = reorganise::term(appointment.from, appointment.to, until(&given.until)?, page.today())
        .map_err(|wrong| PageError::refused(Refusal::Term(wrong)))?;
    let changed = Appointment { to, ..*appointment };
    state.enter(&by, &[RegisterEvent::Appointed { appointments: vec![changed] }]).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}

/// Draws codes and shows them once. They stand in no act, no log and no table.
pub(super) async fn issue(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    axum::Form(fields): axum::Form<Vec<(String, String)>>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let words = page.words;
    let chosen = fields.iter().filter(|(name, _)| name == "row");
    let officers: Vec<&Officer> = chosen.map(|(_, id)| found(page, id)).collect::<Result<_, _>>()?;
    if officers.is_empty() {
        return Err(PageError::refused(Refusal::NobodyChosen));
    }
    if officers.iter().any(|officer| officer.id == page.reader.officer()) {
        return Err(PageError::refused(Refusal::Own));
    }
    let now = page.app.clock().now();
    let mut drawn = Vec::with_capacity(officers.len());
    for officer in &officers {
        let (code, row) =
            Code::draw(officer.id, now, VALID.as_millis() as i64).map_err(|error| PageError::broken(&error))?;
        drawn.push((*officer, code, row));
    }
    // The acts first: a code that works was granted by somebody.
    let granted: Vec<RegisterEvent> = officers
        .iter()
        .map(|officer| RegisterEvent::CredentialGranted { officer: officer.id, means: "one-time code".to_owned() })
        .collect();
    for some in granted.chunks(200) {
        state.enter(&by, some).await?;
    }
    for (_, _, row) in &drawn {
        state.sign_in.keep_code(row).await?;
    }
    let columns = vec![
        Column::new(t(page, "name")),
        Column::new(t(page, "login")),
        Column::new(t(page, "code")),
        Column::new(t(page, "posts")),
    ];
    let rows = drawn.iter().map(|(officer, code, _)| {
        Row::new(vec![
            Cell::new(Html::data(page.either(&officer.name))),
            Cell::code(&officer.login),
            Cell::code(&code.reveal()),
            Cell::new(Html::data(&posts(page, officer.id))),
        ])
    });
    let table = Table::new(words, "codes", t(page, "codes"), columns).rows(rows).plain();
    let heading = Heading::new(words, t(page, "codes"))
        .under(words.t("http-chapter-management"), "/admin/organs")
        .under(t(page, "officers"), "/admin/officers")
        .lead(t(page, "codes-lead"));
    Ok(page.html(heading, (Notice::caution(t(page, "codes-once")), Panel::new("", table).flush())))
}

pub(super) async fn disable(
    State(state): State<Administration>,
    by: By<AdministerCredentials>,
    Path(id): Path<String>,
) -> Result<Response, PageError> {
    let page = &by.page;
    let officer = found(page, &id)?;
    if officer.id == page.reader.officer() {
        return Err(PageError::refused(Refusal::Own));
    }
    // Shut first, then said: a door that stays open for want of a record would be the worse of the two.
    state.sign_in.revoke(officer.id).await?;
    let revoked = RegisterEvent::CredentialRevoked { officer: officer.id, means: "password".to_owned() };
    state.enter(&by, &[revoked]).await?;
    Ok(Redirect::to(&format!("/admin/officers/{id}")).into_response())
}
