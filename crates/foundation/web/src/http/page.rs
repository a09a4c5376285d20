//! What a handler needs to answer with a page.

use std::sync::Arc;

use access::Reader;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use directory::Register;
use kernel::{Day, Erasable, Eyes, Instant, Refused};
use store::{Actor, Recorded};

use crate::http::app::{App, CHAPTERS};
use crate::http::error::PageError;
use crate::locale::{self, Arg, Locale, Words};
use crate::view::{
    Chapter, Entry, Frame, Heading, Html, Icon, IntoHtml, Post, PublicFrame, Rail, State, TableQuery, Theme, format,
};

/// A page is made to be looked at.
impl Eyes for Page {}

/// Whoever reads a page or data of the public face, which are made to be looked at.
#[derive(Clone, Copy, Debug)]
pub struct Everybody;

impl Eyes for Everybody {}

/// A signed-in officer's page: language, colours, menu, and who they are.
#[derive(Clone)]
pub struct Page {
    /// The application.
    pub app: App,
    /// Texts.
    pub words: Words,
    /// Colours.
    pub theme: Theme,
    /// Who reads.
    pub reader: Arc<Reader>,
    /// The register the reader was found in.
    pub register: Arc<Register>,
    /// The token of this session's forms.
    pub csrf: String,
    /// Path and query.
    pub here: String,
    pub(crate) rail: Rail,
}

impl Page {
    /// The page of a signed-in reader at a route that is for everybody: the door fills the rail of inner routes only.
    pub(crate) async fn with_rail(mut self) -> Result<Page, PageError> {
        self.rail = rail(&self.app, self.words, &self.reader, &self.here).await?;
        Ok(self)
    }

    /// A moment as lists show it: with its year where that is not this one.
    pub fn moment(&self, at: Instant) -> String {
        format::date_time_short(at, self.app.clock().zone(), self.today())
    }

    /// What may have been erased by law, or that it was.
    pub fn shown(&self, text: &Erasable<String>) -> String {
        text.show(self).cloned().unwrap_or_else(|| self.words.t("http-erased"))
    }

    /// Today at the node.
    pub fn today(&self) -> Day {
        self.app.clock().today()
    }

    /// The frame around the page.
    pub fn frame(&self) -> Frame {
        let posts = self
            .register
            .acting(self.reader.officer(), self.today())
            .into_iter()
            .map(|acts| Post {
                id: acts.post.id.to_string(),
                name: match acts.on_behalf_of {
                    Some(holder) => self.words.with(
                        "http-post-on-behalf",
                        &[("post", self.post_name(acts.post).into()), ("holder", self.officer(holder).into())],
                    ),
                    None => self.post_name(acts.post),
                },
                current: acts.post.id == self.reader.post(),
            })
            .collect();
        Frame {
            words: self.words,
            theme: self.theme,
            synthetic: self.register.profile.synthetic,
            place: self.either(&self.register.profile.name).to_owned(),
            today: self.today_in_words(),
            posts,
            rail: self.rail.clone(),
            csrf: self.csrf.clone(),
            here: self.here.clone(),
        }
    }

    /// A text that data give in both languages.
    pub fn either<'a>(&self, text: &'a kernel::Text) -> &'a str {
        self.words.said(text)
    }

    /// The short name of an organ as of today, or a dash where the register does not know it.
    pub fn organ(&self, id: kernel::OrganId) -> String {
        self.register
            .organ_on(id, self.today())
            .map_or_else(|| "–".to_owned(), |organ| self.either(&organ.short).to_owned())
    }

    /// The name of an officer.
    pub fn officer(&self, id: kernel::OfficerId) -> String {
        self.register.officer(id).map_or_else(|| "–".to_owned(), |officer| self.either(&officer.name).to_owned())
    }

    /// Which officer did an act, under which organ; `None` where it was no officer.
    pub fn whose(&self, act: &Recorded) -> Option<String> {
        let Actor::Officer { pseudonym } = &act.act.actor else { return None };
        let name = pseudonym.parse().map_or_else(|_| pseudonym.clone(), |id| self.officer(id));
        let organ = act.act.organ.as_deref().and_then(|organ| organ.parse().ok());
        Some(organ.map_or_else(|| name.clone(), |organ| format!("{}·{name}", self.organ(organ))))
    }

    fn post_name(&self, post: &kernel::officer::Post) -> String {
        format!("{}·{}", self.organ(post.organ), self.either(&post.name))
    }

    fn today_in_words(&self) -> String {
        let today = self.today();
        let kind = match self.app.calendar().is_working(today) {
            Ok(true) => self.words.t("http-day-working"),
            Ok(false) => self.words.t("http-day-rest"),
            Err(_) => self.words.t("http-day-no-calendar"),
        };
        format!("{} · {kind}", format::today(self.words.locale(), today))
    }

    /// A page with status 200.
    pub fn html(&self, heading: Heading, body: impl IntoHtml) -> Response {
        respond(StatusCode::OK, self.frame().page(heading, body))
    }

    /// A page with status 200 that shows something that is going on: without scripts it asks again by itself.
    pub fn going_on(&self, heading: Heading, body: impl IntoHtml) -> Response {
        respond(StatusCode::OK, self.frame().going_on(heading, body))
    }
}

