//! Imports: files with counts, uploads with a preview, progress.

use std::path::{Path as FsPath, PathBuf};

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use kernel::{MatterId, OfficerId};
use tables::{Mapping, OnDisk, Yields};
use web::http::{By, PageError, Uploaded};
use web::view::{
    Action, Cell, Choice, Column, Field, Form, Grid, Heading, Held, Html, IntoHtml, Link, Notice, Panel, Row,
    State as Empty, Table, Upload, format,
};

use super::jobs::{self, Kind, Outcome, Staged};
use super::{ReadQuarantine, Redflags, Refusal, StartImports, UPLOAD_LIMIT, actor, chosen, runs};
use crate::import::{By as Actor, ImportError, Input};
use crate::pages::paragraphs::Paragraphs;
use crate::pages::{moment, n, t};
use crate::rule::percent;
use crate::store as queries;
use access::Permission as _;

/// Files shown of each source.
const SHOWN: u32 = 50;
/// Mapped rows of a preview.
const PREVIEWED: usize = 10;

pub(super) async fn list(State(state): State<Redflags>, by: By<ReadQuarantine>) -> Result<Response, PageError> {
    let words = by.page.words;
    let sources = state.sources(&by.page.reader).await?;
    let files = queries::files(&state.importer.store, state.importer.node, &sources, SHOWN).await?;
    let columns = vec![
        Column::new(t(words, "column-file")),
        Column::new(t(words, "column-source")),
        Column::new(t(words, "column-rows")).figure(),
        Column::new(t(words, "column-loaded")).figure(),
        Column::new(t(words, "column-held")).figure(),
        Column::new(t(words, "column-sum")).narrow(),
        Column::new(t(words, "column-set-aside")).figure(),
        Column::new(t(words, "column-when")).narrow(),
    ];
    let rows = files.iter().map(|file| {
        let source = sources.iter().find(|source| source.matter == file.source);
        let counts = file.counts;
        let held = format!("/quarantine?source={}", percent(source.map_or("", |source| source.code.as_str())));
        Row::new(vec![
            Cell::new(Html::data(&file.name)).under(format!(
                "{} · {}",
                format::bytes(file.bytes.max(0) as u64),
                crate::pages::run::short(&file.digest)
            )),
            Cell::new(Html::data(source.map_or("–", |source| source.name.as_str()))),
            Cell::number(counts.read),
            Cell::number(counts.loaded),
            Cell::new(Link::new(held, format::number(counts.held))),
            Cell::new(adds_up(words, &file.counts, file.finished)),
            Cell::number(counts.set_aside),
            Cell::new(moment(&by.page, file.at)).under(Html::data(&file.officer)),
        ])
    });
    let table = Table::new(words, "imports", t(words, "imports"), columns)
        .rows(rows)
        .note(t(words, "imports-note"))
        .empty(Empty::empty(t(words, "imports-none"), t(words, "imports-none-next")));
    let mut heading = Heading::new(words, t(words, "imports"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .lead(t(words, "imports-lead"));
    let mut body: Vec<Html> = Vec::new();
    if by.page.app.authority().allows(&by.page.reader, StartImports::CODE).is_ok() {
        heading = heading.action(Action::go(t(words, "import-new"), "/imports/new").main());
        body.extend(runs::going_on(&by.page, (&state.jobs.of(Kind::Import), &sources), "imports"));
    }
    body.push(Panel::new(t(words, "imports"), table).flush().into_html());
    Ok(by.page.html(heading, Grid::new().cell(12, body)))
}

/// Whether rows = loaded + held. Releases of one process are merged, so that fewer processes than releases is no fault
/// and is said in other words.
fn adds_up(words: web::locale::Words, counts: &crate::events::Counts, finished: bool) -> String {
    if !finished {
        return t(words, "import-unfinished");
    }
    match counts.read - counts.loaded - counts.held {
        0 => "✓".to_owned(),
        merged if merged > 0 => n(words, "import-merged", merged as u64),
        _ => t(words, "import-more"),
    }
}

/// The mappings that yield processes, with their titles.
fn mappings(words: web::locale::Words) -> Vec<(&'static str, &'static str, String)> {
    tables::shipped()
        .iter()
        .filter_map(|(name, text)| {
            let mapping = Mapping::parse(text).ok().filter(|mapping| mapping.yields() == Yields::Releases)?;
            let title = words.either(&mapping.source().zh, &mapping.source().en).to_owned();
            Some((*name, *text, title))
        })
        .collect()
}

pub(super) async fn new(State(state): State<Redflags>, by: By<StartImports>) -> Result<Response, PageError> {
    let words = by.page.words;
    let sources = state.sources(&by.page.reader).await?;
    let newest = chosen(&sources, None);
    let mut kinds = vec![Choice::new("ocds", t(words, "import-ocds"))];
    kinds.extend(mappings(words).into_iter().map(|(name, _, title)| Choice::new(name, title)));
    let known: Vec<String> = sources.iter().map(|source| source.code.clone()).collect();
    let form = Form::new("/imports", by.page.csrf.as_str())
        .files()
        .with(Field::select("kind", t(words, "import-kind"), kinds).value("ocds").help(t(words, "import-kind-help")))
        .with(
            Field::text("source", t(words, "import-source"))
                .value(newest.map_or_else(|| "import".to_owned(), |source| source.code))
                .help(words.with("redflags-import-source-help", &[("known", known.join(", ").into())])),
        )
        .with(
            Field::text("name", t(words, "import-source-name"))
                .help(t(words, "import-source-name-help"))
                .optional(words),
        )
        .with(
            Upload::new(
                words,
                "file",
                t(words, "import-file"),
                &t(words, "import-file-kinds"),
                ".json,.jsonl,.ndjson,.gz,.csv,.tsv,.xlsx",
                UPLOAD_LIMIT as u64,
            )
            .several(),
        )
        .button(Action::submit(t(words, "import-send")).main())
        .after(t(words, "import-after"));
    let heading = Heading::new(words, t(words, "import-new"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "imports"), "/imports")
        .lead(t(words, "import-lead"));
    let side = Panel::new(
        t(words, "import-how"),
        Paragraphs::new(
            ["import-how-ocds", "import-how-table", "import-how-again", "import-how-large"].map(|key| t(words, key)),
        ),
    );
    Ok(by.page.html(heading, Grid::new().cell(8, Panel::new(t(words, "import-new"), form)).cell(4, side)))
}

/// A file's name without folders and without characters that a file system or a page could take amiss.
fn plain_name(name: &str, at: usize) -> String {
    let base = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let kept: String =
        base.chars().filter(|c| !c.is_control() && !matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|')).collect();
    let kept = kept.trim_matches([' ', '.']).to_owned();
    if kept.is_empty() { format!("file-{at}") } else { kept.chars().take(120).collect() }
}

/// Moves the uploaded files out of the request's folder, under the names people know.
fn keep(uploaded: &Uploaded) -> Result<(tempfile::TempDir, Vec<PathBuf>, String), PageError> {
    let folder = tempfile::tempdir().map_err(|error| PageError::broken(&error))?;
    let mut paths = Vec::new();
    let mut names = Vec::new();
    for (at, file) in uploaded.files.iter().enumerate() {
        let name = plain_name(&file.name, at);
        let to = folder.path().join(&name);
        moved(&file.path, &to).map_err(|error| PageError::broken(&error))?;
        paths.push(to);
        names.push(name);
    }
    let name = match names.as_slice() {
        [one] => one.clone(),
        [first, rest @ ..] => format!("{first} + {}", rest.len()),
        [] => String::new(),
    };
    Ok((folder, paths, name))
}

fn moved(from: &FsPath, to: &FsPath) -> std::io::Result<()> {
    std::fs::rename(from, to).or_else(|_| std::fs::copy(from, to).map(drop))
}

/// Letters, digits and hyphens.
fn code_of(text: &str) -> Option<String> {
    let code = text.trim().to_lowercase();
    let fits = !code.is_empty() && code.len() <= 40 && code.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    fits.then_some(code)
}

pub(super) async fn upload(
    State(state): State<Redflags>,
    by: By<StartImports>,
    uploaded: Uploaded,
) -> Result<Response, PageError> {
    if uploaded.files.is_empty() || uploaded.files.iter().all(|file| file.size == 0) {
        return Err(PageError::refused(Refusal::NoFile));
    }
    let kind = uploaded.field("kind").unwrap_or("ocds").to_owned();
    if kind == "ocds" {
        let code = code_of(uploaded.field("source").unwrap_or_default())
            .ok_or_else(|| PageError::refused(Refusal::BadSource))?;
        let name = uploaded.field("name").map(str::trim).filter(|name| !name.is_empty()).unwrap_or(&code);
        let name: String = name.chars().take(80).collect();
        let (folder, paths, label) = keep(&uploaded)?;
        let inputs = paths
            .iter()
            .map(|path| Input::Ocds {
                path: path.clone(),
                name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            })
            .collect();
        let who = actor(&by);
        let source = entered(&state, &by, (&code, &name, None), &who).await?;
        let job = begin(&state, source, inputs, label, by.may.officer(), who, folder)?;
        return Ok(Redirect::to(&format!("/imports/jobs/{job}")).into_response());
    }
    let (mapping, text, _) = mappings(by.page.words)
        .into_iter()
        .find(|(name, _, _)| *name == kind)
        .ok_or_else(|| PageError::refused(Refusal::NoMapping))?;
    let (folder, paths, name) = keep(&uploaded)?;
    // Whether the mapping fits these files is known before anything is kept.
    let (checked, scratch) = (paths.clone(), folder.path().to_owned());
    off_the_path(move || previewed(text, checked, &scratch).map(drop)).await??;
    let id = state.jobs.stage(|id| Staged { id, officer: by.may.officer(), mapping, text, paths, name, folder });
    Ok(Redirect::to(&format!("/imports/staged/{id}")).into_response())
}

/// The source of a code, entered if it is new. One that the officer may not know of looks like a code that cannot be used.
async fn entered(
    state: &Redflags,
    by: &By<StartImports>,
    (code, name, mapping): (&str, &str, Option<&'static str>),
    who: &Actor,
) -> Result<MatterId, PageError> {
    let source = state.importer.enter_source(code, name, mapping, who).await?;
    let known = state.sources(&by.page.reader).await?.iter().any(|known| known.matter == source);
    if known { Ok(source) } else { Err(PageError::refused(Refusal::BadSource)) }
}

/// Work that computes, off the threads that answer requests.
async fn off_the_path<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, PageError> {
    tokio::task::spawn_blocking(work).await.map_err(|error| PageError::broken(&error))
}

fn previewed(text: &str, paths: Vec<PathBuf>, scratch: &FsPath) -> Result<Vec<tables::Previewed>, PageError> {
    let mapping = Mapping::parse(text).map_err(|_| PageError::refused(Refusal::NoMapping))?;
    let files = OnDisk::new(paths, Some(scratch.to_owned()));
    mapping.preview(&files, PREVIEWED, &tables::Limits::default()).map_err(|errors| {
        let joined = |say: fn(&tables::ApplyError) -> &str| {
            errors.iter().map(|error| format!("{}: {}", error.file, say(error))).collect::<Vec<_>>().join("; ")
        };
        PageError::refused(Refusal::MappingMisfit { zh: joined(|error| &error.zh), en: joined(|error| &error.en) })
    })
}

/// Starts an import as a job; the folder lives as long as it runs.
fn begin(
    state: &Redflags,
    source: MatterId,
    inputs: Vec<Input>,
    label: String,
    officer: OfficerId,
    who: Actor,
    folder: tempfile::TempDir,
) -> Result<u64, PageError> {
    let id =
        state.jobs.begin(Kind::Import, source, &label, officer).ok_or_else(|| PageError::refused(Refusal::GoingOn))?;
    let state = state.clone();
    tokio::spawn(async move {
        let mut last = None;
        for input in inputs {
            let jobs = state.jobs.clone();
            let progress = |it: crate::import::Progress| jobs.progress(id, it.bytes, it.total, it.counts);
            match state.importer.import(source, input, &who, progress).await {
                Ok(imported) => last = Some(imported),
                Err(error) => {
                    state.jobs.end(id, failed(error));
                    return;
                }
            }
        }
        drop(folder);
        let ended = match last {
            Some(imported) => jobs::State::Done(Outcome::Imported(imported)),
            None => jobs::State::Failed { code: "redflags.no_file", why: String::new() },
        };
        state.jobs.end(id, ended);
    });
    Ok(id)
}

fn failed(error: ImportError) -> jobs::State {
    match error {
        ImportError::Busy => jobs::State::Failed { code: "redflags.busy", why: String::new() },
        ImportError::Mapping(why) => jobs::State::Failed { code: "redflags.mapping", why },
        // Its name may be told to whoever may know of the source, and to no log.
        ImportError::File { cause, .. } => runs::broken(&cause),
        ImportError::Fault(fault) => runs::broken(&fault),
    }
}

pub(super) async fn preview(
    State(state): State<Redflags>,
    by: By<StartImports>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let staged = state.jobs.staged(id, by.may.officer()).ok_or(PageError::NotFound)?;
    let kept = staged.clone();
    let rows = off_the_path(move || previewed(kept.text, kept.paths.clone(), kept.folder.path())).await??;
    let columns = vec![
        Column::new(t(words, "column-process")),
        Column::new(t(words, "column-filled")),
        Column::new(t(words, "column-rows-of")),
    ];
    let unknown = t(words, "unknown");
    let text_at = |release: &serde_json::Value, pointer: &str| {
        release.pointer(pointer).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned))
    };
    let mapped =
        rows.iter().filter_map(|row| row.release.as_ref().map(|release| (release, row))).map(|(release, row)| {
            let title = text_at(release, "/tender/title").unwrap_or_else(|| unknown.clone());
            let title: String = title.chars().take(120).collect();
            let ocid = text_at(release, "/ocid").unwrap_or_default();
            let filled: Vec<String> = row
                .traces
                .iter()
                .take(6)
                .map(|trace| format!("{} = {}", trace.pointer, trace.raw.chars().take(40).collect::<String>()))
                .collect();
            let more = row.traces.len().saturating_sub(6);
            let filled = if more > 0 {
                format!("{} · {}", filled.join(" · "), n(words, "preview-more", more as u64))
            } else {
                filled.join(" · ")
            };
            let lines: Vec<String> = {
                let mut lines: Vec<String> =
                    row.traces.iter().map(|trace| format!("{}:{}", trace.file, trace.line)).collect();
                lines.dedup();
                lines.into_iter().take(4).collect()
            };
            Row::new(vec![Cell::new(Html::data(&title)).under(ocid), Cell::new(filled), Cell::new(lines.join(", "))])
        });
    let table = Table::new(words, "preview", t(words, "preview"), columns)
        .rows(mapped)
        .empty(Empty::empty(t(words, "preview-none"), t(words, "preview-none-next")));
    let faults: Vec<Held> = rows
        .iter()
        .flat_map(|row| row.faults.iter())
        .take(100)
        .map(|fault| {
            let sentence = words.either(&fault.zh, &fault.en).to_owned();
            Held {
                line: fault.line,
                path: format!("{} · {}", fault.file, fault.column.as_deref().unwrap_or_default()),
                value: fault.value.clone(),
                reason: sentence,
                mend: t(words, &format!("lost-{}", fault.lost.as_str())),
            }
        })
        .collect();
    let fault_table = Table::new(words, "faults", t(words, "preview-faults"), Held::columns(words))
        .rows(faults.iter().map(|held| held.row(words)))
        .empty(Empty::empty(t(words, "preview-faults-none"), ""));
    let form = Form::new(format!("/imports/staged/{id}"), by.page.csrf.as_str())
        .button(Action::submit(t(words, "preview-confirm")).main())
        .button(Action::go(t(words, "preview-other"), "/imports/new"))
        .after(t(words, "preview-after"));
    let heading = Heading::new(words, t(words, "preview"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "imports"), "/imports")
        .id(staged.name.clone())
        .lead(words.with("redflags-preview-lead", &[("mapping", staged.mapping.into())]));
    let body = Grid::new()
        .cell(12, Panel::new(t(words, "preview"), table).flush())
        .cell(12, Panel::new(t(words, "preview-faults"), fault_table).flush())
        .cell(12, Panel::new(t(words, "preview-confirm"), form));
    Ok(by.page.html(heading, body))
}

pub(super) async fn confirm(
    State(state): State<Redflags>,
    by: By<StartImports>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let staged = state.jobs.staged(id, by.may.officer()).ok_or_else(|| PageError::refused(Refusal::UploadGone))?;
    let mapping = Mapping::parse(staged.text).map_err(|_| PageError::refused(Refusal::NoMapping))?;
    let about = mapping.source();
    let who = actor(&by);
    let source = entered(&state, &by, (&about.name, &about.zh, Some(staged.mapping)), &who).await?;
    // The files move to a folder of the job: a second confirmation finds nothing to import twice.
    let folder = tempfile::tempdir().map_err(|error| PageError::broken(&error))?;
    let mut paths = Vec::new();
    for path in &staged.paths {
        let to = folder.path().join(path.file_name().unwrap_or_default());
        moved(path, &to).map_err(|_| PageError::refused(Refusal::UploadGone))?;
        paths.push(to);
    }
    let input = Input::Table { mapping: staged.text.to_owned(), paths, name: staged.name.clone() };
    let job = begin(&state, source, vec![input], staged.name.clone(), by.may.officer(), who, folder)?;
    state.jobs.take_staged(id);
    Ok(Redirect::to(&format!("/imports/jobs/{job}")).into_response())
}

pub(super) async fn live(
    State(state): State<Redflags>,
    by: By<StartImports>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let (job, _) = state.job(&by.page.reader, id, Kind::Import).await?;
    Ok(runs::followed(&by.page, &state.jobs, &job))
}

pub(super) async fn job(
    State(state): State<Redflags>,
    by: By<StartImports>,
    Path(id): Path<u64>,
) -> Result<Response, PageError> {
    let words = by.page.words;
    let (job, source) = state.job(&by.page.reader, id, Kind::Import).await?;
    let jobs::State::Done(Outcome::Imported(imported)) = &job.state else {
        return Ok(runs::progress(&by.page, &job, &t(words, "import-going"), (&t(words, "imports"), "/imports")));
    };
    let counts = imported.counts;
    let said = words.with(
        "redflags-import-done",
        &[
            ("read", counts.read.into()),
            ("loaded", counts.loaded.into()),
            ("held", counts.held.into()),
            ("aside", counts.set_aside.into()),
        ],
    );
    let code = &source.code;
    let mut notices: Vec<Html> = Vec::new();
    if imported.before {
        notices.push(Notice::note(t(words, "import-before")).into_html());
    }
    notices.push(
        Notice::done(said)
            .link(Link::new(format!("/processes?source={}", percent(code)), t(words, "import-see")))
            .into_html(),
    );
    if let Some(prompt) = imported.prompt {
        notices.push(
            Notice::note(words.with(
                "redflags-import-judged",
                &[
                    ("run", prompt.run.into()),
                    ("processes", prompt.totals.processes.into()),
                    ("raised", prompt.totals.raised.into()),
                    ("queued", prompt.queued.into()),
                ],
            ))
            .into_html(),
        );
    }
    if counts.held + counts.set_aside > 0 {
        notices.push(
            Notice::caution(t(words, "import-held"))
                .link(Link::new(format!("/quarantine?source={}", percent(code)), t(words, "quarantine")))
                .into_html(),
        );
    }
    let heading = Heading::new(words, t(words, "import-ended"))
        .under(words.t("http-chapter-prevention"), "/processes")
        .under(t(words, "imports"), "/imports")
        .id(job.label.clone());
    Ok(by.page.html(heading, Grid::new().cell(12, notices)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_lose_what_could_harm() {
        let cases = [
            ("a.csv", "a.csv"),
            ("../../etc/passwd", "passwd"),
            ("C:\\data\\bids.xlsx", "bids.xlsx"),
            ("..", "file-3"),
            ("", "file-3"),
            ("a\u{0}b<c>.csv", "abc.csv"),
        ];
        for (given, kept) in cases {
            assert_eq!(plain_name(given, 3), kept, "{given:?}");
        }
    }

    #[test]
    fn codes_of_sources_are_plain() {
        for (given, code) in [("Demo-1", Some("demo-1")), (" a ", Some("a")), ("", None), ("a b", None), ("采购", None)]
        {
            assert_eq!(code_of(given).as_deref(), code);
        }
    }
}
