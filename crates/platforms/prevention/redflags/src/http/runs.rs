//! Screening runs: list, start, progress, report; and all flags of a subject.

use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use web::http::{By, Page, PageError, Posted, Said, follow};
use web::locale::Words;
use web::view::{
    Action, Cell, Choice, Column, Field, Form, Grid, Heading, Html, IntoHtml, Live, Notice, Panel, Row, Share,
    State as Empty, Table, format,
};

use super::jobs::{self, Job, Jobs, Kind, Outcome};
use super::{ReadIndicators, ReadRuns, Redflags, Refusal, StartRuns, actor, chosen, reach};
use crate::events::Counts;
use crate::pages::paragraphs::Paragraphs;
use crate::pages::{self, moment, n, t};
use crate::rule::percent;
use crate::screening::ScreenError;
use crate::store::{self as queries, Source};
use access::{Permission as _, Reader};

/// Runs shown of each source.
const SHOWN: u32 = 30;

#[derive(Deserialize, Default)]
pub(super) struct Wish {
    pub(super) source: Option<String>,
}

pub(super) async fn list(State(state): State<Redflags>, by: By<ReadRuns>) -> Result<Response, PageError> {
    let words = by.page.words;
    let sources = state.sources(&by.page.reader).await?;
    let runs = queries::runs(&state.importer.store, state.importer.node, &sources, SHOWN).await?;
    let columns = vec![
        Column::new(t(words, "column-run")),
        Column::new(t(words, "column-ended")).narrow(),
        Column::new(t(words, "column-processes")).figure(),
        Column::new(words.t("outcome-raised")).figure(),
        Column::new(words.t("outcome-not-raised")).figure(),
        Column::new(words.t("outcome-insufficient")).figure(),
        Column::new(words.t("outcome-not-applicable")).figure(),
        Column::new(t(words, "column-sum")).figure(),
        Column::new(t(words, "column-queued")).figure(),
        Column::new(t(words, "column-held-back")).figure(),
    ];
    let rows = runs.iter().map(|run| {
        let source = sources.iter().find(|source| source.matter == run.source);
        let href = format!("/runs/{}?source={}", run.run, percent(source.map_or("", |source| source.code.as_str())));
        let name = words.with("redflags-run-name", &[("run", run.run.into())]);
        let adds = if run.adds_up() { "✓" } else { "≠" };
        let [raised, clear, insufficient, outside] = run.outcomes;
        Row::new(vec![
            Cell::subject(&href, &name).under(Html::data(source.map_or("–", |source| source.name.as_str()))),
            Cell::new(moment(&by.page, run.at)).under(Html::data(&run.officer)),
            Cell::number(run.processes),
            Cell::number(raised),
            Cell::number(clear),
            Cell::number(insufficient),
            Cell::number(outside),
            Cell::new(format!("{} {adds}", format::number(run.subjects))),
            Cell::number(run.queued),
            Cell::number(run.held_back),
        ])
    });
    let table = Table::new(words, "runs", t(words, "runs"), columns)
        .rows(rows)
        .empty(Empty::empty(t(words, "runs-none"), t(words, "runs-none-next")));
    let mut body: Vec<Html> = going_on(&by.page, (&state.jobs.of(Kind::Run), &sources), "runs");
    if by.page.app.authority().allows(&by.page.reader, StartRuns::CODE).is_ok() && !sources.is_empty() {
        body.push(start_form(&by.page, &sources).into_html());
    }
    body.push(Panel::new(t(words, "runs"), table).note(t(words, "runs-note")).flush().into_html());
    body.push(super::sources::panel(&by.page, &sources).into_html());
    let heading = Heading::new(words, t(words, "runs"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .lead(t(words, "runs-lead"));
    Ok(by.page.html(heading, Grid::new().cell(12, body)))
}

fn start_form(page: &Page, sources: &[Source]) -> Panel {
    let words = page.words;
    let choices = sources.iter().map(|source| Choice::new(source.code.as_str(), source.name.as_str())).collect();
    let newest = chosen(sources, None).map(|source| source.code).unwrap_or_default();
    let form = Form::new("/runs", page.csrf.as_str())
        .with(Field::select("source", t(words, "run-source"), choices).value(newest))
        .button(Action::submit(t(words, "run-start")).main())
        .after(t(words, "run-start-after"));
    Panel::new(t(words, "run-start"), form)
}

/// Notices about jobs that are going on, each with the way to its progress.
pub(super) fn going_on(page: &Page, (jobs, sources): (&[Job], &[Source]), under: &str) -> Vec<Html> {
    jobs.iter()
        .filter(|job| matches!(job.state, jobs::State::Running))
        .filter(|job| sources.iter().any(|source| source.matter == job.source))
        .map(|job| {
            let text = page.words.with("redflags-job-running", &[("label", job.label.as_str().into())]);
            let link = web::view::Link::new(format!("/{under}/jobs/{}", job.id), t(page.words, "job-look"));
            Notice::note(text).link(link).into_html()
        })
        .collect()
}

#[derive(Deserialize)]
pub(super) struct Starting {
    #[serde(default)]
    source: Option<String>,
}

pub(super) async fn start(
    State(state): State<Redflags>,
    by: By<StartRuns>,
    Posted(starting): Posted<Starting>,
) -> Result<Response, PageError> {
    let sources = state.sources(&by.page.reader).await?;
    let source =
        chosen(&sources, starting.source.as_deref()).ok_or_else(|| PageError::refused(Refusal::NothingImported))?;
    let id = state
        .jobs
        .begin(Kind::Run, source.matter, &source.name, by.may.officer())
        .ok_or_else(|| PageError::refused(Refusal::GoingOn))?;
    let who = actor(&by);
    tokio::spawn(async move {
        let jobs = state.jobs.clone();
        let progress = |done, total| jobs.progress(id, done, total, Counts::default());
        let ended = match state.importer.screen(source.matter, state.policy, &who, progress).await {
            Ok(screened) => jobs::State::Done(Outcome::Screened(screened)),
            Err(ScreenError::Busy) => jobs::State::Failed { code: "redflags.busy", why: String::new() },
            Err(ScreenError::Unreconciled(error)) => {
                tracing::error!(%error, "a run does not add up");
                jobs::State::Failed { code: "redflags.does_not_add_up", why: error.to_string() }
            }
            Err(ScreenError::Fault(fault)) => broken(&fault),
        };
        state.jobs.end(id, ended);
        if let Err(fault) = state.importer.warm().await {
            tracing::warn!(%fault, "a reference was not read ahead");
        }
    });
    Ok(Redirect::to(&format!("/runs/jobs/{id}")).into_response())
}

/// A fault, logged here, as the state of its job.
pub(super) fn broken(fault: &dyn std::error::Error) -> jobs::State {
    let reference = match PageError::broken(fault) {
        PageError::Broken { reference } => reference,
        _ => String::new(),
    };
    jobs::State::Failed { code: "redflags.broken", why: reference }
}

/// How far a job has come, in words and as a bar.
fn so_far(words: Words, job: &Job) -> Html {
    let text = if job.total == 0 {
        t(words, "job-counting")
    } else if job.kind == Kind::Import {
        words.with(
            "redflags-job-bytes",
            &[("done", format::bytes(job.done).into()), ("total", format::bytes(job.total).into())],
        )
    } else {
        words.with("redflags-job-processes", &[("done", job.done.into()), ("total", job.total.into())])
    };
    let mut parts = vec![Paragraphs::new([text]).into_html(), Share::new(job.done, job.total).into_html()];
    if job.kind == Kind::Import {
        let counts = words.with(
            "redflags-job-counts",
            &[("read", job.counts.read.into()), ("loaded", job.counts.loaded.into()), ("held", job.counts.held.into())],
        );
        parts.push(Paragraphs::new([counts]).into_html());
    }
    parts.into_html()
}

/// The page of a job while it goes on, or when it has stopped.
pub(super) fn progress(page: &Page, job: &Job, title: &str, list: (&str, &str)) -> Response {
    let words = page.words;
    let heading = Heading::new(words, title)
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(list.0, list.1)
        .id(job.label.clone());
    if let jobs::State::Failed { code, why } = &job.state {
        let key = format!("redflags-failed-{}", code.trim_start_matches("redflags.").replace('_', "-"));
        let what = words.with(&key, &[("why", why.as_str().into())]);
        let body = Empty::refused(t(words, "job-failed"), what, t(words, "job-failed-next"), *code);
        return page.html(heading, Panel::new(job.label.as_str(), body));
    }
    let path = page.here.split('?').next().unwrap_or_default();
    let live = Live::new(format!("{path}/live"), so_far(words, job));
    page.going_on(heading.lead(t(words, "job-lead")), Panel::new(job.label.as_str(), live))
}

/// Tells the page of a job how far it has come, until it ends.
pub(super) fn followed(page: &Page, jobs: &Jobs, job: &Job) -> Response {
    let (words, id, kind, of) = (page.words, job.id, job.kind, jobs.clone());
    follow(jobs.changed(), move |()| match of.get(id, kind) {
        Some(job) if matches!(job.state, jobs::State::Running) => Said::Part(so_far(words, &job)),
        _ => Said::Ended,
    })
}

pub(super) async fn live(
    State(state): State<Redflags>,
    by: By<ReadRuns>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let (job, _) = state.job(&by.page.reader, id, Kind::Run).await?;
    Ok(followed(&by.page, &state.jobs, &job))
}

pub(super) async fn job(
    State(state): State<Redflags>,
    by: By<ReadRuns>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let (job, source) = state.job(&by.page.reader, id, Kind::Run).await?;
    if let jobs::State::Done(Outcome::Screened(screened)) = &job.state {
        let to = format!("/runs/{}?source={}", screened.run, percent(&source.code));
        return Ok(Redirect::to(&to).into_response());
    }
    let words = by.page.words;
    Ok(progress(&by.page, &job, &t(words, "run-going"), (&t(words, "runs"), "/runs")))
}

/// A run by its number: of the source that is asked for, else of the one imported into last.
pub(super) async fn found(
    state: &Redflags,
    reader: &Reader,
    wish: &Wish,
    number: i64,
) -> Result<(queries::Run, Source), PageError> {
    let sources = state.sources(reader).await?;
    let source = chosen(&sources, wish.source.as_deref()).ok_or(PageError::NotFound)?;
    let run = queries::run(&state.importer.store, state.importer.node, source.matter, number)
        .await?
        .ok_or(PageError::NotFound)?;
    Ok((run, source))
}

pub(super) async fn one(
    State(state): State<Redflags>,
    by: By<ReadRuns>,
    Path(number): Path<i64>,
    Query(wish): Query<Wish>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let (run, source) = found(&state, &by.page.reader, &wish, number).await?;
    super::sources::on_record(&by.page, &by.may, &source).await?;
    let (store, node) = (&state.importer.store, state.importer.node);
    let rows = queries::run_indicators(store, node, source.matter, number).await?;
    let before = queries::run_indicators(store, node, source.matter, number - 1).await?;
    let report = queries::report(store, &run).await?;
    let heading = Heading::new(words, words.with("redflags-run-title", &[("run", number.into())]))
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "runs"), "/runs")
        .id(number.to_string())
        .lead(t(words, "run-lead"));
    Ok(by.page.html(heading, pages::run::body(&by.page, &run, &source.name, &rows, &before, &report)))
}