/// An HTML answer that no cache keeps: it is for one reader.
pub(crate) fn respond(status: StatusCode, html: Html) -> Response {
    (
        status,
        [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CACHE_CONTROL, "no-store")],
        html.into_string(),
    )
        .into_response()
}

/// Leads to the last page of a list of so many rows, where what was asked for lies beyond it: rows go while people read,
/// and an empty page would say that there are none.
pub fn last_page(query: &TableQuery, rows: u64) -> Option<Response> {
    query.beyond(rows).map(|last| Redirect::to(&last.url()).into_response())
}

/// A file to keep, under this name; no cache keeps it.
pub fn attachment(name: &str, media: &'static str, content: impl Into<axum::body::Body>) -> Response {
    (
        [
            (header::CONTENT_TYPE, media.to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ],
        content.into(),
    )
        .into_response()
}

/// The rail of a reader: the places they may enter, and what of them is theirs.
pub(crate) async fn rail(app: &App, words: Words, reader: &Arc<Reader>, here: &str) -> Result<Rail, PageError> {
    let path = here.split('?').next().unwrap_or(here);
    let mut own = Vec::new();
    let mut chapters: Vec<(&'static str, &'static str, Vec<Entry>)> = Vec::new();
    for entry in &app.inner.menu {
        if app.authority().allows(reader, entry.permission).is_err() {
            continue;
        }
        let here = if entry.href == "/" {
            path == "/"
        } else {
            path == entry.href || path.starts_with(&format!("{}/", entry.href))
        };
        let mut shown = Entry::new(words.t(entry.text), entry.href).here(here);
        if let Some(mine) = &entry.mine {
            shown = shown.mine(mine(Arc::clone(reader)).await?);
        }
        match entry.chapter {
            None => own.push(shown.icon(if entry.href == "/" { Icon::Desk } else { Icon::Inbox })),
            Some(chapter) => match chapters.last_mut().filter(|(name, _, _)| *name == chapter) {
                Some((_, _, entries)) => entries.push(shown),
                None => chapters.push((chapter, entry.href, vec![shown])),
            },
        }
    }
    let group = |names: &[&'static str]| -> Vec<Chapter> {
        chapters
            .iter()
            .filter(|(name, _, _)| names.contains(name))
            .map(|(name, first, entries)| {
                let title = Entry::new(words.t(&format!("http-chapter-{name}")), *first);
                Chapter::new(words.t(&format!("http-chapter-{name}-numeral")), title, entries.clone())
            })
            .collect()
    };
    Ok(Rail::new(own)
        .group(words.t("http-rail-mechanisms"), group(&CHAPTERS[..5]))
        .group(words.t("http-rail-management"), group(&CHAPTERS[5..])))
}

/// The public frame of a node.
pub(crate) async fn public_frame(app: &App, words: Words, theme: Theme, here: &str) -> Result<PublicFrame, PageError> {
    let register = app.sign_in().directory().register().await?;
    let (name, synthetic) = register.as_ref().map_or((String::new(), false), |register| {
        let name = &register.profile.name;
        (words.either(&name.zh, &name.en).to_owned(), register.profile.synthetic)
    });
    let checkpoint = app.store().checkpoint(app.node().number()).await?;
    let foot = match checkpoint {
        Some(checkpoint) => Html::text(&words.with(
            "http-public-checkpoint",
            &[
                ("size", Arg::from(format::number(checkpoint.size))),
                ("at", Arg::from(format::date_time(kernel::Instant::from_ms(checkpoint.at), app.clock().zone()))),
            ],
        )),
        None => Html::text(&words.t("http-public-no-checkpoint")),
    };
    let mut frame = bare_frame(words, theme, here);
    frame.synthetic = synthetic;
    let path = here.split('?').next().unwrap_or(here);
    let is_here = |href: &str| path == href || path.starts_with(&format!("{href}/"));
    let doors = app.inner.doors.iter();
    frame.doors = doors.map(|(text, href)| Entry::new(words.t(text), *href).here(is_here(href))).collect();
    frame.place = words.with("http-public-name", &[("place", Arg::from(name))]);
    frame.foot = vec![foot];
    Ok(frame)
}

/// The public frame without a figure of the store: for an answer that must cost nothing.
pub(crate) fn bare_frame(words: Words, theme: Theme, here: &str) -> PublicFrame {
    PublicFrame {
        words,
        theme,
        synthetic: false,
        place: words.with("http-public-name", &[("place", Arg::from(""))]),
        doors: Vec::new(),
        other_language: with_language(here, locale::other(words.locale())),
        sign_in: (here != "/sign-in").then(|| "/sign-in".to_owned()),
        foot: Vec::new(),
        foot_links: vec![
            Entry::new(words.t("http-public-verify"), "/verify"),
            Entry::new(words.t("http-public-api"), "/api"),
            Entry::new(words.t("http-public-licences"), "/licences"),
        ],
    }
}

fn with_language(here: &str, locale: Locale) -> String {
    let path = here.split('?').next().unwrap_or(here);
    format!("{path}?lang={}", locale.tag())
}

/// The state panel of an error, in the reader's words.
pub(crate) fn panel(words: Words, error: &PageError, post: &str) -> State {
    match error {
        PageError::Denied(denied) => denied_panel(words, denied, post),
        PageError::NotFound | PageError::SignInNeeded | PageError::SecondFactorNeeded => State::not_found(words),
        PageError::Refused(refused) => refusal_panel(words, refused),
        PageError::Conflict => State::refused(
            words.t("http-refused-conflict"),
            words.t("http-refused-conflict-why"),
            words.t("http-refused-conflict-next"),
            error.code(),
        ),
        PageError::Forged => State::refused(
            words.t("http-refused-forged"),
            words.t("http-refused-forged-why"),
            words.t("http-refused-forged-next"),
            error.code(),
        ),
        PageError::Malformed(what) => State::refused(
            words.t("http-refused-malformed"),
            words.with("http-refused-malformed-why", &[("what", Arg::from(*what))]),
            words.t("http-refused-malformed-next"),
            error.code(),
        ),
        PageError::TooLarge { limit } => State::refused(
            words.t("http-refused-too-large"),
            words.with("http-refused-too-large-why", &[("limit", Arg::from(format::bytes(*limit as u64)))]),
            words.t("http-refused-too-large-next"),
            error.code(),
        ),
        PageError::TooMany { seconds } => State::refused(
            words.t("http-refused-too-many"),
            words.with("http-refused-too-many-why", &[("seconds", Arg::from(i64::from(*seconds)))]),
            words.t("http-refused-too-many-next"),
            error.code(),
        ),
        PageError::TooSlow => State::refused(
            words.t("http-refused-too-slow"),
            words.t("http-refused-too-slow-why"),
            words.t("http-refused-too-slow-next"),
            error.code(),
        ),
        PageError::Broken { reference } => State::broken(words, reference, words.t("http-broken-nothing-lost")),
    }
}

fn denied_panel(words: Words, denied: &access::Denied, post: &str) -> State {
    match denied {
        access::Denied::NoDuty(missing) => State::no_permission(
            words,
            words.either(&missing.duties.zh, &missing.duties.en),
            post,
            words.either(&missing.granted_by.zh, &missing.granted_by.en),
        ),
        access::Denied::Forbidden(rule) => State::refused(
            words.t("http-refused-forbidden"),
            words.either(&rule.reason.zh, &rule.reason.en),
            words.t("http-refused-forbidden-next"),
            "door.no_permission",
        ),
        _ => State::not_found(words),
    }
}

/// What did not happen, why, what to do: keys `refusal-<code>`, dots and underscores as hyphens, and `…-next`.
pub fn refusal_panel(words: Words, refused: &Refused) -> State {
    let (why, next) = refusal_words(words, refused);
    State::refused(words.t("http-not-done"), why, next, refused.code)
}

/// The two sentences of a refusal: why, and what to do.
pub fn refusal_words(words: Words, refused: &Refused) -> (String, String) {
    let key = format!("refusal-{}", refused.code.replace(['.', '_'], "-"));
    let values: Vec<(&str, Arg)> =
        refused.params.iter().map(|(name, value)| (*name, parameter(words, value))).collect();
    let why = if words.has(&key) { words.with(&key, &values) } else { refused.sentence.clone() };
    let next = words.find(&format!("{key}-next")).unwrap_or_else(|| words.t("http-refused-next"));
    (why, next)
}

fn parameter(words: Words, value: &kernel::Param) -> Arg<'_> {
    match value {
        kernel::Param::Count(count) => Arg::from(*count),
        kernel::Param::Both(text) => Arg::from(words.either(&text.zh, &text.en).to_owned()),
        other => Arg::from(other.to_string()),
    }
}
