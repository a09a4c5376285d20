//! A source's page: what it is, what was imported from it last, how secret it is and who has read it; the form of who
//! classifies it.

use std::collections::{BTreeMap, BTreeSet};

use ::store::{Recorded, StoreFault};
use access::{May, Permission as _};
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use kernel::secrecy::NotClassified;
use kernel::{MatterId, OfficerId, Refused};
use secrecy::Who;
use secrecy::view::{self as known, Candidate};
use web::http::{By, Page, PageError, Posted, refusal_words};
use web::view::{
    Action, Cell, Column, ErrorSummary, Field, Form, Grid, Heading, Html, IntoHtml, Link, Notice, Panel, Row,
    State as Empty, Table,
};

use super::{ClassifySources, ReadRuns, Redflags, actor};
use crate::amendment::LONGEST;
use crate::import::Importer;
use crate::pages::{moment, t};
use crate::rule::percent;
use crate::source::{self, Refusal};
use crate::store::{self as queries, Reach, Source};

/// Files shown.
const SHOWN: u32 = 10;

/// Duties that work with processes: of those who watch, whoever serves in the organ that classifies may be named; of those who
/// keep data and rules, who are few in a node, everybody.
const WATCHERS: [&str; 2] = ["inspector", "supervision-chief"];
const KEEPERS: [&str; 3] = ["data-officer", "rule-steward", "rule-approver"];

/// The page of a source.
pub(super) fn path(code: &str) -> String {
    format!("/sources/{}", percent(code))
}

/// A source that the reader may know of, or "no such page".
async fn found(state: &Redflags, page: &Page, code: &str) -> Result<Source, PageError> {
    let sources = state.sources(&page.reader).await?;
    sources.into_iter().find(|source| source.code == code).ok_or(PageError::NotFound)
}

/// Records that the reader reads what came from a source, where that is an act.
pub(super) async fn on_record<P>(page: &Page, may: &May<P>, source: &Source) -> Result<(), PageError> {
    known::on_record(page, may, (source.matter, &source.secrecy)).await
}

/// Whether the reader may see what an act of this platform says, for another platform that shows it: as the page of its source
/// would. A reading that is an act is recorded.
///
/// # Errors
/// If the store fails, or the reading cannot be recorded.
pub async fn may_see_act(page: &Page, act: &Recorded) -> Result<bool, StoreFault> {
    let matter = MatterId::new(act.act.matter);
    let sources = queries::sources(page.app.store(), page.app.node(), None).await?;
    let of = |source: &Source| source.matter == matter || Importer::screening_matter(source.matter) == matter;
    // What is of no source says how rules are set, and is open to whoever may see acts.
    let Some(source) = sources.into_iter().find(of) else { return Ok(true) };
    if !Who::of(&page.reader).may_know(&source.secrecy) {
        return Ok(false);
    }
    known::on_record_elsewhere(page, (source.matter, &source.secrecy)).await.map(|()| true)
}

/// The sources of the node that the reader may know of, for pages that lead there.
pub(super) fn panel(page: &Page, sources: &[Source]) -> Panel {
    let words = page.words;
    let columns = vec![
        Column::new(t(words, "column-source")),
        Column::new(t(words, "source-code")),
        Column::new(t(words, "source-last-import")).narrow(),
        Column::new(words.t("secrecy-class")),
    ];
    let rows = sources.iter().map(|source| {
        let last = source.last_import.map_or_else(|| "–".to_owned(), |at| moment(page, at));
        let badge = known::badge(words, source.secrecy.class, source.secrecy.named.is_some());
        let class = badge.map_or_else(
            || Html::text(&words.t(&format!("secrecy-class-{}", source.secrecy.class))),
            |badge| badge.bare().into_html(),
        );
        Row::new(vec![
            Cell::subject(&path(&source.code), &source.name),
            Cell::new(Html::data(&source.code)),
            Cell::new(last),
            Cell::new(class),
        ])
    });
    let table = Table::new(words, "sources", t(words, "sources"), columns)
        .rows(rows)
        .empty(Empty::empty(t(words, "imports-none"), t(words, "imports-none-next")));
    Panel::new(t(words, "sources"), table).note(t(words, "sources-note")).flush()
}

pub(super) async fn one(
    State(state): State<Redflags>,
    by: By<ReadRuns>,
    Path(code): Path<String>,
) -> Result<Response, PageError> {
    let source = found(&state, &by.page, &code).await?;
    on_record(&by.page, &by.may, &source).await?;
    render(&state, &by.page, &source, None).await
}

#[derive(Clone, Copy)]
struct Again<'a> {
    fields: &'a BTreeMap<String, String>,
    refusal: &'a Refusal,
}

async fn render(
    state: &Redflags,
    page: &Page,
    source: &Source,
    again: Option<Again<'_>>,
) -> Result<Response, PageError> {
    let words = page.words;
    let files = queries::files(&state.importer.store, state.importer.node, std::slice::from_ref(source), SHOWN).await?;
    let columns = vec![
        Column::new(t(words, "column-file")),
        Column::new(t(words, "column-rows")).figure(),
        Column::new(t(words, "column-loaded")).figure(),
        Column::new(t(words, "column-held")).figure(),
        Column::new(t(words, "column-when")).narrow(),
    ];
    let rows = files.iter().map(|file| {
        Row::new(vec![
            Cell::new(Html::data(&file.name)),
            Cell::number(file.counts.read),
            Cell::number(file.counts.loaded),
            Cell::number(file.counts.held),
            Cell::new(moment(page, file.at)).under(Html::data(&file.officer)),
        ])
    });
    let table = Table::new(words, "files", t(words, "imports"), columns)
        .rows(rows)
        .empty(Empty::empty(t(words, "imports-none"), t(words, "imports-none-next")));
    let to_processes = Link::new(format!("/processes?source={}", percent(&source.code)), t(words, "import-see"));
    let main = vec![Panel::new(t(words, "imports"), table).flush().aside(to_processes).into_html()];
    let mut side: Vec<Html> = form(page, source, again)?.map(IntoHtml::into_html).into_iter().collect();
    side.extend(known::readers(page, (source.matter, &source.secrecy)).await?.map(IntoHtml::into_html));
    if side.is_empty() {
        side.push(Notice::note(t(words, "source-open")).into_html());
    }
    let mut heading = Heading::new(words, source.name.clone())
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "runs"), "/runs")
        .id(source.code.clone())
        .lead(t(words, "source-lead"));
    if let Some(badge) = known::badge(words, source.secrecy.class, source.secrecy.named.is_some()) {
        heading = heading.badge(badge);
    }
    Ok(page.html(heading, Grid::new().cell(8, main).cell(4, side)))
}