#[derive(Deserialize, Default)]
pub(super) struct OfSubject {
    #[serde(default)]
    subject: String,
}

/// What the newest runs raised on a subject over many processes, as far as the reader reaches; a reading that is an act is
/// recorded.
///
/// A flag is reached where one of the processes that it names is: it is about them.
pub(super) async fn raised_on<P>(
    state: &Redflags,
    by: &By<P>,
    reach: &queries::Reach,
    sources: &[Source],
    subject: &str,
) -> Result<Vec<queries::StoredFlag>, PageError> {
    let store = &state.importer.store;
    let mut raised = Vec::new();
    for source in sources {
        let run = state.importer.newest_run(source.matter).await?;
        for flag in queries::flags_of_subject(store, reach, source.matter, run, subject).await? {
            let mut seen = reach.is_all();
            for ocid in flag.content.processes.iter().chain(&flag.ocid).take(50) {
                if seen {
                    break;
                }
                seen = queries::process(store, reach, std::slice::from_ref(source), ocid).await?.is_some();
            }
            if seen {
                super::sources::on_record(&by.page, &by.may, source).await?;
                raised.push(flag);
            }
        }
    }
    Ok(raised)
}

pub(super) async fn flags(
    State(state): State<Redflags>,
    by: By<ReadIndicators>,
    Query(of): Query<OfSubject>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let reach = reach(&by);
    let sources = state.sources(&by.page.reader).await?;
    let mut parts = Vec::new();
    let mut label = None;
    let mut processes: Vec<String> = Vec::new();
    for flag in raised_on(&state, &by, &reach, &sources, &of.subject).await? {
        label.get_or_insert_with(|| flag.content.subject.label(pages::lang(words)));
        processes.extend(flag.content.processes.iter().cloned().chain(flag.ocid.clone()));
        parts.push(pages::process::evidence(words, &flag).into_html());
    }
    let label = label.ok_or(PageError::NotFound)?;
    processes.sort();
    processes.dedup();
    let count = parts.len() as u64;
    let mut lines = Vec::new();
    for ocid in processes.iter().take(100) {
        if let Some(stored) = queries::process(&state.importer.store, &reach, &sources, ocid).await? {
            lines.push(stored.line);
        }
    }
    let flagged = super::processes::flagged(&state, &reach, &lines).await?;
    let table = pages::lists::processes(words, "processes", &lines, Some(&flagged), false)
        .empty(Empty::empty(t(words, "flags-no-processes"), ""));
    let heading = Heading::new(words, label)
        .under(words.t("http-chapter-prevention"), "/processes")
        .id(of.subject.clone())
        .lead(n(words, "flags-lead", count));
    let body = Grid::new()
        .cell(12, Panel::new(t(words, "reasons"), parts).foot(t(words, "reasons-foot")))
        .cell(12, Panel::new(t(words, "flags-processes"), table).flush());
    Ok(by.page.html(heading, body))
}
