//! Where one is signed in, and how to end it elsewhere.

use access::device::Agent;
use access::session::Way;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::{OwnAccount, t};
use crate::http::app::App;
use crate::http::door::{By, Visitor};
use crate::http::error::PageError;
use crate::http::form::Posted;
use crate::http::page::Page;
use crate::locale::Words;
use crate::view::{Action, Badge, Cell, Column, Form, Html, IntoHtml, Light, Panel, Row, Table};

/// Browser and system in words: what a person recognises a device by.
pub fn device_words(words: Words, agent: Agent) -> String {
    let known: Vec<&str> = [agent.browser, agent.system].into_iter().filter(|name| !name.is_empty()).collect();
    if known.is_empty() { words.t("http-account-device-unknown") } else { known.join(" · ") }
}

/// How a session began, in words.
pub fn way_words(words: Words, way: Option<Way>) -> String {
    words.t(&format!("http-account-way-{}", way.map_or("unknown", Way::word)))
}

/// The running sessions; the address stands here and nowhere else.
pub(super) async fn table(app: &App, visitor: &Visitor, page: &Page) -> Result<Panel, PageError> {
    let sessions = app.sign_in().sessions(page.reader.officer()).await?;
    let present = visitor.signed_in.as_ref().map(|signed_in| signed_in.token.hash().mark());
    let at = |moment| page.moment(moment);
    let columns = vec![
        Column::new(t(page, "device")),
        Column::new(t(page, "address")),
        Column::new(t(page, "way")),
        Column::new(t(page, "post")),
        Column::new(t(page, "since")).narrow(),
        Column::new(t(page, "seen")).narrow(),
        Column::new(t(page, "act")).narrow(),
    ];
    let others = sessions.iter().filter(|session| Some(&session.mark) != present.as_ref()).count();
    let rows = sessions.iter().map(|session| {
        let post = page.register.post(session.post);
        let end = if Some(&session.mark) == present.as_ref() {
            Badge::saying(Light::Done, t(page, "present")).bare().into_html()
        } else {
            Form::new("/account/sessions", page.csrf.as_str())
                .button(Action::submit_as(t(page, "end"), "session", session.mark.as_str()).small())
                .into_html()
        };
        Row::new(vec![
            Cell::new(device_words(page.words, session.agent)),
            Cell::code(&session.address),
            Cell::new(way_words(page.words, session.way)),
            Cell::new(Html::data(post.map_or("–", |post| page.either(&post.name)))),
            Cell::new(at(session.since)),
            Cell::new(at(session.last_seen)),
            Cell::new(end),
        ])
    });
    let table = Table::new(page.words, "sessions", t(page, "sessions"), columns).rows(rows);
    let panel = Panel::new(t(page, "sessions"), table).note(t(page, "sessions-note")).flush();
    Ok(if others == 0 {
        panel
    } else {
        let all = Form::new("/account/sessions", page.csrf.as_str()).button(Action::submit_as(
            t(page, "end-others"),
            "session",
            OTHERS,
        ));
        panel.foot(all)
    })
}

/// Names all sessions but the present one.
const OTHERS: &str = "others";

#[derive(Deserialize)]
pub(super) struct Ending {
    #[serde(default)]
    session: String,
}

pub(super) async fn end(
    State(app): State<App>,
    visitor: Visitor,
    by: By<OwnAccount>,
    Posted(ending): Posted<Ending>,
) -> Result<Response, PageError> {
    let present = visitor.signed_in.as_ref().map(|signed_in| &signed_in.token);
    let mark = (ending.session != OTHERS).then_some(ending.session.as_str());
    // One that has ended meanwhile is what was wanted; another's is not found among one's own.
    let ended = app.sign_in().end_sessions(by.page.reader.officer(), mark, present).await?;
    Ok(Redirect::to(if ended > 0 { "/account?done=sessions" } else { "/account" }).into_response())
}