/// Who may be named: whoever works with processes, and whoever is named already.
fn candidates(page: &Page, source: &Source) -> Vec<Candidate> {
    let (register, today) = (&page.register, page.today());
    let serving = register.appointments().iter().filter(|appointment| appointment.serves(today));
    let mut all: Vec<Candidate> = serving
        .filter_map(|appointment| {
            let post = register.post(appointment.post)?;
            let has = |duties: &[&str]| post.duties.iter().any(|duty| duties.contains(&duty.as_str()));
            let works = has(&KEEPERS) || post.organ == page.reader.organ() && has(&WATCHERS);
            (works && post.exists(today)).then_some((appointment.officer, Some(post.organ)))
        })
        .collect();
    all.extend(source.secrecy.named.iter().flatten().map(|officer| (*officer, None)));
    let mut seen = BTreeSet::<OfficerId>::new();
    all.retain(|(officer, _)| seen.insert(*officer));
    all
}

/// Whether sources are theirs to classify: a source lies across the whole node, so that it falls to the node's own supervisory
/// organ, or to whoever reaches all of it.
fn is_theirs(page: &Page, may: &May<ClassifySources>) -> bool {
    page.register.profile.supervisor == Some(may.organ())
        || Reach::of(may.scope(), &page.register, page.today()).is_all()
}

/// The form of who classifies; nothing for others.
fn form(page: &Page, source: &Source, again: Option<Again<'_>>) -> Result<Option<Panel>, PageError> {
    let Ok(may) = page.app.authority().may::<ClassifySources>(&page.reader) else { return Ok(None) };
    if !is_theirs(page, &may) {
        return Ok(None);
    }
    let words = page.words;
    let why = again.map(|again| (again.refusal, refusal_words(words, &Refused::from(again.refusal.clone())).0));
    let sent = again.map(|again| |name: &str| again.fields.get(name).cloned().unwrap_or_default());
    let sent = sent.as_ref().map(|sent| sent as &dyn Fn(&str) -> String);
    let only = t(words, "source-named-only");
    let mut fields = known::fields(page, &source.secrecy, (&candidates(page, source), only), sent);
    let mut grounds = Field::area("grounds", t(words, "source-grounds"))
        .help(t(words, "source-grounds-help"))
        .limit(words, LONGEST as u32);
    if let Some(sent) = sent {
        grounds = grounds.value(sent("grounds"));
    }
    match why {
        Some((Refusal::Class(NotClassified::NoSuchClass | NotClassified::NothingChanges), why)) => {
            fields.class = fields.class.error(why);
        }
        Some((Refusal::WithoutOneself, why)) => fields.only = fields.only.error(why),
        Some((Refusal::NoGrounds | Refusal::LongGrounds { .. }, why)) => grounds = grounds.error(why),
        None => {}
    }
    let summary = ErrorSummary::of(words, &[&fields.class, &fields.only, &grounds]);
    let form = Form::new(format!("{}/classify", path(&source.code)), page.csrf.as_str()).with(summary);
    let form = fields.names.into_iter().fold(form.with(fields.class).with(fields.only), Form::with);
    let form = form
        .with(grounds)
        .button(Action::submit(t(words, "source-classify-button")))
        .after(t(words, "source-classify-after"));
    Ok(Some(Panel::new(t(words, "source-classify"), form).id("classify")))
}

/// POST /sources/{code}/classify
pub(super) async fn classify(
    State(state): State<Redflags>,
    by: By<ClassifySources>,
    Path(code): Path<String>,
    Posted(given): Posted<BTreeMap<String, String>>,
) -> Result<Response, PageError> {
    if !is_theirs(&by.page, &by.may) {
        return Err(PageError::NotFound);
    }
    let source = found(&state, &by.page, &code).await?;
    let field = |name: &str| given.get(name).cloned().unwrap_or_default();
    let to = known::asked(&candidates(&by.page, &source), field)?;
    let hand = (by.may.officer(), by.may.ceiling());
    let event = match source::classify(&source.secrecy, hand, to, &field("grounds")) {
        Ok(event) => event,
        Err(refusal) => {
            if by.page.app.authority().allows(&by.page.reader, ReadRuns::CODE).is_err() {
                return Err(PageError::refused(refusal));
            }
            let mut page = by.page.clone();
            page.here = path(&code);
            on_record(&page, &by.may, &source).await?;
            let mut shown = render(&state, &page, &source, Some(Again { fields: &given, refusal: &refusal })).await?;
            *shown.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            return Ok(shown);
        }
    };
    state.importer.classify_source(source.matter, &event, &actor(&by)).await?;
    Ok(Redirect::to(&format!("{}#classify", path(&code))).into_response())
}
